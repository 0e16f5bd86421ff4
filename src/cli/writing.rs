//! What the commands that write share: they show what they would do, ask how it would be judged,
//! change one file and commit it. Nothing of yours is lost: a file is exchanged in one go, and put
//! back if Git or a hook refuses.

use super::find;
use super::judge::{Judgement, WouldBe, imagine, judge};
use super::terminal::Terminal;
use super::{Arguments as Global, Judging};
use crate::document::edit::{self, Change};
use crate::document::{Document, redline};
use crate::finding::{Finding, Level};
use crate::repo::Repository;
use crate::repo::hand::write_file;
use crate::repo::object::{ObjectId, Signature};
use crate::repo::snapshot::{self, Content, File};
use crate::repo::walk::read_commit;
use crate::report::human;
use crate::rules::Outcome;
use crate::sms::Sms;
use crate::sms::roles::RoleEntry;
use crate::source::{Date, Printable, RepoPath, listed};
use anyhow::{Context as _, bail};
use std::collections::BTreeSet;

/// A repository that is about to be written to, as it stands, and who is at work.
pub(super) struct Desk {
    /// The work tree, judged.
    pub(super) judgement: Judgement,
    /// Who commits, and when.
    pub(super) who: Signature,
    /// The day.
    pub(super) today: Date,
    branch: String,
}

/// One file, as it is and as it is to be, and the message of the commit.
pub(super) struct Proposal {
    /// The file.
    pub(super) path: RepoPath,
    /// What it holds; nothing if it is new.
    pub(super) before: Option<Vec<u8>>,
    /// What it is to hold.
    pub(super) after: Vec<u8>,
    /// The message of the commit.
    pub(super) message: String,
}

/// How a proposal would be judged.
pub(super) struct Weighed {
    /// The system with it.
    pub(super) sms: Sms,
    outcome: Outcome,
}

/// Opens the repository for writing. What is written speaks of today; so does its judgement.
///
/// # Errors
/// When it cannot be judged, when no branch would hold the commit, when something else is under
/// way, or when Git does not know who is at work.
pub(super) fn open(global: &Global) -> anyhow::Result<Desk> {
    let repository = Repository::open(&global.repository)?;
    let Some(branch) = repository.head()?.branch else {
        bail!("HEAD is detached, so no branch would hold the commit; `git switch` to one first");
    };
    repository.require_rest()?;
    let who = repository.committer()?;
    let author = repository.author()?;
    if !author.person.email.eq_ignore_ascii_case(&who.person.email) {
        bail!(
            "Git would name {} as author and {} as committer; whoever acts is both",
            author.person.email,
            who.person.email
        );
    }
    let today = who.date().context("Git does not say what day it is")?;
    let judgement = judge(&global.repository, &speaking_of(today), false)?;
    Ok(Desk { judgement, who, today, branch })
}

fn speaking_of(day: Date) -> Judging {
    Judging { as_of: Some(day.to_string()), ..Judging::default() }
}

impl Desk {
    /// The system as it stands.
    pub(super) fn sms(&self) -> &Sms {
        &self.judgement.sms
    }

    /// Finds the document of an id. It must be one that can be relied on, and no record.
    ///
    /// # Errors
    /// When there is none, or it is not.
    pub(super) fn document(&self, id: &str) -> anyhow::Result<&Document> {
        let document = find::document(self.sms(), id)?;
        if !document.is_sound() {
            bail!("the front matter of `{id}` cannot be relied on; `clausebook check` says why");
        }
        if self.sms().is_record(document) {
            bail!(
                "`{id}` is a record; it proves something done, and is neither approved nor withdrawn"
            );
        }
        Ok(document)
    }

    /// The branch that holds the commit.
    pub(super) fn branch(&self) -> &str {
        &self.branch
    }

    /// Tells whether the commit is made on the publishing branch itself.
    pub(super) fn is_on_publishing_branch(&self) -> bool {
        self.branch == self.sms().trust.config.branch
    }

    /// Refuses where tracked files have changes that are not committed.
    pub(super) fn require_clean(&self, why: &str) -> anyhow::Result<()> {
        require_clean(&self.judgement.repository, why)
    }

    /// Refuses where a file has changes that are not committed.
    pub(super) fn require_clean_file(&self, path: &RepoPath, why: &str) -> anyhow::Result<()> {
        match self.judgement.repository.changed_files()?.contains(path) {
            true => bail!("{path} has changes that are not committed; {why}"),
            false => Ok(()),
        }
    }

