//! The outline of a document, and all documents by id and title.

use super::desk::{Asked, Desk, Model};
use super::navigation::place_of;
use crate::document::Document;
use crate::document::markdown::Heading;
use crate::source::{Printable, Span};
use lsp_types::{
    DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse, Location, SymbolInformation,
    SymbolKind, WorkspaceSymbolParams,
};

/// Returns the outline of a document: its headings, beneath its id and title.
pub(super) fn outline(
    desk: &Desk,
    params: &DocumentSymbolParams,
) -> Option<DocumentSymbolResponse> {
    let asked = desk.asked(&params.text_document.uri)?;
    // A book.toml is read as a text as well; its comments are no headings.
    let document = Some(asked.document).filter(|document| document.path.is_markdown())?;
    let all = Span::new(0, document.text.len());
    let headings: Vec<Section<'_>> = sections(document);
    if !desk.client.nests_symbols {
        let flat = headings.iter().filter_map(|section| {
            let location = desk.location(document, section.heading.span)?;
            Some(symbol(&section.heading.text, SymbolKind::STRING, location))
        });
        return Some(DocumentSymbolResponse::Flat(flat.collect()));
    }
    let mut nested = nested(&asked, &mut headings.into_iter().peekable(), 0);
    if document.id().is_some() {
        let name = document.front.get("id").map_or(Span::default(), |id| id.span);
        nested = vec![one(&asked, &named(document), SymbolKind::FILE, (all, name), nested)];
    }
    Some(DocumentSymbolResponse::Nested(nested))
}

/// Returns the documents whose id or title holds some words.
pub(super) fn documents(desk: &Desk, params: &WorkspaceSymbolParams) -> Vec<SymbolInformation> {
    /// An editor shows a few dozen, and asks again at every letter.
    const MOST: usize = 200;
    let Some(Model { .. }) = &desk.model else { return Vec::new() };
    let wanted = params.query.to_lowercase();
    let names = desk.documents().into_iter().filter(|document| document.id().is_some());
    let mut names: Vec<(String, &Document)> = names.map(|it| (named(it), it)).collect();
    names.retain(|(name, _)| {
        let name = name.to_lowercase();
        wanted.split_whitespace().all(|word| name.contains(word))
    });
    names.sort_by(|a, b| a.0.cmp(&b.0));
    let found = names.into_iter().take(MOST).filter_map(|(name, document)| {
        Some(symbol(&name, SymbolKind::FILE, place_of(desk, document, None)?))
    });
    found.collect()
}

/// A heading, and how far its section goes.
struct Section<'d> {
    heading: &'d Heading,
    end: usize,
}

fn sections(document: &Document) -> Vec<Section<'_>> {
    let headings = &document.body.headings;
    let section = |(i, heading): (usize, &'_ Heading)| {
        let next = headings[i + 1..].iter().find(|next| next.level <= heading.level);
        next.map_or(document.text.len(), |next| next.span.start)
    };
    let ends: Vec<usize> = headings.iter().enumerate().map(section).collect();
    headings.iter().zip(ends).map(|(heading, end)| Section { heading, end }).collect()
}

/// Puts sections into the sections around them; at most six stand in each other.
fn nested<'d>(
    asked: &Asked<'_>,
    sections: &mut std::iter::Peekable<impl Iterator<Item = Section<'d>>>,
    level: u8,
) -> Vec<DocumentSymbol> {
    let mut found = Vec::new();
    while let Some(section) = sections.next_if(|section| section.heading.level > level) {
        let children = nested(asked, sections, section.heading.level);
        let whole = Span::new(section.heading.span.start, section.end);
        let name = if section.heading.text.is_empty() { "section" } else { &section.heading.text };
        let spans = (whole, section.heading.span);
        found.push(one(asked, name, SymbolKind::STRING, spans, children));
    }
    found
}

#[expect(deprecated, reason = "the type has a field that a tag replaced")]
fn one(
    asked: &Asked<'_>,
    name: &str,
    kind: SymbolKind,
    (whole, name_span): (Span, Span),
    children: Vec<DocumentSymbol>,
) -> DocumentSymbol {
    DocumentSymbol {
        name: Printable(name).to_string(),
        detail: None,
        kind,
        tags: None,
        deprecated: None,
        range: asked.page.range(whole),
        selection_range: asked.page.range(name_span),
        children: (!children.is_empty()).then_some(children),
    }
}

#[expect(deprecated, reason = "the type has a field that a tag replaced")]
fn symbol(name: &str, kind: SymbolKind, location: Location) -> SymbolInformation {
    SymbolInformation {
        name: Printable(name).to_string(),
        kind,
        tags: None,
        deprecated: None,
        location,
        container_name: None,
    }
}

fn named(document: &Document) -> String {
    format!("{} {}", document.called(), document.title())
}
