//! What was in force on a day, and what stood beside it or had ended.

use super::{out, told, without_commits};
use crate::program::{clausebook, repository};

#[test]
fn in_force_on_a_day_and_committed_by_it_are_two_answers() {
    let text = without_commits(&out(&["show", "POL-CHG-001", "--on", "2026-07-01"]));
    assert!(text.contains("\n  in force on 2026-07-01: version 1.9\n"), "{text}");
    assert!(text.contains("verified, level 2 acted by the approver"), "{text}");
    let committed =
        "\n  committed by 2026-07-01: version 1.10, draft, commit COMMIT of 2026-06-01\n";
    assert!(text.contains(committed), "{text}");
    let text = out(&["show", "POL-CHG-001", "--on", "2026-03-03"]);
    assert!(text.contains("nothing was in force on 2026-03-03"), "{text}");
    assert!(text.contains("committed by 2026-03-03: version 1.9, in-review"), "{text}");
    let text = out(&["show", "POL-CHG-001", "--on", "2026-02-01"]);
    assert!(text.contains("committed by 2026-02-01: nothing"), "{text}");
    let text = out(&["show", "POL-CHG-001@1.9"]);
    assert!(text.contains("in force from 2026-03-05\n"), "{text}");
    let text = out(&["show", "POL-CHG-001@1.10"]);
    assert!(text.contains("never had this version as approved"), "{text}");
    let run = told(&["show", "POL-CHG-001@3.0"]);
    assert_eq!(run.err, "clausebook: `POL-CHG-001` has no version 3.0; there are 1.10 and 1.9\n");
    let json = out(&["show", "POL-CHG-001", "--on", "2026-07-01", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["in_force"][0]["version"], "1.9");
    assert_eq!(json["in_force"][0]["is_proved"], true);
    assert_eq!(json["committed"]["version"], "1.10");
}

/// A text that was approved, and changed under the approval.
const CHANGED_LATER: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy

```md docs/policy.md
---
id: POL-CHG-001
type: policy
version: 1.0
status: in-review
---

Every change is recorded.
```

# commit 2026-03-05 Bo Approver <bo@example.org>: Approve it

```edit docs/policy.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-05, version: 1.0}
```

# commit 2026-06-01 Ada Writer <ada@example.org>: Record less

```edit docs/policy.md
-Every change is recorded.
+Some changes are recorded.
```
";

#[test]
fn what_was_changed_later_was_right_before() {
    let folder = tempfile::tempdir().unwrap();
    repository(CHANGED_LATER, folder.path());
    let ask = |arguments: &[&str]| without_commits(&clausebook(folder.path(), arguments).out);
    let refuted = "    Git does not bear its approval out as the type needs\n";
    let but =
        "    by the content that stood on 2026-05-31 it does: what speaks against it came later\n";
    let before = ask(&["show", "POL-CHG-001", "--on", "2026-05-31"]);
    assert!(before.contains(&format!("{refuted}{but}")), "{before}");
    let after = ask(&["show", "POL-CHG-001", "--on", "2026-06-01"]);
    assert!(after.contains(refuted) && !after.contains("came later"), "{after}");
    let json = ask(&["show", "POL-CHG-001", "--on", "2026-05-31", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let told = &json["in_force"][0];
    assert_eq!((&told["is_proved"], &told["was_proved_then"]), (&false.into(), &true.into()));
}

#[test]
fn what_was_withdrawn_later_was_in_force_before() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/a.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n# Changes\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n\n\
        # commit 2026-03-01 Ana Owner <ana@example.org>: Withdraw\n\n```edit docs/a.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-01\n```\n";
    repository(story, folder.path());
    let run = clausebook(folder.path(), &["check", "--as-of", "2026-02-15"]);
    assert!(!run.out.contains("AP003"), "{}", run.out);
    let status = clausebook(folder.path(), &["status", "--as-of", "2026-02-15"]).out;
    assert!(status.contains("effective, withdrawn as of 2026-03-01"), "{status}");
}

/// Three policies whose files have drafts: of one the version before is withdrawn, of one it is in force,
/// and of one nobody but its author approved it.
const DRAFTS: &str = r#"
# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 2 }
```

```md docs/a.md
---
id: POL-A
type: policy
version: 1.0
status: in-review
---

# A
```

```md docs/b.md
---
id: POL-B
type: policy
version: 1.0
status: in-review
---

# B
```

```md docs/c.md
---
id: POL-C
type: policy
version: 1.0
status: approved
approval: {by: ana@example.org, on: 2026-02-01, version: 1.0}
---

# C
```

# commit 2026-02-02 Bo Approver <bo@example.org>: Approve two

```edit docs/a.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}
```

```edit docs/b.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}
```

# commit 2026-03-01 Bo Approver <bo@example.org>: Withdraw

```edit docs/a.md
-status: approved
+status: withdrawn
+withdrawn_on: 2026-03-01
+withdrawal_reason: We close
```

# commit 2026-03-02 Ana Owner <ana@example.org>: Draft

```md docs/a.md
---
id: POL-A
type: policy
version: 2.0
status: draft
---

