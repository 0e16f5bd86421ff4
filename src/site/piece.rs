//! The smallest part of a page: a few words with one face.

use super::markup::{Markup, in_a_row, put, put_text};
use crate::source::{Date, Printable};
use serde::{Serialize, Serializer};

/// A few words with one face.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Piece {
    /// The element, where there is neither link nor mark.
    pub(super) tag: &'static str,
    /// The class; empty for none.
    pub(super) class: &'static str,
    /// The words.
    pub(super) text: String,
    /// Where they lead.
    pub(super) href: Option<String>,
    /// The symbol before them.
    pub(super) symbol: Option<String>,
    /// Whether the symbol is a meter: wider than a mark.
    pub(super) is_meter: bool,
}

impl Piece {
    fn of(tag: &'static str, class: &'static str, text: impl AsRef<str>) -> Self {
        Self { tag, class, text: shown(text.as_ref()), ..Self::default() }
    }

    /// Plain words of the program.
    pub(super) fn text(text: impl AsRef<str>) -> Self {
        Self::of("span", "", text)
    }

    /// Words of the organisation.
    pub(super) fn voice(text: impl AsRef<str>) -> Self {
        Self::of("span", "voice", text)
    }

    /// Words that matter less.
    pub(super) fn quiet(text: impl AsRef<str>) -> Self {
        Self::of("span", "quiet", text)
    }

    /// Words that matter more.
    pub(super) fn strong(text: impl AsRef<str>) -> Self {
        Self::of("strong", "", text)
    }

    /// What can be typed or looked up.
    pub(super) fn code(text: impl AsRef<str>) -> Self {
        Self::of("code", "", text)
    }

    /// The id of a document, or of a row.
    pub(super) fn id(text: impl AsRef<str>) -> Self {
        Self::of("span", "id", text)
    }

    /// Words of the organisation, in the face of an id where they look like one: `RSK-011`.
    pub(super) fn id_or_voice(text: &str) -> Self {
        let is_of_an_id = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
        let looks_like_an_id = text.len() < 25
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.contains('-')
            && text.contains(|c: char| c.is_ascii_digit())
            && text.chars().all(is_of_an_id);
        if looks_like_an_id { Self::id(text) } else { Self::voice(text) }
    }

    /// The id of a commit.
    pub(super) fn oid(text: impl AsRef<str>) -> Self {
        Self::of("span", "oid", text)
    }

    /// A day.
    pub(super) fn date(date: Date) -> Self {
        Self::of("time", "", date.to_string())
    }

    /// A day, or `none`.
    pub(super) fn date_or_none(date: Option<Date>) -> Self {
        date.map_or_else(|| Self::quiet("none"), Self::date)
    }

    /// Words that lead somewhere.
    pub(super) fn link(text: impl AsRef<str>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::of("a", "", text) }
    }

    /// An id that leads somewhere.
    pub(super) fn id_link(text: impl AsRef<str>, href: impl Into<String>) -> Self {
        Self { href: Some(href.into()), ..Self::of("a", "id", text) }
    }

    /// The end of a line.
    pub(super) fn line_end() -> Self {
        Self::of("br", "", "")
    }

    /// A word with its mark: `M-verified`.
    pub(super) fn mark(symbol: &str, class: &'static str, text: impl AsRef<str>) -> Self {
        Self { symbol: Some(symbol.to_owned()), ..Self::of("span", class, text) }
    }

    /// A proof level, as bars.
    pub(super) fn meter(level: u8, text: impl AsRef<str>) -> Self {
        let class = if level < 2 { "nowrap low" } else { "nowrap" };
        Self {
            symbol: Some(format!("Lv-{}", level.min(6))),
            is_meter: true,
            ..Self::of("span", class, text)
        }
    }
}

