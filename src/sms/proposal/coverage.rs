//! How far clauses are covered at the two ends.

use super::{CoverageChange, Covered};
use crate::sms::clauses::Key;
use crate::sms::coverage::Coverage;
use std::collections::{HashMap, HashSet};

impl CoverageChange {
    /// Compares how far each clause is covered, headings left out.
    pub(super) fn between(before: &[Coverage], after: &[Coverage]) -> Self {
        let mut change = Self::default();
        let key = |it: &Coverage| -> Key { (it.framework.clone(), it.number.clone()) };
        let leaves = |all: &[Coverage]| -> Vec<Coverage> {
            all.iter().filter(|it| !it.is_heading).cloned().collect()
        };
        let (before, after) = (leaves(before), leaves(after));
        before.iter().for_each(|it| change.before[usize::from(it.level)] += 1);
        after.iter().for_each(|it| change.after[usize::from(it.level)] += 1);
        let levels: HashMap<Key, u8> = before.iter().map(|it| (key(it), it.level)).collect();
        for clause in &after {
            let level = levels.get(&key(clause)).copied();
            if level != Some(clause.level) {
                let (clause, after) = (clause.clone(), Some(clause.level));
                change.changed.push(Covered { clause, before: level, after });
            }
        }
        let there: HashSet<Key> = after.iter().map(key).collect();
        for clause in before.into_iter().filter(|it| !there.contains(&key(it))) {
            let level = Some(clause.level);
            change.changed.push(Covered { clause, before: level, after: None });
        }
        change
    }
}
