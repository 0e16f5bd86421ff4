//! The dialect: CommonMark with GitHub's tables, footnotes, task lists and alerts, and links to
//! documents by id, `[[POL-CHG-001]]`.
//!
//! pulldown-cmark knows wiki links too, but with them on it no longer sees the link in
//! `[[1]](notes.md)`. So they are found here, in what CommonMark leaves as plain text.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// How many lists and quotations one line may open. The parser's time grows with this number for
/// each line that follows: 50,000 of either took it seconds.
pub const MAX_NESTING: usize = 100;

/// What the parser saw, in order, with its place in the text.
pub(super) type Events<'a> = Vec<(Event<'a>, Range<usize>)>;

pub(super) fn dialect() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// Parses a text. Comments are left out, and an HTML block is one event. A text that is nested too
/// deeply is code from beginning to end.
pub(super) fn events(text: &str) -> Events<'_> {
    if too_deep(text).is_some() {
        let whole = 0..text.len();
        return vec![
            (Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)), whole.clone()),
            (Event::Text(text.into()), whole.clone()),
            (Event::End(TagEnd::CodeBlock), whole),
        ];
    }
    let mut out = Vec::new();
    let mut run = Run { text, ..Run::default() };
    let mut closed_to_wiki_links = 0;
    let mut html_block = String::new();
    for (event, range) in Parser::new_ext(text, dialect()).into_offset_iter() {
        match &event {
            Event::Text(_) | Event::SoftBreak if closed_to_wiki_links == 0 => {
                run.push(event, range);
                continue;
            }
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_)) => {
                closed_to_wiki_links += 1;
            }
            Event::End(TagEnd::Link | TagEnd::Image | TagEnd::CodeBlock) => {
                closed_to_wiki_links -= 1;
            }
            _ => {}
        }
        run.flush(&mut out);
        match event {
            Event::Html(line) => html_block.push_str(&line),
            Event::Start(Tag::HtmlBlock) => html_block.clear(),
            Event::End(TagEnd::HtmlBlock) => {
                let html = without_comments(&html_block);
                if !html.trim().is_empty() {
                    out.push((Event::Html(html.into()), range));
                }
            }
            // The only way to break a line in a table cell, and harmless as a break of our own.
            Event::InlineHtml(html) if is_line_break(&html) => out.push((Event::HardBreak, range)),
            Event::InlineHtml(html) if without_comments(&html).is_empty() => {}
            event => out.push((event, range)),
        }
    }
    run.flush(&mut out);
    out
}

/// Returns the beginning of the first line that opens more lists and quotations than it may.
pub(super) fn too_deep(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    let lines = text.split_inclusive('\n').flat_map(|line| line.split_inclusive('\r'));
    for line in lines {
        let mut rest = line;
        let mut depth = 0;
        while let Some(after) = after_container(rest) {
            rest = after;
            depth += 1;
        }
        if depth > MAX_NESTING {
            return Some(start..start + line.len() - rest.len());
        }
        start += line.len();
    }
    None
}

/// Returns what follows the mark of a list item or a quotation.
fn after_container(line: &str) -> Option<&str> {
    let line = line.trim_start_matches([' ', '\t']);
    if let Some(after) = line.strip_prefix('>') {
        return Some(after);
    }
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let after = match line.len() - digits.len() {
        0 => line.strip_prefix(['-', '*', '+']),
        _ => digits.strip_prefix(['.', ')']),
    };
    after.filter(|after| after.starts_with([' ', '\t', '\r', '\n']))
}

/// Returns where code and HTML stand in blocks of their own, comments included, in order. No other
/// mark is read there.
pub fn set_apart(text: &str) -> Vec<Range<usize>> {
    if too_deep(text).is_some() {
        return Vec::new();
    }
    let events = Parser::new_ext(text, dialect()).into_offset_iter();
    let blocks = events
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock)));
    blocks.map(|(_, range)| range).collect()
}

