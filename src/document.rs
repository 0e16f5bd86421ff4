//! A document: its front matter, its text, and what could not be read.
//!
//! Parsing has no error type. A broken document is a document with problems; rules put each of
//! them into words. A document does not know files on disk, and knows nothing of other documents.

pub mod change;
mod difference;
pub mod digest;
pub mod draft;
pub mod edit;
pub mod fields;
pub mod front;
pub mod markdown;
pub mod meant;
pub mod mend;
pub mod quoting;
pub mod redline;
pub mod role;
pub mod waiver;

use crate::finding::{Place, Splice};
use crate::repo::object::ObjectId;
use crate::source::{Date, RepoPath, Span, Spanned};
use change::Size;
use digest::{ContentDigest, Sha256Sum, Summing};
use front::{Entry, Node, Problem};
use role::RoleRow;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;
use std::fmt;

/// The identity of a document: it survives renames, new titles and new folders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DocId(String);

impl DocId {
    /// Takes an id as written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the id as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns what the id looks like at a glance: what two ids share that a reader, a file system
    /// or a web address would confuse. Case, separators, full-width letters and letters that look
    /// like Latin ones make no difference. A separator between two digits counts, as it makes two
    /// numbers of one: `POL-1-12` and `POL-11-2` are two ids to every reader.
    pub fn look(&self) -> String {
        let mut look = String::new();
        for part in self.0.split(|c: char| !c.is_alphanumeric()) {
            let ends_in_digit = look.ends_with(|c: char| c.is_ascii_digit());
            let mut part = part.chars().map(plain_look).filter(|c| c.is_alphanumeric()).peekable();
            if ends_in_digit && part.peek().is_some_and(char::is_ascii_digit) {
                look.push('-');
            }
            look.extend(part);
        }
        look
    }

    /// Tells whether the id can be a file name everywhere, and so an address.
    pub fn is_file_name(&self) -> bool {
        // Names that one file system keeps for its devices, whatever follows the first dot.
        const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
        let id = self.as_str();
        let stem = id.split('.').next().unwrap_or(id).to_ascii_lowercase();
        let is_port = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
        id.len() <= 100
            && id.starts_with(|c: char| c.is_ascii_alphanumeric())
            && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && !id.contains("..")
            && !RESERVED.contains(&stem.as_str())
            && !is_port
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", crate::source::Printable(&self.0))
    }
}

/// Returns the capital Latin letter or digit a character looks like.
fn plain_look(c: char) -> char {
    let wide = u32::from(c);
    let narrow = match wide {
        0xFF01..=0xFF5E => char::from_u32(wide - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    let latin = match narrow {
        'А' | 'а' | 'Α' | 'α' => 'A',
        'В' | 'Β' | 'в' => 'B',
        'С' | 'с' | 'Ϲ' => 'C',
        'Е' | 'е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'і' | 'Ι' | 'ı' => 'I',
        'Ј' | 'ј' => 'J',
        'К' | 'Κ' | 'к' => 'K',
        'М' | 'Μ' | 'м' => 'M',
        'Ν' => 'N',
        'О' | 'о' | 'Ο' | 'ο' => 'O',
        'Р' | 'р' | 'Ρ' | 'ρ' => 'P',
        'Ѕ' | 'ѕ' => 'S',
        'Т' | 'Τ' | 'т' => 'T',
        'У' | 'у' | 'Υ' => 'Y',
        'Х' | 'х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        other => other,
    };
    latin.to_ascii_uppercase()
}

/// Returns what an address is read as, where letters of another alphabet stand in it for Latin ones.
/// An address in an alphabet of its own is what it looks like.
pub fn seeming_address(address: &str) -> Option<String> {
    let plain = |c: char| if c.is_ascii() { c } else { plain_look(c).to_ascii_lowercase() };
    let look: String = address.chars().map(plain).collect();
    (look.is_ascii() && !address.is_ascii()).then_some(look)
}

/// A version: numbers with dots, compared as numbers. `1.10` comes after `1.9`.
#[derive(Clone, Debug)]
pub struct Version {
    text: String,
    numbers: Vec<u32>,
}

impl Version {
    /// Reads `2.0`, `2026.1` or `3`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 40 {
            return None;
        }
        let numbers: Option<Vec<u32>> = text
            .split('.')
            .map(|part| {
                let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
                let padded = part.len() > 1 && part.starts_with('0');
                if digits && !padded { part.parse().ok() } else { None }
            })
            .collect();
        let numbers = numbers.filter(|numbers| numbers.len() <= 4)?;
        Some(Self { text: text.to_owned(), numbers })
    }

    /// Tells whether two versions as written are the same: `2` is `2.0`.
    pub fn are_same(a: &str, b: &str) -> bool {
        a == b || Self::parse(a).is_some_and(|a| Self::parse(b) == Some(a))
    }

    /// Returns the version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the version that follows after a change of a size: a major change raises the first
    /// number, a minor one the second, an editorial one the third, as far as there are so many. A
    /// first number that is a year stays.
    pub fn after(&self, size: Size) -> Self {
        let wanted = match size {
            Size::Major => usize::from(self.is_by_year()),
            Size::Minor => 1,
            Size::Editorial => 2,
        };
        let raised = wanted.min(self.numbers.len() - 1);
        let numbers: Vec<u32> = (self.numbers.iter().enumerate())
            .map(|(i, &number)| match i.cmp(&raised) {
                Ordering::Less => number,
                Ordering::Equal => number.saturating_add(1),
                Ordering::Greater => 0,
            })
            .collect();
        let text = numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(".");
        Self { text, numbers }
    }

    /// Tells whether this version is as far from an earlier one as a change of a size asks for. A
    /// version of one number goes as far as it can.
    pub fn is_raised_enough(&self, from: &Self, size: Size) -> bool {
        let places = match size {
            Size::Major => 1 + usize::from(self.is_by_year()),
            Size::Minor => 2,
            Size::Editorial => usize::MAX,
        };
        let leading = |version: &Self| -> Vec<u32> {
            let longest = self.numbers.len().max(from.numbers.len());
            let numbers = version.numbers.iter().copied().chain(std::iter::repeat(0));
            numbers.take(places.min(longest)).collect()
        };
        leading(self) > leading(from)
    }

    /// Tells whether the version is from before the first issue: `0.3`.
    pub fn is_before_first(&self) -> bool {
        self.numbers[0] == 0
    }

    /// Tells whether the first number is a year, which no change raises.
    fn is_by_year(&self) -> bool {
        self.numbers.len() > 1 && self.numbers[0] >= 1900
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.numbers.len().max(other.numbers.len());
        let number = |version: &Self, i: usize| version.numbers.get(i).copied().unwrap_or(0);
        (0..length)
            .map(|i| number(self, i).cmp(&number(other, i)))
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    }
}