/// Its words and its address are text, whatever they hold; element, class and symbol are ours.
impl Markup for Piece {
    fn write(&self, out: &mut Vec<u8>) {
        let open = |out: &mut Vec<u8>, tag: &str| {
            put(out, &["<", tag]);
            if !self.class.is_empty() {
                put(out, &[" class=\"", self.class, "\""]);
            }
        };
        if let Some(symbol) = &self.symbol {
            let class = if self.is_meter { "meter" } else { "mark" };
            open(out, "span");
            put(out, &["><svg class=\"", class, "\" aria-hidden=\"true\" focusable=\"false\">"]);
            put(out, &["<use href=\"#", symbol, "\"/></svg>"]);
            put_text(out, &self.text);
            put(out, &["</span>"]);
        } else if let Some(href) = &self.href {
            open(out, "a");
            put(out, &[" href=\""]);
            put_text(out, href);
            put(out, &["\">"]);
            put_text(out, &self.text);
            put(out, &["</a>"]);
        } else if self.tag == "br" {
            put(out, &["<br>"]);
        } else {
            open(out, self.tag);
            put(out, &[">"]);
            put_text(out, &self.text);
            put(out, &["</", self.tag, ">"]);
        }
    }
}

impl Serialize for Piece {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        in_a_row(std::slice::from_ref(self), to)
    }
}

/// Returns text from a repository as a page may show it: in one line, nothing hidden.
pub(super) fn shown(text: &str) -> String {
    if text.contains(|c: char| c == '\n' || crate::source::is_unprintable(c)) {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        return Printable(&line).to_string();
    }
    text.to_owned()
}

/// Returns a sentence of the program: what it has between backticks is what can be typed, and a day
/// stays in one line.
pub(super) fn prose(text: &str) -> Vec<Piece> {
    if !text.matches('`').count().is_multiple_of(2) {
        return with_days(text);
    }
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    let pieces = parts.map(|(i, part)| match i % 2 {
        1 => vec![Piece::code(part)],
        _ => with_days(part),
    });
    pieces.flatten().collect()
}

fn with_days(mut text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    while let Some((at, day)) = first_day(text) {
        if at > 0 {
            pieces.push(Piece::text(&text[..at]));
        }
        pieces.push(Piece::date(day));
        text = &text[at + DAY..];
    }
    if !text.is_empty() || pieces.is_empty() {
        pieces.push(Piece::text(text));
    }
    pieces
}

/// The length of a day as it is written: `2026-05-11`.
const DAY: usize = 10;

/// Finds the first day of a text, and where it stands.
fn first_day(text: &str) -> Option<(usize, Date)> {
    let is_part_of_a_word = |c: char| c.is_alphanumeric() || c == '-';
    text.match_indices('-').find_map(|(hyphen, _)| {
        let start = hyphen.checked_sub(4)?;
        let day = Date::parse(text.get(start..start + DAY)?)?;
        let is_alone = !text[..start].ends_with(is_part_of_a_word)
            && !text[start + DAY..].starts_with(is_part_of_a_word);
        is_alone.then_some((start, day))
    })
}

/// Puts a separator between pieces.
pub(super) fn joined(pieces: impl IntoIterator<Item = Piece>, separator: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    for piece in pieces {
        if !all.is_empty() {
            all.push(Piece::text(separator));
        }
        all.push(piece);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_a_sentence_stays_in_one_line() {
        let written = |text: &str| {
            let mut out = Vec::new();
            prose(text).iter().for_each(|piece| piece.write(&mut out));
            String::from_utf8(out).unwrap().replace("<span>", "").replace("</span>", "")
        };
        assert_eq!(
            written("it was 2026-03-01, é2026-03-02 and 2026-03-03."),
            "it was <time>2026-03-01</time>, é2026-03-02 and <time>2026-03-03</time>."
        );
        for text in ["REC-2026-03-01-1", "2026-13-01", "12026-03-01", "-", "2026-", ""] {
            assert_eq!(written(text), text);
        }
        assert_eq!(written("`2026-03-01` is"), "<code>2026-03-01</code> is");
    }
}
