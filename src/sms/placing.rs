//! Where a new document belongs: its id, its folder, its file name, and who is likely to own it, as the
//! documents beside it have theirs.

use super::Sms;
use super::record::KINDS;
use super::roles::Owner;
use crate::config::Uncontrolled;
use crate::config::types::DocType;
use crate::document::fields::says_nothing;
use crate::document::{DocId, Document};
use crate::source::{Date, RepoPath};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a document that has no place yet.
#[derive(Clone, Copy, Debug)]
pub struct Newcomer<'n> {
    /// Its type.
    pub doc_type: &'n DocType,
    /// Of a record: what kind of record.
    pub record_kind: Option<&'n str>,
    /// The document above it; of a record, the one it comes from.
    pub parent: Option<&'n Document>,
    /// What its id begins with, where that is settled; else what ids of its type begin with first.
    pub prefix: Option<&'n str>,
    /// The day: ids of records tell its year.
    pub day: Date,
}

/// Which documents show who is likely to own another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Nearby {
    /// The one above it.
    Above(DocId),
    /// Others of its type, of a record those of its kind.
    OfItsType,
}

/// What ids of agreements begin with, whom such agreements are with, and the clauses that they serve.
const AGREEMENTS: [(&str, &str, &[&str]); 3] = [
    ("SLA", "a customer", &["8.3.2", "8.3.3"]),
    ("OLA", "an internal supplier, or a customer acting as one", &["8.3.4.2"]),
    ("CON", "an external supplier", &["8.3.4.1"]),
];

/// Says whom an agreement is with whose id begins so.
pub fn with_whom(prefix: &str) -> Option<&'static str> {
    AGREEMENTS.iter().find(|(known, ..)| *known == prefix).map(|(_, whom, _)| *whom)
}

impl Sms {
    /// Returns what the id of a new document may begin with, as far as the documents of its type
    /// beneath its parent show it, and those among them that serve its clauses; else, of an
    /// agreement, as its clauses or those of its parent say with whom it is.
    pub fn prefixes_for<'s>(&'s self, new: Newcomer<'s>, clauses: &[String]) -> Vec<&'s str> {
        let all: Vec<&str> = new.doc_type.prefixes.iter().map(String::as_str).collect();
        if all.len() < 2 || new.record_kind.is_some() {
            return all;
        }
        let shares_clause = |it: &&&Document| {
            let serves = it.front.list("clauses");
            serves.iter().any(|clause| clauses.iter().any(|given| given == clause.value))
        };
        let kin: Vec<&Document> = self.kin(new).collect();
        let nearest: Vec<&Document> = kin.iter().filter(shares_clause).copied().collect();
        let nearest = if nearest.is_empty() { kin } else { nearest };
        let is_used = |prefix: &&str| nearest.iter().any(|it| begins_with(it, prefix));
        let used: Vec<&str> = all.iter().copied().filter(is_used).collect();
        if !used.is_empty() {
            return used;
        }
        let above = new.parent.map(|parent| parent.front.list("clauses")).unwrap_or_default();
        let above: Vec<&str> = above.iter().map(|clause| clause.value).collect();
        let given: Vec<&str> = clauses.iter().map(String::as_str).collect();
        let served = if given.is_empty() { above } else { given };
        let is_served = |asked: &str| {
            served.iter().map(|it| it.trim_start_matches("iso20000:")).any(|it| {
                // A process for suppliers names 8.3.4 as a whole.
                it == asked || it.matches('.').count() == 2 && asked.starts_with(&format!("{it}."))
            })
        };
        let fits = |prefix: &&str| {
            let known = AGREEMENTS.iter().find(|(known, ..)| known == prefix);
            known.is_some_and(|(_, _, clauses)| clauses.iter().any(|asked| is_served(asked)))
        };
        let fitting: Vec<&str> = all.iter().copied().filter(fits).collect();
        if fitting.is_empty() || new.doc_type.name != "agreement" { all } else { fitting }
    }

