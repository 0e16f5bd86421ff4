use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::Printable;
use std::collections::BTreeMap;

rule!(SC003, "service-listed-twice", Warning, "8.2.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut seen = BTreeMap::new();
    let is_in_use = |it: &&Document| !sms.is_out_of_use(it);
    for catalogue in sms.registers("services").filter(is_in_use) {
        let mut alone = 0;
        for row in catalogue.front.rows("entries") {
            let Some(id) = row.value.text("id") else { continue };
            let Some((first, place)) = seen.get(&id.value.to_lowercase()) else {
                seen.insert(id.value.to_lowercase(), (id.value, catalogue.place(id.span)));
                alone += 1;
                continue;
            };
            let message = match *first == id.value {
                true => {
                    format!("the service `{}` stands in the catalogue twice", Printable(id.value))
                }
                false => format!(
                    "the service `{}` differs from `{}`, which is in the catalogue already, only in small and capital letters",
                    Printable(id.value),
                    Printable(first)
                ),
            };
            out.finding(catalogue.place(id.span), message)
                .label("here again")
                .other(place.clone(), "first here")
                .help("take out the row that is not meant, or give it an id of its own");
        }
        if alone > 0 {
            let words = match alone {
                1 => "its service has an id of its own".to_owned(),
                _ => format!("its {alone} services have ids of their own"),
            };
            out.evidence(catalogue.at("id"), words);
        }
    }
}
