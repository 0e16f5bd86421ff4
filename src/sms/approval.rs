//! What Git proves of an approval: levels 0 to 5, and what contradicts it.
//!
//! Clause 7.5.2 wants documented information reviewed and approved. Front matter claims that; a
//! level says how strong the proof is. Where something contradicts the claim, no level counts.
//! Trailers, mailmap and a forge's own signature never raise a level.
//!
//! An approver acts in one of four ways: he commits the approval, he is the author of a commit
//! that holds nothing else, he merges what holds it, or he signs a tag on it. What he then saw is
//! what he approved. A signature of his on the act proves that it was he.

mod content;
mod contradiction;
mod way;

pub use contradiction::Contradiction;

use super::annex::{Annexes, Replaced};
use super::authority::{Authority, Doubt};
use super::roles::Roles;
use super::signatures::{Keyring, SignedTag, Signer, Worth};
use crate::config::Config;
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId, Document, seeming_address};
use crate::history::{History, Publication, has_approval};
use crate::repo::object::{Commit, ObjectId, Person, ReadError};
use crate::source::{Date, is_unprintable};
use content::Content;
use std::collections::HashMap;
use way::Way;
pub use way::Ways;

/// What is held to be true of one approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The claim.
    pub approval: Approval,
    /// How strong the proof is.
    pub level: u8,
    /// Whether the digest of the claim fits the content.
    pub digest_fits: bool,
    /// What contradicts the claim; nothing does if it is empty.
    pub contradictions: Vec<Contradiction>,
    /// How the approver acted, if Git shows it.
    pub act: Option<Act>,
    /// The commit that brought the approval.
    pub commit: Option<ObjectId>,
    /// Who acted; the committer of the approval, if it was not the approver.
    pub actor: Option<Person>,
    /// The commit that took it to the publishing branch.
    pub published: Option<ObjectId>,
    /// The same, if it is a merge.
    pub merge: Option<ObjectId>,
    /// Whether the approver had the authority that day.
    pub authorised: Authority,
    /// Whether that merge is by somebody other than the authors of the content.
    pub has_second_person: bool,
    /// The signature on the act, and what it is worth.
    pub signer: Option<Signer>,
    /// The signed tag of an authorised person that contains it, with its signature.
    pub baseline: Option<Signer>,
    /// Of each author of what was approved the newest commit, newest first.
    pub authors: Vec<ObjectId>,
    /// The commit whose state the approver saw; that of the approval, if no act of his is shown.
    pub seen_in: Option<ObjectId>,
    /// The files the text links to that are not what they were in that commit.
    pub replaced: Vec<Replaced>,
    /// The waiver whose compensating control lets an author approve in a small organization.
    pub control: Option<DocId>,
    /// What would give the next level, as a sentence.
    pub missing: String,
}

/// How an approver acted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Committed the approval.
    Committed,
    /// Is the author of a commit that holds the approval and nothing else.
    Authored,
    /// Merged it to the publishing branch.
    Merged,
    /// Pressed the button of a forge, which merged it: the forge's word for who it was.
    MergedByForge,
    /// Signed a tag on the commit that brought it.
    Tagged,
}

impl Act {
    /// Returns the word that follows "it was" and precedes "by".
    pub fn word(self) -> &'static str {
        match self {
            Self::Committed => "committed",
            Self::Authored => "written",
            Self::Merged => "merged",
            Self::MergedByForge => "merged through a forge",
            Self::Tagged => "tagged",
        }
    }
}

/// The level of an approval that its approver was seen to give.
pub(super) const ACTED: u8 = 2;

/// The names of the levels.
pub const LEVELS: [&str; 7] = [
    "no evidence",
    "claimed",
    "acted by the approver",
    "two persons on the publishing branch",
    "signed",
    "signed baseline",
    "attested",
];

impl Grade {
    /// Tells whether Git bears the claim out at a level.
    pub fn holds_at(&self, minimum: u8) -> bool {
        self.contradictions.is_empty() && self.level >= minimum
    }

