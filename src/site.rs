//! The site an auditor reads: a folder of pages that needs no server, no script, no network.
//!
//! [`Site`] turns the system and what the rules found into pages: all of them on disk in one
//! exchange, or a single one by its address. What is said about documents is worked out in
//! `atlas`; each page has its file; templates only arrange.

mod approval;
mod atlas;
mod audit;
mod baselines;
mod card;
mod checks;
mod clauses;
mod document;
mod external;
mod front;
mod glossary;
mod hierarchy;
mod integrity;
mod keys;
mod mandatory;
mod markup;
mod obsolete;
mod pictures;
mod piece;
mod plan;
pub mod preview;
mod redline;
mod register;
mod registers;
mod removed;
mod reviews;
mod search;
mod targets;
mod template;
mod terms;
mod text;
mod timeline;
mod verify;
mod versions;
mod views;
mod waivers;
mod writing;

use crate::document::Document;
use crate::framework::Clause;
use crate::repo::object::{ObjectId, Objects, ReadError};
use crate::repo::snapshot;
use crate::report::schema;
use crate::rules::{ALL, Outcome, Rule};
use crate::sms::Sms;
use crate::sms::removed::Removed;
use atlas::Atlas;
use baselines::Baseline;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use versions::Contents;

pub use writing::{MARKER, Writing, Written};

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its path inside the site, with `/`: `documents/POL-CHG-001.html`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why the site could not be built.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// A template and its view do not fit: a bug of ours.
    #[error("cannot render {page}: {why}; this is a bug of clausebook")]
    Template {
        /// The page.
        page: String,
        /// What the template engine says.
        why: String,
    },
    /// Two pages have one address: a bug of ours.
    #[error("cannot render {page}: two pages have this address; this is a bug of clausebook")]
    AddressTwice {
        /// The page.
        page: String,
    },
    /// The target holds something that is not a site of ours.
    #[error(
        "cannot write to {}: the folder is not empty and has no `{MARKER}`, so it is not a site of clausebook",
        .folder.display()
    )]
    ForeignFolder {
        /// The target.
        folder: PathBuf,
    },
    /// The target holds a site of ours, and files that no build wrote.
    #[error(
        "cannot write to {}: clausebook did not write `{}` in it{}; move what is yours to another place, or build into another folder",
        .folder.display(),
        .file.display(),
        match .others {
            0 => String::new(),
            1 => ", nor 1 other file".to_owned(),
            others => format!(", nor {others} other files"),
        }
    )]
    ForeignFile {
        /// The target.
        folder: PathBuf,
        /// The first of the files, in the order of names, within the target.
        file: PathBuf,
        /// How many more there are.
        others: usize,
    },
    /// The target is no place for a folder.
    #[error("cannot write to {}: it is {what}", .path.display())]
    NotAFolder {
        /// The target.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// A picture that was there cannot be read any more.
    #[error("cannot read the picture of {page}: {why}")]
    Picture {
        /// Its address on the site.
        page: String,
        /// What the object database says.
        why: ReadError,
    },
    /// The disk says no.
    #[error("cannot {what} {}: {why}", .path.display())]
    Disk {
        /// What was being done.
        what: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system says.
        why: std::io::Error,
    },
}

/// The site, of which no page is rendered yet.
pub struct Site<'s> {
    atlas: Atlas<'s>,
    baselines: Vec<Baseline<'s>>,
    /// What stands at each address, but for the seal over all other pages.
    plan: Vec<(String, Subject<'s>)>,
}

