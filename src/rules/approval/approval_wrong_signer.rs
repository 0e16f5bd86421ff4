use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::Contradiction;
use crate::sms::former::Fault;

rule!(AP011, "approval-wrong-signer", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        for (grade, contradiction) in claimed.contradictions() {
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let (Contradiction::WrongSigner(_, commit) | Contradiction::BrokenSignature(_, commit)) =
                contradiction
            else {
                continue;
            };
            let words = contradiction.said_of(&grade.approval);
            let finding = claimed.finding(out, &grade.approval, "by", words);
            finding.commit(*commit).note(format!("approved in {}", sms.commit_words(*commit)));
            if let Some(key) = grade.signer.as_ref().and_then(|signer| signer.key.as_ref()) {
                finding.note(format!("the key is {key}"));
            }
            finding.help(format!(
                "find out who made this commit; let {by} approve anew, signed with a key of their own"
            ));
        }
        for (grade, commit) in claimed.shown() {
            if let Some(signer) = grade.signer.as_ref().filter(|signer| signer.counts()) {
                let principal = signer.principal.as_deref().unwrap_or_default();
                let words = format!("the approver is the signer, {principal}");
                out.evidence(claimed.document.at("id"), words).commit(commit);
            }
        }
    }
    report_former(sms, out, |fault| {
        matches!(
            fault,
            Fault::Approval(Contradiction::WrongSigner(..) | Contradiction::BrokenSignature(..), _)
        )
    });
}
