use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Control};
use crate::sms::former::Fault;

rule!(AP004, "approval-by-author", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        let mut by_author = Vec::new();
        for (grade, contradiction) in claimed.contradictions() {
            let Contradiction::BySelf(commit) = contradiction else { continue };
            by_author.push(grade);
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let words = contradiction.said_of(&grade.approval);
            let finding = claimed
                .finding(out, &grade.approval, "by", words)
                .commit(grade.acted_in().unwrap_or(*commit))
                .note(format!("written in {}", sms.commit_words(*commit)));
            let ended = grade.approval.on.and_then(|on| sms.control_that_ended(document, on));
            match ended {
                Some(Control { waiver, until, .. }) => finding
                    .note(format!("{waiver}, under whose compensating control it was approved, lasted until {until}"))
                    .help("decide on a new waiver that names the document under `against`, or let somebody else who may approve it do so, in place of this approval"),
                None => finding.help("let somebody else who may approve it do so, in place of this approval"),
            };
            let author = sms.history.commit(*commit).map(|commit| &commit.author.person.email);
            let Some(author) = author else { continue };
            if sms.identities().has_claimed(by, author) {
                finding.note(format!("{by} put {author} beside the own address in a role register; if they are two people, let the role register list both"));
            } else if !sms.identities().are_one_person(author, by) {
                finding.note("the addresses differ, and the name or the mailbox is the same; if they are two people, let the role register list both");
            }
        }
        for (grade, commit) in claimed.shown() {
            if by_author.iter().any(|other| std::ptr::eq(*other, grade)) {
                continue;
            }
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let words = match grade.control.as_slice() {
                [] => format!("the approver {by} wrote none of the content"),
                [waiver, others @ ..] => {
                    let others = others.iter().map(|other| format!(", with which {other} goes on"));
                    format!(
                        "approved by its author {by}, under the compensating control of {waiver}{}",
                        others.collect::<String>()
                    )
                }
            };
            out.evidence(document.at("id"), words).commit(commit);
        }
    }
    let is_ours = |fault: &Fault| matches!(fault, Fault::Approval(Contradiction::BySelf(_), _));
    report_former(sms, out, is_ours);
}
