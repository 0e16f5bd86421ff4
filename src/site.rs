//! The site an auditor reads: a folder of pages that needs no server, no script, no network.
//!
//! [`render`] turns the system and what the rules found into pages, [`write`] puts them on disk in
//! one exchange. What is said about documents is worked out in `atlas`; each page has its file;
//! templates only arrange.

mod approval;
mod atlas;
mod audit;
mod baselines;
mod checks;
mod clauses;
mod document;
mod front;
mod glossary;
mod hierarchy;
mod integrity;
mod keys;
mod mandatory;
mod obsolete;
mod piece;
mod plan;
mod register;
mod registers;
mod reviews;
mod search;
mod template;
mod terms;
mod text;
mod timeline;
mod verify;
mod versions;
mod views;
mod waivers;
mod writing;

use crate::repo::object::Objects;
use crate::rules::Outcome;
use crate::sms::Sms;
use atlas::Atlas;
use rayon::prelude::*;
use std::path::PathBuf;

pub use writing::{MARKER, Written, write};

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
    /// The target is no place for a folder.
    #[error("cannot write to {}: it is {what}", .path.display())]
    NotAFolder {
        /// The target.
        path: PathBuf,
        /// What it is instead.
        what: &'static str,
    },
    /// The disk says no.
    #[error("cannot {what} {}: {source}", .path.display())]
    Disk {
        /// What was being done.
        what: &'static str,
        /// To which path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}

/// Renders all pages, sorted by path. Former contents of documents are read from `objects`.
///
/// # Errors
/// Only if a template of the program is wrong.
pub fn render(sms: &Sms, outcome: &Outcome, objects: &dyn Objects) -> Result<Vec<Page>, SiteError> {
    let atlas = Atlas::of(sms, outcome, objects);
    type Render = fn(&Atlas<'_>) -> Result<Page, SiteError>;
    const SINGLE: [Render; 23] = [
        front::page,
        register::page,
        clauses::page,
        hierarchy::page,
        plan::page,
        registers::scope,
        registers::roles,
        registers::services,
        registers::external,
        mandatory::page,
        reviews::page,
        reviews::calendar,
        waivers::page,
        obsolete::page,
        verify::page,
        checks::page,
        checks::rules,
        glossary::page,
        integrity::page,
        search::page,
        search::index,
        audit::schema,
        // Last, so that the most numerous pages below begin on all threads.
        |_| Ok(Page { path: "site.css".to_owned(), bytes: template::STYLE.into() }),
    ];
    let single = SINGLE.par_iter().map(|render| render(&atlas));
    let script = Page { path: "site.js".to_owned(), bytes: template::SCRIPT.into() };
    let documents = sms.documents.par_iter().map(|one| document::page(&atlas, one));
    let next = sms.documents.par_iter().filter_map(|one| document::next_page(&atlas, one));
    let histories = sms.documents.par_iter().filter_map(|one| {
        let path = versions::address(atlas.card(one))?;
        Some(versions::page(&atlas, one, &path))
    });
    let baselines = baselines::all(&atlas);
    let then = baselines.par_iter().map(|one| baselines::register(&atlas, one));
    let since = baselines.par_iter().map(|one| baselines::changes(&atlas, one));
    let changes = rayon::iter::once(baselines::index(&atlas, &baselines));
    let primary = sms.frameworks.primary();
    let clauses = primary.clauses().par_iter().map(|clause| clauses::card(&atlas, primary, clause));
    let services = atlas.services.par_iter().map(|(id, path)| registers::service(&atlas, id, path));
    let rules = crate::rules::ALL.par_iter().map(|rule| checks::rule(&atlas, rule));
    let mut pages: Vec<Page> = single
        .chain(documents)
        .chain(next)
        .chain(histories)
        .chain(changes)
        .chain(then)
        .chain(since)
        .chain(clauses)
        .chain(services)
        .chain(rules)
        .collect::<Result<_, _>>()?;
    pages.push(script);
    pages.sort_by(|a, b| a.path.cmp(&b.path));
    if let Some(pair) = pages.windows(2).find(|pair| pair[0].path == pair[1].path) {
        return Err(SiteError::AddressTwice { page: pair[0].path.clone() });
    }
    let audit = audit::page(sms, outcome, &pages)?;
    let place = pages.partition_point(|page| page.path < audit.path);
    pages.insert(place, audit);
    Ok(pages)
}
