//! The work tree, captured as the next commit would have it: what Git tracks, as it stands on disk,
//! and what lies in the source folder beside it.
//!
//! No link is followed, no filter runs, and what cannot be read is kept as what it is.

use super::ignoring::Ignoring;
use super::object::{ObjectId, ObjectKind, ReadError};
use super::snapshot::{self, Content, Edited, File, Snapshot};
use super::{FILE_LIMIT, RepoError, Repository, name_bytes, native, object_id, read_regular};
use crate::source::RepoPath;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn is_absence(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// How many folders deep the work tree is searched for what Git does not know. Git looks for rules
/// of ignoring in every folder above a file, for each file anew.
const DEEPEST: usize = 200;

/// Tells whether a sparse checkout leaves a file out of the work tree.
pub(super) fn is_left_out(entry: &git2::IndexEntry) -> bool {
    const SKIP_WORKTREE: u16 = 1 << 14;
    entry.flags_extended & SKIP_WORKTREE != 0
}

impl Repository {
    /// Captures the work tree: what Git tracks, as it stands on disk, and what lies in `src`
    /// beside it and is not ignored.
    ///
    /// # Errors
    /// When the repository is bare or its index cannot be read.
    pub fn snapshot_of_work_tree(&self, src: &RepoPath) -> Result<Snapshot, RepoError> {
        let root = self.root()?;
        let index = self.index()?;
        let mut snapshot = Snapshot::default();
        let mut links = Folders::linked(root.clone());
        for entry in index.iter() {
            let path = RepoPath::from_bytes(entry.path.clone());
            let blob = object_id(entry.id);
            let file = match entry.mode {
                0o160_000 => {
                    Some(File { content: Content::Submodule, blob: Some(blob), tracked: true })
                }
                // What lies behind a linked folder is not the file that Git knows.
                _ if links.hold(&path.parent()) => None,
                _ => match self.file_on_disk(&root, &path, Some(blob)) {
                    Some(file) if entry.mode == 0o120_000 => {
                        Some(self.link_or_file(&root, &path, blob, file))
                    }
                    Some(file) if file.blob != Some(blob) && self.is_converted(&root, &entry) => {
                        Some(self.file_of_index(&path, blob)?)
                    }
                    file => file,
                },
            };
            // An entry that sparse checkout leaves out stands as the index has it, unless it lies
            // there all the same.
            let file = match file {
                None if is_left_out(&entry) => Some(self.file_of_index(&path, blob)?),
                file => file,
            };
            snapshot.files.extend(file.map(|file| (path, file)));
        }
        self.add_untracked(&root, src, &mut snapshot.files);
        Ok(snapshot)
    }

    /// Returns what lies where Git has a link. Where the system has none, their targets are written into
    /// files; any other file has taken the place of the link.
    fn link_or_file(&self, root: &Path, path: &RepoPath, link: ObjectId, file: File) -> File {
        if !file.content.is_file() {
            return file;
        }
        let has_links = || self.git.config().and_then(|it| it.get_bool("core.symlinks"));
        let target = read_regular(&root.join(native(path)), FILE_LIMIT).unwrap_or_default();
        let blob = ObjectId::of(ObjectKind::Blob, &target);
        if blob != link && has_links().unwrap_or(true) {
            return file;
        }
        let content = Content::Symlink(String::from_utf8_lossy(&target).into());
        File { content, blob: Some(blob), tracked: true }
    }

    /// Puts texts that are being edited in the place of the files of a captured work tree. What is
    /// no file there, lies behind a link, or is ignored stays as it is.
    ///
    /// # Errors
    /// When the repository is bare or its index cannot be read.
    pub fn put(
        &self,
        edited: &Edited,
        src: &RepoPath,
        snapshot: &mut Snapshot,
    ) -> Result<(), RepoError> {
        let mut links = Folders::linked(self.root()?);
        let mut ignoring = Ignoring::of(&self.git, self.root()?);
        for (path, bytes) in edited.iter().filter(|(path, _)| path.is_markdown()) {
            let file = match snapshot.files.get(path) {
                Some(File { content: Content::Text(old), blob, tracked }) => {
                    // Editors hide the byte order mark of a file, and keep it.
                    let mark: &[u8] = "\u{FEFF}".as_bytes();
                    let is_hidden = old.starts_with(mark) && !bytes.starts_with(mark);
                    let bytes = if is_hidden { [mark, bytes].concat() } else { bytes.to_vec() };
                    let (bytes, blob) = as_committed(bytes, *blob);
                    File { content: Content::Text(bytes.into()), blob, tracked: *tracked }
                }
                Some(_) => continue,
                None if !path.is_inside(src)
                    || ignoring.ignores(&self.git, path, &native(path))
                    || links.hold(&path.parent()) =>
                {
                    continue;
                }
                None => {
                    let blob = Some(ObjectId::of(ObjectKind::Blob, bytes));
                    let index = self.git.index().ok();
                    let entry = index.and_then(|index| index.get_path(&native(path), 0));
                    let content = Content::Text(bytes.clone());
                    File { content, blob, tracked: entry.is_some() }
                }
            };
            snapshot.files.insert(path.clone(), file);
        }
        Ok(())
    }

    /// Tells whether a file stands as Git checked it out, in another form than it is committed in:
    /// through a filter, with an `ident`, or in another encoding. What runs to bring it back is the
    /// user's own program, and is not started.
    fn is_converted(&self, root: &Path, entry: &git2::IndexEntry) -> bool {
        let path = native(&RepoPath::from_bytes(entry.path.clone()));
        let attribute = |name: &str| {
            let flags = git2::AttrCheckFlags::INDEX_ONLY;
            let value = self.git.get_attr_bytes(&path, name, flags).ok().flatten();
            let value = git2::AttrValue::always_bytes(value);
            !matches!(value, git2::AttrValue::Unspecified | git2::AttrValue::False)
        };
        is_untouched(&root.join(&path), entry)
            && ["filter", "ident", "working-tree-encoding"].into_iter().any(attribute)
    }

    fn file_of_index(&self, path: &RepoPath, blob: ObjectId) -> Result<File, RepoError> {
        let content = if path.is_markdown() {
            match snapshot::text_blob(&self.objects, blob) {
                Ok(bytes) => Content::Text(bytes.into()),
                Err(ReadError::TooLarge(_, size)) => Content::TooLarge(size),
                Err(error) => return Err(RepoError::Incomplete(error.to_string())),
            }
        } else {
            Content::Other
        };
        Ok(File { content, blob: Some(blob), tracked: true })
    }

    /// Reads one path of the work tree, without following a link. `None` when it is not there.
    fn file_on_disk(&self, root: &Path, path: &RepoPath, index: Option<ObjectId>) -> Option<File> {
        let tracked = index.is_some();
        let on_disk = root.join(native(path));
        let file = |content, blob| Some(File { content, blob, tracked });
        let metadata = match std::fs::symlink_metadata(&on_disk) {
            Ok(metadata) => metadata,
            Err(error) if is_absence(&error) => return None,
            Err(error) => return file(Content::Unreadable(error.to_string()), index),
        };
        let kind = metadata.file_type();
        if kind.is_symlink() {
            let target = std::fs::read_link(&on_disk).map(|target| target.display().to_string());
            return file(Content::Symlink(target.unwrap_or_default()), index);
        }
        if kind.is_dir() {
            return None;
        }
        if !kind.is_file() {
            return file(Content::Special(special_kind(kind)), index);
        }
        if !path.is_markdown() {
            return file(Content::Other, index);
        }
        // A file beyond the limit is named as such; its bytes are not taken in.
        if metadata.len() > FILE_LIMIT {
            return file(Content::TooLarge(metadata.len()), index);
        }
        match std::fs::read(&on_disk) {
            Err(error) => file(Content::Unreadable(error.to_string()), index),
            Ok(bytes) => {
                let (bytes, blob) = as_committed(bytes, index);
                file(Content::Text(bytes.into()), blob)
            }
        }
    }

    fn add_untracked(&self, root: &Path, src: &RepoPath, files: &mut BTreeMap<RepoPath, File>) {
        let mut folders = vec![src.clone()];
        let mut ignoring = Ignoring::of(&self.git, root.to_owned());
        while let Some(folder) = folders.pop() {
            if folder.as_bytes().iter().filter(|byte| **byte == b'/').count() >= DEEPEST {
                let content = Content::Unreadable(format!(
                    "a folder {DEEPEST} folders deep is not searched for files that Git does not know"
                ));
                files.insert(folder, File { content, blob: None, tracked: false });
                continue;
            }
            let on_disk = root.join(native(&folder));
            // The source folder itself may be a link that leads out: then it is not walked.
            let is_folder =
                std::fs::symlink_metadata(&on_disk).is_ok_and(|metadata| metadata.is_dir());
            if !is_folder {
                let file = self.file_on_disk(root, &folder, None);
                files.extend(file.map(|file| (folder, file)));
                continue;
            }
            let entries = match std::fs::read_dir(&on_disk) {
                Ok(entries) => entries,
                Err(error) => {
                    let content = Content::Unreadable(error.to_string());
                    files.insert(folder, File { content, blob: None, tracked: false });
                    continue;
                }
            };
            for entry in entries.flatten() {
                let path = folder.join(&name_bytes(&entry.file_name()));
                let Ok(kind) = entry.file_type() else { continue };
                let is_git = path.file_name().eq_ignore_ascii_case(b".git");
                if is_git
                    || files.contains_key(&path)
                    || ignoring.ignores(&self.git, &path, &native(&path))
                {
                    continue;
                }
                if kind.is_dir() {
                    // A folder with a repository of its own is another history's matter, unless this
                    // one has files of it.
                    let beneath = RepoPath::from_bytes([path.as_bytes(), b"/"].concat());
                    let mut beneath = files.range(beneath..).map(|(it, _)| it);
                    let is_ours = beneath.next().is_some_and(|it| it.is_inside(&path));
                    let has_own = std::fs::symlink_metadata(entry.path().join(".git")).is_ok();
                    if is_ours || !has_own {
                        folders.push(path);
                    } else {
                        let content = Content::Submodule;
                        files.insert(path, File { content, blob: None, tracked: false });
                    }
                    continue;
                }
                let file = self.file_on_disk(root, &path, None);
                files.extend(file.map(|file| (path, file)));
            }
        }
    }

    /// Returns a Markdown file as it stands in the work tree, as a commit would have it, with its
    /// blob. `known` is the blob it had before.
    pub fn text_of_work_tree(
        &self,
        path: &RepoPath,
        known: ObjectId,
    ) -> Option<(Arc<[u8]>, ObjectId)> {
        let file = self.file_on_disk(&self.root().ok()?, path, Some(known))?;
        match file.content {
            Content::Text(bytes) => Some((bytes, file.blob?)),
            _ => None,
        }
    }

    /// Returns a file of settings of the work tree by its path, following nothing.
    pub fn file_of_work_tree(&self, path: &str) -> Option<Vec<u8>> {
        let root = self.root().ok()?;
        let is_behind_link = Folders::linked(root.clone()).hold(&RepoPath::from(path).parent());
        let on_disk = root.join(path);
        if std::fs::symlink_metadata(&on_disk).is_err_and(|error| is_absence(&error)) {
            return snapshot::blob(&self.objects, self.left_out(path)?).ok();
        }
        read_regular(&on_disk, FILE_LIMIT).filter(|_| !is_behind_link)
    }

    /// Tells whether the work tree has anything of that path, be it a file or not, or would have it if
    /// the checkout were not sparse.
    pub fn is_in_work_tree(&self, path: &str) -> bool {
        let is_there = |root: PathBuf| root.join(path).symlink_metadata().is_ok();
        self.root().is_ok_and(is_there) || self.left_out(path).is_some()
    }

    /// Tells whether the checkout is sparse: files of the index may be left out of the work tree.
    pub fn is_sparse(&self) -> bool {
        self.git.config().and_then(|config| config.get_bool("core.sparseCheckout")).unwrap_or(false)
    }

    /// Returns the blob of a file that a sparse checkout leaves out.
    fn left_out(&self, path: &str) -> Option<ObjectId> {
        let entry = self.git.index().ok()?.get_path(&native(&RepoPath::from(path)), 0)?;
        is_left_out(&entry).then(|| object_id(entry.id))
    }
}

/// Folders of the work tree that are symbolic links, and all that lie beneath one.
pub(super) struct Folders {
    root: PathBuf,
    known: HashMap<RepoPath, bool>,
}

impl Folders {
    /// Those of the work tree at `root` that are symbolic links.
    pub(super) fn linked(root: PathBuf) -> Self {
        Self { root, known: HashMap::new() }
    }

    /// Tells whether a folder is one of them, or lies beneath one.
    pub(super) fn hold(&mut self, folder: &RepoPath) -> bool {
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let is_root = folder.as_bytes().is_empty();
        let is_link = || {
            let metadata = std::fs::symlink_metadata(self.root.join(native(folder)));
            metadata.is_ok_and(|metadata| metadata.is_symlink())
        };
        let is_so = !is_root && (is_link() || self.hold(&folder.parent()));
        self.known.insert(folder.clone(), is_so);
        is_so
    }
}

/// Tells whether a file has the size and the times at which Git last saw it equal to the index.
fn is_untouched(on_disk: &Path, entry: &git2::IndexEntry) -> bool {
    let Ok(metadata) = std::fs::symlink_metadata(on_disk) else { return false };
    let Ok(modified) = metadata.modified() else { return false };
    let Ok(time) = modified.duration_since(std::time::UNIX_EPOCH) else { return false };
    // Git keeps the low 32 bits of each; no nanoseconds where the file system has none.
    let is_at = |seen: git2::IndexTime, seconds: u64, nanoseconds: u32| {
        seconds & 0xffff_ffff == u64::from(seen.seconds().cast_unsigned())
            && (seen.nanoseconds() == 0 || seen.nanoseconds() == nanoseconds)
    };
    metadata.len() & 0xffff_ffff == u64::from(entry.file_size)
        && is_at(entry.mtime, time.as_secs(), time.subsec_nanos())
        && is_changed_at(&metadata, &|seconds, nanoseconds| {
            entry.ctime.seconds() == 0 || is_at(entry.ctime, seconds, nanoseconds)
        })
}

/// Tells whether the file system says that a file was changed last at such a time, whatever its own
/// time was set to; some have no such time.
#[cfg(unix)]
fn is_changed_at(metadata: &std::fs::Metadata, is_it: &dyn Fn(u64, u32) -> bool) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let nanoseconds = u32::try_from(metadata.ctime_nsec()).unwrap_or_default();
    is_it(metadata.ctime().cast_unsigned(), nanoseconds)
}

#[cfg(not(unix))]
fn is_changed_at(_metadata: &std::fs::Metadata, _is_it: &dyn Fn(u64, u32) -> bool) -> bool {
    true
}

/// Returns the bytes of a file as a commit would have them, and their blob: a work tree with
/// Windows line ends holds the same document as the index with plain ones.
fn as_committed(bytes: Vec<u8>, index: Option<ObjectId>) -> (Vec<u8>, Option<ObjectId>) {
    let blob = Some(ObjectId::of(ObjectKind::Blob, &bytes));
    if index.is_none() || blob == index || !bytes.contains(&b'\r') {
        return (bytes, blob);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    for (i, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(i + 1) != Some(&b'\n') {
            plain.push(*byte);
        }
    }
    let plain_blob = Some(ObjectId::of(ObjectKind::Blob, &plain));
    if plain_blob == index { (plain, plain_blob) } else { (bytes, blob) }
}

#[cfg(unix)]
fn special_kind(kind: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match () {
        () if kind.is_fifo() => "a pipe",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

#[cfg(not(unix))]
fn special_kind(_kind: std::fs::FileType) -> &'static str {
    "a device"
}
