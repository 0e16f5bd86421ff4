//! The clauses: how far each is covered, by what, and what speaks against it.

use super::{
    REGISTERS_BESIDE, SMALL, pages, pages_of, section_of, sms, told, visible, visible_pages,
};
use clausebook::rules;
use clausebook::site::Page;
use std::collections::BTreeMap;

#[test]
fn clauses_say_how_far_they_are_covered_and_why_no_further() {
    let covered = |number: &str| {
        let all = sms(SMALL).coverage();
        let found = all.into_iter().find(|one| one.number == number).unwrap();
        format!("{} {}: {}", found.level, found.level_name, found.why_not_higher)
    };
    assert_eq!(
        covered("4.3"),
        "3 in use: audited 2026-03-01 (REC-AUD-2026-001), with an open nonconformity: REC-NC-2026-001 (minor)"
    );
    assert_eq!(covered("5.2.1"), "4 audited: ");
    assert_eq!(
        covered("6.3"),
        "1 documented: PLN-SMS-001 claims approval, not verified: Git shows level 1 and its type needs 2: \
         let bo@example.org commit the approval, or the merge that publishes it: here content and approval came in one commit"
    );
    assert_eq!(
        covered("8.2.6"),
        "0 nothing found: what names it is withdrawn, superseded or cannot be identified"
    );
    assert_eq!(covered("8.6.1"), "0 nothing found: no document and no record names it");
    assert_eq!(covered("9.2"), "1 documented: only records name it; no document does");
    assert_eq!(covered("4"), "0 nothing found: lowest is 4.1");
}

#[test]
fn an_audit_says_nothing_of_a_version_that_came_later() {
    let story = "# commit 2026-01-01 Ana Owner <ana@example.org>: Hand in\n\n\
        ```md docs/policy.md\n---\nid: POL-ITSM-001\ntitle: Policy\ntype: policy\nversion: 1.0\n\
        status: in-review\nclauses: [5.2.1]\nreview_months: 24\n---\n\n# Policy\n\nOnce.\n```\n\n\
        # commit 2026-01-02 Bo Approver <bo@example.org>: Approve\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}\n```\n\n\
        # commit 2026-02-01 Cy Auditor <cy@example.org>: Audit\n\n\
        ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntitle: Audit\ntype: record\n\
        kind: internal-audit\nperformed_on: 2026-02-01\ncriteria: {clauses: [5.2.1]}\n\
        auditors: [Cy Auditor]\nfindings: []\n---\n\n\
        # Audit\n```\n";
    let next = "\n# commit 2026-03-01 Ana Owner <ana@example.org>: Write the next\n\n\
        ```edit docs/policy.md\n-version: 1.0\n-status: approved\n\
        -approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}\n\
        +version: 2.0\n+status: in-review\n...\n-Once.\n+Twice.\n```\n";
    let approved = "\n# commit 2026-03-02 Bo Approver <bo@example.org>: Approve it\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 2.0}\n```\n";
    let shown_by = |story: &str| {
        let covered = sms(story).coverage().into_iter().find(|one| one.number == "5.2.1").unwrap();
        covered.shown_by
    };
    let looked_at =
        "audited 2026-02-01 (REC-AUD-2026-001), no major or minor finding against it open";
    assert_eq!(shown_by(story), looked_at);
    for above in ["[5.2]", "[5]"] {
        let story = story.replace("{clauses: [5.2.1]}", above);
        assert_eq!(shown_by(&story), looked_at, "audited with the clause above it");
    }
    assert_eq!(shown_by(&format!("{story}{next}")), looked_at, "1.0 is in force still");
    assert_eq!(
        shown_by(&format!("{story}{next}{approved}")),
        "audited 2026-02-01 (REC-AUD-2026-001), before POL-ITSM-001 2.0 was in force, \
         no major or minor finding against it open"
    );
    // What a record is evidence for is not what the audit looked at.
    let named = "criteria: {clauses: [5.2.1]}";
    let coverage = sms(&story.replace(named, "clauses: [5.2.1]")).coverage();
    let covered = coverage.into_iter().find(|one| one.number == "5.2.1").unwrap();
    assert_eq!(
        covered.why_not_higher,
        "no internal audit names it in `criteria`, `scope` or `coverage`"
    );
}

