//! Merges that have nothing of their own in a file: what Git makes of all sides by itself. Whoever
//! made such a merge wrote none of it.

mod histogram;
mod moves;
mod three_ways;

use super::object::{Commit, ObjectId, Objects, ReadError};
use super::snapshot::{blob_at_most, blob_in};
use super::walk::{Change, Elsewhere, Origin};
use crate::source::RepoPath;
use moves::Moved;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use three_ways::Manner;

/// How many bytes a text may have so that it is joined: no document is larger.
const LARGEST: u64 = 1 << 20;

/// How much is done for one merge, in bytes that are read and pairs of lines that may be compared:
/// less than a second. What takes more is taken as written.
const MOST: usize = 1 << 28;

/// How many commits are looked at for those at which lines parted. Merges of lines that are further
/// apart are taken as written, so that thousands of them do not take hours.
const FAR: usize = 4096;

/// How often lines may have been merged into each other before.
const DEEP: usize = 16;

/// Marks the changes of merges that are what Git makes of all parents by itself. The changes of one
/// commit stand together.
///
/// # Errors
/// When a tree or a content cannot be read that was joined.
pub(super) fn find_joins(
    objects: &dyn Objects,
    commits: &[Commit],
    changes: &mut [Change],
) -> Result<(), ReadError> {
    let is_open = |it: &Change| it.origin == Origin::Own && it.path.is_markdown() && !it.is_link;
    let merges = changes.chunk_by_mut(|a, b| a.commit == b.commit);
    let merges = merges.filter(|of| commits[of[0].commit].parents.len() > 1);
    let merges: Vec<_> = merges.filter(|of| of.iter().any(is_open)).collect();
    if merges.is_empty() {
        return Ok(());
    }
    let places: HashMap<ObjectId, usize> =
        commits.iter().enumerate().map(|(place, commit)| (commit.id, place)).collect();
    merges.into_par_iter().try_for_each(|changes| {
        let mut merge = Merge::at(changes[0].commit, objects, commits, &places);
        for change in changes.iter_mut().filter(|it| is_open(it)) {
            if let Some(Made { from }) = merge.made(change)? {
                change.origin = Origin::Joined;
                change.joined_from = from;
            }
        }
        Ok(())
    })
}

/// The text of a file; none where there is no such file.
type Text = Option<Arc<[u8]>>;

/// What is left of what may be done for a merge.
struct Work(usize);

impl Work {
    /// Takes some of it; nothing where there is not as much.
    fn spend(&mut self, some: usize) -> Option<()> {
        self.0 = self.0.checked_sub(some)?;
        Some(())
    }
}

/// A file as Git makes it of the parents of a merge.
struct Made {
    /// Where one of them has it, if elsewhere.
    from: Option<Elsewhere>,
}

/// One merge, and what is known of the lines that it joined.
struct Merge<'a> {
    objects: &'a dyn Objects,
    commits: &'a [Commit],
    places: &'a HashMap<ObjectId, usize>,
    merge: usize,
    /// Its parents; none where one of them is not known.
    parents: Vec<usize>,
    work: Work,
    /// Where lines parted from the last one, by all of them.
    partings: HashMap<Vec<usize>, Option<Vec<usize>>>,
    /// The texts of the file that is asked about, by commit; nothing where one cannot be joined.
    texts: HashMap<usize, Option<Text>>,
    /// What is known of files that it may have moved.
    known: moves::Known,
}

impl<'a> Merge<'a> {
    fn at(
        merge: usize,
        objects: &'a dyn Objects,
        commits: &'a [Commit],
        places: &'a HashMap<ObjectId, usize>,
    ) -> Self {
        let parents = commits[merge].parents.iter().map(|id| places.get(id).copied());
        Self {
            objects,
            commits,
            places,
            merge,
            parents: parents.collect::<Option<_>>().unwrap_or_default(),
            work: Work(MOST),
            partings: HashMap::new(),
            texts: HashMap::new(),
            known: moves::Known::default(),
        }
    }

    /// Tells whether what a merge has of a file is what Git makes of its parents, in any of the manners
    /// in which it may be told to compare.
    fn made(&mut self, change: &Change) -> Result<Option<Made>, ReadError> {
        self.texts.clear();
        let Some(made) = change.after else { return Ok(None) };
        let Some(made) = self.text(made)? else { return Ok(None) };
        let parents = self.parents.clone();
        for manner in Manner::ALL {
            if let Some(Some(joined)) = self.joined(manner, &change.path, &parents, 0)?
                && joined == made
            {
                return Ok(Some(Made { from: None }));
            }
        }
        for Moved { versions: [before, ours, theirs], from } in self.moved(&change.path)? {
            let (Some(before), Some(ours), Some(theirs)) =
                (self.text(before)?, self.text(ours)?, self.text(theirs)?)
            else {
                continue;
            };
            for manner in Manner::ALL {
                let joined = self.join(manner, &before, &ours, &theirs);
                if joined.is_some_and(|joined| joined == made) {
                    return Ok(Some(Made { from }));
                }
            }
        }
        Ok(None)
    }

