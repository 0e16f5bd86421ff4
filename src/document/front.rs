//! Front matter: split off, and read into a tree in which every value knows its place.
//!
//! Scalars keep their source text: `1.10` is not 1.1, `no` is not false, `2026-02-30` is not a
//! date until somebody asks. Whatever a careless reader could be fooled with (a key given twice,
//! an alias, a tag, a second document) is a [`Problem`] with its place. Nothing here fails.

mod beginning;
mod block;
mod escapes;
mod slips;

pub(super) use beginning::second_blocks;
pub(super) use block::bare_value;
pub use escapes::escapes;
pub(super) use slips::may_have_key;

use crate::source::{Span, Spanned};
use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};

/// The largest file that is read, in bytes.
pub const FILE_LIMIT: usize = 1024 * 1024;
/// The largest front matter that is read, in bytes.
pub const FRONT_MATTER_LIMIT: usize = 64 * 1024;
/// How deep lists and mappings may stand in each other.
pub const NESTING_LIMIT: usize = 32;

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

impl Entry {
    /// Returns where all of it stands, from its key to the end of its value.
    pub fn span(&self) -> Span {
        Span::new(self.key.span.start, self.value.span.end)
    }
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

    /// Returns all texts within it.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Scalar { .. } => self.as_text().into_iter().collect(),
            Self::List(items) => items.iter().flat_map(|item| item.value.texts()).collect(),
            Self::Map(entries) => {
                entries.iter().flat_map(|entry| entry.value.value.texts()).collect()
            }
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
    /// A byte order mark before front matter.
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
    /// What stands where a key ends, and is not read as a colon and a space.
    AtColon {
        /// The key.
        key: String,
        /// What stands there.
        found: KeyEnd,
    },
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
    /// What a template has where a value is to be filled in: `{{ title }}`.
    Placeholder {
        /// As it is written.
        written: String,
        /// Whether nothing behind it could be read.
        ends_reading: bool,
    },
    /// The front matter is a list or a single value.
    NotAMapping(&'static str),
    /// A second YAML document (`---` or `...`) in the block.
    SecondDocument,
    /// A block beneath the front matter that reads like that of another document, with its id.
    SecondBlock(String),
}

/// How a key ends where it does not end in a colon and a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyEnd {
    /// In a character that looks like a colon.
    OddColon(char),
    /// In a colon and a blank that is no space, or a character that nobody sees.
    OddBlank(char),
    /// In a colon, and the value follows at once.
    NoSpace,
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
    /// What of the block was left out, since it cannot be read.
    pub unread: Vec<Span>,
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
    // Prose reads the same behind a byte order mark. What it can hide is front matter.
    if split.block.is_none() && found.iter().all(|problem| problem.value == Problem::EmptyFile) {
        problems.retain(|problem| problem.value != Problem::ByteOrderMark);
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
    // Looks at every byte, which is quicker than to stop at the first.
    if bytes.iter().fold(false, |found, byte| found | matches!(byte, b'\0' | b'\r')) {
        // Windows line ends are the same lines; the digest is made over LF as well.
        text = text.replace("\r\n", "\n");
        let mut tell_first = |needle: char, problem: fn(usize) -> Problem| {
            let span = text.find(needle).map(|at| Span::new(at, at + needle.len_utf8()));
            problems.extend(span.map(|it| Spanned::new(problem(text.matches(needle).count()), it)));
        };
        tell_first('\0', Problem::Nul);
        tell_first('\r', Problem::LoneCarriageReturn);
    }
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
        let found = beginning::unusual(&text[start..]);
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
        let reading = block::read(inner, block.start);
        split.entries = reading.entries;
        split.unread = reading.unread;
        split.problems.extend(reading.problems);
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// What is wrong with a file, without its places.
    pub(in crate::document) fn problems(text: &str) -> Vec<Problem> {
        let (_, _, problems) = read(text.as_bytes());
        problems.into_iter().map(|problem| problem.value).collect()
    }

    #[test]
    fn what_cannot_be_text_is_counted() {
        let (_, found) = decode(b"---\nid: a\0\xE9\n---\n\0\0 \xE9\xFF\r\r\n\r");
        let found: Vec<Problem> = found.into_iter().map(|problem| problem.value).collect();
        let bytes = Problem::NotUtf8 { byte: 0xE9, times: 3 };
        assert_eq!(found, [bytes, Problem::Nul(3), Problem::LoneCarriageReturn(2)]);
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
}
