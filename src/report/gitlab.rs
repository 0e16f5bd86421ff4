//! Findings as GitLab reads them: a Code Quality report, shown in merge requests.

use super::fingerprint::fingerprints;
use super::places::Places;
use super::plain;
use crate::finding::{Finding, Level};
use crate::rules::Outcome;
use crate::sms::Sms;
use serde::Serialize;

#[derive(Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the report.
///
/// # Errors
/// Never; serde's signature allows it.
pub fn text(sms: &Sms, outcome: &Outcome) -> serde_json::Result<String> {
    let mut places = Places::of(sms);
    let all = outcome.findings.iter().zip(fingerprints(&outcome.findings));
    let issues = all.map(|(finding, fingerprint)| issue(&mut places, finding, fingerprint));
    super::json::to_text(&issues.collect::<Vec<_>>())
}

fn issue(places: &mut Places<'_>, finding: &Finding, fingerprint: String) -> Issue {
    let (start, end) = places.range_or_top(&finding.place);
    Issue {
        description: plain::lines(finding).join("\n"),
        check_name: format!("{} {}", finding.rule.code, finding.rule.name),
        fingerprint,
        severity: match finding.level {
            // The format knows no waivers.
            _ if finding.waived.is_some() => "info",
            Level::Error => "major",
            Level::Warning => "minor",
            Level::Note => "info",
        },
        location: Location {
            path: plain::path(finding),
            lines: Lines { begin: start.line, end: end.line },
        },
    }
}
