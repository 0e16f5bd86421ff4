//! What could be written next: keys and their values in front matter, ids in links.
//!
//! Front matter that is being written cannot be read as YAML. So it is looked at line by line: what
//! stands before the cursor says what is being written.

use super::cursor::{CLAUSE_KEYS, OWNER_KEYS};
use super::desk::{Asked, Desk};
use crate::document::Document;
use crate::document::fields::{
    self, APPROVAL_KEYS, CHANGE_KINDS, CLASSIFICATIONS, Kind, RECORD_STATUSES, STATUSES, names,
};
use crate::document::waiver;
use crate::rules;
use crate::sms::Sms;
use crate::source::{Printable, Span};
use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemLabelDetails, CompletionList,
    CompletionParams, CompletionResponse, CompletionTextEdit, TextEdit,
};
use std::collections::BTreeSet;

/// What is being written, and what there is of it.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    what: What,
    /// What the choice takes the place of.
    span: Span,
}

#[derive(Debug, PartialEq, Eq)]
enum What {
    /// A key of front matter.
    Key,
    /// A key of a mapping beneath a key.
    KeyOf(String),
    /// The value of a key, or one of its values.
    Value(String),
    /// The id of a link.
    Link,
    /// The version in the link to an id.
    Version(String),
    /// The heading in the link to an id; that of the same text if it is empty.
    Heading(String),
}

/// Something that could be written.
struct Choice {
    text: String,
    detail: String,
    kind: CompletionItemKind,
}

impl Choice {
    fn new(text: impl Into<String>, detail: impl Into<String>, kind: CompletionItemKind) -> Self {
        Self { text: text.into(), detail: detail.into(), kind }
    }

    /// Tells whether it begins with what is typed, or what it is called holds it.
    fn goes_on(&self, begun: &str) -> bool {
        let begun = begun.to_lowercase();
        self.text.to_lowercase().starts_with(&begun) || self.detail.to_lowercase().contains(&begun)
    }
}

/// Returns what could be written at a place.
pub(super) fn completion(desk: &Desk, params: &CompletionParams) -> Option<CompletionResponse> {
    let at = &params.text_document_position;
    let asked = desk.asked(&at.text_document.uri)?;
    let written = written_at(&asked.document.text, asked.offset(at.position))?;
    let typed = asked.document.text.get(written.span.start..written.span.end)?;
    let mut choices = choices(desk, &asked, &written.what);
    choices.retain(|choice| choice.goes_on(begun(typed)));
    let range = asked.page.range(written.span);
    let explained = |detail: &str| {
        let is_shown = desk.client.explains_choices && !detail.is_empty();
        let description = is_shown.then(|| detail.to_owned())?;
        Some(CompletionItemLabelDetails { detail: None, description: Some(description) })
    };
    let item = |(i, choice): (usize, Choice)| {
        let label = Printable(&choice.text).to_string();
        let detail = Printable(&choice.detail).to_string();
        CompletionItem {
            // Titles are found as well as ids.
            filter_text: Some(format!("{label} {detail}").trim_end().to_owned()),
            sort_text: Some(format!("{i:05}")),
            label,
            kind: Some(choice.kind),
            label_details: explained(&detail),
            detail: Some(detail).filter(|detail| !detail.is_empty()),
            text_edit: Some(CompletionTextEdit::Edit(TextEdit { range, new_text: choice.text })),
            ..CompletionItem::default()
        }
    };
    let items: Vec<CompletionItem> = choices.into_iter().enumerate().map(item).collect();
    let list = CompletionList { is_incomplete: true, items };
    (!list.items.is_empty()).then_some(CompletionResponse::List(list))
}

/// Returns what is typed up to its last mark. Editors know words: of `8.5` some look at the `5`
/// alone, and would offer clause 5. So they are sent what goes on after the mark, and ask again.
fn begun(typed: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric() && c != '_';
    let end = typed.char_indices().rev().find(|(_, c)| is_mark(*c));
    end.map_or("", |(at, c)| &typed[..at + c.len_utf8()])
}

