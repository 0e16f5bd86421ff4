//! Documented information that the framework makes mandatory, and the documents that are it.
//!
//! A document is an item by the clause it names and by its type; a record by the beginning of its
//! id or by its kind. The table of items belongs to the primary framework.

use super::record::{KINDS, is_to_come, shows_something};
use super::{Sms, State};
use crate::document::Document;
use crate::framework::{Keeping, MandatoryItem};
use std::collections::{BTreeMap, BTreeSet};

/// A mandatory item, and what was found of it.
#[derive(Clone, Debug)]
pub struct Found<'s> {
    /// The item.
    pub item: &'s MandatoryItem,
    /// The documents and records that are it, those in force first.
    pub documents: Vec<&'s Document>,
    /// Kinds of documents that should be among them and are not.
    pub missing_kinds: Vec<&'s str>,
    /// Clauses of the item that none of them serves; only where each clause needs its own.
    pub missing_clauses: Vec<&'s str>,
}

impl Sms {
    /// Returns the mandatory items of the primary framework with what was found of each. What is
    /// withdrawn or superseded is not found.
    pub fn mandatory(&self) -> Vec<Found<'_>> {
        let counts = |document: &&Document| {
            !matches!(self.state(document), State::Withdrawn | State::Superseded)
        };
        let mut by_type: BTreeMap<&str, Vec<&Document>> = BTreeMap::new();
        for document in self.documents.iter().filter(counts) {
            let Some(kind) = document.front.text("type") else { continue };
            by_type.entry(kind.value).or_default().push(document);
        }
        let items = &self.frameworks.primary().mandatory;
        items.iter().map(|item| self.found(item, &by_type)).collect()
    }

    fn found<'s>(
        &'s self,
        item: &'s MandatoryItem,
        by_type: &BTreeMap<&str, Vec<&'s Document>>,
    ) -> Found<'s> {
        let mut found = Found {
            item,
            documents: Vec::new(),
            missing_kinds: Vec::new(),
            missing_clauses: Vec::new(),
        };
        let named = self.named_by_clause(item);
        for kind in &item.kinds {
            let before = found.documents.len();
            let type_name = kind.replace(' ', "-");
            for document in by_type.values().flatten() {
                let is_it = match type_name.as_str() {
                    "record" => {
                        is_record_of(document, item)
                            && !is_of_type(document, "work-instruction")
                            && !is_to_come(document, self.as_of)
                            && (!self.is_record(document) || shows_something(document))
                    }
                    name => {
                        (item.clauses.is_empty() || named.contains(&document.path))
                            && (is_of_type(document, name)
                                || item.kinds.len() == 1 && has_prefix(document, &item.types, 0))
                    }
                };
                if is_it {
                    found.documents.push(document);
                }
            }
            if found.documents.len() == before {
                found.missing_kinds.push(kind);
            }
        }
        found.documents.sort_by_key(|document| {
            (!self.state(document).is_in_force(), document.id(), document.path.clone())
        });
        found.documents.dedup_by(|a, b| a.path == b.path);
        if item.keeping == Keeping::Maintain && item.clauses.len() > 1 {
            let plans = by_type.get("plan").map(Vec::as_slice).unwrap_or_default();
            let serving: BTreeSet<_> =
                found.documents.iter().chain(plans).map(|document| &document.path).collect();
            let is_served = |clause: &str| {
                self.of_clause_and_beneath(clause).iter().any(|it| serving.contains(&it.path))
            };
            let missing = item.clauses.iter().filter(|clause| !is_served(clause));
            found.missing_clauses = missing.map(String::as_str).collect();
        }
        found
    }

    fn named_by_clause(&self, item: &MandatoryItem) -> BTreeSet<&crate::source::RepoPath> {
        let clauses = item.clauses.iter();
        clauses
            .flat_map(|clause| self.of_clause_and_beneath(clause))
            .map(|document| &document.path)
            .collect()
    }

    /// Returns the documents that name a clause of the primary framework, or one beneath it.
    pub fn of_clause_and_beneath(&self, number: &str) -> Vec<&Document> {
        let pack = self.frameworks.primary();
        let within = pack.clauses().iter().filter(|clause| pack.is_within(&clause.number, number));
        within.flat_map(|clause| self.of_clause(&pack.id, &clause.number)).collect()
    }
}

fn is_of_type(document: &Document, name: &str) -> bool {
    document.front.text("type").is_some_and(|kind| kind.value == name)
}

/// Tells whether an id begins with one of the prefixes that have a number of hyphens or more.
fn has_prefix(document: &Document, prefixes: &[String], hyphens: usize) -> bool {
    let Some(id) = document.id() else { return false };
    let begins = |prefix: &String| id.has_prefix(prefix);
    prefixes.iter().filter(|prefix| prefix.matches('-').count() >= hyphens).any(begins)
}

fn is_record_of(document: &Document, item: &MandatoryItem) -> bool {
    let kind = document.front.text("kind").map(|kind| kind.value);
    let of_kind = KINDS.iter().any(|(prefix, name)| {
        Some(*name) == kind && item.types.iter().any(|wanted| wanted == prefix)
    });
    has_prefix(document, &item.types, 0) || is_of_type(document, "record") && of_kind
}
