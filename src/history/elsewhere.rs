//! Who wrote what a document builds on where it was not yet the document, and what it was there.
//!
//! A file gets an id that it did not have, takes the place of a copy, comes from another path, or is
//! joined from a line on which it was another document. Its words are older than the document then,
//! and whoever wrote them is an author of it.

use super::History;
use super::before_id::{IsSeen, Named, Says};
use super::trace::Copies;
use super::trunk::Beneath;
use crate::document::{Claims, DocId};
use crate::index::Kept;
use crate::repo::object::ObjectId;
use crate::repo::walk::{Change, Elsewhere};
use crate::source::RepoPath;
use std::collections::BTreeSet;

impl History {
    /// Returns the commits whose words a file brings with it when it gets an id, and those of the
    /// copies it takes the place of.
    pub(super) fn written_elsewhere(
        &self,
        id: &DocId,
        change: &Change,
        made_of: &[&Change],
        also_left: &[&RepoPath],
        copies: &Copies,
        beneath: &Beneath,
    ) -> Vec<usize> {
        let mut written = match made_of {
            [] => self.before_it_had_id(id, change, beneath),
            _ => {
                let files = made_of.iter();
                files.flat_map(|file| self.written_without_id(id, file, beneath)).collect()
            }
        };
        written.extend(self.written_on_joined_lines(id, change, beneath));
        written.extend(self.written_where_it_lay(id, change));
        for path in also_left {
            let in_copy = copies.get(id).and_then(|of_id| of_id.get(*path)).into_iter().flatten();
            let since = in_copy.filter(|(_, blob)| blob.is_none()).map(|it| it.0).next_back();
            let beside = self.beside.get(id).into_iter().flatten();
            let of_copy = beside.filter(|it| it.what.writes() && it.path == **path);
            written.extend(of_copy.map(|it| it.commit).filter(|at| Some(*at) > since));
        }
        written
    }

    /// Returns the commits whose words a file brings with it when it gets an id: what it was written in
    /// since it lost the id, or else its last writing.
    fn before_it_had_id(&self, id: &DocId, change: &Change, beneath: &Beneath) -> Vec<usize> {
        if change.before.is_none() || self.id_of(change.before).is_some() {
            return Vec::new();
        }
        self.written_without_id(id, change, beneath)
    }

    /// Returns the same of a file that had no id until a commit.
    fn written_without_id(&self, id: &DocId, change: &Change, beneath: &Beneath) -> Vec<usize> {
        let seen = |at| at < change.commit && beneath.holds(&self.trunks, at);
        let since = self.since_it_had_id(id, &change.path, &seen);
        if since.is_empty() {
            let now = change.before.map(|blob| self.says_without_id(blob));
            return self.nameless.last(&change.path, now, &seen);
        }
        since
    }

    /// Returns the commits that wrote in a file without an id since a document had its id on any of the
    /// lines that are seen, or since it lay there; none if it never had it.
    fn since_it_had_id(&self, id: &DocId, path: &RepoPath, is_seen: IsSeen<'_>) -> Vec<usize> {
        let events = self.events(id).iter().rev();
        let mut having = events.filter(|it| it.blob.is_some() && is_seen(it.commit)).peekable();
        let last = having.peek().map(|it| it.commit);
        let there = having.find(|it| self.path_of(id, it) == path).map(|it| it.commit);
        let had: Vec<(usize, Beneath)> =
            last.into_iter().chain(there).map(|at| (at, Beneath::of(at))).collect();
        let seen = |at| {
            // Whoever took the id out may have written in the same commit.
            let is_since =
                |(had, before): &(usize, Beneath)| at == *had || !before.holds(&self.trunks, at);
            is_seen(at) && had.iter().any(is_since)
        };
        self.nameless.all(path, &seen)
    }

    /// Returns the commits that wrote in a file where it had no id, on the lines that a merge joined to
    /// its first parent.
    fn written_on_joined_lines(
        &self,
        id: &DocId,
        change: &Change,
        beneath: &Beneath,
    ) -> Vec<usize> {
        let [first, others @ ..] = self.trunks.parents(change.commit) else { return Vec::new() };
        if others.is_empty() {
            return Vec::new();
        }
        let known = Beneath::of(*first);
        let is_new = |at| beneath.holds(&self.trunks, at) && !known.holds(&self.trunks, at);
        let mut written = Vec::new();
        for (got, path) in self.nameless_before.get(id).into_iter().flatten() {
            let before = Beneath::of(*got);
            let came = |at: usize| {
                is_new(at)
                    && !before.holds(&self.trunks, at)
                    && !Beneath::of(at).holds(&self.trunks, *got)
            };
            written.extend(self.nameless.all(path, &came));
        }
        // Where a line has the document no more, it lost its id there.
        let has_lost_it = |line: &&usize| self.lies_at(id, **line).is_none();
        let is_nameless = self.nameless.has(&change.path);
        for line in others.iter().filter(|_| is_nameless).filter(has_lost_it) {
            let line = Beneath::of(*line);
            let on_line = |at| line.holds(&self.trunks, at);
            let mut since = self.since_it_had_id(id, &change.path, &on_line);
            // Or the merge gives it one.
            if since.is_empty() && self.id_of(change.before).is_none() {
                since = self.nameless.last(&change.path, None, &on_line);
            }
            written.extend(since.into_iter().filter(|at| is_new(*at)));
        }
        written
    }

