use crate::document::fields::id_misfit;
use crate::document::{DocId, Document};
use crate::finding::Findings;
use crate::sms::Sms;
use std::collections::BTreeMap;

rule!(FM004, "id-used-twice", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut alike: BTreeMap<String, Vec<(&DocId, &Document)>> = BTreeMap::new();
    for (id, documents) in sms.ids() {
        let documents = documents.into_iter().map(|document| (id, document));
        alike.entry(id.look()).or_default().extend(documents);
    }
    for (_, mut documents) in alike {
        // The id that is written as ids are is the one the others are held against, and of several
        // the one that was there first.
        let is_new = |id: &DocId, document: &Document| {
            sms.history.committed_content(id) != Some(document.blob)
        };
        documents.sort_by_key(|(id, document)| {
            (id_misfit(id).is_some(), is_new(id, document), &document.path)
        });
        let Some(((id, first), others)) = documents.split_first() else { continue };
        for (other_id, other) in others {
            let finding = out.finding(other.at("id"), difference(other_id, id));
            finding.label("here again").other(first.at("id"), "first here");
            finding.note("as long as both have it, neither is taken for the document: what they claim, of approval as well, is not held against the history");
            finding.help("give one of the two documents an id that no document ever had");
        }
        if others.is_empty() {
            out.evidence(first.at("id"), "no other document has this id or one that looks like it");
        }
    }
}

fn difference(id: &DocId, other: &DocId) -> String {
    let (text, other_text) = (id.as_str(), other.as_str());
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    if id == other {
        return format!("the id `{id}` is used twice; an id belongs to one document");
    }
    let what = if text.eq_ignore_ascii_case(other_text) {
        "small and capital letters"
    } else if letters(text) == letters(other_text) {
        "what separates its parts"
    } else if text.is_ascii() && other_text.is_ascii() {
        "small and capital letters and in what separates its parts"
    } else {
        "characters that look alike"
    };
    format!("the id `{id}` differs from `{other}`, which is used already, only in {what}")
}
