//! Frameworks: the clauses documents refer to, by number.
//!
//! A pack holds one edition of one framework: numbers, short titles, and in our own words what
//! must be shown. Standards are many and texts are not ours to ship, so packs are data, users
//! write their own (docs/frameworks.md), and the number is the key: it is compared as text.

use crate::source::{Position, Printable, Spanned, did_you_mean, listed};
use serde::Deserialize;
use std::{collections::BTreeMap, fmt, sync::LazyLock};
use thiserror::Error;

mod citation;
mod pack;
mod reading;
mod suggestion;

pub use pack::{
    Clause, Keeping, Mandatory, MandatoryItem, Pack, PlanItem, ReviewInput, ReviewPart,
};

/// The packs inside the program, by the names `book.toml` chooses them with.
const BUILT_IN: [(&str, &str); 6] = [
    ("iso20000-1:2018", include_str!("framework/iso20000-1.toml")),
    ("iso27001:2022", include_str!("framework/iso27001.toml")),
    ("iso9001:2015", include_str!("framework/iso9001.toml")),
    ("iso22301:2019", include_str!("framework/iso22301.toml")),
    ("soc2-tsc:2017", include_str!("framework/soc2-tsc.toml")),
    ("nist-csf:2.0", include_str!("framework/nist-csf.toml")),
];

/// The frameworks a repository works with, in the order it names them.
#[derive(Clone, Debug, PartialEq)]
pub struct Frameworks {
    // Never empty: `load` sees to it.
    packs: Vec<Pack>,
}

/// A clause, named by its pack and its number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClauseRef {
    /// The id of the pack: `iso27001`.
    pub framework: String,
    /// The number, as the pack writes it.
    pub number: String,
}

impl fmt::Display for ClauseRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.framework, self.number)
    }
}

/// A clause that prose cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The id of the pack whose framework is cited.
    pub framework: String,
    /// The number as it is written, and where.
    pub number: Spanned<String>,
    /// What is written beside the number as its title, and where.
    pub title_beside: Option<Spanned<String>>,
}

impl Frameworks {
    /// Loads the chosen packs, from the program or from `own` files (name and text).
    ///
    /// A pack of one's own with the id and edition of a built-in one gives that its titles and words.
    /// All own packs are checked, chosen or not.
    pub fn load(chosen: &[String], own: &[(String, String)]) -> Result<Self, Vec<PackError>> {
        let own = read_own(own)?;
        let mut errors = Vec::new();
        let mut packs: Vec<Pack> = Vec::new();
        for name in chosen {
            match find(name, &own) {
                None => errors.push(not_known(name, &own)),
                Some(pack) if packs.iter().any(|earlier| earlier.id == pack.id) => {
                    errors.push(PackError::ChosenTwice { name: name.clone(), id: pack.id });
                }
                Some(pack) => packs.push(pack),
            }
        }
        if chosen.is_empty() {
            errors.push(PackError::NoneChosen);
        }
        if errors.is_empty() { Ok(Self { packs }) } else { Err(errors) }
    }

    /// Loads what a branch chose that judges another one, as far as it is here: packs of the judged
    /// tree take the place of no framework of the program. Nothing, where none is here.
    pub fn of_policy(chosen: &[String], own: &[(String, String)]) -> Option<Self> {
        let mut own = read_own(own).unwrap_or_default();
        own.retain(|pack| !BUILT_IN.iter().any(|(known, _)| *known == pack.choice()));
        let packs: Vec<Pack> = chosen.iter().filter_map(|name| find(name, &own)).collect();
        (!packs.is_empty()).then_some(Self { packs })
    }

    /// Returns the framework that gives bare clause numbers their meaning: the first one chosen.
    pub fn primary(&self) -> &Pack {
        &self.packs[0]
    }

