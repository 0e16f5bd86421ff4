//! Finds where prose cites clauses, as people write it.
//!
//! A scanner by hand: it goes from word to word and never back, and what it looks ahead to is
//! bounded, so the time is linear in the text whatever the text is.

use super::{Citation, pack::Pack};
use crate::source::{Span, Spanned};

/// A title in parentheses or quotes is no longer than this, in bytes.
const LONGEST_TITLE: usize = 120;

/// A number is no longer than this, in bytes.
const LONGEST_NUMBER: usize = 32;

/// Words that announce one number, and those that announce several.
const ONE: [&str; 9] = [
    "clause",
    "subclause",
    "sub-clause",
    "section",
    "requirement",
    "control",
    "criterion",
    "annex",
    "§",
];
const SEVERAL: [&str; 7] =
    ["clauses", "subclauses", "sub-clauses", "sections", "requirements", "controls", "criteria"];

/// Words whose numbers are not clauses: `Table 8.1 of ISO/IEC 20000-1`.
const OTHER_THINGS: [&str; 8] =
    ["table", "figure", "version", "edition", "page", "part", "note", "release"];

/// Finds all citations of the packs' frameworks, in the order of the text.
pub(super) fn find(packs: &[Pack], prose: &str) -> Vec<Citation> {
    // Most paragraphs cite nothing, and this is known at once.
    let names = || packs.iter().flat_map(|pack| &pack.citation);
    let has_digits = prose.bytes().any(|byte| byte.is_ascii_digit());
    if !has_digits || !names().any(|name| may_be_named(name, prose)) {
        return Vec::new();
    }
    let scanner = Scanner { packs, prose };
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = scanner.next_word(at) {
        at = scanner
            .numbers_after_name(word, &mut found)
            .or_else(|| scanner.numbers_before_name(word, &mut found))
            .unwrap_or_else(|| scanner.end_of_word(word));
    }
    found
}

/// Tells whether a text is one citation without a title, and nothing else.
pub(super) fn is_alone(packs: &[Pack], text: &str) -> bool {
    let scanner = Scanner { packs, prose: text };
    let start = scanner.blanks(0);
    let mut found = Vec::new();
    let end = match scanner.numbers_after_name(start, &mut found) {
        Some(end) => Some(end),
        None => scanner
            .numbers_before_name(start, &mut found)
            .and_then(|end| scanner.name_after_numbers(end, true).map(|(_, end)| end)),
    };
    let is_whole = end.is_some_and(|end| scanner.rest(end).chars().all(is_mark));
    is_whole && matches!(&found[..], [citation] if citation.title_beside.is_none())
}

/// Tells whether a text is a title of a clause that the packs are certain of, and nothing else.
pub(super) fn is_title(packs: &[Pack], text: &str) -> bool {
    let scanner = Scanner { packs, prose: text };
    let end = scanner.known_title(scanner.blanks(0));
    end.is_some_and(|end| scanner.rest(end).chars().all(is_mark))
}

/// Tells whether prose may name a framework: it has the longest number of its name.
fn may_be_named(name: &str, prose: &str) -> bool {
    let numbers = name.split(|c: char| !c.is_ascii_digit());
    numbers.max_by_key(|number| number.len()).is_none_or(|number| prose.contains(number))
}

struct Scanner<'a> {
    packs: &'a [Pack],
    prose: &'a str,
}

/// A number with what is written beside it, of a framework not known yet.
struct Cited {
    number: Spanned<String>,
    title_beside: Option<Spanned<String>>,
}

/// The word before numbers: `clause`, `clauses`.
struct Keyword {
    announces_several: bool,
    end: usize,
}