    /// Keeps what the file itself shows, where the history that would prove or contradict the rest
    /// is not here.
    pub fn fall_back_to_the_claim(&mut self) {
        self.level = self.level.min(1);
        self.contradictions.retain(|found| {
            matches!(found, Contradiction::DigestDiffers | Contradiction::OtherVersion(_))
        });
        self.act = None;
        self.actor = None;
        self.authorised = Authority::Unverifiable(Doubt::HistoryOfOthers);
        self.has_second_person = false;
        self.signer = None;
        self.baseline = None;
        "commit documents and approvals as the people who write and give them"
            .clone_into(&mut self.missing);
    }

    /// Returns `verified`, `contradicted` or `unverifiable`: the claim is verified from level 2 up.
    pub fn verdict(&self) -> &'static str {
        match (self.contradictions.is_empty(), self.level) {
            (false, _) => "contradicted",
            (true, 0 | 1) => "unverifiable",
            (true, _) => "verified",
        }
    }

    /// Returns the name of the level.
    pub fn level_name(&self) -> &'static str {
        LEVELS[usize::from(self.level.min(6))]
    }

    /// Returns the level as people write it: `1+` where the digest fits and nothing more is shown.
    pub fn level_text(&self) -> String {
        let plus = if self.level == 1 && self.digest_fits { "+" } else { "" };
        format!("{}{plus}", self.level)
    }
}

/// Tells whether Git bears a version out at a level: nothing contradicts any of its approvals, and
/// one of them has the level.
pub fn hold_at(grades: &[Grade], minimum: u8) -> bool {
    grades.iter().all(|grade| grade.contradictions.is_empty())
        && grades.iter().any(|grade| grade.level >= minimum)
}

/// What an approval is held against.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// What the commits say.
    pub history: &'a History,
    /// The document.
    pub id: &'a DocId,
    /// Its content.
    pub blob: ObjectId,
    /// What the content claims.
    pub claims: &'a Claims,
    /// The commit it stood at, as an index into the commits of the history.
    pub at: usize,
    /// Whether there is a publishing branch.
    pub has_branch: bool,
    /// The level that the document's type needs.
    pub minimum: u8,
    /// Who the people are: an author with two addresses is still the author.
    pub roles: &'a Roles,
    /// Whose keys are whose, and what is signed.
    pub keyring: Keyring<'a>,
    /// The waiver that lets an author approve, if there is one.
    pub control: Option<&'a Control>,
    /// What lies beside the text; nothing where only the text is asked about.
    pub annexes: Option<Annexes<'a>>,
}

/// The act by which an approver approved, and what.
struct Deed<'h> {
    act: Act,
    commit: &'h Commit,
    seen: Seen,
    tag: Option<&'h SignedTag>,
}

/// What an approval covers of a state of a document: its content, and the pictures in it.
#[derive(Clone, Debug, PartialEq)]
struct Seen {
    covered: Sha256Sum,
    pictures: Vec<Option<ObjectId>>,
}

impl Case<'_> {
    /// Returns what is judged.
    fn now(&self) -> Seen {
        let pictures = self.annexes.map(|annexes| annexes.pictures_now()).unwrap_or_default();
        Seen { covered: self.claims.covered, pictures }
    }

    /// Returns what somebody saw who acted in a commit that had this content.
    fn seen_in(&self, commit: &Commit, covered: Sha256Sum) -> Result<Seen, ReadError> {
        let annexes = self.annexes.filter(|_| covered == self.claims.covered);
        let pictures = annexes.map(|annexes| annexes.pictures_at(commit)).transpose()?;
        Ok(Seen { covered, pictures: pictures.unwrap_or_default() })
    }

    /// Tells whether a commit has pictures that none of its parents has.
    fn brings_pictures(&self, commit: &Commit) -> Result<bool, ReadError> {
        let Some(annexes) = self.annexes else { return Ok(false) };
        let pictures = annexes.pictures_at(commit)?;
        for parent in commit.parents.iter().filter_map(|id| self.history.commit(*id)) {
            if annexes.pictures_at(parent)? == pictures {
                return Ok(false);
            }
        }
        Ok(!pictures.is_empty() && !commit.parents.is_empty())
    }
}

