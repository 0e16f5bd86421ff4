//! What the text of a document says: its headings, its links and its prose.
//!
//! `read` keeps what rules ask about, each with its place in the file; `to_html` renders the same
//! text for the site, with the same anchors. Text from a repository is data: raw HTML is shown,
//! never passed on, and an address is followed only if we know what kind it is. The detail lies
//! beneath: `events` is the one place where the dialect is chosen, `target` judges addresses.

mod blocks;
mod events;
mod html;
mod references;
mod slips;
mod tables;
mod target;

pub use self::{
    blocks::{Block, blocks},
    events::{MAX_NESTING, set_apart},
    html::{Picture, Resolved, part_to_html, to_html},
    tables::Table,
    target::Target,
};

use self::events::{Events, events, remarks, too_deep};
use self::references::references;
use self::slips::links_left_as_text;
use self::tables::tables;
use crate::source::{Span, Spanned};
use pulldown_cmark::{Event, HeadingLevel, LinkType, Tag, TagEnd};
use std::{collections::HashMap, ops::Range};

/// The text of a document, as far as rules and the site ask about it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Body {
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The links and images, in order of their ends. An image within the words of another image
    /// is not one of them, since it is not shown.
    pub links: Vec<Link>,
    /// What was meant for a link to a file and is none, because the address has a blank in it.
    pub unread_links: Vec<Span>,
    /// The prose, one passage for each paragraph, heading, table cell or list item.
    pub text: Vec<Passage>,
    /// The number of words of the prose.
    pub words: usize,
    /// The check boxes of task lists: whether each is ticked.
    pub tasks: Vec<Spanned<bool>>,
    /// The characters that are written as references (`&#8238;`), in order: who reads the page sees
    /// the character, who reads the source its name.
    pub references: Vec<Spanned<char>>,
    /// The tables, in order.
    pub tables: Vec<Table>,
    /// The comments that are addressed to the program: they begin with its name.
    pub remarks: Vec<Span>,
    /// The beginning of the line that opens more than `MAX_NESTING` lists and quotations. The text
    /// was then not read: it is shown as it stands, and nothing else is known of it.
    pub too_deep: Option<Span>,
}

/// A heading and what is known of its section.
#[derive(Clone, Debug, PartialEq)]
pub struct Heading {
    /// 1 for `#`, up to 6.
    pub level: u8,
    /// What a reader sees, without markup.
    pub text: String,
    /// The name links use, made as GitHub makes it.
    pub anchor: String,
    /// Where the heading stands, its `#` included.
    pub span: Span,
    /// Whether it is the title of the document: its first heading, of level 1, outside any list
    /// or quotation.
    pub is_title: bool,
    /// The number of items of ordered lists in its section, lists within lists left out. A section
    /// ends at the next heading of the same or a higher level.
    pub ordered_items: usize,
    /// Whether its section, subsections included, holds nothing but headings.
    pub is_empty_section: bool,
}

/// A link or an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// The words of the link, or the description of the image.
    pub text: String,
    /// Where it stands, brackets included.
    pub span: Span,
    /// Whether it is an image.
    pub is_image: bool,
}

/// The prose of one block, with inline markup taken off and code, raw HTML, bare addresses and
/// images replaced by a space.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Passage {
    /// The text.
    pub text: String,
    pieces: Vec<Piece>,
}

/// A stretch of a passage that stands unbroken in the file.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    /// Where it begins in the passage.
    at: usize,
    length: usize,
    span: Span,
}

impl Passage {
    /// Returns where a range of the text stands in the file.
    pub fn span_of(&self, range: Range<usize>) -> Span {
        let last = range.end.saturating_sub(1).max(range.start);
        Span::new(self.place_of(range.start).start, self.place_of(last).end)
    }

    /// Returns where the byte at an offset of the text stands in the file. A piece that was written
    /// otherwise than it reads (`&amp;`) is taken as a whole.
    fn place_of(&self, offset: usize) -> Span {
        let after = self.pieces.partition_point(|piece| piece.at <= offset);
        let Some(piece) = self.pieces[..after].last() else {
            return Span::default();
        };
        if piece.span.end - piece.span.start != piece.length {
            return piece.span;
        }
        let place = (piece.span.start + offset - piece.at).min(piece.span.end);
        Span::new(place, (place + 1).min(piece.span.end))
    }