    /// Returns what the id of a new document begins with, up to the number: `PRO-CHG`,
    /// `REC-NC-2026`. Records go on as those of their kind do, else as the table of kinds says; other documents take the middle of
    /// their parent's id; where ids have no middle, neither has the new one.
    pub fn stem_for(&self, new: Newcomer<'_>) -> Option<String> {
        let ids: Vec<DocId> = self.kin(new).filter_map(Document::id).collect();
        let usual = most_frequent(ids.iter().filter_map(|id| Some(numbered(id.as_str())?.0)));
        if new.doc_type.name == "record" {
            let standard = || {
                let (stem, _) = KINDS.iter().find(|(_, kind)| Some(*kind) == new.record_kind)?;
                Some(format!("{stem}-{}", new.day.year()))
            };
            return usual.map(|stem| of_year(stem, new.day)).or_else(standard);
        }
        let prefix = new.prefix.or(new.doc_type.prefixes.first().map(String::as_str))?;
        let all: Vec<DocId> = self.of_type(new.doc_type).filter_map(Document::id).collect();
        let usual_of_type =
            most_frequent(all.iter().filter_map(|id| Some(numbered(id.as_str())?.0)));
        if usual_of_type == Some(prefix) {
            return Some(prefix.to_owned());
        }
        let parent = new.parent.and_then(Document::id)?;
        let middle = parent.as_str().split('-').nth(1)?;
        let is_word = middle.chars().any(|c| c.is_ascii_uppercase());
        (is_word && parent.as_str().matches('-').count() > 1).then(|| format!("{prefix}-{middle}"))
    }

    /// Returns the next id with a beginning that neither this history nor `elsewhere` knows: an id
    /// is never used again, so numbers are not filled up.
    pub fn next_id(&self, stem: &str, elsewhere: &BTreeSet<DocId>) -> DocId {
        let known = self.lookup.by_id.keys().chain(self.history.lives.keys()).chain(elsewhere);
        let known = known.filter_map(|id| numbered(id.as_str()));
        let numbers = known.filter(|(other, _)| other.eq_ignore_ascii_case(stem));
        let (mut last, mut width) = (0, None);
        for (_, digits) in numbers {
            last = last.max(digits.parse::<u64>().unwrap_or(0));
            width = width.max(Some(digits.len()));
        }
        let width = width.unwrap_or(3);
        DocId::new(format!("{stem}-{:0width$}", last.saturating_add(1)))
    }

    /// Tells whether an id was ever used, here or in `elsewhere`.
    pub fn is_taken(&self, id: &DocId, elsewhere: &BTreeSet<DocId>) -> bool {
        let mut known = self.lookup.by_id.keys().chain(self.history.lives.keys()).chain(elsewhere);
        known.any(|other| other.look() == id.look())
    }

    /// Returns where the file of a new document belongs: in the folder of its kin, named as they
    /// are, by id or by title.
    pub fn place_for(&self, new: Newcomer<'_>, id: &DocId, title: &str) -> RepoPath {
        let mut kin: Vec<&Document> = self.kin(new).collect();
        let is_alike =
            |it: &&Document| begins_with(it, id.as_str().split('-').next().unwrap_or_default());
        let alike: Vec<&Document> = match new.doc_type.prefixes.len() {
            0 | 1 => Vec::new(),
            _ => self.of_type(new.doc_type).filter(is_alike).collect(),
        };
        if !alike.is_empty() {
            let beneath: Vec<&Document> = kin.iter().copied().filter(is_alike).collect();
            kin = if beneath.is_empty() { alike } else { beneath };
        }
        let folder = most_frequent(kin.iter().map(|it| it.path.parent()))
            // Where a record comes from is not where records lie.
            .or_else(|| {
                let parent = new.parent.filter(|_| new.record_kind.is_none());
                parent.map(|parent| parent.path.parent())
            })
            .or_else(|| most_frequent(self.of_type(new.doc_type).map(|it| it.path.parent())))
            .filter(|folder| !kin.is_empty() || !self.is_of_another_kind(folder, new))
            .unwrap_or_else(|| self.config.src.join(plural(&new.doc_type.name).as_bytes()));
        let is_by_id = |it: &&&Document| {
            let name = String::from_utf8_lossy(it.path.file_name()).to_ascii_lowercase();
            it.id().is_some_and(|id| name.starts_with(&id.as_str().to_ascii_lowercase()))
        };
        let like = if kin.is_empty() { self.of_type(new.doc_type).collect() } else { kin };
        let is_by_title = match like.len() {
            0 => new.record_kind.is_none(),
            all => 2 * like.iter().filter(is_by_id).count() < all,
        };
        // Where a title gives no name that every system takes, or the one of the table of contents or of a
        // folder's front page.
        let is_name = |slug: &String| {
            let is_taken = matches!(slug.as_str(), "summary" | "readme" | "index");
            DocId::new(slug.as_str()).is_file_name() && slug.len() <= 80 && !is_taken
        };
        let by_title = slug(title, &self.config.language).filter(|it| is_by_title && is_name(it));
        let file = |name: &str| folder.join(format!("{name}.md").as_bytes());
        let path = by_title.map(|slug| file(&slug));
        let uncontrolled = Uncontrolled::of(&self.config);
        let is_free = |path: &RepoPath| {
            // Some systems take names in small and in capital letters for one.
            let is_it = |it: &RepoPath| it.as_bytes().eq_ignore_ascii_case(path.as_bytes());
            !self.snapshot.files.keys().any(is_it) && !uncontrolled.lists(path)
        };
        path.filter(is_free).unwrap_or_else(|| file(id.as_str()))
    }

