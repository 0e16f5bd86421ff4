//! Values that are not what their fields hold: what stands there, what was expected, and how such a
//! value is written.

use super::{
    CHANGE_KINDS, CLASSIFICATIONS, COMMON, DAYS_OF_RECORDS, DERIVED_STATUSES, EXTERNAL_ROW,
    IN_ONE_LINE, Kind, RECORD_STATUSES, ROLE_ROW, STATUSES, kind_of,
};
use crate::document::digest::normal_digest;
use crate::document::front::{Entry, Node, one_or_more};
use crate::document::period::Period;
use crate::document::retention::Retention;
use crate::document::{DocId, Front, Version, is_address, role};
use crate::source::{Date, Span, Spanned};

/// A value that is not what its field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field.
    pub key: String,
    /// Where the value stands.
    pub span: Span,
    /// What stands there.
    pub found: String,
    /// What was expected, as a noun phrase.
    pub expected: String,
    /// How such a value is written.
    pub example: &'static str,
    /// What was written, where a single value of another form was expected.
    pub written: Option<(Kind, String)>,
}

/// What is expected of a value, as a noun phrase, and an example.
type Shape = (&'static str, &'static str);

const DAY: Shape = ("a day of the calendar", "2026-05-11");
const FIRST_DAY: Shape = ("the first day on which the role is held", "2026-05-11");
const VERSION: Shape = ("a version", "2.0");
const ADDRESS: Shape = ("an e-mail address", "ada@example.org");
const FLAG: Shape = ("true or false", "true");
const ROLE: Shape = ("the name of a role", "change-manager");
const NUMBER: Shape = ("a whole number from 1 to 1200", "12");
const OWNER: Shape = ("a role or an e-mail address", "change-manager");
const TEXTS: Shape = ("a list with text in every item", "[one, another]");
const ROWS: Shape = ("a list with a mapping in every row", "[{what: ..., why: ...}]");
const WAIVERS: Shape =
    ("a list with a mapping in every row", "[{rule: LN001, until: 2026-12-31, reason: ...}]");
const MAPPING: Shape = ("a mapping", "{key: value}");
const ONE_LINE: Shape = ("text in one line", "Change management policy");
const RETENTION: Shape = ("a time in months or years, a day, or `permanent`", "6 years");
const PERIOD: Shape =
    ("a year, a month, a quarter, or a first and a last day", "2026-01-01..2026-12-31");
const SINGLE: Shape = ("a single value", "some text");
const APPROVAL: Shape =
    ("a mapping", "{by: ada@example.org, role: service-director, on: 2026-05-11, version: 2.0}");
const AN_APPROVAL: Shape = ("by whom, when and of which version", APPROVAL.1);

/// Finds the values that are not what their fields hold.
pub fn misfits(entries: &[Entry], is_record: bool) -> Vec<Misfit> {
    let mut found = Vec::new();
    let kind = entries.iter().find(|entry| entry.key.value == "type");
    let kind = kind.and_then(|entry| entry.value.value.as_text());
    let is_of_type = |name: &str| kind == Some(name);
    for Entry { key, value } in entries {
        // Records have their own fields, some with the name of a document's.
        let kind = match kind_of(&key.value) {
            Some(kind) if !is_record || COMMON.iter().any(|(name, _)| *name == key.value) => kind,
            Some(_) if DAYS_OF_RECORDS.split_whitespace().any(|name| name == key.value) => {
                Kind::Date
            }
            _ => continue,
        };
        let kind = match kind {
            // What others write there is for readers.
            Kind::Retention if !is_record => Kind::Text,
            Kind::Period if !is_of_type("audit-programme") => Kind::Text,
            kind => kind,
        };
        check(&key.value, kind, value, is_record, &mut found);
        if key.value == "approval" && !is_record {
            found.extend(half_said_approvals(entries, value));
        }
    }
    found
}

