use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::reporting::{Fit, Seam};
use crate::source::{Printable, listed};

rule!(SR001, "service-report-gap", Warning, "9.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for Seam { before, report, fit } in sms.seams() {
        let earlier = before.called();
        match fit {
            Fit::Joined => {
                let words = format!("its period begins where that of {earlier} ends");
                out.evidence(report.at("id"), words);
            }
            Fit::Gap(services, time) => {
                let readers = match sms.is_told_to_anybody(&services, time) {
                    true => " for the same readers",
                    false => "",
                };
                let of = match services.is_empty() {
                    true => String::new(),
                    false => format!(" of {}", listed(services.into_iter().map(Printable), "and")),
                };
                let message = format!(
                    "no service report{readers} tells{of} from {} to {}",
                    time.first, time.last
                );
                let note = format!("the one before is {earlier}");
                out.finding(report.at("period"), message).note(note).help(
                    "bring in the report of that time, or put `period` right; in a closed record with an entry under `corrections`",
                );
            }
            Fit::Overlap(time) => {
                let message = format!(
                    "the report tells of {} to {}, as {earlier} does",
                    time.first, time.last
                );
                out.finding(report.at("period"), message).help(
                    "put `period` right where it is wrong; in a closed record with an entry under `corrections`",
                );
            }
        }
    }
}
