//! `check` in all its formats, run from outside: each is what its readers expect, says the same, and
//! lets nothing of a repository come alive.

#![cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, unused_imports, reason = "only there can files have such names")
)]

use crate::program::{Run, clausebook, command, git, repository};
use crate::schema::mistakes;
use clausebook::rules::ALL;
use clausebook::source::is_unprintable;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

const FORMATS: [&str; 8] =
    ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"];

/// What would do something if a terminal, a log, a sheet or a page took it for its own.
const TEXT: &str = "\
---
id: \"::error::id\"
title: \"=HYPERLINK(\\\"https://evil.example\\\")\"
type: \"]]><x>\"
version: \"%0A::add-mask::v\"
status: \"##[error]status\"
owner: \"@everyone </pre> [x](https://evil.example) {0}\"
clauses: [\"\\e[2J\"]
---

# \u{1b}[31mTitle\u{9b}2J

::error::line [gone](gone.md) \u{1b}[2J ##[error]line \u{202e}
  ::stop-commands::x [gone](::error::gone.md) ]]> %0A [here](#::nowhere)
[gone](<https%0A::error::x.md>) [gone](</pre><script>.md)
";

#[cfg(target_os = "linux")]
const NAMES: [&[u8]; 11] = [
    b"::error::x.md",
    b"a%0A::warning::b.md",
    b"]]><x a='\"&.md",
    b"\x1b[31mred.md",
    b"line\n::error::y.md",
    b"return\r::error::z.md",
    b"caf\xE9.md",
    b"a,b:c.md",
    b"=cmd|' '!A1 </pre> @all.md",
    b"\xC2\x9B2J\xE2\x80\xAE\xEF\xBF\xBE.md",
    b"##[error]##vso[task]{0}](x).md",
];

/// A repository whose every name and text means harm.
#[cfg(target_os = "linux")]
fn hostile() -> tempfile::TempDir {
    use std::os::unix::ffi::OsStrExt as _;
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("docs");
    for name in NAMES {
        let path = docs.join(std::ffi::OsStr::from_bytes(name));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, TEXT).unwrap();
    }
    git(folder.path(), &["init", "-q", "-b", "main"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "::error::message \u{1b}[2J"]);
    folder
}

fn checked(folder: &Path, format: &str) -> Run {
    clausebook(folder, &["check", "--notes", "--format", format])
}

fn json_of(folder: &Path, format: &str) -> Value {
    serde_json::from_str(&checked(folder, format).out).unwrap()
}

/// Says what a terminal or the log of a CI system would obey.
fn alive(text: &str) -> Vec<&str> {
    let obeys = |line: &&str| {
        line.chars().any(is_unprintable)
            || line.trim_start().strip_prefix("::").is_some_and(|rest| !rest.starts_with(':'))
            || ["##[", "##vso["].iter().any(|word| line.contains(word))
    };
    text.split('\n').filter(obeys).collect()
}

