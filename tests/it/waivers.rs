//! What a document waives, from outside: told in every format, counted nowhere as a reason to fail,
//! and shown to reviewers when it comes.

use crate::program::{Run, clausebook, git, repository};
use crate::schema::mistakes;
use clausebook::source::is_unprintable;
use serde_json::Value;
use std::path::Path;

/// A draft with two dead links; the front matter waives one of them.
const STORY: &str = "
# commit 2026-03-01 Ada Writer <ada@example.org>: Begin a procedure

```md docs/change.md
---
id: PRO-CHG-001
title: Handle a change
type: procedure
version: 0.1
status: draft
owner: Ada Writer
clauses: [8.5.1.2]
parent: POL-CHG-001
process: POL-CHG-001
classification: internal
records_produced: []
waive:
  - rule: dead-link
    until: 2026-09-30
    reason: \"The form <b>is</b> being written ::error::x ##[error]y\"
    at: form.md
---

# Handle a change

## Purpose

It says how.

## Steps

1. Fill in the [form](form.md).

## Roles

Whoever asks.

## Records

None yet.
```

```md docs/policy.md
---
id: POL-CHG-001
title: Change policy
type: policy
version: 0.1
status: draft
owner: Ada Writer
clauses: [8.5.1.1]
classification: internal
statements: [One]
---

# Change policy

## Purpose

One.

## Scope

All.

## Policy statements

1. One.

## Responsibilities

Ada.

## Review

Every year.
```

```toml book.toml
[preprocessor.clausebook.rules]
owner-role-vacant = \"off\"
climate-decision-missing = \"off\"
```
";

fn made() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    repository(STORY, folder.path());
    folder
}

fn checked(folder: &Path, format: &str) -> Run {
    clausebook(folder, &["check", "--format", format])
}

fn json_of(folder: &Path, format: &str) -> Value {
    serde_json::from_str(&checked(folder, format).out).unwrap()
}

