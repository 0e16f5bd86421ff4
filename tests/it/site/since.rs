//! What is told since a day, and of what went out of use.

use super::{
    AUDIT, SMALL, STATEMENT, pages, pages_of, row_of, site, sms, told, visible, visible_pages,
};
use clausebook::report::document;
use clausebook::rules;
use clausebook::site::Page;
use std::collections::BTreeMap;

#[test]
fn an_edit_does_not_repeat_the_reason_of_an_earlier_change() {
    let edit = "## commit 2026-03-20 Ana Owner <ana@example.org>: Quietly\n\n\
        ```edit docs/scope.md\n-All.\n+Some.\n```\n";
    let pages = visible_pages(&format!("{STATEMENT}{AUDIT}{edit}"));
    let revisions = &pages["documents/SCO-1.html"];
    assert_eq!(revisions.matches("— First words").count(), 1, "{revisions}");
    assert!(pages["scope.html"].contains("Quietly"), "{}", pages["scope.html"]);
    let since = pages.iter().find(|(path, _)| path.starts_with("since/")).unwrap().1;
    let (_, revised) = since.rsplit_once("Revised").unwrap();
    assert!(!revised.contains("First words"), "{since}");
}

/// An audit, after which a second version is approved and a third begun.
fn audited_and_revised(audit: &str) -> String {
    let version = |day: &str, before: &str, now: &str, words: &str| {
        let (old, was) = before.split_once(' ').unwrap();
        format!(
            "## commit {day} Ana Owner <ana@example.org>: Next\n\n```edit docs/scope.md\n\
             -version: {old}\n-status: approved\n-approval: {{by: bo@example.org, on: {was}, version: {old}}}\n\
             +version: {now}\n+status: in-review\n{words}```\n\n"
        )
    };
    let second = version(
        "2026-03-10",
        "1.0 2026-03-02",
        "2.0",
        "...\n-change_summary: First words\n+change_summary: Second words\n",
    );
    let third = version(
        "2026-03-20",
        "2.0 2026-03-11",
        "3.0",
        "...\n-change_summary: Second words\n+change_summary: Third words\n",
    );
    let approve = "## commit 2026-03-11 Bo Approver <bo@example.org>: Approve 2.0\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-11, version: 2.0}\n```\n\n";
    format!("{STATEMENT}{audit}{second}{approve}{third}")
}

#[test]
fn what_came_into_force_since_a_day_is_told_with_its_reason_beside_the_next_draft() {
    let pages = visible_pages(&audited_and_revised(AUDIT));
    let since = &pages["since/2026-03-05.html"];
    let (_, revised) = since.rsplit_once("Revised documents").unwrap();
    let (came, next) = revised.split_once("Second words").unwrap();
    assert!(came.contains("1.0 to 2.0") && !came.contains("in-review"), "{since}");
    let (next, _) = next.split_once("Third words").unwrap();
    assert!(next.contains("2.0 to 3.0, in-review"), "{since}");
    // What the scope became, and what is only being written.
    let scope = &pages["scope.html"];
    assert!(scope.contains("Second words (version 2.0, in force from 2026-03-11)"), "{scope}");
    assert!(
        scope.contains("First words (version 1.0, in force from 2026-03-02 to 2026-03-10)"),
        "{scope}"
    );
    assert!(scope.contains("Third words (version 3.0, in review, not in force)"), "{scope}");
    // One document is another than it was.
    let counts = visible(&pages["changes.html"]);
    let (_, row) = counts.rsplit_once("Changes since").unwrap();
    assert!(row.starts_with("010"), "{counts}");
}

#[test]
fn each_version_since_a_day_gives_its_reason() {
    let approve = "## commit 2026-03-21 Bo Approver <bo@example.org>: Approve 3.0\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-21, version: 3.0}\n```\n\n";
    let later = "## commit 2026-03-22 Ana Owner <ana@example.org>: Later\n\n\
        ```md docs/note.md\nA note.\n```\n\n";
    let story = format!("{}{approve}", audited_and_revised(AUDIT));
    let since = &visible_pages(&format!("{story}{later}"))["since/2026-03-05.html"];
    let (_, revised) = since.rsplit_once("Revised documents").unwrap();
    let words = "Third words; before that 2.0: Second words";
    assert!(revised.contains("1.0 to 3.0") && revised.contains(words), "{since}");
    // What came and went since says why it came as well.
    let withdraw = "## commit 2026-03-25 Bo Approver <bo@example.org>: Withdraw\n\n\
        ```edit docs/scope.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-25\n\
        +withdrawal_reason: We close\n```\n\n";
    let since = &visible_pages(&format!("{story}{withdraw}"))["since/2026-03-05.html"];
    let words = "We close; before that 2.0: Second words; 3.0: Third words";
    assert!(since.contains(words), "{since}");
}

