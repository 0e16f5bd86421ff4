//! Obsolete documents: what took the place of each, and how they are kept from use.

use super::atlas::Atlas;
use super::card::out_of_use_piece;
use super::views::{Cell, Column, Piece, Row, Section, Table, joined, shown};
use super::{Page, SiteError, register, template};
use crate::document::{Document, Version};
use crate::sms::out_of_use::{Replacement, Withdrawal};
use crate::source::counted;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "obsolete.html",
        "Obsolete documents",
        "Documents whose time is over. Each stays readable under a banner that says so, links to it are struck through, and neither the search here nor the search engines of an intranet lead to it.",
    );
    let obsolete = atlas.sms.documents.iter().filter(|document| {
        let card = atlas.card(document);
        let is_out = atlas.sms.out_of_use_beside(document).is_some();
        !card.is_record && (is_out || card.standing.is_obsolete())
    });
    let mut obsolete: Vec<&Document> = obsolete.collect();
    obsolete.sort_by_key(|document| document.id());
    let rows: Vec<Row> = obsolete.iter().map(|document| row(atlas, document)).collect();
    let section = Section::titled("Obsolete", "Out of use");
    view.sections.push(match rows.is_empty() {
        true => {
            section.say("None: of the documents that are here, none is withdrawn or opened again, and none had its place taken by another.")
        }
        false => section.table(Table {
            caption: counted(rows.len(), "document"),
            columns: vec![
                Column::text("Id"),
                Column::number("Ver."),
                Column::text("Title"),
                Column::text("State"),
                Column::text("In its place"),
                Column::text("Out of use"),
                Column::text("Commit"),
                Column::text("Why"),
            ],
            rows,
            ..Table::default()
        }),
    });
    view.sections.extend(register::removed(atlas));
    template::fill("sections.html", "obsolete.html", &view)
}

fn row(atlas: &Atlas<'_>, document: &Document) -> Row {
    let sms = atlas.sms;
    let out = sms.out_of_use_beside(document);
    let text = out.map_or(document, |out| &out.text);
    let (withdrawal, replacement) = match out {
        Some(out) => (out.withdrawal.clone(), out.replacement.clone()),
        None => (sms.withdrawal(document), sms.replacement(document)),
    };
    let reopening = out.and_then(|out| out.reopening);
    let (day, commit) = match (&withdrawal, &replacement, &reopening) {
        (Some(Withdrawal { on, commit, .. }), ..)
        | (None, Some(Replacement { on, commit, .. }), _) => (*on, *commit),
        (None, None, Some(it)) => (it.on, Some(it.commit)),
        (None, None, None) => (None, None),
    };
    let why = match (&withdrawal, &replacement, &reopening) {
        (Some(withdrawal), ..) => register::why_withdrawn(atlas, withdrawal),
        (None, Some(_), _) => vec![Piece::text("another took its place")],
        (None, None, Some(reopening)) => {
            let words = Piece::text("a draft again under its number; the commit: ");
            vec![words, register::subject_of(atlas, reopening)]
        }
        (None, None, None) => vec![Piece::quiet("not said")],
    };
    let instead = match &replacement {
        Some(it) => joined(it.by.iter().map(|id| atlas.link_id("", id)), ", "),
        None => vec![Piece::quiet("none")],
    };
    let version = text.front.text("version");
    Row::of(vec![
        Cell::one("lead", "", atlas.link("", document)),
        Cell::one(
            "ver num end",
            "v",
            version.map_or_else(|| Piece::quiet("none"), |version| Piece::voice(version.value)),
        ),
        Cell::one("wide", "", Piece::voice(text.title())),
        Cell::of("wide", "", state(atlas, document)),
        Cell::of("wide", "Instead", instead),
        Cell::one("date", "Since", Piece::date_or_none(day)),
        Cell::one(
            "",
            "Commit",
            commit.map_or_else(|| Piece::quiet("none"), |id| Piece::oid(id.short())),
        ),
        Cell::of("wide", "Why", why),
    ])
}

/// Returns the state of what went out of use, and beside it that of a version that the file has since.
fn state(atlas: &Atlas<'_>, document: &Document) -> Vec<Piece> {
    let card = atlas.card(document);
    let Some(out) = atlas.sms.out_of_use_beside(document) else {
        return vec![card.standing.piece()];
    };
    let mut pieces = vec![out_of_use_piece(out)];
    let version = document.front.text("version").map_or("none", |version| version.value);
    let is_same = Version::are_same(version, out.version());
    let version = format!("version {}", shown(version));
    if card.standing.is_obsolete() {
        let words = format!("; {version}, which the file has, was never in force");
        pieces.push(Piece::text(words));
        return pieces;
    }
    let file = match is_same {
        true => "; the file, under the same number,".to_owned(),
        false => format!("; the next, {version},"),
    };
    let file = Piece::text(file + card.standing.verb());
    pieces.extend([file, card.standing.piece()]);
    pieces
}
