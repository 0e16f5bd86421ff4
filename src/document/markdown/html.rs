//! The text of a document as HTML for the site.
//!
//! Nothing of the text reaches the page unescaped, no attribute but those below is written, and an
//! address only where the caller resolved it. The page prints the title, so the text begins at
//! level 2; levels that were skipped are closed up, as screen readers expect.

mod footnotes;

use self::footnotes::Footnotes;
use super::{
    Heading, Target,
    events::{Events, events},
    read_events,
};
use pulldown_cmark::{Alignment, BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag, TagEnd};
use std::{collections::HashSet, fmt::Write, ops::Range};

/// What a link became on the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolved {
    /// The address to write, percent-encoded; without one the link is shown as dead text.
    pub href: Option<String>,
    /// What to say about it on hover.
    pub title: Option<String>,
    /// The class of the link.
    pub note: Option<String>,
    /// The picture that stands there, if the text means it as one.
    pub picture: Option<Picture>,
}

/// A picture on the site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its address, or the picture itself as an address.
    pub src: String,
    /// Width and height in pixels, where they are known.
    pub size: Option<(usize, usize)>,
    /// What to say about it on hover, where the text says nothing.
    pub title: String,
}

/// Renders a text, asking `resolve` where each link leads; refused addresses are not asked for.
///
/// Ids are the anchors of `read`, and `Fn-1` and `Fnref-1` for footnotes. The page keeps clear of
/// them by giving its own ids another capital letter or a prefix. The title is left out; an empty
/// `span` keeps its id. Classes: `dead-link`, `table-wrap`, `num` and `center` (cells), `alert`,
/// `task-mark`, `raw-html`, `footnote-ref`, `footnotes`.
pub fn to_html(text: &str, resolve: &dyn Fn(&Target) -> Resolved) -> String {
    let events = events(text);
    let headings = read_events(text, 0, &events).headings;
    written(&events, headings, resolve)
}

/// Renders a part of a text, a section for instance, in the light of the whole: a link finds its
/// address, and a footnote its words, wherever in the text they are defined. Footnotes to which
/// the part does not refer stay away.
pub fn part_to_html(
    text: &str,
    part: Range<usize>,
    resolve: &dyn Fn(&Target) -> Resolved,
) -> String {
    let events = events(text);
    let headings = read_events(text, 0, &events).headings;
    let kept = footnotes::part_of(&events, &part);
    let starts: HashSet<usize> = kept.iter().map(|(_, range)| range.start).collect();
    let headings = headings.into_iter().filter(|heading| starts.contains(&heading.span.start));
    written(&kept, headings.collect(), resolve)
}

fn written(
    events: &Events<'_>,
    headings: Vec<Heading>,
    resolve: &dyn Fn(&Target) -> Resolved,
) -> String {
    let footnotes = Footnotes::number(events);
    let mut writer = Writer { headings, footnotes, ..Writer::new(resolve) };
    for (index, (event, _)) in events.iter().enumerate() {
        let next = events.get(index + 1).map(|(event, _)| event);
        writer.take(event, next);
    }
    writer.finish()
}

struct Writer<'a> {
    resolve: &'a dyn Fn(&Target) -> Resolved,
    out: String,
    /// What was written before the footnotes that are open, while they are written apart.
    held: Vec<(usize, String)>,
    headings: Vec<Heading>,
    /// How many headings have begun.
    heading: usize,
    heading_tag: String,
    is_in_title: bool,
    /// Levels of the open sections: in the text, and on the page.
    sections: Vec<(u8, u8)>,
    link: Option<OpenLink>,
    image: Option<OpenImage>,
    table: Table,
    footnotes: Footnotes,
}

struct OpenLink {
    closing: &'static str,
    /// What to show if the link has no words.
    fallback: String,
    has_words: bool,
}

struct OpenImage {
    /// Images and links around this place, all within the description of the outermost image.
    depth: usize,
    target: Target,
    title: String,
    alt: String,
}

#[derive(Default)]
struct Table {
    number: usize,
    alignments: Vec<Alignment>,
    cell: usize,
    is_head: bool,
    has_rows: bool,
    cell_tag: &'static str,
}

