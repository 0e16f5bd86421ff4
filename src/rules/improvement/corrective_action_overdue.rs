use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::record::says;

rule!(NC002, "corrective-action-overdue", Error, "10.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for record in sms.records_of("corrective-action") {
        let day = |key| record.front.date(key);
        let says = |key| says(record, key);
        let (due, done) = (day("due"), day("done_on"));
        if record.status() == Some("closed") {
            match (due, done) {
                (Some(due), Some(done)) if due < done => {
                    out.evidence(
                        record.at("id"),
                        format!("was due on {due} and late, done on {done}"),
                    );
                }
                (Some(due), Some(done)) => {
                    out.evidence(record.at("id"), format!("was due on {due} and done on {done}"));
                }
                _ => {}
            }
            continue;
        }
        let check_due = day("effectiveness_check_due");
        match (due, check_due) {
            (Some(due), _) if !says("done_on") && due < sms.as_of => {
                let lasting = format!("the corrective action was due on {due} and is not done");
                let message = format!("{lasting} on {}", sms.as_of);
                out.finding(record.at("due"), message).known_by(lasting).help(
                    "do it and write `done_on`, or agree on another day and say why in the text",
                );
            }
            (_, Some(check)) if !says("effectiveness_result") && check < sms.as_of => {
                let lasting = format!(
                    "its effectiveness was to be checked by {check}, and there is no result"
                );
                let message = format!("{lasting} on {}", sms.as_of);
                out.finding(record.at("effectiveness_check_due"), message).known_by(lasting).help(
                    "check it and write `effectiveness_result`, `verified_by` and `verified_on`",
                );
            }
            (Some(due), _) => {
                out.evidence(record.at("id"), format!("is open and due on {due}"));
            }
            _ => {}
        }
    }
}
