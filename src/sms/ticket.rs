//! Incidents, problems and changes, as records tell of them, and how they refer to each other.
//!
//! Tickets live in a tool; records hold those that matter, or exports of a month. So a ticket that
//! no record tells of may exist all the same, unless records say that they tell of all.

use super::Sms;
use crate::document::Document;
use crate::document::front::{Node, one_or_more};
use crate::source::{Printable, Span, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// What a ticket is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TicketKind {
    /// Something failed.
    Incident,
    /// Why things fail.
    Problem,
    /// Something is to be changed.
    Change,
}

impl TicketKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Incident, Self::Problem, Self::Change];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Incident => "incident",
            Self::Problem => "problem",
            Self::Change => "change",
        }
    }

    /// Returns the key of a record or row that gives its own number.
    fn own_key(self) -> &'static str {
        match self {
            Self::Incident => "incident_ref",
            Self::Problem => "problem_ref",
            Self::Change => "rfc_ref",
        }
    }

    /// Returns the key of the rows that records list such tickets under.
    fn rows_key(self) -> &'static str {
        match self {
            Self::Incident => "incidents",
            Self::Problem => "problems",
            Self::Change => "changes",
        }
    }

    /// Returns the keys that refer to such tickets.
    fn reference_keys(self) -> [&'static str; 2] {
        match self {
            Self::Incident => ["incident_ref", "incident_refs"],
            Self::Problem => ["problem_ref", "problem_refs"],
            Self::Change => ["change_ref", "change_refs"],
        }
    }

    /// Returns the kind of ticket that a record of a kind is about.
    fn of_record(kind: &str) -> Option<Self> {
        match kind {
            "incident" | "major-incident-review" => Some(Self::Incident),
            "problem" => Some(Self::Problem),
            "change" => Some(Self::Change),
            _ => None,
        }
    }
}

/// A ticket that a record tells of: the record as a whole, or one of its rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ticket<'s> {
    /// What it is.
    pub kind: TicketKind,
    /// The record.
    pub record: &'s Document,
    /// The row; none where the record is about this ticket alone.
    pub row: Option<&'s Spanned<Node>>,
}

impl<'s> Ticket<'s> {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&'s Spanned<Node>> {
        match self.row {
            Some(row) => row.value.get(key),
            None => self.record.front.get(key),
        }
    }

    /// Returns the text of a key.
    pub fn text(&self, key: &str) -> Option<Spanned<&'s str>> {
        let found = self.get(key)?;
        Some(Spanned::new(found.value.as_text()?, found.span))
    }

    /// Returns its number.
    pub fn number(&self) -> Option<Spanned<&'s str>> {
        self.text(self.kind.own_key())
    }

    /// Returns the numbers of tickets of a kind that it refers to; its own is none of them.
    pub fn references(&self, kind: TicketKind) -> Vec<Spanned<&'s str>> {
        let keys = kind.reference_keys();
        let keys = keys.iter().filter(|key| kind != self.kind || **key != kind.own_key());
        let found = keys.filter_map(|key| self.get(key));
        let texts = found
            .flat_map(one_or_more)
            .filter_map(|it| Some(Spanned::new(it.value.as_text()?, it.span)));
        texts.filter(|number| !says_none(number.value)).collect()
    }

    /// Tells whether it gives a reason, for what it does not refer to.
    pub fn gives_reason(&self) -> bool {
        let reasons = self.get("reason").map(|found| found.value.texts()).unwrap_or_default();
        reasons.into_iter().any(|reason| !says_none(reason))
    }

    /// Calls it by its number, else by its record.
    pub fn called(&self) -> String {
        let number = self.number().map(|number| Printable(number.value).to_string());
        number.unwrap_or_else(|| self.record.called())
    }

    /// Returns where it stands.
    pub fn span(&self) -> Option<Span> {
        self.number().map(|number| number.span).or(self.row.map(|row| row.span))
    }
}

/// Tells whether a word stands for no ticket.
fn says_none(text: &str) -> bool {
    let plain: String = text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    let nothing =
        ["", "none", "no", "na", "tbd", "tbc", "unknown", "pending", "kein", "keine", "keiner"];
    nothing.contains(&plain.as_str())
}

