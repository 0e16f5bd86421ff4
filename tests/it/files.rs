//! Files as they lie on a disk: what no story can tell, made by hand and read as a work tree.

use crate::program::{clausebook, git, shell};
use crate::rule_pages::tell;
use clausebook::config::Config;
use clausebook::document::Document;
use clausebook::index::Index;
use clausebook::repo::Repository;
use clausebook::repo::snapshot::Content;
use clausebook::report::human;
use clausebook::rules::{ALL, Rule, run_one};
use clausebook::sms::reading::{self, Request};
use clausebook::sms::{Sms, Trust};
use clausebook::source::RepoPath;
use clausebook::story::build;
use std::path::Path;
use tempfile::TempDir;

/// Rules whose Bad stories need a hand: the page tells the rest in words, and why.
pub(crate) const NOT_TOLD: [(&str, &str); 5] = [
    ("link-not-followed", "stories make no symbolic links"),
    ("submodule-not-read", "a story is the story of one repository"),
    ("file-unreadable", "Git keeps no pipes, sockets and devices"),
    ("file-untracked", "all that a story tells is committed"),
    ("work-tree-dirty", "all that a story tells is committed"),
];

/// Puts what the page of a rule says in words into the folder of its story. `None` where this
/// system has no such files.
fn add_by_hand(rule: &str, folder: &Path) -> Option<()> {
    let docs = folder.join("docs");
    match rule {
        "link-not-followed" => link("/mnt/shared/form.md", &docs.join("form.md"))?,
        "submodule-not-read" => submodule(folder, "docs/shared"),
        "file-unreadable" => socket(&docs.join("answers.md"))?,
        "file-untracked" => {
            std::fs::write(docs.join("form.md"), "---\nid: FRM-CHG-001\n---\n").unwrap();
        }
        "work-tree-dirty" => {
            std::fs::write(docs.join("change.md"), "---\nid: POL-CHG-001\n---\n\nPlan it.\n")
                .unwrap();
        }
        other => panic!("nothing is known of {other}"),
    }
    Some(())
}

#[cfg(unix)]
fn link(target: &str, path: &Path) -> Option<()> {
    std::os::unix::fs::symlink(target, path).ok()
}

#[cfg(not(unix))]
fn link(_: &str, _: &Path) -> Option<()> {
    None
}

#[cfg(unix)]
fn socket(path: &Path) -> Option<()> {
    std::os::unix::net::UnixListener::bind(path).ok().map(drop)
}

#[cfg(not(unix))]
fn socket(_: &Path) -> Option<()> {
    None
}

fn submodule(folder: &Path, path: &str) {
    let never = git2::IndexTime::new(0, 0);
    let mut index = git2::Repository::open(folder).unwrap().index().unwrap();
    let entry = git2::IndexEntry {
        ctime: never,
        mtime: never,
        dev: 0,
        ino: 0,
        mode: 0o160_000,
        uid: 0,
        gid: 0,
        file_size: 0,
        id: git2::Oid::from_str("3f2a91c0000000000000000000000000000000aa").unwrap(),
        flags: 0,
        flags_extended: 0,
        path: path.as_bytes().to_vec(),
    };
    index.add(&entry).unwrap();
    index.write().unwrap();
}

fn rule(name: &str) -> &'static Rule {
    ALL.iter().find(|rule| rule.name.name == name).unwrap()
}

/// Reads the work tree in a folder.
pub(crate) fn work_tree(folder: &Path) -> Sms {
    let repository = Repository::open(folder).unwrap();
    let config = Config::default();
    let head = repository.head().unwrap().commit;
    let request = Request {
        is_imagined: false,
        snapshot: repository.snapshot_of_work_tree(&config.src).unwrap(),
        trust: Trust { config: config.clone(), ..Trust::default() },
        config,
        book: String::new(),
        packs: Vec::new(),
        head,
        tip: Some(head),
        as_of: None,
        tags: repository.tags(),
    };
    reading::read(repository.objects(), request, Index::none).unwrap()
}

