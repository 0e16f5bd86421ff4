//! `report`, from outside: what a branch changes, judged by its base, and told so that a forge takes
//! it.

#[cfg(target_os = "linux")]
use crate::program::shell;
use crate::program::{Run, clausebook, git, repository};
#[cfg(target_os = "linux")]
use crate::rule_pages::is_to_be_written;
use crate::schema::mistakes;
use serde_json::Value;
use std::path::Path;

/// Ada writes, Bo approves; a branch gives more time, and changes a procedure silently.
const STORY: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy and its procedure

```toml book.toml
[preprocessor.clausebook]
branch = "main"

[preprocessor.clausebook.approval]
minimum = { default = 1 }
```

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
version: 1.0
status: draft
owner: director
clauses: [5.3]
classification: internal
register_kind: roles
entries:
  - {role: director, person: Bo Approver, email: [bo@example.org], from: 2026-01-01, approves: [policy, procedure]}
  - {role: change-manager, person: Ada Writer, email: [ada@example.org], from: 2026-01-01, approves: [procedure]}
---

# Roles
```

```md docs/policy.md
---
id: POL-CHG-001
title: Change Policy
type: policy
version: 1.0
status: in-review
owner: change-manager
clauses: [8.5.1.1]
classification: internal
statements: [Every change is recorded.]
---

# Change Policy

Every change is recorded within 2 days.

See [nothing](gone.md).
```

```md docs/procedure.md
---
id: PRO-CHG-001
title: Recording a Change
type: procedure
version: 1.0
status: in-review
owner: change-manager
clauses: [8.5.1.2]
parent: POL-CHG-001
classification: internal
---

# Recording a Change

## Steps

1. Open the form and write what changes.
```

```md docs/other.md
---
id: PRO-CHG-002
title: Emergencies
type: procedure
version: 1.0
status: in-review
owner: change-manager
clauses: [8.5.1.3]
parent: POL-CHG-001
classification: internal
---

# Emergencies

## Steps

1. Call the change manager, who decides.
```

```md docs/record.md
---
id: REC-CHG-2026-001
title: Sample of changes
type: record
kind: change
date: 2026-03-20
classification: internal
about: POL-CHG-001@1.0
---

# Sample of changes

Five changes were looked at.
```

# commit 2026-03-05 Bo Approver <bo@example.org>: Approve the policy and the procedures

```edit docs/policy.md
-status: in-review
+status: approved
...
+approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}
 statements: [Every change is recorded.]
```

```edit docs/procedure.md
-status: in-review
+status: approved
...
 parent: POL-CHG-001
+approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}
```

```edit docs/other.md
-status: in-review
+status: approved
...
 parent: POL-CHG-001
+approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}
```
"#;

/// What the branch does.
const BRANCH: &str = r"
# commit 2026-04-01 Ada Writer <ada@example.org>: Give more time

- branch: more-time

```edit docs/policy.md
-version: 1.0
-status: approved
+version: 1.1
+status: in-review
+change_kind: minor
+change_summary: More time to record
...
-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}
...
-Every change is recorded within 2 days.
+Every change is recorded within 5 days.
...
-See [nothing](gone.md).
+See the [procedure](other.md).
```

```edit docs/other.md
-1. Call the change manager, who decides.
+1. Call the change manager, who must decide at once.
```
";

fn made(stories: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    repository(&stories.concat(), folder.path());
    folder
}

fn report(folder: &Path, more: &[&str]) -> Run {
    clausebook(folder, &[&["report", "--base", "main"], more].concat())
}

/// Returns the report as JSON, which is as its schema says.
fn json(folder: &Path, more: &[&str]) -> Value {
    let run = report(folder, &[more, &["--format", "json"]].concat());
    assert!(run.code < 2, "{}", run.err);
    let value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(mistakes("Report", &value), [""; 0]);
    value
}

fn document<'v>(report: &'v Value, id: &str) -> &'v Value {
    let all = report["documents"].as_array().unwrap();
    all.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("no {id} in {report:#}"))
}

fn ids(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect()
}

fn codes(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect()
}

#[test]
fn a_branch_is_told_with_all_that_it_touches() {
    let folder = made(&[STORY, BRANCH]);
    let value = json(folder.path(), &[]);
    assert_eq!(ids(&value["documents"]), ["POL-CHG-001", "PRO-CHG-002"]);
    let policy = document(&value, "POL-CHG-001");
    assert_eq!(policy["what"], "revised");
    assert_eq!(policy["why"], "More time to record");
    assert_eq!((&policy["version_before"], &policy["version"]), (&"1.0".into(), &"1.1".into()));
    let step = &policy["step"];
    assert_eq!(
        (&step["size"], &step["needed"], &step["called"], &step["is_enough"]),
        (&"major".into(), &"2.0".into(), &"minor".into(), &false.into())
    );
    assert_eq!(policy["clauses"][0]["clause"], "8.5.1.1");
    assert_eq!(ids(&policy["children"]), ["PRO-CHG-001"], "the other one is revised as well");
    assert_eq!(ids(&policy["references"]), ["REC-CHG-2026-001"]);
    assert_eq!(policy["references"][0]["names"], "1.0");
    assert_eq!(policy["outdated_approvals"][0]["by"], "bo@example.org");
    assert_eq!(policy["outdated_approvals"][0]["is_kept"], false);
    let approvers = policy["approvers"].as_array().unwrap();
    assert_eq!((approvers.len(), &approvers[0]["person"]), (1, &"Bo Approver".into()));

    let procedure = document(&value, "PRO-CHG-002");
    assert_eq!(procedure["why"], Value::Null, "nothing says why");
    assert_eq!(procedure["step"]["is_enough"], false);
    assert_eq!(procedure["outdated_approvals"][0]["is_kept"], true);
    let ada = &procedure["approvers"][0];
    assert_eq!((&ada["person"], &ada["is_author"]), (&"Ada Writer".into(), &true.into()));
    assert_eq!(procedure["approvers"][1]["is_author"], false);

    assert_eq!(value["clauses"], serde_json::json!(["8.5.1.1", "8.5.1.3"]));
    assert!(codes(&value["brings_in"]).contains(&"VC001"), "{value:#}");
    assert_eq!(codes(&value["mends"]).iter().filter(|code| **code == "LN001").count(), 1);
    let changed = value["coverage"]["changed"].as_array().unwrap();
    let is_of_policy = |it: &Value| it["number"] == "8.5.1.1";
    assert!(!changed.iter().any(is_of_policy), "the version in force goes on covering it");
}

#[test]
fn an_approval_of_the_branch_that_does_not_hold_is_told_beside_one_of_before() {
    let approve = |who: &str, email: &str| {
        format!(
            "\n# commit 2026-04-02 {who} <{email}>: Approve it\n\n```edit docs/policy.md\n-status: in-review\n+status: approved\n...\n statements: [Every change is recorded.]\n+approval: {{by: {email}, role: director, on: 2026-04-02, version: 1.1}}\n```\n"
        )
    };
    let word = |stories: &[&str]| {
        let folder = made(stories);
        let text = report(folder.path(), &[]).out;
        let row = text.lines().find(|line| line.starts_with("<tr><td><code>POL-CHG-001")).unwrap();
        let (_, cell) = row.rsplit_once("<td>").unwrap();
        let mut sections = text.split("<details>");
        let of_policy = |section: &&str| section.starts_with("\n<summary><code>POL-CHG-001");
        let section = sections.find(of_policy).unwrap();
        let says_why = section.contains("says that it is approved, and its approval does not hold");
        (cell.trim_end_matches("</td></tr>").to_owned(), says_why)
    };
    let by_author = approve("Ada Writer", "ada@example.org");
    let does_not = "<strong>does not hold</strong>; 1 of before outdated".to_owned();
    assert_eq!(word(&[STORY, BRANCH, &by_author]), (does_not, true));
    let by_approver = approve("Bo Approver", "bo@example.org");
    let holds = "holds at level 2 (acted by the approver); 1 of before outdated".to_owned();
    assert_eq!(word(&[STORY, BRANCH, &by_approver]), (holds, false));
    assert_eq!(word(&[STORY, BRANCH]), ("<strong>1 outdated</strong>".to_owned(), false));
}

#[test]
fn a_document_whose_file_changed_and_that_says_what_it_said_is_told_as_one() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Leave a remark\n\n- branch: remark\n\n```edit docs/policy.md\n id: POL-CHG-001\n+# Kept by the board.\n```\n\n```txt docs/note.txt\nA note.\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    assert_eq!(ids(&value["documents"]), [""; 0]);
    let files = value["files"].as_array().unwrap().iter().map(|it| (&it["path"], &it["document"]));
    let files: Vec<_> = files.collect();
    assert_eq!(files[0], (&"docs/note.txt".into(), &Value::Null));
    assert_eq!(files[1], (&"docs/policy.md".into(), &"POL-CHG-001".into()));
    let text = report(folder.path(), &[]).out;
    for piece in [
        "<summary>0 changes of the whole, 1 changed file that is no document, 1 changed file of a document that says what it said</summary>",
        "<li>changed: <code>docs/policy.md</code>, and <code>POL-CHG-001</code> says what it said</li>",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
}

#[test]
fn a_document_in_force_that_is_gone_mends_nothing() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Take it away\n\n- branch: gone\n- delete: docs/policy.md\n",
    ]);
    let value = json(folder.path(), &[]);
    assert_eq!(document(&value, "POL-CHG-001")["what"], "removed");
    let is_of_policy = |it: &&Value| it["document"] == "POL-CHG-001";
    let mended = value["mends"].as_array().unwrap().iter().find(is_of_policy);
    assert_eq!(mended, None);
}

#[test]
fn what_is_told_in_other_words_is_not_mended() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Lead elsewhere\n\n- branch: elsewhere\n\n```edit docs/policy.md\n-See [nothing](gone.md).\n+See [nothing](gone-as-well.md).\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    let dead_links = |of: &str| codes(&value[of]).iter().filter(|code| **code == "LN001").count();
    assert_eq!((dead_links("brings_in"), dead_links("mends")), (1, 0));
}

#[test]
fn a_record_that_is_gone_mends_nothing() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Take it away\n\n- branch: gone\n- delete: docs/record.md\n",
    ]);
    let of_record = |value: &Value| {
        let mut all = value.as_array().unwrap().iter();
        all.any(|it| it["document"] == "REC-CHG-2026-001")
    };
    let on_main = clausebook(folder.path(), &["check", "--rev", "main", "--format", "json"]);
    let on_main: Value = serde_json::from_str(&on_main.out).unwrap();
    assert!(of_record(&on_main["findings"]));
    assert!(!of_record(&json(folder.path(), &[])["mends"]));
}

#[test]
fn what_is_withdrawn_is_approved_by_nobody_and_taken_out_of_use_by_those_who_might() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Give it up\n\n- branch: withdrawn\n\n```edit docs/other.md\n-status: approved\n+status: withdrawn\n+withdrawn_on: 2026-04-01\n+withdrawal_reason: Nobody calls.\n```\n",
    ]);
    assert_eq!(document(&json(folder.path(), &[]), "PRO-CHG-002")["what"], "withdrawn");
    let text = report(folder.path(), &[]).out;
    assert!(!text.contains("may approve it"), "{text}");
    let who = "may take it out of use, by the role register of the base: <code>Ada Writer</code> as <code>change-manager</code> and <code>Bo Approver</code> as <code>director</code>; whoever wrote the withdrawal or makes the merge is to be one of them";
    assert!(text.contains(who), "{text}");
}

/// A branch raises a version for nothing but another drawing.
const DRAWING: &str = r#"
# commit 2026-03-01 Ada Writer <ada@example.org>: Write the policy

```md docs/policy.md
---
id: POL-CHG-001
type: policy
version: 1.0
status: in-review
---