/// Grades one approval of a document, of which the ways are given.
///
/// # Errors
/// When a tree cannot be read that holds a picture of the text.
pub fn grade<'h>(
    case: &Case<'h>,
    ways: &mut Ways<'h>,
    approval: &Approval,
) -> Result<Grade, ReadError> {
    let mut grade = Grade::of(approval);
    let (Some(by), Some(on), Some(version)) = (&approval.by, approval.on, &approval.version) else {
        "name the approver (`by`), the day (`on`) and the version approved (`version`)"
            .clone_into(&mut grade.missing);
        return Ok(grade);
    };
    grade.level = 1;
    if !approval.is_of(case.claims.version.as_deref()) {
        grade.contradictions.push(Contradiction::OtherVersion(version.clone()));
    }
    if let Some(digest) = &approval.digest {
        grade.digest_fits = *digest == case.claims.digest.to_string();
        if !grade.digest_fits {
            grade.contradictions.push(Contradiction::DigestDiffers);
        }
    }
    let way = ways.to(case, approval);
    let Some(brought) = way.brought(approval) else {
        "commit it: what is judged is not what the last commit has".clone_into(&mut grade.missing);
        grade.contradictions.extend(uncommitted_change(case, approval));
        return Ok(grade);
    };
    // What ended on the publishing branch may come back by a line that did not know.
    let is_current = approval.is_of(case.claims.version.as_deref());
    let rests_on = |commit: &Commit, end: usize| case.history.beneath(&[commit.id])[end];
    let ended = way.end_of(approval, case.at);
    let ended = ended.filter(|end| is_current && !rests_on(way.commit(brought), end.at));
    if case.claims.status.as_deref() == Some("approved") {
        // By an earlier day, the withdrawal that the content itself tells of is still to come.
        let is_own = |commit: ObjectId| {
            let there = case.history.claims_at(case.id, commit);
            there.is_some_and(|it| it.withdrawn_on == case.claims.withdrawn_on)
                && case.claims.withdrawn_on.is_some()
        };
        let on_branch =
            ended.filter(|end| end.is_withdrawn && !is_own(case.history.commits[end.at].id));
        let on_branch = on_branch.map(|end| case.history.commits[end.at].id);
        let withdrawn = way.withdrawn_since(brought).or(on_branch);
        grade.contradictions.extend(withdrawn.map(Contradiction::Withdrawn));
    }
    let publication = case.history.publication(case.id, case.at, approval);
    let merge = publication.filter(|publication| publication.is_merge).map(|it| it.commit);
    let is_mixed = way.changes(brought) || case.brings_pictures(way.commit(brought))?;
    let mut deeds = deeds(case, &way, brought, is_mixed, publication, by)?;
    let ended = ended.filter(|end| !end.is_withdrawn);
    deeds.retain(|deed| ended.is_none_or(|end| rests_on(deed.commit, end.at)));
    let ended = ended.map(|end| &case.history.commits[end.at]);
    // The commit that brought it back, where the line it came by had it from before.
    let brought_back = publication.map(|publication| publication.commit);
    let brought_back = brought_back.filter(|_| ended.is_some());
    let brought_in = brought_back.unwrap_or(way.commit(brought));
    let now = case.now();
    let fits = |deed: &&Deed<'_>| (deed.seen.covered == now.covered, deed.seen == now);
    // The first of those that fit best.
    let deed = deeds.iter().rev().max_by_key(fits);
    let acted = deed.map_or(brought_in, |deed| deed.commit);
    let approved = deed.map_or(way.covered(brought), |deed| deed.seen.covered);
    grade.seen_in = Some(acted.id);
    if approved != now.covered {
        // That it changed tells more than that the digest is another since.
        let is_digest = |sign: &Contradiction| matches!(sign, Contradiction::DigestDiffers);
        let first = grade.contradictions.iter().position(is_digest);
        let at = first.unwrap_or(grade.contradictions.len());
        let changed = Contradiction::ContentChanged(way.changed_after(approved));
        grade.contradictions.insert(at, changed);
    }
    // What lies beside another text is not what lay beside the one that was approved.
    let seen = case.annexes.filter(|_| approved == now.covered);
    let seen = seen.map(|annexes| Ok((annexes, annexes.at(acted)?))).transpose()?;
    if let Some((annexes, then)) = &seen {
        for (is_picture, replaced) in annexes.replaced_since(then)? {
            match is_picture {
                true => grade.contradictions.push(Contradiction::PictureReplaced(replaced)),
                false => grade.replaced.push(replaced),
            }
        }
    }
    let (mut content, before) = way.content(way.start(approved, brought), brought);
    if let Some((annexes, then)) = &seen {
        let drawn = annexes.drawn_in(acted, then, before);
        drawn.into_iter().for_each(|at| content.add(at));
    }
    grade.act = deed.map(|deed| deed.act);
    grade.commit = Some(brought_in.id);
    grade.actor = Some(match deed {
        Some(deed) => deed.actor().clone(),
        None => brought_in.committer.person.clone(),
    });
    grade.published = publication.map(|publication| publication.commit.id);
    grade.merge = merge.map(|merge| merge.id);
    let held = [brought_in, acted];
    grade.contradictions.extend(way.wrong_dates(on, &held, &content, approved));
    let wrote = |commit: &&&Commit, person: &Person| {
        !person.email.is_empty() && is_same_person(case.roles, &commit.author.person, person)
    };
    let name = deed.map(Deed::actor).filter(|actor| is_by(actor, by)).map(|actor| &actor.name);
    let approver = Person { name: name.cloned().unwrap_or_default(), email: by.clone() };
    let authors = content.authors();
    grade.authors = authors.iter().map(|commit| commit.id).collect();
    if let Some(own) = authors.iter().find(|commit| wrote(commit, &approver)) {
        if let Some(control) = case.control.filter(|control| control.lasted_on(on)) {
            grade.control = Some(control.waiver.clone());
            "let somebody other than the author of the content approve it"
                .clone_into(&mut grade.missing);
            return Ok(grade);
        }
        grade.contradictions.push(Contradiction::BySelf(own.id));
    }
    let Some(deed) = deed else {
        grade.missing = match ended.filter(|_| brought_back.is_some()) {
            Some(ended) => {
                // What was given up is not even claimed anew by whoever brought it back.
                grade.level = 0;
                format!(
                    "let {by} approve it anew: the publishing branch gave the approval up in commit {}, and it was brought back",
                    ended.id.short()
                )
            }
            None => missing_act(way.commit(brought), is_mixed, by),
        };
        return Ok(grade);
    };
    if let Some(look) = seeming_address(by) {
        grade.missing = format!(
            "write the approver's address in plain letters: it reads as {look}, and is another one"
        );
        return Ok(grade);
    }
    // Whoever types a trailer raises nothing by it. Against the approver it is taken at its word,
    // but in a squash that is tagged: there it may tell of nothing but the approval.
    let squash = Some(way.commit(brought).id).filter(|_| deed.act == Act::Tagged);
    let mut shared = content.naming(case.roles, &approver).into_iter();
    if let Some(shared) = shared.find(|commit| Some(commit.id) != squash) {
        grade.missing = format!(
            "let somebody who wrote none of it approve the content: commit {} names {by} as a co-author",
            shared.id.short()
        );
        return Ok(grade);
    }
    let is_by_another = |merge: &&Commit| {
        let person = acting(merge).0;
        !person.email.is_empty()
            && !case.roles.is_machine(&person.email)
            && !authors.iter().any(|commit| wrote(&commit, person))
            && content.naming(case.roles, person).is_empty()
    };
    grade.has_second_person = case.has_branch && merge.as_ref().is_some_and(is_by_another);
    grade.level = if grade.has_second_person { 3 } else { 2 };
    let signers: Vec<Signer> = deeds
        .iter()
        .filter(|other| other.seen == deed.seen)
        .filter_map(|deed| signer(case, deed, by, &authors, &mut grade.contradictions))
        .collect();
    grade.signer = signers.iter().find(|signer| signer.counts()).or(signers.first()).cloned();
    if case.has_branch && grade.signer.as_ref().is_some_and(Signer::counts) {
        grade.level = 4;
    }
    let machine = merge.map(merged_by).filter(|by| case.roles.is_machine(by));
    grade.missing = missing_beyond(case, &grade, by, machine);
    Ok(grade)
}

