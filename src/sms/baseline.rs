//! Baselines: tags that name a state of the system, and whether they can stand where they stand.
//!
//! A tag that was moved leaves no trace of where it was. What can be seen is that it stands where
//! it cannot have been put: on no line of the publishing branch, on a commit that is younger than
//! the tag, or on another version than its name says. The rest shows only beside an older copy.

use super::Sms;
use super::tag::NamedTag;
use crate::document::{DocId, Document};
use crate::repo::object::{Commit, ObjectId, Objects, Signature};
use crate::repo::snapshot::{Content, File, Snapshot};
use crate::repo::walk::{WalkError, read_commit};
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, HashSet};

/// A tag that names a state of the system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Baseline {
    /// The name of the tag.
    pub name: String,
    /// The name that an annotated tag gives itself.
    pub own_name: Option<String>,
    /// The commit it names.
    pub commit: Commit,
    /// Who made an annotated tag, and when they say it was.
    pub tagger: Option<Signature>,
    /// Whether the judged commit or the publishing branch grew out of the commit.
    pub is_reached: bool,
    /// The documents it holds as approved, each with its version, if nothing grew out of it.
    pub left_behind: BTreeMap<DocId, String>,
}

/// Tells whether a tag is meant as a baseline: by its name.
pub fn is_baseline(name: &str) -> bool {
    name.starts_with("sms/") || name.to_ascii_lowercase().contains("baseline")
}

/// Reads the baselines among tags. One that names no commit is none.
///
/// # Errors
/// When a commit beneath the publishing branch cannot be read.
pub(super) fn read(
    objects: &dyn Objects,
    tags: &[NamedTag],
    is_known: &dyn Fn(ObjectId) -> bool,
    tip: Option<ObjectId>,
    src: &RepoPath,
) -> Result<Vec<Baseline>, WalkError> {
    let named = tags.iter().filter(|tag| is_baseline(&tag.name));
    let mut baselines: Vec<Baseline> = named.filter_map(|tag| one(objects, tag)).collect();
    for baseline in &mut baselines {
        baseline.is_reached = is_known(baseline.commit.id);
    }
    let is_open = baselines.iter().any(|baseline| !baseline.is_reached);
    if let Some(tip) = tip.filter(|tip| is_open && !is_known(*tip)) {
        let beyond = beyond(objects, tip, is_known)?;
        for baseline in &mut baselines {
            baseline.is_reached |= beyond.contains(&baseline.commit.id);
        }
    }
    for baseline in baselines.iter_mut().filter(|baseline| !baseline.is_reached) {
        baseline.left_behind = approved_in(objects, &baseline.commit, src);
    }
    Ok(baselines)
}

/// Reads the documents that a commit holds as approved. What nothing grew out of may be lost in
/// part; then there is nothing to tell.
fn approved_in(objects: &dyn Objects, commit: &Commit, src: &RepoPath) -> BTreeMap<DocId, String> {
    let is_document = |path: &RepoPath| path.is_markdown() && path.is_inside(src);
    let snapshot = Snapshot::of_tree(objects, commit.tree, &is_document).unwrap_or_default();
    let approved = |(path, file): (RepoPath, File)| {
        let Content::Text(bytes) = &file.content else { return None };
        let document = Document::read(path, file.blob?, bytes);
        let version = document.front.text("version")?.value.to_owned();
        (document.status() == Some("approved")).then_some((document.id()?, version))
    };
    snapshot.files.into_iter().filter_map(approved).collect()
}

fn one(objects: &dyn Objects, named: &NamedTag) -> Option<Baseline> {
    let tag = named.annotated.as_ref().map(|(tag, _)| tag);
    Some(Baseline {
        name: named.name.clone(),
        own_name: tag.map(|tag| tag.name.clone()),
        commit: read_commit(objects, named.commit, &mut Vec::new()).ok()?,
        tagger: tag.map(|tag| tag.tagger.clone()),
        is_reached: false,
        left_behind: BTreeMap::new(),
    })
}

