//! From pages to a folder: written beside the target, and exchanged for it in one go.
//!
//! A folder of ours carries [`MARKER`], which lists every file that a build wrote. What is not
//! empty and has no such list is refused, and so is a folder that holds a file beside the listed
//! ones: the list may come with a repository, and must not give away what lies in a folder. The
//! former site stays whole until the new one is complete. Files whose bytes did not change are
//! linked or copied with their time, so that a mirror sends only what is new. No page is kept in
//! memory: each is written when it is there.

use super::{Page, SiteError};
use crate::repo::read_regular;
use std::collections::BTreeSet;
use std::fs::{self, File, FileType, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::{Mutex, PoisonError};

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

/// A site on its way: the folder beside the target, until all pages are in it.
pub struct Writing {
    places: Places,
    /// The files of the former site.
    former: Vec<PathBuf>,
    fates: Mutex<Vec<(PathBuf, Fate)>>,
    /// Held while pages are written, so that another build does not clear the folder away.
    marker: Option<File>,
    is_done: bool,
}

impl Writing {
    /// Begins a site that shall be the whole of `target`, which may exist if it is empty or a site
    /// of ours. All that will be [`put`](Self::put) has to be among the `addresses`.
    ///
    /// # Errors
    /// When the target is not ours, or the disk says no; the former site is as it was.
    pub fn begin(addresses: &BTreeSet<&str>, target: &Path) -> Result<Self, SiteError> {
        let places = Places::of(target)?;
        let parent = &places.parent;
        fs::create_dir_all(parent).map_err(failed("create", parent))?;
        places.recover()?;
        let former = files_of_ours(&places.target)?;
        places.clean()?;
        fs::create_dir(&places.new).map_err(failed("create", &places.new))?;
        let mut writing =
            Self { places, former, fates: Mutex::default(), marker: None, is_done: false };
        writing.lay_out(addresses)?;
        Ok(writing)
    }

    /// Makes the folders. The marker comes first, so that the folder is known as ours however far
    /// this gets.
    fn lay_out(&mut self, addresses: &BTreeSet<&str>) -> Result<(), SiteError> {
        let new = &self.places.new;
        let path = new.join(MARKER);
        let written = File::create_new(&path).and_then(|mut file| {
            file.write_all(marker_of(addresses).as_bytes())?;
            Ok(file)
        });
        let marker = written.map_err(failed("write", &path))?;
        // Where files cannot be locked, two builds into one folder at once hinder each other, and
        // one of them fails; no site is harmed by it.
        let _ = marker.try_lock();
        self.marker = Some(marker);
        let folders: BTreeSet<&Path> =
            addresses.iter().filter_map(|address| Path::new(address).parent()).collect();
        for folder in folders {
            let folder = new.join(folder);
            fs::create_dir_all(&folder).map_err(failed("create", &folder))?;
        }
        Ok(())
    }

    /// Writes a page, or takes it from the former site, if that has it with the same bytes.
    ///
    /// # Errors
    /// When the disk says no.
    pub fn put(&self, page: &Page) -> Result<(), SiteError> {
        let (from, to) = (self.places.target.join(&page.path), self.places.new.join(&page.path));
        let fate = fate(&from, &page.bytes);
        if fate != Fate::Unchanged || keep(&from, &to).is_err() {
            fs::write(&to, &page.bytes).map_err(failed("write", &to))?;
        }
        let mut fates = self.fates.lock().unwrap_or_else(PoisonError::into_inner);
        fates.push((PathBuf::from(&page.path), fate));
        Ok(())
    }

    /// Puts the site in the place of the former one, once all pages are there.
    ///
    /// # Errors
    /// When the disk says no; the former site is then as it was.
    pub fn finish(mut self) -> Result<Written, SiteError> {
        let fates = std::mem::take(&mut self.fates);
        let fates = fates.into_inner().unwrap_or_else(PoisonError::into_inner);
        let count = |fate| fates.iter().filter(|(_, one)| *one == fate).count();
        let current: BTreeSet<&Path> = fates.iter().map(|(path, _)| path.as_path()).collect();
        let written = Written {
            new: count(Fate::New),
            changed: count(Fate::Changed),
            unchanged: count(Fate::Unchanged),
            removed: self.former.iter().filter(|path| !current.contains(path.as_path())).count(),
        };
        let places = &self.places;
        let is_marked = places.target.join(MARKER).exists();
        if is_marked && written.unchanged == fates.len() && written.removed == 0 {
            return Ok(written);
        }
        // Some systems do not move a folder in which a file is open.
        self.marker = None;
        places.exchange()?;
        self.is_done = true;
        Ok(written)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.marker = None;
        if !self.is_done {
            // What is half done is ours alone. What cannot be removed the next build clears away.
            let _ = remove(&self.places.new);
        }
    }
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
    fn of(target: &Path) -> Result<Self, SiteError> {
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
        let process = process::id();
        Ok(Self {
            target: parent.join(&name),
            new: parent.join(format!("{name}.clausebook-new-{process:016x}")),
            old: parent.join(format!("{name}.clausebook-old-{process:016x}")),
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
            let path = entry.path();
            if ends_in_hex && is_folder && !is_in_use(&path) && is_ours(&path) {
                found.push(path);
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
            remove(&left).map_err(failed("remove", &left))?;
        }
        Ok(())
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
            remove(&self.old).map_err(failed("remove", &self.old))?;
        }
        Ok(())
    }
}

/// Removes a folder of ours, its marker last: what is left by a build that is stopped meanwhile, the
/// next one knows as ours.
fn remove(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        match entry.file_type()?.is_dir() {
            true => fs::remove_dir_all(entry.path())?,
            false if entry.file_name() == MARKER => {}
            false => fs::remove_file(entry.path())?,
        }
    }
    fs::remove_dir_all(folder)
}

/// Links a file, or copies it where links are not possible, with its time.
fn keep(from: &Path, to: &Path) -> io::Result<()> {
    if fs::hard_link(from, to).is_ok() {
        return Ok(());
    }
    let modified = fs::metadata(from)?.modified()?;
    fs::copy(from, to)?;
    File::options().write(true).open(to)?.set_modified(modified)
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

/// Whether another build is writing into the folder.
fn is_in_use(folder: &Path) -> bool {
    let marker = File::open(folder.join(MARKER));
    marker.is_ok_and(|marker| matches!(marker.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Whether a build wrote the folder, and everything in it.
fn is_ours(folder: &Path) -> bool {
    listed_files(folder).is_some_and(|listed| {
        files_of(folder).is_ok_and(|files| strangers(&files, &listed).is_empty())
    })
}

fn marker_of(addresses: &BTreeSet<&str>) -> String {
    let mut text = format!("{MARKER_TEXT}\n");
    for address in addresses {
        text.push_str(address);
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

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SiteError {
    let path = path.to_owned();
    move |why| SiteError::Disk { what, path, why }
}
