use crate::document::Document;
use crate::document::front::Node;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::{Date, Printable};

rule!(EX001, "external-edition-unchecked", Warning, "7.5.3");

/// An external document that is in use, and when its edition was last checked.
struct External {
    name: String,
    place: Place,
    document: Place,
    /// What is written; none where nothing is.
    checked_on: Option<String>,
    /// The next version, where only that says so.
    noted_in: Option<String>,
}

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let months = sms.trust.config.limits.edition_check_months;
    for external in externals(sms) {
        let name = Printable(&external.name);
        let Some(written) = external.checked_on else {
            out.finding(external.place, format!("nobody ever checked the edition of {name}"))
                .help("look whether there is a newer edition, and write the day to `checked_on`");
            continue;
        };
        // A day that cannot be read is another rule's matter.
        let Some(checked) = Date::parse(&written) else { continue };
        let names_it = external.document.document.as_deref().and_then(|id| sms.document(id));
        let is_to_come =
            names_it.map_or(checked > sms.as_of, |document| sms.is_to_come(document, checked));
        if is_to_come {
            out.finding(
                external.place,
                format!("the edition of {name} was checked on {checked}, which is still to come"),
            )
            .help("write the day on which it was last looked for");
        } else if checked.plus_months(months).is_none_or(|until| until >= sms.as_of) {
            let mut words = format!("the edition of {name} was checked on {checked}");
            if let Some(version) = external.noted_in {
                let version = Printable(&version);
                words += &format!(", as version {version} says, which is not in force");
            }
            out.evidence(external.document, words);
        } else {
            out.finding(
                external.place,
                format!(
                    "the edition of {name} was last checked on {checked}, more than {months} months ago"
                ),
            )
            .help("look whether there is a newer edition, and write the day to `checked_on`");
        }
    }
}

/// Returns the external documents: those of the type, and the rows of their register. While a next
/// version is written, those of the version in force are external documents too, and who checks them
/// says so in the file.
fn externals(sms: &Sms) -> Vec<External> {
    let mut externals = Vec::new();
    for file in sms.maintained() {
        let is_asked = sms.is_handed_in(file) && !sms.is_out_of_use(file);
        let mut own = externals_in(file);
        let before = sms.as_in_force(file).filter(|found| found.version.is_some());
        if let Some(found) = before {
            for mut external in externals_in(found.text) {
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

/// Returns the later of two days, as written.
fn later(one: &Option<String>, other: &Option<String>) -> Option<String> {
    let day = |written: &Option<String>| written.as_deref().and_then(Date::parse);
    let is_later = day(other) > day(one);
    if is_later { other.clone() } else { one.as_ref().or(other.as_ref()).cloned() }
}

/// Returns the external documents that a text is or lists.
fn externals_in(document: &Document) -> Vec<External> {
    let kind = document.front.text("type");
    if kind.is_some_and(|kind| kind.value == "external") && document.is_read_to_its_end() {
        return vec![External {
            name: document.called(),
            place: document.at("checked_on"),
            document: document.at("id"),
            checked_on: document.front.text("checked_on").map(|found| found.value.to_owned()),
            noted_in: None,
        }];
    }
    let kinds = document.front.list("register_kind");
    if !kinds.iter().any(|kind| kind.value == "external-documents") || !document.is_sound() {
        return Vec::new();
    }
    // Such a register may list obligations as well: a row with an edition is a document.
    let rows = document.front.rows("entries").map(|row| &row.value);
    let rows = rows.filter(|row| row.text("edition").is_some());
    let external = |row: &Node| {
        let checked = row.text("checked_on");
        let written = checked.as_ref().or(row.text("edition").as_ref()).map(|it| it.span);
        External {
            name: ["id", "title"]
                .iter()
                .find_map(|key| row.text(key))
                .map_or_else(|| "a document".to_owned(), |found| found.value.to_owned()),
            place: written.map_or(document.at("entries"), |span| document.place(span)),
            document: document.at("id"),
            checked_on: checked.map(|found| found.value.to_owned()),
            noted_in: None,
        }
    };
    rows.map(external).collect()
}
