//! What is kept of a history between runs: it may save time, and may change no answer.

use crate::generated::corpus::{self, NO_MISTAKES, Size};
use crate::program::{clausebook, git};
use crate::rule_pages::tell;
use crate::{fixtures, stories};
use clausebook::index::Index;
use clausebook::repo::object::{ObjectId, Objects};
use clausebook::rules::{ALL, names};
use clausebook::sms::{Sms, reading};
use clausebook::story::{Recording, Story, replay};
use std::path::{Path, PathBuf};

/// Returns the stories beneath tests/stories and those of the rule pages, as recordings.
fn recordings() -> Vec<(String, Recording)> {
    let folders = ["approvals", "authority", "hostile", "site", "tenures"];
    let stories = folders.into_iter().flat_map(stories::of);
    let told = stories.map(|(name, text)| {
        let (_, recording) = stories::told(&name, &text);
        (name, recording)
    });
    let of_fixtures = stories::of("fixtures").into_iter().map(|(name, text)| {
        let (_, recording) = fixtures::told(&name, &text);
        (name, recording)
    });
    let of_rules = ALL.iter().flat_map(|rule| {
        ["Bad", "Good"].map(|section| (rule.name.name.to_owned(), tell(rule, section).recording))
    });
    told.chain(of_fixtures).chain(of_rules).collect()
}

fn read(objects: &dyn Objects, head: ObjectId, index: Index) -> Sms {
    reading::of_commit_with(objects, head, head, &names(), || index).unwrap()
}

/// Objects of which only some may be read, those of the judged tree among them: nothing else of the
/// history of a story is left.
struct WithoutHistory<'a>(&'a Recording, std::collections::HashSet<ObjectId>, &'a str);

impl Objects for WithoutHistory<'_> {
    fn read(
        &self,
        id: ObjectId,
        buffer: &mut Vec<u8>,
    ) -> Result<clausebook::repo::object::ObjectKind, clausebook::repo::object::ReadError> {
        assert!(self.1.contains(&id), "{}: {id} was read again", self.2);
        self.0.read(id, buffer)
    }
}

#[test]
fn what_is_known_of_a_story_changes_nothing_of_it() {
    // All stories share one index, as branches that know nothing of each other would.
    let folder = tempfile::tempdir().unwrap();
    let recordings = recordings();
    assert!(recordings.len() > 150);
    for (name, recording) in &recordings {
        let head = recording.head_commit().unwrap();
        let anew = read(recording, head, Index::none());
        let first = read(recording, head, Index::open(folder.path()));
        assert!(anew == first, "{name}");
        let mut of_head = anew
            .snapshot
            .files
            .values()
            .filter_map(|file| file.blob)
            .collect::<std::collections::HashSet<_>>();
        of_head.extend(folders_of(recording, head));
        of_head.extend(compared(&anew));
        // The headings of a version are read where a link names one.
        of_head.extend(anew.versions_named());
        // What a file was before it had its id is seen by its text.
        of_head.extend(anew.history.read_before_ids());
        // What is in force while its file has the next version is read as it was.
        of_head.extend(anew.former_texts_in_force().map(|text| text.blob));
        // So is what went out of use.
        of_head.extend(anew.contents_out_of_use());
        // What lies beside a text is looked at where its approver saw it.
        let has_files = |document| !anew.annexes(document).is_empty();
        let mut former = anew.former_texts_in_force();
        if anew.documents.iter().any(has_files) || former.any(|text| !text.body.links.is_empty()) {
            let commits = anew.history.commits.iter();
            of_head.extend(commits.flat_map(|commit| folders_of(recording, commit.id)));
        }
        // Whose signature it is, is asked of the very bytes that were signed.
        let signed = anew.history.commits.iter().filter(|commit| commit.signed);
        of_head.extend(signed.map(|commit| commit.id));
        let again =
            read(&WithoutHistory(recording, of_head, name), head, Index::open(folder.path()));
        assert!(anew == again, "{name}");
    }
}

/// Returns the former contents that documents of the judged tree are compared with: word by word,
/// so that what is known of them is not enough.
fn compared(sms: &Sms) -> Vec<ObjectId> {
    let of_document = sms.documents.iter().flat_map(|document| {
        let id = document.id().into_iter();
        let revisions = id.flat_map(|id| sms.history.revisions(&id).to_vec());
        let blobs = revisions.filter_map(|revision| revision.blob);
        blobs.filter(move |blob| sms.change_since(document, *blob).is_some())
    });
    of_document.collect()
}

