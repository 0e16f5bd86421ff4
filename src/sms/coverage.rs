//! How well each clause is covered: from nothing found to audited, with the reason for not more.
//!
//! A level is reached only over those below it. Documents that are withdrawn or superseded cover
//! nothing; a claim of approval that Git does not bear out is no approval here either. Where a
//! file has the next version already, the one in force covers what it names.

mod audits;

use super::clauses::Key;
use super::record::shows_something;
use super::tenure::Tenure;
use super::{Sms, State};
use crate::document::{DocId, Document};
use crate::framework::{Clause, Pack};
use crate::source::Date;
use audits::Audits;
pub use audits::Fault;
pub(super) use audits::findings_of;
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
    /// Those of them that are not in force, and so cover nothing yet.
    pub not_in_force: BTreeSet<DocId>,
    /// The records that name it.
    pub records: Vec<DocId>,
    /// The day of the newest evidence: a record, an approval, an audit.
    pub last_evidence: Option<Date>,
    /// The newest internal audit that looked at it, however long ago.
    pub audited: Option<(Date, DocId)>,
    /// The open nonconformities against it, whatever its level is: each with its grade.
    pub at_fault: BTreeSet<Fault>,
}

/// The versions in force whose files have the next ones already, read once for all clauses.
#[derive(Default)]
struct Beside<'s> {
    /// By the place of the document.
    tenures: HashMap<usize, &'s Tenure>,
    /// The places of those that name a clause.
    by_clause: HashMap<Key, BTreeSet<usize>>,
}

/// A document that covers a clause: as its file stands, or as the version in force beside it.
#[derive(Clone, Copy)]
struct Covering<'s> {
    document: &'s Document,
    beside: Option<&'s Tenure>,
}

impl Sms {
    /// Returns how well each clause of the chosen frameworks is covered, in their order.
    pub fn coverage(&self) -> Vec<Coverage> {
        let (audits, beside) = (Audits::of(self), Beside::of(self));
        let packs = self.frameworks.packs().iter();
        packs.flat_map(|pack| self.coverage_of(pack, &audits, &beside)).collect()
    }

