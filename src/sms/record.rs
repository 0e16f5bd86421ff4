//! Records, asked by their kind, by the day they speak of, and by the versions they name.

use super::Sms;
use crate::document::fields::{id_misfit, says_nothing};
use crate::document::front::{Entry, Node};
use crate::document::markdown::Target;
use crate::document::period::Period;
use crate::document::{DocId, Document, Version};
use crate::source::{Date, Span, Spanned};
use std::collections::{BTreeSet, HashMap};

/// The keys that give the day of a record, the first that is there.
const DAYS: [&str; 5] = ["date", "performed_on", "reviewed_on", "report_date", "raised_on"];

/// The kinds of records that answer for something that was wrong.
pub(super) const ANSWERING: [&str; 2] = ["nonconformity", "waiver"];

/// The kinds of records, by the beginnings that their ids have.
pub const KINDS: [(&str, &str); 21] = [
    ("REC-ACK", "acknowledgement"),
    ("REC-AUD", "internal-audit"),
    ("REC-AVL", "availability-report"),
    ("REC-CAP", "corrective-action"),
    ("REC-CFG", "configuration-verification"),
    ("REC-CHG", "change"),
    ("REC-CMP", "complaint"),
    ("REC-CNT", "continuity-test"),
    ("REC-DSP", "dispute"),
    ("REC-INC", "incident"),
    ("REC-MIR", "major-incident-review"),
    ("REC-MRV", "management-review"),
    ("REC-NC", "nonconformity"),
    ("REC-PRB", "problem"),
    ("REC-REV", "document-review"),
    ("REC-SDP", "service-design-package"),
    ("REC-SEC", "security-incident"),
    ("REC-SRQ", "service-request"),
    ("REC-SRV", "service-report"),
    ("REC-TRN", "competence"),
    ("REC-WVR", "waiver"),
];

impl Sms {
    /// Returns the records of a kind that can be relied on, in the order of their files.
    pub fn records_of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Document> {
        self.records().filter(move |record| {
            record.front.text("kind").is_some_and(|found| found.value == kind)
                && self.is_identified(record)
        })
    }
}

/// Returns the day on which an internal audit or a management review was held. One that is still open
/// is being prepared, unless it says that it was performed.
pub fn held_on(record: &Document) -> Option<Date> {
    let is_open = record.status() == Some("open");
    let day = record.front.date("date").filter(|_| !is_open);
    record.front.date("performed_on").or(day)
}

/// Tells whether a record is of an audit or a review that is still to come on a day, or is being
/// prepared: nothing was held yet.
pub fn is_to_come(record: &Document, day: Date) -> bool {
    let kind = record.front.text("kind").map(|kind| kind.value);
    matches!(kind, Some("internal-audit" | "management-review"))
        && held_on(record).is_none_or(|held| held > day)
}

/// The keys that say what a record is, and nothing of what was done.
const FRAME: [&str; 19] = [
    "id",
    "title",
    "type",
    "kind",
    "status",
    "owner",
    "clauses",
    "classification",
    "date",
    "parent",
    "produced_by",
    "retention",
    "keywords",
    "language",
    "version",
    "not_applicable",
    "waivers",
    "corrections",
    "services",
];

/// Tells whether a record was begun and says no more than what it is: the fields of its kind stand there
/// with nothing in them, or with what holds the place of a value, and it has no text.
pub fn is_left_empty(record: &Document) -> bool {
    let is_of_frame = |key: &str| FRAME.contains(&key);
    let mut own = record.front.entries.iter().filter(|it| !is_of_frame(&it.key.value)).peekable();
    let is_open = |it: &Entry| says_nothing(&it.key.value, &it.value.value);
    own.peek().is_some() && own.all(is_open) && !has_text(record)
}

/// Tells whether anything but headings stands in the text of a document.
fn has_text(document: &Document) -> bool {
    let mut headings = document.body.headings.iter().map(|heading| heading.span).peekable();
    let text = document.body_text().char_indices();
    let mut visible = text.filter(|(_, c)| !c.is_whitespace());
    visible.any(|(at, _)| {
        let at = at + document.body_start;
        while headings.next_if(|heading| heading.end <= at).is_some() {}
        headings.peek().is_none_or(|heading| at < heading.start)
    })
}

/// Tells whether a record answers a key: neither nothing nor what holds the place of a value stands there.
pub fn says(record: &Document, key: &str) -> bool {
    record.front.get(key).is_some_and(|found| !says_nothing(key, &found.value))
}

