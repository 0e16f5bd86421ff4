//! The site while documents are being written: a page as it stands, under a bar that says how far
//! it is checked.
//!
//! A text that was edited is shown at once, and nothing is said of its state or its approval until
//! the whole system was judged again. The pages that `build` writes know nothing of this: the bar,
//! its style and its script are put into the page on its way to the browser.

use super::approval::sentence;
use super::atlas::Atlas;
use super::checks::{level_piece, rule_page};
use super::markup::in_a_row;
use super::piece::{Piece, prose};
use super::views::{Section, SectionsView};
use super::{Page, Site, SiteError, document, document_of, template};
use crate::document::Document;
use crate::finding::{Finding, Level};
use crate::repo::object::ObjectId;
use crate::rules;
use crate::source::{Lines, Position, RepoPath, counted};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The style sheet of the bar.
pub const STYLE: &str = include_str!("../../templates/preview.css");
/// The script that asks for a page again when there is something new.
pub const SCRIPT: &str = include_str!("../../templates/preview.js");
/// Where the two, and the news, are found on the server: no page of the site begins so.
pub const FOLDER: &str = "-/";

/// What there is beyond the state that was judged last.
#[derive(Clone, Debug, Default)]
pub struct Now {
    /// The name of this moment; another one when a page may look different.
    pub moment: String,
    /// The documents whose files hold what was not judged yet.
    pub edited: BTreeMap<RepoPath, Arc<Document>>,
    /// Whether something is being checked.
    pub is_checking: bool,
    /// Why what there is now cannot be judged.
    pub trouble: Option<String>,
}

/// The bar of a page.
#[derive(Serialize)]
struct Bar<'n> {
    moment: &'n str,
    /// `bad`, `ask`, `good` or `checking`.
    class: &'static str,
    #[serde(serialize_with = "in_a_row")]
    says: Vec<Piece>,
    /// Where the file of the page's document is shown; empty where the page is of none.
    file: String,
    found: String,
    findings: Vec<Found>,
}

/// A finding in the bar.
#[derive(Serialize)]
struct Found {
    level: Piece,
    place: String,
    #[serde(serialize_with = "in_a_row")]
    what: Vec<Piece>,
    #[serde(serialize_with = "in_a_row")]
    help: Vec<Piece>,
    rule: Piece,
}

impl Site<'_> {
    /// Returns the documents by path, with the content that was judged.
    pub fn files(&self) -> BTreeMap<RepoPath, ObjectId> {
        let documents = self.atlas.sms.documents.iter();
        documents.map(|document| (document.path.clone(), document.blob)).collect()
    }

    /// Returns the addresses of the pages that a document has of its own.
    pub fn pages_of(&self, path: &RepoPath) -> Vec<String> {
        let of = self.plan.iter().filter(|(_, subject)| {
            document_of(subject).is_some_and(|document| document.path == *path)
        });
        of.map(|(address, _)| address.clone()).collect()
    }

    /// Renders the page of an address under its bar, if there is one. The page that shows a file
    /// which was edited shows it as it stands, with what can be said of it without its history.
    ///
    /// # Errors
    /// Only if a template of the program is wrong.
    pub fn preview(&self, address: &str, now: &Now) -> Result<Option<Page>, SiteError> {
        let known = self.plan.iter().find(|(known, _)| known == address);
        let of = known.and_then(|(_, subject)| document_of(subject));
        let atlas = &self.atlas;
        let edited = of
            .filter(|one| atlas.page_of_file(one) == address)
            .and_then(|one| now.edited.get(&one.path));
        if let Some(edited) = edited {
            let page = document::unjudged_page(atlas, edited, address)?;
            let findings = rules::run_on(atlas.sms, edited);
            let bar = bar_of_edit(now, &page, edited, &findings);
            return Ok(Some(dress(page, &bar)?));
        }
        let Some(page) = self.page(address)? else { return Ok(None) };
        if !page.path.ends_with(".html") {
            return Ok(Some(page));
        }
        let bar = bar(atlas, now, &page, of);
        Ok(Some(dress(page, &bar)?))
    }

    /// Renders what stands in the place of a page that is not there.
    ///
    /// # Errors
    /// Only if a template of the program is wrong.
    pub fn missing(&self, address: &str, now: &Now) -> Result<Page, SiteError> {
        let heading = "There is no such page";
        let mut section = Section::titled("Where", "Where to look");
        section.text.push(vec![
            Piece::text("Nothing of this system has the address "),
            Piece::code(address),
            Piece::text(". A document that was just written is shown once it is checked. The "),
            Piece::link("register", "/register.html"),
            Piece::text(" lists all there are."),
        ]);
        let view = SectionsView {
            // Whoever asks may have asked from anywhere.
            frame: self.atlas.frame_from("/", "", "", heading),
            heading: heading.to_owned(),
            sections: vec![section],
            ..SectionsView::default()
        };
        let page = template::fill("sections.html", "", &view)?;
        let bar = bar(&self.atlas, now, &page, None);
        dress(page, &bar)
    }
}

