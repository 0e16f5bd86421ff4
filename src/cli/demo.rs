//! `demo`: the sample organization, with years of history, checked and built.

use super::browser::open;
use super::build::build;
use super::init::require_empty;
use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::finding::Level;
use crate::repo::Repository;
use crate::report::Summary;
use crate::source::counted;
use crate::{sample, story};
use anyhow::Context as _;
use clap::Args;
use std::path::{Path, PathBuf};

/// The file inside `.git` that says a repository was made by this command.
const MARK: &str = ".git/clausebook-demo";

/// Make a sample repository with its history, check it and build its site
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clausebook demo\n  clausebook demo /tmp/sample --open")]
pub(super) struct Arguments {
    /// The folder to make; one that an earlier demo made is used again
    #[arg(default_value = "clausebook-demo")]
    folder: PathBuf,

    /// Open the site in a browser
    #[arg(long)]
    open: bool,
}

pub(super) fn run(
    _global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let folder = &own.folder;
    let shown = folder.display();
    let recording =
        sample::recording().context("the sample cannot be told; this is a bug of clausebook")?;
    let head =
        recording.head_commit().context("the sample has no commit; this is a bug of clausebook")?;
    terminal.wait("telling the history of the sample");
    let again = prepare(folder, &recording)?;
    let found = Repository::open(folder)?.head()?.commit;
    terminal.wait("reading the documents and their history");
    let judgement = judge(folder, &Judging::default(), false)?;
    let site = folder.join("site");
    terminal.wait("writing the site");
    build(&judgement, &site)?;
    let summary = Summary::of(&judgement.sms, &judgement.outcome);
    let covered = judgement
        .sms
        .coverage()
        .iter()
        .filter(|clause| !clause.is_heading && clause.level > 0)
        .count();
    let leaves = judgement.sms.frameworks.primary().leaves().count();
    let mut text = format!("{}\n\n", terminal.bold(&judgement.sms.config.organization));
    let mut line = |what: &str, value: String| text.push_str(&format!("  {what:<12}{value}\n"));
    line(
        "repository",
        format!(
            "{shown} ({}{})",
            counted(judgement.sms.history.commits.len(), "commit"),
            if again { ", as an earlier run made it" } else { "" }
        ),
    );
    line("documents", format!("{}, and {}", summary.documents, counted(summary.records, "record")));
    line("clauses", format!("{covered} of {leaves} with documented evidence"));
    line(
        "evidence",
        format!(
            "{}, each with the file or commit that shows it",
            counted(summary.evidence, "statement")
        ),
    );
    line("findings", findings(&judgement.outcome));
    line("as of", format!("{} at commit {}", summary.as_of, &summary.head[..10]));
    let index = site.join("index.html");
    line("site", format!("{}", index.display()));
    if found != head {
        text.push_str("\nThe repository is not what this version makes: it was changed, or made by another version.\nRemove the folder to begin again.\n");
    }
    text.push_str(&if own.open {
        open(index.as_os_str())?;
        String::new()
    } else {
        format!("\nOpen {} in a browser, or run `clausebook demo --open`.\nLook closer with `clausebook -C {shown} status`.\n", index.display())
    });
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

fn findings(outcome: &crate::rules::Outcome) -> String {
    let count = |level, word| counted(outcome.count(level), word);
    format!(
        "{}, {}, {}",
        count(Level::Error, "error"),
        count(Level::Warning, "warning"),
        count(Level::Note, "note")
    )
}

/// Makes the repository unless an earlier demo did. Returns whether it was there.
fn prepare(folder: &Path, recording: &story::Recording) -> anyhow::Result<bool> {
    let shown = folder.display();
    if folder.join(MARK).is_file() {
        return Ok(true);
    }
    require_empty(folder)?;
    story::build(recording, folder)
        .with_context(|| format!("cannot make the sample in `{shown}`"))?;
    // The site beside the documents is no part of the sample's history.
    std::fs::create_dir_all(folder.join(".git/info"))
        .and_then(|()| std::fs::write(folder.join(".git/info/exclude"), "/site\n"))
        .and_then(|()| std::fs::write(folder.join(MARK), "made by `clausebook demo`\n"))
        .with_context(|| format!("cannot write in `{shown}`"))?;
    Ok(false)
}
