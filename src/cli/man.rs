//! `man`: manual pages, made from the very help that `--help` prints.

use super::terminal::Terminal;
use super::{Arguments as Program, Verdict};
use crate::source::counted;
use anyhow::Context as _;
use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;
use std::path::{Path, PathBuf};

/// Print the manual page, or write one for each command
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook man | man -l -
  clausebook man --out ~/.local/share/man/man1")]
pub(super) struct Arguments {
    /// Write a page for the program and one for each command into this folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(own: &Arguments, terminal: &mut Terminal) -> anyhow::Result<Verdict> {
    let mut program = Program::command().disable_help_subcommand(true);
    program.build();
    let Some(folder) = &own.out else {
        terminal.print_exact(&page(&program)?)?;
        return Ok(Verdict::Clean);
    };
    let shown = folder.display();
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make `{shown}`"))?;
    let count = write(&program, folder)?;
    terminal.print(&format!("wrote {} into `{shown}`\n", counted(count, "manual page")))?;
    Ok(Verdict::Clean)
}

/// Writes the page of a command and those of the commands within it. Returns how many.
fn write(command: &Command, folder: &Path) -> anyhow::Result<usize> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let file = folder.join(format!("{name}.1"));
    std::fs::write(&file, page(command)?)
        .with_context(|| format!("cannot write `{}`", file.display()))?;
    let within = command.get_subcommands().map(|inner| write(inner, folder));
    within.sum::<anyhow::Result<usize>>().map(|count| count + 1)
}

fn page(command: &Command) -> anyhow::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page).context("cannot write the manual page")?;
    String::from_utf8(page).context("the manual page is not UTF-8; this is a bug of clausebook")
}
