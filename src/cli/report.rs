//! `report`: what a pull request changes, for its reviewers.

use super::check::FailOn;
use super::find::point;
use super::judge::beside;
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::report::json;
use crate::report::pull_request::{Asked, End, markdown, pull_request, worst_brought_in};
use clap::{Args, ValueEnum};

/// Report what a branch changes, for a comment on its pull request
///
/// Documents new, revised, withdrawn and renamed: the step of each version and the one that its
/// change needs, the passages that changed, the clauses affected, what still refers to the older
/// version, the approvals that are outdated, and who may approve; findings that come in and that
/// are mended; coverage before and after. What is compared is the commit where the branch left the
/// base, and its tip. Both are judged by the rules and the roles of the base, which counts as the
/// publishing branch, and speak of the same day. Commits are judged, not the work tree.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook report --base main                       what this branch changes
  clausebook report --base origin/main > report.md    for a comment on its pull request
  clausebook report --base v1.0 --rev v2.0            between two tags
  clausebook report --base main --format json

Exit codes: 0 no finding at error level comes in; 1 one does (--fail-on moves the line); \
2 cannot judge (no such base, unrelated histories, configuration, incomplete history)")]
pub(super) struct Arguments {
    /// The commit, branch or tag that the branch is to be merged into; its rules and roles judge
    #[arg(long, value_name = "REV")]
    base: String,

    /// Report on this commit, branch or tag
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    rev: String,

    /// Speak of this day, like 2026-05-11 [default: the day of the reported
    /// commit, or of the base if that is later]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// How to print
    #[arg(long, value_enum, default_value_t = Shape::Markdown)]
    format: Shape,

    /// The level from which findings that come in fail the run
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,

    /// Read the whole history anew, and keep nothing of it for the next run
    #[arg(long)]
    no_cache: bool,

    /// Do the same, and verify the hash of every object that is read
    #[arg(long)]
    strict: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For a comment on a forge, below its limit of 65,536 characters
    Markdown,
    /// For machines
    Json,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judging = Judging {
        rev: Some(own.rev.clone()),
        policy_ref: Some(own.base.clone()),
        as_of: own.as_of.clone(),
        no_cache: own.no_cache,
        strict: own.strict,
    };
    let both = beside(&global.repository, &judging, &own.base)?;
    let (before, after) = (&both.before, &both.after);
    let objects = both.repository.objects();
    let proposal = after.0.proposal(&before.0, objects, both.base)?;
    let asked = Asked {
        base: point(objects, &own.base, both.base),
        head: point(objects, &own.rev, after.0.head),
    };
    let end = |(sms, outcome)| End { sms, outcome };
    let report =
        pull_request(asked, end((&before.0, &before.1)), end((&after.0, &after.1)), &proposal);
    let text = match own.format {
        Shape::Markdown => markdown(&report),
        Shape::Json => json::to_text(&report)?,
    };
    terminal.print(&text)?;
    Ok(own.fail_on.verdict(worst_brought_in(&before.1, &after.1)))
}
