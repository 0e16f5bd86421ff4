//! The history of files, read straight from the object database.
//!
//! Trees are compared directory by directory, not commit by commit: all root trees first, newest
//! to oldest, then each folder that ever differed. Neighbouring versions of one folder lie close
//! together in a pack, so their deltas are resolved once; and the folders of one level are compared
//! side by side. This is what makes a full history cheaper than `git log --raw`.

use super::joining::find_joins;
use super::object::{
    Commit, EntryKind, ObjectId, ObjectKind, Objects, PATHS_LIMIT, ReadError, read_tree,
    read_verified, tree_entries,
};
use super::snapshot::text_blob;
use crate::source::RepoPath;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// What happened to one path in one commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The commit, as an index into [`Walk::commits`].
    pub commit: usize,
    /// The path.
    pub path: RepoPath,
    /// The content after it; `None` when the commit deleted the file.
    pub after: Option<ObjectId>,
    /// The content in the first parent.
    pub before: Option<ObjectId>,
    /// Where the content comes from.
    pub origin: Origin,
    /// Where the line has it that did not move it, if Git joined it with one that lies elsewhere.
    pub joined_from: Option<Elsewhere>,
    /// Whether the contents are targets of symbolic links: what lies at the path as one. Where a file
    /// takes the place of a link, each of them has a change of its own.
    pub is_link: bool,
}

/// A file at another path on a line that a merge joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Elsewhere {
    /// Its path there.
    pub path: RepoPath,
    /// The line, as an index into [`Commit::parents`].
    pub parent: usize,
}

/// Where the content comes from that a commit has of a file and its first parent has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// The commit made it.
    Own,
    /// Another parent of a merge has the very same: it only arrived.
    OtherParent,
    /// It is what Git makes by itself of what the parents of a merge have.
    Joined,
}

impl Change {
    /// Compares the places of two changes in a walk.
    pub fn order(&self, other: &Self) -> Ordering {
        let Self { commit, path, is_link, .. } = self;
        (commit, path, is_link).cmp(&(&other.commit, &other.path, &other.is_link))
    }
}

/// All commits that can be reached, and what they changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walk {
    /// The commits, parents before children; the order follows the graph alone.
    pub commits: Vec<Commit>,
    /// The changes, by commit and then by path.
    pub changes: Vec<Change>,
}

/// Why a history could not be walked to its roots.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WalkError {
    /// An object could not be read.
    #[error(transparent)]
    Object(#[from] ReadError),
    /// An object is not what its place in the history promises.
    #[error("object {id} is not a {expected}")]
    WrongKind {
        /// The object.
        id: ObjectId,
        /// What it should have been.
        expected: &'static str,
    },
    /// A commit that does not begin with a tree and parents.
    #[error("commit {0} cannot be read: its first lines do not name a tree and its parents")]
    Unreadable(ObjectId),
    /// A commit that changes more than can be followed.
    #[error(
        "commit {0} changes more than {PATHS_LIMIT} files and folders at once, more than are followed: give the documents a repository of their own"
    )]
    TooManyChanges(ObjectId),
}

impl Walk {
    /// Walks the history of `tip`, for the files that are `wanted`.
    ///
    /// # Errors
    /// When an object on the way is missing or damaged: a history with a hole proves nothing.
    pub fn of(
        objects: &dyn Objects,
        tip: ObjectId,
        wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
    ) -> Result<Self, WalkError> {
        Ok(Self::beyond(objects, tip, &mut HashMap::new(), wanted)?.0)
    }

