//! Ids that were mistyped and put right while the file stayed where it was.
//!
//! A file whose id changed and changed back was no other document in between, if its text stayed what
//! it was both times, nobody approved anything of it under the other id, and no other file took its
//! own. What it held then is read as the document's, as if its id had stood there all the time: drafts,
//! and what is but for the id what it held before or after.

use super::History;
use super::act::has_approval;
use super::trunk::Trunks;
use crate::document::edit::{self, Change as Edit};
use crate::document::{Claims, DocId};
use crate::index::{Kept, KnownContents};
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot::text_blob;
use crate::repo::walk::{Change, Walk};
use crate::source::RepoPath;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What a file held under other ids than its own.
struct Slip<'w> {
    path: &'w RepoPath,
    /// The id that was meant.
    meant: &'w DocId,
    contents: BTreeSet<ObjectId>,
    /// What the file held just before and after that.
    beside: BTreeSet<ObjectId>,
}

/// What a content is that stood under a mistyped id.
enum Meant {
    /// This one, but for the id.
    Same(ObjectId),
    /// A draft of its own, of which this is known.
    Draft(Kept),
}

/// What is known of mistyped ids.
#[derive(Default)]
pub(super) struct Slips {
    /// The ids that were meant, by path and content.
    pub(super) meant: HashMap<(RepoPath, ObjectId), DocId>,
    /// The contents that were read to find that out.
    pub(super) read: BTreeSet<ObjectId>,
}

/// Reads what files held under mistyped ids as what their documents held.
pub(super) fn read_slips(
    walk: &mut Walk,
    trunks: &Trunks,
    contents: &mut KnownContents,
    objects: &dyn Objects,
) -> Slips {
    let mut slips = Slips::default();
    let mut drafts = Vec::new();
    let mut same: HashMap<(RepoPath, ObjectId), ObjectId> = HashMap::new();
    for slip in (Changes { walk, trunks, contents }).slips() {
        slips.read.extend(slip.contents.iter().chain(&slip.beside));
        // All or none: a file has one id at a time.
        for (blob, meant) in slip.meant(objects).into_iter().flatten() {
            let at = (slip.path.clone(), blob);
            slips.meant.insert(at.clone(), slip.meant.clone());
            match meant {
                Meant::Same(other) => drop(same.insert(at, other)),
                Meant::Draft(kept) => drafts.push((blob, kept)),
            }
        }
    }
    contents.extend(drafts);
    if !same.is_empty() {
        for Change { path, before, after, .. } in &mut walk.changes {
            for blob in before.iter_mut().chain(after) {
                *blob = same.get(&(path.clone(), *blob)).copied().unwrap_or(*blob);
            }
        }
    }
    slips
}

impl History {
    /// Returns the id that was meant where a file held a content under one that was mistyped, and put
    /// right since.
    pub fn id_meant(&self, path: &RepoPath, content: ObjectId) -> Option<&DocId> {
        // To look something up, it has to be owned; hardly any repository has one.
        (!self.ids_meant.is_empty()).then(|| self.ids_meant.get(&(path.clone(), content)))?
    }
}

impl Slip<'_> {
    /// Returns what each content is; nothing where one is neither a draft nor what the document held
    /// before or after, so that somebody may have worked by it.
    fn meant(&self, objects: &dyn Objects) -> Option<Vec<(ObjectId, Meant)>> {
        let bytes = |blob: &ObjectId| text_blob(objects, *blob).ok();
        let beside: HashMap<Vec<u8>, ObjectId> =
            self.beside.iter().filter_map(|blob| Some((bytes(blob)?, *blob))).collect();
        let meant = self.contents.iter().map(|blob| {
            let under = [Edit::Set("id", self.meant.to_string())];
            let bytes = edit::edit(&bytes(blob)?, &under).ok()?;
            if let Some(same) = beside.get(&bytes) {
                return Some((*blob, Meant::Same(*same)));
            }
            let claims = Claims::read(&bytes).filter(|it| it.id.as_ref() == Some(self.meant))?;
            let is_draft = matches!(claims.status.as_deref(), Some("draft" | "in-review"));
            is_draft.then(|| (*blob, Meant::Draft(Kept::Claims(Arc::new(claims)))))
        });
        meant.collect()
    }
}

/// The changes of a walk, and what the contents claim.
#[derive(Clone, Copy)]
struct Changes<'w> {
    walk: &'w Walk,
    trunks: &'w Trunks,
    contents: &'w KnownContents,
}

