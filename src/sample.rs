//! The sample: an invented organisation, its documents, and the history they came from.
//!
//! The files of `sample-sms` are embedded, so that the program can show what it does without
//! anything but itself. Their history is a story; replayed, it ends with the very files. Some of its
//! approvals are signed with demonstration keys, which everybody has.

use crate::config::FILE;
use crate::story::{Recording, Story, StoryError, replay};
use include_dir::{Dir, include_dir};

/// The folder of the sample, as a path of the replayed repository.
pub const FOLDER: &str = "sample-sms";

/// The list of its demonstration keys, beside the folder as `book.toml` is.
pub const ALLOWED_SIGNERS: &str = "allowed_signers";

static DOCUMENTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/sample-sms");
const BOOK: &str = include_str!("../book.toml");
const SIGNERS: &str = include_str!("../allowed_signers");

/// Returns the history of the sample, as it is told.
///
/// # Errors
/// When the story has a mistake, which a test rules out.
pub fn story() -> Result<Story, StoryError> {
    let told = published("sample-sms/HISTORY.md").unwrap_or_default();
    Story::parse(&told)
}

/// Returns the text of a file of the sample as it stands today.
pub fn published(path: &str) -> Option<String> {
    match path {
        FILE => return Some(BOOK.to_owned()),
        ALLOWED_SIGNERS => return Some(SIGNERS.to_owned()),
        _ => {}
    }
    let inside = path.strip_prefix(FOLDER)?.strip_prefix('/')?;
    DOCUMENTS.get_file(inside)?.contents_utf8().map(str::to_owned)
}

/// Replays the history of the sample.
///
/// # Errors
/// When the story and the files do not fit each other, which a test rules out.
pub fn recording() -> Result<Recording, StoryError> {
    replay(&story()?, &published)
}
