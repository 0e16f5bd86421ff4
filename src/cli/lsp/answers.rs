//! The table of questions: what is offered, and who answers.

use super::desk::{Client, Desk};
use super::session::{error, read, to_value};
use super::{actions, completion, hover, lens, navigation, rename, symbols};
use lsp_server::{ErrorCode, ResponseError};
use lsp_types::request::{self as asked, Request};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CodeLensOptions,
    CompletionOptions, DeclarationCapability, HoverProviderCapability,
    ImplementationProviderCapability, OneOf, RenameOptions, SaveOptions, ServerCapabilities,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkDoneProgressOptions, WorkspaceSymbolResponse,
};
use serde_json::Value;

/// Says what is offered.
pub(super) fn capabilities(client: &Client) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(SaveOptions { include_text: Some(false) }.into()),
        ..TextDocumentSyncOptions::default()
    };
    ServerCapabilities {
        position_encoding: Some(client.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        declaration_provider: Some(DeclarationCapability::Simple(true)),
        implementation_provider: Some(ImplementationProviderCapability::Simple(true)),
        references_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["[", "@", "#", " ", ","].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        rename_provider: Some(match client.prepares_renames {
            true => OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            }),
            false => OneOf::Left(true),
        }),
        code_action_provider: client.knows_actions.then(|| {
            CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, actions::FIX_ALL]),
                ..CodeActionOptions::default()
            })
        }),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        ..ServerCapabilities::default()
    }
}

/// Answers a question about documents.
///
/// # Errors
/// When it is no question that is known, or cannot be done; the sentence says why.
pub(super) fn answer(desk: &Desk, method: &str, params: Value) -> Result<Value, ResponseError> {
    match method {
        asked::HoverRequest::METHOD => {
            with::<asked::HoverRequest>(params, |it| hover::hover(desk, it))
        }
        asked::GotoDefinition::METHOD => {
            with::<asked::GotoDefinition>(params, |it| navigation::definition(desk, it))
        }
        asked::GotoDeclaration::METHOD => {
            with::<asked::GotoDeclaration>(params, |it| navigation::parent(desk, it))
        }
        asked::GotoImplementation::METHOD => {
            with::<asked::GotoImplementation>(params, |it| navigation::children(desk, it))
        }
        asked::References::METHOD => {
            with::<asked::References>(params, |it| navigation::references(desk, it))
        }
        asked::DocumentSymbolRequest::METHOD => {
            with::<asked::DocumentSymbolRequest>(params, |it| symbols::outline(desk, it))
        }
        asked::WorkspaceSymbolRequest::METHOD => {
            with::<asked::WorkspaceSymbolRequest>(params, |it| {
                Some(WorkspaceSymbolResponse::Flat(symbols::documents(desk, it)))
            })
        }
        asked::CodeLensRequest::METHOD => {
            with::<asked::CodeLensRequest>(params, |it| lens::lenses(desk, it))
        }
        asked::Completion::METHOD => {
            with::<asked::Completion>(params, |it| completion::completion(desk, it))
        }
        asked::CodeActionRequest::METHOD => {
            with::<asked::CodeActionRequest>(params, |it| actions::actions(desk, it))
        }
        asked::PrepareRenameRequest::METHOD => {
            let params = read(method, params)?;
            to_value(rename::prepare(desk, &params).map_err(refused)?)
        }
        asked::Rename::METHOD => {
            let params = read(method, params)?;
            to_value(rename::rename(desk, &params).map_err(refused)?)
        }
        _ => Err(error(ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
    }
}

/// What was asked for cannot be done, and the sentence says why.
fn refused(why: String) -> ResponseError {
    error(ErrorCode::RequestFailed, why)
}

fn with<R: Request>(
    params: Value,
    answer: impl FnOnce(&R::Params) -> R::Result,
) -> Result<Value, ResponseError> {
    to_value(answer(&read::<R::Params>(R::METHOD, params)?))
}
