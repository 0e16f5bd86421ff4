//! Where everything is on the site, and what is said of each document everywhere (`card`).
//!
//! Worked out once, before the pages: two documents never share an address, no document is
//! without one, and no page says of a document what another does not.

mod frame;
mod links;
mod standing;

use super::card::{Card, cards, free_page, plain_name};
use super::pictures::Pictures;
use super::terms::Term;
use super::views::{Cell, Fact, Piece, Row, shown};
use crate::document::front::Node;
use crate::document::markdown::{Picture, Target};
use crate::document::{DocId, Document, Reference};
use crate::finding::{Evidence, Finding, RuleName};
use crate::repo::object::{Commit, ObjectId, Objects};
use crate::repo::snapshot;
use crate::rules::{Outcome, Tally};
use crate::sms::Sms;
use crate::sms::actual::Reported;
use crate::sms::clauses::Key;
use crate::sms::coverage::Coverage;
use crate::sms::raised::Raised;
use crate::sms::reference::Resolution;
use crate::sms::roles::Roles;
use crate::source::RepoPath;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The system, what the rules found, and the addresses of all pages.
pub(super) struct Atlas<'s> {
    pub(super) sms: &'s Sms,
    /// Where former contents are read.
    pub(super) objects: &'s dyn Objects,
    pub(super) outcome: &'s Outcome,
    /// One for each document, in the order of [`Sms::documents`].
    pub(super) cards: Vec<Card>,
    /// The clauses of all frameworks.
    pub(super) coverage: Vec<Coverage>,
    /// The services that have a page: id and address.
    pub(super) services: BTreeMap<String, String>,
    /// The addresses of the documents that were removed.
    pub(super) removed: BTreeMap<DocId, String>,
    /// The findings of each file, as places in [`Outcome::findings`].
    findings_of: HashMap<RepoPath, Vec<usize>>,
    /// The evidence of each file, as places in [`Outcome::evidence`].
    evidence_of: HashMap<RepoPath, Vec<usize>>,
    /// How much each rule has to say.
    by_rule: HashMap<RuleName, Tally>,
    /// Who holds which role, and when.
    pub(super) roles: Roles,
    /// The records each document produced, as places in [`Sms::documents`].
    pub(super) produced_by: HashMap<DocId, Vec<usize>>,
    /// The documents whose text in force links to each, as places in [`Sms::documents`].
    pub(super) linked_from: HashMap<DocId, BTreeSet<usize>>,
    /// The versions of every document the history knows, with their proof.
    pub(super) terms: BTreeMap<DocId, Vec<Term<'s>>>,
    /// The versions that came into force and name a clause, by framework and number, newest first:
    /// each as its document and its place among [`Atlas::terms`].
    versions_naming: HashMap<Key, Vec<(DocId, usize)>>,
    /// The nonconformities that were raised, newest first.
    pub(super) raised: Vec<Raised<'s>>,
    /// What service reports say of targets.
    pub(super) reported: Reported<'s>,
    /// The content in force of each document whose file has another one, as places in
    /// [`Sms::documents`].
    in_force: HashMap<usize, Document>,
    /// The place of each commit in the history.
    commits: HashMap<ObjectId, usize>,
    /// The pictures that texts show.
    pub(super) pictures: Pictures,
    provenance: Vec<Fact>,
}

