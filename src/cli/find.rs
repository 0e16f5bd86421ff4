//! What an argument names: a document, a day.

use crate::document::{DocId, Document};
use crate::sms::Sms;
use crate::source::Date;
use anyhow::{Context as _, bail};

/// Finds the document of an id.
///
/// # Errors
/// When there is none, or more than one file claims the id; with the id that was probably meant.
pub(super) fn document<'s>(sms: &'s Sms, id: &str) -> anyhow::Result<&'s Document> {
    if let Some(document) = sms.document(id) {
        return Ok(document);
    }
    if sms.knows(id) {
        bail!(
            "more than one file claims the id `{id}` or one that looks like it; `clausebook check` names them"
        );
    }
    if let Some(end) = sms.history.revisions(&DocId::new(id)).last() {
        let commit = sms.history.commit_of(end).id.short();
        bail!(
            "`{id}` is not here any more; commit {commit} was the last to have to do with it, and `--rev {commit}~1` shows what was before"
        );
    }
    match sms.nearest_id(id) {
        Some(near) => bail!("no document has the id `{id}`; did you mean `{near}`?"),
        None => bail!("no document has the id `{id}`"),
    }
}

/// Reads the day of an option.
///
/// # Errors
/// When it is no day of the calendar.
pub(super) fn day(option: &str, text: &str) -> anyhow::Result<Date> {
    Date::parse(text)
        .with_context(|| format!("`{option} {text}`: a day like 2026-05-11 was expected"))
}
