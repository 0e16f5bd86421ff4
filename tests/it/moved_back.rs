//! What is a draft again under the number that it had in force, or was withdrawn under: what is told of
//! it, in whichever tree, and what is not told because nothing is wrong with it.

use crate::program::{clausebook, clausebook_as, repository, shell};
use crate::stories;
use clausebook::rules::{self, names};
use clausebook::sms::{Sms, State, reading};
use std::path::Path;

/// 1.0 is approved, and in force.
const APPROVED: &str = "## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/change.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n\
    # Change policy\n\nPlan before you change.\n```\n\n\
    ## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0\n\n\
    ```edit docs/change.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";

/// It is a draft again, under its number.
const OPENED: &str = "## commit 2026-04-01 Ana Owner <ana@example.org>: Tidy\n\n\
    ```edit docs/change.md\n-status: approved\n+status: draft\n\
    -approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";

fn read(story: &str) -> Sms {
    let (_, recording) = stories::told("a story", story);
    reading::of_commit(&recording, recording.head_commit().unwrap(), &names()).unwrap()
}

/// What the rules find in the versions of a story, with their codes.
fn found(story: &str) -> Vec<String> {
    let findings = rules::run(&read(story), false).findings.into_iter();
    let of_versions = findings.filter(|it| it.rule.code.starts_with("VC"));
    of_versions.map(|it| format!("{} {}", it.rule.code, it.message)).collect()
}

/// The same edit with another text.
fn changed(edit: &str) -> String {
    let text = "-Plan before you change.\n+Plan before you change, and say who plans.";
    edit.replace("}\n```", &format!("}}\n...\n{text}\n```"))
}

const TOLD: &str =
    "VC015 version 1.0, in force since 2026-03-02, went back to a draft under the same number";

#[test]
fn a_version_in_force_that_is_a_draft_again_is_told_once() {
    assert_eq!(found(&format!("{APPROVED}{OPENED}")), [TOLD]);
    // Its approval may be left there, and its text may have changed as well.
    let kept =
        OPENED.replace("-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n", "");
    assert_eq!(found(&format!("{APPROVED}{kept}")), [TOLD]);
    assert_eq!(found(&format!("{APPROVED}{}", changed(OPENED))), [TOLD]);
    let number =
        OPENED.replace("-status: approved", "-version: 1.0\n+version: 1\n-status: approved");
    assert_eq!(found(&format!("{APPROVED}{number}")), [TOLD]);
    let review = OPENED.replace("status: draft", "status: in-review");
    let told = TOLD.replace("to a draft", "into review");
    assert_eq!(found(&format!("{APPROVED}{review}")), [told]);
    let gone = "## commit 2026-03-20 Ana Owner <ana@example.org>: Remove it\n\n- delete: docs/change.md\n\n\
        ## commit 2026-04-01 Ana Owner <ana@example.org>: Begin anew\n\n\
        ```md docs/change.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: draft\n---\n\n\
        # Change policy\n\nPlan before you change.\n```\n\n";
    assert_eq!(found(&format!("{APPROVED}{gone}")), [TOLD]);
    // Who moved it is named, and not who merged that.
    let sms = read(&format!("{APPROVED}{OPENED}"));
    let finding = rules::run(&sms, false).findings.into_iter().find(|it| it.rule.code == "VC015");
    let commit = finding.unwrap().commit.unwrap();
    let tidied = sms.history.commits.iter().find(|it| it.subject() == "Tidy").unwrap();
    assert_eq!(commit, tidied.id.to_string());
}

#[test]
fn what_is_put_back_as_it_was_is_no_document_whose_place_another_took() {
    let back = "## commit 2026-04-03 Ana Owner <ana@example.org>: Put it back\n\n\
        ```edit docs/change.md\n-status: draft\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";
    let sms = read(&format!("{APPROVED}{OPENED}{back}"));
    let file = sms.document("POL-CHG-001").unwrap();
    assert_eq!(sms.out_of_use_beside(file).unwrap().word(), "opened again");
    assert_ne!(sms.state_of_use(file), State::Superseded);
}

#[test]
fn what_was_withdrawn_does_not_begin_again_under_its_number() {
    let withdrawn = "## commit 2026-03-20 Bo Approver <bo@example.org>: Withdraw\n\n\
        ```edit docs/change.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-20\n\
        +withdrawal_reason: We close\n```\n\n";
    let again = OPENED.replace("-status: approved", "-status: withdrawn");
    let again = again
        .replace("-approval", "-withdrawn_on: 2026-03-20\n-withdrawal_reason: We close\n-approval");
    let told =
        "VC015 version 1.0, withdrawn on 2026-03-20, went back to a draft under the same number";
    assert_eq!(found(&format!("{APPROVED}{withdrawn}{again}")), [told]);
    let next = changed(&again).replace("-status", "-version: 1.0\n+version: 2.0\n-status");
    assert_eq!(found(&format!("{APPROVED}{withdrawn}{next}")), [""; 0]);
}

