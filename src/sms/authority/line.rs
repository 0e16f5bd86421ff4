//! Who may approve a document, by one state of the role register.

use super::{Doubt, Ground, Lack, NotHeld};
use crate::config::Config;
use crate::config::types::{ITEMS, Item, PROCESS_OWNER, TOP_MANAGEMENT};
use crate::document::{Approval, Claims, DocId, Reference};
use crate::framework::Frameworks;
use crate::sms::roles::{RoleEntry, Roles};
use crate::source::Date;
use std::collections::BTreeSet;

/// A document, as far as it matters who may approve it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sms) struct Subject {
    id: DocId,
    kind: String,
    /// The roles, or the people, that may approve it by its type, the usual one first.
    usual: Vec<String>,
    /// What it stands beneath, where that says who approves and is not approved itself.
    unapproved: Option<DocId>,
    item: Option<&'static Item>,
    pub(super) is_role_register: bool,
}

impl Subject {
    /// Looks at what a document claims. `find` returns what was approved of another one by then.
    pub(in crate::sms) fn of<'c>(
        id: &DocId,
        claims: &Claims,
        trusted: &Config,
        frameworks: &Frameworks,
        find: &dyn Fn(&str) -> Option<&'c Claims>,
    ) -> Self {
        // What a document says of itself settles nothing.
        let find = |other: &str| find(other).filter(|_| DocId::new(other) != *id);
        let kind = claims.kind.clone().unwrap_or_default();
        let by_type = trusted.doc_type(&kind).map(|it| it.approvers.as_slice()).unwrap_or_default();
        // What cannot stand above it has no say: `process` and `parent` may name whatever the author likes.
        let stands_above = |other: &Claims| {
            let other = other.kind.as_deref().unwrap_or_default();
            // Whatever a type of one's own stands beneath, the process it belongs to is one.
            other == "process"
                || trusted.doc_type(&kind).is_some_and(|kind| kind.may_stand_beneath(other))
        };
        let has_a_say =
            |above: &DocId| above != id && find(above.as_str()).is_none_or(stands_above);
        let mut named = claims.process.iter().chain(&claims.parent);
        let above = named.find_map(|it| Some(named_by(it)).filter(has_a_say));
        let above = above.filter(|_| is_by_owner(by_type));
        let standing = above.as_ref().and_then(|above| find(above.as_str()));
        let owner = standing.and_then(|it| it.process_owner.as_ref().or(it.owner.as_ref()));
        let usual = by_type.iter().flat_map(|role| match role.as_str() {
            PROCESS_OWNER => owner.map(String::as_str).into_iter().chain([PROCESS_OWNER]),
            role => None.into_iter().chain([role]),
        });
        // Whoever takes the place of the first becomes it.
        let is_replaced = |parent: &str| {
            let parent = DocId::new(parent);
            claims.supersedes.iter().any(|it| Reference::parse(it).id == parent)
        };
        let parent = claims.parent.as_ref().filter(|parent| !is_replaced(parent));
        let parent = parent.and_then(|parent| find(parent));
        let is_it = |item: &&Item| {
            let names = |claims: &Claims| {
                claims.kind.as_deref() == Some(item.kind)
                    && names_clause(claims, item.clause, frameworks)
            };
            names(claims) && !(item.is_first && parent.is_some_and(names))
        };
        Self {
            id: id.clone(),
            usual: usual.map(str::to_owned).collect(),
            unapproved: above.filter(|_| standing.is_none()),
            item: ITEMS.iter().find(is_it),
            is_role_register: claims.roles.is_some(),
            kind,
        }
    }
}

impl Subject {
    /// Tells whether a role is that of the process owner, and a row is of whoever owns the process.
    fn means(&self, role: &str, row: &RoleEntry) -> bool {
        let owner = self.usual.first().filter(|owner| *owner != PROCESS_OWNER);
        role == PROCESS_OWNER
            && self.usual.iter().any(|usual| usual == PROCESS_OWNER)
            && owner.is_some_and(|it| *it == row.role || row.uses(it) || *it == row.person)
    }
}

fn is_by_owner(approvers: &[String]) -> bool {
    approvers.iter().any(|role| role == PROCESS_OWNER)
}

