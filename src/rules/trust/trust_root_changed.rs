use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::{Printable, RepoPath};

/// By what a change of rules or roles was judged.
const JUDGED_BY: &str =
    "what is judged here was judged by the rules and roles of the publishing branch";

rule!(TR001, "trust-root-changed", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.changes_of_trust().is_empty() {
        let words = match &sms.trust.policy_ref {
            Some(policy) => {
                format!("judged by the rules of {policy}, none of which is changed here")
            }
            None => "judged by the rules of the judged tree itself".to_owned(),
        };
        out.evidence(Place::file(&RepoPath::from(FILE)), words);
    }
    for (place, words) in sms.trusted_rules_changed() {
        let finding = out.finding(place, words);
        match sms.trust.policy_ref.as_ref().filter(|_| sms.trust.is_beside_branch) {
            Some(policy) => finding
                .note(format!("what is judged here was judged by the rules of `{}`", Printable(policy)))
                .help("let whoever answers for it see the change on its own; judge by what has it after that"),
            None => finding.note(JUDGED_BY).help(to_bring(sms)),
        };
    }
    for (place, words) in sms.trusted_roles_changed() {
        out.finding(place, words).note(JUDGED_BY).help(to_bring(sms));
    }
}

fn to_bring(sms: &Sms) -> &'static str {
    match sms.is_next_on_the_branch() {
        true => {
            "commit it on its own, and bring it to the branch where whoever answers for it sees it; it is not committed yet"
        }
        false => "bring the change to the branch on its own, where whoever answers for it sees it",
    }
}
