use crate::document::Document;
use crate::document::front::{FILE_LIMIT, FRONT_MATTER_LIMIT, KeyEnd, NESTING_LIMIT, Problem};
use crate::document::quoting::quoting;
use crate::finding::{Findings, Splice};
use crate::sms::Sms;
use crate::source::Span;

rule!(FM001, "front-matter-unreadable", Error, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let first = out.findings.len();
    report(document, out);
    if let Some(finding) = out.findings.get_mut(first).filter(|_| document.id().is_none())
        && let Some(was) = sms.was_before_it_was_edited(&document.path)
    {
        finding.note(was);
    }
    if document.is_sound() && document.problems.is_empty() {
        out.evidence(document.at("id"), "the front matter can be read in full");
    }
}

/// Reports what cannot be read of one file.
pub(crate) fn report(document: &Document, out: &mut Findings) {
    let mut quoting = match document.problems.is_empty() {
        true => None,
        false => quoting(&document.text),
    };
    for problem in &document.problems {
        let (message, help) = words(&problem.value);
        let finding = out.finding(document.place(problem.span), message);
        finding.help(help);
        match &problem.value {
            Problem::ByteOrderMark => {
                finding.fix("take the mark out", vec![Splice::remove(problem.span)]);
            }
            Problem::DuplicateKey { key, first } => {
                let splice = said_again(document, *first, problem.span);
                splice.map(|it| finding.fix(format!("take the second `{key}` out"), vec![it]));
            }
            Problem::Yaml(_) | Problem::Alias => {
                // Where several values want quotes, all of them get them, or none is read.
                let splices = quoting.take();
                splices.map(|it| finding.fix("put the value in quotes", it));
            }
            _ => {}
        }
        if let Problem::DuplicateKey { first, .. } = problem.value {
            finding.label("here again").other(document.place(first), "first here");
        }
    }
}

/// Returns what takes out a line that says again what a line before it said, in the same words.
fn said_again(document: &Document, first: Span, again: Span) -> Option<Splice> {
    let (first, again) = (whole_line(document, first)?, whole_line(document, again)?);
    let text = |line: Span| document.text[line.start..line.end].trim_end();
    let is_said = first != again && text(first) == text(again);
    is_said.then(|| Splice::remove(again))
}

/// Returns the line of a key, if its value stands on it as a whole.
fn whole_line(document: &Document, key: Span) -> Option<Span> {
    let text = &document.text;
    let start = text[..key.start].rfind('\n').map_or(0, |at| at + 1);
    let end = start + text[start..].find('\n')? + 1;
    let indent = |line: &str| line.len() - line.trim_start().len();
    let line = &text[start..end];
    let next = text[end..].lines().find(|line| !line.trim().is_empty())?;
    let is_whole = indent(next) <= indent(line) && !line.trim_end().ends_with([':', '|', '>', '-']);
    is_whole.then(|| Span::new(start, end))
}

/// Says of what is told once how many there are.
fn first_of(times: usize) -> String {
    if times == 1 { String::new() } else { format!(", the first of {times}") }
}

