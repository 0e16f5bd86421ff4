//! A text that changed, laid out in lines with numbers on both sides.

use super::markup::{Markup, put, put_text};
use crate::document::redline::{Fate, Piece, by_line, is_unchanged, near_changes};
use crate::source::{counted, is_unprintable};
use std::borrow::Cow;

/// Lines that did not change are shown so far around those that did.
const CONTEXT: usize = 2;

/// A line of a text that changed, or what stands for lines that are left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'p> {
    /// `add`, `del`, `both` or nothing; `gap` where lines are left out.
    pub(super) class: &'static str,
    /// Its number before, if it was there.
    before: Option<usize>,
    /// Its number after, if it is there.
    after: Option<usize>,
    /// The sign beside it; of a gap, what is left out.
    sign: Cow<'static, str>,
    /// Its words.
    words: Vec<Piece<&'p str>>,
}

/// Lays a difference out in lines. Those far from any change are left out.
pub(super) fn lines(pieces: &[Piece]) -> Vec<Line<'_>> {
    let all = by_line(pieces);
    let near = near_changes(&all, CONTEXT);
    let (mut before, mut after, mut left_out) = (0, 0, 0);
    let mut lines = Vec::new();
    let gap = |number: usize| Line {
        class: "gap",
        sign: format!("{} unchanged", counted(number, "line")).into(),
        ..Line::default()
    };
    for (words, is_near) in all.into_iter().zip(near) {
        let has = |fate: Fate| words.iter().any(|piece| piece.fate == fate);
        let was = has(Fate::Kept) || has(Fate::Removed);
        let is = has(Fate::Kept) || has(Fate::Added);
        before += usize::from(was);
        after += usize::from(is);
        if !is_near {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            lines.push(gap(std::mem::take(&mut left_out)));
        }
        let (class, sign) = match (was, is, is_unchanged(&words)) {
            (_, _, true) => ("", ""),
            (false, _, _) => ("add", "+"),
            (_, false, _) => ("del", "−"),
            _ => ("both", "±"),
        };
        lines.push(Line {
            class,
            before: was.then_some(before),
            after: is.then_some(after),
            sign: sign.into(),
            words,
        });
    }
    if left_out > 0 {
        lines.push(gap(left_out));
    }
    lines
}

impl Markup for Line<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        if self.class == "gap" {
            return put(out, &["\n<p class=\"hunk\">", &self.sign, "</p>"]);
        }
        match self.class {
            "" => put(out, &["\n<div>"]),
            class => put(out, &["\n<div class=\"", class, "\">"]),
        }
        for number in [self.before, self.after] {
            let number = number.map(|number| number.to_string()).unwrap_or_default();
            put(out, &["<span>", &number, "</span>"]);
        }
        put(out, &["<span>", &self.sign, "</span><span>"]);
        for piece in &self.words {
            let tag = match piece.fate {
                Fate::Kept => "span",
                Fate::Added => "ins",
                Fate::Removed => "del",
            };
            let words = piece.text.trim_end_matches(['\n', '\r']);
            // A line that is empty and came or went is seen all the same.
            let words = if words.is_empty() && tag != "span" { "¶" } else { words };
            put(out, &["<", tag, ">"]);
            put_text(out, &printable(words));
            put(out, &["</", tag, ">"]);
        }
        put(out, &["</span></div>"]);
    }
}

/// Makes hidden characters visible, and leaves blanks as they are.
fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\t' || is_unprintable(c)) {
        return Cow::Borrowed(text);
    }
    let text = text.replace('\t', "    ");
    text.chars().map(|c| if is_unprintable(c) { '\u{FFFD}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::markup::html;
    use super::*;
    use crate::document::redline::words;

    #[test]
    fn lines_have_their_numbers_on_both_sides() {
        let before = "a\nb\nc\nd\ne\nf\nold words here\n";
        let after = "a\nb\nc\nd\ne\nf\nnew words here\nmore\n";
        assert_eq!(
            html(&lines(&words(before, after))),
            r#"
<p class="hunk">4 lines unchanged</p>
<div><span>5</span><span>5</span><span></span><span><span>e</span></span></div>
<div><span>6</span><span>6</span><span></span><span><span>f</span></span></div>
<div class="both"><span>7</span><span>7</span><span>±</span><span><del>old</del><ins>new</ins><span> words here</span></span></div>
<div class="add"><span></span><span>8</span><span>+</span><span><ins>more</ins></span></div>"#
        );
    }
}
