//! Finding documents: by id, parent, clause, file name; and the reviews that were recorded of them.

use super::{Facts, Sms, naming};
use crate::document::{DocId, Document, Reference};
use crate::framework::Frameworks;
use crate::source::{Date, RepoPath, did_you_mean};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Where documents are found, as places in [`Sms::documents`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Lookup {
    /// The files that claim each id.
    pub by_id: BTreeMap<DocId, Vec<usize>>,
    /// The ids that are not one file's alone, with the number of files.
    pub shared: HashMap<DocId, usize>,
    /// Those that name an id as their parent, in the order of ids.
    children: HashMap<DocId, Vec<usize>>,
    /// By framework and number, in the order of ids.
    pub by_clause: HashMap<(String, String), Vec<usize>>,
    /// By the last part of the path.
    pub by_file_name: HashMap<Vec<u8>, Vec<usize>>,
    /// The corrective actions that name a nonconformity.
    pub actions: HashMap<DocId, Vec<usize>>,
    /// Whether a file may be a corrective action of which nobody can read what it names.
    pub has_unread_action: bool,
    /// By the document and the version reviewed: the last day it was found right, and the record.
    pub reviewed: HashMap<(DocId, String), (Date, usize)>,
}

impl Lookup {
    pub(super) fn of(documents: &[Document], facts: &[Facts], frameworks: &Frameworks) -> Self {
        let mut found = Self::default();
        for (i, (document, facts)) in documents.iter().zip(facts).enumerate() {
            found.by_file_name.entry(document.path.file_name().to_vec()).or_default().push(i);
            if let Some(id) = &facts.id {
                found.by_id.entry(id.clone()).or_default().push(i);
            }
            if let Some(parent) = document.front.text("parent") {
                found.children.entry(DocId::new(parent.value)).or_default().push(i);
            }
            for clause in document.front.list("clauses") {
                let Ok((pack, clause)) = frameworks.resolve(clause.value) else { continue };
                let key = (pack.id.clone(), clause.number.clone());
                let of_clause = found.by_clause.entry(key).or_default();
                if of_clause.last() != Some(&i) {
                    of_clause.push(i);
                }
            }
            if document.front.text("kind").is_some_and(|kind| kind.value == "corrective-action") {
                let named = document.front.list("nc_id").into_iter();
                let named: BTreeSet<DocId> =
                    named.map(|id| Reference::parse(id.value).id).collect();
                named.into_iter().for_each(|id| found.actions.entry(id).or_default().push(i));
            }
            found.has_unread_action |= may_be_unread_action(document);
        }
        // Places are in the order of paths; people read these in the order of ids.
        for places in found.children.values_mut().chain(found.by_clause.values_mut()) {
            places.sort_by_key(|&i| (&facts[i].id, i));
        }
        found.shared = naming::shared(&found.by_id);
        found
    }
}

impl Sms {
    pub(super) fn index(&self, document: &Document) -> usize {
        self.position(document).unwrap_or(0)
    }

    /// Returns the place of a document in [`Sms::documents`], if its path is there.
    pub(crate) fn position(&self, document: &Document) -> Option<usize> {
        // Most are asked for by themselves; an edited one by its path.
        let start = self.documents.as_ptr().addr();
        let place = std::ptr::from_ref(document).addr().wrapping_sub(start) / size_of::<Document>();
        if self.documents.get(place).is_some_and(|found| std::ptr::eq(found, document)) {
            return Some(place);
        }
        self.position_at(&document.path)
    }

    fn position_at(&self, path: &RepoPath) -> Option<usize> {
        // Documents are sorted by path, and a path stands once.
        self.documents.binary_search_by(|other| other.path.cmp(path)).ok()
    }

    /// Returns the document of a file.
    pub fn document_at(&self, path: &RepoPath) -> Option<&Document> {
        Some(&self.documents[self.position_at(path)?])
    }

    /// Returns the document of an id. Where two files share one, or have ids that look alike,
    /// neither is it.
    pub fn document(&self, id: &str) -> Option<&Document> {
        let id = DocId::new(id);
        let first = self
            .lookup
            .by_id
            .get(&id)?
            .first()
            .filter(|_| !self.lookup.shared.contains_key(&id))?;
        Some(&self.documents[*first])
    }

    /// Tells whether any file claims an id.
    pub fn knows(&self, id: &str) -> bool {
        self.lookup.by_id.contains_key(&DocId::new(id))
    }

    /// Tells whether a file that Git holds claims an id.
    pub fn holds(&self, id: &DocId) -> bool {
        let mut files = self.lookup.by_id.get(id).into_iter().flatten();
        files.any(|&i| {
            self.snapshot.files.get(&self.documents[i].path).is_some_and(|file| file.tracked)
        })
    }

    /// Returns all ids, in order, with the files that claim each.
    pub fn ids(&self) -> impl Iterator<Item = (&DocId, Vec<&Document>)> {
        self.lookup
            .by_id
            .iter()
            .map(|(id, files)| (id, files.iter().map(|&i| &self.documents[i]).collect()))
    }

    /// Returns the id that was probably meant. In a large system only ids with the same beginning
    /// are compared, so that a thousand dead links are not a thousand walks over all documents.
    pub fn nearest_id(&self, id: &str) -> Option<&str> {
        nearest_key(&self.lookup.by_id, id)
    }

    /// Returns the documents that name this one as their parent, sorted by id.
    pub fn children(&self, id: &str) -> Vec<&Document> {
        let found =
            self.lookup.children.get(&DocId::new(id)).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|&i| &self.documents[i]).collect()
    }

    /// Returns the parent, if the document names one that exists once.
    pub fn parent(&self, document: &Document) -> Option<&Document> {
        self.document(document.front.text("parent")?.value)
    }

    /// Returns the documents and records that name a clause, each once, sorted by id.
    pub fn of_clause(&self, framework: &str, number: &str) -> Vec<&Document> {
        let key = (framework.to_owned(), number.to_owned());
        let found = self.lookup.by_clause.get(&key).map(Vec::as_slice).unwrap_or_default();
        found.iter().map(|&i| &self.documents[i]).collect()
    }
}

/// Tells whether a file may be a corrective action, and which nonconformity it names stands where it
/// cannot be read.
fn may_be_unread_action(file: &Document) -> bool {
    let may_say = |key: &str, value: &str| match file.front.text(key) {
        Some(found) => found.value == value,
        None => !file.lacks(key),
    };
    !file.is_sound()
        && may_say("type", "record")
        && may_say("kind", "corrective-action")
        && file.front.get("nc_id").is_none()
        && !file.lacks("nc_id")
}

/// Returns the id of a map that was probably meant.
pub(super) fn nearest_key<'m, T>(ids: &'m BTreeMap<DocId, T>, id: &str) -> Option<&'m str> {
    const SMALL: usize = 1_000;
    let beginning: String = id.chars().take(5).collect();
    if ids.len() <= SMALL {
        return did_you_mean(id, ids.keys().map(DocId::as_str));
    }
    let alike = ids.range(DocId::new(beginning.clone())..).map(|(id, _)| id.as_str());
    did_you_mean(id, alike.take_while(|other| other.starts_with(&beginning)).take(SMALL))
}
