//! Reviews: when a document is to be looked at again, and what shows that somebody did (7.5.2).
//!
//! An approval is a look as well. A review that finds nothing to change leaves a record of the kind
//! `document-review`, which names the version that was looked at. It counts for that version only,
//! and not before its day.

use super::Sms;
use super::approval::Grade;
use super::in_force::InForce;
use super::tenure::Tenure;
use crate::document::{Approval, DocId, Document, seeming_address};
use crate::history::{History, Revision, has_approval, same_act};
use crate::repo::object::ObjectId;
use crate::source::Date;
use std::collections::{HashMap, HashSet};

/// The kind of a record of a review.
const KIND: &str = "document-review";

/// What comes of a review.
pub const RESULTS: [&str; 3] = ["no-change", "change-needed", "withdraw"];

/// Why a record of a review shows none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowsNone {
    /// It is still open.
    Open,
    /// It does not say of which version of what, when, and with what result.
    SaysTooLittle,
    /// There never was such a version.
    OfNone,
    /// It was closed before its day.
    ClosedBefore,
    /// Its day is still to come.
    ToCome,
    /// Its version was approved later, on this day.
    ApprovedLater(Date),
    /// It names nobody who made it.
    ByNobody,
}

impl ShowsNone {
    /// Says it in words, behind a colon.
    pub fn words(self) -> String {
        match self {
            Self::Open => "it is still open".to_owned(),
            Self::SaysTooLittle => {
                "it does not say of which version of what, when, and with what result".to_owned()
            }
            Self::OfNone => "there never was such a version".to_owned(),
            Self::ClosedBefore => "it was closed before its day".to_owned(),
            Self::ToCome => "its day is still to come".to_owned(),
            Self::ApprovedLater(on) => format!("the version was approved later, on {on}"),
            Self::ByNobody => "it names no person who made it".to_owned(),
        }
    }
}

/// The last time somebody looked at a document and stood by it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastLook<'s> {
    /// The day.
    pub on: Date,
    /// The record of the review; none where it was an approval.
    pub record: Option<&'s Document>,
}

impl LastLook<'_> {
    /// Says it in words: `approved on 2026-05-11`.
    pub fn words(&self) -> String {
        match self.record {
            None => format!("approved on {}", self.on),
            Some(record) => format!("reviewed on {} ({})", self.on, record.called()),
        }
    }

    /// Returns the last day on which the next review is not overdue, where one is asked for so many
    /// months later: sooner, where whoever reviewed it asked for that. None where it is withdrawn
    /// before that could be.
    pub(super) fn next(&self, months: u32, withdrawn_on: Option<Date>) -> Option<Date> {
        let by_cycle = self.on.plus_months(months)?.day_before()?;
        let asked = self.record.and_then(|record| record.front.date("next_review"));
        let next = asked.filter(|day| *day > self.on).map_or(by_cycle, |day| day.min(by_cycle));
        let first_late = next.day_after()?;
        withdrawn_on.is_none_or(|on| first_late < on).then_some(next)
    }
}

/// A day of review that moved on while nobody looked at the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The commit that moved it.
    pub commit: ObjectId,
    /// How.
    pub how: How,
}

/// How a day of review moved on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum How {
    /// A review lasts longer, in months.
    Raised {
        /// Before.
        from: u32,
        /// After.
        to: u32,
    },
    /// An approval has another day, and the approver did not give it again.
    DatedAnew {
        /// The approval as it stands.
        approval: Approval,
        /// Its day before.
        from: Date,
        /// Its day after.
        to: Date,
    },
}

impl How {
    /// Returns the day that an approval had before it was dated anew.
    fn day_before(&self) -> Option<Date> {
        match self {
            Self::Raised { .. } => None,
            Self::DatedAnew { from, .. } => Some(*from),
        }
    }
}

impl Sms {
    /// Returns the last day on which the review of a document is not overdue; none where it is withdrawn
    /// before that could be.
    pub fn next_review(&self, document: &Document) -> Option<Date> {
        let months = review_months(document)?;
        self.last_look(document)?.next(months, document.front.date("withdrawn_on"))
    }

    /// Returns the last day on which the review of what is in force of a document is not overdue:
    /// of the version in force, where the file has the next one already, else of the file, where that
    /// is in force.
    pub fn review_in_force(&self, document: &Document) -> Option<Date> {
        self.review_beside(document, self.in_force_beside(document))
    }

