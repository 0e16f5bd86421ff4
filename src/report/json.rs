//! Findings and evidence for machines: a format to hold on to, additive within a major version.

use super::Summary;
use crate::document::DocId;
use crate::finding::{Evidence, Finding, Place};
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::sms::coverage::Coverage;
use crate::source::{Lines, Position, RepoPath};
use serde::Serialize;
use std::collections::BTreeMap;

/// The major version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// What `check --format json` prints.
#[derive(Clone, Debug, Serialize)]
pub struct Document {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The numbers of the run.
    pub summary: Summary,
    /// The findings, by file and place.
    pub findings: Vec<JsonFinding>,
    /// The evidence, by document and file.
    pub evidence: Vec<JsonEvidence>,
}

/// One finding.
#[derive(Clone, Debug, Serialize)]
pub struct JsonFinding {
    code: &'static str,
    name: &'static str,
    level: &'static str,
    document: Option<String>,
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: String,
    label: Option<String>,
    others: Vec<JsonLabel>,
    notes: Vec<String>,
    help: Option<String>,
    commit: Option<String>,
    clause: Option<String>,
    docs: String,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, Serialize)]
pub struct JsonLabel {
    path: String,
    line: usize,
    column: usize,
    text: String,
}

/// One statement of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct JsonEvidence {
    code: &'static str,
    name: &'static str,
    document: Option<String>,
    path: String,
    commit: Option<String>,
    statement: String,
}

/// Puts a run into the format.
pub fn document(sms: &Sms, outcome: &Outcome) -> Document {
    Document {
        schema_version: SCHEMA_VERSION,
        summary: Summary::of(sms, outcome),
        findings: findings(sms, &outcome.findings),
        evidence: outcome.evidence.iter().map(evidence).collect(),
    }
}

/// Writes a value of the format as text.
///
/// # Errors
/// Never for the types of this module; serde's signature allows it.
pub fn to_text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(value)? + "\n")
}

fn findings(sms: &Sms, findings: &[Finding]) -> Vec<JsonFinding> {
    let mut lines = BTreeMap::new();
    findings.iter().map(|found| finding(sms, &mut lines, found)).collect()
}

/// The lines of the files that findings are in, read when they are first asked for.
type LinesOf = BTreeMap<RepoPath, Lines>;

fn finding(sms: &Sms, lines: &mut LinesOf, finding: &Finding) -> JsonFinding {
    let (start, end) = positions(sms, lines, &finding.place);
    let others = finding.others.iter().map(|other| {
        let (start, _) = positions(sms, lines, &other.place);
        JsonLabel {
            path: other.place.path.to_string(),
            line: start.line,
            column: start.column,
            text: other.text.clone(),
        }
    });
    let others = others.collect();
    JsonFinding {
        code: finding.rule.code,
        name: finding.rule.name,
        level: finding.level.word(),
        document: finding.place.document.clone(),
        path: finding.place.path.to_string(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: finding.message.clone(),
        label: finding.label.clone(),
        others,
        notes: finding.notes.clone(),
        help: finding.help.clone(),
        commit: finding.commit.clone(),
        clause: finding.clause.clone(),
        docs: format!("rules/{}.html", finding.rule.name),
    }
}

fn evidence(evidence: &Evidence) -> JsonEvidence {
    JsonEvidence {
        code: evidence.rule.code,
        name: evidence.rule.name,
        document: evidence.document.clone(),
        path: evidence.path.to_string(),
        commit: evidence.commit.clone(),
        statement: evidence.statement.clone(),
    }
}

/// A finding about a file as a whole stands on its first line.
fn positions(sms: &Sms, lines: &mut LinesOf, place: &Place) -> (Position, Position) {
    let top = Position { line: 1, column: 1 };
    match (place.span, sms.text_of(&place.path)) {
        (Some(span), Some(text)) => {
            let lines = lines.entry(place.path.clone()).or_insert_with(|| Lines::of(text));
            (lines.position(text, span.start), lines.position(text, span.end))
        }
        _ => (top, top),
    }
}

/// One clause and what covers it: `clauses --format json` prints a list of them.
#[derive(Clone, Debug, Serialize)]
pub struct JsonClause {
    framework: String,
    number: String,
    title: String,
    level: u8,
    level_name: &'static str,
    why_not_higher: String,
    documents: Vec<String>,
    records: Vec<String>,
    last_evidence: Option<String>,
}

/// Puts the coverage of clauses into the format.
pub fn coverage(coverage: &[Coverage]) -> Vec<JsonClause> {
    let ids = |ids: &[DocId]| ids.iter().map(ToString::to_string).collect();
    let clause = |clause: &Coverage| JsonClause {
        framework: clause.framework.clone(),
        number: clause.number.clone(),
        title: clause.title.clone(),
        level: clause.level,
        level_name: clause.level_name,
        why_not_higher: clause.why_not_higher.clone(),
        documents: ids(&clause.documents),
        records: ids(&clause.records),
        last_evidence: clause.last_evidence.map(|day| day.to_string()),
    };
    coverage.iter().map(clause).collect()
}
