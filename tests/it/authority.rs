//! Who may approve what, told as stories: tests/stories/authority/*.md.
//!
//! Each story says in its `show` fence what is held of the authority of every approver at its end,
//! and in its `findings` fence what the rules say, where they say anything. A story that ends on a
//! branch is judged by the register of `main`.

use crate::stories::{self, fence};
use clausebook::finding::Level;
use clausebook::report::human;
use clausebook::rules::{ALL, names, run_one};
use clausebook::sms::{Sms, reading};
use clausebook::story::{Story, replay};

const RULES: [&str; 6] = ["AP002", "AP004", "AP005", "AP007", "AP008", "AP010"];

fn told(sms: &Sms) -> String {
    let mut told = String::new();
    for document in &sms.documents {
        for grade in sms.grades(document) {
            let id = document.id().unwrap();
            let by = grade.approval.by.as_deref().unwrap_or_default();
            let mut words = grade.authorised.words();
            for commit in &sms.history.commits {
                words = words.replace(&commit.id.short(), &format!("\"{}\"", commit.subject()));
            }
            let verdict = grade.authorised.verdict();
            told.push_str(&format!("{id} by {by}: {verdict}\n  {words}\n"));
        }
    }
    told
}

#[test]
fn stories_end_as_they_say() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("authority") {
        let (_, recording) = stories::told(&name, &text);
        let (head, tip) = (recording.head_commit().unwrap(), recording.branches["main"]);
        let sms = reading::of_commit_beside(&recording, head, tip, &names()).unwrap();
        let rules = ALL.iter().filter(|rule| RULES.contains(&rule.name.code));
        let found = rules.map(|rule| run_one(rule, rule.severity.level(false), &sms));
        let found: Vec<_> = found.flat_map(|found| found.findings).collect();
        let findings =
            human::findings(&sms, found.iter().filter(|it| it.level >= Level::Warning), false);
        for (kind, actual) in [("show", told(&sms)), ("findings", findings)] {
            if actual.trim_end() != fence(&text, kind).trim_end() {
                wrong.push(format!("=== {name} {kind}\n{actual}"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_mailmap_is_not_used_and_that_is_said() {
    let text = "```md docs/a.md\n---\nid: POL-A-001\ntype: policy\n---\n```\n\n```text .mailmap\nBo <bo@example.org> <ann@example.org>\n```\n";
    let recording = replay(&Story::parse(text).unwrap(), &|_| None).unwrap();
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit(&recording, head, &names()).unwrap();
    let shown = clausebook::report::document::shown(&sms, &sms.documents[0]);
    assert_eq!(
        shown.notes,
        [
            "the repository has a .mailmap; it decides no identity here, the addresses in the commits do"
        ]
    );
}
