//! Front matter that is not where it is looked for: in another notation, behind another fence,
//! further down, or a second time. Prose wants none, and nothing is said of it.

use super::Problem;
use crate::source::{Span, Spanned, is_unprintable};

/// What front matter is written in elsewhere, as fences and code blocks name it.
const NOTATIONS: [&str; 6] = ["yaml", "yml", "json", "json5", "jsonc", "toml"];

const QUOTES: [char; 2] = ['"', '\''];

/// Says why a file that does not begin with `---` has no front matter, if it seems to want some.
pub(super) fn unusual(text: &str) -> Option<Spanned<Problem>> {
    let blank: usize =
        text.split_inclusive('\n').take_while(|line| line.trim().is_empty()).map(str::len).sum();
    let line = text[blank..].lines().next().unwrap_or_default();
    let span = Span::new(0, line.len()).shifted(blank);
    let fence = line.trim();
    // What blank lines may stand before is a notation that nothing else is written in.
    let begins_file = blank == 0;
    if begins_file && let Some(beside) = beside_fence(line) {
        return Some(beside);
    }
    let is_braced = fence.starts_with('{') && !fence.starts_with("{{") && !fence.starts_with("{%");
    let rest = &text[span.end..];
    let problem = if fence == "+++" {
        Problem::Toml
    } else if fence == ";;;" || begins_file && is_braced {
        Problem::Json
    } else if begins_file && fence.len() >= 2 && fence.chars().all(is_dash) {
        Problem::OddFence(line.trim_end().to_owned())
    } else if is_other_fence(fence, rest) {
        Problem::OtherFence(fence.to_owned())
    } else if is_code_block_of_keys(fence, rest) {
        Problem::CodeBlock
    } else {
        return late_block(text).map(|span| Spanned::new(Problem::FenceNotFirst, span));
    };
    Some(Spanned::new(problem, span))
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '–' | '—')
}

/// Finds what keeps a first line from being `---` to a program, though it looks like it to a reader.
fn beside_fence(line: &str) -> Option<Spanned<Problem>> {
    // Bytes that are NUL and carriage returns are told anyhow.
    let is_common = |c: char| matches!(c, ' ' | '\t' | '\r' | '\x0C' | '\0');
    let is_beside = |c: char| !is_common(c) && (c.is_whitespace() || is_unprintable(c));
    let (at, character) = line.char_indices().find(|(_, c)| is_beside(*c))?;
    let seen: String = line.chars().filter(|c| !is_beside(*c)).collect();
    let span = Span::new(at, at + character.len_utf8());
    (seen.trim() == "---").then(|| Spanned::new(Problem::BesideFence(character), span))
}

/// Tells whether a line is a fence that says more: the name of a notation, or anything at all where
/// an id stands between it and the line that closes it.
fn is_other_fence(line: &str, rest: &str) -> bool {
    let Some(mark) = ["---", "+++", ";;;"].into_iter().find(|mark| line.starts_with(mark)) else {
        return false;
    };
    let word = line.trim_start_matches(&mark[..1]).trim();
    let ends = |line: &&str| line.trim() != mark;
    let is_closed = || rest.lines().any(|line| !ends(&line));
    is_notation(word)
        || !word.is_empty() && is_closed() && rest.lines().take_while(ends).any(names_id)
}

/// Tells whether a code block begins here that says its notation and holds an id.
fn is_code_block_of_keys(line: &str, rest: &str) -> bool {
    let Some(mark) = ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark)) else {
        return false;
    };
    let word = line.trim_start_matches(&mark[..1]).split_whitespace().next();
    let goes_on = |line: &&str| !line.trim_start().starts_with(mark);
    word.is_some_and(is_notation) && rest.lines().take_while(goes_on).any(names_id)
}

fn is_notation(word: &str) -> bool {
    NOTATIONS.iter().any(|notation| notation.eq_ignore_ascii_case(word))
}

