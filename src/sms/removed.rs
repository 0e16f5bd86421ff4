//! Documents that are there no more: how each went, and what it was.
//!
//! An id stays with its document for good, so a document can be asked for after its file is gone.
//! A file that is still there and cannot be read has not been removed: it is lost.

use super::lookup::nearest_key;
use super::lost::Remains;
use super::tenure::{End, Tenure};
use super::{Sms, UncontrolledFile, WhyUncontrolled};
use crate::config::{Config, FILE};
use crate::document::{Claims, DocId};
use crate::history::{Departure, has_approval};
use crate::repo::object::{Commit, ObjectId, Objects};
use crate::repo::snapshot;
use crate::source::RepoPath;
use std::collections::BTreeSet;

/// A document that the history knows and the judged tree does not hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Removed<'s> {
    /// Its id.
    pub id: &'s DocId,
    /// The content it had last.
    pub content: ObjectId,
    /// What that claims.
    pub claims: &'s Claims,
    /// Where it lay last.
    pub path: &'s RepoPath,
    /// How it went; none while only the work tree lacks it.
    pub departure: Option<Departure<'s>>,
}

impl Removed<'_> {
    /// Returns its title, else its id.
    pub fn title(&self) -> String {
        self.claims.title.clone().unwrap_or_else(|| self.id.to_string())
    }

    /// Tells whether it is a record.
    pub fn is_record(&self) -> bool {
        self.claims.kind.as_deref() == Some("record")
    }
}

