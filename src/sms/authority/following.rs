//! The role registers on their way through the commits of the publishing branch: from which commit on
//! which rows stood.
//!
//! What one commit brings is held against what stood before it, in whatever order files and ids
//! come, and what it ends is ended first.

use super::line::Subject;
use crate::document::digest::Sha256Sum;
use crate::document::role::RoleRow;
use crate::document::{Approval, Claims, DocId};
use crate::finding::Place;
use crate::history::{History, PublishedState, has_approval};
use crate::sms::roles::{RoleEntry, Roles};
use crate::source::RepoPath;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The role registers as they stood from a commit of the publishing branch on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The commit, as an index into the commits of the history; none for what is not in it.
    pub(super) at: Option<usize>,
    pub(super) roles: Roles,
    /// Whether the rows are those of registers that were approved.
    pub(super) is_approved: bool,
}

impl Moment {
    fn of(at: Option<usize>, standing: &BTreeMap<DocId, Standing>, history: &History) -> Self {
        let is_approved = standing.values().any(|it| it.is_approved);
        let mut entries = Vec::new();
        // What is approved is not added to by what is not.
        for (id, standing) in standing.iter().filter(|(_, it)| it.is_approved == is_approved) {
            entries.extend(rows_of(id, &standing.claims, history));
        }
        Self { at, roles: Roles::of_entries(entries, !standing.is_empty()), is_approved }
    }

    /// Takes registers of which the history does not tell who approved them.
    pub(super) fn of_unknown(registers: &BTreeMap<DocId, Claims>, history: &History) -> Self {
        let in_use = registers.iter().filter(|(_, claims)| {
            claims.roles.is_some() && claims.status.as_deref() != Some("withdrawn")
        });
        let standing = in_use.map(|(id, claims)| {
            (id.clone(), Standing { claims: Arc::new(claims.clone()), is_approved: false })
        });
        Self::of(None, &standing.collect(), history)
    }
}

/// What stands of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) claims: Arc<Claims>,
    pub(super) is_approved: bool,
}

impl Standing {
    /// Returns what makes one standing another.
    fn key(&self) -> (Sha256Sum, bool) {
        (self.claims.covered, self.is_approved)
    }
}

/// What was approved of each register, from which commits on, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Approved(BTreeMap<DocId, Vec<(usize, Arc<Claims>)>>);

impl Approved {
    /// Returns what was approved last of a register before a commit of the branch, or by now, or of any
    /// other: it says who may approve the next version, or a further register.
    pub(super) fn before(&self, id: &DocId, at: Option<usize>) -> Option<&Claims> {
        let is_before = |(since, _): &&(usize, Arc<Claims>)| at.is_none_or(|at| *since < at);
        let own = self.0.get(id).and_then(|own| own.iter().rev().find(is_before));
        let others = || {
            let all = self.0.values().flatten().filter(is_before);
            all.max_by_key(|(since, _)| *since)
        };
        own.or_else(others).map(|(_, claims)| &**claims)
    }

    fn push(&mut self, id: &DocId, at: usize, claims: &Arc<Claims>) {
        self.0.entry(id.clone()).or_default().push((at, Arc::clone(claims)));
    }
}

/// What became of the registers.
pub(super) struct Followed {
    /// What the publishing branch had, oldest first; one for a commit.
    pub(super) moments: Vec<Moment>,
    /// What stands of each register by now.
    pub(super) standing: BTreeMap<DocId, Standing>,
    /// What was approved of each.
    pub(super) approved: Approved,
}

/// Returns the approvals of a state of a register that Git bears out.
pub(super) type ProvedApprovals<'f> =
    dyn for<'s> Fn(&DocId, &PublishedState<'s>, &Known<'_>) -> Vec<&'s Approval> + 'f;

/// Follows the registers. `subject` looks at what a register claims, as it matters who may approve it
/// when a commit is published; `proved` returns the approvals of a state that Git bears out as the
/// type needs, by what is known of people when it comes.
pub(super) fn follow(
    history: &History,
    subject: &dyn Fn(&DocId, &Claims, usize) -> Subject,
    proved: &ProvedApprovals<'_>,
) -> Followed {
    let is_register =
        |id: &&DocId| history.revisions(id).iter().any(|revision| revision.claims.roles.is_some());
    let ids = history.lives.keys().filter(is_register);
    let states = ids.flat_map(|id| {
        history.published_states(id).into_iter().map(move |state| (state.at, id, state))
    });
    let mut states: Vec<_> = states.collect();
    states.sort_by_key(|(at, id, _)| (*at, *id));
    let mut way = Way {
        history,
        subject,
        proved,
        moments: Vec::new(),
        standing: BTreeMap::new(),
        gone: BTreeMap::new(),
        offered: BTreeMap::new(),
        approved: Approved::default(),
        spent: BTreeMap::new(),
    };
    for of_commit in states.chunk_by(|a, b| a.0 == b.0) {
        way.take(of_commit);
    }
    Followed { moments: way.moments, standing: way.standing, approved: way.approved }
}

