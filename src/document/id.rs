//! What a document is known by, and what two names share that an eye would take for one.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The identity of a document: it survives renames, new titles and new folders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocId(String);

impl DocId {
    /// Takes an id as written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what the id looks like at a glance: what two ids share that a reader, a file system
    /// or a web address would confuse. Case, separators, full-width letters and letters that look
    /// like Latin ones make no difference. A separator between two digits counts, as it makes two
    /// numbers of one: `POL-1-12` and `POL-11-2` are two ids to every reader.
    pub fn look(&self) -> String {
        let mut look = String::new();
        for part in self.0.split(|c: char| !c.is_alphanumeric()) {
            let ends_in_digit = look.ends_with(|c: char| c.is_ascii_digit());
            let mut part = part.chars().map(plain_look).filter(|c| c.is_alphanumeric()).peekable();
            if ends_in_digit && part.peek().is_some_and(char::is_ascii_digit) {
                look.push('-');
            }
            look.extend(part);
        }
        look
    }

    /// Tells whether the id can be a file name everywhere, and so an address.
    pub fn is_file_name(&self) -> bool {
        // Names that one file system keeps for its devices, whatever follows the first dot.
        const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
        let id = self.as_str();
        let stem = id.split('.').next().unwrap_or(id).to_ascii_lowercase();
        let is_port = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
        id.len() <= 100
            && id.starts_with(|c: char| c.is_ascii_alphanumeric())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !id.contains("..")
            && !RESERVED.contains(&stem.as_str())
            && !is_port
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", crate::source::Printable(&self.0))
    }
}

/// Returns the capital Latin letter or digit a character looks like.
fn plain_look(c: char) -> char {
    let wide = u32::from(c);
    let narrow = match wide {
        0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let latin = match narrow {
        'А' | 'а' | 'Α' | 'α' => 'A',
        'В' | 'Β' | 'в' => 'B',
        'С' | 'с' | 'Ϲ' => 'C',
        'Е' | 'е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'і' | 'Ι' | 'ı' => 'I',
        'Ј' | 'ј' => 'J',
        'К' | 'Κ' | 'к' => 'K',
        'М' | 'Μ' | 'м' => 'M',
        'Ν' => 'N',
        'О' | 'о' | 'Ο' | 'ο' => 'O',
        'Р' | 'р' | 'Ρ' | 'ρ' => 'P',
        'Ѕ' | 'ѕ' => 'S',
        'Т' | 'Τ' | 'т' => 'T',
        'У' | 'у' | 'Υ' => 'Y',
        'Х' | 'х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        other => other,
    };
    latin.to_ascii_uppercase()
}

/// Returns what an address is read as, where letters of another alphabet stand in it for Latin ones.
/// An address in an alphabet of its own is what it looks like.
pub fn seeming_address(address: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii() { c } else { plain_look(c).to_ascii_lowercase() };
    let look: String = address.chars().map(plain).collect();
    (look.is_ascii() && !address.is_ascii()).then_some(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_look_alike_share_a_look() {
        let look = |id: &str| DocId::new(id).look();
        for twin in ["pol-001", "POL_001", "POL 001", "ＰＯＬ-001", "РOL-001"] {
            assert_eq!(look(twin), look("POL-001"), "{twin}");
        }
        assert_ne!(look("POL-002"), look("POL-001"));
        assert_eq!(look("PRO-020"), look("PRO 020"));
        assert_ne!(look("PRO-1-12"), look("PRO-11-2"));
        assert_ne!(look("\u{416}-1"), look("\u{42E}-1"));
    }
}
