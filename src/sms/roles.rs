//! The role register: who holds which role, from when to when (clause 5.3).
//!
//! It is asked for a day, never for now: an approval is judged by who was authorised then. Rows
//! stand in the controlled register of the kind `roles`; a mailmap never decides an identity.

use super::in_force::InForce;
use super::machine::is_of_nobody;
use super::tenure::End;
use super::{Sms, State};
use crate::config::types::TOP_MANAGEMENT;
use crate::document::role::RoleRow;
use crate::document::{DocId, Document};
use crate::finding::Place;
use crate::history::History;
use crate::repo::object::Person;
use crate::source::{Date, did_you_mean};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Deref;

/// A row of a role register that lies somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleEntry {
    /// What the row says.
    pub row: RoleRow,
    /// The register the row stands in.
    pub register: Option<DocId>,
    /// Where the row stands; the file alone, where it is a former state that is asked.
    pub place: Place,
}

impl RoleEntry {
    /// Returns what the row says of who is who.
    fn identity(&self) -> (String, Vec<String>, bool) {
        (self.person.clone(), self.emails.clone(), self.is_bot)
    }

    /// Returns its person under each of the addresses.
    pub fn persons(&self) -> impl Iterator<Item = Person> {
        let person = |email: &String| Person { name: self.person.clone(), email: email.clone() };
        self.emails.iter().map(person)
    }
}

impl Deref for RoleEntry {
    type Target = RoleRow;

    fn deref(&self) -> &RoleRow {
        &self.row
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
    /// Who called which other address his own, both in lower case.
    claimed: BTreeSet<(String, String)>,
    /// The rows that nobody approved, where others were: they speak against people, and for nobody.
    unapproved: BTreeSet<usize>,
}

/// Returns the pairs of different addresses in a row, in lower case, both ways round.
fn pairs(row: &RoleRow) -> Vec<(String, String)> {
    let emails = || row.emails.iter().map(|email| email.to_ascii_lowercase());
    let with_others = |one: String| emails().map(move |other| (one.clone(), other));
    emails().flat_map(with_others).filter(|(one, other)| one != other).collect()
}

impl Roles {
    /// Reads the role registers among documents; those that are withdrawn on a day say nothing then.
    pub fn of<'d>(documents: impl IntoIterator<Item = &'d Document>, day: Date) -> Self {
        let mut entries = Vec::new();
        let mut has_register = false;
        let is_register = |document: &&Document| {
            document.front.is_role_register() && document.status_on(day) != Some("withdrawn")
        };
        for register in documents.into_iter().filter(is_register) {
            has_register = true;
            let rows = register.front.role_rows().into_iter();
            entries.extend(rows.map(|row| RoleEntry {
                place: register.place(row.span),
                register: register.id(),
                row,
            }));
        }
        Self::of_entries(entries, has_register)
    }

    /// Puts rows together.
    pub fn of_entries(entries: Vec<RoleEntry>, has_register: bool) -> Self {
        let mut roles = Self { entries, has_register, ..Self::default() };
        for (i, entry) in roles.entries.iter().enumerate() {
            roles.by_role.entry(entry.role.clone()).or_default().push(i);
            for email in &entry.emails {
                roles.by_email.entry(email.to_ascii_lowercase()).or_default().push(i);
            }
        }
        roles
    }

    /// Returns these rows with all that any version of a register ever had, as far as they say who
    /// is who.
    pub fn with_former(&self, history: &History) -> Self {
        let former = history.lives.iter().flat_map(|(id, life)| {
            life.iter().flat_map(move |revision| {
                let entry = move |row: &RoleRow| RoleEntry {
                    row: row.clone(),
                    register: Some(id.clone()),
                    place: Place::file(&revision.path).of_document(Some(id)),
                };
                revision.claims.roles.iter().flatten().map(entry)
            })
        });
        self.joined_with(former.collect::<Vec<_>>().iter())
    }

