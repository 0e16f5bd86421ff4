use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::actual::Actual;
use crate::sms::in_force::InForce;
use crate::sms::target::{ServiceTarget, targets};
use crate::source::{Printable, listed};

rule!(SL004, "target-unrealistic", Warning, "8.3.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let compared = usize::try_from(sms.trust.config.limits.reports_compared).unwrap_or(usize::MAX);
    let reported = sms.reported();
    for agreement in sms.agreements_in_force() {
        let Some(id) = agreement.file.id() else { continue };
        for target in targets(agreement.text) {
            for (service, mut actuals) in reported.of(&id, &target) {
                actuals.reverse();
                actuals.truncate(compared);
                if actuals.len() == compared && actuals.iter().all(|it| it.is_met().is_some()) {
                    judge(&agreement, &target, service, &actuals, out);
                }
            }
        }
    }
}

fn judge(
    agreement: &InForce<'_>,
    target: &ServiceTarget<'_>,
    service: &str,
    actuals: &[Actual<'_>],
    out: &mut Findings,
) {
    let count = actuals.len();
    let called = Printable(target.called());
    let of =
        if service.is_empty() { String::new() } else { format!(" for {}", Printable(service)) };
    let met = actuals.iter().filter(|actual| actual.is_met() == Some(true)).count();
    let is_far_better = |actual: &Actual<'_>| {
        actual.amount.as_ref().is_some_and(|amount| target.is_far_exceeded_by(amount))
    };
    let became = match met {
        0 => "met in none",
        met if met == count && actuals.iter().all(is_far_better) => "exceeded by far in each",
        met => {
            let words = format!("{called} was met in {met} of the last {count} reports{of}");
            out.evidence(agreement.file.at("id"), words);
            return;
        }
    };
    let words = |meant: &str| {
        format!("the target {called}{meant} was {became} of the last {count} reports{of}")
    };
    let values = listed(actuals.iter().rev().map(|actual| Printable(actual.value)), "and");
    let promise = target.amount.as_ref().map(ToString::to_string).unwrap_or_default();
    agreement
        .finding(out, agreement.place(target.span), words)
        .note(format!("promised is {promise}; reported were {values}"))
        .help("ask whether the target says what the customer needs and what the service can do");
}
