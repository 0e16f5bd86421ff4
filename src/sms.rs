//! The management system: documents, their history and the framework, linked.
//!
//! Every reference is resolved here or kept as unresolved. Questions that two rules or two pages
//! ask are methods of [`Sms`]; what is *not* as it should be is the rules' business.

pub mod actual;
pub mod annex;
pub mod approval;
pub mod authority;
pub mod baseline;
pub mod citation;
pub mod claimed;
pub mod clauses;
pub mod closing;
pub mod coverage;
mod effect;
pub mod evaluation;
pub mod evidence;
pub mod external;
pub mod files;
pub mod former;
pub mod ground;
pub mod hierarchy;
mod identity;
pub mod in_force;
pub mod looked_at;
mod lookup;
pub mod lost;
pub mod machine;
pub mod mandatory;
pub mod meanwhile;
pub mod mending;
pub mod mention;
pub mod moved_back;
pub mod naming;
pub mod out_of_use;
pub mod past;
mod person;
pub mod placing;
pub mod promised;
pub mod proposal;
pub mod raised;
pub mod reading;
pub mod record;
pub mod reference;
pub mod removed;
pub mod reporting;
pub mod retention;
pub mod review;
pub mod roles;
pub mod section;
pub mod signatures;
pub mod since;
mod state;
pub mod supersession;
mod tag;
pub mod target;
pub mod tenure;
pub mod ticket;
pub mod trust;
pub mod uncommitted;
mod uncontrolled;
pub mod versions;
pub mod withdrawing;
pub mod withdrawn;
pub mod wording;

use crate::config::types::DocType;
use crate::config::{Config, Uncontrolled};
use crate::document::change::Change;
use crate::document::fields::{self, Misfit};
use crate::document::front::Node;
use crate::document::markdown::Heading;
use crate::document::{Claims, DocId, Document, Reference};
use crate::framework::Frameworks;
use crate::history::History;
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::Snapshot;
use crate::signature::{AllowedSigners, OpenPgpKeys};
use crate::source::{Date, RepoPath, Span};
use annex::{Annex, Annexes, annexes_of};
use approval::{Control, Grade, Ways};
use authority::{Offices, Superiors};
use baseline::Baseline;
use citation::Cited;
use lookup::Lookup;
use rayon::prelude::*;
use roles::Roles;
use signatures::Signatures;
pub use state::State;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use supersession::Succession;
use tenure::Tenure;
pub use uncontrolled::{UncontrolledFile, UnreadFolder, WhyUncontrolled};

/// Everything a rule or a page may ask about.
#[derive(Clone, Debug, PartialEq)]
pub struct Sms {
    /// The configuration of the judged tree.
    pub config: Config,
    /// The text of book.toml; empty where there is none.
    pub book: String,
    /// The frameworks its clauses belong to.
    pub frameworks: Frameworks,
    /// The documents, sorted by path: every Markdown file with front matter in the source folder.
    pub documents: Vec<Document>,
    /// Markdown that is not a document, and why.
    pub uncontrolled: Vec<UncontrolledFile>,
    /// The judged tree.
    pub snapshot: Snapshot,
    /// The life of each document.
    pub history: History,
    /// The day that is spoken of.
    pub as_of: Date,
    /// The judged commit.
    pub head: ObjectId,
    /// Whether that commit is not made yet.
    pub is_imagined: bool,
    /// By which rules is judged, and whether that is the judged tree's own word.
    pub trust: Trust,
    /// The tags that name a commit of the history, by name.
    pub tags: BTreeMap<String, Tagged>,
    /// The signatures that approvals may rest on.
    pub signatures: Signatures,
    /// The tags that name a state of the system, by name.
    pub baselines: Vec<Baseline>,
    /// The tags that are named as baselines, and name nothing that can be one.
    pub baselines_of_nothing: Vec<String>,
    facts: Vec<Facts>,
    lookup: Lookup,
    roles: Roles,
    /// The role registers as they are in force, where a file has something else.
    roles_in_force: Option<Roles>,
    identities: Roles,
    trusted: Roles,
    offices: Offices,
    superiors: Superiors,
    is_history_of_others: bool,
    tenures: BTreeMap<DocId, Vec<Tenure>>,
    issued: BTreeMap<DocId, Vec<versions::Issued>>,
    former: Vec<former::Former>,
    /// The commits that lie before control start.
    before_start: HashSet<ObjectId>,
    /// What took the place of a document, by its id.
    successions: BTreeMap<DocId, Vec<Succession>>,
    /// The SHA-256 of files that documents cite as evidence.
    file_hashes: BTreeMap<RepoPath, String>,
    /// The documents that lie outside of the source folder since that is another one.
    left_outside: BTreeSet<DocId>,
    /// The headings of contents of the history, of those that links name.
    headings_of_versions: BTreeMap<ObjectId, Vec<Heading>>,
    /// The waivers that let authors approve, by the document they are for.
    controls: HashMap<DocId, Vec<Control>>,
    /// The versions in force of documents whose files have the next one, by the paths of the files.
    beside: BTreeMap<RepoPath, in_force::Beside>,
    /// The contents of agreements that were in force in the time of a service report, as far as the
    /// files have others.
    former_agreements: BTreeMap<ObjectId, Document>,
    /// What went out of use of documents whose files have another version.
    out_of_use: BTreeMap<RepoPath, out_of_use::OutOfUse>,
    /// What of removed documents had gone out of use before that.
    removed_from_use: BTreeMap<DocId, out_of_use::OutOfUse>,
}

