//! What documents are called, and what was meant by a name that nothing has.
//!
//! A file that cannot be read has an id all the same. Rules about ids that nobody has look here
//! first, so that one broken file is not reported by every document that names it.

use super::Sms;
use crate::document::{DocId, Document};
use crate::finding::Splice;
use crate::source::{Spanned, did_you_mean};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How many names one rule compares in a run. Comparing is slow, and where there are more unknown
/// names than this allows for, they have one cause.
const COMPARISONS: usize = 200_000;

/// A longer name is not compared: nobody mistyped it.
const LONGEST_NAME: usize = 100;

/// Finds what was probably meant, as long as that does not take too long.
#[derive(Debug)]
pub struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Self {
        Self { left: COMPARISONS }
    }
}

impl Suggestions {
    /// Returns the candidate that was probably meant by `word`.
    pub fn nearest<'a>(
        &mut self,
        word: &str,
        candidates: impl ExactSizeIterator<Item = &'a str>,
    ) -> Option<&'a str> {
        self.left = self.left.checked_sub(candidates.len())?;
        did_you_mean(word, candidates.filter(|name| name.len() <= LONGEST_NAME))
    }
}

/// The ids there are, asked many times in a row.
#[derive(Debug)]
pub struct Ids<'s> {
    read: BTreeSet<&'s str>,
    unread: BTreeSet<&'s str>,
    candidates: Vec<&'s str>,
    suggestions: Suggestions,
    suggested: HashMap<String, Option<&'s str>>,
    /// By what an id looks like; worked out when it is first asked for.
    looks: Option<HashMap<String, Vec<&'s str>>>,
}

impl<'s> Ids<'s> {
    /// Tells whether a file has the id, or may have it: it has a line that says so, and its front
    /// matter cannot be read.
    pub fn may_hold(&self, id: &str) -> bool {
        self.read.contains(id) || self.unread.contains(id)
    }

    /// Returns the id that was probably meant.
    pub fn nearest(&mut self, id: &str) -> Option<&'s str> {
        if let Some(known) = self.suggested.get(id) {
            return *known;
        }
        let found = self.suggestions.nearest(id, self.candidates.iter().copied());
        self.suggested.insert(id.to_owned(), found);
        found
    }

    /// Returns the id that was certainly meant: the only one that looks like it. `pol-chg-001` and
    /// `POL_CHG_001` are `POL-CHG-001` to every reader.
    pub fn certain(&mut self, id: &str) -> Option<&'s str> {
        let looks = self.looks.get_or_insert_with(|| {
            let mut looks: HashMap<String, Vec<&'s str>> = HashMap::new();
            for id in &self.candidates {
                looks.entry(DocId::new(*id).look()).or_default().push(id);
            }
            looks
        });
        match looks.get(&DocId::new(id).look()).map(Vec::as_slice) {
            Some([only]) => Some(only),
            _ => None,
        }
    }

    /// Returns how a value of front matter reads with the id that was certainly meant by the `id`
    /// in it, and what writes it so.
    pub fn correction(
        &mut self,
        document: &Document,
        value: &Spanned<&str>,
        id: &str,
    ) -> Option<(String, Splice)> {
        let meant = value.value.replacen(id, self.certain(id)?, 1);
        let splice = document.rewriting(value.span, &meant)?;
        Some((meant, splice))
    }
}

impl Sms {
    /// Says why a file cannot be taken for the document it says it is: nothing in it counts, and
    /// it has no address of its own.
    pub fn why_not_identified(&self, document: &Document) -> Option<String> {
        let was = || {
            let was = self.was_before_it_was_lost(&document.path);
            was.map(|was| format!(" {}.", was.replacen('a', "A", 1))).unwrap_or_default()
        };
        if !document.is_sound() {
            let seems = match document.id() {
                Some(id) => format!(" It seems to be {id}."),
                None => was(),
            };
            return Some(format!("Its front matter cannot be relied on.{seems}"));
        }
        let Some(id) = document.id() else {
            return Some(format!("Its front matter gives no id.{}", was()));
        };
        if !id.is_file_name() {
            return Some(format!(
                "Its id `{id}` is not made of letters, digits, hyphens and dots."
            ));
        }
        let files = self.lookup.shared.get(&id)?;
        Some(format!(
            "{files} files claim the id {id} or one that looks like it; none of them is it."
        ))
    }