impl Scanner<'_> {
    /// `ISO/IEC 20000-1:2018, clauses 8.5.1 and 8.6.1`. Returns where to go on.
    fn numbers_after_name(&self, start: usize, found: &mut Vec<Citation>) -> Option<usize> {
        let (pack, end) = self.name(start)?;
        let Some(end) = self.edition(pack, end) else {
            return Some(end);
        };
        let (keyword, at) = self.keyword_after_name(end);
        let numbers = self.numbers(at, keyword.as_ref());
        let lone = || self.lone_integer(&self.prose[end..at], at);
        let Some((mut cited, mut end)) = numbers.or_else(lone) else {
            return Some(end);
        };
        // In "ISO/IEC 20000-1, 8.5.1 and 9.2 of ISO 9001" the last number is the next name's,
        // also where that is a name we do not know.
        let belongs_on = self.matches(self.blanks(end), "of").is_some()
            || self.name_after_numbers(end, true).is_some();
        if cited.len() > 1 && belongs_on {
            end = cited.pop().map_or(end, |last| last.number.span.start);
        }
        self.keep(pack, cited, found);
        Some(end)
    }

    /// `clauses 8.5.1 and 8.6.1 of ISO/IEC 20000-1`. Returns where to go on.
    fn numbers_before_name(&self, start: usize, found: &mut Vec<Citation>) -> Option<usize> {
        let keyword = self.keyword(start);
        let at = keyword.as_ref().map_or(start, |keyword| self.blanks(keyword.end));
        let (mut cited, end) = self.numbers(at, keyword.as_ref())?;
        let of_something_else = keyword.is_none() && self.is_after_other_thing(start);
        if let Some((pack, end)) = self.name_after_numbers(end, keyword.is_some())
            && !of_something_else
        {
            // `clause 8.6.1 of ISO/IEC 20000-1 (Incident management)`
            if let [only] = &mut cited[..]
                && only.title_beside.is_none()
            {
                only.title_beside = self.enclosed(self.blanks(end)).map(|(title, _)| title);
            }
            self.keep(pack, cited, found);
        }
        Some(end)
    }

    /// Reads a bare integer that stands after a name and a comma, `ISO/IEC 20000-1, 08`, if the words
    /// end with it and nobody would count so: others may be of days, pages or years.
    fn lone_integer(&self, between: &str, at: usize) -> Option<(Vec<Cited>, usize)> {
        if between.trim_matches(is_blank) != "," {
            return None;
        }
        let end = self.number(at, true)?;
        let rest = self.rest(end);
        let ends = rest.starts_with([')', ';']) || rest.chars().all(is_mark);
        let digits = &self.prose[at..end];
        let counts_nothing = digits.starts_with('0') && !digits.contains('.');
        (ends && counts_nothing)
            .then(|| (vec![Cited { number: self.spanned(at, end), title_beside: None }], end))
    }

    fn keep(&self, pack: &Pack, cited: Vec<Cited>, found: &mut Vec<Citation>) {
        let cited = cited.into_iter().filter(|cited| pack.could_hold(&cited.number.value));
        found.extend(cited.map(|cited| Citation {
            framework: pack.id.clone(),
            number: cited.number,
            title_beside: cited.title_beside,
        }));
    }

    /// Finds the name of a framework at a place; the longest one decides.
    fn name(&self, at: usize) -> Option<(&Pack, usize)> {
        let names = self.packs.iter().flat_map(|pack| {
            pack.citation.iter().filter_map(move |name| Some((pack, self.matches(at, name)?)))
        });
        names.max_by_key(|(_, end)| *end).filter(|(_, end)| !self.rest(*end).starts_with('-'))
    }

    /// Passes over edition and amendment; `None` where another edition is named, whose numbers
    /// mean other things.
    fn edition(&self, pack: &Pack, at: usize) -> Option<usize> {
        let mut end = at;
        if let Some(rest) = self.rest(at).strip_prefix(':') {
            let year = leading(rest, |c| c.is_ascii_alphanumeric());
            if year == pack.edition {
                end = at + 1 + year.len();
            } else if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
        } else if self.blanks(at) > at {
            end = self.matches(self.blanks(at), &pack.edition).unwrap_or(at);
        }
        let amendment = pack.amendment.as_ref().and_then(|amendment| {
            let plus = self.blanks(end);
            let plus = plus + leading(self.rest(plus), |c| "/+,".contains(c)).len();
            self.matches(self.blanks(plus), amendment)
        });
        Some(amendment.unwrap_or(end))
    }

    /// Passes over what stands between a name and its numbers: `, clause `, ` (see section `.
    fn keyword_after_name(&self, at: usize) -> (Option<Keyword>, usize) {
        let mut at = self.blanks(at);
        // Two marks at most: `, (`.
        for _ in 0..2 {
            let mark = self.rest(at).chars().next().filter(|c| ",:;(-–—".contains(*c));
            at = self.blanks(at + mark.map_or(0, char::len_utf8));
        }
        let filler = ["see", "in", "under", "cf."].iter().find_map(|word| self.matches(at, word));
        let after_filler = filler.and_then(|end| self.keyword(self.blanks(end)));
        match after_filler.or_else(|| self.keyword(at)) {
            Some(keyword) => {
                let at = self.blanks(keyword.end);
                (Some(keyword), at)
            }
            None => (None, at),
        }
    }

    /// Finds ` of ISO/IEC 20000-1` or, after a keyword, ` (ISO/IEC 20000-1)`.
    fn name_after_numbers(&self, at: usize, keyword: bool) -> Option<(&Pack, usize)> {
        let at = self.blanks(at);
        let at = match self.rest(at).strip_prefix('(') {
            Some(_) if keyword => at + 1,
            _ => ["of", "in", "from"].iter().find_map(|word| self.matches(at, word))?,
        };
        let at = self.blanks(at);
        let at = self.matches(at, "the").map_or(at, |end| self.blanks(end));
        let (pack, end) = self.name(at)?;
        self.edition(pack, end).map(|end| (pack, end))
    }

    /// Reads `8.5.1 Change management, 8.6.1 and 9`, and returns where it ends. A bare integer
    /// counts only where a keyword announced it.
    fn numbers(&self, at: usize, keyword: Option<&Keyword>) -> Option<(Vec<Cited>, usize)> {
        let mut cited = Vec::new();
        let mut integers = keyword.is_some();
        let several = keyword.is_some_and(|keyword| keyword.announces_several);
        let mut start = at;
        let mut end = at;
        while let Some(number_end) = self.number(start, integers) {
            let title_beside = self.title(self.after_item_letter(number_end));
            end = title_beside.as_ref().map_or(number_end, |(_, end)| *end);
            cited.push(Cited {
                number: self.spanned(start, number_end),
                title_beside: title_beside.map(|(title, _)| title),
            });
            let Some(next) = self.separator(end) else {
                break;
            };
            let again = self.keyword(next);
            integers = again.is_some() || several;
            start = again.map_or(next, |keyword| self.blanks(keyword.end));
        }
        if cited.is_empty() { None } else { Some((cited, self.after_item_letter(end))) }
    }

    /// Passes over what stands between two numbers: a comma, a dash, `and`, `, and`.
    fn separator(&self, at: usize) -> Option<usize> {
        let at = self.blanks(self.after_item_letter(at));
        let mark = self.rest(at).chars().next().filter(|c| ",;/&-–—".contains(*c));
        let after_mark = self.blanks(at + mark.map_or(0, char::len_utf8));
        let words = ["and", "or", "to", "through"];
        match words.iter().find_map(|word| self.matches(after_mark, word)) {
            Some(end) => Some(self.blanks(end)),
            None => mark.map(|_| after_mark),
        }
    }

    /// Passes over the letter of a list item: `7.5.4 b)`, `7.5.4(b)`, `7.5.4b`.
    fn after_item_letter(&self, at: usize) -> usize {
        let rest = self.rest(at);
        let inner = rest.trim_start_matches(' ');
        let inner = inner.strip_prefix('(').unwrap_or(inner);
        let Some(after) = inner.strip_prefix(|c: char| c.is_ascii_lowercase()) else {
            return at;
        };
        let closed = after.strip_prefix(')');
        // `a` in "8.5.1 a change" is a word; only beside the number does a bare letter belong.
        let glued = inner.len() == rest.len() && !after.starts_with(char::is_alphanumeric);
        match closed {
            Some(after) => at + rest.len() - after.len(),
            None if glued => at + 1,
            None => at,
        }
    }

    /// Returns the end of a clause number: `8.5.1`, `A.8.32`, `CC6.1`, `GV.OC-01`.
    fn number(&self, at: usize, integers: bool) -> Option<usize> {
        let rest = self.rest(at);
        let length = rest.bytes().take(LONGEST_NUMBER).take_while(u8::is_ascii).count();
        let rest = &rest[..length];
        let run = leading(rest, |c| c.is_ascii_digit() || c == '.');
        let starts_with_digit = run.starts_with(|c: char| c.is_ascii_digit());
        let length =
            if starts_with_digit { digits(run, integers) } else { letters_and_digits(rest) };
        let end = at + length?;
        let after = self.rest(end);
        let is_percentage = self.rest(self.blanks(end)).starts_with('%');
        let glued = after.starts_with(is_word) && self.after_item_letter(end) == end;
        (!is_percentage && !glued).then_some(end)
    }

    /// Finds the title beside a number: in parentheses or quotes, or words that are a title.
    fn title(&self, at: usize) -> Option<(Spanned<String>, usize)> {
        let at = self.blanks(at);
        if let Some(after) = self.rest(at).strip_prefix([',', ';']) {
            return self.title_after_mark(self.prose.len() - after.len());
        }
        let dash = self.rest(at).chars().next().filter(|c| "-–—:".contains(*c));
        let at = self.blanks(at + dash.map_or(0, char::len_utf8));
        if let Some(enclosed) = self.enclosed(at) {
            return Some(enclosed);
        }
        let end = self.known_title(at)?;
        Some((self.spanned(at, end), end))
    }

    /// Finds a title after a comma or a semicolon: `8.6.1, Incident management`. It begins with a
    /// capital and no word follows it, else it may be what the sentence goes on to speak of.
    fn title_after_mark(&self, at: usize) -> Option<(Spanned<String>, usize)> {
        let at = self.blanks(at);
        let end = self.known_title(at)?;
        let is_title = self.rest(at).starts_with(char::is_uppercase)
            && !self.rest(self.blanks(end)).starts_with(|c| is_word(c) || c == ',');
        is_title.then(|| (self.spanned(at, end), end))
    }

    fn enclosed(&self, at: usize) -> Option<(Spanned<String>, usize)> {
        let open = self.rest(at).chars().next()?;
        let closing: &[char] = match open {
            '(' => &[')'],
            '"' => &['"'],
            '\'' => &['\''],
            '“' => &['”'],
            '‘' => &['’'],
            '„' => &['“', '”'],
            '«' => &['»'],
            _ => return None,
        };
        let start = at + open.len_utf8();
        let mut near = self.rest(start).char_indices().take_while(|(at, _)| *at <= LONGEST_TITLE);
        let (length, close) = near.find(|(_, c)| closing.contains(c))?;
        let end = start + length;
        let inside = &self.prose[start..end];
        // Titles are words. `(c)` is an item, `(see 8.5.2)` and `(ISO 9001)` lead elsewhere.
        let is_title = inside.len() >= 4
            && inside.starts_with(char::is_alphabetic)
            && !inside.contains(|c: char| c.is_ascii_digit())
            && !inside.contains("\n\n");
        is_title.then(|| (self.spanned(start, end), end + close.len_utf8()))
    }

    /// Returns the end of the longest known title that begins here.
    fn known_title(&self, at: usize) -> Option<usize> {
        let titles = self.packs.iter().flat_map(Pack::known_titles);
        let ends = titles.filter_map(|(_, title)| {
            let end = self.matches(at, title)?;
            // "8.5.1 Policy on changes" does not call the clause Policy.
            let clear = title.contains(' ') || self.sentence_stops(end);
            clear.then_some(end)
        });
        ends.max()
    }

    fn sentence_stops(&self, at: usize) -> bool {
        let next = self.rest(self.blanks(at)).chars().next();
        !next.is_some_and(is_word) || self.name_after_numbers(at, false).is_some()
    }

    fn keyword(&self, at: usize) -> Option<Keyword> {
        let end_of = |words: &[&str]| words.iter().find_map(|word| self.matches(at, word));
        if let Some(end) = end_of(&SEVERAL) {
            return Some(Keyword { announces_several: true, end });
        }
        if self.rest(at).starts_with('§') {
            let announces_several = self.rest(at).starts_with("§§");
            let signs = if announces_several { "§§" } else { "§" };
            return Some(Keyword { announces_several, end: at + signs.len() });
        }
        end_of(&ONE).map(|end| Keyword { announces_several: false, end })
    }

    fn is_after_other_thing(&self, at: usize) -> bool {
        let before = self.prose[..at].trim_end_matches(is_blank);
        let start = before.rfind(|c: char| !c.is_alphabetic());
        let word = start.map_or(before, |start| {
            before[start..].trim_start_matches(|c: char| !c.is_alphabetic())
        });
        OTHER_THINGS.iter().any(|thing| word.eq_ignore_ascii_case(thing))
    }

    /// Returns the end of `words` if they stand here as whole words, in any case and with any
    /// blanks between them.
    fn matches(&self, at: usize, words: &str) -> Option<usize> {
        let mut here = at;
        for wanted in words.chars() {
            if wanted == ' ' {
                let after = self.blanks(here);
                if after == here {
                    return None;
                }
                here = after;
                continue;
            }
            let found = self.rest(here).chars().next()?;
            if !same_letter(found, wanted) {
                return None;
            }
            here += found.len_utf8();
        }
        let goes_on = self.rest(here).starts_with(is_word);
        (!goes_on).then_some(here)
    }

    /// Passes over blanks within a paragraph; an empty line is not passed.
    fn blanks(&self, at: usize) -> usize {
        let run = leading(self.rest(at), is_blank);
        let lines = run.bytes().filter(|&b| b == b'\n').count();
        if lines > 1 { at } else { at + run.len() }
    }

    fn next_word(&self, at: usize) -> Option<usize> {
        self.rest(at).find(|c| is_word(c) || c == '§').map(|skipped| at + skipped)
    }

    /// Returns the end of a word, with the numbers and parts glued to it: `v8.5.1`.
    fn end_of_word(&self, at: usize) -> usize {
        let mut end = at;
        let mut chars = self.rest(at).char_indices().peekable();
        while let Some((offset, c)) = chars.next() {
            let glues = ".-_".contains(c) && chars.peek().is_some_and(|(_, next)| is_word(*next));
            let first = offset == 0;
            if !(first || is_word(c) || glues) {
                break;
            }
            end = at + offset + c.len_utf8();
        }
        end
    }

    fn rest(&self, at: usize) -> &str {
        &self.prose[at..]
    }

    fn spanned(&self, start: usize, end: usize) -> Spanned<String> {
        Spanned::new(self.prose[start..end].to_owned(), Span::new(start, end))
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// What may end words without adding any.
fn is_mark(c: char) -> bool {
    is_blank(c) || ".,;:!?)]\"'”’»".contains(c)
}

fn same_letter(found: char, wanted: char) -> bool {
    if found.is_ascii() && wanted.is_ascii() {
        return found.eq_ignore_ascii_case(&wanted);
    }
    let both_dashes = wanted == '-' && matches!(found, '\u{2010}' | '\u{2011}' | '–');
    both_dashes || found.to_lowercase().eq(wanted.to_lowercase())
}

/// Blanks, and the marks of Markdown that may stand around a name or a number.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '*' || c == '`'
}