    /// Returns the same where the version in force beside the file is known.
    pub fn review_beside(&self, document: &Document, beside: Option<&Tenure>) -> Option<Date> {
        match beside {
            Some(tenure) => self.next_review_of(&document.id()?, tenure),
            None => self.next_review(document).filter(|_| self.state(document).is_in_force()),
        }
    }

    /// Returns the longest time between two reviews that the type of a document allows, in months,
    /// and the kind of register that asks for less than the type does.
    pub fn longest_review<'s>(&self, document: &'s Document) -> Option<(u32, Option<&'s str>)> {
        let kind = self.type_of(document)?;
        let most = kind.review_months?;
        let registers = document.front.list("register_kind").into_iter();
        let sooner = registers.filter_map(|register| {
            Some((*kind.review_months_of.get(register.value)?, Some(register.value)))
        });
        let soonest = sooner.min_by_key(|(months, _)| *months).filter(|(months, _)| *months < most);
        Some(soonest.unwrap_or((most, None)))
    }

    /// Returns the last approval of a document, or the last review of its version if that is later.
    pub fn last_look(&self, document: &Document) -> Option<LastLook<'_>> {
        let version = document.front.text("version").map_or("", |version| version.value);
        let approved = last_approved_on(self.grades(document), version, self.minimum(document));
        self.later_look(document.id()?, version, approved)
    }

    /// Returns the same of a version that is or was in force.
    pub(super) fn last_look_of(&self, id: &DocId, tenure: &Tenure) -> Option<LastLook<'_>> {
        let minimum = self.minimum_of(&tenure.claims);
        let approved = last_approved_on(&tenure.grades, &tenure.version, minimum);
        self.later_look(id.clone(), &tenure.version, approved)
    }

    fn later_look(&self, id: DocId, version: &str, approved: Option<Date>) -> Option<LastLook<'_>> {
        let reviewed = self.lookup.reviewed.get(&(id, number_of(version)));
        match (approved, reviewed) {
            (Some(on), Some((day, _))) if on >= *day => Some(LastLook { on, record: None }),
            (_, Some((on, i))) => Some(LastLook { on: *on, record: Some(&self.documents[*i]) }),
            (Some(on), None) => Some(LastLook { on, record: None }),
            (None, None) => None,
        }
    }

    /// Returns how the review of a document moved on while its content stayed as it was, newest
    /// first, leaving out what the commits `before_start` did. What a review of this version has
    /// made good since is none of it, nor is a longer cycle while no review was due by the former.
    pub fn moved_reviews(
        &self,
        found: &InForce<'_>,
        before_start: &HashSet<ObjectId>,
    ) -> Vec<Moved> {
        let mut moved = Vec::new();
        let document = found.text;
        let Some(id) = document.id() else { return moved };
        let beside = found.version.and_then(|_| self.in_force_beside(found.file));
        let (look, grades) = match beside {
            None => (self.last_look(document), self.grades(document)),
            Some(tenure) => (self.last_look_of(&id, tenure), &tenure.grades[..]),
        };
        if look.is_some_and(|look| look.record.is_some()) {
            return moved;
        }
        let claims = beside.map_or_else(|| self.claims(document), |tenure| &tenure.claims);
        let at = beside.map_or_else(|| self.history.judged(), |tenure| tenure.at);
        let way = self.history.way_at(&id, document.blob, at);
        let of_version = way.take_while(|it| it.claims.version == claims.version);
        let way: Vec<&Revision> = of_version.collect();
        let is_approved = |it: &Revision| it.claims.status.as_deref() == Some("approved");
        for (i, pair) in way.windows(2).enumerate() {
            let (revision, before) = (pair[0], pair[1]);
            let commit = self.history.commit_of(revision).id;
            if before_start.contains(&commit) || !is_approved(revision) || !is_approved(before) {
                continue;
            }
            let how = raised(document, revision, before).into_iter();
            let how = how.chain(self.dated_anew((document, grades), revision, &way[i + 1..]));
            moved.extend(how.map(|how| Moved { commit, how }));
        }
        let looked = look.map(|look| look.on).into_iter();
        let looked = looked.chain(moved.iter().filter_map(|moved| moved.how.day_before())).min();
        // To plan fewer reviews is no claim to have made one, as long as none was due.
        let is_past_due = |months: u32| {
            let due = looked.and_then(|on| on.plus_months(months)?.day_before());
            due.is_none_or(|due| due < self.as_of)
        };
        moved.retain(|moved| match moved.how {
            How::Raised { from, .. } => is_past_due(from),
            How::DatedAnew { .. } => true,
        });
        moved
    }

    /// Returns the approvals that stand now and that a revision dated anew over the same content.
    fn dated_anew(
        &self,
        (document, grades): (&Document, &[Grade]),
        revision: &Revision,
        earlier: &[&Revision],
    ) -> Vec<How> {
        let has = |it: &Revision, approval: &Approval| has_approval(&it.claims, approval);
        let mut anew = Vec::new();
        let is_new = |approval: &Approval| {
            has(revision, approval) && !earlier.first().is_some_and(|before| has(before, approval))
        };
        for approval in document.front.approvals().into_iter().filter(is_new) {
            let old = earlier.first().and_then(|before| {
                let mut given = before.claims.approvals.iter();
                given.find(|old| old.by == approval.by && old.is_of(approval.version.as_deref()))
            });
            let Some(old) = old.filter(|_| !was_given(grades, &approval)) else { continue };
            let (Some(from), Some(to)) = (old.on, approval.on) else { continue };
            let brought = earlier.iter().take_while(|it| has(it, old)).last();
            let Some(brought) = brought.filter(|it| is_same_content(revision, it)) else {
                continue;
            };
            // A day that was mistyped and put right within the time of its own commit moved nothing.
            let given = self.history.commit_of(brought).committer.date();
            if to > from && given.is_none_or(|given| to > given) {
                anew.push(How::DatedAnew { approval, from, to });
            }
        }
        anew
    }

    /// Says why a record of a review shows none, if it does not.
    pub fn why_it_shows_none(&self, record: &Document) -> Option<ShowsNone> {
        let text = |key| record.front.text(key).map(|found| found.value);
        if text("status") == Some("open") {
            return Some(ShowsNone::Open);
        }
        let (Some(of), Some(day)) = (text("document_id").map(DocId::new), review_day(record))
        else {
            return Some(ShowsNone::SaysTooLittle);
        };
        let Some(version) = text("version") else { return Some(ShowsNone::SaysTooLittle) };
        let approved = self.approved_on(&of, version).filter(|approved| day < *approved);
        let says_result = text("result").is_some_and(|result| RESULTS.contains(&result));
        match approved {
            _ if record.id().is_some_and(|it| was_closed_before(&self.history, &it, day)) => {
                Some(ShowsNone::ClosedBefore)
            }
            _ if day > self.as_of => Some(ShowsNone::ToCome),
            Some(approved) => Some(ShowsNone::ApprovedLater(approved)),
            None if !self.has_version(&of, version) => Some(ShowsNone::OfNone),
            None if !says_result || !record.is_sound() => Some(ShowsNone::SaysTooLittle),
            None if !self.is_by_somebody(record) => Some(ShowsNone::ByNobody),
            None => None,
        }
    }

    /// Tells whether a record of a review names who made it: a person, or a role that people hold. What
    /// was reviewed before control start is not judged.
    pub fn is_by_somebody(&self, record: &Document) -> bool {
        let day = review_day(record).unwrap_or(self.as_of);
        let reviewers = record.front.list("reviewer");
        self.is_before_start(day) || reviewers.iter().any(|it| self.names_somebody(it.value, day))
    }

    /// Looks for the last review of each version that found it right.
    pub(super) fn settle_reviews(&mut self) {
        let mut reviewed: HashMap<(DocId, String), (Date, usize)> = HashMap::new();
        for (i, record) in self.documents.iter().enumerate() {
            let Some((version, day)) = self.found_right(record) else { continue };
            let last = reviewed.entry(version).or_insert((day, i));
            *last = (*last).max((day, i));
        }
        self.lookup.reviewed = reviewed;
    }

    /// Returns the document and version that a record says was reviewed and found right, and the day. A
    /// record that is open, was closed before that day, or names nobody who made it, shows no review.
    fn found_right(&self, record: &Document) -> Option<((DocId, String), Date)> {
        let says =
            |key: &str, value: &str| record.front.text(key).is_some_and(|text| text.value == value);
        if !says("kind", KIND) || !says("result", "no-change") || says("status", "open") {
            return None;
        }
        let id = record.id().filter(|_| record.is_sound())?;
        let day = review_day(record).filter(|day| *day <= self.as_of)?;
        if was_closed_before(&self.history, &id, day) || !self.is_by_somebody(record) {
            return None;
        }
        let version = number_of(record.front.text("version")?.value);
        Some(((DocId::new(record.front.text("document_id")?.value), version), day))
    }

    /// Returns the first day on which somebody approved a version, by what that says.
    fn approved_on(&self, id: &DocId, version: &str) -> Option<Date> {
        let tenure = self.tenures(id).iter().find(|it| it.is_version(version))?;
        let approvals = tenure.claims.current_approvals().filter_map(|approval| approval.on);
        approvals.chain(tenure.published_on).min()
    }

    /// Returns the last approval or review of what is in force of a document: of the version in force,
    /// where the file has the next one already, else of the file, where that is in force.
    pub fn last_look_in_force(&self, document: &Document) -> Option<LastLook<'_>> {
        match self.in_force_beside(document) {
            Some(tenure) => self.last_look_of(&document.id()?, tenure),
            None => self.last_look(document).filter(|_| self.state(document).is_in_force()),
        }
    }

    /// Returns the records of document reviews.
    pub fn reviews(&self) -> impl Iterator<Item = &Document> {
        self.records_of(KIND)
    }
}

