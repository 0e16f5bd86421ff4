//! What merges left out: approvals that the line they joined had and the publishing branch never
//! got, ends of approvals that it goes on without, and documents that only that line had.

use super::{Act, Departure, Event, History, act, has_approval, same_act};
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId};
use crate::repo::object::ObjectId;
use crate::source::Date;
use std::collections::HashSet;

/// An approval that a line had which was merged, and that the publishing branch never had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeftOut<'h> {
    /// The merge, as an index into [`History::commits`].
    pub merge: usize,
    /// What stood on the line it joined.
    pub stood: Standing<'h>,
    /// The approval.
    pub approval: &'h Approval,
}

/// What a line had last of a document as approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<'h> {
    /// The commit, as an index into [`History::commits`].
    pub at: usize,
    /// What the document held there.
    pub blob: ObjectId,
    /// What it claimed there.
    pub claims: &'h Claims,
}

/// The end of an approval that a line had which was merged, and that the merge left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndLeftOut<'h> {
    /// The merge, as an index into [`History::commits`].
    pub merge: usize,
    /// The commit that ended the approval on the line, likewise.
    pub end: usize,
    /// What the document claims after the merge.
    pub claims: &'h Claims,
    /// Whether the line had the document withdrawn; else the approval was taken out.
    pub is_withdrawn: bool,
    /// The day from which it is withdrawn, where the line names one.
    pub on: Option<Date>,
}

impl History {
    /// Returns the approvals of a document that merges left out, oldest merge first: the line
    /// they joined had them when it was joined, and the branch never had.
    pub fn left_out(&self, id: &DocId) -> Vec<LeftOut<'_>> {
        let of_lines = self.events(id).iter().filter(|event| !self.is_published(event.commit));
        let claims = of_lines.filter_map(|event| self.claims_in(event.blob?));
        let key = |claims: &Claims, approval| (act(approval), claims.covered);
        let mut open: HashSet<(Act<'_>, Sha256Sum)> = claims
            .flat_map(|claims| claims.given_approvals().map(move |it| key(claims, it)))
            .collect();
        if open.is_empty() {
            return Vec::new();
        }
        let mut published: HashSet<Act<'_>> = HashSet::new();
        for (_, claims) in self.published_states(id).iter().filter_map(|state| state.shown) {
            for approval in &claims.approvals {
                published.insert(act(approval));
                open.remove(&key(claims, approval));
            }
        }
        // Two acts that read alike are for two texts, where the merge took one of them whole.
        let text = |line: usize| self.standing(id, line).map(|it| it.claims.covered);
        let mut left_out = Vec::new();
        for (merge, line) in self.joined_lines() {
            if open.is_empty() {
                break;
            }
            let Some(stood) = self.standing(id, line) else { continue };
            // What the merge has it did not leave out; one that comes after it still may.
            let after = self.standing(id, merge).map(|it| it.claims);
            let is_kept = |approval: &Approval| {
                after.is_some_and(|after| {
                    after.covered == stood.claims.covered && has_approval(after, approval)
                })
            };
            let keeps_own = || after.map(|it| it.covered) == text(self.parents(merge)[0]);
            let approvals = stood.claims.given_approvals().filter(|it| {
                !is_kept(it)
                    && (!published.contains(&act(it)) || keeps_own())
                    && open.remove(&key(stood.claims, it))
            });
            left_out.extend(approvals.map(|approval| LeftOut { merge, stood, approval }));
        }
        left_out
    }

