//! A management system that never was: a repository of any size, for measuring and for testing.
//!
//! The same size gives the same commit ids. Everything the documents claim of themselves is true,
//! so a checker must find no error; what looks like a year of work happens on the way: documents
//! are written by one person and approved by another, revised on `main` or on a branch that is
//! merged, and moved. On request some revisions hold a mistake each, and a manifest says which. The
//! objects go straight into one pack.

mod document;
pub(crate) mod mistake;
mod objects;
mod text;

use clausebook::source::Date;
use document::{Document, Kind};
use mistake::{MANIFEST, Mistake, Planted};
use objects::{Pack, Tree};
use std::error::Error;
use std::path::Path;
use text::{Dice, paragraph};

/// How large the repository is: at least ten commits a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Documents, records among them.
    pub(crate) documents: usize,
    /// Commits, on `main` and on branches that were merged.
    pub(crate) commits: usize,
}

/// Every claim is true.
pub(crate) const NO_MISTAKES: usize = 0;

/// Writes the repository into an empty folder, with `main` checked out. Of a hundred revisions on
/// `main` as many as `mistakes` hold one; if there are to be any, a manifest lists them.
pub(crate) fn write(size: Size, mistakes: usize, folder: &Path) -> Result<(), Box<dyn Error>> {
    let pack = Pack::create(folder)?;
    let mut history = History::new(size, mistakes, pack);
    history.begin()?;
    while history.made < size.commits {
        history.go_on()?;
    }
    let tip = history.main.commit;
    history.pack.finish(folder, tip)?;
    if mistakes != NO_MISTAKES {
        std::fs::write(folder.join(MANIFEST), mistake::manifest(&history.planted))?;
    }
    Ok(())
}

const BOOK: &str = "\
[book]
title = \"Service Management System of Nowhere\"
src = \"docs\"

