//! What went back to a draft under the number that it had in force, or was withdrawn under.
//!
//! A version has one course: it is drafted, approved, in force, and out of use. Whoever gives its file
//! the status of a draft again takes it out of force without saying so, or begins anew what was over.
//! Only what Git bears out was in force: an approval that does not hold is opened again to be put right.

use super::Sms;
use super::tenure::{End, Tenure};
use crate::document::{Claims, Document};
use crate::repo::object::ObjectId;

/// A version that was in force, or withdrawn, and whose file is a draft of the same number again.
#[derive(Clone, Copy, Debug)]
pub struct MovedBack<'s> {
    /// The version as it was in force.
    pub tenure: &'s Tenure,
    /// The commit that withdrew it, where it was.
    pub withdrawn_in: Option<ObjectId>,
    /// The commit that moved it back; none while that is not committed.
    pub moved_in: Option<ObjectId>,
    /// Whether the publishing branch has it as moved back. What a commit that is being made would
    /// publish is not there yet.
    pub is_published: bool,
}

impl Sms {
    /// Tells whether a document went back to a draft, or into review, under the number that it had in
    /// force or was withdrawn under; not where that lies before control start.
    pub fn moved_back<'s>(&'s self, document: &'s Document) -> Option<MovedBack<'s>> {
        let is_opened = matches!(self.status(document), Some("draft" | "in-review"));
        if !is_opened || !self.is_versioned(document) || self.has_history_of_others() {
            return None;
        }
        let id = document.id()?;
        let tenure = self.tenures_of_now(document).last()?;
        let has_begun = tenure.was_ever_in_force() && tenure.from <= Some(self.as_of);
        if !has_begun || !self.bears_out(tenure) || !self.was_issued(document, tenure) {
            return None;
        }
        let withdrawn_in = match tenure.end {
            Some(End::Withdrawn(commit)) => {
                Some(commit).filter(|_| tenure.until.is_none_or(|until| until < self.as_of))
            }
            // Whoever removes the file, and puts a draft in its place, has done the same in two steps.
            None | Some(End::Reopened(_) | End::Removed(_)) => None,
            Some(End::NextVersion(_) | End::SupersededBy(_)) => return None,
        };
        let was = |claims: &Claims| {
            let status = if withdrawn_in.is_some() { "withdrawn" } else { "approved" };
            claims.is_version(&tenure.version) && claims.status_on(self.as_of) == Some(status)
        };
        let content = self.history.committed_content(&id)?;
        let is_committed = self.history.claims_in(content).is_some_and(|it| {
            matches!(it.status.as_deref(), Some("draft" | "in-review"))
                && it.is_version(&tenure.version)
        });
        let published = self.history.published_states(&id);
        let last = published.last().filter(|it| it.shown.is_some_and(|it| it.0 == content));
        let at = last.map_or(self.history.judged(), |it| it.at);
        let moved_in = is_committed.then(|| self.first_since(&id, content, at, was));
        if moved_in.is_some_and(|commit| self.before_start().contains(&commit)) {
            return None;
        }
        let is_published = is_committed
            && last.is_some_and(|it| !self.is_being_made(self.history.commits[it.at].id));
        Some(MovedBack { tenure, withdrawn_in, moved_in, is_published })
    }

    /// Tells whether a version was issued: what a rebase brought with the commit that opened it again
    /// nobody could read.
    fn was_issued(&self, document: &Document, tenure: &Tenure) -> bool {
        let id = document.id();
        id.is_some_and(|id| self.issues(&id).any(|issue| tenure.is_version(issue.version)))
    }
}
