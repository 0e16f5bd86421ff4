//! What stands behind a clause on its card: who owns the documents that name it, what audits and
//! nonconformities say of it, and which versions that name it came into force when.

use super::{Named, ROOT, of_pack};
use crate::document::{DocId, Document};
use crate::framework::{Clause, Pack};
use crate::site::atlas::Atlas;
use crate::site::versions;
use crate::site::views::{Cell, Column, Piece, Row, Section, Table, joined, shown};
use crate::sms::raised::Raised;
use crate::source::counted;
use std::collections::BTreeSet;

/// So many versions are told of, the newest; the histories of their documents have the rest.
const MOST_VERSIONS: usize = 10;

/// So many documents are named whose histories have the rest.
const MOST_HISTORIES: usize = 6;

/// Returns who owns the documents that name a clause, each owner once.
pub(super) fn owners(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    named: &Named<'_>,
) -> Section {
    let mut owners: Vec<(Option<&str>, Vec<&Document>)> = Vec::new();
    for &document in &named.current {
        // What is in force says who owns it, unless only the next version names the clause.
        let in_force = atlas.shown_of(document);
        let is_in_force = atlas.names(in_force, &pack.id, &clause.number);
        let text = if is_in_force { in_force } else { document };
        let owner = text.front.text("owner").map(|owner| owner.value);
        match owners.iter_mut().find(|(known, _)| *known == owner) {
            Some((_, owned)) => owned.push(document),
            None => owners.push((owner, vec![document])),
        }
    }
    let mut section = Section::titled("Owners", "Owners");
    let lines = owners.into_iter().map(|(owner, documents)| {
        let none = || vec![Piece::mark("M-none", "quiet", "no owner named")];
        let mut line = owner.map_or_else(none, |owner| atlas.person(owner));
        line.push(Piece::line_end());
        let links = documents.into_iter().map(|document| atlas.link(ROOT, document));
        line.extend(joined(links, ", "));
        line
    });
    section.list = lines.collect();
    if section.list.is_empty() {
        section = section.say(match named.obsolete.is_empty() {
            true => "None: no document names it.",
            false => "None: no document whose time is not over names it.",
        });
    }
    section
}

/// Returns what audits and nonconformities say of a clause, whatever else is there: what is open, and
/// all that was raised against it or against a document that names it.
pub(super) fn audits(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    documents: &[&Document],
) -> Section {
    let mut section = Section::titled("Audits", "Audits and nonconformities");
    let Some(covered) = of_pack(atlas, pack).find(|one| one.number == clause.number) else {
        return section;
    };
    if let Some((day, audit)) = &covered.audited {
        section.text.push(vec![
            Piece::text("The last internal audit that looked at it is "),
            atlas.link_id(ROOT, audit),
            Piece::text(" of "),
            Piece::date(*day),
            Piece::text("."),
        ]);
    }
    section.text.extend(covered.at_fault.iter().map(|fault| {
        let words = format!(": an open nonconformity against it ({})", fault.grade);
        vec![atlas.link_id(ROOT, &fault.record), Piece::text(words)]
    }));
    let ids: BTreeSet<DocId> = documents.iter().filter_map(|document| document.id()).collect();
    let rows = atlas.raised.iter().filter_map(|raised| {
        let against = against(atlas, pack, clause, &ids, raised);
        (!against.is_empty()).then(|| raised_row(atlas, raised, against))
    });
    let rows: Vec<Row> = rows.collect();
    match rows.len() {
        0 => {
            section = section.say(
                "No record of a nonconformity is about it, or about a document that names it.",
            );
        }
        number => section.tables.push(Table {
            caption: format!(
                "{} about it, or about a document that names it, open or closed, newest first",
                if number == 1 {
                    "1 nonconformity".to_owned()
                } else {
                    format!("{number} nonconformities")
                }
            ),
            columns: Column::all(&["Record", "What", "Grade", "About", "Raised", "State"]),
            rows,
            ..Table::default()
        }),
    }
    section
}

/// Returns what ties a nonconformity to a clause: the clause or one above it, and documents that name it.
fn against(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    documents: &BTreeSet<DocId>,
    raised: &Raised<'_>,
) -> Vec<Piece> {
    let own = raised.clauses.iter().filter(|(framework, _)| *framework == pack.id);
    let clauses = own.filter(|(_, number)| pack.is_within(&clause.number, number));
    let clauses = clauses.map(|(_, number)| atlas.link_clause(ROOT, number));
    let named = raised.documents.intersection(documents).map(|id| atlas.link_id(ROOT, id));
    joined(clauses.chain(named), ", ")
}

fn raised_row(atlas: &Atlas<'_>, raised: &Raised<'_>, against: Vec<Piece>) -> Row {
    let record = raised.record;
    let grade = match record.front.text("grade") {
        Some(grade) => Piece::voice(grade.value),
        None => Piece::quiet("none given"),
    };
    Row::of(vec![
        Cell::one("lead", "", atlas.link(ROOT, record)),
        Cell::one("wide", "", Piece::voice(&atlas.card(record).title)),
        Cell::one("", "Grade", grade),
        Cell::of("", "About", against),
        Cell::one("date", "Raised", Piece::date_or_none(raised.on)),
        Cell::of("wide", "State", state(atlas, record)),
    ])
}

