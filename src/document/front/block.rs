//! The block between the fences: YAML, read into entries that know their places.

use super::slips::read_on;
use super::{Entry, KeyEnd, NESTING_LIMIT, Node, Problem};
use crate::source::{Span, Spanned, is_unprintable};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError};

/// So many keys that end in another way than with a colon and a space are told of one file.
const ODD_ENDS: usize = 16;

/// What looks like the colon behind a key and is none, as keyboards of other languages type it.
const ODD_COLONS: [char; 6] = ['：', '﹕', '︓', '꞉', '∶', 'ː'];

/// What one reading of a block gives.
#[derive(Debug)]
pub(super) struct Reading {
    /// The entries, each read with the whole of its value.
    pub entries: Vec<Entry>,
    /// What is wrong.
    pub problems: Vec<Spanned<Problem>>,
    /// Where it ended before the end of the block.
    pub stop: Option<Stop>,
    /// What was left out.
    pub unread: Vec<Span>,
}

/// Where a reading ended before the end of the block, by places in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// Where it could not go on.
    pub at: usize,
    /// Where the key stands whose value it was reading, or had read last.
    pub key: usize,
    /// The bracket that was open there.
    pub bracket: Option<usize>,
    /// Whether what follows is another document.
    pub is_final: bool,
}

/// Reads a block that begins at `offset` of its file. What stands behind a slip is read as well: who
/// mends the first would meet the next. Where a key does not end in a colon and a space, reading ends
/// further down, and what is told is where the key stands.
pub(super) fn read(text: &str, offset: usize) -> Reading {
    let first = read_once(text, offset);
    if first.stop.is_none() && first.problems.is_empty() {
        return first;
    }
    let (mended, at_colons) = with_plain_ends(text, offset, &first.problems);
    if at_colons.is_empty() {
        return read_on(text, offset, first);
    }
    let mut reading = read_on(&mended, offset, read_once(&mended, offset));
    // What was meant by such a key is told, and not taken for said.
    let (odd, plain) = reading.entries.into_iter().partition(|entry| {
        let whole = entry.span();
        let is_within =
            |it: &Spanned<Problem>| whole.start <= it.span.start && it.span.start <= whole.end;
        at_colons.iter().any(is_within)
    });
    reading.entries = plain;
    reading.unread.extend(Vec::from_iter(odd).iter().map(Entry::span));
    reading.problems.splice(0..0, at_colons);
    reading
}

/// Returns a text as it is where its keys end in a colon and a space, and where they do not, as far as
/// reading ends for that. Every other character keeps its place.
fn with_plain_ends(
    text: &str,
    offset: usize,
    problems: &[Spanned<Problem>],
) -> (String, Vec<Spanned<Problem>>) {
    let (mut text, mut told) = (text.to_owned(), Vec::new());
    let mut stop = where_reading_ends(problems, offset);
    while let Some(at) = stop.filter(|_| told.len() < ODD_ENDS) {
        // Lines one beneath the other are one value to YAML, so none of them is mended alone.
        let odd = odd_ends(&text, at);
        let first_mended = (0..odd.len()).rev().find_map(|first| {
            let plain = with_spaces(&text, &odd[first..]);
            let next = where_reading_ends(&read_once(&plain, offset).problems, offset);
            next.is_none_or(|next| next > at).then_some((first, plain, next))
        });
        let Some((first, plain, next)) = first_mended else { break };
        (text, stop) = (plain, next);
        told.extend(odd.into_iter().skip(first).map(|Spanned { value: (key, found), span }| {
            Spanned::new(Problem::AtColon { key, found }, span.shifted(offset))
        }));
    }
    (text, told)
}

/// Writes the colon and the space that were meant, so that all that follows keeps its place.
fn with_spaces(text: &str, odd: &[Spanned<(String, KeyEnd)>]) -> String {
    let mut text = text.to_owned();
    for Spanned { value: (_, found), span } in odd {
        let colon = if matches!(found, KeyEnd::OddColon(_)) { ":" } else { "" };
        let width = span.end - span.start;
        text.replace_range(span.start..span.end, &format!("{colon:<width$}"));
    }
    text
}

