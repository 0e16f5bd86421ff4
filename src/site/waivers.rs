//! Waivers: what may deviate, from what, and until when.

use super::atlas::{Atlas, counted};
use super::registers;
use super::views::{Cell, Column, Piece, Row, Section, Table, joined};
use super::{Page, SiteError, template};
use crate::document::Document;

/// Where a waiver stands on the day spoken of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Term {
    Lasts,
    Later,
    Over,
    Unclear,
}

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "waivers.html",
        "Waivers",
        "What is allowed to deviate from a document or a rule, why, under which control, and until when: in the words of the records.",
    );
    let is_waiver =
        |record: &&Document| record.front.text("kind").is_some_and(|kind| kind.value == "waiver");
    let mut waivers: Vec<&Document> = atlas.sms.records().filter(is_waiver).collect();
    waivers.sort_by_key(|waiver| (waiver.front.date("until"), waiver.id()));
    for (term, id, title) in [
        (Term::Lasts, "Lasting", "In effect on the as-of date"),
        (Term::Unclear, "Unclear", "Without a term that can be read"),
        (Term::Later, "Later", "Beginning later"),
        (Term::Over, "Over", "Over"),
    ] {
        let of_term: Vec<&Document> =
            waivers.iter().copied().filter(|waiver| term_of(atlas, waiver) == term).collect();
        if of_term.is_empty() && matches!(term, Term::Unclear | Term::Later) {
            continue;
        }
        let section = Section::titled(id, title);
        view.sections.push(match of_term.is_empty() {
            true => section.say("None."),
            false => section.table(table(atlas, &of_term)),
        });
    }
    view.frame.body_class = "wide";
    template::fill("sections.html", "waivers.html", &view)
}

fn term_of(atlas: &Atlas<'_>, waiver: &Document) -> Term {
    let day = atlas.sms.as_of;
    match (waiver.front.date("from"), waiver.front.date("until")) {
        _ if atlas.card(waiver).not_identified.is_some() => Term::Unclear,
        (Some(from), Some(_)) if day < from => Term::Later,
        (Some(_), Some(until)) if until < day => Term::Over,
        (Some(_), Some(_)) => Term::Lasts,
        _ => Term::Unclear,
    }
}

fn table(atlas: &Atlas<'_>, waivers: &[&Document]) -> Table {
    let rows = waivers.iter().map(|waiver| {
        let field = |key: &str| match waiver.front.get(key) {
            Some(found) => registers::value(atlas, "", &found.value),
            None => vec![Piece::quiet("none")],
        };
        let against = waiver.front.list("against");
        let against = joined(against.iter().map(|one| atlas.link_word("", one.value)), ", ");
        let id = vec![atlas.link("", waiver), Piece::text(" "), Piece::voice(waiver.title())];
        Row::of(vec![
            Cell::of("wide lead", "", id),
            Cell::of("wide", "Against", against),
            Cell::of("wide", "Why", field("reason")),
            Cell::of("wide", "Control", field("compensating_control")),
            Cell::of("", "Risk", field("risk_id")),
            Cell::of("", "Allowed by", field("approver")),
            Cell::one("date", "From", Piece::date_or_none(waiver.front.date("from"))),
            Cell::one("date", "Until", Piece::date_or_none(waiver.front.date("until"))),
        ])
    });
    Table {
        caption: counted(waivers.len(), "waiver"),
        class: "rows",
        columns: Column::all(&[
            "Waiver",
            "Against",
            "Why",
            "Compensating control",
            "Risk",
            "Allowed by",
            "From",
            "Until",
        ]),
        rows: rows.collect(),
        ..Table::default()
    }
}
