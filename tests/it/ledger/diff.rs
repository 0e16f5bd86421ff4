//! What changed between two versions of a document, word by word.

use super::{out, told};

#[test]
fn a_draft_is_held_against_the_text_last_approved() {
    let text = out(&["diff", "POL-CHG-001"]);
    let (head, body) = text.split_once("\n\n").unwrap();
    assert!(head.contains("from the last approved, version 1.9, commit"), "{head}");
    assert!(head.contains("to   version 1.10, as in commit"), "{head}");
    assert_eq!(
        body,
        "...\n\
         id: POL-CHG-001\n\
         title: Change Policy\n\
         type: policy\n\
         version: [-1.9-]{+1.10+}\n\
         status: [-approved-]{+draft+}\n\
         owner: change-manager\n\
         clauses: [8.5.1.1]\n\
         classification: internal\n\
         [-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.9}-]\n\
         statements: [Every change is recorded.]\n\
         ---\n\
         \n\
         # Change Policy\n\
         \n\
         Every change is recorded [-within a week-]{+<b>at once</b>+}.\n"
    );
}

#[test]
fn versions_commits_and_nothing_new() {
    assert!(out(&["diff", "POL-CHG-001", "1.10", "work"]).ends_with("\n\nnothing changed\n"));
    let text = out(&["diff", "POL-CHG-001", "HEAD~2", "1.9", "--context", "0"]);
    assert!(text.contains("status: [-in-review-]{+approved+}\n"), "{text}");
    assert!(!text.contains("owner"), "{text}");
    let run = told(&["diff", "POL-CHG-001", "1.8", "1.9"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(
        run.err,
        "clausebook: `1.8` is no version of the document and names no commit; there are 1.10 and 1.9\n"
    );
    let run = told(&["diff", "POL-CHG-002"]);
    assert!(run.err.contains("did you mean `POL-CHG-001`?"), "{}", run.err);
}

#[test]
fn what_a_document_says_is_text_in_html_and_markdown() {
    for format in ["html", "markdown"] {
        let text = out(&["diff", "POL-CHG-001", "--format", format]);
        let line = "recorded <del>within a week</del><ins>&lt;b&gt;at once&lt;/b&gt;</ins>.";
        assert!(text.contains(line), "{text}");
        assert!(!text.contains("<b>"), "{text}");
    }
    assert!(
        out(&["--color", "always", "diff", "POL-CHG-001"]).contains("\u{1b}[31;9m1.9\u{1b}[0m")
    );
}
