//! What may be mended without asking, and what stays as it is.
//!
//! An approval is somebody's act, a closed record is proof, and a version that was approved is
//! evidence: a program does not write into them, however small the slip. So the last word on every
//! fix is here, and it looks at what the file would say in the end. What is proved counts, not only
//! what is claimed: a text whose version the history shows as approved stays, whatever status it
//! was given since.

use super::Sms;
use crate::document::conflict::conflicts;
use crate::document::fields::DERIVED_STATUSES;
use crate::document::front::{self, Entry, Problem};
use crate::document::mend::{self, Mended, Mending, Spoilt};
use crate::document::{Claims, DocId, Document, Front, Version};
use crate::finding::Splice;
use crate::source::{Printable, RepoPath, Span, Spanned};

/// Why a file stays as it is, to follow its name in a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Kept {
    /// Mending it would spoil it.
    #[error(transparent)]
    Spoilt(#[from] Spoilt),
    /// It is no document of the judged tree, or not what was judged.
    #[error("it changed in the meantime")]
    Changed,
    /// Both sides of a merge stand in it.
    #[error("a merge left a conflict in it")]
    InConflict,
    /// An approval would be another.
    #[error("an approval is what its approver made it")]
    Approval,
    /// It claims to be approved, or to have been.
    #[error("it says that it is {0}")]
    Says(String),
    /// The history shows its version as approved.
    #[error("version {0} was approved as it is")]
    Approved(String),
    /// Somebody has approved this very version of it.
    #[error("somebody has approved this version of it already")]
    Signed,
    /// It is or was a closed record.
    #[error("it is a record that was closed")]
    Closed,
    /// It would become another document.
    #[error("it would be known by another id")]
    Renamed,
}

impl Sms {
    /// Tells whether splices of a file may be made at all.
    pub fn may_be_mended(&self, path: &RepoPath, splices: &[Splice]) -> bool {
        self.document_at(path).is_some_and(|document| {
            self.mended(document, document.text.as_bytes(), splices).is_ok()
        })
    }

    /// Mends the file of a document, which holds `bytes`.
    ///
    /// # Errors
    /// When it is to stay as it is, or is not the file that was judged.
    pub fn mended(
        &self,
        document: &Document,
        bytes: &[u8],
        splices: &[Splice],
    ) -> Result<Mended, Kept> {
        if front::decode(bytes).0 != document.text {
            return Err(Kept::Changed);
        }
        if !conflicts(&document.text).is_empty() {
            return Err(Kept::InConflict);
        }
        let is_no_text =
            |problem: &Spanned<Problem>| matches!(problem.value, Problem::NotUtf8 { .. });
        if document.problems.iter().any(is_no_text) {
            return Err(Spoilt::Unreadable.into());
        }
        let mended = mend::mend(bytes, splices)?;
        let (text, split, _) = front::read(&mended.bytes);
        // A byte order mark is no text.
        if document.text.trim_start_matches('\u{FEFF}') != text {
            let after = Front::from(split);
            self.require_open(document, &after, &mended.places)?;
        }
        Ok(mended)
    }

    /// Refuses what would change something that is settled.
    fn require_open(
        &self,
        before: &Document,
        after: &Front,
        places: &[Mending],
    ) -> Result<(), Kept> {
        if touches_approval(&before.front, places, |place| place.before)
            || touches_approval(after, places, |place| place.after)
        {
            return Err(Kept::Approval);
        }
        let text = |key| after.text(key).map(|found| found.value.to_owned());
        let (id, former) = (text("id").map(DocId::new), before.id());
        if id != former && (former.is_some() || id.is_some_and(|id| self.knows(id.as_str()))) {
            return Err(Kept::Renamed);
        }
        self.require_undecided(before, after)
    }

    /// Refuses where somebody has decided on the version there is, or on the record.
    fn require_undecided(&self, before: &Document, after: &Front) -> Result<(), Kept> {
        let text = |key| after.text(key).map(|found| found.value.to_owned());
        let statuses = [before.status().map(str::to_owned), text("status")];
        let statuses = statuses.map(|it| it.as_deref().map(plain_status));
        if statuses.iter().flatten().any(|status| status == "closed") {
            return Err(Kept::Closed);
        }
        let version = text("version");
        let was = before.front.text("version").map(|found| found.value.to_owned());
        // A text that is given a higher number is another version than the one that was decided on.
        let is_raised =
            after.version().zip(before.front.version()).is_some_and(|(is, was)| is > was);
        let [said, says] = statuses;
        let said = said.filter(|_| !is_raised);
        if let Some(status) = said.into_iter().chain(says).find(|status| is_settled(status)) {
            return Err(Kept::Says(Printable(&status).to_string()));
        }
        let called = || version.clone().unwrap_or_else(|| "of now".to_owned());
        if self.is_approved(before) {
            return Err(Kept::Approved(called()));
        }
        let is_of_it = |other: &Option<String>| {
            are_same(other, &version) || !is_raised && are_same(other, &was)
        };
        if after.approvals().iter().any(|it| it.version.is_none() || is_of_it(&it.version)) {
            return Err(Kept::Signed);
        }
        let Some(id) = text("id").map(DocId::new) else { return Ok(()) };
        let former = self.former_claims(&id);
        for claims in former {
            match claims.status.as_deref().map(plain_status) {
                Some(status) if status == "closed" => return Err(Kept::Closed),
                Some(status) if is_settled(&status) && is_of_it(&claims.version) => {
                    return Err(Kept::Approved(called()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Returns all that the history shows a document to have claimed.
    fn former_claims(&self, id: &DocId) -> Vec<&Claims> {
        let revisions = self.history.revisions(id).iter().map(|revision| &*revision.claims);
        let published = self.history.published_states(id).into_iter();
        revisions.chain(published.filter_map(|state| Some(&**state.shown?.1))).collect()
    }
}

/// Returns a status as it is compared: `Approved` is somebody's `approved`.
fn plain_status(status: &str) -> String {
    status.trim().to_lowercase()
}

/// Tells whether a status says that somebody has decided.
fn is_settled(status: &str) -> bool {
    matches!(status, "approved" | "withdrawn") || DERIVED_STATUSES.contains(&status)
}

/// Tells whether two versions are the same, however they are written: `v2` is somebody's 2.0.
fn are_same(a: &Option<String>, b: &Option<String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => {
            Version::are_same(a.trim_start_matches(['v', 'V']), b.trim_start_matches(['v', 'V']))
        }
        (a, b) => a == b,
    }
}

/// Tells whether a place lies within an approval: its key, its value, or all of it.
fn touches_approval(front: &Front, places: &[Mending], side: fn(&Mending) -> Span) -> bool {
    let approvals = front.entries.iter().filter(|entry| entry.key.value == "approval");
    let touches = |Entry { key, value }: &Entry| {
        let end = value.span.end.max(key.span.end);
        let is_within = |span: Span| span.start < end && key.span.start < span.end;
        places.iter().any(|place| is_within(side(place)))
    };
    approvals.into_iter().any(touches)
}