#[test]
fn what_lies_where_a_document_lay_is_said_of_it_since_a_day() {
    let since = |what: &str| {
        let gone = format!(
            "## commit 2026-03-20 Ana Owner <ana@example.org>: Another file\n\n\
             ```md docs/scope.md\n{what}# Scope\n```\n"
        );
        visible_pages(&format!("{STATEMENT}{AUDIT}{gone}"))["since/2026-03-05.html"].clone()
    };
    for (what, words) in [
        ("", "has no front matter"),
        ("---\ntitle: Scope\n---\n\n", "gives no id"),
        ("---\nid: SCO-2\n---\n\n", "is SCO-2 now"),
    ] {
        let page = since(what);
        let (_, removed) = page.rsplit_once("Removed from the repository").unwrap();
        assert!(removed.contains("SCO-1") && removed.contains(words), "{words}: {page}");
    }
}

/// 1.0 is withdrawn after an audit, and 2.0 begun.
const WITHDRAWN: &str = "## commit 2026-03-10 Bo Approver <bo@example.org>: Withdraw\n\n\
    ```edit docs/scope.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-10\n\
    +withdrawal_reason: We close\n```\n\n";

const BEGUN_AGAIN: &str = "## commit 2026-03-20 Ana Owner <ana@example.org>: Begin again\n\n\
    ```edit docs/scope.md\n-version: 1.0\n-status: withdrawn\n-withdrawn_on: 2026-03-10\n\
    -withdrawal_reason: We close\n-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n\
    +version: 2.0\n+status: in-review\n...\n-change_summary: First words\n\
    +change_summary: We open again\n```\n\n";

#[test]
fn what_went_out_of_use_is_told_until_a_later_version_is_in_force() {
    let withdrawn = format!("{STATEMENT}{AUDIT}{WITHDRAWN}{BEGUN_AGAIN}");
    let pages = visible_pages(&withdrawn);
    let obsolete = &pages["obsolete.html"];
    let (_, row) = obsolete.rsplit_once("Why").unwrap();
    assert!(row.contains("SCO-11.0Scope"), "{row}");
    assert!(row.contains("withdrawn; the next, version 2.0, is in review"), "{row}");
    assert!(row.contains("2026-03-10") && row.contains("We close"), "{row}");
    let row = row_of(&pages["register.html"], "SCO-1");
    assert!(row.contains("in review; version 1.0 is withdrawn"), "{row}");
    let page = &pages["documents/SCO-1.html"];
    assert!(
        page.contains(
            "Version 1.0 is withdrawn, and no later version is in force. Withdrawn on 2026-03-10"
        ),
        "{page}"
    );
    let since = &pages["since/2026-03-05.html"];
    let (revised, out) =
        since.rsplit_once("Revised documents").unwrap().1.split_once("Withdrawn").unwrap();
    assert!(
        revised.contains("1.0 to 2.0, in-review") && revised.contains("We open again"),
        "{since}"
    );
    assert!(
        out.contains("1.0Scopewithdrawn as of 2026-03-10") && out.contains("We close"),
        "{since}"
    );
    let approve = "## commit 2026-03-21 Bo Approver <bo@example.org>: Approve 2.0\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-21, version: 2.0}\n```\n\n";
    let pages = visible_pages(&format!("{withdrawn}{approve}"));
    assert!(pages["obsolete.html"].contains("None: of the documents that are here"));
    assert!(pages["documents/SCO-1.html"].contains("Version 2.0 is in force"));
    // What links to it or stands beneath it leads to nothing that is in use.
    let beneath = "## commit 2026-03-05 Ana Owner <ana@example.org>: Hand in\n\n\
        ```md docs/policy.md\n---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: in-review\n\
        parent: SCO-1\n---\n\n# Policy\n\nSee [the scope](scope.md).\n```\n\n\
        ## commit 2026-03-06 Bo Approver <bo@example.org>: Approve it\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-06, version: 1.0}\n```\n\n";
    for begun in ["", BEGUN_AGAIN] {
        let sms = sms(&format!("{STATEMENT}{beneath}{WITHDRAWN}{begun}"));
        let outcome = rules::run(&sms, false);
        let of = |code: &str| outcome.findings.iter().filter(|it| it.rule.code == code).count();
        assert_eq!((of("SU002"), of("HI004")), (1, 1), "{begun}");
    }
    // Whoever claims an approval alone brings nothing back.
    let alone = approve.replace("Bo Approver", "Ana Owner").replace("bo@", "ana@");
    let pages = visible_pages(&format!("{withdrawn}{alone}"));
    let words = "withdrawn; the next, version 2.0, claims approval, not verified";
    assert!(pages["obsolete.html"].contains(words), "{}", pages["obsolete.html"]);
    let superseded = include_str!("../../stories/tenures/since_its_first_day.md");
    let begun = "## commit 2026-06-02 Ana Owner <ana@example.org>: Begin again\n\n\
        ```edit docs/3.md\n-version: 1.0\n-status: approved\n-effective_from: 2026-05-20\n\
        -approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n\
        +version: 2.0\n+status: draft\n```\n\n";
    let pages = visible_pages(&format!("{superseded}\n{begun}"));
    let (_, row) = pages["obsolete.html"].rsplit_once("Why").unwrap();
    assert!(row.contains("superseded; the next, version 2.0, is a draft"), "{row}");
    assert!(row.contains("POL-42026-04-10"), "{row}");
}

