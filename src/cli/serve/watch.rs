//! Notices what changes on disk, and reads a document that was edited at once.
//!
//! What is watched is what a judgement depends on: the folder of the documents, the files at the
//! top of the work tree, the lists that book.toml names, and of Git the index and what names
//! commits. What else lies in the work tree, the built site among it, is none of it.

use super::keeper::Judged;
use super::preview::{Noticed, Preview};
use crate::document::Document;
use crate::repo::Repository;
use crate::source::RepoPath;
use anyhow::Context as _;
use notify::event::{AccessKind, AccessMode, Event, EventKind};
use notify::{Config, RecommendedWatcher, RecursiveMode, Watcher as _};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// So long nothing may happen before what happened is looked at: editors write a file in several
/// steps.
const QUIET: Duration = Duration::from_millis(20);

/// So much may happen before it is looked at all the same.
const MOST: usize = 500;

/// What the watch is told.
enum Told {
    Files(notify::Result<Event>),
    /// There is a new judgement, which may depend on other files.
    Judgement,
}

struct Watch {
    repository: Repository,
    /// The top folder of the work tree, the folder of its own `HEAD` and index, and that of all
    /// branches.
    root: PathBuf,
    own: PathBuf,
    common: PathBuf,
    watcher: RecommendedWatcher,
    watched: BTreeMap<PathBuf, RecursiveMode>,
    /// Folders that should be watched and are not there.
    missing: BTreeSet<PathBuf>,
}

/// What a path is to us.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Nothing,
    /// Something that a judgement may depend on.
    Matters,
    /// Something whose change people expect to see.
    Shows,
    /// Markdown in the folder of the documents.
    Markdown(RepoPath),
}

/// Begins to watch what the judgement of a preview depends on.
///
/// # Errors
/// When files cannot be watched here.
pub(super) fn begin(path: &Path, preview: &Arc<Preview>) -> anyhow::Result<()> {
    let repository = Repository::open(path)?;
    let whole = |path: &Path| {
        path.canonicalize().with_context(|| format!("cannot open `{}`", path.display()))
    };
    let (tell, told) = mpsc::channel();
    let of_files = tell.clone();
    let handler = move |event| {
        // After the end nobody listens.
        let _ = of_files.send(Told::Files(event));
    };
    let watcher = RecommendedWatcher::new(handler, Config::default().with_follow_symlinks(false))
        .context("cannot watch files here")?;
    let mut watch = Watch {
        root: whole(&repository.root()?)?,
        own: whole(repository.own_folder())?,
        common: whole(repository.common_folder())?,
        repository,
        watcher,
        watched: BTreeMap::new(),
        missing: BTreeSet::new(),
    };
    watch.follow(&preview.keeper().judged)?;
    preview.on_judgement(move || {
        let _ = tell.send(Told::Judgement);
    });
    // What happened between the judgement and now was not noticed.
    preview.take_in(Noticed::default());
    let preview = Arc::clone(preview);
    let thread = std::thread::Builder::new().name("watch".to_owned());
    thread.spawn(move || watch.go_on(&told, &preview)).context("cannot start a thread")?;
    Ok(())
}

impl Watch {
    /// Watches what a judgement depends on, and nothing else. Tells whether anything is watched now
    /// that was not before: what happened there until now was not noticed.
    fn follow(&mut self, judged: &Judged) -> anyhow::Result<bool> {
        let mut has_new = false;
        // A folder may come while the one above it begins to be watched.
        loop {
            let (wanted, missing) = self.wanted(judged);
            for folder in self.watched.keys().filter(|folder| !wanted.contains_key(*folder)) {
                // It may be gone, and so be watched no more.
                let _ = self.watcher.unwatch(folder);
            }
            self.watched.retain(|folder, mode| wanted.get(folder) == Some(mode));
            self.missing = missing;
            let added: Vec<_> =
                wanted.into_iter().filter(|(it, _)| !self.watched.contains_key(it)).collect();
            if added.is_empty() {
                return Ok(has_new);
            }
            for (folder, mode) in added {
                match self.watcher.watch(&folder, mode) {
                    Ok(()) => drop(self.watched.insert(folder, mode)),
                    // It went meanwhile.
                    Err(_) if !folder.is_dir() => {}
                    Err(error) => {
                        let why = format!("cannot watch `{}`", folder.display());
                        self.missing.insert(folder);
                        return Err(error).context(why);
                    }
                }
            }
            has_new = true;
        }
    }

