//! What was meant for a link and is none: CommonMark reads no address with a blank in it, no footnote and
//! no reference that is not there, and shows all of it as text. So is HTML shown here.

use super::events::Events;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// No name of a file is longer, with its folders.
const LONGEST: usize = 1024;

/// Returns the places of links to files, of footnotes and references that are none, and of links of HTML,
/// as ranges of the text, in order.
pub(super) fn links_left_as_text(text: &str, events: &Events<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut run: Option<Range<usize>> = None;
    let mut closed = 0;
    for (event, range) in events {
        match event {
            Event::Text(_) | Event::SoftBreak if closed == 0 => match &mut run {
                // A backslash before a mark is part of no event.
                Some(run) if range.start <= run.end + 1 => run.end = range.end,
                _ => look_into(text, run.replace(range.clone()), &mut found),
            },
            _ => {
                match event {
                    Event::Start(Tag::Link { .. } | Tag::CodeBlock(_)) => closed += 1,
                    Event::End(TagEnd::Link | TagEnd::CodeBlock) => closed -= 1,
                    Event::Html(_) | Event::InlineHtml(_) => {
                        look_for_html(text, range.clone(), &mut found);
                    }
                    _ => {}
                }
                look_into(text, run.take(), &mut found);
            }
        }
    }
    look_into(text, run, &mut found);
    found.sort_by_key(|range| range.start);
    found
}

fn look_into(text: &str, run: Option<Range<usize>>, found: &mut Vec<Range<usize>>) {
    let Some(run) = run else { return };
    look_for_footnotes(text, run.clone(), found);
    look_for_references(text, run.clone(), found);
    let mut from = run.start;
    let mut close = run.start;
    while let Some(middle) = text[from..run.end].find("](").map(|at| from + at) {
        let open = text[from..middle].rfind('[').map(|at| from + at);
        let Some(end) = next(text, &run, close.max(middle), [')', '\n']) else { return };
        close = end;
        let is_plain = |at: usize| !text[..at].ends_with('\\');
        from = middle + 2;
        if let Some(open) = open
            && text[close..].starts_with(')')
            && close - middle <= LONGEST
            && is_plain(open)
            && is_plain(middle)
            && is_file_with_blanks(&text[middle + 2..close])
        {
            let is_image = text[run.start..open].ends_with('!');
            found.push(open - usize::from(is_image)..close + 1);
            from = close + 1;
        }
    }
}

/// Returns the next place of one of some characters. Whoever asks again from there has it at once: no
/// text is gone through twice, whatever it repeats.
fn next<const N: usize>(
    text: &str,
    run: &Range<usize>,
    from: usize,
    of: [char; N],
) -> Option<usize> {
    text.get(from..run.end)?.find(of).map(|at| from + at)
}

/// Looks for `[words][name]`: a reference that is there is no text any more. A name behind another word, as
/// in `list[first][last]`, is none, and neither are numbers behind each other.
fn look_for_references(text: &str, run: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut from = run.start;
    while let Some(middle) = text[from..run.end].find("][").map(|at| from + at) {
        let open = text[from..middle].rfind('[').map(|at| from + at);
        let close = text[middle + 2..run.end].find([']', '[', '\n']).map(|at| middle + 2 + at);
        from = middle + 2;
        let (Some(open), Some(close)) = (open, close) else { continue };
        let (before, words, name) = (&text[..open], &text[open + 1..middle], &text[from..close]);
        let is_behind_a_word =
            before.ends_with(|c: char| c.is_alphanumeric() || "])_\\".contains(c));
        let is_one = text[close..].starts_with(']')
            && !text[close + 1..].starts_with(['[', '('])
            && !is_behind_a_word
            && !words.ends_with('\\')
            && !words.starts_with('^')
            && !name.starts_with('^')
            && !name.trim().is_empty()
            && words.contains(char::is_alphabetic);
        if is_one {
            let is_image = before.ends_with('!');
            found.push(open - usize::from(is_image)..close + 1);
            from = close + 1;
        }
    }
}

/// Looks for the beginnings of links in HTML, comments left out.
fn look_for_html(text: &str, html: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut from = html.start;
    while let Some(open) = text[from..html.end].find('<').map(|at| from + at) {
        let rest = &text[open..html.end];
        let ends = if rest.starts_with("<!--") { "-->" } else { ">" };
        let Some(length) = rest.find(ends).map(|at| at + ends.len()) else { return };
        let tag = rest[..length].to_ascii_lowercase();
        if tag.starts_with("<a")
            && tag[2..].starts_with(char::is_whitespace)
            && tag.contains("href")
        {
            found.push(open..open + length);
        }
        from = open + length;
    }
}

