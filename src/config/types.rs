//! The types of documents: their layer, their parents, what they must hold.
//!
//! These are the defaults; `[preprocessor.clausebook.types.NAME]` changes one or adds another.

use super::table::Table;
use crate::source::Printable;
use std::collections::BTreeMap;

/// A type of document (clause 7.5.2 asks for a suitable form; the layers are ours).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocType {
    /// The name in front matter: `policy`.
    pub name: String,
    /// The beginnings of ids that belong to it: `POL`.
    pub prefixes: Vec<String>,
    /// The layer, from 0 (scope) to 5 (records); external documents stand apart at 6.
    pub level: u8,
    /// The types a parent may have.
    pub parents: Vec<String>,
    /// Whether a document of this type may stand without a parent.
    pub may_stand_alone: bool,
    /// The fields it needs beside those every document needs.
    pub required: Vec<String>,
    /// The sections its text needs, in order.
    pub sections: Vec<String>,
    /// The longest time between two reviews, in months; none for records.
    pub review_months: Option<u32>,
    /// The same for registers of a kind (`register_kind`), where that is less.
    pub review_months_of: BTreeMap<String, u32>,
    /// The roles of which each may approve it, the usual one first; none where nobody does.
    pub approvers: Vec<String>,
}

impl DocType {
    /// Tells whether documents of the type may stand beneath those of another. A type of one's own that
    /// says nothing of parents may stand anywhere.
    pub fn may_stand_beneath(&self, other: &str) -> bool {
        match self.parents.as_slice() {
            [] => !self.may_stand_alone,
            parents => parents.iter().any(|parent| parent == other),
        }
    }
}

/// The role that answers for everything, and may approve everything.
pub const TOP_MANAGEMENT: &str = "top-management";

/// Whoever owns the process that a document belongs to, be it a role or a person.
pub const PROCESS_OWNER: &str = "process-owner";

/// A document that is approved otherwise than others of its type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its type.
    pub kind: &'static str,
    /// The clause of ISO/IEC 20000-1 that asks for it.
    pub clause: &'static str,
    /// Whether it stands above all others of its type: one with a parent of its type is not meant.
    pub is_first: bool,
    /// Whether a row of the role register that names its type gives it away as well.
    pub may_be_delegated: bool,
    /// The roles of which each may approve it.
    pub approvers: &'static [&'static str],
}

/// The items. Clause 5 leaves the service management policy and plan to top management.
pub const ITEMS: [Item; 4] = [
    Item {
        kind: "policy",
        clause: "5.2",
        is_first: true,
        may_be_delegated: false,
        approvers: &[TOP_MANAGEMENT],
    },
    Item {
        kind: "plan",
        clause: "6.3",
        is_first: true,
        may_be_delegated: false,
        approvers: &[TOP_MANAGEMENT],
    },
    Item {
        kind: "policy",
        clause: "8.7.3.1",
        is_first: false,
        may_be_delegated: true,
        approvers: &[TOP_MANAGEMENT],
    },
    Item {
        kind: "policy",
        clause: "8.5.1.1",
        is_first: false,
        may_be_delegated: true,
        approvers: &["service-director", TOP_MANAGEMENT],
    },
];

/// Reads what a table makes of a type, which may be a new one.
pub(super) fn read(table: &mut Table<'_, '_>, name: &str, types: &mut Vec<DocType>) {
    let position = types.iter().position(|doc_type| doc_type.name == name);
    let position = position.unwrap_or_else(|| {
        types.push(DocType {
            name: name.to_owned(),
            prefixes: Vec::new(),
            level: 3,
            parents: Vec::new(),
            may_stand_alone: false,
            required: Vec::new(),
            sections: Vec::new(),
            review_months: Some(12),
            review_months_of: BTreeMap::new(),
            approvers: Vec::new(),
        });
        types.len() - 1
    });
    let doc_type = &mut types[position];
    let mut prefix = None;
    table.optional_text("prefix", &mut prefix);
    table.texts("prefixes", &mut doc_type.prefixes);
    let is_alone = prefix.is_some();
    if let Some(prefix) = prefix {
        doc_type.prefixes = vec![prefix];
    }
    if let Some(level) = table.number("level", 0, 6) {
        doc_type.level = u8::try_from(level).unwrap_or(6);
    }
    table.texts("parents", &mut doc_type.parents);
    table.texts("required", &mut doc_type.required);
    table.texts("sections", &mut doc_type.sections);
    if let Some(months) = table.number("review_months", 1, 120) {
        doc_type.review_months = Some(months);
    }
    if let Some(mut kinds) = table.table("review_months_of") {
        for kind in kinds.keys() {
            if let Some(months) = kinds.number(&kind, 1, 120) {
                doc_type.review_months_of.insert(kind, months);
            }
        }
        kinds.finish();
    }
    table.one_or_more("approver", &mut doc_type.approvers);
    let has_form = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(has_form) {
        table.mistake(format!(
            "the type is called `{}`; the name of a type is written in small Latin letters, digits and hyphens",
            Printable(name)
        ));
    }
    for prefix in doc_type.prefixes.iter().filter(|prefix| !is_prefix(prefix)) {
        let words = format!(
            "`{}` begins no id; a prefix is written in capitals, digits and hyphens, like `POL`",
            Printable(prefix)
        );
        table.mistake_at(if is_alone { "prefix" } else { "prefixes" }, &words);
    }
    if doc_type.prefixes.is_empty() {
        table.mistake(format!(
            "the type `{name}` has no `prefix`; ids of its documents begin with it"
        ));
    }
}

/// Tells whether ids can begin with a word, with a hyphen behind it.
fn is_prefix(word: &str) -> bool {
    let has_form = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.split('-').all(|part| !part.is_empty() && part.chars().all(has_form))
}

