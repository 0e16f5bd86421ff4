//! A new id for a document, wherever the repository names it.
//!
//! An id is what the history of a document hangs on: once a version was approved under it, the proof
//! of that approval is found by it, and another id would leave the proof behind. So a draft can get
//! another id, and nothing else.

use super::cursor::{Thing, What, thing_at};
use super::desk::{Asked, Desk, is_same};
use super::edits::{change, together};
use crate::document::fields::id_misfit;
use crate::document::{DocId, Document};
use crate::finding::Splice;
use crate::sms::Sms;
use crate::sms::mention;
use crate::source::{Position, Span, listed};
use lsp_types::{PrepareRenameResponse, RenameParams, TextDocumentPositionParams, WorkspaceEdit};

/// Says what would be renamed at a place, or why it cannot be.
///
/// # Errors
/// When it cannot be; a sentence.
pub(super) fn prepare(
    desk: &Desk,
    params: &TextDocumentPositionParams,
) -> Result<Option<PrepareRenameResponse>, String> {
    let Some(asked) = desk.asked(&params.text_document.uri) else { return Ok(None) };
    let (span, named) = named_at(&asked, asked.offset(params.position))?;
    refuse_evidence(desk, &asked.model.sms, named)?;
    let placeholder = named.called();
    Ok(Some(PrepareRenameResponse::RangeWithPlaceholder {
        range: asked.page.range(span),
        placeholder,
    }))
}

/// Gives the document that is named at a place another id.
///
/// # Errors
/// When it cannot be done; a sentence.
pub(super) fn rename(desk: &Desk, params: &RenameParams) -> Result<Option<WorkspaceEdit>, String> {
    let at = &params.text_document_position;
    let Some(asked) = desk.asked(&at.text_document.uri) else { return Ok(None) };
    let sms = &asked.model.sms;
    let (_, named) = named_at(&asked, asked.offset(at.position))?;
    refuse_evidence(desk, sms, named)?;
    let new = DocId::new(params.new_name.trim());
    refuse_id(sms, named, &new)?;
    let mut changes = Vec::new();
    for document in desk.documents() {
        let splices = splices(sms, document, named, &new)?;
        if splices.is_empty() {
            continue;
        }
        refuse_stale(desk, sms, document)?;
        changes.extend(change(desk, document, &splices));
    }
    Ok(Some(together(desk, changes)))
}

/// Finds the id that is written at a byte, and whose it is.
fn named_at<'d>(asked: &'d Asked<'_>, offset: usize) -> Result<(Span, &'d Document), String> {
    let named = id_at(asked, offset);
    named.ok_or_else(|| "no id of a document stands here; put the cursor on one".to_owned())
}

fn id_at<'d>(asked: &'d Asked<'_>, offset: usize) -> Option<(Span, &'d Document)> {
    let Thing { span, what } = thing_at(asked, offset)?;
    let What::Document { document, .. } = what else { return None };
    let id = document.id()?;
    if asked.document.front.get("id").is_some_and(|own| own.span == span) {
        return Some((own_id(asked.document)?, document));
    }
    let mentions = asked.document.mentions().into_iter();
    let mut here = mentions.filter(|mention| mention.span == span && mention.id == id);
    Some((here.find_map(|mention| mention.name)?, document))
}

/// Refuses to take an id from a document whose history rests on it.
fn refuse_evidence(desk: &Desk, sms: &Sms, named: &Document) -> Result<(), String> {
    let Some(id) = named.id().filter(|_| sms.is_identified(named)) else {
        let why = sms.why_not_identified(named).unwrap_or_default();
        return Err(format!("{} has no id that could be renamed. {why}", named.path));
    };
    let says = |status: Option<&str>| matches!(status, Some("approved" | "withdrawn" | "closed"));
    let of_history = sms.history.revisions(&id).iter().find(|revision| {
        says(revision.claims.status.as_deref()) || !revision.claims.approvals.is_empty()
    });
    let reads = desk.as_it_reads(named);
    let claims_now = says(reads.status()) || !reads.front.approvals().is_empty();
    if of_history.is_none() && !claims_now && sms.tenures(&id).is_empty() {
        return Ok(());
    }
    let what = if sms.is_record(named) { "was closed" } else { "was approved" };
    let shown = of_history.map(|it| format!(" (commit {})", sms.history.commit_of(it).id.short()));
    Err(format!(
        "{id} {what} under this id{}: what proves it is found by the id, so it stays. Write a document with the new id that says `supersedes: {id}`, and withdraw this one",
        shown.unwrap_or_default()
    ))
}

