use crate::document::Document;
use crate::finding::Findings;
use crate::history::{Revision, same_act};
use crate::sms::Sms;

rule!(VC001, "version-not-bumped", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    for document in sms.maintained().filter(|document| document.status() == Some("approved")) {
        let Some((version, approved)) = approved_texts(sms, document) else { continue };
        let Some((latest, earlier)) = approved.split_first() else { continue };
        match earlier.iter().find(|other| other.claims.text != latest.claims.text) {
            Some(other) => {
                let first = sms.history.commit_of(other).id;
                let words = format!(
                    "another text was approved as version {version} before, and the version is still {version}"
                );
                out.finding(document.at("version"), words)
                    .commit(sms.history.commit_of(latest).id)
                    .note(format!("the other text was approved in commit {}", first.short()))
                    .help("raise `version`, and let the approver approve that version");
            }
            None => {
                let words = format!("one text, and no other, was approved as version {version}");
                out.evidence(document.at("id"), words).commit(sms.history.commit_of(latest).id);
            }
        }
    }
}

/// Returns the version of a document and the revisions that brought an approval of it, newest
/// first. A revision that only kept an approval over another text is the approval rules' matter.
fn approved_texts<'s>(sms: &'s Sms, document: &Document) -> Option<(String, Vec<&'s Revision>)> {
    let id = document.id()?;
    let version = document.front.text("version")?.value.to_owned();
    let way = sms.history.way_to(&id, document.blob);
    let brought = way.iter().enumerate().filter(|(i, revision)| {
        let before =
            way.get(i + 1).map(|before| before.claims.approvals.as_slice()).unwrap_or_default();
        revision.claims.version.as_deref() == Some(&version)
            && revision.claims.approvals.iter().any(|act| {
                act.version.as_deref() == Some(&version)
                    && !before.iter().any(|other| same_act(other, act))
            })
    });
    let brought = brought.map(|(_, revision)| *revision).collect();
    Some((version, brought))
}
