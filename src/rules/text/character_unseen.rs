use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::Span;
use std::collections::BTreeMap;

rule!(ST005, "character-unseen", Error, "7.5.2", by_document);

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    let mut found: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    let mut before = ' ';
    for (at, c) in document.text.char_indices() {
        let last = std::mem::replace(&mut before, c);
        if (' '..='~').contains(&c) {
            continue;
        }
        let is_flag = is_tag(c) && (last == FLAG || is_tag(last));
        // A byte order mark that begins the file is told as one.
        let is_mark = at == 0 && c == '\u{FEFF}';
        if !is_flag && !is_mark && what_it_does(c, at < document.body_start).is_some() {
            found.entry(c).or_insert((at, 0)).1 += 1;
        }
    }
    if found.is_empty() {
        out.evidence(
            document.at("id"),
            "what is read is what is written: nothing hides or reorders it",
        );
    }
    for (c, (at, times)) in found {
        let Some(does) = what_it_does(c, at < document.body_start) else { continue };
        let times =
            if times == 1 { String::new() } else { format!(", the first of {times} times") };
        let message = format!("the character U+{:04X} stands here{times}: {does}", u32::from(c));
        out.finding(document.place(Span::new(at, at + c.len_utf8())), message)
            .help("take it out; an editor that shows invisible characters finds it");
    }
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
