//! The commands that read the ledger, from outside: what changed, since when, and what held when.

use crate::files::work_tree;
use crate::program::{Run, clausebook, git, repository, shell};

/// Ada writes a policy, Bo approves it, Ada drafts the next version.
const STORY: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 2 }
```

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.9
status: in-review
owner: change-manager
clauses: [8.5.1.1]
classification: internal
statements: [Every change is recorded.]
---

# Change Policy

Every change is recorded within a week.
```

# commit 2026-03-05 Bo Approver <bo@example.org>: Approve the policy

```edit docs/policy.md
-status: in-review
+status: approved
...
+approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.9}
 statements: [Every change is recorded.]
```

# commit 2026-06-01 Ada Writer <ada@example.org>: Draft the next version <soon>

```edit docs/policy.md
-version: 1.9
-status: approved
+version: 1.10
+status: draft
...
-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.9}
...
-Every change is recorded within a week.
+Every change is recorded <b>at once</b>.
```
";

fn told(arguments: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    repository(STORY, folder.path());
    clausebook(folder.path(), arguments)
}

/// Returns what a command prints that ends with 0, without the ids of commits.
fn out(arguments: &[&str]) -> String {
    let run = told(arguments);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    run.out
}

#[test]
fn a_draft_is_held_against_the_text_last_approved() {
    let text = out(&["diff", "POL-CHG-001"]);
    let (head, body) = text.split_once("\n\n").unwrap();
    assert!(head.contains("from the last approved, version 1.9, commit"), "{head}");
    assert!(head.contains("to   version 1.10, as in commit"), "{head}");
    assert_eq!(
        body,
        "...\n\
         id: POL-CHG-001\n\
         title: Change Policy\n\
         type: policy\n\
         version: [-1.9-]{+1.10+}\n\
         status: [-approved-]{+draft+}\n\
         owner: change-manager\n\
         clauses: [8.5.1.1]\n\
         classification: internal\n\
         [-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.9}-]\n\
         statements: [Every change is recorded.]\n\
         ---\n\
         \n\
         # Change Policy\n\
         \n\
         Every change is recorded [-within a week-]{+<b>at once</b>+}.\n"
    );
}