    fn coverage_of(&self, pack: &Pack, audits: &Audits, beside: &Beside<'_>) -> Vec<Coverage> {
        let mut all: Vec<Coverage> =
            pack.clauses().iter().map(|clause| self.cover(pack, clause, audits, beside)).collect();
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
            // What shows it stands beneath.
            all[i].shown_by = String::new();
            all[i].why_not_higher = if level == 4 { String::new() } else { why };
            all[i].last_evidence = last_evidence;
        }
        all.iter_mut().for_each(Coverage::tell_faults);
        all
    }

    fn cover(
        &self,
        pack: &Pack,
        clause: &Clause,
        audits: &Audits,
        beside: &Beside<'_>,
    ) -> Coverage {
        let found = beside.naming(self, &pack.id, &clause.number);
        let (records, documents): (Vec<Covering<'_>>, Vec<Covering<'_>>) = found
            .iter()
            .copied()
            .filter(|it| self.is_identified(it.document))
            .filter(|it| !matches!(self.state(it.document), State::Withdrawn | State::Superseded))
            .partition(|it| self.is_record(it.document));
        let records: Vec<&Document> = records.into_iter().map(|it| it.document).collect();
        let key = (pack.id.clone(), clause.number.clone());
        let mut coverage = Coverage {
            framework: pack.id.clone(),
            number: clause.number.clone(),
            title: clause.title.clone(),
            is_heading: clause.is_heading,
            level: 0,
            level_name: LEVELS[0],
            why_not_higher: String::new(),
            shown_by: String::new(),
            documents: documents.iter().filter_map(|it| it.document.id()).collect(),
            not_in_force: BTreeSet::new(),
            records: records.iter().filter_map(|record| record.id()).collect(),
            last_evidence: None,
            audited: audits.audited.get(&key).cloned(),
            at_fault: audits.open.get(&key).cloned().unwrap_or_default(),
        };
        self.climb(clause, &documents, &records, &mut coverage);
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
        documents: &[Covering<'_>],
        records: &[&Document],
        coverage: &mut Coverage,
    ) {
        let key = (coverage.framework.clone(), coverage.number.clone());
        let showing = || records.iter().filter(|record| self.shows_use(record, &key));
        let past_days = showing().filter_map(|record| self.past_day(record));
        let newest_record = self.newest_record(&key.0, &key.1);
        let newest_record = newest_record.and_then(|(day, record)| Some((day, record.id()?)));
        let is_in_force = |it: &Covering<'_>| {
            (it.beside.is_some() || self.state(it.document).is_in_force())
                && self.outside_term(it.document).is_none()
        };
        let (in_force, others): (Vec<Covering<'_>>, Vec<Covering<'_>>) =
            documents.iter().copied().partition(is_in_force);
        coverage.not_in_force = others.iter().filter_map(|it| it.document.id()).collect();
        let approved_on = in_force.iter().filter_map(Covering::approved_on);
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
        coverage.shown_by = format!("{} in force", self.names(&in_force));
        match self.in_use(clause, &in_force, newest_record.as_ref()) {
            Ok(shown_by) => coverage.shown_by = shown_by,
            Err(why) => {
                coverage.why_not_higher = why;
                return;
            }
        }
        coverage.set_level(3);
        let Some((day, audit)) = &coverage.audited else {
            coverage.why_not_higher =
                "no internal audit names it in `criteria`, `scope` or `coverage`".to_owned();
            return;
        };
        if day.plus_months(CYCLE).is_some_and(|until| until < self.as_of) {
            coverage.why_not_higher = format!(
                "the last internal audit that names it, {audit}, was on {day}, more than {CYCLE} months ago"
            );
            return;
        }
        let audited = format!("audited {day} ({audit}){}", self.begun_since(*day, &in_force));
        coverage.last_evidence = coverage.last_evidence.max(Some(*day));
        if !coverage.at_fault.is_empty() {
            let open = crate::source::listed(&coverage.at_fault, "and");
            coverage.why_not_higher = format!("{audited}, with an open nonconformity: {open}");
            return;
        }
        coverage.set_level(4);
        coverage.shown_by = format!("{audited}, no major or minor finding against it open");
    }

    /// Tells whether a record shows that a clause is in use. A nonconformity against it, or a waiver, shows
    /// where it is not.
    pub(super) fn shows_use(&self, record: &Document, (framework, number): &Key) -> bool {
        let is_about_it = |about: &Key| {
            let pack = self.frameworks.pack(framework).filter(|_| about.0 == *framework);
            pack.is_some_and(|pack| pack.is_within(number, &about.1))
        };
        let speaks_against = match record.front.text("kind").map(|kind| kind.value) {
            Some("waiver") => true,
            Some("nonconformity") => self.clauses_at_fault(record).iter().any(is_about_it),
            _ => false,
        };
        !speaks_against && shows_something(record)
    }

    /// Names the versions that came into force after an audit, which cannot have looked at them;
    /// empty where there are none.
    fn begun_since(&self, audit: Date, in_force: &[Covering<'_>]) -> String {
        let is_later = |it: &&Covering<'_>| it.began(self).is_some_and(|began| began > audit);
        let later = in_force.iter().filter(is_later);
        let named = later.filter_map(|it| Some(format!("{} {}", it.document.id()?, it.version())));
        let named: Vec<String> = named.collect();
        match named.len() {
            0 => String::new(),
            1 => format!(", before {} was in force", named[0]),
            _ => format!(", before {} were in force", crate::source::listed(named, "and")),
        }
    }

    fn why_none_in_force(&self, documents: &[Covering<'_>]) -> String {
        let documents = documents.iter().map(|it| it.document);
        let Some(best) = documents.max_by_key(|document| self.state(document)) else {
            return "only records name it; no document does".to_owned();
        };
        let id = best.id().map(|id| id.to_string()).unwrap_or_default();
        if let Some(outside) = self.outside_term(best) {
            return format!("the term of {id} {outside}");
        }
        match self.state(best) {
            State::Approved => match self.first_day(best) {
                Some(from) => format!("{id} is approved and comes into force on {from}"),
                None => format!("{id} is approved and not yet in force"),
            },
            State::InReview if self.only_claims_approval(best) => {
                let why = self.why_not_approved(best);
                format!("{id} claims approval, not verified: {why}")
            }
            State::InReview => format!("{id} is in review"),
            State::Effective | State::Overdue => format!("{id} is in force"),
            State::Draft | State::Superseded | State::Withdrawn => format!("{id} is a draft"),
        }
    }

    /// Returns what shows that a clause is in use, or why nothing does.
    fn in_use(
        &self,
        clause: &Clause,
        in_force: &[Covering<'_>],
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
    fn kept_current(&self, in_force: &[Covering<'_>]) -> Result<String, String> {
        let is_own =
            |it: &&Covering<'_>| it.kind().is_some_and(|kind| SELF_EVIDENT.contains(&kind));
        let own: Vec<&Covering<'_>> = in_force.iter().filter(is_own).collect();
        let current = own.iter().find_map(|it| {
            let next = self.review_beside(it.document, it.beside)?;
            (next >= self.as_of).then(|| (self.names(std::slice::from_ref(*it)), next))
        });
        match (current, own.first()) {
            (Some((name, next)), _) => Ok(format!("{name} itself, review not due before {next}")),
            (_, Some(first)) => {
                let id = first.document.id().map(|id| id.to_string()).unwrap_or_default();
                Err(match self.review_beside(first.document, first.beside) {
                    Some(next) => format!("the review of {id} was due on {next}"),
                    None => {
                        format!("{id} sets no review, so nothing shows that it is kept current")
                    }
                })
            }
            (_, None) => Err(format!(
                "{} is no plan, policy, register, agreement or statement, and no record shows its use",
                self.names(in_force)
            )),
        }
    }

    /// Names documents; where one has its next version in the file, both of its versions.
    fn names(&self, covering: &[Covering<'_>]) -> String {
        let named = covering.iter().filter_map(|it| {
            let id = it.document.id()?;
            let Some(tenure) = it.beside else { return Some(id.to_string()) };
            let next = it.document.front.text("version").map_or("the next", |next| next.value);
            let state = match self.state(it.document) {
                State::InReview => "in review",
                state => state.word(),
            };
            Some(format!("{id} {} ({next} is {state})", tenure.version))
        });
        crate::source::listed(named, "and")
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
    pub fn past_day(&self, record: &Document) -> Option<Date> {
        let day = super::record::day_of(record)?;
        (day <= self.as_of).then_some(day)
    }
}

impl Coverage {
    fn set_level(&mut self, level: u8) {
        self.level = level;
        self.level_name = LEVELS[usize::from(level)];
    }

    /// Names what is open against a clause beside the reason for its level, unless that is the reason.
    fn tell_faults(&mut self) {
        let open = crate::source::listed(&self.at_fault, "and");
        if open.is_empty() || self.why_not_higher.ends_with(&open) {
            return;
        }
        let plural = if self.at_fault.len() == 1 { "y" } else { "ies" };
        self.why_not_higher.push_str(&format!("; open nonconformit{plural} against it: {open}"));
    }
}

impl<'s> Beside<'s> {
    fn of(sms: &'s Sms) -> Self {
        let mut beside = Self::default();
        for (i, document) in sms.documents.iter().enumerate() {
            let Some(tenure) = sms.in_force_beside(document) else { continue };
            beside.tenures.insert(i, tenure);
            for clause in &tenure.claims.clauses {
                let Ok((pack, clause)) = sms.frameworks.resolve(clause) else { continue };
                let key = (pack.id.clone(), clause.number.clone());
                beside.by_clause.entry(key).or_default().insert(i);
            }
        }
        beside
    }

    /// Returns what names a clause, in the order of ids.
    fn naming(&self, sms: &'s Sms, pack: &str, number: &str) -> Vec<Covering<'s>> {
        let in_force = self.by_clause.get(&(pack.to_owned(), number.to_owned()));
        let places = in_force.into_iter().flatten();
        let mut found: Vec<Covering<'s>> = places
            .map(|&i| Covering {
                document: &sms.documents[i],
                beside: self.tenures.get(&i).copied(),
            })
            .collect();
        let is_there = |document: &Document| {
            in_force.is_some_and(|places| places.contains(&sms.index(document)))
        };
        let as_filed = sms.of_clause(pack, number).into_iter();
        let as_filed = as_filed.filter(|document| !is_there(document));
        found.extend(as_filed.map(|document| Covering { document, beside: None }));
        found.sort_by_key(|it| (it.document.id(), it.document.path.clone()));
        found
    }
}

impl Covering<'_> {
    fn approved_on(&self) -> Option<Date> {
        match self.beside {
            Some(tenure) => tenure.claims.approvals.iter().filter_map(|it| it.on).max(),
            None => self.document.front.approvals().iter().filter_map(|it| it.on).max(),
        }
    }

    /// Returns the first day in force.
    fn began(&self, sms: &Sms) -> Option<Date> {
        match self.beside {
            Some(tenure) => tenure.from,
            None => sms.first_day(self.document),
        }
    }

    fn version(&self) -> &str {
        match self.beside {
            Some(tenure) => &tenure.version,
            None => self.document.front.text("version").map_or("without version", |it| it.value),
        }
    }

    fn kind(&self) -> Option<&str> {
        match self.beside {
            Some(tenure) => tenure.claims.kind.as_deref(),
            None => self.document.front.text("type").map(|kind| kind.value),
        }
    }
}

/// Writes a number of months.
fn counted(months: u32) -> String {
    if months == 1 { "one month".to_owned() } else { format!("{months} months") }
}