    /// Returns who is likely to own a document that names no owner, as what it stands beneath or was
    /// produced by shows, else others of its type, of a record those of its kind, where more than half of
    /// them have one owner. Whom a role register does not know on the day spoken of is no answer.
    pub fn owner_nearby<'s>(&'s self, document: &'s Document) -> Option<(&'s str, Nearby)> {
        let is_another = |other: &&Document| other.path != document.path;
        let others = self.above(document).filter_map(|above| above.document).filter(is_another);
        let mut above = self.parent(document).into_iter().chain(others);
        let above = above.find_map(|it| Some((self.able_owner(it)?, Nearby::Above(it.id()?))));
        above.or_else(|| {
            let kind = |it: &Document| it.front.text("kind").map(|kind| kind.value.to_owned());
            let is_alike = |it: &&Document| !self.is_record(document) || kind(it) == kind(document);
            let others = self.of_type(self.type_of(document)?).filter(is_another);
            let owners = others.filter(is_alike).filter_map(|other| self.able_owner(other));
            let owners: Vec<&str> = owners.collect();
            let owner = most_frequent(owners.iter().copied())?;
            let count = owners.iter().filter(|it| **it == owner).count();
            // One other document shows nothing that is usual.
            (count > 1 && 2 * count > owners.len()).then_some((owner, Nearby::OfItsType))
        })
    }

    /// Returns the owner that a document names, if the role register knows somebody by that word.
    fn able_owner<'s>(&'s self, document: &'s Document) -> Option<&'s str> {
        let value = &document.front.get("owner")?.value;
        let owner = value.as_text().filter(|_| !says_nothing("owner", value))?;
        let is_able = match self.roles().owner(owner, self.as_of) {
            Owner::Role(holders) => !holders.is_empty(),
            Owner::Person(_) => true,
            Owner::Machine(_) => false,
            Owner::Unknown => !self.roles().has_register,
        };
        is_able.then_some(owner)
    }

    /// Returns the documents that are most like a new one: records of its kind, documents of its
    /// type beneath its parent.
    fn kin<'s>(&'s self, new: Newcomer<'s>) -> impl Iterator<Item = &'s Document> {
        let parent = new.parent.and_then(Document::id);
        let is_beneath = move |it: &Document| {
            let above = it.front.text("parent").map(|above| above.value.to_owned());
            parent.is_some() && above == parent.as_ref().map(|id| id.as_str().to_owned())
        };
        self.of_type(new.doc_type).filter(move |it| match new.record_kind {
            Some(kind) => it.front.text("kind").is_some_and(|found| found.value == kind),
            None => is_beneath(it),
        })
    }

    /// Tells whether a folder holds records of one kind, and a new one is of another.
    fn is_of_another_kind(&self, folder: &RepoPath, new: Newcomer<'_>) -> bool {
        let kinds = self.records().filter(|it| it.path.parent() == *folder);
        let kinds = kinds.filter_map(|it| it.front.text("kind").map(|kind| kind.value));
        new.record_kind.is_some() && kinds.collect::<BTreeSet<&str>>().len() == 1
    }

    fn of_type<'s>(&'s self, doc_type: &'s DocType) -> impl Iterator<Item = &'s Document> {
        let is_of = move |it: &&Document| self.type_of(it).is_some_and(|found| found == doc_type);
        self.documents.iter().filter(is_of)
    }
}