    /// Edits the file of a document.
    pub(super) fn edited(
        &self,
        document: &Document,
        changes: &[Change],
        message: String,
    ) -> anyhow::Result<Proposal> {
        let path = &document.path;
        let Some(File { content: Content::Text(judged), tracked: true, .. }) =
            self.sms().snapshot.files.get(path)
        else {
            bail!("{path} is not committed yet; commit it first, so that Git keeps it")
        };
        let on_disk = self.judgement.repository.on_disk(path)?;
        let before = std::fs::read(&on_disk).with_context(|| format!("cannot read {path}"))?;
        let is_text = |byte: &&u8| **byte != b'\r';
        if !before.iter().filter(is_text).eq(judged.iter().filter(is_text)) {
            bail!(
                "Git converts {path} when it checks it out (.gitattributes: `ident`, `filter` or `working-tree-encoding`), and what would be approved is not what lies there; edit it by hand, or take the attribute away"
            )
        }
        let after = edit::edit(&before, changes).with_context(|| format!("cannot edit {path}"))?;
        Ok(Proposal { path: path.clone(), before: Some(before), after, message })
    }

    /// Judges the commit that a proposal would make.
    pub(super) fn weigh(&self, proposal: &Proposal) -> anyhow::Result<Weighed> {
        let would_be = WouldBe {
            path: &proposal.path,
            bytes: &proposal.after,
            who: &self.who,
            message: &proposal.message,
        };
        let (sms, outcome) =
            imagine(&self.judgement.repository, &speaking_of(self.today), &would_be)?;
        Ok(Weighed { sms, outcome })
    }

    /// Judges what is there after the commit was made.
    pub(super) fn judged_again(&self, global: &Global) -> anyhow::Result<Judgement> {
        judge(&global.repository, &speaking_of(self.today), false)
    }

    /// Writes the findings that a proposal would add, from warnings up.
    pub(super) fn new_findings(&self, weighed: &Weighed, terminal: &Terminal) -> String {
        human::findings(&weighed.sms, self.brought_in(weighed), terminal.colour)
    }

    /// Shows what a proposal would bring in, and refuses it where errors stand against it. Returns
    /// the errors that it brings in elsewhere, in words for after it is done: what they ask for is
    /// to be done next, and often can be done only then.
    ///
    /// # Errors
    /// When errors stand against it.
    pub(super) fn require_no_errors(
        &self,
        weighed: &Weighed,
        measure: &Measure<'_>,
        terminal: &mut Terminal,
    ) -> anyhow::Result<String> {
        let brought_in = self.brought_in(weighed);
        let is_new = |it: &&Finding| brought_in.iter().any(|new| std::ptr::eq(*new, *it));
        // With the first commit of an approver the history is no longer that of others, and from then on
        // it is asked about what others are said to have approved: that is for the next commits.
        let is_first = self.sms().has_history_of_others() && !weighed.sms.has_history_of_others();
        let stands_against =
            |it: &&Finding| measure.stands_against(it) && (!is_first || measure.is_about(it));
        let (stands_against, others): (Vec<&Finding>, Vec<&Finding>) =
            brought_in.iter().partition(|it| stands_against(it));
        let (next, told): (Vec<&Finding>, Vec<&Finding>) =
            others.into_iter().partition(|it| is_error(it) && !measure.is_settled_later(it));
        let findings = weighed.outcome.findings.iter();
        let there: Vec<&Finding> =
            findings.filter(|it| measure.stood_against(it) && !is_new(it)).collect();
        let errors = stands_against.len() + there.len();
        let shown = told.into_iter().chain(stands_against).chain(there.iter().copied());
        terminal.print(&human::findings(&weighed.sms, shown, terminal.colour))?;
        match (errors, there.is_empty()) {
            (0, _) => Ok(self.to_be_mended_next(weighed, &next, terminal)),
            (1, true) => bail!("the commit would bring in the error above, so nothing was written"),
            (more, true) => {
                bail!("the commit would bring in {more} errors, so nothing was written")
            }
            (1, false) => bail!(
                "the error above is in the document itself, so nothing was written; its author mends it and commits that, then it can be approved"
            ),
            (more, false) => bail!(
                "{more} errors are in the document itself, so nothing was written; its author mends them and commits that, then it can be approved"
            ),
        }
    }

    fn to_be_mended_next(
        &self,
        weighed: &Weighed,
        errors: &[&Finding],
        terminal: &Terminal,
    ) -> String {
        let head = match errors.len() {
            0 => return String::new(),
            1 => "it brings in an error elsewhere, which is to be mended next".to_owned(),
            more => format!("it brings in {more} errors elsewhere, which are to be mended next"),
        };
        let errors = errors.iter().copied();
        format!("\n{head}:\n\n{}", human::findings(&weighed.sms, errors, terminal.colour))
    }