/// Tells whether a line gives a document its id: `id: A-1`, `id = "A-1"`, `{"id": "A-1"}`. The key is
/// no part of another one's value, and the id looks like one.
fn names_id(line: &str) -> bool {
    id_named(line).is_some()
}

/// Returns the id that a line gives a document.
fn id_named(line: &str) -> Option<&str> {
    let looks_like_id =
        |text: &&str| text.starts_with(|c: char| c.is_ascii_uppercase()) && text.contains('-');
    line.split(['{', ',']).find_map(|piece| {
        let key = piece.trim_start();
        let is_within = piece.starts_with([' ', '\t']) && !key.starts_with(QUOTES);
        let after = key.trim_start_matches(QUOTES).strip_prefix("id").filter(|_| !is_within)?;
        let after = after.trim_start_matches(QUOTES).trim_start();
        let value = unquoted(after.strip_prefix([':', '='])?.trim_end_matches(['}', ' ']));
        Some(value).filter(looks_like_id)
    })
}

/// Finds a block further down that reads like front matter: a fence with `id:` or `type:` beneath.
fn late_block(text: &str) -> Option<Span> {
    let mut offset = 0;
    let mut fence = None;
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            in_code = !in_code;
        }
        if !in_code && trimmed == "---" {
            fence = Some(Span::new(offset, offset + trimmed.len()));
        } else if fence.is_some() && (trimmed.starts_with("id:") || trimmed.starts_with("type:")) {
            return fence;
        } else if trimmed.is_empty() || trimmed.starts_with('#') {
            fence = None;
        }
        offset += line.len();
    }
    None
}

/// Finds blocks in the text beneath front matter that read like that of another document: keys
/// between two fences, an id among them. Each comes with its first fence and the id. Whether they
/// stand in code is not known here.
pub(in crate::document) fn second_blocks(body: &str) -> Vec<Spanned<String>> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    let mut offset = 0;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim_ascii_end();
        // Files that were joined bring their marks along.
        let mark = trimmed.trim_start_matches(super::BYTE_ORDER_MARK);
        open = match (mark, open) {
            ("---" | "+++", open) => {
                let fence = Span::new(offset, offset + trimmed.len());
                match open.and_then(|block| block.closed_by(mark)) {
                    Some(block) => {
                        found.push(block);
                        None
                    }
                    None => Some(Block { mark, fence, form: Form::Unseen, id: None }),
                }
            }
            (_, open) => open.and_then(|block| block.going_on(trimmed)),
        };
        offset += line.len();
    }
    found
}

/// What may be a block of front matter, as far as it was read.
struct Block<'t> {
    mark: &'t str,
    fence: Span,
    form: Form,
    id: Option<String>,
}

/// How the keys of a block are written.
#[derive(Clone, Copy)]
enum Form {
    /// None was read yet.
    Unseen,
    /// A line each, of YAML.
    Lines,
    /// Between braces, so many of which are open.
    Braces(usize),
    /// A line each, of TOML; the keys of the document come before those of its tables.
    Toml { is_in_table: bool },
}

impl Form {
    /// Tells what begins with a line.
    fn of(mark: &str, line: &str) -> Self {
        let is_braced =
            line.starts_with('{') && !["{{", "{%", "{:"].iter().any(|it| line.starts_with(it));
        match mark {
            "+++" => Self::Toml { is_in_table: false },
            _ if is_braced => Self::Braces(0),
            _ => Self::Lines,
        }
    }
}

impl<'t> Block<'t> {
    /// Returns its fence and its id, if it is whole with this fence.
    fn closed_by(self, mark: &str) -> Option<Spanned<String>> {
        let is_whole = self.mark == mark && !matches!(self.form, Form::Braces(1..));
        Some(Spanned::new(self.id.filter(|_| is_whole)?, self.fence))
    }

