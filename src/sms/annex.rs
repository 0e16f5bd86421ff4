//! What lies beside a text: the pictures it shows, and the files it links to.
//!
//! Who approves a text approves the pictures in it: a drawing of how a change is decided says as
//! much as the sentence above it. So a picture is content, held against the one that was there
//! when the approver acted. A file that is linked to is a thing of its own; that it is another one
//! since the approval is told, and contradicts nothing (clause 7.5.3).

use super::Sms;
use super::reference::walk;
use crate::config::Uncontrolled;
use crate::document::change::Change;
use crate::document::markdown::Target;
use crate::document::{DocId, Document};
use crate::history::History;
use crate::repo::object::{Commit, ObjectId, Objects, ReadError};
use crate::repo::snapshot::{Content, Folders, Snapshot, blob_in};
use crate::source::{RepoPath, Span};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

/// A file of the repository that a text shows or links to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annex {
    /// Where it lies; where it would, if it is not there.
    pub path: RepoPath,
    /// The way to it, as the text has it.
    pub target: String,
    /// Whether the text shows it as a picture.
    pub is_picture: bool,
    /// Where the text names it first.
    pub span: Span,
    /// What Git has of it; nothing if there is no such file.
    pub content: Option<ObjectId>,
}

/// Where an annex lay in a commit, and what it held; nothing if there was no such file.
pub type Former = (RepoPath, Option<ObjectId>);

/// An annex that is not what it was when the text was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced {
    /// Where it lies.
    pub path: RepoPath,
    /// Where the text names it first.
    pub span: Span,
    /// What happened to it.
    pub fate: Fate,
    /// The commit that did it; none while it is not committed.
    pub commit: Option<ObjectId>,
}

impl Replaced {
    /// Says what happened to it after somebody approved the text that shows it, or links to it.
    pub fn words(&self, by: &str, text: &str) -> String {
        self.words_of(by, &format!("the text that {text} it"))
    }

    /// Says what happened to it after somebody approved a text, described as `what`.
    pub fn words_of(&self, by: &str, what: &str) -> String {
        let Self { path, fate, commit, .. } = self;
        let uncommitted = if commit.is_none() { " (not committed yet)" } else { "" };
        format!("`{path}` {} after {by} approved {what}{uncommitted}", fate.word())
    }
}

/// What happened to an annex after an approval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is another one.
    Changed,
    /// It was not there when the text was approved.
    Added,
    /// It is no longer there.
    Gone,
    /// It lies where it lay, and the text looks for it elsewhere since the document was moved.
    LeftBehind,
}

impl Fate {
    /// Returns what a sentence about the file says next.
    pub fn word(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "was put there",
            Self::Gone => "was taken away",
            Self::LeftBehind => "was left behind",
        }
    }
}

/// Returns what a document shows and links to, each file once, in the order of the text. What the
/// rules of the judgement list as not being under document control is not among them, nor is what
/// lies outside of the source folder and is no picture.
pub(super) fn annexes_of(
    document: &Document,
    documents: &[Document],
    snapshot: &Snapshot,
    listed: &Uncontrolled,
) -> Vec<Annex> {
    let mut annexes: Vec<Annex> = Vec::new();
    let mut places: HashMap<RepoPath, usize> = HashMap::new();
    for link in &document.body.links {
        let Target::Path { path: target, .. } = &link.target else { continue };
        let Some(path) = walk(&document.path.parent(), target) else { continue };
        let is_document = documents.binary_search_by(|other| other.path.cmp(&path)).is_ok();
        let is_meant = link.is_image || path.is_inside(listed.folder());
        if is_document || !is_meant || listed.lists(&path) {
            continue;
        }
        if let Some(&place) = places.get(&path) {
            annexes[place].is_picture |= link.is_image;
            continue;
        }
        places.insert(path.clone(), annexes.len());
        let content = content_at(snapshot, &path);
        annexes.push(Annex {
            path,
            target: target.clone(),
            is_picture: link.is_image,
            span: link.span,
            content,
        });
    }
    annexes
}

