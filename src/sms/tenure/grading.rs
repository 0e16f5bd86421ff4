//! How far Git bears out the approvals of each version, as it was published and as it stood later.

use super::super::Sms;
use super::super::approval::{self, Case, Contradiction, Grade, Ways, Writers};
use super::super::authority::{Known, SIGNED, Stand};
use super::super::roles::Roles;
use super::super::signatures::Keyring;
use super::{Content, End, Tenure};
use crate::document::{Approval, Claims, DocId, Document};
use crate::history::{PublishedState, same_act};
use crate::repo::object::ObjectId;
use crate::source::Date;
use rayon::prelude::*;
use std::sync::Arc;

impl Sms {
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
        let Content { blob: first, claims, at } = &tenure.first;
        let by_then = self.published_by(id, day).and_then(|state| Some((state.at, state.shown?)));
        let (at, (blob, claims)) =
            by_then.filter(|it| it.0 >= *at).unwrap_or((*at, (*first, claims)));
        (at < tenure.at).then(|| (self.grades_of(id, (blob, claims), at, day), &**claims))
    }

    /// Returns what a version claims, as far as Git bears its approval out: by the last content it
    /// had, or else by the one it was published with; and at which level. What was changed without a
    /// new version since was approved before.
    pub(in crate::sms) fn borne_out<'s>(
        &self,
        id: &DocId,
        tenure: &'s Tenure,
    ) -> Option<(&'s Claims, u8)> {
        let kind = tenure.claims.kind.as_deref().unwrap_or_default();
        self.config.doc_type(kind)?;
        if self.bears_out(tenure) {
            return Some((&tenure.claims, approval::level_held(&tenure.grades)));
        }
        let (grades, claims) = (self.grades_as_published(id, tenure)?, &tenure.first.claims);
        approval::hold_at(&grades, self.minimum_of(claims))
            .then(|| (&**claims, approval::level_held(&grades)))
    }

    /// Returns the level that the approval of a version had as it was published; nothing where that is
    /// the content it had last.
    pub(in crate::sms) fn level_as_published(&self, id: &DocId, tenure: &Tenure) -> Option<u8> {
        self.grades_as_published(id, tenure).map(|grades| approval::level_held(&grades))
    }

    fn grades_as_published(&self, id: &DocId, tenure: &Tenure) -> Option<Vec<Grade>> {
        let Content { blob, claims, at } = &tenure.first;
        (*at != tenure.at)
            .then(|| self.grades_of(id, (*blob, claims), *at, tenure.last_day(self.as_of)))
    }

    /// Grades the approvals of each version of a document by the last content it had. Whether the
    /// approvers had the authority is not asked.
    pub(in crate::sms) fn acts_on_versions<'s>(
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
    pub(in crate::sms) fn authorise_tenures(&mut self) {
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
        content: (ObjectId, &'s Claims),
        when: (usize, Date),
    ) -> Vec<Grade> {
        let (case, claims) = (self.case(keyring, id, content, when), content.1);
        let graded = claims.current_approvals().map(|found| approval::grade(&case, ways, found));
        let graded: Result<Vec<Grade>, _> = graded.collect();
        let mut grades = graded.expect("no tree is read where only the text counts");
        if self.has_history_of_others() {
            grades.iter_mut().for_each(Grade::fall_back_to_the_claim);
        }
        grades
    }

    /// Puts together what is asked about a content, as it stood at a commit and as is asked about a day.
    fn case<'s>(
        &'s self,
        keyring: Keyring<'s>,
        id: &'s DocId,
        (blob, claims): (ObjectId, &'s Claims),
        (at, asked): (usize, Date),
    ) -> Case<'s> {
        Case {
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
        }
    }

    /// Returns who wrote what a document is now since an earlier version of it was approved; nothing where
    /// it is not committed.
    pub fn writers(&self, document: &Document) -> Option<Writers<'_>> {
        let (id, _) = self.history.lives.get_key_value(&document.id()?)?;
        let content = (document.blob, self.claims(document));
        let case = self.case(self.keyring(), id, content, (self.history.judged(), self.as_of));
        let pictures = self.annexes(document).iter().filter(|annex| annex.is_picture);
        let pictures = pictures.map(|picture| &picture.path);
        Writers::of(&case, &mut Ways::of(&self.history, id), pictures)
    }

    /// Returns the approvals that Git bears out, as the type needs, of those that a document had on
    /// the publishing branch; whether the approvers had the authority is not asked. `known` is what
    /// was known of people by then, `least` a level that is needed whatever the type needs.
    pub(in crate::sms) fn proved_at<'s>(
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
    pub(in crate::sms) fn stands(&self, id: &DocId, acts: Vec<Arc<[Grade]>>) -> Vec<Stand> {
        let mut ways = Ways::of(&self.history, id);
        let stands = self.tenures(id).iter().zip(acts).filter_map(|(tenure, last)| {
            let stand = |claims: &Arc<Claims>, grades: Arc<[Grade]>| {
                let is_proved = approval::hold_at(&grades, self.minimum_of(claims).min(SIGNED));
                let published = tenure.first.at;
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
            let Content { blob, claims, at } = &tenure.first;
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
}
