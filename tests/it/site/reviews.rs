//! Reviews that are due, and the small words around them.

use super::{STATEMENT, pages, told, visible, visible_pages};
use clausebook::rules;
use clausebook::sms::reading;

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
    let by = |reviewer: &str, number: u8, status: &str, version: &str, day: &str| {
        format!(
            "```md docs/REC-REV-2026-00{number}.md\n---\nid: REC-REV-2026-00{number}\ntype: record\n\
             kind: document-review\nstatus: {status}\ndocument_id: SCO-1\nversion: {version}\n\
             reviewed_on: {day}\nreviewer: {reviewer}\nresult: no-change\n\
             next_review: 2028-01-01\n---\n```\n\n"
        )
    };
    let record = |number, status, version, day| by("Ana Owner", number, status, version, day);
    let records = [
        record(1, "closed", "1.0", "2026-03-20"),
        record(2, "open", "1.0", "2026-03-20"),
        record(3, "closed", "1.0", "2026-12-20"),
        record(4, "closed", "0.9", "2026-03-20"),
        record(5, "closed", "1.0", "2026-03-01"),
        by("nobody", 6, "closed", "1.0", "2026-03-20"),
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
        ("6", "no-change no: it names no person who made it none"),
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
        let text = include_str!("../../stories/tenures/since_its_first_day.md");
        told(text).0
    };
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit(&recording, head, &rules::names()).unwrap();
    let replaced = sms.document("POL-3").unwrap();
    let commit = sms.taken_in(replaced, sms.succession(replaced).unwrap()).unwrap();
    assert_eq!(sms.history.commit(commit).unwrap().subject(), "Put POL-2 off, and approve POL-4");
    let page = &visible_pages(include_str!("../../stories/tenures/since_its_first_day.md"))["obsolete.html"];
    assert!(page.contains(&commit.short()), "{page}");
}
