//! What is known of the thing the mouse rests on: a clause, a document, an owner.

use super::cursor::{Thing, What, thing_at};
use super::desk::{Asked, Desk};
use super::words::Words;
use crate::document::Document;
use crate::framework::{Clause, Pack};
use crate::report::standing::standing;
use crate::sms::Sms;
use crate::sms::roles::{Owner, RoleEntry};
use crate::source::{counted, listed};
use lsp_types::{Hover, HoverParams};
use std::collections::BTreeSet;

/// Answers what stands at a place.
pub(super) fn hover(desk: &Desk, params: &HoverParams) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let asked = desk.asked(&at.text_document.uri)?;
    let Thing { span, what } = thing_at(&asked, asked.offset(at.position))?;
    let words = match what {
        What::Document { document, version, .. } => {
            of_document(desk, &asked, document, version.as_deref())
        }
        What::Clause(pack, clause) => of_clause(desk, &asked.model.sms, pack, clause),
        What::Owner(written) => of_owner(desk, &asked.model.sms, &written),
        What::File(_) => return None,
    };
    Some(words.into_hover(asked.page.range(span)))
}

/// Says what a document is, what is in force of it, and whether its text is that.
fn of_document(
    desk: &Desk,
    asked: &Asked<'_>,
    document: &Document,
    version: Option<&str>,
) -> Words {
    let sms = &asked.model.sms;
    let reads = desk.as_it_reads(document);
    let mut words = Words::of(desk.client.reads_markdown, &document.called(), &reads.title());
    let field = |key: &str| reads.front.text(key).map(|found| found.value.to_owned());
    let mut facts: Vec<String> = field("type").into_iter().collect();
    facts.extend(field("version").map(|version| format!("version {version} as written")));
    facts.extend(field("status").map(|status| format!("status {status} as written")));
    facts.extend(field("owner").map(|owner| format!("owner {owner}{}", held_by(sms, &owner))));
    facts.extend(field("parent").map(|parent| format!("parent {parent}")));
    words.paragraph(&facts.join(", "));
    if let Some(why) = sms.why_not_identified(document) {
        words.paragraph(&why);
        return words;
    }
    if let Some(version) = version.filter(|version| field("version").as_deref() != Some(version)) {
        words.paragraph(&of_version(sms, document, version));
    }
    if !sms.is_record(document) {
        let standing = standing(sms, document, &reads.claims());
        words.paragraph(&format!("As of {}: {}.", standing.as_of, standing.words("its text here")));
        let approvals = standing.in_force.iter().flat_map(|tenure| &tenure.approvals);
        approvals.for_each(|approval| words.paragraph(&format!("{}.", approval.words())));
        if let Some(day) = sms.review_in_force(document).filter(|_| standing.is_it) {
            let is_over = if day < sms.as_of { "was due" } else { "is due" };
            words.paragraph(&format!("Its review {is_over} by {day}."));
        }
    }
    if let Some(refused) = &desk.refused {
        words.paragraph(&format!("This is from before; now: {}.", refused.sentence));
    }
    words
}

/// Says when a version that a link names was in force.
fn of_version(sms: &Sms, document: &Document, version: &str) -> String {
    let subject = crate::report::tenure::Subject::of(sms, document);
    let then = crate::report::tenure::then(sms, &subject, Some(version), None);
    match then.in_force.last() {
        Some(tenure) => {
            let proof =
                if tenure.is_proved { "" } else { ", and Git does not bear its approval out" };
            format!(
                "Version {version} is named here: {}{proof}.",
                crate::report::tenure::days_in_force(tenure)
            )
        }
        None => format!("Version {version} is named here; it was never published as approved."),
    }
}

/// Says what a clause asks for, in our words, and who answers it.
fn of_clause(desk: &Desk, sms: &Sms, pack: &Pack, clause: &Clause) -> Words {
    let mut words = Words::of(desk.client.reads_markdown, &clause.number, &clause.title);
    let file = pack.file.as_ref().map(|file| format!(", from {file}")).unwrap_or_default();
    words.paragraph(&format!("{}, {}{file}", pack.name(), pack.title));
    if let Some(shown) = &clause.must_show {
        words.paragraph(shown);
    }
    if !clause.kinds.is_empty() {
        words.paragraph(&format!("Usually shown by: {}.", clause.kinds.join(", ")));
    }
    if let Some(cadence) = &clause.cadence {
        words.paragraph(&format!("How often: {cadence}."));
    }
    let documents = sms.of_clause(&pack.id, &clause.number);
    let names: Vec<String> = documents.iter().take(8).map(|it| it.called()).collect();
    let more = match documents.len().saturating_sub(names.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    words.paragraph(&match documents.len() {
        0 => "In the clauses of no document.".to_owned(),
        count => {
            format!("In the clauses of {}: {}{more}.", counted(count, "document"), names.join(", "))
        }
    });
    words
}

/// Says who holds a role, or which roles a person has.
fn of_owner(desk: &Desk, sms: &Sms, written: &str) -> Words {
    let mut words = Words::of(desk.client.reads_markdown, written, "");
    let rows = |entry: &RoleEntry| {
        let until = entry.to.map(|to| format!(" to {to}")).unwrap_or_default();
        let from = entry.from.map(|from| format!(" from {from}")).unwrap_or_default();
        format!("{}{from}{until}", entry.role)
    };
    let day = sms.as_of;
    words.paragraph(&match sms.roles().owner(written, day) {
        Owner::Role(held) if held.is_empty() => format!("A role that nobody holds on {day}."),
        Owner::Role(held) => {
            let people: BTreeSet<&str> = held.iter().map(|it| it.person.as_str()).collect();
            format!("A role, held on {day} by {}.", listed(people, "and"))
        }
        Owner::Person(held) => {
            let name = held.first().map(|it| it.person.clone()).unwrap_or_default();
            format!("{name}: {}.", listed(held.into_iter().map(rows), "and"))
        }
        Owner::Machine(bot) => format!("A machine: {}.", rows(bot)),
        Owner::Unknown => "The role register does not know it.".to_owned(),
    });
    words
}

/// Names who holds the role that owns something, to follow the role.
fn held_by(sms: &Sms, owner: &str) -> String {
    match sms.roles().owner(owner, sms.as_of) {
        Owner::Role(held) if held.is_empty() => " (nobody holds the role)".to_owned(),
        Owner::Role(held) => {
            let people: BTreeSet<&str> = held.iter().map(|it| it.person.as_str()).collect();
            format!(" ({})", listed(people, "and"))
        }
        _ => String::new(),
    }
}
