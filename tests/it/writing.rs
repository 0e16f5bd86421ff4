//! The commands that write, from outside: what they change, whom they commit as, what they refuse.

use crate::program::{Run, clausebook, clausebook_as, clausebook_with, git, repository};
use std::path::Path;

const ADA: &str = "Ada Writer <ada@example.org>";
const BO: &str = "Bo Approver <bo@example.org>";
const DAY: &str = "2026-03-05";

/// Ada hands in a policy; Bo may approve it, Cy may not.
const STORY: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 2 }
# The documents of this story have what its point needs.
[preprocessor.clausebook.rules]
field-missing = "off"
parent-kind-not-allowed = "off"
parent-unknown = "off"
section-missing = "off"
```

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.9   # raised in spring
status: in-review # for Bo
owner: change-manager
clauses: [8.5.1.1]
classification: internal
review_months: 12
# what we promise
statements: [Every change is recorded.]
---

# Change Policy

Every change is recorded.
```

```md docs/form.md
---
id: FRM-CHG-001
title: Form
type: form
version: 1.0
status: draft
owner: change-manager
parent: POL-CHG-001
---

# Form

See the [policy](policy.md).
```

# commit 2026-03-02 Dee Director <dee@example.org>: Who may do what

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
version: 1.0
status: in-review
owner: director
register_kind: roles
entries:
  - {role: top-management, person: Bo, email: [bo@example.org], from: 2026-01-01, approves: [policy]}
  - {role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01}
  - {role: clerk, person: Cy, email: [cy@example.org], from: 2026-01-01, to: 2026-02-01}
  - {role: robot, person: sms-bot, email: [bot@example.org], bot: true}
---

# Roles
```
"#;

struct House {
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        Self::after("")
    }

    /// The house whose documents came from elsewhere, approved, in one commit of somebody else.
    fn imported() -> Self {
        let approved = |text: &str, row: &str| {
            text.replace("status: in-review", "status: approved")
                .replace("owner: ", &format!("approval: {row}\nowner: "))
        };
        let (policy, roles) = STORY.split_once("# commit 2026-03-02").unwrap();
        let roles = roles.split_once('\n').unwrap().1;
        let roles = roles
            .replace("approves: [policy]", "approves: [policy, register]")
            .replace("owner: director", "owner: change-manager");
        let old = "{by: bo@example.org, role: top-management, on: 2026-01-10, version: 1.0}";
        let gone = "{by: old@example.org, role: director, on: 2026-01-10, version: 1.9}";
        let (policy, form) = policy.split_once("```md docs/form.md").unwrap();
        let policy = approved(policy, gone)
            .replace("Ada Writer <ada@example.org>", "Import <import@example.org>");
        let story = format!("{policy}```md docs/form.md{form}{}", approved(&roles, old));
        let folder = tempfile::tempdir().unwrap();
        repository(&story, folder.path());
        git(folder.path(), &["reset", "-q", "--hard"]);
        Self { folder }
    }

    /// The house after more has happened in it.
    fn after(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        repository(&format!("{STORY}{more}"), folder.path());
        git(folder.path(), &["reset", "-q", "--hard"]);
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn run(&self, who: &str, arguments: &[&str]) -> Run {
        clausebook_as(self.path(), who, DAY, arguments)
    }

    /// Runs a command that must end with 0, and returns what it prints.
    fn done(&self, who: &str, arguments: &[&str]) -> String {
        let run = self.run(who, arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
        run.out
    }

    /// Runs a command that must end with 2, and returns why. Nothing may have changed.
    fn refused(&self, who: &str, arguments: &[&str]) -> String {
        let before = self.state();
        let run = self.run(who, arguments);
        assert_eq!(run.code, 2, "{}", run.out);
        assert_eq!(self.state(), before);
        run.err
    }

    /// Returns all that a command could have changed: commits, tags, index and files.
    fn state(&self) -> String {
        let told = |arguments: &[&str]| git(self.path(), arguments).out;
        told(&["for-each-ref"]) + &told(&["status", "--porcelain=v2"]) + &told(&["diff", "HEAD"])
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path().join(path), text).unwrap();
    }

    fn exchange(&self, path: &str, from: &str, to: &str) {
        self.write(path, &self.read(path).replace(from, to));
    }

    fn commit(&self, message: &str) {
        git(self.path(), &["commit", "-q", "-a", "-m", message]);
    }

    /// Takes the approval of Bo out of the policy, and hands it in again.
    fn take_approval_out(&self) {
        let text = self.read("docs/policy.md").replace("status: approved", "status: in-review");
        let is_kept = |line: &&str| !line.contains("approval:") && !line.contains("by: bo@");
        let lines: Vec<&str> = text.lines().filter(is_kept).collect();
        self.write("docs/policy.md", &(lines.join("\n") + "\n"));
        self.commit("Take it out");
    }

    /// Returns the last commit: author, committer, message, and the files it changed.
    fn last_commit(&self) -> String {
        let format = "--format=%an <%ae>|%cn <%ce>|%s";
        git(self.path(), &["show", "--name-only", format]).out.replace("\n\n", "\n")
    }

    /// Returns the lines of the last commit that went and came.
    fn last_change(&self) -> String {
        let text = git(self.path(), &["show", "--format=", "--unified=0"]).out;
        let is_change = |line: &&str| {
            line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---")
        };
        text.lines().filter(is_change).map(|line| format!("{line}\n")).collect()
    }
}

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
fn an_approver_approves_in_a_commit_of_their_own() {
    let house = House::new();
    let before = house.state();
    let text = house.done(BO, &["approve", "POL-CHG-001", "--dry-run"]);
    assert_eq!(house.state(), before);
    assert!(text.contains("it was never approved: read all of docs/policy.md, 17 lines"), "{text}");
    assert!(text.contains("\n-status: in-review # for Bo\n+status: approved # for Bo\n"), "{text}");
    let would = "would commit on main as Bo Approver <bo@example.org>: Approve POL-CHG-001 1.9\n\
                 nothing was written\n";
    assert!(text.contains(would), "{text}");

    let text = house.done(BO, &["approve", "POL-CHG-001", "--effective-from", "2026-04-01"]);
    assert!(text.contains("on main as Bo Approver <bo@example.org>: Approve POL-CHG-001 1.9\n"));
    assert!(text.contains("git reset --keep"), "{text}");
    assert!(text.contains("level 2 acted by the approver"), "{text}");
    assert_eq!(house.last_commit(), format!("{BO}|{BO}|Approve POL-CHG-001 1.9\ndocs/policy.md\n"));
    let digest = clausebook(house.path(), &["show", "POL-CHG-001", "--digest"]).out;
    assert_eq!(
        house.last_change(),
        format!(
            "-status: in-review # for Bo\n+status: approved # for Bo\n+effective_from: 2026-04-01\n\
             +approval:\n+  - {{by: bo@example.org, role: top-management, on: 2026-03-05, version: 1.9, digest: \"{}\"}}\n",
            digest.trim()
        )
    );
    let shown = clausebook(house.path(), &["show", "POL-CHG-001"]).out;
    assert!(shown.contains("approval of 1.9 by bo@example.org on 2026-03-05: verified"), "{shown}");
    let again = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(again.contains("has your approval of this version already"), "{again}");
}

