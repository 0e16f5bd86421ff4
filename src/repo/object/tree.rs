//! Trees, and what they hold.

use super::{ObjectId, ObjectKind, Objects, ReadError, read_verified};
use std::cmp::Ordering;

/// What an entry of a tree is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link; its blob is the target.
    Symlink,
    /// A commit of another repository.
    Submodule,
}

/// One entry of a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeEntry<'a> {
    /// What it is.
    pub kind: EntryKind,
    /// Its name, without a folder.
    pub name: &'a [u8],
    /// What it names.
    pub id: ObjectId,
}

impl TreeEntry<'_> {
    /// Compares the places of two entries in a tree: folders stand as if their names ended in `/`.
    pub fn order(&self, other: &Self) -> Ordering {
        let end = |entry: &Self| (entry.kind == EntryKind::Folder).then_some(b'/');
        let common = self.name.len().min(other.name.len());
        self.name[..common].cmp(&other.name[..common]).then_with(|| {
            let next = |entry: &Self| entry.name.get(common).copied().or(end(entry));
            next(self).cmp(&next(other)).then(self.name.len().cmp(&other.name.len()))
        })
    }
}

/// The entries of a raw tree that were not read yet.
pub struct TreeEntries<'a> {
    rest: &'a [u8],
}

/// Reads a tree that a verdict rests on: what its name promises, readable to its end, and each name
/// once and in its place. Of any other, nobody knows what it holds.
///
/// # Errors
/// When it is missing, damaged, out of order, or no tree.
pub fn read_tree(
    objects: &dyn Objects,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<(), ReadError> {
    if read_verified(objects, id, buffer)? != ObjectKind::Tree {
        return Err(ReadError::Damaged(id));
    }
    let mut entries = tree_entries(buffer);
    let (mut is_named, mut is_in_order) = (true, true);
    let mut last: Option<TreeEntry<'_>> = None;
    // The names that the next one may be: a folder stands behind what only begins like a file of
    // its name.
    let mut begun: Vec<&[u8]> = Vec::new();
    for entry in entries.by_ref() {
        is_named &= !entry.name.is_empty();
        is_in_order &= !entry.name.contains(&b'/');
        is_in_order &= last.replace(entry).is_none_or(|last| last.order(&entry).is_lt());
        while begun.pop_if(|name| !entry.name.starts_with(name)).is_some() {}
        is_in_order &= begun.last() != Some(&entry.name);
        begun.push(entry.name);
    }
    match is_named && entries.rest.is_empty() {
        false => Err(ReadError::Damaged(id)),
        true if !is_in_order => Err(ReadError::Disordered(id)),
        true => Ok(()),
    }
}

/// Reads the entries of a raw tree, in the tree's order. Stops at the first malformed entry.
pub fn tree_entries(raw: &[u8]) -> TreeEntries<'_> {
    TreeEntries { rest: raw }
}

impl<'a> Iterator for TreeEntries<'a> {
    type Item = TreeEntry<'a>;

    fn next(&mut self) -> Option<TreeEntry<'a>> {
        let rest = self.rest;
        let space = rest.iter().position(|&b| b == b' ')?;
        let nul = space + rest[space..].iter().position(|&b| b == 0)?;
        let id = ObjectId::from_bytes(rest.get(nul + 1..nul + 21)?)?;
        let mode = &rest[..space];
        if mode.is_empty() || !mode.iter().all(|digit| (b'0'..=b'7').contains(digit)) {
            return None;
        }
        let kind = match mode {
            b"40000" | b"040000" => EntryKind::Folder,
            b"120000" => EntryKind::Symlink,
            b"160000" => EntryKind::Submodule,
            _ => EntryKind::File,
        };
        self.rest = &rest[nul + 21..];
        Some(TreeEntry { kind, name: &rest[space + 1..nul], id })
    }
}
