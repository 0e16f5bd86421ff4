//! What changed between two states of the whole system: documents by their ids, who owns what, who
//! holds which role, what is in scope, and the rules it is judged by.
//!
//! Files whose id cannot be relied on are named and not compared: they are left out of the lists,
//! and never in silence.

use super::roles::{RoleEntry, Roles};
use super::{Sms, State};
use crate::config::Config;
use crate::document::front::Node;
use crate::document::{DocId, Document, Reference};
use crate::repo::object::ObjectId;
use crate::repo::snapshot::{Content, Snapshot};
use crate::source::{Date, RepoPath, Spanned};
use std::collections::{BTreeMap, BTreeSet};

/// The system as it was.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// Its documents, sorted by path.
    pub documents: Vec<Document>,
    /// Its configuration; absent where its book.toml cannot be read.
    pub config: Option<Config>,
    /// The commit that had it.
    pub commit: ObjectId,
    /// The day on which it was so; absent where the commit's own cannot be read.
    pub day: Option<Date>,
}

/// What changed since then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Documents and records that were not there, by id.
    pub new: Vec<Entry>,
    /// Documents and records that are not the same, by id.
    pub revised: Vec<Revised>,
    /// Documents that were taken out of use, by id.
    pub withdrawn: Vec<Entry>,
    /// Documents whose place others took, by id.
    pub superseded: Vec<Entry>,
    /// Documents and records whose file is gone, by id.
    pub removed: Vec<Entry>,
    /// Documents and records that lie elsewhere, by id.
    pub moved: Vec<Moved>,
    /// Documents with another owner, by id.
    pub owners: Vec<NewOwner>,
    /// What came into the scope and what left it, each as a sentence.
    pub scope: Vec<String>,
    /// Who took over a role and who gave it up, each as a sentence.
    pub roles: Vec<String>,
    /// What changed of the rules, each as a sentence.
    pub rules: Vec<String>,
    /// Files that were not compared, because their id is missing or not theirs alone.
    pub not_compared: Vec<RepoPath>,
}

impl Since {
    /// Tells whether nothing changed.
    pub fn is_empty(&self) -> bool {
        *self == Self { not_compared: self.not_compared.clone(), ..Self::default() }
    }
}

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: DocId,
    /// Its title.
    pub title: String,
    /// Its version as written.
    pub version: Option<String>,
    /// Its status as written.
    pub status: Option<String>,
    /// The day from which it is withdrawn, where it says so.
    pub withdrawn_on: Option<Date>,
    /// Its file.
    pub path: RepoPath,
    /// Whether it is a record.
    pub is_record: bool,
    /// Why: the summary of the change, or the reason of the withdrawal.
    pub why: Option<String>,
    /// What took its place, where it is listed as superseded or removed.
    pub superseded_by: Vec<DocId>,
}

/// A document that is not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revised {
    /// What it is now.
    pub entry: Entry,
    /// The version it had, if it has another.
    pub version_before: Option<String>,
    /// The status it had, if it has another.
    pub status_before: Option<String>,
    /// Whether its text changed.
    pub text: bool,
    /// The keys of the front matter that changed, in order.
    pub keys: Vec<String>,
}

/// A document that lies elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The document.
    pub id: DocId,
    /// Where it lay.
    pub from: RepoPath,
    /// Where it lies.
    pub to: RepoPath,
}

/// A document with another owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOwner {
    /// The document.
    pub id: DocId,
    /// Who owned it, as written.
    pub from: Option<String>,
    /// Who owns it, as written.
    pub to: Option<String>,
}

impl Earlier {
    /// Reads the documents of the tree of a commit, as it was on a day.
    pub fn read(
        snapshot: &Snapshot,
        config: Option<Config>,
        (commit, day): (ObjectId, Option<Date>),
    ) -> Self {
        let src =
            config.as_ref().map_or_else(|| Config::default().src, |config| config.src.clone());
        let nothing = ObjectId::from_bytes(&[0; 20]).expect("twenty bytes");
        let documents = snapshot.files.iter().filter_map(|(path, file)| match &file.content {
            Content::Text(bytes) if path.is_inside(&src) => {
                Some(Document::read(path.clone(), file.blob.unwrap_or(nothing), bytes))
            }
            _ => None,
        });
        let documents = documents.filter(Document::has_front_matter).collect();
        Self { documents, config, commit, day }
    }

