//! What makes a finding the same finding tomorrow: its rule, its document and its sentence, but not
//! the line it stands on.

use crate::document::digest::sha256_hex;
use crate::finding::Finding;
use std::collections::{BTreeMap, BTreeSet};

/// Returns a fingerprint for each finding; no two of them are the same.
///
/// A document is known by its id, so that a file may move, and a file without one by its path. What
/// is said of the whole is the same whatever the folder of the documents is called.
/// Findings that say the same of the same document are told apart by their order.
pub fn fingerprints(findings: &[Finding]) -> Vec<String> {
    numbered(findings, |finding| sameness(finding, finding.place.document.as_deref()))
}

/// Returns the fingerprints that the findings would have if no document had an id: those that a
/// document was known by before it got one.
pub(super) fn fingerprints_by_path(findings: &[Finding]) -> Vec<String> {
    numbered(findings, |finding| sameness(finding, None))
}

fn numbered(findings: &[Finding], sameness: impl Fn(&Finding) -> String) -> Vec<String> {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    let mut next = |finding: &Finding| {
        let same = sameness(finding);
        let ordinal = met.entry(same.clone()).or_default();
        *ordinal += 1;
        sha256_hex(format!("{same} {ordinal}").as_bytes())
    };
    findings.iter().map(&mut next).collect()
}

/// Says of each finding whether the others, known by their fingerprints, have it as well, wherever
/// its line stands.
pub fn stand_in(findings: &[Finding], others: Vec<String>) -> Vec<bool> {
    let there: BTreeSet<String> = others.into_iter().collect();
    fingerprints(findings).iter().map(|print| there.contains(print)).collect()
}

/// What is put behind the fingerprint of a finding that is waived.
const WAIVED: &str = " waived";

/// Returns what is to be kept of findings, so that it can be said later what was there before.
pub fn to_keep(findings: &[Finding]) -> Vec<String> {
    let prints = fingerprints(findings).into_iter().zip(findings);
    let mark = |finding: &Finding| finding.waived.as_ref().map_or("", |_| WAIVED);
    prints.map(|(print, finding)| print + mark(finding)).collect()
}

/// Says of each finding whether it was there before, by what was kept of them then. One that was
/// waived then and is not any more counts as new: whoever took the waiver out, or moved its line,
/// brings the finding back.
pub fn were_there(findings: &[Finding], before: Vec<String>) -> Vec<bool> {
    let before: BTreeSet<String> = before.into_iter().collect();
    let prints = fingerprints(findings).into_iter().zip(findings);
    let was_there = |(print, finding): (String, &Finding)| {
        let was_waived = finding.waived.is_some() && before.contains(&format!("{print}{WAIVED}"));
        was_waived || before.contains(&print)
    };
    prints.map(was_there).collect()
}

/// Hashes stand for the parts, so that none of them can be mistaken for two.
fn sameness(finding: &Finding, document: Option<&str>) -> String {
    let subject = match document {
        Some(id) => format!("id {}", sha256_hex(id.as_bytes())),
        None if finding.place.is_of_whole => "whole".to_owned(),
        None => format!("path {}", sha256_hex(finding.place.path.as_bytes())),
    };
    let sentence = sha256_hex(without_line(finding.lasting_message()).as_bytes());
    let version = finding.version.as_ref().map(|version| sha256_hex(version.as_bytes()));
    let version = version.map(|version| format!(" version {version}")).unwrap_or_default();
    format!("{} {subject} {sentence}{version}", finding.rule.code)
}

/// A sentence that begins with a line is about another one as soon as something is written above it.
/// All other numbers are part of what is said.
pub(super) fn without_line(sentence: &str) -> &str {
    let behind = sentence.strip_prefix("line ").map(|it| it.trim_start_matches(char::is_numeric));
    behind.unwrap_or(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Findings, Level, Place, RuleName};
    use crate::source::{RepoPath, Span};

    fn of(all: &[(&str, Option<&str>, usize, &str)]) -> Vec<String> {
        let rule = RuleName { code: "LN001", name: "dead-link" };
        let mut found = Findings::of(rule, Level::Error, "");
        for (path, id, at, message) in all {
            let place = Place::span(&RepoPath::from(*path), Span::new(*at, at + 1));
            found.finding(place.of_document(*id), *message);
        }
        fingerprints(&found.findings)
    }

    #[test]
    fn a_finding_stays_the_same_where_its_line_or_its_file_moves() {
        let then = of(&[("a.md", Some("A"), 7, "it is so"), ("b.md", None, 1, "line 4 is odd")]);
        let now = of(&[("x/a.md", Some("A"), 99, "it is so"), ("b.md", None, 8, "line 12 is odd")]);
        assert_eq!(then, now);
        let days = |days| of(&[("a.md", Some("A"), 7, &format!("`5 days` became `{days} days`"))]);
        assert_ne!(days(4), days(90));
        assert_ne!(then[0], of(&[("a.md", Some("A"), 7, "it is not so")])[0]);
        assert_ne!(then[1], of(&[("c.md", None, 1, "line 4 is odd")])[0]);
    }

    #[test]
    fn what_is_said_of_the_whole_is_the_same_in_a_folder_of_another_name() {
        let rule = RuleName { code: "GI002", name: "commit-dates-out-of-order" };
        let of = |place: Place| {
            let mut found = Findings::of(rule, Level::Warning, "");
            found.finding(place, "it is so");
            fingerprints(&found.findings)
        };
        let [docs, other] = ["docs", "other"].map(RepoPath::from);
        assert_eq!(of(Place::whole(&docs)), of(Place::whole(&other)));
        assert_ne!(of(Place::file(&docs)), of(Place::file(&other)));
    }

    #[test]
    fn the_same_words_of_another_version_are_another_finding() {
        let rule = RuleName { code: "AP004", name: "approval-by-author" };
        let of = |version| {
            let mut found = Findings::of(rule, Level::Error, "");
            found.finding(Place::file(&RepoPath::from("a.md")), "it is so").of_version(version);
            fingerprints(&found.findings)
        };
        assert_ne!(of(Some("1.0")), of(Some("2.0")));
        assert_ne!(of(Some("1.0")), of(None));
    }

    #[test]
    fn findings_that_say_the_same_are_told_apart() {
        let same = ("a.md", Some("A"), 7, "it is so");
        let all = of(&[same, same, same]);
        assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
        assert_ne!(of(&[("A", None, 1, "x")]), of(&[("b", Some("A"), 1, "x")]));
    }
}
