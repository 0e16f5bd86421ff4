//! Opens a page in the browser of whoever asked for it.

use anyhow::Context as _;
use std::ffi::OsStr;

/// Opens a file or an address with the program the desktop uses for it.
#[expect(
    clippy::disallowed_methods,
    reason = "the user asked for a browser; check and build start none"
)]
pub(super) fn open(page: &OsStr) -> anyhow::Result<()> {
    let (program, arguments): (&str, &[&str]) = match std::env::consts::OS {
        "macos" => ("open", &[]),
        "windows" => ("cmd", &["/C", "start", ""]),
        _ => ("xdg-open", &[]),
    };
    let started = std::process::Command::new(program).args(arguments).arg(page).spawn();
    started
        .map(drop)
        .with_context(|| format!("cannot start `{program}`; open {} in a browser", page.display()))
}
