//! Withdrawals: whether they say since when and why.

use crate::stories;
use clausebook::finding::Level;
use clausebook::rules::{self, names};
use clausebook::sms::reading;

/// 1.0 is approved, and in force.
const APPROVED: &str = "## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/change.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n\
    # Change policy\n\nPlan before you change.\n```\n\n\
    ## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0\n\n\
    ```edit docs/change.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";

/// What the rules of some codes find in a story.
fn found(story: &str, codes: &[&str]) -> Vec<String> {
    let (_, recording) = stories::told("a story", story);
    let sms = reading::of_commit(&recording, recording.head_commit().unwrap(), &names()).unwrap();
    let findings = rules::run(&sms, false).findings.into_iter();
    let asked = findings.filter(|it| it.level >= Level::Warning && codes.contains(&it.rule.code));
    asked.map(|it| format!("{} {}", it.rule.code, it.message)).collect()
}

/// The same, with 1.0 withdrawn by these keys.
fn withdrawn(keys: &str) -> String {
    format!(
        "{APPROVED}## commit 2026-05-12 Bo Approver <bo@example.org>: Withdraw\n\n\
         ```edit docs/change.md\n{keys}\n```\n\n"
    )
}

#[test]
fn a_withdrawal_that_says_not_all_is_told_once() {
    let of = |keys: &str| {
        let mut found = found(&withdrawn(keys), &["VC016", "FM002"]);
        found.retain(|it| !it.contains("`title`"));
        found
    };
    let why = "VC016 the document is withdrawn, and does not say why";
    let out = "-status: approved\n+status: withdrawn";
    assert_eq!(of(&format!("{out}\n+withdrawn_on: 2026-05-12")), [why]);
    let since = "VC016 the document is withdrawn, and does not say since when";
    assert_eq!(of(&format!("{out}\n+withdrawal_reason: We close")), [since]);
    let none = "VC016 the document is withdrawn, and does not say since when, or why";
    assert_eq!(of(out), [none]);
    let announced = "VC016 the document is to be withdrawn on 2026-07-01, and does not say why";
    assert_eq!(of(" status: approved\n+withdrawn_on: 2026-07-01"), [announced]);
    assert_eq!(of(&format!("{out}\n+withdrawn_on: 2026-07-01")), [announced]);
    let both = "+withdrawn_on: 2026-05-12\n+withdrawal_reason: We close";
    assert_eq!(of(&format!("{out}\n{both}")), [""; 0]);
    // A key that says nothing is as good as none.
    assert_eq!(of(&format!("{out}\n+withdrawn_on: 2026-05-12\n+withdrawal_reason:")), [why]);
}

#[test]
fn what_was_withdrawn_before_control_start_owes_no_reason() {
    let start = "## commit 2026-02-01 Ana Owner <ana@example.org>: Begin\n\n\
        ```toml book.toml\n[preprocessor.clausebook]\nverify_from = 2026-06-01\n```\n\n";
    let later = "## commit 2026-06-02 Ana Owner <ana@example.org>: Go on\n\n```md docs/note.md\nA note.\n```\n\n";
    let story = withdrawn("-status: approved\n+status: withdrawn");
    assert_eq!(found(&format!("{start}{story}{later}"), &["VC016"]), [""; 0]);
}
