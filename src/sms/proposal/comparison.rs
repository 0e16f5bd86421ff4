//! A document at the two ends of a branch, and what stays behind of what stands around it.

use super::{Behind, Proposed, Step, What};
use crate::document::change::Size;
use crate::document::redline::words;
use crate::document::{Claims, DocId, Document, Version};
use crate::repo::object::{ObjectId, Objects};
use crate::repo::snapshot;
use crate::sms::meanwhile::{Taken, is_issued_otherwise};
use crate::sms::reading::ReadingError;
use crate::sms::since::{Entry, Since};
use crate::sms::{Sms, State};
use std::collections::{BTreeMap, HashMap};

/// The two ends.
pub(super) struct Comparison<'s> {
    pub(super) before: &'s Sms,
    pub(super) now: &'s Sms,
    /// What the base has by now.
    there: BTreeMap<DocId, Claims>,
    objects: &'s dyn Objects,
    citing: HashMap<DocId, Vec<(usize, String)>>,
}

impl<'s> Comparison<'s> {
    /// Reads what is asked of both ends, where the branch left `base`.
    pub(super) fn of(
        before: &'s Sms,
        now: &'s Sms,
        objects: &'s dyn Objects,
        base: ObjectId,
    ) -> Result<Self, ReadingError> {
        let there = now.meanwhile(objects, base)?;
        Ok(Self { before, now, there, objects, citing: now.citing() })
    }
}

