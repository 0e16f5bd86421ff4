//! Front matter: split off, and read into a tree in which every value knows its place.
//!
//! Scalars keep their source text: `1.10` is not 1.1, `no` is not false, `2026-02-30` is not a
//! date until somebody asks. Whatever a careless reader could be fooled with (a key given twice,
//! an alias, a tag, a second document) is a [`Problem`] with its place. Nothing here fails.

use crate::source::{Span, Spanned, is_unprintable};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};
use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};
use std::ops::Range;

/// The largest file that is read, in bytes.
pub const FILE_LIMIT: usize = 1024 * 1024;
/// The largest front matter that is read, in bytes.
pub const FRONT_MATTER_LIMIT: usize = 64 * 1024;
/// How deep lists and mappings may stand in each other.
pub const NESTING_LIMIT: usize = 32;

/// What front matter is written in elsewhere, as fences and code blocks name it.
const NOTATIONS: [&str; 6] = ["yaml", "yml", "json", "json5", "jsonc", "toml"];

const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// A value of the front matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A single value, as its source text.
    Scalar {
        /// The text, without quotes.
        text: String,
        /// Whether it stood in quotes.
        quoted: bool,
    },
    /// A list.
    List(Vec<Spanned<Node>>),
    /// A mapping, in the order written.
    Map(Vec<Entry>),
}

/// One `key: value` of a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Spanned<Node>,
}

/// Returns the items of a list; anything else is a list of one.
pub fn one_or_more(value: &Spanned<Node>) -> &[Spanned<Node>] {
    match &value.value {
        Node::List(items) => items,
        Node::Scalar { .. } | Node::Map(_) => std::slice::from_ref(value),
    }
}

impl Node {
    /// Returns the text of a scalar that says something: not empty, not `~`, not `null`.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Scalar { text, quoted } => {
                let says_nothing = text.trim().is_empty()
                    || (!quoted && matches!(text.as_str(), "~" | "null" | "Null" | "NULL"));
                (!says_nothing).then_some(text)
            }
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// Tells whether nothing is said: an empty scalar, list or mapping.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Scalar { .. } => self.as_text().is_none(),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// Returns the value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Spanned<Node>> {
        match self {
            Self::Map(entries) => {
                entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
            }
            Self::Scalar { .. } | Self::List(_) => None,
        }
    }

    /// Returns the text of a key, if this is a mapping that has it as a scalar.
    pub fn text(&self, key: &str) -> Option<Spanned<&str>> {
        let found = self.get(key)?;
        Some(Spanned::new(found.value.as_text()?, found.span))
    }

    /// Returns the entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match self {
            Self::Map(entries) => entries,
            Self::Scalar { .. } | Self::List(_) => &[],
        }
    }

    /// Returns the items of a list; none for anything else.
    pub fn items(&self) -> &[Spanned<Node>] {
        match self {
            Self::List(items) => items,
            Self::Scalar { .. } | Self::Map(_) => &[],
        }
    }

    /// Says what this is, for a person.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scalar { .. } => "a single value",
            Self::List(_) => "a list",
            Self::Map(_) => "a mapping",
        }
    }
}

/// What keeps front matter from being read as its author meant it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The file is larger than [`FILE_LIMIT`].
    FileTooLarge(usize),
    /// The front matter is larger than [`FRONT_MATTER_LIMIT`].
    FrontMatterTooLarge(usize),
    /// Bytes that are not UTF-8; the span is that of the first.
    NotUtf8 {
        /// The first of them.
        byte: u8,
        /// How many there are.
        times: usize,
    },
    /// NUL bytes, and how many; the span is that of the first.
    Nul(usize),
    /// A byte order mark.
    ByteOrderMark,
    /// Carriage returns that are not part of a line end, and how many; the span is that of the first.
    LoneCarriageReturn(usize),
    /// Nothing in the file.
    EmptyFile,
    /// The file begins with `+++`.
    Toml,
    /// The file begins with `{` or `;;;`.
    Json,
    /// The first line is a fence that names its notation, or says something else: `---json`.
    OtherFence(String),
    /// The file begins with a code block that holds an id.
    CodeBlock,
    /// A character beside `---` on the first line that looks like a blank, or that nobody sees.
    BesideFence(char),
    /// The first line looks like a fence, but is not `---`.
    OddFence(String),
    /// There is a block of front matter, but it does not begin on line 1.
    FenceNotFirst,
    /// The block never ends.
    Unclosed,
    /// The block says nothing.
    EmptyFrontMatter,
    /// The YAML cannot be read.
    Yaml(String),
    /// More than [`NESTING_LIMIT`] levels.
    TooDeep,
    /// An alias: `*name`.
    Alias,
    /// An anchor: `&name`.
    Anchor,
    /// A tag: `!!str`.
    Tag,
    /// A merge key: `<<`.
    MergeKey,
    /// A key that stands twice in one mapping; the span is where it stood first.
    DuplicateKey {
        /// The key.
        key: String,
        /// Where it stood first.
        first: Span,
    },
    /// A key that is a list or a mapping.
    KeyNotText,
    /// The front matter is a list or a single value.
    NotAMapping(&'static str),
    /// A second YAML document (`---` or `...`) in the block.
    SecondDocument,
}

