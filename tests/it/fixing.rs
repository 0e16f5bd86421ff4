//! What `check --fix` mends, what it leaves, and how it goes about it.

use crate::files::NOT_TOLD;
use crate::program::{Run, clausebook, git, repository};
use crate::rule_pages::tell;
use clausebook::finding::{Finding, Splice};
use clausebook::repo::object::{ObjectId, Objects, Person, Signature};
use clausebook::repo::overlay::Overlay;
use clausebook::rules::{self, ALL, Outcome, names};
use clausebook::sms::{Sms, reading};
use clausebook::source::RepoPath;
use clausebook::story::{Story, replay};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Rules whose mending lets others see a file for the first time.
const OPENING: [&str; 2] = ["front-matter-unreadable", "type-unknown"];

/// Returns what is to be put into each file, of one rule or of all.
fn splices(outcome: &Outcome, rule: Option<&str>) -> BTreeMap<RepoPath, Vec<Splice>> {
    let mut files: BTreeMap<RepoPath, Vec<Splice>> = BTreeMap::new();
    let is_meant = |finding: &&Finding| rule.is_none_or(|rule| finding.rule.name == rule);
    for finding in outcome.findings.iter().filter(is_meant) {
        let of_file = finding.fix.iter().flat_map(|fix| fix.splices.clone());
        files.entry(finding.place.path.clone()).or_default().extend(of_file);
    }
    files.retain(|_, splices| !splices.is_empty());
    files
}

/// Commits the mended files on top of a commit, one after the other, and judges what is there then.
fn judged_mended(
    objects: &dyn Objects,
    tip: ObjectId,
    sms: &Sms,
    files: &[(&RepoPath, &Vec<Splice>)],
) -> Outcome {
    let Some(((path, splices), others)) = files.split_first() else {
        let mut after = reading::of_commit_beside(objects, tip, tip, &names()).unwrap();
        after.as_of = sms.as_of;
        return rules::run(&after, false);
    };
    let document = sms.documents.iter().find(|it| it.path == **path).unwrap();
    let mended = sms.mended(document, document.text.as_bytes(), splices);
    let mended = mended.unwrap_or_else(|why| panic!("{path}: {why}"));
    let person = Person { name: "Ana Owner".into(), email: "ana@example.org".into() };
    let who = Signature { person, seconds: Some(1_900_000_000), offset: 0 };
    let mut objects = Overlay::over(objects);
    let tip = objects.commit(tip, path, &mended.bytes, &who, "Mend").unwrap();
    judged_mended(&objects, tip, sms, others)
}

#[test]
fn a_mended_finding_is_gone_and_no_other_came() {
    let mut mended = Vec::new();
    for rule in ALL.iter().filter(|rule| NOT_TOLD.iter().all(|(name, _)| *name != rule.name.name)) {
        let name = rule.name.name;
        let told = tell(rule, "Bad");
        let before = rules::run(&told.sms, false);
        let files = splices(&before, Some(name));
        if files.is_empty() {
            continue;
        }
        mended.push(name);
        let head = told.recording.head_commit().unwrap();
        let in_turn: Vec<_> = files.iter().collect();
        let after = judged_mended(&told.recording, head, &told.sms, &in_turn);
        let said = |finding: &Finding| (finding.rule.name, finding.message.clone());
        let is_mended = |it: &&Finding| it.rule.name == name && it.fix.is_some();
        let gone: BTreeSet<_> = before.findings.iter().filter(is_mended).map(said).collect();
        let had: BTreeSet<_> = before.findings.iter().map(said).collect();
        let is_opened =
            |finding: &Finding| OPENING.contains(&name) && files.contains_key(&finding.place.path);
        for finding in &after.findings {
            let said = said(finding);
            assert!(!gone.contains(&said), "{name}: still {said:?}");
            assert!(had.contains(&said) || is_opened(finding), "{name}: new {said:?}");
        }
    }
    let expected = [
        "front-matter-unreadable",
        "clause-unknown",
        "clauses-untidy",
        "value-malformed",
        "key-unknown",
        "link-to-unknown-id",
    ];
    for name in expected {
        assert!(mended.contains(&name), "the Bad story of {name} has nothing to mend: {mended:?}");
    }
}