/// Returns what a commit grew out of, as far as it is not known.
fn beyond(
    objects: &dyn Objects,
    tip: ObjectId,
    is_known: &dyn Fn(ObjectId) -> bool,
) -> Result<HashSet<ObjectId>, WalkError> {
    let mut found = HashSet::new();
    let mut open = vec![tip];
    let mut buffer = Vec::new();
    while let Some(id) = open.pop() {
        if !is_known(id) && found.insert(id) {
            open.extend(read_commit(objects, id, &mut buffer)?.parents);
        }
    }
    Ok(found)
}

impl Sms {
    /// Says why a baseline of a name cannot be put on the judged commit; nothing, if it can.
    pub fn would_be_astray(&self, name: &str) -> Option<String> {
        let commit = self.history.commit(self.head)?.clone();
        let own_name = Some(name.to_owned());
        let left_behind = BTreeMap::new();
        let name = name.to_owned();
        let baseline =
            Baseline { name, own_name, commit, tagger: None, is_reached: true, left_behind };
        is_baseline(&baseline.name).then(|| self.astray(&baseline)).flatten()
    }

    /// Says why a baseline cannot have been put where it stands; nothing, if it can.
    pub fn astray(&self, baseline: &Baseline) -> Option<String> {
        let Baseline { name, commit, .. } = baseline;
        let short = commit.id.short();
        if !baseline.is_reached {
            return Some(format!(
                "the tag `{name}` names commit {short}, which is not in the history of the publishing branch"
            ));
        }
        if let Some(own) = baseline.own_name.as_ref().filter(|own| *own != name) {
            return Some(format!("the tag `{name}` stands for one that calls itself `{own}`"));
        }
        let committed = commit.committer.seconds?;
        let day = commit.committer.date().map(|day| format!(" of {day}")).unwrap_or_default();
        if let Some(tagger) = &baseline.tagger
            && let Some(made) = tagger.seconds
            && committed.saturating_sub(made) > A_DAY
        {
            let made = tagger.date().map(|day| format!(" on {day}")).unwrap_or_default();
            return Some(format!(
                "the tag `{name}` was made{made} and names a commit that is younger, {short}{day}"
            ));
        }
        if let Some(meant) = day_in(name)
            && Date::of_seconds(committed, WESTERNMOST).is_some_and(|earliest| earliest > meant)
        {
            return Some(format!(
                "the tag `{name}` names a commit that is younger than its name, {short}{day}"
            ));
        }
        // What only the publishing branch grew out of is not in the history that is judged.
        self.history.place_of(commit.id)?;
        let (id, version) = version_in(name)?;
        let has =
            self.history.claims_at(&id, commit.id).and_then(|claims| claims.version.as_deref());
        (has != Some(version)).then(|| match has {
            Some(other) => {
                format!(
                    "the tag `{name}` names a commit that has version {other} of {id}, {short}{day}"
                )
            }
            None => {
                format!("the tag `{name}` names a commit that does not have {id}, {short}{day}")
            }
        })
    }
}

/// What clocks may differ by, in seconds.
const A_DAY: i64 = 24 * 60 * 60;
/// Where a day begins last, in minutes east of UTC.
const WESTERNMOST: i32 = -12 * 60;

/// Finds the day in a name like `sms-baseline/2026-08-07-stage1`.
fn day_in(name: &str) -> Option<Date> {
    const LENGTH: usize = 10;
    let starts = 0..(name.len() + 1).saturating_sub(LENGTH);
    starts.filter_map(|at| Date::parse(name.get(at..at + LENGTH)?)).next()
}

/// Reads a name like `sms/POL-CHG-001/v2.0`.
fn version_in(name: &str) -> Option<(DocId, &str)> {
    let (id, version) = name.strip_prefix("sms/")?.split_once("/v")?;
    Some((DocId::new(id), version))
}
