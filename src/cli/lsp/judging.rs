//! The judgement, beside the conversation: what is being edited in the place of the files, judged
//! when whoever types pauses.

use super::super::Judging;
use super::super::judge;
use crate::config::{Config, FILE, Mistake};
use crate::repo::snapshot::Edited;
use crate::rules::{self, Outcome};
use crate::sms::Sms;
use crate::source::RepoPath;
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
pub(super) fn work(jobs: &Receiver<Job>, tell: impl Fn(Judged)) {
    while let Ok(mut job) = jobs.recv() {
        loop {
            match jobs.recv_timeout(PAUSE) {
                Ok(newer) => job = newer,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        tell(judged(job));
    }
}

fn judged(job: Job) -> Judged {
    let Job { edition, root, edited, judging } = job;
    // A bug in one rule must not end the conversation; the text that brings it up is mended there.
    let result = catch_unwind(AssertUnwindSafe(|| judge(&root, &judging, &edited)));
    let result = result.unwrap_or_else(|_| {
        let sentence = "the judgement broke off; this is a bug of clausebook".to_owned();
        Err(Refused { sentence, mistakes: None })
    });
    Judged { edition, result }
}

fn judge(root: &Path, judging: &Judging, edited: &Edited) -> Result<(Sms, Outcome), Refused> {
    if let Some(refused) = mistakes_in_book(root, edited) {
        return Err(refused);
    }
    let judgement = judge::open_edited(root, judging, edited).and_then(|case| case.judge(false));
    match judgement {
        Ok(judgement) => Ok((judgement.sms, judgement.outcome)),
        Err(error) => {
            let causes: Vec<String> = error.chain().map(ToString::to_string).collect();
            Err(Refused { sentence: causes.join(": "), mistakes: None })
        }
    }
}

fn mistakes_in_book(root: &Path, edited: &Edited) -> Option<Refused> {
    let text = match edited.get(&RepoPath::from(FILE)) {
        Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        None => std::fs::read_to_string(root.join(FILE)).ok()?,
    };
    let mistakes = Config::parse(&text, &rules::names()).err()?;
    let sentence = "book.toml has mistakes".to_owned();
    Some(Refused { sentence, mistakes: Some((text, mistakes)) })
}
