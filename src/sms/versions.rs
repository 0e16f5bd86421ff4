//! The versions of a document: which text was issued as which version, and how far the text of
//! now is from it.
//!
//! A version is issued when it stands on the publishing branch with an approval of its own that
//! was not there before. Drafts are numbered as their authors like. What a rebased line brought
//! together with the commit that opened it again was never issued.

use super::Sms;
use super::approval::Contradiction;
use super::tenure::Tenure;
use crate::document::change::Change;
use crate::document::{Approval, Claims, DocId, Document, Version};
use crate::history::{History, PublishedState, has_approval, same_act};
use crate::repo::object::{Commit, ObjectId, Objects, ReadError, Signature};
use crate::repo::snapshot;
use crate::source::listed;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};

/// A text that was issued as a version.
#[derive(Clone, Copy, Debug)]
pub struct Issue<'s> {
    /// The version, as written.
    pub version: &'s str,
    /// The content.
    pub blob: ObjectId,
    /// What the content claims.
    pub claims: &'s Claims,
    /// The commit of the publishing branch that brought it.
    pub commit: &'s Commit,
}

/// A text that is another than the one that was approved, under the same version.
#[derive(Clone, Copy, Debug)]
pub struct SilentEdit<'s> {
    /// The version, as written.
    pub version: &'s str,
    /// The content that was approved.
    pub approved: ObjectId,
    /// The commit in which it was approved.
    pub approved_in: ObjectId,
    /// The commit that changed the text; none while the change is not committed.
    pub changed_in: Option<ObjectId>,
    /// The approval that the document still has.
    pub approval: Option<&'s Approval>,
}

/// Where a text was issued: the commit of the publishing branch, as an index into
/// [`History::commits`], and the content it brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Issued {
    at: usize,
    blob: ObjectId,
}

/// Returns what was issued of all documents that the history knows.
pub(super) fn issued(history: &History) -> BTreeMap<DocId, Vec<Issued>> {
    history.ids().into_par_iter().map(|id| (id.clone(), issued_of(history, id))).collect()
}

fn issued_of(history: &History, id: &DocId) -> Vec<Issued> {
    let mut issued = Vec::new();
    let mut before = &[][..];
    let states = history.published_states(id);
    for (i, state) in states.iter().enumerate() {
        let Some((blob, claims)) = state.shown else {
            before = &[];
            continue;
        };
        let is_new = claims.approvals.iter().any(|act| {
            act.is_of(claims.version.as_deref()) && !before.iter().any(|other| same_act(other, act))
        });
        before = &claims.approvals;
        let is_approved = claims.status.as_deref() == Some("approved");
        let is_issued = claims.version.is_some() && is_new && is_approved;
        if is_issued && !came_with_its_end(history, state, &states[i + 1..]) {
            issued.push(Issued { at: state.at, blob });
        }
    }
    issued
}

/// Tells whether an issue was opened again, or gone, when it was published: whoever rebases a line
/// commits all of it at once, and what was written in between nobody could read.
fn came_with_its_end(
    history: &History,
    issue: &PublishedState<'_>,
    later: &[PublishedState<'_>],
) -> bool {
    /// From one commit of a rebase to another no more seconds pass.
    const AT_ONCE: i64 = 60;
    let Some((_, issued)) = issue.shown else { return false };
    let issue = &history.commits[issue.at];
    let Some(published) = issue.committer.seconds else { return false };
    let is_at_once = |state: &&PublishedState<'_>| {
        let Signature { person, seconds, .. } = &history.commits[state.at].committer;
        let at_once = published..=published.saturating_add(AT_ONCE);
        *person == issue.committer.person && seconds.is_some_and(|at| at_once.contains(&at))
    };
    // A draft of another version ends nothing.
    let has_ended = |state: &&PublishedState<'_>| {
        state.shown.is_none_or(|(_, claims)| {
            let is_it = issued.version.as_ref().is_some_and(|version| claims.is_version(version));
            let stands =
                claims.covered == issued.covered && claims.status.as_deref() == Some("approved");
            is_it && !stands
        })
    };
    let end = later.iter().take_while(is_at_once).find(has_ended);
    let written = end.and_then(|end| history.commits[end.at].author.seconds);
    written.is_some_and(|written| written < published)
}

