//! A document: its front matter, its text, and what could not be read.
//!
//! Parsing has no error type. A broken document is a document with problems; rules put each of
//! them into words. A document does not know files on disk, and knows nothing of other documents.

pub mod change;
mod claims;
pub mod conflict;
mod difference;
pub mod digest;
pub mod draft;
pub mod edit;
pub mod fields;
pub mod front;
mod id;
pub mod markdown;
pub mod meant;
pub mod mend;
pub mod name;
pub mod period;
pub mod quoting;
pub mod redline;
pub mod retention;
pub mod role;
mod version;
pub mod waiver;

pub use claims::{
    APPROVAL_FIELDS, Approval, Claims, Correction, Nonconformity, UPKEEP_FIELDS, at_fault,
    normal_text_of, text_of,
};
pub use id::{DocId, is_address, is_unseen, seeming_address};
pub use version::{Reference, Version};

use crate::finding::{Place, Splice};
use crate::repo::object::ObjectId;
use crate::source::{Date, RepoPath, Span, Spanned, certainly_meant};
use front::{Entry, Node, Problem, Split, one_or_more};
use role::RoleRow;

/// The front matter of a document, asked by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The entries, in the order written.
    pub entries: Vec<Entry>,
    /// Where the block stands; `None` when the file has none.
    pub block: Option<Span>,
    /// What of the block was left out, since it cannot be read.
    pub unread: Vec<Span>,
}

impl From<Split> for Front {
    fn from(split: Split) -> Self {
        Self { entries: split.entries, block: split.block, unread: split.unread }
    }
}

impl Front {
    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&Spanned<Node>> {
        self.entries.iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
    }

    /// Returns the text of a key that holds a single value saying something.
    pub fn text(&self, key: &str) -> Option<Spanned<&str>> {
        let found = self.get(key)?;
        Some(Spanned::new(found.value.as_text()?, found.span))
    }

    /// Returns the texts of a key that holds a list, or one value.
    pub fn list(&self, key: &str) -> Vec<Spanned<&str>> {
        let Some(found) = self.get(key) else {
            return Vec::new();
        };
        match &found.value {
            Node::Scalar { .. } => self.text(key).into_iter().collect(),
            Node::List(items) => items
                .iter()
                .filter_map(|item| Some(Spanned::new(item.value.as_text()?, item.span)))
                .collect(),
            Node::Map(_) => Vec::new(),
        }
    }

    /// Returns the rows of a key that holds a list of mappings.
    pub fn rows(&self, key: &str) -> impl Iterator<Item = &Spanned<Node>> {
        let items = self.get(key).map(|found| found.value.items()).unwrap_or_default();
        items.iter().filter(|item| matches!(item.value, Node::Map(_)))
    }

    /// Tells whether this is the front matter of a role register.
    pub fn is_role_register(&self) -> bool {
        self.text("type").is_some_and(|kind| kind.value == "register")
            && self.list("register_kind").iter().any(|kind| kind.value == "roles")
    }

    /// Returns the rows of a role register.
    pub fn role_rows(&self) -> Vec<RoleRow> {
        self.rows("entries").filter_map(RoleRow::read).collect()
    }

    /// Returns the day of a key.
    pub fn date(&self, key: &str) -> Option<Date> {
        Date::parse(self.text(key)?.value)
    }

    /// Returns the version.
    pub fn version(&self) -> Option<Version> {
        Version::parse(self.text("version")?.value)
    }

    /// Tells whether this is a register whose rows change without a new approval. Who holds which
    /// role does not.
    pub fn is_living_register(&self) -> bool {
        self.text("type").is_some_and(|kind| kind.value == "register") && !self.is_role_register()
    }

    /// Returns the first and the last day of the term of an agreement (`valid_from`, `valid_to`); nothing
    /// else has one.
    pub fn term(&self) -> [Option<Date>; 2] {
        let is_agreement = self.text("type").is_some_and(|kind| kind.value == "agreement");
        ["valid_from", "valid_to"].map(|key| self.date(key).filter(|_| is_agreement))
    }

    /// Tells whether it names a first day in force that is no day, under whichever key it may be that
    /// this was meant to stand, or whether such a day may stand in what could not be read.
    pub fn is_first_day_unread(&self) -> bool {
        const KEY: &str = "effective_from";
        let is_meant = |entry: &Entry| certainly_meant(&entry.key.value, [KEY]).is_some();
        match self.get(KEY) {
            Some(found) => !found.value.is_empty() && self.date(KEY).is_none(),
            None => !self.unread.is_empty() || self.entries.iter().any(is_meant),
        }
    }

    /// Returns the day from which it is in force by what it says: the one it names, if that can be
    /// read, else that of the last approval of its version.
    pub fn begins_on(&self) -> Option<Date> {
        let version = self.text("version").map(|version| version.value);
        let begins = claims::begins_on(self.date("effective_from"), version, &self.approvals());
        begins.filter(|_| !self.is_first_day_unread())
    }

