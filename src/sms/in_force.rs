//! What is in force of a document, to read: the text of its file, or that of the version before it.
//!
//! Whoever begins a next version changes nothing of the one that people work by. A rule about what is
//! in force asks here, and so reads the text that is, wherever Git has it.

use super::Sms;
use super::annex::{Annexes, Causes, Replaced, annexes_of};
use super::approval::Grade;
use super::tenure::Tenure;
use crate::config::Uncontrolled;
use crate::document::{DocId, Document};
use crate::finding::{Finding, Findings, Place};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::source::Span;
use rayon::prelude::*;

/// The text of a version that is in force while the file has the next one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Beside {
    /// The version.
    version: String,
    /// Its text, where it lay then.
    text: Document,
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
}

impl InForce<'_> {
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
                let meant = format!(" in {},", of_version(version));
                out.finding(place, words(&meant)).known_by(words(""))
            }
        }
    }
}

/// Says of a version that it is in force while its file has the next one.
pub fn of_version(version: &str) -> String {
    format!("version {version}, which is in force until the next one is approved")
}

impl Sms {
    /// Returns a document as it is in force on the day spoken of: the version that Git bears out, where
    /// its file has the next one, else the file, if it says that it is in force.
    pub fn as_in_force<'s>(&'s self, file: &'s Document) -> Option<InForce<'s>> {
        if let Some(Beside { version, text, .. }) = self.beside.get(&file.path) {
            return Some(InForce { file, text, version: Some(version) });
        }
        self.says_in_force(file).then_some(InForce { file, text: file, version: None })
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
            Ok(Some((file.path.clone(), Beside { version, text, annexes })))
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
        let annexes =
            Annexes { objects, history: &self.history, id, document: text, files: &files, causes };
        let replaced = annexes.replaced_since(&annexes.at(seen)?)?.into_iter();
        let replaced = replaced.filter(|(is_picture, _)| !is_picture).map(|(_, it)| it).collect();
        Ok(Some(OldAnnexes { grade: grade.clone(), replaced }))
    }
}
