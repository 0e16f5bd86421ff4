//! A section that holds a numbered list: what two rules ask, each of its own types of documents.

use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;

/// A list that a section of some types of documents holds.
pub(crate) struct Numbered {
    /// The types.
    pub(crate) types: &'static [&'static str],
    /// The section.
    pub(crate) section: &'static str,
    /// What a document with the list does, and what an item is: it `has` 1 `numbered step`.
    pub(crate) evidence: [&'static str; 2],
    /// What to do where there is no list.
    pub(crate) help: &'static str,
}

impl Numbered {
    /// Looks at the documents that are handed in and have the section.
    pub(crate) fn check(&self, sms: &Sms, out: &mut Findings) {
        for document in sms.documents.iter().filter(|document| sms.is_handed_in(document)) {
            let kind = sms.type_of(document);
            if kind.is_none_or(|kind| !self.types.contains(&kind.name.as_str())) {
                continue;
            }
            let Some(section) = document.section(self.section) else { continue };
            let [does, item] = self.evidence;
            match section.ordered_items {
                0 => {
                    let message = format!("the section `{}` has no numbered list", self.section);
                    let when = in_next_version(sms, document);
                    let help = format!("{}{when}", self.help);
                    out.finding(document.place(section.span), message).help(help);
                }
                1 => drop(out.evidence(document.at("id"), format!("{does} 1 {item}"))),
                count => drop(out.evidence(document.at("id"), format!("{does} {count} {item}s"))),
            }
        }
    }
}