#[test]
fn what_was_in_force_and_is_a_draft_again_is_told_as_out_of_use() {
    let opened = "## commit 2026-03-20 Ana Owner <ana@example.org>: Tidy\n\n\
        ```edit docs/scope.md\n-status: approved\n+status: draft\n```\n\n";
    let pages = visible_pages(&format!("{STATEMENT}{AUDIT}{opened}"));
    let (_, row) = pages["obsolete.html"].rsplit_once("Why").unwrap();
    let words = "out of use, opened again; the file, under the same number, is a draft";
    assert!(row.contains(words), "{row}");
    assert!(row.contains("2026-03-20") && row.contains("the commit: Tidy"), "{row}");
    let row = row_of(&pages["register.html"], "SCO-1");
    assert!(row.contains("draft; version 1.0 is out of use, opened again"), "{row}");
    let page = &pages["documents/SCO-1.html"];
    let words = "Version 1.0 is out of use, opened again, and no later version is in force. \
        It was in force until it was opened again on 2026-03-20 in commit";
    assert!(page.contains(words), "{page}");
    // So it is while the next version is written, and after the file is gone.
    let next = "## commit 2026-03-21 Ana Owner <ana@example.org>: Go on\n\n\
        ```edit docs/scope.md\n-version: 1.0\n+version: 1.1\n```\n\n";
    let pages = visible_pages(&format!("{STATEMENT}{AUDIT}{opened}{next}"));
    let (_, row) = pages["obsolete.html"].rsplit_once("Why").unwrap();
    assert!(row.contains("opened again; the next, version 1.1, is a draft"), "{row}");
    let gone =
        "## commit 2026-03-25 Cy Clerk <cy@example.org>: Remove it\n\n- delete: docs/scope.md\n";
    let pages = visible_pages(&format!("{STATEMENT}{AUDIT}{opened}{gone}"));
    let (_, row) = pages["obsolete.html"].rsplit_once("Removed").unwrap();
    let words = "out of use before: version 1.0. It was in force until it was opened again on";
    assert!(row.contains(words), "{row}");
}

/// The draft of 2.0 is given up, and what was withdrawn is in the file again.
const PUT_BACK: &str = "## commit 2026-03-25 Cy Clerk <cy@example.org>: Put it back\n\n\
    ```edit docs/scope.md\n-version: 2.0\n-status: in-review\n+version: 1.0\n+status: withdrawn\n\
    +withdrawn_on: 2026-03-10\n+withdrawal_reason: We close\n\
    +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n...\n\
    -change_summary: We open again\n+change_summary: First words\n```\n\n";

