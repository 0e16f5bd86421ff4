//! What we write as JSON, held against the schema that is made from its types.

use crate::program::{clausebook, repository};
use crate::rule_pages::is_to_be_written;
use clausebook::report::schema;
use serde_json::{Value, json};
use std::path::Path;

/// A small system in which something holds, something does not, and something was approved.
const STORY: &str = include_str!("../stories/approvals/renamed_with_an_edit.md");

fn file() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema").join(schema::FILE)
}

/// Says what of a value is not as a definition of the schema wants it.
pub(crate) fn mistakes(definition: &str, value: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(&schema::text().unwrap()).unwrap();
    assert!(schema["$defs"][definition].is_object(), "there is no definition {definition}");
    let reference = format!("#/$defs/{definition}");
    let schema = json!({"$schema": schema["$schema"], "$ref": reference, "$defs": schema["$defs"]});
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn the_manual_has_the_schema() {
    let expected = schema::text().unwrap();
    if is_to_be_written() {
        std::fs::create_dir_all(file().parent().unwrap()).unwrap();
        return std::fs::write(file(), expected).unwrap();
    }
    let found = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(found == expected, "`BLESS=1 cargo test schema` brings docs/schema up to date");
}

#[test]
fn the_schema_is_a_schema_and_tells_right_from_wrong() {
    let schema: Value = serde_json::from_str(&schema::text().unwrap()).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    let finding = json!({"kind": "finding", "code": "LN001"});
    assert!(!mistakes("CheckLine", &finding).is_empty(), "most of it is missing");
    assert!(!mistakes("Clauses", &json!([{"level": 5}])).is_empty());
}

#[test]
fn what_every_command_prints_is_as_the_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    repository(STORY, folder.path());
    let head = clausebook(folder.path(), &["check", "--format", "json"]);
    let check: Value = serde_json::from_str(&head.out).unwrap();
    let id = check["findings"].as_array().unwrap().iter().find_map(|it| it["document"].as_str());
    let id = id.unwrap().to_owned();
    let commands: [(&str, &[&str]); 6] = [
        ("Check", &["check"]),
        ("Clauses", &["clauses"]),
        ("Show", &["show", &id]),
        ("ShowThen", &["show", &id, "--on", "2026-12-31"]),
        ("Log", &["log", &id]),
        ("Changes", &["changes", "HEAD~1"]),
    ];
    for (definition, arguments) in commands {
        let run = clausebook(folder.path(), &[arguments, &["--format", "json"]].concat());
        let value: Value = serde_json::from_str(&run.out).unwrap();
        assert_eq!(mistakes(definition, &value), [""; 0], "{definition}");
    }
    let run = clausebook(folder.path(), &["build", "--out", "site"]);
    assert!(run.code < 2, "{}", run.err);
    let read = |name: &str| std::fs::read_to_string(folder.path().join("site").join(name)).unwrap();
    let audit = serde_json::from_str(&read("audit.json")).unwrap();
    assert_eq!(mistakes("Audit", &audit), [""; 0]);
    assert_eq!(read(schema::FILE), schema::text().unwrap());
    assert!(read("verify.html").contains("href=\"schema.json\""));
}
