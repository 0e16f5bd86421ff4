//! Files before they had an id: who wrote them, and since when they said what they say.

use super::History;
use crate::document::digest::Sha256Sum;
use crate::document::{Claims, DocId, normal_text_of};
use crate::repo::FILE_LIMIT;
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot::blob_at_most;
use crate::repo::walk::Change;
use crate::source::RepoPath;
use std::collections::{BTreeSet, HashMap};

/// What a commit wrote into a file that had no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Writing {
    /// The commit, as an index into [`History::commits`].
    commit: usize,
    /// The digest of the text the file had then, if that could be read.
    text: Option<Sha256Sum>,
}

/// A document as it stood when its file got another id, or lost it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id that it had.
    pub id: DocId,
    /// What it held.
    pub blob: ObjectId,
    /// The commit at which it did, as an index into [`History::commits`].
    pub at: usize,
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
    /// Where each content lay last.
    lies_at: HashMap<ObjectId, RepoPath>,
}

impl Nameless {
    /// Takes a file without an id, which may have lost one. What is only moved or copied is written by
    /// whoever wrote it.
    pub(super) fn take(&mut self, change: &Change, text: Option<Sha256Sum>, was: Option<Named>) {
        let Some(blob) = change.after else { return };
        let known = self.lies_at.get(&blob).filter(|_| change.before.is_none());
        match known.and_then(|path| self.files.get(path)).cloned() {
            Some(file) => {
                self.files.insert(change.path.clone(), file);
            }
            None => {
                let file = self.files.entry(change.path.clone()).or_default();
                file.written.push(Writing { commit: change.commit, text });
                file.was = was.or_else(|| file.was.take());
            }
        }
        self.lies_at.insert(blob, change.path.clone());
    }

    /// Tells whether a file was ever without an id.
    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// Returns the commit since which a file has said the same without a break, if it says it now.
    pub(super) fn says(&self, path: &RepoPath, text: Sha256Sum) -> Option<usize> {
        let same = self.written(path).iter().rev().take_while(|it| it.text == Some(text));
        same.last().map(|it| it.commit)
    }

    /// Returns the commit that wrote the text of a file last, if it was there.
    pub(super) fn last(&self, path: &RepoPath) -> Option<usize> {
        let last = self.written(path).last()?;
        last.text.and_then(|text| self.says(path, text)).or(Some(last.commit))
    }

    /// Returns the commits that wrote the text of a file from one on.
    pub(super) fn since(&self, path: &RepoPath, commit: usize) -> impl Iterator<Item = usize> {
        let written = self.written(path);
        let is_kept = |at: usize| {
            let before = at.checked_sub(1).map(|before| written[before].text);
            written[at].text.is_some() && before == Some(written[at].text)
        };
        let since = written.partition_point(|it| it.commit < commit)..written.len();
        since.filter(move |at| !is_kept(*at)).map(|at| written[at].commit)
    }

    fn written(&self, path: &RepoPath) -> &[Writing] {
        self.files.get(path).map_or(&[], |file| &file.written)
    }

    /// Returns what a file was when it had an id.
    pub(super) fn was(&self, path: &RepoPath) -> Option<&Named> {
        self.files.get(path)?.was.as_ref()
    }
}

/// Reads contents that are compared with each other, and notes which.
pub(super) struct Texts<'o> {
    objects: &'o dyn Objects,
    /// Those that were read.
    pub read: BTreeSet<ObjectId>,
}

impl<'o> Texts<'o> {
    pub(super) fn of(objects: &'o dyn Objects) -> Self {
        Self { objects, read: BTreeSet::new() }
    }

    /// Returns the text of a content, if it can be read.
    fn text(&mut self, blob: ObjectId) -> Option<String> {
        self.read.insert(blob);
        blob_at_most(self.objects, blob, FILE_LIMIT).ok().map(|bytes| normal_text_of(&bytes))
    }

    /// Tells whether at least half of a text stands in another, line by line. What cannot be read may.
    pub(super) fn is_mostly_of(&mut self, new: ObjectId, old: ObjectId) -> bool {
        if new == old {
            return true;
        }
        let (Some(new), Some(old)) = (self.text(new), self.text(old)) else { return true };
        let mut there: HashMap<&str, usize> = HashMap::new();
        for line in old.lines().map(str::trim) {
            *there.entry(line).or_default() += 1;
        }
        let (mut of_it, mut all) = (0, 0);
        for line in new.lines().map(str::trim) {
            all += line.len();
            if let Some(left) = there.get_mut(line).filter(|left| **left > 0) {
                *left -= 1;
                of_it += line.len();
            }
        }
        of_it * 2 >= all
    }
}

impl History {
    /// Returns what a document was under other ids when its file came with a commit.
    pub fn named_before(&self, id: &DocId, commit: usize) -> impl Iterator<Item = &Named> {
        let named = self.named_before.get(id).into_iter().flatten();
        named.filter(move |(at, _)| *at == commit).map(|(_, named)| named)
    }

    /// Returns the contents that were read to find out what files were before they had their ids.
    pub fn read_before_ids(&self) -> &BTreeSet<ObjectId> {
        &self.read_before_ids
    }

    /// Returns the commit since which the file of a document says what one state of it says, as an
    /// index into [`History::commits`], if it said so before it had the id.
    pub fn said_before_id(&self, id: &DocId, said: &Claims) -> Option<usize> {
        let first = self.revisions(id).first()?;
        self.said_since.get(id).copied().filter(|_| first.claims.text == said.text)
    }
}
