//! The life of each document, as commits show it.
//!
//! Front matter says what an author claims; this module says what happened. Rules compare the
//! two. Nothing here touches a repository: commits and changes arrive as values. A document is
//! followed by its id, through renames, splits and moves; order comes from the commit graph.

mod act;
mod before_id;
mod elsewhere;
mod left_out;
mod likeness;
mod slip;
mod trace;
mod trunk;
mod way;

use crate::document::{Approval, Claims, DocId, text_of};
use crate::index::{Kept, KnownContents};
use crate::repo::object::{Commit, ObjectId, Objects, ReadError};
use crate::repo::snapshot::read_blobs;
use crate::repo::walk::{Change, Walk};
use crate::source::{Date, RepoPath};
pub use act::{Act, act, has_approval, held_since, same_act};
pub use before_id::Named;
use before_id::Nameless;
pub use left_out::{EndLeftOut, LeftOut, Standing};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use trunk::Trunks;
pub use way::{Joined, Step, Steps};

/// What a commit did to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// It is there for the first time, or again after having been gone.
    Began,
    /// Its text changed.
    Text,
    /// Its front matter changed beyond approval and status; the text did not.
    Metadata,
    /// Nothing changed but approval, status and the days on which it comes into and goes out of force.
    Approval,
    /// It moved to another path, and nothing else.
    Moved,
    /// It is gone.
    Ended,
}

impl What {
    /// Tells whether it wrote what the document says, in its text or its front matter.
    pub fn writes(self) -> bool {
        matches!(self, Self::Began | Self::Text | Self::Metadata)
    }

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
    /// What the content came from: that of the first parent; where a document is put back that was
    /// gone, what it was before.
    pub before: Option<ObjectId>,
    /// What it claims of itself (the last claims, if it ended).
    pub claims: Arc<Claims>,
    /// What happened.
    pub what: What,
    /// Whether its file lay there without being it: before the commit, where it began, or still after
    /// it, where it ended.
    pub is_in_place: bool,
    /// Whether it is a merge with nothing of its own: what Git makes of its parents by itself.
    pub is_joined: bool,
    /// The commits that wrote what this revision builds on where it was not yet the document: in the
    /// file while it did not have the id, or in a copy that went as this came; likewise indices.
    pub written_elsewhere: Vec<usize>,
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
    /// Of each commit whether it is on the first-parent chain of the publishing branch, if there is
    /// such a branch.
    published: Option<Vec<bool>>,
    /// What happened to other files that had the id of a document while it lay elsewhere.
    beside: BTreeMap<DocId, Vec<Revision>>,
    /// All that happened to each document, in the order of the commits.
    events: BTreeMap<DocId, Vec<Event>>,
    /// The places of those among them that happened to the document itself, and to no copy of it.
    own: BTreeMap<DocId, Vec<usize>>,
    /// The documents that ever came to each path, copies of them as well.
    came_to: HashMap<RepoPath, BTreeSet<DocId>>,
    /// The files without an id.
    nameless: Nameless,
    /// The files that documents were while they had no id, and with which commits they got one.
    nameless_before: BTreeMap<DocId, Vec<(usize, RepoPath)>>,
    /// What documents were under other ids, and with which commits they got their own.
    named_before: BTreeMap<DocId, Vec<(usize, Named)>>,
    /// The other documents that files of a document became, by its id, and with which commit.
    became: HashMap<DocId, Vec<(usize, DocId)>>,
    /// The contents that were read to find out what files were before they had their ids.
    read_before_ids: BTreeSet<ObjectId>,
    /// The ids that were meant where files had mistyped ones ([`History::id_meant`]).
    ids_meant: HashMap<(RepoPath, ObjectId), DocId>,
    /// Since which commit files said what they said when they got their ids ([`History::said_before_id`]).
    said_since: BTreeMap<DocId, usize>,
    /// The commits that changed each picture themselves, or drew it elsewhere, as places.
    pictures: HashMap<RepoPath, Vec<usize>>,
    contents: KnownContents,
    trunks: Trunks,
    /// The day of each commit ([`History::day_of`]).
    days: Vec<Option<Date>>,
}