    /// Tells whether it was read without a problem. A block further down is no part of it.
    fn is_sound(&self, problems: &[Spanned<Problem>]) -> bool {
        let is_beneath = |it: &Spanned<Problem>| matches!(it.value, Problem::SecondBlock(_));
        self.block.is_some() && problems.iter().all(is_beneath)
    }

    /// Tells whether a key may stand in what of the text could not be read.
    fn may_stand_unread(&self, key: &str, text: &str) -> bool {
        let mut unread = self.unread.iter().map(|span| &text[span.start..span.end]);
        self.entries.is_empty() || unread.any(|text| front::may_have_key(text, key))
    }

    /// Tells whether a key, or a part of its value, may stand in what of the text could not be read.
    fn may_hide(&self, key: &str, text: &str, problems: &[Spanned<Problem>]) -> bool {
        let touches = |entry: &Entry, problem: Span| {
            let entry = entry.span();
            problem.start <= entry.end && entry.start <= problem.end
        };
        let mut own = self.entries.iter().filter(|entry| entry.key.value == key);
        self.may_stand_unread(key, text)
            || own.any(|entry| problems.iter().any(|problem| touches(entry, problem.span)))
            || problems.iter().any(|problem| problem.value == Problem::MergeKey)
    }

    /// Returns the approvals claimed, in the order written.
    pub fn approvals(&self) -> Vec<Approval> {
        let Some(found) = self.get("approval") else {
            return Vec::new();
        };
        let mappings = one_or_more(found).iter().filter(|node| matches!(node.value, Node::Map(_)));
        mappings
            .map(|node| {
                let text = |key| node.value.text(key).map(|found| found.value.to_owned());
                Approval {
                    by: text("by"),
                    role: text("role"),
                    on: node.value.text("on").and_then(|on| Date::parse(on.value)),
                    version: text("version"),
                    // A digest in parts is none of any content.
                    digest: match node.value.get("digest").map(|found| &found.value) {
                        Some(Node::List(_) | Node::Map(_)) => Some(String::new()),
                        _ => text("digest").as_deref().map(digest::normal_digest),
                    },
                    span: node.span,
                }
            })
            .collect()
    }
}

/// One file of the source folder, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Where it lies.
    pub path: RepoPath,
    /// The blob it was read from.
    pub blob: ObjectId,
    /// Its text with LF line ends; spans are offsets in it.
    pub text: String,
    /// Its front matter.
    pub front: Front,
    /// Where its body begins in the text.
    pub body_start: usize,
    /// What its text says.
    pub body: markdown::Body,
    /// What could not be read, in the order of the file.
    pub problems: Vec<Spanned<Problem>>,
}

impl Document {
    /// Reads a file.
    pub fn read(path: RepoPath, blob: ObjectId, bytes: &[u8]) -> Self {
        let (text, split, mut problems) = front::read(bytes);
        let body = markdown::read(&text[split.body..], split.body);
        if split.block.is_some() {
            problems.extend(second_blocks(&text[split.body..], split.body));
            problems.sort_by_key(|problem| problem.span);
        }
        let body_start = split.body;
        Self { path, blob, front: Front::from(split), body_start, body, problems, text }
    }

    /// Makes one of a file of so many bytes, more than are read.
    pub fn too_large(path: RepoPath, blob: ObjectId, size: u64) -> Self {
        let problem = Problem::FileTooLarge(usize::try_from(size).unwrap_or(usize::MAX));
        let problems = vec![Spanned::new(problem, Span::default())];
        Self { problems, ..Self::read(path, blob, b"") }
    }

    /// Returns the body as written.
    pub fn body_text(&self) -> &str {
        &self.text[self.body_start..]
    }

    /// Returns the id, if the front matter gives one.
    pub fn id(&self) -> Option<DocId> {
        self.front.text("id").map(|id| DocId::new(id.value))
    }

    /// Returns the title of the front matter, else that of the text, else the file name.
    pub fn title(&self) -> String {
        let heading = || self.body.title().map(|heading| heading.text.clone());
        let file = || String::from_utf8_lossy(self.path.file_name()).into_owned();
        let written = self.front.text("title").map(|title| title.value.to_owned());
        written.or_else(heading).unwrap_or_else(file)
    }

    /// Returns the status as written.
    pub fn status(&self) -> Option<&str> {
        self.front.text("status").map(|status| status.value)
    }

    /// Returns the status on a day: that as written, unless the day of the withdrawal says another.
    pub fn status_on(&self, day: Date) -> Option<&str> {
        let version = self.front.text("version").map(|version| version.value);
        let is_given = || self.front.approvals().iter().any(|approval| approval.is_of(version));
        match self.front.date("withdrawn_on") {
            Some(on) => claims::status_on(self.status(), Some(on), is_given(), day),
            None => self.status(),
        }
    }

    /// Tells whether the file begins with a block of front matter (readable or not), or wants to.
    pub fn has_front_matter(&self) -> bool {
        self.front.block.is_some()
            || self.problems.iter().any(|problem| wants_front_matter(&problem.value))
    }

