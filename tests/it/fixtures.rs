//! A system in order, and what is found when it is broken in one way: tests/stories/fixtures/*.md.
//!
//! Each story goes on where `tests/stories/ground.md` ends. Its `findings` fence lists everything
//! that all rules together find at warning or above, one finding a line: nothing else may be said.
//! An empty fence is a story of something that is as it should be.

use crate::stories;
use clausebook::finding::{Finding, Level};
use clausebook::index::Index;
use clausebook::repo::Repository;
use clausebook::repo::object::{ObjectId, Objects};
use clausebook::report::fingerprint::fingerprints;
use clausebook::rules::{self, names};
use clausebook::sms::Sms;
use clausebook::sms::reading::{self, Told};
use clausebook::story::{Recording, Story, build};
use std::collections::BTreeMap;

const GROUND: &str = include_str!("../stories/ground.md");

/// Tells a story on the ground that all of them share.
pub(crate) fn told(name: &str, text: &str) -> (Story, Recording) {
    stories::told(name, &format!("{GROUND}\n{text}"))
}

/// Reads the system at the end of a story, with the tags there are.
fn read(objects: &dyn Objects, head: ObjectId, tags: &BTreeMap<String, ObjectId>) -> Sms {
    let told = Told { head, tip: head, tags };
    reading::of_story(objects, told, &names(), Index::none).unwrap()
}

