use crate::config::types::TOP_MANAGEMENT;
use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::Contradiction;
use crate::sms::authority::{Authority, Lack};
use crate::sms::former::Fault;

rule!(AP007, "top-management-bypassed", Error, "5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        for (grade, contradiction) in claimed.contradictions() {
            let Contradiction::NotAuthorised(lack @ Lack::PastTopManagement(_)) = contradiction
            else {
                continue;
            };
            let finding = claimed.finding(out, &grade.approval, "role", lack.words());
            finding.help(format!("let `{TOP_MANAGEMENT}` approve it in place of this approval"));
            if let Some(commit) = grade.acted_in() {
                finding.commit(commit);
            }
        }
        for grade in claimed.judged() {
            let Authority::Verified(mandate) = &grade.authorised else { continue };
            if mandate.role == TOP_MANAGEMENT {
                let words = format!("approved by {}, top management that day", mandate.person);
                out.evidence(claimed.document.at("id"), words);
            }
        }
    }
    report_former(sms, out, |fault| {
        matches!(
            fault,
            Fault::Approval(Contradiction::NotAuthorised(Lack::PastTopManagement(_)), _)
        )
    });
}
