//! The files of one moment, and the Git tree they make.
//!
//! The paths are kept flat and sorted. Git sorts a folder as if its name ended with `/`, which is
//! just the order of flat paths, so a tree is written by walking down the list once. Folders
//! keep the id of their tree until a file in them changes.

use super::{Recording, StoryError};
use crate::{
    repo::object::{EntryKind, ObjectId, ObjectKind, tree_entries},
    source::RepoPath,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Longer paths are refused: no file system holds them.
const LONGEST_PATH: usize = 4096;

/// Deeper paths are refused: each folder is one more level of recursion, here and in libgit2.
const DEEPEST_PATH: usize = 256;

#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    blobs: BTreeMap<RepoPath, ObjectId>,
    /// The trees of folders in which nothing changed since they were read or written.
    trees: HashMap<RepoPath, ObjectId>,
}

impl Files {
    /// Reads the files beneath a tree.
    pub(super) fn of(recording: &Recording, tree: ObjectId) -> Self {
        let mut files = Self::default();
        files.read(recording, tree, &RepoPath::from(""));
        files
    }

    fn read(&mut self, recording: &Recording, tree: ObjectId, folder: &RepoPath) {
        self.trees.insert(folder.clone(), tree);
        for entry in tree_entries(recording.bytes(tree).unwrap_or_default()) {
            let path = folder.join(entry.name);
            if entry.kind == EntryKind::Folder {
                self.read(recording, entry.id, &path);
            } else {
                self.blobs.insert(path, entry.id);
            }
        }
    }

    pub(super) fn into_blobs(self) -> BTreeMap<RepoPath, ObjectId> {
        self.blobs
    }