/// Returns what an internal audit does not say of what each must: when it was performed, against what,
/// by whom, and what was found. That nothing was found is an answer. One that is still open may owe its
/// findings.
pub fn missing_of_audit(record: &Document) -> Vec<&'static str> {
    let says = |key: &str| says(record, key);
    let has_none = |key: &str| {
        let is_empty_list = |it: &Node| matches!(it, Node::List(items) if items.is_empty());
        record.front.get(key).is_some_and(|found| is_empty_list(&found.value))
    };
    let tells = |name: &str| record.section(name).is_some_and(|found| !found.is_empty_section);
    let is_open = record.status() == Some("open");
    let answers = [
        ("`performed_on`", held_on(record).is_some()),
        ("`criteria` or `scope`", says("criteria") || says("scope") || says("coverage")),
        ("`auditors`", says("auditors") || says("lead_auditor")),
        (
            "`findings` (`[]`, if there are none)",
            is_open
                || says("findings")
                || has_none("findings")
                || says("conclusion")
                || says("result")
                || ["Findings", "Conclusion", "Result"].into_iter().any(tells),
        ),
    ];
    answers.into_iter().filter(|(_, is_said)| !is_said).map(|(what, _)| what).collect()
}

/// Tells whether a record shows that something was done: what its kind asks for is there. One that was
/// begun and left empty shows nothing.
pub fn shows_something(record: &Document) -> bool {
    let text = |key| record.front.text(key).map(|found| found.value);
    !is_left_empty(record)
        && match text("kind") {
            Some("internal-audit") => missing_of_audit(record).is_empty(),
            Some("management-review") => held_on(record).is_some(),
            Some("document-review") => record.status() != Some("open"),
            _ => true,
        }
}

/// Returns the day of what a record shows.
pub fn day_of(record: &Document) -> Option<Date> {
    DAYS.iter().find_map(|key| record.front.date(key))
}

/// Returns the first day of the time that a record speaks of, where it gives one.
pub fn first_day_of(record: &Document) -> Option<Date> {
    Period::of(record).map(|period| period.first)
}

/// Where a record of a waiver stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It is open, and its term has begun and not ended.
    Lasts,
    /// It begins later.
    Later,
    /// It is closed, or its term is over.
    Over,
    /// It has no term that can be read.
    Unclear,
}

impl Term {
    /// Returns where a record of a waiver stands on a day. It begins with its own day where it says
    /// no other.
    pub fn of_waiver(record: &Document, day: Date) -> Self {
        let from = match record.front.get("from") {
            Some(_) => record.front.date("from"),
            None => day_of(record),
        };
        match from.zip(record.front.date("until")) {
            _ if record.status() == Some("closed") => Self::Over,
            Some((from, until)) if until < from => Self::Unclear,
            Some((from, _)) if day < from => Self::Later,
            Some((_, until)) if until < day => Self::Over,
            Some(_) => Self::Lasts,
            None => Self::Unclear,
        }
    }
}

/// A version of a document that a record names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The document.
    pub id: DocId,
    /// The version.
    pub version: String,
    /// Where it is named.
    pub span: Span,
}

impl Sms {
    /// Returns the versions of documents that a record names, each once: `ID@VERSION` in its front
    /// matter and in its links, and `document_id` with `version`.
    pub fn versions_cited(&self, record: &Document) -> Vec<Cited> {
        let mut cited = Vec::new();
        let text = |key| record.front.text(key);
        if let (Some(id), Some(version)) = (text("document_id"), text("version")) {
            let (id, version, span) =
                (DocId::new(id.value), version.value.to_owned(), version.span);
            cited.push(Cited { id, version, span });
        }
        for Entry { value, .. } in &record.front.entries {
            cited_in(value, &mut cited);
        }
        for link in &record.body.links {
            if let Target::Document { id, version: Some(version), .. } = &link.target {
                let id = DocId::new(id.as_str());
                cited.push(Cited { id, version: version.clone(), span: link.span });
            }
        }
        let mut seen = BTreeSet::new();
        cited.retain(|it| seen.insert((it.id.clone(), it.version.clone())));
        cited
    }

    /// Returns the newest record that shows a clause in use and is not still to come.
    pub fn newest_record(&self, framework: &str, clause: &str) -> Option<(Date, &Document)> {
        let key = (framework.to_owned(), clause.to_owned());
        let records = self.of_clause(framework, clause).into_iter();
        let records = records.filter(|it| self.is_record(it) && self.is_identified(it));
        let records = records.filter(|it| !self.is_out_of_use(it) && self.shows_use(it, &key));
        let dated = records.filter_map(|record| Some((day_of(record)?, record)));
        dated.filter(|(day, _)| *day <= self.as_of).max_by_key(|(day, record)| (*day, record.id()))
    }
}

/// The newest record of each origin: of what it says it was produced by, of each beginning of its
/// id (`REC`, `REC-CHG`), and of its kind.
#[derive(Debug, Default)]
pub struct Origins<'s> {
    by_origin: HashMap<&'s str, &'s Document>,
    by_name: HashMap<String, &'s Document>,
}