impl<'w> Changes<'w> {
    fn claims(self, blob: Option<ObjectId>) -> Option<&'w Claims> {
        self.contents.get(&blob?)?.claims().map(Arc::as_ref)
    }

    fn id(self, blob: Option<ObjectId>) -> Option<&'w DocId> {
        self.claims(blob)?.id.as_ref()
    }

    fn slips(self) -> Vec<Slip<'w>> {
        let all = &self.walk.changes;
        let is_other_id = |it: &&Change| {
            self.id(it.before).zip(self.id(it.after)).is_some_and(|(before, after)| before != after)
        };
        let mut at: HashMap<&RepoPath, Vec<&Change>> =
            all.iter().filter(is_other_id).map(|it| (&it.path, Vec::new())).collect();
        if at.is_empty() {
            return Vec::new();
        }
        for change in all {
            at.entry(&change.path).and_modify(|of_path| of_path.push(change));
        }
        let slips = at.iter().flat_map(|(path, of_path)| self.slips_at(path, of_path));
        let mut slips: Vec<Slip<'_>> = slips.collect();
        slips.sort_by_key(|slip| slip.path);
        self.retain_those_of_one_file(&mut slips, &at);
        slips
    }

    /// Returns what a file held between two states under the id that it has now.
    fn slips_at(self, path: &'w RepoPath, changes: &[&'w Change]) -> Vec<Slip<'w>> {
        let judged = self.walk.commits.len().saturating_sub(1);
        let last = self.newest(changes, judged);
        let Some(meant) = last.and_then(|it| self.id(it.after.or(it.before))) else {
            return Vec::new();
        };
        let is_other = |blob: &ObjectId| self.id(Some(*blob)) != Some(meant);
        // What followed each other under other ids belongs together.
        let mut beside: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
        for change in changes {
            let (before, after) = (change.before.filter(is_other), change.after.filter(is_other));
            for blob in before.into_iter().chain(after) {
                beside.entry(blob).or_default().extend(before.into_iter().chain(after));
            }
        }
        let mut slips = Vec::new();
        while let Some(&first) = beside.keys().next() {
            let (mut contents, mut open) = (BTreeSet::new(), vec![first]);
            while let Some(blob) = open.pop() {
                if contents.insert(blob) {
                    open.extend(beside.remove(&blob).into_iter().flatten());
                }
            }
            let mut slip = Slip { path, meant, contents, beside: BTreeSet::new() };
            if self.is_put_right(&mut slip, changes) {
                slips.push(slip);
            }
        }
        slips
    }

    /// Tells whether a file came to another id and back with the same text, and nothing was approved
    /// under that; notes what it held before and after.
    fn is_put_right(self, slip: &mut Slip<'_>, changes: &[&Change]) -> bool {
        let is_slip = |blob: Option<ObjectId>| blob.is_some_and(|it| slip.contents.contains(&it));
        let touching = changes.iter().filter(|it| is_slip(it.before) || is_slip(it.after));
        let (mut was, mut became, mut beside) = (Vec::new(), Vec::new(), BTreeSet::new());
        for change in touching {
            let Some((before, after)) = self.claims(change.before).zip(self.claims(change.after))
            else {
                return false;
            };
            if before.id != after.id && !is_same_text(before, after) {
                return false;
            }
            if !is_slip(change.before) {
                was.push(before);
                beside.extend(change.before);
            } else if !is_slip(change.after) {
                became.push(after);
                beside.extend(change.after);
            }
        }
        let claims = slip.contents.iter().filter_map(|blob| self.claims(Some(*blob)));
        let mut approvals = claims.flat_map(|claims| &claims.approvals);
        let is_put_right = !was.is_empty()
            && !became.is_empty()
            && approvals.all(|it| was.iter().any(|claims| has_approval(claims, it)));
        slip.beside = beside;
        is_put_right
    }

    /// Leaves out what lay elsewhere as well, and where another file had the id meanwhile.
    fn retain_those_of_one_file(
        self,
        slips: &mut Vec<Slip<'w>>,
        at: &HashMap<&RepoPath, Vec<&'w Change>>,
    ) {
        let contents = slips.iter().flat_map(|slip| &slip.contents);
        let mut lie_at: HashMap<ObjectId, BTreeSet<&RepoPath>> =
            contents.map(|blob| (*blob, BTreeSet::new())).collect();
        let mut of_id: HashMap<&DocId, BTreeMap<&RepoPath, Vec<&Change>>> =
            slips.iter().map(|slip| (slip.meant, BTreeMap::new())).collect();
        if slips.is_empty() {
            return;
        }
        for change in &self.walk.changes {
            for blob in change.before.into_iter().chain(change.after) {
                if let Some(paths) = lie_at.get_mut(&blob) {
                    paths.insert(&change.path);
                }
                if let Some(of_id) = self.id(Some(blob)).and_then(|id| of_id.get_mut(id)) {
                    of_id.entry(&change.path).or_default().push(change);
                }
            }
        }
        slips.retain(|Slip { path, meant, contents, .. }| {
            let changes = &at[path];
            let is_slip = |blob: Option<ObjectId>| blob.is_some_and(|it| contents.contains(&it));
            let mut began = changes.iter().filter(|it| !is_slip(it.before) && is_slip(it.after));
            let elsewhere = || of_id[meant].iter().filter(|(other, _)| *other != path);
            let has_it = |at: usize| {
                let mut newest = elsewhere().filter_map(|(_, of)| self.newest(of, at));
                newest.any(|it| self.id(it.after) == Some(*meant))
            };
            let mut moved = elsewhere().flat_map(|(_, of)| of);
            contents.iter().all(|blob| lie_at[blob].len() == 1)
                && !began.any(|it| has_it(it.commit))
                && !moved.any(|it| {
                    let there = self.newest(changes, it.commit);
                    let before = there.filter(|there| there.commit == it.commit);
                    there.is_some_and(|it| is_slip(it.after))
                        || before.is_some_and(|it| is_slip(it.before))
                })
        });
    }

    /// Returns the last of some changes of a file on the line of a commit.
    fn newest(self, changes: &[&'w Change], line: usize) -> Option<&'w Change> {
        changes.iter().rev().find(|it| self.trunks.leads(it.commit, line)).copied()
    }
}

fn is_same_text(one: &Claims, other: &Claims) -> bool {
    (one.text, &one.title, &one.kind) == (other.text, &other.title, &other.kind)
}