/// The approval of Bo came in one commit with the text, as a squash leaves it.
const SQUASHED: &str = r#"
# commit 2026-03-04 Ada Writer <ada@example.org>: Say why, and the approval

```edit docs/policy.md
-status: in-review # for Bo
+status: approved # for Bo
+approval: {by: bo@example.org, role: top-management, on: 2026-03-04, version: 1.9}
...
-Every change is recorded.
+Every change is recorded, and why.
```
"#;

#[test]
fn an_approval_that_proves_too_little_gives_way_to_the_act_of_its_approver() {
    let house = House::after(SQUASHED);
    let found = clausebook(house.path(), &["check"]).out;
    assert!(found.contains("; `clausebook approve POL-CHG-001` makes such a commit\n"), "{found}");
    let text = house.done(BO, &["approve", "POL-CHG-001"]);
    let told = "the approval by bo@example.org of 2026-03-04 gives way to yours: ";
    assert!(text.contains(told), "{text}");
    assert!(
        text.contains(
            "level 2 acted by the approver; the state of POL-CHG-001 is then `effective`"
        ),
        "{text}"
    );
    let change = house.last_change();
    assert!(
        change.starts_with("-approval: {by: bo@example.org, role: top-management, on: 2026-03-04"),
        "{change}"
    );
    assert_eq!(house.read("docs/policy.md").matches("by: bo@example.org").count(), 1);
    let found = clausebook(house.path(), &["check"]).out;
    assert!(!found.contains("AP001"), "{found}");
}

#[test]
fn an_approval_of_the_same_day_is_taken_out_before_it_is_given_anew() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    git(house.path(), &["reset", "-q", "--soft", "HEAD~1"]);
    git(house.path(), &["commit", "-qm", "For Bo", "--date", "2026-03-05T13:00:00+0000"]);
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(why.contains("has your approval of this version already, of the same day"), "{why}");
    assert!(why.contains("set `status: in-review`, take that row out of `approval`"), "{why}");
    house.take_approval_out();
    let text = house.done(BO, &["approve", "POL-CHG-001"]);
    assert!(
        text.contains(
            "level 2 acted by the approver; the state of POL-CHG-001 is then `effective`"
        ),
        "{text}"
    );
}

#[test]
fn documents_that_came_from_elsewhere_are_approved_anew_one_by_one() {
    let house = House::imported();
    assert!(clausebook(house.path(), &["check"]).out.contains("AP009"));
    let text = house.done(BO, &["approve", "REG-ROL-001", "--role", "top-management"]);
    let told = "the approval by bo@example.org of 2026-01-10 gives way to yours: nobody of the role register has a commit in this history\n";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("elsewhere, which "), "{text}");
    let why = house.refused(BO, &["approve", "POL-CHG-001", "--role", "top-management"]);
    let told = "an approval of this version by old@example.org already, and it does not hold: ";
    assert!(why.contains(told), "{why}");
    house.take_approval_out();
    let text = house.done(BO, &["approve", "POL-CHG-001", "--role", "top-management"]);
    assert!(
        text.contains(
            "level 2 acted by the approver; the state of POL-CHG-001 is then `effective`"
        ),
        "{text}"
    );
    let found = clausebook(house.path(), &["check"]).out;
    assert!(!found.contains("[AP") && !found.contains("[VC"), "{found}");
}

#[test]
fn an_approval_that_does_not_hold_is_taken_out_before_the_next() {
    let house = House::after(
        r#"
# commit 2026-03-04 Ada Writer <ada@example.org>: Approve it myself

```edit docs/policy.md
-status: in-review # for Bo
+status: approved # for Bo
+approval: {by: ada@example.org, on: 2026-03-04, version: 1.9}
```
"#,
    );
    assert!(clausebook(house.path(), &["check"]).out.contains("AP004"));
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    let told = "an approval of this version by ada@example.org already, and it does not hold: it is approved by the author of its content";
    assert!(why.contains(told), "{why}");
    house.take_approval_out();
    let text = house.done(BO, &["approve", "POL-CHG-001"]);
    assert!(text.contains("the state of POL-CHG-001 is then `effective`"), "{text}");
    let found = clausebook(house.path(), &["check"]).out;
    assert!(!found.contains("error[AP") && !found.contains("error[VC"), "{found}");
}

#[test]
fn a_text_that_changed_under_its_approval_needs_another_version_and_no_approval() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.exchange("docs/policy.md", "is recorded.\n", "is recorded within 5 days.\n");
    house.commit("Five days");
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    let told = "let its author take the change back, or raise `version` as `clausebook check` says and hand that in";
    assert!(why.contains(told), "{why}");
    house.take_approval_out();
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(why.contains("version 1.9 of `POL-CHG-001` was approved with another text"), "{why}");
}

#[test]
fn another_text_under_an_issued_number_is_not_approved() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let policy = house.read("docs/policy.md");
    let (head, rest) = policy.split_once("approval:").unwrap();
    let (_, body) = rest.split_once("\n---\n").unwrap();
    let head = head.replace("status: approved", "status: in-review");
    house.write("docs/policy.md", &format!("{head}---\n{body}\nAll are to be called.\n"));
    house.commit("Write another text under the number");
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(why.contains("was approved with another text"), "{why}");
    house.done(
        ADA,
        &["bump", "POL-CHG-001", "--major", "--summary", "All are called", "--in-review"],
    );
    house.done(BO, &["approve", "POL-CHG-001"]);
}

