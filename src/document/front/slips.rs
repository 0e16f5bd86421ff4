//! Reading on behind what cannot be read: a bracket or a quote left open, a tab, a stray line.
//!
//! YAML gives up at the first slip. People fix files, so what stands beneath it is read as well: the
//! key with the slip is left out with all of its value, and the rest is read as it stands. Nothing
//! is guessed of what was left out, and nothing is read on where a merge left both sides of a conflict.

use super::block::{Reading, Stop, is_like_a_colon, is_of_key, read_once};
use super::{Entry, Problem};
use crate::document::conflict::conflicts;
use crate::source::{Span, Spanned};
use std::ops::Range;

/// So many slips are told of one file.
const SLIPS: usize = 16;
/// Behind a slip nothing is read on in a file with more problems than these.
const MOST: usize = 64;

/// Reads what stands behind the place where a first reading ended.
pub(super) fn read_on(text: &str, offset: usize, first: Reading) -> Reading {
    let mut rest = text.to_owned();
    let mut reading = first;
    let mut problems = std::mem::take(&mut reading.problems);
    let mut unread: Vec<Span> = Vec::new();
    let is_read_on = conflicts(text).is_empty() && problems.len() <= MOST;
    let most = if is_read_on { SLIPS } else { 0 };
    while let Some(stop) = reading.stop.filter(|stop| !stop.is_final && unread.len() < most) {
        let Some(piece) = piece_of(&rest, stop) else { break };
        if let Some(told) = problems.iter_mut().rfind(|it| it.span.start == stop.at + offset) {
            point_at_its_cause(told, &rest, &piece, stop, offset);
        }
        unread.push(Span::from(piece.clone()).shifted(offset));
        let blank: String =
            rest[piece.clone()].bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
        rest.replace_range(piece, &blank);
        reading = read_once(&rest, offset);
        // That nothing is left is no mistake of the author.
        let is_of_its_own = |it: &Spanned<Problem>| {
            !matches!(it.value, Problem::EmptyFrontMatter | Problem::NotAMapping(_))
        };
        for problem in reading.problems.drain(..).filter(is_of_its_own) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
    }
    if let Some(stop) = reading.stop {
        let from = if stop.is_final { stop.at } else { stop.key.min(stop.at) };
        unread.push(Span::new(from.min(text.len()), text.len()).shifted(offset));
    }
    problems.sort_by_key(|problem| problem.span);
    // Which document it is, is not told by what may be the rest of a value.
    let first = unread.iter().map(|span| span.start).min().unwrap_or(usize::MAX);
    let is_doubtful = |entry: &Entry| entry.key.value == "id" && entry.key.span.start > first;
    unread.extend(reading.entries.iter().filter(|it| is_doubtful(it)).map(Entry::span));
    reading.entries.retain(|entry| !is_doubtful(entry));
    Reading { problems, unread, ..reading }
}

/// Returns the lines of the key at which a reading ended: up to the next one that begins with a key and
/// stands no deeper.
fn piece_of(text: &str, stop: Stop) -> Option<Range<usize>> {
    if let Some(line) = stray_line(text, stop) {
        return Some(line);
    }
    let piece_at = |at: usize| {
        let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let indent = indent_of(&text[start..]);
        let mut end = start;
        for (number, line) in text[start..].split_inclusive('\n').enumerate() {
            if number > 0 && indent_of(line) <= indent && begins_with_a_key(line) {
                break;
            }
            end += line.len();
        }
        (!text[start..end].trim().is_empty()).then_some(start..end)
    };
    piece_at(stop.key).or_else(|| piece_at(stop.at))
}

/// Returns the line at which a reading ended, or the one before it, where that is a line of its own: it
/// stands where keys do and is none, and takes nothing of what stands above it with it.
fn stray_line(text: &str, stop: Stop) -> Option<Range<usize>> {
    let line_at = |at: usize| {
        let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let end = text[start..].find('\n').map_or(text.len(), |end| start + end + 1);
        Some(start..end)
    };
    let own = line_at(stop.at)?;
    let before = own.start.checked_sub(1).and_then(line_at);
    let is_stray = |line: &Range<usize>| {
        let words = &text[line.clone()];
        line.start > stop.key
            && words.starts_with(|c: char| c.is_ascii_alphabetic())
            && !words.contains(is_like_a_colon)
    };
    let of_words = [Some(own.clone()), before].into_iter().flatten().find(is_stray);
    let line = of_words.or_else(|| stray_sign(text, stop.key, own.end));
    line.filter(|_| stop.bracket.is_none())
}

