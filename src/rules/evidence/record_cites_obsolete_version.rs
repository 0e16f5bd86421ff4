use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::record::{Cited, day_of, first_day_of};
use crate::sms::tenure::Tenure;
use crate::source::Date;

rule!(EV004, "record-cites-obsolete-version", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |record: &&Document| {
        let kind = record.front.text("kind").map(|kind| kind.value);
        // These tell of what was not as it should be.
        !matches!(kind, Some("nonconformity" | "corrective-action")) && record.is_sound()
    };
    for record in sms.records().filter(is_asked) {
        let Some(day) = day_of(record) else { continue };
        let first = first_day_of(record).map_or(day, |first| first.min(day));
        let cited = sms.versions_cited(record);
        let mut in_force = 0;
        for Cited { id, version, span } in &cited {
            let tenures = sms.tenures(id);
            // A record that names the version in force as well compares the two.
            let also_names = |other: &Tenure| {
                cited.iter().any(|it| it.id == *id && other.is_version(&it.version))
            };
            match obsolete_on(tenures, version, first, day) {
                Some((last, then)) if !also_names(then) => {
                    let until =
                        last.last_day_in_force().map(|day| day.to_string()).unwrap_or_default();
                    out.finding(
                        record.place(*span),
                        format!(
                            "the record of {day} names version {version} of {id}, which was in force until {until}"
                        ),
                    )
                    .note(format!("on {day} version {} was in force", then.version))
                    .help(format!(
                        "find out which version the work was done by, and name that; if it was {version}, an obsolete text was in use"
                    ));
                }
                Some(_) => {}
                None if tenures.iter().any(|it| it.is_version(version)) => in_force += 1,
                None => {}
            }
        }
        if in_force > 0 {
            let versions = if in_force == 1 { "version" } else { "versions" };
            let words = format!("{in_force} {versions} named, none of them obsolete on {day}");
            out.evidence(record.at("id"), words);
        }
    }
}

/// Returns the last tenure of a version that had ended when a record's time began, and the one of
/// another version that was in force on its day.
fn obsolete_on<'t>(
    tenures: &'t [Tenure],
    version: &str,
    first: Date,
    day: Date,
) -> Option<(&'t Tenure, &'t Tenure)> {
    let of_version = || tenures.iter().filter(|tenure| tenure.is_version(version));
    let has_ended = |tenure: &Tenure| tenure.last_day_in_force().is_some_and(|last| last < first);
    let last = of_version().next_back().filter(|_| of_version().all(has_ended))?;
    let then = tenures.iter().rev().find(|tenure| tenure.was_in_force_on(day))?;
    (last.was_ever_in_force() && !then.is_version(version)).then_some((last, then))
}
