//! The sections of a document's text, by their names and by the links that lead to them.

use super::Sms;
use super::reference::walk;
use crate::document::Document;
use crate::document::markdown::{Heading, Target};
use crate::source::Span;

impl Sms {
    /// Tells whether a document's text is asked about: it is handed in, approved, or says nothing
    /// of its status. Drafts may be incomplete, and nobody edits what is withdrawn.
    pub fn is_handed_in(&self, document: &Document) -> bool {
        !matches!(self.status(document), Some("draft" | "withdrawn"))
    }

    /// Returns the document and the anchor that a link means, if it names a heading of a text that
    /// is at hand: one that exists, in this version.
    ///
    /// [`Sms::resolve`] says more, and looks for what was meant where nothing is found: too slow
    /// for a rule that asks about every link and has nothing to say of those.
    pub fn heading_meant<'s>(
        &'s self,
        from: &'s Document,
        target: &'s Target,
    ) -> Option<(&'s Document, &'s str)> {
        let (document, anchor) = match target {
            Target::Anchor(anchor) => (from, anchor),
            Target::Path { path, anchor: Some(anchor) } => {
                let full = walk(&from.path.parent(), path)?;
                let found = self.documents.binary_search_by(|other| other.path.cmp(&full)).ok()?;
                (&self.documents[found], anchor)
            }
            Target::Document { id, version, anchor: Some(anchor) } => {
                let document = self.document(id)?;
                let at_hand = document.front.text("version").map(|version| version.value);
                if version.is_some() && version.as_deref() != at_hand {
                    return None;
                }
                (document, anchor)
            }
            _ => return None,
        };
        document.body.too_deep.is_none().then_some((document, anchor))
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
