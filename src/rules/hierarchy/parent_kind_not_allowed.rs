use crate::document::{Document, Reference};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::{Spanned, listed};
use std::collections::BTreeSet;

rule!(HI002, "parent-kind-not-allowed", Error, "7.5");

/// The keys that name what a document stands beneath, and the types for which they do; all types
/// where none are named.
const KEYS: [(&str, &[&str]); 4] = [
    ("parent", &[]),
    ("process", &["procedure"]),
    ("procedure", &["work-instruction"]),
    ("produced_by", &["record"]),
];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let mut told = BTreeSet::new();
        let kind = document.front.text("type").map_or("", |kind| kind.value);
        let keys = KEYS.iter().filter(|(_, types)| types.is_empty() || types.contains(&kind));
        for (key, _) in keys {
            for named in document.front.list(key) {
                let Some(above) = sms.document(Reference::parse(named.value).id.as_str()) else {
                    continue;
                };
                if told.insert(&above.path) {
                    check_above(sms, document, key, &named, above, out);
                }
            }
        }
    }
}

fn check_above(
    sms: &Sms,
    document: &Document,
    key: &str,
    named: &Spanned<&str>,
    above: &Document,
    out: &mut Findings,
) {
    let (Some(own), Some(kind)) = (sms.type_of(document), sms.type_of(above)) else { return };
    let is_itself = document.path == above.path;
    let id = above.called();
    if own.may_stand_beneath(&kind.name) && !is_itself {
        if !own.parents.is_empty() {
            let statement = format!("stands beneath {id}, a document of type `{}`", kind.name);
            out.evidence(document.at("id"), statement);
        }
        return;
    }
    let (expected, help) = match own.parents.as_slice() {
        [] => ("has no parent".to_owned(), format!("take `{key}` out, or correct `type`")),
        parents => {
            let parents = listed(parents.iter().map(|name| format!("`{name}`")), "or");
            let help = "name the document of such a type that it belongs to, or correct `type`";
            (format!("stands beneath one of type {parents}"), help.to_owned())
        }
    };
    let called = |key: &str| if key == "parent" { "parent" } else { "document named" };
    let named_is = match key {
        _ if is_itself => format!("`{key}` names the document itself"),
        "parent" => format!("the parent {id} is of type `{}`", kind.name),
        _ => format!("`{key}` names {id}, which is of type `{}`", kind.name),
    };
    let message = format!("{named_is}; a document of type `{}` {expected}", own.name);
    let finding = out.finding(document.place(named.span), message);
    if !is_itself {
        finding.other(above.at("type"), format!("the type of the {}", called(key)));
    }
    finding.help(help);
}