/// Returns what Git has of a file.
fn content_at(snapshot: &Snapshot, path: &RepoPath) -> Option<ObjectId> {
    let file = snapshot.files.get(path);
    file.filter(|file| file.tracked && file.content.is_file())?.blob
}

/// So many annexes of a document are told that are not what they were.
const MOST: usize = 100;

/// The commits that made files what they are, by where they lie and lay: found once for all
/// documents that show the same one.
#[derive(Debug, Default)]
pub(super) struct Causes(Mutex<HashMap<(RepoPath, RepoPath), Option<ObjectId>>>);

/// The annexes of one document, and how to look at what they were.
#[derive(Clone, Copy)]
pub struct Annexes<'a> {
    pub(super) objects: &'a dyn Objects,
    pub(super) history: &'a History,
    pub(super) id: &'a DocId,
    pub(super) document: &'a Document,
    pub(super) files: &'a [Annex],
    pub(super) snapshot: &'a Snapshot,
    pub(super) causes: &'a Causes,
}

impl<'a> Annexes<'a> {
    /// Returns the contents of the pictures as a commit had them, in the order of the text.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn pictures_at(&self, commit: &Commit) -> Result<Vec<Option<ObjectId>>, ReadError> {
        let pictures = self.files.iter().filter(|annex| annex.is_picture);
        self.contents_at(commit, pictures).map(|found| found.into_iter().map(|it| it.1).collect())
    }

    /// Returns the contents of the pictures as they are now.
    pub fn pictures_now(&self) -> Vec<Option<ObjectId>> {
        self.files.iter().filter(|annex| annex.is_picture).map(|annex| annex.content).collect()
    }

    /// Returns all annexes as a commit had them, in the order of the text.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn at(&self, commit: &Commit) -> Result<Vec<Former>, ReadError> {
        self.contents_at(commit, self.files.iter())
    }

    /// Returns the annexes that are not what they were `then`, each with whether it is a picture; the first hundred, and pictures before all others: no number of links keeps the one
    /// picture from being told that contradicts the approval.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn replaced_since(&self, then: &[Former]) -> Result<Vec<(bool, Replaced)>, ReadError> {
        let mut replaced = Vec::new();
        let mut pairs: Vec<_> = self.files.iter().zip(then).collect();
        pairs.sort_by_key(|(annex, _)| !annex.is_picture);
        for (annex, (former, content)) in pairs {
            let Some((fate, path, now)) = self.fate(annex, former, *content) else { continue };
            if replaced.len() == MOST {
                break;
            }
            let commit = match fate {
                Fate::LeftBehind => self.moved_in(),
                _ => self.cause(path, now, former)?,
            };
            let path = path.clone();
            replaced.push((annex.is_picture, Replaced { path, span: annex.span, fate, commit }));
        }
        Ok(replaced)
    }

    /// Says what became of a file that lay in one place and held `then`: what happened, where, and what
    /// is there now. Nothing where it is what it was, or was a document, which is controlled by itself.
    fn fate<'p>(
        &self,
        annex: &'p Annex,
        former: &'p RepoPath,
        then: Option<ObjectId>,
    ) -> Option<(Fate, &'p RepoPath, Option<ObjectId>)> {
        let now = annex.content;
        match (then, now) {
            (then, now) if then == now => None,
            (None, _) => Some((Fate::Added, &annex.path, now)),
            (Some(_), Some(_)) => Some((Fate::Changed, &annex.path, now)),
            (Some(then), None) if !annex.is_picture && self.is_document(then) => None,
            // The document was moved, and the link leads to where the file never lay.
            (then, None) => match content_at(self.snapshot, former) {
                None => Some((Fate::Gone, former, None)),
                Some(_) if annex.is_picture => Some((Fate::LeftBehind, former, None)),
                now if now == then => None,
                now => Some((Fate::Changed, former, now)),
            },
        }
    }

    fn is_document(&self, content: ObjectId) -> bool {
        self.history.claims_in(content).is_some_and(|claims| claims.id.is_some())
    }

    /// Returns the commit that moved the document to where it lies; none while that is not committed.
    fn moved_in(&self) -> Option<ObjectId> {
        let mut revisions = self.history.revisions(self.id).iter().rev();
        let moved = revisions.find(|revision| revision.moved_from.is_some())?;
        (moved.path == self.document.path).then(|| self.history.commit_of(moved).id)
    }

    /// Returns the commits that drew what a commit shows, newest first: all that changed a picture
    /// of it, but those that `before` rest on. `then` is what the commit had.
    pub fn drawn_in(&self, commit: &Commit, then: &[Former], before: &[ObjectId]) -> Vec<usize> {
        let pictures = self.files.iter().zip(then).filter(|(annex, _)| annex.is_picture);
        let changes = pictures.flat_map(|(_, (path, _))| self.history.changes_of_picture(path));
        let changes: BTreeSet<usize> = changes.copied().collect();
        if changes.is_empty() {
            return Vec::new();
        }
        let (shown, former) = (self.history.beneath(&[commit.id]), self.history.beneath(before));
        changes.into_iter().filter(|&at| shown[at] && !former[at]).collect()
    }

    /// Returns where files lay in a commit and what they held, seen from where the document lay.
    fn contents_at<'f>(
        &self,
        commit: &Commit,
        files: impl Iterator<Item = &'f Annex>,
    ) -> Result<Vec<Former>, ReadError> {
        let mut files = files.peekable();
        if files.peek().is_none() {
            return Ok(Vec::new());
        }
        let mut folders = Folders::of(self.objects, commit.tree);
        let folder = place_in(&mut folders, self.history, self.id, self.document)?.parent();
        let found = files.map(|annex| {
            let path = walk(&folder, &annex.target).unwrap_or_else(|| annex.path.clone());
            let content = folders.blob(&path)?;
            Ok((path, content))
        });
        found.collect()
    }

    /// Finds the commit that made a file what it is: back from the judged one, as long as a parent
    /// has it, where it lies now or lay before.
    fn cause(
        &self,
        path: &RepoPath,
        now: Option<ObjectId>,
        former: &RepoPath,
    ) -> Result<Option<ObjectId>, ReadError> {
        let mut known = self.causes.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (path.clone(), former.clone());
        if let Some(cause) = known.get(&key) {
            return Ok(*cause);
        }
        let has = |at: usize| -> Result<bool, ReadError> {
            let tree = self.history.commits[at].tree;
            let here = blob_in(self.objects, tree, path)?;
            let there = match former == path {
                true => here,
                false => blob_in(self.objects, tree, former)?,
            };
            Ok(match now {
                None => here.is_none() && there.is_none(),
                now => here == now || there == now,
            })
        };
        let mut at = self.history.judged();
        let mut cause = None;
        if has(at)? {
            loop {
                let mut before = None;
                for &parent in self.history.parents(at) {
                    if has(parent)? {
                        before = Some(parent);
                        break;
                    }
                }
                match before {
                    Some(parent) => at = parent,
                    None => break,
                }
            }
            cause = Some(self.history.commits[at].id);
        }
        known.insert(key, cause);
        Ok(cause)
    }
}

