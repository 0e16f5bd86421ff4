use crate::document::Document;
use crate::document::markdown::{Heading, slug};
use crate::document::name::look_alike;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::sms::naming::Suggestions;
use crate::sms::section::HeadingMeant;
use crate::source::{Printable, RepoPath};
use std::collections::{HashMap, HashSet};

rule!(LN002, "anchor-missing", Error, "7.5.3", also_by_document);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut known = Known::default();
    for document in &sms.documents {
        check_links(sms, document, &mut known, out);
    }
}

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    check_links(sms, document, &mut Known::default(), out);
}

/// What is in hand from one document to the next.
#[derive(Default)]
struct Known<'s> {
    anchors: Anchors<'s>,
    suggestions: Suggestions,
}

fn check_links<'s>(
    sms: &'s Sms,
    document: &'s Document,
    known: &mut Known<'s>,
    out: &mut Findings,
) {
    let mut led = 0;
    for link in &document.body.links {
        let Some(meant) = sms.heading_meant(document, &link.target) else {
            continue;
        };
        let HeadingMeant { other_version, headings, anchor, .. } = meant;
        if known.anchors.has(&meant, anchor) {
            led += 1;
            continue;
        }
        let whose = whose(document, &meant);
        let message =
            format!("the link leads to the heading `#{anchor}`, which {whose} does not have");
        let finding = out.finding(document.place(link.span), message);
        match known.suggestions.nearest(anchor, anchors_of(headings)) {
            Some(near) if look_alike(anchor, near) => finding.help(format!(
                "`#{near}` is there, and its letters only look like these or are composed otherwise: copy the heading into the link"
            )),
            Some(near) => finding.help(format!("did you mean `#{near}`?")),
            None => {
                let what = if other_version.is_some() { "version" } else { "document" };
                let when = in_next_version(sms, document);
                finding.help(format!("correct the heading, or link to the {what} as a whole{when}"))
            }
        };
        let right = slug(anchor);
        if known.anchors.has(&meant, &right) && !right.is_empty() {
            let (written, right) = (format!("#{anchor}"), format!("#{right}"));
            let splice = document.exchange(link.span, &written, &right);
            splice.map(|splice| finding.fix(format!("write `{right}`"), vec![splice]));
        }
    }
    if led > 0 {
        let links = if led == 1 { "link leads to a heading" } else { "links lead to headings" };
        let there = if led == 1 { "that is there" } else { "that are there" };
        out.evidence(document.at("id"), format!("{led} {links} {there}"));
    }
}

/// Calls the text in which the heading is looked for.
fn whose(from: &Document, meant: &HeadingMeant<'_>) -> String {
    let HeadingMeant { document, other_version, .. } = meant;
    match other_version {
        Some(version) => format!("version {} of {}", Printable(version), document.called()),
        None if document.path == from.path => "this text".to_owned(),
        None => document.called(),
    }
}

fn anchors_of(headings: &[Heading]) -> impl ExactSizeIterator<Item = &str> {
    headings.iter().map(|heading| heading.anchor.as_str())
}

/// The anchors of the texts that links lead to: of files, and of versions that files had.
#[derive(Default)]
struct Anchors<'s>(HashMap<(&'s RepoPath, Option<&'s str>), HashSet<&'s str>>);

impl<'s> Anchors<'s> {
    fn has(&mut self, meant: &HeadingMeant<'s>, anchor: &str) -> bool {
        // Browsers take these two to the top of any page.
        if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") {
            return true;
        }
        self.0
            .entry((&meant.document.path, meant.other_version))
            .or_insert_with(|| anchors_of(meant.headings).collect())
            .contains(anchor)
    }
}
