//! What earlier runs read of the history, kept beside the objects so that it is read once.
//!
//! What a commit changed and what a content claims depend on their ids alone, and ids never change
//! their meaning. So there is nothing here to bring up to date: a rebase, a garbage collection, a
//! second work tree or a concurrent run can add to what is known, never make it wrong. Verdicts
//! are worked out anew as soon as anything they rest on is another ([`answers`]).
//!
//! The folder `clausebook` in the common Git folder holds segments. Each is written whole under
//! another name, checked by its length and checksum when read, and never changed afterwards; one
//! that is torn, damaged, or of another format, counts as not there. All of it may be deleted at
//! any time.

pub mod answers;

use crate::document::Claims;
use crate::document::digest::Sha256Sum;
use crate::repo::object::{Commit, ObjectId};
use crate::repo::read_regular;
use crate::repo::walk::{Change, Elsewhere, KnownCommit, Origin, Walk};
use crate::source::RepoPath;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fs;
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Raise it when a commit, a change or the claims of a content are read differently than before;
/// a test tells when.
const FORMAT: u32 = 23;
/// The first bytes of every segment.
const MAGIC: &[u8; 12] = b"clausebook\x00\x01";
/// Magic, format, checksum and length of what follows.
const HEAD: usize = MAGIC.len() + 4 + 4 + 8;
/// How many segments there may be before they are written as one.
const SEGMENTS: usize = 16;
/// No segment is larger; what would make it so is read again in every run.
const LARGEST: u64 = 4 << 30;

/// What is kept of the content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// What a document claims.
    Claims(Arc<Claims>),
    /// The digest of the text of a file without an id.
    Text(Sha256Sum),
    /// It is never read as either.
    Nothing,
}

impl Kept {
    /// Returns what it claims, if it is a document.
    pub fn claims(&self) -> Option<&Arc<Claims>> {
        match self {
            Self::Claims(claims) => Some(claims),
            Self::Text(_) | Self::Nothing => None,
        }
    }

    fn stored(&self) -> Stored<&Claims> {
        match self {
            Self::Claims(claims) => Stored::Claims(claims),
            Self::Text(text) => Stored::Text(*text),
            Self::Nothing => Stored::Nothing,
        }
    }
}

/// What is kept of each content.
pub type KnownContents = HashMap<ObjectId, Kept>;

/// What earlier runs read.
#[derive(Debug, Default)]
pub struct Index {
    /// Where segments lie; nowhere, if nothing is to be kept.
    folder: Option<PathBuf>,
    segments: Vec<PathBuf>,
    /// What commits say and changed; each is taken out when it is used.
    pub commits: HashMap<ObjectId, KnownCommit>,
    /// What contents hold.
    pub contents: KnownContents,
}

#[derive(Serialize, Deserialize)]
struct StoredChange<'a> {
    path: std::borrow::Cow<'a, RepoPath>,
    after: Option<ObjectId>,
    before: Option<ObjectId>,
    origin: Origin,
    joined_from: std::borrow::Cow<'a, Option<Elsewhere>>,
    is_link: bool,
}

/// What is kept of a content, as it is written.
#[derive(Serialize, Deserialize)]
enum Stored<C> {
    Claims(C),
    Text(Sha256Sum),
    Nothing,
}

#[derive(Serialize)]
struct NewSegment<'a> {
    commits: Vec<(&'a Commit, Vec<StoredChange<'a>>)>,
    contents: Vec<(ObjectId, Stored<&'a Claims>)>,
}

#[derive(Deserialize)]
struct Segment<'a> {
    #[serde(borrow)]
    commits: Vec<(Commit, Vec<StoredChange<'a>>)>,
    contents: Vec<(ObjectId, Stored<Claims>)>,
}

/// What a run adds to the index, as places in its walk and ids of contents.
#[derive(Debug, Default)]
pub struct News {
    /// The commits that were not known.
    pub commits: Vec<usize>,
    /// The contents that were not known.
    pub contents: Vec<ObjectId>,
    /// A commit that is only imagined, and not kept.
    pub unmade: Option<ObjectId>,
}

impl Index {
    /// Returns an index that knows nothing and keeps nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Reads what is kept in the common folder of a repository. What cannot be read is not known.
    pub fn open(common_folder: &Path) -> Self {
        let folder = common_folder.join("clausebook");
        let mut index = Self { folder: Some(folder.clone()), ..Self::default() };
        for path in files_of(&folder, "segment") {
            if let Some(bytes) = read_regular(&path, LARGEST)
                && index.take(&bytes).is_some()
            {
                index.segments.push(path);
            }
        }
        index
    }

    /// Adds what a segment holds. `None` where it is damaged or of another format.
    fn take(&mut self, bytes: &[u8]) -> Option<()> {
        let payload = payload(bytes)?;
        let segment: Segment<'_> = postcard::from_bytes(payload).ok()?;
        self.commits.reserve(segment.commits.len());
        self.contents.reserve(segment.contents.len());
        for (commit, changes) in segment.commits {
            let changes = changes.into_iter().map(|it| Change {
                commit: 0,
                path: it.path.into_owned(),
                after: it.after,
                before: it.before,
                origin: it.origin,
                joined_from: it.joined_from.into_owned(),
                is_link: it.is_link,
            });
            self.commits.insert(commit.id, (commit, changes.collect()));
        }
        let contents = segment.contents.into_iter().map(|(id, stored)| {
            let kept = match stored {
                Stored::Claims(claims) => Kept::Claims(Arc::new(claims)),
                Stored::Text(text) => Kept::Text(text),
                Stored::Nothing => Kept::Nothing,
            };
            (id, kept)
        });
        self.contents.extend(contents);
        Some(())
    }

