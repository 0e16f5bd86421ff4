//! A system in order, and what is found when it is broken in one way: tests/stories/fixtures/*.md.
//!
//! Each story goes on where `tests/stories/ground.md` ends. Its `findings` fence lists everything
//! that all rules together find at warning or above, one finding a line: nothing else may be said.
//! An empty fence is a story of something that is as it should be.

use clausebook::finding::Level;
use clausebook::repo::Repository;
use clausebook::rules::{self, names};
use clausebook::sms::{Sms, reading};
use clausebook::story::{Recording, Story, build, replay};
use std::path::Path;

const GROUND: &str = include_str!("../stories/ground.md");

/// Reads the stories of the folder: name and text.
fn stories() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/fixtures");
    let mut stories: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    stories.sort();
    stories
}

/// Tells a story on the ground that all of them share.
fn told(name: &str, text: &str) -> (Story, Recording) {
    let whole = format!("{GROUND}\n{text}");
    let story = Story::parse(&whole).unwrap_or_else(|error| panic!("{name}: {error}"));
    let recording = replay(&story, &|_| None).unwrap_or_else(|error| panic!("{name}: {error}"));
    (story, recording)
}

/// Writes what all rules find at warning or above, one finding a line.
fn found(sms: &Sms) -> String {
    let outcome = rules::run(sms, false);
    let lines = outcome.findings.iter().filter(|finding| finding.level >= Level::Warning);
    let lines = lines.map(|finding| {
        let (level, code, path) = (finding.level, finding.rule.code, &finding.place.path);
        format!("{level} {code} {path}: {}", finding.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, text) in stories() {
        let (story, recording) = told(&name, &text);
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit(&recording, head, &names()).unwrap();
        let (expected, actual) = (story.findings.unwrap_or_default(), found(&sms));
        if expected.trim_end() != actual {
            wrong.push(format!("=== {name}\n--- story\n{expected}--- program\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_ground_is_in_order() {
    let (_, recording) = told("ground", "");
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit(&recording, head, &names()).unwrap();
    assert_eq!(found(&sms), "");
    for document in &sms.documents {
        assert!(sms.is_approved(document), "{}: {:?}", document.path, sms.grades(document));
    }
}

#[test]
fn git_tells_the_same_of_them() {
    for (name, text) in stories() {
        let (story, recording) = told(&name, &text);
        let folder = tempfile::tempdir().unwrap();
        build(&recording, folder.path()).unwrap();
        let repository = Repository::open(folder.path()).unwrap();
        let head = repository.head().unwrap().commit;
        let sms = reading::of_commit(repository.objects(), head, &names()).unwrap();
        assert_eq!(found(&sms), story.findings.unwrap_or_default().trim_end(), "{name}");
    }
}
