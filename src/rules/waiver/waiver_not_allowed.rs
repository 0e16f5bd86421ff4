use crate::document::Document;
use crate::finding::Findings;
use crate::rules::waiving::{Worth, of_document};
use crate::sms::Sms;
use crate::source::counted;

rule!(WV003, "waiver-not-allowed", Error, "", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let mut allowed = 0;
    for weighed in of_document(sms, document) {
        let name = weighed.name();
        match weighed.worth {
            Worth::NotAllowed => {
                let written = weighed.waiver.rule.as_ref().map(|rule| rule.span);
                let place = document.place(written.unwrap_or(weighed.waiver.span));
                out.finding(place, format!("what `{name}` finds cannot be waived by a document"))
                    .note("what is said of documents rests on it: who they are, what is in force and approved, what is due or missing, or the judgement itself")
                    .help("take the waiver out, and put right what the rule finds");
            }
            Worth::Malformed(_) => {}
            Worth::Holds | Worth::Ended | Worth::TooLong(_) => allowed += 1,
        }
    }
    if allowed > 0 {
        let words = format!("{} of what may be waived", counted(allowed, "waiver"));
        out.evidence(document.at("id"), words);
    }
}