/// The front matter of a file and the place of its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// The entries of the block; empty when there is none or it cannot be read.
    pub entries: Vec<Entry>,
    /// Where the block stands, without its fences; `None` when the file has none.
    pub block: Option<Span>,
    /// Where the body begins.
    pub body: usize,
    /// What is wrong, in the order of the file.
    pub problems: Vec<Spanned<Problem>>,
}

/// Decodes and splits a file: its text, its parts, and all that is wrong, in the file's order.
pub fn read(bytes: &[u8]) -> (String, Split, Vec<Spanned<Problem>>) {
    let (text, mut problems) = decode(bytes);
    let mut split = split(&text);
    let mut found = std::mem::take(&mut split.problems);
    if problems.iter().any(|problem| problem.value != Problem::ByteOrderMark) {
        // What is not text is no YAML either; its own report says it better.
        found.retain(|problem| !matches!(problem.value, Problem::Yaml(_) | Problem::EmptyFile));
    }
    problems.extend(found);
    problems.sort_by_key(|problem| problem.span);
    (text, split, problems)
}

/// Turns the bytes of a file into text with LF line ends, and notes what cannot be text.
///
/// Lines and columns of the text are those of the file.
pub fn decode(bytes: &[u8]) -> (String, Vec<Spanned<Problem>>) {
    let mut problems = Vec::new();
    if bytes.len() > FILE_LIMIT {
        problems.push(Spanned::new(Problem::FileTooLarge(bytes.len()), Span::default()));
        return (String::new(), problems);
    }
    // One report of each kind is enough: the first shows where to look, and how many there are.
    let valid = std::str::from_utf8(bytes);
    let mut text = match valid {
        Ok(text) => text.to_owned(),
        Err(_) => String::from_utf8_lossy(bytes).into_owned(),
    };
    if let Err(error) = valid {
        let before = &bytes[..error.valid_up_to()];
        // Windows line ends before it are about to become one byte each.
        let at = before.len() - before.windows(2).filter(|pair| pair == b"\r\n").count();
        let span = Span::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8());
        let byte = bytes[error.valid_up_to()];
        let times = bytes.utf8_chunks().map(|chunk| chunk.invalid().len()).sum();
        problems.push(Spanned::new(Problem::NotUtf8 { byte, times }, span));
    }
    if text.contains('\r') {
        // Windows line ends are the same lines; the digest is made over LF as well.
        text = text.replace("\r\n", "\n");
    }
    let mut tell_first = |needle: char, problem: fn(usize) -> Problem| {
        let span = text.find(needle).map(|at| Span::new(at, at + needle.len_utf8()));
        problems.extend(span.map(|it| Spanned::new(problem(text.matches(needle).count()), it)));
    };
    tell_first('\0', Problem::Nul);
    tell_first('\r', Problem::LoneCarriageReturn);
    if text.starts_with(BYTE_ORDER_MARK) {
        let span = Span::new(0, BYTE_ORDER_MARK.len_utf8());
        problems.push(Spanned::new(Problem::ByteOrderMark, span));
    }
    (text, problems)
}