/// Returns the first line between a key and a place further down that begins with what begins no key: a
/// quote that its line does not close, or a sign that YAML keeps for itself. Where the value of the key
/// is itself left open, what follows may be part of it.
fn stray_sign(text: &str, key: usize, end: usize) -> Option<Range<usize>> {
    let lines = text[..end].split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(start..*at)
    });
    let is_stray = |line: &Range<usize>| {
        let words = &text[line.clone()];
        line.start > key && (words.starts_with(['%', '@', '`']) || is_open_quote(words))
    };
    let line = lines.into_iter().find(is_stray)?;
    open_quote(&text[key..line.start]).is_none().then_some(line)
}

/// Tells whether a text begins with a quote that it does not close.
fn is_open_quote(text: &str) -> bool {
    let plain = text.replace("\\\"", "");
    let quote = plain.chars().next().filter(|c| matches!(c, '"' | '\''));
    quote.is_some_and(|quote| plain.matches(quote).count() % 2 == 1)
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn begins_with_a_key(line: &str) -> bool {
    let line = line.trim_start_matches(' ').trim_start_matches(['"', '\'']);
    let end = line.find(|c| !is_of_key(c)).unwrap_or(line.len());
    let rest = line[end..].trim_start_matches(['"', '\'']).trim_start_matches(' ');
    line.starts_with(|c: char| c.is_ascii_alphabetic())
        && rest
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with([' ', '\n']) || rest.is_empty())
}

/// Tells a slip where it was made: what was left open lets YAML go on into the lines of other keys, and
/// of a tab it is told in the line before it.
fn point_at_its_cause(
    told: &mut Spanned<Problem>,
    text: &str,
    piece: &Range<usize>,
    stop: Stop,
    offset: usize,
) {
    let Problem::Yaml(words) = &mut told.value else { return };
    let within = &text[piece.clone()];
    let at = if is_open_quote(within) {
        "unclosed quote".clone_into(words);
        piece.start
    } else if stop.at >= piece.end {
        let opened = stop.bracket.or_else(|| open_quote(within).map(|at| piece.start + at));
        let Some(opened) = opened.filter(|at| piece.contains(at)) else { return };
        *words = match text[opened..].chars().next() {
            Some(bracket @ ('[' | '{')) => format!("unclosed bracket '{bracket}'"),
            _ => "unclosed quote".to_owned(),
        };
        opened
    } else if words.contains("found a tab") {
        let lines = within.split_inclusive('\n').scan(piece.start, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        });
        let mut tabs = lines.filter_map(|(start, line)| {
            let blanks = &line[..line.len() - line.trim_start().len()];
            blanks.find('\t').map(|tab| start + tab)
        });
        let Some(tab) = tabs.next() else { return };
        tab
    } else {
        return;
    };
    told.span = Span::new(at, at + 1).shifted(offset);
}

/// Returns the place of the quote with which the value of a key begins, if it is not closed.
fn open_quote(piece: &str) -> Option<usize> {
    let value = piece[piece.find(": ")? + 1..].trim_start();
    is_open_quote(value).then(|| piece.len() - value.len())
}

