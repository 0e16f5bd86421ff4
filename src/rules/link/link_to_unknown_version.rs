use crate::document::markdown::Target;
use crate::document::{DocId, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;
use std::collections::HashMap;

rule!(LN004, "link-to-unknown-version", Error, "7.5.3");

/// How many versions are listed, the latest ones.
const LISTED: usize = 12;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut versions_of = HashMap::new();
    for document in &sms.documents {
        let mut led = 0;
        for link in &document.body.links {
            let Target::Document { id, version: Some(version), .. } = &link.target else {
                continue;
            };
            if sms.document(id).is_none() {
                continue;
            }
            let versions = versions_of.entry(id.clone()).or_insert_with(|| versions(sms, id));
            if versions.contains(version) {
                led += 1;
                continue;
            }
            let message = format!("the link names version `{version}` of {id}, {}", has(versions));
            let finding = out.finding(document.place(link.span), message);
            finding.help(format!(
                "name one of its versions, or none: `[[{id}]]` leads to the one in force"
            ));
            if is_before(version, versions) {
                finding
                    .note("the history shows no version that old, so a link cannot lead to it")
                    .help("cite the version in words, without a link");
            }
        }
        if led > 0 {
            let links = if led == 1 { "link names a version" } else { "links name versions" };
            out.evidence(document.at("id"), format!("{led} {links} that a document had"));
        }
    }
}

/// Returns the versions of a document, oldest first.
fn versions(sms: &Sms, id: &str) -> Vec<String> {
    let mut versions: Vec<String> = sms.versions(&DocId::new(id)).into_iter().collect();
    versions.sort_by_cached_key(|version| Version::parse(version));
    versions
}

/// Tells whether a version is older than the oldest one of a document: it may have been, in the
/// days before the documents came into the repository.
fn is_before(version: &str, versions: &[String]) -> bool {
    let oldest = versions.first().and_then(|oldest| Version::parse(oldest));
    Version::parse(version).zip(oldest).is_some_and(|(version, oldest)| version < oldest)
}

/// Says which versions there are, to follow the document's name.
fn has(versions: &[String]) -> String {
    match versions {
        [] => "which has no version".to_owned(),
        [only] => format!("which has the version {only}"),
        _ => {
            let latest = &versions[versions.len().saturating_sub(LISTED)..];
            let which = if latest.len() < versions.len() { "latest " } else { "" };
            format!("which has the {which}versions {}", listed(latest, "and"))
        }
    }
}
