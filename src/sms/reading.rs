//! From objects to the linked system: the stages of the pipeline in a row.

use super::meanwhile::claims_at;
use super::signatures::Signatures;
use super::tag::{self, NamedTag};
use super::{Parts, Sms, Tagged, Trust};
use super::{baseline, files};
use crate::config::{Config, FILE};
use crate::document::digest::sha256_hex;
use crate::framework::{Frameworks, PackError};
use crate::history::{self, History};
use crate::index::{Index, News};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot::{self, File, Snapshot};
use crate::repo::snapshot_of;
use crate::repo::walk::{Walk, WalkError, read_commit};
use crate::signature::{AllowedSigners, OpenPgpKeys};
use crate::source::{Date, Position, RepoPath};
use std::collections::BTreeMap;

/// What to read.
pub struct Request {
    /// The configuration of the judged tree.
    pub config: Config,
    /// The text it was read from.
    pub book: String,
    /// The framework packs of the repository's own: file name and text.
    pub packs: Vec<(String, String)>,
    /// The judged tree.
    pub snapshot: Snapshot,
    /// The judged commit, or the one beneath the work tree.
    pub head: ObjectId,
    /// Whether `head` is a commit that is not made yet.
    pub is_imagined: bool,
    /// The tip of the publishing branch, if there is one.
    pub tip: Option<ObjectId>,
    /// The day to speak of; the committer's day of `head` where none is given.
    pub as_of: Option<Date>,
    /// By which rules to judge; `has_branch` is filled in here.
    pub trust: Trust,
    /// The tags: name, and what each names.
    pub tags: Vec<(String, ObjectId)>,
}

impl Request {
    /// Returns a SHA-256 over all that a judgement depends on, as long as the objects of the
    /// history are what their ids say.
    pub fn fingerprint(&self) -> String {
        let Self { head, is_imagined, tip, as_of, .. } = self;
        self.fingerprint_for(&format!("{head}{is_imagined}{tip:?}{as_of:?}"))
    }

    /// Returns the same where the judged commit and the day are `described` otherwise.
    pub fn fingerprint_for(&self, described: &str) -> String {
        let Self { config, book, packs, snapshot, trust, tags, .. } = self;
        let mut all = format!("{config:?}{book:?}{packs:?}{described}{trust:?}{tags:?}");
        let Snapshot { files } = snapshot;
        for (path, File { content, blob, tracked }) in files {
            all.push_str(&format!("{:?}{blob:?}{tracked}", path.as_bytes()));
            if !content.is_file() {
                all.push_str(&format!("{content:?}"));
            }
        }
        sha256_hex(all.as_bytes())
    }
}

