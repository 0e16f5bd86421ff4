//! Who may approve what, as it stood when it was approved (clauses 5.3 and 7.5.2).
//!
//! A row of the role register has days, and the register itself has versions. Both are asked: did
//! the approver hold the role on that day, and did the register of the publishing branch say so
//! when the approval came there. What a register says only later of that day is not proof of it.
//!
//! Who may approve a document is settled by the first of these that speaks of it: a row that
//! names its id, what management keeps to itself, a row that names its type, the types of
//! book.toml. Top management may approve everything.

mod following;
mod line;
mod offices;
pub mod resting;
mod superiors;

use super::approval::{Contradiction, Grade};
use super::machine::is_of_nobody;
use super::roles::{RoleEntry, Roles};
use super::signatures::{Keyring, Signer};
use super::{Facts, Sms};
use crate::config::types::TOP_MANAGEMENT;
use crate::document::role::RoleRow;
use crate::document::{Approval, Claims, DocId, Document, is_address};
use crate::history::has_approval;
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::source::{Date, Span, listed};
pub(in crate::sms) use following::Known;
use line::Subject;
pub(in crate::sms) use offices::Offices;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;
pub(in crate::sms) use superiors::{Stand, Superiors};

/// The level of an approval that its approver signed; a baseline is the next.
pub const SIGNED: u8 = 4;

/// Whether an approver could approve on the day of the approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// A row of the register says so.
    Verified(Mandate),
    /// The register speaks against it.
    Contradicted(Lack),
    /// Nothing that could be relied on says so or denies it.
    Unverifiable(Doubt),
}

/// The row that gave the authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// The role.
    pub role: String,
    /// Who held it.
    pub person: String,
    /// The register.
    pub register: Option<DocId>,
    /// The commit of the publishing branch that first had the row, if it is there.
    pub since: Option<ObjectId>,
    /// Whether the register itself came later than the approval.
    pub is_late: bool,
}

/// Why an approver had no authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lack {
    /// No row has the address.
    Unknown(String),
    /// A machine.
    Machine(String),
    /// The role was not held that day.
    NotHeld(NotHeld),
    /// The roles held that day, and those that may approve the document.
    NotForRole {
        /// What the approver held.
        held: Vec<String>,
        /// What was needed.
        needed: Vec<String>,
        /// What says that it was, where one thing does.
        ground: Option<Ground>,
    },
    /// The roles held that day; top management was needed.
    PastTopManagement(Vec<String>),
}

/// What says who may approve a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// Rows of the role register that name the document.
    Id(DocId),
    /// That it is what this clause of ISO/IEC 20000-1 asks for.
    Clause(&'static str),
    /// Rows of the role register that name its type.
    Kind(String),
    /// Its type.
    Usual(String),
}

impl Ground {
    /// Says it in words that stand alone.
    pub fn words(&self) -> String {
        match self {
            Self::Id(id) => {
                format!(
                    "who may approve it is settled by the rows of the role register that list {id} under `approves`"
                )
            }
            Self::Clause(clause) => {
                format!(
                    "who may approve it is settled by what it is: the document that clause {clause} asks for"
                )
            }
            Self::Kind(kind) => format!(
                "who may approve it is settled by the rows of the role register that list `{kind}` under `approves`"
            ),
            Self::Usual(kind) => {
                format!("who may approve it is settled by the `approver` of the type `{kind}`")
            }
        }
    }
}

/// A role that was not held on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotHeld {
    /// Who.
    pub by: String,
    /// The role that is claimed; any, where none is.
    pub role: Option<String>,
    /// The day.
    pub on: Date,
    /// The last day of the row that ended before, with its role.
    pub ended: Option<(String, Date)>,
    /// The first day of the row that began later, with its role.
    pub begins: Option<(String, Date)>,
}

