//! Names that people give to commits, and how two commits lie to each other.
//!
//! What libgit2 reads by itself for that must hold no damaged object, with which it does not come to an
//! end; so its way is read first where there is one.

use super::object::{ObjectId, ObjectKind, Objects, ReadError};
use super::snapshot::Snapshot;
use super::{FILE_LIMIT, RepoError, Repository, incomplete, object_id, walk};
use std::collections::{BTreeSet, HashSet};

impl Repository {
    /// Returns the commit that a branch names. It is not parsed: the library refuses one whose time
    /// stamp it cannot read.
    pub(super) fn commit_of(&self, branch: &git2::Reference<'_>) -> Option<ObjectId> {
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
        if self.has_grafts() {
            return self.leads_to(earlier, commit);
        }
        let git = self.reading(&[commit, earlier])?;
        let id = |id: ObjectId| git2::Oid::from_bytes(id.as_bytes());
        let grew = id(commit).and_then(|commit| git.graph_descendant_of(commit, id(earlier)?));
        Ok(grew.unwrap_or(false))
    }

    /// Tells whether a commit leads to a later one by the parents that commits name themselves, whatever
    /// others grafts give them.
    fn leads_to(&self, earlier: ObjectId, commit: ObjectId) -> Result<bool, RepoError> {
        Ok(self.beneath(&[commit])?.contains(&earlier))
    }

    /// Reads some commits and all that they rest on, by the parents that commits name themselves.
    fn beneath(&self, from: &[ObjectId]) -> Result<HashSet<ObjectId>, RepoError> {
        let mut open = from.to_vec();
        let (mut seen, mut buffer) = (HashSet::new(), Vec::new());
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let commit = walk::read_commit(&self.objects, id, &mut buffer);
                open.extend(commit.map_err(|error| incomplete(&error))?.parents);
            }
        }
        Ok(seen)
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

    pub(super) fn remotes(&self) -> Vec<String> {
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

    /// Returns libgit2 for what it reads by itself from some commits on. It must not come across a damaged
    /// object, with which it does not come to an end.
    ///
    /// # Errors
    /// When a commit of that history cannot be read.
    fn reading(&self, from: &[ObjectId]) -> Result<&git2::Repository, RepoError> {
        if self.objects.damaged().next().is_some() {
            self.beneath(from)?;
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
}
