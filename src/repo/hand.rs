//! What is written into a repository of yours: one file, one commit, one tag, when a command asks
//! for it.
//!
//! The commit and the tag are made by the `git` program, so that your hooks run, your settings
//! hold, and it is signed where you sign. It is started with a list of arguments and no shell.
//! Checking and building never come here.

use super::object::{self, ObjectId, Signature};
use super::work_tree::{Folders, is_left_out};
use super::{RepoError, Repository, first_line, native};
use crate::source::{RepoPath, listed};
use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// What Git does not know of whoever is at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The name, where it knows the address.
    Name,
    /// The address, where it knows the name.
    Address,
    /// Both.
    Both,
}

impl Unknown {
    /// Says what it is.
    pub fn what(self) -> &'static str {
        match self {
            Self::Name => "your name",
            Self::Address => "your address",
            Self::Both => "who you are",
        }
    }

    /// Returns the commands that tell it.
    pub fn commands(self) -> &'static [&'static str] {
        const COMMANDS: [&str; 2] = [
            "git config --global user.name \"Your Name\"",
            "git config --global user.email \"you@example.org\"",
        ];
        match self {
            Self::Name => &COMMANDS[..1],
            Self::Address => &COMMANDS[1..],
            Self::Both => &COMMANDS,
        }
    }

    fn quoted(self) -> impl Iterator<Item = String> {
        self.commands().iter().map(|command| format!("`{command}`"))
    }
}

/// Why something was not written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandError {
    /// Git is not there.
    #[error("cannot start `git`: {0}")]
    NoGit(String),
    /// Git does not know who is at work.
    #[error("Git does not know {}; tell it with {}", .0.what(), listed(.0.quoted(), "and"))]
    Nobody(Unknown),
    /// Git refused; what it said.
    #[error("`git {what}` failed: {said}")]
    Refused {
        /// What was asked for.
        what: String,
        /// What Git, or a hook, said.
        said: String,
    },
    /// A file could not be written.
    #[error("cannot write `{path}`: {why}")]
    Unwritable {
        /// The file.
        path: String,
        /// Why.
        why: String,
    },
    /// A merge, a rebase or the like is under way.
    #[error("{0} is under way in this repository; finish or abort it first")]
    Busy(&'static str),
    /// The repository is bare.
    #[error(transparent)]
    Repository(#[from] RepoError),
}

/// Where a setting of Git stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// In the repository, or in a work tree of it.
    Own,
    /// Where it holds for other repositories as well.
    Shared,
    /// In the environment.
    Command,
}

/// A setting, as Git itself tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) value: String,
    pub(super) scope: Scope,
}

impl Repository {
    /// Asks Git itself for a path it is set to: files and variables that the environment names count
    /// for it, and the library knows nothing of them.
    ///
    /// # Errors
    /// When Git is not there, or too old to say where a setting stands.
    pub(super) fn asked_of_git(&self, key: &str) -> Result<Option<Asked>, HandError> {
        let arguments = ["config", "--show-scope", "--type=path", "--null", "--get", key];
        let arguments = arguments.map(OsString::from);
        let output = self.run(&arguments)?;
        // So Git says that it is not set.
        if output.status.code() == Some(1) {
            return Ok(None);
        }
        let told = printed(&arguments, output)?;
        let mut parts = told.split('\0');
        let scope = match parts.next() {
            Some("local" | "worktree") => Scope::Own,
            Some("command") => Scope::Command,
            _ => Scope::Shared,
        };
        Ok(Some(Asked { value: parts.next().unwrap_or_default().to_owned(), scope }))
    }

    /// Returns whom Git would name as committer, and when.
    ///
    /// # Errors
    /// When Git is not there, or does not know who is at work.
    pub fn committer(&self) -> Result<Signature, HandError> {
        self.identity("GIT_COMMITTER_IDENT")
    }

    /// Returns whom Git would name as author, and when.
    ///
    /// # Errors
    /// When Git is not there, or does not know who is at work.
    pub fn author(&self) -> Result<Signature, HandError> {
        self.identity("GIT_AUTHOR_IDENT")
    }

    /// Returns whom Git would name as author if it were told an address, which Git takes from the
    /// environment (`EMAIL`) where it may make one up, and so not here.
    ///
    /// # Errors
    /// As [`Repository::author`].
    pub(super) fn author_with(&self, address: &str) -> Result<Signature, HandError> {
        let setting = format!("user.email={address}");
        let told = self.identity_with(Some(&setting), "GIT_AUTHOR_IDENT");
        identity_of(&told.map_err(|error| match error {
            HandError::Refused { .. } => HandError::Nobody(Unknown::Name),
            other => other,
        })?)
    }

    fn identity(&self, which: &str) -> Result<Signature, HandError> {
        let told = self.identity_with(None, which).map_err(|error| match error {
            HandError::Refused { .. } => HandError::Nobody(self.unknown(which)),
            other => other,
        });
        identity_of(&told?)
    }