# Change Policy

![who decides](flow.svg)
```

```svg docs/flow.svg
<svg>The board</svg>
```

# commit 2026-03-05 Bo Approver <bo@example.org>: Approve the policy

```edit docs/policy.md
-status: in-review
+status: approved
+approval: {by: bo@example.org, on: 2026-03-05, version: 1.0}
```

# commit 2026-04-01 Ada Writer <ada@example.org>: Draw it anew

- branch: drawing

```edit docs/policy.md
-version: 1.0
-status: approved
-approval: {by: bo@example.org, on: 2026-03-05, version: 1.0}
+version: 1.1
+status: in-review
```

```svg docs/flow.svg
<svg>Nobody</svg>
```
"#;

#[test]
fn another_picture_is_a_change_that_needs_a_version() {
    let folder = made(&[DRAWING]);
    let value = json(folder.path(), &[]);
    let step = &document(&value, "POL-CHG-001")["step"];
    assert_eq!((&step["size"], &step["needed"]), (&"minor".into(), &"1.1".into()), "{step:#}");
    let told = report(folder.path(), &[]).out;
    assert!(told.contains("the picture docs/flow.svg is another one"), "{told}");
}

#[test]
fn the_same_is_told_as_markdown_and_fails_by_what_comes_in() {
    let folder = made(&[STORY, BRANCH]);
    let run = report(folder.path(), &[]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    assert_eq!(run.out, report(folder.path(), &["--no-cache"]).out);
    for piece in [
        "## clausebook: 2 revised; ",
        "Both are judged by the rules and roles of the base",
        "<strong>major, <code>2.0</code> from <code>1.0</code></strong>: it has <code>1.1</code> and is called minor",
        "error[VC001 version-not-bumped] docs/other.md:5:10\n",
        "Every change is recorded within <del>2</del><ins>5</ins> days.\n",
        "<strong>stand beneath it and are not revised with it</strong>: <code>PRO-CHG-001</code>",
        "still name <code>1.0</code>: record <code>REC-CHG-2026-001</code>",
        "<strong>outdated approval</strong> of version <code>1.0</code> by <code>bo@example.org</code>",
        "may approve it, by the role register of the base: <code>Bo Approver</code> as <code>director</code>",
        "<code>Ada Writer</code> as <code>change-manager</code> (who wrote of it and so cannot)",
        " mended</summary>",
        "<tr><td>before</td>",
    ] {
        assert!(run.out.contains(piece), "{piece}\n{}", run.out);
    }
    // What only warns does not fail the run, unless that is asked for.
    let quiet = "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Mend the link\n\n- branch: mended\n\n```edit docs/policy.md\n-See [nothing](gone.md).\n+See nothing.\n```\n";
    let folder = made(&[
        STORY,
        quiet,
        "\n# commit 2026-04-02 Ada Writer <ada@example.org>: Raise it\n\n```edit docs/policy.md\n-version: 1.0\n-status: approved\n+version: 1.1\n+status: draft\n...\n-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    let errors = value["brings_in"].as_array().unwrap().iter().filter(|it| it["level"] == "error");
    assert_eq!(errors.count(), 0, "{:#}", value["brings_in"]);
    assert_eq!(report(folder.path(), &[]).code, 0);
    assert!(!codes(&value["brings_in"]).is_empty());
    assert_eq!(report(folder.path(), &["--fail-on", "note"]).code, 1);
}

#[test]
fn what_main_did_meanwhile_is_not_the_branch_s_doing() {
    let meanwhile = "\n# switch main\n\n# commit 2026-05-01 Bo Approver <bo@example.org>: Write another\n\n```md docs/late.md\n---\nid: POL-LATE-001\ntitle: Late\ntype: policy\nversion: 0.1\nstatus: draft\nowner: director\nclauses: [5.2.1]\nclassification: internal\nstatements: [One.]\n---\n\n# Late\n\n[gone](gone.md)\n```\n\n# switch more-time\n";
    let folder = made(&[STORY, BRANCH, meanwhile]);
    let value = json(folder.path(), &[]);
    assert_eq!(ids(&value["documents"]), ["POL-CHG-001", "PRO-CHG-002"]);
    assert_ne!(value["before"], value["base"]["commit"]);
    let run = report(folder.path(), &[]);
    assert!(run.out.contains(", which left it at commit <code>"), "{}", run.out);
    // The other way round the branch is the base, and what main did is told.
    let run = clausebook(
        folder.path(),
        &["report", "--base", "more-time", "--rev", "main", "--format", "json"],
    );
    let value: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(ids(&value["documents"]), ["POL-LATE-001"]);
    assert_eq!(document(&value, "POL-LATE-001")["what"], "new");
}

