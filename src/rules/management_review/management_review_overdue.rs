use crate::config::FILE;
use crate::config::types::TOP_MANAGEMENT;
use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::record::held_on;
use crate::source::{Date, RepoPath, listed};

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
            let message = match chair(record) {
                Some(chair) => format!(
                    "the review was chaired by {chair}, who did not hold `{TOP_MANAGEMENT}` on {day}"
                ),
                None => {
                    "the review does not say in `chair` who of top management held it".to_owned()
                }
            };
            out.finding(record.at("chair"), message)
                .help("let top management review the system; this review counts as none of theirs. Where the chair is of top management, name him or her as the role register does");
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
            let lasting = format!("the last management review was on {day}");
            let message = format!("{lasting}, more than {INTERVAL} months before {}", sms.as_of);
            out.finding(record.at("date"), message).known_by(lasting).help(help);
        }
        Some((day, record)) => {
            let by = chair(record).map(|chair| format!(", chaired by {chair}")).unwrap_or_default();
            let words = format!("the last management review was on {day}{by}");
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

/// Says who was in the chair, if the record does.
fn chair(record: &Document) -> Option<String> {
    let chairs = record.front.list("chair");
    (!chairs.is_empty()).then(|| listed(chairs.iter().map(|chair| chair.value), "and"))
}

/// Tells whether the register knows top management and nobody of it was in the chair.
fn is_chaired_by_another(sms: &Sms, record: &Document, day: Date) -> bool {
    let knows_top = !sms.roles_in_force().holders(TOP_MANAGEMENT, day).is_empty();
    let chairs = record.front.list("chair").into_iter();
    let mut people = chairs.flat_map(|it| sms.each_meant(it.value, day));
    knows_top && !people.any(|it| sms.mean_one_person(it, TOP_MANAGEMENT, day))
}
