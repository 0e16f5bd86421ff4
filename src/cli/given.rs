//! Files that the command line names, which lie wherever they like and may be pipes of a shell.

use anyhow::{Context as _, anyhow, bail};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

/// The most that is read of one, in bytes: a list of some hundred thousand findings.
const LIMIT: u64 = 64 << 20;

/// Reads a file as text.
///
/// # Errors
/// When it cannot be read, is no text, or is larger than what is read.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    let bytes = bytes(path)?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        anyhow!("cannot read `{}`: it is no text in UTF-8, from byte {at} on", path.display())
    })
}

/// Does the same where there may be no such file.
///
/// # Errors
/// As [`text`], but for a file that is not there.
pub(super) fn text_if_there(path: &Path) -> anyhow::Result<Option<String>> {
    match text(path) {
        Err(error) if is_absence(&error) => Ok(None),
        read => read.map(Some),
    }
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, or is larger than what is read.
pub(super) fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read `{}`", path.display());
    if is_named_pipe(path) {
        let path = path.display();
        bail!(
            "cannot read `{path}`: it is a pipe, at which a reader may wait for ever; name a file"
        );
    }
    let mut bytes = Vec::new();
    let file = File::open(path).with_context(cannot)?;
    file.take(LIMIT + 1).read_to_end(&mut bytes).with_context(cannot)?;
    if bytes.len() as u64 > LIMIT {
        bail!("cannot read `{}`: it has more than {} MiB", path.display(), LIMIT >> 20);
    }
    Ok(bytes)
}

/// Tells whether a path is a pipe that lies among files. Those of a shell lie beneath `/dev`, and somebody
/// writes into them.
#[cfg(unix)]
fn is_named_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    let is_of_a_shell = ["/dev", "/proc"].iter().any(|folder| path.starts_with(folder));
    let found = std::fs::metadata(path);
    !is_of_a_shell && found.is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_named_pipe(_path: &Path) -> bool {
    false
}

fn is_absence(error: &anyhow::Error) -> bool {
    let found = error.downcast_ref::<io::Error>();
    found.is_some_and(|error| error.kind() == io::ErrorKind::NotFound)
}