/// Returns where a document lay in the folders of a commit.
fn place_in(
    folders: &mut Folders<'_>,
    history: &History,
    id: &DocId,
    document: &Document,
) -> Result<RepoPath, ReadError> {
    let former = history.revisions(id).iter().rev().map(|revision| &revision.path);
    for path in std::iter::once(&document.path).chain(former) {
        let blob = folders.blob(path)?;
        let claims = blob.and_then(|blob| history.claims_in(blob));
        if claims.is_some_and(|claims| claims.id.as_ref() == Some(id)) {
            return Ok(path.clone());
        }
    }
    Ok(document.path.clone())
}

impl Sms {
    /// Returns what Git has of a file that a text names, now.
    pub fn beside(&self, document: &Document, target: &str) -> Option<(RepoPath, ObjectId)> {
        let path = walk(&document.path.parent(), target)?;
        let file = self.snapshot.files.get(&path)?;
        let blob = file.blob.filter(|_| file.tracked && file.content == Content::Other)?;
        Some((path, blob))
    }

    /// Returns what a commit had of a file that the text of then names.
    pub fn beside_then(
        &self,
        document: &Document,
        target: &str,
        commit: ObjectId,
        objects: &dyn Objects,
    ) -> Option<(RepoPath, ObjectId)> {
        let (id, commit) = (document.id()?, self.history.commit(commit)?);
        let mut folders = Folders::of(objects, commit.tree);
        let place = place_in(&mut folders, &self.history, &id, document).ok()?;
        let path = walk(&place.parent(), target)?;
        let blob = folders.blob(&path).ok()??;
        Some((path, blob))
    }