/// Finds the items of a list of approvals that say nothing, or not all of by whom, when and of which
/// version, where another item says all and the document is approved by it. While it is being
/// approved the next approver may stand there by name, and where no item says all, that is told of
/// the approval as a whole.
fn half_said_approvals(entries: &[Entry], value: &Spanned<Node>) -> Vec<Misfit> {
    let text = |key: &str| entries.iter().find(|it| it.key.value == key)?.value.value.as_text();
    let says = |item: &Node, key: &str| item.get(key).is_some_and(|part| !part.value.is_empty());
    let lacks = |item: &Node| -> Vec<&str> {
        let parts = ["by", "on", "version"].into_iter();
        let parts = parts.filter(|part| *part != "version" || text("version").is_some());
        parts.filter(|part| !says(item, part)).collect()
    };
    let items = value.value.items();
    let is_whole = |item: &Spanned<Node>| lacks(&item.value).is_empty();
    if text("status") != Some("approved") || !items.iter().any(is_whole) {
        return Vec::new();
    }
    let misfit = |key: String, span: Span, found: &str, (expected, example): Shape| {
        let (found, expected) = (found.to_owned(), expected.to_owned());
        Misfit { key, span, found, expected, example, written: None }
    };
    let mut found = Vec::new();
    for item in items {
        match &item.value {
            it if it.is_empty() => {
                found.push(misfit("approval".to_owned(), item.span, "empty", AN_APPROVAL));
            }
            Node::Map(keys) => {
                let span = keys.first().map_or(item.span, |first| first.key.span);
                let missing =
                    lacks(&item.value).into_iter().filter(|it| item.value.get(it).is_none());
                found.extend(missing.map(|part| {
                    misfit(format!("approval.{part}"), span, "missing", approval_part(part))
                }));
            }
            _ => {}
        }
    }
    found
}

/// Finds the values in the rows of a register that are not what their keys hold. A row that is no
/// mapping is a misfit of the list it stands in.
pub fn misfits_of_rows(front: &Front) -> Vec<Misfit> {
    let lists = |kind: &str| front.list("register_kind").iter().any(|it| it.value == kind);
    let keys = match () {
        () if front.is_role_register() => &ROLE_ROW[..],
        () if lists("external-documents") => &EXTERNAL_ROW,
        () => return Vec::new(),
    };
    front.rows("entries").flat_map(|row| misfits_of_row(row, keys)).collect()
}

/// Finds the values of one row that are not what `keys` hold.
pub fn misfits_of_row(row: &Spanned<Node>, keys: &[(&str, Kind)]) -> Vec<Misfit> {
    let mut found = Vec::new();
    let Node::Map(entries) = &row.value else { return found };
    for Entry { key, value } in entries {
        if let Some((name, kind)) = keys.iter().find(|(name, _)| *name == key.value) {
            check(&format!("entries.{name}"), *kind, value, false, &mut found);
        }
    }
    let needs_role = keys.iter().any(|(name, _)| *name == "role");
    let says = |name: &str| row.value.get(name).is_some_and(|found| !found.value.is_empty());
    let mut missing = |name: &str, (expected, example): Shape| {
        let key = entries.iter().find(|entry| entry.key.value == name).or(entries.first());
        found.push(Misfit {
            key: format!("entries.{name}"),
            span: key.map_or(row.span, |entry| entry.key.span),
            found: "missing".to_owned(),
            expected: expected.to_owned(),
            example,
            written: None,
        });
    };
    if needs_role && row.value.text("role").is_none() {
        missing("role", ROLE);
    }
    // A role may be listed while nobody has it, and a machine approves nothing.
    let has_holder = (says("person") || says("email")) && !role::is_machine(&row.value);
    if needs_role && says("role") && has_holder && !says("from") {
        missing("from", FIRST_DAY);
    }
    let day = |name: &str| {
        row.value.text(name).and_then(|found| Some((Date::parse(found.value)?, found.span)))
    };
    if let (Some((from, _)), Some((to, span))) = (day("from"), day("to"))
        && needs_role
        && to < from
    {
        found.push(Misfit {
            key: "entries.to".to_owned(),
            span,
            found: format!("{to}, before the first day {from}"),
            expected: "the last day".to_owned(),
            example: DAY.1,
            written: None,
        });
    }
    found
}

