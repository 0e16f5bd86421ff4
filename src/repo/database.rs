//! The object database of Git, read by many threads side by side.

use super::loose::{self, Loose};
use super::object::{ObjectId, ObjectKind, Objects, Opened, ReadError, verified};
use super::pack::Packs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::ThreadId;

/// The object database, for many threads: each has a handle of its own. A handle remembers the
/// objects that others are stored as changes of; one that served two threads in turn would read
/// them again and again.
pub struct GitObjects {
    folder: PathBuf,
    common_folder: PathBuf,
    /// Where objects lie that were pushed and are not taken in yet.
    quarantine: Option<PathBuf>,
    pool: Mutex<Vec<(ThreadId, git2::Repository)>>,
    loose: OnceLock<Loose>,
    packs: OnceLock<Packs>,
    /// Whether the hash of every object is verified, and not only of those a verdict rests on.
    is_strict: AtomicBool,
}

impl GitObjects {
    pub(super) fn of(git: &git2::Repository) -> Self {
        Self {
            folder: git.path().to_owned(),
            common_folder: git.commondir().to_owned(),
            quarantine: None,
            pool: Mutex::default(),
            loose: OnceLock::new(),
            packs: OnceLock::new(),
            is_strict: AtomicBool::new(false),
        }
    }

    /// Verifies the hash of every object from now on.
    pub(super) fn verify_all(&self) {
        self.is_strict.store(true, Ordering::Relaxed);
        git2::opts::strict_hash_verification(true);
    }

    /// The same, with what was pushed and is not taken in yet.
    pub(super) fn with_quarantine(self, folder: &Path) -> Self {
        Self {
            quarantine: Some(folder.to_owned()),
            pool: Mutex::default(),
            loose: OnceLock::new(),
            packs: OnceLock::new(),
            ..self
        }
    }

    /// Returns the folders in which objects lie.
    fn folders(&self) -> Vec<PathBuf> {
        let own = loose::with_lenders(&self.common_folder.join("objects"));
        own.into_iter().chain(self.quarantine.clone()).collect()
    }

    fn loose(&self) -> &Loose {
        self.loose.get_or_init(|| Loose::of(&self.folders()))
    }

    fn packs(&self) -> &Packs {
        self.packs.get_or_init(|| Packs::of(&self.folders()))
    }

    /// Returns the objects that libgit2 must not come across: they are damaged, and asking for one has no
    /// end. Where a pack has it as well, that is read first.
    pub(super) fn damaged(&self) -> impl Iterator<Item = ObjectId> {
        self.loose().damaged().iter().copied().filter(|id| !self.packs().has(*id))
    }

    /// Reads an object that has a file of its own; none if it has not, or a pack has it as well.
    fn read_loose(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Option<Result<ObjectKind, ReadError>> {
        let loose = Some(self.loose()).filter(|loose| loose.has(id) && !self.packs().has(id))?;
        let read = loose.read(id, most, buffer);
        let read = match self.is_strict.load(Ordering::Relaxed) {
            true => read.and_then(|kind| verified(id, kind, buffer)),
            false => read,
        };
        match read {
            Err(ReadError::Missing(_)) => None,
            read => Some(read),
        }
    }

    fn handle(&self) -> Result<git2::Repository, git2::Error> {
        let git = git2::Repository::open(&self.folder)?;
        if let Some(folder) = &self.quarantine {
            look_into(&git, folder)?;
        }
        Ok(git)
    }

    /// Asks the handle of this thread.
    fn ask<T>(
        &self,
        id: ObjectId,
        question: impl FnOnce(&git2::Repository) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        let own = std::thread::current().id();
        let handle = {
            let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
            let found = pool.iter().position(|(thread, _)| *thread == own);
            found.map(|at| pool.swap_remove(at).1)
        };
        let handle = match handle {
            Some(handle) => handle,
            None => self.handle().map_err(|_| ReadError::Missing(id))?,
        };
        let answer = question(&handle);
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push((own, handle));
        answer
    }
}

impl Objects for GitObjects {
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
        match self.read_loose(id, u64::MAX, buffer) {
            Some(read) => read,
            None => self.ask(id, |git| read_object(git, id, buffer)),
        }
    }

