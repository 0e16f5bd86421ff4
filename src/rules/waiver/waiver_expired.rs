use crate::document::Document;
use crate::finding::Findings;
use crate::rules::waiving::{Worth, of_document};
use crate::sms::Sms;
use crate::sms::record::day_of;
use crate::source::{Date, listed};

rule!(WV001, "waiver-expired", Error, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let records = sms.records_of("waiver").filter(|record| record.status() != Some("closed"));
    records.for_each(|record| check_record(sms, record, out));
    sms.documents.iter().for_each(|document| check_document(sms, document, out));
}

fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let mut last: Option<Date> = None;
    for weighed in of_document(sms, document) {
        let Some(until) = &weighed.waiver.until else { continue };
        let (name, day) = (weighed.name(), until.value);
        let place = document.place(until.span);
        match weighed.worth {
            Worth::Ended => {
                out.finding(place, format!("the waiver of `{name}` ended on {day}"))
                    .help("take it out and put right what it excused, or decide anew: a later day, and why");
            }
            Worth::TooLong(longest) => {
                let most = sms.trust.config.limits.waiver_months;
                out.finding(
                    place,
                    format!(
                        "the waiver of `{name}` lasts longer than {most} months, and waives nothing"
                    ),
                )
                .note(format!("on {} it may last until {longest}", sms.as_of))
                .help("end it earlier, and decide anew when it ends");
            }
            Worth::Holds => last = last.max(Some(day)),
            Worth::NotAllowed | Worth::Malformed(_) => {}
        }
    }
    if let Some(last) = last {
        let words = format!("what it waives counts again after {last} at the latest");
        out.evidence(document.at("id"), words);
    }
}

fn check_record(sms: &Sms, record: &Document, out: &mut Findings) {
    let most = sms.trust.config.limits.waiver_months;
    let Some(until) = record.front.date("until") else {
        // A day that cannot be read is another rule's matter.
        if record.front.get("until").is_none_or(|found| found.value.is_empty()) {
            out.finding(record.at("until"), format!("{} never ends", waiver(record))).help(
                format!("add `until` with a day at most {most} months after `from`, or close it"),
            );
        }
        return;
    };
    if until < sms.as_of {
        let words = format!("{} ended on {until} and is still open", waiver(record));
        out.finding(record.at("until"), words)
            .help("close it, and put right what it excused or decide on a new waiver");
        return;
    }
    let is_empty = |key| record.front.get(key).is_none_or(|found| found.value.is_empty());
    let from = record.front.date("from").or_else(|| day_of(record));
    match from {
        // A day that cannot be read is another rule's matter.
        None if is_empty("from") && is_empty("date") => {
            let words = format!("{} has no first day, so nothing limits it", waiver(record));
            out.finding(record.at("from"), words)
                .help(format!("add `from`, at most {most} months before `until`"));
            return;
        }
        Some(from) if until < from => {
            let words = format!("{} begins on {from} and ends before, on {until}", waiver(record));
            out.finding(record.at("from"), words).help("correct the first day or the last");
            return;
        }
        _ => {}
    }
    match from.and_then(|from| from.plus_months(most)) {
        Some(longest) if until > longest => {
            let words = format!("{} lasts longer than {most} months", waiver(record));
            out.finding(record.at("until"), words)
                .note(format!("from its first day it may last until {longest}"))
                .help("end it earlier, and decide anew when it ends");
        }
        _ => {
            let words = format!("{} lasts until {until}", waiver(record));
            out.evidence(record.at("id"), words);
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
