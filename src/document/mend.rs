//! Pieces of a file put in the place of others, and the file read again: what was meant to change
//! has changed, and nothing else has.
//!
//! Offsets are those of the text with LF line ends. The file keeps the line ends it has.

use super::front::{self, Entry, Node, Problem, Split};
use super::markdown::{self, Body};
use crate::finding::Splice;
use crate::source::{Span, Spanned};

/// Why a file is not mended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Spoilt {
    /// A place lies outside of the text, or within a character.
    #[error("what is to change does not stand there")]
    Elsewhere,
    /// Two changes meet.
    #[error("two changes touch the same words")]
    Overlap,
    /// A comment would go.
    #[error("a comment would be lost")]
    LosesComment,
    /// The front matter can be read no better than before.
    #[error("its front matter would not be readable")]
    Unreadable,
    /// Something else would change as well.
    #[error("something else would read otherwise than before")]
    ReadsOtherwise,
}

/// A mended file, and where it was mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// What the file is to hold.
    pub bytes: Vec<u8>,
    /// The places, in their order.
    pub places: Vec<Mending>,
}

/// A place that was mended, in the text before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mending {
    /// What stood there.
    pub before: Span,
    /// What stands there.
    pub after: Span,
}

impl Mending {
    /// Tells whether one piece stands in the place of another; else it was taken out or put in.
    fn is_exchange(self) -> bool {
        self.before.start < self.before.end && self.after.start < self.after.end
    }
}

/// Mends a file and compares.
///
/// # Errors
/// When something else than the splices would change.
pub fn mend(bytes: &[u8], splices: &[Splice]) -> Result<Mended, Spoilt> {
    let before = Reading::of(bytes);
    let is_no_text = |problem: &Spanned<Problem>| {
        matches!(problem.value, Problem::NotUtf8 { .. } | Problem::FileTooLarge(_))
    };
    if before.problems.iter().any(is_no_text) {
        // Its text has other offsets than its bytes.
        return Err(Spoilt::Unreadable);
    }
    let mut splices = splices.to_vec();
    splices.sort_by_key(|splice| splice.span);
    let fits = |splice: &Splice| before.text.get(splice.span.start..splice.span.end).is_some();
    if !splices.iter().all(fits) {
        return Err(Spoilt::Elsewhere);
    }
    if splices.windows(2).any(|pair| pair[0].span.end > pair[1].span.start) {
        return Err(Spoilt::Overlap);
    }
    let places = places(&splices);
    let bytes = spliced(bytes, &before.text, splices);
    before.compare(&Reading::of(&bytes), &places)?;
    Ok(Mended { bytes, places })
}

/// Returns where each splice stands, before and after all of them are made.
fn places(splices: &[Splice]) -> Vec<Mending> {
    let (mut taken, mut put) = (0, 0);
    let place = |splice: &Splice| {
        let start = splice.span.start - taken + put;
        taken += splice.span.end - splice.span.start;
        put += splice.text.len();
        Mending { before: splice.span, after: Span::new(start, start + splice.text.len()) }
    };
    splices.iter().map(place).collect()
}

/// Applies splices to the bytes that a text was decoded from, with their line ends.
pub(super) fn spliced(bytes: &[u8], text: &str, mut splices: Vec<Splice>) -> Vec<u8> {
    let has_windows_lines = bytes.windows(2).position(|pair| pair == b"\r\n")
        == bytes.iter().position(|&b| b == b'\n').and_then(|at| at.checked_sub(1));
    splices.sort_by_key(|splice| splice.span);
    let mut out = Vec::with_capacity(bytes.len() + 256);
    // `at` counts in the text, `read` in the bytes; they part at every Windows line end.
    let (mut at, mut read) = (0, 0);
    let mut copy_to = |to: usize, out: Option<&mut Vec<u8>>| {
        let start = read;
        while at < to {
            let is_pair = bytes[read] == b'\r' && bytes.get(read + 1) == Some(&b'\n');
            read += if is_pair { 2 } else { 1 };
            at += 1;
        }
        if let Some(out) = out {
            out.extend_from_slice(&bytes[start..read]);
        }
    };
    for splice in splices {
        copy_to(splice.span.start, Some(&mut out));
        copy_to(splice.span.end, None);
        let text = match has_windows_lines {
            true => splice.text.replace('\n', "\r\n"),
            false => splice.text,
        };
        out.extend_from_slice(text.as_bytes());
    }
    copy_to(text.len(), Some(&mut out));
    out
}

