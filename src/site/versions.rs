//! The history of a document: its versions, when each was in force, and what each changed.

use super::atlas::Atlas;
use super::card::Card;
use super::markup::html;
use super::redline;
use super::terms::{self, Term};
use super::views::{Banner, Piece, Section, SectionsView};
use super::{Page, SiteError, approval, template, timeline};
use crate::document::Document;
use crate::document::redline::{is_unchanged, words};
use crate::repo::object::ObjectId;
use crate::repo::snapshot::read_blobs;
use crate::sms::tenure::Tenure;
use crate::source::{RepoPath, counted};
use std::collections::HashMap;

const ROOT: &str = "../";

/// Returns the address of the history of a document; records and files without an id have none.
pub(super) fn address(card: &Card) -> Option<String> {
    let has_one = !card.is_record && card.not_identified.is_none();
    has_one.then(|| format!("history/{}.html", card.label))
}

/// Former contents of documents, as text. What cannot be read is not among them.
#[derive(Debug, Default)]
pub(super) struct Contents(HashMap<ObjectId, Box<str>>);

impl Contents {
    /// Reads some of them.
    pub(super) fn read(atlas: &Atlas<'_>, blobs: Vec<ObjectId>) -> Self {
        let read = read_blobs(atlas.objects, blobs, |id, bytes| {
            Some((id, String::from_utf8_lossy(&bytes.ok()?).into()))
        });
        Self(read.into_iter().flatten().collect())
    }

    /// Returns one of them.
    pub(super) fn get(&self, blob: ObjectId) -> Option<&str> {
        self.0.get(&blob).map(Box::as_ref)
    }
}

/// Renders the page. `former` has the contents of the document's versions.
pub(super) fn page(
    atlas: &Atlas<'_>,
    former: &Contents,
    document: &Document,
    path: &str,
) -> Result<Page, SiteError> {
    let card = atlas.card(document);
    let terms = atlas.terms(document);
    let title = format!("History of {}", card.label);
    let mut frame = atlas.frame(path, "register.html", &title);
    frame.is_obsolete = card.standing.is_obsolete();
    frame.body_class = "wide";
    let mut view = SectionsView {
        frame,
        trail: vec![
            Piece::link("Register", format!("{ROOT}register.html")),
            Piece::id_link(&card.label, format!("{ROOT}{}", card.page)),
        ],
        kicker: card.label.clone(),
        heading: card.title.clone(),
        banner: banner(card),
        ..SectionsView::default()
    };
    view.lede = vec![Piece::text(
        "Which versions were in force when, who wrote and approved them, who brought them to the publishing branch, and what each changed. In force on a day, and committed by that day, are two things: the days in force are those the document claims, the commits show when it was published.",
    )];
    view.sections = vec![in_force(atlas, document, terms)];
    view.sections.extend(redlines(atlas, former, document, terms));
    template::fill("sections.html", path, &view)
}

fn banner(card: &Card) -> Option<Banner> {
    card.standing.is_obsolete().then(|| Banner {
        class: "loud",
        pieces: vec![
            card.standing.piece(),
            Piece::text(". Do not work by it. It is kept for reference."),
        ],
    })
}

/// Returns the section on when the versions were in force: a picture and a table.
fn in_force(atlas: &Atlas<'_>, document: &Document, terms: &[Term<'_>]) -> Section {
    let mut section = Section::titled("InForce", "In force");
    if terms.is_empty() {
        return section.say("No version was ever published as approved.");
    }
    section.timeline = picture(atlas, document, terms);
    section.tables.push(terms::table(atlas, ROOT, terms));
    let path = approval::shell_word(&document.path);
    section
        .commands
        .push(format!("git log --first-parent --follow --format='%h %cs %an %s' -- {path}"));
    section
}

