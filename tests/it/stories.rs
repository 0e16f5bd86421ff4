//! The stories beneath tests/stories: each folder holds those that one test tells.

use clausebook::story::{Recording, Story, replay};
use std::path::Path;

/// Reads the stories of a folder, in order: name and text.
pub(crate) fn of(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories").join(folder);
    let mut stories: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    stories.sort();
    assert!(!stories.is_empty());
    stories
}

/// Tells a story.
pub(crate) fn told(name: &str, text: &str) -> (Story, Recording) {
    let story = Story::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let recording = replay(&story, &|_| None).unwrap_or_else(|error| panic!("{name}: {error}"));
    (story, recording)
}

/// Returns the text of a fence, which says what a test expects; nothing where there is none.
pub(crate) fn fence<'t>(text: &'t str, name: &str) -> &'t str {
    let found = text.split(&format!("\n```{name}\n")).nth(1);
    found.and_then(|rest| rest.split("```").next()).unwrap_or_default()
}