/// How an approval came to the publishing branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication<'h> {
    /// The commit on the branch that was the first to have it.
    pub commit: &'h Commit,
    /// What the document claimed there.
    pub claims: &'h Claims,
    /// Whether it is a merge that took the content over as another line had it.
    pub is_merge: bool,
}

/// What the publishing branch had of a document from one of its commits on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublishedState<'h> {
    /// The commit on the branch, as an index into [`History::commits`].
    pub at: usize,
    /// The content and what it claims; nothing where the document was gone.
    pub shown: Option<(ObjectId, &'h Arc<Claims>)>,
    /// Where it lay, or had lain.
    pub path: &'h RepoPath,
}

/// How a document went that stood on the line of the judged commit, or on one that it merged, and does
/// no more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure<'h> {
    /// The commit that removed it, as an index into [`History::commits`].
    pub commit: usize,
    /// The commit with which the judged line lost it: a merge, where it was removed on another.
    pub taken_over_in: usize,
    /// The commit that had it last, a parent of that: the first, but where the merge left out what only
    /// the line that it joined had.
    pub held_by: usize,
    /// The content it had there.
    pub content: ObjectId,
    /// Where it lay last.
    pub path: &'h RepoPath,
}

/// What one commit of a line did to a document: changed it, or took it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Event {
    commit: usize,
    blob: Option<ObjectId>,
    before: Option<ObjectId>,
    source: Source,
}

/// Where an event is told in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// The revision of the document with this index.
    Revision(usize),
    /// What a merge took over: the arrival with this index.
    Arrival(usize),
    /// The revision with this index of a file that had the document's id while that lay elsewhere.
    Beside(usize),
}

/// What a merge brought to its first parent's line from another: content, or that it is gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// The merge, as an index into [`History::commits`].
    pub commit: usize,
    /// Where the document lay after it (where it had lain, if it is gone).
    pub path: RepoPath,
    /// The document's content after the merge; none where the merge took over that it is gone.
    pub blob: Option<ObjectId>,
    /// Its content before.
    pub before: Option<ObjectId>,
}

impl Event {
    fn is_arrival(&self) -> bool {
        matches!(self.source, Source::Arrival(_))
    }

    fn is_beside(&self) -> bool {
        matches!(self.source, Source::Beside(_))
    }
}

/// Returns what every distinct content of a walk holds, and which contents had to be read for it,
/// on all threads, because they were not known.
///
/// # Errors
/// When a content is missing or damaged.
pub fn read_contents(
    objects: &dyn Objects,
    walk: &Walk,
    known: &KnownContents,
) -> Result<(KnownContents, Vec<ObjectId>), ReadError> {
    // In the order of paths, newest first, as long as nothing better is known: versions of one file
    // are often stored as differences to each other.
    let documents = walk.changes.iter().filter(|change| change.path.is_markdown());
    let mut in_path_order: Vec<&Change> = documents.collect();
    in_path_order.sort_by(|a, b| (&a.path, b.commit).cmp(&(&b.path, a.commit)));
    let contents = in_path_order.into_iter().flat_map(|change| [change.after, change.before]);
    let (mut held, mut unknown) = (KnownContents::new(), Vec::new());
    let mut seen = HashSet::new();
    for id in contents.flatten().filter(|id| seen.insert(*id)) {
        match known.get(&id) {
            Some(found) => drop(held.insert(id, found.clone())),
            None => unknown.push(id),
        }
    }
    let read = read_blobs(objects, unknown.clone(), |id, bytes| {
        match bytes {
            // What is never read as a document is none.
            Err(ReadError::TooLarge(..)) => Ok((id, Kept::Nothing)),
            bytes => Ok((id, kept(&bytes?))),
        }
    });
    held.extend(read.into_iter().collect::<Result<Vec<_>, ReadError>>()?);
    Ok((held, unknown))
}

