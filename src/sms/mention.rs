//! Where documents are named by their ids: in front matter, in links by id, and in the words of
//! links.
//!
//! A value of front matter that is an id, or an id with a version, names that document, whatever its
//! key: types and records have keys of their own, and a register may name a document in any row. Only
//! keys whose values are words of ours (a type, a status) or people never name one. An id in the
//! middle of prose is prose.

use super::Sms;
use crate::document::fields::{self, Kind};
use crate::document::front::{Entry, Node};
use crate::document::markdown::{Link, Target};
use crate::document::{DocId, Document, Reference};
use crate::source::{Span, Spanned};

/// A place that may name a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The id, as written.
    pub id: DocId,
    /// The version named with it.
    pub version: Option<String>,
    /// The value or the link.
    pub span: Span,
    /// Where in it the id is written as it reads; none where it is written otherwise (`&amp;`, an
    /// escape), or not at all: a link to the file.
    pub name: Option<Span>,
    /// What the place is.
    pub what: What,
}

/// What a place that names a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A value of front matter.
    Value,
    /// A link by id.
    Link,
    /// The words of a link.
    Words,
    /// A link to the file.
    File,
}

impl Document {
    /// Returns the places that name a document by an id, if there is one of that id, in the order of
    /// front matter, then of links. The document's own `id` is not one of them.
    pub fn mentions(&self) -> Vec<Mention> {
        let mut found = Vec::new();
        for entry in &self.front.entries {
            if entry.key.value != "id" {
                self.mentions_in(entry, &mut found);
            }
        }
        for link in &self.body.links {
            self.mentions_of_link(link, &mut found);
        }
        found
    }

    fn mentions_in(&self, entry: &Entry, out: &mut Vec<Mention>) {
        if may_name_documents(&entry.key.value) {
            self.mentions_beneath(&entry.value, out);
        }
    }

    fn mentions_beneath(&self, node: &Spanned<Node>, out: &mut Vec<Mention>) {
        match &node.value {
            Node::Scalar { text, .. } => {
                let Reference { id, version } = Reference::parse(text);
                if id.is_file_name() {
                    let name = self.written(node.span, &["", "\"", "'"], &id);
                    out.push(Mention { id, version, span: node.span, name, what: What::Value });
                }
            }
            Node::List(items) => items.iter().for_each(|item| self.mentions_beneath(item, out)),
            Node::Map(entries) => entries.iter().for_each(|entry| self.mentions_in(entry, out)),
        }
    }

    fn mentions_of_link(&self, link: &Link, out: &mut Vec<Mention>) {
        let span = link.span;
        if let Target::Document { id, version, .. } = &link.target {
            let id = DocId::new(id.clone());
            let name = self.written(span, &["[[", "[[ "], &id);
            let version = version.clone();
            out.push(Mention { id, version, span, name, what: What::Link });
        }
        let id = DocId::new(link.text.clone());
        if !id.is_file_name() || link.is_image {
            return;
        }
        let behind_pipe = || {
            let at = self.text.get(span.start..span.end)?.rfind('|')?;
            self.written(Span::new(span.start + at, span.end), &["|"], &id)
        };
        let name = match &link.target {
            Target::Document { .. } => behind_pipe(),
            _ => self.written(span, &["["], &id),
        };
        if name.is_some() {
            out.push(Mention { id, version: None, span, name, what: What::Words });
        }
    }

    /// Returns where an id is written as it reads, behind one of some beginnings.
    fn written(&self, span: Span, beginnings: &[&str], id: &DocId) -> Option<Span> {
        let source = self.text.get(span.start..span.end)?;
        beginnings.iter().find_map(|beginning| {
            source.strip_prefix(beginning)?.strip_prefix(id.as_str())?;
            let start = span.start + beginning.len();
            Some(Span::new(start, start + id.as_str().len()))
        })
    }
}

/// Tells whether the values of a key may be ids of documents, and not words of ours, days or people:
/// a document whose id is `policy` is not named by every `type: policy`.
fn may_name_documents(key: &str) -> bool {
    let is_of_ours =
        matches!(key, "title" | "type" | "kind" | "register_kind" | "language" | "role");
    !is_of_ours
        && !matches!(
            fields::kind_of(key),
            Some(
                Kind::Owner
                    | Kind::Version
                    | Kind::Date
                    | Kind::Number
                    | Kind::Status
                    | Kind::Classification
                    | Kind::ChangeKind
            )
        )
}

impl Sms {
    /// Returns where a text names a document of this system, or leads to it.
    pub fn mentions_of(&self, from: &Document, named: &Document) -> Vec<Mention> {
        let Some(id) = named.id() else { return Vec::new() };
        let mut found: Vec<Mention> =
            from.mentions().into_iter().filter(|mention| mention.id == id).collect();
        let by_file = from.body.links.iter().filter(|link| {
            matches!(link.target, Target::Path { .. })
                && self
                    .document_meant(from, &link.target)
                    .is_some_and(|(it, _)| it.path == named.path)
                && !found.iter().any(|mention| mention.span == link.span)
        });
        let by_file: Vec<Mention> = by_file
            .map(|link| Mention {
                id: id.clone(),
                version: None,
                span: link.span,
                name: None,
                what: What::File,
            })
            .collect();
        found.extend(by_file);
        found.sort_by_key(|mention| (mention.span, mention.name));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::object::ObjectId;
    use crate::source::RepoPath;

    #[test]
    fn what_names_a_document_is_found_with_its_place() {
        let text = "---\nid: A-1\ntype: B-2\nowner: B-2\nparent: \"B-2\"\nsupersedes: [A-1@1.0]\nentries:\n  - {of: B-2, why: see B-2}\n---\n\n\
                    [[B-2]] [[B-2@1.0|B-2]] [B-2](b.md) [it](b.md) `[[B-2]]` B-2\n";
        let blob = ObjectId::from_bytes(&[0; 20]).unwrap();
        let document = Document::read(RepoPath::from("a.md"), blob, text.as_bytes());
        let told: Vec<String> = document
            .mentions()
            .into_iter()
            .map(|mention| {
                let name = mention.name.unwrap();
                let before = &text[..name.start];
                let line = before.matches('\n').count() + 1;
                let column = name.start - before.rfind('\n').unwrap_or(0);
                let version = mention.version.unwrap_or_default();
                format!(
                    "{line}:{column} {}@{version} {:?}",
                    &text[name.start..name.end],
                    mention.what
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "5:10 B-2@ Value",
                "6:14 A-1@1.0 Value",
                "8:10 B-2@ Value",
                "11:3 B-2@ Link",
                "11:11 B-2@1.0 Link",
                "11:19 B-2@ Words",
                "11:26 B-2@ Words",
                "11:38 it@ Words",
            ]
        );
    }
}
