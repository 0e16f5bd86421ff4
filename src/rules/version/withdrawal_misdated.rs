use crate::document::Document;
use crate::finding::Findings;
use crate::rules::version::in_force_before_published::earliest_day;
use crate::sms::Sms;
use crate::sms::tenure::{End, Tenure};
use crate::source::Date;

rule!(VC014, "withdrawal-misdated", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    for document in sms.maintained().filter(|document| sms.is_identified(document)) {
        let (Some(id), Some(said)) = (document.id(), document.front.date("withdrawn_on")) else {
            continue;
        };
        if document.status() == Some("approved") && sms.status(document) == Some("withdrawn") {
            let words = format!(
                "`status` says approved, and {said}, the day of the withdrawal, has come: since then the document is out of use"
            );
            out.finding(document.at("withdrawn_on"), words)
                .help("write `status: withdrawn`; what is needed again is approved anew, without this day");
        } else if let Some(last) =
            sms.tenures(&id).iter().rfind(|tenure| !sms.was_undone_at_once(&id, tenure))
        {
            check_day(sms, document, last, said, out);
        }
    }
}

/// Holds the day that a document names against what the publishing branch shows.
fn check_day(sms: &Sms, document: &Document, last: &Tenure, said: Date, out: &mut Findings) {
    let Some(End::Withdrawn(commit)) = last.end else { return };
    let Some(earliest) = earliest_day(sms, commit) else { return };
    if sms.before_start().contains(&commit) {
        return;
    }
    let version = &last.version;
    let withdrawn = sms.history.commit(commit).and_then(|commit| commit.committer.date());
    let withdrawn = withdrawn.unwrap_or(earliest);
    let first_day_out = last.until.and_then(Date::day_after).filter(|day| *day <= sms.as_of);
    let (words, note, help) = match first_day_out {
        _ if said < earliest => (
            format!(
                "version {version} is said to be withdrawn on {said}, and was withdrawn in Git after that"
            ),
            "in between whoever read it found it in force".to_owned(),
            format!("write {withdrawn}, the day on which it was withdrawn here"),
        ),
        Some(first) if first != said && first < earliest => (
            format!(
                "version {version} is said to be withdrawn on {said}, and was withdrawn in Git before that"
            ),
            format!("the publishing branch named {first} then, which had gone by"),
            format!("write {withdrawn}, the day on which it was withdrawn here"),
        ),
        Some(first) if first != said => (
            format!(
                "version {version} is said to be withdrawn on {said}, and went out of use on {first}"
            ),
            format!("{first} is the day that the publishing branch named until it had come"),
            format!("write {first} again: what was in force on a day is not changed afterwards"),
        ),
        _ => {
            let words = format!("withdrawn in Git by {said}, the day that it names");
            out.evidence(document.at("id"), words).commit(commit);
            return;
        }
    };
    out.finding(document.at("withdrawn_on"), words)
        .commit(commit)
        .note(format!("withdrawn in {}", sms.commit_words(commit)))
        .note(note)
        .help(help);
}
