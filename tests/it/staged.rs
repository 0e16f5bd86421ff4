//! What is staged is judged as the commit will hold it, in every state an index can be in, and
//! nothing of it is touched; and the hooks that ask for it.

use crate::program::{Run, clausebook, clausebook_as, command, git, repository, shell};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The ground that the fixtures stand on, as a repository.
struct House(TempDir);

const POLICY: &str = "docs/policy.md";
const DAY: &str = "2026-01-20";

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let ground = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/ground.md");
        repository(&std::fs::read_to_string(ground).unwrap(), &folder.path().join("main"));
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("main")
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.path(), arguments).out
    }

    fn exchange(&self, path: &str, from: &str, to: &str) {
        let file = self.path().join(path);
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(text.contains(from), "{path} has no `{from}`");
        std::fs::write(file, text.replace(from, to)).unwrap();
    }

    /// Every file of the Git folder but what clausebook keeps, and of the work tree.
    fn state(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true if path.ends_with(".git/clausebook") => {}
                    true => folders.push(path),
                    false => drop(files.insert(path.clone(), std::fs::read(&path).unwrap())),
                }
            }
        }
        files
    }

    /// Judges what is staged; whatever it says, nothing is touched.
    fn judge(&self, more: &[&str]) -> Run {
        let before = self.state();
        let arguments = [&["check", "--staged", "--as-of", DAY], more].concat();
        let run = clausebook(&self.path(), &arguments);
        assert!(self.state() == before, "something was touched");
        run
    }

    /// The new findings above notes, as `rule path`, and how the run ended.
    fn new_findings(&self) -> (i32, Vec<String>) {
        let run = self.judge(&["--format", "json"]);
        (run.code, findings(&run, false))
    }
}

fn findings(run: &Run, known: bool) -> Vec<String> {
    let json: Value = serde_json::from_str(&run.out).unwrap_or_else(|_| panic!("{}", run.err));
    let of_interest = json["findings"].as_array().unwrap().iter().filter(|finding| {
        finding["level"] != "note" && finding["known"].as_bool().unwrap_or_default() == known
    });
    let named = of_interest.map(|finding| {
        format!("{} {}", finding["code"].as_str().unwrap(), finding["path"].as_str().unwrap())
    });
    named.collect()
}

fn named(finding: &str) -> Vec<String> {
    vec![finding.to_owned()]
}

#[test]
fn the_index_is_judged_and_not_the_work_tree() {
    let house = House::new();
    assert_eq!(house.new_findings(), (0, vec![]), "nothing is staged");

    house.exchange(POLICY, "We agree", "We always agree");
    assert_eq!(house.new_findings(), (0, vec![]), "a change that is not staged");
    house.git(&["add", POLICY]);
    let silent_edit = (1, named("VC001 docs/policy.md"));
    assert_eq!(house.new_findings(), silent_edit);
    house.exchange(POLICY, "We always agree", "We agree");
    assert_eq!(house.new_findings(), silent_edit, "taken back on disk, and still staged");

    house.git(&["add", POLICY]);
    std::fs::write(house.path().join("docs/new.md"), "---\nid: NOTHING\n---\n").unwrap();
    house.git(&["add", "--intent-to-add", "docs/new.md"]);
    assert_eq!(house.new_findings(), (0, vec![]), "a path that a commit leaves out");
    house.git(&["add", "docs/new.md"]);
    assert_eq!(house.new_findings().0, 1);
    house.git(&["rm", "-q", "--cached", "docs/new.md"]);
    assert_eq!(house.new_findings(), (0, vec![]), "a file that Git does not know");
}

