//! From pages to a folder: written beside the target, and exchanged for it in one go.
//!
//! A folder of ours carries [`MARKER`], which lists every file that a build wrote. What is not
//! empty and has no such list is refused, and so is a folder that holds a file beside the listed
//! ones: the list may come with a repository, and must not give away what lies in a folder. The
//! former site stays whole until the new one is complete. Files whose bytes did not change are
//! linked or copied with their time, so that a mirror sends only what is new.

use super::{Page, SiteError};
use crate::repo::read_regular;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::fs::{self, FileType};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};

/// The file that marks a folder as a site of ours.
pub const MARKER: &str = ".clausebook-site";

/// What the marker says before its list. The list begins after the first empty line.
const MARKER_TEXT: &str = "\
This folder is written by clausebook. Each build replaces the files that are listed here,
and refuses the folder when there are others in it.
";

/// The largest marker that is read: a site of a million files has a smaller one.
const MARKER_LIMIT: u64 = 64 << 20;

/// Files that file managers leave in every folder they show. Nothing of anybody's is in them.
const OF_FILE_MANAGERS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// What a build changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there before.
    pub new: usize,
    /// Files with other bytes than before.
    pub changed: usize,
    /// Files with the same bytes, their time kept.
    pub unchanged: usize,
    /// Files that are no longer part of the site.
    pub removed: usize,
}

/// What became of one page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Changed,
    Unchanged,
}

/// Writes the pages as the whole of `target`, which may exist if it is empty or a site of ours.
///
/// # Errors
/// When the target is not ours, or the disk says no; the former site is then as it was.
pub fn write(pages: &[Page], target: &Path) -> Result<Written, SiteError> {
    let places = Places::of(pages, target)?;
    let parent = &places.parent;
    fs::create_dir_all(parent).map_err(failed("create", parent))?;
    places.recover()?;
    let former = files_of_ours(&places.target)?;
    places.clean()?;
    let fates: Vec<Fate> =
        pages.par_iter().map(|page| fate(&places.target.join(&page.path), &page.bytes)).collect();
    let count = |fate| fates.iter().filter(|one| **one == fate).count();
    let current: BTreeSet<&Path> = pages.iter().map(|page| Path::new(&page.path)).collect();
    let written = Written {
        new: count(Fate::New),
        changed: count(Fate::Changed),
        unchanged: count(Fate::Unchanged),
        removed: former.iter().filter(|path| !current.contains(path.as_path())).count(),
    };
    let is_marked = places.target.join(MARKER).exists();
    if is_marked && written.unchanged == pages.len() && written.removed == 0 {
        return Ok(written);
    }
    let result = places.fill(pages, &fates).and_then(|()| places.exchange());
    if result.is_err() {
        // What is half done is ours alone; the error says what went wrong.
        let _ = fs::remove_dir_all(&places.new);
    }
    result.map(|()| written)
}

/// The target, and the folders beside it that a build uses.
struct Places {
    target: PathBuf,
    parent: PathBuf,
    name: String,
    new: PathBuf,
    old: PathBuf,
}

impl Places {
    fn of(pages: &[Page], target: &Path) -> Result<Self, SiteError> {
        let named = target.file_name().and_then(|name| name.to_str());
        let Some(name) = named.map(str::to_owned) else {
            return Err(SiteError::NotAFolder {
                path: target.to_owned(),
                what: "a path without a folder name that can be written",
            });
        };
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => PathBuf::from("."),
        };
        let fingerprint = fingerprint(pages);
        Ok(Self {
            target: parent.join(&name),
            new: parent.join(format!("{name}.clausebook-new-{fingerprint:016x}")),
            old: parent.join(format!("{name}.clausebook-old-{fingerprint:016x}")),
            parent,
            name,
        })
    }

    /// Returns folders that an interrupted build left behind.
    fn left_behind(&self, what: &str) -> Result<Vec<PathBuf>, SiteError> {
        let prefix = format!("{}.clausebook-{what}-", self.name);
        let entries = fs::read_dir(&self.parent).map_err(failed("read", &self.parent))?;
        let mut found = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failed("read", &self.parent))?;
            let name = entry.file_name();
            let ends_in_hex = name
                .to_str()
                .and_then(|name| name.strip_prefix(&prefix))
                .is_some_and(|end| end.len() == 16 && end.bytes().all(|b| b.is_ascii_hexdigit()));
            let is_folder = entry.file_type().is_ok_and(|kind: FileType| kind.is_dir());
            if ends_in_hex && is_folder && is_ours(&entry.path()) {
                found.push(entry.path());
            }
        }
        found.sort();
        Ok(found)
    }

    /// Puts the former site back if a build stopped between its two renames.
    fn recover(&self) -> Result<(), SiteError> {
        if fs::symlink_metadata(&self.target).is_ok() {
            return Ok(());
        }
        match self.left_behind("old")?.first() {
            Some(old) => fs::rename(old, &self.target).map_err(failed("put back", &self.target)),
            None => Ok(()),
        }
    }

    fn clean(&self) -> Result<(), SiteError> {
        for left in self.left_behind("new")?.into_iter().chain(self.left_behind("old")?) {
            fs::remove_dir_all(&left).map_err(failed("remove", &left))?;
        }
        Ok(())
    }

    /// Writes the whole site into the folder beside the target. The marker comes first, so that
    /// the folder is known as ours however far this gets.
    fn fill(&self, pages: &[Page], fates: &[Fate]) -> Result<(), SiteError> {
        fs::create_dir(&self.new).map_err(failed("create", &self.new))?;
        let marker = self.new.join(MARKER);
        fs::write(&marker, marker_of(pages)).map_err(failed("write", &marker))?;
        let folders: BTreeSet<&Path> =
            pages.iter().filter_map(|page| Path::new(&page.path).parent()).collect();
        for folder in folders {
            let folder = self.new.join(folder);
            fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        }
        pages.par_iter().zip(fates).try_for_each(|(page, fate)| {
            let to = self.new.join(&page.path);
            let from = self.target.join(&page.path);
            if *fate == Fate::Unchanged && keep(&from, &to).is_ok() {
                return Ok(());
            }
            fs::write(&to, &page.bytes).map_err(failed("write", &to))
        })
    }

    fn exchange(&self) -> Result<(), SiteError> {
        let exists = fs::symlink_metadata(&self.target).is_ok();
        if exists {
            fs::rename(&self.target, &self.old).map_err(failed("move aside", &self.target))?;
        }
        if let Err(source) = fs::rename(&self.new, &self.target) {
            if exists {
                // The former site goes back; if even that fails, the next build finds it.
                let _ = fs::rename(&self.old, &self.target);
            }
            return Err(failed("put in place", &self.target)(source));
        }
        if exists {
            fs::remove_dir_all(&self.old).map_err(failed("remove", &self.old))?;
        }
        Ok(())
    }
}