#[test]
fn an_owner_may_take_office_with_the_version() {
    let house = House::new();
    let row = "  - {role: clerk,";
    let to_come =
        "  - {role: change-director, person: Ivy, email: [ivy@example.org], from: 2026-04-01}\n";
    house.exchange("docs/roles.md", row, &format!("{to_come}{row}"));
    house.exchange("docs/policy.md", "owner: change-manager", "owner: change-director");
    house.commit("Another owner from April on");
    let handed_in = house.run(BO, &["check"]).out;
    let help = "or let this version begin on 2026-04-01 (`effective_from`)";
    assert!(handed_in.contains(help), "{handed_in}");
    let too_early = house.run(BO, &["approve", "POL-CHG-001"]);
    assert_eq!(too_early.code, 2, "{}", too_early.out);
    let vacant = "the owner `change-director` is a role that nobody holds on 2026-03-05\n";
    assert!(too_early.out.contains(vacant), "{}", too_early.out);
    let approve = |day| ["approve", "POL-CHG-001", "--effective-from", day];
    let too_early = house.run(BO, &approve("2026-03-31"));
    let vacant = "nobody holds on 2026-03-31, the first day of version 1.9\n";
    assert!(too_early.out.contains(vacant), "{}", too_early.out);
    let text = house.done(BO, &approve("2026-04-01"));
    assert!(text.contains("the state of POL-CHG-001 is then `approved`"), "{text}");
}

#[test]
fn what_is_wrong_with_the_version_before_stands_against_no_approval_for_a_later_day() {
    let house = House::new();
    let (with_it, without) = ("\n\nSee [[PRO-CHG-001]]. Every change", "\n\nEvery change");
    house.exchange("docs/policy.md", without, with_it);
    house.write(
        "docs/guide.md",
        "---\nid: PRO-CHG-001\ntitle: Guide\ntype: procedure\nversion: 1.0\nstatus: in-review\n\
         owner: change-manager\n---\n\n# Guide\n",
    );
    git(house.path(), &["add", "."]);
    house.commit("Name a guide");
    house.done(BO, &["approve", "PRO-CHG-001", "--role", "top-management"]);
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(BO, &["withdraw", "PRO-CHG-001", "--reason", "Nobody reads it"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "No guide", "--in-review"]);
    house.exchange("docs/policy.md", with_it, without);
    house.commit("Leave the guide out");
    let text = house.done(BO, &["approve", "POL-CHG-001", "--effective-from", "2026-04-01"]);
    assert!(!text.contains("SU002"), "{text}");
    let wrong = house.run(BO, &["check"]).out;
    let told = "in version 1.9, which is in force until 1.10 takes effect on 2026-04-01";
    assert!(wrong.contains("error[SU002") && wrong.contains(told), "{wrong}");
}

#[test]
fn an_approver_is_told_of_other_pictures() {
    let house = House::new();
    let draw = |words: &str, message: &str| {
        house.write("docs/flow.svg", &format!("<svg>{words}</svg>\n"));
        git(house.path(), &["add", "-A"]);
        house.commit(message);
    };
    house.exchange("docs/policy.md", "# Change Policy\n", "# Change Policy\n\n![flow](flow.svg)\n");
    draw("the board", "Draw it");
    house.done(BO, &["approve", "POL-CHG-001"]);
    draw("nobody", "Draw it anew");
    house.done(
        ADA,
        &["bump", "POL-CHG-001", "--minor", "--summary", "Another drawing", "--in-review"],
    );
    let text = house.done(BO, &["approve", "POL-CHG-001", "--dry-run"]);
    let told = "the picture docs/flow.svg is not the one of 1.9: look at it before you approve\n";
    assert!(text.contains(told), "{text}");
}

#[test]
fn what_would_not_stand_is_not_approved() {
    let house = House::new();
    let own = house.refused(ADA, &["approve", "POL-CHG-001"]);
    assert!(own.contains("would not stand, so nothing was written"), "{own}");
    assert!(own.contains("approved by the author of its content"), "{own}");
    assert!(own.trim_end().ends_with("; may approve it instead: Bo as `top-management`"), "{own}");
    let gone = house.refused("Cy Clerk <cy@example.org>", &["approve", "POL-CHG-001"]);
    assert!(gone.contains("cy@example.org holds no role on 2026-03-05"), "{gone}");
    let machine = house.refused("Bot <bot@example.org>", &["approve", "POL-CHG-001"]);
    assert!(machine.contains("machines approve nothing"), "{machine}");
    let role = house.refused(BO, &["approve", "POL-CHG-001", "--role", "change-manager"]);
    assert!(role.contains("does not hold the role `change-manager`"), "{role}");
    let early = house.refused(BO, &["approve", "POL-CHG-001", "--on", "2026-02-01"]);
    assert!(early.contains("was written on 2026-03-01, in commit"), "{early}");
    let draft = house.refused(BO, &["approve", "FRM-CHG-001"]);
    assert!(draft.contains("is a draft"), "{draft}");
    let unknown = house.refused(BO, &["approve", "POL-CHG-002"]);
    assert!(unknown.contains("did you mean `POL-CHG-001`?"), "{unknown}");
    let day = house.refused(BO, &["approve", "POL-CHG-001", "--on", "yesterday"]);
    assert!(day.contains("a day like 2026-05-11"), "{day}");
}

#[test]
fn an_approval_is_given_on_what_is_committed() {
    let house = House::new();
    house.exchange("docs/form.md", "# Form", "# A form");
    let elsewhere = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(elsewhere.contains("docs/form.md has changes that are not committed"), "{elsewhere}");
    house.commit("More");
    house.exchange("docs/policy.md", "owner:", "owner: director\nowner:");
    house.commit("Twice");
    let unsound = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(unsound.contains("cannot be relied on"), "{unsound}");
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
fn no_approval_that_is_only_written_moves_a_review() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let due = "review by    2027-03-04\n";
    let shown = house.done(BO, &["show", "POL-CHG-001"]);
    assert!(shown.contains(due), "{shown}");
    let policy = house.path().join("docs/policy.md");
    let text = std::fs::read_to_string(&policy).unwrap();
    let written = "approval:\n  - {by: bo@example.org, on: 2026-12-01, version: 1.8}\n";
    std::fs::write(&policy, text.replacen("approval:\n", written, 1)).unwrap();
    git(house.path(), &["commit", "-qam", "Write an approval"]);
    let shown = house.done(ADA, &["show", "POL-CHG-001", "--as-of", "2026-12-31"]);
    assert!(shown.contains(due) && shown.contains("on 2026-12-01"), "{shown}");
}

