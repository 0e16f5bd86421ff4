use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::authority::{Authority, Doubt};

rule!(AP010, "authority-backdated", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        for grade in claimed.judged() {
            let on = grade.approval.on.map(|on| on.to_string()).unwrap_or_default();
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let doubt = match &grade.authorised {
                Authority::Unverifiable(doubt) => doubt,
                Authority::Verified(mandate) if !mandate.is_late => {
                    let words = format!(
                        "the role register gave {by} the authority before the approval of {on}"
                    );
                    let evidence = out.evidence(claimed.document.at("id"), words);
                    if let Some(commit) = mandate.since {
                        evidence.commit(commit);
                    }
                    continue;
                }
                _ => continue,
            };
            let (words, help, commit) = match doubt {
                Doubt::GrantedLater(role, commit) => (
                    format!(
                        "{by} approved on {on} as `{role}`, which the role register did not give at the time"
                    ),
                    "let somebody approve it anew who holds the role now, in place of this approval; authority is not given backwards",
                    *commit,
                ),
                Doubt::EndedLater(role, day) => (
                    format!(
                        "{by} approved on {on} as `{role}`, which by the role register of today ended on {day}"
                    ),
                    "correct the day in the role register, or let whoever holds the role approve it anew, in place of this approval",
                    None,
                ),
                _ => continue,
            };
            let finding = claimed.finding(out, &grade.approval, "role", words).help(help);
            if let Some(commit) = commit {
                finding
                    .commit(commit)
                    .note(format!("the row came to the register in {}", sms.commit_words(commit)));
            }
        }
    }
}
