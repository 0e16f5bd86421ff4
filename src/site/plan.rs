//! The service management plan, compiled: each item of the standard's list, the section of the
//! plan that answers it, and the registers it rests on.

use super::atlas::Atlas;
use super::views::{Cell, Column, Piece, Row, Section, SectionsView, Table, shown};
use super::{Page, SiteError, registers, template, text};
use crate::document::Document;
use crate::document::markdown::slug;
use crate::framework::PlanItem;
use crate::sms::record::held_on;
use crate::source::counted;
use std::ops::Range;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let file = plan(atlas);
    let plan = file.map(|file| atlas.shown_of(file));
    let mut view = SectionsView {
        frame: atlas.frame("smp.html", "smp.html", "Service management plan"),
        heading: "Service management plan".to_owned(),
        lede: vec![Piece::text(
            "Compiled from the plan and the registers it points to: for each item the section of the plan, in the organisation’s own words, and beneath it the rows of the registers as they stand.",
        )],
        ..SectionsView::default()
    };
    match file.zip(plan) {
        Some((file, plan)) => {
            let mut section = Section::titled("Plan", plan.title());
            section.text.push(registers::in_force_line(atlas, "", file));
            if let Some(horizon) = plan.front.text("horizon") {
                section.text.push(vec![Piece::text("Horizon: "), Piece::voice(horizon.value)]);
            }
            view.sections.push(section);
        }
        None => view.sections.push(Section::titled("Plan", "The plan").say(
            "No plan with `smp_items` was found; the registers below are shown all the same.",
        )),
    }
    for item in &atlas.sms.frameworks.primary().plan_items {
        view.sections.push(item_section(atlas, plan, item));
    }
    template::fill("sections.html", "smp.html", &view)
}

/// Returns the plan that says which of its sections answers which item: one in force before one
/// that is not.
fn plan<'a>(atlas: &'a Atlas<'_>) -> Option<&'a Document> {
    let has_items =
        |document: &&Document| atlas.shown_of(document).front.get("smp_items").is_some();
    let plans: Vec<&Document> = atlas
        .sms
        .maintained()
        .filter(has_items)
        .filter(|plan| !atlas.card(plan).standing.is_obsolete())
        .collect();
    let in_force = plans.iter().find(|plan| atlas.is_in_force(plan));
    in_force.or_else(|| plans.first()).copied()
}

fn item_section(atlas: &Atlas<'_>, plan: Option<&Document>, item: &PlanItem) -> Section {
    let letter = super::atlas::file_name(&item.letter);
    let mut section =
        Section::titled(&format!("Item-{letter}"), format!("{}: {}", item.letter, item.content));
    if let Some(plan) = plan {
        answer(atlas, plan, item, &letter, &mut section);
    }
    for source in &item.sources {
        section = live(atlas, source, section);
    }
    if item.letter == "align" {
        section.tables.extend(other_plans(atlas, plan));
    }
    let says_nothing = section.text.is_empty() && section.html.is_empty();
    if says_nothing && section.tables.is_empty() && section.notes.is_empty() {
        let missing = match item.letter.as_str() {
            "align" => "No other plan was found, so there is none to be in line with this one.",
            _ => "Nothing was found: no plan says it, and no register is read for this item.",
        };
        section.notes.push(vec![Piece::quiet(missing)]);
    }
    section
}

/// Puts the section of the plan into the item, or says why there is none.
fn answer(
    atlas: &Atlas<'_>,
    plan: &Document,
    item: &PlanItem,
    letter: &str,
    section: &mut Section,
) {
    let items = plan.front.get("smp_items");
    let named = items.and_then(|items| items.value.text(&item.letter));
    let Some(named) = named.map(|named| named.value) else {
        if item.letter.len() == 1 {
            let missing =
                Piece::mark("M-unverifiable", "ask", "The plan names no section for this item.");
            section.text.push(vec![missing]);
        }
        return;
    };
    match section_of(plan, named) {
        Some(found) => {
            section.html = text::part_html(atlas, "", plan, found, &format!("Item-{letter}"));
        }
        None => section.text.push(vec![
            Piece::mark(
                "M-unverifiable",
                "ask",
                "The plan names a section that it does not have: ",
            ),
            Piece::voice(named),
        ]),
    }
}

/// Returns where in the text of a document the words under a heading stand, up to the next of its
/// level.
fn section_of(document: &Document, named: &str) -> Option<Range<usize>> {
    let headings = &document.body.headings;
    let same =
        |text: &str| text.trim().eq_ignore_ascii_case(named.trim()) || slug(text) == slug(named);
    let at = headings.iter().position(|heading| same(&heading.text) || heading.anchor == named)?;
    let heading = &headings[at];
    let next = headings[at + 1..].iter().find(|next| next.level <= heading.level);
    let end = next.map_or(document.text.len(), |next| next.span.start);
    Some(heading.span.end - document.body_start..end - document.body_start)
}

