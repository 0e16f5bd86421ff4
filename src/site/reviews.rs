//! Reviews: what is overdue, what is due, what was looked at and left as it was.
//!
//! Beside the page lies a calendar that programs for calendars read, one entry a review.

use super::atlas::Atlas;
use super::card::Card;
use super::register::is_due;
use super::views::{Cell, Column, Piece, Row, Section, Table, shown};
use super::{Page, SiteError, template};
use crate::document::{Document, Reference};
use crate::sms::review::review_day;
use crate::source::{Date, counted};

const PATH: &str = "reviews.html";
const CALENDAR: &str = "reviews.ics";

/// A document in force whose review falls on a day.
struct Due<'s> {
    day: Date,
    document: &'s Document,
    card: &'s Card,
    /// The version in force; none where the document claims none.
    version: Option<&'s str>,
    /// Who owns that, as it says.
    owner: Option<&'s str>,
}

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let as_of = atlas.sms.as_of;
    let mut view = atlas.page_of_sections(
        PATH,
        "Reviews",
        "Which documents in force are to be looked at again, and when; and which reviews were recorded, and whether they count.",
    );
    let all = due(atlas);
    let (overdue, open): (Vec<&Due<'_>>, Vec<&Due<'_>>) =
        all.iter().partition(|due| due.day < as_of);
    let soon: Vec<&Due<'_>> = open.iter().copied().filter(|due| is_due(due.day, as_of)).collect();
    let part = |id: &str, title: &str, none: &str, of: &[&Due<'_>]| {
        let section = Section::titled(id, title);
        match of.is_empty() {
            true => section.say(none),
            false => section.table(table(atlas, of)),
        }
    };
    view.sections = vec![
        part("Overdue", "Overdue", "None: no review of a document in force is overdue.", &overdue),
        part("Soon", "Due within 30 days", "None.", &soon),
        months(atlas, &open),
        unset(atlas),
        recorded(atlas),
    ];
    template::fill("sections.html", PATH, &view)
}

/// Returns the reviews of all documents in force, in the order of their days.
fn due<'s>(atlas: &'s Atlas<'_>) -> Vec<Due<'s>> {
    let documents = atlas.sms.documents.iter().zip(&atlas.cards);
    let due = documents.filter(|(_, card)| !card.is_record).filter_map(|(document, card)| {
        let day = atlas.next_review(document)?;
        let of = &atlas.shown_of(document).front;
        let text = |key| of.text(key).map(|found| found.value);
        Some(Due { day, document, card, version: text("version"), owner: text("owner") })
    });
    let mut all: Vec<Due<'s>> = due.collect();
    all.sort_by(|a, b| (a.day, &a.card.label).cmp(&(b.day, &b.card.label)));
    all
}

/// Returns how many reviews of what is in force are overdue.
pub(super) fn overdue(atlas: &Atlas<'_>) -> usize {
    due(atlas).iter().filter(|due| due.day < atlas.sms.as_of).count()
}

