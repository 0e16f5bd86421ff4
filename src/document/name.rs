//! Names of people, as they are held against each other.

use super::id::is_unseen;
use unicode_security::skeleton;

/// Tells whether two names are read as one: in whichever capitals and with whichever blanks, however
/// their accents are composed, with letters that look alike, or that nobody sees. An empty name is
/// nobody's.
pub fn are_one_name(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        let words = |name| str::split_ascii_whitespace(name).map(str::as_bytes);
        return words(a).next().is_some()
            && words(a).count() == words(b).count()
            && words(a).zip(words(b)).all(|(a, b)| a.eq_ignore_ascii_case(b));
    }
    let a = as_read(a);
    !a.is_empty() && a == as_read(b)
}

/// Returns a name in small letters, with one blank between its words. Latin letters stay what they
/// are: `Kern` is not `Kem`.
fn as_read(name: &str) -> String {
    let seen: String = name.chars().filter(|c| !is_unseen(*c)).collect();
    let words: Vec<&str> = seen.split_whitespace().collect();
    let mut read = String::with_capacity(name.len());
    for c in words.join(" ").chars().flat_map(char::to_lowercase) {
        match c.is_ascii() {
            true => read.push(c),
            false => read.extend(skeleton(c.encode_utf8(&mut [0; 4])).flat_map(char::to_lowercase)),
        }
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_they_are_read() {
        for (a, b) in [
            ("Bo Approver", "bo  APPROVER "),
            ("René Approver", "Rene\u{301} Approver"),
            ("Bo\u{200B} Approver", "Bo Approver"),
            ("Bo Approver", "Bо Approver"),
            ("Ｂｏ Approver", "Bo Approver"),
            ("Bo\u{A0}Approver", "Bo Approver"),
            ("Łukasz", "łukasz"),
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
