use crate::document::{DocId, Document, Reference, Version};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::naming::Ids;
use crate::sms::versions::{is_before_all, which_versions};
use crate::source::Spanned;

rule!(SU003, "superseded-unknown", Error, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut ids = sms.known_ids();
    for document in &sms.documents {
        let named = document.front.list("supersedes");
        let mut earlier: Vec<Reference> = Vec::new();
        let mut told = false;
        for written in &named {
            let reference = Reference::parse(written.value);
            let before = earlier.iter().find(|it| overlap(it, &reference));
            told |= match before {
                Some(before) => report_twice(document, written, before, out),
                None if document.id().as_ref() == Some(&reference.id) => {
                    report_itself(document, written, &reference, out)
                }
                None => report_unknown(sms, document, written, &reference, &mut ids, out),
            };
            earlier.push(reference);
        }
        if !told && !named.is_empty() {
            let words = "`supersedes` names what is there, or was, and each once";
            out.evidence(document.at("id"), words);
        }
    }
}

/// Tells whether two names say the same: a document as such holds all its versions.
fn overlap(a: &Reference, b: &Reference) -> bool {
    let same_version = match (&a.version, &b.version) {
        (Some(a), Some(b)) => Version::are_same(a, b),
        _ => true,
    };
    a.id == b.id && same_version
}

fn report_twice(
    document: &Document,
    written: &Spanned<&str>,
    before: &Reference,
    out: &mut Findings,
) -> bool {
    let message = match Reference::parse(written.value) == *before {
        true => format!("`supersedes` names `{}` twice", written.value),
        false => format!(
            "`supersedes` names {} twice, as `{}` after `{}`",
            before.id,
            written.value,
            as_written(before)
        ),
    };
    out.finding(document.place(written.span), message).help("name it once, with its version");
    true
}

/// Reports a document that names itself and no former version of its own.
fn report_itself(
    document: &Document,
    written: &Spanned<&str>,
    reference: &Reference,
    out: &mut Findings,
) -> bool {
    let now = document.front.text("version").map(|version| version.value);
    let message = match (&reference.version, now) {
        (None, _) => format!("`supersedes` names `{}`, the document itself", written.value),
        (Some(version), Some(now)) if Version::are_same(version, now) => {
            format!("`supersedes` names `{}`, the very version that says so", written.value)
        }
        _ => return false,
    };
    let help = "name the version that was in force before this one, or take this out";
    out.finding(document.place(written.span), message).help(help);
    true
}

fn report_unknown(
    sms: &Sms,
    document: &Document,
    written: &Spanned<&str>,
    reference: &Reference,
    ids: &mut Ids<'_>,
    out: &mut Findings,
) -> bool {
    let id = reference.id.as_str();
    if was_there(sms, &reference.id) || sms.knows(id) {
        return report_version(sms, document, written, reference, out);
    }
    if ids.may_hold(id) {
        return false;
    }
    let message =
        format!("`supersedes` names `{id}`, which is the id of no document, and never was");
    let finding = out.finding(document.place(written.span), message);
    finding.help(match ids.nearest(id) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "correct the id; name in the text what was replaced before documents came here"
            .to_owned(),
    });
    if let Some((meant, splice)) = ids.correction(document, written, id) {
        finding.fix(format!("write `{meant}`"), vec![splice]);
    }
    true
}

/// Reports a version that a document never had. One that is older than all it is known to have had
/// may have been, before the documents came into the repository.
fn report_version(
    sms: &Sms,
    document: &Document,
    written: &Spanned<&str>,
    Reference { id, version }: &Reference,
    out: &mut Findings,
) -> bool {
    let Some(version) = version else { return false };
    let versions = sms.versions_in_order(id);
    let is_known = versions.iter().any(|known| Version::are_same(known, version));
    if is_known || versions.is_empty() || is_before_all(version, &versions) {
        return false;
    }
    let has = which_versions(&versions);
    let message = format!("`supersedes` names version {version} of {id}, {has}");
    let help = "name the version that was in force until then";
    out.finding(document.place(written.span), message).help(help);
    true
}

/// Tells whether a document had the id in any commit: what took its place may outlive its file.
fn was_there(sms: &Sms, id: &DocId) -> bool {
    !sms.history.revisions(id).is_empty()
}

fn as_written(reference: &Reference) -> String {
    match &reference.version {
        Some(version) => format!("{}@{version}", reference.id),
        None => reference.id.to_string(),
    }
}
