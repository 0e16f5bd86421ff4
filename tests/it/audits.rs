//! Internal audits, reviews and corrective actions: what they show, and what they only seem to.

use crate::stories;
use clausebook::rules::{self, names};
use clausebook::sms::{Sms, reading};

fn told(story: &str) -> Sms {
    let (_, recording) = stories::told("a story", story);
    reading::of_commit(&recording, recording.head_commit().unwrap(), &names()).unwrap()
}

/// What the rules of some codes find in a story, notes included.
fn found(story: &str, codes: &[&str]) -> Vec<String> {
    let findings = rules::run(&told(story), false).findings.into_iter();
    let asked = findings.filter(|it| codes.contains(&it.rule.code));
    asked.map(|it| format!("{} {}", it.rule.code, it.message)).collect()
}

/// A programme of one audit that names two clauses is in force.
const PROGRAMME: &str = "## commit 2026-01-02 Ana Owner <ana@example.org>: Hand in\n\n\
    ```md docs/programme.md\n---\nid: AUD-SMS-2026\ntype: audit-programme\nversion: 1.0\n\
    status: in-review\nperiod: 2026\ncoverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 10]}]\n---\n\n\
    # Audit programme\n```\n\n\
    ## commit 2026-01-03 Bo Approver <bo@example.org>: Approve 1.0\n\n\
    ```edit docs/programme.md\n-status: in-review\n+status: approved\n\
    +approval: {by: bo@example.org, on: 2026-01-03, version: 1.0}\n```\n\n";

/// The next version of the programme is begun on a day.
fn next_programme(day: &str, keys: &str) -> String {
    format!(
        "{PROGRAMME}## commit {day} Ana Owner <ana@example.org>: Begin 2.0\n\n\
         ```edit docs/programme.md\n-version: 1.0\n-status: approved\n\
         -approval: {{by: bo@example.org, on: 2026-01-03, version: 1.0}}\n\
         +version: 2.0\n+status: draft\n{keys}\n```\n\n"
    )
}

#[test]
fn the_audit_programme_in_force_is_read_while_the_next_one_is_drafted() {
    let of = |story: &str| found(story, &["AU001"]);
    let missing = "AU001 4 clauses are in no audit of the programme";
    let beside = " in version 1.0, which is in force until the next one is approved";
    assert_eq!(of(PROGRAMME), [missing]);
    let all = next_programme(
        "2026-11-20",
        "...\n-coverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 10]}]\n\
         +coverage: [{audit: A1, clauses: [4, 5, 6, 7, 8, 9, 10]}]",
    );
    assert_eq!(of(&all), [format!("{missing}{beside}")]);
    let former = next_programme("2026-11-20", "-period: 2026\n+period: 2025");
    assert_eq!(of(&former), [format!("{missing}{beside}")]);
    let over = next_programme("2027-01-20", "-period: 2026\n+period: 2027");
    let ended =
        format!("AU001 the audit programme{beside}, ended on 2026-12-31, and no other one goes on");
    assert_eq!(of(&over), [format!("{missing}{beside}"), ended]);
}

/// A process with an owner, the roles, and a nonconformity that somebody follows up.
const AUDITED: &str = "## commit 2026-02-02 Ana Owner <ana@example.org>: Issue the process\n\n\
    ```md docs/incident.md\n---\nid: PRC-INC-001\ntype: process\nversion: 1.0\nstatus: approved\n\
    owner: service-desk-manager\nclauses: [8.6.1]\n\
    approval: {by: cleo@example.org, on: 2026-02-02, version: 1.0}\n---\n\n# Incidents\n```\n\n\
    ```md docs/security.md\n---\nid: POL-SEC-001\ntype: policy\nversion: 1.0\nstatus: approved\n\
    owner: top-management\nclauses: [8.7.3.1]\n---\n\n# Security\n```\n\n\
    ```md docs/roles.md\n---\nid: REG-ROL-001\ntype: register\nregister_kind: roles\nentries:\n\
    \x20 - {role: top-management, person: Cleo Top, email: [cleo@example.org], from: 2025-01-01}\n\
    \x20 - {role: service-desk-manager, person: Dalia Roth, email: [dalia@example.org], from: 2025-01-01}\n\
    \x20 - {role: internal-auditor, person: Hal Auditor, email: [hal@example.org], from: 2025-01-01}\n\
    \x20 - {role: automation, person: sms-bot, email: [bot@example.org], bot: true}\n---\n\n# Roles\n```\n\n";