/// Tells whether the approver acted: who approves a text again has looked at it again.
fn was_given(grades: &[Grade], approval: &Approval) -> bool {
    let of_it = |grade: &&Grade| same_act(&grade.approval, approval);
    let is_plain = seeming_address(approval.by.as_deref().unwrap_or_default()).is_none();
    let acted = |grade: &Grade| grade.act.is_some() && grade.contradictions.is_empty();
    grades.iter().find(of_it).is_some_and(acted) && is_plain
}

/// Returns the months before and after, where the same content is to be reviewed later and
/// still is.
fn raised(document: &Document, revision: &Revision, before: &Revision) -> Option<How> {
    let months = |it: &Revision| it.claims.review_months.as_ref()?.parse::<u32>().ok();
    let (to, from) = (months(revision)?, months(before)?);
    let is_same = revision.claims.covered == before.claims.covered;
    let still_is = review_months(document) >= Some(to);
    (is_same && from < to && still_is).then_some(How::Raised { from, to })
}

/// Tells whether an approval was given again for what it had been given for. The rows of a
/// register may have changed in between; then there was something to look at.
fn is_same_content(revision: &Revision, brought: &Revision) -> bool {
    let is_register = revision.claims.kind.as_deref() == Some("register");
    revision.claims.covered == brought.claims.covered
        && (!is_register || revision.claims.substance == brought.claims.substance)
}

