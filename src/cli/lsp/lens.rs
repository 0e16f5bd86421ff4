//! The line above the front matter: what is in force of the document, on whose proof, and whether
//! the text beneath is it.

use super::desk::{Asked, Desk};
use crate::report::standing::standing;
use crate::source::{Printable, Span};
use lsp_types::{CodeLens, CodeLensParams, Command};

/// Returns the lenses of a document.
pub(super) fn lenses(desk: &Desk, params: &CodeLensParams) -> Option<Vec<CodeLens>> {
    let asked = desk.asked(&params.text_document.uri)?;
    let words = words(desk, &asked)?;
    let first = asked.page.range(Span::new(0, 0));
    // It says something and does nothing; a command without a name is shown as text.
    let command = Command { title: Printable(&words).to_string(), ..Command::default() };
    Some(vec![CodeLens { range: first, command: Some(command), data: None }])
}

fn words(desk: &Desk, asked: &Asked<'_>) -> Option<String> {
    let sms = &asked.model.sms;
    if let Some(refused) = &desk.refused {
        let first = refused.sentence.lines().next().unwrap_or_default();
        return Some(format!("not judged: {first}"));
    }
    let judged = asked.judged()?;
    if let Some(why) = sms.why_not_identified(judged) {
        return Some(format!("{why} Nothing is said of what is in force."));
    }
    if judged.id() != asked.document.id() {
        return Some("not judged yet: another id stands here now".to_owned());
    }
    if sms.is_record(judged) {
        return None;
    }
    let standing = standing(sms, judged, &asked.document.claims());
    let as_of = match standing.in_force {
        Some(_) => format!(" (as of {})", standing.as_of),
        None => String::new(),
    };
    Some(format!("{}{as_of}", standing.words("this text")))
}
