//! One pack: one edition of one framework, and the questions its clauses answer.

use super::reading::one_or_many;
use serde::Deserialize;
use std::collections::BTreeMap;

/// One edition of one framework.
#[derive(Clone, Debug, PartialEq)]
pub struct Pack {
    /// The file of one's own it was read from; none for the packs of the program. Readers should
    /// be told, as such a pack can say anything.
    pub file: Option<String>,
    /// The name by which documents refer to it: `iso27001`.
    pub id: String,
    /// Its edition: `2018`.
    pub edition: String,
    /// The amendment it includes: `Amd 1:2024`.
    pub amendment: Option<String>,
    /// What it is about.
    pub title: String,
    /// The names by which prose cites it, without the edition.
    pub citation: Vec<String>,
    /// What readers should know about the titles.
    pub titles_note: Option<String>,
    /// Whether every clause of the framework is listed.
    pub complete: bool,
    /// Documented information that is mandatory.
    pub mandatory: Vec<MandatoryItem>,
    /// What the plan of the management system holds.
    pub plan_items: Vec<PlanItem>,
    /// What management review takes in and gives out.
    pub review_inputs: Vec<ReviewInput>,
    pub(super) name: Option<String>,
    pub(super) excludable: Vec<String>,
    pub(super) no_requirements: Vec<String>,
    pub(super) clauses: Vec<Clause>,
    /// By number, and by the numbers of untitled parts.
    pub(super) places: BTreeMap<String, usize>,
}

/// A numbered place of a framework.
#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    /// Its number, the key: compared as text.
    pub number: String,
    /// Its short title; empty where it has none.
    pub title: String,
    /// How deep it stands, from 1.
    pub level: u8,
    /// The number of the clause it belongs to.
    pub parent: Option<String>,
    /// What must be shown, in our own words.
    pub must_show: Option<String>,
    /// The kinds of documented information that show it.
    pub kinds: Vec<String>,
    /// Whether documented information is mandatory.
    pub mandatory: Mandatory,
    /// Why, or to what extent.
    pub mandatory_why: Option<String>,
    /// What shows that it is operated.
    pub operation: Option<String>,
    /// How often that evidence arises, in words.
    pub cadence: Option<String>,
    /// The same in months, where the words give a period: of several activities the most
    /// frequent, of alternatives the less frequent.
    pub cadence_months: Option<u32>,
    /// The practices that serve it.
    pub practices: Vec<String>,
    /// Whether it only gathers the clauses beneath it.
    pub is_heading: bool,
    /// Whether the title is not certain enough to contradict anybody.
    pub title_is_advisory: bool,
    /// Other names of it that prose uses.
    pub also_called: Vec<String>,
    /// Numbers of its untitled parts, which stand for the clause itself.
    pub parts: Vec<String>,
    /// A remark for readers.
    pub note: Option<String>,
}

/// Whether a clause makes documented information mandatory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mandatory {
    /// It says so.
    Yes,
    /// Another clause says so, or it cannot be shown otherwise.
    Implied,
    /// It does not.
    #[default]
    No,
}

/// Documented information the framework makes mandatory.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MandatoryItem {
    /// Its name for machines: `change-policy`.
    pub key: String,
    /// Its name for people.
    pub item: String,
    /// The clauses that ask for it; none means all.
    #[serde(default)]
    pub clauses: Vec<String>,
    /// Its letter in the list of the framework.
    pub letter: Option<String>,
    /// What kind of documented information it is.
    #[serde(rename = "kind", default, deserialize_with = "one_or_many")]
    pub kinds: Vec<String>,
    /// Whether it is kept current or kept as proof.
    #[serde(rename = "retain_or_maintain")]
    pub keeping: Keeping,
    /// The types of documents that are it by default.
    #[serde(default)]
    pub types: Vec<String>,
    /// When it is there, in our own words.
    pub check: String,
}

/// How documented information is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Keeping {
    /// Kept current: documents.
    Maintain,
    /// Kept as proof: records.
    Retain,
}

