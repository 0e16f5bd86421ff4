//! A new repository with its first commit: the one thing this program writes into Git by itself.

use super::{RepoError, first_line};
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

/// Returns the identity Git is set up with, if it is. As in Git, a name and an address that are given
/// otherwise come before it.
pub fn identity((name, email): (Option<String>, Option<String>)) -> Option<Identity> {
    let config = git2::Config::open_default().and_then(|mut config| config.snapshot()).ok();
    let set_up = |key| config.as_ref()?.get_string(key).ok();
    let name = name.or_else(|| set_up("user.name"))?;
    let email = email.or_else(|| set_up("user.email"))?;
    let now = git2::Signature::now(&name, &email).ok()?.when();
    let today = Date::of_seconds(now.seconds(), now.offset_minutes())?;
    Some(Identity { person: Person { name, email }, today })
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
    let is_ignored = git.is_path_ignored(&named).unwrap_or(false);
    (!is_ignored).then_some(work_tree)
}

/// Makes a repository of a folder, with everything in it as the first commit of `branch` if there
/// is an identity to commit with.
///
/// # Errors
/// When Git cannot write there.
pub fn create(
    folder: &Path,
    branch: &str,
    identity: Option<&Identity>,
    message: &str,
) -> Result<(), RepoError> {
    let unreadable = |error: git2::Error| RepoError::Unreadable {
        what: "the new repository".to_owned(),
        why: first_line(&error),
    };
    let mut options = git2::RepositoryInitOptions::new();
    options.initial_head(branch).external_template(false);
    let git = git2::Repository::init_opts(folder, &options).map_err(unreadable)?;
    let Some(identity) = identity else { return Ok(()) };
    let mut index = git.index().map_err(unreadable)?;
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).map_err(unreadable)?;
    index.write().map_err(unreadable)?;
    let tree = index.write_tree().and_then(|id| git.find_tree(id)).map_err(unreadable)?;
    let who =
        git2::Signature::now(&identity.person.name, &identity.person.email).map_err(unreadable)?;
    git.commit(Some("HEAD"), &who, &who, message, &tree, &[]).map_err(unreadable)?;
    Ok(())
}
