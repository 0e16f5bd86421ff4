//! The document that an argument names.

use crate::document::Document;
use crate::sms::Sms;
use anyhow::bail;

/// Finds the document of an id.
///
/// # Errors
/// When there is none, or more than one file claims the id; with the id that was probably meant.
pub(super) fn document<'s>(sms: &'s Sms, id: &str) -> anyhow::Result<&'s Document> {
    if let Some(document) = sms.document(id) {
        return Ok(document);
    }
    if sms.knows(id) {
        bail!("more than one file claims the id `{id}`; `clausebook check` names them");
    }
    match sms.nearest_id(id) {
        Some(near) => bail!("no document has the id `{id}`; did you mean `{near}`?"),
        None => bail!("no document has the id `{id}`"),
    }
}