#[test]
fn a_finding_of_an_audit_that_no_record_answers_is_open_on_the_front_page() {
    let record = |id: &str, kind: &str, fields: &str| {
        format!(
            "```md docs/{id}.md\n---\nid: {id}\ntitle: {id}\ntype: record\nkind: {kind}\n{fields}\n---\n\n# {id}\n```\n\n"
        )
    };
    let audit = record(
        "REC-AUD-2026-001",
        "internal-audit",
        "status: closed\nperformed_on: 2026-02-01\nfindings:\n  - {ref: REC-NC-2026-001, grade: minor, clause: 8.2.6, text: late}",
    );
    let open =
        record("REC-NC-2026-001", "nonconformity", "status: open\ngrade: minor\ncriterion: 8.2.6");
    let base = format!("## commit 2026-02-01 Ana Owner <ana@example.org>: Audit\n\n{audit}{open}");
    let removed = "## commit 2026-02-02 Ana Owner <ana@example.org>: Away\n\n\
        - delete: docs/REC-NC-2026-001.md\n";
    for (story, words) in [
        (base.clone(), "1 minor nonconformity open. "),
        (
            format!("{base}{removed}"),
            "1 finding of audits that no record answers; 1 record removed while open. ",
        ),
    ] {
        let front = pages(&story).into_iter().find(|page| page.path == "index.html").unwrap();
        let front = visible(std::str::from_utf8(&front.bytes).unwrap());
        assert!(front.contains(words), "{front}");
    }
}

/// Records that name the clause of a mandatory item without being it, one that is an item and names
/// another clause, and a process for one clause of many.
const MANDATORY: &str = r"
# commit 2026-01-02 Ana Owner <ana@example.org>: Begin

```md docs/nc.md
---
id: REC-NC-2026-001
type: record
kind: nonconformity
status: open
date: 2026-01-02
clauses: [8.7.1]
criterion: 8.7.1
statement: There are no availability reports
---
```

```md docs/report.md
---
id: REC-SRV-2026-001
type: record
kind: service-report
status: closed
date: 2026-01-02
clauses: [9.4]
---
```

```md docs/process.md
---
id: PRC-REL-001
type: process
version: 1.0
status: approved
approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}
clauses: [8.2.1]
---
```
";

#[test]
fn the_page_of_what_is_mandatory_says_what_the_rule_says() {
    let (recording, sms) = told(MANDATORY);
    let outcome = rules::run(&sms, false);
    let pages = pages_of(&recording, &sms, &outcome);
    let page = pages.iter().find(|page| page.path == "mandatory.html").unwrap();
    let html = std::str::from_utf8(&page.bytes).unwrap();
    let row = |key: &str| {
        let (_, row) = html.split_once(&format!("id=\"M-item-{key}\"")).unwrap();
        visible(row.split("</tr>").next().unwrap())
    };
    let told: Vec<&str> = outcome
        .findings
        .iter()
        .filter(|it| it.rule.code == "MD001")
        .map(|it| it.message.as_str())
        .collect();
    for found in sms.mandatory() {
        let (item, row) = (found.item, row(&found.item.key));
        let begin = format!("{}: ", item.name());
        let missing = told.iter().find_map(|it| it.strip_prefix(&begin));
        assert!(missing.is_none_or(|it| row.contains(&it.replace('`', ""))), "{missing:?}\n{row}");
        assert_eq!(row.contains("not found"), found.documents.is_empty(), "{row}");
    }
    let availability = row("availability");
    assert!(!availability.contains("REC-NC-2026-001"), "{availability}");
    let measured = row("measure");
    assert!(
        measured.contains("records kept") && measured.contains("REC-SRV-2026-001"),
        "{measured}"
    );
    let processes = row("processes");
    let left = "no process names any of the clauses 4.4, 8.1, 8.3, 8.4, 8.5, 8.6 and 8.7";
    assert!(processes.contains(left), "{processes}");
}