/// Splits text (of [`decode`]) into front matter and body, and reads the front matter. A byte order
/// mark before it hides it from others; here it is read all the same, so that all is told at once.
pub fn split(text: &str) -> Split {
    let mut split = Split::default();
    let start = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
    let first_line = text[start..].lines().next().unwrap_or_default();
    let first_span = Span::new(0, first_line.len()).shifted(start);
    if text[start..].trim().is_empty() {
        split.problems.push(Spanned::new(Problem::EmptyFile, first_span));
        return split;
    }
    if first_line.trim_ascii_end() != "---" {
        let found = unusual_beginning(&text[start..]);
        split.problems.extend(found.map(|it| Spanned::new(it.value, it.span.shifted(start))));
        return split;
    }
    let Some((block, body)) = locate(&text[start..]) else {
        split.problems.push(Spanned::new(Problem::Unclosed, first_span));
        return split;
    };
    let block = block.shifted(start);
    split.block = Some(block);
    split.body = body + start;
    let inner = &text[block.start..block.end];
    if inner.trim().is_empty() {
        split.problems.push(Spanned::new(Problem::EmptyFrontMatter, first_span));
    } else if inner.len() > FRONT_MATTER_LIMIT {
        // Still looked at as far as a limit allows: nesting is the likelier reason to be told.
        if let Some(at) = too_deep(inner) {
            let at = block.start + at;
            split.problems.push(Spanned::new(Problem::TooDeep, Span::new(at, at + 1)));
        }
        split.problems.push(Spanned::new(Problem::FrontMatterTooLarge(inner.len()), first_span));
    } else {
        let (entries, problems) = Tree::read(inner, block.start);
        split.entries = entries;
        split.problems.extend(problems);
    }
    split
}

/// gray_matter finds the block; its reading of YAML is replaced by ours, which keeps places.
struct PassThrough;

impl Engine for PassThrough {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::String(content.to_owned()))
    }
}

/// Returns the span between the fences and the offset of the body. The splitter is shown the text
/// up to the line that closes the block, because it copies all it is shown.
fn locate(text: &str) -> Option<(Span, usize)> {
    let start = text.find('\n')? + 1;
    let mut end = start;
    let closing = text[start..].split_inclusive('\n').find(|line| {
        end += line.len();
        line.trim_ascii_end() == "---"
    })?;
    let block = Span::new(start, end - closing.len());
    let entity = Matter::<PassThrough>::new().parse::<Pod>(&text[..end]).ok()?;
    (text[block.start..block.end].trim() == entity.matter).then_some((block, end))
}

/// Finds the first bracket that opens one level more than the limit.
fn too_deep(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    text.bytes().position(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > NESTING_LIMIT
    })
}

/// Says why a file that does not begin with `---` has no front matter, if it seems to want some.
fn unusual_beginning(text: &str) -> Option<Spanned<Problem>> {
    let blank: usize =
        text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
    let line = text[blank..].lines().next().unwrap_or_default();
    let span = Span::new(0, line.len()).shifted(blank);
    let fence = line.trim();
    // What blank lines may stand before is a notation that nothing else is written in.
    let begins_file = blank == 0;
    if begins_file && let Some(beside) = beside_fence(line) {
        return Some(beside);
    }
    let is_braced = fence.starts_with('{') && !fence.starts_with("{{") && !fence.starts_with("{%");
    let rest = &text[span.end..];
    let problem = if fence == "+++" {
        Problem::Toml
    } else if fence == ";;;" || begins_file && is_braced {
        Problem::Json
    } else if begins_file && fence.len() >= 2 && fence.chars().all(is_dash) {
        Problem::OddFence(line.trim_end().to_owned())
    } else if is_other_fence(fence, rest) {
        Problem::OtherFence(fence.to_owned())
    } else if is_code_block_of_keys(fence, rest) {
        Problem::CodeBlock
    } else {
        return late_block(text).map(|span| Spanned::new(Problem::FenceNotFirst, span));
    };
    Some(Spanned::new(problem, span))
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—')
}

/// Finds what keeps a first line from being `---` to a program, though it looks like it to a reader.
fn beside_fence(line: &str) -> Option<Spanned<Problem>> {
    // Bytes that are NUL and carriage returns are told anyhow.
    let is_common = |c: char| matches!(c, ' ' | '\t' | '\r' | '\x0C' | '\0');
    let is_beside = |c: char| !is_common(c) && (c.is_whitespace() || is_unprintable(c));
    let (at, character) = line.char_indices().find(|(_, c)| is_beside(*c))?;
    let seen: String = line.chars().filter(|c| !is_beside(*c)).collect();
    let span = Span::new(at, at + character.len_utf8());
    (seen.trim() == "---").then(|| Spanned::new(Problem::BesideFence(character), span))
}

