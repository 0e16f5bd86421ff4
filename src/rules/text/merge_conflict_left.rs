use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::Span;

rule!(ST006, "merge-conflict-left", Error, "7.5.2", by_document);

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    let left = conflicts(&document.text);
    if left.is_empty() {
        out.evidence(document.at("id"), "no merge left a conflict in the file");
    }
    for line in left {
        let message = "a merge left a conflict here: both sides stand in the file, and nobody can tell which is meant";
        out.finding(document.place(line), message).help(
            "keep what is meant of the two sides, and take out the lines with which Git marks them",
        );
    }
}

/// Returns the first line of each conflict. Where only one of its outer marks was taken out, that is
/// the other one.
fn conflicts(text: &str) -> Vec<Span> {
    let mut conflicts = Vec::new();
    let mut is_open = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        let begins = is_mark(line, "<<<<<<<");
        let ends = is_mark(line, ">>>>>>>");
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
