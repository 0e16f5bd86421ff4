//! The approvals that documents claim, as the rules ask about them.
//!
//! A claim is looked at once and answered by several rules, each for its own kind of
//! contradiction. What lies before control start is shown and not judged (`verify_from`).

use super::Sms;
use super::approval::{Contradiction, Control, Grade, ended_control};
use super::signatures::SignedTag;
use crate::document::{Approval, DocId, Document};
use crate::finding::{Finding, Findings, Place};
use crate::repo::object::{ObjectId, Person};
use crate::source::Date;
use std::collections::HashSet;

/// A document that claims to be approved.
#[derive(Clone, Debug)]
pub struct Claimed<'s> {
    /// The document.
    pub document: &'s Document,
    /// The level that its type needs.
    pub minimum: u8,
    /// The approvals of the current version; of any version, if none speaks of this one.
    pub grades: Vec<&'s Grade>,
    /// The approval that decides.
    pub decides: Option<&'s Grade>,
    /// The commit that made it approved, if that lies before control start and nothing that
    /// speaks against it came later.
    pub before_start: Option<ObjectId>,
}

impl<'s> Claimed<'s> {
    /// Returns what contradicts its approvals; nothing that lies before control start.
    pub fn contradictions(&self) -> impl Iterator<Item = (&'s Grade, &'s Contradiction)> {
        self.judged().flat_map(|grade| {
            grade.contradictions.iter().map(move |contradiction| (grade, contradiction))
        })
    }

    /// Returns the approvals that are judged.
    pub fn judged(&self) -> impl Iterator<Item = &'s Grade> {
        let judged = self.before_start.is_none().then_some(&self.grades);
        judged.into_iter().flatten().copied()
    }

    /// Returns the approvals that Git shows and that are judged.
    pub fn shown(&self) -> impl Iterator<Item = (&'s Grade, ObjectId)> {
        self.judged().filter_map(|grade| Some((grade, grade.acted_in()?)))
    }

    /// Returns the place of one key of an approval, else of the approval.
    pub fn place(&self, approval: &Approval, key: &str) -> Place {
        let found = self.document.front.get("approval").and_then(|found| {
            let items = found.value.items().iter().chain([found]);
            items.into_iter().find(|item| item.span == approval.span)?.value.get(key)
        });
        self.document.place(found.map_or(approval.span, |found| found.span))
    }

    /// Reports something of an approval at the place of one of its keys. Of the approval of another
    /// version it would be another finding.
    pub fn finding<'f>(
        &self,
        out: &'f mut Findings,
        approval: &Approval,
        key: &str,
        words: impl Into<String>,
    ) -> &'f mut Finding {
        let finding = out.finding(self.place(approval, key), words);
        finding.of_version(approval.version.as_deref())
    }
}

