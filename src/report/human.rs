//! Findings as a person reads them: the sentence, the line with the place underlined, what to do.

use super::Summary;
use crate::finding::{Finding, Level, Place};
use crate::source::{Lines, Position, Printable, RepoPath, Span, counted};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};
use std::collections::BTreeMap;

/// Finds the text of a file, to show the line that is meant.
pub trait Texts {
    /// Returns the text that spans of the file are offsets in.
    fn text(&self, path: &RepoPath) -> Option<&str>;
}

impl Texts for crate::sms::Sms {
    fn text(&self, path: &RepoPath) -> Option<&str> {
        self.text_of(path)
    }
}

/// Writes findings one after another, an empty line between them.
pub fn findings<'f>(
    texts: &dyn Texts,
    findings: impl IntoIterator<Item = &'f Finding>,
    colour: bool,
) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(140);
    let mut out = String::new();
    let mut lines = BTreeMap::new();
    for finding in findings {
        out.push_str(&one(texts, &mut lines, finding, &renderer));
        out.push_str("\n\n");
    }
    out
}

/// A place, what to read beneath it, and whether it is the one to edit.
type Marked<'f> = (&'f Place, Option<&'f str>, bool);

/// Lines with what is marked in them, and how many characters before them are left out.
struct Picture<'t> {
    snippet: Snippet<'t, annotate_snippets::Annotation<'t>>,
    left_out: usize,
}

fn one(
    texts: &dyn Texts,
    lines: &mut BTreeMap<RepoPath, Lines>,
    finding: &Finding,
    renderer: &Renderer,
) -> String {
    let level = match finding.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let id = format!("{} {}", finding.rule.code, finding.rule.name);
    let message = Printable(&finding.message).to_string();
    let mut group = Group::with_title(level.primary_title(message).id(id));
    // Places of one file share a picture.
    let mut by_path: BTreeMap<&RepoPath, Vec<Marked<'_>>> = BTreeMap::new();
    by_path.entry(&finding.place.path).or_default().push((
        &finding.place,
        finding.label.as_deref(),
        true,
    ));
    for other in &finding.others {
        by_path.entry(&other.place.path).or_default().push((
            &other.place,
            Some(&other.text),
            false,
        ));
    }
    let first = by_path.remove_entry(&finding.place.path);
    let mut moved = Vec::new();
    for (path, places) in first.into_iter().chain(by_path) {
        let text = texts.text(path);
        let lines = text.map(|text| &*lines.entry(path.clone()).or_insert_with(|| Lines::of(text)));
        group = match text.zip(lines).and_then(|(text, lines)| picture(text, lines, path, &places))
        {
            Some(Picture { snippet, left_out }) => {
                if left_out > 0 {
                    moved.extend(places.iter().filter_map(|(place, ..)| {
                        let at = lines?.position(text?, place.span?.start);
                        let counted = format!("{path}:{}:{}", at.line, at.column - left_out);
                        Some((counted, format!("{path}:{}:{}", at.line, at.column)))
                    }));
                }
                group.element(snippet)
            }
            None => {
                let labels = places.iter().filter_map(|(_, label, _)| *label);
                let labels: Vec<String> =
                    labels.map(|label| Printable(label).to_string()).collect();
                let group = group.element(Origin::path(path.to_string()).line(1).char_column(1));
                labels
                    .into_iter()
                    .fold(group, |group, label| group.element(Title::NOTE.message(label)))
            }
        };
    }
    if let Some(commit) = &finding.commit {
        group = group.element(Title::NOTE.with_name("commit").message(commit.clone()));
    }
    for note in &finding.notes {
        group = group.element(Title::NOTE.message(Printable(note).to_string()));
    }
    if let Some(waived) = &finding.waived {
        let words = Printable(&waived.words()).to_string();
        group = group.element(Title::NOTE.with_name("waived").message(words));
    }
    if let Some(help) = &finding.help {
        group = group.element(Title::HELP.message(Printable(help).to_string()));
    }
    if let Some(fix) = &finding.fix {
        let what = Printable(&fix.what).to_string();
        group = group.element(Title::HELP.with_name("fix").message(what));
    }
    // The renderer counts columns from where its text begins.
    let rendered = renderer.render(&[group]);
    moved.iter().fold(rendered, |text, (counted, column)| text.replacen(counted, column, 1))
}