#[test]
fn what_was_there_before_is_marked_and_holds_nothing_back() {
    let house = House::new();
    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["commit", "-qam", "A silent edit"]);
    house.exchange("docs/roles.md", "# Roles", "# Roles [gone](gone.md)");
    house.git(&["add", "docs/roles.md"]);
    let run = house.judge(&["--format", "json"]);
    assert_eq!(findings(&run, true), ["VC001 docs/policy.md"]);
    let new = findings(&run, false);
    assert!(new.iter().all(|it| it.ends_with("docs/roles.md")) && run.code == 1, "{new:?}");

    // The first finding told is a new one, and what was there has a line of its own.
    let told = house.judge(&[]).out;
    let known = told.find("Not of this commit").unwrap();
    assert!(told.find("docs/roles.md").unwrap() < known, "{told}");
    assert!(known < told.find("VC001 docs/policy.md").unwrap(), "{told}");
    assert!(told.contains(" known before, as of "), "{told}");
    assert!(told.contains("in the commit that is being made"), "{told}");

    house.git(&["reset", "-q", "--hard"]);
    let run = house.judge(&["--format", "json"]);
    assert_eq!((run.code, findings(&run, true)), (0, named("VC001 docs/policy.md")));
    let sarif: Value = serde_json::from_str(&house.judge(&["--format", "sarif"]).out).unwrap();
    let states = sarif["runs"][0]["results"].as_array().unwrap().iter();
    assert!(
        states.filter(|it| it["level"] == "error").all(|it| it["baselineState"] == "unchanged")
    );
}

#[test]
fn what_a_commit_was_found_to_hold_is_not_worked_out_again_once_it_is_made() {
    let house = House::new();
    let kept = || {
        let files = std::fs::read_dir(house.path().join(".git/clausebook")).unwrap().flatten();
        files.filter(|file| file.path().extension().is_some_and(|it| it == "answer")).count()
    };
    let check = |more: &[&str]| {
        let who = "Ada Lovelace <ada@example.org>";
        let arguments = [&["check", "--staged"], more].concat();
        let run = clausebook_as(&house.path(), who, "2026-01-10", &arguments);
        (run.code, run.out)
    };
    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["add", POLICY]);
    assert_eq!(check(&[]).0, 1);
    assert_eq!(kept(), 3, "the answer, what the commit brings, and what was there before");
    house.git(&["commit", "-qm", "A silent edit"]);
    house.exchange("docs/roles.md", "# Roles", "# Roles [gone](gone.md)");
    house.git(&["add", "docs/roles.md"]);
    let told = check(&[]);
    assert_eq!(kept(), 5, "what was there before is what the last commit was found to hold");
    assert_eq!(told, check(&["--no-cache"]));

    // Another hand may hold another approval: that is looked at anew.
    let author = "--author=Bo <bo@example.org>";
    house.git(&["commit", "-q", "-m", "A dead link", author]);
    house.exchange("docs/roles.md", "(gone.md)", "(went.md)");
    house.git(&["add", "docs/roles.md"]);
    let told = check(&[]);
    assert_eq!(kept(), 8);
    assert_eq!(told, check(&["--no-cache"]));
}

#[test]
fn a_parent_that_leaves_is_missed_in_its_children() {
    let house = House::new();
    house.git(&["rm", "-q", POLICY]);
    let (code, found) = house.new_findings();
    assert_eq!(code, 1);
    assert!(found.iter().any(|it| it.starts_with("HI") && !it.ends_with(POLICY)), "{found:?}");
    house.git(&["reset", "-q", "--hard"]);
    house.git(&["mv", POLICY, "docs/first.md"]);
    assert_eq!(house.new_findings(), (0, vec![]), "a renamed file is the same document");
}

