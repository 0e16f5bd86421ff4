//! What was said before, for the run that is asked the very same question again.
//!
//! A judgement is a function of what it reads. Whoever asks hashes all of that, and what is asked,
//! into a key; the answer to a key stays what it was. As with segments, a file that is torn or
//! damaged counts as not there, and all of them may be deleted at any time.

use super::{LARGEST, exchange, files_of, payload, write_framed};
use crate::finding::Level;
use crate::repo::read_regular;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// How many answers are kept; those that were not asked for the longest make room.
const KEPT: usize = 16;

/// How the names of their files end.
const EXTENSION: &str = "answer";

/// The answers of earlier runs.
#[derive(Debug)]
pub struct Answers {
    folder: PathBuf,
}

/// What a run printed, and how bad it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What was printed first, for another program to obey.
    pub commands: String,
    /// What was printed.
    pub text: String,
    /// The worst level found.
    pub worst: Option<Level>,
}

impl Answers {
    /// Returns the answers that are kept in the common folder of a repository.
    pub fn of(common_folder: &Path) -> Self {
        Self { folder: common_folder.join("clausebook") }
    }

    /// Finds the answer to a question, if it was asked before.
    pub fn find<A: DeserializeOwned>(&self, key: &str) -> Option<A> {
        let bytes = read_regular(&self.folder.join(file_name(key)), LARGEST)?;
        let (asked, answer): (String, A) = postcard::from_bytes(payload(&bytes)?).ok()?;
        if asked != key {
            return None;
        }
        // Written once more, it is as young as what is asked for now.
        self.write(key, |mut file| file.write_all(&bytes));
        Some(answer)
    }

    /// Keeps the answer to a question. A folder that cannot be written to is no error.
    pub fn keep<A: Serialize>(&self, key: &str, answer: &A) {
        if !self.write(key, |file| write_framed(file, &(key, answer)).map(drop)) {
            return;
        }
        let mut answers: Vec<_> = files_of(&self.folder, EXTENSION)
            .into_iter()
            .filter_map(|path| Some((fs::metadata(&path).ok()?.modified().ok()?, path)))
            .collect();
        answers.sort();
        for (_, path) in answers.iter().rev().skip(KEPT) {
            drop(fs::remove_file(path));
        }
    }

    /// Writes the file of an answer. Tells whether it could be written.
    fn write(&self, key: &str, write: impl FnOnce(File) -> io::Result<()>) -> bool {
        exchange(&self.folder, key, |file| write(file).map(|()| file_name(key))).is_ok()
    }
}

fn file_name(key: &str) -> String {
    format!("{key}.{EXTENSION}")
}
