//! What Git proves of approvals, told as stories: tests/stories/approvals/*.md.
//!
//! Each story says in its `show` fence what is held of every approval at its end; the same
//! history written down as a real repository must say the same.

use crate::stories::{self, fence};
use clausebook::document::Document;
use clausebook::finding::Evidence;
use clausebook::index::Index;
use clausebook::repo::Repository;
use clausebook::report::human;
use clausebook::rules::{ALL, names, run_one};
use clausebook::sms::Sms;
use clausebook::sms::approval::Grade;
use clausebook::sms::reading::{self, Told};
use clausebook::story::{Recording, Story, build, replay};
use std::fmt::Write as _;

/// Reads the system at the end of a story; a branch is judged by the rules of main.
fn read(recording: &Recording) -> Sms {
    let head = recording.head_commit().unwrap();
    let tip = recording.branches.get("main").copied().unwrap_or(head);
    let told = Told { head, tip, tags: &recording.tags };
    reading::of_story(recording, told, &names(), Index::none).unwrap()
}

/// Writes what is held of every approval, one line each, and what stands against it beneath.
fn told(sms: &Sms) -> String {
    let mut told = String::new();
    for document in &sms.documents {
        for grade in sms.grades(document) {
            told.push_str(&line(sms, document, grade));
        }
    }
    told
}

fn line(sms: &Sms, document: &Document, grade: &Grade) -> String {
    let subject = |id: Option<_>| {
        let commit = sms.history.commits.iter().find(|commit| Some(commit.id) == id);
        commit.map_or("no commit", |commit| commit.subject()).to_owned()
    };
    let id = document.id().map(|id| id.to_string()).unwrap_or_default();
    let version = grade.approval.version.clone().unwrap_or_default();
    let by = grade.approval.by.clone().unwrap_or_default();
    let mut line = format!(
        "{id} {version} by {by}: {} at level {}, {}",
        grade.verdict(),
        grade.level_text(),
        sms.state(document).word()
    );
    let how = grade.act.map_or("brought", |act| act.word());
    write!(line, "\n  {how} in \"{}\"", subject(grade.acted_in())).unwrap();
    if let Some(signer) = &grade.signer {
        let what = signer.object();
        let what = if what.starts_with("the commit") { "the commit" } else { &what };
        write!(line, "\n  signature of {what}: {}", without_keys(&signer.words())).unwrap();
    }
    if let Some(baseline) = &grade.baseline {
        let words = without_keys(&baseline.words());
        write!(line, "\n  in {}: {words}", baseline.object()).unwrap();
    }
    for contradiction in &grade.contradictions {
        let words = contradiction.words();
        let words = words.split(" (commit ").next().unwrap().split(", in commit ").next().unwrap();
        write!(line, "\n  but {words}").unwrap();
        if let Some(commit) = contradiction.commit() {
            write!(line, ": \"{}\"", subject(Some(commit))).unwrap();
        }
    }
    write!(line, "\n  for more: {}\n", without_keys(&grade.missing)).unwrap();
    line
}