#[test]
fn every_state_of_an_index_is_judged_or_refused() {
    let house = House::new();
    let folder = house.path();

    // In another work tree the same is said of the same index.
    let beside = house.0.path().join("beside");
    house.git(&["worktree", "add", "-q", "-b", "beside", beside.to_str().unwrap()]);
    for folder in [&folder, &beside] {
        let file = folder.join(POLICY);
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(file, text.replace("We agree", "We always agree")).unwrap();
        git(folder, &["add", POLICY]);
    }
    let here = house.judge(&["--format", "json"]);
    let there = clausebook(&beside, &["check", "--staged", "--as-of", DAY, "--format", "json"]);
    assert_eq!(findings(&here, false), ["VC001 docs/policy.md"]);
    assert_eq!((there.code, findings(&there, false)), (1, findings(&here, false)));

    // A merge that is under way has two parents: what the other side brought is not new here.
    git(&beside, &["commit", "-qm", "A silent edit"]);
    house.git(&["reset", "-q", "--hard"]);
    house.git(&["merge", "-q", "--no-ff", "--no-commit", "beside"]);
    assert_eq!(house.new_findings(), (1, named("VC001 docs/policy.md")), "new to this branch");
    house.git(&["merge", "--abort"]);

    // A conflict is no state to judge.
    house.exchange(POLICY, "We agree", "We never agree");
    house.git(&["commit", "-qam", "Another edit"]);
    let ada = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"];
    let mut merge = command("git");
    let merge = merge.current_dir(&folder).args(ada).args(["merge", "-q", "beside"]).output();
    assert!(!merge.unwrap().status.success());
    let run = house.judge(&[]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("a merge is not finished in docs/policy.md"), "{}", run.err);
    house.git(&["merge", "--abort"]);

    // What a sparse checkout leaves out is in the commit all the same.
    house.git(&["sparse-checkout", "set", "--no-cone", "/book.toml", "/docs/roles.md"]);
    assert!(!folder.join(POLICY).exists());
    let run = house.judge(&["--format", "json"]);
    assert_eq!((run.code, findings(&run, false)), (0, vec![]), "{}", run.err);
}

#[test]
fn a_sparse_checkout_is_judged_as_a_whole_one() {
    let house = House::new();
    let folder = house.path();
    house.git(&["mv", "docs", "system"]);
    std::fs::write(folder.join("book.toml"), "[book]\nsrc = \"system\"\n").unwrap();
    house.git(&["add", "."]);
    house.git(&["commit", "-qm", "Another source folder"]);
    let told = || clausebook(&folder, &["status", "--as-of", DAY]).out;
    let whole = told();
    house.git(&["sparse-checkout", "set", "--no-cone", "/system/roles.md"]);
    assert!(!folder.join("book.toml").exists());
    assert_eq!(told(), whole);
}

#[test]
#[cfg(unix)]
fn a_link_is_none_where_the_system_has_only_files() {
    let house = House::new();
    let folder = house.path();
    std::fs::rename(folder.join(POLICY), folder.join("policy.md")).unwrap();
    std::os::unix::fs::symlink("../policy.md", folder.join(POLICY)).unwrap();
    house.git(&["add", "."]);
    house.git(&["commit", "-qm", "Link the policy"]);
    house.git(&["config", "core.symlinks", "false"]);
    house.git(&["rm", "-q", "--cached", POLICY]);
    house.git(&["reset", "-q", "--hard"]);
    assert!(folder.join(POLICY).symlink_metadata().unwrap().is_file());
    let run = clausebook(&folder, &["check", "--as-of", DAY, "--format", "json"]);
    assert!(findings(&run, false).contains(&"UF003 docs/policy.md".to_owned()), "{}", run.out);
}

#[test]
fn a_change_that_is_taken_back_on_disk_is_none() {
    let house = House::new();
    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["commit", "-qam", "A silent edit"]);
    let errors = || {
        let run = clausebook(&house.path(), &["check", "--as-of", DAY, "--format", "json"]);
        findings(&run, false)
    };
    assert_eq!(errors(), ["VC001 docs/policy.md"]);
    house.exchange(POLICY, "We always agree", "We agree");
    assert!(errors().is_empty());
}

#[test]
fn a_file_that_cannot_be_read_was_not_deleted() {
    let house = House::new();
    let file = std::fs::File::options().write(true).open(house.path().join(POLICY)).unwrap();
    file.set_len(17 << 20).unwrap();
    let run = clausebook(&house.path(), &["check", "--as-of", DAY, "--format", "json"]);
    let found = findings(&run, false);
    assert!(found.contains(&"FM001 docs/policy.md".to_owned()), "{found:?}");
    assert!(!found.iter().any(|it| it.starts_with("VC007")), "{found:?}");
}

