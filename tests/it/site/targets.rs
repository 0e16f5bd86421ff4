//! What is promised, and what service reports say was achieved of it.

use super::{pages, section_of};

/// An agreement in force that promises an availability, before what reports say of it.
const PROMISED: &str = r#"
# commit 2026-01-02 Ana Owner <ana@example.org>: Hand in

```md docs/sla.md
---
id: SLA-ACME-01
title: Agreement with Acme
type: agreement
version: 1.0
status: in-review
services: [SVC-01]
targets:
  - {id: T1, metric: availability, value: 99.5, unit: "%", period: month}
---
```

# commit 2026-01-03 Bo Approver <bo@example.org>: Approve

```edit docs/sla.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}
```
"#;

/// A closed report of a time, committed on its day, with its rows.
fn report(period: &str, day: &str, rows: &[&str]) -> String {
    let name = period.replace("..", "-");
    let rows: String = rows.iter().map(|row| format!("  - {{{row}}}\n")).collect();
    format!(
        "\n# commit {day} Ana Owner <ana@example.org>: Report\n\n\
         ```md docs/report-{name}.md\n---\nid: REC-SRV-{name}\ntype: record\nkind: service-report\n\
         status: closed\ndate: {day}\nperiod: {period}\nservices: [SVC-01]\nactuals:\n{rows}---\n```\n"
    )
}

/// A closed report of a time with one value.
fn measured(period: &str, day: &str, value: &str) -> String {
    report(period, day, &[&format!("agreement: SLA-ACME-01, id: T1, value: {value}")])
}

/// Returns what the page of the services says of the targets, behind the head of the table.
fn achieved(story: &str) -> String {
    let page = pages(story).into_iter().find(|page| page.path == "services.html").unwrap();
    let told = section_of(std::str::from_utf8(&page.bytes).unwrap(), "Targets");
    told.split_once("So it was ").unwrap().1.to_owned()
}

#[test]
fn the_last_report_is_the_one_whose_time_ends_last() {
    let may = measured("2026-05", "2026-06-03", "99.9");
    let quarter = measured("2026-Q2", "2026-07-05", "99.1");
    let story = format!("{PROMISED}{may}{quarter}");
    let row = "SLA-ACME-01 T1 availability 99.5 % SVC-01 ";
    let missed = "99.1 % for 2026-04-01 to 2026-06-30, REC-SRV-2026-Q2 not met";
    assert_eq!(achieved(&story), format!("{row}{missed}"));
    let june = measured("2026-06", "2026-07-06", "99.7");
    let last = "99.7 % for 2026-06, REC-SRV-2026-06 met";
    assert_eq!(achieved(&format!("{story}{june}")), format!("{row}{last}"));
}

#[test]
fn what_is_begun_or_still_to_come_hides_no_report() {
    let missed = measured("2026-07", "2026-08-03", "99.1");
    let row =
        "SLA-ACME-01 T1 availability 99.5 % SVC-01 99.1 % for 2026-07, REC-SRV-2026-07 not met";
    for value in ["''", "TBD", "..."] {
        let begun = measured("2026-08", "2026-09-02", value).replace("closed", "open");
        assert_eq!(achieved(&format!("{PROMISED}{missed}{begun}")), row);
    }
    let ahead = measured("2026-12", "2026-09-05", "99.9");
    assert_eq!(achieved(&format!("{PROMISED}{missed}{ahead}")), row);
    let closed = measured("2026-08", "2026-09-02", "''");
    let untold = achieved(&format!("{PROMISED}{missed}{closed}"));
    assert!(untold.ends_with("REC-SRV-2026-08 the report does not say whether it was met"));
}

/// The next version of the agreement promises less, from July on.
const PROMISED_LESS: &str = r#"
# commit 2026-06-20 Ana Owner <ana@example.org>: Promise less

```edit docs/sla.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}
+version: 2.0
+status: in-review
+effective_from: 2026-07-01
...
-  - {id: T1, metric: availability, value: 99.5, unit: "%", period: month}
+  - {id: T1, metric: availability, value: 99, unit: "%", period: month}
```

# commit 2026-06-21 Bo Approver <bo@example.org>: Approve less

```edit docs/sla.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-06-21, version: 2.0}
```
"#;

#[test]
fn a_number_is_held_against_what_was_in_force_in_its_time() {
    let row = "SLA-ACME-01 T1 availability 99 % SVC-01 ";
    for (period, value, expected) in [
        (
            "2026-06",
            "99.2",
            "99.2 % for 2026-06, REC-SRV-2026-06 not met, against 99.5 % as promised then",
        ),
        ("2026-07", "99.2", "99.2 % for 2026-07, REC-SRV-2026-07 met"),
        (
            "2026-06..2026-07",
            "99.6",
            "99.6 % for 2026-06-01 to 2026-07-31, REC-SRV-2026-06-2026-07 met, against 99.5 % and 99 % as promised then",
        ),
        (
            "2026-06..2026-07",
            "99.2",
            "99.2 % for 2026-06-01 to 2026-07-31, REC-SRV-2026-06-2026-07 the report says met, its number cannot be held against what was promised, against 99.5 % and 99 % as promised then",
        ),
        (
            "2025-12",
            "99.2",
            "99.2 % for 2025-12, REC-SRV-2025-12 met, no version in force then had it",
        ),
    ] {
        let row_of_it = format!("agreement: SLA-ACME-01, id: T1, value: {value}, met: true");
        let reported = report(period, "2026-08-03", &[&row_of_it]);
        // What the report says of its own is told beside its number, where the two differ.
        let reported = if expected.contains("not met") {
            reported.replace(", met: true", "")
        } else {
            reported
        };
        let story = format!("{PROMISED}{PROMISED_LESS}{reported}");
        assert_eq!(achieved(&story), format!("{row}{expected}"), "{period}");
    }
}

