//! Stories: the history of a repository, told in Markdown.
//!
//! A story is what a test, a page about a rule or the sample tells: who committed what, when, on
//! which branch. It is read to plain values, replayed in memory to the very objects Git would
//! have made, and can be written down as a real repository with the same ids. docs/stories.md
//! teaches how to write one.

use crate::{repo::object::Person, source::RepoPath};

mod build;
mod edit;
mod files;
mod heading;
mod markdown;
mod parse;
mod recording;
mod replay;
mod signing;

pub use build::build;
pub use recording::Recording;
pub use replay::replay;
pub use signing::Signing;

/// The history of a repository, as it was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// What happened, in the order told.
    pub steps: Vec<Step>,
    /// The text of the `findings` fences, one after the other.
    pub findings: Option<String>,
    /// The text of the `evidence` fences, one after the other.
    pub evidence: Option<String>,
}

impl Story {
    /// Reads a story.
    ///
    /// # Errors
    /// When a heading, a list item or a fence of the story cannot be understood.
    pub fn parse(text: &str) -> Result<Self, StoryError> {
        parse::story(text)
    }
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The line of the story that tells it.
    pub line: usize,
    /// What it is.
    pub event: Event,
}

/// What can happen to a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A commit is made.
    Commit(Commit),
    /// The current commit gets a tag.
    Tag(Tag),
    /// Work goes on at the tip of this branch.
    Switch(String),
}

/// A commit, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Who wrote the change, and when.
    pub author: Stamp,
    /// Who brought it into the repository, and when.
    pub committer: Stamp,
    /// The whole message, with its final newline.
    pub message: String,
    /// The branch this and the following commits are on, if it is said here.
    pub branch: Option<Branch>,
    /// The branches that are merged into the current one.
    pub merged: Vec<String>,
    /// Whether the commit has no parent, although there are commits before it.
    pub root: bool,
    /// How it is signed, if it is.
    pub signing: Option<Signing>,
    /// What happens to files, in the order told.
    pub changes: Vec<Change>,
}

/// A branch, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// The branch or tag it begins at, if that is not the current commit.
    pub from: Option<String>,
}

/// A tag, as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// Who tagged and what they said; a lightweight tag has none.
    pub annotation: Option<Annotation>,
}

/// What an annotated tag says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Who tagged, and when.
    pub tagger: Stamp,
    /// The whole message, with its final newline.
    pub message: String,
    /// How it is signed, if it is.
    pub signing: Option<Signing>,
}

/// A person at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Who.
    pub person: Person,
    /// Seconds since 1970.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset: i32,
}

/// What a commit does to one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The line of the story that tells it.
    pub line: usize,
    /// The file.
    pub path: RepoPath,
    /// What is done.
    pub action: Action,
}

/// What can be done to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// It gets this content, whatever it had before.
    Write(Vec<u8>),
    /// Some of its lines are exchanged.
    Edit(Vec<Hunk>),
    /// It gets its published text, with some lines exchanged for older ones.
    Publish(Vec<Hunk>),
    /// It goes.
    Delete,
    /// It moves here.
    Rename(RepoPath),
}

/// Lines that stand together in a file, and what becomes of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// The line of the story where the hunk begins.
    pub line: usize,
    /// Its lines: what becomes of each, and its text.
    pub lines: Vec<(Fate, String)>,
}

/// What becomes of a line in a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is in the file and stays.
    Stays,
    /// It is in the file and goes.
    Goes,
    /// It is not in the file and comes.
    Comes,
}

/// Why a story cannot be read, replayed or built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", place(*line))]
pub struct StoryError {
    /// The line of the story, from 1; 0 when it is not about a line.
    pub line: usize,
    /// What is the matter, as a sentence.
    pub message: String,
}

impl StoryError {
    fn at(line: usize, message: impl Into<String>) -> Self {
        Self { line, message: message.into() }
    }
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!("line {line}: ") }
}