fn choices(desk: &Desk, asked: &Asked<'_>, what: &What) -> Vec<Choice> {
    let sms = &asked.model.sms;
    let plain = |words: &[&str]| -> Vec<Choice> {
        words.iter().map(|word| Choice::new(*word, "", CompletionItemKind::ENUM_MEMBER)).collect()
    };
    match what {
        What::Key => keys(sms, asked.document),
        What::KeyOf(key) if key == "approval" => {
            let keys = APPROVAL_KEYS.iter();
            keys.map(|key| Choice::new(format!("{key}: "), "", CompletionItemKind::FIELD)).collect()
        }
        What::KeyOf(key) | What::Value(key) if key == waiver::KEY => {
            let keys = waiver::WAIVER_KEYS.iter();
            keys.map(|key| Choice::new(format!("{key}: "), "", CompletionItemKind::FIELD)).collect()
        }
        What::KeyOf(_) => Vec::new(),
        What::Link => ids(desk, asked.document),
        What::Version(id) => versions(sms, id),
        What::Heading(id) => headings(desk, asked, id),
        What::Value(key) => match key.as_str() {
            "status" => match kind_of(asked.document) {
                Some("record") => plain(&RECORD_STATUSES),
                _ => plain(&STATUSES),
            },
            "classification" => plain(&CLASSIFICATIONS),
            "change_kind" => plain(&CHANGE_KINDS),
            "type" => types(sms),
            "by" => addresses(sms),
            "services" | "service" => services(sms),
            key if CLAUSE_KEYS.contains(&key) => clauses(sms),
            "role" => roles(sms),
            "rule" => waivable(),
            key if OWNER_KEYS.contains(&key) => owners(sms),
            key if ID_KEYS.contains(&key) => ids(desk, asked.document),
            _ => Vec::new(),
        },
    }
}

/// The keys under which documents are usually named.
const ID_KEYS: [&str; 17] = [
    "parent",
    "produced_by",
    "supersedes",
    "process",
    "procedure",
    "document_id",
    "about",
    "audit_id",
    "nc_id",
    "plan_id",
    "programme_id",
    "evidence",
    "embeds",
    "approves",
    "records_produced",
    "produces",
    "action",
];

fn kind_of(document: &Document) -> Option<&str> {
    document.front.text("type").map(|kind| kind.value)
}

fn keys(sms: &Sms, document: &Document) -> Vec<Choice> {
    let required = sms.required(document);
    let written = written_keys(&document.text);
    let is_there = |key: &str| document.front.get(key).is_some() || written.contains(key);
    let is_record = sms.is_record(document);
    let all = required.iter().copied().chain(names(is_record).map(|key| -> &str { key }));
    let mut given = BTreeSet::new();
    all.filter(|key| !is_there(key) && given.insert(*key))
        .map(|key| {
            let what = fields::kind_of(key).map_or("", Kind::words);
            let detail = match (required.contains(&key), what) {
                (true, "") => "needed".to_owned(),
                (true, what) => format!("needed: {what}"),
                (false, what) => what.to_owned(),
            };
            Choice::new(format!("{key}: "), detail, CompletionItemKind::FIELD)
        })
        .collect()
}

/// Returns the ids of documents, that of the one which is being written last: it seldom means itself.
fn ids(desk: &Desk, written: &Document) -> Vec<Choice> {
    let documents = desk.documents().into_iter();
    let named = documents.filter_map(|document| Some((document.id()?, document.title())));
    let mut named: Vec<_> = named.filter(|(id, _)| id.is_file_name()).collect();
    let own = written.id();
    named.sort_by(|(a, _), (b, _)| (own.as_ref() == Some(a), a).cmp(&(own.as_ref() == Some(b), b)));
    named
        .into_iter()
        .map(|(id, title)| Choice::new(id.as_str(), title, CompletionItemKind::REFERENCE))
        .collect()
}

fn versions(sms: &Sms, id: &str) -> Vec<Choice> {
    let Some(document) = sms.document(id) else { return Vec::new() };
    let Some(id) = document.id() else { return Vec::new() };
    let mut versions: Vec<String> = sms.versions(&id).into_iter().collect();
    versions.sort_by_key(|version| crate::document::Version::parse(version));
    let subject = crate::report::tenure::Subject::of(sms, document);
    let detail = |version: &str| {
        let then = crate::report::tenure::then(sms, &subject, Some(version), None);
        then.in_force.last().map_or_else(String::new, |tenure| {
            let but = if tenure.is_proved { "" } else { "; its approval is not borne out" };
            format!("{}{but}", crate::report::tenure::days_in_force(tenure))
        })
    };
    let choices = versions.iter().rev();
    choices.map(|it| Choice::new(it.as_str(), detail(it), CompletionItemKind::CONSTANT)).collect()
}

fn headings(desk: &Desk, asked: &Asked<'_>, id: &str) -> Vec<Choice> {
    let document = match id {
        "" => Some(asked.document),
        id => asked.model.sms.document(id).map(|document| desk.as_it_reads(document)),
    };
    let headings = document.map(|document| document.body.headings.as_slice()).unwrap_or_default();
    let headings = headings.iter().filter(|heading| !heading.is_title);
    headings
        .map(|heading| Choice::new(&heading.anchor, &heading.text, CompletionItemKind::STRUCT))
        .collect()
}

