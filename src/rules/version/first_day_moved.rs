use crate::document::Document;
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::tenure::Tenure;
use crate::source::Date;

rule!(VC011, "first-day-moved", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.versioned().filter(|document| sms.status(document) == Some("approved")) {
        let Some((tenure, began)) = begun(sms, document) else { continue };
        let Some(said) = document.front.date("effective_from") else {
            if !sms.claims(document).is_first_day_unread {
                report_missing(sms, document, out);
            }
            continue;
        };
        let mut periods = sms.tenures_of_now(document);
        if !periods.any(|period| begins_on(period, said, tenure)) {
            report(sms, document, tenure, (began, said), out);
        } else {
            let words =
                format!("`effective_from` is the day on which version {} began", tenure.version);
            out.evidence(document.at("id"), words).commit(tenure.published_in);
        }
    }
}

/// Returns the version that a document has, with its first day, if that has come. What lies before
/// control start is not judged.
fn begun<'s>(sms: &'s Sms, document: &Document) -> Option<(&'s Tenure, Date)> {
    let tenure = sms.tenures_of_now(document).next()?;
    let from = tenure.from.filter(|from| *from <= sms.as_of)?;
    (!sms.before_start().contains(&tenure.published_in)).then_some((tenure, from))
}

/// Tells whether a period began on the day that is said. One that came back, and was approved anew for
/// that, may name a day before the publication with which it began.
fn begins_on(period: &Tenure, said: Date, first: &Tenure) -> bool {
    let came_back = period.published_in != first.published_in && period.from == period.published_on;
    let approved = period.claims.current_approvals().filter_map(|approval| approval.on).max();
    period.from == Some(said)
        || came_back
            && period.claims.effective_from == Some(said)
            && approved.is_some_and(|on| on <= said)
            && period.from.is_some_and(|from| said <= from)
}

fn report(
    sms: &Sms,
    document: &Document,
    tenure: &Tenure,
    (began, said): (Date, Date),
    out: &mut Findings,
) {
    let version = &tenure.version;
    let words = format!("version {version} began on {began}, and `effective_from` says {said}");
    let help = match tenure.given_on.filter(|due| *due > began) {
        Some(due) => format!("write {due}, the day on which it was published as approved"),
        None => format!("write {began} again; what is to begin on another day is the next version"),
    };
    let finding = out.finding(document.at("effective_from"), words).help(help);
    if let Some(commit) = moved_in(sms, document, Some(said)) {
        finding.commit(commit).note(format!("moved in {}", sms.commit_words(commit)));
    }
}

/// Reports that a version named the day on which it began, and does so no more, where that makes its
/// file name another day.
fn report_missing(sms: &Sms, document: &Document, out: &mut Findings) {
    let Some(tenure) = sms.tenures_of_now(document).last() else { return };
    let Some(began) = tenure.from.filter(|from| *from <= sms.as_of) else { return };
    let left = sms.claims(document).first_day(tenure.published_on);
    if left == Some(began) || !sms.named_its_first_day(document, tenure) {
        return;
    }
    let words =
        format!("version {} began on {began}, and `effective_from` says no day", tenure.version);
    let finding = out.finding(document.at("effective_from"), words).help(format!(
        "write `effective_from: {began}` again; what is to begin on another day is the next version"
    ));
    if let Some(left) = left {
        finding.note(format!("without it, the file says {left}"));
    }
    if let Some(commit) = moved_in(sms, document, None) {
        finding.commit(commit).note(format!("taken out in {}", sms.commit_words(commit)));
    }
}

/// Returns the commit that brought the day that a document says, or took it out; none while it is not
/// committed.
fn moved_in(sms: &Sms, document: &Document, said: Option<Date>) -> Option<ObjectId> {
    let revisions = sms.history.revisions(&document.id()?).iter().rev();
    let first = revisions.take_while(|it| it.claims.effective_from == said).last()?;
    Some(sms.history.commit_of(first).id)
}
