//! What a branch proposes: each document that it changes, from where it left its base to its tip,
//! and what that means for what stands around it.
//!
//! Both ends are judged by the rules and roles of the base. No file that changed is left out: what
//! cannot be compared as a document is named as a file.

mod approvals;
mod clauses;
mod comparison;
mod coverage;
mod files;

use self::comparison::Comparison;
use super::Sms;
use super::coverage::Coverage;
use super::meanwhile::Taken;
use super::reading::ReadingError;
use super::since::{Earlier, Entry, Since};
use crate::document::DocId;
use crate::document::change::{Sign, Size};
use crate::document::redline::Piece;
use crate::repo::object::{ObjectId, Objects};
use crate::repo::walk::read_commit;
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What a branch proposes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// What it changes of the rules and roles that it is judged by, each as a sentence.
    pub trust: Vec<String>,
    /// The documents and records that it changes, or whose approvals it outdates, by id.
    pub documents: Vec<Proposed>,
    /// What it changes of the whole.
    pub since: Since,
    /// Changed files that claim to be documents and cannot be compared.
    pub not_compared: Vec<NotCompared>,
    /// Other files that changed, and those of documents that say what they said.
    pub files: Vec<ChangedFile>,
    /// The clauses that the changed documents name, or named.
    pub clauses: Vec<ClauseNumber>,
    /// How far each clause is covered before and after.
    pub coverage: CoverageChange,
    /// Whether the base has a role register; else that of the branch says who may approve.
    pub has_register: bool,
    /// Whether the base has another role register by now than the branch knows; then both have to say who
    /// may approve.
    pub has_another_register: bool,
}

/// What happens to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It was not there.
    New,
    /// Its text or its front matter is another.
    Revised,
    /// It is taken out of use.
    Withdrawn,
    /// Its file is gone, or holds another document.
    Removed,
    /// Its file is there, and does not say any more which document it is.
    Unreadable,
    /// It lies elsewhere, and nothing else.
    Renamed,
    /// It is as it was, and loses an approval.
    Affected,
}

impl What {
    /// Returns the word for a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Revised => "revised",
            Self::Withdrawn => "withdrawn",
            Self::Removed => "removed",
            Self::Unreadable => "unreadable",
            Self::Renamed => "renamed",
            Self::Affected => "affected",
        }
    }
}

/// A document that the branch changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// What it is; what it was, where it is gone.
    pub entry: Entry,
    /// What happens to it.
    pub what: What,
    /// The title it had, if it has another.
    pub title_before: Option<String>,
    /// Where it lay, if it lies elsewhere.
    pub path_before: Option<RepoPath>,
    /// The id that its file had, if it had another.
    pub id_before: Option<DocId>,
    /// The version it had, if it was there.
    pub version_before: Option<String>,
    /// The status it had, if it was there.
    pub status_before: Option<String>,
    /// What the base has taken meanwhile of what it brings.
    pub taken: Option<Taken>,
    /// Whether its front matter can be relied on.
    pub is_sound: bool,
    /// The keys of the front matter that changed.
    pub keys: Vec<String>,
    /// The step of the version, and the one that the change needs.
    pub step: Option<Step>,
    /// What became of the text, front matter first; empty where there is only one.
    pub pieces: Vec<Piece>,
    /// The clauses that it names, or named.
    pub clauses: Vec<NamedClause>,
    /// The documents beneath it that are not revised with it.
    pub children: Vec<Behind>,
    /// The documents and records that name the version it had.
    pub references: Vec<Behind>,
    /// The approvals that held before and do not cover what it is now.
    pub outdated: Vec<OutdatedApproval>,
    /// Whether its approval holds, where it says that it is approved and needs to be.
    pub is_approved: Option<bool>,
    /// The level to which Git bears that out, where it holds.
    pub approval_level: Option<u8>,
    /// Who may approve it.
    pub approvers: Vec<Approver>,
}

/// The step from one version to another, and the one that the change needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The version it is counted from: the last that was issued, else the one it had.
    pub from: String,
    /// The version it has.
    pub to: Option<String>,
    /// How large the change is; nothing where nothing changed that a version counts.
    pub size: Option<Size>,
    /// What was seen, in the order of the file.
    pub signs: Vec<Sign>,
    /// The version that the change needs at least.
    pub needed: Option<String>,
    /// How large the document calls the change, where it says so anew.
    pub called: Option<Size>,
    /// Whether the version has it; absent where a version cannot be read.
    pub is_enough: Option<bool>,
}

/// A clause by its number, and by its framework where that is not the first one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClauseNumber {
    /// The id of the framework; absent for the first one, and where there is no such clause.
    pub framework: Option<String>,
    /// The numbers of the number, for their order.
    order: Vec<u32>,
    /// The number.
    pub number: String,
}

/// A clause that a document names or named.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NamedClause {
    /// The clause.
    pub clause: ClauseNumber,
    /// Whether the document named it before.
    pub before: bool,
    /// Whether the document names it now.
    pub now: bool,
}

