use crate::document::meant::word;
use crate::document::{Approval, DocId, Document};
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::sms::record::is_left_empty;
use crate::sms::review::{How, Moved, RESULTS, ShowsNone, review_day};
use crate::sms::roles::Owner;
use crate::source::{Printable, listed};
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
    for found in sms.maintained().filter_map(|document| sms.as_in_force(document)) {
        typed_by_hand(sms, &found, out);
        if !shows_nothing {
            moved(sms, &found, before_start, out);
        }
    }
}

/// A record shows a review if it says of which version, when and with what result.
fn check_record(sms: &Sms, record: &Document, out: &mut Findings) {
    let text = |key| record.front.text(key).map(|found| found.value);
    let is_closed = text("status") == Some("closed");
    let is_old = review_day(record).is_some_and(|day| sms.is_before_start(day));
    if is_closed && !is_old && !is_left_empty(record) && !is_told_whole(sms, record, out) {
        return;
    }
    let (Some(id), Some(day)) = (text("document_id"), review_day(record)) else { return };
    let Some(version) = text("version") else {
        out.finding(
            record.at("document_id"),
            format!("the review of {id} names no version, so it counts for none"),
        )
        .help("add `version` with the version that was reviewed");
        return;
    };
    let is_no_change = text("result") == Some("no-change");
    match sms.why_it_shows_none(record) {
        Some(ShowsNone::Open) => {
            out.finding(
                record.at("status"),
                format!("the review of {id} is still open, so it moves no day of review"),
            )
            .help("close the record once the review has taken place");
        }
        Some(ShowsNone::ClosedBefore) => {
            let words = format!(
                "the review of {id} is dated {day}, and the record was closed before that day"
            );
            out.finding(record.at("reviewed_on"), words)
                .help("leave the record once the review has taken place");
        }
        Some(ShowsNone::ToCome) if sms.is_to_come(record, day) => {
            out.finding(
                record.at("reviewed_on"),
                format!("the review of {id} is dated {day}, which is still to come"),
            )
            .help("leave the record once the review has taken place");
        }
        Some(ShowsNone::ApprovedLater(approved)) => {
            let words = format!(
                "the review of {id} {version} is dated {day}, and that version was approved on {approved}"
            );
            out.finding(record.at("reviewed_on"), words)
                .help("name the version that was reviewed, and the day on which that was done");
        }
        // What is not committed yet may be of today.
        None | Some(ShowsNone::ToCome) if is_no_change => {
            let words = format!("{id} {version} was reviewed on {day} and found right");
            out.evidence(record.at("id"), words);
        }
        _ => {}
    }
}

/// Tells whether a review that is closed says all that makes it count, and reports what it does not say,
/// or says of what there never was.
fn is_told_whole(sms: &Sms, record: &Document, out: &mut Findings) -> bool {
    let before = out.findings.len();
    let is_missing = |key: &&str| record.front.get(key).is_none_or(|found| found.value.is_empty());
    let needed = ["document_id", "result", "reviewer"];
    let mut missing: Vec<&str> = needed.into_iter().filter(is_missing).collect();
    // A day that cannot be read is another rule's matter.
    if ["reviewed_on", "date"].iter().all(is_missing) {
        missing.push("reviewed_on");
    }
    if !missing.is_empty() {
        let keys = listed(missing.iter().map(|key| format!("`{key}`")), "and");
        out.finding(
            record.at("kind"),
            format!("the review does not say {keys}, so it counts for none"),
        )
        .help("add what is known: what was reviewed, when, and with what result");
    }
    not_single(record, out);
    if let Some(found) = record.front.text("result")
        && !RESULTS.contains(&found.value)
    {
        let expected = listed(RESULTS.iter().map(|result| format!("`{result}`")), "or");
        let words = format!(
            "the result of the review is `{}`; {expected} was expected",
            Printable(found.value)
        );
        let finding = out.finding(record.place(found.span), words);
        finding.help("a review counts by its result, written in this very word");
        if let Some(meant) = word(found.value, &RESULTS)
            && let Some(splice) = record.rewriting(found.span, &meant)
        {
            finding.fix(format!("write `{meant}`"), vec![splice]);
        }
    }
    if let Some(named) = record.front.text("document_id") {
        let id = DocId::new(named.value);
        let is_there = sms.document(named.value).is_some();
        if !is_there && sms.history.revisions(&id).is_empty() {
            let words = format!(
                "the review is of `{}`, which is the id of no document, so it counts for none",
                Printable(named.value)
            );
            let help = match sms.nearest_id(named.value) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name the document by its id, and its version under `version`".to_owned(),
            };
            out.finding(record.place(named.span), words).help(help);
        } else if let Some(version) = record.front.text("version")
            && !sms.has_version(&id, version.value)
        {
            let words = format!(
                "the review is of version {} of {id}, which there never was, so it counts for none",
                Printable(version.value)
            );
            out.finding(record.place(version.span), words)
                .help("name the version that was reviewed");
        }
    }
    if !is_missing(&"reviewer") && !sms.is_by_somebody(record) {
        by_nobody(sms, record, out);
    }
    out.findings.len() == before
}

