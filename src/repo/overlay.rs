//! Objects that are not written: a commit as it would be, laid over those there are.
//!
//! A command that is about to commit asks first what would be said of the result. The very objects
//! Git would make are made in memory, and judged like any other.

use super::object::{ObjectId, ObjectKind, Objects, Opened, ReadError, Signature};
use super::staged::{By, Staged, StagedFile};
use super::walk::read_commit;
use crate::source::RepoPath;
use std::collections::HashMap;

/// Objects in memory.
pub type Made = HashMap<ObjectId, (ObjectKind, Vec<u8>)>;

/// Objects in memory over those of a repository.
pub struct Overlay<'o> {
    beneath: &'o dyn Objects,
    own: Made,
}

impl Objects for Overlay<'_> {
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
        let Some((kind, bytes)) = self.own.get(&id) else { return self.beneath.read(id, buffer) };
        buffer.clear();
        buffer.extend_from_slice(bytes);
        Ok(*kind)
    }

    fn read_at_most(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<ObjectKind, ReadError> {
        match self.own.contains_key(&id) {
            true => self.read(id, buffer),
            false => self.beneath.read_at_most(id, most, buffer),
        }
    }

    fn open(&self, id: ObjectId) -> Result<Opened<'_>, ReadError> {
        match self.own.get(&id) {
            Some((kind, bytes)) => Ok(Opened::of(*kind, bytes.as_slice())),
            None => self.beneath.open(id),
        }
    }

    fn put_in_order(&self, ids: &mut [ObjectId]) {
        self.beneath.put_in_order(ids);
    }
}

impl<'o> Overlay<'o> {
    /// Lays nothing yet over the objects of a repository.
    pub fn over(beneath: &'o dyn Objects) -> Self {
        Self::with(beneath, Made::new())
    }

    /// Lays objects that were made before over those of a repository.
    pub fn with(beneath: &'o dyn Objects, own: Made) -> Self {
        Self { beneath, own }
    }

    /// Returns what was made.
    pub fn into_made(self) -> Made {
        self.own
    }

    /// Makes the commit of what is staged.
    pub fn commit_staged(&mut self, staged: &Staged, by: &By, message: &str) -> ObjectId {
        let files: Vec<(&[u8], &StagedFile)> =
            staged.files.iter().map(|file| (file.path.as_bytes(), file)).collect();
        let tree = self.folder(&files);
        self.commit_of(tree, &staged.parents, by, message)
    }

    /// Makes a folder of files, each with its path seen from there; those of one folder stand
    /// together.
    fn folder(&mut self, files: &[(&[u8], &StagedFile)]) -> ObjectId {
        let first = |path: &[u8]| path.iter().position(|&b| b == b'/').unwrap_or(path.len());
        let mut entries = Vec::new();
        for beneath in files.chunk_by(|a, b| a.0[..first(a.0)] == b.0[..first(b.0)]) {
            let Some((path, file)) = beneath.first() else { continue };
            let name = &path[..first(path)];
            let (mode, id) = if name.len() == path.len() {
                (format!("{:o}", file.mode), file.id)
            } else {
                let inner: Vec<_> =
                    beneath.iter().map(|(path, file)| (&path[first(path) + 1..], *file)).collect();
                ("40000".to_owned(), self.folder(&inner))
            };
            entries.push(Entry { mode: mode.into_bytes(), name: name.to_vec(), id });
        }
        self.put_folder(entries)
    }

    fn put_folder(&mut self, mut entries: Vec<Entry>) -> ObjectId {
        entries.sort_by_key(Entry::order);
        let raw = entries.iter().flat_map(Entry::raw).collect();
        self.put(ObjectKind::Tree, raw)
    }

    fn commit_of(
        &mut self,
        tree: ObjectId,
        parents: &[ObjectId],
        by: &By,
        message: &str,
    ) -> ObjectId {
        let By { author, committer } = by;
        let (author, committer) = (written(author), written(committer));
        let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
        let raw =
            format!("tree {tree}\n{parents}author {author}\ncommitter {committer}\n\n{message}\n");
        self.put(ObjectKind::Commit, raw.into_bytes())
    }

