//! A word to whoever waits: what takes so long. On standard error, on a terminal alone, and not
//! before it is long.

use super::terminal::environment;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

/// What passes for no time at all.
const AT_ONCE: Duration = Duration::from_millis(400);
/// How often the sign turns.
const TURN: Duration = Duration::from_millis(120);

/// A wait, until it is dropped; then nothing is left of the line it was told on.
pub(super) struct Waiting {
    end: Option<Sender<()>>,
    line: Option<JoinHandle<()>>,
}

impl Waiting {
    /// Begins to wait for something, said in a few words.
    pub(super) fn begin(what: &'static str) -> Self {
        let is_dumb = environment("TERM").as_deref() == Some("dumb");
        if is_dumb || !std::io::stderr().is_terminal() {
            return Self { end: None, line: None };
        }
        let (end, ended) = channel::<()>();
        let line = spawn(move || {
            if ended.recv_timeout(AT_ONCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
            let bar = ProgressBar::new_spinner().with_message(what);
            style.into_iter().for_each(|style| bar.set_style(style));
            bar.enable_steady_tick(TURN);
            // The other end says nothing; it goes away.
            let _ = ended.recv();
            bar.finish_and_clear();
        });
        Self { end: Some(end), line: Some(line) }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        drop(self.end.take());
        // A line that could not be taken away is no reason to fail.
        self.line.take().map(JoinHandle::join);
    }
}
