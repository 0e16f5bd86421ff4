//! What the publishing branch gave up: approvals that were taken out, or that another version
//! followed, and the document, when it was withdrawn.

use super::person::share_mailbox;
use crate::document::{Approval, Claims, DocId, Version};
use crate::history::{History, Revision, has_approval};
use crate::repo::object::Person;
use crate::source::Date;
use std::collections::BTreeMap;
use std::ops::Range;

/// The end of an approval on the publishing branch: it was taken out, another version was approved, or
/// the document was withdrawn.
#[derive(Clone, Copy)]
pub(super) struct Ended {
    /// The commit, as an index into the commits of the history.
    pub at: usize,
    /// Whether the document was withdrawn.
    pub is_withdrawn: bool,
}

/// Whose approval of which version.
type Given = (String, Option<Version>);

/// What the publishing branch gave up of a document, oldest first, as indices into the commits of the
/// history.
pub(super) struct Ends<'h> {
    history: &'h History,
    id: &'h DocId,
    /// Where the document was withdrawn.
    withdrawn: Vec<usize>,
    /// Where an approver's approval of a version was taken out, or another version was approved.
    over: BTreeMap<Given, Vec<usize>>,
}

impl<'h> Ends<'h> {
    /// Finds them in what the branch had of a document.
    pub(super) fn of(history: &'h History, id: &'h DocId) -> Self {
        let mut ends = Self { history, id, withdrawn: Vec::new(), over: BTreeMap::new() };
        let mut standing: BTreeMap<Given, &Approval> = BTreeMap::new();
        let states = history.published_states(id);
        for (i, state) in states.iter().enumerate() {
            // What cannot be read, or is gone, may be put back as it was, unless its file went on as another
            // document and was given up there.
            let Some((_, claims)) = state.shown else {
                let before = states[..i].iter().rev().find_map(|it| it.shown);
                let until = states[i..].iter().find(|it| it.shown.is_some()).map(|it| it.at);
                if let Some((_, before)) = before {
                    ends.of_file(before, state.at..until.unwrap_or(usize::MAX), &mut standing);
                }
                continue;
            };
            if !claims.is_sound {
                let before = states[..i].last().map(|before| before.at);
                for given in ends.taken_out(claims, &standing, state.at, before) {
                    standing.remove(&given);
                    ends.over.entry(given).or_default().push(state.at);
                }
                continue;
            }
            let next = states.get(i + 1).map(|next| next.at);
            let is_announced = claims.status.as_deref() == Some("approved");
            if is_withdrawn_by(history, claims, next) {
                // What was announced was over by the next commit, and stood until then.
                ends.withdrawn.push(next.filter(|_| is_announced).unwrap_or(state.at));
                standing.clear();
                continue;
            }
            let version = claims.version.as_deref().and_then(Version::parse);
            let own: BTreeMap<Given, &Approval> =
                claims.current_approvals().map(|it| (given(it), it)).collect();
            let is_issued = claims.given_approvals().next().is_some();
            standing.retain(|it, _| {
                // A draft of the next version ends nothing.
                let is_over = if it.1 == version { !own.contains_key(it) } else { is_issued };
                if is_over {
                    ends.over.entry(it.clone()).or_default().push(state.at);
                }
                !is_over
            });
            standing.extend(own);
        }
        ends
    }

    /// Adds what was given up where the file of the document was another one for a while: with the words or
    /// the title that it had `before`.
    fn of_file(
        &mut self,
        before: &Claims,
        meanwhile: Range<usize>,
        standing: &mut BTreeMap<Given, &Approval>,
    ) {
        for (at, claims) in self.history.published_as_another(self.id) {
            let is_same_text = claims.text == before.text;
            let is_it = is_same_text || claims.title.is_some() && claims.title == before.title;
            if !is_it || !meanwhile.contains(&at) {
                continue;
            }
            if claims.status.as_deref() == Some("withdrawn") {
                self.withdrawn.push(at);
                standing.clear();
            } else if is_same_text && claims.is_sound {
                standing.retain(|given, approval| {
                    let is_over = !has_approval(claims, approval);
                    if is_over {
                        self.over.entry(given.clone()).or_default().push(at);
                    }
                    !is_over
                });
            }
        }
    }

    /// Returns which of the approvals that stood are not in a state of which not all can be read, as their
    /// approvers took them out since a commit of the branch before.
    fn taken_out(
        &self,
        claims: &Claims,
        standing: &BTreeMap<Given, &Approval>,
        at: usize,
        before: Option<usize>,
    ) -> Vec<Given> {
        let Some(before) = before.filter(|_| !standing.is_empty() && !claims.hides_approvals)
        else {
            return Vec::new();
        };
        let new = self.history.only_beneath(at, before);
        let revisions = self.history.revisions(self.id).iter();
        let revisions: Vec<&Revision> = revisions.filter(|it| new.contains(&it.commit)).collect();
        let is_over = |approval: &Approval| {
            !has_given(claims, approval)
                && revisions.iter().any(|it| takes_out(self.history, it, approval))
        };
        let over = standing.iter().filter(|(_, approval)| is_over(approval));
        over.map(|(given, _)| given.clone()).collect()
    }