impl<'s> Atlas<'s> {
    /// Works all of it out.
    pub(super) fn of(sms: &'s Sms, outcome: &'s Outcome, objects: &'s dyn Objects) -> Self {
        let mut findings_of: HashMap<RepoPath, Vec<usize>> = HashMap::new();
        for (i, finding) in outcome.findings.iter().enumerate() {
            findings_of.entry(finding.place.path.clone()).or_default().push(i);
        }
        let mut evidence_of: HashMap<RepoPath, Vec<usize>> = HashMap::new();
        for (i, evidence) in outcome.evidence.iter().enumerate() {
            evidence_of.entry(evidence.path.clone()).or_default().push(i);
        }
        let terms = terms(sms);
        let mut atlas = Self {
            sms,
            objects,
            outcome,
            versions_naming: versions_naming(sms, &terms),
            raised: sms.nonconformities_raised(),
            reported: sms.reported(),
            terms,
            in_force: HashMap::new(),
            cards: cards(sms),
            coverage: sms.coverage(),
            services: BTreeMap::new(),
            removed: removed(sms),
            findings_of,
            evidence_of,
            by_rule: outcome.by_rule(),
            roles: Roles::default(),
            produced_by: produced_by(sms),
            linked_from: HashMap::new(),
            commits: sms.history.commits.iter().enumerate().map(|(i, one)| (one.id, i)).collect(),
            pictures: Pictures::default(),
            provenance: frame::provenance(sms, outcome),
        };
        let in_force = in_force_instead(&atlas);
        let former: Vec<_> = in_force.values().map(|(text, commit)| (text, *commit)).collect();
        atlas.pictures = Pictures::of(sms, &former, objects);
        atlas.in_force = in_force.into_iter().map(|(i, (text, _))| (i, text)).collect();
        for (&i, text) in &atlas.in_force {
            atlas.cards[i].title = shown(&text.title());
        }
        atlas.linked_from = linked_from(&atlas);
        let shown = sms.documents.iter().map(|document| atlas.shown_of(document));
        atlas.roles = Roles::of(shown, sms.as_of);
        atlas.services = services(&atlas);
        atlas
    }

    /// Returns the versions of a document that were published as approved, oldest first.
    pub(super) fn terms(&self, document: &Document) -> &[Term<'s>] {
        let id = document.id().filter(|_| self.card(document).not_identified.is_none());
        id.map_or(&[], |id| self.terms_of(&id))
    }

    /// Returns the versions of the document that has or had an id, oldest first.
    pub(super) fn terms_of(&self, id: &DocId) -> &[Term<'s>] {
        self.terms.get(id).map_or(&[], Vec::as_slice)
    }

    /// Returns the versions that came into force and name a clause, newest first: each as its document and
    /// its place among the versions of that.
    pub(super) fn versions_naming(&self, pack: &str, number: &str) -> &[(DocId, usize)] {
        let key = (pack.to_owned(), number.to_owned());
        self.versions_naming.get(&key).map_or(&[], Vec::as_slice)
    }

    /// Returns what the page of a document shows: the content in force, even where the file has
    /// the next version already.
    pub(super) fn shown_of<'a>(&'a self, document: &'a Document) -> &'a Document {
        self.in_force.get(&self.index(document)).unwrap_or(document)
    }