#[test]
fn what_only_a_draft_serves_of_a_mandatory_item_is_told_beside_what_is_in_force() {
    let story = "# commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
        ```md docs/process.md\n---\nid: PRC-INC-001\ntype: process\nversion: 1.0\n\
        status: in-review\nclauses: [8.6]\n---\n```\n\n\
        # commit 2026-03-02 Bo Approver <bo@example.org>: Approve\n\n\
        ```edit docs/process.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n\
        # commit 2026-04-01 Ana Owner <ana@example.org>: The next one\n\n\
        ```edit docs/process.md\n-version: 1.0\n-status: approved\n\
        -approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n-clauses: [8.6]\n\
        +version: 2.0\n+status: in-review\n+clauses: [8.6, 8.7]\n```\n";
    let sms = sms(story);
    let told = rules::run(&sms, false).findings;
    let told: Vec<&str> =
        (told.iter().filter(|it| it.rule.code == "MD002")).map(|it| it.message.as_str()).collect();
    assert_eq!(told, ["processes of the SMS: no process in force names clause 8.7"]);
    let site = visible_pages(story);
    let (_, row) = site["mandatory.html"].split_once("id=\"M-item-processes\"").unwrap();
    let row = visible(row.split("</tr>").next().unwrap());
    assert!(row.contains("1 of 1 in force, and no process names any of the clauses"), "{row}");
    assert!(row.contains(", and no process in force names clause 8.7"), "{row}");
}

/// A process in force, what speaks against it, and an audit of the year before.
const AGAINST: &str = r"
# commit 2025-01-10 Ana Owner <ana@example.org>: Hand in

```md docs/process.md
---
id: PRC-INC-001
type: process
version: 1.0
status: in-review
clauses: [8.6.1]
---
```

# commit 2025-01-11 Bo Approver <bo@example.org>: Approve

```edit docs/process.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2025-01-11, version: 1.0}
```

# commit 2026-03-01 Cy Auditor <cy@example.org>: What was found

```md docs/audit.md
---
id: REC-AUD-2025-001
type: record
kind: internal-audit
status: closed
performed_on: 2025-02-01
criteria: [8.6.1]
auditors: [Cy Auditor]
findings: []
---
```

```md docs/next-audit.md
---
id: REC-AUD-2026-001
title: The next
type: record
kind: internal-audit
status: open
planned: Autumn 2026
date: 2026-09-10
criteria: [8.6.1]
---
```

```md docs/nc.md
---
id: REC-NC-2026-001
type: record
kind: nonconformity
status: closed
date: 2026-03-01
clauses: [10.1, 8.6.1]
criterion: 8.6
---
```

```md docs/waiver.md
---
id: REC-WVR-2026-001
type: record
kind: waiver
status: open
date: 2026-03-01
clauses: [8.6.1]
---
```
";

#[test]
fn what_speaks_against_a_clause_shows_no_use_of_it_and_an_old_audit_is_named() {
    let covered = |story: &str| {
        let coverage = sms(story).coverage().into_iter().find(|one| one.number == "8.6.1").unwrap();
        (coverage.level, coverage.why_not_higher)
    };
    let (level, why) = covered(AGAINST);
    assert!(level == 2 && why.starts_with("in force, but no record shows its use"), "{why}");
    let used = "```md docs/incident.md\n---\nid: REC-INC-2026-001\ntype: record\nkind: incident\n\
        date: 2026-03-01\nclauses: [8.6.1]\n---\n```\n";
    let (level, why) = covered(&format!("{AGAINST}\n{used}"));
    let old = "the last internal audit that names it, REC-AUD-2025-001, was on 2025-02-01, more than 12 months ago";
    assert!(level == 3 && why.starts_with(old), "{why}");

    let site = visible_pages(AGAINST);
    assert!(
        visible(&site["clauses/8.6.1.html"]).contains(
            "The last internal audit that looked at it is REC-AUD-2025-001 of 2025-02-01."
        )
    );
    let plan = &site["smp.html"];
    assert!(plan.contains("REC-AUD-2026-001The nextplanned: Autumn 2026"), "{plan}");
}

#[test]
fn a_row_that_was_changed_under_the_approval_of_its_register_gives_nobody_a_role() {
    let (approved, _) = REGISTERS_BESIDE.split_once("# commit 2026-04-01").unwrap();
    let changed = format!(
        "{approved}# commit 2026-04-01 Ana Owner <ana@example.org>: Change a row\n\n\
         ```edit docs/roles.md\n\
         -  - {{role: top-management, person: Bo Approver, email: [bo@example.org], from: 2026-01-01}}\n\
         +  - {{role: top-management, person: Cy Coming, email: [cy@example.org], from: 2026-01-01}}\n```\n\n\
         ```edit docs/services.md\n-title: Service catalogue\n+title: Services\n+owner: top-management\n```\n"
    );
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(&changed).into_iter().map(text).collect();
    let roles = visible(&site["roles.html"]);
    assert!(roles.contains("opennothing: the row is not approved"), "{roles}");
    let by =
        "Cy Coming held the role top management from 2026-01-01, by a row that is not approved.";
    assert!(roles.contains(by), "{roles}");
    let services = visible(&site["documents/REG-SVC-001.html"]);
    assert!(services.contains("Cy Coming (row not approved), top management"), "{services}");
    let owned = "Owned by top-management: Cy Coming by a row that is not approved on 2026-04-01";
    assert!(services.contains(owned), "{services}");
}

#[test]
fn what_is_open_against_a_clause_stands_on_its_card_at_every_level() {
    let audit = "# commit 2026-02-01 Cy Auditor <cy@example.org>: Audit\n\n\
        ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntype: record\nkind: internal-audit\n\
        status: closed\nperformed_on: 2026-02-01\ncriteria: [8.6.1, 8.7.1]\nauditors: [Cy Auditor]\n\
        findings:\n  - {text: Nobody reads it, grade: major, clause: 8.6.1}\n---\n```\n\n\
        ```md docs/nc.md\n---\nid: REC-NC-2026-001\ntype: record\nkind: nonconformity\nstatus: open\n\
        date: 2026-02-01\nclauses: [10.1]\ngrade: minor\ncriterion: 8.6\n---\n```\n";
    let (recording, sms) = told(audit);
    let covered =
        |number: &str| sms.coverage().into_iter().find(|one| one.number == number).unwrap();
    let both = "REC-AUD-2026-001 (major) and REC-NC-2026-001 (minor)";
    let none = "no document and no record names it";
    let of_incidents = covered("8.6.1");
    let why = format!("{none}; open nonconformities against it: {both}");
    assert_eq!((of_incidents.level, of_incidents.why_not_higher), (0, why.clone()));
    let of_problems = format!("{none}; open nonconformity against it: REC-NC-2026-001 (minor)");
    assert_eq!(covered("8.6.3").why_not_higher, of_problems);
    assert_eq!(covered("8.7.1").why_not_higher, none);

    let pages = pages_of(&recording, &sms, &rules::run(&sms, false));
    let text = |path: &str| {
        let page = pages.iter().find(|page| page.path == path).unwrap();
        visible(std::str::from_utf8(&page.bytes).unwrap())
    };
    let card = text("clauses/8.6.1.html");
    let looked_at = "The last internal audit that looked at it is REC-AUD-2026-001 of 2026-02-01.";
    assert!(card.contains(looked_at) && card.contains(&why), "{card}");
    assert!(card.contains("REC-AUD-2026-001: an open nonconformity against it (major)"), "{card}");
    let heading = text("clauses/8.6.html");
    assert!(
        heading.contains("REC-NC-2026-001: an open nonconformity against it (minor)"),
        "{heading}"
    );
    let sound = text("clauses/8.7.1.html");
    assert!(sound.contains(looked_at) && !sound.contains("nonconformity against it"), "{sound}");
    assert!(text("clauses.html").contains(&format!("; open nonconformities against it: {both}")));
}