/// Returns the commit and the folders that the judged tree is read from.
fn folders_of(recording: &Recording, head: ObjectId) -> Vec<ObjectId> {
    use clausebook::repo::object::{EntryKind, tree_entries};
    let commit = clausebook::repo::walk::read_commit(recording, head, &mut Vec::new()).unwrap();
    let mut found = vec![head];
    let mut folders = vec![commit.tree];
    while let Some(id) = folders.pop() {
        found.push(id);
        let mut raw = Vec::new();
        recording.read(id, &mut raw).unwrap();
        let beneath = tree_entries(&raw).filter(|entry| entry.kind == EntryKind::Folder);
        folders.extend(beneath.map(|entry| entry.id));
    }
    found
}

/// The files of what is kept.
fn kept(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder.join(".git/clausebook"));
    let entries = entries.map(|entries| entries.map(|entry| entry.unwrap().path()).collect());
    let mut paths: Vec<PathBuf> = entries.unwrap_or_default();
    paths.sort();
    paths
}

fn segments(folder: &Path) -> Vec<PathBuf> {
    let mut paths = kept(folder);
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "segment"));
    paths
}

/// What `check` prints, with what is kept and without.
fn assert_same_answers(folder: &Path, after: &str) {
    let arguments = ["check", "--format", "json"];
    let kept = clausebook(folder, &arguments);
    let again = clausebook(folder, &arguments);
    let anew = clausebook(folder, &[&arguments[..], &["--no-cache"]].concat());
    assert_eq!((&kept.out, kept.code), (&anew.out, anew.code), "after {after}: {}", kept.err);
    assert_eq!((&again.out, again.code), (&anew.out, anew.code), "after {after}");
    assert!(anew.out.contains("\"findings\""), "after {after}: {}", anew.err);
}

#[test]
fn a_rewritten_history_is_judged_as_if_nothing_had_been_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    corpus::write(Size { documents: 20, commits: 160 }, NO_MISTAKES, folder).unwrap();
    let without = clausebook(folder, &["check", "--no-cache"]);
    assert!(kept(folder).is_empty(), "{}", without.err);
    assert_same_answers(folder, "the first run");
    assert_eq!(segments(folder).len(), 1);

    let some_document = git(folder, &["ls-files", "docs/*.md", "*/*.md"]).out;
    let some_document = some_document.lines().next().unwrap().to_owned();
    let edit = |words: &str| {
        let path = folder.join(&some_document);
        let text = std::fs::read_to_string(&path).unwrap() + words;
        std::fs::write(path, text).unwrap();
    };
    let mut random = 7_u32;
    for round in 0..16 {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let (choice, back) = ((random >> 16) % 8, (random >> 8) % 5 + 1);
        let tip = format!("HEAD~{back}");
        let did = match choice {
            0 => {
                git(folder, &["reset", "-q", "--hard", &tip]);
                "a reset"
            }
            1 => {
                edit(&format!("\nRound {round}.\n"));
                git(folder, &["commit", "-qam", "Edit"]);
                "a commit"
            }
            2 => {
                git(folder, &["commit", "-q", "--amend", "-m", &format!("Round {round}")]);
                "an amended commit"
            }
            3 => {
                git(folder, &["checkout", "-qb", &format!("side-{round}"), &tip]);
                edit("\nOn the side.\n");
                git(folder, &["commit", "-qam", "On the side"]);
                git(folder, &["checkout", "-q", "main"]);
                git(
                    folder,
                    &["merge", "-q", "-s", "ours", "-m", "Merge", &format!("side-{round}")],
                );
                "a merge"
            }
            4 => {
                git(folder, &["reflog", "expire", "--expire=now", "--all"]);
                git(folder, &["gc", "-q", "--prune=now"]);
                "a garbage collection"
            }
            5 => {
                for path in kept(folder) {
                    let mut bytes = std::fs::read(&path).unwrap();
                    let at = bytes.len() * usize::try_from(back).unwrap() / 6;
                    bytes[at] ^= 0x40;
                    std::fs::write(path, bytes).unwrap();
                }
                "damage to all that was kept"
            }
            6 => {
                for path in kept(folder) {
                    let bytes = std::fs::read(&path).unwrap();
                    std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
                    std::fs::write(path.with_extension("unfinished"), "x").unwrap();
                }
                "a crash in the middle of writing"
            }
            _ => {
                std::fs::remove_dir_all(folder.join(".git/clausebook")).unwrap();
                "a deletion of all that was kept"
            }
        };
        assert_same_answers(folder, did);
    }
}

#[test]
fn many_segments_become_one() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    corpus::write(Size { documents: 6, commits: 60 }, NO_MISTAKES, folder).unwrap();
    for round in 0..20 {
        git(folder, &["commit", "-q", "--allow-empty", "-m", &format!("Round {round}")]);
        clausebook(folder, &["check"]);
    }
    let segments = segments(folder).len();
    assert!((2..=16).contains(&segments), "{segments} segments");
    assert_eq!(kept(folder).len() - segments, 16, "answers");
    assert_same_answers(folder, "many runs");
}

