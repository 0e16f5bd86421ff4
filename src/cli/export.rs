//! `export`: what other tools read, made from the documents.

use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::report::codeowners;
use clap::{Args, Subcommand};

/// Write what other tools read
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  clausebook export codeowners > .github/CODEOWNERS")]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Codeowners(Codeowners),
}

/// Write whom a forge asks to review a change of each document
///
/// GitHub and GitLab ask the people that a file CODEOWNERS names. Here these are the owner of each
/// document and those who may approve it, by the role register, on the day that is spoken of; for
/// book.toml, packs and the list of signers it is top management.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook export codeowners > .github/CODEOWNERS
  clausebook export codeowners --approvers-only > CODEOWNERS")]
struct Codeowners {
    #[command(flatten)]
    judging: Judging,

    /// Leave owners out where somebody may approve. A forge is content with the review of any one
    /// whom the file names
    #[arg(long)]
    approvers_only: bool,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let What::Codeowners(own) = &own.what;
    let judgement = judge(&global.repository, &own.judging, false)?;
    terminal.print(&codeowners::text(&judgement.sms, !own.approvers_only))?;
    Ok(Verdict::Clean)
}
