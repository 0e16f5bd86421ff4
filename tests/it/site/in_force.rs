//! Pages speak of the version in force while the file has the next one.

use super::{
    AUDIT, BESIDE, REGISTERS_BESIDE, STATEMENT, attributes, pages, pages_of, row_of, site, sms,
    told, visible, visible_pages,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clausebook::rules;
use clausebook::site::Page;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn the_version_in_force_is_shown_while_the_next_one_is_in_review() {
    let site = site();
    let page = &site["documents/PRO-ONE-001.html"];
    assert!(page.contains("Version 1.0 is in force") && page.contains("the former way"));
    assert!(!page.contains("the coming way") && page.contains("../next/PRO-ONE-001.html"));
    let next = &site["next/PRO-ONE-001.html"];
    assert!(next.contains("This is not in force") && next.contains("the coming way"));
    assert!(!next.contains("is-effective") && next.contains("noindex"));
    let history = &site["history/PRO-ONE-001.html"];
    assert!(history.contains("<del>former</del><ins>coming</ins>"), "{history}");
    assert!(history.contains("<desc") && history.contains("Version 1.0 in force from 2026-02-01"));
    assert!(
        row_of(&site["register.html"], "PRO-ONE-001")
            .contains("the next, version 2.0, is in review")
    );
    assert!(
        site["search-index.js"].contains("former") && !site["search-index.js"].contains("coming")
    );
    let others = ["documents/POL-ITSM-001.html", "documents/PLN-SMS-001.html"];
    assert!(others.iter().all(|page| !site.contains_key(&page.replace("documents/", "next/"))));
}

#[test]
fn what_was_in_force_on_a_day_is_told_apart_from_what_claims_it() {
    let site = site();
    let then = &site["as-of/2026-03-01.html"];
    let (in_force, rest) = then.split_once("id=\"Claimed\"").unwrap();
    let (claimed, committed) = rest.split_once("id=\"Committed\"").unwrap();
    assert!(in_force.contains("POL-ITSM-001") && in_force.contains("PRO-ONE-001"));
    assert!(!in_force.contains("PLN-SMS-001") && claimed.contains("PLN-SMS-001"));
    assert!(committed.contains("WIN-OLD-001"));
    assert!(site["changes.html"].contains("since/2026-03-01.html"));
    assert!(site["since/2026-03-01.html"].contains("Changes since 2026-03-01"));
}

#[test]
fn an_agreement_before_its_term_binds_nobody_on_the_page_of_that_day() {
    let agreement = "## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
        ```md docs/sla.md\n---\nid: SLA-A-01\ntitle: SLA\ntype: agreement\nversion: 1.0\n\
        status: in-review\nvalid_from: FROM\nvalid_to: 2026-12-31\n---\n\n# SLA\n```\n\n\
        ## commit 2026-03-02 Bo Approver <bo@example.org>: Approve\n\n\
        ```edit docs/sla.md\n-status: in-review\n+status: approved\n\
        +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";
    let words = "its term begins on 2026-03-06: on 2026-03-05 it binds nobody";
    for (from, is_told) in [("2026-03-06", true), ("2026-03-05", false)] {
        let pages = visible_pages(&format!("{}{AUDIT}", agreement.replace("FROM", from)));
        let page = visible(&pages["as-of/2026-03-05.html"]);
        assert!(page.contains("SLA-A-01"), "{page}");
        assert_eq!(page.contains(words), is_told, "{page}");
    }
}

#[test]
fn a_baseline_that_was_tagged_later_says_which_day_it_speaks_of() {
    for (day, is_told) in [("2026-03-04", true), ("2026-03-02", false)] {
        let tag = format!(
            "## tag sms-baseline/first {day} Bo Approver <bo@example.org>: Baseline\n\n\
             ## commit 2026-03-20 Ana Owner <ana@example.org>: Later\n\n```md docs/n.md\nNotes.\n```\n"
        );
        let folder = tempfile::tempdir().unwrap();
        crate::program::repository(&format!("{STATEMENT}{tag}"), folder.path());
        crate::program::clausebook(folder.path(), &["build", "--out", "site"]);
        for page in ["as-of/sms-baseline-first.html", "since/sms-baseline-first.html"] {
            let page = visible(&fs::read_to_string(folder.path().join("site").join(page)).unwrap());
            assert!(page.contains("2026-03-02"), "{page}");
            let words = format!(
                "The tag was made on {day}. This page speaks of the day of the commit, 2026-03-02:"
            );
            assert_eq!(page.contains(&words), is_told, "{page}");
        }
    }
}

/// Rules and keys change in the open: on the branch, by a merge of another, and by one of one's own.
const GROUND: &str = r#"
# commit 2026-03-01 Ana Owner <ana@example.org>: Begin

```toml book.toml
[preprocessor.clausebook.approval]
minimum = { policy = 2 }
allowed_signers = "keys/allowed_signers"
```

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
register_kind: roles
version: 1.0
status: draft
entries:
  - {role: director, person: Bo, email: [bo@example.org]}
  - {role: clerk, person: Ana, email: [ana@example.org]}
---

# Roles
```

# commit 2026-03-02 Ana Owner <ana@example.org>: Switch a rule off

- branch: topic

```edit book.toml
+[preprocessor.clausebook.rules]
+dead-link = "off"
+
 [preprocessor.clausebook.approval]
```

# commit 2026-03-03 Bo Approver <bo@example.org>: Merge topic

- branch: main
- merge: topic
- signed: bo

# commit 2026-03-04 Ana Owner <ana@example.org>: List a key

- branch: keys
- signed: ana

```signers keys/allowed_signers
ana@example.org {ana}
```

# commit 2026-03-05 Ana Owner <ana@example.org>: Merge keys

- branch: main
- merge: keys

# commit 2026-03-05 Ana Owner <ana@example.org>: Warn of dead links

- signed: ana

```edit book.toml
-dead-link = "off"
+dead-link = "warning"
```

# commit 2026-03-06 Ana Owner <ana@example.org>: Another clerk

```edit docs/roles.md
-  - {role: clerk, person: Ana, email: [ana@example.org]}
+  - {role: clerk, person: Cy, email: [cy@example.org]}
```
"#;

#[test]
fn who_changed_the_ground_is_told() {
    let page = pages(GROUND).into_iter().find(|page| page.path == "integrity.html").unwrap();
    let html = String::from_utf8(page.bytes).unwrap();
    let (_, ground) = html.split_once("id=\"Ground\"").unwrap();
    let in_lines = |html: &str| visible(&html.replace("<br>", "; "));
    let text = in_lines(ground.split("<section").next().unwrap());
    let has = |words: &str| assert!(text.contains(words), "{words}\n{text}");
    has("the level of the rule dead-link was as it comes and is off");
    has("merged by another, Bo, in");
    has(", signed, but its key is not among the allowed signers unverifiable");
    has("; signed by ana@example.org verified");
    // A commit that brings the key it is signed with shows nothing by that.
    has("signed, but its key counts by a list that came with it or later; by the one before,");
    has("not in the role register; unsigned");
    has("it lists the key SHA256:");
    has("merged by its own author in");
    has("it was laid down; the file of allowed signers was not set and is keys/allowed_signers");
    has("one person, straight to the branch");
    let (_, roles) = html.split_once("id=\"TrustRoot\"").unwrap();
    let text = in_lines(roles.split("<section").next().unwrap());
    assert!(text.contains("clerk goes to Cy; the row of clerk for Ana is gone"), "{text}");
    assert!(text.contains("version 1.0: draft, never published as approved"), "{text}");
}

#[test]
fn registers_are_shown_as_they_are_in_force() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(REGISTERS_BESIDE).into_iter().map(text).collect();
    for (page, in_force, coming) in [
        ("services.html", "Former mail", "Coming mail"),
        ("services/SVC-01.html", "Former mail", "Coming mail"),
        ("roles.html", "Bo Approver", "Coming Chief"),
    ] {
        let seen = visible(&site[page]);
        assert!(seen.contains(in_force) && !seen.contains(coming), "{page}: {seen}");
        assert!(seen.contains("the next, version 2.0, is in review"), "{page}: {seen}");
    }
    assert!(!site.contains_key("services/SVC-02.html"), "no such service is in force");
}

/// A record that cites headings of three versions: one of the past, one in force, one in review.
const HEADINGS_CITED: &str = r#"
# commit 2026-03-01 Ana Owner <ana@example.org>: Write 1.0

```md docs/change.md
---
id: PRO-CHG-001
type: procedure
version: 1.0
status: in-review
---

# Change

## Oldest way
```

# commit 2026-03-02 Ana Owner <ana@example.org>: Write 1.1

```edit docs/change.md
-version: 1.0
+version: 1.1
...
-## Oldest way
+## Former way
```

# commit 2026-03-03 Bo Approver <bo@example.org>: Approve 1.1

```edit docs/change.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-03, version: 1.1}
```

# commit 2026-04-01 Ana Owner <ana@example.org>: Write 2.0, and cite all

```edit docs/change.md
-version: 1.1
-status: approved
-approval: {by: bo@example.org, on: 2026-03-03, version: 1.1}
+version: 2.0
+status: in-review
...
-## Former way
+## Coming way
```

```md docs/report.md
---
id: REC-CHG-2026-001
kind: report
date: 2026-04-01
---

[[PRO-CHG-001@1.0#Oldest way]], [[PRO-CHG-001@1.0#Coming way]], [[PRO-CHG-001@1.1#Former way]],
[[PRO-CHG-001@2.0#Coming way]].
```
"#;

#[test]
fn the_scope_on_the_front_page_is_not_what_is_left_out() {
    let story = "# commit 2026-03-01 Ana Owner <ana@example.org>: Scope\n\n\
        ```md docs/scope.md\n---\nid: SCO-SMS-001\ntype: statement\nstatus: draft\n---\n\n\
        # Scope\n\n## Organization\n\nAll departments.\n\n## Out of scope and why\n\n\
        Projects are sold by the day and end with hand-over to the customer.\n\n\
        ## Services\n\nMail.\n```\n";
    let scope = |story: &str| {
        let front = pages(story).into_iter().find(|page| page.path == "index.html").unwrap();
        visible(std::str::from_utf8(&front.bytes).unwrap())
    };
    let front = scope(story);
    assert!(front.contains("All departments.") && !front.contains("Projects"), "{front}");
    let long = "Mail for all of the departments, at any time of the day.";
    assert!(scope(&story.replace("Mail.", long)).contains(long), "a long one is preferred");
}

#[test]
fn a_link_to_a_heading_of_a_version_leads_to_no_other_version() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(HEADINGS_CITED).into_iter().map(text).collect();
    let page = &site["documents/REC-CHG-2026-001.html"];
    let cited = |link: &&str| link.contains("PRO-CHG-001.html#");
    let links: Vec<&str> = attributes(page, "href").into_iter().filter(cited).collect();
    assert_eq!(
        links,
        [
            "../documents/PRO-CHG-001.html#Version-1.0",
            "../documents/PRO-CHG-001.html#Version-1.0",
            "../documents/PRO-CHG-001.html#former-way",
            "../next/PRO-CHG-001.html#coming-way",
        ]
    );
    assert_eq!(page.matches("it has no heading `coming-way`").count(), 1, "{page}");
}

