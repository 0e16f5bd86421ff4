//! The role registers on their way through the commits of the publishing branch: from which commit on
//! which rows stood.
//!
//! What one commit brings is held against what stood before it, in whatever order files and ids
//! come, and what it ends is ended first.

use super::line::Subject;
use crate::document::digest::Sha256Sum;
use crate::document::role::RoleRow;
use crate::document::{Approval, Claims, DocId, Reference};
use crate::finding::Place;
use crate::history::{History, PublishedState, has_approval};
use crate::sms::roles::{RoleEntry, Roles};
use crate::source::{Date, RepoPath};
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
    fn of(at: Option<usize>, lines: &BTreeMap<DocId, Vec<Standing>>, history: &History) -> Self {
        let all = || lines.iter().flat_map(|(id, line)| line.iter().map(move |it| (id, it)));
        let is_approved = all().any(|(_, it)| it.is_approved);
        // What is approved is not added to by what is not.
        let counting = || all().filter(|(_, it)| it.is_approved == is_approved);
        let others: Vec<&Standing> = counting().map(|(_, it)| it).collect();
        let entries = counting().flat_map(|(id, standing)| {
            let rows = rows_of(id, &standing.claims, history).into_iter();
            rows.filter_map(|row| standing.within_its_days(row, &others)).collect::<Vec<_>>()
        });
        Self { at, roles: Roles::of_entries(entries.collect(), !lines.is_empty()), is_approved }
    }

    /// Takes registers of which the history does not tell who approved them.
    pub(super) fn of_unknown(registers: &BTreeMap<DocId, Claims>, history: &History) -> Self {
        let in_use = registers.iter().filter(|(_, claims)| {
            claims.roles.is_some() && claims.status.as_deref() != Some("withdrawn")
        });
        let lines = in_use.map(|(id, claims)| {
            (id.clone(), vec![Standing::unapproved(&Arc::new(claims.clone()))])
        });
        Self::of(None, &lines.collect(), history)
    }
}

/// What stands of one register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) claims: Arc<Claims>,
    pub(super) is_approved: bool,
    /// The day on which it begins, where it came before that.
    from: Option<Date>,
    /// The last day, where what takes its place came before it begins.
    until: Option<Date>,
    /// The register that takes its place then.
    ended_by: Option<DocId>,
}

/// What makes one standing another.
type Key = (Sha256Sum, bool, [Option<Date>; 2]);

impl Standing {
    fn unapproved(claims: &Arc<Claims>) -> Self {
        let claims = Arc::clone(claims);
        Self { claims, is_approved: false, from: None, until: None, ended_by: None }
    }

    /// Tells whether it goes on until something of a register begins.
    fn is_ended_by(&self, id: &DocId, next: &Self) -> bool {
        self.ended_by.as_ref() == Some(id)
            && next.from.is_some()
            && self.until == next.from.and_then(Date::day_before)
    }

    fn key(&self) -> Key {
        (self.claims.covered, self.is_approved, [self.from, self.until])
    }

    /// Tells whether it is still to come on a day.
    fn begins_after(&self, day: Option<Date>) -> bool {
        self.from > day
    }