/// A process whose version 1.0 named a clause and whose version 1.1 does, under two owners, and what
/// was found: against the clause, closed and shown to be; against the document, open; elsewhere.
const BEHIND: &str = r"
# commit 2026-01-10 Ana Owner <ana@example.org>: Hand in

```md docs/roles.md
---
id: REG-ROL-001
type: register
register_kind: roles
entries:
  - {role: problem-manager, person: Ana Owner, email: [ana@example.org], from: 2026-01-01}
  - {role: top-management, person: Bo Approver, email: [bo@example.org], from: 2026-01-01}
---
```

```md docs/process.md
---
id: PRC-PRB-001
type: process
version: 1.0
status: in-review
owner: problem-manager
clauses: [8.6.3]
change_summary: First words
---
```

# commit 2026-01-11 Bo Approver <bo@example.org>: Approve

```edit docs/process.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-01-11, version: 1.0}
```

# commit 2026-02-01 Cy Auditor <cy@example.org>: Raise

```md docs/nc-1.md
---
id: REC-NC-2026-001
title: Not linked
type: record
kind: nonconformity
status: open
raised_on: 2026-01-31
grade: major
criterion: [8.6.3, 8.5.1.3]
---
```

```md docs/nc-2.md
---
id: REC-NC-2026-002
title: Nobody reads it
type: record
kind: nonconformity
status: open
date: 2026-02-02
grade: minor
criterion: [10.2, PRC-PRB-001@1.0]
---
```

```md docs/nc-3.md
---
id: REC-NC-2026-003
title: Elsewhere
type: record
kind: nonconformity
status: open
grade: minor
criterion: 8.6.1
---
```

```md docs/nc-4.md
---
id: REC-NC-2026-004
title: Closed by its word
type: record
kind: nonconformity
status: closed
date: 2026-01-30
grade: minor
criterion: 8.6
---
```

# commit 2026-03-01 Ana Owner <ana@example.org>: Close the first

```md docs/cap.md
---
id: REC-CAP-2026-001
title: Link them
type: record
kind: corrective-action
status: closed
nc_id: REC-NC-2026-001
done_on: 2026-02-10
evidence: x
effectiveness_result: effective
verified_by: cy@example.org
verified_on: 2026-02-28
---
```