    /// Returns the packs in the order they were chosen.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Finds a chosen pack by its id.
    pub fn pack(&self, id: &str) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.id == id)
    }

    /// Finds the clause a reference names, unless its framework is not chosen.
    pub fn clause(&self, reference: &ClauseRef) -> Option<&Clause> {
        self.pack(&reference.framework)?.clause(&reference.number)
    }

    /// Finds the clause that `text` names: `8.5.1.1` in the primary framework, or with the id of
    /// a pack before it, `iso27001:A.8.32`.
    pub fn resolve(&self, text: &str) -> Result<(&Pack, &Clause), UnknownClause> {
        let (pack, written, prefix) = match text.split_once(':') {
            None => (self.primary(), text, String::new()),
            Some((id, number)) => match self.pack(id) {
                Some(pack) => (pack, number, format!("{id}:")),
                None => return Err(self.framework_not_chosen(id, number)),
            },
        };
        if let Some(clause) = pack.clause(written) {
            return Ok((pack, clause));
        }
        // `8.3.5 Supplier management`: the title says which clause was meant.
        let (number, title) = match written.split_once(' ') {
            Some((number, title)) => (number, Some(title)),
            None => (written, None),
        };
        let suggestion =
            suggestion::nearest(pack, number, title).map(|number| format!("{prefix}{number}"));
        let elsewhere = self.packs.iter().find(|other| other.clause(number).is_some());
        let suggestion = match elsewhere {
            Some(other) if other.id != pack.id => Some(format!("{}:{number}", other.id)),
            _ => suggestion,
        };
        Err(unknown_in(pack, written, suggestion))
    }

    /// Finds the clause that prose cites.
    pub fn resolve_citation(&self, citation: &Citation) -> Result<(&Pack, &Clause), UnknownClause> {
        let number = &citation.number.value;
        let Some(pack) = self.pack(&citation.framework) else {
            return Err(self.framework_not_chosen(&citation.framework, number));
        };
        let title = citation.title_beside.as_ref().map(|title| title.value.as_str());
        pack.clause(number)
            .map(|clause| (pack, clause))
            .ok_or_else(|| unknown_in(pack, number, suggestion::nearest(pack, number, title)))
    }

    /// Finds the clauses that plain text cites, in their order: `ISO/IEC 20000-1, 8.5.1`,
    /// `clauses 8.5.1 and 8.6.1 of ISO/IEC 20000-1:2018`.
    ///
    /// Spans are byte ranges of `prose`. A number with no framework beside it is not a citation:
    /// it may belong to a contract. Neither is one of another edition than the chosen one, nor
    /// one of the parts that hold no requirement.
    pub fn citations(&self, prose: &str) -> Vec<Citation> {
        citation::find(&self.packs, prose)
    }

    /// Tells whether a cell of a table is one citation and nothing else, and the next one the title
    /// of some clause.
    pub fn are_citation_and_title(&self, cell: &str, next: &str) -> bool {
        citation::is_alone(&self.packs, cell) && citation::is_title(&self.packs, next)
    }

    /// Tells whether the title written beside a cited number is that clause's.
    ///
    /// Only the known title of another clause contradicts; own wording does not, and neither do
    /// advisory titles.
    pub fn title_fits(&self, citation: &Citation) -> Result<(), TitleMismatch> {
        let Some(pack) = self.pack(&citation.framework) else {
            return Ok(());
        };
        let Some(clause) = pack.clause(&citation.number.value) else {
            return Ok(());
        };
        let Some(title) = &citation.title_beside else {
            return Ok(());
        };
        if clause.title_is_advisory || pack.is_called(clause, &title.value) {
            return Ok(());
        }
        let Some((other, found)) = pack.clause_titled(&title.value) else {
            return Ok(());
        };
        Err(TitleMismatch {
            number: citation.number.value.clone(),
            expected: clause.title.clone(),
            found: found.to_owned(),
            suggestion: other.number.clone(),
        })
    }

    fn framework_not_chosen(&self, id: &str, number: &str) -> UnknownClause {
        let ids: Vec<String> = self.packs.iter().map(|pack| pack.id.clone()).collect();
        let holds_it = |id: &&str| self.pack(id).is_some_and(|pack| pack.clause(number).is_some());
        let meant = did_you_mean(id, ids.iter().map(String::as_str)).filter(holds_it);
        UnknownClause {
            framework: id.to_owned(),
            number: number.to_owned(),
            suggestion: meant.map(|id| format!("{id}:{number}")),
            reason: Reason::FrameworkNotChosen { chosen: ids },
        }
    }
}

