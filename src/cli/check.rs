//! `check`: the rules, on a terminal or for machines.

use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::finding::Level;
use crate::report::{Summary, human, json};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Check the documents against the rules and the history
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clausebook check                        the work tree\n  \
    clausebook check --rev v2.0              a commit, branch or tag, without a checkout\n  \
    clausebook check --stage1                would a first-stage audit find all it asks for?\n  \
    clausebook check --format json > sms.json")]
pub(super) struct Arguments {
    /// The repository, or a folder inside it [default: that of -C]
    path: Option<PathBuf>,

    #[command(flatten)]
    judging: Judging,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Ask for a complete system: what is still missing is an error
    #[arg(long)]
    stage1: bool,

    /// The level from which findings fail the run
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
}

/// The level from which findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors only
    Error,
    /// Warnings as well
    Warning,
    /// Anything at all
    Note,
}

impl FailOn {
    /// Says how a run ends whose worst finding is `worst`.
    pub(super) fn verdict(self, worst: Option<Level>) -> Verdict {
        let line = match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
        };
        if worst.is_some_and(|worst| worst >= line) { Verdict::Findings } else { Verdict::Clean }
    }
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let path = own.path.as_deref().unwrap_or(&global.repository);
    let judgement = judge(path, &own.judging, own.stage1)?;
    let (sms, outcome) = (&judgement.sms, &judgement.outcome);
    let text = match own.format {
        Format::Json => json::to_text(&json::document(sms, outcome))?,
        Format::Human => {
            let mut text = human::findings(sms, &outcome.findings, terminal.colour);
            text.push_str(&human::summary(&Summary::of(sms, outcome)));
            if let Some(first) = outcome.findings.first() {
                text.push_str(&format!(
                    "\n`clausebook explain {}` says more about a rule\n",
                    first.rule.code
                ));
            }
            text
        }
    };
    terminal.print(&text)?;
    Ok(own.fail_on.verdict(outcome.worst()))
}
