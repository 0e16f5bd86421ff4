//! What becomes of a text that two people changed: both changes, where they do not touch.
//!
//! Git has several manners of comparing lines. Where a line stands in more than one place they may take
//! another one of them, and then the merge is another text. libgit2 has all but the one that Git
//! takes where nobody says otherwise.

use super::Work;
use super::histogram::{Hunk, hunks};
use git2::{MergeFileInput, MergeFileOptions, merge_file};
use imara_diff::{Interner, Token};
use std::cmp::max;

/// How lines are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    Histogram,
    Myers,
    Patience,
    Minimal,
}

impl Manner {
    /// The manners of Git, its own choice first.
    pub(super) const ALL: [Self; 4] = [Self::Histogram, Self::Myers, Self::Patience, Self::Minimal];

    /// Returns what it costs to compare a pair of lines.
    fn price(self) -> usize {
        match self {
            Self::Histogram | Self::Myers | Self::Patience => 1,
            // The others do not search for the least.
            Self::Minimal => 8,
        }
    }
}

/// What it costs to take a line in, as against comparing a pair of them.
const LINE: usize = 32;

/// Returns a text with the changes of two others since what both began with; nothing where they
/// touch, so that somebody had to decide, or where it would take too long.
pub(super) fn joined(manner: Manner, texts: [&[u8]; 3], work: &mut Work) -> Option<Vec<u8>> {
    let [before, ours, theirs] = texts;
    if before == ours || ours == theirs {
        return Some(theirs.to_vec());
    }
    if before == theirs {
        return Some(ours.to_vec());
    }
    // Nothing touches all of a text but its end.
    if texts.iter().any(|text| text.is_empty() || is_binary(text)) {
        return None;
    }
    let rows = texts.map(|text| text.split_inclusive(|byte| *byte == b'\n').collect::<Vec<_>>());
    work.spend(LINE * rows.iter().map(Vec::len).sum::<usize>())?;
    if manner == Manner::Histogram {
        return joined_by_histogram(&rows, work);
    }
    let [before, ours, theirs] = &rows;
    let pairs = pairs(before, ours).saturating_add(pairs(before, theirs));
    work.spend(pairs.saturating_mul(manner.price()))?;
    joined_by_libgit2(manner, texts)
}

/// Tells whether Git takes a text for none, and joins nothing of it.
fn is_binary(text: &[u8]) -> bool {
    text.iter().take(8000).any(|byte| *byte == 0)
}

/// Returns how many pairs the lines make of what two rows do not begin and end with alike.
fn pairs(old: &[&[u8]], new: &[&[u8]]) -> usize {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let from_end = old.iter().rev().zip(new.iter().rev());
    let end = from_end.take_while(|(a, b)| a == b).count();
    (old.len() - end).saturating_mul(new.len() - end)
}

fn joined_by_libgit2(manner: Manner, texts: [&[u8]; 3]) -> Option<Vec<u8>> {
    // Sets libgit2 up where no repository was opened: it would join nothing.
    git2::opts::enable_caching(false);
    let [mut base, mut our, mut their] = [(); 3].map(|()| MergeFileInput::new());
    base.content(texts[0]);
    our.content(texts[1]);
    their.content(texts[2]);
    let mut options = MergeFileOptions::new();
    options.patience(manner == Manner::Patience).minimal(manner == Manner::Minimal);
    let result = merge_file(&base, &our, &their, Some(&mut options)).ok()?;
    result.is_automergeable().then(|| result.content().to_vec())
}

fn joined_by_histogram(rows: &[Vec<&[u8]>; 3], work: &mut Work) -> Option<Vec<u8>> {
    let mut interner = Interner::new(rows[0].len());
    let rows = rows.each_ref().map(|row| row.iter().map(|line| interner.intern(*line)).collect());
    let [before, ours, theirs]: [Vec<Token>; 3] = rows;
    let kinds = interner.num_tokens();
    let our = hunks(&before, &ours, kinds, work)?;
    let their = hunks(&before, &theirs, kinds, work)?;
    let joined = joined_rows([(&ours, &our), (&theirs, &their)])?;
    Some(joined.into_iter().flat_map(|line| interner[line]).copied().collect())
}

/// A row that was changed, gone through from change to change.
struct Side<'a> {
    row: &'a [Token],
    hunks: &'a [Hunk],
    /// Where the last change ends in what it began with, and in the row.
    at: (usize, usize),
}

impl Side<'_> {
    /// Returns where in the row a place is that lies behind the last change and before the next.
    fn place(&self, before: usize) -> usize {
        self.at.1 + (before - self.at.0)
    }

    /// Returns where the next change begins in what the row began with.
    fn next(&self) -> Option<usize> {
        self.hunks.first().map(|hunk| hunk.old.start)
    }

    /// Takes the next change if it begins at a place or earlier, and tells where it ends.
    fn take(&mut self, until: usize) -> Option<usize> {
        let (next, others) = self.hunks.split_first()?;
        if next.old.start > until {
            return None;
        }
        (self.hunks, self.at) = (others, (next.old.end, next.new.end));
        Some(next.old.end)
    }
}

