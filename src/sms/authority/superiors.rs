//! The documents that others stand beneath, as they were approved through time.
//!
//! The process above a procedure says who may approve it: whoever owns the process. That counts as
//! it was approved and in force when the procedure came to the publishing branch, like the rows
//! of the role register: a draft makes nobody an owner, and the next owner takes nothing from what
//! the one before approved.

use crate::document::{Claims, DocId};
use crate::sms::approval::Grade;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One version of a document, as it was approved.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::sms) struct Stand {
    /// The commit that published it, or the first one after that in whose time it was in force, as an
    /// index into the commits of the history; none for what only the judged tree has.
    pub at: Option<usize>,
    /// Whether it is in force by now, or was.
    pub has_begun: bool,
    /// The commit with which the document was out of force, likewise.
    pub until: Option<usize>,
    /// What it claims.
    pub claims: Arc<Claims>,
    /// Its approvals, until it is settled who gave them.
    pub grades: Arc<[Grade]>,
}

/// The documents that others stand beneath, each with its approved versions, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::sms) struct Superiors(BTreeMap<DocId, Vec<Stand>>);

impl Superiors {
    /// Takes documents with their approved versions.
    pub(in crate::sms) fn of(stands: impl Iterator<Item = (DocId, Vec<Stand>)>) -> Self {
        Self(stands.collect())
    }

    /// Takes out the versions whose approvers were not the ones to approve.
    pub(in crate::sms) fn keep(&mut self, is_authorised: &(dyn Fn(&DocId, &Stand) -> bool + Sync)) {
        self.0.par_iter_mut().for_each(|(id, stands)| {
            stands.retain(|stand| is_authorised(id, stand));
            stands.iter_mut().for_each(|stand| stand.grades = Arc::default());
        });
    }

    /// Returns what was approved of a document when a commit was published, or is by now. What was
    /// approved only later serves where there was nothing before.
    pub(in crate::sms) fn at(&self, id: &str, commit: Option<usize>) -> Option<&Claims> {
        let stands = self.0.get(&DocId::new(id))?;
        let was_there =
            |stand: &&Stand| commit.map_or(stand.has_begun, |commit| stand.at <= Some(commit));
        let stand = stands.iter().rev().find(was_there).or(stands.first())?;
        let is_over = stand.until.is_some_and(|end| commit.is_none_or(|commit| end <= commit));
        (!is_over).then_some(&*stand.claims)
    }
}
