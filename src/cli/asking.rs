//! Questions to whoever sits at the terminal. Where nobody does, nothing is asked.

use crate::source::Printable;
use anyhow::Context as _;
use dialoguer::{FuzzySelect, Input};
use std::io::IsTerminal as _;

/// Tells whether somebody can be asked: both what is typed and what is asked pass a terminal.
pub(super) fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line of text.
///
/// # Errors
/// When the terminal went away, or the answer was refused with Ctrl-C.
pub(super) fn line(question: &str) -> anyhow::Result<String> {
    let answer: String = Input::new().with_prompt(question).interact_text().context(UNANSWERED)?;
    Ok(answer.trim().to_owned())
}

/// Lets one of several be chosen, by typing a part of it; none if nothing is.
///
/// # Errors
/// When the terminal went away, or the answer was refused with Ctrl-C.
pub(super) fn choice(question: &str, choices: &[String]) -> anyhow::Result<Option<usize>> {
    let shown: Vec<String> = choices.iter().map(|one| Printable(one).to_string()).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let prompt = format!("{question} (type to search, Esc for none)");
    FuzzySelect::new()
        .with_prompt(prompt)
        .items(&shown)
        .default(0)
        .max_length(12)
        .interact_opt()
        .context(UNANSWERED)
}

const UNANSWERED: &str = "the question was not answered, so nothing was written";
