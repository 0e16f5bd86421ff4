//! A pack, read from its file and checked.
//!
//! docs/frameworks.md describes the format for those who write their own. One mistake of each
//! table is reported in one go, with its place; a file TOML cannot read has only those of TOML.

use super::{
    PackError,
    pack::{Clause, Mandatory, MandatoryItem, Pack, PlanItem, ReviewInput, above},
};
use crate::source::{Position, did_you_mean, listed};
use serde::{Deserialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer, ValueDeserializer},
};

/// The lists of tables a pack file has beside the keys of its head.
const LISTS: [&str; 4] = ["clause", "mandatory", "plan_item", "review_input"];

/// Reads a pack of the program from its text.
pub(super) fn read(name: &str, text: &str) -> Result<Pack, Vec<PackError>> {
    read_beside(name, text, &|_| None)
}

/// Reads a pack of one's own from the text of its file. Where its id and edition choose a pack that is
/// `known`, it is that one with other words.
pub(super) fn read_beside(
    file: &str,
    text: &str,
    known: &dyn Fn(&str) -> Option<Pack>,
) -> Result<Pack, Vec<PackError>> {
    let mut reader = Reader { file, text, known, errors: Vec::new() };
    let pack = reader.pack();
    match pack {
        Some(pack) if reader.errors.is_empty() => Ok(pack),
        _ => Err(reader.errors),
    }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    known: &'a dyn Fn(&str) -> Option<Pack>,
    errors: Vec<PackError>,
}

/// The most characters of a number.
const LONGEST_NUMBER: usize = 80;

