use crate::finding::Findings;
use crate::rules::version::in_force_before_published::earliest_day;
use crate::sms::Sms;
use crate::sms::tenure::End;

rule!(VC014, "withdrawal-backdated", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    let withdrawn = sms.maintained().filter(|document| document.status() == Some("withdrawn"));
    for document in withdrawn.filter(|document| sms.is_identified(document)) {
        let (Some(id), Some(said)) = (document.id(), document.front.date("withdrawn_on")) else {
            continue;
        };
        let Some(tenure) = sms.tenures(&id).last() else { continue };
        let Some(End::Withdrawn(commit)) = tenure.end else { continue };
        if before_start.contains(&commit) {
            continue;
        }
        match earliest_day(sms, commit) {
            Some(day) if said < day => {
                let words = format!(
                    "version {} is said to be withdrawn on {said}, and was withdrawn in Git after that",
                    tenure.version
                );
                out.finding(document.at("withdrawn_on"), words)
                    .commit(commit)
                    .note(format!("withdrawn in {}", sms.commit_words(commit)))
                    .note("in between whoever read it found it in force")
                    .help("write the day on which it was withdrawn here, or a later one");
            }
            Some(_) => {
                let words = format!("withdrawn in Git by {said}, the day that it names");
                out.evidence(document.at("id"), words).commit(commit);
            }
            None => {}
        }
    }
}
