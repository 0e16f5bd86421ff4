//! Parts of a page that write themselves.
//!
//! A site of two thousand documents holds millions of words, cells and changed lines. So these
//! write themselves, and a template is given them in a row as one text that is safe to put in.

use serde::Serializer;

/// What writes itself as HTML.
pub(super) trait Markup {
    /// Writes it. What comes from a repository is text, whatever it holds.
    fn write(&self, out: &mut Vec<u8>);
}

/// Writes parts in a row.
pub(super) fn html(parts: &[impl Markup]) -> String {
    let mut out = Vec::with_capacity(64 * parts.len());
    parts.iter().for_each(|part| part.write(&mut out));
    String::from_utf8(out).expect("put together from text")
}

/// Writes parts in a row, as one text for a template.
pub(super) fn in_a_row<S: Serializer>(parts: &[impl Markup], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&html(parts))
}

/// Writes lines of parts, each as one text for a template.
pub(super) fn each_in_a_row<S: Serializer>(
    lines: &[Vec<impl Markup>],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(lines.iter().map(|line| html(line)))
}

/// Adds markup of ours.
pub(super) fn put(out: &mut Vec<u8>, parts: &[&str]) {
    parts.iter().for_each(|part| out.extend_from_slice(part.as_bytes()));
}

/// Adds text, so that nothing of it is markup.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    tera::escape_html(text, out).expect("memory can be written to");
}