/// Returns the place in the block at which reading ends, or none if it is read to its end as keys.
fn where_reading_ends(problems: &[Spanned<Problem>], offset: usize) -> Option<usize> {
    let ends = |it: &&Spanned<Problem>| {
        matches!(it.value, Problem::Yaml(_) | Problem::NotAMapping("a single value"))
    };
    problems.iter().find(ends).map(|it| it.span.start - offset)
}

/// Finds the last key up to a place that does not end in a colon and a space, and those in the lines
/// above it that do not either, in the order of the lines.
fn odd_ends(text: &str, at: usize) -> Vec<Spanned<(String, KeyEnd)>> {
    let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(end, _)| end + 1));
    let starts: Vec<usize> = starts.take_while(|start| *start <= at).collect();
    let ends = starts.iter().rev().map(|start| odd_end(text, *start));
    let run = ends.skip_while(Option::is_none).map_while(|end| end);
    let mut run: Vec<_> = run.take(ODD_ENDS).collect();
    run.reverse();
    run
}

/// Says how the key of a line ends, if it does not end in a colon and a space.
fn odd_end(text: &str, start: usize) -> Option<Spanned<(String, KeyEnd)>> {
    let line = text[start..].lines().next()?;
    let indent = line.len() - line.trim_start_matches([' ', '-']).len();
    let end = line[indent..].find(|c: char| !is_of_key(c)).map(|length| indent + length)?;
    let key = &line[indent..end];
    let mut rest = line[end..].chars();
    let (from, character, found) = match (rest.next()?, rest.next()) {
        // An address of the web begins with no key.
        (':', Some(' ' | '\t' | '/') | None) => return None,
        (':', Some(c)) if c.is_whitespace() || is_unprintable(c) => {
            (end + 1, c, KeyEnd::OddBlank(c))
        }
        (':', Some(c)) => (end + 1, c, KeyEnd::NoSpace),
        (c, _) if ODD_COLONS.contains(&c) => (end, c, KeyEnd::OddColon(c)),
        _ => return None,
    };
    let span = Span::new(from, from + character.len_utf8()).shifted(start);
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic());
    is_key.then(|| Spanned::new((key.to_owned(), found), span))
}

pub(super) fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Tells whether a character ends a key, or is meant to.
pub(super) fn is_like_a_colon(c: char) -> bool {
    c == ':' || ODD_COLONS.contains(&c)
}

/// Reads a block as far as YAML goes.
pub(super) fn read_once(text: &str, offset: usize) -> Reading {
    let mut tree = Tree { offset, open: Vec::new(), root: None, problems: Vec::new(), stop: None };
    let options = granit_parser::options! {
        flow_nesting_limit: NESTING_LIMIT,
        block_nesting_limit: NESTING_LIMIT,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
    };
    let mut parser = Parser::new_from_str_with_options(text, options);
    for next in parser.by_ref() {
        match next {
            Ok((event, span)) => {
                let range = span.byte_range().unwrap_or(0..0);
                if event.tag().is_some() {
                    let span = with_tag(text, Span::from(range.clone()));
                    tree.problem(Problem::Tag, span.shifted(offset));
                }
                let span = Span::from(range).shifted(offset);
                if !tree.take(event, span) {
                    tree.stop(span.start, text);
                    break;
                }
            }
            Err(error) => {
                let at = tree.syntax_error(&error, text);
                tree.stop(at, text);
                break;
            }
        }
    }
    let entries = tree.finish();
    let problems = with_placeholders(text, offset, tree.problems);
    Reading { entries, problems, stop: tree.stop, unread: Vec::new() }
}

