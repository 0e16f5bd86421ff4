//! Baselines, and what an audit was shown of the history.

use super::{BO, House};
use crate::program::{clausebook, git};

#[test]
fn a_baseline_is_a_tag_that_never_moves() {
    let house = House::new();
    let run = house.run(BO, &["baseline", "v1"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("error["), "{}", run.out);
    assert!(run.out.contains("no baseline was made"), "{}", run.out);
    let dry = house.done(BO, &["baseline", "v1", "--with-findings", "--dry-run"]);
    assert!(dry.contains("nothing was written"), "{dry}");
    assert!(
        dry.contains("note: `check` looks whether the tags that are called baselines"),
        "{dry}"
    );
    house.done(BO, &["baseline", "v1", "--with-findings", "-m", "Before the audit"]);
    let tag = git(house.path(), &["cat-file", "tag", "v1"]).out;
    assert!(tag.contains("\ntagger Bo Approver <bo@example.org>"), "{tag}");
    assert!(tag.contains("\n\nBefore the audit\n\n3 documents, 0 records"), "{tag}");
    let again = house.refused(BO, &["baseline", "v1", "--with-findings"]);
    assert!(again.contains("exists, and a baseline never moves"), "{again}");
    let option = house.refused(BO, &["baseline", "--with-findings", "--", "-d"]);
    assert!(option.contains("Git takes no tag called `-d`"), "{option}");
    house.write("docs/new.md", "---\nid: POL-NEW-001\ntype: policy\n---\n\n# New\n");
    for name in ["bad name", "", "a..b", "a.lock"] {
        let refused = house.refused(BO, &["baseline", name, "--with-findings", "--dry-run"]);
        assert!(refused.contains("Git takes no tag called"), "{refused}");
    }
    let whole = house.refused(BO, &["baseline", "refs/tags/y", "--with-findings", "--dry-run"]);
    assert!(whole.contains("write the name of the tag alone"), "{whole}");
    let early = house.refused(BO, &["baseline", "sms-baseline/2020-01-01", "--with-findings"]);
    assert!(early.contains("a commit that is younger than its name"), "{early}");
    assert!(early.contains("take the day of the commit"), "{early}");
    let untracked = house.refused(BO, &["baseline", "v2", "--with-findings"]);
    assert!(untracked.contains("docs/new.md is not committed"), "{untracked}");
    house.exchange("docs/form.md", "# Form", "# A form");
    let dirty = house.refused(BO, &["baseline", "v2", "--with-findings"]);
    assert!(dirty.contains("docs/form.md has changes"), "{dirty}");
}

#[test]
fn an_audit_sees_that_its_history_was_rewritten() {
    let house = House::new();
    house.done(BO, &["baseline", "stage1", "--with-findings"]);
    let head = git(house.path(), &["rev-parse", "HEAD"]).out.trim().to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("audit.json");
    let audit = format!(
        "{{\"schema_version\":1,\"tool\":\"clausebook 0.1.0\",\"head\":\"{head}\",\"as_of\":\"2026-03-02\",\
         \"tags\":{{\"stage1\":\"{head}\"}},\"more\":[]}}"
    );
    std::fs::write(&file, &audit).unwrap();
    let check = ["check", "--since-audit", file.to_str().unwrap()];
    let kept = clausebook(house.path(), &check).out;
    assert!(!kept.contains("GI003"), "{kept}");
    assert!(kept.contains(&format!("`clausebook changes {}` says", &head[..10])), "{kept}");

    let older = clausebook(house.path(), &[&check[..], &["--rev", "HEAD~1"]].concat()).out;
    assert!(older.contains("older than the commit, and nothing of it is lost"), "{older}");
    assert!(!older.contains("ask who rewrote"), "{older}");

    // The same commit under a tag of another maker.
    let object = git(house.path(), &["rev-parse", "refs/tags/stage1"]).out.trim().to_owned();
    let objects = format!("\"tag_objects\":{{\"stage1\":\"{object}\"}},\"more\":[]");
    std::fs::write(&file, audit.replace("\"more\":[]", &objects)).unwrap();
    let kept = clausebook(house.path(), &check).out;
    assert!(!kept.contains("GI003"), "{kept}");
    git(house.path(), &["tag", "-f", "stage1", "HEAD"]);
    let anew = clausebook(house.path(), &check).out;
    let words = "was made anew since the audit of 2026-03-02: it is no more than a name, and was ";
    assert!(anew.contains(words), "{anew}");

    git(house.path(), &["commit", "-q", "--amend", "-m", "Another past"]);
    git(house.path(), &["tag", "-f", "stage1"]);
    let rewritten = clausebook(house.path(), &check).out;
    assert!(rewritten.contains("warning[GI003 history-rewritten]: commit "), "{rewritten}");
    assert!(rewritten.contains("which the audit of 2026-03-02 was shown"), "{rewritten}");
    assert!(rewritten.contains("still in the repository"), "{rewritten}");
    assert!(rewritten.contains("the tag `stage1` names commit "), "{rewritten}");

    // Of a commit that is not there nobody can ask what changed since.
    std::fs::write(&file, audit.replace(&head, &"6".repeat(40))).unwrap();
    let nowhere = clausebook(house.path(), &check).out;
    assert!(nowhere.contains("GI003") && !nowhere.contains("clausebook changes"), "{nowhere}");

    std::fs::write(&file, audit.replace("_version\":1", "_version\":2")).unwrap();
    let later = clausebook(house.path(), &check);
    assert_eq!(later.code, 2);
    assert!(later.err.contains("it has the format 2"), "{}", later.err);
    std::fs::write(&file, "[]").unwrap();
    assert_eq!(clausebook(house.path(), &check).code, 2);
}
