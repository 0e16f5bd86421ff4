//! What a file claims of itself, with a digest for each question that is asked of two of its states:
//! is the text the same, the substance, what an approval covers?

use super::conflict::conflicts;
use super::digest::{self, ContentDigest, Sha256Sum, Summing};
use super::front::{self, Entry, Node, Problem};
use super::role::RoleRow;
use super::{DocId, Front, Version, waiver};
use crate::source::{Date, Span, Spanned};
use serde::{Deserialize, Serialize};

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

impl Approval {
    /// Tells whether it is for a version: `2` is `2.0`.
    pub fn is_of(&self, version: Option<&str>) -> bool {
        match (self.version.as_deref(), version) {
            (Some(own), Some(version)) => Version::are_same(own, version),
            (own, version) => own == version,
        }
    }
}

/// Returns the digest of the text of a file, whether it is a document or not, as [`Claims::text`] is one,
/// but with the rows of a register; none of what is too large to be read.
pub fn text_of(bytes: &[u8]) -> Option<Sha256Sum> {
    let (text, split, _) = (bytes.len() <= front::FILE_LIMIT).then(|| front::read(bytes))?;
    let sum = Sha256Sum::of(digest::normal_body(&text[split.body..]).as_bytes());
    let rows = split.entries.iter().find(|entry| entry.key.value == "entries");
    Some(rows.map_or(sum, |Entry { value, .. }| {
        let (mut with_rows, mut written) = (Summing::beginning_with(sum), String::new());
        write_node(&value.value, &mut written);
        with_rows.add(&written);
        with_rows.sum()
    }))
}

