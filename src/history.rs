//! The life of each document, as commits show it.
//!
//! Front matter says what an author claims; this module says what happened. Rules compare the
//! two. Nothing here touches a repository: commits and changes arrive as values. A document is
//! followed by its id, through renames, splits and moves; order comes from the commit graph.

use crate::document::{Approval, Claims, DocId};
use crate::repo::object::{Commit, ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::repo::walk::{Change, Walk};
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What a commit did to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is there for the first time, or again after having been gone.
    Began,
    /// Its text changed.
    Text,
    /// Its front matter changed beyond approval and status; the text did not.
    Metadata,
    /// Nothing changed but approval, status and the day it takes effect.
    Approval,
    /// It moved to another path, and nothing else.
    Moved,
    /// It is gone.
    Ended,
}

impl What {
    /// Returns the word for a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Began => "first seen",
            Self::Text => "text",
            Self::Metadata => "metadata",
            Self::Approval => "approval or status",
            Self::Moved => "moved",
            Self::Ended => "removed",
        }
    }
}

/// One state of a document, and the commit that brought it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision {
    /// The commit, as an index into [`History::commits`].
    pub commit: usize,
    /// Where the document lay after it (where it had lain, if it ended).
    pub path: RepoPath,
    /// Where it lay before, if elsewhere.
    pub moved_from: Option<RepoPath>,
    /// Its content; `None` if it ended.
    pub blob: Option<ObjectId>,
    /// Its content in the first parent.
    pub before: Option<ObjectId>,
    /// What it claims of itself (the last claims, if it ended).
    pub claims: Arc<Claims>,
    /// What happened.
    pub what: What,
}

/// Everything the commits say about the documents.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The commits, parents before children.
    pub commits: Vec<Commit>,
    /// The life of each document, oldest revision first.
    pub lives: BTreeMap<DocId, Vec<Revision>>,
    /// What merges took over, by document: content that another parent already had.
    pub arrivals: BTreeMap<DocId, Vec<Arrival>>,
    /// Whether each commit stands on the first-parent chain of the publishing branch.
    published: HashSet<usize>,
    claims: HashMap<ObjectId, Option<Arc<Claims>>>,
}

/// Content that a merge brought to its first parent's line from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The merge, as an index into [`History::commits`].
    pub commit: usize,
    /// The document's content after the merge.
    pub blob: ObjectId,
    /// Its content before.
    pub before: Option<ObjectId>,
}

/// Reads what every distinct content of a walk claims, on all threads.
///
/// # Errors
/// When a content is missing or damaged.
pub fn read_claims(
    objects: &dyn Objects,
    walk: &Walk,
) -> Result<HashMap<ObjectId, Option<Arc<Claims>>>, ReadError> {
    let mut blobs: Vec<ObjectId> = Vec::new();
    let mut seen = HashSet::new();
    // In the order of paths: versions of one file lie together in a pack.
    let mut in_path_order: Vec<&Change> = walk.changes.iter().collect();
    in_path_order.sort_by(|a, b| (&a.path, b.commit).cmp(&(&b.path, a.commit)));
    for change in in_path_order {
        blobs.extend(
            [change.after, change.before].into_iter().flatten().filter(|id| seen.insert(*id)),
        );
    }
    blobs
        .par_chunks(64)
        .map(|chunk| {
            let read = |id: &ObjectId| {
                let bytes = snapshot::blob(objects, *id)?;
                Ok((*id, Claims::read(&bytes).map(Arc::new)))
            };
            chunk.iter().map(read).collect::<Result<Vec<_>, ReadError>>()
        })
        .try_reduce(Vec::new, |mut all, part| {
            all.extend(part);
            Ok(all)
        })
        .map(|claims| claims.into_iter().collect())
}

impl History {
    /// Follows every document through the commits. `published` are the commits on the
    /// first-parent chain of the publishing branch.
    pub fn trace(
        walk: Walk,
        claims: HashMap<ObjectId, Option<Arc<Claims>>>,
        published: &HashSet<ObjectId>,
    ) -> Self {
        let mut history = Self {
            published: walk
                .commits
                .iter()
                .enumerate()
                .filter(|(_, commit)| published.contains(&commit.id))
                .map(|(i, _)| i)
                .collect(),
            commits: walk.commits,
            claims,
            ..Self::default()
        };
        for of_commit in walk.changes.chunk_by(|a, b| a.commit == b.commit) {
            history.take_commit(of_commit);
        }
        history
    }

    fn claims_of(&self, blob: Option<ObjectId>) -> Option<Arc<Claims>> {
        self.claims.get(&blob?).cloned().flatten()
    }

