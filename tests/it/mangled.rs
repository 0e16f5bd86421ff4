//! Files, settings, stories and commits that were cut, doubled or changed at random places are read to
//! their ends, and every place that is named lies within them. The places are the same in every run.

use clausebook::config::Config;
use clausebook::document::{Claims, Document};
use clausebook::repo::object::{Commit, ObjectId, ObjectKind};
use clausebook::rules::names;
use clausebook::signature::AllowedSigners;
use clausebook::source::{RepoPath, Span};
use clausebook::story::Story;
use clausebook::{report, sample};
use std::path::Path;

/// What means something to one of the readers.
const MEANINGFUL: [&str; 28] = [
    "\0", "\r", "\n", "\t", " ", "---\n", ": ", ":", "- ", "[", "]", "{", "}", "\"", "'", "#",
    "&a ", "*a", "!", "|", ">", "`", "```\n", "](", "[[", "\u{feff}", "\u{202e}", "é",
];

/// A row of numbers that looks like chance.
struct Chance(u32);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % limit.max(1)
    }

    /// Returns bytes with one to four of them, or of their stretches, changed.
    fn mangled(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(4) {
            // What stands at the beginning means most.
            let within = if self.below(2) == 0 { bytes.len().min(600) } else { bytes.len() };
            let at = self.below(within);
            let end = (at + self.below(40)).min(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let again = bytes[at..end].to_vec();
                    bytes.splice(at..at, again);
                }
                3 => bytes.insert(at, u8::try_from(self.below(256)).unwrap()),
                _ => {
                    let meant = MEANINGFUL[self.below(MEANINGFUL.len())];
                    bytes.splice(at..end.min(at + 1), meant.bytes());
                }
            }
        }
        bytes
    }
}

/// Returns the files of the sample whose names end so.
fn files(ending: &str) -> Vec<Vec<u8>> {
    let recording = sample::recording().unwrap();
    let files = recording.files(recording.head_commit().unwrap());
    let files = files.keys().filter(|path| path.to_string().ends_with(ending));
    files.map(|path| sample::published(&path.to_string()).unwrap().into_bytes()).collect()
}

fn lies_in(span: Span, text: &str) -> bool {
    span.start <= span.end && text.get(span.start..span.end).is_some()
}

#[test]
fn documents() {
    let mut chance = Chance(1);
    for original in files(".md") {
        for _ in 0..12 {
            let bytes = chance.mangled(&original);
            let blob = ObjectId::of(ObjectKind::Blob, &bytes);
            let document = Document::read(RepoPath::from("docs/a.md"), blob, &bytes);
            let body = &document.body;
            let problems = document.problems.iter().map(|it| it.span);
            let entries = document.front.entries.iter().flat_map(|it| [it.key.span, it.value.span]);
            let links = body.links.iter().map(|it| it.span);
            let headings = body.headings.iter().map(|it| it.span);
            for span in problems.chain(entries).chain(links).chain(headings) {
                let text = &document.text;
                assert!(lies_in(span, text), "{span:?} of {} in {text:?}", text.len());
            }
            let sound = Claims::read(&bytes).is_some_and(|claims| claims.is_sound);
            assert!(!sound || document.is_sound(), "{:?}", document.text);
        }
    }
}

#[test]
fn settings_stories_and_lists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let book = std::fs::read(root.join("book.toml")).unwrap();
    let page = std::fs::read(root.join("src/rules/version/version-not-bumped.md")).unwrap();
    let signers = std::fs::read(root.join("allowed_signers")).unwrap();
    let mut chance = Chance(2);
    for _ in 0..400 {
        let text = String::from_utf8_lossy(&chance.mangled(&book)).into_owned();
        if let Err(mistakes) = Config::parse(&text, &names()) {
            assert!(!mistakes.is_empty() && mistakes.iter().all(|it| lies_in(it.span, &text)));
        }
        let story = String::from_utf8_lossy(&chance.mangled(&page)).into_owned();
        let _either = Story::parse(&story);
        let list = String::from_utf8_lossy(&chance.mangled(&signers)).into_owned();
        let _list = AllowedSigners::parse(RepoPath::from("allowed_signers"), &list);
        let _recorded = report::audit::read(&list);
    }
}

#[test]
fn commits() {
    let recording = sample::recording().unwrap();
    let mut chance = Chance(3);
    let (mut all, mut read) = (0, 0);
    for (id, _, bytes) in recording.objects().filter(|it| it.1 == ObjectKind::Commit) {
        all += 1;
        if let Some(commit) = Commit::parse(id, &chance.mangled(bytes)) {
            assert!(commit.parents.len() < 5 && commit.co_authors().count() < 5, "{commit:?}");
            read += 1;
        }
    }
    // One that Git's own tools stumble over is read as far as it goes.
    assert!(read > all / 3 && read < all, "{read} of {all}");
}
