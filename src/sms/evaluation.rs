//! The records of evaluation and improvement (clauses 9 and 10): audits, reviews, nonconformities
//! and corrective actions, as the rules ask about them.

use super::in_force::InForce;
use super::record::{held_on, shows_something};
use super::tenure::Tenure;
use super::{Sms, State};
use crate::document::front::Node;
use crate::document::name::Likeness;
use crate::document::period::Period;
use crate::document::{DocId, Document};
use crate::history::What;
use crate::repo::object::{Commit, ObjectId};
use crate::source::{Date, RepoPath, Spanned};
use std::collections::{BTreeSet, HashSet};

/// What ties an auditor to what is audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tie {
    /// He or she owns it, by the owner as written.
    Owns(String),
    /// He or she wrote it, in this commit.
    Wrote(ObjectId),
    /// He or she approved this version.
    Approved(String),
    /// Nobody can tell him or her from who owns it, by the owner as written.
    MayOwn(String),
}

/// What an internal audit looked at.
#[derive(Clone, Debug)]
pub struct Audited<'s> {
    /// The document.
    pub document: &'s Document,
    /// The version that was audited, if it can be told.
    pub version: Option<String>,
}

impl Sms {
    /// Tells whether a day lies before control start; what happened then is shown and not judged.
    pub fn is_before_start(&self, day: Date) -> bool {
        self.trust.config.verify_from.is_some_and(|start| day < start)
    }

    /// Returns the day from which the system is under control: that of book.toml, else the first
    /// day on which a document was in force, as far as Git bears it out; where it bears out nothing,
    /// the first on which one was published.
    pub fn control_start(&self) -> Option<Date> {
        let tenures = || self.history.lives.keys().flat_map(|id| self.tenures(id));
        let proved = || tenures().filter(|it| self.bears_out(it)).filter_map(|it| it.from).min();
        let published = || tenures().filter_map(|it| it.published_on).min();
        self.trust.config.verify_from.or_else(proved).or_else(published)
    }