/// Fingerprints tell a reader nothing.
fn without_keys(words: &str) -> String {
    let word = |word: &str| {
        let (key, end) = word.split_at(word.find(';').unwrap_or(word.len()));
        if key.starts_with("SHA256:") { format!("SHA256:\u{2026}{end}") } else { word.to_owned() }
    };
    words.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// The rules that speak of approvals in these stories.
const RULES: [&str; 7] = ["AP001", "AP003", "AP004", "AP010", "VC001", "VC003", "VC005"];

/// Writes what the rules find, and what they take as evidence.
fn found(sms: &Sms) -> (String, String) {
    let rules = ALL.iter().filter(|rule| RULES.contains(&rule.name.code));
    let found: Vec<_> = rules.map(|rule| run_one(rule, rule.severity.level(false), sms)).collect();
    let findings = found.iter().flat_map(|found| &found.findings);
    let findings = human::findings(sms, findings, false).trim_end().to_owned();
    let evidence = found.iter().flat_map(|found| &found.evidence);
    let line = |evidence: &Evidence| format!("{} {}", evidence.rule.code, evidence.statement);
    (findings, evidence.map(line).collect::<Vec<_>>().join("\n"))
}

#[test]
fn rules_say_what_the_stories_expect() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("approvals") {
        let (story, recording) = stories::told(&name, &text);
        let sms = read(&recording);
        let (findings, evidence) = found(&sms);
        let expected = [&story.findings, &story.evidence];
        for (expected, actual) in expected.into_iter().zip([findings, evidence]) {
            if expected.as_ref().is_some_and(|expected| expected.trim_end() != actual) {
                wrong.push(format!("=== {name}\n--- program\n{actual}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_contradiction_is_told_twice() {
    for (name, text) in stories::of("approvals") {
        let (_, recording) = stories::told(&name, &text);
        let sms = read(&recording);
        let speak = |code: &str| {
            let rule = clausebook::rules::find(code).unwrap();
            run_one(rule, rule.severity.level(false), &sms).findings.len()
        };
        let contradicted = RULES[1..].iter().map(|code| speak(code)).sum::<usize>();
        assert!(speak("AP001") == 0 || contradicted == 0, "{name}");
    }
}

/// Returns what a story says of its end, to a build with these features.
fn expected(text: &str) -> &str {
    let with_openpgp = fence(text, "show with openpgp");
    let is_told_so = cfg!(feature = "openpgp") && !with_openpgp.is_empty();
    if is_told_so { with_openpgp } else { fence(text, "show") }
}

#[test]
fn stories_end_as_they_say() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("approvals") {
        let (_, recording) = stories::told(&name, &text);
        let sms = read(&recording);
        let actual = told(&sms);
        let expected = expected(&text);
        if actual != expected || actual.is_empty() {
            wrong.push(format!("=== {name}\n--- story\n{expected}--- program\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn no_number_of_links_hides_a_picture_that_changed() {
    let name = |i: usize| format!("forms/{i}.csv");
    let links: String = (0..150).map(|i| format!("[form]({})\n", name(i))).collect();
    let forms = |words: &str| -> String {
        let form = |i| format!("```csv docs/{}\n{words}\n```\n\n", name(i));
        (0..150).map(form).collect()
    };
    let drawing = |words: &str| format!("```svg docs/flow.svg\n<svg>{words}</svg>\n```\n\n");
    let text = format!(
        "# commit 2026-03-01 Ana Owner <ana@example.org>: Hand in\n\n```md docs/change.md\n---\n\
         id: POL-1\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\n# Change\n\n{links}\n\
         ![flow](flow.svg)\n```\n\n{}{}\
         # commit 2026-03-02 Bo Approver <bo@example.org>: Approve 1.0\n\n```edit docs/change.md\n\
         -status: in-review\n+status: approved\n\
         +approval: {{by: bo@example.org, on: 2026-03-02, version: 1.0}}\n```\n\n\
         # commit 2026-03-05 Ana Owner <ana@example.org>: Change all of it\n\n{}{}",
        forms("old"),
        drawing("old"),
        forms("new"),
        drawing("new"),
    );
    let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
    let told = told(&read(&recording));
    assert!(told.contains("contradicted"), "{told}");
    assert!(told.contains("its picture docs/flow.svg changed after the approval"), "{told}");
}

#[test]
fn git_tells_the_same_of_them() {
    for (name, text) in stories::of("approvals") {
        let (_, recording) = stories::told(&name, &text);
        let folder = tempfile::tempdir().unwrap();
        build(&recording, folder.path()).unwrap();
        let repository = Repository::open(folder.path()).unwrap();
        let head = repository.head().unwrap().commit;
        let tip = repository.published_tip("main").unwrap_or(head);
        let tags = repository.tags().into_iter().collect();
        let told_of = Told { head, tip, tags: &tags };
        let sms = reading::of_story(repository.objects(), told_of, &names(), Index::none).unwrap();
        assert_eq!(told(&sms), expected(&text), "{name}");
    }
}
