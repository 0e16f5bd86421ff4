//! What became of a text: its pieces, each kept, added or removed, word by word.
//!
//! Lines are compared first and then the words of lines that changed, so that a long document
//! costs little and a reader sees words and not letters. Equal texts give equal pieces on every
//! machine: no deadline cuts a comparison short.

use super::difference::{self, Manner, Region};

pub use super::difference::unified;

/// What became of a piece of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It stands in both texts.
    Kept,
    /// It stands in the later text only.
    Added,
    /// It stands in the earlier text only.
    Removed,
}

/// A piece of text, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece<Text = String> {
    /// What became of it.
    pub fate: Fate,
    /// The text, with its line ends.
    pub text: Text,
}

/// The words of two passages are compared as long as they make no more pairs than this; beyond it
/// the passages are shown as taken out and put in.
const PAIRS: usize = 4_000_000;

/// So many letters between two changes do not hold them apart.
const SHORT: usize = 3;

/// Compares two texts word by word.
pub fn words(before: &str, after: &str) -> Vec<Piece> {
    let (old, new) = (lines(before), lines(after));
    let mut pieces = Pieces::default();
    let mut kept = 0;
    for changed in difference::regions(Manner::Long, old.iter(), new.iter()) {
        pieces.push_all(Fate::Kept, &old[kept..changed.old.start]);
        kept = changed.old.end;
        pieces.replace(&old[changed.old].concat(), &new[changed.new].concat());
    }
    pieces.push_all(Fate::Kept, &old[kept..]);
    pieces.joined
}

/// Tells whether nothing changed.
pub fn is_unchanged<Text>(pieces: &[Piece<Text>]) -> bool {
    pieces.iter().all(|piece| piece.fate == Fate::Kept)
}

/// Marks the lines that changed, and so many around each.
pub fn near_changes(lines: &[Vec<Piece<&str>>], context: usize) -> Vec<bool> {
    let mut near = vec![false; lines.len()];
    for (at, _) in lines.iter().enumerate().filter(|(_, line)| !is_unchanged(line)) {
        let end = (at + context + 1).min(lines.len());
        near[at.saturating_sub(context)..end].fill(true);
    }
    near
}

/// Cuts pieces into lines. A line that was taken out and the one that came in its place are two.
pub fn by_line(pieces: &[Piece]) -> Vec<Vec<Piece<&str>>> {
    let mut cut = Vec::new();
    let mut open = Vec::new();
    for piece in pieces {
        for text in piece.text.split_inclusive('\n') {
            open.push(Piece { fate: piece.fate, text });
            if text.ends_with('\n') {
                cut.push(std::mem::take(&mut open));
            }
        }
    }
    if !open.is_empty() {
        cut.push(open);
    }
    cut
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Pieces under construction: neighbours of one fate are one piece.
#[derive(Default)]
struct Pieces {
    joined: Vec<Piece>,
}

impl Pieces {
    fn push(&mut self, fate: Fate, text: &str) {
        match self.joined.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.fate == fate => last.text.push_str(text),
            _ => self.joined.push(Piece { fate, text: text.to_owned() }),
        }
    }

    fn push_all(&mut self, fate: Fate, texts: &[&str]) {
        texts.iter().for_each(|text| self.push(fate, text));
    }

    /// Adds what changed between two passages. Blanks and a short word between changed words
    /// change with them, or a rewritten sentence would read as a row of single words.
    fn replace(&mut self, before: &str, after: &str) {
        let (old, new) = (tokens(before), tokens(after));
        if old.len().saturating_mul(new.len()) > PAIRS {
            self.push(Fate::Removed, before);
            self.push(Fate::Added, after);
            return;
        }
        let (mut removed, mut added) = (String::new(), String::new());
        let mut kept = 0;
        for Region { old: gone, new: come } in
            difference::regions(Manner::ForReaders, old.iter(), new.iter())
        {
            let between = &old[kept..gone.start];
            if is_short(between) && !removed.is_empty() && !added.is_empty() {
                removed.extend(between.iter().copied());
                added.extend(between.iter().copied());
            } else {
                self.flush(&mut removed, &mut added);
                self.push_all(Fate::Kept, between);
            }
            removed.extend(old[gone.clone()].iter().copied());
            added.extend(new[come].iter().copied());
            kept = gone.end;
        }
        self.flush(&mut removed, &mut added);
        self.push_all(Fate::Kept, &old[kept..]);
    }

    fn flush(&mut self, removed: &mut String, added: &mut String) {
        self.push(Fate::Removed, removed);
        self.push(Fate::Added, added);
        removed.clear();
        added.clear();
    }
}

/// Tells whether words between two changes are too few to hold them apart.
fn is_short(words: &[&str]) -> bool {
    let letters = words.iter().flat_map(|word| word.chars()).filter(|c| c.is_alphanumeric());
    letters.take(SHORT + 1).count() <= SHORT && !words.contains(&"\n")
}

/// Cuts a text into words, blanks and signs. A number with dots, an address or an id is one word.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            c if c.is_alphanumeric() => word_length(rest),
            ' ' | '\t' => rest.find(|c| c != ' ' && c != '\t').unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// Returns the length of the word a text begins with: signs within it join its parts.
fn word_length(text: &str) -> usize {
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let joins = matches!(c, '.' | '-' | '_' | '@' | ':' | '\'' | '’' | '/')
            && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        if !c.is_alphanumeric() && !joins {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes pieces as `[-removed-]{+added+}`.
    fn told(before: &str, after: &str) -> String {
        let marked = words(before, after).into_iter().map(|piece| match piece.fate {
            Fate::Kept => piece.text,
            Fate::Added => format!("{{+{}+}}", piece.text),
            Fate::Removed => format!("[-{}-]", piece.text),
        });
        marked.collect()
    }

    #[test]
    fn words_change_and_not_letters() {
        for (before, after, expected) in [
            ("version: 1.9\n", "version: 1.10\n", "version: [-1.9-]{+1.10+}\n"),
            ("Once a year.\n", "Every two years.\n", "[-Once a year-]{+Every two years+}.\n"),
            ("a\nb\nc\n", "a\nc\n", "a\n[-b\n-]c\n"),
            ("a\n", "a\nb\n", "a\n{+b\n+}"),
            (
                "by: ada@example.org\n",
                "by: bo@example.org\n",
                "by: [-ada@example.org-]{+bo@example.org+}\n",
            ),
            ("same\n", "same\n", "same\n"),
            ("", "", ""),
            ("no end", "no end\n", "no end{+\n+}"),
        ] {
            assert_eq!(told(before, after), expected);
        }
    }

    #[test]
    fn both_texts_can_be_put_together_again() {
        let before = "# A\n\nOne two three.\nFour  five.\n- x\n";
        let after = "# A\n\nOne 2 three, four.\n- x\n- y\n";
        let pieces = words(before, after);
        let text = |without: Fate| -> String {
            let kept = pieces.iter().filter(|piece| piece.fate != without);
            kept.map(|piece| piece.text.as_str()).collect()
        };
        assert_eq!(text(Fate::Added), before);
        assert_eq!(text(Fate::Removed), after);
    }

    #[test]
    fn two_long_texts_without_anything_in_common_are_compared_all_the_same() {
        let text = |word: &str| -> String { (0..60_000).map(|i| format!("{word}{i} ")).collect() };
        let pieces = words(&text("a"), &text("b"));
        assert_eq!(pieces.len(), 2);
        let lines =
            |word: &str| -> String { (0..60_000).map(|i| format!("{word}{i}\n")).collect() };
        assert_eq!(words(&lines("a"), &lines("b")).len(), 2);
    }
}
