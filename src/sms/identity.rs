//! Who is who, and whose key is whose, by the role registers that stand.
//!
//! A row that anybody may have written, and nobody approved, makes nobody's key another's, and two
//! people no single one. So the registers are followed before any approval is graded. Their own
//! approvals are held against what was known when they came: the rows that stood before, and for
//! the first register its own.

use super::Sms;
use super::authority::Superiors;
use crate::document::Claims;

impl Sms {
    /// Settles under which names the keys of people may be listed: those of the role registers
    /// that stand on the publishing branch, as approved; where none does, those it has. And who is
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
            self.superiors = self.settle_superiors(&is_register);
            let offices = self.follow_registers();
            self.trusted = offices.register().map(|(roles, _)| roles.clone()).unwrap_or_default();
            self.identities = match offices.approved_rows() {
                Some(rows) => judged.joined_with(rows.cloned()),
                None => ever.clone(),
            };
        }
        self.superiors = Superiors::default();
    }
}
