//! What changed since a day or a commit, and what is being prepared beside it.

use super::{CHANGES, STORY, without_commits};
use crate::program::{clausebook, repository, shell};

/// The register of roles is approved in a second version, and a third is drafted.
const REGISTERS: &str = r#"
# commit 2026-01-01 Ada Writer <ada@example.org>: Write the register

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
version: 1.0
status: in-review
register_kind: roles
entries:
  - {role: process-owner, person: Bo, email: [bo@example.org], approves: [register]}
  - {role: change-manager, person: Ada, email: [ada@example.org]}
---

# Roles
```

# commit 2026-01-02 Bo Approver <bo@example.org>: Approve it

```edit docs/roles.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, role: process-owner, on: 2026-01-02, version: 1.0}
```

# commit 2026-02-01 Ada Writer <ada@example.org>: Name a clerk

```edit docs/roles.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, role: process-owner, on: 2026-01-02, version: 1.0}
+version: 1.1
+status: in-review
...
   - {role: change-manager, person: Ada, email: [ada@example.org]}
+  - {role: clerk, person: Cy, email: [cy@example.org]}
```

# commit 2026-02-02 Bo Approver <bo@example.org>: Approve 1.1

```edit docs/roles.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, role: process-owner, on: 2026-02-02, version: 1.1}
```

# commit 2026-03-01 Ada Writer <ada@example.org>: Draft without a clerk

```edit docs/roles.md
-version: 1.1
-status: approved
-approval: {by: bo@example.org, role: process-owner, on: 2026-02-02, version: 1.1}
+version: 1.2
+status: draft
...
-  - {role: clerk, person: Cy, email: [cy@example.org]}
+  - {role: director, person: Di, email: [di@example.org]}
```

# commit 2026-03-02 Ada Writer <ada@example.org>: Draft one more

```edit docs/roles.md
   - {role: director, person: Di, email: [di@example.org]}
+  - {role: auditor, person: Ed, email: [ed@example.org]}
```
"#;

#[test]
fn what_the_next_register_of_roles_would_change_is_said_beside_what_changed() {
    let folder = tempfile::tempdir().unwrap();
    repository(REGISTERS, folder.path());
    let roles = |since: &str| {
        let run = clausebook(folder.path(), &["changes", since]);
        let roles = run.out.split_once("\nRoles\n").map(|it| it.1.to_owned());
        roles.unwrap_or_else(|| panic!("{}", run.out))
    };
    let told = "as REG-ROL-001 1.2 says, which is a draft";
    let to_come = [
        format!("  would be new: director (Di), {told}\n"),
        format!("  would be new: auditor (Ed), {told}\n"),
        format!("  would be gone: clerk (Cy), {told}\n"),
    ];
    assert_eq!(roles("2026-01-15"), format!("  new: clerk (Cy)\n{}", to_come.concat()));
    assert_eq!(roles("2026-02-15"), to_come.concat());
    assert_eq!(roles("2026-03-01"), to_come[1]);
    // A first register that nobody approved gives nobody a role.
    let (draft, _) = REGISTERS.split_once("# commit 2026-01-02").unwrap();
    let before = "# commit 2025-12-01 Ada Writer <ada@example.org>: Begin\n\n\
        ```md docs/note.md\nA note.\n```\n\n";
    let folder = tempfile::tempdir().unwrap();
    repository(&format!("{before}{draft}"), folder.path());
    let text = clausebook(folder.path(), &["changes", "2025-12-15"]).out;
    let words = "  new: change-manager (Ada), as REG-ROL-001 1.0 says, which is in review\n";
    assert!(text.contains(words), "{text}");
}

#[test]
fn what_changed_since_a_day() {
    let folder = tempfile::tempdir().unwrap();
    repository(CHANGES, folder.path());
    let run = clausebook(folder.path(), &["changes", "2026-02-09"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    let text = without_commits(&run.out);
    assert_eq!(
        text,
        "from 2026-02-09 (commit COMMIT of 2026-01-10) to the work tree (commit COMMIT of 2026-02-10)\n\
         \nRevised documents\n  \
           POL-CHG-001 Change Policy, 1.0 -> 1.1, draft (text)\n  \
           REG-ROL-001 Roles (entries)\n  \
           SCO-SMS-001 Scope (locations, services)\n\
         \nWithdrawn\n  \
           WIN-CHG-009 Old ways, 1.0, withdrawn: Nobody does it any more\n\
         \nRemoved\n  \
           WIN-CHG-010 Gone\n\
         \nNew records\n  \
           REC-REV-2026-001 Looked at, closed\n\
         \nMoved\n  \
           POL-CHG-001: docs/policy.md -> docs/policies/change.md\n\
         \nOwners\n  \
           POL-CHG-001: change-manager -> director, as POL-CHG-001 1.1 says, which is a draft\n\
         \nScope\n  \
           service came in: SVC-02\n  \
           location left: Carrow\n\
         \nRoles\n  \
           changed: change-manager (Ada, from 2026-01-01 to 2026-02-01), before change-manager (Ada, from 2026-01-01)\n  \
           new: director (Di)\n  \
           gone: director (Cy)\n\
         \nRules\n  \
           the approval level asked of `policy` was 2 and is 3\n\
         \nNot compared: the id is missing or not theirs alone\n  \
           docs/twice-more.md\n  \
           docs/twice.md\n"
    );
    let json = clausebook(folder.path(), &["changes", "HEAD~1", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["revised"][0]["version_before"], "1.0");
    assert_eq!(json["owners"][0]["to"], "director");
    let text = clausebook(folder.path(), &["changes", "HEAD~1", "--format", "markdown"]).out;
    assert!(text.contains("\n### Withdrawn\n\n- WIN-CHG-009 Old ways"), "{text}");
    let same = clausebook(folder.path(), &["changes", "HEAD"]).out;
    assert!(same.contains("Not compared"), "{same}");
    let gone = clausebook(folder.path(), &["log", "WIN-CHG-010"]);
    assert_eq!((gone.code, gone.err.as_str()), (0, ""));
    assert!(
        without_commits(&gone.out)
            .starts_with("WIN-CHG-010 Gone\n\n  removed on 2026-02-10 in commit COMMIT by "),
        "{}",
        gone.out
    );
    let before = clausebook(folder.path(), &["log", "WIN-CHG-010", "--rev", "HEAD~1"]).out;
    assert!(before.starts_with("WIN-CHG-010 Gone\n"), "{before}");
    let never = clausebook(folder.path(), &["changes", "2025-01-01"]);
    assert_eq!(never.code, 2);
    assert!(never.err.contains("the history begins on 2026-01-10"), "{}", never.err);
}

/// A second version takes in a service and comes into force; a third is being written.
const PREPARED: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/scope.md
---
id: SCO-1
title: Scope
type: statement
version: 1.0
status: in-review
owner: Ada
services: [SVC-01]
change_summary: First issue
---

# Scope
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve

```edit docs/scope.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

