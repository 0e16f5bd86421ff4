//! Where a piece of text stands: paths, byte spans, lines and columns.
//!
//! Everything we tell people points at a place they can edit. This module knows places and
//! nothing else; it is the ground floor of the program.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A path inside the repository, as Git stores it: bytes, separated by `/`.
///
/// It is compared and sorted by its bytes, so the order is the same on every machine, and it is
/// shown with what a terminal must not see escaped (`\xE9`, `\n`).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RepoPath(Vec<u8>);

impl RepoPath {
    /// How names of Markdown end, after a full stop.
    pub const OF_MARKDOWN: [&str; 7] = ["md", "markdown", "mdown", "mdwn", "mkd", "mkdn", "mkdown"];

    /// Takes the bytes of a path as Git gives them.
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Returns the bytes as Git stores them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the path as text, if it is UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Returns the path of `name` inside this folder.
    pub fn join(&self, name: &[u8]) -> Self {
        if self.0.is_empty() {
            return Self(name.to_vec());
        }
        let mut bytes = self.0.clone();
        bytes.push(b'/');
        bytes.extend_from_slice(name);
        Self(bytes)
    }

    /// Returns the folder this path is in; the empty path at the top.
    pub fn parent(&self) -> Self {
        match self.0.iter().rposition(|&b| b == b'/') {
            Some(slash) => Self(self.0[..slash].to_vec()),
            None => Self(Vec::new()),
        }
    }

    /// Returns the last part of the path.
    pub fn file_name(&self) -> &[u8] {
        self.0.rsplit(|&b| b == b'/').next().unwrap_or(&[])
    }

    /// Tells whether this path is `folder` or lies inside it. The empty folder holds everything.
    pub fn is_inside(&self, folder: &Self) -> bool {
        folder.0.is_empty()
            || self.0 == folder.0
            || (self.0.starts_with(&folder.0) && self.0.get(folder.0.len()) == Some(&b'/'))
    }

    /// Tells whether the name ends like Markdown, in any case.
    pub fn is_markdown(&self) -> bool {
        let name = self.file_name().to_ascii_lowercase();
        Self::OF_MARKDOWN.iter().any(|ending| {
            name.strip_suffix(ending.as_bytes()).is_some_and(|stem| stem.ends_with(b"."))
        })
    }

    /// Tells whether the name ends like that of a picture, in any case.
    pub fn is_picture(&self) -> bool {
        const ENDINGS: [&[u8]; 19] = [
            b".png", b".apng", b".jpg", b".jpeg", b".jfif", b".gif", b".webp", b".avif", b".heic",
            b".heif", b".svg", b".bmp", b".ico", b".tif", b".tiff", b".eps", b".pdf", b".drawio",
            b".puml",
        ];
        let name = self.file_name().to_ascii_lowercase();
        ENDINGS.iter().any(|ending| name.ends_with(ending))
    }
}

impl From<&str> for RepoPath {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            write!(f, "{}", Printable(chunk.valid()))?;
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Shows text from a repository with control characters escaped, so that no content can move the
/// cursor, colour a terminal or begin a line of a log.
pub struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                c if is_unprintable(c) => write!(f, "\\u{{{:X}}}", u32::from(c))?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

/// Writes a text in quotes, as one word of a shell: a name could be made to run something else.
pub fn quoted_for_shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Tells whether a text begins with what a CI system takes for a command, wherever that stands in a
/// line of its log.
pub fn begins_command(text: &str) -> bool {
    ["##[", "##vso[", "##teamcity["].iter().any(|word| text.starts_with(word))
}

/// Control characters, the marks that change the direction of a line (which can make a reviewer
/// read something other than what is written), what else nobody sees (what Unicode lets programs
/// ignore, but for the variants of signs), and the two characters that XML cannot hold.
pub fn is_unprintable(c: char) -> bool {
    if c.is_ascii() {
        return c.is_control();
    }
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}')
        || matches!(c, '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}')
        || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}')
        || matches!(c, '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{FFFE}' | '\u{FFFF}')
        || matches!(c, '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Writes bytes as hexadecimal digits.
///
/// # Errors
/// What the formatter says.
pub fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|it| char::from(DIGITS[usize::from(it)]));
    f.write_str(&bytes.iter().flat_map(digits).collect::<String>())
}

/// A range of bytes in a file, end excluded.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// First byte after it.
    pub end: usize,
}

