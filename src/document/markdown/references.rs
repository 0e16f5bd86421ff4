//! Characters that are written as references: `&#8238;`, `&zwj;`. A reader of the page sees the
//! character, a reader of the source its name.

use super::events::{Events, dialect};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};
use std::collections::HashSet;
use std::ops::Range;

/// The longest reference that is looked at; the longest name of HTML has 33 bytes.
const LONGEST: usize = 40;

/// Returns the characters that are written as references, with their places, in order. In code and
/// in HTML there are none: both are shown as written.
pub(super) fn references(text: &str, events: &Events<'_>) -> Vec<(char, Range<usize>)> {
    let mut found = Vec::new();
    if !text.contains('&') {
        return found;
    }
    let mut images = 0;
    for (event, range) in events {
        match event {
            Event::Text(shown) => {
                let written = &text[range.clone()];
                if written.starts_with('&') && written.ends_with(';') && written != &**shown {
                    found.extend(shown.chars().map(|c| (c, range.clone())));
                }
            }
            // Within the words of an image no address leads anywhere.
            Event::Start(Tag::Link { dest_url, title, .. }) if images == 0 => {
                look_into_address(text, range.clone(), [dest_url, title], &mut found);
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                if images == 0 {
                    look_into_address(text, range.clone(), [dest_url, title], &mut found);
                }
                images += 1;
            }
            Event::End(TagEnd::Image) => images -= 1,
            _ => {}
        }
    }
    if text.contains("]:") {
        let parser = Parser::new_ext(text, dialect());
        for (_, link) in parser.reference_definitions().iter() {
            let title = link.title.as_deref().unwrap_or_default();
            look_into_address(text, link.span.clone(), [&link.dest, title], &mut found);
        }
    }
    found.sort_by_key(|(c, range)| (range.start, *c));
    found.dedup();
    found
}

/// Finds the references in the address and the title of a link, which the parser has read.
fn look_into_address(
    text: &str,
    link: Range<usize>,
    read: [&str; 2],
    found: &mut Vec<(char, Range<usize>)>,
) {
    if read.iter().all(|it| it.is_ascii() && !it.contains(|c: char| c.is_control())) {
        return;
    }
    let read: HashSet<char> = read.iter().flat_map(|it| it.chars()).collect();
    let mut from = link.start;
    while let Some(start) = text[from..link.end].find('&').map(|at| from + at) {
        from = start + 1;
        let rest = &text.as_bytes()[start..link.end];
        let Some(length) = rest.iter().take(LONGEST).position(|byte| *byte == b';') else {
            continue;
        };
        let range = start..start + length + 1;
        let shown = shown(&text[range.clone()]);
        found.extend(shown.chars().filter(|c| read.contains(c)).map(|c| (c, range.clone())));
    }
}

/// Returns what is shown for one reference; nothing if it is none.
fn shown(written: &str) -> String {
    let events = Parser::new(written).filter_map(|event| match event {
        Event::Text(text) => Some(text.into_string()),
        _ => None,
    });
    let shown: String = events.collect();
    if shown == written { String::new() } else { shown }
}

#[cfg(test)]
mod tests {
    use super::super::events::events;
    use super::*;

    fn found(text: &str) -> Vec<(char, &str)> {
        let found = references(text, &events(text)).into_iter();
        found.map(|(c, range)| (c, &text[range])).collect()
    }

    #[test]
    fn references_are_found_where_they_are_read() {
        let override_ = [('\u{202E}', "&#8238;")];
        for text in [
            "a &#8238;b",
            "# T &#8238;b",
            "| a |\n|---|\n| &#8238; |\n",
            "[&#8238;](a.md)",
            "![&#8238;](a.png)",
            "[a](b&#8238;c.md)",
            "[a](b.md \"&#8238;\")",
            "[a]\n\n[a]: b.md \"&#8238;\"\n",
            "[[POL-1|&#8238;]]",
            "[[POL-1&#8238;]]",
            "- `x` &#8238;\n",
        ] {
            assert_eq!(found(text), override_, "{text}");
        }
        assert_eq!(
            found("R&amp;D &#x202e;&zwj;"),
            [('&', "&amp;"), ('\u{202E}', "&#x202e;"), ('\u{200D}', "&zwj;"),]
        );
    }

    #[test]
    fn what_is_shown_as_written_is_no_reference() {
        for text in [
            "`&#8238;`",
            "```\n&#8238;\n```\n",
            "    &#8238;\n",
            "\\&#8238;",
            "R&D; & &none; &#8238",
            "<b>\n&#8238;\n</b>\n",
            "<!-- &#8238; -->",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