/// Looks for `[^mark]`: a footnote that is there is no text any more.
fn look_for_footnotes(text: &str, run: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut from = run.start;
    let mut close = run.start;
    while let Some(open) = text[from..run.end].find("[^").map(|at| from + at) {
        from = open + 2;
        let Some(end) = next(text, &run, close.max(from), [']']) else { return };
        close = end;
        if is_mark(&text[from..close])
            && !text[..open].ends_with('\\')
            && !text[close + 1..].starts_with(['(', '['])
        {
            found.push(open..close + 1);
        }
    }
}

/// Tells whether a word marks a footnote, as a number does: `[^aeiou]` says which letters are none.
fn is_mark(word: &str) -> bool {
    let number = word.trim_start_matches(char::is_alphabetic);
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Tells whether a word in brackets is the name of a file with a blank in it, and no remark.
fn is_file_with_blanks(target: &str) -> bool {
    let name = target.trim().split('#').next().unwrap_or_default();
    let end = name.rsplit_once('.').map(|(_, end)| end).unwrap_or_default();
    let has_ending = (1..=5).contains(&end.len()) && end.chars().all(char::is_alphanumeric);
    name.contains(' ') && has_ending && !name.contains(['<', '>', '"', '('])
}

#[cfg(test)]
mod tests {
    use super::super::events::events;
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        links_left_as_text(text, &events(text)).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_link_to_a_file_with_blanks_is_none() {
        assert_eq!(found("a [form](my form.docx) b"), ["[form](my form.docx)"]);
        assert_eq!(found("![a *b*](the pic.png)\n"), ["![a *b*](the pic.png)"; 0]);
        assert_eq!(found("![pic](the pic.png)\n"), ["![pic](the pic.png)"]);
        assert_eq!(
            found("* [a](x y.md#z) and [b](../Q R/s.md)\n"),
            ["[a](x y.md#z)", "[b](../Q R/s.md)"]
        );
    }

    #[test]
    fn a_footnote_that_is_not_there_is_none() {
        assert_eq!(found("a[^1] b[^2] c[^note3]\n\n[^1]: One.\n"), ["[^2]", "[^note3]"]);
        for text in ["`[^1]`", "\\[^1]", "[^a-z] or [^aeiou]", "[^ ]", "[^1](a.md)"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_repeated_is_gone_through_once() {
        for again in
            ["](", "x](", "[a](", "[a](b ", "[^", "[^1", "[a](b \"", "![a](", "][", "[a][b "]
        {
            let text = again.repeat((1 << 20) / again.len());
            for end in ["", ")", "]", " c.md)"] {
                assert!(found(&format!("{text}{end}")).len() < 2, "{again} {end}");
            }
        }
    }

    #[test]
    fn a_reference_that_is_not_there_is_none() {
        assert_eq!(
            found("[the form][form], ![a *b*][c] and [a][b]\n\n[b]: b.md\n"),
            ["[the form][form]"]
        );
        assert_eq!(
            found("![drawing][d 1], ([ISO 20000][1])"),
            ["![drawing][d 1]", "[ISO 20000][1]"]
        );
        for text in [
            "[text]",
            "[text][]",
            "list[first][last]",
            "see [1][2]",
            "`[a][b]`",
            "\\[a][b] [a\\][b]",
            "[a][b]\n\n[B]: c.md",
            "[a]\n[b]",
            "[a][^1]\n\n[^1]: One.",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_link_of_html_is_shown_as_text() {
        assert_eq!(found("See <A HREF='x.md'>x</a>.\n"), ["<A HREF='x.md'>"]);
        let block = "<p>\n<!-- <a href=\"a.md\"> -->\n<a class=\"b\"\nhref=\"b.md\">b</a>\n</p>\n";
        assert_eq!(found(block), ["<a class=\"b\"\nhref=\"b.md\">"]);
        for text in ["<a id=\"x\"></a>", "`<a href=\"x.md\">`", "<abbr title=\"href\">x</abbr>"] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_is_a_link_or_only_text_is_left_alone() {
        for text in [
            "[a](<my form.docx>) [b](my%20form.docx) [c](b.md \"a title.\")",
            "see [1](in the section above) and x](y z.md)",
            "`[a](my form.docx)`",
            "    [a](my form.docx)",
            "\\[a](my form.docx) [a\\](my form.docx)",
            "[a](my form\n.docx)",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }
}
