//! What lies in the source folder, whether it can be a document or not, and where links lead.

use super::Sms;
use super::reference::walk;
use crate::finding::Place;
use crate::repo::snapshot::{Content, File};
use crate::source::RepoPath;

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

impl Sms {
    /// Returns what lies in the source folder, or stands in the place of it.
    pub fn source_files(&self) -> impl Iterator<Item = (&RepoPath, &File)> {
        let src = &self.config.src;
        let stands_in_its_place = |path: &RepoPath, file: &File| {
            src.is_inside(path) && !matches!(file.content, Content::Text(_) | Content::Other)
        };
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
            b"" => Place::file(&RepoPath::from(".")),
            _ => Place::file(&self.config.src),
        }
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
}
