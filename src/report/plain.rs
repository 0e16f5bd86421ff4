//! A finding in a few lines of plain text. No content can end a line of it or begin one.

use super::places::Places;
use crate::finding::Finding;
use crate::source::Printable;

/// Says where it is: `docs/policy.md:15:9`, or the path alone where the file as a whole is meant.
pub(super) fn place(places: &mut Places<'_>, finding: &Finding) -> String {
    let path = path(finding);
    match places.range(&finding.place) {
        Some((start, _)) => format!("{path}:{}:{}", start.line, start.column),
        None => path,
    }
}

/// Returns the path as text; `.` stands for the repository itself.
pub(super) fn path(finding: &Finding) -> String {
    match finding.place.path.as_bytes() {
        [] => ".".to_owned(),
        _ => finding.place.path.to_string(),
    }
}

/// Returns the sentence of a finding, then what else there is to say, a line each.
pub(super) fn lines(finding: &Finding) -> Vec<String> {
    let mut lines = vec![Printable(&finding.message).to_string()];
    let mut more = |what: &str, text: &str| lines.push(format!("{what}: {}", Printable(text)));
    finding.label.iter().for_each(|label| more("here", label));
    for other in &finding.others {
        more("see also", &format!("{}: {}", other.place.path, other.text));
    }
    finding.commit.iter().for_each(|commit| more("commit", commit));
    finding.notes.iter().for_each(|note| more("note", note));
    finding.waived.iter().for_each(|waived| more("waived", &waived.words()));
    finding.help.iter().for_each(|help| more("help", help));
    finding.fix.iter().for_each(|fix| more("fix", &fix.what));
    lines
}