/// Says what would give the next level, where the approver acted. `machine` is what merged it, if
/// that was one.
fn missing_beyond(case: &Case<'_>, grade: &Grade, by: &str, machine: Option<&str>) -> String {
    let signature = || match &grade.signer {
        Some(Signer { worth: Worth::Nothing(why), .. }) => format!(
            "let {by} sign the approving commit or a tag on it with a key that the allowed signers list; here, {why}"
        ),
        _ => {
            "sign the approving commit or a tag with a key that the allowed signers list".to_owned()
        }
    };
    match grade.level {
        _ if !case.has_branch => {
            "there is no publishing branch here to hold the approval against".to_owned()
        }
        4.. => "let somebody who holds a role sign an annotated tag on a commit that contains it"
            .to_owned(),
        3 => signature(),
        _ if case.minimum >= 4 => signature(),
        _ => match machine {
            Some(machine) => format!(
                "let a person merge it to the publishing branch: {machine} is a machine by the role register"
            ),
            None => "let somebody who wrote none of the content merge it to the publishing branch"
                .to_owned(),
        },
    }
}

/// Weighs the signature on an act. One that speaks against the act contradicts the approval.
fn signer(
    case: &Case<'_>,
    deed: &Deed<'_>,
    by: &str,
    authors: &[&Commit],
    contradictions: &mut Vec<Contradiction>,
) -> Option<Signer> {
    if let Some(tag) = deed.tag {
        return Some(case.keyring.tag_signer(tag, by, authors));
    }
    let commit = deed.commit;
    let mut signer = case.keyring.commit_signer(commit, by, authors)?;
    let committer = &commit.committer.person;
    if signer.counts() || case.roles.are_one_person(&committer.email, by) {
        match &signer.worth {
            Worth::OfAnother(principals) => {
                contradictions.push(Contradiction::WrongSigner(principals.clone(), commit.id));
            }
            Worth::Broken(why) => {
                contradictions.push(Contradiction::BrokenSignature(why.clone(), commit.id));
            }
            Worth::Counts | Worth::Nothing(_) => {}
        }
    } else {
        // The signature on a commit is its committer's, who here is somebody else.
        let who = match is_forge(committer) {
            true => format!(
                "the forge {}, which speaks for itself and for nobody else",
                committer.email
            ),
            false => format!("its committer {}", committer.email),
        };
        signer.worth = Worth::Nothing(format!("it is signed by {who}"));
    }
    Some(signer)
}

