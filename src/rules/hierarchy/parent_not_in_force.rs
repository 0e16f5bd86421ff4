use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::rules::{in_next_version, sooner, withdrawn_here};
use crate::sms::in_force::InForce;
use crate::sms::{Sms, State};
use std::collections::BTreeSet;

rule!(HI004, "parent-not-in-force", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.maintained() {
        let claims_force = sms.status(document) == Some("approved") && !sms.is_out_of_use(document);
        let of_file = claims_force.then_some(InForce::of_file(document));
        // What is approved for a later day changes nothing of where the version in force stands.
        let found = sms.as_in_force(document).filter(|it| !claims_force || it.version.is_some());
        let mut known = BTreeSet::new();
        for found in of_file.into_iter().chain(found) {
            for (key, above, place) in above(sms, &found) {
                if known.insert(&above.path) {
                    hold(sms, &found, (key, above, place), out);
                }
            }
        }
    }
}

/// Returns the documents that one stands beneath, each once, by the key that names it first.
fn above<'s>(sms: &'s Sms, found: &InForce<'s>) -> Vec<(&'static str, &'s Document, Place)> {
    let mut known: Vec<(&'static str, &Document, Place)> = Vec::new();
    let parent = sms.parent(found.text).map(|parent| ("parent", parent, found.at("parent")));
    let others = sms.above(found.text).filter(|it| matches!(it.key, "process" | "procedure"));
    let others = others.filter_map(|it| Some((it.key, it.document?, found.place(it.written.span))));
    for (key, above, place) in parent.into_iter().chain(others) {
        let is_known = known.iter().any(|(_, other, _)| other.path == above.path);
        if !is_known && above.path != found.file.path {
            known.push((key, above, place));
        }
    }
    known
}

fn hold(
    sms: &Sms,
    found: &InForce<'_>,
    (key, above, place): (&str, &Document, Place),
    out: &mut Findings,
) {
    let id = above.called();
    let is_next = found.version.is_some();
    // What is approved for a later day stands beneath something else, or it was told of before.
    let sooner = found.next.map(|next| format!("{}, or withdraw the document", sooner(next)));
    match sms.state_of_use(above) {
        _ if sms.is_worked_by(above) => {
            out.evidence(found.file.at("id"), format!("its {key} {id} is in force"));
        }
        State::Withdrawn => {
            let words = |beside: &str| {
                let beside = if beside.is_empty() { "," } else { beside };
                format!("the status is `approved`{beside} and the {key} {id} is withdrawn")
            };
            let finding = found.finding(out, place, words);
            finding.other(above.at("status"), withdrawn_here(sms, above));
            let help = match is_next {
                false => format!(
                    "move it beneath a document in force{}, or withdraw it as well",
                    in_next_version(sms, found.file)
                ),
                true => {
                    "let the next version stand beneath a document in force and approve it, or withdraw the document".to_owned()
                }
            };
            finding.help(sooner.unwrap_or(help));
        }
        State::Superseded => {
            let Some(new) = sms.successor_in_use(above) else { return };
            let words = |beside: &str| {
                let beside = if beside.is_empty() { "," } else { beside };
                format!(
                    "the status is `approved`{beside} and {new} took the place of the {key} {id}"
                )
            };
            let finding = found.finding(out, place, words);
            finding.help(sooner.unwrap_or_else(|| match is_next {
                false => format!(
                    "name {new} as its {key}{} if that is what it now serves",
                    in_next_version(sms, found.file)
                ),
                true => format!("name {new} as the {key} of the next version if that is what it serves, and approve it"),
            }));
            let successor = sms.document(new.as_str());
            let says_so = |it: &&Document| it.front.get("supersedes").is_some();
            if let Some(successor) = successor.filter(says_so) {
                finding.other(successor.at("supersedes"), "it took its place here");
            }
        }
        _ => {}
    }
}
