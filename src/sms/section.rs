//! The sections of a document's text, by their names and by the links that lead to them.
//!
//! A link may name a version that the file no longer has. The headings of that text are read from
//! the history, and of no text but those that links name.

use super::Sms;
use super::reference::walk;
use crate::document::markdown::{Heading, Target};
use crate::document::{DocId, Document, Version};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::source::Span;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// A heading that a link names, and the text it is looked for in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadingMeant<'s> {
    /// The document.
    pub document: &'s Document,
    /// The version the link names, where the file has another one.
    pub other_version: Option<&'s str>,
    /// The headings of the text.
    pub headings: &'s [Heading],
    /// The heading that is named.
    pub anchor: &'s str,
}

impl HeadingMeant<'_> {
    /// Tells whether the text has the heading.
    pub fn is_there(&self) -> bool {
        self.headings.iter().any(|heading| heading.anchor == self.anchor)
    }
}

impl Sms {
    /// Tells whether a document's text is asked about: it is handed in, approved, or says nothing
    /// of its status. Drafts may be incomplete, and nobody edits what is withdrawn.
    pub fn is_handed_in(&self, document: &Document) -> bool {
        !matches!(self.status(document), Some("draft" | "withdrawn"))
    }

    /// Returns the heading that a link means, if it names one of a text that is at hand: that of the
    /// version it names, else that of the file.
    ///
    /// [`Sms::resolve`] says more, and looks for what was meant where nothing is found: too slow
    /// for a rule that asks about every link and has nothing to say of those.
    pub fn heading_meant<'s>(
        &'s self,
        from: &'s Document,
        target: &'s Target,
    ) -> Option<HeadingMeant<'s>> {
        if let Some((document, version, anchor)) = self.heading_of_other_version(target) {
            let content = self.content_of_version(&document.id()?, version)?;
            let headings = self.headings_of_versions.get(&content)?;
            return Some(HeadingMeant { document, other_version: Some(version), headings, anchor });
        }
        let (document, anchor) = match target {
            Target::Anchor(anchor) => (from, anchor),
            Target::Path { path, anchor: Some(anchor) } => {
                let full = walk(&from.path.parent(), path)?;
                (self.document_at(&full)?, anchor)
            }
            Target::Document { id, anchor: Some(anchor), .. } => (self.document(id)?, anchor),
            _ => return None,
        };
        let headings = document.body.headings.as_slice();
        let is_read = document.body.too_deep.is_none();
        is_read.then_some(HeadingMeant { document, other_version: None, headings, anchor })
    }

    /// Returns document, version and anchor of a link that names a heading of a version the file
    /// does not have.
    fn heading_of_other_version<'s>(
        &'s self,
        target: &'s Target,
    ) -> Option<(&'s Document, &'s str, &'s str)> {
        let Target::Document { id, version: Some(version), anchor: Some(anchor) } = target else {
            return None;
        };
        let document = self.document(id)?;
        (!document.is_version(version)).then_some((document, version, anchor))
    }

    /// Returns the content that a document had as a version: what was issued as it last, else what
    /// was last written as it.
    fn content_of_version(&self, id: &DocId, version: &str) -> Option<ObjectId> {
        let issued = self.issues(id).rev().find(|issue| issue.claims.is_version(version));
        let written = || {
            let revisions = self.history.revisions(id).iter().rev();
            revisions.filter(|it| it.claims.is_version(version)).find_map(|it| it.blob)
        };
        issued.map(|issue| issue.blob).or_else(written)
    }

    /// Returns the contents of the history that links name a heading of.
    pub fn versions_named(&self) -> impl Iterator<Item = ObjectId> {
        self.headings_of_versions.keys().copied()
    }

    /// Reads the headings of the versions that links name a heading of.
    ///
    /// # Errors
    /// When a content is missing from the objects, or damaged.
    pub(super) fn read_versions_named(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let links = self.documents.iter().flat_map(|document| &document.body.links);
        let named = links.filter_map(|link| {
            let (document, version, _) = self.heading_of_other_version(&link.target)?;
            Some((self.content_of_version(&document.id()?, version)?, document))
        });
        let named: BTreeMap<ObjectId, &Document> = named.collect();
        let read = named.into_par_iter().map(|(blob, document)| {
            let bytes = snapshot::blob(objects, blob)?;
            let body = Document::read(document.path.clone(), blob, &bytes).body;
            Ok(body.too_deep.is_none().then_some((blob, body.headings)))
        });
        let read = read.collect::<Result<Vec<_>, ReadError>>()?;
        self.headings_of_versions = read.into_iter().flatten().collect();
        Ok(())
    }
}

/// What sections about the past are called.
const HISTORY: [&str; 7] = [
    "Change history",
    "History",
    "Revision history",
    "Version history",
    "Document history",
    "Changes",
    "Former versions",
];

impl Document {
    /// Tells whether the file has this version.
    pub fn is_version(&self, version: &str) -> bool {
        let own = self.front.text("version");
        own.is_some_and(|own| Version::are_same(own.value, version))
    }

    /// Tells whether a place of the text lies in a section about the past.
    pub fn is_in_history_section(&self, place: Span) -> bool {
        let headings = self.body.headings.iter().rev();
        // The sections around a place, from the inside: each further one has a higher heading.
        let mut inner = u8::MAX;
        headings.filter(|heading| heading.span.start <= place.start).any(|heading| {
            let is_around = heading.level < inner;
            inner = inner.min(heading.level);
            is_around && HISTORY.iter().any(|name| heading.is_called(name))
        })
    }

    /// Finds the section of a name. Where several are so called, one that holds something is meant.
    pub fn section(&self, name: &str) -> Option<&Heading> {
        let called = || self.body.headings.iter().filter(|heading| heading.is_called(name));
        called().find(|heading| !heading.is_empty_section).or_else(|| called().next())
    }
}

impl Heading {
    /// Tells whether a heading has this name, in any case, perhaps numbered: `## 2.1 Scope`.
    pub fn is_called(&self, name: &str) -> bool {
        let same = |text: &str| text.to_lowercase() == name.to_lowercase();
        let is_numbering = |c: char| c.is_ascii_digit() || matches!(c, '.' | ')');
        let unnumbered = self.text.trim_start_matches(is_numbering);
        same(&self.text) || unnumbered.starts_with(' ') && same(unnumbered.trim_start())
    }
}

#[cfg(test)]
mod tests {
    use crate::document::markdown::read;

    #[test]
    fn headings_are_called_by_their_words() {
        let body = read("# POLICY statements\n## 2.1 Scope\n## 3) Review\n## 4th line\n", 0);
        let called = |nth: usize, name: &str| body.headings[nth].is_called(name);
        assert!(called(0, "Policy statements"));
        assert!(called(1, "Scope") && called(1, "2.1 scope"));
        assert!(called(2, "Review"));
        assert!(!called(3, "line") && !called(3, "th line"));
    }
}
