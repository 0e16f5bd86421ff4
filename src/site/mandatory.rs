//! The documented information the framework makes mandatory: each item, its state, its documents.

use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, SectionsView, Table, joined};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::framework::{Keeping, MandatoryItem};
use crate::source::counted;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let pack = atlas.sms.frameworks.primary();
    let mut view = SectionsView {
        frame: atlas.frame("mandatory.html", "mandatory.html", "Mandatory documented information"),
        heading: "Mandatory documented information".to_owned(),
        lede: vec![Piece::text(format!(
            "What {} asks to have in writing, in our words, and which documents and records could be it: those that name the clause and are of the type. The state says whether they are in force, or kept. Whether they say enough is for a reader to judge; the last column is a help for that, and no verdict.",
            pack.name()
        ))],
        ..SectionsView::default()
    };
    let listed = pack.mandatory.iter().filter(|item| item.letter.is_some());
    let others = pack.mandatory.iter().filter(|item| item.letter.is_none());
    view.sections.push(items(atlas, "Listed", "On the standard’s own list", listed));
    view.sections.push(items(atlas, "Others", "Asked for in other clauses", others));
    view.sections.retain(|section| !section.tables.is_empty());
    if view.sections.is_empty() {
        let nothing = Section::titled("Listed", "Items")
            .say("The framework’s pack lists no mandatory items.");
        view.sections.push(nothing);
    }
    template::fill("sections.html", "mandatory.html", &view)
}

fn items<'p>(
    atlas: &Atlas<'_>,
    id: &str,
    title: &str,
    items: impl Iterator<Item = &'p MandatoryItem>,
) -> Section {
    let rows: Vec<Row> = items.map(|item| row(atlas, item)).collect();
    let mut section = Section::titled(id, title);
    if !rows.is_empty() {
        section.tables.push(Table {
            caption: counted(rows.len(), "item"),
            columns: Column::all(&[
                "What is to be in writing",
                "Asked for by clause",
                "State",
                "Documents and records",
                "What to look for in them",
            ]),
            rows,
            ..Table::default()
        });
    }
    section
}

fn row(atlas: &Atlas<'_>, item: &MandatoryItem) -> Row {
    let found = found(atlas, item);
    let is_there = |document: &&Document| match item.keeping {
        Keeping::Maintain => {
            atlas.is_in_force(document)
                && atlas.sms.outside_term(atlas.shown_of(document)).is_none()
        }
        Keeping::Retain => atlas.sms.is_record(document) && atlas.sms.past_day(document).is_some(),
    };
    let there = found.iter().filter(|document| is_there(document)).count();
    let standing = match (there, found.len(), item.keeping) {
        (_, 0, _) => Piece::mark("M-overdue", "ask", "not found"),
        (0, _, Keeping::Retain) => {
            Piece::mark("M-unverifiable", "ask", "found, none of a day past")
        }
        (0, _, Keeping::Maintain) => Piece::mark("M-unverifiable", "ask", "found, not in force"),
        (_, _, Keeping::Retain) => Piece::mark("M-effective", "state is-effective", "records kept"),
        (there, all, Keeping::Maintain) if there == all => {
            Piece::mark("M-effective", "state is-effective", "in force")
        }
        (there, all, Keeping::Maintain) => {
            Piece::mark("M-approved", "is-part", format!("{there} of {all} in force"))
        }
    };
    let clauses = item.clauses.iter().map(|clause| atlas.link_clause("", clause));
    let clauses = match item.clauses.is_empty() {
        true => vec![Piece::text("all")],
        false => joined(clauses, ", "),
    };
    let documents = match found.len() {
        0 => vec![Piece::quiet("none")],
        many if item.clauses.is_empty() && item.keeping == Keeping::Retain => {
            vec![Piece::link(counted(many, "record"), "register.html#Records")]
        }
        _ => joined(found.iter().map(|document| atlas.link("", document)), ", "),
    };
    let name = match &item.letter {
        Some(letter) => format!("{letter}) {}", item.item),
        None => item.item.clone(),
    };
    let key = super::atlas::file_name(&item.key);
    Row {
        id: format!("M-item-{key}"),
        class: String::new(),
        cells: vec![
            Cell::one("wide", "", Piece::text(name)),
            Cell::of("wide", "Clauses", clauses),
            Cell::one("", "", standing),
            Cell::of("wide", "Documents", documents),
            Cell::one("wide quiet", "Look for", Piece::text(&item.check)),
        ],
    }
}

/// Returns the documents that could be an item: they name one of its clauses and are of its kind.
fn found<'s>(atlas: &Atlas<'s>, item: &MandatoryItem) -> Vec<&'s Document> {
    let sms = atlas.sms;
    let pack = sms.frameworks.primary();
    let mut found: Vec<&Document> = item
        .clauses
        .iter()
        .flat_map(|number| {
            pack.clauses().iter().filter(move |clause| {
                // A heading stands for all that is beneath it.
                pack.is_within(&clause.number, number)
            })
        })
        .flat_map(|clause| atlas.naming(&pack.id, &clause.number))
        .filter(|document| fits(atlas, item, document))
        .collect();
    if item.clauses.is_empty() {
        found = sms.documents.iter().filter(|document| fits(atlas, item, document)).collect();
    }
    found.sort_by_key(|document| (document.id(), document.path.clone()));
    found.dedup_by(|a, b| a.path == b.path);
    found
}

fn fits(atlas: &Atlas<'_>, item: &MandatoryItem, document: &Document) -> bool {
    let card = atlas.card(document);
    if card.standing.is_obsolete() || card.not_identified.is_some() {
        return false;
    }
    let kind = document.front.text("type").map(|kind| kind.value);
    let id = document.id();
    let by_type = item.types.iter().any(|wanted| {
        let by_id = id.as_ref().is_some_and(|id| {
            id.as_str().split('-').any(|part| part == wanted) || id.as_str() == wanted
        });
        kind == Some(wanted) || by_id
    });
    let by_kind = item.kinds.iter().any(|wanted| kind == Some(wanted));
    match item.keeping {
        Keeping::Retain => card.is_record || by_type,
        // A record is kept and is never in force.
        Keeping::Maintain if card.is_record => false,
        Keeping::Maintain if item.types.is_empty() && item.kinds.is_empty() => true,
        Keeping::Maintain => by_type || by_kind,
    }
}
