//! Whether what says that it is closed is: corrective actions that were done and work, and the
//! nonconformities that close with them (clause 10.1).

use super::Sms;
use super::effect::says_effective;
use super::evaluation::is_observation;
use super::record::says;
use crate::document::name::Likeness;
use crate::document::{DocId, Document, Nonconformity};
use crate::history::Revision;
use crate::repo::object::Commit;
use crate::source::{Date, Span};
use std::collections::BTreeMap;

/// What shows that a corrective action was done, and that it works.
const PROOF: [&str; 5] =
    ["done_on", "evidence", "effectiveness_result", "verified_by", "verified_on"];

/// Why a corrective action that says that it is closed is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unproved {
    /// It does not say these of what shows that it works.
    Missing(Vec<&'static str>),
    /// Its result does not say that it was effective, as written.
    EffectNotSaid(String),
    /// It is to be verified on a day that is still to come.
    VerifiedLater(Date),
    /// Its result is no single value.
    ResultNotOne,
    /// What is named here as who verified it is no one person.
    VerifiedByNoOne(Span),
    /// It was verified on the first day, and done on the second.
    VerifiedBefore(Date, Date),
    /// It was verified on the day it was done, and its effect was to be checked by a later one: this.
    VerifiedAtOnce(Date, Date),
    /// It was verified by whoever owns it, as written.
    VerifiedByOwner(String),
    /// It was verified by the first, whom nobody can tell from the second, who owns it.
    VerifiedInDoubt(String, String),
}

/// Why a nonconformity that says that it is closed is not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unsettled {
    /// These corrective actions of it are open.
    ActionsOpen(Vec<DocId>),
    /// A file that is its corrective action, or may be, cannot be read or identified.
    ActionUnknown,
    /// No corrective action names it.
    NoAction,
    /// An observation without a corrective action and without a `decision`.
    NoDecision,
}

impl Sms {
    /// Tells whether the closing of a record is judged: one that says it is closed, unless that lies
    /// before control start, by its days and by the commit that brought it closed.
    pub fn is_closing_judged(&self, record: &Document) -> bool {
        let days = ["verified_on", "done_on", "raised_on", "date"].into_iter();
        let last = days.filter_map(|key| record.front.date(key)).max();
        let is_past = last.is_some_and(|day| self.is_before_start(day));
        record.status() == Some("closed") && !(is_past && self.was_closed_before_start(record))
    }

    fn was_closed_before_start(&self, record: &Document) -> bool {
        let Some(id) = record.id() else { return false };
        let life = self.history.revisions(&id);
        let closed = &life[self.last_open(&id).map_or(0, |at| at + 1)..];
        let closed = closed.iter().find(is_closed).map(|it| self.history.commit_of(it).id);
        closed.is_some_and(|commit| self.before_start().contains(&commit))
    }

    /// Tells whether a record of a day lies before control start: the day does, and so does the commit
    /// that was the first to have it.
    pub fn is_from_before_start(&self, record: &Document, day: Date) -> bool {
        let first = || self.first_commit_of(&record.id()?);
        self.is_before_start(day) && first().is_some_and(|it| self.before_start().contains(&it.id))
    }

    /// Returns the commit that closed a record, where the history shows it open before.
    pub fn closed_in(&self, record: &Document) -> Option<&Commit> {
        let id = record.id()?;
        let life = &self.history.revisions(&id)[self.last_open(&id)?..];
        Some(self.history.commit_of(life.iter().find(is_closed)?))
    }

    /// Returns the place of the last state of a record in which it was not closed.
    fn last_open(&self, id: &DocId) -> Option<usize> {
        let life = self.history.revisions(id);
        life.iter().rposition(|it| it.blob.is_some() && !is_closed(&it))
    }