    /// Returns the findings that a proposal would add, from warnings up. One whose words alone
    /// change, such as the days it counts, is none of them.
    fn brought_in<'w>(&self, weighed: &'w Weighed) -> Vec<&'w Finding> {
        let mut known: Vec<&Finding> = self.judgement.outcome.findings.iter().collect();
        let findings = weighed.outcome.findings.iter().filter(|it| it.level > Level::Note);
        let mut new: Vec<&Finding> = findings.collect();
        new.retain(|it| {
            !take(&mut known, |other| is_of_same(it, other) && it.message == other.message)
        });
        new.retain(|it| !take(&mut known, |other| is_of_same(it, other)));
        new
    }

    /// Shows what would be done, or does it. Returns the commit, if one was made.
    pub(super) fn carry_out(
        &self,
        proposal: &Proposal,
        how: How,
        terminal: &mut Terminal,
    ) -> anyhow::Result<Option<ObjectId>> {
        let Proposal { path, message, .. } = proposal;
        // The command speaks of today, and `check` and the hook do not.
        if let Some(day) = self.sms().trust.config.as_of.filter(|day| *day < self.today) {
            terminal.print(&format!(
                "note: book.toml speaks of {day} (`as_of`); `check` and the hook judge by that day, for which what is done on {} is still to come\n",
                self.today
            ))?;
        }
        let who = format!("{} <{}>", self.who.person.name, self.who.person.email);
        let committed = self.committed(proposal)?;
        let difference = || difference(path, committed.as_deref(), &proposal.after);
        if how == How::DryRun {
            terminal.print(&format!(
                "{}\nwould commit on {} as {}: {}\nnothing was written\n",
                difference(),
                Printable(&self.branch),
                Printable(&who),
                Printable(message)
            ))?;
            return Ok(None);
        }
        let repository = &self.judgement.repository;
        let on_disk = repository.on_disk(path)?;
        let now = std::fs::read(&on_disk).ok();
        if now != proposal.before {
            bail!("{path} changed in the meantime; nothing was written");
        }
        // Nobody commits lines that were not shown: the others of the file are in what was asked for.
        if how == How::Commit && proposal.before.is_some() && committed != proposal.before {
            terminal.print(&format!(
                "{}\nnote: what was changed in {path} before is committed with it\n",
                difference()
            ))?;
        }
        write_file(&on_disk, &proposal.after)?;
        if how == How::WriteOnly {
            terminal.print(&format!("wrote {path}; nothing is committed yet\n"))?;
            return Ok(None);
        }
        let commit = match repository.commit_file(path, proposal.before.is_none(), message) {
            Ok(commit) => commit,
            Err(error) => {
                self.put_back(proposal)?;
                return Err(anyhow::Error::from(error)
                    .context(format!("nothing was committed, and {path} is as it was")));
            }
        };
        terminal.print(&format!(
            "committed {} on {} as {}: {}\n  look at it:                        git show {0}\n  \
             take it back, before it is pushed: git reset --keep {0}~1\n",
            commit.short(),
            Printable(&self.branch),
            Printable(&who),
            Printable(message)
        ))?;
        Ok(Some(commit))
    }

    /// Returns what the last commit holds of the file of a proposal, with the line ends that it has
    /// on disk.
    fn committed(&self, proposal: &Proposal) -> anyhow::Result<Option<Vec<u8>>> {
        let objects = self.judgement.repository.objects();
        let tree = read_commit(objects, self.sms().head, &mut Vec::new())?.tree;
        let Some(blob) = snapshot::blob_in(objects, tree, &proposal.path)? else { return Ok(None) };
        let committed = snapshot::blob(objects, blob)?;
        let on_disk = proposal.before.as_deref().unwrap_or_default();
        let is_of_windows = on_disk.contains(&b'\r') && !committed.contains(&b'\r');
        Ok(Some(match is_of_windows {
            true => committed.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]),
            false => committed,
        }))
    }

    /// Puts a file back, unless somebody has written to it since.
    fn put_back(&self, proposal: &Proposal) -> anyhow::Result<()> {
        let on_disk = self.judgement.repository.on_disk(&proposal.path)?;
        if std::fs::read(&on_disk).ok().as_ref() != Some(&proposal.after) {
            return Ok(());
        }
        match &proposal.before {
            Some(before) => write_file(&on_disk, before)?,
            None => std::fs::remove_file(&on_disk)
                .with_context(|| format!("cannot remove {}", proposal.path))?,
        }
        Ok(())
    }
}

/// What a commit is measured by before it is made.
pub(super) struct Measure<'a> {
    /// The files that it is about.
    pub(super) files: &'a [&'a RepoPath],
    /// The rules, by their codes, that what comes after the commit may settle.
    pub(super) settled_later: &'a [&'a str],
    /// Whether what was wrong with the text of those files before stands against it as well.
    pub(super) as_it_stands: bool,
}