impl Span {
    /// Makes a span of `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Returns the same range seen from `offset` bytes further back.
    pub fn shifted(self, offset: usize) -> Self {
        Self { start: self.start + offset, end: self.end + offset }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands in its file.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A line and a column, both counted from 1; columns count characters, not bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Position {
    /// Finds the position of a byte offset; an offset past the end is the end.
    pub fn of(text: &[u8], offset: usize) -> Self {
        let before = &text[..offset.min(text.len())];
        let line_start = before.iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|&&b| b == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Self { line, column }
    }
}

/// Where the lines of a text begin: positions of many places without reading the text for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
    /// How many characters begin before each block of the text: a line may be as long as a file.
    begun: Vec<usize>,
}

impl Lines {
    const BLOCK: usize = 1024;

    /// Reads the lines of a text.
    pub fn of(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(after).collect();
        let mut characters = 0;
        let count = |block: &[u8]| {
            let before = characters;
            characters += begun(block);
            before
        };
        Self { starts, begun: text.as_bytes().chunks(Self::BLOCK).map(count).collect() }
    }

    /// Returns the position of a byte offset in the text the lines were read from.
    pub fn position(&self, text: &str, offset: usize) -> Position {
        let offset = offset.min(text.len());
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let start = self.starts.get(line - 1).copied().unwrap_or(0);
        let column = self.characters(text, offset) - self.characters(text, start) + 1;
        Position { line, column }
    }

