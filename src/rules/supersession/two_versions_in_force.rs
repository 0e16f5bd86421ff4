use crate::document::{Document, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::approval::LEVELS;
use crate::sms::supersession::{Outcome, Supersession};
use crate::source::listed;

rule!(SU001, "two-versions-in-force", Error, "7.5.3");

/// How many documents of a circle are named.
const NAMED: usize = 6;

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
            let is_named = |it: &String| Version::are_same(it, in_force);
            let (why, help) = match found.reference.version.as_ref().is_none_or(is_named) {
                true => (
                    format!("{id} came into force after it"),
                    format!(
                        "withdraw {id}, or let the next version of this document supersede it, or name it no more"
                    ),
                ),
                false => (
                    format!("{id} is in force as {in_force}"),
                    format!(
                        "let the next version supersede `{id}@{in_force}` if that is meant, or name nothing under `supersedes`; or withdraw {id}"
                    ),
                ),
            };
            out.finding(place, format!("it takes the place of {}, and {why}", named(found)))
                .other(other.at("version"), "in force beside it")
                .help(help);
        }
        Outcome::Unproved(other, level) => {
            let own = sms.grade(document).map_or(0, |grade| grade.level);
            let words = format!(
                "it does not take the place of {}: that needs an approval of level {level} ({}), and its own has level {own} ({})",
                named(found),
                LEVELS[usize::from(*level)],
                LEVELS[usize::from(own)]
            );
            out.finding(place, words).other(other.at("version"), "still in force").help(
                "let it be approved at that level, or take `supersedes` out in the next version",
            );
        }
        Outcome::Circle(circle) => {
            let mut by_way: Vec<String> =
                circle.iter().skip(1).take(NAMED).map(|it| it.called()).collect();
            if circle.len() - 1 > NAMED {
                by_way.push(format!("{} more", circle.len() - 1 - NAMED));
            }
            let by_way = listed(by_way, "and");
            let (by_way, help) = match by_way.as_str() {
                "" => (
                    by_way,
                    "take `supersedes` out of the older one of the two, in its next version",
                ),
                _ => (
                    format!(", by way of {by_way}"),
                    "take `supersedes` out of the oldest one of them, in its next version",
                ),
            };
            let words = format!(
                "it takes the place of {}, which takes the place of it{by_way}",
                named(found)
            );
            let finding = out.finding(place, words);
            if let Some(last) = circle.last() {
                finding.other(last.at("supersedes"), "the other way round");
            }
            finding.help(help);
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
