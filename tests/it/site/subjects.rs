//! Services, external documents, the hierarchy, and the history of a document.

use super::{pages, section_of, visible};
use clausebook::site::Page;
use std::collections::BTreeMap;

/// An agreement in force, and what two reports say of its targets; a third is still to come.
const ACHIEVED: &str = r#"
# commit 2026-01-10 Ana Owner <ana@example.org>: Hand in

```md docs/catalogue.md
---
id: REG-CAT-001
type: register
register_kind: services
entries:
  - {id: SVC-01, name: Hosting}
---
```

```md docs/sla.md
---
id: SLA-ACME-01
title: Agreement with Acme
type: agreement
version: 1.0
status: in-review
services: [SVC-01]
targets:
  - {id: T1, metric: availability, value: 99.9, unit: "%", period: month}
  - {id: T2, metric: resolution time, value: 4, unit: h, period: month}
  - {id: T3, metric: restore tests passed, value: 1, unit: test, period: quarter}
  - {id: T4, metric: calls answered, value: 99, unit: "%", period: month}
---
```

# commit 2026-01-11 Bo Approver <bo@example.org>: Approve

```edit docs/sla.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-01-11, version: 1.0}
```

# commit 2026-03-10 Ana Owner <ana@example.org>: Report

```md docs/report-1.md
---
id: REC-SRV-2026-01
type: record
kind: service-report
status: closed
date: 2026-02-05
period: 2026-01
actuals:
  - {agreement: SLA-ACME-01, id: T1, value: 99.95, met: true}
---
```

```md docs/report-2.md
---
id: REC-SRV-2026-02
type: record
kind: service-report
status: closed
date: 2026-03-05
period: 2026-02
targets:
  - {agreement: SLA-ACME-01, id: T4, value: 98, unit: "%"}
actuals:
  - {agreement: SLA-ACME-01@1.0, id: T1, value: 99.5}
  - {agreement: SLA-ACME-01, id: T2, service: SVC-01, value: 90, unit: min, met: false}
  - {agreement: SLA-ACME-01, id: T4, value: 98.5, met: true}
---
```

```md docs/report-3.md
---
id: REC-SRV-2026-03
type: record
kind: service-report
status: open
date: 2026-04-05
period: 2026-03
actuals:
  - {agreement: SLA-ACME-01, id: T1, value: 100, met: true}
---
```
"#;

#[test]
fn beside_each_target_stands_what_was_reported_last() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(ACHIEVED).into_iter().map(text).collect();
    let february = "for 2026-02, REC-SRV-2026-02";
    let told = section_of(&site["services/SVC-01.html"], "Targets");
    for row in [
        format!("T1 availability 99.9 % month 99.5 % {february} not met"),
        format!(
            "T2 resolution time 4 h month 90 min {february} the report says not met, its number reaches it"
        ),
        "T3 restore tests passed 1 test quarter no report yet unknown".to_owned(),
        format!(
            "T4 calls answered 99 % month 98.5 % {february} not met, the report says that 98 % was promised"
        ),
    ] {
        assert!(told.contains(&row), "{row}\n{told}");
    }
    assert!(!told.contains("REC-SRV-2026-03"), "{told}");
    let all = section_of(&site["services.html"], "Targets");
    assert!(all.contains("0 met, 2 not met, 1 in doubt, 1 without a report"), "{all}");
    assert!(
        all.contains(&format!(
            "SLA-ACME-01 T1 availability 99.9 % SVC-01 99.5 % {february} not met"
        )),
        "{all}"
    );
    assert!(
        all.contains("SLA-ACME-01 T3 restore tests passed 1 test SVC-01 no report yet"),
        "{all}"
    );
    assert!(site["services.html"].contains("href=\"documents/REC-SRV-2026-02.html\""));
}

#[test]
fn an_external_document_has_an_owner_and_a_day_by_which_it_is_checked_again() {
    let story = "# commit 2026-05-01 Ana Owner <ana@example.org>: The documents of others\n\n\
        ```md docs/external.md\n---\nid: REG-EXT-001\ntype: register\nstatus: approved\n\
        register_kind: external-documents\nowner: document-controller\nentries:\n\
        \x20 - {id: EXT-01, title: Standard, edition: '2018', checked_on: 2025-11-02, owner: sms-manager}\n\
        \x20 - {id: EXT-02, title: Schedule, edition: '4'}\n\
        \x20 - {id: EXT-03, title: Handbook, edition: '2', checked_on: 2024-05-01}\n\
        \x20 - {id: EXT-04, title: Duty, origin: Council, checked_on: 2026-04-01}\n---\n```\n\n\
        ```md docs/law.md\n---\nid: EXT-LAW-001\ntitle: Law\ntype: external\nversion: 1.0\n\
        status: approved\nowner: legal-counsel\nedition: '2022'\nchecked_on: 2026-02-28\n---\n```\n";
    let page = pages(story).into_iter().find(|page| page.path == "external.html").unwrap();
    let page = std::str::from_utf8(&page.bytes).unwrap();
    let rows = section_of(page, "Registers");
    for row in [
        "EXT-01 Standard 2018 2025-11-02 none sms-manager by 2026-11-02",
        "EXT-02 Schedule 4 none none document-controller (of the register) never checked",
        "EXT-03 Handbook 2 2024-05-01 none document-controller (of the register) overdue since 2025-05-01",
        "EXT-04 Duty none 2026-04-01 Council document-controller (of the register) not asked: it names no edition",
    ] {
        assert!(rows.contains(row), "{row}\n{rows}");
    }
    let own = section_of(page, "Documents");
    assert!(own.contains("legal-counsel by 2027-02-28"), "{own}");
}

