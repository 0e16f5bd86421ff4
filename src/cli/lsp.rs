//! `lsp`: findings, titles, completions and renames in an editor, over the protocol that editors
//! speak with servers of a language.
//!
//! Three threads: one reads what the editor says, one judges, and the session, which alone answers,
//! never waits for either.

mod actions;
mod addresses;
mod answers;
mod completion;
mod cursor;
mod desk;
mod diagnostics;
mod edits;
mod hover;
mod judging;
mod lens;
mod navigation;
mod positions;
mod rename;
mod session;
mod symbols;
mod wire;
mod words;

use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use clap::Args;
use judging::Judged;
use lsp_server::Message;
use session::{Next, Session};
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::mpsc;

/// Serve an editor: findings as you type, titles, completions, renames
///
/// An editor starts it and speaks with it over standard input and output (the Language Server
/// Protocol). What stands unsaved in the editor is judged in the place of the files. Nothing is
/// written: what changes a file is offered to the editor.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook lsp                           as an editor starts it; the manual shows how for each
  clausebook lsp --as-of 2026-10-15        speak of that day")]
pub(super) struct Arguments {
    /// Take rule levels, minimum levels and trust from this revision [default: the publishing branch]
    #[arg(long, value_name = "REV")]
    policy_ref: Option<String>,

    /// Speak of this day, like 2026-05-11 [default: the day of the commit beneath the work tree]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,

    /// The findings of this list are known, and shown as such [default: known-findings.txt in the top
    /// folder, where it is there]
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Taken and ignored: some editors say it to every server
    #[arg(long, hide = true)]
    stdio: bool,
}

/// What happens.
enum Event {
    /// The editor said something.
    Heard(Message),
    /// The editor said something that is no message.
    Garbled(String),
    /// The editor is gone.
    Gone,
    /// A judgement is made.
    Judged(Box<Judged>),
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judging = Judging {
        policy_ref: own.policy_ref.clone(),
        as_of: own.as_of.clone(),
        ..Judging::default()
    };
    let (events, happens) = mpsc::channel();
    let (jobs, to_judge) = mpsc::channel();
    let judged = events.clone();
    let known = own.known.clone();
    std::thread::spawn(move || listen(&events));
    std::thread::spawn(move || {
        judging::work(&to_judge, known.as_deref(), |it| {
            drop(judged.send(Event::Judged(Box::new(it))));
        });
    });
    let mut session = Session::new(terminal, global.repository.clone(), judging, jobs);
    for event in happens {
        let next = match event {
            Event::Heard(message) => session.hear(message)?,
            Event::Garbled(why) => session.not_understood(&why).map(|()| Next::GoOn)?,
            Event::Gone => Next::End { is_in_order: false },
            Event::Judged(judged) => session.take_judgement(*judged).map(|()| Next::GoOn)?,
        };
        if let Next::End { is_in_order } = next {
            // The protocol: 0 after a `shutdown`, else 1.
            return Ok(if is_in_order { Verdict::Clean } else { Verdict::Findings });
        }
    }
    Ok(Verdict::Findings)
}

/// Hands on what the editor says, until it is gone.
fn listen(events: &mpsc::Sender<Event>) {
    let mut input = BufReader::new(std::io::stdin());
    loop {
        let event = match wire::read(&mut input) {
            Ok(Some(Ok(message))) => Event::Heard(message),
            Ok(Some(Err(why))) => Event::Garbled(why),
            Ok(None) | Err(_) => Event::Gone,
        };
        let is_over = matches!(event, Event::Gone);
        if events.send(event).is_err() || is_over {
            return;
        }
    }
}
