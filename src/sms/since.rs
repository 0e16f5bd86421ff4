//! What changed between two states of the whole system: documents by their ids, who owns what, who
//! holds which role, what is in scope, and the rules it is judged by.
//!
//! A file may have the next version while another is in force. What is in force is held against what
//! was in force; what is being prepared is told beside it, as what it is.
//!
//! Files whose id cannot be relied on are named and not compared: they are left out of the lists,
//! and never in silence.

mod earlier;
mod holders;
mod scope;

use super::out_of_use::{OutOfUse, Withdrawal};
use super::roles::Roles;
use super::{Sms, State};
use crate::document::front::Node;
use crate::document::{DocId, Document, Reference, Version};
use crate::repo::object::ObjectId;
use crate::source::{Date, RepoPath};
pub use earlier::Earlier;
pub use holders::NewOwner;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What changed since then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// Documents and records that were not there, by id.
    pub new: Vec<Entry>,
    /// Documents and records that are not the same, by id.
    pub revised: Vec<Revised>,
    /// Documents that were taken out of use, by id.
    pub withdrawn: Vec<Entry>,
    /// Documents in use for which a later day was named from which they are not any more, by id.
    pub to_be_withdrawn: Vec<Entry>,
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
    /// Its status as written; where that goes with a day, as it is on the day spoken of.
    pub status: Option<String>,
    /// The day from which it is withdrawn, or is to be, where it says so.
    pub withdrawn_on: Option<Date>,
    /// Its file.
    pub path: RepoPath,
    /// Whether it is a record.
    pub is_record: bool,
    /// Why: the summary of the change, or the reason of the withdrawal.
    pub why: Option<String>,
    /// The versions before it that came into force since, oldest first.
    pub before_it: Vec<Step>,
    /// What took its place, where it is listed as superseded or removed.
    pub superseded_by: Vec<DocId>,
    /// Why it is not in force although its status says that it is approved.
    pub not_in_force: Option<String>,
    /// What lies where it lay, where it is listed as removed.
    pub lies_there: Option<String>,
}

/// A version on the way to that of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The version, as written.
    pub version: String,
    /// Why it came: the summary of its change.
    pub why: Option<String>,
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

/// A document on one side of the comparison.
#[derive(Clone, Copy)]
struct Side<'d> {
    /// Its file.
    file: &'d Document,
    /// What is in force of it, where the file has the next version; else the file.
    stands: &'d Document,
    /// What went out of use, where the file has another version.
    out: Option<&'d OutOfUse>,
    /// The day that is spoken of; none where it is not asked what is in force.
    day: Option<Date>,
}

impl Side<'_> {
    fn has_next(&self) -> bool {
        !std::ptr::eq(self.file, self.stands)
    }

    fn is_withdrawn(&self) -> bool {
        status_by(self.file, self.day) == Some("withdrawn")
    }

    /// Returns the day from which it is to be withdrawn, where that is still to come.
    fn announced_end(&self) -> Option<Date> {
        announced_end(self.stands, self.day)
    }
}

/// Why what a file says is not so yet.
enum Prepared {
    Draft,
    InReview,
    /// Git does not bear out that it is approved.
    Claimed,
    /// It is approved for a later day.
    Later(Option<Date>),
}

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Compared {
    /// What is in force, and beside it what files have as the next version.
    InForce,
    /// The files as they are.
    Files,
}

impl Sms {
    /// Returns what changed since an earlier state: of what is in force, and of what is being prepared
    /// beside it.
    pub fn changes_since(&self, earlier: &Earlier) -> Since {
        self.changes(earlier, Compared::InForce)
    }

    /// Returns what changed of the files since an earlier state, whatever of them is in force.
    pub(super) fn changes_of_files_since(&self, earlier: &Earlier) -> Since {
        self.changes(earlier, Compared::Files)
    }

