//! Pieces of Markdown, as they stand in the source.

use super::StoryError;

/// Takes `# ` and ` #` from a heading, or the underline of the other kind.
pub(super) fn heading_text(raw: &str) -> String {
    let raw = raw.trim();
    if let Some((lines, _underline)) = raw.rsplit_once('\n') {
        return lines.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    }
    let text = raw.trim_start_matches('#').trim();
    let without_hashes = text.trim_end_matches('#');
    let is_closed = without_hashes.is_empty() || without_hashes.ends_with([' ', '\t']);
    if is_closed { without_hashes.trim_end().to_owned() } else { text.to_owned() }
}

/// Takes the bullet or number from a list item and joins its lines.
pub(super) fn item_text(raw: &str) -> String {
    let raw = raw.trim_start();
    let marker = raw.find(char::is_whitespace).unwrap_or(raw.len());
    raw[marker..].lines().map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
}

/// Paths and names may be written as code.
pub(super) fn unticked(text: &str) -> String {
    let inner = text.strip_prefix('`').and_then(|text| text.strip_suffix('`'));
    inner.unwrap_or(text).to_owned()
}

/// Takes the `>` from the lines of a quote.
pub(super) fn quoted(raw: &str) -> String {
    let lines = raw.trim_end_matches('\n').lines().map(|line| {
        let marked = line.trim_start_matches(' ').strip_prefix('>');
        marked.map_or(line, |text| text.strip_prefix(' ').unwrap_or(text))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Tells whether a fence ends by its own mark rather than by the end of the text around it.
pub(super) fn is_closed(raw: &str) -> bool {
    let mut lines = raw.trim_end().lines();
    let opening = lines.next().unwrap_or_default().trim_start();
    let mark = if opening.starts_with('~') { '~' } else { '`' };
    let length = |line: &str| line.len() - line.trim_start_matches(mark).len();
    let last = lines.next_back().unwrap_or_default().trim();
    length(last) >= length(opening) && last.trim_start_matches(mark).is_empty()
}

/// Reads `\x00` as the byte it names, and a backslash that ends a line as "no newline here".
pub(super) fn unescaped(line: usize, text: &str) -> Result<Vec<u8>, StoryError> {
    let mut bytes = Vec::with_capacity(text.len());
    for (number, written) in (line..).zip(text.split_inclusive('\n')) {
        let written = written.strip_suffix("\\\n").unwrap_or(written);
        let mut parts = written.split("\\x");
        bytes.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            let escape = part.split_at_checked(2).and_then(|(digits, rest)| {
                let is_hex = digits.bytes().all(|b| b.is_ascii_hexdigit());
                let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
                Some((byte, rest))
            });
            let Some((byte, rest)) = escape else {
                return Err(StoryError::at(
                    number,
                    "two hexadecimal digits follow `\\x`, as in `\\x00`",
                ));
            };
            bytes.push(byte);
            bytes.extend_from_slice(rest.as_bytes());
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_their_marks_and_nothing_else() {
        assert_eq!(heading_text("## tag v#1 ##\n"), "tag v#1");
        assert_eq!(heading_text("# a C#\n"), "a C#");
        assert_eq!(heading_text("a\n  b_c\n===\n"), "a b_c");
        assert_eq!(heading_text("#\n"), "");
    }

    #[test]
    fn a_fence_is_closed_by_its_own_mark() {
        assert!(is_closed("```md a\nx\n```\n"));
        assert!(is_closed("~~~~\n```\n  ~~~~~"));
        assert!(!is_closed("````md a\nx\n```\n"));
        assert!(!is_closed("```\n"));
    }
}
