use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::record::day_of;
use crate::source::listed;

rule!(WV001, "waiver-expired", Error, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let most = sms.trust.config.limits.waiver_months;
    for record in sms.records_of("waiver").filter(|record| record.status() != Some("closed")) {
        let Some(until) = record.front.date("until") else {
            // A day that cannot be read is another rule's matter.
            if record.front.get("until").is_none_or(|found| found.value.is_empty()) {
                out.finding(record.at("until"), format!("{} never ends", waiver(record))).help(
                    format!(
                        "add `until` with a day at most {most} months after `from`, or close it"
                    ),
                );
            }
            continue;
        };
        if until < sms.as_of {
            out.finding(
                record.at("until"),
                format!("{} ended on {until} and is still open", waiver(record)),
            )
            .help("close it, and put right what it excused or decide on a new waiver");
            continue;
        }
        let from = record.front.date("from").or_else(|| day_of(record));
        match from.and_then(|from| from.plus_months(most)) {
            Some(longest) if until > longest => {
                out.finding(
                    record.at("until"),
                    format!("{} lasts longer than {most} months", waiver(record)),
                )
                .note(format!("from its first day it may last until {longest}"))
                .help("end it earlier, and decide anew when it ends");
            }
            _ => {
                let words = format!("{} lasts until {until}", waiver(record));
                out.evidence(record.at("id"), words);
            }
        }
    }
}

/// Calls a waiver by what it is against.
fn waiver(record: &Document) -> String {
    let against = record.front.list("against").into_iter().map(|found| found.value);
    match listed(against, "and") {
        against if against.is_empty() => "the waiver".to_owned(),
        against => format!("the waiver against {against}"),
    }
}