impl<'a> Writer<'a> {
    fn new(resolve: &'a dyn Fn(&Target) -> Resolved) -> Self {
        Self {
            resolve,
            out: String::new(),
            held: Vec::new(),
            headings: Vec::new(),
            heading: 0,
            heading_tag: String::new(),
            is_in_title: false,
            sections: Vec::new(),
            link: None,
            image: None,
            table: Table::default(),
            footnotes: Footnotes::default(),
        }
    }

    fn take(&mut self, event: &Event<'_>, next: Option<&Event<'_>>) {
        if self.is_in_title {
            self.is_in_title = !matches!(event, Event::End(TagEnd::Heading(_)));
            return;
        }
        if self.image.is_some() {
            self.take_in_image(event);
            return;
        }
        match event {
            Event::Start(tag) => self.start(tag, next),
            Event::End(end) => self.end(*end),
            Event::Text(text) => self.words(text),
            Event::Code(text) => {
                self.raw("<code>");
                self.words(text);
                self.raw("</code>");
            }
            Event::InlineHtml(html) => {
                self.raw("<code class=\"raw-html\">");
                self.words(html);
                self.raw("</code>");
            }
            Event::Html(html) => {
                self.raw("<pre class=\"raw-html\"><code>");
                self.words(html);
                self.raw("</code></pre>\n");
            }
            Event::SoftBreak => self.raw("\n"),
            Event::HardBreak => self.raw("<br>\n"),
            Event::Rule => self.raw("<hr>\n"),
            Event::TaskListMarker(done) => self.raw(match done {
                true => "<span class=\"task-mark\" role=\"img\" aria-label=\"done\">☑</span> ",
                false => "<span class=\"task-mark\" role=\"img\" aria-label=\"open\">☐</span> ",
            }),
            Event::FootnoteReference(label) => self.footnote_reference(label),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.words(text),
        }
    }

