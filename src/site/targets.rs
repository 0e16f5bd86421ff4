//! What agreements promise of services, and beside it what service reports say was achieved last.

use super::atlas::Atlas;
use super::registers::{Beside, rows_tables_beside};
use super::views::{Cell, Column, Piece, Row, Section, Table, joined};
use crate::document::front::Node;
use crate::document::period::Period;
use crate::document::{DocId, Document};
use crate::sms::actual::Actual;
use crate::sms::record::day_of;
use crate::sms::target::{Amount, ServiceTarget, targets};
use crate::source::{counted, listed};

/// So many targets are told of on the page of all services.
const MOST_TARGETS: usize = 1_000;

/// Returns the targets of an agreement, each with what was reported last for a service.
pub(super) fn tables(
    atlas: &Atlas<'_>,
    root: &str,
    agreement: &Document,
    service: &str,
) -> Vec<Table> {
    let shown = atlas.shown_of(agreement);
    let targets = targets(shown);
    let rows: Vec<&Node> =
        targets.iter().map(|target| target.row).filter(|row| row.as_text().is_none()).collect();
    let id = agreement.id().unwrap_or_else(|| DocId::new(""));
    let cells = |row: &Node| {
        let target = targets.iter().find(|target| std::ptr::eq(target.row, row));
        let last =
            target.and_then(|target| Some((target, atlas.reported.last(&id, target, service)?)));
        match last {
            Some((target, actual)) => [achieved(atlas, root, target, &actual), vec![met(&actual)]],
            None => [vec![no_report()], vec![Piece::quiet("unknown")]],
        }
    };
    let beside = Beside { names: ["Last reported", "So it was"], cells: &cells };
    let caption = format!("Targets of {}", shown.title());
    rows_tables_beside(atlas, root, &caption, &rows, &beside)
}

/// Returns the targets of an agreement that are words alone: no report can name them.
pub(super) fn in_words(atlas: &Atlas<'_>, root: &str, agreement: &Document) -> Vec<Vec<Piece>> {
    let targets = targets(atlas.shown_of(agreement)).into_iter();
    let in_words = targets.filter_map(|target| target.text).map(|words| {
        vec![
            atlas.link(root, agreement),
            Piece::text(": "),
            Piece::voice(words),
            Piece::text("; a target without an id, of which no report can tell"),
        ]
    });
    in_words.collect()
}

/// Returns the section on what all agreements promise that bind, and on what was reported last.
pub(super) fn overview<'s>(
    atlas: &Atlas<'_>,
    binding: impl Iterator<Item = &'s Document>,
) -> Section {
    let section = Section::titled("Targets", "Promised and achieved");
    let mut rows = Vec::new();
    let (mut was_met, mut was_missed, mut untold, mut unreported) = (0, 0, 0, 0);
    for agreement in binding {
        let id = agreement.id().unwrap_or_else(|| DocId::new(""));
        for target in targets(atlas.shown_of(agreement)) {
            let reported = atlas.reported.of(&id, &target);
            let all = reported.contains_key("");
            let mut left: Vec<&str> = target.services.clone();
            left.retain(|service| !all && !reported.contains_key(service));
            for (service, mut actuals) in reported {
                let Some(actual) = actuals.pop() else { continue };
                let (rank, number) = match actual.is_met() {
                    Some(false) => (0, &mut was_missed),
                    None => (1, &mut untold),
                    Some(true) => (3, &mut was_met),
                };
                *number += 1;
                let services =
                    if service.is_empty() { target.services.clone() } else { vec![service] };
                let cells = [achieved(atlas, "", &target, &actual), vec![met(&actual)]];
                rows.push((rank, row(atlas, agreement, &target, &services, cells)));
            }
            if !all && (!left.is_empty() || target.services.is_empty()) {
                unreported += 1;
                let cells = [vec![no_report()], vec![Piece::quiet("unknown")]];
                rows.push((2, row(atlas, agreement, &target, &left, cells)));
            }
        }
    }
    let count = rows.len();
    if count > MOST_TARGETS {
        // What was missed comes first, so that it is not among what is left out.
        rows.sort_by_key(|(rank, _)| *rank);
        rows.truncate(MOST_TARGETS);
    }
    let rows: Vec<Row> = rows.into_iter().map(|(_, row)| row).collect();
    if rows.is_empty() {
        return section.say("No agreement that is in force, and within its term, has a target.");
    }
    let mut told = vec![format!("{was_met} met"), format!("{was_missed} not met")];
    told.extend((untold > 0).then(|| format!("{untold} in doubt")));
    let mut section = section.table(Table {
        caption: format!(
            "Of agreements in force, by what service reports said last: {}, {unreported} without a report",
            told.join(", ")
        ),
        columns: Column::all(&[
            "Agreement",
            "Target",
            "Metric",
            "Promised",
            "Services",
            "Last reported",
            "So it was",
        ]),
        rows,
        ..Table::default()
    });
    if let Some(left) = count.checked_sub(MOST_TARGETS).filter(|left| *left > 0) {
        let more = format!(
            "{} on the pages of their services and agreements; those that were missed, in doubt or without a report are shown first.",
            counted(left, "more row")
        );
        section.notes.push(vec![Piece::text(more)]);
    }
    section
}