/// Why authority cannot be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The claim does not say who approved, or when.
    NotSaid,
    /// There is no register.
    NoRegister,
    /// No row of the register holds on that day.
    SilentOn(Date),
    /// The register is not approved itself.
    Unapproved(DocId),
    /// By default this role approves, and the register does not have it.
    NobodyIs(String),
    /// Nothing says who approves documents of this type.
    NoApprover(String),
    /// The owner of this document approves what stands beneath it, and it was never approved.
    NoOwner(DocId),
    /// The row came to the register after the approval, in this commit.
    GrantedLater(String, Option<ObjectId>),
    /// The register said later that the role had ended on that day.
    EndedLater(String, Date),
    /// The publishing branch has another register by now, which is not in the history judged, and it
    /// says something else.
    AnotherByNow,
    /// The history is that of other people.
    HistoryOfOthers,
}

impl Authority {
    /// Returns `verified`, `contradicted` or `unverifiable`.
    pub fn verdict(&self) -> &'static str {
        match self {
            Self::Verified(_) => "verified",
            Self::Contradicted(_) => "contradicted",
            Self::Unverifiable(_) => "unverifiable",
        }
    }

    /// Tells whether a register gave it, or ended it, for that day only afterwards.
    pub fn is_backdated(&self) -> bool {
        matches!(self, Self::Unverifiable(Doubt::GrantedLater(..) | Doubt::EndedLater(..)))
    }

    /// Says why, as a sentence without a full stop.
    pub fn words(&self) -> String {
        match self {
            Self::Verified(mandate) => mandate.words(),
            Self::Contradicted(lack) => lack.words(),
            Self::Unverifiable(doubt) => doubt.words(),
        }
    }
}

impl Mandate {
    /// Says which row it is.
    pub fn words(&self) -> String {
        let register =
            self.register.as_ref().map_or("the role register".to_owned(), DocId::to_string);
        let since = match self.since {
            Some(commit) if self.is_late => {
                format!("; the register came after the approval, in commit {}", commit.short())
            }
            Some(commit) => format!(", a row since commit {}", commit.short()),
            None => String::new(),
        };
        format!("{} held `{}` that day by {register}{since}", self.person, self.role)
    }
}

impl Lack {
    /// Says it in words that stand alone.
    pub fn words(&self) -> String {
        match self {
            Self::Unknown(by) if !is_address(by) => {
                format!("the approver {by} is no e-mail address, so nobody can be known by it")
            }
            Self::Unknown(by) => format!("the role register does not know the approver {by}"),
            Self::Machine(by) if is_of_nobody(by) => format!(
                "the approver {by} is the address of a forge or of a program there, and neither approves anything"
            ),
            Self::Machine(by) => format!(
                "the approver {by} is a machine by the role register, and machines approve nothing"
            ),
            Self::NotHeld(NotHeld { by, role, on, .. }) => match role {
                Some(role) => format!("the approver {by} did not hold the role `{role}` on {on}"),
                None => format!("the approver {by} held no role on {on}"),
            },
            Self::NotForRole { held, needed, .. } => {
                match held.iter().find(|role| needed.contains(role)) {
                    Some(role) => format!(
                        "approved as `{role}`, but the row of the role register lists under `approves` what its holder approves as that, and this is not among it"
                    ),
                    None => format!(
                        "approved as {}, but {} may approve it",
                        roles(held, "and"),
                        roles(needed, "or")
                    ),
                }
            }
            Self::PastTopManagement(held) => {
                format!(
                    "approved as {}, but only `{TOP_MANAGEMENT}` may approve it",
                    roles(held, "and")
                )
            }
        }
    }
}

impl Lack {
    /// Says of somebody who took a document out of use why he might not.
    pub fn words_of_withdrawal(&self, by: &str) -> String {
        match self {
            Self::Unknown(_) => format!("the role register does not know {by}"),
            Self::Machine(_) if is_of_nobody(by) => format!("{by} is no person's address"),
            Self::Machine(_) => {
                format!("{by} is a machine by the role register, and machines withdraw nothing")
            }
            Self::NotHeld(NotHeld { on, .. }) => format!("{by} held no role on {on}"),
            Self::NotForRole { held, needed, .. } => {
                match held.iter().find(|role| needed.contains(role)) {
                    Some(role) => format!(
                        "{by} held `{role}`, but the row of the role register lists under `approves` what its holder approves as that, and this is not among it"
                    ),
                    None => format!(
                        "{by} held {}, and {} may approve it",
                        roles(held, "and"),
                        roles(needed, "or")
                    ),
                }
            }
            Self::PastTopManagement(held) => format!(
                "{by} held {}, and only `{TOP_MANAGEMENT}` may approve it",
                roles(held, "and")
            ),
        }
    }
}