impl Reader<'_> {
    /// Returns the pack, or `None` where an error keeps it from being put together.
    fn pack(&mut self) -> Option<Pack> {
        let (mut table, errors) = DeTable::parse_recoverable(self.text);
        for error in &errors {
            self.error(error.span().map_or(0, |span| span.start), error.message());
        }
        // What is nested too deep is left unclosed as many times, in the same place.
        self.errors.dedup();
        if !errors.is_empty() {
            return None;
        }
        let [clause, mandatory, plan_item, review_input] = LISTS;
        let rows = self.rows::<ClauseRow>(table.get_mut(), clause);
        let mandatory = self.rows::<Spanned<MandatoryItem>>(table.get_mut(), mandatory);
        let plan_items = self.rows::<Spanned<PlanItem>>(table.get_mut(), plan_item);
        let review_inputs = self.rows::<Spanned<ReviewInput>>(table.get_mut(), review_input);
        let all_rows_read = self.errors.is_empty();
        let head = Head::deserialize(Deserializer::from(table));
        let head = head.map_err(|error| self.reading_error(&error)).ok()?;

        self.check_head(&head);
        self.check_numbers(&rows);
        self.check_unique("mandatory item", &mandatory, |item| &item.key);
        self.check_unique("plan item", &plan_items, |item| &item.letter);
        self.check_unique("review input", &review_inputs, |item| &item.key);
        let known = (self.known)(&head.choice());
        if let Some(known) = &known {
            self.check_words_only(known, &head, &rows);
            let (choice, items) = (known.choice(), &known.mandatory);
            self.check_keys(&choice, "mandatory item", &mandatory, items, |it| &it.key);
            let items = &known.plan_items;
            self.check_keys(&choice, "plan item", &plan_items, items, |it| &it.letter);
            let items = &known.review_inputs;
            self.check_keys(&choice, "review input", &review_inputs, items, |it| &it.key);
        }
        let clauses = clauses(rows, head.own_labels);
        let places = places(&clauses);
        if all_rows_read && known.is_none() {
            self.check_clauses_exist(&mandatory, &places);
        }
        let pack = Pack {
            file: None,
            id: head.id.into_inner(),
            edition: head.edition.into_inner(),
            amendment: head.amendment,
            title: head.title,
            citation: head.citation.into_inner(),
            titles_note: head.titles_note,
            complete: head.complete,
            mandatory: without_places(mandatory),
            plan_items: without_places(plan_items),
            review_inputs: without_places(review_inputs),
            name: head.name,
            excludable: head
                .exclusions
                .map(Spanned::into_inner)
                .unwrap_or_default()
                .into_prefixes(),
            no_requirements: head.no_requirements,
            clauses,
            places,
        };
        Some(match known {
            Some(known) => known.in_words_of(pack),
            None => pack,
        })
    }

    /// Nothing but titles and words comes from a pack that takes the place of one of the program: what
    /// is asked for, and which clauses may be left out, is not the repository's to say.
    fn check_words_only(&mut self, known: &Pack, head: &Head, rows: &[ClauseRow]) {
        let (choice, name) = (known.choice(), known.edition_name());
        if let Some(exclusions) = &head.exclusions {
            let mut prefixes = exclusions.get_ref().prefixes();
            if prefixes.any(|prefix| !known.may_be_excluded(prefix)) {
                let message = format!(
                    "this pack takes the place of `{choice}` and gives it titles and words; which clauses of {name} may be left out is not its to say"
                );
                self.error(exclusions.span().start, &message);
            }
        }
        for row in rows {
            let number = row.number.get_ref();
            if !known.clauses.iter().any(|clause| clause.number == *number) {
                let message = format!(
                    "clause {number} is not in `{choice}`, to which this pack gives titles and words"
                );
                self.error(row.number.span().start, &message);
            }
        }
    }

    fn check_keys<T>(
        &mut self,
        choice: &str,
        what: &str,
        items: &[Spanned<T>],
        known: &[T],
        key: fn(&T) -> &String,
    ) {
        for item in items {
            let own = key(item.get_ref());
            if !known.iter().any(|it| key(it) == own) {
                let message = format!(
                    "{what} `{own}` is not in `{choice}`, to which this pack gives titles and words"
                );
                self.error(item.span().start, &message);
            }
        }
    }

    /// Takes the tables called `[[key]]` out of the file; what cannot be read is left out and
    /// reported.
    fn rows<T: DeserializeOwned>(&mut self, table: &mut DeTable<'_>, key: &str) -> Vec<T> {
        let Some(value) = table.remove(key) else {
            return Vec::new();
        };
        let start = value.span().start;
        let DeValue::Array(rows) = value.into_inner() else {
            self.error(start, &format!("`{key}` is not a list of tables: write [[{key}]]"));
            return Vec::new();
        };
        let read = rows.into_iter().map(|row| T::deserialize(ValueDeserializer::from(row)));
        read.filter_map(|row| row.map_err(|error| self.reading_error(&error)).ok()).collect()
    }

    fn check_head(&mut self, head: &Head) {
        let id = head.id.get_ref();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        if id.is_empty() || !id.chars().all(plain) {
            let message = format!("the id `{id}` has more than small letters, digits and hyphens");
            self.error(head.id.span().start, &message);
        }
        if head.edition.get_ref().trim().is_empty() {
            self.error(head.edition.span().start, "the edition is empty");
        }
        // The search for citations goes from word to word, so a name has to begin with one.
        let names = head.citation.get_ref();
        if names.is_empty() || !names.iter().all(|name| name.starts_with(char::is_alphanumeric)) {
            let message = "`citation` is one or several names that begin with a letter or a digit";
            self.error(head.citation.span().start, message);
        }
    }

    fn check_numbers(&mut self, rows: &[ClauseRow]) {
        if rows.is_empty() && self.errors.is_empty() {
            self.error(0, "the pack has no [[clause]]");
        }
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        let mut names: BTreeMap<String, &str> = BTreeMap::new();
        for number in rows.iter().flat_map(|row| std::iter::once(&row.number).chain(&row.parts)) {
            let (start, number) = (number.span().start, number.get_ref().as_str());
            if number.is_empty() || number.contains([':', ',', ' ', '\t', '\n']) {
                self.error(start, &format!("`{number}` is not a number a document could cite"));
            }
            if number.chars().count() > LONGEST_NUMBER {
                let message = format!("a number has at most {LONGEST_NUMBER} characters");
                self.error(start, &message);
            }
            let name = written_plainly(number);
            if let Some(other) = names.insert(name, number).filter(|other| *other != number) {
                let message = format!(
                    "`{number}` differs from `{other}` in the size of letters or in signs alone, so that their pages would have one name"
                );
                self.error(start, &message);
            }
            if let Some(&first) = seen.get(number) {
                let line = Position::of(self.text.as_bytes(), first).line;
                self.error(start, &format!("clause {number} stands twice, first on line {line}"));
            } else {
                seen.insert(number, start);
            }
        }
        for months in rows.iter().filter_map(|row| row.cadence_months.as_ref()) {
            if *months.get_ref() == 0 {
                self.error(months.span().start, "a cadence of 0 months; expected 1 or more");
            }
        }
    }

    fn check_unique<T>(&mut self, what: &str, items: &[Spanned<T>], key: fn(&T) -> &String) {
        let mut seen = BTreeSet::new();
        for item in items {
            let key = key(item.get_ref());
            if !seen.insert(key) {
                self.error(item.span().start, &format!("{what} `{key}` stands twice"));
            }
        }
    }

    fn check_clauses_exist(
        &mut self,
        items: &[Spanned<MandatoryItem>],
        places: &BTreeMap<String, usize>,
    ) {
        for item in items {
            for number in &item.get_ref().clauses {
                if !places.contains_key(number) {
                    let key = &item.get_ref().key;
                    let message =
                        format!("`{key}` names clause {number}, which is not in the pack");
                    self.error(item.span().start, &message);
                }
            }
        }
    }

    fn reading_error(&mut self, error: &toml::de::Error) {
        let start = error.span().map_or(0, |span| span.start);
        self.error(start, &in_our_words(error.message()));
    }

    fn error(&mut self, start: usize, message: &str) {
        self.errors.push(PackError::InFile {
            file: self.file.to_owned(),
            position: Position::of(self.text.as_bytes(), start),
            message: message.to_owned(),
        });
    }
}