/// Something the plan of the management system holds or points to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanItem {
    /// Its letter, or a word.
    pub letter: String,
    /// What it is, in our own words.
    pub content: String,
    /// When it is there, in our own words.
    pub checks: String,
    /// Types of documents it usually comes from.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Something management review takes in, gives out or states.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewInput {
    /// Its name for machines.
    pub key: String,
    /// Which part of the review it is.
    pub kind: ReviewPart,
    /// What it is, in our own words.
    pub content: String,
}

/// A part of the management review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReviewPart {
    /// What is looked at.
    Input,
    /// What is decided.
    Output,
    /// Who met, and when.
    Meta,
}

impl Clause {
    /// Takes its title and the words about it from another pack, as far as they are there.
    fn take_words(&mut self, its: Self) {
        if !its.title.is_empty() {
            (self.title, self.title_is_advisory) = (its.title, its.title_is_advisory);
        }
        self.also_called.extend(its.also_called);
        self.must_show = its.must_show.or(self.must_show.take());
        self.mandatory_why = its.mandatory_why.or(self.mandatory_why.take());
        self.operation = its.operation.or(self.operation.take());
        self.note = its.note.or(self.note.take());
        if !its.practices.is_empty() {
            self.practices = its.practices;
        }
    }
}

impl MandatoryItem {
    /// Returns its name as it reads within a sentence.
    pub fn name(&self) -> String {
        let mut chars = self.item.chars();
        chars.next().map(|first| first.to_lowercase().chain(chars).collect()).unwrap_or_default()
    }
}

impl Pack {
    /// Returns its name in full: `ISO/IEC 20000-1:2018 + Amd 1:2024`.
    pub fn name(&self) -> String {
        match &self.amendment {
            Some(amendment) => format!("{} + {amendment}", self.edition_name()),
            None => self.edition_name(),
        }
    }

    /// Returns its name without the amendment: `ISO/IEC 20000-1:2018`.
    pub fn edition_name(&self) -> String {
        let called = self.citation.first().unwrap_or(&self.title);
        self.name.clone().unwrap_or_else(|| format!("{called}:{}", self.edition))
    }

    /// Returns the name that chooses it in `book.toml`: `iso20000-1:2018`.
    pub fn choice(&self) -> String {
        format!("{}:{}", self.id, self.edition)
    }

    /// Returns it with the titles and words of another pack, where that has some; what it asks for
    /// stays. Prose that cites either of them cites it.
    pub(super) fn in_words_of(self, other: Self) -> Self {
        let mut citation = other.citation;
        let further = self.citation.into_iter().filter(|name| !citation.contains(name));
        citation.extend(further.collect::<Vec<_>>());
        let mut clauses = self.clauses;
        for its in other.clauses {
            if let Some(own) = clauses.iter_mut().find(|own| own.number == its.number) {
                own.take_words(its);
            }
        }
        let mut mandatory = self.mandatory;
        for its in other.mandatory {
            if let Some(own) = mandatory.iter_mut().find(|own| own.key == its.key) {
                (own.item, own.check) = (its.item, its.check);
            }
        }
        let mut plan_items = self.plan_items;
        for its in other.plan_items {
            if let Some(own) = plan_items.iter_mut().find(|own| own.letter == its.letter) {
                (own.content, own.checks) = (its.content, its.checks);
            }
        }
        let mut review_inputs = self.review_inputs;
        for its in other.review_inputs {
            if let Some(own) = review_inputs.iter_mut().find(|own| own.key == its.key) {
                own.content = its.content;
            }
        }
        Self {
            title: other.title,
            name: other.name.or(self.name),
            titles_note: other.titles_note,
            citation,
            clauses,
            mandatory,
            plan_items,
            review_inputs,
            ..self
        }
    }

    /// Returns all clauses in the order of the framework.
    pub fn clauses(&self) -> &[Clause] {
        &self.clauses
    }

