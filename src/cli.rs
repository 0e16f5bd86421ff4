//! The command line: the only place that prints, reads the environment, or ends the program.
//!
//! Exit codes: 0 nothing to report at the level asked for; 1 findings; 2 no judgement was
//! possible (usage, configuration, an unreadable repository or history).

mod adopt;
mod approve;
mod asking;
mod baseline;
mod browser;
mod build;
mod bump;
mod changes;
mod check;
mod clauses;
mod completions;
mod demo;
mod diff;
mod explain;
mod export;
mod find;
mod fix;
mod given;
mod hook;
mod init;
mod judge;
mod log;
mod lsp;
mod man;
mod new;
mod report;
mod review;
mod serve;
mod show;
mod status;
mod terminal;
mod threads;
mod waiting;
mod withdraw;
mod writing;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use terminal::Terminal;

/// Prove document control from Git, and compile the site an auditor reads
///
/// clausebook reads the Markdown documents of a service management system (ISO/IEC 20000-1) from
/// one Git repository, holds what they claim of themselves against what the history shows, and
/// builds the site and the clause cross-reference that a certification auditor reads.
#[derive(Debug, Parser)]
#[command(name = "clausebook", version, arg_required_else_help = true, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// Work on the repository that this folder lies in
    #[arg(short = 'C', value_name = "PATH", default_value = ".", global = true)]
    repository: PathBuf,

    /// When to colour the output
    #[arg(long, value_enum, default_value_t = Colour::Auto, global = true)]
    color: Colour,
}

impl Arguments {
    /// Returns the folder to work in: the one that is named, seen from that of `-C`.
    fn folder(&self, named: Option<&Path>) -> PathBuf {
        match named {
            Some(named) if self.repository == Path::new(".") => named.to_owned(),
            Some(named) => self.repository.join(named),
            None => self.repository.clone(),
        }
    }
}

const EXIT_CODES: &str = "Examples:
  clausebook demo
  clausebook check
  clausebook -C our-sms status

Exit codes: 0 nothing to report; 1 findings at error level (--fail-on moves the line); \
2 cannot judge (usage, configuration, unreadable or incomplete history)";

