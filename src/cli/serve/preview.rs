//! What there is to see now: the last judgement, and the edits that it does not know yet.

use super::super::Judging;
use super::super::terminal::sentence;
use super::keeper::{self, Answer, Keeper};
use crate::document::Document;
use crate::repo::object::ObjectId;
use crate::site::preview::Now;
use crate::source::RepoPath;
use anyhow::Context as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What is shown, by all threads.
pub(super) struct Preview {
    path: PathBuf,
    judging: Judging,
    state: Mutex<State>,
    work: Condvar,
    /// The name of the moment; a new one whenever a page may look different.
    moments: watch::Sender<String>,
}

/// Changes are numbered: what was judged up to which is known, though more come in meanwhile.
struct State {
    keeper: Arc<Keeper>,
    /// The last change.
    changes: u64,
    /// The last change that somebody can see.
    visible: u64,
    /// The last change that was judged.
    judged: u64,
    /// The documents whose files hold what was not judged yet, each by its last change.
    edited: BTreeMap<RepoPath, (u64, Arc<Document>)>,
    /// Why what there is now cannot be judged.
    trouble: Option<String>,
    moment: u64,
    on_judgement: Option<Box<dyn Fn() + Send>>,
}

/// What was noticed of the files.
#[derive(Debug, Default)]
pub(super) struct Noticed {
    /// Documents that hold something else than before.
    pub(super) edited: Vec<Document>,
    /// Whether anything else changed that somebody may see.
    pub(super) is_visible: bool,
}

impl Preview {
    /// Judges what there is, and goes on to judge what comes.
    ///
    /// # Errors
    /// When there is nothing that could be judged.
    pub(super) fn begin(path: &Path, judging: Judging) -> anyhow::Result<Arc<Self>> {
        let keeper = keeper::judged(path, &judging, None)?.context("nothing was judged")?;
        let state = State {
            keeper: Arc::new(keeper),
            changes: 0,
            visible: 0,
            judged: 0,
            edited: BTreeMap::new(),
            trouble: None,
            moment: 0,
            on_judgement: None,
        };
        let moments = watch::Sender::new(name(0));
        let (path, work) = (path.to_owned(), Condvar::new());
        let preview = Arc::new(Self { path, judging, state: Mutex::new(state), work, moments });
        let judge = Arc::clone(&preview);
        let thread = std::thread::Builder::new().name("judge".to_owned());
        thread.spawn(move || judge.go_on()).context("cannot start a thread")?;
        Ok(preview)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells everybody that pages may look different.
    fn announce(&self, state: &mut State) {
        state.moment += 1;
        self.moments.send_replace(name(state.moment));
    }

    /// Has something done after each judgement.
    pub(super) fn on_judgement(&self, tell: impl Fn() + Send + 'static) {
        self.state().on_judgement = Some(Box::new(tell));
    }

    /// Returns the news: the name of each moment.
    pub(super) fn news(&self) -> watch::Receiver<String> {
        self.moments.subscribe()
    }

    /// Returns the last judgement.
    pub(super) fn keeper(&self) -> Arc<Keeper> {
        Arc::clone(&self.state().keeper)
    }

    /// Returns the content that is shown of a document, judged or not; none where there is no such
    /// document.
    pub(super) fn shown(&self, path: &RepoPath) -> Option<ObjectId> {
        let state = self.state();
        let judged = state.keeper.judged.files.get(path).copied()?;
        Some(state.edited.get(path).map_or(judged, |(_, document)| document.blob))
    }

    /// Takes in what was noticed, and has it judged.
    pub(super) fn take_in(&self, noticed: Noticed) {
        let mut state = self.state();
        state.changes += 1;
        let change = state.changes;
        if noticed.is_visible || !noticed.edited.is_empty() {
            state.visible = change;
            for document in noticed.edited {
                state.edited.insert(document.path.clone(), (change, Arc::new(document)));
            }
            self.announce(&mut state);
        }
        self.work.notify_one();
    }

    /// Renders the page of an address as of now; none if the program is at fault.
    pub(super) async fn page(&self, address: &str) -> Option<Answer> {
        let (keeper, now) = {
            let state = self.state();
            (Arc::clone(&state.keeper), state.now())
        };
        keeper.page(address, now).await.ok()
    }

    /// Judges change after change.
    fn go_on(&self) {
        loop {
            let (change, known) = {
                let mut state = self.state();
                while state.judged == state.changes {
                    state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
                (state.changes, state.keeper.judged.fingerprint.clone())
            };
            let judged = keeper::judged(&self.path, &self.judging, Some(&known));
            let mut state = self.state();
            let was = state.now();
            state.judged = change;
            let mut is_new = false;
            match judged {
                Ok(keeper) => {
                    state.trouble = None;
                    state.edited.retain(|_, (edited, _)| *edited > change);
                    if let Some(keeper) = keeper {
                        state.keeper = Arc::new(keeper);
                        is_new = true;
                    }
                }
                Err(error) => state.trouble = Some(sentence(&error)),
            }
            if is_new || !state.looks_like(&was) {
                self.announce(&mut state);
            }
            if is_new && let Some(tell) = &state.on_judgement {
                tell();
            }
        }
    }
}

impl State {
    fn now(&self) -> Now {
        let edited = self.edited.iter();
        Now {
            moment: name(self.moment),
            edited: edited.map(|(path, (_, it))| (path.clone(), Arc::clone(it))).collect(),
            is_checking: self.judged < self.visible,
            trouble: self.trouble.clone(),
        }
    }

    /// Tells whether what is not judged yet is what it was.
    fn looks_like(&self, was: &Now) -> bool {
        let now = self.now();
        now.is_checking == was.is_checking
            && now.trouble == was.trouble
            && now.edited.keys().eq(was.edited.keys())
    }
}

/// Returns the name of a moment, which no earlier run of the program gave.
fn name(moment: u64) -> String {
    format!("{}.{moment}", std::process::id())
}