    fn start(&mut self, tag: &Tag<'_>, next: Option<&Event<'_>>) {
        match tag {
            Tag::Paragraph => self.raw("<p>"),
            Tag::Heading { .. } => self.start_heading(),
            Tag::BlockQuote(kind) => self.start_quotation(*kind),
            Tag::CodeBlock(kind) => self.start_code(kind),
            Tag::List(Some(1)) => self.raw("<ol>\n"),
            Tag::List(Some(first)) => self.raw(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.raw("<ul>\n"),
            Tag::Item => self.raw("<li>"),
            Tag::FootnoteDefinition(label) => {
                let number = self.footnotes.number_of(label);
                self.held.push((number, std::mem::take(&mut self.out)));
            }
            Tag::Table(alignments) => self.start_table(alignments),
            Tag::TableHead => {
                self.table.is_head = true;
                self.raw("<thead><tr>");
            }
            Tag::TableRow => self.start_row(),
            Tag::TableCell => self.start_cell(matches!(next, Some(Event::End(_)))),
            Tag::Emphasis => self.raw("<em>"),
            Tag::Strong => self.raw("<strong>"),
            Tag::Strikethrough => self.raw("<s>"),
            Tag::Link { link_type, dest_url, title, .. } => {
                self.start_link(&Target::of(*link_type, dest_url), title);
            }
            Tag::Image { dest_url, title, .. } => {
                let target = Target::of(LinkType::Inline, dest_url);
                let title = title.to_string();
                self.image = Some(OpenImage { depth: 1, target, title, alt: String::new() });
            }
            // Switched off in `events`.
            Tag::HtmlBlock
            | Tag::MetadataBlock(_)
            | Tag::DefinitionList
            | Tag::DefinitionListTitle
            | Tag::DefinitionListDefinition
            | Tag::Superscript
            | Tag::Subscript => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Paragraph => self.raw("</p>\n"),
            TagEnd::Heading(_) => {
                let _ = writeln!(self.out, "</{}>", self.heading_tag);
            }
            TagEnd::BlockQuote(_) => self.raw("</blockquote>\n"),
            TagEnd::CodeBlock => self.raw("</code></pre>\n"),
            TagEnd::List(true) => self.raw("</ol>\n"),
            TagEnd::List(false) => self.raw("</ul>\n"),
            TagEnd::Item => self.raw("</li>\n"),
            TagEnd::FootnoteDefinition => self.end_footnote(),
            TagEnd::Table => {
                self.raw(if self.table.has_rows { "</tbody>" } else { "" });
                self.raw("</table></section>\n");
            }
            TagEnd::TableHead => {
                self.table.is_head = false;
                self.raw("</tr></thead>\n");
            }
            TagEnd::TableRow => self.raw("</tr>\n"),
            TagEnd::TableCell => {
                self.table.cell += 1;
                self.raw(if self.table.cell_tag == "th" { "</th>" } else { "</td>" });
            }
            TagEnd::Emphasis => self.raw("</em>"),
            TagEnd::Strong => self.raw("</strong>"),
            TagEnd::Strikethrough => self.raw("</s>"),
            TagEnd::Link => self.end_link(),
            TagEnd::Image
            | TagEnd::HtmlBlock
            | TagEnd::MetadataBlock(_)
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
        }
    }

    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    /// Writes what a reader sees of the text.
    fn words(&mut self, text: &str) {
        if let Some(link) = &mut self.link {
            link.has_words |= !text.trim().is_empty();
        }
        escape(text, &mut self.out);
    }

    /// Begins a heading one level below the section it is in, whatever number of `#` that took.
    fn start_heading(&mut self) {
        let heading = &self.headings[self.heading];
        self.heading += 1;
        if heading.is_title {
            let _ = writeln!(self.out, "<span id=\"{}\"></span>", escaped(&heading.anchor));
            self.is_in_title = true;
            return;
        }
        let id = escaped(&heading.anchor);
        // Nothing to say aloud, nothing to list: the id remains for links.
        if heading.text.is_empty() {
            self.heading_tag = "span".to_owned();
        } else {
            self.sections.retain(|(level, _)| *level < heading.level);
            let shown = self.sections.last().map_or(2, |(_, shown)| (shown + 1).min(6));
            self.sections.push((heading.level, shown));
            self.heading_tag = format!("h{shown}");
        }
        let _ = write!(self.out, "<{} id=\"{id}\">", self.heading_tag);
    }

    fn start_quotation(&mut self, kind: Option<BlockQuoteKind>) {
        let Some(kind) = kind else {
            return self.raw("<blockquote>\n");
        };
        let name = match kind {
            BlockQuoteKind::Note => "Note",
            BlockQuoteKind::Tip => "Tip",
            BlockQuoteKind::Important => "Important",
            BlockQuoteKind::Warning => "Warning",
            BlockQuoteKind::Caution => "Caution",
        };
        let html = format!("<blockquote class=\"alert\">\n<p><strong>{name}</strong></p>\n");
        self.raw(&html);
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        let info = match kind {
            CodeBlockKind::Fenced(info) => info.split_whitespace().next().unwrap_or_default(),
            CodeBlockKind::Indented => "",
        };
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '+' | '#');
        if info.is_empty() || !info.chars().all(is_name) {
            return self.raw("<pre><code>");
        }
        let _ = write!(self.out, "<pre><code class=\"language-{info}\">");
    }

    /// Wide tables scroll within themselves, so the wrapper takes the keyboard and has a name.
    fn start_table(&mut self, alignments: &[Alignment]) {
        let number = self.table.number + 1;
        self.table = Table { number, alignments: alignments.to_vec(), ..Table::default() };
        let mut label = format!("Table {number}");
        if let Some(heading) = self.heading.checked_sub(1).map(|last| &self.headings[last])
            && !heading.is_title
            && !heading.text.is_empty()
        {
            let _ = write!(label, ": {}", heading.text);
        }
        let label = escaped(&label);
        let _ = writeln!(
            self.out,
            "<section class=\"table-wrap\" tabindex=\"0\" aria-label=\"{label}\"><table>"
        );
    }

    fn start_row(&mut self) {
        self.raw(if self.table.has_rows { "<tr>" } else { "<tbody>\n<tr>" });
        self.table.has_rows = true;
        self.table.cell = 0;
    }

    fn start_cell(&mut self, is_empty: bool) {
        // An empty header cell names nothing.
        let is_header = self.table.is_head && !is_empty;
        let class = match self.table.alignments.get(self.table.cell) {
            Some(Alignment::Right) => " class=\"num\"",
            Some(Alignment::Center) => " class=\"center\"",
            _ => "",
        };
        self.table.cell_tag = if is_header { "th" } else { "td" };
        let tag = if is_header { "th scope=\"col\"" } else { "td" };
        let _ = write!(self.out, "<{tag}{class}>");
    }

