//! `explain`: the page of a rule, or the list of all of them.

use super::Verdict;
use super::terminal::Terminal;
use crate::rules::{self, Rule};
use anyhow::bail;
use clap::Args;

/// Explain a rule, or list all of them
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook explain\n  clausebook explain FM001\n  clausebook explain dead-link"
)]
pub(super) struct Arguments {
    /// The code or the name of a rule
    rule: Option<String>,
}

pub(super) fn run(own: &Arguments, terminal: &mut Terminal) -> anyhow::Result<Verdict> {
    let Some(word) = &own.rule else {
        terminal.print(&list())?;
        return Ok(Verdict::Clean);
    };
    if REFUSAL.iter().any(|name| name.eq_ignore_ascii_case(word)) {
        terminal.print(INCOMPLETE)?;
        return Ok(Verdict::Clean);
    }
    let Some(rule) = rules::find(word) else {
        match rules::nearest(word) {
            Some(meant) => bail!("there is no rule `{word}`; did you mean `{meant}`?"),
            None => bail!("there is no rule `{word}`; `clausebook explain` lists all of them"),
        }
    };
    let heading = terminal.bold(&format!("{} {}", rule.name.code, rule.name.name));
    terminal.print(&format!("{heading} ({})\n\n{}", facts(rule), rule.page))?;
    Ok(Verdict::Clean)
}

/// The code and the name of what is no rule: the refusal to judge a history with holes.
const REFUSAL: [&str; 2] = ["GI001", "history-incomplete"];

const INCOMPLETE: &str = "GI001 history-incomplete (no judgement, exit code 2)

Commits or objects of the history are missing here, as in a shallow or partial clone. What is not here
can neither bear out a claim nor contradict it, so nothing is judged: neither `approved` nor `not
approved` would be true. Fetch the whole history with `git fetch --unshallow`, clone without `--depth`
and `--filter`, or set `fetch-depth: 0` in CI.
";

/// What the list of rules ends with.
const NO_RULE: &str = "
GI001 history-incomplete is no rule: where part of the history is missing, nothing is judged (exit code 2)
";

/// Says how much a rule matters and which clause it serves.
fn facts(rule: &Rule) -> String {
    let level = rule.severity.words();
    let waived = if rule.is_waivable() { "; may be waived" } else { "" };
    match rule.clause {
        "" => format!("{level}{waived}"),
        clause => format!("{level}, clause {clause}{waived}"),
    }
}

fn list() -> String {
    let width = rules::ALL.iter().map(|rule| rule.name.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for rule in rules::ALL {
        let (code, name) = (rule.name.code, rule.name.name);
        text.push_str(&format!("{code}  {name:width$}  {}\n", facts(rule)));
    }
    text + NO_RULE
}
