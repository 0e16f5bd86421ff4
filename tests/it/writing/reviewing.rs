//! Reviews without a change: the record they leave, and when the next one is due.

use super::{ADA, BO, House};
use crate::program::{clausebook_as, git};

#[test]
fn no_approval_that_is_only_written_moves_a_review() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let due = "review by    2027-03-04\n";
    let shown = house.done(BO, &["show", "POL-CHG-001"]);
    assert!(shown.contains(due), "{shown}");
    let policy = house.path().join("docs/policy.md");
    let text = std::fs::read_to_string(&policy).unwrap();
    let written = "approval:\n  - {by: bo@example.org, on: 2026-12-01, version: 1.8}\n";
    std::fs::write(&policy, text.replacen("approval:\n", written, 1)).unwrap();
    git(house.path(), &["commit", "-qam", "Write an approval"]);
    let shown = house.done(ADA, &["show", "POL-CHG-001", "--as-of", "2026-12-31"]);
    assert!(shown.contains(due) && shown.contains("on 2026-12-01"), "{shown}");
}

#[test]
fn a_review_leaves_a_record_and_nothing_else() {
    let house = House::new();
    let early = house.refused(BO, &["review", "POL-CHG-001", "--no-change"]);
    assert!(early.contains("is not approved; a review without a change is for what is approved"));
    house.done(BO, &["approve", "POL-CHG-001"]);
    let note = ["review", "POL-CHG-001", "--no-change", "--note", "Read with the shift leads."];
    let dry = house.done(ADA, &[note.as_slice(), &["--dry-run"]].concat());
    assert!(dry.contains("--- /dev/null\n+++ b/docs/records/document-reviews/REC-REV-2026-001.md"));
    let text = clausebook_as(house.path(), ADA, "2026-09-01", &note).out;
    assert!(text.contains(": Review POL-CHG-001 1.9: no change\n"), "{text}");
    assert!(text.contains("due for review by 2027-08-31"), "{text}");
    assert_eq!(
        house.last_commit(),
        format!(
            "{ADA}|{ADA}|Review POL-CHG-001 1.9: no change\n\
             docs/records/document-reviews/REC-REV-2026-001.md\n"
        )
    );
    assert_eq!(
        house.read("docs/records/document-reviews/REC-REV-2026-001.md"),
        "---\nid: REC-REV-2026-001\ntitle: \"Review without change: Change Policy\"\ntype: record\n\
         kind: document-review\nstatus: closed\nowner: change-manager\nclauses: [7.5.2]\n\
         date: 2026-09-01\nclassification: internal\ndocument_id: POL-CHG-001\nversion: 1.9\n\
         reviewed_on: 2026-09-01\nreviewer: Ada Writer\nresult: no-change\nnext_review: 2027-08-31\n\
         ---\n\n# Review without change: Change Policy\n\nAda Writer reviewed [[POL-CHG-001@1.9]] on \
         2026-09-01 and found nothing to change.\n\nRead with the shift leads.\n"
    );
    // The next one lies beside it and takes the next number.
    house.done(ADA, &["review", "POL-CHG-001", "--no-change"]);
    assert!(
        house
            .read("docs/records/document-reviews/REC-REV-2026-002.md")
            .contains("date: 2026-03-05")
    );
    let again = house.refused(BO, &["review", "POL-CHG-001", "--no-change", "--on", "2026-03-05"]);
    assert!(again.contains("on 2026-03-05 already"), "{again}");
    let usage = house.run(ADA, &["review", "POL-CHG-001"]);
    assert_eq!(usage.code, 2);
    // What changed under its approval is not in force, and no look at it keeps it there.
    let policy = house.path().join("docs/policy.md");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, text.replace("is recorded.\n", "may be recorded.\n")).unwrap();
    git(house.path(), &["commit", "-qam", "Soften it"]);
    let run = house.refused(BO, &["review", "POL-CHG-001", "--no-change"]);
    assert!(run.contains("Git does not bear it out"), "{run}");
    // The way out is the next version; the old one's fault does not bar it.
    let bump = ["bump", "POL-CHG-001", "--minor", "--summary", "May be recorded"];
    house.done(ADA, &[bump.as_slice(), &["--in-review"]].concat());
    assert!(house.read("docs/policy.md").contains("version: 1.10"));
}

#[test]
fn the_version_in_force_is_reviewed_while_the_file_has_the_next_one() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let owner = ["owner: change-manager", "owner: top-management"];
    house.exchange("docs/policy.md", owner[0], owner[1]);
    house.commit("Another owner");
    // What is not committed of the next version says nothing of the one in force.
    house.exchange("docs/policy.md", "\n\nEvery change", "\n\nAlmost every change");
    let text = house.done(ADA, &["review", "POL-CHG-001", "--no-change"]);
    let note = "note: what you review is version 1.9, which is in force; the file has 1.10\n";
    assert!(text.starts_with(note), "{text}");
    assert!(text.contains("POL-CHG-001 is then due for review by 2027-03-04"), "{text}");
    assert!(house.last_commit().contains("|Review POL-CHG-001 1.9: no change\n"));
    let record = house.last_change();
    for line in ["+version: 1.9", "+owner: change-manager", "+next_review: 2027-03-04"] {
        assert!(record.contains(line), "{line}: {record}");
    }
    assert!(record.contains("[[POL-CHG-001@1.9]]"), "{record}");
    let again = house.refused(ADA, &["review", "POL-CHG-001", "--no-change"]);
    assert!(again.contains("was reviewed on 2026-03-05 already"), "{again}");
    house.exchange("docs/policy.md", "Almost every", "Every");
    let overdue = house.run(ADA, &["check", "--as-of", "2027-03-05"]).out;
    assert!(overdue.contains("error[RV001"), "{overdue}");
    let looked =
        clausebook_as(house.path(), ADA, "2027-03-10", &["review", "POL-CHG-001", "--no-change"]);
    assert_eq!(looked.code, 0, "{}{}", looked.out, looked.err);
    let due = house.run(ADA, &["check", "--as-of", "2027-03-11"]).out;
    assert!(!due.contains("RV001"), "{due}");
}
