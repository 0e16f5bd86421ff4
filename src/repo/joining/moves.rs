//! Files that one line moved, or both alike, before a merge joined what stands in them.

use super::{LARGEST, Merge};
use crate::repo::object::{EntryKind, ObjectId, ReadError, read_tree};
use crate::repo::snapshot::{Folders, blob_in};
use crate::repo::walk::{Elsewhere, differing};
use crate::source::RepoPath;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::rc::Rc;

/// What a file of a merge can have been at another path.
pub(super) struct Moved {
    /// What it was before two lines parted, and what each made of it.
    pub(super) versions: [ObjectId; 3],
    /// Where the line has it that did not move it.
    pub(super) from: Option<Elsewhere>,
}

/// A file that went since two lines parted.
struct Gone {
    path: RepoPath,
    was: ObjectId,
    /// What each line has at its path.
    there: [Option<ObjectId>; 2],
}

/// What was read of the files that a merge has no more, and of those that they may have become.
#[derive(Default)]
pub(super) struct Known {
    gone: Option<Rc<Vec<Gone>>>,
    sizes: HashMap<ObjectId, u64>,
    parts: HashMap<ObjectId, Option<Rc<Parts>>>,
}

/// The parts of a text by which Git tells how alike two are: lines, the long ones cut. Each by its
/// hash with its length, in the order of the hashes.
struct Parts(Vec<(u64, usize)>);

/// How alike two texts are, in thousandths of the longer one.
type Likeness = u64;

const WHOLE: Likeness = 1000;

