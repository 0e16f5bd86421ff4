//! Clauses as documents name them, and as they say that one is not applicable.
//!
//! Nothing tells authors how to leave a clause out, since most frameworks do not allow it. So
//! every way of writing it that a reader would understand is understood here.

use super::Sms;
use crate::document::front::{Entry, Node, one_or_more};
use crate::document::{DocId, Document, Reference, at_fault};
use crate::source::{Span, Spanned};

/// A clause, by framework and number.
pub type Key = (String, String);

/// A clause that a document marks as not applicable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotApplicable {
    /// The number as written, and where.
    pub number: Spanned<String>,
    /// The item of the list that says so.
    pub item: Span,
}

/// What people write behind a clause that they leave out.
const PHRASES: [&str; 5] =
    ["not applicable", "not-applicable", "not_applicable", "n/a", "excluded"];

impl Sms {
    /// Returns the clauses a nonconformity is about; where it names only documents, theirs.
    pub fn clauses_at_fault(&self, record: &Document) -> Vec<Key> {
        self.clauses_meant(&at_fault(&record.front))
    }

    /// Returns the clauses that words name; where they name only documents, theirs.
    pub fn clauses_meant<T: AsRef<str>>(&self, words: &[T]) -> Vec<Key> {
        let words = || words.iter().map(AsRef::as_ref);
        let mut clauses: Vec<Key> = words().flat_map(|word| self.clause_keys(word)).collect();
        if clauses.is_empty() {
            clauses
                .extend(words().flat_map(|word| self.clauses_of_named(&Reference::parse(word).id)));
        }
        // In `PRC-INC-001, section 4.2` the number may be one of the document.
        let beside = words().filter(|text| !self.clause_keys(text).is_empty());
        let beside = beside.flat_map(|text| text.split([' ', ',', ';', '(', ')']));
        clauses.extend(beside.flat_map(|word| self.clauses_of_named(&Reference::parse(word).id)));
        clauses
    }

    /// Returns the clauses of a document that people work by: those of the version in force, and those
    /// that its file names. One that is gone, or cannot be read, keeps those it named last.
    fn clauses_of_named(&self, id: &DocId) -> Vec<Key> {
        let files = self.lookup.by_id.get(id).into_iter().flatten();
        let files: Vec<&Document> = files.map(|&i| &self.documents[i]).collect();
        let in_force = self.in_force_on(id, self.as_of).map(|tenure| &*tenure.claims);
        let is_readable = files.iter().any(|file| file.is_sound());
        let last = self.last_readable(id).filter(|_| !is_readable).map(|it| &*it.claims);
        let filed = files.iter().flat_map(|file| file.front.list("clauses"));
        let former = in_force.into_iter().chain(last).flat_map(|claims| &claims.clauses);
        let named = filed.map(|it| it.value).chain(former.map(String::as_str));
        named.filter_map(|clause| self.clause_key(clause)).collect()
    }

    /// Returns the documents and records that a nonconformity names as what it is about.
    pub fn documents_at_fault(&self, record: &Document) -> Vec<&Document> {
        let named = at_fault(&record.front).into_iter();
        named.filter_map(|word| self.document(Reference::parse(word).id.as_str())).collect()
    }

    /// Returns the clauses that a row of an audit's `findings` names.
    pub fn clauses_of_finding(&self, finding: &Node) -> Vec<Key> {
        let named = ["clause", "clauses", "criterion"].iter().filter_map(|key| finding.get(key));
        let named = named.flat_map(|found| found.value.texts());
        named.flat_map(|words| self.clause_keys(words)).collect()
    }