fn types(sms: &Sms) -> Vec<Choice> {
    let kinds = sms.config.types.iter();
    kinds
        .map(|kind| {
            Choice::new(&kind.name, kind.prefixes.join(", "), CompletionItemKind::ENUM_MEMBER)
        })
        .collect()
}

fn clauses(sms: &Sms) -> Vec<Choice> {
    let mut found = Vec::new();
    for (i, pack) in sms.frameworks.packs().iter().enumerate() {
        let prefix = if i == 0 { String::new() } else { format!("{}:", pack.id) };
        found.extend(pack.clauses().iter().map(|clause| {
            let number = format!("{prefix}{}", clause.number);
            Choice::new(number, &clause.title, CompletionItemKind::CONSTANT)
        }));
    }
    found
}

fn owners(sms: &Sms) -> Vec<Choice> {
    let mut owners = roles(sms);
    owners.extend(addresses(sms));
    owners
}

/// The rules that a document may waive.
fn waivable() -> Vec<Choice> {
    let rules = rules::ALL.iter().filter(|rule| rule.is_waivable());
    rules
        .map(|rule| Choice::new(rule.name.code, rule.name.name, CompletionItemKind::ENUM_MEMBER))
        .collect()
}

fn roles(sms: &Sms) -> Vec<Choice> {
    let roles = sms.roles().names().map(|role| {
        let held = sms.roles().holders(role, sms.as_of);
        let people: BTreeSet<&str> = held.iter().map(|it| it.person.as_str()).collect();
        let people = match people.is_empty() {
            true => "nobody holds it".to_owned(),
            false => people.into_iter().collect::<Vec<_>>().join(", "),
        };
        Choice::new(role, people, CompletionItemKind::CLASS)
    });
    roles.collect()
}

fn addresses(sms: &Sms) -> Vec<Choice> {
    let emails = sms.roles().emails().map(|email| {
        let name = sms.roles().of_email(email).next().map(|it| it.person.clone());
        Choice::new(email, name.unwrap_or_default(), CompletionItemKind::VALUE)
    });
    emails.collect()
}

fn services(sms: &Sms) -> Vec<Choice> {
    let rows = sms.rows("services").filter_map(|(_, row)| {
        let name = row.text("name").or(row.text("title")).map_or("", |name| name.value);
        Some(Choice::new(row.text("id")?.value, name, CompletionItemKind::VALUE))
    });
    rows.collect()
}

/// Finds out what is being written at a byte.
fn written_at(text: &str, offset: usize) -> Option<Written> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |at| at + 1);
    let line = text.get(start..offset)?;
    match is_in_front_matter(text, start) {
        true => in_front_matter(text, start, line),
        false => in_link(start, line),
    }
}

/// Tells whether a line stands between the fences, whether or not there is a second one yet.
fn is_in_front_matter(text: &str, line: usize) -> bool {
    let text = text.trim_start_matches('\u{FEFF}');
    let mut at = 0;
    for (i, each) in text.split_inclusive('\n').enumerate() {
        let is_fence = each.trim_end() == "---";
        if i == 0 && !is_fence || i > 0 && is_fence && at < line {
            return false;
        }
        at += each.len();
        if at > line {
            return i > 0;
        }
    }
    at <= line && line > 0
}

/// Returns the keys that begin a line of front matter, which may not be readable as a whole.
fn written_keys(text: &str) -> BTreeSet<&str> {
    let lines = text.trim_start_matches('\u{FEFF}').lines();
    let lines = lines.skip(1).take_while(|line| line.trim_end() != "---");
    let keys = lines.filter_map(|line| line.split_once(':')).map(|(key, _)| key);
    keys.filter(|key| is_key(key)).collect()
}

