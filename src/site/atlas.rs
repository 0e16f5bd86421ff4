//! Where everything is on the site, and what is said of each document everywhere (`card`).
//!
//! Worked out once, before the pages: two documents never share an address, no document is
//! without one, and no page says of a document what another does not.

use super::card::{Card, Proof, Standing, cards, out_of_use_piece};
use super::pictures::Pictures;
use super::terms::Term;
use super::views::{Cell, Fact, Frame, NavItem, Piece, Row, SectionsView, joined, shown};
use crate::document::front::Node;
use crate::document::markdown::{Picture, Target};
use crate::document::{DocId, Document, Reference};
use crate::finding::{Evidence, Finding, Level, RuleName};
use crate::repo::object::{Commit, ObjectId, Objects};
use crate::repo::snapshot;
use crate::report::Summary;
use crate::rules::{Outcome, Tally};
use crate::sms::actual::Reported;
use crate::sms::clauses::Key;
use crate::sms::coverage::Coverage;
use crate::sms::out_of_use::OutOfUse;
use crate::sms::raised::Raised;
use crate::sms::reference::Resolution;
use crate::sms::roles::Roles;
use crate::sms::{Sms, State};
use crate::source::{Date, RepoPath, counted};
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
            provenance: provenance(sms, outcome),
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

    /// Tells whether a version of a document is in force: the one of its file, or the one before.
    pub(super) fn is_in_force(&self, document: &Document) -> bool {
        self.card(document).standing.is_in_force()
            || self.in_force.contains_key(&self.index(document))
    }

    /// Returns since when what the page of a document shows is in force, or was, and else from when it
    /// is to be.
    pub(super) fn first_day(&self, document: &Document) -> Option<Date> {
        let withdrawn = self.withdrawn_instead(document).and_then(|(_, term)| term);
        match withdrawn.or_else(|| super::versions::in_force_instead(self, document)) {
            Some(term) => term.tenure.from,
            None => self.sms.first_day(document),
        }
    }

    /// Returns the last day on which the review of what is in force of a document is not overdue.
    pub(super) fn next_review(&self, document: &Document) -> Option<Date> {
        self.sms.review_in_force(document).filter(|_| self.is_in_force(document))
    }

    /// Says that the file has the next version already, with the way to it; nothing where it has
    /// not.
    pub(super) fn next_beside(&self, root: &str, document: &Document) -> Vec<Piece> {
        if !self.in_force.contains_key(&self.index(document)) {
            return Vec::new();
        }
        let card = self.card(document);
        let next = document.front.text("version").map_or("none", |version| version.value);
        let address = format!("{root}{}", super::document::next_address(card));
        let mut pieces =
            vec![Piece::text("; the next, "), Piece::link(format!("version {next}"), address)];
        match &card.standing {
            Standing::ClaimsApproval => {
                pieces.extend([Piece::text(", "), card.standing.piece()]);
                if card.proof.verdict == "contradicted" {
                    pieces.extend([Piece::text(": "), card.proof.piece()]);
                }
            }
            standing => {
                pieces.extend([Piece::text(format!(",{}", standing.verb())), standing.piece()]);
            }
        }
        pieces
    }

    /// Says that the version before that of the file claims to be in force, which Git does not bear out,
    /// and what became of its approval; nothing where none does. `begin` is the word that it begins with.
    pub(super) fn claimed_beside(
        &self,
        root: &str,
        document: &Document,
        begin: &str,
    ) -> Vec<Piece> {
        let Some(term) = super::versions::claimed_beside(self, document) else {
            return Vec::new();
        };
        let version = format!("{begin} {}", term.tenure.version);
        let version = match super::versions::address(self.card(document)) {
            Some(history) => Piece::link(version, format!("{root}{history}")),
            None => Piece::text(version),
        };
        let words = Piece::text(" claims to be in force, approval: ");
        vec![version, words, term.verdict_of_now()]
    }

    /// Returns the version before that of the file by which a document is counted, where each is counted
    /// once: the one in force; else the one that claims to be, while the file claims nothing.
    pub(super) fn counted_by(&self, document: &Document) -> Option<&Term<'s>> {
        let claims_nothing = self.card(document).proof.level.is_none();
        let claimed = || super::versions::claimed_beside(self, document).filter(|_| claims_nothing);
        super::versions::in_force_instead(self, document).or_else(claimed)
    }

    /// Returns the state of what people work by: of the version in force, even where the file has
    /// the next one already.
    pub(super) fn standing(&self, document: &Document) -> Standing {
        if !self.in_force.contains_key(&self.index(document)) {
            return self.card(document).standing.clone();
        }
        let is_overdue = self.next_review(document).is_some_and(|next| next < self.sms.as_of);
        let state = if is_overdue { State::Overdue } else { State::Effective };
        match self.sms.withdrawn_as_of(self.shown_of(document)) {
            Some(day) => Standing::Until(state, day),
            None => Standing::Is(state),
        }
    }

    /// Returns that state, and beside it the next version with its own, the one before that claims to be
    /// in force, or what went out of use before it. An agreement may be outside of its own term.
    pub(super) fn state(&self, root: &str, document: &Document) -> Vec<Piece> {
        let mut pieces = vec![self.standing(document).piece()];
        pieces.extend(self.outside_term(document));
        pieces.extend(self.beside(root, document));
        pieces
    }

    /// Says behind a state what stands beside it: the next version, the one before that claims to be in
    /// force, or what went out of use before it.
    pub(super) fn beside(&self, root: &str, document: &Document) -> Vec<Piece> {
        let mut pieces = self.next_beside(root, document);
        let out = self.sms.out_of_use_beside(document);
        if let Some(out) = out.filter(|_| !self.standing(document).is_obsolete()) {
            let version = format!("; version {} is ", shown(out.version()));
            pieces.extend([Piece::text(version), out_of_use_piece(out)]);
        }
        let claimed = self.claimed_beside(root, document, "version");
        if !claimed.is_empty() {
            pieces.push(Piece::text("; "));
            pieces.extend(claimed);
        }
        pieces
    }

    /// Says that the day spoken of is none of the term of an agreement, behind its state; nothing where
    /// it is.
    pub(super) fn outside_term(&self, document: &Document) -> Vec<Piece> {
        let Some(outside) = self.sms.outside_term(self.shown_of(document)) else {
            return Vec::new();
        };
        let words = format!("its term {outside}");
        vec![Piece::text("; "), Piece::mark("M-overdue", "ask", words)]
    }

    /// Returns what went out of use of a withdrawn document whose file has a text that was never
    /// issued, with the version if it had one.
    pub(super) fn withdrawn_instead<'a>(
        &'a self,
        document: &Document,
    ) -> Option<(&'a OutOfUse, Option<&'a Term<'s>>)> {
        let is_withdrawn = self.card(document).standing.is_obsolete();
        let out = self.sms.out_of_use_beside(document).filter(|_| is_withdrawn)?;
        let terms = self.terms(document).iter();
        Some((out, terms.rev().find(|term| term.tenure.blob == out.text.blob)))
    }

    /// Returns what is told of a document: the content in force, or the one that was withdrawn, even
    /// where the file has another one.
    pub(super) fn told_of<'a>(&'a self, document: &'a Document) -> &'a Document {
        match self.withdrawn_instead(document) {
            Some((out, _)) => &out.text,
            None => self.shown_of(document),
        }
    }

    /// Returns the proof of what people work by, or worked by until it was withdrawn.
    pub(super) fn proof<'a>(&'a self, document: &Document) -> &'a Proof {
        if let Some((_, Some(term))) = self.withdrawn_instead(document) {
            return &term.proof;
        }
        match super::versions::in_force_instead(self, document) {
            Some(term) => &term.proof,
            None => &self.card(document).proof,
        }
    }

    /// Returns the verdicts on a document: on what people work by, and on the next version beside
    /// it, where that claims to be approved as well and the verdict is another; and on the version before
    /// that claims to be in force.
    pub(super) fn verdicts(&self, document: &Document) -> Vec<&'static str> {
        let mut verdicts = vec![self.proof(document).verdict, self.card(document).proof.verdict];
        if self.sms.status(document) != Some("approved") {
            verdicts.truncate(1);
        }
        let claimed = super::versions::claimed_beside(self, document);
        verdicts.extend(claimed.map(|term| term.proof.verdict));
        verdicts.dedup();
        verdicts
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

    /// Returns the id of a document, leading to its page.
    pub(super) fn link(&self, root: &str, document: &Document) -> Piece {
        let card = self.card(document);
        Piece::id_link(&card.label, format!("{root}{}", card.page))
    }

    /// Returns an id, leading to its page if a document has it alone.
    pub(super) fn link_id(&self, root: &str, id: &DocId) -> Piece {
        match self.sms.document(id.as_str()) {
            Some(document) => self.link(root, document),
            None => match self.removed.get(id) {
                Some(page) => Piece::id_link(id.as_str(), format!("{root}{page}")),
                None => Piece::id(id.as_str()),
            },
        }
    }

    /// Returns links to all that took the place of a document on the day on which it was taken.
    pub(super) fn successors(&self, root: &str, document: &Document) -> Vec<Piece> {
        let successors = self.sms.successors(document).into_iter();
        joined(successors.map(|id| self.link_id(root, id)), ", ")
    }

    /// Returns words from a register, leading to the document, service or clause they name.
    pub(super) fn link_word(&self, root: &str, word: &str) -> Piece {
        let id = word.split_once('@').map_or(word, |(id, _)| id);
        if let Some(document) = self.sms.document(id) {
            let page = &self.card(document).page;
            let anchor = word.split_once('@').and_then(|(_, version)| {
                super::document::version_anchor(self.sms, document, version)
            });
            let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            return Piece::id_link(word, format!("{root}{page}{anchor}"));
        }
        match self.services.get(word) {
            Some(page) => Piece::id_link(word, format!("{root}{page}")),
            None => Piece::id_or_voice(word),
        }
    }

    /// Returns a clause as documents write it, leading to its card.
    pub(super) fn link_clause(&self, root: &str, written: &str) -> Piece {
        let Ok((pack, clause)) = self.sms.frameworks.resolve(written) else {
            return Piece::id(written);
        };
        if pack.id == self.sms.frameworks.primary().id {
            return Piece::id_link(written, format!("{root}{}", clause_page(&clause.number)));
        }
        let anchor = clause_anchor(&pack.id, &clause.number);
        Piece::id_link(written, format!("{root}clauses.html#{anchor}"))
    }

    /// Returns a role or a person, with the people who hold the role on the day spoken of.
    pub(super) fn person(&self, name: &str) -> Vec<Piece> {
        let held_by = self.holders(name);
        if !held_by.is_empty() {
            let names = crate::source::listed(held_by, "and");
            return vec![
                Piece::voice(names),
                Piece::text(", "),
                Piece::voice(name.replace('-', " ")),
            ];
        }
        match self.known_name(name) {
            Some(known) => vec![Piece::voice(known), Piece::text(" "), Piece::code(name)],
            None => vec![Piece::voice(name)],
        }
    }

    /// Returns the people who hold a role on the day spoken of.
    pub(super) fn holders(&self, role: &str) -> Vec<String> {
        let entries = self.roles.holders(role, self.sms.as_of);
        let named = entries.iter().map(|entry| match self.sms.is_unapproved_row(entry) {
            true => format!("{} (row not approved)", shown(&entry.person)),
            false => shown(&entry.person),
        });
        named.collect()
    }

    /// Returns the name that the role register gives an e-mail address.
    pub(super) fn known_name(&self, email: &str) -> Option<&str> {
        let mut names = self.roles.of_email(email).map(|entry| entry.person.as_str());
        names.find(|name| !name.is_empty())
    }

    /// Returns the name of an e-mail address, else the address.
    pub(super) fn name_of(&self, email: &str) -> String {
        self.known_name(email).unwrap_or(email).to_owned()
    }

    /// Returns what stands around a page. `part` is the entry of the navigation it belongs to.
    pub(super) fn frame(&self, path: &str, part: &str, title: &str) -> Frame {
        let root = if path.contains('/') { "../" } else { "" };
        self.frame_from(root, path, part, title)
    }

    /// Returns the same for a page from which the site is reached by `root`.
    pub(super) fn frame_from(
        &self,
        root: &'static str,
        path: &str,
        part: &str,
        title: &str,
    ) -> Frame {
        let nav = NAVIGATION.iter().map(|&(name, page)| NavItem {
            name,
            href: format!("{root}{page}"),
            current: match page {
                _ if page == path => "page",
                _ if page == part => "true",
                _ => "",
            },
        });
        let mut provenance = self.provenance.clone();
        for piece in provenance.iter_mut().flat_map(|fact| &mut fact.pieces) {
            piece.href = piece.href.take().map(|href| format!("{root}{href}"));
        }
        let commit = self.sms.head.to_string();
        Frame {
            root,
            language: shown(&self.sms.config.language),
            organization: self.organization(),
            title: shown(title),
            body_class: "",
            nav: nav.collect(),
            provenance,
            print_head: vec![
                Fact::one(&self.organization(), Piece::strong(title)),
                Fact::one("As of", Piece::text(self.sms.as_of.to_string())),
                Fact::one("Commit", Piece::oid(self.sms.head.short())),
            ],
            as_of: self.sms.as_of.to_string(),
            commit,
            program: env!("CARGO_PKG_VERSION"),
            is_obsolete: false,
            beside: self.sms.beside_the_branch().map(|words| shown(&words.replace('`', ""))),
        }
    }

    /// Returns a page at the top of the site that is made of sections, still without any.
    pub(super) fn page_of_sections(&self, path: &str, heading: &str, lede: &str) -> SectionsView {
        SectionsView {
            frame: self.frame(path, path, heading),
            heading: heading.to_owned(),
            lede: vec![Piece::text(lede)],
            ..SectionsView::default()
        }
    }

    /// Returns whose system it is.
    pub(super) fn organization(&self) -> String {
        let config = &self.sms.config;
        let named = Some(&config.organization).filter(|name| !name.is_empty());
        shown(named.unwrap_or(&config.title))
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

/// The pages that every page leads to.
const NAVIGATION: [(&str, &str); 10] = [
    ("Front page", "index.html"),
    ("Register", "register.html"),
    ("Clauses", "clauses.html"),
    ("Plan", "smp.html"),
    ("Scope", "scope.html"),
    ("Services", "services.html"),
    ("Roles", "roles.html"),
    ("Checks", "checks.html"),
    ("Integrity", "integrity.html"),
    ("Search", "search.html"),
];

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

fn services(atlas: &Atlas<'_>) -> BTreeMap<String, String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let ids: Vec<&str> =
        atlas.rows("services").filter_map(|(_, row)| Some(row.text("id")?.value)).collect();
    for id in &ids {
        *seen.entry(id.to_ascii_lowercase()).or_default() += 1;
    }
    let usable = |id: &&str| {
        DocId::new(*id).is_file_name() && seen.get(&id.to_ascii_lowercase()) == Some(&1)
    };
    ids.into_iter()
        .filter(usable)
        .map(|id| (id.to_owned(), format!("services/{id}.html")))
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

fn provenance(sms: &Sms, outcome: &Outcome) -> Vec<Fact> {
    let summary = Summary::of(sms, outcome);
    let branch = match (&sms.trust.policy_ref, sms.trust.has_branch) {
        (Some(name), _) => Piece::oid(name),
        (None, true) => Piece::oid(&sms.config.branch),
        (None, false) => Piece::mark("M-unverifiable", "ask", "no publishing branch"),
    };
    let commits = counted(sms.history.commits.len(), "commit");
    let waived = match summary.waived {
        0 => String::new(),
        waived => format!(", {waived} waived"),
    };
    let findings = format!(
        "{}, {}{waived}",
        counted(outcome.count(Level::Error), "error"),
        counted(outcome.count(Level::Warning), "warning")
    );
    vec![
        Fact::one("As of", Piece::date(sms.as_of)),
        Fact::one("Commit", Piece::oid(sms.head.short())),
        Fact::one("Branch", branch),
        Fact::one("History", Piece::text(format!("{}, {commits}", summary.history))),
        Fact::one("Findings", Piece::link(findings, "checks.html")),
    ]
}

/// Writes a number of e-mail addresses.
pub(super) fn addresses(number: usize) -> String {
    if number == 1 { "1 address".to_owned() } else { format!("{number} addresses") }
}
