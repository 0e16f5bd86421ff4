//! Files before they had an id: who wrote them, and since when they said what they say.

use super::History;
use crate::document::digest::Sha256Sum;
use crate::document::{Claims, DocId, normal_text_of};
use crate::repo::FILE_LIMIT;
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot::blob_at_most;
use crate::repo::walk::Change;
use crate::source::RepoPath;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

/// What a commit wrote into a file that had no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Writing {
    /// The commit, as an index into [`History::commits`].
    commit: usize,
    /// The digest of the text the file had then, if that could be read.
    text: Option<Sha256Sum>,
}

/// Tells which commits are looked at: those that one rests on, or some of them.
pub(super) type Seen<'s> = &'s dyn Fn(usize) -> bool;

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
    /// Where each text lay last.
    lies_at: HashMap<Sha256Sum, RepoPath>,
}

impl Nameless {
    /// Takes a file without an id, which may have lost one. What is only moved or copied is written by
    /// whoever wrote it.
    pub(super) fn take(&mut self, change: &Change, text: Option<Sha256Sum>, was: Option<Named>) {
        let at = text.and_then(|text| self.lies_at.get(&text));
        let known = at.filter(|path| change.before.is_none() || **path != change.path);
        match known.and_then(|path| self.files.get(path)).cloned() {
            Some(mut file) => {
                file.was = file.was.or(was);
                self.files.insert(change.path.clone(), file);
            }
            None => {
                let file = self.files.entry(change.path.clone()).or_default();
                file.written.push(Writing { commit: change.commit, text });
                file.was = was.or_else(|| file.was.take());
            }
        }
        if let Some(text) = text {
            self.lies_at.insert(text, change.path.clone());
        }
    }

    /// Tells whether a file was ever without an id.
    pub(super) fn has(&self, path: &RepoPath) -> bool {
        self.files.contains_key(path)
    }

    /// Returns the commit since which a file has said the same without a break, if it says it where
    /// it is looked at.
    pub(super) fn says(&self, path: &RepoPath, text: Sha256Sum, seen: Seen<'_>) -> Option<usize> {
        let same = self.written(path, seen).rev().take_while(|it| it.text == Some(text));
        same.last().map(|it| it.commit)
    }

    /// Returns the commit that wrote the text a file has now, or else its last one, if it was there.
    pub(super) fn last(
        &self,
        path: &RepoPath,
        now: Option<Sha256Sum>,
        seen: Seen<'_>,
    ) -> Option<usize> {
        let written: Vec<&Writing> = self.written(path, seen).collect();
        let is_now = |it: &&Writing| it.text.is_some() && it.text == now;
        let last = written.iter().rposition(is_now).or(written.len().checked_sub(1))?;
        let text = written[last].text;
        let same = written[..last].iter().rev().take_while(|it| text.is_some() && it.text == text);
        same.last().or(Some(&written[last])).map(|it| it.commit)
    }

    /// Returns the commits that wrote the text of a file.
    pub(super) fn all(&self, path: &RepoPath, seen: Seen<'_>) -> Vec<usize> {
        let mut all = Vec::new();
        let mut before = None;
        for Writing { commit, text } in self.written(path, seen) {
            if text.is_none() || *text != before {
                all.push(*commit);
            }
            before = *text;
        }
        all
    }

    /// Returns the writings of a file that are seen from somewhere.
    fn written<'n>(
        &'n self,
        path: &RepoPath,
        seen: Seen<'n>,
    ) -> impl DoubleEndedIterator<Item = &'n Writing> {
        let written = self.files.get(path).map_or(&[][..], |file| &file.written);
        written.iter().filter(move |it| seen(it.commit))
    }

    /// Returns what a file was when it had an id.
    pub(super) fn was(&self, path: &RepoPath) -> Option<&Named> {
        self.files.get(path)?.was.as_ref()
    }
}

/// Reads contents that are compared with each other, and notes which.
pub(super) struct Texts<'o> {
    objects: &'o dyn Objects,
    known: HashMap<ObjectId, Option<Rc<Sentences>>>,
}

/// The sentences of a text, each by its hash with how often it stands there, and their whole length.
#[derive(Default)]
struct Sentences {
    each: BTreeMap<u64, (usize, usize)>,
    length: usize,
}

impl Sentences {
    fn of(text: &str) -> Self {
        let mut sentences = Self::default();
        let all = text.lines().flat_map(|line| line.split_inclusive(['.', ';', '!', '?', '|']));
        for sentence in all.map(str::trim).filter(|it| !it.is_empty()) {
            let mut hasher = DefaultHasher::new();
            sentence.hash(&mut hasher);
            let (count, _) = sentences.each.entry(hasher.finish()).or_insert((0, sentence.len()));
            *count += 1;
            sentences.length += sentence.len();
        }
        sentences
    }

