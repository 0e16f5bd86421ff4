//! Text for people in an editor, where every word of a document stays a word: it makes no link, no
//! heading and no line of its own.

use crate::source::Printable;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Range};

/// A few paragraphs.
pub(super) struct Words {
    is_markdown: bool,
    text: String,
}

impl Words {
    /// Begins with what is shown first.
    pub(super) fn of(is_markdown: bool, name: &str, title: &str) -> Self {
        let mut words = Self { is_markdown, text: String::new() };
        let (name, title) = (words.plain(name), words.plain(title));
        let text = match is_markdown {
            true => format!("**{name}** {title}"),
            false => format!("{name} {title}"),
        };
        text.trim_end().clone_into(&mut words.text);
        words
    }

    /// Adds a paragraph.
    pub(super) fn paragraph(&mut self, text: &str) {
        if !text.trim().is_empty() {
            let text = self.plain(text);
            let text = if self.is_markdown { unlisted(text) } else { text };
            self.text.push_str(&format!("\n\n{text}"));
        }
    }

    /// Hands them over.
    pub(super) fn into_hover(self, range: Range) -> Hover {
        let kind = if self.is_markdown { MarkupKind::Markdown } else { MarkupKind::PlainText };
        let contents = HoverContents::Markup(MarkupContent { kind, value: self.text });
        Hover { contents, range: Some(range) }
    }

    fn plain(&self, text: &str) -> String {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = Printable(&text).to_string();
        if self.is_markdown { escaped(&text) } else { text }
    }
}

/// Takes the life out of text that is shown as Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_address =
            c == ':' && text[at..].starts_with("://") || c == '.' && text[..at].ends_with("www");
        let is_sign = matches!(
            c,
            '\\' | '`'
                | '*'
                | '_'
                | '['
                | ']'
                | '<'
                | '>'
                | '&'
                | '|'
                | '~'
                | '$'
                | '#'
                | '!'
                | '@'
        );
        if is_sign || is_address {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Takes from the beginning of a paragraph what would make a list or a line of it.
fn unlisted(text: String) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_list = text[digits..].starts_with(['.', ')']) && digits > 0;
    match text.starts_with(['-', '+', '=']) || is_list {
        true => format!("{}\\{}", &text[..digits], &text[digits..]),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_document_stay_words() {
        let mut words = Words::of(true, "A-1", "*bold* [x](javascript:y) <b>&amp; `c`");
        words.paragraph("# head\n- item\u{202E}\n1. one");
        words.paragraph("1. one https://a.example www.a.example a@b.example");
        words.paragraph(" ");
        assert_eq!(
            words.text,
            "**A-1** \\*bold\\* \\[x\\](javascript:y) \\<b\\>\\&amp; \\`c\\`\n\n\
             \\# head - item\\\\u{202E} 1. one\n\n\
             1\\. one https\\://a.example www\\.a.example a\\@b.example"
        );
    }
}
