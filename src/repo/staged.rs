//! What the next commit will hold: the index, as `git commit` would take it.
//!
//! Git writes the index of a hook into the environment (`git commit FILE` and `git commit -a` use
//! one of their own). It is read and never written.

use super::object::{ObjectId, Person, Signature};
use super::shelf::Shelf;
use super::{RepoError, Repository, create, object_id, unreadable_index, walk};
use crate::source::{Date, RepoPath};
use std::path::Path;

/// What the next commit will hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staged {
    /// The files, in the order of their paths.
    pub files: Vec<StagedFile>,
    /// What it will follow: HEAD, and what is being merged. None if it will be the first.
    pub parents: Vec<ObjectId>,
    /// The branch it will lie on, unless HEAD is detached.
    pub branch: Option<String>,
}

/// A path of the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StagedFile {
    /// The path.
    pub path: RepoPath,
    /// What it is, as Git writes it: `100644`, `120000`.
    pub mode: u32,
    /// Its content.
    pub id: ObjectId,
}

/// What the environment of Git says of whoever commits; where it says nothing, the settings do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// `GIT_AUTHOR_NAME` and `GIT_AUTHOR_EMAIL`.
    pub author: (Option<String>, Option<String>),
    /// `GIT_COMMITTER_NAME` and `GIT_COMMITTER_EMAIL`.
    pub committer: (Option<String>, Option<String>),
    /// The day that `GIT_COMMITTER_DATE` begins with, where it does.
    pub day: Option<Date>,
}

/// Who makes a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct By {
    /// Who wrote it.
    pub author: Signature,
    /// Who commits it.
    pub committer: Signature,
}

/// `git add -N` notes a path without its content; a commit leaves it out.
const INTENT_TO_ADD: u16 = 1 << 13;
/// The bits that say on which side of a merge an entry stands.
const STAGE: u16 = 0x3000;

impl Repository {
    /// Reads what the next commit will hold. `index` is the index of the commit that is being made,
    /// seen from the top folder, where it is not the repository's own.
    ///
    /// # Errors
    /// When the index cannot be read, holds what is not merged yet, or HEAD names nothing.
    pub fn staged(&self, index: Option<&Path>) -> Result<Staged, RepoError> {
        let root = self.root()?;
        let index = match index.map(|path| root.join(path)) {
            Some(path) => {
                git2::Index::open(&path).map_err(|error| unreadable_index(&path, &error))?
            }
            None => self.index()?,
        };
        let (mut files, mut unmerged) = (Vec::new(), Vec::new());
        for entry in index.iter() {
            let path = RepoPath::from_bytes(entry.path);
            if entry.flags & STAGE != 0 {
                unmerged.push(path.to_string());
            } else if entry.flags_extended & INTENT_TO_ADD == 0 {
                files.push(StagedFile { path, mode: entry.mode, id: object_id(entry.id) });
            }
        }
        unmerged.dedup();
        if !unmerged.is_empty() {
            return Err(RepoError::Unmerged(unmerged.join(", ")));
        }
        let head = match self.head() {
            Ok(head) => Some(head),
            Err(RepoError::Unborn | RepoError::NoSuchBranch(_)) => None,
            Err(other) => return Err(other),
        };
        let branch = match &head {
            Some(head) => head.branch.clone(),
            None => self.unborn_branch(),
        };
        let mut parents: Vec<ObjectId> = head.iter().map(|head| head.commit).collect();
        let merged = std::fs::read(self.git.path().join("MERGE_HEAD")).unwrap_or_default();
        parents.extend(merged.split(|&b| b == b'\n').filter_map(ObjectId::from_hex));
        Ok(Staged { files, parents, branch })
    }

    /// Returns the objects of the repository, with what is staged read from the work tree where it
    /// lies there unchanged.
    ///
    /// # Errors
    /// When the repository is bare.
    pub fn objects_beside(&self, staged: &Staged) -> Result<Shelf<'_>, RepoError> {
        Ok(Shelf::of(&self.objects, &self.root()?, &staged.files))
    }

    pub(super) fn unborn_branch(&self) -> Option<String> {
        let head = self.git.find_reference("HEAD").ok()?;
        let target = String::from_utf8_lossy(head.symbolic_target_bytes()?).into_owned();
        target.strip_prefix("refs/heads/").map(str::to_owned)
    }

    /// Returns who will have made a commit that is being made, and when: today, and never before
    /// what it follows. The hour is not told, so that the same question has the same answer all day.
    pub fn at_work(&self, said: Said) -> By {
        let settings = self.git.config().and_then(|mut settings| settings.snapshot()).ok();
        let setting = |key: &str| settings.as_ref()?.get_string(key).ok();
        let day = said.day.or_else(create::today);
        let noon = day.map_or(0, |day| day.days() * 86_400 + 43_200);
        let followed = self.head().ok().and_then(|head| {
            walk::read_commit(&self.objects, head.commit, &mut Vec::new()).ok()?.committer.seconds
        });
        let seconds = Some(noon.max(followed.unwrap_or_default()));
        let plain = |text: Option<String>| {
            text.unwrap_or_default().replace(['<', '>', '\n', '\0'], "").trim().to_owned()
        };
        // Git asks for the settings of the one before those of both.
        let signature = |(name, email): (Option<String>, Option<String>), own: [&str; 2]| {
            let [own_name, own_email] = own.map(setting);
            let name = name.or(own_name).or_else(|| setting("user.name"));
            let email = email.or(own_email).or_else(|| setting("user.email"));
            let person = Person { name: plain(name), email: plain(email) };
            Signature { person, seconds, offset: 0 }
        };
        By {
            author: signature(said.author, ["author.name", "author.email"]),
            committer: signature(said.committer, ["committer.name", "committer.email"]),
        }
    }

    /// Tells whether a Git folder that the environment names is this repository's.
    pub fn is_at(&self, git_folder: &Path) -> bool {
        let same = |a: &Path, b: &Path| {
            a.canonicalize().is_ok_and(|a| b.canonicalize().is_ok_and(|b| a == b))
        };
        same(git_folder, self.git.path())
            || self.root().is_ok_and(|root| same(&root.join(git_folder), self.git.path()))
    }
}