```edit docs/nc-1.md
-status: open
+status: closed
```

# commit 2026-03-10 Ana Owner <ana@example.org>: The next version

```edit docs/process.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-01-11, version: 1.0}
-owner: problem-manager
+version: 1.1
+status: in-review
+owner: sms-manager
...
-change_summary: First words
+change_summary: Links are asked for
```

# commit 2026-03-11 Bo Approver <bo@example.org>: Approve it

```edit docs/process.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-11, version: 1.1}
```
";

#[test]
fn a_clause_card_tells_who_owns_what_was_found_and_what_came_into_force() {
    let site = |story: &str| -> BTreeMap<String, String> {
        let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
        pages(story).into_iter().map(text).collect()
    };
    let all = site(BEHIND);
    let card = &all["clauses/8.6.3.html"];
    assert_eq!(section_of(card, "Owners"), "Owners sms-manager; PRC-PRB-001");
    let audits = section_of(card, "Audits");
    let rows = [
        "REC-NC-2026-002 Nobody reads it minor PRC-PRB-001 2026-02-02 open",
        "REC-NC-2026-001 Not linked major 8.6.3 2026-01-31 closed 2026-03-01; action REC-CAP-2026-001, closed",
        "REC-NC-2026-004 Closed by its word minor 8.6 2026-01-30 says it is closed, and nothing shows it",
    ];
    assert!(audits.ends_with(&rows.join(" ")), "{audits}");
    assert!(
        audits.contains("REC-NC-2026-004: an open nonconformity against it (minor)"),
        "{audits}"
    );
    assert!(!audits.contains("REC-NC-2026-003"), "{audits}");
    let history = section_of(card, "History");
    let newest = "2026-03-11 open PRC-PRB-001 1.1 Links are asked for verified";
    let oldest = "2026-01-11 2026-03-10 PRC-PRB-001 1.0 First words verified";
    let (Some(at), Some(before)) = (history.find(newest), history.find(oldest)) else {
        panic!("{history}")
    };
    assert!(at < before && history.contains("2 versions that named it"), "{history}");
    assert!(card.contains("href=\"../history/PRC-PRB-001.html#Version-1-1.0\""), "{card}");

    // While the next version is written, its owner owns nothing yet; and nothing is asked of a claim.
    let (beside, _) = BEHIND.split_once("# commit 2026-03-11").unwrap();
    let card = &site(beside)["clauses/8.6.3.html"];
    assert_eq!(section_of(card, "Owners"), "Owners Ana Owner, problem manager; PRC-PRB-001");
    let alone = "approval: {by: bo@example.org, on: 2026-03-11";
    let alone = BEHIND.replace(alone, "approval: {by: ana@example.org, on: 2026-03-11");
    let history = section_of(&site(&alone)["clauses/8.6.3.html"], "History");
    assert!(
        history.contains("claimed: 2026-03-11 open PRC-PRB-001 1.1 Links are asked for"),
        "{history}"
    );

    let sound = &all["clauses/8.7.1.html"];
    assert_eq!(section_of(sound, "Owners"), "Owners None: no document names it.");
    let none = "No record of a nonconformity is about it, or about a document that names it.";
    assert!(section_of(sound, "Audits").ends_with(none));
    assert!(!sound.contains("id=\"History\""));
}

#[test]
fn the_history_of_a_clause_names_ten_versions_and_where_the_rest_stands() {
    let version = |number: usize| {
        format!(
            "# commit 2026-02-{number:02} Bo Approver <bo@example.org>: Version {number}\n\n\
             ```md docs/process.md\n---\nid: PRC-PRB-001\ntype: process\nversion: {number}.0\n\
             status: approved\nclauses: [8.6.3]\n\
             approval: {{by: bo@example.org, on: 2026-02-{number:02}, version: {number}.0}}\n---\n```\n\n"
        )
    };
    let told = |versions: usize| {
        let story: String = (1..=versions).map(version).collect();
        let card =
            pages(&story).into_iter().find(|page| page.path == "clauses/8.6.3.html").unwrap();
        section_of(std::str::from_utf8(&card.bytes).unwrap(), "History")
    };
    let ten = told(10);
    assert!(ten.contains("10 versions that named it") && !ten.contains("The rest"), "{ten}");
    let twelve = told(12);
    let bound = "The last 10 of 12 versions that named it, newest first";
    assert!(twelve.contains(bound) && twelve.contains("2026-02-03"), "{twelve}");
    assert!(!twelve.contains("claimed: 2026-02-02"), "{twelve}");
    assert!(twelve.ends_with("The rest stands in the histories of PRC-PRB-001."), "{twelve}");
}
