//! `baseline`: a name for the state of the whole system, as an annotated tag.

use super::judge::judge;
use super::terminal::Terminal;
use super::writing::require_clean;
use super::{Arguments as Global, Judging, Verdict};
use crate::finding::{Finding, Level};
use crate::repo::Repository;
use crate::report::Summary;
use crate::report::human;
use crate::sms::baseline::is_baseline;
use crate::source::{Printable, counted};
use anyhow::bail;
use clap::Args;

/// Name the state of the whole system with a tag
///
/// Makes an annotated tag of the last commit, signed if Git is set up to sign (`tag.gpgSign`, or
/// `user.signingkey` with `gpg.format`). Its message says how many documents there are and what the
/// check found. It is refused while there are errors, while something is not committed, and where
/// the tag exists: a baseline never moves.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook baseline sms-baseline/2026-08-07-stage1 -m \"Before the first-stage audit\"
  clausebook baseline v2.0 --dry-run
  clausebook baseline as-found --with-findings    name a state that is not in order

Afterwards: clausebook changes sms-baseline/2026-08-07-stage1")]
pub(super) struct Arguments {
    /// The name of the tag
    name: String,

    /// What the baseline is for
    #[arg(short, long, value_name = "TEXT")]
    message: Option<String>,

    /// Make it although the check finds errors; the message of the tag says so
    #[arg(long)]
    with_findings: bool,

    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &Judging::default(), false)?;
    let (repository, sms, outcome) = (&judgement.repository, &judgement.sms, &judgement.outcome);
    repository.require_rest()?;
    repository.committer()?;
    if !Repository::can_name_a_tag(&own.name) {
        bail!(
            "Git takes no tag called `{}`; take a name without blanks and without any of `~^:?*[\\`, that begins with no hyphen and does not end in `.lock`",
            Printable(&own.name)
        );
    }
    if own.name.starts_with("refs/") {
        bail!("write the name of the tag alone, without `refs/tags/`");
    }
    if repository.has_tag(&own.name) {
        bail!("the tag `{}` exists, and a baseline never moves; take another name", own.name);
    }
    if own.name == "HEAD" || repository.has_branch(&own.name) {
        bail!(
            "`{}` is the name of a branch, and Git would take one for the other; take another name",
            own.name
        );
    }
    require_clean(repository, "a baseline names what is committed, so commit or stash them first")?;
    if let Some(astray) = sms.would_be_astray(&own.name) {
        bail!(
            "{}, and `check` would say so from then on; take the day of the commit or a later one, and a version that it has, or tag the commit that is meant with `git tag -a`",
            Printable(&astray)
        );
    }
    let untracked = sms
        .documents
        .iter()
        .find(|document| sms.snapshot.files.get(&document.path).is_some_and(|file| !file.tracked));
    if let Some(document) = untracked {
        bail!("{} is not committed, so the baseline would be without it", document.path);
    }
    let summary = Summary::of(sms, outcome);
    let errors = outcome.findings.iter();
    let errors = errors.filter(|finding| finding.level == Level::Error && finding.counts());
    let errors: Vec<&Finding> = errors.collect();
    if !errors.is_empty() && !own.with_findings {
        let count = errors.len();
        terminal.print(&human::findings(sms, errors, terminal.colour))?;
        terminal.print(&format!(
            "no baseline was made; --with-findings names the state as it is, and says so in the tag ({})\n",
            counted(count, "error")
        ))?;
        return Ok(Verdict::Findings);
    }
    let message = message(own, &summary);
    if !is_baseline(&own.name) {
        terminal.print(&format!(
            "note: `check` looks whether the tags that are called baselines, as `sms-baseline/{name}`, can have been put where they stand; at one called `{name}` it does not look\n",
            name = Printable(&own.name)
        ))?;
    }
    if own.dry_run {
        terminal.print(&format!(
            "would tag commit {} as {}:\n\n{}\nnothing was written\n",
            sms.head.short(),
            Printable(&own.name),
            indented(&message)
        ))?;
        return Ok(Verdict::Clean);
    }
    repository.tag(&own.name, sms.head, &message)?;
    terminal.print(&format!(
        "tagged commit {} as {name}\n  look at it:                        git show --no-patch {name}\n  \
         publish it:                        git push origin refs/tags/{name}\n  \
         take it back, before it is pushed: git tag -d {name}\n",
        sms.head.short(),
        name = Printable(&own.name)
    ))?;
    Ok(Verdict::Clean)
}

fn message(own: &Arguments, summary: &Summary) -> String {
    let title = own.message.clone().unwrap_or_else(|| format!("Baseline {}", own.name));
    format!(
        "{}\n\n{}, {}, {}\n{}, {} as of {}\nclausebook {}\n",
        title.trim(),
        counted(summary.documents, "document"),
        counted(summary.records, "record"),
        summary.counted_uncontrolled(),
        counted(summary.errors, "error"),
        counted(summary.warnings, "warning"),
        summary.as_of,
        env!("CARGO_PKG_VERSION")
    )
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {}\n", Printable(line))).collect()
}
