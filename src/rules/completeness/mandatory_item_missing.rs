use crate::config::FILE;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::sms::mandatory::any_of_clauses;
use crate::source::RepoPath;

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
            finding.help(match item.clauses.is_empty() {
                true => "write it down, or bring it under document control".to_owned(),
                false => format!(
                    "write it, or name {} in the `clauses` of the document that is it",
                    any_of_clauses(&item.clauses)
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