/// Returns the documents above one that may have a say in who approves it.
pub(super) fn above(claims: &Claims, trusted: &Config) -> impl Iterator<Item = DocId> {
    let kind = claims.kind.as_deref().unwrap_or_default();
    let is_by_owner = trusted.doc_type(kind).is_some_and(|kind| is_by_owner(&kind.approvers));
    let is_first = ITEMS.iter().any(|item| item.is_first && item.kind == kind);
    let process = claims.process.as_ref().filter(|_| is_by_owner);
    let parent = claims.parent.as_ref().filter(|_| is_by_owner || is_first);
    process.into_iter().chain(parent).map(|above| named_by(above))
}

/// Returns the document that is named, be it with a version.
fn named_by(reference: &str) -> DocId {
    Reference::parse(reference).id
}

/// Tells whether a document names a clause of ISO/IEC 20000-1, or one beneath it.
fn names_clause(claims: &Claims, clause: &str, frameworks: &Frameworks) -> bool {
    claims
        .clauses
        .iter()
        .filter_map(|it| frameworks.resolve(it).ok())
        .any(|(pack, it)| pack.id.starts_with("iso20000-1") && pack.is_within(&it.number, clause))
}

/// Who may approve a document, and what says so.
struct Line {
    named: Vec<String>,
    ground: Ground,
}

impl Line {
    fn of(register: &Roles, subject: &Subject, on: Date) -> Self {
        let naming = |word: &str| -> Vec<String> {
            let rows = register.entries.iter().filter(|row| !row.is_bot && row.holds_on(on));
            let mut named: Vec<String> = rows
                .filter(|row| row.approves.iter().any(|it| it == word))
                .map(|row| row.role.clone())
                .collect();
            named.sort();
            named.dedup();
            named
        };
        let by_id = naming(subject.id.as_str());
        let by_kind = naming(&subject.kind);
        let has_top = register.of_role(TOP_MANAGEMENT).next().is_some();
        let item =
            subject.item.filter(|item| has_top && (by_kind.is_empty() || !item.may_be_delegated));
        let kind = || subject.kind.clone();
        let (named, ground) = match item {
            _ if !by_id.is_empty() => (by_id, Ground::Id(subject.id.clone())),
            Some(item) => {
                let named = item.approvers.iter().map(|&it| it.to_owned()).collect();
                (named, Ground::Clause(item.clause))
            }
            None if !by_kind.is_empty() => (by_kind, Ground::Kind(kind())),
            None => (subject.usual.clone(), Ground::Usual(kind())),
        };
        Self { named, ground }
    }

    /// Tells whether a row lets its person approve.
    fn includes(&self, row: &RoleEntry, subject: &Subject) -> bool {
        let lists = |word: &str| row.approves.iter().any(|it| it == word);
        let is_named =
            self.named.iter().any(|it| *it == row.role || row.uses(it) || *it == row.person);
        // A list of types is complete; ids alone come on top of what the role does anyway.
        let names_types = row.approves.iter().any(|it| !it.contains(char::is_uppercase));
        let by_list = || match self.ground {
            Ground::Id(_) => lists(subject.id.as_str()) || is_named && row.approves.is_empty(),
            Ground::Clause(_) => is_named && (!names_types || lists(&subject.kind)),
            Ground::Kind(_) => lists(&subject.kind) || is_named && row.approves.is_empty(),
            Ground::Usual(_) => is_named && !names_types,
        };
        row.role == TOP_MANAGEMENT || !row.approves_nothing && by_list()
    }
}

/// What a state of the register answers.
pub(super) enum Answer<'r> {
    Yes(&'r RoleEntry),
    No(Lack),
    CannotTell(Doubt),
}

