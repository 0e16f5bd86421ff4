//! The approvals of a document, told of the day, the version and the place they were given for.

use super::STORY;
use crate::program::{clausebook, repository};

/// A policy that was approved at one place, and again while it was moved to another.
const MOVED: &str = r"
# commit 2026-07-01 Bo Approver <bo@example.org>: Tidy up

- rename: docs/policy.md -> docs/it's/policy.md

```edit docs/it's/policy.md
-status: draft
+status: approved
...
+approval: {by: bo@example.org, role: director, on: 2026-07-01, version: 1.10}
 statements: [Every change is recorded.]
```
";

#[test]
fn what_was_approved_elsewhere_is_looked_at_where_it_lay() {
    let folder = tempfile::tempdir().unwrap();
    repository(&format!("{STORY}{MOVED}"), folder.path());
    for arguments in [&["show", "POL-CHG-001@1.9"][..], &["log", "POL-CHG-001"]] {
        let json = clausebook(folder.path(), &[arguments, &["--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
        let tenure = if json["versions"].is_array() { &json["versions"][1] } else { &json };
        let command = tenure["in_force"][0]["approvals"][0]["repeat_with"].as_str().unwrap();
        assert!(command.ends_with(" -- 'docs/policy.md'"), "{command}");
    }
    let text = clausebook(folder.path(), &["show", "POL-CHG-001"]).out;
    assert!(text.contains(" -- 'docs/policy.md' 'docs/it'\\''s/policy.md'\n"), "{text}");
}

/// The approval of 1.0 stays in the list when 1.1 is written and approved.
const KEPT: &str = include_str!("../../stories/approvals/earlier_approvals_kept.md");

#[test]
fn an_approval_kept_from_an_earlier_version_is_told_of_that_version() {
    let (before, _) = KEPT.split_once("## commit 2026-03-06").unwrap();
    for (story, own) in [(before, 0), (KEPT, 1)] {
        let folder = tempfile::tempdir().unwrap();
        repository(story, folder.path());
        let text = clausebook(folder.path(), &["show", "POL-1"]).out;
        let earlier =
            "\n  approval for the earlier version 1.0 by bo@example.org on 2026-03-02: verified\n";
        assert!(text.contains(earlier) && !text.contains("contradicted"), "{text}");
        assert_eq!(text.matches("\n  approval of ").count(), own, "{text}");
        let json = clausebook(folder.path(), &["show", "POL-1", "--format", "json"]).out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["approvals"][0]["of_earlier_version"], true);
        assert_eq!(json["approvals"][0]["verdict"], "verified");
        assert_eq!(json["approvals"][0]["contradictions"].as_array().unwrap().len(), 0);
        assert!(json["approvals"][1]["of_earlier_version"].is_null(), "{json}");
    }
    // Where nothing else approves what says that it is approved, that is what is wrong.
    let approval = "  - {by: bo@example.org, on: 2026-03-06, version: 1.1}\n";
    let folder = tempfile::tempdir().unwrap();
    repository(&KEPT.replace(approval, ""), folder.path());
    let text = clausebook(folder.path(), &["show", "POL-1"]).out;
    assert!(text.contains("\n  approval of 1.0 by bo@example.org on 2026-03-02: contr"), "{text}");
}

#[test]
fn the_approval_that_stood_on_a_day_is_told_of_that_day() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/a.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n# Changes\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n\n\
        # commit 2026-02-10 Cy Second <cy@example.org>: Approve it anew\n\n```edit docs/a.md\n-approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n+approval: {by: cy@example.org, on: 2026-02-10, version: 1.0}\n```\n";
    repository(story, folder.path());
    let on = |day| clausebook(folder.path(), &["show", "POL-CHG-001", "--on", day]).out;
    let bo = "approved by bo@example.org on 2026-02-02";
    let then = on("2026-02-05");
    let since = "; the document had this on that day, and has it no more";
    let line = then.lines().find(|line| line.contains(bo)).unwrap_or_else(|| panic!("{then}"));
    assert!(line.ends_with(since), "{then}");
    assert!(!on("2026-02-11").contains(bo), "{}", on("2026-02-11"));
}
