//! The difference of two states of a document, for a terminal, for a page, and for a forge.
//!
//! What was taken out and what came in are told apart without colour as well. In HTML and Markdown
//! nothing of the text is anything but text.

use crate::document::redline::{Fate, Piece, by_line, is_unchanged, near_changes};

/// What is compared, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redline {
    /// The document: id and title.
    pub title: String,
    /// What the earlier state is, in words.
    pub before: String,
    /// What the later state is, in words.
    pub after: String,
    /// The pieces of the text, front matter first.
    pub pieces: Vec<Piece>,
}

/// How much of the text that did not change is shown around what did: so many lines, or all.
pub type Context = Option<usize>;

/// Writes it for a terminal.
pub fn human(redline: &Redline, context: Context, colour: bool) -> String {
    let bold = |text: String| if colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text };
    let mut text = bold(printable(&redline.title));
    text.push_str(&format!(
        "\n  from {}\n  to   {}\n\n",
        printable(&redline.before),
        printable(&redline.after)
    ));
    if is_unchanged(&redline.pieces) {
        return text + "nothing changed\n";
    }
    for line in shown(&redline.pieces, context) {
        let Some(line) = line else {
            text.push_str("...\n");
            continue;
        };
        for piece in &line {
            let (words, end) = without_line_end(piece.text);
            let words = printable(words);
            // A line end that came or went is seen as an empty mark.
            text.push_str(&match (piece.fate, colour) {
                (Fate::Kept, _) => words,
                (_, true) if words.is_empty() => words,
                (Fate::Removed, true) => format!("\u{1b}[31;9m{words}\u{1b}[0m"),
                (Fate::Added, true) => format!("\u{1b}[32;4m{words}\u{1b}[0m"),
                (Fate::Removed, false) => format!("[-{words}-]"),
                (Fate::Added, false) => format!("{{+{words}+}}"),
            });
            text.push_str(end);
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text
}

/// Writes it as a piece of HTML that stands on its own: `ins` and `del` in a `pre`.
pub fn html(redline: &Redline, context: Context) -> String {
    format!(
        "<section class=\"redline\">\n<h2>{}</h2>\n<p>from {} to {}</p>\n{}\n</section>\n",
        escaped(&redline.title),
        escaped(&redline.before),
        escaped(&redline.after),
        marked(redline, context)
    )
}

/// Writes it as Markdown for a comment on a forge. The text is inside a `pre`, so that nothing of
/// it is read as Markdown.
pub fn markdown(redline: &Redline, context: Context) -> String {
    format!(
        "### {}\n\nfrom {} to {}\n\n{}\n",
        plain(&redline.title),
        plain(&redline.before),
        plain(&redline.after),
        marked(redline, context)
    )
}

fn marked(redline: &Redline, context: Context) -> String {
    if is_unchanged(&redline.pieces) {
        return "<p>Nothing changed.</p>".to_owned();
    }
    let mut text = "<pre>\n".to_owned();
    for line in shown(&redline.pieces, context) {
        let Some(line) = line else {
            text.push_str("…\n");
            continue;
        };
        for piece in &line {
            let (words, end) = without_line_end(piece.text);
            let words = escaped(words);
            text.push_str(&match piece.fate {
                Fate::Kept => words,
                Fate::Removed => format!("<del>{words}</del>"),
                Fate::Added => format!("<ins>{words}</ins>"),
            });
            text.push_str(end);
        }
        if !text.ends_with('\n') {
            text.push('\n');
        }
    }
    text + "</pre>"
}

/// Returns the lines to show; `None` stands for lines that are left out.
fn shown(pieces: &[Piece], context: Context) -> Vec<Option<Vec<Piece<&str>>>> {
    let lines = by_line(pieces);
    let Some(context) = context else { return lines.into_iter().map(Some).collect() };
    let near = near_changes(&lines, context);
    let mut shown = Vec::new();
    for (line, is_near) in lines.into_iter().zip(near) {
        if is_near {
            shown.push(Some(line));
        } else if shown.last() != Some(&None) {
            shown.push(None);
        }
    }
    shown
}

/// Returns the passages that changed, with so many lines around each.
pub(super) fn passages(pieces: &[Piece], context: usize) -> Vec<Vec<Piece>> {
    let lines = shown(pieces, Some(context));
    let mut passages: Vec<Vec<Piece>> = Vec::new();
    for part in lines.split(Option::is_none).filter(|part| !part.is_empty()) {
        let mut passage: Vec<Piece> = Vec::new();
        for piece in part.iter().flatten().flatten() {
            match passage.last_mut().filter(|last| last.fate == piece.fate) {
                Some(last) => last.text.push_str(piece.text),
                None => passage.push(Piece { fate: piece.fate, text: piece.text.to_owned() }),
            }
        }
        passages.push(passage);
    }
    passages
}

fn without_line_end(text: &str) -> (&str, &str) {
    match text.strip_suffix('\n') {
        Some(words) => (words, "\n"),
        None => (text, ""),
    }
}

fn printable(text: &str) -> String {
    crate::source::Printable(text).to_string()
}

pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push('\t'),
            c if crate::source::is_unprintable(c) => out.push_str(&printable(&c.to_string())),
            c => out.push(c),
        }
    }
    out
}

/// A blank without a width. A forge looks for names and numbers in what Markdown leaves, where no
/// backslash is left.
const PART: &str = "&#8203;";

/// Text that neither HTML nor Markdown makes anything of, nor a forge: no name is called, no number
/// becomes a link.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escaped(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '(' | ')') {
            out.push('\\');
        }
        let is_called = c == '@' || c == '#' && !out.ends_with('&');
        out.push(c);
        if is_called {
            out.push_str(PART);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_title_calls_nobody_and_leads_nowhere() {
        let shown = plain("Ask @ben of #1 <b>why</b> [it]'s");
        let told = "Ask @&#8203;ben of #&#8203;1 &lt;b&gt;why&lt;/b&gt; \\[it\\]&#39;s";
        assert_eq!(shown, told);
    }
}
