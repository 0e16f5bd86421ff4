//! Changes of front matter that touch the lines they must, and no other.
//!
//! A value is exchanged where it stands, a key is put behind a sensible neighbour, in the style of
//! the block it joins. Comments, quotes, order and line ends stay as their author chose them.
//! Afterwards the file is read again and compared: what was to change has changed, nothing else
//! has, or the edit is refused.

use super::front::{self, Entry, Node};
use super::mend::spliced;
use crate::finding::Splice;
use crate::source::{Span, Spanned};

/// A change of front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives a key a single value, whether or not it is there.
    Set(&'static str, String),
    /// Takes a key out, with its value.
    Remove(&'static str),
    /// Adds a row to a key that holds a mapping or a list of mappings. The rows whose `version` is
    /// another stay where they are in a list, and give way where they stand alone.
    AddRow(&'static str, Vec<(&'static str, String)>),
    /// Takes rows out of a key that holds a mapping or a list of mappings, by where they stand; with the
    /// last of them the key.
    TakeRows(&'static str, Vec<Span>),
}

/// Why a file is not edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Its front matter cannot be relied on.
    #[error("its front matter cannot be relied on; `clausebook check` says why")]
    Unsound,
    /// It is not written one key a line.
    #[error("its front matter is not written one key a line; write it so, then try again")]
    NotInLines,
    /// A value that front matter cannot hold in one line.
    #[error("`{0}` cannot stand in front matter: it holds a line end or a control character")]
    NotALine(String),
    /// The edit would not come out as meant.
    #[error("`{0}` is written in a way that is not edited without loss; change it by hand")]
    Unclear(&'static str),
}

/// Edits the bytes of a file.
///
/// # Errors
/// When the file cannot be edited so that nothing but the changes is different.
pub fn edit(bytes: &[u8], changes: &[Change]) -> Result<Vec<u8>, Refusal> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        bytes = edit_once(&bytes, change)?;
    }
    Ok(bytes)
}

/// Returns the pieces of a text (of [`front::decode`]) that changes exchange, each for itself.
///
/// # Errors
/// When the text cannot be edited so.
pub fn splices(text: &str, changes: &[Change]) -> Result<Vec<Splice>, Refusal> {
    let file = File::read(text.as_bytes())?;
    let mut splices = Vec::new();
    for change in changes {
        splices.extend(file.splices(change)?);
    }
    Ok(splices)
}

fn edit_once(bytes: &[u8], change: &Change) -> Result<Vec<u8>, Refusal> {
    let file = File::read(bytes)?;
    let splices = file.splices(change)?;
    let edited = spliced(bytes, &file.text, splices);
    let key = change.key();
    let is_as_meant = File::read(&edited).is_ok_and(|after| {
        after.body() == file.body()
            && others(&after.entries, key) == others(&file.entries, key)
            && change.is_made(&file, &after)
    });
    if is_as_meant { Ok(edited) } else { Err(Refusal::Unclear(key)) }
}

impl Change {
    fn key(&self) -> &'static str {
        match self {
            Self::Set(key, _)
            | Self::Remove(key)
            | Self::AddRow(key, _)
            | Self::TakeRows(key, _) => key,
        }
    }

    /// Tells whether the file says what was meant.
    fn is_made(&self, before: &File, after: &File) -> bool {
        let now = after.find(self.key()).map(|entry| plain(&entry.value.value));
        match self {
            Self::Set(_, value) => now == Some(Plain::Text(value.clone())),
            Self::Remove(_) => now.is_none(),
            Self::TakeRows(key, rows) => {
                let kept = before.find(key).map(|entry| kept(entry, rows));
                let kept = kept.map(|kept| kept.into_iter().map(|row| plain(&row.value)).collect());
                now == kept.filter(|kept: &Vec<Plain>| !kept.is_empty()).map(Plain::List)
            }
            Self::AddRow(key, row) => {
                let row =
                    row.iter().map(|(key, value)| ((*key).to_owned(), Plain::Text(value.clone())));
                let row = Plain::Map(row.collect());
                let old = before.find(key).map(|entry| plain(&entry.value.value));
                match (old, now) {
                    (Some(Plain::List(mut rows)), Some(Plain::List(now))) => {
                        rows.push(row);
                        rows == now
                    }
                    (Some(old @ Plain::Map(_)), Some(Plain::List(now))) => {
                        now == [row.clone()] || now == [old, row]
                    }
                    (_, Some(Plain::List(now))) => now == [row],
                    _ => false,
                }
            }
        }
    }
}

