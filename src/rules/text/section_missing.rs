use crate::config::types::DocType;
use crate::document::Document;
use crate::document::markdown::Heading;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::naming::Suggestions;
use crate::source::{counted, listed};

rule!(ST001, "section-missing", Error, "7.5.2", also_by_document);

/// The key of a register's rows, and the section that they need no text for.
const ENTRIES: &str = "entries";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut suggestions = Suggestions::default();
    for document in &sms.documents {
        check_sections(sms, document, &mut suggestions, out);
    }
}

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    check_sections(sms, document, &mut Suggestions::default(), out);
}

fn check_sections(
    sms: &Sms,
    document: &Document,
    suggestions: &mut Suggestions,
    out: &mut Findings,
) {
    let Some(doc_type) = sms.type_of(document).filter(|_| sms.is_handed_in(document)) else {
        return;
    };
    if doc_type.sections.is_empty() || document.body.too_deep.is_some() {
        return;
    }
    let mut is_whole = true;
    let mut missing = Vec::new();
    let mut written = 0;
    let rows = document.front.rows(ENTRIES).count();
    for section in &doc_type.sections {
        let heading = document.section(section);
        let is_written = heading.is_some_and(|heading| !heading.is_empty_section);
        if !is_written && rows > 0 && section.eq_ignore_ascii_case(ENTRIES) {
            let what = counted(rows, "row");
            let statement = format!("{what} in the front matter stand for the section `{section}`");
            out.evidence(document.at(ENTRIES), statement);
            continue;
        }
        match heading {
            None => missing.push(section.as_str()),
            Some(heading) if heading.is_empty_section => {
                is_whole = false;
                let message = format!("the section `{section}` is empty");
                out.finding(document.place(heading.span), message).help(format!(
                    "write it, or say in one sentence why there is nothing to say{}",
                    in_next_version(sms, document)
                ));
            }
            Some(_) => written += 1,
        }
    }
    if is_whole && missing.is_empty() && written > 0 {
        let (count, kind) = (counted(written, "section"), &doc_type.name);
        let statement = match doc_type.sections.len() {
            1 => format!("has the section that the type `{kind}` asks for"),
            all if all == written => format!("has the {count} that the type `{kind}` asks for"),
            _ => format!("has {count} that the type `{kind}` asks for"),
        };
        out.evidence(document.at("id"), statement);
    }
    report(sms, document, doc_type, missing, suggestions, out);
}

/// Reports each missing section that a heading may be meant as, and all others together.
fn report(
    sms: &Sms,
    document: &Document,
    doc_type: &DocType,
    missing: Vec<&str>,
    suggestions: &mut Suggestions,
    out: &mut Findings,
) {
    let kind = &doc_type.name;
    let is_taken = |heading: &Heading| doc_type.sections.iter().any(|name| heading.is_called(name));
    let others: Vec<&Heading> =
        document.body.headings.iter().filter(|heading| !is_taken(heading)).collect();
    let names: Vec<&str> = others.iter().map(|heading| heading.text.as_str()).collect();
    let mut without_trace = Vec::new();
    for section in missing {
        let near = suggestions.nearest(section, names.iter().copied());
        let Some(heading) = others.iter().find(|heading| Some(heading.text.as_str()) == near)
        else {
            without_trace.push(section);
            continue;
        };
        let message =
            format!("the section `{section}`, which the type `{kind}` asks for, is missing");
        let finding = out.finding(document.place(heading.span), message);
        finding.help(format!("did you mean `{section}` by this heading?"));
    }
    if without_trace.is_empty() {
        return;
    }
    let message = match without_trace.as_slice() {
        [only] => format!("the section `{only}`, which the type `{kind}` asks for, is missing"),
        several => {
            let names = several.iter().map(|name| format!("`{name}`"));
            let names = listed(names, "and");
            format!("the sections {names}, which the type `{kind}` asks for, are missing")
        }
    };
    out.finding(document.at("type"), message).help(format!(
        "add a heading of that name to the text, and write the section{}",
        in_next_version(sms, document)
    ));
}