    /// Finds all clauses that a text names, by framework and number: `8.6.1 and 8.6.2`, and those in
    /// between of `8.6.1 to 8.6.3`.
    pub fn clause_keys(&self, written: &str) -> Vec<Key> {
        let spaced = written.replace(['–', '—'], " - ");
        let words = spaced.split([' ', ',', ';', '\u{a0}', '(', ')']);
        let words = words.map(|word| word.trim_end_matches(['.', ':'])).filter(|it| !it.is_empty());
        // `8.6.1-8.6.3`
        let is_row = |(first, last): &(&str, &str)| {
            [first, last].iter().all(|it| it.contains('.') && self.clause_key(it).is_some())
        };
        let words = words.flat_map(|word| match word.split_once('-').filter(is_row) {
            Some((first, last)) => vec![first, "-", last],
            None => vec![word],
        });
        let mut found: Vec<Key> = Vec::new();
        let mut is_range = false;
        for word in words {
            let key = word.contains('.').then(|| self.clause_key(word)).flatten();
            if let Some(key) = key {
                let first = found.last().filter(|_| is_range).cloned();
                found.extend(first.map(|first| self.between(&first, &key)).unwrap_or_default());
                found.push(key);
            }
            is_range = matches!(word, "to" | "through" | "bis" | "-" | "…");
        }
        match found.is_empty() {
            true => self.clause_key(written).into_iter().collect(),
            false => found,
        }
    }

    /// Returns a clause and those beneath it.
    pub(super) fn within(&self, (framework, number): &Key) -> Vec<Key> {
        let Some(pack) = self.frameworks.pack(framework) else { return Vec::new() };
        let within = pack.clauses().iter().filter(|it| pack.is_within(&it.number, number));
        within.map(|clause| (framework.clone(), clause.number.clone())).collect()
    }

    /// Tells whether two clauses are one, or one of them lies beneath the other.
    pub(super) fn share(&self, clause: &Key, other: &Key) -> bool {
        let pack = self.frameworks.pack(&clause.0).filter(|_| clause.0 == other.0);
        pack.is_some_and(|it| {
            it.is_within(&clause.1, &other.1) || it.is_within(&other.1, &clause.1)
        })
    }

    /// Returns the clauses between two of one framework, in its order.
    fn between(&self, first: &Key, last: &Key) -> Vec<Key> {
        let Some(pack) = self.frameworks.pack(&first.0).filter(|_| first.0 == last.0) else {
            return Vec::new();
        };
        let between = pack.between(&first.1, &last.1).iter();
        between.map(|it| (pack.id.clone(), it.number.clone())).collect()
    }

    /// Finds the clause that a word names, by framework and number.
    pub fn clause_key(&self, written: &str) -> Option<Key> {
        let key = |text: &str| {
            let (pack, clause) = self.frameworks.resolve(text).ok()?;
            Some((pack.id.clone(), clause.number.clone()))
        };
        let words = || written.split([' ', ',', ';', '\u{a0}']).filter(|word| !word.is_empty());
        // "ISO/IEC 20000-1:2018, 8.6.1" and "clause 8.6.1" name it as well; a bare number may count
        // something else.
        let numbers = || words().filter(|word| word.contains('.'));
        key(written).or_else(|| key(words().next()?)).or_else(|| numbers().find_map(key))
    }

    /// Returns the clauses that a document marks as not applicable, in the order of its keys.
    pub fn not_applicable(&self, document: &Document) -> Vec<NotApplicable> {
        let mut marks = Vec::new();
        // What an audit leaves out is applicable.
        let is_audit = document.front.text("kind").is_some_and(|it| it.value == "internal-audit");
        for Entry { key, value } in document.front.entries.iter().filter(|_| !is_audit) {
            for item in one_or_more(value) {
                let numbers = match key.value.as_str() {
                    "not_applicable" => listed(item),
                    "clauses" => marked(item),
                    "exclusions" => self.excluded(item),
                    _ => Vec::new(),
                };
                let mark = |number| NotApplicable { number, item: item.span };
                marks.extend(numbers.into_iter().map(mark));
            }
        }
        marks
    }

