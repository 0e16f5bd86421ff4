//! Files that documents cite as evidence, by path and hash, and whether they are what was cited.
//!
//! The snapshot keeps the bytes of Markdown alone, so the files that somebody cites are looked up
//! and hashed once, when the system is read. What is meant is the file as Git has it.

use super::Sms;
use super::reference::walk;
use crate::document::Document;
use crate::document::digest::{Summing, sha256_hex};
use crate::document::front::{Entry, Node};
use crate::repo::object::{ObjectKind, Objects, ReadError, pass_verified};
use crate::repo::snapshot::{Content, File};
use crate::source::{RepoPath, Spanned};

/// A file of the repository that a document cites.
#[derive(Clone, Debug, PartialEq)]
pub struct CitedFile<'s> {
    /// The path, as written.
    pub path: Spanned<&'s str>,
    /// The hash, as written.
    pub sha256: Option<Spanned<&'s str>>,
    /// What was found.
    pub found: FoundFile<'s>,
}

/// What was found where a document cites a file.
#[derive(Clone, Debug, PartialEq)]
pub enum FoundFile<'s> {
    /// A file under version control, with the SHA-256 of its bytes in hex.
    Hashed(&'s str),
    /// A folder of the repository.
    Folder,
    /// A file that is not under version control, or no file at all.
    Uncontrolled,
    /// Nothing.
    Missing,
    /// It lies outside the repository, where nobody looks.
    Outside,
}

impl Sms {
    /// Returns the files that a document cites: every mapping of its front matter with a `path`,
    /// under `evidence` or beside a `sha256`.
    pub fn cited_files<'s>(&'s self, document: &'s Document) -> Vec<CitedFile<'s>> {
        let found = |path: &str| match place_of(self, document, path) {
            None => FoundFile::Outside,
            Some((path, file)) => match self.file_hashes.get(&path) {
                Some(hash) => FoundFile::Hashed(hash),
                None if file.is_some() => FoundFile::Uncontrolled,
                None if self.is_folder(&path) => FoundFile::Folder,
                None => FoundFile::Missing,
            },
        };
        let cited = citations(document).into_iter();
        cited.map(|(path, sha256)| CitedFile { found: found(path.value), path, sha256 }).collect()
    }

    /// Returns the files and folders of the repository that a document cites.
    pub(super) fn cited_places(&self, document: &Document) -> Vec<RepoPath> {
        let cited = citations(document).into_iter();
        cited.filter_map(|(path, _)| Some(place_of(self, document, path.value)?.0)).collect()
    }

    /// Hashes the files that are cited.
    ///
    /// # Errors
    /// When a file is missing from the objects, or damaged.
    pub(super) fn hash_cited_files(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let mut hashes = std::mem::take(&mut self.file_hashes);
        for document in &self.documents {
            for (path, _) in citations(document) {
                let Some((path, Some(file))) = place_of(self, document, path.value) else {
                    continue;
                };
                if file.tracked && !hashes.contains_key(&path) {
                    hashes.extend(hash(objects, file)?.map(|hash| (path, hash)));
                }
            }
        }
        self.file_hashes = hashes;
        Ok(())
    }
}

/// Hashes a file as Git has it.
fn hash(objects: &dyn Objects, file: &File) -> Result<Option<String>, ReadError> {
    Ok(match (&file.content, file.blob) {
        (Content::Text(bytes), _) => Some(sha256_hex(bytes)),
        (Content::Other | Content::TooLarge(_), Some(blob)) => {
            // A recording may be larger than what is taken into memory.
            let (mut sum, mut start) = (Summing::default(), Vec::new());
            let kind = pass_verified(objects, blob, |piece| {
                sum.add(piece);
                let missing = START.saturating_sub(start.len());
                start.extend(piece.iter().take(missing));
            })?;
            if kind != ObjectKind::Blob {
                return Err(ReadError::Damaged(blob));
            }
            Some(large_file(&start).unwrap_or_else(|| sum.sum().to_string()))
        }
        _ => None,
    })
}

/// A pointer of Git LFS is no longer than so many bytes.
const START: usize = 1024;

/// What a pointer of Git LFS begins with.
const POINTER: &str = "version https://git-lfs.github.com/spec/";

/// Tells whether a file is a pointer of Git LFS, which stands for another one.
pub(super) fn is_pointer(bytes: &[u8]) -> bool {
    bytes.starts_with(POINTER.as_bytes())
}

/// Returns the hash of the file that a pointer of Git LFS stands for.
fn large_file(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes.get(..bytes.len().min(START))?).ok()?;
    let mut lines = text.lines();
    lines.next().filter(|line| line.starts_with(POINTER))?;
    lines.find_map(|line| line.strip_prefix("oid sha256:")).map(str::to_owned)
}

/// Finds where a path leads: from the folder of the document, else from the top of the repository.
/// `None` where it leads out.
fn place_of<'s>(
    sms: &'s Sms,
    document: &Document,
    path: &str,
) -> Option<(RepoPath, Option<&'s File>)> {
    let is_absolute =
        path.starts_with(['/', '\\', '~']) || path.get(1..2) == Some(":") || path.contains("://");
    if is_absolute {
        return None;
    }
    let from = |folder: &RepoPath| walk(folder, path);
    let beside = from(&document.path.parent());
    let places = beside.into_iter().chain(from(&RepoPath::from("")));
    let found: Vec<_> = places.map(|place| (sms.snapshot.files.get(&place), place)).collect();
    let exists =
        |(file, place): &&(Option<&File>, RepoPath)| file.is_some() || sms.is_folder(place);
    let (file, place) = found.iter().find(exists).or(found.first())?;
    Some((place.clone(), *file))
}

/// Returns the paths that a document cites, each with its hash.
fn citations(document: &Document) -> Vec<(Spanned<&str>, Option<Spanned<&str>>)> {
    let mut out = Vec::new();
    for Entry { key, value } in &document.front.entries {
        take(&value.value, key.value == "evidence", &mut out);
    }
    out
}

fn take<'d>(
    node: &'d Node,
    is_evidence: bool,
    out: &mut Vec<(Spanned<&'d str>, Option<Spanned<&'d str>>)>,
) {
    let sha256 = node.text("sha256");
    if let Some(path) = node.text("path").filter(|_| is_evidence || sha256.is_some()) {
        out.push((path, sha256));
    }
    for item in node.items() {
        take(&item.value, is_evidence, out);
    }
    for entry in node.entries() {
        take(&entry.value.value, is_evidence, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_stands_for_its_file() {
        let pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n";
        assert_eq!(large_file(pointer), Some("abc".to_owned()));
        assert_eq!(large_file(b"oid sha256:abc\n"), None);
    }
}