#[test]
fn whoever_puts_back_what_was_withdrawn_withdraws_nothing() {
    let story = format!("{STATEMENT}{WITHDRAWN}{BEGUN_AGAIN}{PUT_BACK}");
    let sms = sms(&story);
    let commits = sms.history.commits.iter();
    let short = |subject: &str| {
        commits.clone().find(|it| it.subject() == subject).unwrap().id.short().to_string()
    };
    let pages = visible_pages(&story);
    let (_, row) = pages["obsolete.html"].rsplit_once("Why").unwrap();
    assert!(row.contains(&short("Withdraw")) && row.contains("We close"), "{row}");
    let page = &pages["documents/SCO-1.html"];
    let words = format!("Withdrawn on 2026-03-10 in commit {}. Why", short("Withdraw"));
    assert!(page.contains(&words), "{page}");
    // What was in force again since is withdrawn anew.
    let again = "## commit 2026-03-21 Bo Approver <bo@example.org>: Approve 2.0\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-21, version: 2.0}\n```\n\n";
    let gone = PUT_BACK.replace("-status: in-review", "-status: approved").replacen(
        "+version: 1.0",
        "-approval: {by: bo@example.org, on: 2026-03-21, version: 2.0}\n+version: 1.0",
        1,
    );
    let story = format!("{STATEMENT}{WITHDRAWN}{BEGUN_AGAIN}{again}{gone}");
    let (_, sms) = told(&story);
    let withdrawn = sms.withdrawal(sms.document("SCO-1").unwrap()).unwrap().commit.unwrap();
    assert_eq!(sms.history.commit(withdrawn).unwrap().subject(), "Put it back");
}

#[test]
fn what_was_withdrawn_says_why_after_its_file_is_gone() {
    let gone =
        "## commit 2026-03-25 Cy Clerk <cy@example.org>: Remove it\n\n- delete: docs/scope.md\n";
    for begun in ["", BEGUN_AGAIN] {
        let pages = visible_pages(&format!("{STATEMENT}{WITHDRAWN}{begun}{gone}"));
        let (_, row) = pages["obsolete.html"].rsplit_once("Removed").unwrap();
        let words = "out of use before: version 1.0. Withdrawn on 2026-03-10 in commit";
        assert!(row.contains(words) && row.contains("Why: We close"), "{row}");
        let page = visible(&pages["removed/SCO-1.html"]);
        let words = "Version 1.0 had gone out of use before. Withdrawn on 2026-03-10 in commit";
        assert!(page.contains(words) && page.contains("Why: We close"), "{page}");
    }
    // It was in force still, though another day was named.
    let announced = WITHDRAWN.replace("withdrawn_on: 2026-03-10", "withdrawn_on: 2026-06-01");
    let later = "## commit 2026-07-01 Cy Clerk <cy@example.org>: Later\n\n\
        ```md docs/note.md\nA note.\n```\n";
    let pages = visible_pages(&format!("{STATEMENT}{announced}{gone}\n{later}"));
    let (_, row) = pages["obsolete.html"].rsplit_once("Removed").unwrap();
    assert!(row.contains("version 1.0 claimed to be in force"), "{row}");
    let page = visible(&pages["removed/SCO-1.html"]);
    assert!(!page.contains("out of use before"), "{page}");
}

