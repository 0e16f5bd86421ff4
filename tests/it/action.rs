//! What the action for GitHub does in the shell, run as a runner would: with bash, in what a checkout
//! left.

use crate::program::{Run, clausebook, command, git, repository};
use std::path::Path;

const STORY: &str = "\
# commit 2026-01-10 Ada Lovelace <ada@example.org>: Write

```md docs/policy.md
---
id: POL-CHG-001
type: policy
version: 0.1
status: draft
---
```

# commit 2026-01-11 Ada Lovelace <ada@example.org>: Move

- rename: docs/policy.md -> docs/policies.md
";

/// Returns the lines that a step of `action.yml` runs.
fn lines_of(step: &str) -> String {
    let action = include_str!("../../action.yml");
    let (_, step) = action.split_once(&format!("- name: {step}\n")).unwrap();
    let (_, lines) = step.split_once("run: |\n").unwrap();
    let lines = lines.lines().map_while(|line| match line {
        "" => Some(""),
        line => line.strip_prefix("        "),
    });
    lines.map(|line| format!("{line}\n")).collect()
}

/// Runs the step that completes the history, for a commit and, on a pull request, its base.
fn complete(folder: &Path, commit: &str, base: &str) -> Run {
    let arguments = ["--noprofile", "--norc", "-eo", "pipefail", "-c"];
    let output = command("bash")
        .current_dir(folder)
        .env("REV", commit)
        .env("BASE", base)
        .args(arguments)
        .arg(lines_of("Complete the history"))
        .output()
        .unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_action_completes_the_history_where_the_checkout_has_not_all_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let (house, clone) = (folder.path().join("house"), folder.path().join("clone"));
    repository(STORY, &house);
    let named = |name: &str| git(&house, &["rev-parse", name]).out.trim().to_owned();
    // A pull request, and the merge that GitHub tries out: a checkout has that commit alone.
    git(&house, &["reset", "-q", "--hard"]);
    git(&house, &["tag", "-a", "-m", "Baseline", "sms-baseline/2026-01-10", "HEAD~1"]);
    git(&house, &["checkout", "-q", "--detach"]);
    git(&house, &["commit", "-q", "--allow-empty", "-m", "Ask for it"]);
    let (head, base) = (named("HEAD"), named("main"));
    git(&house, &["checkout", "-q", "--detach", "main"]);
    git(&house, &["merge", "-q", "--no-ff", "-m", "Try it", &head]);
    git(&house, &["update-ref", "refs/pull/1/merge", "HEAD"]);
    git(&house, &["checkout", "-q", "main"]);
    git(folder.path(), &["init", "-q", "clone"]);
    let from = format!("file://{}", house.display());
    git(&clone, &["remote", "add", "origin", &from]);
    let merge = "+refs/pull/1/merge:refs/remotes/pull/1/merge";
    git(&clone, &["fetch", "-q", "--no-tags", "--depth=1", "origin", merge]);
    git(&clone, &["checkout", "-q", "refs/remotes/pull/1/merge"]);
    let judge = ["check", "--rev", head.as_str(), "--policy-ref", base.as_str()];
    assert_eq!(clausebook(&clone, &judge).code, 2);

    let done = complete(&clone, &head, &base);
    assert_eq!((done.code, done.out.as_str(), done.err.as_str()), (0, "", ""));
    let judged = clausebook(&clone, &judge);
    assert_eq!((judged.code, judged.err.as_str()), (1, ""), "{}", judged.out);
    assert_eq!(git(&clone, &["rev-parse", "origin/main"]).out.trim(), base);
    assert_eq!(git(&clone, &["cat-file", "-t", "sms-baseline/2026-01-10"]).out.trim(), "tag");

    // Where all is there, nothing is asked of anybody; where it cannot be fetched, it is said.
    git(&clone, &["remote", "set-url", "origin", "file:///nowhere"]);
    let again = complete(&clone, &head, &base);
    assert_eq!((again.code, again.out.as_str(), again.err.as_str()), (0, "", ""));
    let missing = complete(&clone, &head, "0123456789012345678901234567890123456789");
    assert_eq!(missing.code, 2);
    assert!(missing.out.starts_with("::error::clausebook needs the whole history, and cannot"));
    // What is no repository is told by the check.
    let nothing = tempfile::tempdir().unwrap();
    let code = complete(nothing.path(), &head, "").code;
    assert_eq!((code, clausebook(nothing.path(), &["check"]).code), (0, 2));
}
