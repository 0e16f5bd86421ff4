use crate::finding::Findings;
use crate::sms::Sms;

rule!(VC009, "in-force-before-approved", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        let Some(from) = document.front.date("effective_from") else { continue };
        let version = document.front.text("version").map(|version| version.value);
        let of_version = claimed.grades.iter();
        let of_version = of_version.filter(|it| it.approval.version.as_deref() == version);
        // Approved again later, it has been approved since the first time.
        let first = of_version.filter(|it| it.approval.on.is_some()).min_by_key(|it| it.approval.on);
        let Some((grade, on)) = first.and_then(|grade| Some((grade, grade.approval.on?))) else {
            continue;
        };
        if from >= on {
            let words = format!("in force from {from}, and approved by then, on {on}");
            let evidence = out.evidence(document.at("id"), words);
            if let Some(commit) = grade.acted_in() {
                evidence.commit(commit);
            }
        } else if claimed.before_start.is_none() {
            let words = format!("in force from {from}, and approved only on {on}");
            let finding = out.finding(document.at("effective_from"), words);
            finding
                .other(claimed.place(&grade.approval, "on"), "approved")
                .note("between the two days people worked by a text that nobody had approved")
                .help(format!(
                    "let it take effect on {on} or later, and record what was done before under a waiver"
                ));
            if let Some(commit) = grade.acted_in() {
                finding.commit(commit);
            }
        }
    }
}