#[test]
fn a_review_leaves_a_record_and_nothing_else() {
    let house = House::new();
    let early = house.refused(BO, &["review", "POL-CHG-001", "--no-change"]);
    assert!(early.contains("is not approved; a review without a change is for what is approved"));
    house.done(BO, &["approve", "POL-CHG-001"]);
    let note = ["review", "POL-CHG-001", "--no-change", "--note", "Read with the shift leads."];
    let dry = house.done(ADA, &[note.as_slice(), &["--dry-run"]].concat());
    assert!(dry.contains("--- /dev/null\n+++ b/docs/records/document-reviews/REC-REV-2026-001.md"));
    let text = clausebook_as(house.path(), ADA, "2026-09-01", &note).out;
    assert!(text.contains(": Review POL-CHG-001 1.9: no change\n"), "{text}");
    assert!(text.contains("due for review by 2027-08-31"), "{text}");
    assert_eq!(
        house.last_commit(),
        format!(
            "{ADA}|{ADA}|Review POL-CHG-001 1.9: no change\n\
             docs/records/document-reviews/REC-REV-2026-001.md\n"
        )
    );
    assert_eq!(
        house.read("docs/records/document-reviews/REC-REV-2026-001.md"),
        "---\nid: REC-REV-2026-001\ntitle: \"Review without change: Change Policy\"\ntype: record\n\
         kind: document-review\nstatus: closed\nowner: change-manager\nclauses: [7.5.2]\n\
         date: 2026-09-01\nclassification: internal\ndocument_id: POL-CHG-001\nversion: 1.9\n\
         reviewed_on: 2026-09-01\nreviewer: Ada Writer\nresult: no-change\nnext_review: 2027-08-31\n\
         ---\n\n# Review without change: Change Policy\n\nAda Writer reviewed [[POL-CHG-001@1.9]] on \
         2026-09-01 and found nothing to change.\n\nRead with the shift leads.\n"
    );
    // The next one lies beside it and takes the next number.
    house.done(ADA, &["review", "POL-CHG-001", "--no-change"]);
    assert!(
        house
            .read("docs/records/document-reviews/REC-REV-2026-002.md")
            .contains("date: 2026-03-05")
    );
    let again = house.refused(BO, &["review", "POL-CHG-001", "--no-change", "--on", "2026-03-05"]);
    assert!(again.contains("on 2026-03-05 already"), "{again}");
    let usage = house.run(ADA, &["review", "POL-CHG-001"]);
    assert_eq!(usage.code, 2);
    // What changed under its approval is not in force, and no look at it keeps it there.
    let policy = house.path().join("docs/policy.md");
    let text = std::fs::read_to_string(&policy).unwrap();
    std::fs::write(&policy, text.replace("is recorded.\n", "may be recorded.\n")).unwrap();
    git(house.path(), &["commit", "-qam", "Soften it"]);
    let run = house.refused(BO, &["review", "POL-CHG-001", "--no-change"]);
    assert!(run.contains("Git does not bear it out"), "{run}");
    // The way out is the next version; the old one's fault does not bar it.
    let bump = ["bump", "POL-CHG-001", "--minor", "--summary", "May be recorded"];
    house.done(ADA, &[bump.as_slice(), &["--in-review"]].concat());
    assert!(house.read("docs/policy.md").contains("version: 1.10"));
}

#[test]
fn the_version_in_force_is_reviewed_while_the_file_has_the_next_one() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let owner = ["owner: change-manager", "owner: top-management"];
    house.exchange("docs/policy.md", owner[0], owner[1]);
    house.commit("Another owner");
    // What is not committed of the next version says nothing of the one in force.
    house.exchange("docs/policy.md", "\n\nEvery change", "\n\nAlmost every change");
    let text = house.done(ADA, &["review", "POL-CHG-001", "--no-change"]);
    let note = "note: what you review is version 1.9, which is in force; the file has 1.10\n";
    assert!(text.starts_with(note), "{text}");
    assert!(text.contains("POL-CHG-001 is then due for review by 2027-03-04"), "{text}");
    assert!(house.last_commit().contains("|Review POL-CHG-001 1.9: no change\n"));
    let record = house.last_change();
    for line in ["+version: 1.9", "+owner: change-manager", "+next_review: 2027-03-04"] {
        assert!(record.contains(line), "{line}: {record}");
    }
    assert!(record.contains("[[POL-CHG-001@1.9]]"), "{record}");
    let again = house.refused(ADA, &["review", "POL-CHG-001", "--no-change"]);
    assert!(again.contains("was reviewed on 2026-03-05 already"), "{again}");
    house.exchange("docs/policy.md", "Almost every", "Every");
    let overdue = house.run(ADA, &["check", "--as-of", "2027-03-05"]).out;
    assert!(overdue.contains("error[RV001"), "{overdue}");
    let looked =
        clausebook_as(house.path(), ADA, "2027-03-10", &["review", "POL-CHG-001", "--no-change"]);
    assert_eq!(looked.code, 0, "{}{}", looked.out, looked.err);
    let due = house.run(ADA, &["check", "--as-of", "2027-03-11"]).out;
    assert!(!due.contains("RV001"), "{due}");
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
fn an_agreement_is_in_force_from_the_first_day_of_its_term_on() {
    let house = House::new();
    house.write(
        "docs/sla.md",
        "---\nid: SLA-ACME-01\ntitle: Acme\ntype: agreement\nversion: 1.0\nstatus: in-review\n\
         owner: change-manager\nvalid_from: 2026-09-01\n---\n\n# Acme\n",
    );
    git(house.path(), &["add", "."]);
    house.commit("Agree with Acme");
    let text = house.done(BO, &["approve", "SLA-ACME-01", "--role", "top-management"]);
    assert!(text.contains("the state of SLA-ACME-01 is then `approved`"), "{text}");
    assert!(house.read("docs/sla.md").contains("effective_from: 2026-09-01\n"), "{text}");
}