fn kept(bytes: &[u8]) -> Kept {
    match Claims::read(bytes) {
        Some(claims) => Kept::Claims(Arc::new(claims)),
        None => text_of(bytes).map_or(Kept::Nothing, Kept::Text),
    }
}

impl History {
    /// Returns the commits that changed a picture themselves, or first drew it at another path, as places
    /// in [`History::commits`]: those that merged it are not among them.
    pub fn changes_of_picture(&self, path: &RepoPath) -> &[usize] {
        self.pictures.get(path).map_or(&[], Vec::as_slice)
    }

    /// Returns the ids of all documents there ever were, in order.
    pub fn ids(&self) -> Vec<&DocId> {
        // Most of what merges took over has a life as well; each document is named once.
        let ids: BTreeSet<&DocId> = self.lives.keys().chain(self.arrivals.keys()).collect();
        ids.into_iter().collect()
    }

    /// Returns the revisions of a document, oldest first.
    pub fn revisions(&self, id: &DocId) -> &[Revision] {
        self.lives.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the revisions that wrote what a document says, be it in a copy of it, in the order of
    /// the commits.
    pub fn writings(&self, id: &DocId) -> Vec<&Revision> {
        let copies = self.beside.get(id).map_or(&[][..], Vec::as_slice);
        let all = self.revisions(id).iter().chain(copies);
        let mut writings: Vec<&Revision> = all.filter(|it| it.what.writes()).collect();
        writings.sort_by_key(|it| it.commit);
        writings
    }

    /// Returns the day of a commit, and no earlier one than those of the commits it rests on: nothing
    /// is called off by a commit that is dated back.
    pub fn day_of(&self, commit: usize) -> Option<Date> {
        self.days[commit]
    }

    /// Returns the place of the judged commit in [`History::commits`].
    pub fn judged(&self) -> usize {
        self.commits.len().saturating_sub(1)
    }

    /// Returns what a document was at a commit, given its events up to there.
    fn state_at(&self, events: &[Event], commit: usize) -> Option<ObjectId> {
        let own = |event: &&Event| !event.is_beside() && self.trunks.leads(event.commit, commit);
        events.iter().rev().find(own)?.blob
    }

    /// Returns the last that happened to a document on the line of a commit.
    fn newest(&self, id: &DocId, line: usize) -> Option<&Event> {
        self.back_on(id, line).next()
    }

    /// Returns all that happened to a document on the line of a commit, newest first.
    fn back_on(&self, id: &DocId, line: usize) -> impl Iterator<Item = &Event> {
        let events = self.events(id);
        let own = self.own.get(id).into_iter().flatten().rev().map(|&at| &events[at]);
        own.filter(move |event| self.trunks.leads(event.commit, line))
    }

    /// Returns where an event left a document.
    fn path_of(&self, id: &DocId, event: &Event) -> &RepoPath {
        match event.source {
            Source::Revision(i) => &self.lives[id][i].path,
            Source::Arrival(i) => &self.arrivals[id][i].path,
            Source::Beside(i) => &self.beside[id][i].path,
        }
    }

    /// Returns all that happened to a document, in the order of the commits.
    fn events(&self, id: &DocId) -> &[Event] {
        self.events.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns what happened to a document up to a commit.
    fn events_until(&self, id: &DocId, at: usize) -> &[Event] {
        let events = self.events(id);
        &events[..events.partition_point(|event| event.commit <= at)]
    }

    /// Returns why a document was changed, as far as a revision of it says something new about that: what
    /// it repeats was the reason of an earlier change.
    pub fn new_summary<'h>(&'h self, revision: &'h Revision) -> Option<&'h str> {
        let before = revision.before.and_then(|blob| self.claims_in(blob));
        let before = before.and_then(|claims| claims.change_summary.as_deref());
        revision.claims.change_summary.as_deref().filter(|summary| Some(*summary) != before)
    }

    /// Returns what a content of the history claims.
    pub fn claims_in(&self, blob: ObjectId) -> Option<&Claims> {
        self.contents.get(&blob)?.claims().map(Arc::as_ref)
    }

    /// Tells what the judged commit has of a document, as far as it can be read.
    pub fn committed(&self, id: &DocId) -> Option<&Claims> {
        self.claims_in(self.committed_content(id)?)
    }

    /// Returns the content that the judged commit has of a document.
    pub fn committed_content(&self, id: &DocId) -> Option<ObjectId> {
        let head = self.commits.len().checked_sub(1)?;
        self.newest(id, head)?.blob
    }

    /// Returns how a document went that the judged commit had once, or a line that it merged, and has no
    /// more.
    pub fn departure(&self, id: &DocId) -> Option<Departure<'_>> {
        let Some(lost) = self.newest(id, self.judged()) else { return self.dropped(id) };
        if lost.blob.is_some() {
            return None;
        }
        let removed = self.removal(id, lost);
        Some(Departure {
            commit: removed.commit,
            taken_over_in: lost.commit,
            held_by: *self.parents(lost.commit).first()?,
            content: lost.before?,
            path: self.path_of(id, removed),
        })
    }

    /// Returns what removed a document that a line lost: where a merge took that over, what did so on the
    /// line that it joined.
    fn removal<'h>(&'h self, id: &DocId, lost: &'h Event) -> &'h Event {
        let mut removed = lost;
        while removed.is_arrival() {
            let others = self.trunks.parents(removed.commit).get(1..).unwrap_or_default();
            let gone = |line: &usize| self.newest(id, *line).filter(|event| event.blob.is_none());
            // Where no line that was joined had removed it, the merge itself left it out.
            let Some(earlier) = others.iter().find_map(gone) else { break };
            removed = earlier;
        }
        removed
    }

    /// Tells whether the file of a document that was gone with a commit was still there, and could no
    /// longer be read as it; likewise.
    pub fn has_left_its_file(&self, id: &DocId, commit: usize) -> bool {
        let lost = self.newest(id, commit).filter(|event| event.blob.is_none());
        let Some(removed) = lost.map(|lost| self.removal(id, lost)) else { return false };
        match removed.source {
            Source::Revision(at) => self.lives[id][at].is_in_place,
            Source::Arrival(_) | Source::Beside(_) => false,
        }
    }

    /// Returns what a document claimed last that was gone with a commit; be it on another line, where the
    /// commit is a merge that took the removal over.
    pub fn claims_before_removal(&self, id: &DocId, commit: usize) -> Option<&Claims> {
        let lost = self.newest(id, commit).filter(|event| event.blob.is_none())?;
        self.claims_in(self.removal(id, lost).before?)
    }

    /// Returns how an approval that the publishing branch had at a commit came to it, if it had it; be it
    /// after it gave it up in a commit.
    pub fn publication(
        &self,
        id: &DocId,
        at: usize,
        since: Option<usize>,
        approval: &Approval,
    ) -> Option<Publication<'_>> {
        let events = self.events_until(id, at);
        let published = events.iter().enumerate().filter(|(_, event)| {
            let is_since = since.is_none_or(|since| since < event.commit);
            is_since && !event.is_beside() && self.is_published(event.commit)
        });
        let states = published.rev().map(|(at, event)| {
            let claims = event.blob.and_then(|blob| self.claims_in(blob));
            ((at, event), event.blob, claims)
        });
        let (at, event) = held_since(states, approval)?;
        let claims = self.claims_in(event.blob?)?;
        let same_content = |parent: &usize| {
            let there = self.state_at(&events[..at], *parent);
            let there = there.and_then(|blob| self.claims_in(blob));
            there.is_some_and(|there| there.covered == claims.covered)
        };
        let others = self.trunks.parents(event.commit).get(1..).unwrap_or_default();
        let is_joined = match event.source {
            Source::Revision(i) => self.revisions(id)[i].is_joined,
            Source::Arrival(_) => true,
            Source::Beside(_) => false,
        };
        let is_merge = is_joined || others.iter().any(same_content);
        Some(Publication { commit: &self.commits[event.commit], claims, is_merge })
    }