#[test]
fn a_hook_of_another_repository_is_not_answered_for_this_one() {
    let house = House::new();
    let other = House::new();
    let run = command(env!("CARGO_BIN_EXE_clausebook"))
        .current_dir(house.path())
        .args(["check", "--staged", "--as-of", DAY])
        .env("GIT_DIR", other.path().join(".git"))
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2));
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("Git is at work in another repository"), "{said}");
}

#[test]
fn the_first_commit_has_nothing_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-qb", "main"]);
    std::fs::create_dir(folder.join("docs")).unwrap();
    std::fs::write(folder.join("docs/policy.md"), "---\nid: POL-001\ntitel: A\n---\n").unwrap();
    git(folder, &["add", "."]);
    let run = clausebook(folder, &["check", "--staged", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(findings(&run, false).iter().all(|it| !it.is_empty()) && run.out.contains("`title`"));
}

#[test]
fn the_first_document_has_nothing_before_it() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    git(folder, &["init", "-qb", "main"]);
    std::fs::create_dir(folder.join("docs")).unwrap();
    std::fs::write(folder.join("docs/plain.md"), "# No front matter yet\n").unwrap();
    git(folder, &["add", "."]);
    git(folder, &["commit", "-qm", "As it was"]);
    let run = clausebook(folder, &["check"]);
    assert!(run.err.contains("front matter, only 1 file without;"), "{}", run.err);
    std::fs::write(folder.join("docs/policy.md"), "---\nid: POL-001\ntitel: A\n---\n").unwrap();
    git(folder, &["add", "."]);
    let run = clausebook(folder, &["check", "--staged", "--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(findings(&run, false).iter().any(|it| it.ends_with(" docs/policy.md")), "{}", run.out);
}

#[test]
fn an_overdue_document_may_begin_its_next_version() {
    let house = House::new();
    house.exchange(POLICY, "version: 1.0", "version: 1.1");
    house.exchange(POLICY, "status: approved", "status: draft");
    house.git(&["add", POLICY]);
    let later = |more: &[&str]| {
        let arguments = [&["check", "--staged", "--as-of", "2031-01-20", "--format", "json"], more];
        clausebook(&house.path(), &arguments.concat())
    };
    let run = later(&[]);
    let overdue = "RV001 docs/policy.md".to_owned();
    assert!(findings(&run, true).contains(&overdue), "{}", run.out);
    assert!(!findings(&run, false).contains(&overdue), "{}", run.out);
}

#[test]
fn a_commit_of_a_path_is_judged_by_the_index_git_makes_for_it() {
    let house = House::new();
    let folder = house.path();
    let installed = clausebook(&folder, &["hook", "install"]);
    assert_eq!(installed.code, 0, "{}", installed.err);
    // Both files are changed; the one that is wrong is not part of the commit.
    house.exchange(POLICY, "We agree", "We always agree");
    house.exchange("docs/roles.md", "# Roles", "# Roles and people");
    house.exchange("docs/roles.md", "version: 1.0", "version: 1.1");
    house.exchange("docs/roles.md", "status: approved", "status: in-review");
    let commit = |arguments: &[&str]| {
        let mut git = command("git");
        let git = git.current_dir(&folder).args([
            "-c",
            "user.name=Ada",
            "-c",
            "user.email=ada@example.org",
        ]);
        let output = git.args(["commit", "-qm", "Commit"]).args(arguments).output().unwrap();
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let (done, said) = commit(&["--", "docs/roles.md"]);
    assert!(done, "{said}");
    let (done, said) = commit(&["-a"]);
    assert!(!done && house.git(&["log", "-1", "--format=%s"]).contains("Commit"), "{said}");
}

#[test]
#[cfg(unix)]
fn a_hook_that_is_there_goes_on_and_comes_back() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    let folder = house.path();
    let hooks = folder.join("own hooks");
    house.git(&["config", "core.hooksPath", "own hooks"]);
    std::fs::create_dir(&hooks).unwrap();
    let hook = hooks.join("pre-commit");
    // As a dispatcher does, it goes by the name it was called by.
    let own = "#!/bin/sh\necho \"$(basename \"$0\") ran $#\" >> ran.txt\n";
    std::fs::write(&hook, own).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ours = |arguments: &[&str]| {
        let run = clausebook(&folder, &[&["hook"], arguments].concat());
        assert_eq!(run.code, 0, "{}", run.err);
        run.out
    };
    assert!(ours(&["install"]).contains("runs first"));
    assert!(ours(&["install"]).contains("installed anew"), "twice is once");
    house.git(&["commit", "-q", "--allow-empty", "-m", "Nothing"]);
    assert_eq!(std::fs::read_to_string(folder.join("ran.txt")).unwrap(), "pre-commit ran 0\n");

    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["add", POLICY]);
    let ana = ["-c", "user.name=Ana Owner", "-c", "user.email=ana@example.org"];
    let refused =
        command("git").current_dir(&folder).args(ana).args(["commit", "-qm", "x"]).output();
    let refused = refused.unwrap();
    assert!(!refused.status.success());
    let said = String::from_utf8([refused.stdout, refused.stderr].concat()).unwrap();
    let way_out = "nothing is committed; `git commit --no-verify` commits without asking\n";
    assert!(said.ends_with(way_out), "{said}");
    assert!(!clausebook(&folder, &["check"]).out.contains("--no-verify"), "no commit is held back");

    ours(&["install", "--pre-push", "--commit-msg"]);
    assert!(ours(&["uninstall"]).contains("is back"));
    let left: Vec<_> =
        std::fs::read_dir(&hooks).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["pre-commit"]);
    assert_eq!(std::fs::read_to_string(&hook).unwrap(), own);
    assert!(ours(&["uninstall"]).contains("nothing was changed"));

    // Another manager gives ours another name: the hook of before still runs.
    ours(&["install"]);
    std::fs::rename(&hook, hooks.join("pre-commit.legacy")).unwrap();
    let renamed =
        command("sh").arg(hooks.join("pre-commit.legacy")).current_dir(&folder).output().unwrap();
    assert!(!renamed.status.success(), "what is staged is not as it should be");
    let ran = std::fs::read_to_string(folder.join("ran.txt")).unwrap();
    assert_eq!(ran.lines().last(), Some("pre-commit ran 0"));
    assert!(ours(&["uninstall"]).contains("what was there before it lies beside it"));
}

