//! What an argument names: a document, a day, a point of the history.

use crate::document::{Claims, DocId, Document};
use crate::repo::object::{ObjectId, Objects};
use crate::repo::walk::read_commit;
use crate::repo::{Repository, snapshot_of};
use crate::report::changes::Point;
use crate::report::tenure::Subject;
use crate::sms::Sms;
use crate::sms::removed::Removed;
use crate::source::{Date, Printable};
use anyhow::{Context as _, bail};
use std::collections::BTreeSet;

/// Finds the document of an id.
///
/// # Errors
/// When there is none, or more than one file claims the id; with the id that was probably meant.
pub(super) fn document<'s>(sms: &'s Sms, id: &str) -> anyhow::Result<&'s Document> {
    if let Some(document) = sms.document(id) {
        return Ok(document);
    }
    if sms.knows(id) {
        bail!(
            "more than one file claims the id `{id}` or one that looks like it; `clausebook check` names them"
        );
    }
    if let Some(removed) = sms.removed(id) {
        bail!(
            "`{id}` was {}; `clausebook log {id}` tells its history, and `--rev {}` shows it as it was",
            Printable(&sms.removal_words(&removed)),
            sms.before_removal(&removed)
        );
    }
    if let Some(unreadable) = unreadable(sms, id) {
        bail!(unreadable);
    }
    if let Some(end) = sms.history.revisions(&DocId::new(id)).last() {
        let commit = sms.history.commit_of(end).id.short();
        match sms.history.committed(&DocId::new(id)) {
            Some(_) => bail!(
                "`{id}` is not here: its file `{}` is not read as that document; `clausebook check` says why",
                end.path
            ),
            None => bail!(
                "`{id}` is not here and never was: it stood on a branch that was not taken over; commit {commit} was the last to have to do with it"
            ),
        }
    }
    if let Some(path) = sms.lies_outside(id) {
        bail!(
            "`{id}` is no document: its file `{path}` lies outside of `{}`, where nobody controls it; move it there",
            sms.config.src
        );
    }
    let Some(near) = sms.nearest_id_ever(id) else { bail!("no document has the id `{id}`") };
    match sms.removed(near) {
        Some(removed) => bail!(
            "no document has the id `{id}`; did you mean `{near}`, which was {}?",
            Printable(&sms.removal_words(&removed))
        ),
        None => bail!("no document has the id `{id}`; did you mean `{near}`?"),
    }
}

/// Says since when the file of a document is there and not read as that document, if that is so.
fn unreadable(sms: &Sms, id: &str) -> Option<String> {
    let departure = sms.history.departure(&DocId::new(id))?;
    if !sms.snapshot.files.contains_key(departure.path) {
        return None;
    }
    let commit = &sms.history.commits[departure.commit];
    let day = commit.committer.date().map(|day| format!(" of {day}")).unwrap_or_default();
    Some(format!(
        "`{id}` is not here: since commit {}{day} its file `{}` cannot be read as that document; `clausebook check` says why, and `--rev {}` shows it as it was",
        commit.id.short(),
        departure.path,
        sms.revision_before(&departure)
    ))
}

/// A document that there is, or was.
pub(super) enum Found<'s> {
    /// It is there.
    Here(&'s Document),
    /// It was removed.
    Removed(Removed<'s>),
}

impl Found<'_> {
    /// Returns what its past is asked by.
    pub(super) fn subject(&self, sms: &Sms) -> Subject {
        match self {
            Self::Here(document) => Subject::of(sms, document),
            Self::Removed(removed) => Subject::of_removed(sms, removed),
        }
    }

    /// Returns its title.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Here(document) => document.title(),
            Self::Removed(removed) => removed.title(),
        }
    }
}

/// Finds the document of an id, be it there or removed.
///
/// # Errors
/// As [`document`].
pub(super) fn now_or_then<'s>(sms: &'s Sms, id: &str) -> anyhow::Result<Found<'s>> {
    match sms.removed(id) {
        Some(removed) => Ok(Found::Removed(removed)),
        None => Ok(Found::Here(document(sms, id)?)),
    }
}

/// Reads the day of an option.
///
/// # Errors
/// When it is no day of the calendar.
pub(super) fn day(option: &str, text: &str) -> anyhow::Result<Date> {
    Date::parse(text)
        .with_context(|| format!("`{option} {text}`: a day like 2026-05-11 was expected"))
}

/// Describes the commit that an argument names; on the judged history, or beside it.
pub(super) fn point(objects: &dyn Objects, asked: &str, commit: ObjectId) -> Point {
    let read = read_commit(objects, commit, &mut Vec::new());
    let day = read.ok().and_then(|read| read.committer.date());
    Point {
        asked: asked.to_owned(),
        commit: commit.to_string(),
        day: day.map(|day| day.to_string()),
    }
}

/// Returns what the publishing branch has by now of a document, where that is not in the history of what
/// is judged: another line was published meanwhile.
pub(super) fn published_meanwhile(
    repository: &Repository,
    sms: &Sms,
    id: &DocId,
) -> Option<Claims> {
    let tip = repository.published_tip(&sms.trust.config.branch)?;
    sms.meanwhile(repository.objects(), tip).ok()?.remove(id)
}

/// Returns the ids on branches that the judged history does not hold: two people who begin a
/// document on the same day do not take the same id.
pub(super) fn ids_elsewhere(repository: &Repository, sms: &Sms) -> BTreeSet<DocId> {
    let ends = repository.ends_of_branches().into_iter();
    let ends = ends.filter(|&end| sms.history.place_of(end).is_none());
    let known: BTreeSet<_> = sms.documents.iter().map(|it| Some(it.blob)).collect();
    let snapshots = ends.filter_map(|end| snapshot_of(repository.objects(), end).ok());
    let ids = snapshots.flat_map(|snapshot| {
        let files = snapshot.files.iter().filter(|(path, file)| {
            path.is_inside(&sms.config.src) && path.is_markdown() && !known.contains(&file.blob)
        });
        let ids = files.filter_map(|(path, _)| Claims::read(snapshot.bytes(path)?)?.id);
        ids.collect::<Vec<_>>()
    });
    ids.collect()
}