impl Grade {
    fn of(approval: &Approval) -> Self {
        Self {
            approval: approval.clone(),
            level: 0,
            digest_fits: false,
            contradictions: Vec::new(),
            act: None,
            commit: None,
            actor: None,
            published: None,
            merge: None,
            authorised: Authority::Unverifiable(Doubt::NoRegister),
            has_second_person: false,
            signer: None,
            baseline: None,
            authors: Vec::new(),
            seen_in: None,
            replaced: Vec::new(),
            control: None,
            missing: String::new(),
        }
    }

    /// Returns the commit in which the approver acted, else the one that brought the approval.
    pub fn acted_in(&self) -> Option<ObjectId> {
        match self.act {
            Some(Act::Merged | Act::MergedByForge) => self.merge,
            Some(Act::Committed | Act::Authored | Act::Tagged) | None => self.commit,
        }
    }
}

impl Deed<'_> {
    /// Returns who acted.
    fn actor(&self) -> &Person {
        match (self.tag, self.act) {
            (Some(signed), _) => &signed.tag.tagger.person,
            (None, Act::Authored) => &self.commit.author.person,
            (None, _) => acting(self.commit).0,
        }
    }
}

/// Finds the acts of the approver that brought an approval in, or stand on what did.
fn deeds<'h>(
    case: &Case<'h>,
    way: &Way<'_, 'h>,
    brought: usize,
    is_mixed: bool,
    publication: Option<Publication<'h>>,
    by: &str,
) -> Result<Vec<Deed<'h>>, ReadError> {
    let commit = way.commit(brought);
    let own = if is_mixed {
        None
    } else if is_by(&commit.committer.person, by) {
        Some(Act::Committed)
    } else if way.holds_approval_alone(brought) && is_by(&commit.author.person, by) {
        Some(Act::Authored)
    } else {
        None
    };
    let own = own.map(|act| (act, commit, way.covered(brought), None));
    let merged = publication.filter(|publication| publication.is_merge).and_then(|publication| {
        let (person, act) = acting(publication.commit);
        let covered = publication.claims.covered;
        is_by(person, by).then_some((act, publication.commit, covered, None))
    });
    let brought = Some((commit, way.covered(brought)));
    let published = publication.map(|it| (it.commit, it.claims.covered));
    let tagged = case.keyring.signatures.tags.iter().filter_map(|signed| {
        let on = |place: &(&Commit, Sha256Sum)| place.0.id == signed.tag.commit;
        let (commit, covered) = brought.filter(on).or(published.filter(on))?;
        let is_own = case.roles.are_one_person(&signed.tag.tagger.person.email, by)
            && case.keyring.tag_signer(signed, by, &[]).counts();
        is_own.then_some((Act::Tagged, commit, covered, Some(signed)))
    });
    let acts = own.into_iter().chain(merged).chain(tagged);
    let acts = acts.filter(|(_, commit, _, tag)| tag.is_some() || !commit.is_of_two());
    acts.map(|(act, commit, covered, tag)| {
        Ok(Deed { act, commit, seen: case.seen_in(commit, covered)?, tag })
    })
    .collect()
}