fn findings(sms: &Sms, name: &str) -> String {
    let rule = rule(name);
    let found = run_one(rule, rule.severity.level(false), sms);
    human::findings(sms, &found.findings, false)
}

/// Returns the first lines of findings and where they point, one finding a line.
fn in_short(sms: &Sms, name: &str) -> Vec<String> {
    let found = run_one(rule(name), rule(name).severity.level(false), sms).findings;
    found.iter().map(|finding| format!("{}: {}", finding.place.path, finding.message)).collect()
}

/// A repository with one document, `docs/change.md`.
fn one_document() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    build(&tell(rule("file-untracked"), "Good").recording, folder.path()).unwrap();
    folder
}

#[test]
fn bad_stories_with_files_added_by_hand_yield_their_findings() {
    let mut wrong = Vec::new();
    for (name, _) in NOT_TOLD {
        let told = tell(rule(name), "Bad");
        let folder = tempfile::tempdir().unwrap();
        build(&told.recording, folder.path()).unwrap();
        if add_by_hand(name, folder.path()).is_none() {
            continue;
        }
        let actual = findings(&work_tree(folder.path()), name).trim_end().to_owned();
        let expected = told.story.findings.unwrap_or_default();
        if actual != expected.trim_end() || actual.is_empty() {
            wrong.push(format!("=== {name}\n--- page\n{expected}\n--- program\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_link_says_where_it_leads() {
    let folder = one_document();
    let docs = folder.path().join("docs");
    std::fs::create_dir(docs.join("sub")).unwrap();
    let links = [
        ("../.git/config", "config.md"),
        ("change.md", "alias.md"),
        ("self.md", "self.md"),
        ("alias.md", "chain.md"),
        ("nowhere.md", "dangling.md"),
        ("..", "sub/loop"),
    ];
    for (target, name) in links {
        if link(target, &docs.join(name)).is_none() {
            return;
        }
    }
    let said = in_short(&work_tree(folder.path()), "link-not-followed");
    let end = |line: &String| {
        let (_, end) = line.split_once("that leads ").unwrap();
        end.split_once("; links").unwrap().0.to_owned()
    };
    let ends: Vec<String> = said.iter().map(end).collect();
    assert_eq!(
        ends,
        [
            "to `docs/change.md`",
            "to `docs/alias.md`, which is a link as well",
            "out of the repository",
            "to `docs/nowhere.md`, which the repository does not hold",
            "to itself",
            "to `docs`",
        ]
    );
}

#[test]
fn a_file_that_took_the_place_of_a_link_is_that_file() {
    let folder = one_document();
    let other = folder.path().join("docs/other.md");
    if link("change.md", &other).is_none() {
        return;
    }
    git(folder.path(), &["add", "-A"]);
    git(folder.path(), &["commit", "-qm", "Link to it"]);
    std::fs::remove_file(&other).unwrap();
    std::fs::write(&other, "---\nid: POL-OTHER-001\n---\n").unwrap();
    let ids = |sms: &Sms| {
        sms.documents.iter().filter_map(Document::id).map(|it| it.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&work_tree(folder.path())).last().unwrap(), "POL-OTHER-001");
    // Where the system has no links, Git writes their targets into files.
    git(folder.path(), &["config", "core.symlinks", "false"]);
    std::fs::write(&other, "nowhere.md").unwrap();
    let said = in_short(&work_tree(folder.path()), "link-not-followed");
    assert!(said[0].contains("`docs/nowhere.md`, which the repository does not hold"), "{said:?}");
}

#[test]
fn a_file_behind_a_linked_folder_is_not_the_one_git_knows() {
    let folder = one_document();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("change.md"), "---\nid: SECRET-1\n---\n").unwrap();
    std::fs::rename(folder.path().join("docs"), folder.path().join("moved")).unwrap();
    if link(outside.path().to_str().unwrap(), &folder.path().join("docs")).is_none() {
        return;
    }
    let sms = work_tree(folder.path());
    assert_eq!(sms.documents, []);
    assert_eq!(
        in_short(&sms, "link-not-followed"),
        [
            "docs: this is a symbolic link that leads out of the repository; links are not followed, and a file was expected"
        ]
    );
}

#[test]
fn a_repository_that_was_only_put_there_is_named() {
    let folder = one_document();
    let other = folder.path().join("docs/other");
    git2::Repository::init(&other).unwrap();
    std::fs::write(other.join("hidden.md"), "---\nid: POL-001\n---\n").unwrap();
    let sms = work_tree(folder.path());
    assert_eq!(sms.snapshot.files[&RepoPath::from("docs/other")].content, Content::Submodule);
    assert_eq!(
        in_short(&sms, "submodule-not-read"),
        [
            "docs/other: this folder is another repository; its documents have a history of their own and are not judged here"
        ]
    );
}

#[test]
fn a_folder_whose_files_are_in_this_history_is_judged_here() {
    let folder = one_document();
    let other = folder.path().join("docs/other");
    std::fs::create_dir(&other).unwrap();
    std::fs::create_dir(folder.path().join("docs/other-too")).unwrap();
    std::fs::write(folder.path().join("docs/other-too/x.md"), "---\nid: POL-003\n---\n").unwrap();
    std::fs::write(other.join("ours.md"), "---\nid: POL-002\n---\n").unwrap();
    git(folder.path(), &["add", "docs"]);
    std::fs::write(other.join(".git"), "gitdir: /nowhere\n").unwrap();
    let sms = work_tree(folder.path());
    assert!(sms.document("POL-002").is_some());
    assert_eq!(in_short(&sms, "submodule-not-read"), [""; 0]);
}

#[test]
fn an_untracked_file_without_an_id_is_named_by_its_path() {
    let folder = one_document();
    std::fs::write(folder.path().join("docs/tips.md"), "# Tips\n").unwrap();
    assert_eq!(
        in_short(&work_tree(folder.path()), "file-untracked"),
        [
            "docs/tips.md: the file is untracked: Git holds no version of it, so nothing it claims can be shown"
        ]
    );
}

#[test]
fn evidence_is_the_file_that_git_has() {
    let told = tell(rule("evidence-file-differs"), "Good");
    let folder = tempfile::tempdir().unwrap();
    build(&told.recording, folder.path()).unwrap();
    assert_eq!(in_short(&work_tree(folder.path()), "evidence-file-differs"), [] as [&str; 0]);

    let records = folder.path().join("docs/records");
    let cite = |line: &str| {
        let text = format!("---\nid: REC-CNT-2026-002\nevidence:\n  - {line}\n---\n");
        std::fs::write(records.join("more.md"), text).unwrap();
        in_short(&work_tree(folder.path()), "evidence-file-differs")
    };
    std::fs::write(records.join("test/new.txt"), "new").unwrap();
    assert_eq!(
        cite("{path: test/new.txt}"),
        ["docs/records/more.md: the evidence `test/new.txt` is no file under version control"]
    );
    assert_eq!(
        cite("{path: test, sha256: 0}"),
        ["docs/records/more.md: the evidence `test` is a folder, which has no hash"]
    );
    let none: [&str; 0] = [];
    assert_eq!(cite("{path: test}"), none);
    assert_eq!(cite("{path: docs/records/test/log.txt}"), none, "seen from the top");
    assert_eq!(cite("{path: ../../../outside.txt, sha256: 0}"), none);
    assert_eq!(cite("{path: 'C:\\outside.txt', sha256: 0}"), none);
}

#[test]
fn a_file_of_a_commit_is_not_read_beyond_the_limit() {
    let folder = one_document();
    let large = std::fs::File::create(folder.path().join("docs/large.md")).unwrap();
    large.set_len(20 << 20).unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "A large one"]);
    let run = clausebook(folder.path(), &["check", "--rev", "HEAD"]);
    assert!(run.out.contains("docs/large.md") && run.out.contains("20971520 bytes"), "{}", run.out);
    std::fs::remove_file(folder.path().join("docs/large.md")).unwrap();
    assert_eq!(clausebook(folder.path(), &["check", "--no-cache"]).err, "");
}

#[test]
fn a_few_trees_that_stand_for_more_files_than_there_are_end_the_run() {
    let folder = one_document();
    let folder = folder.path();
    let repository = git2::Repository::open(folder).unwrap();
    let signature = git2::Signature::new("Mal", "mal@example.org", &git2::Time::new(0, 0)).unwrap();
    let tip = repository.head().unwrap().peel_to_commit().unwrap();
    let tree_of = |entries: &[(String, git2::Oid, i32)]| {
        let mut builder = repository.treebuilder(None).unwrap();
        for (name, id, mode) in entries {
            builder.insert(name, *id, *mode).unwrap();
        }
        builder.write().unwrap()
    };
    let text = repository.blob(b"---\nid: POL-666\n---\n").unwrap();
    let mut tree = tree_of(&[("x.md".to_owned(), text, 0o100_644)]);
    for _ in 0..9 {
        let copies: Vec<_> = (0..10).map(|it| (format!("d{it}"), tree, 0o040_000)).collect();
        tree = tree_of(&copies);
    }
    let tree = repository.find_tree(tree_of(&[("docs".to_owned(), tree, 0o040_000)])).unwrap();
    let commit = |tree: &git2::Tree<'_>, parent: &git2::Commit<'_>| {
        let id = repository.commit(None, &signature, &signature, "x", tree, &[parent]).unwrap();
        repository.find_commit(id).unwrap()
    };
    let bomb = commit(&tree, &tip);
    let after = commit(&tip.tree().unwrap(), &bomb);
    for (rev, words) in [(&bomb, "holds more than 500000 files"), (&after, "changes more than")] {
        let run = clausebook(folder, &["check", "--rev", &rev.id().to_string()]);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(words), "{}", run.err);
    }
}