/// A document or record that stays with an older version of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// What it is.
    pub entry: Entry,
    /// The version of the other document that it names, if it names one.
    pub names: Option<String>,
}

/// An approval that does not cover what its document is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutdatedApproval {
    /// Who gave it.
    pub by: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// On which day.
    pub on: Option<Date>,
    /// For which version.
    pub version: Option<String>,
    /// Whether the document still has it.
    pub is_kept: bool,
    /// Why it does not hold, as words.
    pub why: String,
}

/// Somebody who may approve a document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Approver {
    /// The name of the person.
    pub person: String,
    /// The role that lets the person approve.
    pub role: String,
    /// Whether the person wrote of what is to be approved, alone or with others, and so cannot approve it.
    pub is_author: bool,
}

/// A changed file that claims to be a document and cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCompared {
    /// The file.
    pub path: RepoPath,
    /// Why, as words.
    pub why: String,
}

/// A changed file that is no document, or that of a document which says what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedFile {
    /// The file.
    pub path: RepoPath,
    /// The document it holds.
    pub document: Option<DocId>,
    /// `new`, `changed` or `removed`.
    pub what: &'static str,
}

/// How far clauses are covered before and after.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CoverageChange {
    /// The number of clauses at each level, before.
    pub before: [usize; 5],
    /// The number of clauses at each level, after.
    pub after: [usize; 5],
    /// The clauses whose level is another, headings left out.
    pub changed: Vec<Covered>,
}

/// A clause whose level is another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Covered {
    /// What it is now; what it was, where its framework is gone.
    pub clause: Coverage,
    /// The level before; absent where its framework was not chosen.
    pub before: Option<u8>,
    /// The level after; absent where its framework is not chosen any more.
    pub after: Option<u8>,
}

impl Sms {
    /// Finds where the line of `base` and the judged one were last the same. Where each was merged into
    /// the other there are several such places, and the one on the line of the base itself counts: whoever
    /// makes the branch chooses the others.
    ///
    /// # Errors
    /// When a commit beyond the judged history is missing or damaged.
    pub fn meeting_point(
        &self,
        objects: &dyn Objects,
        base: ObjectId,
    ) -> Result<Option<ObjectId>, ReadingError> {
        let (mut open, mut seen) = (vec![base], HashSet::new());
        let mut newest: Option<usize> = None;
        let mut buffer = Vec::new();
        while let Some(id) = open.pop() {
            match self.history.place_of(id) {
                // Parents come before children: the last of these rests on none of the others.
                Some(place) => newest = newest.max(Some(place)),
                None if seen.insert(id) => {
                    open.extend(read_commit(objects, id, &mut buffer)?.parents);
                }
                None => {}
            }
        }
        let Some(newest) = newest.map(|place| self.history.commits[place].id) else {
            return Ok(None);
        };
        let mut on_line = base;
        while self.history.place_of(on_line).is_none() {
            let parents = read_commit(objects, on_line, &mut buffer)?.parents;
            let Some(first) = parents.first() else { return Ok(Some(newest)) };
            on_line = *first;
        }
        let rests_on_it = self.history.with_ancestors(&[newest]).contains(&on_line);
        Ok(Some(if rests_on_it { newest } else { on_line }))
    }

    /// Works out what the judged state proposes beside an earlier one, where it left `base`.
    ///
    /// # Errors
    /// When a text that was issued cannot be read.
    pub fn proposal(
        &self,
        before: &Sms,
        objects: &dyn Objects,
        base: ObjectId,
    ) -> Result<Proposal, ReadingError> {
        let earlier = Earlier {
            documents: before.documents.clone(),
            config: Some(before.config.clone()),
            commit: before.head,
            day: Some(before.as_of),
            beside: BTreeMap::new(),
        };
        // What a branch changes are its files.
        let since = self.changes_of_files_since(&earlier);
        let comparison = Comparison::of(before, self, objects, base)?;
        let documents = comparison.documents(&since)?;
        let clauses: BTreeSet<ClauseNumber> = (documents.iter())
            .flat_map(|document| &document.clauses)
            .map(|named| named.clause.clone())
            .collect();
        let not_compared = comparison.not_compared(&since);
        let files = comparison.files(&documents, &not_compared);
        Ok(Proposal {
            trust: self.new_changes_of_trust(before),
            documents,
            since,
            not_compared,
            files,
            clauses: clauses.into_iter().collect(),
            coverage: CoverageChange::between(&before.coverage(), &self.coverage()),
            has_register: self.has_published_register(),
            has_another_register: self.has_another_register_by_now(),
        })
    }

    fn new_changes_of_trust(&self, before: &Sms) -> Vec<String> {
        let mut known: Vec<String> =
            before.changes_of_trust().into_iter().map(|(_, words)| words).collect();
        let mut changes = self.changes_of_trust();
        changes.retain(|(_, words)| match known.iter().position(|it| it == words) {
            Some(at) => {
                known.swap_remove(at);
                false
            }
            None => true,
        });
        changes.into_iter().map(|(_, words)| words).collect()
    }
}