fn row(
    atlas: &Atlas<'_>,
    agreement: &Document,
    target: &ServiceTarget<'_>,
    services: &[&str],
    [reported, met]: [Vec<Piece>; 2],
) -> Row {
    let or_none = |text: Option<&str>| text.map_or_else(|| Piece::quiet("none"), Piece::voice);
    let services = match services {
        [] => vec![Piece::quiet("none named")],
        services => joined(services.iter().map(|service| atlas.link_word("", service)), ", "),
    };
    let called = target.id.map_or_else(|| Piece::quiet("no id"), Piece::id);
    Row::of(vec![
        Cell::one("lead", "", atlas.link("", agreement)),
        Cell::one("", "Target", called),
        Cell::one("wide", "Metric", or_none(target.metric.or(target.text))),
        Cell::one("", "Promised", promised(target)),
        Cell::of("", "Services", services),
        Cell::of("wide", "Reported", reported),
        Cell::of("wide", "So it was", met),
    ])
}

fn promised(target: &ServiceTarget<'_>) -> Piece {
    match (target.value, target.unit) {
        (Some(value), Some(unit)) => Piece::voice(format!("{value} {unit}")),
        (Some(value), None) => Piece::voice(value),
        (None, _) => Piece::quiet("no number"),
    }
}

fn no_report() -> Piece {
    Piece::mark("M-none", "quiet", "no report yet")
}

/// Returns the number that was reported, of which time, by which report.
fn achieved(
    atlas: &Atlas<'_>,
    root: &str,
    target: &ServiceTarget<'_>,
    actual: &Actual<'_>,
) -> Vec<Piece> {
    let unit = actual.amount.as_ref().map(|amount| amount.unit.as_str()).or(target.unit);
    let mut pieces = vec![match (actual.value, unit) {
        ("", _) => Piece::quiet("no number"),
        (value, Some(unit)) if !value.contains(unit) => Piece::voice(format!("{value} {unit}")),
        (value, _) => Piece::voice(value),
    }];
    match (Period::of(actual.report), day_of(actual.report)) {
        (Some(Period { first, last }), _) => {
            pieces.push(Piece::text(" for "));
            pieces.extend(Piece::days(first, last));
        }
        (None, Some(day)) => pieces.extend([Piece::text(" on "), Piece::date(day)]),
        (None, None) => {}
    }
    pieces.extend([Piece::text(", "), atlas.link(root, actual.report)]);
    if actual.report.status() == Some("open") {
        pieces.push(Piece::text(", which is still open"));
    }
    pieces
}

/// Says whether a target was met, and against what it was held.
fn met(actual: &Actual<'_>) -> Piece {
    let mut besides = Vec::new();
    let then: Vec<String> = actual.promised_then.iter().map(Amount::to_string).collect();
    besides.extend((actual.is_unpromised).then(|| "no version in force then had it".to_owned()));
    if !then.is_empty() && !actual.is_unpromised {
        besides.push(format!("against {} as promised then", listed(&then, "and")));
    }
    let misquoted = actual.misquoted.as_ref();
    besides.extend(misquoted.map(|it| format!("the report says that {it} was promised")));
    let is_worst = actual.is_worst_of_several;
    besides.extend(is_worst.then(|| "the worst of several rows about this time".to_owned()));
    let besides: String = besides.iter().map(|it| format!(", {it}")).collect();
    let doubt = |words: &str| Piece::mark("M-unverifiable", "ask", format!("{words}{besides}"));
    match (actual.is_met(), actual.says_met, actual.reaches) {
        (Some(true), ..) => Piece::mark("M-verified", "good", format!("met{besides}")),
        (Some(false), ..) => Piece::mark("M-contradicted", "bad", format!("not met{besides}")),
        (None, Some(true), Some(_)) => doubt("the report says met, its number is short of it"),
        (None, Some(false), Some(_)) => doubt("the report says not met, its number reaches it"),
        (None, Some(true), None) => {
            doubt("the report says met, its number cannot be held against what was promised")
        }
        (None, ..) => doubt("the report does not say whether it was met"),
    }
}