/// Reports what stands in the place of a reviewer and is no person.
fn by_nobody(sms: &Sms, record: &Document, out: &mut Findings) {
    let day = review_day(record).unwrap_or(sms.as_of);
    let names = record.front.get("reviewer").map(|found| found.value.texts().join(", "));
    let names = names.unwrap_or_default();
    let is_machine = matches!(sms.roles_in_force().meant(&names, day), Owner::Machine(_));
    let what = if is_machine { "a machine" } else { "no person, and no role that people hold" };
    let words = format!("the reviewer `{}` is {what}; a person was expected", Printable(&names));
    out.finding(record.at("reviewer"), words).help("let a person review the document");
}

/// Reports what is written as a list or a mapping and counts as one value only.
fn not_single(record: &Document, out: &mut Findings) {
    let results = listed(RESULTS.iter().map(|result| format!("`{result}`")), "or");
    let keys = [
        (
            "document_id",
            "write the one id of what was reviewed; each document has a record of its own"
                .to_owned(),
        ),
        ("result", format!("write one of {results}")),
    ];
    for (key, help) in keys {
        let found = record.front.get(key).filter(|found| !found.value.is_empty());
        if let Some(found) = found.filter(|_| record.front.text(key).is_none()) {
            let words = format!("`{key}` of the review is no single value, so it counts for none");
            out.finding(record.place(found.span), words).help(help);
        }
    }
}

/// What a document says of its own reviews proves nothing.
fn typed_by_hand(sms: &Sms, found: &InForce<'_>, out: &mut Findings) {
    let document = found.text;
    if let Some(day) = document.front.date("reviewed_on") {
        let is_of_it = |record: &Document| {
            let named = record.front.text("document_id").map(|found| DocId::new(found.value));
            named.is_some() && named == document.id() && review_day(record) == Some(day)
        };
        let is_of_day = |approval: &Approval| approval.on == Some(day);
        let is_shown =
            sms.reviews().any(is_of_it) || document.front.approvals().iter().any(is_of_day);
        if !is_shown {
            let words = |beside: &str| {
                let beside = if beside.is_empty() { "," } else { beside };
                format!("a review on {day} is claimed{beside} and no record shows it")
            };
            found.finding(out, found.at("reviewed_on"), words).help(HELP);
        }
    }
    let claimed = document.front.date("next_review");
    let next = match found.version {
        None => sms.next_review(document),
        Some(_) => sms.review_in_force(found.file),
    };
    if let (Some(claimed), Some(next)) = (claimed, next)
        && claimed > next
    {
        let words = |beside: &str| {
            let beside = if beside.is_empty() { "," } else { beside };
            format!(
                "the next review is said to be due by {claimed}{beside} and it is due by {next}"
            )
        };
        found
            .finding(out, found.at("next_review"), words)
            .note("the day is counted from the last approval or review record")
            .help(HELP);
    }
}

/// The history shows a day of review that moved on while nobody looked at the text.
fn moved(sms: &Sms, found: &InForce<'_>, before_start: &HashSet<ObjectId>, out: &mut Findings) {
    for Moved { commit, how } in sms.moved_reviews(found, before_start) {
        let (place, what) = match how {
            How::Raised { from, to } => (
                found.at("review_months"),
                format!("a review lasted {from} months and now lasts {to}"),
            ),
            How::DatedAnew { approval, from, to } => {
                (found.place(approval.span), format!("the approval of {from} is dated {to} now"))
            }
        };
        let words =
            |beside: &str| format!("the day of review{beside} moved without a review: {what}");
        found
            .finding(out, place, words)
            .commit(commit)
            .note(format!("moved in {}", sms.commit_words(commit)))
            .help(HELP);
    }
}