/// A procedure whose next version shows another drawing, and something that is no picture.
const DRAWING_BESIDE: &str = r#"# A drawing changes with the next version

## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in 1.0

```md docs/change.md
---
id: PRO-CHG-001
type: procedure
version: 1.0
status: in-review
---

# Change

![who decides](pictures/flow.svg "Who decides")
![no picture](pictures/fake.png)
[a link](pictures/flow.svg)
```

```svg docs/pictures/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><text>The board</text></svg>
```

```html docs/pictures/fake.png
<html><script>alert(1)</script></html>
```

## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0

```edit docs/change.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

## commit 2026-03-03 Ana Owner <ana@example.org>: Hand in 2.0, and sort the pictures

- rename: docs/pictures/flow.svg -> docs/drawings/flow.svg

```edit docs/change.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
+version: 2.0
+status: in-review
```

```edit docs/change.md
-![who decides](pictures/flow.svg "Who decides")
+![who decides](drawings/flow.svg)
```

```svg docs/drawings/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><text>Nobody</text></svg>
```
"#;

#[test]
fn a_version_in_force_shows_the_pictures_it_had() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(DRAWING_BESIDE).into_iter().map(text).collect();
    let drawings = |page: &str| -> Vec<String> {
        let drawings = attributes(&site[page], "src").into_iter();
        let drawings = drawings.filter_map(|src| src.strip_prefix("data:image/svg+xml;base64,"));
        drawings
            .map(|src| String::from_utf8(BASE64_STANDARD.decode(src).unwrap()).unwrap())
            .collect()
    };
    let in_force = drawings("documents/PRO-CHG-001.html");
    assert!(in_force.len() == 1 && in_force[0].contains("The board"), "{in_force:?}");
    let next = drawings("next/PRO-CHG-001.html");
    assert!(next.len() == 1 && next[0].contains("Nobody"), "{next:?}");
    let page = &site["documents/PRO-CHG-001.html"];
    assert!(page.contains("alt=\"who decides\" title=\"Who decides\">"), "{page}");
    // A drawing is no file of its own, and what is no picture is shown as none.
    assert!(!site.keys().any(|path| path.starts_with("pictures/")));
    assert!(!page.contains("<script>") && !page.contains("alt=\"no picture\""));
    assert!(visible(page).contains("no picture: a file of the repository, shown by"));
}

#[test]
fn the_register_speaks_of_the_version_in_force_and_names_the_next() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(BESIDE).into_iter().map(text).collect();
    let register = &site["register.html"];
    assert_eq!(
        row_of(register, "PLN-SMS-001"),
        "PLN-SMS-001 1.0 Service management plan plan, none effective; the next, version 2.0, is in review \
         verified 2 none bo@example.org 2026-03-02 2026-03-02 2027-03-01"
    );
    assert!(register.contains("data-state=\"effective in-review\" data-verdict=\"verified\""));
    let front = visible(&site["index.html"]);
    assert!(front.contains("verified2 contradicted0 unverifiable0 none claimed0"), "{front}");
    assert!(
        visible(&site["hierarchy.html"]).contains("effective; the next, version 2.0, is a draft")
    );

    // A next version that claims to be approved is not hidden behind the one in force.
    let claimed = "# commit 2026-04-02 Ana Owner <ana@example.org>: Approve it myself\n\n\
        ```edit docs/plan.md\n-status: in-review\n+status: approved\n\
        +effective_from: 2027-01-01\n\
        +approval: {by: ana@example.org, on: 2026-04-02, version: 2.0}\n```\n";
    let story = format!("{BESIDE}\n{claimed}");
    let site: BTreeMap<String, String> = pages(&story).into_iter().map(text).collect();
    let register = &site["register.html"];
    let row = row_of(register, "PLN-SMS-001");
    assert!(
        row.contains("the next, version 2.0, claims approval, not verified: contradicted"),
        "{row}"
    );
    assert!(register.contains("data-verdict=\"verified contradicted\""));
    let front = visible(&site["index.html"]);
    assert!(front.contains("verified2 contradicted1"), "{front}");
}

#[test]
fn plan_scope_and_coverage_speak_of_the_version_in_force() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(BESIDE).into_iter().map(text).collect();
    let plan = visible(&site["smp.html"]);
    assert!(plan.contains("The former services.") && !plan.contains("coming"), "{plan}");
    assert!(
        plan.contains(
            "version 1.0: effective; approval verified; the next, version 2.0, is in review"
        ),
        "{plan}"
    );
    assert!(site["smp.html"].contains("href=\"next/PLN-SMS-001.html\""));
    let scope = visible(&site["scope.html"]);
    assert!(scope.contains("Former town") && !scope.contains("Coming town"), "{scope}");
    assert!(scope.contains("the next, version 2.0, is a draft"), "{scope}");
    let front = visible(&site["index.html"]);
    assert!(front.contains("We run the former services") && !front.contains("coming"), "{front}");

    let sms = sms(BESIDE);
    let covered =
        |number: &str| sms.coverage().into_iter().find(|one| one.number == number).unwrap();
    let both = covered("6.3");
    assert_eq!((both.level, both.documents.len()), (3, 1), "{both:?}");
    assert_eq!(
        both.shown_by,
        "PLN-SMS-001 1.0 (2.0 is in review) itself, review not due before 2027-03-01"
    );
    assert!(
        covered("6.2.1").shown_by.contains("PLN-SMS-001 1.0"),
        "what only the version in force names"
    );
    let next_only = covered("7.5.4");
    assert_eq!(
        (next_only.level, next_only.why_not_higher.as_str()),
        (1, "PLN-SMS-001 is in review")
    );
    let card = visible(&site["clauses/6.2.1.html"]);
    assert!(card.contains("effective; the next, version 2.0, is in review"), "{card}");
    let card = visible(&site["clauses/7.5.4.html"]);
    assert!(
        card.contains(
            "only in the next version, not in force; the next, version 2.0, is in review"
        ),
        "{card}"
    );
}

/// An agreement of January, and the draft of the next.
const TERM: &str = r"
# commit 2026-01-02 Ana Owner <ana@example.org>: Agree with Acme

```md docs/sla.md
---
id: SLA-ACME-01
title: Agreement with Acme
type: agreement
version: 1.0
status: approved
approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}
clauses: [8.3.3]
valid_to: 2026-01-31
---