/// Tells whether a key may stand in text that could not be read: at the beginning of a line, or before
/// a colon.
pub(in crate::document) fn may_have_key(unread: &str, key: &str) -> bool {
    unread.match_indices(key).any(|(at, _)| {
        let (before, behind) = (&unread[..at], &unread[at + key.len()..]);
        let is_word = !before.ends_with(is_of_key) && !behind.starts_with(is_of_key);
        let line = before.rfind('\n').map_or(before, |end| &before[end + 1..]);
        let is_first = line.chars().all(|c| c.is_whitespace() || matches!(c, '-' | '"' | '\''));
        let sign = behind.trim_start_matches([' ', '\t', '"', '\'']).chars().next();
        is_word && (is_first || sign.is_some_and(is_like_a_colon))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Problem, read};
    use super::may_have_key;

    /// Tells the slips of a block by line and column, and the keys that are read.
    fn told(block: &str) -> (Vec<String>, Vec<String>) {
        let text = format!("---\n{block}---\n");
        let (text, split, problems) = read(text.as_bytes());
        let words = |problem: &Problem| match problem {
            Problem::Yaml(words) => words.clone(),
            other => format!("{other:?}"),
        };
        let slips = problems.iter().map(|it| {
            let before = &text[..it.span.start];
            let line = before.rfind('\n').map_or(0, |end| end + 1);
            let lines = before.matches('\n').count() + 1;
            format!("{lines}:{} {}", it.span.start - line + 1, words(&it.value))
        });
        let keys = split.entries.iter().map(|entry| entry.key.value.clone());
        (slips.collect(), keys.collect())
    }

    #[test]
    fn what_stands_behind_a_slip_is_read() {
        for (slip, at) in [
            ("b: [8.1, 8.2\n", "3:4 unclosed bracket '['"),
            ("b: {x: [y, z}\n", "3:8 mismatched bracket '[' closed by '}'"),
            ("b: {x: y\n", "3:4 unclosed bracket '{'"),
            ("b: ]\n", "3:4 misplaced bracket"),
            ("b: \"x\n", "3:4 unclosed quote"),
            ("b: 'x\n", "3:4 unclosed quote"),
            ("b: \"x\nd: \"y\"\n", "3:4 unclosed quote"),
            ("b: \"x\" y\n", "3:8 invalid trailing content after double-quoted scalar"),
            ("b: x\n\td: y\n", "4:1 while scanning a plain scalar, found a tab"),
            ("b:\n\tx: y\n", "4:1 tabs disallowed within this context (block indentation)"),
            ("b: x\n  d: y\n", "4:4 mapping values are not allowed in this context"),
            ("b: x\n- y\n", "4:3 while parsing a block mapping, did not find expected key"),
            ("b:\n  - x\n - y\n", "5:2 while parsing a block mapping, did not find expected key"),
        ] {
            let (slips, mut keys) = told(&format!("a: 1\n{slip}c: 2\n"));
            keys.retain(|key| key != "d");
            assert_eq!(
                (slips, keys),
                (vec![at.to_owned()], vec!["a".into(), "c".into()]),
                "{slip}"
            );
        }
    }

    #[test]
    fn a_line_of_its_own_takes_nothing_with_it() {
        for above in ["b: x\n", "b:\n  - x\n  - {y: z}\n", "b: [x]\n"] {
            let (slips, keys) = told(&format!("a: 1\n{above}some words\nc: 2\n"));
            assert!(slips.len() == 1 && keys == ["a", "b", "c"], "{above}: {slips:?} {keys:?}");
        }
    }

    #[test]
    fn a_line_that_begins_with_what_begins_no_key_takes_nothing_with_it() {
        let all = ["id", "a", "b", "c"].map(str::to_owned).to_vec();
        for (above, below) in [("x", "y"), ("\"x\"", "\"y\""), ("'x'", "'y'"), ("it's", "it's")] {
            for line in ["'notes: x", "\"notes: x", "'", "%notes: x", "%", "@x", "`x: y"] {
                let block = format!("id: 1\na: {above}\n{line}\nb: {below}\nc: z\n");
                let (slips, keys) = told(&block);
                let is_told_there = slips.len() == 1 && slips[0].starts_with("4:");
                assert!(is_told_there && keys == all, "{block}: {slips:?} {keys:?}");
            }
        }
    }

    #[test]
    fn no_id_is_read_behind_a_slip_and_nothing_behind_one_of_many() {
        assert_eq!(told("id: 1\na: [1\nb: 2\n").1, ["id", "b"]);
        assert_eq!(told("a: \"1\nid: 2\" x\nid: 3\nb: 2\n").1, ["b"]);
        let rows = "a: 1\n".repeat(500) + &"b: [1\n".repeat(20) + "c: 2\n";
        assert!(told(&rows).1.iter().all(|key| key == "a"));
    }

    #[test]
    fn every_slip_is_told() {
        let (slips, keys) = told("a: [1\nb: 2\nc: {d: e\nf: \"3\ng: 4\nh: i: k\nl: 5\n");
        let places: Vec<&str> = slips.iter().map(|slip| &slip[..3]).collect();
        assert_eq!(places, ["2:4", "4:4", "5:4", "7:5"], "{slips:?}");
        assert_eq!(keys, ["b", "g", "l"]);
    }

    #[test]
    fn a_slip_at_the_beginning_hides_nothing() {
        for block in ["a 1\nb: 2\n", " a: 1\nb: 2\n", "- a: 1\nb: 2\n", "a: [1\nb: 2\n"] {
            let (slips, keys) = told(block);
            assert!(slips.len() == 1 && keys == ["b"], "{block}: {slips:?} {keys:?}");
        }
        let (slips, keys) = told("a: \"1\n");
        assert!(slips.len() == 1 && keys.is_empty(), "{slips:?} {keys:?}");
    }

    #[test]
    fn a_key_is_seen_in_what_cannot_be_read() {
        for unread in
            ["owner: [", "  - owner x", "a: {b, \"owner\" : x", "x: y\n\towner:z", "owner\u{ff1a}x"]
        {
            assert!(may_have_key(unread, "owner"), "{unread}");
        }
        for unread in ["title: the owner of", "process_owner: x", "owners: [x", "a: [co-owner: x"] {
            assert!(!may_have_key(unread, "owner"), "{unread}");
        }
    }
}
