//! Which file another one was made of, told by the sentences that stand in both.

use crate::document::normal_text_of;
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot::text_blob;
use crate::repo::walk::Change;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

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
            let bytes = text_blob(objects, blob).ok()?;
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
