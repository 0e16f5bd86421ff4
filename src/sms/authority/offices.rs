//! The role registers through time, as the publishing branch had them.

use super::line::{Answer, Subject, ask};
use super::{Authority, Doubt, Lack, Mandate};
use crate::config::types::TOP_MANAGEMENT;
use crate::document::digest::Sha256Sum;
use crate::document::role::RoleRow;
use crate::document::{Approval, Claims, DocId};
use crate::finding::Place;
use crate::history::{History, PublishedState, has_approval};
use crate::repo::object::ObjectId;
use crate::sms::approval::Grade;
use crate::sms::roles::{RoleEntry, Roles};
use crate::source::{Date, RepoPath};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The role registers as they stood from a commit of the publishing branch on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Moment {
    /// The commit, as an index into the commits of the history; none for what is not in it.
    at: Option<usize>,
    roles: Roles,
    /// Whether the rows are those of registers that were approved.
    is_approved: bool,
}

/// The role registers through time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sms) struct Offices {
    /// What the publishing branch had, oldest first.
    moments: Vec<Moment>,
    /// What judges approvals that are not on that branch.
    now: Option<Moment>,
    /// What the branch has by now, where that is something else and not in the history judged.
    beyond: Option<Moment>,
    /// What stands of each register on the branch, by the digest of what its approval covers.
    standing: BTreeMap<DocId, Sha256Sum>,
    /// What was approved of each register on the branch, from which commits on, oldest first.
    approved: BTreeMap<DocId, Vec<(usize, Arc<Claims>)>>,
    /// Registers whose own approval is contradicted.
    contradicted: Vec<DocId>,
    has_branch: bool,
    /// Whether `now` is what the branch has, and not what the judged tree brings.
    is_published: bool,
}

/// One register on its way through the commits.
#[derive(Clone)]
struct Standing<'h> {
    claims: &'h Arc<Claims>,
    is_approved: bool,
}

impl<'h> Standing<'h> {
    /// Returns what makes one standing another.
    fn key(&self) -> (Sha256Sum, bool) {
        (self.claims.covered, self.is_approved)
    }

    /// Returns what holds after a state. Rows that are being prepared do not replace those that
    /// were approved; neither do rows that were changed under an approval, nor rows whose approver
    /// is one of whom the registers before do not say that he may.
    fn after(
        before: Option<Self>,
        claims: &'h Arc<Claims>,
        is_withdrawn: bool,
        proved: &[&Approval],
        may_approve: &dyn Fn(&Approval) -> bool,
    ) -> Option<Self> {
        if is_withdrawn || claims.roles.is_none() {
            return None;
        }
        let is_approved = is_offered(claims) && !proved.is_empty();
        let after = Self { claims, is_approved };
        let Some(before) = before.filter(|before| before.is_approved) else {
            let may_begin = !is_approved || proved.iter().any(|it| may_approve(it));
            return may_begin.then_some(after);
        };
        let is_new = |approval: &&&Approval| !has_approval(before.claims, approval);
        let is_replaced = is_approved
            && (before.claims.covered == claims.covered
                || proved.iter().filter(is_new).any(|it| may_approve(it)));
        Some(if is_replaced { after } else { before })
    }
}

/// Returns the approvals of a state of a register that Git bears out.
type ProvedApprovals<'f> =
    dyn for<'s> Fn(&DocId, &PublishedState<'s>, &Known<'_>) -> Vec<&'s Approval> + 'f;

