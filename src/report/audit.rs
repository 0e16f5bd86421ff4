//! `audit.json`: what a site writes down of itself, and what can be read from it again.

use super::Summary;
use crate::repo::object::ObjectId;
use crate::source::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The file `audit.json` of a site, by which it can be known again.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Audit {
    /// The major version of the format.
    pub schema_version: u32,
    /// The program and its version.
    pub tool: String,
    /// The commit the site was built from, in full.
    pub head: String,
    /// The tree of that commit.
    pub tree: Option<String>,
    /// The day spoken of.
    pub as_of: String,
    /// The commits that tags name.
    pub tags: BTreeMap<String, String>,
    /// The objects of those tags that are annotated: who made them, and what was signed.
    pub tag_objects: BTreeMap<String, String>,
    /// The numbers of the run.
    pub summary: Summary,
    /// The number of files that the hash is made over.
    pub files: usize,
    /// The hash over all other files.
    pub site_sha256: String,
}

/// What the site wrote down about the state it was built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The commit.
    pub head: ObjectId,
    /// The day that was spoken of.
    pub as_of: Option<Date>,
    /// The commits that tags named, and the objects of those that were annotated; an older record
    /// holds none of these.
    pub tags: BTreeMap<String, (ObjectId, Option<ObjectId>)>,
    /// Whether it tells which tags were annotated.
    pub tells_objects: bool,
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
    /// Something in it is no id of a commit or a tag.
    #[error("`{0}` in it is no id of forty digits")]
    NoCommit(String),
}

#[derive(Deserialize)]
struct File {
    schema_version: u32,
    head: String,
    as_of: Option<String>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    tag_objects: Option<BTreeMap<String, String>>,
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
    let id = |hex: &String| {
        ObjectId::from_hex(hex.as_bytes()).ok_or_else(|| AuditError::NoCommit(hex.clone()))
    };
    let head = id(&file.head)?;
    let objects = file.tag_objects.as_ref();
    let tags = file.tags.iter().map(|(name, hex)| {
        let object = objects.and_then(|objects| objects.get(name)).map(&id).transpose()?;
        Ok((name.clone(), (id(hex)?, object)))
    });
    let tags = tags.collect::<Result<_, AuditError>>()?;
    let as_of = file.as_of.as_deref().and_then(Date::parse);
    Ok(Recorded { head, as_of, tags, tells_objects: objects.is_some() })
}
