//! Quotes for values that YAML cannot read without: `title: Change: the policy`.

use super::edit::written;
use super::front::{self, Problem, bare_value};
use crate::finding::Splice;
use std::collections::BTreeSet;

/// How many values of one file are put in quotes at most.
const MOST: usize = 16;

/// Returns what puts values in quotes so that the front matter of a text can be read; `None` where
/// quotes are not what is missing.
pub fn quoting(text: &str) -> Option<Vec<Splice>> {
    let mut quoted = text.to_owned();
    let mut splices: Vec<Splice> = Vec::new();
    let mut lines = BTreeSet::new();
    for _ in 0..=MOST {
        let split = front::split(&quoted);
        let Some(first) = split.problems.first() else {
            return (!splices.is_empty()).then_some(splices);
        };
        // An alias of an anchor that is there may be meant as one.
        let is_anchored = split.problems.iter().any(|it| it.value == Problem::Anchor);
        if !matches!(first.value, Problem::Yaml(_) | Problem::Alias) || is_anchored {
            return None;
        }
        let block = split.block?;
        let at = first.span.start.clamp(block.start, block.end);
        let start = quoted.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
        let line = quoted[start..].lines().next()?;
        let value = bare_value(line)?;
        // `Ticket: #5` may as well be a text as one with a remark behind it.
        if line[..value.end].ends_with(':') && line[value.end..].trim_start().starts_with('#') {
            return None;
        }
        let number = quoted[..start].matches('\n').count();
        if !lines.insert(number) {
            return None;
        }
        let text_now = written(&line[value.start..value.end]).ok()?;
        // Every other line is as it was, and so is the beginning of this one.
        let before: usize = text.split_inclusive('\n').take(number).map(str::len).sum();
        splices.push(Splice::replace(value.shifted(before), text_now.clone()));
        quoted.replace_range(start + value.start..start + value.end, &text_now);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted(block: &str) -> Option<String> {
        let mut text = format!("---\n{block}---\n# A\n");
        for splice in quoting(&text)?.iter().rev() {
            text.replace_range(splice.span.start..splice.span.end, &splice.text);
        }
        Some(text.strip_prefix("---\n")?.strip_suffix("---\n# A\n")?.to_owned())
    }

    #[test]
    fn what_cannot_be_read_without_quotes_gets_them() {
        for (before, after) in [
            ("id: A-1\ntitle: Change: all\n", "id: A-1\ntitle: \"Change: all\"\n"),
            (
                "title: The \"big\" one: x  # why\nid: A-1\nowner: @bo\n",
                "title: \"The \\\"big\\\" one: x\"  # why\nid: A-1\nowner: \"@bo\"\n",
            ),
            ("title: *Important*\nid: A-1\n", "title: \"*Important*\"\nid: A-1\n"),
        ] {
            assert_eq!(quoted(before).as_deref(), Some(after), "{before}");
        }
    }

    #[test]
    fn what_quotes_do_not_mend_stays() {
        for block in [
            "id: A-1\n",
            "id: A-1\nid: A-1\n",
            "title: [a, b\nid: A-1\n",
            "title: \"a\" b: c\n",
            "title: a\n  b: c\n",
            "a: &x 1\nb: *x\n",
            "title: a: b\nowner: [x\n",
            "id: A-1\ntitle: Ticket: #5\n",
        ] {
            assert_eq!(quoted(block), None, "{block}");
        }
    }
}
