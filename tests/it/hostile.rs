//! Repositories that mean harm, or that a tired person left behind: each is a story, and the
//! places it is told at are all there are at error level.

use crate::stories;
use clausebook::finding::Level;
use clausebook::rules;
use clausebook::sms::reading;
use clausebook::source::Position;

#[test]
fn each_is_told_at_its_places() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("hostile") {
        let (_, recording) = stories::told(&name, &text);
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
        if told != stories::fence(&text, "show").trim_end() {
            wrong.push(format!("=== {name}\n{told}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
