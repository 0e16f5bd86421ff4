//! The role register: who holds which role, from when to when (clause 5.3).
//!
//! It is asked for a day, never for now: an approval is judged by who was authorised then. Rows
//! stand in the controlled register of the kind `roles`; a mailmap never decides an identity.

use super::{Sms, State};
use crate::document::front::Node;
use crate::document::{DocId, Document};
use crate::finding::Place;
use crate::history::History;
use crate::repo::object::Person;
use crate::source::{Date, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// One row: a person in a role, for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEntry {
    /// The role.
    pub role: String,
    /// The name of the person, or of the machine.
    pub person: String,
    /// The e-mail addresses the person commits and approves under.
    pub emails: Vec<String>,
    /// The first day; always, if none is given.
    pub from: Option<Date>,
    /// The last day; open, if none is given.
    pub to: Option<Date>,
    /// Whether it is a machine, which may never approve.
    pub is_bot: bool,
    /// What the role approves: ids and types of documents.
    pub approves: Vec<String>,
    /// The identity of the signing key, where it is not an e-mail address.
    pub principal: Option<String>,
    /// The register the row stands in.
    pub register: Option<DocId>,
    /// Where the row stands.
    pub place: Place,
    /// Whether both days can be read; a row with a day that cannot be read holds on no day.
    pub is_dated: bool,
}

impl RoleEntry {
    /// Tells whether the row holds on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        let has_begun = self.from.is_none_or(|from| from <= day);
        let has_ended = self.to.is_some_and(|to| to < day);
        self.is_dated && has_begun && !has_ended
    }

    /// Tells whether the person uses an address; only its case does not matter.
    pub fn uses(&self, email: &str) -> bool {
        self.emails.iter().any(|own| own.eq_ignore_ascii_case(email))
    }

    fn read(register: &Document, row: &Spanned<Node>) -> Option<Self> {
        let text = |key| row.value.text(key).map(|found| found.value.to_owned());
        let list = |key| -> Vec<String> {
            let Some(found) = row.value.get(key) else { return Vec::new() };
            let single = std::slice::from_ref(found);
            let items = if found.value.items().is_empty() { single } else { found.value.items() };
            items.iter().filter_map(|item| item.value.as_text().map(str::to_owned)).collect()
        };
        let day = |key| row.value.text(key).map(|found| Date::parse(found.value));
        let (from, to) = (day("from"), day("to"));
        Some(Self {
            role: text("role")?,
            person: text("person").unwrap_or_default(),
            emails: list("email"),
            from: from.flatten(),
            to: to.flatten(),
            is_bot: text("bot").is_some_and(|bot| bot == "true"),
            approves: list("approves"),
            principal: text("principal"),
            register: register.id(),
            place: register.place(row.span),
            is_dated: from != Some(None) && to != Some(None),
        })
    }
}

/// The rows of all role registers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    /// The rows, in the order written.
    pub entries: Vec<RoleEntry>,
    /// Whether there is a register at all.
    pub has_register: bool,
    by_role: BTreeMap<String, Vec<usize>>,
    /// By address in lower case.
    by_email: BTreeMap<String, Vec<usize>>,
}

impl Roles {
    /// Reads the role registers among documents; those that are withdrawn say nothing any more.
    pub fn of<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Self {
        let mut roles = Self::default();
        let is_register = |document: &&Document| {
            document.front.text("type").is_some_and(|kind| kind.value == "register")
                && document.front.list("register_kind").iter().any(|kind| kind.value == "roles")
                && document.status() != Some("withdrawn")
        };
        for register in documents.into_iter().filter(is_register) {
            roles.has_register = true;
            let rows = register.front.rows("entries");
            roles.entries.extend(rows.filter_map(|row| RoleEntry::read(register, row)));
        }
        for (i, entry) in roles.entries.iter().enumerate() {
            roles.by_role.entry(entry.role.clone()).or_default().push(i);
            for email in &entry.emails {
                roles.by_email.entry(email.to_ascii_lowercase()).or_default().push(i);
            }
        }
        roles
    }

    /// Returns the rows of a role, whenever they hold.
    pub fn of_role(&self, role: &str) -> impl Iterator<Item = &RoleEntry> {
        self.rows(self.by_role.get(role))
    }