/// Where the rules of the judgement come from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trust {
    /// The revision whose book.toml rules, as a person would name it.
    pub policy_ref: Option<String>,
    /// Whether that is another commit than the tip of the publishing branch.
    pub is_beside_branch: bool,
    /// Whether a publishing branch exists.
    pub has_branch: bool,
    /// The branch that is checked out, where no publishing branch exists.
    pub checked_out: Option<String>,
    /// What the judged tree changes of the rules it is judged by, each as a sentence.
    pub changes: Vec<String>,
    /// Rule levels, minimum approval levels, control start: those of the policy ref.
    pub config: Config,
    /// The frameworks of the policy ref, as far as they are here, unless they are those of the judged
    /// tree: which clause a document names settles who may approve it.
    pub frameworks: Option<Frameworks>,
    /// The role registers at the tip of the publishing branch, where that lies beyond the history
    /// of what is judged.
    pub registers: Option<BTreeMap<DocId, Claims>>,
    /// What Git obeys and this program does not: grafts, replace refs.
    pub bent: Vec<String>,
    /// The allowed signers of the policy ref, if its book.toml names any.
    pub signers: Option<AllowedSigners>,
    /// The keys of OpenPGP of the policy ref, if its book.toml names any.
    pub openpgp: Option<OpenPgpKeys>,
    /// What an audit was shown, if it is asked what became of that.
    pub audited: Option<Audited>,
}

/// What an audit was shown, and what there is of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// The commit.
    pub head: ObjectId,
    /// Where it is, should the history of what is judged not lead to it.
    pub whereabouts: Elsewhere,
    /// The day that was spoken of.
    pub as_of: Option<Date>,
    /// The tags there were, by name.
    pub tags: Vec<AuditedTag>,
}

/// Where a commit is that is not in the history of what is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// In a later state than the one that is judged.
    Later,
    /// On another line.
    Beside,
    /// Nowhere in the repository.
    Nowhere,
}

/// A tag that an audit recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditedTag {
    /// Its name.
    pub name: String,
    /// What it named.
    pub was: Tagged,
    /// What it names now; none if it is gone.
    pub is: Option<Tagged>,
}

/// What a tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tagged {
    /// The commit.
    pub commit: ObjectId,
    /// The object of an annotated tag, which says who made it, and is what was signed.
    pub object: Option<ObjectId>,
}

/// What is worked out once about each document.
#[derive(Clone, Debug, Default, PartialEq)]
struct Facts {
    id: Option<DocId>,
    claims: Claims,
    grades: Vec<Grade>,
    /// What changed since the contents that its version is held against.
    since: Vec<(ObjectId, Change)>,
    cited: Vec<Cited>,
    /// What lies beside the text.
    annexes: Vec<Annex>,
}

