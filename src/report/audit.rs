//! `audit.json`, read again: what an audit was shown.

use crate::repo::object::ObjectId;
use crate::source::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the site wrote down about the state it was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The commit.
    pub head: ObjectId,
    /// The day that was spoken of.
    pub as_of: Option<Date>,
    /// The commits that tags named.
    pub tags: BTreeMap<String, ObjectId>,
}

/// Why a file is no record of an audit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// It is not the JSON expected.
    #[error("it is not an `audit.json` of a site: {0}")]
    Malformed(String),
    /// It was written by a later version.
    #[error("it has the format {0}, and this version reads format {known}", known = super::json::SCHEMA_VERSION)]
    Later(u32),
    /// Something in it is no commit id.
    #[error("`{0}` in it is no commit id of forty digits")]
    NoCommit(String),
}

#[derive(Deserialize)]
struct File {
    schema_version: u32,
    head: String,
    as_of: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

/// Reads the text of the file.
///
/// # Errors
/// When it is something else, or of a later format.
pub fn read(text: &str) -> Result<Recorded, AuditError> {
    let file: File =
        serde_json::from_str(text).map_err(|error| AuditError::Malformed(error.to_string()))?;
    if file.schema_version > super::json::SCHEMA_VERSION {
        return Err(AuditError::Later(file.schema_version));
    }
    let commit = |hex: &String| {
        ObjectId::from_hex(hex.as_bytes()).ok_or_else(|| AuditError::NoCommit(hex.clone()))
    };
    let head = commit(&file.head)?;
    let tags = file.tags.iter().map(|(name, hex)| Ok((name.clone(), commit(hex)?)));
    let tags = tags.collect::<Result<_, AuditError>>()?;
    Ok(Recorded { head, as_of: file.as_of.as_deref().and_then(Date::parse), tags })
}
