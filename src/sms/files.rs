//! What lies in the source folder, whether it can be a document or not, and where links lead.

use super::reference::{Resolution, walk};
use super::{Sms, UncontrolledFile, WhyUncontrolled};
use crate::config::Uncontrolled;
use crate::document::Document;
use crate::finding::Place;
use crate::repo::object::ObjectId;
use crate::repo::snapshot::{Content, File, Snapshot};
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The endings of what a site or a program is made of, and of the pictures that its pages show:
/// nobody takes them for documents. Under any other ending people keep what they write.
const OF_NO_DOCUMENTS: &str = "css scss sass less js mjs cjs jsx ts tsx map vue wasm woff woff2 ttf otf eot \
    json yml yaml toml lock ini cfg hbs j2 tera liquid \
    py rb rs go java kt c h cpp hpp cs sh bash bat ps1 php pl lua sql \
    png jpg jpeg gif svg webp avif ico";

/// Where a symbolic link leads. It is never followed; its target is read as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkEnd {
    /// Out of the repository.
    Outside,
    /// To itself.
    Itself,
    /// To another link, which is not followed either.
    Link(RepoPath),
    /// To a file or a folder of the repository.
    Inside(RepoPath),
    /// To a path that the repository does not hold.
    Missing(RepoPath),
}

/// Reads the Markdown of the source folder, in the order of paths.
pub(super) fn read_markdown(snapshot: &Snapshot, folder: &RepoPath) -> Vec<Document> {
    let nothing = ObjectId::from_bytes(&[0; 20]).expect("twenty bytes");
    let read = |(path, file): (&RepoPath, &File)| match &file.content {
        Content::Text(bytes) if path.is_inside(folder) => {
            Some(Document::read(path.clone(), file.blob.unwrap_or(nothing), bytes))
        }
        Content::TooLarge(size) if path.is_inside(folder) => {
            Some(Document::too_large(path.clone(), file.blob.unwrap_or(nothing), *size))
        }
        _ => None,
    };
    snapshot.files.par_iter().filter_map(read).collect()
}

impl Sms {
    /// Returns what lies in the source folder, or stands in the place of it.
    pub fn source_files(&self) -> impl Iterator<Item = (&RepoPath, &File)> {
        let src = &self.config.src;
        let stands_in_its_place =
            |path: &RepoPath, file: &File| src.is_inside(path) && !file.content.is_file();
        self.snapshot
            .files
            .iter()
            .filter(move |(path, file)| path.is_inside(src) || stands_in_its_place(path, file))
    }

    /// Returns what lies in the source folder under a name of Markdown.
    pub fn source_markdown(&self) -> impl Iterator<Item = (&RepoPath, &File)> {
        self.source_files().filter(|(path, _)| path.is_markdown())
    }

    /// Returns the place of the source folder, for what is said of it as a whole.
    pub fn source_folder(&self) -> Place {
        match self.config.src.as_bytes() {
            b"" => Place::whole(&RepoPath::from(".")),
            _ => Place::whole(&self.config.src),
        }
    }

    /// Tells whether a file is a pointer of Git LFS: the text lies elsewhere, and Git has none of it.
    pub fn is_pointer(&self, path: &RepoPath) -> bool {
        let content = self.snapshot.files.get(path).map(|file| &file.content);
        matches!(content, Some(Content::Text(bytes)) if super::evidence::is_pointer(bytes))
    }

    /// Says where a symbolic link leads.
    pub fn end_of_link(&self, link: &RepoPath, target: &str) -> LinkEnd {
        let is_absolute = target.starts_with(['/', '\\']) || target.get(1..2) == Some(":");
        let Some(end) = walk(&link.parent(), target).filter(|_| !is_absolute) else {
            return LinkEnd::Outside;
        };
        match self.snapshot.files.get(&end).map(|file| &file.content) {
            Some(_) if end == *link => LinkEnd::Itself,
            Some(Content::Symlink(_)) => LinkEnd::Link(end),
            Some(_) => LinkEnd::Inside(end),
            None if self.is_folder(&end) => LinkEnd::Inside(end),
            None => LinkEnd::Missing(end),
        }
    }

    /// Adds the files that look like documents and are not read: they are no Markdown, and no
    /// document links to them or cites them.
    pub(super) fn add_unread(&mut self) {
        let candidates: Vec<&RepoPath> = self
            .source_files()
            .filter(|(path, file)| {
                file.tracked && file.content == Content::Other && may_be_document(path)
            })
            .map(|(path, _)| path)
            .collect();
        if candidates.is_empty() {
            return;
        }
        let used = self.used_files();
        let is_used = |path: &RepoPath| {
            let folder_of = |path: &RepoPath| (!path.as_bytes().is_empty()).then(|| path.parent());
            std::iter::successors(Some(path.clone()), folder_of).any(|place| used.contains(&place))
        };
        let listed = Uncontrolled::of(&self.config);
        let unread: Vec<UncontrolledFile> = candidates
            .into_iter()
            .filter(|path| !is_used(path))
            .map(|path| UncontrolledFile::of(path, &listed, WhyUncontrolled::NotMarkdown))
            .collect();
        self.uncontrolled.extend(unread);
        self.uncontrolled.sort_by(|a, b| a.path.cmp(&b.path));
    }

    /// Returns the files and folders that documents link to or cite, also those of a version that is in
    /// force while its file has the next one. A link to a folder in which documents lie leads the reader
    /// there, and makes nothing a part of the text.
    fn used_files(&self) -> BTreeSet<RepoPath> {
        let texts = || self.documents.iter().chain(self.former_texts_in_force());
        let linked = texts().flat_map(|document| {
            document.body.links.iter().filter_map(|link| {
                match self.resolve(document, &link.target) {
                    Resolution::File(path) if !self.holds_documents(&path) => Some(path),
                    _ => None,
                }
            })
        });
        let cited = texts().flat_map(|document| self.cited_places(document));
        linked.chain(cited).collect()
    }

    /// Tells whether a document lies in a folder, or beneath it.
    fn holds_documents(&self, folder: &RepoPath) -> bool {
        let inside = folder.join(b"");
        let first = self.documents.partition_point(|document| document.path < inside);
        self.documents.get(first).is_some_and(|document| document.path.is_inside(folder))
    }
}

/// Tells by the name whether a file that is no Markdown may be what somebody takes for a document.
fn may_be_document(path: &RepoPath) -> bool {
    let name = String::from_utf8_lossy(path.file_name()).to_lowercase();
    if name.starts_with('.') {
        return false;
    }
    // What only looks like one of these endings is another, and told.
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    ending.is_none_or(|ending| OF_NO_DOCUMENTS.split_whitespace().all(|known| known != ending))
}
