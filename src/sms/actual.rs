//! What service reports say was achieved of what agreements promise (clauses 8.3.3 and 9.4).
//!
//! A report names a target by its agreement and its id, and perhaps the service. Whether it was met is
//! what the report says, and what its number says; the two may differ, and who shows them says so.

use super::Sms;
use super::record::{day_of, first_day_of};
use super::target::{Amount, ServiceTarget};
use crate::document::front::Node;
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
    /// Whether the number reaches what was promised.
    pub reaches: Option<bool>,
    /// What was promised when it was measured, where the report has another number than the target.
    pub promised_then: Option<Amount>,
}

impl Actual<'_> {
    /// Tells whether the target was met: as the report says, else as its number does.
    pub fn is_met(&self) -> Option<bool> {
        self.says_met.or(self.reaches)
    }
}

/// A report, and a row of it.
type Rows<'s> = Vec<(&'s Document, &'s Node)>;

/// What service reports say of targets, in the order of their time: by agreement and id of the target,
/// then by the service that they name.
#[derive(Debug, Default)]
pub struct Reported<'s>(BTreeMap<(DocId, &'s str), BTreeMap<&'s str, Rows<'s>>>);

impl Sms {
    /// Collects what the service reports say of targets that were there by the day spoken of.
    pub fn reported(&self) -> Reported<'_> {
        let is_past = |it: &&Document| day_of(it).is_none_or(|day| day <= self.as_of);
        let mut reports: Vec<&Document> =
            self.records_of("service-report").filter(is_past).collect();
        reports.sort_by_key(|report| in_time(report));
        let mut reported = Reported::default();
        for report in reports {
            for row in report.front.rows("actuals") {
                if let Some((agreement, id, service)) = named(&row.value) {
                    let of_target = reported.0.entry((agreement, id)).or_default();
                    of_target.entry(service).or_default().push((report, &row.value));
                }
            }
        }
        reported
    }
}

impl<'s> Reported<'s> {
    /// Returns what was reported of a target, oldest first, by the services that the reports name; by none
    /// where they name none.
    pub fn of(
        &self,
        agreement: &DocId,
        target: &ServiceTarget<'_>,
    ) -> BTreeMap<&'s str, Vec<Actual<'s>>> {
        let Some(id) = target.id else { return BTreeMap::new() };
        let by_service = self.0.get(&(agreement.clone(), id)).into_iter().flatten();
        by_service
            .map(|(&service, rows)| {
                let read = |&(report, row): &(&'s Document, &'s Node)| actual(target, report, row);
                (service, rows.iter().map(read).collect())
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

/// Returns what reports are put in order by.
fn in_time(report: &Document) -> impl Ord + use<> {
    (first_day_of(report), day_of(report), report.id())
}

/// Returns the agreement, the target and the service that a row of a report names.
fn named(row: &Node) -> Option<(DocId, &str, &str)> {
    let text = |key| row.text(key).map(|found| found.value);
    let agreement = Reference::parse(text("agreement")?).id;
    Some((agreement, text("id")?, text("service").unwrap_or_default()))
}

fn actual<'s>(target: &ServiceTarget<'_>, report: &'s Document, row: &'s Node) -> Actual<'s> {
    let text = |key| row.text(key).map(|found| found.value);
    let value = text("value").unwrap_or_default();
    let amount = target.read(value, text("unit"));
    let promised_then = promised_in(target, report, row);
    let then = promised_then.clone().or_else(|| target.amount.clone());
    let then = ServiceTarget { amount: then, ..target.clone() };
    let compared = amount.as_ref().and_then(|amount| then.compare(amount));
    Actual {
        report,
        value,
        amount,
        says_met: match text("met") {
            Some("true" | "yes") => Some(true),
            Some("false" | "no") => Some(false),
            _ => None,
        },
        reaches: compared.map(|compared| compared != Ordering::Less),
        promised_then,
    }
}

/// Returns what a report says was promised, where that is another number than the target has.
fn promised_in(target: &ServiceTarget<'_>, report: &Document, row: &Node) -> Option<Amount> {
    let mut promised = report.front.rows("targets").map(|promised| &promised.value);
    let promised = promised.find(|promised| named(promised) == named(row))?;
    let text = |key| promised.text(key).map(|found| found.value);
    let then = target.read(text("value")?, text("unit"))?;
    (!target.promises(&then)).then_some(then)
}
