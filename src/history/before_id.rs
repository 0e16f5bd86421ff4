//! Files before they had an id: who wrote them, and since when they said what they say.

use super::History;
use crate::document::digest::Sha256Sum;
use crate::document::{Claims, DocId};
use crate::repo::object::ObjectId;
use crate::repo::walk::Change;
use crate::source::RepoPath;
use std::collections::{BTreeSet, HashMap};

/// What a commit wrote into a file that had no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Writing {
    /// The commit, as an index into [`History::commits`].
    commit: usize,
    /// What the file said then.
    says: Says,
}

/// What a file without an id says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Says {
    /// A text, by its digest.
    Text(Sha256Sum),
    /// What is not read as the text of a file: it is too large, or the target of a link. All that a
    /// document says may stand in it.
    Unread(ObjectId),
}

/// Tells which commits are looked at: those that one rests on, or some of them.
pub(super) type IsSeen<'s> = &'s dyn Fn(usize) -> bool;

/// A document as it stood when its file got another id, or lost it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id that it had.
    pub id: DocId,
    /// What it held.
    pub blob: ObjectId,
    /// The commit at which it did, as an index into [`History::commits`].
    pub at: usize,
    /// Where a line brings it that a merge joined: the parent through which the merge goes. What was
    /// written beneath that is known already.
    pub joined_to: Option<usize>,
}

/// A file without an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct File {
    /// What was written into it, oldest first.
    written: Vec<Writing>,
    /// What it was when it had an id, if it ever had one.
    was: Option<Named>,
}

/// The files without an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Nameless {
    files: HashMap<RepoPath, File>,
    /// Where each of what they say lay last.
    lies_at: HashMap<Says, RepoPath>,
}

impl Nameless {
    /// Takes a file without an id, which may have lost one. What is only moved or copied is written by
    /// whoever wrote it.
    pub(super) fn take(&mut self, change: &Change, says: Says, was: Option<Named>) {
        let at = self.lies_at.get(&says);
        let known = at.filter(|path| change.before.is_none() || **path != change.path);
        match known.and_then(|path| self.files.get(path)).cloned() {
            Some(mut file) => {
                file.was = file.was.or(was);
                self.files.insert(change.path.clone(), file);
            }
            None => {
                let file = self.files.entry(change.path.clone()).or_default();
                file.written.push(Writing { commit: change.commit, says });
                file.was = was.or_else(|| file.was.take());
            }
        }
        self.lies_at.insert(says, change.path.clone());
    }

    /// Tells whether a file was ever without an id.
    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// Returns the commit since which a file has said the same without a break, if it says it where
    /// it is looked at.
    pub(super) fn says(
        &self,
        path: &RepoPath,
        text: Sha256Sum,
        is_seen: IsSeen<'_>,
    ) -> Option<usize> {
        let says = Says::Text(text);
        let same = self.written(path, is_seen).rev().take_while(|it| it.says == says);
        same.last().map(|it| it.commit)
    }

    /// Returns the commit that wrote what a file says now, or else its last one, if it was there; and
    /// all that wrote what is not read.
    pub(super) fn last(
        &self,
        path: &RepoPath,
        now: Option<Says>,
        is_seen: IsSeen<'_>,
    ) -> Vec<usize> {
        let written: Vec<&Writing> = self.written(path, is_seen).collect();
        let is_now = |it: &&Writing| Some(it.says) == now;
        let last = written.iter().rposition(is_now).or(written.len().checked_sub(1));
        let Some(last) = last else { return Vec::new() };
        let says = written[last].says;
        let same = written[..last].iter().rev().take_while(|it| it.says == says);
        let since = same.last().unwrap_or(&written[last]);
        let unread = written.iter().filter(|it| matches!(it.says, Says::Unread(_)));
        [since].into_iter().chain(unread).map(|it| it.commit).collect()
    }

    /// Returns the commits that wrote the text of a file.
    pub(super) fn all(&self, path: &RepoPath, is_seen: IsSeen<'_>) -> Vec<usize> {
        let mut all = Vec::new();
        let mut before = None;
        for Writing { commit, says } in self.written(path, is_seen) {
            if Some(*says) != before {
                all.push(*commit);
            }
            before = Some(*says);
        }
        all
    }

    /// Returns the writings of a file that are seen from somewhere.
    fn written<'n>(
        &'n self,
        path: &RepoPath,
        is_seen: IsSeen<'n>,
    ) -> impl DoubleEndedIterator<Item = &'n Writing> {
        let written = self.files.get(path).map_or(&[][..], |file| &file.written);
        written.iter().filter(move |it| is_seen(it.commit))
    }

    /// Returns what a file was when it had an id.
    pub(super) fn was(&self, path: &RepoPath) -> Option<&Named> {
        self.files.get(path)?.was.as_ref()
    }
}

impl History {
    /// Returns what a document was under other ids when its file came with a commit.
    pub fn named_before(&self, id: &DocId, commit: usize) -> impl Iterator<Item = &Named> {
        self.all_named_before(id).filter(move |(at, _)| *at == commit).map(|(_, named)| named)
    }

    /// Returns what a document was under other ids when its file came, with the commits of that.
    pub fn all_named_before(&self, id: &DocId) -> impl Iterator<Item = &(usize, Named)> {
        self.named_before.get(id).into_iter().flatten()
    }

    /// Tells whether the file of a document was a document of another id, or none, before a commit.
    pub fn was_another_before(&self, id: &DocId, commit: usize) -> bool {
        let mut nameless = self.nameless_before.get(id).into_iter().flatten();
        self.named_before(id, commit).next().is_some() || nameless.any(|(at, _)| *at == commit)
    }

    /// Returns the contents that were read to find out what files were before they had their ids.
    pub fn read_before_ids(&self) -> &BTreeSet<ObjectId> {
        &self.read_before_ids
    }

    /// Returns the commit since which the file of a document says what one state of it says, as an
    /// index into [`History::commits`], if it said so before it had the id.
    pub fn said_before_id(&self, id: &DocId, said: &Claims) -> Option<usize> {
        let first = &self.revisions(id).first()?.claims;
        // Another version is another claim, even of the same words.
        let is_it = match &first.version {
            Some(version) => said.is_version(version),
            None => true,
        };
        self.said_since.get(id).copied().filter(|_| is_it && first.text == said.text)
    }
}