/// A reference to a document, perhaps to one version of it: `POL-CHG-001@2.0`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The document.
    pub id: DocId,
    /// The version, as written.
    pub version: Option<String>,
}

impl Reference {
    /// Reads `ID` or `ID@VERSION`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('@') {
            Some((id, version)) => {
                Self { id: DocId::new(id.trim()), version: Some(version.trim().to_owned()) }
            }
            None => Self { id: DocId::new(text.trim()), version: None },
        }
    }
}

/// An approval as the front matter claims it (clause 7.5.2).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The e-mail address of the approver.
    pub by: Option<String>,
    /// The role the approver acted in.
    pub role: Option<String>,
    /// The day.
    pub on: Option<Date>,
    /// The version approved, as written.
    pub version: Option<String>,
    /// The digest of the content approved.
    pub digest: Option<String>,
    /// Where the approval stands in its file.
    pub span: Span,
}

/// The front matter of a document, asked by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// The entries, in the order written.
    pub entries: Vec<Entry>,
    /// Where the block stands; `None` when the file has none.
    pub block: Option<Span>,
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

    /// Returns the approvals claimed, in the order written.
    pub fn approvals(&self) -> Vec<Approval> {
        let Some(found) = self.get("approval") else {
            return Vec::new();
        };
        let single = std::slice::from_ref(found);
        let nodes = match &found.value {
            Node::List(items) => items.as_slice(),
            Node::Map(_) | Node::Scalar { .. } => single,
        };
        let mappings = nodes.iter().filter(|node| matches!(node.value, Node::Map(_)));
        mappings
            .map(|node| {
                let text = |key| node.value.text(key).map(|found| found.value.to_owned());
                Approval {
                    by: text("by"),
                    role: text("role"),
                    on: node.value.text("on").and_then(|on| Date::parse(on.value)),
                    version: text("version"),
                    digest: text("digest"),
                    span: node.span,
                }
            })
            .collect()
    }
}

