//! Places of a text as an editor counts them: lines and characters from 0.
//!
//! We count bytes. Editors count UTF-16 units unless both sides agree on bytes. Both count lines
//! alike, so a text with Windows line ends and the same text with plain ones have the same places.

use crate::source::Span;
use lsp_types::{Position, PositionEncodingKind, Range};

/// What an editor counts within a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every editor knows.
    Utf16,
}

impl Encoding {
    /// Chooses among what an editor offers.
    pub(super) fn of(offered: Option<&[PositionEncodingKind]>) -> Self {
        match offered.unwrap_or_default().contains(&PositionEncodingKind::UTF8) {
            true => Self::Utf8,
            false => Self::Utf16,
        }
    }

    /// Returns the name of the choice.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text with its lines.
#[derive(Debug)]
pub(super) struct Page<'t> {
    text: &'t str,
    encoding: Encoding,
    /// Where the lines begin.
    starts: Vec<usize>,
}

/// What editors keep to themselves of a file that begins with it.
const MARK: char = '\u{FEFF}';

impl<'t> Page<'t> {
    /// Reads the lines of a text that stands in an editor as it is.
    pub(super) fn of(text: &'t str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|(at, byte)| match byte {
            b'\n' => true,
            // One that stands alone ends a line as well, by the protocol.
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, encoding, starts }
    }

    /// Reads the lines of a file, of which an editor hides the byte order mark.
    pub(super) fn of_file(text: &'t str, encoding: Encoding) -> Self {
        Self::of(text, encoding).without_mark()
    }

    /// Reads the lines of the text of a document. Windows line ends are plain ones in it: a carriage
    /// return that is left stands alone, also before a line end.
    pub(super) fn of_document(text: &'t str, encoding: Encoding) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'\n' | b'\r'));
        let starts = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { text, encoding, starts }.without_mark()
    }

    fn without_mark(self) -> Self {
        let text = self.text;
        let mut page = self;
        if let Some(first) = page.starts.first_mut().filter(|_| text.starts_with(MARK)) {
            *first = MARK.len_utf8();
        }
        page
    }

    /// Returns the place of a byte; one past the end is the end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = self.boundary(offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let before = self.text.get(self.starts[line]..offset).unwrap_or_default();
        let character = before.chars().map(|c| self.encoding.length(c)).sum();
        Position { line: number(line), character: number(character) }
    }

    /// Returns the places of a span.
    pub(super) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start), end: self.position(span.end.max(span.start)) }
    }

    /// Returns the byte of a place; one past the end of a line is that end.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = usize::try_from(position.line).unwrap_or(usize::MAX);
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let mut left = usize::try_from(position.character).unwrap_or(usize::MAX);
        let rest = self.text.get(start..).unwrap_or_default();
        for (at, c) in rest.char_indices() {
            let length = self.encoding.length(c);
            if matches!(c, '\n' | '\r') || left < length {
                return start + at;
            }
            left -= length;
        }
        self.text.len()
    }

    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// No file that is read has more lines than fit.
fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn bytes_and_places_agree_in_both_encodings() {
        let text = "zwölf 𝄞 b\r\n\nc\rd";
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let page = Page::of(text, encoding);
            for (offset, c) in text.char_indices().filter(|(_, c)| !matches!(c, '\n')) {
                assert_eq!(page.offset(page.position(offset)), offset, "{c:?}");
            }
        }
        let at = text.find('b').unwrap();
        assert_eq!(Page::of(text, Encoding::Utf16).position(at), place(0, 9));
        assert_eq!(Page::of(text, Encoding::Utf8).position(at), place(0, 12));
        assert_eq!(Page::of(text, Encoding::Utf8).position(text.len()), place(3, 1));
    }

    #[test]
    fn places_that_are_not_there_are_the_nearest() {
        let page = Page::of("ab\r\nc𝄞", Encoding::Utf16);
        assert_eq!(page.offset(place(0, 99)), 2);
        assert_eq!(page.offset(place(7, 0)), 9);
        assert_eq!(page.offset(place(1, 2)), 5, "the middle of a pair");
        assert_eq!(page.position(99), place(1, 3));
    }

    /// A double conversion of line ends leaves it.
    #[test]
    fn a_carriage_return_before_a_windows_line_end_is_a_line_end_of_its_own() {
        let in_editor = Page::of("a\r\r\nb", Encoding::Utf16);
        let read = Page::of_document("a\r\nb", Encoding::Utf16);
        assert_eq!(in_editor.position(4), place(2, 0));
        assert_eq!(read.position(3), place(2, 0));
    }

    #[test]
    fn a_hidden_mark_is_not_counted() {
        let page = Page::of_file("\u{FEFF}ab\n", Encoding::Utf16);
        assert_eq!(page.position(4), place(0, 1));
        assert_eq!(page.position(0), place(0, 0));
        assert_eq!(page.offset(place(0, 0)), 3);
    }
}