impl Measure<'_> {
    /// Tells whether a finding that a commit brings in stands against it: an error in what it is
    /// about, or one by which an approval or a version, be it of another document, would not hold.
    fn stands_against(&self, finding: &Finding) -> bool {
        is_error(finding)
            && !self.is_settled_later(finding)
            && (self.is_about(finding) || is_of_history(finding) || finding.rule.code == "SU001")
    }

    /// Tells whether a finding that was there before stands against a commit. What the history
    /// shows, or a day that has passed, is often mended by the very commit, or by none; a text that
    /// changed under its number is not, and its author can give it another. What is wrong with the
    /// version before is mended by the next one, once that is in force.
    fn stood_against(&self, finding: &Finding) -> bool {
        let is_of_days = finding.rule.code.starts_with("RV");
        self.as_it_stands
            && is_error(finding)
            && self.is_about(finding)
            && (!is_of_history(finding) || finding.rule.code == "VC001")
            && !is_of_days
            && !finding.is_before_next
    }

    fn is_about(&self, finding: &Finding) -> bool {
        self.files.contains(&&finding.place.path)
    }

    fn is_settled_later(&self, finding: &Finding) -> bool {
        self.settled_later.contains(&finding.rule.code)
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.level == Level::Error && finding.waived.is_none()
}

/// Tells whether a finding is of what the history shows: of approvals, of versions, of what judges.
fn is_of_history(finding: &Finding) -> bool {
    ["AP", "VC", "TR"].iter().any(|group| finding.rule.code.starts_with(group))
}

/// Tells whether a finding says of a file what another said, by the same rule and no worse.
fn is_of_same(finding: &Finding, known: &Finding) -> bool {
    (finding.rule, &finding.place.path) == (known.rule, &known.place.path)
        && finding.level <= known.level
}

/// Takes the first that fits out of a list, and tells whether there was one.
fn take<T>(list: &mut Vec<T>, fits: impl Fn(&T) -> bool) -> bool {
    let found = list.iter().position(fits);
    found.map(|at| list.remove(at)).is_some()
}

/// How far a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// It shows what it would do.
    DryRun,
    /// It writes the file and commits nothing.
    WriteOnly,
    /// It writes the file and commits it.
    Commit,
}

impl How {
    /// Reads the option all commands that write have.
    pub(super) fn of(dry_run: bool) -> Self {
        if dry_run { Self::DryRun } else { Self::Commit }
    }
}

/// Writes the difference of a file as `git diff` would.
pub(super) fn difference(path: &RepoPath, before: Option<&[u8]>, after: &[u8]) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let from = match before {
        Some(_) => format!("a/{path}"),
        None => "/dev/null".to_owned(),
    };
    let diff = redline::unified(&before.map(text).unwrap_or_default(), &text(after));
    let lines = diff.lines().map(|line| format!("{}\n", Printable(line)));
    format!("--- {from}\n+++ b/{path}\n{}", lines.collect::<String>())
}

/// Refuses where tracked files have changes that are not committed.
pub(super) fn require_clean(repository: &Repository, why: &str) -> anyhow::Result<()> {
    let changed = repository.changed_files()?;
    let Some(first) = changed.first() else { return Ok(()) };
    let what = match changed.len() - 1 {
        0 => format!("{first} has"),
        more => format!("{first} and {more} more have"),
    };
    bail!("{what} changes that are not committed; {why}");
}

/// Returns the version of a document.
pub(super) fn version_of<'d>(document: &'d Document, id: &str) -> anyhow::Result<&'d str> {
    let version = document.front.text("version").map(|version| version.value);
    version.with_context(|| format!("`{id}` has no version; give it one, like `version: 1.0`"))
}

/// Reads the day of an option, else takes today.
pub(super) fn day_or(option: &str, text: Option<&str>, today: Date) -> anyhow::Result<Date> {
    text.map_or(Ok(today), |text| find::day(option, text))
}

/// Names those who hold the roles of some rows, each once, in order; none where there are none.
pub(super) fn holders<'r>(rows: impl Iterator<Item = &'r RoleEntry>) -> Option<String> {
    let named =
        |row: &RoleEntry| format!("{} as `{}`", Printable(&row.person), Printable(&row.role));
    let names: BTreeSet<String> = rows.map(named).collect();
    (!names.is_empty()).then(|| listed(names, "and"))
}

/// Writes ids for a sentence.
pub(super) fn ids(documents: &[&Document]) -> String {
    listed(documents.iter().filter_map(|document| document.id()), "and")
}
