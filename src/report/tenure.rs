//! What was in force when, for machines and for people: the versions of a document with their
//! days, their approvals and the commits that show them.

use super::document::{ShownApproval, approval};
use crate::document::{Claims, DocId, Document};
use crate::history::Revision;
use crate::repo::object::{Commit, Person};
use crate::sms::Sms;
use crate::sms::past::word_of;
use crate::sms::removed::Removed;
use crate::sms::target::OutsideTerm;
use crate::sms::tenure::{End, Tenure};
use crate::source::{Date, RepoPath, listed};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// One version, from its publication as approved to its end.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Tenure")]
pub struct ShownTenure {
    /// The version as written.
    pub version: String,
    /// The first day in force, as the document claims; absent where it ended before.
    pub from: Option<String>,
    /// The last day in force; absent while it is open, and where it ended before it began.
    pub until: Option<String>,
    /// What ended it, in words.
    pub ended_by: Option<String>,
    /// Whether it was in force at all: not replaced before it took effect.
    pub was_in_force: bool,
    /// Whether its last day would come before its first.
    #[serde(skip)]
    pub is_turned_round: bool,
    /// The commit on the publishing branch that first had it as approved.
    pub published_in: String,
    /// The day of that commit.
    pub published_on: Option<String>,
    /// Whether Git bears its approval out as the type needs.
    pub is_proved: bool,
    /// Whether Git bears it out by the content that the publishing branch had on the day asked for;
    /// absent where no day was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was_proved_then: Option<bool>,
    /// The approvals of the version, and what Git shows of each.
    pub approvals: Vec<ShownApproval>,
    /// Those that stood on the day asked for, and that the version does not have any more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub given_up_since: Vec<ShownApproval>,
}

/// What a commit had of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Committed")]
pub struct ShownState {
    /// The version as written.
    pub version: Option<String>,
    /// The status by the day spoken of: what is to be withdrawn later is approved.
    pub status: Option<String>,
    /// The commit that brought it to the publishing branch.
    pub commit: String,
    /// The day of that commit.
    pub day: Option<String>,
}

/// How a document went that is not there any more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Removal {
    /// The commit that removed it; absent while only the work tree lacks it.
    pub commit: Option<String>,
    /// The day of that commit.
    pub day: Option<String>,
    /// Its author: name and address.
    pub author: Option<String>,
    /// The first line of its message.
    pub subject: Option<String>,
    /// The merge that took the removal over, where it was made on another line.
    pub merged_in: Option<String>,
    /// The same as a sentence.
    pub says: String,
}

/// A document that there is, or was: what its past is asked by.
#[derive(Clone, Debug)]
pub struct Subject {
    /// The id.
    pub id: DocId,
    title: String,
    path: RepoPath,
    is_committed: bool,
    removed: Option<Removal>,
}

impl Subject {
    /// Takes a document of the system.
    pub fn of(sms: &Sms, document: &Document) -> Self {
        Self {
            id: document.id().unwrap_or_else(|| DocId::new("")),
            title: document.title(),
            path: document.path.clone(),
            is_committed: sms.is_committed(document),
            removed: None,
        }
    }

    /// Takes a document that was removed.
    pub fn of_removed(sms: &Sms, removed: &Removed<'_>) -> Self {
        let commit = sms.removed_by(removed);
        let removal = Removal {
            commit: commit.map(|commit| commit.id.to_string()),
            day: commit.and_then(|it| it.committer.date()).map(|day| day.to_string()),
            author: commit.map(|commit| person(&commit.author.person)),
            subject: commit.map(|commit| commit.subject().to_owned()),
            merged_in: sms.removal_merged_in(removed).map(|merge| merge.id.to_string()),
            says: sms.removal_words(removed),
        };
        Self {
            id: removed.id.clone(),
            title: removed.title(),
            path: removed.path.clone(),
            is_committed: commit.is_some(),
            removed: Some(removal),
        }
    }
}

/// What `show ID@VERSION` and `show ID --on DATE` print as JSON.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ShowThen")]
pub struct ShownThen {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The version asked for.
    pub version: Option<String>,
    /// The day asked for.
    pub on: Option<String>,
    /// What was in force: the tenures of the version, or the one of the day.
    pub in_force: Vec<ShownTenure>,
    /// What the publishing branch had by the end of that day, by the dates of its commits; absent
    /// where it had nothing, or no day was asked for.
    pub committed: Option<ShownState>,
    /// How it went; absent while the document is there.
    pub removed: Option<Removal>,
    /// What an answer from here leaves out.
    pub notes: Vec<String>,
}

/// What `log ID --format json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Log {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The file; where it lay last, if it was removed.
    pub path: String,
    /// Whether the judged commit has the file as it is, or has it no more either.
    pub is_committed: bool,
    /// How it went; absent while the document is there.
    pub removed: Option<Removal>,
    /// The versions, newest first.
    pub versions: Vec<LoggedVersion>,
}

