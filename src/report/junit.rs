//! Findings as the results of tests: JUnit XML, which every CI system can show.
//!
//! A rule is a class of tests, and what it found of one document is one of them. A rule that found
//! nothing has passed, one that is switched off was skipped.

use super::places::Places;
use super::plain;
use crate::finding::{Finding, Level, RuleName};
use crate::rules::{ALL, Outcome};
use crate::sms::Sms;
use crate::source::{Printable, counted};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::collections::BTreeMap;
use std::io;

/// What one rule says of one document.
struct Case<'f> {
    rule: RuleName,
    /// The document: its id, or the path of a file without one.
    subject: String,
    findings: Vec<&'f Finding>,
}

impl Case<'_> {
    /// The first finding that makes it fail.
    fn failure(&self, failing: Level) -> Option<&Finding> {
        let mut counting = self.findings.iter().copied().filter(|finding| finding.counts());
        counting.find(|finding| finding.level >= failing)
    }

    fn has_failed(&self, failing: Level) -> bool {
        self.failure(failing).is_some()
    }
}

/// Writes the results. A test has failed if a finding of it is at the level `failing` or above, so
/// that the picture agrees with the exit code.
///
/// # Errors
/// Never; the signature of the writer allows it.
pub fn text(sms: &Sms, outcome: &Outcome, failing: Level) -> io::Result<String> {
    let cases = cases(sms, outcome);
    let failed = cases.iter().filter(|case| case.has_failed(failing)).count().to_string();
    let (tests, skipped) = (cases.len().to_string(), outcome.off.len().to_string());
    let counts = [
        ("name", "clausebook"),
        ("tests", &tests),
        ("failures", &failed),
        ("errors", "0"),
        ("skipped", &skipped),
        ("time", "0"),
    ];
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    writer.write_event(Event::Start(element("testsuites", &counts)))?;
    writer.write_event(Event::Start(element("testsuite", &counts)))?;
    let mut places = Places::of(sms);
    for case in &cases {
        write(&mut writer, &mut places, case, outcome, failing)?;
    }
    writer.write_event(Event::End(BytesEnd::new("testsuite")))?;
    writer.write_event(Event::End(BytesEnd::new("testsuites")))?;
    let mut text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    text.push('\n');
    Ok(text)
}

/// Returns a case for each rule and document with findings, and one for each rule without.
fn cases<'f>(sms: &Sms, outcome: &'f Outcome) -> Vec<Case<'f>> {
    // Of a file that nobody can tell which document it is, most is not asked.
    let all = match sms.documents.iter().filter(|it| !sms.is_identified(it)).count() {
        0 => "all documents".to_owned(),
        unknown => {
            format!("all documents but {} that cannot be identified", counted(unknown, "file"))
        }
    };
    let mut by_rule: BTreeMap<RuleName, BTreeMap<String, Vec<&Finding>>> = BTreeMap::new();
    for finding in &outcome.findings {
        let id = finding.place.document.as_ref().map(|id| Printable(id).to_string());
        let subject = id.unwrap_or_else(|| plain::path(finding));
        by_rule.entry(finding.rule).or_default().entry(subject).or_default().push(finding);
    }
    let mut cases = Vec::new();
    for rule in ALL.iter().map(|rule| rule.name) {
        match by_rule.remove(&rule) {
            Some(subjects) => cases.extend(subjects.into_iter().map(|(subject, findings)| Case {
                rule,
                subject,
                findings,
            })),
            None => {
                cases.push(Case { rule, subject: all.clone(), findings: vec![] });
            }
        }
    }
    cases
}

fn write(
    writer: &mut Writer<Vec<u8>>,
    places: &mut Places<'_>,
    case: &Case<'_>,
    outcome: &Outcome,
    failing: Level,
) -> io::Result<()> {
    let class = format!("{} {}", case.rule.code, case.rule.name);
    let mut start = element("testcase", &[("classname", &class), ("name", &case.subject)]);
    if let Some(first) = case.findings.first() {
        attribute(&mut start, "file", &plain::path(first));
    }
    attribute(&mut start, "time", "0");
    if case.findings.is_empty() {
        if !outcome.off.contains(&case.rule) {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        writer.write_event(Event::Empty(element("skipped", &[("message", "switched off")])))?;
        return writer.write_event(Event::End(BytesEnd::new("testcase")));
    }
    writer.write_event(Event::Start(start))?;
    let (name, attributes) = match case.failure(failing) {
        Some(it) => ("failure", vec![("type", it.level.word()), ("message", &*it.message)]),
        None => ("system-out", Vec::new()),
    };
    writer.write_event(Event::Start(element(name, &attributes)))?;
    let told: Vec<String> = case.findings.iter().map(|finding| told(places, finding)).collect();
    writer.write_event(Event::Text(BytesText::new(&told.join("\n\n"))))?;
    writer.write_event(Event::End(BytesEnd::new(name)))?;
    writer.write_event(Event::End(BytesEnd::new("testcase")))
}

fn told(places: &mut Places<'_>, finding: &Finding) -> String {
    let place = plain::place(places, finding);
    format!("{} at {place}\n  {}", finding.level, plain::lines(finding).join("\n  "))
}

fn element(name: &'static str, attributes: &[(&str, &str)]) -> BytesStart<'static> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes {
        attribute(&mut start, key, value);
    }
    start
}

fn attribute(start: &mut BytesStart<'_>, key: &str, value: &str) {
    // The writer escapes markup; control characters no XML can hold.
    start.push_attribute((key, Printable(value).to_string().as_str()));
}