    /// Returns the ends of approvals of a document that merges left out, oldest merge first:
    /// on the line they joined the document was withdrawn or its approval taken out, and the branch
    /// goes on with the approval it had before.
    pub fn ends_left_out(&self, id: &DocId) -> Vec<EndLeftOut<'_>> {
        let claims = |blob: Option<ObjectId>| self.claims_in(blob?);
        let ended = |event: &Event| {
            let (before, after) = (claims(event.before)?, claims(event.blob)?);
            let is_announced = after.withdrawn_on.is_some() && before.withdrawn_on.is_none();
            let is_withdrawn = after.status.as_deref() == Some("withdrawn") || is_announced;
            let version = before.version.as_deref().unwrap_or_default();
            let mut ended = before
                .given_approvals()
                .filter(|it| is_withdrawn || after.is_version(version) && !has_approval(after, it));
            ended.next().map(|_| (before, is_withdrawn, after.withdrawn_on))
        };
        let beside = self.events(id).iter().filter(|event| !self.is_published(event.commit));
        let ends: HashSet<usize> =
            beside.filter(|it| ended(it).is_some()).map(|it| it.commit).collect();
        if ends.is_empty() {
            return Vec::new();
        }
        let standing = |line: usize| self.standing(id, line).map(|it| it.claims);
        // One that ends it as early goes on with nothing.
        let gives = |it: Option<&Claims>, approval: &Approval, on: Option<Date>| {
            let is_later = |day: Date| on.is_none_or(|on| on < day);
            let goes_on = it.filter(|it| it.withdrawn_on.is_none_or(is_later));
            goes_on.is_some_and(|it| it.given_approvals().any(|own| same_act(own, approval)))
        };
        let now = standing(self.judged());
        let mut left_out = Vec::new();
        for (merge, line) in self.joined_lines() {
            let own = self.parents(merge)[0];
            let mut back = self.back_on(id, line).skip_while(|it| !ends.contains(&it.commit));
            let is_over = standing(line).is_none_or(|it| it.withdrawn_on.is_some());
            let Some(end) = back.next().filter(|_| is_over) else { continue };
            let Some((was, is_withdrawn, on)) = ended(end) else { continue };
            // What is withdrawn ends whatever was approved of it before.
            let older = back.filter(|_| is_withdrawn).filter_map(|it| claims(it.blob));
            let mut over = older.chain([was]).flat_map(Claims::given_approvals);
            let (before, after) = (standing(own), standing(merge));
            let goes_on =
                over.any(|it| [before, after, now].iter().all(|state| gives(*state, it, on)));
            let Some(claims) = after.filter(|_| goes_on) else { continue };
            if !self.beneath(&[self.commits[own].id])[end.commit] {
                left_out.push(EndLeftOut { merge, end: end.commit, claims, is_withdrawn, on });
            }
        }
        left_out
    }

    /// Returns how a document went that the line of the judged commit never had: the last merge that left
    /// it out, where the line that it joined had it.
    pub(super) fn dropped(&self, id: &DocId) -> Option<Departure<'_>> {
        let left_out = self.joined_lines().filter_map(|(merge, line)| {
            let is_gone = self.newest(id, merge).is_none_or(|event| event.blob.is_none());
            let had = self.newest(id, line).filter(|_| is_gone)?;
            let (content, path) = (had.blob?, self.path_of(id, had));
            Some(Departure { commit: merge, taken_over_in: merge, held_by: line, content, path })
        });
        left_out.last()
    }

    /// Tells whether a document went by a merge that left it out of the line which it joined.
    pub fn is_left_out(&self, departure: &Departure<'_>) -> bool {
        self.parents(departure.taken_over_in).first() != Some(&departure.held_by)
    }

    /// Returns what the line of a commit had last of a document as approved, if that was neither
    /// withdrawn nor opened again since, and in which commit. A draft of the next version ends nothing.
    fn standing(&self, id: &DocId, line: usize) -> Option<Standing<'_>> {
        let mut drafts: Vec<&Claims> = Vec::new();
        for event in self.back_on(id, line) {
            let blob = event.blob?;
            let claims = self.claims_in(blob)?;
            match claims.status.as_deref() {
                Some("withdrawn") => return None,
                Some("approved") => {
                    let version = claims.version.as_deref().unwrap_or_default();
                    let is_opened = drafts.iter().any(|draft| draft.is_version(version));
                    let standing = Standing { at: event.commit, blob, claims };
                    return Some(standing).filter(|_| !is_opened);
                }
                _ => drafts.push(claims),
            }
        }
        None
    }

    /// Returns the merges, oldest first, each with the lines it joined: those on other lines as well, or
    /// one that leaves something out would be hidden by merging the line on which it stands.
    fn joined_lines(&self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.commits.len()).flat_map(|merge| {
            let lines = self.parents(merge).iter().skip(1);
            lines.map(move |&line| (merge, line))
        })
    }
}
