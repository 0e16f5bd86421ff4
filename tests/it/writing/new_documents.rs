//! New documents and records: their ids, where they lie, and what is to be filled in.

use super::{ADA, DAY, House};
use crate::program::{clausebook, clausebook_as, git};

#[test]
fn a_new_document_explains_itself_and_has_an_id_of_its_own() {
    let house = House::new();
    house.exchange("book.toml", "field-missing = \"off\"\n", "");
    house.commit("Ask for all fields");
    git(house.path(), &["switch", "-q", "-c", "other"]);
    house.write("docs/note.md", "---\nid: PRO-CHG-007\ntype: procedure\n---\n");
    git(house.path(), &["add", "."]);
    git(house.path(), &["commit", "-q", "-m", "A branch that nobody merged"]);
    git(house.path(), &["switch", "-q", "main"]);

    let new = ["new", "procedure", "--title", "Changes: at night", "--parent", "POL-CHG-001"];
    let before = house.state();
    let dry = house.done(ADA, &[&new[..], &["--dry-run"]].concat());
    assert!(dry.starts_with("would write docs/changes-at-night.md:\n"), "{dry}");
    assert_eq!(house.state(), before);
    let done = house.done(ADA, &new);
    assert_eq!(
        done,
        "wrote docs/changes-at-night.md: PRO-CHG-008, version 0.1, a draft; nothing is committed yet\n\
         fill in `owner`, `clauses`, `process`, `records_produced` and the sections\n\
         then: clausebook check\n"
    );
    let text = std::fs::read_to_string(house.path().join("docs/changes-at-night.md")).unwrap();
    for line in [
        "id: PRO-CHG-008",
        "title: \"Changes: at night\"",
        "# The document above it: process, policy, plan.\nparent: POL-CHG-001",
        "## Steps\n\n<!-- A numbered list. Each step says who does what with what. -->",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let check = clausebook(house.path(), &["check"]).out;
    assert!(!check.contains("error[FM001"), "{check}");
    assert!(check.contains("`owner` says nothing"), "{check}");

    let accents = ["new", "procedure", "--title", "Größen", "--parent", "POL-CHG-001", "--dry-run"];
    let accents = house.done(ADA, &accents);
    assert!(accents.starts_with("would write docs/grossen.md:\n"), "{accents}");

    let device = ["new", "procedure", "--title", "Aux", "--parent", "POL-CHG-001"];
    let device = house.done(ADA, &device);
    assert!(device.starts_with("wrote docs/PRO-CHG-009.md: "), "{device}");

    // None that a system would take for another file, or that is no document.
    house.write("docs/Other.md", "---\nid: PRO-CHG-010\ntype: procedure\n---\n");
    let listed = "[preprocessor.clausebook]\nuncontrolled = [\"notes-*.md\"]\n[preprocessor.clausebook.approval]";
    house.exchange("book.toml", "[preprocessor.clausebook.approval]", listed);
    for title in ["Readme", "Index", "Other", "Notes on it"] {
        let new = ["new", "procedure", "--title", title, "--parent", "POL-CHG-001", "--dry-run"];
        let told = house.done(ADA, &new);
        assert!(told.starts_with("would write docs/PRO-CHG-011.md:\n"), "{title}: {told}");
    }

    let record = ["new", "record", "--kind", "nonconformity", "--title", "A", "--topic", "NC"];
    let record = house.done(ADA, &record);
    assert!(record.starts_with("wrote docs/records/REC-NC-2026-001.md: "), "{record}");
    assert!(record.contains("`raised_on`"), "{record}");

    // Every kind of record that has fields of its own has ids of its own as well.
    for (kind, id) in
        [("document-review", "REC-REV-2026-001"), ("acknowledgement", "REC-ACK-2026-001")]
    {
        let told = house.done(ADA, &["new", "record", "--kind", kind, "--title", "A"]);
        assert!(told.contains(id), "{told}");
    }
    let clauses = ["new", "policy", "--title", "B", "--topic", "B", "--clauses", "8.1, 8.2"];
    let told = house.done(ADA, &[&clauses[..], &["--dry-run"]].concat());
    assert!(told.contains("clauses: [8.1, 8.2]") || told.contains("- 8.2"), "{told}");
}

#[test]
fn a_new_agreement_says_whom_it_is_with() {
    let house = House::new();
    let process = |id: &str, clauses: &str| {
        let text = format!(
            "---\nid: {id}\ntitle: P\ntype: process\nversion: 1.0\nstatus: draft\nclauses: [{clauses}]\n---\n"
        );
        house.write(&format!("docs/{id}.md"), &text);
    };
    process("PRC-SUP-001", "8.3.4.1, 8.3.4.2");
    process("PRC-SLM-001", "8.3.3");
    git(house.path(), &["add", "."]);
    house.commit("Write processes");
    fn new<'w>(more: &[&'w str]) -> Vec<&'w str> {
        [&["new", "agreement", "--title", "Line"], more].concat()
    }
    let why = house.refused(ADA, &new(&["--parent", "PRC-SUP-001"]));
    let told = "`--prefix` is missing: the id of such a document begins with OLA (with an internal \
                supplier, or a customer acting as one) or CON (with an external supplier), and an id \
                never changes";
    assert!(why.contains(told), "{why}");
    let why = house.refused(ADA, &new(&["--parent", "PRC-SUP-001", "--prefix", "CNT"]));
    assert!(why.contains("begins with SLA, OLA or CON-"), "{why}");
    for (more, id) in [
        (["--parent", "PRC-SUP-001", "--prefix", "CON"].as_slice(), "CON-SUP-001"),
        (&["--parent", "PRC-SUP-001", "--clauses", "8.3.4.2"], "OLA-SUP-001"),
        (&["--parent", "PRC-SLM-001"], "SLA-SLM-001"),
        (&["--parent", "PRC-SUP-001", "--id", "CON-LINE-01"], "CON-LINE-01"),
    ] {
        let dry = house.done(ADA, &[&new(more)[..], &["--dry-run"]].concat());
        assert!(dry.contains(&format!("\nid: {id}\n")), "{dry}");
    }
    // A record lies where records do, whatever it comes from.
    let record = ["new", "record", "--kind", "incident", "--title", "A", "--parent", "PRC-SUP-001"];
    let dry = house.done(ADA, &[&record[..], &["--dry-run"]].concat());
    assert!(dry.starts_with("would write docs/records/REC-INC-2026-001.md:\n"), "{dry}");
    // Those that are there show the way, and where they lie.
    for (folder, id, clause) in
        [("suppliers", "CON-TEL-001", "8.3.4.1"), ("internal", "OLA-FAC-001", "8.3.4.2")]
    {
        let text = format!(
            "---\nid: {id}\ntitle: A\ntype: agreement\nversion: 1.0\nstatus: draft\nparent: PRC-SUP-001\nclauses: [{clause}]\n---\n"
        );
        std::fs::create_dir_all(house.path().join("docs").join(folder)).unwrap();
        house.write(&format!("docs/{folder}/{id}.md"), &text);
    }
    git(house.path(), &["add", "."]);
    house.commit("Write agreements");
    let beneath = ["--parent", "PRC-SUP-001", "--clauses", "8.3.4.1", "--dry-run"];
    let dry = house.done(ADA, &new(&beneath));
    assert!(dry.starts_with("would write docs/suppliers/CON-SUP-001.md:\n"), "{dry}");
    for line in [
        "# Who signed, for whom: [{name: ..., for: ..., on: 2026-01-01}]\nsignatories: []",
        "# Up to which load the promise holds: [1200 users]\nworkload_limits: []",
    ] {
        assert!(dry.contains(line), "{line}: {dry}");
    }
}

