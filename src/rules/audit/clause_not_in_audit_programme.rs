use crate::document::period::Period;
use crate::finding::Findings;
use crate::rules::{in_next_version, sooner};
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::source::listed;
use std::collections::BTreeSet;

rule!(AU001, "clause-not-in-audit-programme", Completeness, "9.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let programmes = sms.audit_programmes();
    let Some(first) = programmes.first() else { return };
    if let Some(last) = Period::of(first.text).map(|it| it.last).filter(|last| *last < sms.as_of) {
        let words = |beside: &str| {
            format!("the audit programme{beside} ended on {last}, and no other one goes on")
        };
        first
            .finding(out, first.at("period"), words)
            .help("draw up the programme of the time after, and have it approved");
    }
    programmes.iter().for_each(|programme| outside_of_its_period(sms, programme, out));
    let pack = sms.frameworks.primary();
    let rows = programmes.iter().flat_map(|programme| programme.text.front.rows("coverage"));
    let planned: BTreeSet<_> = rows
        .flat_map(|row| sms.clauses_planned(&row.value))
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
        let beside = match first.version {
            Some(version) => format!(", as version {version}, which is in force, has it"),
            None => String::new(),
        };
        out.evidence(
            first.file.at("id"),
            format!("each of the {number} clauses is in an audit of the programme{beside}"),
        );
        return;
    }
    let clauses = match missing.len() {
        1 => format!("clause {} is", missing[0]),
        number => format!("{number} clauses are"),
    };
    let words = |beside: &str| {
        format!("{clauses} in no audit of the programme{}", beside.trim_end_matches(','))
    };
    let finding = first.finding(out, first.at("coverage"), words);
    if missing.len() > 1 {
        finding.note(listed(&missing, "and"));
    }
    finding.help(match (first.version, first.next) {
        (None, _) => format!(
            "add what is missing to the `clauses` of an audit under `coverage`{}",
            in_next_version(sms, first.file)
        ),
        (Some(_), Some(next)) => {
            format!("name what is missing in {}, or {}", next.version, sooner(next))
        }
        (Some(_), None) => {
            "name what is missing in the next version, and have that approved".to_owned()
        }
    });
}

/// Reports the audits of a programme on days that are not in its period.
fn outside_of_its_period(sms: &Sms, programme: &InForce<'_>, out: &mut Findings) {
    let Some(period) = Period::of(programme.text) else { return };
    for row in programme.text.front.rows("coverage") {
        let Some(date) = row.value.get("date") else { continue };
        let Some(planned) = date.value.as_text().and_then(Period::parse) else { continue };
        if planned.first <= period.last && period.first <= planned.last {
            continue;
        }
        let at = match programme.version {
            None => programme.file.place(date.span),
            Some(_) => programme.at("version"),
        };
        let (first, last) = (period.first, period.last);
        let day = date.value.as_text().unwrap_or_default();
        let words = |beside: &str| {
            format!(
                "an audit of the programme{beside} is planned for {day}, outside of its period, {first} to {last}"
            )
        };
        let when = match programme.version {
            None => in_next_version(sms, programme.file),
            Some(_) => " in the next version, and have that approved",
        };
        let help = format!("correct the `date` or the `period`, whichever is wrong{when}");
        programme.finding(out, at, words).help(help);
    }
}
