//! What internal audits and nonconformities say of clauses: which were looked at, and against which
//! something is open.

use crate::document::front::Node;
use crate::document::{DocId, Document};
use crate::sms::Sms;
use crate::sms::clauses::Key;
use crate::sms::evaluation::{is_nonconformity, texts};
use crate::sms::record::{held_on, shows_something};
use crate::source::Date;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// An open nonconformity against a clause.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The record of it, or that of the audit that found it.
    pub record: DocId,
    /// How bad it is, in the words of the record.
    pub grade: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.record, self.grade)
    }
}

/// What audits say, read once for all clauses.
#[derive(Default)]
pub(super) struct Audits {
    /// The newest internal audit of each clause, and its record.
    pub(super) audited: HashMap<Key, (Date, DocId)>,
    /// The open major and minor nonconformities about each clause.
    pub(super) open: HashMap<Key, BTreeSet<Fault>>,
}

impl Audits {
    pub(super) fn of(sms: &Sms) -> Self {
        let mut audits = Self::default();
        sms.records_of("internal-audit").for_each(|audit| audits.take_audit(sms, audit));
        for (record, said) in sms.faults() {
            let grade = said.grade.as_deref().unwrap_or("without a grade");
            for clause in sms.clauses_meant(&said.about) {
                audits.hold_down(sms, &clause, &record, grade);
            }
        }
        audits
    }

    fn take_audit(&mut self, sms: &Sms, record: &Document) {
        let Some(id) = record.id() else { return };
        for open in sms.open_findings_of(record) {
            let name = open.followed_up.unwrap_or_else(|| id.clone());
            for clause in &open.clauses {
                self.hold_down(sms, clause, &name, open.grade);
            }
        }
        let Some(day) = held_on(record).filter(|_| shows_something(record)) else { return };
        if day > sms.as_of {
            return;
        }
        for key in ["criteria", "scope", "coverage"] {
            let Some(found) = record.front.get(key) else { continue };
            for clause in texts(&found.value) {
                let Some(clause) = sms.clause_key(clause) else { continue };
                for clause in within(sms, &clause) {
                    let newest = self.audited.entry(clause).or_insert((day, id.clone()));
                    *newest = (*newest).clone().max((day, id.clone()));
                }
            }
        }
    }

    /// Notes a fault in a clause, and so in those beneath it.
    fn hold_down(&mut self, sms: &Sms, clause: &Key, record: &DocId, grade: &str) {
        for clause in within(sms, clause) {
            let faults = self.open.entry(clause).or_default();
            faults.insert(Fault { record: record.clone(), grade: grade.to_owned() });
        }
    }
}

/// A finding of an audit that is a nonconformity and is open.
struct OpenFinding<'s> {
    /// The clauses that it is about, as far as nothing answers it there.
    clauses: Vec<Key>,
    /// The record that it refers to.
    followed_up: Option<DocId>,
    grade: &'s str,
}

impl Sms {
    /// Returns how many findings of audits are open whose nonconformity is not open itself, as a record:
    /// most have none.
    pub fn open_findings(&self) -> usize {
        let audits = self.records_of("internal-audit").filter(|record| self.is_identified(record));
        let open = audits.flat_map(|audit| self.open_findings_of(audit));
        let faults = self.faults();
        let is_counted = |record: &DocId| faults.contains_key(record);
        open.filter(|it| !it.followed_up.as_ref().is_some_and(is_counted)).count()
    }

    fn open_findings_of<'s>(&'s self, audit: &'s Document) -> Vec<OpenFinding<'s>> {
        findings_of(audit).filter_map(|finding| self.open_finding(finding)).collect()
    }

    /// A finding of an audit is open until the record it refers to is closed.
    fn open_finding<'s>(&'s self, finding: &'s Node) -> Option<OpenFinding<'s>> {
        if let Some(words) = finding.as_text() {
            let clauses: Vec<Key> = self.clause_keys(words).into_iter().collect();
            let is_open = !clauses.is_empty();
            let grade = "as its findings say";
            return is_open.then_some(OpenFinding { clauses, followed_up: None, grade });
        }
        if !is_nonconformity(finding) {
            return None;
        }
        let followed_up = finding.text("ref").and_then(|id| self.document(id.value));
        let closed = followed_up.filter(|record| self.is_closed(record));
        let answered = closed.map(|record| self.clauses_at_fault(record));
        let is_answered = |clause: &Key| {
            let is_of_it = |(framework, number): &Key| {
                *framework == clause.0
                    && self.frameworks.pack(framework).is_some_and(|pack| {
                        pack.is_within(number, &clause.1) || pack.is_within(&clause.1, number)
                    })
            };
            answered.as_ref().is_some_and(|it| it.is_empty() || it.iter().any(is_of_it))
        };
        let named: Vec<Key> = self.clauses_of_finding(finding).into_iter().collect();
        let is_about_none = named.is_empty();
        let clauses: Vec<Key> = named.into_iter().filter(|clause| !is_answered(clause)).collect();
        let is_open = !clauses.is_empty() || is_about_none && closed.is_none();
        let named = finding.text("ref").map(|id| DocId::new(id.value));
        let followed_up = named.filter(|id| self.knows(id.as_str()));
        let grade = finding.text("grade").map_or("", |grade| grade.value);
        is_open.then_some(OpenFinding { clauses, followed_up, grade })
    }
}

/// Returns a clause and those beneath it.
fn within<'s>(sms: &'s Sms, (framework, number): &'s Key) -> impl Iterator<Item = Key> + 's {
    let pack = sms.frameworks.pack(framework).into_iter();
    pack.flat_map(move |pack| {
        let within = pack.clauses().iter().filter(|it| pack.is_within(&it.number, number));
        within.map(|clause| (framework.clone(), clause.number.clone()))
    })
}

/// Returns the findings of an audit that may be a nonconformity: rows, one of them alone, or words
/// that speak of one.
pub(in crate::sms) fn findings_of(record: &Document) -> impl Iterator<Item = &Node> {
    let found = record.front.get("findings").map(|found| &found.value);
    let items = found.map(Node::items).unwrap_or_default().iter().map(|item| &item.value);
    let alone = found.filter(|found| !matches!(found, Node::List(_)));
    let speaks_of_one = |words: &str| {
        let words = words.to_lowercase();
        let names_one = ["major", "minor", "nonconform", "non-conform"];
        !words.trim_start().starts_with("no ") && names_one.iter().any(|it| words.contains(it))
    };
    items.chain(alone).filter(move |node| node.as_text().is_none_or(speaks_of_one))
}
