//! How well each clause is covered: from nothing found to audited, with the reason for not more.
//!
//! A level is reached only over those below it. Documents that are withdrawn or superseded cover
//! nothing; a claim of approval that Git does not bear out is no approval here either.

use super::evaluation::texts;
use super::{Sms, State};
use crate::document::front::Node;
use crate::document::{DocId, Document, Reference};
use crate::framework::{Clause, Pack};
use crate::source::Date;
use std::collections::{BTreeSet, HashMap};

/// The names of the levels.
pub const LEVELS: [&str; 5] = ["nothing found", "documented", "approved", "in use", "audited"];

/// How far an audit or a record reaches where nothing else is set, in months.
const CYCLE: u32 = 12;

/// Kinds of documented information that are their own evidence of use: they are kept current.
const SELF_EVIDENT: [&str; 5] = ["statement", "plan", "policy", "register", "agreement"];

/// What was found for one clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The id of the framework.
    pub framework: String,
    /// The number of the clause.
    pub number: String,
    /// Its title; empty where it has none.
    pub title: String,
    /// Whether it only gathers the clauses beneath it; its level is then the lowest of theirs.
    pub is_heading: bool,
    /// The level, 0 to 4.
    pub level: u8,
    /// The name of the level.
    pub level_name: &'static str,
    /// Why the level is not higher, as words; empty at the highest.
    pub why_not_higher: String,
    /// What shows the level, as words; empty where nothing does.
    pub shown_by: String,
    /// The documents that name it and whose time is not over.
    pub documents: Vec<DocId>,
    /// The records that name it.
    pub records: Vec<DocId>,
    /// The day of the newest evidence: a record, an approval, an audit.
    pub last_evidence: Option<Date>,
}

/// A clause, by framework and number.
pub type Key = (String, String);

/// What audits say, read once for all clauses.
#[derive(Default)]
struct Audits {
    /// The newest internal audit of each clause within the cycle, and its record.
    audited: HashMap<Key, (Date, DocId)>,
    /// The open major and minor nonconformities about each clause.
    open: HashMap<Key, BTreeSet<String>>,
}

impl Sms {
    /// Returns how well each clause of the chosen frameworks is covered, in their order.
    pub fn coverage(&self) -> Vec<Coverage> {
        let audits = Audits::of(self);
        self.frameworks.packs().iter().flat_map(|pack| self.coverage_of(pack, &audits)).collect()
    }

    fn coverage_of(&self, pack: &Pack, audits: &Audits) -> Vec<Coverage> {
        let mut all: Vec<Coverage> =
            pack.clauses().iter().map(|clause| self.cover(pack, clause, audits)).collect();
        // A heading stands before what it gathers, so the last ones are settled first.
        for i in (0..all.len()).rev().filter(|&i| pack.clauses()[i].is_heading) {
            let number = all[i].number.clone();
            let beneath = all[i + 1..].iter().zip(&pack.clauses()[i + 1..]);
            let beneath: Vec<&Coverage> = beneath
                .filter(|(_, clause)| !clause.is_heading)
                .map(|(coverage, _)| coverage)
                .filter(|coverage| pack.ancestors(&coverage.number).any(|up| up.number == number))
                .collect();
            let Some(lowest) = beneath.iter().min_by_key(|coverage| coverage.level) else {
                continue;
            };
            let (level, why) = (lowest.level, format!("lowest is {}", lowest.number));
            let last_evidence = beneath.iter().filter_map(|coverage| coverage.last_evidence).max();
            all[i].set_level(level);
            all[i].why_not_higher = if level == 4 { String::new() } else { why };
            all[i].last_evidence = last_evidence;
        }
        all
    }

    fn cover(&self, pack: &Pack, clause: &Clause, audits: &Audits) -> Coverage {
        let found = self.of_clause(&pack.id, &clause.number);
        let usable = |document: &&&Document| self.is_identified(document);
        let (records, documents): (Vec<&Document>, Vec<&Document>) = found
            .iter()
            .filter(usable)
            .copied()
            .filter(|document| {
                !matches!(self.state(document), State::Withdrawn | State::Superseded)
            })
            .partition(|document| self.is_record(document));
        let ids = |documents: &[&Document]| documents.iter().filter_map(|d| d.id()).collect();
        let mut coverage = Coverage {
            framework: pack.id.clone(),
            number: clause.number.clone(),
            title: clause.title.clone(),
            is_heading: clause.is_heading,
            level: 0,
            level_name: LEVELS[0],
            why_not_higher: String::new(),
            shown_by: String::new(),
            documents: ids(&documents),
            records: ids(&records),
            last_evidence: None,
        };
        self.climb(clause, &documents, &records, audits, &mut coverage);
        if coverage.level == 0 && !found.is_empty() {
            coverage.why_not_higher =
                "what names it is withdrawn, superseded or cannot be identified".to_owned();
        }
        coverage
    }

