//! Internal audits, reviews and corrective actions: what they show, and what they only seem to.

use crate::stories;
use clausebook::rules::{self, names};
use clausebook::sms::{Sms, reading};

fn told(story: &str) -> Sms {
    let (_, recording) = stories::told("a story", story);
    reading::of_commit(&recording, recording.head_commit().unwrap(), &names()).unwrap()
}

/// What the rules of some codes find in a story, notes included.
fn found(story: &str, codes: &[&str]) -> Vec<String> {
    let findings = rules::run(&told(story), false).findings.into_iter();
    let asked = findings.filter(|it| codes.contains(&it.rule.code));
    asked.map(|it| format!("{} {}", it.rule.code, it.message)).collect()
}

/// A programme of one audit that names two clauses is in force.
const PROGRAMME: &str = "## commit 2026-01-02 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/programme.md\n---\nid: AUD-SMS-2026\ntype: audit-programme\nversion: 1.0\n\
    status: in-review\nperiod: 2026\ncoverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 10]}]\n---\n\n\
    # Audit programme\n```\n\n\
    ## commit 2026-01-03 Bo Approver <bo@example.org>: Approve 1.0\n\n\
    ```edit docs/programme.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}\n```\n\n";

/// The next version of the programme is begun on a day.
fn next_programme(day: &str, keys: &str) -> String {
    format!(
        "{PROGRAMME}## commit {day} Ana Owner <ana@example.org>: Begin 2.0\n\n\
         ```edit docs/programme.md\n-version: 1.0\n-status: approved\n\
         -approval: {{by: bo@example.org, on: 2026-01-03, version: 1.0}}\n\
         +version: 2.0\n+status: draft\n{keys}\n```\n\n"
    )
}

#[test]
fn the_audit_programme_in_force_is_read_while_the_next_one_is_drafted() {
    let of = |story: &str| found(story, &["AU001"]);
    let missing = "AU001 4 clauses are in no audit of the programme";
    let beside = " in version 1.0, which is in force until the next one is approved";
    assert_eq!(of(PROGRAMME), [missing]);
    let all = next_programme(
        "2026-11-20",
        "...\n-coverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 10]}]\n\
         +coverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 9, 10]}]",
    );
    assert_eq!(of(&all), [format!("{missing}{beside}")]);
    let former = next_programme("2026-11-20", "-period: 2026\n+period: 2025");
    assert_eq!(of(&former), [format!("{missing}{beside}")]);
    let over = next_programme("2027-01-20", "-period: 2026\n+period: 2027");
    let ended =
        format!("AU001 the audit programme{beside}, ended on 2026-12-31, and no other one goes on");
    assert_eq!(of(&over), [format!("{missing}{beside}"), ended]);
}