    /// Returns the rows of all registers of a kind as they are in force, with the file of each.
    pub(super) fn rows<'a>(
        &'a self,
        kind: &'a str,
    ) -> impl Iterator<Item = (&'a Document, &'a Node)> {
        self.sms.registers(kind).flat_map(|register| {
            let rows = self.shown_of(register).front.rows("entries");
            rows.map(move |row| (register, &row.value))
        })
    }

    /// Returns the documents and records that name a clause, in the order of their ids: in their
    /// files, or in the version in force where that is another.
    pub(super) fn naming(&self, pack: &str, number: &str) -> Vec<&'s Document> {
        let mut named = self.sms.of_clause(pack, number);
        let documents = &self.sms.documents;
        let beside = self.in_force.iter().filter(|(_, shown)| self.names(shown, pack, number));
        named.extend(beside.map(|(&i, _)| &documents[i]));
        named.sort_by_key(|document| (document.id(), document.path.clone()));
        named.dedup_by(|a, b| a.path == b.path);
        named
    }

    /// Returns the documents and records that name a service, in the same way.
    pub(super) fn naming_service(&self, id: &str) -> impl Iterator<Item = &'s Document> {
        let documents = self.sms.documents.iter();
        documents.filter(move |it| names_service(it, id) || names_service(self.shown_of(it), id))
    }

    /// Tells whether a content names a clause.
    pub(super) fn names(&self, shown: &Document, pack: &str, number: &str) -> bool {
        shown.front.list("clauses").iter().any(|written| {
            let resolved = self.sms.frameworks.resolve(written.value);
            resolved.is_ok_and(|(of, clause)| of.id == pack && clause.number == number)
        })
    }

    /// Returns the address of the page that shows a file as it stands.
    pub(super) fn page_of_file(&self, document: &Document) -> String {
        let card = self.card(document);
        match self.in_force.contains_key(&self.index(document)) {
            true => super::document::next_address(card),
            false => card.page.clone(),
        }
    }

    /// Returns the picture that a text shows on a page from which `root` leads to the root of the
    /// site.
    pub(super) fn picture(&self, root: &str, text: &Document, target: &Target) -> Option<Picture> {
        self.pictures.find(self.sms, text, target, root, self.objects)
    }

    /// Tells whether the site has the picture that a text shows.
    pub(super) fn has_picture(&self, text: &Document, target: &Target) -> bool {
        self.pictures.holds(self.sms, text, target, self.objects)
    }

    /// Returns the place of a document among all.
    pub(super) fn index(&self, document: &Document) -> usize {
        self.sms.position(document).expect("the document is one of the system's")
    }

    /// Returns a commit of the history.
    pub(super) fn commit(&self, id: ObjectId) -> Option<&Commit> {
        self.commits.get(&id).map(|&i| &self.sms.history.commits[i])
    }

    /// Returns what is said of a document.
    pub(super) fn card(&self, document: &Document) -> &Card {
        &self.cards[self.index(document)]
    }

    /// Returns what speaks against a document.
    pub(super) fn findings_of(&self, document: &Document) -> impl Iterator<Item = &'s Finding> {
        let found = self.findings_of.get(&document.path).into_iter().flatten();
        found.map(|&i| &self.outcome.findings[i])
    }

    /// Returns what speaks for a document.
    pub(super) fn evidence_of(&self, document: &Document) -> impl Iterator<Item = &'s Evidence> {
        let found = self.evidence_of.get(&document.path).into_iter().flatten();
        found.map(|&i| &self.outcome.evidence[i])
    }

    /// Returns how much a rule has to say.
    pub(super) fn tally(&self, rule: RuleName) -> Tally {
        self.by_rule.get(&rule).copied().unwrap_or_default()
    }

    /// Returns the rows for the files that cannot be identified.
    pub(super) fn not_identified(&self) -> Vec<Row> {
        let cards = self.cards.iter().filter(|card| card.not_identified.is_some());
        cards
            .map(|card| {
                let why = card.not_identified.as_deref().unwrap_or_default();
                Row::of(vec![
                    Cell::one("wide", "", Piece::id_link(&card.label, &card.page)),
                    Cell::one("wide", "Title", Piece::voice(&card.title)),
                    Cell::one("wide", "Why", Piece::text(why)),
                ])
            })
            .collect()
    }
}

/// Returns the address of a clause of the primary framework.
pub(super) fn clause_page(number: &str) -> String {
    format!("clauses/{}.html", file_name(number))
}

/// Returns the anchor of a clause in the table of clauses.
pub(super) fn clause_anchor(framework: &str, number: &str) -> String {
    format!("C-{}-{}", file_name(framework), file_name(number))
}

/// Returns a name that is the same on every file system, for names that are nearly so already.
pub(super) fn file_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let name: String = name.chars().map(|c| if plain(c) { c } else { '-' }).collect();
    if name.starts_with('.') { format!("-{name}") } else { name }
}

fn terms<'s>(sms: &'s Sms) -> BTreeMap<DocId, Vec<Term<'s>>> {
    let start = sms.trust.config.verify_from;
    let before_start = start.map(|day| sms.history.commits_before(day)).unwrap_or_default();
    let of = |id: &'s DocId| (id.clone(), Term::all(sms, id, &before_start));
    sms.history.ids().into_par_iter().map(of).filter(|(_, terms)| !terms.is_empty()).collect()
}

/// Finds the versions that came into force by the day spoken of, by the clauses that they name.
fn versions_naming(
    sms: &Sms,
    terms: &BTreeMap<DocId, Vec<Term<'_>>>,
) -> HashMap<Key, Vec<(DocId, usize)>> {
    let mut naming: HashMap<Key, Vec<(DocId, usize)>> = HashMap::new();
    for (id, terms) in terms {
        for (at, Term { tenure, .. }) in terms.iter().enumerate() {
            let began = tenure.was_ever_in_force() && tenure.from <= Some(sms.as_of);
            if !began || tenure.claims.kind.as_deref() == Some("record") {
                continue;
            }
            let named = tenure.claims.clauses.iter();
            let named = named.filter_map(|written| sms.frameworks.resolve(written).ok());
            let named: BTreeSet<Key> =
                named.map(|(pack, clause)| (pack.id.clone(), clause.number.clone())).collect();
            for clause in named {
                naming.entry(clause).or_default().push((id.clone(), at));
            }
        }
    }
    let from = |(id, at): &(DocId, usize)| terms[id][*at].tenure.from;
    for versions in naming.values_mut() {
        versions.sort_by(|a, b| (from(b), &a.0, b.1).cmp(&(from(a), &b.0, a.1)));
    }
    naming
}

