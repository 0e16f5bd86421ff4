//! Where two rows of words or lines differ: the one place of the library that compares them, but for
//! merges, which `repo` joins as Git does.
//!
//! Equal rows give equal differences on every machine: no deadline cuts a comparison short.

use imara_diff::{
    Algorithm, Diff, InternedInput, Interner, Token, UnifiedDiffConfig, UnifiedDiffPrinter,
};
use std::fmt::{Result, Write};
use std::hash::Hash;
use std::ops::Range;

/// How two rows are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// As a reader would, who goes by the words that are rare.
    ForReaders,
    /// With as few differences as there can be.
    Fewest,
    /// With few differences, of rows that may be long.
    Long,
}

impl Manner {
    fn algorithm(self) -> Algorithm {
        match self {
            Self::ForReaders => Algorithm::Histogram,
            Self::Fewest => Algorithm::MyersMinimal,
            Self::Long => Algorithm::Myers,
        }
    }

    /// Returns how many pairs two rows may make, without what they begin and end with alike. Rows
    /// of few kinds of words take as long as they have pairs.
    fn most_pairs(self) -> usize {
        match self {
            Self::ForReaders | Self::Fewest => 10_000_000,
            Self::Long => 400_000_000,
        }
    }
}

/// What stands in one row where the other has something else, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// Which part of the earlier row.
    pub(super) old: Range<usize>,
    /// Which part of the later row.
    pub(super) new: Range<usize>,
}

/// Returns where two rows differ, in their order; two regions never touch. What could have come or
/// gone in one place as well as in another did so in the last. Rows beyond what the manner allows
/// differ in one region.
pub(super) fn regions<T: Hash + Eq>(
    manner: Manner,
    old: impl IntoIterator<Item = T>,
    new: impl IntoIterator<Item = T>,
) -> Vec<Region> {
    let (old, new) = (old.into_iter(), new.into_iter());
    // Most of what two rows hold is in both.
    let mut interner = Interner::new(old.size_hint().0.max(new.size_hint().0));
    let before: Vec<Token> = old.map(|one| interner.intern(one)).collect();
    let after: Vec<Token> = new.map(|one| interner.intern(one)).collect();
    let whole = between_ends(&before, &after);
    if whole.old.len().saturating_mul(whole.new.len()) > manner.most_pairs() {
        return vec![whole];
    }
    let input = InternedInput { before, after, interner };
    let range = |of: Range<u32>| of.start as usize..of.end as usize;
    let mut diff = Diff::compute(manner.algorithm(), &input);
    diff.postprocess_no_heuristic(&input);
    diff.hunks().map(|hunk| Region { old: range(hunk.before), new: range(hunk.after) }).collect()
}

/// Returns what lies between the parts that two rows begin and end with alike.
fn between_ends(old: &[Token], new: &[Token]) -> Region {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let pairs_from_end = old[start..].iter().rev().zip(new[start..].iter().rev());
    let end = pairs_from_end.take_while(|(a, b)| a == b).count();
    Region { old: start..old.len() - end, new: start..new.len() - end }
}

/// How many lines are shown around a change.
const CONTEXT: u32 = 3;

/// Writes the difference of two texts as `diff -u` does, without a heading.
pub fn unified(before: &str, after: &str) -> String {
    let input = InternedInput::new(before, after);
    let mut diff = Diff::compute(Algorithm::Myers, &input);
    diff.postprocess_no_heuristic(&input);
    let mut config = UnifiedDiffConfig::default();
    config.context_len(CONTEXT);
    diff.unified_diff(&Lines(&input.interner), config, &input).to_string()
}

/// Writes lines as `diff -u` does.
struct Lines<'i, 't>(&'i Interner<&'t str>);

impl Lines<'_, '_> {
    fn line(&self, mut to: impl Write, sign: char, line: Token) -> Result {
        let text = self.0[line];
        let end = if text.ends_with('\n') { "" } else { "\n\\ No newline at end of file\n" };
        write!(to, "{sign}{text}{end}")
    }
}

impl UnifiedDiffPrinter for Lines<'_, '_> {
    fn display_header(
        &self,
        mut to: impl Write,
        old: u32,
        new: u32,
        gone: u32,
        come: u32,
    ) -> Result {
        // Where the first change is near the top, imara-diff shows all lines before it, and counts
        // from where it would have begun otherwise.
        let is_at_top = old <= CONTEXT;
        let (old, new) = if is_at_top { (0, 0) } else { (old, new) };
        let range = |start: u32, length: u32| match length {
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            more => format!("{},{more}", start + 1),
        };
        writeln!(to, "@@ -{} +{} @@", range(old, gone), range(new, come))
    }

    fn display_context_token(&self, to: impl Write, line: Token) -> Result {
        self.line(to, ' ', line)
    }

    fn display_hunk(&self, mut to: impl Write, gone: &[Token], come: &[Token]) -> Result {
        gone.iter().try_for_each(|line| self.line(&mut to, '-', *line))?;
        come.iter().try_for_each(|line| self.line(&mut to, '+', *line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_rows_of_few_kinds_differ_in_one_region() {
        let row = |kinds: usize| (0..40_000).map(move |i| i % kinds);
        let ends = |row: Vec<usize>| [vec![7, 8], row, vec![9]].concat();
        let (old, new) = (ends(row(2).collect()), ends(row(3).collect()));
        for manner in [Manner::ForReaders, Manner::Fewest, Manner::Long] {
            // The rows go on alike for two more.
            let whole = Region { old: 4..40_002, new: 4..40_002 };
            assert_eq!(regions(manner, &old, &new), [whole], "{manner:?}");
            assert_eq!(regions(manner, &old, &old), [], "{manner:?}");
        }
    }

    #[test]
    fn a_difference_is_written_as_the_system_does() {
        let lines = |range: Range<u32>| -> String { range.map(|i| format!("{i}\n")).collect() };
        for (before, after, expected) in [
            ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
            ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
            ("a\n", "a\n", ""),
            ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
            (
                &lines(0..10),
                &lines(0..10).replace("5\n", "five\n"),
                "@@ -1,9 +1,9 @@\n 0\n 1\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
            ),
            (
                &lines(0..20),
                &lines(0..20).replace("3\n", "three\n").replace("16\n", ""),
                "@@ -1,7 +1,7 @@\n 0\n 1\n 2\n-3\n+three\n 4\n 5\n 6\n@@ -11,10 +11,9 @@\n 10\n 11\n 12\n-13\n+1three\n 14\n 15\n-16\n 17\n 18\n 19\n",
            ),
        ] {
            assert_eq!(unified(before, after), expected);
        }
    }
}