    /// Returns the rows of the person with an address, whenever they hold.
    pub fn of_email(&self, email: &str) -> impl Iterator<Item = &RoleEntry> {
        self.rows(self.by_email.get(&email.to_ascii_lowercase()))
    }

    /// Returns the people who hold a role on a day; machines hold none.
    pub fn holders(&self, role: &str, day: Date) -> Vec<&RoleEntry> {
        self.of_role(role).filter(|entry| !entry.is_bot && entry.holds_on(day)).collect()
    }

    /// Returns the rows that give the person with an address a role on a day, machines included.
    pub fn roles_of(&self, email: &str, day: Date) -> Vec<&RoleEntry> {
        self.of_email(email).filter(|entry| entry.holds_on(day)).collect()
    }

    /// Tells whether two addresses belong to one person of the register.
    pub fn are_one_person(&self, a: &str, b: &str) -> bool {
        a.eq_ignore_ascii_case(b) && !a.is_empty() || self.of_email(a).any(|entry| entry.uses(b))
    }

    /// Returns the roles there are, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_role.keys().map(String::as_str)
    }

    /// Returns the people there are, in order.
    pub fn people(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| entry.person.as_str()).filter(|it| !it.is_empty()).collect()
    }

    /// Returns the addresses there are, in lower case and in order.
    pub fn emails(&self) -> impl Iterator<Item = &str> {
        self.by_email.keys().map(String::as_str)
    }

    /// Tells whether a history holds no commit by anybody of the register: documents that were
    /// brought in from elsewhere in one go carry claims of a history that is not here.
    pub fn are_strangers_to(&self, history: &History) -> bool {
        let is_known =
            |person: &Person| self.by_email.contains_key(&person.email.to_ascii_lowercase());
        !self.by_email.is_empty()
            && !history.lives.is_empty()
            && !history
                .commits
                .iter()
                .any(|it| is_known(&it.author.person) || is_known(&it.committer.person))
    }

    fn rows<'r>(&'r self, found: Option<&'r Vec<usize>>) -> impl Iterator<Item = &'r RoleEntry> {
        found.into_iter().flatten().map(|&i| &self.entries[i])
    }
}

impl Sms {
    /// Tells whether nobody of the role register has a commit in the history: then it shows how
    /// the documents were brought in, not how they were written and approved.
    pub fn has_history_of_others(&self) -> bool {
        self.roles().are_strangers_to(&self.history)
    }

    /// Returns the role register. Build it once in a check.
    pub fn roles(&self) -> Roles {
        Roles::of(self.maintained())
    }
}

/// Whom an `owner` of front matter means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner<'r> {
    /// A role, with the people who hold it on the day.
    Role(Vec<&'r RoleEntry>),
    /// A person, with all rows that name him or her.
    Person(Vec<&'r RoleEntry>),
    /// A machine.
    Machine(&'r RoleEntry),
    /// Nobody the register knows.
    Unknown,
}

impl Roles {
    /// Finds whom an owner as written means, on a day.
    pub fn owner(&self, written: &str, day: Date) -> Owner<'_> {
        if self.by_role.contains_key(written) {
            return Owner::Role(self.holders(written, day));
        }
        let is_meant = |entry: &&RoleEntry| entry.uses(written) || entry.person == written;
        let meant: Vec<&RoleEntry> = match self.of_email(written).next() {
            Some(_) => self.of_email(written).collect(),
            None => self.entries.iter().filter(is_meant).collect(),
        };
        match meant.iter().find(|entry| entry.is_bot) {
            Some(bot) => Owner::Machine(bot),
            None if meant.is_empty() => Owner::Unknown,
            None => Owner::Person(meant),
        }
    }
}

impl Sms {
    /// Returns the documents and open records that need an owner on the day spoken of, with the
    /// owner as written.
    pub fn owned(&self) -> impl Iterator<Item = (&Document, &str)> {
        self.documents.iter().filter_map(|document| {
            let is_past = matches!(self.state(document), State::Withdrawn | State::Superseded)
                || document.status() == Some("closed");
            let owner = document.front.text("owner").filter(|_| !is_past)?;
            Some((document, owner.value))
        })
    }
}
