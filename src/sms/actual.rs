//! What service reports say was achieved of what agreements promise (clauses 8.3.3 and 9.4).
//!
//! A report names a target by its agreement and its id, and perhaps the service. Whether it was met is
//! what the report says, and what its number says against what was promised in its time; the two may
//! differ, and who shows them says so.

use super::Sms;
use super::record::day_of;
use super::target::{Amount, ServiceTarget};
use crate::document::fields::says_nothing;
use crate::document::front::Node;
use crate::document::period::Period;
use crate::document::{DocId, Document, Reference};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// What a report says was achieved of a target.
#[derive(Clone, Debug)]
pub struct Actual<'s> {
    /// The report.
    pub report: &'s Document,
    /// The number, as written; empty where there is none.
    pub value: &'s str,
    /// The number with its unit, else with that of the target.
    pub amount: Option<Amount>,
    /// Whether the target was met, as the report says.
    pub says_met: Option<bool>,
    /// Whether the number reaches what was promised; unknown where several numbers were promised in its
    /// time, and it reaches only some of them.
    pub reaches: Option<bool>,
    /// What was promised when it was measured, where that is not what is promised now.
    pub promised_then: Vec<Amount>,
    /// Whether no version in force in the time of the report had the target.
    pub is_unpromised: bool,
    /// What the report says was promised, where no version in force in its time did.
    pub misquoted: Option<Amount>,
    /// Whether other rows, of this report or of one of the same time, tell of the target as well: this
    /// is the worst of them.
    pub is_worst_of_several: bool,
}

impl Actual<'_> {
    /// Tells whether the target was met: as the report says and as its number does, where the two do not
    /// differ. What a report says of another target than was promised does not count beside its number.
    pub fn is_met(&self) -> Option<bool> {
        let says_met = self.says_met.filter(|_| self.misquoted.is_none() || self.reaches.is_none());
        match (says_met, self.reaches) {
            (Some(says), Some(reaches)) if says != reaches => None,
            (Some(true), None) if self.is_in_doubt() => None,
            (says, reaches) => says.or(reaches),
        }
    }

    /// Tells whether it cannot be told what the number is to be held against.
    fn is_in_doubt(&self) -> bool {
        self.misquoted.is_some() || self.promised_then.len() > 1
    }
}

/// A report, and a row of it.
type Rows<'s> = Vec<(&'s Document, &'s Node)>;

/// What service reports say of targets, in the order of their time: by agreement and id of the target,
/// then by the service that they name.
#[derive(Debug)]
pub struct Reported<'s> {
    sms: &'s Sms,
    rows: BTreeMap<(DocId, &'s str), BTreeMap<&'s str, Rows<'s>>>,
}

impl Sms {
    /// Returns the service reports that can be relied on and are in use.
    pub fn service_reports(&self) -> impl Iterator<Item = &Document> {
        self.records_of("service-report").filter(|report| !self.is_out_of_use(report))
    }

    /// Collects what the service reports say of targets that were there by the day spoken of, and whose
    /// time is over by then. A row of a report that is still open, and has no answer yet, says nothing.
    pub fn reported(&self) -> Reported<'_> {
        let is_past = |it: &&Document| {
            let days = [day_of(it), Period::of(it).map(|period| period.last)];
            days.into_iter().flatten().all(|day| day <= self.as_of)
        };
        let mut reports: Vec<&Document> = self.service_reports().filter(is_past).collect();
        reports.sort_by_key(|report| in_time(report));
        let mut reported = Reported { sms: self, rows: BTreeMap::new() };
        for report in reports {
            let is_open = report.status() != Some("closed");
            for row in report.front.rows("actuals") {
                if is_open && !has_answer(&row.value) {
                    continue;
                }
                if let Some((agreement, id, service)) = named(&row.value) {
                    let of_target = reported.rows.entry((agreement, id)).or_default();
                    of_target.entry(service).or_default().push((report, &row.value));
                }
            }
        }
        reported
    }
}

impl<'s> Reported<'s> {
    /// Returns what was reported of a target, oldest first, by the services that the reports name; by none
    /// where they name none. Of rows about one time the worst counts.
    pub fn of(
        &self,
        agreement: &DocId,
        target: &ServiceTarget<'_>,
    ) -> BTreeMap<&'s str, Vec<Actual<'s>>> {
        let Some(id) = target.id else { return BTreeMap::new() };
        let by_service = self.rows.get(&(agreement.clone(), id)).into_iter().flatten();
        by_service
            .map(|(&service, rows)| {
                let mut actuals: Vec<Actual<'s>> = Vec::new();
                for (report, row) in rows {
                    let next = actual(self.sms, agreement, target, report, row);
                    match actuals.last_mut() {
                        Some(last) if is_of_one_time(last.report, report) => last.join(next),
                        _ => actuals.push(next),
                    }
                }
                (service, actuals)
            })
            .collect()
    }

    /// Returns what was reported last of a target for a service, be it named or not.
    pub fn last(
        &self,
        agreement: &DocId,
        target: &ServiceTarget<'_>,
        service: &str,
    ) -> Option<Actual<'s>> {
        let of_target = self.of(agreement, target).into_iter();
        let for_it = of_target.filter(|(named, _)| named.is_empty() || *named == service);
        for_it.filter_map(|(_, mut all)| all.pop()).max_by_key(|it| in_time(it.report))
    }
}