#[test]
fn runs_side_by_side_and_in_another_work_tree_agree() {
    let folder = tempfile::tempdir().unwrap();
    let main = folder.path().join("main");
    corpus::write(Size { documents: 20, commits: 160 }, NO_MISTAKES, &main).unwrap();
    let beside = folder.path().join("beside");
    git(&main, &["worktree", "add", "-q", "--detach", beside.to_str().unwrap()]);
    let run = |folder: &Path| clausebook(folder, &["check", "--format", "json"]).out;
    let outputs = std::thread::scope(|scope| {
        let runs: Vec<_> = [&main, &beside, &main, &beside]
            .map(|folder| scope.spawn(|| run(folder)))
            .into_iter()
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(outputs.iter().all(|output| *output == outputs[0]));
    assert!(outputs[0].contains("\"findings\""));
    assert!(!beside.join(".git/clausebook").exists() && !segments(&main).is_empty());
    assert_same_answers(&main, "runs side by side");
}

#[test]
fn an_answer_is_given_again_to_the_same_question_only() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    corpus::write(Size { documents: 6, commits: 60 }, NO_MISTAKES, folder).unwrap();
    let document = git(folder, &["ls-files", "docs/*.md", "*/*.md"]).out;
    let document = folder.join(document.lines().next().unwrap());
    let text = std::fs::read_to_string(&document).unwrap();
    let ask = |arguments: &[&str]| {
        let run = clausebook(folder, &[&["check"], arguments].concat());
        (run.code, run.out)
    };
    let answers = || kept(folder).len() - segments(folder).len();
    let first = ask(&[]);
    assert_eq!((ask(&[]), answers()), (first.clone(), 1));

    // What is kept is what is printed, and nobody looks further: so it is seen that it is used.
    let answer = kept(folder).into_iter().find(|path| !segments(folder).contains(path)).unwrap();
    let seen = std::fs::read(&answer).unwrap();
    assert!(String::from_utf8_lossy(&seen).contains(&first.1));

    std::fs::write(&document, text.replace("status: approved", "status: aproved")).unwrap();
    assert_ne!(ask(&[]), first, "another document");
    std::fs::write(&document, &text).unwrap();
    assert_eq!(ask(&[]), first);
    assert_eq!(answers(), 2);
    ask(&["--as-of", "2031-01-01"]);
    ask(&["--stage1"]);
    git(folder, &["tag", "-a", "-m", "A baseline", "baseline-1"]);
    ask(&[]);
    assert_eq!(answers(), 5, "another day, another level, another tag");

    // What a verdict rests on is gone: the answer of before is no answer any more.
    git(folder, &["repack", "-adq"]);
    ask(&[]);
    for entry in std::fs::read_dir(folder.join(".git/objects/pack")).unwrap() {
        std::fs::remove_file(entry.unwrap().path()).unwrap();
    }
    assert_eq!(ask(&[]).0, 2, "no objects");
}

#[test]
fn an_answer_that_is_asked_for_again_and_again_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    corpus::write(Size { documents: 3, commits: 20 }, NO_MISTAKES, folder).unwrap();
    clausebook(folder, &["check"]);
    let answer = kept(folder).into_iter().find(|path| !segments(folder).contains(path)).unwrap();
    let mut others = 0;
    for day in 1..=20 {
        clausebook(folder, &["check", "--as-of", &format!("2031-01-{day:02}")]);
        others += usize::from(!answer.exists());
        clausebook(folder, &["check"]);
    }
    assert_eq!(others, 0, "runs after which what is asked each time had made room");
}

#[test]
fn the_format_number_rises_with_what_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let name = "tests/stories/approvals/renamed_with_an_edit.md";
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    let recording = replay(&Story::parse(&text).unwrap(), &|_| None).unwrap();
    read(&recording, recording.head_commit().unwrap(), Index::open(folder.path()));
    let kept: Vec<String> = std::fs::read_dir(folder.path().join("clausebook"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    // The name holds the checksum. Where it differs, what earlier versions kept would be misread:
    // raise FORMAT in src/index.rs, and put the new name here.
    assert_eq!(kept, ["5e095e8e-4fc.segment"]);
}

#[cfg(unix)]
#[test]
fn nothing_is_kept_where_a_link_leads() {
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    corpus::write(Size { documents: 3, commits: 20 }, NO_MISTAKES, folder.path()).unwrap();
    let place = folder.path().join(".git/clausebook");
    std::os::unix::fs::symlink(elsewhere.path(), place).unwrap();
    assert_same_answers(folder.path(), "a link was put there");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}