    /// Tells whether a document of it that says it is approved, and in force by then, takes the
    /// place of another.
    fn replaces(&self, id: &DocId) -> bool {
        self.documents.iter().any(|document| {
            let names_it = |it: &Spanned<&str>| Reference::parse(it.value).id == *id;
            document.status() == Some("approved")
                && document.id().as_ref() != Some(id)
                && self.has_come(document.front.date("effective_from"))
                && document.front.list("supersedes").iter().any(names_it)
        })
    }

    /// Tells whether a day had come by then.
    fn has_come(&self, day: Option<Date>) -> bool {
        day.zip(self.day).is_none_or(|(day, then)| day <= then)
    }
}

impl Sms {
    /// Returns what changed since an earlier state.
    pub fn changes_since(&self, earlier: &Earlier) -> Since {
        let mut since = Since::default();
        let before = by_id(&earlier.documents, &mut since.not_compared);
        let now = by_id(&self.documents, &mut since.not_compared);
        since.not_compared.sort();
        since.not_compared.dedup();
        for (id, document) in &now {
            match before.get(id) {
                None if is_claimed(&earlier.documents, id) => {}
                None => {
                    since.new.push(Entry::of(id, document));
                    // What came and went since is told as both.
                    if is_withdrawn(document) {
                        since.withdrawn.push(Entry::of(id, document));
                    }
                }
                Some(old) => compare(id, old, document, &mut since),
            }
        }
        let gone = before
            .iter()
            .filter(|(id, _)| !now.contains_key(*id) && !is_claimed(&self.documents, id));
        let removed = gone.map(|(id, document)| Entry {
            superseded_by: owned(self.successors_of(id, &document.claims())),
            ..Entry::of(id, document)
        });
        since.removed = removed.collect();
        since.superseded = self.superseded_since(earlier, now.into_iter());
        since.scope = scope_changes(&earlier.documents, &self.documents);
        let then = earlier.day.unwrap_or(self.as_of);
        let before = self.roles_as_in_force(&earlier.documents, then);
        since.roles = role_changes(&before, self.roles_in_force());
        since.rules = match &earlier.config {
            Some(config) => {
                self.config.differences(config).into_iter().map(|it| it.as_change()).collect()
            }
            None => {
                vec!["book.toml could not be read then, so the rules are not compared".to_owned()]
            }
        };
        since
    }

    /// Returns those of the documents whose place was taken since an earlier state.
    fn superseded_since<'d>(
        &self,
        earlier: &Earlier,
        now: impl Iterator<Item = (DocId, &'d Document)>,
    ) -> Vec<Entry> {
        let superseded = now.filter(|(_, document)| self.state(document) == State::Superseded);
        let superseded: Vec<(DocId, &Document)> = superseded.collect();
        if superseded.is_empty() {
            return Vec::new();
        }
        let had = self.history.with_ancestors(&[earlier.commit]);
        let superseded = superseded.into_iter().filter_map(|(id, document)| {
            let by = self.successors(document);
            let names_it = |it: &String| Reference::parse(it).id == id;
            // The next version of what took the place does not name it any more.
            let had_taken = by.iter().flat_map(|by| self.tenures(by)).any(|tenure| {
                had.contains(&tenure.published_in)
                    && tenure.was_ever_in_force()
                    && earlier.has_come(tenure.from)
                    && tenure.claims.supersedes.iter().any(names_it)
            });
            let is_new = !had_taken && !earlier.replaces(&id);
            let entry = Entry { why: None, ..Entry::of(&id, document) };
            is_new.then(|| Entry { superseded_by: owned(by), ..entry })
        });
        superseded.collect()
    }
}