    /// Walks the history of `tip` as far as it is not `known` yet, and takes the rest from there.
    /// Returns the places of the commits that were read.
    ///
    /// # Errors
    /// When an object on the way is missing or damaged.
    pub fn beyond(
        objects: &dyn Objects,
        tip: ObjectId,
        known: &mut HashMap<ObjectId, KnownCommit>,
        wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
    ) -> Result<(Self, Vec<usize>), WalkError> {
        let (mut walk, read) = commits(objects, tip, known)?;
        let mut changes = compare_all(objects, &walk.commits, &read, wanted)?;
        leave_paths_out(objects, &mut changes)?;
        changes.sort_by(Change::order);
        find_joins(objects, &walk.commits, &mut changes)?;
        walk.changes.extend(changes);
        walk.changes.sort_by(Change::order);
        Ok((walk, read))
    }

    /// Returns the places of the commits on the first-parent chain of `tip`, which may begin beyond
    /// the walk.
    ///
    /// # Errors
    /// When a commit beyond the walk is missing or damaged.
    pub fn first_parents(
        &self,
        objects: &dyn Objects,
        tip: ObjectId,
    ) -> Result<HashSet<usize>, WalkError> {
        let places: HashMap<ObjectId, usize> =
            self.commits.iter().enumerate().map(|(i, commit)| (commit.id, i)).collect();
        let (mut chain, mut beyond) = (HashSet::new(), HashSet::new());
        let mut buffer = Vec::new();
        let mut next = Some(tip);
        while let Some(id) = next {
            next = match places.get(&id) {
                Some(&place) => {
                    chain.insert(place);
                    self.commits[place].parents.first().copied()
                }
                None if beyond.insert(id) => {
                    read_commit(objects, id, &mut buffer)?.parents.first().copied()
                }
                None => None,
            };
        }
        Ok(chain)
    }
}

/// What a commit says, and what it changed.
pub type KnownCommit = (Commit, Vec<Change>);

/// Returns all commits reachable from `tip`, parents before children, first parents first; what
/// the known ones changed; and the places of those that had to be read.
fn commits(
    objects: &dyn Objects,
    tip: ObjectId,
    known: &mut HashMap<ObjectId, KnownCommit>,
) -> Result<(Walk, Vec<usize>), WalkError> {
    let mut buffer = Vec::new();
    let (mut walk, mut read) = (Walk::default(), Vec::new());
    let mut seen = HashSet::new();
    // A commit waits on the stack until its parents are done; `usize` is the parent to visit next.
    let mut stack: Vec<(Commit, Option<Vec<Change>>, usize)> = Vec::new();
    let mut next = Some(tip);
    loop {
        if let Some(id) = next.take()
            && seen.insert(id)
        {
            let (commit, changes) = match known.remove(&id) {
                Some((commit, changes)) => (commit, Some(changes)),
                None => (read_commit(objects, id, &mut buffer)?, None),
            };
            stack.push((commit, changes, 0));
        }
        let Some((commit, _, visited)) = stack.last_mut() else { return Ok((walk, read)) };
        if let Some(parent) = commit.parents.get(*visited) {
            next = Some(*parent);
            *visited += 1;
        } else if let Some((commit, known, _)) = stack.pop() {
            let place = walk.commits.len();
            match known {
                None => read.push(place),
                Some(known) => {
                    walk.changes.extend(known.into_iter().map(|it| Change { commit: place, ..it }));
                }
            }
            walk.commits.push(commit);
        }
    }
}

