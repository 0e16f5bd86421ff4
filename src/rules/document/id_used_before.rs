use crate::document::{Claims, DocId, Document};
use crate::finding::Findings;
use crate::history::{Revision, What};
use crate::sms::Sms;

rule!(FM005, "id-used-before", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (id, documents) in sms.ids() {
        for document in documents {
            match former_document(sms, document, id) {
                Some(last) => report(sms, document, id, last, out),
                None => confirm(sms, document, id, out),
            }
        }
    }
}

fn report(sms: &Sms, document: &Document, id: &DocId, last: &Revision, out: &mut Findings) {
    let title = last.claims.title.as_deref().unwrap_or("a document without title");
    let kind = last.claims.kind.as_deref().unwrap_or("none");
    let commit = sms.history.commit_of(last);
    let on = commit.committer.date().map(|day| format!(" on {day}")).unwrap_or_default();
    let message = format!(
        "the id `{id}` belonged to another document before: `{title}`, of the type `{kind}`"
    );
    out.finding(document.at("id"), message)
        .commit(commit.id)
        .note(format!("that document lay at `{}` and was removed{on}", last.path))
        .help(
            "give this document an id that was never used; an id stays with its document for good",
        );
}

fn confirm(sms: &Sms, document: &Document, id: &DocId, out: &mut Findings) {
    let statement = "the id never belonged to another document";
    let evidence = out.evidence(document.at("id"), statement);
    if let Some(first) = sms.history.revisions(id).first() {
        evidence.commit(sms.history.commit_of(first).id);
    }
}

/// Returns the last revision of the document that had the id before this one, if one had. A
/// document that was removed and comes back under its old title and type is the same document.
fn former_document<'s>(sms: &'s Sms, document: &'s Document, id: &DocId) -> Option<&'s Revision> {
    let mut own = vec![sms.claims(document)];
    for life in lives(sms.history.revisions(id)).into_iter().rev() {
        let is_same = life
            .iter()
            .any(|revision| own.iter().any(|claims| are_of_one_document(claims, &revision.claims)));
        if !is_same {
            return life.iter().rfind(|revision| revision.what == What::Ended);
        }
        for revision in life {
            if !own.iter().any(|claims| have_equal_names(claims, &revision.claims)) {
                own.push(&revision.claims);
            }
        }
    }
    None
}

/// Cuts revisions where a document begins again after it had ended.
fn lives(revisions: &[Revision]) -> Vec<&[Revision]> {
    let mut lives = Vec::new();
    let (mut start, mut has_ended) = (0, false);
    for (i, revision) in revisions.iter().enumerate() {
        if has_ended && revision.what == What::Began {
            lives.push(&revisions[start..i]);
            (start, has_ended) = (i, false);
        }
        has_ended |= revision.what == What::Ended;
    }
    if start < revisions.len() {
        lives.push(&revisions[start..]);
    }
    lives
}

fn are_of_one_document(a: &Claims, b: &Claims) -> bool {
    // What a file does not say cannot tell it from another; that it is missing is said elsewhere.
    let agree = |a: &Option<String>, b: &Option<String>| match (a, b) {
        (Some(a), Some(b)) => plain(a) == plain(b),
        _ => true,
    };
    agree(&a.title, &b.title) && agree(&a.kind, &b.kind)
}

fn have_equal_names(a: &Claims, b: &Claims) -> bool {
    (&a.title, &a.kind) == (&b.title, &b.kind)
}

fn plain(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
