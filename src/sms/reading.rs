//! From objects to the linked system: the stages of the pipeline in a row.

use super::{Parts, Sms, Trust};
use crate::config::{Config, FILE};
use crate::framework::{Frameworks, PackError};
use crate::history::{self, History};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::{self, Snapshot};
use crate::repo::walk::{Walk, WalkError, read_commit};
use crate::source::{Date, RepoPath};
use std::collections::HashSet;

/// What to read.
pub struct Request {
    /// The configuration of the judged tree.
    pub config: Config,
    /// The text it was read from.
    pub book: String,
    /// The framework packs of the repository's own: file name and text.
    pub packs: Vec<(String, String)>,
    /// The judged tree.
    pub snapshot: Snapshot,
    /// The judged commit, or the one beneath the work tree.
    pub head: ObjectId,
    /// The tip of the publishing branch, if there is one.
    pub tip: Option<ObjectId>,
    /// The day to speak of; the committer's day of `head` where none is given.
    pub as_of: Option<Date>,
    /// By which rules to judge; `has_branch` is filled in here.
    pub trust: Trust,
}

/// Why the system could not be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadingError {
    /// The history has a hole.
    #[error("the history is damaged or incomplete, so no claim can be held against it")]
    Walk(#[from] WalkError),
    /// A content of the history cannot be read.
    #[error("the history is damaged or incomplete, so no claim can be held against it")]
    Object(#[from] ReadError),
    /// A framework is unknown or its pack has mistakes.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Frameworks(Vec<PackError>),
    /// The judged commit has no date that can be read.
    #[error("the commit {0} has no readable date; say which day to speak of with `--as-of`")]
    NoDate(ObjectId),
}

/// Reads history and documents, and links them.
///
/// # Errors
/// When something a verdict would rest on cannot be read.
pub fn read(objects: &dyn Objects, request: Request) -> Result<Sms, ReadingError> {
    let Request { config, book, packs, snapshot, head, tip, as_of, mut trust } = request;
    let chosen: Vec<String> = config.frameworks.iter().map(|name| name.value.clone()).collect();
    let frameworks = Frameworks::load(&chosen, &packs).map_err(ReadingError::Frameworks)?;
    let commit = read_commit(objects, head, &mut Vec::new())?;
    let as_of = as_of.or_else(|| commit.committer.date()).ok_or(ReadingError::NoDate(head))?;
    let walk = Walk::of(objects, head, &|path: &RepoPath| path.is_markdown())?;
    let claims = history::read_claims(objects, &walk)?;
    trust.has_branch = tip.is_some();
    let published = tip.map(|tip| first_parents(objects, tip)).transpose()?;
    let history = History::trace(walk, claims, published.as_ref());
    Ok(Sms::link(Parts { config, book, frameworks, snapshot, history, as_of, head, trust }))
}

/// Returns the first-parent chain of a commit.
fn first_parents(objects: &dyn Objects, tip: ObjectId) -> Result<HashSet<ObjectId>, WalkError> {
    let mut chain = HashSet::new();
    let mut buffer = Vec::new();
    let mut next = Some(tip);
    while let Some(id) = next.filter(|id| chain.insert(*id)) {
        next = read_commit(objects, id, &mut buffer)?.parents.first().copied();
    }
    Ok(chain)
}

/// Reads the system of a commit whose objects are at hand, judged by its own rules: how stories
/// become values.
///
/// # Errors
/// When something cannot be read, or book.toml has mistakes.
pub fn of_commit(objects: &dyn Objects, head: ObjectId, rules: &[&str]) -> Result<Sms, String> {
    let commit = read_commit(objects, head, &mut Vec::new()).map_err(|error| error.to_string())?;
    let snapshot = Snapshot::of_tree(objects, commit.tree, &RepoPath::is_markdown)
        .map_err(|error| error.to_string())?;
    let text_of = |name: &str| {
        let blob = snapshot.files.get(&RepoPath::from(name))?.blob?;
        let bytes = snapshot::blob(objects, blob).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let book = text_of(FILE).unwrap_or_default();
    let config = Config::parse(&book, rules).map_err(|mistakes| {
        mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("\n")
    })?;
    let packs =
        config.packs.iter().filter_map(|name| Some((name.clone(), text_of(name)?))).collect();
    let trust = Trust { config: config.clone(), ..Trust::default() };
    let request =
        Request { config, book, packs, snapshot, head, tip: Some(head), as_of: None, trust };
    read(objects, request).map_err(|error| error.to_string())
}
