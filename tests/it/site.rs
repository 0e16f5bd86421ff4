//! The site as text: tests/stories/site/*.md, rendered, and read as a browser or an auditor would.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use clausebook::document::Document;
use clausebook::repo::object::{ObjectId, ObjectKind};
use clausebook::report::{Summary, document};
use clausebook::rules::{self, Outcome};
use clausebook::site::preview::Now;
use clausebook::site::{MARKER, Page, Site, SiteError, Writing, Written};
use clausebook::sms::{Sms, reading};
use clausebook::source::RepoPath;
use clausebook::story::{Recording, Story, replay};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

const SMALL: &str = include_str!("../stories/site/small_system.md");

fn told(story: &str) -> (Recording, Sms) {
    let story = Story::parse(story).unwrap();
    let recording = replay(&story, &|_| None).unwrap();
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit(&recording, head, &rules::names()).unwrap();
    (recording, sms)
}

fn sms(story: &str) -> Sms {
    told(story).1
}

pub(crate) fn pages(story: &str) -> Vec<Page> {
    let (recording, sms) = told(story);
    pages_of(&recording, &sms, &rules::run(&sms, false))
}

fn pages_of(recording: &Recording, sms: &Sms, outcome: &Outcome) -> Vec<Page> {
    Site::of(sms, outcome, recording).unwrap().pages().unwrap()
}

/// The small system as a site: text by path.
fn site() -> &'static BTreeMap<String, String> {
    static SITE: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
        let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
        pages(SMALL).into_iter().map(text).collect()
    });
    &SITE
}

fn html() -> impl Iterator<Item = (&'static String, &'static String)> {
    site().iter().filter(|(path, _)| path.ends_with(".html"))
}

/// Returns the values of an attribute. All text is escaped, so quotation marks stand in tags only.
fn attributes<'t>(html: &'t str, name: &str) -> Vec<&'t str> {
    let before = format!(" {name}=\"");
    html.match_indices(&before)
        .map(|(at, _)| {
            let value = &html[at + before.len()..];
            &value[..value.find('"').unwrap()]
        })
        .collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'%' {
            out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).unwrap()
}