fn leading(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    &text[..end]
}

/// Returns the length of `8.5.1` in a run of digits and dots, which must be nothing else: no date,
/// no year, no `2.0`.
fn digits(run: &str, integers: bool) -> Option<usize> {
    let number = run.trim_end_matches('.');
    let mut segments = number.split('.');
    let fits = segments.all(|segment| {
        (1..=2).contains(&segment.len()) && segment.bytes().any(|digit| digit != b'0')
    });
    // `clause 08` is meant for one; `01.05` alone is a day.
    let fits = fits && (integers || !number.starts_with('0') && number.contains('.'));
    fits.then_some(number.len())
}

/// Returns the length of `A.8.32`, `CC6.1` or `GV.OC-01`.
fn letters_and_digits(text: &str) -> Option<usize> {
    let mut length = 0;
    loop {
        let letters = leading(&text[length..], |c| c.is_ascii_uppercase()).len();
        if !(1..=4).contains(&letters) {
            return None;
        }
        length += letters;
        let rest = &text[length..];
        let mark = usize::from(rest.starts_with(['.', '-']));
        if rest[mark..].starts_with(|c: char| c.is_ascii_digit()) {
            let run = leading(&rest[mark..], |c| c.is_ascii_digit() || c == '.');
            return Some(length + mark + run.trim_end_matches('.').len());
        }
        if !rest.starts_with('.') {
            return None;
        }
        length += 1;
    }
}