# commit 2026-04-01 Ada Writer <ada@example.org>: Take in a service

```edit docs/scope.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
-owner: Ada
-services: [SVC-01]
-change_summary: First issue
+version: 2.0
+status: in-review
+owner: Bo
+services: [SVC-01, SVC-02]
+change_summary: SVC-02 comes in
```

# commit 2026-04-02 Bo Approver <bo@example.org>: Approve 2.0

```edit docs/scope.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-04-02, version: 2.0}
```

# commit 2026-05-01 Ada Writer <ada@example.org>: Plan for another

```edit docs/scope.md
-version: 2.0
-status: approved
-approval: {by: bo@example.org, on: 2026-04-02, version: 2.0}
-owner: Bo
-services: [SVC-01, SVC-02]
-change_summary: SVC-02 comes in
+version: 3.0
+status: in-review
+owner: Cy
+services: [SVC-02, SVC-03]
+change_summary: SVC-03 is planned
```
";

#[test]
fn what_came_into_force_is_told_beside_what_is_being_prepared() {
    let folder = tempfile::tempdir().unwrap();
    repository(PREPARED, folder.path());
    let changes = |arguments: &[&str]| {
        let run = clausebook(folder.path(), &[&["changes"], arguments].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        run.out.split_once('\n').unwrap().1.to_owned()
    };
    let prepared = "  SCO-1 Scope, 2.0 -> 3.0, approved -> in-review (approval, services): SVC-03 is planned\n";
    let owner = "  SCO-1: Bo -> Cy, as SCO-1 3.0 says, which is in review\n";
    let scope = "  service would come in: SVC-03, as SCO-1 3.0 says, which is in review\n  \
                 service would leave: SVC-01, as SCO-1 3.0 says, which is in review\n";
    let all = format!(
        "\nRevised documents\n  \
         SCO-1 Scope, 1.0 -> 2.0, approved (approval, services): SVC-02 comes in\n{prepared}\
         \nOwners\n  SCO-1: Ada -> Bo\n{owner}\
         \nScope\n  service came in: SVC-02\n{scope}"
    );
    assert_eq!(changes(&["2026-03-15"]), all);
    // The file had 2.0 in review by then, and 1.0 was in force.
    assert_eq!(changes(&["2026-04-01"]), all);
    let rest = format!("\nRevised documents\n{prepared}\nOwners\n{owner}\nScope\n{scope}");
    assert_eq!(changes(&["2026-04-15"]), rest);
    // What was prepared then as now is nothing new.
    assert_eq!(changes(&["2026-05-01"]), "\nnothing changed\n");
    assert_eq!(changes(&["HEAD~1", "--rev", "HEAD~1"]), "\nnothing changed\n");
    let until = changes(&["HEAD~3", "--rev", "HEAD~1"]);
    assert!(until.contains("1.0 -> 2.0, approved") && !until.contains("in-review"), "{until}");
    let since = changes(&["HEAD~4"]);
    let json = clausebook(folder.path(), &["changes", "HEAD~4", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["revised"][0]["version"], "2.0", "{since}");
    assert_eq!(json["revised"][1]["status"], "in-review");
    assert_eq!(json["owners"][1]["as_told"], "as SCO-1 3.0 says, which is in review");
    let later = "# commit 2026-05-02 Bo Approver <bo@example.org>: Approve 3.0\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n+effective_from: 2026-09-01\n\
        +approval: {by: bo@example.org, on: 2026-05-02, version: 3.0}\n```\n";
    let folder = tempfile::tempdir().unwrap();
    repository(&format!("{PREPARED}\n{later}"), folder.path());
    let changes = clausebook(folder.path(), &["changes", "2026-04-15"]).out;
    assert!(changes.contains("2.0 -> 3.0, approved, takes effect on 2026-09-01 ("), "{changes}");
    assert!(
        changes.contains("SVC-03, as SCO-1 3.0 says, which takes effect on 2026-09-01\n"),
        "{changes}"
    );
}

#[test]
fn what_was_in_force_at_a_commit_is_not_settled_by_what_came_later_that_day() {
    let folder = tempfile::tempdir().unwrap();
    let approve = "\n# commit 2026-06-01 Bo Approver <bo@example.org>: Approve 1.10\n\n```edit docs/policy.md\n\
         -status: draft\n+status: approved\n...\n\
         +approval: {by: bo@example.org, role: director, on: 2026-06-01, version: 1.10}\n \
         statements: [Every change is recorded.]\n```\n";
    repository(&format!("{STORY}{approve}"), folder.path());
    let changes = |since: &str| clausebook(folder.path(), &["changes", since]).out;
    let line = "POL-CHG-001 Change Policy, 1.9 -> 1.10, approved (text, approval)\n";
    assert!(changes("HEAD~1").contains(line), "{}", changes("HEAD~1"));
    // The former file comes back: it is the same, and in force no more.
    shell(folder.path(), "git checkout -q HEAD~2 -- docs/policy.md; git commit -qm 'Put it back'");
    let line = "POL-CHG-001 Change Policy, 1.9, approved, not verified; it was in force then";
    assert!(changes("HEAD~3").contains(line), "{}", changes("HEAD~3"));
}

/// 1.0 is in force, 2.0 begins later; the last commit changes neither.
const ANNOUNCED: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/one.md
---
id: PRO-1
title: One
type: procedure
version: 1.0
status: in-review
owner: Ada
review_months: 1
---

# One
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0

```edit docs/one.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

# commit 2026-04-10 Ada Writer <ada@example.org>: Write 2.0

```edit docs/one.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
-owner: Ada
+version: 2.0
+status: in-review
+owner: Eve
```

# commit 2026-04-11 Bo Approver <bo@example.org>: Approve 2.0 for later

```edit docs/one.md
-status: in-review
+status: approved
+effective_from: 2026-09-01
+approval: {by: bo@example.org, on: 2026-04-11, version: 2.0}
```

# commit 2026-04-12 Ada Writer <ada@example.org>: Keep notes

```md notes.md
Notes.
```
";

#[test]
fn what_is_to_come_was_in_force_at_no_time() {
    let folder = tempfile::tempdir().unwrap();
    repository(ANNOUNCED, folder.path());
    let changes = clausebook(folder.path(), &["changes", "HEAD~1"]).out;
    assert!(changes.ends_with("\n\nnothing changed\n"), "{changes}");
}

#[test]
fn a_day_in_another_form_is_told_as_that() {
    let folder = tempfile::tempdir().unwrap();
    repository(ANNOUNCED, folder.path());
    let refused = clausebook(folder.path(), &["changes", "01.06.2026"]);
    let told = "`01.06.2026` names no commit of this repository; a day is written like 2026-03-01";
    assert!(refused.code == 2 && refused.err.contains(told), "{}", refused.err);
}

#[test]
fn what_is_due_of_the_version_in_force_is_told_to_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    repository(ANNOUNCED, folder.path());
    for owner in ["Ada", "Eve"] {
        let status = clausebook(folder.path(), &["status", "--owner", owner]).out;
        assert!(status.contains("approved, 1.0 in force, review overdue"), "{status}");
        assert!(status.contains("1 with the version before overdue"), "{status}");
    }
}

#[test]
fn what_stood_under_a_mistyped_id_is_the_document_since_then_as_well() {
    let story = STORY.to_owned()
        + "\n# commit 2026-06-10 Ada Writer <ada@example.org>: Mistype the id\n\n\
           ```edit docs/policy.md\n-id: POL-CHG-001\n+id: POL-CHG-01\n```\n\n\
           # commit 2026-06-12 Ada Writer <ada@example.org>: Put it right\n\n\
           ```edit docs/policy.md\n-id: POL-CHG-01\n+id: POL-CHG-001\n```\n";
    let folder = tempfile::tempdir().unwrap();
    repository(&story, folder.path());
    let run = clausebook(folder.path(), &["changes", "2026-06-11"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.ends_with("\n\nnothing changed\n"), "{}", run.out);
}
