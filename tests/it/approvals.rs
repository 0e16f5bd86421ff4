//! What Git proves of approvals, told as stories: tests/stories/approvals/*.md.
//!
//! Each story says in its `show` fence what is held of every approval at its end; the same
//! history written down as a real repository must say the same.

use crate::program::shell;
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

/// A policy as Ana hands it in.
const HANDED_IN: &str = "---
id: POL-1
type: policy
version: 1.0
status: in-review
---

Plan before you change, and look at it afterwards.
";

/// What is held of an approval whose approver wrote the text in "Draft".
const BY_ITS_AUTHOR: &str = "POL-1 1.0 by bo@example.org: contradicted at level 2, in-review
  committed in \"Approve 1.0\"
  but it is approved by the author of its content: \"Draft\"
  for more: let somebody who wrote none of the content merge it to the publishing branch
";

/// Bo drafts a text that is padded out beyond what is read; Ana moves the file, writes on in it as
/// often as `steps` say, and takes the padding out; Bo approves.
fn padded(moved: &str, steps: usize) -> String {
    let blanks = " ".repeat(1 << 20);
    let draft = HANDED_IN.replace(", and look at it afterwards", "");
    let commit = |day: usize, who: &str, what: &str| {
        format!("# commit 2026-03-{day:02} {who}@example.org>: {what}\n\n")
    };
    let mut text = commit(1, "Bo Approver <bo", "Draft");
    write!(text, "```md docs/a.md\n{draft}{blanks}\n```\n\n").unwrap();
    let path = if moved.is_empty() { "docs/a.md" } else { "docs/b.md" };
    text.push_str(moved);
    for step in 0..steps {
        text.push_str(&commit(step + 3, "Ana Owner <ana", "Go on"));
        write!(text, "```md {path}\n{draft}{blanks}{}\n```\n\n", "x".repeat(step + 1)).unwrap();
    }
    text.push_str(&commit(8, "Ana Owner <ana", "Take the padding out"));
    write!(text, "```md {path}\n{HANDED_IN}```\n\n").unwrap();
    text.push_str(&commit(9, "Bo Approver <bo", "Approve 1.0"));
    write!(
        text,
        "```edit {path}\n-status: in-review\n+status: approved\n\
         +approval: {{by: bo@example.org, on: 2026-03-09, version: 1.0}}\n```\n"
    )
    .unwrap();
    text
}

#[test]
fn whoever_wrote_what_is_too_large_to_be_read_is_an_author() {
    let moved = "# commit 2026-03-02 Ana Owner <ana@example.org>: Move it\n\n\
                 - rename: docs/a.md -> docs/b.md\n\n";
    for (moved, steps) in [("", 0), (moved, 0), ("", 2), (moved, 2)] {
        let story = Story::parse(&padded(moved, steps)).unwrap();
        let sms = read(&replay(&story, &|_| None).unwrap());
        assert_eq!(told(&sms), BY_ITS_AUTHOR, "{moved}{steps}");
    }
}

/// Runs Git commands as Bo or Ana; `as_link` and `as_file` put what the work tree has into the index.
#[cfg(unix)]
fn by_hand(lines: &str) -> Sms {
    let folder = tempfile::tempdir().unwrap();
    let begin = r#"
        git init -q -b main
        day=1
        by() { export GIT_AUTHOR_EMAIL=$1@example.org GIT_COMMITTER_EMAIL=$1@example.org
            export GIT_AUTHOR_NAME=$1 GIT_COMMITTER_NAME=$1 GIT_AUTHOR_DATE=2026-03-0${day}T09:00:00Z
            export GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE; day=$((day + 1)); shift; "$@"; }
        put() { git update-index --add --cacheinfo "$1,$(git hash-object -w "$2"),$3"; }
        as_link() { put 120000 "$1" "${2:-$1}"; }
        as_file() { put 100644 "$1" "${2:-$1}"; }
        mkdir docs
        printf 'Begin.\n' >README.md; git add .; by ana git commit -qm Begin
        printf -- '---\nid: POL-1\ntype: policy\nversion: 1.0\nstatus: in-review\n---\n\nPlan before you change.\nLook at it afterwards, and write down what you learned.\n' >docs/a.md
        approve() { git checkout -qf .
            sed -i 's/^status.*/status: approved\napproval: {by: bo@example.org, on: 2026-03-09, version: 1.0}/' docs/?.md
            day=9; by bo git commit -qam 'Approve 1.0'; }
        "#;
    let run = shell(folder.path(), &format!("{begin}\n{lines}"));
    assert_eq!(run.code, 0, "{lines}: {}", run.err);
    let repository = Repository::open(folder.path()).unwrap();
    let head = repository.head().unwrap().commit;
    let told = Told { head, tip: head, tags: &std::collections::BTreeMap::new() };
    reading::of_story(repository.objects(), told, &names(), Index::none).unwrap()
}

