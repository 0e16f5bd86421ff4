//! `log`: the versions of a document, and what happened to each.

use super::find::now_or_then;
use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::report::json;
use crate::report::tenure::{Log, LoggedRevision, UNPROVED, days_in_force, log};
use crate::source::Printable;
use clap::Args;

/// Show the versions of a document and what happened to each, newest first
///
/// The document is followed by its id, through renames, moves and merges; one that was removed has
/// its log, too, with the commit that removed it. Each version is shown
/// with the days it was in force on the publishing branch, its approvals with their proof, and the
/// commits that made it: drafts and side branches included.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook log POL-CHG-001
  clausebook log POL-CHG-001 --format json
  clausebook log POL-CHG-001 --rev v2.0           as the history was at that tag")]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    #[command(flatten)]
    judging: Judging,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &own.judging, false)?;
    let sms = &judgement.sms;
    let log = log(sms, &now_or_then(sms, &own.id)?.subject(sms));
    let text = match own.format {
        Format::Json => json::to_text(&log)?,
        Format::Human => told(&log, terminal),
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

fn told(log: &Log, terminal: &Terminal) -> String {
    let mut text = terminal.bold(&format!("{} {}", log.id, Printable(&log.title)));
    text.push('\n');
    if let Some(removed) = &log.removed {
        text.push_str(&format!("\n  {}\n", Printable(&removed.says)));
    } else if !log.is_committed {
        text.push_str(&format!("\n  {} has changes that are not committed\n", log.path));
    }
    for version in &log.versions {
        let number = version.version.as_deref().unwrap_or("without a version");
        let status = version.status.as_deref().unwrap_or("no status");
        let head = format!("{} {}", Printable(number), Printable(status));
        text.push_str(&format!("\n{}\n", terminal.bold(&head)));
        if let Some(summary) = &version.change_summary {
            text.push_str(&format!("  {}\n", Printable(summary)));
        }
        for tenure in &version.in_force {
            text.push_str(&format!("  {}\n", days_in_force(tenure)));
            for approval in &tenure.approvals {
                text.push_str(&format!("  {}\n", approval.words()));
            }
            if !tenure.is_proved {
                text.push_str(&format!("  {UNPROVED}\n"));
            }
        }
        for revision in &version.revisions {
            text.push_str(&line(revision));
        }
    }
    text
}

fn line(revision: &LoggedRevision) -> String {
    let day = revision.day.as_deref().unwrap_or("no day    ");
    let mut who = revision.author.clone();
    if revision.committer != revision.author {
        who.push_str(&format!(", committed by {}", revision.committer));
    }
    let commit = &revision.commit[..10];
    let moved = revision.moved_from.as_ref().map(|from| format!(" (was {from})"));
    format!(
        "    {day}  {commit}  {:<18}  {}\n{:28}{}{}\n",
        revision.what,
        Printable(&who),
        "",
        Printable(&revision.subject),
        moved.unwrap_or_default(),
    )
}
