//! What went out of use of a document, where its file has another version than that.
//!
//! Who begins the next version of what was withdrawn, or of what another took the place of, brings
//! nothing back. Who withdraws a file that has a draft in it takes out of use what was in force, and so
//! does who makes the version in force a draft again. Each way what went out of use stays told as such
//! until a later version is in force.

use super::approval::Grade;
use super::removed::Removed;
use super::tenure::{End, Tenure};
use super::{Sms, State};
use crate::document::{Claims, DocId, Document};
use crate::history::{PublishedState, Revision, same_act};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::source::{Date, RepoPath};
use rayon::prelude::*;

/// A version that went out of use, and is not the one that the file has.
#[derive(Clone, Debug, PartialEq)]
pub struct OutOfUse {
    /// Its text, as it was in use.
    pub text: Document,
    /// How it was withdrawn, if it was.
    pub withdrawal: Option<Withdrawal>,
    /// How its place was taken, if it was.
    pub replacement: Option<Replacement>,
    /// How it was opened again, if it was not withdrawn and nothing took its place.
    pub reopening: Option<Reopening>,
    /// The content that says how it was withdrawn, where that is no file of now.
    withdrawn_as: Option<ObjectId>,
}

/// How a document was withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withdrawal {
    /// The day: as the document says, else that of the commit.
    pub on: Option<Date>,
    /// The commit; none where the withdrawal is not committed.
    pub commit: Option<ObjectId>,
    /// Why, as the document says.
    pub reason: Option<String>,
}

/// How the place of a document was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// What took it.
    pub by: Vec<DocId>,
    /// From which day on.
    pub on: Option<Date>,
    /// The commit that published what took it.
    pub commit: Option<ObjectId>,
}

/// How a version in force became a draft again, or lost its approval, and kept its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// The first day on which it was in force no more.
    pub on: Option<Date>,
    /// The commit of the publishing branch.
    pub commit: ObjectId,
}

impl OutOfUse {
    /// Returns the version, as written.
    pub fn version(&self) -> &str {
        self.text.front.text("version").map_or("none", |version| version.value)
    }

    /// Returns the state that it is in; none where it was opened again, which leaves what the file is.
    pub fn state(&self) -> Option<State> {
        match (&self.withdrawal, &self.reopening) {
            (Some(_), _) => Some(State::Withdrawn),
            (None, None) => Some(State::Superseded),
            (None, Some(_)) => None,
        }
    }

    /// Says in a word or two how it went out of use.
    pub fn word(&self) -> &'static str {
        self.state().map_or("opened again", State::word)
    }
}

impl Sms {
    /// Returns what went out of use of a document whose file has another version: the next one, as long
    /// as that is not in force, or one that never was and is withdrawn.
    pub fn out_of_use_beside(&self, file: &Document) -> Option<&OutOfUse> {
        self.out_of_use.get(&file.path)
    }

    /// Returns the contents of the history that were read for what went out of use.
    pub fn contents_out_of_use(&self) -> impl Iterator<Item = ObjectId> {
        let read = |out: &OutOfUse| [Some(out.text.blob), out.withdrawn_as];
        self.out_of_use.values().chain(self.removed_from_use.values()).flat_map(read).flatten()
    }

    /// Returns what of a removed document had gone out of use before that, by a withdrawal or because
    /// another document took its place.
    pub fn out_of_use_before(&self, removed: &Removed<'_>) -> Option<&OutOfUse> {
        self.removed_from_use.get(removed.id)
    }

    /// Returns the state of what people worked by of a document: of what went out of use, as long as no
    /// later version is in force, else of its file.
    pub fn state_of_use(&self, file: &Document) -> State {
        let out = self.out_of_use_beside(file).and_then(OutOfUse::state);
        out.unwrap_or_else(|| self.state(file))
    }

    /// Returns what took the place of a document, of its file or of what went out of use before it.
    pub fn successor_in_use(&self, file: &Document) -> Option<&DocId> {
        match self.out_of_use_beside(file) {
            Some(out) => out.replacement.as_ref()?.by.first(),
            None => self.succession(file).map(|succession| &succession.by),
        }
    }

