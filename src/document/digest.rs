//! The content digest: what an approval is an approval of.
//!
//! The text is laid down so that anyone can repeat the digest with `sha256sum`. The id is
//! inside, so a digest cannot be copied to another document; approval, status and review are
//! outside, so that approving does not change what was approved.

use super::front::{Entry, Node};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The keys of the front matter that are part of the content, in the order of the text.
const KEYS: [&str; 6] = ["id", "title", "type", "version", "owner", "clauses"];

/// Returns `v1:sha256:` and the digest of front matter and a body in normal form.
pub fn digest(entries: &[Entry], normal_body: &str) -> String {
    format!("v1:sha256:{}", sha256_hex(text_of_normal(entries, normal_body).as_bytes()))
}

/// Returns the SHA-256 of bytes, in hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}

/// Returns the text the digest is made over.
pub fn text(entries: &[Entry], body: &str) -> String {
    text_of_normal(entries, &normal_body(body))
}

fn text_of_normal(entries: &[Entry], body: &str) -> String {
    let mut text = String::with_capacity(body.len() + 256);
    text.push_str("clausebook-digest-v1\n");
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
    text.push_str(body);
    text
}

/// Returns the body with LF line ends, without trailing blanks of lines, without empty lines at
/// both ends, and with one LF at the end.
pub fn normal_body(body: &str) -> String {
    let mut normal = String::with_capacity(body.len());
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