fn table(atlas: &Atlas<'_>, all: &[&Due<'_>]) -> Table {
    let rows = all.iter().map(|due| {
        let version = due.version.map_or_else(|| Piece::quiet("none"), Piece::voice);
        let owner = due.owner.map(|owner| atlas.person(owner));
        Row::of(vec![
            Cell::one("lead", "", Piece::id_link(&due.card.label, &due.card.page)),
            Cell::one("ver num end", "v", version),
            Cell::one("wide", "", Piece::voice(&due.card.title)),
            Cell::of("wide", "Owner", owner.unwrap_or_else(|| vec![Piece::quiet("none")])),
            Cell::one("date", "Due by", Piece::date(due.day)),
            Cell::of("", "", atlas.state("", due.document)),
        ])
    });
    Table {
        caption: counted(all.len(), "document"),
        columns: vec![
            Column::text("Id"),
            Column::number("Ver."),
            Column::text("Title"),
            Column::text("Owner"),
            Column::text("Due by"),
            Column::text("State"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// The next twelve months to the day, each calendar month with what is due in it; one without a review is
/// shown.
fn months(atlas: &Atlas<'_>, open: &[&Due<'_>]) -> Section {
    let first = Date::parse(&format!("{}-01", month(atlas.sms.as_of)));
    let last = atlas.sms.as_of.plus_months(12).and_then(Date::day_before);
    let is_later = |day: Date| last.is_some_and(|last| day > last);
    let months = (0..=12).filter_map(|after| first?.plus_months(after));
    let months = months.filter(|day| !is_later(*day)).map(month);
    let rows: Vec<Row> = months
        .map(|name| {
            let is_of_it = |due: &&&Due<'_>| month(due.day) == name && !is_later(due.day);
            let of_month: Vec<&&Due<'_>> = open.iter().filter(is_of_it).collect();
            let mut pieces: Vec<Piece> = Vec::new();
            for due in &of_month {
                if !pieces.is_empty() {
                    pieces.push(Piece::text(", "));
                }
                pieces.extend([
                    Piece::date(due.day),
                    Piece::text(" "),
                    Piece::id_link(&due.card.label, &due.card.page),
                ]);
            }
            if pieces.is_empty() {
                pieces.push(Piece::quiet("none"));
            }
            Row::of(vec![
                Cell::one("lead date", "", Piece::text(&name)),
                Cell::one("num", "Reviews", Piece::text(of_month.len().to_string())),
                Cell::of("wide ids", "", pieces),
            ])
        })
        .collect();
    let mut section = Section::titled("Months", "The next twelve months").table(Table {
        caption: match last {
            Some(last) => format!(
                "Reviews of documents in force up to {last}, by the month in which they are due"
            ),
            None => "Reviews of documents in force, by the month in which they are due".to_owned(),
        },
        columns: vec![Column::text("Month"), Column::number("Reviews"), Column::text("Documents")],
        rows,
        ..Table::default()
    });
    let later = open.iter().filter(|due| is_later(due.day));
    section.notes.push(vec![
        Piece::text(format!(
            "{} later. The same as a calendar: ",
            counted(later.count(), "review")
        )),
        Piece::link(CALENDAR, CALENDAR),
    ]);
    section
}

fn month(day: Date) -> String {
    day.to_string()[..7].to_owned()
}

/// Documents in force that nobody ever has to look at again.
fn unset(atlas: &Atlas<'_>) -> Section {
    let section = Section::titled("Unset", "In force without a day for the next review");
    // What is withdrawn before its review is due needs none.
    let in_force = atlas.sms.maintained().filter(|document| atlas.is_in_force(document));
    let list: Vec<Vec<Piece>> = in_force
        .filter(|document| atlas.next_review(document).is_none())
        .filter(|document| {
            let of = atlas.shown_of(document);
            of.front.get("review_months").is_none() || atlas.sms.withdrawn_as_of(of).is_none()
        })
        .map(|document| {
            let title = Piece::voice(&atlas.card(document).title);
            vec![atlas.link("", document), Piece::text(" "), title]
        })
        .collect();
    match list.is_empty() {
        true => section.say("None."),
        false => Section { list, ..section },
    }
}

/// Records of reviews: who looked at what, whether that counts, and until when it stands.
fn recorded(atlas: &Atlas<'_>) -> Section {
    let section = Section::titled("Records", "Reviews that were recorded");
    let mut records: Vec<&Document> = atlas.sms.reviews().collect();
    records.sort_by_key(|record| (std::cmp::Reverse(review_day(record)), record.id()));
    if records.is_empty() {
        return section.say("No review without a change was recorded.");
    }
    section.table(Table {
        caption: format!(
            "{}, newest first; the next review is that of what is in force, where the record is the last look at it",
            counted(records.len(), "record")
        ),
        columns: Column::all(&[
            "Record",
            "Document",
            "Version",
            "Day",
            "Reviewer",
            "Result",
            "Shows a review",
            "Next review",
        ]),
        rows: records.iter().map(|record| record_row(atlas, record)).collect(),
        ..Table::default()
    })
}

fn record_row(atlas: &Atlas<'_>, record: &Document) -> Row {
    let text = |key: &str| match record.front.text(key) {
        Some(found) => Piece::voice(found.value),
        None => Piece::quiet("none"),
    };
    let id = record.front.text("document_id").map(|id| Reference::parse(id.value).id);
    let of = id.as_ref().map_or_else(|| Piece::quiet("none"), |id| atlas.link_id("", id));
    let shows = match atlas.sms.why_it_shows_none(record) {
        None => Piece::mark("M-verified", "good", "yes"),
        Some(why) => Piece::mark("M-unverifiable", "ask", format!("no: {}", why.words())),
    };
    let document = id.as_ref().and_then(|id| atlas.sms.document(id.as_str()));
    let is_last = |document: &&Document| {
        let look = atlas.sms.last_look_in_force(document);
        look.and_then(|look| look.record).is_some_and(|last| last.path == record.path)
    };
    let next = document.filter(is_last).and_then(|document| atlas.next_review(document));
    Row::of(vec![
        Cell::one("lead", "", atlas.link("", record)),
        Cell::one("", "Of", of),
        Cell::one("", "Version", text("version")),
        Cell::one("date", "On", Piece::date_or_none(review_day(record))),
        Cell::one("", "By", text("reviewer")),
        Cell::one("", "Result", text("result")),
        Cell::one("wide", "Shows a review", shows),
        Cell::one("date", "Next", Piece::date_or_none(next)),
    ])
}

/// Writes the calendar (RFC 5545). An entry keeps its name from build to build, so that a
/// calendar that reads it again moves it and makes no second one.
pub(super) fn calendar(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let root = atlas.sms.history.commits.first().map(|commit| commit.id.short());
    let root = root.unwrap_or_default();
    let stamp = stamp(atlas);
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:-//clausebook//clausebook {}//EN", env!("CARGO_PKG_VERSION")),
        "CALSCALE:GREGORIAN".to_owned(),
        "METHOD:PUBLISH".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(&format!("Reviews, {}", atlas.organization()))),
    ];
    for due in due(atlas) {
        let Some(end) = due.day.day_after() else { continue };
        let version = due.version.unwrap_or_default();
        let title = format!("Review {} {}", due.card.label, due.card.title);
        let owner = due.owner.unwrap_or("nobody named");
        let about = format!(
            "Version {} is in force. Owner: {}. Its review is overdue after this day.",
            shown(version),
            shown(owner)
        );
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:review-{}@{root}.clausebook", due.card.label),
            format!("DTSTAMP:{stamp}"),
            format!("DTSTART;VALUE=DATE:{}", plain(due.day)),
            format!("DTEND;VALUE=DATE:{}", plain(end)),
            format!("SUMMARY:{}", escaped(&title)),
            format!("DESCRIPTION:{}", escaped(&about)),
            "CATEGORIES:REVIEW".to_owned(),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    let text: String = lines.iter().map(|line| folded(line)).collect();
    Ok(Page { path: CALENDAR.to_owned(), bytes: text.into() })
}

/// Returns the moment of the judged commit, in UTC: the calendar is as old as what it was made of.
fn stamp(atlas: &Atlas<'_>) -> String {
    let commit = atlas.commit(atlas.sms.head);
    let seconds = commit.and_then(|commit| commit.committer.seconds);
    let day = seconds.and_then(|seconds| Date::of_seconds(seconds, 0));
    let time = seconds.unwrap_or(0).rem_euclid(86_400);
    let (hours, minutes, seconds) = (time / 3_600, time / 60 % 60, time % 60);
    format!("{}T{hours:02}{minutes:02}{seconds:02}Z", plain(day.unwrap_or(atlas.sms.as_of)))
}

fn plain(day: Date) -> String {
    day.to_string().replace('-', "")
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Ends a line, and breaks it so that no part is longer than 75 bytes.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 2);
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > 75 {
            out.push_str("\r\n ");
            length = 1;
        }
        out.push(c);
        length += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_letters() {
        let folded = folded(&format!("SUMMARY:{}", "ä".repeat(100)));
        assert!(folded.lines().all(|line| line.len() <= 75), "{folded}");
        assert_eq!(folded.replace("\r\n ", "").chars().filter(|c| *c == 'ä').count(), 100);
        assert!(folded.ends_with("\r\n"));
    }

    #[test]
    fn what_separates_values_is_text_in_a_text() {
        assert_eq!(escaped("a, b; c\\d"), "a\\, b\\; c\\\\d");
    }
}
