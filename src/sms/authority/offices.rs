//! The role registers through time, as the publishing branch had them, asked who had the authority.

use super::following::{self, Approved, Followed, Moment, ProvedApprovals};
use super::line::{Answer, Subject, ask};
use super::{Authority, Doubt, Lack, Mandate};
use crate::config::types::TOP_MANAGEMENT;
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId, is_address};
use crate::history::History;
use crate::repo::object::ObjectId;
use crate::sms::approval::Grade;
use crate::sms::machine::is_of_nobody;
use crate::sms::roles::{RoleEntry, Roles};
use crate::source::Date;
use std::collections::BTreeMap;

/// The role registers through time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sms) struct Offices {
    /// What the publishing branch had, oldest first.
    moments: Vec<Moment>,
    /// What judges approvals that are not on that branch.
    now: Option<Moment>,
    /// What the branch has by now, where that is something else and not in the history judged.
    beyond: Option<Moment>,
    /// What stands of each register on the branch as approved, by the digest of what its approval
    /// covers.
    standing: BTreeMap<DocId, Sha256Sum>,
    /// What was approved of each register on the branch.
    approved: Approved,
    /// Registers whose own approval is contradicted.
    contradicted: Vec<DocId>,
    has_branch: bool,
    /// Whether `now` is what the branch has, and not what the judged tree brings.
    is_published: bool,
}

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
        let Followed { moments, standing, approved } = following::follow(history, subject, proved);
        // Who approved what the history does not hold cannot be told from here.
        let is_known = |id: &DocId, claims: &Claims| {
            let known = standing.get(id).filter(|known| known.is_approved);
            known.is_some_and(|known| known.claims.covered == claims.covered)
        };
        let beyond = beyond.filter(|registers| {
            let mut stand = standing.iter().filter(|(_, it)| it.is_approved);
            registers.iter().any(|(id, claims)| !is_known(id, claims))
                || stand.any(|(id, _)| !registers.contains_key(id))
        });
        let beyond = beyond.map(|registers| Moment::of_unknown(registers, history));
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
            standing: (standing.into_iter())
                .filter(|(_, it)| it.is_approved)
                .map(|(id, it)| (id, it.claims.covered))
                .collect(),
            moments,
            approved,
            contradicted: Vec::new(),
            has_branch,
        }
    }

    /// Returns what was approved last of a register before a commit of the branch, or by now, or of any
    /// other: it says who may approve the next version, or a further register.
    pub(in crate::sms) fn approved_before(&self, id: &DocId, at: Option<usize>) -> Option<&Claims> {
        self.approved.before(id, at)
    }

    /// Returns the register that judges what is not on the branch yet, and whether the branch has
    /// it.
    pub(in crate::sms) fn register(&self) -> Option<(&Roles, bool)> {
        self.now.as_ref().map(|now| (&now.roles, self.is_published))
    }

    /// Returns what the branch has by now, where that is not in the history judged and something else than
    /// the register that judges.
    pub(in crate::sms) fn register_by_now(&self) -> Option<&Roles> {
        let beyond = self.beyond.as_ref().filter(|it| Some(*it) != self.now.as_ref());
        beyond.map(|beyond| &beyond.roles)
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

    /// Takes note that the approval of a register does not hold, if it is the one that stands; what is
    /// made of one whose place another took says nothing of what it was.
    pub(in crate::sms) fn distrust(&mut self, register: DocId, claims: &Claims) {
        let stands = match self.standing.get(&register) {
            Some(covered) => *covered == claims.covered,
            None => !self.approved.has(&register),
        };
        if stands {
            self.contradicted.push(register);
        }
    }

    /// Returns what the branch had at a commit.
    fn at(&self, commit: usize) -> Option<&Moment> {
        let until = self.moments.partition_point(|moment| moment.at.is_some_and(|at| at <= commit));
        self.moments[..until].last()
    }

    /// Returns the first commit that had a row like this one with the address of the approver, without
    /// a break up to `commit`.
    fn since(
        &self,
        history: &History,
        (row, by): (&RoleEntry, &str),
        commit: Option<usize>,
    ) -> Option<ObjectId> {
        let is_it = |other: &&RoleEntry| {
            other.role == row.role
                && other.from == row.from
                && other.is_of_same_person(row)
                && (other.uses(by) || !row.uses(by))
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
        self.judge_act(history, subject, &grade.approval, self.place_of(history, grade))
    }

    /// Judges whether somebody had the authority for an approval, or for what needs the same, that came to
    /// the publishing branch at a place, or is to come there.
    pub(in crate::sms) fn judge_act(
        &self,
        history: &History,
        subject: &Subject,
        approval: &Approval,
        place: Option<usize>,
    ) -> Authority {
        let Approval { by: Some(by), on: Some(on), role, .. } = approval else {
            return Authority::Unverifiable(Doubt::NotSaid);
        };
        if is_of_nobody(by) {
            let lack = if is_address(by) { Lack::Machine } else { Lack::Unknown };
            return Authority::Contradicted(lack(by.clone()));
        }
        let Some(now) = &self.now else { return Authority::Unverifiable(Doubt::NoRegister) };
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
            && !former.roles.lets_renew(subject, approval, place.and_then(day))
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
                    ground: None,
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
                self.rely_on(history, (&row, by), moment, place, is_late)
            }
            Err(Authority::Contradicted(lack)) => match today {
                Ok(row) if place.is_some() && !subject.is_role_register => {
                    let since = self.since(history, (&row, by), None);
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
        (row, by): (&RoleEntry, &str),
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
            since: self.since(history, (row, by), if is_late { moment.at } else { place }),
            register,
            is_late,
        })
    }
}
