//! What a branch proposes: each document that it changes, from where it left its base to its tip,
//! and what that means for what stands around it.
//!
//! Both ends are judged by the rules and roles of the base. No file that changed is left out: what
//! cannot be compared as a document is named as a file.

use super::approval::Grade;
use super::coverage::{Coverage, Key};
use super::meanwhile::{Taken, is_issued_otherwise};
use super::reading::ReadingError;
use super::since::{Earlier, Entry, Since};
use super::{Sms, State};
use crate::document::change::{Sign, Size};
use crate::document::redline::{Piece, words};
use crate::document::{Claims, DocId, Document, Version};
use crate::history::{What as Event, same_act};
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot;
use crate::repo::walk::read_commit;
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

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
    /// Whether the person wrote of what is to be approved, and so cannot approve it.
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
    /// Finds where the line of `base` and the judged one were last the same.
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
        Ok(newest.map(|place| self.history.commits[place].id))
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
        };
        let since = self.changes_since(&earlier);
        let (citing, there) = (self.citing(), self.meanwhile(objects, base)?);
        let comparison = Comparison { before, now: self, there, objects, citing };
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
            coverage: coverage_change(&before.coverage(), &self.coverage()),
            has_register: self.has_published_register(),
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

    /// Returns who names versions of which document: places of documents, with the versions.
    fn citing(&self) -> HashMap<DocId, Vec<(usize, String)>> {
        let mut citing: HashMap<DocId, Vec<(usize, String)>> = HashMap::new();
        for (place, document) in self.documents.iter().enumerate() {
            for cited in self.versions_cited(document) {
                citing.entry(cited.id).or_default().push((place, cited.version));
            }
        }
        citing
    }

    fn clause_number(&self, written: &str) -> ClauseNumber {
        let (framework, number) = match self.frameworks.resolve(written) {
            Ok((pack, clause)) => {
                let is_first = pack.id == self.frameworks.primary().id;
                ((!is_first).then(|| pack.id.clone()), clause.number.clone())
            }
            Err(_) => (None, written.to_owned()),
        };
        let order = number.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect();
        ClauseNumber { framework, order, number }
    }

    fn clauses_of(&self, document: &Document) -> BTreeSet<ClauseNumber> {
        let named = self.named_clauses(document).into_iter();
        named.map(|clause| self.clause_number(clause.value)).collect()
    }
}

/// The two ends.
struct Comparison<'s> {
    before: &'s Sms,
    now: &'s Sms,
    /// What the base has by now.
    there: BTreeMap<DocId, Claims>,
    objects: &'s dyn Objects,
    citing: HashMap<DocId, Vec<(usize, String)>>,
}

