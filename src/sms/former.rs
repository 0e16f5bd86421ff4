//! What was wrong with versions that are not what the file holds now: those of the past, and one
//! that is in force while the next is written.
//!
//! Nobody can put them right any more, and an auditor who asks what was in force on a day will
//! find them. What the organization knows of itself it records: a nonconformity or a waiver that
//! names the version (`POL-CHG-001@1.3`) answers for it.

use super::approval::{ACTED, Contradiction, Grade};
use super::tenure::{End, Tenure};
use super::versions::Issue;
use super::{Sms, record};
use crate::document::{Claims, DocId, Document, Version};
use crate::finding::Place;
use crate::history::{EndLeftOut, LeftOut, Standing, same_act};
use crate::repo::object::ObjectId;
use rayon::prelude::*;
use std::collections::HashMap;

/// A mistake of a version that the file no longer holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    /// The document.
    pub id: DocId,
    /// The version.
    pub version: String,
    /// What was wrong.
    pub fault: Fault,
    /// How the same fault is told while the file holds the version, if it can be there then.
    pub said: Option<String>,
    /// The commit that did it.
    pub commit: Option<ObjectId>,
    /// Whether the version is still the last that was issued: the next one is being written.
    pub stands: bool,
    /// Where the document says which version it has now; the source folder, if it is gone.
    pub place: Place,
    /// Whether no file has the document any more.
    pub is_gone: bool,
    /// The nonconformity or waiver that names the version.
    pub known_by: Option<DocId>,
    /// Who approved the same content anew as the same version, and the commit, where the approval that
    /// did not hold was taken out before.
    pub approved_anew: Option<(String, ObjectId)>,
    /// Whether the file has the same content as the same version, so that another approval mends it.
    pub waits_for_another: bool,
}

/// What was wrong with a version.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Its approval is contradicted.
    Approval(Contradiction, String),
    /// Its text is another than that of the issue before, and has the same number.
    NotRaised,
    /// It was approved on a line that a merge joined to the publishing branch without it: by whom.
    LeftOut(String),
    /// It was withdrawn, or its approval taken out, in this commit on a line that a merge joined to the
    /// publishing branch, and the branch went on with it. Whether it was withdrawn.
    EndLeftOut(ObjectId, bool),
    /// Its number is lower than one issued before, or was used before for another text.
    WentBack(String),
}

impl Former {
    /// Says it in one sentence.
    pub fn words(&self) -> String {
        let Self { id, version, .. } = self;
        if let Some((by, _)) = &self.approved_anew {
            let words = self.words_of(&format!("version {version}"));
            return format!("{words}; {by} approved the same content anew");
        }
        self.words_of(&match (&self.fault, self.stands) {
            (Fault::LeftOut(_) | Fault::EndLeftOut(..), _) => format!("version {version} of {id}"),
            (_, true) => format!("version {version}, which stands until the next is approved,"),
            _ if self.is_gone => format!("version {version} of {id}, which is gone,"),
            (_, false) => format!("version {version}, which no longer stands,"),
        })
    }

    /// Says it in the same sentence whatever became of the version.
    pub fn lasting_words(&self) -> String {
        let of_any = || self.words_of(&format!("version {}", self.version));
        self.said.clone().unwrap_or_else(of_any)
    }

    fn words_of(&self, version: &str) -> String {
        match &self.fault {
            Fault::Approval(Contradiction::BySelf(_), by) => {
                format!("{version} was approved by {by}, who is an author of its content")
            }
            Fault::Approval(contradiction, by) => {
                let words = contradiction.words();
                match words.strip_prefix("approved ") {
                    Some(how) => format!("{version} was approved by {by} {how}"),
                    None => format!("{version} was approved by {by}, but {words}"),
                }
            }
            Fault::NotRaised => {
                format!("{version} was issued twice, with a content that had changed")
            }
            Fault::LeftOut(by) => format!(
                "{version} was approved by {by} on a line that was merged, and the merge left it out"
            ),
            Fault::EndLeftOut(end, is_withdrawn) => {
                let ended = match is_withdrawn {
                    true => "was withdrawn",
                    false => "lost its approval",
                };
                format!(
                    "{version} {ended} in commit {} on a line that was merged, and the merge left that out",
                    end.short()
                )
            }
            Fault::WentBack(highest) => format!("{version} was issued after version {highest}"),
        }
    }
}

