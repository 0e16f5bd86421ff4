//! The commands that read the ledger, from outside: what changed, since when, and what held when.

mod approvals;
mod diff;
mod gone;
mod in_force;
mod log;
mod published;
mod records;
mod since;

use crate::program::{Run, clausebook, repository};

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
