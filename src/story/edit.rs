//! Edits: some lines of a file exchanged for others.
//!
//! A hunk finds its place by what it says is there, and says so exactly once; line numbers would
//! have to be counted again with every change of a story.

use super::{Fate, Hunk, StoryError};
use crate::source::{RepoPath, did_you_mean};

/// Reads the hunks of a fence whose text begins at `line`.
pub(super) fn hunks(line: usize, text: &str) -> Result<Vec<Hunk>, StoryError> {
    let mut hunks: Vec<Hunk> = Vec::new();
    let mut is_new = true;
    for (number, written) in (line..).zip(text.lines()) {
        if written == "..." {
            is_new = true;
            continue;
        }
        if is_new {
            hunks.push(Hunk { line: number, lines: Vec::new() });
            is_new = false;
        }
        let read = hunk_line(written).ok_or_else(|| {
            let message = format!(
                "`{written}` is not a line of an edit: each begins with `-`, `+` or a space, \
                 and `...` stands between hunks"
            );
            StoryError::at(number, message)
        })?;
        if let Some(hunk) = hunks.last_mut() {
            hunk.lines.push(read);
        }
    }
    Ok(hunks)
}

fn hunk_line(written: &str) -> Option<(Fate, String)> {
    // Editors take away the space of an empty context line.
    if written.is_empty() {
        return Some((Fate::Stays, String::new()));
    }
    let (fate, text) = if let Some(text) = written.strip_prefix('-') {
        (Fate::Goes, text)
    } else if let Some(text) = written.strip_prefix('+') {
        (Fate::Comes, text)
    } else {
        (Fate::Stays, written.strip_prefix(' ')?)
    };
    Some((fate, text.to_owned()))
}

/// Applies hunks to the text of a file. Each is looked up in the text as it is given, so the
/// order of hunks does not matter.
pub(super) fn apply(path: &RepoPath, text: &[u8], hunks: &[Hunk]) -> Result<Vec<u8>, StoryError> {
    let lines: Vec<&[u8]> = text.split_inclusive(|&b| b == b'\n').collect();
    let mut placed = Vec::new();
    for hunk in hunks {
        placed.push((place(path, &lines, hunk)?, hunk));
    }
    placed.sort_by_key(|(start, _)| *start);

    let mut edited = Vec::with_capacity(text.len());
    let mut done = 0;
    for (start, hunk) in placed {
        if start < done {
            return Err(StoryError::at(hunk.line, "this hunk and another one share lines"));
        }
        edited.extend(lines[done..start].concat());
        done = start;
        for (fate, new) in &hunk.lines {
            match fate {
                Fate::Stays => edited.extend_from_slice(lines[done]),
                Fate::Goes => {}
                Fate::Comes => push_line(&mut edited, new),
            }
            done += usize::from(*fate != Fate::Comes);
        }
    }
    edited.extend(lines[done..].concat());
    Ok(edited)
}

fn push_line(text: &mut Vec<u8>, line: &str) {
    if text.last().is_some_and(|&b| b != b'\n') {
        text.push(b'\n');
    }
    text.extend_from_slice(line.as_bytes());
    text.push(b'\n');
}

/// Finds the one place where the hunk's old lines stand.
fn place(path: &RepoPath, lines: &[&[u8]], hunk: &Hunk) -> Result<usize, StoryError> {
    let old: Vec<&str> = old_lines(hunk).map(|(_, text)| text).collect();
    if old.is_empty() {
        return Err(StoryError::at(
            hunk.line,
            "this hunk has no line that is in the file, so it has no place",
        ));
    }
    let stands_at = |window: &[&[u8]]| window.iter().zip(&old).all(|(line, old)| is(line, old));
    let places: Vec<usize> = (0..lines.len())
        .filter(|&at| lines[at..].len() >= old.len() && stands_at(&lines[at..]))
        .collect();
    match places[..] {
        [only] => Ok(only),
        [] => Err(why_absent(path, lines, hunk)),
        _ => Err(StoryError::at(
            hunk.line,
            format!(
                "these lines occur {} times in {path}; \
                 more lines around them make clear which are meant",
                places.len()
            ),
        )),
    }
}

fn why_absent(path: &RepoPath, lines: &[&[u8]], hunk: &Hunk) -> StoryError {
    let absent = old_lines(hunk).find(|(_, old)| !lines.iter().any(|line| is(line, old)));
    let Some((number, absent)) = absent else {
        return StoryError::at(
            hunk.line,
            format!("these lines are all in {path}, but not one after the other"),
        );
    };
    let texts = lines.iter().filter_map(|line| std::str::from_utf8(line).ok()).map(str::trim_end);
    let hint = did_you_mean(absent, texts.filter(|text| text.len() <= 100));
    let hint = hint.map(|meant| format!("; did you mean `{meant}`?")).unwrap_or_default();
    StoryError::at(number, format!("`{absent}` is not a line of {path}{hint}"))
}

/// The lines a hunk says are in the file, each with its line in the story.
fn old_lines(hunk: &Hunk) -> impl Iterator<Item = (usize, &str)> {
    let numbered = (hunk.line..).zip(&hunk.lines);
    numbered
        .filter(|(_, (fate, _))| *fate != Fate::Comes)
        .map(|(number, (_, text))| (number, text.as_str()))
}

fn is(line: &[u8], text: &str) -> bool {
    line.strip_suffix(b"\n").unwrap_or(line) == text.as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "title: A\nversion: 1.0\n\nOne.\n\nTwo.\n";

    fn edited(text: &str, edit: &str) -> Result<String, String> {
        let path = RepoPath::from("a.md");
        hunks(10, edit)
            .and_then(|hunks| apply(&path, text.as_bytes(), &hunks))
            .map(|bytes| String::from_utf8(bytes).unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn hunks_exchange_lines_in_any_order() {
        let edit = " Two.\n+Three.\n...\n-version: 1.0\n+version: 2.0\n\n One.\n";
        let after = "title: A\nversion: 2.0\n\nOne.\n\nTwo.\nThree.\n";
        assert_eq!(edited(FILE, edit).as_deref(), Ok(after));
    }

    #[test]
    fn a_hunk_needs_exactly_one_place() {
        let error = |edit| edited(FILE, edit).unwrap_err();
        assert_eq!(
            error(" title: A\n-version: 1.1\n"),
            "line 11: `version: 1.1` is not a line of a.md; did you mean `version: 1.0`?"
        );
        assert_eq!(
            error("-One.\n-Two.\n"),
            "line 10: these lines are all in a.md, but not one after the other"
        );
        assert!(error("\n+x\n").contains("occur 2 times in a.md"));
        assert!(error("+x\n").contains("no place"));
        assert!(error("x\n").contains("begins with"));
        assert!(error("-One.\n...\n-One.\n+1\n").contains("share lines"));
    }

    #[test]
    fn a_missing_final_newline_is_mended_only_when_lines_follow() {
        assert_eq!(edited("a\nb", " b\n+c\n").as_deref(), Ok("a\nb\nc\n"));
        assert_eq!(edited("a\nb", "-a\n").as_deref(), Ok("b"));
        assert_eq!(edited("a\n", "-a\n").as_deref(), Ok(""));
    }
}