fn check(key: &str, kind: Kind, value: &Spanned<Node>, is_record: bool, out: &mut Vec<Misfit>) {
    let mut misfit = |span: Span, found: &str, (expected, example): Shape| {
        let (key, found, expected) = (key.to_owned(), found.to_owned(), expected.to_owned());
        out.push(Misfit { key, span, found, expected, example, written: None });
    };
    let node = &value.value;
    match kind {
        Kind::Any => {}
        Kind::List => {
            let items = node.items().iter();
            for item in items.filter(|item| item.value.as_text().is_none()) {
                misfit(item.span, item.value.kind(), TEXTS);
            }
            if matches!(node, Node::Map(_)) {
                misfit(value.span, node.kind(), TEXTS);
            }
        }
        Kind::Rows | Kind::Waivers => {
            let shape = if kind == Kind::Waivers { WAIVERS } else { ROWS };
            match node {
                Node::List(items) => {
                    for item in items.iter().filter(|item| !matches!(item.value, Node::Map(_))) {
                        misfit(item.span, item.value.kind(), shape);
                    }
                }
                Node::Map(_) | Node::Scalar { .. } if node.is_empty() => {}
                Node::Map(_) | Node::Scalar { .. } => misfit(value.span, node.kind(), shape),
            }
        }
        Kind::Addresses => {
            for item in one_or_more(value).iter().filter(|item| !item.value.is_empty()) {
                match item.value.as_text() {
                    Some(text) if is_address(text) => {}
                    Some(text) => misfit(item.span, &format!("`{}`", shortened(text)), ADDRESS),
                    None => misfit(item.span, item.value.kind(), ADDRESS),
                }
            }
        }
        Kind::Mapping => {
            if !matches!(node, Node::Map(_)) {
                misfit(value.span, node.kind(), MAPPING);
            }
        }
        Kind::Approvals => check_approvals(value, out),
        Kind::Owner if is_yes_or_no(node) => {
            let found = format!("`{}`", node.as_text().unwrap_or_default());
            misfit(value.span, &found, OWNER);
        }
        _ if !matches!(node, Node::Scalar { .. }) => {
            misfit(value.span, node.kind(), SINGLE);
        }
        // An empty value is a missing one, which is another rule's matter.
        _ => {
            let Some(text) = node.as_text() else { return };
            if IN_ONE_LINE.contains(&key) && text.contains(char::is_control) {
                misfit(value.span, "text with a line break or a control character", ONE_LINE);
                return;
            }
            if let Some((expected, example)) = scalar_misfit(kind, text, is_record) {
                let (key, found) = (key.to_owned(), format!("`{}`", shortened(text)));
                let written = Some((kind, text.to_owned()));
                out.push(Misfit { key, span: value.span, found, expected, example, written });
            }
        }
    }
}

fn check_approvals(value: &Spanned<Node>, out: &mut Vec<Misfit>) {
    for approval in one_or_more(value) {
        let mut misfit = |key: String, span: Span, found: String, (expected, example): Shape| {
            let expected = expected.to_owned();
            out.push(Misfit { key, span, found, expected, example, written: None });
        };
        let Node::Map(entries) = &approval.value else {
            if !approval.value.is_empty() {
                let found = approval.value.kind().to_owned();
                misfit("approval".to_owned(), approval.span, found, APPROVAL);
            }
            continue;
        };
        for Entry { key, value } in entries {
            let dotted = format!("approval.{}", key.value);
            let Some(text) = value.value.as_text() else {
                let found = match value.value.is_empty() {
                    true => "empty".to_owned(),
                    false => value.value.kind().to_owned(),
                };
                misfit(dotted, value.span, found, approval_part(&key.value));
                continue;
            };
            let fits = match key.value.as_str() {
                "by" | "role" => !is_yes_or_no(&value.value),
                "on" => Date::parse(text).is_some(),
                "version" => Version::parse(text).is_some(),
                "digest" => is_digest(text),
                _ => true,
            };
            if !fits {
                let found = format!("`{}`", shortened(text));
                misfit(dotted, value.span, found, approval_part(&key.value));
            }
        }
    }
}