impl Sms {
    /// Returns what was wrong with versions that no longer stand, in the order of the documents
    /// and their versions.
    pub fn former(&self) -> &[Former] {
        &self.former
    }

    /// Works out what was wrong with versions that no longer stand; nothing that lies before
    /// control start.
    pub(super) fn look_back(&self) -> Vec<Former> {
        if self.has_history_of_others() {
            return Vec::new();
        }
        let known = self.versions_answered_for();
        let tenures: Vec<_> = self.tenures.iter().collect();
        let of_approvals = tenures.par_iter().flat_map_iter(|(id, tenures)| {
            let judged = self.judged_now(id);
            let former = tenures.iter().filter(move |it| Some(it.at) != judged);
            former.flat_map(|tenure| self.former_approvals(id, tenure))
        });
        let ids = self.history.ids();
        let of_versions = ids.par_iter().flat_map_iter(|id| self.former_versions(id));
        let left_out = ids.par_iter().flat_map_iter(|id| self.versions_left_out(id));
        let ends = ids.par_iter().flat_map_iter(|id| self.ends_left_out(id));
        let mut former: Vec<Former> =
            of_approvals.chain(of_versions).chain(left_out).chain(ends).collect();
        for one in &mut former {
            one.known_by = known.get(&(one.id.clone(), one.version.clone())).cloned();
        }
        former
    }

    /// Returns the commit whose content of a document is judged as what it claims to be now.
    fn judged_now(&self, id: &DocId) -> Option<usize> {
        let document = self.document(id.as_str())?;
        let last = self.tenures(id).last()?;
        let version = document.front.text("version")?.value;
        (self.status(document) == Some("approved") && last.is_version(version)).then_some(last.at)
    }

    fn former_approvals(&self, id: &DocId, tenure: &Tenure) -> Vec<Former> {
        if !self.was_to_be_approved(&tenure.claims)
            || self.was_undone_at_once(id, tenure)
            || self.before_start().contains(&tenure.published_in)
        {
            return Vec::new();
        }
        let is_of_act = |grade: &Grade| grade.contradictions.iter().all(Contradiction::is_of_act);
        let fault = |grade: &Grade, contradiction: &Contradiction| Former {
            id: id.clone(),
            version: tenure.version.clone(),
            fault: Fault::Approval(
                contradiction.clone(),
                grade.approval.by.clone().unwrap_or_default(),
            ),
            said: Some(contradiction.said_of(&grade.approval)),
            commit: grade.acted_in(),
            stands: tenure.end.is_none(),
            place: self.place_of(id),
            is_gone: self.document(id.as_str()).is_none(),
            known_by: None,
            approved_anew: self.approved_anew(id, tenure).filter(|_| is_of_act(grade)),
            waits_for_another: is_of_act(grade) && self.is_in_file(id, tenure),
        };
        let faults = tenure.grades.iter().filter_map(|grade| {
            // One mistake has several signs; the first tells most.
            Some(fault(grade, grade.contradictions.first()?))
        });
        faults.collect()
    }

    /// Returns who approved the content of a version anew, as the same version, after it was opened
    /// again, as far as Git bears that out; with the commit.
    fn approved_anew(&self, id: &DocId, tenure: &Tenure) -> Option<(String, ObjectId)> {
        if !matches!(tenure.end, Some(End::Reopened(_))) {
            return None;
        }
        let is_anew = |it: &&Tenure| {
            it.at > tenure.at
                && it.is_version(&tenure.version)
                && it.claims.covered == tenure.claims.covered
                && self.bears_out(it)
        };
        let anew = self.tenures(id).iter().find(is_anew)?;
        let grade = anew.grades.iter().max_by_key(|grade| grade.level)?;
        Some((grade.approval.by.clone()?, grade.acted_in()?))
    }

    /// Tells whether the file has what a version said that was opened again, and is not approved.
    fn is_in_file(&self, id: &DocId, tenure: &Tenure) -> bool {
        let is_it = |document: &Document| {
            matches!(self.status(document), Some("draft" | "in-review"))
                && self.claims(document).covered == tenure.claims.covered
        };
        matches!(tenure.end, Some(End::Reopened(_)))
            && self.document(id.as_str()).is_some_and(is_it)
    }