#[cfg(test)]
mod tests {
    use crate::framework::{Citation, Frameworks};

    fn frameworks() -> Frameworks {
        let chosen = ["iso20000-1:2018", "iso27001:2022", "iso9001:2015", "nist-csf:2.0"];
        Frameworks::load(&chosen.map(str::to_owned), &[]).unwrap()
    }

    /// `8.5.1 Change management` for the primary framework, `iso27001:A.8.32` for others.
    fn cited(prose: &str) -> Vec<String> {
        let frameworks = frameworks();
        let shown = |citation: &Citation| {
            let Citation { framework, number, title_beside } = citation;
            assert_eq!(prose[number.span.start..number.span.end], number.value);
            let prefix = match framework.as_str() {
                "iso20000-1" => String::new(),
                other => format!("{other}:"),
            };
            let title = title_beside.as_ref().map_or_else(String::new, |title| {
                assert_eq!(prose[title.span.start..title.span.end], title.value);
                format!(" {}", title.value)
            });
            format!("{prefix}{}{title}", number.value)
        };
        frameworks.citations(prose).iter().map(shown).collect()
    }

    #[test]
    fn a_number_after_the_name() {
        for prose in [
            "As ISO/IEC 20000-1, 8.5.1 asks.",
            "As ISO/IEC 20000-1:2018 8.5.1, asks",
            "see iso 20000-1 (8.5.1)",
            "ISO/IEC 20000-1:2018, clause 8.5.1.",
            "ISO/IEC\u{a0}20000-1:2018, Clause\n8.5.1",
            "ISO/IEC 20000\u{2011}1: §8.5.1",
            "ISO/IEC 20000-1:2018 + Amd 1:2024, 8.5.1",
            "ISO/IEC 20000-1:2018/Amd 1:2024 (see clause 8.5.1)",
            "**ISO/IEC 20000-1**, `8.5.1`",
            "ISO/IEC 20000-1, 8.5.1(b)",
            "ISO/IEC 20000-1, 8.5.1 b)",
            "ISO/IEC 20000-1, 8.5.1b",
        ] {
            assert_eq!(cited(prose), ["8.5.1"], "{prose}");
        }
    }

