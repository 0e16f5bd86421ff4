//! What speaks against a claimed approval, and how it is said.

use crate::document::Approval;
use crate::repo::object::{Commit, ObjectId};
use crate::sms::annex::Replaced;
use crate::sms::authority::Lack;
use crate::source::Date;

/// Something that cannot be true if the approval is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Contradiction {
    /// The content changed after it was approved, in this commit if one shows it.
    ContentChanged(Option<ObjectId>),
    /// A picture in the text is not the one that was approved.
    PictureReplaced(Replaced),
    /// The digest is not that of this content.
    DigestDiffers,
    /// The approval names another version than the document.
    OtherVersion(String),
    /// The document was taken out of use after the approval, in this commit, and put back.
    Withdrawn(ObjectId),
    /// The approver wrote the content, in this commit.
    BySelf(ObjectId),
    /// The approval is dated before the content existed: the day it did, and the commit.
    BeforeContent(Date, ObjectId),
    /// The approval is dated after the commit that holds it.
    AfterCommit(Date, ObjectId),
    /// The approver had no authority to approve it that day.
    NotAuthorised(Lack),
    /// This commit is made in the approver's name and signed by somebody else: by whom.
    WrongSigner(String, ObjectId),
    /// This commit is made in the approver's name, and its signature does not hold: why.
    BrokenSignature(String, ObjectId),
}

impl Contradiction {
    /// Returns the commit that shows it, if one does.
    pub fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::ContentChanged(commit) => *commit,
            Self::PictureReplaced(replaced) => replaced.commit,
            Self::Withdrawn(commit)
            | Self::BySelf(commit)
            | Self::BeforeContent(_, commit)
            | Self::AfterCommit(_, commit)
            | Self::WrongSigner(_, commit)
            | Self::BrokenSignature(_, commit) => Some(*commit),
            Self::DigestDiffers | Self::OtherVersion(_) | Self::NotAuthorised(_) => None,
        }
    }

    /// Tells whether it is a change that is not committed yet.
    pub fn is_uncommitted(&self) -> bool {
        matches!(self, Self::ContentChanged(_) | Self::PictureReplaced(_))
            && self.commit().is_none()
    }

    /// Tells whether what was approved is not what is there now, so that another version is asked for.
    pub fn is_of_content(&self) -> bool {
        matches!(self, Self::ContentChanged(_) | Self::PictureReplaced(_) | Self::Withdrawn(_))
    }

    /// Tells whether it is of who approved, in which role or on which day: another approval of the same
    /// content mends it.
    pub fn is_of_act(&self) -> bool {
        matches!(
            self,
            Self::BySelf(_)
                | Self::BeforeContent(..)
                | Self::AfterCommit(..)
                | Self::NotAuthorised(_)
                | Self::DigestDiffers
        )
    }

    /// Says it of an approval, in the sentence by which it is known for as long as there is one.
    pub fn said_of(&self, approval: &Approval) -> String {
        let by = approval.by.as_deref().unwrap_or_default();
        let on = approval.on.map(|on| on.to_string()).unwrap_or_default();
        match self {
            Self::BySelf(_) => format!("approved by {by}, who is an author of the content"),
            Self::BeforeContent(day, _) => {
                format!("the approval is dated {on}, before the content was written on {day}")
            }
            Self::AfterCommit(day, _) => {
                format!("the approval is dated {on}, after the commit of {day} that holds it")
            }
            Self::WrongSigner(signer, _) => {
                format!("the approval is committed as {by} and signed with the key of {signer}")
            }
            Self::BrokenSignature(why, _) => {
                format!("the approval is committed as {by}, but {why}")
            }
            Self::NotAuthorised(lack) => lack.words(),
            Self::ContentChanged(_)
            | Self::PictureReplaced(_)
            | Self::DigestDiffers
            | Self::OtherVersion(_)
            | Self::Withdrawn(_) => self.words(),
        }
    }

    /// Says it in words that follow the name of a document.
    pub fn words(&self) -> String {
        match self {
            Self::ContentChanged(Some(commit)) => {
                format!("its content changed after the approval, in commit {}", commit.short())
            }
            Self::ContentChanged(None) => {
                "its content is not yet committed and differs from what was approved".to_owned()
            }
            Self::PictureReplaced(Replaced { path, fate, commit, .. }) => {
                let how = match commit {
                    Some(commit) => format!("in commit {}", commit.short()),
                    None => "which is not yet committed".to_owned(),
                };
                format!("its picture {path} {} after the approval, {how}", fate.word())
            }
            Self::DigestDiffers => {
                "the digest of its approval is not that of this content".to_owned()
            }
            Self::OtherVersion(version) => format!("its approval is for version {version}"),
            Self::Withdrawn(commit) => {
                format!("it was withdrawn after the approval, in commit {}", commit.short())
            }
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
            Self::NotAuthorised(lack) => lack.words(),
            Self::WrongSigner(signer, commit) => {
                format!("it is signed with the key of {signer} (commit {})", commit.short())
            }
            Self::BrokenSignature(why, commit) => format!("{why} (commit {})", commit.short()),
        }
    }
}

/// A date is contradicted only if it is wrong in every time zone.
pub(super) fn wrong_dates(
    on: Date,
    acts: &[&Commit],
    content: Option<&Commit>,
) -> Vec<Contradiction> {
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
