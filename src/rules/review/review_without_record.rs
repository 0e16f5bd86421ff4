use crate::document::{Approval, DocId, Document};
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::review::{How, Moved, review_day, was_closed_before};
use crate::source::Date;
use std::collections::HashSet;

rule!(RV004, "review-without-record", Error, "7.5.2");

const HELP: &str =
    "review the document, and leave a record of the kind `document-review` that names the version";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for record in sms.reviews() {
        check_record(sms, record, out);
    }
    let before_start = sms.before_start();
    let shows_nothing = sms.has_history_of_others();
    for document in sms.maintained().filter(|document| sms.says_in_force(document)) {
        typed_by_hand(sms, document, out);
        if !shows_nothing {
            moved(sms, document, before_start, out);
        }
    }
}

/// A record shows a review if it says of which version, and when.
fn check_record(sms: &Sms, record: &Document, out: &mut Findings) {
    let text = |key| record.front.text(key).map(|found| found.value);
    let (Some(id), Some(day)) = (text("document_id"), review_day(record)) else { return };
    let Some(version) = text("version") else {
        out.finding(
            record.at("document_id"),
            format!("the review of {id} names no version, so it counts for none"),
        )
        .help("add `version` with the version that was reviewed");
        return;
    };
    if text("status") == Some("open") {
        out.finding(
            record.at("status"),
            format!("the review of {id} is still open, so it moves no day of review"),
        )
        .help("close the record once the review has taken place");
    } else if record.id().is_some_and(|it| was_closed_before(&sms.history, &it, day)) {
        out.finding(
            record.at("reviewed_on"),
            format!("the review of {id} is dated {day}, and the record was closed before that day"),
        )
        .help("leave the record once the review has taken place");
    } else if sms.is_to_come(record, day) {
        out.finding(
            record.at("reviewed_on"),
            format!("the review of {id} is dated {day}, which is still to come"),
        )
        .help("leave the record once the review has taken place");
    } else if let Some(approved) = approved_on(sms, id, version).filter(|approved| day < *approved)
    {
        let words = format!(
            "the review of {id} {version} is dated {day}, and that version was approved on {approved}"
        );
        out.finding(record.at("reviewed_on"), words)
            .help("name the version that was reviewed, and the day on which that was done");
    } else if text("result") == Some("no-change") {
        let words = format!("{id} {version} was reviewed on {day} and found right");
        out.evidence(record.at("id"), words);
    }
}

/// Returns the first day on which somebody approved a version, by what that says.
fn approved_on(sms: &Sms, id: &str, version: &str) -> Option<Date> {
    let tenure = sms.tenures(&DocId::new(id)).iter().find(|it| it.is_version(version))?;
    let approvals = tenure.claims.current_approvals().filter_map(|approval| approval.on);
    approvals.chain(tenure.published_on).min()
}

/// What a document says of its own reviews proves nothing.
fn typed_by_hand(sms: &Sms, document: &Document, out: &mut Findings) {
    if let Some(day) = document.front.date("reviewed_on") {
        let is_of_it = |record: &Document| {
            let named = record.front.text("document_id").map(|found| DocId::new(found.value));
            named.is_some() && named == document.id() && review_day(record) == Some(day)
        };
        let is_of_day = |approval: &Approval| approval.on == Some(day);
        let is_shown =
            sms.reviews().any(is_of_it) || document.front.approvals().iter().any(is_of_day);
        if !is_shown {
            let words = format!("a review on {day} is claimed, and no record shows it");
            out.finding(document.at("reviewed_on"), words).help(HELP);
        }
    }
    let claimed = document.front.date("next_review");
    if let (Some(claimed), Some(next)) = (claimed, sms.next_review(document))
        && claimed > next
    {
        out.finding(
            document.at("next_review"),
            format!("the next review is said to be due by {claimed}, and it is due by {next}"),
        )
        .note("the day is counted from the last approval or review record")
        .help(HELP);
    }
}

/// The history shows a day of review that moved on while nobody looked at the text.
fn moved(sms: &Sms, document: &Document, before_start: &HashSet<ObjectId>, out: &mut Findings) {
    for Moved { commit, how } in sms.moved_reviews(document, before_start) {
        let (place, what) = match how {
            How::Raised { from, to } => (
                document.at("review_months"),
                format!("a review lasted {from} months and now lasts {to}"),
            ),
            How::DatedAnew { approval, from, to } => {
                (document.place(approval.span), format!("the approval of {from} is dated {to} now"))
            }
        };
        out.finding(place, format!("the day of review moved without a review: {what}"))
            .commit(commit)
            .note(format!("moved in {}", sms.commit_words(commit)))
            .help(HELP);
    }
}
