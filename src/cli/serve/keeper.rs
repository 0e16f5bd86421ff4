//! Holds what was judged last, and renders pages of it.
//!
//! A thread for each judgement: it judges, then answers as long as anybody may ask. So the site can
//! refer to the system it shows, and nothing of it is copied.

use super::super::Judging;
use super::super::judge;
use super::super::terminal::sentence;
use crate::repo::object::ObjectId;
use crate::site::preview::Now;
use crate::site::{Page, Site, SiteError};
use crate::source::RepoPath;
use anyhow::{Context as _, anyhow};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use tokio::sync::oneshot;

/// As much as a program begins with: there is no text that `check` could read and this not.
const STACK: usize = 8 * 1024 * 1024;

/// The way to a judgement, and what has to be known of it without asking.
#[derive(Debug)]
pub(super) struct Keeper {
    questions: mpsc::Sender<Question>,
    /// What was judged.
    pub(super) judged: Judged,
}

/// What was judged.
#[derive(Debug)]
pub(super) struct Judged {
    /// A hash over all that the judgement depends on.
    pub(super) fingerprint: String,
    /// The documents, with the content that was judged.
    pub(super) files: BTreeMap<RepoPath, ObjectId>,
    /// The folder of the documents.
    pub(super) src: RepoPath,
    /// The files outside of it that a judgement depends on.
    pub(super) ground: BTreeSet<RepoPath>,
}

/// A page that somebody wants to see.
struct Question {
    address: String,
    now: Now,
    answer: oneshot::Sender<Answer>,
}

/// A page, and whether it is the one that was asked for.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) page: Page,
    pub(super) is_there: bool,
}

/// Judges what there is now. Nothing is returned if all of it is as it was when `known` was judged.
///
/// # Errors
/// When no judgement is possible; the sentence says why and what to do.
pub(super) fn judged(
    path: &Path,
    judging: &Judging,
    known: Option<&str>,
) -> anyhow::Result<Option<Keeper>> {
    let (questions, asked) = mpsc::channel();
    let (tell, told) = mpsc::channel();
    let (path, judging, known) = (path.to_owned(), judging.clone(), known.map(str::to_owned));
    let thread = thread::Builder::new().name("keeper".to_owned()).stack_size(STACK);
    thread
        .spawn(move || {
            if let Err(error) = keep(&path, &judging, known.as_deref(), &tell, &asked) {
                // Whoever asked may have stopped waiting.
                let _ = tell.send(Err(error));
            }
        })
        .context("cannot start a thread")?;
    let judged = told.recv().unwrap_or_else(|_| {
        Err(anyhow!("the checks broke off, which is a bug of clausebook; the terminal says more"))
    })?;
    Ok(judged.map(|judged| Keeper { questions, judged }))
}

fn keep(
    path: &Path,
    judging: &Judging,
    known: Option<&str>,
    tell: &mpsc::Sender<anyhow::Result<Option<Judged>>>,
    asked: &mpsc::Receiver<Question>,
) -> anyhow::Result<()> {
    let case = judge::open(path, judging, None)?;
    let fingerprint = case.fingerprint();
    if known == Some(&fingerprint) {
        tell.send(Ok(None))?;
        return Ok(());
    }
    let judgement = case.judge(false)?;
    let site = Site::of(&judgement.sms, &judgement.outcome, judgement.repository.objects())?;
    let config = &judgement.sms.config;
    let signers = config.allowed_signers.iter().chain(&config.openpgp_keys);
    let named = config.packs.iter().chain(signers).map(|name| name.trim_start_matches("./"));
    let files = site.files();
    let ground = named.map(RepoPath::from).collect();
    tell.send(Ok(Some(Judged { fingerprint, files, src: config.src.clone(), ground })))?;
    for Question { address, now, answer } in asked {
        // One page that cannot be shown is no reason to show no other. Without an answer it is
        // clear what happened.
        let shown = catch_unwind(AssertUnwindSafe(|| show(&site, &address, &now)));
        if let Ok(shown) = shown {
            let shown = shown.unwrap_or_else(|error| broken(&address, &error.into()));
            let _ = answer.send(shown);
        }
    }
    Ok(())
}

fn show(site: &Site<'_>, address: &str, now: &Now) -> Result<Answer, SiteError> {
    Ok(match site.preview(address, now)? {
        Some(page) => Answer { page, is_there: true },
        None => Answer { page: site.missing(address, now)?, is_there: false },
    })
}

fn broken(address: &str, error: &anyhow::Error) -> Answer {
    let page = Page { path: format!("{address}.txt"), bytes: sentence(error).into_bytes() };
    Answer { page, is_there: false }
}

impl Keeper {
    /// Renders the page of an address as of now. No answer is an error of the program.
    pub(super) fn page(&self, address: &str, now: Now) -> oneshot::Receiver<Answer> {
        let (answer, shown) = oneshot::channel();
        let question = Question { address: address.to_owned(), now, answer };
        // If nobody takes the question, it is dropped with its answer, which the other end sees.
        let _ = self.questions.send(question);
        shown
    }
}
