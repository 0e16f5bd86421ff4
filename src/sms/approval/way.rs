//! The way by which a content came: its revisions, from the newest back.

use super::{Case, acting, is_by};
use crate::document::Approval;
use crate::document::digest::Sha256Sum;
use crate::history::{History, Revision, What, has_approval};
use crate::repo::object::{Commit, ObjectId};

/// The revisions that led to a content, newest first.
pub(super) struct Way<'h> {
    history: &'h History,
    revisions: Vec<&'h Revision>,
}

impl<'h> Way<'h> {
    pub(super) fn of(case: &Case<'h>, approval: &Approval) -> Self {
        let revisions = case.history.way_of_approval(case.id, case.blob, case.at, approval);
        Self { history: case.history, revisions }
    }

    /// Returns the revision that brought an approval, if the content has it.
    pub(super) fn brought(&self, approval: &Approval) -> Option<usize> {
        let having = self.revisions.iter().take_while(|it| has_approval(&it.claims, approval));
        having.count().checked_sub(1)
    }

    pub(super) fn commit(&self, at: usize) -> &'h Commit {
        self.history.commit_of(self.revisions[at])
    }

    pub(super) fn covered(&self, at: usize) -> Sha256Sum {
        self.revisions[at].claims.covered
    }

    /// Tells whether a revision changed what approvals cover.
    pub(super) fn changes(&self, at: usize) -> bool {
        self.revisions
            .get(at + 1)
            .is_none_or(|before| before.claims.covered != self.revisions[at].claims.covered)
    }

    /// Tells whether a revision changed nothing but approval and status, and was written after
    /// the content it stands on: an approval that was picked from elsewhere was not.
    pub(super) fn holds_approval_alone(&self, at: usize) -> bool {
        let content = (at + 1..self.revisions.len()).find(|&i| self.changes(i));
        let written = |at: usize| self.commit(at).author.seconds;
        let is_later = match (content.and_then(written), written(at)) {
            (Some(content), Some(approval)) => approval >= content,
            _ => false,
        };
        is_later && self.revisions[at].what == What::Approval && !self.changes(at)
    }

    /// Returns the commit after which the content was no longer the one that was approved.
    pub(super) fn changed_after(&self, approved: Sha256Sum) -> Option<ObjectId> {
        let same = (0..self.revisions.len()).find(|&i| self.covered(i) == approved);
        Some(self.commit(same?.checked_sub(1)?).id)
    }

    /// Returns the commits of the content that stood at `start`, newest first: all since the last
    /// approval before the one that came with `brought`; and the commits that were there before.
    pub(super) fn content(
        &self,
        case: &Case<'_>,
        start: usize,
        brought: usize,
    ) -> (Vec<&'h Commit>, &'h [ObjectId]) {
        let mut since: Vec<&Commit> = Vec::new();
        let first = self.revisions.last().map(|revision| self.history.commit_of(revision));
        let mut before = first.map(|first| first.parents.as_slice()).unwrap_or_default();
        for at in (start..self.revisions.len()).rev() {
            if self.changes(at) {
                since.push(self.commit(at));
            }
            if at > brought && self.was_approved(case, at, &since) {
                since.clear();
                before = std::slice::from_ref(&self.commit(at).id);
            }
        }
        since.reverse();
        (since, before)
    }

    /// Tells whether a revision brought an approval that held at the level the type needs, as far
    /// as a later approval may build on it.
    fn was_approved(&self, case: &Case<'_>, at: usize, content: &[&Commit]) -> bool {
        let revision = self.revisions[at];
        let claims = &revision.claims;
        let is_new = |approval: &&Approval| {
            !self.revisions.get(at + 1).is_some_and(|it| has_approval(&it.claims, approval))
        };
        let holds = |approval: &Approval| {
            let (Some(by), Some(_)) = (&approval.by, approval.on) else { return false };
            let commit = self.commit(at);
            let own = content
                .iter()
                .any(|commit| case.roles.are_one_person(&commit.author.person.email, by));
            let acted = || {
                is_by(&commit.committer.person, by) && !self.changes(at)
                    || is_by(&commit.author.person, by) && self.holds_approval_alone(at)
                    || (case.history.merges_of(case.id, approval))
                        .any(|merge| is_by(acting(merge).0, by))
            };
            approval.version.is_some()
                && approval.version == claims.version
                && !own
                && (case.minimum < 2 || acted())
        };
        claims.status.as_deref() == Some("approved")
            && claims.approvals.iter().filter(is_new).any(holds)
    }
}
