use crate::document::{Claims, Document, Nonconformity};
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::clauses::Key;
use crate::source::{Date, listed};
use std::collections::BTreeSet;

rule!(NC006, "nonconformity-defused", Warning, "10.1");

/// What was taken from a nonconformity, and no correction says why.
enum Defused {
    /// Its grade was this one.
    Lowered(String),
    /// It was about these clauses.
    Moved(Vec<String>),
    /// It is a record of another kind.
    NoneAnyMore,
}

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    for record in sms.documents.iter().filter(|it| sms.is_identified(it)) {
        let Some(id) = record.id() else { continue };
        let states = sms.history.published_states(&id).into_iter();
        let shown = states.filter_map(|state| {
            let (_, claims) = state.shown?;
            Some((&**claims, Some(sms.history.commits[state.at].id)))
        });
        let readable = shown.filter(|(claims, _)| claims.is_sound);
        let raised = readable.skip_while(|(claims, _)| claims.nonconformity.is_none());
        let mut life: Vec<(&Claims, Option<ObjectId>)> = raised.collect();
        if life.is_empty() {
            continue;
        }
        life.push((sms.claims(record), None));
        match unexplained(sms, &life) {
            Some((_, Some(commit))) if sms.before_start().contains(&commit) => {}
            Some((what, commit)) => report(sms, record, &what, commit, out),
            None => confirm(sms, record, &life, out),
        }
    }
}

/// Follows a nonconformity from state to state. What is taken from it while it is open is owed a
/// correction, which may come later. Nothing is owed any more once it is again as it was.
fn unexplained(
    sms: &Sms,
    life: &[(&Claims, Option<ObjectId>)],
) -> Option<(Defused, Option<ObjectId>)> {
    let day = |commit: Option<ObjectId>| match commit {
        Some(commit) => sms.history.commit(commit)?.committer.date(),
        None => Some(sms.as_of),
    };
    let (first, raised_in) = life.first()?;
    let earliest = day(*raised_in).and_then(Date::day_before);
    let mut raised = first.nonconformity.as_deref()?;
    let mut owed = None;
    for pair in life.windows(2) {
        let [(before, _), (after, commit)] = pair else { continue };
        // The clocks of the world stand a day apart.
        let latest = day(*commit).and_then(Date::day_after);
        let now = after.nonconformity.as_deref();
        let taken = taken(sms, raised, now);
        // What is done to a closed record is owed one in any case.
        let is_accounted_for = before.status.as_deref() == Some("closed") && owed.is_none();
        if taken.is_none() || is_accounted_for || after.corrects(before, earliest, latest) {
            owed = None;
            raised = now.unwrap_or(raised);
        } else {
            owed = owed.or(taken.map(|taken| (taken, *commit)));
        }
    }
    owed
}

/// Returns what a nonconformity has no more of what it was raised with.
fn taken(sms: &Sms, raised: &Nonconformity, now: Option<&Nonconformity>) -> Option<Defused> {
    if raised.is_observation() {
        return None;
    }
    let Some(now) = now else { return Some(Defused::NoneAnyMore) };
    // A grade that is none of those there are is put right by whichever was meant.
    let was_understood = matches!(raised.grade.as_deref(), Some("major" | "minor"));
    if was_understood && now.gravity() < raised.gravity() {
        return Some(Defused::Lowered(raised.grade.clone().unwrap_or_default()));
    }
    let is_about: BTreeSet<_> = sms.clauses_meant(&now.about).into_iter().collect();
    let was_about: BTreeSet<_> = sms.clauses_meant(&raised.about).into_iter().collect();
    let is_within_one = |(framework, number): &&Key| {
        let pack = sms.frameworks.pack(framework);
        let mut wider = is_about.iter().filter(|now| now.0 == *framework);
        pack.is_some_and(|pack| wider.any(|now| pack.is_within(number, &now.1)))
    };
    let moved = was_about.difference(&is_about).filter(|was| !is_within_one(was));
    let moved = moved.map(|(framework, number)| match *framework == sms.frameworks.primary().id {
        true => number.clone(),
        false => format!("{framework}:{number}"),
    });
    let moved: Vec<String> = moved.collect();
    (!moved.is_empty()).then_some(Defused::Moved(moved))
}

fn report(
    sms: &Sms,
    record: &Document,
    what: &Defused,
    commit: Option<ObjectId>,
    out: &mut Findings,
) {
    let (key, words) = match what {
        Defused::Lowered(grade) => {
            let now = record.front.text("grade");
            let now = now.map_or("none".to_owned(), |now| format!("`{}`", now.value));
            let was = match grade.as_str() {
                "" => "no grade".to_owned(),
                grade => format!("the grade `{grade}`"),
            };
            ("grade", format!("the nonconformity was raised with {was} and has {now} now, and no correction says why"))
        }
        Defused::Moved(clauses) => {
            let plural = if clauses.len() == 1 { "clause" } else { "clauses" };
            let clauses = listed(clauses, "and");
            ("criterion", format!("the nonconformity was raised against {plural} {clauses} and is not any more, and no correction says why"))
        }
        Defused::NoneAnyMore => (
            "kind",
            "the record was one of a nonconformity and is of another kind now, and no correction says why"
                .to_owned(),
        ),
    };
    let finding = out.finding(record.at(key), words);
    match commit {
        Some(commit) => {
            finding.commit(commit).note(format!("changed in {}", sms.commit_words(commit)))
        }
        None => finding.note("the change is not committed yet, or not on the publishing branch"),
    };
    finding.help("add a row to `corrections` that says when, by whom and why, like `{on: 2026-05-06, by: ana@example.org, what: only one form was old}`, or put it back as it was");
}

fn confirm(sms: &Sms, record: &Document, life: &[(&Claims, Option<ObjectId>)], out: &mut Findings) {
    let [(first, _), .., (last, _)] = life else { return };
    let Some(raised) = first.nonconformity.as_deref() else { return };
    let is_smaller = taken(sms, raised, last.nonconformity.as_deref()).is_some();
    let words = match (is_smaller, last.corrections.is_empty()) {
        (false, _) => "it is no smaller than it was raised",
        (true, false) => "what makes it smaller than it was raised is told by a correction",
        (true, true) => return,
    };
    out.evidence(record.at("id"), words);
}
