//! One commit, one site: whatever the folder, the time zone, the language or the number of threads.

use crate::program::{clausebook, clausebook_as, command, git, is_shown_in};
use std::collections::BTreeMap;
use std::path::Path;

/// Returns every file beneath a folder, by its path from there, but for what a run keeps of the
/// history for the next.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(inside).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".git/clausebook") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

#[test]
fn the_sites_of_one_commit_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let run = clausebook(folder.path(), &["demo", "sample"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for line in run.out.lines().skip(3).take(5) {
        is_shown_in("README.md", line);
        is_shown_in("docs/commands.md", line);
    }
    let first = files(&folder.path().join("sample/site"));
    assert!(first.len() > 200, "{} files", first.len());

    git(folder.path(), &["clone", "-q", "sample", "a copy/elsewhere"]);
    let run = command(env!("CARGO_BIN_EXE_clausebook"))
        .current_dir(folder.path().join("a copy/elsewhere/sample-sms"))
        .args(["build", "--out", "../../the site"])
        .envs([("TZ", "Pacific/Kiritimati"), ("LC_ALL", "tr_TR.UTF-8"), ("RAYON_NUM_THREADS", "1")])
        .envs([("HOME", "/nonexistent"), ("COLUMNS", "40"), ("USER", "somebody")])
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let second = files(&folder.path().join("a copy/the site"));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(second[name] == *bytes, "{name} differs");
    }

    let again = clausebook(folder.path(), &["demo", "sample"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("as an earlier run made it"), "{}", again.out);
    let built = clausebook(&folder.path().join("sample"), &["build"]);
    is_shown_in("docs/commands.md", built.out.lines().last().unwrap());
}

#[test]
fn a_folder_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("mine")).unwrap();
    std::fs::write(folder.path().join("mine/keep.txt"), "keep").unwrap();
    let run = clausebook(folder.path(), &["demo", "mine"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not empty; nothing of yours"), "{}", run.err);
    assert_eq!(std::fs::read_to_string(folder.path().join("mine/keep.txt")).unwrap(), "keep");
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn an_output_that_could_harm_is_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let who = "Bo Approver <bo@example.org>";
    assert_eq!(clausebook_as(folder.path(), who, "2026-03-05", &["init", "sms"]).code, 0);
    let sms = folder.path().join("sms");
    std::fs::create_dir(folder.path().join("victim")).unwrap();
    std::fs::write(folder.path().join("victim/keep.txt"), "keep").unwrap();
    let before = files(folder.path());
    for out in [".", "..", "docs", "docs/site", ".git", ".git/hooks", "../victim", "/"] {
        let run = clausebook(&sms, &["build", "--out", out]);
        assert_eq!(run.code, 2, "--out {out}: {}", run.out);
    }
    for out in [".", "..", "docs", ".git", "/", "../victim", "site/../docs", "~/site"] {
        let book = std::fs::read_to_string(sms.join("book.toml")).unwrap();
        let set = book.replace("optional = true", &format!("out = \"{out}\"\noptional = true"));
        std::fs::write(sms.join("book.toml"), set).unwrap();
        let run = clausebook(&sms, &["build"]);
        assert_eq!(run.code, 2, "out = {out}: {}", run.out);
        std::fs::write(sms.join("book.toml"), book).unwrap();
    }
    assert!(before == files(folder.path()));
    // The roles that `init` wrote begin today, later than the commit.
    for out in ["site", "../site of ours"] {
        let run = clausebook(&sms, &["build", "--as-of", "9000-01-01", "--out", out]);
        assert_eq!(run.code, 0, "--out {out}: {}{}", run.out, run.err);
    }
}