    #[test]
    fn a_number_before_the_name() {
        for prose in [
            "Clause 8.5.1 of ISO/IEC 20000-1 asks",
            "8.5.1 of the ISO/IEC 20000-1:2018",
            "subclause 8.5.1 in ISO 20000-1",
            "clause 8.5.1 (ISO/IEC 20000-1)",
        ] {
            assert_eq!(cited(prose), ["8.5.1"], "{prose}");
        }
        let both = "clauses 8.5.1, 8.6.1 and 9 of ISO/IEC 20000-1, 9.2 and clause 10";
        assert_eq!(cited(both), ["8.5.1", "8.6.1", "9", "9.2", "10"]);
    }

    #[test]
    fn several_frameworks_in_one_sentence() {
        assert_eq!(
            cited(
                "ISO/IEC 20000-1, 8.5.1 and ISO/IEC 27001:2022, A.5.19-A.5.22; NIST CSF 2.0 GV.OC-01"
            ),
            ["8.5.1", "iso27001:A.5.19", "iso27001:A.5.22", "nist-csf:GV.OC-01"]
        );
        assert_eq!(
            cited("ISO/IEC 20000-1, clause 8.5.1 and clause 9.2 of ISO 9001"),
            ["8.5.1", "iso9001:9.2"]
        );
        assert_eq!(cited("ISO/IEC 20000-1, 8.5.1, and 9.9 of ISO 14001"), ["8.5.1"]);
    }