impl Sms {
    /// Returns the documents that claim to be approved and need an approver, in the order of
    /// their files. One whose front matter cannot be relied on, or whose id is not its alone,
    /// claims nothing that could be held against a history.
    pub fn claimed_approvals(&self) -> Vec<Claimed<'_>> {
        let start = self.trust.config.verify_from;
        let claims = |document: &&Document| {
            let own = document.id().and_then(|id| self.document(id.as_str()));
            self.status(document) == Some("approved")
                && document.is_sound()
                && own.is_some_and(|own| own.path == document.path)
                && self.needs_approval(document)
        };
        let documents = self.documents.iter().filter(claims);
        documents.map(|document| self.claimed(document, start, self.before_start())).collect()
    }

    fn claimed<'s>(
        &'s self,
        document: &'s Document,
        start: Option<Date>,
        before_start: &HashSet<ObjectId>,
    ) -> Claimed<'s> {
        let mut claimed = Claimed {
            document,
            minimum: self.minimum(document),
            grades: self.current_grades(document),
            decides: self.grade(document),
            before_start: None,
        };
        let Some(start) = start else { return claimed };
        let is_old = |grade: &&Grade| {
            let shown_by = grade.contradictions.iter().filter_map(Contradiction::commit);
            let is_uncommitted = grade.contradictions.iter().any(Contradiction::is_uncommitted);
            grade.approval.on.is_none_or(|on| on < start)
                && grade.commit.is_some_and(|commit| before_start.contains(&commit))
                && grade.published.is_none_or(|commit| before_start.contains(&commit))
                && shown_by.into_iter().all(|commit| before_start.contains(&commit))
                && !is_uncommitted
        };
        claimed.before_start = match claimed.decides {
            Some(decides) if claimed.grades.iter().all(is_old) => decides.commit,
            Some(_) => None,
            None => self.approved_in(document).filter(|commit| before_start.contains(commit)),
        };
        claimed
    }

    /// Returns the commit that gave a document without an approval the status it has, if what
    /// an approval would cover is still the same.
    fn approved_in(&self, document: &Document) -> Option<ObjectId> {
        let way = self.history.way_to(&document.id()?, document.blob);
        let claims = self.claims(document);
        let same = way.take_while(|revision| {
            revision.claims.status_on(self.as_of) == claims.status.as_deref()
                && revision.claims.covered == claims.covered
        });
        Some(self.history.commit_of(same.last()?).id)
    }

    /// Returns the waivers that let the author of a document approve it in a small organization.
    pub(super) fn controls_of(&self, id: &DocId) -> &[Control] {
        self.controls.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the waiver under which the author of a document approved it on a day, if it has ended
    /// and none goes on with it.
    pub fn control_that_ended(&self, document: &Document, on: Date) -> Option<&Control> {
        ended_control(self.controls_of(&document.id()?), on, self.as_of)
    }

    /// Tells whether an approver acted where what is still to come may raise the level: in the commit that
    /// is being made, whose signature nobody has seen, or on a branch that is not merged yet.
    pub fn may_still_rise(&self, grade: &Grade) -> bool {
        let acted_in = grade.acted_in().filter(|_| grade.act.is_some() && !grade.is_barred);
        let is_on_branch =
            self.trust.has_branch && !self.history.is_published(self.history.judged());
        acted_in.is_some_and(|commit| {
            let is_unpublished = || {
                let at = self.history.place_of(commit);
                at.is_some_and(|at| self.history.published_since(at).is_none())
            };
            self.is_being_made(commit) || is_on_branch && is_unpublished()
        })
    }

    /// Returns the other document whose approval this is: it has the same digest, as where a file was
    /// copied with it.
    pub fn approval_of_another(&self, document: &Document, approval: &Approval) -> Option<DocId> {
        let digest = approval.digest.as_deref()?;
        let is_it = |other: &&Document| {
            let claims = self.claims(other);
            other.path != document.path
                && claims.approvals.iter().any(|it| it.digest.as_deref() == Some(digest))
                && claims.digest.to_string() == digest
        };
        self.documents.iter().find(is_it)?.id()
    }

    /// Says of each tag that names a document, on the commits by which an approval came, and is no act of
    /// the approver's, why it is none.
    pub fn tags_that_do_not_count(&self, document: &Document, grade: &Grade) -> Vec<String> {
        let (Some(id), Some(by)) = (document.id(), &grade.approval.by) else { return Vec::new() };
        let places = [grade.commit, grade.published];
        let tags =
            self.signatures.tags.iter().filter(|signed| {
                places.contains(&Some(signed.tag.commit)) && signed.speaks_of(&id)
            });
        let version = grade.approval.version.as_deref();
        let why = |signed: &SignedTag| {
            let signer = self.keyring().tag_signer(signed, by, &[]);
            let words = match signer.counts() {
                true => signed.why_no_approval(&id, version)?,
                false => signer.words(),
            };
            Some(format!("{} does not count as an act of {by}: {words}", signer.object()))
        };
        tags.filter_map(why).collect()
    }

    /// Tells whether a commit is the one that is being made, which may still be given up.
    pub fn is_being_made(&self, id: ObjectId) -> bool {
        self.is_imagined && id == self.head
    }

    /// Says who made a commit, when and what for, as a note to a finding.
    pub fn commit_words(&self, id: ObjectId) -> String {
        if self.is_being_made(id) {
            return "the commit that is being made".to_owned();
        }
        let Some(commit) = self.history.commit(id) else {
            return format!("commit {}", id.short());
        };
        let day = commit.author.date().map(|day| format!(" on {day}")).unwrap_or_default();
        let who = match &commit.author.person {
            Person { name, email } if name.is_empty() && email.is_empty() => {
                "nobody whom it names".to_owned()
            }
            Person { name, email } => format!("{name} <{email}>"),
        };
        format!("commit {} by {who}{day}: {}", id.short(), commit.subject())
    }
}
