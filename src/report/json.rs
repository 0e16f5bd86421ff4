//! Findings and evidence for machines: a format to hold on to, additive within a major version.

use super::Summary;
use super::places::Places;
use crate::document::DocId;
use crate::finding::{Evidence, Finding, Place, Splice};
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::sms::coverage::Coverage;
use crate::source::is_unprintable;
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::Write as _;

/// The major version of the format.
pub const SCHEMA_VERSION: u32 = 1;

/// What `check --format json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Check")]
pub struct Document {
    /// The major version of the format.
    pub schema_version: u32,
    /// The numbers of the run.
    pub summary: Summary,
    /// The findings, by file and place.
    pub findings: Vec<JsonFinding>,
    /// The evidence, by document and file.
    pub evidence: Vec<JsonEvidence>,
}

/// One line of what `check --format jsonl` prints: the summary first, then the findings, then the
/// evidence.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[schemars(rename = "CheckLine")]
enum Line {
    /// The numbers of the run.
    Summary {
        /// The major version of the format.
        schema_version: u32,
        #[serde(flatten)]
        summary: Summary,
    },
    /// One finding.
    Finding(Box<JsonFinding>),
    /// One statement of evidence.
    Evidence(JsonEvidence),
}

/// Something that is not as it should be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Finding")]
pub struct JsonFinding {
    /// The code of the rule; it never changes its meaning.
    pub(super) code: &'static str,
    /// The name of the rule.
    pub(super) name: &'static str,
    /// How much it matters.
    #[schemars(extend("enum" = ["error", "warning", "note"]))]
    pub(super) level: &'static str,
    /// The id of the document, where the file has one.
    pub(super) document: Option<String>,
    /// The file, seen from the top folder.
    pub(super) path: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub(super) line: usize,
    /// The column in characters, from 1.
    #[schemars(range(min = 1))]
    pub(super) column: usize,
    /// The line of the first position after the place.
    #[schemars(range(min = 1))]
    pub(super) end_line: usize,
    /// The column of the first position after the place.
    #[schemars(range(min = 1))]
    pub(super) end_column: usize,
    /// One sentence that stands alone.
    pub(super) message: String,
    /// What to read beneath the place.
    pub(super) label: Option<String>,
    /// Other places that disagree.
    pub(super) others: Vec<JsonLabel>,
    /// Further facts, each a sentence.
    pub(super) notes: Vec<String>,
    /// What a person can do.
    pub(super) help: Option<String>,
    /// What `check --fix` would do about it; absent where a person has to decide.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fix: Option<JsonFix>,
    /// The commit that shows it, in full.
    pub(super) commit: Option<String>,
    /// The clause that asks for it.
    pub(super) clause: Option<String>,
    /// The page of the rule on the site.
    pub(super) docs: String,
    /// Whether it was there before what was judged, and so does not fail the run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    known: bool,
    /// The waiver of its document, with which it does not fail the run; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) waived: Option<JsonWaived>,
}

/// What a document says of a finding in it that is to be excused for a time.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Waived")]
pub struct JsonWaived {
    /// The last day.
    pub(super) until: String,
    /// Why, in the words of the document.
    pub(super) reason: String,
    /// The line of the finding's file where the document says so, from 1.
    #[schemars(range(min = 1))]
    pub(super) line: usize,
}

/// What can be done about a finding without asking.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
pub struct JsonFix {
    /// What it does, as an order.
    what: String,
    /// The pieces of the finding's file to exchange, none of which meets another. All of them are
    /// made, or none.
    edits: Vec<JsonEdit>,
}

/// A piece of a file to put in the place of another. Lines and columns are those of the file as
/// judged, whatever other edits do.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
pub struct JsonEdit {
    /// The line where it begins, from 1.
    #[schemars(range(min = 1))]
    line: usize,
    /// The column in characters, from 1.
    #[schemars(range(min = 1))]
    column: usize,
    /// The line of the first position that stays.
    #[schemars(range(min = 1))]
    end_line: usize,
    /// The column of the first position that stays.
    #[schemars(range(min = 1))]
    end_column: usize,
    /// What stands there instead, with LF line ends; empty where something is taken out.
    text: String,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "OtherPlace")]
pub struct JsonLabel {
    /// The file.
    pub(super) path: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub(super) line: usize,
    /// The column in characters, from 1.
    #[schemars(range(min = 1))]
    pub(super) column: usize,
    /// What is to be seen there.
    pub(super) text: String,
}

