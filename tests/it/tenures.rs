//! When versions were in force, told as stories: tests/stories/tenures/*.md.

use crate::stories;
use clausebook::rules::names;
use clausebook::sms::tenure::{End, Tenure};
use clausebook::sms::{Sms, reading};

/// Writes the versions of all documents, one line each, and what state each document is in.
fn told(sms: &Sms) -> String {
    let ids = sms.ids().map(|(id, _)| id).chain(sms.history.lives.keys());
    let ids: std::collections::BTreeSet<_> = ids.collect();
    let tenures = ids.into_iter().flat_map(|id| sms.tenures(id).iter().map(move |it| (id, it)));
    let tenures = tenures.map(|(id, tenure)| format!("{id} {}\n", line(sms, tenure)));
    let state = |document| sms.state(document).word();
    let documents = sms.documents.iter();
    let states = documents.map(|it| format!("{} is {}\n", it.called(), state(it)));
    tenures.chain(states).collect()
}

fn line(sms: &Sms, tenure: &Tenure) -> String {
    let subject = |id| sms.history.commit(id).map_or("?", |commit| commit.subject()).to_owned();
    let days = match (tenure.was_ever_in_force(), tenure.from, tenure.last_day_in_force()) {
        (true, Some(from), Some(until)) => format!("from {from} to {until}"),
        (true, Some(from), None) => format!("from {from} on"),
        _ => "never".to_owned(),
    };
    let end = match &tenure.end {
        Some(End::NextVersion(version)) => format!(": version {version} followed"),
        Some(End::Withdrawn(commit)) => format!(": withdrawn in \"{}\"", subject(*commit)),
        Some(End::SupersededBy(other)) => format!(": superseded by {other}"),
        Some(End::Reopened(commit)) => format!(": opened again in \"{}\"", subject(*commit)),
        Some(End::Removed(commit)) => format!(": removed in \"{}\"", subject(*commit)),
        None => String::new(),
    };
    let best = tenure.grades.iter().max_by_key(|grade| grade.level);
    let proof = best.map_or("no approval".to_owned(), |grade| {
        format!("{} at level {}", grade.verdict(), grade.level_text())
    });
    format!("{} {days}{end}; {proof}", tenure.version)
}

#[test]
fn versions_were_in_force_when_the_stories_say() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("tenures") {
        let (_, recording) = stories::told(&name, &text);
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit(&recording, head, &names()).unwrap();
        let (expected, actual) = (stories::fence(&text, "show"), told(&sms));
        if actual != expected {
            wrong.push(format!("=== {name}\n{expected}--- program\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn what_is_known_of_one_version_changes_nothing_of_another() {
    let mut graded = 0;
    for (name, text) in ["tenures", "approvals", "authority"].into_iter().flat_map(stories::of) {
        let (_, recording) = stories::told(&name, &text);
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit(&recording, head, &names()).unwrap();
        for id in sms.history.lives.keys() {
            for tenure in sms.tenures(id) {
                let Tenure { version, blob, claims, at, grades, .. } = tenure;
                let asked = tenure.last_day(sms.as_of);
                let alone = sms.grades_of(id, (*blob, claims), *at, asked);
                assert_eq!(**grades, *alone, "{id} {version} in {name}");
                graded += grades.len();
            }
        }
    }
    assert!(graded > 100, "{graded} grades");
}
