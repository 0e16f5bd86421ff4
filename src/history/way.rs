//! The way by which a content came to be: from commit to commit, back to where it began.

use super::{Act, Departure, Event, History, Revision, Source, act, has_approval};
use crate::document::{Approval, DocId};
use crate::repo::object::ObjectId;
use std::collections::HashMap;

/// The steps of a way, the newest first; each is found when it is asked for.
pub struct Steps<'h, 'a> {
    history: &'h History,
    revisions: &'h [Revision],
    beside: &'h [Revision],
    events: &'h [Event],
    next: Option<usize>,
    approval: Option<&'a Approval>,
}

/// One commit on a way, which changed the document or took it over from another line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'h> {
    /// Its place among all that happened to the document.
    pub event: usize,
    /// What it changed; nothing, where it is a merge that took over what another line had.
    pub revision: Option<&'h Revision>,
    /// The place of the step before.
    pub before: Option<usize>,
    /// Where a merge made something of its own of several lines: those that the way does not
    /// follow.
    pub joined: Option<Joined>,
    /// Whether the way goes on from here as it does because of the approval that is asked about.
    pub turns_for_approval: bool,
}

/// The lines beside the one that a way follows, where a merge made something of its own of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The newest step of each.
    pub lines: Vec<usize>,
    /// The parent of the merge through which the way goes, as an index into
    /// [`History::commits`].
    pub through: usize,
}

/// Where a way goes on.
#[derive(Default)]
struct Back {
    before: Option<usize>,
    joined: Option<Joined>,
    turns_for_approval: bool,
}

impl<'h> Iterator for Steps<'h, '_> {
    type Item = Step<'h>;

    fn next(&mut self) -> Option<Step<'h>> {
        let at = self.next?;
        let event = &self.events[at];
        let Back { before, joined, turns_for_approval } =
            self.history.step_back(&self.events[..at], event, self.approval);
        self.next = before;
        let revision = match event.source {
            Source::Revision(i) => Some(&self.revisions[i]),
            Source::Beside(i) => Some(&self.beside[i]),
            Source::Arrival(_) => None,
        };
        Some(Step { event: at, revision, before, joined, turns_for_approval })
    }
}

