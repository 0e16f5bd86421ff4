use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

rule!(TR003, "control-start-to-come", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let Some(start) = sms.trust.config.verify_from else { return };
    let place = Place::file(&RepoPath::from(FILE));
    // Whoever asks about a day or a commit of the past may ask about one before control start.
    let judged = sms.history.day_of(sms.history.judged());
    let is_past = sms.branch_has_gone_on() || judged.is_some_and(|day| sms.as_of < day);
    if is_past {
        return;
    }
    if start <= sms.as_of {
        out.evidence(place, format!("control start was {start}: what came after it is judged"));
        return;
    }
    out.finding(
        place,
        format!("control start, {start}, is still to come, so no approval is judged until then"),
    )
    .note(format!("what is judged is of {}", sms.as_of))
    .help("write the day from which document control is claimed as `verify_from`; a later day than today only while nothing is claimed yet");
}
