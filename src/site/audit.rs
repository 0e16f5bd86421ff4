//! `audit.json`: what a program needs to know a site again, and to see that nothing was altered.

use super::atlas::Atlas;
use super::{Page, SiteError};
use crate::document::digest::sha256_hex;
use crate::report::Summary;
use crate::report::audit::Audit;
use crate::report::json::{self, SCHEMA_VERSION};
use crate::report::schema;
use crate::rules::Outcome;
use crate::sms::Sms;

/// The name of the file.
pub(super) const PATH: &str = "audit.json";

/// What `sha256sum` prints of a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sum {
    path: String,
    sha256: String,
}

impl Sum {
    /// Works it out.
    pub(super) fn of(page: &Page) -> Self {
        Self { path: page.path.clone(), sha256: sha256_hex(&page.bytes) }
    }
}

/// Renders the file; `sums` are those of all others.
pub(super) fn page(sms: &Sms, outcome: &Outcome, sums: Vec<Sum>) -> Result<Page, SiteError> {
    let objects =
        sms.tags.iter().filter_map(|(name, tag)| Some((name.clone(), tag.object?.to_string())));
    let audit = Audit {
        schema_version: SCHEMA_VERSION,
        tool: format!("clausebook {}", env!("CARGO_PKG_VERSION")),
        head: sms.head.to_string(),
        tree: sms.history.commit(sms.head).map(|commit| commit.tree.to_string()),
        as_of: sms.as_of.to_string(),
        tags: sms.tags.iter().map(|(name, tag)| (name.clone(), tag.commit.to_string())).collect(),
        tag_objects: objects.collect(),
        summary: Summary::of(sms, outcome),
        files: sums.len(),
        site_sha256: site_sha256(sums),
    };
    let text = json::to_text(&audit)
        .map_err(|error| SiteError::Template { page: PATH.to_owned(), why: error.to_string() })?;
    Ok(Page { path: PATH.to_owned(), bytes: text.into() })
}

/// Renders the JSON Schema of what the program writes as JSON, this file among it.
pub(super) fn schema(_: &Atlas<'_>) -> Result<Page, SiteError> {
    let path = schema::FILE.to_owned();
    match schema::text() {
        Ok(text) => Ok(Page { path, bytes: text.into() }),
        Err(error) => Err(SiteError::Template { page: path, why: error.to_string() }),
    }
}

/// Returns the hash over what `sha256sum` prints of the files in the order of their paths.
fn site_sha256(mut sums: Vec<Sum>) -> String {
    sums.sort();
    let line = |sum: &Sum| format!("{}  {}\n", sum.sha256, sum.path);
    sha256_hex(sums.iter().map(line).collect::<String>().as_bytes())
}