    #[test]
    fn titles_beside_the_number() {
        assert_eq!(
            cited("ISO/IEC 20000-1:2018, clause 8.5.1 Change management requires"),
            ["8.5.1 Change management"]
        );
        assert_eq!(
            cited(
                "ISO/IEC 20000-1, 8.5.1.1 change  management policy, and 8.6.1 – Incident management"
            ),
            ["8.5.1.1 change  management policy", "8.6.1 Incident management"]
        );
        assert_eq!(cited("ISO/IEC 20000-1, 8.3.3 (Suppliers)"), ["8.3.3 Suppliers"]);
        assert_eq!(cited("ISO/IEC 20000-1, 8.3.3 “Zulieferer” und"), ["8.3.3 Zulieferer"]);
        assert_eq!(
            cited("clause 8.3.3 Supplier management of ISO/IEC 20000-1"),
            ["8.3.3 Supplier management"]
        );
        assert_eq!(cited("clause 5.2 Policy of ISO/IEC 20000-1"), ["5.2 Policy"]);
        assert_eq!(cited("ISO/IEC 20000-1, 5.2 Policy. Then"), ["5.2 Policy"]);
        assert_eq!(cited("ISO/IEC 20000-1, 8.5.1 policy matters"), ["8.5.1"]);
        assert_eq!(cited("ISO/IEC 20000-1, 7.5.4 (see 7.5.3)"), ["7.5.4"]);
    }

