//! Withdrawals: whether they say since when and why, and whether somebody made them who might.

use crate::program::{clausebook_as, repository};
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

/// A policy is approved, and a register says who might do so.
const GOVERNED: &str = "## commit 2026-01-05 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/roles.md\n---\nid: REG-ROL-001\ntype: register\nversion: 1.0\nstatus: in-review\n\
    register_kind: roles\nentries:\n\
    \x20 - {role: service-director, person: Bo Approver, email: bo@example.org, from: 2026-01-01, approves: [policy, register]}\n\
    \x20 - {role: hr-partner, person: Hal People, email: hal@example.org, from: 2026-01-01}\n---\n```\n\n\
    ```md docs/change.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n\
    # Change policy\n\nPlan before you change.\n```\n\n\
    ## commit 2026-01-06 Bo Approver <bo@example.org>: Approve both\n\n\
    ```edit docs/roles.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-01-06, version: 1.0}\n```\n\n\
    ```edit docs/change.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-01-06, version: 1.0}\n```\n\n";

const HAL: &str = "Hal People <hal@example.org>";
const BO: &str = "Bo Approver <bo@example.org>";

/// Somebody withdraws the policy on a day.
fn by(who: &str, day: &str) -> String {
    format!(
        "## commit {day} {who}: Withdraw\n\n```edit docs/change.md\n-status: approved\n\
         +status: withdrawn\n+withdrawn_on: {day}\n+withdrawal_reason: We close\n```\n\n"
    )
}

const TOLD: &str = "AP013 version 1.0 was withdrawn by hal@example.org, who could not approve it";
const ANNOUNCED: &str = "AP013 version 1.0 is to be withdrawn on 2026-09-01, which was announced by hal@example.org, who could not approve it";

#[test]
fn a_withdrawal_by_somebody_who_might_not_is_told() {
    let of = |story: &str| found(&format!("{GOVERNED}{story}"), &["AP013"]);
    assert_eq!(of(&by(HAL, "2026-05-12")), [TOLD]);
    assert_eq!(of(&by(BO, "2026-05-12")), [""; 0]);
    let stranger = TOLD.replace("hal@", "sam@");
    assert_eq!(of(&by("Sam Stranger <sam@example.org>", "2026-05-12")), [stranger]);
    // Announced, it is decided.
    let announced = by(HAL, "2026-05-12").replace("on: 2026-05-12", "on: 2026-09-01");
    assert_eq!(of(&announced), [ANNOUNCED]);
    let announced = announced.replace("+status: withdrawn", "+status: approved");
    let announced = announced.replace("-status: approved\n+status: approved", " status: approved");
    assert_eq!(of(&announced), [ANNOUNCED]);
    // Who begins the next version makes it no better.
    let next = "## commit 2026-05-20 Ana Owner <ana@example.org>: Begin again\n\n\
        ```edit docs/change.md\n-version: 1.0\n-status: withdrawn\n-withdrawn_on: 2026-05-12\n\
        -withdrawal_reason: We close\n-approval: {by: bo@example.org, on: 2026-01-06, version: 1.0}\n\
        +version: 2.0\n+status: draft\n```\n\n";
    assert_eq!(of(&format!("{}{next}", by(HAL, "2026-05-12"))), [TOLD]);
}

#[test]
fn a_withdrawal_is_one_also_where_the_file_was_deleted_before() {
    let of = |story: &str| found(&format!("{GOVERNED}{story}"), &["AP013", "VC007"]);
    let deleted =
        |who: &str| format!("## commit 2026-05-10 {who}: Delete\n\n- delete: docs/change.md\n\n");
    let back = |who: &str| {
        format!(
            "## commit 2026-05-12 {who}: Put it back\n\n```md docs/change.md\n---\nid: POL-CHG-001\n\
             type: policy\nversion: 1.0\nstatus: withdrawn\nwithdrawn_on: 2026-05-12\n\
             withdrawal_reason: We close\n\
             approval: {{by: bo@example.org, on: 2026-01-06, version: 1.0}}\n---\n\n\
             # Change policy\n\nPlan before you change.\n```\n\n"
        )
    };
    assert_eq!(of(&format!("{}{}", deleted(HAL), back(HAL))), [TOLD]);
    assert_eq!(of(&format!("{}{}", deleted(BO), back(HAL))), [""; 0]);
    assert_eq!(of(&format!("{}{}", deleted(HAL), back(BO))), [""; 0]);
    // The next version that is begun then is none that was deleted.
    let next = "## commit 2026-05-20 Ana Owner <ana@example.org>: Begin again\n\n\
        ```edit docs/change.md\n-version: 1.0\n-status: withdrawn\n-withdrawn_on: 2026-05-12\n\
        -withdrawal_reason: We close\n-approval: {by: bo@example.org, on: 2026-01-06, version: 1.0}\n\
        +version: 2.0\n+status: draft\n```\n\n";
    assert_eq!(of(&format!("{}{}{next}", deleted(BO), back(BO))), [""; 0]);
}