/// Takes comments out of HTML. One that never ends stays, so that it cannot hide what follows.
pub(super) fn without_comments(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        let Some((_, after)) = comment.split_once("-->") else {
            break;
        };
        out.push_str(before);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// What begins a comment that is addressed to the program.
const ADDRESS: &str = "clausebook";

/// Finds the comments that are addressed to the program, where Markdown sees a comment: one in code
/// is none.
pub(super) fn remarks(text: &str) -> Vec<Range<usize>> {
    // Few texts have any, and only those are read a second time.
    let has_any = text.split("<!--").skip(1).any(|it| it.trim_start().starts_with(ADDRESS));
    if !has_any || too_deep(text).is_some() {
        return Vec::new();
    }
    let mut found = Vec::new();
    // An HTML block comes line by line, and a comment may go on from one to the next.
    let mut html = Html::default();
    for (event, range) in Parser::new_ext(text, dialect()).into_offset_iter() {
        match event {
            Event::Html(line) => html.push(&line, range),
            Event::End(TagEnd::HtmlBlock) => std::mem::take(&mut html).remarks(&mut found),
            Event::InlineHtml(words) => {
                let mut inline = Html::default();
                inline.push(&words, range);
                inline.remarks(&mut found);
            }
            _ => {}
        }
    }
    found
}

/// A piece of HTML, and where its lines stand.
#[derive(Default)]
struct Html {
    text: String,
    lines: Vec<(usize, Range<usize>)>,
}

impl Html {
    fn push(&mut self, line: &str, range: Range<usize>) {
        self.lines.push((self.text.len(), range));
        self.text.push_str(line);
    }

    fn place(&self, at: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= at).saturating_sub(1);
        let (start, range) = &self.lines[line];
        (range.start + at - start).min(range.end)
    }

    fn remarks(&self, found: &mut Vec<Range<usize>>) {
        let mut from = 0;
        while let Some(start) = self.text[from..].find("<!--").map(|at| from + at) {
            let inner = start + "<!--".len();
            let Some(length) = self.text[inner..].find("-->") else { return };
            let end = inner + length + "-->".len();
            if self.text[inner..].trim_start().starts_with(ADDRESS) {
                found.push(self.place(start)..self.place(end - 1) + 1);
            }
            from = end;
        }
    }
}

fn is_line_break(html: &str) -> bool {
    let name = html.trim_start_matches('<').trim_end_matches('>').trim_end_matches('/');
    name.trim().eq_ignore_ascii_case("br")
}

/// Text events side by side, and the text they make.
#[derive(Default)]
struct Run<'a> {
    text: &'a str,
    pieces: Vec<Piece<'a>>,
    joined: String,
}

struct Piece<'a> {
    /// Where it begins in the joined text.
    at: usize,
    event: Event<'a>,
    range: Range<usize>,
}

/// A wiki link, as ranges of the joined text.
struct WikiLink {
    whole: Range<usize>,
    target: Range<usize>,
    words: Range<usize>,
}

impl<'a> Run<'a> {
    fn push(&mut self, event: Event<'a>, range: Range<usize>) {
        let at = self.joined.len();
        self.joined.push_str(if let Event::Text(text) = &event { text } else { "\n" });
        self.pieces.push(Piece { at, event, range });
    }

    /// Hands the events on, with the wiki links among them made out.
    fn flush(&mut self, out: &mut Events<'a>) {
        let mut done = 0;
        for link in self.wiki_links() {
            self.cut(done..link.whole.start, out);
            let range = self.place(link.whole.start).start..self.place(link.whole.end - 1).end;
            let is_piped = link.target.end + 2 != link.whole.end;
            let target = self.joined[link.target].trim_end_matches('\\').trim().to_owned();
            let tag = Tag::Link {
                link_type: LinkType::WikiLink { has_pothole: is_piped },
                dest_url: target.into(),
                title: CowStr::Borrowed(""),
                id: CowStr::Borrowed(""),
            };
            out.push((Event::Start(tag), range.clone()));
            self.cut(link.words, out);
            out.push((Event::End(TagEnd::Link), range));
            done = link.whole.end;
        }
        self.cut(done..self.joined.len(), out);
        self.pieces.clear();
        self.joined.clear();
    }