/// Tells whether a line is a fence that says more: the name of a notation, or anything at all where
/// an id stands between it and the line that closes it.
fn is_other_fence(line: &str, rest: &str) -> bool {
    let Some(mark) = ["---", "+++", ";;;"].into_iter().find(|mark| line.starts_with(mark)) else {
        return false;
    };
    let word = line.trim_start_matches(&mark[..1]).trim();
    let ends = |line: &&str| line.trim() != mark;
    let is_closed = || rest.lines().any(|line| !ends(&line));
    is_notation(word)
        || !word.is_empty() && is_closed() && rest.lines().take_while(ends).any(names_id)
}

/// Tells whether a code block begins here that says its notation and holds an id.
fn is_code_block_of_keys(line: &str, rest: &str) -> bool {
    let Some(mark) = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)) else {
        return false;
    };
    let word = line.trim_start_matches(&mark[..1]).split_whitespace().next();
    let goes_on = |line: &&str| !line.trim_start().starts_with(mark);
    word.is_some_and(is_notation) && rest.lines().take_while(goes_on).any(names_id)
}

fn is_notation(word: &str) -> bool {
    NOTATIONS.iter().any(|notation| notation.eq_ignore_ascii_case(word))
}

/// Tells whether a line gives a document its id: `id: A-1`, `id = "A-1"`, `{"id": "A-1"}`. The key is
/// no part of another one's value, and the id looks like one.
fn names_id(line: &str) -> bool {
    const QUOTES: [char; 2] = ['"', '\''];
    let looks_like_id =
        |text: &str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text.contains('-');
    line.split(['{', ',']).any(|piece| {
        let key = piece.trim_start();
        let is_within = piece.starts_with([' ', '\t']) && !key.starts_with(QUOTES);
        let after = key.trim_start_matches(QUOTES).strip_prefix("id").filter(|_| !is_within);
        let after = after.unwrap_or_default().trim_start_matches(QUOTES).trim_start();
        let value = after.strip_prefix([':', '=']).map(|value| value.trim().trim_matches(QUOTES));
        value.is_some_and(looks_like_id)
    })
}

/// Finds a block further down that reads like front matter: a fence with `id:` or `type:` beneath.
fn late_block(text: &str) -> Option<Span> {
    let mut offset = 0;
    let mut fence = None;
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        if !in_code && trimmed == "---" {
            fence = Some(Span::new(offset, offset + trimmed.len()));
        } else if fence.is_some() && (trimmed.starts_with("id:") || trimmed.starts_with("type:")) {
            return fence;
        } else if trimmed.is_empty() || trimmed.starts_with('#') {
            fence = None;
        }
        offset += line.len();
    }
    None
}

/// Returns the line that a place is in, if its value wants quotes.
fn line_without_quotes(text: &str, at: usize) -> Option<Range<usize>> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    bare_value(&text[start..end]).map(|_| start..end)
}

/// Finds the value of a line `key: value` that stands without quotes and could not be read so.
pub(super) fn bare_value(line: &str) -> Option<Span> {
    let (key, _) = line.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
    let rest = &line[key.len() + 1..];
    let value = rest.trim_start();
    let start = line.len() - value.len();
    // What follows a blank and `#` is a comment.
    let value = value.split(" #").next().unwrap_or(value).trim_end();
    let is_bare = !value.starts_with(['"', '\'', '[', '{', '|', '>', '#', '&', '!', '-', '?']);
    let wants_quotes =
        value.contains(": ") || value.ends_with(':') || value.starts_with(['*', '@', '`', '%']);
    let is_one = is_key && rest.starts_with(' ') && is_bare && wants_quotes;
    is_one.then(|| Span::new(start, start + value.len()))
}

/// A tree under construction: an explicit stack, so that no nesting can exhaust the thread's.
struct Tree {
    offset: usize,
    open: Vec<Open>,
    root: Option<Spanned<Node>>,
    problems: Vec<Spanned<Problem>>,
}

struct Open {
    start: usize,
    list: Vec<Spanned<Node>>,
    map: Vec<Entry>,
    /// In a mapping: the key that waits for its value.
    key: Option<Spanned<String>>,
    is_map: bool,
}

