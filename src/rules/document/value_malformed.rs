use crate::document::Document;
use crate::document::fields::{Kind, Misfit, RECORD_KINDS, RECORD_STATUSES};
use crate::document::front::Entry;
use crate::document::meant::{meant, word};
use crate::finding::{Findings, Splice};
use crate::rules::help_in_record;
use crate::sms::Sms;
use crate::sms::looked_at::Unclear;
use crate::sms::record::{KINDS, held_on};

rule!(FM009, "value-malformed", Error, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let misfits = sms.misfits(document);
    // That it says nothing, another rule tells.
    let required = sms.required(document);
    let is_left_empty = |misfit: &&Misfit| {
        document.front.entries.iter().any(|Entry { key, value }| {
            value.span == misfit.span
                && value.value.is_empty()
                && required.contains(&key.value.as_str())
        })
    };
    for misfit in misfits.iter().filter(|it| !is_left_empty(it)) {
        report(document, misfit, sms.is_record(document), out);
    }
    let of_record = check_kind(document, "kind", &record_kinds(), out);
    let of_register = check_kind(document, "register_kind", &REGISTER_KINDS.into_iter(), out);
    let of_audit = check_audited(sms, document, out);
    if misfits.is_empty() && of_record && of_register && of_audit && document.is_read_to_its_end() {
        out.evidence(document.at("id"), "every value is of the kind that its key holds");
    }
}

/// Reports where an audit names clauses of which nobody can tell that they were looked at, and tells
/// whether it does not.
fn check_audited(sms: &Sms, document: &Document, out: &mut Findings) -> bool {
    let is_past = held_on(document).is_some_and(|day| sms.is_before_start(day));
    if is_past {
        return true;
    }
    let unclear = sms.unclear_in_audit(document);
    for Unclear { key, text } in &unclear {
        let message = match text {
            Some(text) if sms.clauses_listed(text, None).is_some() => format!(
                "`{key}` names `{text}`, and what stands beside it is no result of an audit: `conforms`, `minor` and `not audited` are understood"
            ),
            Some(text) => format!(
                "`{key}` says `{text}`, and of no clause in it that it was audited: only numbers, titles and names of standards are understood"
            ),
            None => format!(
                "`{key}` names clauses, and none as audited: they are put off, of a standard that is not chosen, or under a key of another name"
            ),
        };
        let help = "list what was looked at, as `criteria: {clauses: [8.6.1, 8.6.2]}`, and say the rest in the text";
        out.finding(document.at(key), message).help(help_in_record(sms, document, help));
    }
    unclear.is_empty()
}

/// The kinds of registers that rules ask for.
const REGISTER_KINDS: [&str; 5] = ["context", "external-documents", "risks", "roles", "services"];

/// Returns the kinds of records that rules ask for.
fn record_kinds() -> impl Iterator<Item = &'static str> + Clone {
    let with_fields = RECORD_KINDS.iter().map(|(kind, _)| *kind);
    with_fields.chain(KINDS.iter().map(|(_, kind)| *kind))
}

/// Reports a kind that is meant for another one, and tells whether there is none: a kind of one's own
/// is welcome, and one that only reads like a known one is asked for in vain.
fn check_kind(
    document: &Document,
    key: &str,
    kinds: &(impl Iterator<Item = &'static str> + Clone),
    out: &mut Findings,
) -> bool {
    let plain = |word: &str| {
        let letters: String = word.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        letters.trim_end_matches('s').to_owned()
    };
    let mut are_known = true;
    for found in document.front.list(key) {
        if kinds.clone().any(|kind| kind == found.value) {
            continue;
        }
        let meant = kinds.clone().find(|kind| plain(kind) == plain(found.value));
        let Some(meant) = meant else { continue };
        are_known = false;
        let message = format!("`{key}` is `{}`; `{meant}` was expected", found.value);
        let finding = out.finding(document.place(found.span), message);
        finding.help("rules find it by this very word");
        if let Some(splice) = document.rewriting(found.span, meant) {
            finding.fix(format!("write `{meant}`"), vec![splice]);
        }
    }
    are_known
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
