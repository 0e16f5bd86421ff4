//! The tags of the repository, each read once for all who ask: signatures, baselines, the site.

use crate::history::History;
use crate::repo::object::{ObjectId, ObjectKind, Objects, Tag};
use rayon::prelude::*;

/// A tag that names a commit.
#[derive(Clone, Debug)]
pub(super) struct NamedTag {
    /// The name of the reference.
    pub(super) name: String,
    /// The commit.
    pub(super) commit: ObjectId,
    /// What an annotated tag says, and its raw object.
    pub(super) annotated: Option<(Tag, Vec<u8>)>,
}

/// Reads the tags, in the order given. One that names no commit, or cannot be read, is none.
pub(super) fn read(
    objects: &dyn Objects,
    history: &History,
    tags: Vec<(String, ObjectId)>,
) -> Vec<NamedTag> {
    let one = |(name, id): (String, ObjectId)| {
        if history.place_of(id).is_some() {
            return Some(NamedTag { name, commit: id, annotated: None });
        }
        let mut raw = Vec::new();
        match objects.read(id, &mut raw).ok()? {
            ObjectKind::Commit => Some(NamedTag { name, commit: id, annotated: None }),
            ObjectKind::Tag => {
                let tag = Tag::parse(id, &raw)?;
                Some(NamedTag { name, commit: tag.commit, annotated: Some((tag, raw)) })
            }
            ObjectKind::Tree | ObjectKind::Blob => None,
        }
    };
    tags.into_par_iter().filter_map(one).collect()
}