    /// Returns the merges on the publishing branch that took approvals of a document over, each
    /// with one approval, whether or not it has stayed there.
    pub fn merged_approvals(&self, id: &DocId) -> impl Iterator<Item = (&Approval, &Commit)> {
        let arrivals = self.arrivals.get(id).map(Vec::as_slice).unwrap_or_default().iter();
        let published = arrivals.filter(|arrival| self.is_published(arrival.commit));
        published.flat_map(|arrival| {
            let claims = |blob: Option<ObjectId>| self.claims_in(blob?);
            let had = move |approval: &&Approval| {
                claims(arrival.before).is_some_and(|before| has_approval(before, approval))
            };
            let has = claims(arrival.blob).map(|claims| claims.approvals.as_slice());
            let new = has.unwrap_or_default().iter().filter(move |approval| !had(approval));
            new.map(|approval| (approval, &self.commits[arrival.commit]))
        })
    }

    /// Returns what a document claimed of itself in a commit.
    pub fn claims_at(&self, id: &DocId, commit: ObjectId) -> Option<&Claims> {
        let commit = self.trunks.find(commit)?;
        self.claims_in(self.newest(id, commit)?.blob?)
    }

    /// Returns the commits with a signature that brought an approval.
    pub fn signed_approvals(&self) -> BTreeSet<ObjectId> {
        let mut found = BTreeSet::new();
        if !self.commits.iter().any(|commit| commit.signed) {
            return found;
        }
        for id in self.ids() {
            let events = self.events(id);
            let brought = |event: &&Event| {
                let claims = |blob: Option<ObjectId>| blob.and_then(|blob| self.claims_in(blob));
                let had = |approval: &Approval| {
                    claims(event.before).is_some_and(|before| has_approval(before, approval))
                };
                self.commits[event.commit].signed
                    && claims(event.blob)
                        .is_some_and(|claims| claims.approvals.iter().any(|it| !had(it)))
            };
            found.extend(events.iter().filter(brought).map(|it| self.commits[it.commit].id));
        }
        found
    }

