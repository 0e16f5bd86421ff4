//! `init`: a repository to begin with, whose files explain themselves.

use super::terminal::Terminal;
use super::{Arguments as Global, Verdict};
use crate::repo::create::{Identity, create, identity, today};
use anyhow::{Context as _, bail};
use clap::Args;
use include_dir::{Dir, include_dir};
use std::path::{Path, PathBuf};

static TEMPLATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates/init");

/// Start a repository with a first set of documents
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  clausebook init our-sms --organization \"Example Services Ltd\"\n  \
    cd our-sms && clausebook check"
)]
pub(super) struct Arguments {
    /// The folder to make; it must not exist, or be empty
    folder: PathBuf,

    /// The name of the organization
    #[arg(long, value_name = "NAME", default_value = "Our organization")]
    organization: String,
}

pub(super) fn run(
    _global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let folder = &own.folder;
    let shown = folder.display();
    if std::fs::symlink_metadata(folder).is_ok() {
        let entries = std::fs::read_dir(folder).with_context(|| format!("cannot use `{shown}`"))?;
        if entries.count() > 0 {
            bail!("`{shown}` is not empty; nothing of yours is overwritten, so name a new folder");
        }
    }
    let identity = identity();
    let filled = Filling::of(&own.organization, identity.as_ref())?;
    write(&TEMPLATE, folder, &filled)?;
    create(folder, "main", identity.as_ref(), "Begin the service management system\n")?;
    let mut text = format!("made `{shown}` with {} documents\n", documents(&TEMPLATE));
    if identity.is_none() {
        text.push_str("nothing is committed yet, because Git does not know who you are; then: git add . && git commit\n");
    }
    text.push_str(&format!("next: cd {shown} && clausebook check\n"));
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

/// What the templates leave open.
struct Filling {
    words: [(&'static str, String); 4],
}

impl Filling {
    fn of(organization: &str, identity: Option<&Identity>) -> anyhow::Result<Self> {
        if organization.contains(['"', '\\', '\n', '\r']) {
            bail!("the name of the organization must not hold quotes, backslashes or line ends");
        }
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