/// Calls by its name what a template left open, such as `{{ title }}`: to YAML that is a mapping for a
/// key, and what follows it on its line a mistake of its own, at which reading ends.
fn with_placeholders(
    text: &str,
    offset: usize,
    problems: Vec<Spanned<Problem>>,
) -> Vec<Spanned<Problem>> {
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut named: Vec<Spanned<Problem>> = Vec::with_capacity(problems.len());
    for problem in problems {
        let is_yaml = matches!(problem.value, Problem::Yaml(_));
        if !is_yaml && problem.value != Problem::KeyNotText {
            named.push(problem);
            continue;
        }
        let at = problem.span.start - offset;
        if let Some(Spanned { value: Problem::Placeholder { ends_reading, .. }, span }) =
            named.last_mut()
            && line_of(span.start - offset) == line_of(at)
        {
            *ends_reading |= is_yaml;
        } else if let Some(placeholder) = placeholder_at(text, at) {
            let written = text[placeholder.start..placeholder.end].to_owned();
            let value = Problem::Placeholder { written, ends_reading: is_yaml };
            named.push(Spanned::new(value, placeholder.shifted(offset)));
        } else {
            named.push(problem);
        }
    }
    named
}

/// Returns the place of a placeholder whose second character stands at a place.
fn placeholder_at(text: &str, at: usize) -> Option<Span> {
    let start = at.checked_sub(1)?;
    let rest = text.get(start..)?.lines().next()?;
    let close = ["{{", "{%"].iter().zip(["}}", "%}"]).find(|(open, _)| rest.starts_with(**open));
    let (_, close) = close?;
    let end = start + rest.find(close)? + close.len();
    Some(Span::new(start, end))
}

/// Finds the value of a line `key: value` that stands without quotes and could not be read so.
pub(in crate::document) fn bare_value(line: &str) -> Option<Span> {
    let (key, _) = line.split_once(':')?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.chars().all(is_of_key);
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
    stop: Option<Stop>,
}

struct Open {
    start: usize,
    list: Vec<Spanned<Node>>,
    map: Vec<Entry>,
    /// In a mapping: the key that waits for its value.
    key: Option<Spanned<String>>,
    is_map: bool,
}

impl Tree {
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

    /// Notes where the reading ended, and takes out what was not read to its end.
    fn stop(&mut self, at: usize, text: &str) {
        let is_final = self.problems.last().is_some_and(|it| it.value == Problem::SecondDocument);
        let first = text.len() - text.trim_start().len() + self.offset;
        let brackets = self.open.iter().map(|open| open.start - self.offset);
        let mut brackets = brackets.filter(|start| text[*start..].starts_with(['[', '{']));
        let bracket = brackets.next_back();
        let key = match self.open.first_mut() {
            Some(top) if top.is_map => {
                let waiting = top.key.take().map(|key| key.span.start);
                let last = || top.map.last().map(|entry| entry.key.span.start);
                waiting.or_else(last).unwrap_or(top.start)
            }
            Some(top) => top.start,
            None => first,
        };
        self.open.truncate(1);
        self.root.take_if(|_| !is_final);
        if let Some(top) = self.open.first_mut() {
            top.map.retain(|entry| entry.key.span.start != key);
        }
        let at = at - self.offset;
        self.stop = Some(Stop { at, key: key - self.offset, bracket, is_final });
    }

