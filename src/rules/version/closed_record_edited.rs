use crate::document::{Claims, Document};
use crate::finding::Findings;
use crate::repo::object::ObjectId;
use crate::sms::Sms;
use crate::sms::versions::in_mass;
use crate::source::Date;

rule!(VC006, "closed-record-edited", Error, "7.5.3");

/// What happened to a closed record, and no correction says so.
struct Edit<'s> {
    record: &'s Document,
    what: What,
    /// The commit; none while it is not committed.
    commit: Option<ObjectId>,
    /// The last commit that changed it so, likewise.
    last: Option<ObjectId>,
}

#[derive(Clone, Copy)]
enum What {
    Edited,
    /// It has another status now.
    Reopened,
    CorrectionTakenOut,
}

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    let mut edits = Vec::new();
    for record in sms.records().filter(|record| record.is_sound()) {
        let Some(id) = record.id().filter(|id| sms.document(id.as_str()).is_some()) else {
            continue;
        };
        let states = sms.history.published_states(&id);
        let shown = states.iter().filter_map(|state| {
            let (_, claims) = state.shown?;
            Some((&**claims, Some(sms.history.commits[state.at].id)))
        });
        let mut life: Vec<(&Claims, Option<ObjectId>)> = shown.collect();
        life.push((sms.claims(record), None));
        let day = |commit: Option<ObjectId>| match commit {
            Some(commit) => sms.history.commit(commit)?.committer.date(),
            None => Some(sms.as_of),
        };
        match uncorrected(&life, &day) {
            Some((what, commit, last)) if commit.is_none_or(|it| !before_start.contains(&it)) => {
                edits.push(Edit { record, what, commit, last });
            }
            Some(_) => {}
            None => confirm(record, &life, out),
        }
    }
    let (masses, single) = in_mass(edits, |edit| edit.commit);
    for mass in masses {
        let names =
            mass.names(|edit| edit.record.id().map_or_else(String::new, |id| id.to_string()));
        let words =
            format!("one commit changed {} closed records without a correction", mass.seen.len());
        out.finding(sms.source_folder(), words)
            .commit(mass.commit)
            .note(sms.commit_words(mass.commit))
            .note(format!("it changed {names}"))
            .help("take the commit back: a closed record stays as it was, and a correction says what is otherwise");
    }
    for edit in single {
        report(sms, &edit, out);
    }
}

/// Follows a record from state to state. What happens to it while it is closed is owed a
/// correction, which may come later: what it was first, in which commit, and the last such commit.
/// Nothing is owed any more once it is again as it was.
fn uncorrected(
    life: &[(&Claims, Option<ObjectId>)],
    day: &dyn Fn(Option<ObjectId>) -> Option<Date>,
) -> Option<(What, Option<ObjectId>, Option<ObjectId>)> {
    let mut owed = None;
    let mut as_closed: Option<&Claims> = None;
    let is_same = |a: &Claims, b: &Claims| {
        a.recorded == b.recorded && a.status == b.status && a.corrections == b.corrections
    };
    let earliest = life.first().and_then(|(_, first)| day(*first)?.day_before());
    for pair in life.windows(2) {
        let [(before, _), (after, commit)] = pair else { continue };
        // The clocks of the world stand a day apart.
        let latest = day(*commit).and_then(Date::day_after);
        let is_taken_back =
            as_closed.filter(|_| owed.is_some()).is_some_and(|it| is_same(it, after));
        if is_taken_back || after.corrects(before, earliest, latest) {
            owed = None;
        } else if before.status.as_deref() == Some("closed") {
            let what = if after.status != before.status {
                Some(What::Reopened)
            } else if after.recorded != before.recorded {
                Some(What::Edited)
            } else if !after.keeps_corrections_of(before) {
                Some(What::CorrectionTakenOut)
            } else {
                None
            };
            if owed.is_none() {
                as_closed = Some(before);
            }
            owed = match (owed, what) {
                (Some((first, since, _)), Some(_)) => Some((first, since, *commit)),
                (owed, what) => owed.or(what.map(|what| (what, *commit, *commit))),
            };
        }
    }
    owed
}

fn report(sms: &Sms, edit: &Edit<'_>, out: &mut Findings) {
    let record = edit.record;
    let words = match edit.what {
        What::Edited => {
            "the record was changed after it was closed, and no correction says what and why"
        }
        What::Reopened => {
            "the record was closed and has another status now, and no correction says why"
        }
        What::CorrectionTakenOut => "a correction was taken out of the closed record",
    };
    // Whoever knows of one edit does not know of the next.
    let again = match edit.last {
        last if last == edit.commit => String::new(),
        Some(last) => format!("; it was changed again since, last in commit {}", last.short()),
        None => "; it was changed again since".to_owned(),
    };
    let words = format!("{words}{again}");
    let key = if record.front.get("corrections").is_some() { "corrections" } else { "status" };
    let finding = out.finding(record.at(key), words);
    match edit.commit {
        Some(commit) => {
            finding.commit(commit).note(format!("changed in {}", sms.commit_words(commit)))
        }
        None => finding.note("the change is not committed yet, or not on the publishing branch"),
    };
    finding.help(
        "add a row to `corrections` that says when, by whom and what, like `{on: 2026-05-06, by: ana@example.org, what: adds the problem}`",
    );
}

fn confirm(record: &Document, life: &[(&Claims, Option<ObjectId>)], out: &mut Findings) {
    if record.status() != Some("closed") {
        return;
    }
    let was_closed =
        |(claims, _): &&(&Claims, Option<ObjectId>)| claims.status.as_deref() == Some("closed");
    let closed = life.iter().find(was_closed);
    let told = life.last().map_or(0, |(claims, _)| claims.corrections.len());
    let words = match told {
        0 => "it is as it was when it was closed".to_owned(),
        1 => "what changed after it was closed is told by a correction".to_owned(),
        more => format!("what changed after it was closed is told by {more} corrections"),
    };
    let evidence = out.evidence(record.at("id"), words);
    if let Some(commit) = closed.and_then(|(_, commit)| *commit) {
        evidence.commit(commit);
    }
}
