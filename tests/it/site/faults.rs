//! What is open against a clause, and what takes nothing of it away.

use super::{pages, section_of, sms, told};
use clausebook::document::DocId;
use clausebook::rules;
use clausebook::sms::Sms;

/// A process that is in force, and a nonconformity that names it.
const AGAINST_A_PROCESS: &str = r"
# commit 2026-01-02 Ana Owner <ana@example.org>: Hand in

```md docs/process.md
---
id: PRC-INC-001
type: process
version: 1.0
status: in-review
clauses: [8.6.1]
---

# Incidents
```

# commit 2026-01-03 Bo Approver <bo@example.org>: Approve

```edit docs/process.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}
```

# commit 2026-01-10 Hal Auditor <hal@example.org>: Audit

```md docs/nc.md
---
id: REC-NC-2026-001
title: Nobody works by it
type: record
kind: nonconformity
status: open
raised_on: 2026-01-10
grade: major
criterion: PRC-INC-001
---

# Nobody works by it
```

";

/// Returns what is open against a clause.
fn open_against(sms: &Sms, number: &str) -> String {
    let covered = sms.coverage().into_iter().find(|one| one.number == number).unwrap();
    covered.at_fault.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Returns what the rules of a code find.
fn found(sms: &Sms, code: &str) -> Vec<String> {
    let found = rules::run(sms, false).findings.into_iter();
    found.filter(|it| it.rule.code == code).map(|it| it.message).collect()
}

#[test]
fn a_draft_of_the_document_at_fault_frees_no_clause() {
    let open = "REC-NC-2026-001 (major)";
    assert_eq!(open_against(&sms(AGAINST_A_PROCESS), "8.6.1"), open);
    let draft = "# commit 2026-01-20 Ana Owner <ana@example.org>: Begin the next\n\n\
        ```edit docs/process.md\n-version: 1.0\n-status: approved\n\
        -approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}\n-clauses: [8.6.1]\n\
        +version: 1.1\n+status: draft\n+clauses: [8.6.2]\n```\n";
    let unreadable = "# commit 2026-01-20 Ana Owner <ana@example.org>: Slip\n\n\
        ```edit docs/process.md\n-clauses: [8.6.1]\n+clauses: [8.6.1\n```\n";
    let gone = "# commit 2026-01-20 Ana Owner <ana@example.org>: Away\n\n\
        - delete: docs/process.md\n";
    for next in [draft, unreadable, gone] {
        let sms = sms(&format!("{AGAINST_A_PROCESS}{next}"));
        assert_eq!(open_against(&sms, "8.6.1"), open, "{next}");
    }
}

#[test]
fn a_nonconformity_that_cannot_be_told_any_more_stays_open() {
    let (_, record) = AGAINST_A_PROCESS.split_once("```md docs/nc.md\n").unwrap();
    let (record, _) = record.split_once("```").unwrap();
    let doubled = format!(
        "# commit 2026-01-20 Ana Owner <ana@example.org>: Copy\n\n```md docs/zz.md\n{record}```\n"
    );
    let unreadable = "# commit 2026-01-20 Ana Owner <ana@example.org>: Slip\n\n\
        ```edit docs/nc.md\n-title: Nobody works by it\n-type: record\n-kind: nonconformity\n\
        +title: \"Nobody works by it\n+type: record\n+kind: nonconformity\n```\n";
    let bare = "# commit 2026-01-20 Ana Owner <ana@example.org>: Text alone\n\n\
        ```md docs/nc.md\n# Nobody works by it\n```\n";
    for next in [doubled.as_str(), unreadable, bare] {
        let story = format!("{AGAINST_A_PROCESS}{next}");
        assert_eq!(open_against(&sms(&story), "8.6.1"), "REC-NC-2026-001 (major)", "{next}");
        let front = pages(&story).into_iter().find(|page| page.path == "index.html").unwrap();
        let front = super::visible(std::str::from_utf8(&front.bytes).unwrap());
        assert!(front.contains("1 major nonconformity open"), "{front}");
    }
}

#[test]
fn a_day_before_control_start_closes_nothing_that_came_after_it() {
    let story = |began: &str, closed: &str| {
        format!(
            "# commit {began} Ana Owner <ana@example.org>: Begin\n\n\
             ```toml book.toml\n[preprocessor.clausebook]\nverify_from = 2026-01-05\n```\n\n\
             ```md docs/nc.md\n---\nid: REC-NC-2026-001\ntype: record\nkind: nonconformity\n\
             status: {closed}\nraised_on: 2026-01-02\ngrade: major\ncriterion: 8.6.1\n---\n```\n\n\
             ```md docs/cap.md\n---\nid: REC-CAP-2025-001\ntype: record\nkind: corrective-action\n\
             status: closed\nnc_id: REC-NC-2026-001\ndate: 2025-01-01\ndone_on: 2025-01-01\n\
             ---\n```\n\n"
        )
    };
    let close = "# commit 2026-01-10 Ana Owner <ana@example.org>: Close\n\n\
        ```edit docs/nc.md\n-status: open\n+status: closed\n```\n";
    let judged = |story: &str| {
        let sms = sms(story);
        (open_against(&sms, "8.6.1"), found(&sms, "NC003").len(), found(&sms, "NC001").len())
    };
    let was_there = story("2026-01-03", "closed");
    assert_eq!(judged(&was_there), (String::new(), 0, 0));
    let came_later = story("2026-01-08", "closed");
    let open = "REC-NC-2026-001 (major)".to_owned();
    assert_eq!(judged(&came_later), (open.clone(), 1, 2));
    let closed_later = format!("{}{close}", story("2026-01-08", "open"));
    assert_eq!(judged(&closed_later), (open, 1, 2));
}

#[test]
fn an_action_that_cannot_be_read_accuses_no_nonconformity() {
    let closed = |action: &str| {
        format!(
            "```md docs/nc.md\n---\nid: REC-NC-2026-001\ntype: record\nkind: nonconformity\n\
             status: closed\nraised_on: 2026-01-02\ngrade: major\ncriterion: 8.6.1\n---\n```\n\n\
             {action}"
        )
    };
    let action = |keys: &str| {
        format!("```md docs/cap.md\n---\nid: REC-CAP-2026-001\ntype: record\n{keys}\n---\n```\n")
    };
    let none = "closed, and no corrective action names it";
    assert_eq!(found(&sms(&closed("")), "NC003"), [none]);
    let kind = "kind: corrective-action\nstatus: closed";
    for keys in [
        format!("{kind}\nnc_id: REC-NC-2026-001\ntitle: \"a"),
        format!("{kind}\nnc_id: [REC-NC-2026-001"),
    ] {
        let sms = sms(&closed(&action(&keys)));
        assert!(!found(&sms, "FM001").is_empty(), "{keys}");
        assert!(!found(&sms, "NC003").contains(&none.to_owned()), "{keys}");
        assert_eq!(open_against(&sms, "8.6.1"), "REC-NC-2026-001 (major)", "{keys}");
    }
}

#[test]
fn who_drops_a_draft_wrote_nothing_of_the_version_before() {
    let story = "# commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
        ```md docs/policy.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\n\
        status: in-review\n---\n\n# Changes\n\nPlan first.\n```\n\n\
        # commit 2026-03-02 Bo Approver <bo@example.org>: Approve\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n\
        # commit 2026-04-01 Ana Owner <ana@example.org>: Begin 1.1\n\n\
        ```edit docs/policy.md\n-version: 1.0\n-status: approved\n\
        -approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n\
        +version: 1.1\n+status: draft\n...\n-Plan first.\n+Plan and test first.\n```\n\n\
        # commit 2026-04-02 Bo Approver <bo@example.org>: Drop 1.1\n\n\
        ```edit docs/policy.md\n-version: 1.1\n-status: draft\n+version: 1.0\n\
        +status: approved\n+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n...\n\
        -Plan and test first.\n+Plan first.\n```\n\n";
    let edited = "# commit 2026-04-03 Cy Third <cy@example.org>: Say more\n\n\
        ```edit docs/policy.md\n-Plan first.\n+Plan first, and tell.\n```\n";
    let authors = |story: &str| {
        let authors = sms(story).authors_of(&DocId::new("POL-CHG-001"), Some("1.0"));
        authors.into_iter().map(|(email, _)| email).collect::<Vec<_>>()
    };
    assert_eq!(authors(story), ["ana@example.org"]);
    let edited = authors(&format!("{story}{edited}"));
    assert!(edited.contains(&"cy@example.org".to_owned()), "{edited:?}");
    assert!(!edited.contains(&"bo@example.org".to_owned()), "{edited:?}");
}

#[test]
fn a_nonconformity_is_no_newest_record_of_the_work() {
    let story = format!(
        "{AGAINST_A_PROCESS}```md docs/record.md\n---\nid: REC-INC-2025-12\ntype: record\n\
         kind: incident-list\nstatus: closed\nclauses: [8.6.1]\ndate: 2026-01-04\n---\n```\n"
    );
    let story = story.replace("kind: nonconformity", "kind: nonconformity\nclauses: [8.6.1]");
    let sms = sms(&story);
    let newest = sms.newest_record(&sms.frameworks.primary().id, "8.6.1");
    assert_eq!(newest.map(|(day, _)| day.to_string()).as_deref(), Some("2026-01-04"));
}

#[test]
fn a_closed_record_names_what_was_withdrawn_and_then_removed() {
    let record = |status: &str| {
        format!(
            "{AGAINST_A_PROCESS}```md docs/record.md\n---\nid: REC-INC-2026-01\ntype: record\n\
             kind: incident-list\nstatus: {status}\ndate: 2026-01-10\nproduced_by: PRC-INC-001\n\
             ---\n```\n\n"
        )
    };
    let withdrawn = "# commit 2026-02-01 Bo Approver <bo@example.org>: Withdraw\n\n\
        ```edit docs/process.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-02-01\n\
        +withdrawal_reason: nobody needs it\n```\n\n";
    let removed = "# commit 2026-02-10 Bo Approver <bo@example.org>: Remove\n\n\
        - delete: docs/process.md\n";
    let named = |story: String| {
        let found = found(&sms(&story), "HI001");
        found.into_iter().filter(|it| it.contains("`produced_by`")).count()
    };
    assert_eq!(named(format!("{}{withdrawn}{removed}", record("closed"))), 0);
    assert_eq!(named(format!("{}{withdrawn}{removed}", record("open"))), 1, "open");
    assert_eq!(named(format!("{}{removed}", record("closed"))), 1, "not withdrawn");
}

#[test]
fn the_card_of_a_heading_says_nothing_that_its_level_denies() {
    let story = "```md docs/process.md\n---\nid: PRC-INC-001\ntype: process\nversion: 1.0\n\
        status: withdrawn\nclauses: [8.6, 8.6.1]\nwithdrawn_on: 2026-01-02\n---\n```\n\n\
        ```md docs/other.md\n---\nid: PRC-INC-002\ntype: policy\nversion: 1.0\n\
        status: approved\nclauses: [8.6]\napproval: {by: bo@example.org, on: 2026-01-01, version: 1.0}\n\
        ---\n```\n";
    let (_, sms) = told(story);
    let coverage = sms.coverage();
    let heading = coverage.iter().find(|one| one.number == "8.6").unwrap();
    assert_eq!((heading.level, heading.shown_by.as_str()), (0, ""));
    let card = pages(story).into_iter().find(|page| page.path == "clauses/8.6.1.html").unwrap();
    let owners = section_of(std::str::from_utf8(&card.bytes).unwrap(), "Owners");
    assert_eq!(owners, "Owners None: no document whose time is not over names it.");
}