impl Actual<'_> {
    /// Keeps the worse of two.
    fn join(&mut self, other: Self) {
        let rank = |it: &Self| match it.is_met() {
            Some(false) => 0,
            None => 1,
            Some(true) => 2,
        };
        if rank(&other) < rank(self) {
            *self = other;
        }
        self.is_worst_of_several = true;
    }
}

/// Tells whether two rows are of one report, or of two about the very same time.
fn is_of_one_time(a: &Document, b: &Document) -> bool {
    a.path == b.path || Period::of(a).is_some_and(|time| Period::of(b) == Some(time))
}

/// Returns what reports are put in order by: the last day of their time, so that one of a quarter comes
/// behind that of its second month, and before that of its third.
fn in_time(report: &Document) -> impl Ord + use<> {
    let period = Period::of(report);
    let day = day_of(report);
    let last = period.map(|period| period.last).or(day);
    (last, period.map(|period| period.first), day, report.id())
}

/// Returns the time that a report tells of; its day, where it gives none.
pub fn time_of(report: &Document) -> Option<Period> {
    let of_day = || day_of(report).map(|day| Period { first: day, last: day });
    Period::of(report).or_else(of_day)
}

/// Tells whether a row has a number, or says whether the target was met.
pub fn has_answer(row: &Node) -> bool {
    let says = |key| row.get(key).is_some_and(|found| !says_nothing("", &found.value));
    says("value") || says("met")
}

/// Returns the agreement, the target and the service that a row of a report names.
pub fn named(row: &Node) -> Option<(DocId, &str, &str)> {
    let text = |key| row.text(key).map(|found| found.value);
    let agreement = Reference::parse(text("agreement")?).id;
    let only = || match row.get("services")?.value.texts()[..] {
        [only] => Some(only),
        _ => None,
    };
    Some((agreement, text("id")?, text("service").or_else(only).unwrap_or_default()))
}

/// Returns the agreements that the rows of a report name.
pub(super) fn agreements_named(report: &Document) -> impl Iterator<Item = DocId> {
    let rows = ["targets", "actuals"].into_iter().flat_map(|key| report.front.rows(key));
    rows.filter_map(|row| Some(Reference::parse(row.value.text("agreement")?.value).id))
}

fn actual<'s>(
    sms: &'s Sms,
    agreement: &DocId,
    target: &ServiceTarget<'_>,
    report: &'s Document,
    row: &'s Node,
) -> Actual<'s> {
    let text = |key| row.text(key).map(|found| found.value);
    let value = text("value").unwrap_or_default();
    let quoted = quoted_in(target, report, row);
    let promised =
        time_of(report).map(|time| sms.promised_in(agreement, target, time)).unwrap_or_default();
    let is_unpromised = promised.is_empty();
    // Where nothing is known of that time, the target of now and what the report says both count.
    let of_now = is_unpromised.then(|| target.clone());
    let of_report = quoted.clone().filter(|_| is_unpromised);
    let of_report = of_report.map(|it| ServiceTarget { amount: Some(it), ..target.clone() });
    let then: Vec<ServiceTarget<'_>> =
        promised.into_iter().chain(of_now).chain(of_report).collect();
    let amount_of = |it: &ServiceTarget<'_>| it.read(value, text("unit"));
    let reached = |it: &ServiceTarget<'_>| Some(it.compare(&amount_of(it)?)? != Ordering::Less);
    let outcome = then.first().and_then(reached);
    let mut promised_then: Vec<Amount> = Vec::new();
    for amount in then.iter().filter_map(|it| it.amount.clone()) {
        if !promised_then.contains(&amount) {
            promised_then.push(amount);
        }
    }
    if !promised_then.iter().any(|amount| target.differs_from(amount)) {
        promised_then.clear();
    }
    let is_other = |amount: &Amount| then.iter().all(|it| it.differs_from(amount));
    Actual {
        report,
        value,
        amount: then.first().and_then(amount_of),
        says_met: text("met").and_then(was_met),
        reaches: outcome.filter(|_| then.iter().all(|it| reached(it) == outcome)),
        promised_then,
        is_unpromised: is_unpromised && !sms.tenures(agreement).is_empty(),
        misquoted: quoted.filter(is_other),
        is_worst_of_several: false,
    }
}

/// Reads what a row says of whether a target was met.
pub fn was_met(written: &str) -> Option<bool> {
    match written.trim().to_lowercase().as_str() {
        "true" | "yes" | "met" | "ja" | "erreicht" => Some(true),
        "false" | "no" | "not met" | "missed" | "nein" | "verfehlt" | "nicht erreicht" => {
            Some(false)
        }
        _ => None,
    }
}

/// Returns what a report says was promised of the target of a row.
fn quoted_in(target: &ServiceTarget<'_>, report: &Document, row: &Node) -> Option<Amount> {
    let mut promised = report.front.rows("targets").map(|promised| &promised.value);
    let promised = promised.find(|promised| named(promised) == named(row))?;
    let text = |key| promised.text(key).map(|found| found.value);
    target.read(text("value")?, text("unit"))
}