/// So many values that want quotes are told of one file.
const WITHOUT_QUOTES: usize = 16;

impl Tree {
    /// Reads a block. Where a value is not read for want of quotes, others that want them are told as
    /// well: who mends the first would meet the next.
    fn read(text: &str, offset: usize) -> (Vec<Entry>, Vec<Spanned<Problem>>) {
        let (entries, mut problems) = Self::read_once(text, offset);
        let is_syntax = |it: &Spanned<Problem>| matches!(it.value, Problem::Yaml(_));
        let mut last = problems.iter().rfind(|it| is_syntax(it)).map(|it| it.span.start - offset);
        if last.is_none() {
            return (entries, problems);
        }
        let mut rest = text.to_owned();
        for _ in 0..WITHOUT_QUOTES {
            let Some(line) = last.and_then(|at| line_without_quotes(&rest, at)) else { break };
            rest.replace_range(line.clone(), &" ".repeat(line.len()));
            let found = Self::read_once(&rest, offset).1.into_iter();
            let next = found.filter(is_syntax).find(|it| !problems.contains(it));
            last = next.as_ref().map(|it| it.span.start - offset);
            problems.extend(next);
        }
        (entries, problems)
    }

    fn read_once(text: &str, offset: usize) -> (Vec<Entry>, Vec<Spanned<Problem>>) {
        let mut tree = Self { offset, open: Vec::new(), root: None, problems: Vec::new() };
        let options = granit_parser::options! {
            flow_nesting_limit: NESTING_LIMIT,
            block_nesting_limit: NESTING_LIMIT,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
        };
        for next in Parser::new_from_str_with_options(text, options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    if event.tag().is_some() {
                        let span = with_tag(text, Span::from(range.clone()));
                        tree.problem(Problem::Tag, span.shifted(offset));
                    }
                    let span = Span::from(range).shifted(offset);
                    if !tree.take(event, span) {
                        break;
                    }
                }
                Err(error) => {
                    tree.syntax_error(&error, text);
                    break;
                }
            }
        }
        let entries = tree.finish();
        (entries, tree.problems)
    }

    fn problem(&mut self, problem: Problem, span: Span) {
        self.problems.push(Spanned::new(problem, span));
    }

    /// Takes one event; `false` ends the reading.
    fn take(&mut self, event: Event<'_>, span: Span) -> bool {
        match event {
            Event::Scalar(text, style, ..) => {
                let quoted = !matches!(style, ScalarStyle::Plain);
                let text = text.into_owned();
                self.node(Spanned::new(Node::Scalar { text, quoted }, span));
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.problem(Problem::Alias, span);
                let nothing = Node::Scalar { text: String::new(), quoted: false };
                self.node(Spanned::new(nothing, span));
            }
            Event::Anchor(..) => self.problem(Problem::Anchor, span),
            Event::SequenceStart(..) | Event::MappingStart(..) => {
                if self.open.len() >= NESTING_LIMIT {
                    self.problem(Problem::TooDeep, span);
                    return false;
                }
                let is_map = matches!(event, Event::MappingStart(..));
                let (list, map) = (Vec::new(), Vec::new());
                self.open.push(Open { start: span.start, list, map, key: None, is_map });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    self.node(open.close(span.end));
                }
            }
            Event::DocumentStart(..) if self.root.is_some() => {
                self.problem(Problem::SecondDocument, span);
                return false;
            }
            _ => {}
        }
        true
    }

    /// Puts a finished node where it belongs.
    fn node(&mut self, node: Spanned<Node>) {
        let Some(open) = self.open.last_mut() else {
            self.root = Some(node);
            return;
        };
        if !open.is_map {
            open.list.push(node);
            return;
        }
        let Some(key) = open.key.take() else {
            let text = match &node.value {
                Node::Scalar { text, .. } => text.clone(),
                Node::List(_) | Node::Map(_) => {
                    self.problems.push(Spanned::new(Problem::KeyNotText, node.span));
                    String::new()
                }
            };
            if text == "<<" {
                self.problems.push(Spanned::new(Problem::MergeKey, node.span));
            }
            open.key = Some(Spanned::new(text, node.span));
            return;
        };
        if let Some(first) = open.map.iter().find(|entry| entry.key.value == key.value) {
            let first = first.key.span;
            let problem = Problem::DuplicateKey { key: key.value.clone(), first };
            self.problems.push(Spanned::new(problem, key.span));
        }
        open.map.push(Entry { key, value: node });
    }

    fn syntax_error(&mut self, error: &ScanError, text: &str) {
        let at = error.marker().byte_offset().unwrap_or(0).min(text.len());
        let at = tab_in_indentation(text, at).unwrap_or(at);
        let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end);
        let end = if at < line_end {
            at + text[at..].chars().next().map_or(0, char::len_utf8)
        } else {
            at
        };
        let span = Span::new(at, end).shifted(self.offset);
        let problem = match error.kind() {
            ErrorKind::RecursionLimitExceeded => Problem::TooDeep,
            kind => Problem::Yaml(kind.to_string()),
        };
        self.problem(problem, span);
    }

    /// Closes what is open (after an error there may be much) and returns the top mapping.
    fn finish(&mut self) -> Vec<Entry> {
        while let Some(open) = self.open.pop() {
            let end = open.start;
            self.node(open.close(end));
        }
        match self.root.take() {
            Some(Spanned { value: Node::Map(entries), .. }) => entries,
            Some(other) => {
                if self.problems.is_empty() {
                    let what = other.value.kind();
                    self.problem(Problem::NotAMapping(what), other.span);
                }
                Vec::new()
            }
            None => {
                if self.problems.is_empty() {
                    self.problem(Problem::EmptyFrontMatter, Span::new(0, 3));
                }
                Vec::new()
            }
        }
    }
}

