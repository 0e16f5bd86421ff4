//! What the site says of what is in force while the files have the next versions already.

use crate::site::{pages, row_of, visible};
use std::collections::BTreeMap;
use std::sync::LazyLock;

const BEGUN: &str = include_str!("../stories/site/next_versions_begun.md");

fn text_of(story: &str) -> BTreeMap<String, String> {
    let text = |page: clausebook::site::Page| (page.path, String::from_utf8(page.bytes).unwrap());
    pages(story).into_iter().map(text).collect()
}

/// The site of the story, and that of what it was before the next versions were begun.
static SITES: LazyLock<[BTreeMap<String, String>; 2]> = LazyLock::new(|| {
    let (before, _) = BEGUN.split_once("## commit 2026-04-10").unwrap();
    // On the same day.
    let later = "## commit 2026-04-10 Ana Owner <ana@example.org>: Later\n\n\
        ```md docs/note.md\nA note.\n```\n";
    [text_of(BEGUN), text_of(&format!("{before}{later}"))]
});

/// Returns what a reader sees of a page, cells parted by blanks.
fn seen(path: &str) -> String {
    seen_in(&SITES[0], path)
}

fn seen_in(site: &BTreeMap<String, String>, path: &str) -> String {
    let parted = ["</td", "</th", "</dt", "</dd"];
    let parted =
        parted.iter().fold(site[path].clone(), |html, end| html.replace(end, &format!(" {end}")));
    visible(&parted)
}

/// Returns what is seen between two words, the first occurrence of each.
fn between<'t>(text: &'t str, from: &str, to: &str) -> &'t str {
    let at = text.find(from).unwrap_or_else(|| panic!("no {from} in {text}"));
    let rest = &text[at..];
    rest.find(to).map_or(rest, |end| &rest[..end])
}

#[test]
fn a_service_is_named_by_what_is_in_force() {
    let named = "Documents and records that name it";
    let mail = seen("services/SVC-01.html");
    let mail = between(&mail, named, "Compiled by");
    assert!(
        mail.contains(
            "SCO-SMS-001 Scope in force, review overdue; the next, version 2.0, is in review"
        ),
        "{mail}"
    );
    let chat = seen("services/SVC-02.html");
    let chat = between(&chat, named, "Compiled by");
    assert!(
        chat.contains(
            "SCO-SMS-001 Scope only in the next version, not in force; the next, version 2.0, is in review"
        ),
        "{chat}"
    );
}

#[test]
fn parents_titles_and_owners_are_those_in_force() {
    let row = seen("hierarchy.html");
    let row = between(&row, "PRC-SLM-001 1 ", "SLA-");
    assert!(row.contains("Former levels") && row.contains("POL-SMS-001"), "{row}");
    let page = seen("documents/PRC-SLM-001.html");
    assert!(page.contains("Parent POL-SMS-001") && !page.contains("Coming levels"), "{page}");
    assert!(page.contains("REC-FMR") && !page.contains("REC-CMG"), "{page}");
    let next = seen("next/PRC-SLM-001.html");
    assert!(next.contains("PRC-SLM-001 Coming levels, the next version"), "{next}");
    assert!(next.contains("Parent PLN-SMS-001") && next.contains("REC-CMG"), "{next}");
    let policy = seen("documents/POL-SMS-001.html");
    assert!(policy.contains("Beneath it PLN-SMS-001, PRC-CHG-001, PRC-SLM-001"), "{policy}");
    let plan = seen("documents/PLN-SMS-001.html");
    assert!(plan.contains("Beneath it REG-SVC-001 "), "{plan}");
    let law = seen("documents/EXT-LAW-001.html");
    assert!(law.contains("Linked from PRC-SLM-001"), "{law}");
    for path in ["reviews.html", "clauses/8.3.3.html", "index.html"] {
        assert!(!seen(path).contains("Coming levels"), "{path}: {}", seen(path));
    }
    let card = seen("clauses/8.3.3.html");
    assert!(card.contains("PRC-SLM-001 1.0 Former levels"), "{card}");
    let history = &SITES[0]["history/PRC-SLM-001.html"];
    let heading = between(history, "<h1", "</h1>");
    assert!(heading.contains("Former levels"), "{heading}");
    let reviews = seen("reviews.html");
    assert!(reviews.contains("PRC-SLM-001 1.0 Former levels former-owner"), "{reviews}");
    let calendar = SITES[0]["reviews.ics"].replace("\r\n ", "");
    assert!(calendar.contains("SUMMARY:Review PRC-SLM-001 Former levels"), "{calendar}");
    assert!(calendar.contains("Owner: former-owner"), "{calendar}");
    assert!(!calendar.to_lowercase().contains("coming"), "{calendar}");
}