/// The record of an audit beside that, with these auditors and keys.
fn audit(auditors: &str, keys: &str) -> String {
    format!(
        "{AUDITED}## commit 2026-03-02 Hal Auditor <hal@example.org>: Audit\n\n\
         ```md docs/ack.md\n---\nid: REC-ACK-2026-001\ntype: record\nkind: acknowledgement\n\
         status: closed\ndate: 2026-03-02\n---\n\n# Read\n```\n\n\
         ```md docs/audit.md\n---\nid: REC-AUD-2026-001\ntype: record\nkind: internal-audit\n\
         status: closed\nperformed_on: 2026-03-02\nauditors: [{auditors}]\n{keys}\n---\n\n# Audit\n```\n\n"
    )
}

/// The clauses of 8.6 and 8.7 that an audit with these keys looked at.
fn audited(keys: &str) -> Vec<String> {
    let coverage = told(&audit("Hal Auditor", &format!("{keys}\nfindings: []"))).coverage();
    let audited = coverage.into_iter().filter(|it| it.audited.is_some() && !it.is_heading);
    audited.map(|it| it.number).collect()
}

#[test]
fn an_audit_looked_at_the_clauses_it_names_and_not_at_what_it_leaves_out() {
    assert_eq!(audited("criteria: [8.6.1]"), ["8.6.1"]);
    assert_eq!(audited("scope: Clauses 8.6.1 and 8.6.2"), ["8.6.1", "8.6.2"]);
    assert_eq!(audited("scope: Clauses 8.6.1 to 8.6.3"), ["8.6.1", "8.6.2", "8.6.3"]);
    assert_eq!(audited("scope: \"ISO/IEC 20000-1:2018, 8.6.1\""), ["8.6.1"]);
    assert_eq!(audited("criteria: {clauses: [8.6.2], excluded: [8.6.1]}"), ["8.6.2"]);
    assert_eq!(audited("criteria: [8.6.2]\nscope: All of 8.6 except 8.6.1"), ["8.6.2"]);
    assert_eq!(audited("criteria: [{clause: 8.6.1, result: 1 minor, note: all met}]"), ["8.6.1"]);
    assert_eq!(audited("coverage: {8.6.1: conforms, 8.6.2: not audited}"), ["8.6.1"]);
    for without in [
        "criteria: {8.6: conforms, 8.6.2: not audited}",
        "criteria: {clauses: [8.6], excluded: [8.6.2]}",
        "criteria: [8.6, {clause: 8.6.2, result: not audited}]",
        "criteria: [8.6, {clause: 8.6.2, excluded: true}]",
        "criteria: [8.6, {clause: 8.6.2, postponed: 2027}]",
        "criteria: [8.6, {clause: 8.6.2, note: to be audited in autumn}]",
        "criteria: [8.6]\nscope: All sites; 8.6.2 was not audited",
        "criteria: [8.6]\nexclusions: [8.6.2]",
    ] {
        assert_eq!(audited(without), ["8.6.1", "8.6.3"], "{without}");
    }
    let hall = "criteria: {clauses: [8.6.1], exclusions: the hall, not_audited: none}";
    assert_eq!(audited(hall), ["8.6.1"]);
    let noted =
        "{clause: 8.6.1, result: 1 minor, text: No ticket was skipped, note: Not checked again}";
    assert_eq!(audited(&format!("criteria: [{noted}]")), ["8.6.1"]);
    for none in [
        "criteria: [ISO 9001:2015, 8.6.1]",
        "criteria: {Norm: \"ISO 9001:2015\", clauses: [8.6.1]}",
        "criteria: [8.6.1]\nstandard: ISO 9001:2015",
        "criteria: {standard: ISO/IEC 20000-1, edition: 2011, clauses: [8.6.1]}",
        "criteria: {8.6.1: }",
        "criteria: {8.6.1: 2027}",
        "scope: All of 8.6 except 8.6.1",
        "scope: \"Not audited this time: 8.6.1\"",
        "scope: \"ISO 9001:2015, 8.6\"",
        "scope: \"ISO/IEC 20000-1:2011, 8.6\"",
        "criteria: {excluded: [8.6.1]}",
        "criteria: {standard: \"ISO 9001:2015\", clauses: [8.6.1]}",
        "criteria: [{standard: ISO 9001, clause: 8.6}]",
        "criteria: [{clause: 8.6.1, result: not audited}]",
        "coverage: [{clause: 8.6.1, audited: no}]",
        "criteria: [{clause: 8.6.1, note: not looked at in the end}]",
    ] {
        assert_eq!(audited(none), [""; 0], "{none}");
    }
    let of = |keys: &str| found(&audit("Hal Auditor", keys), &["FM009"]);
    let unclear = |key: &str, text: &str| {
        format!(
            "FM009 `{key}` says `{text}`, and of no clause in it that it was audited: only numbers, \
             titles and names of standards are understood"
        )
    };
    let moved = "8.6.1 moved to 2027";
    assert_eq!(of("scope: All of 8.6 except 8.6.1"), [unclear("scope", "All of 8.6 except 8.6.1")]);
    assert_eq!(of(&format!("criteria: [8.6.2, {moved}]")), [unclear("criteria", moved)]);
    let no_result = "FM009 `criteria` names `8.6.1`, and what stands beside it is no result of an audit: \
        `conforms`, `minor` and `not audited` are understood";
    assert_eq!(of("criteria: [{clause: 8.6.1, result: open}]"), [no_result]);
    assert_eq!(of("criteria: {8.6.1: }"), [no_result]);
    for told in [
        "criteria: [8.6.2]\nscope: All of 8.6 except 8.6.1",
        "criteria: [8.6.1, 8.6.1 moved to 2027]",
        "criteria: [8.6, {clause: 8.6.2, result: not audited}]",
        "criteria: [8.6.2, 8.6.1 was dropped]",
        "criteria: [8.6.2, {clause: 8.6.1, result: not audited}]",
    ] {
        assert_eq!(of(told), [""; 0], "{told}");
    }
    let passed_over = "FM009 `criteria` names clauses, and none as audited: they are put off, of a \
        standard that is not chosen, or under a key of another name";
    for key in ["{excluded: [8.6.1]}", "[8.6.1 was dropped]", "[{clause: 8.6.1, audited: no}]"] {
        assert_eq!(of(&format!("criteria: {key}")), [passed_over], "{key}");
    }
}

