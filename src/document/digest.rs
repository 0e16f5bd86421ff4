//! The content digest: what an approval is an approval of.
//!
//! The text is laid down so that anyone can repeat the digest with `sha256sum`. The id is
//! inside, so a digest cannot be copied to another document; approval, status and review are
//! outside, so that approving does not change what was approved.

use super::front::{Entry, Node};
use crate::source::write_hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The keys of the front matter that are part of the content, in the order of the text.
const KEYS: [&str; 6] = ["id", "title", "type", "version", "owner", "clauses"];

/// A SHA-256, by which contents are told apart. It is shown as hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sha256Sum([u8; 32]);

impl Sha256Sum {
    /// Returns the sum of bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(f, &self.0)
    }
}

/// What is summed up piece by piece.
#[derive(Clone, Default)]
pub struct Summing(Sha256);

impl Summing {
    /// Begins with the sum of something else.
    pub fn beginning_with(sum: Sha256Sum) -> Self {
        Self(Sha256::new_with_prefix(sum.0))
    }

    /// Adds a piece.
    pub fn add(&mut self, piece: impl AsRef<[u8]>) {
        self.0.update(piece);
    }

    /// Returns the sum.
    pub fn sum(self) -> Sha256Sum {
        Sha256Sum(self.0.finalize().into())
    }
}

/// The digest of the content of a document. It is shown as `v1:sha256:` and hexadecimal digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContentDigest(Sha256Sum);

impl ContentDigest {
    /// Returns the digest of front matter and a body in normal form.
    pub fn of(entries: &[Entry], normal_body: &str) -> Self {
        let summed = Sha256::new_with_prefix(head(entries)).chain_update(normal_body);
        Self(Sha256Sum(summed.finalize().into()))
    }
}

impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1:sha256:{}", self.0)
    }
}

/// Returns a digest as it is shown, however it is written: hexadecimal digits are the same in capitals,
/// as some programs print them, and blanks around them say nothing.
pub fn normal_digest(text: &str) -> String {
    text.trim().to_ascii_lowercase()
}

/// Returns the SHA-256 of bytes, in hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256Sum::of(bytes).to_string()
}

/// Returns the text the digest is made over.
pub fn text(entries: &[Entry], body: &str) -> String {
    head(entries) + &normal_body(body)
}

/// Returns what stands before the body in the text that the digest is made over.
fn head(entries: &[Entry]) -> String {
    let mut text = String::from("clausebook-digest-v1\n");
    for key in KEYS {
        let value =
            entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value.value);
        let written = match value {
            Some(Node::Scalar { text, .. }) => text.clone(),
            Some(Node::List(items)) => {
                let items = items.iter().filter_map(|item| match &item.value {
                    Node::Scalar { text, .. } => Some(text.as_str()),
                    Node::List(_) | Node::Map(_) => None,
                });
                items.collect::<Vec<_>>().join(", ")
            }
            Some(Node::Map(_)) | None => String::new(),
        };
        text.push_str(key);
        text.push_str(": ");
        text.push_str(&written);
        text.push('\n');
    }
    text.push('\n');
    text
}

/// Returns the body with LF line ends, without trailing blanks of lines, without empty lines at
/// both ends, and with one LF at the end.
pub fn normal_body(body: &str) -> String {
    let mut normal = String::with_capacity(body.len() + 1);
    let mut pending = 0;
    for line in body.lines() {
        let line = line.trim_end_matches([' ', '\t', '\r']);
        if line.is_empty() {
            pending += usize::from(!normal.is_empty());
            continue;
        }
        normal.extend(std::iter::repeat_n('\n', pending));
        pending = 0;
        normal.push_str(line);
        normal.push('\n');
    }
    if normal.is_empty() {
        normal.push('\n');
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::front::split;

    #[test]
    fn the_text_is_what_the_manual_says() {
        let file = "---\nid: POL-1\ntitle: \"A: b\"\nversion: 1.10\nclauses: [8.5.1.1, iso27001:A.8.32]\n---\n\n\n# A  \n\n\nb\t\n\n";
        let split = split(file);
        assert_eq!(
            text(&split.entries, &file[split.body..]),
            "clausebook-digest-v1\nid: POL-1\ntitle: A: b\ntype: \nversion: 1.10\nowner: \nclauses: 8.5.1.1, iso27001:A.8.32\n\n# A\n\n\nb\n"
        );
    }

    #[test]
    fn line_ends_and_trailing_blanks_do_not_change_it() {
        assert_eq!(normal_body("\r\na \r\n\r\nb"), "a\n\nb\n");
        assert_eq!(normal_body(" \n"), "\n");
    }
}