    /// Goes on with a line, if it may stand in front matter.
    fn going_on(mut self, line: &'t str) -> Option<Self> {
        if line.is_empty() || line.starts_with('#') {
            return Some(self);
        }
        let is_first = matches!(self.form, Form::Unseen);
        if is_first {
            self.form = Form::of(self.mark, line);
        }
        let is_within = line.starts_with([' ', '-']);
        let id = match &mut self.form {
            Form::Braces(open) => {
                // What follows the braces is no front matter.
                if *open == 0 && !is_first {
                    return None;
                }
                let outer = outermost(line, open)?;
                outer.split(',').find_map(|piece| id_named(piece.trim()).map(str::to_owned))
            }
            Form::Toml { is_in_table } => {
                *is_in_table |= line.starts_with('[');
                if !is_key(line, '=') && !line.starts_with([' ', '[', ']', '"']) {
                    return None;
                }
                id_named(line).filter(|_| !*is_in_table && !is_within).map(str::to_owned)
            }
            Form::Unseen | Form::Lines => {
                if !is_key(line, ':') && !line.starts_with(' ') && !line.starts_with("- ") {
                    return None;
                }
                id_named(line).filter(|_| !is_within).map(str::to_owned)
            }
        };
        self.id = self.id.or(id);
        Some(self)
    }
}

/// Returns what stands in a line between the outermost braces, and counts those that are open; nothing
/// where more of them close than open, or where anything stands beside them.
fn outermost(line: &str, open: &mut usize) -> Option<String> {
    let mut outer = String::new();
    for c in line.chars() {
        match c {
            '{' => *open += 1,
            '}' => *open = open.checked_sub(1)?,
            c if *open == 1 => outer.push(c),
            c if *open == 0 && !c.is_whitespace() => return None,
            _ => {}
        }
    }
    Some(outer)
}

