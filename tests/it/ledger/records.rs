//! Records: they have no versions, and a nonconformity is about the clauses it names.

use super::CHANGES;
use crate::files::work_tree;
use crate::program::{clausebook, repository};

#[test]
fn a_record_is_no_draft() {
    let folder = tempfile::tempdir().unwrap();
    repository(CHANGES, folder.path());
    let text = clausebook(folder.path(), &["show", "REC-REV-2026-001"]).out;
    assert!(text.contains("\n  state        record, closed\n"), "{text}");
    assert!(
        text.ends_with("\n  a record has no versions and is not in force; `log` has its commits\n")
    );
    let json = clausebook(folder.path(), &["show", "REC-REV-2026-001", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["state"], &json["status"]), (&"record".into(), &"closed".into()));
}

#[test]
fn a_nonconformity_is_about_all_clauses_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let record = |number: u8, criterion: &str| {
        format!(
            "```md docs/nc{number}.md\n---\nid: REC-NC-2026-00{number}\ntype: record\nkind: nonconformity\nstatus: open\ngrade: minor\ncriterion: \"{criterion}\"\n---\n\n# At fault\n```\n\n"
        )
    };
    let records = [
        record(1, "8.6.1, 8.6.2"),
        record(2, "clauses 8.5.1.1 to 8.5.1.3"),
        record(3, "ISO/IEC 20000-1:2018, 9.1"),
        record(4, "8.6.9"),
    ];
    let story = format!("# commit 2026-02-01 Ana <ana@example.org>: Begin\n\n{}", records.concat());
    repository(&story, folder.path());
    let out = clausebook(folder.path(), &["check"]).out;
    let none = "the criterion names no clause, and no document that does, so no clause is shown as at fault\n  --> docs/nc";
    assert_eq!(out.matches(none.split('\n').next().unwrap()).count(), 1, "{out}");
    assert!(out.contains("docs/nc4.md"), "{out}");
    let sms = work_tree(folder.path());
    let at_fault = |id: &str| {
        let clauses = sms.clauses_at_fault(sms.document(id).unwrap());
        clauses.into_iter().map(|(_, number)| number).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(at_fault("REC-NC-2026-001"), "8.6.1 8.6.2");
    assert_eq!(at_fault("REC-NC-2026-002"), "8.5.1.1 8.5.1.2 8.5.1.3");
    assert_eq!(at_fault("REC-NC-2026-003"), "9.1");
}