    /// Returns why a corrective action is not closed, though it says so.
    pub fn unproved(&self, action: &Document) -> Vec<Unproved> {
        let front = &action.front;
        let says = |key: &str| says(action, key);
        let missing: Vec<&str> = PROOF.into_iter().filter(|key| !says(key)).collect();
        let result = front.text("effectiveness_result").filter(|_| says("effectiveness_result"));
        let (done, verified) = (front.date("done_on"), front.date("verified_on"));
        let day = verified.unwrap_or(self.as_of);
        let by = front.get("verified_by").filter(|_| says("verified_by"));
        let mut found = Vec::new();
        found.extend((!missing.is_empty()).then_some(Unproved::Missing(missing)));
        let unsaid = result.as_ref().filter(|result| !says_effective(result.value));
        found.extend(unsaid.map(|result| Unproved::EffectNotSaid(result.value.to_owned())));
        let later = verified.filter(|day| self.is_to_come(action, *day));
        found.extend(later.map(Unproved::VerifiedLater));
        if says("effectiveness_result") && result.is_none() {
            found.push(Unproved::ResultNotOne);
        }
        let no_one = by.filter(|by| self.is_no_one_person(&by.value, day));
        found.extend(no_one.map(|by| Unproved::VerifiedByNoOne(by.span)));
        let early = verified.zip(done).filter(|(verified, done)| verified < done);
        found.extend(early.map(|(verified, done)| Unproved::VerifiedBefore(verified, done)));
        let at_once = verified.filter(|verified| done == Some(*verified));
        let check = front.date("effectiveness_check_due");
        let at_once = at_once.zip(check).filter(|(verified, check)| verified < check);
        found.extend(at_once.map(|(verified, check)| Unproved::VerifiedAtOnce(verified, check)));
        if let Some(by) = front.text("verified_by").map(|by| by.value) {
            let owners = front.list("owner").into_iter().map(|owner| owner.value);
            let owners: Vec<&str> = owners.flat_map(|it| self.each_meant(it, day)).collect();
            let is = |likeness| owners.iter().find(|it| self.likeness(it, by, day) == likeness);
            if is(Likeness::One).is_some() {
                found.push(Unproved::VerifiedByOwner(by.to_owned()));
            } else if let Some(owner) = is(Likeness::InDoubt) {
                found.push(Unproved::VerifiedInDoubt(by.to_owned(), (*owner).to_owned()));
            }
        }
        found
    }

    /// Returns why a nonconformity is not closed, though it says so, as far as its own record and the
    /// state of its corrective actions show it.
    pub fn unsettled(&self, nonconformity: &Document) -> Option<Unsettled> {
        let actions = self.corrective_actions(&nonconformity.id()?);
        let open = actions.iter().filter(|action| action.status() != Some("closed"));
        let open: Vec<DocId> = open.filter_map(|action| action.id()).collect();
        if !open.is_empty() {
            return Some(Unsettled::ActionsOpen(open));
        }
        if self.has_unknown_action(&nonconformity.id()?) {
            return Some(Unsettled::ActionUnknown);
        }
        let is_decided = says(nonconformity, "decision");
        match (actions.is_empty(), is_observation(nonconformity)) {
            (false, _) => None,
            (true, true) if is_decided => None,
            (true, true) => Some(Unsettled::NoDecision),
            (true, false) => Some(Unsettled::NoAction),
        }
    }

    /// Tells whether a file that cannot be identified is a corrective action of a nonconformity, or may
    /// be: which one it names stands where it cannot be read.
    fn has_unknown_action(&self, nonconformity: &DocId) -> bool {
        let named = self.lookup.actions.get(nonconformity).into_iter().flatten();
        let mut named = named.map(|&at| &self.documents[at]);
        self.lookup.has_unread_action || named.any(|file| !self.is_identified(file))
    }

    /// Tells whether a record is closed, and nothing of what has to show it is missing: of a
    /// nonconformity, its corrective actions as well.
    pub fn is_closed(&self, record: &Document) -> bool {
        let works = |action: &&Document| {
            !self.is_closing_judged(action) || self.unproved(action).is_empty()
        };
        let kind = record.front.text("kind").map(|kind| kind.value);
        record.status() == Some("closed")
            && match kind.filter(|_| self.is_closing_judged(record)) {
                Some("corrective-action") => works(&record),
                Some("nonconformity") => {
                    let id = record.id();
                    let actions = id.map(|id| self.corrective_actions(&id)).unwrap_or_default();
                    self.unsettled(record).is_none() && actions.iter().all(works)
                }
                _ => true,
            }
    }

    /// Returns the records of nonconformities that are open, graver than an observation or an
    /// opportunity: also those that say they are closed and are not.
    pub fn open_nonconformities(&self) -> impl Iterator<Item = &Document> {
        self.records_of("nonconformity").filter(|record| self.is_open_nonconformity(record))
    }

    fn is_open_nonconformity(&self, record: &Document) -> bool {
        !is_observation(record) && !self.is_closed(record)
    }

