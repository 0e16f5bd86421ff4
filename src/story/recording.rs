//! What a replayed story leaves behind: objects, branches, tags.

use super::{StoryError, files::Files};
use crate::{
    repo::object::{Commit, EntryKind, ObjectId, ObjectKind, Objects, ReadError, tree_entries},
    source::RepoPath,
};
use std::collections::BTreeMap;

/// A Git repository that was never written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    objects: BTreeMap<ObjectId, (ObjectKind, Vec<u8>)>,
    /// All commits, in the order told.
    pub commits: Vec<ObjectId>,
    /// The commit each branch stands at.
    pub branches: BTreeMap<String, ObjectId>,
    /// The commit or annotated tag each tag names.
    pub tags: BTreeMap<String, ObjectId>,
    /// The branch the story ended on.
    pub head: String,
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            objects: BTreeMap::new(),
            commits: Vec::new(),
            branches: BTreeMap::new(),
            tags: BTreeMap::new(),
            head: "main".to_owned(),
        }
    }
}

impl Recording {
    /// Returns the commit the story ended on.
    pub fn head_commit(&self) -> Option<ObjectId> {
        self.branches.get(&self.head).copied()
    }

    /// Returns the files of a commit with the ids of their blobs; none for an unknown commit.
    pub fn files(&self, commit: ObjectId) -> BTreeMap<RepoPath, ObjectId> {
        self.files_of(commit).into_blobs()
    }

    /// Returns the content of a file as a commit has it.
    pub fn file(&self, commit: ObjectId, path: &RepoPath) -> Option<&[u8]> {
        let mut id = self.tree_of(commit)?;
        let mut kind = EntryKind::Folder;
        for name in path.as_bytes().split(|&b| b == b'/') {
            let entry = tree_entries(self.bytes(id)?).find(|entry| entry.name == name)?;
            (id, kind) = (entry.id, entry.kind);
        }
        if kind == EntryKind::File { self.bytes(id) } else { None }
    }

    /// Returns every object: its id, what it is, its bytes; sorted by id.
    pub fn objects(&self) -> impl Iterator<Item = (ObjectId, ObjectKind, &[u8])> {
        self.objects.iter().map(|(id, (kind, bytes))| (*id, *kind, bytes.as_slice()))
    }

    pub(super) fn files_of(&self, commit: ObjectId) -> Files {
        self.tree_of(commit).map(|tree| Files::of(self, tree)).unwrap_or_default()
    }

    pub(super) fn bytes(&self, id: ObjectId) -> Option<&[u8]> {
        self.objects.get(&id).map(|(_, bytes)| bytes.as_slice())
    }

    pub(super) fn add(&mut self, kind: ObjectKind, bytes: Vec<u8>) -> Result<ObjectId, StoryError> {
        let oid = git2::Oid::hash_object(git_kind(kind), &bytes);
        let id = oid.ok().and_then(|oid| ObjectId::from_bytes(oid.as_bytes()));
        let id = id.ok_or_else(|| StoryError::at(0, "cannot compute the SHA-1 of an object"))?;
        self.objects.entry(id).or_insert((kind, bytes));
        Ok(id)
    }

    /// Returns the commit a branch or a tag stands for.
    pub(super) fn commit_named(&self, name: &str) -> Option<ObjectId> {
        let id = self.branches.get(name).or_else(|| self.tags.get(name)).copied()?;
        let target = self.bytes(id)?.strip_prefix(b"object ");
        target.map_or(Some(id), |target| ObjectId::from_hex(target.get(..40)?))
    }

    fn tree_of(&self, commit: ObjectId) -> Option<ObjectId> {
        Some(Commit::parse(commit, self.bytes(commit)?)?.tree)
    }
}

impl Objects for Recording {
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
        buffer.clear();
        let (kind, bytes) = self.objects.get(&id).ok_or(ReadError::Missing(id))?;
        buffer.extend_from_slice(bytes);
        Ok(*kind)
    }
}

pub(super) fn git_kind(kind: ObjectKind) -> git2::ObjectType {
    match kind {
        ObjectKind::Commit => git2::ObjectType::Commit,
        ObjectKind::Tree => git2::ObjectType::Tree,
        ObjectKind::Blob => git2::ObjectType::Blob,
        ObjectKind::Tag => git2::ObjectType::Tag,
    }
}
