//! `changes`: what changed in the whole system since a day, a tag or a commit.

use super::find::point;
use super::judge::{Judgement, Tree, configuration, judge};
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::repo::object::ObjectId;
use crate::report::changes::{changes, human, markdown};
use crate::report::json;
use crate::source::Date;
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};

/// Show what changed since a day, a tag or a commit
///
/// New, revised, withdrawn, removed and moved documents and records, other owners, what came into
/// the scope and left it, who took over a role, and what changed of the rules and of the approval
/// levels. A day means the end of that day: the last commit on the line of first parents that,
/// with all it rests on, is dated by then.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook changes 2026-03-01                   since the management review of that day
  clausebook changes sms-baseline/stage1          since a baseline
  clausebook changes main                         what this branch changes
  clausebook changes v1.0 --rev v2.0              between two tags
  clausebook changes HEAD~1 --format markdown")]
pub(super) struct Arguments {
    /// A commit, branch or tag, or a day like 2026-03-01
    #[arg(value_name = "REV|DATE")]
    since: String,

    #[command(flatten)]
    judging: Judging,

    /// How to print
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For a terminal
    Human,
    /// For a comment on a forge
    Markdown,
    /// For machines
    Json,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &own.judging, false)?;
    let asked = Date::parse(&own.since);
    let commit = match asked {
        Some(day) => by_the_end_of(&judgement, day)?,
        None if is_like_a_day(&own.since) => judgement
            .repository
            .revision(&own.since)
            .map_err(|error| anyhow::anyhow!("{error}; a day is written like 2026-03-01"))?,
        None => judgement.repository.revision(&own.since)?,
    };
    let sms = &judgement.sms;
    let objects = judgement.repository.objects();
    // What a branch got after this one left it is none of what this one changes.
    let has_gone_on = asked.is_none()
        && sms.history.place_of(commit).is_none()
        && judgement.repository.has_branch(&own.since);
    let met = if has_gone_on { sms.meeting_point(objects, commit)? } else { None };
    let commit = met.unwrap_or(commit);
    let own_day = || sms.history.commit(commit)?.committer.date();
    let day = asked.or_else(own_day);
    let name = format!("book.toml of {}", own.since);
    let config = configuration(Tree::Commit(judgement.repository.objects(), commit), &name);
    let config = config.ok().map(|(config, _)| config);
    let snapshot = judgement.repository.snapshot_of(commit)?;
    let earlier = sms.earlier(objects, &snapshot, config, (commit, day));
    let since = sms.changes_since(&earlier.context("cannot read the documents of then")?);
    let until = own.judging.rev.clone().unwrap_or_else(|| "the work tree".to_owned());
    let point = |asked: &str, commit| point(objects, asked, commit);
    let changes = changes(&since, point(&own.since, commit), point(&until, sms.head));
    let text = match own.format {
        Shape::Human => human(&changes, &|text| terminal.bold(text)),
        Shape::Markdown => markdown(&changes),
        Shape::Json => json::to_text(&changes)?,
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

/// Tells whether a text is made as a day is, in whichever order: `01.06.2026`, `6/1/2026`.
fn is_like_a_day(text: &str) -> bool {
    let mut parts = text.split(['.', '/', '-']);
    text.contains(['.', '/', '-'])
        && parts.clone().count() == 3
        && parts.all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Finds the last commit of a day, or before it, on the judged commit's line of first parents.
fn by_the_end_of(judgement: &Judgement, day: Date) -> anyhow::Result<ObjectId> {
    let history = &judgement.sms.history;
    let next = day.day_after().context("there is no day after that one")?;
    let by_then = history.commits_before(next);
    let mut line = history.first_parents();
    if let Some(found) = line.find(|commit| by_then.contains(&commit.id)) {
        return Ok(found.id);
    }
    let first = history.commits.iter().find_map(|commit| commit.committer.date());
    match first {
        Some(first) => {
            bail!("there is no commit by the end of {day}; the history begins on {first}")
        }
        None => bail!("there is no commit by the end of {day}"),
    }
}
