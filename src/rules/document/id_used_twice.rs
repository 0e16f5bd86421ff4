use crate::document::fields::id_misfit;
use crate::document::{DocId, Document, is_unseen};
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
    if id == other {
        return format!("the id `{id}` is used twice; an id belongs to one document");
    }
    let differences = differences(id.as_str(), other.as_str()).join(" and in ");
    format!("the id `{id}` differs from `{other}`, which is used already, only in {differences}")
}

/// Says all that two ids of one look differ in.
fn differences(id: &str, other: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    let seen = |text: &str| text.chars().filter(|c| !is_unseen(*c)).collect::<String>();
    let unseen = |text: &str| text.chars().filter(|c| is_unseen(*c)).collect::<String>();
    let (seen_id, seen_other) = (seen(id), seen(other));
    let pairs = || letters(&seen_id).zip(letters(&seen_other));
    let is_same_letter = |a: char, b: char| a.to_lowercase().eq(b.to_lowercase());
    if pairs().any(|(a, b)| a != b && is_same_letter(a, b)) {
        found.push("small and capital letters");
    }
    if shape(&seen_id) != shape(&seen_other) {
        found.push("what separates its parts");
    }
    let is_longer = letters(&seen_id).count() != letters(&seen_other).count();
    if is_longer || pairs().any(|(a, b)| !is_same_letter(a, b)) {
        found.push(match id.is_ascii() && other.is_ascii() {
            true => "letters and digits that look alike",
            false => "characters that look alike",
        });
    }
    if unseen(id) != unseen(other) {
        found.push("characters that nobody sees");
    }
    found
}

/// Letters and digits, with the marks above them.
fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '\u{300}'..='\u{36F}')
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| is_letter(*c))
}

/// Returns what separates the parts of an id, each part being one letter.
fn shape(text: &str) -> String {
    let mut shape: Vec<char> = text.chars().map(|c| if is_letter(c) { 'x' } else { c }).collect();
    shape.dedup_by(|a, b| *a == 'x' && *b == 'x');
    shape.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_said_as_it_is() {
        for (id, other, said) in [
            ("pro-001", "PRO-001", "small and capital letters"),
            ("PRO_001", "PRO-001", "what separates its parts"),
            ("PRO-OO1", "PRO-001", "letters and digits that look alike"),
            ("PR\u{41E}-001", "PRO-001", "characters that look alike"),
            ("PRO-0\u{200B}01", "PRO-001", "characters that nobody sees"),
            (
                "pro oo1",
                "PRO-001",
                "small and capital letters and in what separates its parts and in letters and digits that look alike",
            ),
        ] {
            assert_eq!(DocId::new(id).look(), DocId::new(other).look());
            assert_eq!(differences(id, other).join(" and in "), said);
        }
    }
}