/// Walks a relative address from a page.
fn walked(page: &str, address: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{page}: {address} leaves the site"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_link_leads_to_a_page_and_an_anchor_that_exist() {
    let site = site();
    let ids: BTreeMap<&str, BTreeSet<&str>> = site
        .iter()
        .map(|(path, text)| (path.as_str(), attributes(text, "id").into_iter().collect()))
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in html() {
        let links = attributes(text, "href").into_iter().chain(attributes(text, "src"));
        for link in links.filter(|link| !link.starts_with("https:") && !link.starts_with("mailto:"))
        {
            let (page, anchor) = link.split_once('#').unwrap_or((link, ""));
            let page = if page.is_empty() { path.clone() } else { walked(path, page) };
            let anchor = decoded(anchor);
            match ids.get(page.as_str()) {
                None => wrong.push(format!("{path}: {link} leads to no page")),
                Some(ids) if !anchor.is_empty() && !ids.contains(anchor.as_str()) => {
                    wrong.push(format!("{path}: {link} leads to no anchor"));
                }
                Some(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_stand_once_on_a_page() {
    for (path, text) in html() {
        let mut seen = BTreeSet::new();
        for id in attributes(text, "id") {
            assert!(seen.insert(id), "{path} has the id {id} twice");
        }
    }
}

#[test]
fn nothing_is_inline_and_nothing_is_loaded_from_elsewhere() {
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'";
    for (path, text) in html() {
        assert!(text.contains(policy), "{path} has no policy");
        assert!(!text.contains("<style"), "{path}");
        for part in text.split('<').skip(1) {
            let tag = &part[..part.find('>').unwrap_or(part.len())];
            assert!(!tag.contains(" style="), "{path}: <{tag}>");
            let handler = tag.split(' ').any(|word| word.starts_with("on") && word.contains("=\""));
            assert!(!handler, "{path}: <{tag}>");
            if tag.starts_with("script") {
                assert!(tag.contains(" src=\""), "{path}: <{tag}>");
                assert!(part.ends_with('>'), "{path}: a script with text");
            }
        }
        for source in attributes(text, "src") {
            assert!(!source.contains(':') && !source.starts_with("//"), "{path}: {source}");
        }
    }
}

#[test]
fn hostile_content_is_text() {
    let site = site();
    let page = &site["documents/POL-EVIL-001.html"];
    assert!(page.contains("{{ 7*7 }}"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    for (path, text) in html() {
        assert!(!text.contains("<script>"), "{path}");
        assert!(!text.contains(">49<") && !text.contains(" 49 "), "{path}");
        assert!(!text.contains("<img src=\"x\""), "{path}");
        for link in attributes(text, "href") {
            let link = link.to_ascii_lowercase();
            assert!(!link.starts_with("javascript:") && !link.starts_with("data:"), "{path}");
        }
    }
}

#[test]
fn every_page_says_where_it_comes_from() {
    let head = sms(SMALL).head.to_string();
    for (path, text) in html() {
        assert!(text.contains(&head), "{path} does not name its commit");
        assert!(text.contains("2026-03-01"), "{path} does not name its day");
        assert!(text.contains("Example Ltd"), "{path} does not say whose it is");
        assert!(text.contains("<main id=\"Main\""), "{path}");
    }
}

#[test]
fn approval_is_never_shown_without_proof() {
    let site = site();
    let plan = &site["documents/PLN-SMS-001.html"];
    assert!(plan.contains("claims approval, not verified"));
    assert!(!plan.contains("is-effective") && !plan.contains("is-approved"));
    let policy = &site["documents/POL-ITSM-001.html"];
    assert!(policy.contains("Version 1.0</span>") || policy.contains("Version 1.0 is in force"));
    assert!(policy.contains("git show --format=fuller"));
    let twins = site.iter().filter(|(path, _)| path.starts_with("files/"));
    for (path, text) in twins {
        assert!(text.contains("not identified"), "{path}");
        assert!(!text.contains("is-verified"), "{path} shows something as verified");
        assert!(!text.contains("li class=\"on\""), "{path} shows a level as reached");
    }
}

#[test]
fn what_nobody_claims_and_git_does_not_show_is_no_doubt() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let page = visible(&site()["documents/POL-ITSM-001.html"]);
    assert!(page.contains("The act carries no signature.not shown"), "{page}");
    assert!(page.contains("No merge by another person took it to the publishing branch.not shown"));
    // A level is lower without; where the type needs more, that is said.
    let book = "# commit 2026-02-28 Ana Owner <ana@example.org>: Ask for signatures\n\n\
        ```toml book.toml\n[preprocessor.clausebook.approval]\nminimum = {plan = 4}\n```\n";
    let story = format!("{book}{BESIDE}");
    let site: BTreeMap<String, String> = pages(&story).into_iter().map(text).collect();
    let history = &site["history/PLN-SMS-001.html"];
    assert!(history.contains("</span> at level 2, level 4 is needed"), "{history}");
}

#[test]
fn the_pages_of_rules_write_to_nobody_and_are_no_words_of_the_organisation() {
    for (path, text) in html().filter(|(path, _)| path.starts_with("rules/")) {
        assert!(!text.contains("href=\"mailto:"), "{path}");
        assert!(!text.contains("<div class=\"prose\">"), "{path}");
    }
}

#[test]
fn a_section_in_the_compiled_plan_keeps_the_links_defined_elsewhere() {
    let plan = &site()["smp.html"];
    assert!(plan.contains("<a href=\"documents/POL-ITSM-001.html\""), "{plan}");
    assert!(plan.contains("As of January."));
    assert!(!plan.contains("[policy]"));
}

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

#[test]
fn no_document_is_left_out_and_none_takes_the_place_of_another() {
    let site = site();
    let count = |folder: &str| site.keys().filter(|path| path.starts_with(folder)).count();
    assert_eq!(count("files/"), 3, "two twins and a broken one");
    assert_eq!(count("documents/") + count("files/"), sms(SMALL).documents.len());
    let register = &site["register.html"];
    for path in ["docs/twin-a.md", "docs/twin-b.md", "docs/broken.md", "docs/notes.md", "README.md"]
    {
        assert!(register.contains(path), "{path} is not in the register");
    }
    assert!(site["documents/WIN-OLD-001.html"].contains("banner loud"));
    assert!(!site["search-index.js"].contains("WIN-OLD-001"));
}

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

/// A statement with a short cycle, approved in March.
const STATEMENT: &str = "## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/scope.md\n---\nid: SCO-1\ntitle: Scope\ntype: statement\nversion: 1.0\n\
    status: in-review\nreview_months: 1\nchange_summary: First words\n---\n\n# Scope\n\nAll.\n```\n\n\
    ## commit 2026-03-02 Bo Approver <bo@example.org>: Approve\n\n\
    ```edit docs/scope.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}\n```\n\n";

fn visible_pages(story: &str) -> BTreeMap<String, String> {
    let text = |page: Page| {
        let text = String::from_utf8_lossy(&page.bytes);
        let is_read =
            ["index", "reviews", "scope", "smp", "obsolete", "documents/", "next/", "since/"]
                .iter()
                .any(|it| page.path.starts_with(it) && page.path.ends_with(".html"));
        (page.path.clone(), if is_read { visible(&text) } else { text.into_owned() })
    };
    pages(story).into_iter().map(text).collect()
}

#[test]
fn no_review_is_asked_for_after_an_announced_withdrawal() {
    let story = |day: &str| {
        format!(
            "{STATEMENT}## commit 2026-03-20 Bo Approver <bo@example.org>: Announce\n\n\
             ```edit docs/scope.md\n-status: approved\n+status: approved\n+withdrawn_on: {day}\n\
             +withdrawal_reason: We move\n```\n"
        )
    };
    // The review is overdue from 2026-04-02 on.
    let before = visible_pages(&story("2026-04-02"));
    assert!(!before["reviews.ics"].contains("BEGIN:VEVENT"), "{}", before["reviews.ics"]);
    assert!(!before["reviews.html"].contains("SCO-1"), "{}", before["reviews.html"]);
    let after = visible_pages(&story("2026-04-03"));
    assert!(
        after["reviews.ics"].contains("DTSTART;VALUE=DATE:20260401"),
        "{}",
        after["reviews.ics"]
    );
    let none = story("2026-04-02").replace("review_months: 1\n", "");
    let none = visible_pages(&none);
    assert!(none["reviews.html"].contains("SCO-1"), "{}", none["reviews.html"]);
}

#[test]
fn a_record_that_shows_no_review_is_listed_as_one() {
    let record = |number: u8, status: &str, version: &str, day: &str| {
        format!(
            "```md docs/REC-REV-2026-00{number}.md\n---\nid: REC-REV-2026-00{number}\ntype: record\n\
             kind: document-review\nstatus: {status}\ndocument_id: SCO-1\nversion: {version}\n\
             reviewed_on: {day}\nresult: no-change\nnext_review: 2028-01-01\n---\n```\n\n"
        )
    };
    let records = [
        record(1, "closed", "1.0", "2026-03-20"),
        record(2, "open", "1.0", "2026-03-20"),
        record(3, "closed", "1.0", "2026-12-20"),
        record(4, "closed", "0.9", "2026-03-20"),
        record(5, "closed", "1.0", "2026-03-01"),
    ];
    let commit = "## commit 2026-03-21 Ana Owner <ana@example.org>: Review\n\n";
    let story = format!("{STATEMENT}{commit}{}", records.concat());
    let page = pages(&story).into_iter().find(|page| page.path == "reviews.html").unwrap();
    let page = String::from_utf8(page.bytes).unwrap();
    let (_, records) = page.split_once("id=\"Records\"").unwrap();
    let records = visible(&records.replace("</t", " </t"));
    for (record, words) in [
        ("1", "no-change yes 2026-04-19"),
        ("2", "no-change no: it is still open none"),
        ("3", "no-change no: it was closed before its day none"),
        ("4", "no-change no: there never was such a version none"),
        ("5", "no-change no: the version was approved later, on 2026-03-02 none"),
    ] {
        let (_, row) = records.split_once(&format!("REC-REV-2026-00{record} ")).unwrap();
        let row = &row[..row.find("REC-").unwrap_or(row.len())];
        assert!(row.contains(words), "{row}");
    }
    assert!(!records.contains("2028-01-01"), "{records}");
    assert!(visible(&page).contains("2026-04-19"), "the table of what is due");
}

#[test]
fn an_overdue_review_is_not_overdue_since_the_first_day() {
    let later =
        "## commit 2026-06-01 Ana Owner <ana@example.org>: Later\n\n```md docs/n.md\nNotes.\n```\n";
    let front = &visible_pages(&format!("{STATEMENT}{later}"))["index.html"];
    assert!(front.contains("in force, review overdue (in force since 2026-03-02)"), "{front}");
}

#[test]
fn twelve_months_end_on_the_day_before_that_of_now() {
    let text = |months: &str, later: &str| {
        let story = STATEMENT.replace("review_months: 1\n", &format!("review_months: {months}\n"));
        let later = format!(
            "## commit {later} Ana Owner <ana@example.org>: Later\n\n```md docs/n.md\nNotes.\n```\n"
        );
        visible_pages(&format!("{story}{later}"))["reviews.html"].clone()
    };
    // Due by 2027-03-01.
    let within = text("12", "2026-03-02");
    assert!(within.contains("2027-0312027-03-01 SCO-1"), "{within}");
    assert!(within.contains("up to 2027-03-01") && within.contains("0 reviews later"), "{within}");
    let month = text("13", "2026-03-31");
    assert!(month.contains("1 review later"), "{month}");
    assert!(month.contains("2027-030none"), "{month}");
}

#[test]
fn small_words_of_next_versions_and_of_what_is_not_there() {
    let next = format!(
        "{STATEMENT}## commit 2026-03-20 Ana Owner <ana@example.org>: Next\n\n\
         ```edit docs/scope.md\n-version: 1.0\n-status: approved\n\
         -approval: {{by: bo@example.org, on: 2026-03-02, version: 1.0}}\n+version: 1.1\n\
         +status: draft\n```\n"
    );
    let pages = visible_pages(&next);
    for path in ["index.html", "scope.html", "documents/SCO-1.html", "next/SCO-1.html"] {
        let page = &pages[path];
        assert!(page.contains("is a draft") && !page.contains("is draft"), "{path}: {page}");
    }
    assert!(pages["next/SCO-1.html"].starts_with("SCO-1 Scope, the next version"), "a title");
    assert!(pages["documents/SCO-1.html"].starts_with("SCO-1 Scope · "), "a title");
    let plan = &pages["smp.html"];
    for words in [
        "No register of the kind risks was found.",
        "no plan says it, and no register is read for this item",
        "No other plan was found",
    ] {
        assert!(plan.contains(words), "{words}: {plan}");
    }
    let recording = {
        let text = include_str!("../stories/tenures/since_its_first_day.md");
        told(text).0
    };
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit(&recording, head, &rules::names()).unwrap();
    let replaced = sms.document("POL-3").unwrap();
    let commit = sms.taken_in(replaced, sms.succession(replaced).unwrap()).unwrap();
    assert_eq!(sms.history.commit(commit).unwrap().subject(), "Put POL-2 off, and approve POL-4");
    let page =
        &visible_pages(include_str!("../stories/tenures/since_its_first_day.md"))["obsolete.html"];
    assert!(page.contains(&commit.short()), "{page}");
}

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

const AUDIT: &str = "## commit 2026-03-05 Cy Auditor <cy@example.org>: Audit\n\n\
    ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntitle: Audit\ntype: record\n\
    kind: internal-audit\nperformed_on: 2026-03-05\ncriteria: [8.5.1]\nauditors: [Cy]\n\
    findings: []\n---\n\n# Audit\n```\n\n";

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
    assert!(pages["obsolete.html"].contains("None: nothing was withdrawn"));
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
    let superseded = include_str!("../stories/tenures/since_its_first_day.md");
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
    let pages = visible_pages(include_str!("../stories/tenures/in_force_for_hours.md"));
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
    assert!(text("obsolete.html").contains("None: nothing was withdrawn"));
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
    let moved = include_str!("../stories/tenures/since_its_first_day.md");
    let merged = include_str!("../stories/tenures/merged_after_its_approval.md");
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

#[test]
fn approvals_kept_from_earlier_versions_are_told_of_these() {
    let story = include_str!("../stories/approvals/earlier_approvals_kept.md");
    let (before, _) = story.split_once("## commit 2026-03-06").unwrap();
    for (story, path) in [(before, "next/POL-1.html"), (story, "documents/POL-1.html")] {
        let pages = pages(story);
        let page = pages.into_iter().find(|page| page.path == path).unwrap();
        let page = visible(&String::from_utf8(page.bytes).unwrap());
        assert!(!page.contains("contradicted"), "{page}");
        assert!(page.contains("Kept from earlier versions, each held against its own"), "{page}");
    }
}

#[test]
fn a_claim_in_a_file_that_cannot_be_identified_is_named_as_one() {
    let document = |id: &str, title: &str| {
        format!(
            "---\n{id}title: {title}\ntype: policy\nversion: 1.0\nstatus: approved\nowner: ana\n\
             approval: {{by: bo@example.org, on: 2026-01-02, version: 1.0}}\n---\n\n# {title}\n"
        )
    };
    let story = |change: &str| {
        let approve = |path: &str| {
            format!(
                "```edit docs/{path}.md\n-status: in-review\n+status: approved\n\
                 +approval: {{by: bo@example.org, on: 2026-01-02, version: 1.0}}\n```\n\n"
            )
        };
        let in_review = |id: &str, title: &str| {
            let text = document(&format!("id: {id}\n"), title);
            let approval = "approval: {by: bo@example.org, on: 2026-01-02, version: 1.0}\n";
            text.replace("status: approved", "status: in-review").replace(approval, "")
        };
        format!(
            "## commit 2026-01-01 Ana <ana@example.org>: Hand in\n\n\
             ```md docs/a.md\n{}```\n\n```md docs/b.md\n{}```\n\n\
             ## commit 2026-01-02 Bo <bo@example.org>: Approve\n\n{}{}\
             ## commit 2026-01-03 Ana <ana@example.org>: Change\n\n{change}",
            in_review("POL-001", "Policy"),
            in_review("POL-002", "Other"),
            approve("a"),
            approve("b")
        )
    };
    let unread = document("id: POL-002\n", "Other").replacen("\n---\n", "\n", 1);
    let copy = document("id: POL-002\n", "Other");
    for (change, files, why) in [
        (
            "```edit docs/b.md\n-id: POL-002\n```\n".to_owned(),
            1,
            "Its front matter gives no id. As it could be read last, it was POL-002, in force as 1.0.",
        ),
        (
            format!("```md docs/b.md\n{unread}```\n"),
            1,
            "As it could be read last, it was POL-002, in force as 1.0. \
             Whether it claims an approval cannot be told.",
        ),
        (format!("```md docs/c.md\n{copy}```\n"), 2, "2 files claim the id POL-002"),
    ] {
        let (recording, sms) = told(&story(&change));
        let pages = pages_of(&recording, &sms, &rules::run(&sms, false));
        let text = |path: &str| {
            let page = pages.iter().find(|page| page.path == path).unwrap();
            visible(std::str::from_utf8(&page.bytes).unwrap())
        };
        let integrity = text("integrity.html");
        assert!(integrity.contains(&format!("does not count{files}")), "{integrity}");
        assert!(integrity.contains("no approval is claimed0"), "{integrity}");
        assert!(!integrity.contains("every claim of approval is verified"), "{integrity}");
        assert!(integrity.contains(why), "{why}: {integrity}");
        assert!(integrity.contains("None, as far as control start"), "{integrity}");
        let front = text("index.html");
        let claims = match files {
            1 => "1 claim of approval that is not verified, and lacks the proof it needs",
            _ => "2 claims of approval that are not verified, of which 2 lack the proof they need",
        };
        assert!(front.contains(claims), "{front}");
        assert!(front.contains("1 controlled document and 0 records"), "{front}");
        assert!(front.contains("counted in neither"), "{front}");
        let summary = Summary::of(&sms, &rules::run(&sms, false));
        assert_eq!((summary.documents, summary.unidentified), (1 + files, files));
    }
    // Nobody claims anything of a draft that has no id yet.
    let draft = "```md docs/c.md\n---\ntitle: Notes\nstatus: draft\n---\n\n# Notes\n```\n";
    let pages = pages(&story(draft));
    let page = pages.iter().find(|page| page.path == "integrity.html").unwrap();
    let page = visible(std::str::from_utf8(&page.bytes).unwrap());
    assert!(page.contains("every claim of approval is verified"), "{page}");
    assert!(page.contains("no approval is claimed1"), "{page}");
}

/// What the site gives one address, the model gives no document either.
#[test]
fn of_two_ids_that_look_alike_neither_counts_anywhere() {
    let policy = |id: &str| {
        format!(
            "---\nid: {id}\ntitle: Policy\ntype: policy\nversion: 1.0\nstatus: in-review\n\
             owner: ana\nclauses: [5.2.1]\nclassification: internal\n---\n\n# Policy\n"
        )
    };
    let approved = |line: &str| {
        format!(
            "```edit docs/{line}.md\n-status: in-review\n+status: approved\n\
             +approval: {{by: bo@example.org, on: 2026-01-02, version: 1.0}}\n```\n\n"
        )
    };
    let story = |other: &str| {
        format!(
            "## commit 2026-01-01 Ana <ana@example.org>: Hand in\n\n\
             ```md docs/a.md\n{}```\n\n```md docs/b.md\n{}```\n\n\
             ## commit 2026-01-02 Bo <bo@example.org>: Approve\n\n{}{}",
            policy("POL-001"),
            policy(other),
            approved("a"),
            approved("b")
        )
    };
    let level = |sms: &Sms| sms.coverage().iter().find(|one| one.number == "5.2.1").unwrap().level;
    assert!(level(&sms(&story("POL-002"))) >= 2);
    for other in ["POL-001", "pol-001", "POL_001"] {
        let (recording, sms) = told(&story(other));
        assert!(sms.document("POL-001").is_none() && sms.document(other).is_none(), "{other}");
        assert!(sms.documents.iter().all(|document| !sms.is_approved(document)), "{other}");
        assert!(sms.claimed_approvals().is_empty(), "{other}");
        assert_eq!(level(&sms), 0, "{other}");
        let pages = pages_of(&recording, &sms, &rules::run(&sms, false));
        let is_file = |page: &&Page| page.path.starts_with("files/");
        assert_eq!(pages.iter().filter(is_file).count(), 2, "{other}");
        assert!(pages.iter().all(|page| !page.path.starts_with("documents/")), "{other}");
    }
}

#[test]
fn a_build_is_the_same_bytes_on_any_number_of_threads() {
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| pages(SMALL))
    };
    let once = with(1);
    assert_eq!(once, with(4));
    assert!(once.is_sorted_by(|a, b| a.path < b.path));
}

#[test]
fn the_calendar_has_an_entry_for_every_review_to_come() {
    let calendar = &site()["reviews.ics"];
    assert!(
        calendar.ends_with("END:VCALENDAR\r\n") && !calendar.replace("\r\n", "").contains('\n')
    );
    let lines: Vec<&str> = calendar.lines().collect();
    let begun = lines.iter().position(|line| line.starts_with("UID:review-SCO-SMS-001@")).unwrap();
    assert_eq!(
        lines[begun + 1..begun + 4],
        ["DTSTAMP:20260301T090000Z", "DTSTART;VALUE=DATE:20270131", "DTEND;VALUE=DATE:20270201"]
    );
    let page = &site()["reviews.html"];
    let in_calendar = lines.iter().filter(|line| line.starts_with("UID:")).count();
    assert!(in_calendar > 0 && page.contains("2027-01-31"), "{in_calendar} {page}");
    assert!(!calendar.contains("WIN-OLD-001"), "a withdrawn document is not reviewed");
}

#[test]
fn the_audit_file_holds_a_hash_of_all_others() {
    use clausebook::document::digest::sha256_hex as hex;
    let others = site().iter().filter(|(path, _)| *path != "audit.json");
    let lines: Vec<String> =
        others.map(|(path, text)| format!("{}  {path}\n", hex(text.as_bytes()))).collect();
    let audit: serde_json::Value = serde_json::from_str(&site()["audit.json"]).unwrap();
    assert_eq!(audit["site_sha256"], hex(lines.concat().as_bytes()));
    assert_eq!(audit["files"], lines.len());
    assert_eq!(audit["head"], sms(SMALL).head.to_string());
    assert_eq!(audit["as_of"], "2026-03-01");
}

/// The page promises that anybody can type these.
#[cfg(unix)]
#[test]
fn the_commands_to_check_it_yourself_run() {
    let folder = tempfile::tempdir().unwrap();
    crate::program::repository(SMALL, folder.path());
    let page = &site()["verify.html"];
    let blocks =
        page.split("<pre><code>").skip(1).map(|rest| rest.split("</code>").next().unwrap());
    let mut run = 0;
    for block in blocks.filter(|block| !block.contains("clausebook")) {
        let plain = ["&#x27;", "&#39;", "&quot;", "&lt;", "&gt;", "&amp;"];
        let signs = ["'", "'", "\"", "<", ">", "&"];
        let text = plain
            .iter()
            .zip(signs)
            .fold(block.to_owned(), |text, (from, to)| text.replace(from, to));
        let text = text.replace("git clone REPOSITORY sms\ncd sms\n", "");
        let told = crate::program::shell(folder.path(), &text);
        assert_eq!(told.code, 0, "{text}\n{}{}", told.out, told.err);
        run += 1;
    }
    assert!(run >= 8, "{run} blocks");
}

#[test]
fn the_command_for_a_day_counts_the_days_where_the_committers_are() {
    let story = format!(
        "{STATEMENT}## commit 2026-03-20T00:30:00+02:00 Ana Owner <ana@example.org>: At night\n\n\
         ```md docs/n.md\nNotes.\n```\n\n"
    );
    let folder = tempfile::tempdir().unwrap();
    crate::program::repository(&story, folder.path());
    let page = &visible_pages(&story)["verify.html"];
    let (_, command) = page.split_once("commit=$(").unwrap();
    let (command, _) = command.split_once("git show").unwrap();
    let plain = [("&#x27;", "'"), ("&#39;", "'"), ("&quot;", "\""), ("&gt;", ">")];
    let command = plain.iter().fold(command.to_owned(), |text, (from, to)| text.replace(from, to));
    for (day, subject) in [("2026-03-19", "Approve"), ("2026-03-20", "At night")] {
        let text = format!("commit=$({}", command.replace("2026-03-20", day));
        let told =
            crate::program::shell(folder.path(), &format!("{text}git log -1 --format=%s $commit"));
        assert_eq!(told.out.trim(), subject, "{text}{}", told.err);
    }
}

#[test]
fn a_chain_of_parents_five_thousand_deep_is_drawn() {
    let mut story = "## commit 2026-01-01 A <a@example.org>: Chain\n\n".to_owned();
    for i in 0..5_000 {
        story.push_str(&format!(
            "```md docs/{i}.md\n---\nid: POL-{i}\nparent: POL-{}\n---\n\n# P\n```\n\n",
            i + 1
        ));
    }
    let (recording, sms) = told(&story);
    let outcome = Outcome::default();
    let pages = pages_of(&recording, &sms, &outcome);
    let page = pages.iter().find(|page| page.path == "hierarchy.html").unwrap();
    let text = String::from_utf8(page.bytes.clone()).unwrap();
    assert!(text.contains("<span>4999</span>"));
}

fn page(path: &str, text: &str) -> Page {
    Page { path: path.to_owned(), bytes: text.into() }
}

fn write(pages: &[Page], target: &Path) -> Result<Written, SiteError> {
    let addresses = pages.iter().map(|page| page.path.as_str()).collect();
    let writing = Writing::begin(&addresses, target)?;
    pages.iter().try_for_each(|page| writing.put(page))?;
    writing.finish()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn a_site_is_written_and_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let first = [page("a/b.html", "one"), page("index.html", "two"), page("old.html", "x")];
    assert_eq!(write(&first, &target).unwrap(), Written { new: 3, ..Written::default() });
    let time = fs::metadata(target.join("index.html")).unwrap().modified().unwrap();
    let second = [page("a/b.html", "changed"), page("index.html", "two"), page("new.html", "x")];
    let written = write(&second, &target).unwrap();
    assert_eq!(written, Written { new: 1, changed: 1, unchanged: 1, removed: 1 });
    assert_eq!(fs::read_to_string(target.join("a/b.html")).unwrap(), "changed");
    assert_eq!(fs::metadata(target.join("index.html")).unwrap().modified().unwrap(), time);
    assert_eq!(names(&target), [MARKER, "a", "index.html", "new.html"]);
    assert_eq!(names(folder.path()), ["site"]);
    assert_eq!(write(&second, &target).unwrap(), Written { unchanged: 3, ..Written::default() });
}

#[test]
fn what_is_not_ours_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let pages = [page("index.html", "two")];
    let foreign = folder.path().join("foreign");
    fs::create_dir(&foreign).unwrap();
    fs::write(foreign.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(write(&pages, &foreign), Err(SiteError::ForeignFolder { .. })));
    assert_eq!(names(&foreign), ["thesis.txt"]);
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    assert!(matches!(write(&pages, &file), Err(SiteError::NotAFolder { .. })));
    let repository = folder.path().join("repository");
    fs::create_dir_all(repository.join(".git")).unwrap();
    fs::write(repository.join(MARKER), "").unwrap();
    assert!(matches!(write(&pages, &repository), Err(SiteError::NotAFolder { .. })));
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    assert!(write(&pages, &empty).is_ok());
    assert!(write(&pages, &file.join("site")).is_err(), "a folder inside a file");
    assert_eq!(names(folder.path()), ["empty", "file", "foreign", "repository"]);
}

#[test]
fn a_file_that_no_build_wrote_is_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("a/index.html", "one")];
    write(&pages, &target).unwrap();
    fs::write(target.join("a/thesis.txt"), "years of work").unwrap();
    let refused = write(&pages, &target).unwrap_err();
    assert!(
        refused.to_string().ends_with(
            "clausebook did not write `a/thesis.txt` in it; move what is yours to another place, \
             or build into another folder"
        ),
        "{refused}"
    );
    assert_eq!(names(&target.join("a")), ["index.html", "thesis.txt"]);
    // A marker that comes with a repository gives nothing away.
    let docs = folder.path().join("docs");
    fs::create_dir(&docs).unwrap();
    fs::copy(target.join(MARKER), docs.join(MARKER)).unwrap();
    fs::write(docs.join("mine.md"), "x").unwrap();
    fs::write(docs.join("yours.md"), "x").unwrap();
    let refused = write(&pages, &docs).unwrap_err();
    assert!(matches!(refused, SiteError::ForeignFile { others: 1, .. }));
    assert_eq!(names(&docs), [MARKER, "mine.md", "yours.md"]);
    // What a file manager leaves behind is nobody's.
    fs::remove_file(target.join("a/thesis.txt")).unwrap();
    fs::write(target.join("a/.DS_Store"), "").unwrap();
    assert_eq!(write(&pages, &target).unwrap().removed, 1);
    assert_eq!(names(&target.join("a")), ["index.html"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let real = folder.path().join("real");
    fs::create_dir(&real).unwrap();
    let link = folder.path().join("site");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let written = write(&[page("index.html", "x")], &link);
    assert!(matches!(written, Err(SiteError::NotAFolder { what: "a symbolic link", .. })));
    assert!(names(&real).is_empty());
}

#[test]
fn what_an_interrupted_build_left_is_put_right() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("index.html", "one")];
    write(&pages, &target).unwrap();
    // Stopped while writing: the new folder is half full.
    let half = folder.path().join("site.clausebook-new-0123456789abcdef");
    fs::create_dir(&half).unwrap();
    fs::write(half.join(MARKER), "").unwrap();
    // A folder of somebody else's with a name like ours stays.
    let other = folder.path().join("site.clausebook-new-backup");
    fs::create_dir(&other).unwrap();
    let unmarked = folder.path().join("site.clausebook-old-0123456789abcdef");
    fs::create_dir(&unmarked).unwrap();
    fs::write(unmarked.join("thesis.txt"), "years of work").unwrap();
    write(&pages, &target).unwrap();
    assert_eq!(
        names(folder.path()),
        ["site", "site.clausebook-new-backup", "site.clausebook-old-0123456789abcdef"]
    );
    // Stopped between the two renames: the former site lies beside.
    fs::remove_dir_all(&unmarked).unwrap();
    fs::rename(&target, &unmarked).unwrap();
    let written = write(&pages, &target).unwrap();
    assert_eq!(written, Written { unchanged: 1, ..Written::default() });
    assert_eq!(names(folder.path()), ["site", "site.clausebook-new-backup"]);
}

#[test]
fn a_build_leaves_alone_what_another_one_is_writing() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("site");
    let pages = [page("index.html", "one")];
    let other = Writing::begin(&["index.html"].into(), &target).unwrap();
    let [its] = <[String; 1]>::try_from(names(folder.path())).unwrap();
    // Each process has a folder of its own.
    let of_another = "site.clausebook-new-0123456789abcdef";
    fs::rename(folder.path().join(its), folder.path().join(of_another)).unwrap();
    write(&pages, &target).unwrap();
    assert_eq!(names(folder.path()), ["site", of_another]);
    drop(other);
    // A process that another test is about to start holds the lock a moment longer.
    let is_cleared = |_| {
        write(&[page("index.html", "two")], &target).unwrap();
        names(folder.path()) == ["site"]
    };
    assert!((0..1_000).any(is_cleared), "{:?}", names(folder.path()));
}

