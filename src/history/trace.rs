//! From the changes of commits to the lives of documents.
//!
//! A document is where the file with its id lies. Should a second file have the id as well, the
//! document stays where it is: the other is a copy, and nothing of it counts. Once the document's
//! own file is gone, the copy takes its place, with all that happened to it in the meantime.

use super::before_id::{Named, Says};
use super::likeness::{Gone, Texts};
use super::slip::read_slips;
use super::trunk::{Beneath, Trunks};
use super::{Arrival, Event, History, Revision, Source, What, same_act};
use crate::document::{Claims, DocId};
use crate::index::{Kept, KnownContents};
use crate::repo::object::{Commit, ObjectId, Objects};
use crate::repo::walk::{Change, Origin, Walk};
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// What copies of documents held, by where they lay, and from which commit on; nothing once they are
/// gone.
pub(super) type Copies = BTreeMap<DocId, BTreeMap<RepoPath, Vec<(usize, Option<ObjectId>)>>>;

/// A file that has an id after a commit.
struct Appeared<'c> {
    id: DocId,
    claims: Arc<Claims>,
    change: &'c Change,
    /// The change by which the id left another path in the same commit.
    came_from: Option<&'c Change>,
    /// The files that went in the same commit and hold most of its text: those of no document, and
    /// of other documents.
    made_of: Vec<&'c Change>,
    /// Further paths that the id left in it.
    also_left: Vec<&'c RepoPath>,
}

/// Returns the day of each commit: its own, or a later one of a commit it rests on.
fn days_of(commits: &[Commit], trunks: &Trunks) -> Vec<Option<Date>> {
    let mut days: Vec<Option<Date>> = Vec::with_capacity(commits.len());
    for (place, commit) in commits.iter().enumerate() {
        let beneath = trunks.parents(place).iter().filter_map(|parent| days[*parent]).max();
        days.push(commit.committer.date().max(beneath));
    }
    days
}

/// Settles the status of each content that names the day of its withdrawal: what it was when it came.
/// What becomes of it once that day has come is another question, and no past of it.
fn settle_statuses(changes: &[Change], days: &[Option<Date>], contents: &mut KnownContents) {
    let mut came: HashMap<ObjectId, Option<Date>> = HashMap::new();
    for change in changes {
        let names_day = |blob: &ObjectId| {
            let claims = contents.get(blob).and_then(Kept::claims);
            claims.is_some_and(|claims| claims.withdrawn_on.is_some())
        };
        if let Some(blob) = change.after.filter(names_day) {
            let day = days[change.commit];
            let first = came.entry(blob).or_insert(day);
            *first = (*first).min(day);
        }
    }
    for (blob, day) in came {
        if let (Some(Kept::Claims(claims)), Some(day)) = (contents.get_mut(&blob), day) {
            Arc::make_mut(claims).settle_status(day);
        }
    }
}

impl History {
    /// Follows every document through the commits. `published` are the places of those on the
    /// first-parent chain of the publishing branch, if there is one. Of `objects` it reads what is
    /// known by its text alone: which file got its id and its place in one commit.
    pub fn trace(
        mut walk: Walk,
        mut contents: KnownContents,
        published: Option<HashSet<usize>>,
        objects: &dyn Objects,
    ) -> Self {
        let commits = 0..walk.commits.len();
        let on_branch =
            |places: HashSet<usize>| commits.map(|place| places.contains(&place)).collect();
        let trunks = Trunks::of(&walk.commits);
        let days = days_of(&walk.commits, &trunks);
        // A link is no document, whatever stands in it.
        let links: Vec<Change> = walk.changes.extract_if(.., |it| it.is_link).collect();
        let slips = read_slips(&mut walk, &trunks, &mut contents, objects);
        settle_statuses(&walk.changes, &days, &mut contents);
        if !links.is_empty() {
            walk.changes.extend(links);
            walk.changes.sort_by(Change::order);
        }
        let mut history = Self {
            published: published.map(on_branch),
            trunks,
            days,
            commits: walk.commits,
            contents,
            ..Self::default()
        };
        let mut copies = Copies::new();
        let mut texts = Texts::of(objects);
        let mut drawn = HashMap::new();
        for of_commit in walk.changes.chunk_by(|a, b| a.commit == b.commit) {
            history.take_commit(of_commit, &mut copies, &mut texts);
            history.take_pictures(of_commit, &mut drawn);
        }
        for (id, former) in &history.named_before {
            for (commit, named) in former {
                let became = history.became.entry(named.id.clone()).or_default();
                became.push((*commit, id.clone()));
            }
        }
        history.read_before_ids = texts.read();
        history.read_before_ids.extend(slips.read);
        history.ids_meant = slips.meant;
        history
    }