/// Why the system could not be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ReadingError {
    /// The history has a hole.
    #[error("the history cannot be read, so no claim can be held against it")]
    Walk(#[from] WalkError),
    /// A content of the history cannot be read.
    #[error("the history cannot be read, so no claim can be held against it")]
    Object(#[from] ReadError),
    /// A framework is unknown or its pack has mistakes.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Frameworks(Vec<PackError>),
    /// The judged commit has no date that can be read.
    #[error("the commit {0} has no readable date; say which day to speak of with `--as-of`")]
    NoDate(ObjectId),
}

/// Reads history and documents, side by side, and links them. What the index that is opened knows
/// of the history is not read again, and what it does not know is kept in it.
///
/// # Errors
/// When something a verdict would rest on cannot be read.
pub fn read(
    objects: &dyn Objects,
    request: Request,
    index: impl FnOnce() -> Index + Send,
) -> Result<Sms, ReadingError> {
    let Request { config, book, packs, snapshot, head, is_imagined, tip, as_of, mut trust, tags } =
        request;
    let chosen: Vec<String> = config.frameworks.iter().map(|name| name.value.clone()).collect();
    let places = config.frameworks.iter().map(|it| Position::of(book.as_bytes(), it.span.start));
    let places: Vec<Position> = places.collect();
    let frameworks = Frameworks::load(&chosen, &packs).map_err(|errors| {
        let placed = errors.into_iter().map(|error| error.placed(FILE, &places));
        ReadingError::Frameworks(placed.collect())
    })?;
    let trusted = trust.config.frameworks.iter().map(|name| name.value.clone());
    let trusted: Vec<String> = trusted.collect();
    if trusted != chosen || !packs.is_empty() {
        trust.frameworks = Frameworks::of_policy(&trusted, &packs);
    }
    let commit = read_commit(objects, head, &mut Vec::new())?;
    let as_of = as_of.or_else(|| commit.committer.date()).ok_or(ReadingError::NoDate(head))?;
    let unmade = is_imagined.then_some(head);
    let (history, markdown) = rayon::join(
        || follow(objects, head, unmade, tip, index()),
        || files::read_markdown(&snapshot, &config.src),
    );
    let history = history?;
    trust.has_branch = tip.is_some();
    if let Some(tip) = tip.filter(|tip| history.place_of(*tip).is_none()) {
        let mut registers = claims_at(objects, tip, &trust.config.src, as_of, &history)?;
        registers.retain(|_, claims| claims.roles.is_some());
        trust.registers = Some(registers);
    }
    let baselines_of_nothing = tags.iter().map(|(name, _)| name.clone());
    let mut baselines_of_nothing: Vec<String> =
        baselines_of_nothing.filter(|name| baseline::is_baseline(name)).collect();
    let tags = tag::read(objects, &history, tags);
    baselines_of_nothing.retain(|name| !tags.iter().any(|tag| tag.name == *name));
    let signatures = Signatures::read(objects, &history, &tags, &trust)?;
    let is_known = |id| history.place_of(id).is_some();
    let baselines = baseline::read(objects, &tags, &is_known, tip, &trust.config.src)?;
    let named = tags.into_iter().filter(|tag| is_known(tag.commit));
    let named = named.map(|NamedTag { name, commit, annotated }| {
        (name, Tagged { commit, object: annotated.map(|(tag, _)| tag.id) })
    });
    let named = named.collect();
    let parts = Parts {
        config,
        book,
        frameworks,
        snapshot,
        markdown,
        history,
        as_of,
        head,
        is_imagined,
        trust,
        signatures,
        baselines,
        baselines_of_nothing,
        tags: named,
    };
    let mut sms = Sms::link(parts, objects)?;
    sms.compare(objects)?;
    sms.read_in_force(objects)?;
    sms.read_former_agreements(objects)?;
    sms.read_versions_named(objects)?;
    sms.hash_cited_files(objects)?;
    sms.add_unread();
    sms.find_left_outside(objects);
    sms.read_out_of_use(objects)?;
    Ok(sms)
}

/// Follows the documents through the history of `head`.
fn follow(
    objects: &dyn Objects,
    head: ObjectId,
    unmade: Option<ObjectId>,
    tip: Option<ObjectId>,
    mut index: Index,
) -> Result<History, ReadingError> {
    let followed = |path: &RepoPath| path.is_markdown() || path.is_picture();
    let (walk, commits) = Walk::beyond(objects, head, &mut index.commits, &followed)?;
    let (known, contents) = history::read_contents(objects, &walk, &index.contents)?;
    index.keep(&walk, &known, &News { commits, contents, unmade });
    let published = tip.map(|tip| walk.first_parents(objects, tip)).transpose()?;
    Ok(History::trace(walk, known, published, objects))
}

/// What a story leaves behind, as far as a judgement asks for it.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// The judged commit.
    pub head: ObjectId,
    /// The tip of the publishing branch, whose rules judge.
    pub tip: ObjectId,
    /// The tags: name, and what each names.
    pub tags: &'t BTreeMap<String, ObjectId>,
}

