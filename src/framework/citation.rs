//! Finds where prose cites clauses, as people write it.
//!
//! A scanner by hand: it goes from word to word and never back, and what it looks ahead to is
//! bounded, so the time is linear in the text whatever the text is.

use super::{Citation, pack::Pack};
use crate::source::{Span, Spanned};

/// A title in parentheses or quotes is no longer than this, in bytes.
const LONGEST_TITLE: usize = 120;

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
        let Some((cited, end)) = self.numbers(at, keyword.as_ref()) else {
            return Some(end);
        };
        self.keep(pack, cited, found);
        Some(end)
    }

    /// `clauses 8.5.1 and 8.6.1 of ISO/IEC 20000-1`. Returns where to go on.
    fn numbers_before_name(&self, start: usize, found: &mut Vec<Citation>) -> Option<usize> {
        let keyword = self.keyword(start);
        if keyword.is_none() && self.is_after_other_thing(start) {
            return None;
        }
        let at = keyword.as_ref().map_or(start, |keyword| self.blanks(keyword.end));
        let (cited, end) = self.numbers(at, keyword.as_ref())?;
        if let Some(pack) = self.name_after_numbers(end, keyword.is_some()) {
            self.keep(pack, cited, found);
        }
        Some(end)
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
    fn name_after_numbers(&self, at: usize, keyword: bool) -> Option<&Pack> {
        let at = self.blanks(at);
        let at = match self.rest(at).strip_prefix('(') {
            Some(_) if keyword => at + 1,
            _ => ["of", "in", "from"].iter().find_map(|word| self.matches(at, word))?,
        };
        let at = self.blanks(at);
        let at = self.matches(at, "the").map_or(at, |end| self.blanks(end));
        let (pack, end) = self.name(at)?;
        self.edition(pack, end).map(|_| pack)
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
        let token = leading(rest, |c| c.is_ascii_digit() || c == '.');
        let end = if token.starts_with(|c: char| c.is_ascii_digit()) {
            at + digits(token, integers)?
        } else {
            at + letters_and_digits(rest)?
        };
        let after = self.rest(end);
        let is_percentage = self.rest(self.blanks(end)).starts_with('%');
        let glued = after.starts_with(is_word) && self.after_item_letter(end) == end;
        (!is_percentage && !glued).then_some(end)
    }

    /// Finds the title beside a number: in parentheses or quotes, or words that are a title.
    fn title(&self, at: usize) -> Option<(Spanned<String>, usize)> {
        let at = self.blanks(at);
        let dash = self.rest(at).chars().next().filter(|c| "-–—:".contains(*c));
        let at = self.blanks(at + dash.map_or(0, char::len_utf8));
        if let Some(enclosed) = self.enclosed(at) {
            return Some(enclosed);
        }
        let end = self.known_title(at)?;
        Some((self.spanned(at, end), end))
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
        let inside = leading(self.rest(start), |c| !closing.contains(&c));
        let inside = (inside.len() <= LONGEST_TITLE).then_some(inside)?;
        // Titles are words. `(c)` is an item, `(see 8.5.2)` and `(ISO 9001)` lead elsewhere.
        let is_title = inside.len() >= 4
            && inside.starts_with(char::is_alphabetic)
            && !inside.contains(|c: char| c.is_ascii_digit())
            && !inside.contains("\n\n");
        let end = start + inside.len();
        let close = self.rest(end).chars().next()?;
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
            let signs = leading(self.rest(at), |c| c == '§').len();
            let announces_several = signs > '§'.len_utf8();
            return Some(Keyword { announces_several, end: at + signs });
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
            let same_dash = wanted == '-' && matches!(found, '\u{2010}' | '\u{2011}' | '–');
            if !same_dash && !found.to_lowercase().eq(wanted.to_lowercase()) {
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
    let fits = fits && !number.starts_with('0') && (integers || number.contains('.'));
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
