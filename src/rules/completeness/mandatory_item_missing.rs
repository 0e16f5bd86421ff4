use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::mandatory::Found;
use crate::source::{RepoPath, listed};

rule!(MD001, "mandatory-item-missing", Completeness, "7.5.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for found in sms.mandatory() {
        let item = found.item;
        if let Some(what) = missing(&found) {
            // By its id: another state of a document does not make it another finding.
            let place = match found.documents.iter().min_by_key(|document| document.id()) {
                Some(document) => document.at("clauses"),
                None => Place::file(&RepoPath::from(FILE)),
            };
            let finding = out.finding(place, format!("{}: {what}", item.name()));
            finding.note(format!("what is looked for: {}", item.check));
            finding.help(match item.clauses.is_empty() {
                true => "write it down, or bring it under document control".to_owned(),
                false => format!(
                    "write it, or name {} in the `clauses` of the document that is it",
                    clauses(&item.clauses)
                ),
            });
        } else if let Some((document, others)) = found.documents.split_first() {
            let others = match others.len() {
                0 => String::new(),
                1 => ", with 1 more document".to_owned(),
                more => format!(", with {more} more documents"),
            };
            let message = format!("documents what is mandatory: {}{others}", item.name());
            out.evidence(document.at("id"), message);
        }
    }
}

/// Says what is missing of an item, if anything is. Where several kinds are looked for, one is enough.
fn missing(found: &Found<'_>) -> Option<String> {
    let item = found.item;
    if found.documents.is_empty() {
        let (records, kinds): (Vec<&str>, Vec<&str>) =
            item.kinds.iter().map(String::as_str).partition(|kind| *kind == "record");
        let document = match kinds.as_slice() {
            [] => "document".to_owned(),
            kinds => listed(kinds, "or"),
        };
        let types = item.types.iter().filter(|it| kinds.is_empty() || it.starts_with("REC"));
        let types = listed(types.map(|it| format!("`{it}-...`")), "or");
        let of_clauses = match item.clauses.is_empty() {
            true => format!("there is no {document}"),
            false => format!("no {document} names {}", clauses(&item.clauses)),
        };
        return Some(match (records.is_empty(), kinds.is_empty()) {
            (true, _) => of_clauses,
            (false, true) => format!("there is no record {types}"),
            (false, false) => format!("there is no record {types}, and {of_clauses}"),
        });
    }
    let kinds = listed(&item.kinds, "or");
    let left = &found.missing_clauses;
    (!left.is_empty()).then(|| format!("no {kinds} names {}", clauses(left)))
}

fn clauses(numbers: &[impl std::fmt::Display]) -> String {
    let word = if numbers.len() == 1 { "clause" } else { "any of the clauses" };
    format!("{word} {}", listed(numbers, "and"))
}