#[test]
fn nobody_is_accused_who_puts_something_right() {
    let none = [""; 0];
    // A draft of the next version ends nothing.
    let next = changed(OPENED).replace("-status", "-version: 1.0\n+version: 1.1\n-status");
    assert_eq!(found(&format!("{APPROVED}{next}")), none);
    // An approval that nobody gave, or the author, is taken out.
    for by in ["Ana Owner <ana@example.org>", "Cora Clerk <cora@example.org>"] {
        let typed = APPROVED.replace("Bo Approver <bo@example.org>", by);
        assert_eq!(found(&format!("{typed}{OPENED}")), none, "{by}");
    }
    let own = APPROVED.replace("Bo Approver <bo@example.org>", "Ana Owner <ana@example.org>");
    let own = own.replace("by: bo@", "by: ana@");
    assert_eq!(found(&format!("{own}{}", OPENED.replace("by: bo@", "by: ana@"))), none);
    // It had not begun.
    let later = APPROVED.replace("+approval", "+effective_from: 2026-06-01\n+approval");
    let opened = OPENED.replace("-approval", "-effective_from: 2026-06-01\n-approval");
    assert_eq!(found(&format!("{later}{opened}")), none);
    // It was taken back on the day on which it was given.
    assert_eq!(found(&format!("{APPROVED}{}", OPENED.replace("2026-04-01", "2026-03-02"))), none);
    // It is approved anew.
    let anew = "## commit 2026-04-02 Bo Approver <bo@example.org>: Approve it anew\n\n\
        ```edit docs/change.md\n-status: draft\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-04-02, version: 1.0}\n```\n\n";
    assert_eq!(found(&format!("{APPROVED}{OPENED}{anew}")), none);
    // It lies before control start.
    let start = "## commit 2026-02-01 Ana Owner <ana@example.org>: Begin\n\n\
        ```toml book.toml\n[preprocessor.clausebook]\nverify_from = 2026-05-01\n```\n\n";
    let later = "## commit 2026-05-02 Ana Owner <ana@example.org>: Go on\n\n```md docs/note.md\nA note.\n```\n\n";
    assert_eq!(found(&format!("{start}{APPROVED}{OPENED}{later}")), none);
    // A record is open or closed.
    let record = "## commit 2026-03-01 Ana Owner <ana@example.org>: File it\n\n\
        ```md docs/r.md\n---\nid: REC-1\ntype: record\nversion: 1.0\nstatus: approved\n---\n\nA.\n```\n\n\
        ## commit 2026-03-02 Ana Owner <ana@example.org>: Change it\n\n\
        ```edit docs/r.md\n-status: approved\n+status: draft\n```\n\n";
    assert_eq!(found(record), none);
}

/// The rows `code: note` of what is found in a tree of a repository, of one rule.
fn judged(folder: &Path, arguments: &[&str]) -> String {
    let all = [&["check", "--as-of", "2026-04-02"], arguments].concat();
    let out = clausebook(folder, &all).out;
    let (_, told) = out.split_once("error[VC015").unwrap_or_else(|| panic!("{out}"));
    told.split("\n\n").next().unwrap().to_owned()
}

#[test]
fn it_is_told_wherever_it_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    repository(APPROVED, folder);
    let path = folder.join("docs/change.md");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("status: approved", "status: draft")).unwrap();
    let in_work_tree = judged(folder, &[]);
    assert!(in_work_tree.contains("the change is not committed yet"), "{in_work_tree}");
    assert!(in_work_tree.contains("in force until this comes to"), "{in_work_tree}");
    assert!(in_work_tree.contains("(`clausebook bump`)"), "{in_work_tree}");
    let on_day =
        "export GIT_AUTHOR_DATE=2026-04-01T09:00:00Z GIT_COMMITTER_DATE=2026-04-01T09:00:00Z";
    let git =
        |lines: &str| assert_eq!(shell(folder, &format!("{on_day}\n{lines}")).code, 0, "{lines}");
    git("git add docs/change.md");
    let staged = judged(folder, &["--staged"]);
    assert!(staged.contains("moved back in the commit that is being made"), "{staged}");
    assert!(staged.contains("in force until this comes to"), "{staged}");
    git("git switch -qc tidy; git commit -qm Tidy");
    let on_a_branch = judged(folder, &[]);
    assert!(on_a_branch.contains(": Tidy"), "{on_a_branch}");
    assert!(on_a_branch.contains("in force until this comes to"), "{on_a_branch}");
    git("git switch -q main; git merge -q --no-ff -m 'Take it' tidy");
    let published = judged(folder, &[]);
    assert!(published.contains(": Tidy") && !published.contains(": Take it"), "{published}");
    assert!(published.contains("nothing of the document is in force since then"), "{published}");
    let shown = clausebook(folder, &["show", "POL-CHG-001", "--as-of", "2026-04-02"]).out;
    assert!(shown.contains("out of use   1.0, opened again on 2026-04-01 in commit"), "{shown}");
    let status = clausebook(folder, &["status"]).out;
    assert!(status.contains("draft, 1.0 opened again"), "{status}");
    let bump = ["bump", "POL-CHG-001", "--minor", "--summary", "Say who plans", "--dry-run"];
    let bumped = clausebook_as(folder, "Ana Owner <ana@example.org>", "2026-04-02", &bump).out;
    assert!(bumped.contains("version 1.0 was in force until it went back"), "{bumped}");
}