#[test]
fn whoever_asks_for_the_first_document_is_told_to_commit_something() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q", "-b", "main"]);
    let new = ["new", "policy", "--title", "A", "--topic", "A"];
    let run = clausebook_as(folder.path(), ADA, DAY, &new);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("commit something, such as book.toml"), "{}", run.err);
    git(folder.path(), &["commit", "-q", "--allow-empty", "-m", "Begin"]);
    let run = clausebook_as(folder.path(), ADA, DAY, &new);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn a_new_document_is_refused_where_it_cannot_belong() {
    let house = House::new();
    let why = |arguments: &[&str]| house.refused(ADA, &[&["new"], arguments].concat());
    assert!(why(&["polcy"]).contains("did you mean `policy`?"));
    assert!(why(&["policy"]).contains("`--title` is missing"));
    assert!(why(&["policy", "--title", "A"]).contains("`--topic` is missing"));
    assert!(why(&["record", "--title", "A"]).contains("`--kind` is missing"));
    assert!(why(&["policy", "--title", "A", "--id", "POL-CHG-001"]).contains("was used before"));
    assert!(why(&["policy", "--title", "A", "--id", "PRO-CHG-009"]).contains("begins with POL-"));
    assert!(why(&["policy", "--title", "A", "--id", "POL-../x"]).contains("cannot be an id"));
    let beneath = ["process", "--title", "A", "--parent", "FRM-CHG-001"];
    assert!(why(&beneath).contains("beneath policy or plan, and `FRM-CHG-001` is of type `form`"));
    let clause = ["policy", "--title", "A", "--topic", "A", "--clauses", "8.5.9"];
    assert!(why(&clause).contains("clause 8.5.9 is not in"));
    house.write("docs/changes.md", "Something of mine.\n");
    let taken = ["policy", "--title", "Changes", "--parent", "POL-CHG-001", "--topic", "A"];
    assert!(house.done(ADA, &[&["new"], &taken[..]].concat()).contains("docs/POL-A-001.md"));
}
