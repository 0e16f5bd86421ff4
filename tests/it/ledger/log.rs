//! The history of one document: its versions, their status and summary, and the commits behind them.

use super::{out, without_commits};
use crate::program::{clausebook, repository};

#[test]
fn a_log_has_the_versions_with_their_proof_and_their_commits() {
    let text = out(&["log", "POL-CHG-001"]);
    let text = without_commits(&text);
    assert_eq!(
        text,
        "POL-CHG-001 Change Policy\n\
         \n\
         1.10 draft\n    \
             2026-06-01  COMMIT  text                Ada Writer <ada@example.org>\n                            \
                                     Draft the next version <soon>\n\
         \n\
         1.9 approved\n  \
           in force from 2026-03-05\n  \
           approved by bo@example.org as director on 2026-03-05: verified, level 2 acted by the approver, commit COMMIT\n    \
             2026-03-05  COMMIT  approval or status  Bo Approver <bo@example.org>\n                            \
                                     Approve the policy\n    \
             2026-03-01  COMMIT  first seen          Ada Writer <ada@example.org>\n                            \
                                     Write the policy\n"
    );
    let json: serde_json::Value =
        serde_json::from_str(&out(&["log", "POL-CHG-001", "--format", "json"])).unwrap();
    assert_eq!(json["versions"][1]["version"], "1.9");
    assert_eq!(json["versions"][1]["in_force"][0]["from"], "2026-03-05");
    assert_eq!(json["versions"][1]["in_force"][0]["approvals"][0]["level"], 2);
    assert_eq!(json["versions"][0]["revisions"][0]["what"], "text");
}

/// What was approved as 1.0 is withdrawn on a line that nobody has merged.
const WITHDRAWN_BESIDE: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

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

# commit 2026-04-01 Ada Writer <ada@example.org>: Withdraw it

- branch: later

```edit docs/one.md
-status: approved
+status: withdrawn
```

# commit 2026-04-02 Ada Writer <ada@example.org>: Something else

- branch: main

```md docs/two.md
# Two
```

# commit 2026-04-03 Ada Writer <ada@example.org>: Keep it

- merge: later

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
";

#[test]
fn a_version_is_headed_by_the_status_it_has_where_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    repository(WITHDRAWN_BESIDE, folder.path());
    let log = clausebook(folder.path(), &["log", "POL-1"]).out;
    assert!(log.contains("\n1.0 approved\n"), "{log}");
    assert!(log.contains("Withdraw it"), "{log}");
}

#[test]
fn an_approval_below_the_level_that_its_type_needs_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-03-01 Ada Writer <ada@example.org>: Begin\n\n\
        ```toml book.toml\n[preprocessor.clausebook.approval]\nminimum = { policy = 3 }\n```\n\n\
        ```md docs/one.md\n---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\nOne.\n```\n\n\
        # commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0\n\n\
        ```edit docs/one.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n";
    repository(story, folder.path());
    let log = clausebook(folder.path(), &["log", "POL-1"]).out;
    assert!(log.contains("\n  Git does not bear its approval out as the type needs\n"), "{log}");
}

/// What was approved as 1.0 is opened again, and gets another summary.
const OPENED: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/one.md
---
id: POL-1
title: One
type: policy
version: 1.0
status: approved
change_summary: Told before
---

# One
```

# commit 2026-04-01 Ada Writer <ada@example.org>: Open it again

```edit docs/one.md
-status: approved
-change_summary: Told before
+status: draft
+change_summary: Told on a line that nobody published
```
";

#[test]
fn a_version_is_told_by_the_summary_it_was_published_with() {
    let folder = tempfile::tempdir().unwrap();
    repository(OPENED, folder.path());
    let log = clausebook(folder.path(), &["log", "POL-1"]).out;
    assert!(log.contains("\n1.0 draft\n  Told before\n"), "{log}");
}

/// A file is written anew in other quotes, is moved, is deleted, and is put back.
const PUT_BACK: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/one.md
---
id: POL-1
title: One
version: 0.1
---

# One
```

# commit 2026-03-02 Ada Writer <ada@example.org>: Quote it

```edit docs/one.md
-title: One
+title: "One"
```

# commit 2026-03-03 Ada Writer <ada@example.org>: Move it

- rename: docs/one.md -> docs/two.md

# commit 2026-03-04 Ada Writer <ada@example.org>: Delete it

- delete: docs/two.md

# commit 2026-03-05 Ada Writer <ada@example.org>: Put it back

```md docs/two.md
---
id: POL-1
title: "One"
version: 0.1
---

# One
```
"#;

#[test]
fn a_log_says_layout_and_put_back_where_that_is_all() {
    let folder = tempfile::tempdir().unwrap();
    repository(PUT_BACK, folder.path());
    let json = clausebook(folder.path(), &["log", "POL-1", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let revisions = json["versions"][0]["revisions"].as_array().unwrap();
    let what: Vec<&str> = revisions.iter().map(|it| it["what"].as_str().unwrap()).collect();
    assert_eq!(what, ["put back", "removed", "moved", "layout", "first seen"]);
}

#[test]
fn a_log_says_since_when_an_old_file_has_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2024-03-01 Ada Writer <ada@example.org>: Write it\n\n```md docs/one.md\n---\ntitle: One\n---\n\n# One\n```\n\n\
                 # commit 2026-03-02 Ada Writer <ada@example.org>: Name it\n\n```edit docs/one.md\n-title: One\n+id: POL-1\n+title: One\n+version: 0.1\n```\n";
    repository(story, folder.path());
    let log = clausebook(folder.path(), &["log", "POL-1"]).out;
    assert!(log.contains("  got its id ") && !log.contains("first seen"), "{log}");
}

/// A conflict is left in a file, and taken out.
const UNREADABLE: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/one.md
---
id: POL-1
version: 0.1
---

# One
```

# commit 2026-03-02 Ada Writer <ada@example.org>: Leave a conflict

```edit docs/one.md
+<<<<<<< HEAD
 ---
 id: POL-1
```
";

#[test]
fn a_log_calls_nothing_removed_that_could_only_not_be_read() {
    let what = |story: &str| -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        repository(story, folder.path());
        let json = clausebook(folder.path(), &["log", "POL-1", "--format", "json"]).out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        let revisions = json["versions"][0]["revisions"].as_array().unwrap();
        revisions.iter().map(|it| it["what"].as_str().unwrap().to_owned()).collect()
    };
    let mended = "\n# commit 2026-03-03 Ada Writer <ada@example.org>: Take it out\n\n```edit docs/one.md\n-<<<<<<< HEAD\n ---\n id: POL-1\n```\n";
    let mended = what(&format!("{UNREADABLE}{mended}"));
    assert_eq!(mended, ["got its id back", "lost its id", "first seen"]);
    let deleted = "\n# commit 2026-03-03 Ada Writer <ada@example.org>: Delete it\n\n- delete: docs/one.md\n\n# commit 2026-03-04 Ada Writer <ada@example.org>: Write another\n\n```md docs/two.md\n---\nid: POL-2\n---\n```\n";
    assert_eq!(what(&format!("{UNREADABLE}{deleted}")), ["lost its id", "first seen"]);
}
