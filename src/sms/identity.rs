//! Whose key is whose, by the role registers that stand.
//!
//! A row that anybody may have written, and nobody approved, makes nobody's key another's. So the
//! registers are followed before any approval is graded. Their own approvals may be signed as
//! well: each is held against the rows that stood before it, and the first against its own.

use super::Sms;
use super::authority::Superiors;
use crate::document::Claims;

impl Sms {
    /// Settles under which names the keys of people may be listed: those of the role registers
    /// that stand on the publishing branch, as approved; where none does, those it has.
    pub(super) fn settle_identities(&mut self) {
        let is_register = |claims: &Claims| claims.roles.is_some();
        // What a register stands beneath may be signed under one of these names.
        for _ in 0..2 {
            self.superiors = self.settle_superiors(&is_register);
            let offices = self.follow_registers();
            self.trusted = offices.register().map(|(roles, _)| roles.clone()).unwrap_or_default();
        }
        self.superiors = Superiors::default();
    }
}
