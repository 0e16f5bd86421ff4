//! What Git proves of an approval: levels 0 to 5, and what contradicts it.
//!
//! Clause 7.5.2 wants documented information reviewed and approved. Front matter claims that; a
//! level says how strong the proof is. Where something contradicts the claim, no level counts.
//! Trailers, mailmap and a forge's own signature never raise a level.
//!
//! An approver acts in one of four ways: he commits the approval, he is the author of a commit
//! that holds nothing else, he merges what holds it, or he signs a tag on it. What he then saw is
//! what he approved. A signature of his on the act proves that it was he.

mod act;
mod coming;
mod content;
mod contradiction;
mod control;
mod ends;
mod person;
mod way;

pub use act::{Act, brought_by, merged_by};
pub use contradiction::Contradiction;
use control::control_of;
pub use control::{Control, controls, ended_control};

use super::annex::{Annexes, Replaced};
use super::authority::{Authority, Doubt};
use super::machine::is_of_nobody;
use super::roles::{RoleEntry, Roles};
use super::signatures::{Keyring, Signer, Worth};
use crate::document::digest::Sha256Sum;
use crate::document::{Approval, Claims, DocId, seeming_address};
use crate::history::{History, has_approval};
use crate::repo::object::{Commit, ObjectId, Person, ReadError};
use crate::source::{Date, RepoPath};
use act::{Deed, approver, is_by_another, signer};
use coming::Coming;
use content::Content;
use std::collections::BTreeSet;
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
    /// The waivers whose compensating controls let an author approve in a small organization: that of
    /// the day of the approval and, where it has ended, the one that goes on with it.
    pub control: Vec<DocId>,
    /// Whether the approver can approve what stands there in no commit of their own.
    pub is_barred: bool,
    /// What would give the next level, as a sentence.
    pub missing: String,
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
        self.is_barred = false;
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

    /// Returns the commit in which the approver acted, else the one that brought the approval.
    pub fn acted_in(&self) -> Option<ObjectId> {
        match self.act {
            Some(Act::Merged | Act::MergedByForge) => self.merge,
            Some(Act::Committed | Act::Authored | Act::Tagged) | None => self.commit,
        }
    }

    /// Tells whether the commit that brought the approval made some of what was approved as well.
    pub fn came_with_its_text(&self) -> bool {
        self.commit.is_some_and(|commit| self.authors.contains(&commit))
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

/// Returns the level at which Git bears a version out; none at all where anything contradicts it.
pub fn level_held(grades: &[Grade]) -> u8 {
    let is_contradicted = grades.iter().any(|grade| !grade.contradictions.is_empty());
    let best = grades.iter().map(|grade| grade.level).max().unwrap_or(0);
    if is_contradicted { 0 } else { best }
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
    /// The waivers that let an author approve.
    pub controls: &'a [Control],
    /// The day that is asked about: the one spoken of, or the last of a version that stands no more.
    pub asked: Date,
    /// What lies beside the text; nothing where only the text is asked about.
    pub annexes: Option<Annexes<'a>>,
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
    let (Some(by), Some(on), Some(_)) = (&approval.by, approval.on, &approval.version) else {
        "name the approver (`by`), the day (`on`) and the version approved (`version`)"
            .clone_into(&mut grade.missing);
        return Ok(grade);
    };
    grade.level = 1;
    grade.hold_against_claims(case.claims);
    let way = ways.to(case, approval);
    let Some(brought) = way.brought(approval) else {
        "commit it: what is judged is not what the last commit has".clone_into(&mut grade.missing);
        grade.contradictions.extend(uncommitted_change(case, approval));
        return Ok(grade);
    };
    let coming = Coming::of(case, &way, brought, approval, by)?;
    grade.contradictions.extend(coming.withdrawn.map(Contradiction::Withdrawn));
    let deed = coming.deed(&case.now());
    let (acted, approved) = coming.approved(deed);
    grade.take_down(&coming, deed, acted);
    let content = grade.hold_against_content(case, &way, brought, (acted, approved))?;
    let held = [coming.brought_in, acted];
    grade.contradictions.extend(way.wrong_dates(on, &held, &content, approved));

    let approver = approver(deed.map(Deed::actor), by);
    let authors = content.authors();
    grade.authors = authors.iter().map(|commit| commit.id).collect();
    // Where the type needs an act, what was approved was seen.
    let unseen = (case.minimum < ACTED).then(|| way.unseen(way.start(approved, brought), brought));
    let own = content.by(case.roles, &approver);
    if let Some(own) = own {
        grade.control = control_of(case.controls, on, case.asked);
        if !grade.control.is_empty() {
            "let somebody other than the author of the content approve it"
                .clone_into(&mut grade.missing);
            return Ok(grade);
        }
        grade.contradictions.push(Contradiction::BySelf(own.id));
    }
    let barred = || {
        let unseen = unseen.as_ref().filter(|_| own.is_none());
        if let Some(own) = unseen.and_then(|it| it.by(case.roles, &approver)) {
            return Some(format!(
                "let somebody who wrote none of it approve the content: {by} wrote in commit {}, and nothing shows that anybody else approved that",
                own.id.short()
            ));
        }
        helped(case, &content, &approver, way.commit(brought), deed)
    };
    let barred = plain_address(by).or_else(barred);
    grade.is_barred = barred.is_some();
    let Some(deed) = deed else {
        // What was given up is not even claimed anew by whoever brought it back.
        if coming.given_up.is_some() {
            grade.level = 0;
        }
        grade.missing =
            barred.unwrap_or_else(|| coming.missing_act(by) + &said_otherwise(case, &grade));
        return Ok(grade);
    };
    if let Some(missing) = barred {
        grade.missing = missing;
        return Ok(grade);
    }

    let merge = coming.merge().filter(|_| case.has_branch);
    let whole = merge.and_then(|_| way.whole(way.start(approved, brought), brought));
    let is_by_another = |merge: &Commit| {
        let mut contents = std::iter::once(&content).chain(&unseen).chain(&whole);
        contents.all(|content| is_by_another(case, merge, content))
    };
    grade.has_second_person = merge.is_some_and(is_by_another);
    let signers: Vec<Signer> = coming
        .deeds
        .iter()
        .filter(|other| other.seen == deed.seen)
        .filter_map(|deed| signer(case, deed, by, &authors, &mut grade.contradictions))
        .collect();
    grade.signer = signers.iter().find(|signer| signer.counts()).or(signers.first()).cloned();
    let is_signed = case.has_branch && grade.signer.as_ref().is_some_and(Signer::counts);
    grade.level = match (is_signed, grade.has_second_person) {
        (true, _) => 4,
        (false, true) => 3,
        (false, false) => ACTED,
    };
    let machine = coming.merge().map(merged_by).filter(|by| case.roles.is_machine(by));
    grade.missing = missing_beyond(case, &grade, by, machine);
    Ok(grade)
}

/// Says of an approver's address that only reads as somebody's what is to be done about it.
fn plain_address(by: &str) -> Option<String> {
    let look = seeming_address(by)?;
    Some(format!(
        "write the approver's address in plain letters: it reads as {look}, and is another one"
    ))
}

/// Says who names the approver as a co-author of the content. Whoever types a trailer raises nothing by
/// it. Against the approver it is taken at its word, but in the commit that brought the approval with
/// the content, as a squash does, if the approver tagged that: there it may tell of nothing but the
/// approval.
fn helped(
    case: &Case<'_>,
    content: &Content<'_>,
    approver: &Person,
    brought: &Commit,
    deed: Option<&Deed<'_>>,
) -> Option<String> {
    let by = &approver.email;
    let naming = content.naming(case.roles, approver);
    let is_tagged = deed.is_some_and(|deed| deed.act == Act::Tagged);
    let shared = naming.iter().find(|commit| !is_tagged || commit.id != brought.id)?;
    let mut words = format!(
        "let somebody who wrote none of it approve the content: commit {} names {by} as a co-author",
        shared.id.short()
    );
    if shared.id == brought.id {
        words.push_str(", be it for the approval that came with it");
        if naming.len() == 1 && case.has_branch && case.keyring.signers.is_some() {
            words.push_str(&format!("; if it is, let {by} sign a tag on it that names the document, with a key that the allowed signers list"));
        }
    }
    Some(words)
}

/// Who wrote what nobody approved yet.
pub struct Writers<'h> {
    content: Content<'h>,
    roles: &'h Roles,
    /// Whether whoever only helped to write it is not believed to have approved it.
    counts_helpers: bool,
}

