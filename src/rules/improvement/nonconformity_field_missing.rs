use crate::document::meant::word;
use crate::document::{Document, Reference};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(NC001, "nonconformity-field-missing", Error, "10.1");

const GRADES: [&str; 4] = ["major", "minor", "observation", "ofi"];
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
        missing(record, "nonconformity", &needed, out);
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
        let is_asked = !matches!(text("grade"), Some("observation" | "ofi"));
        if is_asked
            && record.front.get("criterion").is_some()
            && sms.clauses_at_fault(record).is_empty()
        {
            out.finding(
                record.at("criterion"),
                "the criterion names no clause, and no document that does, so no clause is shown as at fault",
            )
            .help("write the number of the clause, like `criterion: 8.6.1`, or name the document in `about`");
        }
        if out.findings.len() == before {
            let grade = text("grade").unwrap_or_default();
            out.evidence(
                record.at("id"),
                format!("says all that a finding of the grade {grade} needs"),
            );
        }
    }
    let mut ids = sms.known_ids();
    for record in sms.records_of("corrective-action").filter(|it| is_judged(sms, it)) {
        let before = out.findings.len();
        let mut needed = OF_ACTIONS.to_vec();
        if record.status() == Some("closed") {
            needed.extend(OF_CLOSED_ACTIONS);
        }
        missing(record, "corrective action", &needed, out);
        for named in record.front.list("nc_id") {
            let id = Reference::parse(named.value).id;
            let found = sms.document(id.as_str());
            let is_it = found
                .and_then(|it| it.front.text("kind"))
                .is_some_and(|it| it.value == "nonconformity");
            if !is_it {
                let message = format!("`{}` is no record of a nonconformity", named.value);
                let finding = out.finding(record.place(named.span), message);
                match ids.nearest(id.as_str()).filter(|near| *near != id.as_str()) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("name the record that the action puts right"),
                };
                if found.is_none()
                    && let Some((meant, splice)) = ids.correction(record, &named, id.as_str())
                {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
            }
        }
        if out.findings.len() == before {
            out.evidence(record.at("id"), "says what it puts right, and by when");
        }
    }
}

fn is_judged(sms: &Sms, record: &Document) -> bool {
    let day = ["raised_on", "date"].into_iter().find_map(|key| record.front.date(key));
    !day.is_some_and(|day| sms.is_before_start(day))
}

fn missing(record: &Document, what: &str, needed: &[&str], out: &mut Findings) {
    let is_missing = |key: &&&str| record.front.get(key).is_none_or(|it| it.value.is_empty());
    let missing: Vec<String> =
        needed.iter().filter(is_missing).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        let closed = if record.status() == Some("closed") { "closed " } else { "" };
        let message = format!("the {closed}{what} does not say {}", listed(missing, "and"));
        out.finding(record.at("kind"), message).help("add what is known; an auditor reads it here");
    }
}