    fn start_link(&mut self, target: &Target, title: &str) {
        let (opening, closing) = self.link_tags(target, title);
        self.raw(&opening);
        self.link = Some(OpenLink { closing, fallback: target.to_string(), has_words: false });
    }

    fn end_link(&mut self) {
        let Some(link) = self.link.take() else { return };
        if !link.has_words {
            let shown = if link.fallback.is_empty() { "(no address)" } else { &link.fallback };
            escape(shown, &mut self.out);
        }
        self.raw(link.closing);
    }

    fn link_tags(&self, target: &Target, title: &str) -> (String, &'static str) {
        let resolved = self.resolved(target, title);
        let title = attribute("title", resolved.title.as_deref());
        match &resolved.href {
            Some(href) => {
                let note = attribute("class", resolved.note.as_deref());
                (format!("<a href=\"{}\"{title}{note}>", escaped(href)), "</a>")
            }
            None => (format!("<span class=\"dead-link\"{title}>"), "</span>"),
        }
    }

    /// Asks where a link leads; the title the author gave it stands in for none.
    fn resolved(&self, target: &Target, title: &str) -> Resolved {
        let resolved = match target {
            Target::Refused { why, .. } => {
                let title = Some(format!("Not a link: the address {why}"));
                Resolved { title, ..Resolved::default() }
            }
            target => (self.resolve)(target),
        };
        let written = Some(title.to_owned()).filter(|title| !title.is_empty());
        Resolved { title: resolved.title.or(written), ..resolved }
    }

    /// Gathers the description of an image, which is all that its content is for.
    fn take_in_image(&mut self, event: &Event<'_>) {
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Start(_) => image.depth += 1,
            Event::End(_) => image.depth -= 1,
            Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => {
                image.alt.push_str(text);
            }
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            _ => {}
        }
        if image.depth == 0
            && let Some(image) = self.image.take()
        {
            self.image(&image);
        }
    }

    /// Writes an image, if the site has it. Any other becomes a link: the site loads nothing from
    /// elsewhere.
    fn image(&mut self, image: &OpenImage) {
        let alt = image.alt.trim();
        if !matches!(image.target, Target::Web(_)) {
            let resolved = self.resolved(&image.target, &image.title);
            if let Some(Picture { src, size, title }) = &resolved.picture {
                let title = if image.title.is_empty() { title } else { &image.title };
                // What is not described is for no reader to stop at.
                let title = attribute("title", Some(title.as_str()).filter(|_| !alt.is_empty()));
                let size =
                    size.map(|(width, height)| format!(" width=\"{width}\" height=\"{height}\""));
                let (src, shown, size) = (escaped(src), escaped(alt), size.unwrap_or_default());
                let _ = write!(self.out, "<img src=\"{src}\" alt=\"{shown}\"{size}{title}>");
                if let Some(link) = &mut self.link {
                    link.has_words |= !alt.is_empty();
                }
                return;
            }
        }
        if self.link.is_some() {
            return self.words(alt);
        }
        self.start_link(&image.target, &image.title);
        self.words(alt);
        self.end_link();
    }

    /// Never within a link: a footnote makes the parser take the brackets around it for text.
    fn footnote_reference(&mut self, label: &str) {
        let number = self.footnotes.number_of(label);
        let id = self.footnotes.refer(number);
        let _ = write!(
            self.out,
            "<sup class=\"footnote-ref\"><a href=\"#Fn-{number}\" id=\"{id}\" \
             aria-label=\"Footnote {number}\">{number}</a></sup>"
        );
    }

    fn end_footnote(&mut self) {
        let Some((number, before)) = self.held.pop() else {
            return;
        };
        let note = std::mem::replace(&mut self.out, before);
        self.footnotes.add(number, &note);
    }

    fn finish(mut self) -> String {
        self.footnotes.write(&mut self.out);
        self.out
    }
}