    fn read_at_most(
        &self,
        id: ObjectId,
        most: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<ObjectKind, ReadError> {
        if let Some(read) = self.read_loose(id, most, buffer) {
            return read;
        }
        self.ask(id, |git| {
            let size = match self.packs().has(id) {
                true => self.packs().size_of(id),
                false => size(git, id),
            };
            match size {
                Some(size) if size > most => Err(ReadError::TooLarge(id, size)),
                _ => read_object(git, id, buffer),
            }
        })
    }

    fn open(&self, id: ObjectId) -> Result<Opened<'_>, ReadError> {
        if let Some(opened) = self.packs().open(id) {
            return Ok(opened);
        }
        if self.loose().has(id) && !self.packs().has(id) {
            match self.loose().open(id) {
                Err(ReadError::Missing(_)) => {}
                opened => return opened,
            }
        }
        let mut bytes = Vec::new();
        let kind = self.read_at_most(id, LARGEST, &mut bytes)?;
        Ok(Opened::of(kind, bytes))
    }

    fn put_in_order(&self, ids: &mut [ObjectId]) {
        self.packs().put_in_order(ids);
    }
}

/// An object that is stored as a difference to another is read whole or not at all, up to so many bytes:
/// Git stores none so that is larger, unless it is told to.
const LARGEST: u64 = 512 << 20;

/// Has a handle find objects in a folder beside its own.
pub(super) fn look_into(git: &git2::Repository, folder: &Path) -> Result<(), git2::Error> {
    git.odb()?.add_disk_alternate(&folder.to_string_lossy())
}

/// Returns how many bytes an object has that lies in no pack whose index can be read here.
fn size(git: &git2::Repository, id: ObjectId) -> Option<u64> {
    let oid = git2::Oid::from_bytes(id.as_bytes());
    let header = oid.and_then(|oid| git.odb()?.read_header(oid));
    header.ok().map(|(size, _)| size as u64)
}