fn without(span: Span) -> Splice {
    Splice { span, text: String::new() }
}

/// Returns the rows of a key that stay where others are taken out.
fn kept<'e>(entry: &'e Entry, rows: &[Span]) -> Vec<&'e Spanned<Node>> {
    let all = match &entry.value.value {
        Node::Map(_) => std::slice::from_ref(&entry.value),
        value => value.items(),
    };
    all.iter().filter(|row| !rows.contains(&row.span)).collect()
}

/// A value without places and quotes.
#[derive(Clone, PartialEq)]
enum Plain {
    Text(String),
    List(Vec<Plain>),
    Map(Vec<(String, Plain)>),
}

fn plain(node: &Node) -> Plain {
    match node {
        Node::Scalar { text, .. } => Plain::Text(text.clone()),
        Node::List(items) => Plain::List(items.iter().map(|item| plain(&item.value)).collect()),
        Node::Map(entries) => Plain::Map(entries.iter().map(plain_entry).collect()),
    }
}

fn plain_entry(entry: &Entry) -> (String, Plain) {
    (entry.key.value.clone(), plain(&entry.value.value))
}

/// Returns the entries but for one key, without places.
fn others(entries: &[Entry], but: &str) -> Vec<(String, Plain)> {
    entries.iter().filter(|entry| entry.key.value != but).map(plain_entry).collect()
}

/// A file that can be edited: sound, and one key a line. Offsets are those of its text with LF
/// line ends.
struct File {
    text: String,
    block: Span,
    body: usize,
    entries: Vec<Entry>,
    /// What stands before each key of the block.
    indent: String,
}