    /// Returns the length of those that stand in another text as well.
    fn shared_with(&self, other: &Self) -> usize {
        let shared = self.each.iter().filter_map(|(hash, (count, length))| {
            Some((*count).min(other.each.get(hash)?.0) * length)
        });
        shared.sum()
    }
}

impl<'o> Texts<'o> {
    pub(super) fn of(objects: &'o dyn Objects) -> Self {
        Self { objects, known: HashMap::new() }
    }

    /// Returns the contents that were read.
    pub(super) fn read(self) -> BTreeSet<ObjectId> {
        self.known.into_keys().collect()
    }

    fn sentences(&mut self, blob: ObjectId) -> Option<Rc<Sentences>> {
        let objects = self.objects;
        let read = || {
            let bytes = blob_at_most(objects, blob, FILE_LIMIT).ok()?;
            Some(Rc::new(Sentences::of(&normal_text_of(&bytes))))
        };
        self.known.entry(blob).or_insert_with(read).clone()
    }

    /// Tells whether more of a text stands in one than in another.
    pub(super) fn is_rather_of(&mut self, new: ObjectId, one: ObjectId, other: ObjectId) -> bool {
        new != other && self.share(new, one) > self.share(new, other)
    }

    /// Returns how much of a text stands in another, and how much there is: nothing of no text. All of it
    /// may stand in what cannot be read.
    fn share(&mut self, new: ObjectId, old: ObjectId) -> Option<(usize, usize)> {
        let new = self.sentences(new).filter(|it| it.length > 0)?;
        let shared = self.sentences(old).map_or(new.length, |old| new.shared_with(&old));
        Some((shared, new.length))
    }
}

/// The files that went in one commit, to be found by their sentences.
pub(super) struct Gone<'c> {
    changes: Vec<&'c Change>,
    /// Which of them have a sentence; filled when it is asked for.
    having: Option<HashMap<u64, Vec<usize>>>,
    /// Those that cannot be read.
    unread: Vec<usize>,
}

impl<'c> Gone<'c> {
    pub(super) fn of(changes: Vec<&'c Change>) -> Self {
        Self { changes, having: None, unread: Vec::new() }
    }

    /// Returns the files of which most of a new content is: of those that hold at least half of it, the
    /// one that holds the most, or several that hold as much.
    pub(super) fn made_into(&mut self, new: ObjectId, texts: &mut Texts<'_>) -> Vec<&'c Change> {
        /// A sentence that stands in more files than that tells little: it is of a template.
        const TELLING: usize = 16;
        if self.changes.is_empty() {
            return Vec::new();
        }
        let same: Vec<&Change> =
            self.changes.iter().copied().filter(|it| it.before == Some(new)).collect();
        if !same.is_empty() {
            return same;
        }
        let Some(sentences) = texts.sentences(new) else { return self.changes.clone() };
        let having = self.having(texts);
        let files = sentences.each.keys().filter_map(|hash| having.get(hash));
        let mut near: BTreeSet<usize> =
            files.flat_map(|it| it.iter().take(TELLING)).copied().collect();
        near.extend(&self.unread);
        let mut best: (usize, Vec<&'c Change>) = (0, Vec::new());
        for change in near.into_iter().map(|at| self.changes[at]) {
            let Some(old) = change.before else { continue };
            let Some((shared, all)) = texts.share(new, old) else { continue };
            if shared * 2 < all || shared < best.0 {
                continue;
            }
            if shared > best.0 {
                best = (shared, Vec::new());
            }
            best.1.push(change);
        }
        best.1
    }

    fn having(&mut self, texts: &mut Texts<'_>) -> &HashMap<u64, Vec<usize>> {
        let (changes, unread) = (&self.changes, &mut self.unread);
        self.having.get_or_insert_with(|| {
            let mut having: HashMap<u64, Vec<usize>> = HashMap::new();
            for (at, change) in changes.iter().enumerate() {
                match change.before.and_then(|blob| texts.sentences(blob)) {
                    Some(sentences) => {
                        for hash in sentences.each.keys() {
                            having.entry(*hash).or_default().push(at);
                        }
                    }
                    None => unread.push(at),
                }
            }
            having
        })
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
        let first = &self.revisions(id).first()?.claims;
        // Another version is another claim, even of the same words.
        let is_it = match &first.version {
            Some(version) => said.is_version(version),
            None => true,
        };
        self.said_since.get(id).copied().filter(|_| is_it && first.text == said.text)
    }
}
