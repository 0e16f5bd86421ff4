//! Who answers for what: owners of documents and holders of roles that are others than they were.

use super::{Side, text};
use crate::document::DocId;
use crate::sms::Sms;
use crate::sms::roles::{RoleEntry, Roles};

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

/// Says who took over a role and who gave it up.
pub(super) fn role_changes(before: &Roles, now: &Roles) -> Vec<String> {
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
            None => changes.push(format!("new: {}", told(entry))),
            Some(other) if is_there(other) => {}
            Some(other) if (other.from, other.to) != (entry.from, entry.to) => {
                changes.push(format!("changed: {}, before {}", told(entry), told(other)));
            }
            Some(_) => changes.push(format!("changed: what {} may do", told(entry))),
        }
    }
    for entry in &before.entries {
        if !now.entries.iter().any(|other| who(other) == who(entry)) {
            changes.push(format!("gone: {}", told(entry)));
        }
    }
    changes
}
