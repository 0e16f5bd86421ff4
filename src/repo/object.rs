//! Objects of a Git database as plain values: ids, commits and tags (`commit`), trees (`tree`), and the
//! one way to them.

mod commit;
mod tree;

use crate::source::write_hex;
pub(super) use commit::signature;
pub use commit::{Commit, Person, Signature, Tag};
use serde::{Deserialize, Serialize};
use sha1::{Digest as _, Sha1};
use std::fmt;
use std::io::{Cursor, ErrorKind, Read};
pub use tree::{EntryKind, TreeEntries, TreeEntry, read_tree, tree_entries};

/// The name of an object: its SHA-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectId([u8; 20]);

impl ObjectId {
    /// Takes the twenty bytes of an id; `None` for any other number.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// Reads forty hexadecimal digits.
    pub fn from_hex(text: &[u8]) -> Option<Self> {
        if text.len() != 40 {
            return None;
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
            let high = char::from(pair[0]).to_digit(16)?;
            let low = char::from(pair[1]).to_digit(16)?;
            *byte = u8::try_from(high * 16 + low).ok()?;
        }
        Some(Self(bytes))
    }

    /// Returns the id of an object with this content.
    pub fn of(kind: ObjectKind, content: &[u8]) -> Self {
        let mut hash = begun(kind, content.len() as u64);
        hash.update(content);
        Self(hash.finalize().into())
    }

    /// Returns the twenty bytes.
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Returns the first ten digits, enough for a person.
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

/// Begins the hash of an object with so many bytes.
fn begun(kind: ObjectKind, size: u64) -> Sha1 {
    let kind = match kind {
        ObjectKind::Commit => "commit",
        ObjectKind::Tree => "tree",
        ObjectKind::Blob => "blob",
        ObjectKind::Tag => "tag",
    };
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {size}\0"));
    hash
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// What kind of object an id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObjectKind {
    /// A commit.
    Commit,
    /// A folder.
    Tree,
    /// The content of a file.
    Blob,
    /// An annotated tag.
    Tag,
}

/// Why an object could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The repository does not hold it: a partial clone, or damage.
    #[error(
        "object {0} is missing (a clone made with `--filter` leaves objects out: clone without it)"
    )]
    Missing(ObjectId),
    /// It is there, but its bytes are not what its name promises.
    #[error("object {0} is damaged (`git fsck` tells more; a sound clone has it whole)")]
    Damaged(ObjectId),
    /// It is a tree that Git would not have written.
    #[error(
        "tree {0} names a file twice, out of order or with a folder, so Git's own commands disagree about what it holds (`git fsck` tells more)"
    )]
    Disordered(ObjectId),
    /// It has so many bytes, more than any text that is read.
    #[error("object {0} has {1} bytes, more than are read")]
    TooLarge(ObjectId, u64),
    /// It is a tree that unfolds to more paths than any work tree has.
    #[error(
        "tree {0} holds more than {PATHS_LIMIT} files and folders, more than are read: give the documents a repository of their own"
    )]
    TooManyPaths(ObjectId),
}

/// More paths than these no tree has that is read, and no commit changes at once: a few objects that
/// name each other many times can stand for more files than any machine holds.
pub const PATHS_LIMIT: usize = 500_000;

/// An object that is read bit by bit.
pub struct Opened<'o> {
    /// What it is.
    pub kind: ObjectKind,
    /// How many bytes it says that it has.
    pub size: u64,
    /// What it holds.
    pub bytes: Box<dyn Read + 'o>,
}

impl<'o> Opened<'o> {
    /// Opens one that is in memory.
    pub fn of(kind: ObjectKind, bytes: impl AsRef<[u8]> + 'o) -> Self {
        let size = bytes.as_ref().len() as u64;
        Self { kind, size, bytes: Box::new(Cursor::new(bytes)) }
    }
}

/// The one way to objects: everything that walks a history stands behind it.
pub trait Objects: Sync {
    /// Reads the object `id` into `buffer`, which is emptied first, and says what it is.
    ///
    /// # Errors
    /// When the object is missing or damaged.
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError>;

    /// Does the same with an object of at most so many bytes. Where the size is known beforehand,
    /// a larger one is not taken into memory.
    ///
    /// # Errors
    /// When the object is missing, damaged, or larger.
    fn read_at_most(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<ObjectKind, ReadError> {
        let kind = self.read(id, buffer)?;
        let size = buffer.len() as u64;
        if size > most { Err(ReadError::TooLarge(id, size)) } else { Ok(kind) }
    }

    /// Opens an object, to be read bit by bit: it may be larger than what is taken into memory.
    ///
    /// # Errors
    /// When the object is missing or damaged, or too large where it cannot be read bit by bit.
    fn open(&self, id: ObjectId) -> Result<Opened<'_>, ReadError> {
        let mut bytes = Vec::new();
        let kind = self.read(id, &mut bytes)?;
        Ok(Opened::of(kind, bytes))
    }

    /// Puts ids in the order in which their objects are read fastest, where there is one.
    fn put_in_order(&self, _ids: &mut [ObjectId]) {}
}

/// Reads an object that a verdict rests on: its content must be what its name promises.
///
/// # Errors
/// When the object is missing, or damaged, or another than its name says.
pub fn read_verified(
    objects: &dyn Objects,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<ObjectKind, ReadError> {
    let kind = objects.read(id, buffer)?;
    verified(id, kind, buffer)
}

/// Reads an object of any size bit by bit, and holds it against its name.
///
/// # Errors
/// When the object is missing, or damaged, or another than its name says.
pub fn pass_verified(
    objects: &dyn Objects,
    id: ObjectId,
    mut pass: impl FnMut(&[u8]),
) -> Result<ObjectKind, ReadError> {
    let Opened { kind, size, bytes } = objects.open(id)?;
    let mut hash = begun(kind, size);
    let mut piece = vec![0; PIECE];
    // One byte more shows that it ends, and ends well.
    let mut bytes = bytes.take(size.saturating_add(1));
    loop {
        match bytes.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => {
                hash.update(&piece[..length]);
                pass(&piece[..length]);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => return Err(ReadError::Damaged(id)),
        }
    }
    match ObjectId(hash.finalize().into()) == id {
        true => Ok(kind),
        false => Err(ReadError::Damaged(id)),
    }
}

/// So many bytes are read at a time.
const PIECE: usize = 1 << 16;

/// Holds the bytes that were read of an object against its name.
///
/// # Errors
/// When they are not what its name promises.
pub fn verified(id: ObjectId, kind: ObjectKind, bytes: &[u8]) -> Result<ObjectKind, ReadError> {
    if ObjectId::of(kind, bytes) == id { Ok(kind) } else { Err(ReadError::Damaged(id)) }
}