/// Tells whether a version is older than all that a document is known to have had: it may have been,
/// in the days before the documents came into the repository.
pub fn is_before_all(version: &str, versions: &[String]) -> bool {
    let oldest = versions.first().and_then(|oldest| Version::parse(oldest));
    Version::parse(version).zip(oldest).is_some_and(|(version, oldest)| version < oldest)
}

/// Says which versions there are, to follow the name of the document.
pub fn which_versions(versions: &[String]) -> String {
    /// How many are listed, the latest ones.
    const LISTED: usize = 12;
    match versions {
        [] => "which has no version".to_owned(),
        [only] => format!("which has the version {only}"),
        _ => {
            let latest = &versions[versions.len().saturating_sub(LISTED)..];
            let which = if latest.len() < versions.len() { "latest " } else { "" };
            format!("which has the {which}versions {}", listed(latest, "and"))
        }
    }
}

impl Sms {
    /// Returns the versions of a document that the history or the file itself shows, oldest first.
    pub fn versions_in_order(&self, id: &DocId) -> Vec<String> {
        let mut versions: Vec<String> = self.versions(id).into_iter().collect();
        versions.sort_by_cached_key(|version| Version::parse(version));
        versions
    }

    /// Returns the texts of a document that were issued, oldest first.
    pub fn issues<'s>(
        &'s self,
        id: &DocId,
    ) -> impl DoubleEndedIterator<Item = Issue<'s>> + use<'s> {
        let issued = self.issued.get(id).map_or(&[][..], Vec::as_slice);
        issued.iter().filter_map(|issued| {
            let claims = self.history.claims_in(issued.blob)?;
            let version = claims.version.as_deref()?;
            let commit = &self.history.commits[issued.at];
            Some(Issue { version, blob: issued.blob, claims, commit })
        })
    }

    /// Returns the issue before the version a document has now: the last of the highest version,
    /// since a number that came back by mistake is none to go on from.
    pub fn former_issue(&self, document: &Document) -> Option<Issue<'_>> {
        let version = document.front.version()?;
        let number = |issue: &Issue<'_>| Version::parse(issue.version);
        let others =
            self.issues(&document.id()?).filter(|it| number(it).as_ref() != Some(&version));
        others.max_by_key(number)
    }

    /// Returns the documents whose version says something: those that can be read, bear their id
    /// alone, and are not withdrawn. Where the history is not that of their authors, it says
    /// nothing of versions.
    pub fn versioned(&self) -> impl Iterator<Item = &Document> {
        let is_told = !self.has_history_of_others();
        self.maintained().filter(move |document| is_told && self.is_versioned(document))
    }

    pub(super) fn is_versioned(&self, document: &Document) -> bool {
        self.is_identified(document)
            && self.status(document) != Some("withdrawn")
            && !self.is_record(document)
    }

    /// Returns the tenure of the version that a document has now, the first if it was approved
    /// again; none if it was not published.
    pub fn tenure_of_now(&self, document: &Document) -> Option<&Tenure> {
        self.tenures_of_now(document).next()
    }

    /// Returns all tenures of the version that a document has now, oldest first.
    pub fn tenures_of_now(&self, document: &Document) -> impl Iterator<Item = &Tenure> {
        let version = document.front.text("version").map(|version| version.value.to_owned());
        let tenures = document.id().into_iter().flat_map(|id| self.tenures(&id));
        tenures.filter(move |it| version.as_ref().is_some_and(|version| it.is_version(version)))
    }

    /// Tells whether what a document says since a commit changed it was published as approved: who reads
    /// it there works by it. What a commit that is being made would publish, nobody has read yet.
    pub fn is_published_as_changed(
        &self,
        document: &Document,
        changed_in: Option<ObjectId>,
    ) -> bool {
        let id = document.id();
        let tenure = id.as_ref().and_then(|id| self.tenures(id).last());
        !changed_in.is_some_and(|commit| self.is_being_made(commit))
            && tenure.is_some_and(|it| it.claims.covered == self.claims(document).covered)
    }

    /// Tells whether the publishing branch has a document as approved: who reads it there works by it. What
    /// a commit that is being made would publish, nobody has read yet.
    pub fn stands_published(&self, id: &DocId) -> bool {
        let last = self.tenures(id).last().filter(|it| it.end.is_none());
        last.is_some_and(|it| !self.is_being_made(it.published_in))
    }

    /// Tells whether the text of a document changed after it was approved, and the version stayed.
    pub fn silent_edit<'s>(&'s self, document: &'s Document) -> Option<SilentEdit<'s>> {
        if !self.is_versioned(document) {
            return None;
        }
        let edit = match self.status(document) {
            Some("approved") => {
                self.edit_under_approval(document).or_else(|| self.edit_between_issues(document))
            }
            _ => self.edit_of_issue(document),
        };
        edit.filter(|(_, claims)| claims.text != self.claims(document).text).map(|(edit, _)| edit)
    }

    /// Finds what an approval, that the document still has, was given for.
    fn edit_under_approval<'s>(
        &'s self,
        document: &'s Document,
    ) -> Option<(SilentEdit<'s>, &'s Claims)> {
        let (id, version) = (document.id()?, document.front.text("version")?.value);
        let of_version = self.current_grades(document).into_iter();
        let of_version = of_version.filter(|it| it.approval.is_of(Some(version)));
        let changed = |found: &Contradiction| match found {
            Contradiction::ContentChanged(commit) => Some(*commit),
            _ => None,
        };
        let (grade, changed_in) = of_version
            .filter_map(|grade| Some((grade, grade.contradictions.iter().find_map(changed)?)))
            .next()?;
        let content = self.history.committed_content(&id)?;
        // An edit that is not committed may lie over one that is.
        let of_committed = changed_in.is_none().then(|| {
            let claims = self.history.claims_in(content)?;
            let grades = self.grades_of(&id, (content, claims), self.history.judged(), self.as_of);
            grades.into_iter().find(|it| same_act(&it.approval, &grade.approval))
        });
        let of_committed = of_committed.flatten();
        let changed_before = of_committed.as_ref().map(|it| it.contradictions.iter());
        let changed_in =
            changed_in.or_else(|| changed_before.and_then(|mut it| it.find_map(changed)?));
        let acted_in = of_committed.as_ref().unwrap_or(grade).acted_in();
        let way =
            self.history.way_of_approval(&id, content, self.history.judged(), &grade.approval);
        let way: Vec<_> = way.filter_map(|step| step.revision).collect();
        let at = match changed_in {
            None => 0,
            Some(commit) => {
                1 + way.iter().position(|it| self.history.commit_of(it).id == commit)?
            }
        };
        let approved = way.get(at)?;
        let edit = SilentEdit {
            version,
            approved: approved.blob?,
            approved_in: acted_in.unwrap_or(self.history.commit_of(approved).id),
            changed_in,
            approval: Some(&grade.approval),
        };
        Some((edit, &approved.claims))
    }

    /// Finds the issue before, if what stands now was issued with its number and another text.
    fn edit_between_issues<'s>(
        &'s self,
        document: &'s Document,
    ) -> Option<(SilentEdit<'s>, &'s Claims)> {
        let (id, version) = (document.id()?, document.front.text("version")?.value);
        let mut of_version =
            self.issues(&id).rev().take_while(|issue| issue.claims.is_version(version));
        let last = of_version.next()?;
        let former = of_version.find(|issue| issue.claims.covered != last.claims.covered)?;
        // An approval that was typed again is no approval of this text, and that is told elsewhere.
        let is_typed_again = |act: &Approval| has_approval(former.claims, act);
        if last.claims.approvals.iter().all(is_typed_again) {
            return None;
        }
        let edit = SilentEdit {
            version,
            approved: former.blob,
            approved_in: former.commit.id,
            changed_in: self.changed_text(&id, &former, &last),
            approval: None,
        };
        Some((edit, former.claims))
    }

    /// Finds the last issue, if it has the version of a document that is being written.
    fn edit_of_issue<'s>(&'s self, document: &'s Document) -> Option<(SilentEdit<'s>, &'s Claims)> {
        let (id, version) = (document.id()?, document.front.text("version")?.value);
        let issue =
            self.issues(&id).next_back().filter(|issue| issue.claims.is_version(version))?;
        let content = self.history.committed_content(&id)?;
        let published = self.history.published_states(&id);
        let brought = published.last().filter(|it| it.shown.is_some_and(|it| it.0 == content));
        let at = brought.map_or(self.history.judged(), |it| it.at);
        let is_issued = |it: &Claims| it.covered == issue.claims.covered;
        let is_changed = self.history.claims_in(content).is_some_and(|it| !is_issued(it));
        let edit = SilentEdit {
            version,
            approved: issue.blob,
            approved_in: issue.commit.id,
            changed_in: is_changed.then(|| self.first_since(&id, content, at, is_issued)),
            approval: None,
        };
        Some((edit, issue.claims))
    }

    /// Returns the commit in which a document got the version it has; none while that is not
    /// committed.
    pub fn brought_version(&self, document: &Document) -> Option<ObjectId> {
        let id = document.id()?;
        let version = self.claims(document).version.as_ref();
        let way = self.history.way_to(&id, self.history.committed_content(&id)?);
        let having = way.take_while(|it| it.claims.version.as_ref() == version);
        having.last().map(|revision| self.history.commit_of(revision).id)
    }

    /// Returns what changed of a document since a content that was issued or approved.
    pub fn change_since(&self, document: &Document, blob: ObjectId) -> Option<&Change> {
        let since = &self.facts[self.index(document)].since;
        since.iter().find(|(before, _)| *before == blob).map(|(_, change)| change)
    }

    /// Compares the documents with the contents that rules hold them against.
    pub(super) fn compare(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        if self.has_history_of_others() {
            return Ok(());
        }
        let compared = |document: &Document| {
            let before = self.compared_with(document).into_iter();
            let changes = before.map(|(blob, commit)| {
                let before = snapshot::blob(objects, blob)?;
                Ok((blob, self.change_from(&before, Some(commit), document, objects)?))
            });
            changes.collect::<Result<Vec<_>, ReadError>>()
        };
        let since: Vec<_> = self.documents.par_iter().map(compared).collect::<Result<_, _>>()?;
        for (facts, since) in self.facts.iter_mut().zip(since) {
            facts.since = since;
        }
        Ok(())
    }

    /// Returns the contents to compare a document with, each with the commit that had it: what was
    /// issued before, if the change is called editorial or the text is the same, and what was
    /// approved, if the text is another.
    fn compared_with(&self, document: &Document) -> Vec<(ObjectId, ObjectId)> {
        if !self.is_versioned(document) {
            let edited = self.edit_of_withdrawn(document).into_iter();
            return edited.map(|edit| (edit.kept, edit.kept_in)).collect();
        }
        let claims = self.claims(document);
        let kind = document.front.text("change_kind").map(|kind| kind.value);
        let former = self
            .former_issue(document)
            .filter(|issue| kind == Some("editorial") || issue.claims.text == claims.text);
        let former = former.map(|issue| (issue.blob, issue.commit.id));
        let edited = self.silent_edit(document).map(|edit| (edit.approved, edit.approved_in));
        let mut contents: Vec<_> = former.into_iter().chain(edited).collect();
        contents.dedup_by_key(|(blob, _)| *blob);
        contents
    }

    /// Returns the commits that lie before control start.
    pub fn before_start(&self) -> &HashSet<ObjectId> {
        &self.before_start
    }
}