    pub(super) fn get(&self, path: &RepoPath) -> Option<ObjectId> {
        self.blobs.get(path).copied()
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &RepoPath> {
        self.blobs.keys()
    }

    /// Puts a file where Git could have it, or says why it cannot be there.
    pub(super) fn put(&mut self, path: &RepoPath, blob: ObjectId) -> Result<(), String> {
        if !self.blobs.contains_key(path) {
            check_name(path)?;
            if let Some(file) = ancestors(path).find(|folder| self.blobs.contains_key(folder)) {
                return Err(format!("`{path}` cannot be in `{file}`, which is a file"));
            }
            if self.is_folder(path) {
                return Err(format!("`{path}` cannot be a file, it is a folder"));
            }
        }
        self.forget_trees_above(path);
        self.blobs.insert(path.clone(), blob);
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &RepoPath) -> Option<ObjectId> {
        let blob = self.blobs.remove(path)?;
        self.forget_trees_above(path);
        Some(blob)
    }

    fn is_folder(&self, path: &RepoPath) -> bool {
        let inside = path.join(b"");
        self.blobs.range(inside..).next().is_some_and(|(first, _)| first.is_inside(path))
    }

    fn forget_trees_above(&mut self, path: &RepoPath) {
        for folder in ancestors(path) {
            self.trees.remove(&folder);
        }
        self.trees.remove(&RepoPath::from(""));
    }

    /// Takes over what another side changed since `base`. A file both sides changed, each in its
    /// own way, stays as it is here and must be among the `settled`; otherwise it is returned.
    pub(super) fn merge(
        &mut self,
        base: &Self,
        other: &Self,
        settled: &BTreeSet<&RepoPath>,
    ) -> Result<Vec<RepoPath>, String> {
        let mut conflicts = Vec::new();
        let mut arrivals = Vec::new();
        let paths: BTreeSet<&RepoPath> = base.paths().chain(other.paths()).collect();
        for path in paths {
            let (ours, theirs, before) = (self.get(path), other.get(path), base.get(path));
            if theirs == before || theirs == ours {
                continue;
            }
            let only_they_changed = ours == before;
            if !only_they_changed && !settled.contains(path) {
                conflicts.push(path.clone());
            }
            match theirs {
                Some(blob) if only_they_changed || ours.is_none() => arrivals.push((path, blob)),
                None if only_they_changed => {
                    self.remove(path);
                }
                _ => {}
            }
        }
        // A folder may come in the place of a file that goes, so all that goes is gone by now.
        for (path, blob) in arrivals {
            self.put(path, blob)?;
        }
        Ok(conflicts)
    }

    /// Writes the trees of all folders and returns the one of the top.
    pub(super) fn write(&mut self, recording: &mut Recording) -> Result<ObjectId, StoryError> {
        let files: Vec<(&[u8], ObjectId)> =
            self.blobs.iter().map(|(path, blob)| (path.as_bytes(), *blob)).collect();
        write_folder(&files, 0, &mut self.trees, recording)
    }
}

/// Writes the tree of the folder whose path, with its `/`, is the first `start` bytes of each path.
fn write_folder(
    files: &[(&[u8], ObjectId)],
    start: usize,
    trees: &mut HashMap<RepoPath, ObjectId>,
    recording: &mut Recording,
) -> Result<ObjectId, StoryError> {
    let folder = files.first().map_or(&[][..], |(path, _)| &path[..start.saturating_sub(1)]);
    let folder = RepoPath::from_bytes(folder);
    if let Some(known) = trees.get(&folder) {
        return Ok(*known);
    }
    let mut raw = Vec::new();
    let mut rest = files;
    while let Some((path, blob)) = rest.first() {
        let name = &path[start..];
        let Some(length) = name.iter().position(|&b| b == b'/') else {
            push_entry(&mut raw, "100644", name, *blob);
            rest = &rest[1..];
            continue;
        };
        let prefix = &path[..=start + length];
        let count = rest.partition_point(|(path, _)| path.starts_with(prefix));
        let tree = write_folder(&rest[..count], prefix.len(), trees, recording)?;
        push_entry(&mut raw, "40000", &name[..length], tree);
        rest = &rest[count..];
    }
    let tree = recording.add(ObjectKind::Tree, raw)?;
    trees.insert(folder, tree);
    Ok(tree)
}

fn push_entry(raw: &mut Vec<u8>, mode: &str, name: &[u8], id: ObjectId) {
    raw.extend_from_slice(mode.as_bytes());
    raw.push(b' ');
    raw.extend_from_slice(name);
    raw.push(0);
    raw.extend_from_slice(id.as_bytes());
}

/// The folders a path is in, from the inside out, without the top.
fn ancestors(path: &RepoPath) -> impl Iterator<Item = RepoPath> {
    let slashes = path.as_bytes().iter().enumerate().rev().filter(|(_, b)| **b == b'/');
    slashes.map(|(at, _)| RepoPath::from_bytes(&path.as_bytes()[..at]))
}

fn check_name(path: &RepoPath) -> Result<(), String> {
    let bytes = path.as_bytes();
    let is_deep = || ancestors(path).nth(DEEPEST_PATH).is_some();
    if bytes.len() > LONGEST_PATH || bytes.contains(&0) || is_deep() {
        return Err("no file can have this path".to_owned());
    }
    for part in bytes.split(|&b| b == b'/') {
        if matches!(part, b"" | b"." | b"..") || part.eq_ignore_ascii_case(b".git") {
            let part = RepoPath::from_bytes(part);
            return Err(format!(
                "`{path}` is not a path Git would take, because of `{part}` in it"
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_bytes(&[byte; 20]).unwrap()
    }

    fn files(told: &[(&str, u8)]) -> Files {
        let mut files = Files::default();
        for (path, byte) in told {
            files.put(&RepoPath::from(*path), id(*byte)).unwrap();
        }
        files
    }

    #[test]
    fn a_file_and_a_folder_cannot_share_a_name() {
        let mut files = files(&[("a", 1), ("b/c", 1), ("b.md", 1)]);
        assert!(files.put(&"a/x/y".into(), id(2)).unwrap_err().contains("`a`, which is a file"));
        assert!(files.put(&"b".into(), id(2)).unwrap_err().contains("is a folder"));
        assert!(files.put(&"b.".into(), id(2)).is_ok());
    }

    #[test]
    fn paths_git_would_not_take_are_refused() {
        let deep = format!("{}a", "a/".repeat(257));
        for path in ["", "/a", "a/", "a//b", "../a", "a/./b", ".git/config", "a/.GIT", "a\0", &deep]
        {
            assert!(Files::default().put(&path.into(), id(1)).is_err(), "{path}");
        }
    }

    #[test]
    fn trees_are_sorted_as_git_sorts_them_and_read_back() {
        let mut recording = Recording::default();
        let mut told = files(&[("a/x", 1), ("a.md", 2), ("a0", 3), ("a/b/c", 4)]);
        let tree = told.write(&mut recording).unwrap();
        let names: Vec<&[u8]> =
            tree_entries(recording.bytes(tree).unwrap()).map(|entry| entry.name).collect();
        assert_eq!(names, [&b"a.md"[..], b"a", b"a0"]);
        let mut read = Files::of(&recording, tree);
        assert_eq!(read.blobs, told.blobs);
        assert_eq!(read.trees, told.trees);
        read.put(&"a/b/c".into(), id(5)).unwrap();
        assert_ne!(read.write(&mut recording).unwrap(), tree);
        read.put(&"a/b/c".into(), id(4)).unwrap();
        assert_eq!(read.write(&mut recording).unwrap(), tree);
    }

    #[test]
    fn a_merge_takes_what_one_side_changed() {
        let base =
            files(&[("same", 1), ("ours", 1), ("theirs", 1), ("gone", 1), ("x", 1), ("both", 1)]);
        let mut ours =
            files(&[("same", 1), ("ours", 2), ("theirs", 1), ("gone", 1), ("x", 1), ("both", 2)]);
        let theirs =
            files(&[("same", 1), ("ours", 1), ("theirs", 3), ("new", 3), ("x/y", 3), ("both", 2)]);
        assert_eq!(ours.merge(&base, &theirs, &BTreeSet::new()), Ok(Vec::new()));
        let expected =
            files(&[("same", 1), ("ours", 2), ("theirs", 3), ("new", 3), ("x/y", 3), ("both", 2)]);
        assert_eq!(ours.blobs, expected.blobs);
    }

    #[test]
    fn what_both_changed_must_be_settled() {
        let base = files(&[("a", 1), ("b", 1)]);
        let theirs = files(&[("a", 3)]);
        let (a, b) = (RepoPath::from("a"), RepoPath::from("b"));
        let mut ours = files(&[("a", 2), ("b", 2)]);
        assert_eq!(ours.merge(&base, &theirs, &BTreeSet::from([&a])), Ok(vec![b.clone()]));
        assert_eq!((ours.get(&a), ours.get(&b)), (Some(id(2)), Some(id(2))));
    }
}