#[test]
fn rules_of_ignoring_are_not_read_through_a_link() {
    let folder = one_document();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("rules"), "*.md\n").unwrap();
    std::fs::write(folder.path().join("docs/form.md"), "---\nid: FRM-1\n---\n").unwrap();
    let rules = folder.path().join("docs/.gitignore");
    std::fs::write(&rules, "*.md\n").unwrap();
    assert_eq!(work_tree(folder.path()).documents.len(), 1);
    std::fs::remove_file(&rules).unwrap();
    if link(outside.path().join("rules").to_str().unwrap(), &rules).is_some() {
        assert_eq!(work_tree(folder.path()).documents.len(), 2);
    }
}

#[test]
fn rules_of_ignoring_that_take_for_ever_ignore_nothing() {
    let folder = one_document();
    let name = format!("docs/{}.md", "a".repeat(120));
    std::fs::write(folder.path().join(name), "---\nid: FRM-1\n---\n").unwrap();
    let rules = folder.path().join(".gitignore");
    let rare = "# * * our * rules * * *\n**/a/**/b/**/c/**/*.tmp*\naa*a*a*a.md\n";
    std::fs::write(&rules, rare).unwrap();
    assert_eq!(work_tree(folder.path()).documents.len(), 1, "a few stars are no hindrance");
    std::fs::write(&rules, format!("{}b\n", "*a".repeat(12))).unwrap();
    assert_eq!(work_tree(folder.path()).documents.len(), 2);
    std::fs::remove_file(&rules).unwrap();
    let exclude = folder.path().join(".git/info/exclude");
    let file = folder.path().join(".git/rules");
    let set_up = |rules: &Path| {
        let git = git2::Repository::open(folder.path()).unwrap();
        git.config().unwrap().set_str("core.excludesFile", rules.to_str().unwrap()).unwrap();
    };
    std::fs::create_dir_all(exclude.parent().unwrap()).unwrap();
    for rules in [&exclude, &file] {
        set_up(rules);
        std::fs::write(rules, "a*.md\n").unwrap();
        assert_eq!(work_tree(folder.path()).documents.len(), 1);
        std::fs::write(rules, format!("a*.md\n{}b\n", "*a".repeat(12))).unwrap();
        assert_eq!(work_tree(folder.path()).documents.len(), 2);
        std::fs::remove_file(rules).unwrap();
    }
    std::fs::write(&exclude, "a*.md\n").unwrap();
    set_up(Path::new("/dev/null"));
    assert_eq!(work_tree(folder.path()).documents.len(), 1);
}