impl Doubt {
    /// Says it in words that stand alone.
    pub fn words(&self) -> String {
        let committed = |commit: &Option<ObjectId>| match commit {
            Some(commit) => format!("in commit {}", commit.short()),
            None => "in what is judged".to_owned(),
        };
        match self {
            Self::NotSaid => "the claim does not say who approved on which day".to_owned(),
            Self::NoRegister => "no role register says who may approve".to_owned(),
            Self::SilentOn(day) => format!("no row of the role register holds on {day}"),
            Self::Unapproved(register) => {
                format!("the role register {register} has no approval that holds")
            }
            Self::NobodyIs(role) => {
                format!(
                    "`{role}` approves such documents by default, and the role register has no such role"
                )
            }
            Self::NoApprover(kind) => {
                format!("nothing says who approves documents of the type `{kind}`")
            }
            Self::NoOwner(above) => {
                format!("{above}, whose owner approves it, has no approval that holds")
            }
            Self::GrantedLater(role, commit) => format!(
                "the role register gave `{role}` for that day only after the approval, {}",
                committed(commit)
            ),
            Self::EndedLater(role, day) => format!(
                "the role register says that `{role}` ended on {day}, and said so only after the approval"
            ),
            Self::AnotherByNow => {
                "the publishing branch has another role register by now, and it says something else"
                    .to_owned()
            }
            Self::HistoryOfOthers => {
                "nobody of the role register has a commit in this history".to_owned()
            }
        }
    }
}

fn roles(names: &[String], word: &str) -> String {
    listed(names.iter().map(|name| format!("`{name}`")), word)
}

impl Sms {
    /// Follows the role registers through what the publishing branch had, as far as they were
    /// approved as strongly as their type needs, and at a level at `least`.
    pub(super) fn follow_registers(&self, least: u8) -> Offices {
        let is_approved = self.registers("roles").all(|it| self.status(it) == Some("approved"));
        let subject = |id: &DocId, claims: &Claims, at: usize| self.subject(id, claims, Some(at));
        Offices::of(
            &self.history,
            self.trust.has_branch,
            self.trust.registers.as_ref(),
            &self.roles,
            is_approved,
            &subject,
            &|id, state, known| self.proved_at(id, state, known, least),
        )
    }

    /// Settles of all approvals whether their approvers had the authority, the registers of roles
    /// first: the others rest on them.
    ///
    /// # Errors
    /// When a tree cannot be read that holds a picture of a text.
    pub(super) fn settle_authority(&mut self, objects: &dyn Objects) -> Result<(), ReadError> {
        let mut offices = self.follow_registers(0);
        let mut superiors = std::mem::take(&mut self.superiors);
        superiors.keep(&|id, stand| {
            // Whatever these stand beneath themselves.
            let subject = self.subject(id, &stand.claims, None);
            let judged = stand.grades.iter().map(|it| offices.judge(&self.history, &subject, it));
            !judged.into_iter().any(|it| matches!(it, Authority::Contradicted(_)))
        });
        self.superiors = superiors;
        let authorities_of = |offices: &Offices, facts: &Facts| -> Vec<Authority> {
            let Some(id) = &facts.id else { return Vec::new() };
            let judged = |grade| self.authority_of(offices, id, &facts.claims, grade);
            facts.grades.iter().map(judged).collect()
        };
        let is_register = |facts: &Facts| facts.claims.roles.is_some();
        for facts in self.facts.iter().filter(|facts| is_register(facts)) {
            let version = &facts.claims.version;
            let current = facts.grades.iter().zip(authorities_of(&offices, facts));
            let is_contradicted = current
                .filter(|(grade, _)| grade.approval.is_of(version.as_deref()))
                .any(|(grade, authority)| {
                    !grade.contradictions.is_empty()
                        || matches!(authority, Authority::Contradicted(_))
                });
            if let Some(id) = facts.id.clone().filter(|_| is_contradicted) {
                offices.distrust(id, &facts.claims);
            }
        }
        let all: Vec<Vec<Authority>> =
            self.facts.par_iter().map(|facts| authorities_of(&offices, facts)).collect();
        for (facts, authorities) in self.facts.iter_mut().zip(all) {
            for (grade, authority) in facts.grades.iter_mut().zip(authorities) {
                grade.take_authority(authority);
            }
        }
        self.offices = offices;
        let documents = self.documents.par_iter().zip(&self.facts);
        let baselines = documents.map(|(document, facts)| -> Result<Vec<_>, ReadError> {
            let baseline = |grade| self.baseline_as_shown(document, facts, grade, objects);
            facts.grades.iter().map(baseline).collect()
        });
        let baselines: Vec<Vec<Option<Signer>>> = baselines.collect::<Result<_, _>>()?;
        for (facts, baselines) in self.facts.iter_mut().zip(baselines) {
            for (grade, baseline) in facts.grades.iter_mut().zip(baselines) {
                grade.take_baseline(baseline);
            }
        }
        self.authorise_tenures();
        Ok(())
    }

