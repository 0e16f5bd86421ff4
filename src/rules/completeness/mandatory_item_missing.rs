use crate::config::FILE;
use crate::document::Document;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::mandatory::{Found, any_of_clauses};
use crate::sms::record::KINDS;
use crate::source::{RepoPath, listed};

rule!(MD001, "mandatory-item-missing", Completeness, "7.5.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for found in sms.mandatory() {
        let item = found.item;
        if let Some(what) = found.missing() {
            // By its id: another state of a document does not make it another finding.
            let place = match found.documents.iter().min_by_key(|document| document.id()) {
                Some(document) => document.at("clauses"),
                None => Place::file(&RepoPath::from(FILE)),
            };
            let finding = out.finding(place, format!("{}: {what}", item.name()));
            finding.note(format!("what is looked for: {}", item.check));
            finding.help(help(&found));
        } else if let Some((document, others)) = found.documents.split_first() {
            let message =
                format!("documents what is mandatory: {}{}", item.name(), with(sms, others));
            out.evidence(document.at("id"), message);
        }
    }
}

/// Says how an item comes to be found: by what it is found.
fn help(found: &Found<'_>) -> String {
    let item = found.item;
    if !found.missing_clauses.is_empty() {
        let kinds = listed(found.kinds().into_iter().chain(["plan"]), "or");
        let (each, numbers) = match found.missing_clauses.as_slice() {
            [one] => ("clause", one.to_string()),
            many => ("each of the clauses", listed(many, "and")),
        };
        return format!(
            "write what is not there yet, and name {each} {numbers}, or one beneath it, in the `clauses` of the {kinds} that serves it"
        );
    }
    if item.clauses.is_empty() {
        return "write it down, or bring it under document control".to_owned();
    }
    let name_it = |document: &str| {
        format!(
            "name {} in the `clauses` of the {document} that is it",
            any_of_clauses(&item.clauses)
        )
    };
    let prefixes: Vec<&str> = found.prefixes_of_records().collect();
    let kinds = KINDS.iter().filter(|(prefix, _)| prefixes.contains(prefix));
    let kinds = listed(kinds.map(|(_, kind)| format!("`{kind}`")), "or");
    let begins = listed(prefixes.iter().map(|it| format!("`{it}-`")), "or");
    let record = match kinds.as_str() {
        "" => format!("keep it as a record whose id begins with {begins}"),
        kinds => format!(
            "keep it as a record of the kind {kinds}, or with an id that begins with {begins}"
        ),
    };
    let (records, others): (Vec<&str>, Vec<&str>) =
        found.kinds().into_iter().partition(|kind| *kind == "record");
    let is_record = !records.is_empty() && !prefixes.is_empty();
    match (is_record, others.is_empty()) {
        (true, true) => record,
        (true, false) => format!("{record}, or {}", name_it(&listed(others, "or"))),
        (false, _) => format!("write it, or {}", name_it(&listed(found.kinds(), "or"))),
    }
}

/// Counts what an item has besides what stands for it.
fn with(sms: &Sms, others: &[&Document]) -> String {
    let records = others.iter().filter(|document| sms.is_record(document)).count();
    let counted = [(others.len() - records, "document"), (records, "record")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| {
            let plural = if number == 1 { "" } else { "s" };
            format!("{number} more {what}{plural}")
        });
    match listed(counted, "and") {
        none if none.is_empty() => none,
        others => format!(", with {others}"),
    }
}
