//! Who is who, and whose key is whose, by the role registers that stand.
//!
//! A row that anybody may have written, and nobody approved, makes nobody's key another's, and two
//! people no single one. So the registers are followed before any approval is graded. Their own
//! approvals are held against what was known when they came: the rows that stood before, and for
//! the first register its own.

use super::Sms;
use super::approval::{ACTED, Ways};
use super::authority::{Offices, Superiors};
use crate::document::{Claims, DocId};

impl Sms {
    /// Settles under which names the keys of people may be listed: those of the role registers
    /// that stand on the publishing branch, as approved by an act of the approver, whatever their
    /// type needs: no signature is worth more than a line that anybody types, if it rests on one.
    /// Where none does, those that stand serve, and else those it has. And who is
    /// who: an address that was taken out of such a register is still its owner's, and what the
    /// judged tree says counts while it says so. A draft that is gone counts only where no
    /// register was ever approved, and against whoever said it of himself.
    pub(super) fn settle_identities(&mut self) {
        let is_register = |claims: &Claims| claims.roles.is_some();
        let ever = self.roles.with_former(&self.history).with_claimed(&self.history);
        let judged = self.roles.clone().with_claimed(&self.history);
        self.identities = judged.clone();
        // Once more with what was found: it says of former approvals whether they are of an author,
        // and whether they are signed.
        for _ in 0..2 {
            let acts = |id: &DocId| self.acts_on_versions(&mut Ways::of(&self.history, id), id);
            self.superiors = self.settle_superiors(&is_register, &acts);
            let offices = self.follow_registers(0);
            let acted = Some(self.follow_registers(ACTED)).filter(Offices::stand);
            let register = acted.as_ref().unwrap_or(&offices).register();
            self.trusted = register.map(|(roles, _)| roles.clone()).unwrap_or_default();
            self.identities = match offices.approved_rows() {
                Some(rows) => judged.joined_with_approved(rows),
                None => ever.clone(),
            };
        }
        self.superiors = Superiors::default();
    }
}
