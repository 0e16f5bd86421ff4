//! The changed files that are not told as documents.

use super::comparison::Comparison;
use super::{ChangedFile, NotCompared, Proposed};
use crate::sms::Sms;
use crate::sms::since::Since;
use crate::source::RepoPath;
use std::collections::BTreeSet;

impl Comparison<'_> {
    /// Returns the changed files that claim to be documents and cannot be compared.
    pub(super) fn not_compared(&self, since: &Since) -> Vec<NotCompared> {
        let changed = since.not_compared.iter().filter(|path| self.is_changed(path));
        let why = |path: &RepoPath| match self.now.document_at(path) {
            None => "it had no id of its own, and is gone".to_owned(),
            Some(document) if !document.is_sound() => {
                "its front matter cannot be relied on".to_owned()
            }
            Some(document) => match document.id() {
                None => "it has no id".to_owned(),
                Some(_) if self.now.is_identified(document) => self.why_not_before(path).to_owned(),
                Some(id) => format!("its id {id} is not its alone"),
            },
        };
        changed.map(|path| NotCompared { path: path.clone(), why: why(path) }).collect()
    }

    /// Says why a file cannot be compared that is told by its id now.
    fn why_not_before(&self, path: &RepoPath) -> &'static str {
        match self.before.document_at(path) {
            Some(before) if !before.is_sound() => "its front matter could not be relied on before",
            Some(before) if before.id().is_none() => "it had no id before",
            _ => "its id was not its alone before",
        }
    }

    fn is_changed(&self, path: &RepoPath) -> bool {
        let blob = |sms: &Sms| sms.snapshot.files.get(path).map(|file| file.blob);
        blob(self.before) != blob(self.now)
    }

    /// Returns the files that changed and are told nowhere else.
    pub(super) fn files(
        &self,
        documents: &[Proposed],
        not_compared: &[NotCompared],
    ) -> Vec<ChangedFile> {
        let told: BTreeSet<&RepoPath> = (documents.iter())
            .flat_map(|it| std::iter::once(&it.entry.path).chain(&it.path_before))
            .chain(not_compared.iter().map(|it| &it.path))
            .collect();
        let (before, now) = (&self.before.snapshot.files, &self.now.snapshot.files);
        let all: BTreeSet<&RepoPath> = before.keys().chain(now.keys()).collect();
        let changed = all.into_iter().filter(|path| {
            !told.contains(path)
                && before.get(*path).map(|it| (&it.blob, &it.content))
                    != now.get(*path).map(|it| (&it.blob, &it.content))
        });
        let what = |path: &RepoPath| match (before.contains_key(path), now.contains_key(path)) {
            (false, _) => "new",
            (_, false) => "removed",
            _ => "changed",
        };
        // In the order of its keys, in a remark or in its line ends it may be another.
        let document = |path: &RepoPath| {
            let (before, now) = (self.before.document_at(path)?, self.now.document_at(path)?);
            let of_both = before.id().filter(|id| now.id().as_ref() == Some(id));
            of_both.filter(|_| self.before.is_identified(before) && self.now.is_identified(now))
        };
        let file = |path: &RepoPath| ChangedFile {
            path: path.clone(),
            document: document(path),
            what: what(path),
        };
        changed.map(file).collect()
    }
}
