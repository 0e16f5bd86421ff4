//! Who took a version in force out of use, and whether it was somebody who might approve it.
//!
//! To end what people work by is a decision like that of approving it. Git shows who wrote the
//! withdrawal, who committed it, and who took it to the publishing branch: one of them is to be somebody
//! who might. What is not on that branch has withdrawn nothing yet.

use super::authority::{Authority, Doubt, Lack, Mandate};
use super::machine::is_forge;
use super::out_of_use::first_of_withdrawal;
use super::tenure::{End, Tenure};
use super::{Sms, record};
use crate::document::{DocId, Document};
use crate::repo::object::{Commit, ObjectId};
use crate::source::Date;

/// How a version that was in force came to be withdrawn on the publishing branch.
#[derive(Clone, Debug)]
pub struct Withdrawing<'s> {
    /// The document.
    pub id: DocId,
    /// The version.
    pub tenure: &'s Tenure,
    /// The commit that first says so.
    pub first: ObjectId,
    /// The commit that took it to the publishing branch, where that is another.
    pub taken_in: Option<ObjectId>,
    /// Who had a hand in it, each once.
    pub hands: Vec<Hand>,
    /// Whether a forge committed in its own name what somebody else may have let in.
    is_by_forge: bool,
}

/// Somebody who had a hand in a withdrawal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hand {
    /// The address.
    pub by: String,
    /// The day.
    pub on: Date,
    /// Whether he might approve the document on that day.
    pub authority: Authority,
}

impl Withdrawing<'_> {
    /// Returns who might do so, and by which row.
    pub fn authorised(&self) -> Option<(&Hand, &Mandate)> {
        self.hands.iter().find_map(|hand| match &hand.authority {
            Authority::Verified(mandate) => Some((hand, mandate)),
            _ => None,
        })
    }

    /// Returns why nobody who had a hand in it might do so; nothing where somebody might, or where that
    /// cannot be told.
    pub fn lacks(&self) -> Option<Vec<(&Hand, &Lack)>> {
        let lacks = self.hands.iter().map(|hand| match &hand.authority {
            Authority::Contradicted(lack) => Some((hand, lack)),
            Authority::Verified(_) | Authority::Unverifiable(_) => None,
        });
        let lacks: Option<Vec<_>> = lacks.collect();
        lacks.filter(|lacks| !self.is_by_forge && !lacks.is_empty())
    }
}

impl Sms {
    /// Returns who withdrew the version of a document that was in force last, as far as Git bears it out
    /// and the publishing branch has it as withdrawn; not where that lies before control start.
    pub fn withdrawing(&self, document: &Document) -> Option<Withdrawing<'_>> {
        let is_told = self.is_identified(document) && !self.is_record(document);
        let id = document.id().filter(|_| is_told && !self.has_history_of_others())?;
        let was_in_force = |it: &&Tenure| {
            it.was_ever_in_force()
                && it.from <= Some(self.as_of)
                && !self.was_undone_at_once(&id, it)
        };
        let tenure = self.tenures(&id).iter().rfind(was_in_force)?;
        let (removed, taken_in) = match tenure.end {
            Some(End::Withdrawn(commit)) => (None, commit),
            Some(End::Removed(removed)) => {
                (Some(removed), self.withdrawn_since_removed(&id, tenure)?)
            }
            _ => return None,
        };
        // What says from the first when it ends was approved as that.
        let is_approved_so = taken_in == tenure.published_in;
        let is_before = self.before_start().contains(&taken_in);
        if is_approved_so || is_before || !self.bears_out(tenure) {
            return None;
        }
        let place = self.history.place_of(taken_in)?;
        let taken = &self.history.commits[place];
        let states = self.history.published_states(&id);
        let (blob, _) = states.iter().find(|state| state.at == place)?.shown?;
        let revision = first_of_withdrawal(self.history.way_at(&id, blob, place));
        let first = revision.map_or(taken, |revision| self.history.commit_of(revision));
        let removed = removed.and_then(|commit| self.history.commit(commit));
        let mut hands: Vec<Hand> = Vec::new();
        for commit in removed.into_iter().chain([first, taken]) {
            for (by, on) in people_of(commit) {
                if hands.iter().all(|it| !it.by.eq_ignore_ascii_case(by) || it.on != on) {
                    let might = self.might_approve((&id, &tenure.claims), (by, on), Some(place));
                    hands.push(Hand { by: by.to_owned(), on, authority: might });
                }
            }
        }
        let is_by_forge = is_forge(&taken.committer.person) && taken.parents.len() < 2;
        let taken_in = Some(taken_in).filter(|commit| *commit != first.id);
        Some(Withdrawing { tenure, first: first.id, taken_in, hands, is_by_forge, id })
    }

    /// Returns the nonconformity or waiver that names the version and came with the withdrawal, or after it:
    /// one that was there before answers for something else.
    pub fn answers_for_withdrawal(&self, withdrawing: &Withdrawing<'_>) -> Option<DocId> {
        let Withdrawing { id, tenure, first, .. } = withdrawing;
        let since = self.history.place_of(*first)?;
        let names_it = |record: &&Document| {
            let cited = self.versions_cited(record);
            cited.iter().any(|it| it.id == *id && tenure.is_version(&it.version))
        };
        let is_later = |record: &DocId| {
            let first = self.history.revisions(record).first();
            first.is_none_or(|revision| revision.commit >= since)
        };
        let mut records = record::ANSWERING.iter().flat_map(|kind| self.records_of(kind));
        records.find_map(|record| Some(record).filter(names_it)?.id().filter(is_later))
    }

    /// Tells whether somebody may take a document out of use on a day: what is in force of it.
    pub fn may_withdraw(&self, document: &Document, by: &str, on: Date) -> Authority {
        match document.id() {
            Some(id) if !self.has_history_of_others() => {
                let beside = self.in_force_beside(document);
                let claims = beside.map_or(self.claims(document), |tenure| &tenure.claims);
                self.might_approve((&id, claims), (by, on), None)
            }
            _ => Authority::Unverifiable(Doubt::HistoryOfOthers),
        }
    }
}

/// Returns who wrote a commit and who made it, with the days; a forge is nobody.
fn people_of(commit: &Commit) -> impl Iterator<Item = (&str, Date)> {
    [&commit.author, &commit.committer].into_iter().filter_map(|signature| {
        let person = Some(&signature.person).filter(|it| !it.email.is_empty() && !is_forge(it))?;
        Some((person.email.as_str(), signature.date()?))
    })
}
