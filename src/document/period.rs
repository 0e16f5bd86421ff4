//! The time that a document is for or tells of, as `period` gives it.

use super::Document;
use crate::source::Date;

/// A first and a last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
}

impl Period {
    /// Returns the period that a document gives.
    pub fn of(document: &Document) -> Option<Self> {
        Self::parse(document.front.text("period")?.value)
    }

    /// Reads a period as people write it: `2026-01-01..2026-12-31`, `2026-01 to 2026-06`, `2026-Q3`,
    /// `2026-09`, `2026`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(stretch) = stretch(text) {
            return Some(stretch);
        }
        let (first, last) =
            ["..", " to ", " – ", "–", " - ", "/"].iter().find_map(|mark| text.split_once(mark))?;
        let (first, last) = (stretch(first.trim())?.first, stretch(last.trim())?.last);
        (first <= last).then_some(Self { first, last })
    }
}

/// Reads a day, a month, a quarter or a year.
fn stretch(text: &str) -> Option<Period> {
    let months_from = |first: Date, months: u32| {
        Some(Period { first, last: first.plus_months(months)?.day_before()? })
    };
    let first_of = |month: &str| Date::parse(&format!("{month}-01"));
    if let Some(day) = Date::parse(text) {
        return Some(Period { first: day, last: day });
    }
    if let Some(first) = first_of(text) {
        return months_from(first, 1);
    }
    let upper = text.to_ascii_uppercase();
    let (year, rest) = match upper.strip_prefix('Q') {
        Some(behind) => {
            let (quarter, year) = behind.split_at_checked(1)?;
            (year.trim(), format!("Q{quarter}"))
        }
        None => {
            let (year, rest) = upper.split_at_checked(4)?;
            (year, rest.trim_start_matches(['-', ' ', '/']).to_owned())
        }
    };
    let (month, months) = match rest.as_str() {
        "" => ("01", 12),
        "Q1" => ("01", 3),
        "Q2" => ("04", 3),
        "Q3" => ("07", 3),
        "Q4" => ("10", 3),
        _ => return None,
    };
    months_from(first_of(&format!("{year}-{month}"))?, months)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_people_write_them() {
        let read = |text| Period::parse(text).map(|it| format!("{}..{}", it.first, it.last));
        for (text, expected) in [
            ("2026-09-01..2026-09-30", Some("2026-09-01..2026-09-30")),
            ("2026-09-01 to 2026-09-30", Some("2026-09-01..2026-09-30")),
            ("2026-09", Some("2026-09-01..2026-09-30")),
            ("2026-09..2026-10", Some("2026-09-01..2026-10-31")),
            ("2026-Q3", Some("2026-07-01..2026-09-30")),
            ("2026 q4", Some("2026-10-01..2026-12-31")),
            ("Q1 2026", Some("2026-01-01..2026-03-31")),
            ("2026", Some("2026-01-01..2026-12-31")),
            ("2026-10..2026-09", None),
            ("2026-13", None),
            ("20é6", None),
            ("Qé", None),
            ("monthly", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), expected, "{text}");
        }
    }
}