/// A file, read as far as it is compared.
struct Reading {
    text: String,
    split: Split,
    problems: Vec<Spanned<Problem>>,
}

impl Reading {
    fn of(bytes: &[u8]) -> Self {
        let (text, split, problems) = front::read(bytes);
        Self { text, split, problems }
    }

    fn body(&self) -> &str {
        &self.text[self.split.body..]
    }

    fn compare(&self, after: &Self, places: &[Mending]) -> Result<(), Spoilt> {
        if self.text.trim_start_matches('\u{FEFF}') == after.text {
            // A byte order mark is no text. What else keeps the file from being read is seen then.
            return Ok(());
        }
        if !after.problems.is_empty() {
            return Err(Spoilt::Unreadable);
        }
        if places.iter().any(|place| self.loses_comment(*place)) {
            return Err(Spoilt::LosesComment);
        }
        // What could not be read to its end is not known, and cannot stay the same.
        let is_known = |problem: &Spanned<Problem>| {
            matches!(problem.value, Problem::DuplicateKey { .. } | Problem::ByteOrderMark)
        };
        let is_same_front = !self.problems.iter().all(is_known)
            || tokens(&self.split.entries, places, |place| place.before)
                == tokens(&after.split.entries, places, |place| place.after);
        let is_in_body = |place: &Mending| place.before.end > self.split.body;
        let is_same_body = match places.iter().any(is_in_body) {
            true => {
                let read = |it: &Self| markdown::read(it.body(), it.split.body);
                is_same_body(&read(self), &read(after), places)
            }
            false => self.body() == after.body(),
        };
        if is_same_front && is_same_body { Ok(()) } else { Err(Spoilt::ReadsOtherwise) }
    }

    /// Tells whether a comment goes with what is taken out of the front matter. What stands in the
    /// place of one value takes out that value alone.
    fn loses_comment(&self, place: Mending) -> bool {
        if place.before.end > self.split.body || is_one_value(&self.split.entries, place.before) {
            return false;
        }
        let before = &self.text[..place.before.start];
        let taken = &self.text[place.before.start..place.before.end];
        let is_comment = |(at, _): (usize, &str)| match at {
            0 => before.ends_with(char::is_whitespace),
            at => taken[..at].ends_with(char::is_whitespace),
        };
        taken.match_indices('#').any(is_comment)
    }
}

fn is_one_value(entries: &[Entry], span: Span) -> bool {
    entries.iter().any(|entry| entry.key.span == span || holds_value(&entry.value, span))
}

fn holds_value(node: &Spanned<Node>, span: Span) -> bool {
    match &node.value {
        Node::Scalar { .. } => node.span == span,
        Node::List(items) => items.iter().any(|item| holds_value(item, span)),
        Node::Map(entries) => is_one_value(entries, span),
    }
}

/// A piece of front matter as it is compared: what was exchanged counts as a piece, whatever it
/// says, and what was taken out or put in does not count.
#[derive(Debug, PartialEq)]
enum Token<'t> {
    Key(&'t str),
    Text(&'t str, bool),
    List,
    Map,
    End,
    Exchanged,
}

fn tokens<'t>(
    entries: &'t [Entry],
    places: &[Mending],
    side: fn(&Mending) -> Span,
) -> Vec<Token<'t>> {
    let mut tokens = Tokens { places, side, out: Vec::new() };
    tokens.map(entries);
    tokens.out
}

struct Tokens<'t, 'p> {
    places: &'p [Mending],
    side: fn(&Mending) -> Span,
    out: Vec<Token<'t>>,
}

impl<'t> Tokens<'t, '_> {
    /// Finds the place that a piece lies in as a whole.
    fn place_around(&self, span: Span) -> Option<&Mending> {
        let holds = |place: &&Mending| {
            let around = (self.side)(place);
            around.start <= span.start && span.end <= around.end && span.start < around.end
        };
        self.places.iter().find(holds)
    }

    fn push(&mut self, token: Token<'t>, span: Span) {
        match self.place_around(span) {
            None => self.out.push(token),
            Some(place) if place.is_exchange() => self.out.push(Token::Exchanged),
            Some(_) => {}
        }
    }

    fn map(&mut self, entries: &'t [Entry]) {
        for Entry { key, value } in entries {
            self.push(Token::Key(&key.value), key.span);
            self.node(value);
        }
    }

    fn node(&mut self, node: &'t Spanned<Node>) {
        let begin = match &node.value {
            Node::Scalar { text, quoted } => {
                return self.push(Token::Text(text, *quoted), node.span);
            }
            Node::List(_) => Token::List,
            Node::Map(_) => Token::Map,
        };
        let counts = self.place_around(node.span).is_none();
        self.out.extend(counts.then_some(begin));
        node.value.items().iter().for_each(|item| self.node(item));
        self.map(node.value.entries());
        self.out.extend(counts.then_some(Token::End));
    }
}

