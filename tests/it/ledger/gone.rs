//! Documents that were removed, taken out of the source folder, or superseded.

use super::without_commits;
use crate::program::{clausebook, repository, shell};

/// Bo approves what Ada wrote; on a branch Ada removes it, and Bo merges that.
const REMOVED: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write two policies

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.0
status: in-review
---

Every change is recorded.
```

```md docs/other.md
---
id: POL-DOC-002
title: Other Policy
type: policy
version: 1.0
status: draft
---

Other.
```

```md docs/third.md
---
id: WIN-SRV-001
title: Third
type: work-instruction
version: 0.1
status: draft
---

Third.
```

# commit 2026-03-05 Bo Approver <bo@example.org>: Approve the policy

```edit docs/policy.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-05, version: 1.0}
```

# commit 2026-03-06 Ada Writer <ada@example.org>: Draft the next

```edit docs/policy.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-05, version: 1.0}
+version: 1.1
+status: draft
...
-Every change is recorded.
+Every change is recorded twice.
```

# commit 2026-04-01 Ada Writer <ada@example.org>: Take it out

- branch: clean-up
- delete: docs/policy.md

# commit 2026-04-02 Bo Approver <bo@example.org>: Merge clean-up

- branch: main
- merge: clean-up
";

#[test]
fn a_document_that_was_removed_has_a_past() {
    let folder = tempfile::tempdir().unwrap();
    repository(REMOVED, folder.path());
    let ask = |arguments: &[&str]| clausebook(folder.path(), arguments);
    let removed = "removed on 2026-04-01 in commit COMMIT by Ada Writer <ada@example.org>: Take it out; merged on 2026-04-02 in commit COMMIT";
    let log = without_commits(&ask(&["log", "POL-CHG-001"]).out);
    assert!(log.starts_with(&format!("POL-CHG-001 Change Policy\n\n  {removed}\n")), "{log}");
    assert!(log.contains("  removed             Ada Writer <ada@example.org>\n"), "{log}");
    assert!(
        log.contains("in force from 2026-03-05 to 2026-04-01; removed in commit COMMIT"),
        "{log}"
    );
    let json = ask(&["log", "POL-CHG-001", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["removed"]["day"], "2026-04-01");
    assert_eq!(json["removed"]["author"], "Ada Writer <ada@example.org>");
    assert!(json["removed"]["merged_in"].is_string());

    let then = without_commits(&ask(&["show", "POL-CHG-001", "--on", "2026-03-20"]).out);
    assert!(then.contains(removed), "{then}");
    assert!(then.contains("in force on 2026-03-20: version 1.0"), "{then}");
    let version = ask(&["show", "POL-CHG-001@1.0"]);
    assert!(version.out.contains("in force from 2026-03-05 to 2026-04-01"), "{}", version.out);
    let now = ask(&["show", "POL-CHG-001"]);
    assert_eq!(now.code, 2);
    assert!(
        without_commits(&now.err).contains(&format!("`POL-CHG-001` was {removed}; `clausebook log POL-CHG-001` tells its history, and `--rev COMMIT~1` shows it as it was")),
        "{}",
        now.err
    );

    let diff = ask(&["diff", "POL-CHG-001", "1.0", "1.1", "--context", "0"]);
    assert!(diff.out.contains("recorded{+ twice+}."), "{} {}", diff.out, diff.err);
    let diff = ask(&["diff", "POL-CHG-001", "approved", "HEAD~1"]);
    assert!(diff.out.contains("from the last approved, version 1.0"), "{} {}", diff.out, diff.err);
    let diff = ask(&["diff", "POL-CHG-001"]);
    assert_eq!(diff.code, 2);
    assert!(
        diff.err
            .contains("so there is no `work`; name two versions or commits; there are 1.0 and 1.1"),
        "{}",
        diff.err
    );

    let near = ask(&["log", "POL-CHG-002"]).err;
    let near = without_commits(&near);
    assert!(near.contains(&format!("did you mean `POL-CHG-001`, which was {removed}?")), "{near}");
    let near = ask(&["log", "POL-DOC-003"]).err;
    assert!(near.ends_with("did you mean `POL-DOC-002`?\n"), "{near}");

    // A file that lies in its place is told, and it is not called removed.
    std::fs::write(folder.path().join("docs/other.md"), "# Other Policy\n").unwrap();
    assert_eq!(shell(folder.path(), "git commit -qam Strip").code, 0);
    let show = ask(&["show", "POL-DOC-002"]);
    let show = without_commits(&show.err);
    assert!(show.contains("`POL-DOC-002` was taken out of document control on "), "{show}");
    let lies = "; the file where it lay, `docs/other.md`, has no front matter; `clausebook log";
    assert!(show.contains(lies), "{show}");
    assert_eq!(shell(folder.path(), "git reset -q --hard HEAD~1").code, 0);

    std::fs::remove_file(folder.path().join("docs/other.md")).unwrap();
    let log = ask(&["log", "POL-DOC-002"]).out;
    assert!(
        log.starts_with(
            "POL-DOC-002 Other Policy\n\n  removed in the work tree, which is not committed\n"
        ),
        "{log}"
    );
}

