//! What Git proves of an approval: levels 0 to 3, and what contradicts it.
//!
//! Clause 7.5.2 wants documented information reviewed and approved. Front matter claims that; a
//! level says how strong the proof is. Where something contradicts the claim, no level counts.
//! Trailers, mailmap and a forge's own signature never raise a level.

use crate::document::{Approval, Claims, DocId};
use crate::history::{History, Revision, What, same_act};
use crate::repo::object::{Commit, ObjectId, Person};
use crate::source::Date;

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
    /// The commit that brought the approval.
    pub commit: Option<ObjectId>,
    /// Who committed it.
    pub actor: Option<Person>,
    /// The merge that took it to the publishing branch.
    pub merge: Option<ObjectId>,
    /// What would give the next level, as a sentence.
    pub missing: String,
}

/// Something that cannot be true if the approval is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The content changed after it was approved, in this commit if one shows it.
    ContentChanged(Option<ObjectId>),
    /// The digest is that of other content.
    DigestDiffers,
    /// The approval names another version than the document.
    OtherVersion(String),
    /// The approver wrote the content, in this commit.
    BySelf(ObjectId),
    /// The approval is dated before the content existed: the day it did, and the commit.
    BeforeContent(Date, ObjectId),
    /// The approval is dated after the commit that holds it.
    AfterCommit(Date, ObjectId),
}

impl Contradiction {
    /// Says it in words that follow the name of a document.
    pub fn words(&self) -> String {
        match self {
            Self::ContentChanged(Some(commit)) => {
                format!("its content changed after the approval, in commit {}", commit.short())
            }
            Self::ContentChanged(None) => {
                "its content is not yet committed and differs from what was approved".to_owned()
            }
            Self::DigestDiffers => "the digest of its approval is that of other content".to_owned(),
            Self::OtherVersion(version) => format!("its approval is for version {version}"),
            Self::BySelf(commit) => {
                format!("it is approved by the author of its content (commit {})", commit.short())
            }
            Self::BeforeContent(day, commit) => {
                format!("it is dated before the content existed ({day}, commit {})", commit.short())
            }
            Self::AfterCommit(day, commit) => {
                format!(
                    "it is dated after the commit that holds it ({day}, commit {})",
                    commit.short()
                )
            }
        }
    }
}

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

    /// Returns `verified`, `contradicted` or `unverifiable`: the claim is verified from level 2 up.
    pub fn verdict(&self) -> &'static str {
        match (self.contradictions.is_empty(), self.level) {
            (false, _) => "contradicted",
            (true, 0 | 1) => "unverifiable",
            (true, _) => "verified",
        }
    }

    /// Returns the level as people write it: `1+` where the digest fits and nothing more is shown.
    pub fn level_text(&self) -> String {
        let plus = if self.level == 1 && self.digest_fits { "+" } else { "" };
        format!("{}{plus}", self.level)
    }
}

