//! The system as it was: its documents in the tree of a commit, and what was in force beside them.

use crate::config::Config;
use crate::document::{DocId, Document, Reference, edit};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::{self, Content, Snapshot};
use crate::sms::Sms;
use crate::sms::tenure::{End, Tenure};
use crate::source::{Date, RepoPath, Spanned};
use std::collections::{BTreeMap, HashSet};

/// The system as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Its documents, sorted by path.
    pub documents: Vec<Document>,
    /// Its configuration; absent where its book.toml cannot be read.
    pub config: Option<Config>,
    /// The commit that had it.
    pub commit: ObjectId,
    /// The day on which it was so; absent where the commit's own cannot be read.
    pub day: Option<Date>,
    /// What was in force by then of documents whose files had the next version, by their paths.
    pub beside: BTreeMap<RepoPath, Document>,
}

impl Earlier {
    /// Reads the documents of the tree of a commit, as it was on a day.
    fn read(
        snapshot: &Snapshot,
        config: Option<Config>,
        (commit, day): (ObjectId, Option<Date>),
    ) -> Self {
        let src =
            config.as_ref().map_or_else(|| Config::default().src, |config| config.src.clone());
        let nothing = ObjectId::from_bytes(&[0; 20]).expect("twenty bytes");
        let documents = snapshot.files.iter().filter_map(|(path, file)| match &file.content {
            Content::Text(bytes) if path.is_inside(&src) => {
                Some(Document::read(path.clone(), file.blob.unwrap_or(nothing), bytes))
            }
            _ => None,
        });
        let documents = documents.filter(Document::has_front_matter).collect();
        Self { documents, config, commit, day, beside: BTreeMap::new() }
    }

    /// Tells whether a document of it that says it is approved, and in force by then, takes the
    /// place of another.
    pub(super) fn replaces(&self, id: &DocId) -> bool {
        self.documents.iter().any(|document| {
            let names_it = |it: &Spanned<&str>| Reference::parse(it.value).id == *id;
            document.status() == Some("approved")
                && document.id().as_ref() != Some(id)
                && self.has_come(document.front.date("effective_from"))
                && document.front.list("supersedes").iter().any(names_it)
        })
    }

    /// Tells whether a day had come by then.
    pub(super) fn has_come(&self, day: Option<Date>) -> bool {
        day.zip(self.day).is_none_or(|(day, then)| day <= then)
    }
}

impl Sms {
    /// Reads the system as it was in the tree of a commit, on a day.
    ///
    /// # Errors
    /// When a content is missing from the objects, or damaged.
    pub fn earlier(
        &self,
        objects: &dyn Objects,
        snapshot: &Snapshot,
        config: Option<Config>,
        (commit, day): (ObjectId, Option<Date>),
    ) -> Result<Earlier, ReadError> {
        let mut earlier = Earlier::read(snapshot, config, (commit, day));
        for file in &mut earlier.documents {
            let meant = self.history.id_meant(&file.path, file.blob);
            let meant = meant.map(|id| [edit::Change::Set("id", id.to_string())]);
            if let Some(bytes) = meant.and_then(|id| edit::edit(file.text.as_bytes(), &id).ok()) {
                *file = Document::read(file.path.clone(), file.blob, &bytes);
            }
        }
        let Some(day) = day else { return Ok(earlier) };
        let had = self.history.with_ancestors(&[commit]);
        for file in &earlier.documents {
            if let Some(blob) = self.in_force_beside_then(file, &had, day) {
                let bytes = snapshot::blob(objects, blob)?;
                let text = Document::read(file.path.clone(), blob, &bytes);
                earlier.beside.insert(file.path.clone(), text);
            }
        }
        Ok(earlier)
    }

    /// Returns the content that was in force of a document on a day, by what had been committed, where
    /// its file had the next version.
    fn in_force_beside_then(
        &self,
        file: &Document,
        had: &HashSet<ObjectId>,
        day: Date,
    ) -> Option<ObjectId> {
        let is_in_force = file.status_on(day) == Some("approved")
            && file.front.begins_on().is_none_or(|from| from <= day);
        let is_next = !is_in_force && file.status_on(day) != Some("withdrawn");
        let id = file.id().filter(|_| is_next && file.is_sound())?;
        let tenure = self.in_force_then(&id, had, day)?;
        let states = self.history.published_states(&id);
        let by_then =
            states.iter().rev().filter(|it| had.contains(&self.history.commits[it.at].id));
        let mut of_it = by_then.filter_map(|state| state.shown).filter(|(_, claims)| {
            claims.is_version(&tenure.version) && claims.status_on(day) == Some("approved")
        });
        of_it.next().map(|(blob, _)| blob).filter(|blob| *blob != file.blob)
    }

    /// Returns the version of a document that was in force on a day, by what had been committed. What
    /// ended it on that very day may have come after that.
    pub(super) fn in_force_then(
        &self,
        id: &DocId,
        had: &HashSet<ObjectId>,
        day: Date,
    ) -> Option<&Tenure> {
        let tenures = self.tenures(id);
        let was_ended = |it: &Tenure| match &it.end {
            Some(End::NextVersion(next)) => {
                let mut next = tenures.iter().filter(|it| it.is_version(next));
                next.any(|next| had.contains(&next.published_in))
            }
            Some(End::Withdrawn(commit) | End::Reopened(commit) | End::Removed(commit)) => {
                had.contains(commit)
            }
            Some(End::SupersededBy(_)) | None => true,
        };
        let was = |it: &&Tenure| {
            let has_begun = it.from.is_some_and(|from| from <= day);
            has_begun
                && had.contains(&it.published_in)
                && (it.until.is_none_or(|until| day <= until) || !was_ended(it))
        };
        let tenure = tenures.iter().rev().find(was)?;
        self.was_borne_out_on(id, tenure, day).then_some(tenure)
    }
}
