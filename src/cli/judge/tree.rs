//! The tree that is judged, and what it lays down for the judgement: its book.toml and packs.

use crate::config::{Config, FILE, Mistake};
use crate::repo::object::{ObjectId, Objects, read_tree};
use crate::repo::snapshot::{self, Edited, Snapshot};
use crate::repo::walk::read_commit;
use crate::repo::{FILE_LIMIT, Repository, snapshot_of};
use crate::report::known::LIST;
use crate::rules;
use crate::source::{Position, RepoPath};
use anyhow::{Context as _, anyhow, bail, ensure};

/// A tree whose files are asked for by name.
#[derive(Clone, Copy)]
pub(in crate::cli) enum Tree<'t> {
    /// The work tree.
    Work(&'t Repository),
    /// The work tree, with texts that are being edited in the place of files.
    Edited(&'t Repository, &'t Edited),
    /// A commit.
    Commit(&'t dyn Objects, ObjectId),
    /// A commit of whose documents only the names of their contents are asked for.
    Outline(&'t dyn Objects, ObjectId),
}

impl Tree<'_> {
    pub(super) fn file(self, name: &str) -> Option<Vec<u8>> {
        match self {
            Self::Work(repository) => repository.file_of_work_tree(name),
            Self::Edited(repository, edited) => match edited.get(&RepoPath::from(name)) {
                Some(bytes) => Some(bytes.to_vec()),
                None => repository.file_of_work_tree(name),
            },
            Self::Commit(objects, commit) | Self::Outline(objects, commit) => {
                snapshot::file(objects, commit, name)
            }
        }
    }

    /// Tells whether there is anything of that name, be it a file that can be read or not.
    pub(super) fn has(self, name: &str) -> bool {
        match self {
            Self::Work(repository) | Self::Edited(repository, _) => {
                repository.is_in_work_tree(name)
            }
            Self::Commit(objects, commit) | Self::Outline(objects, commit) => {
                snapshot::is_there(objects, commit, name)
            }
        }
    }

    /// Refuses one of which not even what lies at its top can be read.
    pub(super) fn require_whole(self) -> anyhow::Result<()> {
        if let Self::Commit(objects, commit) | Self::Outline(objects, commit) = self {
            let top = read_commit(objects, commit, &mut Vec::new())?.tree;
            read_tree(objects, top, &mut Vec::new())?;
        }
        Ok(())
    }

    /// Returns the list of known findings that lies at its top, if one does, or says why it cannot be
    /// read.
    pub(super) fn list(self) -> Result<Option<String>, String> {
        match self.text(LIST) {
            None if self.has(LIST) => Err(format!("cannot read `{LIST}`: it is {}", no_file())),
            text => Ok(text),
        }
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        Some(String::from_utf8_lossy(&self.file(name)?).into_owned())
    }

    pub(super) fn snapshot(self, src: &RepoPath) -> anyhow::Result<Snapshot> {
        Ok(match self {
            Self::Work(repository) => repository.snapshot_of_work_tree(src)?,
            Self::Edited(repository, edited) => {
                let mut snapshot = repository.snapshot_of_work_tree(src)?;
                repository.put(edited, src, &mut snapshot)?;
                snapshot
            }
            Self::Commit(objects, commit) => snapshot_of(objects, commit)?,
            Self::Outline(objects, commit) => {
                let tree = read_commit(objects, commit, &mut Vec::new())?.tree;
                Snapshot::of_tree(objects, tree, &|_| false)?
            }
        })
    }
}

/// Reads book.toml of a commit, or of the work tree. Without one the defaults hold.
pub(in crate::cli) fn configuration(
    tree: Tree<'_>,
    name: &str,
) -> anyhow::Result<(Config, String)> {
    if let Tree::Work(repository) | Tree::Edited(repository, _) = tree {
        // Without a work tree there is no file to read; the error says what to do.
        repository.root()?;
    }
    let Some(bytes) = tree.file(FILE) else {
        tree.require_whole().with_context(|| format!("cannot read {name}"))?;
        ensure!(!tree.has(FILE), "cannot read {name}: it is {}", no_file());
        return Ok((Config::default(), String::new()));
    };
    let text = in_utf8(name, bytes)?;
    match Config::parse(&text, &rules::names()) {
        Ok(config) => Ok((config, text)),
        Err(mistakes) => bail!("{}", mistakes_of(name, &text, &mistakes)),
    }
}

/// Says what cannot be read.
fn no_file() -> String {
    format!("no regular file of at most {} MiB", FILE_LIMIT >> 20)
}

/// Reads a file as text, or says where it is none.
fn in_utf8(name: &str, bytes: Vec<u8>) -> anyhow::Result<String> {
    String::from_utf8(bytes).map_err(|error| {
        let (bytes, at) = (error.as_bytes(), error.utf8_error().valid_up_to());
        let Position { line, column } = Position::of(bytes, at);
        let byte = bytes[at];
        anyhow!(
            "{name}:{line}:{column}: the byte 0x{byte:02X} is not UTF-8; save the file as UTF-8"
        )
    })
}

fn mistakes_of(name: &str, text: &str, mistakes: &[Mistake]) -> String {
    let lines = mistakes.iter().map(|mistake| {
        let Position { line, column } = Position::of(text.as_bytes(), mistake.span.start);
        format!("{name}:{line}:{column}: {}", mistake.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn own_packs(tree: Tree<'_>, config: &Config) -> anyhow::Result<Vec<(String, String)>> {
    let read = |name: &String| {
        let bytes = tree.file(name);
        let bytes = bytes.with_context(|| {
            format!("book.toml names the pack `{name}`, which is not there, or {}", no_file())
        })?;
        Ok((name.clone(), in_utf8(name, bytes)?))
    };
    config.packs.iter().map(read).collect()
}
