//! What internal audits say they looked at (clause 9.2).
//!
//! A clause is audited only where this is understood to the last word: what people write beside numbers
//! takes clauses away in more ways than can be listed. Who writes numbers alone is understood, and who is
//! not is told.

use super::Sms;
use super::clauses::Key;
use super::wording::{part_taken_out, puts_off, says_it_was_audited};
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

/// The keys of a mapping under which anything may be noted.
const NOTES: [&str; 8] =
    ["note", "notes", "comment", "comments", "remark", "remarks", "bemerkung", "bemerkungen"];

/// The keys of a mapping that say what came of it.
pub(super) const RESULT: [&str; 14] = [
    "checked",
    "examined",
    "reviewed",
    "covered",
    "done",
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
    /// The clauses that it says were not looked at.
    left: Vec<Key>,
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
    /// Returns the clauses that an internal audit names as what it looked at, without those that it says
    /// it did not look at: where it says so, each clause beneath another is named.
    pub fn clauses_audited(&self, record: &Document) -> BTreeSet<Key> {
        let said: Vec<Said<'_>> = self.audit_says(record).map(|(_, said)| said).collect();
        let listed = said.iter().flat_map(|said| said.clauses().cloned()).collect();
        let left: BTreeSet<&Key> = said.iter().flat_map(|said| &said.left).collect();
        self.without(listed, &left)
    }

    /// Returns the clauses that a row of an audit programme names, unless it is put off.
    pub fn clauses_planned(&self, row: &Node) -> BTreeSet<Key> {
        let texts = |key: &str| row.get(key).map(|it| it.value.texts()).unwrap_or_default();
        if texts("status").into_iter().any(puts_off) {
            return BTreeSet::new();
        }
        let planned = texts("clauses").into_iter();
        let planned = planned.filter_map(|text| self.clauses_listed(text, None)).flatten();
        let left = LEFT_OUT.into_iter().flat_map(texts).flat_map(|text| self.clause_keys(text));
        let left: BTreeSet<Key> = left.collect();
        self.without(planned.collect(), &left.iter().collect())
    }

    /// Takes clauses, and those that they are a part of, away from others.
    fn without(&self, clauses: BTreeSet<Key>, left: &BTreeSet<&Key>) -> BTreeSet<Key> {
        if left.is_empty() {
            return clauses;
        }
        let is_left = |clause: &Key| left.iter().any(|it| self.share(clause, it));
        clauses.iter().flat_map(|it| self.within(it)).filter(|it| !is_left(it)).collect()
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
        let audited = self.clauses_audited(record);
        let audited: BTreeSet<Key> = audited.iter().flat_map(|it| self.within(it)).collect();
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
        let standard = standard_beside(&record.front.entries);
        let audited = AUDITED_IN.into_iter().filter_map(move |key| {
            let mut said = Said::default();
            self.gather(&record.front.get(key)?.value, standard.as_deref(), &mut said);
            Some((key, said))
        });
        let left = LEFT_OUT.into_iter().filter_map(|key| {
            let left = self.clauses_in(&record.front.get(key)?.value);
            Some((key, Said { left, ..Said::default() }))
        });
        audited.chain(left)
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
                // `[ISO 9001:2015, 8.6.1]`
                let mut standard = standard;
                for item in items {
                    self.gather(&item.value, standard, said);
                    let named =
                        item.value.as_text().filter(|text| self.frameworks.names_standard(text));
                    standard = named.or(standard);
                }
            }
            Node::Map(entries) => self.gather_row(entries, standard, said),
        }
    }

    fn gather_row<'d>(&self, entries: &'d [Entry], standard: Option<&str>, said: &mut Said<'d>) {
        let named = standard_beside(entries);
        let standard = named.as_deref().or(standard);
        let mut of_row = Said::default();
        let mut results: Vec<&str> = Vec::new();
        let (mut is_clear, mut is_put_off) = (true, false);
        for Entry { key, value } in entries {
            let name = key.value.to_lowercase();
            let name = name.as_str();
            let texts = value.value.texts();
            if NAMING.contains(&name) {
                self.gather(&value.value, standard, &mut of_row);
            } else if LEFT_OUT.contains(&name) {
                said.left.extend(self.clauses_in(&value.value));
                // `excluded: true`, `postponed: 2027`; `exclusions: the hall` leaves out no clause.
                let is_of_row = |text: &str| is_yes(text) || name == "postponed" && !is_no(text);
                is_put_off |= texts.into_iter().any(is_of_row);
            } else if RESULT.contains(&name) {
                is_clear &= !texts.is_empty();
                results.extend(texts);
            } else if self.clause_key(&key.value).is_some() {
                // `8.6.1: conforms`
                let is_no = texts.iter().any(|text| puts_off(text) || is_no(text));
                if !texts.is_empty() && texts.iter().all(|text| says_it_was_audited(text)) {
                    self.take(&key.value, standard, said);
                } else if is_no {
                    said.left.extend(self.clause_keys(&key.value));
                } else {
                    said.unclear.push(&key.value);
                }
            } else if NOTES.contains(&name) {
                is_clear &= !texts.iter().any(|text| part_taken_out(text).is_some());
                is_put_off |= texts.into_iter().any(puts_off);
            }
        }
        // What came of it is known, whatever is noted beside.
        let is_held = !results.is_empty() && results.iter().all(|text| says_it_was_audited(text));
        is_put_off &= !is_held;
        is_put_off |= results.iter().any(|text| puts_off(text) || is_no(text));
        is_clear &= is_held || results.is_empty();
        let named: Vec<&str> = of_row.listed.iter().map(|(text, _)| *text).collect();
        let named = named.into_iter().filter(|text| !self.clause_keys(text).is_empty());
        if is_put_off {
            let clauses = of_row.clauses().cloned().collect::<Vec<_>>();
            said.left.extend(clauses);
            said.left.extend(of_row.unclear.iter().flat_map(|text| self.clause_keys(text)));
            return;
        }
        if !is_clear {
            said.unclear.extend(named);
            of_row.listed.clear();
        }
        said.listed.append(&mut of_row.listed);
        said.documents.append(&mut of_row.documents);
        said.unclear.append(&mut of_row.unclear);
        said.left.append(&mut of_row.left);
    }

    fn take<'d>(&self, text: &'d str, standard: Option<&str>, said: &mut Said<'d>) {
        said.documents.push(Reference::parse(text));
        match self.clauses_listed(text, standard) {
            Some(clauses) => said.listed.push((text, clauses)),
            None if puts_off(text) => said.left.extend(self.clause_keys(text)),
            None => {
                let out = part_taken_out(text).unwrap_or_default();
                said.left.extend(self.clause_keys(out));
                said.unclear.push(text);
            }
        }
    }

    fn clauses_in(&self, node: &Node) -> Vec<Key> {
        node.texts().into_iter().flat_map(|text| self.clause_keys(text)).collect()
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

/// Returns the standard that a mapping names, with its edition: `{standard: ISO 9001, edition: 2015}`.
fn standard_beside(entries: &[Entry]) -> Option<String> {
    let of = |keys: &[&str]| {
        let found = entries.iter().find(|it| keys.contains(&it.key.value.to_lowercase().as_str()));
        found.map(|it| it.value.value.texts().join(" and ")).filter(|it| !it.is_empty())
    };
    let standard = of(&OF_STANDARD)?;
    Some(match of(&["edition"]).filter(|_| !standard.contains(':')) {
        Some(edition) => format!("{standard}:{edition}"),
        None => standard,
    })
}

fn is_no(text: &str) -> bool {
    ["no", "false", "nein", "none"].iter().any(|it| it.eq_ignore_ascii_case(text.trim()))
}

fn is_yes(text: &str) -> bool {
    ["yes", "true", "ja"].iter().any(|it| it.eq_ignore_ascii_case(text.trim()))
}
