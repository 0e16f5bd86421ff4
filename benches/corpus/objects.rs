//! Objects straight into one pack: no index, no loose files, no process.

use git2::{ObjectType, Oid, Repository, RepositoryInitOptions, build::CheckoutBuilder};
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

/// A tree in memory; a copy shares all folders until one of them is written to.
#[derive(Clone, Default)]
pub(super) struct Tree {
    /// By name; that of a folder ends in `/`, which is also how Git sorts it.
    entries: BTreeMap<String, Entry>,
    written: Option<Oid>,
}

#[derive(Clone)]
enum Entry {
    File(Oid),
    Folder(Rc<Tree>),
}

impl Tree {
    pub(super) fn put(&mut self, path: &str, blob: Oid) {
        self.written = None;
        let Some((folder, rest)) = path.split_once('/') else {
            self.entries.insert(path.to_owned(), Entry::File(blob));
            return;
        };
        let new = || Entry::Folder(Rc::default());
        if let Entry::Folder(tree) = self.entries.entry(format!("{folder}/")).or_insert_with(new) {
            Rc::make_mut(tree).put(rest, blob);
        }
    }

    pub(super) fn remove(&mut self, path: &str) {
        self.written = None;
        let Some((folder, rest)) = path.split_once('/') else {
            self.entries.remove(path);
            return;
        };
        if let Some(Entry::Folder(tree)) = self.entries.get_mut(&format!("{folder}/")) {
            Rc::make_mut(tree).remove(rest);
        }
    }
}

/// Before every other place objects could be written to.
const FIRST: i32 = 1000;

/// The objects of a repository that is being made.
pub(super) struct Pack {
    repository: Repository,
    /// Each object with a name, by which the pack finds what lies close together.
    objects: Vec<(Oid, String)>,
}

impl Pack {
    /// Begins a repository in an empty folder.
    pub(super) fn create(folder: &Path) -> Result<Self, git2::Error> {
        let mut options = RepositoryInitOptions::new();
        options.external_template(false).no_reinit(true).initial_head("main");
        let repository = Repository::init_opts(folder, &options)?;
        repository.config()?.set_bool("core.autocrlf", false)?;
        repository.odb()?.add_new_mempack_backend(FIRST)?;
        Ok(Self { repository, objects: Vec::new() })
    }

    pub(super) fn blob(&mut self, path: &str, bytes: &[u8]) -> Result<Oid, git2::Error> {
        self.write(ObjectType::Blob, path, bytes)
    }

    pub(super) fn commit(&mut self, raw: &[u8]) -> Result<Oid, git2::Error> {
        self.write(ObjectType::Commit, "", raw)
    }

    /// Writes the folders of a tree that changed since they were last written.
    pub(super) fn tree(&mut self, tree: &mut Tree) -> Result<Oid, git2::Error> {
        self.tree_at("", tree)
    }

    fn tree_at(&mut self, path: &str, tree: &mut Tree) -> Result<Oid, git2::Error> {
        if let Some(id) = tree.written {
            return Ok(id);
        }
        let mut raw = Vec::new();
        for (name, entry) in &mut tree.entries {
            let (mode, id) = match entry {
                Entry::File(id) => ("100644", *id),
                Entry::Folder(folder) => match folder.written {
                    Some(id) => ("40000", id),
                    None => {
                        ("40000", self.tree_at(&format!("{path}{name}"), Rc::make_mut(folder))?)
                    }
                },
            };
            raw.extend_from_slice(format!("{mode} {}\0", name.trim_end_matches('/')).as_bytes());
            raw.extend_from_slice(id.as_bytes());
        }
        let id = self.write(ObjectType::Tree, path, &raw)?;
        tree.written = Some(id);
        Ok(id)
    }

    fn write(&mut self, kind: ObjectType, name: &str, bytes: &[u8]) -> Result<Oid, git2::Error> {
        let id = self.repository.odb()?.write(kind, bytes)?;
        self.objects.push((id, name.to_owned()));
        Ok(id)
    }

    /// Writes the pack, newest objects first as Git does, and checks `main` out.
    pub(super) fn finish(self, folder: &Path, tip: Option<Oid>) -> Result<(), git2::Error> {
        let mut pack = self.repository.packbuilder()?;
        for (id, name) in self.objects.iter().rev() {
            pack.insert_object(*id, Some(name))?;
        }
        pack.write(&self.repository.path().join("objects").join("pack"), 0)?;
        drop(pack);
        drop(self);
        // Opened again, because the first handle still holds every object in memory.
        let repository = Repository::open(folder)?;
        if let Some(tip) = tip {
            repository.reference("refs/heads/main", tip, true, "")?;
        }
        repository.checkout_head(Some(CheckoutBuilder::new().force().disable_filters(true)))
    }
}