/// Says whether a nonconformity is open, or when it was closed, and names its corrective actions.
fn state(atlas: &Atlas<'_>, record: &Document) -> Vec<Piece> {
    let sms = atlas.sms;
    let mut pieces = match record.status() {
        Some("closed") if !sms.is_closed(record) => {
            vec![Piece::mark("M-contradicted", "bad", "says it is closed, and nothing shows it")]
        }
        Some("closed") => {
            let day = sms.closed_in(record).and_then(|commit| commit.committer.date());
            let day = day.map(|day| [Piece::text(" "), Piece::date(day)]);
            let closed = match sms.is_closing_judged(record) {
                true => Piece::mark("M-verified", "good", "closed"),
                false => Piece::mark("M-none", "quiet", "closed before control start, not judged"),
            };
            std::iter::once(closed).chain(day.into_iter().flatten()).collect()
        }
        status => vec![Piece::mark("M-overdue", "ask", status.unwrap_or("no status"))],
    };
    let actions = record.id().map(|id| sms.corrective_actions(&id)).unwrap_or_default();
    for action in actions {
        pieces.extend([Piece::line_end(), Piece::text("action "), atlas.link(ROOT, action)]);
        pieces.push(Piece::text(format!(", {}", shown(action.status().unwrap_or("no status")))));
    }
    pieces
}

/// Returns which versions that name a clause came into force when, newest first; nothing where none did.
pub(super) fn history(atlas: &Atlas<'_>, pack: &Pack, clause: &Clause) -> Option<Section> {
    let versions = atlas.versions_naming(&pack.id, &clause.number);
    if versions.is_empty() {
        return None;
    }
    let rows = versions.iter().take(MOST_VERSIONS).map(|(id, at)| version_row(atlas, id, *at));
    let caption = match versions.len() {
        all if all > MOST_VERSIONS => {
            format!("The last {MOST_VERSIONS} of {all} versions that named it, newest first")
        }
        all => format!("{} that named it, newest first", counted(all, "version")),
    };
    let mut section = Section::titled("History", "History").table(Table {
        caption,
        columns: Column::all(&["In force from", "Until", "Document", "Ver.", "Why", "Approval is"]),
        rows: rows.collect(),
        ..Table::default()
    });
    let rest: BTreeSet<&DocId> = versions.iter().skip(MOST_VERSIONS).map(|(id, _)| id).collect();
    if !rest.is_empty() {
        let links = rest.iter().take(MOST_HISTORIES).map(|id| match history_of(atlas, id) {
            Some(page) => Piece::id_link(id.as_str(), page),
            None => Piece::id(id.as_str()),
        });
        let mut note = vec![Piece::text("The rest stands in the histories of ")];
        note.extend(joined(links, ", "));
        if rest.len() > MOST_HISTORIES {
            let more = format!(
                ", and of {} more: see the ",
                counted(rest.len() - MOST_HISTORIES, "document")
            );
            note.push(Piece::text(more));
            note.push(Piece::link("register", format!("{ROOT}register.html")));
        }
        note.push(Piece::text("."));
        section.notes.push(note);
    }
    Some(section)
}

fn version_row(atlas: &Atlas<'_>, id: &DocId, at: usize) -> Row {
    let term = &atlas.terms_of(id)[at];
    let tenure = term.tenure;
    let mut from = vec![Piece::date_or_none(tenure.from)];
    if !term.is_proved {
        from.insert(0, Piece::quiet("claimed: "));
    }
    let version = match history_of(atlas, id) {
        Some(page) => Piece::link(&tenure.version, format!("{page}#{}", term.anchor(at))),
        None => Piece::voice(&tenure.version),
    };
    let until = tenure.last_day_in_force();
    let why = tenure.claims.change_summary.as_ref();
    Row::of(vec![
        Cell::of("lead date", "", from),
        Cell::one("date", "Until", until.map_or_else(|| Piece::quiet("open"), Piece::date)),
        Cell::one("", "Document", atlas.link_id(ROOT, id)),
        Cell::one("", "Version", version),
        Cell::one("wide", "Why", why.map_or_else(|| Piece::quiet("none"), Piece::voice)),
        Cell::of("", "Approval", term.verdict_with_commit()),
    ])
}

/// Returns the address of the history of a document, be it one that was removed.
fn history_of(atlas: &Atlas<'_>, id: &DocId) -> Option<String> {
    let page = match atlas.sms.document(id.as_str()) {
        Some(document) => versions::address(atlas.card(document)),
        None => atlas.removed.get(id).cloned(),
    };
    page.map(|page| format!("{ROOT}{page}"))
}
