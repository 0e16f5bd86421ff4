use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::supersession::{Outcome, Supersession};

rule!(SU001, "two-versions-in-force", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |document: &&Document| sms.is_approved(document) && !sms.is_record(document);
    for document in sms.documents.iter().filter(is_asked) {
        let mut told_of_own = false;
        for found in sms.supersessions(document) {
            let is_own = document.id().as_ref() == Some(&found.reference.id);
            // One document names all its former versions at once, and is told once.
            if is_own && std::mem::replace(&mut told_of_own, true) {
                continue;
            }
            report(sms, document, &found, out);
        }
    }
}

fn report(sms: &Sms, document: &Document, found: &Supersession<'_>, out: &mut Findings) {
    let version = document.front.text("version").map_or("", |version| version.value);
    let place = document.place(found.span);
    match &found.outcome {
        Outcome::Took(Some(day)) => {
            let took = if *day > sms.as_of { "takes" } else { "took" };
            let words = format!("{version} {took} the place of {} on {day}", named(found));
            out.evidence(document.at("id"), words);
        }
        Outcome::Took(None) => {
            out.evidence(document.at("id"), format!("it took the place of {}", named(found)));
        }
        Outcome::Unknown => {}
        Outcome::OtherBefore(other, until) => {
            out.finding(
                place,
                format!(
                    "{version} is said to take the place of {}, but {other} was in force until {until}",
                    named(found)
                ),
            )
            .help(format!(
                "name the version whose place it took, `{}@{other}`; where this one is approved, in the next version",
                found.reference.id
            ));
        }
        Outcome::StillInForce(other, in_force) => {
            let id = &found.reference.id;
            out.finding(
                place,
                format!("it takes the place of {}, and {id} is in force as {in_force}", named(found)),
            )
            .other(other.at("version"), "in force beside it")
            .help(format!(
                "supersede `{id}@{in_force}` if that is meant, or withdraw {id}, or take `supersedes` out"
            ));
        }
        Outcome::Circle(other) => {
            out.finding(
                place,
                format!("it takes the place of {}, which takes the place of it", named(found)),
            )
            .other(other.at("supersedes"), "the other way round")
            .help("take `supersedes` out of the older one of the two");
        }
    }
}

/// Writes what is named: `POL-CHG-001@1.3`.
fn named(found: &Supersession<'_>) -> String {
    match &found.reference.version {
        Some(version) => format!("{}@{version}", found.reference.id),
        None => found.reference.id.to_string(),
    }
}
