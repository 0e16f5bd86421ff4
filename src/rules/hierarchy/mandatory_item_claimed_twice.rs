use crate::document::{Document, Reference};
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use std::cmp::Reverse;
use std::collections::HashSet;

rule!(HI006, "mandatory-item-claimed-twice", Warning, "7.5");

const FRAMEWORK: &str = "iso20000-1";

/// What a management system has one of: its name, the type of the document, the clauses it serves.
const SINGLE_ITEMS: [(&str, &str, &[&str]); 3] = [
    ("scope statement", "statement", &["4.3"]),
    ("service management policy", "policy", &["5.2", "5.2.1"]),
    ("service management plan", "plan", &["6.3"]),
];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (item, kind, clauses) in SINGLE_ITEMS {
        let mut claims = claims(sms, kind, clauses);
        // Whichever is in force has the older right; the others are asked what they are.
        claims.sort_by_key(|(document, _)| {
            (Reverse(sms.state(document).is_in_force()), document.id(), &document.path)
        });
        let Some(((first, clause), others)) = claims.split_first() else { continue };
        for (document, claim) in others {
            let (id, first_id) = (document.called(), first.called());
            let message = format!(
                "{id} claims to be the {item} (clause {}), and so does {first_id}; one is expected",
                clauses[0]
            );
            out.finding(claim.clone(), message).other(clause.clone(), "claimed here too").help(
                format!(
                    "take the clause out of the one that is not meant, or let {id} say \
                     `supersedes: {first_id}`"
                ),
            );
        }
        if others.is_empty() {
            let statement = format!("is the only {item} (clause {})", clauses[0]);
            out.evidence(first.at("id"), statement);
        }
    }
}

/// Returns the documents that claim an item, each with the place of the claim. What is out of use
/// claims nothing any more, and a document may claim what it takes over from another.
fn claims<'s>(sms: &'s Sms, kind: &str, clauses: &[&str]) -> Vec<(&'s Document, Place)> {
    let is_kind = |document: &Document| {
        document.front.text("type").is_some_and(|written| written.value == kind)
    };
    let mut seen = HashSet::new();
    let found = clauses.iter().flat_map(|number| sms.of_clause(FRAMEWORK, number));
    let mut claiming: Vec<&Document> = found
        .filter(|document| is_kind(document) && !sms.is_out_of_use(document))
        .filter(|document| seen.insert(document.called()))
        .collect();
    let taken_over: HashSet<String> = claiming
        .iter()
        .flat_map(|document| document.front.list("supersedes"))
        .map(|reference| Reference::parse(reference.value).id.to_string())
        .collect();
    claiming.retain(|document| !taken_over.contains(&document.called()));
    claiming
        .into_iter()
        .map(|document| (document, place_of_claim(sms, document, clauses)))
        .collect()
}

/// Returns the place where a document names one of the clauses.
fn place_of_claim(sms: &Sms, document: &Document, clauses: &[&str]) -> Place {
    let names_one = |text: &str| {
        sms.frameworks.resolve(text).is_ok_and(|(pack, clause)| {
            pack.id == FRAMEWORK && clauses.contains(&clause.number.as_str())
        })
    };
    let written = document.front.list("clauses");
    match written.iter().find(|written| names_one(written.value)) {
        Some(written) => document.place(written.span),
        None => document.at("clauses"),
    }
}