    fn identity_with(&self, setting: Option<&str>, which: &str) -> Result<String, HandError> {
        // Without this, Git makes up an address from the name of the machine.
        const NO_OTHER: &str = "user.useConfigOnly=true";
        let arguments = ["-c", NO_OTHER, "-c", setting.unwrap_or(NO_OTHER), "var", which];
        self.git(&arguments.map(OsString::from))
    }

    /// Tells what is missing for an identity.
    fn unknown(&self, which: &str) -> Unknown {
        let is_enough = |setting| self.identity_with(Some(setting), which).is_ok();
        match () {
            () if is_enough("user.name=Your Name") => Unknown::Name,
            () if is_enough("user.email=you@example.org") => Unknown::Address,
            () => Unknown::Both,
        }
    }

    /// Refuses where a commit would end something else that is under way.
    ///
    /// # Errors
    /// When a merge, a rebase, a revert or the like has begun and not ended.
    pub fn require_rest(&self) -> Result<(), HandError> {
        use git2::RepositoryState as State;
        let what = match self.git.state() {
            State::Clean => return Ok(()),
            State::Merge => "a merge",
            State::Revert | State::RevertSequence => "a revert",
            State::CherryPick | State::CherryPickSequence => "a cherry-pick",
            State::Bisect => "a bisection",
            State::Rebase | State::RebaseInteractive | State::RebaseMerge => "a rebase",
            State::ApplyMailbox | State::ApplyMailboxOrRebase => "the applying of a mailbox",
        };
        Err(HandError::Busy(what))
    }

    /// Returns the tracked files that are not what `HEAD` has, staged or not, in order.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn changed_files(&self) -> Result<Vec<RepoPath>, HandError> {
        let unreadable = |error: git2::Error| {
            HandError::Repository(RepoError::Unreadable {
                what: "the state of the work tree".to_owned(),
                why: first_line(&error),
            })
        };
        let index = self.index().map_err(HandError::Repository)?;
        let mut options = git2::StatusOptions::new();
        options.include_untracked(false).exclude_submodules(false).update_index(false);
        let git = match self.head() {
            Ok(head) => self.reading_files(head.commit)?,
            Err(_) => &self.git,
        };
        let statuses = git.statuses(Some(&mut options)).map_err(unreadable)?;
        // What a sparse checkout leaves out is not gone.
        let is_there = |path: &RepoPath, status: git2::Status| {
            status != git2::Status::WT_DELETED
                || !index.get_path(&native(path), 0).is_some_and(|entry| is_left_out(&entry))
        };
        let changed = statuses.iter().filter_map(|it| {
            let path = RepoPath::from_bytes(it.path_bytes());
            is_there(&path, it.status()).then_some(path)
        });
        let mut paths: Vec<RepoPath> = changed.collect();
        paths.sort();
        paths.dedup();
        Ok(paths)
    }

    /// Tells whether a tag of a name exists.
    pub fn has_tag(&self, name: &str) -> bool {
        self.git.find_reference(&format!("refs/tags/{name}")).is_ok()
    }

    /// Tells whether Git takes a tag of a name.
    pub fn can_name_a_tag(name: &str) -> bool {
        git2::Tag::is_valid_name(name) && !name.starts_with('-')
    }

    /// Returns what Git is set to, if it is.
    pub(super) fn setting(&self, key: &str) -> Option<String> {
        let config = self.git.config().and_then(|mut config| config.snapshot()).ok()?;
        config.get_string(key).ok().filter(|value| !value.is_empty())
    }

    /// Returns where a path of the repository lies on disk, to write there.
    ///
    /// # Errors
    /// When the repository is bare, or a symbolic link is on the way: it may lead out.
    pub fn on_disk(&self, path: &RepoPath) -> Result<PathBuf, HandError> {
        let root = self.root()?;
        let mut folders = Folders::linked(root.clone());
        let on_disk = root.join(native(path));
        let is_link = std::fs::symlink_metadata(&on_disk).is_ok_and(|it| it.is_symlink());
        if is_link || folders.hold(&path.parent()) {
            let why = "a symbolic link is on the way".to_owned();
            return Err(HandError::Unwritable { path: path.to_string(), why });
        }
        Ok(on_disk)
    }

    /// Tells whether a file lies where a command could write it; a sparse checkout leaves some out.
    pub fn lies_on_disk(&self, path: &RepoPath) -> bool {
        self.on_disk(path).is_ok_and(|on_disk| on_disk.symlink_metadata().is_ok())
    }

    /// Commits one file as it stands on disk, and nothing else that is staged or changed.
    ///
    /// # Errors
    /// When Git or a hook refuses; then the index is as it was.
    pub fn commit_file(
        &self,
        path: &RepoPath,
        is_new: bool,
        message: &str,
    ) -> Result<ObjectId, HandError> {
        let name = || native(path).into_os_string();
        let with_path = |words: &[&str]| -> Vec<OsString> {
            let words = words.iter().map(OsString::from);
            words.chain([OsString::from("--"), name()]).collect()
        };
        if is_new {
            self.git(&with_path(&["--literal-pathspecs", "add", "--intent-to-add"]))?;
        }
        let commit =
            with_path(&["--literal-pathspecs", "commit", "--quiet", "--only", "-m", message]);
        if let Err(error) = self.git(&commit) {
            if is_new {
                let forget = ["--literal-pathspecs", "rm", "--cached", "--quiet", "--force"];
                self.git(&with_path(&forget))?;
            }
            return Err(error);
        }
        Ok(self.head()?.commit)
    }

    /// Makes an annotated tag of a commit, signed where Git is set up to sign.
    ///
    /// # Errors
    /// When Git refuses.
    pub fn tag(&self, name: &str, commit: ObjectId, message: &str) -> Result<(), HandError> {
        // What `tag.gpgSign` says holds; where it says nothing, a key that is set is used.
        let signs =
            self.setting("tag.gpgsign").is_none() && self.setting("user.signingkey").is_some();
        let kind = if signs { "--sign" } else { "--annotate" };
        let commit = commit.to_string();
        let arguments = ["tag", kind, "-m", message, "--", name, &commit];
        self.git(&arguments.map(OsString::from)).map(|_| ())
    }

    /// Runs the `git` program in the top folder of the work tree and returns what it prints.
    fn git(&self, arguments: &[OsString]) -> Result<String, HandError> {
        printed(arguments, self.run(arguments)?)
    }

    fn run(&self, arguments: &[OsString]) -> Result<Output, HandError> {
        let root = self.root()?;
        #[expect(clippy::disallowed_methods, reason = "a writing command asks Git to commit")]
        let mut command = Command::new("git");
        command.current_dir(root).args(arguments).stdin(Stdio::inherit());
        // The repository is the one that was judged, whatever a hook around us has set.
        for variable in LOCAL {
            command.env_remove(variable);
        }
        command.output().map_err(|error| HandError::NoGit(error.to_string()))
    }
}