/// A small house: a register of roles, a catalogue of services, a policy, and a document that is
/// being written.
fn house(document: &str) -> String {
    format!(
        r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write

```md docs/policies/Change.md
---
id: POL-CHG-001
type: policy
version: 1.0
status: draft
---

# Change policy

## Emergency changes
```

```md docs/roles.md
---
id: REG-ROL-001
type: register
register_kind: roles
entries:
  - {{role: change-manager, person: Ada, email: [ada@example.org], from: 2026-01-01}}
---
```

```md docs/services.md
---
id: REG-SVC-001
type: register
register_kind: services
entries:
  - {{id: SVC-01, name: Mail}}
---
```

`````md docs/a.md
{document}`````
"
    )
}

/// Mends the document of a house with all that is certain, at once.
fn mended(document: &str) -> String {
    let story = Story::parse(&house(document)).unwrap();
    let recording = replay(&story, &|_| None).unwrap();
    let head = recording.head_commit().unwrap();
    let sms = reading::of_commit_beside(&recording, head, head, &names()).unwrap();
    let path = RepoPath::from("docs/a.md");
    let files = splices(&rules::run(&sms, false), None);
    let found = sms.documents.iter().find(|it| it.path == path).unwrap();
    let splices = files.get(&path).cloned().unwrap_or_default();
    let mended = sms.mended(found, found.text.as_bytes(), &splices);
    String::from_utf8(mended.unwrap_or_else(|why| panic!("{document}: {why}")).bytes).unwrap()
}

#[test]
fn what_can_be_meant_in_one_way_is_written_so() {
    for (before, after) in [
        ("onwer: change-manager # who", "owner: change-manager # who"),
        ("\"onwer\": change-manager", "\"owner\": change-manager"),
        ("{id: PRC-A-1, titel: x, onwer: y}", "{id: PRC-A-1, title: x, owner: y}"),
        ("effective_from: 2026/3/1   # in spring", "effective_from: 2026-03-01   # in spring"),
        ("effective_from: '2026.03.01'", "effective_from: '2026-03-01'"),
        ("effective_from: 1 March 2026", "effective_from: 2026-03-01"),
        ("version: v2.0\nstatus: Draft", "version: 2.0\nstatus: draft"),
        ("status: In Review", "status: in-review"),
        ("classification: \"Internal\"", "classification: \"internal\""),
        ("review_months: 12 months", "review_months: 12"),
        ("type: Process", "type: process"),
        ("owner: Change Manager", "owner: change-manager"),
        ("parent: pol-chg-001", "parent: POL-CHG-001"),
        ("parent: 'pol-chg-001'", "parent: 'POL-CHG-001'"),
        (
            "embeds: [pol_chg_001, \"pol-chg-001@1.0\"]",
            "embeds: [POL-CHG-001, \"POL-CHG-001@1.0\"]",
        ),
        ("services: [svc-01]", "services: [SVC-01]"),
        ("clauses: [clause 8.1, §8.2.1]", "clauses: [8.1, 8.2.1]"),
        ("clauses: [8.2.1, \"8.1\", 8.2.1]", "clauses: [\"8.1\", 8.2.1]"),
        (
            "clauses:\n  - 8.2.1\n  - 8.1\n\n  - 8.1\nnotes: x",
            "clauses:\n  - 8.1\n  - 8.2.1\nnotes: x",
        ),
        (
            "type: register\nregister_kind: roles\nentries:\n  - {rol: a, from: 1 March 2026, bot: Yes} # it",
            "type: register\nregister_kind: roles\nentries:\n  - {role: a, from: 2026-03-01, bot: true} # it",
        ),
        ("type: record\ndue: 2026/3/31", "type: record\ndue: 2026-03-31"),
        ("title: Change: all of it", "title: \"Change: all of it\""),
        ("title: A\nnotes: x\ntitle: A", "title: A\nnotes: x"),
    ] {
        let file = |block: &str| match block.starts_with('{') {
            true => format!("---\n{block}\n---\n\n# A\n"),
            false => format!("---\nid: PRC-A-1\n{block}\n---\n\n# A\n"),
        };
        assert_eq!(mended(&file(before)), file(after), "{before}");
    }
    for (before, after) in [
        ("See [[pol-chg-001]].", "See [[POL-CHG-001]]."),
        ("See [[ POL_CHG_001@1.0|pol-chg-001]].", "See [[ POL-CHG-001@1.0|pol-chg-001]]."),
        ("See [it](policies/change.md).", "See [it](policies/Change.md)."),
        (
            "See [it](../docs/Policies/Change.md#scope).",
            "See [it](../docs/policies/Change.md#scope).",
        ),
        (
            "See [it](policies/Change.md#Emergency-Changes).",
            "See [it](policies/Change.md#emergency-changes).",
        ),
    ] {
        let file = |text: &str| format!("---\nid: PRC-A-1\n---\n\n# A\n\n{text}\n");
        assert_eq!(mended(&file(before)), file(after), "{before}");
    }
}