    /// Returns the last internal audit or management review that was held.
    pub fn last_held<'s>(&'s self, kind: &'s str) -> Option<(Date, &'s Document)> {
        let records = self.records_of(kind).filter(|record| shows_something(record));
        let days = records.filter_map(|record| Some((held_on(record)?, record)));
        days.filter(|(day, _)| *day <= self.as_of).max_by_key(|(day, record)| (*day, record.id()))
    }

    /// Returns the corrective actions that name a nonconformity.
    pub fn corrective_actions(&self, nonconformity: &DocId) -> Vec<&Document> {
        let named = self.lookup.actions.get(nonconformity).into_iter().flatten();
        let named = named.map(|&at| &self.documents[at]);
        named.filter(|record| self.is_identified(record) && self.is_record(record)).collect()
    }

    /// Returns the audit programmes of the day spoken of: those in force whose period holds it, else all
    /// that are in force, else all there are. Where the file has the next version, the one in force is
    /// read.
    pub fn audit_programmes(&self) -> Vec<InForce<'_>> {
        let is_programme = |found: &InForce<'_>| {
            found.text.front.text("type").is_some_and(|kind| kind.value == "audit-programme")
        };
        let is_proved =
            |found: &InForce<'_>| found.version.is_some() || self.state(found.file).is_in_force();
        let in_force = self.maintained().filter_map(|file| self.as_in_force(file));
        let in_force: Vec<InForce<'_>> =
            in_force.filter(|found| is_programme(found) && is_proved(found)).collect();
        let is_now = |found: &&InForce<'_>| {
            let period = Period::of(found.text).map(|it| it.first..=it.last);
            period.is_some_and(|days| days.contains(&self.as_of))
        };
        let of_now: Vec<InForce<'_>> = in_force.iter().filter(is_now).copied().collect();
        let is_there =
            |file: &&Document| !matches!(self.state(file), State::Withdrawn | State::Superseded);
        let all = self.maintained().filter(is_there).map(InForce::of_file).filter(is_programme);
        let choices = [of_now, in_force, all.collect()];
        choices.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Returns the auditors of a record, as written, each person once.
    pub fn auditors<'s>(&self, record: &'s Document, day: Date) -> Vec<Spanned<&'s str>> {
        let named = record.front.list("auditors").into_iter();
        let mut auditors: Vec<Spanned<&str>> = Vec::new();
        for auditor in named.chain(record.front.list("lead_auditor")) {
            let is_known = |other: &Spanned<&str>| {
                other.value == auditor.value
                    || self.mean_one_person(other.value, auditor.value, day)
            };
            if !auditors.iter().any(is_known) {
                auditors.push(auditor);
            }
        }
        auditors
    }

    /// Returns what an internal audit looked at: the documents it names, and the processes of the clauses
    /// that it makes audited.
    pub fn audited(&self, record: &Document, day: Date) -> Vec<Audited<'_>> {
        let mut audited: Vec<Audited<'_>> = Vec::new();
        for reference in self.documents_audited(record) {
            let Some(document) = self.document(reference.id.as_str()) else { continue };
            let in_force = || Some(self.in_force_on(&reference.id, day)?.version.clone());
            let version = reference.version.clone().or_else(in_force);
            audited.push(Audited { document, version });
        }
        let clauses = self.clauses_audited(record).into_iter();
        let of_clauses: Vec<&Document> =
            clauses.flat_map(|(framework, number)| self.processes(&framework, &number)).collect();
        let named: BTreeSet<&RepoPath> = audited.iter().map(|it| &it.document.path).collect();
        // In which version a process was audited is said where it is named.
        let others = of_clauses.into_iter().filter(|document| !named.contains(&document.path));
        let others: Vec<Audited<'_>> = others
            .filter_map(|document| {
                let id = document.id()?;
                let in_force = self.in_force_on(&id, day);
                let version = in_force.map(|tenure| tenure.version.clone());
                // What came later was not there to be audited.
                (version.is_some() || self.was_there_by(&id, day))
                    .then_some(Audited { document, version })
            })
            .collect();
        audited.extend(others);
        let mut seen = BTreeSet::new();
        audited.retain(|it| seen.insert((it.document.path.clone(), it.version.clone())));
        audited
    }

    /// Tells whether the history had a document by a day.
    fn was_there_by(&self, id: &DocId, day: Date) -> bool {
        let came = self.first_commit_of(id).and_then(|commit| commit.committer.date());
        came.is_none_or(|came| came <= day)
    }

    /// Returns the commit that brought a document.
    pub(super) fn first_commit_of(&self, id: &DocId) -> Option<&Commit> {
        let first = self.history.revisions(id).first();
        first.map(|first| self.history.commit_of(first))
    }

    /// Returns the processes that answer a clause: those that name it or one beneath it, else those of
    /// the nearest clause above.
    fn processes(&self, framework: &str, number: &str) -> Vec<&Document> {
        let Some(pack) = self.frameworks.pack(framework) else { return Vec::new() };
        let is_process =
            |it: &&Document| it.front.text("type").is_some_and(|it| it.value == "process");
        let of = |number: &str| self.of_clause(framework, number).into_iter().filter(is_process);
        let within = pack.clauses().iter().filter(|it| pack.is_within(&it.number, number));
        let within: Vec<&Document> = within.flat_map(|it| of(&it.number)).collect();
        if !within.is_empty() {
            return within;
        }
        let mut above = pack.ancestors(number).map(|it| of(&it.number).collect::<Vec<_>>());
        above.find(|found| !found.is_empty()).unwrap_or_default()
    }

    /// Returns what ties an auditor to an audited document on the day of the audit, the owner's
    /// tie first. Whose commits lie `before_start` brought in what was there already.
    pub fn tie(
        &self,
        auditor: &str,
        audited: &Audited<'_>,
        day: Date,
        before_start: &HashSet<ObjectId>,
    ) -> Option<Tie> {
        let Audited { document, version } = audited;
        let id = document.id()?;
        let tenure =
            self.tenures(&id).iter().find(|it| version.as_ref().is_some_and(|v| it.is_version(v)));
        let current = document.front.text("version").map(|it| it.value.to_owned());
        let is_current = version.is_none() || *version == current;
        let then = tenure.and_then(|tenure| tenure.claims.owner.as_deref());
        let now = ["owner", "process_owner"].into_iter().filter_map(|key| document.front.text(key));
        let now = now.filter(|_| is_current || tenure.is_none()).map(|owner| owner.value);
        let owners: Vec<&str> = then.into_iter().chain(now).collect();
        let owner_of = |asked: Likeness| {
            let owner = owners.iter().find(|it| self.likeness(auditor, it, day) == asked)?;
            Some((*owner).to_owned())
        };
        if let Some(owner) = owner_of(Likeness::One) {
            return Some(Tie::Owns(owner));
        }
        let people = self.identities().people_meant(auditor, day);
        let is_auditor = |email: &str| {
            !email.is_empty()
                && self.identities().people_meant(email, day).iter().any(|it| people.contains(it))
        };
        let wrote = self.authors_of(&id, version.as_deref());
        let wrote = wrote.iter().filter(|(_, commit)| !before_start.contains(commit));
        if let Some((_, commit)) = wrote.into_iter().find(|(email, _)| is_auditor(email)) {
            return Some(Tie::Wrote(*commit));
        }
        let approvals = match tenure {
            Some(tenure) => tenure.claims.approvals.clone(),
            None => document.front.approvals(),
        };
        let mut of_version =
            approvals.iter().filter(|it| version.is_none() || it.is_of(version.as_deref()));
        let approved = of_version.find(|it| it.by.as_deref().is_some_and(is_auditor));
        let approved = approved.map(|it| Tie::Approved(it.version.clone().unwrap_or_default()));
        approved.or_else(|| Some(Tie::MayOwn(owner_of(Likeness::InDoubt)?)))
    }

    /// Returns who wrote a version of a document, with the commits: the authors of what was approved
    /// and whoever changed it after that, where Git shows them, else whoever wrote a text with its
    /// number.
    pub fn authors_of(&self, id: &DocId, version: Option<&str>) -> Vec<(String, ObjectId)> {
        let tenure = self.tenures(id).iter().find(|it| version.is_some_and(|v| it.is_version(v)));
        let grades = tenure.into_iter().flat_map(|tenure| tenure.grades.iter());
        let approved = grades.flat_map(|it| &it.authors);
        let approved: Vec<_> = approved.filter_map(|commit| self.history.commit(*commit)).collect();
        let revisions = self.history.revisions(id).iter();
        let written = revisions.filter(|it| matches!(it.what, What::Began | What::Text));
        let of_version =
            written.filter(|it| version.is_none_or(|version| it.claims.is_version(version)));
        let commits = match tenure.filter(|_| !approved.is_empty()) {
            Some(tenure) => {
                let changed = self.changed_since(id, tenure);
                let later = of_version.filter(|it| {
                    changed.contains(&it.commit) && tenure.is_rewritten_in(&it.claims)
                });
                later.map(|it| self.history.commit_of(it)).chain(approved).collect()
            }
            None => of_version.map(|it| self.history.commit_of(it)).collect::<Vec<_>>(),
        };
        commits.into_iter().map(|commit| (commit.author.person.email.clone(), commit.id)).collect()
    }

    /// Returns the commits that came to the publishing branch while a version of a document stood there
    /// with another text than it was published with.
    fn changed_since(&self, id: &DocId, tenure: &Tenure) -> HashSet<usize> {
        let states = self.history.published_states(id).into_iter();
        let later = states.filter(|it| it.at > tenure.published_at());
        let rewritten =
            later.filter(|it| it.shown.is_some_and(|(_, claims)| tenure.is_rewritten_in(claims)));
        let came = rewritten.flat_map(|it| self.history.only_beneath(it.at, tenure.published_at()));
        came.collect()
    }
}

