//! Whether what was withdrawn stayed as it was.
//!
//! Whoever looks up a withdrawn document finds the text by which people worked, under the approval that
//! was given for it. It is held against the last text in use: one that changed as it was withdrawn is
//! another as much as one that changed later.

use super::Sms;
use crate::document::{Claims, Document};
use crate::history::PublishedState;
use crate::repo::object::ObjectId;
use crate::source::Date;

/// A text of a withdrawn document that is another than the one that went out of use.
#[derive(Clone, Copy, Debug)]
pub struct LateEdit<'s> {
    /// The version that was withdrawn, as written.
    pub version: &'s str,
    /// The content that went out of use.
    pub kept: ObjectId,
    /// The commit of the publishing branch that brought it.
    pub kept_in: ObjectId,
    /// How it went out of use.
    pub withdrawal: Withdrawal,
    /// The commit that changed the text; none while the change is not committed.
    pub changed_in: Option<ObjectId>,
}

/// How a document went out of use whose text is another now.
#[derive(Clone, Copy, Debug)]
pub enum Withdrawal {
    /// In this commit, before its text changed.
    Before(ObjectId),
    /// On the day that it had announced, before its text changed.
    Announced(Date),
    /// With a text that was another already.
    Together,
}

/// What the publishing branch had of a document.
#[derive(Clone, Copy)]
struct Shown<'s> {
    at: usize,
    blob: ObjectId,
    claims: &'s Claims,
    /// The day of the commit.
    day: Option<Date>,
}

impl Shown<'_> {
    /// Tells whether it had a status on the day of its commit.
    fn was(&self, status: &str) -> bool {
        self.claims.status_by(self.day) == Some(status)
    }
}

impl Sms {
    /// Tells whether the text of a withdrawn document is another than the one that went out of use.
    pub fn edit_of_withdrawn<'s>(&'s self, document: &'s Document) -> Option<LateEdit<'s>> {
        let is_kept = self.status(document) == Some("withdrawn") && self.is_identified(document);
        if !is_kept || self.is_record(document) || self.has_history_of_others() {
            return None;
        }
        let id = document.id()?;
        let published = self.history.published_states(&id);
        let states: Vec<_> = published.iter().filter_map(|state| self.shown(state)).collect();
        let now = self.claims(document);
        let (stood, withdrawal) = self.last_in_use(&states, now)?;
        let is_it = |it: &Claims| it.text == stood.claims.text;
        // Whoever puts the text back that was approved leaves nobody in doubt about it.
        let was_it = |it: &Shown<'_>| {
            let version = stood.claims.version.as_deref();
            it.was("approved")
                && version.is_some_and(|version| it.claims.is_version(version))
                && it.claims.text == now.text
        };
        if states.iter().any(was_it) {
            return None;
        }
        // Whoever approves the next version and leaves the day of the withdrawal there changes no former one.
        let is_of_it = now.version.as_ref().is_some_and(|it| stood.claims.is_version(it));
        let is_next = document.status() == Some("approved") && !is_of_it;
        if is_it(now) || is_next {
            return None;
        }
        let content = self.history.committed_content(&id)?;
        let is_committed = self.history.claims_in(content).is_some_and(|it| !is_it(it));
        let changed_in =
            is_committed.then(|| self.first_since(&id, content, self.history.judged(), is_it));
        Some(LateEdit {
            version: stood.claims.version.as_deref()?,
            kept: stood.blob,
            kept_in: self.history.commits[stood.at].id,
            withdrawal,
            changed_in,
        })
    }

    fn shown<'s>(&'s self, state: &PublishedState<'s>) -> Option<Shown<'s>> {
        let (blob, claims) = state.shown?;
        let day = self.history.commits[state.at].committer.date();
        Some(Shown { at: state.at, blob, claims, day })
    }

    /// Finds the text that went out of use, and how it did. What was never in use is held to the text
    /// that it had when it was withdrawn.
    fn last_in_use<'s>(
        &self,
        states: &[Shown<'s>],
        now: &Claims,
    ) -> Option<(Shown<'s>, Withdrawal)> {
        let is_out = |state: &&Shown<'_>| state.was("withdrawn");
        let first_out = states.len() - states.iter().rev().take_while(is_out).count();
        let (before, out) = states.split_at(first_out);
        let came = out.first();
        let came_on = came.map_or(Some(self.as_of), |came| came.day);
        if let Some(last) =
            before.last().filter(|it| it.claims.status_by(came_on) == Some("withdrawn"))
            && let Some(day) = last.claims.withdrawn_on
        {
            return Some((*last, Withdrawal::Announced(day)));
        }
        let withdrawn = came.map_or(now, |came| came.claims);
        let is_of_it = |it: &&Shown<'_>| {
            let version = withdrawn.version.as_deref();
            it.was("approved") && version.is_some_and(|version| it.claims.is_version(version))
        };
        // What is withdrawn under another number than it had was in use under the one it had.
        let was_in_use = || before.last().filter(|it| it.was("approved"));
        let commit = |came: &Shown<'_>| Withdrawal::Before(self.history.commits[came.at].id);
        match (before.iter().rev().find(is_of_it).or_else(was_in_use), came) {
            // A text that changed again after it was withdrawn is told as that.
            (Some(stood), Some(came)) if stood.claims.text == came.claims.text => {
                Some((*stood, commit(came)))
            }
            (Some(_), Some(came)) if now.text != came.claims.text => Some((*came, commit(came))),
            (Some(stood), _) => Some((*stood, Withdrawal::Together)),
            (None, came) => came.map(|came| (*came, commit(came))),
        }
    }
}