fn in_front_matter(text: &str, start: usize, line: &str) -> Option<Written> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let end = start + line.len();
    let is_item = line.trim_start().starts_with("- ");
    let content = line.trim_start().trim_start_matches("- ").trim_start();
    let at = |typed: &str| Span::new(end - typed.len(), end);
    // Within brackets or braces, what follows the last mark is being written.
    if let Some((owner, bracket)) = open_bracket(content) {
        let owner = owner.or_else(|| key_above(text, start, indent(line)))?;
        let piece = content.rsplit(['[', '{', ',']).next().unwrap_or_default().trim_start();
        return Some(match (piece.split_once(':'), bracket) {
            (Some((key, typed)), _) if typed.is_empty() || typed.starts_with(' ') => {
                let typed = typed.trim_start();
                Written { what: What::Value(key.trim().to_owned()), span: at(typed) }
            }
            (_, '{') => Written { what: What::KeyOf(owner), span: at(piece) },
            _ => Written { what: What::Value(owner), span: at(piece) },
        });
    }
    if let Some((key, typed)) = content.split_once(':')
        && is_key(key)
        && typed.starts_with(' ')
    {
        let typed = typed.trim_start();
        return Some(Written { what: What::Value(key.to_owned()), span: at(typed) });
    }
    let what = match (is_item, indent(line)) {
        (true, indent) => What::Value(key_above(text, start, indent + 1)?),
        (false, 0) => What::Key,
        (false, indent) => What::KeyOf(key_above(text, start, indent)?),
    };
    let is_begun = content.is_empty() || is_key(content) || is_item;
    is_begun.then(|| Written { what, span: at(content) })
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Finds the innermost bracket that is open at the end of a line, and the key before it.
fn open_bracket(content: &str) -> Option<(Option<String>, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    for (at, c) in content.char_indices() {
        match c {
            '[' | '{' => open.push((at, c)),
            ']' | '}' => drop(open.pop()),
            _ => {}
        }
    }
    let (at, bracket) = open.pop()?;
    let before = content[..at].trim_end();
    let word = before.strip_suffix(':').and_then(|before| before.rsplit([' ', ',', '{']).next());
    Some((word.filter(|word| is_key(word)).map(str::to_owned), bracket))
}

/// Finds the key above a line that is indented less, and has its value beneath it.
fn key_above(text: &str, start: usize, below: usize) -> Option<String> {
    let lines = text.get(..start)?.lines().rev();
    let mut above = lines.filter(|line| !line.trim().is_empty() && indent(line) < below.max(1));
    let line = above.find(|line| !line.trim_start().starts_with("- "))?;
    let (key, _) = line.trim_start().split_once(':')?;
    is_key(key).then(|| key.to_owned())
}

fn in_link(start: usize, line: &str) -> Option<Written> {
    let open = line.rfind("[[")?;
    let typed = &line[open + 2..];
    if typed.contains([']', '|', '[']) || typed.len() > 200 {
        return None;
    }
    let end = start + line.len();
    let at = |typed: &str| Span::new(end - typed.len(), end);
    let id = |before: &str| before.split('@').next().unwrap_or_default().trim().to_owned();
    Some(match (typed.rsplit_once('#'), typed.rsplit_once('@')) {
        (Some((before, typed)), _) => Written { what: What::Heading(id(before)), span: at(typed) },
        (None, Some((before, typed))) => {
            Written { what: What::Version(id(before)), span: at(typed) }
        }
        (None, None) => Written { what: What::Link, span: at(typed) },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is being written where `|` stands, and what there is of it.
    fn at(text: &str) -> String {
        let offset = text.find('|').unwrap();
        let text = text.replacen('|', "", 1);
        match written_at(&text, offset) {
            Some(Written { what, span }) => format!("{what:?} {}", &text[span.start..span.end]),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn what_is_being_written_is_told_by_what_stands_before() {
        let cases = [
            ("---\nid: A-1\now|\n---\n", "Key ow"),
            ("---\n|", "Key "),
            ("---\nowner: ch|", "Value(\"owner\") ch"),
            ("---\nowner:|", "nothing"),
            ("---\nclauses: [8.1, 8.|]\n---\n", "Value(\"clauses\") 8."),
            ("---\nclauses:\n  - 8.|\n---\n", "Value(\"clauses\") 8."),
            ("---\nclauses:\n- |\n---\n", "Value(\"clauses\") "),
            ("---\napproval: {by: a@b.c, ro|}\n---\n", "KeyOf(\"approval\") ro"),
            ("---\napproval: {by: a@b.c, role: se|}\n---\n", "Value(\"role\") se"),
            ("---\napproval:\n  - {by: |\n---\n", "Value(\"by\") "),
            ("---\napproval:\n  ro|\n---\n", "KeyOf(\"approval\") ro"),
            ("---\ntitle: A: b|\n---\n", "Value(\"title\") A: b"),
            ("---\n# own|\n---\n", "nothing"),
            ("---\nid: A\n---\n\nowner: |\n", "nothing"),
            ("---\nid: A\n---\n\nsee [[POL|]]\n", "Link POL"),
            ("---\nid: A\n---\n\n[[a]] [[POL-1@|\n", "Version(\"POL-1\") "),
            ("---\nid: A\n---\n\n[[POL-1#sc|]]\n", "Heading(\"POL-1\") sc"),
            ("---\nid: A\n---\n\n[[#sc|]]\n", "Heading(\"\") sc"),
            ("---\nid: A\n---\n\n[[POL-1]] |\n", "nothing"),
            ("text [[PO|\n", "Link PO"),
        ];
        for (text, expected) in cases {
            assert_eq!(at(text), expected, "{text}");
        }
    }
}
