//! The tree that is judged, captured once: every path, and the bytes of every Markdown file.
//!
//! A commit, the index or the work tree become the same plain value, so that nothing later asks
//! where it came from. Symbolic links, submodules and special files are kept as what they are;
//! nothing is followed and nothing is run.

use super::FILE_LIMIT;
use super::object::{
    EntryKind, ObjectId, ObjectKind, Objects, PATHS_LIMIT, ReadError, TreeEntry, pass_verified,
    read_tree, read_verified, tree_entries, verified,
};
use super::walk::read_commit;
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Texts that are being edited, to be judged in the place of the files.
pub type Edited = BTreeMap<RepoPath, Bytes>;

/// The bytes of a file.
type Bytes = Arc<[u8]>;

/// What a path of the judged tree holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A Markdown file, with its bytes.
    Text(Bytes),
    /// Another file; only that it exists matters.
    Other,
    /// A symbolic link and its target.
    Symlink(String),
    /// A commit of another repository.
    Submodule,
    /// A pipe, a socket, a device: what it is, in words.
    Special(&'static str),
    /// A Markdown file with so many bytes, more than are read.
    TooLarge(u64),
    /// A file that could not be read, and why.
    Unreadable(String),
}

impl Content {
    /// Tells whether it is a file whose bytes are known by their blob, whether they were read or not.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::Text(_) | Self::TooLarge(_) | Self::Other)
    }
}

/// One path of the judged tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// What it holds.
    pub content: Content,
    /// Its blob.
    pub blob: Option<ObjectId>,
    /// Whether Git knows the path: false for a file that was only put into the folder.
    pub tracked: bool,
}

/// The judged tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Every path, in the order of its bytes.
    pub files: BTreeMap<RepoPath, File>,
}

impl Snapshot {
    /// Captures a tree of the object database. Bytes are kept of the files that are `wanted`.
    ///
    /// # Errors
    /// When an object of it is missing or damaged.
    pub fn of_tree(
        objects: &dyn Objects,
        tree: ObjectId,
        wanted: &dyn Fn(&RepoPath) -> bool,
    ) -> Result<Self, ReadError> {
        let mut snapshot = Self::default();
        let mut wanted_paths: Vec<(ObjectId, RepoPath)> = Vec::new();
        let mut folders = vec![(RepoPath::from(""), tree)];
        while let Some((folder, id)) = folders.pop() {
            let mut raw = Vec::new();
            read_tree(objects, id, &mut raw)?;
            for entry in tree_entries(&raw) {
                if snapshot.files.len() + folders.len() >= PATHS_LIMIT {
                    return Err(ReadError::TooManyPaths(tree));
                }
                let path = folder.join(entry.name);
                let content = match entry.kind {
                    EntryKind::Folder => {
                        folders.push((path, entry.id));
                        continue;
                    }
                    EntryKind::Submodule => Content::Submodule,
                    EntryKind::Symlink => match text_blob(objects, entry.id) {
                        Ok(target) => {
                            Content::Symlink(String::from_utf8_lossy(&target).into_owned())
                        }
                        Err(ReadError::TooLarge(_, size)) => {
                            Content::Unreadable(format!("it has {size} bytes"))
                        }
                        Err(error) => return Err(error),
                    },
                    EntryKind::File => {
                        if wanted(&path) {
                            wanted_paths.push((entry.id, path.clone()));
                        }
                        Content::Other
                    }
                };
                let file = File { content, blob: Some(entry.id), tracked: true };
                snapshot.files.insert(path, file);
            }
        }
        let ids = wanted_paths.iter().map(|(id, _)| *id).collect();
        let read = read_blobs(objects, ids, |id, bytes| match bytes {
            Ok(bytes) => Ok((id, Content::Text(bytes.into()))),
            Err(ReadError::TooLarge(_, size)) => Ok((id, Content::TooLarge(size))),
            Err(error) => Err(error),
        });
        let read: HashMap<ObjectId, Content> =
            read.into_iter().collect::<Result<_, ReadError>>()?;
        for (id, path) in wanted_paths {
            // A malformed tree may name a path twice: the last entry is what it holds.
            let file = snapshot.files.get_mut(&path);
            if let Some(file) =
                file.filter(|it| it.blob == Some(id) && it.content == Content::Other)
            {
                file.content = read[&id].clone();
            }
        }
        Ok(snapshot)
    }

    /// Returns the bytes of a file that were kept.
    pub fn bytes(&self, path: &RepoPath) -> Option<&[u8]> {
        match &self.files.get(path)?.content {
            Content::Text(bytes) => Some(bytes),
            _ => None,
        }
    }
}

/// Reads blobs in the order in which that is fastest, on all threads, and returns what `take` makes
/// of each. What has no better order is read as it comes.
pub fn read_blobs<T: Send>(
    objects: &dyn Objects,
    mut ids: Vec<ObjectId>,
    take: impl Fn(ObjectId, Result<Vec<u8>, ReadError>) -> T + Sync,
) -> Vec<T> {
    /// Objects that rest on each other stand together; no thread begins in the middle of many.
    const TOGETHER: usize = 64;
    objects.put_in_order(&mut ids);
    let read = |chunk: &[ObjectId]| -> Vec<T> {
        chunk.iter().map(|id| take(*id, text_blob(objects, *id))).collect()
    };
    ids.par_chunks(TOGETHER).flat_map_iter(read).collect()
}

