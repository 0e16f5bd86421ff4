//! What changed since a day, a tag or a commit: for people, for a comment, and for machines.

use super::redline::plain;
use crate::sms::since::{Entry, Revised, Since};
use crate::source::Printable;
use schemars::JsonSchema;
use serde::Serialize;

/// What `changes --format json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Changes {
    /// The major version of the format.
    pub schema_version: u32,
    /// What was asked for.
    pub since: Point,
    /// Up to what.
    pub until: Point,
    /// Documents and records that were not there.
    pub new: Vec<Listed>,
    /// Documents and records that are not the same.
    pub revised: Vec<Listed>,
    /// Documents that were taken out of use.
    pub withdrawn: Vec<Listed>,
    /// Documents in use for which a later day was named from which they are not any more.
    pub to_be_withdrawn: Vec<Listed>,
    /// Documents whose place others took.
    pub superseded: Vec<Listed>,
    /// Documents and records whose file is gone.
    pub removed: Vec<Listed>,
    /// Documents and records that lie elsewhere.
    pub moved: Vec<FromTo>,
    /// Documents with another owner.
    pub owners: Vec<FromTo>,
    /// What came into the scope and what left it.
    pub scope: Vec<String>,
    /// Who took over a role and who gave it up.
    pub roles: Vec<String>,
    /// What changed of the rules.
    pub rules: Vec<String>,
    /// Files that were not compared: their id is missing or not theirs alone.
    pub not_compared: Vec<String>,
}

/// One end of the comparison.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChangesPoint")]
pub struct Point {
    /// As it was asked for.
    pub asked: String,
    /// The commit, in full.
    pub commit: String,
    /// The day of that commit.
    pub day: Option<String>,
}

/// A document in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ChangedDocument")]
pub struct Listed {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The version as written.
    pub version: Option<String>,
    /// The version it had, if it has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version_before: Option<String>,
    /// The status as written; where that goes with a day, as it is on the day spoken of.
    pub status: Option<String>,
    /// The status it had, if it has another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_before: Option<String>,
    /// The day from which it is withdrawn, or is to be, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_on: Option<String>,
    /// The file.
    pub path: String,
    /// Whether it is a record.
    pub record: bool,
    /// Whether its text changed; absent where that is not the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<bool>,
    /// The keys of the front matter that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keys: Vec<String>,
    /// Why, as the document says.
    pub why: Option<String>,
    /// The versions before it that came into force since, oldest first, by what they claim.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before_it: Vec<Before>,
    /// What took its place, where it is listed as superseded or removed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded_by: Vec<String>,
    /// Why it is not in force although its status says that it is approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_in_force: Option<String>,
    /// What lies where it lay, where it is listed as removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lies_there: Option<String>,
}

/// A version on the way to that of a document in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "VersionBefore")]
pub struct Before {
    /// The version as written.
    pub version: String,
    /// Why, as the document said.
    pub why: Option<String>,
}

/// What was one thing and is another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FromTo {
    /// The id of the document.
    pub id: String,
    /// What it was.
    pub from: Option<String>,
    /// What it is.
    pub to: Option<String>,
    /// Which version says so, where that is not in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_told: Option<String>,
}

/// Puts the changes into the format.
pub fn changes(since: &Since, from: Point, until: Point) -> Changes {
    let all = |entries: &[Entry]| entries.iter().map(listed).collect();
    Changes {
        schema_version: super::json::SCHEMA_VERSION,
        since: from,
        until,
        new: all(&since.new),
        revised: since.revised.iter().map(revised).collect(),
        withdrawn: all(&since.withdrawn),
        to_be_withdrawn: all(&since.to_be_withdrawn),
        superseded: all(&since.superseded),
        removed: all(&since.removed),
        moved: (since.moved.iter())
            .map(|it| FromTo {
                id: it.id.to_string(),
                from: Some(it.from.to_string()),
                to: Some(it.to.to_string()),
                as_told: None,
            })
            .collect(),
        owners: (since.owners.iter())
            .map(|it| FromTo {
                id: it.id.to_string(),
                from: it.from.clone(),
                to: it.to.clone(),
                as_told: it.as_told.clone(),
            })
            .collect(),
        scope: since.scope.clone(),
        roles: since.roles.clone(),
        rules: since.rules.clone(),
        not_compared: since.not_compared.iter().map(ToString::to_string).collect(),
    }
}

fn listed(entry: &Entry) -> Listed {
    let before_it = entry.before_it.iter();
    let before_it = before_it.map(|it| Before { version: it.version.clone(), why: it.why.clone() });
    Listed {
        id: entry.id.to_string(),
        title: entry.title.clone(),
        version: entry.version.clone(),
        version_before: None,
        status: entry.status.clone(),
        status_before: None,
        withdrawn_on: entry.withdrawn_on.map(|day| day.to_string()),
        path: entry.path.to_string(),
        record: entry.is_record,
        text: None,
        keys: Vec::new(),
        why: entry.why.clone(),
        superseded_by: entry.superseded_by.iter().map(ToString::to_string).collect(),
        not_in_force: entry.not_in_force.clone(),
        before_it: before_it.collect(),
        lies_there: entry.lies_there.clone(),
    }
}

fn revised(revised: &Revised) -> Listed {
    Listed {
        version_before: revised.version_before.clone(),
        status_before: revised.status_before.clone(),
        text: Some(revised.text),
        keys: revised.keys.clone(),
        ..listed(&revised.entry)
    }
}