    /// Returns how many pictures of the repository a document shows.
    pub fn pictures(&self, document: &Document) -> usize {
        self.annexes(document).iter().filter(|annex| annex.is_picture).count()
    }

    /// Returns the pictures of a document that are not what they were in a commit.
    ///
    /// # Errors
    /// When a tree cannot be read.
    pub fn pictures_replaced_since(
        &self,
        document: &Document,
        commit: ObjectId,
        objects: &dyn Objects,
    ) -> Result<Vec<RepoPath>, ReadError> {
        let then = self.pictures_in(document, commit, objects)?;
        let files = self.annexes(document);
        let pictures = files.iter().filter(|annex| annex.is_picture).zip(then);
        let replaced = pictures.filter(|(annex, then)| annex.content != *then);
        Ok(replaced.map(|(annex, _)| annex.path.clone()).collect())
    }

    /// Tells whether two commits have the same pictures of what a document shows.
    pub(super) fn show_the_same(
        &self,
        document: &Document,
        (one, other): (ObjectId, ObjectId),
        objects: &dyn Objects,
    ) -> Result<bool, ReadError> {
        let pictures = |commit| self.pictures_in(document, commit, objects);
        Ok(pictures(one)? == pictures(other)?)
    }

    /// Returns the contents of a document's pictures as a commit had them, in the order of the
    /// text; none where the history does not hold it.
    fn pictures_in(
        &self,
        document: &Document,
        commit: ObjectId,
        objects: &dyn Objects,
    ) -> Result<Vec<Option<ObjectId>>, ReadError> {
        let (Some(id), Some(commit)) = (document.id(), self.history.commit(commit)) else {
            return Ok(Vec::new());
        };
        let annexes = Annexes {
            objects,
            history: &self.history,
            id: &id,
            document,
            files: self.annexes(document),
            snapshot: &self.snapshot,
            causes: &Causes::default(),
        };
        annexes.pictures_at(commit)
    }

    /// Compares a document with a content it had, and its pictures with those of the commit that
    /// had it.
    pub(super) fn change_from(
        &self,
        before: &[u8],
        commit: Option<ObjectId>,
        document: &Document,
        objects: &dyn Objects,
    ) -> Result<Change, ReadError> {
        let mut change = Change::between(before, document.text.as_bytes());
        if let Some(commit) = commit {
            let pictures = self.pictures_replaced_since(document, commit, objects)?;
            pictures.iter().for_each(|picture| change.shows_another(picture));
        }
        Ok(change)
    }

    /// Returns the files of the repository that a document shows or links to.
    pub fn annexes(&self, document: &Document) -> &[Annex] {
        &self.facts[self.index(document)].annexes
    }
}