/// Returns the text of a file in normal form, whether it is a document or not.
pub fn normal_text_of(bytes: &[u8]) -> String {
    let (text, split, _) = front::read(bytes);
    digest::normal_body(&text[split.body..])
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
    /// The document it stands beneath, as written.
    pub parent: Option<String>,
    /// The process it belongs to, as written.
    pub process: Option<String>,
    /// Who owns the process that it describes.
    pub process_owner: Option<String>,
    /// The clauses it names, as written.
    pub clauses: Vec<String>,
    /// The day from which it is in force.
    pub effective_from: Option<Date>,
    /// Whether it names such a day, and that is none, or may name one where it could not be read.
    pub is_first_day_unread: bool,
    /// The day on which it was taken out of use.
    pub withdrawn_on: Option<Date>,
    /// The first and the last day of the term of an agreement; nothing else has one.
    pub term: [Option<Date>; 2],
    /// How many months a review lasts, as written.
    pub review_months: Option<String>,
    /// Why this version exists.
    pub change_summary: Option<String>,
    /// How large it says its change is, as written.
    pub change_kind: Option<String>,
    /// How long it is kept, as written.
    pub retention: Option<String>,
    /// The documents and versions whose place it says it takes, as written.
    pub supersedes: Vec<String>,
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
    /// The corrections that a record was given (`corrections`), as far as they say when, by whom and
    /// what.
    pub corrections: Vec<Correction>,
    /// The digest of a record's substance without its id and its corrections; other documents have
    /// none.
    pub recorded: Option<Sha256Sum>,
    /// What the record of a nonconformity says that decides over clauses; nothing else has any.
    pub nonconformity: Option<Box<Nonconformity>>,
    /// Whether the front matter could be read without a problem.
    pub is_sound: bool,
    /// Whether an approval may stand in what of the front matter could not be read.
    pub hides_approvals: bool,
    /// Whether a merge left a conflict in the text.
    pub is_in_conflict: bool,
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
    /// Tells whether it is of a version: `2` is `2.0`.
    pub fn is_version(&self, version: &str) -> bool {
        self.version.as_ref().is_some_and(|own| Version::are_same(own, version))
    }

    /// Reads the bytes of a file; `None` when it has no front matter with an id.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if !bytes.starts_with(b"---") && !bytes.starts_with(b"\xEF\xBB\xBF---") {
            return None;
        }
        let (text, split, problems) = front::read(bytes);
        let body = split.body;
        let claims = Self::of(&Front::from(split), &text, body, &problems);
        claims.id.is_some().then_some(claims)
    }

    /// Returns what a file claims, by its front matter and the text of it that begins at `body`.
    pub(super) fn of(
        front: &Front,
        file: &str,
        body: usize,
        problems: &[Spanned<Problem>],
    ) -> Self {
        let body = &file[body..];
        let text = |key| front.text(key).map(|found| found.value.to_owned());
        let list = |key| front.list(key).iter().map(|it| it.value.to_owned()).collect();
        let is_in_conflict = !conflicts(body).is_empty();
        let body = digest::normal_body(body);
        let of_text = Sha256Sum::of(body.as_bytes());
        let mut substance = Summing::beginning_with(of_text);
        let mut covered = substance.clone();
        let mut recorded = substance.clone();
        let is_living = front.is_living_register();
        // In which order the keys stand says nothing.
        let mut entries: Vec<&Entry> = front.entries.iter().collect();
        entries.sort_by(|a, b| a.key.value.cmp(&b.key.value));
        for Entry { key, value } in entries {
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
            parent: text("parent"),
            process: text("process"),
            process_owner: text("process_owner"),
            clauses: list("clauses"),
            effective_from: front.date("effective_from"),
            is_first_day_unread: front.is_first_day_unread(),
            withdrawn_on: front.date("withdrawn_on"),
            term: front.term(),
            review_months: text("review_months"),
            change_summary: text("change_summary"),
            change_kind: text("change_kind"),
            retention: text("retention"),
            supersedes: list("supersedes"),
            approvals: front.approvals(),
            roles: front.is_role_register().then(|| front.role_rows()),
            digest: ContentDigest::of(&front.entries, &body),
            text: of_text,
            substance: substance.sum(),
            covered: covered.sum(),
            corrections: front.rows("corrections").filter_map(Correction::read).collect(),
            recorded: is_record.then(|| recorded.sum()),
            nonconformity: Nonconformity::read(front).filter(|_| is_record).map(Box::new),
            is_sound: front.is_sound(problems),
            hides_approvals: front.may_hide("approval", file, problems),
            is_in_conflict,
        }
    }

    /// Tells whether anybody can read what it says.
    pub fn can_be_read(&self) -> bool {
        self.is_sound && !self.is_in_conflict
    }

    /// Returns the content digest of what could be read in full; anything else has none that says which
    /// content it is.
    pub fn digest_in_full(&self) -> Option<ContentDigest> {
        self.is_sound.then_some(self.digest)
    }

    /// Returns the day from which the version is in force by what it claims: the one it names, if that
    /// can be read, else that of its last approval.
    pub fn begins_on(&self) -> Option<Date> {
        let begins = begins_on(self.effective_from, self.version.as_deref(), &self.approvals);
        begins.filter(|_| !self.is_first_day_unread)
    }

    /// Returns the day from which what was published on a day is in force: the one it names, else that
    /// of its approval, but not before it was published.
    pub fn first_day(&self, published_on: Option<Date>) -> Option<Date> {
        let begins = match self.effective_from {
            Some(from) => Some(from),
            None => self.begins_on().max(published_on),
        };
        begins.filter(|_| !self.is_first_day_unread)
    }

    /// Tells whether it keeps the corrections that it had in a state before, and has another of a day
    /// between two.
    pub fn corrects(&self, before: &Self, earliest: Option<Date>, latest: Option<Date>) -> bool {
        let is_given = |row: &Correction| {
            !before.corrections.contains(row)
                && latest.is_none_or(|latest| row.on <= latest)
                && earliest.is_none_or(|earliest| earliest <= row.on)
        };
        self.keeps_corrections_of(before) && self.corrections.iter().any(is_given)
    }

    /// Tells whether no correction was taken out since a state before.
    pub fn keeps_corrections_of(&self, before: &Self) -> bool {
        before.corrections.iter().all(|row| self.corrections.contains(row))
    }

    /// Returns the status that it has on a day ([`status_on`]).
    pub fn status_on(&self, day: Date) -> Option<&str> {
        let is_given = self.current_approvals().next().is_some();
        status_on(self.status.as_deref(), self.withdrawn_on, is_given, day)
    }

    /// Returns the same; as written, where the day is not known.
    pub fn status_by(&self, day: Option<Date>) -> Option<&str> {
        day.map_or(self.status.as_deref(), |day| self.status_on(day))
    }

    /// Takes the status that it has on a day.
    pub fn settle_status(&mut self, day: Date) {
        self.status = self.status_on(day).map(str::to_owned);
    }

    /// Tells whether it names a day for its withdrawal that has come on another.
    pub fn is_withdrawn_by(&self, day: Option<Date>) -> bool {
        self.withdrawn_on.zip(day).is_some_and(|(on, day)| on <= day)
    }

    /// Returns the approvals of the version it has, if its status says that it is approved.
    pub fn given_approvals(&self) -> impl Iterator<Item = &Approval> {
        self.current_approvals().filter(|_| self.status.as_deref() == Some("approved"))
    }

    /// Returns the approvals of the version it has.
    pub fn current_approvals(&self) -> impl Iterator<Item = &Approval> {
        self.approvals.iter().filter(|approval| approval.is_of(self.version.as_deref()))
    }
}

