use crate::document::Document;
use crate::document::markdown::slug;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::naming::Suggestions;
use crate::source::RepoPath;
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
        let Some((target, anchor)) = sms.heading_meant(document, &link.target) else {
            continue;
        };
        if known.anchors.has(target, anchor) {
            led += 1;
            continue;
        }
        let is_own = target.path == document.path;
        let whose = if is_own { "this text".to_owned() } else { target.called() };
        let message =
            format!("the link leads to the heading `#{anchor}`, which {whose} does not have");
        let finding = out.finding(document.place(link.span), message);
        match known.suggestions.nearest(anchor, anchors_of(target)) {
            Some(near) => finding.help(format!("did you mean `#{near}`?")),
            None => finding.help("correct the heading, or link to the document as a whole"),
        };
        let meant = slug(anchor);
        if known.anchors.has(target, &meant) && !meant.is_empty() {
            let (written, meant) = (format!("#{anchor}"), format!("#{meant}"));
            let splice = document.exchange(link.span, &written, &meant);
            splice.map(|splice| finding.fix(format!("write `{meant}`"), vec![splice]));
        }
    }
    if led > 0 {
        let links = if led == 1 { "link leads to a heading" } else { "links lead to headings" };
        let there = if led == 1 { "that is there" } else { "that are there" };
        out.evidence(document.at("id"), format!("{led} {links} {there}"));
    }
}

fn anchors_of(document: &Document) -> impl ExactSizeIterator<Item = &str> {
    document.body.headings.iter().map(|heading| heading.anchor.as_str())
}

/// The anchors of the documents that links lead to.
#[derive(Default)]
struct Anchors<'s>(HashMap<&'s RepoPath, HashSet<&'s str>>);

impl<'s> Anchors<'s> {
    fn has(&mut self, document: &'s Document, anchor: &str) -> bool {
        // Browsers take these two to the top of any page.
        if anchor.is_empty() || anchor.eq_ignore_ascii_case("top") {
            return true;
        }
        self.0
            .entry(&document.path)
            .or_insert_with(|| anchors_of(document).collect())
            .contains(anchor)
    }
}
