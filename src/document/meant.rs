//! What was certainly meant by a value that does not fit its field: the same, written otherwise.
//!
//! Where two readings are possible (`1.3.2026` is a day in March or in January) nothing is certain.

use super::Version;
use super::fields::{CHANGE_KINDS, CLASSIFICATIONS, Kind, STATUSES};
use crate::source::{Date, certainly_meant};

/// Returns how a value is written that a field takes, if only one can be meant.
pub fn meant(kind: Kind, text: &str) -> Option<String> {
    let text = text.trim();
    match kind {
        Kind::Date => day(text).map(|day| day.to_string()),
        Kind::Version => {
            let number = text.strip_prefix(['v', 'V'])?.trim_start();
            Version::parse(number).map(|version| version.as_str().to_owned())
        }
        Kind::Number => {
            let (number, unit) = text.split_once(' ')?;
            let is_number = number.bytes().all(|b| b.is_ascii_digit()) && !number.starts_with('0');
            let is_month = ["month", "months"].contains(&unit.trim().to_lowercase().as_str());
            (is_number && is_month).then(|| number.to_owned())
        }
        Kind::Status => word(text, &STATUSES),
        Kind::Classification => word(text, &CLASSIFICATIONS),
        Kind::ChangeKind => word(text, &CHANGE_KINDS),
        Kind::Flag => flag(text).map(str::to_owned),
        _ => None,
    }
}

/// Returns the one of a few words that is meant: `In Review` is `in-review`.
pub fn word(text: &str, words: &[&str]) -> Option<String> {
    let plain = text.to_lowercase().replace([' ', '_'], "-");
    let same = words.iter().find(|word| **word == plain).copied();
    same.or_else(|| certainly_meant(&plain, words.iter().copied())).map(str::to_owned)
}

/// Reads a word for true or false.
fn flag(text: &str) -> Option<&'static str> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "on" => Some("true"),
        "false" | "no" | "off" => Some("false"),
        _ => None,
    }
}

/// Reads a day in the forms that can be read in one way only.
fn day(text: &str) -> Option<Date> {
    let midnight = ["T00:00:00", " 00:00:00"].iter().find_map(|end| text.strip_suffix(end));
    let text = midnight.unwrap_or(text);
    let is_separator =
        |c: char| matches!(c, '-' | '/' | '.' | '\u{2010}'..='\u{2013}' | '\u{2212}' | ' ' | ',');
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    if let [only] = parts.as_slice() {
        let is_compact = only.len() == 8 && only.bytes().all(|b| b.is_ascii_digit());
        return is_compact.then(|| of_numbers(&only[..4], &only[4..6], &only[6..]))?;
    }
    let [a, b, c] = parts.as_slice() else { return None };
    let is_year = |part: &str| part.len() == 4;
    match (month(a), month(b)) {
        // 11 May 2026, 2026-May-11
        (None, Some(month)) if is_year(c) => of(c, month, a),
        (None, Some(month)) if is_year(a) => of(a, month, c),
        // May 11, 2026
        (Some(month), None) if is_year(c) => of(c, month, b),
        (None, None) if is_year(a) => of_numbers(a, b, c),
        (None, None) if is_year(c) => {
            let readings = [of_numbers(c, b, a), of_numbers(c, a, b)];
            let mut possible = readings.into_iter().flatten();
            let first = possible.next()?;
            possible.all(|other| other == first).then_some(first)
        }
        _ => None,
    }
}

fn of_numbers(year: &str, month: &str, day: &str) -> Option<Date> {
    of(year, number(month)?, day)
}

fn of(year: &str, month: u8, day: &str) -> Option<Date> {
    let is_number = year.bytes().all(|b| b.is_ascii_digit());
    Date::new(year.parse().ok().filter(|_| is_number)?, month, number(day)?)
}

fn number(part: &str) -> Option<u8> {
    let is_number = part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit());
    part.parse().ok().filter(|_| is_number)
}

/// Returns the number of a month by its English name, written out or by its first three letters.
fn month(part: &str) -> Option<u8> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let lower = part.to_lowercase();
    let is_it = |name: &str| name == lower || lower.len() == 3 && name.starts_with(&lower);
    let at = MONTHS.iter().position(|name| is_it(name))?;
    u8::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_where_it_can_be_read_in_one_way() {
        for text in [
            "2026/05/11",
            "2026.5.11",
            "2026-5-11",
            "2026 - 05 - 11",
            "20260511",
            "2026\u{2013}05\u{2013}11",
            "11 May 2026",
            "11 may 2026",
            "May 11, 2026",
            "2026-May-11",
            "2026-05-11T00:00:00",
        ] {
            assert_eq!(meant(Kind::Date, text).as_deref(), Some("2026-05-11"), "{text}");
        }
        assert_eq!(meant(Kind::Date, "31.3.2026").as_deref(), Some("2026-03-31"));
        assert_eq!(meant(Kind::Date, "3/31/2026").as_deref(), Some("2026-03-31"));
        assert_eq!(meant(Kind::Date, "3.3.2026").as_deref(), Some("2026-03-03"));
        for text in [
            "1.3.2026",
            "2026-02-30",
            "26-05-11",
            "2026-05",
            "2026-05-11T10:00:00",
            "2026-05-11T00:00:00Z",
            "May 2026",
            "spring",
            "+2026/5/1",
            "",
        ] {
            assert_eq!(meant(Kind::Date, text), None, "{text}");
        }
    }

    #[test]
    fn words_and_numbers_are_understood() {
        let meant = |kind, text| meant(kind, text).unwrap_or_default();
        assert_eq!(meant(Kind::Status, "In Review"), "in-review");
        assert_eq!(meant(Kind::Status, "darft"), "draft");
        assert_eq!(meant(Kind::Classification, "Internal"), "internal");
        assert_eq!(meant(Kind::ChangeKind, "editorail"), "editorial");
        assert_eq!(meant(Kind::ChangeKind, "mijor"), "");
        assert_eq!(meant(Kind::Version, "v2.0"), "2.0");
        assert_eq!(meant(Kind::Version, "two"), "");
        assert_eq!(meant(Kind::Number, "12 months"), "12");
        assert_eq!(meant(Kind::Number, "12 weeks"), "");
        assert_eq!(meant(Kind::Number, "+1 month"), "");
    }
}