/// Returns the lines of two changed rows; nothing where changes touch and are not the same.
fn joined_rows(rows: [(&[Token], &[Hunk]); 2]) -> Option<Vec<Token>> {
    let mut sides = rows.map(|(row, hunks)| Side { row, hunks, at: (0, 0) });
    let ours = sides[0].row;
    let (mut joined, mut done) = (Vec::with_capacity(ours.len()), 0);
    while let Some(start) = sides.iter().filter_map(Side::next).min() {
        // All that touches, from one side or the other in turn, is one change.
        let from = sides.each_ref().map(|side| side.place(start));
        let (mut end, mut has_changed) = (start, [false, false]);
        while let Some((i, until)) = (0..2).find_map(|i| Some((i, sides[i].take(end)?))) {
            end = max(end, until);
            has_changed[i] = true;
        }
        let to = sides.each_ref().map(|side| side.place(end));
        let [our, their] = [0, 1].map(|i| &sides[i].row[from[i]..to[i]]);
        let part = match has_changed {
            [true, false] => our,
            [false, true] => their,
            _ if our == their => our,
            _ => return None,
        };
        joined.extend(&ours[done..from[0]]);
        joined.extend(part);
        done = to[0];
    }
    joined.extend(&ours[done..]);
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(texts: [&str; 3]) -> [Option<String>; 4] {
        let texts = texts.map(str::as_bytes);
        let text = |text: Vec<u8>| String::from_utf8(text).unwrap();
        Manner::ALL.map(|manner| joined(manner, texts, &mut Work(1_000_000)).map(text))
    }

    #[test]
    fn what_does_not_touch_is_joined() {
        for (before, ours, theirs, expected) in [
            ("1\n2\n3\n4\n5\n", "I\n2\n3\n4\n5\n", "1\n2\n3\n4\nV\n", Some("I\n2\n3\n4\nV\n")),
            ("1\n2\n3\n4\n5", "I\n2\n3\n4\n5", "1\n2\n3\n4\n5\n6", Some("I\n2\n3\n4\n5\n6")),
            ("1\n2\n3\n4\n5\n", "2\n3\n4\n5\n", "1\n2\n3\n4\n", Some("2\n3\n4\n")),
            // Both did the same, beside what one did.
            ("1\n2\n3\n4\n5\n", "I\n2\n3\n4\n5\n", "I\n2\n3\n4\nV\n", Some("I\n2\n3\n4\nV\n")),
            ("1\n2\n3\n4\n5\n", "3\n4\n5\n", "3\n4\nV\n", Some("3\n4\nV\n")),
            // They touch.
            ("1\n2\n3\n4\n5\n", "I\n2\n3\n4\n5\n", "one\n2\n3\n4\n5\n", None),
            ("1\n2\n3\n4\n5\n", "1\nII\n3\n4\n5\n", "1\n2\nIII\n4\n5\n", None),
            ("1\n2\n3\n4\n5\n", "3\n4\n5\n", "2\n3\n4\n5\n", None),
            ("1\n2\n", "1\n2\n3\n", "1\n2\n4\n", None),
            // One has taken all of it out.
            ("1\n2\n", "", "1\n2\n3\n", None),
            ("1\n2\n", "", "1\n2\n", Some("")),
            ("", "1\n", "1\n", Some("1\n")),
            ("", "1\n", "2\n", None),
            // It is no text.
            ("1\0\n2\n3\n", "I\0\n2\n3\n", "1\0\n2\nIII\n", None),
        ] {
            let expected = expected.map(str::to_owned);
            assert_eq!(all([before, ours, theirs]), [(); 4].map(|()| expected.clone()), "{before}");
            assert_eq!(all([before, theirs, ours]), [(); 4].map(|()| expected.clone()), "{before}");
        }
    }

    #[test]
    fn lines_that_repeat_are_joined_by_those_that_do_not() {
        let step =
            |n: u32| format!("## Step {n}\n\n1. Tell the owner.\n\nKeep this up to date.\n\n");
        let steps = |numbers: &[u32]| numbers.iter().copied().map(step).collect::<String>();
        let (before, ours, theirs) = (steps(&[0, 1, 2]), steps(&[0, 1]), steps(&[0, 95, 1]));
        let [histogram, myers, ..] = all([&before, &ours, &theirs]);
        assert_eq!(histogram, Some(steps(&[0, 95, 1])));
        assert_ne!(histogram, myers);
    }

    #[test]
    fn what_would_take_long_is_not_joined() {
        let text = |every: usize| -> String {
            (0..100_000).map(|i| ["a\n", "b\n"][i * i % every % 2]).collect()
        };
        let texts = [text(7), text(11), text(13)];
        let [before, ours, theirs] = texts.each_ref().map(String::as_str);
        assert_eq!(all([before, ours, theirs]), [None, None, None, None]);
    }
}
