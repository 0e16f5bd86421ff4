//! The repository, read: the only place (with `story`) that knows git2.
//!
//! It answers in plain values: a [`Snapshot`] of what is judged, a [`walk::Walk`] of what happened.
//! Nothing of the repository runs, nothing is fetched, and nothing is written, but for a repository
//! that `create` makes anew, and for what `hand` and `hooks` write when a command was asked to.

pub mod create;
pub mod hand;
pub mod hooks;
pub mod object;
pub mod overlay;
mod pack;
mod shelf;
pub mod snapshot;
pub mod staged;
pub mod walk;

use crate::source::RepoPath;
use object::{ObjectId, ObjectKind, Objects, ReadError};
use snapshot::{Content, Edited, File, Snapshot};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

/// How many bytes a file of the work tree may have so that it is read. What goes beyond is told.
pub const FILE_LIMIT: u64 = 16 << 20;

/// A Git repository on disk.
pub struct Repository {
    git: git2::Repository,
    objects: GitObjects,
}

/// Why a repository cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RepoError {
    /// No repository at the path or above it.
    #[error("`{0}` is not inside a Git repository")]
    NotARepository(String),
    /// It uses something this program cannot read.
    #[error("the repository at `{path}` cannot be opened: {why}")]
    Unsupported {
        /// The path asked for.
        path: String,
        /// Why.
        why: String,
    },
    /// It belongs to another user of the machine.
    #[error(
        "the repository at `{0}` belongs to another user; Git and clausebook do not trust it \
         (see `git help config`, safe.directory)"
    )]
    ForeignOwner(String),
    /// There is no commit yet.
    #[error(
        "the repository has no commit yet; commit the documents first, then there is a history to judge"
    )]
    Unborn,
    /// HEAD names a branch that is not there, and others are.
    #[error(
        "HEAD names the branch `{0}`, which has no commit; check out a branch that has, or name one with `--rev`"
    )]
    NoSuchBranch(String),
    /// It has no work tree.
    #[error("the repository is bare; name the commit to judge with `--rev`")]
    Bare,
    /// A revision that does not exist or is no commit.
    #[error("`{0}` names no commit of this repository")]
    NoSuchRevision(String),
    /// Some of the history is not there.
    #[error("{0}")]
    Incomplete(String),
    /// A merge is not finished.
    #[error(
        "a merge is not finished in {0}: resolve the conflict and `git add` it, then there is something to judge"
    )]
    Unmerged(String),
    /// The index or the work tree cannot be read.
    #[error("cannot read {what}: {why}")]
    Unreadable {
        /// What.
        what: String,
        /// Why.
        why: String,
    },
}

/// Where HEAD stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The commit.
    pub commit: ObjectId,
    /// The branch, unless HEAD is detached.
    pub branch: Option<String>,
}

impl Repository {
    /// Opens the repository that `path` lies in.
    ///
    /// # Errors
    /// When there is none, or it cannot be read safely.
    pub fn open(path: &Path) -> Result<Self, RepoError> {
        // The objects are read once and in an order of our own: libgit2's cache only costs.
        git2::opts::enable_caching(false);
        // What a verdict rests on is verified where it is read; see `object::read_verified`.
        git2::opts::strict_hash_verification(false);
        let shown = path.display().to_string();
        // Not by the folder of Git that is found: where that lies elsewhere, a file `.git` says where
        // the work tree is.
        let flags = git2::RepositoryOpenFlags::CROSS_FS;
        let git = git2::Repository::open_ext(path, flags, &[] as &[&OsStr]);
        let git = git.map_err(|error| match error.code() {
            git2::ErrorCode::NotFound => RepoError::NotARepository(shown.clone()),
            git2::ErrorCode::Owner => RepoError::ForeignOwner(shown.clone()),
            _ => RepoError::Unsupported { path: shown.clone(), why: unsupported(&error) },
        })?;
        let objects = GitObjects {
            folder: git.path().to_owned(),
            common_folder: git.commondir().to_owned(),
            pool: Mutex::default(),
        };
        Ok(Self { git, objects })
    }

    /// Verifies from now on the hash of every object that is read, at twice the time.
    pub fn verify_all(&self) {
        git2::opts::strict_hash_verification(true);
    }