    /// Settles of one approval whether its approver had the authority.
    pub(super) fn authorise(&self, id: &DocId, claims: &Claims, grade: &mut Grade) {
        grade.take_authority(self.authority_of(&self.offices, id, claims, grade));
        let baseline = self.baselines_of(id, claims, grade).next().map(|(_, signer)| signer);
        grade.take_baseline(baseline);
    }

    /// Finds, for an approval of a document, a baseline whose commit shows the pictures that the
    /// approver saw.
    fn baseline_as_shown(
        &self,
        document: &Document,
        facts: &Facts,
        grade: &Grade,
        objects: &dyn Objects,
    ) -> Result<Option<Signer>, ReadError> {
        let (Some(id), Some(seen)) = (&facts.id, grade.seen_in) else { return Ok(None) };
        for (commit, signer) in self.baselines_of(id, &facts.claims, grade) {
            if self.show_the_same(document, (commit, seen), objects)? {
                return Ok(Some(signer));
            }
        }
        Ok(None)
    }

    /// Finds, for an approval that is signed, the signed tags of people who held a role on the day
    /// of the tag, on commits that hold the act of the approver and have this approval and this
    /// text. The tag by which the approver acted is none, and none proves what is contradicted. Its
    /// pictures are not asked.
    fn baselines_of<'s>(
        &'s self,
        id: &'s DocId,
        claims: &'s Claims,
        grade: &'s Grade,
    ) -> impl Iterator<Item = (ObjectId, Signer)> + 's {
        let contains = move |there: &Claims| {
            there.covered == claims.covered
                && there.status.as_deref() == Some("approved")
                && has_approval(there, &grade.approval)
        };
        let may_rise = grade.level == SIGNED && grade.contradictions.is_empty();
        let act = grade.seen_in.filter(|_| may_rise);
        let act = act.and_then(|id| self.history.place_of(id));
        let tags = act.map(|act| self.signatures.tags.iter().map(move |signed| (act, signed)));
        tags.into_iter().flatten().filter_map(move |(act, signed)| {
            let tag = &signed.tag;
            let by = &tag.tagger.person.email;
            let at = self.history.place_of(tag.commit)?;
            let approver = grade.approval.by.as_deref().unwrap_or_default();
            let is_act = at == act && self.identities.are_one_person(by, approver);
            // No tag is older than what it is on, whatever it says.
            let made = tag.tagger.seconds.max(self.signatures.grown_from(tag.id))?;
            if is_act
                || !self.offices.had_office(&self.history, by, made, tag.tagger.offset)
                || !contains(self.history.claims_at(id, tag.commit)?)
                || self.history.only_beneath(act, at).contains(&act)
            {
                return None;
            }
            let signer = self.keyring().tag_signer(signed, by, &[]);
            signer.counts().then_some((tag.commit, signer))
        })
    }

    /// Returns whose keys are whose, and what is signed.
    pub(crate) fn keyring(&self) -> Keyring<'_> {
        Keyring {
            signers: self.trust.signers.as_ref(),
            trusted: &self.trusted,
            people: &self.identities,
            signatures: &self.signatures,
        }
    }

    /// Returns the role register that an approver is looked for in: that of the publishing branch, else
    /// that of the judged tree.
    pub fn roles_asked(&self) -> &Roles {
        self.offices.register().map_or(&self.roles, |(register, _)| register)
    }

    /// Returns the roles in which somebody may approve a document on a day, in the order of that register.
    pub fn roles_to_approve_in(&self, document: &Document, by: &str, on: Date) -> Vec<String> {
        let Some(id) = document.id() else { return Vec::new() };
        let (subject, asked) = (self.subject_now(&id, document), self.roles_asked());
        let suffices = |role: &&str| {
            let answer = line::ask(asked, &subject, by, Some(role), on);
            matches!(answer, line::Answer::Yes(_))
        };
        let mut roles: Vec<&str> = Vec::new();
        for row in asked.roles_of(by, on) {
            if !roles.contains(&row.role.as_str()) {
                roles.push(&row.role);
            }
        }
        roles.iter().filter(|role| suffices(role)).map(|role| (*role).to_owned()).collect()
    }

    /// Returns the rows by which people may approve a document on a day, as the register of the
    /// publishing branch has it; that of the judged tree serves where the branch has none. Where the
    /// branch has another register by now than the judged history knows, both have to say so.
    pub fn rows_to_approve_by(&self, document: &Document, on: Date) -> Vec<&RoleEntry> {
        let register = self.offices.register();
        let (Some(id), Some((register, _))) = (document.id(), register) else { return Vec::new() };
        let subject = self.subject_now(&id, document);
        let registers = [Some(register), self.offices.register_by_now()];
        let suffices = |row: &&RoleEntry| {
            let may = |by: &String| {
                registers.iter().flatten().all(|register| {
                    let answer = line::ask(register, &subject, by, Some(&row.role), on);
                    matches!(answer, line::Answer::Yes(_))
                })
            };
            !row.is_bot && row.holds_on(on) && row.emails.iter().any(may)
        };
        register.entries.iter().filter(suffices).collect()
    }

    /// Tells whether the publishing branch has another role register by now than the judged history
    /// knows.
    pub fn has_another_register_by_now(&self) -> bool {
        self.offices.register_by_now().is_some()
    }

    /// Tells whether a row of a role register gives nothing, because it was added or changed under the
    /// approval: registers stand that were approved, and none of them has it.
    pub fn is_unapproved_row(&self, row: &RoleRow) -> bool {
        let approved = self.offices.register().filter(|_| self.offices.stand());
        approved.is_some_and(|(roles, _)| !roles.entries.iter().any(|it| it.says_the_same(row)))
            && !self.is_row_before_next(row)
    }

    /// Tells whether a row is in a version of a register that is in force until the next one begins.
    fn is_row_before_next(&self, row: &RoleRow) -> bool {
        let registers = self.documents.iter().filter(|it| it.front.is_role_register());
        let mut before = registers.filter_map(|it| self.in_force_beside(it));
        before.any(|it| it.claims.roles.iter().flatten().any(|it| it.says_the_same(row)))
    }

    /// Tells whether the publishing branch has a role register.
    pub fn has_published_register(&self) -> bool {
        self.offices.register().is_some_and(|(_, is_published)| is_published)
    }

    fn authority_of(
        &self,
        offices: &Offices,
        id: &DocId,
        claims: &Claims,
        grade: &Grade,
    ) -> Authority {
        let place = offices.place_of(&self.history, grade);
        let subject = self.subject(id, settling(offices, id, claims, place), place);
        offices.judge(&self.history, &subject, grade)
    }

    /// Settles whether somebody might have approved a version of a document on a day, by the register that
    /// judges what came to the publishing branch at a place, or is to come there.
    pub(super) fn might_approve(
        &self,
        (id, claims): (&DocId, &Claims),
        (by, on): (&str, Date),
        place: Option<usize>,
    ) -> Authority {
        let approval = Approval {
            by: Some(by.to_owned()),
            role: None,
            on: Some(on),
            version: claims.version.clone(),
            digest: None,
            span: Span::default(),
        };
        let subject = self.subject(id, settling(&self.offices, id, claims, place), place);
        self.offices.judge_act(&self.history, &subject, &approval, place)
    }

    /// Looks at a document as it is, as it matters who may approve it now.
    fn subject_now(&self, id: &DocId, document: &Document) -> Subject {
        self.subject(id, settling(&self.offices, id, self.claims(document), None), None)
    }

    /// Looks at what a document claims, as it matters who may approve it: by what was approved of
    /// others when a commit was published, or is by now.
    fn subject(&self, id: &DocId, claims: &Claims, at: Option<usize>) -> Subject {
        let find = |other: &str| self.superiors.at(other, at);
        let frameworks = self.trust.frameworks.as_ref().unwrap_or(&self.frameworks);
        Subject::of(id, claims, &self.trust.config, frameworks, &find)
    }

    /// Follows the documents that others stand beneath through their approved versions, as far as
    /// those others are `meant`, by the `acts` on each version. Whether their approvers had the
    /// authority is not asked yet.
    pub(super) fn settle_superiors(
        &self,
        meant: &dyn Fn(&Claims) -> bool,
        acts: &(dyn Fn(&DocId) -> Vec<Arc<[Grade]>> + Sync),
    ) -> Superiors {
        let of_tenures = self.tenures.values().flatten().map(|tenure| &*tenure.claims);
        let claims =
            self.facts.iter().map(|facts| &facts.claims).chain(of_tenures).filter(|it| meant(it));
        let named = claims.flat_map(|claims| line::above(claims, &self.trust.config));
        let ids: BTreeSet<DocId> = named.collect();
        let stands = ids.into_par_iter().map(|id| {
            let mut stands = self.stands(&id, acts(&id));
            if let Some(document) = self.document(id.as_str())
                && stands.is_empty()
                && self.is_approved(document)
            {
                let (claims, grades) = (self.claims(document), self.current_grades(document));
                stands.push(Stand {
                    at: None,
                    has_begun: true,
                    until: None,
                    claims: claims.clone().into(),
                    grades: grades.into_iter().cloned().collect(),
                });
            }
            (id, stands)
        });
        Superiors::of(stands.collect::<Vec<_>>().into_iter())
    }
}