    fn claims_of(&self, blob: Option<ObjectId>) -> Option<Arc<Claims>> {
        self.contents.get(&blob?)?.claims().cloned()
    }

    pub(super) fn id_of(&self, blob: Option<ObjectId>) -> Option<DocId> {
        self.claims_of(blob)?.id.clone()
    }

    /// Adds the pictures that one commit changed itself. What was drawn at another path was drawn there.
    fn take_pictures(&mut self, changes: &[Change], drawn: &mut HashMap<ObjectId, usize>) {
        let own = changes.iter().filter(|it| it.origin == Origin::Own && it.path.is_picture());
        for change in own {
            let first = change.after.map(|blob| *drawn.entry(blob).or_insert(change.commit));
            let of_path = self.pictures.entry(change.path.clone()).or_default();
            of_path.extend(first.filter(|first| *first != change.commit));
            of_path.push(change.commit);
        }
    }

    /// Adds what one commit did. A document that left one path and appears at another moved.
    fn take_commit(&mut self, changes: &[Change], copies: &mut Copies, texts: &mut Texts<'_>) {
        let Some(commit) = changes.first().map(|it| it.commit) else { return };
        let beneath = Beneath::of(commit);
        let (links, changes): (Vec<&Change>, Vec<&Change>) =
            changes.iter().partition(|it| it.is_link);
        let mut left: BTreeMap<DocId, Vec<&Change>> = BTreeMap::new();
        let mut appeared: Vec<(DocId, Arc<Claims>, &Change)> = Vec::new();
        let mut without_id = Vec::new();
        for change in changes.iter().copied() {
            let (before, after) = (self.claims_of(change.before), self.claims_of(change.after));
            let before_id = before.as_ref().and_then(|claims| claims.id.clone());
            let after_id = after.as_ref().and_then(|claims| claims.id.clone());
            if before_id != after_id
                && let Some(id) = before_id
            {
                left.entry(id).or_default().push(change);
            }
            match (after_id, after) {
                (Some(id), Some(claims)) => appeared.push((id, claims, change)),
                _ if change.after.is_some()
                    && change.origin == Origin::Own
                    && !change.path.is_picture() =>
                {
                    without_id.push(change);
                }
                _ => {}
            }
        }
        let has_gone = |change: &&Change| {
            let was_known = self.id_before(change).is_some() || self.nameless.has(&change.path);
            change.after.is_none() && was_known
        };
        let mut gone = Gone::of(changes.iter().chain(&links).copied().filter(has_gone).collect());
        for change in without_id {
            let Some(new) = change.after else { continue };
            let says = self.says_without_id(new);
            let moved = || match change.before {
                None if !left.is_empty() && matches!(says, Says::Text(_)) => {
                    gone.made_into(new, texts).into_iter().find_map(|it| self.named(it))
                }
                _ => None,
            };
            let was = self.named(change).or_else(moved);
            self.nameless.take(change, says, was);
        }
        let links: HashMap<&RepoPath, &Change> = links.iter().map(|it| (&it.path, *it)).collect();
        self.take_links(&links, &changes);
        let appeared_at: BTreeMap<DocId, Option<ObjectId>> =
            appeared.iter().map(|(id, _, change)| (id.clone(), change.after)).collect();
        // What moved as it was is the document's own file; what is new beside it is a copy.
        appeared.sort_by_key(|(id, _, change)| {
            let mut gone = left.get(id).into_iter().flatten();
            !gone.any(|old| old.before == change.after)
        });
        for (id, claims, change) in appeared {
            let stayed = self.claims_of(change.before).is_some_and(|it| it.id == claims.id);
            let came_from = if stayed { None } else { self.take_left(&id, &mut left) };
            let also_left = left.get(&id).into_iter().flatten().map(|it| &it.path).collect();
            let mut made_of = match stayed {
                true => Vec::new(),
                false => self.made_of(change, came_from, &mut gone, &appeared_at, texts),
            };
            let lay_there = links.get(&change.path).filter(|link| link.before.is_some());
            made_of.extend(lay_there.filter(|link| !made_of.contains(*link)));
            let appeared = Appeared { id, claims, change, came_from, made_of, also_left };
            self.take_appeared(appeared, copies, &beneath);
        }
        for (id, changes) in left {
            let gone: HashSet<&RepoPath> = changes.iter().map(|change| &change.path).collect();
            for change in &changes {
                self.take_left_behind(&id, change, &gone, copies);
            }
        }
    }