    /// Returns these rows with others, as far as they say who is who.
    pub fn joined_with<'r>(&self, others: impl Iterator<Item = &'r RoleEntry>) -> Self {
        let mut entries = self.entries.clone();
        let mut known: BTreeSet<(String, Vec<String>, bool)> =
            entries.iter().map(RoleEntry::identity).collect();
        entries.extend(others.filter(|entry| known.insert(entry.identity())).cloned());
        Self { claimed: self.claimed.clone(), ..Self::of_entries(entries, self.has_register) }
    }

    /// Returns these rows with those that were approved, as far as they say who is who; what only these
    /// say speaks for nobody.
    pub fn joined_with_approved<'r>(&self, approved: impl Iterator<Item = &'r RoleEntry>) -> Self {
        let approved: Vec<&RoleEntry> = approved.collect();
        let known: BTreeSet<_> = approved.iter().map(|entry| entry.identity()).collect();
        let own = self.entries.iter().enumerate();
        let unapproved = own.filter(|(_, entry)| !known.contains(&entry.identity()));
        let unapproved = unapproved.map(|(at, _)| at).collect();
        Self { unapproved, ..self.joined_with(approved.into_iter()) }
    }

    /// Tells whether an address stands in a row that was approved, or where none was, in any.
    pub fn vouches_for(&self, email: &str) -> bool {
        let found = self.by_email.get(&email.to_ascii_lowercase());
        found.into_iter().flatten().any(|at| !self.unapproved.contains(at))
    }

    /// Tells whether somebody could approve nothing at all on a day: a machine, an address of nobody, or, as far as the rows
    /// say anything of that day, a person who held no role then, or none that approves anything.
    pub fn rule_out(&self, email: &str, on: Date) -> bool {
        let known = self.of_person(email);
        let approves = |row: &RoleEntry| row.role == TOP_MANAGEMENT || !row.approves_nothing;
        let may_approve = |row: &&RoleEntry| row.holds_on(on) && approves(row);
        let is_told_of = self.entries.iter().any(|row| row.holds_on(on));
        is_of_nobody(email)
            || known.iter().any(|row| row.is_bot)
            || is_told_of && !known.is_empty() && !known.iter().any(may_approve)
    }

    /// Returns these rows with what people of a history said of themselves: whoever was the first
    /// to put two addresses into one row of a register, one of which is the author's own, called
    /// the other one his own as well, whether or not that was approved.
    pub fn with_claimed(self, history: &History) -> Self {
        let lives = history.lives.values().flatten();
        let mut revisions: Vec<_> = lives.filter(|it| it.claims.roles.is_some()).collect();
        revisions.sort_by_key(|revision| revision.commit);
        let mut known = BTreeSet::new();
        let mut claimed = BTreeSet::new();
        for revision in revisions {
            let author = history.commit_of(revision).author.person.email.to_ascii_lowercase();
            for pair in revision.claims.roles.iter().flatten().flat_map(pairs) {
                if known.insert(pair.clone()) && pair.0 == author {
                    claimed.insert(pair);
                }
            }
        }
        Self { claimed, ..self }
    }

    /// Returns the rows of a role, whenever they hold.
    pub fn of_role(&self, role: &str) -> impl Iterator<Item = &RoleEntry> {
        self.rows(self.by_role.get(role))
    }

    /// Returns the rows of the person with an address, whenever they hold.
    pub fn of_email(&self, email: &str) -> impl Iterator<Item = &RoleEntry> {
        self.rows(self.by_email.get(&email.to_ascii_lowercase()))
    }

    /// Returns the rows of the person with an address: those that list it, and those with the same name.
    /// People who share a mailbox stay different people: then those that share a name and an address
    /// with one of them.
    pub fn of_person(&self, email: &str) -> Vec<&RoleEntry> {
        let own: Vec<&RoleEntry> = self.of_email(email).collect();
        let Some((first, others)) = own.split_first() else { return own };
        let is_of_one = others.iter().all(|other| other.shares_name_with(first));
        let is_own = |entry: &&RoleEntry| {
            entry.uses(email)
                || is_of_one && entry.shares_name_with(first)
                || own.iter().any(|other| entry.is_of_same_person(other))
        };
        self.entries.iter().filter(is_own).collect()
    }

    /// Returns the people who hold a role on a day; machines hold none.
    pub fn holders(&self, role: &str, day: Date) -> Vec<&RoleEntry> {
        let is_held =
            |entry: &&RoleEntry| !entry.is_bot && entry.names_somebody() && entry.holds_on(day);
        self.of_role(role).filter(is_held).collect()
    }

    /// Returns the address of the register that an unknown one is but for a letter or two of its name.
    pub fn mistyped(&self, email: &str) -> Option<&str> {
        let (name, host) =
            email.rsplit_once('@').filter(|_| self.of_email(email).next().is_none())?;
        let of_host = |it: &&str| {
            it.rsplit_once('@').is_some_and(|(_, other)| other.eq_ignore_ascii_case(host))
        };
        let name_of = |it: &str| it.rsplit_once('@').map_or(0, |(name, _)| name.len());
        let names = self.emails().filter(of_host).map(|it| &it[..name_of(it)]);
        let near = did_you_mean(name, names)?;
        self.emails().filter(of_host).find(|it| &it[..name_of(it)] == near)
    }

    /// Returns the rows that give the person with an address a role on a day, machines included.
    pub fn roles_of(&self, email: &str, day: Date) -> Vec<&RoleEntry> {
        self.of_email(email).filter(|entry| entry.holds_on(day)).collect()
    }

    /// Tells whether two addresses belong to one person of the register: a row lists both, or the
    /// rows that list them give the same name.
    pub fn are_one_person(&self, a: &str, b: &str) -> bool {
        a.eq_ignore_ascii_case(b) && !a.is_empty()
            || self.of_email(a).any(|entry| {
                entry.uses(b) || self.of_email(b).any(|other| entry.shares_name_with(other))
            })
    }

    /// Tells whether somebody called another address his own in a register, which speaks against
    /// nobody else.
    pub fn has_claimed(&self, who: &str, other: &str) -> bool {
        self.claimed.contains(&(who.to_ascii_lowercase(), other.to_ascii_lowercase()))
    }

    /// Tells whether whoever has an address is a machine, on whatever days, or nobody at all.
    pub fn is_machine(&self, email: &str) -> bool {
        is_of_nobody(email) || self.of_person(email).iter().any(|entry| entry.is_bot)
    }

    /// Tells whether the register lists two addresses, as those of different people.
    pub fn are_two_people(&self, a: &str, b: &str) -> bool {
        self.vouches_for(a) && self.vouches_for(b) && !self.are_one_person(a, b)
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
        self.is_history_of_others
    }

    /// Returns who is who: the rows of the judged tree, and of all role registers that ever stood on
    /// the publishing branch as approved; where none did, of all there ever were.
    pub fn identities(&self) -> &Roles {
        &self.identities
    }

    /// Returns the role registers of the judged tree, as their files have them: also rows that are
    /// being prepared.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }

    /// Returns the role registers as they are in force on the day spoken of. Where nothing of one is,
    /// its file speaks.
    pub fn roles_in_force(&self) -> &Roles {
        self.roles_in_force.as_ref().unwrap_or(&self.roles)
    }

    /// Returns the rows that the owner of a document is looked for in: those in force on the day that is
    /// asked about. What is being prepared may name a role that is being prepared with it; what is only
    /// proposed takes a role from nobody.
    pub fn roles_for(&self, owned: &Owned<'_>) -> Cow<'_, Roles> {
        let Owned { document, owner, day, .. } = *owned;
        let in_force = match day == self.as_of {
            true => Cow::Borrowed(self.roles_in_force()),
            false => Cow::Owned(self.roles_as_in_force(&self.documents, day)),
        };
        if self.is_record(document) || self.state(document).is_in_force() {
            return in_force;
        }
        let meant = |roles: &Roles| match roles.owner(owner, day) {
            Owner::Role(holders) => Some(!holders.is_empty()),
            Owner::Person(rows) => Some(rows.iter().any(|row| row.holds_on(day))),
            Owner::Machine(_) => Some(false),
            Owner::Unknown => None,
        };
        // Known and there is better than known, and that better than unknown.
        let (is, will_be) = (meant(&in_force), meant(&self.roles));
        if is == Some(true) || is > will_be { in_force } else { Cow::Borrowed(&self.roles) }
    }

    /// Looks for registers whose files are not what is in force: they have the next version already, or
    /// another took their place.
    pub(super) fn settle_roles_in_force(&mut self) {
        let is_other = |it: &Document| {
            self.in_force_beside(it).is_some() || self.is_replaced_by(it, self.as_of)
        };
        if self.registers("roles").any(is_other) {
            self.roles_in_force = Some(self.roles_as_in_force(&self.documents, self.as_of));
        }
    }

    /// Tells whether another document has taken the place of the version of a file by a day.
    fn is_replaced_by(&self, document: &Document, day: Date) -> bool {
        let tenure = document.id().and_then(|id| self.tenures(&id).last());
        let version = document.front.text("version");
        tenure.zip(version).is_some_and(|(tenure, version)| {
            tenure.is_version(version.value)
                && matches!(tenure.end, Some(End::SupersededBy(_)))
                && tenure.until < Some(day)
        })
    }

    /// Returns the rows of the role registers among documents as they were in force on a day.
    pub(super) fn roles_as_in_force(&self, documents: &[Document], day: Date) -> Roles {
        let registers = documents.iter().filter(|it| it.front.is_role_register());
        let registers = registers.filter(|it| !self.is_replaced_by(it, day));
        let instead = |register: &&Document| {
            let id = register.id()?;
            let tenure = self.in_force_on(&id, day)?;
            let is_next = tenure.blob != register.blob
                && (register.status() != Some("approved")
                    || register.front.date("effective_from").is_some_and(|from| from > day));
            (is_next && self.bears_out(tenure)).then_some((id, tenure))
        };
        let (next, others): (Vec<&Document>, Vec<&Document>) =
            registers.partition(|it| instead(it).is_some());
        let as_written = Roles::of(others, day);
        let rows = next.iter().filter_map(|it| Some((*it, instead(it)?)));
        let rows = rows.flat_map(|(register, (id, tenure))| {
            let place = register.at("entries");
            tenure.claims.roles.iter().flatten().map(move |row| RoleEntry {
                row: row.clone(),
                register: Some(id.clone()),
                place: place.clone(),
            })
        });
        let entries: Vec<RoleEntry> = as_written.entries.iter().cloned().chain(rows).collect();
        let has_register = as_written.has_register || !next.is_empty();
        Roles::of_entries(entries, has_register)
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

/// A document that needs an owner.
#[derive(Clone, Copy, Debug)]
pub struct Owned<'s> {
    /// The document or open record.
    pub document: &'s Document,
    /// The owner, as written.
    pub owner: &'s str,
    /// The day for which the owner is asked about: that which is spoken of, or the first day of what is
    /// to begin later, which needs nobody before.
    pub day: Date,
    /// The version that begins on that day, where it is still to come.
    pub begins: Option<&'s str>,
}

impl Owned<'_> {
    /// Names the day, with what begins on it: `on 2026-06-01, the first day of version 2.0`.
    pub fn on_the_day(&self) -> String {
        match self.begins {
            Some(version) => format!("on {}, the first day of version {version}", self.day),
            None => format!("on {}", self.day),
        }
    }
}

