use crate::finding::Findings;
use crate::repo::object::{Commit, ObjectId};
use crate::sms::Sms;
use crate::source::Date;

rule!(GI002, "commit-dates-out-of-order", Warning, "7.5.3");

/// What clocks and time zones may differ by: a day, in seconds.
const TOLERANCE: i64 = 24 * 60 * 60;

/// From how many commits on they are told together.
const MANY: usize = 10;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.has_history_of_others() {
        return;
    }
    let before_start = sms.before_start();
    let resting = sms.history.commits_of_documents();
    let mut odd: Vec<(ObjectId, String)> = Vec::new();
    for (at, commit) in sms.history.commits.iter().enumerate() {
        if before_start.contains(&commit.id) {
            continue;
        }
        if resting.contains(&at) && is_later(commit.author.seconds, commit.committer.seconds) {
            odd.push((commit.id, written_after_committed(commit)));
        }
        for &parent in sms.history.parents(at) {
            let concerns = resting.contains(&at) || resting.contains(&parent);
            let parent = &sms.history.commits[parent];
            if concerns && is_later(parent.committer.seconds, commit.committer.seconds) {
                odd.push((commit.id, before_its_parent(commit, parent)));
            }
        }
    }
    if odd.is_empty() {
        let count = resting.len();
        let words =
            format!("the dates of the {count} commits that documents rest on follow their order");
        out.evidence(sms.source_folder(), words);
    }
    if odd.len() >= MANY {
        report_all(sms, &odd, out);
        return;
    }
    for (id, words) in odd {
        out.finding(sms.source_folder(), words)
            .commit(id)
            .note(sms.commit_words(id))
            .note("dates are claims of whoever commits; documents are judged by the order of the commits")
            .help("set the clock of the machine right; say in a record why the date is another, if it was meant");
    }
}

/// Tells whether one moment is later than another by more than clocks may differ.
fn is_later(one: Option<i64>, other: Option<i64>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.saturating_sub(other) > TOLERANCE)
}

fn day(date: Option<Date>) -> String {
    date.map_or_else(|| "a day that cannot be told".to_owned(), |date| date.to_string())
}

fn written_after_committed(commit: &Commit) -> String {
    format!(
        "commit {} was written on {} and committed before that, on {}",
        commit.id.short(),
        day(commit.author.date()),
        day(commit.committer.date())
    )
}

fn before_its_parent(commit: &Commit, parent: &Commit) -> String {
    format!(
        "commit {} of {} is dated before the commit it grew out of, {} of {}",
        commit.id.short(),
        day(commit.committer.date()),
        parent.id.short(),
        day(parent.committer.date())
    )
}

fn report_all(sms: &Sms, odd: &[(ObjectId, String)], out: &mut Findings) {
    const TOLD: usize = 5;
    let words = format!("the dates of {} commits do not follow their order", odd.len());
    let finding = out.finding(sms.source_folder(), words);
    for (_, words) in odd.iter().take(TOLD) {
        finding.note(words.clone());
    }
    if let Some((first, _)) = odd.first() {
        finding.commit(first);
    }
    finding
        .note("dates are claims of whoever commits; documents are judged by the order of the commits")
        .help("say in a record how it came about; a history that was imported may lie before control start (`verify_from`)");
}
