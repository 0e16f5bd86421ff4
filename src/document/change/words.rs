//! Words, and what it means when one of them changes.

use super::{Change, Size};
use crate::document::difference::{self, Manner};
use std::collections::HashMap;

/// Words that oblige, allow, forbid or limit.
pub(super) const DUTY: [&str; 36] = [
    "shall",
    "must",
    "should",
    "may",
    "might",
    "can",
    "cannot",
    "could",
    "will",
    "would",
    "need",
    "needs",
    "needed",
    "ought",
    "required",
    "mandatory",
    "optional",
    "forbidden",
    "prohibited",
    "allowed",
    "permitted",
    "recommended",
    "not",
    "never",
    "no",
    "always",
    "only",
    "unless",
    "except",
    "without",
    "least",
    "most",
    "maximum",
    "minimum",
    "all",
    "any",
];

/// Numbers in words. `one` is left out: it mostly stands for something else.
const NUMBERS: [&str; 23] = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "fifteen", "twenty", "thirty", "forty", "sixty", "ninety", "hundred", "thousand", "half",
    "once", "twice", "double",
];

/// How often something is done.
const INTERVALS: [&str; 8] =
    ["hourly", "daily", "weekly", "fortnightly", "monthly", "quarterly", "yearly", "annually"];

/// What is counted in: behind a number it belongs to it.
const UNITS: [&str; 9] =
    ["second", "minute", "hour", "day", "week", "month", "quarter", "year", "percent"];

/// A word of a text.
#[derive(Clone, Debug)]
pub(super) struct Word {
    /// As written, without punctuation around it.
    text: String,
    /// What is compared: small letters.
    key: String,
    /// What the section is whose every word counts.
    section: Option<&'static str>,
}

/// Where words stand.
#[derive(Clone, Copy)]
pub(super) enum Passage<'k> {
    /// In the text.
    Text,
    /// In a key of front matter.
    Key(&'k str),
}

/// How many comparisons of words one change may cost. Passages beyond it are compared as bags of
/// words: what came and what went is seen, and not where.
pub(super) struct Budget(usize);

impl Default for Budget {
    fn default() -> Self {
        Self(40_000_000)
    }
}

impl Budget {
    /// Takes what aligning two rows of words may cost, if that much is left.
    fn takes(&mut self, old: usize, new: usize) -> bool {
        let cost = (old + new).saturating_mul(old + new);
        let left = self.0.checked_sub(cost);
        self.0 = left.unwrap_or(self.0);
        left.is_some()
    }
}

/// Cuts a text into words. Signs that compare stay; other punctuation goes.
pub(super) fn words(text: &str, section: Option<&'static str>) -> Vec<Word> {
    let pieces = text.split(|c: char| c.is_whitespace() || matches!(c, '/' | '—' | '–' | '|'));
    let words = pieces.map(bare).filter(|word| !word.is_empty());
    words.map(|text| Word { text: text.to_owned(), key: text.to_lowercase(), section }).collect()
}

fn bare(word: &str) -> &str {
    let compares = |c: char| matches!(c, '%' | '<' | '>' | '≤' | '≥' | '=' | '±' | '€' | '$' | '£');
    let is_kept = |c: char| c.is_alphanumeric() || compares(c);
    let word = word.trim_end_matches(|c| !is_kept(c));
    let bare = word.trim_start_matches(|c| !is_kept(c));
    // A sign before a number belongs to it.
    let signed = word.len() - bare.len();
    match word[..signed].ends_with(['-', '+', '−'])
        && bare.starts_with(|c: char| c.is_ascii_digit())
    {
        true => {
            let sign = word[..signed].chars().next_back().map_or(0, char::len_utf8);
            &word[signed - sign..]
        }
        false => bare,
    }
}

/// Returns what two texts share that differ only in punctuation, blanks and capitals.
pub(super) fn key_of(text: &str) -> String {
    words(text, None).into_iter().map(|word| word.key).collect::<Vec<_>>().join(" ")
}

/// Tells whether two short texts are the same but for their spelling.
pub(super) fn are_spelled_alike(old: &str, new: &str) -> bool {
    let (old, new) = (words(old, None), words(new, None));
    is_respelling(&old, &new)
}

/// The most characters that are quoted.
const LONGEST: usize = 60;

