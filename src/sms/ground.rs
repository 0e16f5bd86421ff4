//! What commits changed of the ground that is judged on: book.toml and the lists of keys.
//!
//! Neither is a document, so they are followed by their paths, along the first parents of the
//! judged commit. What a merge brought is followed on to the commit that made it. The third part of
//! the ground, the registers of roles, are documents, and their lives are in the history.

use super::Sms;
use crate::config::{Config, Difference, FILE};
use crate::document::role::RoleRow;
use crate::repo::object::{Commit, ObjectId, Objects, ReadError};
use crate::repo::snapshot::{blob, blob_in};
use crate::signature::allowed_signers::Line;
use crate::signature::{AllowedSigners, OpenPgpKeys};
use crate::source::{Printable, RepoPath, listed};
use rayon::prelude::*;
use std::collections::BTreeSet;

/// What one commit changed of book.toml, or of a list of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroundChange {
    /// The file.
    pub path: RepoPath,
    /// The commit that made the change, as an index into the commits of the history.
    pub made_in: usize,
    /// The commit with which the judged line got it: a merge, where it was made on another.
    pub taken_over_in: usize,
    /// What changed, as sentences without a full stop.
    pub words: Vec<String>,
}

/// One change of a file along a line of commits.
struct Step<'s> {
    commit: &'s Commit,
    before: Option<ObjectId>,
    after: Option<ObjectId>,
}

impl Sms {
    /// Returns what commits changed of book.toml and of every list of keys that it ever named, newest first. `rules` are the names of all rules.
    ///
    /// # Errors
    /// When an object is missing or damaged.
    pub fn changes_of_ground(
        &self,
        objects: &dyn Objects,
        rules: &[&str],
    ) -> Result<Vec<GroundChange>, ReadError> {
        let line: Vec<&Commit> = self.history.first_parents().collect();
        let book = RepoPath::from(FILE);
        let (mut of_ssh, mut of_openpgp) = (BTreeSet::new(), BTreeSet::new());
        let mut changes = Vec::new();
        for step in steps(objects, &line, &book)? {
            let (before, after) = (text(objects, step.before)?, text(objects, step.after)?);
            let read = |text: &Option<String>| match text {
                Some(text) => Config::parse(text, rules).ok(),
                None => Some(Config::default()),
            };
            let (before_read, after_read) = (read(&before), read(&after));
            for named in [&before_read, &after_read].into_iter().flatten() {
                let path = |name: &String| RepoPath::from(name.trim_start_matches("./"));
                of_ssh.extend(named.allowed_signers.as_ref().map(path));
                of_openpgp.extend(named.openpgp_keys.as_ref().map(path));
            }
            let mut words = match (&before, &after) {
                (None, _) => vec!["it was laid down".to_owned()],
                (_, None) => vec!["it was taken out, so everything is as it comes".to_owned()],
                _ => Vec::new(),
            };
            match before_read.zip(after_read) {
                Some((before, after)) => {
                    words.extend(after.differences(&before).iter().map(Difference::as_change));
                }
                None => words.push(
                    "it could not be read before or after, so what changed cannot be told"
                        .to_owned(),
                ),
            }
            changes.push(self.ground_change(objects, &line, &book, &step, words)?);
        }
        let of_ssh = of_ssh.into_iter().map(|path| (path, List::of_ssh as fn(&_, Option<&_>) -> _));
        let of_openpgp = of_openpgp.into_iter().map(|path| (path, List::of_openpgp as _));
        for (path, read) in of_ssh.chain(of_openpgp) {
            for step in steps(objects, &line, &path)? {
                let (before, after) = (text(objects, step.before)?, text(objects, step.after)?);
                let mut words = match (&before, &after) {
                    (None, _) => vec!["it was laid down".to_owned()],
                    (_, None) => vec!["it was taken out".to_owned()],
                    _ => Vec::new(),
                };
                let (old, new) = (read(&path, before.as_deref()), read(&path, after.as_deref()));
                words.extend(list_changes(&old, &new));
                changes.push(self.ground_change(objects, &line, &path, &step, words)?);
            }
        }
        changes.sort_by(|a, b| (b.taken_over_in, &a.path).cmp(&(a.taken_over_in, &b.path)));
        Ok(changes)
    }

    fn ground_change(
        &self,
        objects: &dyn Objects,
        line: &[&Commit],
        path: &RepoPath,
        step: &Step<'_>,
        words: Vec<String>,
    ) -> Result<GroundChange, ReadError> {
        let taken_over_in = self.history.place_of(step.commit.id).unwrap_or_default();
        let mut made_in = taken_over_in;
        while let Some(parent) = self.parent_with(objects, made_in, path, step.after)? {
            made_in = parent;
        }
        // Where an old line brought an old content back, it is the merge that did it.
        if line.iter().any(|commit| commit.id == self.history.commits[made_in].id) {
            made_in = taken_over_in;
        }
        Ok(GroundChange { path: path.clone(), made_in, taken_over_in, words })
    }