    /// Returns the clauses that a document names as those it serves: `clauses` without the marks.
    pub fn named_clauses<'d>(&self, document: &'d Document) -> Vec<Spanned<&'d str>> {
        let named = document.front.list("clauses").into_iter();
        named.filter(|clause| number_before_phrase(clause.value).is_none()).collect()
    }

    /// Reads a row of `exclusions`. What is left out may be a service or a site as well, so only
    /// what is a clause beyond doubt is taken for one.
    fn excluded(&self, item: &Spanned<Node>) -> Vec<Spanned<String>> {
        let as_clause = |text: Spanned<&str>| {
            let number = self.clause_beyond_doubt(text.value)?;
            Some(Spanned::new(number.to_owned(), text.span))
        };
        let mut numbers = Vec::new();
        if let Some(text) = item.value.as_text() {
            numbers.extend(as_clause(Spanned::new(text, item.span)));
        }
        for Entry { key, value } in item.value.entries() {
            match key.value.as_str() {
                "clause" | "clauses" => numbers.extend(texts(value)),
                "what" => {
                    let text = value.value.as_text();
                    numbers.extend(text.and_then(|text| as_clause(Spanned::new(text, value.span))));
                }
                number => numbers.extend(as_clause(Spanned::new(number, key.span))),
            }
        }
        numbers
    }

    /// Finds the number in `8.7.2`, `clause 8.7.2, because ...` or `8.7.2` with its title.
    fn clause_beyond_doubt<'t>(&self, text: &'t str) -> Option<&'t str> {
        let text = number_before_phrase(text).unwrap_or(text).trim();
        let after_word = ["clause ", "Clause "].iter().find_map(|word| text.strip_prefix(word));
        let (number, rest) = match after_word.unwrap_or(text).split_once([' ', ',']) {
            Some((number, rest)) => (number.trim_end_matches([':', ';']), rest.trim()),
            None => (after_word.unwrap_or(text), ""),
        };
        let (_, clause) = self.frameworks.resolve(number).ok()?;
        let is_title = rest.eq_ignore_ascii_case(&clause.title);
        (after_word.is_some() || rest.is_empty() || is_title).then_some(number)
    }
}

/// Returns the texts of a single value or a list.
fn texts(value: &Spanned<Node>) -> impl Iterator<Item = Spanned<String>> {
    one_or_more(value)
        .iter()
        .filter_map(|item| Some(Spanned::new(item.value.as_text()?.to_owned(), item.span)))
}

/// Reads an item of `not_applicable`: a number, `{clause: 8.7.2, why: ...}` or `8.7.2: ...`.
fn listed(item: &Spanned<Node>) -> Vec<Spanned<String>> {
    match item.value.get("clause") {
        Some(clause) => texts(clause).collect(),
        None if item.value.as_text().is_some() => texts(item).collect(),
        None => item.value.entries().iter().map(|entry| entry.key.clone()).collect(),
    }
}

/// Reads an item of `clauses`: `8.7.2: not applicable`, as a mapping or as text.
fn marked(item: &Spanned<Node>) -> Vec<Spanned<String>> {
    let says_so = |value: &Node| value.as_text().and_then(number_before_phrase).is_some();
    match (item.value.as_text(), item.value.get("clause")) {
        (Some(text), _) => number_before_phrase(text)
            .map(|number| Spanned::new(number.to_owned(), item.span))
            .into_iter()
            .collect(),
        (None, Some(clause)) => {
            let is_marked = item.value.entries().iter().any(|entry| says_so(&entry.value.value));
            if is_marked { texts(clause).collect() } else { Vec::new() }
        }
        (None, None) => {
            let entries = item.value.entries().iter();
            let marked = entries.filter(|entry| says_so(&entry.value.value));
            marked.map(|entry| entry.key.clone()).collect()
        }
    }
}

/// Returns what stands before `not applicable`, if a text ends with that.
fn number_before_phrase(text: &str) -> Option<&str> {
    let text = text.trim_end_matches([')', '.', ' ']);
    let lower = text.to_ascii_lowercase();
    let phrase = PHRASES.iter().find(|phrase| lower.ends_with(**phrase))?;
    let before = &text[..text.len() - phrase.len()];
    Some(before.trim_matches([' ', ':', '(', '-', '–', '=']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_at_the_end_leaves_the_number() {
        assert_eq!(number_before_phrase("8.7.2: not applicable"), Some("8.7.2"));
        assert_eq!(number_before_phrase("iso27001:A.5.1 (N/A)"), Some("iso27001:A.5.1"));
        assert_eq!(number_before_phrase("Not applicable."), Some(""));
        assert_eq!(number_before_phrase("8.7.2"), None);
        assert_eq!(number_before_phrase("İn/a"), Some("İ"));
    }
}