/// Shortens two texts for a sentence that names both. Where one is too long, what both begin with is
/// left out: it says nothing of what changed.
pub(super) fn both_shortened(old: &str, new: &str) -> [String; 2] {
    let is_long = [old, new].iter().any(|text| text.chars().nth(LONGEST).is_some());
    let words = old.split_inclusive(' ').zip(new.split_inclusive(' '));
    let alike = words.take_while(|(old, new)| is_long && old == new);
    match alike.map(|(word, _)| word.len()).sum() {
        0 => [old, new].map(shortened),
        begin => [old, new].map(|text| format!("…{}", shortened(&text[begin..]))),
    }
}

/// Shortens what is quoted.
pub(super) fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Compares two passages word by word.
pub(super) fn compare(
    old: &[Word],
    new: &[Word],
    passage: Passage<'_>,
    budget: &mut Budget,
    change: &mut Change,
) {
    if budget.takes(old.len(), new.len()) {
        for region in difference::regions(Manner::Fewest, keys(old), keys(new)) {
            judge(&Edit::of(old, region.old, new, region.new), passage, change);
        }
    } else {
        let (gone, come) =
            (lacking(old, new, |word| &word.key), lacking(new, old, |word| &word.key));
        if !gone.is_empty() || !come.is_empty() {
            judge(&Edit::of(&gone, 0..gone.len(), &come, 0..come.len()), passage, change);
        }
    }
}

fn keys(words: &[Word]) -> impl Iterator<Item = &str> {
    words.iter().map(|word| word.key.as_str())
}

/// Returns the words of one passage that the other lacks, each as often as it lacks it.
fn lacking<W: Clone>(words: &[W], other: &[W], key: impl Fn(&W) -> &str) -> Vec<W> {
    let mut there: HashMap<&str, usize> = HashMap::new();
    for word in other {
        *there.entry(key(word)).or_default() += 1;
    }
    let is_lacking = |word: &&W| match there.get_mut(key(word)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    words.iter().filter(is_lacking).cloned().collect()
}

/// Words that went, and those that came in their place.
struct Edit<'w> {
    old: &'w [Word],
    new: &'w [Word],
    /// Numbers and words of duty among them, each with what a reader is told.
    gone: Vec<Weighty>,
    come: Vec<Weighty>,
}

/// A word that changes what is asked for.
#[derive(Clone)]
struct Weighty {
    key: String,
    told: String,
    kind: Weight,
}

/// Why a word changes what is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    Number,
    Interval,
    Duty,
}

impl Weight {
    const ALL: [Self; 3] = [Self::Number, Self::Interval, Self::Duty];

    fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Interval => "an interval",
            Self::Duty => "a word of duty",
        }
    }
}

impl<'w> Edit<'w> {
    fn of(
        old: &'w [Word],
        old_range: std::ops::Range<usize>,
        new: &'w [Word],
        new_range: std::ops::Range<usize>,
    ) -> Self {
        let gone = weighty(old, old_range.clone());
        let come = weighty(new, new_range.clone());
        // What only changed its place within the edit says the same as before.
        Self {
            gone: lacking(&gone, &come, |word| &word.key),
            come: lacking(&come, &gone, |word| &word.key),
            old: &old[old_range],
            new: &new[new_range],
        }
    }

    fn section(&self) -> Option<&'static str> {
        self.new.iter().chain(self.old).find_map(|word| word.section)
    }
}