#[test]
fn what_can_be_meant_in_two_ways_stays() {
    for block in [
        "effective_from: 1.3.2026",
        "effective_from: 2026-02-30",
        "parents: [POL-CHG-001, POL-CHG-002]",
        "onwer: change-manager\nowner: change-manager",
        "owner: no",
        "change_kind: mijor",
        "clauses: # both\n  - 8.2.1 # the services\n  - 8.1",
        "title: A\ntitle: B",
        "title: A\n  b\ntitle: A\n  c",
        "title: [a, b",
        "status: effective",
    ] {
        let file = format!("---\nid: PRC-A-1\n{block}\n---\n\n# A\n");
        assert_eq!(mended(&file), file, "{block}");
    }
}

#[test]
fn no_approval_comes_goes_or_changes() {
    for block in [
        "aproval: {by: bo@example.org, on: 2026-03-01, version: 1.0}",
        "staus: approved",
        "status: Approved",
        "status: draft\nversion: 2.0\napproval: {bye: bo@example.org, on: 2026/03/01, version: 1.0}",
        "status: in-review\nversion: 2.0\nonwer: x\napproval: {by: bo@example.org, version: 2.0}",
        "status: approved\nonwer: change-manager",
        "status: withdrawn\nonwer: change-manager",
        "type: record\nstatus: closed\nonwer: change-manager",
        "status: approved\ntitle: Change: all",
    ] {
        let file = format!("---\nid: PRC-A-1\n{block}\n---\n\n# A\n");
        assert_eq!(mended(&file), file, "{block}");
    }
    // Another version's approval is left, and does not keep the draft beside it from being mended.
    let block =
        "onwer: x\nstatus: draft\nversion: 2.0\napproval: {by: bo@example.org, version: 1.0}";
    let file = format!("---\nid: PRC-A-1\n{block}\n---\n");
    assert_eq!(mended(&file), file.replace("onwer", "owner"));
}

/// What a document was, and then is in the file, is judged by both.
#[test]
fn what_was_approved_or_closed_stays_whatever_is_said_since() {
    let mended = |first: &str, edits: &str| {
        let text = house(&format!("---\nid: PRC-A-1\n{first}\n---\n\n# A\n"));
        let text = format!(
            "{text}\n# commit 2026-03-09 Ada Writer <ada@example.org>: Then\n\n```edit docs/a.md\n{edits}\n```\n"
        );
        let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
        let head = recording.head_commit().unwrap();
        let sms = reading::of_commit_beside(&recording, head, head, &names()).unwrap();
        let outcome = rules::run(&sms, false);
        let of_keys = outcome.findings.iter().filter(|it| it.rule.name == "key-unknown");
        let of_keys: Vec<bool> = of_keys.map(|finding| finding.fix.is_some()).collect();
        assert_eq!(of_keys.len(), 1, "{edits}");
        of_keys[0]
    };
    let approved = "version: 1.0\nstatus: approved\nonwer: x";
    assert!(!mended(approved, "-status: approved\n+status: draft"));
    assert!(!mended(approved, "-version: 1.0\n-status: approved\n+version: 1\n+status: in-review"));
    assert!(mended(approved, "-version: 1.0\n-status: approved\n+version: 1.1\n+status: draft"));
    let odd = "version: v1.0\nstatus: approved\nonwer: x";
    assert!(!mended(odd, "-status: approved\n+status: draft"));
    assert!(!mended(odd, "-version: v1.0\n-status: approved\n+version: 1.0\n+status: draft"));
    let closed = "type: record\nstatus: closed\nonwer: x";
    assert!(!mended(closed, "-status: closed\n+status: open"));
    assert!(mended("type: record\nstatus: open\nonwer: x", "-# A\n+# B"));
}

/// A repository on disk, to run the program in.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(document: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        repository(&house(document), folder.path());
        git(folder.path(), &["reset", "-q", "--hard"]);
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, arguments: &[&str]) -> Run {
        clausebook(self.path(), arguments)
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap()
    }

    fn write(&self, path: &str, text: &str) {
        std::fs::write(self.path().join(path), text).unwrap();
    }

    fn status(&self) -> String {
        git(self.path(), &["status", "--porcelain"]).out
    }
}

const DRAFT: &str = "---\nid: PRC-A-1\nonwer: change-manager\nclauses: [8.2.1, 8.1]\n---\n\n# A\n\nSee [[pol-chg-001]].\n";

