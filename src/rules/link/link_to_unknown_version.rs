use crate::document::markdown::Target;
use crate::document::{DocId, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::versions::{is_before_all, which_versions};
use std::collections::HashMap;

rule!(LN004, "link-to-unknown-version", Error, "7.5.3");

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
            let id = DocId::new(id.clone());
            let versions =
                versions_of.entry(id.clone()).or_insert_with(|| sms.versions_in_order(&id));
            if versions.iter().any(|known| Version::are_same(known, version)) {
                led += 1;
                continue;
            }
            let has = which_versions(versions);
            let message = format!("the link names version `{version}` of {id}, {has}");
            let finding = out.finding(document.place(link.span), message);
            finding.help(format!(
                "name one of its versions, or none: `[[{id}]]` leads to the one in force"
            ));
            if is_before_all(version, versions) {
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
