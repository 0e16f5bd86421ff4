//! The way of the data, held against the code: which module may import which, and which foreign
//! crate lives behind which module. When this stops you, ask first whether the thing you need
//! belongs in an earlier stage.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The stages, in order. A module imports itself and those before it.
const STAGES: [&str; 16] = [
    "source",
    "finding",
    "config",
    "repo",
    "signature",
    "document",
    "framework",
    "index",
    "history",
    "sms",
    "rules",
    "story",
    "report",
    "site",
    "sample",
    "cli",
];

/// Places where an order other than that of the pipeline is meant, each with its reason.
const EXCEPTIONS: [(&str, &str); 0] = [];

/// Foreign crates, and the modules they may be met in.
const CRATES: [(&str, &[&str]); 43] = [
    ("git2", &["repo", "story"]),
    ("tera", &["site"]),
    ("base64", &["signature", "site"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("dialoguer", &["cli"]),
    ("indicatif", &["cli"]),
    ("anyhow", &["cli"]),
    ("axum", &["cli"]),
    ("futures_util", &["cli"]),
    ("notify", &["cli"]),
    ("tokio", &["cli"]),
    ("lsp_server", &["cli"]),
    ("lsp_types", &["cli"]),
    ("pulldown_cmark", &["document", "story"]),
    ("gray_matter", &["document"]),
    ("encoding_rs", &["repo"]),
    ("oem_cp", &["repo"]),
    ("granit_parser", &["document"]),
    ("crc32fast", &["index"]),
    ("postcard", &["index"]),
    ("sha1", &["repo"]),
    ("sha2", &["document", "story"]),
    ("ssh_key", &["signature", "story"]),
    ("pgp", &["signature"]),
    ("toml", &["config", "framework"]),
    ("flate2", &["repo"]),
    ("globset", &["config"]),
    ("annotate_snippets", &["report"]),
    ("serde_json", &["report", "site", "cli"]),
    ("schemars", &["report"]),
    ("quick_xml", &["report"]),
    ("imara_diff", &["repo", "document"]),
    ("imagesize", &["site"]),
    ("strsim", &["source"]),
    ("deunicode", &["sms"]),
    ("unicode_security", &["document"]),
    ("mimalloc", &["main"]),
    ("include_dir", &["site", "sample", "cli"]),
    ("rayon", &["repo", "document", "sms", "rules", "site", "cli"]),
    (
        "serde",
        &["source", "finding", "repo", "document", "framework", "index", "report", "site", "cli"],
    ),
    (
        "thiserror",
        &[
            "source",
            "config",
            "repo",
            "document",
            "framework",
            "sms",
            "story",
            "report",
            "site",
            "sample",
        ],
    ),
];

fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap().to_owned();
                let top = inside.components().next().unwrap().as_os_str().to_string_lossy();
                let module = top.trim_end_matches(".rs").to_owned();
                let text = std::fs::read_to_string(&path).unwrap();
                files.push((module, inside, text));
            }
        }
    }
    files.sort();
    files
}

/// Returns the code of a file without its unit tests and comments.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests").unwrap_or(text.len());
    text[..end]
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the words that follow `before` and end at something that is no identifier.
fn words_after<'t>(text: &'t str, before: &'t str) -> impl Iterator<Item = &'t str> {
    text.match_indices(before).map(move |(at, _)| {
        let rest = &text[at + before.len()..];
        &rest[..rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())]
    })
}

#[test]
fn stages_import_only_the_stages_before_them() {
    let stage = |module: &str| STAGES.iter().position(|stage| *stage == module);
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let Some(own) = stage(&module) else { continue };
        let text = code(&text);
        for imported in words_after(&text, "crate::") {
            let excused = EXCEPTIONS.contains(&(module.as_str(), imported));
            if stage(imported).is_some_and(|other| other > own) && !excused {
                wrong.push(format!("{} imports {imported}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn foreign_crates_live_behind_their_modules() {
    let mut wrong = Vec::new();
    for (module, path, text) in sources() {
        let text = code(&text);
        for (name, homes) in CRATES {
            let met = text.contains(&format!("{name}::")) || text.contains(&format!("use {name}"));
            if met && !homes.contains(&module.as_str()) && module != "main" {
                wrong.push(format!("{} uses {name}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_has_its_home() {
    let manifest: toml::Table = include_str!("../../Cargo.toml").parse().unwrap();
    let named: BTreeSet<String> = manifest["dependencies"]
        .as_table()
        .unwrap()
        .keys()
        .map(|name| name.replace('-', "_"))
        .collect();
    let homes = CRATES.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(named, homes);
}

#[test]
fn every_module_is_a_stage() {
    for (module, path, _) in sources() {
        let known = STAGES.contains(&module.as_str()) || ["lib", "main"].contains(&module.as_str());
        assert!(known, "{} belongs to no stage", path.display());
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (_, path, text) in sources() {
        let is_rule = path.starts_with("rules") && path.components().count() > 2;
        assert!(is_rule || text.starts_with("//!"), "{} has no first line", path.display());
    }
}

#[test]
fn architecture_has_the_same_table_of_crates() {
    let written = include_str!("../../ARCHITECTURE.md");
    let rows = written.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let &[names, _, modules] = cells.as_slice() else { return None };
        let names: Vec<String> = names.split(", ").map(|name| name.replace('-', "_")).collect();
        Some((names, modules.replace('`', "")))
    });
    let rows: Vec<_> = rows.collect();
    for (name, modules) in CRATES {
        let row = rows.iter().find(|(names, _)| names.iter().any(|other| other == name));
        let (_, told) = row.unwrap_or_else(|| panic!("{name} is not in the table"));
        assert!(told == "where there are any" || *told == modules.join(", "), "{name}: {told}");
    }
}
