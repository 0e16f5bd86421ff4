//! Names of people, as they are held against each other.

use crate::source::is_unprintable;
use unicode_security::skeleton;

/// A character that looks like a blank and is none.
const BRAILLE_BLANK: char = '\u{2800}';

/// Tells whether two names are read as one: in whichever capitals and with whichever blanks, however
/// their accents are composed, with letters that look alike, or that nobody sees. A name without
/// letters is nobody's.
pub fn are_one_name(a: &str, b: &str) -> bool {
    // Most names are told apart by their first letters.
    let first = |name: &str| name.bytes().find(|byte| *byte != b' ');
    if let (Some(a), Some(b)) = (first(a), first(b))
        && a.is_ascii_alphabetic()
        && b.is_ascii_alphabetic()
        && !a.eq_ignore_ascii_case(&b)
    {
        return false;
    }
    if is_plain(a) && is_plain(b) {
        let words = |name| str::split_ascii_whitespace(name);
        let are_alike = |(a, b): (&str, &str)| a.eq_ignore_ascii_case(b);
        return words(a).next().is_some()
            && words(a).count() == words(b).count()
            && words(a).zip(words(b)).all(are_alike);
    }
    let (a, b) = (tidy(a), tidy(b));
    // In capitals some letters of other alphabets look Latin, and others in small letters.
    !a.is_empty() && (in_capitals(&a) == in_capitals(&b) || in_small(&a) == in_small(&b))
}

/// Tells whether two texts that are not the same look the same: their accents are composed otherwise, or
/// letters of two alphabets look alike.
pub fn look_alike(a: &str, b: &str) -> bool {
    a != b && !(a.is_ascii() && b.is_ascii()) && skeleton(a).eq(skeleton(b))
}

/// Returns what is the same for names that are read as one, but for the look of capital letters.
pub fn as_read(name: &str) -> String {
    in_small(&tidy(name))
}

/// How two names stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// They are one person's.
    One,
    /// They may be one person's: one of them has an initial, or fewer parts.
    InDoubt,
    /// They are those of two.
    Two,
}

/// What stands before or behind a name and is none of it.
const TITLES: [&str; 20] = [
    "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "sir", "herr", "frau", "hr", "fr", "dipl",
    "ing", "phd", "msc", "bsc", "mba", "cisa", "the",
];

/// Returns the parts of a name in the order of letters, without titles: what is the same for `Roth,
/// Dalia` and `Ms Dalia Roth`. An address is one part.
pub fn name_parts(name: &str) -> Vec<String> {
    let read = as_read(name);
    if read.contains('@') {
        return vec![read];
    }
    let read = as_read(&without_umlauts(name));
    let is_between = |c: char| c.is_whitespace() || ",;._-".contains(c);
    let all = || read.split(is_between).filter(|part| !part.is_empty());
    let mut parts: Vec<String> =
        all().filter(|part| !TITLES.contains(part)).map(str::to_owned).collect();
    if parts.is_empty() {
        parts = all().map(str::to_owned).collect();
    }
    parts.sort_unstable();
    parts
}

/// Returns a name as those write it who have no umlauts: `weiss` for `weiß`.
fn without_umlauts(name: &str) -> String {
    const PLAIN: [(&str, &str); 10] = [
        ("ä", "ae"),
        ("ö", "oe"),
        ("ü", "ue"),
        ("a\u{308}", "ae"),
        ("o\u{308}", "oe"),
        ("u\u{308}", "ue"),
        ("ß", "ss"),
        ("ø", "oe"),
        ("å", "aa"),
        ("æ", "ae"),
    ];
    let name = name.to_lowercase();
    PLAIN.iter().fold(name, |name, (letter, plain)| name.replace(letter, plain))
}

/// Holds the parts of two names against each other.
pub fn likeness(a: &[String], b: &[String]) -> Likeness {
    if a == b && !a.is_empty() {
        return Likeness::One;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let is_initial = |part: &str| part.chars().count() == 1;
    let (same, others): (Vec<&String>, Vec<&String>) =
        short.iter().partition(|part| long.contains(part));
    let mut left: Vec<&String> = long.iter().filter(|part| !short.contains(part)).collect();
    let stand_for_others = others.iter().all(|part| {
        let stands = |other: &&String| {
            (is_initial(part) || is_initial(other)) && part.chars().next() == other.chars().next()
        };
        let found = left.iter().position(stands);
        found.map(|at| left.remove(at)).is_some()
    });
    match same.iter().any(|part| !is_initial(part)) && stand_for_others {
        true => Likeness::InDoubt,
        false => Likeness::Two,
    }
}

/// Tells whether a name is one that most are, of plain letters.
fn is_plain(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b' ')
}