/// Writes the changes for a terminal.
pub fn human(changes: &Changes, bold: &dyn Fn(&str) -> String) -> String {
    written(
        changes,
        &Writing { title: bold, text: &|text| Printable(text).to_string(), item: "  " },
    )
}

/// Writes the changes as Markdown for a comment on a forge.
pub fn markdown(changes: &Changes) -> String {
    let title = |text: &str| format!("### {text}\n");
    written(changes, &Writing { title: &title, text: &plain, item: "- " })
}

/// How headings, texts and items are written.
struct Writing<'w> {
    title: &'w dyn Fn(&str) -> String,
    text: &'w dyn Fn(&str) -> String,
    item: &'w str,
}

fn written(changes: &Changes, how: &Writing<'_>) -> String {
    let point = |point: &Point| {
        let day = point.day.as_ref().map(|day| format!(" of {day}")).unwrap_or_default();
        let commit = &point.commit[..10];
        match point.asked.is_empty() {
            true => format!("commit {commit}{day}"),
            false => format!("{} (commit {commit}{day})", (how.text)(&point.asked)),
        }
    };
    let mut text = format!("from {} to {}\n", point(&changes.since), point(&changes.until));
    let mut section = |title: &str, items: Vec<String>| {
        if items.is_empty() {
            return;
        }
        text.push_str(&format!("\n{}\n", (how.title)(title)));
        for item in items {
            text.push_str(&format!("{}{item}\n", how.item));
        }
    };
    let lines = |entries: &[Listed], record: bool| -> Vec<String> {
        let entries = entries.iter().filter(|entry| entry.record == record);
        entries.map(|entry| (how.text)(&line(entry))).collect()
    };
    section("New documents", lines(&changes.new, false));
    section("Revised documents", lines(&changes.revised, false));
    section("Withdrawn", lines(&changes.withdrawn, false));
    section("To be withdrawn", lines(&changes.to_be_withdrawn, false));
    section("Superseded", lines(&changes.superseded, false));
    section("Removed", lines(&changes.removed, false));
    section("New records", lines(&changes.new, true));
    section("Changed records", lines(&changes.revised, true));
    section("Removed records", lines(&changes.removed, true));
    let from_to = |all: &[FromTo]| -> Vec<String> {
        let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        let told =
            |it: &FromTo| it.as_told.as_ref().map(|it| format!(", {it}")).unwrap_or_default();
        let words = all
            .iter()
            .map(|it| format!("{}: {} -> {}{}", it.id, word(&it.from), word(&it.to), told(it)));
        words.map(|words| (how.text)(&words)).collect()
    };
    section("Moved", from_to(&changes.moved));
    section("Owners", from_to(&changes.owners));
    let sentences =
        |all: &[String]| -> Vec<String> { all.iter().map(|it| (how.text)(it)).collect() };
    section("Scope", sentences(&changes.scope));
    section("Roles", sentences(&changes.roles));
    section("Rules", sentences(&changes.rules));
    section(
        "Not compared: the id is missing or not theirs alone",
        sentences(&changes.not_compared),
    );
    if text.lines().count() == 1 {
        text.push_str("\nnothing changed\n");
    }
    text
}

fn line(entry: &Listed) -> String {
    let mut words = format!("{} {}", entry.id, entry.title);
    match (&entry.version_before, &entry.version) {
        (Some(before), Some(version)) => words.push_str(&format!(", {before} -> {version}")),
        (_, Some(version)) => words.push_str(&format!(", {version}")),
        _ => {}
    }
    match (&entry.status_before, &entry.status) {
        (Some(before), Some(status)) => words.push_str(&format!(", {before} -> {status}")),
        (_, Some(status)) => words.push_str(&format!(", {status}")),
        _ => {}
    }
    if let Some(why) = &entry.not_in_force {
        words.push_str(&format!(", {why}"));
    }
    match (&entry.withdrawn_on, entry.status.as_deref()) {
        (Some(day), Some("withdrawn")) => words.push_str(&format!(" as of {day}")),
        (Some(day), _) => words.push_str(&format!(", to be withdrawn on {day}")),
        (None, _) => {}
    }
    let mut what: Vec<&str> = entry.text.filter(|&text| text).map(|_| "text").into_iter().collect();
    // Version and status are said already, and owners have a list of their own.
    let said = ["version", "status", "owner", "change_summary", "change_kind", "supersedes"];
    what.extend(entry.keys.iter().map(String::as_str).filter(|key| !said.contains(key)));
    if !what.is_empty() {
        words.push_str(&format!(" ({})", what.join(", ")));
    }
    if !entry.superseded_by.is_empty() {
        words.push_str(&format!(
            ": superseded by {}",
            crate::source::listed(&entry.superseded_by, "and")
        ));
    } else if let Some(why) =
        entry.why.as_ref().filter(|_| entry.version_before.is_some() || entry.text.is_none())
    {
        words.push_str(&format!(": {why}"));
    }
    if !entry.before_it.is_empty() {
        let why = |it: &Before| it.why.clone().unwrap_or_else(|| "no reason given".to_owned());
        let steps = entry.before_it.iter().map(|it| format!("{}: {}", it.version, why(it)));
        words.push_str(&format!("; before that {}", steps.collect::<Vec<_>>().join("; ")));
    }
    if let Some(what) = &entry.lies_there {
        words.push_str(&format!("; {what}"));
    }
    words
}