/// The keys of a pack file outside its lists of tables.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    id: Spanned<String>,
    edition: Spanned<String>,
    amendment: Option<String>,
    name: Option<String>,
    title: String,
    citation: Spanned<Vec<String>>,
    exclusions: Option<Spanned<Exclusions>>,
    titles_note: Option<String>,
    #[serde(default)]
    no_requirements: Vec<String>,
    #[serde(default = "yes")]
    complete: bool,
    #[serde(default)]
    own_labels: bool,
}

impl Head {
    /// Returns the name that chooses the pack.
    fn choice(&self) -> String {
        format!("{}:{}", self.id.get_ref(), self.edition.get_ref())
    }
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "`exclusions` is true, false or a list of number prefixes")]
enum Exclusions {
    All(bool),
    Beginning(Vec<String>),
}

impl Default for Exclusions {
    fn default() -> Self {
        Self::All(false)
    }
}

impl Exclusions {
    fn prefixes(&self) -> impl Iterator<Item = &str> {
        let (all, some) = match self {
            // Every number begins with nothing.
            Self::All(all) => (all.then_some(""), &[][..]),
            Self::Beginning(prefixes) => (None, prefixes.as_slice()),
        };
        all.into_iter().chain(some.iter().map(String::as_str))
    }

    fn into_prefixes(self) -> Vec<String> {
        self.prefixes().map(str::to_owned).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClauseRow {
    number: Spanned<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    title_sources_few: bool,
    #[serde(default)]
    also_called: Vec<String>,
    #[serde(default)]
    parts: Vec<Spanned<String>>,
    must_show: Option<String>,
    #[serde(default, deserialize_with = "one_or_many")]
    kind: Vec<String>,
    #[serde(default)]
    mandatory: Mandatory,
    mandatory_why: Option<String>,
    operation: Option<String>,
    cadence: Option<String>,
    cadence_months: Option<Spanned<u32>>,
    #[serde(default)]
    practices: Vec<String>,
    note: Option<String>,
}

/// Reads a text as a list of one.
pub(super) fn one_or_many<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a text or a list of texts")]
    enum OneOrMany {
        One(String),
        Many(Vec<String>),
    }
    Ok(match OneOrMany::deserialize(from)? {
        OneOrMany::One(only) => vec![only],
        OneOrMany::Many(several) => several,
    })
}

/// Says what serde says as we would; what is not recognised is passed on as it is.
fn in_our_words(message: &str) -> String {
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let words: Vec<&str> = rest.split('`').skip(1).step_by(2).collect();
        if let Some((key, known)) = words.split_first() {
            return match did_you_mean(key, known.iter().copied().chain(LISTS)) {
                Some(meant) => format!("unknown key `{key}`; did you mean `{meant}`?"),
                None => format!("unknown key `{key}`, expected {}", listed(known, "or")),
            };
        }
    }
    if let Some(field) = message.strip_prefix("missing field ") {
        return format!("{field} is missing");
    }
    if let Some(rest) = message.strip_prefix("invalid type: ") {
        return format!("found {rest}");
    }
    message.to_owned()
}