/// The address of a forge that commits merges in the name of whoever pressed the button, whom it
/// names as their author.
const FORGES: [&str; 1] = ["noreply@github.com"];

/// Returns the address of whoever made a merge; where a forge committed it, of its author.
pub fn merged_by(merge: &Commit) -> &str {
    &acting(merge).0.email
}

/// Returns who made a merge, and how.
fn acting(merge: &Commit) -> (&Person, Act) {
    match is_forge(&merge.committer.person) {
        true => (&merge.author.person, Act::MergedByForge),
        false => (&merge.committer.person, Act::Merged),
    }
}

fn is_forge(person: &Person) -> bool {
    FORGES.iter().any(|forge| is_by(person, forge))
}

fn missing_act(commit: &Commit, is_mixed: bool, by: &str) -> String {
    if commit.is_of_two() {
        return format!("let {by} approve it in a commit that names one author and one committer");
    }
    if is_mixed {
        return format!(
            "let {by} commit the approval, or the merge that publishes it: here content and approval came in one commit"
        );
    }
    if is_by(&commit.author.person, by) {
        return format!(
            "let {by} approve the content as it is: the approval was written before it, or together with other changes"
        );
    }
    let actor = match is_forge(&commit.committer.person) {
        true => format!("it was written by {}, in the forge", commit.author.person.email),
        false => format!("it was committed by {}", commit.committer.person.email),
    };
    format!("let {by} commit the approval: {actor}")
}

/// An approval kept in the work tree over content that changed there is contradicted as well; not
/// where a committed change is taken back there.
fn uncommitted_change(case: &Case<'_>, approval: &Approval) -> Option<Contradiction> {
    let committed = case.history.committed(case.id)?;
    let is_of_now = |claims: &Claims| claims.covered == case.claims.covered;
    let revisions = case.history.revisions(case.id);
    let stood_so =
        || revisions.iter().any(|it| has_approval(&it.claims, approval) && is_of_now(&it.claims));
    (has_approval(committed, approval) && !is_of_now(committed) && !stood_so())
        .then_some(Contradiction::ContentChanged(None))
}

/// A waiver that names a compensating control, under which an author may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The record.
    pub waiver: DocId,
    from: Date,
    until: Date,
}

