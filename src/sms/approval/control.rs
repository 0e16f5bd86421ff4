//! The waivers under which the author of a document may approve it in a small organization.

use crate::config::Config;
use crate::document::{DocId, Document};
use crate::history::History;
use crate::source::Date;
use std::collections::HashMap;

/// A waiver that names a compensating control, under which an author may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The record.
    pub waiver: DocId,
    from: Date,
    /// Its last day: the one that it names, or the one before it was closed.
    pub until: Date,
}

impl Control {
    pub(super) fn lasted_on(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// Returns the waivers under which an author approved on a day what is asked about on another: the
/// one that lasted on the first, and where that had ended, the one that goes on with it.
pub(super) fn control_of(controls: &[Control], on: Date, asked: Date) -> Vec<DocId> {
    let lasted = |day: Date| controls.iter().filter(move |control| control.lasted_on(day));
    let name = |control: &Control| control.waiver.clone();
    if let Some(control) = lasted(on).find(|control| control.lasted_on(asked)) {
        return vec![name(control)];
    }
    let pair = lasted(on).next().zip(lasted(asked).next());
    pair.map_or_else(Vec::new, |(given, goes_on)| vec![name(given), name(goes_on)])
}

/// Returns the waiver under which an author approved on a day, of those that have ended by another:
/// the last to end.
pub fn ended_control(controls: &[Control], on: Date, asked: Date) -> Option<&Control> {
    let ended = controls.iter().filter(|control| control.lasted_on(on) && control.until < asked);
    ended.max_by_key(|control| control.until)
}

/// Returns the documents whose authors may approve in a small organization, each with the waivers
/// that name the compensating control, in the order of their files.
pub fn controls(
    documents: &[Document],
    config: &Config,
    history: &History,
    as_of: Date,
) -> HashMap<DocId, Vec<Control>> {
    let mut controls: HashMap<DocId, Vec<Control>> = HashMap::new();
    for record in documents.iter().filter(|_| config.is_small) {
        let Some(control) = control_named_by(record, history, as_of) else { continue };
        for document in record.front.list("against") {
            controls.entry(DocId::new(document.value)).or_default().push(control.clone());
        }
    }
    controls
}

fn control_named_by(record: &Document, history: &History, as_of: Date) -> Option<Control> {
    let text = |key| record.front.text(key).map(|found| found.value);
    let (from, until) = record.front.date("from").zip(record.front.date("until"))?;
    let waiver = record.id()?;
    let names_control = record.front.get("compensating_control").is_some_and(|control| {
        control.value.as_text().is_some() || !control.value.items().is_empty()
    });
    if text("kind") != Some("waiver") || !names_control || !record.is_sound() {
        return None;
    }
    let until = match text("status") {
        Some("closed") => until.min(closed_on(&waiver, record, history, as_of)?.day_before()?),
        _ => until,
    };
    Some(Control { waiver, from, until })
}

/// Returns the day on which a record was first closed on the publishing branch; none of one that never was
/// open. What is closed and not committed yet is closed on the day spoken of.
fn closed_on(id: &DocId, record: &Document, history: &History, as_of: Date) -> Option<Date> {
    let is_committed = history.way_to(id, record.blob).next().is_some();
    let last = || history.revisions(id).last().and_then(|revision| revision.blob);
    let blob = if is_committed { record.blob } else { last()? };
    // What was closed once is not open again for those days, and what cannot be read says nothing.
    let mut first = None;
    let mut was_open = false;
    for revision in history.way_to(id, blob).filter(|revision| revision.claims.is_sound) {
        match revision.claims.status.as_deref() {
            Some("closed") => first = Some(revision.commit),
            _ => was_open = true,
        }
    }
    let published = |at: usize| history.published_since(at).unwrap_or(at);
    was_open.then(|| first.map_or(Some(as_of), |at| history.day_of(published(at))))?
}
