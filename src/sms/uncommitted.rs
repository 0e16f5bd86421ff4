//! What is judged and not committed: the difference of a work tree from the commit beneath it.
//!
//! Where a commit is judged there is none. A document whose front matter cannot be read, or that
//! shares its id, is not looked for in the history.

use super::Sms;
use crate::document::{DocId, Document};
use crate::source::Date;
use std::fmt;

/// A difference of what is judged from the commit beneath it.
#[derive(Clone, Copy, Debug)]
pub enum Uncommitted<'s> {
    /// The document differs.
    Changed(&'s Document),
    /// The commit does not have it.
    New(&'s Document),
    /// Only the commit has it.
    Gone(&'s DocId),
}

impl fmt::Display for Uncommitted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Changed(document) => write!(f, "{} differs from the commit", document.path),
            Self::New(document) => write!(f, "{} is new", document.path),
            Self::Gone(id) => write!(f, "{id} is gone"),
        }
    }
}

impl Sms {
    /// Tells whether a day that a document names is still to come. What is not committed yet may be of
    /// a day after the last commit.
    pub fn is_to_come(&self, document: &Document, day: Date) -> bool {
        let committed = document.id().and_then(|id| self.history.committed_content(&id));
        day > self.as_of && committed == Some(document.blob)
    }

    /// Returns what is judged and not committed, in the order of paths, then what is gone.
    pub fn uncommitted(&self) -> Vec<Uncommitted<'_>> {
        let mut found = Vec::new();
        for document in &self.documents {
            let Some(id) = document.id().filter(|_| document.is_sound()) else { continue };
            match self.history.committed_content(&id) {
                _ if !self.is_identified(document) => {}
                Some(blob) if blob == document.blob => {}
                Some(_) => found.push(Uncommitted::Changed(document)),
                None => found.push(Uncommitted::New(document)),
            }
        }
        let gone = self.history.lives.iter().filter(|(id, life)| {
            let path = life.last().map(|revision| &revision.path);
            let lies_here = path.is_some_and(|path| {
                path.is_inside(&self.config.src) && !self.snapshot.files.contains_key(path)
            });
            lies_here && !self.knows(id.as_str()) && self.history.committed(id).is_some()
        });
        found.extend(gone.map(|(id, _)| Uncommitted::Gone(id)));
        found
    }
}
