//! The files that are no documents, though somebody may take them for one.

use super::Sms;
use crate::config::{Config, Uncontrolled};
use crate::document::{Claims, Document, front};
use crate::repo::snapshot::{Content, Snapshot};
use crate::source::RepoPath;
use std::collections::BTreeMap;

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

    /// Tells whether its owner decided that it is none: book.toml lists it, or has the documents
    /// elsewhere.
    pub fn is_by_choice(&self) -> bool {
        matches!(self.why, WhyUncontrolled::Listed | WhyUncontrolled::Outside)
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
        matches!(file.content, Content::Text(_) | Content::TooLarge(_))
            && !path.is_inside(&config.src)
    });
    let outside = outside.map(|(path, _)| (path, WhyUncontrolled::Outside));
    let mut uncontrolled: Vec<UncontrolledFile> = without
        .chain(outside)
        .map(|(path, why)| UncontrolledFile::of(path, &listed, why))
        .collect();
    uncontrolled.sort_by(|a, b| a.path.cmp(&b.path));
    (documents, uncontrolled)
}

/// A folder that is not read, and holds Markdown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFolder {
    /// The folder; of the repository itself, where files lie there.
    pub path: RepoPath,
    /// How many files have an id.
    pub identified: usize,
    /// How many files have front matter.
    pub documents: usize,
    /// How many have none.
    pub others: usize,
}

impl Sms {
    /// Returns the file outside of the source folder that has an id.
    pub fn lies_outside(&self, id: &str) -> Option<&RepoPath> {
        let outside = self.uncontrolled.iter().filter(|it| it.why == WhyUncontrolled::Outside);
        let has_it = |path: &&RepoPath| {
            let claims = self.snapshot.bytes(path).and_then(Claims::read);
            claims.and_then(|claims| claims.id).is_some_and(|own| own.as_str() == id)
        };
        outside.map(|file| &file.path).find(has_it)
    }

    /// Returns the folder outside of the source folder that looks most as if it was meant: where most
    /// files have an id, else where most have front matter, else where most Markdown is. A text on the
    /// repository itself, such as its README, is no sign of one.
    pub fn folder_meant(&self) -> Option<UnreadFolder> {
        let mut found: BTreeMap<RepoPath, UnreadFolder> = BTreeMap::new();
        let outside = self.uncontrolled.iter().filter(|it| it.why == WhyUncontrolled::Outside);
        for UncontrolledFile { path, .. } in outside {
            let bytes = self.snapshot.bytes(path).unwrap_or_default();
            let is_document = front::read(bytes).1.block.is_some();
            let folder = path.parent();
            let top = first_folder(&folder);
            if top.as_bytes().starts_with(b".") || top.as_bytes().is_empty() && !is_document {
                continue;
            }
            let new =
                || UnreadFolder { path: folder.clone(), identified: 0, documents: 0, others: 0 };
            let group = found.entry(top).or_insert_with(new);
            while !folder.is_inside(&group.path) && folder != group.path {
                group.path = group.path.parent();
            }
            let has_id = |claims: Claims| claims.id.is_some();
            group.identified += usize::from(Claims::read(bytes).is_some_and(has_id));
            match is_document {
                true => group.documents += 1,
                false => group.others += 1,
            }
        }
        let of_most = |it: &UnreadFolder| (it.identified, it.documents, it.others);
        // Of several, the first in order.
        found.into_values().rev().max_by_key(of_most)
    }
}

/// Returns the outermost folder that a folder lies in, or is.
fn first_folder(folder: &RepoPath) -> RepoPath {
    let first = folder.as_bytes().split(|byte| *byte == b'/').next();
    RepoPath::from_bytes(first.unwrap_or_default())
}