#[test]
fn settings_are_not_read_through_a_linked_folder() {
    let folder = one_document();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("pack.toml"), "TOKEN = 1\n").unwrap();
    if link(outside.path().to_str().unwrap(), &folder.path().join("elsewhere")).is_none() {
        return;
    }
    let book = "[preprocessor.clausebook]\npacks = [\"elsewhere/pack.toml\"]\n";
    std::fs::write(folder.path().join("book.toml"), book).unwrap();
    let run = clausebook(folder.path(), &["check"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("elsewhere/pack.toml") && !run.err.contains("TOKEN"), "{}", run.err);
}

#[test]
fn a_file_that_lies_there_is_read_whatever_the_index_says() {
    let folder = one_document();
    let folder = folder.path();
    git(folder, &["update-index", "--skip-worktree", "docs/change.md"]);
    std::fs::write(folder.join("docs/change.md"), "---\nid: POL-2\n---\n").unwrap();
    let ids = |sms: &Sms| sms.documents.iter().map(|it| it.id().unwrap()).collect::<Vec<_>>();
    assert_eq!(ids(&work_tree(folder)), [clausebook::document::DocId::new("POL-2")]);
    std::fs::remove_file(folder.join("docs/change.md")).unwrap();
    assert_eq!(ids(&work_tree(folder)), [clausebook::document::DocId::new("POL-CHG-001")]);
}

