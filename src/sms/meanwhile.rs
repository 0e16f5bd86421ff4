//! What the publishing branch got while something was written beside it: the number of a version, or an
//! id, that it has by now is not free any more.

use super::Sms;
use super::reading::ReadingError;
use crate::document::{Claims, DocId};
use crate::history::History;
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::{self, Content, Snapshot};
use crate::repo::walk::read_commit;
use crate::source::{Date, RepoPath};
use std::collections::BTreeMap;

/// What the publishing branch has taken meanwhile of what a document brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It issued this version with another text.
    Version,
    /// It has another document of this id.
    Id,
}

impl Sms {
    /// Returns what a commit has of each document, where it is beyond the judged history: another line
    /// went on meanwhile.
    ///
    /// # Errors
    /// When something of it is missing or damaged.
    pub fn meanwhile(
        &self,
        objects: &dyn Objects,
        commit: ObjectId,
    ) -> Result<BTreeMap<DocId, Claims>, ReadingError> {
        match self.history.place_of(commit) {
            Some(_) => Ok(BTreeMap::new()),
            None => claims_at(objects, commit, &self.trust.config.src, self.as_of, &self.history),
        }
    }
}

/// Tells whether a version was issued elsewhere with another text.
pub fn is_issued_otherwise(there: &Claims, own: &Claims) -> bool {
    there.status.as_deref() == Some("approved")
        && own.version.as_ref().is_some_and(|version| there.is_version(version))
        && there.covered != own.covered
}

/// Returns what a commit that the history does not hold has of each document.
pub(super) fn claims_at(
    objects: &dyn Objects,
    commit: ObjectId,
    folder: &RepoPath,
    as_of: Date,
    history: &History,
) -> Result<BTreeMap<DocId, Claims>, ReadingError> {
    let tree = read_commit(objects, commit, &mut Vec::new())?.tree;
    let snapshot = Snapshot::of_tree(objects, tree, &|_| false)?;
    let mut documents = BTreeMap::new();
    for (path, file) in snapshot.files {
        let may_be = file.content == Content::Other && path.is_inside(folder) && path.is_markdown();
        let Some(blob) = file.blob.filter(|_| may_be) else { continue };
        let mut claims = match history.claims_in(blob) {
            Some(known) => Some(known.clone()),
            None => match snapshot::text_blob(objects, blob) {
                Err(ReadError::TooLarge(..)) => None,
                read => Claims::read(&read?),
            },
        };
        claims.iter_mut().for_each(|claims| claims.settle_status(as_of));
        documents.extend(claims.and_then(|claims| Some((claims.id.clone()?, claims))));
    }
    Ok(documents)
}