#[test]
#[cfg(unix)]
fn a_hook_that_somebody_wrote_into_is_kept() {
    let house = House::new();
    let hook = house.path().join(".git/hooks/pre-commit");
    assert_eq!(clausebook(&house.path(), &["hook", "install"]).code, 0);
    let own = std::fs::read_to_string(&hook).unwrap();
    for written in [
        own.replacen("program=", "echo team-check\nprogram=", 1),
        format!("{own}echo after\n"),
        own.replacen("# Written by a program", "# Written by us", 1),
    ] {
        std::fs::write(&hook, &written).unwrap();
        for action in ["install", "uninstall"] {
            let run = clausebook(&house.path(), &["hook", action]);
            assert!(
                run.code == 2 && run.err.contains("nothing of it is thrown away"),
                "{}",
                run.err
            );
            assert!(run.err.contains("pre-commit.before-clausebook`, which runs first"));
            assert_eq!(std::fs::read_to_string(&hook).unwrap(), written);
        }
    }
    std::fs::write(&hook, own).unwrap();
    assert!(clausebook(&house.path(), &["hook", "uninstall"]).out.contains("taken out"));
    assert!(!hook.exists());
}

#[test]
#[cfg(unix)]
fn a_hook_checks_with_the_list_of_what_is_known() {
    let house = House::new();
    let folder = house.path();
    let ours = |arguments: &[&str]| clausebook(&folder, &[&["hook"], arguments].concat()).out;
    let by_git = |arguments: &[&str]| {
        let ana = ["-c", "user.name=Ana Owner", "-c", "user.email=ana@example.org"];
        let run = command("git").current_dir(&folder).args(ana).args(arguments).output().unwrap();
        (run.status.success(), String::from_utf8([run.stdout, run.stderr].concat()).unwrap())
    };
    assert!(ours(&["install"]).contains("installed"));
    let note = |name: &str, clause: &str| {
        let text = format!(
            "---\nid: {name}\ntitle: {name}\ntype: procedure\nversion: 0.1\nstatus: draft\nowner: sms-manager\nclauses: [{clause}]\n---\n"
        );
        std::fs::write(folder.join(format!("docs/{name}.md")), text).unwrap();
    };
    note("PRC-OLD-001", "8.5.1.99");
    let adopted = clausebook(&folder, &["adopt"]);
    assert_eq!(adopted.code, 0, "{}", adopted.err);
    house.git(&["add", "docs"]);
    let (done, said) = by_git(&["commit", "-qm", "Take up an old one"]);
    assert!(!done, "a list that is not staged lets nothing through: {said}");
    house.git(&["add", "known-findings.txt"]);
    let (done, said) = by_git(&["commit", "-qm", "Take up an old one"]);
    assert!(done, "{said}");
    assert!(said.contains("known by `known-findings.txt`, and no reason to fail\n"), "{said}");

    // What is not in it holds the commit back, and a list that is none lets nothing through.
    note("PRC-NEW-001", "8.5.1.98");
    house.git(&["add", "docs"]);
    let (done, said) = by_git(&["commit", "-qm", "A new one"]);
    assert!(!done && said.contains("8.5.1.98"), "{said}");
    std::fs::write(folder.join("known-findings.txt"), "nonsense\n").unwrap();
    house.git(&["add", "known-findings.txt"]);
    let (done, said) = by_git(&["commit", "-qm", "A new one"]);
    assert!(!done && said.contains("cannot use `known-findings.txt`: line 1"), "{said}");
    // Links are not followed, in a commit as on disk.
    if cfg!(unix) {
        let link =
            "rm known-findings.txt; ln -s old.txt known-findings.txt; git add known-findings.txt";
        assert_eq!(shell(&folder, link).code, 0);
        let (done, said) = by_git(&["commit", "-qm", "A new one"]);
        let why = "cannot read `known-findings.txt`: it is no regular file of at most 16 MiB";
        assert!(!done && said.contains(why), "{said}");
        let run = clausebook(&folder, &["check", "--adopted"]);
        assert_eq!((run.code, run.err.as_str()), (2, format!("clausebook: {why}\n").as_str()));
        assert_eq!(clausebook(&folder, &["check"]).code, 1);
        assert_eq!(shell(&folder, "rm known-findings.txt; mkfifo known-findings.txt").code, 0);
        assert!(clausebook(&folder, &["check", "--adopted"]).err.contains(why));
        std::fs::remove_file(folder.join("known-findings.txt")).unwrap();
    }
    house.git(&["reset", "-q", "--hard"]);

    // Before a push it is the list of the commit that counts, whatever lies in the work tree.
    git(house.0.path(), &["init", "-q", "--bare", "remote.git"]);
    house.git(&["remote", "add", "origin", "../remote.git"]);
    ours(&["install", "--pre-push"]);
    std::fs::remove_file(folder.join("known-findings.txt")).unwrap();
    let (done, said) = by_git(&["push", "-q", "origin", "main"]);
    assert!(done, "{said}");

    // One that was installed before there was a list is ours as well.
    let hook = folder.join(".git/hooks/pre-commit");
    let script = std::fs::read_to_string(&hook).unwrap();
    let is_seal = |line: &&str| line.starts_with("# Written by a program");
    let seal = script.lines().find(is_seal).unwrap().rsplit(' ').next().unwrap();
    let of_before = script.replace(" --adopted", "");
    let unsealed: String = of_before.split_inclusive('\n').filter(|line| !is_seal(line)).collect();
    std::fs::write(&hook, unsealed).unwrap();
    let hash = house.git(&["hash-object", "--no-filters", hook.to_str().unwrap()]);
    std::fs::write(&hook, of_before.replace(seal, hash.trim())).unwrap();
    assert!(ours(&["install"]).contains("installed anew"));
    assert_eq!(std::fs::read_to_string(&hook).unwrap(), script);
}