fn owned(ids: Vec<&DocId>) -> Vec<DocId> {
    ids.into_iter().cloned().collect()
}

/// Returns the documents by their ids; the files whose id is missing or not theirs alone go to
/// `others`.
fn by_id<'d>(
    documents: &'d [Document],
    others: &mut Vec<RepoPath>,
) -> BTreeMap<DocId, &'d Document> {
    let mut found: BTreeMap<DocId, Vec<&Document>> = BTreeMap::new();
    for document in documents {
        match document.id() {
            Some(id) => found.entry(id).or_default().push(document),
            None => others.push(document.path.clone()),
        }
    }
    let mut alone = BTreeMap::new();
    for (id, files) in found {
        match files.as_slice() {
            [only] => {
                alone.insert(id, *only);
            }
            _ => others.extend(files.iter().map(|document| document.path.clone())),
        }
    }
    alone
}

fn is_claimed(documents: &[Document], id: &DocId) -> bool {
    documents.iter().any(|document| document.id().as_ref() == Some(id))
}

fn text(document: &Document, key: &str) -> Option<String> {
    document.front.text(key).map(|found| found.value.to_owned())
}

impl Entry {
    /// Lists a document under an id.
    pub(super) fn of(id: &DocId, document: &Document) -> Self {
        let is_withdrawn = document.status() == Some("withdrawn");
        Self {
            id: id.clone(),
            title: document.title(),
            version: text(document, "version"),
            status: text(document, "status"),
            withdrawn_on: document.front.date("withdrawn_on").filter(|_| is_withdrawn),
            path: document.path.clone(),
            is_record: text(document, "type").as_deref() == Some("record"),
            why: text(document, if is_withdrawn { "withdrawal_reason" } else { "change_summary" }),
            superseded_by: Vec::new(),
        }
    }
}

fn is_withdrawn(document: &Document) -> bool {
    document.status() == Some("withdrawn")
}

fn compare(id: &DocId, old: &Document, new: &Document, since: &mut Since) {
    if old.path != new.path {
        let (from, to) = (old.path.clone(), new.path.clone());
        since.moved.push(Moved { id: id.clone(), from, to });
    }
    let (from, to) = (text(old, "owner"), text(new, "owner"));
    if from != to {
        since.owners.push(NewOwner { id: id.clone(), from, to });
    }
    if is_withdrawn(new) && !is_withdrawn(old) {
        since.withdrawn.push(Entry::of(id, new));
        return;
    }
    let differs = |key: &str| text(old, key) != text(new, key);
    let mut entry = Entry::of(id, new);
    if !is_withdrawn(new) && !differs("change_summary") {
        // It was the reason of an earlier change.
        entry.why = None;
    }
    let revised = Revised {
        entry,
        version_before: text(old, "version").filter(|_| differs("version")),
        status_before: text(old, "status").filter(|_| differs("status")),
        text: old.claims().text != new.claims().text,
        keys: changed_keys(old, new),
    };
    if revised.text || !revised.keys.is_empty() {
        since.revised.push(revised);
    }
}

/// Returns the keys whose values are not the same, wherever they stand and however written.
fn changed_keys(old: &Document, new: &Document) -> Vec<String> {
    let keys = old.front.entries.iter().chain(&new.front.entries);
    let keys: BTreeSet<&str> = keys.map(|entry| entry.key.value.as_str()).collect();
    let written =
        |document: &Document, key: &str| document.front.get(key).map(|found| plain(&found.value));
    let changed = keys.into_iter().filter(|key| written(old, key) != written(new, key));
    changed.map(str::to_owned).collect()
}

/// A value without places and quotes.
#[derive(PartialEq)]
enum Plain {
    Text(String),
    List(Vec<Plain>),
    Map(Vec<(String, Plain)>),
}