impl Comparison<'_> {
    fn documents(&self, since: &Since) -> Result<Vec<Proposed>, ReadingError> {
        let mut found: BTreeMap<DocId, (Entry, What, Vec<String>)> = BTreeMap::new();
        let mut add = |entry: &Entry, what: What, keys: &[String]| {
            found.entry(entry.id.clone()).or_insert((entry.clone(), what, keys.to_vec()));
        };
        since.new.iter().for_each(|entry| add(entry, What::New, &[]));
        since.withdrawn.iter().for_each(|entry| add(entry, What::Withdrawn, &[]));
        since.revised.iter().for_each(|it| add(&it.entry, What::Revised, &it.keys));
        for entry in &since.removed {
            add(entry, self.what_became_of(entry), &[]);
        }
        for moved in &since.moved {
            let Some(document) = self.now.document(moved.id.as_str()) else { continue };
            add(&Entry::of(&moved.id, document), What::Renamed, &[]);
        }
        for (id, files) in self.now.ids() {
            let [document] = files.as_slice() else { continue };
            if !self.outdated(id, Some(document)).is_empty() {
                add(&Entry::of(id, document), What::Affected, &[]);
            }
        }
        let proposed = |(entry, what, keys)| self.proposed(entry, what, keys);
        found.into_values().map(proposed).collect()
    }

    /// A file that lost its id is not gone.
    fn what_became_of(&self, entry: &Entry) -> What {
        match self.now.document_at(&entry.path) {
            Some(document) if document.id().is_none() => What::Unreadable,
            _ => What::Removed,
        }
    }

    fn proposed(
        &self,
        mut entry: Entry,
        what: What,
        keys: Vec<String>,
    ) -> Result<Proposed, ReadingError> {
        let id = entry.id.clone();
        let says_why = what != What::Revised || keys.iter().any(|key| key == "change_summary");
        // A summary that stayed is that of an earlier change.
        entry.why.take_if(|_| !says_why || matches!(what, What::Renamed | What::Affected));
        let old = self.before.document(id.as_str());
        let new = match what {
            What::Removed => None,
            What::Unreadable => self.now.document_at(&entry.path),
            _ => self.now.document(id.as_str()),
        };
        let text = |document: Option<&Document>, key: &str| {
            document?.front.text(key).map(|found| found.value.to_owned())
        };
        let pieces = match old.zip(new) {
            Some((old, new)) if old.text != new.text => words(&old.text, &new.text),
            _ => Vec::new(),
        };
        let is_moved = old.zip(new).is_some_and(|(old, new)| old.path != new.path);
        let is_renamed = old.zip(new).is_some_and(|(old, new)| old.title() != new.title());
        let id_before = self.before.document_at(&entry.path).and_then(Document::id);
        let needs_approval =
            !entry.is_record && !matches!(what, What::Removed | What::Renamed | What::Unreadable);
        let version_before = text(old, "version");
        Ok(Proposed {
            title_before: old.filter(|_| is_renamed).map(Document::title),
            path_before: old.filter(|_| is_moved).map(|old| old.path.clone()),
            id_before: id_before.filter(|before| what == What::New && *before != id),
            status_before: text(old, "status"),
            taken: new.and_then(|new| self.taken(&id, what, new)),
            is_sound: new.or(old).is_some_and(Document::is_sound),
            keys,
            step: match (what, old, new) {
                (What::Revised, Some(old), Some(new)) => self.step(&id, old, new)?,
                _ => None,
            },
            pieces,
            clauses: self.clauses(old, new),
            children: self.children(&id, what, old, new),
            references: self.references(&id, what, version_before.as_deref(), &entry),
            outdated: self.outdated(&id, new),
            is_approved: new
                .filter(|it| needs_approval && self.says_approved(it))
                .map(|it| self.now.is_approved(it)),
            approvers: new
                .filter(|_| needs_approval)
                .map_or_else(Vec::new, |it| self.approvers(it)),
            version_before,
            what,
            entry,
        })
    }

    fn taken(&self, id: &DocId, what: What, new: &Document) -> Option<Taken> {
        let (there, own) = (self.there.get(id)?, self.now.claims(new));
        match what {
            What::New => (there.covered != own.covered).then_some(Taken::Id),
            _ => is_issued_otherwise(there, own).then_some(Taken::Version),
        }
    }

    /// Tells whether a document says that it is approved, and is of a type that somebody approves.
    fn says_approved(&self, document: &Document) -> bool {
        self.now.status(document) == Some("approved") && self.now.needs_approval(document)
    }

    fn step(
        &self,
        id: &DocId,
        old: &Document,
        new: &Document,
    ) -> Result<Option<Step>, ReadingError> {
        let issued = self.before.issues(id).next_back();
        let (from, text) = match issued {
            Some(issue) => {
                (Some(issue.version.to_owned()), snapshot::blob(self.objects, issue.blob)?)
            }
            None => {
                let version = old.front.text("version").map(|version| version.value.to_owned());
                (version, old.text.clone().into_bytes())
            }
        };
        let Some(from) = from else { return Ok(None) };
        let issued_in = issued.map(|issue| issue.commit.id);
        let change = self.now.change_from(&text, issued_in, new, self.objects)?;
        let (size, to) = (change.size(), new.front.text("version").map(|it| it.value.to_owned()));
        let (was, is) = (Version::parse(&from), to.as_deref().and_then(Version::parse));
        let is_enough = was.as_ref().zip(is).map(|(was, is)| match size {
            _ if was.is_before_first() => is >= *was,
            Some(size) => is.is_raised_enough(was, size),
            None => is >= *was,
        });
        let needed = size.zip(was.filter(|was| !was.is_before_first()));
        let needed = needed.map(|(size, was)| was.after(size).to_string());
        let is_raised = to != old.front.text("version").map(|it| it.value.to_owned());
        let called = new.front.text("change_kind").filter(|_| is_raised);
        let called = called.and_then(|kind| Size::parse(kind.value));
        Ok(Some(Step { from, to, size, signs: change.signs, needed, called, is_enough }))
    }

    fn clauses(&self, old: Option<&Document>, new: Option<&Document>) -> Vec<NamedClause> {
        let before = old.map(|it| self.before.clauses_of(it)).unwrap_or_default();
        let now = new.map(|it| self.now.clauses_of(it)).unwrap_or_default();
        let all: BTreeSet<&ClauseNumber> = before.union(&now).collect();
        let named = |clause: &ClauseNumber| NamedClause {
            clause: clause.clone(),
            before: before.contains(clause),
            now: now.contains(clause),
        };
        all.into_iter().map(named).collect()
    }

    /// Returns the documents in use that stand beneath one and are as they were, if what they stand
    /// beneath says something else now.
    fn children(
        &self,
        id: &DocId,
        what: What,
        old: Option<&Document>,
        new: Option<&Document>,
    ) -> Vec<Behind> {
        let is_other = |key: &str| {
            let value = |it: Option<&Document>| it?.front.text(key).map(|it| it.value.to_owned());
            value(old) != value(new)
        };
        let says_other = old.zip(new).is_none_or(|(old, new)| {
            is_other("version") || self.before.claims(old).text != self.now.claims(new).text
        });
        if matches!(what, What::New | What::Renamed | What::Affected) || !says_other {
            return Vec::new();
        }
        let is_as_it_was = |child: &&Document| {
            let before = child.id().and_then(|id| self.before.document(id.as_str()));
            before.is_some_and(|it| {
                self.before.claims(it).substance == self.now.claims(child).substance
            })
        };
        let is_used = |child: &&Document| {
            !matches!(self.now.state(child), State::Withdrawn | State::Superseded)
        };
        let children = self.now.children(id.as_str()).into_iter();
        let children = children.filter(is_used).filter(is_as_it_was);
        children.filter_map(|child| Some(behind(child, None, &child.id()?))).collect()
    }

    /// Returns the documents and records that name the version that was the one of before.
    fn references(
        &self,
        id: &DocId,
        what: What,
        before: Option<&str>,
        entry: &Entry,
    ) -> Vec<Behind> {
        let is_gone = matches!(what, What::Removed | What::Unreadable);
        let is_older = |version: &str| {
            let is_it = before.is_some_and(|before| Version::are_same(before, version));
            let is_now =
                entry.version.as_deref().is_some_and(|now| Version::are_same(now, version));
            is_gone || (is_it && !is_now)
        };
        let citing = self.citing.get(id).map(Vec::as_slice).unwrap_or_default();
        let citing = citing.iter().filter(|(_, version)| is_older(version));
        let mut behind: Vec<Behind> = citing
            .filter_map(|(place, version)| {
                let document = &self.now.documents[*place];
                let own = document.id().unwrap_or_else(|| DocId::new(document.called()));
                (own != *id).then(|| behind(document, Some(version), &own))
            })
            .collect();
        behind.sort_by(|a, b| (&a.entry.id, &a.names).cmp(&(&b.entry.id, &b.names)));
        behind
    }

    /// Returns the approvals that nothing contradicted before and that do not cover what the
    /// document is now.
    fn outdated(&self, id: &DocId, new: Option<&Document>) -> Vec<OutdatedApproval> {
        let Some(old) = self.before.document(id.as_str()) else { return Vec::new() };
        let version = old.front.text("version").map(|version| version.value);
        let held = self
            .before
            .current_grades(old)
            .into_iter()
            .filter(|grade| grade.contradictions.is_empty() && grade.approval.is_of(version));
        held.filter_map(|grade| self.fate(old, new, grade)).collect()
    }

    fn fate(
        &self,
        old: &Document,
        new: Option<&Document>,
        held: &Grade,
    ) -> Option<OutdatedApproval> {
        let outdated = |is_kept: bool, why: String| {
            let approval = &held.approval;
            Some(OutdatedApproval {
                by: approval.by.clone(),
                role: approval.role.clone(),
                on: approval.on,
                version: approval.version.clone(),
                is_kept,
                why,
            })
        };
        let Some(new) = new else { return outdated(false, "the document is gone".to_owned()) };
        if !new.is_sound() {
            return outdated(false, "the front matter cannot be relied on any more".to_owned());
        }
        let grades = self.now.grades(new);
        let kept = grades.iter().find(|grade| same_act(&grade.approval, &held.approval));
        let is_covered = self.before.claims(old).covered == self.now.claims(new).covered;
        match kept {
            Some(grade) => match grade.contradictions.first() {
                Some(contradiction) => outdated(true, contradiction.words()),
                None if is_covered => None,
                None => outdated(true, "it was given for another content".to_owned()),
            },
            None if is_covered => outdated(false, "it is taken out of the document".to_owned()),
            None => outdated(false, "it was given for the content of before".to_owned()),
        }
    }

    fn approvers(&self, document: &Document) -> Vec<Approver> {
        let authors = self.authors(document);
        let is_author = |emails: &[String]| {
            emails
                .iter()
                .any(|email| authors.iter().any(|by| self.now.identities.are_one_person(by, email)))
        };
        let may_be_author = document.id().is_some_and(|id| self.now.controls.contains_key(&id));
        let rows = self.now.rows_to_approve_by(document, self.now.as_of).into_iter();
        let approvers: BTreeSet<Approver> = rows
            .map(|row| Approver {
                person: row.person.clone(),
                role: row.role.clone(),
                is_author: !may_be_author && is_author(&row.emails),
            })
            .collect();
        approvers.into_iter().collect()
    }

    /// Returns the addresses of those who wrote what was not issued yet.
    fn authors(&self, document: &Document) -> BTreeSet<&str> {
        let history = &self.now.history;
        let Some(id) = document.id() else { return BTreeSet::new() };
        let issued = self.before.issues(&id).next_back().map(|issue| issue.claims.covered);
        let way = history.way_to(&id, document.blob);
        let unissued = way.take_while(|it| Some(it.claims.covered) != issued);
        let wrote =
            unissued.filter(|it| matches!(it.what, Event::Began | Event::Text | Event::Metadata));
        wrote.map(|it| history.commit_of(it).author.person.email.as_str()).collect()
    }

    fn not_compared(&self, since: &Since) -> Vec<NotCompared> {
        let changed = since.not_compared.iter().filter(|path| self.is_changed(path));
        let why = |path: &RepoPath| match self.now.document_at(path) {
            None => "it had no id of its own, and is gone".to_owned(),
            Some(document) if !document.is_sound() => {
                "its front matter cannot be relied on".to_owned()
            }
            Some(document) => match document.id() {
                None => "it has no id".to_owned(),
                Some(_) if self.now.is_identified(document) => {
                    "its id was not its alone before".to_owned()
                }
                Some(id) => format!("its id {id} is not its alone"),
            },
        };
        changed.map(|path| NotCompared { path: path.clone(), why: why(path) }).collect()
    }

    fn is_changed(&self, path: &RepoPath) -> bool {
        let blob = |sms: &Sms| sms.snapshot.files.get(path).map(|file| file.blob);
        blob(self.before) != blob(self.now)
    }

    /// Returns the files that changed and are told nowhere else.
    fn files(&self, documents: &[Proposed], not_compared: &[NotCompared]) -> Vec<ChangedFile> {
        let told: BTreeSet<&RepoPath> = (documents.iter())
            .flat_map(|it| std::iter::once(&it.entry.path).chain(&it.path_before))
            .chain(not_compared.iter().map(|it| &it.path))
            .collect();
        let (before, now) = (&self.before.snapshot.files, &self.now.snapshot.files);
        let all: BTreeSet<&RepoPath> = before.keys().chain(now.keys()).collect();
        let changed = all.into_iter().filter(|path| {
            !told.contains(path)
                && before.get(*path).map(|it| (&it.blob, &it.content))
                    != now.get(*path).map(|it| (&it.blob, &it.content))
        });
        let what = |path: &RepoPath| match (before.contains_key(path), now.contains_key(path)) {
            (false, _) => "new",
            (_, false) => "removed",
            _ => "changed",
        };
        // In the order of its keys, in a remark or in its line ends it may be another.
        let document = |path: &RepoPath| {
            let (before, now) = (self.before.document_at(path)?, self.now.document_at(path)?);
            let of_both = before.id().filter(|id| now.id().as_ref() == Some(id));
            of_both.filter(|_| self.before.is_identified(before) && self.now.is_identified(now))
        };
        let file = |path: &RepoPath| ChangedFile {
            path: path.clone(),
            document: document(path),
            what: what(path),
        };
        changed.map(file).collect()
    }
}