/// Writes what all rules find at warning or above, one finding a line.
fn found(sms: &Sms) -> String {
    let outcome = rules::run(sms, false);
    let lines = outcome.findings.iter().filter(|finding| finding.level >= Level::Warning);
    let lines = lines.map(|finding| {
        let (level, code, path) = (finding.level, finding.rule.code, &finding.place.path);
        let waived = finding.waived.as_ref();
        let waived = waived.map(|it| format!(" (waived {})", it.words())).unwrap_or_default();
        format!("{level} {code} {path}: {}{waived}", finding.message)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn each_is_found_and_nothing_else() {
    let mut wrong = Vec::new();
    for (name, text) in stories::of("fixtures") {
        let (story, recording) = told(&name, &text);
        let head = recording.head_commit().unwrap();
        let sms = read(&recording, head, &recording.tags);
        let (expected, actual) = (story.findings.unwrap_or_default(), found(&sms));
        if expected.trim_end() != actual {
            wrong.push(format!("=== {name}\n--- story\n{expected}--- program\n{actual}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Tells of a dozen forms, approved, and of one commit that changes all of them.
fn a_dozen_forms(change: &str) -> String {
    let mut hand_in = String::new();
    let mut approve = String::new();
    let mut edit = String::new();
    for number in 1..=12 {
        let path = format!("docs/forms/{number}.md");
        hand_in.push_str(&format!(
            "```md {path}\n---\nid: FRM-CHG-{number:03}\ntitle: Form {number}\ntype: form\n\
             version: 1.0\nstatus: in-review\nowner: process-owner\nclauses: [8.5.1.2]\n\
             parent: PRO-CHG-001\nclassification: internal\nreview_months: 12\n\
             change_summary: First issue\nproduces: change\n---\n\n# Form {number}\n\n\
             ## Fields\n\n* What is changed,\n  and why.\n```\n\n"
        ));
        approve.push_str(&format!(
            "```edit {path}\n-status: in-review\n+status: approved\n...\n review_months: 12\n\
             +approval: {{by: bo@example.org, role: process-owner, on: 2026-02-03, version: 1.0}}\n```\n\n"
        ));
        edit.push_str(&format!("```edit {path}\n{change}\n```\n\n"));
    }
    format!(
        "# commit 2026-02-02 Ana Owner <ana@example.org>: Hand in the forms\n\n{hand_in}\
         # commit 2026-02-03 Bo Approver <bo@example.org>: Approve the forms\n\n{approve}\
         # commit 2026-02-04 Ana Owner <ana@example.org>: Change all forms\n\n{edit}"
    )
}

#[test]
fn what_one_commit_does_to_many_documents_is_one_finding() {
    let found_of = |change: &str| {
        let (_, recording) = told("a dozen forms", &a_dozen_forms(change));
        let head = recording.head_commit().unwrap();
        found(&read(&recording, head, &recording.tags))
    };
    assert_eq!(
        found_of("-* What is changed,\n-  and why.\n+- What is changed, and why"),
        "error VC001 docs: one commit changed the spelling or the layout of 12 approved documents, and their versions stayed"
    );
    assert_eq!(
        found_of(
            "-version: 1.0\n+version: 1.1\n...\n-approval: {by: bo@example.org, role: process-owner, on: 2026-02-03, version: 1.0}\n+approval: {by: bo@example.org, role: process-owner, on: 2026-02-04, version: 1.1}\n...\n-change_summary: First issue\n+change_summary: A year has passed"
        ),
        "warning VC003 docs: one commit raised the versions of 12 documents and changed none of them"
    );
    let larger = found_of("-* What is changed,\n+* Who changes it,");
    assert_eq!(larger.lines().count(), 12, "{larger}");
}

#[test]
fn the_ground_is_in_order() {
    let (_, recording) = told("ground", "");
    let head = recording.head_commit().unwrap();
    let sms = read(&recording, head, &recording.tags);
    assert_eq!(found(&sms), "");
    for document in &sms.documents {
        assert!(sms.is_approved(document), "{}: {:?}", document.path, sms.grades(document));
    }
}

#[test]
fn git_tells_the_same_of_them() {
    for (name, text) in stories::of("fixtures") {
        let (story, recording) = told(&name, &text);
        let folder = tempfile::tempdir().unwrap();
        build(&recording, folder.path()).unwrap();
        let repository = Repository::open(folder.path()).unwrap();
        let head = repository.head().unwrap().commit;
        let tags = repository.tags().into_iter().collect();
        let sms = read(repository.objects(), head, &tags);
        assert_eq!(found(&sms), story.findings.unwrap_or_default().trim_end(), "{name}");
    }
}

/// Reads what all rules find at the end of a story, as values.
fn findings_of(text: &str) -> Vec<Finding> {
    let (_, recording) = told("values", text);
    let head = recording.head_commit().unwrap();
    rules::run(&read(&recording, head, &recording.tags), false).findings
}

#[test]
fn who_names_what_was_deleted_is_told_how_it_went() {
    let found = findings_of(
        "## commit 2026-02-02 Ana Owner <ana@example.org>: Throw it away\n\n- delete: docs/handling.md\n\n\
         ```md docs/form.md\n---\nid: FRM-CHG-001\ntype: form\nstatus: draft\nparent: PRO-CHG-001\n---\n\n\
         [[PRO-CHG-001]]\n```\n\n\
         ```md docs/other.md\n---\nid: PRO-CHG-002\ntype: procedure\nstatus: draft\n---\n```\n\n\
         ```md docs/action.md\n---\nid: REC-CAP-2026-001\ntype: record\nkind: corrective-action\n\
         status: open\nnc_id: PRO-CHG-001\n---\n```\n",
    );
    for code in ["HI001", "LN003", "NC001"] {
        let finding =
            found.iter().find(|it| it.rule.code == code && it.message.contains("PRO-CHG-001"));
        let finding = finding.unwrap_or_else(|| panic!("{code}: {found:#?}"));
        let note = &finding.notes[0];
        assert!(note.starts_with("PRO-CHG-001 was removed on 2026-02-02 in commit"), "{note}");
        assert!(note.ends_with("by Ana Owner <ana@example.org>: Throw it away"), "{note}");
        let help = "bring it back if it is still needed, or name what took its place";
        assert_eq!(finding.help.as_deref(), Some(help));
        assert_eq!(finding.fix, None);
    }
}

/// Tells how the next version of the procedure is approved, in force from a day on.
fn next_procedure(from: &str) -> String {
    format!(
        "## commit 2026-02-02 Ana Owner <ana@example.org>: Write 1.1\n\n\
         ```edit docs/handling.md\n-version: 1.0\n-status: approved\n+version: 1.1\n+status: in-review\n...\n\
         -effective_from: 2026-01-07\n\
         -approval: {{by: bo@example.org, role: process-owner, on: 2026-01-06, version: 1.0}}\n\
         -change_summary: First issue\n+change_summary: A step more\n...\n-2. Make it.\n+2. Make it.\n+3. Look at it.\n```\n\n\
         ## commit 2026-02-03 Bo Approver <bo@example.org>: Approve 1.1\n\n\
         ```edit docs/handling.md\n-status: in-review\n+status: approved\n...\n classification: internal\n\
         +effective_from: {from}\n\
         +approval: {{by: bo@example.org, role: process-owner, on: 2026-02-03, version: 1.1}}\n```\n\n"
    )
}

#[test]
fn a_slip_that_the_next_version_mends_is_no_change_of_the_one_before() {
    let next = next_procedure("2026-02-03");
    let mended = next.replacen(
        "```edit docs/handling.md\n",
        "```edit docs/handling.md\n-title: \"Handle a change\n+title: Handle a change\n...\n",
        1,
    );
    let slip = "## commit 2026-02-01 Ana Owner <ana@example.org>: Tidy\n\n\
        ```edit docs/handling.md\n-title: Handle a change\n+title: \"Handle a change\n```\n\n";
    let told = |text: &str| -> Vec<String> {
        let found = findings_of(text);
        let told = found.iter().filter(|it| it.level >= Level::Warning);
        told.map(|it| format!("{} {}", it.rule.code, it.message)).collect()
    };
    assert!(told(slip).iter().any(|it| it.starts_with("FM001 ")), "{:?}", told(slip));
    assert_eq!(told(&format!("{slip}{mended}")), told(&next));
}

#[test]
fn what_was_in_force_is_missed_whenever_it_went() {
    let delete = |on: &str| {
        format!(
            "## commit {on} Ana Owner <ana@example.org>: Tidy\n\n- delete: docs/handling.md\n\n"
        )
    };
    let later =
        "## commit 2026-02-04 Ana Owner <ana@example.org>: Go on\n\n```txt a.txt\nA.\n```\n\n";
    let withdraw = "## commit 2026-02-03 Ana Owner <ana@example.org>: Withdraw\n\n\
        - branch: tidy\n\n```edit docs/handling.md\n-status: approved\n+status: withdrawn\n\
        +withdrawn_on: 2026-02-03\n+withdrawal_reason: Nobody needs it\n```\n\n";
    let merge = "## commit 2026-02-04 Ana Owner <ana@example.org>: Merge\n\n- branch: main\n- merge: tidy\n";
    for (text, version) in [
        // The next one is still to come, or began on that very day.
        (next_procedure("2026-03-01") + &delete("2026-02-04"), Some("1.0")),
        (next_procedure("2026-02-03") + &delete("2026-02-03"), Some("1.1")),
        (next_procedure("2026-02-04") + &delete("2026-02-04"), Some("1.1")),
        // The commit bears the first day of the version, or one before it.
        (delete("2026-01-07") + later, Some("1.0")),
        (later.to_owned() + &delete("2026-01-02"), Some("1.0")),
        (next_procedure("2026-02-03") + &delete("2026-01-02") + later, Some("1.1")),
        // It was withdrawn on the line on which it was removed.
        (format!("{withdraw}{}{merge}", delete("2026-02-03")), None),
    ] {
        let found = findings_of(&text);
        let told: Vec<_> = found.iter().filter(|it| it.rule.code == "VC007").collect();
        let words = version.map(|version| {
            format!("PRO-CHG-001 was deleted while version {version} was in force, and was never withdrawn")
        });
        let told: Vec<_> = told.iter().map(|it| it.message.as_str()).collect();
        assert_eq!(told, words.iter().map(String::as_str).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn what_was_put_back_was_issued_by_whoever_issued_it_first() {
    let ground = GROUND.split_once("```md docs/handling.md").unwrap().1;
    let approved = ground.split_once("\n```").unwrap().0.replace(
        "status: in-review",
        "status: approved\neffective_from: 2026-01-07\napproval: {by: bo@example.org, role: process-owner, on: 2026-01-06, version: 1.0}",
    );
    for day in ["2026-02-03", "2026-02-04"] {
        let found = findings_of(&format!(
            "## commit 2026-02-02 Ana Owner <ana@example.org>: Remove\n\n- delete: docs/handling.md\n\n\
             ## commit 2026-02-03 Cora Clerk <cora@example.org>: Put it back\n\n```md docs/handling.md{approved}\n```\n\n\
             ## commit {day} Ana Owner <ana@example.org>: Remove it again\n\n- delete: docs/handling.md\n"
        ));
        let deleted = found.iter().find(|it| it.rule.code == "VC007").unwrap();
        let [issued, back, removed] = &deleted.notes[..] else { panic!("{:?}", deleted.notes) };
        assert!(issued.starts_with("version 1.0 was issued in commit "), "{issued}");
        assert!(issued.contains(" by Bo Approver "), "{issued}");
        assert!(back.starts_with("put back in commit ") && back.contains("Cora Clerk"), "{back}");
        assert!(removed.ends_with("Remove it again"), "{removed}");
    }
}

#[test]
fn the_time_of_a_record_is_over_when_it_is_and_not_when_a_commit_says_so() {
    let file = "## commit 2026-02-02 Ana Owner <ana@example.org>: File\n\n\
        ```md docs/r.md\n---\nid: REC-MIN-2026-001\ntype: record\nstatus: closed\ndate: 2026-02-02\n---\n\nWe met.\n```\n\n";
    let delete = |on: &str| {
        format!("## commit {on} Ana Owner <ana@example.org>: Tidy\n\n- delete: docs/r.md\n\n")
    };
    let touch = |on: &str| {
        format!(
            "## commit {on} Ana Owner <ana@example.org>: Touch\n\n```edit docs/r.md\n-We met.\n+We met again.\n```\n\n"
        )
    };
    let later =
        "## commit 2026-02-04 Ana Owner <ana@example.org>: Go on\n\n```txt a.txt\nA.\n```\n";
    for (text, until) in [
        (delete("2033-02-03") + later, Some("2029-02-02")),
        (touch("2019-02-03") + &delete("2026-02-03"), Some("2029-02-02")),
        (delete("2029-02-03"), None),
    ] {
        let found = findings_of(&format!("{file}{text}"));
        let told: Vec<_> = found.iter().filter(|it| it.rule.code == "VC007").collect();
        let told: Vec<_> = told.iter().map(|it| it.message.as_str()).collect();
        let words = until.map(|until| {
            format!("the record REC-MIN-2026-001, closed, was deleted, and it is to be kept until {until}")
        });
        assert_eq!(told, words.iter().map(String::as_str).collect::<Vec<_>>(), "{text}");
    }
}

#[test]
fn a_record_of_the_day_may_name_a_version_that_was_in_force_for_hours() {
    let again = "## commit 2026-02-03 Bo Approver <bo@example.org>: Approve 1.2\n\n\
        ```edit docs/handling.md\n-version: 1.1\n+version: 1.2\n...\n\
        -approval: {by: bo@example.org, role: process-owner, on: 2026-02-03, version: 1.1}\n\
        +approval: {by: bo@example.org, role: process-owner, on: 2026-02-03, version: 1.2}\n```\n\n";
    for (day, words) in [
        ("2026-02-03", None),
        (
            "2026-02-04",
            Some(
                "the record of 2026-02-04 names version 1.1 of PRO-CHG-001, which was in force until 2026-02-03",
            ),
        ),
    ] {
        let found = findings_of(&format!(
            "{}{again}## commit 2026-02-05 Ana Owner <ana@example.org>: File\n\n\
             ```md docs/r.md\n---\nid: REC-MIN-2026-001\ntype: record\nstatus: closed\ndate: {day}\n\
             produced_by: PRO-CHG-001@1.1\n---\n\nWe met.\n```\n",
            next_procedure("2026-02-03")
        ));
        let told = found.iter().find(|it| it.rule.code == "EV004").map(|it| it.message.as_str());
        assert_eq!(told, words);
    }
}

#[test]
fn what_lies_where_a_document_lay_is_not_called_its_removal() {
    let text = "# Handle a change\n\nWhoever raises the change handles it.\n";
    let front = "title: Handle a change\ntype: procedure\nversion: 1.0\nstatus: approved\n---\n\n";
    for (content, words, back) in [
        (text.to_owned(), "has no front matter", "front matter that the document had"),
        (format!("---\n{front}{text}"), "gives no id", "front matter that the document had"),
        (
            format!("id: PRO-CHG-001\n{front}{text}"),
            "has no front matter",
            "front matter that the document had",
        ),
        (
            format!("---\ntitle: a: b\n{front}{text}"),
            "has front matter that cannot be read",
            "front matter that the document had",
        ),
        (
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n".to_owned(),
            "is a pointer of Git LFS, so Git has nothing of its text",
            "git lfs untrack",
        ),
    ] {
        // What is listed is not told to have no id.
        let found = findings_of(&format!(
            "## commit 2026-02-02 Ana Owner <ana@example.org>: Tidy up\n\n\
             ```toml book.toml\n[preprocessor.clausebook]\nuncontrolled = [\"docs/handling.md\"]\n```\n\n\
             ```md docs/handling.md\n{content}```\n\n\
             ```md docs/form.md\n---\nid: FRM-CHG-001\ntype: form\nstatus: draft\nparent: PRO-CHG-001\n---\n```\n"
        ));
        let of = |code: &str| {
            let finding = found.iter().find(|it| it.rule.code == code);
            finding.unwrap_or_else(|| panic!("{code}: {found:#?}"))
        };
        let deleted = of("VC007");
        assert_eq!(
            deleted.message,
            format!(
                "PRO-CHG-001 was in force as version 1.0 and never withdrawn, and the file where it lay {words}"
            )
        );
        assert!(deleted.help.as_ref().is_some_and(|it| it.contains(back)), "{:?}", deleted.help);
        let note = &of("HI001").notes[0];
        let went = "PRO-CHG-001 was taken out of document control on 2026-02-02 in commit ";
        assert!(note.starts_with(went), "{note}");
        let lies = format!("; the file where it lay, `docs/handling.md`, {words}");
        assert!(note.ends_with(&lies), "{note}");
    }
}

#[test]
fn records_that_lost_their_front_matter_are_not_called_deleted() {
    let found_of = |number: usize| {
        let (mut file, mut strip) = (String::new(), String::new());
        for i in 1..=number {
            file.push_str(&format!(
                "```md docs/r{i}.md\n---\nid: REC-MIN-2026-{i:03}\ntype: record\nstatus: closed\ndate: 2026-02-02\n---\n\nWe met {i}.\n```\n\n"
            ));
            strip.push_str(&format!("```md docs/r{i}.md\nWe met {i}.\n```\n\n"));
        }
        let found = findings_of(&format!(
            "## commit 2026-02-02 Ana Owner <ana@example.org>: File\n\n{file}\
             ## commit 2026-02-03 Ana Owner <ana@example.org>: Strip\n\n{strip}"
        ));
        let told: Vec<Finding> = found.into_iter().filter(|it| it.rule.code == "VC007").collect();
        assert_eq!(told.len(), 1, "{told:#?}");
        told[0].clone()
    };
    let one = found_of(1);
    assert_eq!(
        one.message,
        "the record REC-MIN-2026-001, closed, was taken out of document control, and it is to be kept until 2029-02-02"
    );
    assert_eq!(one.notes.last().unwrap(), "the file where it lay has no front matter");
    let help = "give the file back the front matter that the document had: a record is kept";
    assert!(one.help.as_ref().unwrap().starts_with(help), "{:?}", one.help);
    assert_eq!(
        found_of(12).message,
        "one commit took 12 records out of document control that are still to be kept"
    );
}

#[test]
fn a_file_that_lost_its_id_is_told_the_one_it_had() {
    let found = findings_of(
        "## commit 2026-02-02 Ana Owner <ana@example.org>: Lose it\n\n\
         ```edit docs/handling.md\n-id: PRO-CHG-001\n```\n",
    );
    let missing = found.iter().find(|it| it.rule.code == "FM002").unwrap();
    let help = missing.help.as_deref().unwrap();
    assert_eq!(help, "add `id: PRO-CHG-001` (which the file had before) to the front matter");
}

#[test]
fn an_owner_is_proposed_whom_more_than_half_of_its_kind_have() {
    let record = |number: u32, kind: &str, owner: &str| {
        format!(
            "```md docs/{kind}-{number}.md\n---\nid: REC-X-{kind}-{number}\ntitle: It\ntype: record\nkind: {kind}\n\
             status: open\n{owner}clauses: [8.5.1]\nclassification: internal\ndate: 2026-02-01\n---\n```\n\n"
        )
    };
    let (one, other) = ("owner: process-owner\n", "owner: service-director\n");
    let help = |second: &str| {
        let incidents = (1..=4).map(|number| record(number, "incident", other));
        let changes = [record(1, "change", one), record(2, "change", second)].concat();
        let begin = "## commit 2026-02-02 Ana Owner <ana@example.org>: Begin\n\n";
        let records = incidents.collect::<String>() + &changes + &record(3, "change", "");
        let found = findings_of(&format!("{begin}{records}"));
        let missing = found.into_iter().find(|it| it.rule.code == "FM002").unwrap();
        missing.help.unwrap()
    };
    assert!(help(one).contains("`owner: process-owner` (as most of its kind have it)"));
    assert!(help(other).contains("`owner: ...` (a role of the role register"), "{}", help(other));
}

#[test]
fn where_the_next_version_is_approved_the_help_is_to_let_it_begin() {
    let found =
        findings_of(include_str!("../stories/fixtures/next_version_approved_for_a_later_day.md"));
    let sooner = "let 1.2 take effect sooner, by its `effective_from`";
    for (code, help) in [
        ("SU002", sooner.to_owned()),
        ("RV003", sooner.to_owned()),
        ("HI004", format!("{sooner}, or withdraw the document")),
        ("AP012", "put the file of version 1.1 back until 1.2 takes effect on 2026-04-01; if it is no part of the text, list it in `uncontrolled` of book.toml".to_owned()),
    ] {
        let finding = found.iter().find(|it| it.rule.code == code).unwrap();
        assert_eq!(finding.help.as_ref(), Some(&help), "{code}");
    }
}

#[test]
fn what_looks_the_same_is_not_asked_for_again() {
    let found =
        findings_of(include_str!("../stories/fixtures/links_in_letters_composed_otherwise.md"));
    for (code, there) in
        [("LN001", "`docs/Übung.pdf` is there, "), ("LN002", "`#überblick` is there, ")]
    {
        let finding = found.iter().find(|it| it.rule.code == code).unwrap();
        let help = finding.help.as_deref().unwrap();
        assert!(help.starts_with(there) && help.contains("composed otherwise"), "{help}");
    }
}

#[test]
fn what_waits_for_another_approval_is_mended_by_one() {
    let found =
        findings_of(include_str!("../stories/fixtures/self_approval_taken_out_and_none_given.md"));
    let finding = found.iter().find(|it| it.rule.code == "AP004").unwrap();
    let help = "let somebody who may do so approve the same content anew; if it is to be another, record this as a nonconformity that names `POL-CHG-001@2.0`";
    assert_eq!(finding.help.as_deref(), Some(help));
}

#[test]
fn a_procedure_that_cannot_be_read_carries_its_process_out_all_the_same() {
    let begin = "## commit 2026-02-02 Ana Owner <ana@example.org>: Begin\n\n\
        ```md docs/process.md\n---\nid: PRC-CHG-001\ntype: process\nversion: 1.0\nstatus: in-review\n---\n```\n\n";
    let procedure = "```md docs/steps.md\n---\nid: PRO-CHG-002\ntype: procedure\nstatus: draft\n\
        process: PRC-CHG-001\n---\n\nSteps.\n```\n\n";
    let broken = "## commit 2026-02-03 Ana Owner <ana@example.org>: Break it\n\n\
        ```md docs/steps.md\n---\nid: PRO-CHG-002\ntype: procedure\nstatus: draft\n\
        process: PRC-CHG-001\n\nSteps.\n```\n";
    let is_told = |text: &str| findings_of(text).iter().any(|it| it.rule.code == "HI005");
    assert!(is_told(begin));
    assert!(!is_told(&format!("{begin}{procedure}{broken}")));
}

#[test]
fn where_several_kinds_are_mandatory_one_is_enough() {
    let win = "## commit 2026-02-02 Ana Owner <ana@example.org>: Begin\n\n\
        ```md docs/request.md\n---\nid: WIN-SRQ-001\ntype: work-instruction\nversion: 1.0\nstatus: draft\n\
        clauses: [8.6.2]\n---\n```\n";
    let told = |text: &str| {
        let found = findings_of(text).into_iter();
        let mut requests = found.filter(|it| it.message.contains("fulfilment instructions"));
        requests.find(|it| it.rule.code == "MD001").map(|it| it.message)
    };
    assert_eq!(told(win), None);
    let none = "service requests and fulfilment instructions: there is no record `REC-SRQ-...`, \
        and no work instruction names clause 8.6.2";
    assert_eq!(told("").as_deref(), Some(none));
}

#[test]
fn the_help_for_what_is_mandatory_leads_to_what_is_found() {
    let record = |head: &str| {
        format!(
            "## commit 2026-02-02 Ana Owner <ana@example.org>: Keep it\n\n\
            ```md docs/report.md\n---\n{head}type: record\nstatus: closed\ndate: 2026-02-02\n---\n```\n"
        )
    };
    let help = |text: &str, item: &str| {
        let mut found = findings_of(text).into_iter().filter(|it| it.rule.code == "MD001");
        found.find(|it| it.message.starts_with(item)).and_then(|it| it.help)
    };
    let words = "keep it as a record of the kind `availability-report`, or with an id that begins with `REC-AVL-`";
    assert_eq!(help("", "availability").as_deref(), Some(words));
    let other = "id: REC-XYZ-2026-001\nclauses: [8.7.1]\nkind: availability\n";
    assert_eq!(help(&record(other), "availability").as_deref(), Some(words));
    assert_eq!(
        help(&record("id: REC-XYZ-2026-001\nkind: availability-report\n"), "availability"),
        None
    );
    assert_eq!(help(&record("id: REC-AVL-2026-001\nkind: report\n"), "availability"), None);
    let either = "keep it as a record of the kind `service-request`, or with an id that begins with `REC-SRQ-`, \
        or name clause 8.6.2 in the `clauses` of the work instruction that is it";
    assert_eq!(help("", "service requests").as_deref(), Some(either));

    let process = |clauses: &str| {
        format!(
            "## commit 2026-02-02 Ana Owner <ana@example.org>: Begin\n\n\
            ```md docs/all.md\n---\nid: PRC-ALL-001\ntype: process\nversion: 1.0\nstatus: draft\n\
            clauses: [{clauses}]\n---\n```\n"
        )
    };
    let left = "write what is not there yet, and name each of the clauses 4.4 and 8.7, or one beneath it, \
        in the `clauses` of the process or plan that serves it";
    let most = "8.1, 8.2.1, 8.3.1, 8.4.1, 8.5.1.1, 8.6.1";
    assert_eq!(help(&process(most), "processes").as_deref(), Some(left));
    assert_eq!(help(&process(&format!("{most}, 4.4, 8.7.1")), "processes"), None);
}

#[test]
fn what_is_overdue_is_known_by_the_next_commit() {
    let old = "## commit 2027-06-01 Ana Owner <ana@example.org>: Keep the records\n\n\
        ```md docs/review.md\n---\nid: REC-MRV-2026-001\ntype: record\nkind: management-review\n\
        status: closed\ndate: 2026-02-02\nchair: Ines Director\n---\n```\n\n\
        ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntype: record\nkind: internal-audit\n\
        status: closed\nperformed_on: 2026-02-03\ncriteria: [8.6.1]\nauditors: [Cy]\nfindings: []\n---\n```\n\n\
        ```md docs/late.md\n---\nid: REC-CAP-2026-001\ntype: record\nkind: corrective-action\n\
        status: open\ndue: 2026-05-01\n---\n```\n\n\
        ```md docs/unchecked.md\n---\nid: REC-CAP-2026-002\ntype: record\nkind: corrective-action\n\
        status: open\ndue: 2026-05-01\ndone_on: 2026-05-01\neffectiveness_check_due: 2026-06-01\n---\n```\n\n";
    let next = "## commit 2027-06-02 Ana Owner <ana@example.org>: Write something else\n\n\
        ```text notes.txt\nNotes.\n```\n";
    let (before, after) = (findings_of(old), findings_of(&format!("{old}{next}")));
    for (code, number) in [("MR002", 1), ("AU003", 1), ("NC002", 2)] {
        let told = |all: &[Finding]| {
            let prints = fingerprints(all).into_iter().zip(all);
            let own = prints.filter(|(_, it)| it.rule.code == code);
            own.map(|(print, it)| (print, it.message.clone())).collect::<Vec<_>>()
        };
        let (before, after) = (told(&before), told(&after));
        assert_eq!(before.len(), number, "{code}: {before:?}");
        for ((was, words), (is, other)) in before.iter().zip(&after) {
            assert!(words.ends_with("2027-06-01") && other.ends_with("2027-06-02"), "{other}");
            assert_eq!(was, is, "{words}");
        }
    }
}
