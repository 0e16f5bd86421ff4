use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::sms::{Sms, State};

rule!(HI004, "parent-not-in-force", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let claims_force = |document: &&Document| {
        sms.status(document) == Some("approved")
            && !sms.is_record(document)
            && !sms.is_out_of_use(document)
    };
    for document in sms.documents.iter().filter(claims_force) {
        for above in above(sms, document) {
            hold(sms, document, above, out);
        }
    }
}

/// Returns the documents that one stands beneath, each once, by the key that names it first.
fn above<'s>(sms: &'s Sms, document: &'s Document) -> Vec<(&'static str, &'s Document, Place)> {
    let mut found: Vec<(&'static str, &Document, Place)> = Vec::new();
    let parent = sms.parent(document).map(|parent| ("parent", parent, document.at("parent")));
    let others = sms.above(document).filter(|it| matches!(it.key, "process" | "procedure"));
    let others =
        others.filter_map(|it| Some((it.key, it.document?, document.place(it.written.span))));
    for (key, above, place) in parent.into_iter().chain(others) {
        let is_known = found.iter().any(|(_, other, _)| other.path == above.path);
        if !is_known && above.path != document.path {
            found.push((key, above, place));
        }
    }
    found
}

fn hold(
    sms: &Sms,
    document: &Document,
    (key, above, place): (&str, &Document, Place),
    out: &mut Findings,
) {
    let id = above.called();
    match sms.state(above) {
        State::Effective | State::Overdue => {
            out.evidence(document.at("id"), format!("its {key} {id} is in force"));
        }
        State::Withdrawn => {
            out.finding(
                place,
                format!("the status is `approved`, and the {key} {id} is withdrawn"),
            )
            .other(above.at("status"), "withdrawn here")
            .help("move it beneath a document in force, or withdraw it as well");
        }
        State::Superseded => {
            let Some(new) = sms.succession(above).map(|it| &it.by) else { return };
            let words =
                format!("the status is `approved`, and {new} took the place of the {key} {id}");
            let finding = out.finding(place, words);
            finding.help(format!("name {new} as its {key} if that is what it now serves"));
            let successor = sms.document(new.as_str());
            let says_so = |it: &&Document| it.front.get("supersedes").is_some();
            if let Some(successor) = successor.filter(says_so) {
                finding.other(successor.at("supersedes"), "it took its place here");
            }
        }
        State::Draft | State::InReview | State::Approved => {}
    }
}
