//! Footnotes of a page: their numbers, their ids, and the list at its foot.

use super::Events;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    ops::Range,
};

/// The footnotes in the order of their numbers.
#[derive(Default)]
pub(super) struct Footnotes {
    numbers: HashMap<String, usize>,
    notes: Vec<Note>,
}

#[derive(Clone, Default)]
struct Note {
    text: String,
    references: usize,
}

impl Footnotes {
    /// Numbers footnotes as a reader meets them: by their references in the text, then by those in
    /// other footnotes; those nobody refers to come last.
    pub(super) fn number(events: &Events<'_>) -> Self {
        let (mut in_text, mut in_notes, mut defined) = (Vec::new(), Vec::new(), Vec::new());
        let mut depth = 0;
        for (event, _) in events {
            match event {
                Event::FootnoteReference(label) if depth == 0 => in_text.push(label),
                Event::FootnoteReference(label) => in_notes.push(label),
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    depth += 1;
                    defined.push(label);
                }
                Event::End(TagEnd::FootnoteDefinition) => depth -= 1,
                _ => {}
            }
        }
        let mut footnotes = Self::default();
        for label in in_text.into_iter().chain(in_notes).chain(defined) {
            footnotes.number_of(label);
        }
        footnotes
    }

    /// Returns the number of a footnote.
    pub(super) fn number_of(&mut self, label: &str) -> usize {
        let next = self.numbers.len() + 1;
        let number = *self.numbers.entry(label.to_lowercase()).or_insert(next);
        self.notes.resize(self.numbers.len(), Note::default());
        number
    }

    /// Adds to what a footnote says.
    pub(super) fn add(&mut self, number: usize, html: &str) {
        self.notes[number - 1].text.push_str(html);
    }

    /// Counts a reference and returns its id.
    pub(super) fn refer(&mut self, number: usize) -> String {
        let note = &mut self.notes[number - 1];
        note.references += 1;
        reference_id(number, note.references)
    }

    /// Writes the list of footnotes, each with the ways back to where it is referred to.
    pub(super) fn write(&self, out: &mut String) {
        if self.notes.is_empty() {
            return;
        }
        out.push_str("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n");
        for (number, note) in (1..).zip(&self.notes) {
            // The way back stands in the last paragraph, if the note ends with one.
            let text = note.text.trim_end();
            let (text, end) = match text.strip_suffix("</p>") {
                Some(text) => (text, "</p>"),
                None => (text, ""),
            };
            let _ = write!(out, "<li id=\"Fn-{number}\">{text}");
            for nth in 1..=note.references {
                let id = reference_id(number, nth);
                let which = if nth == 1 { number.to_string() } else { format!("{number}, {nth}") };
                let _ = write!(
                    out,
                    " <a href=\"#{id}\" aria-label=\"Back to reference {which}\">↩</a>"
                );
            }
            let _ = writeln!(out, "{end}</li>");
        }
        out.push_str("</ol>\n</section>\n");
    }
}

/// Returns what stands in a part of a text, and the footnotes that it refers to, directly or by
/// way of each other.
pub(super) fn part_of<'a>(events: &Events<'a>, part: &Range<usize>) -> Events<'a> {
    let notes = notes_around(events);
    let is_inside = |range: &Range<usize>| part.start <= range.start && range.end <= part.end;
    let mut referred: HashMap<Option<String>, Vec<String>> = HashMap::new();
    for ((event, range), note) in events.iter().zip(&notes) {
        if let Event::FootnoteReference(label) = event
            && (note.is_some() || is_inside(range))
        {
            referred.entry(note.clone()).or_default().push(label.to_lowercase());
        }
    }
    let mut wanted: HashSet<String> = HashSet::new();
    let mut open = referred.remove(&None).unwrap_or_default();
    while let Some(label) = open.pop() {
        open.extend(referred.remove(&Some(label.clone())).unwrap_or_default());
        wanted.insert(label);
    }
    let is_kept = |((_, range), note): &(&(Event<'a>, Range<usize>), &Option<String>)| match note {
        Some(note) => wanted.contains(note),
        None => is_inside(range),
    };
    events.iter().zip(&notes).filter(is_kept).map(|(event, _)| event.clone()).collect()
}

/// Returns for each event the footnote it is part of, the outermost one, its label in small letters.
fn notes_around(events: &Events<'_>) -> Vec<Option<String>> {
    let (mut depth, mut note) = (0, None);
    let around = events.iter().map(|(event, _)| {
        if let Event::Start(Tag::FootnoteDefinition(label)) = event {
            depth += 1;
            note = note.take().or_else(|| Some(label.to_lowercase()));
        }
        let around = note.clone();
        if let Event::End(TagEnd::FootnoteDefinition) = event {
            depth -= 1;
            note = note.take().filter(|_| depth > 0);
        }
        around
    });
    around.collect()
}

fn reference_id(number: usize, nth: usize) -> String {
    if nth == 1 { format!("Fnref-{number}") } else { format!("Fnref-{number}-{nth}") }
}
