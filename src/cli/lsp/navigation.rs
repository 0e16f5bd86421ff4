//! From a place to another: to what is named there, to the parent, to what stands beneath, to all
//! that names it.

use super::cursor::{CLAUSE_KEYS, OWNER_KEYS, Thing, What, each_scalar, thing_at};
use super::desk::{Asked, Desk, Model};
use crate::document::Document;
use crate::framework::{Clause, Pack};
use crate::source::Span;
use lsp_types::request::{GotoDeclarationParams, GotoImplementationParams};
use lsp_types::{GotoDefinitionParams, GotoDefinitionResponse, Location, Range, ReferenceParams};

/// Leads to what is named at a place.
pub(super) fn definition(
    desk: &Desk,
    params: &GotoDefinitionParams,
) -> Option<GotoDefinitionResponse> {
    let at = &params.text_document_position_params;
    let asked = desk.asked(&at.text_document.uri)?;
    let found = match thing_at(&asked, asked.offset(at.position))?.what {
        What::Document { document, anchor, .. } => {
            vec![place_of(desk, document, anchor.as_deref())?]
        }
        What::Owner(written) => rows_of(desk, &written),
        What::File(path) => {
            vec![Location { uri: desk.uri_of(&path)?, range: Range::default() }]
        }
        What::Clause(..) => Vec::new(),
    };
    some(found)
}

/// Leads to the parent of a document, wherever in it the cursor stands.
pub(super) fn parent(
    desk: &Desk,
    params: &GotoDeclarationParams,
) -> Option<GotoDefinitionResponse> {
    let at = &params.text_document_position_params;
    let asked = desk.asked(&at.text_document.uri)?;
    let parent = asked.model.sms.parent(asked.document)?;
    some(vec![place_of(desk, parent, None)?])
}

/// Leads to the documents beneath one, wherever in it the cursor stands.
pub(super) fn children(
    desk: &Desk,
    params: &GotoImplementationParams,
) -> Option<GotoDefinitionResponse> {
    let at = &params.text_document_position_params;
    let asked = desk.asked(&at.text_document.uri)?;
    let id = asked.document.id()?;
    let children = asked.model.sms.children(id.as_str()).into_iter();
    some(children.filter_map(|child| place_of(desk, child, None)).collect())
}

/// Finds all that names what stands at a place.
pub(super) fn references(desk: &Desk, params: &ReferenceParams) -> Option<Vec<Location>> {
    let at = &params.text_document_position;
    let asked = desk.asked(&at.text_document.uri)?;
    let Thing { what, .. } = thing_at(&asked, asked.offset(at.position))?;
    Some(match what {
        What::Document { document, .. } => {
            let own = place_of(desk, document, None);
            let own = own.filter(|_| params.context.include_declaration);
            own.into_iter().chain(mentions(desk, &asked, document)).collect()
        }
        What::Clause(pack, clause) => {
            each(desk, |document| of_clause(asked.model, document, pack, clause))
        }
        What::Owner(written) => each(desk, |document| owned(document, &written)),
        What::File(_) => return None,
    })
}

fn mentions(desk: &Desk, asked: &Asked<'_>, named: &Document) -> Vec<Location> {
    each(desk, |document| {
        let mut found = asked.model.sms.mentions_of(document, named);
        found.dedup_by_key(|mention| mention.span);
        found.iter().map(|mention| mention.name.unwrap_or(mention.span)).collect()
    })
}

fn of_clause(model: &Model, document: &Document, pack: &Pack, clause: &Clause) -> Vec<Span> {
    let frameworks = &model.sms.frameworks;
    let is_it = |found: (&Pack, &Clause)| found.0.id == pack.id && found.1.number == clause.number;
    let mut found = Vec::new();
    each_scalar(&document.front.entries, &mut |key, node| {
        let text = node.value.as_text().filter(|_| CLAUSE_KEYS.contains(&key));
        if text.is_some_and(|text| frameworks.resolve(text).is_ok_and(is_it)) {
            found.push(node.span);
        }
    });
    let cited = model.sms.cited_in(document).into_iter();
    let cited = cited.filter(|cited| frameworks.resolve_citation(&cited.citation).is_ok_and(is_it));
    found.extend(cited.map(|cited| cited.number));
    found
}

fn owned(document: &Document, written: &str) -> Vec<Span> {
    let mut found = Vec::new();
    each_scalar(&document.front.entries, &mut |key, node| {
        if OWNER_KEYS.contains(&key) && node.value.as_text() == Some(written) {
            found.push(node.span);
        }
    });
    found
}

fn each(desk: &Desk, spans: impl Fn(&Document) -> Vec<Span>) -> Vec<Location> {
    let of_document = |document: &Document| {
        let found = spans(document).into_iter();
        found.filter_map(|span| desk.location(document, span)).collect::<Vec<_>>()
    };
    desk.documents().into_iter().flat_map(of_document).collect()
}

/// Returns where a document is found: its id, or one of its headings.
pub(super) fn place_of(desk: &Desk, document: &Document, anchor: Option<&str>) -> Option<Location> {
    let reads = desk.as_it_reads(document);
    let heading = || reads.body.headings.iter().find(|it| Some(it.anchor.as_str()) == anchor);
    let id = || reads.front.get("id").map(|id| id.span);
    let span = heading().map(|heading| heading.span).or_else(id).unwrap_or_default();
    desk.location(reads, span)
}

/// Returns the rows of the role registers that name a role or a person.
fn rows_of(desk: &Desk, written: &str) -> Vec<Location> {
    each(desk, |document| {
        if !document.front.is_role_register() {
            return Vec::new();
        }
        let rows = document.front.role_rows().into_iter();
        let meant =
            rows.filter(|row| row.role == written || row.person == written || row.uses(written));
        meant.map(|row| row.span).collect()
    })
}

fn some(found: Vec<Location>) -> Option<GotoDefinitionResponse> {
    (!found.is_empty()).then_some(GotoDefinitionResponse::Array(found))
}
