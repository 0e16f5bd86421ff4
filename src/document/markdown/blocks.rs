//! The text of a document as a row of blocks: what a reader reads, one block for each heading,
//! paragraph, list item, table row or line of code.
//!
//! Markup, addresses and line breaks within a paragraph are gone, so that two texts with the same
//! blocks read the same. A link whose words are its address has none of its own.

use super::events::events;
use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

/// A block of text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// What a reader reads.
    pub text: String,
    /// Whether it is a heading.
    pub is_heading: bool,
}

/// Returns the blocks of a text, in order.
pub fn blocks(text: &str) -> Vec<Block> {
    let mut reader = Reader::default();
    for (event, _) in events(text) {
        reader.take(event);
    }
    reader.end();
    reader.blocks
}

#[derive(Default)]
struct Reader {
    blocks: Vec<Block>,
    open: Block,
    is_code: bool,
    /// Whether this is within a link whose words are its address.
    is_address: bool,
}

impl Reader {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::Link { link_type, .. }) => self.is_address = is_address(link_type),
            Event::End(TagEnd::Link) => self.is_address = false,
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Image { .. })
            | Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough)
            | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::TableCell) | Event::End(TagEnd::TableCell) => self.push(" "),
            Event::SoftBreak | Event::HardBreak => self.push(" "),
            Event::TaskListMarker(done) => self.push(if done { "done " } else { "open " }),
            Event::Text(text) if self.is_code => {
                for line in text.lines() {
                    self.push(line);
                    self.end();
                }
            }
            Event::Text(text) | Event::Code(text) if !self.is_address => self.push(&text),
            Event::Html(html) | Event::InlineHtml(html) => self.push(&html),
            Event::Start(tag) => {
                self.end();
                self.is_code = matches!(tag, Tag::CodeBlock(_));
                self.open.is_heading = matches!(tag, Tag::Heading { .. });
            }
            Event::End(_) => {
                self.end();
                self.is_code = false;
            }
            _ => {}
        }
    }

    fn push(&mut self, text: &str) {
        self.open.text.push_str(text);
    }

    fn end(&mut self) {
        let block = std::mem::take(&mut self.open);
        if !block.text.trim().is_empty() {
            self.blocks.push(block);
        }
    }
}

fn is_address(link: LinkType) -> bool {
    matches!(link, LinkType::WikiLink { has_pothole: false } | LinkType::Autolink | LinkType::Email)
}