    fn push(&mut self, text: &str, span: Span) {
        // What goes on where the last piece ended is of one piece with it: a parser that sees each
        // bracket by itself makes a piece of each.
        let is_as_written = |length: usize, span: Span| span.end - span.start == length;
        if let Some(last) = self.pieces.last_mut()
            && last.span.end == span.start
            && last.at + last.length == self.text.len()
            && is_as_written(last.length, last.span)
            && is_as_written(text.len(), span)
        {
            last.length += text.len();
            last.span.end = span.end;
            self.text.push_str(text);
            return;
        }
        self.pieces.push(Piece { at: self.text.len(), length: text.len(), span });
        self.text.push_str(text);
    }
}

impl Body {
    /// Returns the title the text gives itself.
    pub fn title(&self) -> Option<&Heading> {
        self.headings.first().filter(|heading| heading.is_title)
    }
}

/// Reads the text after the front matter; `offset` is where it begins in the file.
pub fn read(text: &str, offset: usize) -> Body {
    let too_deep = too_deep(text).map(|range| Span::from(range).shifted(offset));
    let remarks = remarks(text).into_iter().map(|range| Span::from(range).shifted(offset));
    let events = events(text);
    let unread = links_left_as_text(text, &events).into_iter();
    let unread_links = unread.map(|range| Span::from(range).shifted(offset)).collect();
    let references = references(text, &events).into_iter();
    let references =
        references.map(|(c, range)| Spanned::new(c, Span::from(range).shifted(offset))).collect();
    let tables = tables(text, offset, &events);
    let body = read_events(text, offset, &events);
    Body { too_deep, remarks: remarks.collect(), unread_links, references, tables, ..body }
}

/// Returns the anchor GitHub would give a heading, before numbers make it unique.
///
/// No anchor holds an ASCII capital, so ids with a capital are free for the page around the text.
pub fn slug(heading: &str) -> String {
    heading
        .trim()
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| if c == ' ' { '-' } else { c })
        .filter(|&c| c.is_alphanumeric() || matches!(c, '-' | '_' | '\u{300}'..='\u{36F}'))
        .collect()
}

fn read_events(text: &str, offset: usize, events: &Events<'_>) -> Body {
    let mut reader = Reader { source: text, offset, ..Reader::default() };
    for (event, range) in events {
        reader.take(event, Span::from(range.clone()));
    }
    reader.end_passage();
    reader.body
}

#[derive(Default)]
struct Reader<'a> {
    source: &'a str,
    offset: usize,
    body: Body,
    passage: Passage,
    /// The open heading's words as GitHub counts them: inline HTML left out.
    heading: Option<String>,
    anchors: Anchors,
    /// The headings whose sections are open, outermost first: six at most.
    sections: Vec<usize>,
    /// Lists, quotations and footnotes around this place.
    containers: usize,
    footnotes: usize,
    /// Whether the outermost list around this place is ordered and not in a quotation or footnote.
    in_top_ordered_list: bool,
    /// Links and images around this place. Links do not nest, and images count once.
    links: Vec<Link>,
    /// Images around this place, images within images included.
    images: usize,
    is_code: bool,
    is_bare_address: bool,
}

