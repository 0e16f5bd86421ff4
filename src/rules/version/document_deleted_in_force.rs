use crate::document::{DocId, Document};
use crate::finding::{Findings, Place};
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::lost::Remains;
use crate::sms::retention::Deleted;
use crate::sms::tenure::{End, Tenure};
use crate::sms::versions::in_mass;
use crate::source::RepoPath;
use std::collections::BTreeSet;

rule!(VC007, "document-deleted-in-force", Error, "7.5.3");

const KEPT: &str =
    "a record is kept until its time is over, and one that is wrong gets a correction";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    check_documents(sms, out);
    check_records(sms, out);
}

fn check_documents(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    let former = former_source_folders(sms);
    let mut withdrawn = 0;
    for (id, life) in &sms.history.lives {
        let (Some(newest), Some(revision)) = (sms.tenures(id).last(), life.last()) else {
            continue;
        };
        let in_force = sms.in_force_as_it_went(id);
        let path = &revision.path;
        let was_there = |folder: &RepoPath| life.iter().any(|it| it.path.is_inside(folder));
        if is_here(sms, id, in_force.unwrap_or(newest))
            || !(sms.was_in_source(id) || former.iter().any(was_there))
            || sms.cannot_be_read(path)
        {
            continue;
        }
        match in_force.map(|last| (last, &last.end)) {
            Some((_, Some(End::Removed(commit) | End::Reopened(commit))))
                if before_start.contains(commit) => {}
            Some((last, _)) => report(sms, id, last, path, out),
            None => withdrawn += 1,
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

/// Returns the folders that the source folder was before: where a document that is there now moved from
/// as the whole folder did.
fn former_source_folders(sms: &Sms) -> BTreeSet<RepoPath> {
    let src = &sms.config.src;
    let moved = sms.history.lives.values().flatten().filter(|it| it.path.is_inside(src));
    let former = moved.filter_map(|revision| {
        let from = revision.moved_from.as_ref().filter(|from| !from.is_inside(src))?;
        let beneath = revision.path.as_bytes().strip_prefix(src.as_bytes())?;
        let folder = from.as_bytes().strip_suffix(beneath)?;
        (!src.as_bytes().is_empty()).then(|| RepoPath::from_bytes(folder))
    });
    former.collect()
}

/// Tells whether a file has the id: where a commit removed the document, one that Git holds, and no other
/// draft than the one that lay there.
fn is_here(sms: &Sms, id: &DocId, last: &Tenure) -> bool {
    match last.end {
        Some(End::Removed(_)) => sms.holds(id) && begun_again(sms, id, last).is_none(),
        _ => sms.knows(id.as_str()),
    }
}

/// Returns the file in which somebody writes the next version of a document anew. One that is a draft
/// again under its number is told by another rule.
fn begun_again<'s>(sms: &'s Sms, id: &DocId, last: &Tenure) -> Option<&'s Document> {
    let file = sms.document(id.as_str())?;
    let is_draft = matches!(sms.status(file), Some("draft" | "in-review"));
    let is_next = is_draft && !sms.claims(file).is_version(&last.version);
    (is_next && sms.withdrawn_since_removed(id, last).is_none()).then_some(file)
}

fn report(sms: &Sms, id: &DocId, last: &Tenure, path: &RepoPath, out: &mut Findings) {
    let version = &last.version;
    let removed = removed_in(sms, id);
    let here = sms.document_at(path).and_then(Document::id).filter(|other| other != id);
    let is_outside = !path.is_inside(&sms.config.src) && sms.history.departure(id).is_none();
    let remains = sms.remains_at(path).filter(|_| !is_outside);
    let words = match &here {
        _ if is_outside => format!(
            "{id} was taken out of the source folder while version {version} was in force, and was never withdrawn"
        ),
        Some(other) => format!(
            "{id} was in force as version {version} and never withdrawn, and its file now holds {other}"
        ),
        None => match (remains, begun_again(sms, id, last)) {
            (Some(remains), _) => format!(
                "{id} was in force as version {version} and never withdrawn, and the file where it lay {}",
                remains.words()
            ),
            (None, Some(_)) => format!(
                "{id} was deleted while version {version} was in force, and is another draft now"
            ),
            (None, None) => format!(
                "{id} was deleted while version {version} was in force, and was never withdrawn"
            ),
        },
    };
    let finding = out.finding(Place::file(path).of_document(Some(id)), words);
    let issued = sms.issued_as(id, last).published_in;
    finding.note(format!("version {version} was issued in {}", sms.commit_words(issued)));
    if issued != last.published_in {
        finding.note(format!("put back in {}", sms.commit_words(last.published_in)));
    }
    if let Some(commit) = removed {
        let went = match is_outside || remains.is_some() {
            true => "taken out",
            false if sms.lost_its_id_in(id, commit) => "lost its id",
            false => "removed",
        };
        finding.commit(commit).note(format!("{went} in {}", sms.commit_words(commit)));
    }
    finding.help(match remains {
        Some(remains) => format!(
            "{}; where the document is no longer needed, set `status: withdrawn` with `withdrawn_on` and `withdrawal_reason` in it; an id is never used again",
            put_back(remains)
        ),
        None if begun_again(sms, id, last).is_some() => "put the file back as it was before it was deleted, and write the next version from there; nothing is in force meanwhile".to_owned(),
        None => "bring the file back and set `status: withdrawn` with `withdrawn_on` and `withdrawal_reason`; an id is never used again".to_owned(),
    });
}

/// Says how a file becomes the document again that lay in its place.
fn put_back(remains: Remains) -> &'static str {
    match remains {
        Remains::Bare | Remains::Nameless | Remains::Unreadable => {
            "give the file back the front matter that the document had"
        }
        Remains::Pointer => {
            "take the file out of Git LFS (`git lfs untrack`) and commit the text of the document"
        }
        Remains::Link => "put the document back in the place of the link",
    }
}

