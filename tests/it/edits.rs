//! Front matter before and after an edit: what must change has changed, and nothing else.

use clausebook::document::Document;
use clausebook::document::edit::{Change, edit};
use clausebook::repo::object::{ObjectId, ObjectKind};
use clausebook::source::RepoPath;

const BODY: &str = "\n# A title\n\nversion: 1.0 stands here too.\n";

/// Edits a block of front matter and returns the block.
fn edited(block: &str, changes: &[Change]) -> Result<String, String> {
    let file = format!("---\n{block}---\n{BODY}");
    let after = edit(file.as_bytes(), changes).map_err(|refusal| refusal.to_string())?;
    let after = String::from_utf8(after).unwrap();
    let after = after.strip_prefix("---\n").unwrap();
    Ok(after.strip_suffix(&format!("---\n{BODY}")).expect("the body stays").to_owned())
}

fn set(key: &'static str, value: &str) -> Change {
    Change::Set(key, value.to_owned())
}

fn approve(version: &str) -> Change {
    let row = [("by", "bo@x.org"), ("version", version), ("digest", "v1:sha256:ab")];
    Change::AddRow("approval", row.map(|(key, value)| (key, value.to_owned())).to_vec())
}

#[test]
fn a_value_is_exchanged_where_it_stands() {
    for (before, change, after) in [
        ("id: A-1\nversion: 1.9\n", set("version", "1.10"), "id: A-1\nversion: 1.10\n"),
        (
            "id: A-1\nversion:   1.9   # the number\n",
            set("version", "1.10"),
            "id: A-1\nversion:   1.10   # the number\n",
        ),
        ("version: \"1.9\"\n", set("version", "1.10"), "version: \"1.10\"\n"),
        ("version: '1.9' # it's\n", set("version", "1.10"), "version: '1.10' # it's\n"),
        ("title: 'a'\n", set("title", "it's"), "title: 'it''s'\n"),
        ("title: \"a\"\n", set("title", "say \"a\""), "title: \"say \\\"a\\\"\"\n"),
        ("title: a\n", set("title", "b: c # d"), "title: \"b: c # d\"\n"),
        ("title: a\n", set("title", "no"), "title: \"no\"\n"),
        ("status:\nid: A-1\n", set("status", "draft"), "status: draft\nid: A-1\n"),
        ("status: ~ # open\n", set("status", "draft"), "status: draft # open\n"),
        (
            "id: A-1\n\"status\" : draft\n",
            set("status", "approved"),
            "id: A-1\n\"status\" : approved\n",
        ),
        (
            "change_summary: >-\n  folded\n  text\n# behind\nid: A-1\n",
            set("change_summary", "new"),
            "change_summary: new\n# behind\nid: A-1\n",
        ),
        (
            "change_summary: |\n  kept\n\nid: A-1\n",
            set("change_summary", "new"),
            "change_summary: new\n\nid: A-1\n",
        ),
        (
            "change_summary: one\n  two\nid: A-1\n",
            set("change_summary", "new"),
            "change_summary: new\nid: A-1\n",
        ),
        (
            "supersedes:\n  - A-1@1.0\n  - A-1@1.1\nid: A-1\n",
            set("supersedes", "A-1@1.2"),
            "supersedes: A-1@1.2\nid: A-1\n",
        ),
        ("supersedes: [A-1@1.0]\n", set("supersedes", "A-1@1.2"), "supersedes: A-1@1.2\n"),
        (
            "  id: A-1\n  version: 1.0\n",
            set("status", "draft"),
            "  id: A-1\n  version: 1.0\n  status: draft\n",
        ),
    ] {
        assert_eq!(edited(before, &[change]).as_deref(), Ok(after), "{before}");
    }
}

#[test]
fn a_key_is_put_behind_its_neighbour() {
    for (before, change, after) in [
        (
            "id: A-1\nclauses:\n  - 8.1 # first\n  - 8.2 # second\n# about the owner\nowner: x\n",
            set("effective_from", "2026-05-18"),
            "id: A-1\nclauses:\n  - 8.1 # first\n  - 8.2 # second\neffective_from: 2026-05-18\n# about the owner\nowner: x\n",
        ),
        ("statements: [a]\n", set("status", "draft"), "status: draft\nstatements: [a]\n"),
        (
            "id: A-1\ntool: x\n",
            set("withdrawal_reason", "Out of scope: see A-2"),
            "id: A-1\nwithdrawal_reason: \"Out of scope: see A-2\"\ntool: x\n",
        ),
        (
            "id: A-1\nowner:\n\nclauses: []\n",
            set("parent", "A-0"),
            "id: A-1\nowner:\n\nclauses: []\nparent: A-0\n",
        ),
    ] {
        assert_eq!(edited(before, &[change]).as_deref(), Ok(after), "{before}");
    }
}

#[test]
fn a_key_goes_with_all_of_its_value() {
    for (before, after) in [
        ("id: A-1\napproval: {by: x}\nowner: y\n", "id: A-1\nowner: y\n"),
        (
            "id: A-1\napproval: # given\n  - {by: x} # once\n  - by: y\n    on: 2026-01-01\n# kept\nowner: y\n",
            "id: A-1\n# kept\nowner: y\n",
        ),
        ("id: A-1\napproval:\n", "id: A-1\n"),
        ("id: A-1\napproval:\n- {by: x}\nowner: y\n", "id: A-1\nowner: y\n"),
        ("id: A-1\n", "id: A-1\n"),
    ] {
        assert_eq!(edited(before, &[Change::Remove("approval")]).as_deref(), Ok(after), "{before}");
    }
}

