//! Documented information that the framework makes mandatory, and the documents that are it.
//!
//! A document is an item by the clause it names and by its type; a record by the beginning of its
//! id or by its kind. The table of items belongs to the primary framework. What is found here is what
//! rules ask for and what the site shows: neither looks for items by itself.

use super::record::{KINDS, is_to_come, shows_something};
use super::{Sms, State};
use crate::document::Document;
use crate::framework::{Keeping, MandatoryItem};
use crate::source::{RepoPath, listed};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A mandatory item, and what was found of it.
#[derive(Clone, Debug)]
pub struct Found<'s> {
    /// The item.
    pub item: &'s MandatoryItem,
    /// The documents and records that are it, those in force first.
    pub documents: Vec<&'s Document>,
    /// Clauses of the item that none of them serves; only where each clause needs its own.
    pub missing_clauses: Vec<&'s str>,
    /// Clauses of the item that only what is not in force serves, with the first that does; only where
    /// something of the item is in force.
    pub waiting_clauses: Vec<(&'s str, &'s Document)>,
}

impl Found<'_> {
    /// Says what is missing of the item, if anything is. Where several kinds are looked for, one is
    /// enough.
    pub fn missing(&self) -> Option<String> {
        let kinds = self.kinds();
        let left = &self.missing_clauses;
        if !self.documents.is_empty() {
            let kinds = listed(&kinds, "or");
            return (!left.is_empty())
                .then(|| format!("no {kinds} names {}", any_of_clauses(left)));
        }
        let (records, others): (Vec<&str>, Vec<&str>) =
            kinds.into_iter().partition(|kind| *kind == "record");
        let document = match others.as_slice() {
            [] => "document".to_owned(),
            others => listed(others, "or"),
        };
        let of_clauses = match self.item.clauses.is_empty() {
            true => format!("there is no {document}"),
            false => format!("no {document} names {}", any_of_clauses(&self.item.clauses)),
        };
        let begins = listed(self.prefixes_of_records().map(|it| format!("`{it}-...`")), "or");
        let record = match begins.as_str() {
            "" if self.item.clauses.is_empty() => "there is no record".to_owned(),
            "" => format!("no record names {}", any_of_clauses(&self.item.clauses)),
            begins => format!("there is no record {begins}"),
        };
        Some(match (records.is_empty(), others.is_empty()) {
            (true, _) => of_clauses,
            (false, true) => record,
            (false, false) => format!("{record}, and {of_clauses}"),
        })
    }

    /// Says which clauses wait for what serves them to come into force, if any do.
    pub fn waiting(&self) -> Option<String> {
        let clauses: Vec<&str> = self.waiting_clauses.iter().map(|(clause, _)| *clause).collect();
        let kinds = listed(self.kinds(), "or");
        (!clauses.is_empty())
            .then(|| format!("no {kinds} in force names {}", any_of_clauses(&clauses)))
    }

    /// Returns the kinds in which the item is looked for. Where it names none, what is kept as proof is a
    /// record.
    pub fn kinds(&self) -> Vec<&str> {
        kinds_of(self.item)
    }

    /// Returns what the ids of records begin with that are the item.
    pub fn prefixes_of_records(&self) -> impl Iterator<Item = &str> {
        let is_record_alone = self.kinds() == ["record"];
        let types = self.item.types.iter().map(String::as_str);
        types.filter(move |it| is_record_alone || it.starts_with("REC"))
    }
}

fn kinds_of(item: &MandatoryItem) -> Vec<&str> {
    match (item.kinds.as_slice(), item.keeping) {
        ([], Keeping::Retain) => vec!["record"],
        ([], Keeping::Maintain) => vec!["document"],
        (kinds, _) => kinds.iter().map(String::as_str).collect(),
    }
}