impl Sms {
    /// Returns the documents and open records that need an owner.
    pub fn owned(&self) -> impl Iterator<Item = Owned<'_>> {
        self.documents.iter().filter_map(|document| {
            let is_past = matches!(self.state(document), State::Withdrawn | State::Superseded)
                || document.status() == Some("closed");
            let owner = owner_of(document).filter(|_| !is_past)?;
            let first_day = self.first_day_to_come(document);
            let version = || document.front.text("version").map_or("none", |it| it.value);
            let (day, begins) = (first_day.unwrap_or(self.as_of), first_day.map(|_| version()));
            Some(Owned { document, owner, day, begins })
        })
    }

    /// Returns the versions in force whose file has the next one with another owner, with the owner as
    /// written.
    pub fn owned_before(&self) -> impl Iterator<Item = (InForce<'_>, &str)> {
        self.owned_in_force().filter(|(found, owner)| owner_of(found.file) != Some(*owner))
    }

    /// Returns the versions in force whose next one has the same owner and needs it on a later day, with
    /// the owner as written.
    pub fn owned_until_next(&self) -> impl Iterator<Item = (InForce<'_>, &str)> {
        self.owned_in_force().filter(|(found, owner)| {
            owner_of(found.file) == Some(*owner) && self.first_day_to_come(found.file).is_some()
        })
    }

    /// Returns the versions in force whose file has the next one, with the owner as written.
    fn owned_in_force(&self) -> impl Iterator<Item = (InForce<'_>, &str)> {
        let beside = self.documents.iter().filter_map(|file| self.in_force_before_next(file));
        beside.filter_map(|found| Some((found, owner_of(found.text)?)))
    }
}

fn owner_of(document: &Document) -> Option<&str> {
    document.front.text("owner").map(|owner| owner.value)
}