/// Returns how many months a review of a document lasts.
pub fn review_months(document: &Document) -> Option<u32> {
    document.front.text("review_months")?.value.parse().ok()
}

/// Returns the day of a review.
pub fn review_day(record: &Document) -> Option<Date> {
    record.front.date("reviewed_on").or_else(|| record.front.date("date"))
}

/// Returns the last day on which a version was approved: of the approvals that hold, if any does.
pub(super) fn last_approved_on(grades: &[Grade], version: &str, minimum: u8) -> Option<Date> {
    let own = || grades.iter().filter(|grade| grade.approval.is_of(Some(version)));
    let held = own().filter(|grade| grade.holds_at(minimum)).filter_map(|it| it.approval.on).max();
    held.or_else(|| own().filter_map(|grade| grade.approval.on).max())
}

/// Tells whether a record was closed before the day of which it speaks, wherever the world's clocks
/// stood.
pub fn was_closed_before(history: &History, record: &DocId, day: Date) -> bool {
    let is_closed = |it: &&Revision| it.claims.status.as_deref() == Some("closed");
    let closed = history.revisions(record).iter().rev().take_while(is_closed).last();
    let closed = closed.and_then(|revision| history.commit_of(revision).committer.date());
    closed.and_then(Date::day_after).is_some_and(|latest| latest < day)
}

/// Returns a version as it is looked up: `2` is `2.0`.
pub(super) fn number_of(version: &str) -> String {
    let mut shorter = version;
    while let Some(rest) = shorter.strip_suffix(".0") {
        shorter = rest;
    }
    shorter.to_owned()
}