/// Draws when the versions were in force.
pub(super) fn picture(
    atlas: &Atlas<'_>,
    document: &Document,
    terms: &[Term<'_>],
) -> Option<timeline::Timeline> {
    let owner = atlas.shown_of(document).front.text("owner").map(|owner| owner.value);
    timeline::of_document(atlas, &atlas.card(document).label, owner, terms)
}

/// Returns what each version changed of the one before, newest first; before these, what the file
/// has now and the last approved version had not.
fn redlines(
    atlas: &Atlas<'_>,
    former: &Contents,
    document: &Document,
    terms: &[Term<'_>],
) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(last) = terms.last()
        && last.tenure.blob != document.blob
    {
        let title = format!("Redline {} to what the file has now", last.tenure.version);
        let mut section = Section::titled("Redline-now", title);
        let version = document.front.text("version").map_or("none", |version| version.value);
        section.text.push(vec![
            Piece::text("Against the version approved last. The file says version "),
            Piece::voice(version),
            Piece::text(", and it is "),
            atlas.card(document).standing.piece(),
            Piece::text("."),
        ]);
        let text = former.get(last.tenure.blob);
        sections.push(compare(section, text, Some(&document.text)));
    }
    sections.extend(redlines_between(former, terms, &document.path));
    sections
}

/// Returns the section that holds what the next version changes of the one in force.
pub(super) fn redline_of_next(atlas: &Atlas<'_>, document: &Document) -> String {
    let terms = atlas.terms(document);
    match terms.last() {
        Some(last) if last.tenure.blob == document.blob => format!("Redline-{}", terms.len()),
        _ => "Redline-now".to_owned(),
    }
}

/// Returns what each version changed of the one before, newest first.
pub(super) fn redlines_between(
    former: &Contents,
    terms: &[Term<'_>],
    path: &RepoPath,
) -> Vec<Section> {
    let mut sections = Vec::new();
    for (at, pair) in terms.windows(2).enumerate().rev() {
        let [before, after] = [pair[0].tenure, pair[1].tenure];
        let title = format!("Redline {} to {}", before.version, after.version);
        let mut section = Section::titled(&format!("Redline-{}", at + 2), title);
        let why = after.claims.change_summary.as_ref();
        if let Some(why) =
            why.filter(|_| after.claims.change_summary != before.claims.change_summary)
        {
            section.text.push(vec![Piece::voice(why)]);
        }
        let path = approval::shell_word(path);
        let (old, new) = (before.blob.short(), after.blob.short());
        section.commands.push(format!("git diff --word-diff {old} {new}"));
        section.notes.push(vec![
            Piece::text("The file as it stood last in each version. Its history: "),
            Piece::code(format!("git log --follow --patch -- {path}")),
        ]);
        sections.push(compare(section, former.get(before.blob), former.get(after.blob)));
    }
    sections
}

/// Fills a section with the difference of two contents.
fn compare(mut section: Section, before: Option<&str>, after: Option<&str>) -> Section {
    let (Some(before), Some(after)) = (before, after) else {
        return section.say("One of the two contents cannot be read.");
    };
    let pieces = words(before, after);
    if is_unchanged(&pieces) {
        return section.say("Nothing of the file changed.");
    }
    let lines = redline::lines(&pieces);
    let count = |class| lines.iter().filter(|line| line.class == class).count();
    let (added, removed, both) = (count("add"), count("del"), count("both"));
    section.redline = html(&lines);
    section.text.push(vec![Piece::text(format!(
        "{} added, {} removed, {} changed.",
        counted(added, "line"),
        removed,
        both
    ))]);
    section
}

/// Says which version is in force where the file has another, if Git bears it out.
pub(super) fn in_force_instead<'a, 's>(
    atlas: &'a Atlas<'s>,
    document: &Document,
) -> Option<&'a Term<'s>> {
    term_of(atlas, document, atlas.sms.in_force_beside(document)?)
}

/// Says which version claims to be in force where the file has another, if Git does not bear it out.
pub(super) fn claimed_beside<'a, 's>(
    atlas: &'a Atlas<'s>,
    document: &Document,
) -> Option<&'a Term<'s>> {
    term_of(atlas, document, atlas.sms.claimed_beside(document)?)
}

fn term_of<'a, 's>(
    atlas: &'a Atlas<'s>,
    document: &Document,
    tenure: &Tenure,
) -> Option<&'a Term<'s>> {
    atlas.terms(document).iter().find(|term| std::ptr::eq(term.tenure, tenure))
}