#[test]
fn a_number_that_the_publishing_branch_took_meanwhile_is_not_approved_or_given_again() {
    let house = House::new();
    git(house.path(), &["branch", "beside"]);
    house.exchange("docs/policy.md", "Every change is recorded.\n", "Changes are recorded.\n");
    house.commit("Another text");
    house.done(BO, &["approve", "POL-CHG-001"]);
    git(house.path(), &["switch", "-q", "beside"]);
    let why = house.refused(BO, &["approve", "POL-CHG-001"]);
    assert!(why.contains("main has issued version 1.9 of `POL-CHG-001` meanwhile"), "{why}");

    git(house.path(), &["switch", "-q", "main"]);
    house.exchange("docs/policy.md", "version: 1.9 ", "version: 1.12 ");
    house.commit("A number further on");
    git(house.path(), &["switch", "-q", "beside"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "Next"]);
    assert!(house.last_commit().contains("Begin POL-CHG-001 1.13"), "{}", house.last_commit());
}

#[test]
fn the_next_version_begins_with_the_text_that_is_changed_already() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001", "--effective-from", "2026-04-01"]);
    house.exchange(
        "docs/policy.md",
        "Every change is recorded.\n",
        "Every change is recorded at once.\n",
    );
    house.exchange("docs/form.md", "# Form", "# A form");
    let summary = ["--summary", "Recorded at once: no delay"];
    let bump = [["bump", "POL-CHG-001", "--minor"].as_slice(), &summary].concat();
    // All that the commit takes along is shown, before as with it.
    let of_text = "-Every change is recorded.\n+Every change is recorded at once.\n";
    let dry = house.done(ADA, &[&bump[..], &["--dry-run"]].concat());
    assert!(dry.contains("\n+version: 1.10   # raised in spring\n"), "{dry}");
    assert!(dry.contains(of_text), "{dry}");
    let text = house.done(ADA, &bump);
    assert!(text.contains(of_text), "{text}");
    let note = "\nnote: what was changed in docs/policy.md before is committed with it\ncommitted ";
    assert!(text.contains(note), "{text}");
    // Version 1.9 is approved, and not yet in force.
    assert!(text.contains("note: this is main, which people work by; a branch"), "{text}");
    assert!(text.contains("git switch -c pol-chg-001-1.10"), "{text}");
    let change = house.last_change();
    let (approval, rest): (Vec<&str>, Vec<&str>) =
        change.lines().partition(|line| line.contains("by: bo@example.org"));
    assert_eq!(approval.len(), 1);
    assert_eq!(
        rest.join("\n"),
        "-version: 1.9   # raised in spring\n-status: approved # for Bo\n\
         +version: 1.10   # raised in spring\n+status: draft # for Bo\n\
         -approval:\n\
         +supersedes: POL-CHG-001@1.9\n+change_kind: minor\n+change_summary: \"Recorded at once: no delay\"\n\
         -Every change is recorded.\n+Every change is recorded at once."
    );
    assert!(house.last_commit().contains("Begin POL-CHG-001 1.10: Recorded at once: no delay"));
    assert!(!house.last_commit().contains("form.md"));
    assert!(house.read("docs/form.md").contains("# A form"));
    let taken = house.refused(ADA, &["bump", "POL-CHG-001", "--summary", "x"]);
    assert!(taken.contains("--major"), "{taken}");
    // Where nothing was changed before, the difference is that of the command, and it is not shown twice.
    let text = house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "x", "--dry-run"]);
    assert!(text.contains("+# A form"), "{text}");
    house.exchange("docs/form.md", "# A form", "# Form");
    let text = house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "x"]);
    assert!(!text.contains("+++ b/docs/form.md"), "{text}");
    let text = house.done(
        ADA,
        &["bump", "POL-CHG-001", "--major", "--summary", "New", "--in-review", "--no-commit"],
    );
    let given_up = "note: version 1.10 was begun and never approved; 2.0 takes its place";
    let end = format!("wrote docs/policy.md; nothing is committed yet\n{given_up}\n");
    assert!(text.ends_with(&end), "{text}");
    assert!(
        house
            .read("docs/policy.md")
            .contains("version: 2.0   # raised in spring\nstatus: in-review # for Bo")
    );
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
fn a_withdrawal_names_what_hangs_on_the_document() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.exchange("docs/form.md", "status: draft", "status: in-review");
    house.commit("Hand in");
    house.done(BO, &["approve", "FRM-CHG-001"]);
    let reason = ["--reason", "Two became one", "--replaced-by", "FRM-CHG-001"];
    let text = house.done(BO, &[["withdraw", "POL-CHG-001"].as_slice(), &reason].concat());
    assert!(
        text.contains("warning: it is the parent of FRM-CHG-001, which needs another"),
        "{text}"
    );
    assert!(text.contains("warning: documents in force link to it: FRM-CHG-001"), "{text}");
    assert!(text.contains("add `supersedes: POL-CHG-001` with its next version"), "{text}");
    assert_eq!(
        house.last_change(),
        "-status: approved # for Bo\n+status: withdrawn # for Bo\n\
         +withdrawn_on: 2026-03-05\n+withdrawal_reason: Two became one; replaced by FRM-CHG-001\n"
    );
    let again = house.refused(BO, &[["withdraw", "POL-CHG-001"].as_slice(), &reason].concat());
    assert!(again.contains("is withdrawn already"), "{again}");
    let bump = house.refused(BO, &["bump", "POL-CHG-001", "--minor", "--summary", "x"]);
    assert!(bump.contains("is withdrawn"), "{bump}");
}

#[test]
fn a_withdrawal_names_what_stands_beneath_it_in_the_version_in_force() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.exchange("docs/form.md", "status: draft", "status: in-review");
    house.commit("Hand in");
    house.done(BO, &["approve", "FRM-CHG-001"]);
    house.exchange("docs/form.md", "parent: POL-CHG-001", "parent: POL-OTHER-001");
    house.done(ADA, &["bump", "FRM-CHG-001", "--minor", "--summary", "Elsewhere"]);
    let text = house.done(BO, &["withdraw", "POL-CHG-001", "--reason", "Over"]);
    let words = "warning: it is the parent of FRM-CHG-001, which needs another";
    assert!(text.contains(words), "{text}");
}