#[test]
fn what_a_merge_of_the_base_into_the_branch_drops_is_told_whatever_the_order_of_its_parents() {
    let late = "\n# switch main\n\n# commit 2026-05-01 Bo Approver <bo@example.org>: Write another\n\n```md docs/late.md\n---\nid: POL-LATE-001\ntype: policy\nversion: 0.1\nstatus: draft\n---\n\n# Late\n```\n\n# switch more-time\n";
    let folder = made(&[STORY, BRANCH, late]);
    let made = |arguments: &[&str]| git(folder.path(), arguments).out.trim().to_owned();
    let was = made(&["rev-parse", "main"]);
    let tree = made(&["merge-tree", "--write-tree", "main", "more-time"]);
    let joined = made(&["commit-tree", &tree, "-p", "main", "-p", "more-time", "-m", "Join"]);
    made(&["update-ref", "refs/heads/main", &joined]);
    for parents in [["-p", &was, "-p", "more-time"], ["-p", "more-time", "-p", &was]] {
        let back = [&["commit-tree", "more-time^{tree}", "-m", "Bring main in"][..], &parents];
        let value = json(folder.path(), &["--rev", &made(&back.concat())]);
        assert_eq!(document(&value, "POL-LATE-001")["what"], "removed", "{parents:?}");
    }
}

