//! How the course of a document on the publishing branch is read into tenures: what each state that
//! stood there begins, goes on with, or ends.

use super::super::Sms;
use super::super::supersession::Succession;
use super::{Content, End, Tenure};
use crate::document::{Claims, DocId, Version};
use crate::history::{History, PublishedState};
use crate::repo::object::{Commit, ObjectId};
use crate::source::{Date, RepoPath};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Returns the tenures of all documents that the history knows. One that was taken out of the source
/// folder is gone for its readers.
pub(in crate::sms) fn of_all(history: &History, src: &RepoPath) -> BTreeMap<DocId, Vec<Tenure>> {
    history.ids().into_par_iter().map(|id| (id.clone(), of_one(history, id, src))).collect()
}

fn of_one(history: &History, id: &DocId, src: &RepoPath) -> Vec<Tenure> {
    let mut was_inside = false;
    let mut tenures: Vec<Tenure> = Vec::new();
    let mut issued: BTreeSet<Result<Version, String>> = BTreeSet::new();
    // What it had last, and whether that was removed.
    let mut last_content = None;
    let mut is_gone = false;
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
        // A slip that the next version mends is no other content of the one before.
        if let Some(((_, claims), former)) = shown.zip(tenures.last_mut())
            && !claims.is_version(&former.version)
        {
            former.leave_out_what_could_not_be_read();
        }
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
        let was_gone = std::mem::replace(&mut is_gone, shown.is_none());
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
        let is_put_back = was_gone && last_content == Some(blob);
        last_content = Some(blob);
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
            // A draft of the next version that is put back as it was brings back what stood beside it.
            (_, None) if is_put_back => {
                let gone = tenures.last().filter(|it| matches!(it.end, Some(End::Removed(_))));
                tenures.extend(gone.map(|gone| gone.begun_again_on(latest)));
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

impl Tenure {
    fn of(
        history: &History,
        state: &PublishedState<'_>,
        blob: ObjectId,
        claims: &Arc<Claims>,
    ) -> Self {
        let commit = &history.commits[state.at];
        let content = Content { blob, claims: claims.clone(), at: state.at };
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
            first: content.clone(),
            read: content,
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
        let was_given = is_given(&self.first.claims) || is_given(&self.claims);
        self.note_approval(claims, on);
        if claims.effective_from.is_none() && !was_given && is_given(claims) {
            self.from = claims.first_day(on);
        } else if self.from.is_none_or(|from| on.is_some_and(|on| on < from)) {
            // Whoever moves it to an earlier day does so from that day on; what is no day has not come.
            let from = claims.first_day(self.published_on);
            let is_earlier = from.is_some() && self.from.is_none_or(|former| from < Some(former));
            self.from = if is_earlier { from.max(on) } else { from };
        } else if self.puts_right(claims.effective_from) {
            self.from = claims.effective_from;
        }
        // What cannot be read in full calls nothing off.
        if claims.withdrawn_on.is_some() {
            self.announced_in.get_or_insert(commit.id);
        } else if claims.is_sound {
            self.announced_in = None;
        }
        (self.at, self.blob, self.claims) = (at, blob, claims.clone());
        if claims.can_be_read() {
            self.read = Content { blob, claims: claims.clone(), at };
        }
        self.version = claims.version.clone().unwrap_or_default();
    }

    /// Goes back to the last content that could be read.
    fn leave_out_what_could_not_be_read(&mut self) {
        let Content { blob, claims, at } = self.read.clone();
        (self.blob, self.claims, self.at) = (blob, claims, at);
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
        let is_announced = self.end.is_none() && self.claims.withdrawn_on.is_some();
        if let Some(commit) = self.announced_in.filter(|_| is_announced) {
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

    /// Returns the same version as it begins anew on a day.
    fn begun_again_on(&self, day: Option<Date>) -> Self {
        let (from, until, end) = (self.from.max(day), None, None);
        let mut again = Self { from, until, end, has_stood: false, ..self.clone() };
        again.stand_on(day);
        again
    }

    /// Ends it the day before another day.
    fn end_before(&mut self, day: Option<Date>, end: End) {
        self.until = day.and_then(Date::day_before);
        self.end = Some(end);
    }
}

/// Ends the versions whose next one never came into force, because another document took the place on
/// its first day, as that one ended.
fn end_as_what_followed(tenures: &mut [Tenure]) {
    for at in (0..tenures.len()).rev() {
        let (tenure, later) = tenures[at..].split_first_mut().expect("it is one of them");
        let Some(End::NextVersion(next)) = &tenure.end else { continue };
        let mut followed = later.iter().filter(|it| it.is_version(next));
        let Some(first) = followed.next() else { continue };
        let was_in_force = first.was_ever_in_force() || followed.any(Tenure::was_ever_in_force);
        if let (false, Some(end @ End::SupersededBy(_))) = (was_in_force, &first.end) {
            tenure.end = Some(end.clone());
        }
    }
}

impl Sms {
    /// Ends what another document took the place of, on the day before that took effect.
    pub(in crate::sms) fn end_superseded(&mut self) {
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
                    tenure.end_before(Some(day), End::SupersededBy(by.clone()));
                }
                // Its place stays taken: what is put back under its number begins no more.
                let mut replaced: Vec<String> = Vec::new();
                for tenure in tenures.iter_mut() {
                    if is_meant(&tenure) {
                        replaced.push(tenure.version.clone());
                    } else if tenure.from > Some(day)
                        && replaced.iter().any(|it| tenure.is_version(it))
                    {
                        tenure.end_before(tenure.from, End::SupersededBy(by.clone()));
                        tenure.has_stood = false;
                    }
                }
            }
            end_as_what_followed(tenures);
        }
    }
}
