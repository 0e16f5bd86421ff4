use crate::document::Document;
use crate::document::fields::{Kind, Misfit, RECORD_STATUSES, misfits, misfits_of_rows};
use crate::document::meant::{meant, word};
use crate::finding::{Findings, Splice};
use crate::sms::Sms;
use crate::source::Span;
use std::collections::BTreeSet;

rule!(FM009, "value-malformed", Error, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    // A clause that is marked as not applicable is understood, whatever its shape.
    let marks: BTreeSet<Span> =
        sms.not_applicable(document).into_iter().map(|mark| mark.item).collect();
    let front = &document.front;
    let misfits: Vec<Misfit> = misfits(&front.entries, sms.is_record(document))
        .into_iter()
        .chain(misfits_of_rows(front))
        .filter(|misfit| !marks.contains(&misfit.span))
        .filter(|misfit| !document.is_unsound_at(misfit.span))
        .collect();
    for misfit in &misfits {
        report(document, misfit, sms.is_record(document), out);
    }
    if misfits.is_empty() && document.is_read_to_its_end() {
        out.evidence(document.at("id"), "every value is of the kind that its key holds");
    }
}

fn report(document: &Document, misfit: &Misfit, is_record: bool, out: &mut Findings) {
    let Misfit { key, span, found, expected, example, written } = misfit;
    let name = key.rsplit('.').next().unwrap_or(key);
    let message = format!("`{key}` is {found}; {expected} was expected");
    let finding = out.finding(document.place(*span), message);
    finding.help(format!("write it like `{name}: {example}`"));
    let Some((kind, text)) = written else { return };
    let meant = match kind {
        Kind::Status if is_record => word(text, &RECORD_STATUSES),
        kind => meant(*kind, text),
    };
    let Some(meant) = meant else { return };
    let splice = match kind {
        // In quotes it would be a text.
        Kind::Flag => Some(Splice::replace(*span, meant.as_str())),
        _ => document.rewriting(*span, &meant),
    };
    if let Some(splice) = splice {
        finding.fix(format!("write `{meant}`"), vec![splice]);
    }
}
