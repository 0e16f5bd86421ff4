//! The sample holds together: its story ends with its files, its approvals have the proof the
//! story tells of, and the table of contents is that of the hierarchy.

use crate::program::{clausebook, shell};
use clausebook::document::{DocId, Document, Reference};
use clausebook::finding::Level;
use clausebook::index::Index;
use clausebook::repo::Repository;
use clausebook::repo::object::{Commit, ObjectId, ObjectKind, Objects};
use clausebook::rules::{self, names};
use clausebook::sample;
use clausebook::sms::approval::Contradiction;
use clausebook::sms::reading::{self, Told};
use clausebook::sms::signatures::Of;
use clausebook::sms::{Sms, State};
use clausebook::source::RepoPath;
use clausebook::story::{Recording, build};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::LazyLock;

/// The commit the story ends with, on every machine. It changes with every change of the sample.
const HEAD: &str = "7e05b6bfa285d32c90e14f3d958c4a9f9d0645c3";

/// The same for all tests: replaying hashes some thousand objects.
static TOLD: LazyLock<(Recording, ObjectId, Sms)> = LazyLock::new(|| {
    let recording = sample::recording().unwrap_or_else(|error| panic!("HISTORY.md: {error}"));
    let head = recording.head_commit().unwrap();
    let sms = read(&recording, head, &recording.tags);
    (recording, head, sms)
});

/// Reads the sample with its tags, some of which are signed.
fn read(objects: &dyn Objects, head: ObjectId, tags: &BTreeMap<String, ObjectId>) -> Sms {
    reading::of_story(objects, Told { head, tip: head, tags }, &names(), Index::none).unwrap()
}

fn sms() -> &'static Sms {
    &TOLD.2
}

fn id(document: &Document) -> String {
    document.id().map(|id| id.as_str().to_owned()).unwrap_or_default()
}

fn commit(of: ObjectId) -> Commit {
    let mut bytes = Vec::new();
    assert_eq!(TOLD.0.read(of, &mut bytes), Ok(ObjectKind::Commit));
    Commit::parse(of, &bytes).unwrap()
}

#[test]
fn the_story_ends_with_the_files_of_the_folder() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut expected = BTreeMap::new();
    let mut folders = vec![root.join(sample::FOLDER)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                expected.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    expected.remove("sample-sms/HISTORY.md");
    for beside in ["book.toml", sample::ALLOWED_SIGNERS] {
        expected.insert(beside.to_owned(), std::fs::read(root.join(beside)).unwrap());
    }

    let (recording, head, _) = &*TOLD;
    let files = recording.files(*head);
    let told: Vec<String> = files.keys().map(ToString::to_string).collect();
    assert_eq!(told, expected.keys().cloned().collect::<Vec<_>>());
    for (name, bytes) in &expected {
        let path = RepoPath::from(name.as_str());
        assert!(recording.file(*head, &path) == Some(bytes), "{name} ends otherwise");
        let published = sample::published(name).map(String::into_bytes);
        assert!(published.as_ref() == Some(bytes), "{name} is embedded otherwise");
    }
}

#[test]
fn the_commits_are_the_same_on_every_machine() {
    assert_eq!(TOLD.1.to_string(), HEAD);
}

#[test]
fn git_tells_the_same_history() {
    let (recording, head, sms) = &*TOLD;
    let folder = tempfile::tempdir().unwrap();
    build(recording, folder.path()).unwrap();
    let repository = Repository::open(folder.path()).unwrap();
    let built = repository.head().unwrap();
    assert_eq!((built.commit, built.branch.as_deref()), (*head, Some("main")));
    let tags = repository.tags().into_iter().collect();
    let read = read(repository.objects(), built.commit, &tags);
    assert_eq!(read.history, sms.history);
    assert_eq!(read.snapshot, sms.snapshot);
    let grades = |sms: &Sms| -> Vec<_> {
        sms.maintained().map(|document| sms.grades(document).to_vec()).collect()
    };
    assert_eq!(grades(&read), grades(sms));
}

#[test]
fn it_ends_before_the_day_it_speaks_of_is_over() {
    let sms = sms();
    assert_eq!(sms.as_of.to_string(), "2026-10-15");
    for commit in &sms.history.commits {
        for date in [commit.author.date(), commit.committer.date()] {
            assert!(date.is_some_and(|date| date <= sms.as_of), "{}", commit.id);
        }
    }
}

