use crate::document::fields::CLASSIFICATIONS;
use crate::document::{DocId, Document, Reference};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::Span;

rule!(FM008, "classification-unfit", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let mut fitting = 0;
        for item in document.front.list("embeds") {
            let id = Reference::parse(item.value).id;
            let Some(embedded) = sms.document(id.as_str()) else {
                report_unknown(sms, document, item.span, &id, out);
                continue;
            };
            let Some((own, theirs)) = rank(document).zip(rank(embedded)) else { continue };
            if own >= theirs {
                fitting += 1;
                continue;
            }
            let (own, theirs) = (CLASSIFICATIONS[own], CLASSIFICATIONS[theirs]);
            let message = format!(
                "the document is {own}, but it embeds {id}, which is {theirs}; at least {theirs} was expected"
            );
            out.finding(document.at("classification"), message)
                .other(document.place(item.span), "embedded here")
                .other(embedded.at("classification"), "restricted here")
                .help(format!(
                    "write `classification: {theirs}`, or link to {id} instead of embedding it"
                ));
        }
        let Some(own) = rank(document).filter(|_| fitting > 0) else { continue };
        let documents = if fitting == 1 { "the document" } else { "all documents" };
        let statement =
            format!("is {}, which is enough for {documents} it embeds", CLASSIFICATIONS[own]);
        if fitting == document.front.list("embeds").len() {
            out.evidence(document.at("classification"), statement);
        }
    }
}

fn report_unknown(sms: &Sms, document: &Document, span: Span, id: &DocId, out: &mut Findings) {
    // An id that several files use is another rule's matter.
    if sms.knows(id.as_str()) {
        return;
    }
    let message = format!(
        "{id} is embedded, but no document has that id, so no classification can be compared"
    );
    // To look for a similar id is to look at all of them, so it is not done for every document.
    let is_one_of_few = out.findings.len() < 100;
    let near = is_one_of_few.then(|| sms.nearest_id(id.as_str())).flatten();
    let finding = out.finding(document.place(span), message);
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("correct the id, or take it out of `embeds`"),
    };
}

/// Returns how narrow the circle of readers is; none where the word is missing or unknown, which
/// other rules report.
fn rank(document: &Document) -> Option<usize> {
    let word = document.front.text("classification")?.value;
    CLASSIFICATIONS.iter().position(|known| *known == word)
}
