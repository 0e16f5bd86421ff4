//! Files that Git converts or leaves out, that lie behind a link, or that another editor saved.

use super::{ADA, BO, House};
use crate::program::git;

#[test]
fn what_git_converts_is_edited_by_hand_and_what_it_leaves_out_is_no_change() {
    let house = House::new();
    git(house.path(), &["sparse-checkout", "set", "--no-cone", "/*", "!/docs/form.md"]);
    assert!(!house.path().join("docs/form.md").exists());
    house.done(BO, &["approve", "POL-CHG-001", "--role", "top-management"]);

    let house = House::new();
    house.write(".gitattributes", "*.md ident\n");
    house.exchange("docs/policy.md", "Every change is recorded.\n", "$Id$\n");
    git(house.path(), &["add", "."]);
    git(house.path(), &["commit", "-qm", "An ident"]);
    std::fs::remove_file(house.path().join("docs/policy.md")).unwrap();
    git(house.path(), &["checkout", "-q", "docs/policy.md"]);
    let why = house.refused(BO, &["approve", "POL-CHG-001", "--role", "top-management"]);
    assert!(why.contains("Git converts docs/policy.md when it checks it out"), "{why}");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_behind_a_symbolic_link() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), house.path().join("docs/records")).unwrap();
    let said = house.refused(ADA, &["review", "POL-CHG-001", "--no-change"]);
    assert!(said.contains("a symbolic link is on the way"), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn line_ends_that_git_converts_are_no_change_that_a_command_shows() {
    let house = House::new();
    git(house.path(), &["config", "core.autocrlf", "true"]);
    let text = house.read("docs/form.md").replace('\n', "\r\n");
    house.write("docs/form.md", &text.replace("# Form", "# A form"));
    let bump = ["bump", "FRM-CHG-001", "--minor", "--summary", "x", "--dry-run"];
    let dry = house.done(ADA, &bump);
    let is_change = |line: &&str| line.starts_with(['-', '+']) && !line.contains("docs/form.md");
    let changes: Vec<&str> = dry.lines().filter(is_change).collect();
    assert!(changes.iter().any(|line| line.starts_with("+# A form")), "{dry}");
    assert!(!changes.iter().any(|line| line.starts_with("-id: ")), "{dry}");
}

#[test]
fn a_file_that_cannot_be_read_any_more_is_not_one_that_never_was() {
    // What stands after a byte order mark is read, and known for what it was.
    let ways = [("---\nid: POL", "\u{200b}---\nid: POL"), ("---\nid: POL", "\n---\nid: POL")];
    for (from, to) in ways.into_iter().chain([("id: POL-CHG-001", "id:")]) {
        let house = House::new();
        house.exchange("docs/policy.md", from, to);
        house.commit("Saved by another editor");
        for asked in ["show", "log"] {
            let told = house.refused(BO, &[asked, "POL-CHG-001"]);
            assert!(
                told.contains("its file `docs/policy.md` cannot be read as that document"),
                "{told}"
            );
            assert!(told.contains("`POL-CHG-001` is not here: since commit "), "{told}");
        }
        let before = house.done(BO, &["show", "POL-CHG-001", "--rev", "HEAD~1"]);
        assert!(before.contains("Change Policy"), "{before}");
    }
}