    /// Returns what holds clauses down: the open nonconformities, by their ids. One that several files
    /// claim is open while one of them says so, and one that cannot be read while it was as it could be
    /// read last.
    pub fn faults(&self) -> BTreeMap<DocId, &Nonconformity> {
        let mut faults: BTreeMap<DocId, &Nonconformity> = BTreeMap::new();
        let is_known = |file: &Document| match file.is_sound() {
            true => true,
            // As it could be read last, it is among the lost ones.
            false => file.id().is_some_and(|id| self.last_readable(&id).is_none()),
        };
        let said = self.records().filter_map(|file| {
            let said = self.claims(file).nonconformity.as_deref()?;
            let is_open = is_known(file) && self.is_open_nonconformity(file);
            Some((file.id().filter(|_| is_open)?, said))
        });
        for (id, said) in said.chain(self.lost_nonconformities()) {
            let gravest = faults.entry(id).or_insert(said);
            if gravest.gravity() < said.gravity() {
                *gravest = said;
            }
        }
        faults
    }

    /// Returns the nonconformities that were open as they could be read last, and of which nobody can
    /// read today what they say.
    fn lost_nonconformities(&self) -> impl Iterator<Item = (DocId, &Nonconformity)> {
        self.history.lives.keys().filter_map(|id| {
            let last = self.last_readable(id)?;
            let said = last.claims.nonconformity.as_deref().filter(|it| !it.is_observation())?;
            let files = self.lookup.by_id.get(id).map_or(&[][..], Vec::as_slice);
            let path = &self.history.revisions(id).last()?.path;
            let is_lost = match files {
                [] => self.cannot_be_read(path) || self.remains_at(path).is_some(),
                files => !files.iter().any(|&at| self.documents[at].is_sound()),
            };
            let is_open = !is_closed(&last) || !self.was_settled(id, last);
            (is_lost && is_open).then(|| (id.clone(), said))
        })
    }

    /// Tells whether a nonconformity that said it was closed was: by its corrective actions, or before
    /// control start.
    fn was_settled(&self, id: &DocId, closed: &Revision) -> bool {
        let actions = self.corrective_actions(id);
        let is_past = self.before_start().contains(&self.history.commit_of(closed).id);
        let is_done = !actions.is_empty() && actions.iter().all(|it| self.is_closed(it));
        is_past || is_done && !self.has_unknown_action(id)
    }

    /// Returns the last state of a document that could be read.
    pub(super) fn last_readable(&self, id: &DocId) -> Option<&Revision> {
        let mut life = self.history.revisions(id).iter().rev();
        life.find(|it| it.blob.is_some() && it.claims.is_sound)
    }
}

fn is_closed(state: &&Revision) -> bool {
    state.claims.status.as_deref() == Some("closed")
}

#[cfg(test)]
mod tests {
    use crate::sms::reading;
    use crate::story::{Story, replay};

    #[test]
    fn a_nonconformity_is_open_until_it_is_shown_to_be_settled() {
        let is_open = |nonconformity: &str, action: &str| {
            let record = |file: &str, id: &str, keys: &str| {
                format!("```md docs/{file}.md\n---\nid: {id}\ntype: record\n{keys}\n---\n```\n\n")
            };
            let mut text =
                record("nc", "REC-NC-1", &format!("kind: nonconformity\n{nonconformity}"));
            if !action.is_empty() {
                let action = format!("kind: corrective-action\nnc_id: REC-NC-1\n{action}");
                text += &record("cap", "REC-CAP-1", &action);
            }
            let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
            let head = recording.head_commit().unwrap();
            let sms = reading::of_commit(&recording, head, &[]).unwrap();
            sms.open_nonconformities().count() == 1
        };
        let (closed, minor) = ("status: closed", "grade: minor\nstatus: closed");
        let proof = "done_on: 2025-03-01\nevidence: x\nverified_by: a@b\nverified_on: 2025-04-01";
        let works = format!("{closed}\n{proof}\neffectiveness_result: effective");
        let fails = format!("{closed}\n{proof}\neffectiveness_result: not effective");
        assert!(is_open("grade: minor\nstatus: open", &works));
        assert!(is_open(minor, ""), "without an action");
        assert!(is_open(minor, "status: open"), "with an open one");
        assert!(is_open(minor, closed), "with one that shows nothing");
        assert!(is_open(minor, &fails), "with one that does not work");
        assert!(!is_open(minor, &works));
        assert!(!is_open("grade: observation\nstatus: open", ""));
    }
}