    /// Returns the commits that wrote what Git joined to a file from another path, as far as it was
    /// another document there, or none.
    fn written_where_it_lay(&self, id: &DocId, change: &Change) -> Vec<usize> {
        let Some(Elsewhere { path, parent }) = &change.joined_from else { return Vec::new() };
        let lines = self.trunks.parents(change.commit);
        let Some(&line) = lines.get(*parent) else { return Vec::new() };
        let own = Beneath::of(line);
        let others: Vec<Beneath> =
            lines.iter().filter(|it| **it != line).map(|it| Beneath::of(*it)).collect();
        let came =
            |at| own.holds(&self.trunks, at) && !others.iter().any(|it| it.holds(&self.trunks, at));
        let mut written = self.nameless.all(path, &came);
        // What it was itself under another id is told by its former names.
        let is_former = |other: &DocId| self.all_named_before(id).any(|(_, it)| it.id == *other);
        let documents = self.came_to.get(path).into_iter().flatten();
        for other in documents.filter(|other| *other != id && !is_former(other)) {
            let lies_there = self.lies_at(other, line) == Some(path);
            let writings = self.writings(other).into_iter();
            for it in writings.filter(|it| came(it.commit) && (lies_there || it.path == *path)) {
                written.extend(&it.written_elsewhere);
                written.extend((!it.is_joined).then_some(it.commit));
            }
        }
        written
    }

    /// Returns what the publishing branch had of the file of a document as another one, oldest first, with
    /// the commits.
    pub fn published_as_another(&self, id: &DocId) -> Vec<(usize, &Claims)> {
        let became = self.became.get(id).into_iter().flatten();
        let others = became.flat_map(|(since, other)| {
            let states = self.published_states(other).into_iter();
            let states = states.filter(|state| state.at >= *since);
            states.filter_map(|state| Some((state.at, &**state.shown?.1)))
        });
        let mut all: Vec<(usize, &Claims)> = others.collect();
        all.sort_by_key(|(at, _)| *at);
        all
    }

    /// Returns what a content says that is no document.
    pub(super) fn says_without_id(&self, blob: ObjectId) -> Says {
        match self.contents.get(&blob) {
            Some(Kept::Text(text)) => Says::Text(*text),
            Some(Kept::Claims(_) | Kept::Nothing) | None => Says::Unread(blob),
        }
    }

    /// Returns the id that a file had until a commit.
    pub(super) fn id_before(&self, change: &Change) -> Option<DocId> {
        self.id_of(change.before).filter(|_| !change.is_link)
    }

    /// Returns the document that a file was until a commit.
    pub(super) fn named(&self, change: &Change) -> Option<Named> {
        let id = self.id_before(change)?;
        let at = *self.trunks.parents(change.commit).first()?;
        Some(Named { id, blob: change.before?, at, joined_to: None })
    }

    /// Returns the last other document that a file was.
    pub(super) fn last_named(&self, change: &Change, id: &DocId) -> Option<Named> {
        let named = self.named(change).or_else(|| self.nameless.was(&change.path).cloned());
        named.filter(|named| named.id != *id)
    }

    /// Returns what a document still was under former ids on the lines that a merge joined.
    pub(super) fn named_on_joined_lines(&self, id: &DocId, merge: usize) -> Vec<Named> {
        let [first, others @ ..] = self.trunks.parents(merge) else { return Vec::new() };
        let known = Beneath::of(*first);
        let formerly = self.all_named_before(id).filter(|_| !others.is_empty());
        let named = formerly.flat_map(|(got, former)| {
            let newest = others.iter().filter_map(|at| Some((*at, self.newest(&former.id, *at)?)));
            newest.filter_map(|(at, event)| {
                // What bears the id after that is another document.
                let is_new = !known.holds(&self.trunks, event.commit)
                    && !Beneath::of(event.commit).holds(&self.trunks, *got);
                let blob = event.blob.filter(|_| is_new)?;
                Some(Named { id: former.id.clone(), blob, at, joined_to: Some(*first) })
            })
        });
        let mut named: Vec<Named> = named.collect();
        named.dedup();
        named
    }

    /// Returns the other ids under which the file of a document lay on the lines that a merge joined to
    /// it: there it is another document that was this one, or what this one was.
    pub(super) fn still_named_on_joined_lines(&self, change: &Change, id: &DocId) -> Vec<Named> {
        let [first, others @ ..] = self.trunks.parents(change.commit) else { return Vec::new() };
        if others.is_empty() {
            return Vec::new();
        }
        let former = |of: &DocId| -> BTreeSet<&DocId> {
            self.all_named_before(of).map(|(_, named)| &named.id).collect()
        };
        let own = former(id);
        let is_of_file = |other: &DocId| {
            let theirs = former(other);
            own.contains(other) || theirs.contains(id) || !own.is_disjoint(&theirs)
        };
        let elsewhere = change.joined_from.as_ref().map(|it| &it.path);
        let paths = [Some(&change.path), elsewhere].into_iter().flatten();
        let mut named: Vec<Named> =
            paths.flat_map(|path| self.named_at(path, id, change.commit)).collect();
        named.retain(|it| is_of_file(&it.id));
        named.dedup();
        named.into_iter().map(|it| Named { joined_to: Some(*first), ..it }).collect()
    }

    /// Returns the other documents that lay at a path on the lines that a merge joined.
    pub(super) fn named_at(&self, path: &RepoPath, id: &DocId, merge: usize) -> Vec<Named> {
        let others = self.trunks.parents(merge).iter().skip(1);
        let named = others.flat_map(|at| {
            let documents = self.came_to.get(path).into_iter().flatten();
            documents.filter(|other| *other != id).filter_map(|other| {
                let newest = self.newest(other, *at)?;
                let blob = newest.blob.filter(|_| self.path_of(other, newest) == path)?;
                Some(Named { id: other.clone(), blob, at: *at, joined_to: None })
            })
        });
        named.collect()
    }
}
