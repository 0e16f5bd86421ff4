//! The commands, from outside: what they print, where, and how they end.

use crate::help::commands;
use crate::program::{clausebook, clausebook_as, command, git, is_shown_in, repository, shell};
use std::path::Path;

const POLICY: &str = "\
```md docs/policy.md
---
id: POL-ITSM-001
title: Service Management Policy
type: policy
version: 0.1
status: draft
owner: ada@example.org
clauses: [5.2.1]
classification: internal
statements: [Services are planned.]
---

# Service Management Policy

See the [plan](plan.md).
```
";

fn with(story: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    repository(story, folder.path());
    folder
}

#[test]
fn a_dead_link_ends_with_one_and_points_at_its_place() {
    let folder = with(POLICY);
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("error[LN001 dead-link]"), "{}", run.out);
    assert!(run.out.contains(" --> docs/policy.md:15:9"), "{}", run.out);
    assert_eq!(run.err, "");
}

#[test]
fn the_path_may_be_any_folder_inside() {
    let folder = with(POLICY);
    let inside = folder.path().join("docs");
    assert_eq!(clausebook(&inside, &["check"]).code, 1);
    let elsewhere = tempfile::tempdir().unwrap();
    let path = inside.to_str().unwrap();
    assert_eq!(clausebook(elsewhere.path(), &["check", path]).code, 1);
    assert_eq!(clausebook(elsewhere.path(), &["-C", path, "check"]).code, 1);
}

#[test]
fn more_threads_than_any_machine_has_are_not_waited_for() {
    let folder = with(POLICY);
    let usual = clausebook(folder.path(), &["check"]);
    let many = command(env!("CARGO_BIN_EXE_clausebook"))
        .current_dir(folder.path())
        .arg("check")
        .env("RAYON_NUM_THREADS", "1000000")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&many.stdout), usual.out);
}

#[test]
fn the_folder_of_git_may_lie_elsewhere() {
    let folder = with(POLICY);
    let elsewhere = tempfile::tempdir().unwrap();
    let kept = elsewhere.path().join("kept");
    std::fs::rename(folder.path().join(".git"), &kept).unwrap();
    std::fs::write(folder.path().join(".git"), format!("gitdir: {}\n", kept.display())).unwrap();
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains(" --> docs/policy.md:15:9"), "{}", run.out);
}

#[test]
fn a_repository_that_was_moved_away_from_its_work_tree_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // As Git and libgit2 name it.
    let top = folder.path().canonicalize().unwrap();
    let house = top.join("house");
    std::fs::create_dir(&house).unwrap();
    repository(POLICY, &house);
    git(&house, &["worktree", "add", "-q", "../linked"]);
    std::fs::rename(&house, top.join("moved")).unwrap();
    let run = clausebook(&top.join("linked/docs"), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    let said = |file: &str| {
        let (file, folder) = (top.join(file), house.join(".git/worktrees/linked"));
        format!(
            "clausebook: `{}` says that the repository lies at `{}`, and there is none; if it was moved, `git worktree repair` mends that",
            file.display(),
            folder.display()
        )
    };
    assert!(run.err.starts_with(&said("linked/.git")), "{}", run.err);

    // It is not another repository that is judged, as one around it.
    std::fs::rename(top.join("linked"), top.join("moved/linked")).unwrap();
    let run = clausebook(&top.join("moved/linked"), &["check"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.starts_with(&said("moved/linked/.git")), "{}", run.err);
    assert_eq!(clausebook(&top.join("moved"), &["check"]).code, 1);
    std::fs::write(top.join("moved/linked/.git"), "gitdir: nowhere\n").unwrap();
    let run = clausebook(&top.join("moved/linked"), &["check"]);
    assert!(run.err.contains("write into that file where it lies now"), "{}", run.err);
}

#[test]
fn an_index_that_is_damaged_is_not_said_to_be_gone() {
    let folder = with(POLICY);
    let index = folder.path().join(".git/index");
    std::fs::write(&index, "junk\n").unwrap();
    for staged in [&["check"][..], &["check", "--staged"], &["baseline", "x"]] {
        let run = clausebook(folder.path(), staged);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        let why = ".git/index` is damaged: it is too short to be one; once it is taken away, `git reset` writes it anew";
        assert!(run.err.contains(why), "{staged:?}: {}", run.err);
    }
    // As it advises.
    assert_eq!(shell(folder.path(), "rm .git/index && git reset -q").code, 0);
    assert_eq!(clausebook(folder.path(), &["check"]).code, 1);
}

#[test]
fn a_head_without_its_commit_is_named() {
    let folder = with(POLICY);
    let head = folder.path().join(".git/HEAD");
    std::fs::write(&head, "ref: refs/heads/gone\n").unwrap();
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("HEAD names the branch `gone`"), "{}", run.err);
    std::fs::write(&head, format!("{}\n", "1".repeat(40))).unwrap();
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("does not hold"), "{}", run.err);
}

/// A tool wrote a whole document as one line, and nothing in it leads anywhere.
#[test]
fn a_line_may_be_as_long_as_a_file() {
    let line: String = (0..1_000).map(|i| format!("[\u{e4}](x{i}.md) ")).collect();
    let folder = with(&POLICY.replace("See the [plan](plan.md).", &line));
    let run = clausebook(folder.path(), &["check"]);
    let before = line.find("[\u{e4}](x999.md)").unwrap();
    let column = line[..before].chars().count() + 1;
    let place = format!("`docs/x999.md`, which does not exist\n  --> docs/policy.md:15:{column}\n");
    assert!(run.out.contains(&place), "{place}");
}

#[test]
fn a_baseline_left_behind_tells_what_is_gone() {
    let folder = with(&POLICY.replace("status: draft", "status: approved"));
    let path = folder.path();
    let file = path.join("docs/policy.md");
    git(path, &["tag", "-a", "-m", "Stage 1", "sms-baseline/2026-01-10-stage1"]);
    git(path, &["checkout", "-q", "--orphan", "anew"]);
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("POL-ITSM-001", "POL-OTHER-001")).unwrap();
    git(path, &["commit", "-q", "-a", "-m", "Begin anew"]);
    git(path, &["branch", "-q", "-M", "anew", "main"]);
    let run = clausebook(path, &["check"]);
    assert!(run.out.contains("warning[GI003 history-rewritten]"), "{}", run.out);
    let gone = "it holds as approved POL-ITSM-001 0.1, which is not here any more";
    assert!(run.out.contains(gone), "{}", run.out);
}

#[test]
fn a_baseline_of_nothing_keeps_nothing() {
    let folder = with(POLICY);
    let path = folder.path();
    git(path, &["tag", "-a", "-m", "A tree", "baseline-tree", "HEAD^{tree}"]);
    std::fs::write(path.join(".git/refs/tags/baseline-lost"), format!("{}\n", "12".repeat(20)))
        .unwrap();
    let out = clausebook(path, &["check"]).out;
    for name in ["baseline-tree", "baseline-lost"] {
        let words =
            format!("the tag `{name}` is named as a baseline, and what it names is no commit");
        assert!(out.contains(&words), "{out}");
    }
}

#[test]
fn a_folder_is_seen_from_the_one_of_the_repository() {
    let folder = with(POLICY);
    let told = |arguments: &[&str]| clausebook(Path::new("/"), arguments);
    let root = folder.path().to_str().unwrap();
    let inside = told(&["-C", root, "check", "docs"]);
    assert_eq!(inside.out, told(&["check", root]).out, "{}", inside.err);
}

