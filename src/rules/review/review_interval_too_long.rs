use crate::finding::Findings;
use crate::rules::sooner;
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::sms::review::review_months;

rule!(RV003, "review-interval-too-long", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for file in sms.maintained() {
        // A draft may be incomplete; the version in force beside it is not, whatever becomes of the next.
        let is_asked = sms.is_handed_in(file) && file.is_read_to_its_end();
        let own = is_asked.then(|| InForce::of_file(file));
        let in_force = sms.in_force_before_next(file);
        // What both say is told once, where it can be edited.
        let says = |found: &InForce<'_>| {
            let most = sms.longest_review(found.text).map(|(most, _)| most);
            review_months(found.text).zip(most)
        };
        let of_own = own.as_ref().and_then(says);
        let is_another = |found: &InForce<'_>| of_own.is_none() || says(found) != of_own;
        let in_force = in_force.filter(is_another);
        let of_file = own.and_then(|found| check_one(sms, &found, out));
        let holds = match &in_force {
            Some(found) => check_one(sms, found, out),
            None => of_file,
        };
        if let Some(words) = holds {
            out.evidence(file.at("id"), words);
        }
    }
}

/// Reports a text that is reviewed too seldom, or says how often it is.
fn check_one(sms: &Sms, found: &InForce<'_>, out: &mut Findings) -> Option<String> {
    let (document, text) = (found.file, found.text);
    let kind = sms.type_of(text)?;
    let (most, register) = sms.longest_review(text)?;
    let place = found.at("review_months");
    let whose = match register {
        Some(register) => format!("a register of the kind `{register}`"),
        None => format!("the type `{}`", kind.name),
    };
    let cycle = format!("{whose} asks for one every {most} months");
    let comma = |meant: &str| if meant.is_empty() { ",".to_owned() } else { meant.to_owned() };
    if text.front.get("review_months").is_none_or(|found| found.value.is_empty()) {
        // A text on its way to approval may still be without one.
        if found.version.is_some() || sms.says_in_force(document) {
            let words = |meant: &str| format!("no review is ever due{} and {cycle}", comma(meant));
            let add = format!("add `review_months: {most}`, or less");
            found.finding(out, place, words).help(by_the_next(sms, found).unwrap_or(add));
        }
        return None;
    }
    // What is no number is another rule's matter.
    let months = review_months(text)?;
    if months > most {
        let words =
            |meant: &str| format!("a review lasts {months} months{} and {cycle}", comma(meant));
        let set = format!("set `review_months` to {most} or less, or change the type in book.toml");
        found.finding(out, place, words).help(by_the_next(sms, found).unwrap_or(set));
        return None;
    }
    let whose = if register.is_some() { "kind of register" } else { "type" };
    Some(format!("it is reviewed every {months} months, and its {whose} allows {most}"))
}

/// Says what is left to do where the file has a next version that is reviewed often enough.
fn by_the_next(sms: &Sms, found: &InForce<'_>) -> Option<String> {
    found.version?;
    let (most, _) = sms.longest_review(found.file)?;
    let months = review_months(found.file).filter(|months| *months <= most)?;
    Some(match found.next {
        Some(next) => sooner(next),
        None => format!("approve the next version, which says `review_months: {months}`"),
    })
}