impl Offices {
    /// Follows the role registers through what the publishing branch had. `beyond` are those at
    /// its tip, where that is not in the history that is judged; `judged` those of the judged
    /// tree, which serve where the branch has none. `proved` returns the approvals of a state that
    /// Git bears out as the type needs, by what is known of people when it comes.
    pub(in crate::sms) fn of(
        history: &History,
        has_branch: bool,
        beyond: Option<&BTreeMap<DocId, Claims>>,
        judged: &Roles,
        is_approved: bool,
        subject: &dyn Fn(&DocId, &Claims, usize) -> Subject,
        proved: &ProvedApprovals<'_>,
    ) -> Self {
        let is_register = |id: &&DocId| {
            history.revisions(id).iter().any(|revision| revision.claims.roles.is_some())
        };
        let ids: Vec<&DocId> = history.lives.keys().filter(is_register).collect();
        let mut states: Vec<_> = ids
            .iter()
            .flat_map(|id| {
                history.published_states(id).into_iter().map(move |state| (state.at, *id, state))
            })
            .collect();
        states.sort_by_key(|(at, id, _)| (*at, *id));
        let mut standing: BTreeMap<&DocId, Standing<'_>> = BTreeMap::new();
        // Those that are gone, and whose rows stand until another register is approved.
        let mut gone: BTreeSet<&DocId> = BTreeSet::new();
        let mut moments: Vec<Moment> = Vec::new();
        let mut approved: BTreeMap<DocId, Vec<(usize, Arc<Claims>)>> = BTreeMap::new();
        for (at, id, state) in states {
            let day = history.day_of(at);
            let announced = standing.iter().filter(|(_, it)| it.claims.is_withdrawn_by(day));
            gone.extend(announced.map(|(id, _)| *id));
            let before = standing.remove(id);
            let stood = before.as_ref().map(Standing::key);
            let last = before.clone().filter(|it| it.is_approved);
            let after = state.shown.and_then(|(_, claims)| {
                // Who may approve the next version is settled by the last that was approved.
                // A further register is held to those that stand.
                let others = approved.values().flatten().max_by_key(|(since, _)| *since);
                let own = last.as_ref().map(|last| last.claims);
                let settling = own.or(others.map(|(_, claims)| claims)).unwrap_or(claims);
                let subject = subject(id, settling, at);
                let may_approve = |approval: &Approval| {
                    let former: Option<&Moment> = moments.last();
                    former.is_none_or(|it| {
                        !it.is_approved || it.roles.lets_renew(&subject, approval, day)
                    })
                };
                let own = rows_of(id, claims, history);
                let known = Known::before(moments.last(), &own);
                let proved = proved(id, &state, &known);
                let is_withdrawn = claims.is_withdrawn_by(day);
                let is_withdrawn = is_withdrawn || claims.status.as_deref() == Some("withdrawn");
                Standing::after(before, claims, is_withdrawn, &proved, &may_approve)
            });
            match after.is_none() && last.is_some() {
                true => gone.insert(id),
                false => gone.remove(id),
            };
            let after = after.or(last);
            let is_new = stood != after.as_ref().map(Standing::key);
            standing.extend(after.map(|after| (id, after)));
            let is_approved = standing.get(id).is_some_and(|it| it.is_approved);
            if is_new && is_approved && !gone.contains(id) {
                standing.retain(|id, _| !gone.contains(id));
            }
            if is_new {
                moments.push(Moment::of(Some(at), &standing, history));
                let stands = standing.get(id).filter(|it| it.is_approved);
                let stands = stands.map(|it| (at, it.claims.clone()));
                approved.entry(id.clone()).or_default().extend(stands);
            }
        }
        let stands = standing.iter().map(|(id, it)| ((*id).clone(), it.claims.covered)).collect();
        // Who approved what the history does not hold cannot be told from here.
        let is_known = |id: &DocId, claims: &Claims| {
            let known = standing.get(id).filter(|known| known.is_approved);
            known.is_some_and(|known| known.claims.covered == claims.covered)
        };
        let beyond = beyond.filter(|registers| {
            let mut stand = standing.iter().filter(|(_, it)| it.is_approved);
            registers.iter().any(|(id, claims)| !is_known(id, claims))
                || stand.any(|(id, _)| !registers.contains_key(*id))
        });
        let beyond = beyond.map(|registers| {
            let registers = registers.iter().map(|(id, claims)| (id, Arc::new(claims.clone())));
            let registers: Vec<(&DocId, Arc<Claims>)> = registers.collect();
            let states = registers.iter().filter_map(|(id, claims)| {
                let is_withdrawn = claims.status.as_deref() == Some("withdrawn");
                Some((*id, Standing::after(None, claims, is_withdrawn, &[], &|_| false)?))
            });
            Moment::of(None, &states.collect(), history)
        });
        let judged =
            judged.has_register.then(|| Moment { at: None, roles: judged.clone(), is_approved });
        let last = moments.last().filter(|_| has_branch);
        let now = match &beyond {
            Some(_) => last.filter(|it| it.is_approved).or(beyond.as_ref()),
            None => last,
        };
        let now = now.cloned().filter(|it| it.roles.has_register);
        Self {
            is_published: now.is_some(),
            now: now.or(judged),
            beyond,
            moments,
            standing: stands,
            approved,
            contradicted: Vec::new(),
            has_branch,
        }
    }

    /// Returns what was approved last of a register before a commit of the branch, or by now, or of any
    /// other: it says who may approve the next version, or a further register.
    pub(in crate::sms) fn approved_before(&self, id: &DocId, at: Option<usize>) -> Option<&Claims> {
        let is_before = |(since, _): &&(usize, Arc<Claims>)| at.is_none_or(|at| *since < at);
        let own = self.approved.get(id).and_then(|own| own.iter().rev().find(is_before));
        let others = || {
            let all = self.approved.values().flatten().filter(is_before);
            all.max_by_key(|(since, _)| *since)
        };
        own.or_else(others).map(|(_, claims)| &**claims)
    }