    /// Returns one of its rows for the days on which it stands, unless what takes its place has the
    /// same; then it is that one's, and was without a break.
    fn within_its_days(&self, mut entry: RoleEntry, others: &[&Self]) -> Option<RoleEntry> {
        let has_row =
            |other: &Self| other.claims.roles.iter().flatten().any(|row| row.says_the_same(&entry));
        let is_next_to = |former: &Self, next: &Self| {
            former.until.is_some() && former.until == next.from.and_then(Date::day_before)
        };
        if others.iter().any(|other| is_next_to(self, other) && has_row(other)) {
            return None;
        }
        if !others.iter().any(|other| is_next_to(other, self) && has_row(other)) {
            entry.row.from = entry.row.from.max(self.from);
        }
        entry.row.to = [entry.row.to, self.until].into_iter().flatten().min();
        Some(entry)
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

    /// Tells whether anything of a register was ever approved.
    pub(super) fn has(&self, id: &DocId) -> bool {
        self.0.contains_key(id)
    }

    fn push(&mut self, id: &DocId, at: usize, claims: &Arc<Claims>) {
        self.0.entry(id.clone()).or_default().push((at, Arc::clone(claims)));
    }
}

/// What became of the registers.
pub(super) struct Followed {
    /// What the publishing branch had, oldest first; one for a commit.
    pub(super) moments: Vec<Moment>,
    /// What stands of each register by now, or is about to.
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
        lines: BTreeMap::new(),
        gone: BTreeMap::new(),
        offered: BTreeMap::new(),
        approved: Approved::default(),
        spent: BTreeMap::new(),
    };
    for of_commit in states.chunk_by(|a, b| a.0 == b.0) {
        way.take(of_commit);
    }
    let last = |(id, mut line): (DocId, Vec<Standing>)| Some((id, line.pop()?));
    let standing = way.lines.into_iter().filter_map(last).collect();
    Followed { moments: way.moments, standing, approved: way.approved }
}

