//! The commands that write, from outside: what they change, whom they commit as, what they refuse.

mod approving;
mod baselines;
mod commits;
mod files;
mod known;
mod new_documents;
mod next_version;
mod reviewing;
mod withdrawing;

use crate::program::{Run, clausebook_as, git, repository};
use std::path::Path;

const ADA: &str = "Ada Writer <ada@example.org>";
const BO: &str = "Bo Approver <bo@example.org>";
const DAY: &str = "2026-03-05";

/// Ada hands in a policy; Bo may approve it, Cy may not.
const STORY: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 2 }
# The documents of this story have what its point needs.
[preprocessor.clausebook.rules]
field-missing = "off"
parent-kind-not-allowed = "off"
parent-unknown = "off"
section-missing = "off"
```

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.9   # raised in spring
status: in-review # for Bo
owner: change-manager
clauses: [8.5.1.1]
classification: internal
review_months: 12
# what we promise
statements: [Every change is recorded.]
---

# Change Policy

Every change is recorded.
```

```md docs/form.md
---
id: FRM-CHG-001
title: Form
type: form
version: 1.0
status: draft
owner: change-manager
parent: POL-CHG-001
---

# Form

See the [policy](policy.md).
```

# commit 2026-03-02 Dee Director <dee@example.org>: Who may do what

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
version: 1.0
status: in-review
owner: director
register_kind: roles
entries:
  - {role: top-management, person: Bo, email: [bo@example.org], from: 2026-01-01, approves: [policy]}
  - {role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01}
  - {role: clerk, person: Cy, email: [cy@example.org], from: 2026-01-01, to: 2026-02-01}
  - {role: robot, person: sms-bot, email: [bot@example.org], bot: true}
---

# Roles
```
"#;

struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        Self::after("")
    }

    /// The house whose documents came from elsewhere, approved, in one commit of somebody else.
    fn imported() -> Self {
        let approved = |text: &str, row: &str| {
            text.replace("status: in-review", "status: approved")
                .replace("owner: ", &format!("approval: {row}\nowner: "))
        };
        let (policy, roles) = STORY.split_once("# commit 2026-03-02").unwrap();
        let roles = roles.split_once('\n').unwrap().1;
        let roles = roles
            .replace("approves: [policy]", "approves: [policy, register]")
            .replace("owner: director", "owner: change-manager");
        let old = "{by: bo@example.org, role: top-management, on: 2026-01-10, version: 1.0}";
        let gone = "{by: old@example.org, role: director, on: 2026-01-10, version: 1.9}";
        let (policy, form) = policy.split_once("```md docs/form.md").unwrap();
        let policy = approved(policy, gone)
            .replace("Ada Writer <ada@example.org>", "Import <import@example.org>");
        let story = format!("{policy}```md docs/form.md{form}{}", approved(&roles, old));
        let folder = tempfile::tempdir().unwrap();
        repository(&story, folder.path());
        git(folder.path(), &["reset", "-q", "--hard"]);
        Self { folder }
    }

    /// The house after more has happened in it.
    fn after(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        repository(&format!("{STORY}{more}"), folder.path());
        git(folder.path(), &["reset", "-q", "--hard"]);
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, who: &str, arguments: &[&str]) -> Run {
        clausebook_as(self.path(), who, DAY, arguments)
    }

    /// Runs a command that must end with 0, and returns what it prints.
    fn done(&self, who: &str, arguments: &[&str]) -> String {
        let run = self.run(who, arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        run.out
    }

    /// Runs a command that must end with 2, and returns why. Nothing may have changed.
    fn refused(&self, who: &str, arguments: &[&str]) -> String {
        let before = self.state();
        let run = self.run(who, arguments);
        assert_eq!(run.code, 2, "{}", run.out);
        assert_eq!(self.state(), before);
        run.err
    }

    /// Returns all that a command could have changed: commits, tags, index and files.
    fn state(&self) -> String {
        let told = |arguments: &[&str]| git(self.path(), arguments).out;
        told(&["for-each-ref"]) + &told(&["status", "--porcelain=v2"]) + &told(&["diff", "HEAD"])
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path().join(path), text).unwrap();
    }

    fn exchange(&self, path: &str, from: &str, to: &str) {
        self.write(path, &self.read(path).replace(from, to));
    }

    fn commit(&self, message: &str) {
        git(self.path(), &["commit", "-q", "-a", "-m", message]);
    }

    /// Takes the approval of Bo out of the policy, and hands it in again.
    fn take_approval_out(&self) {
        let text = self.read("docs/policy.md").replace("status: approved", "status: in-review");
        let is_kept = |line: &&str| !line.contains("approval:") && !line.contains("by: bo@");
        let lines: Vec<&str> = text.lines().filter(is_kept).collect();
        self.write("docs/policy.md", &(lines.join("\n") + "\n"));
        self.commit("Take it out");
    }

    /// Returns the last commit: author, committer, message, and the files it changed.
    fn last_commit(&self) -> String {
        let format = "--format=%an <%ae>|%cn <%ce>|%s";
        git(self.path(), &["show", "--name-only", format]).out.replace("\n\n", "\n")
    }

    /// Returns the lines of the last commit that went and came.
    fn last_change(&self) -> String {
        let text = git(self.path(), &["show", "--format=", "--unified=0"]).out;
        let is_change = |line: &&str| {
            line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
        };
        text.lines().filter(is_change).map(|line| format!("{line}\n")).collect()
    }
}
