//! Versions of documents, and references to them.

use super::DocId;
use super::change::Size;
use std::cmp::Ordering;
use std::fmt;

/// A version: numbers with dots, compared as numbers. `1.10` comes after `1.9`.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    /// The numbers that are written, and noughts after them.
    numbers: [u32; MOST],
    count: usize,
}

/// So many numbers a version has at most.
const MOST: usize = 4;

impl Version {
    /// Reads `2.0`, `2026.1` or `3`.
    pub fn parse(text: &str) -> Option<Self> {
        let (numbers, count) = numbers_of(text)?;
        Some(Self { text: text.to_owned(), numbers, count })
    }

    /// Tells whether two versions as written are the same: `2` is `2.0`.
    pub fn are_same(a: &str, b: &str) -> bool {
        let numbers = |text| numbers_of(text).map(|(numbers, _)| numbers);
        a == b || numbers(a).is_some_and(|a| numbers(b) == Some(a))
    }

    /// Returns the version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the version that follows after a change of a size: a major change raises the first
    /// number, a minor one the second, an editorial one the third, as far as there are so many. A
    /// first number that is a year stays.
    pub fn after(&self, size: Size) -> Self {
        let wanted = match size {
            Size::Major => usize::from(self.is_by_year()),
            Size::Minor => 1,
            Size::Editorial => 2,
        };
        let raised = wanted.min(self.count - 1);
        let mut numbers = self.numbers;
        numbers[raised] = numbers[raised].saturating_add(1);
        numbers[raised + 1..].fill(0);
        let written = numbers[..self.count].iter().map(u32::to_string);
        Self { text: written.collect::<Vec<_>>().join("."), numbers, count: self.count }
    }

    /// Tells whether this version is as far from an earlier one as a change of a size asks for. A
    /// version of one number goes as far as it can.
    pub fn is_raised_enough(&self, from: &Self, size: Size) -> bool {
        let places = match size {
            Size::Major => 1 + usize::from(self.is_by_year()),
            Size::Minor => 2,
            Size::Editorial => MOST,
        };
        self.numbers[..places] > from.numbers[..places]
    }

    /// Tells whether the version is from before the first issue: `0.3`.
    pub fn is_before_first(&self) -> bool {
        self.numbers[0] == 0
    }

    /// Tells whether the first number is a year, which no change raises.
    fn is_by_year(&self) -> bool {
        self.count > 1 && self.numbers[0] >= 1900
    }
}

/// Reads the numbers of a version, and how many are written.
fn numbers_of(text: &str) -> Option<([u32; MOST], usize)> {
    let mut numbers = [0; MOST];
    let mut count = 0;
    for part in text.split('.') {
        let is_number = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let is_padded = part.len() > 1 && part.starts_with('0');
        let number = part.parse().ok().filter(|_| is_number && !is_padded)?;
        *numbers.get_mut(count)? = number;
        count += 1;
    }
    Some((numbers, count))
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers)
    }
}

/// A reference to a document, perhaps to one version of it: `POL-CHG-001@2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The document.
    pub id: DocId,
    /// The version, as written.
    pub version: Option<String>,
}

impl Reference {
    /// Reads `ID` or `ID@VERSION`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('@') {
            Some((id, version)) => {
                Self { id: DocId::new(id.trim()), version: Some(version.trim().to_owned()) }
            }
            None => Self { id: DocId::new(text.trim()), version: None },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("1.10") > version("1.9"));
        assert!(version("2026.1") < version("2026.2"));
        assert_eq!(version("2"), version("2.0"));
        assert!(Version::parse("1.").is_none());
        assert!(Version::parse("1.01").is_none());
        assert!(Version::parse("v1").is_none());
    }
}
