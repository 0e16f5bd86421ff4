use crate::document::DocId;
use crate::finding::Findings;
use crate::rules::report_former;
use crate::sms::Sms;
use crate::sms::approval::Contradiction;
use crate::sms::former::Fault;

rule!(VC005, "approval-before-content", Error, "7.5.3");

/// Says what to do with an approval that was copied with the file of another document.
pub(super) fn as_copied(other: &DocId) -> String {
    format!(
        "this is the approval of {other}, which was copied with its text: take it out, and set `status: draft` until this document is approved itself"
    )
}

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let mut misdated = Vec::new();
        for (grade, contradiction) in claimed.contradictions() {
            let (Contradiction::BeforeContent(_, commit) | Contradiction::AfterCommit(_, commit)) =
                *contradiction
            else {
                continue;
            };
            misdated.push(grade);
            let words = contradiction.said_of(&grade.approval);
            let finding = claimed.finding(out, &grade.approval, "on", words);
            finding
                .commit(grade.acted_in().unwrap_or(commit))
                .note(sms.commit_words(commit))
                .note("dates are claims of whoever commits; the order of the commits is not");
            let copied = sms.approval_of_another(claimed.document, &grade.approval);
            finding.help(match &copied {
                Some(other) => as_copied(other),
                None => "let the approver approve this content anew, in place of this approval; where only the day is wrong, let them correct it".to_owned(),
            });
            if copied.is_none() && grade.commit == Some(commit) && grade.came_with_its_text() {
                finding.note("text and approval came in one commit, as where a branch was squashed: let the approver approve what was merged");
            }
        }
        for (grade, commit) in claimed.shown() {
            let Some(on) = grade.approval.on else { continue };
            if !misdated.iter().any(|other| std::ptr::eq(*other, grade)) {
                let words = format!(
                    "its approval of {on} is dated neither before the content nor after the commit"
                );
                out.evidence(claimed.document.at("id"), words).commit(commit);
            }
        }
    }
    report_former(sms, out, |fault| {
        matches!(
            fault,
            Fault::Approval(Contradiction::BeforeContent(..) | Contradiction::AfterCommit(..), _)
        )
    });
}
