//! Who answers for what: owners of documents and holders of roles that are others than they were.

use super::{Side, text};
use crate::document::DocId;
use crate::sms::Sms;
use crate::sms::roles::{RoleEntry, Roles};
use std::collections::HashSet;

/// A document with another owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwner {
    /// The document.
    pub id: DocId,
    /// Who owned it, as written.
    pub from: Option<String>,
    /// Who owns it, as written.
    pub to: Option<String>,
    /// Which version says so, where that is not in force, to follow a comma.
    pub as_told: Option<String>,
}

impl Sms {
    /// Compares who owns a document: what is in force of it, and what is being prepared beside it.
    pub(super) fn compare_owners(
        &self,
        id: &DocId,
        old: Side<'_>,
        new: Side<'_>,
        owners: &mut Vec<NewOwner>,
    ) {
        let owner = |document| text(document, "owner");
        let (from, to) = (owner(old.stands), owner(new.stands));
        if from != to {
            let as_told = self.as_told(new.file).filter(|_| !new.has_next());
            owners.push(NewOwner { id: id.clone(), from, to, as_told });
        }
        let (from, to) = (owner(new.stands), owner(new.file));
        if from != to && to != owner(old.file) {
            owners.push(NewOwner { id: id.clone(), from, to, as_told: self.as_told(new.file) });
        }
    }
}

/// A change of a row of the role registers.
struct RoleChange<'r> {
    what: Change,
    /// The row, and what else is to be said of it.
    told: String,
    /// The register that the row stands in, or stood in.
    register: Option<&'r DocId>,
}

/// What became of a row.
#[derive(Clone, Copy)]
enum Change {
    New,
    Changed,
    Gone,
}

impl RoleChange<'_> {
    /// Says it of registers in force.
    fn words(&self) -> String {
        let word = match self.what {
            Change::New => "new",
            Change::Changed => "changed",
            Change::Gone => "gone",
        };
        format!("{word}: {}", self.told)
    }

    /// Says it of a register that is being prepared.
    fn if_prepared(&self) -> String {
        let word = match self.what {
            Change::New => "would be new",
            Change::Changed => "would change",
            Change::Gone => "would be gone",
        };
        format!("{word}: {}", self.told)
    }
}

impl Sms {
    /// Says who took over a role and who gave it up, and what next versions of registers would change of
    /// it.
    pub(super) fn changes_of_roles(
        &self,
        (before, now): (&Roles, &Roles),
        (old, new): (&[Side<'_>], &[Side<'_>]),
    ) -> Vec<String> {
        let changes = differences(before, now).into_iter().map(|change| {
            let is_it = |side: &&Side<'_>| side.file.id().as_ref() == change.register;
            // What a file says alone is not so yet.
            let side = new.iter().find(is_it).filter(|side| !side.has_next());
            let told = side.and_then(|side| self.as_told(side.file));
            change.words() + &told.map(|told| format!(", {told}")).unwrap_or_default()
        });
        let mut changes: Vec<String> = changes.collect();
        let known: HashSet<String> = old.iter().flat_map(prepared).collect();
        for side in new {
            let told = self.as_told(side.file).unwrap_or_default();
            let to_come = prepared(side).into_iter().filter(|it| !known.contains(it));
            changes.extend(to_come.map(|change| format!("{change}, {told}")));
        }
        changes
    }
}

/// Returns what the next version of a register would change of the rows in force.
fn prepared(side: &Side<'_>) -> Vec<String> {
    let Some(day) = side.day.filter(|_| side.has_next()) else { return Vec::new() };
    let rows = |text| Roles::of([text], day);
    let (stands, next) = (rows(side.stands), rows(side.file));
    let changes = differences(&stands, &next);
    changes.iter().map(RoleChange::if_prepared).collect()
}

fn differences<'r>(before: &'r Roles, now: &'r Roles) -> Vec<RoleChange<'r>> {
    let who = |entry: &RoleEntry| (entry.role.clone(), entry.person.clone(), entry.emails.clone());
    let told = |entry: &RoleEntry| {
        let days = match (entry.from, entry.to) {
            (Some(from), Some(to)) => format!(", from {from} to {to}"),
            (Some(from), None) => format!(", from {from}"),
            (None, Some(to)) => format!(", to {to}"),
            (None, None) => String::new(),
        };
        format!("{} ({}{days})", entry.role, entry.person)
    };
    let change = |what, entry: &'r RoleEntry, told: String| RoleChange {
        what,
        told,
        register: entry.register.as_ref(),
    };
    let mut changes = Vec::new();
    for entry in &now.entries {
        let mut same = before.entries.iter().filter(|other| who(other) == who(entry));
        let is_there = |other: &RoleEntry| {
            let rest = |it: &RoleEntry| {
                (it.from, it.to, it.approves.clone(), it.approves_nothing, it.is_bot)
            };
            rest(other) == rest(entry) && other.principal == entry.principal
        };
        match same.clone().find(|other| is_there(other)).or_else(|| same.next()) {
            None => changes.push(change(Change::New, entry, told(entry))),
            Some(other) if is_there(other) => {}
            Some(other) if (other.from, other.to) != (entry.from, entry.to) => {
                let told = format!("{}, before {}", told(entry), told(other));
                changes.push(change(Change::Changed, entry, told));
            }
            Some(_) => {
                let told = format!("what {} may do", told(entry));
                changes.push(change(Change::Changed, entry, told));
            }
        }
    }
    for entry in &before.entries {
        if !now.entries.iter().any(|other| who(other) == who(entry)) {
            changes.push(change(Change::Gone, entry, told(entry)));
        }
    }
    changes
}