impl<'h> Writers<'h> {
    /// Finds who wrote the content of a case since the last approval of another version, be it a picture
    /// that lies at one of these places.
    pub fn of<'p>(
        case: &Case<'h>,
        ways: &mut Ways<'h>,
        pictures: impl Iterator<Item = &'p RepoPath>,
    ) -> Option<Self> {
        let (mut content, before) = ways.to(case, &Approval::default()).unapproved()?;
        let drawn = pictures.flat_map(|picture| case.history.changes_of_picture(picture));
        let drawn: BTreeSet<usize> = drawn.copied().collect();
        if !drawn.is_empty() {
            let before = case.history.beneath(before);
            drawn.into_iter().filter(|at| !before[*at]).for_each(|at| content.add(at));
        }
        Some(Self { content, roles: case.roles, counts_helpers: case.minimum >= ACTED })
    }

    /// Tells whether a person is among them, and so cannot approve it.
    pub fn has(&self, person: &Person) -> bool {
        self.content.by(self.roles, person).is_some()
            || self.counts_helpers && !self.content.naming(self.roles, person).is_empty()
    }

    /// Tells whether the person of a row of the role register is among them, under any address.
    pub fn has_person_of(&self, row: &RoleEntry) -> bool {
        row.persons().any(|person| self.has(&person))
    }
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
            control: Vec::new(),
            is_barred: false,
            missing: String::new(),
        }
    }

    /// Holds version and digest of the claim against the file it stands in.
    fn hold_against_claims(&mut self, claims: &Claims) {
        let version = self.approval.version.clone().unwrap_or_default();
        if !self.approval.is_of(claims.version.as_deref()) {
            self.contradictions.push(Contradiction::OtherVersion(version));
        }
        if let Some(digest) = &self.approval.digest {
            self.digest_fits = *digest == claims.digest.to_string();
            if !self.digest_fits {
                self.contradictions.push(Contradiction::DigestDiffers);
            }
        }
    }

    /// Takes down which commits and whose act the approval rests on.
    fn take_down<'h>(&mut self, coming: &Coming<'h>, deed: Option<&Deed<'h>>, acted: &Commit) {
        let committer = &coming.brought_in.committer.person;
        self.act = deed.map(|deed| deed.act);
        self.commit = Some(coming.brought_in.id);
        self.actor = Some(deed.map_or(committer, Deed::actor).clone());
        self.published = coming.publication.map(|publication| publication.commit.id);
        self.merge = coming.merge().map(|merge| merge.id);
        self.seen_in = Some(acted.id);
    }

    /// Holds what the approver saw in a commit against what is judged, with the files beside it.
    /// Returns the commits that made what was approved.
    fn hold_against_content<'h>(
        &mut self,
        case: &Case<'h>,
        way: &Way<'_, 'h>,
        brought: usize,
        (acted, approved): (&'h Commit, Sha256Sum),
    ) -> Result<Content<'h>, ReadError> {
        let is_same = approved == case.claims.covered;
        if !is_same {
            // That it changed tells more than that the digest is another since.
            let is_digest = |sign: &Contradiction| matches!(sign, Contradiction::DigestDiffers);
            let first = self.contradictions.iter().position(is_digest);
            let at = first.unwrap_or(self.contradictions.len());
            let changed = Contradiction::ContentChanged(way.changed_after(approved));
            self.contradictions.insert(at, changed);
        }
        let (mut content, before) = way.content(way.start(approved, brought), brought);
        // What lies beside another text is not what lay beside the one that was approved.
        if let Some(annexes) = case.annexes.filter(|_| is_same) {
            let then = annexes.at(acted)?;
            for (is_picture, replaced) in annexes.replaced_since(&then)? {
                match is_picture {
                    true => self.contradictions.push(Contradiction::PictureReplaced(replaced)),
                    false => self.replaced.push(replaced),
                }
            }
            annexes.drawn_in(acted, &then, before).into_iter().for_each(|at| content.add(at));
        }
        Ok(content)
    }
}

