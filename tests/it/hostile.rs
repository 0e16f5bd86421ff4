//! Repositories that mean harm, or that a tired person left behind: each is a story, and the
//! places it is told at are all there are at error level.

use clausebook::finding::Level;
use clausebook::rules;
use clausebook::sms::reading;
use clausebook::source::Position;
use clausebook::story::{Story, replay};
use std::path::Path;

/// Returns the text of the `show` fence.
fn expected(text: &str) -> String {
    let start = text.find("```show\n").expect("a story shows what it yields") + "```show\n".len();
    let end = text[start..].find("```").expect("the fence is closed");
    text[start..start + end].trim_end().to_owned()
}

#[test]
fn each_is_told_at_its_places() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/hostile");
    let mut paths: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let story = Story::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let recording = replay(&story, &|_| None).unwrap_or_else(|error| panic!("{name}: {error}"));
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit(&recording, head, &rules::names()).unwrap();
        let outcome = rules::run(&sms, false);
        let errors = outcome.findings.iter().filter(|finding| finding.level == Level::Error);
        let places = errors.map(|finding| {
            let text = sms.text_of(&finding.place.path).unwrap_or_default();
            let at = Position::of(text.as_bytes(), finding.place.span.unwrap_or_default().start);
            let name = finding.rule.name;
            format!("{}:{}:{} {name}", finding.place.path, at.line, at.column)
        });
        let mut told: Vec<String> = places.collect();
        for file in &sms.uncontrolled {
            told.push(format!("{} not under document control", file.path));
        }
        for document in &sms.documents {
            assert!(!sms.is_approved(document), "{name}: {} counts as approved", document.path);
        }
        let told = told.join("\n");
        if told != expected(&text) {
            wrong.push(format!("=== {name}\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
