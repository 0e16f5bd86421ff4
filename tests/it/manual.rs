//! The manual: its links lead somewhere, and what it shows of the sample is what the program prints.

use crate::program::clausebook;
use clausebook::document::markdown::{self, Body, Target};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Stands above a fence of the manual that shows what a command prints in the sample.
const PRINTED_BY: &str = "<!-- printed by: clausebook ";

/// Returns the pages of the project itself, with their texts.
fn pages() -> BTreeMap<PathBuf, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["", "docs", "docs/rules", "editors/vscode"].map(|folder| root.join(folder));
    let files = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let files = files.map(|entry| entry.unwrap().path());
    let pages = files.filter(|path| path.extension().is_some_and(|it| it == "md"));
    pages.map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_link_leads_somewhere() {
    let bodies: BTreeMap<PathBuf, Body> =
        pages().into_iter().map(|(path, text)| (path, markdown::read(&text, 0))).collect();
    let mut dead = Vec::new();
    for (page, body) in &bodies {
        for link in &body.links {
            let (path, anchor) = match &link.target {
                Target::Path { path, anchor } => (page.with_file_name(path), anchor.as_ref()),
                Target::Anchor(anchor) => (page.clone(), Some(anchor)),
                Target::Web(_) => continue,
                other => panic!("{}: {other:?}", page.display()),
            };
            let there = path.canonicalize();
            let has = |anchor: &String| {
                let body = there.as_ref().ok().and_then(|path| bodies.get(path));
                body.is_some_and(|body| body.headings.iter().any(|it| it.anchor == *anchor))
            };
            if there.is_err() || !anchor.is_none_or(has) {
                dead.push(format!("{}: {:?}", page.display(), link.target));
            }
        }
    }
    assert!(dead.is_empty(), "{}", dead.join("\n"));
}

#[test]
fn the_sample_prints_what_the_manual_shows() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(clausebook(folder.path(), &["init", "sample", "--sample"]).code, 0);
    let sample = folder.path().join("sample");
    let pages = pages();
    let shown = pages.iter().flat_map(|(page, text)| {
        text.split(PRINTED_BY).skip(1).map(|rest| {
            let (command, rest) = rest.split_once(" -->\n\n```text\n").unwrap();
            (page.display(), command, rest.split_once("\n```").unwrap().0)
        })
    });
    let mut compared = 0;
    for (page, command, block) in shown {
        let run = clausebook(&sample, &command.split(' ').collect::<Vec<_>>());
        let printed = run.out + &run.err;
        let mut lines = printed.lines();
        for line in block.lines().filter(|line| !line.is_empty()) {
            let is_printed = lines.any(|it| it == line);
            assert!(is_printed, "{page}: `clausebook {command}` prints no `{line}`\n{printed}");
        }
        compared += 1;
    }
    assert!(compared > 8, "{compared}");
}