fn behind(document: &Document, names: Option<&String>, id: &DocId) -> Behind {
    Behind { entry: Entry::of(id, document), names: names.cloned() }
}

fn coverage_change(before: &[Coverage], after: &[Coverage]) -> CoverageChange {
    let mut change = CoverageChange::default();
    let key = |it: &Coverage| -> Key { (it.framework.clone(), it.number.clone()) };
    let leaves = |all: &[Coverage]| -> Vec<Coverage> {
        all.iter().filter(|it| !it.is_heading).cloned().collect()
    };
    let (before, after) = (leaves(before), leaves(after));
    before.iter().for_each(|it| change.before[usize::from(it.level)] += 1);
    after.iter().for_each(|it| change.after[usize::from(it.level)] += 1);
    let levels: HashMap<Key, u8> = before.iter().map(|it| (key(it), it.level)).collect();
    for clause in &after {
        let level = levels.get(&key(clause)).copied();
        if level != Some(clause.level) {
            let (clause, after) = (clause.clone(), Some(clause.level));
            change.changed.push(Covered { clause, before: level, after });
        }
    }
    let there: HashSet<Key> = after.iter().map(key).collect();
    for clause in before.into_iter().filter(|it| !there.contains(&key(it))) {
        let level = Some(clause.level);
        change.changed.push(Covered { clause, before: level, after: None });
    }
    change
}