/// Returns where the documents stand that were removed. Of ids that differ in their letters only,
/// the first has a page: some file systems take the two names for one.
fn removed(sms: &Sms) -> BTreeMap<DocId, String> {
    let mut taken = BTreeSet::new();
    let removed = sms.removed_documents().filter_map(|it| {
        let address = super::removed::address(it.id)?;
        taken.insert(address.to_ascii_lowercase()).then(|| (it.id.clone(), address))
    });
    removed.collect()
}

/// Reads the content in force where the file has another one, with the commit it came into force by.
fn in_force_instead(atlas: &Atlas<'_>) -> HashMap<usize, (Document, ObjectId)> {
    let mut instead = HashMap::new();
    for (i, document) in atlas.sms.documents.iter().enumerate() {
        let Some(term) = super::versions::in_force_instead(atlas, document) else { continue };
        let blob = term.tenure.blob;
        if let Ok(bytes) = snapshot::blob(atlas.objects, blob) {
            let text = Document::read(document.path.clone(), blob, &bytes);
            instead.insert(i, (text, term.tenure.published_in));
        }
    }
    instead
}

/// Tells whether a content names a service.
pub(super) fn names_service(shown: &Document, id: &str) -> bool {
    shown.front.list("services").iter().any(|one| one.value == id)
}

/// Returns where the services stand. Of ids that differ in their letters only one has a page, since some
/// file systems take the two names for one: the one that documents name, else the first. An id that is no
/// name of a file stands under one that is like it.
fn services(atlas: &Atlas<'_>) -> BTreeMap<String, String> {
    let mut alike: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let ids = atlas.rows("services").filter_map(|(_, row)| Some(row.text("id")?.value));
    for id in ids.filter(|id| !id.trim().is_empty()) {
        let alike = alike.entry(id.to_lowercase()).or_default();
        if !alike.contains(&id) {
            alike.push(id);
        }
    }
    let chosen = alike.into_values().filter_map(|ids| {
        let is_named = |id: &&&str| ids.len() > 1 && atlas.naming_service(id).next().is_some();
        ids.iter().find(is_named).or(ids.first()).copied()
    });
    let (names, others): (Vec<&str>, Vec<&str>) =
        chosen.partition(|id| DocId::new(*id).is_file_name());
    let mut taken = BTreeSet::new();
    let names = names.into_iter().map(|id| (id, id.to_owned()));
    let others = others.into_iter().map(|id| match plain_name(id) {
        name if name.is_empty() => (id, "service".to_owned()),
        name => (id, name),
    });
    names
        .chain(others)
        .map(|(id, name)| (id.to_owned(), free_page(&format!("services/{name}"), &mut taken)))
        .collect()
}

fn produced_by(sms: &Sms) -> HashMap<DocId, Vec<usize>> {
    let mut produced: HashMap<DocId, Vec<usize>> = HashMap::new();
    for (i, record) in sms.documents.iter().enumerate().filter(|(_, one)| sms.is_record(one)) {
        for by in record.front.list("produced_by") {
            produced.entry(Reference::parse(by.value).id).or_default().push(i);
        }
    }
    produced
}

fn linked_from(atlas: &Atlas<'_>) -> HashMap<DocId, BTreeSet<usize>> {
    let sms = atlas.sms;
    let mut from: HashMap<DocId, BTreeSet<usize>> = HashMap::new();
    for (i, document) in sms.documents.iter().enumerate() {
        let document = atlas.shown_of(document);
        for link in &document.body.links {
            let Resolution::Document { document: to, .. } = sms.resolve(document, &link.target)
            else {
                continue;
            };
            if let Some(id) = to.id().filter(|_| to.path != document.path) {
                from.entry(id).or_default().insert(i);
            }
        }
    }
    from
}

/// Writes a number of e-mail addresses.
pub(super) fn addresses(number: usize) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{number} addresses") }
}
