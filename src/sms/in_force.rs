//! What is in force of a document, to read: the text of its file, or that of the version before it.
//!
//! Whoever begins a next version changes nothing of the one that people work by. A rule about what is
//! in force asks here, and so reads the text that is, wherever Git has it.

use super::annex::{Annexes, Causes, Replaced, annexes_of};
use super::approval::Grade;
use super::tenure::Tenure;
use super::{Sms, State};
use crate::config::Uncontrolled;
use crate::document::{DocId, Document};
use crate::finding::{Finding, Findings, Place};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::source::{Date, Span};
use rayon::prelude::*;
use std::fmt;

/// The text of a version that is in force while the file has the next one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beside {
    /// The version.
    version: String,
    /// Its text, where it lay then.
    text: Document,
    /// The id that it names as its parent.
    parent: Option<DocId>,
    /// The files it links to that are not what they were when it was approved.
    annexes: Option<OldAnnexes>,
}

/// What became of the files to which a version in force links, while its file has the next one.
#[derive(Clone, Debug, PartialEq)]
pub struct OldAnnexes {
    /// The approval that the files are held against.
    pub grade: Grade,
    /// The files that are not what they were.
    pub replaced: Vec<Replaced>,
}

/// A document as it is in force.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'s> {
    /// The file, in which findings are shown.
    pub file: &'s Document,
    /// The text that is in force.
    pub text: &'s Document,
    /// Its version, where the file has the next one already.
    pub version: Option<&'s str>,
    /// The next one and its first day, where that is approved already.
    pub next: Option<Next<'s>>,
}

/// A version that is approved and takes effect on a later day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Next<'s> {
    /// The version.
    pub version: &'s str,
    /// Its first day.
    pub from: Date,
}

impl fmt::Display for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} takes effect on {}", self.version, self.from)
    }
}

impl<'s> InForce<'s> {
    /// Takes the text of a file.
    pub fn of_file(file: &'s Document) -> Self {
        Self { file, text: file, version: None, next: None }
    }

    /// Returns a place of the text, as far as the file has it; else where the file says its version.
    pub fn place(&self, span: Span) -> Place {
        match self.version {
            None => self.text.place(span),
            Some(_) => self.file.at("version"),
        }
    }

    /// Returns the place of a key's value in the same way.
    pub fn at(&self, key: &str) -> Place {
        match self.version {
            None => self.text.at(key),
            Some(_) => self.file.at("version"),
        }
    }

    /// Reports something of it. `words` gets which version is meant, if that is not the one of the file,
    /// to put in the middle of its sentence; it is known again by the sentence without that.
    pub fn finding<'f>(
        &self,
        out: &'f mut Findings,
        place: Place,
        words: impl Fn(&str) -> String,
    ) -> &'f mut Finding {
        match self.version {
            None => out.finding(place, words("")),
            Some(version) => {
                let meant = format!(" in {},", of_version(version, self.next));
                out.finding(place, words(&meant)).known_by(words("")).before_next()
            }
        }
    }
}

/// Says of a version that it is in force while its file has the next one.
pub fn of_version(version: &str, next: Option<Next<'_>>) -> String {
    let until = next.map_or("the next one is approved".to_owned(), |next| next.to_string());
    format!("version {version}, which is in force until {until}")
}

impl Sms {
    /// Returns a document as it is in force on the day spoken of: the version that Git bears out, where
    /// its file has the next one, else the file, if it says that it is in force.
    pub fn as_in_force<'s>(&'s self, file: &'s Document) -> Option<InForce<'s>> {
        if let Some(Beside { version, text, .. }) = self.beside.get(&file.path) {
            let next = self.next_approved(file);
            return Some(InForce { file, text, version: Some(version), next });
        }
        self.says_in_force(file).then_some(InForce::of_file(file))
    }

    /// Returns the version in force of a document whose file has the next one already; nothing elsewhere.
    pub fn in_force_before_next<'s>(&'s self, file: &'s Document) -> Option<InForce<'s>> {
        self.as_in_force(file).filter(|found| found.version.is_some())
    }

    /// Returns the text of a document that people work by: that in force, where its file has the next
    /// one, else the file, whatever that is.
    pub fn worked_by<'s>(&'s self, file: &'s Document) -> &'s Document {
        self.text_beside(file).unwrap_or(file)
    }

