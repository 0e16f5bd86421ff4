//! The text of documents on the site: where its links lead, and what to say where they do not.

use super::atlas::Atlas;
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
            let (anchor, missing) = match (target, anchor) {
                (Target::Document { version: Some(version), .. }, None) => {
                    (super::document::version_anchor(atlas.sms, document, version), None)
                }
                (_, Some(anchor)) => match known_anchor(atlas.shown_of(document), &anchor) {
                    true => (Some(encoded(&anchor)), None),
                    false => (None, Some(anchor)),
                },
                (_, None) => (None, None),
            };
            let fragment = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
            let title = match missing {
                Some(heading) => {
                    format!("{}; it has no heading `{}`", card.title, Printable(&heading))
                }
                None => card.title.clone(),
            };
            let note = card.standing.is_obsolete().then(|| "obsolete".to_owned());
            Resolved {
                href: Some(format!("{root}{}{fragment}", card.page)),
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
