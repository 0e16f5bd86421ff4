//! The documents of external origin that are in use, and when somebody is to look for a newer edition
//! (clause 7.5.3).

use super::Sms;
use crate::document::Document;
use crate::document::front::Node;
use crate::finding::Place;
use crate::source::Date;

/// An external document that is in use, and when its edition was last checked.
#[derive(Clone, Debug)]
pub struct External<'s> {
    /// The file that is it, or lists it.
    pub file: &'s Document,
    /// Its id or title.
    pub name: String,
    /// Where it says when its edition was checked, or should.
    pub place: Place,
    /// The document that is it, or lists it.
    pub document: Place,
    /// What is written of the day of the check; none where nothing is.
    pub checked_on: Option<String>,
    /// The next version, where only that says so.
    pub noted_in: Option<String>,
}

/// How the check of an edition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditionCheck {
    /// Nobody ever looked.
    Never,
    /// The day cannot be read.
    Unreadable,
    /// The day named is still to come.
    ToCome(Date),
    /// It was checked on the first day, and is to be again by the second.
    Done(Date, Option<Date>),
    /// It was checked on the first day, and should have been again by the second.
    Overdue(Date, Date),
}

impl External<'_> {
    /// Tells how the check of its edition stands on the day spoken of.
    pub fn check(&self, sms: &Sms) -> EditionCheck {
        let Some(written) = &self.checked_on else { return EditionCheck::Never };
        let Some(checked) = Date::parse(written) else { return EditionCheck::Unreadable };
        let names_it = self.document.document.as_deref().and_then(|id| sms.document(id));
        let is_to_come =
            names_it.map_or(checked > sms.as_of, |document| sms.is_to_come(document, checked));
        match checked.plus_months(sms.trust.config.limits.edition_check_months) {
            _ if is_to_come => EditionCheck::ToCome(checked),
            Some(until) if until < sms.as_of => EditionCheck::Overdue(checked, until),
            until => EditionCheck::Done(checked, until),
        }
    }
}

impl Sms {
    /// Returns the external documents in use: those of the type, and the rows of their register. While a
    /// next version is written, those of the version in force are external documents too, and who checks
    /// them says so in the file.
    pub fn externals(&self) -> Vec<External<'_>> {
        let mut externals = Vec::new();
        for file in self.maintained() {
            let is_asked = self.is_handed_in(file) && !self.is_out_of_use(file);
            let mut own = externals_in(file, file);
            if let Some(found) = self.in_force_before_next(file) {
                for mut external in externals_in(file, found.text) {
                    external.document = file.at("id");
                    match own.iter().position(|it| it.name == external.name) {
                        None => external.place = file.at("version"),
                        Some(at) => {
                            let now = own.remove(at);
                            external.place = now.place;
                            let latest = later(&external.checked_on, &now.checked_on);
                            if latest != external.checked_on {
                                let version = file.front.text("version");
                                external.noted_in = version.map(|version| version.value.to_owned());
                            }
                            external.checked_on = latest;
                        }
                    }
                    externals.push(external);
                }
            }
            externals.extend(own.into_iter().filter(|_| is_asked));
        }
        externals
    }
}

/// Returns the later of two days, as written.
fn later(one: &Option<String>, other: &Option<String>) -> Option<String> {
    let day = |written: &Option<String>| written.as_deref().and_then(Date::parse);
    let is_later = day(other) > day(one);
    if is_later { other.clone() } else { one.as_ref().or(other.as_ref()).cloned() }
}

/// Returns the external documents that a text of a file is or lists.
fn externals_in<'s>(file: &'s Document, text: &Document) -> Vec<External<'s>> {
    let kind = text.front.text("type");
    if kind.is_some_and(|kind| kind.value == "external") && text.is_read_to_its_end() {
        return vec![External {
            file,
            name: text.called(),
            place: text.at("checked_on"),
            document: text.at("id"),
            checked_on: text.front.text("checked_on").map(|found| found.value.to_owned()),
            noted_in: None,
        }];
    }
    let kinds = text.front.list("register_kind");
    if !kinds.iter().any(|kind| kind.value == "external-documents") || !text.is_sound() {
        return Vec::new();
    }
    // Such a register may list obligations as well: a row with an edition is a document.
    let rows = text.front.rows("entries").map(|row| &row.value);
    let rows = rows.filter(|row| row.text("edition").is_some());
    let external = |row: &Node| {
        let checked = row.text("checked_on");
        let written = checked.as_ref().or(row.text("edition").as_ref()).map(|it| it.span);
        External {
            file,
            name: name_of(row).unwrap_or("a document").to_owned(),
            place: written.map_or(text.at("entries"), |span| text.place(span)),
            document: text.at("id"),
            checked_on: checked.map(|found| found.value.to_owned()),
            noted_in: None,
        }
    };
    rows.map(external).collect()
}

/// Returns how a row of a register calls an external document.
pub fn name_of(row: &Node) -> Option<&str> {
    ["id", "title"].iter().find_map(|key| row.text(key)).map(|found| found.value)
}
