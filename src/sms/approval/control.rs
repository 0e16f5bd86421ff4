//! The waivers under which the author of a document may approve it in a small organization.

use crate::config::Config;
use crate::document::{DocId, Document};
use crate::source::Date;
use std::collections::HashMap;

/// A waiver that names a compensating control, under which an author may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// The record.
    pub waiver: DocId,
    from: Date,
    until: Date,
}

impl Control {
    pub(super) fn lasted_on(&self, day: Date) -> bool {
        self.from <= day && day <= self.until
    }
}

/// Returns the documents whose authors may approve, each with the waiver that names the
/// compensating control: in a small organization, while the waiver lasts.
pub fn controls(documents: &[Document], config: &Config, as_of: Date) -> HashMap<DocId, Control> {
    if !config.is_small {
        return HashMap::new();
    }
    let control_of = |record: &Document| {
        let text = |key| record.front.text(key).map(|found| found.value);
        let (from, until) = record.front.date("from").zip(record.front.date("until"))?;
        let control = Control { waiver: record.id()?, from, until };
        let names_control = record.front.get("compensating_control").is_some_and(|control| {
            control.value.as_text().is_some() || !control.value.items().is_empty()
        });
        let counts = text("kind") == Some("waiver")
            && text("status") != Some("closed")
            && control.lasted_on(as_of)
            && names_control
            && record.is_sound();
        counts.then_some(control)
    };
    let controls = documents.iter().filter_map(|record| Some((record, control_of(record)?)));
    let controls = controls.flat_map(|(record, control)| {
        let against = record.front.list("against").into_iter();
        against.map(move |document| (DocId::new(document.value), control.clone()))
    });
    controls.collect()
}