    /// Returns the given commits and all that they rest on.
    pub fn with_ancestors(&self, commits: &[ObjectId]) -> HashSet<ObjectId> {
        let of = self.beneath(commits);
        let of = self.commits.iter().zip(of).filter(|(_, is_one)| *is_one);
        of.map(|(commit, _)| commit.id).collect()
    }

    /// Tells of each commit whether it is one of the given ones or one that they rest on.
    pub fn beneath(&self, commits: &[ObjectId]) -> Vec<bool> {
        self.trunks.beneath(commits.iter().filter_map(|id| self.trunks.find(*id)).collect())
    }

    /// Returns the commits that one rests on and another does not, itself included, as places.
    pub fn only_beneath(&self, commit: usize, other: usize) -> HashSet<usize> {
        // The newest first: all that grows out of a commit has been looked at before it is. What is
        // still open, and whether the other rests on it.
        let mut open = BTreeMap::from([(commit, false), (other, true)]);
        let mut found = HashSet::new();
        while open.values().any(|is_others| !is_others)
            && let Some((at, is_others)) = open.pop_last()
        {
            if !is_others {
                found.insert(at);
            }
            for &parent in self.trunks.parents(at) {
                let is_on_line = is_others || self.trunks.leads(parent, other);
                *open.entry(parent).or_default() |= is_on_line;
            }
        }
        found
    }