    fn changes<'s>(&'s self, earlier: &'s Earlier, compared: Compared) -> Since {
        let mut since = Since::default();
        let then = earlier.day.unwrap_or(self.as_of);
        let of_day = |day| Some(day).filter(|_| compared == Compared::InForce);
        let old = |file: &'s Document| {
            let beside = earlier.beside.get(&file.path).filter(|_| compared == Compared::InForce);
            Side { file, stands: beside.unwrap_or(file), out: None, day: of_day(then) }
        };
        let new = |file: &'s Document| {
            let beside = self.text_beside(file).filter(|_| compared == Compared::InForce);
            let out = self.out_of_use_beside(file).filter(|_| compared == Compared::InForce);
            Side { file, stands: beside.unwrap_or(file), out, day: of_day(self.as_of) }
        };
        let before = by_id(&earlier.documents, &mut since.not_compared);
        let now = by_id(&self.documents, &mut since.not_compared);
        since.not_compared.sort();
        since.not_compared.dedup();
        let had = self.history.with_ancestors(&[earlier.commit]);
        for (id, document) in &now {
            let new = new(document);
            match before.get(id) {
                None if is_claimed(&earlier.documents, id) => {}
                None => {
                    since.new.push(self.entry(id, new.stands, new));
                    // What came and went since is told as both.
                    if let Some((_, withdrawal)) = withdrawn_of(new) {
                        since.withdrawn.push(withdrawn(id, new, withdrawal));
                    } else if new.is_withdrawn() {
                        since.withdrawn.push(Entry::by(id, document, new.day));
                    }
                    if new.has_next() {
                        let next = self.entry(id, document, new);
                        since.revised.extend(revised(next, (new.stands, new.day), document));
                    }
                    let is_announced = new.announced_end().is_some();
                    since.to_be_withdrawn.extend(is_announced.then(|| announced(id, new)));
                }
                Some(file) => {
                    let was_known = |withdrawal: &Withdrawal| {
                        withdrawal.commit.is_some_and(|commit| had.contains(&commit))
                            && earlier.has_come(withdrawal.on)
                    };
                    let was_in_force = |version: &str| {
                        let then = self.in_force_then(id, &had, then);
                        then.is_some_and(|tenure| tenure.is_version(version))
                    };
                    let sides = (old(file), new);
                    self.compare_sides(id, sides, &was_known, &was_in_force, &mut since);
                }
            }
        }
        let gone = before
            .iter()
            .filter(|(id, _)| !now.contains_key(*id) && !is_claimed(&self.documents, id));
        let removed = gone.map(|(id, document)| {
            let mut entry = Entry {
                superseded_by: owned(self.successors_of(id, &document.claims())),
                lies_there: self.lies_in_place_of(id, &document.path),
                ..Entry::by(id, old(document).stands, of_day(then))
            };
            let out = self.removed(id.as_str()).and_then(|it| self.out_of_use_before(&it));
            if let Some(withdrawal) = out.and_then(|out| out.withdrawal.as_ref()) {
                entry.withdraw(withdrawal);
            }
            entry
        });
        since.removed = removed.collect();
        since.superseded =
            self.superseded_since(earlier, &had, now.into_iter().map(|it| (it.0, new(it.1))));
        if compared == Compared::InForce {
            self.add_steps(earlier, &had, &mut since);
        }
        let before: Vec<Side<'_>> = earlier.documents.iter().map(old).collect();
        let now: Vec<Side<'_>> = self.documents.iter().map(new).collect();
        since.scope = self.scope_changes(&before, &now);
        let roles = match compared {
            Compared::InForce => {
                (self.roles_as_in_force(&earlier.documents, then), self.roles_in_force())
            }
            Compared::Files => (Roles::of(&earlier.documents, then), self.roles()),
        };
        since.roles = self.changes_of_roles((&roles.0, roles.1), (&before, &now));
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

    /// Adds to the first entry of each document which versions were in force since, before the one that it
    /// lists.
    fn add_steps(&self, earlier: &Earlier, had: &HashSet<ObjectId>, since: &mut Since) {
        let came = since.new.iter_mut().map(|it| (it, None, false));
        let withdrawn = since.withdrawn.iter_mut().map(|it| (it, None, true));
        let superseded = since.superseded.iter_mut().map(|it| (it, None, true));
        let revised =
            since.revised.iter_mut().map(|it| (&mut it.entry, it.version_before.as_deref(), false));
        let mut known = HashSet::new();
        for (entry, before, is_over) in came.chain(withdrawn).chain(superseded).chain(revised) {
            if !known.insert(entry.id.clone()) {
                continue;
            }
            // Why something went says nothing of why it had come.
            let own = entry.version.as_deref().filter(|_| !is_over);
            let is_told = |it: &Step| {
                own.into_iter().chain(before).any(|told| Version::are_same(told, &it.version))
            };
            let mut steps = self.steps_since(&entry.id, earlier, had);
            steps.retain(|it| !is_told(it));
            entry.before_it = steps;
        }
    }

    /// Returns the versions of a document that came into force since an earlier state, by what they claim.
    fn steps_since(&self, id: &DocId, earlier: &Earlier, had: &HashSet<ObjectId>) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        let mut former: Option<&str> = None;
        for tenure in self.tenures(id).iter().filter(|tenure| tenure.was_ever_in_force()) {
            let summary = tenure.claims.change_summary.as_deref();
            // It may be the reason of an earlier change.
            let why = summary.filter(|_| former != summary).map(str::to_owned);
            former = summary;
            let was_there = had.contains(&tenure.published_in) && earlier.has_come(tenure.from);
            let is_known = steps.iter().any(|it| tenure.is_version(&it.version));
            if !was_there && !is_known && tenure.from <= Some(self.as_of) {
                steps.push(Step { version: tenure.version.clone(), why });
            }
        }
        steps
    }

    /// Lists what a document is now: what is in force of it, or its file.
    fn entry(&self, id: &DocId, text: &Document, of: Side<'_>) -> Entry {
        let is_file = std::ptr::eq(text, of.file);
        let not_in_force = match self.prepared(of.file).filter(|_| is_file) {
            Some(Prepared::Claimed) => Some("not verified".to_owned()),
            Some(Prepared::Later(Some(from))) => Some(format!("takes effect on {from}")),
            Some(Prepared::Later(None)) => Some("not yet in force".to_owned()),
            Some(Prepared::Draft | Prepared::InReview) | None => None,
        };
        Entry { path: of.file.path.clone(), not_in_force, ..Entry::by(id, text, of.day) }
    }

    /// Returns why what a file says is not so yet; nothing where it is, or where it does not say.
    fn prepared(&self, file: &Document) -> Option<Prepared> {
        match (self.status(file)?, self.state(file)) {
            _ if self.is_record(file) => None,
            ("draft", _) => Some(Prepared::Draft),
            ("in-review", _) => Some(Prepared::InReview),
            ("approved", State::InReview) => Some(Prepared::Claimed),
            ("approved", State::Approved) => Some(Prepared::Later(self.begins_on(file))),
            _ => None,
        }
    }

    /// Says which version it is that says something, where that is not in force, to follow a comma.
    fn as_told(&self, file: &Document) -> Option<String> {
        let version = text(file, "version").unwrap_or_default();
        let why = match self.prepared(file)? {
            Prepared::Draft => "which is a draft".to_owned(),
            Prepared::InReview => "which is in review".to_owned(),
            Prepared::Claimed => "whose approval is not verified".to_owned(),
            Prepared::Later(Some(from)) => format!("which takes effect on {from}"),
            Prepared::Later(None) => "which is not yet in force".to_owned(),
        };
        Some(format!("as {} {version} says, {why}", file.called()))
    }

    fn compare_sides(
        &self,
        id: &DocId,
        (old, new): (Side<'_>, Side<'_>),
        was_known: &dyn Fn(&Withdrawal) -> bool,
        was_in_force: &dyn Fn(&str) -> bool,
        since: &mut Since,
    ) {
        if old.file.path != new.file.path {
            let (from, to) = (old.file.path.clone(), new.file.path.clone());
            since.moved.push(Moved { id: id.clone(), from, to });
        }
        self.compare_owners(id, old, new, &mut since.owners);
        let was_withdrawn = old.is_withdrawn();
        if let Some((text, withdrawal)) = withdrawn_of(new)
            && !was_withdrawn
            && !was_known(withdrawal)
        {
            since.withdrawn.push(withdrawn(id, new, withdrawal));
            if !new.is_withdrawn() {
                since.revised.extend(revised(
                    self.entry(id, new.file, new),
                    (text, new.day),
                    new.file,
                ));
            }
            return;
        }
        if new.is_withdrawn() && !was_withdrawn {
            since.withdrawn.push(Entry::by(id, new.file, new.day));
            return;
        }
        let is_announced = new.announced_end().is_some_and(|day| old.announced_end() != Some(day));
        let mut told = Vec::new();
        match revised(self.entry(id, new.stands, new), (old.stands, old.day), new.stands) {
            // What was prepared then is not what is prepared now.
            Some(came) => {
                told.push(came);
                if new.has_next() {
                    let next = self.entry(id, new.file, new);
                    told.extend(revised(next, (new.stands, new.day), new.file));
                }
            }
            None => {
                let next = self.entry(id, new.file, new);
                let changed = revised(next.clone(), (old.file, old.day), new.file);
                told.extend(changed.or_else(|| went_out_of_force(next, was_in_force)));
            }
        }
        if is_announced {
            since.to_be_withdrawn.push(announced(id, new));
            told = told.into_iter().filter_map(Revised::beside_the_announcement).collect();
        }
        since.revised.extend(told);
    }

    /// Returns those of the documents whose place was taken since an earlier state.
    fn superseded_since<'d>(
        &self,
        earlier: &Earlier,
        had: &HashSet<ObjectId>,
        now: impl Iterator<Item = (DocId, Side<'d>)>,
    ) -> Vec<Entry> {
        let superseded = now.filter_map(|(id, side)| match side.out {
            Some(OutOfUse { text, withdrawal: None, replacement: Some(it), .. }) => {
                Some((id, text, it.by.iter().collect()))
            }
            _ if self.state(side.file) == State::Superseded => {
                Some((id, side.file, self.successors(side.file)))
            }
            _ => None,
        });
        let superseded = superseded.filter_map(|(id, document, by): (_, _, Vec<&DocId>)| {
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

/// Returns what was withdrawn of a document whose file has another version, and how.
fn withdrawn_of<'d>(side: Side<'d>) -> Option<(&'d Document, &'d Withdrawal)> {
    let out = side.out?;
    Some((&out.text, out.withdrawal.as_ref()?))
}

/// Lists what was withdrawn of a document whose file has another version.
fn withdrawn(id: &DocId, side: Side<'_>, withdrawal: &Withdrawal) -> Entry {
    let text = side.out.map_or(side.file, |out| &out.text);
    Entry {
        status: Some("withdrawn".to_owned()),
        withdrawn_on: withdrawal.on,
        path: side.file.path.clone(),
        why: withdrawal.reason.clone(),
        ..Entry::of(id, text)
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

/// Returns the status of a document on a day; as written, where none is spoken of.
fn status_by(document: &Document, day: Option<Date>) -> Option<&str> {
    day.map_or(document.status(), |day| document.status_on(day))
}

/// Returns the day from which a text is to be withdrawn, where that is later than a day.
fn announced_end(text: &Document, day: Option<Date>) -> Option<Date> {
    let on = text.front.date("withdrawn_on").filter(|on| day.is_some_and(|day| *on > day))?;
    (status_by(text, day) == Some("approved")).then_some(on)
}

/// Lists a document that is to be withdrawn.
fn announced(id: &DocId, side: Side<'_>) -> Entry {
    let why = text(side.stands, "withdrawal_reason");
    Entry { path: side.file.path.clone(), why, ..Entry::by(id, side.stands, side.day) }
}

impl Revised {
    /// Returns what else changed, where a withdrawal was announced.
    fn beside_the_announcement(mut self) -> Option<Self> {
        self.keys.retain(|key| !["status", "withdrawn_on", "withdrawal_reason"].contains(&&**key));
        self.status_before.take_if(|_| self.version_before.is_none());
        (self.text || !self.keys.is_empty()).then_some(self)
    }
}

impl Entry {
    /// Says of a document that is gone how it was withdrawn before that.
    fn withdraw(&mut self, withdrawal: &Withdrawal) {
        self.status = Some("withdrawn".to_owned());
        self.withdrawn_on = withdrawal.on;
        self.why.clone_from(&withdrawal.reason);
    }

    /// Lists a document under an id.
    pub(super) fn of(id: &DocId, document: &Document) -> Self {
        Self::by(id, document, None)
    }

    /// Lists a document under an id, with the status that it has on a day.
    fn by(id: &DocId, document: &Document, day: Option<Date>) -> Self {
        let status = status_by(document, day);
        let is_withdrawn = status == Some("withdrawn");
        Self {
            id: id.clone(),
            title: document.title(),
            version: text(document, "version"),
            status: status.map(str::to_owned),
            withdrawn_on: match is_withdrawn {
                true => document.front.date("withdrawn_on"),
                false => announced_end(document, day),
            },
            path: document.path.clone(),
            is_record: text(document, "type").as_deref() == Some("record"),
            why: text(document, if is_withdrawn { "withdrawal_reason" } else { "change_summary" }),
            superseded_by: Vec::new(),
            before_it: Vec::new(),
            not_in_force: None,
            lies_there: None,
        }
    }
}

/// Tells what is another since a text as it was on a day, if anything is.
fn revised(
    mut entry: Entry,
    (old, day): (&Document, Option<Date>),
    new: &Document,
) -> Option<Revised> {
    let differs = |key: &str| text(old, key) != text(new, key);
    if entry.status.as_deref() != Some("withdrawn") && !differs("change_summary") {
        // It was the reason of an earlier change.
        entry.why = None;
    }
    let revised = Revised {
        entry,
        version_before: text(old, "version").filter(|_| differs("version")),
        status_before: status_by(old, day).map(str::to_owned).filter(|_| differs("status")),
        text: old.claims().text != new.claims().text,
        keys: changed_keys(old, new),
    };
    (revised.text || !revised.keys.is_empty()).then_some(revised)
}

/// Tells of a file that is the same, and in force no more.
fn went_out_of_force(entry: Entry, was_in_force: &dyn Fn(&str) -> bool) -> Option<Revised> {
    let version = entry.version.as_deref().unwrap_or_default();
    let why = entry.not_in_force.as_ref().filter(|_| was_in_force(version))?;
    let not_in_force = Some(format!("{why}; it was in force then"));
    let entry = Entry { not_in_force, why: None, ..entry };
    let (version_before, status_before) = (None, None);
    Some(Revised { entry, version_before, status_before, text: false, keys: Vec::new() })
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