    /// Takes the texts that one commit wrote itself as targets of links; `files` are the changes of files
    /// in it.
    fn take_links(&mut self, links: &HashMap<&RepoPath, &Change>, files: &[&Change]) {
        if links.is_empty() {
            return;
        }
        let files: HashMap<&RepoPath, &Change> = files.iter().map(|it| (&it.path, *it)).collect();
        let mut own: Vec<&Change> = links.values().copied().collect();
        own.retain(|link| link.origin == Origin::Own);
        own.sort_by_key(|link| &link.path);
        for link in own {
            let Some(new) = link.after else { continue };
            let file = files.get(&link.path);
            // Whoever makes a link of a file writes nothing.
            if file.is_none_or(|file| file.before != Some(new)) {
                let was = file.and_then(|file| self.named(file));
                self.nameless.take(link, self.says_without_id(new), was);
            }
        }
    }

    /// Returns the files of which most is in one that has got an id: those that went as it came, or what
    /// lay at its path.
    fn made_of<'c>(
        &self,
        change: &'c Change,
        came_from: Option<&Change>,
        gone: &mut Gone<'c>,
        appeared_at: &BTreeMap<DocId, Option<ObjectId>>,
        texts: &mut Texts<'_>,
    ) -> Vec<&'c Change> {
        let Some(new) = change.after else { return Vec::new() };
        let there = match (change.before, came_from.map(|left| left.before)) {
            // What came to the path of another document may be that one, under the id of this.
            (Some(there), Some(Some(own))) if texts.is_rather_of(new, there, own) => {
                return vec![change];
            }
            (there, None) if self.id_of(there).is_none() => there,
            _ => return Vec::new(),
        };
        let mut made_of = gone.made_into(new, texts);
        made_of.retain(|went| {
            let Some(old) = went.before else { return false };
            // What goes on elsewhere under its id is that file, unless more of it stands in this one.
            let goes_on = self.id_before(went).and_then(|id| *appeared_at.get(&id)?);
            there.is_none_or(|there| texts.is_rather_of(new, old, there))
                && goes_on.is_none_or(|other| texts.is_rather_of(old, new, other))
        });
        made_of
    }

    /// Adds what happened to a document, or to a copy of it.
    fn took_place(&mut self, id: &DocId, event: Event) {
        let events = self.events.entry(id.clone()).or_default();
        if !event.is_beside() {
            self.own.entry(id.clone()).or_default().push(events.len());
        }
        events.push(event);
    }

    /// Takes the change by which an id left a path, that of the document's own file first.
    fn take_left<'c>(
        &self,
        id: &DocId,
        left: &mut BTreeMap<DocId, Vec<&'c Change>>,
    ) -> Option<&'c Change> {
        let changes = left.get_mut(id).filter(|changes| !changes.is_empty())?;
        let own = changes.iter().position(|it| self.lies_at(id, it.commit) == Some(&it.path));
        Some(changes.remove(own.unwrap_or(0)))
    }

    /// Returns where a document lies on the line of a commit.
    pub(super) fn lies_at(&self, id: &DocId, line: usize) -> Option<&RepoPath> {
        let newest = self.newest(id, line).filter(|event| event.blob.is_some())?;
        Some(self.path_of(id, newest))
    }

    /// Takes a file that has an id after a commit.
    fn take_appeared(&mut self, appeared: Appeared<'_>, copies: &mut Copies, beneath: &Beneath) {
        let Appeared { id, claims, change, came_from, mut made_of, also_left } = appeared;
        let &Change { commit, after: Some(blob), origin, .. } = change else { return };
        let stayed = self.claims_of(change.before).is_some_and(|it| it.id == claims.id);
        let had_id = stayed || came_from.is_some();
        let before_path = came_from.map_or(&change.path, |old| &old.path);
        let own = self.lies_at(&id, commit);
        let is_copy = match had_id {
            true => {
                own != Some(before_path)
                    && held(&self.trunks, copies, &id, before_path, commit).is_some()
            }
            false => own.is_some(),
        };
        // A copy that takes the place comes from what it was itself.
        let on_line = |line: &usize| held(&self.trunks, copies, &id, &change.path, *line);
        let was_copy = || self.trunks.parents(commit).iter().find_map(on_line);
        let before = match (had_id, is_copy) {
            (true, _) => match came_from {
                Some(left) => was_copy().or(left.before),
                None => change.before,
            },
            (false, true) => self.newest(&id, commit).and_then(|it| it.blob),
            (false, false) => self.before_it_was_gone(&id, commit),
        };
        let what = match had_id || is_copy {
            true => difference(self.claims_of(before).as_deref(), &claims),
            false => What::Began,
        };
        let source = if is_copy {
            let of_id = copies.entry(id.clone()).or_default();
            of_id.entry(change.path.clone()).or_default().push((commit, Some(blob)));
            if origin == Origin::OtherParent {
                return;
            }
            Source::Beside(self.beside.get(&id).map_or(0, Vec::len))
        } else if origin == Origin::OtherParent {
            Source::Arrival(self.arrivals.get(&id).map_or(0, Vec::len))
        } else {
            Source::Revision(self.lives.get(&id).map_or(0, Vec::len))
        };
        let path = change.path.clone();
        self.came_to.entry(path.clone()).or_default().insert(id.clone());
        if !is_copy && self.events(&id).is_empty() {
            let mut files = made_of.iter().map(|it| &it.path).chain([&change.path]);
            let seen = |at| beneath.holds(&self.trunks, at);
            let said = files.find_map(|path| self.nameless.says(path, claims.text, &seen));
            if let Some(since) = said {
                self.said_since.insert(id.clone(), since);
            }
        }
        if !is_copy {
            let files = made_of.iter().copied().chain([change].into_iter().filter(|_| !had_id));
            let was_there = files.clone().filter(|file| file.before.is_some());
            let paths = was_there.map(|file| &file.path).filter(|it| self.nameless.has(it));
            let paths: Vec<_> = paths.map(|path| (commit, path.clone())).collect();
            let mut named: Vec<Named> =
                files.filter_map(|file| self.last_named(file, &id)).collect();
            named.extend(self.named_on_joined_lines(&id, commit));
            if origin != Origin::OtherParent {
                named.extend(match had_id {
                    true => self.still_named_on_joined_lines(change, &id),
                    false => self.named_at(&change.path, &id, commit),
                });
            }
            if !paths.is_empty() {
                self.nameless_before.entry(id.clone()).or_default().extend(paths);
            }
            if !named.is_empty() {
                let of_id = self.named_before.entry(id.clone()).or_default();
                of_id.extend(named.into_iter().map(|named| (commit, named)));
            }
        }
        self.took_place(&id, Event { commit, blob: Some(blob), before, source });
        if let Source::Arrival(_) = source {
            let arrival = Arrival { commit, path, blob: Some(blob), before };
            self.arrivals.entry(id).or_default().push(arrival);
            return;
        }
        let written_elsewhere = match is_copy {
            true => Vec::new(),
            false => {
                // What has its id already is only made of the link whose place it takes.
                made_of.retain(|it| !had_id || (it.is_link && it.path == change.path));
                self.written_elsewhere(&id, change, &made_of, &also_left, copies, beneath)
            }
        };
        let revision = Revision {
            commit,
            written_elsewhere,
            path,
            moved_from: came_from.map(|old| old.path.clone()),
            blob: Some(blob),
            before,
            what,
            is_in_place: !had_id && change.before.is_some(),
            claims,
            is_joined: origin == Origin::Joined,
        };
        let all = if is_copy { &mut self.beside } else { &mut self.lives };
        all.entry(id).or_default().push(revision);
    }

    /// Returns the content a document had before it was gone: an id is one document's for good, and
    /// whoever wrote in it then is an author of what is put back.
    fn before_it_was_gone(&self, id: &DocId, line: usize) -> Option<ObjectId> {
        let newest = self.newest(id, line)?;
        newest.before.filter(|_| newest.blob.is_none())
    }

    /// Takes a path that an id left for none. `gone` are all of those in this commit.
    fn take_left_behind(
        &mut self,
        id: &DocId,
        change: &Change,
        gone: &HashSet<&RepoPath>,
        copies: &mut Copies,
    ) {
        let &Change { commit, ref path, before, origin, .. } = change;
        let Some(claims) = self.claims_of(before) else { return };
        let is_own = self.lies_at(id, commit) == Some(path);
        if !is_own && held(&self.trunks, copies, id, path, commit).is_some() {
            let of_id = copies.entry(id.clone()).or_default();
            of_id.entry(path.clone()).or_default().push((commit, None));
            return;
        }
        // Of several copies, the oldest.
        let of_id = copies.get(id).into_iter().flatten().filter(|_| is_own);
        let held = of_id.filter_map(|(path, states)| {
            let blob = held(&self.trunks, copies, id, path, commit)?;
            (!gone.contains(path)).then(|| (states.first().map(|it| it.0), path.clone(), blob))
        });
        let heir = held.min_by_key(|(since, ..)| *since).map(|(_, path, blob)| (path, blob));
        let (path, moved_from, blob) = match heir {
            Some((heir, blob)) => (heir, Some(path.clone()), Some(blob)),
            None => (path.clone(), None, None),
        };
        let came_from = blob.or(before);
        if origin == Origin::OtherParent {
            let arrivals = self.arrivals.entry(id.clone()).or_default();
            let source = Source::Arrival(arrivals.len());
            arrivals.push(Arrival { commit, path, blob, before: came_from });
            self.took_place(id, Event { commit, blob, before: came_from, source });
            return;
        }
        let source = Source::Revision(self.lives.get(id).map_or(0, Vec::len));
        self.took_place(id, Event { commit, blob, before: came_from, source });
        let taken = self.claims_of(blob);
        let what = match &taken {
            Some(taken) => difference(Some(&claims), taken),
            None => What::Ended,
        };
        let claims = taken.unwrap_or(claims);
        let before = came_from;
        let is_joined = false;
        let written_elsewhere = Vec::new();
        self.lives.entry(id.clone()).or_default().push(Revision {
            commit,
            path,
            moved_from,
            blob,
            before,
            claims,
            what,
            is_in_place: what == What::Ended && change.after.is_some(),
            is_joined,
            written_elsewhere,
        });
    }
}

/// Returns what a copy of a document held on the line of a commit, if it was there.
fn held(
    trunks: &Trunks,
    copies: &Copies,
    id: &DocId,
    path: &RepoPath,
    line: usize,
) -> Option<ObjectId> {
    let on_line = |(commit, _): &&(usize, Option<ObjectId>)| trunks.leads(*commit, line);
    copies.get(id)?.get(path)?.iter().rev().find(on_line)?.1
}

fn difference(before: Option<&Claims>, after: &Claims) -> What {
    match before {
        None => What::Began,
        Some(before) if before.text != after.text => What::Text,
        Some(before) if before.substance != after.substance => What::Metadata,
        Some(before)
            if before.status != after.status
                || before.effective_from != after.effective_from
                || before.withdrawn_on != after.withdrawn_on
                || before.approvals.len() != after.approvals.len()
                || !before.approvals.iter().zip(&after.approvals).all(|(a, b)| same_act(a, b)) =>
        {
            What::Approval
        }
        Some(_) => What::Moved,
    }
}