# Agreement with Acme
```

# commit 2026-03-01 Ana Owner <ana@example.org>: Begin the next

```edit docs/sla.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}
+version: 2.0
+status: draft
...
-valid_to: 2026-01-31
+valid_to: 2027-01-31
```
";

#[test]
fn an_agreement_is_over_also_while_the_next_is_written() {
    let (recording, sms) = told(TERM);
    let pages = pages_of(&recording, &sms, &rules::run(&sms, false));
    let ended = "its term ended on 2026-01-31";
    for path in ["documents/SLA-ACME-01.html", "clauses/8.3.3.html", "register.html"] {
        let page = pages.iter().find(|page| page.path == path).unwrap();
        let text = visible(std::str::from_utf8(&page.bytes).unwrap()).to_lowercase();
        assert!(text.contains(ended), "{path}: {text}");
    }
    let covered = sms.coverage().into_iter().find(|one| one.number == "8.3.3").unwrap();
    let why = "the term of SLA-ACME-01 ended on 2026-01-31";
    assert_eq!((covered.level, covered.why_not_higher.as_str()), (1, why));
    let found = rules::run(&sms, false).findings;
    let found = found.iter().find(|it| it.rule.code == "SL005").unwrap();
    let words = "the term of the agreement ended on 2026-01-31, and version 1.0 was not withdrawn";
    assert_eq!(found.message, words);
}
