//! What came into the scope and what left it, as scope statements say.

use super::{Side, status_by};
use crate::document::Document;
use crate::sms::Sms;
use crate::source::Date;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The keys of a scope statement that say what the system is about.
const SCOPE: [(&str, &str); 4] = [
    ("organization", "organization"),
    ("services", "service"),
    ("locations", "location"),
    ("exclusions", "exclusion"),
];

impl Sms {
    /// Says what came into the scope and what left it, and what next versions would change of it.
    pub(super) fn scope_changes(&self, before: &[Side<'_>], now: &[Side<'_>]) -> Vec<String> {
        let mut changes = Vec::new();
        for (key, word) in SCOPE {
            let stood = in_scope(before, key);
            let stands = in_scope(now, key);
            // What a file says alone is not so yet.
            let if_prepared = |side: &Side<'_>| {
                let told = self.as_told(side.file).filter(|_| !side.has_next());
                told.map(|told| format!(", {told}")).unwrap_or_default()
            };
            let came = stands.iter().filter(|(it, _)| !stood.contains_key(*it));
            changes.extend(came.map(|(it, by)| format!("{word} came in: {it}{}", if_prepared(by))));
            let left = stood.iter().filter(|(it, _)| !stands.contains_key(*it));
            changes.extend(left.map(|(it, statement)| {
                let by = now.iter().find(|by| by.file.id() == statement.file.id());
                format!("{word} left: {it}{}", by.map(if_prepared).unwrap_or_default())
            }));
            let known: HashSet<String> = before.iter().flat_map(|it| prepared(it, key)).collect();
            for side in now {
                let told = self.as_told(side.file).unwrap_or_default();
                let new = prepared(side, key).into_iter().filter(|it| !known.contains(it));
                changes.extend(new.map(|change| format!("{word} {change}, {told}")));
            }
        }
        changes
    }
}

/// Returns what the scope statements list under a key, each with its statement.
fn in_scope<'s, 'd>(sides: &'s [Side<'d>], key: &str) -> BTreeMap<String, &'s Side<'d>> {
    let listed = sides.iter().flat_map(|side| {
        scope_of(side.stands, key, side.day).into_iter().map(move |it| (it, side))
    });
    listed.collect()
}

/// Returns what a document lists under a key, if it is a scope statement; of an exclusion, what is
/// excluded.
fn scope_of(document: &Document, key: &str, day: Option<Date>) -> BTreeSet<String> {
    let is_statement = document.front.text("type").is_some_and(|kind| kind.value == "statement");
    if !is_statement || status_by(document, day) == Some("withdrawn") {
        return BTreeSet::new();
    }
    let items = document.front.list(key).into_iter().map(|item| item.value.to_owned());
    let rows = document.front.rows(key);
    let rows = rows.filter_map(|row| Some(row.value.text("what")?.value.to_owned()));
    items.chain(rows).collect()
}

/// Returns what the next version of a statement would take in and leave out, under a key.
fn prepared(side: &Side<'_>, key: &str) -> Vec<String> {
    let scope = |text| scope_of(text, key, side.day);
    let (stands, next) = (scope(side.stands), scope(side.file));
    let comes = next.difference(&stands).map(|it| format!("would come in: {it}"));
    comes.chain(stands.difference(&next).map(|it| format!("would leave: {it}"))).collect()
}
