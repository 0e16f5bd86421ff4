//! Whom a word means that stands in the place of a person, and whether two of them mean the same.
//!
//! Who audits, reviews or verifies must not be who is audited, and must be somebody. People write
//! names in another order, with a title or an initial, and roles with blanks; none of that makes one
//! person two.

use super::Sms;
use super::evaluation::parts;
use super::roles::{Owner, Roles};
use crate::document::front::Node;
use crate::document::name::{Likeness, likeness, name_parts};
use crate::document::role::is_no_name;
use crate::source::Date;
use std::collections::BTreeSet;

impl Roles {
    /// Finds whom a word means on a day, as people write roles and names: `Service Desk Manager` for the
    /// role `service-desk-manager`, `Roth, Dalia` for Dalia Roth.
    pub fn meant(&self, written: &str, day: Date) -> Owner<'_> {
        let tidy = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let exact = self.owner(&tidy, day);
        if exact != Owner::Unknown {
            return exact;
        }
        if let Some(role) = self.role_meant(&tidy) {
            return Owner::Role(self.holders(role, day));
        }
        let names = name_parts(&tidy);
        let is_meant = |name: &str| !name.is_empty() && name_parts(name) == names;
        let person = self.people().into_iter().find(|name| is_meant(name));
        // `Hal Auditor (lead)`
        let before_bracket = tidy.strip_suffix(')').and_then(|it| it.rsplit_once(" ("));
        let named = before_bracket.filter(|(_, beside)| self.meant(beside, day) == Owner::Unknown);
        let named = named.map(|(name, _)| self.meant(name, day));
        if let Some(owner) = named.filter(|owner| *owner != Owner::Unknown) {
            return owner;
        }
        match person {
            Some(person) => self.owner(person, day),
            None => self.meant_by_parts(&tidy, day).unwrap_or(Owner::Unknown),
        }
    }

    /// Finds the one person whom all parts of a text mean: `Hal Auditor <hal@example.org>`,
    /// `Hal Auditor, internal auditor`.
    fn meant_by_parts(&self, written: &str, day: Date) -> Option<Owner<'_>> {
        let mut parts = parts(written);
        parts.retain(|part| !part.is_empty());
        if parts.len() < 2 {
            return None;
        }
        let meant: Vec<Owner<'_>> = parts.iter().map(|part| self.meant(part, day)).collect();
        let person = meant.iter().find_map(|it| match it {
            Owner::Person(rows) => Some(rows.clone()),
            _ => None,
        })?;
        let names: BTreeSet<&str> = person.iter().map(|row| row.person.as_str()).collect();
        let is_same = |owner: &Owner<'_>| match owner {
            Owner::Role(rows) | Owner::Person(rows) => {
                rows.iter().any(|row| names.contains(row.person.as_str()))
            }
            Owner::Machine(_) | Owner::Unknown => false,
        };
        meant.iter().all(is_same).then_some(Owner::Person(person))
    }

    /// Returns the role that a word means.
    fn role_meant<'r>(&'r self, written: &str) -> Option<&'r str> {
        let parts = name_parts(written);
        self.names().find(|role| *role == written).or_else(|| {
            let mut roles = self.names();
            roles.find(|role| name_parts(role) == parts)
        })
    }

    /// Returns the names and addresses, as they are held against each other, of whom a word means on a
    /// day: the holders of a role, or a person. Whom the register does not know is whoever the word says.
    pub fn people_meant(&self, written: &str, day: Date) -> BTreeSet<Vec<String>> {
        let rows = match self.meant(written, day) {
            Owner::Role(rows) | Owner::Person(rows) => rows,
            Owner::Machine(row) => vec![row],
            Owner::Unknown => return BTreeSet::from([name_parts(written)]),
        };
        let names = rows.iter().map(|row| &row.person).filter(|name| !name.is_empty());
        let addresses = rows.iter().flat_map(|row| &row.emails);
        names.chain(addresses).map(|word| name_parts(word)).collect()
    }
}

impl Sms {
    /// Tells whether two words (roles, names, addresses) mean the same person on a day. A role that
    /// several people hold means each of them.
    pub fn mean_one_person(&self, a: &str, b: &str, day: Date) -> bool {
        self.likeness(a, b, day) == Likeness::One
    }

    /// Holds two words (roles, names, addresses) against each other on a day. In doubt are only those of
    /// which the role register does not know one.
    pub fn likeness(&self, a: &str, b: &str, day: Date) -> Likeness {
        let roles = self.roles_in_force();
        let role = roles.role_meant(a);
        if role.is_some() && role == roles.role_meant(b) {
            return Likeness::One;
        }
        let (of_a, of_b) = (roles.people_meant(a, day), roles.people_meant(b, day));
        if !of_a.is_disjoint(&of_b) {
            return Likeness::One;
        }
        let is_unknown = |word: &str| roles.meant(word, day) == Owner::Unknown;
        let is_in_doubt =
            |a: &Vec<String>| of_b.iter().any(|b| likeness(a, b) == Likeness::InDoubt);
        match (is_unknown(a) || is_unknown(b)) && of_a.iter().any(is_in_doubt) {
            true => Likeness::InDoubt,
            false => Likeness::Two,
        }
    }

    /// Tells whether a word names somebody: a person, or a role that people hold, be it on another day. A
    /// machine is nobody, and neither are `nobody`, `TBD`, `n/a` and `self`; whom the register does not
    /// know is somebody.
    pub fn names_somebody(&self, word: &str, day: Date) -> bool {
        let roles = self.roles_in_force();
        if let Some(role) = roles.role_meant(word) {
            return roles.of_role(role).any(|row| !row.is_bot && row.names_somebody());
        }
        match roles.meant(word, day) {
            Owner::Role(_) | Owner::Person(_) => true,
            Owner::Machine(_) => false,
            Owner::Unknown => !is_no_name(word),
        }
    }

    /// Returns whom a text means as far as it can be told: itself, and of one that the role register does
    /// not know those of its parts that it knows: `Dalia Roth and Nils Neu`.
    pub fn each_meant<'t>(&self, written: &'t str, day: Date) -> Vec<&'t str> {
        let is_known = |word: &str| self.roles_in_force().meant(word, day) != Owner::Unknown;
        let mut each = vec![written];
        if !is_known(written) {
            each.extend(parts(written).into_iter().filter(|part| is_known(part)));
        }
        each
    }

    /// Tells whether what stands in the place of a person names none: nothing that is a single value,
    /// nobody, or somebody of the role register among other words.
    pub fn is_no_one_person(&self, written: &Node, day: Date) -> bool {
        match written.as_text() {
            Some(text) => !self.names_somebody(text, day) || self.each_meant(text, day).len() > 1,
            None => true,
        }
    }
}
