//! When each version of a document was in force, as the publishing branch shows it.
//!
//! "In force on that day" and "committed by that day" are two questions: a tenure has the days the
//! document claims, and beside them the commits that published and ended it. Only what stood on
//! the publishing branch as approved has a tenure; how far its approvals are proved stands in
//! [`Tenure::grades`]. A draft of the next version beside it ends nothing.

use super::approval::{self, Case, Contradiction, Grade, Ways};
use super::authority::{Known, SIGNED, Stand};
use super::roles::Roles;
use super::signatures::Keyring;
use super::supersession::Succession;
use super::{Sms, State};
use crate::document::{Approval, Claims, DocId, Document, Reference, Version};
use crate::history::{History, PublishedState, same_act};
use crate::repo::object::{Commit, ObjectId};
use crate::source::{Date, RepoPath};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
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
    /// What it was published with: blob, claims and commit.
    first: (ObjectId, Arc<Claims>, usize),
    /// The commit since which it names a day for its withdrawal, if it does.
    announced_in: Option<ObjectId>,
    /// The day on which it was published as approved by somebody; none while nobody is said to have
    /// approved it.
    pub given_on: Option<Date>,
    /// Whether it stood on the publishing branch on its first day or later, by the order of the commits.
    has_stood: bool,
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

    fn of(
        history: &History,
        state: &PublishedState<'_>,
        blob: ObjectId,
        claims: &Arc<Claims>,
    ) -> Self {
        let commit = &history.commits[state.at];
        let mut tenure = Self {
            version: claims.version.clone().unwrap_or_default(),
            from: None,
            until: None,
            end: None,
            published_in: commit.id,
            published_on: commit.committer.date(),
            blob,
            claims: claims.clone(),
            at: state.at,
            grades: Arc::default(),
            first: (blob, claims.clone(), state.at),
            announced_in: claims.withdrawn_on.map(|_| commit.id),
            given_on: None,
            has_stood: false,
        };
        tenure.note_approval(claims, tenure.published_on);
        tenure.from = claims.first_day(tenure.published_on);
        tenure
    }

    /// Takes over a later content of the same version, published on a day. Until the version is in
    /// force its first day may still be moved, but not into the past; after that another approval
    /// moves it no more. What nobody had approved begins with its approval, and a day before that, or
    /// before the publication, may be put right.
    fn take(&mut self, commit: &Commit, at: usize, blob: ObjectId, claims: &Arc<Claims>) {
        let on = commit.committer.date();
        let is_given = |claims: &Claims| claims.current_approvals().next().is_some();
        let was_given = is_given(&self.first.1) || is_given(&self.claims);
        self.note_approval(claims, on);
        if claims.effective_from.is_none() && !was_given && is_given(claims) {
            self.from = claims.first_day(on);
        } else if self.from.is_none_or(|from| on.is_some_and(|on| on < from)) {
            let from = claims.first_day(self.published_on);
            // Whoever moves it to an earlier day does so from that day on.
            let is_earlier = self.from.is_none_or(|former| from < Some(former));
            self.from = if is_earlier { from.max(on) } else { from };
        } else if self.puts_right(claims.effective_from) {
            self.from = claims.effective_from;
        }
        let announced = claims.withdrawn_on.map(|_| self.announced_in.unwrap_or(commit.id));
        self.announced_in = announced;
        (self.at, self.blob, self.claims) = (at, blob, claims.clone());
        self.version = claims.version.clone().unwrap_or_default();
    }

    /// Notes the day on which somebody is first said to have approved it.
    fn note_approval(&mut self, claims: &Claims, on: Option<Date>) {
        if self.given_on.is_none() && claims.current_approvals().next().is_some() {
            self.given_on = on;
        }
    }

    /// Tells whether a first day is nearer to the one on which the version was published as approved than
    /// the one it was published with, which lies before that.
    fn puts_right(&self, said: Option<Date>) -> bool {
        said.is_some_and(|said| self.from < Some(said) && Some(said) <= self.given_on)
    }

    /// Tells whether it ever said that it takes the place of another document than its own.
    pub fn names_another(&self, own: &DocId) -> bool {
        let named = self.claims.supersedes.iter().chain(&self.first.1.supersedes);
        named.into_iter().any(|it| Reference::parse(it).id != *own)
    }

    /// Tells whether it is the tenure of a version: `2` is `2.0`.
    pub fn is_version(&self, version: &str) -> bool {
        Version::are_same(version, &self.version)
    }

    /// Tells whether it has no end by a day, or one that is still to come.
    fn is_not_over_on(&self, day: Option<Date>) -> bool {
        match self.end {
            None => true,
            Some(End::Withdrawn(_)) => self.until.zip(day).is_some_and(|(until, day)| day <= until),
            Some(_) => false,
        }
    }

    /// Tells whether it was removed on a day, in a commit after another.
    fn was_removed_after(&self, history: &History, commit: Option<usize>, day: Date) -> bool {
        let Some(End::Removed(removed)) = self.end else { return false };
        let is_after = commit.zip(history.place_of(removed)).is_some_and(|(it, then)| it < then);
        is_after && self.until == day.day_before()
    }

    /// Notes that it stands on the publishing branch on a day.
    fn stand_on(&mut self, day: Option<Date>) {
        self.has_stood |= self.from.is_some() && self.from <= day;
    }

    /// Ends it the day before that of its announced withdrawal, unless it ended otherwise.
    fn withdraw_as_announced(&mut self) {
        if let Some(commit) = self.announced_in.filter(|_| self.end.is_none()) {
            self.end_before(self.claims.withdrawn_on, End::Withdrawn(commit));
        }
    }

    /// Moves the day of a withdrawal that was dated back nearer to the one on which it was published.
    fn put_withdrawal_right(&mut self, history: &History, said: Option<Date>) {
        let Some(End::Withdrawn(commit)) = self.end else { return };
        let published = history.commit(commit).and_then(|commit| commit.committer.date());
        if said.and_then(Date::day_before) > self.until && said <= published {
            self.until = said.and_then(Date::day_before);
        }
    }

    /// Takes over who announced its withdrawal, where it is what was there before the file was removed.
    fn put_back(&mut self, former: &Self) {
        let is_it = former.is_version(&self.version)
            && former.claims.withdrawn_on == self.claims.withdrawn_on
            && matches!(former.end, Some(End::Removed(_)));
        if is_it {
            self.announced_in = former.announced_in;
        }
    }

    /// Ends it the day before another day.
    fn end_before(&mut self, day: Option<Date>, end: End) {
        self.until = day.and_then(Date::day_before);
        self.end = Some(end);
    }
}

