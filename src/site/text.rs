//! The text of documents on the site: where its links lead, and what to say where they do not.

use super::atlas::Atlas;
use super::document::version_anchor;
use crate::document::Document;
use crate::document::markdown::{Resolved, Target, part_to_html, to_html};
use crate::sms::reference::Resolution;
use crate::source::Printable;
use std::ops::Range;

/// Renders text of a document for a page. `root` is the way from that page to the root of the
/// site; `own_page` is the address of the document's text as seen from there, empty on its page.
pub(super) fn html(
    atlas: &Atlas<'_>,
    root: &str,
    own_page: &str,
    document: &Document,
    text: &str,
) -> String {
    to_html(text, &|target| resolve(atlas, root, own_page, document, target))
}

fn resolve(
    atlas: &Atlas<'_>,
    root: &str,
    own_page: &str,
    from: &Document,
    target: &Target,
) -> Resolved {
    match atlas.sms.resolve(from, target) {
        Resolution::Document { document, anchor } => {
            let card = atlas.card(document);
            let Place { page, anchor, missing } = place_in(atlas, document, from, target, anchor);
            let fragment = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            let title = match missing {
                Some(heading) => {
                    format!("{}; it has no heading `{}`", card.title, Printable(&heading))
                }
                None => card.title.clone(),
            };
            let note = card.standing.is_obsolete().then(|| "obsolete".to_owned());
            Resolved {
                href: Some(format!("{root}{page}{fragment}")),
                title: Some(title),
                note,
                picture: None,
            }
        }
        Resolution::SameText(anchor) if known_anchor(from, &anchor) => Resolved {
            href: Some(format!("{own_page}#{}", encoded(&anchor))),
            ..Resolved::default()
        },
        Resolution::SameText(anchor) => {
            dead(format!("This text has no heading `{}`.", Printable(&anchor)))
        }
        Resolution::Web(url) => Resolved { href: Some(encoded_url(&url)), ..Resolved::default() },
        Resolution::File(path) => Resolved {
            href: None,
            title: Some(format!("{path}, a file of the repository that is not part of this site")),
            note: Some("attachment".to_owned()),
            picture: atlas.picture(root, from, target),
        },
        Resolution::Missing { path, .. } => Resolved {
            // The text in force may show a picture that is gone since.
            picture: atlas.picture(root, from, target),
            ..dead(format!("There is no file {path}."))
        },
        Resolution::NotShown { path, why } => dead(format!("The link leads to {path}, {why}.")),
        Resolution::Outside => dead("The link leads out of the repository.".to_owned()),
        Resolution::UnknownId { id, .. } => {
            dead(format!("No document has the id {} alone.", Printable(&id)))
        }
        Resolution::UnknownVersion { document, version } => {
            let card = atlas.card(document);
            dead(format!("{} never had a version {}.", card.label, Printable(&version)))
        }
        Resolution::Refused { why, .. } => dead(format!("Not a link: the address {why}.")),
    }
}

/// Where a link to a document leads on the site.
struct Place {
    /// The page, from the root of the site.
    page: String,
    /// The anchor on it, encoded.
    anchor: Option<String>,
    /// The heading that was asked for and that the text does not have.
    missing: Option<String>,
}

/// Finds the place of a heading in a text that the site has, else the place of the version that is
/// named: a heading of another version is not what was cited.
fn place_in(
    atlas: &Atlas<'_>,
    document: &Document,
    from: &Document,
    target: &Target,
    anchor: Option<String>,
) -> Place {
    let page = atlas.card(document).page.clone();
    let shown = atlas.shown_of(document);
    let version = version_of(target);
    let place_of_version = version.and_then(|it| version_anchor(atlas.sms, document, it));
    let Some(anchor) = anchor else {
        return Place { page, anchor: place_of_version, missing: None };
    };
    let is_version = |text: &Document| version.is_none_or(|version| text.is_version(version));
    let found = match (is_version(shown), is_version(document)) {
        (true, _) => known_anchor(shown, &anchor).then_some(page.clone()),
        (_, true) => known_anchor(document, &anchor).then(|| atlas.page_of_file(document)),
        (false, false) => None,
    };
    if let Some(page) = found {
        return Place { page, anchor: Some(encoded(&anchor)), missing: None };
    }
    let meant = atlas.sms.heading_meant(from, target);
    let is_missing = version.is_none() || meant.is_some_and(|meant| !meant.is_there());
    Place { page, anchor: place_of_version, missing: is_missing.then_some(anchor) }
}

fn version_of(target: &Target) -> Option<&str> {
    match target {
        Target::Document { version, .. } => version.as_deref(),
        _ => None,
    }
}

fn dead(why: String) -> Resolved {
    Resolved { title: Some(why), ..Resolved::default() }
}

fn known_anchor(document: &Document, anchor: &str) -> bool {
    document.body.headings.iter().any(|heading| heading.anchor == anchor)
}

/// Percent-encodes an anchor.
pub(super) fn encoded(anchor: &str) -> String {
    let mut out = String::with_capacity(anchor.len());
    for byte in anchor.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Percent-encodes what may not stand in an address, and leaves its own encoding alone.
fn encoded_url(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            b'"' | b'<' | b'>' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^' | 0..=32 | 127.. => {
                out.push_str(&format!("%{byte:02X}"));
            }
            _ => out.push(char::from(byte)),
        }
    }
    out
}

/// Renders a part of a document's text for a page that holds several: its ids begin with `prefix`,
/// and its headings stand one level deeper.
pub(super) fn part_html(
    atlas: &Atlas<'_>,
    root: &str,
    document: &Document,
    part: Range<usize>,
    prefix: &str,
) -> String {
    let own_page = format!("{root}{}", atlas.page_of_file(document));
    let resolved = |target: &Target| resolve(atlas, root, &own_page, document, target);
    // All text is escaped, so a quotation mark after `id=` stands in a tag and nowhere else.
    let mut html = part_to_html(document.body_text(), part, &resolved)
        .replace(" id=\"", &format!(" id=\"{prefix}-"))
        .replace(" href=\"#", &format!(" href=\"#{prefix}-"));
    for level in (2..6).rev() {
        html = html
            .replace(&format!("<h{level} "), &format!("<h{} ", level + 1))
            .replace(&format!("</h{level}>"), &format!("</h{}>", level + 1));
    }
    html
}
