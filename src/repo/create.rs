//! A new repository with its first commit: the one thing this program writes into Git by itself.

use super::hand::{HandError, Unknown};
use super::ignoring::Ignoring;
use super::{RepoError, Repository, first_line};
use crate::repo::object::Person;
use crate::source::Date;
use std::path::{Path, PathBuf};

/// Who Git says is at work, and the day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The name and e-mail Git is set up with.
    pub person: Person,
    /// Today, in their time zone.
    pub today: Date,
}

impl Repository {
    /// Returns whom Git would name as the author of the first commit, if it knows anybody. Git itself is
    /// asked, because files that the environment names count for it; where there is no `git`, the
    /// settings that the library reads, after a name and an address that are given otherwise. An address that
    /// is given so counts as well where Git has none.
    ///
    /// # Errors
    /// When it knows nobody, or not all of who it is.
    pub fn first_author(
        &self,
        given: (Option<String>, Option<String>),
    ) -> Result<Identity, Unknown> {
        let author = match (self.author(), &given.1) {
            (Err(HandError::Nobody(_)), Some(address)) => self.author_with(address),
            (author, _) => author,
        };
        let found = match author {
            Ok(author) => Identity::of(author.person),
            Err(HandError::NoGit(_)) => set_up(given),
            Err(HandError::Nobody(unknown)) => return Err(unknown),
            Err(_) => None,
        };
        found.ok_or(Unknown::Both)
    }
}

impl Identity {
    fn of(person: Person) -> Option<Self> {
        let now = git2::Signature::now(&person.name, &person.email).ok()?.when();
        let today = Date::of_seconds(now.seconds(), now.offset_minutes())?;
        Some(Self { person, today })
    }
}

/// Returns the identity that Git is set up with, as far as the library reads its settings.
fn set_up((name, email): (Option<String>, Option<String>)) -> Option<Identity> {
    let config = git2::Config::open_default().and_then(|mut config| config.snapshot()).ok();
    let set_up = |key| config.as_ref()?.get_string(key).ok();
    let name = name.or_else(|| set_up("user.name"))?;
    let email = email.or_else(|| set_up("user.email"))?;
    Identity::of(Person { name, email })
}

/// Returns the day, by the clock Git stamps commits with.
pub fn today() -> Option<Date> {
    let now = git2::Signature::now("nobody", "nobody@example.org").ok()?.when();
    Date::of_seconds(now.seconds(), now.offset_minutes())
}

/// Returns the work tree of the repository around a folder, which need not be there yet; none where
/// that repository ignores the folder.
pub fn work_tree_around(folder: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(folder).ok()?;
    let there = whole.ancestors().find(|place| place.is_dir())?.canonicalize().ok()?;
    let missing = whole.ancestors().take_while(|place| !place.is_dir()).last();
    let inside = match missing {
        Some(first) => there.join(first.file_name()?),
        None => there.clone(),
    };
    let git = git2::Repository::discover(&there).ok()?;
    let work_tree = git.workdir()?.canonicalize().ok()?;
    // Rules such as `sms/` are of folders alone, which a path says by its end.
    let named = inside.strip_prefix(&work_tree).ok()?.join("");
    let folder = Repository::path_inside(&work_tree, &inside)?;
    let is_ignored = Ignoring::of(&git, work_tree.clone()).ignores(&git, &folder, &named);
    (!is_ignored).then_some(work_tree)
}

/// Makes an empty repository of a folder, whose first commit will be one of `branch`.
///
/// # Errors
/// When Git cannot write there.
pub fn create(folder: &Path, branch: &str) -> Result<Repository, RepoError> {
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head(branch).external_template(false);
    git2::Repository::init_opts(folder, &options).map_err(|error| unwritable(&error))?;
    Repository::open(folder)
}

/// Makes the first commit of a repository, of everything in its folder.
///
/// # Errors
/// When Git cannot write there.
pub fn commit_all(folder: &Path, identity: &Identity, message: &str) -> Result<(), RepoError> {
    let unreadable = |error: git2::Error| unwritable(&error);
    let git = git2::Repository::open(folder).map_err(unreadable)?;
    let mut index = git.index().map_err(unreadable)?;
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).map_err(unreadable)?;
    index.write().map_err(unreadable)?;
    let tree = index.write_tree().and_then(|id| git.find_tree(id)).map_err(unreadable)?;
    let who =
        git2::Signature::now(&identity.person.name, &identity.person.email).map_err(unreadable)?;
    git.commit(Some("HEAD"), &who, &who, message, &tree, &[]).map_err(unreadable)?;
    Ok(())
}

fn unwritable(error: &git2::Error) -> RepoError {
    RepoError::Unreadable { what: "the new repository".to_owned(), why: first_line(error) }
}