#[test]
fn no_hook_is_installed_where_git_does_not_look_for_it() {
    let house = House::new();
    let folder = house.path();
    let settings = house.0.path().join("settings");
    std::fs::write(&settings, "[core]\n\thooksPath = /nowhere/hooks\n").unwrap();
    let install = |environment: &[(&str, &str)]| {
        let mut program = command(env!("CARGO_BIN_EXE_clausebook"));
        program.current_dir(&folder).args(["hook", "install"]).envs(environment.iter().copied());
        let output = program.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, why) = install(&[("GIT_CONFIG_GLOBAL", settings.to_str().unwrap())]);
    assert!(code == 2 && why.contains("`/nowhere/hooks` for all your repositories"), "{why}");
    let given = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.hooksPath"),
        ("GIT_CONFIG_VALUE_0", "/nowhere/hooks"),
    ];
    let (code, why) = install(&given);
    assert!(code == 2 && why.contains("by the environment"), "{why}");
    for nowhere in ["", "/dev/null"] {
        house.git(&["config", "core.hooksPath", nowhere]);
        let (code, why) = install(&[]);
        assert!(code == 2 && why.contains("names no folder"), "{why}");
    }
    assert!(!folder.join("pre-commit").exists() && !folder.join(".git/hooks/pre-commit").exists());
    // As the message advises.
    house.git(&["config", "core.hooksPath", ".git/hooks"]);
    assert_eq!(install(&[("GIT_CONFIG_GLOBAL", settings.to_str().unwrap())]).0, 0);
    assert!(folder.join(".git/hooks/pre-commit").exists());
}

