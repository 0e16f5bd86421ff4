//! What is asked of the commits that made a content: who wrote it, with whom, and how late.
//!
//! Thousands of commits have few authors, so what is kept of them is small, and the content of one
//! version is that of the version before with what came since.

use super::person::is_same_person;
use crate::history::History;
use crate::repo::object::{Commit, Person};
use crate::sms::roles::Roles;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The commits that made a content, as far as is asked of them.
#[derive(Clone)]
pub(super) struct Content<'h> {
    history: &'h History,
    /// The newest commit of each author, as an index into the commits of the history.
    authors: HashMap<&'h Person, usize>,
    /// The two newest commits that name each co-author: one of them may not count.
    co_authors: HashMap<Person, (usize, Option<usize>)>,
    /// The commit that was made last by the earlier of its two dates; the oldest of several.
    latest: Option<(Option<i64>, Reverse<usize>)>,
}

impl<'h> Content<'h> {
    /// A content that nobody wrote yet.
    pub(super) fn of(history: &'h History) -> Self {
        Self { history, authors: HashMap::new(), co_authors: HashMap::new(), latest: None }
    }

    /// Adds a commit that made it what it is.
    pub(super) fn add(&mut self, at: usize) {
        let commit = &self.history.commits[at];
        let newest = self.authors.entry(&commit.author.person).or_insert(at);
        *newest = at.max(*newest);
        let earliest =
            [commit.author.seconds, commit.committer.seconds].into_iter().flatten().min();
        self.latest = self.latest.max(Some((earliest, Reverse(at))));
        if !commit.message.contains(['<', '@']) && commit.named_beside.is_empty() {
            return;
        }
        for person in commit.co_authors() {
            let (first, second) = self.co_authors.entry(person).or_insert((at, None));
            if at > *first {
                *second = Some(std::mem::replace(first, at));
            } else if at < *first {
                *second = (*second).max(Some(at));
            }
        }
    }

    /// Returns of each author the newest commit, newest first.
    pub(super) fn authors(&self) -> Vec<&'h Commit> {
        let mut newest: Vec<usize> = self.authors.values().copied().collect();
        newest.sort_unstable_by_key(|at| Reverse(*at));
        newest.into_iter().map(|at| &self.history.commits[at]).collect()
    }

    /// Returns the newest commit that a person wrote, under whichever identity.
    pub(super) fn by(&self, roles: &Roles, person: &Person) -> Option<&'h Commit> {
        let own = self.authors.iter().filter(|(author, _)| is_same_person(roles, author, person));
        own.map(|(_, at)| *at).max().map(|at| &self.history.commits[at])
    }

    /// Returns the newest commits that name a person as a co-author, newest first: as many as it takes
    /// to see whether there is one beside any that does not count.
    pub(super) fn naming(&self, roles: &Roles, person: &Person) -> Vec<&'h Commit> {
        let named =
            self.co_authors.iter().filter(|(other, _)| is_same_person(roles, other, person));
        let mut places: Vec<usize> =
            named.flat_map(|(_, (first, second))| [Some(*first), *second]).flatten().collect();
        places.sort_unstable_by_key(|at| Reverse(*at));
        places.dedup();
        places.into_iter().map(|at| &self.history.commits[at]).collect()
    }

    /// Returns the commit that was made last, by the earlier of its two dates.
    pub(super) fn latest(&self) -> Option<&'h Commit> {
        self.latest.map(|(_, Reverse(at))| &self.history.commits[at])
    }
}
