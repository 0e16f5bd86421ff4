//! How long records are kept, and which of them were deleted.
//!
//! A record shows what was done, so it stays for a cycle of certification at least (7.5.3), and
//! longer where its `retention` says so. It may go where it never came to the publishing branch, but not
//! by a merge that leaves it out; where another id has taken over the very same record; and once its
//! time is over.

use super::Sms;
use super::removed::Removed;
use crate::document::digest::Sha256Sum;
use crate::document::retention::Retention;
use crate::document::{Claims, DocId};
use crate::repo::object::ObjectId;
use crate::source::{Date, RepoPath};
use std::collections::{BTreeSet, HashMap};

/// A record that stood on the publishing branch, or on a line that was merged, and was deleted.
#[derive(Clone, Debug)]
pub struct Deleted<'s> {
    /// Its id.
    pub id: &'s DocId,
    /// Where it lay last.
    pub path: &'s RepoPath,
    /// What it claimed last.
    pub claims: &'s Claims,
    /// The commit that had it last as it was.
    pub published_in: ObjectId,
    /// Whether it is never to be deleted.
    pub is_permanent: bool,
    /// The last day on which it is to be kept at least, if it can be told.
    pub kept_until: Option<Date>,
    /// The commit that removed it; none while that is not committed.
    pub commit: Option<ObjectId>,
    /// The day it went from the judged line; the day that is spoken of, while that is not
    /// committed.
    went_on: Option<Date>,
}

impl Deleted<'_> {
    /// Tells whether its time was not over.
    pub fn is_missed(&self) -> bool {
        self.is_permanent
            || self.kept_until.zip(self.went_on).is_none_or(|(until, went)| went <= until)
    }
}

impl Sms {
    /// Returns the records that were deleted and whose content no other id has, in the order of
    /// their ids.
    pub fn deleted_records(&self) -> Vec<Deleted<'_>> {
        let removed = self.removed_documents().filter(Removed::is_record);
        let mut deleted: Vec<Deleted<'_>> =
            removed.filter_map(|removed| self.deleted_record(&removed)).collect();
        if !deleted.is_empty() {
            let holders = self.holders_of_records();
            deleted.retain(|record| !self.goes_on_elsewhere(record, &holders));
        }
        deleted
    }

    fn deleted_record<'s>(&'s self, removed: &Removed<'s>) -> Option<Deleted<'s>> {
        let states = self.history.published_states(removed.id);
        let mut shown: Vec<(usize, &Claims)> =
            states.iter().filter_map(|it| Some((it.at, &**it.shown?.1))).collect();
        if shown.is_empty() {
            shown.extend(self.before_it_was_left_out(removed));
        }
        // What was never more than a draft shows nothing yet.
        if shown.iter().all(|(_, claims)| claims.status.as_deref() == Some("draft")) {
            return None;
        }
        let (at, _) = *shown.last()?;
        let published = &self.history.commits[at];
        let least = self.trust.config.limits.record_retention_months;
        let own = removed.claims.retention.as_deref().and_then(Retention::parse);
        let months = match own {
            Some(Retention::Months(own)) => own.max(least),
            _ => least,
        };
        let day = |commit: ObjectId| self.history.commit(commit)?.committer.date();
        let departure = removed.departure.as_ref();
        let lost = departure.map(|it| self.history.commits[it.taken_over_in].id);
        Some(Deleted {
            id: removed.id,
            path: removed.path,
            claims: removed.claims,
            published_in: published.id,
            is_permanent: own == Some(Retention::Permanent),
            kept_until: self.history.day_of(at).and_then(|day| {
                let until = day.plus_months(months)?;
                Some(if let Some(Retention::Until(day)) = own { until.max(day) } else { until })
            }),
            commit: self.removed_by(removed).map(|commit| commit.id),
            // What is dated later than the day spoken of was done by then.
            went_on: lost.map_or(Some(self.as_of), |lost| Some(day(lost)?.min(self.as_of))),
        })
    }

    /// Returns what a record was that a merge left out of the line on which it stood: that may have been
    /// the publishing branch until it went on with the line of the merge.
    fn before_it_was_left_out<'s>(&'s self, removed: &Removed<'s>) -> Option<(usize, &'s Claims)> {
        let departure = removed.departure.as_ref().filter(|it| self.history.is_left_out(it))?;
        let last = self.history.way_before(removed.id, departure).next()?;
        Some((last.commit, removed.claims))
    }

    /// Returns the ids that ever had a record, by what it says apart from its id.
    fn holders_of_records(&self) -> HashMap<Sha256Sum, BTreeSet<&DocId>> {
        let mut holders: HashMap<Sha256Sum, BTreeSet<&DocId>> = HashMap::new();
        let past = self.history.lives.iter().flat_map(|(id, life)| {
            let there = life.iter().filter(|revision| revision.blob.is_some());
            there.map(move |revision| (id, &*revision.claims))
        });
        let now = self.records().map(|record| self.claims(record));
        let now = now.filter_map(|claims| Some((claims.id.as_ref()?, claims)));
        for (id, claims) in past.chain(now) {
            let Some(recorded) = claims.recorded else { continue };
            holders.entry(recorded).or_default().insert(id);
        }
        holders
    }

    /// Tells whether a record is still there under another id, which it got as it was.
    fn goes_on_elsewhere(
        &self,
        record: &Deleted<'_>,
        holders: &HashMap<Sha256Sum, BTreeSet<&DocId>>,
    ) -> bool {
        let mut seen = BTreeSet::from([record.id]);
        let mut open = vec![record.claims];
        while let Some(claims) = open.pop() {
            let others = claims.recorded.and_then(|it| holders.get(&it)).into_iter().flatten();
            for other in others.filter(|other| seen.insert(other)).collect::<Vec<_>>() {
                if self.knows(other.as_str()) {
                    return true;
                }
                open.extend(self.removed(other.as_str()).map(|removed| removed.claims));
            }
        }
        false
    }
}
