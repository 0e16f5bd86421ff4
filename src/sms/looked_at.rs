//! What internal audits say they looked at (clause 9.2).
//!
//! A clause is audited only where this is understood to the last word: what people write beside numbers
//! takes clauses away in more ways than can be listed. Who writes numbers alone is understood, and who is
//! not is told.

use super::Sms;
use super::clauses::Key;
use super::wording::{puts_off, says_it_was_audited, takes_part_out};
use crate::document::front::{Entry, Node};
use crate::document::{Document, Reference};
use crate::framework::{Clause, Pack};
use std::collections::BTreeSet;

/// The keys of an internal audit that say what it looked at.
const AUDITED_IN: [&str; 3] = ["criteria", "scope", "coverage"];

/// The keys of a mapping among these that name what was looked at.
const NAMING: [&str; 11] = [
    "clause",
    "clauses",
    "criterion",
    "criteria",
    "doc",
    "docs",
    "document",
    "documents",
    "process",
    "processes",
    "scope",
];

/// The keys of a mapping that name the standard whose clauses stand in it.
const OF_STANDARD: [&str; 5] = ["standard", "standards", "framework", "frameworks", "norm"];

/// The keys of a mapping under which stands what was not looked at.
const LEFT_OUT: [&str; 7] = [
    "excluded",
    "exclusions",
    "not_applicable",
    "not_audited",
    "out_of_scope",
    "left_out",
    "postponed",
];

/// The keys of a mapping that say what came of it.
const RESULT: [&str; 9] = [
    "result",
    "results",
    "status",
    "audited",
    "conformity",
    "conclusion",
    "outcome",
    "rating",
    "verdict",
];

/// What a value of an audit says was looked at.
#[derive(Debug, Default)]
struct Said<'d> {
    /// The texts that list clauses and no more, with these.
    listed: Vec<(&'d str, Vec<Key>)>,
    /// The documents that its texts may name, with their versions.
    documents: Vec<Reference>,
    /// The texts that name clauses, of which nobody can tell whether they were looked at.
    unclear: Vec<&'d str>,
}

impl Said<'_> {
    fn clauses(&self) -> impl Iterator<Item = &Key> {
        self.listed.iter().flat_map(|(_, clauses)| clauses)
    }
}

/// Where an internal audit names clauses of which nobody can tell that it looked at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear<'d> {
    /// The key of the audit.
    pub key: &'static str,
    /// The text that names them; none where none of what names clauses is read.
    pub text: Option<&'d str>,
}

impl Sms {
    /// Returns the clauses that an internal audit names as what it looked at.
    pub fn clauses_audited(&self, record: &Document) -> BTreeSet<Key> {
        let said = self.audit_says(record);
        said.flat_map(|(_, said)| said.clauses().cloned().collect::<Vec<_>>()).collect()
    }

    /// Returns the documents that an internal audit names as what it looked at.
    pub(super) fn documents_audited(&self, record: &Document) -> Vec<Reference> {
        self.audit_says(record).flat_map(|(_, said)| said.documents).collect()
    }