/// Returns a document of a system with other text in its file.
fn edited(sms: &Sms, id: &str, edit: impl Fn(&str) -> String) -> (RepoPath, Arc<Document>) {
    let document = sms.document(id).unwrap();
    let text = edit(&document.text);
    let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
    let edited = Document::read(document.path.clone(), blob, text.as_bytes());
    (document.path.clone(), Arc::new(edited))
}

#[test]
fn a_text_that_was_just_edited_is_shown_without_a_word_about_its_worth() {
    let (recording, sms) = told(SMALL);
    let outcome = rules::run(&sms, false);
    let site = Site::of(&sms, &outcome, &recording).unwrap();
    let edit = |text: &str| text.replace("Back to", "New words </body>. [Lost](lost.md). Back to");
    let now = Now {
        moment: "1.7".to_owned(),
        edited: [edited(&sms, "POL-ITSM-001", edit)].into(),
        is_checking: true,
        trouble: None,
    };
    let shown = |address: &str, now: &Now| {
        String::from_utf8(site.preview(address, now).unwrap().unwrap().bytes).unwrap()
    };
    let address = "documents/POL-ITSM-001.html";
    let before = shown(address, &Now::default());
    assert!(before.contains("is-verified") && before.contains("<strong>Checked.</strong>"));
    let page = shown(address, &now);
    assert!(page.contains("New words ") && page.contains("&lt;/body&gt;"), "{page}");
    assert!(page.contains("Checking this edit…") && page.contains("data-moment=\"1.7\""));
    assert!(page.contains("docs/lost.md</code><span>, which does not exist"), "{page}");
    assert!(page.contains("not</span> checked yet"));
    for word in ["is-verified", "is-effective", "is-approved", "Bo Approver", "class=\"ladder\""] {
        assert!(!page.contains(word), "{word}: {page}");
    }
    // Every other page says that it is older than the edit.
    for address in ["register.html", "history/POL-ITSM-001.html", "documents/SCO-SMS-001.html"] {
        let page = shown(address, &now);
        assert!(page.contains("docs/policy.md</code><strong>…</strong>"), "{address}: {page}");
        assert!(page.contains("This page shows what was before."), "{address}");
    }
    let trouble = Now { trouble: Some("`x` is <odd>".to_owned()), ..now.clone() };
    let page = shown(address, &trouble);
    assert!(page.contains("<code>x</code><span> is &lt;odd&gt;.</span>"), "{page}");
    assert!(page.contains("New words ") && !page.contains("is-verified"));
    // The site that is written has none of this.
    for page in site.pages().unwrap() {
        assert!(!String::from_utf8_lossy(&page.bytes).contains("id=\"Preview\""), "{}", page.path);
    }
}

