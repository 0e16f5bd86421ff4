//! Findings as an editor shows them: what each says, where, and how much it matters.

use super::addresses::Ground;
use super::positions::{Encoding, Page};
use crate::config::{FILE, Mistake};
use crate::finding::{Finding, Level, Place};
use crate::rules::{self, Outcome};
use crate::sms::Sms;
use crate::source::RepoPath;
use lsp_types::{
    Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Range,
};
use std::collections::BTreeMap;

/// The name under which all of it is told.
pub(super) const SOURCE: &str = "clausebook";

/// The diagnostics of files.
pub(super) type ByFile = BTreeMap<RepoPath, Vec<Diagnostic>>;

/// Where files are, and how places are counted.
#[derive(Clone, Copy)]
pub(super) struct Frame<'s> {
    /// Where the repository lies.
    pub(super) ground: &'s Ground,
    /// What the editor counts.
    pub(super) encoding: Encoding,
}

/// Returns all that was found, by the files it stands in.
pub(super) fn of_outcome(frame: Frame<'_>, sms: &Sms, outcome: &Outcome) -> ByFile {
    let mut pages: BTreeMap<&RepoPath, Page<'_>> = BTreeMap::new();
    for finding in &outcome.findings {
        let others = finding.others.iter().map(|other| &other.place.path);
        for path in others.chain([&finding.place.path]) {
            if let Some(text) = sms.text_of(path) {
                let page = match sms.document_at(path) {
                    Some(_) => Page::of_document(text, frame.encoding),
                    None => Page::of_file(text, frame.encoding),
                };
                pages.entry(path).or_insert(page);
            }
        }
    }
    let range = |place: &Place| match (pages.get(&place.path), place.span) {
        (Some(page), Some(span)) => page.range(span),
        _ => Range::default(),
    };
    let mut found = ByFile::new();
    // Whoever writes knows that it is not committed yet.
    let told = outcome.findings.iter().filter(|finding| finding.rule.code != "GI004");
    for finding in told {
        let path = file_of(sms, &finding.place.path);
        let diagnostic = of_finding(frame, finding, &range);
        found.entry(path).or_default().push(diagnostic);
    }
    found
}

/// Returns the diagnostics of one document whose text is at hand, and of nothing else.
pub(super) fn of_file(frame: Frame<'_>, text: &str, findings: &[Finding]) -> Vec<Diagnostic> {
    let page = Page::of_document(text, frame.encoding);
    let range = |place: &Place| place.span.map(|span| page.range(span)).unwrap_or_default();
    findings.iter().map(|finding| of_finding(frame, finding, &range)).collect()
}

/// Returns the mistakes of book.toml, where they are why nothing can be judged.
pub(super) fn of_book(frame: Frame<'_>, text: &str, mistakes: &[Mistake]) -> Vec<Diagnostic> {
    let page = Page::of_file(text, frame.encoding);
    let mistakes = mistakes.iter().map(|mistake| Diagnostic {
        range: page.range(mistake.span),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(FILE.to_owned())),
        source: Some(SOURCE.to_owned()),
        message: format!("{}\nnothing is judged until book.toml can be read", mistake.message),
        ..Diagnostic::default()
    });
    mistakes.collect()
}

/// Returns the file in which a finding is shown: what is said of a folder stands in book.toml, if
/// there is one, since no editor opens a folder.
fn file_of(sms: &Sms, path: &RepoPath) -> RepoPath {
    let book = RepoPath::from(FILE);
    let is_file = sms.snapshot.files.contains_key(path);
    match !is_file && sms.snapshot.files.contains_key(&book) {
        true => book,
        false => path.clone(),
    }
}

fn of_finding(frame: Frame<'_>, finding: &Finding, range: &dyn Fn(&Place) -> Range) -> Diagnostic {
    let related = finding.others.iter().filter_map(|other| {
        let uri = frame.ground.uri_of(&other.place.path)?;
        let location = Location { uri, range: range(&other.place) };
        Some(DiagnosticRelatedInformation { location, message: other.text.clone() })
    });
    let related: Vec<_> = related.collect();
    Diagnostic {
        range: range(&finding.place),
        severity: Some(match finding.counts() {
            true => severity(finding.level),
            false => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(code(finding)),
        source: Some(SOURCE.to_owned()),
        message: message(finding),
        related_information: (!related.is_empty()).then_some(related),
        ..Diagnostic::default()
    }
}

/// Returns the code by which a finding is known: that of its rule, and the name.
pub(super) fn code(finding: &Finding) -> NumberOrString {
    NumberOrString::String(format!("{} {}", finding.rule.code, finding.rule.name))
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::ERROR,
        Level::Warning => DiagnosticSeverity::WARNING,
        Level::Note => DiagnosticSeverity::INFORMATION,
    }
}

/// Says what is, whether it fails a run, what else is known, and what can be done, a line each.
fn message(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    let level = finding.level;
    if let Some(waived) = &finding.waived {
        message.push_str(&format!("\nwaived {level}, {}", waived.words()));
    } else if finding.is_known {
        message.push_str(&format!("\nknown {level}: it is in the list, and fails no run"));
    }
    for note in &finding.notes {
        message.push_str(&format!("\nnote: {note}"));
    }
    if let Some(help) = &finding.help {
        message.push_str(&format!("\nhelp: {help}"));
    }
    message
}

/// Tells whether a diagnostic is one that a file shows by itself: that it cannot be read.
pub(super) fn is_of_one_file(diagnostic: &Diagnostic) -> bool {
    let Some(NumberOrString::String(code)) = &diagnostic.code else { return false };
    let name = code.split(' ').next_back().unwrap_or_default();
    name == FILE || name == rules::OF_FILE.name
}
