use crate::document::Document;
use crate::finding::Findings;
use crate::sms::{Sms, State};

rule!(HI004, "parent-not-in-force", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let claims_force = |document: &&Document| {
        sms.status(document) == Some("approved")
            && !sms.is_record(document)
            && !sms.is_out_of_use(document)
    };
    for document in sms.documents.iter().filter(claims_force) {
        let Some(parent) = sms.parent(document) else { continue };
        let id = parent.called();
        match sms.state(parent) {
            State::Effective | State::Overdue => {
                out.evidence(document.at("id"), format!("its parent {id} is in force"));
            }
            State::Withdrawn => {
                out.finding(
                    document.at("parent"),
                    format!("the status is `approved`, and the parent {id} is withdrawn"),
                )
                .other(parent.at("status"), "withdrawn here")
                .help("move it beneath a document in force, or withdraw it as well");
            }
            State::Superseded => {
                let Some(new) = sms.succession(parent).map(|it| &it.by) else { continue };
                let finding = out.finding(
                    document.at("parent"),
                    format!(
                        "the status is `approved`, and {new} took the place of the parent {id}"
                    ),
                );
                finding.help(format!("name {new} as its parent if that is what it now serves"));
                let successor = sms.document(new.as_str());
                let says_so = |it: &&Document| it.front.get("supersedes").is_some();
                if let Some(successor) = successor.filter(says_so) {
                    finding.other(successor.at("supersedes"), "it took its place here");
                }
            }
            State::Draft | State::InReview | State::Approved => {}
        }
    }
}
