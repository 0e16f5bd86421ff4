//! How documents, clauses, services and people are named on every page, and where their names lead.

use super::super::views::{Piece, joined, shown};
use super::{Atlas, clause_anchor, clause_page};
use crate::document::{DocId, Document};
use crate::source::listed;

impl Atlas<'_> {
    /// Returns the id of a document, leading to its page.
    pub(in crate::site) fn link(&self, root: &str, document: &Document) -> Piece {
        let card = self.card(document);
        Piece::id_link(&card.label, format!("{root}{}", card.page))
    }

    /// Returns an id, leading to its page if a document has it alone.
    pub(in crate::site) fn link_id(&self, root: &str, id: &DocId) -> Piece {
        match self.sms.document(id.as_str()) {
            Some(document) => self.link(root, document),
            None => match self.removed.get(id) {
                Some(page) => Piece::id_link(id.as_str(), format!("{root}{page}")),
                None => Piece::id(id.as_str()),
            },
        }
    }

    /// Returns links to all that took the place of a document on the day on which it was taken.
    pub(in crate::site) fn successors(&self, root: &str, document: &Document) -> Vec<Piece> {
        let successors = self.sms.successors(document).into_iter();
        joined(successors.map(|id| self.link_id(root, id)), ", ")
    }

    /// Returns words from a register, leading to the document, service or clause they name.
    pub(in crate::site) fn link_word(&self, root: &str, word: &str) -> Piece {
        let id = word.split_once('@').map_or(word, |(id, _)| id);
        if let Some(document) = self.sms.document(id) {
            let page = &self.card(document).page;
            let anchor = word.split_once('@').and_then(|(_, version)| {
                super::super::document::version_anchor(self.sms, document, version)
            });
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            return Piece::id_link(word, format!("{root}{page}{anchor}"));
        }
        match self.services.get(word) {
            Some(page) => Piece::id_link(word, format!("{root}{page}")),
            None => Piece::id_or_voice(word),
        }
    }

    /// Returns a clause as documents write it, leading to its card.
    pub(in crate::site) fn link_clause(&self, root: &str, written: &str) -> Piece {
        let Ok((pack, clause)) = self.sms.frameworks.resolve(written) else {
            return Piece::id(written);
        };
        if pack.id == self.sms.frameworks.primary().id {
            return Piece::id_link(written, format!("{root}{}", clause_page(&clause.number)));
        }
        let anchor = clause_anchor(&pack.id, &clause.number);
        Piece::id_link(written, format!("{root}clauses.html#{anchor}"))
    }

    /// Returns a role or a person, with the people who hold the role on the day spoken of.
    pub(in crate::site) fn person(&self, name: &str) -> Vec<Piece> {
        let held_by = self.holders(name);
        if !held_by.is_empty() {
            let names = listed(held_by, "and");
            return vec![
                Piece::voice(names),
                Piece::text(", "),
                Piece::voice(name.replace('-', " ")),
            ];
        }
        match self.known_name(name) {
            Some(known) => vec![Piece::voice(known), Piece::text(" "), Piece::code(name)],
            None => vec![Piece::voice(name)],
        }
    }

    /// Returns the people who hold a role on the day spoken of.
    pub(in crate::site) fn holders(&self, role: &str) -> Vec<String> {
        let entries = self.roles.holders(role, self.sms.as_of);
        let named = entries.iter().map(|entry| match self.sms.is_unapproved_row(entry) {
            true => format!("{} (row not approved)", shown(&entry.person)),
            false => shown(&entry.person),
        });
        named.collect()
    }

    /// Returns the name that the role register gives an e-mail address.
    pub(in crate::site) fn known_name(&self, email: &str) -> Option<&str> {
        let mut names = self.roles.of_email(email).map(|entry| entry.person.as_str());
        names.find(|name| !name.is_empty())
    }

    /// Returns the name of an e-mail address, else the address.
    pub(in crate::site) fn name_of(&self, email: &str) -> String {
        self.known_name(email).unwrap_or(email).to_owned()
    }
}