#[test]
fn whatever_a_file_holds_while_it_is_written_its_page_can_be_shown() {
    let (recording, sms) = told(SMALL);
    let outcome = rules::run(&sms, false);
    let site = Site::of(&sms, &outcome, &recording).unwrap();
    let halves: [fn(&str) -> String; 6] = [
        |_| String::new(),
        |text| text.replace("---", ""),
        |text| text.chars().take(text.chars().count() / 2).collect(),
        |text| text.replace("id: ", "id: OTHER-"),
        |text| text.replace("title: ", "title: a: b"),
        |text| text.replace("type: ", "type: record\nkind: "),
    ];
    for document in &sms.documents {
        for half in halves {
            let text = half(&document.text);
            let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
            let edited = Document::read(document.path.clone(), blob, text.as_bytes());
            let edited = [(document.path.clone(), Arc::new(edited))].into();
            let now = Now { edited, is_checking: true, ..Now::default() };
            let mut shown = 0;
            for page in site.pages_of(&document.path) {
                let page = site.preview(&page, &now).unwrap().unwrap();
                let page = String::from_utf8(page.bytes).unwrap();
                shown += usize::from(page.contains("Checking this edit…"));
            }
            assert_eq!(shown, 1, "{} as {text}", document.path);
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

# commit 2026-03-06 Ana Owner <ana@example.org>: Another clerk

```edit docs/roles.md
-  - {role: clerk, person: Ana, email: [ana@example.org]}
+  - {role: clerk, person: Cy, email: [cy@example.org]}
```
"#;

/// Returns what a reader sees of the row of a document in the register.
pub(crate) fn row_of(register: &str, id: &str) -> String {
    let (_, row) = register.split_once(&format!("id=\"R-{id}\"")).unwrap();
    visible(&row[row.find('>').unwrap()..row.find("</tr>").unwrap()].replace("</t", " </t"))
}

/// Returns what a reader sees, in one line.
pub(crate) fn visible(html: &str) -> String {
    let pieces = html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, text)| text));
    decoded(&pieces.collect::<String>()).split_whitespace().collect::<Vec<_>>().join(" ")
}

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