    /// Tells whether a file is the document it says it is.
    pub fn is_identified(&self, document: &Document) -> bool {
        document.is_sound()
            && document
                .id()
                .is_some_and(|id| id.is_file_name() && !self.lookup.shared.contains_key(&id))
    }

    /// Returns how many files want to be documents or records and cannot be identified.
    pub fn unidentified(&self) -> usize {
        self.documents.iter().filter(|document| !self.is_identified(document)).count()
    }

    /// Tells whether a file that cannot be identified claims an approval, or may: where it cannot be read,
    /// nobody can tell that it does not.
    pub fn may_claim_approval(&self, document: &Document) -> bool {
        match self.status(document) {
            Some("approved") => true,
            Some(_) => self.grade(document).is_some(),
            None => !document.is_sound() || self.grade(document).is_some(),
        }
    }

    /// Returns the ids there are, for a rule that asks about many.
    pub fn known_ids(&self) -> Ids<'_> {
        let read: BTreeSet<&str> = self.lookup.by_id.keys().map(DocId::as_str).collect();
        let lost = self.lost().map(|(id, _)| id.as_str());
        let without_id =
            self.documents.iter().filter(|document| document.front.text("id").is_none());
        Ids {
            unread: without_id.filter_map(written_id).chain(lost).collect(),
            candidates: read.iter().copied().collect(),
            read,
            suggestions: Suggestions::default(),
            suggested: HashMap::new(),
            looks: None,
        }
    }
}

/// Returns the id that the first line `id: ` of a file gives.
fn written_id(document: &Document) -> Option<&str> {
    let mut lines = document.text.lines().take(100);
    let written = lines.find_map(|line| line.trim_start().strip_prefix("id:"))?;
    let id = written.trim().trim_matches(['"', '\'']);
    (!id.is_empty()).then_some(id)
}

impl Document {
    /// Returns the id, else the path: how a sentence calls the document.
    pub fn called(&self) -> String {
        self.id().map_or_else(|| self.path.to_string(), |id| id.to_string())
    }
}

/// Counts the files of each id that several claim, be it spelt so that a reader, a file system or
/// a web address would take it for the same.
pub(super) fn shared(by_id: &BTreeMap<DocId, Vec<usize>>) -> HashMap<DocId, usize> {
    let mut alike: HashMap<String, Vec<&DocId>> = HashMap::new();
    for id in by_id.keys() {
        alike.entry(id.look()).or_default().push(id);
    }
    let mut shared = HashMap::new();
    for ids in alike.into_values() {
        let files = ids.iter().filter_map(|id| by_id.get(id)).map(Vec::len).sum();
        if files > 1 {
            shared.extend(ids.into_iter().map(|id| (id.clone(), files)));
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::object::ObjectId;
    use crate::source::RepoPath;

    fn document(text: &str) -> Document {
        let blob = ObjectId::from_bytes(&[0; 20]).unwrap();
        Document::read(RepoPath::from("docs/a.md"), blob, text.as_bytes())
    }

    #[test]
    fn a_broken_file_still_has_a_name() {
        let broken = document("---\ntitle: a: b\nid: \"POL-001\"\n---\n");
        assert!(!broken.is_read_to_its_end());
        assert_eq!(written_id(&broken), Some("POL-001"));
        assert_eq!(document("---\ntitle: a\n---\n").called(), "docs/a.md");
    }

    #[test]
    fn suggestions_end_before_they_take_long() {
        let names = ["POL-001"; 1_000];
        let mut suggestions = Suggestions::default();
        let found =
            (0..1_000).filter(|_| suggestions.nearest("POL-002", names.into_iter()).is_some());
        assert_eq!(found.count(), COMPARISONS / names.len());
    }
}