/// Returns the words between what joins names: `Ana Owner and Hal Auditor`, `Ana Owner (lead)`,
/// `Ana Owner <ana@example.org>`.
pub(super) fn parts(text: &str) -> Vec<&str> {
    let by_words = [" and ", " und ", " et ", " y ", " i "];
    let mut parts = vec![text];
    for word in by_words {
        parts = parts.into_iter().flat_map(|part| part.split(word)).collect();
    }
    let marks = [',', ';', '/', '&', '+', '(', ')', '<', '>', '\n'];
    parts.into_iter().flat_map(|part| part.split(marks)).map(str::trim).collect()
}

/// Tells whether a record of a nonconformity is an observation or an opportunity, by its grade.
pub fn is_observation(record: &Document) -> bool {
    let grade = record.front.text("grade").map(|grade| grade.value);
    matches!(grade, Some("observation" | "ofi"))
}

/// Tells whether a row of an audit's `findings` is of a nonconformity, by its grade.
pub fn is_nonconformity(finding: &Node) -> bool {
    finding.text("grade").is_some_and(|grade| is_grave(grade.value))
}

/// Tells whether a grade is that of a nonconformity: `major`, `Minor NC`, `nonconformity`.
pub(super) fn is_grave(grade: &str) -> bool {
    let grade = grade.trim().to_lowercase();
    ["major", "minor", "nonconformit", "hauptabweichung", "nebenabweichung", "critical"]
        .iter()
        .any(|it| grade.starts_with(it))
}
