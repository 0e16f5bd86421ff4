use crate::document::fields::id_misfit;
use crate::document::{DocId, Document};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(FM003, "id-malformed", Error, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let Some(id) = document.id() else { return };
    match id_misfit(&id) {
        Some(expected) => report_form(sms, document, &id, expected, out),
        None => check_prefix(sms, document, &id, out),
    }
}

fn report_form(sms: &Sms, document: &Document, id: &DocId, expected: &str, out: &mut Findings) {
    let finding = out.finding(document.at("id"), format!("the id is `{id}`; {expected}"));
    for c in id.as_str().chars().filter(|c| !c.is_ascii() && c.is_alphanumeric()).take(1) {
        finding.note(format!("`{c}` is the character U+{:04X}", u32::from(c)));
    }
    match well_formed(id) {
        Some(near) if !sms.knows(&near) => finding.help(format!("did you mean `{near}`?")),
        Some(near) => finding.help(format!(
            "give the document an id of its own; `{near}` belongs to another file already"
        )),
        None => {
            finding.help("write an id like POL-CHG-001: what it is, what it is about, a number")
        }
    };
}

fn check_prefix(sms: &Sms, document: &Document, id: &DocId, out: &mut Findings) {
    let Some(kind) = sms.type_of(document) else { return };
    let begins_with = |prefix: &String| id.has_prefix(prefix);
    if kind.prefixes.iter().any(begins_with) {
        let statement = format!("the id has the form of the type `{}`", kind.name);
        out.evidence(document.at("id"), statement);
        return;
    }
    let prefixes = listed(kind.prefixes.iter().map(|prefix| format!("`{prefix}-`")), "or");
    let message =
        format!("the id is `{id}`; ids of the type `{}` begin with {prefixes}", kind.name);
    let other = sms.config.types.iter().find(|kind| kind.prefixes.iter().any(begins_with));
    let finding = out.finding(document.at("id"), message);
    finding.other(document.at("type"), "the type is given here");
    match other {
        Some(other) => finding.help(format!("did you mean `type: {}`?", other.name)),
        None => finding.help(format!("give the document an id that begins with {prefixes}")),
    };
}

/// Returns the id that was meant by one with small letters, blanks or underscores.
fn well_formed(id: &DocId) -> Option<String> {
    let separated = |c: char| if matches!(c, ' ' | '_' | '.' | '/') { '-' } else { c };
    let near: String = id.as_str().trim().to_ascii_uppercase().chars().map(separated).collect();
    id_misfit(&DocId::new(near.clone())).is_none().then_some(near)
}