#[cfg(unix)]
#[test]
fn whoever_brought_a_text_as_the_target_of_a_link_is_an_author() {
    let word = "sed -i 's/Plan/Always plan/' docs/a.md";
    let cases = [
        // As it is, and then with a word changed.
        format!(
            "as_link docs/a.md; by bo git commit -qm Draft
            as_file docs/a.md; by ana git commit -qm File
            {word}; as_file docs/a.md; by ana git commit -qm Edit; approve"
        ),
        // In one go, and after somebody else wrote on in it.
        format!(
            "as_link docs/a.md; by bo git commit -qm Draft
            {word}; as_link docs/a.md; by ana git commit -qm Edit
            as_file docs/a.md; by ana git commit -qm File; approve"
        ),
        // At another path, at once and later.
        format!(
            "as_link docs/a.md; by bo git commit -qm Draft
            git rm -q --cached docs/a.md; {word}; as_file docs/a.md docs/b.md
            by ana git commit -qm Move; rm docs/a.md; approve"
        ),
        format!(
            "as_link docs/a.md; by bo git commit -qm Draft
            git rm -q --cached docs/a.md; as_link docs/a.md docs/b.md; by ana git commit -qm Move
            {word}; as_file docs/a.md docs/b.md; by ana git commit -qm File; rm docs/a.md; approve"
        ),
        // By merges: as a link, and as a file in the merge.
        format!(
            "git checkout -qb draft; as_link docs/a.md; by bo git commit -qm Draft
            git checkout -qf main; by ana git merge -q --no-ff draft -m Merge
            rm -f docs/a.md; git cat-file -p HEAD:docs/a.md >docs/a.md; {word}; as_file docs/a.md
            by ana git commit -qm File; approve"
        ),
        format!(
            "git checkout -qb draft; as_link docs/a.md; by bo git commit -qm Draft
            git checkout -qf main; by ana git merge -q --no-ff --no-commit draft
            rm -f docs/a.md; git cat-file -p draft:docs/a.md >docs/a.md; {word}; as_file docs/a.md
            by ana git commit -qm Merge; approve"
        ),
        // Over what Ana had begun.
        format!(
            "cp docs/a.md text; sed -i 's/^Plan.*/To be written./' docs/a.md
            as_file docs/a.md; by ana git commit -qm Begin; cp text docs/a.md
            as_link docs/a.md; by bo git commit -qm Draft
            {word}; as_file docs/a.md; by ana git commit -qm File; approve"
        ),
        format!(
            "cp docs/a.md text; sed -i 's/^Plan.*/To be written./' docs/a.md
            as_file docs/a.md; by ana git commit -qm Begin; cp text docs/a.md
            git checkout -qb draft; as_link docs/a.md; by bo git commit -qm Draft
            git checkout -qf main; by ana git merge -q --no-ff --no-commit draft
            rm -f docs/a.md; git cat-file -p draft:docs/a.md >docs/a.md; {word}; as_file docs/a.md
            by ana git commit -qm Merge; approve"
        ),
    ];
    for case in cases {
        assert_eq!(told(&by_hand(&case)), BY_ITS_AUTHOR, "{case}");
    }
}

#[cfg(unix)]
#[test]
fn whoever_made_a_link_that_leads_somewhere_wrote_nothing_of_what_takes_its_place() {
    let told = told(&by_hand(
        "mv docs/a.md text; ln -s ../README.md docs/a.md; git add docs; by bo git commit -qm Link
         rm docs/a.md; mv text docs/a.md; git add docs; by ana git commit -qm File; approve",
    ));
    assert!(told.starts_with("POL-1 1.0 by bo@example.org: verified at level 2"), "{told}");
}

#[cfg(unix)]
#[test]
fn whoever_only_made_a_file_of_a_link_or_a_link_of_a_file_wrote_nothing() {
    let told = told(&by_hand(
        "as_file docs/a.md; by ana git commit -qm File; as_link docs/a.md; by bo git commit -qm Link
         as_file docs/a.md; by bo git commit -qm 'File again'; approve",
    ));
    assert!(told.starts_with("POL-1 1.0 by bo@example.org: verified at level 2"), "{told}");
}
