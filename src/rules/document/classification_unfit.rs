use crate::document::fields::CLASSIFICATIONS;
use crate::document::{DocId, Document, Reference};
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::naming::Ids;
use crate::source::Spanned;

rule!(FM008, "classification-unfit", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut ids = sms.known_ids();
    for document in &sms.documents {
        let mut fitting = 0;
        for item in document.front.list("embeds") {
            let id = Reference::parse(item.value).id;
            let Some(embedded) = sms.document(id.as_str()) else {
                // An id that several files use is another rule's matter.
                if !sms.knows(id.as_str()) {
                    report_unknown(document, &item, &id, &mut ids, out);
                }
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
                    "write `classification: {theirs}`, or link to {id} instead of embedding it{}",
                    in_next_version(sms, document)
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

fn report_unknown(
    document: &Document,
    item: &Spanned<&str>,
    id: &DocId,
    ids: &mut Ids<'_>,
    out: &mut Findings,
) {
    let message = format!(
        "{id} is embedded, but no document has that id, so no classification can be compared"
    );
    let finding = out.finding(document.place(item.span), message);
    match ids.nearest(id.as_str()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("correct the id, or take it out of `embeds`"),
    };
    if let Some((meant, splice)) = ids.correction(document, item, id.as_str()) {
        finding.fix(format!("write `{meant}`"), vec![splice]);
    }
}

/// Returns how narrow the circle of readers is; none where the word is missing or unknown, which
/// other rules report.
fn rank(document: &Document) -> Option<usize> {
    let word = document.front.text("classification")?.value;
    CLASSIFICATIONS.iter().position(|known| *known == word)
}
