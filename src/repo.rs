//! The repository, read: the only place (with `story`) that knows git2.
//!
//! It answers in plain values: a [`Snapshot`] of what is judged, a [`walk::Walk`] of what happened.
//! Nothing of the repository runs, nothing is fetched, and nothing is written, but for a repository
//! that `create` makes anew, and for what `hand` and `hooks` write when a command was asked to.

pub mod create;
mod database;
pub mod hand;
pub mod hooks;
mod joining;
mod loose;
pub mod object;
pub mod overlay;
mod pack;
mod shelf;
pub mod snapshot;
pub mod staged;
pub mod walk;
mod work_tree;

use crate::source::RepoPath;
pub use database::GitObjects;
use database::look_into;
use object::{ObjectId, ObjectKind, Objects, ReadError};
use snapshot::Snapshot;
use std::collections::{BTreeSet, HashSet};
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

    /// Returns libgit2 for what it reads by itself from some commits on. It must not come across a damaged
    /// object, with which it does not come to an end.
    ///
    /// # Errors
    /// When a commit of that history cannot be read.
    fn reading(&self, from: &[ObjectId]) -> Result<&git2::Repository, RepoError> {
        let mut open = match self.objects.damaged().next() {
            Some(_) => from.to_vec(),
            None => Vec::new(),
        };
        let (mut seen, mut buffer) = (HashSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let commit = walk::read_commit(&self.objects, id, &mut buffer);
                open.extend(commit.map_err(|error| incomplete(&error))?.parents);
            }
        }
        Ok(&self.git)
    }

    /// Does the same for what it reads of the files of a commit.
    ///
    /// # Errors
    /// When a folder of that commit cannot be read.
    pub(super) fn reading_files(&self, of: ObjectId) -> Result<&git2::Repository, RepoError> {
        if self.objects.damaged().next().is_some() {
            let commit = walk::read_commit(&self.objects, of, &mut Vec::new());
            let tree = commit.map_err(|error| incomplete(&error))?.tree;
            Snapshot::of_tree(&self.objects, tree, &|_| false)
                .map_err(|error| incomplete(&error))?;
        }
        Ok(&self.git)
    }

    /// Does the same for what it reads of a name.
    ///
    /// # Errors
    /// When the name may be that of a damaged object, or the history from there cannot be read.
    fn reading_by(&self, name: &str) -> Result<&git2::Repository, RepoError> {
        let mut damaged = self.objects.damaged().peekable();
        if damaged.peek().is_none() {
            return Ok(&self.git);
        }
        if let Some(damaged) = damaged.find(|it| it.to_string().starts_with(name)) {
            return Err(incomplete(&ReadError::Damaged(damaged)));
        }
        let reference = self.git.resolve_reference_from_short_name(name).ok();
        let named = reference.and_then(|it| Some(object_id(it.resolve().ok()?.target()?)));
        let by_prefix = || self.git.find_commit_by_prefix(name).ok().map(|it| object_id(it.id()));
        let named = self.branch(name).or(named).or_else(by_prefix);
        let named = named.or_else(|| self.head().ok().map(|head| head.commit));
        let Some(named) = named else { return Ok(&self.git) };
        let commit = self.peeled(named).ok_or_else(|| incomplete(&ReadError::Damaged(named)))?;
        self.reading(&[commit])
    }

    /// Returns what a tag names in the end; everything else names itself.
    fn peeled(&self, named: ObjectId) -> Option<ObjectId> {
        let (mut id, mut buffer) = (named, Vec::new());
        loop {
            match self.objects.read_at_most(id, FILE_LIMIT, &mut buffer).ok()? {
                ObjectKind::Tag => {
                    let line =
                        buffer.strip_prefix(b"object ")?.split(|byte| *byte == b'\n').next()?;
                    id = ObjectId::from_hex(line)?;
                }
                _ => return Some(id),
            }
        }
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

    /// Returns the commit that a branch names. It is not parsed: the library refuses one whose time
    /// stamp it cannot read.
    fn commit_of(&self, branch: &git2::Reference<'_>) -> Option<ObjectId> {
        let id = object_id(branch.resolve().ok()?.target()?);
        let kind = self.objects.read_at_most(id, FILE_LIMIT, &mut Vec::new()).ok()?;
        (kind == ObjectKind::Commit).then_some(id)
    }

    fn commit_named(&self, full: &str) -> Option<ObjectId> {
        self.commit_of(&self.git.find_reference(full).ok()?)
    }

    /// Finds the commit of a branch by a name that people use: `origin/main` is the branch of the
    /// remote, `main` the local one, else that of a remote. A branch wins over a tag of its name, and
    /// over branches whose own name begins like that of a remote.
    fn branch(&self, name: &str) -> Option<ObjectId> {
        let is_id = ObjectId::from_hex(name.as_bytes()).is_some();
        // `ORIG_HEAD` and `FETCH_HEAD` are Git's own as well.
        let is_head = name == "HEAD" || name.ends_with("_HEAD");
        if is_head || name.starts_with("refs/") || is_id {
            return None;
        }
        let remotes = self.remotes();
        let is_of_remote = |remote: &String| {
            name.strip_prefix(remote.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        let whole = remotes.iter().any(is_of_remote).then(|| format!("refs/remotes/{name}"));
        let tracking = remotes.iter().map(|remote| format!("refs/remotes/{remote}/{name}"));
        let mut candidates =
            whole.into_iter().chain([format!("refs/heads/{name}")]).chain(tracking);
        candidates.find_map(|full| self.commit_named(&full))
    }

    /// Tells whether a name is that of a branch, be it one of a remote.
    pub fn has_branch(&self, name: &str) -> bool {
        let full = [format!("refs/heads/{name}"), format!("refs/remotes/{name}")];
        self.branch(name).is_some() || full.iter().any(|it| self.git.find_reference(it).is_ok())
    }

    /// Finds the tip of a publishing branch: that of the local branch, unless the remote-tracking one
    /// that it follows is ahead of it. Who fetched and did not pull yet sees what was published; the
    /// branch of that name in a fork publishes nothing.
    pub fn published_tip(&self, name: &str) -> Option<ObjectId> {
        let followed = self.setting(&format!("branch.{name}.remote"));
        let followed = followed.filter(|remote| self.remotes().contains(remote));
        let remote = followed.or_else(|| self.main_remote());
        let fetched = remote.and_then(|it| self.commit_named(&format!("refs/remotes/{it}/{name}")));
        let own = self.commit_named(&format!("refs/heads/{name}"));
        match (own, fetched) {
            // What cannot be told is told by whoever reads the history of what was fetched.
            (Some(own), Some(fetched)) if !self.grew(fetched, own).unwrap_or(true) => Some(own),
            (own, fetched) => fetched.or(own),
        }
    }

    /// Tells whether a commit grew out of an earlier one, which is another.
    pub fn grew_out_of(&self, commit: ObjectId, earlier: ObjectId) -> bool {
        self.grew(commit, earlier).unwrap_or(false)
    }

    fn grew(&self, commit: ObjectId, earlier: ObjectId) -> Result<bool, RepoError> {
        if commit == earlier {
            return Ok(false);
        }
        let git = self.reading(&[commit, earlier])?;
        let id = |id: ObjectId| git2::Oid::from_bytes(id.as_bytes());
        let grew = id(commit).and_then(|commit| git.graph_descendant_of(commit, id(earlier)?));
        Ok(grew.unwrap_or(false))
    }

    /// Returns the commits that two lines last had in common, as Git finds them: several where each
    /// was merged into the other.
    pub fn meeting_points(&self, one: ObjectId, other: ObjectId) -> Vec<ObjectId> {
        let Ok(git) = self.reading(&[one, other]) else { return Vec::new() };
        let id = |id: ObjectId| git2::Oid::from_bytes(id.as_bytes());
        let bases = id(one).and_then(|one| git.merge_bases(one, id(other)?));
        bases.iter().flat_map(|bases| bases.iter().map(|id| object_id(*id))).collect()
    }

    /// Tells whether a name is that of a branch as a remote has it: `origin/main` of `main`.
    pub fn is_tracking(&self, name: &str, branch: &str) -> bool {
        self.remotes().iter().any(|remote| name == format!("{remote}/{branch}"))
    }

    /// Refuses a tag that looks like the beginning of the id of another commit.
    fn means_one_thing(&self, name: &str) -> Result<(), RepoError> {
        let is_short_id =
            (4..40).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_short_id {
            return Ok(());
        }
        let git = self.reading_by(name)?;
        let called_so = git.resolve_reference_from_short_name(name).ok();
        let called_so = called_so.and_then(|it| Some((it.peel_to_commit().ok()?.id(), it)));
        let begins_so = git.find_commit_by_prefix(name).map(|commit| commit.id()).ok();
        match (called_so, begins_so) {
            (Some((called, reference)), Some(begins)) if called != begins => {
                let reference = String::from_utf8_lossy(reference.name_bytes()).into_owned();
                Err(RepoError::TwoMeanings { name: name.to_owned(), reference })
            }
            _ => Ok(()),
        }
    }

    /// Finds the commit a person means: a branch, a tag, an id or what Git calls a revision.
    ///
    /// # Errors
    /// When it names no commit.
    pub fn revision(&self, name: &str) -> Result<ObjectId, RepoError> {
        // Before the way from it to another: `main` of `main~1`.
        let (named, way) = name.split_at(name.find(['~', '^']).unwrap_or(name.len()));
        self.means_one_thing(named)?;
        let object = match self.branch(named) {
            Some(id) if way.is_empty() => return Ok(id),
            Some(id) => self.reading(&[id])?.revparse_single(&format!("{id}{way}")),
            None => self.reading_by(named)?.revparse_single(name),
        };
        let no_such = || RepoError::NoSuchRevision(name.to_owned());
        let Ok(object) = object else {
            self.require_complete()?;
            return Err(no_such());
        };
        Ok(object_id(object.peel_to_commit().map_err(|_| no_such())?.id()))
    }

    /// Finds the commit that a tag names now, and the object of the tag if it is annotated.
    pub fn tag_target(&self, name: &str) -> Option<(ObjectId, Option<ObjectId>)> {
        let reference = self.git.find_reference(&format!("refs/tags/{name}")).ok()?;
        let named = object_id(reference.resolve().ok()?.target()?);
        let commit = self.peeled(named)?;
        walk::read_commit(&self.objects, commit, &mut Vec::new()).ok()?;
        Some((commit, Some(named).filter(|named| *named != commit)))
    }

    /// Returns the names under which a publishing branch is usually found, likeliest first.
    pub fn default_branches(&self) -> Vec<String> {
        let of_remote = self.main_remote().and_then(|remote| {
            let head = self.git.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
            let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
            target.strip_prefix(&format!("refs/remotes/{remote}/")).map(str::to_owned)
        });
        let mut names: Vec<String> = of_remote.into_iter().collect();
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
        let ends = branches.filter_map(|(branch, _)| self.commit_of(branch.get()));
        ends.collect::<BTreeSet<ObjectId>>().into_iter().collect()
    }

    /// Returns the remote that this repository was cloned from, as far as can be told: `origin`, or the
    /// only one. All others may be forks.
    fn main_remote(&self) -> Option<String> {
        let remotes = self.remotes();
        let is_told = remotes.len() == 1 || remotes.first().is_some_and(|first| first == "origin");
        remotes.into_iter().next().filter(|_| is_told)
    }

    fn remotes(&self) -> Vec<String> {
        let names = self.git.remotes();
        let mut names: Vec<String> = names
            .iter()
            .flat_map(|names| names.iter().flatten().flatten().map(str::to_owned))
            .collect();
        // `origin` first: it is what people mean by "the branch".
        names.sort_by_key(|name| (name != "origin", name.clone()));
        // Who fetches by an address keeps what was fetched under that name all the same.
        if names.is_empty() {
            names.push("origin".to_owned());
        }
        names
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