impl Sms {
    /// Returns the documents that were removed, in the order of their ids.
    pub fn removed_documents(&self) -> impl Iterator<Item = Removed<'_>> {
        self.history.lives.keys().filter_map(|id| self.removed(id.as_str()))
    }

    /// Returns what a document was that was removed.
    pub fn removed(&self, id: &str) -> Option<Removed<'_>> {
        if self.knows(id) {
            return None;
        }
        let (id, _) = self.history.lives.get_key_value(&DocId::new(id))?;
        let departure = self.history.departure(id);
        let (content, path) = match &departure {
            Some(departure) => (departure.content, departure.path),
            None => {
                let content = self.history.committed_content(id)?;
                (content, &self.history.way_to(id, content).next()?.path)
            }
        };
        // Where no commit removed it, its file may still be there and be no document, which another
        // rule tells; one that was taken to where nobody controls it is gone.
        let was_taken_out = |file: &UncontrolledFile| match file.why {
            WhyUncontrolled::Listed => true,
            WhyUncontrolled::Outside => self.was_in_source(id),
            _ => false,
        };
        let is_told = || self.uncontrolled.iter().any(|it| it.path == *path && !was_taken_out(it));
        let is_no_document = departure.is_none()
            && self.snapshot.files.contains_key(path)
            && self.document_at(path).is_none()
            && is_told();
        let is_there = is_no_document || self.cannot_be_read(path);
        let claims = self.history.claims_in(content)?;
        let departure = departure.or_else(|| self.taken_out(id));
        let path = departure.as_ref().map_or(path, |departure| departure.path);
        (!is_there).then_some(Removed { id, content, claims, path, departure })
    }

    /// Returns the version of a document that is gone, or can no longer be read as it, that was in force
    /// when it went: nothing took it out of use before. One whose approval was taken out is among them.
    pub fn in_force_as_it_went(&self, id: &DocId) -> Option<&Tenure> {
        let has_come = |it: &Tenure| it.end.is_some() || it.from <= Some(self.as_of);
        let mut tenures = self.tenures(id).iter().rev();
        let last = tenures.find(|it| it.was_ever_in_force() && has_come(it))?;
        let lasts = match last.end {
            Some(End::Removed(_)) => self.withdrawn_since_removed(id, last).is_none(),
            None | Some(End::Reopened(_)) => true,
            // What ends it is still to come, where no commit has removed it.
            Some(End::NextVersion(_) | End::Withdrawn(_) | End::SupersededBy(_)) => {
                self.history.departure(id).is_none() && last.was_in_force_on(self.as_of)
            }
        };
        lasts.then_some(last)
    }

    /// Returns the commit of the publishing branch that put a version back as withdrawn which another one
    /// had removed.
    pub fn withdrawn_since_removed(&self, id: &DocId, tenure: &Tenure) -> Option<ObjectId> {
        let Some(End::Removed(removed)) = tenure.end else { return None };
        let since = self.history.place_of(removed)?;
        let states = self.history.published_states(id).into_iter();
        let mut back = states.filter(|state| state.at > since);
        let withdrawn = back.find(|state| {
            let day = self.history.day_of(state.at);
            state.shown.is_some_and(|(_, claims)| claims.status_by(day) == Some("withdrawn"))
        });
        withdrawn.map(|state| self.history.commits[state.at].id)
    }

    /// Returns the first issue of a version that was published with the same approvals: what was put
    /// back as it was is not issued again.
    pub fn issued_as<'s>(&'s self, id: &DocId, tenure: &'s Tenure) -> &'s Tenure {
        let is_it = |it: &&Tenure| {
            let approvals = &it.claims.approvals;
            it.is_version(&tenure.version)
                && approvals.iter().any(|it| has_approval(&tenure.claims, it))
        };
        self.tenures(id).iter().find(is_it).unwrap_or(tenure)
    }

    /// Returns how a document left the source folder whose file still lies in the repository.
    fn taken_out(&self, id: &DocId) -> Option<Departure<'_>> {
        let src = &self.config.src;
        let last = self.history.revisions(id).iter().rev();
        let outside = last.take_while(|it| it.blob.is_some() && !it.path.is_inside(src)).last()?;
        let path = outside.moved_from.as_ref().filter(|from| from.is_inside(src))?;
        let (commit, content) = (outside.commit, outside.before.or(outside.blob)?);
        let held_by = *self.history.parents(commit).first()?;
        Some(Departure { commit, taken_over_in: commit, held_by, content, path })
    }

    /// Tells whether a document lay in the source folder at some time: in that of today, or, as it was
    /// published last, in that of then.
    pub fn was_in_source(&self, id: &DocId) -> bool {
        let src = &self.config.src;
        self.left_outside.contains(id)
            || self.history.revisions(id).iter().any(|revision| revision.path.is_inside(src))
    }

    /// Looks for documents that another source folder left outside: they lie where they lay when they
    /// were published, and that was in the source folder then.
    pub(super) fn find_left_outside(&mut self, objects: &dyn Objects) {
        let outside = self.uncontrolled.iter().filter(|it| it.why == WhyUncontrolled::Outside);
        let outside: BTreeSet<&RepoPath> = outside.map(|file| &file.path).collect();
        if outside.is_empty() {
            return;
        }
        let lies_there = |id: &&DocId| {
            let last = self.history.revisions(id).last();
            last.is_some_and(|last| last.blob.is_some() && outside.contains(&last.path))
        };
        let ids = self.history.lives.keys().filter(lies_there);
        let was_inside = |id: &&DocId| {
            let Some(tenure) = self.tenures(id).last() else { return false };
            // What lay in the source folder of today is known to have been taken out.
            if self.was_in_source(id) {
                return false;
            }
            let book = snapshot::file(objects, tenure.published_in, FILE).unwrap_or_default();
            let src = Config::source_of(&String::from_utf8_lossy(&book));
            self.history.revisions(id).last().is_some_and(|last| last.path.is_inside(&src))
        };
        self.left_outside = ids.filter(was_inside).cloned().collect();
    }

    /// Returns the commit that removed a document; none while that is not committed.
    pub fn removed_by(&self, removed: &Removed<'_>) -> Option<&Commit> {
        removed.departure.as_ref().map(|departure| &self.history.commits[departure.commit])
    }

    /// Returns the merge by which the judged line lost a document that was removed on another.
    pub fn removal_merged_in(&self, removed: &Removed<'_>) -> Option<&Commit> {
        let departure = removed.departure.as_ref()?;
        let is_another = departure.commit != departure.taken_over_in;
        is_another.then(|| &self.history.commits[departure.taken_over_in])
    }

    /// Tells whether a document only left the source folder: its file lies elsewhere in the repository.
    pub fn is_taken_out(&self, removed: &Removed<'_>) -> bool {
        self.taken_out(removed.id).is_some()
    }

    /// Tells what the file is that still lies where a document lay, if one does.
    pub fn remains_of(&self, removed: &Removed<'_>) -> Option<Remains> {
        self.remains_at(removed.path).filter(|_| !self.is_taken_out(removed))
    }

    /// Says what lies where a document lay that is there no more, or where its file went that nobody
    /// controls; nothing where there is none.
    pub fn lies_in_place_of(&self, id: &DocId, path: &RepoPath) -> Option<String> {
        if self.taken_out(id).is_some() {
            let path = &self.history.revisions(id).last()?.path;
            self.snapshot.files.get(path)?;
            return Some(format!("its file lies outside of `{}`, at `{path}`", self.config.src));
        }
        let path = self.history.revisions(id).last().map_or(path, |last| &last.path);
        let what = match self.document_at(path) {
            Some(document) => match document.id() {
                Some(other) => format!("is {other} now"),
                None => Remains::Nameless.words().to_owned(),
            },
            None => self.remains_at(path)?.words().to_owned(),
        };
        Some(format!("the file where it lay, `{path}`, {what}"))
    }

    /// Says what a commit did with a document that ended in it: it removed the file, left something
    /// else in its place, or left a file that could not be read as it for a while.
    pub fn word_of_end(&self, id: &DocId, commit: ObjectId) -> &'static str {
        let removed = self.removed(id.as_str()).filter(|it| {
            self.removed_by(it).is_some_and(|it| it.id == commit)
                || self.removal_merged_in(it).is_some_and(|it| it.id == commit)
        });
        match removed.and_then(|removed| self.remains_of(&removed)) {
            Some(_) => "taken out of document control",
            None if self.lost_its_id_in(id, commit) => "lost its id",
            None => "removed",
        }
    }

    /// Tells whether the file of a document that ended in a commit was still there, and could no longer be
    /// read as it.
    pub fn lost_its_id_in(&self, id: &DocId, commit: ObjectId) -> bool {
        let place = self.history.place_of(commit);
        place.is_some_and(|at| self.history.has_left_its_file(id, at))
    }

    fn removal_that_is_not_committed(&self, path: &RepoPath, remains: Option<Remains>) -> String {
        let taken_out = "taken out of document control in the work tree, which is not committed";
        if let Some(remains) = remains {
            return format!("{taken_out}; the file where it lay, `{path}`, {}", remains.words());
        }
        if self.document_at(path).is_some() {
            return format!("{taken_out}; its file, `{path}`, is another document now");
        }
        let src = &self.config.src;
        let whereto = match path.is_inside(src) {
            _ if !self.uncontrolled.iter().any(|it| it.path == *path) => {
                return "removed in the work tree, which is not committed".to_owned();
            }
            true => "among those that book.toml leaves uncontrolled",
            false => "outside of that folder, where nobody controls it",
        };
        format!("taken out of `{src}`: its file, `{path}`, lies {whereto}")
    }

    /// Says how a document went: `removed on 2026-04-01 in commit …`.
    pub fn removal_words(&self, removed: &Removed<'_>) -> String {
        let remains = self.remains_of(removed);
        let Some(commit) = self.removed_by(removed) else {
            return self.removal_that_is_not_committed(removed.path, remains);
        };
        let left = match remains {
            Some(_) => "taken out of document control".to_owned(),
            None if self.is_taken_out(removed) => format!("taken out of `{}`", self.config.src),
            None if self.lost_its_id_in(removed.id, commit.id) => "lost its id".to_owned(),
            None => "removed".to_owned(),
        };
        let lies = |remains: Remains| {
            format!("; the file where it lay, `{}`, {}", removed.path, remains.words())
        };
        let lies = remains.map(lies).unwrap_or_default();
        if self.is_imagined && commit.id == self.head {
            return format!("{left} in the commit that is being made{lies}");
        }
        let day = commit.committer.date().map(|day| format!("on {day} ")).unwrap_or_default();
        let person = &commit.author.person;
        let mut words = format!(
            "{left} {day}in commit {} by {} <{}>: {}",
            commit.id.short(),
            person.name,
            person.email,
            commit.subject()
        );
        if let Some(merge) = self.removal_merged_in(removed) {
            let day = merge.committer.date().map(|day| format!(" on {day}")).unwrap_or_default();
            words.push_str(&format!("; merged{day} in commit {}", merge.id.short()));
        }
        words + &lies
    }

    /// Returns the last commit that held a removed document.
    pub fn last_held_by(&self, removed: &Removed<'_>) -> ObjectId {
        let departure = removed.departure.as_ref();
        departure.map_or(self.head, |it| self.history.commits[it.held_by].id)
    }

    /// Returns the revision under which a removed document is still there: `abc~1`.
    pub fn before_removal(&self, removed: &Removed<'_>) -> String {
        match &removed.departure {
            Some(departure) => self.revision_before(departure),
            None => "HEAD".to_owned(),
        }
    }

    /// Returns the revision that held a document before it went.
    pub fn revision_before(&self, departure: &Departure<'_>) -> String {
        let lost = self.history.commits[departure.taken_over_in].id.short();
        let parents = self.history.parents(departure.taken_over_in);
        match parents.iter().position(|parent| *parent == departure.held_by) {
            None | Some(0) => format!("{lost}~1"),
            Some(other) => format!("{lost}^{}", other + 1),
        }
    }

    /// Returns the id that was probably meant, of those there are and of those there were.
    pub fn nearest_id_ever(&self, id: &str) -> Option<&str> {
        let was = nearest_key(&self.history.lives, id);
        let was = was.filter(|near| self.removed(near).is_some());
        crate::source::did_you_mean(id, self.nearest_id(id).into_iter().chain(was))
    }
}
