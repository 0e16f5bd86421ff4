//! `serve`: the site in a browser, while documents are being written.
//!
//! A `keeper` holds what was judged last and renders pages of it. The `watch` reads a file that was
//! edited at once, so that its page shows the new text; behind it the whole system is judged again,
//! and the next keeper takes over. `preview` is what they share, `http` what a browser meets.

#[cfg(feature = "serve")]
mod http;
#[cfg(feature = "serve")]
mod keeper;
#[cfg(feature = "serve")]
mod preview;
#[cfg(feature = "serve")]
mod watch;

use super::terminal::Terminal;
use super::{Arguments as Global, Verdict};
use clap::Args;
use std::path::PathBuf;

/// Show the site in a browser while you write, with what the checks find
///
/// Pages change as soon as a file is saved. Only this machine can see them. The site is not
/// written; `build` does that. Ctrl-C ends it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clausebook serve\n  clausebook serve --open\n  \
    clausebook -C our-sms serve --port 8080")]
pub(super) struct Arguments {
    /// The repository, or a folder inside it [default: that of -C]
    path: Option<PathBuf>,

    /// The port; 0 takes any that is free [default: 20000, else the next that is free]
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,

    /// Open the front page in a browser
    #[arg(long)]
    open: bool,

    /// Take rule levels, minimum levels and trust from this revision [default: the publishing branch]
    #[arg(long, value_name = "REV")]
    policy_ref: Option<String>,

    /// Speak of this day, like 2026-05-11 [default: the day of the last commit]
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
}

#[cfg(not(feature = "serve"))]
pub(super) fn run(_: &Global, _: &Arguments, _: &mut Terminal) -> anyhow::Result<Verdict> {
    anyhow::bail!(
        "this clausebook was built without `serve`, which hooks and CI have no use for; \
         `cargo install --path . --locked --features serve` in its source builds it with it"
    )
}

#[cfg(feature = "serve")]
pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    use super::Judging;
    use super::terminal::sentence;
    use preview::Preview;

    let path = global.folder(own.path.as_deref());
    let judging = Judging {
        policy_ref: own.policy_ref.clone(),
        as_of: own.as_of.clone(),
        ..Judging::default()
    };
    // Before anything is read: an edit that is made meanwhile is seen.
    let listener = http::listener(own.port)?;
    let address = format!("http://{}/", listener.local_addr()?);
    let preview = Preview::begin(&path, judging)?;
    watch::begin(&path, &preview)?;
    terminal.print(&format!(
        "{}\n`{}` as you write it, seen by this machine alone; Ctrl-C ends it\n",
        terminal.bold(&address),
        path.display()
    ))?;
    if own.open
        && let Err(error) = super::browser::open(address.as_ref())
    {
        terminal.print(&format!("{}\n", sentence(&error)))?;
    }
    http::serve(listener, &preview)?;
    Ok(Verdict::Interrupted)
}