/// A plan and a scope are in force, and their next versions are in review on the same branch.
const BESIDE: &str = r#"
# commit 2026-03-01 Ana Owner <ana@example.org>: Hand in

```md docs/plan.md
---
id: PLN-SMS-001
title: Service management plan
type: plan
version: 1.0
status: in-review
clauses: [6.3, 6.2.1]
review_months: 12
smp_items: {a: Services}
---

# Plan

## Services

The former services.
```

```md docs/scope.md
---
id: SCO-SMS-001
title: Scope
type: statement
version: 1.0
status: in-review
clauses: [4.3]
review_months: 12
locations: [Former town]
---

# Scope

We run the former services for whoever wants to have them from us.
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve both

```edit docs/plan.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

```edit docs/scope.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
```

# commit 2026-04-01 Ana Owner <ana@example.org>: Write the next ones

```edit docs/plan.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
-clauses: [6.3, 6.2.1]
+version: 2.0
+status: in-review
+clauses: [6.3, 7.5.4]
...
-The former services.
+The coming services.
```

```edit docs/scope.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
+version: 2.0
+status: draft
...
-locations: [Former town]
+locations: [Coming town]
...
-We run the former services for whoever wants to have them from us.
+We run the coming services for whoever wants to have them from us.
```
"#;