    /// Tells whether a content is of a type that somebody approves.
    fn was_to_be_approved(&self, claims: &Claims) -> bool {
        self.is_approved_by_somebody(claims.kind.as_deref().unwrap_or_default())
    }

    /// Returns the versions that were approved on a line, as far as Git shows it, and that the merge
    /// of this line left out.
    fn versions_left_out(&self, id: &DocId) -> Vec<Former> {
        let left_out = self.history.left_out(id).into_iter();
        let left_out = left_out.filter(|it| self.is_judged_merge(it.merge, it.stood.claims));
        let former = left_out.filter_map(|LeftOut { merge, stood, approval }| {
            let Standing { at, blob, claims } = stood;
            let grades = self.grades_of(id, (blob, claims), at, self.as_of);
            let grade = grades.iter().find(|grade| same_act(&grade.approval, approval))?;
            if self.was_brought_in(id, claims, merge) {
                return None;
            }
            let fault = Fault::LeftOut(approval.by.clone().unwrap_or_default());
            grade.holds_at(ACTED).then(|| self.lost_in_merge(id, claims, fault, merge))
        });
        former.collect()
    }

    /// Tells whether the text of a version that a merge left out was approved as another one after that:
    /// one that differs in its text from what the merge kept.
    fn was_brought_in(&self, id: &DocId, left_out: &Claims, merge: usize) -> bool {
        let is_after = |tenure: &&Tenure| {
            self.history.place_of(tenure.published_in).is_some_and(|place| place > merge)
        };
        let kept = self.tenures(id).iter().rfind(|tenure| !is_after(tenure));
        let is_of_text = kept.is_none_or(|kept| kept.claims.text != left_out.text);
        let mut after = self.tenures(id).iter().filter(is_after);
        is_of_text && after.any(|it| it.claims.text == left_out.text && self.bears_out(it))
    }

    /// Returns the versions that were withdrawn or lost their approval on a line, and that the merge of
    /// this line kept as they were.
    fn ends_left_out(&self, id: &DocId) -> Vec<Former> {
        let left_out = self.history.ends_left_out(id).into_iter();
        let has_come = |it: &EndLeftOut<'_>| it.on.is_none_or(|on| on <= self.as_of);
        let left_out =
            left_out.filter(|it| has_come(it) && self.is_judged_merge(it.merge, it.claims));
        let former = left_out.map(|EndLeftOut { merge, end, claims, is_withdrawn, .. }| {
            let fault = Fault::EndLeftOut(self.history.commits[end].id, is_withdrawn);
            self.lost_in_merge(id, claims, fault, merge)
        });
        former.collect()
    }

    /// Tells whether a merge after control start could lose something that needs approval.
    fn is_judged_merge(&self, merge: usize, claims: &Claims) -> bool {
        let merge = &self.history.commits[merge].id;
        self.was_to_be_approved(claims) && !self.before_start().contains(merge)
    }

    fn lost_in_merge(&self, id: &DocId, claims: &Claims, fault: Fault, merge: usize) -> Former {
        Former {
            id: id.clone(),
            version: claims.version.clone().unwrap_or_default(),
            fault,
            said: None,
            commit: Some(self.history.commits[merge].id),
            stands: false,
            place: self.place_of(id),
            is_gone: self.document(id.as_str()).is_none(),
            known_by: None,
            approved_anew: None,
            waits_for_another: false,
        }
    }

