//! What internal audits and nonconformities say of clauses: which were looked at, and against which
//! something is open.

use crate::document::front::{Entry, Node};
use crate::document::{DocId, Document};
use crate::sms::Sms;
use crate::sms::clauses::Key;
use crate::sms::evaluation::is_grave;
use crate::sms::looked_at::RESULT;
use crate::sms::record::{held_on, shows_something};
use crate::sms::wording::{says_no_finding, speaks_of_nonconformity};
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
        for clause in sms.clauses_audited(record).iter().flat_map(|it| sms.within(it)) {
            let newest = self.audited.entry(clause).or_insert((day, id.clone()));
            *newest = (*newest).clone().max((day, id.clone()));
        }
    }

    /// Notes a fault in a clause, and so in those beneath it.
    fn hold_down(&mut self, sms: &Sms, clause: &Key, record: &DocId, grade: &str) {
        for clause in sms.within(clause) {
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
        let found = findings_of(audit).into_iter().chain(self.results_of(audit));
        found.filter_map(|finding| self.open_finding(&finding)).collect()
    }

    /// Returns the nonconformities that an audit tells beside what it looked at: `{8.6.1: major}`, `{clause:
    /// 8.6.1, result: minor nonconformity}`.
    fn results_of<'s>(&self, audit: &'s Document) -> Vec<Found<'s>> {
        let audited = ["criteria", "coverage"].into_iter().filter_map(|key| audit.front.get(key));
        let rows =
            audited.flat_map(|found| std::slice::from_ref(found).iter().chain(found.value.items()));
        let mut told = Vec::new();
        for row in rows {
            for Entry { key, value } in row.value.entries() {
                let grade = value.value.as_text().filter(|text| speaks_of_nonconformity(text));
                let Some(grade) = grade else { continue };
                if RESULT.contains(&key.value.to_lowercase().as_str()) {
                    told.push(Found { node: &row.value, grade: Some(grade), clause: None });
                } else if self.clause_key(&key.value).is_some() {
                    let clause = Some(key.value.as_str());
                    told.push(Found { node: &value.value, grade: Some(grade), clause });
                }
            }
        }
        told
    }

    /// A finding of an audit is open until the nonconformity it refers to is closed.
    fn open_finding<'s>(&'s self, finding: &Found<'s>) -> Option<OpenFinding<'s>> {
        let node = finding.node;
        let words = node.as_text();
        let grade = node.text("grade").map(|grade| grade.value).or(finding.grade);
        if words.is_none() && !grade.is_some_and(|it| is_grave(it) || speaks_of_nonconformity(it)) {
            return None;
        }
        let reference = words.or_else(|| Some(node.text("ref")?.value)).map(str::trim);
        let is_nonconformity = |record: &&Document| {
            record.front.text("kind").is_some_and(|kind| kind.value == "nonconformity")
        };
        let record = reference.and_then(|id| self.document(id));
        let closed = record.filter(is_nonconformity).filter(|record| self.is_closed(record));
        // A file that cannot be identified may be the nonconformity as well.
        let followed_up = reference.filter(|id| match record {
            Some(record) => is_nonconformity(&record),
            None => self.knows(id),
        });
        let followed_up = followed_up.map(DocId::new);
        let answered = closed.map(|record| self.clauses_at_fault(record));
        let is_answered = |clause: &Key| {
            let is_of_it = |it: &Key| self.share(it, clause);
            answered.as_ref().is_some_and(|it| it.is_empty() || it.iter().any(is_of_it))
        };
        let mut named: Vec<Key> = match words {
            Some(words) => self.clause_keys(words),
            None => self.clauses_of_finding(node),
        };
        named.extend(finding.clause.into_iter().flat_map(|clause| self.clause_keys(clause)));
        // Words that name no clause may speak of anything.
        let is_about_none = named.is_empty() && grade.is_some();
        let clauses: Vec<Key> = named.into_iter().filter(|clause| !is_answered(clause)).collect();
        let is_open = !clauses.is_empty() || is_about_none && closed.is_none();
        let grade = grade.unwrap_or("as its findings say");
        is_open.then_some(OpenFinding { clauses, followed_up, grade })
    }
}

/// What an audit found that may be a nonconformity.
pub(in crate::sms) struct Found<'s> {
    /// The row, or the words.
    pub(in crate::sms) node: &'s Node,
    /// The grade that it stands under, in a mapping of grades: `{major: [8.6.1]}`.
    grade: Option<&'s str>,
    /// The clause that it stands under, in a mapping of clauses: `{8.6.1: major}`.
    clause: Option<&'s str>,
}

/// Returns the findings of an audit that may be a nonconformity: rows, one of them alone, those beneath
/// a grade, or words that speak of one.
pub(in crate::sms) fn findings_of(record: &Document) -> Vec<Found<'_>> {
    let mut found = Vec::new();
    if let Some(findings) = record.front.get("findings") {
        gather(&findings.value, None, None, &mut found);
    }
    found
}

fn gather<'s>(
    node: &'s Node,
    grade: Option<&'s str>,
    clause: Option<&'s str>,
    out: &mut Vec<Found<'s>>,
) {
    match node {
        Node::List(items) => items.iter().for_each(|item| gather(&item.value, grade, clause, out)),
        Node::Map(_) if is_row(node) => out.push(Found { node, grade, clause }),
        Node::Map(entries) => {
            for Entry { key, value } in entries {
                let name = key.value.as_str();
                let grade = grade.or(Some(name).filter(|it| is_grave(it)));
                let is_number = |it: &&str| it.chars().all(|c| c == '.' || c.is_ascii_digit());
                let clause = clause.or(Some(name).filter(is_number));
                let number = value.value.as_text().and_then(|text| text.trim().parse::<u32>().ok());
                match number {
                    // How many there were.
                    Some(number) if grade.is_some() && number > 0 => {
                        out.push(Found { node, grade, clause });
                    }
                    Some(_) => {}
                    None => gather(&value.value, grade, clause, out),
                }
            }
        }
        Node::Scalar { .. } => {
            let is_one = |words: &str| match grade {
                Some(_) => !says_no_finding(words),
                None => speaks_of_nonconformity(words),
            };
            out.extend(node.as_text().filter(|it| is_one(it)).map(|_| Found {
                node,
                grade,
                clause,
            }));
        }
    }
}

/// Tells whether a mapping is one finding.
fn is_row(node: &Node) -> bool {
    const KEYS: [&str; 6] = ["grade", "ref", "clause", "clauses", "criterion", "text"];
    KEYS.iter().any(|key| node.get(key).is_some())
}
