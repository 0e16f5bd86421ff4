use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::RepoPath;

rule!(TR001, "trust-root-changed", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let changes = sms.changes_of_trust();
    if changes.is_empty() {
        let words = match &sms.trust.policy_ref {
            Some(policy) => {
                format!("judged by the rules of {policy}, none of which is changed here")
            }
            None => "judged by the rules of the judged tree itself".to_owned(),
        };
        out.evidence(Place::file(&RepoPath::from(FILE)), words);
    }
    let help = match sms.is_next_on_the_branch() {
        true => {
            "commit it on its own, and bring it to the branch where whoever answers for it sees it; it is not committed yet"
        }
        false => "bring the change to the branch on its own, where whoever answers for it sees it",
    };
    for (place, words) in changes {
        out.finding(place, words)
            .note("what is judged here was judged by the rules and roles of the publishing branch")
            .help(help);
    }
}
