use crate::document::Document;
use crate::document::fields::is_in_one_line;
use crate::document::front::escapes;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::{Span, Spanned};
use std::collections::BTreeMap;

rule!(ST005, "character-unseen", Error, "7.5.2", by_document);

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    let mut found: BTreeMap<(char, bool), (Span, usize)> = BTreeMap::new();
    let mut before = ' ';
    for (at, c) in document.text.char_indices() {
        let last = std::mem::replace(&mut before, c);
        if (' '..='~').contains(&c) {
            continue;
        }
        // A byte order mark that begins the file is told as one.
        let is_mark = at == 0 && c == '\u{FEFF}';
        if !is_of_flag(last, c) && !is_mark && what_it_does(c, at < document.body_start).is_some() {
            let span = Span::new(at, at + c.len_utf8());
            found.entry((c, false)).or_insert((span, 0)).1 += 1;
        }
    }
    for spelt in spelt_out(document) {
        found.entry((spelt.value, true)).or_insert((spelt.span, 0)).1 += 1;
    }
    if found.is_empty() {
        out.evidence(
            document.at("id"),
            "what is read is what is written: nothing hides or reorders it",
        );
    }
    for ((c, is_spelt), (span, times)) in found {
        let is_front_matter = span.start < document.body_start;
        let does = what_it_does(c, is_front_matter).or_else(|| what_it_does(c, false));
        let Some(does) = does else { continue };
        let times =
            if times == 1 { String::new() } else { format!(", the first of {times} times") };
        let written = &document.text[span.start..span.end];
        let stands = match is_spelt {
            true => format!("is written here as `{written}`"),
            false => "stands here".to_owned(),
        };
        let message = format!("the character U+{:04X} {stands}{times}: {does}", u32::from(c));
        out.finding(document.place(span), message).help(match (is_spelt, is_front_matter) {
            (false, _) => "take it out; an editor that shows invisible characters finds it",
            (true, true) => "take it out",
            (true, false) => "take it out; what is meant as an example is written as code",
        });
    }
}

/// Returns the characters nobody sees that are written as something else: as references in the text,
/// as escapes in front matter.
fn spelt_out(document: &Document) -> Vec<Spanned<char>> {
    // A control character in these values is told with the values.
    let in_one_line: Vec<Span> = document
        .front
        .entries
        .iter()
        .filter(|entry| is_in_one_line(&entry.key.value))
        .map(|entry| entry.value.span)
        .collect();
    let is_told = |it: &Spanned<char>| {
        let is_within = |span: &Span| span.start <= it.span.start && it.span.end <= span.end;
        it.value.is_control() && in_one_line.iter().any(is_within)
    };
    let escapes = escapes(&document.front.entries, &document.text).into_iter();
    let hides = |c: char| what_it_does(c, true).or_else(|| what_it_does(c, false)).is_some();
    let mut found: Vec<Spanned<char>> =
        escapes.filter(|it| hides(it.value) && !is_told(it)).collect();
    let mut before: Option<&Spanned<char>> = None;
    for reference in &document.body.references {
        let start = reference.span.start;
        let last = match before.replace(reference) {
            Some(last) if last.span.end == start => Some(last.value),
            _ => document.text[..start].chars().next_back(),
        };
        let is_of_flag = last.is_some_and(|last| is_of_flag(last, reference.value));
        if !is_of_flag && what_it_does(reference.value, false).is_some() {
            found.push(reference.clone());
        }
    }
    found
}

/// Tells whether a character is part of such a flag by the one before it.
fn is_of_flag(last: char, c: char) -> bool {
    is_tag(c) && (last == FLAG || is_tag(last))
}

/// The black flag, which begins the flags of England, Scotland and Wales.
const FLAG: char = '\u{1F3F4}';

fn is_tag(c: char) -> bool {
    matches!(c, '\u{E0000}'..='\u{E007F}')
}

/// Says what a character does that a reader cannot see. What joins, parts or hyphenates words is
/// at home in the text of many languages, and in no value of front matter. Bytes that are NUL, and
/// what YAML refuses, are told elsewhere.
fn what_it_does(c: char, is_front_matter: bool) -> Option<&'static str> {
    match c {
        // U+202C and U+2069 end what one of the others began.
        '\u{202A}' | '\u{202B}' | '\u{202D}' | '\u{202E}' | '\u{2066}'..='\u{2068}' => Some(
            "it changes the direction of the text, so that something else is read than is written",
        ),
        c if is_tag(c) => Some("nobody sees it, and programs read it"),
        '\0' | '\t' | '\n' | '\r' => None,
        c if c.is_control() && !is_front_matter => {
            Some("it is a command for a terminal, and nobody sees it")
        }
        '\u{00AD}'
        | '\u{034F}'
        | '\u{115F}'
        | '\u{1160}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{3164}'
        | '\u{2060}'..='\u{2064}'
        | '\u{FEFF}'
        | '\u{FFA0}'
            if is_front_matter =>
        {
            Some("nobody sees it, and the value is another one than is read")
        }
        _ => None,
    }
}
