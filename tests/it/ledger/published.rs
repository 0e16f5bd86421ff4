//! What is judged beside the publishing branch, or behind it.

use super::{CHANGES, STORY};
use crate::program::{clausebook, git, repository};

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
