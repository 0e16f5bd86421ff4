//! Standard output and error, and what the environment says about them. What is written was made
//! printable where it was put into words; here is the last gate, for what was forgotten there.

use super::Colour;
use super::waiting::Waiting;
use crate::source::{Printable, begins_command, is_unprintable};
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
    /// Whether somebody looks at it: neither a file nor another program.
    pub(super) is_screen: bool,
    waiting: Option<Waiting>,
}

impl Terminal {
    pub(super) fn new(colour: Colour) -> Self {
        let is_screen = std::io::stdout().is_terminal();
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => is_screen && environment("NO_COLOR").is_none(),
        };
        Self { colour, is_screen, waiting: None }
    }

    /// Says what is waited for, if it takes long; the next word to the reader ends it.
    pub(super) fn wait(&mut self, what: &'static str) {
        self.waiting = None;
        self.waiting = Some(Waiting::begin(what));
    }

    /// Writes text to standard output, with nothing alive in it but our own colours.
    pub(super) fn print(&mut self, text: &str) -> anyhow::Result<()> {
        self.print_exact(&harmless(text, self.colour))
    }

    /// Writes to standard output what must stay as it is, byte for byte. A reader that went away is
    /// not an error: `| head` ends us.
    pub(super) fn print_exact(&mut self, text: &str) -> anyhow::Result<()> {
        self.waiting = None;
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            other => Ok(other?),
        }
    }

    /// Writes a line to standard error, beside output that is read by a program.
    pub(super) fn remark(&mut self, line: &str) {
        // Nobody is left to tell when standard error is closed.
        self.waiting = None;
        let _ = writeln!(std::io::stderr(), "{}", harmless(&Printable(line).to_string(), false));
    }

    /// Writes in bold, if there are colours.
    pub(super) fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// Says why no judgement was possible, and returns the exit code for that.
    pub(super) fn refuse(&mut self, error: &anyhow::Error) -> ExitCode {
        self.waiting = None;
        for line in sentence(error).lines() {
            let line = harmless(&Printable(line).to_string(), false);
            // Nobody is left to tell when standard error is closed as well.
            let _ = writeln!(std::io::stderr(), "clausebook: {line}");
        }
        ExitCode::from(2)
    }
}

/// Says why something was not possible, with the causes.
pub(super) fn sentence(error: &anyhow::Error) -> String {
    let causes = error.chain().map(ToString::to_string);
    causes.collect::<Vec<_>>().join(": ")
}

/// Takes the life out of text: control characters but line ends, and what CI logs take for
/// commands, which is a line that begins with `::`, and `##[` or `##vso[` anywhere in it. No command
/// begins with `:::`, which is how the picture of a finding names a second file.
fn harmless(text: &str, with_colours: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begin = line.len() - line.trim_start().len();
        let mut colour = 0..0;
        for (at, c) in line.char_indices() {
            let rest = &line[at..];
            if with_colours && c == '\u{1b}' {
                colour = at..at + colour_length(rest);
            }
            let is_command = (at == begin && rest.starts_with("::") && !rest.starts_with(":::"))
                || begins_command(rest);
            match c {
                '\n' | '\t' => out.push(c),
                _ if colour.contains(&at) => out.push(c),
                _ if is_command => out.push_str(&format!("\\u{{{:X}}}", u32::from(c))),
                _ if is_unprintable(c) => out.push_str(&Printable(&c.to_string()).to_string()),
                _ => out.push(c),
            }
        }
    }
    out
}

/// Returns the length of the change of colour that a text begins with; 0 where it is none.
fn colour_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("\u{1b}[") else { return 0 };
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';');
    end.filter(|end| rest[*end..].starts_with('m')).map_or(0, |end| end + 3)
}

/// Prints help to standard output and mistakes of usage to standard error.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe is the only failure there is, and no reason to say more.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_alive_but_our_own_colours() {
        let bold = "\u{1b}[1mtitle\u{1b}[0m";
        assert_eq!(harmless(bold, true), bold);
        assert_eq!(harmless(bold, false), "\\u{1B}[1mtitle\\u{1B}[0m");
        assert_eq!(harmless("\u{1b}[2J \u{9b}31m\r\n", true), "\\u{1B}[2J \\u{9B}31m\\r\n");
    }

    #[test]
    fn no_line_is_a_command_of_a_log() {
        let text =
            "a ::b\n::error::x\n  ::set-output name=x::y\nx ##[error] ##vso[task.x] # ## y\n";
        let dead = "a ::b\n\\u{3A}:error::x\n  \\u{3A}:set-output name=x::y\n\
                    x \\u{23}#[error] \\u{23}#vso[task.x] # ## y\n";
        assert_eq!(harmless(text, false), dead);
    }
}
