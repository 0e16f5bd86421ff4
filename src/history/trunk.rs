//! Lines of first parents: whether one commit lies on the line of another, asked in no time.
//!
//! Every commit has at most one first parent, so these lines form trees. Each commit gets the
//! range of numbers that the commits growing out of it have; one lies on another's line if its
//! range holds the other's number. Documents ask this for every event of their lives.

use crate::repo::object::{Commit, ObjectId};
use std::cell::OnceCell;
use std::collections::HashMap;

/// The parents of all commits, and the trees their first parents form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Trunks {
    parents: Vec<Vec<usize>>,
    index: HashMap<ObjectId, usize>,
    /// The number of each commit, and the first number behind those that grow out of it.
    ranges: Vec<(usize, usize)>,
}

impl Trunks {
    /// Numbers the commits; parents come before their children.
    pub(super) fn of(commits: &[Commit]) -> Self {
        let index: HashMap<ObjectId, usize> =
            commits.iter().enumerate().map(|(i, commit)| (commit.id, i)).collect();
        let known = |ids: &[ObjectId]| ids.iter().filter_map(|id| index.get(id).copied()).collect();
        let parents: Vec<Vec<usize>> =
            commits.iter().map(|commit| known(&commit.parents)).collect();
        let mut sizes = vec![1; commits.len()];
        for (i, parents) in parents.iter().enumerate().rev() {
            if let Some(&first) = parents.first() {
                sizes[first] += sizes[i];
            }
        }
        let mut ranges = Vec::with_capacity(commits.len());
        // The next free number within each commit's range, and behind all of them.
        let mut free: Vec<usize> = Vec::with_capacity(commits.len());
        let mut next_tree = 0;
        for (i, parents) in parents.iter().enumerate() {
            let next = match parents.first() {
                Some(&first) => &mut free[first],
                None => &mut next_tree,
            };
            let start = *next;
            *next += sizes[i];
            ranges.push((start, start + sizes[i]));
            free.push(start + 1);
        }
        Self { parents, index, ranges }
    }

    /// Finds a commit by its id.
    pub(super) fn find(&self, id: ObjectId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// Returns the parents of a commit, first parent first.
    pub(super) fn parents(&self, commit: usize) -> &[usize] {
        &self.parents[commit]
    }

    /// Tells of each commit whether others rest on it, themselves included.
    pub(super) fn beneath(&self, mut open: Vec<usize>) -> Vec<bool> {
        let mut found = vec![false; self.parents.len()];
        while let Some(commit) = open.pop() {
            if !std::mem::replace(&mut found[commit], true) {
                open.extend(self.parents(commit));
            }
        }
        found
    }

    /// Tells whether following first parents from `commit` leads to `ancestor`, itself included.
    pub(super) fn leads(&self, ancestor: usize, commit: usize) -> bool {
        let (start, end) = self.ranges[ancestor];
        (start..end).contains(&self.ranges[commit].0)
    }
}

/// What a commit rests on, looked up when it is not on its own line.
pub(super) struct Beneath {
    commit: usize,
    found: OnceCell<Vec<bool>>,
}

impl Beneath {
    pub(super) fn of(commit: usize) -> Self {
        Self { commit, found: OnceCell::new() }
    }

    /// Tells whether it rests on another commit, itself included.
    pub(super) fn holds(&self, trunks: &Trunks, other: usize) -> bool {
        let found = || self.found.get_or_init(|| trunks.beneath(vec![self.commit]));
        trunks.leads(other, self.commit) || other < self.commit && found()[other]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(name: u8, parents: &[u8]) -> Commit {
        let id = |name: u8| ObjectId::from_bytes(&[name; 20]).unwrap();
        let parents: String =
            parents.iter().map(|parent| format!("parent {}\n", id(*parent))).collect();
        let raw = format!("tree {}\n{parents}\n\nm", id(0));
        Commit::parse(id(name), raw.as_bytes()).unwrap()
    }

    #[test]
    fn a_line_follows_first_parents_only() {
        // 1 - 2 ----- 5 (merges 4), 3 - 4 grow out of 1.
        let commits = [
            commit(1, &[]),
            commit(2, &[1]),
            commit(3, &[1]),
            commit(4, &[3]),
            commit(5, &[2, 4]),
            commit(6, &[]),
        ];
        let trunks = Trunks::of(&commits);
        let line = |of: usize| (0..6).filter(|&i| trunks.leads(i, of)).collect::<Vec<_>>();
        assert_eq!(line(4), [0, 1, 4]);
        assert_eq!(line(3), [0, 2, 3]);
        assert_eq!(line(5), [5]);
        assert_eq!(trunks.parents(4), [1, 3]);
    }
}