/// Says what is wrong, and what to do.
fn words(problem: &Problem) -> (String, &'static str) {
    match problem {
        Problem::FileTooLarge(bytes) => (
            format!("the file has {bytes} bytes, more than the {FILE_LIMIT} that are read"),
            "split the document, or keep the large part as an attachment",
        ),
        Problem::FrontMatterTooLarge(bytes) => (
            format!(
                "the front matter has {bytes} bytes, more than the {FRONT_MATTER_LIMIT} that are read"
            ),
            "move what is not metadata into the text, or split the register",
        ),
        Problem::NotUtf8 { byte, times } => (
            format!("the byte 0x{byte:02X} is not UTF-8{}", first_of(*times)),
            "save the file as UTF-8",
        ),
        Problem::Nul(times) => (
            format!(
                "the file holds a NUL byte (U+0000){}, so Git shows no changes of it to a reviewer",
                first_of(*times)
            ),
            if *times == 1 { "remove the byte" } else { "remove the bytes" },
        ),
        Problem::ByteOrderMark => (
            "the file begins with a byte order mark (U+FEFF), which hides its front matter from most tools"
                .to_owned(),
            "save the file as UTF-8 without a byte order mark",
        ),
        Problem::LoneCarriageReturn(times) => (
            format!("a carriage return stands alone{}; lines end in LF or CR LF", first_of(*times)),
            "save the file with LF line ends",
        ),
        Problem::EmptyFile => {
            ("the file is empty".to_owned(), "write the document, or remove the file")
        }
        Problem::Toml => (
            "the front matter is TOML (`+++`); YAML between `---` lines is expected".to_owned(),
            "write the same keys as YAML: `id: POL-001` instead of `id = \"POL-001\"`",
        ),
        Problem::Json => (
            "the front matter is JSON; YAML between `---` lines is expected".to_owned(),
            "put a line `---` before and after the keys and write them as YAML",
        ),
        Problem::OtherFence(fence) => (
            format!("the first line is `{fence}`; YAML between two lines of `---` is expected"),
            "write the keys as YAML, `id: POL-001`, between two lines of three hyphens and nothing else",
        ),
        Problem::CodeBlock => (
            "the file begins with a code block of keys; YAML between two lines of `---` is expected"
                .to_owned(),
            "write the keys as YAML, `id: POL-001`, and a line of three hyphens in place of each end of the code block",
        ),
        Problem::BesideFence(character) => (
            format!(
                "the character U+{:04X} stands on the first line beside `---`; YAML between two lines of `---` and nothing else is expected",
                u32::from(*character)
            ),
            "take the character out; an editor that shows invisible characters finds it",
        ),
        Problem::OddFence(fence) => (
            format!(
                "the first line is `{fence}`; front matter begins with a line of three hyphens, `---`"
            ),
            "write the fence as `---`",
        ),
        Problem::FenceNotFirst => (
            "this block reads like front matter, but front matter begins on line 1".to_owned(),
            "move the block to the top of the file",
        ),
        Problem::Unclosed => (
            "the front matter is not closed: no later line is `---`".to_owned(),
            "add a line `---` after the last key",
        ),
        Problem::EmptyFrontMatter => (
            "the front matter is empty".to_owned(),
            "give the document an id, a title, a type, a version, a status and an owner",
        ),
        Problem::Yaml(words) => (
            format!("the front matter cannot be read: {words}"),
            mending(words),
        ),
        Problem::AtColon { key, found } => at_colon(key, *found),
        Problem::TooDeep => (
            format!("lists and mappings are nested deeper than {NESTING_LIMIT} levels"),
            "write the value flat",
        ),
        Problem::Alias => (
            "this is a YAML alias; a value must stand where it is read".to_owned(),
            "write the value out, or put the text in quotes if it begins with `*`",
        ),
        Problem::Anchor => (
            "this is a YAML anchor; a value must stand where it is read".to_owned(),
            "remove the anchor, or put the text in quotes if it begins with `&`",
        ),
        Problem::Tag => (
            "this value has a YAML tag; values are read as the text they are".to_owned(),
            "remove the tag, or put the text in quotes if it begins with `!`",
        ),
        Problem::MergeKey => (
            "this is a YAML merge key; a document says everything itself".to_owned(),
            "write the keys out",
        ),
        Problem::DuplicateKey { key, .. } => (
            format!(
                "the key `{key}` stands twice, so a reviewer and a reader may see different values"
            ),
            "keep the one that is meant",
        ),
        Problem::KeyNotText => (
            "this key is a list or a mapping; keys are words".to_owned(),
            "write the key as a word",
        ),
        Problem::Placeholder { written, .. } => (
            format!("`{written}` is the placeholder of a template; the value itself was expected"),
            "write the value in its place, or put it in quotes if it is meant as it stands; a file that is a template for others goes without `id`, and is listed in `uncontrolled` of book.toml",
        ),
        Problem::NotAMapping(what) => (
            format!("the front matter is {what}; a mapping of `key: value` lines is expected"),
            "write one `key: value` a line",
        ),
        Problem::SecondDocument => (
            "a second YAML document begins here; the front matter is one".to_owned(),
            "remove the line `...` or `---` within the block",
        ),
        Problem::SecondBlock(id) => (
            format!(
                "this block reads like the front matter of a second document, `{id}`, which is left out: a file holds one"
            ),
            "move it to a file of its own; what is meant as an example is put in a code block",
        ),
    }
}

/// Says how to mend YAML that cannot be read.
fn mending(words: &str) -> &'static str {
    match words {
        _ if words.starts_with("unclosed") => "close it where it ends",
        _ if words.contains("tab") => "indent with spaces",
        _ => "mend the YAML here; text with `: ` or a special first character wants quotes",
    }
}

/// Says how a key ends that does not end in a colon and a space.
fn at_colon(key: &str, found: KeyEnd) -> (String, &'static str) {
    match found {
        KeyEnd::OddColon(character) => (
            format!(
                "the character U+{:04X} stands behind the key `{key}`, where a colon and a space are expected",
                u32::from(character)
            ),
            "type a plain colon and a space in its place",
        ),
        KeyEnd::OddBlank(character) => (
            format!(
                "the character U+{:04X} stands behind the colon of `{key}`, where a space is expected",
                u32::from(character)
            ),
            "type a plain space in its place",
        ),
        KeyEnd::NoSpace => (
            format!(
                "the value of `{key}` follows its colon at once; a space is expected between them"
            ),
            "type a space behind the colon",
        ),
    }
}
