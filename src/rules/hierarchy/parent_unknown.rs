use crate::config::types::DocType;
use crate::document::{DocId, Document, Reference};
use crate::finding::Findings;
use crate::rules::{HELP_GONE, gone, help_named_by};
use crate::sms::Sms;
use crate::sms::naming::Ids;
use crate::sms::record::{day_of, first_day_of};
use crate::source::{Spanned, listed};
use std::collections::BTreeSet;

rule!(HI001, "parent-unknown", Error, "7.5");

/// The types that say in further keys where they belong.
const REFERRING: [&str; 3] = ["procedure", "work-instruction", "record"];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut ids = sms.known_ids();
    for document in sms.documents.iter().filter(|document| !document.front.entries.is_empty()) {
        let mut known = Vec::new();
        for (key, written) in references(sms, document) {
            let id = id_named(key, written.value);
            if !ids.may_hold(&id) && came_from(sms, document, key, &id) {
                let gone = gone(sms, &id).unwrap_or_default();
                let words = format!("`{key}` names what was in force when it was made: {gone}");
                out.evidence(document.at("id"), words);
            } else if !ids.may_hold(&id) {
                report(sms, document, key, &Spanned::new(&id, written.span), &mut ids, out);
            } else if known.last() != Some(&key) {
                known.push(key);
            }
        }
        check_version_in_force(sms, document, &ids, out);
        if let Some(doc_type) = sms.type_of(document)
            && lacks_parent(document, doc_type)
        {
            report_none(document, doc_type, out);
        }
        let keys = listed(known.iter().map(|key| format!("`{key}`")), "and");
        match known.len() {
            0 => {}
            1 => drop(
                out.evidence(document.at("id"), format!("{keys} names a document that exists")),
            ),
            _ => drop(out.evidence(document.at("id"), format!("{keys} name documents that exist"))),
        }
    }
}

/// To begin a next version puts the one in force nowhere else.
fn check_version_in_force(sms: &Sms, file: &Document, ids: &Ids<'_>, out: &mut Findings) {
    let Some(found) = sms.in_force_before_next(file) else { return };
    let named = |document| {
        references(sms, document).map(|(key, written)| (key, id_named(key, written.value)))
    };
    let mut told: BTreeSet<(&str, String)> = named(file).collect();
    for (key, id) in named(found.text) {
        if ids.may_hold(&id) || !told.insert((key, id.clone())) {
            continue;
        }
        let words =
            |meant: &str| format!("`{key}`{meant} names `{id}`, which is the id of no document");
        let finding = found.finding(out, found.at(key), words);
        if let Some(gone) = gone(sms, &id) {
            finding.note(gone);
        }
        finding.help(help_named_by(&found));
    }
}

/// Returns the id that a value names. Records may say which version they followed; a parent is the
/// document as such.
fn id_named(key: &str, written: &str) -> String {
    match key {
        "parent" => written.to_owned(),
        _ => Reference::parse(written).id.as_str().to_owned(),
    }
}

/// Tells whether a closed record names what it came from, and that was taken out of use in order before
/// it was removed: the record stays as it is.
fn came_from(sms: &Sms, record: &Document, key: &str, id: &str) -> bool {
    let days = [first_day_of(record), day_of(record)].into_iter().flatten();
    let id = DocId::new(id);
    key == "produced_by"
        && sms.is_record(record)
        && record.status() == Some("closed")
        && sms.removed(id.as_str()).is_some()
        && sms.in_force_as_it_went(&id).is_none()
        && days.into_iter().any(|day| sms.in_force_on(&id, day).is_some())
}

/// Returns the keys of a document that name another one above it, with what they name.
fn references<'s>(
    sms: &'s Sms,
    document: &'s Document,
) -> impl Iterator<Item = (&'static str, Spanned<&'s str>)> {
    let refers = sms.type_of(document).is_some_and(|kind| REFERRING.contains(&kind.name.as_str()));
    let parent = document.front.text("parent").map(|parent| ("parent", parent));
    let others = sms.above(document).filter(move |above| refers && above.key != "parent");
    parent.into_iter().chain(others.map(|above| (above.key, above.written)))
}

fn lacks_parent(document: &Document, doc_type: &DocType) -> bool {
    let parent = document.front.get("parent");
    parent.map_or_else(|| document.lacks("parent"), |parent| parent.value.is_empty())
        && !doc_type.may_stand_alone
        && !doc_type.parents.is_empty()
}

fn report_none(document: &Document, doc_type: &DocType, out: &mut Findings) {
    let key = if document.front.get("parent").is_some() { "parent" } else { "type" };
    let parents = listed(doc_type.parents.iter().map(|name| format!("`{name}`")), "or");
    let message = format!(
        "no parent is named; a document of type `{}` stands beneath one of type {parents}",
        doc_type.name
    );
    out.finding(document.at(key), message)
        .help("add `parent:` with the id of the document that this one carries out");
}

fn report(
    sms: &Sms,
    document: &Document,
    key: &str,
    id: &Spanned<&str>,
    ids: &mut Ids<'_>,
    out: &mut Findings,
) {
    let message = format!("`{key}` names `{}`, which is the id of no document", id.value);
    if let Some(gone) = gone(sms, id.value) {
        out.finding(document.place(id.span), message).note(gone).help(HELP_GONE);
        return;
    }
    let help = match id.value.split_once('@') {
        Some((plain, _)) if ids.may_hold(plain) => {
            format!("name the document without a version: `{plain}`")
        }
        _ => match ids.nearest(id.value).filter(|near| document.id() != Some(DocId::new(*near))) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "correct the id, or write the document that is meant".to_owned(),
        },
    };
    let finding = out.finding(document.place(id.span), message);
    finding.help(help);
    if let Some((meant, splice)) = ids.correction(document, id, id.value) {
        finding.fix(format!("write `{meant}`"), vec![splice]);
    }
}
