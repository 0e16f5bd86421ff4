use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::record::day_of;

rule!(EV005, "record-dated-ahead", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    // What is still open may be planned.
    let is_asked = |record: &&crate::document::Document| {
        record.status() == Some("closed") && sms.is_identified(record)
    };
    for record in sms.records().filter(is_asked) {
        let Some(day) = day_of(record) else { continue };
        if sms.is_to_come(record, day) {
            out.finding(record.at("date"), format!("the record is closed, and of {day}, which is still to come"))
                .help("correct the day, or leave the record open until then; in a closed record with an entry under `corrections`");
        } else {
            out.evidence(record.at("id"), format!("it is of {day}, which has come"));
        }
    }
}
