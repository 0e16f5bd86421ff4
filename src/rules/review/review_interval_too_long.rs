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
        let Some((most, register)) = sms.longest_review(document) else { continue };
        let place = document.at("review_months");
        let whose = match register {
            Some(register) => format!("a register of the kind `{register}`"),
            None => format!("the type `{}`", kind.name),
        };
        let cycle = format!("{whose} asks for one every {most} months");
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
            let whose = if register.is_some() { "kind of register" } else { "type" };
            let words =
                format!("it is reviewed every {months} months, and its {whose} allows {most}");
            out.evidence(document.at("id"), words);
        }
    }
}
