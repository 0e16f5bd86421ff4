//! Who approves, what gives way to an approval, and what stands against one.

use super::{ADA, BO, House};
use crate::program::{clausebook, git};

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
fn what_only_the_front_matter_says_is_approved_anew_where_nothing_more_is_needed() {
    let form = r#"
# commit 2026-03-04 Ada Writer <ada@example.org>: A form, and its approval (squashed)

```md docs/one.md
---
id: FRM-CHG-009
title: Request
type: form
version: 1.0
status: approved
owner: change-manager
clauses: [8.5.1.2]
parent: POL-CHG-001
classification: internal
approval: {by: bo@example.org, role: top-management, on: 2026-03-04, version: 1.0}
---

# Request

Ask for a change.
```
"#;
    let house = House::after(form);
    let text = house.done(BO, &["approve", "FRM-CHG-009"]);
    assert!(text.contains("the approval by bo@example.org of 2026-03-04 gives way to yours"));
    assert!(text.contains("level 2 acted by the approver"), "{text}");
    let again = house.refused(BO, &["approve", "FRM-CHG-009"]);
    assert!(again.ends_with("; approve it anew on another day\n"), "{again}");
}

#[test]
fn an_approval_that_was_copied_with_its_text_is_told_as_that() {
    let house = House::new();
    house.done(BO, &["approve", "POL-CHG-001"]);
    let copy = house.read("docs/policy.md").replace("id: POL-CHG-001", "id: POL-CHG-002");
    house.write("docs/copy.md", &copy);
    git(house.path(), &["add", "."]);
    house.commit("Copy the policy");
    let found = clausebook(house.path(), &["check"]).out;
    let told = "this is the approval of POL-CHG-001, which was copied with its text: take it out";
    assert!(found.contains(told), "{found}");
}

#[test]
fn whoever_leaves_approves_the_register_that_says_so_afterwards() {
    let house = House::new();
    house.exchange("docs/roles.md", "owner: director", "owner: change-manager");
    house.commit("Name an owner");
    house.done(BO, &["approve", "REG-ROL-001"]);
    house.done(ADA, &["bump", "REG-ROL-001", "--minor", "--summary", "Bo leaves", "--in-review"]);
    let row = "from: 2026-01-01, approves: [policy]";
    house.exchange("docs/roles.md", row, &row.replace(", approves", ", to: 2026-03-04, approves"));
    house.commit("Bo has left");
    let text = house.done(BO, &["approve", "REG-ROL-001"]);
    assert!(text.contains("ended on 2026-03-04, and said so only after the approval"), "{text}");
    let near = house.refused("Bo <bob@example.org>", &["approve", "POL-CHG-001"]);
    assert!(near.contains("if its `bo@example.org` is meant to be you, put that right"), "{near}");
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