impl Reader<'_> {
    fn take(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Start(tag) => self.start(tag, span),
            Event::End(end) => self.end(*end),
            Event::Text(text) => {
                self.mark_content();
                if !self.is_code {
                    self.word(text, span);
                }
            }
            Event::Code(text) => {
                self.mark_content();
                self.shown(text);
                self.prose(" ", span);
            }
            Event::SoftBreak | Event::HardBreak => self.word(" ", span),
            Event::InlineHtml(html) => {
                self.mark_content();
                if let (Some(_), Some(heading)) = (&self.heading, self.body.headings.last_mut()) {
                    heading.text.push_str(html);
                }
                self.prose(" ", span);
            }
            Event::Html(_) => self.mark_content(),
            Event::TaskListMarker(done) => {
                self.body.tasks.push(Spanned::new(*done, span.shifted(self.offset)));
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Span) {
        if !is_inline(&tag.to_end()) {
            self.end_passage();
        }
        match tag {
            Tag::Heading { level, .. } => self.start_heading(*level, span),
            Tag::List(start) => {
                if self.containers == 0 {
                    self.in_top_ordered_list = start.is_some();
                }
                self.containers += 1;
            }
            Tag::Item => {
                if self.containers == 1 && self.in_top_ordered_list {
                    for &section in &self.sections {
                        self.body.headings[section].ordered_items += 1;
                    }
                }
                self.containers += 1;
            }
            Tag::BlockQuote(_) => self.containers += 1,
            Tag::FootnoteDefinition(_) => {
                self.containers += 1;
                self.footnotes += 1;
            }
            Tag::CodeBlock(_) => {
                self.is_code = true;
                self.mark_content();
            }
            Tag::Table(_) => self.mark_content(),
            Tag::Link { link_type, dest_url, .. } if self.images == 0 => {
                self.is_bare_address = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.start_link(Target::of(*link_type, dest_url), span, false);
            }
            Tag::Image { link_type, dest_url, .. } => {
                if self.images == 0 {
                    self.mark_content();
                    self.start_link(Target::of(*link_type, dest_url), span, true);
                }
                self.images += 1;
            }
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        if !is_inline(&end) {
            self.end_passage();
        }
        match end {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => self.containers -= 1,
            TagEnd::FootnoteDefinition => {
                self.containers -= 1;
                self.footnotes -= 1;
            }
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Link if self.images == 0 => {
                self.is_bare_address = false;
                self.end_link();
            }
            TagEnd::Image => {
                self.images -= 1;
                if self.images == 0 {
                    self.end_link();
                }
            }
            _ => {}
        }
    }

    fn start_heading(&mut self, level: HeadingLevel, span: Span) {
        let is_nested = self.containers > 0;
        let written = self.source[span.start..span.end].trim_end();
        let index = self.body.headings.len();
        let heading = Heading {
            level: level as u8,
            text: String::new(),
            anchor: String::new(),
            span: Span::new(span.start, span.start + written.len()).shifted(self.offset),
            is_title: index == 0 && level == HeadingLevel::H1 && !is_nested,
            ordered_items: 0,
            is_empty_section: !is_nested,
        };
        // A heading within a quotation or a list is content of the section around it.
        if is_nested {
            self.mark_content();
        } else {
            let headings = &self.body.headings;
            self.sections.retain(|&open| headings[open].level < heading.level);
            self.sections.push(index);
        }
        self.body.headings.push(heading);
        self.heading = Some(String::new());
    }

    fn end_heading(&mut self) {
        let words = self.heading.take().unwrap_or_default();
        if let Some(heading) = self.body.headings.last_mut() {
            heading.text = heading.text.trim().to_owned();
            heading.anchor = self.anchors.unique(&words);
        }
    }

    fn start_link(&mut self, target: Target, span: Span, is_image: bool) {
        let span = span.shifted(self.offset);
        self.links.push(Link { target, text: String::new(), span, is_image });
    }

    fn end_link(&mut self) {
        self.body.links.extend(self.links.pop());
    }

    /// Takes text a reader sees as prose.
    fn word(&mut self, text: &str, span: Span) {
        self.shown(text);
        self.prose(if self.images > 0 || self.is_bare_address { " " } else { text }, span);
    }

    /// Adds to the words of the heading and the links around this place.
    fn shown(&mut self, text: &str) {
        if let Some(words) = &mut self.heading
            && self.images == 0
        {
            words.push_str(text);
            if let Some(heading) = self.body.headings.last_mut() {
                heading.text.push_str(text);
            }
        }
        for link in &mut self.links {
            link.text.push_str(text);
        }
    }

    fn prose(&mut self, text: &str, span: Span) {
        self.passage.push(text, span.shifted(self.offset));
    }

    fn end_passage(&mut self) {
        if !self.passage.text.trim().is_empty() {
            self.body.words += words_of(&self.passage.text);
            // A copy takes no more room than it needs, and the buffer serves again.
            self.body.text.push(self.passage.clone());
        }
        self.passage.text.clear();
        self.passage.pieces.clear();
    }

    /// Notes that the open sections hold something. Headings do not count, nor do footnotes, which
    /// readers find at the foot of the page.
    fn mark_content(&mut self) {
        if self.heading.is_some() || self.footnotes > 0 {
            return;
        }
        for &section in &self.sections {
            self.body.headings[section].is_empty_section = false;
        }
    }
}

/// Counts the words with a letter or a digit.
fn words_of(text: &str) -> usize {
    let mut count = 0;
    let mut is_counted = false;
    for c in text.chars() {
        if c.is_whitespace() {
            is_counted = false;
        } else if !is_counted && c.is_alphanumeric() {
            is_counted = true;
            count += 1;
        }
    }
    count
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// Hands out anchors, numbering those that were given before.
#[derive(Default)]
struct Anchors(HashMap<String, usize>);

impl Anchors {
    fn unique(&mut self, heading: &str) -> String {
        let mut base = slug(heading);
        if base.is_empty() {
            "section".clone_into(&mut base);
        }
        let mut anchor = base.clone();
        while self.0.contains_key(&anchor) {
            let given = self.0.entry(base.clone()).or_default();
            *given += 1;
            anchor = format!("{base}-{given}");
        }
        self.0.insert(anchor.clone(), 0);
        anchor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anchors(text: &str) -> Vec<String> {
        read(text, 0).headings.into_iter().map(|heading| heading.anchor).collect()
    }

    /// Links as `target | words | source`.
    fn links(text: &str) -> Vec<String> {
        let show = |link: Link| {
            let source = &text[link.span.start..link.span.end];
            format!("{} | {} | {source}", link.target, link.text)
        };
        read(text, 0).links.into_iter().map(show).collect()
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(
            anchors("# The _Change_ `policy`\n## 1. What's in & out?\n## Ärger/Öl -- x_y\n"),
            ["the-change-policy", "1-whats-in--out", "ärgeröl----x_y"]
        );
        assert_eq!(
            anchors("# a\n# a\n# a-1\n# a\n# !?\n#\n"),
            ["a", "a-1", "a-1-1", "a-2", "section", "section-1"]
        );
        assert_eq!(
            anchors("Set\n===\n## <b>x</b> [y](z) ![w](v)\n## [[P-1]]"),
            ["set", "x-y", "p-1"]
        );
    }

    #[test]
    fn brackets_side_by_side_are_one_piece_of_a_passage() {
        let text = "words ]]]] &amp; [[[[\nand \\[ more";
        let body = read(text, 7);
        let passage = &body.text[0];
        assert_eq!(passage.text, "words ]]]] & [[[[ and [ more");
        // The reference and the backslash are written otherwise than they read.
        assert_eq!(passage.pieces.len(), 4);
        let place = |word: &str| {
            let at = passage.text.find(word).unwrap();
            let span = passage.span_of(at..at + word.len());
            &text[span.start - 7..span.end - 7]
        };
        for word in ["words ]]", "[[[ and", "more"] {
            assert_eq!(place(word).replace('\n', " "), word);
        }
    }

    #[test]
    fn headings_know_their_sections() {
        let text = "# T\n\n## Empty\n<!-- soon -->\n\n---\n\n## Steps\n\n1. a\n   1. inner\n2. b\n\n\
                    ### More\n\n3. c\n\n> 1. quoted\n\n## Last\n\n### Empty\n\n[^1]: note\n";
        let body = read(text, 100);
        let seen: Vec<_> = body
            .headings
            .iter()
            .map(|h| (h.level, h.text.as_str(), h.ordered_items, h.is_empty_section))
            .collect();
        assert_eq!(
            seen,
            [
                (1, "T", 3, false),
                (2, "Empty", 0, true),
                (2, "Steps", 3, false),
                (3, "More", 1, false),
                (2, "Last", 0, true),
                (3, "Empty", 0, true),
            ]
        );
        let span = body.headings[1].span;
        assert_eq!(&text[span.start - 100..span.end - 100], "## Empty");
        assert_eq!(body.title().map(|title| title.text.as_str()), Some("T"));
        assert_eq!(read("> # T", 0).title(), None);
    }

    #[test]
    fn links_have_words_and_places() {
        assert_eq!(
            links("[a *b*](c.md#d) ![e](f.png) <https://g.example> [h][r]\n\n[r]: i.md\n"),
            [
                "c.md#d | a b | [a *b*](c.md#d)",
                "f.png | e | ![e](f.png)",
                "https://g.example | https://g.example | <https://g.example>",
                "i.md | h | [h][r]",
            ]
        );
        assert_eq!(
            links("[![a ![b](c.png)](d.png)](e.md)"),
            [
                "d.png | a b | ![a ![b](c.png)](d.png)",
                "e.md | a b | [![a ![b](c.png)](d.png)](e.md)"
            ]
        );
    }

    #[test]
    fn wiki_links_are_found_in_plain_text_only() {
        assert_eq!(
            links("see **[[P-1]]**, [[P-2@2.0|the old\none]] and [[[P-3#x]]]"),
            [
                "P-1 | P-1 | [[P-1]]",
                "P-2@2.0 | the old one | [[P-2@2.0|the old\none]]",
                "P-3#x | P-3#x | [[P-3#x]]",
            ]
        );
        assert_eq!(links("| [[P-1\\|a]] |\n|--|\n"), ["P-1 | a | [[P-1\\|a]]"]);
        let plain = "`[[a]]` \\[[b]] [\\[c]] [[d\\]] [[]] [[ |e]] &#91;[f]]\n\n    [[g]]\n\n```\n[[h]]\n```\n";
        assert_eq!(links(plain), [""; 0]);
        // The words of a wiki link are plain; what is not is left as it stands, for all to see.
        assert_eq!(links("[[P-1|an *old* one]]"), [""; 0]);
        assert_eq!(links("[[1]](a.md)"), ["a.md | [1] | [[1]](a.md)"]);
        assert_eq!(links("[x [[P-1]]](a.md)").len(), 1);
    }

    #[test]
    fn prose_leads_back_to_its_place() {
        let text = "See **clause** 8.5\n> R&amp;D *clause* `8.1` 9.1 <https://8.2.example>\n\n\
                    | 8.3 | b |\n|--|--|\n\n```\n8.4\n```\n";
        let body = read(text, 10);
        let prose: Vec<_> = body.text.iter().map(|passage| passage.text.trim()).collect();
        assert_eq!(prose, ["See clause 8.5", "R&D clause   9.1", "8.3", "b"]);
        assert_eq!(body.words, 8);
        let place = |nth: usize, word: &str| {
            let passage: &Passage = &body.text[nth];
            let at = passage.text.find(word).unwrap();
            let span = passage.span_of(at..at + word.len());
            &text[span.start - 10..span.end - 10]
        };
        assert_eq!(place(0, "clause 8.5"), "clause** 8.5");
        assert_eq!(place(1, "&D"), "&amp;D");
        assert_eq!(place(1, "9.1"), "9.1");
        assert_eq!(place(2, "8.3"), "8.3");
        assert_eq!(Passage::default().span_of(3..9), Span::default());
    }

    #[test]
    fn tasks_are_ticked_or_not() {
        let tasks = read("- [x] a\n- [ ] b\n", 0).tasks;
        assert_eq!(
            tasks,
            [Spanned::new(true, Span::new(2, 5)), Spanned::new(false, Span::new(10, 13))]
        );
    }

    #[test]
    fn a_text_too_deep_is_shown_and_not_read() {
        let text = format!("# T\n\n{}[a](b.md)\n", "> ".repeat(101));
        let body = read(&text, 10);
        assert_eq!(body.too_deep, Some(Span::new(15, 216)));
        assert_eq!((body.headings.len(), body.links.len()), (0, 0));
        let html = to_html(&text, &|_| Resolved::default());
        assert!(html.starts_with("<pre><code># T\n") && html.contains("&gt; [a](b.md)\n"));
    }

    #[test]
    fn hostile_texts_end_soon() {
        let many = |text: &str, times: usize| text.repeat(times);
        let texts = [
            many("[", 100_000),
            many("*", 100_000),
            many(">", 50_000),
            many("![", 20_000) + "a" + &many("](ü&amp;)", 20_000),
            many("[a](ü&#8238;&amp) ", 20_000),
            many("[[", 20_000),
            many("[[", 20_000) + &many("]]", 20_000),
            many("[[a|", 20_000) + "]]",
            many("[[a]]", 20_000),
            many("![", 20_000) + "a" + &many("](b)", 20_000),
            many("# a\n", 20_000),
            many("- ", 50_000) + "a\n" + &many("b\n", 50_000),
            many("> ", 100) + "a\n" + &many("b\n", 5_000),
            many("a[^1] ", 10_000) + "\n\n[^1]: b",
            many("<!--", 50_000),
            many("a <!-- ", 20_000),
            many("<br", 50_000),
            many("&amp;", 50_000),
            many("| ", 20_000) + "\n" + &many("|-", 20_000) + "\n" + &many("|\n", 1_000),
            many("> - ", 50) + "# a",
            many("\\[[\\]] ", 20_000),
            many("a **b ", 20_000),
            many("\u{0}\u{FEFF}\u{301}", 10_000),
        ];
        for text in texts {
            let body = read(&text, 7);
            let html = to_html(&text, &|_| Resolved::default());
            assert!(body.links.len() <= text.len() && html.len() < 200 * (text.len() + 10_000));
        }
    }
}
