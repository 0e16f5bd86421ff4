use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::actual::{named, time_of};
use crate::sms::target::{ServiceTarget, targets};
use crate::source::{Printable, counted, listed};
use std::collections::BTreeSet;

rule!(SR003, "promise-misquoted", Warning, "9.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for report in sms.service_reports() {
        let Some(time) = time_of(report) else { continue };
        let mut held = 0;
        for row in report.front.rows("targets") {
            let Some((agreement, id, _)) = named(&row.value) else { continue };
            let texts = sms.texts_in_force_in(&agreement, time);
            let is_it =
                |target: &ServiceTarget<'_>| target.id == Some(id) && target.amount.is_some();
            let promised: Vec<ServiceTarget<'_>> = texts.flat_map(targets).filter(is_it).collect();
            let text = |key| row.value.text(key).map(|found| found.value);
            let Some(said) = promised
                .first()
                .zip(text("value"))
                .and_then(|(target, value)| target.read(value, text("unit")))
            else {
                continue;
            };
            if !promised.iter().all(|target| target.differs_from(&said)) {
                held += 1;
                continue;
            }
            let amounts: BTreeSet<String> = promised
                .iter()
                .filter_map(|target| Some(target.amount.as_ref()?.to_string()))
                .collect();
            let message = format!(
                "the report says that {said} was promised by the target {} of {agreement}; in force in its time was {}",
                Printable(id),
                listed(amounts, "and")
            );
            out.finding(report.place(row.span), message)
                .note("what was achieved is held against what was in force")
                .help("write what was promised then; in a closed record with an entry under `corrections`");
        }
        if held > 0 {
            let is = if held == 1 { "is as it was" } else { "are as they were" };
            let words = format!("{} it names {is} promised in its time", counted(held, "target"));
            out.evidence(report.at("id"), words);
        }
    }
}