#[test]
fn a_file_that_was_taken_from_git_is_not_the_document() {
    let told = tell(rule("version-not-bumped"), "Good");
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    build(&told.recording, folder).unwrap();
    let sms = work_tree(folder);
    let first = sms.documents.iter().find(|it| it.status() == Some("approved")).unwrap();
    let path = first.path.to_string();
    let id = first.id().unwrap();
    git(folder, &["rm", "-q", "--cached", &path]);
    let untracked = |what: &str| [format!("{path}: the document {id} is untracked, and {what}")];
    assert_eq!(
        in_short(&work_tree(folder), "file-untracked"),
        untracked("the last commit has it: the next one would remove it")
    );
    let later = "export GIT_COMMITTER_DATE=2030-01-01T00:00:00Z";
    let ada = "git -c user.name=Ada -c user.email=ada@example.org";
    shell(folder, &format!("{later}; {ada} commit -qm 'Take it out'"));
    assert_eq!(
        in_short(&work_tree(folder), "file-untracked"),
        untracked("a commit removed it: what lies here is no controlled version")
    );
    let deleted = in_short(&work_tree(folder), "document-deleted-in-force");
    assert!(
        deleted.iter().any(|it| it.contains(&format!("{id} was deleted while"))),
        "{deleted:?}"
    );
}

#[test]
fn a_file_that_is_never_taken_into_memory_is_a_document_that_is_not_identified() {
    let folder = one_document();
    let path = folder.path().join("docs/change.md");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text + &" ".repeat(17 << 20)).unwrap();
    let says = |sms: &Sms| {
        assert_eq!(in_short(sms, "file-unreadable"), [""; 0]);
        let said = in_short(sms, "front-matter-unreadable");
        assert!(said[0].contains("bytes, more than the 1048576 that are read"), "{said:?}");
        let path = RepoPath::from("docs/change.md");
        assert!(sms.document_at(&path).is_some_and(|document| document.id().is_none()));
        let was = sms.was_before_it_was_lost(&path);
        assert_eq!(was.as_deref(), Some("as it could be read last, it was POL-CHG-001"));
    };
    says(&work_tree(folder.path()));
    git(folder.path(), &["commit", "-qam", "Grow"]);
    let repository = Repository::open(folder.path()).unwrap();
    let head = repository.head().unwrap().commit;
    says(&reading::of_commit(repository.objects(), head, &[]).unwrap());
}