/// What [`Sms::link`] links.
pub struct Parts {
    /// The configuration of the judged tree.
    pub config: Config,
    /// The text it was read from.
    pub book: String,
    /// The frameworks.
    pub frameworks: Frameworks,
    /// The judged tree.
    pub snapshot: Snapshot,
    /// Its Markdown of the source folder, read, in the order of paths.
    pub markdown: Vec<Document>,
    /// What the commits say.
    pub history: History,
    /// The day to speak of.
    pub as_of: Date,
    /// The judged commit.
    pub head: ObjectId,
    /// Whether that commit is not made yet.
    pub is_imagined: bool,
    /// By which rules to judge.
    pub trust: Trust,
    /// The signatures that approvals may rest on.
    pub signatures: Signatures,
    /// The tags that name a state of the system, by name.
    pub baselines: Vec<Baseline>,
    /// The tags that are named as baselines, and name nothing that can be one.
    pub baselines_of_nothing: Vec<String>,
    /// The tags that name a commit of the history, by name.
    pub tags: BTreeMap<String, Tagged>,
}

impl Sms {
    /// Links all of it.
    ///
    /// # Errors
    /// When a tree of the history cannot be read.
    pub fn link(parts: Parts, objects: &dyn Objects) -> Result<Self, ReadError> {
        let Parts {
            config,
            book,
            frameworks,
            snapshot,
            markdown,
            history,
            as_of,
            head,
            is_imagined,
            trust,
            signatures,
            baselines,
            baselines_of_nothing,
            tags,
        } = parts;
        let (documents, uncontrolled) = uncontrolled::part(markdown, &snapshot, &config);
        let roles = Roles::of(&documents, as_of);
        let controls = approval::controls(&documents, &trust.config, &history, as_of);
        // Whoever changes the register of today does not make the history another's.
        let is_others = roles.with_former(&history).are_strangers_to(&history);
        let listed = Uncontrolled::of(&trust.config);
        let facts = documents.par_iter().map(|document| {
            Facts::of(document, as_of, &documents, &snapshot, &frameworks, &listed)
        });
        let facts: Vec<Facts> = facts.collect();
        let lookup = Lookup::of(&documents, &facts, &frameworks);
        let tenures = tenure::of_all(&history, &config.src);
        let mut sms = Self {
            config,
            book,
            frameworks,
            tenures,
            issued: versions::issued(&history),
            former: Vec::new(),
            before_start: (trust.config.verify_from)
                .map(|day| history.commits_before(day))
                .unwrap_or_default(),
            documents,
            uncontrolled,
            snapshot,
            history,
            as_of,
            head,
            is_imagined,
            trust,
            signatures,
            baselines,
            baselines_of_nothing,
            facts,
            roles,
            roles_in_force: None,
            identities: Roles::default(),
            trusted: Roles::default(),
            tags,
            offices: Offices::default(),
            superiors: Superiors::default(),
            is_history_of_others: is_others,
            successions: BTreeMap::new(),
            controls,
            lookup,
            file_hashes: BTreeMap::new(),
            left_outside: BTreeSet::new(),
            headings_of_versions: BTreeMap::new(),
            beside: BTreeMap::new(),
            former_agreements: BTreeMap::new(),
            out_of_use: BTreeMap::new(),
            removed_from_use: BTreeMap::new(),
        };
        sms.settle_identities();
        sms.grade_all(objects)?;
        let acts = |id: &DocId| sms.tenures(id).iter().map(|it| it.grades.clone()).collect();
        sms.superiors = sms.settle_superiors(&|_| true, &acts);
        if !is_others {
            sms.settle_authority(objects)?;
        }
        sms.successions = sms.settle_successions();
        sms.end_superseded();
        sms.settle_roles_in_force();
        sms.settle_reviews();
        sms.former = sms.look_back();
        Ok(sms)
    }

    /// Returns the type a document names, if there is such a type.
    pub fn type_of(&self, document: &Document) -> Option<&DocType> {
        self.config.doc_type(document.front.text("type")?.value)
    }

    /// Tells whether somebody approves documents of a type, by the rules that judge. One that they do
    /// not know is approved: what is judged does not settle that it is not.
    pub fn is_approved_by_somebody(&self, kind: &str) -> bool {
        kind != "record"
            && self.trust.config.doc_type(kind).is_none_or(|kind| !kind.approvers.is_empty())
    }

    /// Tells the same of the type that a document names.
    pub fn needs_approval(&self, document: &Document) -> bool {
        let kind = document.front.text("type").map_or("", |kind| kind.value);
        self.is_approved_by_somebody(kind)
    }

