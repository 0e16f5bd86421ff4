//! What stands where the cursor is: a document that is named, a clause, an owner, a file.

use super::desk::Asked;
use crate::document::front::{Entry, Node};
use crate::document::markdown::{Link, Target};
use crate::document::{Document, Reference};
use crate::framework::{Clause, Pack};
use crate::sms::reference::Resolution;
use crate::sms::roles::Owner;
use crate::source::{RepoPath, Span, Spanned};

/// What stands at a place of a text.
pub(super) struct Thing<'d> {
    /// Where it stands.
    pub(super) span: Span,
    /// What it is.
    pub(super) what: What<'d>,
}

/// What can stand at a place.
pub(super) enum What<'d> {
    /// A document, as it was judged last: its own id, or one that names it or leads to it.
    Document {
        /// The document.
        document: &'d Document,
        /// The version named with it.
        version: Option<String>,
        /// The heading.
        anchor: Option<String>,
    },
    /// A clause of a framework.
    Clause(&'d Pack, &'d Clause),
    /// A role or a person, as written.
    Owner(String),
    /// Another file.
    File(RepoPath),
}

/// The keys under which a clause is named.
pub(super) const CLAUSE_KEYS: [&str; 4] = ["clauses", "clause", "criterion", "not_applicable"];
/// The keys under which a role or a person is named.
pub(super) const OWNER_KEYS: [&str; 9] = [
    "owner",
    "process_owner",
    "role",
    "by",
    "reviewer",
    "chair",
    "lead_auditor",
    "raised_by",
    "verified_by",
];

/// Finds what stands at a byte of a document.
pub(super) fn thing_at<'d>(asked: &'d Asked<'_>, offset: usize) -> Option<Thing<'d>> {
    match offset < asked.document.body_start {
        true => in_front_matter(asked, offset),
        false => in_text(asked, offset),
    }
}

fn in_front_matter<'d>(asked: &'d Asked<'_>, offset: usize) -> Option<Thing<'d>> {
    let sms = &asked.model.sms;
    let (key, node) = scalar_at(&asked.document.front.entries, offset)?;
    let text = node.value.as_text()?;
    let thing = |what| Some(Thing { span: node.span, what });
    let is_own = asked.document.front.get("id").is_some_and(|id| id.span == node.span);
    if is_own {
        let document = asked.judged().filter(|it| it.id() == asked.document.id())?;
        return thing(What::Document { document, version: None, anchor: None });
    }
    let Reference { id, version } = Reference::parse(text);
    if let Some(document) = sms.document(id.as_str()) {
        return thing(What::Document { document, version, anchor: None });
    }
    if CLAUSE_KEYS.contains(&key)
        && let Ok((pack, clause)) = sms.frameworks.resolve(text)
    {
        return thing(What::Clause(pack, clause));
    }
    let is_known = || sms.roles().owner(text, sms.as_of) != Owner::Unknown;
    if OWNER_KEYS.contains(&key) && is_known() {
        return thing(What::Owner(text.to_owned()));
    }
    None
}

fn in_text<'d>(asked: &'d Asked<'_>, offset: usize) -> Option<Thing<'d>> {
    let sms = &asked.model.sms;
    let touches = |span: Span| span.start <= offset && offset <= span.end;
    let links = asked.document.body.links.iter().filter(|link| touches(link.span));
    if let Some(link) = links.min_by_key(|link| link.span.end - link.span.start) {
        let what = led_to(asked, link)?;
        return Some(Thing { span: link.span, what });
    }
    let cited = sms.cited_in(asked.document).into_iter();
    let cited = cited.filter(|cited| touches(cited.number) || cited.title.is_some_and(touches));
    cited.into_iter().find_map(|cited| {
        let (pack, clause) = sms.frameworks.resolve_citation(&cited.citation).ok()?;
        Some(Thing { span: cited.number, what: What::Clause(pack, clause) })
    })
}

/// Returns where a link leads.
fn led_to<'d>(asked: &'d Asked<'_>, link: &Link) -> Option<What<'d>> {
    let sms = &asked.model.sms;
    if let Target::Anchor(anchor) = &link.target {
        let document = sms.document_at(&asked.document.path)?;
        let anchor = Some(anchor.clone());
        return Some(What::Document { document, version: None, anchor });
    }
    match sms.resolve(asked.document, &link.target) {
        Resolution::Document { document, anchor } => {
            let version = match &link.target {
                Target::Document { version, .. } => version.clone(),
                _ => None,
            };
            Some(What::Document { document, version, anchor })
        }
        Resolution::UnknownVersion { document, .. } => {
            Some(What::Document { document, version: None, anchor: None })
        }
        Resolution::File(path) => Some(What::File(path)),
        _ => None,
    }
}

/// Finds the single value at a byte of front matter, and the key it belongs to.
fn scalar_at(entries: &[Entry], offset: usize) -> Option<(&str, &Spanned<Node>)> {
    let mut found = None;
    each_scalar(entries, &mut |key, node| {
        if node.span.start <= offset && offset <= node.span.end {
            found = Some((key, node));
        }
    });
    found
}

/// Goes through the single values of front matter, each with the key it belongs to.
pub(super) fn each_scalar<'f>(
    entries: &'f [Entry],
    take: &mut dyn FnMut(&'f str, &'f Spanned<Node>),
) {
    for entry in entries {
        within(&entry.key.value, &entry.value, take);
    }
}

fn within<'f>(
    key: &'f str,
    node: &'f Spanned<Node>,
    take: &mut dyn FnMut(&'f str, &'f Spanned<Node>),
) {
    match &node.value {
        Node::Scalar { .. } => take(key, node),
        Node::List(items) => items.iter().for_each(|item| within(key, item, take)),
        Node::Map(entries) => each_scalar(entries, take),
    }
}
