//! What a document was before: the states of its content that a version or an approval names.

use super::Sms;
use super::approval::Grade;
use crate::document::{DocId, Document, Version};
use crate::history::{Revision, What, has_approval, same_act};
use crate::repo::object::ObjectId;
use crate::source::RepoPath;

impl Sms {
    /// Returns the blob that the judged commit has of a document; none if it is not committed.
    pub fn committed_content(&self, document: &Document) -> Option<ObjectId> {
        self.history.committed_content(&document.id()?)
    }

    /// Tells whether the file is what the judged commit has of it.
    pub fn is_committed(&self, document: &Document) -> bool {
        self.committed_content(document) == Some(document.blob)
    }

    /// Returns the state in which a version of a document stood last, on the way to what the
    /// judged commit has (or had, where the document was removed), else on any branch.
    pub fn last_of_version<'s>(&'s self, id: &DocId, version: &str) -> Option<&'s Revision> {
        let is_asked = |revision: &&Revision| {
            let written = revision.claims.version.as_deref();
            revision.blob.is_some() && written.is_some_and(|written| is_same(written, version))
        };
        let on_the_way = self.way_here(id).into_iter().find(is_asked);
        on_the_way.or_else(|| self.history.revisions(id).iter().rev().find(is_asked))
    }

    /// Returns the content that the last approval in the history was given for: the state that
    /// brought it. Whether Git bears it out is another question.
    pub fn last_approved<'s>(&'s self, id: &DocId) -> Option<&'s Revision> {
        let way = self.way_here(id);
        let (at, approval) = way.iter().enumerate().find_map(|(at, revision)| {
            let claims = &revision.claims;
            let newest = claims.current_approvals().max_by_key(|approval| approval.on);
            let is_approved = claims.status.as_deref() == Some("approved");
            newest.filter(|_| is_approved).map(|approval| (at, approval))
        })?;
        let having = way[at..].iter().take_while(|it| has_approval(&it.claims, approval));
        having.last().copied()
    }

    /// Returns where a document lay in a commit, and where it had lain if the commit moved it; where
    /// it lies now, if that cannot be told.
    pub fn places_in<'s>(
        &'s self,
        id: Option<&DocId>,
        now: &'s RepoPath,
        commit: ObjectId,
    ) -> Vec<&'s RepoPath> {
        let then = id.map(|id| self.history.paths_in(id, commit)).unwrap_or_default();
        if then.is_empty() { vec![now] } else { then }
    }

    /// Returns what Git shows of an approval that a document keeps from an earlier version: as it is
    /// held against that version. None where the approval is of the version of the document, or of
    /// one that was never published as approved, or where a document that says it is approved has no
    /// approval but such.
    pub fn grade_of_earlier(&self, document: &Document, grade: &Grade) -> Option<&Grade> {
        let claims = self.claims(document);
        let kept = &grade.approval;
        if kept.is_of(claims.version.as_deref())
            || claims.status.as_deref() == Some("approved")
                && claims.current_approvals().next().is_none()
        {
            return None;
        }
        let tenures = self.tenures(claims.id.as_ref()?).iter().rev();
        let mut grades = tenures.flat_map(|tenure| tenure.grades.iter());
        grades.find(|grade| same_act(&grade.approval, kept))
    }

    /// Returns the revisions that led to what the judged commit has, newest first; to what it had
    /// last, where the document was removed.
    fn way_here<'s>(&'s self, id: &DocId) -> Vec<&'s Revision> {
        match self.history.committed_content(id) {
            Some(blob) => self.history.way_to(id, blob).collect(),
            None => match self.history.departure(id) {
                Some(departure) => self.history.way_before(id, &departure).collect(),
                None => Vec::new(),
            },
        }
    }
}

/// Tells whether two versions are the same: `2` is `2.0`.
fn is_same(a: &str, b: &str) -> bool {
    a == b || Version::parse(a).zip(Version::parse(b)).is_some_and(|(a, b)| a == b)
}

/// Says in a word what a commit did to a document: nothing but its layout, where neither its content
/// nor its place is another; put back, where it had been gone; got its id, where it was a file without
/// one; lost its id, where the file was still there and could no longer be read as it.
pub fn word_of(revision: &Revision) -> &'static str {
    match revision.what {
        What::Moved if revision.moved_from.is_none() => "layout",
        What::Began if revision.before.is_some() && revision.is_in_place => "got its id back",
        What::Began if revision.before.is_some() => "put back",
        What::Ended if revision.is_in_place => "lost its id",
        What::Began if !revision.written_elsewhere.is_empty() => "got its id",
        what => what.word(),
    }
}
