//! The list of findings that a repository begins with: known, told, and no reason to fail a run.
//!
//! A line a finding, sorted, so that a list that shrinks is a change one can read.

use super::fingerprint::{fingerprints, fingerprints_by_path, without_line};
use crate::finding::Finding;
use crate::rules;
use crate::source::Printable;
use std::collections::BTreeMap;

/// Where the list is kept unless somebody says otherwise.
pub const LIST: &str = "known-findings.txt";

/// What a list begins with, and by which it is known again.
const HEAD: &str = "# Findings that were known when clausebook was taken up. They are told, and fail no run.\n\
                    # `clausebook adopt` takes out those that are mended; every line less is progress.\n";

/// The digits of a fingerprint that stand in a list.
const DIGITS: usize = 20;

/// The findings of a list: what is written of each, by its fingerprint.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known(BTreeMap<String, String>);

/// A line that is none of a list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: a fingerprint of {DIGITS} hexadecimal digits was expected")]
pub struct NotAList {
    /// The line, from 1.
    pub line: usize,
}

impl Known {
    /// Reads a list.
    ///
    /// # Errors
    /// At the first line that does not begin with a fingerprint: half a list would excuse less
    /// than was meant, and a wrong file nothing.
    pub fn read(text: &str) -> Result<Self, NotAList> {
        let mut prints = BTreeMap::new();
        for (i, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let line = line.trim();
            let (print, words) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let is_hex = print.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            if print.len() != DIGITS || !is_hex {
                return Err(NotAList { line: i + 1 });
            }
            prints.insert(print.to_owned(), comparable(words.trim_start()));
        }
        Ok(Self(prints))
    }

    /// Says of each finding whether it is in the list, be it from before its document had an id. A
    /// line stands for what people read in it: with other words behind its fingerprint it stands for
    /// nothing.
    pub fn marks(&self, findings: &[Finding]) -> Vec<bool> {
        let by_id = shortened(fingerprints(findings));
        let by_path = shortened(fingerprints_by_path(findings));
        let is_listed = |print: &str, finding: &Finding, document: Option<&str>| {
            let listed = self.0.get(print).filter(|_| may_be_listed(finding));
            listed.is_some_and(|words| *words == comparable(&words_of(finding, document)))
        };
        let prints = by_id.zip(by_path).zip(findings);
        let marks = prints.map(|((by_id, by_path), finding)| {
            is_listed(&by_id, finding, finding.place.document.as_deref())
                || is_listed(&by_path, finding, None)
        });
        marks.collect()
    }

    /// Counts the findings of the list that are there no more, by the marks of those that are: no two
    /// findings have one fingerprint.
    pub fn mended(&self, marks: &[bool]) -> usize {
        self.0.len().saturating_sub(marks.iter().filter(|is_known| **is_known).count())
    }
}

/// Tells whether a list may hold a finding: not one whose level nothing changes, for then the run
/// cannot be relied on at all.
pub fn may_be_listed(finding: &Finding) -> bool {
    rules::find(finding.rule.code).is_none_or(|rule| rule.is_configurable)
}

/// Writes the list of those findings that `is_listed` asks for.
pub fn text(findings: &[Finding], is_listed: &[bool]) -> String {
    let listed = findings.iter().zip(shortened(fingerprints(findings))).zip(is_listed);
    let lines = listed.filter(|(_, is_listed)| **is_listed).map(|((finding, print), _)| {
        let words = words_of(finding, finding.place.document.as_deref());
        (finding.rule.code, format!("{print}  {words}\n"))
    });
    let mut lines: Vec<(&str, String)> = lines.collect();
    lines.sort_by_cached_key(|(code, line)| (*code, line.get(DIGITS..).map(str::to_owned)));
    HEAD.to_owned() + &lines.into_iter().map(|(_, line)| line).collect::<String>()
}

/// Says in one line what a finding is: its rule, its document and its sentence.
fn words_of(finding: &Finding, document: Option<&str>) -> String {
    let subject = match document {
        Some(id) => id.to_owned(),
        None if finding.place.is_of_whole => String::new(),
        None => finding.place.path.to_string(),
    };
    let subject = if subject.is_empty() { ".".to_owned() } else { subject };
    let words = format!("{subject}: {}", finding.lasting_message());
    format!("{}  {}", finding.rule.code, Printable(&words))
}

/// Returns the words of a line as they are compared: without the line that a sentence begins with.
fn comparable(words: &str) -> String {
    match words.split_once(": ") {
        Some((subject, sentence)) => format!("{subject}: {}", without_line(sentence)),
        None => words.to_owned(),
    }
}

fn shortened(prints: Vec<String>) -> impl Iterator<Item = String> {
    prints.into_iter().map(|print| print[..DIGITS].to_owned())
}