/// One version and the commits that made it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "LogVersion")]
pub struct LoggedVersion {
    /// The version as written; absent for a record.
    pub version: Option<String>,
    /// The status it had last on the publishing branch, or where it never came there.
    pub status: Option<String>,
    /// Why it exists.
    pub change_summary: Option<String>,
    /// When it was in force: more than once, if it was opened again in between.
    pub in_force: Vec<ShownTenure>,
    /// What happened to it, newest first.
    pub revisions: Vec<LoggedRevision>,
}

/// What one commit did.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "LogRevision")]
pub struct LoggedRevision {
    /// The commit.
    pub commit: String,
    /// The day, as its author says.
    pub day: Option<String>,
    /// The day of the commit itself.
    pub committed_on: Option<String>,
    /// The author: name and address.
    pub author: String,
    /// The committer: name and address.
    pub committer: String,
    /// What changed.
    #[schemars(extend("enum" = ["first seen", "got its id", "put back", "got its id back", "lost its id", "text", "metadata", "approval or status", "layout", "moved", "removed", "merged"]))]
    pub what: &'static str,
    /// Where the file lay after it.
    pub path: String,
    /// Where it lay before, if elsewhere.
    pub moved_from: Option<String>,
    /// Whether the commit stands on the publishing branch.
    pub is_published: bool,
    /// The first line of the message.
    pub subject: String,
}

/// Returns what a version of a document was, or what was in force on a day.
pub fn then(sms: &Sms, subject: &Subject, version: Option<&str>, on: Option<Date>) -> ShownThen {
    let id = &subject.id;
    let tenures = sms.tenures(id).iter();
    let asked = tenures.filter(|tenure| {
        version.is_none_or(|version| tenure.is_version(version))
            && on.is_none_or(|day| tenure.was_in_force_on(day))
    });
    let mut asked: Vec<&Tenure> = asked.collect();
    if version.is_none() {
        // Should two of them claim a day, the later one was in force.
        asked = asked.pop().into_iter().collect();
    }
    let shown = |tenure| ShownTenure {
        was_proved_then: on.map(|day| sms.was_borne_out_on(id, tenure, day)),
        given_up_since: on.map_or_else(Vec::new, |day| {
            let stood = sms.given_up_since(id, tenure, day);
            stood.iter().map(|grade| approval(sms, (Some(id), &subject.path), grade)).collect()
        }),
        ..shown(sms, subject, tenure)
    };
    let outside = asked.iter().zip(on).find_map(|(tenure, day)| {
        let outside = OutsideTerm::of(tenure.claims.term, day)?;
        Some(format!("its term {outside}: on {day} it binds nobody"))
    });
    let in_force = asked.into_iter().map(shown).collect();
    let beside = sms.beside_the_branch().filter(|_| sms.branch_has_gone_on());
    ShownThen {
        id: id.to_string(),
        title: subject.title.clone(),
        version: version.map(str::to_owned),
        on: on.map(|day| day.to_string()),
        in_force,
        committed: on.and_then(|day| committed_by(sms, id, day)),
        removed: subject.removed.clone(),
        // The answer is that of the branch, as far as it is here.
        notes: outside.into_iter().chain(beside).collect(),
    }
}

/// Returns what the publishing branch had of a document by the end of a day.
fn committed_by(sms: &Sms, id: &DocId, day: Date) -> Option<ShownState> {
    let state = sms.published_by(id, day)?;
    let (_, claims) = state.shown?;
    let commit = &sms.history.commits[state.at];
    Some(ShownState {
        version: claims.version.clone(),
        status: claims.status_on(day).map(str::to_owned),
        commit: commit.id.to_string(),
        day: commit.committer.date().map(|day| day.to_string()),
    })
}

fn shown(sms: &Sms, subject: &Subject, tenure: &Tenure) -> ShownTenure {
    let day = |day: Option<Date>| day.map(|day| day.to_string());
    let place = (Some(&subject.id), &subject.path);
    let approvals = tenure.grades.iter().map(|grade| approval(sms, place, grade)).collect();
    let is_turned_round = tenure.ended_before_it_began();
    let shown_day = |found: Option<Date>| day(found.filter(|_| !is_turned_round));
    ShownTenure {
        version: tenure.version.clone(),
        from: shown_day(tenure.from),
        until: shown_day(tenure.last_day_in_force()),
        ended_by: tenure.end.as_ref().map(|it| end(sms, &subject.id, tenure, it)),
        was_in_force: tenure.was_ever_in_force(),
        is_turned_round,
        published_in: tenure.published_in.to_string(),
        published_on: day(tenure.published_on),
        is_proved: sms.bears_out(tenure),
        was_proved_then: None,
        approvals,
        given_up_since: Vec::new(),
    }
}

