use crate::document::Document;
use crate::document::fields::{DERIVED_STATUSES, RECORD_STATUSES, STATUSES};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(FM011, "status-typed-by-hand", Error, "7.5.3", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let Some(status) = document.status() else { return };
    let is_record = sms.is_record(document);
    let allowed = if is_record { RECORD_STATUSES.as_slice() } else { &STATUSES };
    if DERIVED_STATUSES.contains(&status) {
        let message = format!(
            "the status `{status}` follows from dates and other documents and is not typed; {} was expected",
            listed(allowed, "or")
        );
        out.finding(document.at("status"), message).help(help(status, is_record));
    } else if allowed.contains(&status) {
        let statement = format!("the status `{status}` is one that people give");
        out.evidence(document.at("status"), statement);
    }
}

fn help(status: &str, is_record: bool) -> &'static str {
    match status {
        _ if is_record => "write `status: open` or `status: closed`",
        "superseded" => {
            "write `status: approved` here, and `supersedes` with this id in the document that takes its place"
        }
        "under-review" => "write `status: in-review` for a new version; a review needs no status",
        "archived" => "write `status: withdrawn`, with `withdrawn_on` and `withdrawal_reason`",
        "overdue" => "write `status: approved`, and commit a record of the review",
        _ => "write `status: approved`; the document is in force from `effective_from` on",
    }
}
