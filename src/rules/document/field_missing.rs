use crate::document::Document;
use crate::document::fields::{kind_of, says_nothing};
use crate::document::front::Entry;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::placing::Nearby;
use crate::sms::record::{day_of, is_left_empty, missing_of_audit};
use crate::source::{Span, Spanned, did_you_mean, listed};
use std::collections::BTreeSet;

rule!(FM002, "field-missing", Error, "7.5.2", by_document);

/// What no page of a site generator says of itself.
const ONLY_DOCUMENTS_SAY: [&str; 6] = ["id", "version", "status", "owner", "clauses", "approval"];

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let required = sms.required(document);
    let whose = whose(sms, document);
    // That what stands there is no value for its key, another rule tells.
    let misfits = sms.misfits(document);
    let empty = document.front.entries.iter().filter(|Entry { key, value }| {
        let is_in_it = |span: Span| value.span.start <= span.start && span.end <= value.span.end;
        required.contains(&key.value.as_str())
            && says_nothing(&key.value, &value.value)
            && !document.is_unsound_at(value.span)
            && (value.value.is_empty() || !misfits.iter().any(|misfit| is_in_it(misfit.span)))
    });
    for entry in empty {
        let key = &entry.key.value;
        let place = document.place(entry.key.span);
        out.finding(place, format!("`{key}` says nothing; {whose} gives it a value"))
            .help(format!("write {}", in_words(example(sms, document, key))));
    }
    let is_read = document.is_read_to_its_end();
    if is_read && sms.is_record(document) && !matches!(document.status(), None | Some("open")) {
        check_closed(sms, document, out);
    }
    let absent: Vec<&str> = required.iter().filter(|key| document.lacks(key)).copied().collect();
    if !absent.is_empty() {
        report_absent(sms, document, &absent, out);
    } else if is_read && required.iter().all(|key| is_answered(document, key)) {
        out.evidence(document.at("id"), format!("all that {whose} must say is there"));
    }
}

/// What is closed says what was done. Kinds with a rule of their own are asked there for more.
fn check_closed(sms: &Sms, record: &Document, out: &mut Findings) {
    if day_of(record).is_some_and(|day| sms.is_before_start(day)) {
        return;
    }
    let kind = record.front.text("kind").map(|kind| kind.value);
    let help = "add what is known, in a record that was published with an entry under `corrections`; until then it shows nothing";
    if is_left_empty(record) {
        let words = "the record is closed, and says nothing of what was done";
        out.finding(record.at("status"), words).help(help);
    } else if kind == Some("internal-audit") {
        let missing = missing_of_audit(record);
        if !missing.is_empty() {
            let missing = listed(missing, "and");
            let words = format!("the closed record of an internal audit does not say {missing}");
            out.finding(record.at("kind"), words).help(help);
        }
    }
}

fn report_absent(sms: &Sms, document: &Document, absent: &[&str], out: &mut Findings) {
    let (are, them) = if absent.len() == 1 { ("is", "it") } else { ("are", "them") };
    let names = listed(absent.iter().map(|key| format!("`{key}`")), "and");
    let whose = whose(sms, document);
    let examples = absent.iter().map(|key| example(sms, document, key));
    // No key is called so, which makes the place the first line.
    let finding =
        out.finding(document.at(""), format!("{names} {are} missing; {whose} has {them}"));
    let mut help = in_words(format!("add {} to the front matter", listed(examples, "and")));
    if is_page_of_a_site(document) {
        help.push_str(
            "; if it is a page of a site and no document, list it in `uncontrolled` of book.toml",
        );
    }
    finding.help(help);
    for Spanned { value: key, span } in document.front.entries.iter().map(|entry| &entry.key) {
        let meant = did_you_mean(key, absent.iter().copied());
        if let Some(meant) = meant.filter(|_| kind_of(key).is_none()) {
            finding.other(document.place(*span), format!("is `{meant}` meant here?"));
        }
    }
}

/// Tells whether a file reads like what a site generator shows of a folder: it has its name, and says
/// nothing that only documents say.
fn is_page_of_a_site(document: &Document) -> bool {
    // That of another language is called `_index.cs.md`.
    let stem = document.path.file_name().split(|&byte| byte == b'.').next();
    let has_name = matches!(stem, Some(b"index" | b"_index"));
    has_name && ONLY_DOCUMENTS_SAY.iter().all(|key| document.front.get(key).is_none())
}

fn is_answered(document: &Document, key: &str) -> bool {
    document.front.get(key).is_some_and(|found| !says_nothing(key, &found.value))
}

fn whose(sms: &Sms, document: &Document) -> String {
    match sms.type_of(document) {
        Some(_) if sms.is_record(document) => "every record".to_owned(),
        Some(kind) => format!("every document of the type `{}`", kind.name),
        None => "every document".to_owned(),
    }
}

/// Says that dots hold the place of a value, where an example has them.
fn in_words(help: String) -> String {
    match help.contains("...") {
        true => help + ", with what holds here in place of the dots",
        false => help,
    }
}

/// Shows how a key could be written.
fn example(sms: &Sms, document: &Document, key: &str) -> String {
    let kind = sms.type_of(document);
    let prefix = kind.and_then(|kind| kind.prefixes.first()).map_or("POL", String::as_str);
    match key {
        "id" => match sms.lost_id(&document.path) {
            Some(was) => format!("`id: {was}` (which the file had before)"),
            None => {
                let free = sms.next_id(&format!("{prefix}-CHG"), &BTreeSet::new());
                format!("`id: ...` (each document has one of its own, as `{free}`)")
            }
        },
        "type" => "`type: ...` (what it is, as `policy` or `process`)".to_owned(),
        "version" => "`version: 0.1`".to_owned(),
        "status" if prefix == "REC" => "`status: open`".to_owned(),
        "status" => "`status: draft`".to_owned(),
        "owner" => example_of_owner(sms, document),
        "clauses" => "`clauses: [...]`".to_owned(),
        "classification" => "`classification: internal`".to_owned(),
        "period" => "`period: 2026-01-01..2026-12-31`".to_owned(),
        other => format!("`{other}: ...`"),
    }
}

/// Shows whom the document could name as its owner: whoever owns those beside it, else nobody in
/// particular.
fn example_of_owner(sms: &Sms, document: &Document) -> String {
    let roles = sms.roles();
    match sms.owner_nearby(document) {
        Some((owner, Nearby::Above(id))) => {
            format!("`owner: {owner}` (the owner of {id} above it)")
        }
        Some((owner, Nearby::OfItsType)) => {
            let alike = if sms.is_record(document) { "kind" } else { "type" };
            format!("`owner: {owner}` (as most of its {alike} have it)")
        }
        None if roles.names().next().is_some() => {
            let names = roles.names().take(2).map(|name| format!("`{name}`"));
            format!("`owner: ...` (a role of the role register, as {})", listed(names, "or"))
        }
        None => "`owner: ...` (the role that answers for it, as `change-manager`)".to_owned(),
    }
}