/// Finds the tab that indents a line, where nothing but blanks stands before a place of it. The
/// parser points behind the tab.
fn tab_in_indentation(text: &str, at: usize) -> Option<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let before = &text[start..at];
    let tab = before.find('\t').filter(|_| before.trim().is_empty())?;
    Some(start + tab)
}

/// Returns the place of a value with the tag before it, between which an anchor may stand. Where
/// something else stands there as well, that of the value.
fn with_tag(text: &str, value: Span) -> Span {
    let mut end = value.start;
    for _ in 0..2 {
        let before = text[..end].trim_end();
        let word = before.rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
        if let Some(at) = before[word..].find('!') {
            let start = word + at;
            let is_on_one_line = !text[start..value.start].contains('\n');
            return Span::new(start, if is_on_one_line { value.end } else { before.len() });
        }
        end = word;
    }
    value
}

impl Open {
    fn close(self, end: usize) -> Spanned<Node> {
        let span = Span::new(self.start, end.max(self.start));
        let node = if self.is_map { Node::Map(self.map) } else { Node::List(self.list) };
        Spanned::new(node, span)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> Vec<Problem> {
        let (_, _, problems) = read(text.as_bytes());
        problems.into_iter().map(|problem| problem.value).collect()
    }

    #[test]
    fn values_keep_their_source_text_and_place() {
        let text = "---\nversion: 1.10\nowner: no\nclauses: [8.10, \"x\"]\n---\nbody\n";
        let split = split(text);
        assert_eq!(split.problems, []);
        let version = &split.entries[0].value;
        assert_eq!(version.value.as_text(), Some("1.10"));
        assert_eq!(&text[version.span.start..version.span.end], "1.10");
        assert_eq!(split.entries[1].value.value.as_text(), Some("no"));
        let clauses = &split.entries[2].value;
        assert_eq!(&text[clauses.span.start..clauses.span.end], "[8.10, \"x\"]");
        assert_eq!(clauses.value.items()[1].value.as_text(), Some("x"));
        assert_eq!(&text[split.body..], "body\n");
    }

    #[test]
    fn every_duplicate_is_seen() {
        let text = "---\na: 1\nb:\n  by: x\n  by: y\na: 2\n---\n";
        let keys: Vec<_> = problems(text)
            .into_iter()
            .map(|problem| match problem {
                Problem::DuplicateKey { key, .. } => key,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(keys, ["by", "a"]);
    }

    #[test]
    fn what_could_fool_a_reader_is_refused() {
        assert_eq!(problems("---\na: &x 1\nb: *x\n---\n"), [Problem::Anchor, Problem::Alias]);
        assert_eq!(problems("---\na: !!str 1\n---\n"), [Problem::Tag]);
        assert_eq!(problems("---\n<<: {a: 1}\n---\n"), [Problem::MergeKey]);
        assert_eq!(problems("---\nid: a\n...\nid: b\n---\n# x\n"), [Problem::SecondDocument]);
        assert_eq!(problems("---\n- a\n---\n"), [Problem::NotAMapping("a list")]);
        assert_eq!(problems("---\njust text\n---\n"), [Problem::NotAMapping("a single value")]);
    }

    #[test]
    fn odd_beginnings_have_names() {
        assert_eq!(problems(""), [Problem::EmptyFile]);
        assert_eq!(problems("---"), [Problem::Unclosed]);
        assert_eq!(problems("---\n---\n# x\n"), [Problem::EmptyFrontMatter]);
        assert_eq!(problems("---\n# only a comment\n---\n"), [Problem::EmptyFrontMatter]);
        assert_eq!(problems("+++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems("{\"id\":1}\n"), [Problem::Json]);
        assert_eq!(problems("--\nid: a\n--\n"), [Problem::OddFence("--".to_owned())]);
        assert_eq!(problems("# T\n\n---\nid: a\n---\n"), [Problem::FenceNotFirst]);
        assert_eq!(problems("\u{FEFF}---\nid: a\n---\n"), [Problem::ByteOrderMark]);
        assert_eq!(problems("---\nid: a\rb\n---\n"), [Problem::LoneCarriageReturn(1)]);
        assert_eq!(problems("# Just prose\n\n---\n\nmore\n"), []);
        assert_eq!(problems("---\r\nid: a\r\n---\r\nx\r\n"), []);
    }

    #[test]
    fn other_notations_are_seen_to_be_front_matter() {
        for (text, fence) in [
            ("---json\n{\"id\": \"a\"}\n---\n", "---json"),
            ("---toml\nid = \"A-1\"\n---\n", "---toml"),
            ("---YAML\nstatus: approved\n---\n", "---YAML"),
            ("--- yaml\nid: a\n---\n", "--- yaml"),
            ("--- # the policy\nid: A-1\n---\n", "--- # the policy"),
            (";;;json\n{}\n;;;\n", ";;;json"),
            ("+++toml\nid = \"A-1\"\n+++\n", "+++toml"),
            ("\n+++ toml\nid = \"A-1\"\n+++\n", "+++ toml"),
        ] {
            assert_eq!(problems(text), [Problem::OtherFence(fence.to_owned())], "{text}");
        }
        assert_eq!(problems(" +++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems("\n+++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems(";;;\nid\n;;;\n"), [Problem::Json]);
        for text in [
            "```yaml\nid: A-1\n```\n# x\n",
            "\n~~~yml title=a\ntype: policy\nid: A-1\n~~~\n",
            "```toml\nid = \"A-1\"\n```\n",
            "```json\n{\"title\": \"x\", \"id\": \"A-1\"}\n",
        ] {
            assert_eq!(problems(text), [Problem::CodeBlock], "{text}");
        }
    }

    #[test]
    fn what_stands_beside_the_hyphens_unseen_is_named() {
        for (text, character, at) in [
            ("---\u{A0}\nid: a\n---\n", '\u{A0}', 3),
            ("\u{200B}---\nid: a\n---\n", '\u{200B}', 0),
            ("\u{2060}---\r\nid: a\r\n---\r\n", '\u{2060}', 0),
            (" -\u{AD}-- \nid: a\n---\n", '\u{AD}', 2),
        ] {
            let found = Spanned::new(
                Problem::BesideFence(character),
                Span::new(at, at + character.len_utf8()),
            );
            assert_eq!(read(text.as_bytes()).2, [found], "{text:?}");
        }
        let twice = [Problem::ByteOrderMark, Problem::BesideFence('\u{FEFF}')];
        assert_eq!(problems("\u{FEFF}\u{FEFF}---\nid: a\n---\n"), twice);
    }

    #[test]
    fn prose_wants_no_front_matter() {
        for text in [
            "***\n\nprose\n",
            "* * *\nid: a\n",
            "--- and then\n\nprose\n---\n",
            "--- json is a notation\n\nprose\n",
            "--- a/file\n+++ b/file\n",
            "```yaml\nname: x\n```\nid: A-1\n",
            "```\nid: A-1\n```\n",
            "```sh\nid: A-1\n```\n",
            "```yaml\nserver:\n  id: WEB-1\n```\n",
            "```json\n{\"id\": 1, \"name\": \"x\"}\n```\n",
            "\n{braces}\n",
            "\n----\n\nprose\n",
            "\u{200B}prose\n",
        ] {
            assert_eq!(problems(text), [], "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_hides_nothing() {
        let text = "\u{FEFF}---\nid: a\nid: b\n---\nbody\n";
        let split = split(text);
        assert_eq!(&text[split.entries[0].key.span.start..][..5], "id: a");
        assert_eq!(&text[split.body..], "body\n");
        assert!(matches!(
            problems(text)[..],
            [Problem::ByteOrderMark, Problem::DuplicateKey { .. }]
        ));
        for (text, other) in [
            ("\u{FEFF}+++\nid = 1\n+++\n", Problem::Toml),
            ("\u{FEFF}{\"id\": 1}\n", Problem::Json),
            ("\u{FEFF}---\nid: a\n", Problem::Unclosed),
            ("\u{FEFF}----\nid: a\n", Problem::OddFence("----".to_owned())),
            ("\u{FEFF}# T\n\n---\nid: a\n---\n", Problem::FenceNotFirst),
            ("\u{FEFF}", Problem::EmptyFile),
        ] {
            assert_eq!(problems(text), [Problem::ByteOrderMark, other], "{text}");
        }
    }

    #[test]
    fn all_values_that_want_quotes_are_told() {
        let text = "---\nid: a\ntitle: A: B\nowner: c\nchange_summary: C: D\nstatus: [\n---\n";
        let (_, _, problems) = read(text.as_bytes());
        let line = |span: Span| text[..span.start].matches('\n').count() + 1;
        let lines: Vec<usize> = problems.iter().map(|problem| line(problem.span)).collect();
        assert_eq!(lines, [3, 5, 6], "{problems:?}");
    }

    #[test]
    fn what_cannot_be_text_is_counted() {
        let (_, found) = decode(b"---\nid: a\0\xE9\n---\n\0\0 \xE9\xFF\r\r\n\r");
        let found: Vec<Problem> = found.into_iter().map(|problem| problem.value).collect();
        let bytes = Problem::NotUtf8 { byte: 0xE9, times: 3 };
        assert_eq!(found, [bytes, Problem::Nul(3), Problem::LoneCarriageReturn(2)]);
    }

    #[test]
    fn tabs_and_tags_are_told_where_they_stand() {
        let told = |text: &str| {
            let (_, _, problems) = read(text.as_bytes());
            let span = problems[0].span;
            text[span.start..span.end].to_owned()
        };
        for (text, at) in [
            ("---\nid: a\napproval:\n\tby: x\n---\n", 20),
            ("---\nid: a\napproval:\n  by: \"x\"\n \ton: y\n---\n", 31),
        ] {
            let (_, _, problems) = read(text.as_bytes());
            assert!(matches!(problems[0].value, Problem::Yaml(_)), "{problems:?}");
            assert_eq!(problems[0].span, Span::new(at, at + 1), "{text}");
        }
        for (text, tagged) in [
            ("---\nid: !!str  x\n---\n", "!!str  x"),
            ("---\nid: !own &a x\n---\n", "!own &a x"),
            ("---\nid: [a, !!int 1]\n---\n", "!!int 1"),
            ("---\nid: [!!int 1]\n---\n", "!!int 1"),
            ("---\nid: !!map\n  a: 1\n---\n", "!!map"),
            ("---\nid: !!str\ntitle: b\n---\n", "!!str"),
        ] {
            assert_eq!(told(text), tagged, "{text}");
        }
    }

    #[test]
    fn depth_has_a_limit_and_no_stack() {
        let flow = format!("---\na: {}\n---\n", "[".repeat(100_000));
        assert!(problems(&flow).contains(&Problem::TooDeep));
        let short = format!("---\na: {}\n---\n", "[".repeat(1_000));
        assert_eq!(problems(&short), [Problem::TooDeep]);
        let block: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
        assert_eq!(problems(&format!("---\n{block}---\n")), [Problem::TooDeep]);
    }

    #[test]
    fn an_indented_block_keeps_its_shape() {
        let split = split("---\n  id: a\n  title: b\n---\n");
        assert_eq!(split.problems, []);
        assert_eq!(split.entries.len(), 2);
    }
}