    /// Returns the parent of a commit that already had a content of a file.
    fn parent_with(
        &self,
        objects: &dyn Objects,
        commit: usize,
        path: &RepoPath,
        content: Option<ObjectId>,
    ) -> Result<Option<usize>, ReadError> {
        for &parent in self.history.parents(commit) {
            if blob_in(objects, self.history.commits[parent].tree, path)? == content {
                return Ok(Some(parent));
            }
        }
        Ok(None)
    }
}

/// Returns where the content of a file changed along a line of commits, newest first.
fn steps<'s>(
    objects: &dyn Objects,
    line: &[&'s Commit],
    path: &RepoPath,
) -> Result<Vec<Step<'s>>, ReadError> {
    let contents = line.par_iter().map(|commit| blob_in(objects, commit.tree, path));
    let contents: Vec<Option<ObjectId>> = contents.collect::<Result<_, _>>()?;
    let steps = line.iter().enumerate().map(|(i, commit)| Step {
        commit,
        before: contents.get(i + 1).copied().flatten(),
        after: contents[i],
    });
    Ok(steps.filter(|step| step.before != step.after).collect())
}

fn text(objects: &dyn Objects, id: Option<ObjectId>) -> Result<Option<String>, ReadError> {
    let Some(id) = id else { return Ok(None) };
    Ok(Some(String::from_utf8_lossy(&blob(objects, id)?).into_owned()))
}

/// A list of whose key is whose, as far as it can be read.
struct List {
    lines: Vec<Line>,
    /// What cannot be read, or counts for nothing.
    problems: Option<String>,
}

impl List {
    fn of_ssh(path: &RepoPath, text: Option<&str>) -> Self {
        let Some(text) = text else { return Self { lines: Vec::new(), problems: None } };
        let AllowedSigners { lines, problems, .. } = AllowedSigners::parse(path.clone(), text);
        let numbers = listed(problems.iter().map(|problem| problem.line.to_string()), "and");
        let problems = (!problems.is_empty()).then(|| format!("line {numbers}"));
        Self { lines, problems }
    }

    fn of_openpgp(path: &RepoPath, text: Option<&str>) -> Self {
        let Some(text) = text else { return Self { lines: Vec::new(), problems: None } };
        let OpenPgpKeys { lines, problems, .. } = OpenPgpKeys::parse(path.clone(), text);
        let problems = match cfg!(feature = "openpgp") {
            true => (!problems.is_empty()).then(|| problems.join("; ")),
            false => Some("its keys, by this build".to_owned()),
        };
        Self { lines, problems }
    }
}

/// Says what changed from one list of whose key is whose to the next.
fn list_changes(old: &List, new: &List) -> Vec<String> {
    let mut words = Vec::new();
    let is_for = |a: &Line, b: &Line| a.key == b.key && a.principals == b.principals;
    let told = |line: &Line| {
        let key = &line.key.fingerprint;
        format!("the key `{key}` of {}", Printable(&line.principals))
    };
    let says = |line: &Line| {
        (line.is_authority, line.namespaces.clone(), line.valid_after, line.valid_before)
    };
    for line in &new.lines {
        let mut same = old.lines.iter().filter(|other| is_for(other, line));
        match same.next() {
            None => words.push(format!("it lists {}", told(line))),
            Some(other) if says(other) == says(line) => {}
            Some(_) => words.push(format!("what {} counts for, or when, is another", told(line))),
        }
    }
    let gone = old.lines.iter().filter(|line| !new.lines.iter().any(|it| is_for(it, line)));
    words.extend(gone.map(|line| format!("it lists {} no more", told(line))));
    if let Some(problems) = &new.problems {
        words.push(format!("what cannot be read of it: {problems}"));
    }
    words
}

/// Says what changed from one state of a register of roles to the next.
pub fn row_changes(before: &[RoleRow], after: &[RoleRow]) -> Vec<String> {
    let is_of_role = |a: &RoleRow, b: &RoleRow| a.role == b.role && a.person == b.person;
    let lacks = |rows: &[RoleRow], row: &RoleRow| !rows.iter().any(|it| it.says_the_same(row));
    let days = |row: &RoleRow| match (row.from, row.to) {
        (Some(from), Some(to)) => format!(" from {from} to {to}"),
        (Some(from), None) => format!(" from {from}"),
        (None, Some(to)) => format!(" to {to}"),
        (None, None) => String::new(),
    };
    let new: Vec<&RoleRow> = after.iter().filter(|row| lacks(before, row)).collect();
    let gone: Vec<&RoleRow> = before.iter().filter(|row| lacks(after, row)).collect();
    let mut words = Vec::new();
    for row in &new {
        words.push(match gone.iter().find(|it| is_of_role(it, row)) {
            Some(old) if (old.from, old.to) != (row.from, row.to) => {
                format!(
                    "`{}` is {}’s{}, before{}",
                    row.role,
                    row.person,
                    days(row),
                    match days(old) {
                        days if days.is_empty() => " without days".to_owned(),
                        days => days,
                    }
                )
            }
            Some(_) => format!("the row of `{}` for {} is another", row.role, row.person),
            None => format!("`{}` goes to {}{}", row.role, row.person, days(row)),
        });
    }
    for row in gone.iter().filter(|row| !new.iter().any(|it| is_of_role(it, row))) {
        words.push(format!("the row of `{}` for {} is gone", row.role, row.person));
    }
    words
}