/// Names clauses of which one is to be named.
pub fn any_of_clauses(numbers: &[impl fmt::Display]) -> String {
    let word = if numbers.len() == 1 { "clause" } else { "any of the clauses" };
    format!("{word} {}", listed(numbers, "and"))
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
        let (missing_clauses, waiting_clauses) = (Vec::new(), Vec::new());
        let mut found = Found { item, documents: Vec::new(), missing_clauses, waiting_clauses };
        let named = self.naming_one(&item.clauses);
        let is_named =
            |document: &Document| item.clauses.is_empty() || named.contains(&document.path);
        for kind in kinds_of(item) {
            let type_name = kind.replace(' ', "-");
            for document in by_type.values().flatten() {
                let is_it = match type_name.as_str() {
                    "record" => {
                        (is_record_of(document, item)
                            || is_any_record(item)
                                && self.is_record(document)
                                && is_named(document))
                            && !is_of_type(document, "work-instruction")
                            && !is_to_come(document, self.as_of)
                            && (!self.is_record(document) || shows_something(document))
                    }
                    // Without a kind, what is of the types.
                    "document" => {
                        is_named(document)
                            && !self.is_record(document)
                            && (item.types.is_empty() || has_prefix(document, &item.types, 0))
                    }
                    name => {
                        is_named(document)
                            && (is_of_type(document, name)
                                || item.kinds.len() == 1 && has_prefix(document, &item.types, 0))
                    }
                };
                if is_it {
                    found.documents.push(document);
                }
            }
        }
        found.documents.sort_by_key(|document| {
            (!self.state(document).is_in_force(), document.id(), document.path.clone())
        });
        found.documents.dedup_by(|a, b| a.path == b.path);
        if item.keeping == Keeping::Maintain && item.clauses.len() > 1 {
            let plans = by_type.get("plan").map(Vec::as_slice).unwrap_or_default();
            let all: Vec<&Document> = found.documents.iter().chain(plans).copied().collect();
            let is_any_in_force = all.iter().any(|it| self.is_in_force_as(item, it));
            for clause in &item.clauses {
                let one = std::slice::from_ref(clause);
                let naming = self.naming_one(one);
                let serving = || all.iter().copied().filter(|it| naming.contains(&it.path));
                let Some(first) = serving().min_by_key(|it| (it.id(), &it.path)) else {
                    found.missing_clauses.push(clause);
                    continue;
                };
                if is_any_in_force && !serving().any(|it| self.is_in_force_for(one, it)) {
                    found.waiting_clauses.push((clause, first));
                }
            }
        }
        found
    }

    /// Tells whether a document is in force as an item, and not only to be: its next version may name the
    /// clause before the one does that people work by.
    pub fn is_in_force_as(&self, item: &MandatoryItem, document: &Document) -> bool {
        self.is_in_force_for(&item.clauses, document)
    }

    fn is_in_force_for(&self, clauses: &[String], document: &Document) -> bool {
        let is_only_next = self.text_beside(document).is_some_and(|text| {
            self.names_one(document, clauses) && !self.names_one(text, clauses)
        });
        self.is_worked_by(document) && self.outside_term(document).is_none() && !is_only_next
    }

    /// Returns the documents that name one of these clauses, or one beneath it: in their files, or in the
    /// versions that are in force beside these.
    fn naming_one(&self, clauses: &[String]) -> BTreeSet<&RepoPath> {
        let in_files = clauses.iter().flat_map(|clause| self.of_clause_and_beneath(clause));
        let in_force = self.documents.iter().filter(|document| {
            let text = self.text_beside(document);
            text.is_some_and(|text| self.names_one(text, clauses))
        });
        in_files.chain(in_force).map(|document| &document.path).collect()
    }

    /// Tells whether a text names one of these clauses of the primary framework, or one beneath it.
    pub fn names_one(&self, text: &Document, clauses: &[String]) -> bool {
        let pack = self.frameworks.primary();
        let written = text.front.list("clauses");
        let resolved = written.iter().filter_map(|it| self.frameworks.resolve(it.value).ok());
        let mut numbers = resolved.filter(|(of, _)| of.id == pack.id).map(|(_, it)| &it.number);
        numbers.any(|number| clauses.iter().any(|clause| pack.is_within(number, clause)))
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

/// Tells whether an item is any record: none is told apart by its id.
fn is_any_record(item: &MandatoryItem) -> bool {
    item.types.is_empty() || item.clauses.is_empty() && item.types.iter().any(|it| it == "REC")
}