/// Returns the tenures of all documents that the history knows. One that was taken out of the source
/// folder is gone for its readers.
pub(super) fn of_all(history: &History, src: &RepoPath) -> BTreeMap<DocId, Vec<Tenure>> {
    history.ids().into_par_iter().map(|id| (id.clone(), of_one(history, id, src))).collect()
}

fn of_one(history: &History, id: &DocId, src: &RepoPath) -> Vec<Tenure> {
    let mut was_inside = false;
    let mut tenures: Vec<Tenure> = Vec::new();
    let mut issued: BTreeSet<Result<Version, String>> = BTreeSet::new();
    for state in history.published_states(id) {
        let commit = &history.commits[state.at];
        let latest = history.day_of(state.at);
        if let Some(tenure) = tenures.last_mut().filter(|it| it.claims.is_withdrawn_by(latest)) {
            tenure.withdraw_as_announced();
        }
        let is_inside = state.path.is_inside(src);
        was_inside |= is_inside;
        let cannot_be_read = |claims: &Claims| {
            !claims.is_sound && (claims.version.is_none() || claims.status.is_none())
        };
        if state.shown.is_some_and(|(_, claims)| cannot_be_read(claims)) {
            continue;
        }
        let shown = state.shown.filter(|_| is_inside || !was_inside);
        let is_withdrawn = |claims: &Claims| claims.status_by(latest) == Some("withdrawn");
        let is_out = shown.is_none_or(|(_, claims)| is_withdrawn(claims));
        // What goes out of use is not a version whose approval was taken back before it began.
        let is_meant = |it: &&mut Tenure| {
            !is_out || it.was_ever_in_force() || !matches!(it.end, Some(End::Reopened(_)))
        };
        let running = tenures.iter_mut().rev().find(is_meant);
        let mut running = running.filter(|tenure| tenure.is_not_over_on(latest));
        if let Some(tenure) = &mut running {
            tenure.stand_on(latest);
        }
        let Some((blob, claims)) = shown else {
            if let Some(tenure) = running {
                // It may have been withdrawn on the line on which it was removed.
                let last = history.claims_before_removal(id, state.at);
                match last.filter(|it| is_withdrawn(it)) {
                    Some(last) => {
                        tenure.end_before(last.withdrawn_on.or(latest), End::Withdrawn(commit.id));
                    }
                    None => tenure.end_before(latest, End::Removed(commit.id)),
                }
            }
            continue;
        };
        match (claims.status_by(latest), running) {
            (Some("approved"), Some(tenure)) if claims.is_version(&tenure.version) => {
                tenure.take(commit, state.at, blob, claims);
                // A withdrawal that was called off before its day.
                (tenure.until, tenure.end) = (None, None);
                tenure.stand_on(latest);
            }
            (Some("approved"), _) => {
                let mut next = Tenure::of(history, &state, blob, claims);
                // What comes back begins again when it is back.
                let number = Version::parse(&next.version).ok_or(next.version.clone());
                if !issued.insert(number) {
                    next.from = next.from.max(next.published_on);
                    tenures.last().into_iter().for_each(|former| next.put_back(former));
                }
                next.stand_on(latest);
                tenures.push(next);
            }
            (Some("withdrawn"), Some(tenure)) => {
                tenure.end_before(claims.withdrawn_on.or(latest), End::Withdrawn(commit.id));
            }
            (Some("withdrawn"), None) => {
                if let Some(tenure) = tenures.last_mut() {
                    tenure.put_withdrawal_right(history, claims.withdrawn_on);
                }
            }
            (_, Some(tenure)) if claims.is_version(&tenure.version) => {
                tenure.end_before(latest, End::Reopened(commit.id));
            }
            _ => {}
        }
    }
    if let Some(tenure) = tenures.last_mut() {
        tenure.withdraw_as_announced();
    }
    replace_each(&mut tenures);
    tenures
}

