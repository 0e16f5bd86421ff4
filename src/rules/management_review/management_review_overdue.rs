use crate::config::FILE;
use crate::config::types::TOP_MANAGEMENT;
use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::record::held_on;
use crate::source::{Date, RepoPath};

rule!(MR002, "management-review-overdue", Completeness, "9.3");

/// The longest time between two reviews, in months.
const INTERVAL: u32 = 12;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.frameworks.primary().review_inputs.is_empty() {
        return;
    }
    let mut last: Option<(Date, &Document)> = None;
    for record in sms.records_of("management-review") {
        let Some(day) = held_on(record).filter(|day| *day <= sms.as_of) else { continue };
        if is_chaired_by_another(sms, record, day) {
            let chair = record.front.text("chair").map_or("nobody", |chair| chair.value);
            let message = format!(
                "the review was chaired by {chair}, who did not hold `{TOP_MANAGEMENT}` on {day}"
            );
            out.finding(record.at("chair"), message)
                .help("let top management review the system; this review counts as none of theirs");
            continue;
        }
        if last.is_none_or(|(latest, _)| latest <= day) {
            last = Some((day, record));
        }
    }
    let is_over = |day: Date| day.plus_months(INTERVAL).is_some_and(|until| until < sms.as_of);
    let help = "hold the review, and keep it as a record of the kind `management-review`";
    match last {
        Some((day, record)) if is_over(day) => {
            let message = format!(
                "the last management review was on {day}, more than {INTERVAL} months before {}",
                sms.as_of
            );
            out.finding(record.at("date"), message).help(help);
        }
        Some((day, record)) => {
            let chair = record.front.text("chair").map_or("nobody", |chair| chair.value);
            let words = format!("the last management review was on {day}, chaired by {chair}");
            out.evidence(record.at("id"), words);
        }
        None => {
            let start = sms.control_start().filter(|day| is_over(*day));
            let Some(start) = start else { return };
            let message = format!("no management review was held since control began on {start}");
            out.finding(Place::file(&RepoPath::from(FILE)), message).help(help);
        }
    }
}

/// Tells whether the register knows top management and the chair was somebody else.
fn is_chaired_by_another(sms: &Sms, record: &Document, day: Date) -> bool {
    let Some(chair) = record.front.text("chair") else { return false };
    let knows_top = !sms.roles().holders(TOP_MANAGEMENT, day).is_empty();
    knows_top && !sms.mean_one_person(chair.value, TOP_MANAGEMENT, day)
}