/// Reads an identity as Git prints it.
fn identity_of(told: &str) -> Result<Signature, HandError> {
    let who = object::signature(told.trim_end().as_bytes(), "committer", &mut Vec::new());
    match who.person.email.is_empty() || who.seconds.is_none() {
        true => Err(HandError::Nobody(Unknown::Both)),
        false => Ok(who),
    }
}

/// Returns what Git printed. Where it refused, what it said is the error.
fn printed(arguments: &[OsString], output: Output) -> Result<String, HandError> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = [output.stderr, output.stdout].concat();
    let said = match String::from_utf8_lossy(&said).trim() {
        "" => "a hook refused without a word".to_owned(),
        said => said.to_owned(),
    };
    Err(HandError::Refused { what: what_is_asked(arguments), said })
}

/// What Git takes from the environment about the repository it works on (`git rev-parse
/// --local-env-vars`), but for settings.
const LOCAL: [&str; 13] = [
    "GIT_DIR",
    "GIT_COMMON_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_PREFIX",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
    "GIT_SHALLOW_FILE",
    "GIT_GRAFT_FILE",
    "GIT_REPLACE_REF_BASE",
    "GIT_NO_REPLACE_OBJECTS",
];

/// Returns the name of the Git command among arguments.
fn what_is_asked(arguments: &[OsString]) -> String {
    let names = ["var", "config", "add", "commit", "rm", "tag"];
    let found = arguments.iter().filter_map(|it| it.to_str()).find(|it| names.contains(it));
    found.unwrap_or_default().to_owned()
}

/// Exchanges the content of a file in one go: whoever reads it sees the old or the new one.
///
/// # Errors
/// When it cannot be written; then it is as it was.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), HandError> {
    let unwritable = |error: std::io::Error| HandError::Unwritable {
        path: path.display().to_string(),
        why: error.to_string(),
    };
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_else(|| OsStr::new("file")));
    name.push(".clausebook");
    let beside = path.with_file_name(name);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(unwritable)?;
    }
    let written = (|| {
        let mut file = std::fs::File::create_new(&beside)?;
        file.write_all(bytes)?;
        if let Ok(former) = std::fs::metadata(path) {
            file.set_permissions(former.permissions())?;
        }
        file.sync_all()?;
        std::fs::rename(&beside, path)
    })();
    written.map_err(|error| {
        if error.kind() != std::io::ErrorKind::AlreadyExists {
            // What was begun beside it is ours to take away; if that fails, it only lies there.
            let _ = std::fs::remove_file(&beside);
        }
        unwritable(error)
    })
}