#[test]
fn files_are_mended_told_and_judged_again() {
    let folder = Folder::new(DRAFT);
    let offer =
        "`clausebook check --fix` mends 3 findings; `clausebook check --fix --diff` shows how";
    let plain = folder.run(&["check"]);
    assert!(plain.out.contains(offer), "{}", plain.out);
    assert!(plain.out.contains("= fix: write `owner`"), "{}", plain.out);
    let run = folder.run(&["check", "--fix"]);
    assert_eq!(run.err, "");
    let told = "mended docs/a.md:3: write `owner`\n\
                mended docs/a.md:4: put the clauses in their order, each once\n\
                mended docs/a.md:9: write `POL-CHG-001`\n\n";
    assert!(run.out.starts_with(told), "{}", run.out);
    let after = DRAFT.replace("onwer", "owner").replace("8.2.1, 8.1", "8.1, 8.2.1");
    assert_eq!(folder.read("docs/a.md"), after.replace("pol-chg", "POL-CHG"));
    assert_eq!(folder.status(), " M docs/a.md\n");
    // What is left is told as ever, and decides how the run ends.
    let again = folder.run(&["check"]);
    assert_eq!(run.out.strip_prefix(told), Some(again.out.as_str()));
    assert_eq!((run.code, again.code), (1, 1));
    let run = folder.run(&["check", "--fix"]);
    assert!(run.out.starts_with("nothing here can be mended without asking\n\n"), "{}", run.out);
}

#[test]
fn many_slips_of_one_file_are_mended_together() {
    let links = "See [[pol-chg-001]].\n\n".repeat(400);
    let folder = Folder::new(&format!("---\nid: PRC-A-1\n---\n\n# A\n\n{links}"));
    assert!(folder.run(&["check"]).out.contains("mends 400 findings"));
    folder.run(&["check", "--fix"]);
    assert_eq!(folder.read("docs/a.md").matches("[[POL-CHG-001]]").count(), 400);
}