fn attribute(name: &str, value: Option<&str>) -> String {
    value.map(|value| format!(" {name}=\"{}\"", escaped(value))).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

/// Writes text so that it is nothing but text, in content and in attributes.
fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => {}
            '\n' | '\t' => out.push(c),
            // HTML has no way to write these.
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths lead to pages, except `missing.md`, and to pictures; the web leads to itself.
    fn html(text: &str) -> String {
        to_html(text, &|target| match target {
            Target::Path { path, .. } if path == "missing.md" => {
                Resolved { title: Some("no such file".to_owned()), ..Resolved::default() }
            }
            Target::Path { path, .. } if path.ends_with(".png") => {
                let (src, title) = (format!("p/{path}"), path.clone());
                let picture = Some(Picture { src, size: Some((4, 3)), title });
                Resolved { title: Some("a file".to_owned()), picture, ..Resolved::default() }
            }
            target => Resolved { href: Some(target.to_string()), ..Resolved::default() },
        })
    }

    #[test]
    fn headings_begin_at_level_two_without_gaps() {
        let text = "# Title\n\n## 1. Scope\n\n#### Deep\n\n# Annex\n\n## 1. Scope\n";
        assert_eq!(
            html(text),
            "<span id=\"title\"></span>\n\
             <h2 id=\"1-scope\">1. Scope</h2>\n\
             <h3 id=\"deep\">Deep</h3>\n\
             <h2 id=\"annex\">Annex</h2>\n\
             <h3 id=\"1-scope-1\">1. Scope</h3>\n"
        );
        assert_eq!(html("##\n\n### ![](a.png)\n").matches("<span id").count(), 2);
    }

    #[test]
    fn only_the_first_heading_can_be_the_title() {
        assert_eq!(html("## A\n\n# B"), "<h2 id=\"a\">A</h2>\n<h2 id=\"b\">B</h2>\n");
        assert_eq!(
            html("> # Quoted"),
            "<blockquote>\n<h2 id=\"quoted\">Quoted</h2>\n</blockquote>\n"
        );
    }

    #[test]
    fn raw_html_is_shown_and_comments_are_not() {
        assert_eq!(
            html("<script>alert('x')</script>\n\na <b onclick=x>b</b><!-- c -->"),
            "<pre class=\"raw-html\"><code>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\n\
             </code></pre>\n\
             <p>a <code class=\"raw-html\">&lt;b onclick=x&gt;</code>b\
             <code class=\"raw-html\">&lt;/b&gt;</code></p>\n"
        );
        assert_eq!(html("<!-- one\n\ntwo -->\n"), "");
        assert!(html("<!-- never ended\n\nhidden?").contains("hidden?"));
        assert_eq!(html("a<br>b"), "<p>a<br>\nb</p>\n");
    }

    #[test]
    fn template_syntax_is_text() {
        let text = "{{ 7*7 }} {% include \"x\" %} {# c #}";
        assert_eq!(html(text), "<p>{{ 7*7 }} {% include &quot;x&quot; %} {# c #}</p>\n");
    }

    #[test]
    fn what_is_not_followed_is_dead_text() {
        assert_eq!(
            html("[a](missing.md) [b](java&#115;cript:x \"t\") [](c.md) [](<>)"),
            "<p><span class=\"dead-link\" title=\"no such file\">a</span> \
             <span class=\"dead-link\" title=\"Not a link: the address begins with \
             `javascript:`; only http, https and mailto are followed\">b</span> \
             <a href=\"c.md\">c.md</a> \
             <span class=\"dead-link\" title=\"Not a link: the address names no file\">\
             (no address)</span></p>\n"
        );
        assert_eq!(
            html("[[P-1@2.0|the \\<policy>]] \\[[P-2]]"),
            "<p><a href=\"P-1@2.0\">the &lt;policy&gt;</a> [[P-2]]</p>\n"
        );
    }

    #[test]
    fn images_come_from_the_repository() {
        assert_eq!(
            html("![a *b* `c`](d.png \"t\") ![e](https://f.example/g.png) ![](missing.md)"),
            "<p><img src=\"p/d.png\" alt=\"a b c\" width=\"4\" height=\"3\" title=\"t\"> \
             <a href=\"https://f.example/g.png\">e</a> \
             <span class=\"dead-link\" title=\"no such file\">missing.md</span></p>\n"
        );
        // A link needs words, and holds no other link.
        assert_eq!(
            html("[![](a.png)](b.md) [![c](https://d.example)](e.md)"),
            "<p><a href=\"b.md\"><img src=\"p/a.png\" alt=\"\" width=\"4\" height=\"3\">\
             b.md</a> <a href=\"e.md\">c</a></p>\n"
        );
        // What is no picture stays a link, and a link to a picture is none.
        assert_eq!(
            html("![a](b.md) [c](d.png)"),
            "<p><a href=\"b.md\">a</a> <span class=\"dead-link\" title=\"a file\">c</span></p>\n"
        );
    }

    #[test]
    fn tables_name_themselves() {
        assert_eq!(
            html("## Who\n\n| a | | c |\n|--|:-:|--:|\n| 1 | [[P-1\\|x]] | `y` |\n"),
            "<h2 id=\"who\">Who</h2>\n\
             <section class=\"table-wrap\" tabindex=\"0\" aria-label=\"Table 1: Who\"><table>\n\
             <thead><tr><th scope=\"col\">a</th><td class=\"center\"></td>\
             <th scope=\"col\" class=\"num\">c</th></tr></thead>\n\
             <tbody>\n<tr><td>1</td><td class=\"center\"><a href=\"P-1\">x</a></td>\
             <td class=\"num\"><code>y</code></td></tr>\n</tbody></table></section>\n"
        );
    }

    #[test]
    fn footnotes_lead_there_and_back() {
        assert_eq!(
            html("[^b]: Second.\n\n[^A]: First.\n\nx[^a] y[^b] z[^a] [^none]\n"),
            "<p>x<sup class=\"footnote-ref\"><a href=\"#Fn-1\" id=\"Fnref-1\" \
             aria-label=\"Footnote 1\">1</a></sup> \
             y<sup class=\"footnote-ref\"><a href=\"#Fn-2\" id=\"Fnref-2\" \
             aria-label=\"Footnote 2\">2</a></sup> \
             z<sup class=\"footnote-ref\"><a href=\"#Fn-1\" id=\"Fnref-1-2\" \
             aria-label=\"Footnote 1\">1</a></sup> \
             [^none]</p>\n\
             <section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n\
             <li id=\"Fn-1\"><p>First. \
             <a href=\"#Fnref-1\" aria-label=\"Back to reference 1\">↩</a> \
             <a href=\"#Fnref-1-2\" aria-label=\"Back to reference 1, 2\">↩</a></p></li>\n\
             <li id=\"Fn-2\"><p>Second. \
             <a href=\"#Fnref-2\" aria-label=\"Back to reference 2\">↩</a></p></li>\n\
             </ol>\n</section>\n"
        );
    }

    #[test]
    fn a_part_knows_what_is_defined_elsewhere() {
        let text = "[^two]: Second, see [^three].\n\n## Aims\n\nNot here.[^one]\n\n## Risks\n\n\
                    See [the register][reg] and [it].[^two]\n\n### Old\n\nGone.\n\n## Annex\n\n\
                    [reg]: a.md\n[it]: b.md\n[^one]: First.\n[^three]: ### Third\n";
        let start = text.find("## Risks").unwrap() + "## Risks".len();
        let part = start..text.find("## Annex").unwrap();
        let html = part_to_html(text, part, &|target| Resolved {
            href: Some(target.to_string()),
            ..Resolved::default()
        });
        assert!(html.starts_with(
            "<p>See <a href=\"a.md\">the register</a> and <a href=\"b.md\">it</a>.<sup"
        ));
        assert!(
            html.contains("<h2 id=\"old\">Old</h2>\n<p>Gone.</p>\n<section class=\"footnotes\"")
        );
        assert!(html.contains("<li id=\"Fn-1\"><p>Second, see ") && html.contains("\">Third</h"));
        assert!(!html.contains("First") && !html.contains("Not here"));
    }

    #[test]
    fn lists_code_and_quotations() {
        assert_eq!(
            html("3. [x] a\n4. [ ] b\n\n```rust ignore\nx < y\n```\n\n> [!NOTE]\n> c ~~d~~\n"),
            "<ol start=\"3\">\n\
             <li><span class=\"task-mark\" role=\"img\" aria-label=\"done\">☑</span> a</li>\n\
             <li><span class=\"task-mark\" role=\"img\" aria-label=\"open\">☐</span> b</li>\n\
             </ol>\n\
             <pre><code class=\"language-rust\">x &lt; y\n</code></pre>\n\
             <blockquote class=\"alert\">\n<p><strong>Note</strong></p>\n\
             <p>c <s>d</s></p>\n</blockquote>\n"
        );
    }
}