    /// Returns the keys that a document must have: those of every document or record, and those
    /// of its type.
    pub fn required(&self, document: &Document) -> Vec<&str> {
        let of_all: &[&str] = match self.is_record(document) {
            true => &fields::REQUIRED_OF_RECORDS,
            false => &fields::REQUIRED,
        };
        let of_type = self.type_of(document).map_or(&[][..], |kind| kind.required.as_slice());
        let of_type = of_type.iter().map(String::as_str).filter(|key| !of_all.contains(key));
        let may_be_a_record = document.hides_its_type();
        let of_all = of_all.iter().copied();
        let of_all =
            of_all.filter(|key| !may_be_a_record || fields::REQUIRED_OF_RECORDS.contains(key));
        of_all.chain(of_type).collect()
    }

    /// Returns the values of a document that are not of the kind that their keys hold. Of what cannot be
    /// read nobody can tell, and a clause that is marked as not applicable is understood, whatever its
    /// shape.
    pub fn misfits(&self, document: &Document) -> Vec<Misfit> {
        let marks: BTreeSet<Span> =
            self.not_applicable(document).into_iter().map(|mark| mark.item).collect();
        let front = &document.front;
        let mut misfits = fields::misfits(&front.entries, self.is_record(document));
        if document.hides_its_type() {
            let of_record = fields::misfits(&front.entries, true);
            misfits.retain(|it| of_record.contains(it));
        }
        misfits.extend(fields::misfits_of_rows(front));
        misfits.retain(|it| !marks.contains(&it.span) && !document.is_unsound_at(it.span));
        misfits
    }

    /// Tells whether a document is a record: proof of something done, not a rule for doing it.
    pub fn is_record(&self, document: &Document) -> bool {
        document.front.text("type").is_some_and(|kind| kind.value == "record")
    }

    /// Returns the controlled documents, records apart.
    pub fn maintained(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(|document| !self.is_record(document))
    }

    /// Returns the records.
    pub fn records(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(|document| self.is_record(document))
    }

    /// Returns what a file claims of itself.
    pub fn claims(&self, document: &Document) -> &Claims {
        &self.facts[self.index(document)].claims
    }

    /// Returns how strong the proof of each claimed approval is, in the order written.
    pub fn grades(&self, document: &Document) -> &[Grade] {
        &self.facts[self.index(document)].grades
    }

    /// Returns the grade that decides: the best approval of the current version, unless one of its
    /// approvals is contradicted.
    pub fn grade(&self, document: &Document) -> Option<&Grade> {
        let grades = self.current_grades(document);
        let contradicted = grades.iter().find(|grade| !grade.contradictions.is_empty());
        contradicted.or(grades.iter().max_by_key(|grade| grade.level)).copied()
    }

    /// Returns the grades of the approvals that speak of the current version. If none does, all but
    /// those that are kept from earlier versions.
    pub fn current_grades(&self, document: &Document) -> Vec<&Grade> {
        let version = self.claims(document).version.as_deref();
        let is_current = |grade: &Grade| grade.approval.is_of(version);
        let grades = self.grades(document);
        let any_current = grades.iter().any(is_current);
        let counts = |grade: &&Grade| match any_current {
            true => is_current(grade),
            false => self.grade_of_earlier(document, grade).is_none(),
        };
        grades.iter().filter(counts).collect()
    }

    /// Returns the approval level that a document needs.
    pub fn minimum(&self, document: &Document) -> u8 {
        self.trust.config.minimum_for(document.front.text("type").map(|kind| kind.value))
    }

    /// Tells whether the repository has a mailmap. It decides no identity; who relies on one should
    /// know.
    pub fn has_mailmap(&self) -> bool {
        self.snapshot.files.contains_key(&RepoPath::from(".mailmap"))
    }

    /// Returns the registers of a kind.
    pub fn registers<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Document> {
        self.maintained().filter(move |document| {
            document.front.list("register_kind").iter().any(|found| found.value == kind)
        })
    }

    /// Returns the rows of all registers of a kind, with the register each stands in.
    pub fn rows<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = (&'s Document, &'s Node)> {
        self.registers(kind).flat_map(|register| {
            register.front.rows("entries").map(move |row| (register, &row.value))
        })
    }

    /// Returns the text of a file that spans of findings are offsets in.
    pub fn text_of(&self, path: &RepoPath) -> Option<&str> {
        if path.as_str() == Some(crate::config::FILE) {
            return Some(&self.book);
        }
        if let Some(document) = self.document_at(path) {
            return Some(&document.text);
        }
        self.trust.signers.as_ref().filter(|signers| signers.path == *path)?.text.as_deref()
    }