    /// Tells of a mistake in the YAML, and returns its place.
    fn syntax_error(&mut self, error: &ScanError, text: &str) -> usize {
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
        span.start
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
    use super::super::tests::problems;
    use super::super::{read, split};
    use super::*;

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
    fn all_values_that_want_quotes_are_told() {
        let text = "---\nid: a\ntitle: A: B\nowner: c\nchange_summary: C: D\nstatus: [\n---\n";
        let (_, _, problems) = read(text.as_bytes());
        let line = |span: Span| text[..span.start].matches('\n').count() + 1;
        let lines: Vec<usize> = problems.iter().map(|problem| line(problem.span)).collect();
        assert_eq!(lines, [3, 5, 6], "{problems:?}");
    }

    #[test]
    fn a_key_that_does_not_end_in_a_colon_and_a_space_is_told_where_it_stands() {
        let told = |block: &str| {
            let text = format!("---\n{block}---\n");
            let line = |span: Span| text[..span.start].matches('\n').count() + 1;
            let words = |it: Spanned<Problem>| match it.value {
                Problem::AtColon { key, found } => format!("{} {key} {found:?}", line(it.span)),
                other => format!("{} {other:?}", line(it.span)),
            };
            read(text.as_bytes()).2.into_iter().map(words).collect::<Vec<_>>()
        };
        let blank = "OddBlank('\\u{a0}')";
        let all = "id:\u{a0}POL-W-002\ntitle:\u{a0}T\ntype:\u{a0}policy\n";
        assert_eq!(
            told(all),
            [2, 3, 4]
                .map(|line| { format!("{line} {} {blank}", ["id", "title", "type"][line - 2]) })
        );
        // Two of them before a key that is as it should be, and two beneath one.
        let odd = |line: usize, key: &str| format!("{line} {key} {blank}");
        let two = "id:\u{a0}A\ntitle:\u{a0}B\ntype: policy\n";
        assert_eq!(told(two), [odd(2, "id"), odd(3, "title")]);
        let apart = "id: A\ntitle:\u{a0}B\ntype:\u{a0}c\nowner: d\nstatus:\u{a0}e\nclauses: []\n";
        assert_eq!(told(apart), [odd(3, "title"), odd(4, "type"), odd(6, "status")]);
        for (block, expected) in [
            ("id:\u{a0}POL-W-002\ntitle: T\n", format!("2 id {blank}")),
            ("id: A\ntitle:\u{a0}T\n", format!("3 title {blank}")),
            ("id:\u{a0}A\n", format!("2 id {blank}")),
            ("id\u{ff1a}A\ntitle: T\n", "2 id OddColon('\u{ff1a}')".to_owned()),
            ("id:A\ntitle: T\n", "2 id NoSpace".to_owned()),
            ("id: A\napproval:\n  by:\u{a0}x\n  on: y\n", format!("4 by {blank}")),
        ] {
            assert_eq!(told(block), [expected], "{block}");
        }
        let both = told("id:\u{a0}A\ntitle: B: C\n");
        assert!(both[0] == format!("2 id {blank}") && both[1].starts_with("3 Yaml"), "{both:?}");
        // What is part of a value is none of its business.
        for block in ["links:\n  - https://example.org\n", "title: >\n  note:\u{a0}x\n"] {
            assert_eq!(told(block), [""; 0], "{block}");
            let quotes = told(&format!("{block}owner: B: C\n"));
            assert!(quotes.len() == 1 && quotes[0].starts_with("4 Yaml"), "{quotes:?}");
        }
    }

    #[test]
    fn what_a_template_left_open_is_called_so() {
        let text =
            "---\nid: POL-1\ntitle: {{ title }} of {{ x }}\nclauses: [{{ site.clause }}]\n---\n";
        let told = |text: &str| {
            let words = |problem: Spanned<Problem>| match problem.value {
                Problem::Placeholder { written, .. } => {
                    assert_eq!(&text[problem.span.start..problem.span.end], written);
                    written
                }
                other => format!("{other:?}"),
            };
            read(text.as_bytes()).2.into_iter().map(words).collect::<Vec<_>>()
        };
        assert_eq!(
            told(text),
            ["{{ title }}", "{{ site.clause }}"],
            "what follows on its line is not"
        );
        assert_eq!(told(&text.replace(" of {{ x }}", "")), ["{{ title }}", "{{ site.clause }}"]);
        assert_eq!(told("---\ntitle: {% title %}\n---\n"), ["{% title %}"]);
        let ends_reading = |text: &str| {
            let first = read(text.as_bytes()).2.into_iter().next().map(|problem| problem.value);
            matches!(first, Some(Problem::Placeholder { ends_reading: true, .. }))
        };
        assert!(ends_reading(text));
        assert!(!ends_reading(&text.replace(" of {{ x }}", "")));
        assert_eq!(told("---\n{a: b}: c\n---\n"), ["KeyNotText"]);
        assert_eq!(told("---\ntitle: \"{{ title }}\"\n---\n"), [""; 0]);
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
    fn an_indented_block_keeps_its_shape() {
        let split = split("---\n  id: a\n  title: b\n---\n");
        assert_eq!(split.problems, []);
        assert_eq!(split.entries.len(), 2);
    }
}