fn unknown_in(pack: &Pack, number: &str, suggestion: Option<String>) -> UnknownClause {
    let holds_nothing = pack.holds_no_requirement(number);
    let reason = match pack.complete {
        _ if holds_nothing => Reason::HoldsNoRequirement,
        true => Reason::NotInFramework,
        false => Reason::NotInPack,
    };
    UnknownClause {
        framework: pack.edition_name(),
        number: number.to_owned(),
        suggestion: suggestion.filter(|_| !holds_nothing),
        reason,
    }
}

/// A clause number that names no clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownClause {
    /// The framework, as people call it; where it is not chosen, what stands for it.
    pub framework: String,
    /// The number as it was written.
    pub number: String,
    /// What was probably meant, as it would be written in the same place.
    pub suggestion: Option<String>,
    /// What is the matter.
    pub reason: Reason,
}

/// Why a number names no clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The framework has no such number.
    NotInFramework,
    /// The pack does not list the number, and does not claim to list all.
    NotInPack,
    /// The number exists, but asks for nothing: scope, references, terms.
    HoldsNoRequirement,
    /// The framework is not among the chosen ones.
    FrameworkNotChosen {
        /// The ids of those that are.
        chosen: Vec<String>,
    },
}

impl fmt::Display for UnknownClause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (framework, number) = (Printable(&self.framework), Printable(&self.number));
        match &self.reason {
            Reason::NotInFramework => write!(f, "clause {number} is not in {framework}")?,
            Reason::NotInPack => write!(
                f,
                "clause {number} is not in the pack for {framework}, which lists only a part of it"
            )?,
            Reason::HoldsNoRequirement => {
                write!(f, "clause {number} of {framework} holds no requirement")?;
            }
            Reason::FrameworkNotChosen { chosen } => write!(
                f,
                "framework `{framework}` is not among those chosen: {}",
                listed(chosen, "and")
            )?,
        }
        match &self.suggestion {
            Some(meant) => write!(f, "; did you mean {}?", Printable(meant)),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownClause {}

/// A number with the title of another clause beside it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{number} is {expected}, not {found}; did you mean {suggestion}?")]
pub struct TitleMismatch {
    /// The number that is cited.
    pub number: String,
    /// Its title.
    pub expected: String,
    /// The title beside it.
    pub found: String,
    /// The number of the clause that has that title.
    pub suggestion: String,
}

/// Why frameworks cannot be loaded.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PackError {
    /// A pack of one's own is not as it should be.
    #[error(
        "{}:{}:{}: {}",
        Printable(file),
        position.line,
        position.column,
        Printable(message)
    )]
    InFile {
        /// The name of its file.
        file: String,
        /// Where in the file.
        position: Position,
        /// One sentence.
        message: String,
    },
    /// A name chooses no pack.
    #[error(
        "framework `{}` is not among {}{}",
        Printable(name),
        listed(known, "and"),
        suggestion.as_ref().map_or_else(
            || "; a file with a pack of your own is named under `packs`".to_owned(),
            |name| format!("; did you mean `{name}`?")
        )
    )]
    NotKnown {
        /// The name.
        name: String,
        /// What was probably meant.
        suggestion: Option<String>,
        /// All names there are.
        known: Vec<String>,
    },
    /// Two chosen packs have one id, so that a prefix would not tell them apart.
    #[error("framework `{}` is chosen, but `{id}` was chosen before it", Printable(name))]
    ChosenTwice {
        /// The second name.
        name: String,
        /// The id both have.
        id: String,
    },
    /// There is no first framework to give bare numbers their meaning.
    #[error("no framework is chosen; the first one gives bare clause numbers their meaning")]
    NoneChosen,
}

fn read_own(files: &[(String, String)]) -> Result<Vec<Pack>, Vec<PackError>> {
    let mut packs: Vec<Pack> = Vec::new();
    let mut errors = Vec::new();
    for (file, text) in files {
        match reading::read_beside(file, text, &of_the_program) {
            Err(mut found) => errors.append(&mut found),
            Ok(pack) if packs.iter().any(|other| other.choice() == pack.choice()) => {
                errors.push(PackError::InFile {
                    file: file.clone(),
                    position: Position { line: 1, column: 1 },
                    message: format!("another pack is called `{}` as well", pack.choice()),
                });
            }
            Ok(pack) => match cited_as_another(&pack) {
                Some((name, other)) => errors.push(PackError::InFile {
                    file: file.clone(),
                    position: Position::of(
                        text.as_bytes(),
                        text.find("citation").unwrap_or_default(),
                    ),
                    message: format!(
                        "`{name}` cites `{other}`; a pack that is cited so has its id, or another name"
                    ),
                }),
                None => packs.push(Pack { file: Some(file.clone()), ..pack }),
            },
        }
    }
    if errors.is_empty() { Ok(packs) } else { Err(errors) }
}

