//! Changes of files as an editor is asked to make them.

use super::desk::Desk;
use crate::document::Document;
use crate::finding::Splice;
use lsp_types::{
    DocumentChanges, OneOf, OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextEdit,
    Uri, WorkspaceEdit,
};
use std::collections::HashMap;

/// The changes of one file.
pub(super) struct Change {
    uri: Uri,
    version: Option<i32>,
    edits: Vec<TextEdit>,
}

/// Puts splices of a document, as it reads now, into the editor's words. Text that is put in has the
/// line ends of the text it comes into.
pub(super) fn change(desk: &Desk, document: &Document, splices: &[Splice]) -> Option<Change> {
    let buffer = desk.buffer_of(&document.path);
    let has_windows_lines = buffer.is_some_and(|buffer| buffer.text.contains("\r\n"));
    let page = desk.page_of(document);
    let edits = splices.iter().map(|splice| TextEdit {
        range: page.range(splice.span),
        new_text: match has_windows_lines {
            true => splice.text.replace('\n', "\r\n"),
            false => splice.text.clone(),
        },
    });
    // What an editor keeps to itself, such as a byte order mark, it has to take out itself.
    let changes_something =
        |it: &TextEdit| it.range.start != it.range.end || !it.new_text.is_empty();
    let edits: Vec<TextEdit> = edits.filter(changes_something).collect();
    let version = buffer.map(|buffer| buffer.version);
    let uri = desk.uri_of(&document.path)?;
    (!edits.is_empty()).then_some(Change { uri, version, edits })
}

/// Puts the changes of several files together. Where the editor knows versions, a change is not made
/// to a text that went on in the meantime.
pub(super) fn together(desk: &Desk, changes: Vec<Change>) -> WorkspaceEdit {
    if !desk.client.knows_versions {
        #[expect(
            clippy::mutable_key_type,
            reason = "the protocol's own type; nothing of it changes"
        )]
        let changes: HashMap<Uri, Vec<TextEdit>> =
            changes.into_iter().map(|change| (change.uri, change.edits)).collect();
        return WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() };
    }
    let of_file = |change: Change| TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            uri: change.uri,
            version: change.version,
        },
        edits: change.edits.into_iter().map(OneOf::Left).collect(),
    };
    let changes = changes.into_iter().map(of_file).collect();
    WorkspaceEdit {
        document_changes: Some(DocumentChanges::Edits(changes)),
        ..WorkspaceEdit::default()
    }
}
