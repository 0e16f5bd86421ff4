use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

rule!(AU003, "internal-audit-overdue", Completeness, "9.2");

/// The longest time between two internal audits, in months.
const INTERVAL: u32 = 12;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.frameworks.primary().clause("9.2").is_none() {
        return;
    }
    let is_over =
        |day: crate::source::Date| day.plus_months(INTERVAL).is_some_and(|until| until < sms.as_of);
    let help = "hold the next audit of the programme, and keep its report as a record of the kind `internal-audit`";
    match sms.last_held("internal-audit") {
        Some((day, record)) if is_over(day) => {
            let lasting = format!("the last internal audit was on {day}");
            let message = format!("{lasting}, more than {INTERVAL} months before {}", sms.as_of);
            out.finding(record.at("performed_on"), message).known_by(lasting).help(help);
        }
        Some((day, record)) => {
            out.evidence(record.at("id"), format!("the last internal audit was on {day}"));
        }
        None => {
            let start = sms.control_start().filter(|day| is_over(*day));
            let Some(start) = start else { return };
            let place = match sms.audit_programmes().first() {
                Some(programme) => programme.file.at("coverage"),
                None => Place::file(&RepoPath::from(FILE)),
            };
            let message = format!("no internal audit was held since control began on {start}");
            out.finding(place, message).help(help);
        }
    }
}
