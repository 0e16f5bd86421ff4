//! Findings as commands of GitHub Actions, which shows them beside the changed lines.
//!
//! A value cannot end its command: what the commands are made of is escaped as GitHub's own
//! toolkit does, and what else cannot be printed is made printable.

use super::places::Places;
use super::plain;
use crate::finding::{Finding, Level};
use crate::sms::Sms;
use crate::source::{Position, Printable, begins_command, is_unprintable};

/// How many annotations of a level GitHub shows for a step.
pub const SHOWN: usize = 10;

/// Writes a command for each finding, a line each.
pub fn commands<'f>(sms: &Sms, findings: impl IntoIterator<Item = &'f Finding>) -> String {
    let mut places = Places::of(sms);
    findings.into_iter().map(|finding| command(&mut places, finding)).collect()
}

fn command(places: &mut Places<'_>, finding: &Finding) -> String {
    let kind = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let path = finding.place.path.as_str().map_or_else(|| plain::path(finding), str::to_owned);
    let mut properties = Vec::new();
    if !path.is_empty() {
        properties.push(format!("file={}", property(&path)));
        properties.extend(places.range(&finding.place).map(lines));
    }
    properties.push(format!("title={} {}", finding.rule.code, finding.rule.name));
    let message = plain::lines(finding).join("\n");
    format!("::{kind} {}::{}\n", properties.join(","), data(&message))
}

/// GitHub takes columns only where the place is within one line; its ends are inclusive.
fn lines((start, end): (Position, Position)) -> String {
    let last = if end.column == 1 && end.line > start.line { end.line - 1 } else { end.line };
    match start.line == end.line {
        true => format!(
            "line={},endLine={last},col={},endColumn={}",
            start.line,
            start.column,
            (end.column - 1).max(start.column)
        ),
        false => format!("line={},endLine={last}", start.line),
    }
}

/// Escapes what follows the second `::`.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        match c {
            '#' if begins_command(&text[at..]) => escaped.push_str("\\u{23}"),
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            c if is_unprintable(c) => escaped.push_str(&Printable(&c.to_string()).to_string()),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