#[test]
fn a_baseline_is_a_tag_that_never_moves() {
    let house = House::new();
    let run = house.run(BO, &["baseline", "v1"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("error["), "{}", run.out);
    assert!(run.out.contains("no baseline was made"), "{}", run.out);
    let dry = house.done(BO, &["baseline", "v1", "--with-findings", "--dry-run"]);
    assert!(dry.contains("nothing was written"), "{dry}");
    assert!(dry.contains("note: `check` watches the baselines that are called so"), "{dry}");
    house.done(BO, &["baseline", "v1", "--with-findings", "-m", "Before the audit"]);
    let tag = git(house.path(), &["cat-file", "tag", "v1"]).out;
    assert!(tag.contains("\ntagger Bo Approver <bo@example.org>"), "{tag}");
    assert!(tag.contains("\n\nBefore the audit\n\n3 documents, 0 records"), "{tag}");
    let again = house.refused(BO, &["baseline", "v1", "--with-findings"]);
    assert!(again.contains("exists, and a baseline never moves"), "{again}");
    let option = house.refused(BO, &["baseline", "--with-findings", "--", "-d"]);
    assert!(option.contains("Git takes no tag called `-d`"), "{option}");
    house.write("docs/new.md", "---\nid: POL-NEW-001\ntype: policy\n---\n\n# New\n");
    for name in ["bad name", "", "a..b", "a.lock"] {
        let refused = house.refused(BO, &["baseline", name, "--with-findings", "--dry-run"]);
        assert!(refused.contains("Git takes no tag called"), "{refused}");
    }
    let whole = house.refused(BO, &["baseline", "refs/tags/y", "--with-findings", "--dry-run"]);
    assert!(whole.contains("write the name of the tag alone"), "{whole}");
    let early = house.refused(BO, &["baseline", "sms-baseline/2020-01-01", "--with-findings"]);
    assert!(early.contains("a commit that is younger than its name"), "{early}");
    assert!(early.contains("take the day of the commit"), "{early}");
    let untracked = house.refused(BO, &["baseline", "v2", "--with-findings"]);
    assert!(untracked.contains("docs/new.md is not committed"), "{untracked}");
    house.exchange("docs/form.md", "# Form", "# A form");
    let dirty = house.refused(BO, &["baseline", "v2", "--with-findings"]);
    assert!(dirty.contains("docs/form.md has changes"), "{dirty}");
}

#[test]
fn an_audit_sees_that_its_history_was_rewritten() {
    let house = House::new();
    house.done(BO, &["baseline", "stage1", "--with-findings"]);
    let head = git(house.path(), &["rev-parse", "HEAD"]).out.trim().to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("audit.json");
    let audit = format!(
        "{{\"schema_version\":1,\"tool\":\"clausebook 0.1.0\",\"head\":\"{head}\",\"as_of\":\"2026-03-02\",\
         \"tags\":{{\"stage1\":\"{head}\"}},\"more\":[]}}"
    );
    std::fs::write(&file, &audit).unwrap();
    let check = ["check", "--since-audit", file.to_str().unwrap()];
    let kept = clausebook(house.path(), &check).out;
    assert!(!kept.contains("GI003"), "{kept}");
    assert!(kept.contains(&format!("`clausebook changes {}` says", &head[..10])), "{kept}");

    let older = clausebook(house.path(), &[&check[..], &["--rev", "HEAD~1"]].concat()).out;
    assert!(older.contains("older than the commit, and nothing of it is lost"), "{older}");
    assert!(!older.contains("ask who rewrote"), "{older}");

    // The same commit under a tag of another maker.
    let object = git(house.path(), &["rev-parse", "refs/tags/stage1"]).out.trim().to_owned();
    let objects = format!("\"tag_objects\":{{\"stage1\":\"{object}\"}},\"more\":[]");
    std::fs::write(&file, audit.replace("\"more\":[]", &objects)).unwrap();
    let kept = clausebook(house.path(), &check).out;
    assert!(!kept.contains("GI003"), "{kept}");
    git(house.path(), &["tag", "-f", "stage1", "HEAD"]);
    let anew = clausebook(house.path(), &check).out;
    let words = "was made anew since the audit of 2026-03-02: it is no more than a name, and was ";
    assert!(anew.contains(words), "{anew}");

    git(house.path(), &["commit", "-q", "--amend", "-m", "Another past"]);
    git(house.path(), &["tag", "-f", "stage1"]);
    let rewritten = clausebook(house.path(), &check).out;
    assert!(rewritten.contains("warning[GI003 history-rewritten]: commit "), "{rewritten}");
    assert!(rewritten.contains("which the audit of 2026-03-02 was shown"), "{rewritten}");
    assert!(rewritten.contains("still in the repository"), "{rewritten}");
    assert!(rewritten.contains("the tag `stage1` names commit "), "{rewritten}");

    // Of a commit that is not there nobody can ask what changed since.
    std::fs::write(&file, audit.replace(&head, &"6".repeat(40))).unwrap();
    let nowhere = clausebook(house.path(), &check).out;
    assert!(nowhere.contains("GI003") && !nowhere.contains("clausebook changes"), "{nowhere}");

    std::fs::write(&file, audit.replace("_version\":1", "_version\":2")).unwrap();
    let later = clausebook(house.path(), &check);
    assert_eq!(later.code, 2);
    assert!(later.err.contains("it has the format 2"), "{}", later.err);
    std::fs::write(&file, "[]").unwrap();
    assert_eq!(clausebook(house.path(), &check).code, 2);
}

#[test]
fn a_new_document_explains_itself_and_has_an_id_of_its_own() {
    let house = House::new();
    house.exchange("book.toml", "field-missing = \"off\"\n", "");
    house.commit("Ask for all fields");
    git(house.path(), &["switch", "-q", "-c", "other"]);
    house.write("docs/note.md", "---\nid: PRO-CHG-007\ntype: procedure\n---\n");
    git(house.path(), &["add", "."]);
    git(house.path(), &["commit", "-q", "-m", "A branch that nobody merged"]);
    git(house.path(), &["switch", "-q", "main"]);

    let new = ["new", "procedure", "--title", "Changes: at night", "--parent", "POL-CHG-001"];
    let before = house.state();
    let dry = house.done(ADA, &[&new[..], &["--dry-run"]].concat());
    assert!(dry.starts_with("would write docs/changes-at-night.md:\n"), "{dry}");
    assert_eq!(house.state(), before);
    let done = house.done(ADA, &new);
    assert_eq!(
        done,
        "wrote docs/changes-at-night.md: PRO-CHG-008, version 0.1, a draft; nothing is committed yet\n\
         fill in `owner`, `clauses`, `process`, `records_produced` and the sections\n\
         then: clausebook check\n"
    );
    let text = std::fs::read_to_string(house.path().join("docs/changes-at-night.md")).unwrap();
    for line in [
        "id: PRO-CHG-008",
        "title: \"Changes: at night\"",
        "# The document above it: process, policy, plan.\nparent: POL-CHG-001",
        "## Steps\n\n<!-- A numbered list. Each step says who does what with what. -->",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let check = clausebook(house.path(), &["check"]).out;
    assert!(!check.contains("error[FM001"), "{check}");
    assert!(check.contains("`owner` says nothing"), "{check}");

    let accents = ["new", "procedure", "--title", "Größen", "--parent", "POL-CHG-001", "--dry-run"];
    let accents = house.done(ADA, &accents);
    assert!(accents.starts_with("would write docs/grossen.md:\n"), "{accents}");

    let device = ["new", "procedure", "--title", "Aux", "--parent", "POL-CHG-001"];
    let device = house.done(ADA, &device);
    assert!(device.starts_with("wrote docs/PRO-CHG-009.md: "), "{device}");

    // None that a system would take for another file, or that is no document.
    house.write("docs/Other.md", "---\nid: PRO-CHG-010\ntype: procedure\n---\n");
    let listed = "[preprocessor.clausebook]\nuncontrolled = [\"notes-*.md\"]\n[preprocessor.clausebook.approval]";
    house.exchange("book.toml", "[preprocessor.clausebook.approval]", listed);
    for title in ["Readme", "Index", "Other", "Notes on it"] {
        let new = ["new", "procedure", "--title", title, "--parent", "POL-CHG-001", "--dry-run"];
        let told = house.done(ADA, &new);
        assert!(told.starts_with("would write docs/PRO-CHG-011.md:\n"), "{title}: {told}");
    }

    let record = ["new", "record", "--kind", "nonconformity", "--title", "A", "--topic", "NC"];
    let record = house.done(ADA, &record);
    assert!(record.starts_with("wrote docs/records/REC-NC-2026-001.md: "), "{record}");
    assert!(record.contains("`raised_on`"), "{record}");

    // Every kind of record that has fields of its own has ids of its own as well.
    for (kind, id) in
        [("document-review", "REC-REV-2026-001"), ("acknowledgement", "REC-ACK-2026-001")]
    {
        let told = house.done(ADA, &["new", "record", "--kind", kind, "--title", "A"]);
        assert!(told.contains(id), "{told}");
    }
    let clauses = ["new", "policy", "--title", "B", "--topic", "B", "--clauses", "8.1, 8.2"];
    let told = house.done(ADA, &[&clauses[..], &["--dry-run"]].concat());
    assert!(told.contains("clauses: [8.1, 8.2]") || told.contains("- 8.2"), "{told}");
}

#[test]
fn a_new_agreement_says_whom_it_is_with() {
    let house = House::new();
    let process = |id: &str, clauses: &str| {
        let text = format!(
            "---\nid: {id}\ntitle: P\ntype: process\nversion: 1.0\nstatus: draft\nclauses: [{clauses}]\n---\n"
        );
        house.write(&format!("docs/{id}.md"), &text);
    };
    process("PRC-SUP-001", "8.3.4.1, 8.3.4.2");
    process("PRC-SLM-001", "8.3.3");
    git(house.path(), &["add", "."]);
    house.commit("Write processes");
    fn new<'w>(more: &[&'w str]) -> Vec<&'w str> {
        [&["new", "agreement", "--title", "Line"], more].concat()
    }
    let why = house.refused(ADA, &new(&["--parent", "PRC-SUP-001"]));
    let told = "`--prefix` is missing: the id of such a document begins with OLA (with an internal \
                supplier, or a customer acting as one) or CON (with an external supplier), and an id \
                never changes";
    assert!(why.contains(told), "{why}");
    let why = house.refused(ADA, &new(&["--parent", "PRC-SUP-001", "--prefix", "CNT"]));
    assert!(why.contains("begins with SLA, OLA or CON-"), "{why}");
    for (more, id) in [
        (["--parent", "PRC-SUP-001", "--prefix", "CON"].as_slice(), "CON-SUP-001"),
        (&["--parent", "PRC-SUP-001", "--clauses", "8.3.4.2"], "OLA-SUP-001"),
        (&["--parent", "PRC-SLM-001"], "SLA-SLM-001"),
        (&["--parent", "PRC-SUP-001", "--id", "CON-LINE-01"], "CON-LINE-01"),
    ] {
        let dry = house.done(ADA, &[&new(more)[..], &["--dry-run"]].concat());
        assert!(dry.contains(&format!("\nid: {id}\n")), "{dry}");
    }
    // A record lies where records do, whatever it comes from.
    let record = ["new", "record", "--kind", "incident", "--title", "A", "--parent", "PRC-SUP-001"];
    let dry = house.done(ADA, &[&record[..], &["--dry-run"]].concat());
    assert!(dry.starts_with("would write docs/records/REC-INC-2026-001.md:\n"), "{dry}");
    // Those that are there show the way, and where they lie.
    for (folder, id, clause) in
        [("suppliers", "CON-TEL-001", "8.3.4.1"), ("internal", "OLA-FAC-001", "8.3.4.2")]
    {
        let text = format!(
            "---\nid: {id}\ntitle: A\ntype: agreement\nversion: 1.0\nstatus: draft\nparent: PRC-SUP-001\nclauses: [{clause}]\n---\n"
        );
        std::fs::create_dir_all(house.path().join("docs").join(folder)).unwrap();
        house.write(&format!("docs/{folder}/{id}.md"), &text);
    }
    git(house.path(), &["add", "."]);
    house.commit("Write agreements");
    let beneath = ["--parent", "PRC-SUP-001", "--clauses", "8.3.4.1", "--dry-run"];
    let dry = house.done(ADA, &new(&beneath));
    assert!(dry.starts_with("would write docs/suppliers/CON-SUP-001.md:\n"), "{dry}");
    for line in [
        "# Who signed, for whom: [{name: ..., for: ..., on: 2026-01-01}]\nsignatories: []",
        "# Up to which load the promise holds: [1200 users]\nworkload_limits: []",
    ] {
        assert!(dry.contains(line), "{line}: {dry}");
    }
}

