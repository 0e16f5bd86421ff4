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

/// Returns what is the same for names that are read as one, but for the look of capital letters.
pub fn as_read(name: &str) -> String {
    in_small(&tidy(name))
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
}
