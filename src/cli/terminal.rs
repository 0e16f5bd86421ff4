//! Standard output and error, and what the environment says about them.

use super::Colour;
use crate::source::Printable;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

/// Reads a variable of the environment; the one place that does.
#[expect(clippy::disallowed_methods, reason = "this is the place the others are sent to")]
pub(super) fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where output goes.
pub(super) struct Terminal {
    /// Whether standard output shows colours.
    pub(super) colour: bool,
}

impl Terminal {
    pub(super) fn new(colour: Colour) -> Self {
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => std::io::stdout().is_terminal() && environment("NO_COLOR").is_none(),
        };
        Self { colour }
    }

    /// Writes to standard output. A reader that went away is not an error: `| head` ends us.
    pub(super) fn print(&mut self, text: &str) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Writes in bold, if there are colours.
    pub(super) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Says why no judgement was possible, and returns the exit code for that.
    pub(super) fn refuse(&mut self, error: &anyhow::Error) -> ExitCode {
        let mut sentence = error.to_string();
        for cause in error.chain().skip(1) {
            sentence.push_str(": ");
            sentence.push_str(&cause.to_string());
        }
        for line in sentence.lines() {
            let line = Printable(line);
            // Nobody is left to tell when standard error is closed as well.
            let _ = writeln!(std::io::stderr(), "clausebook: {line}");
        }
        ExitCode::from(2)
    }
}

/// Prints help to standard output and mistakes of usage to standard error.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is the only failure there is, and no reason to say more.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}