/// Returns the claims that say who may approve a document: its own, and of a role register those of
/// the version that was approved before. Else its next text would choose its approver.
fn settling<'c>(
    offices: &'c Offices,
    id: &DocId,
    claims: &'c Claims,
    at: Option<usize>,
) -> &'c Claims {
    let former = claims.roles.as_ref().and_then(|_| offices.approved_before(id, at));
    former.unwrap_or(claims)
}

impl Grade {
    /// Takes over what was found of the approver's authority. What speaks against it beats every
    /// level, and nothing that the approver does lifts it.
    pub(super) fn take_authority(&mut self, authority: Authority) {
        if let Authority::Contradicted(lack) = &authority {
            self.contradictions.push(Contradiction::NotAuthorised(lack.clone()));
            "let somebody who may approve it do so, in place of this approval"
                .clone_into(&mut self.missing);
        }
        self.authorised = authority;
    }

    /// Takes over the signed tag that contains the approval, which is the next level.
    fn take_baseline(&mut self, baseline: Option<Signer>) {
        if baseline.is_some() {
            self.level = SIGNED + 1;
            "nothing that this version reads proves more".clone_into(&mut self.missing);
        }
        self.baseline = baseline;
    }

    /// Takes over the signed tag of the same approval as it was found where its pictures are known.
    pub(super) fn take_baseline_of(&mut self, judged: &Self) {
        if self.baseline.is_none() {
            return;
        }
        if judged.baseline.is_none() {
            self.level = self.level.min(SIGNED);
            self.missing.clone_from(&judged.missing);
        }
        self.baseline.clone_from(&judged.baseline);
    }
}