#[test]
fn whoever_asks_for_the_first_document_is_told_to_commit_something() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let new = ["new", "policy", "--title", "A", "--topic", "A"];
    let run = clausebook_as(folder.path(), ADA, DAY, &new);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("commit something, such as book.toml"), "{}", run.err);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    let run = clausebook_as(folder.path(), ADA, DAY, &new);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn a_new_document_is_refused_where_it_cannot_belong() {
    let house = House::new();
    let why = |arguments: &[&str]| house.refused(ADA, &[&["new"], arguments].concat());
    assert!(why(&["polcy"]).contains("did you mean `policy`?"));
    assert!(why(&["policy"]).contains("`--title` is missing"));
    assert!(why(&["policy", "--title", "A"]).contains("`--topic` is missing"));
    assert!(why(&["record", "--title", "A"]).contains("`--kind` is missing"));
    assert!(why(&["policy", "--title", "A", "--id", "POL-CHG-001"]).contains("was used before"));
    assert!(why(&["policy", "--title", "A", "--id", "PRO-CHG-009"]).contains("begins with POL-"));
    assert!(why(&["policy", "--title", "A", "--id", "POL-../x"]).contains("cannot be an id"));
    let beneath = ["process", "--title", "A", "--parent", "FRM-CHG-001"];
    assert!(why(&beneath).contains("beneath policy or plan, and `FRM-CHG-001` is of type `form`"));
    let clause = ["policy", "--title", "A", "--topic", "A", "--clauses", "8.5.9"];
    assert!(why(&clause).contains("clause 8.5.9 is not in"));
    house.write("docs/changes.md", "Something of mine.\n");
    let taken = ["policy", "--title", "Changes", "--parent", "POL-CHG-001", "--topic", "A"];
    assert!(house.done(ADA, &[&["new"], &taken[..]].concat()).contains("docs/POL-A-001.md"));
}

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

