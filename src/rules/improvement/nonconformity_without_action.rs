use crate::finding::Findings;
use crate::sms::Sms;

rule!(NC005, "nonconformity-without-action", Warning, "10.1");

/// How long after it was raised a nonconformity may be without a corrective action, in days.
const PATIENCE: i64 = 30;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for record in sms.open_nonconformities().filter(|it| it.status() != Some("closed")) {
        let day = record.front.date("raised_on").or_else(|| record.front.date("date"));
        let (Some(id), Some(day)) = (record.id(), day) else { continue };
        if sms.is_from_before_start(record, day) {
            continue;
        }
        if let Some(action) = sms.corrective_actions(&id).first() {
            let words = match sms.is_closed(action) {
                true => format!("{} put it right", action.called()),
                false => format!("{} is to put it right", action.called()),
            };
            out.evidence(record.at("id"), words);
        } else if sms.as_of.days() - day.days() > PATIENCE {
            let grade = record.front.text("grade");
            let grade = grade.map(|grade| format!("{} ", grade.value)).unwrap_or_default();
            let words = format!(
                "the {grade}nonconformity was raised on {day}, and no corrective action names it"
            );
            out.finding(record.at("id"), words).help(
                "look for the cause, and record what is done about it, with this id as `nc_id`",
            );
        }
    }
}