    /// Keeps what a run read anew. The run is right without it: a folder that cannot be written to
    /// is no error.
    pub fn keep(&self, walk: &Walk, known: &KnownContents, news: &News) {
        let Some(folder) = &self.folder else { return };
        if news.commits.is_empty() && news.contents.is_empty() {
            return;
        }
        let merge = self.segments.len() + 1 > SEGMENTS;
        let (commits, contents): (Vec<usize>, Vec<ObjectId>) = match merge {
            true => ((0..walk.commits.len()).collect(), known.keys().copied().collect()),
            false => (news.commits.clone(), news.contents.clone()),
        };
        let is_made = |place: &usize| Some(walk.commits[*place].id) != news.unmade;
        let commits: Vec<usize> = commits.into_iter().filter(is_made).collect();
        if commits.is_empty() && contents.is_empty() {
            return;
        }
        let segment = NewSegment::of(walk, known, &commits, contents);
        if write(folder, &segment).is_ok() && merge {
            // What other lines of history had and this one has not is read again when asked for.
            let unfinished = files_of(folder, "unfinished");
            self.segments.iter().chain(&unfinished).for_each(|path| drop(fs::remove_file(path)));
        }
    }
}

impl<'a> NewSegment<'a> {
    fn of(
        walk: &'a Walk,
        known: &'a KnownContents,
        commits: &[usize],
        mut contents: Vec<ObjectId>,
    ) -> Self {
        contents.sort_unstable();
        let changes_of = |commit: usize| {
            let start = walk.changes.partition_point(|change| change.commit < commit);
            let own =
                walk.changes[start..].iter().take_while(move |change| change.commit == commit);
            own.map(|change| StoredChange {
                path: std::borrow::Cow::Borrowed(&change.path),
                after: change.after,
                before: change.before,
                origin: change.origin,
                joined_from: std::borrow::Cow::Borrowed(&change.joined_from),
                is_link: change.is_link,
            })
            .collect()
        };
        Self {
            commits: commits.iter().map(|&i| (&walk.commits[i], changes_of(i))).collect(),
            contents: contents
                .into_iter()
                .filter_map(|id| Some((id, known.get(&id)?.stored())))
                .collect(),
        }
    }
}

/// What was written of a payload: its checksum and its length.
#[derive(Clone, Debug, Default)]
struct Sum {
    checksum: crc32fast::Hasher,
    length: u64,
}

/// A file that sums up what is written into it.
struct Summed {
    file: fs::File,
    sum: Sum,
}

impl io::Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.checksum.update(&bytes[..written]);
        self.sum.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes a value into a file behind the head that protects it; no more than a piece of it is in
/// memory at a time.
fn write_framed(mut file: fs::File, value: &impl Serialize) -> io::Result<Sum> {
    file.write_all(&[0; HEAD])?;
    let summed = Summed { file, sum: Sum::default() };
    let written = postcard::to_io(value, io::BufWriter::with_capacity(1 << 16, summed));
    let written = written.map_err(io::Error::other)?.into_inner();
    let Summed { mut file, sum } = written.map_err(io::IntoInnerError::into_error)?;
    let (checksum, length) = (sum.checksum().to_le_bytes(), sum.length.to_le_bytes());
    file.seek(io::SeekFrom::Start(0))?;
    file.write_all(&[&MAGIC[..], &FORMAT.to_le_bytes(), &checksum, &length].concat())?;
    Ok(sum)
}

impl Sum {
    fn checksum(&self) -> u32 {
        self.checksum.clone().finalize()
    }
}

/// Returns what follows the head, if it is whole and of this format.
fn payload(bytes: &[u8]) -> Option<&[u8]> {
    let (head, payload) = bytes.split_at_checked(HEAD)?;
    let (magic, rest) = head.split_at(MAGIC.len());
    let (format, rest) = rest.split_at(4);
    let (checksum, length) = rest.split_at(4);
    let fits = magic == MAGIC
        && format == FORMAT.to_le_bytes()
        && length == (payload.len() as u64).to_le_bytes()
        && checksum == crc32fast::hash(payload).to_le_bytes();
    fits.then_some(payload)
}

/// Returns the files of a folder with an extension, in order.
fn files_of(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths
}

/// Writes a segment under the name of its checksum.
fn write(folder: &Path, segment: &NewSegment<'_>) -> io::Result<()> {
    let commits = segment.commits.iter().map(|(commit, _)| commit.id);
    let contents = segment.contents.iter().map(|(id, _)| *id);
    let first = commits.chain(contents).next().map(|id| id.to_string()).unwrap_or_default();
    exchange(folder, &first, |file| {
        let sum = write_framed(file, segment)?;
        if sum.length > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(format!("{:08x}-{:x}.segment", sum.checksum(), sum.length))
    })
}

/// Writes a file in one exchange: as `draft`, and under the name that is its own once it is whole.
fn exchange(
    folder: &Path,
    draft: &str,
    write: impl FnOnce(fs::File) -> io::Result<String>,
) -> io::Result<()> {
    // Nothing is written to where a link leads.
    if folder.is_symlink() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    fs::create_dir_all(folder)?;
    let unfinished = folder.join(format!("{draft}.{}.unfinished", std::process::id()));
    let written = fs::File::create_new(&unfinished)
        .and_then(write)
        .and_then(|name| fs::rename(&unfinished, folder.join(name)));
    if written.is_err() {
        drop(fs::remove_file(&unfinished));
    }
    written
}