#[test]
fn an_approval_joins_those_there_are() {
    let row = "{by: bo@x.org, version: 2.0, digest: \"v1:sha256:ab\"}";
    for (before, after) in [
        ("id: A-1\ntool: x\n", format!("id: A-1\napproval:\n  - {row}\ntool: x\n")),
        ("id: A-1\napproval:\ntool: x\n", format!("id: A-1\napproval:\n  - {row}\ntool: x\n")),
        ("id: A-1\napproval: []\n", format!("id: A-1\napproval:\n  - {row}\n")),
        (
            "approval:\n  - {by: a, version: 2.0} # first\ntool: x\n",
            format!("approval:\n  - {{by: a, version: 2.0}} # first\n  - {row}\ntool: x\n"),
        ),
        (
            "approval:\n-   {by: a, version: 1.0}\ntool: x\n",
            format!("approval:\n-   {{by: a, version: 1.0}}\n-   {row}\ntool: x\n"),
        ),
        (
            "approval:\n  - by: a\n    version: 1.0 # old\ntool: x\n",
            "approval:\n  - by: a\n    version: 1.0 # old\n  - by: bo@x.org\n    version: 2.0\n    digest: \"v1:sha256:ab\"\ntool: x\n".to_owned(),
        ),
        (
            "approval: [{by: a, version: 1.0}]\n",
            format!("approval: [{{by: a, version: 1.0}}, {row}]\n"),
        ),
        (
            "approval: {by: a, version: 2.0} # one\n",
            format!("approval: [{{by: a, version: 2.0}}, {row}] # one\n"),
        ),
        (
            "approval:\n  by: a # who\n  version: 2.0\ntool: x\n",
            format!("approval:\n  - by: a # who\n    version: 2.0\n  - {row}\ntool: x\n"),
        ),
        // An approval of an earlier version gives way; Git keeps it.
        (
            "approval: {by: a, version: 1.0}\ntool: x\n",
            format!("approval:\n  - {row}\ntool: x\n"),
        ),
        (
            "approval:\n  by: a\n  version: 1.0\ntool: x\n",
            format!("approval:\n  - {row}\ntool: x\n"),
        ),
    ] {
        assert_eq!(edited(before, &[approve("2.0")]), Ok(after), "{before}");
    }
}

/// Takes out the approvals by somebody.
fn without(block: &str, by: &str) -> String {
    let file = format!("---\n{block}---\n{BODY}");
    let blob = ObjectId::of(ObjectKind::Blob, file.as_bytes());
    let approvals = Document::read(RepoPath::from("a.md"), blob, file.as_bytes()).front.approvals();
    let rows = approvals.iter().filter(|it| it.by.as_deref() == Some(by)).map(|it| it.span);
    edited(block, &[Change::TakeRows("approval", rows.collect())]).unwrap()
}

#[test]
fn rows_go_and_with_the_last_of_them_the_key() {
    for (before, after) in [
        ("id: A\napproval: {by: cy, on: 1}\nnotes: n\n", "id: A\nnotes: n\n"),
        ("id: A\napproval:\n  by: cy\n  on: 1\n", "id: A\n"),
        ("id: A\napproval:\n  - {by: cy}\n  - {by: cy}\n", "id: A\n"),
        (
            "approval:\n  - {by: bo}\n  # of today\n  - {by: cy}   # no\nid: A\n",
            "approval:\n  - {by: bo}\n  # of today\nid: A\n",
        ),
        (
            "id: A\napproval:\n- by: cy\n  on: 1\n- by: bo\n  on: 2\n",
            "id: A\napproval:\n- by: bo\n  on: 2\n",
        ),
        ("approval: [{by: cy}, {by: bo}, {by: cy}]\nid: A\n", "approval: [{by: bo}]\nid: A\n"),
        ("approval: [{by: bo}, {by: cy}, {by: cy}]\nid: A\n", "approval: [{by: bo}]\nid: A\n"),
        (
            "approval: [\n  {by: cy}, # one\n  # two\n  {by: bo}, # three\n  {by: cy} # four\n]\nid: A\n",
            "approval: [\n  # two\n  {by: bo}, # three\n   # four\n]\nid: A\n",
        ),
        ("id: A\napproval:\n  - {by: bo}\n", "id: A\napproval:\n  - {by: bo}\n"),
    ] {
        assert_eq!(without(before, "cy"), after);
    }
}

#[test]
fn line_ends_stay_as_they_are() {
    let before = "---\r\nid: A-1\r\nversion: 1.9\r\n---\r\n\r\n# A\r\nmixed\nends\r\n";
    let changes = [set("version", "2.0"), set("status", "draft"), approve("2.0")];
    let after = edit(before.as_bytes(), &changes).unwrap();
    assert_eq!(
        String::from_utf8(after).unwrap(),
        "---\r\nid: A-1\r\nversion: 2.0\r\nstatus: draft\r\napproval:\r\n  \
         - {by: bo@x.org, version: 2.0, digest: \"v1:sha256:ab\"}\r\n---\r\n\r\n# A\r\nmixed\nends\r\n"
    );
}

#[test]
fn what_cannot_be_edited_without_loss_is_refused() {
    let change = || [set("version", "2.0")];
    let refused = |block: &str| edited(block, &change()).unwrap_err();
    assert!(refused("id: A-1\nid: A-2\n").contains("cannot be relied on"));
    assert!(refused("id: &a A-1\n").contains("cannot be relied on"));
    assert!(refused("{id: A-1, version: 1.0}\n").contains("one key a line"));
    assert!(refused("? id\n: A-1\n").contains("one key a line"));
    let line = edited("id: A-1\n", &[set("title", "a\nb")]).unwrap_err();
    assert!(line.contains("line end"), "{line}");
}