    fn wiki_links(&self) -> Vec<WikiLink> {
        let mut links = Vec::new();
        let mut from = 0;
        // From each end back to the nearest beginning, so that no byte is looked at twice.
        while let Some(end) = self.joined[from..].find("]]").map(|at| from + at) {
            let link = self.joined[from..end].rfind("[[").map(|at| from + at);
            links.extend(link.and_then(|start| self.wiki_link(start, end)));
            from = end + 2;
        }
        links
    }

    fn wiki_link(&self, start: usize, end: usize) -> Option<WikiLink> {
        let inside = &self.joined[start + 2..end];
        let pipe = inside.find('|').map(|at| start + 2 + at);
        let target = start + 2..pipe.unwrap_or(end);
        let is_meant = [start, start + 1, end, end + 1].iter().all(|&at| !self.is_escaped(at));
        let is_named = !self.joined[target.clone()].trim().is_empty();
        let is_link = is_meant && is_named && !inside.contains(['[', ']']);
        is_link.then(|| WikiLink {
            whole: start..end + 2,
            words: pipe.map_or(start + 2, |pipe| pipe + 1)..end,
            target,
        })
    }

    /// Tells whether a bracket is not the one a reader of the source would take it for: written
    /// with a backslash, or as an entity.
    fn is_escaped(&self, at: usize) -> bool {
        let index = self.index_of(at);
        let piece = &self.pieces[index];
        let place = self.place(at);
        let follows = index > 0 && self.pieces[index - 1].range.end == piece.range.start;
        let is_first = at == piece.at && !follows;
        let after_backslash = self.text[..place.start].ends_with('\\');
        place.len() != 1 || (is_first && after_backslash)
    }

    fn index_of(&self, at: usize) -> usize {
        self.pieces.partition_point(|piece| piece.at <= at).saturating_sub(1)
    }

    /// Returns where a byte of the joined text stands in the source.
    fn place(&self, at: usize) -> Range<usize> {
        let piece = &self.pieces[self.index_of(at)];
        match &piece.event {
            Event::Text(text) if text.len() == piece.range.len() => {
                let start = piece.range.start + at - piece.at;
                start..start + 1
            }
            _ => piece.range.clone(),
        }
    }

    /// Hands on the events of a part of the joined text.
    fn cut(&self, part: Range<usize>, out: &mut Events<'a>) {
        if part.is_empty() {
            return;
        }
        let first = self.index_of(part.start);
        for piece in self.pieces[first..].iter().take_while(|piece| piece.at < part.end) {
            let from = part.start.saturating_sub(piece.at);
            out.push(match &piece.event {
                Event::Text(text) if from > 0 || piece.at + text.len() > part.end => {
                    let to = text.len().min(part.end - piece.at);
                    let cut = Event::Text(text[from..to].to_owned().into());
                    let (first, last) = (piece.at + from, piece.at + to - 1);
                    (cut, self.place(first).start..self.place(last).end)
                }
                whole => (whole.clone(), piece.range.clone()),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_where_a_line_begins() {
        let line = format!("a\n{}b - - -\n", " 1. - > ".repeat(34));
        assert_eq!(too_deep(&line), Some(2..line.len() - 9));
        assert_eq!(too_deep(&"> * 1) ".repeat(33)), None);
        assert_eq!(too_deep(&format!("{}\n", "*".repeat(200))), None);
        assert_eq!(too_deep(&format!("a {}", "- ".repeat(200))), None);
        assert_eq!(events(&line).len(), 3);
    }
}
