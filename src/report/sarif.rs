//! Findings as SARIF 2.1.0, the format that code scanning on forges and editors read.
//!
//! Every rule is in it with its page, so that a reader needs nothing beside the file. A finding
//! keeps its fingerprint when its lines or its file move.

use super::fingerprint::fingerprints;
use super::places::Places;
use super::plain;
use crate::finding::{Finding, Fix, Level, Place};
use crate::rules::{ALL, Outcome, Rule};
use crate::sms::Sms;
use crate::source::{Position, RepoPath};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What paths are seen from: the top folder of the repository.
const ROOT: &str = "%SRCROOT%";

#[derive(Serialize)]
struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    version_control_provenance: Vec<VersionControl>,
    original_uri_base_ids: BTreeMap<&'static str, BaseId>,
    column_kind: &'static str,
    results: Vec<Found>,
    properties: RunProperties,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Descriptor>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    name: &'static str,
    short_description: Text,
    full_description: Text,
    help: Text,
    default_configuration: Configuration,
    properties: RuleProperties,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct RuleProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<&'static str>,
    tags: Vec<String>,
}

#[derive(Serialize)]
struct Text {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct VersionControl {
    repository_uri: String,
    revision_id: String,
}

#[derive(Serialize)]
struct BaseId {
    description: Text,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunProperties {
    revision_id: String,
    as_of: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Mending>,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<[Suppression; 1]>,
    properties: FoundProperties,
}

/// What excuses a finding: a waiver in the document.
#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
    location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mending {
    description: Text,
    artifact_changes: [ArtifactChange; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Content,
}

/// Text of a file. Nothing in it is a link or a place to put something in.
#[derive(Serialize)]
struct Content {
    text: String,
}

#[derive(Serialize)]
struct FoundProperties {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
    physical_location: PhysicalLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    rest: Option<RestOfRegion>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RestOfRegion {
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// Writes the log of a run.
///
/// # Errors
/// Never; serde's signature allows it.
pub fn text(sms: &Sms, outcome: &Outcome) -> serde_json::Result<String> {
    let mut places = Places::of(sms);
    let all = outcome.findings.iter().zip(fingerprints(&outcome.findings));
    let results = all.map(|(finding, fingerprint)| found(&mut places, finding, fingerprint));
    let results = results.collect();
    let root = BaseId { description: plain_text("the top folder of the repository") };
    let driver = Driver {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: ALL.iter().map(descriptor).collect(),
    };
    let run = Run {
        tool: Tool { driver },
        version_control_provenance: version_control(sms).into_iter().collect(),
        original_uri_base_ids: [(ROOT, root)].into(),
        // `Position` counts characters.
        column_kind: "unicodeCodePoints",
        results,
        properties: RunProperties {
            revision_id: sms.head.to_string(),
            as_of: sms.as_of.to_string(),
        },
    };
    super::json::to_text(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// SARIF asks for the address of the repository beside its revision; mdBook knows it from
/// `git-repository-url`. The address that the clone came from is no answer: it differs from one
/// machine to the next, and may hold a password.
fn version_control(sms: &Sms) -> Option<VersionControl> {
    let address = sms.config.repository_url.as_ref()?;
    let is_uri = (address.starts_with("https://") || address.starts_with("http://"))
        && address.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#%&=+,;".contains(c));
    let revision_id = sms.head.to_string();
    is_uri.then(|| VersionControl { repository_uri: address.clone(), revision_id })
}

fn descriptor(rule: &Rule) -> Descriptor {
    let section = |heading| rule.section(heading).unwrap_or_default();
    let (what, why) = (section("What it checks"), section("Why it matters"));
    let how = section("How to put it right");
    let first = what.split("\n\n").next().unwrap_or_default().replace('\n', " ");
    let clause = (!rule.clause.is_empty()).then_some(rule.clause);
    let tags = clause.map(|clause| format!("ISO/IEC 20000-1 clause {clause}"));
    Descriptor {
        id: rule.name.code,
        name: rule.name.name,
        short_description: plain_text(rule.title()),
        full_description: plain_text(&first),
        help: Text {
            text: literal(&format!("{what}\n\n{why}\n\nHow to put it right: {how}")),
            markdown: Some(braces(&format!(
                "## {}\n\n{what}\n\n### Why it matters\n\n{why}\n\n### How to put it right\n\n{how}",
                rule.title()
            ))),
        },
        default_configuration: Configuration { level: rule.severity.level(false).word() },
        properties: RuleProperties { clause, tags: tags.into_iter().collect() },
    }
}

fn found(places: &mut Places<'_>, finding: &Finding, fingerprint: String) -> Found {
    let others = finding.others.iter().map(|other| {
        let text = plain_text(&crate::source::Printable(&other.text).to_string());
        location(places, &other.place, Some(text))
    });
    let related_locations = others.collect();
    let fixes = finding.fix.iter().map(|fix| mending(places, &finding.place, fix)).collect();
    Found {
        rule_id: finding.rule.code,
        rule_index: ALL.iter().position(|rule| rule.name == finding.rule).unwrap_or_default(),
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "note",
        },
        message: plain_text(&plain::lines(finding).join("\n")),
        locations: [location(places, &finding.place, None)],
        related_locations,
        partial_fingerprints: [("clausebook/v1", fingerprint)].into(),
        fixes,
        baseline_state: finding.is_known.then_some("unchanged"),
        suppressions: finding.waived.as_ref().map(|waived| {
            let justification = crate::source::Printable(&waived.words()).to_string();
            let location = location(places, &waived.place, None);
            [Suppression { kind: "inSource", status: "accepted", justification, location }]
        }),
        properties: FoundProperties {
            document: finding.place.document.clone(),
            commit: finding.commit.clone(),
            clause: finding.clause.clone(),
        },
    }
}

fn mending(places: &mut Places<'_>, place: &Place, fix: &Fix) -> Mending {
    let replacements = fix.splices.iter().map(|splice| {
        let range = places.range_or_top(&Place::span(&place.path, splice.span));
        let inserted_content = Content { text: splice.text.clone() };
        Replacement { deleted_region: region(range), inserted_content }
    });
    let artifact_location = ArtifactLocation { uri: uri(&place.path), uri_base_id: ROOT };
    Mending {
        description: plain_text(&crate::source::Printable(&fix.what).to_string()),
        artifact_changes: [ArtifactChange {
            artifact_location,
            replacements: replacements.collect(),
        }],
    }
}

fn location(places: &mut Places<'_>, place: &Place, message: Option<Text>) -> Location {
    let region = match places.range(place) {
        Some(range) => region(range),
        None => Region { start_line: 1, rest: None },
    };
    let artifact_location = ArtifactLocation { uri: uri(&place.path), uri_base_id: ROOT };
    Location { message, physical_location: PhysicalLocation { artifact_location, region } }
}

fn region((start, end): (Position, Position)) -> Region {
    let rest =
        RestOfRegion { start_column: start.column, end_line: end.line, end_column: end.column };
    Region { start_line: start.line, rest: Some(rest) }
}

/// Returns a path as a relative reference, whatever its bytes are.
fn uri(path: &RepoPath) -> String {
    if path.as_bytes().is_empty() {
        return ".".to_owned();
    }
    path.as_bytes().iter().fold(String::new(), |mut uri, &byte| {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            byte => write!(uri, "%{byte:02X}").expect("writing to a string does not fail"),
        }
        uri
    })
}

fn plain_text(text: &str) -> Text {
    Text { text: literal(text), markdown: None }
}

/// Takes text for what it is: SARIF would make links of `[words](address)` in a message.
fn literal(text: &str) -> String {
    let text = braces(text);
    if !text.contains("](") {
        return text;
    }
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

/// SARIF reads `{0}` as a place to put something in, and a brace given twice as a brace.
fn braces(text: &str) -> String {
    text.replace('{', "{{").replace('}', "}}")
}