#[test]
fn an_auditor_is_held_against_all_that_makes_a_clause_audited() {
    let of = |auditor: &str, keys: &str| found(&audit(auditor, keys), &["AU002"]);
    let owned = |who: &str| {
        format!("AU002 the auditor {who} owned PRC-INC-001 on 2026-03-02, which is audited here")
    };
    for keys in [
        "criteria: [8.6.1]",
        "scope: [8.6.1]",
        "coverage: [8.6.1]",
        "criteria: [POL-SEC-001, 8.6.1]",
        "criteria: {clauses: [8.6.1], docs: [POL-SEC-001]}",
    ] {
        assert_eq!(of("Dalia Roth", keys), [owned("Dalia Roth")], "{keys}");
        assert_eq!(of("Hal Auditor", keys), [""; 0], "{keys}");
    }
    for who in ["\"Roth, Dalia\"", "Ms Dalia Roth", "Service Desk Manager"] {
        assert_eq!(of(who, "criteria: [8.6.1]"), [owned(who.trim_matches('"'))]);
    }
    let doubt = "AU002 the auditor D. Roth cannot be told apart from `service-desk-manager`, who owned \
        PRC-INC-001 on 2026-03-02, which is audited here";
    assert_eq!(of("D. Roth", "criteria: [8.6.1]"), [doubt]);
    let nobody = "AU002 an auditor is one person, named by role, name or address, and this is none";
    for who in ["sms-bot", "automation", "nobody", "self"] {
        assert_eq!(of(who, "criteria: [8.6.1]"), [nobody], "{who}");
    }
}