/// Finds a name by which a pack is cited, and which cites a framework of the program with another id.
fn cited_as_another(own: &Pack) -> Option<(String, String)> {
    let packs = BUILT_IN.iter().filter_map(|(name, _)| of_the_program(name));
    packs.filter(|pack| pack.id != own.id).find_map(|pack| {
        let is_its = |name: &&String| pack.citation.iter().any(|it| it.eq_ignore_ascii_case(name));
        Some((own.citation.iter().find(is_its)?.clone(), pack.choice()))
    })
}

/// Own packs answer to their id alone. Built-in ones do not: an edition that is not named would
/// change with the program, and every verdict with it.
fn find(name: &str, own: &[Pack]) -> Option<Pack> {
    if let Some(pack) = own.iter().find(|pack| pack.choice() == name) {
        return Some(pack.clone());
    }
    if let Some(pack) = of_the_program(name) {
        return Some(pack);
    }
    let mut with_that_id = own.iter().filter(|pack| pack.id == name);
    let pack = with_that_id.next()?;
    with_that_id.next().is_none().then(|| pack.clone())
}

/// Returns the pack of the program that a name with an edition chooses.
fn of_the_program(choice: &str) -> Option<Pack> {
    let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == choice)?;
    Some(reading::read(name, text).expect("the packs of the program are read by its tests"))
}

fn not_known(name: &str, own: &[Pack]) -> PackError {
    let built_in = BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let mut known: Vec<String> = built_in.chain(own.iter().map(Pack::choice)).collect();
    known.sort();
    known.dedup();
    let id = name.split(':').next().unwrap_or(name);
    let other_edition = known.iter().find(|known| known.split(':').next() == Some(id));
    let suggestion = match other_edition {
        Some(known) => Some(known.clone()),
        None => did_you_mean(name, known.iter().map(String::as_str)).map(str::to_owned),
    };
    PackError::NotKnown { name: name.to_owned(), suggestion, known }
}

/// What the documents of one clause of ISO/IEC 20000-1 serve elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkRow {
    /// The number in ISO/IEC 20000-1:2018.
    pub number: String,
    /// Numbers in other frameworks, by the id of the pack.
    pub elsewhere: BTreeMap<String, Vec<String>>,
    /// What the row is about.
    pub note: String,
}