type Row = (
    &'static str,
    &'static [&'static str],
    u8,
    &'static [&'static str],
    bool,
    &'static [&'static str],
    &'static [&'static str],
    Option<u32>,
    &'static [&'static str],
);

/// name, prefixes, layer, parents, may stand alone, fields, sections, review months, approvers
const STANDARD: [Row; 12] = [
    (
        "statement",
        &["SCO"],
        0,
        &[],
        true,
        &["organization", "services", "locations", "exclusions"],
        &["Organization", "Services", "Locations", "Out of scope and why", "Interfaces"],
        Some(12),
        &[TOP_MANAGEMENT],
    ),
    (
        "plan",
        &["PLN"],
        1,
        &["policy", "plan"],
        false,
        &[],
        &["Purpose", "Scope", "Content", "Measures"],
        Some(12),
        &["sms-manager", "service-director", TOP_MANAGEMENT],
    ),
    (
        "policy",
        &["POL"],
        1,
        &["policy"],
        true,
        &["statements"],
        &["Purpose", "Scope", "Policy statements", "Responsibilities", "Review"],
        Some(12),
        &["service-director", TOP_MANAGEMENT],
    ),
    (
        "process",
        &["PRC"],
        2,
        &["policy", "plan"],
        false,
        &["process_owner", "inputs", "outputs", "kpis"],
        &[
            "Purpose",
            "Scope",
            "Triggers",
            "Inputs",
            "Activities",
            "Outputs",
            "Roles",
            "Measures",
            "Records",
            "Interfaces",
        ],
        Some(12),
        &["service-director", TOP_MANAGEMENT],
    ),
    (
        "procedure",
        &["PRO"],
        3,
        &["process", "policy", "plan"],
        false,
        &["process", "records_produced"],
        &["Purpose", "Steps", "Roles", "Records"],
        Some(12),
        &[PROCESS_OWNER, "service-director", TOP_MANAGEMENT],
    ),
    (
        "work-instruction",
        &["WIN"],
        4,
        &["procedure", "process"],
        false,
        &["procedure"],
        &["Before you start", "Steps", "If it fails"],
        Some(24),
        &["team-lead", PROCESS_OWNER, "service-director", TOP_MANAGEMENT],
    ),
    (
        "form",
        &["FRM"],
        4,
        &["procedure", "process"],
        false,
        &["produces"],
        &["Fields"],
        Some(24),
        &[PROCESS_OWNER, "service-director", TOP_MANAGEMENT],
    ),
    (
        "register",
        &["REG"],
        2,
        &["policy", "plan", "process"],
        false,
        &["register_kind", "entries"],
        &["Entries"],
        Some(12),
        &[PROCESS_OWNER, "service-director", TOP_MANAGEMENT],
    ),
    (
        "agreement",
        &["SLA", "OLA", "CON"],
        2,
        &["process"],
        false,
        &["parties", "services", "targets", "valid_from", "valid_to", "signatories"],
        &["Services", "Targets", "Workload limits", "Exceptions", "Duties", "Review"],
        Some(12),
        &["service-director", TOP_MANAGEMENT],
    ),
    (
        "record",
        &["REC"],
        5,
        &["form", "procedure", "process", "plan", "policy", "audit-programme", "register"],
        true,
        &[],
        &[],
        None,
        &[],
    ),
    (
        "audit-programme",
        &["AUD"],
        2,
        &["process"],
        false,
        &["period", "coverage"],
        &["Objectives", "Coverage", "Methods", "Auditors"],
        Some(12),
        &[TOP_MANAGEMENT],
    ),
    (
        "external",
        &["EXT"],
        6,
        &[],
        true,
        &["origin", "edition", "obtained_on", "location", "licence", "checked_on"],
        &[],
        Some(12),
        &["document-controller"],
    ),
];

/// The kinds of registers that are reviewed twice a year: what they list does not wait a year.
const SOONER: [&str; 5] = ["risks", "suppliers", "customers", "requirements", "capacity"];

/// Returns the types as they are without a word in book.toml.
pub fn standard() -> Vec<DocType> {
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    STANDARD
        .iter()
        .map(
            |&(
                name,
                prefixes,
                level,
                parents,
                may_stand_alone,
                required,
                sections,
                review_months,
                approvers,
            )| DocType {
                name: name.to_owned(),
                prefixes: owned(prefixes),
                level,
                parents: owned(parents),
                may_stand_alone,
                required: owned(required),
                sections: owned(sections),
                review_months,
                review_months_of: match name {
                    "register" => SOONER.iter().map(|&it| (it.to_owned(), 6)).collect(),
                    _ => BTreeMap::new(),
                },
                approvers: owned(approvers),
            },
        )
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_the_types_as_they_are() {
        let manual = include_str!("../../docs/front-matter.md");
        for kind in standard() {
            let name = format!("| `{}` | ", kind.name);
            let row = manual.lines().find(|line| line.starts_with(&name) && line.contains("-`"));
            let cells: Vec<&str> = row.unwrap().split('|').map(str::trim).collect();
            let prefixes = kind.prefixes.iter().map(|it| format!("`{it}-`")).collect::<Vec<_>>();
            assert_eq!(cells[2], prefixes.join(", "), "{}", kind.name);
            assert_eq!(cells[3], kind.level.to_string(), "{}", kind.name);
            let stands_alone = kind.may_stand_alone.then_some("none needed");
            let parents = Some(kind.parents.join(", ")).filter(|it| !it.is_empty());
            let parents = parents.as_deref().into_iter().chain(stands_alone);
            assert_eq!(cells[4], parents.collect::<Vec<_>>().join("; "), "{}", kind.name);
            assert_eq!(cells[7], kind.approvers.join(", "), "{}", kind.name);
        }
    }
}