    /// Returns the text that is in force while its file has the next one.
    pub(super) fn text_beside(&self, file: &Document) -> Option<&Document> {
        Some(&self.beside.get(&file.path)?.text)
    }

    /// Returns the documents that name one as their parent: in the version in force, where the file has
    /// the next one already, else in the file. Sorted by id.
    pub fn beneath(&self, id: &str) -> Vec<&Document> {
        let id = DocId::new(id);
        let names_it = |beside: &Beside| beside.parent.as_ref() == Some(&id);
        let is_so = |file: &&Document| self.beside.get(&file.path).is_none_or(names_it);
        let mut beneath: Vec<&Document> =
            self.children(id.as_str()).into_iter().filter(is_so).collect();
        let beside = self.beside.iter().filter(|(_, beside)| names_it(beside));
        beneath.extend(beside.filter_map(|(path, _)| self.document_at(path)));
        beneath.sort_by_key(|document| (document.id(), document.path.clone()));
        beneath.dedup_by(|a, b| a.path == b.path);
        beneath
    }

    /// Returns the version of a file with its first day, where it is approved and that day is still to
    /// come.
    pub fn next_approved<'s>(&self, file: &'s Document) -> Option<Next<'s>> {
        let version = file.front.text("version")?.value;
        let from = self.begins_on(file).filter(|from| *from > self.as_of)?;
        (self.state(file) == State::Approved).then_some(Next { version, from })
    }

    /// Returns the texts that are in force while their files have the next version, as the history has
    /// them.
    pub fn former_texts_in_force(&self) -> impl Iterator<Item = &Document> {
        self.beside.values().map(|beside| &beside.text)
    }

    /// Returns what became of the files to which the version of a document links that is in force while
    /// its file has the next one.
    pub fn annexes_in_force(&self, file: &Document) -> Option<&OldAnnexes> {
        self.beside.get(&file.path)?.annexes.as_ref()
    }

    /// Reads the versions that are in force while their files have the next one.
    ///
    /// # Errors
    /// When a content or a tree is missing from the objects, or damaged.
    pub(super) fn read_in_force(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let listed = Uncontrolled::of(&self.trust.config);
        let causes = Causes::default();
        let read = self.documents.par_iter().map(|file| {
            let (Some(id), Some(tenure)) = (file.id(), self.in_force_beside(file)) else {
                return Ok(None);
            };
            let bytes = snapshot::blob(objects, tenure.blob)?;
            let commit = self.history.commits[tenure.at].id;
            let path = self.history.paths_in(&id, commit).pop().unwrap_or(&file.path);
            let text = Document::read(path.clone(), tenure.blob, &bytes);
            let annexes = self.annexes_since(&id, tenure, &text, (objects, &listed, &causes))?;
            let version = tenure.version.clone();
            let parent = text.front.text("parent").map(|parent| DocId::new(parent.value));
            Ok(Some((file.path.clone(), Beside { version, text, parent, annexes })))
        });
        let read: Vec<_> = read.collect::<Result<_, ReadError>>()?;
        self.beside = read.into_iter().flatten().collect();
        Ok(())
    }

    /// Holds the files to which a version links against those that its approver saw.
    fn annexes_since(
        &self,
        id: &DocId,
        tenure: &Tenure,
        text: &Document,
        (objects, listed, causes): (&dyn Objects, &Uncontrolled, &Causes),
    ) -> Result<Option<OldAnnexes>, ReadError> {
        let last = tenure.grades.iter().max_by_key(|grade| grade.approval.on);
        let Some(grade) = last.filter(|grade| grade.contradictions.is_empty()) else {
            return Ok(None);
        };
        let seen = |seen: ObjectId| self.history.commit(seen);
        let Some(seen) = grade.seen_in.and_then(seen) else { return Ok(None) };
        let files = annexes_of(text, &self.documents, &self.snapshot, listed);
        let annexes = Annexes {
            objects,
            history: &self.history,
            id,
            document: text,
            files: &files,
            snapshot: &self.snapshot,
            causes,
        };
        let replaced = annexes.replaced_since(&annexes.at(seen)?)?.into_iter();
        let replaced = replaced.filter(|(is_picture, _)| !is_picture).map(|(_, it)| it).collect();
        Ok(Some(OldAnnexes { grade: grade.clone(), replaced }))
    }
}