    #[test]
    fn what_is_not_a_citation() {
        for prose in [
            "clause 8.5.1 of the contract, and 8.5.1 alone",
            "ISO/IEC 20000-1 is kept. 8.5.1 is a version.",
            "ISO/IEC 20000-1\n\n8.5.1 Change management",
            "ISO/IEC 20000-1:2011, 8.5.1, and ISO/IEC 27001:2013, A.9.2.3",
            "ISO/IEC 20000-1:2018, 3.2.5",
            "ISO/IEC 20000-1: 99.9 % of 8 services",
            "ISO/IEC 20000-1, 2018 edition",
            "ISO/IEC 20000-1, 2018",
            "ISO/IEC 20000-1, 12 pages",
            "Persons trained in ISO/IEC 20000-1, 12.",
            "ISO/IEC 20000-1, 3 of our services",
            "ISO/IEC 20000-1, 12 %",
            "ISO/IEC 20000-1, 12. May 2026",
            "ISO/IEC 20000-1, 12, 13 or 14 days",
            "ISO/IEC 20000-1 12",
            "ISO/IEC 20000-1, 01.05",
            "ISO/IEC 20000-1, 2026-05-01, 01.05.2026, v8.5.1",
            "Table 8.1 of ISO/IEC 20000-1, release 2.0 of ISO/IEC 20000-1",
            "ISO/IEC 20000-10, 8.5.1 and ISO/IEC 20000-1, A.5.1",
        ] {
            assert_eq!(cited(prose), [""; 0], "{prose}");
        }
    }

