//! Waivers: what may deviate, from what, and until when.

use super::atlas::Atlas;
use super::checks::rule_page;
use super::registers;
use super::views::{Cell, Column, Piece, Row, Section, Table, joined, prose};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::document::waiver::Reach;
use crate::finding::Place;
use crate::rules::waiving::{Weighed, Worth, of_document};
use crate::sms::record::Term;
use crate::source::{Lines, RepoPath, counted, listed};
use std::collections::BTreeMap;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "waivers.html",
        "Waivers",
        "What is allowed to deviate from a document or a rule, why, under which control, and until when: in the words of the records, and of the documents that excuse what the checks find in them.",
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
    view.sections.push(of_documents(atlas));
    view.frame.body_class = "wide";
    template::fill("sections.html", "waivers.html", &view)
}

/// Lists the waivers that documents make of what the checks find in them.
fn of_documents(atlas: &Atlas<'_>) -> Section {
    let sms = atlas.sms;
    let weighed: Vec<Weighed<'_>> =
        sms.documents.iter().flat_map(|document| of_document(sms, document)).collect();
    let section = Section::titled("Documents", "In the documents").say(
        "A document may excuse what some rules find in it, until a day and for a reason. That changes whether a finding fails a run, and nothing else: no state, no approval and no level looks at it, and the finding stands among the checks. What bears on these cannot be waived.",
    );
    if weighed.is_empty() {
        return section.say("None.");
    }
    let mut excused: BTreeMap<&Place, usize> = BTreeMap::new();
    for waived in atlas.outcome.findings.iter().filter_map(|finding| finding.waived.as_ref()) {
        *excused.entry(&waived.place).or_default() += 1;
    }
    let mut lines: BTreeMap<&RepoPath, Lines> = BTreeMap::new();
    let rows = weighed.iter().map(|it| {
        let (document, waiver) = (it.document, &it.waiver);
        let text = &document.text;
        let lines = lines.entry(&document.path).or_insert_with(|| Lines::of(text));
        let line = lines.position(text, waiver.span.start).line;
        let count = excused.get(&it.place()).copied().unwrap_or_default();
        let rule = match it.rule {
            Some(rule) => Piece::id_link(rule.name.code, rule_page(rule.name)),
            None => Piece::quiet("no rule"),
        };
        let name = Piece::code(it.name());
        let place = vec![Piece::oid(format!("{}:{line}", document.path))];
        let why = waiver.reason.as_ref().map_or_else(|| Piece::quiet("none"), Piece::voice);
        let until = waiver.until.as_ref().map(|day| day.value);
        let rule = vec![rule, Piece::text(" "), name];
        Row::of(vec![
            Cell::of(
                "wide lead",
                "",
                vec![atlas.link("", document), Piece::text(" "), Piece::voice(document.title())],
            ),
            Cell::of("wide", "Rule", rule),
            Cell::one("wide", "For", reach(&waiver.reach)),
            Cell::of("wide", "Place", place),
            Cell::one("wide", "Why", why),
            Cell::one("date", "Until", Piece::date_or_none(until)),
            Cell::of("wide", "State", standing(atlas, it, count)),
        ])
    });
    section.table(Table {
        caption: counted(weighed.len(), "waiver"),
        class: "rows",
        columns: Column::all(&["Document", "Rule", "For", "Place", "Why", "Until", "State"]),
        rows: rows.collect(),
        ..Table::default()
    })
}

fn reach(reach: &Reach) -> Piece {
    match reach {
        Reach::File => Piece::text("the whole file"),
        Reach::Words(words) => Piece::code(words),
        Reach::Line(_) => Piece::text("one line"),
    }
}

/// Says what a waiver excuses, or why it excuses nothing.
fn standing(atlas: &Atlas<'_>, weighed: &Weighed<'_>, count: usize) -> Vec<Piece> {
    let nothing = |why: &str| {
        let mut words = vec![Piece::mark("M-overdue", "ask", "waives nothing"), Piece::text(": ")];
        words.extend(prose(why));
        words
    };
    match &weighed.worth {
        Worth::Holds if count == 0 => nothing("the rule finds nothing there"),
        Worth::Holds => {
            let page = format!("{}#Checks", atlas.card(weighed.document).page);
            vec![Piece::text("excuses "), Piece::link(counted(count, "finding"), page)]
        }
        Worth::Ended => nothing("it has ended"),
        Worth::TooLong(longest) => nothing(&format!("it lasts longer than until {longest}")),
        Worth::NotAllowed => nothing("what this rule finds cannot be waived"),
        Worth::Malformed(troubles) => {
            let words = troubles.iter().map(|trouble| trouble.words.as_str());
            nothing(&listed(words, "and"))
        }
    }
}

fn term_of(atlas: &Atlas<'_>, waiver: &Document) -> Term {
    match atlas.card(waiver).not_identified {
        Some(_) => Term::Unclear,
        None => Term::of_waiver(waiver, atlas.sms.as_of),
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
