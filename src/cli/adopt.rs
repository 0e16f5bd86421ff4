//! `adopt`: takes up the program where much is still to be put in order.

use super::given;
use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::finding::Finding;
use crate::repo::hand::write_file;
use crate::report::known::{self, Known};
use crate::source::{Printable, counted};
use anyhow::{Context as _, bail};
use clap::Args;
use std::path::{Component, PathBuf};

/// List the findings there are, so that only new ones fail a run
///
/// Where documents grew without checks, the first run tells of hundreds of findings, and nobody
/// sees the new one among them. This command writes them into a list, and `check --known` tells
/// them without failing for them. Run it again, and what is mended is taken out; what is new does
/// not come in, unless you ask for it.
///
/// A list excuses nothing: what is not approved is not called approved.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook adopt
  git add known-findings.txt && git commit -m \"Take up clausebook\"
  clausebook check --known known-findings.txt
  clausebook adopt --dry-run")]
pub(super) struct Arguments {
    /// The list
    #[arg(default_value = known::LIST, value_name = "FILE")]
    list: PathBuf,

    /// Take new findings in as well
    #[arg(long)]
    new: bool,

    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,

    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let name = own.list.display();
    let is_git = |part: Component<'_>| part.as_os_str().eq_ignore_ascii_case(".git");
    if own.list.components().any(is_git) {
        bail!("`{name}` lies in the folder of Git itself; name a file beside your documents");
    }
    if std::fs::metadata(&own.list).is_ok_and(|found| !found.is_file()) {
        bail!("`{name}` is no regular file, and the list is written into one");
    }
    let former = given::text_if_there(&own.list)?;
    let former = former.map(|text| Known::read(&text)).transpose();
    let former = former.with_context(|| format!("cannot use `{name}`"))?;
    let mut findings = judge(&global.repository, &own.judging, false)?.outcome.findings;
    // That something is not committed yet is none of what is to be known from now on.
    findings.retain(|finding| finding.rule.code != "GI004");
    let (findings, never): (Vec<_>, Vec<_>) = findings.into_iter().partition(known::may_be_listed);
    let is_known = match &former {
        Some(known) => known.marks(&findings),
        None => vec![true; findings.len()],
    };
    // What a document waives is excused until a day, and by the list it would be for ever.
    let is_listed = findings
        .iter()
        .zip(&is_known)
        .map(|(finding, is_known)| finding.waived.is_none() && (own.new || *is_known));
    let is_listed: Vec<bool> = is_listed.collect();
    let is_new =
        findings.iter().zip(&is_known).filter(|(it, is_known)| it.waived.is_none() && !*is_known);
    let (listed, new) = (is_listed.iter().filter(|is| **is).count(), is_new.count());
    let mut told = format!("{name}: {} known", counted(listed, "finding"));
    if let Some(known) = &former {
        told.push_str(&format!(", {} mended and taken out", known.mended(&is_known)));
        match own.new {
            true => told.push_str(&format!(", {new} new and taken in")),
            false if new == 0 => told.push_str(", 0 new"),
            false => told.push_str(&format!(", {new} new and left out (`--new` takes them in)")),
        }
    }
    told.extend(never.iter().map(left_out));
    if own.dry_run {
        terminal.print(&format!("{told}\nnothing was written\n"))?;
        return Ok(Verdict::Clean);
    }
    write_file(&own.list, known::text(&findings, &is_listed).as_bytes())?;
    terminal.print(&format!("{told}\nthen: clausebook check --known {name}\n"))?;
    Ok(Verdict::Clean)
}

/// Says of a finding that no list may hold that it is left out, and what to do about it.
fn left_out(finding: &Finding) -> String {
    let help = finding.help.as_ref().map(|help| format!("\n  help: {}", Printable(help)));
    format!(
        "\nleft out, for no list lets it through: {}: {}{}",
        finding.rule.code,
        Printable(&finding.message),
        help.unwrap_or_default()
    )
}
