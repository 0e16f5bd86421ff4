//! `diff`: what changed in a document between two of its states, word by word.

use super::find::{Found, now_or_then};
use super::judge::{Judgement, judge};
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::document::redline::words;
use crate::document::{Claims, DocId, front};
use crate::history::Revision;
use crate::repo::RepoError;
use crate::repo::object::ObjectId;
use crate::repo::snapshot::{self, Content};
use crate::report::redline::{self, Redline};
use crate::sms::Sms;
use crate::source::{Printable, listed};
use anyhow::bail;
use clap::{Args, ValueEnum};

/// Show what changed in a document between two of its states, word by word
///
/// A state is a version (`2.0`: as it stood last), a commit, branch or tag, `approved` (the text
/// that the last approval was given for) or `work` (the judged tree, which is the work tree unless
/// --rev names another). Front matter and text are both compared.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook diff POL-CHG-001                     what is new since the last approval
  clausebook diff POL-CHG-001 1.3 2.0             from one version to the next
  clausebook diff POL-CHG-001 approved HEAD~3
  clausebook diff POL-CHG-001 1.3 2.0 --format html > redline.html

Without colour, [-what was taken out-] and {+what came in+} are marked like this.")]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// The earlier state
    #[arg(default_value = "approved")]
    from: String,

    /// The later state
    #[arg(default_value = "work")]
    to: String,

    #[command(flatten)]
    judging: Judging,

    /// How to print
    #[arg(long, value_enum, default_value_t = Shape::Human)]
    format: Shape,

    /// Lines to show around what changed [default: 3; the whole text in HTML]
    #[arg(long, value_name = "LINES", conflicts_with = "whole")]
    context: Option<usize>,

    /// Show the whole text
    #[arg(long)]
    whole: bool,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For a terminal
    Human,
    /// A piece of a page, with `ins` and `del`
    Html,
    /// For a comment on a forge
    Markdown,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &own.judging, false)?;
    let found = now_or_then(&judgement.sms, &own.id)?;
    let before = state(&judgement, &found, &own.from)?;
    let after = state(&judgement, &found, &own.to)?;
    let redline = Redline {
        title: format!("{} {}", own.id, found.title()),
        before: before.words,
        after: after.words,
        pieces: words(&before.text, &after.text),
    };
    let context = match own.format {
        _ if own.whole => None,
        Shape::Html => own.context,
        Shape::Human | Shape::Markdown => own.context.or(Some(3)),
    };
    let text = match own.format {
        Shape::Human => redline::human(&redline, context, terminal.colour),
        Shape::Html => redline::html(&redline, context),
        Shape::Markdown => redline::markdown(&redline, context),
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

/// A state of a document.
struct State {
    /// What it is, in words.
    words: String,
    text: String,
}

/// Finds the state that a word names.
fn state(judgement: &Judgement, found: &Found<'_>, word: &str) -> anyhow::Result<State> {
    let sms = &judgement.sms;
    let id = found.subject(sms).id;
    if word == "work" {
        let document = match found {
            Found::Here(document) => document,
            Found::Removed(removed) => bail!(
                "`{id}` was {}, so there is no `work`; name two versions or commits{}",
                Printable(&sms.removal_words(removed)),
                there_are(sms, &id)
            ),
        };
        let version = document.front.text("version").map_or("none", |version| version.value);
        let words = match sms.is_committed(document) {
            true => format!("version {version}, as in commit {}", sms.head.short()),
            false => format!("version {version}, not committed"),
        };
        return Ok(State { words, text: document.text.clone() });
    }
    if word == "approved" {
        let Some(revision) = sms.last_approved(&id) else {
            bail!(
                "no approval of `{id}` is in the history; name a version or a commit to compare with"
            );
        };
        return of_revision(judgement, revision, "the last approved, ");
    }
    if let Some(revision) = sms.last_of_version(&id, word) {
        return of_revision(judgement, revision, "");
    }
    let commit = judgement.repository.revision(word).map_err(|error| match error {
        RepoError::NoSuchRevision(word) => no_such_state(sms, &id, &word),
        other => other.into(),
    })?;
    of_commit(judgement, &id, commit)
}

fn no_such_state(sms: &Sms, id: &DocId, word: &str) -> anyhow::Error {
    let known = there_are(sms, id);
    anyhow::anyhow!("`{word}` is no version of the document and names no commit{known}")
}

/// Lists the versions there are, as the end of a sentence.
fn there_are(sms: &Sms, id: &DocId) -> String {
    let versions = sms.versions(id);
    match versions.is_empty() {
        true => String::new(),
        false => format!("; there are {}", listed(&versions, "and")),
    }
}

fn of_revision(judgement: &Judgement, revision: &Revision, prefix: &str) -> anyhow::Result<State> {
    let commit = judgement.sms.history.commit_of(revision);
    let version = revision.claims.version.as_deref().unwrap_or("none");
    let day = commit.author.date().map(|day| format!(" of {day}")).unwrap_or_default();
    let words = format!("{prefix}version {version}, commit {}{day}", commit.id.short());
    let text = match revision.blob {
        Some(blob) => text_of(judgement, blob)?,
        None => String::new(),
    };
    Ok(State { words, text })
}

fn text_of(judgement: &Judgement, blob: ObjectId) -> anyhow::Result<String> {
    let bytes = snapshot::blob(judgement.repository.objects(), blob)?;
    Ok(front::decode(&bytes).0)
}

/// Finds a document in any commit, by its id.
fn of_commit(judgement: &Judgement, id: &DocId, commit: ObjectId) -> anyhow::Result<State> {
    let snapshot = judgement.repository.snapshot_of(commit)?;
    let found = snapshot.files.iter().find_map(|(_, file)| {
        let Content::Text(bytes) = &file.content else { return None };
        let claims = Claims::read(bytes)?;
        (claims.id.as_ref() == Some(id)).then(|| (claims, front::decode(bytes).0))
    });
    let Some((claims, text)) = found else {
        bail!("commit {} has no document of this id", commit.short());
    };
    let version = claims.version.as_deref().unwrap_or("none");
    Ok(State { words: format!("version {version}, as in commit {}", commit.short()), text })
}
