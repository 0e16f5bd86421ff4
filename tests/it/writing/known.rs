//! Findings that were known before, and the list of them.

use super::{ADA, House};
use crate::program::{clausebook, git};

#[test]
fn findings_that_were_known_fail_no_run() {
    let house = House::new();
    let check = |more: &[&str]| clausebook(house.path(), &[&["check"], more].concat());
    let known = ["--known", "known-findings.txt"];
    assert_eq!(check(&[]).code, 1);
    assert_eq!(check(&known).code, 2, "there is no list yet");
    let written = house.done(ADA, &["adopt"]);
    assert!(written.starts_with("known-findings.txt: ") && written.contains(" known\n"));
    let list = || std::fs::read_to_string(house.path().join("known-findings.txt")).unwrap();
    let (first, run) = (list(), check(&known));
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(run.out.starts_with("Known before, and no reason to fail:\n"), "{}", run.out);

    // The site is the same, whatever fails the run.
    let site = tempfile::tempdir().unwrap();
    let out = site.path().join("site");
    let build = |more: &[&str]| {
        clausebook(house.path(), &[&["build", "--out", out.to_str().unwrap()], more].concat())
    };
    assert_eq!(build(&[]).code, 1);
    let built = build(&known);
    assert_eq!((built.code, built.err.as_str()), (0, ""), "{}", built.out);
    assert!(built.out.contains(" of them known before, "), "{}", built.out);
    assert!(built.out.contains("(0 new, 0 changed, "), "{}", built.out);

    // One is mended, one is new.
    house.exchange("docs/form.md", "type: form\n", "type: form\nclassification: internal\n");
    house.exchange("docs/policy.md", "clauses: [8.5.1.1]", "clauses: [8.5.1.99]");
    let run = check(&known);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[FM006 "), "{}", run.out);
    assert!(run.out.ends_with("of the list mended: `clausebook adopt` takes out what is mended\n"));
    let dry = house.done(ADA, &["adopt", "--dry-run"]);
    assert!(dry.ends_with("nothing was written\n"));
    assert_eq!(list(), first);
    house.done(ADA, &["adopt"]);
    assert!(list().lines().all(|line| first.contains(line)), "nothing new came in");
    assert!(!list().contains("FRM-CHG-001: `classification`"), "{}", list());
    assert_eq!(check(&known).code, 1);
    house.done(ADA, &["adopt", "--new"]);
    assert_eq!(check(&known).code, 0);

    // What is read in a line is what it lets through.
    let honest = list();
    house.write("known-findings.txt", &honest.replace("clause 8.5.1.99", "clause 8.5.1.98"));
    let run = check(&known);
    assert!(run.code == 1 && run.out.contains("error[FM006 "), "{}", run.out);

    house.write("known-findings.txt", "# Findings\nnonsense\n");
    let broken = check(&known);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("`known-findings.txt`: line 2: a fingerprint"), "{}", broken.err);
}

#[test]
fn what_is_known_of_a_file_stays_known_when_it_gets_an_id() {
    let house = House::new();
    house.write("docs/old.md", "---\ntitle: Old\ndraft: true\nweight: 3\n---\n\n# Old\n");
    git(house.path(), &["add", "docs/old.md"]);
    house.commit("An old file");
    house.done(ADA, &["adopt"]);
    house.exchange("docs/old.md", "title: Old", "id: WIN-OLD-001\ntitle: Old");
    let run = house.run(ADA, &["check", "--known", "known-findings.txt"]);
    let known = run.out.rfind("Known before, and no reason to fail:").expect("findings are known");
    let (told, known) = run.out.split_at(known);
    for key in ["draft", "weight"] {
        let [told, known] = [told, known].map(|it| it.contains(&format!("`{key}`")));
        assert!(known && !told, "{key}: {}", run.out);
    }
}

#[test]
fn no_list_lets_through_that_the_publishing_branch_is_missing() {
    let house = House::new();
    house.exchange(
        "book.toml",
        "[preprocessor.clausebook.approval]",
        "[preprocessor.clausebook]\nbranch = \"release\"\n\n[preprocessor.clausebook.approval]",
    );
    house.commit("Publish elsewhere");
    let told = house.done(ADA, &["adopt"]);
    assert!(told.contains("left out, for no list lets it through: TR002: "), "{told}");
    let named = "help: where `main`, which is checked out, is the branch that publishes, write `branch = \"main\"`";
    assert!(told.contains(named), "{told}");
    let list = std::fs::read_to_string(house.path().join("known-findings.txt")).unwrap();
    assert!(!list.contains("TR002"), "{list}");
    let run = house.run(ADA, &["check", "--known", "known-findings.txt"]);
    assert!(run.code == 1 && run.out.contains("error[TR002 "), "{}", run.out);
}

#[test]
fn a_fault_that_is_known_stays_known_while_the_next_version_is_written() {
    let house = House::new();
    let approval =
        "approval: {by: ada@example.org, role: change-manager, on: 2026-03-05, version: 1.9}";
    house.exchange(
        "docs/policy.md",
        "status: in-review # for Bo",
        &format!("status: approved\n{approval}"),
    );
    house.commit("Approve it on a day to come");
    house.done(ADA, &["adopt"]);
    house.exchange("docs/policy.md", "version: 1.9 ", "version: 2.0 ");
    house.exchange("docs/policy.md", "status: approved", "status: draft");
    house.exchange("docs/policy.md", &format!("{approval}\n"), "");
    house.commit("Begin the next version");
    let run = house.run(ADA, &["check", "--known", "known-findings.txt"]);
    let told =
        "error VC005 docs/policy.md:5: version 1.9, which stands until the next is approved,";
    assert!(run.out.contains(told), "{}", run.out);
    assert!(!run.out.contains("[VC005"), "{}", run.out);
}
