//! `check`: the rules, on a terminal or for machines.

use super::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::finding::{Finding, Level};
use crate::index::answers::Answer;
use crate::report::audit::Recorded;
use crate::report::{Summary, audit, human, json};
use crate::rules::Outcome;
use crate::sms::Sms;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Check the documents against the rules and the history
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clausebook check                        the work tree\n  \
    clausebook check --rev v2.0              a commit, branch or tag, without a checkout\n  \
    clausebook check --stage1                would a first-stage audit find all it asks for?\n  \
    clausebook check --since-audit audit.json  is what the auditor saw still there?\n  \
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

    /// Print notes in full as well
    #[arg(long)]
    notes: bool,

    /// Ask whether the history that an audit was shown is still there; FILE is the `audit.json` of
    /// the site it looked at
    #[arg(long, value_name = "FILE")]
    since_audit: Option<PathBuf>,

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
    let audit = own.since_audit.as_deref().map(recorded).transpose()?;
    let case = judge::open(path, &own.judging, audit.as_ref())?;
    let kept = case.kept(&format!("{own:?}{}", terminal.colour));
    let known = kept.as_ref().and_then(|(answers, key)| answers.find(key));
    let answer = match known {
        Some(answer) => answer,
        None => {
            let judgement = case.judge(own.stage1)?;
            let answer = answer(own, &judgement.sms, &judgement.outcome, terminal)?;
            kept.inspect(|(answers, key)| answers.keep(key, &answer));
            // The program is about to end; to take apart what it read would be time for nothing.
            std::mem::forget(judgement);
            answer
        }
    };
    terminal.print(&answer.text)?;
    Ok(own.fail_on.verdict(answer.worst))
}

fn answer(
    own: &Arguments,
    sms: &Sms,
    outcome: &Outcome,
    terminal: &Terminal,
) -> anyhow::Result<Answer> {
    let text = match own.format {
        Format::Json => json::to_text(&json::document(sms, outcome))?,
        Format::Human => told(sms, outcome, own.notes || own.fail_on == FailOn::Note, terminal),
    };
    Ok(Answer { text, worst: outcome.worst() })
}

/// Reads what an audit was shown.
fn recorded(path: &Path) -> anyhow::Result<Recorded> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{name}`"))?;
    audit::read(&text).with_context(|| format!("cannot use `{name}`"))
}

/// Writes what was found. Notes are many while a system is being built, and none of them is wrong:
/// unless asked for they are counted, so that what is wrong is seen.
fn told(sms: &Sms, outcome: &Outcome, with_notes: bool, terminal: &Terminal) -> String {
    let is_shown = |finding: &&Finding| with_notes || finding.level > Level::Note;
    let mut text = human::findings(sms, outcome.findings.iter().filter(is_shown), terminal.colour);
    text.push_str(&human::summary(&Summary::of(sms, outcome)));
    let mut hints = Vec::new();
    let shown = outcome.findings.iter().filter(is_shown);
    // The first of the worst, in the order printed.
    if let Some(worst) = shown.rev().max_by_key(|finding| finding.level) {
        hints.push(format!("`clausebook explain {}` says more about a rule", worst.rule.code));
    }
    if let Some(audited) = &sms.trust.audited {
        hints.push(format!(
            "`clausebook changes {}` says what is new since the audit",
            audited.head.short()
        ));
    }
    if !with_notes && outcome.count(Level::Note) > 0 {
        hints.push(
            "`clausebook check --notes` prints the notes: what is still missing from the whole"
                .to_owned(),
        );
    }
    for (i, hint) in hints.iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { "" });
        text.push_str(&format!("{hint}\n"));
    }
    text
}