#[test]
fn it_has_as_many_documents_as_its_readme_says() {
    let count = |state: State| sms().maintained().filter(|d| sms().state(d) == state).count();
    assert_eq!((sms().maintained().count(), sms().records().count()), (55, 37));
    assert_eq!(
        (count(State::Effective), count(State::Withdrawn), count(State::InReview)),
        (53, 1, 1)
    );
    let readme = sample::published("sample-sms/README.md").unwrap();
    assert!(readme.contains("55 documents and 37 records"), "{readme}");
}

#[test]
fn documents_are_neither_stubs_nor_books() {
    for document in &sms().documents {
        let is_word = |word: &&str| word.contains(char::is_alphanumeric);
        let words = document.body_text().split_whitespace().filter(is_word).count();
        let fits = if sms().is_record(document) { 60..=300 } else { 200..=900 };
        assert!(fits.contains(&words), "{} has {words} words", id(document));
    }
}

#[test]
fn no_rule_reports_an_error() {
    let outcome = rules::run(sms(), false);
    let errors: Vec<String> = outcome
        .findings
        .iter()
        .filter(|finding| finding.level == Level::Error)
        .map(|finding| format!("{} {}: {}", finding.rule.code, finding.place.path, finding.message))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn it_warns_of_what_it_is_meant_to_show() {
    let outcome = rules::run(sms(), false);
    let warnings = outcome.findings.iter().filter(|finding| finding.level == Level::Warning);
    let warnings: Vec<String> = warnings
        .map(|finding| {
            let document = finding.place.document.as_deref().unwrap_or("none");
            format!("{} {document}", finding.rule.name)
        })
        .collect();
    // Reviews that come due in the weeks after the sample's day, and a risk that a waiver bears.
    assert_eq!(
        warnings,
        [
            "supplier-target-weaker CON-TELSPAN-01",
            "review-due-soon REG-OBL-001",
            "review-due-soon PRO-RSK-001",
            "review-due-soon PRC-AUD-001",
            "review-due-soon PRC-SPL-001",
            "review-due-soon PLN-COM-001",
            "review-due-soon PRC-KNW-001",
        ]
    );
}

#[test]
fn approvals_have_the_proof_the_story_tells_of() {
    let mut levels: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for document in sms().maintained() {
        if document.status() != Some("approved") {
            continue;
        }
        let [grade] = sms().grades(document) else { panic!("{} has one approval", id(document)) };
        let words: Vec<String> = grade.contradictions.iter().map(Contradiction::words).collect();
        assert!(grade.holds_at(sms().minimum(document)), "{}: {words:?}", id(document));
        levels.entry(grade.level_text()).or_default().push(id(document));
    }
    let at = |level: &str| -> BTreeSet<&str> {
        levels.get(level).into_iter().flatten().map(String::as_str).collect()
    };
    assert_eq!(at("1"), ["FRM-CHG-001"].into());
    assert_eq!(at("1+"), ["WIN-SRQ-010"].into());
    assert_eq!(at("2"), ["OLA-FACIL-01", "PRC-IMP-001"].into());
    assert_eq!(at("3").len(), 41);
    assert_eq!(at("4"), ["PRO-DOC-001", "REG-IMP-001"].into());
    assert_eq!(
        at("5"),
        [
            "PLN-AVL-001",
            "PLN-CAP-001",
            "PLN-SMS-001",
            "REG-CAT-001",
            "SCO-SMS-001",
            "SLA-FENWICK-01",
        ]
        .into()
    );
}

#[test]
fn it_shows_every_level_from_1_to_5() {
    let documents = sms().maintained();
    let levels: BTreeSet<u8> =
        documents.flat_map(|document| sms().grades(document)).map(|grade| grade.level).collect();
    assert_eq!(levels, (1..=5).collect());
}

#[test]
fn who_signs_a_baseline_wrote_none_of_what_it_proves() {
    let documents = sms().maintained();
    let mut tags = BTreeSet::new();
    for grade in documents.flat_map(|document| sms().grades(document)) {
        let Some(baseline) = &grade.baseline else { continue };
        let Of::Tag(name, _) = &baseline.of else { panic!("{baseline:?}") };
        tags.insert(name.as_str());
        let authors = grade.authors.iter().map(|content| commit(*content).author.person.email);
        assert!(authors.into_iter().all(|author| author != "owen.achterberg@brightmoor.example"));
        assert_eq!(baseline.principal.as_deref(), Some("owen.achterberg@brightmoor.example"));
    }
    assert_eq!(tags, ["sms-baseline/2026-08-07-stage1"].into());
}

#[test]
fn its_keys_are_marked_as_demonstration_keys() {
    let listed = sample::published(sample::ALLOWED_SIGNERS).unwrap();
    assert!(listed.contains("DEMONSTRATION KEYS"), "{listed}");
    for line in listed.lines().filter(|line| !line.starts_with('#')) {
        assert!(
            line.contains(" ssh-ed25519 ") && line.contains(" demonstration-key-of-"),
            "{line}"
        );
    }
}

#[test]
fn approvals_since_control_started_carry_a_digest() {
    let without: BTreeSet<String> = sms()
        .maintained()
        .filter(|document| {
            document.front.approvals().iter().any(|approval| approval.digest.is_none())
        })
        .map(id)
        .collect();
    assert_eq!(without, ["FRM-CHG-001", "OLA-FACIL-01", "REG-CUS-001"].map(str::to_owned).into());
}

#[test]
fn an_acted_approval_takes_two_people() {
    for document in sms().maintained() {
        for grade in sms().grades(document).iter().filter(|grade| grade.level >= 2) {
            let way = sms().history.way_to(&document.id().unwrap(), document.blob);
            let version = document.front.text("version").unwrap().value;
            let authors: BTreeSet<&str> = way
                .filter(|revision| revision.claims.version.as_deref() == Some(version))
                .filter(|revision| revision.claims.approvals.is_empty())
                .map(|revision| sms().history.commit_of(revision).author.person.email.as_str())
                .collect();
            let approving = commit(grade.commit.unwrap());
            let by = approving.committer.person.email.as_str();
            assert_eq!(Some(by), grade.approval.by.as_deref(), "{}", id(document));
            assert!(!authors.is_empty() && !authors.contains(by), "{}", id(document));
            let merge = commit(grade.merge.unwrap());
            let merger = merge.committer.person.email.as_str();
            assert_eq!(authors.contains(merger), !grade.has_second_person, "{}", id(document));
        }
    }
}

#[test]
fn a_machine_never_approves_and_never_writes_a_document() {
    let bot = "bot@brightmoor.example";
    for (id, life) in &sms().history.lives {
        for revision in life {
            let commit = sms().history.commit_of(revision);
            assert_ne!(commit.author.person.email, bot, "{id}");
            let approvers = revision.claims.approvals.iter().filter_map(|a| a.by.as_deref());
            assert!(approvers.into_iter().all(|by| by != bot), "{id}");
        }
    }
}

#[test]
fn every_id_it_names_is_known() {
    let mut unknown = Vec::new();
    for document in &sms().documents {
        for key in ["parent", "produced_by", "process", "procedure", "nc_id", "document_id"] {
            let Some(named) = document.front.text(key) else { continue };
            if !sms().knows(named.value) {
                unknown.push(format!("{}: {key}: {}", id(document), named.value));
            }
        }
        if sms().is_record(document) && document.front.text("produced_by").is_none() {
            unknown.push(format!("{}: nothing yields it", id(document)));
        }
        for supersedes in document.front.list("supersedes") {
            let reference = Reference::parse(supersedes.value);
            let known = sms().versions(&reference.id);
            if !reference.version.as_ref().is_some_and(|version| known.contains(version)) {
                unknown.push(format!("{}: supersedes {}", id(document), supersedes.value));
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

#[test]
fn the_history_shows_what_it_is_there_to_show() {
    let history = &sms().history;
    let life = |id: &str| history.revisions(&DocId::new(id));
    let moved = life("PRO-CHG-002").iter().find(|revision| revision.moved_from.is_some()).unwrap();
    assert_eq!(moved.claims.version.as_deref(), Some("1.1"));
    assert_eq!(
        moved.moved_from.as_ref().unwrap().to_string(),
        "sample-sms/procedures/emergency-change.md"
    );
    let drafts: BTreeSet<&str> = life("SCO-SMS-001")
        .iter()
        .filter_map(|revision| revision.claims.version.as_deref())
        .collect();
    assert_eq!(drafts, BTreeSet::from(["0.1", "0.2", "0.3", "1.0", "2.0"]));
    let tags: Vec<&str> = TOLD.0.tags.keys().map(String::as_str).collect();
    assert_eq!(
        tags,
        [
            "sms-baseline/2026-08-07-stage1",
            "sms/PLN-SMS-001/v2.0",
            "sms/PLN-SMS-001/v3.0",
            "sms/POL-CHG-001/v1.3",
            "sms/POL-CHG-001/v2.0",
            "sms/POL-ITSM-001/v1.0",
            "sms/POL-ITSM-001/v2.0",
            "sms/POL-ITSM-001/v2.1",
            "sms/POL-SEC-001/v1.1",
            "sms/POL-SEC-001/v1.2",
            "sms/SCO-SMS-001/v1.0",
            "sms/SCO-SMS-001/v2.0",
        ]
    );
}

#[test]
fn the_table_of_contents_is_the_hierarchy() {
    let mut expected = "# Summary\n\n".to_owned();
    let mut roots: Vec<_> =
        sms().maintained().filter(|document| sms().parent(document).is_none()).collect();
    roots.sort_by_key(|root| (!id(root).starts_with("SCO-"), id(root)));
    for root in roots {
        contents(root, 0, &mut expected);
    }
    expected.push_str("\n# Records\n\n");
    let mut records: Vec<_> = sms().records().collect();
    records.sort_by_key(|record| id(record));
    for record in records {
        line(record, 0, &mut expected);
    }
    let written = sample::published("sample-sms/SUMMARY.md").unwrap();
    assert_eq!(written, expected);
}

fn contents(document: &Document, depth: usize, out: &mut String) {
    line(document, depth, out);
    for child in sms().children(&id(document)) {
        if !sms().is_record(child) {
            contents(child, depth + 1, out);
        }
    }
}

fn line(document: &Document, depth: usize, out: &mut String) {
    let path = document.path.to_string();
    let path = path.strip_prefix("sample-sms/").unwrap();
    out.push_str(&"  ".repeat(depth));
    out.push_str(&format!("- [{} {}]({path})\n", id(document), document.title()));
}

#[test]
fn brought_in_by_others_it_is_told_so_once() {
    let folder = tempfile::tempdir().unwrap();
    let (recording, head, _) = &*TOLD;
    for path in recording.files(*head).keys() {
        let file = folder.path().join(path.to_string());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, recording.file(*head, path).unwrap()).unwrap();
    }
    let record = "sample-sms/records/baselines/REC-BASE-2026-001.md";
    let by_others = format!(
        "git init -qb main; git add .; git commit -qm 'Bring in the documents'
         echo More. >> {record}; git commit -qam 'Add a word'"
    );
    shell(folder.path(), &by_others);
    let run = clausebook(folder.path(), &["check"]);
    let told = run.out.lines().filter_map(|line| line.split_once(' ')).map(|(begin, _)| begin);
    let told: BTreeSet<&str> = told.filter(|begin| begin.contains('[')).collect();
    // What the files say of themselves is told as ever.
    assert_eq!(told, ["warning[AP009", "warning[RV002", "warning[SL003"].into(), "{}", run.out);
    assert!(run.code == 0 && run.out.matches("AP009 history").count() == 1, "{}", run.out);
}

#[test]
fn where_no_address_of_the_register_commits_it_is_told_what_is_held_against_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let brought_in = "git init -qb main; mkdir docs
         printf -- '---\nid: REG-ROL-001\ntype: register\nregister_kind: roles\nstatus: draft\nentries:\n  - {role: service-director, person: Bo, email: [bo@example.org]}\n---\n# Roles\n' > docs/roles.md
         git add .; git commit -qm 'Bring in the roles'";
    shell(folder.path(), brought_in);
    // Nothing was done to it yet.
    assert!(!clausebook(folder.path(), &["check"]).out.contains("AP009"));
    let worked_on = "for at in a b c d; do echo More. >> docs/roles.md
         git commit -qam 'Add a word' --author \"$at <$at@example.org>\"; done";
    shell(folder.path(), worked_on);
    let run = clausebook(folder.path(), &["check"]);
    let told = "nobody of the role register has a commit in this history, so what is changed in closed records or deleted here is held against nobody";
    assert!(run.out.contains(told), "{}", run.out);
    let help =
        "the commits are by `a@example.org`, `ada@example.org`, `b@example.org` and 2 more: where";
    assert!(run.out.contains(help), "{}", run.out);
}