/// Refuses an id that cannot be one, or belongs or belonged to another document.
fn refuse_id(sms: &Sms, named: &Document, new: &DocId) -> Result<(), String> {
    let own = named.id();
    let others = sms.ids().map(|(id, _)| id).filter(|id| Some(*id) != own.as_ref());
    if let Some(other) = others.into_iter().find(|other| other.look() == new.look()) {
        return Err(match other == new {
            true => format!("{new} is the id of another document"),
            false => format!("`{new}` looks like {other}, the id of another document"),
        });
    }
    if let Some(why) = id_misfit(new) {
        return Err(format!("`{new}` cannot be the id: {why}"));
    }
    let begins = |prefix: &String| new.has_prefix(prefix);
    if let Some(kind) = sms.type_of(named).filter(|kind| !kind.prefixes.iter().any(begins)) {
        let prefixes = listed(kind.prefixes.iter().map(|prefix| format!("`{prefix}-`")), "or");
        return Err(format!("ids of the type `{}` begin with {prefixes}", kind.name));
    }
    if own.as_ref() != Some(new) && !sms.history.revisions(new).is_empty() {
        return Err(format!(
            "{new} was the id of a document before; an id belongs to one document for ever"
        ));
    }
    Ok(())
}

/// Returns what changes in one document.
fn splices(
    sms: &Sms,
    document: &Document,
    named: &Document,
    new: &DocId,
) -> Result<Vec<Splice>, String> {
    let mut spans = Vec::new();
    if document.path == named.path {
        spans.push(own_id(document).ok_or_else(|| unclear(document, Span::default()))?);
    }
    for mention in sms.mentions_of(document, named) {
        match mention.name {
            Some(span) => spans.push(span),
            None if mention.what == mention::What::File => {}
            None => return Err(unclear(document, mention.span)),
        }
    }
    spans.sort();
    spans.dedup();
    let text = new.as_str().to_owned();
    Ok(spans.into_iter().map(|span| Splice { span, text: text.clone() }).collect())
}

fn unclear(document: &Document, span: Span) -> String {
    let Position { line, .. } = Position::of(document.text.as_bytes(), span.start);
    format!(
        "{}:{line}: the id is written in a way that is not changed without loss; change it by hand first",
        document.path
    )
}

/// Returns where a document's own id is written, without quotes.
fn own_id(document: &Document) -> Option<Span> {
    let id = document.front.text("id")?;
    let source = document.text.get(id.span.start..id.span.end)?;
    let start = id.span.start + source.find(id.value)?;
    Some(Span::new(start, start + id.value.len()))
}

/// Refuses to change a file that is not open and went on since it was judged.
fn refuse_stale(desk: &Desk, sms: &Sms, document: &Document) -> Result<(), String> {
    if desk.buffer_of(&document.path).is_some() {
        return Ok(());
    }
    let on_disk = desk.ground.as_ref().and_then(|ground| ground.on_disk(&document.path));
    let on_disk = on_disk.and_then(|file| std::fs::read_to_string(file).ok());
    let judged = sms.document_at(&document.path).map(|judged| judged.text.as_str());
    match on_disk.zip(judged).is_some_and(|(now, judged)| is_same(judged, &now)) {
        true => Ok(()),
        false => Err(format!("{} changed on disk; try again in a moment", document.path)),
    }
}