/// Tells whether two texts say the same but for what was mended: the same headings, and the same
/// links at all other places.
fn is_same_body(before: &Body, after: &Body, places: &[Mending]) -> bool {
    let is_touched = |span: Span| {
        places.iter().any(|place| place.before.start < span.end && span.start < place.before.end)
    };
    let headings = |body: &Body| {
        let of = |heading: &markdown::Heading| (heading.level, heading.anchor.clone());
        body.headings.iter().map(of).collect::<Vec<_>>()
    };
    let is_same_link = |(before, after): (&markdown::Link, &markdown::Link)| {
        before.is_image == after.is_image
            && (is_touched(before.span)
                || before.target == after.target && before.text == after.text)
    };
    let tasks = |body: &Body| body.tasks.iter().map(|task| task.value).collect::<Vec<_>>();
    headings(before) == headings(after)
        && before.links.len() == after.links.len()
        && before.links.iter().zip(&after.links).all(is_same_link)
        && tasks(before) == tasks(after)
        && before.words == after.words
        && before.too_deep.is_some() == after.too_deep.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "---\nid: A-1 # first\nonwer: \"x\"\nclauses: [8.2, 8.1, 8.2]\n---\n\n# A\n";

    /// Exchanges pieces of text that stand once.
    fn exchanged(file: &str, pieces: &[(&str, &str)]) -> Result<String, Spoilt> {
        let text = file.replace("\r\n", "\n");
        let splice = |(from, to): &(&str, &str)| {
            let at = text.find(from).unwrap();
            Splice::replace(Span::new(at, at + from.len()), *to)
        };
        let splices: Vec<Splice> = pieces.iter().map(splice).collect();
        let mended = mend(file.as_bytes(), &splices)?;
        Ok(String::from_utf8(mended.bytes).unwrap())
    }

    #[test]
    fn what_is_meant_changes_and_all_else_stays() {
        let after = exchanged(FILE, &[("onwer", "owner"), (", 8.2", "")]).unwrap();
        assert_eq!(after, FILE.replace("onwer", "owner").replace(", 8.2", ""));
        let windows = FILE.replace('\n', "\r\n");
        let after = exchanged(&windows, &[("onwer", "owner"), (", 8.2", "")]).unwrap();
        assert_eq!(after, windows.replace("onwer", "owner").replace(", 8.2", ""));
        let marked = format!("\u{FEFF}{FILE}");
        assert_eq!(exchanged(&marked, &[("\u{FEFF}", "")]).as_deref(), Ok(FILE));
    }

    #[test]
    fn what_would_change_something_else_is_refused() {
        for (pieces, why) in [
            (&[("\"x\"", "\"x")][..], Spoilt::Unreadable),
            (&[("onwer", "id")], Spoilt::Unreadable),
            (&[("A-1 # first", "A-1")], Spoilt::LosesComment),
            (&[("8.1", "8.1, 8.3")], Spoilt::ReadsOtherwise),
            (&[(": \"x\"", ": \"x\"\nb: y")], Spoilt::ReadsOtherwise),
            (&[("# A", "A")], Spoilt::ReadsOtherwise),
            (&[("8.2, 8.1", "8.1"), ("8.1, 8", "8")], Spoilt::Overlap),
        ] {
            assert_eq!(exchanged(FILE, pieces), Err(why), "{pieces:?}");
        }
        let latin = b"\xEF\xBB\xBF---\nid: A-1\ntitle: caf\xE9 \xE9\xE9\n---\n";
        for splice in [Splice::remove(Span::new(0, 3)), Splice::insert(36, "x")] {
            assert_eq!(mend(latin, &[splice]), Err(Spoilt::Unreadable));
        }
        let beyond = Splice::remove(Span::new(3, 9_999));
        assert_eq!(mend(FILE.as_bytes(), &[beyond]), Err(Spoilt::Elsewhere));
    }
}