    /// Returns the register that judges what is not on the branch yet, and whether the branch has
    /// it.
    pub(in crate::sms) fn register(&self) -> Option<(&Roles, bool)> {
        self.now.as_ref().map(|now| (&now.roles, self.is_published))
    }

    /// Tells whether a register stands that was approved.
    pub(in crate::sms) fn stand(&self) -> bool {
        self.now.as_ref().is_some_and(|now| now.is_approved)
    }

    /// Returns the rows of all registers that ever stood as approved; nothing, where none did.
    pub(in crate::sms) fn approved_rows(&self) -> Option<impl Iterator<Item = &RoleEntry>> {
        let now = self.now.iter().filter(|_| self.is_published);
        let approved = self.moments.iter().chain(now).filter(|it| it.is_approved);
        let mut rows = approved.flat_map(|it| &it.roles.entries).peekable();
        rows.peek().is_some().then_some(rows)
    }

    /// Tells whether somebody held any role at a moment, by the approved registers there are now and
    /// by those the branch had then: a role that was given backwards was not held. A machine holds
    /// none.
    pub(in crate::sms) fn had_office(
        &self,
        history: &History,
        email: &str,
        seconds: i64,
        offset: i32,
    ) -> bool {
        let Some(day) = Date::of_seconds(seconds, offset) else { return false };
        let was_there = |moment: &&Moment| {
            let commit = moment.at.map(|at| &history.commits[at]);
            commit.and_then(|it| it.committer.seconds).is_some_and(|it| it <= seconds)
        };
        let then = self.moments.iter().rev().find(was_there);
        if !then.is_some_and(|it| it.is_approved && !it.roles.roles_of(email, day).is_empty()) {
            return false;
        }
        let is_relied_on = |row: &&RoleEntry| {
            row.register.as_ref().is_none_or(|id| !self.contradicted.contains(id))
        };
        self.now.as_ref().filter(|now| now.is_approved).is_some_and(|now| {
            let rows = now.roles.roles_of(email, day);
            !rows.iter().any(|row| row.is_bot) && rows.iter().any(is_relied_on)
        })
    }

    /// Takes note that the approval of a register does not hold, if it is the one that stands.
    pub(in crate::sms) fn distrust(&mut self, register: DocId, claims: &Claims) {
        if self.standing.get(&register).is_none_or(|covered| *covered == claims.covered) {
            self.contradicted.push(register);
        }
    }

    /// Returns what the branch had at a commit.
    fn at(&self, commit: usize) -> Option<&Moment> {
        let until = self.moments.partition_point(|moment| moment.at.is_some_and(|at| at <= commit));
        self.moments[..until].last()
    }

    /// Returns the first commit that had a row like this one, without a break up to `commit`.
    fn since(&self, history: &History, row: &RoleEntry, commit: Option<usize>) -> Option<ObjectId> {
        let is_it = |other: &&RoleEntry| {
            other.role == row.role && other.from == row.from && other.is_of_same_person(row)
        };
        let until = commit.unwrap_or(usize::MAX);
        let earlier =
            self.moments.iter().rev().filter(|moment| moment.at.is_some_and(|at| at <= until));
        let having =
            earlier.take_while(|moment| moment.roles.of_role(&row.role).any(|other| is_it(&other)));
        Some(history.commits[having.last()?.at?].id)
    }

    /// Returns the commit with which an approval came to the publishing branch, or to the judged
    /// line where there is no such branch.
    pub(in crate::sms) fn place_of(&self, history: &History, grade: &Grade) -> Option<usize> {
        let commit = grade.published.or(grade.commit.filter(|_| !self.has_branch));
        commit.and_then(|id| history.place_of(id))
    }