    /// Returns the folders to be watched, and those that are not there; for each of these the
    /// folder is watched in which it or what leads to it would appear.
    fn wanted(&self, judged: &Judged) -> (BTreeMap<PathBuf, RecursiveMode>, BTreeSet<PathBuf>) {
        let src = self.root.join(judged.src.to_string());
        let mut wanted = BTreeMap::new();
        let grounds = judged.ground.iter().map(|file| self.root.join(file.parent().to_string()));
        let flat = [self.root.clone(), self.own.clone(), self.common.clone()];
        for folder in flat.into_iter().chain(grounds) {
            wanted.insert(folder, RecursiveMode::NonRecursive);
        }
        wanted.insert(self.common.join("refs"), RecursiveMode::Recursive);
        wanted.retain(|folder, _| !folder.starts_with(&src));
        wanted.insert(src, RecursiveMode::Recursive);
        let missing: BTreeSet<PathBuf> =
            wanted.keys().filter(|folder| !folder.is_dir()).cloned().collect();
        wanted.retain(|folder, _| !missing.contains(folder));
        for folder in &missing {
            if let Some(above) = folder.ancestors().find(|above| above.is_dir()) {
                wanted.entry(above.to_owned()).or_insert(RecursiveMode::NonRecursive);
            }
        }
        (wanted, missing)
    }

    fn go_on(mut self, told: &mpsc::Receiver<Told>, preview: &Preview) {
        while let Ok(first) = told.recv() {
            let mut all = vec![first];
            while all.len() < MOST
                && let Ok(next) = told.recv_timeout(QUIET)
            {
                all.push(next);
            }
            let mut noticed = Noticed::default();
            let mut paths = BTreeSet::new();
            let (mut has_new_ground, mut is_unseen) = (false, false);
            for one in all {
                match one {
                    Told::Judgement => has_new_ground = true,
                    Told::Files(Ok(event)) if event.need_rescan() => noticed.is_visible = true,
                    Told::Files(Ok(event)) if is_change(event.kind) => paths.extend(event.paths),
                    Told::Files(Ok(_)) => {}
                    // Something may have been missed.
                    Told::Files(Err(_)) => noticed.is_visible = true,
                }
            }
            // A folder that was taken away and came back is another one.
            for path in &paths {
                if self.watched.remove(path).is_some() {
                    // Gone with its folder, as a rule; moved away, it would go on telling of itself.
                    let _ = self.watcher.unwatch(path);
                    has_new_ground = true;
                }
                has_new_ground |= self.missing.iter().any(|folder| folder.starts_with(path));
            }
            if has_new_ground {
                // What cannot be watched is seen with the next change of something else.
                is_unseen = self.follow(&preview.keeper().judged).unwrap_or(true);
            }
            if self.look(paths, preview, &mut noticed) || is_unseen {
                preview.take_in(noticed);
            }
        }
    }

    /// Looks at paths that changed, and tells whether anything has to be judged.
    fn look(&self, paths: BTreeSet<PathBuf>, preview: &Preview, noticed: &mut Noticed) -> bool {
        let keeper = preview.keeper();
        let mut matters = noticed.is_visible;
        for path in paths {
            let kind = self.kind(&path, &keeper.judged);
            matters |= kind != Kind::Nothing;
            match kind {
                Kind::Nothing | Kind::Matters => {}
                Kind::Shows => noticed.is_visible = true,
                Kind::Markdown(path) => match preview.shown(&path) {
                    None => noticed.is_visible = true,
                    Some(known) => match self.repository.text_of_work_tree(&path, known) {
                        None => noticed.is_visible = true,
                        Some((_, blob)) if blob == known => {}
                        Some((bytes, blob)) => {
                            noticed.edited.push(Document::read(path, blob, &bytes));
                        }
                    },
                },
            }
        }
        matters
    }

    fn kind(&self, path: &Path, judged: &Judged) -> Kind {
        let of_git = path.strip_prefix(&self.own).or_else(|_| path.strip_prefix(&self.common));
        if let Ok(inside) = of_git {
            let is_lock = inside.extension().is_some_and(|extension| extension == "lock");
            return match inside.to_str() {
                _ if is_lock => Kind::Nothing,
                // Other programs write it anew whenever they look at the work tree.
                Some("index") => Kind::Matters,
                Some("HEAD" | "packed-refs") => Kind::Shows,
                _ if inside.starts_with("refs") => Kind::Shows,
                _ => Kind::Nothing,
            };
        }
        let Some(path) = Repository::path_inside(&self.root, path) else { return Kind::Nothing };
        let is_at_the_top = path.parent().as_bytes().is_empty();
        match path.is_inside(&judged.src) {
            true if path.is_markdown() => Kind::Markdown(path),
            true => Kind::Matters,
            false if path.as_str() == Some(crate::config::FILE) => Kind::Shows,
            false if judged.ground.contains(&path) => Kind::Shows,
            false if is_at_the_top && path.is_markdown() => Kind::Matters,
            false if matches!(path.as_str(), Some(".gitignore" | ".mailmap")) => Kind::Matters,
            false => Kind::Nothing,
        }
    }
}

/// Tells whether something is another than before, and not only looked at.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(how) => how == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}