#[test]
fn the_hierarchy_tells_orphans_and_missing_layers_or_that_there_are_none() {
    let policy = "# commit 2026-01-10 Ana Owner <ana@example.org>: Begin\n\n\
        ```md docs/policy.md\n---\nid: POL-CHG-001\ntype: policy\n---\n```\n\n";
    let process = |number: usize| {
        format!(
            "```md docs/{number:03}.md\n---\nid: PRC-CHG-{number:03}\ntype: process\nparent: POL-NONE\n\
             records_produced: [REC-CHG]\n---\n```\n\n"
        )
    };
    let orphans: String = (1..=12).map(process).collect();
    let gaps = |story: &str| {
        let page = pages(story).into_iter().find(|page| page.path == "hierarchy.html").unwrap();
        section_of(std::str::from_utf8(&page.bytes).unwrap(), "Gaps")
    };
    let found = gaps(&format!("{policy}{orphans}"));
    assert!(found.contains("Orphans12 findings, HI001"), "{found}");
    assert!(found.contains("PRC-CHG-010: ") && !found.contains("PRC-CHG-011: "), "{found}");
    assert!(found.ends_with("2 more findings on the page of the checks."), "{found}");
    let none = gaps(policy);
    let words = "Orphansnone: every document names the parent that its type needs, and it exists, HI001 \
        Missing layersnone: no policy and no process lacks what stands beneath it, HI005";
    assert!(none.ends_with(words), "{none}");
    let off =
        "```toml book.toml\n[preprocessor.clausebook.rules]\nparent-unknown = \"off\"\n```\n\n";
    let silent = gaps(&format!("{policy}{off}{orphans}"));
    let words = "Orphansnot looked for: book.toml switches the rule off, HI001";
    assert!(silent.contains(words), "{silent}");
}

#[test]
fn a_history_names_the_authors_of_a_version_and_who_brought_it_to_the_branch() {
    let story = "# commit 2026-01-10 Ana Owner <ana@example.org>: Begin\n\n```md README.md\nBegin.\n```\n\n\
        # commit 2026-01-11 Ana Owner <ana@example.org>: Draft\n\n- branch: next\n\n\
        ```md docs/policy.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\nOnce.\n```\n\n\
        # commit 2026-01-12 Di Writer <di@example.org>: Go on\n\n```edit docs/policy.md\n-Once.\n+Twice.\n```\n\n\
        # commit 2026-01-13 Bo Approver <bo@example.org>: Approve\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-01-13, version: 1.0}\n```\n\n\
        # switch main\n\n\
        # commit 2026-01-14 Cy Merger <cy@example.org>: Merge it\n\n- merge: next\n\n\
        # commit 2026-02-01 Ana Owner <ana@example.org>: The next\n\n\
        ```edit docs/policy.md\n-version: 1.0\n-status: approved\n\
        -approval: {by: bo@example.org, on: 2026-01-13, version: 1.0}\n\
        +version: 1.1\n+status: in-review\n...\n-Twice.\n+Thrice.\n```\n\n\
        # commit 2026-02-02 Bo Approver <bo@example.org>: Approve it\n\n\
        ```edit docs/policy.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-02-02, version: 1.1}\n```\n";
    let page =
        pages(story).into_iter().find(|page| page.path == "history/POL-CHG-001.html").unwrap();
    let html = std::str::from_utf8(&page.bytes).unwrap();
    let (_, table) = html.split_once("<caption>Versions").unwrap();
    let table = table.split("</table>").next().unwrap();
    let table = visible(&table.replace("</td", " </td").replace("<br>", "; "));
    for words in [
        "took its place Ana Owner, Di Writer bo@example.org 2026-01-13",
        "; merged by Cy Merger none",
        "still open Ana Owner bo@example.org 2026-02-02",
        "; committed by Bo Approver none",
    ] {
        assert!(table.contains(words), "{words}\n{table}");
    }
}