const REGISTERS_BESIDE: &str = r#"
# commit 2026-03-01 Ana Owner <ana@example.org>: Hand in

```md docs/services.md
---
id: REG-SVC-001
title: Service catalogue
type: register
version: 1.0
status: in-review
register_kind: services
entries:
  - {id: SVC-01, name: Former mail}
---

# Services
```

```md docs/roles.md
---
id: REG-ROL-001
title: Role register
type: register
version: 1.0
status: in-review
register_kind: roles
entries:
  - {role: top-management, person: Bo Approver, email: [bo@example.org], from: 2026-01-01}
---

# Roles
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve both

```edit docs/services.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, role: top-management, on: 2026-03-02, version: 1.0}
```

```edit docs/roles.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, role: top-management, on: 2026-03-02, version: 1.0}
```

# commit 2026-04-01 Ana Owner <ana@example.org>: Write the next ones

```edit docs/services.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, role: top-management, on: 2026-03-02, version: 1.0}
+version: 2.0
+status: in-review
...
-  - {id: SVC-01, name: Former mail}
+  - {id: SVC-01, name: Coming mail}
+  - {id: SVC-02, name: Coming chat}
```

```edit docs/roles.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, role: top-management, on: 2026-03-02, version: 1.0}
+version: 2.0
+status: in-review
...
-  - {role: top-management, person: Bo Approver, email: [bo@example.org], from: 2026-01-01}
+  - {role: top-management, person: Coming Chief, email: [chief@example.org], from: 2026-04-01}
```
"#;

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

/// A policy in force is removed, and something else lies in the place of its picture.
const REMOVED: &str = r#"# A policy is removed

## commit 2026-03-01 Ana Owner <ana@example.org>: Hand in

```md docs/change.md
---
id: POL-CHG-001
title: Change policy
type: policy
version: 1.0
status: in-review
---