    /// Returns what Git makes of a file of several lines, one after the other; nothing where somebody
    /// has to decide. Lines that parted in several places come from what Git makes of these.
    fn joined(
        &mut self,
        manner: Manner,
        path: &RepoPath,
        lines: &[usize],
        depth: usize,
    ) -> Result<Option<Text>, ReadError> {
        let Some((first, others)) = lines.split_first() else { return Ok(None) };
        let Some(mut made) = self.text_at(*first, path)? else { return Ok(None) };
        for (known, line) in (1..).zip(others) {
            let Some(theirs) = self.text_at(*line, path)? else { return Ok(None) };
            if made == theirs {
                continue;
            }
            let partings = self.partings(&lines[..=known]).filter(|_| depth < DEEP);
            let Some(partings) = partings else { return Ok(None) };
            let before = self.joined(manner, path, &partings, depth + 1)?;
            made = match (before, made, theirs) {
                (Some(before), ours, theirs) if before == ours => theirs,
                (Some(before), ours, theirs) if before == theirs => ours,
                (Some(Some(before)), Some(ours), Some(theirs)) => {
                    match self.join(manner, &before, &ours, &theirs) {
                        Some(joined) => Some(joined),
                        None => return Ok(None),
                    }
                }
                _ => return Ok(None),
            };
        }
        Ok(Some(made))
    }

    fn join(
        &mut self,
        manner: Manner,
        before: &[u8],
        ours: &[u8],
        theirs: &[u8],
    ) -> Option<Arc<[u8]>> {
        three_ways::joined(manner, [before, ours, theirs], &mut self.work).map(Arc::from)
    }

    /// Returns the text that a commit has of a file; nothing where it cannot be joined.
    fn text_at(&mut self, place: usize, path: &RepoPath) -> Result<Option<Text>, ReadError> {
        if let Some(known) = self.texts.get(&place) {
            return Ok(known.clone());
        }
        let text = match blob_in(self.objects, self.commits[place].tree, path)? {
            Some(blob) => self.text(blob)?.map(Some),
            None => Some(None),
        };
        self.texts.insert(place, text.clone());
        Ok(text)
    }

    fn text(&mut self, blob: ObjectId) -> Result<Option<Arc<[u8]>>, ReadError> {
        match blob_at_most(self.objects, blob, LARGEST) {
            Err(ReadError::TooLarge(..)) => Ok(None),
            text => text.map(|text| self.work.spend(text.len()).map(|()| text.into())),
        }
    }

    /// Returns the last commits that the last of several lines and any of the others rest on; nothing
    /// where there are none, or they are too far back.
    fn partings(&mut self, lines: &[usize]) -> Option<Vec<usize>> {
        if let Some(known) = self.partings.get(lines) {
            return known.clone();
        }
        let (last, others) = lines.split_last()?;
        let partings = partings(self.commits, self.places, others, *last);
        let partings = partings.filter(|partings| !partings.is_empty());
        self.partings.insert(lines.to_vec(), partings.clone());
        partings
    }
}

/// Returns the last commits that a line and any of the others rest on, the oldest first; nothing where
/// they are too far back.
fn partings(
    commits: &[Commit],
    places: &HashMap<ObjectId, usize>,
    others: &[usize],
    line: usize,
) -> Option<Vec<usize>> {
    const BOTH: u8 = 3;
    const FOUND: u8 = 4;
    let mut open: BTreeMap<usize, u8> = others.iter().map(|other| (*other, 1)).collect();
    *open.entry(line).or_default() |= 2;
    let mut partings = Vec::new();
    let mut looked_at = 0;
    // The newest first: all that grows out of a commit has been looked at before it is.
    while open.values().any(|marks| marks & FOUND == 0)
        && let Some((at, mut marks)) = open.pop_last()
    {
        looked_at += 1;
        if looked_at > FAR {
            return None;
        }
        if marks == BOTH {
            partings.push(at);
            marks |= FOUND;
        }
        for parent in commits[at].parents.iter().filter_map(|id| places.get(id)) {
            *open.entry(*parent).or_default() |= marks;
        }
    }
    partings.reverse();
    Some(partings)
}