    /// Takes one level after the other, and notes why it went no further.
    fn climb(
        &self,
        clause: &Clause,
        documents: &[&Document],
        records: &[&Document],
        audits: &Audits,
        coverage: &mut Coverage,
    ) {
        let past_days = records.iter().filter_map(|record| self.past_day(record));
        let newest_record =
            records.iter().filter_map(|record| Some((self.past_day(record)?, record.id()?))).max();
        let in_force: Vec<&Document> = documents
            .iter()
            .copied()
            .filter(|document| self.state(document).is_in_force())
            .collect();
        let approvals = in_force.iter().flat_map(|document| document.front.approvals());
        let approved_on = approvals.filter_map(|approval| approval.on);
        coverage.last_evidence = past_days.chain(approved_on).max();
        if documents.is_empty() && records.is_empty() {
            "no document and no record names it".clone_into(&mut coverage.why_not_higher);
            return;
        }
        coverage.set_level(1);
        if in_force.is_empty() {
            coverage.why_not_higher = self.why_none_in_force(documents);
            return;
        }
        coverage.set_level(2);
        coverage.shown_by = format!("{} in force", names(&in_force));
        match self.in_use(clause, &in_force, newest_record.as_ref()) {
            Ok(shown_by) => coverage.shown_by = shown_by,
            Err(why) => {
                coverage.why_not_higher = why;
                return;
            }
        }
        coverage.set_level(3);
        let key = (coverage.framework.clone(), coverage.number.clone());
        let Some((day, audit)) = audits.audited.get(&key) else {
            coverage.why_not_higher =
                format!("no internal audit of the last {CYCLE} months names it");
            return;
        };
        coverage.last_evidence = coverage.last_evidence.max(Some(*day));
        if let Some(open) = audits.open.get(&key) {
            let open: Vec<&String> = open.iter().collect();
            coverage.why_not_higher = format!(
                "audited {day} ({audit}), with an open nonconformity: {}",
                crate::source::listed(open, "and")
            );
            return;
        }
        coverage.set_level(4);
        coverage.shown_by = format!("audited {day} ({audit}), no major or minor finding open");
    }

    fn why_none_in_force(&self, documents: &[&Document]) -> String {
        let Some(best) = documents.iter().max_by_key(|document| self.state(document)) else {
            return "only records name it; no document does".to_owned();
        };
        let id = best.id().map(|id| id.to_string()).unwrap_or_default();
        match self.state(best) {
            State::Approved => match best.front.date("effective_from") {
                Some(from) => format!("{id} is approved and comes into force on {from}"),
                None => format!("{id} is approved and not yet in force"),
            },
            State::InReview if best.status() == Some("approved") => {
                let why = self.why_not_approved(best);
                format!("{id} claims approval, not verified: {why}")
            }
            State::InReview => format!("{id} is in review"),
            _ => format!("{id} is a draft"),
        }
    }

    /// Returns what shows that a clause is in use, or why nothing does.
    fn in_use(
        &self,
        clause: &Clause,
        in_force: &[&Document],
        newest_record: Option<&(Date, DocId)>,
    ) -> Result<String, String> {
        let months = clause.cadence_months.unwrap_or(CYCLE);
        if let Some((day, record)) = newest_record {
            let is_recent = day.plus_months(months).is_none_or(|until| until >= self.as_of);
            if is_recent {
                return Ok(format!("{record} of {day}, within {}", counted(months)));
            }
        }
        let wants_record = clause.kinds.iter().any(|kind| kind == "record");
        let is_self_evident = clause.kinds.iter().any(|kind| SELF_EVIDENT.contains(&kind.as_str()));
        if is_self_evident && !wants_record {
            return self.kept_current(in_force);
        }
        Err(match newest_record {
            Some((day, record)) => {
                format!("the newest record is {record} of {day}, older than {}", counted(months))
            }
            None => match &clause.operation {
                Some(expected) => {
                    let expected = expected.trim_end_matches('.');
                    format!("in force, but no record shows its use; expected: {expected}")
                }
                None => "in force, but no record shows its use".to_owned(),
            },
        })
    }

    /// Returns the document that is its own evidence, if its review is not overdue.
    fn kept_current(&self, in_force: &[&Document]) -> Result<String, String> {
        let kind = |document: &Document| self.type_of(document).map(|kind| kind.name.clone());
        let own: Vec<&Document> = in_force
            .iter()
            .copied()
            .filter(|document| {
                kind(document).is_some_and(|kind| SELF_EVIDENT.contains(&kind.as_str()))
            })
            .collect();
        let current = own.iter().find_map(|document| {
            let next = self.next_review(document)?;
            (self.state(document) == State::Effective).then(|| (document.id(), next))
        });
        match (current, own.first()) {
            (Some((Some(id), next)), _) => Ok(format!("{id} itself, review not due before {next}")),
            (_, Some(document)) => {
                let id = document.id().map(|id| id.to_string()).unwrap_or_default();
                Err(match self.next_review(document) {
                    Some(next) => format!("the review of {id} was due on {next}"),
                    None => {
                        format!("{id} sets no review, so nothing shows that it is kept current")
                    }
                })
            }
            (_, None) => Err(format!(
                "{} is no plan, policy, register, agreement or statement, and no record shows its use",
                names(in_force)
            )),
        }
    }