impl Comparison<'_> {
    /// Returns the documents that the branch changes, or whose approvals it outdates, by id.
    pub(super) fn documents(&self, since: &Since) -> Result<Vec<Proposed>, ReadingError> {
        let mut found: BTreeMap<DocId, (Entry, What, Vec<String>)> = BTreeMap::new();
        let mut add = |entry: &Entry, what: What, keys: &[String]| {
            found.entry(entry.id.clone()).or_insert((entry.clone(), what, keys.to_vec()));
        };
        since.new.iter().for_each(|entry| add(entry, What::New, &[]));
        since.withdrawn.iter().for_each(|entry| add(entry, What::Withdrawn, &[]));
        since.revised.iter().for_each(|it| add(&it.entry, What::Revised, &it.keys));
        for entry in &since.removed {
            add(entry, self.what_became_of(entry), &[]);
        }
        for moved in &since.moved {
            let Some(document) = self.now.document(moved.id.as_str()) else { continue };
            add(&Entry::of(&moved.id, document), What::Renamed, &[]);
        }
        for (id, files) in self.now.ids() {
            let [document] = files.as_slice() else { continue };
            if !self.outdated(id, Some(document)).is_empty() {
                add(&Entry::of(id, document), What::Affected, &[]);
            }
        }
        let proposed = |(entry, what, keys)| self.proposed(entry, what, keys);
        found.into_values().map(proposed).collect()
    }

    /// A file that lost its id is not gone.
    fn what_became_of(&self, entry: &Entry) -> What {
        match self.now.document_at(&entry.path) {
            Some(document) if document.id().is_none() => What::Unreadable,
            _ => What::Removed,
        }
    }

    fn proposed(
        &self,
        mut entry: Entry,
        what: What,
        keys: Vec<String>,
    ) -> Result<Proposed, ReadingError> {
        let id = entry.id.clone();
        let says_why = what != What::Revised || keys.iter().any(|key| key == "change_summary");
        // A summary that stayed is that of an earlier change.
        entry.why.take_if(|_| !says_why || matches!(what, What::Renamed | What::Affected));
        let old = self.before.document(id.as_str());
        let new = match what {
            What::Removed => None,
            What::Unreadable => self.now.document_at(&entry.path),
            _ => self.now.document(id.as_str()),
        };
        let text = |document: Option<&Document>, key: &str| {
            document?.front.text(key).map(|found| found.value.to_owned())
        };
        let pieces = match old.zip(new) {
            Some((old, new)) if old.text != new.text => words(&old.text, &new.text),
            _ => Vec::new(),
        };
        let is_moved = old.zip(new).is_some_and(|(old, new)| old.path != new.path);
        let is_renamed = old.zip(new).is_some_and(|(old, new)| old.title() != new.title());
        let id_before = self.before.document_at(&entry.path).and_then(Document::id);
        let needs_approval =
            !entry.is_record && !matches!(what, What::Removed | What::Renamed | What::Unreadable);
        let version_before = text(old, "version");
        Ok(Proposed {
            title_before: old.filter(|_| is_renamed).map(Document::title),
            path_before: old.filter(|_| is_moved).map(|old| old.path.clone()),
            id_before: id_before.filter(|before| what == What::New && *before != id),
            status_before: text(old, "status"),
            taken: new.and_then(|new| self.taken(&id, what, new)),
            is_sound: new.or(old).is_some_and(Document::is_sound),
            keys,
            step: match (what, old, new) {
                (What::Revised, Some(old), Some(new)) => self.step(&id, old, new)?,
                _ => None,
            },
            pieces,
            clauses: self.clauses(old, new),
            children: self.children(&id, what, old, new),
            references: self.references(&id, what, version_before.as_deref(), &entry),
            outdated: self.outdated(&id, new),
            is_approved: new
                .filter(|it| needs_approval && self.says_approved(it))
                .map(|it| self.now.is_approved(it)),
            approval_level: new
                .filter(|it| needs_approval && self.now.is_approved(it))
                .and_then(|it| Some(self.now.grade(it)?.level)),
            approvers: new
                .filter(|_| needs_approval)
                .map_or_else(Vec::new, |it| self.approvers(it)),
            version_before,
            what,
            entry,
        })
    }

    fn taken(&self, id: &DocId, what: What, new: &Document) -> Option<Taken> {
        let (there, own) = (self.there.get(id)?, self.now.claims(new));
        match what {
            // What the branch had itself came to the base by a squash or a rebase.
            What::New => {
                let mut life = self.now.history.revisions(id).iter();
                let is_its_own = life.any(|it| it.claims.covered == there.covered);
                (there.covered != own.covered && !is_its_own).then_some(Taken::Id)
            }
            _ => is_issued_otherwise(there, own).then_some(Taken::Version),
        }
    }

    /// Tells whether a document says that it is approved, and is of a type that somebody approves.
    fn says_approved(&self, document: &Document) -> bool {
        self.now.status(document) == Some("approved") && self.now.needs_approval(document)
    }

    fn step(
        &self,
        id: &DocId,
        old: &Document,
        new: &Document,
    ) -> Result<Option<Step>, ReadingError> {
        let issued = self.before.issues(id).next_back();
        let (from, text) = match issued {
            Some(issue) => {
                (Some(issue.version.to_owned()), snapshot::blob(self.objects, issue.blob)?)
            }
            None => {
                let version = old.front.text("version").map(|version| version.value.to_owned());
                (version, old.text.clone().into_bytes())
            }
        };
        let Some(from) = from else { return Ok(None) };
        let issued_in = issued.map(|issue| issue.commit.id);
        let change = self.now.change_from(&text, issued_in, new, self.objects)?;
        let (size, to) = (change.size(), new.front.text("version").map(|it| it.value.to_owned()));
        let (was, is) = (Version::parse(&from), to.as_deref().and_then(Version::parse));
        // Until a version was issued its authors number it as they like.
        let is_free = issued_in.is_none() && self.now.needs_approval(new);
        let is_enough = was.as_ref().zip(is).map(|(was, is)| match size {
            _ if is_free => true,
            _ if was.is_before_first() => is >= *was,
            Some(size) => is.is_raised_enough(was, size),
            None => is >= *was,
        });
        let needed = size.zip(was.filter(|was| !is_free && !was.is_before_first()));
        let needed = needed.map(|(size, was)| was.after(size).to_string());
        let is_raised = to != old.front.text("version").map(|it| it.value.to_owned());
        let called = new.front.text("change_kind").filter(|_| is_raised);
        let called = called.and_then(|kind| Size::parse(kind.value));
        Ok(Some(Step { from, to, size, signs: change.signs, needed, called, is_enough }))
    }

    /// Returns the documents in use that stand beneath one and are as they were, if what they stand
    /// beneath says something else now.
    fn children(
        &self,
        id: &DocId,
        what: What,
        old: Option<&Document>,
        new: Option<&Document>,
    ) -> Vec<Behind> {
        let is_other = |key: &str| {
            let value = |it: Option<&Document>| it?.front.text(key).map(|it| it.value.to_owned());
            value(old) != value(new)
        };
        let says_other = old.zip(new).is_none_or(|(old, new)| {
            is_other("version") || self.before.claims(old).text != self.now.claims(new).text
        });
        if matches!(what, What::New | What::Renamed | What::Affected) || !says_other {
            return Vec::new();
        }
        let is_as_it_was = |child: &&Document| {
            let before = child.id().and_then(|id| self.before.document(id.as_str()));
            before.is_some_and(|it| {
                self.before.claims(it).substance == self.now.claims(child).substance
            })
        };
        let is_used = |child: &&Document| {
            !matches!(self.now.state(child), State::Withdrawn | State::Superseded)
        };
        let children = self.now.children(id.as_str()).into_iter();
        let children = children.filter(is_used).filter(is_as_it_was);
        children.filter_map(|child| Some(behind(child, None, &child.id()?))).collect()
    }

    /// Returns the documents and records that name the version that was the one of before.
    fn references(
        &self,
        id: &DocId,
        what: What,
        before: Option<&str>,
        entry: &Entry,
    ) -> Vec<Behind> {
        let is_gone = matches!(what, What::Removed | What::Unreadable);
        let is_older = |version: &str| {
            let is_it = before.is_some_and(|before| Version::are_same(before, version));
            let is_now =
                entry.version.as_deref().is_some_and(|now| Version::are_same(now, version));
            is_gone || (is_it && !is_now)
        };
        let citing = self.citing.get(id).map(Vec::as_slice).unwrap_or_default();
        let citing = citing.iter().filter(|(_, version)| is_older(version));
        let mut behind: Vec<Behind> = citing
            .filter_map(|(place, version)| {
                let document = &self.now.documents[*place];
                let own = document.id().unwrap_or_else(|| DocId::new(document.called()));
                (own != *id).then(|| behind(document, Some(version), &own))
            })
            .collect();
        behind.sort_by(|a, b| (&a.entry.id, &a.names).cmp(&(&b.entry.id, &b.names)));
        behind
    }
}

fn behind(document: &Document, names: Option<&String>, id: &DocId) -> Behind {
    Behind { entry: Entry::of(id, document), names: names.cloned() }
}

impl Sms {
    /// Returns who names versions of which document: places of documents, with the versions.
    fn citing(&self) -> HashMap<DocId, Vec<(usize, String)>> {
        let mut citing: HashMap<DocId, Vec<(usize, String)>> = HashMap::new();
        for (place, document) in self.documents.iter().enumerate() {
            for cited in self.versions_cited(document) {
                citing.entry(cited.id).or_default().push((place, cited.version));
            }
        }
        citing
    }
}