/// What one state of a file claims of itself: enough to trace a history without its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The document's id.
    pub id: Option<DocId>,
    /// Its title.
    pub title: Option<String>,
    /// Its type, as written.
    pub kind: Option<String>,
    /// Its version, as written.
    pub version: Option<String>,
    /// Its status, as written.
    pub status: Option<String>,
    /// Its owner.
    pub owner: Option<String>,
    /// The clauses it names, as written.
    pub clauses: Vec<String>,
    /// The day from which it is in force.
    pub effective_from: Option<Date>,
    /// The day on which it was taken out of use.
    pub withdrawn_on: Option<Date>,
    /// How many months a review lasts, as written.
    pub review_months: Option<String>,
    /// Why this version exists.
    pub change_summary: Option<String>,
    /// How long it is kept, as written.
    pub retention: Option<String>,
    /// The approvals it claims.
    pub approvals: Vec<Approval>,
    /// The rows of a role register; nothing else has any.
    pub roles: Option<Vec<RoleRow>>,
    /// The content digest.
    pub digest: ContentDigest,
    /// The digest of the body alone, in normal form: equal for equal text.
    pub text: Sha256Sum,
    /// The digest of everything but status, approval and the dates that go with them.
    pub substance: Sha256Sum,
    /// The digest of what an approval covers: the substance without the keys of upkeep, and
    /// without the rows of registers that are kept up between approvals.
    pub covered: Sha256Sum,
    /// How many corrections a record has been given (`corrections`).
    pub corrections: usize,
    /// The digest of a record's substance without its id and its corrections; other documents have
    /// none.
    pub recorded: Option<Sha256Sum>,
    /// Whether the front matter could be read without a problem.
    pub is_sound: bool,
}

/// The keys that approving and withdrawing change; all others are substance.
pub const APPROVAL_FIELDS: [&str; 5] =
    ["approval", "status", "effective_from", "withdrawn_on", "withdrawal_reason"];

/// The keys that are kept up between approvals: they say when to look again, how to find it, and
/// which findings of it are waived. No verdict rests on any of them.
pub const UPKEEP_FIELDS: [&str; 7] = [
    "review_months",
    "keywords",
    "language",
    "notes",
    waiver::KEY,
    "withdrawn_on",
    "withdrawal_reason",
];

impl Claims {
    /// Reads the bytes of a file; `None` when it has no front matter with an id.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"---") && !bytes.starts_with(b"\xEF\xBB\xBF---") {
            return None;
        }
        let (text, split, problems) = front::read(bytes);
        let body = &text[split.body..];
        let front = Front { entries: split.entries, block: split.block };
        let claims = Self::of(&front, body, problems.is_empty());
        claims.id.is_some().then_some(claims)
    }

    fn of(front: &Front, body: &str, is_sound: bool) -> Self {
        let text = |key| front.text(key).map(|found| found.value.to_owned());
        let body = digest::normal_body(body);
        let of_text = Sha256Sum::of(body.as_bytes());
        let mut substance = Summing::beginning_with(of_text);
        let mut covered = substance.clone();
        let mut recorded = substance.clone();
        let is_living = front.is_living_register();
        for Entry { key, value } in &front.entries {
            let name = key.value.as_str();
            if APPROVAL_FIELDS.contains(&name) {
                continue;
            }
            let mut written = key.value.clone();
            write_node(&value.value, &mut written);
            substance.add(&written);
            if !matches!(name, "id" | "corrections") {
                recorded.add(&written);
            }
            let is_upkeep = UPKEEP_FIELDS.contains(&name) || is_living && name == "entries";
            if !is_upkeep {
                covered.add(&written);
            }
        }
        let is_record = text("type").as_deref() == Some("record");
        Self {
            id: text("id").map(DocId::new),
            title: text("title"),
            kind: text("type"),
            version: text("version"),
            status: text("status"),
            owner: text("owner"),
            clauses: front.list("clauses").iter().map(|it| it.value.to_owned()).collect(),
            effective_from: front.date("effective_from"),
            withdrawn_on: front.date("withdrawn_on"),
            review_months: text("review_months"),
            change_summary: text("change_summary"),
            retention: text("retention"),
            approvals: front.approvals(),
            roles: front.is_role_register().then(|| front.role_rows()),
            digest: ContentDigest::of(&front.entries, &body),
            text: of_text,
            substance: substance.sum(),
            covered: covered.sum(),
            corrections: front.rows("corrections").count(),
            recorded: is_record.then(|| recorded.sum()),
            is_sound,
        }
    }
}

/// Writes a value so that different values never read the same.
fn write_node(node: &Node, out: &mut String) {
    match node {
        Node::Scalar { text, .. } => write_text('\u{1}', text, out),
        Node::List(items) => {
            out.push('\u{2}');
            out.push_str(&items.len().to_string());
            items.iter().for_each(|item| write_node(&item.value, out));
        }
        Node::Map(entries) => {
            out.push('\u{3}');
            out.push_str(&entries.len().to_string());
            for entry in entries {
                write_text('\u{4}', &entry.key.value, out);
                write_node(&entry.value.value, out);
            }
        }
    }
}

