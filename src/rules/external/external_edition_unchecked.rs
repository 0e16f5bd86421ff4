use crate::document::Document;
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
            let words = format!("the edition of {name} was checked on {checked}");
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

/// Returns the external documents: those of the type, and the rows of their register.
fn externals(sms: &Sms) -> Vec<External> {
    let is_external = |document: &&Document| {
        document.front.text("type").is_some_and(|kind| kind.value == "external")
            && sms.is_handed_in(document)
            && !sms.is_out_of_use(document)
            && document.is_read_to_its_end()
    };
    let of_type = sms.maintained().filter(is_external).map(|document| External {
        name: document.called(),
        place: document.at("checked_on"),
        document: document.at("id"),
        checked_on: document.front.text("checked_on").map(|found| found.value.to_owned()),
    });
    // Such a register may list obligations as well: a row with an edition is a document.
    let rows = sms.rows("external-documents").filter(|(register, row)| {
        sms.is_handed_in(register)
            && !sms.is_out_of_use(register)
            && register.is_sound()
            && row.text("edition").is_some()
    });
    let of_register = rows.map(|(register, row)| {
        let checked = row.text("checked_on");
        let written = checked.as_ref().or(row.text("edition").as_ref()).map(|it| it.span);
        External {
            name: ["id", "title"]
                .iter()
                .find_map(|key| row.text(key))
                .map_or_else(|| "a document".to_owned(), |found| found.value.to_owned()),
            place: written.map_or(register.at("entries"), |span| register.place(span)),
            document: register.at("id"),
            checked_on: checked.map(|found| found.value.to_owned()),
        }
    });
    of_type.chain(of_register).collect()
}
