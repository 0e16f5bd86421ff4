//! What a document is known by, and what two names share that an eye would take for one.

use super::Version;
use crate::source::is_unprintable;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_security::skeleton;

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
    /// or a web address would confuse. Case, separators, characters that look alike (UTS 39), as `0`
    /// and `O` do, and those that nobody sees make no difference. A separator between two digits counts, as it makes two
    /// numbers of one: `POL-1-12` and `POL-11-2` are two ids to every reader.
    pub fn look(&self) -> String {
        let mut look = String::new();
        let mut ends_in_digit = false;
        let seen: String = self.0.chars().filter(|c| !is_unseen(*c)).collect();
        for part in seen.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()) {
            if ends_in_digit && part.starts_with(char::is_numeric) {
                look.push('-');
            }
            look.extend(plain(part).chars().filter(|c| c.is_alphanumeric()));
            ends_in_digit = part.ends_with(char::is_numeric);
        }
        look
    }

    /// Tells whether it begins with a prefix and a hyphen, as the ids of a type do.
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.as_str().strip_prefix(prefix).is_some_and(|rest| rest.starts_with('-'))
    }

    /// Tells whether a text has the id, in any case, and not only as a part of a longer one. A version may
    /// follow it: `POL-CHG-001-v1.1`.
    pub fn is_named_in(&self, text: &str) -> bool {
        !self.behind_each_mention(&text.to_lowercase()).is_empty()
    }

    /// Returns the versions that a text names with the id, each behind it: `POL-CHG-001/1.1`,
    /// `POL-CHG-001, version 2`. A number without a dot is one only where it is called so.
    pub fn versions_named_in(&self, text: &str) -> Vec<Version> {
        let text = text.to_lowercase();
        self.behind_each_mention(&text).into_iter().filter_map(version_at_the_start).collect()
    }

    /// Returns what follows each mention of the id as a whole in a text in small letters.
    fn behind_each_mention<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let id = self.as_str().to_lowercase();
        if id.is_empty() {
            return Vec::new();
        }
        let goes_on = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let is_longer = |rest: &str| match rest.strip_prefix(['-', '_', '.']) {
            Some(rest) => {
                let end = rest.find(|c: char| !goes_on(c) && c != '.').unwrap_or(rest.len());
                let part = rest[..end].trim_end_matches('.');
                let number = part.strip_prefix('v').unwrap_or(part);
                let is_version = number.contains('.') || number.len() < part.len();
                !part.is_empty() && (!is_version || Version::parse(number).is_none())
            }
            None => rest.starts_with(char::is_alphanumeric),
        };
        text.match_indices(&id)
            .filter(|(at, _)| !text[..*at].ends_with(goes_on))
            .map(|(at, _)| &text[at + id.len()..])
            .filter(|rest| !is_longer(rest))
            .collect()
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

/// Reads the version that a text in small letters begins with, behind what parts it from an id. A day
/// is none: `10.12.2026`.
fn version_at_the_start(text: &str) -> Option<Version> {
    let said = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let number = ["version", "v"].into_iter().find_map(|word| said.strip_prefix(word));
    let is_called_so = number.is_some();
    let number = number.unwrap_or(said).trim_start_matches([' ', '.']);
    let end = number.find(|c: char| !c.is_alphanumeric() && c != '.').unwrap_or(number.len());
    let number = number[..end].trim_end_matches('.');
    let is_day = number.split('.').nth(2).is_some_and(|last| last.len() == 4);
    let is_version = (is_called_so || number.contains('.')) && !is_day;
    is_version.then(|| Version::parse(number)).flatten()
}

/// Tells whether a character leaves no trace where it stands, not even that of a blank.
pub fn is_unseen(c: char) -> bool {
    !c.is_control() && is_unprintable(c)
}

/// Returns what a text looks like in capital letters.
fn plain(text: &str) -> String {
    skeleton(&text.to_uppercase()).collect()
}

/// Tells whether a text is one bare address, as Git has it between its angle brackets.
pub fn is_address(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(['<', '>', ',', ';', '"']);
    let is_one = !text.contains(char::is_whitespace);
    is_one && text.rsplit_once('@').is_some_and(|(user, host)| is_part(user) && is_part(host))
}

/// Returns what an address is read as, where letters of another alphabet stand in it for Latin ones.
/// An address in an alphabet of its own is what it looks like.
pub fn seeming_address(address: &str) -> Option<String> {
    let mut look = String::with_capacity(address.len());
    for c in address.chars() {
        match c.is_ascii() {
            true => look.push(c),
            false => look.push_str(&plain(c.encode_utf8(&mut [0; 4])).to_lowercase()),
        }
    }
    (look.is_ascii() && !address.is_ascii()).then_some(look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_look_alike_share_a_look() {
        let look = |id: &str| DocId::new(id).look();
        for twin in [
            "pol-001",
            "POL_001",
            "POL 001",
            "ＰＯＬ-001",
            "РOL-001",
            "𝐏𝐎𝐋-001",
            "POL-OO1",
            "P0L-00I",
            "POL-0\u{200B}01",
        ] {
            assert_eq!(look(twin), look("POL-001"), "{twin}");
        }
        assert_eq!(look("PRO-\u{c1}"), look("PRO-A\u{301}"));
        assert_ne!(look("POL-002"), look("POL-001"));
        assert_eq!(look("PRO-020"), look("PRO 020"));
        assert_ne!(look("PRO-1-12"), look("PRO-11-2"));
        assert_ne!(look("\u{416}-1"), look("\u{42E}-1"));
    }

    #[test]
    fn an_id_is_named_as_a_whole() {
        let id = DocId::new("POL-1");
        for text in [
            "pol-1/1.0",
            "I approve POL-1 1.0",
            "approved/POL-1-1.0",
            "POL-1-v2",
            "(Pol-1)",
            "I approve POL-1. Bo",
            "POL-1-",
        ] {
            assert!(id.is_named_in(text), "{text}");
        }
        let others = ["POL-12", "XPOL-1", "A-POL-1", "POL-1-001", "POL-1_a", "POL-1.a", "POL-1-vx"];
        for text in others.into_iter().chain(["sms-baseline/2026-q1", ""]) {
            assert!(!id.is_named_in(text), "{text}");
        }
        assert!(!DocId::new("").is_named_in("POL-1"));
    }

    #[test]
    fn a_version_is_named_behind_an_id() {
        let id = DocId::new("POL-1");
        let named = |text: &str| {
            let versions = id.versions_named_in(text).into_iter();
            versions.map(|it| it.to_string()).collect::<Vec<_>>().join(" ")
        };
        for (text, versions) in [
            ("pol-1/1.0", "1.0"),
            ("I approve POL-1 2.1, and POL-2 3.0.", "2.1"),
            ("approved/POL-1-v2", "2"),
            ("POL-1 (version 1.0.1) replaces POL-1 1.0", "1.0.1 1.0"),
            ("POL-1", ""),
            ("POL-1: 12 pages, as on 10.12.2026", ""),
            ("POL-1 10.12.2026", ""),
            ("POL-12 1.0", ""),
            ("POL-1 valid from 1.5", ""),
        ] {
            assert_eq!(named(text), versions, "{text}");
        }
    }
}
