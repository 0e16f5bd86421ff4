//! The clauses that the prose of documents cites, each with its place in the file.

use super::Sms;
use crate::document::Document;
use crate::framework::{Citation, Frameworks};
use crate::source::Span;

/// A citation, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Cited {
    /// What is cited.
    pub citation: Citation,
    /// Where the number stands in the file.
    pub number: Span,
    /// Where the title beside it stands, if there is one.
    pub title: Option<Span>,
}

impl Sms {
    /// Returns what each document cites in its text, documents and citations in their order;
    /// documents that cite nothing are left out.
    pub fn citations(&self) -> impl Iterator<Item = (&Document, &[Cited])> {
        let all = self.documents.iter().zip(&self.facts);
        all.map(|(document, facts)| (document, facts.cited.as_slice()))
            .filter(|(_, cited)| !cited.is_empty())
    }
}

impl Sms {
    /// Returns what a text cites that is not among the documents, as one that is being edited.
    pub fn cited_in(&self, document: &Document) -> Vec<Cited> {
        cited_in(document, &self.frameworks)
    }
}

/// Returns what a document cites in its text.
pub(super) fn cited_in(document: &Document, frameworks: &Frameworks) -> Vec<Cited> {
    let mut found = Vec::new();
    for passage in &document.body.text {
        let place = |span: Span| passage.span_of(span.start..span.end);
        found.extend(frameworks.citations(&passage.text).into_iter().map(|citation| Cited {
            number: place(citation.number.span),
            title: citation.title_beside.as_ref().map(|title| place(title.span)),
            citation,
        }));
    }
    found
}
