use crate::document::front::Node;
use crate::document::meant::word;
use crate::document::{Document, Reference};
use crate::finding::Findings;
use crate::rules::{HELP_GONE, gone, help_in_record};
use crate::sms::Sms;
use crate::sms::evaluation::{is_nonconformity, is_observation};
use crate::sms::record::says;
use crate::sms::wording::{says_no_finding, says_none};
use crate::source::{Span, Spanned, counted, listed};
use std::slice::from_ref;

rule!(NC001, "nonconformity-field-missing", Error, "10.1");

const GRADES: [&str; 4] = ["major", "minor", "observation", "ofi"];
/// What an audit may note beside: that something is well done.
const PRAISE: [&str; 4] = ["positive", "strength", "good", "conform"];
const SOURCES: [&str; 5] = ["internal-audit", "external-audit", "customer", "incident", "self"];
/// What a nonconformity says from the day it is raised.
const OF_NONCONFORMITIES: [&str; 7] =
    ["raised_on", "raised_by", "source", "grade", "criterion", "statement", "evidence"];
/// What a corrective action says from the day it is opened.
const OF_ACTIONS: [&str; 2] = ["nc_id", "due"];
/// What it says when it is closed, beside what shows that it was done and works.
const OF_CLOSED_ACTIONS: [&str; 6] = [
    "correction",
    "root_cause",
    "cause_method",
    "similar_cases_checked",
    "action",
    "effectiveness_criterion",
];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for record in sms.records_of("nonconformity").filter(|it| is_judged(sms, it)) {
        let before = out.findings.len();
        let text = |key| record.front.text(key).map(|found| found.value);
        let mut needed = OF_NONCONFORMITIES.to_vec();
        if matches!(text("grade"), Some("major" | "minor")) {
            needed.push("containment");
        }
        missing(sms, record, "nonconformity", &needed, out);
        for (key, words) in [("grade", &GRADES[..]), ("source", &SOURCES[..])] {
            if let Some(other) = text(key).filter(|word| !words.contains(word)) {
                let expected = listed(words, "or");
                let finding = out.finding(
                    record.at(key),
                    format!("the {key} of the nonconformity is `{other}`; {expected} was expected"),
                );
                let written = record.front.text(key).map(|written| written.span);
                if let Some(meant) = word(other, words)
                    && let Some(splice) = written.and_then(|it| record.rewriting(it, &meant))
                {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
            }
        }
        if !is_observation(record)
            && record.front.get("criterion").is_some()
            && (sms.clauses_at_fault(record).is_empty() || names_no_clause(sms, record))
        {
            out.finding(
                record.at("criterion"),
                "the criterion names no clause, and no document that does, so no clause is shown as at fault",
            )
            .help(help_in_record(sms, record, "write the number of the clause, like `criterion: 8.6.1`, or name the document in `about`"));
        }
        if out.findings.len() == before {
            let grade = text("grade").unwrap_or_default();
            out.evidence(
                record.at("id"),
                format!("says all that a finding of the grade {grade} needs"),
            );
        }
    }
    for audit in sms.records_of("internal-audit").filter(|it| is_judged(sms, it)) {
        findings_of(sms, audit, out);
    }
    let mut ids = sms.known_ids();
    for record in sms.records_of("corrective-action").filter(|it| is_judged(sms, it)) {
        let before = out.findings.len();
        let mut needed = OF_ACTIONS.to_vec();
        if record.status() == Some("closed") {
            needed.extend(OF_CLOSED_ACTIONS);
        }
        missing(sms, record, "corrective action", &needed, out);
        for named in record.front.list("nc_id") {
            let id = Reference::parse(named.value).id;
            let found = sms.document(id.as_str());
            if !is_one(found) {
                let message = format!("`{}` is no record of a nonconformity", named.value);
                let finding = out.finding(record.place(named.span), message);
                if let Some(gone) = gone(sms, id.as_str()) {
                    finding.note(gone).help(HELP_GONE);
                    continue;
                }
                if let Some(found) = found {
                    finding.help(instead(found));
                    continue;
                }
                match ids.nearest(id.as_str()).filter(|near| is_one(sms.document(near))) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("name the record that the action puts right"),
                };
                if let Some((meant, splice)) = ids.correction(record, &named, id.as_str()) {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
            }
        }
        if out.findings.len() == before {
            out.evidence(record.at("id"), "says what it puts right, and by when");
        }
    }
}

fn is_one(record: Option<&Document>) -> bool {
    let kind = record.and_then(|record| record.front.text("kind"));
    kind.is_some_and(|kind| kind.value == "nonconformity")
}