/// Returns what is left of a number in the name of a file, on a system that does not tell small letters
/// from capitals.
fn written_plainly(number: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
    number.chars().map(|c| if plain(c) { c.to_ascii_lowercase() } else { '-' }).collect()
}

fn without_places<T>(items: Vec<Spanned<T>>) -> Vec<T> {
    items.into_iter().map(Spanned::into_inner).collect()
}

fn clauses(rows: Vec<ClauseRow>, own_labels: bool) -> Vec<Clause> {
    let numbers: BTreeSet<String> = rows.iter().map(|row| row.number.get_ref().clone()).collect();
    let exists = |number: &&str| numbers.contains(*number);
    rows.into_iter()
        .map(|row| {
            let number = row.number.into_inner();
            let parent = above(&number).find(exists).map(str::to_owned);
            let depth = 1 + above(&number).filter(exists).count();
            Clause {
                level: u8::try_from(depth).unwrap_or(u8::MAX),
                parent,
                title: row.title,
                must_show: row.must_show,
                is_heading: row.kind.iter().any(|kind| kind == "heading"),
                kinds: row.kind,
                mandatory: row.mandatory,
                mandatory_why: row.mandatory_why,
                operation: row.operation,
                cadence: row.cadence,
                cadence_months: row.cadence_months.map(Spanned::into_inner),
                practices: row.practices,
                title_is_advisory: own_labels || row.title_sources_few,
                also_called: row.also_called,
                parts: row.parts.into_iter().map(Spanned::into_inner).collect(),
                note: row.note,
                number,
            }
        })
        .collect()
}