    /// Tells whether the front matter can be relied on: read as a whole, without a problem.
    pub fn is_sound(&self) -> bool {
        self.front.is_sound(&self.problems)
    }

    /// Tells whether the front matter was read to its end, so that a key which is not there is
    /// known to be absent.
    pub fn is_read_to_its_end(&self) -> bool {
        let cut_short = |problem: &Spanned<Problem>| match problem.value {
            Problem::Placeholder { ends_reading, .. } => ends_reading,
            _ => matches!(
                problem.value,
                Problem::Yaml(_)
                    | Problem::AtColon { .. }
                    | Problem::TooDeep
                    | Problem::SecondDocument
            ),
        };
        !self.front.entries.is_empty() && !self.problems.iter().any(cut_short)
    }

    /// Tells whether a key is known to be absent: it is not there, and does not stand in what could not
    /// be read either.
    pub fn lacks(&self, key: &str) -> bool {
        self.front.get(key).is_none() && !self.front.may_stand_unread(key, &self.text)
    }

    /// Tells whether its type stands in what could not be read.
    pub fn hides_its_type(&self) -> bool {
        self.front.get("type").is_none() && !self.lacks("type")
    }

    /// Tells whether a problem of the front matter touches a span, so that what stands there is
    /// not what its author meant.
    pub fn is_unsound_at(&self, span: Span) -> bool {
        let touches = |other: Span| other.start <= span.end && span.start <= other.end;
        self.problems.iter().any(|problem| touches(problem.span))
    }

    /// Returns what the file claims of itself.
    pub fn claims(&self) -> Claims {
        Claims::of(&self.front, &self.text, self.body_start, &self.problems)
    }

    /// Returns the place of a key's value, else of the front matter's first line.
    pub fn at(&self, key: &str) -> Place {
        let span = match self.front.get(key) {
            Some(found) => found.span,
            None => Span::new(0, self.text.lines().next().unwrap_or_default().trim_end().len()),
        };
        self.place(span)
    }

    /// Returns what exchanges a key or a single value of the front matter for another, in the quotes
    /// it stands in. `None` where it takes several lines or the text would not fit into one.
    pub fn rewriting(&self, span: Span, text: &str) -> Option<Splice> {
        let now = self.text.get(span.start..span.end)?;
        let text = edit::written_for(text, now).ok()?;
        (!now.is_empty() && !now.contains('\n')).then(|| Splice::replace(span, text))
    }

    /// Returns what exchanges a word within a span, if it stands there once as it is.
    pub fn exchange(&self, span: Span, word: &str, with: &str) -> Option<Splice> {
        let text = self.text.get(span.start..span.end)?;
        let mut places = text.match_indices(word).filter(|_| !word.is_empty());
        let (at, _) = places.next()?;
        let start = span.start + at;
        places.next().is_none().then(|| Splice::replace(Span::new(start, start + word.len()), with))
    }

    /// Returns what exchanges the id that a link `[[ID]]` leads to.
    pub fn relink(&self, link: Span, id: &str, with: &str) -> Option<Splice> {
        let text = self.text.get(link.start..link.end)?;
        let (before, inner) = text.split_once("[[")?;
        let blanks = inner.len() - inner.trim_start().len();
        let rest = inner.trim_start().strip_prefix(id)?;
        let start = link.start + before.len() + 2 + blanks;
        let ends = rest.trim_start().starts_with(['@', '#', '|', ']'])
            && before.trim_matches('!').is_empty();
        ends.then(|| Splice::replace(Span::new(start, start + id.len()), with))
    }

    /// Returns the place of a span of this file.
    pub fn place(&self, span: Span) -> Place {
        Place::span(&self.path, span).of_document(self.id())
    }
}

/// Returns what reads like front matter in a text beneath front matter, code and HTML left out.
fn second_blocks(body: &str, offset: usize) -> Vec<Spanned<Problem>> {
    let mut blocks = front::second_blocks(body);
    if !blocks.is_empty() {
        let set_apart = markdown::set_apart(body);
        blocks.retain(|block| {
            let before = set_apart.partition_point(|range| range.start <= block.span.start);
            let last = set_apart[..before].last();
            last.is_none_or(|range| range.end <= block.span.start)
        });
    }
    let problem = |block: Spanned<String>| {
        Spanned::new(Problem::SecondBlock(block.value), block.span.shifted(offset))
    };
    blocks.into_iter().map(problem).collect()
}

/// Tells a broken block of front matter from prose that never wanted one.
fn wants_front_matter(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Toml
            | Problem::Json
            | Problem::OtherFence(_)
            | Problem::CodeBlock
            | Problem::BesideFence(_)
            | Problem::OddFence(_)
            | Problem::FenceNotFirst
            | Problem::Unclosed
            | Problem::ByteOrderMark
            | Problem::FileTooLarge(_)
            | Problem::EmptyFile
    )
}