    /// Returns how a file was withdrawn, or is to be; nothing where it is not.
    pub fn withdrawal(&self, file: &Document) -> Option<Withdrawal> {
        let is_to_be = self.withdrawn_as_of(file).is_some();
        let is_withdrawn = is_to_be || self.status(file) == Some("withdrawn");
        let id = file.id().filter(|_| is_withdrawn)?;
        Some(self.withdrawal_in(&id, file, self.history.judged()))
    }

    /// Returns how the place of a document was taken, as its file has it; nothing where it was not.
    pub fn replacement(&self, file: &Document) -> Option<Replacement> {
        let claims = self.claims(file);
        self.replacement_of(claims.id.as_ref()?, claims, file)
    }

    fn replacement_of(&self, id: &DocId, claims: &Claims, file: &Document) -> Option<Replacement> {
        let succession = self.succession_of(id, claims)?;
        let by = self.successors_of(id, claims).into_iter().cloned().collect();
        let commit = self.taken_in(file, succession);
        Some(Replacement { by, on: succession.from, commit })
    }

    /// Returns how a text was withdrawn that stood at a commit.
    fn withdrawal_in(&self, id: &DocId, text: &Document, at: usize) -> Withdrawal {
        let withdrawn = first_of_withdrawal(self.history.way_at(id, text.blob, at));
        let commit = withdrawn.map(|revision| self.history.commit_of(revision));
        let on = text.front.date("withdrawn_on");
        Withdrawal {
            on: on.or_else(|| commit?.committer.date()),
            commit: commit.map(|commit| commit.id),
            reason: text.front.text("withdrawal_reason").map(|reason| reason.value.to_owned()),
        }
    }

    /// Reads what went out of use where files have other versions, or are gone.
    ///
    /// # Errors
    /// When a content is missing from the objects, or damaged.
    pub(super) fn read_out_of_use(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let read = self.documents.par_iter().map(|file| {
            let found = self.went_out(file, objects)?;
            Ok(found.map(|found| (file.path.clone(), found)))
        });
        let read: Vec<_> = read.collect::<Result<_, ReadError>>()?;
        self.out_of_use = read.into_iter().flatten().collect();
        let removed = self.removed_documents().filter(|it| !it.is_record());
        let read = removed.map(|removed| {
            let found = self.went_before(&removed, objects)?;
            Ok(found.map(|found| (removed.id.clone(), found)))
        });
        let read: Vec<_> = read.collect::<Result<_, ReadError>>()?;
        self.removed_from_use = read.into_iter().flatten().collect();
        let kept: Vec<_> = self.documents.iter().map(|file| self.grades_of_use(file)).collect();
        for (facts, kept) in self.facts.iter_mut().zip(kept) {
            facts.grades = kept.unwrap_or_else(|| std::mem::take(&mut facts.grades));
        }
        Ok(())
    }

    /// Returns how strong the proof of the approvals of a withdrawn file is: as it was while its version
    /// was in use, where the file has what was approved. That a draft stood in its place before it was
    /// withdrawn takes nothing from that.
    fn grades_of_use(&self, file: &Document) -> Option<Vec<Grade>> {
        let is_kept = self.status(file) == Some("withdrawn") && self.is_identified(file);
        let claims = self.claims(file);
        let is_it = |tenure: &&Tenure| {
            claims.version.as_deref().is_some_and(|version| tenure.is_version(version))
                && tenure.claims.covered == claims.covered
        };
        let id = file.id().filter(|_| is_kept)?;
        let tenure = self.tenures(&id).iter().rev().find(is_it)?;
        let as_it_was = |grade: &Grade| {
            let of_use = tenure.grades.iter().find(|it| same_act(&it.approval, &grade.approval));
            let is_better = |it: &&Grade| {
                let is_held = it.contradictions.is_empty() && grade.contradictions.is_empty();
                is_held && it.level > grade.level
            };
            let approval = grade.approval.clone();
            of_use.filter(is_better).map_or(grade.clone(), |it| Grade { approval, ..it.clone() })
        };
        Some(self.grades(file).iter().map(as_it_was).collect())
    }