[preprocessor.clausebook]
organization = \"Nowhere Services Ltd\"
frameworks = [\"iso20000-1:2018\"]
branch = \"main\"

[preprocessor.clausebook.approval]
minimum = { policy = 2, plan = 2, default = 2 }
";

/// 2025-01-06 08:00 UTC. The history is shorter than any review interval: nothing is overdue.
const BEGIN: i64 = 1_736_150_400;
const SECONDS: usize = 330 * 24 * 60 * 60;

/// Commits that one step may make; the last ones before the wanted number are made one by one.
const LONGEST_STEP: usize = 12;

/// The tip of a line of work.
#[derive(Clone)]
struct Line {
    commit: Option<git2::Oid>,
    tree: Tree,
}

struct History {
    size: Size,
    /// Of a hundred revisions on `main`, how many hold a mistake.
    mistakes: usize,
    planted: Vec<Planted>,
    pack: Pack,
    dice: Dice,
    documents: Vec<Document>,
    people: usize,
    main: Line,
    made: usize,
}

impl History {
    fn new(size: Size, mistakes: usize, pack: Pack) -> Self {
        Self {
            size,
            mistakes,
            planted: Vec::new(),
            pack,
            dice: Dice::new(size.documents * 1_000_003 + size.commits),
            documents: Vec::new(),
            people: (size.documents / 40).clamp(8, 60),
            main: Line { commit: None, tree: Tree::default() },
            made: 0,
        }
    }

    /// The first commits: configuration, first policy, roles.
    fn begin(&mut self) -> Result<(), git2::Error> {
        let book = self.pack.blob("book.toml", BOOK.as_bytes())?;
        self.main.tree.put("book.toml", book);
        let approvers = self.approvers();
        let first = vec![
            Document::first_policy(&mut self.dice),
            Document::roles(&mut self.dice, self.people, approvers),
        ];
        self.add(first)
    }

    /// One step: what a team does in an hour.
    fn go_on(&mut self) -> Result<(), git2::Error> {
        if self.size.commits - self.made < LONGEST_STEP {
            return self.tidy();
        }
        // All documents are there after three fifths of the history.
        let due = self.size.documents * self.made * 5 / (self.size.commits * 3);
        let due = due.max(self.size.documents / 10).min(self.size.documents);
        if self.documents.len() < due {
            let mut new = Vec::new();
            for nth in (self.documents.len()..due).take(LONGEST_STEP) {
                new.push(self.another_document(nth));
            }
            return self.add(new);
        }
        match self.dice.below(100) {
            0..2 => self.rename(),
            2..6 => self.tidy(),
            6..20 => self.revise_on_branch(),
            _ => self.revise(),
        }
    }

    fn another_document(&mut self, nth: usize) -> Document {
        let kind = Kind::of_nth(nth, &self.documents);
        let parent = self.pick(|document| kind.fits_beneath(document.kind));
        let parent = parent.map(|at| &self.documents[at]);
        // A document links to others that are there before it.
        let there = self.documents.len();
        let others = [(); 3].map(|()| self.dice.below(there)).map(|at| &self.documents[at]);
        let author = email(self.dice.below(self.people));
        Document::new(kind, nth, parent, &others, &author, self.today(), &mut self.dice)
    }

    /// New documents are handed in by one person and approved by another; records need nobody.
    fn add(&mut self, new: Vec<Document>) -> Result<(), git2::Error> {
        let first = self.documents.len();
        let all: Vec<usize> = (first..first + new.len()).collect();
        let message = format!("Add {}", new[0].id);
        self.documents.extend(new);
        let (author, approver) = self.two_people();
        self.commit_to_main(&message, &all, author)?;
        let is_maintained = |at: &usize| self.documents[*at].kind != Kind::Record;
        let maintained: Vec<usize> = all.into_iter().filter(is_maintained).collect();
        if maintained.is_empty() { Ok(()) } else { self.approve(&maintained, approver) }
    }

    /// Up to three documents are revised by one person and approved by another; or one, with a
    /// mistake.
    fn revise(&mut self) -> Result<(), git2::Error> {
        let chosen = self.choose(3, &[]);
        if self.mistakes != NO_MISTAKES && self.dice.below(100) < self.mistakes {
            return self.revise_wrongly(chosen[0]);
        }
        self.revise_these(&chosen)
    }

    fn revise_these(&mut self, chosen: &[usize]) -> Result<(), git2::Error> {
        let Some((author, approver)) = self.two_people_for(chosen) else { return self.tidy() };
        for &at in chosen {
            self.documents[at].revise(&mut self.dice);
        }
        let message = format!("Revise {}", self.documents[chosen[0]].id);
        self.commit_to_main(&message, chosen, author)?;
        self.approve(chosen, approver)
    }

    /// One document is revised, and something is wrong with it. Not with the first policy and the
    /// role register, on which all others rest.
    fn revise_wrongly(&mut self, at: usize) -> Result<(), git2::Error> {
        let mistake = Mistake::ALL[self.dice.below(Mistake::ALL.len())];
        let people = self.two_people_for(&[at]);
        let Some((author, approver)) = people.filter(|_| at > 1) else { return self.tidy() };
        if !self.documents[at].allows(mistake) {
            return self.revise_these(&[at]);
        }
        let author = if mistake == Mistake::ByAuthor { approver } else { author };
        let document = &mut self.documents[at];
        document.revise_wrongly(mistake, &mut self.dice);
        document.writers.insert(author);
        let id = document.id.clone();
        self.commit_to_main(&format!("Revise {id}"), &[at], author)?;
        let revision = self.main.commit;

        let today = self.today();
        let on = if mistake == Mistake::BeforeContent { self.day(-30) } else { today };
        self.documents[at].approve(&email(approver), on, today);
        self.commit_to_main(&format!("Approve {id}"), &[at], approver)?;
        let commit = if mistake.is_of_revision() { revision } else { self.main.commit };
        let commit = commit.map(|id| id.to_string()).unwrap_or_default();
        self.planted.push(Planted { document: id, commit, rule: mistake.rule().to_owned() });
        Ok(())
    }

    fn approve(&mut self, these: &[usize], approver: usize) -> Result<(), git2::Error> {
        self.fill_in(these, approver);
        let message = format!("Approve {}", self.documents[these[0]].id);
        self.commit_to_main(&message, these, approver)
    }

    /// The approval of today, which holds.
    fn fill_in(&mut self, these: &[usize], approver: usize) {
        let today = self.today();
        for &at in these {
            self.documents[at].approve(&email(approver), today, today);
            self.documents[at].writers.clear();
        }
    }

    /// A branch of some revisions, approved and merged by a second person; meanwhile `main` may
    /// move on.
    fn revise_on_branch(&mut self) -> Result<(), git2::Error> {
        let (author, approver) = self.two_people();
        let chosen = self.choose(2, &[]);
        let Some((author, approver)) = self.apart(author, approver, &chosen) else {
            return self.tidy();
        };
        let mut branch = self.main.clone();
        for _ in 0..=self.dice.below(3) {
            let at = chosen[self.dice.below(chosen.len())];
            self.documents[at].revise(&mut self.dice);
            let message = format!("Revise {}", self.documents[at].id);
            self.commit(&mut branch, None, &message, &[at], author)?;
        }
        let in_review = |at: &usize| !self.documents[*at].is_approved();
        let touched: Vec<usize> = chosen.iter().copied().filter(in_review).collect();
        self.fill_in(&touched, approver);
        // Either the approver commits the approval, or his merge alone proves what was filled in.
        let filled_in_by = if self.dice.below(3) == 0 { author } else { approver };
        let subject = self.documents[touched[0]].id.clone();
        let message = format!("Approve {subject}");
        self.commit(&mut branch, None, &message, &touched, filled_in_by)?;
        if self.dice.below(3) == 0 {
            let others = self.choose(2, &chosen);
            self.revise_these(&others)?;
        }
        let mut main = self.main.clone();
        let message = format!("Merge the revision of {subject}");
        self.commit(&mut main, branch.commit, &message, &touched, approver)?;
        self.main = main;
        Ok(())
    }

    /// A work instruction gets another file name. Others name it by its id, so no link breaks.
    fn rename(&mut self) -> Result<(), git2::Error> {
        let instruction = self.pick(|document| document.kind == Kind::WorkInstruction);
        let Some(at) = instruction else { return self.tidy() };
        let document = &mut self.documents[at];
        self.main.tree.remove(&document.path());
        document.renames += 1;
        let message = format!("Move {}", document.id);
        let author = self.dice.below(self.people);
        self.commit_to_main(&message, &[at], author)
    }

    /// A commit that touches no document.
    fn tidy(&mut self) -> Result<(), git2::Error> {
        let text = format!("# Nowhere\n\n{}\n", paragraph(&mut self.dice));
        let blob = self.pack.blob("README.md", text.as_bytes())?;
        self.main.tree.put("README.md", blob);
        let author = self.dice.below(self.people);
        self.commit_to_main("Tidy up", &[], author)
    }

    fn commit_to_main(
        &mut self,
        message: &str,
        documents: &[usize],
        who: usize,
    ) -> Result<(), git2::Error> {
        let mut main = self.main.clone();
        self.commit(&mut main, None, message, documents, who)?;
        self.main = main;
        Ok(())
    }

    /// Commits the documents as they stand to the end of a line.
    fn commit(
        &mut self,
        line: &mut Line,
        merged: Option<git2::Oid>,
        message: &str,
        documents: &[usize],
        who: usize,
    ) -> Result<(), git2::Error> {
        for &at in documents {
            let document = &self.documents[at];
            let path = document.path();
            line.tree.put(&path, self.pack.blob(&path, document.to_text().as_bytes())?);
        }
        let tree = self.pack.tree(&mut line.tree)?;
        let stamp = format!("{} <{}> {} +0000", name(who), email(who), self.now());
        let mut raw = format!("tree {tree}\n");
        for parent in line.commit.iter().chain(&merged) {
            raw.push_str(&format!("parent {parent}\n"));
        }
        raw.push_str(&format!("author {stamp}\ncommitter {stamp}\n\n{message}\n"));
        line.commit = Some(self.pack.commit(raw.as_bytes())?);
        self.made += 1;
        Ok(())
    }

    fn now(&self) -> i64 {
        let passed = SECONDS * self.made / self.size.commits;
        BEGIN + i64::try_from(passed).expect("less than a year")
    }

    fn today(&self) -> Date {
        self.day(0)
    }

    /// The day that is so many days from today.
    fn day(&self, from_today: i64) -> Date {
        let seconds = self.now() + from_today * 24 * 60 * 60;
        Date::of_seconds(seconds, 0).expect("a day near 2025")
    }

    fn approvers(&self) -> usize {
        self.people / 4 + 1
    }

    /// An author, and an approver who is somebody else.
    fn two_people(&mut self) -> (usize, usize) {
        let author = self.dice.below(self.people);
        let approver = self.dice.below(self.approvers());
        if author == approver { ((author + 1) % self.people, approver) } else { (author, approver) }
    }

    /// An author, and an approver who wrote nothing of what these documents wait with.
    fn two_people_for(&mut self, documents: &[usize]) -> Option<(usize, usize)> {
        let (author, approver) = self.two_people();
        self.apart(author, approver, documents)
    }

    fn apart(&self, author: usize, approver: usize, documents: &[usize]) -> Option<(usize, usize)> {
        let wrote = |person: usize| {
            documents.iter().any(|at| self.documents[*at].writers.contains(&person))
        };
        let others = (0..self.approvers()).map(|step| (approver + step) % self.approvers());
        let approver = others.into_iter().find(|person| *person != author && !wrote(*person))?;
        Some((author, approver))
    }

    fn pick(&mut self, fits: impl Fn(&Document) -> bool) -> Option<usize> {
        let start = self.dice.below(self.documents.len());
        let all = (start..self.documents.len()).chain(0..start);
        all.into_iter().find(|&at| fits(&self.documents[at]))
    }

    /// Chooses one to `most` documents that may be revised; records never are.
    fn choose(&mut self, most: usize, except: &[usize]) -> Vec<usize> {
        let mut chosen = Vec::new();
        for _ in 0..=self.dice.below(most) {
            let at = self.dice.below(self.documents.len());
            let is_free = !except.contains(&at) && !chosen.contains(&at);
            if self.documents[at].kind != Kind::Record && is_free {
                chosen.push(at);
            }
        }
        if chosen.is_empty() {
            // The policy and the role register are always there.
            chosen.extend((0..2).find(|at| !except.contains(at)));
        }
        chosen
    }
}

fn name(person: usize) -> String {
    let (first, last) = (person % text::FIRST_NAMES.len(), person / text::FIRST_NAMES.len());
    format!("{} {}", text::FIRST_NAMES[first], text::LAST_NAMES[last])
}

fn email(person: usize) -> String {
    format!("{}@example.org", name(person).to_lowercase().replace(' ', "."))
}