    /// Makes a commit that differs from its parent in one file.
    ///
    /// # Errors
    /// When an object of the parent cannot be read.
    pub fn commit(
        &mut self,
        parent: ObjectId,
        path: &RepoPath,
        bytes: &[u8],
        who: &Signature,
        message: &str,
    ) -> Result<ObjectId, ReadError> {
        let damaged = |_| ReadError::Damaged(parent);
        let before = read_commit(self.beneath, parent, &mut Vec::new()).map_err(damaged)?;
        let blob = self.put(ObjectKind::Blob, bytes.to_vec());
        let parts: Vec<&[u8]> = path.as_bytes().split(|&b| b == b'/').collect();
        let tree = self.tree_with(Some(before.tree), &parts, blob)?;
        let by = By { author: who.clone(), committer: who.clone() };
        Ok(self.commit_of(tree, &[parent], &by, message))
    }

    fn put(&mut self, kind: ObjectKind, bytes: Vec<u8>) -> ObjectId {
        let id = ObjectId::of(kind, &bytes);
        self.own.insert(id, (kind, bytes));
        id
    }

    /// Makes a folder that holds a file under the parts of a path, and else what another holds.
    fn tree_with(
        &mut self,
        tree: Option<ObjectId>,
        parts: &[&[u8]],
        blob: ObjectId,
    ) -> Result<ObjectId, ReadError> {
        let Some((name, inner)) = parts.split_first() else { return Ok(blob) };
        let mut entries = match tree {
            Some(tree) => self.entries(tree)?,
            None => Vec::new(),
        };
        let known = entries.iter().position(|entry| entry.name == *name);
        let known_id = known.map(|at| entries[at].id).filter(|_| !inner.is_empty());
        let id = self.tree_with(known_id, inner, blob)?;
        match known {
            Some(at) => entries[at].id = id,
            None => {
                let mode: &[u8] = if inner.is_empty() { b"100644" } else { b"40000" };
                entries.push(Entry { mode: mode.to_vec(), name: name.to_vec(), id });
            }
        }
        Ok(self.put_folder(entries))
    }

    fn entries(&self, tree: ObjectId) -> Result<Vec<Entry>, ReadError> {
        let mut raw = Vec::new();
        if self.read(tree, &mut raw)? != ObjectKind::Tree {
            return Err(ReadError::Damaged(tree));
        }
        let mut entries = Vec::new();
        let mut rest = raw.as_slice();
        while !rest.is_empty() {
            let (entry, after) = Entry::read(rest).ok_or(ReadError::Damaged(tree))?;
            entries.push(entry);
            rest = after;
        }
        Ok(entries)
    }
}

/// Writes who and when as a commit does.
fn written(who: &Signature) -> String {
    let (sign, offset) = if who.offset < 0 { ('-', -who.offset) } else { ('+', who.offset) };
    format!(
        "{} <{}> {} {sign}{:02}{:02}",
        who.person.name,
        who.person.email,
        who.seconds.unwrap_or_default(),
        offset / 60,
        offset % 60
    )
}

/// An entry of a folder, with its mode as written.
struct Entry {
    mode: Vec<u8>,
    name: Vec<u8>,
    id: ObjectId,
}

impl Entry {
    fn read(raw: &[u8]) -> Option<(Self, &[u8])> {
        let space = raw.iter().position(|&b| b == b' ')?;
        let nul = space + raw[space..].iter().position(|&b| b == 0)?;
        let id = ObjectId::from_bytes(raw.get(nul + 1..nul + 21)?)?;
        let entry = Self { mode: raw[..space].to_vec(), name: raw[space + 1..nul].to_vec(), id };
        Some((entry, &raw[nul + 21..]))
    }

    fn raw(&self) -> Vec<u8> {
        [&self.mode, b" ".as_slice(), &self.name, b"\0", self.id.as_bytes()].concat()
    }

    /// Git sorts a folder as if its name ended with a slash.
    fn order(&self) -> Vec<u8> {
        let mut name = self.name.clone();
        if self.mode.ends_with(b"40000") {
            name.push(b'/');
        }
        name
    }
}