/// Adds the tables of the registers that an item usually comes from.
fn live(atlas: &Atlas<'_>, source: &str, section: Section) -> Section {
    let kinds: &[&str] = match source {
        "CAT" => &["services"],
        "RSK" => &["risks"],
        "EXT" | "OBL" => &["obligations"],
        "ROL" => &["roles"],
        "SUP" => &["suppliers"],
        "IMP" => &["improvements"],
        "AUD" => &["objectives"],
        _ => &[],
    };
    let mut section = section;
    for kind in kinds {
        // Item g rests on roles and assets; the whole role register stands under item d.
        if section.id == "Item-g" || section.id == "Item-align" {
            continue;
        }
        section = match *kind {
            "risks" => register_pointer(atlas, "risks", section),
            "improvements" => register_pointer(atlas, "improvements", section),
            kind => registers::kind_tables(atlas, "", kind, section),
        };
    }
    if source == "AUD" {
        section.tables.extend(audits(atlas));
    }
    section
}

/// Long registers are pointed to.
fn register_pointer(atlas: &Atlas<'_>, kind: &str, mut section: Section) -> Section {
    if atlas.sms.registers(kind).next().is_none() {
        section.notes.push(registers::none_found(kind));
    }
    for register in atlas.sms.registers(kind) {
        let rows = atlas.shown_of(register).front.rows("entries").count();
        let mut line = registers::in_force_line(atlas, "", register);
        line.push(Piece::text(format!(", {}", counted(rows, "row"))));
        section.notes.push(line);
    }
    section
}

fn audits(atlas: &Atlas<'_>) -> Option<Table> {
    let kind = |document: &&Document| {
        let is = |key, word| document.front.text(key).is_some_and(|text| text.value == word);
        is("type", "audit-programme") || is("kind", "internal-audit")
    };
    let rows: Vec<Row> = atlas
        .sms
        .documents
        .iter()
        .filter(kind)
        .map(|document| {
            let lead = document.front.text("lead_auditor").or_else(|| document.front.text("owner"));
            Row::of(vec![
                Cell::one("lead", "", atlas.link("", document)),
                Cell::one("wide", "", Piece::voice(document.title())),
                Cell::of("date", "Date", performed(atlas, document)),
                Cell::one(
                    "",
                    "By",
                    lead.map_or_else(|| Piece::quiet("none"), |lead| Piece::voice(lead.value)),
                ),
                Cell::of("", "", atlas.state("", document)),
            ])
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: "Audit programmes and internal audits".to_owned(),
        columns: Column::all(&["Id", "Title", "Performed", "By", "State"]),
        rows,
        ..Table::default()
    })
}

/// Says when an audit was performed, or for when it is planned.
fn performed(atlas: &Atlas<'_>, audit: &Document) -> Vec<Piece> {
    if let Some(day) = held_on(audit).filter(|day| *day <= atlas.sms.as_of) {
        return vec![Piece::date(day)];
    }
    let planned = ["planned", "performed_on", "date"].into_iter();
    match planned.filter_map(|key| audit.front.text(key)).next() {
        Some(planned) => vec![Piece::quiet("planned: "), Piece::voice(planned.value)],
        None => vec![Piece::quiet("none")],
    }
}

fn other_plans(atlas: &Atlas<'_>, plan: Option<&Document>) -> Option<Table> {
    let own = plan.map(|plan| &plan.path);
    let others = atlas.sms.maintained().filter(|document| {
        Some(&document.path) != own
            && document.front.text("type").is_some_and(|kind| kind.value == "plan")
    });
    let rows: Vec<Row> = others
        .map(|document| {
            let parent = atlas.sms.parent(atlas.shown_of(document));
            let aligned = match (parent, own) {
                (Some(parent), Some(own)) if parent.path == *own => {
                    Piece::mark("M-verified", "state is-verified", "yes")
                }
                _ => Piece::mark("M-unverifiable", "ask", "no"),
            };
            Row::of(vec![
                Cell::one("lead", "", atlas.link("", document)),
                Cell::one("wide", "", Piece::voice(&atlas.card(document).title)),
                Cell::of("", "", atlas.state("", document)),
                Cell::one("", "Under the plan", aligned),
            ])
        })
        .collect();
    (!rows.is_empty()).then(|| Table {
        caption: shown("Other plans"),
        columns: Column::all(&["Id", "Title", "State", "Its parent is this plan"]),
        rows,
        ..Table::default()
    })
}