fn read_object(
    git: &git2::Repository,
    id: ObjectId,
    buffer: &mut Vec<u8>,
) -> Result<ObjectKind, ReadError> {
    let oid = git2::Oid::from_bytes(id.as_bytes()).map_err(|_| ReadError::Missing(id))?;
    let odb = git.odb().map_err(|_| ReadError::Missing(id))?;
    let object = odb.read(oid).map_err(|error| match error.code() {
        git2::ErrorCode::NotFound => ReadError::Missing(id),
        _ => ReadError::Damaged(id),
    })?;
    buffer.clear();
    buffer.extend_from_slice(object.data());
    match object.kind() {
        git2::ObjectType::Commit => Ok(ObjectKind::Commit),
        git2::ObjectType::Tree => Ok(ObjectKind::Tree),
        git2::ObjectType::Blob => Ok(ObjectKind::Blob),
        git2::ObjectType::Tag => Ok(ObjectKind::Tag),
        _ => Err(ReadError::Damaged(id)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::FILE_LIMIT;
    use crate::repo::object::pass_verified;
    use crate::repo::snapshot::text_blob;
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write as _;

    #[test]
    fn whoever_asks_for_it_has_every_hash_verified() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        let file_of = |oid: git2::Oid| {
            let name = oid.to_string();
            folder.path().join(".git/objects").join(&name[..2]).join(&name[2..])
        };
        let (one, other) = (git.blob(b"one").unwrap(), git.blob(b"other").unwrap());
        std::fs::remove_file(file_of(one)).unwrap();
        std::fs::copy(file_of(other), file_of(one)).unwrap();
        let objects = GitObjects::of(&git);
        let id = ObjectId::from_bytes(one.as_bytes()).unwrap();
        assert_eq!(objects.read(id, &mut Vec::new()), Ok(ObjectKind::Blob));
        objects.verify_all();
        assert_eq!(objects.read(id, &mut Vec::new()), Err(ReadError::Damaged(id)));
    }

    /// Has Git pack all objects of a folder.
    #[expect(clippy::disallowed_methods, reason = "Git packs")]
    fn pack(folder: &Path) {
        let pack = ["-c", "pack.threads=1", "repack", "-adfq", "--depth=9"];
        let done = std::process::Command::new("git").current_dir(folder).args(pack).status();
        assert!(done.unwrap().success());
    }

    #[test]
    fn what_is_too_large_to_be_read_is_verified_wherever_it_lies() {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init(folder.path()).unwrap();
        let size = usize::try_from(FILE_LIMIT).unwrap() + 1;
        let line = |i: usize| format!("{}\n", ObjectId::of(ObjectKind::Blob, &i.to_be_bytes()));
        let long: String = (0..size / 40).map(line).collect();
        let (one, other) = (long.clone().into_bytes(), (long + "and more").into_bytes());
        let blobs = [git.blob(&one).unwrap(), git.blob(&other).unwrap()];
        let ids = blobs.map(|oid| ObjectId::from_bytes(oid.as_bytes()).unwrap());
        let mut tree = git.treebuilder(None).unwrap();
        blobs.iter().enumerate().for_each(|(i, oid)| {
            tree.insert(format!("{i}.md"), *oid, 0o100_644).unwrap();
        });
        let tree = git.find_tree(tree.write().unwrap()).unwrap();
        let who = git2::Signature::new("Ana", "ana@example.org", &git2::Time::new(0, 0)).unwrap();
        git.commit(Some("HEAD"), &who, &who, "Begin", &tree, &[]).unwrap();
        let passed = |id| pass_verified(&GitObjects::of(&git), id, |_| {});
        let read = |id| text_blob(&GitObjects::of(&git), id);
        // In files of their own, one of which holds another content.
        assert_eq!(ids.map(passed), ids.map(|_| Ok(ObjectKind::Blob)));
        assert_eq!(read(ids[1]), Err(ReadError::TooLarge(ids[1], other.len() as u64)));
        let file_of = |id: ObjectId| {
            let name = id.to_string();
            folder.path().join(".git/objects").join(&name[..2]).join(&name[2..])
        };
        let sound = std::fs::read(file_of(ids[0])).unwrap();
        std::fs::remove_file(file_of(ids[0])).unwrap();
        std::fs::copy(file_of(ids[1]), file_of(ids[0])).unwrap();
        assert_eq!(read(ids[0]), Err(ReadError::Damaged(ids[0])));
        // One that says that it is larger than it is.
        std::fs::remove_file(file_of(ids[0])).unwrap();
        let mut lie = ZlibEncoder::new(Vec::new(), Compression::fast());
        lie.write_all(format!("blob {}\0short", FILE_LIMIT + 1).as_bytes()).unwrap();
        std::fs::write(file_of(ids[0]), lie.finish().unwrap()).unwrap();
        assert_eq!(read(ids[0]), Err(ReadError::Damaged(ids[0])));
        std::fs::write(file_of(ids[0]), sound).unwrap();
        // In a pack, whole and as a difference.
        pack(folder.path());
        let objects = GitObjects::of(&git);
        let is_whole = ids.map(|id| objects.packs().open(id).is_some());
        assert_eq!(is_whole.iter().filter(|it| **it).count(), 1);
        assert_eq!(ids.map(passed), ids.map(|_| Ok(ObjectKind::Blob)));
        assert_eq!(ids.map(|id| read(id).is_err()), [true; 2]);
        // Where a byte of it is another.
        let packs = std::fs::read_dir(folder.path().join(".git/objects/pack")).unwrap();
        let mut packs = packs.map(|entry| entry.unwrap().path());
        let pack = packs.find(|path| path.extension().is_some_and(|it| it == "pack")).unwrap();
        let mut bytes = std::fs::read(&pack).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::remove_file(&pack).unwrap();
        std::fs::write(&pack, bytes).unwrap();
        assert_eq!(ids.map(read), ids.map(|id| Err(ReadError::Damaged(id))));
    }
}
