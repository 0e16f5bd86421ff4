//! The clauses that a changed document names, or named.

use super::comparison::Comparison;
use super::{ClauseNumber, NamedClause};
use crate::document::Document;
use crate::sms::Sms;
use std::collections::BTreeSet;

impl Comparison<'_> {
    /// Returns the clauses that a document names at either end.
    pub(super) fn clauses(
        &self,
        old: Option<&Document>,
        new: Option<&Document>,
    ) -> Vec<NamedClause> {
        let before = old.map(|it| self.before.clauses_of(it)).unwrap_or_default();
        let now = new.map(|it| self.now.clauses_of(it)).unwrap_or_default();
        let all: BTreeSet<&ClauseNumber> = before.union(&now).collect();
        let named = |clause: &ClauseNumber| NamedClause {
            clause: clause.clone(),
            before: before.contains(clause),
            now: now.contains(clause),
        };
        all.into_iter().map(named).collect()
    }
}

impl Sms {
    fn clause_number(&self, written: &str) -> ClauseNumber {
        let (framework, number) = match self.frameworks.resolve(written) {
            Ok((pack, clause)) => {
                let is_first = pack.id == self.frameworks.primary().id;
                ((!is_first).then(|| pack.id.clone()), clause.number.clone())
            }
            Err(_) => (None, written.to_owned()),
        };
        let order = number.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect();
        ClauseNumber { framework, order, number }
    }

    fn clauses_of(&self, document: &Document) -> BTreeSet<ClauseNumber> {
        let named = self.named_clauses(document).into_iter();
        named.map(|clause| self.clause_number(clause.value)).collect()
    }
}