type Render = fn(&Atlas<'_>) -> Result<Page, SiteError>;

/// What a page is about.
enum Subject<'s> {
    /// The system as a whole.
    Whole(Render),
    /// Nothing of the system: a file of the program.
    Fixed(&'static str),
    Document(&'s Document),
    NextVersion(&'s Document),
    History(&'s Document),
    Removed(Removed<'s>),
    Baselines,
    /// The place of a day among the baselines.
    Then(usize),
    Since(usize),
    Clause(&'s Clause),
    Service(String),
    Rule(&'static Rule),
    /// The content of a picture.
    Picture(ObjectId),
}

impl Subject<'_> {
    /// Tells whether its page shows former contents.
    fn is_of_the_past(&self) -> bool {
        matches!(self, Self::History(_) | Self::Removed(_))
    }
}

/// The pages of the system as a whole.
const WHOLE: [(&str, Render); 22] = [
    ("index.html", front::page),
    ("register.html", register::page),
    ("clauses.html", clauses::page),
    ("hierarchy.html", hierarchy::page),
    ("smp.html", plan::page),
    ("scope.html", registers::scope),
    ("roles.html", registers::roles),
    ("services.html", registers::services),
    ("external.html", external::page),
    ("mandatory.html", mandatory::page),
    ("reviews.html", reviews::page),
    ("reviews.ics", reviews::calendar),
    ("waivers.html", waivers::page),
    ("obsolete.html", obsolete::page),
    ("verify.html", verify::page),
    ("checks.html", checks::page),
    ("rules/index.html", checks::rules),
    ("glossary.html", glossary::page),
    ("integrity.html", integrity::page),
    ("search.html", search::page),
    ("search-index.js", search::index),
    (schema::FILE, audit::schema),
];

impl<'s> Site<'s> {
    /// Works out what all pages share, and what stands where. Former contents of documents are
    /// read from `objects`.
    ///
    /// # Errors
    /// Only if the program gives two pages one address.
    pub fn of(
        sms: &'s Sms,
        outcome: &'s Outcome,
        objects: &'s dyn Objects,
    ) -> Result<Self, SiteError> {
        let atlas = Atlas::of(sms, outcome, objects);
        let baselines = baselines::all(&atlas);
        let plan = plan_of(&atlas, &baselines);
        let mut addresses: Vec<&String> = plan.iter().map(|(address, _)| address).collect();
        addresses.sort();
        if let Some(pair) = addresses.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(SiteError::AddressTwice { page: pair[0].clone() });
        }
        Ok(Self { atlas, baselines, plan })
    }

    /// Renders all pages and makes them the whole of a folder, which may exist if it is empty or a
    /// site of ours.
    ///
    /// # Errors
    /// When the folder is not ours, the disk says no, or a template of the program is wrong; the
    /// former site is then as it was.
    pub fn write(&self, target: &Path) -> Result<Written, SiteError> {
        let mut addresses: BTreeSet<&str> = self.plan.iter().map(|(it, _)| it.as_str()).collect();
        addresses.insert(audit::PATH);
        let writing = Writing::begin(&addresses, target)?;
        let sums = self.render_all(|page| {
            writing.put(&page)?;
            Ok(audit::Sum::of(&page))
        });
        writing.put(&self.seal(sums?)?)?;
        writing.finish()
    }

    /// Renders all pages, sorted by path.
    ///
    /// # Errors
    /// Only if a template of the program is wrong.
    pub fn pages(&self) -> Result<Vec<Page>, SiteError> {
        let mut pages = self.render_all(Ok)?;
        pages.push(self.seal(pages.par_iter().map(audit::Sum::of).collect())?);
        pages.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(pages)
    }

    /// Renders all pages but the seal, and returns what `take` makes of each. The contents that
    /// histories show are read for many pages at once: they lie together in the order of packs.
    fn render_all<T: Send>(
        &self,
        take: impl Fn(Page) -> Result<T, SiteError> + Sync,
    ) -> Result<Vec<T>, SiteError> {
        /// So many documents' histories are in memory at once.
        const AT_ONCE: usize = 2_000;
        let (histories, others): (Vec<_>, Vec<_>) =
            self.plan.iter().partition(|(_, subject)| subject.is_of_the_past());
        let render = |former: &Contents, (address, subject): &(String, Subject<'s>)| {
            take(self.render(former, address, subject)?)
        };
        let nothing = Contents::default();
        let rendered = others.into_par_iter().map(|one| render(&nothing, one));
        let mut taken: Vec<T> = rendered.collect::<Result<_, _>>()?;
        for histories in histories.chunks(AT_ONCE) {
            let shown = histories.iter().flat_map(|(_, subject)| self.former_of(subject));
            let former = Contents::read(&self.atlas, shown.collect());
            let rendered = histories.par_iter().map(|one| render(&former, one));
            taken.extend(rendered.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(taken)
    }

    /// Renders the page that seals all others.
    fn seal(&self, sums: Vec<audit::Sum>) -> Result<Page, SiteError> {
        audit::page(self.atlas.sms, self.atlas.outcome, sums)
    }

    /// Renders the page of an address, if there is one. The file that seals all others takes as
    /// long as all of them.
    ///
    /// # Errors
    /// Only if a template of the program is wrong.
    pub fn page(&self, address: &str) -> Result<Option<Page>, SiteError> {
        if address == audit::PATH {
            return Ok(self.pages()?.into_iter().find(|page| page.path == address));
        }
        let found = self.plan.iter().find(|(known, _)| known == address);
        let Some((address, subject)) = found else { return Ok(None) };
        let former = Contents::read(&self.atlas, self.former_of(subject));
        self.render(&former, address, subject).map(Some)
    }

    /// Returns the former contents that a page shows.
    fn former_of(&self, subject: &Subject<'s>) -> Vec<ObjectId> {
        let (terms, last) = match subject {
            Subject::History(one) => (self.atlas.terms(one), None),
            Subject::Removed(removed) => (self.atlas.terms_of(removed.id), Some(removed.content)),
            _ => return Vec::new(),
        };
        terms.iter().map(|term| term.tenure.blob).chain(last).collect()
    }

    /// Renders a page. `former` has the contents that it shows beside those of the files.
    fn render(
        &self,
        former: &Contents,
        address: &str,
        subject: &Subject<'s>,
    ) -> Result<Page, SiteError> {
        let atlas = &self.atlas;
        match subject {
            Subject::Whole(render) => render(atlas),
            Subject::Fixed(text) => Ok(Page { path: address.to_owned(), bytes: (*text).into() }),
            Subject::Document(one) => document::page(atlas, one),
            Subject::NextVersion(one) => document::next_page(atlas, one, address),
            Subject::History(one) => versions::page(atlas, former, one, address),
            Subject::Removed(one) => removed::page(atlas, former, one, address),
            Subject::Baselines => baselines::index(atlas, &self.baselines),
            Subject::Then(at) => baselines::register(atlas, &self.baselines[*at]),
            Subject::Since(at) => baselines::changes(atlas, &self.baselines[*at]),
            Subject::Clause(clause) => clauses::card(atlas, atlas.sms.frameworks.primary(), clause),
            Subject::Service(id) => registers::service(atlas, id, address),
            Subject::Rule(rule) => checks::rule(atlas, rule),
            Subject::Picture(blob) => {
                let page = address.to_owned();
                match snapshot::blob(atlas.objects, *blob) {
                    Ok(bytes) => Ok(Page { path: page, bytes }),
                    Err(why) => Err(SiteError::Picture { page, why }),
                }
            }
        }
    }
}

/// Returns the document that a page is about, if it is about one.
fn document_of<'s>(subject: &Subject<'s>) -> Option<&'s Document> {
    match subject {
        Subject::Document(one) | Subject::NextVersion(one) | Subject::History(one) => Some(one),
        _ => None,
    }
}

/// Lays down which page stands where. The longest work comes first, so that no thread is left
/// alone with it at the end.
fn plan_of<'s>(atlas: &Atlas<'s>, baselines: &[Baseline<'_>]) -> Vec<(String, Subject<'s>)> {
    let sms = atlas.sms;
    let mut plan: Vec<(String, Subject<'s>)> = Vec::new();
    plan.extend(WHOLE.map(|(address, render)| (address.to_owned(), Subject::Whole(render))));
    plan.push(("site.css".to_owned(), Subject::Fixed(template::STYLE)));
    plan.push(("site.js".to_owned(), Subject::Fixed(template::SCRIPT)));
    for document in &sms.documents {
        let card = atlas.card(document);
        plan.push((card.page.clone(), Subject::Document(document)));
        if versions::in_force_instead(atlas, document).is_some() {
            plan.push((document::next_address(card), Subject::NextVersion(document)));
        }
        plan.extend(versions::address(card).map(|address| (address, Subject::History(document))));
    }
    plan.extend(sms.removed_documents().filter_map(|removed| {
        Some((atlas.removed.get(removed.id)?.clone(), Subject::Removed(removed)))
    }));
    plan.push(("changes.html".to_owned(), Subject::Baselines));
    for (at, baseline) in baselines.iter().enumerate() {
        plan.push((baseline.register_address(), Subject::Then(at)));
        plan.push((baseline.changes_address(), Subject::Since(at)));
    }
    let clauses = sms.frameworks.primary().clauses().iter();
    plan.extend(clauses.map(|one| (atlas::clause_page(&one.number), Subject::Clause(one))));
    let services = atlas.services.iter();
    plan.extend(services.map(|(id, page)| (page.clone(), Subject::Service(id.clone()))));
    plan.extend(ALL.iter().map(|rule| (checks::rule_page(rule.name), Subject::Rule(rule))));
    let pictures = atlas.pictures.files();
    plan.extend(pictures.map(|(address, blob)| (address.to_owned(), Subject::Picture(blob))));
    plan
}