    /// Says why a document that claims approval is not taken as approved.
    pub fn why_not_approved(&self, document: &Document) -> String {
        let minimum = self.minimum(document);
        match self.grade(document) {
            _ if !document.is_sound() => "its front matter cannot be relied on".to_owned(),
            _ if !self.is_identified(document) => "its id is malformed or not its alone".to_owned(),
            None => "its front matter names no approval".to_owned(),
            Some(grade) => match grade.contradictions.first() {
                Some(contradiction) => contradiction.words(),
                None => format!(
                    "Git shows level {} and its type needs {minimum}: {}",
                    grade.level_text(),
                    grade.missing
                ),
            },
        }
    }

    /// Returns the day of a record, unless it is still to come.
    fn past_day(&self, record: &Document) -> Option<Date> {
        let day = super::record::day_of(record)?;
        (day <= self.as_of).then_some(day)
    }

    /// Returns the clauses a nonconformity is about; where it names only documents, theirs.
    pub fn clauses_at_fault(&self, record: &Document) -> Vec<Key> {
        let named: Vec<&str> = ["criterion", "about", "clause"]
            .iter()
            .filter_map(|key| record.front.get(key))
            .flat_map(|found| texts(&found.value))
            .collect();
        let clauses: Vec<Key> = named.iter().filter_map(|word| self.clause_key(word)).collect();
        if !clauses.is_empty() {
            return clauses;
        }
        let documents =
            named.iter().filter_map(|word| self.document(Reference::parse(word).id.as_str()));
        documents
            .flat_map(|document| document.front.list("clauses"))
            .filter_map(|clause| self.clause_key(clause.value))
            .collect()
    }

    /// Finds the clause that a word names, by framework and number.
    pub fn clause_key(&self, written: &str) -> Option<Key> {
        let key = |text: &str| {
            let (pack, clause) = self.frameworks.resolve(text).ok()?;
            Some((pack.id.clone(), clause.number.clone()))
        };
        key(written).or_else(|| key(written.split_whitespace().next()?))
    }
}

impl Coverage {
    fn set_level(&mut self, level: u8) {
        self.level = level;
        self.level_name = LEVELS[usize::from(level)];
    }
}

impl Audits {
    fn of(sms: &Sms) -> Self {
        let mut audits = Self::default();
        for record in sms.records().filter(|record| sms.is_identified(record)) {
            match record.front.text("kind").map(|kind| kind.value) {
                Some("internal-audit") => audits.take_audit(sms, record),
                Some("nonconformity") => audits.take_nonconformity(sms, record),
                _ => {}
            }
        }
        audits
    }

    fn take_audit(&mut self, sms: &Sms, record: &Document) {
        let day = record.front.date("performed_on").or_else(|| record.front.date("date"));
        let (Some(day), Some(id)) = (day, record.id()) else { return };
        for row in record.front.rows("findings") {
            self.take_finding(sms, &id, &row.value);
        }
        let in_cycle = day.plus_months(CYCLE).is_none_or(|until| until >= sms.as_of);
        if day > sms.as_of || !in_cycle {
            return;
        }
        for key in ["criteria", "scope", "coverage"] {
            let Some(found) = record.front.get(key) else { continue };
            for clause in texts(&found.value) {
                let Some(clause) = sms.clause_key(clause) else { continue };
                let newest = self.audited.entry(clause).or_insert((day, id.clone()));
                *newest = (*newest).clone().max((day, id.clone()));
            }
        }
    }

    /// A finding of an audit is open until the record it refers to is closed.
    fn take_finding(&mut self, sms: &Sms, audit: &DocId, finding: &Node) {
        let text = |key| finding.text(key).map(|text| text.value);
        if !matches!(text("grade"), Some("major" | "minor")) {
            return;
        }
        let Some(clause) = text("clause").and_then(|clause| sms.clause_key(clause)) else { return };
        let followed_up = text("ref").and_then(|id| sms.document(id));
        if followed_up.is_some_and(|record| record.status() == Some("closed")) {
            return;
        }
        let name = followed_up.and_then(Document::id).unwrap_or_else(|| audit.clone());
        self.open.entry(clause).or_default().insert(name.to_string());
    }

    fn take_nonconformity(&mut self, sms: &Sms, record: &Document) {
        let grade = record.front.text("grade").map(|grade| grade.value);
        let is_open = record.status() != Some("closed");
        if !is_open || matches!(grade, Some("observation" | "ofi")) {
            return;
        }
        let Some(id) = record.id() else { return };
        for clause in sms.clauses_at_fault(record) {
            self.open.entry(clause).or_default().insert(id.to_string());
        }
    }
}

fn names(documents: &[&Document]) -> String {
    crate::source::listed(documents.iter().filter_map(|document| document.id()), "and")
}

/// Writes a number of months.
fn counted(months: u32) -> String {
    if months == 1 { "one month".to_owned() } else { format!("{months} months") }
}