#[test]
fn a_withdrawal_takes_the_version_in_force_out_of_use_as_well() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let draft = house.read("docs/policy.md");
    let text = house.done(BO, &["withdraw", "POL-CHG-001", "--reason", "Not needed"]);
    let told = "warning: version 1.9, which is in force, goes out of force as well, \
                not only 1.10, which the file holds\n";
    assert!(text.contains(told), "{text}");
    assert!(house.last_commit().contains("|Withdraw POL-CHG-001 1.9: Not needed\n"), "{text}");
    house.write("docs/policy.md", &draft);
    house.commit("Begin again");
    let status = house.run(BO, &["status"]).out;
    assert!(status.contains("draft, 1.9 withdrawn"), "{status}");
}

#[test]
fn a_draft_over_an_announced_withdrawal_follows_what_is_in_force() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More"]);
    let draft = house.read("docs/policy.md");
    let withdraw = ["withdraw", "POL-CHG-001", "--reason", "Not needed", "--on", "2026-05-01"];
    let refused = house.refused(BO, &withdraw);
    let (_, back) = refused.split_once("as that has it (`git ").unwrap();
    let (back, _) = back.split_once(" > docs/policy.md`)").unwrap();
    let back = git(house.path(), &back.split(' ').collect::<Vec<_>>()).out;
    house.write("docs/policy.md", &back);
    house.commit("Drop it");
    house.done(BO, &withdraw);
    house.write("docs/policy.md", &draft);
    house.commit("Begin again");
    let told = house.done(BO, &["changes", "HEAD~1"]);
    assert!(told.contains("1.9 -> 1.10, approved -> draft"), "{told}");
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

#[test]
fn an_approval_is_refused_for_what_is_wrong_with_the_document_and_not_for_what_is_elsewhere() {
    let house = House::new();
    house.exchange("docs/policy.md", "statements: [Every", "clauses: [99.9]\nstatements: [Every");
    house.exchange("docs/policy.md", "clauses: [8.5.1.1]\n", "");
    house.commit("Name a clause that there is not");
    let before = house.state();
    let run = house.run(BO, &["approve", "POL-CHG-001"]);
    assert_eq!((run.code, house.state()), (2, before), "{}", run.out);
    assert!(run.out.contains("error[FM006 clause-unknown]"), "{}", run.out);
    let why = "the error above is in the document itself, so nothing was written; its author mends \
               it and commits that, then it can be approved";
    assert!(run.err.contains(why), "{}", run.err);
    // To begin the next version is how it is mended.
    house.done(ADA, &["bump", "POL-CHG-001", "--minor", "--summary", "More", "--dry-run"]);
}

#[test]
fn a_register_that_records_a_departure_is_approved_and_what_that_asks_for_is_told() {
    let house = House::new();
    house.exchange("docs/roles.md", "owner: director", "owner: top-management");
    git(house.path(), &["commit", "-qam", "Name an owner", "--author=Dee <dee@example.org>"]);
    house.done(BO, &["approve", "REG-ROL-001", "--role", "top-management"]);
    house.done(BO, &["approve", "POL-CHG-001"]);
    let ada = "person: Ada, email: [ada@example.org], from: 2026-01-01";
    house.exchange("docs/roles.md", ada, &format!("{ada}, to: 2026-03-04"));
    let leaves = ["bump", "REG-ROL-001", "--minor", "--summary", "Ada leaves", "--in-review"];
    let next = "\nit brings in 2 errors elsewhere, which are to be mended next:\n\nerror[OW001";
    house.done("Cy <cy@example.org>", &leaves);
    for dry_run in [["--dry-run"].as_slice(), &[]] {
        let approve = [["approve", "REG-ROL-001"].as_slice(), dry_run].concat();
        let text = house.done(BO, &approve);
        let told = text.split_once(next).map(|(before, _)| before);
        let told = told.unwrap_or_else(|| panic!("{text}"));
        assert!(told.contains("the state of REG-ROL-001 is then `effective`"), "{text}");
        assert!(!told.contains("OW001"), "{text}");
    }
    assert!(house.last_commit().contains("|Approve REG-ROL-001 1.1\n"));
}