/// Reads one commit.
///
/// # Errors
/// When it is missing, damaged, no commit, or has no tree.
pub fn read_commit(
    objects: &dyn Objects,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<Commit, WalkError> {
    match read_verified(objects, id, buffer)? {
        ObjectKind::Commit => Commit::parse(id, buffer).ok_or(WalkError::Unreadable(id)),
        _ => Err(WalkError::WrongKind { id, expected: "commit" }),
    }
}

/// One folder in one commit, and the same folder in its parents.
struct Pair {
    commit: usize,
    after: Option<ObjectId>,
    before: Vec<Option<ObjectId>>,
}

/// What a folder changed in all commits, and its folders that differ.
#[derive(Default)]
struct Compared {
    changes: Vec<Change>,
    beneath: BTreeMap<Vec<u8>, Vec<Pair>>,
}

/// Compares the trees of the commits at `places` with those of their parents, level by level; the
/// folders of one level side by side.
fn compare_all(
    objects: &dyn Objects,
    commits: &[Commit],
    places: &[usize],
    wanted: &(dyn Fn(&RepoPath) -> bool + Sync),
) -> Result<Vec<Change>, WalkError> {
    let trees: HashMap<ObjectId, ObjectId> =
        commits.iter().map(|commit| (commit.id, commit.tree)).collect();
    let newest_first = places.iter().rev();
    let roots = newest_first.map(|&place| Pair {
        commit: place,
        after: Some(commits[place].tree),
        before: commits[place].parents.iter().map(|it| trees.get(it).copied()).collect(),
    });
    let seen: Vec<AtomicUsize> = commits.iter().map(|_| AtomicUsize::new(0)).collect();
    let mut level = vec![(RepoPath::from(""), roots.collect::<Vec<_>>())];
    let mut changes = Vec::new();
    while !level.is_empty() {
        let parts: Vec<(&RepoPath, &[Pair])> = level
            .iter()
            .flat_map(|(folder, pairs)| pairs.chunks(SIDE_BY_SIDE).map(move |part| (folder, part)))
            .collect();
        let compared: Vec<(&RepoPath, Compared)> = parts
            .into_par_iter()
            .map(|(folder, pairs)| {
                let recent = HashMap::new();
                let comparison = Comparison { objects, wanted, commits, seen: &seen, recent };
                Ok((folder, comparison.of_folder(folder, pairs)?))
            })
            .collect::<Result<_, WalkError>>()?;
        let mut beneath: BTreeMap<RepoPath, Vec<Pair>> = BTreeMap::new();
        for (folder, found) in compared {
            changes.extend(found.changes);
            for (name, pairs) in found.beneath {
                beneath.entry(folder.join(&name)).or_default().extend(pairs);
            }
        }
        level = beneath.into_iter().collect();
    }
    Ok(changes)
}

/// Leaves out the links that lead to a path, and keeps those whose target is a text: no text is one
/// word.
fn leave_paths_out(objects: &dyn Objects, changes: &mut Vec<Change>) -> Result<(), ReadError> {
    let links = changes.iter().filter(|it| it.is_link);
    let targets: HashSet<ObjectId> = links.flat_map(|it| [it.after, it.before]).flatten().collect();
    let mut texts = HashSet::new();
    for id in targets {
        let is_text = match text_blob(objects, id) {
            Ok(target) => target.iter().any(u8::is_ascii_whitespace),
            Err(ReadError::TooLarge(..)) => true,
            Err(error) => return Err(error),
        };
        if is_text {
            texts.insert(id);
        }
    }
    for link in changes.iter_mut().filter(|it| it.is_link) {
        link.after = link.after.filter(|id| texts.contains(id));
        link.before = link.before.filter(|id| texts.contains(id));
    }
    changes.retain(|it| it.after.is_some() || it.before.is_some());
    Ok(())
}

/// The comparison of one folder through the commits.
struct Comparison<'a> {
    objects: &'a dyn Objects,
    wanted: &'a (dyn Fn(&RepoPath) -> bool + Sync),
    commits: &'a [Commit],
    /// How much was found of each commit so far.
    seen: &'a [AtomicUsize],
    /// The trees that were read last.
    recent: HashMap<ObjectId, Arc<Vec<u8>>>,
}

/// How many pairs of one folder are compared in a row; more are shared out.
const SIDE_BY_SIDE: usize = 4096;

/// How many trees are kept; the next pair needs one of the last pair's two.
const RECENT: usize = 64;