    /// Returns how many characters begin before a byte offset.
    fn characters(&self, text: &str, offset: usize) -> usize {
        let Some(block) = self.begun.len().checked_sub(1) else { return 0 };
        let block = block.min(offset / Self::BLOCK);
        self.begun[block] + begun(&text.as_bytes()[block * Self::BLOCK..offset])
    }
}

/// Counts the characters that begin in a piece of UTF-8.
fn begun(piece: &[u8]) -> usize {
    piece.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// Returns the candidate that was probably meant by `word`, if one is close enough.
pub fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // Long words are not compared: the distance is quadratic, and nobody mistyped one of ours.
    if word.len() > 100 {
        return None;
    }
    let lower = word.to_lowercase();
    let allowed = 1 + lower.chars().count() / 4;
    candidates
        .into_iter()
        .filter(|candidate| candidate.len() <= 100)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.len())
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the candidate that was certainly meant by `word`: it is a slip of the hand away (one
/// letter, two in a long word, none in one of two letters: `done_by` is not `done_on`), and no other
/// is.
pub fn certainly_meant<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let is_slip = |a: &str, b: &str| {
        let allowed = match a.chars().count() {
            0..=2 => 0,
            3..=7 => 1,
            _ => 2,
        };
        strsim::damerau_levenshtein(a, b) <= allowed
    };
    let lower = word.to_lowercase();
    let is_near = |candidate: &&str| {
        let candidate = candidate.to_lowercase();
        let words = || lower.split('_').zip(candidate.split('_'));
        let are_as_many = lower.split('_').count() == candidate.split('_').count();
        candidate.len() <= 100
            && is_slip(&lower, &candidate)
            && (!are_as_many || words().all(|(a, b)| is_slip(a, b)))
    };
    fn only<'a>(mut found: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }
    let candidates: Vec<&str> = candidates.into_iter().filter(|_| word.len() <= 100).collect();
    // The same word in other capitals is meant, whatever else is near.
    let same = |candidate: &&str| candidate.to_lowercase() == lower;
    only(candidates.iter().copied().filter(same))
        .or_else(|| only(candidates.iter().copied().filter(is_near)))
}

/// Writes a list as a sentence would: `a, b and c`.
pub fn listed<T: fmt::Display>(items: impl IntoIterator<Item = T>, word: &str) -> String {
    let items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match items.split_last() {
        None => String::new(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}

/// Writes a number with its noun: `1 document`, `2 documents`.
pub fn counted(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// A day of the calendar, as documents write it: `2026-05-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// Makes a date, if there is such a day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let exists = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && day >= 1
            && day <= days_of_month(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// Reads `2026-05-11` and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let well_formed = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| match i {
                4 | 7 => *b == b'-',
                _ => b.is_ascii_digit(),
            });
        if !well_formed {
            return None;
        }
        Self::new(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
    }

    /// Returns the day of a moment given in seconds since 1970, at an offset in minutes.
    pub fn of_seconds(seconds: i64, offset_minutes: i32) -> Option<Self> {
        let local = seconds.checked_add(i64::from(offset_minutes) * 60)?;
        Self::from_days(local.div_euclid(86_400))
    }

    /// Returns the year in four digits, as ids of records tell it.
    pub fn year(self) -> String {
        format!("{:04}", self.year)
    }

    /// Returns the number of days since 1970-01-01.
    pub fn days(self) -> i64 {
        // Howard Hinnant's civil calendar arithmetic.
        let (y, m) = (i64::from(self.year), i64::from(self.month));
        let y = if m <= 2 { y - 1 } else { y };
        let era = y.div_euclid(400);
        let year_of_era = y - era * 400;
        let day_of_year =
            (153 * (m + if m > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    fn from_days(days: i64) -> Option<Self> {
        let shifted = days.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted - era * 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(i32::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Returns the same day of a later month, or that month's last day if it is shorter.
    pub fn plus_months(self, months: u32) -> Option<Self> {
        let total = i64::from(self.year) * 12 + i64::from(self.month) - 1 + i64::from(months);
        let year = i32::try_from(total.div_euclid(12)).ok()?;
        let month = u8::try_from(total.rem_euclid(12) + 1).ok()?;
        Self::new(year, month, self.day.min(days_of_month(year, month)))
    }

    /// Returns the day before.
    pub fn day_before(self) -> Option<Self> {
        Self::from_days(self.days() - 1)
    }

    /// Returns the day after.
    pub fn day_after(self) -> Option<Self> {
        Self::from_days(self.days() + 1)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days_of_month(year: i32, month: u8) -> u8 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_in_other_capitals_is_meant_before_one_that_is_near() {
        assert_eq!(certainly_meant("Action", ["actions", "action"]), Some("action"));
        assert_eq!(certainly_meant("actionz", ["actions", "action"]), None);
        assert_eq!(certainly_meant("onwer", ["owner", "parent"]), Some("owner"));
    }

    #[test]
    fn positions_count_characters() {
        let text = "a\nzwölf b".as_bytes();
        assert_eq!(Position::of(text, 0), Position { line: 1, column: 1 });
        assert_eq!(Position::of(text, 9), Position { line: 2, column: 7 });
        assert_eq!(Position::of(text, 999), Position { line: 2, column: 8 });
    }

    #[test]
    fn lines_and_positions_agree() {
        let text = "a\nzwölf b\n\nc";
        let lines = Lines::of(text);
        for offset in 0..20 {
            assert_eq!(
                lines.position(text, offset),
                Position::of(text.as_bytes(), offset),
                "{offset}"
            );
        }
    }

    #[test]
    fn a_line_may_be_as_long_as_a_file() {
        let text = format!("a\n{}\nc", "zwölf, ".repeat(500));
        let lines = Lines::of(&text);
        for offset in (0..text.len() + 2).step_by(37) {
            let position = Position::of(text.as_bytes(), offset);
            assert_eq!(lines.position(&text, offset), position, "{offset}");
        }
    }

    #[test]
    fn dates_that_do_not_exist_are_none() {
        assert!(Date::parse("2026-02-30").is_none());
        assert!(Date::parse("2026-2-3").is_none());
        assert!(Date::parse("2024-02-29").is_some());
    }

    #[test]
    fn days_and_dates_agree() {
        for days in [-719_000_i64, -1, 0, 59, 60, 11_016, 20_741, 2_900_000] {
            assert_eq!(Date::from_days(days).unwrap().days(), days);
        }
        assert_eq!(Date::parse("2026-10-15").unwrap().days(), 20_741);
        assert_eq!(Date::of_seconds(-1, 0).unwrap().to_string(), "1969-12-31");
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let day = |text| Date::parse(text).unwrap();
        assert_eq!(day("2026-08-31").plus_months(6), Some(day("2027-02-28")));
        assert_eq!(day("2026-05-11").plus_months(12), Some(day("2027-05-11")));
    }

    #[test]
    fn a_typo_finds_its_word() {
        assert_eq!(did_you_mean("owmer", ["owner", "title"]), Some("owner"));
        assert_eq!(did_you_mean("zzz", ["owner", "title"]), None);
    }

    #[test]
    fn paths_show_what_cannot_be_printed() {
        assert_eq!(RepoPath::from_bytes(*b"caf\xE9\n.md").to_string(), "caf\\xE9\\n.md");
    }
}
