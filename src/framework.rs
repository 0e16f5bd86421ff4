//! Frameworks: the clauses documents refer to, by number.
//!
//! A pack holds one edition of one framework: numbers, short titles, and in our own words what
//! must be shown. Standards are many and texts are not ours to ship, so packs are data, users
//! write their own (docs/frameworks.md), and the number is the key: it is compared as text.

use crate::source::{Printable, Spanned, did_you_mean, listed};
use std::fmt;
use thiserror::Error;

mod choice;
mod citation;
mod crosswalk;
mod listing;
mod pack;
mod reading;
mod suggestion;

pub use choice::PackError;
pub use crosswalk::{CrosswalkRow, crosswalk};
pub use pack::{
    Clause, Keeping, Mandatory, MandatoryItem, Pack, PlanItem, ReviewInput, ReviewPart,
};

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

#[cfg(test)]
mod tests {
    use super::choice::BUILT_IN;
    use super::*;

    pub(super) fn load(chosen: &[&str]) -> Frameworks {
        let chosen: Vec<String> = chosen.iter().map(|&name| name.to_owned()).collect();
        Frameworks::load(&chosen, &[]).unwrap()
    }

    pub(super) fn all() -> Frameworks {
        load(&BUILT_IN.map(|(name, _)| name))
    }

    fn unknown(text: &str) -> String {
        all().resolve(text).unwrap_err().to_string()
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
}