/// Tells whether a line begins with a key.
fn is_key(line: &str, sign: char) -> bool {
    let key = line.split_once(sign).map_or("", |(key, _)| key.trim_end()).trim_matches(QUOTES);
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Returns the value of a key without its quotes, and without a comment behind it.
fn unquoted(value: &str) -> &str {
    value.split(" #").next().unwrap_or(value).trim().trim_matches(QUOTES)
}

#[cfg(test)]
mod tests {
    use super::super::tests::problems;
    use super::super::{read, split};
    use super::*;
    use crate::document::Document;
    use crate::repo::object::{ObjectId, ObjectKind};
    use crate::source::RepoPath;

    #[test]
    fn odd_beginnings_have_names() {
        assert_eq!(problems(""), [Problem::EmptyFile]);
        assert_eq!(problems("---"), [Problem::Unclosed]);
        assert_eq!(problems("---\n---\n# x\n"), [Problem::EmptyFrontMatter]);
        assert_eq!(problems("---\n# only a comment\n---\n"), [Problem::EmptyFrontMatter]);
        assert_eq!(problems("+++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems("{\"id\":1}\n"), [Problem::Json]);
        assert_eq!(problems("--\nid: a\n--\n"), [Problem::OddFence("--".to_owned())]);
        assert_eq!(problems("# T\n\n---\nid: a\n---\n"), [Problem::FenceNotFirst]);
        assert_eq!(problems("\u{FEFF}---\nid: a\n---\n"), [Problem::ByteOrderMark]);
        assert_eq!(problems("---\nid: a\rb\n---\n"), [Problem::LoneCarriageReturn(1)]);
        assert_eq!(problems("# Just prose\n\n---\n\nmore\n"), []);
        assert_eq!(problems("---\r\nid: a\r\n---\r\nx\r\n"), []);
    }

    #[test]
    fn other_notations_are_seen_to_be_front_matter() {
        for (text, fence) in [
            ("---json\n{\"id\": \"a\"}\n---\n", "---json"),
            ("---toml\nid = \"A-1\"\n---\n", "---toml"),
            ("---YAML\nstatus: approved\n---\n", "---YAML"),
            ("--- yaml\nid: a\n---\n", "--- yaml"),
            ("--- # the policy\nid: A-1\n---\n", "--- # the policy"),
            (";;;json\n{}\n;;;\n", ";;;json"),
            ("+++toml\nid = \"A-1\"\n+++\n", "+++toml"),
            ("\n+++ toml\nid = \"A-1\"\n+++\n", "+++ toml"),
        ] {
            assert_eq!(problems(text), [Problem::OtherFence(fence.to_owned())], "{text}");
        }
        assert_eq!(problems(" +++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems("\n+++\nid = 1\n+++\n"), [Problem::Toml]);
        assert_eq!(problems(";;;\nid\n;;;\n"), [Problem::Json]);
        for text in [
            "```yaml\nid: A-1\n```\n# x\n",
            "\n~~~yml title=a\ntype: policy\nid: A-1\n~~~\n",
            "```toml\nid = \"A-1\"\n```\n",
            "```json\n{\"title\": \"x\", \"id\": \"A-1\"}\n",
        ] {
            assert_eq!(problems(text), [Problem::CodeBlock], "{text}");
        }
    }

    #[test]
    fn what_stands_beside_the_hyphens_unseen_is_named() {
        for (text, character, at) in [
            ("---\u{A0}\nid: a\n---\n", '\u{A0}', 3),
            ("\u{200B}---\nid: a\n---\n", '\u{200B}', 0),
            ("\u{2060}---\r\nid: a\r\n---\r\n", '\u{2060}', 0),
            (" -\u{AD}-- \nid: a\n---\n", '\u{AD}', 2),
        ] {
            let found = Spanned::new(
                Problem::BesideFence(character),
                Span::new(at, at + character.len_utf8()),
            );
            assert_eq!(read(text.as_bytes()).2, [found], "{text:?}");
        }
        let twice = [Problem::ByteOrderMark, Problem::BesideFence('\u{FEFF}')];
        assert_eq!(problems("\u{FEFF}\u{FEFF}---\nid: a\n---\n"), twice);
    }

    #[test]
    fn prose_wants_no_front_matter() {
        for text in [
            "***\n\nprose\n",
            "* * *\nid: a\n",
            "--- and then\n\nprose\n---\n",
            "--- json is a notation\n\nprose\n",
            "--- a/file\n+++ b/file\n",
            "```yaml\nname: x\n```\nid: A-1\n",
            "```\nid: A-1\n```\n",
            "```sh\nid: A-1\n```\n",
            "```yaml\nserver:\n  id: WEB-1\n```\n",
            "```json\n{\"id\": 1, \"name\": \"x\"}\n```\n",
            "\n{braces}\n",
            "\n----\n\nprose\n",
            "\u{200B}prose\n",
        ] {
            assert_eq!(problems(text), [], "{text}");
        }
    }

    #[test]
    fn a_second_block_is_found_where_it_is_one() {
        let found = |text: &str| {
            let document = Document::read(
                RepoPath::from("a.md"),
                ObjectId::of(ObjectKind::Blob, b""),
                text.as_bytes(),
            );
            assert!(document.is_sound(), "{text}");
            let told: Vec<(usize, Problem)> =
                document.problems.into_iter().map(|it| (it.span.start, it.value)).collect();
            told
        };
        let first = "---\nid: A-1\n---\n";
        let second = |at: usize| vec![(first.len() + at, Problem::SecondBlock("A-2".to_owned()))];
        for (text, at) in [
            ("---\nid: A-2\n---\n", 0),
            ("---\r\ntype: policy\r\nid: \"A-2\" # x\r\n---\r\n", 0),
            (
                "# T\n\ntext\n---\ntitle: x\nclauses:\n- 8.1\n  - 8.2\n\n# c\nid: A-2\n---\n# U\n",
                10,
            ),
            ("```\n---\n```\n\n---\nid: A-2\n---\n", 13),
            ("---\n\nprose\n\n---\nid: A-2\n---\n", 12),
            ("\n\u{FEFF}---\nid: A-2\n---\n", 1),
            ("---\n{id: A-2, type: policy}\n---\n", 0),
            ("---\n{type: policy, id: A-2}\n---\n", 0),
            ("---\n{\n  \"title\": \"x {y}\",\n  \"id\": \"A-2\"\n}\n---\n", 0),
            ("---\n{ type: policy, clauses: [8.1],\n  id: A-2 }\n\n---\n", 0),
            ("---\n\"type\": policy\n\"id\": A-2\n---\n", 0),
            ("---\ntype : policy\nid : A-2\n'owner' : x\n---\n", 0),
            (
                "+++\ntitle = \"x\"\nid = \"A-2\"\nclauses = [\n  \"8.1\",\n]\n[extra]\na = 1\n+++\n",
                0,
            ),
            ("---\n+++\nid = 'A-2'\n+++\n", 4),
        ] {
            assert_eq!(found(&format!("{first}{text}")), second(at), "{text}");
        }
        for text in [
            "```yaml\n---\nid: A-2\n---\n```\n",
            "~~~~\n```\n---\nid: A-2\n---\n~~~~\n",
            "    ---\n    id: A-2\n    ---\n",
            "> ---\n> id: A-2\n> ---\n",
            "<!--\n---\nid: A-2\n---\n-->\n",
            "---\n\nprose\n\n---\n",
            "---\nid: A-2\n\nprose\n",
            "---\nid: the number\n---\n",
            "---\nkey: A-2\n---\n",
            "| id |\n|---|\n| A-2 |\n",
            "id\n---\nA-2\n---\n",
            "```yaml\n---\n{id: A-2}\n---\n```\n",
            "```toml\n+++\nid = \"A-2\"\n+++\n```\n",
            "+++\nid = \"A-2\"\n---\n",
            "+++ b/file\nid = \"A-2\"\n+++\n",
            "+++\nid = \"A-2\" is how it begins\nas prose goes on\n+++\n",
            "+++\n[service]\nid = \"A-2\"\n+++\n",
            "---\n{{ id: A-2 }}\n---\n",
            "---\n{: id: A-2}\n---\n",
            "---\n{id: A-2} is what it says\nand more of it\n---\n",
            "---\n{service: {id: A-2}}\n---\n",
            "---\n{id: A-2} is the form\n---\n",
            "---\n{\n  a: {\n    id: A-2 }\n}\n---\n",
            "---\n- {id: A-2, what: a row}\n---\n",
            "---\ntargets:\n  - {id: A-2, value: 1}\n---\n",
            "---\nAbout the id : A-2 and others\n---\n",
        ] {
            assert_eq!(found(&format!("{first}{text}")), [], "{text}");
        }
    }

    #[test]
    fn a_byte_order_mark_hides_nothing() {
        let text = "\u{FEFF}---\nid: a\nid: b\n---\nbody\n";
        let split = split(text);
        assert_eq!(&text[split.entries[0].key.span.start..][..5], "id: a");
        assert_eq!(&text[split.body..], "body\n");
        assert!(matches!(
            problems(text)[..],
            [Problem::ByteOrderMark, Problem::DuplicateKey { .. }]
        ));
        for (text, other) in [
            ("\u{FEFF}+++\nid = 1\n+++\n", Problem::Toml),
            ("\u{FEFF}{\"id\": 1}\n", Problem::Json),
            ("\u{FEFF}---\nid: a\n", Problem::Unclosed),
            ("\u{FEFF}----\nid: a\n", Problem::OddFence("----".to_owned())),
            ("\u{FEFF}# T\n\n---\nid: a\n---\n", Problem::FenceNotFirst),
        ] {
            assert_eq!(problems(text), [Problem::ByteOrderMark, other], "{text}");
        }
        assert_eq!(problems("\u{FEFF}"), [Problem::EmptyFile]);
        assert_eq!(problems("\u{FEFF}# Just prose\n\n---\n\nmore\n"), []);
    }
}