#[test]
fn who_merges_a_withdrawal_makes_it() {
    let of = |story: &str| found(&format!("{GOVERNED}{story}"), &["AP013"]);
    let on_a_branch = by(HAL, "2026-05-12").replace("\n\n```edit", "\n\n- branch: out\n\n```edit");
    let beside = "## commit 2026-05-12 Ana Owner <ana@example.org>: Keep notes\n\n- branch: main\n\n\
        ```md docs/notes.md\nNotes.\n```\n\n";
    let merge = |who: &str| {
        format!("{on_a_branch}{beside}## commit 2026-05-13 {who}: Merge\n\n- merge: out\n\n")
    };
    assert_eq!(of(&merge(BO)), [""; 0]);
    let both = "AP013 version 1.0 was withdrawn by hal@example.org and ana@example.org, none of whom could approve it";
    assert_eq!(of(&merge("Ana Owner <ana@example.org>")), [both]);
    // What is not merged has withdrawn nothing yet.
    assert_eq!(of(&format!("{on_a_branch}{beside}")), [""; 0]);
}

#[test]
fn nothing_is_said_of_a_withdrawal_where_it_cannot_be_told() {
    let none = [""; 0];
    // No register says who might.
    let story = format!("{APPROVED}{}", by(HAL, "2026-05-12"));
    assert_eq!(found(&story, &["AP013"]), none);
    // It was never in force.
    let never = GOVERNED.replace(
        "```edit docs/change.md\n-status: in-review\n+status: approved\n\
         +approval: {by: bo@example.org, on: 2026-01-06, version: 1.0}\n```\n\n",
        "",
    );
    assert_ne!(never, GOVERNED);
    let draft = by(HAL, "2026-05-12").replace("-status: approved", "-status: in-review");
    assert_eq!(found(&format!("{never}{draft}"), &["AP013"]), none);
    // It lies before control start.
    let start = "## commit 2026-01-01 Ana Owner <ana@example.org>: Begin\n\n\
        ```toml book.toml\n[preprocessor.clausebook]\nverify_from = 2026-06-01\n```\n\n";
    let later = "## commit 2026-06-02 Ana Owner <ana@example.org>: Go on\n\n```md docs/note.md\nA note.\n```\n\n";
    let story = format!("{start}{GOVERNED}{}{later}", by(HAL, "2026-05-12"));
    assert_eq!(found(&story, &["AP013"]), none);
    // A record says that it was right.
    let waiver = "## commit 2026-05-20 Ana Owner <ana@example.org>: Answer for it\n\n\
        ```md docs/w.md\n---\nid: REC-NC-001\ntype: record\nkind: nonconformity\nstatus: open\n\
        date: 2026-05-20\nagainst: [POL-CHG-001@1.0]\n---\n\nIt was right.\n```\n\n";
    let story = format!("{GOVERNED}{}{waiver}", by(HAL, "2026-05-12"));
    assert_eq!(found(&story, &["AP013"]), none);
    // One that was there before spoke of something else.
    let before = waiver.replace("2026-05-20", "2026-05-02");
    let story = format!("{GOVERNED}{before}{}", by(HAL, "2026-05-12"));
    assert_eq!(found(&story, &["AP013"]), [TOLD]);
}

#[test]
fn withdraw_refuses_whoever_may_not() {
    let folder = tempfile::tempdir().unwrap();
    repository(GOVERNED, folder.path());
    let withdraw = ["withdraw", "POL-CHG-001", "--reason", "We close"];
    let dry = [withdraw.as_slice(), &["--dry-run"]].concat();
    for arguments in [&withdraw[..], &dry] {
        let run = clausebook_as(folder.path(), HAL, "2026-05-12", arguments);
        let words = "`POL-CHG-001` is in force, and whoever may approve it withdraws it, so nothing was \
            written: hal@example.org held `hr-partner`, and `service-director` may approve it; may \
            withdraw it instead: Bo Approver as `service-director`";
        assert!(run.err.contains(words) && run.code != 0, "{}", run.err);
    }
    let run = clausebook_as(folder.path(), BO, "2026-05-12", &withdraw);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}
