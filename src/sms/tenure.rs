//! When each version of a document was in force, as the publishing branch shows it.
//!
//! "In force on that day" and "committed by that day" are two questions: a tenure has the days the
//! document claims, and beside them the commits that published and ended it. Only what stood on
//! the publishing branch as approved has a tenure; how far its approvals are proved stands in
//! [`Tenure::grades`]. A draft of the next version beside it ends nothing.

mod course;
mod grading;

use super::approval::{self, Grade};
use super::{Sms, State};
use crate::document::{Claims, DocId, Document, Reference, Version};
use crate::history::PublishedState;
use crate::repo::object::ObjectId;
use crate::source::Date;
pub(super) use course::of_all;
use std::sync::Arc;

/// One version of a document, from its publication as approved to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// The version.
    pub version: String,
    /// The first day in force: as claimed, else the day of the approval, else that of publication.
    /// `None` where the day cannot be read: it has not begun.
    pub from: Option<Date>,
    /// The last day in force; open, if there is none. It lies before `from` where the version was
    /// replaced before it took effect.
    pub until: Option<Date>,
    /// What ended it.
    pub end: Option<End>,
    /// The commit on the publishing branch that first had it as approved.
    pub published_in: ObjectId,
    /// The day of that commit.
    pub published_on: Option<Date>,
    /// The content it had last.
    pub blob: ObjectId,
    /// What its last content claims.
    pub claims: Arc<Claims>,
    /// The commit that brought its last content, as an index into the commits of the history.
    pub at: usize,
    /// How strong the proof of its approvals is, held against the history up to its last content.
    pub grades: Arc<[Grade]>,
    /// What it was published with.
    first: Content,
    /// The last of its contents that could be read.
    read: Content,
    /// The commit since which it names a day for its withdrawal, if it does.
    announced_in: Option<ObjectId>,
    /// The day on which it was published as approved by somebody; none while nobody is said to have
    /// approved it.
    pub given_on: Option<Date>,
    /// Whether it stood on the publishing branch on its first day or later, by the order of the commits.
    has_stood: bool,
}

/// A content of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Content {
    blob: ObjectId,
    claims: Arc<Claims>,
    /// The commit that brought it, as an index into the commits of the history.
    at: usize,
}

/// What ended a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The next version was approved.
    NextVersion(String),
    /// It was taken out of use, in this commit.
    Withdrawn(ObjectId),
    /// Another document took its place.
    SupersededBy(DocId),
    /// It lost the status `approved` and kept its version, in this commit.
    Reopened(ObjectId),
    /// The file was removed, in this commit.
    Removed(ObjectId),
}

impl Tenure {
    /// Returns the day from which it is withdrawn, where that is after a day.
    pub fn withdrawn_as_of(&self, day: Date) -> Option<Date> {
        let is_withdrawn = matches!(self.end, Some(End::Withdrawn(_)));
        let last = self.until.filter(|until| is_withdrawn && *until >= day);
        last.and_then(Date::day_after)
    }

