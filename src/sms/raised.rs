//! The nonconformities that were raised, open ones and closed ones, each with what it is against
//! (clause 10.2).
//!
//! What is open holds a clause down (`coverage`). This is the whole of it: an auditor asks what was
//! found before, too, and how it was closed.

use super::Sms;
use super::clauses::Key;
use super::coverage::findings_of;
use super::record::day_of;
use crate::document::{DocId, Document};
use crate::source::Date;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A nonconformity that was raised.
#[derive(Clone, Debug)]
pub struct Raised<'s> {
    /// The record of it.
    pub record: &'s Document,
    /// The day on which it was raised.
    pub on: Option<Date>,
    /// The clauses that it is against: as it says, and as the audit says that found it.
    pub clauses: BTreeSet<Key>,
    /// The documents that it is against.
    pub documents: BTreeSet<DocId>,
}

impl Sms {
    /// Returns the nonconformities that were raised, newest first; an observation is one of them.
    pub fn nonconformities_raised(&self) -> Vec<Raised<'_>> {
        let mut found_against: BTreeMap<&str, BTreeSet<Key>> = BTreeMap::new();
        for finding in self.records_of("internal-audit").flat_map(findings_of) {
            if let Some(record) = finding.node.text("ref") {
                let clauses = self.clauses_of_finding(finding.node);
                found_against.entry(record.value).or_default().extend(clauses);
            }
        }
        let raised = self.records_of("nonconformity").map(|record| {
            let mut clauses: BTreeSet<Key> = self.clauses_at_fault(record).into_iter().collect();
            let id = record.id();
            let found = id.as_ref().and_then(|id| found_against.get(id.as_str()));
            clauses.extend(found.into_iter().flatten().cloned());
            let named = self.documents_at_fault(record).into_iter();
            let documents = named.filter(|document| !self.is_record(document));
            Raised {
                record,
                on: record.front.date("raised_on").or_else(|| day_of(record)),
                clauses,
                documents: documents.filter_map(Document::id).collect(),
            }
        });
        let mut raised: Vec<Raised<'_>> = raised.collect();
        raised.sort_by_key(|it| (Reverse(it.on), it.record.id()));
        raised
    }
}
