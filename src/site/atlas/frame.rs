//! What stands around every page: the way to the others, and of what the site speaks.

use super::super::views::{Fact, Frame, NavItem, Piece, SectionsView, shown};
use super::Atlas;
use crate::finding::Level;
use crate::report::Summary;
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::source::counted;

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

impl Atlas<'_> {
    /// Returns what stands around a page. `part` is the entry of the navigation it belongs to.
    pub(in crate::site) fn frame(&self, path: &str, part: &str, title: &str) -> Frame {
        let root = if path.contains('/') { "../" } else { "" };
        self.frame_from(root, path, part, title)
    }

    /// Returns the same for a page from which the site is reached by `root`.
    pub(in crate::site) fn frame_from(
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
    pub(in crate::site) fn page_of_sections(
        &self,
        path: &str,
        heading: &str,
        lede: &str,
    ) -> SectionsView {
        SectionsView {
            frame: self.frame(path, path, heading),
            heading: heading.to_owned(),
            lede: vec![Piece::text(lede)],
            ..SectionsView::default()
        }
    }

    /// Returns whose system it is.
    pub(in crate::site) fn organization(&self) -> String {
        let config = &self.sms.config;
        let named = Some(&config.organization).filter(|name| !name.is_empty());
        shown(named.unwrap_or(&config.title))
    }
}

/// Returns of what the site speaks, for every page.
pub(super) fn provenance(sms: &Sms, outcome: &Outcome) -> Vec<Fact> {
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
