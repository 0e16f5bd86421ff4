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
        if looks_like_an_id(text) { Self::id(text) } else { Self::voice(text) }
    }

    /// The id of a commit.
    pub(super) fn oid(text: impl AsRef<str>) -> Self {
        Self::of("span", "oid", text)
    }

    /// A day.
    pub(super) fn date(date: Date) -> Self {
        Self::of("time", "", date.to_string())
    }

    /// A stretch of days; a whole month by its name: `2026-07`.
    pub(super) fn days(first: Date, last: Date) -> Vec<Self> {
        let month = first.to_string().get(..7).unwrap_or_default().to_owned();
        let is_month = first.plus_months(1).and_then(Date::day_before) == Some(last);
        match first.to_string().ends_with("-01") && is_month {
            true => vec![Self::of("time", "", month)],
            false if first == last => vec![Self::date(first)],
            false => vec![Self::date(first), Self::text(" to "), Self::date(last)],
        }
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
        let class = match (level < 2, text.as_ref().contains(' ')) {
            (true, false) => "nowrap low",
            (false, false) => "nowrap",
            (true, true) => "low",
            (false, true) => "",
        };
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
            // Of several words, the first stays beside the symbol.
            let end = self.text.find(' ');
            let (first, rest) = self.text.split_at(end.unwrap_or(self.text.len()));
            open(out, "span");
            put(out, &[if end.is_some() { "><span class=\"nowrap\">" } else { ">" }]);
            put(out, &["<svg class=\"", class, "\" aria-hidden=\"true\" focusable=\"false\">"]);
            put(out, &["<use href=\"#", symbol, "\"/></svg>"]);
            put_text(out, first);
            put(out, &[if end.is_some() { "</span>" } else { "" }]);
            match rest.contains('-') {
                true => with_days_and_ids(rest).iter().for_each(|piece| piece.write(out)),
                false => put_text(out, rest),
            }
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

/// Tells whether a word looks like the id of a document or of a row: `RSK-011`.
fn looks_like_an_id(word: &str) -> bool {
    word.len() < 25
        && word.starts_with(|c: char| c.is_ascii_uppercase())
        && word.contains('-')
        && word.contains(|c: char| c.is_ascii_digit())
        && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-')
}

/// Returns a sentence of the program: what it has between backticks is what can be typed, and a day
/// and an id stay in one line.
pub(super) fn prose(text: &str) -> Vec<Piece> {
    if !text.matches('`').count().is_multiple_of(2) {
        return with_days_and_ids(text);
    }
    let parts = text.split('`').enumerate().filter(|(_, part)| !part.is_empty());
    let pieces = parts.map(|(i, part)| match i % 2 {
        1 => vec![Piece::code(part)],
        _ => with_days_and_ids(part),
    });
    pieces.flatten().collect()
}

fn with_days_and_ids(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut told, mut at) = (0, 0);
    for word in text.split_inclusive(|c: char| !(c.is_alphanumeric() || c == '-')) {
        let end = at + word.len();
        let word = word.trim_end_matches(|c: char| !(c.is_alphanumeric() || c == '-'));
        if let Some(piece) = day_or_id(word) {
            if told < at {
                pieces.push(Piece::text(&text[told..at]));
            }
            pieces.push(piece);
            told = at + word.len();
        }
        at = end;
    }
    if told < text.len() || pieces.is_empty() {
        pieces.push(Piece::text(&text[told..]));
    }
    pieces
}

fn day_or_id(word: &str) -> Option<Piece> {
    let day = || Date::parse(word).map(Piece::date);
    match word.contains('-') {
        true if looks_like_an_id(word) => Some(Piece::id(word)),
        true => day(),
        false => None,
    }
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
    fn a_day_and_an_id_in_a_sentence_stay_in_one_line() {
        let written = |text: &str| {
            let mut out = Vec::new();
            prose(text).iter().for_each(|piece| piece.write(&mut out));
            String::from_utf8(out).unwrap().replace("<span>", "").replace("</span>", "")
        };
        assert_eq!(
            written("it was 2026-03-01, é2026-03-02 and 2026-03-03."),
            "it was <time>2026-03-01</time>, é2026-03-02 and <time>2026-03-03</time>."
        );
        for text in ["2026-13-01", "12026-03-01", "two-part", "A-B", "-", "2026-", ""] {
            assert_eq!(written(text), text);
        }
        assert_eq!(
            written("(REC-2026-03-01-1), before POL-CHG-001 2.0"),
            "(<span class=\"id\">REC-2026-03-01-1), before <span class=\"id\">POL-CHG-001 2.0"
        );
        assert_eq!(written("`2026-03-01` is"), "<code>2026-03-01</code> is");
    }
}