/// Says what would give the next level, where the approver acted. `machine` is what merged it, if
/// that was one.
fn missing_beyond(case: &Case<'_>, grade: &Grade, by: &str, machine: Option<&str>) -> String {
    let signature = || {
        match &grade.signer {
        Some(Signer { worth: Worth::Nothing(why), .. }) => format!(
            "let {by} sign the approving commit, or a tag on it that names the document, with a key that the allowed signers list; here, {why}"
        ),
        _ => {
            "sign the approving commit, or a tag that names the document, with a key that the allowed signers list".to_owned()
        }
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
            Some(machine) if is_of_nobody(machine) => format!(
                "let a person merge it to the publishing branch: {machine} is no person's address"
            ),
            Some(machine) => format!(
                "let a person merge it to the publishing branch: {machine} is a machine by the role register"
            ),
            None => format!(
                "let somebody who wrote none of the content merge it to the publishing branch{}",
                said_otherwise(case, grade)
            ),
        },
    }
}

/// Adds which of the commits by which an approval came was not made by who it says committed it.
fn said_otherwise(case: &Case<'_>, grade: &Grade) -> String {
    let commits = [grade.commit, grade.published].into_iter().flatten();
    let mut commits = commits.filter_map(|id| case.history.commit(id));
    commits.find(|commit| case.keyring.disowns(commit)).map_or_else(String::new, |commit| {
        let by = &commit.committer.person.email;
        format!(
            "; commit {} names {by} as its committer, and its signature does not",
            commit.id.short()
        )
    })
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