#[test]
fn what_is_withdrawn_is_what_was_issued_and_not_a_draft_in_the_file() {
    let withdrawn = "## commit 2026-03-25 Bo Approver <bo@example.org>: Withdraw\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: withdrawn\n+withdrawn_on: 2026-03-25\n\
        +withdrawal_reason: We close\n...\n-All.\n+Nobody approved this.\n```\n\n";
    let pages = visible_pages(&format!("{}{withdrawn}", audited_and_revised(AUDIT)));
    let page = &pages["documents/SCO-1.html"];
    assert!(!page.contains("Nobody approved this") && page.contains("All."), "{page}");
    assert!(
        page.contains(
            "Version 2.0 is withdrawn. Approval by bo@example.org on 2026-03-11: verified"
        ),
        "{page}"
    );
    assert!(
        page.contains("The file has the text of version 3.0, which was never in force."),
        "{page}"
    );
    let row = row_of(&pages["register.html"], "SCO-1");
    assert!(row.contains("2.0") && row.contains("verified") && !row.contains("3.0"), "{row}");
    let (_, row) = pages["obsolete.html"].rsplit_once("Why").unwrap();
    assert!(
        row.contains("SCO-12.0Scopewithdrawn; version 3.0, which the file has, was never in force"),
        "{row}"
    );
    assert!(row.contains("2026-03-25") && row.contains("We close"), "{row}");
    let since = &pages["since/2026-03-05.html"];
    assert!(since.contains("SCO-12.0Scopewithdrawn as of 2026-03-25We close"), "{since}");
    // So is one that was to begin later.
    let scheduled = "## commit 2026-03-24 Bo Approver <bo@example.org>: Approve for later\n\n\
        ```edit docs/scope.md\n-status: in-review\n+status: approved\n+effective_from: 2026-06-01\n\
        +approval: {by: bo@example.org, on: 2026-03-24, version: 3.0}\n```\n\n\
        ## commit 2026-03-25 Bo Approver <bo@example.org>: Withdraw\n\n\
        ```edit docs/scope.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-03-25\n\
        +withdrawal_reason: We close\n```\n\n";
    let pages = visible_pages(&format!("{}{scheduled}", audited_and_revised(AUDIT)));
    let page = &pages["documents/SCO-1.html"];
    assert!(
        page.contains("Version 2.0 is withdrawn.")
            && page.contains("version 3.0, which was never in force"),
        "{page}"
    );
    assert!(pages["history/SCO-1.html"].contains("id=\"Redline-now\""));
    // It began when it did, whatever the file says.
    let row = row_of(&pages["register.html"], "SCO-1");
    assert!(row.contains("2026-03-11") && !row.contains("2026-06-01"), "{row}");
}

#[test]
fn what_was_in_force_for_hours_is_told_as_that() {
    let pages = visible_pages(include_str!("../../stories/tenures/in_force_for_hours.md"));
    let obsolete = &pages["obsolete.html"];
    assert!(obsolete.contains("POL-81.1"), "{obsolete}");
    assert!(!obsolete.contains("never in force"), "{obsolete}");
    for (id, version) in [("POL-6", "1.0"), ("POL-9", "1.1"), ("POL-11", "1.0")] {
        let words = format!("{version} claimed to be in force");
        let (_, row) = obsolete.split_once("Documents removed from the repository").unwrap();
        assert!(row.split_once(id).unwrap().1.contains(&words), "{id}: {row}");
    }
    let log = &pages["documents/POL-7.html"];
    assert!(log.contains("Version 1.1 in force from 2026-04-02 to 2026-04-02."), "{log}");
}

#[test]
fn a_withdrawal_that_is_announced_is_not_counted_as_one() {
    let announced = |status: &str, as_of: &str| {
        let announced = WITHDRAWN
            .replace("withdrawn_on: 2026-03-10", "withdrawn_on: 2026-06-30")
            .replace("status: withdrawn", &format!("status: {status}"));
        let later = format!(
            "## commit {as_of} Ana Owner <ana@example.org>: Later\n\n```md docs/n.md\nNotes.\n```\n"
        );
        visible_pages(&format!("{STATEMENT}{AUDIT}{announced}{later}"))
    };
    for status in ["withdrawn", "approved"] {
        let pages = announced(status, "2026-03-20");
        let since = &pages["since/2026-03-05.html"];
        let (_, sections) = since.rsplit_once("New documents").unwrap();
        assert!(
            sections.contains("Revised documents None. Withdrawn None. To be withdrawn"),
            "{since}"
        );
        assert!(sections.contains("approved, to be withdrawn on 2026-06-30We close"), "{since}");
        assert!(visible(&pages["changes.html"]).contains("Changes since0000"), "{status}");
        let pages = announced(status, "2026-07-01");
        let since = &pages["since/2026-03-05.html"];
        assert!(since.contains("withdrawn as of 2026-06-30We close"), "{since}");
        assert!(since.contains("To be withdrawn None."), "{since}");
        assert!(visible(&pages["changes.html"]).contains("Changes since0010"), "{status}");
    }
}