/// Something that holds, and what shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Evidence")]
pub struct JsonEvidence {
    /// The code of the rule that looked.
    code: &'static str,
    /// The name of the rule that looked.
    name: &'static str,
    /// The id of the document, where the file has one.
    document: Option<String>,
    /// The file.
    path: String,
    /// The commit that shows it, in full; absent where the file itself does.
    commit: Option<String>,
    /// One sentence.
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

/// Writes a run as one value a line.
///
/// # Errors
/// Never for the types of this module; serde's signature allows it.
pub fn lines(sms: &Sms, outcome: &Outcome) -> serde_json::Result<String> {
    let Document { schema_version, summary, findings, evidence } = document(sms, outcome);
    let summary = std::iter::once(Line::Summary { schema_version, summary });
    let findings = findings.into_iter().map(|finding| Line::Finding(Box::new(finding)));
    let evidence = evidence.into_iter().map(Line::Evidence);
    let mut text = String::new();
    for line in summary.chain(findings).chain(evidence) {
        text.push_str(&harmless(&serde_json::to_string(&line)?));
        text.push('\n');
    }
    Ok(text)
}

/// Writes a value of the format as text.
///
/// # Errors
/// Never for the types of this module; serde's signature allows it.
pub fn to_text(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(harmless(&serde_json::to_string_pretty(value)?) + "\n")
}

/// Adds what describes one line of `check --format jsonl`.
pub(super) fn describe_line(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
    generator.subschema_for::<Line>()
}

/// Writes as `\u` what a terminal would obey and what a CI log takes for a command. Outside of
/// strings JSON has none of it, and the strings keep their meaning.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for (at, c) in json.char_indices() {
        let is_command = c == '#' && json[at..].starts_with("##");
        if is_command || (c != '\n' && is_unprintable(c)) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("writing to a string does not fail");
            }
        } else {
            text.push(c);
        }
    }
    text
}

/// Puts findings into the format.
pub(super) fn findings<'f>(
    sms: &Sms,
    findings: impl IntoIterator<Item = &'f Finding>,
) -> Vec<JsonFinding> {
    let mut places = Places::of(sms);
    findings.into_iter().map(|found| finding(&mut places, found)).collect()
}

fn finding(places: &mut Places<'_>, finding: &Finding) -> JsonFinding {
    let (start, end) = places.range_or_top(&finding.place);
    let others = finding.others.iter().map(|other| {
        let (start, _) = places.range_or_top(&other.place);
        JsonLabel {
            path: other.place.path.to_string(),
            line: start.line,
            column: start.column,
            text: other.text.clone(),
        }
    });
    let others = others.collect();
    let fix = finding.fix.as_ref().map(|fix| JsonFix {
        what: fix.what.clone(),
        edits: fix.splices.iter().map(|splice| edit(places, &finding.place, splice)).collect(),
    });
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
        fix,
        commit: finding.commit.clone(),
        clause: finding.clause.clone(),
        docs: format!("rules/{}.html", finding.rule.name),
        known: finding.is_known,
        waived: finding.waived.as_ref().map(|waived| JsonWaived {
            until: waived.until.to_string(),
            reason: waived.reason.clone(),
            line: places.range_or_top(&waived.place).0.line,
        }),
    }
}

fn edit(places: &mut Places<'_>, place: &Place, splice: &Splice) -> JsonEdit {
    let (start, end) = places.range_or_top(&Place::span(&place.path, splice.span));
    JsonEdit {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        text: splice.text.clone(),
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

/// One clause and what covers it: `clauses --format json` prints a list of them.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Clause")]
pub struct JsonClause {
    /// The framework.
    framework: String,
    /// The number, which is text: `8.10` is not `8.1`.
    number: String,
    /// The title; it may be empty.
    title: String,
    /// How far it is covered, 0 to 4.
    #[schemars(range(max = 4))]
    level: u8,
    /// The name of the level.
    level_name: &'static str,
    /// Why the level is not higher; empty at the highest.
    why_not_higher: String,
    /// The ids of the documents that name it.
    documents: Vec<String>,
    /// The ids of the records that name it.
    /// Those of them that are not in force, and so cover nothing yet.
    not_in_force: Vec<String>,
    records: Vec<String>,
    /// The day of the newest record, approval or audit.
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
        not_in_force: clause.not_in_force.iter().map(ToString::to_string).collect(),
        records: ids(&clause.records),
        last_evidence: clause.last_evidence.map(|day| day.to_string()),
    };
    coverage.iter().map(clause).collect()
}
