//! The repository, read: the only place (with `story`) that knows git2.
//!
//! It answers in plain values: a [`Snapshot`] of what is judged, a [`walk::Walk`] of what happened.
//! Nothing of the repository runs, nothing is fetched, and nothing is written, but for a repository
//! that `create` makes anew, and for what `hand` and `hooks` write when a command was asked to.

pub mod create;
mod database;
pub mod hand;
pub mod hooks;
mod ignoring;
mod joining;
mod loose;
pub mod object;
pub mod overlay;
mod pack;
mod revisions;
mod shelf;
pub mod snapshot;
pub mod staged;
pub mod walk;
mod work_tree;

use crate::source::RepoPath;
pub use database::GitObjects;
use database::look_into;
use object::{ObjectId, Objects};
use snapshot::Snapshot;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

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
    /// The file that says where the repository lies names a place where there is none.
    #[error(
        "`{file}` says that the repository lies at `{folder}`, and there is none; {}",
        help_of_moved(folder)
    )]
    LeadsNowhere {
        /// The file `.git`.
        file: String,
        /// What it names.
        folder: String,
    },
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
    #[error(
        "the repository is bare, so there is no work tree; what judges takes a commit instead (`check --rev main`), and what writes needs a clone"
    )]
    Bare,
    /// A revision that does not exist or is no commit.
    #[error("`{0}` names no commit of this repository")]
    NoSuchRevision(String),
    /// A name that could be either of two things.
    #[error(
        "`{name}` is the beginning of the id of a commit, and `{reference}` is called so as well: name the one that is meant, by its whole id or as `{reference}`"
    )]
    TwoMeanings {
        /// The name.
        name: String,
        /// The branch or tag.
        reference: String,
    },
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
        if let Some((file, folder)) = leads_nowhere(path) {
            // libgit2 goes on to what lies around it.
            let around = git.as_ref().ok().and_then(git2::Repository::workdir);
            let is_passed_over = |root: &Path| file.parent().is_some_and(|it| it.starts_with(root));
            if around.map_or(git.is_err(), is_passed_over) {
                let [file, folder] = [file, folder].map(|path| path.display().to_string());
                return Err(RepoError::LeadsNowhere { file, folder });
            }
        }
        let git = git.map_err(|error| match error.code() {
            git2::ErrorCode::NotFound => RepoError::NotARepository(shown.clone()),
            git2::ErrorCode::Owner => RepoError::ForeignOwner(shown.clone()),
            _ => RepoError::Unsupported { path: shown.clone(), why: unsupported(&error) },
        })?;
        Ok(Self { objects: GitObjects::of(&git), git })
    }

    /// The same, with what was pushed and is not taken in yet. Git keeps it in a folder of its own
    /// until the hooks of the server let it in, and names that to them; one that is not of this
    /// repository is none of its business.
    #[must_use]
    pub fn with_quarantine(self, folder: &Path) -> Self {
        let whole = |path: &Path| path.canonicalize().ok();
        let own = whole(&self.common_folder().join("objects"));
        let Some((folder, own)) = whole(folder).zip(own) else { return self };
        match folder != own && folder.starts_with(own) && look_into(&self.git, &folder).is_ok() {
            true => Self { objects: self.objects.with_quarantine(&folder), ..self },
            false => self,
        }
    }

    /// Verifies from now on the hash of every object that is read, at twice the time.
    pub fn verify_all(&self) {
        self.objects.verify_all();
    }

    /// Returns the top folder of the work tree.
    ///
    /// # Errors
    /// When the repository is bare.
    pub fn root(&self) -> Result<PathBuf, RepoError> {
        self.git.workdir().map(Path::to_owned).ok_or(RepoError::Bare)
    }

    /// Returns the index of this work tree.
    fn index(&self) -> Result<git2::Index, RepoError> {
        let index = self.git.index();
        index.map_err(|error| unreadable_index(&self.own_folder().join("index"), &error))
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
        let commit = self.commit_of(&head).ok_or_else(|| match head.target() {
            Some(id) => RepoError::Incomplete(format!(
                "HEAD names the commit {id}, which this repository does not hold or cannot read; it is damaged or incomplete"
            )),
            None => RepoError::NoSuchRevision("HEAD".to_owned()),
        })?;
        let branch =
            head.is_branch().then(|| String::from_utf8_lossy(head.shorthand_bytes()).into_owned());
        Ok(Head { commit, branch })
    }

    /// Says why the history does not reach its roots, if it does not.
    ///
    /// # Errors
    /// When the clone is shallow or partial: its dates and absences prove nothing.
    pub fn require_complete(&self) -> Result<(), RepoError> {
        // A linked work tree is as shallow as the repository it belongs to; libgit2 asks the folder of
        // the work tree.
        let cut = self.common_folder().join("shallow");
        if std::fs::metadata(cut).is_ok_and(|metadata| metadata.len() > 0) {
            return Err(RepoError::Incomplete(
                "GI001 history-incomplete: this is a shallow clone: part of the history is not here, so no claim can be held \
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
            let target = reference.target().or_else(|| reference.resolve().ok()?.target())?;
            Some((name, object_id(target)))
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

    /// Returns the path inside the repository of a path that begins with `root`, its top folder.
    pub fn path_inside(root: &Path, on_disk: &Path) -> Option<RepoPath> {
        let inside = on_disk.strip_prefix(root).ok()?;
        let parts: Vec<Vec<u8>> = inside.iter().map(name_bytes).collect();
        Some(RepoPath::from_bytes(parts.join(&b'/')))
    }
}

/// Captures the tree of a commit, which may be imagined.
///
/// # Errors
/// When an object of it cannot be read.
pub fn snapshot_of(objects: &dyn Objects, commit: ObjectId) -> Result<Snapshot, RepoError> {
    let commit = walk::read_commit(objects, commit, &mut Vec::new())
        .map_err(|error| RepoError::Incomplete(error.to_string()))?;
    Snapshot::of_tree(objects, commit.tree, &RepoPath::is_markdown)
        .map_err(|error| RepoError::Incomplete(error.to_string()))
}

/// Reads a regular file of at most so many bytes, following nothing. `None` for everything else.
pub fn read_regular(path: &Path, most: u64) -> Option<Vec<u8>> {
    let found = std::fs::symlink_metadata(path).ok()?;
    if found.is_file() && found.len() <= most { std::fs::read(path).ok() } else { None }
}

fn incomplete(error: &impl ToString) -> RepoError {
    RepoError::Incomplete(error.to_string())
}

fn object_id(oid: git2::Oid) -> ObjectId {
    ObjectId::from_bytes(oid.as_bytes()).expect("an id of libgit2 has twenty bytes")
}

/// Returns the file `.git` by which a folder belongs to a repository that lies elsewhere, with the folder
/// it names, where nothing is there.
fn leads_nowhere(path: &Path) -> Option<(PathBuf, PathBuf)> {
    let path = path.canonicalize().ok()?;
    let mut files = path.ancestors().map(|folder| folder.join(".git"));
    let file = files.find(|file| file.symlink_metadata().is_ok())?;
    let text = String::from_utf8(read_regular(&file, FILE_LIMIT)?).ok()?;
    let folder = file.parent()?.join(text.strip_prefix("gitdir:")?.trim());
    (!folder.exists()).then_some((file, folder))
}

/// Says what can be done where a repository does not lie where it is said to.
fn help_of_moved(folder: &str) -> &'static str {
    match Path::new(folder).parent().is_some_and(|it| it.ends_with("worktrees")) {
        true => {
            "if it was moved, `git worktree repair` mends that, run where it lies now and with the path of this work tree"
        }
        false => "if it was moved, write into that file where it lies now",
    }
}

/// Says that an index cannot be read. Of one that is too short, libgit2 says that it is not there.
fn unreadable_index(file: &Path, error: &git2::Error) -> RepoError {
    let is_missed = error.message().contains("no longer exists");
    let why = match is_missed && file.exists() {
        true => format!(
            "`{}` is damaged: it is too short to be one; once it is taken away, `git reset` writes it anew",
            file.display()
        ),
        false => unsupported(error),
    };
    RepoError::Unreadable { what: "the index".to_owned(), why }
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
    if said.contains("graft OID") {
        return format!(
            "its file `info/grafts` or `shallow` has a line that is no list of commits, be it a remark ({said}); take the line out"
        );
    }
    for (extension, what, command) in [
        ("'link'", "split", "git update-index --no-split-index"),
        ("'sdir'", "sparse", "git sparse-checkout reapply --no-sparse-index"),
    ] {
        if said.contains("mandatory extension") && said.contains(extension) {
            return format!("it is a {what} index ({said}); `{command}` makes it a plain one");
        }
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