/// The way up to some commit.
struct Way<'h> {
    history: &'h History,
    subject: &'h dyn Fn(&DocId, &Claims, usize) -> Subject,
    proved: &'h ProvedApprovals<'h>,
    moments: Vec<Moment>,
    /// What stands of each register, and behind it what is about to, one after the other; never empty.
    lines: BTreeMap<DocId, Vec<Standing>>,
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
        let last = self.lines.iter().filter_map(|(id, line)| Some((id, line.last()?)));
        let announced = last.filter(|(_, it)| it.claims.is_withdrawn_by(day));
        self.gone.extend(announced.map(|(id, _)| (id.clone(), End::Withdrawn)));
        let stood = self.keys();
        let brought: Vec<(&DocId, Brought<'_>)> =
            states.iter().map(|(_, id, state)| (*id, self.brought(id, state))).collect();
        for (id, brought) in &brought {
            self.call_off(id, brought, day);
            let Brought::Ended(end) = brought else { continue };
            match self.last(id).is_some_and(|it| it.is_approved) {
                true if self.gone.get(id) == Some(&End::Withdrawn) => {}
                true => drop(self.gone.insert((*id).clone(), *end)),
                false => drop(self.lines.remove(*id)),
            }
        }
        let anew = brought.into_iter().filter(|(id, brought)| self.bring(id, brought, *at));
        let anew: Vec<&DocId> = anew.map(|(id, _)| id).collect();
        anew.into_iter().for_each(|id| self.take_places(id));
        if self.keys() != stood {
            self.moments.push(Moment::of(Some(*at), &self.lines, self.history));
        }
    }

    /// Returns what stood before a commit, as far as it was approved.
    fn former(&self) -> Option<&Moment> {
        self.moments.last().filter(|it| it.is_approved)
    }

    /// Returns what stands of a register, or is about to.
    fn last(&self, id: &DocId) -> Option<&Standing> {
        self.lines.get(id)?.last()
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
        let former = self.former();
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
        let last = self.last(id).filter(|it| it.is_approved);
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

    /// Takes back what is about to stand, where a commit withdraws it or sets it back to a draft. What
    /// it was to replace goes on.
    fn call_off(&mut self, id: &DocId, brought: &Brought<'_>, day: Option<Date>) {
        let is_called_off = |it: &Standing| match brought {
            Brought::Ended(End::Withdrawn) => true,
            Brought::Prepared(claims) => {
                claims.status.as_deref() != Some("approved")
                    && it.claims.version.as_ref().is_some_and(|version| claims.is_version(version))
            }
            Brought::Ended(End::Away) | Brought::Approved(..) | Brought::Refused => false,
        };
        while let Some(last) = self.last(id).cloned()
            && last.begins_after(day)
            && is_called_off(&last)
        {
            for other in self.lines.values_mut().flatten().filter(|it| it.is_ended_by(id, &last)) {
                (other.until, other.ended_by) = (None, None);
            }
            let line = self.lines.get_mut(id);
            if line.is_some_and(|line| line.pop().is_some() && line.is_empty()) {
                self.lines.remove(id);
            }
        }
    }

    /// Lets stand what a commit brings of a register, and tells whether that was approved anew. Rows
    /// that were approved stay where what comes is not.
    fn bring(&mut self, id: &DocId, brought: &Brought<'_>, at: usize) -> bool {
        let before = self.last(id);
        let (claims, is_new) = match brought {
            Brought::Approved(claims, is_new) => (*claims, *is_new),
            Brought::Prepared(claims) if !before.is_some_and(|it| it.is_approved) => {
                self.lines.insert(id.clone(), vec![Standing::unapproved(claims)]);
                if is_offered(claims) && self.former().is_none() {
                    self.offered.entry(id.clone()).or_insert_with(|| Arc::clone(claims));
                }
                return false;
            }
            Brought::Prepared(_) | Brought::Refused | Brought::Ended(_) => return false,
        };
        let day = self.history.day_of(at);
        let same =
            before.filter(|it| it.is_approved && it.claims.covered == claims.covered).cloned();
        let is_other = same.is_none();
        // What has begun begins no more.
        let begun = same.as_ref().filter(|it| !it.begins_after(day));
        let standing = Standing {
            claims: Arc::clone(claims),
            is_approved: true,
            from: match begun {
                Some(begun) => begun.from,
                // Where nothing stood before, nothing else can be asked until then.
                None if self.former().is_none() => None,
                None => claims.begins_on().filter(|from| Some(*from) > day),
            },
            until: same.as_ref().filter(|_| !is_new).and_then(|it| it.until),
            ended_by: same.as_ref().filter(|_| !is_new).and_then(|it| it.ended_by.clone()),
        };
        self.spent.entry(id.clone()).or_default().push(Arc::clone(claims));
        self.gone.remove(id);
        self.offered.clear();
        if is_new || is_other {
            for ended in self.gone.keys() {
                end(&mut self.lines, ended, id, standing.from);
            }
        }
        if same.is_some() {
            self.lines.get_mut(id).and_then(Vec::pop);
        }
        if begun.is_none() {
            end(&mut self.lines, id, id, standing.from);
        }
        self.lines.entry(id.clone()).or_default().push(standing);
        if is_other {
            self.approved.push(id, at, claims);
        }
        is_new || is_other
    }

    /// Ends the registers whose place one takes, as far as they were there before.
    fn take_places(&mut self, id: &DocId) {
        let Some(Standing { claims, from, .. }) = self.last(id).cloned() else { return };
        let named = claims.supersedes.iter().map(|it| Reference::parse(it));
        for Reference { id: other, version } in named.filter(|it| it.id != *id) {
            let is_meant = |it: &Standing| {
                it.is_approved
                    && version.as_ref().is_none_or(|version| it.claims.is_version(version))
                    && it.claims.begins_on() <= claims.begins_on()
            };
            if self.last(&other).is_some_and(is_meant) {
                end(&mut self.lines, &other, id, from);
            }
        }
    }

    fn keys(&self) -> BTreeMap<DocId, Vec<Key>> {
        let keys = |line: &Vec<Standing>| line.iter().map(Standing::key).collect();
        self.lines.iter().map(|(id, line)| (id.clone(), keys(line))).collect()
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

/// Ends what stands of a register on the day before another register, or the next version of it,
/// begins; where that has begun, now.
fn end(lines: &mut BTreeMap<DocId, Vec<Standing>>, id: &DocId, by: &DocId, next: Option<Date>) {
    let Some(line) = lines.get_mut(id) else { return };
    // What would begin only then never does.
    line.retain(|it| next.is_some() && it.is_approved && it.from < next);
    match line.last_mut() {
        Some(last) => {
            (last.until, last.ended_by) = (next.and_then(Date::day_before), Some(by.clone()));
        }
        None => drop(lines.remove(id)),
    }
}

/// Tells whether a state says that it is approved, by whom, and from when on.
fn is_offered(claims: &Claims) -> bool {
    claims.is_sound
        && !claims.is_first_day_unread
        && !claims.approvals.is_empty()
        && claims.status.as_deref() == Some("approved")
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