#[test]
fn what_nobody_has_read_yet_asks_for_no_nonconformity() {
    let house = House::new();
    house.exchange(POLICY, "We agree", "We always agree");
    let told = |run: Run| {
        let json: Value = serde_json::from_str(&run.out).unwrap();
        let all = json["findings"].as_array().unwrap().clone();
        let found = all.into_iter().find(|finding| finding["code"] == "VC001").unwrap();
        (found["help"].clone(), found["fix"]["what"].clone())
    };
    let of_work_tree =
        told(clausebook(&house.path(), &["check", "--as-of", DAY, "--format", "json"]));
    assert_eq!(of_work_tree.1, "begin version 2.0 as a draft");
    house.git(&["add", POLICY]);
    assert_eq!(told(house.judge(&["--format", "json"])), of_work_tree);
    // Once it is out, it is.
    house.git(&["commit", "-qm", "A silent edit"]);
    let (help, fix) = told(house.judge(&["--format", "json"]));
    assert!(help.as_str().unwrap().contains("as a nonconformity"), "{help}");
    assert_eq!(fix, Value::Null);
}

/// Git keeps what is pushed apart until the hooks of the server let it in.
#[test]
#[cfg(unix)]
fn a_hook_of_a_server_judges_what_is_pushed() {
    use std::os::unix::fs::PermissionsExt as _;
    let house = House::new();
    let folder = house.path();
    let server = house.0.path().join("server");
    git(&folder, &["init", "-q", "--bare", "-b", "main", server.to_str().unwrap()]);
    house.git(&["remote", "add", "origin", server.to_str().unwrap()]);
    house.git(&["push", "-q", "origin", "main"]);
    let hook = server.join("hooks/pre-receive");
    let program = env!("CARGO_BIN_EXE_clausebook");
    let script = format!(
        "#!/bin/sh\nwhile read -r _ new _; do '{program}' check --rev \"$new\" --as-of {DAY} || exit $?; done\n"
    );
    std::fs::create_dir_all(server.join("hooks")).unwrap();
    std::fs::write(&hook, script).unwrap();
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).unwrap();
    let push = |what: &str| {
        let output =
            command("git").current_dir(&folder).args(["push", "-q", "origin", what]).output();
        let output = output.unwrap();
        (output.status.success(), String::from_utf8(output.stderr).unwrap())
    };
    std::fs::write(folder.join("note.txt"), "A note.\n").unwrap();
    house.git(&["add", "note.txt"]);
    house.git(&["commit", "-qm", "A note"]);
    let (is_taken, said) = push("main");
    assert!(is_taken, "{said}");
    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["commit", "-qam", "A silent edit"]);
    let (is_taken, said) = push("main");
    assert!(!is_taken && said.contains("VC001 version-not-bumped"), "{said}");
}

