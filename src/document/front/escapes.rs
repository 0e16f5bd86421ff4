//! Characters that YAML lets a text in double quotes write as something else: `"a\u202Eb"`.

use super::{Entry, Node};
use crate::source::{Span, Spanned};

/// Returns the characters that keys and values write as escapes, with their places in the file, in
/// order. Escapes of printable ASCII are left out, and so are those of a line break or a tab.
pub fn escapes(entries: &[Entry], text: &str) -> Vec<Spanned<char>> {
    let mut found = Vec::new();
    let whole = entries.first().zip(entries.last());
    let whole = whole.and_then(|(first, last)| text.get(first.key.span.start..last.value.span.end));
    if whole.is_some_and(|whole| whole.contains('\\')) {
        look_into(entries, text, &mut found);
    }
    found
}

fn look_into(entries: &[Entry], text: &str, found: &mut Vec<Spanned<char>>) {
    for entry in entries {
        look_into_scalar(&entry.key.value, entry.key.span, text, found);
        look_into_node(&entry.value, text, found);
    }
}

fn look_into_node(node: &Spanned<Node>, text: &str, found: &mut Vec<Spanned<char>>) {
    match &node.value {
        Node::Scalar { text: read, .. } => look_into_scalar(read, node.span, text, found),
        Node::List(items) => items.iter().for_each(|item| look_into_node(item, text, found)),
        Node::Map(entries) => look_into(entries, text, found),
    }
}

/// A block of text may begin with a quotation mark, too: nothing in it is read as an escape.
fn look_into_scalar(read: &str, span: Span, text: &str, found: &mut Vec<Spanned<char>>) {
    let Some(written) = text.get(span.start..span.end).filter(|it| it.starts_with('"')) else {
        return;
    };
    let mut from = 0;
    while let Some(start) = written[from..].find('\\').map(|at| from + at) {
        let Some(kind) = written[start + 1..].chars().next() else { return };
        from = start + 1 + kind.len_utf8();
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let hex = written.get(from..from + digits).unwrap_or_default();
        let character = match kind {
            '0' => Some('\0'),
            'a' => Some('\x07'),
            'b' => Some('\x08'),
            'v' => Some('\x0B'),
            'f' => Some('\x0C'),
            'e' => Some('\x1B'),
            'N' => Some('\u{85}'),
            _ => u32::from_str_radix(hex, 16).ok().and_then(char::from_u32),
        };
        from += hex.len();
        let is_plain = |c: &char| matches!(c, ' '..='~' | '\t' | '\n' | '\r');
        if let Some(character) = character.filter(|c| !is_plain(c) && read.contains(*c)) {
            found.push(Spanned::new(character, Span::new(start, from).shifted(span.start)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::split;
    use super::*;

    #[test]
    fn escapes_are_found_in_double_quotes_alone() {
        let text = "---\ntitle: \"a\\u202Eb \\\\u200B \\x41\\t\"\n\"o\\u200Bw\": [x, {y: \"\\e\\U000E0041\"}]\n\
                    plain: a\\u202Eb\nsingle: 'a\\u202Eb'\nblock: |\n  \"a\\u202Eb\"\n---\n";
        let found = escapes(&split(text).entries, text);
        let found: Vec<(char, &str)> =
            found.iter().map(|it| (it.value, &text[it.span.start..it.span.end])).collect();
        assert_eq!(
            found,
            [
                ('\u{202E}', "\\u202E"),
                ('\u{200B}', "\\u200B"),
                ('\x1B', "\\e"),
                ('\u{E0041}', "\\U000E0041"),
            ]
        );
    }
}
