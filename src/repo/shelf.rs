//! Contents that lie in the work tree as well, read from there: unpacked, and quicker to have.
//!
//! Most of what is staged lies in the folder as it was added. A file counts only if its bytes have
//! the name of the content that is asked for; everything else comes from the objects.

use super::object::{ObjectId, ObjectKind, Objects, Opened, ReadError};
use super::staged::StagedFile;
use super::{FILE_LIMIT, native, read_regular};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Objects of a repository, and the files that hold some of them.
pub struct Shelf<'o> {
    beneath: &'o dyn Objects,
    files: HashMap<ObjectId, PathBuf>,
}

impl<'o> Shelf<'o> {
    /// Puts what is staged on a shelf: where each of its documents would lie beneath `root`.
    pub(super) fn of(beneath: &'o dyn Objects, root: &Path, staged: &[StagedFile]) -> Self {
        let documents = staged.iter().filter(|file| file.path.is_markdown());
        let files = documents.map(|file| (file.id, root.join(native(&file.path)))).collect();
        Self { beneath, files }
    }
}

impl Shelf<'_> {
    /// Takes a content from its file, if there is one that holds it.
    fn take(&self, id: ObjectId, buffer: &mut Vec<u8>) -> bool {
        let bytes = self.files.get(&id).and_then(|file| read_regular(file, FILE_LIMIT));
        let bytes = bytes.filter(|bytes| ObjectId::of(ObjectKind::Blob, bytes) == id);
        bytes.map(|bytes| *buffer = bytes).is_some()
    }
}

impl Objects for Shelf<'_> {
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
        match self.take(id, buffer) {
            true => Ok(ObjectKind::Blob),
            false => self.beneath.read(id, buffer),
        }
    }

    fn read_at_most(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<ObjectKind, ReadError> {
        match self.take(id, buffer) {
            true => Ok(ObjectKind::Blob),
            false => self.beneath.read_at_most(id, most, buffer),
        }
    }

    fn open(&self, id: ObjectId) -> Result<Opened<'_>, ReadError> {
        self.beneath.open(id)
    }

    fn put_in_order(&self, ids: &mut [ObjectId]) {
        self.beneath.put_in_order(ids);
    }
}