impl File {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let (text, split, problems) = front::read(bytes);
        let (Some(block), []) = (split.block, problems.as_slice()) else {
            return Err(Refusal::Unsound);
        };
        let first = split.entries.first().ok_or(Refusal::Unsound)?;
        let start = line_start(&text, first.key.span.start);
        let indent = text[start..first.key.span.start].to_owned();
        let file = Self { block, body: split.body, entries: split.entries, indent, text };
        let stands_alone = |entry: &Entry| {
            let at = entry.key.span.start;
            file.text[line_start(&file.text, at)..at] == file.indent
        };
        let is_blank = file.indent.chars().all(|c| c == ' ');
        if !is_blank || !file.entries.iter().all(stands_alone) {
            return Err(Refusal::NotInLines);
        }
        Ok(file)
    }

    fn body(&self) -> &str {
        &self.text[self.body..]
    }

    fn find(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    fn splices(&self, change: &Change) -> Result<Vec<Splice>, Refusal> {
        Ok(match change {
            Change::Set(key, value) => self.set(key, value)?,
            Change::Remove(key) => self.remove(key),
            Change::AddRow(key, row) => self.add_row(key, row)?,
            Change::TakeRows(key, rows) => self.take_rows(key, rows),
        })
    }

    fn set(&self, key: &'static str, value: &str) -> Result<Vec<Splice>, Refusal> {
        let Some(entry) = self.find(key) else {
            let line = format!("{}{key}: {}\n", self.indent, written(value)?);
            return Ok(vec![Splice::insert(self.place_for(key), line)]);
        };
        let mut region = self.value_region(entry);
        let text = written_for(value, &self.text[region.start..region.end])?;
        let colon = self.colon(entry);
        let is_on_its_line = !self.text[colon..region.start].contains('\n');
        let begins_anew = region.start == colon
            || !is_on_its_line && self.text[colon..region.start].trim().is_empty();
        if begins_anew {
            region.start = colon;
        }
        let text = if begins_anew { format!(" {text}") } else { text };
        Ok(vec![Splice { span: region, text }])
    }

    fn remove(&self, key: &str) -> Vec<Splice> {
        let Some(entry) = self.find(key) else { return Vec::new() };
        let span = self.lines_of(entry);
        vec![Splice { span, text: String::new() }]
    }

    fn add_row(
        &self,
        key: &'static str,
        row: &[(&'static str, String)],
    ) -> Result<Vec<Splice>, Refusal> {
        let flow = flow_row(row)?;
        let new = format!("{0}{key}:\n{0}  - {flow}\n", self.indent);
        let Some(entry) = self.find(key) else {
            return Ok(vec![Splice::insert(self.place_for(key), new)]);
        };
        let region = self.value_region(entry);
        let is_flow = self.text[region.start..].starts_with(['[', '{']);
        let is_same_version = |node: &Node| {
            let written = node.text("version").map(|found| found.value.to_owned());
            written.as_deref()
                == row.iter().find(|(key, _)| *key == "version").map(|(_, it)| it.as_str())
        };
        match &entry.value.value {
            Node::List(items) if !items.is_empty() && is_flow => {
                let last = items.last().map_or(region.end, |item| self.end_of(item));
                Ok(vec![Splice::insert(last, format!(", {flow}"))])
            }
            Node::List(items) => match items.last() {
                Some(last) => Ok(vec![self.after_item(last, row, &flow)?]),
                None => Ok(vec![Splice { span: self.lines_of(entry), text: new }]),
            },
            old @ Node::Map(_) if is_same_version(old) && is_flow => Ok(vec![
                Splice::insert(region.start, "[".to_owned()),
                Splice::insert(region.end, format!(", {flow}]")),
            ]),
            old @ Node::Map(_) if is_same_version(old) => Ok(self.as_list(region, &flow)),
            Node::Map(_) | Node::Scalar { .. } => {
                Ok(vec![Splice { span: self.lines_of(entry), text: new }])
            }
        }
    }

    fn take_rows(&self, key: &str, rows: &[Span]) -> Vec<Splice> {
        let Some(entry) = self.find(key) else { return Vec::new() };
        let kept = kept(entry, rows);
        if kept.is_empty() {
            return self.remove(key);
        }
        let region = self.value_region(entry);
        let items = entry.value.value.items();
        let is_taken = |row: &Spanned<Node>| rows.contains(&row.span);
        if self.text[region.start..].starts_with('[') {
            let taken = (0..items.len()).filter(|&at| is_taken(&items[at]));
            return taken.map(|at| without(self.with_comma(items, at, &is_taken))).collect();
        }
        let taken = items.iter().filter(|row| is_taken(row));
        let lines = taken.map(|row| {
            Span::new(line_start(&self.text, row.span.start), self.line_end(self.end_of(row)))
        });
        lines.map(without).collect()
    }

    /// Returns a row of a list in brackets with the comma behind it and the rest of its line; with the
    /// comma before it, where all behind it go as well. A comment before it stays, and the comma with it.
    fn with_comma(
        &self,
        items: &[Spanned<Node>],
        at: usize,
        is_taken: &dyn Fn(&Spanned<Node>) -> bool,
    ) -> Span {
        let (start, end) = (items[at].span.start, self.end_of(&items[at]));
        if !items[at..].iter().all(is_taken) {
            let next = items.get(at + 1).map_or(end, |next| next.span.start);
            let lines = self.text[end..next].split_inclusive('\n');
            let first =
                lines.clone().next().filter(|line| line.ends_with('\n') && lines.count() > 1);
            let stop = first.map_or(next, |line| end + line.len());
            let blanks = self.text[stop..].len() - self.text[stop..].trim_start_matches(' ').len();
            return Span::new(start, (stop + blanks).min(next));
        }
        let before = at.checked_sub(1).map(|before| self.end_of(&items[before]));
        let before = before.filter(|before| !self.text[*before..start].contains('#'));
        Span::new(before.unwrap_or(start), end)
    }

    /// Puts a row behind the last of a list with a dash before each, written as that one is.
    fn after_item(
        &self,
        last: &Spanned<Node>,
        row: &[(&'static str, String)],
        flow: &str,
    ) -> Result<Splice, Refusal> {
        let line = line_start(&self.text, last.span.start);
        let before = &self.text[line..last.span.start];
        let dash = before.find('-').map_or(before.len(), |at| at);
        let (indent, gap) = (&before[..dash], before.get(dash + 1..).unwrap_or(" "));
        let is_flow = self.text[last.span.start..].starts_with('{');
        let text = if is_flow {
            format!("{indent}-{gap}{flow}\n")
        } else {
            let mut text = String::new();
            for (i, (key, value)) in row.iter().enumerate() {
                let begin = if i == 0 {
                    format!("{indent}-{gap}")
                } else {
                    format!("{indent} {}", " ".repeat(gap.len()))
                };
                text.push_str(&format!("{begin}{key}: {}\n", written(value)?));
            }
            text
        };
        Ok(Splice::insert(self.line_end(self.end_of(last)), text))
    }

    /// Makes a mapping that takes several lines the first row of a list, and adds another row.
    fn as_list(&self, region: Span, flow: &str) -> Vec<Splice> {
        let first = line_start(&self.text, region.start);
        let indent = self.text[first..region.start].to_owned();
        let end = self.line_end(region.end);
        let mut splices = vec![Splice::insert(region.start, "- ".to_owned())];
        let mut at = first;
        for line in self.text[first..end].split_inclusive('\n') {
            if at > first && !line.trim().is_empty() {
                splices.push(Splice::insert(at, "  ".to_owned()));
            }
            at += line.len();
        }
        splices.push(Splice::insert(end, format!("{indent}- {flow}\n")));
        splices
    }

    /// Returns where a value stands: all of it, without blanks around it. Of an empty value, the
    /// place behind the colon.
    fn value_region(&self, entry: &Entry) -> Span {
        let span = entry.value.span;
        if span.start == span.end {
            let colon = self.colon(entry);
            return Span::new(colon, colon);
        }
        let start = self.value_start(entry);
        let is_flow = self.text[start..].starts_with(['[', '{']);
        let end = if is_flow { self.trimmed_end(span) } else { self.end_of(&entry.value) };
        Span::new(start, end)
    }

    /// Returns the place behind the colon of a key.
    fn colon(&self, entry: &Entry) -> usize {
        let end = entry.key.span.end;
        end + self.text[end..].find(':').map_or(0, |at| at + 1)
    }

    /// Returns where a value begins, with its dash or the sign of a block of text: the parser
    /// counts neither in.
    fn value_start(&self, entry: &Entry) -> usize {
        let mut at = self.colon(entry);
        loop {
            let rest = &self.text[at..];
            at += rest.len() - rest.trim_start().len();
            if !self.text[at..].starts_with('#') {
                return at;
            }
            at = self.line_end(at);
        }
    }

    /// Returns the lines of a key and its value, up to the end of the last one.
    fn lines_of(&self, entry: &Entry) -> Span {
        let region = self.value_region(entry);
        Span::new(line_start(&self.text, entry.key.span.start), self.line_end(region.end))
    }

    /// Returns where a value ends that is not the value of a key: behind its last character that is
    /// no blank.
    fn end_of(&self, node: &Spanned<Node>) -> usize {
        let is_flow = self.text[node.span.start..].starts_with(['[', '{']);
        let last = match &node.value {
            Node::List(items) if !is_flow || self.is_behind_dash(node) => {
                items.last().map(|item| self.end_of(item))
            }
            Node::Map(entries) if !is_flow => {
                entries.last().map(|entry| self.value_region(entry).end)
            }
            _ => None,
        };
        last.unwrap_or_else(|| self.trimmed_end(node.span))
    }

    /// Tells whether a list begins with the dash of its first item: then the parser has it begin
    /// where that item does.
    fn is_behind_dash(&self, list: &Spanned<Node>) -> bool {
        list.value.items().first().is_some_and(|item| item.span.start == list.span.start)
    }

    fn trimmed_end(&self, span: Span) -> usize {
        span.start + self.text[span.start..span.end.max(span.start)].trim_end().len()
    }

    /// Returns where a key is best put in: behind the one that comes before it in the usual order.
    fn place_for(&self, key: &str) -> usize {
        let rank = |key: &str| ORDER.iter().position(|known| *known == key);
        let own = rank(key);
        let before = self.entries.iter().filter(|entry| rank(&entry.key.value) < own);
        let before = before.filter(|entry| rank(&entry.key.value).is_some());
        match before.max_by_key(|entry| rank(&entry.key.value)) {
            Some(entry) => self.lines_of(entry).end,
            None => self.block.start,
        }
    }

    /// Returns the beginning of the line after the one that `at` stands in.
    fn line_end(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |end| at + end + 1)
    }
}

/// The usual order of the keys that are put in.
const ORDER: [&str; 20] = [
    "id",
    "title",
    "type",
    "kind",
    "version",
    "status",
    "owner",
    "clauses",
    "parent",
    "effective_from",
    "review_months",
    "classification",
    "services",
    "supersedes",
    "change_kind",
    "change_summary",
    "approval",
    "withdrawn_on",
    "withdrawal_reason",
    "notes",
];

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

fn flow_row(row: &[(&'static str, String)]) -> Result<String, Refusal> {
    let mut parts = Vec::new();
    for (key, value) in row {
        parts.push(format!("{key}: {}", written(value)?));
    }
    Ok(format!("{{{}}}", parts.join(", ")))
}

/// Writes a single value: plain where that reads as the same text everywhere, else in quotes.
///
/// # Errors
/// When it holds a line end or a control character.
pub fn written(value: &str) -> Result<String, Refusal> {
    quoted_as(value, None)
}

/// Writes a single value in the place of what stands there, in the quotes it stands in.
///
/// # Errors
/// When it holds a line end or a control character.
pub fn written_for(value: &str, now: &str) -> Result<String, Refusal> {
    quoted_as(value, now.chars().next().filter(|first| matches!(first, '"' | '\'')))
}

/// Writes a single value; one that stood in quotes keeps their kind.
fn quoted_as(value: &str, quote: Option<char>) -> Result<String, Refusal> {
    if value.chars().any(char::is_control) {
        return Err(Refusal::NotALine(crate::source::Printable(value).to_string()));
    }
    let doubled = || format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
    Ok(match quote {
        Some('\'') => format!("'{}'", value.replace('\'', "''")),
        Some(_) => doubled(),
        None if reads_plain(value) => value.to_owned(),
        None => doubled(),
    })
}

/// Tells whether a value may stand without quotes, in a line as well as in braces, and every
/// reader of YAML takes it for the text it is (or for the number or the day it is).
fn reads_plain(value: &str) -> bool {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let first = value.chars().next();
    let begins_well = first.is_some_and(|c| c.is_alphanumeric() || c == '(' || c == '/');
    let is_word = WORDS.iter().any(|word| value.eq_ignore_ascii_case(word));
    let signs = [':', '#', ',', '[', ']', '{', '}', '"', '\\', '`'];
    begins_well && !is_word && !value.contains(signs) && value.trim() == value
}