/// Keeps the later of two records.
fn later<'s>(record: &'s Document, other: &'s Document) -> &'s Document {
    let key = |it: &Document| (day_of(it), it.id());
    if key(record) > key(other) { record } else { other }
}

impl Sms {
    /// Returns the newest records by where they come from. Build it once in a check.
    pub fn origins(&self) -> Origins<'_> {
        let mut origins = Origins::default();
        let is_past = |record: &&Document| day_of(record).is_none_or(|day| day <= self.as_of);
        for record in self.records().filter(is_past).filter(|it| shows_something(it)) {
            for origin in record.front.list("produced_by") {
                let id = origin.value.split_once('@').map_or(origin.value, |(id, _)| id);
                let newest = origins.by_origin.entry(id.trim()).or_insert(record);
                *newest = later(record, newest);
            }
            let id = record.id();
            let id = id.as_ref().map_or("", DocId::as_str);
            let beginnings = id.match_indices('-').map(|(at, _)| &id[..at]);
            let kind = record.front.text("kind").map(|kind| kind.value);
            for name in beginnings.chain(kind) {
                let newest = origins.by_name.entry(name.to_owned()).or_insert(record);
                *newest = later(record, newest);
            }
        }
        origins
    }

    /// Returns the newest record that came from a document: one that names it, or what stands
    /// beneath it, under `produced_by`, or one that it says it produces, by the beginning of an id
    /// or by a kind. Where it does not say that, or in words, a record about one of its clauses is
    /// taken for one.
    pub fn newest_record_from<'s>(
        &'s self,
        document: &Document,
        origins: &Origins<'s>,
    ) -> Option<&'s Document> {
        let family = self.family(document);
        let mut found: Vec<&Document> =
            family.iter().filter_map(|id| origins.by_origin.get(id.as_str()).copied()).collect();
        let produced = document.front.list("records_produced");
        found.extend(produced.iter().filter_map(|it| origins.by_name.get(it.value).copied()));
        if !produced.iter().any(|it| id_misfit(&DocId::new(it.value)).is_none()) {
            let named = self.named_clauses(document).into_iter();
            let clauses = named.filter_map(|it| self.frameworks.resolve(it.value).ok());
            found.extend(clauses.filter_map(|(pack, clause)| {
                Some(self.newest_record(&pack.id, &clause.number)?.1)
            }));
        }
        found.into_iter().reduce(later)
    }

    /// Tells whether a document says that no record comes from it: `records_produced: []`.
    pub fn yields_nothing(&self, document: &Document) -> bool {
        let produced = document.front.get("records_produced");
        produced.is_some_and(|found| {
            matches!(found.value, Node::List(_)) && found.value.is_empty()
                || found.value.as_text().is_some_and(|text| text.eq_ignore_ascii_case("none"))
        })
    }

    /// Returns the ids of a document and of all that stands beneath it, in the versions in force.
    fn family(&self, document: &Document) -> BTreeSet<String> {
        let mut family = BTreeSet::new();
        let mut next: Vec<&Document> = vec![document];
        while let Some(member) = next.pop() {
            let Some(id) = member.id() else { continue };
            if family.insert(id.as_str().to_owned()) {
                next.extend(self.beneath(id.as_str()));
            }
        }
        family
    }
}

/// Finds `ID@VERSION` in the texts of a value.
fn cited_in(node: &Spanned<Node>, out: &mut Vec<Cited>) {
    match &node.value {
        Node::Scalar { .. } => {
            let words = node.value.as_text().unwrap_or_default().split_whitespace();
            out.extend(words.filter_map(|word| cited_word(word, node.span)));
        }
        Node::List(items) => items.iter().for_each(|item| cited_in(item, out)),
        Node::Map(entries) => entries.iter().for_each(|entry| cited_in(&entry.value, out)),
    }
}

fn cited_word(word: &str, span: Span) -> Option<Cited> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let (id, version) = word.split_once('@')?;
    let is_id = id_misfit(&DocId::new(id)).is_none();
    let version = Version::parse(version).filter(|_| is_id)?;
    Some(Cited { id: DocId::new(id), version: version.as_str().to_owned(), span })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_cited_by_its_id() {
        let cited = |word| cited_word(word, Span::default()).map(|it| (it.id, it.version));
        let change = Some((DocId::new("POL-CHG-001"), "1.3".to_owned()));
        assert_eq!(cited("POL-CHG-001@1.3"), change);
        assert_eq!(cited("(POL-CHG-001@1.3)."), change);
        assert_eq!(cited("ana@example.org"), None);
        assert_eq!(cited("POL-CHG-001"), None);
    }
}