/// Reads a blob.
///
/// # Errors
/// When it is missing, damaged, or no blob.
pub fn blob(objects: &dyn Objects, id: ObjectId) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    match read_verified(objects, id, &mut bytes)? {
        ObjectKind::Blob => Ok(bytes),
        _ => Err(ReadError::Damaged(id)),
    }
}

/// Reads a blob that may be the text of a document. One that is too large for that is held against its
/// name all the same.
///
/// # Errors
/// When it is missing, damaged, no blob, or larger than what is read.
pub fn text_blob(objects: &dyn Objects, id: ObjectId) -> Result<Vec<u8>, ReadError> {
    let read = blob_at_most(objects, id, FILE_LIMIT);
    if let Err(ReadError::TooLarge(..)) = read
        && pass_verified(objects, id, |_| {})? != ObjectKind::Blob
    {
        return Err(ReadError::Damaged(id));
    }
    read
}

/// Reads a blob of at most so many bytes.
///
/// # Errors
/// When it is missing, damaged, no blob, or larger.
pub fn blob_at_most(objects: &dyn Objects, id: ObjectId, most: u64) -> Result<Vec<u8>, ReadError> {
    let mut bytes = Vec::new();
    let kind = objects.read_at_most(id, most, &mut bytes)?;
    match verified(id, kind, &bytes)? {
        ObjectKind::Blob => Ok(bytes),
        _ => Err(ReadError::Damaged(id)),
    }
}

/// Returns the content that a tree has of a file; none where there is no file of that path.
///
/// # Errors
/// When a tree on the way is missing or damaged.
pub fn blob_in(
    objects: &dyn Objects,
    tree: ObjectId,
    path: &RepoPath,
) -> Result<Option<ObjectId>, ReadError> {
    Ok(entry_in(objects, tree, path)?.and_then(file_of))
}

/// The folders of a tree, each read when it is asked for and once.
pub struct Folders<'o> {
    objects: &'o dyn Objects,
    tree: ObjectId,
    read: HashMap<ObjectId, HashMap<Vec<u8>, Entry>>,
}

impl<'o> Folders<'o> {
    /// Reads nothing of a tree yet.
    pub fn of(objects: &'o dyn Objects, tree: ObjectId) -> Self {
        Self { objects, tree, read: HashMap::new() }
    }

    /// Returns the content that the tree has of a file; none where there is no file of that path.
    ///
    /// # Errors
    /// When a tree on the way is missing or damaged.
    pub fn blob(&mut self, path: &RepoPath) -> Result<Option<ObjectId>, ReadError> {
        let entry =
            descend(self.tree, path, |folder, name| Ok(self.entries(folder)?.get(name).copied()))?;
        Ok(entry.and_then(file_of))
    }

    fn entries(&mut self, folder: ObjectId) -> Result<&HashMap<Vec<u8>, Entry>, ReadError> {
        if !self.read.contains_key(&folder) {
            let mut raw = Vec::new();
            read_folder(self.objects, folder, &mut raw)?;
            let named = |entry: TreeEntry<'_>| (entry.name.to_vec(), (entry.id, entry.kind));
            self.read.insert(folder, tree_entries(&raw).map(named).collect());
        }
        Ok(&self.read[&folder])
    }
}

fn entry_in(
    objects: &dyn Objects,
    tree: ObjectId,
    path: &RepoPath,
) -> Result<Option<Entry>, ReadError> {
    let mut buffer = Vec::new();
    descend(tree, path, |folder, name| {
        read_folder(objects, folder, &mut buffer)?;
        let found = tree_entries(&buffer).find(|entry| entry.name == name);
        Ok(found.map(|entry| (entry.id, entry.kind)))
    })
}

/// What a folder has under a name.
type Entry = (ObjectId, EntryKind);

/// Goes down a path, asking each folder on the way what it has under the next name.
fn descend(
    tree: ObjectId,
    path: &RepoPath,
    mut ask: impl FnMut(ObjectId, &[u8]) -> Result<Option<Entry>, ReadError>,
) -> Result<Option<Entry>, ReadError> {
    let (mut id, mut kind) = (tree, EntryKind::Folder);
    for name in path.as_bytes().split(|&byte| byte == b'/') {
        if kind != EntryKind::Folder {
            return Ok(None);
        }
        let Some(entry) = ask(id, name)? else { return Ok(None) };
        (id, kind) = entry;
    }
    Ok(Some((id, kind)))
}

fn read_folder(
    objects: &dyn Objects,
    folder: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<(), ReadError> {
    read_tree(objects, folder, buffer)
}

fn file_of((id, kind): Entry) -> Option<ObjectId> {
    (kind == EntryKind::File).then_some(id)
}

/// Returns the bytes of a file as a commit has it; none where there is no file of that path, or it
/// cannot be read.
pub fn file(objects: &dyn Objects, commit: ObjectId, path: &str) -> Option<Vec<u8>> {
    let tree = read_commit(objects, commit, &mut Vec::new()).ok()?.tree;
    let blob = blob_in(objects, tree, &RepoPath::from(path)).ok()??;
    text_blob(objects, blob).ok()
}

/// Tells whether a commit has anything of that path, be it a file or not. What cannot be read may
/// be there.
pub fn is_there(objects: &dyn Objects, commit: ObjectId, path: &str) -> bool {
    let Ok(commit) = read_commit(objects, commit, &mut Vec::new()) else { return true };
    entry_in(objects, commit.tree, &RepoPath::from(path)).map_or(true, |entry| entry.is_some())
}