/// Returns the status on a day of a text that names the day of its withdrawal: whichever of the two
/// it says, it is withdrawn from that day on, and approved before it, if an approval was given. Any
/// other has the status that it says.
pub(super) fn status_on(
    written: Option<&str>,
    withdrawn_on: Option<Date>,
    is_given: bool,
    day: Date,
) -> Option<&str> {
    match (written, withdrawn_on) {
        (Some("approved"), Some(on)) if on <= day => Some("withdrawn"),
        (Some("withdrawn"), Some(on)) if day < on && is_given => Some("approved"),
        _ => written,
    }
}

/// Returns the day from which a version is in force: the one that is named, else that of the last of
/// its approvals.
pub(super) fn begins_on(
    effective_from: Option<Date>,
    version: Option<&str>,
    approvals: &[Approval],
) -> Option<Date> {
    let own = approvals.iter().filter(|approval| approval.is_of(version));
    effective_from.or(own.filter_map(|approval| approval.on).max())
}

/// What the record of a nonconformity says that decides over clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nonconformity {
    /// Its grade, as written.
    pub grade: Option<String>,
    /// The words that say what it is about.
    pub about: Vec<String>,
}

impl Nonconformity {
    /// Reads it from the front matter of a record; nothing where that is of another kind.
    pub fn read(front: &Front) -> Option<Self> {
        front.text("kind").filter(|kind| kind.value == "nonconformity")?;
        Some(Self {
            grade: front.text("grade").map(|grade| grade.value.to_owned()),
            about: at_fault(front).into_iter().map(str::to_owned).collect(),
        })
    }

    /// Tells whether it is an observation or an opportunity, by its grade.
    pub fn is_observation(&self) -> bool {
        self.gravity() == 0
    }

    /// Returns how grave it is: 0 for an observation or an opportunity, 2 for a major one. One whose
    /// grade nobody knows is graver than an observation.
    pub fn gravity(&self) -> u8 {
        match self.grade.as_deref() {
            Some("observation" | "ofi") => 0,
            Some("major") => 2,
            _ => 1,
        }
    }
}

/// Returns the words that say what a nonconformity is about.
pub fn at_fault(front: &Front) -> Vec<&str> {
    let keys = ["criterion", "about", "clause"].into_iter();
    keys.filter_map(|key| front.get(key)).flat_map(|found| found.value.texts()).collect()
}

/// What somebody changed of a closed record, as a row of it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The day.
    pub on: Date,
    /// The digest of the row.
    pub row: Sha256Sum,
}

impl Correction {
    fn read(row: &Spanned<Node>) -> Option<Self> {
        let says = |key: &str| row.value.text(key).is_some_and(|it| !it.value.trim().is_empty());
        let on = row.value.text("on").and_then(|on| Date::parse(on.value))?;
        // In which order its keys stand says nothing.
        let mut entries = row.value.entries().to_vec();
        entries.sort_by(|a, b| a.key.value.cmp(&b.key.value));
        let mut written = String::new();
        write_node(&Node::Map(entries), &mut written);
        let is_complete = says("by") && says("what");
        is_complete.then(|| Self { on, row: Sha256Sum::of(written.as_bytes()) })
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

#[cfg(test)]
mod tests {
    use super::*;

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
