//! Conflicts that a merge left in a file: both sides stand in it, with the lines by which Git marks them.

use crate::source::Span;

/// What the first and the last line of a conflict begin with.
const BEGINS: &str = "<<<<<<<";
const ENDS: &str = ">>>>>>>";

/// Returns the first line of each conflict. Where only one of its outer marks was taken out, that is
/// the other one.
pub fn conflicts(text: &str) -> Vec<Span> {
    // Most texts hold neither mark anywhere.
    if !text.contains(BEGINS) && !text.contains(ENDS) {
        return Vec::new();
    }
    let mut conflicts = Vec::new();
    let mut is_open = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let begins = is_mark(line, BEGINS);
        let ends = is_mark(line, ENDS);
        if begins || ends && !is_open {
            conflicts.push(span);
        }
        is_open = begins || is_open && !ends;
    }
    conflicts
}

/// Tells whether Git marks a side of a conflict with a line: the mark, and a name for the side.
fn is_mark(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|name| name.starts_with([' ', '\n', '\r']))
}