/// Finds the numbers and words of duty in a range of words.
fn weighty(words: &[Word], range: std::ops::Range<usize>) -> Vec<Weighty> {
    let unit = |at: usize| words.get(at).filter(|word| UNITS.contains(&singular(&word.key)));
    range
        .filter_map(|at| {
            let word = &words[at];
            let before = at.checked_sub(1).map(|before| &words[before]);
            if is_number(&word.key) {
                let told = match unit(at + 1) {
                    Some(unit) => format!("{} {}", word.text, unit.text),
                    None => word.text.clone(),
                };
                return Some(Weighty { key: word.key.clone(), told, kind: Weight::Number });
            }
            if let Some(number) = before.filter(|before| is_number(&before.key))
                && unit(at).is_some()
            {
                let told = format!("{} {}", number.text, word.text);
                return Some(Weighty {
                    key: singular(&word.key).to_owned(),
                    told,
                    kind: Weight::Number,
                });
            }
            let kind = if INTERVALS.contains(&word.key.as_str()) {
                Weight::Interval
            } else if DUTY.contains(&word.key.as_str()) || word.key.ends_with("n't") {
                Weight::Duty
            } else {
                return None;
            };
            Some(Weighty { key: word.key.clone(), told: format!("`{}`", word.text), kind })
        })
        .collect()
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// Tells whether a word is a number. A name of something, like SVC-03, is none.
fn is_number(key: &str) -> bool {
    let has_digit = key.bytes().any(|b| b.is_ascii_digit());
    let is_name = key.starts_with(|c: char| c.is_alphabetic()) && key.contains('-');
    has_digit && !is_name || NUMBERS.contains(&key)
}

fn judge(edit: &Edit<'_>, passage: Passage<'_>, change: &mut Change) {
    let quoted = |words: &[Word]| {
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        format!("`{}`", shortened(&words.join(" ")))
    };
    let told = |what: &str| match passage {
        Passage::Text => what.to_owned(),
        Passage::Key(key) => format!("{what} (`{key}`)"),
    };
    if is_respelling(edit.old, edit.new) {
        let words = format!("spelling: {} became {}", quoted(edit.old), quoted(edit.new));
        change.sign(Size::Editorial, told(&words));
        return;
    }
    change.words += edit.old.len().max(edit.new.len());
    for kind in Weight::ALL {
        let of = |words: &[Weighty]| -> Vec<String> {
            let of_kind = words.iter().filter(|word| word.kind == kind);
            let mut told: Vec<String> = of_kind.map(|word| word.told.clone()).collect();
            // A number and its unit are one thing.
            told.dedup();
            told
        };
        let what = kind.words();
        let (gone, come) = (of(&edit.gone), of(&edit.come));
        for (gone, come) in gone.iter().zip(&come) {
            change.sign(Size::Major, told(&format!("{what} changed: {gone} became {come}")));
        }
        for gone in gone.iter().skip(come.len()) {
            change.sign(Size::Major, told(&format!("{what} was taken out: {gone}")));
        }
        for come in come.iter().skip(gone.len()) {
            change.sign(Size::Major, told(&format!("{what} was added: {come}")));
        }
    }
    let wording = match (edit.old.is_empty(), edit.new.is_empty()) {
        (true, _) => format!("{} came in", quoted(edit.new)),
        (_, true) => format!("{} was taken out", quoted(edit.old)),
        _ => format!("{} became {}", quoted(edit.old), quoted(edit.new)),
    };
    if !edit.gone.is_empty() || !edit.come.is_empty() {
        return;
    }
    match edit.section() {
        Some(section) => change.sign(Size::Major, told(&format!("{section} changed: {wording}"))),
        None => change.sign(Size::Minor, told(&format!("the wording changed: {wording}"))),
    }
}

/// Tells whether only the spelling changed: of each word at most one letter, or where one word
/// ends and the next begins. Short words, numbers and words of duty are other words then.
fn is_respelling(old: &[Word], new: &[Word]) -> bool {
    let joined = |words: &[Word]| -> String {
        let keys: String = words.iter().map(|word| word.key.as_str()).collect();
        keys.chars().filter(|c| !matches!(c, '-' | '\'' | '’')).collect()
    };
    let is_plain = |words: &[Word]| {
        words.iter().all(|word| {
            let has_digit = word.key.bytes().any(|b| b.is_ascii_digit());
            let key = word.key.as_str();
            !(has_digit || is_number(key) || INTERVALS.contains(&key) || DUTY.contains(&key))
        })
    };
    if old.is_empty() || new.is_empty() || !is_plain(old) || !is_plain(new) {
        return false;
    }
    let alike = |(old, new): (&Word, &Word)| old.key == new.key || is_one_slip(&old.key, &new.key);
    joined(old) == joined(new) || old.len() == new.len() && old.iter().zip(new).all(alike)
}

/// Tells whether one letter more, less or other, or two exchanged, make one word of another.
fn is_one_slip(old: &str, new: &str) -> bool {
    const SHORTEST: usize = 5;
    let (old, new): (Vec<char>, Vec<char>) = (old.chars().collect(), new.chars().collect());
    if old.len().min(new.len()) < SHORTEST || old.first() != new.first() {
        return false;
    }
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - start;
    let end = old.iter().rev().zip(new.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..old.len() - end], &new[start..new.len() - end]);
    match (old, new) {
        ([_], [_]) | ([_], []) | ([], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}