/// Reads a command as GitHub does: its kind, its properties, its message.
fn github_command(line: &str) -> (String, Vec<(String, String)>, String) {
    let plain = |text: &str| text.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%");
    let property = |text: &str| plain(&text.replace("%3A", ":").replace("%2C", ","));
    let (head, message) = line[2..].split_once("::").unwrap();
    let (kind, properties) = head.split_once(' ').unwrap();
    let properties = properties.split(',').map(|pair| pair.split_once('=').unwrap());
    let properties = properties.map(|(key, value)| (key.to_owned(), property(value))).collect();
    (kind.to_owned(), properties, plain(message))
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_of_a_hostile_repository_comes_alive() {
    let folder = hostile();
    for format in FORMATS {
        let run = checked(folder.path(), format);
        assert_eq!((run.code, run.err.as_str()), (1, ""), "{format}");
        let commands = |line: &&str| format != "github" || !line.starts_with("::");
        let text: Vec<&str> = run.out.split('\n').filter(commands).collect();
        assert_eq!(alive(&text.join("\n")), [""; 0], "{format}");
        assert_eq!(run.out, checked(folder.path(), format).out, "{format} says the same twice");
    }
    // Colours are ours, and nothing else is left.
    let run = clausebook(folder.path(), &["check", "--color", "always"]);
    let mut parts = run.out.split("\u{1b}[");
    let plain: String = parts.next().unwrap().to_owned()
        + &parts.map(|part| part.split_once('m').unwrap().1).collect::<String>();
    assert_eq!(alive(&plain), [""; 0]);
    let others: [&[&str]; 7] = [
        &["check", "--color", "never"],
        &["status"],
        &["clauses"],
        &["changes", "HEAD"],
        &["build", "--out", "site"],
        &["show", "::error::id"],
        &["show", "\u{1b}[31m\n::error::x"],
    ];
    for arguments in others {
        let run = clausebook(folder.path(), arguments);
        assert_eq!(alive(&run.out), [""; 0], "{arguments:?}");
        assert_eq!(alive(&run.err), [""; 0], "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn github_reads_each_value_as_it_is() {
    let folder = hostile();
    let run = checked(folder.path(), "github");
    let json = json_of(folder.path(), "json");
    let lines: Vec<&str> = run.out.lines().filter(|line| line.starts_with("::")).collect();
    let findings = json["findings"].as_array().unwrap();
    assert_eq!(lines.len(), findings.len());
    let mut files = BTreeSet::new();
    for (line, finding) in lines.iter().zip(findings) {
        let (kind, properties, message) = github_command(line);
        let level = finding["level"].as_str().unwrap();
        assert_eq!(kind, if level == "note" { "notice" } else { level });
        let value =
            |key: &str| properties.iter().find(|(it, _)| it == key).map(|(_, value)| value.clone());
        let rule =
            format!("{} {}", finding["code"].as_str().unwrap(), finding["name"].as_str().unwrap());
        assert_eq!(value("title"), Some(rule), "{line}");
        if let Some(number) = value("line") {
            assert_eq!(number, finding["line"].to_string(), "{line}");
        }
        assert!(!message.is_empty());
        files.extend(value("file"));
    }
    for name in [
        "docs/::error::x.md",
        "docs/a%0A::warning::b.md",
        "docs/a,b:c.md",
        "docs/line\n::error::y.md",
    ] {
        assert!(files.contains(name), "{name} {files:?}");
    }
    assert!(run.out.contains("GitHub shows 10 annotations of a level"), "{}", run.out);
}

#[cfg(target_os = "linux")]
#[test]
fn sarif_is_as_its_official_schema_says() {
    // Two patterns for a language hold a stray bracket, which the errata of the standard took out.
    let schema = include_str!("../data/sarif-schema-2.1.0.json")
        .replace("{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "{2}(-[a-zA-Z]{2})?$");
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let folder = hostile();
    let sarif = json_of(folder.path(), "sarif");
    let wrong: Vec<String> = validator.iter_errors(&sarif).map(|error| error.to_string()).collect();
    assert_eq!(wrong, [""; 0]);
    let run = &sarif["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), ALL.len());
    for rule in rules {
        for text in [&rule["shortDescription"], &rule["fullDescription"], &rule["help"]] {
            let text = text["text"].as_str().unwrap();
            assert!(!text.is_empty() && !text.ends_with(": "), "{rule}");
        }
        // GitHub cuts it there.
        assert!(rule["fullDescription"]["text"].as_str().unwrap().len() <= 1024, "{rule}");
        assert!(rule["help"]["markdown"].as_str().unwrap().contains("### Why it matters"));
    }
    let mut fingerprints = BTreeSet::new();
    let mut places = BTreeSet::new();
    let results = run["results"].as_array().unwrap();
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        fingerprints.insert(result["partialFingerprints"]["clausebook/v1"].to_string());
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        places.insert(place.as_str().unwrap().to_owned());
        let message = result["message"]["text"].as_str().unwrap();
        assert!(!message.replace("{{", "").contains('{'), "a place to fill in: {message}");
        assert!(!message.replace("\\]", "").contains("]("), "a link: {message}");
    }
    assert_eq!(fingerprints.len(), results.len());
    let safe = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
    assert!(places.iter().all(|place| place.chars().all(safe)), "{places:?}");
    for place in
        ["docs/caf%E9.md", "docs/%3A%3Aerror%3A%3Ax.md", "docs/line%0A%3A%3Aerror%3A%3Ay.md"]
    {
        assert!(places.contains(place), "{place} {places:?}");
    }
}

#[test]
fn sarif_knows_the_repository_that_book_toml_names() {
    let folder = tempfile::tempdir().unwrap();
    let book = |url: &str| {
        format!(
            "{}\n```toml book.toml\n[output.html]\ngit-repository-url = \"{url}\"\n```\n",
            story()
        )
    };
    repository(&book("https://forge.example/sms"), folder.path());
    let sarif = json_of(folder.path(), "sarif");
    let run = &sarif["runs"][0];
    let known = &run["versionControlProvenance"][0];
    assert_eq!(known["repositoryUri"], "https://forge.example/sms");
    let head = git(folder.path(), &["rev-parse", "HEAD"]).out;
    assert_eq!(known["revisionId"], head.trim());
    assert_eq!(run["properties"]["revisionId"], head.trim());
    let elsewhere = tempfile::tempdir().unwrap();
    repository(&book("javascript:alert(1)"), elsewhere.path());
    let sarif = json_of(elsewhere.path(), "sarif");
    assert!(sarif["runs"][0]["versionControlProvenance"].is_null());
}

/// A policy whose links lead nowhere, two of them in the same words.
fn story() -> String {
    "\
```md docs/policy.md
---
id: POL-ITSM-001
title: Service Management Policy
type: policy
version: 0.1
status: draft
owner: ada@example.org
clauses: [5.2.1]
---

# Service Management Policy

See the [plan](plan.md), the [plan](plan.md) and the [scope](scope.md).
```
"
    .to_owned()
}

#[test]
fn a_finding_keeps_its_fingerprint_when_lines_and_files_move() {
    let folder = tempfile::tempdir().unwrap();
    let moved = "
# commit 2026-01-11 Ada Lovelace <ada@example.org>: Move

- rename: docs/policy.md -> docs/policies.md

```edit docs/policies.md
-See the [plan](plan.md), the [plan](plan.md) and the [scope](scope.md).
+A line above.
+
+See the [plan](plan.md), the [plan](plan.md) and the [scope](scope.md).
```
";
    repository(&format!("{}{moved}", story()), folder.path());
    let links = |rev: &str, format: &str| {
        let arguments = ["check", "--rev", rev, "--format", format];
        let found: Value =
            serde_json::from_str(&clausebook(folder.path(), &arguments).out).unwrap();
        let (all, rule, print) = match format {
            "sarif" => {
                (&found["runs"][0]["results"], "/ruleId", "/partialFingerprints/clausebook~1v1")
            }
            _ => (&found, "/check_name", "/fingerprint"),
        };
        let word = |it: &Value, at: &str| it.pointer(at).unwrap().as_str().unwrap().to_owned();
        let links = all.as_array().unwrap().iter().filter(|it| word(it, rule).starts_with("LN001"));
        links.map(|it| word(it, print)).collect::<BTreeSet<_>>()
    };
    let before = links("HEAD~1", "sarif");
    assert_eq!(before.len(), 3);
    assert_eq!(links("HEAD", "sarif"), before);
    assert_eq!(links("HEAD", "gitlab"), before, "both formats know it by the same");
}

#[cfg(target_os = "linux")]
#[test]
fn gitlab_knows_every_finding_apart() {
    let folder = hostile();
    let report = json_of(folder.path(), "gitlab");
    let issues = report.as_array().unwrap();
    let prints: BTreeSet<String> = issues.iter().map(|it| it["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), issues.len());
    for issue in issues {
        for key in ["description", "check_name", "severity"] {
            assert!(issue[key].is_string(), "{issue}");
        }
        assert!(issue["location"]["path"].is_string(), "{issue}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() > 0, "{issue}");
        assert!(["info", "minor", "major"].contains(&issue["severity"].as_str().unwrap()));
    }
}

/// Reads XML to its end, and returns the elements with their attributes; panics where it is not
/// well-formed.
fn elements(xml: &str) -> Vec<(String, Vec<(String, String)>)> {
    let is_legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    assert!(xml.chars().all(is_legal));
    let read = |start: &BytesStart<'_>| {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let raw = std::str::from_utf8(attribute.value.as_bytes()).unwrap();
            assert!(!raw.contains('<'), "{raw}");
            let value = quick_xml::escape::unescape(raw).unwrap().into_owned();
            (String::from_utf8_lossy(attribute.key.as_ref().as_bytes()).into_owned(), value)
        });
        let name = start.name();
        (String::from_utf8_lossy(name.as_ref().as_bytes()).into_owned(), attributes.collect())
    };
    let mut reader = Reader::from_str(xml);
    reader.config_mut().enable_all_checks(true);
    let (mut elements, mut depth) = (Vec::new(), 0);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                elements.push(read(&start));
                depth += 1;
            }
            Event::Empty(start) => elements.push(read(&start)),
            Event::End(_) => depth -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    elements
}

#[cfg(target_os = "linux")]
#[test]
fn junit_is_well_formed_and_agrees_with_the_exit_code() {
    let folder = hostile();
    for (fail_on, failing) in [("error", vec!["error"]), ("note", vec!["error", "warning", "note"])]
    {
        let arguments = ["check", "--format", "junit", "--fail-on", fail_on];
        let all = elements(&clausebook(folder.path(), &arguments).out);
        let count = |name: &str| all.iter().filter(|(it, _)| it == name).count();
        let value = |at: &(String, Vec<(String, String)>), key: &str| {
            at.1.iter()
                .find(|(it, _)| it == key)
                .map(|(_, value)| value.clone())
                .unwrap_or_default()
        };
        assert_eq!(all[0].0, "testsuites");
        for suite in &all[..2] {
            assert_eq!(value(suite, "tests"), count("testcase").to_string());
            assert_eq!(value(suite, "failures"), count("failure").to_string());
        }
        let json = json_of(folder.path(), "json");
        let fails = |it: &&Value| failing.contains(&it["level"].as_str().unwrap());
        let of = |it: &Value| {
            (
                it["code"].to_string(),
                it["document"].to_string(),
                match &it["document"] {
                    Value::Null => it["path"].to_string(),
                    _ => String::new(),
                },
            )
        };
        let expected: BTreeSet<_> =
            json["findings"].as_array().unwrap().iter().filter(fails).map(of).collect();
        assert_eq!(count("failure"), expected.len());
        let classes: BTreeSet<String> = all.iter().map(|it| value(it, "classname")).collect();
        assert_eq!(classes.len(), ALL.len() + 1, "every rule is there");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn json_lines_are_as_the_schema_says_and_say_the_same() {
    let folder = hostile();
    let json = json_of(folder.path(), "json");
    assert_eq!(mistakes("Check", &json), [""; 0]);
    let text = checked(folder.path(), "jsonl").out;
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| {
        let of_kind = lines.iter().filter(|line| line["kind"] == kind).cloned();
        let without_kind = of_kind.map(|mut line| {
            line.as_object_mut().unwrap().remove("kind");
            line
        });
        without_kind.collect::<Vec<_>>()
    };
    assert_eq!(lines[0]["kind"], "summary");
    assert_eq!(lines[0]["schema_version"], json["schema_version"]);
    assert_eq!(&of("finding"), json["findings"].as_array().unwrap());
    assert_eq!(&of("evidence"), json["evidence"].as_array().unwrap());
    for line in lines.iter().take(60).chain(lines.last()) {
        assert_eq!(mistakes("CheckLine", line), [""; 0]);
    }
}

#[test]
fn what_cannot_be_printed_is_escaped_in_json_and_still_what_the_repository_has() {
    let folder = tempfile::tempdir().unwrap();
    let title = "title: \"A\\x9b2J \\e[31m \u{202e}##[error]\"";
    repository(&story().replace("title: Service Management Policy", title), folder.path());
    let run = clausebook(folder.path(), &["show", "POL-ITSM-001", "--format", "json"]);
    assert_eq!(alive(&run.out), [""; 0]);
    let shown: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(shown["title"], "A\u{9b}2J \u{1b}[31m \u{202e}##[error]");
}

#[cfg(target_os = "linux")]
#[test]
fn markdown_has_content_in_pre_alone() {
    let folder = hostile();
    let text = checked(folder.path(), "markdown").out;
    let mut outside = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("<pre>\n") {
        let (inside, after) = after.split_once("</pre>\n").unwrap();
        assert!(!inside.contains('<'), "{inside}");
        outside.push_str(before);
        rest = after;
    }
    outside.push_str(rest);
    for word in ["evil", "script", "error::", "docs/", "@", "http", "]("] {
        assert!(!outside.contains(word), "{word} in {outside}");
    }
    assert!(outside.starts_with("## clausebook: "), "{outside}");
    assert!(outside.contains("\n| error | ") && outside.contains("<summary>"), "{outside}");
    assert!(text.chars().count() < 65_536, "a forge takes it");
}

#[test]
fn the_exit_code_does_not_depend_on_the_format() {
    let folder = tempfile::tempdir().unwrap();
    repository(&story(), folder.path());
    for format in FORMATS {
        assert_eq!(checked(folder.path(), format).code, 1, "{format}");
        let sound = ["check", "--format", format, "--as-of", "yesterday"];
        assert_eq!(clausebook(folder.path(), &sound).code, 2, "{format}");
    }
}

#[test]
fn github_actions_is_answered_in_its_own_words_unless_told_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    repository(&story(), folder.path());
    let in_actions = |value: &str, arguments: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_clausebook"));
        command.current_dir(folder.path()).env("GITHUB_ACTIONS", value).args(arguments);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let told = in_actions("true", &["check"]);
    let first = "::error file=docs/policy.md,line=13,endLine=13,col=9,endColumn=23,title=LN001 dead-link::the link leads to `docs/plan.md`, which does not exist%0A";
    assert!(told.contains(&format!("\n{first}")) || told.starts_with(first), "{told}");
    assert!(told.contains("--> docs/policy.md:13:9"), "the log has the places too: {told}");
    let human = clausebook(folder.path(), &["check"]).out;
    assert_eq!(in_actions("true", &["check", "--format", "human"]), human);
    assert_eq!(in_actions("false", &["check"]), human);
    assert!(human.starts_with("error[") || human.starts_with("warning["), "{human}");
}
