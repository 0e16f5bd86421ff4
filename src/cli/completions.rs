//! `completions`: what a shell needs to complete commands and options.

use super::terminal::Terminal;
use super::{Arguments as Program, Verdict};
use anyhow::Context as _;
use clap::{Args, CommandFactory as _};
use clap_complete::{Shell, generate};

/// Print what a shell needs to complete commands and options
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook completions bash > ~/.local/share/bash-completion/completions/clausebook
  clausebook completions zsh > ~/.zfunc/_clausebook
  clausebook completions fish > ~/.config/fish/completions/clausebook.fish")]
pub(super) struct Arguments {
    /// The shell
    shell: Shell,
}

pub(super) fn run(own: &Arguments, terminal: &mut Terminal) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    generate(own.shell, &mut Program::command(), "clausebook", &mut script);
    let script = String::from_utf8(script)
        .context("the completions are not UTF-8; this is a bug of clausebook")?;
    terminal.print_exact(&script)?;
    Ok(Verdict::Clean)
}