#[test]
fn a_report_that_names_an_easier_target_is_held_against_what_was_promised() {
    let easier = measured("2026-02", "2026-03-03", "99.2, met: true").replace(
        "actuals:",
        "targets:\n  - {agreement: SLA-ACME-01, id: T1, value: 99, unit: \"%\"}\nactuals:",
    );
    let told = achieved(&format!("{PROMISED}{easier}"));
    assert!(
        told.ends_with("REC-SRV-2026-02 not met, the report says that 99 % was promised"),
        "{told}"
    );
}

#[test]
fn of_two_rows_about_one_time_the_worse_counts() {
    let rows = [
        "agreement: SLA-ACME-01, id: T1, value: 99.1",
        "agreement: SLA-ACME-01, id: T1, value: 99.9",
    ];
    let row = "SLA-ACME-01 T1 availability 99.5 % SVC-01 99.1 % for 2026-02, REC-SRV-2026-02";
    let worst = format!("{row} not met, the worst of several rows about this time");
    for rows in [[rows[0], rows[1]], [rows[1], rows[0]]] {
        let both = report("2026-02", "2026-03-03", &rows);
        assert_eq!(achieved(&format!("{PROMISED}{both}")), worst);
    }
    let again = measured("2026-02", "2026-03-04", "99.9").replace("2026-02.md", "again.md");
    let again = again.replace("REC-SRV-2026-02", "REC-SRV-2026-02-B");
    let story = format!("{PROMISED}{}{again}", measured("2026-02", "2026-03-03", "99.1"));
    assert_eq!(achieved(&story), worst);
}

#[test]
fn a_service_that_is_listed_twice_keeps_its_page() {
    let catalogue = |rows: &str| {
        format!(
            "{PROMISED}\n# commit 2026-02-01 Ana Owner <ana@example.org>: List\n\n```md docs/catalogue.md\n---\n\
             id: REG-CAT-001\ntype: register\nregister_kind: services\nentries:\n{rows}---\n```\n"
        )
    };
    for (rows, first) in [
        ("  - {id: SVC-01, name: Post}\n  - {id: SVC-01, name: Mail}\n", "Post"),
        ("  - {id: svc-01, name: Post}\n  - {id: SVC-01, name: Mail}\n", "Mail"),
    ] {
        let pages = pages(&catalogue(rows));
        let pages: Vec<_> =
            pages.iter().filter(|page| page.path.starts_with("services/")).collect();
        let [page] = pages.as_slice() else { panic!("{first}") };
        assert_eq!(page.path, "services/SVC-01.html");
        let html = std::str::from_utf8(&page.bytes).unwrap();
        let told = section_of(html, "Catalogue");
        assert!(told.contains("This is row 1 of 2 that claim this id."), "{told}");
        assert!(html.contains(&format!("<h1>{first}")), "{first}");
        assert!(section_of(html, "Catalogue-2").contains(if first == "Post" {
            "Mail"
        } else {
            "Post"
        }));
        assert!(section_of(html, "Targets").contains("SLA-ACME-01"));
    }
}

#[test]
fn a_service_whose_id_is_no_name_of_a_file_has_a_page_as_well() {
    let rows = "  - {id: Mail & Post, name: Post}\n  - {id: mail-post, name: Mail}\n  - {id: ミカ, name: Mika}\n";
    let catalogue = format!(
        "# commit 2026-02-01 Ana Owner <ana@example.org>: List\n\n```md docs/catalogue.md\n---\n\
         id: REG-CAT-001\ntype: register\nregister_kind: services\nentries:\n{rows}---\n```\n"
    );
    let pages = pages(&catalogue);
    let titled = |page: &str, title: &str| {
        let page = pages.iter().find(|it| it.path == page).unwrap();
        std::str::from_utf8(&page.bytes).unwrap().contains(&format!("<h1>{title}"))
    };
    assert!(titled("services/mail-post.html", "Mail"));
    assert!(titled("services/mail-post-2.html", "Post"));
    assert!(titled("services/service.html", "Mika"));
}

#[test]
fn of_very_many_targets_those_that_were_missed_are_shown() {
    let one = "  - {id: T1, metric: availability, value: 99.5, unit: \"%\", period: month}\n";
    assert!(PROMISED.contains(one));
    let many: String =
        (1..=1001).map(|number| format!("  - {{id: T{number}, value: 9}}\n")).collect();
    let row = "agreement: SLA-ACME-01, id: T1001, value: 8, met: false";
    let missed = report("2026-02", "2026-03-03", &[row]);
    let told = achieved(&format!("{}{missed}", PROMISED.replace(one, &many)));
    assert!(told.starts_with("SLA-ACME-01 T1001 "), "{}", &told[..200]);
    assert!(told.contains(" T999 ") && !told.contains(" T1000 "));
    let rest = "1 more row on the pages of their services and agreements; those that were missed, in doubt or \
        without a report are shown first.";
    assert!(told.ends_with(rest), "{}", &told[told.len() - 200..]);
}