/// Ends each version that was replaced on the day before the next one begins, of those that came into
/// force. Where none did, it stands or goes as the document does.
fn replace_each(tenures: &mut [Tenure]) {
    // What ends the version before.
    let mut end: Option<(Option<Date>, End)> = None;
    let last = tenures.len().saturating_sub(1);
    for (at, tenure) in tenures.iter_mut().enumerate().rev() {
        // What is to be withdrawn later gives way before that.
        let gives_way = || match (&tenure.end, &end) {
            (None, _) => true,
            (Some(End::Withdrawn(_)), Some((until @ Some(_), _))) => tenure.until > *until,
            _ => false,
        };
        if at < last && gives_way() {
            (tenure.until, tenure.end) = match end.clone() {
                Some((until, end)) => (until, Some(end)),
                None => (None, None),
            };
        }
        end = match &tenure.end {
            _ if tenure.was_ever_in_force() => {
                let until = tenure.from.and_then(Date::day_before);
                Some((until, End::NextVersion(tenure.version.clone())))
            }
            Some(End::Reopened(_)) | None => end,
            Some(other) => Some((tenure.until, other.clone())),
        };
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

    /// Tells the same of the content that the version had on the publishing branch on a day; of the
    /// one it was published with, where that came later.
    pub fn was_borne_out_on(&self, id: &DocId, tenure: &Tenure, day: Date) -> bool {
        match self.grades_on(id, tenure, day) {
            Some((grades, claims)) => approval::hold_at(&grades, self.minimum_of(claims)),
            None => self.bears_out(tenure),
        }
    }

    /// Returns the approvals that stood on a day and were given up since.
    pub fn given_up_since(&self, id: &DocId, tenure: &Tenure, day: Date) -> Vec<Grade> {
        let stood = self.grades_on(id, tenure, day).map(|(grades, _)| grades).unwrap_or_default();
        let stands =
            |it: &Grade| tenure.grades.iter().any(|now| same_act(&now.approval, &it.approval));
        stood.into_iter().filter(|it| !stands(it)).collect()
    }

    /// Grades the approvals that a version had on the publishing branch on a day, with what it claimed;
    /// nothing, where that is what it had last.
    fn grades_on<'s>(
        &'s self,
        id: &'s DocId,
        tenure: &'s Tenure,
        day: Date,
    ) -> Option<(Vec<Grade>, &'s Claims)> {
        let (first, claims, at) = &tenure.first;
        let by_then = self.published_by(id, day).and_then(|state| Some((state.at, state.shown?)));
        let (at, (blob, claims)) =
            by_then.filter(|it| it.0 >= *at).unwrap_or((*at, (*first, claims)));
        (at < tenure.at).then(|| (self.grades_of(id, (blob, claims), at, day), &**claims))
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

    /// Returns what a version claims, as far as Git bears its approval out: by the last content it
    /// had, or else by the one it was published with; and at which level. What was changed without a
    /// new version since was approved before.
    pub(super) fn borne_out<'s>(&self, id: &DocId, tenure: &'s Tenure) -> Option<(&'s Claims, u8)> {
        let kind = tenure.claims.kind.as_deref().unwrap_or_default();
        self.config.doc_type(kind)?;
        if self.bears_out(tenure) {
            return Some((&tenure.claims, approval::level_held(&tenure.grades)));
        }
        let (grades, claims) = (self.grades_as_published(id, tenure)?, &tenure.first.1);
        approval::hold_at(&grades, self.minimum_of(claims))
            .then(|| (&**claims, approval::level_held(&grades)))
    }

    /// Returns the level that the approval of a version had as it was published; nothing where that is
    /// the content it had last.
    pub(super) fn level_as_published(&self, id: &DocId, tenure: &Tenure) -> Option<u8> {
        self.grades_as_published(id, tenure).map(|grades| approval::level_held(&grades))
    }

    fn grades_as_published(&self, id: &DocId, tenure: &Tenure) -> Option<Vec<Grade>> {
        let (blob, claims, at) = &tenure.first;
        (*at != tenure.at)
            .then(|| self.grades_of(id, (*blob, claims), *at, tenure.last_day(self.as_of)))
    }

    /// Returns the last day on which the review of a version is not overdue; none where it is withdrawn
    /// before that could be.
    pub fn next_review_of(&self, id: &DocId, tenure: &Tenure) -> Option<Date> {
        let claims = &tenure.claims;
        let months: u32 = claims.review_months.as_ref()?.parse().ok()?;
        let first_late = self.last_look_of(id, tenure)?.on.plus_months(months)?;
        let is_late = claims.withdrawn_on.is_none_or(|on| first_late < on);
        first_late.day_before().filter(|_| is_late)
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
        let since = states.into_iter().filter(|state| state.at >= tenure.first.2);
        let mut claims = since.filter_map(|state| state.shown);
        claims.any(|(_, claims)| {
            claims.is_version(&tenure.version) && claims.effective_from == tenure.from
        })
    }

    /// Grades the approvals of each version of a document by the last content it had. Whether the
    /// approvers had the authority is not asked.
    pub(super) fn acts_on_versions<'s>(
        &'s self,
        ways: &mut Ways<'s>,
        id: &'s DocId,
    ) -> Vec<Arc<[Grade]>> {
        let acts = self.tenures(id).iter().map(|tenure| {
            let content = (tenure.blob, &*tenure.claims);
            let last_day = tenure.last_day(self.as_of);
            self.acts_on(ways, self.keyring(), id, content, (tenure.at, last_day)).into()
        });
        acts.collect()
    }

    /// Settles of the approvals of all versions whether their approvers had the authority.
    pub(super) fn authorise_tenures(&mut self) {
        let mut tenures = std::mem::take(&mut self.tenures);
        tenures.par_iter_mut().for_each(|(id, tenures)| {
            for Tenure { claims, grades, .. } in tenures {
                self.settle_grades(id, claims, Arc::make_mut(grades));
            }
        });
        self.tenures = tenures;
    }

    /// Returns how strong the proof of the approvals is of the version that a content claims, as it
    /// stood at a commit and as is asked about a day.
    pub fn grades_of(
        &self,
        id: &DocId,
        content: (ObjectId, &Claims),
        at: usize,
        asked: Date,
    ) -> Vec<Grade> {
        let mut ways = Ways::of(&self.history, id);
        let mut grades = self.acts_on(&mut ways, self.keyring(), id, content, (at, asked));
        self.settle_grades(id, content.1, &mut grades);
        grades
    }

    /// Adds to what was found of acts what is known of authority, signed tags and pictures.
    fn settle_grades(&self, id: &DocId, claims: &Claims, grades: &mut [Grade]) {
        if self.has_history_of_others() {
            return;
        }
        for grade in grades.iter_mut() {
            self.authorise(id, claims, grade);
        }
        self.hold_pictures(id, claims, grades);
    }

    /// Grades the approvals of the version that a content claims, as it stood at a commit and as is
    /// asked about a day. Whether the approvers had the authority is not asked.
    fn acts_on<'s>(
        &'s self,
        ways: &mut Ways<'s>,
        keyring: Keyring<'s>,
        id: &'s DocId,
        (blob, claims): (ObjectId, &'s Claims),
        (at, asked): (usize, Date),
    ) -> Vec<Grade> {
        let case = Case {
            history: &self.history,
            id,
            blob,
            claims,
            at,
            has_branch: self.trust.has_branch,
            minimum: self.minimum_of(claims),
            roles: keyring.people,
            keyring,
            controls: self.controls_of(id),
            asked,
            annexes: None,
        };
        let graded = claims.current_approvals().map(|found| approval::grade(&case, ways, found));
        let graded: Result<Vec<Grade>, _> = graded.collect();
        let mut grades = graded.expect("no tree is read where only the text counts");
        if self.has_history_of_others() {
            grades.iter_mut().for_each(Grade::fall_back_to_the_claim);
        }
        grades
    }

    /// Returns the approvals that Git bears out, as the type needs, of those that a document had on
    /// the publishing branch; whether the approvers had the authority is not asked. `known` is what
    /// was known of people by then, `least` a level that is needed whatever the type needs.
    pub(super) fn proved_at<'s>(
        &self,
        id: &DocId,
        state: &PublishedState<'s>,
        known: &Known<'_>,
        least: u8,
    ) -> Vec<&'s Approval> {
        let Some((blob, claims)) = state.shown else { return Vec::new() };
        let minimum = self.minimum_of(claims).max(least);
        if self.has_history_of_others() {
            return claims.current_approvals().collect();
        }
        // What came later, or is only being prepared, makes nobody somebody else.
        let people = Roles::of_entries(known.identities().cloned().collect(), true);
        let keyring = Keyring { trusted: &known.names, people: &people, ..self.keyring() };
        let mut ways = Ways::of(&self.history, id);
        let grades = self.acts_on(&mut ways, keyring, id, (blob, claims), (state.at, self.as_of));
        if !approval::hold_at(&grades, minimum.min(SIGNED)) {
            return Vec::new();
        }
        let graded = claims.current_approvals().zip(&grades);
        let proved = graded.filter(|(_, grade)| grade.holds_at(minimum.min(SIGNED)));
        proved.map(|(approval, _)| approval).collect()
    }

    /// Returns the versions of a document that Git bears out as its type needs, as they were
    /// published or as they stood last, by the acts on these; whether the approvers had the
    /// authority is not asked.
    pub(super) fn stands(&self, id: &DocId, acts: Vec<Arc<[Grade]>>) -> Vec<Stand> {
        let mut ways = Ways::of(&self.history, id);
        let stands = self.tenures(id).iter().zip(acts).filter_map(|(tenure, last)| {
            let stand = |claims: &Arc<Claims>, grades: Arc<[Grade]>| {
                let is_proved = approval::hold_at(&grades, self.minimum_of(claims).min(SIGNED));
                let published = tenure.first.2;
                let at = match tenure.from > self.history.day_of(published) {
                    true => self.first_after(published, tenure.from.and_then(Date::day_before)),
                    false => published,
                };
                let has_begun = tenure.from <= Some(self.as_of);
                let ended_in = match tenure.end {
                    // What took its place is settled by what is settled here.
                    None | Some(End::NextVersion(_) | End::SupersededBy(_)) => None,
                    Some(End::Withdrawn(commit) | End::Reopened(commit) | End::Removed(commit)) => {
                        self.history.place_of(commit)
                    }
                };
                let ended_in = ended_in.filter(|_| tenure.until < Some(self.as_of));
                let until = ended_in.map(|at| self.first_after(at, tenure.until));
                let claims = claims.clone();
                is_proved.then_some(Stand { at: Some(at), has_begun, until, claims, grades })
            };
            let (blob, claims, at) = &tenure.first;
            let as_published = (*at != tenure.at).then(|| {
                let last_day = tenure.last_day(self.as_of);
                let content = (*blob, &**claims);
                let grades = self.acts_on(&mut ways, self.keyring(), id, content, (*at, last_day));
                stand(claims, grades.into())
            });
            as_published.flatten().or_else(|| stand(&tenure.claims, last))
        });
        stands.collect()
    }

    /// Returns the first commit of the publishing branch that is later than a day, from one on; as
    /// places in the history, behind the last where there is none yet.
    fn first_after(&self, from: usize, day: Option<Date>) -> usize {
        let commits = &self.history.commits;
        let is_later = |at: &usize| {
            let is_shown = !self.trust.has_branch || self.history.is_published(*at);
            is_shown && commits[*at].committer.date() > day
        };
        (from..commits.len()).find(is_later).unwrap_or(commits.len())
    }

    /// Adds what is known of the pictures where a content is that of the version the file claims.
    fn hold_pictures(&self, id: &DocId, claims: &Claims, grades: &mut [Grade]) {
        let Some(document) = self.document(id.as_str()) else { return };
        let now = self.claims(document);
        let is_now = self.status(document) == Some("approved")
            && now.version.as_ref().is_some_and(|version| claims.is_version(version))
            && now.covered == claims.covered;
        for grade in grades.iter_mut().filter(|_| is_now) {
            let judged = self.grades(document).iter();
            let mut judged = judged.filter(|it| same_act(&it.approval, &grade.approval));
            let Some(found) = judged.next() else { continue };
            let of_pictures = found.contradictions.iter();
            let of_pictures =
                of_pictures.filter(|it| matches!(it, Contradiction::PictureReplaced(_)));
            grade.contradictions.extend(of_pictures.cloned());
            grade.take_baseline_of(found);
        }
    }

    /// Ends what another document took the place of, on the day before that took effect.
    pub(super) fn end_superseded(&mut self) {
        let config = &self.trust.config;
        for (superseded, successions) in &self.successions {
            let Some(tenures) = self.tenures.get_mut(superseded) else { continue };
            for Succession { by, from, version, level, published } in successions {
                let Some(day) = *from else { continue };
                let is_meant = |tenure: &&mut Tenure| {
                    let is_named = |it: &String| Version::are_same(it, &tenure.version);
                    tenure.from.is_some_and(|from| from <= day)
                        && *level >= config.minimum_for(tenure.claims.kind.as_deref())
                        && version.as_ref().is_none_or(is_named)
                };
                let last = tenures.iter_mut().rev().find(is_meant);
                let gives_way = |it: &&mut Tenure| {
                    it.until.is_none_or(|until| day <= until)
                        || it.was_removed_after(&self.history, *published, day)
                };
                if let Some(tenure) = last.filter(gives_way) {
                    tenure.until = day.day_before();
                    tenure.end = Some(End::SupersededBy(by.clone()));
                }
            }
        }
    }
}
