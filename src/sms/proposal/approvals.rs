//! What becomes of the approvals of a changed document, and who may approve it anew.

use super::comparison::Comparison;
use super::{Approver, OutdatedApproval};
use crate::document::{DocId, Document};
use crate::history::same_act;
use crate::sms::approval::Grade;
use crate::sms::roles::RoleEntry;
use std::collections::BTreeSet;

impl Comparison<'_> {
    /// Returns the approvals that nothing contradicted before and that do not cover what the
    /// document is now.
    pub(super) fn outdated(&self, id: &DocId, new: Option<&Document>) -> Vec<OutdatedApproval> {
        let Some(old) = self.before.document(id.as_str()) else { return Vec::new() };
        let version = old.front.text("version").map(|version| version.value);
        let held = self
            .before
            .current_grades(old)
            .into_iter()
            .filter(|grade| grade.contradictions.is_empty() && grade.approval.is_of(version));
        held.filter_map(|grade| self.fate(old, new, grade)).collect()
    }

    fn fate(
        &self,
        old: &Document,
        new: Option<&Document>,
        held: &Grade,
    ) -> Option<OutdatedApproval> {
        let outdated = |is_kept: bool, why: String| {
            let approval = &held.approval;
            Some(OutdatedApproval {
                by: approval.by.clone(),
                role: approval.role.clone(),
                on: approval.on,
                version: approval.version.clone(),
                is_kept,
                why,
            })
        };
        let Some(new) = new else { return outdated(false, "the document is gone".to_owned()) };
        if !new.is_sound() {
            return outdated(false, "the front matter cannot be relied on any more".to_owned());
        }
        let grades = self.now.grades(new);
        let kept = grades.iter().find(|grade| same_act(&grade.approval, &held.approval));
        let is_covered = self.before.claims(old).covered == self.now.claims(new).covered;
        match kept {
            Some(grade) => match grade.contradictions.first() {
                Some(contradiction) => outdated(true, contradiction.words()),
                None if is_covered => None,
                None => outdated(true, "it was given for another content".to_owned()),
            },
            None if is_covered => outdated(false, "it is taken out of the document".to_owned()),
            None => outdated(false, "it was given for the content of before".to_owned()),
        }
    }

    /// Returns who may approve a document as it is now.
    pub(super) fn approvers(&self, document: &Document) -> Vec<Approver> {
        let writers = self.now.writers(document);
        let is_author =
            |row: &RoleEntry| writers.as_ref().is_some_and(|writers| writers.has_person_of(row));
        let may_be_author = document.id().is_some_and(|id| self.now.controls.contains_key(&id));
        let rows = self.now.rows_to_approve_by(document, self.now.as_of).into_iter();
        let approvers: BTreeSet<Approver> = rows
            .map(|row| Approver {
                person: row.person.clone(),
                role: row.role.clone(),
                is_author: !may_be_author && is_author(row),
            })
            .collect();
        approvers.into_iter().collect()
    }
}