/// From how many documents on one commit is one event.
const MANY: usize = 10;

/// The same thing seen in many documents, because one commit did it to all of them.
#[derive(Clone, Debug)]
pub struct Mass<T> {
    /// The commit.
    pub commit: ObjectId,
    /// What was seen, in the order of the documents.
    pub seen: Vec<T>,
}

/// Separates what one commit did to many documents at once from what stands for itself.
pub fn in_mass<T>(seen: Vec<T>, commit: impl Fn(&T) -> Option<ObjectId>) -> (Vec<Mass<T>>, Vec<T>) {
    let mut by_commit: BTreeMap<Option<ObjectId>, Vec<T>> = BTreeMap::new();
    for one in seen {
        by_commit.entry(commit(&one)).or_default().push(one);
    }
    let (mut masses, mut single) = (Vec::new(), Vec::new());
    for (commit, seen) in by_commit {
        match commit {
            Some(commit) if seen.len() >= MANY => masses.push(Mass { commit, seen }),
            _ => single.extend(seen),
        }
    }
    (masses, single)
}

impl<T> Mass<T> {
    /// Names the documents, the first of them one by one.
    pub fn names(&self, id: impl Fn(&T) -> String) -> String {
        const NAMED: usize = 8;
        let named: Vec<String> = self.seen.iter().take(NAMED).map(id).collect();
        match self.seen.len().saturating_sub(NAMED) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        }
    }
}