/// Reads the system of a commit whose objects are at hand, judged by its own rules: how stories
/// become values.
///
/// # Errors
/// When something cannot be read, or book.toml has mistakes.
pub fn of_commit(objects: &dyn Objects, head: ObjectId, rules: &[&str]) -> Result<Sms, String> {
    of_commit_beside(objects, head, head, rules)
}

/// Does the same where the tip of the publishing branch is another commit, whose rules judge.
///
/// # Errors
/// When something cannot be read, or book.toml has mistakes.
pub fn of_commit_beside(
    objects: &dyn Objects,
    head: ObjectId,
    tip: ObjectId,
    rules: &[&str],
) -> Result<Sms, String> {
    of_commit_with(objects, head, tip, rules, Index::none)
}

/// Does the same with what an index knows of the history.
///
/// # Errors
/// When something cannot be read, or book.toml has mistakes.
pub fn of_commit_with(
    objects: &dyn Objects,
    head: ObjectId,
    tip: ObjectId,
    rules: &[&str],
    index: impl FnOnce() -> Index + Send,
) -> Result<Sms, String> {
    of_story(objects, Told { head, tip, tags: &BTreeMap::new() }, rules, index)
}

/// Does the same with the tags there are.
///
/// # Errors
/// When something cannot be read, or book.toml has mistakes.
pub fn of_story(
    objects: &dyn Objects,
    told: Told<'_>,
    rules: &[&str],
    index: impl FnOnce() -> Index + Send,
) -> Result<Sms, String> {
    let Told { head, tip, tags } = told;
    let text_of = |commit: ObjectId, name: &str| {
        let bytes = snapshot::file(objects, commit, name)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    };
    let config_of = |book: &str| {
        Config::parse(book, rules).map_err(|mistakes| {
            mistakes.iter().map(|mistake| mistake.message.as_str()).collect::<Vec<_>>().join("\n")
        })
    };
    let snapshot = snapshot_of(objects, head).map_err(|error| error.to_string())?;
    let book = text_of(head, FILE).unwrap_or_default();
    let config = config_of(&book)?;
    let packs =
        config.packs.iter().filter_map(|name| Some((name.clone(), text_of(head, name)?))).collect();
    let trust = match text_of(tip, FILE) {
        Some(book) => {
            let config = config_of(&book)?;
            let signers = allowed_signers(&config, |name| text_of(tip, name));
            let openpgp = openpgp_keys(&config, |name| text_of(tip, name));
            Trust { config, signers, openpgp, ..Trust::default() }
        }
        None => Trust { config: config.clone(), ..Trust::default() },
    };
    let tags = tags.iter().map(|(name, id)| (name.clone(), *id)).collect();
    let tip = Some(tip);
    let request = Request {
        config,
        book,
        packs,
        snapshot,
        head,
        is_imagined: false,
        tip,
        as_of: None,
        trust,
        tags,
    };
    read(objects, request, index).map_err(|error| error.to_string())
}

/// Reads the allowed signers that a configuration names, if it does.
pub fn allowed_signers(
    config: &Config,
    text_of: impl Fn(&str) -> Option<String>,
) -> Option<AllowedSigners> {
    let name = config.allowed_signers.as_deref()?;
    let path = RepoPath::from(name.trim_start_matches("./"));
    Some(match text_of(name.trim_start_matches("./")) {
        Some(text) => AllowedSigners::parse(path, &text),
        None => AllowedSigners::missing(path),
    })
}

/// Reads the keys of OpenPGP that a configuration names, if it does.
pub fn openpgp_keys(
    config: &Config,
    text_of: impl Fn(&str) -> Option<String>,
) -> Option<OpenPgpKeys> {
    let name = config.openpgp_keys.as_deref()?.trim_start_matches("./");
    let path = RepoPath::from(name);
    Some(match text_of(name) {
        Some(text) => OpenPgpKeys::parse(path, &text),
        None => OpenPgpKeys::missing(path),
    })
}
