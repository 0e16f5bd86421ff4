//! `clauses`: what each clause is covered by.

use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::document::DocId;
use crate::report::json;
use crate::sms::coverage::Coverage;
use clap::Args;

/// Show what each clause is covered by
#[derive(Debug, Args)]
#[command(
    after_help = "Levels: 0 nothing found, 1 documented, 2 approved, 3 in use, 4 audited\n\n\
    Examples:\n  clausebook clauses\n  clausebook clauses --gaps\n  clausebook clauses --format json"
)]
pub(super) struct Arguments {
    #[command(flatten)]
    judging: Judging,

    /// Only the clauses below level 2, each with the reason
    #[arg(long)]
    gaps: bool,

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
    let mut coverage = judgement.sms.coverage();
    if own.gaps {
        coverage.retain(|clause| clause.level < 2);
    }
    let text = match own.format {
        Format::Json => json::to_text(&json::coverage(&coverage))?,
        Format::Human => table(&coverage, terminal),
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

fn table(coverage: &[Coverage], terminal: &Terminal) -> String {
    let width = coverage.iter().map(|clause| clause.number.len()).max().unwrap_or(0).max(6);
    let mut text =
        terminal.bold(&format!("{:width$}  Level            Title, and what covers it", "Clause"));
    text.push('\n');
    for clause in coverage {
        let level = format!("{} {}", clause.level, clause.level_name);
        text.push_str(&format!("{:width$}  {level:<15}  {}\n", clause.number, clause.title));
        let named = |id: &DocId| match clause.not_in_force.contains(id) {
            true => format!("{id} (not in force)"),
            false => id.to_string(),
        };
        let ids: Vec<String> = clause.documents.iter().chain(&clause.records).map(named).collect();
        let indent = " ".repeat(width + 19);
        if !ids.is_empty() {
            text.push_str(&format!("{indent}{}\n", ids.join(", ")));
        }
        if !clause.why_not_higher.is_empty() {
            text.push_str(&format!("{indent}{}\n", clause.why_not_higher));
        }
    }
    text
}
