//! Which approvals rest on rows of role registers that nobody is seen to have approved.

use super::super::Sms;
use super::super::approval::ACTED;
use super::{Authority, Mandate};
use crate::document::DocId;
use std::collections::{BTreeMap, BTreeSet};

/// A row of a role register by which somebody approved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rested {
    /// The register.
    pub register: DocId,
    /// The role.
    pub role: String,
    /// Who holds it.
    pub person: String,
}

/// The documents whose approvals are to be shown by an act, by the rows that they rest on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// Rows that an act of an approver shows to be approved.
    pub shown: BTreeMap<Rested, BTreeSet<DocId>>,
    /// Rows that are only claimed to be.
    pub claimed: BTreeMap<Rested, BTreeSet<DocId>>,
}

impl Sms {
    /// Returns on which rows the approvals rest that need an act of their approvers. Whoever had no
    /// authority if registers counted only as far as they were approved by an act as well, has it by a
    /// row that is only claimed.
    pub fn resting_on_rows(&self) -> Resting {
        let shown = self.follow_registers(ACTED);
        let mut resting = Resting::default();
        for claimed in self.claimed_approvals().iter().filter(|it| it.minimum >= ACTED) {
            let claims = self.claims(claimed.document);
            let Some(id) = &claims.id else { continue };
            for grade in claimed.judged().filter(|grade| grade.holds_at(ACTED)) {
                let Authority::Verified(mandate) = &grade.authorised else { continue };
                let Mandate { role, person, register: Some(register), .. } = mandate.clone() else {
                    continue;
                };
                let rows = match self.authority_of(&shown, id, claims, grade) {
                    Authority::Verified(_) => &mut resting.shown,
                    Authority::Contradicted(_) | Authority::Unverifiable(_) => &mut resting.claimed,
                };
                let row = Rested { register, role, person };
                rows.entry(row).or_default().insert(id.clone());
            }
        }
        resting
    }
}
