//! Obsolete documents: what took the place of each, and how they are kept from use.

use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, Table};
use super::{Page, SiteError, register, template};
use crate::document::Document;
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
        !card.is_record && card.standing.is_obsolete()
    });
    let mut obsolete: Vec<&Document> = obsolete.collect();
    obsolete.sort_by_key(|document| document.id());
    let rows: Vec<Row> = obsolete.iter().map(|document| row(atlas, document)).collect();
    let section = Section::titled("Obsolete", "Withdrawn and superseded");
    view.sections.push(match rows.is_empty() {
        true => {
            section.say("None: nothing was withdrawn, and no document took the place of another.")
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
    let card = atlas.card(document);
    let withdrawal = register::withdrawal(atlas, document);
    let succession = atlas.sms.succession(document);
    let day = match &withdrawal {
        Some(withdrawal) => withdrawal.on,
        None => succession.and_then(|succession| succession.from),
    };
    let commit = match &withdrawal {
        Some(withdrawal) => withdrawal.commit.map(|commit| commit.id),
        None => succession.and_then(|succession| atlas.sms.taken_in(document, succession)),
    };
    let commit = commit.map_or_else(|| Piece::quiet("none"), |id| Piece::oid(id.short()));
    let why = match (&withdrawal, succession) {
        (Some(withdrawal), _) => withdrawal.why(),
        (None, Some(_)) => vec![Piece::text("another took its place")],
        (None, None) => vec![Piece::quiet("not said")],
    };
    Row::of(vec![
        Cell::one("lead", "", atlas.link("", document)),
        Cell::one(
            "ver num end",
            "v",
            document
                .front
                .text("version")
                .map_or_else(|| Piece::quiet("none"), |version| Piece::voice(version.value)),
        ),
        Cell::one("wide", "", Piece::voice(&card.title)),
        Cell::one("", "", card.standing.piece()),
        Cell::of(
            "wide",
            "Instead",
            match succession {
                Some(_) => atlas.successors("", document),
                None => vec![Piece::quiet("none")],
            },
        ),
        Cell::one("date", "Since", Piece::date_or_none(day)),
        Cell::one("", "Commit", commit),
        Cell::of("wide", "Why", why),
    ])
}