impl Sms {
    /// Returns the tickets that records tell of, in the order of files and rows.
    pub fn tickets(&self) -> Vec<Ticket<'_>> {
        let mut tickets = Vec::new();
        for record in self.records().filter(|record| record.is_sound()) {
            let kind = record.front.text("kind").and_then(|it| TicketKind::of_record(it.value));
            let lists_its_own = |kind: &TicketKind| {
                record.front.get(kind.own_key()).is_none()
                    && record.front.rows(kind.rows_key()).next().is_some()
            };
            if let Some(kind) = kind.filter(|kind| !lists_its_own(kind)) {
                tickets.push(Ticket { kind, record, row: None });
            }
            for kind in TicketKind::ALL {
                let rows = record.front.rows(kind.rows_key());
                tickets.extend(rows.map(|row| Ticket { kind, record, row: Some(row) }));
            }
        }
        tickets
    }
}

/// The numbers of tickets that records tell of, and how far they tell of all.
#[derive(Debug, Default)]
pub struct Numbers<'s> {
    known: BTreeMap<TicketKind, BTreeSet<&'s str>>,
    /// Whether each problem has a record of its own, as far as there are any.
    has_problem_records: bool,
    /// For each list that says it is complete: the series, its first and its last number.
    complete: BTreeMap<TicketKind, Vec<(&'s str, u64, u64)>>,
}

impl<'s> Numbers<'s> {
    /// Collects the numbers of tickets.
    pub fn of(tickets: &[Ticket<'s>]) -> Self {
        let mut numbers = Self::default();
        let mut has_problem_lists = false;
        for of_list in tickets.chunk_by(|a, b| a.record.path == b.record.path && a.kind == b.kind) {
            let Some(first) = of_list.first() else { continue };
            let own: Vec<&str> =
                of_list.iter().filter_map(Ticket::number).map(|it| it.value).collect();
            numbers.known.entry(first.kind).or_default().extend(&own);
            let complete = first.record.front.text("complete").is_some_and(|it| it.value == "true");
            let has_rows = of_list.iter().any(|ticket| ticket.row.is_some());
            if first.kind == TicketKind::Problem && !complete {
                // A list that may leave some out tells of problems without a record of their own.
                has_problem_lists |= has_rows;
                numbers.has_problem_records |= !has_rows;
            }
            let mut series: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
            for (name, number) in own.iter().filter(|_| complete).filter_map(|it| in_series(it)) {
                let range = series.entry(name).or_insert((number, number));
                *range = (range.0.min(number), range.1.max(number));
            }
            let ranges = series.into_iter().map(|(name, (first, last))| (name, first, last));
            numbers.complete.entry(first.kind).or_default().extend(ranges);
        }
        numbers.has_problem_records &= !has_problem_lists;
        numbers
    }

    /// Tells whether a ticket is told of.
    pub fn knows(&self, kind: TicketKind, number: &str) -> bool {
        self.known.get(&kind).is_some_and(|known| known.contains(number))
    }

    /// Tells whether a ticket would be told of if it existed: each problem has a record of its own
    /// where any has and none stands in a list, and a list that says it is complete holds all
    /// between its first and its last.
    pub fn would_know(&self, kind: TicketKind, number: &str) -> bool {
        let is_within = |(name, first, last): &(&str, u64, u64)| {
            in_series(number)
                .is_some_and(|(own, number)| own == *name && (*first..=*last).contains(&number))
        };
        kind == TicketKind::Problem && self.has_problem_records
            || self.complete.get(&kind).is_some_and(|lists| lists.iter().any(is_within))
    }

    /// Returns the numbers of a kind that are told of.
    pub fn known(&self, kind: TicketKind) -> impl ExactSizeIterator<Item = &'s str> {
        self.known.get(&kind).unwrap_or(const { &BTreeSet::new() }).iter().copied()
    }
}

/// Splits `CHG-2026-0612` into its series and its number in it.
fn in_series(number: &str) -> Option<(&str, u64)> {
    let digits = number.len() - number.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (series, number) = number.split_at(number.len() - digits);
    Some((series, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_series() {
        assert_eq!(in_series("CHG-2026-0612"), Some(("CHG-2026-", 612)));
        assert_eq!(in_series("CHG"), None);
    }

    #[test]
    fn none_is_no_ticket() {
        assert!(says_none("None") && says_none("n/a") && !says_none("PRB-1"));
    }
}