#[test]
fn versions_commits_and_nothing_new() {
    assert!(out(&["diff", "POL-CHG-001", "1.10", "work"]).ends_with("\n\nnothing changed\n"));
    let text = out(&["diff", "POL-CHG-001", "HEAD~2", "1.9", "--context", "0"]);
    assert!(text.contains("status: [-in-review-]{+approved+}\n"), "{text}");
    assert!(!text.contains("owner"), "{text}");
    let run = told(&["diff", "POL-CHG-001", "1.8", "1.9"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(
        run.err,
        "clausebook: `1.8` is no version of the document and names no commit; there are 1.10 and 1.9\n"
    );
    let run = told(&["diff", "POL-CHG-002"]);
    assert!(run.err.contains("did you mean `POL-CHG-001`?"), "{}", run.err);
}

#[test]
fn what_a_document_says_is_text_in_html_and_markdown() {
    for format in ["html", "markdown"] {
        let text = out(&["diff", "POL-CHG-001", "--format", format]);
        let line = "recorded <del>within a week</del><ins>&lt;b&gt;at once&lt;/b&gt;</ins>.";
        assert!(text.contains(line), "{text}");
        assert!(!text.contains("<b>"), "{text}");
    }
    assert!(
        out(&["--color", "always", "diff", "POL-CHG-001"]).contains("\u{1b}[31;9m1.9\u{1b}[0m")
    );
}

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

/// A system that changes in every way there is.
const CHANGES: &str = r"
# commit 2026-01-10 Ada Writer <ada@example.org>: Begin

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.0
status: draft
owner: change-manager
---

# Change Policy

One.
```

```md docs/old.md
---
id: WIN-CHG-009
title: Old ways
type: work-instruction
version: 1.0
status: approved
---

# Old ways
```

```md docs/gone.md
---
id: WIN-CHG-010
title: Gone
---

# Gone
```

```md docs/scope.md
---
id: SCO-SMS-001
title: Scope
type: statement
services: [SVC-01]
locations: [Carrow]
---

# Scope
```

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
register_kind: roles
entries:
  - {role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01}
  - {role: director, person: Cy, email: [cy@example.org]}
---

# Roles
```

# commit 2026-02-10 Ada Writer <ada@example.org>: Go on

- rename: docs/policy.md -> docs/policies/change.md
- delete: docs/gone.md

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 3 }
```

```edit docs/policies/change.md
-version: 1.0
+version: 1.1
...
-owner: change-manager
+owner: director
...
-One.
+Two.
```

```edit docs/old.md
-status: approved
+status: withdrawn
+withdrawal_reason: Nobody does it any more
```

```edit docs/scope.md
-services: [SVC-01]
-locations: [Carrow]
+services: [SVC-01, SVC-02]
+locations: []
```

```edit docs/roles.md
-  - {role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01}
-  - {role: director, person: Cy, email: [cy@example.org]}
+  - {role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01, to: 2026-02-01}
+  - {role: director, person: Di, email: [di@example.org]}
```

```md docs/new.md
---
id: REC-REV-2026-001
title: Looked at
type: record
status: closed
---

# Looked at
```

```md docs/twice.md
---
id: SCO-SMS-002
title: Twice
---

# Twice
```

```md docs/twice-more.md
---
id: SCO-SMS-002
title: Twice
---

# Twice
```
";

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

/// Puts a word in the place of the ids of commits.
fn without_commits(text: &str) -> String {
    let is_commit = |word: &str| word.len() == 10 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let words = words.map(|word| {
        let plain = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        if is_commit(plain) { word.replace(plain, "COMMIT") } else { word.to_owned() }
    });
    words.collect()
}

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
const KEPT: &str = include_str!("../stories/approvals/earlier_approvals_kept.md");

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
fn a_record_is_no_draft() {
    let folder = tempfile::tempdir().unwrap();
    repository(CHANGES, folder.path());
    let text = clausebook(folder.path(), &["show", "REC-REV-2026-001"]).out;
    assert!(text.contains("\n  state        record, closed\n"), "{text}");
    assert!(
        text.ends_with("\n  a record has no versions and is not in force; `log` has its commits\n")
    );
    let json = clausebook(folder.path(), &["show", "REC-REV-2026-001", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["state"], &json["status"]), (&"record".into(), &"closed".into()));
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

/// Two lines joined beside the publishing branch: the second one brought an approved version.
const JOINED_BESIDE: &str = r"
# commit 2026-03-06 Ada Writer <ada@example.org>: Begin something else

- branch: epic

```md docs/plan.md
---
id: PLN-CHG-001
type: plan
version: 1.0
status: draft
---

# Plan
```

# commit 2026-03-07 Ada Writer <ada@example.org>: The next version

- branch: sub

```edit docs/policy.md
-version: 1.9
-status: approved
+version: 1.10
+status: approved
...
-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.9}
+approval: {by: bo@example.org, role: director, on: 2026-03-07, version: 1.10}
...
-Every change is recorded within a week.
+Every change is recorded within a day.
```

# commit 2026-03-08 Ada Writer <ada@example.org>: Join them

- branch: epic
- merge: sub
";

#[test]
fn a_merge_beside_the_publishing_branch_left_nothing_out_that_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let until_approved = STORY.split("# commit 2026-06-01").next().unwrap();
    repository(&format!("{until_approved}{JOINED_BESIDE}"), folder.path());
    let run = clausebook(folder.path(), &["check", "--rev", "epic"]);
    assert!(!run.out.contains("VC012"), "{}", run.out);
    assert!(run.out.contains("at commit"), "{}{}", run.out, run.err);
}

#[test]
fn what_is_not_the_published_state_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    repository(CHANGES, path);
    let told = |command: &[&str]| clausebook(path, command).out;
    for command in [&["status"][..], &["show", "POL-CHG-001"]] {
        assert!(!told(command).contains("note: what is judged"), "{command:?}");
    }
    git(path, &["switch", "-q", "-c", "topic"]);
    git(path, &["commit", "-q", "--allow-empty", "-m", "Go on"]);
    let words = "note: what is judged is not on `main` yet; it is told as if it were merged\n";
    for command in [&["status"][..], &["show", "POL-CHG-001"]] {
        assert!(told(command).contains(words), "{command:?}");
    }
    git(path, &["switch", "-q", "main"]);
    git(path, &["commit", "-q", "--allow-empty", "-m", "Go on as well"]);
    let words = "note: `main` has gone on since what is judged; what it changed after that is not told here\n";
    for command in [&["status"][..], &["show", "POL-CHG-001", "--on", "2026-03-01"]] {
        let out = told(&[command, &["--rev", "main~1"]].concat());
        assert!(out.contains(words), "{out}");
    }
    let site = path.join("site");
    clausebook(path, &["build", "--rev", "topic", "--out", site.to_str().unwrap()]);
    let page = std::fs::read_to_string(site.join("register.html")).unwrap();
    let words = "<p class=\"beside\"><strong>Not the published state:</strong> what is judged is not on main, which has gone on meanwhile; ";
    assert!(page.contains(words), "{page}");
    assert!(
        page.contains("<div><dt>State</dt><dd>not the published one</dd></div></dl>"),
        "{page}"
    );
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

#[test]
fn a_nonconformity_is_about_all_clauses_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let record = |number: u8, criterion: &str| {
        format!(
            "```md docs/nc{number}.md\n---\nid: REC-NC-2026-00{number}\ntype: record\nkind: nonconformity\nstatus: open\ngrade: minor\ncriterion: \"{criterion}\"\n---\n\n# At fault\n```\n\n"
        )
    };
    let records = [
        record(1, "8.6.1, 8.6.2"),
        record(2, "clauses 8.5.1.1 to 8.5.1.3"),
        record(3, "ISO/IEC 20000-1:2018, 9.1"),
        record(4, "8.6.9"),
    ];
    let story = format!("# commit 2026-02-01 Ana <ana@example.org>: Begin\n\n{}", records.concat());
    repository(&story, folder.path());
    let out = clausebook(folder.path(), &["check"]).out;
    let none = "the criterion names no clause, and no document that does, so no clause is shown as at fault\n  --> docs/nc";
    assert_eq!(out.matches(none.split('\n').next().unwrap()).count(), 1, "{out}");
    assert!(out.contains("docs/nc4.md"), "{out}");
    let sms = work_tree(folder.path());
    let at_fault = |id: &str| {
        let clauses = sms.clauses_at_fault(sms.document(id).unwrap());
        clauses.into_iter().map(|(_, number)| number).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(at_fault("REC-NC-2026-001"), "8.6.1 8.6.2");
    assert_eq!(at_fault("REC-NC-2026-002"), "8.5.1.1 8.5.1.2 8.5.1.3");
    assert_eq!(at_fault("REC-NC-2026-003"), "9.1");
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