/// The way up to some commit.
struct Way<'h> {
    history: &'h History,
    subject: &'h dyn Fn(&DocId, &Claims, usize) -> Subject,
    proved: &'h ProvedApprovals<'h>,
    moments: Vec<Moment>,
    standing: BTreeMap<DocId, Standing>,
    /// Those that ended, and whose rows stand until another register is approved.
    gone: BTreeMap<DocId, End>,
    /// What was said to be approved, and Git does not bear out, while nothing else was: who is in it goes
    /// on, and nobody else.
    offered: BTreeMap<DocId, Arc<Claims>>,
    approved: Approved,
    /// What was ever approved of each register: what ended is not approved again by what approved it
    /// then.
    spent: BTreeMap<DocId, Vec<Arc<Claims>>>,
}

/// How a register ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// It was withdrawn: it comes back by a new approval alone.
    Withdrawn,
    /// Its file was gone, or could not be read: put back as it was, nothing happened.
    Away,
}

/// What a commit brings of a register.
enum Brought<'h> {
    /// Rows that are approved, and whether they were approved just now.
    Approved(&'h Arc<Claims>, bool),
    /// Rows that are being prepared, or that were changed under an approval.
    Prepared(&'h Arc<Claims>),
    /// Rows whose approver is one of whom the registers before do not say that he may, or whose
    /// approval was given for what ended since.
    Refused,
    /// Its end.
    Ended(End),
}

impl<'h> Way<'h> {
    /// Takes the states that one commit brought.
    fn take(&mut self, states: &[(usize, &'h DocId, PublishedState<'h>)]) {
        let Some((at, ..)) = states.first() else { return };
        let day = self.history.day_of(*at);
        let announced = self.standing.iter().filter(|(_, it)| it.claims.is_withdrawn_by(day));
        self.gone.extend(announced.map(|(id, _)| (id.clone(), End::Withdrawn)));
        let stood = self.keys();
        let brought: Vec<(&DocId, Brought<'_>)> =
            states.iter().map(|(_, id, state)| (*id, self.brought(id, state))).collect();
        for (id, brought) in &brought {
            let Brought::Ended(end) = brought else { continue };
            match self.standing.get(id).is_some_and(|it| it.is_approved) {
                true if self.gone.get(id) == Some(&End::Withdrawn) => {}
                true => drop(self.gone.insert((*id).clone(), *end)),
                false => drop(self.standing.remove(*id)),
            }
        }
        for (id, brought) in brought {
            self.bring(id, &brought, *at);
        }
        if self.keys() != stood {
            self.moments.push(Moment::of(Some(*at), &self.standing, self.history));
        }
    }

    /// Tells what a state of a register brings, held against what stood before its commit.
    fn brought(&self, id: &DocId, state: &PublishedState<'h>) -> Brought<'h> {
        let at = state.at;
        let day = self.history.day_of(at);
        let Some((_, claims)) = state.shown else { return Brought::Ended(End::Away) };
        if claims.is_withdrawn_by(day) || claims.status.as_deref() == Some("withdrawn") {
            return Brought::Ended(End::Withdrawn);
        }
        if claims.roles.is_none() {
            return Brought::Ended(End::Away);
        }
        let former = self.moments.last().filter(|it| it.is_approved);
        let own = rows_of(id, claims, self.history);
        let proved = (self.proved)(id, state, &Known::before(former, &own));
        if !is_offered(claims) || proved.is_empty() {
            return Brought::Prepared(claims);
        }
        let offered = self.offered.get(id).map(|offered| &**offered);
        let settling = self.approved.before(id, Some(at)).or(offered).unwrap_or(claims);
        let subject = (self.subject)(id, settling, at);
        let rows = match former {
            Some(former) => Some(Cow::Borrowed(&former.roles)),
            None => self.offered_rows().map(Cow::Owned),
        };
        let may = |approval: &Approval| {
            rows.as_ref().is_none_or(|rows| rows.lets_renew(&subject, approval, day))
        };
        let last = self.standing.get(id).filter(|it| it.is_approved);
        let is_kept = self.gone.get(id) != Some(&End::Withdrawn)
            && last.is_some_and(|last| last.claims.covered == claims.covered);
        let spent = self.spent.get(id).map(Vec::as_slice).unwrap_or_default();
        let is_new = |approval: &Approval| !spent.iter().any(|it| has_approval(it, approval));
        match proved.iter().any(|it| is_new(it) && may(it)) {
            false if !is_kept => Brought::Refused,
            is_new => Brought::Approved(claims, is_new),
        }
    }

    /// Returns the rows that were said to be approved while nothing else was, if there are any.
    fn offered_rows(&self) -> Option<Roles> {
        let rows = self.offered.iter().flat_map(|(id, it)| rows_of(id, it, self.history));
        let rows: Vec<RoleEntry> = rows.collect();
        (!rows.is_empty()).then(|| Roles::of_entries(rows, true))
    }

    /// Lets stand what a commit brings of a register. Rows that were approved stay where what comes is
    /// not.
    fn bring(&mut self, id: &DocId, brought: &Brought<'_>, at: usize) {
        let before = self.standing.get(id);
        let was_approved = before.is_some_and(|it| it.is_approved);
        let (claims, is_new) = match brought {
            Brought::Approved(claims, is_new) => (*claims, *is_new),
            Brought::Prepared(claims) if !was_approved => {
                let standing = Standing { claims: Arc::clone(claims), is_approved: false };
                self.standing.insert(id.clone(), standing);
                if is_offered(claims) && !self.moments.last().is_some_and(|it| it.is_approved) {
                    self.offered.entry(id.clone()).or_insert_with(|| Arc::clone(claims));
                }
                return;
            }
            Brought::Prepared(_) | Brought::Refused | Brought::Ended(_) => return,
        };
        let standing = Standing { claims: Arc::clone(claims), is_approved: true };
        let is_other = before.is_none_or(|before| before.key() != standing.key());
        self.spent.entry(id.clone()).or_default().push(Arc::clone(claims));
        self.standing.insert(id.clone(), standing);
        self.gone.remove(id);
        self.offered.clear();
        if is_new || is_other {
            self.standing.retain(|id, _| !self.gone.contains_key(id));
        }
        if is_other {
            self.approved.push(id, at, claims);
        }
    }

    fn keys(&self) -> BTreeMap<DocId, (Sha256Sum, bool)> {
        self.standing.iter().map(|(id, it)| (id.clone(), it.key())).collect()
    }
}

/// What is known of people when a state of a register comes to the publishing branch.
pub(in crate::sms) struct Known<'a> {
    /// Whose key is whose: the rows that stood before; where none did, the register vouches for
    /// itself.
    pub names: Cow<'a, Roles>,
    /// Its own rows.
    own: &'a [RoleEntry],
}

impl<'a> Known<'a> {
    /// Takes the registers that stood as approved, and the rows of what comes.
    fn before(former: Option<&'a Moment>, own: &'a [RoleEntry]) -> Self {
        let names = match former {
            Some(former) => Cow::Borrowed(&former.roles),
            None => Cow::Owned(Roles::of_entries(own.to_vec(), true)),
        };
        Self { names, own }
    }

    /// Returns the rows that say who is who: those that stood before, and its own.
    pub(in crate::sms) fn identities(&self) -> impl Iterator<Item = &RoleEntry> {
        self.names.entries.iter().chain(self.own)
    }
}

/// Tells whether a state says that it is approved, and by whom.
fn is_offered(claims: &Claims) -> bool {
    claims.is_sound && !claims.approvals.is_empty() && claims.status.as_deref() == Some("approved")
}

/// Returns the rows of a state of a register.
fn rows_of(id: &DocId, claims: &Claims, history: &History) -> Vec<RoleEntry> {
    let path = history.revisions(id).last().map(|revision| revision.path.clone());
    let place = Place::file(&path.unwrap_or_else(|| RepoPath::from(""))).of_document(Some(id));
    let entry = |row: &RoleRow| RoleEntry {
        row: row.clone(),
        register: Some(id.clone()),
        place: place.clone(),
    };
    claims.roles.iter().flatten().map(entry).collect()
}
