//! How findings and evidence leave the program: for people, and for machines.

pub mod audit;
pub mod changes;
pub mod codeowners;
pub mod document;
pub mod fingerprint;
pub mod github;
pub mod gitlab;
pub mod human;
pub mod json;
pub mod junit;
pub mod known;
pub mod markdown;
pub mod places;
mod plain;
pub mod pull_request;
pub mod redline;
pub mod sarif;
pub mod schema;
pub mod standing;
pub mod tenure;

use crate::finding::Level;
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::source::counted;

/// The numbers of a run, the same in every format.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Controlled documents, records apart.
    pub documents: usize,
    /// Records.
    pub records: usize,
    /// How many of these files cannot be identified; absent where there is none.
    #[serde(skip_serializing_if = "is_none")]
    #[schemars(default)]
    pub unidentified: usize,
    /// Files that are not under document control.
    pub uncontrolled: usize,
    /// How many of these book.toml lists, or lie outside of the source folder: of these `UF002` alone may
    /// name some; absent where there is none.
    #[serde(skip_serializing_if = "is_none")]
    #[schemars(default)]
    pub uncontrolled_by_choice: usize,
    /// Findings at error level.
    pub errors: usize,
    /// Findings at warning level.
    pub warnings: usize,
    /// Findings at note level.
    pub notes: usize,
    /// How many of these findings were known before, so that they fail no run; absent where there is
    /// none.
    #[serde(skip_serializing_if = "is_none")]
    #[schemars(default)]
    pub known: usize,
    /// How many of these findings a document waives; absent where there is none.
    #[serde(skip_serializing_if = "is_none")]
    #[schemars(default)]
    pub waived: usize,
    /// Statements of evidence.
    pub evidence: usize,
    /// The day spoken of.
    pub as_of: String,
    /// The judged commit, in full.
    pub head: String,
    /// Whether that commit is only being made: what is staged was judged.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub staged: bool,
    /// Whether the history reaches its roots; with less there is no judgement.
    #[schemars(extend("const" = "complete"))]
    pub history: &'static str,
    /// The revision whose rules judge; absent where the tree judges itself.
    pub policy_ref: Option<String>,
}

impl Summary {
    /// Says how many documents and records there are, and how many of them cannot be identified.
    pub fn counted(&self) -> String {
        let not_identified = match self.unidentified {
            0 => String::new(),
            number => format!(", {number} of these not identified"),
        };
        let documents = counted(self.documents, "document");
        format!("{documents}, {}{not_identified}", counted(self.records, "record"))
    }

    /// Says how many files are not under document control, and how many of them book.toml lists
    /// or lie outside of the source folder.
    pub fn counted_uncontrolled(&self) -> String {
        let by_choice = match self.uncontrolled_by_choice {
            0 => String::new(),
            number => format!(" ({number} listed, or outside of the source folder)"),
        };
        format!("{} not under document control{by_choice}", counted(self.uncontrolled, "file"))
    }

    /// Counts.
    pub fn of(sms: &Sms, outcome: &Outcome) -> Self {
        Self {
            documents: sms.maintained().count(),
            records: sms.records().count(),
            unidentified: sms.unidentified(),
            uncontrolled: sms.uncontrolled.len(),
            uncontrolled_by_choice: sms.uncontrolled.iter().filter(|it| it.is_by_choice()).count(),
            errors: outcome.count(Level::Error),
            warnings: outcome.count(Level::Warning),
            notes: outcome.count(Level::Note),
            known: outcome.findings.iter().filter(|finding| finding.is_known).count(),
            waived: outcome.waived(),
            evidence: outcome.evidence.len(),
            as_of: sms.as_of.to_string(),
            head: sms.head.to_string(),
            staged: sms.is_imagined,
            history: "complete",
            policy_ref: sms.trust.policy_ref.clone(),
        }
    }
}

fn is_none(number: &usize) -> bool {
    *number == 0
}