    #[test]
    fn wrong_numbers_are_cited_as_they_are_written() {
        assert_eq!(cited("ISO/IEC 20000-1, 8.10 and 8.5.1.4"), ["8.10", "8.5.1.4"]);
        assert_eq!(cited("ISO/IEC 27001, A.9.2.3"), ["iso27001:A.9.2.3"]);
        for (prose, number) in [
            ("ISO/IEC 20000-1, 08", "08"),
            ("ISO/IEC 20000-1, clause 08 asks", "08"),
            ("clause 08 of ISO/IEC 20000-1", "08"),
            ("(ISO/IEC 20000-1, 08) asks", "08"),
        ] {
            assert_eq!(cited(prose), [number], "{prose}");
        }
    }

    #[test]
    fn titles_after_commas_and_names() {
        for (prose, shown) in [
            (
                "clause 8.6.1 of ISO/IEC 20000-1:2018 (Problem management)",
                "8.6.1 Problem management",
            ),
            ("ISO/IEC 20000-1, 8.6.1, Problem management", "8.6.1 Problem management"),
            ("ISO/IEC 20000-1, 8.6.1; Problem management.", "8.6.1 Problem management"),
            (
                "ISO/IEC 20000-1:2018, clause 8.5.1, Incident management",
                "8.5.1 Incident management",
            ),
            ("ISO/IEC 20000-1, 8.6.1, Problem management, Change management and more", "8.6.1"),
            ("By ISO/IEC 20000-1, 8.5.1, incident management opens changes", "8.5.1"),
            ("By ISO/IEC 20000-1, 8.5.1, Incident management opens changes", "8.5.1"),
            ("By ISO/IEC 20000-1, 8.5.1, we plan", "8.5.1"),
            ("clause 8.5.1 of ISO/IEC 20000-1, Incident management", "8.5.1"),
        ] {
            assert_eq!(cited(prose), [shown], "{prose}");
        }
        assert_eq!(
            cited("ISO/IEC 20000-1, 8.5.1, Change management; 8.6.1, Incident management"),
            ["8.5.1 Change management", "8.6.1 Incident management"]
        );
    }

    #[test]
    fn a_cell_that_is_a_citation_or_a_title() {
        let frameworks = frameworks();
        for (cell, next, are) in [
            ("ISO/IEC 20000-1, 8.6.1", "Problem management", true),
            ("clause 8.6.1 of ISO/IEC 20000-1:2018", "Problem management.", true),
            ("see ISO/IEC 20000-1, 8.6.1", "Problem management", false),
            ("ISO/IEC 20000-1, 8.6.1 and 8.6.3", "Problem management", false),
            ("ISO/IEC 20000-1, 8.6.1 as a whole", "Problem management", false),
            ("ISO/IEC 20000-1, 8.6.1", "Problem management procedure", false),
            ("ISO/IEC 20000-1, 8.6.1", "", false),
        ] {
            assert_eq!(frameworks.are_citation_and_title(cell, next), are, "{cell} | {next}");
        }
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        let frameworks = frameworks();
        let pieces =
            ["8.5.1", "clauses ", "ISO/IEC 20000-1", " of ", "(", "“", "ä", "\n", "§", "."];
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    frameworks.citations(&[first, second, third, first].concat().repeat(2));
                }
            }
        }
    }
}
