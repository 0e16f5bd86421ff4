use crate::document::Document;
use crate::document::meant::word;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::{did_you_mean, listed};

rule!(FM012, "type-unknown", Error, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let types = &sms.config.types;
    let Some(written) = document.front.text("type") else { return };
    let name = written.value;
    if sms.type_of(document).is_some() {
        out.evidence(document.at("type"), format!("the type `{name}` exists"));
        return;
    }
    let names = types.iter().map(|kind| kind.name.as_str());
    let near = did_you_mean(name, names.clone()).or_else(|| type_of_prefix(sms, document));
    let finding = out.finding(document.place(written.span), format!("there is no type `{name}`"));
    finding.note(format!("the types are {}", listed(names, "and")));
    match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(
                "choose one of the types, or add one under `[preprocessor.clausebook.types]` in book.toml",
            ),
        };
    let names: Vec<&str> = types.iter().map(|kind| kind.name.as_str()).collect();
    if let Some(meant) = word(name, &names)
        && let Some(splice) = document.rewriting(written.span, &meant)
    {
        finding.fix(format!("write `{meant}`"), vec![splice]);
    }
}

/// Returns the type that the document's id belongs to.
fn type_of_prefix<'s>(sms: &'s Sms, document: &Document) -> Option<&'s str> {
    let id = document.id()?;
    let (prefix, _) = id.as_str().split_once('-')?;
    let kind =
        sms.config.types.iter().find(|kind| kind.prefixes.iter().any(|own| own == prefix))?;
    Some(&kind.name)
}
