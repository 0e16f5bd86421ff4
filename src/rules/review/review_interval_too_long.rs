use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::sms::review::review_months;

rule!(RV003, "review-interval-too-long", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |document: &Document| {
        let is_next = sms.in_force_beside(document).is_some();
        (sms.is_handed_in(document) || is_next) && document.is_read_to_its_end()
    };
    for document in sms.maintained().filter(|document| is_asked(document)) {
        // A draft may be incomplete; the version in force beside it is not.
        let found = match sms.as_in_force(document) {
            Some(found) if !sms.is_handed_in(document) => found,
            _ => InForce::of_file(document),
        };
        check_one(sms, &found, out);
    }
}

fn check_one(sms: &Sms, found: &InForce<'_>, out: &mut Findings) {
    let (document, text) = (found.file, found.text);
    let Some(kind) = sms.type_of(text) else { return };
    let Some((most, register)) = sms.longest_review(text) else { return };
    let place = found.at("review_months");
    let whose = match register {
        Some(register) => format!("a register of the kind `{register}`"),
        None => format!("the type `{}`", kind.name),
    };
    let cycle = format!("{whose} asks for one every {most} months");
    if text.front.get("review_months").is_none_or(|found| found.value.is_empty()) {
        // A text on its way to approval may still be without one.
        if found.version.is_some() || sms.says_in_force(document) {
            let words = |meant: &str| {
                let meant = if meant.is_empty() { "," } else { meant };
                format!("no review is ever due{meant} and {cycle}")
            };
            found.finding(out, place, words).help(format!("add `review_months: {most}`, or less"));
        }
        return;
    }
    // What is no number is another rule's matter.
    let Some(months) = review_months(text) else { return };
    if months > most {
        let words = |meant: &str| {
            let meant = if meant.is_empty() { "," } else { meant };
            format!("a review lasts {months} months{meant} and {cycle}")
        };
        found.finding(out, place, words).help(format!(
            "set `review_months` to {most} or less, or change the type in book.toml"
        ));
    } else {
        let whose = if register.is_some() { "kind of register" } else { "type" };
        let words = format!("it is reviewed every {months} months, and its {whose} allows {most}");
        out.evidence(document.at("id"), words);
    }
}
