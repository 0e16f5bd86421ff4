//! What a change of a key of front matter means.

use super::words::{self, Budget, Passage};
use super::{Change, Size};
use crate::document::front::{Entry, Node};
use crate::document::{APPROVAL_FIELDS, Front, UPKEEP_FIELDS};

/// Keys that number and describe a version: they change with every one.
const OF_VERSION: [&str; 5] =
    ["version", "change_kind", "change_summary", "supersedes", "corrections"];

/// Keys that say what the management system covers.
const SCOPE: [&str; 5] = ["type", "organization", "services", "locations", "exclusions"];

/// Keys that say what must be reached.
const TARGETS: [&str; 2] = ["targets", "workload_limits"];

/// Keys whose values are read like the text.
const PROSE: [&str; 9] = [
    "title",
    "statements",
    "inputs",
    "outputs",
    "kpis",
    "criteria",
    "acceptance_criteria",
    "exceptions",
    "smp_items",
];

/// Tells whether a document is the scope statement.
pub(super) fn is_scope_statement(front: &Front) -> bool {
    front.text("type").is_some_and(|kind| kind.value == "statement")
}

/// Says what a section holds whose every word counts: the scope, or targets.
pub(super) fn section(heading: &str, is_scope_statement: bool) -> Option<&'static str> {
    let key = words::key_of(heading);
    let has = |word: &str| key.split(' ').any(|other| other == word);
    let of_statement = ["organization", "organisation", "services", "locations"];
    if has("scope") || is_scope_statement && of_statement.iter().any(|word| has(word)) {
        return Some("the scope");
    }
    (has("targets") || has("target")).then_some("a target")
}

/// Tells whether what is kept up between approvals is the same: it needs no version, and is no
/// reason against one.
pub(super) fn have_same_upkeep(old: &Front, new: &Front) -> bool {
    let rows = new.is_living_register().then_some("entries");
    let keys = UPKEEP_FIELDS.into_iter().chain(rows);
    let value = |front: &Front, key: &str| spoken(front.get(key).map(|found| &found.value));
    keys.into_iter().all(|key| value(old, key) == value(new, key))
}

/// Compares front matter, key by key, in the order of the later version; then what is gone.
pub(super) fn compare(old: &Front, new: &Front, change: &mut Change) {
    let is_living = new.is_living_register();
    let counts = |entry: &&Entry| {
        let key = entry.key.value.as_str();
        let is_aside = APPROVAL_FIELDS.contains(&key)
            || UPKEEP_FIELDS.contains(&key)
            || OF_VERSION.contains(&key);
        !(is_aside || is_living && key == "entries")
    };
    for entry in new.entries.iter().filter(counts) {
        let key = entry.key.value.as_str();
        let was = old.get(key).map(|found| &found.value);
        compare_values(key, was, Some(&entry.value.value), change);
    }
    let is_gone = |entry: &&Entry| new.get(&entry.key.value).is_none();
    for entry in old.entries.iter().filter(counts).filter(is_gone) {
        compare_values(&entry.key.value, Some(&entry.value.value), None, change);
    }
}

fn compare_values(key: &str, old: Option<&Node>, new: Option<&Node>, change: &mut Change) {
    let (was, is) = (spoken(old), spoken(new));
    if was == is {
        return;
    }
    if words::key_of(&was) == words::key_of(&is) {
        change.sign(Size::Editorial, format!("`{key}` is written otherwise"));
    } else if SCOPE.contains(&key) {
        change.sign(Size::Major, format!("the scope changed: {}", told(key, &was, &is)));
    } else if TARGETS.contains(&key) {
        change.sign(Size::Major, format!("a target changed: {}", told(key, &was, &is)));
    } else if PROSE.contains(&key) {
        let (was, is) = (words::words(&was, None), words::words(&is, None));
        words::compare(&was, &is, Passage::Key(key), &mut Budget::default(), change);
    } else {
        change.sign(Size::Minor, told(key, &was, &is));
        change.words += 1;
    }
}

fn told(key: &str, was: &str, is: &str) -> String {
    let [was, is] = words::both_shortened(was, is);
    match (was.is_empty(), is.is_empty()) {
        (true, _) => format!("`{key}` now says `{is}`"),
        (_, true) => format!("`{key}` no longer says `{was}`"),
        _ => format!("`{key}` was `{was}` and is `{is}`"),
    }
}

/// Reads a value out, keys and all.
fn spoken(node: Option<&Node>) -> String {
    fn speak(node: &Node, out: &mut Vec<String>) {
        match node {
            Node::Scalar { .. } => out.extend(node.as_text().map(str::to_owned)),
            Node::List(items) => items.iter().for_each(|item| speak(&item.value, out)),
            Node::Map(entries) => {
                for entry in entries {
                    out.push(entry.key.value.clone());
                    speak(&entry.value.value, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    if let Some(node) = node {
        speak(node, &mut out);
    }
    out.join(" ")
}
