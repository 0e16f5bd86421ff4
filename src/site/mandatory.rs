//! The documented information the framework makes mandatory: each item, its state, its documents.

use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, SectionsView, Table, joined, prose};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::framework::Keeping;
use crate::sms::mandatory::Found;
use crate::source::counted;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let pack = atlas.sms.frameworks.primary();
    let mut view = SectionsView {
        frame: atlas.frame("mandatory.html", "mandatory.html", "Mandatory documented information"),
        heading: "Mandatory documented information".to_owned(),
        lede: vec![Piece::text(format!(
            "What {} asks to have in writing, in our words, and which documents and records could be it: documents of the type that name the clause, and records whose id or kind is that of the item. The state says whether they are in force, or kept, and what no document does yet. Whether they say enough is for a reader to judge; the last column is a help for that, and no verdict.",
            pack.name()
        ))],
        ..SectionsView::default()
    };
    let (listed, others): (Vec<Found<'_>>, Vec<Found<'_>>) =
        atlas.sms.mandatory().into_iter().partition(|found| found.item.letter.is_some());
    view.sections.push(items(atlas, "Listed", "On the standard’s own list", &listed));
    view.sections.push(items(atlas, "Others", "Asked for in other clauses", &others));
    view.sections.retain(|section| !section.tables.is_empty());
    if view.sections.is_empty() {
        let nothing = Section::titled("Listed", "Items")
            .say("The framework’s pack lists no mandatory items.");
        view.sections.push(nothing);
    }
    template::fill("sections.html", "mandatory.html", &view)
}

fn items(atlas: &Atlas<'_>, id: &str, title: &str, items: &[Found<'_>]) -> Section {
    let rows: Vec<Row> = items.iter().map(|found| row(atlas, found)).collect();
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

fn row(atlas: &Atlas<'_>, found: &Found<'_>) -> Row {
    let item = found.item;
    let mut documents = found.documents.clone();
    documents.sort_by_key(|document| (document.id(), &document.path));
    let clauses = item.clauses.iter().map(|clause| atlas.link_clause("", clause));
    let clauses = match item.clauses.is_empty() {
        true => vec![Piece::text("all")],
        false => joined(clauses, ", "),
    };
    let listed = match documents.len() {
        0 => vec![Piece::quiet("none")],
        many if item.clauses.is_empty() && item.keeping == Keeping::Retain => {
            vec![Piece::link(counted(many, "record"), "register.html#Records")]
        }
        _ => joined(documents.iter().map(|document| atlas.link("", document)), ", "),
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
            Cell::of("", "", state(atlas, found)),
            Cell::of("wide", "Documents", listed),
            Cell::one("wide quiet", "Look for", Piece::text(&item.check)),
        ],
    }
}

/// Says whether what was found of an item is in force, or kept, and what is missing of it.
fn state(atlas: &Atlas<'_>, found: &Found<'_>) -> Vec<Piece> {
    let (sms, item) = (atlas.sms, found.item);
    let (records, documents): (Vec<&Document>, Vec<&Document>) =
        found.documents.iter().partition(|document| sms.is_record(document));
    let is_kept = |it: &&&Document| sms.is_identified(it) && sms.past_day(it).is_some();
    let (all, kept) = (found.documents.len(), records.iter().filter(is_kept).count());
    let there = documents.iter().filter(|document| sms.is_in_force_as(item, document)).count();
    let missing = found.missing();
    let in_force = |words: &str| Piece::mark("M-effective", "state is-effective", words);
    let ask = |words: &str| Piece::mark("M-unverifiable", "ask", words);
    let standing = match item.keeping {
        _ if all == 0 => Piece::mark("M-overdue", "ask", "not found"),
        Keeping::Retain if kept > 0 => in_force("records kept"),
        Keeping::Retain if there > 0 => in_force("in force"),
        Keeping::Retain if !records.is_empty() => ask("found, none of a day past"),
        _ if there == 0 => ask("found, not in force"),
        _ if there == all && missing.is_none() && found.waiting().is_none() => in_force("in force"),
        _ => Piece::mark("M-approved", "is-part", format!("{there} of {all} in force")),
    };
    let mut pieces = vec![standing];
    if let Some(missing) = missing {
        let joint = if all == 0 { ": " } else { ", and " };
        pieces.extend(prose(&format!("{joint}{missing}")));
    }
    if let Some(waiting) = found.waiting() {
        pieces.extend(prose(&format!(", and {waiting}")));
    }
    pieces
}
