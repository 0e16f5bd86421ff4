//! What agreements promised in a time that is over, as the history has it (8.3.3).
//!
//! A report is held against what was agreed on in its time: not against what was agreed on later, and
//! never against what the report itself says was promised.

use super::Sms;
use super::actual::{agreements_named, time_of};
use super::target::ServiceTarget;
use super::tenure::Tenure;
use crate::document::period::Period;
use crate::document::{DocId, Document};
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use rayon::prelude::*;
use std::collections::BTreeMap;

impl Sms {
    /// Returns the texts of an agreement that were in force in a time, be it for a day of it, oldest first.
    pub fn texts_in_force_in(
        &self,
        agreement: &DocId,
        time: Period,
    ) -> impl Iterator<Item = &Document> {
        let tenures = self.tenures(agreement).iter().filter(move |it| lasted_in(it, time));
        tenures.filter_map(move |tenure| self.content_of(agreement, tenure.blob))
    }

    /// Returns what an agreement promised in a time of what is a target of it now, by the versions that
    /// were in force then.
    pub fn promised_in<'s>(
        &'s self,
        agreement: &DocId,
        target: &ServiceTarget<'_>,
        time: Period,
    ) -> Vec<ServiceTarget<'s>> {
        let texts = self.texts_in_force_in(agreement, time);
        texts.filter_map(|text| target.in_text(text)).collect()
    }

    /// Returns a content of an agreement that was read: that of its file, or a former one.
    fn content_of(&self, agreement: &DocId, blob: ObjectId) -> Option<&Document> {
        let file = self.document(agreement.as_str()).filter(|file| file.blob == blob);
        file.or_else(|| self.former_agreements.get(&blob))
    }

    /// Reads the versions of agreements that were in force in the time of a service report that names
    /// them.
    ///
    /// # Errors
    /// When a content is missing from the objects, or damaged.
    pub(super) fn read_former_agreements(
        &mut self,
        objects: &dyn Objects,
    ) -> Result<(), ReadError> {
        let mut asked: BTreeMap<ObjectId, (DocId, usize)> = BTreeMap::new();
        for report in self.records_of("service-report") {
            let Some(time) = time_of(report) else { continue };
            for agreement in agreements_named(report) {
                for tenure in self.tenures(&agreement).iter().filter(|it| lasted_in(it, time)) {
                    if self.content_of(&agreement, tenure.blob).is_none() {
                        asked.insert(tenure.blob, (agreement.clone(), tenure.at));
                    }
                }
            }
        }
        let read = asked.into_par_iter().map(|(blob, (agreement, at))| {
            let commit = self.history.commits[at].id;
            let Some(path) = self.history.paths_in(&agreement, commit).pop() else {
                return Ok(None);
            };
            let bytes = snapshot::blob(objects, blob)?;
            Ok(Some((blob, Document::read(path.clone(), blob, &bytes))))
        });
        let read = read.collect::<Result<Vec<_>, ReadError>>()?;
        self.former_agreements = read.into_iter().flatten().collect();
        Ok(())
    }
}

/// Tells whether a version was in force on a day of a time.
fn lasted_in(tenure: &Tenure, time: Period) -> bool {
    tenure.was_ever_in_force()
        && tenure.from.is_some_and(|from| from <= time.last)
        && tenure.last_day_in_force().is_none_or(|last| time.first <= last)
}