    fn went_out(
        &self,
        file: &Document,
        objects: &dyn Objects,
    ) -> Result<Option<OutOfUse>, ReadError> {
        if self.is_record(file) || !self.is_identified(file) {
            return Ok(None);
        }
        let Some(id) = file.id() else { return Ok(None) };
        let (withdrawn, issued) = match self.state(file) {
            State::Withdrawn => {
                let version = file.front.text("version").map(|version| version.value);
                let at = self.history.judged();
                let issued = self.issued_instead(&id, version, at);
                let earlier = issued.and_then(|issued| self.withdrawn_as(&id, issued));
                (Some(earlier.unwrap_or((at, file.blob))), issued)
            }
            State::Draft | State::InReview | State::Approved
                if self.in_force_beside(file).is_none() =>
            {
                self.last_out(&id)
            }
            _ => return Ok(None),
        };
        let blob = match (withdrawn, issued) {
            (_, Some(tenure)) => tenure.blob,
            (Some((_, blob)), None) if blob != file.blob => blob,
            _ => return Ok(None),
        };
        self.read_out(&id, (&file.path, Some(file)), (blob, withdrawn), objects).map(Some)
    }

    /// Reads what of a document had gone out of use before its file was removed.
    fn went_before(
        &self,
        removed: &Removed<'_>,
        objects: &dyn Objects,
    ) -> Result<Option<OutOfUse>, ReadError> {
        // What was in force until then had not gone out of use, though a later day was named for that.
        let was_in_force = |it: &Tenure| matches!(it.end, None | Some(End::Removed(_)));
        let last = self.tenures(removed.id).iter().rfind(|it| it.was_ever_in_force());
        if last.is_some_and(was_in_force) {
            return Ok(None);
        }
        let (withdrawn, issued) = self.last_out(removed.id);
        let blob = issued.map(|tenure| tenure.blob).or_else(|| withdrawn.map(|(_, blob)| blob));
        let Some(blob) = blob else { return Ok(None) };
        self.read_out(removed.id, (removed.path, None), (blob, withdrawn), objects).map(Some)
    }

    /// Returns the state in which a document was withdrawn, or the version whose place another took or that
    /// was opened again, if no later version was in force; with a withdrawal also the version that was in use, where another is
    /// named that never was.
    fn last_out(&self, id: &DocId) -> (Option<(usize, ObjectId)>, Option<&Tenure>) {
        match self.withdrawn_before(id) {
            Some((at, blob, claims)) => {
                (Some((at, blob)), self.issued_instead(id, claims.version.as_deref(), at))
            }
            None => (None, self.superseded_before(id).or_else(|| self.reopened_before(id))),
        }
    }

    /// Reads the text that went out of use, and how it did. `file` is where it lay, and what lies there.
    fn read_out(
        &self,
        id: &DocId,
        (path, file): (&RepoPath, Option<&Document>),
        (blob, withdrawn): (ObjectId, Option<(usize, ObjectId)>),
        objects: &dyn Objects,
    ) -> Result<OutOfUse, ReadError> {
        let read = |blob: ObjectId| {
            let bytes = snapshot::blob(objects, blob)?;
            Ok(Document::read(path.clone(), blob, &bytes))
        };
        let text = read(blob)?;
        let file = file.unwrap_or(&text);
        let withdrawal = match withdrawn {
            None => None,
            Some((at, blob)) if blob == file.blob => Some(self.withdrawal_in(id, file, at)),
            Some((at, blob)) => Some(self.withdrawal_in(id, &read(blob)?, at)),
        };
        let replacement = self.replacement_of(id, &text.claims(), file);
        let is_reopened = withdrawal.is_none() && replacement.is_none();
        let reopening = if is_reopened { self.reopening_of(id, blob) } else { None };
        let withdrawn_as = withdrawn.map(|(_, blob)| blob).filter(|blob| *blob != file.blob);
        Ok(OutOfUse { text, withdrawal, replacement, reopening, withdrawn_as })
    }

    /// Returns the version that was in use by a commit, where another is named that never was.
    fn issued_instead(&self, id: &DocId, version: Option<&str>, at: usize) -> Option<&Tenure> {
        let by_then = || self.tenures(id).iter().filter(|tenure| tenure.at <= at);
        let in_use = || by_then().filter(|tenure| tenure.was_ever_in_force());
        // What was approved and withdrawn on one day was issued as well, if nothing was before.
        let is_it = |version: &str| match in_use().next() {
            Some(_) => in_use().any(|tenure| tenure.is_version(version)),
            None => by_then().any(|tenure| tenure.is_version(version)),
        };
        let last = in_use().next_back().or_else(|| by_then().next_back());
        last.filter(|_| !version.is_some_and(is_it))
    }