#[test]
fn what_a_sparse_checkout_leaves_out_cannot_be_mended() {
    let house = House::new();
    let folder = house.path();
    let text = "---\nid: POL-NEW-001\ntype: policy\nversion: 0.1\nstatus: Draft\n---\n\n# New\n";
    std::fs::write(folder.join("docs/new.md"), text).unwrap();
    house.git(&["add", "."]);
    house.git(&["commit", "-qm", "A new policy"]);
    let check = |more: &[&str]| clausebook(&folder, &[&["check", "--as-of", DAY], more].concat());
    assert!(check(&[]).out.contains("fix: write `draft`"));
    house.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/docs/new.md"]);
    // Git takes several words for a yes.
    house.git(&["config", "--worktree", "core.sparseCheckout", "yes"]);
    let told = check(&[]).out;
    assert!(told.contains("FM009") && !told.contains("fix: "), "{told}");
    let told = check(&["--fix"]).out;
    assert!(told.contains("left docs/new.md as it is: it is not in the work tree"), "{told}");
    assert!(!told.contains("check --fix` mends"), "{told}");
    house.git(&["sparse-checkout", "disable"]);
    assert!(check(&[]).out.contains("fix: write `draft`"));
}

#[test]
#[cfg(unix)]
fn no_hook_is_written_through_a_link_to_another_house() {
    let house = House::new();
    let shared = house.0.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    let hooks = house.path().join(".git/hooks");
    drop(std::fs::remove_dir_all(&hooks));
    std::os::unix::fs::symlink(&shared, &hooks).unwrap();
    let run = clausebook(&house.path(), &["hook", "install"]);
    assert!(run.code == 2 && run.err.contains("every repository that shares it"), "{}", run.err);
    assert_eq!(std::fs::read_dir(&shared).unwrap().count(), 0);
}

#[test]
#[cfg(unix)]
fn what_is_pushed_is_judged_before_it_goes() {
    let house = House::new();
    let folder = house.path();
    let other = house.0.path().join("other");
    git(&folder, &["init", "-q", "--bare", other.to_str().unwrap()]);
    house.git(&["remote", "add", "origin", other.to_str().unwrap()]);
    clausebook(&folder, &["hook", "install", "--pre-push"]);
    let push = |what: &str| {
        let output =
            command("git").current_dir(&folder).args(["push", "-q", "origin", what]).output();
        output.unwrap().status.success()
    };
    assert!(push("main"));
    house.exchange(POLICY, "We agree", "We always agree");
    house.git(&["commit", "-qam", "A silent edit"]);
    assert!(!push("main"));
    assert!(push("HEAD:refs/tags/as-it-is"), "a tag is no branch");
    assert!(push("HEAD~1:refs/heads/before"));
    assert!(push(":before"), "to delete a branch is to push nothing");
}
