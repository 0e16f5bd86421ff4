//! The files that are no documents, though somebody may take them for one.

use crate::config::{Config, Uncontrolled};
use crate::document::Document;
use crate::repo::snapshot::{Content, Snapshot};
use crate::source::RepoPath;

/// A file that is no document, though somebody may take it for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UncontrolledFile {
    /// Where it lies.
    pub path: RepoPath,
    /// Why it is no document.
    pub why: WhyUncontrolled,
}

impl UncontrolledFile {
    /// Names a file; why it is no document, unless book.toml lists it.
    pub(super) fn of(path: &RepoPath, listed: &Uncontrolled, why: WhyUncontrolled) -> Self {
        let why = if listed.lists(path) { WhyUncontrolled::Listed } else { why };
        Self { path: path.clone(), why }
    }
}

/// Why a file is not under document control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyUncontrolled {
    /// book.toml lists it.
    Listed,
    /// It lies in the source folder and has no front matter.
    NoFrontMatter,
    /// It lies in the source folder under a name that is not one of Markdown, and no document
    /// links to it or cites it.
    NotMarkdown,
    /// It lies outside the source folder.
    Outside,
}

/// Parts the Markdown of the source folder into documents and what is none; with these, what lies
/// outside of that folder.
pub(super) fn part(
    markdown: Vec<Document>,
    snapshot: &Snapshot,
    config: &Config,
) -> (Vec<Document>, Vec<UncontrolledFile>) {
    let listed = Uncontrolled::of(config);
    let is_uncontrolled = |document: &Document| {
        listed.lists(&document.path) && document.id().is_none()
            || !document.has_front_matter() && document.problems.is_empty()
    };
    let (without, documents): (Vec<_>, Vec<_>) = markdown.into_iter().partition(is_uncontrolled);
    let without = without.iter().map(|document| (&document.path, WhyUncontrolled::NoFrontMatter));
    let outside = snapshot.files.iter().filter(|(path, file)| {
        matches!(file.content, Content::Text(_)) && !path.is_inside(&config.src)
    });
    let outside = outside.map(|(path, _)| (path, WhyUncontrolled::Outside));
    let mut uncontrolled: Vec<UncontrolledFile> = without
        .chain(outside)
        .map(|(path, why)| UncontrolledFile::of(path, &listed, why))
        .collect();
    uncontrolled.sort_by(|a, b| a.path.cmp(&b.path));
    (documents, uncontrolled)
}