/// Says what to name in the place of what is there and no nonconformity: an audit has findings, and
/// what is put right is a record of its own.
fn instead(found: &Document) -> String {
    let kind = found.front.text("kind").map(|kind| kind.value);
    let audit = match kind {
        Some("internal-audit" | "external-audit") => {
            ", and name that one under `ref` of the finding of the audit"
        }
        _ => "",
    };
    format!(
        "name the record of the nonconformity that the action puts right; where there is none, write it (`clausebook new record --kind nonconformity`){audit}"
    )
}

/// Asks the findings of an audit for what the clauses need, to be shown as at fault: a grade, and a
/// clause where it is a nonconformity that has no record of its own.
fn findings_of(sms: &Sms, audit: &Document, out: &mut Findings) {
    let before = out.findings.len();
    let names_clause = |text: &str| !sms.clause_keys(text).is_empty();
    let rows = match audit.front.get("findings") {
        // Words about a clause are a finding as well.
        Some(found) if found.value.as_text().is_some_and(names_clause) => from_ref(found),
        Some(found) => found.value.items(),
        None => &[],
    };
    let is_none_said = |text: &str| says_no_finding(text) || says_none(text) && !names_clause(text);
    let is_none = |row: &Node| row.is_empty() || row.as_text().is_some_and(is_none_said);
    for row in rows.iter().filter(|row| !is_none(&row.value)) {
        let grade = row.value.text("grade");
        let place = |span: Option<Span>| audit.place(span.unwrap_or(row.span));
        let expected = listed(GRADES, "or");
        let is_known = |written: &Spanned<&str>| {
            let written = written.value.to_lowercase();
            GRADES.iter().chain(&PRAISE).any(|grade| written.starts_with(grade))
        };
        match &grade {
            None => {
                out.finding(place(None), format!("a finding of the audit has no grade; {expected} was expected"))
                    .help(help_in_record(sms, audit, "write it like `{ref: REC-NC-2026-001, grade: minor, clause: 8.6.1, text: ...}`"));
            }
            Some(written) if !is_known(written) => {
                let words = format!(
                    "the grade of a finding is `{}`; {expected} was expected",
                    written.value
                );
                let finding = out.finding(place(Some(written.span)), words);
                finding.help("how grave it is decides whether the clause is shown as at fault");
                if let Some(meant) = word(written.value, &GRADES)
                    && let Some(splice) = audit.rewriting(written.span, &meant)
                {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
            }
            Some(written) => {
                let record = row.value.text("ref").and_then(|id| sms.document(id.value));
                if is_nonconformity(&row.value)
                    && record.is_none()
                    && sms.clauses_of_finding(&row.value).is_empty()
                {
                    let words = format!(
                        "a finding of the grade {} names neither a clause nor a record, so no clause is shown as at fault",
                        written.value
                    );
                    out.finding(place(Some(written.span)), words)
                        .help(help_in_record(sms, audit, "add the number of the clause, as `clause: 8.6.1`, or the id of the record, as `ref: REC-NC-2026-001`"));
                }
            }
        }
    }
    if out.findings.len() == before && !rows.is_empty() {
        let findings = counted(rows.len(), "finding");
        out.evidence(audit.at("id"), format!("{findings} of the audit, each with a grade"));
    }
}

fn is_judged(sms: &Sms, record: &Document) -> bool {
    let day =
        ["performed_on", "raised_on", "date"].into_iter().find_map(|key| record.front.date(key));
    !day.is_some_and(|day| sms.is_from_before_start(record, day))
}

fn missing(sms: &Sms, record: &Document, what: &str, needed: &[&str], out: &mut Findings) {
    let is_missing = |key: &&&str| !says(record, key);
    let missing: Vec<String> =
        needed.iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        let closed = if record.status() == Some("closed") { "closed " } else { "" };
        let message = format!("the {closed}{what} does not say {}", listed(missing, "and"));
        let help = help_in_record(sms, record, "add what is known; an auditor reads it here");
        out.finding(record.at("kind"), message).help(help);
    }
}

/// Tells whether the criterion is a number, and that of no clause.
fn names_no_clause(sms: &Sms, record: &Document) -> bool {
    let is_number =
        |text: &str| text.contains('.') && text.chars().all(|c| c == '.' || c.is_ascii_digit());
    let criterion = record.front.text("criterion").map(|found| found.value.trim());
    criterion.is_some_and(|text| is_number(text) && sms.clause_key(text).is_none())
}
