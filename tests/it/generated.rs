//! A repository of the benchmark's own making, small enough to hold the program against Git.

#[path = "../../benches/corpus/mod.rs"]
pub(crate) mod corpus;

use crate::program::{clausebook, git};
use clausebook::history::Revision;
use clausebook::repo::Repository;
use clausebook::repo::object::ObjectId;
use clausebook::repo::walk::Walk;
use clausebook::rules;
use clausebook::sms::{Sms, reading};
use clausebook::source::RepoPath;
use corpus::mistake::{MANIFEST, Planted, compare};
use corpus::{NO_MISTAKES, Size};
use std::collections::BTreeMap;
use std::path::Path;

const SMALL: Size = Size { documents: 60, commits: 400 };

fn generated() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    corpus::write(SMALL, NO_MISTAKES, folder.path()).unwrap();
    folder
}

fn sms(folder: &Path) -> Sms {
    let repository = Repository::open(folder).unwrap();
    let head = repository.head().unwrap().commit;
    reading::of_commit(repository.objects(), head, &rules::names()).unwrap()
}

/// The commits that brought a path its contents, oldest first; no content where it was deleted.
type Lives = BTreeMap<String, Vec<(ObjectId, Option<ObjectId>)>>;

/// Reads `git log --raw`: of a merge, what `diff_merges` shows.
fn told_by_git(folder: &Path, diff_merges: &str) -> Lives {
    let merges = format!("--diff-merges={diff_merges}");
    let arguments = ["log", "--raw", "--no-renames", "--no-abbrev", "--topo-order", "--reverse"];
    let arguments = [&arguments[..], &[&merges, "--format=commit %H", "--", "*.md"]].concat();
    let id = |hex: &str| ObjectId::from_hex(hex.as_bytes()).unwrap();
    let mut lives = Lives::new();
    let mut commit = None;
    for line in git(folder, &arguments).out.lines() {
        if let Some(hex) = line.strip_prefix("commit ") {
            commit = Some(id(hex));
        } else if let Some((facts, path)) = line.split_once('\t') {
            // The new content stands before the letters that say what happened.
            let after = id(facts.split(' ').rev().nth(1).unwrap());
            let after = Some(after).filter(|id| id.as_bytes() != &[0; 20]);
            lives.entry(path.to_owned()).or_default().push((commit.unwrap(), after));
        }
    }
    lives
}

fn differences(ours: &Lives, of_git: &Lives) -> Vec<String> {
    let paths = ours.keys().chain(of_git.keys());
    let differing = paths.filter(|path| ours.get(*path) != of_git.get(*path));
    differing.map(|path| format!("{path}: {:?} {:?}", ours.get(path), of_git.get(path))).collect()
}

#[test]
fn a_generated_system_is_as_large_as_asked_and_in_order() {
    let folder = generated();
    let run = clausebook(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
    let count = git(folder.path(), &["rev-list", "--count", "HEAD"]).out;
    let merges = git(folder.path(), &["rev-list", "--count", "--merges", "HEAD"]).out;
    assert_eq!(count.trim(), "400");
    assert!(merges.trim().parse::<usize>().unwrap() > 5, "{merges}");

    let sms = sms(folder.path());
    assert_eq!(sms.documents.len(), SMALL.documents);
    for document in sms.maintained() {
        assert!(sms.is_approved(document), "{}: {:?}", document.path, sms.grades(document));
    }
    assert_eq!(git(folder.path(), &["status", "--porcelain"]).out, "");
    git(folder.path(), &["fsck", "--strict"]);
}

#[test]
fn the_same_size_gives_the_same_commits() {
    let head = || {
        let folder = tempfile::tempdir().unwrap();
        corpus::write(Size { documents: 6, commits: 60 }, NO_MISTAKES, folder.path()).unwrap();
        git(folder.path(), &["rev-parse", "HEAD"]).out
    };
    assert_eq!(head(), head());
}

#[test]
fn every_mistake_that_is_planted_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let size = Size { documents: 40, commits: 300 };
    corpus::write(size, 50, folder.path()).unwrap();
    let manifest = std::fs::read_to_string(folder.path().join(MANIFEST)).unwrap();
    for rule in [
        "version-not-bumped",
        "version-went-backwards",
        "approval-by-author",
        "approval-before-content",
    ] {
        assert!(manifest.contains(&format!("\"{rule}\"")), "{rule} is not planted: {manifest}");
    }
    let run = clausebook(folder.path(), &["check", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let found = compare(&manifest, &run.out).unwrap();
    let words = |list: &[Planted]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!((words(&found.missed), words(&found.others)), (Vec::new(), Vec::new()));
}

#[test]
fn walk_and_lives_are_what_git_log_tells_path_by_path() {
    let folder = generated();
    let sms = sms(folder.path());
    let history = &sms.history;

    let repository = Repository::open(folder.path()).unwrap();
    let walk = Walk::of(repository.objects(), sms.head, &RepoPath::is_markdown).unwrap();
    let mut ours = Lives::new();
    for change in &walk.changes {
        let life = ours.entry(change.path.to_string()).or_default();
        life.push((walk.commits[change.commit].id, change.after));
    }
    let of_git = told_by_git(folder.path(), "first-parent");
    assert_eq!(differences(&ours, &of_git), [""; 0]);
    assert!(of_git.values().map(Vec::len).sum::<usize>() > SMALL.commits);

    let mut ours = Lives::new();
    let revisions: Vec<&Revision> = history.lives.values().flatten().collect();
    for revision in &revisions {
        let commit = history.commit_of(revision).id;
        ours.entry(revision.path.to_string()).or_default().push((commit, revision.blob));
        if let Some(left) = &revision.moved_from {
            ours.entry(left.to_string()).or_default().push((commit, None));
        }
    }
    // Combined, Git shows of a merge what no parent has: the rest only arrived.
    let mut of_git = told_by_git(folder.path(), "combined");
    of_git.remove("README.md");
    assert_eq!(differences(&ours, &of_git), [""; 0]);
    assert!(revisions.iter().any(|revision| revision.moved_from.is_some()));
    assert!(!history.arrivals.is_empty());
}