    /// Judges whether the approver had the authority.
    pub(in crate::sms) fn judge(
        &self,
        history: &History,
        subject: &Subject,
        grade: &Grade,
    ) -> Authority {
        let Approval { by: Some(by), on: Some(on), role, .. } = &grade.approval else {
            return Authority::Unverifiable(Doubt::NotSaid);
        };
        let Some(now) = &self.now else { return Authority::Unverifiable(Doubt::NoRegister) };
        let place = self.place_of(history, grade);
        let before = |at: usize| self.at(at.checked_sub(1)?).filter(|it| it.is_approved);
        let day = |at: usize| history.day_of(at);
        // Who stands in a new register is judged by the one before, and so is what came with it.
        let then = place.and_then(|at| match before(at) {
            None if !subject.is_role_register => self.at(at).filter(|it| it.is_approved),
            former => former,
        });
        let first = self.moments.iter().find(|moment| moment.is_approved);
        let (moment, is_late) = match (then, place) {
            (Some(then), _) => (then, false),
            (None, Some(_)) => (first.unwrap_or(now), !subject.is_role_register),
            (None, None) => (now, false),
        };
        let answer = |moment: &'_ Moment| -> Result<RoleEntry, Authority> {
            match ask(&moment.roles, subject, by, role.as_deref(), *on) {
                Answer::Yes(row) => Ok(row.clone()),
                Answer::No(lack) => Err(Authority::Contradicted(lack)),
                Answer::CannotTell(doubt) => Err(Authority::Unverifiable(doubt)),
            }
        };
        // A register that nobody may renew by the one before does not stand, whatever is in doubt.
        if let Some(former) = then.filter(|_| subject.is_role_register)
            && !former.roles.lets_renew(subject, &grade.approval, place.and_then(day))
            && let Err(Authority::Unverifiable(_)) = answer(former)
        {
            let known = former.roles.of_person(by);
            return Authority::Contradicted(match known.is_empty() {
                true => Lack::Unknown(by.clone()),
                false => Lack::NotForRole {
                    held: known.iter().map(|row| row.role.clone()).collect(),
                    needed: match former.roles.could_approve(subject, *on) {
                        nobody if nobody.is_empty() => vec![TOP_MANAGEMENT.to_owned()],
                        roles => roles,
                    },
                },
            });
        }
        let today = answer(now);
        if let Some(beyond) = self.beyond.as_ref().filter(|_| place.is_none()) {
            let is_same = match (&today, answer(beyond)) {
                (Ok(_), there) => there.is_ok(),
                (Err(here), there) => there.err().is_some_and(|it| it.verdict() == here.verdict()),
            };
            if !is_same {
                return Authority::Unverifiable(Doubt::AnotherByNow);
            }
        }
        match answer(moment) {
            Ok(_) if matches!(today, Err(Authority::Contradicted(Lack::Machine(_)))) => {
                today.err().unwrap_or(Authority::Unverifiable(Doubt::NoRegister))
            }
            Ok(row) => {
                let ended = now.roles.of_role(&row.role).filter(|it| it.is_of_same_person(&row));
                let ended: Vec<_> = ended.collect();
                let is_over = !ended.is_empty() && ended.iter().all(|it| !it.holds_on(*on));
                let last = ended.iter().filter_map(|it| it.to.filter(|to| to < on)).max();
                if let Some(to) = last.filter(|_| is_over) {
                    return Authority::Unverifiable(Doubt::EndedLater(row.role.clone(), to));
                }
                self.rely_on(history, &row, moment, place, is_late)
            }
            Err(Authority::Contradicted(lack)) => match today {
                Ok(row) if place.is_some() && !subject.is_role_register => {
                    let since = self.since(history, &row, None);
                    Authority::Unverifiable(Doubt::GrantedLater(row.role.clone(), since))
                }
                _ => Authority::Contradicted(lack),
            },
            Err(other) => other,
        }
    }

    /// A row proves something if its register is approved.
    fn rely_on(
        &self,
        history: &History,
        row: &RoleEntry,
        moment: &Moment,
        place: Option<usize>,
        is_late: bool,
    ) -> Authority {
        let register = row.register.clone();
        let is_doubtful = |id: &DocId| self.contradicted.contains(id) || !moment.is_approved;
        if let Some(id) = register.as_ref().filter(|id| is_doubtful(id)) {
            return Authority::Unverifiable(Doubt::Unapproved(id.clone()));
        }
        Authority::Verified(Mandate {
            role: row.role.clone(),
            person: row.person.clone(),
            since: self.since(history, row, if is_late { moment.at } else { place }),
            register,
            is_late,
        })
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
    fn before(former: Option<&'a Moment>, own: &'a [RoleEntry]) -> Self {
        let names = match former.filter(|it| it.is_approved) {
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

impl Moment {
    fn of(at: Option<usize>, standing: &BTreeMap<&DocId, Standing<'_>>, history: &History) -> Self {
        let is_approved = standing.values().any(|it| it.is_approved);
        let mut entries = Vec::new();
        // What is approved is not added to by what is not.
        for (id, standing) in standing.iter().filter(|(_, it)| it.is_approved == is_approved) {
            entries.extend(rows_of(id, standing.claims, history));
        }
        Self { at, roles: Roles::of_entries(entries, !standing.is_empty()), is_approved }
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