/// Says how far a page is checked that shows what was judged.
fn bar<'n>(atlas: &Atlas<'_>, now: &'n Now, page: &Page, of: Option<&Document>) -> Bar<'n> {
    let outcome = atlas.outcome;
    let root = root_of(page);
    let findings: Vec<&Finding> =
        of.map(|document| atlas.findings_of(document).collect()).unwrap_or_default();
    let worst = match of {
        Some(_) => {
            let counting = findings.iter().filter(|finding| finding.counts());
            counting.map(|finding| finding.level).max()
        }
        None => outcome.worst(),
    };
    let in_all = numbers(outcome.findings.iter());
    let (class, says) = match (&now.trouble, now.is_checking) {
        (Some(why), _) => {
            ("bad", cannot_check(why, " This page shows the last state that could be checked."))
        }
        (None, true) => ("checking", checking(now)),
        (None, false) => {
            let mut says = vec![Piece::strong("Checked."), Piece::text(" ")];
            if of.is_some() {
                let here = numbers(findings.iter().copied());
                says.push(Piece::text(format!("In this file {here}; ")));
            }
            says.push(Piece::link(format!("{in_all} in all"), format!("{root}checks.html")));
            says.push(Piece::text("."));
            (class_of(worst), says)
        }
    };
    let text = of.map(|document| document.text.as_str());
    let file = of.map(|document| format!("{root}{}", atlas.page_of_file(document)));
    Bar {
        moment: &now.moment,
        class,
        says,
        file: file.unwrap_or_default(),
        ..found(root, of, text, findings)
    }
}

/// Says of a file that was edited what can be seen at once.
fn bar_of_edit<'n>(now: &'n Now, page: &Page, edited: &Document, findings: &[Finding]) -> Bar<'n> {
    let (class, says) = match &now.trouble {
        Some(why) => {
            ("bad", cannot_check(why, " The text is the file as it stands, and not checked."))
        }
        None => (
            "checking",
            vec![
                Piece::strong("Checking this edit…"),
                Piece::text(
                    " The text is the file as it stands. What it is worth is not settled yet: its state, its approval, and all that its history shows.",
                ),
            ],
        ),
    };
    let root = root_of(page);
    let file = format!("{root}{}", page.path);
    let found = found(root, Some(edited), Some(&edited.text), findings.iter().collect());
    Bar { moment: &now.moment, class, says, file, ..found }
}

fn cannot_check(why: &str, then: &str) -> Vec<Piece> {
    let mut says = vec![Piece::strong("Cannot check what there is now: ")];
    says.extend(prose(&as_it_is(why)));
    says.push(Piece::text(then));
    says
}

/// Ends a sentence, and leaves its beginning alone, which may be a path.
fn as_it_is(why: &str) -> String {
    let lines = why.lines().collect::<Vec<_>>().join("; ");
    let end = if lines.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{lines}{end}")
}

fn checking(now: &Now) -> Vec<Piece> {
    let mut says = Vec::new();
    match now.edited.keys().collect::<Vec<_>>().as_slice() {
        [] => says.push(Piece::strong("Checking what changed…")),
        [one] => says.extend([
            Piece::strong("Checking the edit of "),
            Piece::code(one.to_string()),
            Piece::strong("…"),
        ]),
        many => says.push(Piece::strong(format!("Checking the edits of {} files…", many.len()))),
    }
    says.push(Piece::text(" This page shows what was before."));
    says
}