/// Returns the words of a name with one blank between them. Some blanks nobody sees, so they go first.
fn tidy(name: &str) -> String {
    let seen = |word: &str| word.chars().filter(|c| !is_unprintable(*c)).collect::<String>();
    let is_blank = |c: char| c.is_whitespace() || c == BRAILLE_BLANK;
    // What Git itself leaves out around a name is none of it.
    let is_around = |c: char| is_blank(c) || ".,:;<>\"\\'".contains(c);
    let words =
        name.trim_matches(is_around).split(is_blank).map(seen).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn in_capitals(name: &str) -> String {
    skeleton(&name.to_uppercase()).collect()
}

/// Returns what a name looks like in small letters. Latin ones stay what they are: `Kern` is not `Kem`.
fn in_small(name: &str) -> String {
    let small = name.to_lowercase();
    let runs = small.as_bytes().chunk_by(|a, b| a.is_ascii() == b.is_ascii());
    let runs = runs.filter_map(|run| std::str::from_utf8(run).ok());
    runs.map(|run| if run.is_ascii() { run.to_owned() } else { skeleton(run).collect() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_are_read() {
        for (a, b) in [
            ("Bo Approver", "bo  APPROVER "),
            ("René Approver", "Rene\u{301} Approver"),
            ("Việt Approver", "Viê\u{323}t Approver"),
            ("Việt Approver", "Vie\u{302}\u{323}t Approver"),
            ("Bo\u{200B} Approver", "Bo Approver"),
            ("Bo\u{1} Approver", "Bo Approver"),
            ("Bo Approver", "Bо Approver"),
            ("Мax Owner", "Max Owner"),
            ("Ｂｏ Ｍax", "Bo Max"),
            ("Bo\u{A0}Approver", "Bo Approver"),
            ("Bo\u{B}Approver", "Bo Approver"),
            ("Bo\u{2028}Approver", "Bo Approver"),
            ("Bo\u{2800}Approver", "Bo Approver"),
            ("Βο Αδάμος", "ΒΟ ΑΔΆΜΟΣ"),
            ("Łukasz", "łukasz"),
            ("Bo Approver.", "\"Bo Approver\""),
        ] {
            assert!(are_one_name(a, b), "{a} {b}");
            assert!(are_one_name(b, a), "{b} {a}");
        }
        for (a, b) in [
            ("Anna Kern", "Anna Kem"),
            ("Jörg Approver", "Jürg Approver"),
            ("René Approver", "Rene Approver"),
            ("Bo Approver", "Bo"),
            ("Bo Approver", "BoApprover"),
            ("", " "),
            ("\u{200B}", "\u{200B}"),
        ] {
            assert!(!are_one_name(a, b), "{a} {b}");
        }
    }

    #[test]
    fn names_are_held_against_each_other_by_their_parts() {
        let held = |a, b| likeness(&name_parts(a), &name_parts(b));
        for (a, b) in [
            ("Dalia Roth", "Roth, Dalia"),
            ("Dalia Roth", "Ms Dalia Roth"),
            ("Dr. Dalia Roth", "dalia  ROTH"),
            ("Anna-Lena Roth", "Anna Lena Roth"),
            ("Ina Öz", "INA OEZ"),
            ("Ina Öz", "Ina O\u{308}z"),
            ("Carla Weiß", "Weiss, Carla"),
            ("service-desk-manager", "The Service Desk Manager"),
            ("dalia@example.org", "Dalia@example.org"),
        ] {
            assert_eq!(held(a, b), Likeness::One, "{a} {b}");
        }
        for (a, b) in [
            ("Dalia Roth", "D. Roth"),
            ("Dalia Roth", "Roth, D."),
            ("Dalia Roth", "Dalia R."),
            ("Dalia Roth", "Dalia Maria Roth"),
            ("Dalia Roth", "Dalia"),
        ] {
            assert_eq!(held(a, b), Likeness::InDoubt, "{a} {b}");
            assert_eq!(held(b, a), Likeness::InDoubt, "{b} {a}");
        }
        for (a, b) in [
            ("Dalia Roth", "Hanne Roth"),
            ("Dalia Roth", "H. Roth"),
            ("Dalia Roth", "D. R."),
            ("Dalia Roth", "Dalia Vik"),
            ("Dalia Roth", "dalia@example.org"),
            ("", ""),
        ] {
            assert_eq!(held(a, b), Likeness::Two, "{a} {b}");
        }
    }
}