# Change policy

Plan before you change. ![who decides](flow.svg)
```

```md docs/note.md
---
id: PRO-NOTE-001
title: Note
type: procedure
version: 0.1
status: draft
---

# Note

See ![another](flow.svg).
```

```svg docs/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><text>The board</text></svg>
```

## commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0

```edit docs/change.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.0}
+effective_from: 2026-03-03
```

## commit 2026-03-09 Ana Owner <ana@example.org>: Tidy

- delete: docs/change.md

```svg docs/flow.svg
<svg xmlns="http://www.w3.org/2000/svg"><text>Nobody</text></svg>
```
"#;

#[test]
fn a_removed_document_keeps_a_page() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let site: BTreeMap<String, String> = pages(REMOVED).into_iter().map(text).collect();
    let page = &site["removed/POL-CHG-001.html"];
    let seen = visible(page);
    assert!(seen.contains("This was removed from the repository. Do not work by it."), "{seen}");
    assert!(seen.contains("Removed on 2026-03-09 in commit"), "{seen}");
    assert!(seen.contains("Plan before you change."), "{seen}");
    assert!(page.contains("noindex") && page.contains("git show "), "{page}");
    // The picture that lies there now is not the one that it showed.
    assert!(!page.contains("data:image") && page.contains("who decides"), "{page}");
    assert!(site["documents/PRO-NOTE-001.html"].contains("data:image"));
    for list in ["register.html", "obsolete.html"] {
        assert!(site[list].contains("href=\"removed/POL-CHG-001.html\""), "{list}");
    }
    assert!(!site["search-index.js"].contains("POL-CHG-001"));
}

#[test]
fn a_document_whose_file_lost_its_front_matter_is_not_said_to_be_removed() {
    let text = |page: Page| (page.path, String::from_utf8(page.bytes).unwrap());
    let bare = "```md docs/change.md\n# Change policy\n\nPlan before you change.\n```";
    let story = REMOVED.replace("- delete: docs/change.md", bare);
    let site: BTreeMap<String, String> = pages(&story).into_iter().map(text).collect();
    let seen = visible(&site["removed/POL-CHG-001.html"]);
    for words in [
        "This is no longer under document control: the file where it lay has no front matter. Do not work by it.",
        "Taken out of document control on 2026-03-09 in commit",
        "taken out of document control in ",
    ] {
        assert!(seen.contains(words), "{seen}");
    }
    let words = "; the file where it lay has no front matter";
    for list in ["register.html", "obsolete.html"] {
        let seen = visible(&site[list]);
        assert!(seen.contains("taken out of document control in commit"), "{seen}");
        assert!(seen.contains(words) && !seen.contains("removed in commit"), "{seen}");
    }
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

/// Returns one section of a page, as a reader sees it.
fn section_of(html: &str, id: &str) -> String {
    let (_, section) = html.split_once(&format!("<h2 id=\"{id}\">")).unwrap();
    let section = section.split("</section>").next().unwrap().replace('%', "%25");
    visible(&section.replace("</td", " </td").replace("</th", " </th").replace("<br>", "; "))
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
            "T4 calls answered 99 % month 98.5 % {february} met, against 98 % as promised then"
        ),
    ] {
        assert!(told.contains(&row), "{row}\n{told}");
    }
    assert!(!told.contains("REC-SRV-2026-03"), "{told}");
    let all = section_of(&site["services.html"], "Targets");
    assert!(all.contains("1 met, 1 not met, 1 in doubt, 1 without a report"), "{all}");
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
