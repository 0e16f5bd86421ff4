//! The clauses that the prose of documents cites, each with its place in the file.

use super::Sms;
use crate::document::Document;
use crate::document::markdown::Passage;
use crate::framework::{Citation, Frameworks};
use crate::source::{Span, Spanned};

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
    let passages = &document.body.text;
    for (passage, next) in passages.iter().zip(passages.iter().skip(1).map(Some).chain([None])) {
        let place = |span: Span| passage.span_of(span.start..span.end);
        let mut cited: Vec<Cited> = frameworks
            .citations(&passage.text)
            .into_iter()
            .map(|citation| Cited {
                number: place(citation.number.span),
                title: citation.title_beside.as_ref().map(|title| place(title.span)),
                citation,
            })
            .collect();
        if let ([only], Some(next)) = (&mut cited[..], next)
            && frameworks.are_citation_and_title(&passage.text, &next.text)
            && is_cell_beside(document, passage, next)
        {
            let title = Spanned::new(next.text.clone(), Span::new(0, next.text.len()));
            only.title = Some(next.span_of(0..next.text.len()));
            only.citation.title_beside = Some(title);
        }
        found.append(&mut cited);
    }
    found
}

/// Tells whether two passages are cells of one row of a table, nothing but a bar parting them, and the
/// second one is in a column of titles.
fn is_cell_beside(document: &Document, cell: &Passage, next: &Passage) -> bool {
    let end = cell.span_of(0..cell.text.len()).end;
    let start = next.span_of(0..next.text.len()).start;
    let between = document.text.get(end..start).unwrap_or_default();
    let is_mark = |c: char| matches!(c, ' ' | '\t' | '*' | '_' | '`');
    between.trim_matches(is_mark) == "|" && head_of_column(&document.text, start).contains("title")
}

/// Returns what the head of a table says of the column that a place is in, in small letters.
fn head_of_column(text: &str, place: usize) -> String {
    let before = text.get(..place).unwrap_or_default();
    let mut rows = before.lines().rev();
    let column = rows.next().unwrap_or_default().matches('|').count();
    let is_line = |row: &&str| row.contains('-') && row.chars().all(|c| "|:- \t".contains(c));
    let head = rows.skip_while(|row| !is_line(row)).nth(1).unwrap_or_default();
    head.split('|').nth(column).unwrap_or_default().to_lowercase()
}