/// Asks one state of the register whether somebody could approve a document on a day.
pub(super) fn ask<'r>(
    register: &'r Roles,
    subject: &Subject,
    by: &str,
    role: Option<&str>,
    on: Date,
) -> Answer<'r> {
    let known = register.of_person(by);
    let has_begun = |row: &RoleEntry| row.from.is_none_or(|from| from <= on);
    if !register.entries.iter().any(has_begun) {
        return Answer::CannotTell(Doubt::SilentOn(on));
    }
    if known.is_empty() {
        return Answer::No(Lack::Unknown(by.to_owned()));
    }
    let is_machine = known.iter().any(|row| row.is_bot && row.holds_on(on))
        || known.iter().all(|row| row.is_bot);
    if is_machine {
        return Answer::No(Lack::Machine(by.to_owned()));
    }
    if !register.entries.iter().any(|row| row.holds_on(on)) {
        return Answer::CannotTell(Doubt::SilentOn(on));
    }
    let claimed: Vec<&RoleEntry> = known
        .into_iter()
        .filter(|row| !row.is_bot)
        .filter(|row| role.is_none_or(|role| row.role == role || subject.means(role, row)))
        .collect();
    let held: Vec<&RoleEntry> = claimed.iter().copied().filter(|row| row.holds_on(on)).collect();
    if held.is_empty() {
        let ended = claimed
            .iter()
            .filter_map(|row| Some((row.role.clone(), row.to.filter(|to| *to < on)?)));
        let begins = claimed
            .iter()
            .filter_map(|row| Some((row.role.clone(), row.from.filter(|from| *from > on)?)));
        return Answer::No(Lack::NotHeld(NotHeld {
            by: by.to_owned(),
            role: role.map(str::to_owned),
            on,
            ended: ended.max_by_key(|(_, day)| *day),
            begins: begins.min_by_key(|(_, day)| *day),
        }));
    }
    let line = Line::of(register, subject, on);
    if let Some(row) = held.iter().find(|row| line.includes(row, subject)) {
        return Answer::Yes(row);
    }
    if matches!(line.ground, Ground::Usual(_)) {
        if let Some(above) = &subject.unapproved {
            return Answer::CannotTell(Doubt::NoOwner(above.clone()));
        }
        let Some(first) = line.named.first() else {
            return Answer::CannotTell(Doubt::NoApprover(subject.kind.clone()));
        };
        let is_known = register
            .entries
            .iter()
            .any(|row| row.role == *first || row.uses(first) || row.person == *first);
        if !is_known {
            return Answer::CannotTell(Doubt::NobodyIs(first.clone()));
        }
    }
    let mut names: Vec<String> = held.iter().map(|row| row.role.clone()).collect();
    names.sort();
    names.dedup();
    Answer::No(match line.named.as_slice() {
        [only] if only == TOP_MANAGEMENT => Lack::PastTopManagement(names),
        needed => {
            // Who could do it is of use, not who could if he existed.
            let exists = |name: &&String| register.of_role(name).next().is_some();
            let known: Vec<String> = needed.iter().filter(exists).cloned().collect();
            let mut needed = if known.is_empty() { needed.to_vec() } else { known };
            let mut met = BTreeSet::new();
            needed.retain(|name| met.insert(name.clone()));
            Lack::NotForRole { held: names, needed, ground: Some(line.ground) }
        }
    })
}

impl Roles {
    /// Tells whether the register lets an approval of its next version be. Where nobody could say
    /// yes that day, nor on the day on which it came, whoever held a role up to then may go on.
    pub(super) fn lets_renew(
        &self,
        subject: &Subject,
        approval: &Approval,
        came_on: Option<Date>,
    ) -> bool {
        let (Some(by), Some(on)) = (&approval.by, approval.on) else { return false };
        match ask(self, subject, by, approval.role.as_deref(), on) {
            Answer::Yes(_) => true,
            Answer::No(_) => false,
            Answer::CannotTell(_) => {
                let has_begun = |row: &RoleEntry| row.from.is_none_or(|from| from <= on);
                let mut of_person = self.of_person(by).into_iter();
                let mut days = came_on.into_iter().chain([on]);
                days.all(|day| self.could_approve(subject, day).is_empty())
                    && of_person.any(|row| !row.is_bot && has_begun(row))
            }
        }
    }

    /// Returns the roles by which somebody could approve on a day, each once.
    pub(super) fn could_approve(&self, subject: &Subject, on: Date) -> Vec<String> {
        let line = Line::of(self, subject, on);
        let could =
            |row: &&RoleEntry| !row.is_bot && row.holds_on(on) && line.includes(row, subject);
        let roles: BTreeSet<&String> =
            self.entries.iter().filter(could).map(|it| &it.role).collect();
        roles.into_iter().cloned().collect()
    }
}