fn places(clauses: &[Clause]) -> BTreeMap<String, usize> {
    let numbered = clauses.iter().enumerate().flat_map(|(place, clause)| {
        let numbers = std::iter::once(&clause.number).chain(&clause.parts);
        numbers.map(move |number| (number.clone(), place))
    });
    numbered.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id = \"own\"\nedition = \"1\"\ntitle = \"Ours\"\ncitation = [\"OURS\"]\n";

    fn mistakes(rest: &str) -> String {
        let found = read("own.toml", &format!("{HEAD}{rest}")).unwrap_err();
        found.iter().map(|error| format!("{error}\n")).collect()
    }

    #[test]
    fn a_small_pack_is_enough() {
        let text = format!("{HEAD}[[clause]]\nnumber = \"R1\"\n[[clause]]\nnumber = \"R1.1\"\n");
        let pack = read("own.toml", &text).unwrap();
        assert_eq!(pack.name(), "OURS:1");
        assert_eq!(pack.clause("R1.1").unwrap().parent.as_deref(), Some("R1"));
        assert_eq!(pack.clause("R1.1").unwrap().level, 2);
    }

    #[test]
    fn the_pack_in_the_manual_is_whole() {
        let manual = include_str!("../../docs/frameworks.md");
        let start = manual.find("id = \"handbook\"").unwrap();
        let text = manual[start..].split("```").next().unwrap();
        assert_eq!(read("handbook.toml", text).unwrap().choice(), "handbook:3");
    }

    #[test]
    fn every_table_reports_its_mistake() {
        let text = r#"
[[clause]]
number = "1"
tilte = "One"

[[clause]]
title = "Two"

[[clause]]
number = 3

[[clause]]
number = "4"
kind = 4

[[clause]]
number = "5"
mandatory = "maybe"
"#;
        assert_eq!(
            mistakes(text),
            "own.toml:8:1: unknown key `tilte`; did you mean `title`?\n\
             own.toml:10:1: `number` is missing\n\
             own.toml:14:10: found integer `3`, expected a string\n\
             own.toml:18:8: expected a text or a list of texts\n\
             own.toml:22:13: unknown variant `maybe`, expected one of `yes`, `implied`, `no`\n"
        );
    }

    #[test]
    fn what_stands_twice_or_nowhere_is_reported() {
        let text = r#"
[[clause]]
number = "1"
parts = ["1.1"]
cadence_months = 0

[[clause]]
number = "1.1"

[[clause]]
number = "2:1"

[[mandatory]]
key = "scope"
item = "Scope"
clauses = ["9"]
retain_or_maintain = "maintain"
check = "there is one"
"#;
        assert_eq!(
            mistakes(text),
            "own.toml:12:10: clause 1.1 stands twice, first on line 8\n\
             own.toml:15:10: `2:1` is not a number a document could cite\n\
             own.toml:9:18: a cadence of 0 months; expected 1 or more\n\
             own.toml:17:1: `scope` names clause 9, which is not in the pack\n"
        );
    }

    #[test]
    fn numbers_that_one_file_name_would_stand_for_are_reported() {
        let rows = ["a/b", "a?b", "A.1", "a.1"];
        let rows: String = rows.map(|it| format!("[[clause]]\nnumber = \"{it}\"\n")).concat();
        let alone =
            "in the size of letters or in signs alone, so that their pages would have one name";
        assert_eq!(
            mistakes(&rows),
            format!(
                "own.toml:8:10: `a?b` differs from `a/b` {alone}\n\
                 own.toml:12:10: `a.1` differs from `A.1` {alone}\n"
            )
        );
        let long = format!("[[clause]]\nnumber = \"{}\"\n", "9".repeat(81));
        assert_eq!(mistakes(&long), "own.toml:6:10: a number has at most 80 characters\n");
    }

    #[test]
    fn the_head_is_checked() {
        assert_eq!(mistakes(""), "own.toml:1:1: the pack has no [[clause]]\n");
        assert_eq!(
            mistakes("[[clauses]]\nnumber = \"1\"\n"),
            "own.toml:5:3: unknown key `clauses`; did you mean `clause`?\n"
        );
        assert_eq!(
            mistakes("exclusions = \"all\"\n[[clause]]\nnumber = \"1\"\n"),
            "own.toml:5:14: `exclusions` is true, false or a list of number prefixes\n"
        );
        assert_eq!(
            mistakes("clause = 1\n"),
            "own.toml:5:10: `clause` is not a list of tables: write [[clause]]\n"
        );
        let nameless = HEAD.replace("OURS", "") + "[[clause]]\nnumber = \"1\"\n";
        assert_eq!(
            read("own.toml", &nameless).unwrap_err()[0].to_string(),
            "own.toml:4:12: `citation` is one or several names that begin with a letter or a digit"
        );
        let found = read("own.toml", "id = \"Own pack\"\n").unwrap_err();
        assert_eq!(found[0].to_string(), "own.toml:1:1: `edition` is missing");
        assert!(mistakes("x = \ny = \n").starts_with("own.toml:5:"));
    }
}