/// How much of a line is handed over on both sides of what is marked in it; more than is shown.
const AROUND: usize = 400;

/// Shows the lines that hold the places; `None` when none of them has a span.
fn picture<'t>(
    text: &'t str,
    lines: &Lines,
    path: &RepoPath,
    places: &[Marked<'_>],
) -> Option<Picture<'t>> {
    let spans: Vec<Span> = places.iter().filter_map(|(place, ..)| place.span).collect();
    let first = spans.iter().map(|span| span.start).min()?.min(text.len());
    let last = spans.iter().map(|span| first_line_end(text, *span)).max()?;
    // Only the lines between are handed over: a register of a megabyte has one line that matters.
    let whole = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
    // And of a line that is as long as a file, what is near.
    let is_long = end - whole > 2 * AROUND && !text[first..last].contains('\n');
    let (start, end) = match is_long {
        true => (
            boundary(text, first.saturating_sub(AROUND).max(whole)),
            boundary(text, (last + AROUND).min(end)),
        ),
        false => (whole, end),
    };
    let near = lines.position(text, start);
    let mut snippet =
        Snippet::source(&text[start..end]).line_start(near.line).path(path.to_string());
    for (place, label, is_primary) in places {
        let Some(span) = place.span else { continue };
        let kind = if *is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let range = span.start.min(text.len()) - start..first_line_end(text, span) - start;
        let annotation = kind.span(range);
        snippet = snippet.annotation(match label {
            Some(label) => annotation.label(Printable(label).to_string()),
            None => annotation,
        });
    }
    Some(Picture { snippet, left_out: near.column - 1 })
}

/// Returns the next place at which a character begins or the text ends.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

/// A place of many lines is shown by its first.
fn first_line_end(text: &str, span: Span) -> usize {
    let start = span.start.min(text.len());
    let end = span.end.clamp(start, text.len());
    text[start..end].find('\n').map_or(end, |at| start + at)
}

/// How many findings that were there before are named one by one.
const NAMED: usize = 20;

/// Names findings that do not fail the run in a line each, under a `heading`, and those that are waived
/// with the waiver; they are told in full elsewhere.
pub fn excused(texts: &dyn Texts, heading: &str, findings: &[&Finding]) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut out = format!("{heading}:\n");
    for finding in findings.iter().take(NAMED) {
        let place = &finding.place;
        let line = place
            .span
            .zip(texts.text(&place.path))
            .map(|(span, text)| format!(":{}", Position::of(text.as_bytes(), span.start).line));
        out.push_str(&format!(
            "  {} {} {}{}: {}\n",
            finding.level.word(),
            finding.rule.code,
            place.path,
            line.unwrap_or_default(),
            Printable(&finding.message)
        ));
        if let Some(waived) = &finding.waived {
            out.push_str(&format!("    waived {}\n", Printable(&waived.words())));
        }
    }
    if findings.len() > NAMED {
        out.push_str(&format!(
            "  and {} more; `clausebook check` shows them\n",
            findings.len() - NAMED
        ));
    }
    out + "\n"
}

/// Writes the two lines that close a check.
pub fn summary(summary: &Summary) -> String {
    let Summary { evidence, as_of, head, .. } = summary;
    let place = match summary.staged {
        true => "in the commit that is being made".to_owned(),
        false => format!("at commit {}", &head[..10]),
    };
    let excused = [(summary.known, "known before"), (summary.waived, "waived")];
    let excused = excused.into_iter().filter(|(number, _)| *number > 0);
    let excused: String =
        excused.map(|(number, how)| format!(", {number} of them {how}")).collect();
    let comma = if excused.is_empty() { "" } else { "," };
    format!(
        "{}, {}; {}\n{}, {}, {}{excused}{comma} as of {as_of} {place}\n",
        summary.counted(),
        summary.counted_uncontrolled(),
        counted(*evidence, "statement") + " of evidence",
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.notes, "note"),
    )
}
