use crate::document::Document;
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::source::Date;

rule!(VC009, "in-force-before-approved", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        let Some(from) = document.front.date("effective_from") else { continue };
        let version = document.front.text("version").map(|version| version.value);
        let of_version = claimed.grades.iter();
        let of_version = of_version.filter(|it| it.approval.is_of(version));
        let first =
            of_version.filter(|it| it.approval.on.is_some()).min_by_key(|it| it.approval.on);
        let Some((grade, on)) = first.and_then(|grade| Some((grade, grade.approval.on?))) else {
            continue;
        };
        let before = approved_before(sms, document).filter(|(first, _)| *first <= from);
        let holds = claimed.decides.is_some_and(|grade| grade.holds_at(claimed.minimum));
        if !holds && (from >= on || before.is_some()) {
            // That it was approved by then is what another rule doubts.
        } else if let Some((on, commit)) = before.filter(|_| from < on) {
            let words = format!("in force from {from}, and approved first on {on}");
            out.evidence(document.at("id"), words).commit(commit);
        } else if from >= on {
            let words = format!("in force from {from}, and approved by then, on {on}");
            let evidence = out.evidence(document.at("id"), words);
            if let Some(commit) = grade.acted_in() {
                evidence.commit(commit);
            }
        } else if claimed.before_start.is_none() {
            let words = format!("in force from {from}, and approved only on {on}");
            let day = match due(sms, document) {
                Some(due) => format!("{due}, the day on which it was published as approved"),
                None => format!("{on} or later"),
            };
            let finding = out.finding(document.at("effective_from"), words);
            finding
                .other(claimed.place(&grade.approval, "on"), "approved")
                .note("between the two days people worked by a text that nobody had approved")
                .help(format!(
                    "let it take effect on {day}, and record what was done before under a waiver"
                ));
            if let Some(commit) = grade.acted_in() {
                finding.commit(commit);
            }
        }
    }
}

/// Returns the day on which the version of a document was published as approved, if it is.
fn due(sms: &Sms, document: &Document) -> Option<Date> {
    sms.tenure_of_now(document)?.given_on
}

/// Returns the day and the commit of the first approval with which the version was issued. One
/// that is approved again later has been approved since then.
fn approved_before(sms: &Sms, document: &Document) -> Option<(Date, ObjectId)> {
    let version = document.front.text("version")?.value;
    let issues = sms.issues(&document.id()?).filter(|issue| issue.claims.is_version(version));
    let approved = issues.flat_map(|issue| {
        let of_version = issue.claims.approvals.iter();
        let of_version = of_version.filter(|it| it.is_of(Some(version)));
        of_version.filter_map(|it| Some((it.on?, issue.commit.id))).collect::<Vec<_>>()
    });
    approved.min_by_key(|(on, _)| *on)
}