/// Says what ended a version.
fn end(sms: &Sms, of: &DocId, tenure: &Tenure, end: &End) -> String {
    match end {
        End::NextVersion(version) => {
            format!("version {version} {}", sms.words_of_next(of, tenure, version))
        }
        End::Withdrawn(commit) => format!("withdrawn in commit {}", commit.short()),
        End::SupersededBy(first) => {
            format!("superseded by {}", listed(sms.successors_at_end(of, tenure, first), "and"))
        }
        End::Reopened(commit) => format!("opened again in commit {}", commit.short()),
        End::Removed(commit) => {
            format!("{} in commit {}", sms.word_of_end(of, *commit), commit.short())
        }
    }
}

/// Says of a version that its approval is not what its type needs.
pub const UNPROVED: &str = "Git does not bear its approval out as the type needs";

/// Says when a version was in force, in words.
pub fn days_in_force(tenure: &ShownTenure) -> String {
    let ended = tenure.ended_by.as_ref().map(|end| format!("; {end}")).unwrap_or_default();
    match (&tenure.from, &tenure.until) {
        (None, _) if tenure.is_turned_round => format!("never in force{ended}"),
        (None, _) => "from a day that cannot be told".to_owned(),
        (Some(from), Some(until)) => format!("in force from {from} to {until}{ended}"),
        (Some(from), None) => format!("in force from {from}{ended}"),
    }
}

/// Returns the versions of a document and all that happened to them, newest first.
pub fn log(sms: &Sms, subject: &Subject) -> Log {
    let id = &subject.id;
    let mut happened: Vec<(usize, Option<String>, LoggedRevision)> = Vec::new();
    // What the publishing branch had last of a version; of one that never came there, its last
    // revision.
    let mut last: HashMap<&Option<String>, &Claims> = HashMap::new();
    for revision in sms.history.revisions(id) {
        let version = &revision.claims.version;
        happened.push((revision.commit, version.clone(), of_revision(sms, revision)));
        last.insert(version, &revision.claims);
    }
    for (_, claims) in sms.history.published_states(id).iter().filter_map(|it| it.shown) {
        last.insert(&claims.version, claims);
    }
    for arrival in sms.history.arrivals.get(id).map(Vec::as_slice).unwrap_or_default() {
        let content = arrival.blob.or(arrival.before);
        let Some(claims) = content.and_then(|blob| sms.history.claims_in(blob)) else { continue };
        let path = arrival.path.to_string();
        let commit = &sms.history.commits[arrival.commit];
        let is_published = sms.history.is_published(arrival.commit);
        let logged = logged(commit, "merged", path, None, is_published);
        happened.push((arrival.commit, claims.version.clone(), logged));
    }
    happened.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    let mut tenures: HashMap<&str, Vec<ShownTenure>> = HashMap::new();
    // Why there is a version is told as it was when that was approved.
    let mut approved = last.clone();
    for tenure in sms.tenures(id) {
        approved.insert(&tenure.claims.version, &tenure.claims);
        let shown = shown(sms, subject, tenure);
        tenures.entry(&tenure.version).or_default().push(shown);
    }
    let mut versions: Vec<LoggedVersion> = Vec::new();
    let mut places: HashMap<Option<String>, usize> = HashMap::new();
    for (_, version, revision) in happened {
        let place = *places.entry(version.clone()).or_insert(versions.len());
        if let Some(known) = versions.get_mut(place) {
            known.revisions.push(revision);
            continue;
        }
        let in_force = version.as_deref().and_then(|version| tenures.remove(version));
        let newest_first = in_force.unwrap_or_default().into_iter().rev();
        versions.push(LoggedVersion {
            change_summary: approved.get(&version).and_then(|claims| claims.change_summary.clone()),
            status: last.get(&version).and_then(|it| Some(it.status_on(sms.as_of)?.to_owned())),
            version,
            in_force: newest_first.collect(),
            revisions: vec![revision],
        });
    }
    Log {
        id: id.to_string(),
        title: subject.title.clone(),
        path: subject.path.to_string(),
        is_committed: subject.is_committed,
        removed: subject.removed.clone(),
        versions,
    }
}

fn of_revision(sms: &Sms, revision: &Revision) -> LoggedRevision {
    let from = revision.moved_from.as_ref().map(ToString::to_string);
    let is_published = sms.history.is_published(revision.commit);
    let commit = sms.history.commit_of(revision);
    logged(commit, word_of(revision), revision.path.to_string(), from, is_published)
}

fn logged(
    commit: &Commit,
    what: &'static str,
    path: String,
    moved_from: Option<String>,
    is_published: bool,
) -> LoggedRevision {
    LoggedRevision {
        commit: commit.id.to_string(),
        day: commit.author.date().map(|day| day.to_string()),
        committed_on: commit.committer.date().map(|day| day.to_string()),
        author: person(&commit.author.person),
        committer: person(&commit.committer.person),
        what,
        path,
        moved_from,
        is_published,
        subject: commit.subject().to_owned(),
    }
}

fn person(person: &Person) -> String {
    format!("{} <{}>", person.name, person.email)
}