/// Tells whether the id of a document begins so.
fn begins_with(document: &Document, prefix: &str) -> bool {
    document.id().is_some_and(|id| id.as_str().split('-').next() == Some(prefix))
}

/// Splits an id into what stands before its last number, and that number.
fn numbered(id: &str) -> Option<(&str, &str)> {
    let (stem, number) = id.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    is_number.then_some((stem, number))
}

/// Puts a year in the place of the one that a beginning of ids ends with.
fn of_year(stem: &str, day: Date) -> String {
    match numbered(stem) {
        Some((before, last)) if last.len() == 4 => {
            format!("{before}-{}", day.year())
        }
        _ => stem.to_owned(),
    }
}

/// Returns what comes most often; of several, the first in order.
fn most_frequent<T: Ord>(all: impl IntoIterator<Item = T>) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    all.into_iter().for_each(|one| *counts.entry(one).or_default() += 1);
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map(|(one, _)| one)
}

/// Makes the name of a folder of the name of a type: policies, processes, forms.
fn plural(name: &str) -> String {
    match name.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if name.ends_with('s') => format!("{name}es"),
        None => format!("{name}s"),
    }
}

/// Makes the name of a file of a title: small letters, digits and hyphens, and for other letters those
/// that they are written with where they are missing. Nothing of a title in a script that is no
/// alphabet of that kind: how it is read depends on its language.
fn slug(title: &str, language: &str) -> Option<String> {
    let mut plain = String::new();
    for c in title.chars() {
        match c {
            _ if c.is_ascii_alphanumeric() => plain.push(c.to_ascii_lowercase()),
            COMBINING_DIAERESIS if is_german(language) && plain.ends_with(['a', 'o', 'u']) => {
                plain.push('e');
            }
            // The other accents that stand behind their letter.
            '\u{300}'..='\u{36F}' => {}
            'Ä' | 'ä' if is_german(language) => plain.push_str("ae"),
            'Ö' | 'ö' if is_german(language) => plain.push_str("oe"),
            'Ü' | 'ü' if is_german(language) => plain.push_str("ue"),
            _ if !c.is_alphanumeric() => plain.push('-'),
            '\u{80}'..='\u{52F}' | '\u{1E00}'..='\u{1FFF}' => {
                let letters = deunicode::deunicode_char(c)?.chars();
                plain.extend(
                    letters.filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
                );
            }
            _ => return None,
        }
    }
    Some(plain.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-"))
}

const COMBINING_DIAERESIS: char = '\u{308}';

/// Tells whether a language writes `ae` where it has no `ä`.
fn is_german(language: &str) -> bool {
    language.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("de"))
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn titles_give_names_that_every_system_takes() {
        for (title, language, name) in [
            ("Changes: at night", "en", "changes-at-night"),
            ("Ändern von Größen", "de", "aendern-von-groessen"),
            ("A\u{308}ndern von Gro\u{308}ßen", "de-AT", "aendern-von-groessen"),
            ("Ändring av öppettider", "sv", "andring-av-oppettider"),
            ("Gestión de cambios: año", "es", "gestion-de-cambios-ano"),
            ("Cafe\u{301} – łódź, Øre", "en", "cafe-lodz-ore"),
            ("Управление изменениями", "ru", "upravlenie-izmeneniiami"),
            ("Контроль", "ru", "kontrol"),
            ("Διαχείριση", "el", "diakheirise"),
        ] {
            assert_eq!(slug(title, language).as_deref(), Some(name), "{title}");
        }
        for title in ["変更管理", "变更 Management", "إدارة التغيير"] {
            assert_eq!(slug(title, "en"), None, "{title}");
        }
        assert_eq!(slug("!?", "en").as_deref(), Some(""));
    }
}
