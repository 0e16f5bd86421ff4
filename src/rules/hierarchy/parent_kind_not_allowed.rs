use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::hierarchy::Above;
use crate::source::{Spanned, listed};
use std::collections::BTreeSet;

rule!(HI002, "parent-kind-not-allowed", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let mut told = BTreeSet::new();
        let kind = document.front.text("type").map_or("", |kind| kind.value);
        for Above { key, written, document: above } in sms.above(document) {
            let Some(above) = above.filter(|_| stands_beneath(kind, key)) else { continue };
            if told.insert(&above.path) {
                check_above(sms, document, key, &written, above, out);
            }
        }
    }
}

/// Tells whether documents of a type stand beneath what a key names.
fn stands_beneath(kind: &str, key: &str) -> bool {
    match key {
        "process" => kind == "procedure",
        "procedure" => kind == "work-instruction",
        "produced_by" => kind == "record",
        _ => true,
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
