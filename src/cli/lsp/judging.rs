//! The judgement, beside the conversation: what is being edited in the place of the files, judged
//! when whoever types pauses.

use super::super::Judging;
use super::super::given;
use super::super::judge::{self, Case, Judgement};
use crate::config::{Config, FILE, Mistake};
use crate::repo::snapshot::Edited;
use crate::repo::{FILE_LIMIT, read_regular};
use crate::report::known::{Known, LIST};
use crate::rules::{self, Outcome};
use crate::sms::Sms;
use crate::source::RepoPath;
use anyhow::Context as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// How long nobody types before it is judged.
const PAUSE: Duration = Duration::from_millis(150);

/// What is to be judged.
pub(super) struct Job {
    /// The number of the state, counted up with every change.
    pub(super) edition: u64,
    /// The top folder of the repository.
    pub(super) root: PathBuf,
    /// What is being edited.
    pub(super) edited: Edited,
    /// By which rules.
    pub(super) judging: Judging,
}

/// What was judged.
pub(super) struct Judged {
    /// The number of the state.
    pub(super) edition: u64,
    /// What was found, or why nothing could be judged.
    pub(super) result: Result<(Sms, Outcome), Refused>,
}

/// Why nothing could be judged.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refused {
    /// The reason.
    pub(super) sentence: String,
    /// What is wrong with book.toml, where that is the reason, and its text.
    pub(super) mistakes: Option<(String, Vec<Mistake>)>,
}

/// Judges one job after the other, the newest where there are several, until nobody sends any.
/// `known` is the list of known findings, if it is another than the usual one.
pub(super) fn work(jobs: &Receiver<Job>, known: Option<&Path>, tell: impl Fn(Judged)) {
    while let Ok(mut job) = jobs.recv() {
        loop {
            match jobs.recv_timeout(PAUSE) {
                Ok(newer) => job = newer,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        tell(judged(job, known));
    }
}

fn judged(job: Job, known: Option<&Path>) -> Judged {
    let Job { edition, root, edited, judging } = job;
    // A bug in one rule must not end the conversation; the text that brings it up is mended there.
    let result = catch_unwind(AssertUnwindSafe(|| judge(&root, &judging, &edited, known)));
    let result = result.unwrap_or_else(|_| {
        let sentence = "the judgement broke off; this is a bug of clausebook".to_owned();
        Err(Refused { sentence, mistakes: None })
    });
    Judged { edition, result }
}

fn judge(
    root: &Path,
    judging: &Judging,
    edited: &Edited,
    known: Option<&Path>,
) -> Result<(Sms, Outcome), Refused> {
    if let Some(refused) = mistakes_in_book(root, edited) {
        return Err(refused);
    }
    let refused = |error: anyhow::Error| {
        let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
        Refused { sentence: causes.join(": "), mistakes: None }
    };
    let case = judge::open_edited(root, judging, edited).map_err(refused)?;
    let known = known_findings(&case, known).map_err(refused)?;
    let Judgement { sms, mut outcome, .. } = case.judge(false).map_err(refused)?;
    if let Some(known) = known {
        outcome.mark_known(known.marks(&outcome.findings));
    }
    Ok((sms, outcome))
}

/// Reads the list of known findings: the one that was named, else the usual one if it is there.
fn known_findings(case: &Case, named: Option<&Path>) -> anyhow::Result<Option<Known>> {
    let name = named.map_or_else(|| LIST.to_owned(), |file| file.display().to_string());
    let text = match named {
        Some(file) => Some(given::text(file)?),
        None => case.list()?.map(str::to_owned),
    };
    text.map(|text| Known::read(&text)).transpose().with_context(|| format!("cannot use `{name}`"))
}

fn mistakes_in_book(root: &Path, edited: &Edited) -> Option<Refused> {
    let text = match edited.get(&RepoPath::from(FILE)) {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => String::from_utf8(read_regular(&root.join(FILE), FILE_LIMIT)?).ok()?,
    };
    let mistakes = Config::parse(&text, &rules::names()).err()?;
    let sentence = "book.toml has mistakes".to_owned();
    Some(Refused { sentence, mistakes: Some((text, mistakes)) })
}