/// Grades one approval of a document that stands as `claims` in `blob`.
pub fn grade(
    history: &History,
    id: &DocId,
    blob: ObjectId,
    claims: &Claims,
    approval: &Approval,
    has_branch: bool,
) -> Grade {
    let mut grade = Grade {
        approval: approval.clone(),
        level: 0,
        digest_fits: false,
        contradictions: Vec::new(),
        commit: None,
        actor: None,
        merge: None,
        missing: String::new(),
    };
    let (Some(by), Some(on), Some(version)) = (&approval.by, approval.on, &approval.version) else {
        "name the approver (`by`), the day (`on`) and the version approved (`version`)"
            .clone_into(&mut grade.missing);
        return grade;
    };
    if claims.version.as_deref() != Some(version) {
        grade.contradictions.push(Contradiction::OtherVersion(version.clone()));
    }
    grade.level = 1;
    if let Some(digest) = &approval.digest {
        grade.digest_fits = *digest == claims.digest;
        if !grade.digest_fits {
            grade.contradictions.push(Contradiction::DigestDiffers);
        }
    }
    let way = history.way_to(id, blob);
    let has_it = |revision: &&&Revision| {
        revision.claims.approvals.iter().any(|other| same_act(other, approval))
    };
    let since: Vec<&Revision> = way.iter().take_while(has_it).copied().collect();
    let Some(brought) = since.last() else {
        "commit the approval: the content that is judged is not in the history"
            .clone_into(&mut grade.missing);
        if way.is_empty() && grade.approval.digest.is_none() {
            grade.contradictions.extend(uncommitted_change(history, id, approval, claims));
        }
        return grade;
    };
    let commit = history.commit_of(brought);
    grade.commit = Some(commit.id);
    grade.actor = Some(commit.committer.person.clone());
    if let Some(changed) = since.iter().rev().skip(1).find(|revision| is_substance(revision)) {
        let changed = history.commit_of(changed).id;
        grade.contradictions.push(Contradiction::ContentChanged(Some(changed)));
    }
    // The content that was approved: all revisions since the approval before this one.
    let content: Vec<&Commit> = way[since.len() - 1..]
        .iter()
        .enumerate()
        .take_while(|(i, revision)| {
            *i == 0 || revision.claims.status.as_deref() != Some("approved")
        })
        .filter(|(_, revision)| is_substance(revision))
        .map(|(_, revision)| history.commit_of(revision))
        .collect();
    check_dates(on, commit, content.first().copied(), &mut grade);
    let merge = history.arrival_of(id, approval);
    grade.merge = merge.map(|merge| merge.id);
    if let Some(own) = content.iter().find(|commit| is_by(&commit.author.person, by)) {
        grade.contradictions.push(Contradiction::BySelf(own.id));
    }
    let with_content = is_substance(brought);
    let authored_alone = brought.what == What::Approval && is_by(&commit.author.person, by);
    let merged = merge.is_some_and(|merge| is_by(&merge.committer.person, by));
    let acted =
        (!with_content && (is_by(&commit.committer.person, by) || authored_alone)) || merged;
    if !acted {
        grade.missing = if with_content {
            format!(
                "let {by} commit the approval, or the merge that publishes it: here content and approval came in one commit"
            )
        } else {
            format!(
                "let {by} commit the approval: it was committed by {}",
                commit.committer.person.email
            )
        };
        return grade;
    }
    grade.level = 2;
    if !has_branch {
        "there is no publishing branch here to hold the approval against"
            .clone_into(&mut grade.missing);
        return grade;
    }
    let by_another = merge.filter(|merge| {
        !content.iter().any(|commit| commit.author.person.email == merge.committer.person.email)
    });
    if by_another.is_some() {
        grade.level = 3;
        "sign the approving commit or a tag with a key that the allowed signers list"
            .clone_into(&mut grade.missing);
    } else {
        "let somebody other than the author of the content merge it to the publishing branch"
            .clone_into(&mut grade.missing);
    }
    grade
}

/// An approval kept in the work tree over content that changed there is contradicted as well.
fn uncommitted_change(
    history: &History,
    id: &DocId,
    approval: &Approval,
    claims: &Claims,
) -> Option<Contradiction> {
    let last = history.revisions(id).last()?;
    let kept = last.claims.approvals.iter().any(|other| same_act(other, approval));
    (kept && last.claims.substance != claims.substance)
        .then_some(Contradiction::ContentChanged(None))
}

fn is_substance(revision: &Revision) -> bool {
    matches!(revision.what, What::Began | What::Text | What::Metadata)
}

/// Identities are raw e-mail addresses; only their case does not matter.
fn is_by(person: &Person, by: &str) -> bool {
    !person.email.is_empty() && person.email.eq_ignore_ascii_case(by)
}

/// A date is contradicted only if it is wrong in every time zone.
fn check_dates(on: Date, brought: &Commit, content: Option<&Commit>, grade: &mut Grade) {
    const EARLIEST: i32 = -12 * 60;
    const LATEST: i32 = 14 * 60;
    let seconds = [brought.author.seconds, brought.committer.seconds].into_iter().flatten().max();
    if let Some(latest) = seconds.and_then(|seconds| Date::of_seconds(seconds, LATEST))
        && on > latest
    {
        let day = brought.committer.date().unwrap_or(latest);
        grade.contradictions.push(Contradiction::AfterCommit(day, brought.id));
    }
    let Some(content) = content else { return };
    let seconds = [content.author.seconds, content.committer.seconds].into_iter().flatten().min();
    if let Some(earliest) = seconds.and_then(|seconds| Date::of_seconds(seconds, EARLIEST))
        && on < earliest
    {
        let day = content.author.date().unwrap_or(earliest);
        grade.contradictions.push(Contradiction::BeforeContent(day, content.id));
    }
}