    fn former_versions(&self, id: &DocId) -> Vec<Former> {
        let document = self.document(id.as_str());
        let is_in_doubt = self.lookup.shared.contains_key(id)
            || document.is_some_and(|document| !self.is_identified(document));
        if is_in_doubt {
            return Vec::new();
        }
        let issues: Vec<_> =
            self.issues(id).filter(|issue| self.was_to_be_approved(issue.claims)).collect();
        // What is withdrawn or gone is judged as nothing but what it was.
        let now = document.filter(|document| self.is_versioned(document));
        let now = now.and_then(|now| now.front.text("version")).map(|version| version.value);
        let mut former = Vec::new();
        let mut highest = None;
        for (i, pair) in issues.windows(2).enumerate() {
            let [last, issue] = pair else { continue };
            // Of two that are equally high, the later.
            highest = highest.max(Version::parse(last.version).map(|number| (number, i)));
            let is_judged_now = issues[i + 1..].iter().all(|it| Some(it.version) == now);
            if is_judged_now || self.before_start().contains(&issue.commit.id) {
                continue;
            }
            let highest = highest.as_ref().map(|(number, i)| (number, &issues[*i]));
            let Some((fault, commit)) = self.version_fault(id, last, highest, issue) else {
                continue;
            };
            let said = match &fault {
                Fault::WentBack(highest) if !Version::are_same(highest, issue.version) => {
                    Some(words_of_lower(highest, issue.version))
                }
                _ => None,
            };
            former.push(Former {
                id: id.clone(),
                version: issue.version.to_owned(),
                fault,
                said,
                commit,
                stands: i + 2 == issues.len() && self.is_open(id),
                place: self.place_of(id),
                is_gone: document.is_none(),
                known_by: None,
                approved_anew: None,
                waits_for_another: false,
            });
        }
        former
    }

    /// Holds an issue against the one before it, and the highest before it.
    fn version_fault(
        &self,
        id: &DocId,
        last: &Issue<'_>,
        highest: Option<(&Version, &Issue<'_>)>,
        issue: &Issue<'_>,
    ) -> Option<(Fault, Option<ObjectId>)> {
        let number = Version::parse(issue.version)?;
        let is_other_text = last.claims.covered != issue.claims.covered;
        if Version::parse(last.version).as_ref() == Some(&number) {
            return is_other_text.then(|| (Fault::NotRaised, self.changed_text(id, last, issue)));
        }
        let (_, highest) = highest.filter(|(highest, _)| **highest >= number)?;
        let is_another = |it: &Claims| it.version != issue.claims.version;
        let at = self.history.place_of(issue.commit.id);
        let took_number = at.map(|at| self.first_since(id, issue.blob, at, is_another));
        Some((Fault::WentBack(highest.version.to_owned()), took_number))
    }

    /// Returns the commit that made the text of an issue another than that of the one before.
    pub(super) fn changed_text(
        &self,
        id: &DocId,
        before: &Issue<'_>,
        issue: &Issue<'_>,
    ) -> Option<ObjectId> {
        let at = self.history.place_of(issue.commit.id)?;
        Some(self.first_since(id, issue.blob, at, |it| it.covered == before.claims.covered))
    }

    /// Returns the first commit on the way to what a commit brought after the last state that was as
    /// `was` says. Where none on the way ever was, it is the commit itself: a merge that took the
    /// other side.
    pub(super) fn first_since(
        &self,
        id: &DocId,
        blob: ObjectId,
        brought_at: usize,
        was: impl Fn(&Claims) -> bool,
    ) -> ObjectId {
        let brought_in = self.history.commits[brought_at].id;
        let mut since = brought_in;
        for revision in self.history.way_at(id, blob, brought_at) {
            if was(&revision.claims) {
                return since;
            }
            since = self.history.commit_of(revision).id;
        }
        brought_in
    }

    /// Tells whether the last version that was issued has not ended.
    fn is_open(&self, id: &DocId) -> bool {
        self.tenures(id).last().is_some_and(|tenure| tenure.end.is_none())
    }

    fn place_of(&self, id: &DocId) -> Place {
        match self.document(id.as_str()) {
            Some(document) => document.at("version"),
            None => self.source_folder().of_document(Some(id.clone())),
        }
    }

    /// Returns the versions that a nonconformity or a waiver names, with the record.
    fn versions_answered_for(&self) -> HashMap<(DocId, String), DocId> {
        let records = record::ANSWERING.iter().flat_map(|kind| self.records_of(kind));
        let named = records.flat_map(|record| {
            let cited = self.versions_cited(record).into_iter();
            cited.filter_map(move |it| Some(((it.id, it.version), record.id()?)))
        });
        named.collect()
    }
}

/// Says that a version is lower than one that was issued before.
pub fn words_of_lower(highest: &str, version: &str) -> String {
    format!("the version went back from {highest} to {version}")
}
