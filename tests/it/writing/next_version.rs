//! The next version of a document: its number, and the text it begins with.

use super::{ADA, BO, House};
use crate::program::git;

#[test]
fn a_number_that_the_publishing_branch_took_meanwhile_is_not_approved_or_given_again() {
    let house = House::new();
    git(house.path(), &["branch", "beside"]);
    house.exchange("docs/policy.md", "Every change is recorded.\n", "Changes are recorded.\n");
    house.commit("Another text");
    house.done(BO, &["approve", "POL-CHG-001"]);
    git(house.path(), &["switch", "-q", "beside"]);
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(why.contains("main has issued version 1.9 of `POL-CHG-001` meanwhile"), "{why}");

    git(house.path(), &["switch", "-q", "main"]);
    house.exchange("docs/policy.md", "version: 1.9 ", "version: 1.12 ");
    house.commit("A number further on");
    git(house.path(), &["switch", "-q", "beside"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "Next"]);
    assert!(house.last_commit().contains("Begin POL-CHG-001 1.13"), "{}", house.last_commit());
}

#[test]
fn the_next_version_begins_with_the_text_that_is_changed_already() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001", "--effective-from", "2026-04-01"]);
    house.exchange(
        "docs/policy.md",
        "Every change is recorded.\n",
        "Every change is recorded at once.\n",
    );
    house.exchange("docs/form.md", "# Form", "# A form");
    let summary = ["--summary", "Recorded at once: no delay"];
    let bump = [["bump", "POL-CHG-001", "--minor"].as_slice(), &summary].concat();
    // All that the commit takes along is shown, before as with it.
    let of_text = "-Every change is recorded.\n+Every change is recorded at once.\n";
    let dry = house.done(ADA, &[&bump[..], &["--dry-run"]].concat());
    assert!(dry.contains("\n+version: 1.10   # raised in spring\n"), "{dry}");
    assert!(dry.contains(of_text), "{dry}");
    let text = house.done(ADA, &bump);
    assert!(text.contains(of_text), "{text}");
    let note = "\nnote: what was changed in docs/policy.md before is committed with it\ncommitted ";
    assert!(text.contains(note), "{text}");
    // Version 1.9 is approved, and not yet in force.
    assert!(text.contains("note: this is main, which people work by; a branch"), "{text}");
    assert!(text.contains("git switch -c pol-chg-001-1.10"), "{text}");
    let change = house.last_change();
    let (approval, rest): (Vec<&str>, Vec<&str>) =
        change.lines().partition(|line| line.contains("by: bo@example.org"));
    assert_eq!(approval.len(), 1);
    assert_eq!(
        rest.join("\n"),
        "-version: 1.9   # raised in spring\n-status: approved # for Bo\n\
         +version: 1.10   # raised in spring\n+status: draft # for Bo\n\
         -approval:\n\
         +supersedes: POL-CHG-001@1.9\n+change_kind: minor\n+change_summary: \"Recorded at once: no delay\"\n\
         -Every change is recorded.\n+Every change is recorded at once."
    );
    assert!(house.last_commit().contains("Begin POL-CHG-001 1.10: Recorded at once: no delay"));
    assert!(!house.last_commit().contains("form.md"));
    assert!(house.read("docs/form.md").contains("# A form"));
    let taken = house.refused(ADA, &["bump", "POL-CHG-001", "--summary", "x"]);
    assert!(taken.contains("--major"), "{taken}");
    // Where nothing was changed before, the difference is that of the command, and it is not shown twice.
    let text = house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "x", "--dry-run"]);
    assert!(text.contains("+# A form"), "{text}");
    house.exchange("docs/form.md", "# A form", "# Form");
    let text = house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "x"]);
    assert!(!text.contains("+++ b/docs/form.md"), "{text}");
    let text = house.done(
        ADA,
        &["bump", "POL-CHG-001", "--major", "--summary", "New", "--in-review", "--no-commit"],
    );
    let given_up = "note: version 1.10 was begun and never approved; 2.0 takes its place";
    let end = format!("wrote docs/policy.md; nothing is committed yet\n{given_up}\n");
    assert!(text.ends_with(&end), "{text}");
    assert!(
        house
            .read("docs/policy.md")
            .contains("version: 2.0   # raised in spring\nstatus: in-review # for Bo")
    );
}

#[test]
fn a_document_that_is_not_committed_yet_has_no_next_version() {
    let house = House::new();
    let text = house.read("docs/form.md").replace("FRM-CHG-001", "FRM-CHG-002");
    let bump = ["bump", "FRM-CHG-002", "--minor", "--summary", "x"];
    house.write("docs/second.md", &text);
    let why = "clausebook: `FRM-CHG-002` is not committed yet, so it has no version to go on from; commit docs/second.md as it is first\n";
    assert_eq!(house.refused(ADA, &bump), why);
    git(house.path(), &["add", "docs/second.md"]);
    assert_eq!(house.refused(ADA, &bump), why);
    git(house.path(), &["mv", "-f", "docs/second.md", "second.md"]);
    let why = "clausebook: `FRM-CHG-002` is no document: its file `second.md` lies outside of `docs`, where nobody controls it; move it there\n";
    assert_eq!(house.refused(ADA, &bump), why);
    git(house.path(), &["mv", "second.md", "docs/second.md"]);
    house.commit("A second form");
    house.done(ADA, &bump);
}