    /// Returns the top folder of the work tree.
    ///
    /// # Errors
    /// When the repository is bare.
    pub fn root(&self) -> Result<PathBuf, RepoError> {
        self.git.workdir().map(Path::to_owned).ok_or(RepoError::Bare)
    }

    /// Returns the folder that all work trees share, where a cache may lie.
    pub fn common_folder(&self) -> &Path {
        self.git.commondir()
    }

    /// Returns the folder of this work tree's own: its `HEAD` and its index lie there.
    pub fn own_folder(&self) -> &Path {
        self.git.path()
    }

    /// Says in what state the files of the object database are, so that one that was changed,
    /// lost or brought back is noticed without reading it.
    pub fn state_of_objects(&self) -> String {
        let objects = self.common_folder().join("objects");
        let listed = |folder: &Path| {
            let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
            let state_of = |entry: std::fs::DirEntry| {
                let metadata = entry.metadata().ok()?;
                Some((entry.file_name(), metadata.len(), metadata.modified().ok()))
            };
            let mut found: Vec<_> = entries.filter_map(state_of).collect();
            found.sort();
            found
        };
        format!(
            "{:?}{:?}{:?}",
            listed(&objects),
            listed(&objects.join("pack")),
            listed(&objects.join("info"))
        )
    }

    /// Returns the way to its objects.
    pub fn objects(&self) -> &GitObjects {
        &self.objects
    }

    /// Returns where HEAD stands.
    ///
    /// # Errors
    /// When there is no commit yet, or HEAD names none.
    pub fn head(&self) -> Result<Head, RepoError> {
        let head = self.git.head().map_err(|error| match error.code() {
            git2::ErrorCode::UnbornBranch => match self.unborn_branch() {
                Some(name) if !self.ends_of_branches().is_empty() => RepoError::NoSuchBranch(name),
                _ => RepoError::Unborn,
            },
            _ => RepoError::NoSuchRevision("HEAD".to_owned()),
        })?;
        let commit = head.peel_to_commit().map_err(|_| match head.target() {
            Some(id) => RepoError::Incomplete(format!(
                "HEAD names the commit {id}, which this repository does not hold or cannot read; it is damaged or incomplete"
            )),
            None => RepoError::NoSuchRevision("HEAD".to_owned()),
        })?;
        let branch =
            head.is_branch().then(|| String::from_utf8_lossy(head.shorthand_bytes()).into_owned());
        Ok(Head { commit: object_id(commit.id()), branch })
    }

    /// Finds the commit of a branch, local or remote-tracking. A branch wins over a tag of its name.
    pub fn branch(&self, name: &str) -> Option<ObjectId> {
        let tracking =
            self.remotes().into_iter().map(|remote| format!("refs/remotes/{remote}/{name}"));
        let candidates = std::iter::once(format!("refs/heads/{name}")).chain(tracking);
        candidates.into_iter().find_map(|full| {
            let reference = self.git.find_reference(&full).ok()?;
            Some(object_id(reference.peel_to_commit().ok()?.id()))
        })
    }

    /// Finds the commit a person means: a branch, a tag, an id or what Git calls a revision.
    ///
    /// # Errors
    /// When it names no commit.
    pub fn revision(&self, name: &str) -> Result<ObjectId, RepoError> {
        if let Some(id) = self.branch(name) {
            return Ok(id);
        }
        let no_such = || RepoError::NoSuchRevision(name.to_owned());
        let object = self.git.revparse_single(name).map_err(|_| no_such())?;
        Ok(object_id(object.peel_to_commit().map_err(|_| no_such())?.id()))
    }

    /// Finds the commit that a tag names now.
    pub fn tag_target(&self, name: &str) -> Option<ObjectId> {
        let reference = self.git.find_reference(&format!("refs/tags/{name}")).ok()?;
        Some(object_id(reference.peel_to_commit().ok()?.id()))
    }

    /// Returns the names under which a publishing branch is usually found, likeliest first.
    pub fn default_branches(&self) -> Vec<String> {
        let of_remote = self.remotes().into_iter().filter_map(|remote| {
            let head = self.git.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
            let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
            target.strip_prefix(&format!("refs/remotes/{remote}/")).map(str::to_owned)
        });
        let mut names: Vec<String> = of_remote.collect();
        for usual in ["main", "master"] {
            if !names.iter().any(|name| name == usual) {
                names.push(usual.to_owned());
            }
        }
        names
    }

