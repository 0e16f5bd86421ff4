use crate::document::DocId;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::tenure::{End, Tenure};
use crate::source::RepoPath;

rule!(VC007, "document-deleted-in-force", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    let mut withdrawn = 0;
    for (id, life) in &sms.history.lives {
        let (Some(last), Some(revision)) = (sms.tenures(id).last(), life.last()) else { continue };
        let path = &revision.path;
        if sms.knows(id.as_str()) || !path.is_inside(&sms.config.src) || is_unreadable(sms, path) {
            continue;
        }
        match &last.end {
            Some(End::Removed(commit) | End::Reopened(commit)) if before_start.contains(commit) => {
            }
            None | Some(End::Removed(_) | End::Reopened(_)) if last.was_ever_in_force() => {
                report(sms, id, last, path, out);
            }
            _ => withdrawn += 1,
        }
    }
    if out.findings.is_empty() {
        let words = match withdrawn {
            0 => "no document that was in force has been deleted".to_owned(),
            1 => "the one document that was deleted had been taken out of use before".to_owned(),
            _ => format!(
                "all {withdrawn} documents that were deleted had been taken out of use before"
            ),
        };
        out.evidence(sms.source_folder(), words);
    }
}

/// A file that is still there and cannot be read has not been deleted.
fn is_unreadable(sms: &Sms, path: &RepoPath) -> bool {
    let at = sms.documents.binary_search_by(|other| other.path.cmp(path));
    at.is_ok_and(|at| !sms.documents[at].is_sound() || sms.documents[at].id().is_none())
}

fn report(sms: &Sms, id: &DocId, last: &Tenure, path: &RepoPath, out: &mut Findings) {
    let version = &last.version;
    let removed = sms.history.revisions(id).iter().rfind(|revision| revision.blob.is_none());
    let removed = removed.map(|revision| sms.history.commit_of(revision).id);
    let here = sms.documents.binary_search_by(|other| other.path.cmp(path)).ok();
    let here = here.and_then(|at| sms.documents[at].id());
    let words = match &here {
        Some(other) => format!(
            "{id} was in force as version {version} and never withdrawn, and its file now holds {other}"
        ),
        None => format!(
            "{id} was deleted while version {version} was in force, and was never withdrawn"
        ),
    };
    let finding = out.finding(Place::file(path).of_document(Some(id)), words);
    finding
        .note(format!("version {version} was issued in {}", sms.commit_words(last.published_in)));
    if let Some(commit) = removed {
        finding.commit(commit).note(format!("removed in {}", sms.commit_words(commit)));
    }
    finding.help(
        "bring the file back and set `status: withdrawn` with `withdrawn_on` and `withdrawal_reason`; an id is never used again",
    );
}
