use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::review::review_months;

rule!(RV003, "review-interval-too-long", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked =
        |document: &&Document| sms.is_handed_in(document) && document.is_read_to_its_end();
    for document in sms.maintained().filter(is_asked) {
        let Some(kind) = sms.type_of(document) else { continue };
        let Some(most) = kind.review_months else { continue };
        let place = document.at("review_months");
        let cycle = format!("the type `{}` asks for one every {most} months", kind.name);
        if document.front.get("review_months").is_none_or(|found| found.value.is_empty()) {
            // A text on its way to approval may still be without one.
            if sms.says_in_force(document) {
                out.finding(place, format!("no review is ever due, and {cycle}"))
                    .help(format!("add `review_months: {most}`, or less"));
            }
            continue;
        }
        // What is no number is another rule's matter.
        let Some(months) = review_months(document) else { continue };
        if months > most {
            out.finding(place, format!("a review lasts {months} months, and {cycle}")).help(
                format!("set `review_months` to {most} or less, or change the type in book.toml"),
            );
        } else {
            let words = format!("it is reviewed every {months} months, and its type allows {most}");
            out.evidence(document.at("id"), words);
        }
    }
}