#[test]
fn an_external_document_has_the_edition_in_force() {
    let row = seen("external.html");
    let row = between(&row, "EXT-LAW-001", "Compiled by");
    assert!(row.contains("2022 2026-02-28") && !row.contains("2099"), "{row}");
    assert!(row.contains("the next, version 2.0, is in review"), "{row}");
    let page = seen("documents/EXT-LAW-001.html");
    let words = "The edition of EXT-LAW-001 was checked on 2026-04-09, as version 2.0 says, which is not in force.";
    assert!(page.contains(words), "{page}");
}

#[test]
fn an_overdue_review_is_said_while_the_next_version_is_written() {
    for path in ["register.html", "scope.html", "clauses/4.3.html", "index.html", "search.html"] {
        let before = seen_in(&SITES[1], path);
        assert!(before.contains("in force, review overdue"), "{path}: {before}");
        let now = seen(path);
        assert!(now.contains("in force, review overdue"), "{path}: {now}");
    }
    let words = "From SCO-SMS-001 version 1.0: in force, review overdue; approval verified; the next, version 2.0, is in review";
    assert!(seen("scope.html").contains(words), "{}", seen("scope.html"));
    let words = "in force, review overdue (in force since 2026-03-02); approval verified";
    assert!(seen("index.html").contains(words), "{}", seen("index.html"));
}

#[test]
fn an_announced_withdrawal_is_said_while_the_next_version_is_written() {
    let announced = "## commit 2026-03-20 Bo Approver <bo@example.org>: Announce\n\n\
        ```edit docs/scope.md\n-status: approved\n+status: approved\n\
        +withdrawn_on: 2026-12-31\n+withdrawal_reason: We move\n```\n\n";
    let story =
        BEGUN.replacen("## commit 2026-04-09", &format!("{announced}## commit 2026-04-09"), 1);
    let begun = "```edit docs/scope.md\n-version: 1.0\n-status: approved\n";
    let dropped = format!("{begun}-withdrawn_on: 2026-12-31\n-withdrawal_reason: We move\n");
    let site = text_of(&story.replacen(begun, &dropped, 1));
    let words = "in force, to be withdrawn on 2026-12-31, review overdue";
    for path in ["register.html", "scope.html", "index.html", "documents/SCO-SMS-001.html"] {
        let page = seen_in(&site, path);
        assert!(page.contains(words), "{path}: {page}");
    }
}

#[test]
fn a_contradiction_stays_counted_while_the_next_version_is_written() {
    let [now, before] = &*SITES;
    let row = row_of(&before["register.html"], "PRC-CHG-001");
    assert!(row.contains("claims approval, not verified contradicted"), "{row}");
    let row = row_of(&now["register.html"], "PRC-CHG-001");
    assert!(
        row.starts_with(
            "PRC-CHG-001 2.0 Change process, none in review; version 1.0 claims to be in force, approval: contradicted none claimed none"
        ),
        "{row}"
    );
    let states = "data-state=\"in-review claimed\" data-verdict=\"none contradicted\"";
    assert!(now["register.html"].contains(states), "the filters find both");
    for site in [now, before] {
        let front = seen_in(site, "index.html");
        assert!(front.contains("contradicted 1 "), "{front}");
        let claims = "1 claim of approval that is not verified, and lacks the proof it needs";
        assert!(front.contains(claims), "{front}");
        let page = seen_in(site, "integrity.html");
        let claims = between(&page, "1 claim Id", "Former versions whose");
        assert!(claims.contains("PRC-CHG-001 Change"), "{claims}");
        assert!(claims.contains("approved by the author of its content"), "{claims}");
        assert!(page.contains("None, as far as control start"), "{page}");
        let void = "contradicted or not identified: does not count 1";
        assert!(page.contains(void), "{page}");
    }
    let front = seen("index.html");
    let note = "1 with a version before the next one that claims to be in force, counted for both.";
    assert!(front.contains(note), "{front}");
    let page = seen("documents/PRC-CHG-001.html");
    let words = "Version 2.0 is in review. No approval is claimed. Version 1.0 claims to be in force, approval: contradicted";
    assert!(page.contains(words), "{page}");
}

#[test]
fn signatures_are_counted_of_the_same_approvals_as_second_persons() {
    for site in &*SITES {
        let page = seen_in(site, "integrity.html");
        assert!(page.contains("of 9 approvals came by one of a second person"), "{page}");
        assert!(page.contains("0 of 9 approvals are signed"), "{page}");
    }
}

#[test]
fn an_agreement_that_is_withdrawn_promises_nothing() {
    let page = seen("services/SVC-01.html");
    let promised = between(&page, "What is promised", "Agreements that are not");
    assert!(promised.contains("SLA-IRON-01") && promised.contains("95.5"), "{promised}");
    assert!(!promised.contains("Gold") && !promised.contains("99.9"), "{promised}");
    let others = between(&page, "Agreements that are not in force", "Documents and records");
    assert!(others.contains("SLA-GOLD-01 version 1.0: withdrawn"), "{others}");
    assert!(!others.contains("99.9"), "{others}");
}
