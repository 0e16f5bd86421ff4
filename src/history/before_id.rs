//! Files before they had an id: who wrote them, and since when they said what they say.

use super::{History, Revision};
use crate::document::{Claims, DocId, text_of};
use crate::repo::FILE_LIMIT;
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::blob_at_most;
use crate::repo::walk::Change;
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, HashMap};

/// What a commit wrote into a file that had no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    /// The commit, as an index into [`History::commits`].
    pub commit: usize,
    /// What the file held then.
    pub blob: ObjectId,
}

/// The files without an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nameless {
    /// What was written into each, oldest first.
    written: HashMap<RepoPath, Vec<Writing>>,
    /// Where each content lay last.
    lies_at: HashMap<ObjectId, RepoPath>,
}

impl Nameless {
    /// Takes a file without an id. One that is only moved or copied is written by whoever wrote it.
    pub(super) fn take(&mut self, change: &Change) {
        let Some(blob) = change.after else { return };
        let known = self.lies_at.get(&blob).filter(|_| change.before.is_none());
        match known.and_then(|path| self.written.get(path)).cloned() {
            Some(written) => {
                self.written.insert(change.path.clone(), written);
            }
            None => {
                let writing = Writing { commit: change.commit, blob };
                self.written.entry(change.path.clone()).or_default().push(writing);
            }
        }
        self.lies_at.insert(blob, change.path.clone());
    }

    /// Tells whether a file was ever without an id.
    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.written.contains_key(path)
    }

    /// Returns what was written into a file.
    pub(super) fn written(&self, path: &RepoPath) -> &[Writing] {
        self.written.get(path).map_or(&[], Vec::as_slice)
    }

    /// Returns the commit that wrote a file last, if it was there.
    pub(super) fn last(&self, path: &RepoPath) -> Vec<usize> {
        self.written(path).last().map(|it| it.commit).into_iter().collect()
    }

    /// Returns the commits that wrote a file from one on.
    pub(super) fn since(&self, path: &RepoPath, commit: usize) -> Vec<usize> {
        let written = self.written(path);
        let since = written.partition_point(|it| it.commit < commit);
        written[since..].iter().map(|it| it.commit).collect()
    }
}

impl History {
    /// Returns what the files of documents that claim days of before held until they got their ids,
    /// oldest first.
    pub fn held_before_ids(&self) -> impl Iterator<Item = (&DocId, &[Writing])> {
        let claims_earlier = |id: &DocId| {
            let day = self.revisions(id).first().and_then(|it| self.commit_of(it).committer.date());
            let is_earlier = |on: Date| Some(on) < day;
            self.revisions(id).iter().any(|Revision { claims, .. }| {
                let given = claims.approvals.iter().filter_map(|it| it.on);
                given.chain(claims.effective_from).any(is_earlier)
            })
        };
        let held = self.before_ids.iter().map(|(id, written)| (id, written.as_slice()));
        held.filter(move |(id, _)| claims_earlier(id))
    }

    /// Looks up since when they said what they said when they got them.
    ///
    /// # Errors
    /// When a content is missing or damaged.
    pub fn read_before_ids(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let mut said_since = BTreeMap::new();
        for (id, held) in self.held_before_ids() {
            let Some(first) = self.revisions(id).first() else { continue };
            for Writing { commit, blob } in held.iter().rev() {
                match blob_at_most(objects, *blob, FILE_LIMIT) {
                    Ok(bytes) if text_of(&bytes) == first.claims.text => {
                        said_since.insert(id.clone(), *commit);
                    }
                    Ok(_) | Err(ReadError::TooLarge(..)) => break,
                    Err(error) => return Err(error),
                }
            }
        }
        self.said_since = said_since;
        Ok(())
    }

    /// Returns the commit since which the file of a document says what one state of it says, as an
    /// index into [`History::commits`], if it said so before it had the id. Only documents that claim
    /// days of before that are asked about.
    pub fn said_before_id(&self, id: &DocId, said: &Claims) -> Option<usize> {
        let first = self.revisions(id).first()?;
        self.said_since.get(id).copied().filter(|_| first.claims.text == said.text)
    }
}
