use crate::document::Document;
use crate::finding::Findings;
use crate::rules::waiving::{Trouble, Worth, of_document};
use crate::sms::Sms;
use crate::source::counted;

rule!(WV002, "waiver-malformed", Error, "", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let mut understood = 0;
    for weighed in of_document(sms, document) {
        let Worth::Malformed(troubles) = &weighed.worth else {
            understood += 1;
            continue;
        };
        for Trouble { span, words, help } in troubles {
            let finding = out.finding(document.place(*span), words);
            finding.note("it waives nothing").help(help);
        }
    }
    if understood > 0 {
        let waivers = counted(understood, "waiver");
        let words = format!("{waivers}, each with a rule, a last day and a reason");
        out.evidence(document.at("id"), words);
    }
}