/// Returns the crosswalk from ISO/IEC 20000-1:2018 to the other built-in packs: an indication,
/// not a proof.
pub fn crosswalk() -> &'static [CrosswalkRow] {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        row: Vec<CrosswalkRow>,
    }
    static ROWS: LazyLock<Vec<CrosswalkRow>> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("framework/crosswalk.toml"))
            .expect("the crosswalk of the program is read by its tests");
        file.row
    });
    &ROWS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(chosen: &[&str]) -> Frameworks {
        let chosen: Vec<String> = chosen.iter().map(|&name| name.to_owned()).collect();
        Frameworks::load(&chosen, &[]).unwrap()
    }

    fn all() -> Frameworks {
        load(&BUILT_IN.map(|(name, _)| name))
    }

    fn unknown(text: &str) -> String {
        all().resolve(text).unwrap_err().to_string()
    }

    #[test]
    fn every_built_in_pack_reads_and_has_the_name_that_chooses_it() {
        for (name, text) in BUILT_IN {
            assert_eq!(reading::read(name, text).unwrap().choice(), name);
        }
    }

    #[test]
    fn iso_20000_1_is_whole() {
        let frameworks = all();
        let pack = frameworks.primary();
        assert_eq!(pack.name(), "ISO/IEC 20000-1:2018 + Amd 1:2024");
        assert_eq!(pack.clauses().len(), 80);
        assert_eq!(pack.leaves().count(), 59);
        let is_leaf = |clause: &Clause| pack.children(&clause.number).next().is_none();
        assert!(pack.clauses().iter().all(|clause| clause.is_heading != is_leaf(clause)));
        assert_eq!(pack.clauses().iter().filter(|clause| clause.title_is_advisory).count(), 13);
        assert!(pack.leaves().all(|clause| clause.must_show.is_some()));
        assert!(pack.clauses().iter().all(|clause| !pack.may_be_excluded(&clause.number)));
        assert_eq!(pack.mandatory.len(), 37);
        assert_eq!(pack.plan_items.len(), 9);
        let inputs = pack.review_inputs.iter().filter(|input| input.kind == ReviewPart::Input);
        assert_eq!(inputs.count(), 14);
    }

    #[test]
    fn clauses_know_their_place() {
        let frameworks = all();
        let pack = frameworks.primary();
        let policy = pack.clause("8.5.1.1").unwrap();
        assert_eq!((policy.level, policy.parent.as_deref()), (4, Some("8.5.1")));
        assert_eq!(policy.cadence_months, Some(12));
        let above: Vec<&str> = pack.ancestors("8.5.1.1").map(|clause| &*clause.number).collect();
        assert_eq!(above, ["8.5.1", "8.5", "8"]);
        let months = |number| pack.clause(number).unwrap().cadence_months;
        assert_eq!((months("8.6.1"), months("9.1"), months("7.5.1")), (Some(1), Some(3), None));
        assert_eq!(pack.clause("9.2.1").unwrap().number, "9.2");
    }

    #[test]
    fn annex_a_is_whole_and_may_be_excluded() {
        let frameworks = all();
        let pack = frameworks.pack("iso27001").unwrap();
        let controls = pack.leaves().filter(|clause| clause.number.starts_with("A."));
        assert_eq!(controls.count(), 93);
        assert!(pack.may_be_excluded("A.8.32") && !pack.may_be_excluded("8.1"));
    }

    #[test]
    fn every_clause_of_the_crosswalk_is_in_its_pack() {
        let frameworks = all();
        for row in crosswalk() {
            assert!(frameworks.primary().clause(&row.number).is_some(), "{}", row.number);
            for (id, numbers) in &row.elsewhere {
                let pack = frameworks.pack(id).unwrap();
                for number in numbers {
                    assert!(pack.clause(number).is_some(), "{id}:{number}");
                }
            }
        }
        let contracts = crosswalk().iter().find(|row| row.number == "8.3.4.1").unwrap();
        assert_eq!(contracts.elsewhere["iso27001"], ["A.5.19", "A.5.20", "A.5.21", "A.5.22"]);
    }

    #[test]
    fn numbers_resolve_as_text() {
        let frameworks = all();
        let (pack, clause) = frameworks.resolve("8.5.1.1").unwrap();
        assert_eq!((&*pack.id, &*clause.title), ("iso20000-1", "Change management policy"));
        let (pack, clause) = frameworks.resolve("iso27001:A.8.32").unwrap();
        assert_eq!((&*pack.id, &*clause.number), ("iso27001", "A.8.32"));
        for text in ["8.10", "08", "8.5.1.", " 8.5", "8,5", "8.5 ", "", "iso27001:"] {
            assert!(frameworks.resolve(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_number_says_what_was_meant() {
        for (text, meant) in [
            ("8.5.1.4", "8.5.1.3"),
            ("8.8", "8.7"),
            ("11", "10"),
            ("08", "8"),
            ("8.6.1.2", "8.6.1"),
            ("7.5.4b", "7.5.4"),
            ("7.5.4 (b)", "7.5.4"),
            ("8.3.5 Supplier management", "8.3.4"),
            ("8.9 Service management plan", "6.3"),
        ] {
            assert_eq!(
                unknown(text),
                format!("clause {text} is not in ISO/IEC 20000-1:2018; did you mean {meant}?")
            );
        }
        for text in ["77.88.99", "8.10", "10.10"] {
            assert_eq!(unknown(text), format!("clause {text} is not in ISO/IEC 20000-1:2018"));
        }
    }

    #[test]
    fn other_reasons_have_other_sentences() {
        for (text, sentence) in [
            ("3.2.5", "clause 3.2.5 of ISO/IEC 20000-1:2018 holds no requirement"),
            (
                "A.8.32",
                "clause A.8.32 is not in ISO/IEC 20000-1:2018; did you mean iso27001:A.8.32?",
            ),
            (
                "iso27001:A.5.38",
                "clause A.5.38 is not in ISO/IEC 27001:2022; did you mean iso27001:A.5.37?",
            ),
            (
                "nist-csf:GV.OC-1",
                "clause GV.OC-1 is not in the pack for NIST CSF 2.0, which lists only a part of \
                 it; did you mean nist-csf:GV.OC-01?",
            ),
        ] {
            assert_eq!(unknown(text), sentence);
        }
        let two = load(&["iso20000-1:2018", "iso27001:2022"]);
        assert_eq!(
            two.resolve("iso2701:A.8.32").unwrap_err().to_string(),
            "framework `iso2701` is not among those chosen: iso20000-1 and iso27001; did you mean \
             iso27001:A.8.32?"
        );
    }

    #[test]
    fn a_title_of_another_clause_contradicts() {
        let frameworks = all();
        let judged = |prose: &str| {
            let citations = frameworks.citations(&format!("ISO/IEC 20000-1, {prose}"));
            assert_eq!(citations.len(), 1, "{prose}");
            frameworks.title_fits(&citations[0]).map_err(|mismatch| mismatch.to_string())
        };
        for (prose, sentence) in [
            (
                "8.3.3 Supplier management",
                "8.3.3 is Service level management, not Supplier management; did you mean 8.3.4?",
            ),
            (
                "8.1 (service management plan)",
                "8.1 is Operational planning and control, not Service management plan; did you \
                 mean 6.3?",
            ),
            (
                "8.2 “Incident management process”",
                "8.2 is Service portfolio, not Incident management; did you mean 8.6.1?",
            ),
        ] {
            assert_eq!(judged(prose), Err(sentence.to_owned()));
        }
        for prose in [
            "8.3.4 Supplier management",
            "8.5.1.1 change management",
            "8.7.3.3 Information security management",
            "8.2.2 (Plan services)",
            "8.5.1 (as we do it)",
            "8.5.1 (Policy on changes)",
            "7.5.2 Supplier management",
            "9.2.1 Internal audit",
            "8.10 Supplier management",
        ] {
            assert_eq!(judged(prose), Ok(()), "{prose}");
        }
    }

    #[test]
    fn an_unknown_citation_is_suggested_by_its_title() {
        let frameworks = all();
        let citations = frameworks.citations("clause 8.3.5 (Supplier management) of ISO 20000-1");
        let unknown = frameworks.resolve_citation(&citations[0]).unwrap_err();
        assert_eq!(unknown.suggestion.as_deref(), Some("8.3.4"));
    }

    #[test]
    fn names_that_choose_nothing() {
        let errors = |chosen: &[&str]| {
            let chosen: Vec<String> = chosen.iter().map(|&name| name.to_owned()).collect();
            let errors = Frameworks::load(&chosen, &[]).unwrap_err();
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let known = "iso20000-1:2018, iso22301:2019, iso27001:2022, iso9001:2015, nist-csf:2.0 \
                     and soc2-tsc:2017";
        assert_eq!(
            errors(&["iso20000-1", "iso20071:2022", "zzz"]),
            [
                format!(
                    "framework `iso20000-1` is not among {known}; did you mean `iso20000-1:2018`?"
                ),
                format!(
                    "framework `iso20071:2022` is not among {known}; did you mean `iso27001:2022`?"
                ),
                format!(
                    "framework `zzz` is not among {known}; a file with a pack of your own is named under `packs`"
                ),
            ]
        );
        assert_eq!(
            errors(&["iso9001:2015", "iso9001:2015"]),
            ["framework `iso9001:2015` is chosen, but `iso9001` was chosen before it"]
        );
        assert_eq!(errors(&[]).len(), 1);
    }

    #[test]
    fn a_pack_in_the_place_of_a_built_in_one_gives_words_alone() {
        let load = |edition: &str, rest: &str| {
            let text = format!(
                "id = \"iso20000-1\"\nedition = \"{edition}\"\ntitle = \"Unsere\"\ncitation = [\"ISO 20k\"]\n{rest}"
            );
            let chosen = format!("iso20000-1:{edition}");
            Frameworks::load(&[chosen], &[("iso.toml".to_owned(), text)])
        };
        let words = "[[clause]]\nnumber = \"8.6.1\"\ntitle = \"Störungen\"\nmandatory = \"no\"\n";
        let frameworks = load("2018", words).unwrap();
        let pack = frameworks.primary();
        assert_eq!((pack.clauses().len(), pack.mandatory.len()), (80, 37));
        assert_eq!(pack.file.as_deref(), Some("iso.toml"));
        assert_eq!(pack.clause("8.6.1").unwrap().title, "Störungen");
        assert!(pack.clause("8.6.1").unwrap().must_show.is_some());
        for name in ["ISO 20k", "ISO/IEC 20000-1"] {
            assert_eq!(frameworks.citations(&format!("{name}, 8.6.1")).len(), 1, "{name}");
        }
        let mistakes = |edition: &str, rest: &str| {
            let errors = load(edition, rest).unwrap_err();
            errors.iter().map(|error| format!("{error}\n")).collect::<String>()
        };
        let more = "exclusions = true\n[[clause]]\nnumber = \"8.8\"\n[[plan_item]]\nletter = \"x\"\ncontent = \"c\"\nchecks = \"c\"\n";
        assert_eq!(
            mistakes("2018", more),
            "iso.toml:5:14: this pack takes the place of `iso20000-1:2018` and gives it titles and words; which clauses of ISO/IEC 20000-1:2018 may be left out is not its to say\n\
             iso.toml:7:10: clause 8.8 is not in `iso20000-1:2018`, to which this pack gives titles and words\n\
             iso.toml:8:1: plan item `x` is not in `iso20000-1:2018`, to which this pack gives titles and words\n"
        );
        let text = "id = \"sms\"\nedition = \"1\"\ntitle = \"T\"\ncitation = [\"iso/iec 20000-1\"]\n[[clause]]\nnumber = \"1\"\n";
        let own = [("sms.toml".to_owned(), text.to_owned())];
        let errors = Frameworks::load(&["sms".to_owned()], &own).unwrap_err();
        assert_eq!(
            errors[0].to_string(),
            "sms.toml:4:1: `iso/iec 20000-1` cites `iso20000-1:2018`; a pack that is cited so has its id, or another name"
        );
        let later = "exclusions = [\"8.7\"]\n[[clause]]\nnumber = \"1\"\n";
        let none = "iso.toml:5:14: no clause of ISO/IEC 20000-1 can be left out\n";
        assert_eq!(mistakes("2030", later), none);
    }

    #[test]
    fn packs_of_ones_own() {
        let pack = |id: &str, edition: &str| {
            format!(
                "id = \"{id}\"\nedition = \"{edition}\"\ntitle = \"Ours\"\ncitation = [\"HBK\"]\n\
                 [[clause]]\nnumber = \"H.1\"\ntitle = \"Doors and windows\"\n"
            )
        };
        let file = |name: &str, text: String| (name.to_owned(), text);
        let handbook = file("handbook.toml", pack("handbook", "3"));
        let both = ["iso20000-1:2018".to_owned(), "handbook".to_owned()];
        let frameworks = Frameworks::load(&both, std::slice::from_ref(&handbook)).unwrap();
        assert!(frameworks.resolve("handbook:H.1").is_ok());
        assert_eq!(frameworks.citations("see HBK, H.1 Doors and windows").len(), 1);

        let names = ["nowhere".to_owned(), "iso20000-1:2018".to_owned()];
        let words = pack("iso20000-1", "2018").replace("H.1", "8.1");
        let instead = file("iso.toml", words);
        let of_policy = Frameworks::of_policy(&names, &[instead]).unwrap();
        assert_eq!(of_policy.packs().len(), 1);
        assert_eq!(of_policy.resolve("8.1").unwrap().1.title, "Operational planning and control");
        assert_eq!(Frameworks::of_policy(&names[..1], &[]), None);

        let again = file("again.toml", pack("handbook", "3"));
        let broken = file("broken.toml", "id = 1\n".to_owned());
        let errors = Frameworks::load(&both, &[handbook, again, broken]).unwrap_err();
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "again.toml:1:1: another pack is called `handbook:3` as well",
                "broken.toml:1:6: found integer `1`, expected a string"
            ]
        );
    }
}