/// Returns a bar with nothing but its findings, the most serious first.
fn found<'n>(
    root: &str,
    of: Option<&Document>,
    text: Option<&str>,
    mut findings: Vec<&Finding>,
) -> Bar<'n> {
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let lines = text.map(|text| (text, Lines::of(text)));
    let place = |finding: &Finding| match (finding.place.span, &lines) {
        (Some(span), Some((text, lines))) => {
            let Position { line, column } = lines.position(text, span.start);
            format!("line {line}, column {column}")
        }
        _ => "the whole file".to_owned(),
    };
    let shown = findings.iter().map(|finding| {
        let mut what = prose(&sentence(&finding.message));
        for note in &finding.notes {
            what.push(Piece::quiet(format!(" {}", sentence(note))));
        }
        if let Some(waived) = &finding.waived {
            what.push(Piece::quiet(format!(" Waived {}", sentence(&waived.words()))));
        }
        let name = format!("{} {}", finding.rule.code, finding.rule.name);
        Found {
            level: match finding.waived {
                Some(_) => Piece::mark("M-none", "quiet", "waived"),
                None => level_piece(finding.level),
            },
            place: place(finding),
            what,
            help: finding.help.as_deref().map(|help| prose(&sentence(help))).unwrap_or_default(),
            rule: Piece::id_link(name, format!("{root}{}", rule_page(finding.rule))),
        }
    });
    let path = of.map(|document| document.path.to_string()).unwrap_or_default();
    Bar {
        moment: "",
        class: "",
        says: Vec::new(),
        file: String::new(),
        found: format!("{} in {path}", counted(findings.len(), "finding")),
        findings: shown.collect(),
    }
}

fn class_of(worst: Option<Level>) -> &'static str {
    match worst {
        Some(Level::Error) => "bad",
        Some(Level::Warning) => "ask",
        Some(Level::Note) | None => "good",
    }
}

/// Counts findings by level, as words.
fn numbers<'f>(findings: impl Iterator<Item = &'f Finding>) -> String {
    let mut counts = BTreeMap::new();
    let mut waived = 0;
    for finding in findings {
        match finding.waived {
            Some(_) => waived += 1,
            None => *counts.entry(std::cmp::Reverse(finding.level)).or_insert(0) += 1,
        }
    }
    let words = counts.into_iter().map(|(level, count)| counted(count, level.0.word()));
    let waived = (waived > 0).then(|| format!("{waived} waived"));
    let words: Vec<String> = words.chain(waived).collect();
    match words.is_empty() {
        true => "no finding".to_owned(),
        false => crate::source::listed(words, "and"),
    }
}

/// Returns the way from a page to the root of the site. A page that has no address of its own may
/// stand anywhere.
fn root_of(page: &Page) -> &'static str {
    match page.path.as_str() {
        "" => "/",
        path if path.contains('/') => "../",
        _ => "",
    }
}

/// Puts the bar into a page, with its style and its script, and lets the script ask the server.
fn dress(page: Page, bar: &Bar<'_>) -> Result<Page, SiteError> {
    let root = root_of(&page);
    let bar = template::fill("preview.html", page.path.clone(), bar)?;
    let [html, bar] = [&page.bytes, &bar.bytes].map(|bytes| String::from_utf8_lossy(bytes));
    let head = format!(
        "<link rel=\"stylesheet\" href=\"{root}{FOLDER}preview.css\">\n<script src=\"{root}{FOLDER}preview.js\" defer></script>\n</head>"
    );
    // All that comes from documents is escaped, so these three stand where the template has them.
    let html = html
        .replacen("form-action 'none'\"", "form-action 'none'; connect-src 'self'\"", 1)
        .replacen("</head>", &head, 1)
        .replacen("</body>", &format!("{bar}</body>"), 1);
    Ok(Page { path: page.path, bytes: html.into_bytes() })
}
