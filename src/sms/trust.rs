//! What the judged tree changes of the ground it is judged on: the rules, and who holds which role.

use super::{Sms, State};
use crate::config::FILE;
use crate::document::role::RoleRow;
use crate::document::{DocId, Document};
use crate::finding::Place;
use crate::source::{Printable, RepoPath};
use std::collections::BTreeSet;

impl Sms {
    /// Returns what the judged tree changes of what judges it, each with its place, as sentences.
    pub fn changes_of_trust(&self) -> Vec<(Place, String)> {
        [self.trusted_rules_changed(), self.trusted_roles_changed()].concat()
    }

    /// Returns what the judged tree changes of the rules that judge it.
    pub fn trusted_rules_changed(&self) -> Vec<(Place, String)> {
        let book = Place::file(&RepoPath::from(FILE));
        self.trust.changes.iter().map(|words| (book.clone(), words.clone())).collect()
    }

    /// Returns what the judged tree changes of who holds which role on the publishing branch.
    pub fn trusted_roles_changed(&self) -> Vec<(Place, String)> {
        self.role_changes(&Place::file(&RepoPath::from(FILE)))
    }

    /// Says where the judged commit is not what the publishing branch shows: it alone says what is in
    /// force.
    pub fn beside_the_branch(&self) -> Option<String> {
        if !self.trust.has_branch || self.history.commits.is_empty() {
            return None;
        }
        let branch = self.trust.policy_ref.as_ref().unwrap_or(&self.trust.config.branch);
        let branch = Printable(branch);
        let is_there = self.history.is_published(self.history.judged());
        let has_gone_on = self.branch_has_gone_on();
        match (is_there, has_gone_on) {
            (true, false) => None,
            (true, true) => Some(format!(
                "`{branch}` has gone on since what is judged; what it changed after that is not told here"
            )),
            (false, false) => Some(format!(
                "what is judged is not on `{branch}` yet; it is told as if it were merged"
            )),
            (false, true) => Some(format!(
                "what is judged is not on `{branch}`, which has gone on meanwhile; it is told as if it were merged, and what `{branch}` changed is not"
            )),
        }
    }

    /// Tells whether what is judged is the tip of the publishing branch, with what is not committed: all
    /// that differs from the branch is left to commit.
    pub fn is_next_on_the_branch(&self) -> bool {
        let is_there = || self.history.is_published(self.history.judged());
        let is_told = self.trust.has_branch && !self.history.commits.is_empty();
        is_told && is_there() && !self.branch_has_gone_on()
    }

    /// Tells whether the publishing branch has commits that the judged history does not hold.
    pub fn branch_has_gone_on(&self) -> bool {
        self.trust.registers.is_some()
    }

    /// Compares the role registers with what the publishing branch had of them where the judged
    /// tree left it: a branch that is merely behind changes nothing.
    fn role_changes(&self, elsewhere: &Place) -> Vec<(Place, String)> {
        if !self.trust.has_branch {
            return Vec::new();
        }
        let former = self.history.lives.iter().filter_map(|(id, life)| {
            life.iter().any(|revision| revision.claims.roles.is_some()).then_some(id)
        });
        let present = self.registers("roles").filter_map(Document::id);
        let ids: BTreeSet<DocId> = former.cloned().chain(present).collect();
        let mut changes = Vec::new();
        for id in ids {
            let published = self.history.published_states(&id);
            let published = published.last().and_then(|state| state.shown);
            let published = published.map(|(_, claims)| claims);
            let there = published.and_then(|claims| claims.roles.as_deref());
            let document = self.document(id.as_str());
            let here = document.filter(|it| it.front.is_role_register());
            match (here, there) {
                (None, None) => {}
                (Some(here), None) => changes.push((
                    here.at("id"),
                    format!("the role register {id} is not on the branch that judges"),
                )),
                (None, Some(_)) => changes.push((
                    elsewhere.clone(),
                    format!("the role register {id} of the branch that judges is not here"),
                )),
                (Some(here), Some(there)) => {
                    let was_withdrawn =
                        published.is_some_and(|it| it.status_on(self.as_of) == Some("withdrawn"));
                    if self.state(here) == State::Withdrawn && !was_withdrawn {
                        changes.push((
                            here.at("status"),
                            format!("the role register {id} is withdrawn here, and not on the branch that judges"),
                        ));
                    }
                    row_changes(here, there, &mut changes);
                }
            }
        }
        changes
    }
}

fn row_changes(register: &Document, there: &[RoleRow], changes: &mut Vec<(Place, String)>) {
    let here = register.front.role_rows();
    let lacks = |rows: &[RoleRow], row: &RoleRow| !rows.iter().any(|it| it.says_the_same(row));
    let is_of_role = |a: &RoleRow, b: &RoleRow| a.role == b.role && a.person == b.person;
    let new: Vec<&RoleRow> = here.iter().filter(|row| lacks(there, row)).collect();
    let gone: Vec<&RoleRow> = there.iter().filter(|row| lacks(&here, row)).collect();
    for row in &new {
        let words = match gone.iter().any(|it| is_of_role(it, row)) {
            true => format!(
                "the row of `{}` for {} is not what it is on the branch that judges",
                row.role, row.person
            ),
            false => format!(
                "the role register gives `{}` to {} here, and not on the branch that judges",
                row.role, row.person
            ),
        };
        changes.push((register.place(row.span), words));
    }
    for row in gone.iter().filter(|row| !new.iter().any(|it| is_of_role(it, row))) {
        let words = format!(
            "the role register gives `{}` to {} on the branch that judges, and not here",
            row.role, row.person
        );
        changes.push((register.at("entries"), words));
    }
}
