use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::out_of_use::Withdrawal;
use crate::sms::tenure::End;
use crate::source::Date;

rule!(VC016, "withdrawal-unexplained", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    for document in sms.maintained().filter(|document| sms.is_identified(document)) {
        let Some(withdrawal) = sms.withdrawal(document) else { continue };
        if withdrawal.commit.is_some_and(|commit| before_start.contains(&commit)) {
            continue;
        }
        let lacks = |key| document.front.get(key).is_none_or(|said| said.value.is_empty());
        match (lacks("withdrawn_on"), lacks("withdrawal_reason")) {
            (false, false) => {
                let words = "says since when it is withdrawn, and why";
                let evidence = out.evidence(document.at("id"), words);
                withdrawal.commit.map(|commit| evidence.commit(commit));
            }
            lacking => report(sms, document, &withdrawal, lacking, out),
        }
    }
}

fn report(
    sms: &Sms,
    document: &Document,
    withdrawal: &Withdrawal,
    (lacks_day, lacks_reason): (bool, bool),
    out: &mut Findings,
) {
    let what = match (lacks_day, lacks_reason) {
        (true, true) => "since when, or why",
        (true, false) => "since when",
        _ => "why",
    };
    let to_come = sms.withdrawn_as_of(document);
    let (place, words) = match to_come {
        Some(day) => {
            let words =
                format!("the document is to be withdrawn on {day}, and does not say {what}");
            (document.at("withdrawn_on"), words)
        }
        None => {
            let words = format!("the document is withdrawn, and does not say {what}");
            (document.at("status"), words)
        }
    };
    let finding = out.finding(place, words);
    // It is known again once the day has come.
    finding.known_by(format!("the document is withdrawn, and does not say {what}"));
    if let Some(commit) = withdrawal.commit {
        let how = if to_come.is_some() { "announced" } else { "withdrawn" };
        finding.commit(commit).note(format!("{how} in {}", sms.commit_words(commit)));
    }
    let day = match published_on(sms, document).or(withdrawal.on) {
        Some(day) => format!("`withdrawn_on: {day}`, the day on which it was withdrawn here"),
        None => "`withdrawn_on`, the first day on which it is out of use".to_owned(),
    };
    let reason = "`withdrawal_reason`, a line on why it is no longer needed";
    finding.help(match (lacks_day, lacks_reason) {
        (true, true) => format!("add {day}, and {reason}"),
        (true, false) => format!("add {day}"),
        _ => format!("add {reason}"),
    });
}

/// Returns the day on which the withdrawal came to the publishing branch.
fn published_on(sms: &Sms, document: &Document) -> Option<Date> {
    let id = document.id()?;
    match sms.tenures(&id).last()?.end {
        Some(End::Withdrawn(commit)) => sms.history.commit(commit)?.committer.date(),
        _ => None,
    }
}
