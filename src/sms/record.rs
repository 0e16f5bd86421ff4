//! Records, asked by their kind and by the day they speak of.

use super::Sms;
use crate::document::Document;
use crate::source::Date;

/// The keys that give the day of a record, the first that is there.
const DAYS: [&str; 5] = ["date", "performed_on", "reviewed_on", "report_date", "raised_on"];

impl Sms {
    /// Returns the records of a kind whose front matter can be relied on.
    pub fn records_of<'s>(&'s self, kind: &'s str) -> impl Iterator<Item = &'s Document> {
        self.records().filter(move |record| {
            record.is_sound() && record.front.text("kind").is_some_and(|text| text.value == kind)
        })
    }
}

/// Returns the day of what a record shows.
pub fn day_of(record: &Document) -> Option<Date> {
    DAYS.iter().find_map(|key| record.front.date(key))
}