#[test]
fn a_source_that_is_a_file_is_refused() {
    let folder = with(POLICY);
    let path = folder.path();
    std::fs::write(path.join("book.toml"), "[book]\nsrc = \"docs/policy.md\"\n").unwrap();
    let run = clausebook(path, &["check"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(
        run.err.contains("`docs/policy.md` is a file, and a folder was expected"),
        "{}",
        run.err
    );
}

#[test]
fn an_output_that_is_refused_leaves_nothing_at_all() {
    let folder = with(POLICY);
    let path = folder.path();
    std::fs::write(path.join("book.toml"), "[preprocessor.clausebook]\nout = \"docs\"\n").unwrap();
    let run = clausebook(path, &["build"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(!path.join(".git/clausebook").exists());
}

#[test]
fn a_branch_fetched_by_its_address_is_the_publishing_branch() {
    let folder = with(POLICY);
    let path = folder.path();
    git(path, &["update-ref", "refs/remotes/origin/main", "HEAD"]);
    git(path, &["branch", "-q", "-M", "main", "topic"]);
    let out = clausebook(path, &["check"]).out;
    assert!(!out.contains("TR002"), "{out}");
}

/// Puts a commit on the branch that no Git would have made, and returns its id.
fn commit_raw(path: &Path, raw: &str) -> String {
    std::fs::write(path.join(".git/raw"), raw).unwrap();
    let id = git(path, &["hash-object", "-t", "commit", "-w", "--literally", ".git/raw"]).out;
    git(path, &["update-ref", "refs/heads/main", id.trim()]);
    id
}

#[test]
fn a_commit_of_two_authors_is_nobodys_approval() {
    let folder = with(POLICY);
    let path = folder.path();
    let file = path.join("docs/policy.md");
    let text = std::fs::read_to_string(&file).unwrap();
    let approval = "status: approved\napproval: {by: bo@example.org, on: 2026-01-10, version: 0.1}";
    std::fs::write(&file, text.replace("status: draft", approval)).unwrap();
    git(path, &["commit", "-q", "-a", "-m", "Approve"]);
    let bo = "Bo <bo@example.org> 1768035600 +0000";
    let (tree, parent) = (hash(path, "HEAD^{tree}"), hash(path, "HEAD~1"));
    let commit = |authors: &str| {
        let raw = format!("tree {tree}\nparent {parent}\n{authors}committer {bo}\n\nApprove\n");
        commit_raw(path, &raw);
        clausebook(path, &["show", "POL-ITSM-001"]).out
    };
    let one = commit(&format!("author {bo}\n"));
    assert!(one.contains("2 acted by the approver"), "{one}");
    let two = commit(&format!("author {bo}\nauthor Mallory <m@evil.example> 1768035600 +0000\n"));
    assert!(two.contains("1 claimed"), "{two}");
    assert!(two.contains("in a commit that names one author and one committer"), "{two}");
    let run = clausebook(path, &["check"]);
    assert!(run.out.contains("malformed: it names two authors"), "{}", run.out);
}

#[test]
fn a_commit_of_no_day_is_judged_on_the_day_that_is_given() {
    let folder = with(POLICY);
    let path = folder.path();
    let (tree, parent) = (hash(path, "HEAD^{tree}"), hash(path, "HEAD"));
    let ada = "Ada <ada@example.org> 99999999999999999999 +0000";
    let raw = format!("tree {tree}\nparent {parent}\nauthor {ada}\ncommitter {ada}\n\nNever\n");
    commit_raw(path, &raw);
    let run = clausebook(path, &["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("has no readable date; say which day to speak of"), "{}", run.err);
    let run = clausebook(path, &["check", "--as-of", "2026-02-01"]);
    assert!(run.out.contains("the committer's time stamp cannot be read"), "{}", run.out);
}

#[test]
fn a_parent_that_git_does_not_follow_is_none() {
    let folder = with(POLICY);
    let path = folder.path();
    git(path, &["commit", "-q", "--allow-empty", "-m", "Later"]);
    let (tree, parent) = (hash(path, "HEAD^{tree}"), hash(path, "HEAD~1"));
    let ada = "Ada <ada@example.org> 1768035600 +0000";
    let raw = format!("tree {tree}\nauthor {ada}\ncommitter {ada}\nparent {parent}\n\nLate\n");
    let id = commit_raw(path, &raw);
    assert_eq!(git(path, &["rev-list", "--count", "HEAD"]).out.trim(), "1");
    let log = clausebook(path, &["log", "POL-ITSM-001"]);
    let log = log.out + &log.err;
    assert!(log.contains(&id[..10]) && !log.contains(&parent[..10]), "{log}");
    let run = clausebook(path, &["check"]);
    assert!(run.out.contains("it names a parent where Git looks for none"), "{}", run.out);
}

#[test]
fn a_folder_that_breaks_off_ends_the_run() {
    let folder = with(POLICY);
    let path = folder.path();
    let text = hash(path, "HEAD:docs");
    let raw =
        shell(path, "git cat-file tree HEAD:docs > .git/raw; printf '100644 cut' >> .git/raw");
    assert_eq!(raw.code, 0, "{}", raw.err);
    let cut = git(path, &["hash-object", "-t", "tree", "-w", "--literally", ".git/raw"]).out;
    let trees = format!("git ls-tree HEAD | sed s/{text}/{}/ | git mktree --missing", cut.trim());
    let tree = shell(path, &trees).out;
    let commit = git(path, &["commit-tree", "-p", "HEAD", "-m", "Cut", tree.trim()]).out;
    let run = clausebook(path, &["check", "--rev", commit.trim()]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains(&format!("object {} is damaged", cut.trim())), "{}", run.err);
}

#[test]
fn a_file_that_git_checks_out_in_another_form_is_what_git_holds() {
    for attribute in ["ident", "filter=mark", "working-tree-encoding=UTF-16LE"] {
        let folder = with(POLICY);
        let path = folder.path();
        let lines = format!(
            "git config filter.mark.clean 'sed s/MARKED/plain/'
             git config filter.mark.smudge 'sed s/plain/MARKED/'
             echo '$Id$ plain' >> docs/policy.md
             git add docs; git commit -qm 'More'
             echo '*.md {attribute}' > .gitattributes
             git add .gitattributes; git commit -qm 'Attributes'
             rm docs/policy.md; git checkout -q docs/policy.md
             ! git show HEAD:docs/policy.md | cmp -s - docs/policy.md
             test -z \"$(git status --short)\""
        );
        let made = shell(path, &lines);
        assert_eq!(made.code, 0, "{attribute}: {}", made.err);
        let committed = clausebook(path, &["check", "--rev", "HEAD"]);
        let run = clausebook(path, &["check"]);
        assert_eq!((run.code, run.out), (committed.code, committed.out), "{attribute}");
    }
}

#[test]
fn a_document_is_in_force_from_its_approval_until_its_withdrawal() {
    let stories = crate::stories::of("tenures");
    let (_, story) = stories.iter().find(|(name, _)| name == "versions_follow_each_other").unwrap();
    let folder = with(story);
    for (revision, day, state) in [
        ("HEAD~1", "2026-04-10", "POL-1  2.0      approved, 1.0 in force"),
        ("HEAD~1", "2026-05-01", "POL-1  2.0      effective"),
        (
            "HEAD",
            "2026-04-10",
            "POL-1  2.0      approved, withdrawn as of 2026-10-01, 1.0 in force",
        ),
        ("HEAD", "2026-09-30", "POL-1  2.0      effective, withdrawn as of 2026-10-01"),
        ("HEAD", "2026-10-01", "POL-1  2.0      withdrawn  "),
    ] {
        let status = ["status", "--rev", revision, "--as-of", day];
        let run = clausebook(folder.path(), &status);
        assert!(run.out.contains(state), "{revision} on {day}: {}{}", run.out, run.err);
    }
}

#[test]
fn a_file_that_cannot_be_identified_has_no_state_and_is_counted_as_what_it_is() {
    let folder = with(POLICY);
    let text = std::fs::read_to_string(folder.path().join("docs/policy.md")).unwrap();
    let unclosed = text.replacen("\n---\n", "\n", 1);
    std::fs::write(folder.path().join("docs/unclosed.md"), unclosed).unwrap();
    std::fs::write(folder.path().join("docs/copy.md"), text).unwrap();
    assert_eq!(shell(folder.path(), "git add -A; git commit -qm Copies").code, 0);
    let status = clausebook(folder.path(), &["status"]);
    assert!(status.out.contains("3 documents (3 not identified), 0 records"), "{}", status.out);
    assert!(!status.out.contains("draft"), "{}", status.out);
    let check = clausebook(folder.path(), &["check"]);
    let numbers = "3 documents, 0 records, 3 of these not identified, ";
    assert!(check.out.contains(numbers), "{}{}", check.out, check.err);
}

/// A policy of Ada's that Bo approved.
const APPROVED: &str = "\
## commit 2026-03-01 Ada Owner <ada@example.org>: Hand in

```md docs/policy.md
---
id: POL-1
title: Service Policy
type: policy
version: 1.0
status: in-review
owner: ada@example.org
clauses: [5.2.1]
classification: internal
statements: [Services are planned.]
---

# Service Policy

Services are planned.
```

## commit 2026-03-02 Bo Approver <bo@example.org>: Approve

```edit docs/policy.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```
";

#[test]
fn what_cannot_be_read_in_full_is_shown_as_that_and_what_is_in_force_of_it_beside_it() {
    let folder = with(APPROVED);
    let file = folder.path().join("docs/policy.md");
    let readable = std::fs::read(&file).unwrap();
    let text = String::from_utf8(readable.clone()).unwrap();
    let latin = [&readable[..], b"na\xEFve\n"].concat();
    let nul = [&readable[..], b"x\0\n"].concat();
    let twice = text.replacen("owner:", "owner: bo@example.org\nowner:", 1);
    for (bytes, because) in [
        (latin, "docs/policy.md:17:3: the byte 0xEF is not UTF-8"),
        (nul, "docs/policy.md:17:2: the file holds a NUL byte (U+0000)"),
        (twice.into_bytes(), "docs/policy.md:9:1: the key `owner` stands twice"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let show = clausebook(folder.path(), &["show", "POL-1"]);
        assert_eq!(show.code, 0, "{}", show.err);
        let state = format!("  state        not identified\n  because      {because}");
        assert!(show.out.contains(&state), "{}", show.out);
        assert!(show.out.contains("  digest       none\n"), "{}", show.out);
        // The publishing branch still has it as it was approved.
        let in_force = "\n  in force on 2026-03-02: version 1.0\n    in force from 2026-03-02\n";
        assert!(show.out.contains(in_force), "{}", show.out);
        assert!(show.out.contains("verified, level 2 acted by the approver"), "{}", show.out);
        let json = clausebook(folder.path(), &["show", "POL-1", "--format", "json"]).out;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["state"], "not-identified");
        assert_eq!(json["digest"], serde_json::Value::Null);
        let why = json["not_identified"]["because"][0].as_str().unwrap();
        assert!(why.starts_with(because), "{why}");
        assert_eq!(json["not_identified"]["in_force"]["version"], "1.0");
        for option in ["--digest", "--digest-text"] {
            let digest = clausebook(folder.path(), &["show", "POL-1", option]);
            assert_eq!((digest.code, digest.out.as_str()), (2, ""), "{option}");
            let words = "clausebook: `POL-1` has no digest, as its file cannot be read in full: ";
            assert!(digest.err.starts_with(&format!("{words}{because}")), "{}", digest.err);
        }
    }
    // Once it is committed, the version is no longer what was approved.
    let committed = shell(folder.path(), "git commit -qam Edit");
    assert_eq!(committed.code, 0, "{}", committed.err);
    let show = clausebook(folder.path(), &["show", "POL-1"]);
    let said = "\n  said to be in force on ";
    assert!(show.out.contains(said), "{}", show.out);
    assert!(show.out.contains("; its content changed after the approval"), "{}", show.out);
    let as_it_is = text.replace("id: POL-1", "id: \"a/b\"");
    std::fs::write(&file, as_it_is).unwrap();
    let show = clausebook(folder.path(), &["show", "a/b"]);
    let state = "  state        not identified\n  because      Its id `a/b` is not made of letters";
    assert!(show.out.contains(state), "{}{}", show.out, show.err);
    assert!(show.out.contains("\n  nothing is in force on "), "{}", show.out);
}

#[test]
fn a_name_means_one_commit_whatever_others_call_theirs() {
    let folder = with(POLICY);
    let path = folder.path();
    let lines = "main=$(git rev-parse main); git switch -qc feature
                 echo More. >> docs/policy.md; git commit -qam More
                 git remote add origin .; git update-ref refs/remotes/origin/main $main
                 git symbolic-ref refs/remotes/origin/HEAD refs/remotes/origin/main
                 git update-ref refs/remotes/origin/origin/main feature
                 git tag origin/main feature; git update-ref refs/heads/$main feature";
    let made = shell(path, lines);
    assert_eq!(made.code, 0, "{}", made.err);
    let (main, feature) = (hash(path, "refs/heads/main"), hash(path, "refs/heads/feature"));
    for (name, commit) in [
        ("HEAD", &feature),
        ("@", &feature),
        ("HEAD~1", &main),
        ("feature^", &main),
        ("origin/main", &main),
        ("origin/main~0", &main),
        ("refs/tags/origin/main", &feature),
        ("main", &main),
        (&main, &main),
    ] {
        let run = clausebook(path, &["check", "--format", "json", "--rev", name]);
        let judged = format!("\"head\": \"{commit}\"");
        assert!(run.out.contains(&judged), "{name} is {commit}: {}{}", run.out, run.err);
    }
}

#[test]
fn who_is_behind_changes_no_rule() {
    let folder = with(POLICY);
    let path = folder.path();
    let lines = |level: &str| {
        format!(
            "printf '[preprocessor.clausebook.rules]\\ndead-link = \"{level}\"\\n' > book.toml
             git add book.toml; git commit -qm Rules"
        )
    };
    let behind = format!("{}; git branch behind; {}", lines("note"), lines("warning"));
    assert_eq!(shell(path, &behind).code, 0);
    let told = |rev: &str| {
        let run = clausebook(path, &["check", "--rev", rev]);
        assert!(run.out.contains("warning[LN001"), "{}{}", run.out, run.err);
        run.out.contains("TR001")
    };
    assert!(!told("behind"));
    let own = format!("git switch -q behind; {}", lines("error"));
    assert_eq!(shell(path, &own).code, 0);
    assert!(told("behind"));
}

#[test]
fn a_change_of_rules_is_told_of_the_revision_that_judges() {
    let folder = with(POLICY);
    let path = folder.path();
    let off = "printf '[preprocessor.clausebook.rules]\\ndead-link = \"off\"\\n' >> book.toml";
    let lines = format!("git tag audited; {off}; git add book.toml; git commit -qm Off");
    assert_eq!(shell(path, &lines).code, 0);
    let told = |arguments: &[&str]| {
        let run = clausebook(path, arguments);
        let (_, told) = run.out.split_once("warning[TR001 trust-root-changed]: ").unwrap();
        told.split("\n\n").next().unwrap().to_owned()
    };
    let by_the_tag = "the level of the rule `dead-link` is off here, and as it comes in `audited`
--> book.toml:1:1
 = note: what is judged here was judged by the rules of `audited`
 = help: let whoever answers for it see the change on its own; judge by what has it after that";
    assert_eq!(told(&["check", "--policy-ref", "audited"]), by_the_tag);
    assert_eq!(told(&["check", "--policy-ref", "audited", "--rev", "HEAD"]), by_the_tag);

    // By whatever name: these are the rules of the publishing branch.
    let lines = "printf 'version-not-bumped = \"off\"\\n' >> book.toml; git rev-parse main";
    let tip = shell(path, lines).out.trim().to_owned();
    let by_the_branch = told(&["check"]);
    assert!(by_the_branch.contains("of the publishing branch"), "{by_the_branch}");
    assert!(by_the_branch.contains("it is not committed yet"), "{by_the_branch}");
    assert_eq!(told(&["check", "--policy-ref", &tip]), by_the_branch);
}

#[test]
fn what_cannot_be_meant_in_book_toml_is_told_with_its_place() {
    let folder = with(POLICY);
    let path = folder.path();
    let told = |text: &[u8]| {
        std::fs::write(path.join("book.toml"), text).unwrap();
        let run = clausebook(path, &["check"]);
        assert_eq!(run.code, 2, "{}", run.out);
        run.err.trim_end().to_owned()
    };
    assert_eq!(
        told(b"[book]\ntitle = \"M\xE4nual\"\n"),
        "clausebook: book.toml:2:11: the byte 0xE4 is not UTF-8; save the file as UTF-8"
    );
    let frameworks = |names: &str| {
        let text = format!("[preprocessor.clausebook]\nframeworks = [{names}]\n");
        told(text.as_bytes())
    };
    let unknown = frameworks("\"iso20000-1:2018\", \"iso99999\"");
    assert!(
        unknown.starts_with("clausebook: book.toml:2:34: framework `iso99999` is not among"),
        "{unknown}"
    );
    assert_eq!(
        frameworks("\"iso20000-1:2018\", \"iso20000-1:2018\""),
        "clausebook: book.toml:2:34: framework `iso20000-1:2018` is chosen, but `iso20000-1` was chosen before it"
    );
}

#[test]
fn no_site_is_written_into_a_folder_of_git() {
    let folder = with(POLICY);
    let path = folder.path();
    let beside = tempfile::tempdir().unwrap();
    let made = "git init -q other; git init -q --bare bare.repo; mkdir other/.git/new";
    assert_eq!(shell(beside.path(), made).code, 0);
    for out in ["other/.git/site", "other/.git/new", "bare.repo/site", "bare.repo/refs/heads"] {
        let target = beside.path().join(out);
        let run = clausebook(path, &["build", "--out", target.to_str().unwrap()]);
        let refused = "is, or lies inside, a folder of Git; name another folder";
        assert!(run.code == 2 && run.err.contains(refused), "{out}: {}{}", run.out, run.err);
        assert!(!target.join("index.html").exists(), "{out}");
    }
}

#[test]
fn a_change_of_roles_that_is_not_committed_is_to_be_committed() {
    let folder = with(POLICY);
    let path = folder.path();
    let roles = "printf -- '---\\nid: REG-ROL-001\\ntype: register\\nregister_kind: roles\\nentries:\\n  - {role: director, person: Bo, email: [bo@example.org], from: 2026-01-01}\\n---\\n' > docs/roles.md; git add docs/roles.md";
    assert_eq!(shell(path, roles).code, 0);
    let help = |arguments: &[&str]| {
        let run = clausebook(path, arguments);
        let (_, told) = run.out.split_once("warning[TR001").unwrap();
        told.lines().find(|line| line.contains("= help:")).unwrap().trim().to_owned()
    };
    let to_commit = "= help: commit it on its own, and bring it to the branch where whoever answers for it sees it; it is not committed yet";
    assert_eq!(help(&["check"]), to_commit);
    let staged = clausebook(path, &["check", "--staged"]);
    assert!(!staged.out.contains("TR001"), "{}", staged.out);
    assert_eq!(shell(path, "git switch -qc roles; git commit -qm Roles").code, 0);
    let to_bring =
        "= help: bring the change to the branch on its own, where whoever answers for it sees it";
    assert_eq!(help(&["check"]), to_bring);
}

#[test]
fn what_was_fetched_is_published_though_it_was_not_pulled() {
    let stories = crate::stories::of("approvals");
    let (_, story) = stories.iter().find(|(name, _)| name == "merged_by_a_third_person").unwrap();
    let folder = with(story);
    let path = folder.path();
    let fetched = "git remote add origin .; git update-ref refs/remotes/origin/main main
                   git update-ref refs/heads/main main~1; git checkout -q --detach origin/main";
    assert_eq!(shell(path, fetched).code, 0);
    let level = |arguments: &[&str]| {
        let run = clausebook(path, arguments);
        let level = run.out.lines().find(|line| line.trim().starts_with("level"));
        level.map(|line| line.trim().to_owned()).unwrap_or(run.err)
    };
    let three = "level        3 two persons on the publishing branch";
    assert_eq!(level(&["show", "POL-1"]), three);
    // Grafts that cut what was fetched off from the branch make it no other.
    let cut = "mkdir -p .git/info; git rev-parse origin/main > .git/info/grafts";
    assert_eq!(shell(path, cut).code, 0);
    assert_eq!(level(&["show", "POL-1"]), three);
    std::fs::remove_file(path.join(".git/info/grafts")).unwrap();
    // What others have not seen yet is judged by what they have, where that is named.
    let ahead = "git update-ref refs/heads/main origin/main
                 git update-ref refs/remotes/origin/main origin/main~1";
    assert_eq!(shell(path, ahead).code, 0);
    assert_eq!(level(&["show", "POL-1"]), three);
    let two = "level        2 acted by the approver";
    assert_eq!(level(&["show", "POL-1", "--policy-ref", "origin/main"]), two);
    // A fork publishes nothing, whatever is fetched of it.
    let fork = "git update-ref refs/remotes/mal/main main; git remote add mal .
                git symbolic-ref refs/remotes/mal/HEAD refs/remotes/mal/main
                git update-ref refs/heads/main main~1";
    assert_eq!(shell(path, fork).code, 0);
    assert_eq!(level(&["show", "POL-1", "--rev", "mal/main"]), two);
}

#[test]
fn a_withdrawal_is_not_hidden_by_two_merges() {
    let stories = crate::stories::of("tenures");
    let (_, story) = stories.iter().find(|(name, _)| name == "versions_follow_each_other").unwrap();
    let folder = with(story);
    let lines = "export GIT_AUTHOR_DATE=2026-11-01T09:00:00+0000 GIT_COMMITTER_DATE=2026-11-01T09:00:00+0000
                 git switch -qc side main~1 && git merge -q -s ours -m One main
                 git switch -qc other side^1 && git commit -q --allow-empty -m Other
                 git merge -q -s ours -m Two side && git branch -qf main other";
    let made = shell(folder.path(), lines);
    assert_eq!(made.code, 0, "{}", made.err);
    let run = clausebook(folder.path(), &["check", "--rev", "main"]);
    let told = "warning[VC013 withdrawal-left-out]: version 2.0 of POL-1 was withdrawn in commit";
    assert!(run.out.contains(told), "{}{}", run.out, run.err);
}

#[test]
fn of_two_approvals_that_read_alike_one_is_left_out() {
    let folder = with(POLICY);
    let path = folder.path();
    let approve = |text: &str| {
        format!(
            "sed -i -e 's/version: 0.1/version: 1.0/' -e 's/draft/in-review/' docs/policy.md
             echo {text} >> docs/policy.md; git commit -qam {text}
             sed -i 's/in-review/approved\\napproval: {{by: bo@example.org, on: 2026-02-03, version: 1.0}}/' docs/policy.md
             export GIT_AUTHOR_EMAIL=bo@example.org GIT_COMMITTER_EMAIL=bo@example.org
             GIT_AUTHOR_NAME=Bo GIT_COMMITTER_NAME=Bo git commit -qam Approve
             export GIT_AUTHOR_EMAIL=ada@example.org GIT_COMMITTER_EMAIL=ada@example.org"
        )
    };
    let (one, other) = (approve("One."), approve("Other."));
    let lines = format!(
        "export GIT_AUTHOR_DATE=2026-02-03T09:00:00+0000 GIT_COMMITTER_DATE=2026-02-03T09:00:00+0000
         git branch line; {one}; git switch -q line; {other}
         git switch -q main; git merge -q -s ours -m Merge line"
    );
    let made = shell(path, &lines);
    assert_eq!(made.code, 0, "{}", made.err);
    let run = clausebook(path, &["check"]);
    let told =
        "version 1.0 of POL-ITSM-001 was approved by bo@example.org on a line that was merged";
    assert!(run.out.contains(told), "{}{}", run.out, run.err);
}

#[test]
fn grafts_are_told() {
    let folder = with(POLICY);
    let path = folder.path();
    let write = "mkdir -p .git/info; git rev-parse HEAD > .git/info/grafts";
    assert_eq!(shell(path, write).code, 0);
    let run = clausebook(path, &["check"]);
    assert!(run.out.contains("history-bent"), "{}{}", run.out, run.err);
    assert_eq!(shell(path, "echo '# None.' > .git/info/grafts").code, 0);
    let run = clausebook(path, &["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("its file `info/grafts` or `shallow` has a line"), "{}", run.err);
}

#[test]
fn a_folder_that_no_git_would_have_written_ends_the_run() {
    let folder = with(POLICY);
    let path = folder.path();
    let text = hash(path, "HEAD:docs");
    for (what, script) in [
        ("a file twice", "(git ls-tree HEAD:docs; git ls-tree HEAD:docs) | git mktree"),
        (
            "a file with its folder in its name",
            "git cat-file tree $(printf \"100644 blob $(git rev-parse HEAD:docs/policy.md)\\ta_b.md\\n\" \
                 | git mktree) | sed s,a_b,a/b, > .git/raw; \
             git hash-object -t tree -w --literally .git/raw",
        ),
        (
            "a file and a folder of one name, and another between them",
            "b=$(git rev-parse HEAD:docs/policy.md); t=$(git rev-parse HEAD:docs); \
             printf \"100644 blob $b\\ta\\n100644 blob $b\\ta-b\\n040000 tree $t\\ta\\n\" | git mktree",
        ),
        (
            "files out of order",
            "b=$(git rev-parse HEAD:docs/policy.md); \
             for name in b.md a.md; do \
                 git cat-file tree $(printf \"100644 blob $b\\t$name\\n\" | git mktree); \
             done > .git/raw; git hash-object -t tree -w --literally .git/raw",
        ),
    ] {
        let made = shell(path, script);
        assert_eq!(made.code, 0, "{what}: {}", made.err);
        let tree = made.out.trim().to_owned();
        let trees = format!("git ls-tree HEAD | sed s/{text}/{tree}/ | git mktree");
        let top = shell(path, &trees).out.trim().to_owned();
        let commit = git(path, &["commit-tree", "-p", "HEAD", "-m", "Odd", &top]).out;
        let run = clausebook(path, &["check", "--rev", commit.trim()]);
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{what}: {}", run.err);
        let said = format!("tree {tree} names a file twice, out of order or with a folder");
        assert!(run.err.contains(&said), "{what}: {}", run.err);
    }
}

#[test]
fn a_folder_under_the_name_of_another_ends_the_run() {
    let folder = with(POLICY);
    let path = folder.path();
    let commit = |title: &str| {
        let text = format!("---\nid: POL-9\ntitle: {title}\n---\n");
        std::fs::write(path.join("docs/more.md"), text).unwrap();
        git(path, &["add", "."]);
        git(path, &["commit", "-qm", title]);
        hash(path, "HEAD:docs")
    };
    let (first, second) = (commit("One"), commit("Two"));
    let object = |id: &str| path.join(".git/objects").join(&id[..2]).join(&id[2..]);
    std::fs::remove_file(object(&first)).unwrap();
    std::fs::copy(object(&second), object(&first)).unwrap();
    let run = clausebook(path, &["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains(&format!("object {first} is damaged")), "{}", run.err);
}

#[test]
fn an_object_whose_file_was_cut_short_ends_the_run() {
    let folder = with(POLICY);
    let path = folder.path();
    std::fs::write(path.join("docs/notes.txt"), "A file that is nobody's document.\n").unwrap();
    git(path, &["add", "."]);
    git(path, &["commit", "-qm", "Add notes"]);
    shell(path, "mv .git/objects/pack/*.pack . && cat *.pack | git unpack-objects -q && rm *.pack");
    let document = git(path, &["ls-tree", "--name-only", "HEAD", "docs/"]).out;
    let document = format!("HEAD:{}", document.lines().find(|it| it.ends_with(".md")).unwrap());
    for named in ["HEAD", "HEAD~1", "HEAD:", "HEAD:docs", &document] {
        let id = hash(path, named);
        let file = path.join(".git/objects").join(&id[..2]).join(&id[2..]);
        let whole = std::fs::read(&file).unwrap();
        for kept in [0, 12, whole.len() / 2, whole.len() - 6] {
            std::fs::remove_file(&file).unwrap();
            std::fs::write(&file, &whole[..kept]).unwrap();
            for command in [&["check"][..], &["check", "--rev", "HEAD~0"], &["show", "POL-1"]] {
                let run = clausebook(path, command);
                assert_eq!((run.code, run.out.as_str()), (2, ""), "{named} {kept} {command:?}");
                let is_said = run.err.contains("damaged") || run.err.contains("cannot read");
                assert!(is_said, "{named} {kept} {command:?}: {}", run.err);
            }
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, whole).unwrap();
    }
    // One that nothing names, as a power cut leaves it, is nobody's business.
    let nobodys = path.join(".git/objects/ab");
    std::fs::create_dir_all(&nobodys).unwrap();
    std::fs::write(nobodys.join("c".repeat(38)), "").unwrap();
    let commands: [&[&str]; 4] = [
        &["check"],
        &["check", "--staged"],
        &["check", "--rev", "HEAD~1"],
        &["report", "--base", "HEAD~1"],
    ];
    for command in commands {
        let run = clausebook(path, command);
        assert_ne!(run.code, 2, "{command:?}: {}", run.err);
    }
}

#[test]
fn a_file_that_is_another_document_now_is_not_said_to_be_uncontrolled() {
    let folder = with(POLICY);
    let policy = folder.path().join("docs/policy.md");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, text.replace("POL-ITSM-001", "POL-OTHER-001")).unwrap();
    let said = clausebook(folder.path(), &["show", "POL-ITSM-001"]).err;
    let is_another = "taken out of document control in the work tree, which is not committed; \
                      its file, `docs/policy.md`, is another document now";
    assert!(said.contains(is_another), "{said}");
}

#[cfg(unix)]
#[test]
fn a_list_of_what_is_known_is_not_read_from_a_pipe() {
    let folder = with(POLICY);
    shell(folder.path(), "mkfifo known-findings.txt");
    let run = clausebook(folder.path(), &["adopt"]);
    assert_eq!(run.code, 2, "{}", run.out);
    assert!(run.err.contains("`known-findings.txt` is no regular file"), "{}", run.err);
    for command in [["check", "--known"], ["build", "--known"], ["check", "--since-audit"]] {
        let run = clausebook(folder.path(), &[&command[..], &["known-findings.txt"]].concat());
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains("cannot read `known-findings.txt`: it is a pipe"), "{}", run.err);
    }
    let program = env!("CARGO_BIN_EXE_clausebook");
    let lines =
        format!("{program} adopt list.txt\ncat list.txt | {program} check --known /dev/stdin");
    let run = shell(folder.path(), &lines);
    assert_ne!(run.code, 2, "what a shell pipes is read: {}", run.err);
}

#[test]
fn a_pack_with_a_zeroed_block_ends_the_run() {
    let folder = with(POLICY);
    let path = folder.path();
    git(path, &["gc", "--quiet"]);
    let pack = shell(path, "ls .git/objects/pack/*.pack").out;
    let pack = path.join(pack.trim());
    let whole = std::fs::read(&pack).unwrap();
    std::fs::remove_file(&pack).unwrap();
    for at in (12..whole.len() - 8).step_by(7) {
        let mut damaged = whole.clone();
        damaged[at..at + 8].fill(0);
        std::fs::write(&pack, damaged).unwrap();
        let run = clausebook(path, &["check", "--no-cache"]);
        assert!(run.code == 2 || whole[at..at + 8] == [0; 8], "{at}: {} {}", run.code, run.err);
    }
}

fn hash(folder: &Path, revision: &str) -> String {
    git(folder, &["rev-parse", revision]).out.trim().to_owned()
}

#[test]
fn json_says_the_same() {
    let folder = with(POLICY);
    let run = clausebook(folder.path(), &["check", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(json["schema_version"], 1);
    assert_eq!(json["summary"]["documents"], 1);
    assert_eq!(json["summary"]["as_of"], "2026-01-10");
    let findings = json["findings"].as_array().unwrap();
    let dead = findings.iter().find(|finding| finding["code"] == "LN001").unwrap();
    assert_eq!((&dead["line"], &dead["column"]), (&15.into(), &9.into()));
    assert_eq!(dead["document"], "POL-ITSM-001");
}

#[test]
fn without_a_judgement_the_code_is_two_and_the_reason_one_line() {
    let nothing = tempfile::tempdir().unwrap();
    let run = clausebook(nothing.path(), &["check"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(run.err, "clausebook: `.` is not inside a Git repository\n");

    git(nothing.path(), &["init", "-q", "-b", "main"]);
    let run = clausebook(nothing.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no commit yet"), "{}", run.err);

    git(nothing.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    let run = clausebook(nothing.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no documents found: there is no book.toml"), "{}", run.err);
    assert!(!run.err.contains("--no-verify"), "{}", run.err);

    // In a hook there is a way on.
    std::fs::write(nothing.path().join("README.md"), "# Read me\n").unwrap();
    git(nothing.path(), &["add", "."]);
    let run = clausebook(nothing.path(), &["check", "--staged"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("no book.toml") && run.err.contains("--no-verify"), "{}", run.err);
    std::fs::write(nothing.path().join("book.toml"), "[book]\nsrc = \"texts\"\n").unwrap();
    let run = clausebook(nothing.path(), &["check"]);
    let why = "no documents found: `texts` holds no Markdown with front matter";
    assert!(run.err.contains(why) && !run.err.contains("under `[book]`"), "{}", run.err);

    // A folder that holds what is looked for is named, and one with documents before all.
    for (file, text, told) in [
        ("notes/a/one.md", "# One\n", "`notes/a` holds 1 file of Markdown, without front matter"),
        ("notes/two.md", "# Two\n", "`notes` holds 2 files of Markdown, without front matter"),
        (
            "team/sms/policy.md",
            "---\nid: POL-001\n---\n",
            "`team/sms` holds 1 file of Markdown with front matter: write `src = \"team/sms\"`",
        ),
        // Pages of a site generator have no id.
        ("blog/one.md", "---\nlayout: post\n---\n", "`team/sms` holds 1 file"),
        ("blog/two.md", "---\nlayout: post\n---\n", "`team/sms` holds 1 file"),
    ] {
        let path = nothing.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        git(nothing.path(), &["add", "."]);
        let run = clausebook(nothing.path(), &["check"]);
        assert!(run.err.contains(why) && run.err.contains(told), "{}", run.err);
    }

    // Not every name can be written between quotes as it is.
    if cfg!(unix) {
        let quoted = nothing.path().join("q\"t");
        std::fs::create_dir_all(&quoted).unwrap();
        std::fs::write(quoted.join("one.md"), "---\nid: POL-002\n---\n").unwrap();
        std::fs::write(quoted.join("two.md"), "---\nid: POL-003\n---\n").unwrap();
        git(nothing.path(), &["add", "."]);
        let run = clausebook(nothing.path(), &["check"]);
        let told = "`q\"t` holds 2 files of Markdown with front matter";
        assert!(run.err.contains(told) && !run.err.contains("src = "), "{}", run.err);
    }

    std::fs::write(nothing.path().join("known.txt"), b"\xff\n").unwrap();
    let run = clausebook(nothing.path(), &["check", "--known", "known.txt"]);
    assert_eq!(
        run.err,
        "clausebook: cannot read `known.txt`: it is no text in UTF-8, from byte 1 on\n"
    );
}

#[test]
fn of_the_files_not_under_control_those_that_no_finding_names_are_counted() {
    let files = [("docs/README.md", "# A\n"), ("docs/tips.md", "# B\n"), ("notes/c.md", "# C\n")];
    let files = files.map(|(path, text)| format!("\n```md {path}\n{text}```\n"));
    let folder = with(&format!("{POLICY}{}", files.concat()));
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.out.matches("UF001 file-uncontrolled]").count(), 1, "{}", run.out);
    let counted = "3 files not under document control (2 listed, or outside of the source folder);";
    assert!(run.out.contains(counted), "{}", run.out);
}

#[test]
fn mistakes_in_book_toml_are_told_with_their_places() {
    let book = "\n```toml book.toml\n[preprocessor.clausebook]\nbrnach = \"main\"\n[preprocessor.clausebook.rules]\ndead-lnk = \"off\"\n```\n";
    let folder = with(&format!("{POLICY}{book}"));
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert_eq!(
        run.err,
        "clausebook: book.toml:4:1: `rules` has no key `dead-lnk`; did you mean `dead-link`?\n\
         clausebook: book.toml:2:1: `clausebook` has no key `brnach`; did you mean `branch`?\n"
    );
}

#[test]
fn a_book_toml_that_cannot_be_read_is_not_passed_over() {
    let folder = with(POLICY);
    let book = folder.path().join("book.toml");
    let refused = || {
        let run = clausebook(folder.path(), &["check"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(
            run.err.contains("book.toml: it is no regular file of at most 16 MiB"),
            "{}",
            run.err
        );
    };
    std::fs::remove_file(&book).ok();
    std::fs::File::create(&book).unwrap().set_len(100 << 30).unwrap();
    refused();
    std::fs::remove_file(&book).unwrap();
    std::fs::create_dir(&book).unwrap();
    refused();
}

#[test]
fn who_judges_is_not_chosen_by_the_judged_where_book_toml_cannot_be_read() {
    let book = "[preprocessor.clausebook]\nbranch = \"change\"\n";
    for unreadable in ["a folder", "a mistake"] {
        let folder = with(POLICY);
        let on_disk = folder.path().join("book.toml");
        git(folder.path(), &["checkout", "-q", "-B", "main"]);
        std::fs::remove_file(&on_disk).ok();
        if unreadable == "a folder" {
            std::fs::create_dir(&on_disk).unwrap();
            std::fs::write(on_disk.join("kept"), "").unwrap();
        } else {
            std::fs::write(&on_disk, book.replace("branch", "brnach")).unwrap();
        }
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", unreadable]);
        git(folder.path(), &["checkout", "-q", "-b", "change"]);
        git(folder.path(), &["rm", "-q", "-r", "book.toml"]);
        std::fs::write(&on_disk, book).unwrap();
        git(folder.path(), &["add", "."]);
        git(folder.path(), &["commit", "-q", "-m", "Judge by this branch"]);
        for asked in [&["check"][..], &["check", "--rev", "change"]] {
            let run = clausebook(folder.path(), asked);
            assert_eq!((run.code, run.out.as_str()), (2, ""), "{unreadable}");
            assert!(run.err.contains("book.toml of main"), "{}", run.err);
        }
    }
}

#[test]
fn a_shallow_clone_is_refused() {
    let folder = with(&format!(
        "{POLICY}\n# commit 2026-01-11 Ada Lovelace <ada@example.org>: More\n\n- rename: docs/policy.md -> docs/policies.md\n"
    ));
    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "-q", "--depth", "1", &from, "here"]);
    git(&clone.path().join("here"), &["worktree", "add", "-q", "--detach", "../there"]);
    for place in ["here", "there"] {
        let run = clausebook(&clone.path().join(place), &["check"]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains("fetch-depth: 0"), "{place}: {}", run.err);
    }
}

#[test]
fn a_commit_is_judged_without_a_checkout() {
    let folder = with(&format!(
        "{POLICY}\n# commit 2026-01-11 Ada Lovelace <ada@example.org>: More\n\n```edit docs/policy.md\n-See the [plan](plan.md).\n+See no plan.\n```\n"
    ));
    let now = clausebook(folder.path(), &["check"]);
    assert!(!now.out.contains("LN001"), "{}", now.out);
    let then = clausebook(folder.path(), &["check", "--rev", "HEAD~1"]);
    assert!(then.out.contains("LN001"), "{}", then.out);
    let never = clausebook(folder.path(), &["check", "--rev", "--upload-pack=x"]);
    assert_eq!(never.code, 2);
}

#[test]
fn rules_explain_themselves() {
    let anywhere = tempfile::tempdir().unwrap();
    for word in ["LN001", "ln001", "dead-link"] {
        let run = clausebook(anywhere.path(), &["explain", word]);
        assert_eq!(run.code, 0);
        assert!(
            run.out.starts_with("LN001 dead-link (error, clause 7.5.3; may be waived)\n"),
            "{}",
            run.out
        );
    }
    let run = clausebook(anywhere.path(), &["explain", "dead-lnik"]);
    assert_eq!(run.code, 2);
    assert_eq!(run.err, "clausebook: there is no rule `dead-lnik`; did you mean `dead-link`?\n");
    let list = clausebook(anywhere.path(), &["explain"]);
    let (rules, refusal) = list.out.split_once("\n\n").unwrap();
    assert_eq!(rules.lines().count(), clausebook::rules::ALL.len());
    assert!(refusal.starts_with("GI001 history-incomplete is no rule: "), "{refusal}");
    let page = clausebook(anywhere.path(), &["explain", "gi001"]).out;
    assert!(page.starts_with("GI001 history-incomplete (no judgement, exit code 2)\n"), "{page}");
}

#[test]
fn init_names_whom_git_would_name() {
    let folder = tempfile::tempdir().unwrap();
    let who = "Bo Approver <bo@example.org>";
    let run = clausebook_as(folder.path(), who, "2026-03-05", &["init", "sms"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let sms = folder.path().join("sms");
    let author = git(&sms, &["log", "-1", "--format=%an <%ae>"]).out;
    assert_eq!(author.trim(), who);
    let roles = std::fs::read_to_string(sms.join("docs/registers/roles.md")).unwrap();
    assert!(roles.contains("bo@example.org"), "{roles}");

    // A file of settings that the environment names counts as it does for Git.
    let settings = folder.path().join("settings");
    std::fs::write(&settings, "[user]\nname = Cy Writer\nemail = cy@example.org\n").unwrap();
    let mut init = command(env!("CARGO_BIN_EXE_clausebook"));
    init.current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", &settings).args(["init", "other"]);
    init.env_remove("GIT_AUTHOR_NAME").env_remove("GIT_AUTHOR_EMAIL");
    assert!(init.output().unwrap().status.success());
    let author = git(&folder.path().join("other"), &["log", "-1", "--format=%an <%ae>"]).out;
    assert_eq!(author.trim(), "Cy Writer <cy@example.org>");

    // Git takes an address from there too, where it has no other.
    std::fs::write(&settings, "[user]\nname = Cy Writer\n").unwrap();
    let told = |folder_name: &str| {
        let mut init = command(env!("CARGO_BIN_EXE_clausebook"));
        init.current_dir(folder.path()).env("GIT_CONFIG_GLOBAL", &settings);
        init.env("EMAIL", "cy@example.net").args(["init", folder_name]);
        init.env_remove("GIT_AUTHOR_NAME").env_remove("GIT_AUTHOR_EMAIL");
        let output = init.output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    told("third");
    let author = git(&folder.path().join("third"), &["log", "-1", "--format=%an <%ae>"]).out;
    assert_eq!(author.trim(), "Cy Writer <cy@example.net>");
    std::fs::write(&settings, "").unwrap();
    let without_a_name = told("fourth");
    assert!(without_a_name.contains("Git does not know your name; tell it"), "{without_a_name}");
    assert!(!without_a_name.contains("user.email"), "{without_a_name}");
}

#[test]
fn the_first_check_of_the_manual_is_what_is_printed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/getting-started.md");
    let page = std::fs::read_to_string(page).unwrap();
    let fence = |kind: &str| {
        let (_, rest) = page.split_once(&format!("\n```{kind}\n")).unwrap();
        rest.split_once("\n```").unwrap().0.to_owned() + "\n"
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("docs")).unwrap();
    std::fs::write(folder.path().join("book.toml"), fence("toml")).unwrap();
    std::fs::write(folder.path().join("docs/policy.md"), fence("markdown")).unwrap();
    let commit = "git init -qb main && git add . && git commit -qm 'Write the policy'";
    assert_eq!(shell(folder.path(), commit).code, 0);
    let run = clausebook(folder.path(), &["check"]);
    let counted = run.out.lines().find(|line| line.starts_with("1 document, ")).unwrap();
    is_shown_in("docs/getting-started.md", counted);
    is_shown_in("docs/commands.md", counted);
    let evidence = counted.split_once("; ").unwrap().1.split(' ').next().unwrap();
    is_shown_in("docs/json.md", &format!("\"evidence\": {evidence},"));
    is_shown_in("docs/json.md", &format!("\"evidence\":{evidence},"));
}

#[test]
fn a_new_system_does_not_vanish_in_the_repository_around_it() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    let run = clausebook(folder.path(), &["init", "sms"]);
    assert!(run.code == 2 && run.err.contains("would lie in another repository"), "{}", run.err);
    assert!(!folder.path().join("sms").exists());
    // What it advises keeps what is there.
    let advised = run.err.split('`').find(|it| it.starts_with("cp ")).unwrap();
    let seed = tempfile::tempdir().unwrap();
    assert_eq!(clausebook(seed.path(), &["init", "new"]).code, 0);
    std::fs::create_dir(folder.path().join("docs")).unwrap();
    std::fs::write(folder.path().join("docs/policy.md"), "Ours\n").unwrap();
    let new = seed.path().join("new");
    shell(folder.path(), &advised.replace("NEW", new.to_str().unwrap()));
    let held = |path: &str| std::fs::read_to_string(folder.path().join(path)).unwrap();
    assert_eq!(held("docs/policy.md"), "Ours\n");
    for copied in ["book.toml", "docs/scope.md", "docs/registers/roles.md"] {
        assert_eq!(held(copied), std::fs::read_to_string(new.join(copied)).unwrap());
    }
    // What the other repository ignores is none of its own.
    std::fs::write(folder.path().join(".gitignore"), "sms/\n").unwrap();
    let run = clausebook(folder.path(), &["init", "sms"]);
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn what_init_makes_passes_check() {
    let folder = tempfile::tempdir().unwrap();
    let nameless = clausebook(folder.path(), &["init", "sms", "--organization", " "]);
    assert!(nameless.code == 2 && nameless.err.contains("is empty"), "{}", nameless.err);
    let hostile = clausebook(folder.path(), &["init", "sms", "--organization", "A\u{1b}[31m"]);
    assert!(hostile.code == 2 && hostile.err.contains("control characters"), "{}", hostile.err);
    let init = ["init", "sms", "--organization", "Example Ltd"];
    let run = clausebook_as(folder.path(), "Bo Approver <bo@example.org>", "2026-03-05", &init);
    assert_eq!(run.code, 0, "{}", run.err);
    let made = folder.path().join("sms");
    let run = clausebook(&made, &["check"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("0 errors, 0 warnings"), "{}", run.out);
    let counted = run.out.lines().next().unwrap();
    is_shown_in("README.md", counted.split(';').next().unwrap());
    is_shown_in("docs/commands.md", counted);
    let workflow = std::fs::read_to_string(made.join(".github/workflows/clausebook.yml")).unwrap();
    assert!(workflow.contains("fetch-depth: 0") && !made.join("github").exists(), "{workflow}");
    let again = clausebook(folder.path(), &["init", "sms"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("is not empty"), "{}", again.err);
}

#[test]
fn usage_is_told_on_standard_error_and_help_on_standard_output() {
    let anywhere = tempfile::tempdir().unwrap();
    let run = clausebook(anywhere.path(), &["chekc"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("check"), "{}", run.err);
    let run = clausebook(anywhere.path(), &["--help"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains("Exit codes"), "{}", run.out);
}

#[test]
fn shells_get_their_completions() {
    let anywhere = tempfile::tempdir().unwrap();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = clausebook(anywhere.path(), &["completions", shell]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{shell}");
        for command in commands() {
            assert!(run.out.contains(&command), "{shell} does not know {command}");
        }
        assert!(run.out.contains("policy-ref"), "{shell}");
    }
    let unknown = clausebook(anywhere.path(), &["completions", "basch"]);
    assert_eq!((unknown.code, unknown.out.as_str()), (2, ""));
    assert!(unknown.err.contains("'bash'"), "{}", unknown.err);
}

#[test]
fn every_command_has_a_manual_page() {
    let anywhere = tempfile::tempdir().unwrap();
    let run = clausebook(anywhere.path(), &["man"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.contains(".TH clausebook 1"), "{}", run.out);
    assert!(run.out.contains("Exit codes"), "{}", run.out);
    let again = clausebook(anywhere.path(), &["man"]);
    assert_eq!(run.out, again.out);

    let written = clausebook(anywhere.path(), &["man", "--out", "share/man1"]);
    assert_eq!(written.code, 0, "{}", written.err);
    let page = |name: &str| {
        std::fs::read_to_string(anywhere.path().join(format!("share/man1/{name}.1"))).unwrap()
    };
    assert_eq!(page("clausebook"), run.out);
    for command in commands() {
        let page = page(&format!("clausebook-{command}"));
        assert!(page.contains(&format!("clausebook {command}")), "{page}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let page = clausebook(folder.path(), &["man"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    assert!(page.out.contains(".TH clausebook 1"), "{}", page.out);
    let run = clausebook(folder.path(), &["man", "--out", "pages"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for command in commands() {
        let page = folder.path().join(format!("pages/clausebook-{command}.1"));
        let page = std::fs::read_to_string(page).unwrap_or_else(|_| panic!("{command}"));
        assert!(page.contains("clausebook"), "{page}");
    }
}

#[cfg(not(feature = "serve"))]
#[test]
fn a_program_without_the_preview_says_how_to_get_it() {
    let folder = with(POLICY);
    let run = clausebook(folder.path(), &["serve"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("--features serve"), "{}", run.err);
}

#[test]
fn a_bare_repository_has_its_site_elsewhere_and_a_book_in_a_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (house, bare) = (folder.path().join("house"), folder.path().join("bare.git"));
    let who = "Bo Approver <bo@example.org>";
    assert_eq!(clausebook_as(folder.path(), who, "2026-03-05", &["init", "house"]).code, 0);
    git(folder.path(), &["clone", "-q", "--bare", "house", "bare.git"]);
    let out = folder.path().join("site");
    let run = clausebook(&bare, &["build", "--rev", "main", "--out", &out.display().to_string()]);
    assert!(run.code < 2 && out.join("index.html").exists(), "{}", run.err);
    let inside = bare.join("site").display().to_string();
    let run = clausebook(&bare, &["build", "--rev", "main", "--out", &inside]);
    assert!(run.err.contains("the folder of Git itself"), "{}", run.err);

    std::fs::create_dir(house.join("team")).unwrap();
    git(&house, &["mv", "book.toml", "docs", "team"]);
    let run = clausebook(&house, &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("`team/book.toml` is not read"), "{}", run.err);
}