    /// Returns the clauses that are not headings: those that can be shown and audited.
    pub fn leaves(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| !clause.is_heading)
    }

    /// Finds the clause with that number; the number of an untitled part finds the clause it
    /// belongs to.
    pub fn clause(&self, number: &str) -> Option<&Clause> {
        self.places.get(number).map(|&place| &self.clauses[place])
    }

    /// Returns the clauses directly beneath the one with that number.
    pub fn children(&self, number: &str) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(move |clause| clause.parent.as_deref() == Some(number))
    }

    /// Returns the clauses above the one with that number, nearest first.
    pub fn ancestors(&self, number: &str) -> impl Iterator<Item = &Clause> {
        let parent_of = |clause: &Clause| self.clause(clause.parent.as_deref()?);
        let first = self.clause(number).and_then(parent_of);
        std::iter::successors(first, move |clause| parent_of(clause))
    }

    /// Returns the clauses between the ones with two numbers; a row that goes backwards has none.
    pub fn between(&self, first: &str, last: &str) -> &[Clause] {
        let place = |number: &str| self.clauses.iter().position(|it| it.number == number);
        let between = place(first)
            .zip(place(last))
            .and_then(|(first, last)| self.clauses.get(first + 1..last));
        between.unwrap_or_default()
    }

    /// Tells whether the clause with one number is the one with another, or lies beneath it.
    pub fn is_within(&self, number: &str, other: &str) -> bool {
        number == other || self.ancestors(number).any(|above| above.number == other)
    }

    /// Tells whether the clause with that number may be marked not applicable.
    pub fn may_be_excluded(&self, number: &str) -> bool {
        self.excludable.iter().any(|prefix| number.starts_with(prefix.as_str()))
    }

    /// Tells whether the number belongs to a part that asks for nothing (scope, terms).
    pub(super) fn holds_no_requirement(&self, number: &str) -> bool {
        let listed = |number: &str| self.no_requirements.iter().any(|other| other == number);
        listed(number) || above(number).any(listed)
    }

    /// Tells whether a number is of a shape this framework uses: `A.5.1` is not for one that
    /// numbers by digits alone.
    pub(super) fn could_hold(&self, number: &str) -> bool {
        let shape = letters_before(number);
        !self.holds_no_requirement(number)
            && self.clauses.iter().any(|clause| letters_before(&clause.number) == shape)
    }

    /// Returns the titles certain enough to be recognised, each with its clause.
    pub(super) fn known_titles(&self) -> impl Iterator<Item = (&Clause, &str)> {
        let certain = self.clauses.iter().filter(|clause| !clause.title_is_advisory);
        certain.flat_map(|clause| {
            let titles = std::iter::once(&clause.title).chain(&clause.also_called);
            titles.filter(|title| !title.is_empty()).map(move |title| (clause, title.as_str()))
        })
    }

    /// Finds the clause whose title `text` is or begins with; the longest title decides. A title
    /// of one word must be the whole text: "Policy on changes" does not name the clause Policy.
    pub(super) fn clause_titled(&self, text: &str) -> Option<(&Clause, &str)> {
        let text = folded(text);
        let begins_with = |title: &str| match text.strip_prefix(&*folded(title)) {
            Some("") => true,
            Some(rest) => title.contains(' ') && !rest.starts_with(char::is_alphanumeric),
            None => false,
        };
        self.known_titles()
            .filter(|(_, title)| begins_with(title))
            .max_by_key(|(_, title)| title.len())
    }

    /// Tells whether `text` may stand beside the number of `clause`: its title, a part of it or
    /// more than it, or the title of a clause above.
    pub(super) fn is_called(&self, clause: &Clause, text: &str) -> bool {
        let text = folded(text);
        let own = std::iter::once(&clause.title).chain(&clause.also_called);
        let fits_own = own
            .filter(|title| !title.is_empty())
            .any(|title| text.contains(&folded(title)) || folded(title).contains(&text));
        fits_own || self.ancestors(&clause.number).any(|above| folded(&above.title) == text)
    }
}

/// Returns the numbers above a number, nearest first: `GV.OC` and `GV` for `GV.OC-01`.
pub(super) fn above(number: &str) -> impl Iterator<Item = &str> {
    let cut = |number: &str| number.rfind(['.', '-']);
    std::iter::successors(cut(number).map(|at| &number[..at]), move |number| {
        cut(number).map(|at| &number[..at])
    })
}

fn letters_before(number: &str) -> &str {
    let end = number.find(|c: char| !c.is_alphabetic()).unwrap_or(number.len());
    &number[..end]
}

fn folded(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    words.join(" ").to_lowercase()
}
