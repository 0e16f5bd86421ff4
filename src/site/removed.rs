//! The page of a document that was removed: what it was, what became of it, and what it said last.
//!
//! An id stays with its document for good, so an audit report that names it leads somewhere.

use super::atlas::Atlas;
use super::terms;
use super::text;
use super::versions::{Contents, redlines_between};
use super::views::{Banner, Piece, Section, SectionsView, prose, shown};
use super::{Page, SiteError, approval, register, template, timeline};
use crate::document::{DocId, Document};
use crate::sms::removed::Removed;

const ROOT: &str = "../";

/// Returns the address of a removed document; one whose id can be no name of a file has none.
pub(super) fn address(id: &DocId) -> Option<String> {
    id.is_file_name().then(|| format!("removed/{id}.html"))
}

/// Renders the page. `former` has the contents of its versions, and what it held last.
pub(super) fn page(
    atlas: &Atlas<'_>,
    former: &Contents,
    removed: &Removed<'_>,
    path: &str,
) -> Result<Page, SiteError> {
    let sms = atlas.sms;
    let mut frame = atlas.frame(path, "register.html", &format!("{}, removed", removed.id));
    frame.is_obsolete = true;
    frame.body_class = "wide";
    let file = approval::shell_word(removed.path);
    let mut history = in_force(atlas, removed);
    history.commands.extend([
        format!("git log --stat -- {file}"),
        format!("git show {}:{file}", sms.before_removal(removed)),
    ]);
    let mut sections = vec![history, last_text(atlas, former, removed)];
    let terms = atlas.terms_of(removed.id);
    sections.extend(redlines_between(former, terms, removed.path));
    let view = SectionsView {
        frame,
        trail: vec![Piece::link("Register", format!("{ROOT}register.html"))],
        kicker: removed.id.to_string(),
        heading: shown(&removed.title()),
        lede: prose(&approval::sentence(&sms.removal_words(removed))),
        banner: Some(Banner { class: "loud", pieces: banner(atlas, removed) }),
        sections,
    };
    template::fill("sections.html", path, &view)
}

/// Says what became of it, and how it had gone out of use before.
fn banner(atlas: &Atlas<'_>, removed: &Removed<'_>) -> Vec<Piece> {
    let gone = how_it_went(atlas, removed);
    let words = format!("{gone} Do not work by it. It is kept for reference.");
    let mut pieces = vec![Piece::text(words)];
    if let Some(out) = atlas.sms.out_of_use_before(removed) {
        let version = shown(out.version());
        pieces.push(Piece::text(format!(" Version {version} had gone out of use before.")));
        pieces.extend(register::how_it_went_out(atlas, ROOT, out));
    }
    pieces
}

/// Says whether it is gone, or what lies in its place.
fn how_it_went(atlas: &Atlas<'_>, removed: &Removed<'_>) -> String {
    let sms = atlas.sms;
    match sms.remains_of(removed) {
        Some(remains) => format!(
            "This is no longer under document control: the file where it lay {}.",
            remains.words()
        ),
        None if sms.is_taken_out(removed) => {
            "This was taken out of the folder of the documents.".to_owned()
        }
        None => "This was removed from the repository.".to_owned(),
    }
}

/// Returns the section on when its versions were in force.
fn in_force(atlas: &Atlas<'_>, removed: &Removed<'_>) -> Section {
    let terms = atlas.terms_of(removed.id);
    let what = if removed.is_record() { "A record" } else { "In force" };
    let mut section = Section::titled("InForce", what);
    if terms.is_empty() {
        let what = match removed.is_record() {
            true => "It was a record, which is not in force.",
            false => "No version was ever published as approved.",
        };
        return section.say(what);
    }
    let owner = removed.claims.owner.as_deref();
    section.timeline = timeline::of_document(atlas, removed.id.as_str(), owner, terms);
    section.table(terms::table(atlas, ROOT, terms))
}

/// Returns the section with what the file held last.
fn last_text(atlas: &Atlas<'_>, former: &Contents, removed: &Removed<'_>) -> Section {
    let mut section = Section::titled("Last", "What it said last");
    let Some(content) = former.get(removed.content) else {
        return section.say("What it held cannot be read.");
    };
    let document = Document::read(removed.path.clone(), removed.content, content.as_bytes());
    if document.body_text().trim().is_empty() {
        return section.say("It had no text beside its front matter.");
    }
    section.html = text::html(atlas, ROOT, "", &document, document.body_text());
    section
}
