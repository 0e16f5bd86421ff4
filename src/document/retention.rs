//! How long a record is kept, as `retention` says it.

use crate::source::Date;

/// How long a record is kept at least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retention {
    /// So many months, from the day it came to stand as it is.
    Months(u32),
    /// Until a day.
    Until(Date),
    /// For ever.
    Permanent,
}

/// The words for a record that never goes.
const FOR_EVER: [&str; 5] = ["permanent", "permanently", "indefinitely", "forever", "for ever"];

impl Retention {
    /// Reads a time as people write it: `36 months`, `6y`, `3 years after closing`, `2032-12-31`,
    /// `permanent`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if FOR_EVER.iter().any(|word| word.eq_ignore_ascii_case(text)) {
            return Some(Self::Permanent);
        }
        if let Some(day) = Date::parse(text.strip_prefix("until ").unwrap_or(text)) {
            return Some(Self::Until(day));
        }
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number: u32 = text[..digits].parse().ok()?;
        let months = match text[digits..].trim_start().bytes().next()? {
            b'y' | b'Y' => number.checked_mul(12),
            b'm' | b'M' => Some(number),
            _ => None,
        };
        months.filter(|months| *months <= 1_200).map(Self::Months)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_days_and_for_ever_are_read() {
        assert_eq!(Retention::parse("36 months"), Some(Retention::Months(36)));
        assert_eq!(Retention::parse("6y"), Some(Retention::Months(72)));
        assert_eq!(Retention::parse("3 years after closing"), Some(Retention::Months(36)));
        assert_eq!(Retention::parse("Permanent"), Some(Retention::Permanent));
        let day = Date::parse("2032-12-31").unwrap();
        assert_eq!(Retention::parse("2032-12-31"), Some(Retention::Until(day)));
        for text in
            ["while in force", "seven years", "P6Y", "3000 days", "6", "4000000000 years", ""]
        {
            assert_eq!(Retention::parse(text), None, "{text}");
        }
    }
}
