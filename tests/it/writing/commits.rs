//! The commits that a command makes: as whom, in which repository, and what hooks, signing and errors do to them.

use super::{ADA, BO, DAY, House};
use crate::program::{clausebook, clausebook_with, git};

#[test]
fn a_commit_goes_to_the_repository_that_was_judged_whatever_the_environment_names() {
    let house = House::new();
    let elsewhere = tempfile::tempdir().unwrap();
    let run = clausebook_with(
        house.path(),
        (BO, DAY),
        &[("GIT_OBJECT_DIRECTORY", &elsewhere.path().display().to_string())],
        &["approve", "POL-CHG-001", "--role", "top-management"],
    );
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    git(house.path(), &["fsck", "--connectivity-only"]);
}

#[test]
fn without_an_identity_nobody_acts() {
    let house = House::new();
    let run = clausebook(house.path(), &["approve", "POL-CHG-001"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("Git does not know who you are"), "{}", run.err);
    for told in [
        r#"`git config --global user.name "Your Name"`"#,
        r#"`git config --global user.email "you@example.org"`"#,
    ] {
        assert!(run.err.contains(told), "{}", run.err);
    }
    git(house.path(), &["config", "user.name", "Bo Approver"]);
    let run = clausebook(house.path(), &["approve", "POL-CHG-001"]);
    assert!(run.err.contains("Git does not know your address; tell it with `"), "{}", run.err);
    assert!(!run.err.contains("user.name"), "{}", run.err);
    git(house.path(), &["config", "--unset", "user.name"]);
    git(house.path(), &["checkout", "-q", "--detach"]);
    let detached = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(detached.contains("HEAD is detached"), "{detached}");
}

#[cfg(unix)]
fn script(house: &House, path: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = house.path().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_hook_that_refuses_leaves_all_as_it_was() {
    let house = House::new();
    script(&house, ".git/hooks/pre-commit", "echo 'not today' >&2; exit 1");
    let said = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(said.contains("nothing was committed, and docs/policy.md is as it was"), "{said}");
    assert!(said.contains("not today"), "{said}");
}

#[cfg(unix)]
#[test]
fn an_approval_that_a_hook_changed_on_the_way_is_told() {
    let house = House::new();
    // As a program that tidies texts does.
    let tidy =
        "printf '\\n' >> docs/policy.md; echo 'Tidied.' >> docs/policy.md; git add docs/policy.md";
    script(&house, ".git/hooks/pre-commit", tidy);
    let run = house.run(BO, &["approve", "POL-CHG-001"]);
    assert_eq!(run.code, 1, "{}{}", run.out, run.err);
    assert!(run.out.contains("does not hold as it was committed: "), "{}", run.out);
    assert!(run.out.contains("take the commit back"), "{}", run.out);
}

#[cfg(unix)]
#[test]
fn who_signs_with_git_signs_here() {
    let house = House::new();
    let signer = "for last; do :; done; printf 'SIGNED\\n' > \"$last.sig\"";
    script(&house, ".git/signer", signer);
    let program = house.path().join(".git/signer");
    for (key, value) in [
        ("gpg.format", "ssh"),
        ("gpg.ssh.program", program.to_str().unwrap()),
        ("user.signingkey", "key::ssh-ed25519 AAAA"),
        ("commit.gpgsign", "true"),
    ] {
        git(house.path(), &["config", key, value]);
    }
    house.done(BO, &["approve", "POL-CHG-001"]);
    let commit = git(house.path(), &["cat-file", "commit", "HEAD"]).out;
    assert!(commit.contains("\ngpgsig SIGNED"), "{commit}");
    let taken = house.refused(BO, &["baseline", "main", "--with-findings"]);
    assert!(taken.contains("`main` is the name of a branch"), "{taken}");
    house.done(BO, &["baseline", "signed", "--with-findings"]);
    let tag = git(house.path(), &["cat-file", "tag", "signed"]).out;
    assert!(tag.contains("SIGNED"), "{tag}");
    script(&house, ".git/signer", "exit 1");
    let run = house.refused(BO, &["review", "POL-CHG-001", "--no-change"]);
    assert!(run.contains("nothing was committed"), "{run}");
}

#[test]
fn a_commit_that_would_bring_in_an_error_is_not_made() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let bump = ["bump", "POL-CHG-001", "--minor", "--summary", "More\u{200b}"];
    let before = house.state();
    let run = house.run(ADA, &bump);
    assert_eq!((run.code, house.state()), (2, before));
    assert!(run.out.contains("error[ST005 character-unseen]"), "{}", run.out);
    assert!(run.err.contains("would bring in the error above, so nothing was written"));
    let told = house.done(ADA, &[bump.as_slice(), &["--no-commit"]].concat());
    assert!(told.contains("error[ST005 character-unseen]"), "{told}");
}