    /// Returns the last end that an approval had up to a commit.
    pub(super) fn end_of(&self, approval: &Approval, until: usize) -> Option<Ended> {
        let last = |ends: &[usize]| ends[..ends.partition_point(|at| *at <= until)].last().copied();
        let withdrawn = last(&self.withdrawn).map(|at| Ended { at, is_withdrawn: true });
        let over = self.over.get(&given(approval)).and_then(|ends| last(ends));
        let over = over.map(|at| Ended { at, is_withdrawn: false });
        withdrawn.into_iter().chain(over).max_by_key(|end| end.at)
    }

    /// Tells whether the author of a revision wrote it before something was given up: by its date, or
    /// because the same act of the same moment stands in a commit before that.
    pub(super) fn was_written_before(&self, revision: &Revision, end: Ended) -> bool {
        let moment = |revision: &Revision| -> (&'h Person, Option<i64>) {
            let author = &self.history.commits[revision.commit].author;
            (&author.person, author.seconds)
        };
        let own = moment(revision);
        let is_copy = || {
            let before = self.history.beneath(&[self.history.commits[end.at].id]);
            let mut revisions = self.history.revisions(self.id).iter();
            revisions.any(|it| before[it.commit] && moment(it) == own)
        };
        // A rebase keeps when it was written, and makes both commits anew.
        let commit = &self.history.commits[end.at];
        let ended = [commit.author.seconds, commit.committer.seconds].into_iter().flatten().min();
        own.1.zip(ended).is_some_and(|(written, ended)| written < ended) || is_copy()
    }

    /// Tells whether an approval was given after something was given up, as far as it says so itself.
    pub(super) fn is_claimed_after(&self, approval: &Approval, end: Ended) -> bool {
        let commit = &self.history.commits[end.at];
        let days: [Option<Date>; 2] = [commit.author.date(), self.history.day_of(end.at)];
        let ended = days.into_iter().flatten().min();
        // The day may be another one elsewhere.
        approval.on.zip(ended).is_some_and(|(on, ended)| on.days() + 1 >= ended.days())
            && !self.was_published_before(approval, end)
    }

    /// Tells whether the publishing branch had an approval before it gave something up.
    fn was_published_before(&self, approval: &Approval, end: Ended) -> bool {
        let states = self.history.published_states(self.id);
        let mut before = states.iter().take_while(|state| state.at < end.at);
        before.any(|state| state.shown.is_some_and(|(_, claims)| has_approval(claims, approval)))
    }
}

/// Tells whether a state took the document out of use before the next commit: at once, or on the day
/// that it announced, unless that commit called it off.
pub(super) fn is_withdrawn_by(history: &History, claims: &Claims, next: Option<usize>) -> bool {
    let next = next.and_then(|next| history.day_of(next));
    match claims.status.as_deref() {
        Some("withdrawn") => next.zip(claims.withdrawn_on).is_none_or(|(next, on)| next >= on),
        Some("approved") => claims.is_withdrawn_by(next),
        _ => false,
    }
}

/// Tells whether an approver took an approval out with a revision: it is plainly not in what can be read,
/// and of no other version.
pub(super) fn takes_out(history: &History, revision: &Revision, approval: &Approval) -> bool {
    let claims = &revision.claims;
    let before = revision.before.and_then(|blob| history.claims_in(blob));
    let had_it = before.is_some_and(|before| before.hides_approvals || has_given(before, approval));
    let is_of_it = match &claims.version {
        Some(version) => approval.is_of(Some(version)),
        None => !claims.is_sound,
    };
    let author = &history.commit_of(revision).author.person;
    let is_own = approval.by.as_ref().is_some_and(|by| share_mailbox(&author.email, by));
    let is_gone = !claims.hides_approvals && !has_given(claims, approval);
    is_own && is_of_it && is_gone && had_it && revision.blob.is_some() && !revision.is_joined
}

/// Tells whether a state has an approval of a version by somebody, in whatever words.
fn has_given(claims: &Claims, approval: &Approval) -> bool {
    let own = given(approval);
    claims.approvals.iter().any(|it| given(it) == own)
}

fn given(approval: &Approval) -> Given {
    let by = approval.by.as_deref().unwrap_or_default().to_lowercase();
    (by, approval.version.as_deref().and_then(Version::parse))
}
