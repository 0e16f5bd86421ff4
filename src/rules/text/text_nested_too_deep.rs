use crate::document::Document;
use crate::document::markdown::MAX_NESTING;
use crate::finding::Findings;
use crate::sms::Sms;

rule!(ST004, "text-nested-too-deep", Error, "7.5.2", by_document);

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    match document.body.too_deep {
        Some(span) => {
            let message = format!(
                "the line opens more than {MAX_NESTING} lists and quotations, so the text was not read"
            );
            out.finding(document.place(span), message)
                .note("the text is shown as it stands; its headings and links are not known")
                .help("take out most of the `>` and `-` at the beginning of the line");
        }
        None => drop(out.evidence(document.at("id"), "the text can be read in full")),
    }
}