impl Comparison<'_> {
    fn of_folder(mut self, folder: &RepoPath, pairs: &[Pair]) -> Result<Compared, WalkError> {
        let mut found = Compared::default();
        pairs.iter().try_for_each(|pair| self.compare(folder, pair, &mut found))?;
        Ok(found)
    }

    fn compare(
        &mut self,
        folder: &RepoPath,
        pair: &Pair,
        found: &mut Compared,
    ) -> Result<(), WalkError> {
        let first = pair.before.first().copied().flatten();
        if pair.after == first {
            return Ok(());
        }
        let after = self.tree(pair.after)?;
        let before = self.tree(first)?;
        let mut others = Vec::new();
        for other in pair.before.iter().skip(1) {
            others.push(self.tree(*other)?);
        }
        for (name, after, before) in differing(&after, &before) {
            let of_kind = |found: Found, asked: EntryKind| {
                found.filter(|(kind, _)| *kind == asked).map(|(_, id)| id)
            };
            let folder_of = |found: Found| of_kind(found, EntryKind::Folder);
            if self.seen[pair.commit].fetch_add(1, Relaxed) >= PATHS_LIMIT {
                return Err(WalkError::TooManyChanges(self.commits[pair.commit].id));
            }
            let elsewhere: Vec<_> = others.iter().map(|tree| find(tree, name)).collect();
            if folder_of(after) != folder_of(before) {
                let mut olds = vec![folder_of(before)];
                olds.extend(elsewhere.iter().map(|entry| folder_of(*entry)));
                found.beneath.entry(name.to_vec()).or_default().push(Pair {
                    commit: pair.commit,
                    after: folder_of(after),
                    before: olds,
                });
            }
            for kind in [EntryKind::File, EntryKind::Symlink] {
                let (after, before) = (of_kind(after, kind), of_kind(before, kind));
                if after == before {
                    continue;
                }
                let path = folder.join(name);
                let is_link = kind == EntryKind::Symlink;
                if (self.wanted)(&path) && (path.is_markdown() || !is_link) {
                    let arrived = elsewhere.iter().any(|entry| of_kind(*entry, kind) == after);
                    let origin = if arrived { Origin::OtherParent } else { Origin::Own };
                    found.changes.push(Change {
                        commit: pair.commit,
                        path,
                        after,
                        before,
                        origin,
                        joined_from: None,
                        is_link,
                    });
                }
            }
        }
        Ok(())
    }

    fn tree(&mut self, id: Option<ObjectId>) -> Result<Arc<Vec<u8>>, WalkError> {
        let Some(id) = id else { return Ok(Arc::default()) };
        if let Some(found) = self.recent.get(&id) {
            return Ok(found.clone());
        }
        let mut raw = Vec::new();
        read_tree(self.objects, id, &mut raw)?;
        if self.recent.len() >= RECENT {
            self.recent.clear();
        }
        let raw = Arc::new(raw);
        self.recent.insert(id, raw.clone());
        Ok(raw)
    }
}

pub(super) type Found = Option<(EntryKind, ObjectId)>;

fn find(tree: &[u8], name: &[u8]) -> Found {
    tree_entries(tree).find(|entry| entry.name == name).map(|entry| (entry.kind, entry.id))
}

/// Returns the names whose entries differ between two trees, with what each tree has there.
pub(super) fn differing<'t>(after: &'t [u8], before: &'t [u8]) -> Vec<(&'t [u8], Found, Found)> {
    let mut found: Vec<(&[u8], Found, Found)> = Vec::new();
    let mut left = tree_entries(after).peekable();
    let mut right = tree_entries(before).peekable();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(a), Some(b)) => a.order(b),
        };
        let a = if order.is_le() { left.next() } else { None };
        let b = if order.is_ge() { right.next() } else { None };
        let (a_is, b_is) = (a.map(|a| (a.kind, a.id)), b.map(|b| (b.kind, b.id)));
        if a_is != b_is {
            let name = a.or(b).map(|entry| entry.name).unwrap_or_default();
            found.push((name, a_is, b_is));
        }
    }
    found
}
