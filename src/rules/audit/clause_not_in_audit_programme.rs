use crate::document::period::Period;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::evaluation::texts;
use crate::source::listed;
use std::collections::BTreeSet;

rule!(AU001, "clause-not-in-audit-programme", Completeness, "9.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let programmes = sms.audit_programmes();
    let Some(first) = programmes.first() else { return };
    if let Some(last) = Period::of(first).map(|it| it.last).filter(|last| *last < sms.as_of) {
        out.finding(
            first.at("period"),
            format!("the audit programme ended on {last}, and no other one goes on"),
        )
        .help("draw up the programme of the time after, and have it approved");
    }
    let pack = sms.frameworks.primary();
    let rows = programmes.iter().flat_map(|programme| programme.front.rows("coverage"));
    let planned = rows.filter_map(|row| row.value.get("clauses"));
    let planned: BTreeSet<_> = planned
        .flat_map(|clauses| texts(&clauses.value))
        .filter_map(|word| sms.clause_key(word))
        .filter(|(framework, _)| *framework == pack.id)
        .map(|(_, number)| number)
        .collect();
    let is_planned = |number: &str| {
        planned.contains(number)
            || pack.ancestors(number).any(|above| planned.contains(&above.number))
    };
    let leaves = || pack.leaves().map(|clause| clause.number.as_str());
    let missing: Vec<&str> = leaves().filter(|number| !is_planned(number)).collect();
    if missing.is_empty() {
        let number = leaves().count();
        out.evidence(
            first.at("id"),
            format!("each of the {number} clauses is in an audit of the programme"),
        );
        return;
    }
    let clauses = match missing.len() {
        1 => format!("clause {} is", missing[0]),
        number => format!("{number} clauses are"),
    };
    let finding =
        out.finding(first.at("coverage"), format!("{clauses} in no audit of the programme"));
    if missing.len() > 1 {
        finding.note(listed(&missing, "and"));
    }
    finding.help(format!(
        "add what is missing to the `clauses` of an audit under `coverage`{}",
        in_next_version(sms, first)
    ));
}
