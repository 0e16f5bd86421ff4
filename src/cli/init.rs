//! `init`: a repository to begin with, whose files explain themselves.

use super::terminal::{Terminal, environment};
use super::{Arguments as Global, Verdict};
use crate::repo::Repository;
use crate::repo::create::{Identity, commit_all, create, today, work_tree_around};
use crate::repo::hooks::Moment;
use crate::source::quoted_for_shell;
use crate::{sample, story};
use anyhow::{Context as _, bail};
use clap::Args;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

static TEMPLATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/init");

/// Start a repository with a first set of documents
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook init our-sms --organization \"Example Services Ltd\"\n  \
    clausebook init learning --sample"
)]
pub(super) struct Arguments {
    /// The folder to make; it must not exist, or be empty
    folder: PathBuf,

    /// The name of the organization
    #[arg(long, value_name = "NAME", default_value = "Our organization")]
    organization: String,

    /// Begin with the sample organization and its history instead, to learn and to try things out
    #[arg(long, conflicts_with = "organization")]
    sample: bool,
}

pub(super) fn run(
    _global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let folder = &own.folder;
    let shown = shell_word(&folder.display().to_string());
    require_empty(folder)?;
    if own.sample {
        let recording = sample::recording();
        let recording =
            recording.context("the sample cannot be told; this is a bug of clausebook")?;
        let commits = story::build(&recording, folder);
        commits.with_context(|| format!("cannot make the sample in `{shown}`"))?;
        terminal.print(&format!(
            "made `{shown}`: the sample, with its history\n{}next: cd {shown} && clausebook status\n",
            hook(folder)
        ))?;
        return Ok(Verdict::Clean);
    }
    require_outside(folder)?;
    require_name(&own.organization)?;
    let address = environment("GIT_AUTHOR_EMAIL").or_else(|| environment("EMAIL"));
    let given = (environment("GIT_AUTHOR_NAME"), address);
    let identity = create(folder, "main")?.first_author(given);
    write(&TEMPLATE, folder, &Filling::of(&own.organization, identity.as_ref().ok())?)?;
    if let Ok(identity) = &identity {
        commit_all(folder, identity, "Begin the service management system\n")?;
    }
    let mut text =
        format!("made `{shown}` with {} documents\n{}", documents(&TEMPLATE), hook(folder));
    if let Err(unknown) = &identity {
        text.push_str(&format!(
            "nothing is committed yet, because Git does not know {}; tell it, then commit:\n",
            unknown.what()
        ));
        for command in unknown.commands() {
            text.push_str(&format!("  {command}\n"));
        }
        text.push_str(&format!("  cd {shown} && git add . && git commit\n"));
    }
    text.push_str(&format!("next: cd {shown} && clausebook check\n"));
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

/// Writes a path as one word of a shell.
fn shell_word(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/.-_:".contains(c);
    match path.chars().all(is_plain) {
        true => path.to_owned(),
        false => quoted_for_shell(path),
    }
}

/// Refuses a folder that holds anything.
pub(super) fn require_empty(folder: &Path) -> anyhow::Result<()> {
    let shown = folder.display();
    if std::fs::symlink_metadata(folder).is_err() {
        return Ok(());
    }
    let mut entries = std::fs::read_dir(folder).with_context(|| format!("cannot use `{shown}`"))?;
    if entries.next().is_some() {
        bail!("`{shown}` is not empty; nothing of yours is overwritten, so name a new folder");
    }
    Ok(())
}

/// Refuses a folder in the work tree of another repository, unless that leaves it alone: Git would
/// leave out of it what lies in a repository of its own, and nobody would see that.
fn require_outside(folder: &Path) -> anyhow::Result<()> {
    let Some(around) = work_tree_around(folder) else { return Ok(()) };
    let (shown, around) = (folder.display(), around.display());
    bail!(
        "`{shown}` would lie in another repository, `{around}`, whose commits and clones would not hold it; \
         name a folder outside, or list this one in its .gitignore. To keep your documents in that repository, make the \
         new one elsewhere and copy from it to the top of that one what is not there yet: there, \
         `cp -Rn NEW/book.toml NEW/docs .` overwrites nothing"
    );
}

/// Refuses a name of an organization that cannot stand in the files.
fn require_name(organization: &str) -> anyhow::Result<()> {
    if organization.trim().is_empty() {
        bail!("the name of the organization is empty");
    }
    if organization.contains(['"', '\\']) || organization.contains(char::is_control) {
        bail!(
            "the name of the organization must not hold quotes, backslashes, line ends or other control characters"
        );
    }
    Ok(())
}

/// Installs the hook that asks before a commit, and says so; a machine with hooks of its own for all
/// repositories does without.
fn hook(folder: &Path) -> String {
    let installed = || -> anyhow::Result<()> {
        let program = std::env::current_exe().context("cannot tell where this program lies")?;
        Repository::open(folder)?.install_hook(Moment::PreCommit, &program)?;
        Ok(())
    };
    match installed() {
        Ok(()) => {
            "`git commit` asks clausebook first; `clausebook hook uninstall` ends that\n".to_owned()
        }
        Err(why) => format!("no hook was installed: {why}\n"),
    }
}

/// What the templates leave open.
struct Filling {
    words: [(&'static str, String); 4],
}

impl Filling {
    fn of(organization: &str, identity: Option<&Identity>) -> anyhow::Result<Self> {
        let (name, email) = match identity {
            Some(identity) => (identity.person.name.clone(), identity.person.email.clone()),
            None => ("Your Name".to_owned(), "you@example.org".to_owned()),
        };
        let day = identity
            .map(|identity| identity.today)
            .or_else(today)
            .context("cannot tell what day it is")?;
        Ok(Self {
            words: [
                ("@ORGANIZATION@", organization.to_owned()),
                ("@NAME@", name.replace(['"', '\\'], "'")),
                ("@EMAIL@", email.replace(['"', '\\'], "")),
                ("@DAY@", day.to_string()),
            ],
        })
    }

    fn fill(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
    }
}

fn write(template: &Dir<'_>, folder: &Path, filling: &Filling) -> anyhow::Result<()> {
    for file in template.files() {
        // Templates of documents are no documents, and one of `.gitignore` would be obeyed here.
        let inside = match file.path().to_str() {
            Some(name) if name == "gitignore" || name.starts_with("github/") => {
                format!(".{}", name.trim_end_matches(".in"))
            }
            Some(name) => name.trim_end_matches(".in").to_owned(),
            None => bail!("a template has no name that can be read; this is a bug of clausebook"),
        };
        let target = folder.join(inside);
        let text =
            file.contents_utf8().context("a template is not UTF-8; this is a bug of clausebook")?;
        let parent = target.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .with_context(|| format!("cannot make `{}`", parent.display()))?;
        std::fs::write(&target, filling.fill(text))
            .with_context(|| format!("cannot write `{}`", target.display()))?;
    }
    template.dirs().try_for_each(|dir| write(dir, folder, filling))
}

fn documents(template: &Dir<'_>) -> usize {
    let here = template.files().filter(|file| file.path().starts_with("docs")).count();
    here + template.dirs().map(documents).sum::<usize>()
}
