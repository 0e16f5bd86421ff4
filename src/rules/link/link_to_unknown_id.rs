use crate::document::Document;
use crate::document::markdown::Target;
use crate::finding::Findings;
use crate::rules::{HELP_GONE, gone, help_named_by};
use crate::sms::Sms;
use crate::sms::naming::Ids;
use crate::source::Span;
use std::collections::BTreeSet;

rule!(LN003, "link-to-unknown-id", Error, "7.5.3", also_by_document);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut ids = sms.known_ids();
    for document in &sms.documents {
        check_links(sms, document, &mut ids, out);
        check_version_in_force(sms, document, &mut ids, out);
    }
}

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    check_links(sms, document, &mut sms.known_ids(), out);
}

/// To begin a next version changes nothing of where the links of the one in force lead.
fn check_version_in_force(sms: &Sms, file: &Document, ids: &mut Ids<'_>, out: &mut Findings) {
    let Some(found) = sms.in_force_before_next(file) else { return };
    let mut told: BTreeSet<&str> = ids_linked(file).map(|(id, _)| id).collect();
    for (id, span) in ids_linked(found.text) {
        if ids.may_hold(id) || !told.insert(id) {
            continue;
        }
        let words = |meant: &str| {
            format!("the link{meant} leads to `{id}`, which is the id of no document")
        };
        let finding = found.finding(out, found.place(span), words);
        if let Some(gone) = gone(sms, id) {
            finding.note(gone);
        }
        finding.help(help_named_by(&found));
    }
}

/// Returns the ids that a text links to.
fn ids_linked(document: &Document) -> impl Iterator<Item = (&str, Span)> {
    document.body.links.iter().filter_map(|link| match &link.target {
        Target::Document { id, .. } => Some((id.as_str(), link.span)),
        _ => None,
    })
}

fn check_links(sms: &Sms, document: &Document, ids: &mut Ids<'_>, out: &mut Findings) {
    let mut led = 0;
    for link in &document.body.links {
        let Target::Document { id, .. } = &link.target else { continue };
        if ids.may_hold(id) {
            led += 1;
            continue;
        }
        let message = format!("the link leads to `{id}`, which is the id of no document");
        let finding = out.finding(document.place(link.span), message);
        if let Some(gone) = gone(sms, id) {
            finding.note(gone).help(HELP_GONE);
            continue;
        }
        match ids.nearest(id) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("correct the id, or write the document that is meant"),
        };
        if let Some(meant) = ids.certain(id)
            && let Some(splice) = document.relink(link.span, id, meant)
        {
            finding.fix(format!("write `{meant}`"), vec![splice]);
        }
    }
    if led > 0 {
        let links = if led == 1 { "link names an id" } else { "links name ids" };
        out.evidence(document.at("id"), format!("{led} {links} that a document has"));
    }
}