/// A policy is split in two, and another one is taken in and removed; later one of those that took
/// its place goes on without a word about it.
const SPLIT: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/one.md
---
id: POL-1
title: One
type: policy
version: 1.0
status: in-review
review_months: 12
---

# One
```

```md docs/four.md
---
id: POL-4
title: Four
type: policy
version: 1.0
status: in-review
---

# Four
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve

```edit docs/one.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

```edit docs/four.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

# commit 2026-04-01 Ada Writer <ada@example.org>: Split it

```md docs/two.md
---
id: POL-2
title: Two
type: policy
version: 1.0
status: in-review
supersedes: [POL-1@1.0, POL-4@1.0]
---

# Two
```

```md docs/three.md
---
id: POL-3
title: Three
type: policy
version: 1.0
status: in-review
supersedes: POL-1@1.0
---

# Three
```

# commit 2026-04-02 Bo Approver <bo@example.org>: Approve the parts

```edit docs/two.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-04-02, version: 1.0}
```

```edit docs/three.md
-status: in-review
+status: approved
+effective_from: 2026-04-02
+approval: {by: bo@example.org, on: 2026-04-02, version: 1.0}
```

# commit 2026-04-03 Ada Writer <ada@example.org>: Take it out

- delete: docs/four.md

# commit 2026-05-01 Ada Writer <ada@example.org>: Go on

```edit docs/two.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-04-02, version: 1.0}
-supersedes: [POL-1@1.0, POL-4@1.0]
+version: 2.0
+status: in-review
...
-# Two
+# Two, again
```

# commit 2026-05-02 Bo Approver <bo@example.org>: Approve it again

```edit docs/two.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-05-02, version: 2.0}
```
";

#[test]
fn what_took_the_place_of_a_document_is_named() {
    let folder = tempfile::tempdir().unwrap();
    repository(SPLIT, folder.path());
    let ask = |arguments: &[&str]| {
        let run = clausebook(folder.path(), arguments);
        assert_eq!(run.err, "", "{}", run.out);
        run.out
    };
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&ask(&[arguments, &["--format", "json"]].concat())).unwrap()
    };
    let changes = ask(&["changes", "2026-03-15"]);
    let superseded = "\nSuperseded\n  POL-1 One, 1.0, approved: superseded by POL-2 and POL-3\n\nRemoved\n  POL-4 Four, 1.0, approved: superseded by POL-2\n";
    assert!(changes.contains(superseded), "{changes}");
    let changes = json(&["changes", "2026-03-15"]);
    assert_eq!(changes["superseded"][0]["superseded_by"], serde_json::json!(["POL-2", "POL-3"]));
    let text = ask(&["show", "POL-1"]);
    assert!(text.contains("\n  in its place POL-2 and POL-3\n"), "{text}");
    // Nobody looks at it again, as `status` says.
    assert!(text.contains("\n  review by    none\n"), "{text}");
    let before = ask(&["show", "POL-1", "--rev", "HEAD~4"]);
    assert!(before.contains("\n  review by    2027-03-01\n"), "{before}");
    let shown = json(&["show", "POL-1"]);
    assert!(shown["next_review"].is_null(), "{shown}");
    assert_eq!(shown["superseded_by"], serde_json::json!(["POL-2", "POL-3"]));
    let log = ask(&["log", "POL-1"]);
    assert!(log.contains("to 2026-04-01; superseded by POL-2 and POL-3\n"), "{log}");
    // What took the place before does not take it again.
    let later = ask(&["changes", "2026-04-15"]);
    assert!(!later.to_lowercase().contains("superseded"), "{later}");
    let report = json(&["report", "--base", "HEAD~5", "--rev", "HEAD~2"]);
    let words = serde_json::json!(["POL-1 by POL-2 and POL-3", "POL-4 by POL-2"]);
    assert_eq!(report["superseded"], words);
    let report = ask(&["report", "--base", "HEAD~5", "--rev", "HEAD~2"]);
    assert!(report.contains("superseded: <code>POL-4 by POL-2</code>"), "{report}");
}