    /// Tells whether the history or the file itself shows a version of a document.
    pub fn has_version(&self, id: &DocId, version: &str) -> bool {
        let told = |it: &crate::history::Revision| it.claims.is_version(version);
        self.history.revisions(id).iter().any(told)
            || self.versions(id).iter().any(|it| crate::document::Version::are_same(it, version))
    }

    /// Returns the versions of a document that the history or the file itself shows.
    pub fn versions(&self, id: &DocId) -> BTreeSet<String> {
        let told = self
            .history
            .revisions(id)
            .iter()
            .filter_map(|revision| revision.claims.version.clone());
        let document = self.document(id.as_str());
        let current = document.and_then(|document| document.front.text("version"));
        // What a document names as its own predecessor existed, even where the history begins later.
        let superseded =
            document.map(|document| document.front.list("supersedes")).unwrap_or_default();
        let former = superseded
            .iter()
            .map(|reference| Reference::parse(reference.value))
            .filter(|reference| reference.id == *id)
            .filter_map(|reference| reference.version);
        told.chain(current.map(|version| version.value.to_owned())).chain(former).collect()
    }
}

impl Sms {
    /// Grades the approvals that all documents and all their versions claim. Whether the approvers
    /// had the authority is not asked.
    fn grade_all(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let causes = annex::Causes::default();
        let ids: BTreeSet<&DocId> = self.lookup.by_id.keys().chain(self.tenures.keys()).collect();
        let graded = ids.into_par_iter().map(|id| {
            let mut ways = Ways::of(&self.history, id);
            let files = self.lookup.by_id.get(id).into_iter().flatten();
            let files = files.filter(|&&file| self.documents[file].is_sound());
            let files = files.map(|&file| {
                let grades = self.acts_on_file(&mut ways, id, file, objects, &causes)?;
                Ok((file, grades))
            });
            let files: Vec<(usize, Vec<Grade>)> = files.collect::<Result<_, ReadError>>()?;
            Ok((id.clone(), files, self.acts_on_versions(&mut ways, id)))
        });
        for (id, files, versions) in graded.collect::<Result<Vec<_>, ReadError>>()? {
            for (file, grades) in files {
                self.facts[file].grades = grades;
            }
            for (tenure, grades) in self.tenures.get_mut(&id).into_iter().flatten().zip(versions) {
                tenure.grades = grades;
            }
        }
        Ok(())
    }

    /// Grades the approvals that a file claims, pictures included.
    fn acts_on_file<'s>(
        &'s self,
        ways: &mut Ways<'s>,
        id: &'s DocId,
        file: usize,
        objects: &'s dyn Objects,
        causes: &'s annex::Causes,
    ) -> Result<Vec<Grade>, ReadError> {
        let document = &self.documents[file];
        let Facts { claims, annexes, .. } = &self.facts[file];
        let (history, files) = (&self.history, annexes);
        let annexes =
            Annexes { objects, history, id, document, files, snapshot: &self.snapshot, causes };
        let case = approval::Case {
            history: &self.history,
            id,
            blob: document.blob,
            claims,
            at: self.history.judged(),
            has_branch: self.trust.has_branch,
            minimum: self.trust.config.minimum_for(claims.kind.as_deref()),
            roles: &self.identities,
            keyring: self.keyring(),
            controls: self.controls_of(id),
            asked: self.as_of,
            annexes: Some(annexes),
        };
        let approvals = claims.approvals.iter();
        let graded = approvals.map(|approval| approval::grade(&case, ways, approval));
        let mut grades = graded.collect::<Result<Vec<Grade>, _>>()?;
        if self.is_history_of_others {
            grades.iter_mut().for_each(Grade::fall_back_to_the_claim);
        }
        Ok(grades)
    }
}

impl Facts {
    /// Works out what a document says of itself; its approvals are graded later.
    fn of(
        document: &Document,
        as_of: Date,
        documents: &[Document],
        snapshot: &Snapshot,
        frameworks: &Frameworks,
        listed: &Uncontrolled,
    ) -> Self {
        let mut claims = document.claims();
        claims.settle_status(as_of);
        Self {
            id: claims.id.clone(),
            claims,
            grades: Vec::new(),
            since: Vec::new(),
            cited: citation::cited_in(document, frameworks),
            annexes: annexes_of(document, documents, snapshot, listed),
        }
    }
}