#[test]
fn the_base_judges_and_what_the_branch_alters_of_that_stands_first() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Have it easier\n\n- branch: easier\n\n```edit book.toml\n+[preprocessor.clausebook.rules]\n+version-not-bumped = \"off\"\n+\n [preprocessor.clausebook.approval]\n```\n\n```edit docs/roles.md\n-  - {role: change-manager, person: Ada Writer, email: [ada@example.org], from: 2026-01-01, approves: [procedure]}\n+  - {role: director, person: Ada Writer, email: [ada@example.org], from: 2026-01-01, approves: [policy]}\n```\n\n```edit docs/policy.md\n-Every change is recorded within 2 days.\n+Every change is recorded.\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    assert!(codes(&value["brings_in"]).contains(&"VC001"), "the base's rules judge");
    let trust = value["trust"].as_array().unwrap();
    let has = |word: &str| trust.iter().any(|it| it.as_str().unwrap().contains(word));
    assert!(has("version-not-bumped") && has("Ada Writer"), "{trust:?}");
    let approvers = document(&value, "POL-CHG-001")["approvers"].as_array().unwrap();
    let people: Vec<&Value> = approvers.iter().map(|it| &it["person"]).collect();
    assert_eq!(people, ["Bo Approver"], "Ada is director only where she says so herself");
    let text = report(folder.path(), &[]).out;
    let (top, rest) = text.split_once("<table>").unwrap();
    assert!(top.contains("### It changes what judges it"), "{text}");
    assert!(!rest.contains("### It changes what judges it"));
    assert!(rest.contains("<li>changed: <code>book.toml</code></li>"), "{rest}");
}

#[test]
fn files_that_move_lose_their_id_or_break_are_named() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Tidy up\n\n- branch: tidy\n- rename: docs/procedure.md -> docs/steps/recording.md\n- delete: docs/record.md\n\n```edit docs/policy.md\n-title: Change Policy\n+title: [Change Policy\n```\n\n```edit docs/other.md\n-id: PRO-CHG-002\n+id: PRO-CHG-003\n```\n\n```txt docs/picture.svg\nx\n```\n\n```md docs/prose.md\n# No front matter\n```\n\n```md docs/no-id.md\n---\ntitle: Nobody\ntype: policy\n---\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    let what = |id: &str| document(&value, id)["what"].as_str().unwrap();
    assert_eq!(what("PRO-CHG-001"), "renamed");
    assert_eq!(document(&value, "PRO-CHG-001")["path_before"], "docs/procedure.md");
    assert_eq!(what("REC-CHG-2026-001"), "removed");
    assert_eq!((what("PRO-CHG-002"), what("PRO-CHG-003")), ("removed", "new"));
    assert_eq!(document(&value, "PRO-CHG-003")["id_before"], "PRO-CHG-002");
    let policy = document(&value, "POL-CHG-001");
    assert_eq!(policy["is_sound"], false, "{policy:#}");
    assert!(!policy["outdated_approvals"].as_array().unwrap().is_empty());
    assert_eq!(value["not_compared"][0]["path"], "docs/no-id.md");
    let files: Vec<&Value> =
        value["files"].as_array().unwrap().iter().map(|it| &it["path"]).collect();
    assert_eq!(files, ["docs/picture.svg", "docs/prose.md"]);
    let text = report(folder.path(), &[]).out;
    for piece in [
        "renamed: <code>docs/procedure.md</code> → <code>docs/steps/recording.md</code>",
        "<strong>its front matter cannot be relied on</strong>",
        "<td><code>docs/no-id.md</code></td><td><strong>not compared</strong></td>",
        "id of the file before: <code>PRO-CHG-002</code>",
        "<li>new: <code>docs/picture.svg</code></li>",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
    assert!(!text.contains("<td>none, "), "a record has no version: {text}");
    // A file whose id cannot be read is no file that is gone.
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Break it\n\n- branch: broken\n\n```edit docs/policy.md\n-id: POL-CHG-001\n+id POL-CHG-001\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    assert_eq!(document(&value, "POL-CHG-001")["what"], "unreadable");
    assert_eq!(document(&value, "POL-CHG-001")["path"], "docs/policy.md");
}

#[test]
fn a_file_that_gets_its_id_had_none_and_one_that_loses_it_can_be_read() {
    let folder = made(&[
        STORY,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Begin pages\n\n```md docs/page.md\n---\ntitle: Page\nweight: 1\n---\n\nText.\n```\n\n```md docs/broken.md\n---\nid POL-X-001\ntitle: Broken\n---\n\nText.\n```\n",
        "\n# commit 2026-04-02 Ada Writer <ada@example.org>: Adopt\n\n- branch: adopt\n\n```edit docs/page.md\n-title: Page\n-weight: 1\n+id: POL-PAGE-001\n+title: Page\n+type: policy\n+version: 1.0\n+status: draft\n```\n\n```edit docs/broken.md\n-id POL-X-001\n+id: POL-X-001\n```\n\n```edit docs/policy.md\n-id: POL-CHG-001\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    let why: Vec<(&str, &str)> = (value["not_compared"].as_array().unwrap().iter())
        .map(|it| (it["path"].as_str().unwrap(), it["why"].as_str().unwrap()))
        .collect();
    assert_eq!(
        why,
        [
            ("docs/broken.md", "its front matter could not be relied on before"),
            ("docs/page.md", "it had no id before"),
            ("docs/policy.md", "it has no id"),
        ]
    );
    assert_eq!(document(&value, "POL-CHG-001")["what"], "unreadable");
    let text = report(folder.path(), &[]).out;
    assert!(text.contains("<td>without its id</td>") && !text.contains(": unreadable"), "{text}");
}

#[test]
fn nothing_to_compare_and_nothing_that_can_be_compared() {
    let folder = made(&[STORY]);
    let run = report(folder.path(), &[]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    assert!(run.out.ends_with("\nNothing changed.\n"), "{}", run.out);
    assert_eq!(json(folder.path(), &[])["is_empty"], true);
    let run = clausebook(folder.path(), &["report", "--base", "nowhere"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("nowhere"), "{}", run.err);
    let run = clausebook(folder.path(), &["report"]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));

    let root = "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Begin anew\n\n- branch: anew\n- root\n\n```md docs/policy.md\n---\nid: POL-CHG-001\n---\n```\n";
    let folder = made(&[STORY, root]);
    let run = report(folder.path(), &[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert_eq!(
        run.err,
        "clausebook: `main` and the judged commit have no commit in common, so nothing can be compared\n"
    );

    let clone = tempfile::tempdir().unwrap();
    let from = format!("file://{}", folder.path().display());
    git(clone.path(), &["clone", "-q", "--depth", "1", "--branch", "main", &from, "here"]);
    let run = report(&clone.path().join("here"), &[]);
    assert_eq!((run.code, run.out.as_str()), (2, ""));
    assert!(run.err.contains("GI001") && run.err.contains("fetch-depth: 0"), "{}", run.err);
}

#[test]
fn the_first_documents_are_all_new() {
    let folder = tempfile::tempdir().unwrap();
    let begin =
        "# commit 2026-02-01 Ada Writer <ada@example.org>: Begin\n\n```md README.md\nHello.\n```\n";
    let first = STORY.replacen("procedure\n", "procedure\n\n- branch: first\n", 1);
    repository(&format!("{begin}\n{first}"), folder.path());
    let value = json(folder.path(), &[]);
    assert_eq!(value["documents"].as_array().unwrap().len(), 5);
    assert_eq!(document(&value, "POL-CHG-001")["what"], "new");
    assert_eq!(value["base_has_role_register"], false);
    assert!(report(folder.path(), &[]).out.contains("by the role register of the branch"));
}

/// What would name somebody, end a fold, begin a row, or move a cursor.
const HOSTILE: &str = "</details></pre><script>x</script> @team #12 a|b ![x](https://evil.example) \u{1b}[31m \u{202e} ::error::x ##[error] **b** www.evil.example";

fn hostile(id: &str, title: &str, line: &str) -> String {
    format!(
        "---\nid: {id}\ntitle: {}\ntype: policy\nversion: 0.1\nstatus: \"<b>@all\"\nowner: \"@owner\"\nclauses: [\"</li>@x\"]\nclassification: internal\nchange_summary: \"</summary> @me\"\nstatements: [One.]\n---\n\n# Title\n\n{line}\n",
        serde_json::to_string(title).unwrap()
    )
}

/// Makes a branch that changes documents, beside a base that had them.
fn changed(documents: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("docs");
    std::fs::create_dir(&docs).unwrap();
    let write = |line: &str| {
        for (id, title) in documents {
            let text = hostile(id, title, line);
            std::fs::write(docs.join(format!("{}.md", id.to_lowercase())), text).unwrap();
        }
    };
    git(folder.path(), &["init", "-q", "-b", "main"]);
    write("Before </pre> @team.");
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-q", "-m", "Begin"]);
    git(folder.path(), &["checkout", "-q", "-b", "change"]);
    write(&format!("{HOSTILE}\n\n::error::y\n\n# @team\n\n- [gone](gone.md) #12"));
    git(folder.path(), &["commit", "-q", "-a", "-m", "Change"]);
    folder
}

/// Returns what of a report is neither in `code` nor in `pre`.
fn outside(text: &str) -> String {
    let mut rest = text;
    let mut outside = String::new();
    loop {
        let next = ["<code>", "<pre>"].into_iter().filter_map(|tag| Some((rest.find(tag)?, tag)));
        let Some((at, tag)) = next.min() else { return outside + rest };
        outside.push_str(&rest[..at]);
        let end = tag.replace('<', "</");
        let inside = &rest[at..];
        rest = &inside[inside.find(&end).unwrap() + end.len()..];
    }
}

#[test]
fn nothing_of_a_title_or_a_text_comes_alive() {
    let long = "long ".repeat(2_000);
    let folder =
        changed(&[("POL-AAA-001", HOSTILE), ("POL-BBB-001", &long), ("POL-CCC-001", "@team #12")]);
    let run = report(folder.path(), &[]);
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let outside = outside(&run.out);
    for alive in ["@", "#1", "](", "www.", "evil", "script", "long", "**"] {
        assert!(!outside.contains(alive), "{alive} in {outside}");
    }
    for line in run.out.lines() {
        assert!(!line.chars().any(clausebook::source::is_unprintable), "{line}");
        assert!(!line.trim_start().starts_with("::"), "{line}");
    }
    assert!(!run.out.contains("##[error]") && !run.out.contains("<script"), "{}", run.out);
    let count = |word: &str| run.out.matches(word).count();
    for tag in ["details", "pre", "table", "ul", "li", "code", "summary", "tr", "td", "p"] {
        let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
        assert_eq!(opened, count(&format!("</{tag}>")), "{tag}\n{}", run.out);
    }
    // A block of HTML ends at an empty line; only a `pre` may hold one.
    let blocks = run.out.split("<pre>").map(|part| part.rsplit("</pre>").next().unwrap());
    assert!(blocks.clone().count() > 3, "the passages are shown");
    for block in blocks.flat_map(|part| part.split("\n\n")) {
        assert!(!block.trim_start().starts_with("<code>"), "{block}");
    }
    json(folder.path(), &[]);
}

#[test]
fn many_documents_fit_in_a_comment_and_what_is_left_out_is_counted() {
    let title = "<&\"'>".repeat(60);
    let ids: Vec<String> = (0..400).map(|i| format!("POL-MANY-{i:03}")).collect();
    let documents: Vec<(&str, &str)> = ids.iter().map(|id| (id.as_str(), title.as_str())).collect();
    let folder = changed(&documents);
    let run = report(folder.path(), &[]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.len() < 60_000, "{}", run.out.len());
    assert!(run.out.len() > 30_000, "{}", run.out.len());
    assert!(run.out.contains("documents more, left out here"), "{}", run.out);
    assert!(run.out.contains("findings more, left out here"), "{}", run.out);
    assert!(run.out.ends_with("`--format json` leaves nothing out.\n"));
    assert!(run.out.contains("## clausebook: 400 revised; "), "{}", &run.out[..200]);
    let count = |word: &str| run.out.matches(word).count();
    for tag in ["details", "pre", "table", "ul", "tr"] {
        let opened = count(&format!("<{tag}>")) + count(&format!("<{tag} "));
        assert_eq!(opened, count(&format!("</{tag}>")), "{tag}");
    }
    assert_eq!(json(folder.path(), &[])["documents"].as_array().unwrap().len(), 400);
}

/// Returns the first fence of a language, as the page has it.
#[cfg(target_os = "linux")]
fn fence<'p>(page: &'p str, language: &str) -> &'p str {
    let begin = format!("\n```{language}\n");
    let (_, rest) = page.split_once(&begin).unwrap();
    let (inside, _) = rest.split_once("\n```\n").unwrap();
    inside
}

#[cfg(target_os = "linux")]
#[test]
fn the_example_of_the_manual_is_what_comes_out() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pull-requests.md");
    let page = std::fs::read_to_string(&file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(clausebook(folder.path(), &["demo", "sample"]).code, 0);
    let program = Path::new(env!("CARGO_BIN_EXE_clausebook")).parent().unwrap();
    let path = format!("export PATH={}:$PATH\n", program.display());
    let run = shell(&folder.path().join("sample"), &(path + fence(&page, "sh")));
    assert_eq!((run.code, run.err.as_str()), (1, ""));
    let report = &run.out[run.out.find("<!-- clausebook report -->").unwrap()..];
    let told = fence(&page, "markdown");
    if is_to_be_written() {
        return std::fs::write(&file, page.replace(told, report.trim_end())).unwrap();
    }
    assert_eq!(told, report.trim_end(), "`BLESS=1 cargo test example_of_the_manual` writes it");
}

#[test]
fn a_forge_is_told_whom_to_ask() {
    let folder = tempfile::tempdir().unwrap();
    repository(
        r#"
# commit 2026-03-01 Ada <ada@example.org>: Begin

```toml book.toml
[preprocessor.clausebook.approval]
allowed_signers = "signers"
```

```md docs/our policy.md
---
id: POL-CHG-001
title: Policy
type: policy
owner: clerk
---
```

```md docs/note [1].md
---
id: POL-NOT-001
type: policy
owner: clerk
---
```

```md docs/record.md
---
id: REC-NC-001
type: record
owner: nobody-yet
---
```

# commit 2026-03-02 Bo <bo@example.org>: Approve the roles

```md docs/roles.md
---
id: REG-ROL-001
title: Roles
type: register
version: 1.0
status: approved
approval: {by: bo@example.org, role: top-management, on: 2026-03-02, version: 1.0}
register_kind: roles
owner: top-management
entries:
  - {role: top-management, person: Bo, email: [bo@example.org, bo@home.example], from: 2026-01-01}
  - {role: clerk, person: Cy, email: [cy@example.org], from: 2026-01-01}
  - {role: clerk, person: Di, email: ["di@example.org @everybody"], from: 2026-01-01}
  - {role: clerk, person: sms-bot, email: [bot@example.org], bot: true}
---
```
"#,
        folder.path(),
    );
    let told = |more: &[&str]| {
        let out = clausebook(folder.path(), &[&["export", "codeowners"], more].concat()).out;
        out.lines().skip(3).map(|line| format!("{line}\n")).collect::<String>()
    };
    assert_eq!(
        told(&["--rev", "HEAD"]),
        "# no pattern can name this file: docs/note [1].md\n\
         /book.toml            bo@example.org\n\
         /signers              bo@example.org\n\
         /.github/CODEOWNERS   bo@example.org\n\
         /docs/our\\ policy.md  bo@example.org cy@example.org\n\
         # nobody is known for /docs/record.md\n\
         /docs/roles.md        bo@example.org\n"
    );
    assert!(told(&["--rev", "HEAD", "--approvers-only"]).contains("policy.md  bo@example.org\n"));
    // Whoever may change whom the forge asks, asks whom he likes.
    std::fs::write(folder.path().join("CODEOWNERS"), "* @everybody\n").unwrap();
    git(folder.path(), &["add", "CODEOWNERS"]);
    let moved = told(&[]);
    assert!(moved.contains("/CODEOWNERS") && !moved.contains("/.github/"), "{moved}");
}

#[test]
fn whether_an_approval_on_the_branch_holds_is_told() {
    let row_of = |name: &str| {
        let stories = crate::stories::of("authority");
        let (_, story) = stories.iter().find(|(it, _)| it == name).unwrap();
        let folder = tempfile::tempdir().unwrap();
        repository(story, folder.path());
        let run = clausebook(folder.path(), &["report", "--base", "main", "--rev", "HEAD"]);
        let row = run.out.lines().find(|line| line.contains("<td><code>PRC-CHG-001</code>"));
        row.map_or_else(|| format!("{}{}", run.out, run.err), str::to_owned)
    };
    let behind = row_of("branch_behind_its_register");
    assert!(behind.contains("<td>holds at level 2 (acted by the approver)</td>"), "{behind}");
    let own = row_of("author_gives_himself_a_role");
    assert!(own.contains("<td><strong>does not hold</strong></td>"), "{own}");
}

/// While a branch is being written, the base issues the same number of one document and takes the
/// same id for another.
const TAKEN_MEANWHILE: &str = r"
# commit 2026-03-01 Ada <ada@example.org>: Begin

```md docs/policy.md
---
id: POL-CHG-001
type: policy
version: 1.0
status: draft
---

One.
```

# commit 2026-03-02 Cy <cy@example.org>: Begin the next version on a branch

- branch: topic

```edit docs/policy.md
-version: 1.0
+version: 1.1
...
-One.
+One, as the branch has it.
```

```md docs/other.md
---
id: POL-INC-001
type: policy
version: 0.1
status: draft
---

Of the branch.
```

# commit 2026-03-03 Ada <ada@example.org>: Issue it on main

- branch: main

```edit docs/policy.md
-version: 1.0
-status: draft
+version: 1.1
+status: approved
+approval: {by: bo@example.org, on: 2026-03-02, version: 1.1}
...
-One.
+One, as main has it.
```

```md docs/incident.md
---
id: POL-INC-001
type: policy
version: 0.1
status: draft
---

Of main.
```
";

#[test]
fn what_the_base_took_meanwhile_is_told() {
    let folder = tempfile::tempdir().unwrap();
    repository(TAKEN_MEANWHILE, folder.path());
    let report = json(folder.path(), &["--rev", "topic"]);
    assert_eq!(document(&report, "POL-CHG-001")["taken_meanwhile"], "version");
    assert_eq!(document(&report, "POL-INC-001")["taken_meanwhile"], "id");
}

#[test]
fn what_the_base_got_of_the_branch_by_a_squash_is_no_other_document() {
    let draft = "```md docs/new.md\n---\nid: POL-NEW-001\ntype: policy\nversion: 0.1\nstatus: draft\n---\n\n# New\n```\n\n";
    let other = draft.replace("docs/new.md", "docs/other.md").replace("POL-NEW", "POL-OTHER");
    let ada = "Ada Writer <ada@example.org>";
    let story = format!(
        "{STORY}\n# commit 2026-04-01 {ada}: Draft\n\n- branch: topic\n\n{draft}\
         # switch main\n\n# commit 2026-04-02 {ada}: Squash\n\n{draft}{other}\
         # switch topic\n\n# commit 2026-04-03 {ada}: Go on\n\n\
         ```edit docs/new.md\n # New\n+\n+More.\n```\n"
    );
    let folder = tempfile::tempdir().unwrap();
    repository(&story, folder.path());
    let report = json(folder.path(), &["--rev", "topic"]);
    assert_eq!(document(&report, "POL-NEW-001")["taken_meanwhile"], Value::Null);
    // What came with the squash is nothing that the branch took away.
    let changes = clausebook(folder.path(), &["changes", "main", "--rev", "topic"]).out;
    assert!(changes.contains("POL-NEW-001") && !changes.contains("POL-OTHER-001"), "{changes}");
}

#[test]
fn a_branch_that_was_left_lying_is_judged_as_of_today_and_by_whom_the_base_names_by_now() {
    let meanwhile = r"
# switch main

# commit 2026-04-20 Ada Writer <ada@example.org>: Cy takes over

```edit docs/roles.md
-  - {role: director, person: Bo Approver, email: [bo@example.org], from: 2026-01-01, approves: [policy, procedure]}
+  - {role: director, person: Bo Approver, email: [bo@example.org], from: 2026-01-01, to: 2026-04-20, approves: [policy, procedure]}
+  - {role: director, person: Cy Next, email: [cy@example.org], from: 2026-04-21, approves: [policy, procedure]}
```

# switch more-time
";
    let begin = STORY.replace(
        "status: draft\nowner: director\nclauses: [5.3]",
        "status: in-review\nowner: director\nclauses: [5.3]",
    );
    let rows = "  - {role: deputy, person: Dee Other, email: [dee@example.org], from: 2026-01-01, approves: [policy]}\n  - {role: chair, person: Eve Chair, email: [eve@example.org], from: 2026-01-01, approves: [register]}\n";
    let begin =
        begin.replace("approves: [procedure]}\n", &format!("approves: [procedure]}}\n{rows}"));
    let approved = "\n# commit 2026-03-06 Eve Chair <eve@example.org>: Approve the roles\n\n```edit docs/roles.md\n-status: in-review\n+status: approved\n+approval: {by: eve@example.org, role: chair, on: 2026-03-06, version: 1.0}\n owner: director\n```\n";
    let people = |stories: &[&str], day: &str| {
        let folder = made(stories);
        let value = json(folder.path(), &["--as-of", day]);
        let approvers = document(&value, "POL-CHG-001")["approvers"].as_array().unwrap().clone();
        let names = approvers.iter().map(|it| it["person"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(", ")
    };
    let stories = [&begin, approved, BRANCH, meanwhile];
    assert_eq!(people(&stories, "2026-04-20"), "Bo Approver, Dee Other");
    // Bo is gone by the one, and Cy not there by the other.
    assert_eq!(people(&stories, "2026-04-21"), "Dee Other");
    // What nobody approved gives way to what the base has by now.
    assert_eq!(people(&[&begin, BRANCH, meanwhile], "2026-04-21"), "Cy Next, Dee Other");
    let folder = made(&stories);
    let value = json(folder.path(), &[]);
    assert_eq!(value["as_of"], "2026-04-20");
    assert_eq!(value["base_has_another_role_register"], true);
    let text = report(folder.path(), &[]).out;
    assert!(text.contains("both as the branch knows it and as it is by now: "), "{text}");
}

#[test]
fn whoever_drew_a_picture_or_wrote_under_another_id_cannot_approve() {
    let picture = |letter: &str| format!("```bytes docs/way.png\n\\x89PNG{letter}\\\n```\n");
    let begin = STORY.replace(
        "See [nothing](gone.md).\n```\n",
        &format!("![The way](way.png)\n```\n\n{}", picture("a")),
    );
    let draft = "```md docs/new.md\n---\nid: POL-DRA-001\ntitle: New\ntype: policy\nversion: 0.1\nstatus: draft\nowner: director\nclauses: [8.5.1]\nclassification: internal\n---\n\n# New\n\nAsk first.\n```\n";
    let by = "Bo Approver <bo@example.org>";
    let folder = made(&[
        &begin,
        &format!(
            "\n# commit 2026-04-01 {by}: Draw it anew\n\n- branch: more\n\n{}\n{draft}",
            picture("b")
        ),
        "\n# commit 2026-04-02 Ada Writer <ada@example.org>: Number it\n\n```edit docs/policy.md\n-version: 1.0\n-status: approved\n+version: 1.1\n+status: in-review\n...\n-approval: {by: bo@example.org, role: director, on: 2026-03-05, version: 1.0}\n```\n\n```edit docs/new.md\n-id: POL-DRA-001\n+id: POL-NEW-001\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    for id in ["POL-CHG-001", "POL-NEW-001"] {
        let approvers = &document(&value, id)["approvers"];
        assert_eq!(approvers[0]["person"], "Bo Approver", "{id}");
        assert_eq!(approvers[0]["is_author"], true, "{id}: {approvers:#}");
    }
}

#[test]
fn what_a_passage_leaves_out_is_counted() {
    let lines: String = (1..=40).map(|number| format!("+- Line {number}.\n")).collect();
    let words = "word ".repeat(200);
    let folder = made(&[
        STORY,
        &format!(
            "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Say more\n\n- branch: more\n\n```edit docs/policy.md\n See [nothing](gone.md).\n+\n{lines}```\n\n```edit docs/procedure.md\n-1. Open the form and write what changes.\n+1. Open the form and write {words}what changes.\n```\n"
        ),
    ]);
    let text = report(folder.path(), &[]).out;
    let (_, told) = text.split_once("<ins>- Line 1.</ins>").unwrap();
    let shown = told.lines().filter(|line| line.starts_with("<ins>- Line ")).count() + 1;
    assert!(told.contains(&format!("… and {} more lines of this passage\n", 40 - shown)), "{text}");
    assert!(text.contains("… and 400 more letters</ins>"), "{text}");
}

#[test]
fn another_content_of_a_pack_stands_first() {
    let pack = "\n```toml handbook.toml\nid = \"handbook\"\nedition = \"1\"\ntitle = \"Handbook\"\ncitation = [\"Handbook\"]\n\n[[clause]]\nnumber = \"H.1\"\ntitle = \"Entry\"\n```\n";
    let begin = STORY.replace(
        "branch = \"main\"\n",
        "branch = \"main\"\nframeworks = [\"iso20000-1:2018\", \"handbook\"]\npacks = [\"handbook.toml\"]\n",
    );
    let (first, rest) = begin.split_once("\n```md docs/roles.md").unwrap();
    let begin = format!("{first}{pack}\n```md docs/roles.md{rest}");
    let folder = made(&[
        &begin,
        "\n# commit 2026-04-01 Ada Writer <ada@example.org>: Ask for less\n\n- branch: less\n\n```edit handbook.toml\n-title = \"Entry\"\n+title = \"Entry, if you like\"\n```\n",
    ]);
    let value = json(folder.path(), &[]);
    assert_eq!(
        value["trust"][0],
        "the pack, `handbook.toml`, is not what it is on the branch that judges"
    );
}
