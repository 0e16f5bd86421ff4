use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::Date;
use std::collections::{BTreeMap, BTreeSet};

rule!(NC004, "nonconformity-recurs", Warning, "10.1");

/// How long after a finding another one about the same clause is its return, in months.
const WINDOW: u32 = 12;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut by_clause: BTreeMap<String, Vec<(Date, &Document)>> = BTreeMap::new();
    for record in sms.records_of("nonconformity") {
        let grade = record.front.text("grade").map(|grade| grade.value);
        let day = record.front.date("raised_on").or_else(|| record.front.date("date"));
        let (Some("major" | "minor"), Some(day)) = (grade, day) else { continue };
        let criterion = record.front.get("criterion").map(|found| found.value.texts());
        let clauses = criterion.unwrap_or_default().into_iter().filter_map(|it| sms.clause_key(it));
        let clauses: BTreeSet<_> = clauses.collect();
        for (framework, number) in clauses {
            let clause = match framework == sms.frameworks.primary().id {
                true => number,
                false => format!("{framework}:{number}"),
            };
            by_clause.entry(clause).or_default().push((day, record));
        }
    }
    for (clause, mut found) in by_clause {
        found.sort_by_key(|(day, record)| (*day, record.id()));
        for pair in found.windows(2) {
            let ((earlier, first), (later, again)) = (pair[0], pair[1]);
            let audit =
                |record: &Document| record.front.text("audit_id").map(|it| it.value.to_owned());
            let is_one_audit =
                earlier == later || audit(first).is_some() && audit(first) == audit(again);
            if is_one_audit || earlier.plus_months(WINDOW).is_some_and(|until| until < later) {
                continue;
            }
            let id = first.id().map(|id| id.to_string()).unwrap_or_default();
            let message = format!(
                "clause {clause} was at fault again on {later}, {WINDOW} months or less after {id} of {earlier}"
            );
            out.finding(again.at("criterion"), message)
                .other(first.at("criterion"), "the first time")
                .help("look whether the corrective action of the first one reached the cause");
        }
        if let [(day, record)] = found.as_slice() {
            let words = format!("the only finding about clause {clause}, of {day}");
            out.evidence(record.at("id"), words);
        }
    }
}