impl Control {
    fn lasted_on(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// Returns the documents whose authors may approve, each with the waiver that names the
/// compensating control: in a small organization, while the waiver lasts.
pub fn controls(documents: &[Document], config: &Config, as_of: Date) -> HashMap<DocId, Control> {
    if !config.is_small {
        return HashMap::new();
    }
    let control_of = |record: &Document| {
        let text = |key| record.front.text(key).map(|found| found.value);
        let (from, until) = record.front.date("from").zip(record.front.date("until"))?;
        let control = Control { waiver: record.id()?, from, until };
        let names_control = record.front.get("compensating_control").is_some_and(|control| {
            control.value.as_text().is_some() || !control.value.items().is_empty()
        });
        let counts = text("kind") == Some("waiver")
            && text("status") != Some("closed")
            && control.lasted_on(as_of)
            && names_control
            && record.is_sound();
        counts.then_some(control)
    };
    let controls = documents.iter().filter_map(|record| Some((record, control_of(record)?)));
    let controls = controls.flat_map(|(record, control)| {
        let against = record.front.list("against").into_iter();
        against.map(move |document| (DocId::new(document.value), control.clone()))
    });
    controls.collect()
}

/// Tells whether two identities are one person's, as far as can be seen: the register says so, the
/// mailbox is the same (`bo+git@` is `bo@`), or the full name is, or the second once called the
/// address of the first his own, unless the register knows two people. It is only ever asked
/// against an approval: of an author, and of somebody who acted.
pub fn is_same_person(roles: &Roles, a: &Person, b: &Person) -> bool {
    fn lower(text: &str) -> impl Iterator<Item = char> {
        text.chars().flat_map(char::to_lowercase)
    }
    // What Git leaves out around an address is none of it, and neither is what nobody sees.
    fn is_around(c: char) -> bool {
        c.is_whitespace() || ".,:;<>\"\\'".contains(c) || is_unprintable(c)
    }
    fn mailbox(email: &str) -> impl Iterator<Item = char> {
        let email = email.trim_matches(is_around);
        let (user, host) = email.split_at(email.find('@').unwrap_or(email.len()));
        let (user, _) =
            user.split_at(user.find('+').filter(|_| !host.is_empty()).unwrap_or(user.len()));
        lower(user).chain(lower(host)).filter(|c| *c != '"' && !is_unprintable(*c))
    }
    fn letters(name: &str) -> impl Iterator<Item = char> {
        name.split_whitespace().flat_map(|word| lower(" ").chain(lower(word)))
    }
    // One word is as often a machine, a role or a placeholder as a name.
    let is_full = |name: &str| name.split_whitespace().nth(1).is_some();
    let has_one_name = || is_full(&a.name) && letters(&a.name).eq(letters(&b.name));
    let share_mailbox = || !a.email.is_empty() && mailbox(&a.email).eq(mailbox(&b.email));
    roles.are_one_person(&a.email, &b.email)
        || !roles.are_two_people(&a.email, &b.email)
            && (share_mailbox() || has_one_name() || roles.has_claimed(&b.email, &a.email))
}

/// Identities are raw e-mail addresses; only their case does not matter.
fn is_by(person: &Person, by: &str) -> bool {
    !person.email.is_empty() && person.email.eq_ignore_ascii_case(by)
}

/// A date is contradicted only if it is wrong in every time zone.
fn wrong_dates(on: Date, acts: &[&Commit], content: Option<&Commit>) -> Vec<Contradiction> {
    const EARLIEST: i32 = -12 * 60;
    const LATEST: i32 = 14 * 60;
    let seconds = |commit: &Commit| {
        [commit.author.seconds, commit.committer.seconds].into_iter().flatten().max()
    };
    let mut wrong = Vec::new();
    let last = acts.iter().max_by_key(|commit| seconds(commit));
    let latest = |commit: &&&Commit| Date::of_seconds(seconds(commit)?, LATEST);
    if let Some((last, latest)) = last.and_then(|last| Some((last, latest(&last)?)))
        && on > latest
    {
        let day = last.committer.date().unwrap_or(latest);
        wrong.push(Contradiction::AfterCommit(day, last.id));
    }
    let Some(content) = content else { return wrong };
    let seconds = [content.author.seconds, content.committer.seconds].into_iter().flatten().min();
    if let Some(earliest) = seconds.and_then(|seconds| Date::of_seconds(seconds, EARLIEST))
        && on < earliest
    {
        let day = content.author.date().unwrap_or(earliest);
        wrong.push(Contradiction::BeforeContent(day, content.id));
    }
    wrong
}
