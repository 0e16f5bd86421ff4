use crate::document::Document;
use crate::document::front::Node;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::sms::record::{day_of, first_day_of};
use crate::sms::target::{Amount, ServiceTarget, targets};
use crate::source::{Printable, listed};
use std::cmp::Ordering;
use std::collections::BTreeMap;

rule!(SL004, "target-unrealistic", Warning, "8.3.3");

/// One value that a report gives for a target.
struct Actual {
    words: String,
    is_met: bool,
    is_far_better: bool,
}

/// The agreement, the target and the service of a value, as reports write them.
type Key<'s> = (&'s str, &'s str, &'s str);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let compared = usize::try_from(sms.trust.config.limits.reports_compared).unwrap_or(usize::MAX);
    let reported = reported(sms);
    for agreement in sms.agreements_in_force() {
        let Some(id) = agreement.file.id() else { continue };
        for target in targets(agreement.text) {
            let of_target = |(key, _): &(&Key<'_>, &Vec<&Node>)| {
                key.0 == id.as_str() && Some(key.1) == target.id
            };
            for ((_, _, service), rows) in reported.iter().filter(of_target) {
                let all: Option<Vec<Actual>> =
                    rows.iter().rev().take(compared).map(|row| actual(&target, row)).collect();
                let Some(actuals) = all.filter(|all| all.len() == compared) else { continue };
                judge(&agreement, &target, service, &actuals, out);
            }
        }
    }
}

/// Collects what service reports say of targets, in the order of their time.
fn reported(sms: &Sms) -> BTreeMap<Key<'_>, Vec<&Node>> {
    let mut reports: Vec<&Document> = sms.records_of("service-report").collect();
    reports.sort_by_key(|report| (first_day_of(report), day_of(report), report.id()));
    let mut reported: BTreeMap<Key<'_>, Vec<&Node>> = BTreeMap::new();
    for row in reports.into_iter().flat_map(|report| report.front.rows("actuals")) {
        let text = |key| row.value.text(key).map(|found| found.value);
        if let (Some(agreement), Some(id)) = (text("agreement"), text("id")) {
            let key = (agreement, id, text("service").unwrap_or_default());
            reported.entry(key).or_default().push(&row.value);
        }
    }
    reported
}

/// Reads one value, if it says whether the target was met.
fn actual(target: &ServiceTarget<'_>, row: &Node) -> Option<Actual> {
    let text = |key| row.text(key).map(|found| found.value);
    let unit = text("unit").or(target.amount.as_ref().map(|amount| amount.unit.as_str()));
    let value = text("value").unwrap_or_default();
    let amount = Amount::read(value, unit);
    let compared = || Some(target.compare(amount.as_ref()?)? != Ordering::Less);
    let is_met = match text("met") {
        Some("true" | "yes") => true,
        Some("false" | "no") => false,
        _ => compared()?,
    };
    let is_far_better = amount.as_ref().is_some_and(|amount| target.is_far_exceeded_by(amount));
    Some(Actual { words: Printable(value).to_string(), is_met, is_far_better })
}

fn judge(
    agreement: &InForce<'_>,
    target: &ServiceTarget<'_>,
    service: &str,
    actuals: &[Actual],
    out: &mut Findings,
) {
    let count = actuals.len();
    let called = Printable(target.called());
    let of =
        if service.is_empty() { String::new() } else { format!(" for {}", Printable(service)) };
    let met = actuals.iter().filter(|actual| actual.is_met).count();
    let became = match met {
        0 => "met in none",
        met if met == count && actuals.iter().all(|actual| actual.is_far_better) => {
            "exceeded by far in each"
        }
        met => {
            let words = format!("{called} was met in {met} of the last {count} reports{of}");
            out.evidence(agreement.file.at("id"), words);
            return;
        }
    };
    let words = |meant: &str| {
        format!("the target {called}{meant} was {became} of the last {count} reports{of}")
    };
    let values = listed(actuals.iter().rev().map(|actual| actual.words.as_str()), "and");
    let promise = target.amount.as_ref().map(ToString::to_string).unwrap_or_default();
    agreement
        .finding(out, agreement.place(target.span), words)
        .note(format!("promised is {promise}; reported were {values}"))
        .help("ask whether the target says what the customer needs and what the service can do");
}