    /// Returns the ends of all branches, those of remotes with them.
    pub fn ends_of_branches(&self) -> Vec<ObjectId> {
        let branches = self.git.branches(None).into_iter().flatten().flatten();
        let ends = branches.filter_map(|(branch, _)| branch.into_reference().peel_to_commit().ok());
        let ends: BTreeSet<ObjectId> = ends.map(|commit| object_id(commit.id())).collect();
        ends.into_iter().collect()
    }

    fn remotes(&self) -> Vec<String> {
        let names = self.git.remotes();
        let mut names: Vec<String> = names
            .iter()
            .flat_map(|names| names.iter().flatten().flatten().map(str::to_owned))
            .collect();
        // `origin` first: it is what people mean by "the branch".
        names.sort_by_key(|name| (name != "origin", name.clone()));
        names
    }

    /// Says why the history does not reach its roots, if it does not.
    ///
    /// # Errors
    /// When the clone is shallow or partial: its dates and absences prove nothing.
    pub fn require_complete(&self) -> Result<(), RepoError> {
        if self.git.is_shallow() {
            return Err(RepoError::Incomplete(
                "GI001 history-incomplete: this is a shallow clone: most of the history is not here, so no claim can be held \
                 against it; fetch it all (`git fetch --unshallow`, or `fetch-depth: 0` in CI)"
                    .to_owned(),
            ));
        }
        let config = self.git.config().and_then(|mut config| config.snapshot()).ok();
        let filtered = config.is_some_and(|config| {
            let names = self.remotes();
            let promisor = |name: &String| {
                config.get_bool(&format!("remote.{name}.promisor")).unwrap_or(false)
            };
            config.get_string("extensions.partialclone").is_ok() || names.iter().any(promisor)
        });
        if filtered && self.missing_objects() {
            return Err(RepoError::Incomplete(
                "GI001 history-incomplete: this is a partial clone: objects of the history are missing here, so no claim can be \
                 held against it; clone without `--filter`"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Tells whether an object that HEAD's tree names is missing.
    fn missing_objects(&self) -> bool {
        let Ok(head) = self.head() else { return false };
        let mut buffer = Vec::new();
        let Ok(commit) = walk::read_commit(&self.objects, head.commit, &mut buffer) else {
            return true;
        };
        Snapshot::of_tree(&self.objects, commit.tree, &RepoPath::is_markdown).is_err()
    }

    /// Tells whether history is bent by a grafts file, which Git obeys and this program does not.
    pub fn has_grafts(&self) -> bool {
        std::fs::metadata(self.git.commondir().join("info/grafts")).is_ok_and(|file| file.len() > 0)
    }

    /// Returns the ids that replace refs would exchange; Git obeys them, this program does not.
    pub fn replaced(&self) -> Vec<String> {
        let Ok(references) = self.git.references_glob("refs/replace/*") else { return Vec::new() };
        let names = references.flatten().filter_map(|reference| {
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            name.strip_prefix("refs/replace/").map(str::to_owned)
        });
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    /// Returns the tags by name, with what each names: a commit, or an annotated tag.
    pub fn tags(&self) -> Vec<(String, ObjectId)> {
        let Ok(references) = self.git.references_glob("refs/tags/*") else { return Vec::new() };
        let named = references.flatten().filter_map(|reference| {
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let name = name.strip_prefix("refs/tags/")?.to_owned();
            Some((name, object_id(reference.target()?)))
        });
        let mut tags: Vec<(String, ObjectId)> = named.collect();
        tags.sort();
        tags
    }

    /// Captures the tree of a commit.
    ///
    /// # Errors
    /// When an object of it cannot be read.
    pub fn snapshot_of(&self, commit: ObjectId) -> Result<Snapshot, RepoError> {
        snapshot_of(&self.objects, commit)
    }

    /// Captures the work tree: what Git tracks, as it stands on disk, and what lies in `src`
    /// beside it and is not ignored.
    ///
    /// # Errors
    /// When the repository is bare or its index cannot be read.
    pub fn snapshot_of_work_tree(&self, src: &RepoPath) -> Result<Snapshot, RepoError> {
        let root = self.root()?;
        let unreadable = |error: git2::Error| RepoError::Unreadable {
            what: "the index".to_owned(),
            why: first_line(&error),
        };
        let index = self.git.index().map_err(unreadable)?;
        let mut snapshot = Snapshot::default();
        let mut links = LinkedFolders { root: root.clone(), known: HashMap::new() };
        for entry in index.iter() {
            let path = RepoPath::from_bytes(entry.path.clone());
            let blob = object_id(entry.id);
            // An entry that sparse checkout leaves out stands as the index has it.
            let skipped = entry.flags_extended & SKIP_WORKTREE != 0;
            let file = match (entry.mode, skipped) {
                (0o160_000, _) => {
                    Some(File { content: Content::Submodule, blob: Some(blob), tracked: true })
                }
                (_, true) => Some(self.file_of_index(&path, blob)?),
                // What lies behind a linked folder is not the file that Git knows.
                _ if links.lead_to(&path.parent()) => None,
                _ => self.file_on_disk(&root, &path, Some(blob)),
            };
            snapshot.files.extend(file.map(|file| (path, file)));
        }
        self.add_untracked(&root, src, &mut snapshot.files);
        Ok(snapshot)
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
        let mut links = LinkedFolders { root: self.root()?, known: HashMap::new() };
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
                    || self.is_ignored(path)
                    || links.lead_to(&path.parent()) =>
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

    fn file_of_index(&self, path: &RepoPath, blob: ObjectId) -> Result<File, RepoError> {
        let content = if path.is_markdown() {
            let bytes = snapshot::blob(&self.objects, blob)
                .map_err(|error| RepoError::Incomplete(error.to_string()))?;
            Content::Text(bytes.into())
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
        let result = if metadata.len() > FILE_LIMIT {
            Err(std::io::Error::other(format!("it has {} bytes", metadata.len())))
        } else {
            std::fs::read(&on_disk)
        };
        match result {
            Err(error) => file(Content::Unreadable(error.to_string()), index),
            Ok(bytes) => {
                let (bytes, blob) = as_committed(bytes, index);
                file(Content::Text(bytes.into()), blob)
            }
        }
    }

    fn add_untracked(&self, root: &Path, src: &RepoPath, files: &mut BTreeMap<RepoPath, File>) {
        let mut folders = vec![src.clone()];
        while let Some(folder) = folders.pop() {
            if folder.as_bytes().iter().filter(|byte| **byte == b'/').count() >= DEEPEST {
                let content = Content::Unreadable(format!("it lies {DEEPEST} folders deep"));
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
                if is_git || files.contains_key(&path) || self.is_ignored(&path) {
                    continue;
                }
                if kind.is_dir() {
                    // A folder with a repository of its own is another history's matter.
                    if std::fs::symlink_metadata(entry.path().join(".git")).is_err() {
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

    fn is_ignored(&self, path: &RepoPath) -> bool {
        self.git.is_path_ignored(native(path)).unwrap_or(false)
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

    /// Returns the path inside the repository of a path that begins with `root`, its top folder.
    pub fn path_inside(root: &Path, on_disk: &Path) -> Option<RepoPath> {
        let inside = on_disk.strip_prefix(root).ok()?;
        let parts: Vec<Vec<u8>> = inside.iter().map(name_bytes).collect();
        Some(RepoPath::from_bytes(parts.join(&b'/')))
    }

    /// Returns a file of settings of the work tree by its path, following nothing.
    pub fn file_of_work_tree(&self, path: &str) -> Option<Vec<u8>> {
        read_regular(&self.root().ok()?.join(path), FILE_LIMIT)
    }
}

/// Captures the tree of a commit, which may be imagined.
///
/// # Errors
/// When an object of it cannot be read.
pub fn snapshot_of(objects: &dyn Objects, commit: ObjectId) -> Result<Snapshot, RepoError> {
    let incomplete = |why: String| {
        RepoError::Incomplete(format!("{why}; the repository is damaged or incomplete"))
    };
    let commit = walk::read_commit(objects, commit, &mut Vec::new())
        .map_err(|error| incomplete(error.to_string()))?;
    Snapshot::of_tree(objects, commit.tree, &RepoPath::is_markdown)
        .map_err(|error| incomplete(error.to_string()))
}

/// Folders of the work tree that are symbolic links, or lie behind one.
struct LinkedFolders {
    root: PathBuf,
    known: HashMap<RepoPath, bool>,
}

impl LinkedFolders {
    /// Tells whether the way to a folder goes through a link.
    fn lead_to(&mut self, folder: &RepoPath) -> bool {
        if folder.as_bytes().is_empty() {
            return false;
        }
        if let Some(known) = self.known.get(folder) {
            return *known;
        }
        let metadata = std::fs::symlink_metadata(self.root.join(native(folder)));
        let is_link = metadata.is_ok_and(|metadata| metadata.is_symlink());
        let linked = is_link || self.lead_to(&folder.parent());
        self.known.insert(folder.clone(), linked);
        linked
    }
}

/// Reads a regular file of at most so many bytes, following nothing. `None` for everything else.
pub fn read_regular(path: &Path, most: u64) -> Option<Vec<u8>> {
    let found = std::fs::symlink_metadata(path).ok()?;
    if found.is_file() && found.len() <= most { std::fs::read(path).ok() } else { None }
}

fn is_absence(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

/// How many folders deep the work tree is searched for what Git does not know. Git looks for rules
/// of ignoring in every folder above a file, for each file anew.
const DEEPEST: usize = 200;

/// The flag of an index entry that a sparse checkout leaves out of the work tree.
const SKIP_WORKTREE: u16 = 1 << 14;

/// The object database, for many threads: each has a handle of its own. A handle remembers the
/// objects that others are stored as changes of; one that served two threads in turn would read
/// them again and again.
pub struct GitObjects {
    folder: PathBuf,
    common_folder: PathBuf,
    pool: Mutex<Vec<(ThreadId, git2::Repository)>>,
}

impl GitObjects {
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
            None => git2::Repository::open(&self.folder).map_err(|_| ReadError::Missing(id))?,
        };
        let answer = question(&handle);
        self.pool.lock().unwrap_or_else(PoisonError::into_inner).push((own, handle));
        answer
    }
}

impl Objects for GitObjects {
    fn read(&self, id: ObjectId, buffer: &mut Vec<u8>) -> Result<ObjectKind, ReadError> {
        self.ask(id, |git| read_object(git, id, buffer))
    }

    fn size(&self, id: ObjectId) -> Option<u64> {
        let size = self.ask(id, |git| {
            let oid = git2::Oid::from_bytes(id.as_bytes());
            let header = oid.and_then(|oid| git.odb()?.read_header(oid));
            header.map(|(size, _)| size as u64).map_err(|_| ReadError::Missing(id))
        });
        size.ok()
    }

    fn put_in_order(&self, ids: &mut [ObjectId]) {
        pack::put_in_order(&self.common_folder.join("objects"), ids);
    }
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

fn object_id(oid: git2::Oid) -> ObjectId {
    ObjectId::from_bytes(oid.as_bytes()).expect("an id of libgit2 has twenty bytes")
}

/// Says what of a repository cannot be read, and what can be done; else in libgit2's words.
fn unsupported(error: &git2::Error) -> String {
    let said = first_line(error);
    if said.contains("object format") {
        return format!(
            "its objects are named by another hash than SHA-1, which is the one that is read ({said})"
        );
    }
    if said.contains("refstorage") {
        return format!(
            "its branches and tags are not kept as files, which is how they are read ({said}); `git refs migrate --ref-format=files` changes it"
        );
    }
    said
}

fn first_line(error: &git2::Error) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

#[cfg(unix)]
fn native(path: &RepoPath) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(path.as_bytes()))
}

#[cfg(not(unix))]
fn native(path: &RepoPath) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path.as_bytes()).into_owned())
}

#[cfg(unix)]
fn name_bytes(name: &OsStr) -> Vec<u8> {
    use std::os::unix::ffi::OsStrExt as _;
    name.as_bytes().to_vec()
}

#[cfg(not(unix))]
fn name_bytes(name: &OsStr) -> Vec<u8> {
    name.to_string_lossy().into_owned().into_bytes()
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