#[test]
fn a_difference_is_shown_and_nothing_written() {
    let folder = Folder::new(DRAFT);
    let run = folder.run(&["check", "--fix", "--diff"]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let expected = "--- a/docs/a.md
+++ b/docs/a.md
@@ -1,9 +1,9 @@
 ---
 id: PRC-A-1
-onwer: change-manager
-clauses: [8.2.1, 8.1]
+owner: change-manager
+clauses: [8.1, 8.2.1]
 ---
 
 # A
 
-See [[pol-chg-001]].
+See [[POL-CHG-001]].
";
    assert_eq!(run.out, expected);
    assert_eq!((folder.status().as_str(), folder.read("docs/a.md").as_str()), ("", DRAFT));
}

#[test]
fn line_ends_marks_and_files_that_git_does_not_know_are_no_hindrance() {
    let folder = Folder::new(DRAFT);
    let windows = DRAFT.replace('\n', "\r\n");
    folder.write("docs/a.md", &windows);
    let marked = "\u{FEFF}---\r\nid: PRC-B-1\r\ntitle: B: all\r\nonwer: x # who\r\n---\r\n";
    folder.write("docs/b.md", marked);
    let run = folder.run(&["check", "--fix"]);
    // The mark hides the missing quotes, and those hide the key.
    let told = "mended docs/b.md:1: take the mark out\n\
                mended docs/b.md:3: put the value in quotes\n\
                mended docs/b.md:4: write `owner`\n";
    assert!(run.out.contains(told), "{}", run.out);
    let after = windows.replace("onwer", "owner").replace("8.2.1, 8.1", "8.1, 8.2.1");
    assert_eq!(folder.read("docs/a.md"), after.replace("pol-chg", "POL-CHG"));
    let after = "---\r\nid: PRC-B-1\r\ntitle: \"B: all\"\r\nowner: x # who\r\n---\r\n";
    assert_eq!(folder.read("docs/b.md"), after);
    assert!(folder.status().contains("?? docs/b.md\n"));
    // What is no text is not mended in part, and nothing of the kind is offered.
    let latin = b"---\nid: PRC-C-1\nonwer: Andr\xE9\n---\n";
    std::fs::write(folder.path().join("docs/c.md"), latin).unwrap();
    let run = folder.run(&["check", "--fix"]);
    assert!(run.out.starts_with("nothing here can be mended without asking\n"), "{}", run.out);
}

#[test]
fn only_a_work_tree_is_mended() {
    let folder = Folder::new(DRAFT);
    for arguments in [
        &["check", "--fix", "--rev", "HEAD"][..],
        &["check", "--fix", "--staged"],
        &["check", "--diff"],
    ] {
        assert_eq!(folder.run(arguments).code, 2, "{arguments:?}");
    }
    assert_eq!(folder.read("docs/a.md"), DRAFT);
    let of_commit = folder.run(&["check", "--rev", "HEAD"]).out;
    assert!(!of_commit.contains("check --fix"), "{of_commit}");
}

#[test]
fn programs_are_told_what_would_be_mended_and_what_was() {
    let folder = Folder::new(DRAFT);
    let run = folder.run(&["check", "--format", "json"]);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let of = |code: &str| findings.iter().find(|it| it["code"] == code).unwrap();
    let fix = serde_json::json!({
        "what": "write `POL-CHG-001`",
        "edits": [{"line": 9, "column": 7, "end_line": 9, "end_column": 18, "text": "POL-CHG-001"}],
    });
    assert_eq!(of("LN003")["fix"], fix);
    let without = findings.iter().find(|it| it["code"] == "FM002").unwrap();
    assert_eq!(without.get("fix"), None);
    let run = folder.run(&["check", "--fix", "--format", "json"]);
    assert!(run.err.starts_with("mended docs/a.md:3: write `owner`\n"), "{}", run.err);
    let json: Value = serde_json::from_str(&run.out).unwrap();
    assert!(json["findings"].as_array().unwrap().iter().all(|it| it.get("fix").is_none()));
}

/// A policy that was approved, and is in force.
const APPROVED: &str = r"
# commit 2026-03-01 Ada Writer <ada@example.org>: Hand in

```md docs/change.md
---
id: POL-CHG-001
type: policy
version: 2.1
status: in-review
change_kind: minor
onwer: change-manager
---

# Change policy

Report an emergency change within 4 hours.
```

# commit 2026-03-02 Bo Approver <bo@example.org>: Approve 2.1

```edit docs/change.md
-status: in-review
+status: approved # by Bo
+effective_from: 2026-03-02
...
-onwer: change-manager
+onwer: change-manager
+approval: {by: bo@example.org, on: 2026-03-02, version: 2.1}
```
";

#[test]
fn a_changed_text_begins_its_next_version_until_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    repository(APPROVED, folder.path());
    git(folder.path(), &["reset", "-q", "--hard"]);
    let folder = Folder(folder);
    let approved = folder.read("docs/change.md");
    // The slip in the key is part of what was approved.
    let run = folder.run(&["check", "--fix"]);
    assert!(run.out.starts_with("nothing here can be mended without asking\n\n"), "{}", run.out);
    assert_eq!(folder.read("docs/change.md"), approved);

    let changed = approved.replace("4 hours", "8 hours");
    folder.write("docs/change.md", &changed);
    let run = folder.run(&["check", "--fix"]);
    let told = "mended docs/change.md:4: begin version 3.0 as a draft\n\
                mended docs/change.md:7: write `owner`\n\n";
    assert!(run.out.starts_with(told), "{}", run.out);
    let mended = changed
        .replace(
            "version: 2.1\nstatus: approved # by Bo\n",
            "version: 3.0\nstatus: draft # by Bo\n",
        )
        .replace("effective_from: 2026-03-02\n", "")
        .replace("minor", "major")
        .replace("onwer", "owner");
    assert!(mended.contains("approval: {by: bo@example.org, on: 2026-03-02, version: 2.1}\n"));
    assert_eq!(folder.read("docs/change.md"), mended);

    folder.write("docs/change.md", &changed);
    git(folder.path(), &["commit", "-q", "-a", "-m", "Tidy up"]);
    // One more letter is measured with what was published before it, and decides nothing.
    let again = changed.replace("emergency change", "emergency change,");
    for text in [&changed, &again] {
        folder.write("docs/change.md", text);
        let run = folder.run(&["check", "--fix"]);
        assert!(run.out.contains("so version 2.1 becomes 3.0"), "{}", run.out);
        assert!(run.out.contains("by Bo Approver <bo@example.org> on 2026-03-02"), "{}", run.out);
        assert_eq!(folder.read("docs/change.md"), *text);
    }
}

#[test]
fn nothing_is_mended_where_a_merge_left_a_conflict() {
    let folder = Folder::new(DRAFT);
    let text = DRAFT.replace("# A\n", "# A\n\n<<<<<<< HEAD\nOne.\n=======\nTwo.\n>>>>>>> topic\n");
    folder.write("docs/a.md", &text);
    let run = folder.run(&["check", "--fix"]);
    assert!(run.out.starts_with("nothing here can be mended without asking\n\n"), "{}", run.out);
    assert_eq!(folder.read("docs/a.md"), text);
}
