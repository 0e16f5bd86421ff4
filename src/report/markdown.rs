//! Findings as Markdown, for a comment on a pull request or the summary of a job.
//!
//! Content stands in `pre` alone, where nothing of it is read as Markdown, names anybody or becomes
//! a link.

use super::places::Places;
use super::redline::escaped;
use super::{Summary, plain};
use crate::finding::{Finding, Level};
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::source::counted;
use std::collections::BTreeSet;

/// Forges refuse a comment of more than 65 536 characters.
const LONGEST: usize = 60_000;

/// Writes the summary of a run: a table of the levels, and the findings folded beneath it. Notes
/// are counted, and told only if asked for.
pub fn text(sms: &Sms, outcome: &Outcome, with_notes: bool) -> String {
    let summary = Summary::of(sms, outcome);
    let mut text = format!(
        "## clausebook: {}, {}, {}\n\n| level | findings | rules |\n|---|---|---|\n",
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        counted(summary.notes, "note"),
    );
    let levels = [Level::Error, Level::Warning, Level::Note];
    for level in levels {
        text.push_str(&row(outcome, level));
    }
    let mut places = Places::of(sms);
    for level in levels.into_iter().filter(|level| with_notes || *level > Level::Note) {
        let room = LONGEST.saturating_sub(text.len());
        text.push_str(&folded(&mut places, outcome, level, room));
    }
    text.push_str(&format!(
        "\n{}, {} of evidence, as of {} at commit `{}`\n",
        summary.counted(),
        counted(summary.evidence, "statement"),
        summary.as_of,
        &summary.head[..10],
    ));
    let known = outcome.findings.iter().filter(|finding| finding.is_known).count();
    for (count, what) in [(known, "known before"), (summary.waived, "waived by its document")] {
        if count > 0 {
            text.push_str(&format!(
                "\n{} {what}, and no reason to fail\n",
                counted(count, "finding")
            ));
        }
    }
    text
}

fn of_level(outcome: &Outcome, level: Level) -> impl Iterator<Item = &Finding> {
    outcome.findings.iter().filter(move |finding| finding.level == level)
}

fn row(outcome: &Outcome, level: Level) -> String {
    let rules: BTreeSet<_> = of_level(outcome, level).map(|finding| finding.rule).collect();
    let rules = rules.iter().map(|rule| format!("{} `{}`", rule.code, rule.name));
    let rules = rules.collect::<Vec<_>>().join(", ");
    format!("| {level} | {} | {rules} |\n", outcome.count(level))
}

fn folded(places: &mut Places<'_>, outcome: &Outcome, level: Level, room: usize) -> String {
    let count = outcome.count(level);
    if count == 0 {
        return String::new();
    }
    let open = if level == Level::Error { " open" } else { "" };
    let title = counted(count, level.word());
    let mut text = format!("\n<details{open}>\n<summary>{title}</summary>\n\n<pre>\n");
    for (told, finding) in of_level(outcome, level).enumerate() {
        let place = plain::place(places, finding);
        let (rule, lines) = (finding.rule, plain::lines(finding).join("\n  "));
        let known = if finding.is_known { "\n  known: it was there before" } else { "" };
        let one = format!("{level}[{} {}] {place}\n  {lines}{known}\n\n", rule.code, rule.name);
        let one = escaped_lines(&one);
        if text.len() + one.len() > room {
            text.push_str(&format!("and {} more, which do not fit in here\n\n", count - told));
            break;
        }
        text.push_str(&one);
    }
    text.truncate(text.trim_end().len());
    text + "\n</pre>\n\n</details>\n"
}

/// The line ends are ours, and the lines have been made printable.
fn escaped_lines(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => escaped(line) + "\n",
            None => escaped(line),
        })
        .collect()
}