impl Merge<'_> {
    /// Returns what a file of the merge can have been at other paths: those that are gone, and most of
    /// which stands at its path where a line has it; the likeliest first.
    pub(super) fn moved(&mut self, path: &RepoPath) -> Result<Vec<Moved>, ReadError> {
        /// Git looks for the one that is most like it.
        const MOST: usize = 16;
        let parents = self.parents.clone();
        let Some(&[parting]) = self.partings(&parents).as_deref() else { return Ok(Vec::new()) };
        let &[first, second] = parents.as_slice() else { return Ok(Vec::new()) };
        let trees = [parting, first, second].map(|place| self.commits[place].tree);
        let at = |i: usize| blob_in(self.objects, trees[i], path);
        let here = [at(1)?, at(2)?];
        if at(0)?.is_some() || here == [None, None] {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for file in self.gone(trees)?.iter() {
            let mut likeness = Some(WHOLE);
            let mut versions = vec![file.was];
            for (here, there) in here.into_iter().zip(file.there) {
                match (here, there) {
                    // A line that has moved it has it here and there no more.
                    (Some(here), None) => {
                        versions.push(here);
                        likeness = match likeness {
                            Some(known) => self.likeness(file.was, here)?.map(|it| it.min(known)),
                            None => None,
                        };
                    }
                    (None, Some(there)) => versions.push(there),
                    _ => likeness = None,
                }
            }
            let Some(likeness) = likeness else { continue };
            let Ok(versions) = <[ObjectId; 3]>::try_from(versions) else { continue };
            let parent = file.there.iter().position(Option::is_some);
            let from = parent.map(|parent| Elsewhere { path: file.path.clone(), parent });
            let has_its_name = file.path.file_name() == path.file_name();
            found.push((Reverse((has_its_name, likeness)), Moved { versions, from }));
        }
        found.sort_by_key(|(likeness, _)| *likeness);
        Ok(found.into_iter().take(MOST).map(|(_, moved)| moved).collect())
    }

    /// Returns the files of where two lines parted that the merge has no more, as far as they may be
    /// documents.
    fn gone(&mut self, [before, first, second]: [ObjectId; 3]) -> Result<Rc<Vec<Gone>>, ReadError> {
        if let Some(known) = &self.known.gone {
            return Ok(known.clone());
        }
        let mut gone = Vec::new();
        let mut lines = [first, second].map(|tree| Folders::of(self.objects, tree));
        let after = self.commits[self.merge].tree;
        let mut open = vec![(RepoPath::from(""), Some(after), before)];
        while let Some((folder, after, before)) = open.pop() {
            let (mut now, mut then) = (Vec::new(), Vec::new());
            if let Some(after) = after {
                read_tree(self.objects, after, &mut now)?;
            }
            read_tree(self.objects, before, &mut then)?;
            // Each line has a folder like it.
            if self.work.spend(now.len() + 3 * then.len()).is_none() {
                break;
            }
            for (name, now, then) in differing(&now, &then) {
                let Some((kind, was)) = then else { continue };
                let path = folder.join(name);
                match kind {
                    EntryKind::Folder => {
                        let now = now.filter(|(kind, _)| *kind == EntryKind::Folder);
                        open.push((path, now.map(|(_, id)| id), was));
                    }
                    EntryKind::File if now.is_none() && path.is_markdown() => {
                        let [first, second] = &mut lines;
                        let there = [first.blob(&path)?, second.blob(&path)?];
                        gone.push(Gone { path, was, there });
                    }
                    _ => {}
                }
            }
        }
        Ok(self.known.gone.insert(Rc::new(gone)).clone())
    }

    /// Tells how alike two texts are, if at least half of the longer one is in both, as Git reckons it.
    fn likeness(&mut self, old: ObjectId, new: ObjectId) -> Result<Option<Likeness>, ReadError> {
        if old == new {
            return Ok(Some(WHOLE));
        }
        let [one, other] = [self.size(old)?, self.size(new)?];
        let (shorter, longer) = (one.min(other), one.max(other));
        if longer > LARGEST || shorter * 2 < longer {
            return Ok(None);
        }
        let (Some(one), Some(other)) = (self.parts(old)?, self.parts(new)?) else {
            return Ok(None);
        };
        if self.work.spend(one.0.len() + other.0.len()).is_none() {
            return Ok(None);
        }
        let same = one.shared_with(&other);
        Ok((same * 2 >= longer).then(|| same * WHOLE / longer.max(1)))
    }

    /// Returns how many bytes a content has, and does not read it where that is known beforehand.
    fn size(&mut self, blob: ObjectId) -> Result<u64, ReadError> {
        if let Some(known) = self.known.sizes.get(&blob) {
            return Ok(*known);
        }
        let size = match self.objects.read_at_most(blob, 0, &mut Vec::new()) {
            Err(ReadError::TooLarge(_, size)) => size,
            read => read.map(|_| 0)?,
        };
        self.known.sizes.insert(blob, size);
        Ok(size)
    }

    /// Returns the parts of a content, which is read once; nothing where that would take too much.
    fn parts(&mut self, blob: ObjectId) -> Result<Option<Rc<Parts>>, ReadError> {
        if let Some(known) = self.known.parts.get(&blob) {
            return Ok(known.clone());
        }
        let parts = self.text(blob)?.map(|text| Rc::new(Parts::of(&text)));
        self.known.parts.insert(blob, parts.clone());
        Ok(parts)
    }
}

impl Parts {
    fn of(text: &[u8]) -> Self {
        const LONG: usize = 64;
        let parts = text.split_inclusive(|byte| *byte == b'\n').flat_map(|line| line.chunks(LONG));
        let hashed = parts.map(|part| {
            let mut hasher = DefaultHasher::new();
            part.hash(&mut hasher);
            (hasher.finish(), part.len())
        });
        let mut parts: Vec<(u64, usize)> = hashed.collect();
        parts.sort_unstable();
        Self(parts)
    }

    /// Returns the length of those that stand in another text as well.
    fn shared_with(&self, other: &Self) -> u64 {
        let mut others = other.0.iter().peekable();
        let is_shared = |part: &&(u64, usize)| {
            while others.next_if(|other| *other < *part).is_some() {}
            others.next_if(|other| *other == *part).is_some()
        };
        self.0.iter().filter(is_shared).map(|(_, length)| *length as u64).sum()
    }
}
