//! Compares two rows of lines as Git does when it merges: by the lines that are rare.
//!
//! Each step is that of Git's `histogram`. Where a line stands in several places, another way would take
//! another of them, and a merge would be another text.

use super::Work;
use imara_diff::{Algorithm, Diff, Token};
use std::ops::Range;

/// Where two rows differ: which lines of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hunk {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
}

/// What it costs to look at a line in its place, as against comparing one pair after the other.
const STEP: usize = 8;

/// Returns where two rows of so many kinds of lines differ, in their order; nothing where that takes
/// too long.
pub(super) fn hunks(
    old: &[Token],
    new: &[Token],
    kinds: u32,
    work: &mut Work,
) -> Option<Vec<Hunk>> {
    let mut marks = Marks { old: vec![false; old.len()], new: vec![false; new.len()] };
    let mut index = Index::of(old.len(), kinds);
    let mut open = vec![Hunk { old: 0..old.len(), new: 0..new.len() }];
    while let Some(part) = open.pop() {
        work.spend(STEP * (part.old.len() + part.new.len()))?;
        match index.in_common(old, new, &part, work)? {
            Common::Nothing => {
                marks.old[part.old].fill(true);
                marks.new[part.new].fill(true);
            }
            Common::Same(same) => {
                let old = part.old.start..same.old.start;
                open.push(Hunk { old, new: part.new.start..same.new.start });
                let old = same.old.end..part.old.end;
                open.push(Hunk { old, new: same.new.end..part.new.end });
            }
            Common::Frequent => {
                work.spend(part.old.len().saturating_mul(part.new.len()))?;
                let (old, new) = (&old[part.old.clone()], &new[part.new.clone()]);
                let mut diff = Diff::default();
                diff.compute_with(Algorithm::Myers, old, new, kinds);
                (0..).zip(part.old).for_each(|(at, place)| marks.old[place] = diff.is_removed(at));
                (0..).zip(part.new).for_each(|(at, place)| marks.new[place] = diff.is_added(at));
            }
        }
    }
    settle(old, &mut marks.old, &marks.new);
    settle(new, &mut marks.new, &marks.old);
    Some(marks.hunks())
}

/// Which lines of two rows are not in the other.
struct Marks {
    old: Vec<bool>,
    new: Vec<bool>,
}

impl Marks {
    fn hunks(&self) -> Vec<Hunk> {
        let mut hunks = Vec::new();
        let (mut old, mut new) = (Group::first(&self.old), Group::first(&self.new));
        loop {
            if !old.is_empty() || !new.is_empty() {
                hunks.push(Hunk { old: old.start..old.end, new: new.start..new.end });
            }
            if !old.go_on(&self.old) || !new.go_on(&self.new) {
                return hunks;
            }
        }
    }
}

/// What parts of two rows have in common.
enum Common {
    Nothing,
    /// The part with the rarest lines; of several such the longest.
    Same(Hunk),
    /// Lines that all stand in too many places to tell one from another.
    Frequent,
}

/// In how many places a line may stand that is called rare.
const RARE: u32 = 64;

/// Where each kind of line stands in a part of the old row.
struct Index {
    /// The first place of each kind.
    first: Vec<Option<usize>>,
    /// In how many places each kind stands.
    count: Vec<u32>,
    /// The next place of the same kind, by place.
    next: Vec<Option<usize>>,
}

impl Index {
    fn of(lines: usize, kinds: u32) -> Self {
        let kinds = kinds as usize;
        Self { first: vec![None; kinds], count: vec![0; kinds], next: vec![None; lines] }
    }

    fn in_common(
        &mut self,
        old: &[Token],
        new: &[Token],
        part: &Hunk,
        work: &mut Work,
    ) -> Option<Common> {
        for place in part.old.clone().rev() {
            let kind = old[place].0 as usize;
            self.next[place] = self.first[kind].replace(place);
            self.count[kind] += 1;
        }
        let found = self.search(old, new, part, work);
        for line in &old[part.old.clone()] {
            self.first[line.0 as usize] = None;
            self.count[line.0 as usize] = 0;
        }
        found
    }