/// What is in force is moved out of the folder of the documents, and deleted from there.
const MOVED_OUT: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```toml book.toml
[book]
title = "Documents"
src = "docs"

[preprocessor.clausebook]
uncontrolled = ["attic/**"]
```

```md docs/one.md
---
id: POL-1
title: One
type: policy
version: 1.0
status: approved
---

# One
```

```md docs/two.md
---
id: POL-2
---

# Two
```

# commit 2026-03-02 Ada Writer <ada@example.org>: Put it away

- rename: docs/one.md -> attic/one.md

# commit 2026-03-03 Ada Writer <ada@example.org>: Tidy up

- delete: attic/one.md
"#;

#[test]
fn what_is_moved_out_of_the_documents_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    repository(MOVED_OUT, folder.path());
    let missed = |revision: &str| {
        let run = clausebook(folder.path(), &["check", "--rev", revision]);
        run.out + &run.err
    };
    let out = missed("HEAD~1");
    assert!(
        out.contains("POL-1 was taken out of the source folder while version 1.0 was in force"),
        "{out}"
    );
    let out = missed("HEAD");
    assert!(out.contains("POL-1 was deleted while version 1.0 was in force"), "{out}");
}

#[test]
fn what_another_source_folder_leaves_outside_is_missed() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/all/a.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n# Changes\n```\n\n```md docs/policies/b.md\n---\nid: POL-REL-001\ntype: policy\nversion: 1.0\nstatus: draft\n---\n\n# Releases\n```\n\n```md template.md\n---\nid: POL-TPL-001\ntype: policy\nversion: 1.0\nstatus: approved\napproval: {by: bo@example.org, on: 2026-02-01, version: 1.0}\n---\n\n# Template\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/all/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n\n\
        # commit 2026-02-10 Cy Clerk <cy@example.org>: Look at the policies alone\n\n```toml book.toml\n[book]\nsrc = \"docs/policies\"\n```\n";
    repository(story, folder.path());
    let run = clausebook(folder.path(), &["check"]);
    let missed = "POL-CHG-001 was taken out of the source folder while version 1.0 was in force";
    assert!(run.out.contains(missed), "{}", run.out);
    assert!(!run.out.contains("POL-TPL-001 was taken out"), "{}", run.out);
}

#[test]
fn what_was_taken_out_of_the_source_folder_was_in_force_until_then() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/a.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n# Changes\n```\n\n```md docs/b.md\n---\nid: POL-REL-001\ntype: policy\nversion: 1.0\nstatus: draft\n---\n\n# Releases\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n\n\
        # commit 2026-02-10 Cy Clerk <cy@example.org>: Tidy\n\n- rename: docs/a.md -> old/a.md\n\n\
        # commit 2026-02-20 Cy Clerk <cy@example.org>: Put it back\n\n- rename: old/a.md -> docs/a.md\n";
    repository(story, folder.path());
    let told = |arguments: &[&str]| clausebook(folder.path(), arguments);
    let out = &["--rev", "HEAD~1"][..];
    let log = told(&[&["log", "POL-CHG-001"], out].concat()).out;
    assert!(log.contains("taken out of `docs` on 2026-02-10 in commit"), "{log}");
    assert!(log.contains("in force from 2026-02-02 to 2026-02-09; removed in commit"), "{log}");
    let refused = told(&[&["show", "POL-CHG-001"], out].concat()).err;
    assert!(refused.contains("~1` shows it as it was"), "{refused}");
    let on = |day: &str| told(&["show", "POL-CHG-001", "--on", day]).out;
    assert!(on("2026-02-09").contains("in force on 2026-02-09: version 1.0"));
    assert!(
        on("2026-02-15").contains("nothing was in force on 2026-02-15"),
        "{}",
        on("2026-02-15")
    );
}
