//! Where links lead: to a document, a version, a file, or nowhere.

use super::Sms;
use crate::document::Document;
use crate::document::markdown::Target;
use crate::repo::snapshot::Content;
use crate::source::{RepoPath, did_you_mean};

/// Where a link leads.
#[derive(Clone, Debug, PartialEq)]
pub enum Resolution<'s> {
    /// To a document.
    Document {
        /// The document.
        document: &'s Document,
        /// The heading meant, if one is.
        anchor: Option<String>,
    },
    /// To a heading of the same text.
    SameText(String),
    /// To another file of the repository.
    File(RepoPath),
    /// To the web.
    Web(String),
    /// To a path that does not exist.
    Missing {
        /// The path.
        path: RepoPath,
        /// One that does.
        suggestion: Option<RepoPath>,
    },
    /// To a path that exists but is not for readers: a link, a submodule, an ignored file.
    NotShown {
        /// The path.
        path: RepoPath,
        /// Why, to follow the path in a sentence.
        why: String,
    },
    /// Out of the repository.
    Outside,
    /// To an id that no document has.
    UnknownId {
        /// The id.
        id: String,
        /// One that exists.
        suggestion: Option<String>,
    },
    /// To a version that the document never had.
    UnknownVersion {
        /// The document.
        document: &'s Document,
        /// The version asked for.
        version: String,
    },
    /// To an address that is not followed.
    Refused {
        /// The address.
        url: String,
        /// Why.
        why: String,
    },
}

/// How many names of a folder are compared with a missing one.
const NAMES_COMPARED: usize = 500;

impl Sms {
    /// Finds where a link of a document leads.
    pub fn resolve(&self, from: &Document, target: &Target) -> Resolution<'_> {
        match target {
            Target::Web(url) => Resolution::Web(url.clone()),
            Target::Refused { url, why } => {
                Resolution::Refused { url: url.clone(), why: why.clone() }
            }
            Target::Anchor(anchor) => Resolution::SameText(anchor.clone()),
            Target::Document { id, version, anchor } => {
                self.resolve_id(id, version.as_deref(), anchor.clone())
            }
            Target::Path { path, anchor } => self.resolve_path(from, path, anchor.clone()),
        }
    }

    /// Returns the document that a link leads to, and the version it names. [`Sms::resolve`] says
    /// more, and looks for what was meant where nothing is found.
    pub fn document_meant<'s>(
        &'s self,
        from: &Document,
        target: &'s Target,
    ) -> Option<(&'s Document, Option<&'s str>)> {
        match target {
            Target::Document { id, version, .. } => Some((self.document(id)?, version.as_deref())),
            Target::Path { path, .. } => {
                let full = walk(&from.path.parent(), path)?;
                Some((self.document_at(&full)?, None))
            }
            Target::Anchor(_) | Target::Web(_) | Target::Refused { .. } => None,
        }
    }

    fn resolve_id(
        &self,
        id: &str,
        version: Option<&str>,
        anchor: Option<String>,
    ) -> Resolution<'_> {
        let Some(document) = self.document(id) else {
            let suggestion = self.nearest_id(id).map(str::to_owned);
            return Resolution::UnknownId { id: id.to_owned(), suggestion };
        };
        let known = |version: &str| document.id().is_some_and(|id| self.has_version(&id, version));
        match version {
            Some(version) if !known(version) => {
                Resolution::UnknownVersion { document, version: version.to_owned() }
            }
            _ => Resolution::Document { document, anchor },
        }
    }

    fn resolve_path(&self, from: &Document, path: &str, anchor: Option<String>) -> Resolution<'_> {
        let Some(full) = walk(&from.path.parent(), path) else { return Resolution::Outside };
        if let Some(document) = self.document_at(&full) {
            return Resolution::Document { document, anchor };
        }
        match self.snapshot.files.get(&full) {
            Some(file) => match &file.content {
                content if content.is_file() && file.tracked => Resolution::File(full),
                Content::Text(_) | Content::TooLarge(_) | Content::Other => Resolution::NotShown {
                    path: full,
                    why: "which is not under version control".to_owned(),
                },
                Content::Symlink(_) => {
                    Resolution::NotShown { path: full, why: "which is a symbolic link".to_owned() }
                }
                Content::Submodule => Resolution::NotShown {
                    path: full,
                    why: "which is another repository".to_owned(),
                },
                Content::Special(what) => {
                    Resolution::NotShown { path: full, why: format!("which is {what}") }
                }
                Content::Unreadable(_) => {
                    Resolution::NotShown { path: full, why: "which cannot be read".to_owned() }
                }
            },
            None if self.is_folder(&full) => Resolution::File(full),
            None => Resolution::Missing { suggestion: self.nearest_path(from, &full), path: full },
        }
    }

    pub(super) fn is_folder(&self, path: &RepoPath) -> bool {
        let first_inside = self.snapshot.files.range(path.join(b"")..).next();
        first_inside.is_some_and(|(found, _)| found.is_inside(path) && found != path)
    }

    /// Finds a file of the same name elsewhere, or of a similar name in the same folder.
    fn nearest_path(&self, from: &Document, missing: &RepoPath) -> Option<RepoPath> {
        let same_name = self.lookup.by_file_name.get(missing.file_name()).into_iter().flatten();
        if let Some(other) =
            same_name.map(|&i| &self.documents[i]).find(|other| other.path != from.path)
        {
            return Some(other.path.clone());
        }
        let folder = missing.parent();
        let beside = self.snapshot.files.range(folder.join(b"")..);
        let beside = beside.take_while(|(path, _)| path.is_inside(&folder));
        let names: Vec<&str> = beside
            .filter(|(path, _)| path.parent() == folder && **path != from.path)
            .filter_map(|(path, _)| std::str::from_utf8(path.file_name()).ok())
            .take(NAMES_COMPARED)
            .collect();
        let wanted = std::str::from_utf8(missing.file_name()).ok()?;
        did_you_mean(wanted, names).map(|name| folder.join(name.as_bytes()))
    }
}

/// Walks a relative path from a folder. `None` when it leaves the repository.
pub(super) fn walk(folder: &RepoPath, path: &str) -> Option<RepoPath> {
    let mut parts: Vec<&[u8]> =
        folder.as_bytes().split(|&b| b == b'/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            // The repository's own database is not part of it.
            part if part.eq_ignore_ascii_case(".git") => return None,
            part => parts.push(part.as_bytes()),
        }
    }
    Some(RepoPath::from_bytes(parts.join(&b'/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_walked_and_stay_inside() {
        let from = |path| walk(&RepoPath::from("docs/change"), path);
        assert_eq!(from("../a.md"), Some(RepoPath::from("docs/a.md")));
        assert_eq!(from("./x//b.md"), Some(RepoPath::from("docs/change/x/b.md")));
        assert_eq!(from("../../../etc/passwd"), None);
        assert_eq!(from("../../.git/config"), None);
    }
}