/// Says what a key of an approval holds.
fn approval_part(key: &str) -> Shape {
    match key {
        "by" => ("the e-mail address of the approver", "ada@example.org"),
        "role" => ("the role the approver acted in", "service-director"),
        "on" => DAY,
        "version" => VERSION,
        "digest" => ("`v1:sha256:` and 64 hexadecimal digits", "\"v1:sha256:...\""),
        _ => SINGLE,
    }
}

/// Tells whether a value without quotes is a word that YAML reads as true or false. Nobody is
/// called so; somebody wrote it for something else.
fn is_yes_or_no(node: &Node) -> bool {
    let words = ["yes", "no", "true", "false", "on", "off"];
    match node {
        Node::Scalar { text, quoted: false } => {
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Node::Scalar { .. } | Node::List(_) | Node::Map(_) => false,
    }
}

fn is_digest(text: &str) -> bool {
    normal_digest(text).strip_prefix("v1:sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// Says what was expected instead of a scalar, with an example, if it does not fit its field.
fn scalar_misfit(kind: Kind, text: &str, is_record: bool) -> Option<(String, &'static str)> {
    let one_of = |words: &[&'static str]| -> Option<(String, &'static str)> {
        (!words.contains(&text)).then(|| (crate::source::listed(words, "or"), words[0]))
    };
    let unless =
        |fits: bool, (expected, example): Shape| (!fits).then(|| (expected.to_owned(), example));
    match kind {
        Kind::Version => unless(Version::parse(text).is_some(), VERSION),
        Kind::Date => unless(Date::parse(text).is_some(), DAY),
        Kind::Retention => unless(Retention::parse(text).is_some(), RETENTION),
        Kind::Period => unless(Period::parse(text).is_some(), PERIOD),
        Kind::Flag => unless(["true", "false"].contains(&text), FLAG),
        Kind::Number => {
            let fits = text.bytes().all(|b| b.is_ascii_digit())
                && text.parse::<u32>().is_ok_and(|number| (1..=1200).contains(&number));
            unless(fits, NUMBER)
        }
        Kind::Status if DERIVED_STATUSES.contains(&text) => None,
        Kind::Status if is_record => one_of(&RECORD_STATUSES),
        Kind::Status => one_of(&STATUSES),
        // The weakest is no example: it would be copied.
        Kind::Classification => one_of(&CLASSIFICATIONS).map(|(words, _)| (words, "internal")),
        Kind::ChangeKind => one_of(&CHANGE_KINDS),
        _ => None,
    }
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Says what is malformed about an id, if anything is.
pub fn id_misfit(id: &DocId) -> Option<&'static str> {
    let text = id.as_str();
    if text.len() > 80 {
        return Some("an id has at most 80 characters");
    }
    if text.chars().any(|c| c.is_ascii_lowercase()) {
        return Some("an id is written in capitals, digits and hyphens");
    }
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if let Some(other) = text.chars().find(|c| !allowed(*c)) {
        return Some(match other.is_ascii() {
            true => "an id is written in capitals, digits and hyphens",
            false => {
                "an id is written in plain Latin capitals, digits and hyphens; this one has a letter that only looks like one"
            }
        });
    }
    let parts: Vec<&str> = text.split('-').collect();
    let prefix_fits = parts[0].chars().next().is_some_and(|c| c.is_ascii_uppercase());
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) || !prefix_fits {
        return Some("an id is a prefix, a hyphen and more, like POL-CHG-001");
    }
    None
}
