//! `build`: check, and write the site.

use super::check::{FailOn, listed, mark};
use super::judge::{Case, Judgement, open};
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::config::folder_problem;
use crate::report::{Summary, human};
use crate::site::{Site, Written};
use crate::source::counted;
use anyhow::{Context as _, bail};
use clap::Args;
use std::path::{Component, Path, PathBuf};

/// Build the site
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook build\n  clausebook build --rev sms-baseline/2026-08-07 --out /tmp/baseline"
)]
pub(super) struct Arguments {
    /// The repository, or a folder inside it [default: that of -C]
    path: Option<PathBuf>,

    /// Where to write [default: `out` of book.toml, else `site` in the repository]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    #[command(flatten)]
    judging: Judging,

    /// Do not fail for the findings of this list, which the site shows like all others;
    /// `clausebook adopt` writes it
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// The level from which findings fail the run; the site is written all the same
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let path = global.folder(own.path.as_deref());
    let list = own.known.as_deref().map(listed).transpose()?;
    let case = open(&path, &own.judging, None)?;
    // Nothing at all is written where the site would do harm.
    let target = target(&case, own.out.as_deref())?;
    let mut judgement = case.judge(false)?;
    terminal.wait("writing the site");
    let written = build(&judgement, &target)?;
    // The list says which findings fail a run, and nothing of what the site shows.
    let mended = list.and_then(|list| mark(&list, &mut judgement.outcome).mended());
    let outcome = &judgement.outcome;
    let mut text = human::summary(&Summary::of(&judgement.sms, outcome));
    if !outcome.findings.is_empty() {
        text.push_str(
            "`clausebook check` shows each finding; the site lists them on its page of checks\n",
        );
    }
    text.extend(mended);
    text.push_str(&told(
        &written,
        &own.out.clone().unwrap_or_else(|| PathBuf::from(&judgement.sms.config.out.value)),
    ));
    terminal.print(&text)?;
    let verdict = own.fail_on.verdict(outcome.worst());
    // The program is about to end; to take apart what it read would be time for nothing.
    std::mem::forget(judgement);
    Ok(verdict)
}

/// Renders and writes the site of a judgement.
pub(super) fn build(judgement: &Judgement, target: &Path) -> anyhow::Result<Written> {
    let objects = judgement.repository.objects();
    Ok(Site::of(&judgement.sms, &judgement.outcome, objects)?.write(target)?)
}

fn told(written: &Written, target: &Path) -> String {
    let Written { new, changed, unchanged, removed } = written;
    let files = counted(new + changed + unchanged, "file");
    format!(
        "site: {files} in `{}` ({new} new, {changed} changed, {unchanged} as before, {removed} removed)\n",
        target.display()
    )
}

/// Settles where to write, and refuses what could harm the documents or anything beyond.
fn target(case: &Case, asked: Option<&Path>) -> anyhow::Result<PathBuf> {
    let canonical = |root: PathBuf| {
        root.canonicalize().with_context(|| format!("cannot open `{}`", root.display()))
    };
    let (repository, config) = (case.repository(), case.config());
    let root = repository.root();
    let out = &config.out.value;
    let target = match asked {
        Some(asked) => settled(asked)?,
        None => {
            let root = canonical(root.clone()?)?;
            if let Some(problem) = folder_problem(out) {
                bail!("`out = \"{out}\"` in book.toml {problem}; the site is not written");
            }
            inside(&root, out)?
        }
    };
    // A bare repository has nothing on disk but the history.
    let root = root.ok().map(canonical).transpose()?;
    let src = root.as_ref().map(|root| root.join(config.src.to_string()));
    let git = repository.common_folder().to_owned();
    let git = git.canonicalize().unwrap_or(git);
    let shown = asked.map_or_else(|| out.clone(), |asked| asked.display().to_string());
    let source = src.as_ref().map(|src| (src, "the source folder of the documents"));
    for (place, what) in source.into_iter().chain([(&git, "the folder of Git itself")]) {
        if target.starts_with(place) {
            bail!("the output `{shown}` is, or lies inside, {what}; name another folder");
        }
    }
    if target.ancestors().any(is_git_folder) {
        bail!("the output `{shown}` is, or lies inside, a folder of Git; name another folder");
    }
    if root.is_some_and(|root| root.starts_with(&target)) {
        bail!("the output `{shown}` holds the repository itself; name a folder of its own");
    }
    if src.is_some_and(|src| src.starts_with(&target)) || git.starts_with(&target) {
        bail!("the output `{shown}` holds the documents or the history; name a folder of its own");
    }
    Ok(target)
}

/// Tells whether a folder is the one in which Git keeps a repository, whichever that is.
fn is_git_folder(folder: &Path) -> bool {
    let is_named_so = folder.file_name().is_some_and(|name| name.eq_ignore_ascii_case(".git"));
    let has_folder = |name| folder.join(name).is_dir();
    is_named_so || folder.join("HEAD").is_file() && has_folder("objects") && has_folder("refs")
}

/// Follows a path of book.toml from the top of the repository, refusing symbolic links on the way.
fn inside(root: &Path, out: &str) -> anyhow::Result<PathBuf> {
    let mut target = root.to_owned();
    for part in Path::new(out).components() {
        match part {
            Component::CurDir => {}
            Component::Normal(name) => target.push(name),
            _ => bail!("`out = \"{out}\"` in book.toml leads out of the repository"),
        }
        if std::fs::symlink_metadata(&target).is_ok_and(|found| found.is_symlink()) {
            bail!("the output `{out}` of book.toml is a symbolic link, which is not followed");
        }
    }
    Ok(target)
}

/// Makes a path of the command line absolute, links before its last part resolved.
fn settled(path: &Path) -> anyhow::Result<PathBuf> {
    let absolute =
        std::path::absolute(path).with_context(|| format!("cannot use `{}`", path.display()))?;
    let mut plain = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            other => plain.push(other),
        }
    }
    let existing = plain.ancestors().skip(1).find(|ancestor| ancestor.exists());
    let Some(existing) = existing else { return Ok(plain) };
    let rest = plain.strip_prefix(existing).unwrap_or(&plain).to_owned();
    let existing =
        existing.canonicalize().with_context(|| format!("cannot open `{}`", existing.display()))?;
    Ok(existing.join(rest))
}
