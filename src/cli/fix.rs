//! `check --fix`: what can be mended without asking is mended, in the work tree alone.
//!
//! It is judged, mended in memory and judged again, until nothing is left that could be mended: a
//! file that becomes readable may show the next slip. Only then is anything written.

use super::Judging;
use super::judge::{self, Judgement};
use super::writing::difference;
use crate::finding::{Finding, Fix, Splice};
use crate::repo::Repository;
use crate::repo::hand::write_file;
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::sms::mending::Kept;
use crate::source::{Position, Printable, RepoPath};
use anyhow::Context as _;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// How often it is judged at most. Slips that hide each other so deep are looked at by a person.
const ROUNDS: usize = 8;

/// From how many fixes of one file on, what does not go together is left to the next round.
const TRIED_ONE_BY_ONE: usize = 100;

/// What can be mended.
pub(super) struct Mendings {
    repository: Repository,
    /// The files, as they are and as they are to be.
    files: BTreeMap<RepoPath, Mended>,
    /// What is left as it is, and why.
    pub(super) left: BTreeSet<String>,
}

struct Mended {
    before: Vec<u8>,
    after: Vec<u8>,
    /// What was done, with its line.
    done: Vec<String>,
}

/// Judges a work tree and mends it in memory.
///
/// # Errors
/// When no judgement is possible.
pub(super) fn mend(path: &Path, judging: &Judging, stage1: bool) -> anyhow::Result<Mendings> {
    let mut files: BTreeMap<RepoPath, Mended> = BTreeMap::new();
    let mut left = BTreeSet::new();
    let mut judged = None;
    for _ in 0..ROUNDS {
        let after = files.iter().map(|(path, file)| (path, file.after.as_slice()));
        let Judgement { repository, sms, outcome, .. } =
            judge::open(path, judging, None)?.with_files(after).judge(stage1)?;
        let mended = mend_once(&repository, &sms, &outcome, &mut files, &mut left);
        judged = Some(repository);
        if !mended {
            break;
        }
    }
    let repository = judged.context("nothing was judged")?;
    Ok(Mendings { repository, files, left })
}

/// Mends what can be mended of what was found; tells whether that is anything.
fn mend_once(
    repository: &Repository,
    sms: &Sms,
    outcome: &Outcome,
    files: &mut BTreeMap<RepoPath, Mended>,
    left: &mut BTreeSet<String>,
) -> bool {
    let mut anything = false;
    for (path, fixes) in by_file(&outcome.findings) {
        let Some(document) = sms.document_at(path) else { continue };
        let before = match files.get(path) {
            Some(file) => Ok(file.after.clone()),
            // A sparse checkout leaves it out.
            None if !repository.lies_on_disk(path) => {
                left.insert(format!("left {path} as it is: it is not in the work tree"));
                continue;
            }
            None => on_disk(repository, path),
        };
        let before = match before {
            Ok(before) => before,
            Err(why) => {
                left.insert(format!("left {path} as it is: {why:#}"));
                continue;
            }
        };
        let mend = |splices: &[Splice]| sms.mended(document, &before, splices);
        let (after, made) = match together(&fixes, mend) {
            Ok(mended) => mended,
            Err(why) => {
                left.insert(format!("left {path} as it is: {why}"));
                continue;
            }
        };
        if after == before {
            continue;
        }
        let done = made.iter().map(|(finding, fix)| {
            let start = finding.place.span.map_or(0, |span| span.start);
            let line = Position::of(document.text.as_bytes(), start).line;
            format!("mended {path}:{line}: {}", Printable(&fix.what))
        });
        let done = done.collect::<Vec<_>>();
        anything = true;
        let file = files.entry(path.clone()).or_insert_with(|| Mended {
            before,
            after: Vec::new(),
            done: Vec::new(),
        });
        file.after = after;
        file.done.extend(done);
    }
    anything
}

type Mendable<'f> = (&'f Finding, &'f Fix);

/// Collects what can be mended, file by file; what two rules would do alike is done once.
fn by_file(findings: &[Finding]) -> BTreeMap<&RepoPath, Vec<Mendable<'_>>> {
    let mut files: BTreeMap<&RepoPath, Vec<Mendable<'_>>> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = &finding.fix else { continue };
        let of_file = files.entry(&finding.place.path).or_default();
        if of_file.iter().all(|(_, other)| other.splices != fix.splices) {
            of_file.push((finding, fix));
        }
    }
    files
}

/// Mends a file with all fixes, or with as many as go together: the first counts.
fn together<'f>(
    fixes: &[Mendable<'f>],
    mend: impl Fn(&[Splice]) -> Result<crate::document::mend::Mended, Kept>,
) -> Result<(Vec<u8>, Vec<Mendable<'f>>), Kept> {
    let splices = |fixes: &[Mendable<'_>]| -> Vec<Splice> {
        fixes.iter().flat_map(|(_, fix)| fix.splices.clone()).collect()
    };
    let why = match mend(&splices(fixes)) {
        Ok(mended) => return Ok((mended.bytes, fixes.to_vec())),
        Err(why) => why,
    };
    let (mut made, mut bytes) = (Vec::new(), None);
    for fix in fixes.iter().take(TRIED_ONE_BY_ONE) {
        made.push(*fix);
        match mend(&splices(&made)) {
            Ok(mended) => bytes = Some(mended.bytes),
            Err(_) => drop(made.pop()),
        }
    }
    bytes.map(|bytes| (bytes, made)).ok_or(why)
}

fn on_disk(repository: &Repository, path: &RepoPath) -> anyhow::Result<Vec<u8>> {
    Ok(std::fs::read(repository.on_disk(path)?)?)
}

impl Mendings {
    /// Shows what would be written.
    pub(super) fn difference(&self) -> String {
        let files = self.files.iter();
        files.map(|(path, file)| difference(path, Some(&file.before), &file.after)).collect()
    }

    /// Writes the files, each in one go, and tells what was done and what was left.
    ///
    /// # Errors
    /// When a file cannot be written; those before it are, and were told.
    pub(super) fn write(
        &self,
        tell: &mut dyn FnMut(&str) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        for (path, file) in &self.files {
            let on_disk = self.repository.on_disk(path)?;
            if std::fs::read(&on_disk).ok().as_ref() != Some(&file.before) {
                tell(&format!("left {path} as it is: it changed in the meantime"))?;
                continue;
            }
            write_file(&on_disk, &file.after)?;
            file.done.iter().try_for_each(|done| tell(done))?;
        }
        self.left.iter().try_for_each(|left| tell(left))?;
        match self.files.is_empty() && self.left.is_empty() {
            true => tell("nothing here can be mended without asking"),
            false => Ok(()),
        }
    }
}