fn exchange(folder: &Path, file: &str, from: &str, to: &str) {
    let path = folder.join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{file} has no `{from}`");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

const REASON: &str = "The form <b>is</b> being written ::error::x ##[error]y";

#[test]
fn a_waived_finding_is_told_and_fails_no_run() {
    let folder = made();
    let folder = folder.path();
    let run = checked(folder, "human");
    assert_eq!(run.code, 0, "{}", run.out);
    let waived = format!(
        "Waived by their documents, and no reason to fail:\n  error LN001 docs/change.md:28: the link leads to \
         `docs/form.md`, which does not exist\n    waived until 2026-09-30: {}\n",
        REASON.replace("##", "\\u{23}#")
    );
    assert!(run.out.contains(&waived), "{}", run.out);
    assert!(run.out.contains("1 error, 0 warnings, "), "{}", run.out);
    assert!(run.out.contains(", 1 of them waived, as of 2026-03-01 at commit "), "{}", run.out);

    // Without the waiver it is what it was.
    exchange(folder, "docs/change.md", "at: form.md", "at: another.md");
    let run = checked(folder, "human");
    assert_eq!(run.code, 1);
    assert!(
        run.out.contains("error[LN001 dead-link]") && run.out.contains("[WV004 "),
        "{}",
        run.out
    );
    assert!(!run.out.contains("Waived"), "{}", run.out);
}

#[test]
fn every_format_says_so() {
    let folder = made();
    let folder = folder.path();
    let json = json_of(folder, "json");
    assert_eq!(mistakes("Check", &json), [""; 0]);
    assert_eq!(json["summary"]["waived"], 1);
    let found = |json: &Value, key: &str| -> Value {
        let all = json.as_array().unwrap();
        all.iter().find(|it| it[key] == "LN001").cloned().unwrap()
    };
    let waived = &found(&json["findings"], "code")["waived"];
    assert_eq!(waived["until"], "2026-09-30");
    assert_eq!((&waived["reason"], &waived["line"]), (&REASON.into(), &14.into()));

    let sarif = json_of(folder, "sarif");
    let excused = &found(&sarif["runs"][0]["results"], "ruleId")["suppressions"][0];
    assert_eq!((&excused["kind"], &excused["status"]), (&"inSource".into(), &"accepted".into()));
    assert_eq!(excused["justification"], format!("until 2026-09-30: {REASON}"));
    assert_eq!(excused["location"]["physicalLocation"]["region"]["startLine"], 14);
}

#[test]
fn formats_of_text_say_so() {
    let folder = made();
    let folder = folder.path();
    let waived = "waived: until 2026-09-30: The form <b>is</b> being written";
    let gitlab = json_of(folder, "gitlab");
    let issue = gitlab.as_array().unwrap().iter().find(|it| it["check_name"] == "LN001 dead-link");
    let issue = issue.unwrap();
    assert_eq!(issue["severity"], "info");
    assert!(issue["description"].as_str().unwrap().contains(waived), "{issue}");

    let junit = checked(folder, "junit").out;
    assert!(
        junit.contains("failures=\"0\"") && junit.contains("waived: until 2026-09-30"),
        "{junit}"
    );
    let markdown = checked(folder, "markdown").out;
    assert!(markdown.contains("waived: until 2026-09-30: The form &lt;b&gt;is"), "{markdown}");
    assert!(
        markdown.contains("1 finding waived by its document, and no reason to fail"),
        "{markdown}"
    );
    let github = checked(folder, "github").out;
    assert!(!github.contains("::error file") && github.contains("    waived until"), "{github}");
}

#[test]
fn markdown_marks_what_was_known() {
    let folder = made();
    let folder = folder.path();
    exchange(folder, "docs/change.md", "at: form.md", "at: another.md");
    assert_eq!(clausebook(folder, &["adopt"]).code, 0);
    let known = ["check", "--known", "known-findings.txt", "--format", "markdown"];
    let run = clausebook(folder, &known);
    assert_eq!(run.code, 0);
    assert!(run.out.contains("  known: it was there before\n"), "{}", run.out);
    assert!(run.out.contains(" known before, and no reason to fail\n"), "{}", run.out);
}

#[test]
fn a_list_of_known_findings_leaves_out_what_is_waived() {
    let folder = made();
    let folder = folder.path();
    let list = || std::fs::read_to_string(folder.join("known-findings.txt")).unwrap();
    clausebook(folder, &["adopt"]);
    assert!(!list().contains("LN001"), "{}", list());
    exchange(folder, "docs/change.md", "2026-09-30", "2026-02-28");
    let known = ["check", "--known", "known-findings.txt"];
    let run = clausebook(folder, &known);
    assert_eq!(run.code, 1, "it has ended, and no list hides that");
    assert!(run.out.contains("error[LN001 ") && run.out.contains("error[WV001 "), "{}", run.out);
}

#[test]
fn a_report_shows_the_waivers_that_come_in() {
    let folder = made();
    let folder = folder.path();
    git(folder, &["checkout", "-q", "-b", "work"]);
    exchange(folder, "docs/change.md", "1. Fill in", "1. See [b](b.md).\n2. Fill in");
    exchange(
        folder,
        "docs/change.md",
        "waive:",
        "waive:\n  - {rule: LN001, until: 2026-08-01, reason: b comes, at: b.md}\n  - {rule: AP001, until: 2026-08-01, reason: no}",
    );
    git(folder, &["commit", "-qam", "See b"]);
    let report =
        |more: &[&str]| clausebook(folder, &[&["report", "--base", "main"], more].concat());
    let json: Value = serde_json::from_str(&report(&["--format", "json"]).out).unwrap();
    assert_eq!(mistakes("Report", &json), [""; 0]);
    let waivers: Vec<String> = (json["waivers"].as_array().unwrap().iter())
        .map(|it| {
            let of = |key: &str| it[key].as_str().unwrap_or("none").to_owned();
            format!(
                "{}:{} {} {} {} {}: {}",
                of("path"),
                it["line"],
                of("rule"),
                of("until"),
                of("reach"),
                of("reason"),
                of("worth")
            )
        })
        .collect();
    assert_eq!(
        waivers,
        [
            "docs/change.md:14 dead-link 2026-08-01 places with `b.md` b comes: holds",
            "docs/change.md:15 approval-without-evidence 2026-08-01 the whole file no: not allowed",
        ]
    );
    let run = report(&[]);
    assert_eq!(run.code, 1, "the waiver of AP001 is an error");
    assert!(run.out.contains("### It waives findings\n"), "{}", run.out);
    assert!(run.out.contains("waived: until 2026-08-01: b comes"), "{}", run.out);
    assert!(run.out.contains("3 findings come in, 1 error;"), "{}", run.out);
    exchange(folder, "docs/change.md", "  - {rule: AP001, until: 2026-08-01, reason: no}\n", "");
    git(folder, &["commit", "-qam", "See b"]);
    assert_eq!(report(&[]).code, 0, "what is waived does not fail it");

    // To take a waiver out brings back what it excused.
    git(folder, &["checkout", "-q", "-b", "without", "main"]);
    exchange(folder, "docs/change.md", "    at: form.md\n", "    at: another.md\n");
    let staged = || clausebook(folder, &["check", "--staged", "--as-of", "2026-03-02"]);
    git(folder, &["add", "docs"]);
    assert_eq!(staged().code, 1, "{}", staged().out);
    git(folder, &["commit", "-qm", "Waive another"]);
    let run = report(&[]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("error[LN001 dead-link]"), "{}", run.out);
}

#[test]
fn thousands_of_waivers_and_words_that_would_do_something() {
    let folder = made();
    let folder = folder.path();
    let reason = "r \u{9b}2J \u{202e} </pre><script>x</script> ::error::z %0A::warning::w";
    let line = format!(
        "See [x](gone.md). <!-- clausebook waive: LN001 until 2026-09-30: {reason} -->\n\n"
    );
    exchange(folder, "docs/change.md", "None yet.", &line.repeat(1_000));
    let long =
        format!("waive:\n  - {{rule: LN002, until: 2026-09-30, reason: {}}}", "x".repeat(50_000));
    exchange(folder, "docs/change.md", "waive:", &long);
    let run = checked(folder, "human");
    assert_eq!(run.code, 1);
    assert!(run.out.contains("has 50000 characters; 400 are the most"), "{}", run.out);
    assert!(run.out.contains("1001 of them waived"), "{}", run.out);
    for format in ["human", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"] {
        let text = checked(folder, format).out;
        let alive = text.chars().find(|&c| c != '\n' && is_unprintable(c));
        assert_eq!(alive, None, "{format}");
        assert!(!text.lines().any(|line| line.trim_start().starts_with("::error::z")), "{format}");
        assert!(
            format == "human"
                || format == "github"
                || !text.contains("<script>")
                || format.contains("json")
                || format == "sarif"
                || format == "gitlab",
            "{format}"
        );
    }
    let site = folder.join("site");
    clausebook(folder, &["build"]);
    let page = std::fs::read_to_string(site.join("waivers.html")).unwrap();
    assert!(!page.contains("<script>x") && page.contains("1002 waivers"), "{}", page.len());
    let document = std::fs::read_to_string(site.join("documents/PRO-CHG-001.html")).unwrap();
    assert!(!document.contains("clausebook waive"), "comments are not shown");
}

#[test]
fn the_site_lists_waivers_and_what_they_are_worth() {
    let folder = made();
    let folder = folder.path();
    exchange(
        folder,
        "docs/change.md",
        "waive:",
        "waive:\n  - {rule: ST003, until: 2026-08-01, reason: next month}\n  - {rule: AP001, until: 2026-08-01, reason: no}\n  - {rule: LN002, until: 2026-01-01, reason: gone}\n  - {rule: LN003}",
    );
    clausebook(folder, &["build"]);
    let read = |page: &str| std::fs::read_to_string(folder.join("site").join(page)).unwrap();
    let page = read("waivers.html");
    for words in [
        "excuses ",
        "the rule finds nothing there",
        "what this rule finds cannot be waived",
        "it has ended",
        "<code>until</code><span> and the waiver gives no reason</span>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(read("checks.html").contains(", waived"));
    assert!(read("documents/PRO-CHG-001.html").contains("waivers.html#Documents"));
    assert!(read("index.html").contains(", 1 waived"), "the numbers of every page");
}