    /// Returns the state in which a version was withdrawn, if that was under its own number.
    fn withdrawn_as(&self, id: &DocId, issued: &Tenure) -> Option<(usize, ObjectId)> {
        let Some(End::Withdrawn(commit)) = issued.end else { return None };
        let at = self.history.place_of(commit)?;
        // It was announced, and the day came: its last content says how.
        if at <= issued.at {
            return Some((issued.at, issued.blob));
        }
        let states = self.history.published_states(id);
        let (blob, claims) = states.iter().find(|state| state.at == at)?.shown?;
        claims.is_version(&issued.version).then_some((at, blob))
    }

    /// Returns the state in which the publishing branch had a document as withdrawn, if no later version
    /// was in force.
    fn withdrawn_before(&self, id: &DocId) -> Option<(usize, ObjectId, &Claims)> {
        let states = self.history.published_states(id);
        let is_out = |state: &&PublishedState<'_>| {
            let claims = state.shown.map(|(_, claims)| claims);
            claims.is_some_and(|claims| claims.status_on(self.as_of) == Some("withdrawn"))
        };
        let state = states.iter().rev().find(is_out)?;
        let (blob, claims) = state.shown?;
        let is_later = |tenure: &Tenure| tenure.at > state.at && self.has_come_into_force(tenure);
        let is_back = self.tenures(id).iter().any(is_later);
        (!is_back).then_some((state.at, blob, &**claims))
    }

    /// Returns the last version that was in use, if another document took its place.
    fn superseded_before(&self, id: &DocId) -> Option<&Tenure> {
        let is_replaced = |it: &Tenure| matches!(it.end, Some(End::SupersededBy(_)));
        let was_in_use =
            |it: &&Tenure| it.was_ever_in_force() && (is_replaced(it) || self.bears_out(it));
        let last = self.tenures(id).iter().rev().find(was_in_use)?;
        let is_over = last.until.is_some_and(|until| until < self.as_of);
        (is_over && is_replaced(last)).then_some(last)
    }

    /// Returns the last version that was in force, if it was opened again and no later one was.
    fn reopened_before(&self, id: &DocId) -> Option<&Tenure> {
        let last = self.tenures(id).iter().rfind(|it| self.has_come_into_force(it))?;
        matches!(last.end, Some(End::Reopened(_))).then_some(last)
    }

    /// Returns how the version of a content was opened again, be it that the content was put back since.
    fn reopening_of(&self, id: &DocId, blob: ObjectId) -> Option<Reopening> {
        let tenures = self.tenures(id).iter().filter(|it| it.blob == blob);
        let mut opened = tenures.rev().filter_map(|it| match it.end {
            Some(End::Reopened(commit)) => Some((it, commit)),
            _ => None,
        });
        let (tenure, commit) = opened.next()?;
        Some(Reopening { on: tenure.until.and_then(Date::day_after), commit })
    }

    fn has_come_into_force(&self, tenure: &Tenure) -> bool {
        tenure.was_ever_in_force()
            && tenure.from.is_some_and(|from| from <= self.as_of)
            && self.bears_out(tenure)
    }
}

/// Returns the first of the revisions, told backwards, that says of the withdrawal what the last one says.
/// Where the next version lay in the file for a while and was given up, what is put back was withdrawn
/// before that.
pub(super) fn first_of_withdrawal<'h>(
    way: impl Iterator<Item = &'h Revision>,
) -> Option<&'h Revision> {
    let mut first: Option<&Revision> = None;
    let mut is_beside = false;
    for revision in way {
        let Claims { status, withdrawn_on, version, .. } = &*revision.claims;
        let status = status.as_deref();
        let says_so = status == Some("withdrawn") || withdrawn_on.is_some();
        let is_same = |it: &Revision| {
            it.claims.withdrawn_on == *withdrawn_on
                && it.claims.status.as_deref() == status
                && version.as_ref().is_some_and(|version| it.claims.is_version(version))
        };
        match first {
            None if says_so => first = Some(revision),
            Some(it) if says_so && (!is_beside || is_same(it)) => {
                (first, is_beside) = (Some(revision), false);
            }
            Some(_) if !says_so && status != Some("approved") => is_beside = true,
            _ => break,
        }
    }
    first
}