/// Links a file, or copies it where links are not possible, with its time.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let modified = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    fs::File::options().write(true).open(to)?.set_modified(modified)
}

/// Returns the files that lie in the target; refuses what is not a folder, or not ours.
fn files_of_ours(target: &Path) -> Result<Vec<PathBuf>, SiteError> {
    let not_a_folder = |what| SiteError::NotAFolder { path: target.to_owned(), what };
    let kind = match fs::symlink_metadata(target) {
        Ok(found) => found.file_type(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed("read", target)(error)),
    };
    if kind.is_symlink() {
        return Err(not_a_folder("a symbolic link"));
    }
    if !kind.is_dir() {
        return Err(not_a_folder("a file"));
    }
    // A repository is never replaced, whatever lies in it.
    if fs::symlink_metadata(target.join(".git")).is_ok() {
        return Err(not_a_folder("the top of a repository or work tree"));
    }
    let is_empty = fs::read_dir(target).map_err(failed("read", target))?.next().is_none();
    if is_empty {
        return Ok(Vec::new());
    }
    let folder = target.to_owned();
    let Some(listed) = listed_files(target) else {
        return Err(SiteError::ForeignFolder { folder });
    };
    let files = files_of(target)?;
    let strangers = strangers(&files, &listed);
    match strangers.iter().min() {
        None => Ok(files),
        Some(file) => {
            let (file, others) = (file.to_path_buf(), strangers.len() - 1);
            Err(SiteError::ForeignFile { folder, file, others })
        }
    }
}

/// Whether a build wrote the folder, and everything in it.
fn is_ours(folder: &Path) -> bool {
    listed_files(folder).is_some_and(|listed| {
        files_of(folder).is_ok_and(|files| strangers(&files, &listed).is_empty())
    })
}

fn marker_of(pages: &[Page]) -> String {
    let paths: BTreeSet<&str> = pages.iter().map(|page| page.path.as_str()).collect();
    let mut text = format!("{MARKER_TEXT}\n");
    for path in paths {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// Returns the files that the marker of a folder lists, or nothing if it has no marker.
fn listed_files(folder: &Path) -> Option<BTreeSet<PathBuf>> {
    let text = String::from_utf8(read_regular(&folder.join(MARKER), MARKER_LIMIT)?).ok()?;
    Some(text.lines().skip_while(|line| !line.is_empty()).skip(1).map(PathBuf::from).collect())
}

/// Returns those of the files of a folder that its marker does not list.
fn strangers<'f>(files: &'f [PathBuf], listed: &BTreeSet<PathBuf>) -> Vec<&'f Path> {
    let of_file_manager = |path: &Path| {
        path.file_name().is_some_and(|name| OF_FILE_MANAGERS.iter().any(|known| name == *known))
    };
    let is_strange = |file: &&Path| !listed.contains(*file) && !of_file_manager(file);
    files.iter().map(PathBuf::as_path).filter(is_strange).collect()
}

fn fate(path: &Path, bytes: &[u8]) -> Fate {
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    match is_file.then(|| fs::read(path)) {
        Some(Ok(before)) if before == bytes => Fate::Unchanged,
        Some(_) => Fate::Changed,
        None => Fate::New,
    }
}

/// Returns the files beneath a folder, without the marker. Links are not followed.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>, SiteError> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(inside) = folders.pop() {
        let path = folder.join(&inside);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(failed("read", &path)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed("read", &path))?;
            let inside = inside.join(entry.file_name());
            let kind = entry.file_type().map_err(failed("read", &entry.path()))?;
            if kind.is_dir() {
                folders.push(inside);
            } else if inside != Path::new(MARKER) {
                files.push(inside);
            }
        }
    }
    Ok(files)
}

/// Returns a number that differs for different pages.
fn fingerprint(pages: &[Page]) -> u64 {
    let of_page = |page: &Page| {
        let mut hasher = DefaultHasher::new();
        (&page.path, &page.bytes).hash(&mut hasher);
        hasher.finish()
    };
    let mut hasher = DefaultHasher::new();
    pages.par_iter().map(of_page).collect::<Vec<u64>>().hash(&mut hasher);
    hasher.finish()
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    move |source| SiteError::Disk { what, path, source }
}