    /// Adds what one commit did. A document that left one path and appears at another moved.
    fn take_commit(&mut self, changes: &[Change]) {
        let mut left: BTreeMap<DocId, &Change> = BTreeMap::new();
        let mut appeared: Vec<(DocId, Arc<Claims>, &Change)> = Vec::new();
        for change in changes {
            let (before, after) = (self.claims_of(change.before), self.claims_of(change.after));
            let before_id = before.as_ref().and_then(|claims| claims.id.clone());
            let after_id = after.as_ref().and_then(|claims| claims.id.clone());
            if before_id != after_id {
                left.extend(before_id.map(|id| (id, change)));
            }
            if let (Some(id), Some(claims)) = (after_id, after) {
                appeared.push((id, claims, change));
            }
        }
        for (id, claims, change) in appeared {
            let stayed = self.claims_of(change.before).filter(|before| before.id == claims.id);
            let came_from = if stayed.is_none() { left.remove(&id) } else { None };
            let before_blob = came_from.map_or(change.before, |old| old.before);
            let before = stayed.or_else(|| self.claims_of(came_from?.before));
            let commit = change.commit;
            let Some(blob) = change.after else { continue };
            if change.from_other_parent {
                let arrival = Arrival { commit, blob, before: before.and(before_blob) };
                self.arrivals.entry(id).or_default().push(arrival);
                continue;
            }
            let revision = Revision {
                commit,
                path: change.path.clone(),
                moved_from: came_from.map(|old| old.path.clone()),
                blob: Some(blob),
                before: before.as_ref().and(before_blob),
                what: difference(before.as_deref(), &claims),
                claims,
            };
            self.lives.entry(id).or_default().push(revision);
        }
        for (id, change) in left {
            let Some(claims) = self.claims_of(change.before) else { continue };
            if change.from_other_parent {
                continue;
            }
            let revision = Revision {
                commit: change.commit,
                path: change.path.clone(),
                moved_from: None,
                blob: None,
                before: change.before,
                claims,
                what: What::Ended,
            };
            self.lives.entry(id).or_default().push(revision);
        }
    }

    /// Returns the revisions of a document, oldest first.
    pub fn revisions(&self, id: &DocId) -> &[Revision] {
        self.lives.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the revisions that led to `blob`, newest first: each is the origin of the content
    /// the next one changed. Side branches that were not taken are left out.
    pub fn way_to(&self, id: &DocId, blob: ObjectId) -> Vec<&Revision> {
        let revisions = self.revisions(id);
        let mut way = Vec::new();
        let mut wanted = Some(blob);
        let mut bound = revisions.len();
        while let Some(blob) = wanted {
            let found = revisions[..bound].iter().rposition(|revision| revision.blob == Some(blob));
            let Some(at) = found else { break };
            way.push(&revisions[at]);
            wanted = revisions[at].before;
            bound = at;
        }
        way
    }

    /// Returns the merge that took content with an approval to the publishing branch.
    pub fn arrival_of(&self, id: &DocId, approval: &Approval) -> Option<&Commit> {
        let has_it = |blob: Option<ObjectId>| {
            let claims = blob.and_then(|blob| self.claims.get(&blob)).and_then(Option::as_ref);
            claims.is_some_and(|claims| {
                claims.approvals.iter().any(|other| same_act(other, approval))
            })
        };
        let arrival = self.arrivals.get(id)?.iter().rev().find(|arrival| {
            self.published.contains(&arrival.commit)
                && has_it(Some(arrival.blob))
                && !has_it(arrival.before)
        })?;
        self.commits.get(arrival.commit)
    }

    /// Tells whether a commit stands on the first-parent chain of the publishing branch.
    pub fn is_published(&self, commit: usize) -> bool {
        self.published.contains(&commit)
    }

    /// Returns the commit of a revision.
    pub fn commit_of(&self, revision: &Revision) -> &Commit {
        &self.commits[revision.commit]
    }
}

/// Tells whether two entries of front matter claim the same act of approval.
pub fn same_act(a: &Approval, b: &Approval) -> bool {
    (&a.by, a.on, &a.version, &a.digest, &a.role) == (&b.by, b.on, &b.version, &b.digest, &b.role)
}

fn difference(before: Option<&Claims>, after: &Claims) -> What {
    match before {
        None => What::Began,
        Some(before) if before.text != after.text => What::Text,
        Some(before) if before.substance != after.substance => What::Metadata,
        Some(before)
            if before.status != after.status
                || before.effective_from != after.effective_from
                || before.approvals.len() != after.approvals.len()
                || !before.approvals.iter().zip(&after.approvals).all(|(a, b)| same_act(a, b)) =>
        {
            What::Approval
        }
        Some(_) => What::Moved,
    }
}