    fn search(&self, old: &[Token], new: &[Token], part: &Hunk, work: &mut Work) -> Option<Common> {
        let (mut rarest, mut has_common) = (RARE + 1, false);
        let mut best: Option<Hunk> = None;
        let mut next = part.new.start;
        while next < part.new.end {
            let (place, count) = (next, self.count(new[next]));
            next += 1;
            has_common |= count > 0;
            let mut open = self.first[new[place].0 as usize].filter(|_| count <= rarest);
            while let Some(same) = open {
                let (found, rare) = self.around(old, new, part, same, place);
                work.spend(STEP * found.old.len())?;
                next = next.max(found.new.end);
                open = self.next[same];
                while let Some(at) = open.filter(|at| found.old.contains(at)) {
                    work.spend(STEP)?;
                    open = self.next[at];
                }
                // To Git, one line is no longer than none.
                let length = best.as_ref().map_or(1, |best| best.old.len());
                if length < found.old.len() || rare < rarest {
                    (best, rarest) = (Some(found), rare);
                }
            }
        }
        Some(match best {
            _ if has_common && rarest > RARE => Common::Frequent,
            Some(best) => Common::Same(best),
            None => Common::Nothing,
        })
    }

    /// Returns the lines around a pair of places that are the same in both, and in how many places the
    /// rarest of them stands.
    fn around(
        &self,
        old: &[Token],
        new: &[Token],
        part: &Hunk,
        in_old: usize,
        in_new: usize,
    ) -> (Hunk, u32) {
        let before = old[part.old.start..in_old].iter().rev();
        let before = before.zip(new[part.new.start..in_new].iter().rev());
        let before = before.take_while(|(a, b)| a == b).count();
        let after = old[in_old..part.old.end].iter().zip(&new[in_new..part.new.end]);
        let after = after.take_while(|(a, b)| a == b).count();
        let old_range = in_old - before..in_old + after;
        let rare = old[old_range.clone()].iter().map(|line| self.count(*line)).min();
        (Hunk { old: old_range, new: in_new - before..in_new + after }, rare.unwrap_or(0))
    }

    fn count(&self, line: Token) -> u32 {
        self.count[line.0 as usize]
    }
}

/// Marked lines that stand together; none, between two that are not marked.
struct Group {
    start: usize,
    end: usize,
}

impl Group {
    fn first(marks: &[bool]) -> Self {
        Self { start: 0, end: end_of(marks, 0) }
    }

    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn go_on(&mut self, marks: &[bool]) -> bool {
        let is_there = self.end < marks.len();
        if is_there {
            self.start = self.end + 1;
            self.end = end_of(marks, self.start);
        }
        is_there
    }

    fn go_back(&mut self, marks: &[bool]) {
        self.end = self.start - 1;
        self.start = start_of(marks, self.end);
    }

    /// Takes the next line in the place of its first, where they are the same.
    fn slide_down(&mut self, row: &[Token], marks: &mut [bool]) -> bool {
        let can_slide = self.end < row.len() && row[self.start] == row[self.end];
        if can_slide {
            (marks[self.start], marks[self.end]) = (false, true);
            self.start += 1;
            self.end = end_of(marks, self.end);
        }
        can_slide
    }

    /// Takes the line before in the place of its last, where they are the same.
    fn slide_up(&mut self, row: &[Token], marks: &mut [bool]) -> bool {
        let can_slide = self.start > 0 && row[self.start - 1] == row[self.end - 1];
        if can_slide {
            (marks[self.start - 1], marks[self.end - 1]) = (true, false);
            self.end -= 1;
            self.start = start_of(marks, self.start);
        }
        can_slide
    }
}

fn end_of(marks: &[bool], start: usize) -> usize {
    start + marks.iter().skip(start).take_while(|is_marked| **is_marked).count()
}

fn start_of(marks: &[bool], end: usize) -> usize {
    end - marks[..end].iter().rev().take_while(|is_marked| **is_marked).count()
}

/// Moves the marked lines of a row down as far as they go, joins those that meet, and brings them
/// back to the last marked lines of the other row that they came by.
fn settle(row: &[Token], marks: &mut [bool], others: &[bool]) {
    let (mut group, mut other) = (Group::first(marks), Group::first(others));
    loop {
        if !group.is_empty() {
            let mut came_by;
            let highest = loop {
                let length = group.end - group.start;
                while group.slide_up(row, marks) {
                    other.go_back(others);
                }
                let highest = group.end;
                came_by = !other.is_empty();
                while group.slide_down(row, marks) {
                    other.go_on(others);
                    came_by |= !other.is_empty();
                }
                if group.end - group.start == length {
                    break highest;
                }
            };
            while group.end > highest && came_by && other.is_empty() {
                group.slide_up(row, marks);
                other.go_back(others);
            }
        }
        if !group.go_on(marks) {
            return;
        }
        other.go_on(others);
    }
}