# A
```

```md docs/b.md
---
id: POL-B
type: policy
version: 2.0
status: draft
---

# B
```

```md docs/c.md
---
id: POL-C
type: policy
version: 2.0
status: draft
---

# C
```
"#;

#[test]
fn what_is_out_of_use_or_claimed_beside_a_draft_is_told_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    repository(DRAFTS, folder.path());
    let status = clausebook(folder.path(), &["status"]).out;
    for row in ["draft, 1.0 withdrawn  ", "draft, 1.0 in force  ", "draft, 1.0 claims approval  "] {
        assert!(status.contains(row), "{row}: {status}");
    }
    let sum = "3 documents (3 draft; 1 with the version before in force, \
               1 with the version before claiming approval, 1 with the version before out of use)";
    assert!(status.contains(sum), "{status}");
    let shown = without_commits(&clausebook(folder.path(), &["show", "POL-A"]).out);
    let line = "  out of use   1.0, withdrawn on 2026-03-01 in commit COMMIT: We close\n";
    assert!(shown.contains(line), "{shown}");
    let json = clausebook(folder.path(), &["show", "POL-A", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let out = &json["out_of_use"];
    assert_eq!((&out["version"], &out["state"]), (&"1.0".into(), &"withdrawn".into()));
    let other = clausebook(folder.path(), &["show", "POL-B"]).out;
    assert!(!other.contains("out of use"), "{other}");
}

#[test]
fn an_agreement_past_its_term_says_so_beside_its_state() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/a.md\n---\nid: SLA-ACME-01\ntype: agreement\nversion: 1.0\nstatus: in-review\nvalid_to: 2026-06-30\n---\n\n# Acme\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n";
    repository(story, folder.path());
    let told = |command: &[&str], day| {
        clausebook(folder.path(), &[command, &["--as-of", day]].concat()).out
    };
    let status = told(&["status"], "2026-07-01");
    assert!(status.contains("  effective, its term ended on 2026-06-30  "), "{status}");
    let shown = told(&["show", "SLA-ACME-01"], "2026-07-01");
    let note = "\n  note: its term ended on 2026-06-30: on 2026-07-01 it binds nobody\n";
    assert!(shown.contains(note), "{shown}");
    let status = told(&["status"], "2026-06-30");
    assert!(status.contains("  effective  "), "{status}");
}

#[test]
fn what_ended_before_it_began_is_no_stretch_of_time() {
    let folder = tempfile::tempdir().unwrap();
    let story = "# commit 2026-02-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/a.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\neffective_from: 2026-06-01\n---\n\n# Changes\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve\n\n```edit docs/a.md\n-status: in-review\n+status: approved\n+approval: {by: bo@example.org, on: 2026-02-02, version: 1.0}\n```\n\n\
        # commit 2026-03-10 Bo Approver <bo@example.org>: Withdraw\n\n```edit docs/a.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-10\n```\n";
    repository(story, folder.path());
    let told = |arguments: &[&str]| clausebook(folder.path(), arguments).out;
    let log = told(&["log", "POL-CHG-001"]);
    assert!(log.contains("never in force; withdrawn in commit"), "{log}");
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_str(&told(&[arguments, &["--format", "json"]].concat())).unwrap()
    };
    let tenure = &json(&["log", "POL-CHG-001"])["versions"][0]["in_force"][0];
    assert_eq!(tenure["was_in_force"], false, "{tenure}");
    assert!(tenure["from"].is_null() && tenure["until"].is_null(), "{tenure}");
    let version = &json(&["show", "POL-CHG-001"])["versions"][0];
    assert!(version["from"].is_null() && version["to"].is_null(), "{version}");
}