    /// Tells whether the version was in force on a day, by what the document claims.
    pub fn was_in_force_on(&self, day: Date) -> bool {
        self.from.is_some_and(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Tells whether the version was ever in force, be it for an hour: it was not replaced before it took
    /// effect. An approval that is taken back on the first day brought nothing into force.
    pub fn was_ever_in_force(&self) -> bool {
        self.from.is_some() && !self.ended_before_it_began()
    }

    /// Tells whether it was never in force, and its last day would come before its first: the two are no
    /// stretch of time then.
    pub fn ended_before_it_began(&self) -> bool {
        let has_stood = self.has_stood && !matches!(self.end, Some(End::Reopened(_)));
        self.is_turned_round() && !has_stood
    }

    /// Tells whether its last day, as claimed, lies before its first: it lasted for hours at most.
    fn is_turned_round(&self) -> bool {
        self.from.zip(self.until).is_some_and(|(from, until)| until < from)
    }

    /// Tells whether it was in force at the end of a day.
    fn lasted_a_day(&self) -> bool {
        self.from.is_some() && !self.is_turned_round()
    }

    /// Returns the last day on which it stood by a day; its first, where it was replaced before that.
    pub fn last_day(&self, by: Date) -> Date {
        self.until.max(self.from).filter(|_| self.until.is_some()).map_or(by, |last| last.min(by))
    }

    /// Returns the last day on which the version was in force, be it for hours; none while it lasts.
    pub fn last_day_in_force(&self) -> Option<Date> {
        let until = self.until?;
        if self.was_ever_in_force() { self.from.max(Some(until)) } else { Some(until) }
    }

    /// Tells whether it ever said that it takes the place of another document than its own.
    pub fn names_another(&self, own: &DocId) -> bool {
        let named = self.claims.supersedes.iter().chain(&self.first.claims.supersedes);
        named.into_iter().any(|it| Reference::parse(it).id != *own)
    }

    /// Returns the commit that published it, as an index into the commits of the history.
    pub(super) fn published_at(&self) -> usize {
        self.first.at
    }

    /// Tells whether claims are of the version with another text than it was published with.
    pub(super) fn is_rewritten_in(&self, claims: &Claims) -> bool {
        claims.is_version(&self.version) && claims.text != self.first.claims.text
    }

    /// Tells whether it is the tenure of a version: `2` is `2.0`.
    pub fn is_version(&self, version: &str) -> bool {
        Version::are_same(version, &self.version)
    }
}

impl Sms {
    /// Returns the versions of a document that were published as approved, oldest first, with the
    /// days they were in force.
    pub fn tenures(&self, id: &DocId) -> &[Tenure] {
        self.tenures.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the version of a document that was in force on a day: the last of them, should
    /// there be several.
    pub fn in_force_on(&self, id: &DocId, day: Date) -> Option<&Tenure> {
        self.tenures(id).iter().rev().find(|tenure| tenure.was_in_force_on(day))
    }

    /// Tells whether a version of a document is out of use because it was withdrawn.
    pub fn was_withdrawn(&self, document: &Document, version: &str) -> bool {
        let tenures = document.id().map(|id| self.tenures(&id)).unwrap_or_default();
        let last = tenures.iter().rfind(|tenure| tenure.is_version(version));
        last.is_some_and(|tenure| matches!(tenure.end, Some(End::Withdrawn(_))))
    }

    /// Tells whether a version that was withdrawn was put back as it was, and withdrawn again on the same
    /// day: nobody worked by it.
    pub fn was_undone_at_once(&self, id: &DocId, tenure: &Tenure) -> bool {
        let Some(End::Withdrawn(commit)) = tenure.end else { return false };
        let ended = self.history.commit(commit).and_then(|commit| commit.committer.date());
        if tenure.lasted_a_day() || ended.is_none() || ended != tenure.published_on {
            return false;
        }
        let is_former = |it: &&Tenure| it.at < tenure.at && it.is_version(&tenure.version);
        let former = self.tenures(id).iter().rfind(is_former);
        former.is_some_and(|former| {
            matches!(former.end, Some(End::Withdrawn(_)))
                && former.claims.approvals == tenure.claims.approvals
        })
    }

    /// Tells whether the version that a file claims has been published and in force: then another
    /// first day makes it no younger.
    pub fn has_begun(&self, document: &Document) -> bool {
        let version = document.front.text("version").map(|version| version.value);
        let is_it = |tenure: &Tenure| {
            version.is_some_and(|it| tenure.is_version(it)) && tenure.was_in_force_on(self.as_of)
        };
        document.id().is_some_and(|id| self.tenures(&id).last().is_some_and(is_it))
    }

    /// Returns the version in force of a document whose file has the next one already, if Git bears
    /// it out.
    pub fn in_force_beside(&self, document: &Document) -> Option<&Tenure> {
        self.standing_beside(document).filter(|tenure| self.bears_out(tenure))
    }

    /// Returns the version of a document whose file has the next one already that claims to be in
    /// force, where Git does not bear it out.
    pub fn claimed_beside(&self, document: &Document) -> Option<&Tenure> {
        let claimed = self.standing_beside(document).filter(|tenure| !self.bears_out(tenure))?;
        // What the file claims itself is told of the file.
        let own = document.front.text("version");
        own.is_none_or(|own| !claimed.is_version(own.value)).then_some(claimed)
    }

    /// Returns the version of a document that stands by what it claims, while its file has the next one.
    fn standing_beside(&self, document: &Document) -> Option<&Tenure> {
        let is_next =
            matches!(self.state(document), State::Draft | State::InReview | State::Approved);
        let counts = is_next && !self.is_record(document) && self.is_identified(document);
        let id = document.id().filter(|_| counts)?;
        let tenure = self.in_force_on(&id, self.as_of)?;
        (tenure.blob != document.blob && tenure.claims.is_sound).then_some(tenure)
    }

    /// Tells whether a document is in force, be it in a version before that of its file.
    pub fn is_worked_by(&self, document: &Document) -> bool {
        self.state(document).is_in_force() || self.in_force_beside(document).is_some()
    }

    /// Tells whether Git bears the approval of a version out as its type needs.
    pub fn bears_out(&self, tenure: &Tenure) -> bool {
        approval::hold_at(&tenure.grades, self.minimum_of(&tenure.claims))
    }

    /// Says what became of a version whose place another took: the other may be still to come, or may
    /// claim it alone.
    pub fn words_of_next(&self, id: &DocId, tenure: &Tenure, next: &str) -> &'static str {
        let is_proved = |it: &&Tenure| it.is_version(next) && self.bears_out(it);
        match self.tenures(id).iter().any(|it| is_proved(&it)) {
            false => "claims its place, and its approval is not verified",
            true if tenure.until.is_some_and(|until| until >= self.as_of) => "takes its place",
            true => "took its place",
        }
    }

    /// Tells the same of a version of a document; of one that was never published, there is nothing
    /// that speaks against it.
    pub fn is_borne_out(&self, document: &Document, version: &str) -> bool {
        let tenures = document.id().map(|id| self.tenures(&id)).unwrap_or_default();
        let last = tenures.iter().rev().find(|tenure| tenure.is_version(version));
        last.is_none_or(|tenure| self.bears_out(tenure))
    }

    /// Returns what the publishing branch had of a document by the end of a day.
    pub fn published_by(&self, id: &DocId, day: Date) -> Option<PublishedState<'_>> {
        let by_then = self.history.commits_before(day.day_after()?);
        let mut states = self.history.published_states(id).into_iter().rev();
        states.find(|state| by_then.contains(&self.history.commits[state.at].id))
    }

    pub(super) fn minimum_of(&self, claims: &Claims) -> u8 {
        self.trust.config.minimum_for(claims.kind.as_deref())
    }

    /// Returns the last day on which the review of a version is not overdue; none where it is withdrawn
    /// before that could be.
    pub fn next_review_of(&self, id: &DocId, tenure: &Tenure) -> Option<Date> {
        let claims = &tenure.claims;
        let months: u32 = claims.review_months.as_ref()?.parse().ok()?;
        self.last_look_of(id, tenure)?.next(months, claims.withdrawn_on)
    }

    /// Returns the day since which a document has been in force without a break, whatever its
    /// versions, by what it claims.
    pub fn in_force_since(&self, document: &Document) -> Option<Date> {
        let id = document.id()?;
        let mut since: Option<Date> = None;
        for tenure in self.tenures(&id).iter().rev().filter(|tenure| tenure.was_ever_in_force()) {
            let goes_on = match (since, tenure.until) {
                (None, until) => until.is_none_or(|until| until >= self.as_of),
                (Some(since), Some(until)) => Some(until) == since.day_before(),
                (Some(_), None) => false,
            };
            if !goes_on {
                break;
            }
            since = tenure.from;
        }
        since.filter(|since| *since <= self.as_of)
    }

    /// Tells whether the file of a document named the day on which a version of it began while that
    /// lasted.
    pub fn named_its_first_day(&self, document: &Document, tenure: &Tenure) -> bool {
        let states = document.id().map(|id| self.history.published_states(&id)).unwrap_or_default();
        let since = states.into_iter().filter(|state| state.at >= tenure.first.at);
        let mut claims = since.filter_map(|state| state.shown);
        claims.any(|(_, claims)| {
            claims.is_version(&tenure.version) && claims.effective_from == tenure.from
        })
    }
}