    /// Returns the commits that lie before a day together with all they rest on. A commit dated
    /// back is not among them: its parents are later.
    pub fn commits_before(&self, day: Date) -> HashSet<ObjectId> {
        let mut is_before: Vec<bool> = Vec::with_capacity(self.commits.len());
        for (i, commit) in self.commits.iter().enumerate() {
            let own = commit.committer.date().is_some_and(|date| date < day);
            is_before.push(own && self.trunks.parents(i).iter().all(|&parent| is_before[parent]));
        }
        let commits = self.commits.iter().zip(is_before);
        commits.filter(|(_, is_before)| *is_before).map(|(commit, _)| commit.id).collect()
    }

    /// Returns what the publishing branch had of a document, oldest first; where there is no such
    /// branch, what the judged commit's own line had.
    pub fn published_states(&self, id: &DocId) -> Vec<PublishedState<'_>> {
        let is_shown = |event: &&Event| match &self.published {
            Some(published) => published[event.commit],
            None => self.trunks.leads(event.commit, self.judged()),
        };
        let events = self.events(id).iter().filter(|event| !event.is_beside()).filter(is_shown);
        let states = events.map(|event| PublishedState {
            at: event.commit,
            shown: event.blob.and_then(|blob| Some((blob, self.contents.get(&blob)?.claims()?))),
            path: self.path_of(id, event),
        });
        states.collect()
    }

    /// Returns the judged commit and its first parents, newest first.
    pub fn first_parents(&self) -> impl Iterator<Item = &Commit> {
        let newest = self.commits.len().checked_sub(1);
        let line = std::iter::successors(newest, |&at| self.trunks.parents(at).first().copied());
        line.map(|at| &self.commits[at])
    }

    /// Returns the first commit of the publishing branch that holds what a commit did.
    pub fn published_since(&self, commit: usize) -> Option<usize> {
        let chain: Vec<usize> =
            (0..self.commits.len()).filter(|at| self.is_published(*at)).collect();
        let lacks_it = |at: &usize| !self.beneath(&[self.commits[*at].id])[commit];
        chain.get(chain.partition_point(lacks_it)).copied()
    }

    /// Tells whether a commit stands on the first-parent chain of the publishing branch.
    pub fn is_published(&self, commit: usize) -> bool {
        self.published.as_ref().is_some_and(|published| published[commit])
    }

    /// Returns the commits that did something to a document, as places in [`History::commits`].
    pub fn commits_of_documents(&self) -> HashSet<usize> {
        let changed = self.lives.values().flatten().map(|revision| revision.commit);
        let beside = self.beside.values().flatten().map(|revision| revision.commit);
        let taken_over = self.arrivals.values().flatten().map(|arrival| arrival.commit);
        changed.chain(beside).chain(taken_over).collect()
    }

    /// Returns the parents of a commit, first parent first, as places in [`History::commits`].
    pub fn parents(&self, commit: usize) -> &[usize] {
        self.trunks.parents(commit)
    }

    /// Returns the place of a commit in [`History::commits`].
    pub fn place_of(&self, id: ObjectId) -> Option<usize> {
        self.trunks.find(id)
    }

    /// Finds a commit by its id.
    pub fn commit(&self, id: ObjectId) -> Option<&Commit> {
        self.commits.get(self.trunks.find(id)?)
    }

    /// Returns the commit of a revision.
    pub fn commit_of(&self, revision: &Revision) -> &Commit {
        &self.commits[revision.commit]
    }

    /// Returns where a document lay in a commit, after where it had lain if the commit moved it:
    /// the paths by which Git shows what the commit did to it. None, if the commit knew nothing of
    /// it.
    pub fn paths_in(&self, id: &DocId, commit: ObjectId) -> Vec<&RepoPath> {
        let Some(at) = self.place_of(commit) else { return Vec::new() };
        let path = |line: usize| self.newest(id, line).map(|event| self.path_of(id, event));
        let Some(after) = path(at) else { return Vec::new() };
        let before = self.parents(at).first().and_then(|parent| path(*parent));
        before.filter(|before| *before != after).into_iter().chain([after]).collect()
    }
}
