//! Mistakes that are planted in a history, and the manifest that says where.
//!
//! Each is made once, in a revision of its own, by somebody who otherwise works as all do. What a
//! checker says of the repository can be held against the manifest: what is planted has to be
//! found, at its commit and by its rule, and nothing else.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Where the manifest lies in the repository it is about.
pub(crate) const MANIFEST: &str = ".git/planted.json";

/// A way of working that proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mistake {
    /// The text changed, and the version stayed.
    NotBumped,
    /// The version is lower than one that was there.
    WentBackwards,
    /// Who wrote it approved it.
    ByAuthor,
    /// The approval is dated before the text was written.
    BeforeContent,
}

impl Mistake {
    pub(super) const ALL: [Self; 4] =
        [Self::NotBumped, Self::WentBackwards, Self::ByAuthor, Self::BeforeContent];

    /// The name of the rule that finds it.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::NotBumped => "version-not-bumped",
            Self::WentBackwards => "version-went-backwards",
            Self::ByAuthor => "approval-by-author",
            Self::BeforeContent => "approval-before-content",
        }
    }

    /// Tells whether the revision shows it; else the approval does.
    pub(super) fn is_of_revision(self) -> bool {
        matches!(self, Self::NotBumped | Self::WentBackwards)
    }
}

/// A mistake in its place, as the manifest has it and as a checker finds it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Planted {
    /// The id of the document.
    pub(crate) document: String,
    /// The commit that made it.
    pub(crate) commit: String,
    /// The rule that finds it.
    pub(crate) rule: String,
}

impl fmt::Display for Planted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {} {}", self.rule, self.document, self.commit)
    }
}

/// Writes a manifest: a list, in the order in which the mistakes were made.
pub(super) fn manifest(planted: &[Planted]) -> String {
    let one = |it: &Planted| serde_json::json!({ "document": it.document, "commit": it.commit, "rule": it.rule });
    format!("{:#}\n", Value::from_iter(planted.iter().map(one)))
}

/// What a checker found, beside what is planted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// How many mistakes are planted.
    pub(crate) planted: usize,
    /// Those that were not found.
    pub(crate) missed: Vec<Planted>,
    /// What was found at error level and is not planted, or not there.
    pub(crate) others: Vec<Planted>,
}

/// Holds what `check --format json` printed against a manifest.
pub(crate) fn compare(manifest: &str, printed: &str) -> serde_json::Result<Comparison> {
    let read = |value: &Value, rule: &str| {
        let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
        Planted { document: text("document"), commit: text("commit"), rule: text(rule) }
    };
    let manifest: Vec<Value> = serde_json::from_str(manifest)?;
    let printed: Value = serde_json::from_str(printed)?;
    let findings = printed["findings"].as_array().into_iter().flatten();
    let planted: BTreeSet<Planted> = manifest.iter().map(|it| read(it, "rule")).collect();
    let found: Vec<Planted> =
        findings.filter(|it| it["level"] == "error").map(|it| read(it, "name")).collect();
    let found_once: BTreeSet<Planted> = found.iter().cloned().collect();
    Ok(Comparison {
        planted: planted.len(),
        missed: planted.difference(&found_once).cloned().collect(),
        others: found.into_iter().filter(|it| !planted.contains(it)).collect(),
    })
}