impl History {
    /// Returns the revisions that led to `blob`, newest first: each is the origin of the content
    /// the next one changed. Side branches that were not taken are left out. Nothing led to
    /// content that is not what the judged commit has.
    pub fn way_to<'h>(
        &'h self,
        id: &DocId,
        blob: ObjectId,
    ) -> impl Iterator<Item = &'h Revision> + use<'h> {
        self.way_at(id, blob, self.judged())
    }

    /// Returns the first merges of which a line had each approval, as places among all that happened to
    /// a document: a way may turn there because of it ([`Step::turns_for_approval`]).
    pub fn first_turns<'h>(&'h self, id: &DocId) -> HashMap<Act<'h>, usize> {
        let mut first = HashMap::new();
        let events = self.events(id);
        for (at, event) in events.iter().enumerate() {
            let parents = self.parents(event.commit);
            if parents.len() < 2 || event.is_arrival() {
                continue;
            }
            let there = parents.iter().filter_map(|parent| self.state_at(&events[..at], *parent));
            let lines = event.before.into_iter().chain(there);
            for claims in lines.filter_map(|blob| self.claims_in(blob)) {
                for approval in &claims.approvals {
                    first.entry(act(approval)).or_insert(at);
                }
            }
        }
        first
    }

    /// Returns the way to `blob` as it stood at a commit.
    pub fn way_at<'h>(
        &'h self,
        id: &DocId,
        blob: ObjectId,
        at: usize,
    ) -> impl Iterator<Item = &'h Revision> + use<'h> {
        self.steps(id, blob, at, None).filter_map(|step| step.revision)
    }

    /// Returns the steps to `blob` as it stood at a commit; where a merge changed what it joined,
    /// the way goes on through the line that had the approval.
    pub fn way_of_approval<'h, 'a>(
        &'h self,
        id: &DocId,
        blob: ObjectId,
        at: usize,
        approval: &'a Approval,
    ) -> Steps<'h, 'a> {
        self.steps(id, blob, at, Some(approval))
    }

    /// Returns the steps back from one that is known, this one first.
    pub fn way_from<'h, 'a>(
        &'h self,
        id: &DocId,
        event: usize,
        approval: &'a Approval,
    ) -> Steps<'h, 'a> {
        self.steps_from(id, self.events(id), Some(event), Some(approval))
    }

    /// Returns the revisions that led to what a document was before it went, newest first.
    pub fn way_before<'h>(
        &'h self,
        id: &DocId,
        departure: &Departure<'_>,
    ) -> impl Iterator<Item = &'h Revision> + use<'h> {
        self.way_at(id, departure.content, departure.held_by)
    }

    fn steps<'h, 'a>(
        &'h self,
        id: &DocId,
        blob: ObjectId,
        at: usize,
        approval: Option<&'a Approval>,
    ) -> Steps<'h, 'a> {
        let events = self.events_until(id, at);
        // The newest state counts, even if an older one was the same as what is asked for.
        let is_own = |event: &Event| !event.is_beside() && self.trunks.leads(event.commit, at);
        let newest = events.iter().rposition(is_own);
        let next = newest.filter(|&newest| events[newest].blob == Some(blob));
        self.steps_from(id, events, next, approval)
    }

    fn steps_from<'h, 'a>(
        &'h self,
        id: &DocId,
        events: &'h [Event],
        next: Option<usize>,
        approval: Option<&'a Approval>,
    ) -> Steps<'h, 'a> {
        let beside = self.beside.get(id).map_or(&[][..], Vec::as_slice);
        Steps { history: self, revisions: self.revisions(id), beside, events, next, approval }
    }

    /// Finds the event from which a document came to another one, and tells whether it is that
    /// one because of the approval.
    fn step_back(&self, earlier: &[Event], event: &Event, approval: Option<&Approval>) -> Back {
        let brought = |(line, blob): (usize, ObjectId)| {
            let on_line = |it: &Event| !it.is_beside() && self.trunks.leads(it.commit, line);
            let last = |is_it: &dyn Fn(&Event) -> bool| {
                earlier.iter().rposition(|it| it.blob == Some(blob) && is_it(it))
            };
            // What was there counts before a copy that was the same.
            last(&on_line).or_else(|| last(&Event::is_beside))
        };
        let Some((&first, others)) = self.parents(event.commit).split_first() else {
            return Back::default();
        };
        let mut from_others =
            others.iter().filter_map(|&parent| Some((parent, self.state_at(earlier, parent)?)));
        let from_first = event.before.map(|blob| (first, blob));
        if event.is_arrival() {
            // Where only its place came from another line, its content was there.
            if let Some(stayed) = from_first.filter(|(_, blob)| Some(*blob) == event.blob) {
                return Back { before: brought(stayed), ..Back::default() };
            }
            let taken_over = from_others.find(|(_, blob)| Some(*blob) == event.blob);
            // What no line had as the document, one had as a copy of it.
            let copied = || earlier.iter().rposition(|it| it.is_beside() && it.blob == event.blob);
            let before = taken_over.and_then(brought).or_else(copied);
            return Back { before, ..Back::default() };
        }
        // Where a merge made something of its own, it came from the line that had the approval,
        // else from one with the same content, else from the first.
        let covered = |blob: ObjectId| self.claims_in(blob).map(|claims| claims.covered);
        let made = event.blob.and_then(covered);
        let has_it = |blob: ObjectId| {
            let claims = self.claims_in(blob);
            claims.zip(approval).is_some_and(|(claims, approval)| has_approval(claims, approval))
        };
        let is_same = |blob: ObjectId| covered(blob).is_some_and(|covered| Some(covered) == made);
        let nearness = |(_, blob): &(usize, ObjectId)| (has_it(*blob), is_same(*blob));
        let lines: Vec<(usize, ObjectId)> = from_first.into_iter().chain(from_others).collect();
        // Of several that are equally near, the first.
        let nearest = lines.iter().rev().max_by_key(|line| nearness(line)).copied();
        let beside = lines.iter().filter(|line| Some(**line) != nearest).copied();
        let joined = nearest
            .filter(|_| lines.len() > 1)
            .map(|(through, _)| Joined { lines: beside.filter_map(brought).collect(), through });
        Back {
            before: nearest.and_then(brought),
            joined,
            turns_for_approval: lines.len() > 1 && lines.iter().any(|(_, blob)| has_it(*blob)),
        }
    }
}