/// Returns the commit that removed a document, be it on the judged line or on another.
fn removed_in(sms: &Sms, id: &DocId) -> Option<ObjectId> {
    if let Some(departure) = sms.history.departure(id) {
        return Some(sms.history.commits[departure.commit].id);
    }
    if let Some(departure) = sms.removed(id.as_str()).and_then(|removed| removed.departure) {
        return Some(sms.history.commits[departure.commit].id);
    }
    let ended = sms.history.revisions(id).iter().rfind(|revision| revision.blob.is_none())?;
    Some(sms.history.commit_of(ended).id)
}

/// A record shows what was done, so it stays until its time is over, whatever its status.
fn check_records(sms: &Sms, out: &mut Findings) {
    let before_start = sms.before_start();
    let deleted = sms.deleted_records();
    let is_judged =
        |it: &Deleted<'_>| it.commit.is_none_or(|commit| !before_start.contains(&commit));
    let (missed, kept): (Vec<_>, Vec<_>) =
        deleted.into_iter().filter(is_judged).partition(Deleted::is_missed);
    for record in kept {
        let until = record.kept_until.map(|day| day.to_string()).unwrap_or_default();
        let words =
            format!("the record {} was kept until {until} before it was deleted", record.id);
        let evidence = out.evidence(sms.source_folder(), words);
        if let Some(commit) = record.commit {
            evidence.commit(commit);
        }
    }
    let (left, gone): (Vec<_>, Vec<_>) =
        missed.into_iter().partition(|record| remains_of(sms, record).is_some());
    for records in [left, gone] {
        let (masses, single) = in_mass(records, |record| record.commit);
        for mass in masses {
            let names = mass.names(|record| record.id.to_string());
            let number = mass.seen.len();
            let is_left = mass.seen.iter().any(|record| remains_of(sms, record).is_some());
            let (words, what, back) = match is_left {
                true => (
                    format!(
                        "one commit took {number} records out of document control that are still to be kept"
                    ),
                    "took out",
                    "make the files the records again that they were",
                ),
                false => (
                    format!("one commit deleted {number} records that are still to be kept"),
                    "deleted",
                    "bring the files back",
                ),
            };
            out.finding(sms.source_folder(), words)
                .commit(mass.commit)
                .note(sms.commit_words(mass.commit))
                .note(format!("it {what} {names}"))
                .help(format!("{back}: a record is kept until its time is over"));
        }
        for record in single {
            report_record(sms, &record, out);
        }
    }
}

/// Tells what the file is that still lies where a record lay which a commit took out.
fn remains_of(sms: &Sms, record: &Deleted<'_>) -> Option<Remains> {
    record.commit.and_then(|_| sms.remains_at(record.path))
}

fn report_record(sms: &Sms, record: &Deleted<'_>, out: &mut Findings) {
    let status = record.claims.status.as_deref().map(|it| format!(", {it},")).unwrap_or_default();
    let is_there = record.commit.is_none() && sms.snapshot.files.contains_key(record.path);
    let remains = remains_of(sms, record);
    let went = match remains {
        Some(_) => "was taken out of document control".to_owned(),
        None if is_there => format!("was taken out of `{}`", sms.config.src),
        None => "was deleted".to_owned(),
    };
    let words = match record.kept_until {
        _ if record.is_permanent => {
            format!("the record {}{status} {went}, and it is to be kept for ever", record.id)
        }
        Some(day) => {
            format!("the record {}{status} {went}, and it is to be kept until {day}", record.id)
        }
        None => format!(
            "the record {}{status} {went}, and since when it stood cannot be told",
            record.id
        ),
    };
    let finding = out.finding(Place::file(record.path).of_document(Some(record.id)), words);
    finding.note(format!("it stood last as of {}", sms.commit_words(record.published_in)));
    match record.commit {
        Some(commit) => {
            let went = match remains {
                Some(_) => "taken out",
                None if sms.lost_its_id_in(record.id, commit) => "lost its id",
                None => "removed",
            };
            finding.commit(commit).note(format!("{went} in {}", sms.commit_words(commit)))
        }
        None if is_there => {
            finding.note("its file lies among those that book.toml leaves uncontrolled")
        }
        None => finding.note("the removal is not committed yet"),
    };
    match remains {
        Some(remains) => finding
            .note(format!("the file where it lay {}", remains.words()))
            .help(format!("{}: {KEPT}", put_back(remains))),
        None => finding.help(format!("bring the file back: {KEPT}")),
    };
}