    /// Returns where an internal audit names clauses of which nobody can tell that it looked at them: the
    /// texts whose clauses are not all audited by another one, those of its scope only where it is of no
    /// clause at all. Where nothing that names clauses is read, that is the key that does.
    pub fn unclear_in_audit<'d>(&self, record: &'d Document) -> Vec<Unclear<'d>> {
        if record.front.text("kind").is_none_or(|kind| kind.value != "internal-audit") {
            return Vec::new();
        }
        let said: Vec<(&'static str, Said<'d>)> = self.audit_says(record).collect();
        let audited: BTreeSet<&Key> = said.iter().flat_map(|(_, said)| said.clauses()).collect();
        let is_audited = |text: &str| self.clause_keys(text).iter().all(|it| audited.contains(it));
        // A scope that is told in words may leave out what it names.
        let is_list = |text: &str| {
            let first = text.split_whitespace().next();
            first.is_some_and(|word| self.clause_key(word).is_some())
        };
        let is_told = |key: &str, text: &str| key != "scope" || audited.is_empty() || is_list(text);
        let texts =
            said.iter().flat_map(|(key, said)| said.unclear.iter().map(move |text| (*key, *text)));
        let texts = texts.filter(|(key, text)| is_told(key, text) && !is_audited(text));
        let mut unclear: Vec<Unclear<'d>> =
            texts.map(|(key, text)| Unclear { key, text: Some(text) }).collect();
        if audited.is_empty() && unclear.is_empty() {
            let names_some = |key: &&str| {
                let found = record.front.get(key).map(|found| found.value.texts());
                found.unwrap_or_default().iter().any(|text| !self.clause_keys(text).is_empty())
            };
            let passed_over = AUDITED_IN.into_iter().find(names_some);
            unclear.extend(passed_over.map(|key| Unclear { key, text: None }));
        }
        unclear
    }

    fn audit_says<'d>(
        &self,
        record: &'d Document,
    ) -> impl Iterator<Item = (&'static str, Said<'d>)> {
        AUDITED_IN.into_iter().filter_map(|key| {
            let mut said = Said::default();
            self.gather(&record.front.get(key)?.value, None, &mut said);
            Some((key, said))
        })
    }

    /// Adds what a value says was looked at; its clauses are of a standard, if one is named beside it.
    fn gather<'d>(&self, node: &'d Node, standard: Option<&str>, said: &mut Said<'d>) {
        match node {
            Node::Scalar { .. } => {
                if let Some(text) = node.as_text() {
                    self.take(text, standard, said);
                }
            }
            Node::List(items) => {
                items.iter().for_each(|item| self.gather(&item.value, standard, said));
            }
            Node::Map(entries) => self.gather_row(entries, standard, said),
        }
    }

    fn gather_row<'d>(&self, entries: &'d [Entry], standard: Option<&str>, said: &mut Said<'d>) {
        let named = entries.iter().find(|it| OF_STANDARD.contains(&it.key.value.as_str()));
        let named = named.map(|it| it.value.value.texts().join(" and "));
        let standard = named.as_deref().or(standard);
        let mut of_row = Said::default();
        let (mut is_clear, mut is_put_off) = (true, false);
        for Entry { key, value } in entries {
            let name = key.value.as_str();
            let texts = || value.value.texts().into_iter();
            if NAMING.contains(&name) {
                self.gather(&value.value, standard, &mut of_row);
            } else if self.clause_key(name).is_some() {
                if texts().all(says_it_was_audited) {
                    self.take(name, standard, &mut of_row);
                } else if !texts().all(puts_off) {
                    of_row.unclear.push(name);
                }
            } else if RESULT.contains(&name) {
                is_put_off |= texts().any(|text| puts_off(text) || is_no(text));
                is_clear &= texts().all(says_it_was_audited);
            } else if !OF_STANDARD.contains(&name) && !LEFT_OUT.contains(&name) {
                is_put_off |= texts().any(puts_off);
                is_clear &= !texts().any(takes_part_out);
            }
        }
        if is_put_off {
            (of_row.listed, of_row.unclear) = (Vec::new(), Vec::new());
        } else if !is_clear {
            let listed = of_row.listed.drain(..).filter(|(_, clauses)| !clauses.is_empty());
            of_row.unclear.extend(listed.map(|(text, _)| text));
        }
        said.listed.append(&mut of_row.listed);
        said.documents.append(&mut of_row.documents);
        said.unclear.append(&mut of_row.unclear);
    }

    fn take<'d>(&self, text: &'d str, standard: Option<&str>, said: &mut Said<'d>) {
        said.documents.push(Reference::parse(text));
        match self.clauses_listed(text, standard) {
            Some(clauses) => said.listed.push((text, clauses)),
            None if puts_off(text) => {}
            None => said.unclear.push(text),
        }
    }

    /// Returns the clauses that a text lists as what was, or is to be, looked at: those of a `standard`, if
    /// one is named beside it; `None` where it names some among words that are not understood.
    pub fn clauses_listed(&self, text: &str, standard: Option<&str>) -> Option<Vec<Key>> {
        let is_document = |word: &str| self.document(Reference::parse(word).id.as_str()).is_some();
        let listed = self.frameworks.clauses_listed(text, standard, &is_document)?;
        let key = |(pack, clause): (&Pack, &Clause)| (pack.id.clone(), clause.number.clone());
        Some(listed.into_iter().map(key).collect())
    }
}

fn is_no(text: &str) -> bool {
    ["no", "false", "nein", "none"].iter().any(|it| it.eq_ignore_ascii_case(text.trim()))
}