/// The commands; what each is for is said where its arguments are.
#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Arguments),
    Status(status::Arguments),
    Build(build::Arguments),
    Serve(serve::Arguments),
    Clauses(clauses::Arguments),
    Show(show::Arguments),
    Log(log::Arguments),
    Diff(diff::Arguments),
    Changes(changes::Arguments),
    Report(report::Arguments),
    Approve(approve::Arguments),
    Review(review::Arguments),
    New(new::Arguments),
    Bump(bump::Arguments),
    Withdraw(withdraw::Arguments),
    Baseline(baseline::Arguments),
    Hook(hook::Arguments),
    Adopt(adopt::Arguments),
    Export(export::Arguments),
    Demo(demo::Arguments),
    Init(init::Arguments),
    Explain(explain::Arguments),
    Lsp(lsp::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is judged, and by which rules: shared by all commands that judge.
#[derive(Clone, Debug, Default, Args)]
struct Judging {
    /// Judge this commit, branch or tag instead of the work tree
    #[arg(long, value_name = "REV")]
    rev: Option<String>,

    /// Take rule levels, minimum levels and trust from this revision [default: the publishing branch]
    #[arg(long, value_name = "REV")]
    policy_ref: Option<String>,

    /// Speak of this day, like 2026-05-11 [default: that of `SOURCE_DATE_EPOCH` or of book.toml, else
    /// the day of the judged commit]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// Read the whole history anew, and keep nothing of it for the next run
    #[arg(long)]
    no_cache: bool,

    /// Do the same, and verify the hash of every object that is read
    #[arg(long)]
    strict: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For machines
    Json,
}

impl Command {
    /// Tells whether it judges and asks nobody anything: what takes its time is reading.
    fn only_looks(&self) -> bool {
        matches!(
            self,
            Self::Check(_)
                | Self::Status(_)
                | Self::Build(_)
                | Self::Clauses(_)
                | Self::Show(_)
                | Self::Log(_)
                | Self::Diff(_)
                | Self::Changes(_)
                | Self::Report(_)
                | Self::Export(_)
                | Self::Adopt(_)
        )
    }
}

/// How a command ended, when it could do its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing at the level that fails.
    Clean,
    /// Findings at the level that fails.
    Findings,
    /// It would have gone on, and was told to stop.
    #[cfg(feature = "serve")]
    Interrupted,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return terminal::usage(&error),
    };
    threads::limit();
    let mut terminal = Terminal::new(arguments.color);
    if arguments.command.only_looks() {
        terminal.wait("reading the documents and their history");
    }
    let result = match &arguments.command {
        Command::Check(own) => check::run(&arguments, own, &mut terminal),
        Command::Status(own) => status::run(&arguments, own, &mut terminal),
        Command::Build(own) => build::run(&arguments, own, &mut terminal),
        Command::Serve(own) => serve::run(&arguments, own, &mut terminal),
        Command::Clauses(own) => clauses::run(&arguments, own, &mut terminal),
        Command::Demo(own) => demo::run(&arguments, own, &mut terminal),
        Command::Show(own) => show::run(&arguments, own, &mut terminal),
        Command::Log(own) => log::run(&arguments, own, &mut terminal),
        Command::Changes(own) => changes::run(&arguments, own, &mut terminal),
        Command::Report(own) => report::run(&arguments, own, &mut terminal),
        Command::Diff(own) => diff::run(&arguments, own, &mut terminal),
        Command::Approve(own) => approve::run(&arguments, own, &mut terminal),
        Command::Review(own) => review::run(&arguments, own, &mut terminal),
        Command::Bump(own) => bump::run(&arguments, own, &mut terminal),
        Command::Withdraw(own) => withdraw::run(&arguments, own, &mut terminal),
        Command::Baseline(own) => baseline::run(&arguments, own, &mut terminal),
        Command::Hook(own) => hook::run(&arguments, own, &mut terminal),
        Command::Adopt(own) => adopt::run(&arguments, own, &mut terminal),
        Command::Export(own) => export::run(&arguments, own, &mut terminal),
        Command::New(own) => new::run(&arguments, own, &mut terminal),
        Command::Init(own) => init::run(&arguments, own, &mut terminal),
        Command::Lsp(own) => lsp::run(&arguments, own, &mut terminal),
        Command::Explain(own) => explain::run(own, &mut terminal),
        Command::Completions(own) => completions::run(own, &mut terminal),
        Command::Man(own) => man::run(own, &mut terminal),
    };
    match result {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        // As a shell says it of a program that a signal ended.
        #[cfg(feature = "serve")]
        Ok(Verdict::Interrupted) => ExitCode::from(130),
        Err(error) => terminal.refuse(&error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    /// Returns the commands that do something, those within others with them.
    fn commands(command: &clap::Command) -> Vec<clap::Command> {
        let (of_commands, own): (Vec<_>, Vec<_>) =
            command.get_subcommands().cloned().partition(clap::Command::has_subcommands);
        own.into_iter().chain(of_commands.iter().flat_map(commands)).collect()
    }

    /// Returns the words of a line as a shell would take them apart.
    fn words(line: &str) -> Vec<String> {
        let pieces = line.split('"').enumerate();
        let words = pieces.flat_map(|(i, piece)| match i % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        });
        words.collect()
    }

    #[test]
    fn every_command_shows_examples_that_work() {
        let program = Arguments::command();
        for command in commands(&program).iter().chain([&program]) {
            let name = command.get_name();
            let shown = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let is_example = |line: &&str| line.starts_with("  ") && line.contains("clausebook ");
            let examples: Vec<&str> = shown.lines().filter(is_example).collect();
            let is_its_own = |line: &&str| line.split_whitespace().any(|word| word == name);
            assert!(examples.iter().any(is_its_own), "`{name}` shows no example of itself");
            for line in examples {
                let said = &line[line.find("clausebook ").unwrap_or(0)..];
                let end =
                    [" && ", " | ", " > ", "  "].iter().filter_map(|end| said.find(end)).min();
                let parsed = Arguments::try_parse_from(words(&said[..end.unwrap_or(said.len())]));
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
        }
    }
}
