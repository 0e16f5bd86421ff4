//! The site as text: tests/stories/site/*.md, rendered, and read as a browser or an auditor would.

mod clauses;
mod faults;
mod in_force;
mod preview;
mod removed;
mod reviews;
mod since;
mod subjects;
mod targets;
mod written;

use clausebook::report::Summary;
use clausebook::rules::{self, Outcome};
use clausebook::site::{Page, Site};
use clausebook::sms::{Sms, reading};
use clausebook::story::{Recording, Story, replay};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

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

const AUDIT: &str = "## commit 2026-03-05 Cy Auditor <cy@example.org>: Audit\n\n\
    ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntitle: Audit\ntype: record\n\
    kind: internal-audit\nperformed_on: 2026-03-05\ncriteria: [8.5.1]\nauditors: [Cy]\n\
    findings: []\n---\n\n# Audit\n```\n\n";

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

/// Returns one section of a page, as a reader sees it.
fn section_of(html: &str, id: &str) -> String {
    let (_, section) = html.split_once(&format!("<h2 id=\"{id}\">")).unwrap();
    let section = section.split("</section>").next().unwrap().replace('%', "%25");
    visible(&section.replace("</td", " </td").replace("</th", " </th").replace("<br>", "; "))
}