fn plain(node: &Node) -> Plain {
    match node {
        Node::Scalar { text, .. } => Plain::Text(text.clone()),
        Node::List(items) => Plain::List(items.iter().map(|item| plain(&item.value)).collect()),
        Node::Map(entries) => {
            let entry = |entry: &crate::document::front::Entry| {
                (entry.key.value.clone(), plain(&entry.value.value))
            };
            Plain::Map(entries.iter().map(entry).collect())
        }
    }
}

/// The keys of a scope statement that say what the system is about.
const SCOPE: [(&str, &str); 4] = [
    ("organization", "organization"),
    ("services", "service"),
    ("locations", "location"),
    ("exclusions", "exclusion"),
];

fn scope_changes(before: &[Document], now: &[Document]) -> Vec<String> {
    let mut changes = Vec::new();
    for (key, word) in SCOPE {
        let (old, new) = (in_scope(before, key), in_scope(now, key));
        let came = new.iter().filter(|(it, _)| !old.contains_key(*it));
        changes.extend(came.map(|(it, by)| format!("{word} came in: {it}{}", if_prepared(by))));
        let left = old.iter().filter(|(it, _)| !new.contains_key(*it));
        changes.extend(left.map(|(it, statement)| {
            let by = now.iter().find(|by| by.id() == statement.id());
            format!("{word} left: {it}{}", by.map(if_prepared).unwrap_or_default())
        }));
    }
    changes
}

/// Says of a statement that is not in force yet that what it says is not so yet.
fn if_prepared(statement: &Document) -> String {
    let version = text(statement, "version").unwrap_or_default();
    match statement.status() {
        Some(status @ ("draft" | "in-review")) => {
            format!(", as {} {version} says, which is {status}", statement.called())
        }
        _ => String::new(),
    }
}

/// Returns what the scope statements list under a key, with the statement; of an exclusion, what is
/// excluded.
fn in_scope<'d>(documents: &'d [Document], key: &str) -> BTreeMap<String, &'d Document> {
    let statements = documents.iter().filter(|document| {
        let is_statement =
            document.front.text("type").is_some_and(|kind| kind.value == "statement");
        is_statement && document.status() != Some("withdrawn")
    });
    let mut found = BTreeMap::new();
    for statement in statements {
        let items = statement.front.list(key).into_iter().map(|item| item.value.to_owned());
        let rows = statement.front.rows(key);
        let rows = rows.filter_map(|row| Some(row.value.text("what")?.value.to_owned()));
        found.extend(items.chain(rows).map(|it| (it, statement)));
    }
    found
}

fn role_changes(before: &Roles, now: &Roles) -> Vec<String> {
    let who = |entry: &RoleEntry| (entry.role.clone(), entry.person.clone(), entry.emails.clone());
    let told = |entry: &RoleEntry| {
        let days = match (entry.from, entry.to) {
            (Some(from), Some(to)) => format!(", from {from} to {to}"),
            (Some(from), None) => format!(", from {from}"),
            (None, Some(to)) => format!(", to {to}"),
            (None, None) => String::new(),
        };
        format!("{} ({}{days})", entry.role, entry.person)
    };
    let mut changes = Vec::new();
    for entry in &now.entries {
        let mut same = before.entries.iter().filter(|other| who(other) == who(entry));
        let is_there = |other: &RoleEntry| {
            let rest = |it: &RoleEntry| {
                (it.from, it.to, it.approves.clone(), it.approves_nothing, it.is_bot)
            };
            rest(other) == rest(entry) && other.principal == entry.principal
        };
        match same.clone().find(|other| is_there(other)).or_else(|| same.next()) {
            None => changes.push(format!("new: {}", told(entry))),
            Some(other) if is_there(other) => {}
            Some(other) if (other.from, other.to) != (entry.from, entry.to) => {
                changes.push(format!("changed: {}, before {}", told(entry), told(other)));
            }
            Some(_) => changes.push(format!("changed: what {} may do", told(entry))),
        }
    }
    for entry in &before.entries {
        if !now.entries.iter().any(|other| who(other) == who(entry)) {
            changes.push(format!("gone: {}", told(entry)));
        }
    }
    changes
}