fn write_text(mark: char, text: &str, out: &mut String) {
    out.push(mark);
    out.push_str(&text.len().to_string());
    out.push(':');
    out.push_str(text);
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
        let (text, split, problems) = front::read(bytes);
        let body = markdown::read(&text[split.body..], split.body);
        let front = Front { entries: split.entries, block: split.block };
        Self { path, blob, front, body_start: split.body, body, problems, text }
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

    /// Tells whether the file begins with a block of front matter (readable or not), or wants to.
    pub fn has_front_matter(&self) -> bool {
        self.front.block.is_some()
            || self.problems.iter().any(|problem| wants_front_matter(&problem.value))
    }

    /// Tells whether the front matter can be relied on: read as a whole, without a problem.
    pub fn is_sound(&self) -> bool {
        self.front.block.is_some() && self.problems.is_empty()
    }

    /// Tells whether the front matter was read to its end, so that a key which is not there is
    /// known to be absent.
    pub fn is_read_to_its_end(&self) -> bool {
        let cut_short = |problem: &Spanned<Problem>| {
            matches!(problem.value, Problem::Yaml(_) | Problem::TooDeep | Problem::SecondDocument)
        };
        !self.front.entries.is_empty() && !self.problems.iter().any(cut_short)
    }

    /// Tells whether a problem of the front matter touches a span, so that what stands there is
    /// not what its author meant.
    pub fn is_unsound_at(&self, span: Span) -> bool {
        let touches = |other: Span| other.start <= span.end && span.start <= other.end;
        self.problems.iter().any(|problem| touches(problem.span))
    }

    /// Returns what the file claims of itself.
    pub fn claims(&self) -> Claims {
        Claims::of(&self.front, self.body_text(), self.is_sound())
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

/// Tells a broken block of front matter from prose that never wanted one.
fn wants_front_matter(problem: &Problem) -> bool {
    matches!(
        problem,
        Problem::Toml
            | Problem::Json
            | Problem::OddFence(_)
            | Problem::FenceNotFirst
            | Problem::Unclosed
            | Problem::ByteOrderMark
            | Problem::FileTooLarge(_)
            | Problem::EmptyFile
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_as_numbers() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("1.10") > version("1.9"));
        assert!(version("2026.1") < version("2026.2"));
        assert_eq!(version("2"), version("2.0"));
        assert!(Version::parse("1.").is_none());
        assert!(Version::parse("1.01").is_none());
        assert!(Version::parse("v1").is_none());
    }

    #[test]
    fn ids_that_look_alike_share_a_look() {
        let look = |id: &str| DocId::new(id).look();
        for twin in ["pol-001", "POL_001", "POL 001", "ＰＯＬ-001", "РOL-001"] {
            assert_eq!(look(twin), look("POL-001"), "{twin}");
        }
        assert_ne!(look("POL-002"), look("POL-001"));
        assert_eq!(look("PRO-020"), look("PRO 020"));
        assert_ne!(look("PRO-1-12"), look("PRO-11-2"));
        assert_ne!(look("\u{416}-1"), look("\u{42E}-1"));
    }

    #[test]
    fn approving_changes_no_substance() {
        let draft = "---\nid: A-1\nstatus: in-review\n---\n\n# A\n";
        let approved = "---\nid: A-1\nstatus: approved\napproval: {by: x}\n---\n\n# A\n";
        let read = |text: &str| Claims::read(text.as_bytes()).unwrap();
        assert_eq!(read(draft).substance, read(approved).substance);
        assert_eq!(read(draft).digest, read(approved).digest);
        let other = draft.replace("# A", "# B");
        assert_ne!(read(draft).substance, read(&other).substance);
    }

    #[test]
    fn an_approval_covers_all_but_upkeep() {
        let covered = |kind: &str, keys: &str| {
            let text = format!("---\nid: A-1\ntype: {kind}\n{keys}\n---\n\n# A\n");
            Claims::read(text.as_bytes()).unwrap().covered
        };
        let same = |kind: &str, a: &str, b: &str| covered(kind, a) == covered(kind, b);
        assert!(same("policy", "review_months: 12", "review_months: 6"));
        assert!(!same("agreement", "targets: [{value: 99}]", "targets: [{value: 9}]"));
        let risks = "register_kind: risks\nentries: ";
        assert!(same("register", &format!("{risks}[]"), &format!("{risks}[{{id: R-1}}]")));
        let roles = "register_kind: roles\nentries: ";
        assert!(!same("register", &format!("{roles}[]"), &format!("{roles}[{{role: a}}]")));
    }
}