#[test]
fn a_withdrawn_document_says_why() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let page = visible(&site()["documents/WIN-OLD-001.html"]);
    assert!(page.contains("Withdrawn on 2026-01-10 in commit"), "{page}");
    assert!(page.contains("Why: The tapes are gone"), "{page}");
    assert!(visible(&site()["obsolete.html"]).contains("The tapes are gone"));
    let later =
        SMALL.replace("status: withdrawn\n", "status: withdrawn\nwithdrawn_on: 2036-01-10\n");
    let later: BTreeMap<String, String> = pages(&later).into_iter().map(text).collect();
    let page = visible(&later["documents/WIN-OLD-001.html"]);
    // Nothing of it was ever approved, so nothing of it stands until then.
    assert!(page.contains("withdrawn. Do not work by it."), "{page}");
    assert!(page.contains("Decided in commit"), "{page}");
    let silent = SMALL.replace("withdrawal_reason: The tapes are gone\n", "");
    let silent: BTreeMap<String, String> = pages(&silent).into_iter().map(text).collect();
    let page = visible(&silent["documents/WIN-OLD-001.html"]);
    assert!(page.contains("Why: not said; the commit: "), "{page}");
}

#[test]
fn what_is_announced_to_end_before_it_began_is_not_over() {
    let story = "
## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in

```md docs/change.md
---
id: POL-1
type: policy
version: 1.0
status: in-review
effective_from: 2026-06-01
---

# Change policy
```

## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0

```edit docs/change.md
-status: in-review
+status: approved
+withdrawn_on: 2026-09-01
+withdrawal_reason: the move is over then
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```
";
    let pages = pages(story);
    let text = |path: &str| {
        let page = pages.iter().find(|page| page.path == path).unwrap();
        visible(std::str::from_utf8(&page.bytes).unwrap())
    };
    assert!(text("obsolete.html").contains("None: of the documents that are here"));
    let document = text("documents/POL-1.html");
    for words in [
        "approved, not yet in force, to be withdrawn on 2026-09-01",
        "It comes into force on 2026-06-01",
        "the move is over then",
    ] {
        assert!(document.contains(words), "{words}: {document}");
    }
}

#[test]
fn since_when_a_document_is_in_force_is_said_the_same_everywhere() {
    let moved = include_str!("../../stories/tenures/since_its_first_day.md");
    let merged = include_str!("../../stories/tenures/merged_after_its_approval.md");
    let clauses = |story: &str| {
        story.replace("version: 1.0\nstatus", "clauses: [5.2.1]\nversion: 1.0\nstatus")
    };
    for (story, id, first, claimed) in [
        (clauses(moved), "POL-1", "2026-03-02", "2026-04-14"),
        (clauses(moved), "POL-4", "2026-04-10", "2099-01-01"),
        (clauses(merged), "POL-1", "2026-04-20", "2026-04-02"),
    ] {
        let (recording, sms) = told(&story);
        let pages = pages_of(&recording, &sms, &rules::run(&sms, false));
        let text = |path: &str| {
            let page = pages.iter().find(|page| page.path == path).unwrap();
            String::from_utf8(page.bytes.clone()).unwrap()
        };
        let page = visible(&text(&format!("documents/{id}.html")));
        assert!(page.contains(&format!("is in force since {first}")), "{page}");
        assert!(page.contains(&format!("Effective{first}")), "{page}");
        assert!(!page.contains(&format!("since {claimed}")), "{page}");
        let row = visible(&row_of(&text("register.html"), id));
        assert!(row.contains(first), "{row}");
        let shown = document::shown(&sms, sms.document(id).unwrap());
        assert_eq!(shown.versions.last().unwrap().from.as_deref(), Some(first));
        let clause = pages.iter().find(|page| page.path.ends_with("5.2.1.html")).unwrap();
        let clause = visible(&String::from_utf8(clause.bytes.clone()).unwrap());
        let (_, rows) = clause.split_once("Effective from").unwrap();
        let (_, row) = rows.split_once(id).unwrap();
        assert!(row.find(first).is_some_and(|at| at < 200), "{row}");
    }
}