#[test]
fn a_finding_of_an_audit_is_open_however_it_is_written() {
    let open = |findings: &str| {
        let keys = format!("criteria: [8.6.1]\nfindings: {findings}");
        let sms = told(&audit("Hal Auditor", &keys));
        let coverage = sms.coverage();
        let clause = coverage.iter().find(|it| it.number == "8.6.1").unwrap();
        (sms.open_findings(), clause.at_fault.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let of = |grade: &str| (1, vec![format!("REC-AUD-2026-001 ({grade})")]);
    for record in ["NC-1", "REC-ACK-2026-001", "REC-AUD-2026-001"] {
        let row = format!("[{{ref: {record}, grade: major, clause: 8.6.1, text: not operated}}]");
        assert_eq!(open(&row), of("major"), "{record}");
    }
    let prose = "\"No audit trail exists: a major nonconformity against 8.6.1\"";
    assert_eq!(open(prose), of("as its findings say"));
    assert_eq!(open("{major: [8.6.1], minor: []}"), of("major"));
    assert_eq!(open("{count: 1, rows: [{grade: major, clause: 8.6.1}]}"), of("major"));
    assert_eq!(open("{major: [{clause: 8.6.1, text: not operated}]}"), of("major"));
    assert_eq!(open("{nonconformities: [8.6.1 has no owner]}"), of("nonconformities"));
    assert_eq!(open("{8.6.1: major nonconformity}"), of("as its findings say"));
    assert_eq!(open("{minor: {8.6.1: no owner}}"), of("minor"));
    assert_eq!(open("[]\ncoverage: {8.6.1: major nonconformity}"), of("major nonconformity"));
    assert_eq!(open("[]\ncoverage: [{clause: 8.6.1, result: 1 minor}]"), of("1 minor"));
    assert_eq!(open("\"8.6.1 not fulfilled: no owner\""), of("as its findings say"));
    assert_eq!(open("{major: 1, minor: 0}"), (1, vec![]));
    for none in ["[]", "none", "No major or minor nonconformity.", "{major: 0, minor: none}"] {
        assert_eq!(open(none), (0, vec![]), "{none}");
    }
    let of_words = |words: &str| {
        found(&audit("Hal Auditor", &format!("criteria: [8.6.1]\nfindings: {words}")), &["NC001"])
    };
    let without = "NC001 a finding of the audit has no grade; major, minor, observation or ofi was \
        expected";
    assert_eq!(of_words("NC against 8.6.1"), [without]);
    assert_eq!(of_words("8.6.1 is free of nonconformities"), [""; 0]);
}

/// A document in force whose review was due, and the record of one.
fn reviewed(reviewer: &str) -> String {
    format!(
        "{AUDITED}## commit 2025-03-01 Ana Owner <ana@example.org>: Hand in\n\n\
         ```md docs/change.md\n---\nid: POL-CHG-001\ntype: policy\nversion: 1.0\nstatus: in-review\n\
         review_months: 12\n---\n\n# Change policy\n```\n\n\
         ## commit 2025-03-02 Cleo Top <cleo@example.org>: Approve 1.0\n\n\
         ```edit docs/change.md\n-status: in-review\n+status: approved\n\
         +approval: {{by: cleo@example.org, role: top-management, on: 2025-03-02, version: 1.0}}\n```\n\n\
         ## commit 2026-04-10 Ana Owner <ana@example.org>: Review\n\n\
         ```md docs/review.md\n---\nid: REC-REV-2026-001\ntype: record\nkind: document-review\n\
         status: closed\ndocument_id: POL-CHG-001\nversion: 1.0\nreviewed_on: 2026-04-09\n\
         result: no-change\n{reviewer}\n---\n\n# Review\n```\n\n"
    )
}

#[test]
fn a_review_counts_where_a_person_is_named() {
    let of = |reviewer: &str| {
        let story = reviewed(reviewer);
        let sms = told(&story);
        let next = sms.next_review(sms.document("POL-CHG-001").unwrap()).map(|it| it.to_string());
        (next.unwrap_or_default(), found(&story, &["RV004"]))
    };
    for somebody in [
        "reviewer: Hal Auditor",
        "reviewer: hal@example.org",
        "reviewer: Service Desk Manager",
        "reviewer: Somebody Else",
        "reviewer: [sms-bot, Hal Auditor]",
    ] {
        assert_eq!(of(somebody), ("2027-04-08".to_owned(), vec![]), "{somebody}");
    }
    let none = |reviewer: &str, words: &str| {
        assert_eq!(of(reviewer), ("2026-03-01".to_owned(), vec![format!("RV004 {words}")]));
    };
    none("x: 1", "the review does not say `reviewer`, so it counts for none");
    for machine in ["sms-bot", "[sms-bot]", "{name: sms-bot}"] {
        let words = "the reviewer `sms-bot` is a machine; a person was expected";
        none(&format!("reviewer: {machine}"), words);
    }
    let no_person = "no person, and no role that people hold; a person was expected";
    for word in ["automation", "TBD", "none", "self"] {
        none(&format!("reviewer: {word}"), &format!("the reviewer `{word}` is {no_person}"));
    }
    none("reviewer: [sms-bot, TBD]", &format!("the reviewer `sms-bot, TBD` is {no_person}"));
}

#[test]
fn who_verified_an_action_is_not_its_owner_under_another_writing() {
    let owned_by = |owner: &str, by: &str| {
        let story = format!(
            "{AUDITED}## commit 2026-03-02 Hal Auditor <hal@example.org>: Close\n\n\
             ```md docs/cap.md\n---\nid: REC-CAP-2026-001\ntype: record\nkind: corrective-action\n\
             status: closed\nowner: {owner}\nnc_id: REC-NC-2026-001\n\
             done_on: 2026-02-10\nevidence: [x]\neffectiveness_result: Effective\n\
             verified_by: {by}\nverified_on: 2026-03-01\n---\n\n# Action\n```\n\n"
        );
        found(&story, &["NC003"])
    };
    let of = |by: &str| owned_by("service-desk-manager", by);
    for several in ["[Hal Auditor, service-desk-manager]", "Hal Auditor and Dalia Roth"] {
        let verified = "NC003 verified by Dalia Roth, who owns the action";
        assert_eq!(owned_by(several, "Dalia Roth"), [verified], "{several}");
        assert_eq!(owned_by(several, "Grete Olm"), [""; 0], "{several}");
    }
    for by in [
        "Dalia Roth",
        "\"Roth, Dalia\"",
        "Ms Dalia Roth",
        "Service Desk Manager",
        "Dalia Roth <dalia@example.org>",
        "Dalia Roth (for the desk)",
    ] {
        let name = by.trim_matches('"');
        assert_eq!(of(by), [format!("NC003 verified by {name}, who owns the action")]);
    }
    let doubt = "NC003 verified by D. Roth, who cannot be told apart from `service-desk-manager`, who \
        owns the action";
    assert_eq!(of("D. Roth"), [doubt]);
    let nobody =
        "NC003 who verified it is one person, named by role, name or address, and this is none";
    for by in ["self", "nobody", "n/a", "sms-bot"] {
        assert_eq!(of(by), [nobody], "{by}");
    }
    let mail = "Hal Auditor <hal@example.org>";
    for by in ["Hal Auditor", "internal-auditor", "H. Roth", "Grete Olm", mail] {
        assert_eq!(of(by), [""; 0], "{by}");
    }
}
