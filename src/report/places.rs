//! Where findings stand: from a span of bytes to lines and columns.

use crate::finding::Place;
use crate::sms::Sms;
use crate::source::{Lines, Position, RepoPath};
use std::collections::BTreeMap;

/// The lines of the files that findings are in, read when they are first asked for.
pub struct Places<'s> {
    sms: &'s Sms,
    lines: BTreeMap<RepoPath, Lines>,
}

impl<'s> Places<'s> {
    /// Knows the places of no file yet.
    pub fn of(sms: &'s Sms) -> Self {
        Self { sms, lines: BTreeMap::new() }
    }

    /// Returns the first position of a place and the first after it; `None` where the file as a
    /// whole is meant.
    pub fn range(&mut self, place: &Place) -> Option<(Position, Position)> {
        let (span, text) = place.span.zip(self.sms.text_of(&place.path))?;
        let lines = self.lines.entry(place.path.clone()).or_insert_with(|| Lines::of(text));
        Some((lines.position(text, span.start), lines.position(text, span.end)))
    }

    /// Returns the same; a file as a whole stands on its first line.
    pub fn range_or_top(&mut self, place: &Place) -> (Position, Position) {
        let top = Position { line: 1, column: 1 };
        self.range(place).unwrap_or((top, top))
    }
}
