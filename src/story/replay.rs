//! From a [`Story`] to the objects Git would have made of it.
//!
//! The raw bytes of commits, trees and tags are put together here and nowhere else, so the ids
//! are those of any repository with the same history.

use super::{
    Action, Branch, Change, Commit, Event, Recording, Stamp, Story, StoryError, Tag, edit,
    files::Files,
};
use crate::{
    repo::object::{ObjectId, ObjectKind},
    source::{RepoPath, did_you_mean, listed},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Replays a story in memory.
///
/// `published` gives the text of a file for `published` fences; pass `&|_| None` where there are
/// none.
///
/// # Errors
/// When something told cannot have happened: an edit of a file that is not there, a merge of a
/// branch nobody made.
pub fn replay(
    story: &Story,
    published: &dyn Fn(&str) -> Option<String>,
) -> Result<Recording, StoryError> {
    let mut replay = Replay {
        recording: Recording::default(),
        parents: HashMap::new(),
        latest: None,
        line: 0,
        published,
    };
    for step in &story.steps {
        replay.line = step.line;
        match &step.event {
            Event::Commit(commit) => replay.commit(commit)?,
            Event::Tag(tag) => replay.tag(tag)?,
            Event::Switch(branch) => replay.switch(branch)?,
        }
    }
    Ok(replay.recording)
}

struct Replay<'a> {
    recording: Recording,
    parents: HashMap<ObjectId, Vec<ObjectId>>,
    /// The commit made last and its files, so that a straight line reads no tree twice.
    latest: Option<(ObjectId, Files)>,
    /// The line of the step that is being replayed.
    line: usize,
    published: &'a dyn Fn(&str) -> Option<String>,
}

impl Replay<'_> {
    fn error(&self, message: impl Into<String>) -> StoryError {
        StoryError::at(self.line, message)
    }

    fn commit(&mut self, commit: &Commit) -> Result<(), StoryError> {
        if let Some(branch) = &commit.branch {
            self.turn_to(branch)?;
        }
        let parents = self.parents_of(commit)?;
        let mut files = match parents.split_first() {
            Some((first, merged)) => self.merged_files(*first, merged, commit)?,
            None => Files::default(),
        };
        for change in &commit.changes {
            self.change(&mut files, change)?;
        }
        let tree = files.write(&mut self.recording)?;
        let raw = raw_commit(commit, tree, &parents).map_err(|why| self.error(why))?;
        let id = self.recording.add(ObjectKind::Commit, raw)?;
        self.recording.commits.push(id);
        self.recording.branches.insert(self.recording.head.clone(), id);
        self.parents.insert(id, parents);
        self.latest = Some((id, files));
        Ok(())
    }

    fn turn_to(&mut self, branch: &Branch) -> Result<(), StoryError> {
        let exists = self.recording.branches.contains_key(&branch.name);
        let start = match &branch.from {
            Some(_) if exists => {
                return Err(self.error(format!(
                    "branch `{}` is there already, so it cannot begin anew; leave out `from`",
                    branch.name
                )));
            }
            Some(from) => Some(self.commit_named(from)?),
            None => self.recording.head_commit(),
        };
        if !git2::Branch::name_is_valid(&branch.name).unwrap_or(false) {
            return Err(self.error(format!("Git takes no branch with the name `{}`", branch.name)));
        }
        self.recording.head.clone_from(&branch.name);
        if let Some(start) = start.filter(|_| !exists) {
            self.recording.branches.insert(branch.name.clone(), start);
        }
        Ok(())
    }

    fn switch(&mut self, branch: &str) -> Result<(), StoryError> {
        if !self.recording.branches.contains_key(branch) {
            return Err(self.error(self.no_such(branch)));
        }
        branch.clone_into(&mut self.recording.head);
        Ok(())
    }

    fn tag(&mut self, tag: &Tag) -> Result<(), StoryError> {
        let Some(commit) = self.recording.head_commit() else {
            return Err(self.error("there is no commit yet that could be tagged"));
        };
        if tag.name.contains('\0') || !git2::Tag::is_valid_name(&tag.name) {
            return Err(self.error(format!("Git takes no tag with the name `{}`", tag.name)));
        }
        let named = match &tag.annotation {
            Some(annotation) => {
                let mut raw = format!(
                    "object {commit}\ntype commit\ntag {}\ntagger {}\n\n{}",
                    tag.name,
                    raw_stamp(&annotation.tagger),
                    annotation.message
                );
                if let Some(signing) = &annotation.signing {
                    let armor = signing.sign(raw.as_bytes()).map_err(|why| self.error(why))?;
                    raw.push_str(&armor);
                }
                self.recording.add(ObjectKind::Tag, raw.into_bytes())?
            }
            None => commit,
        };
        self.recording.tags.insert(tag.name.clone(), named);
        Ok(())
    }

    fn commit_named(&self, name: &str) -> Result<ObjectId, StoryError> {
        self.recording.commit_named(name).ok_or_else(|| self.error(self.no_such(name)))
    }

    fn no_such(&self, name: &str) -> String {
        let known = self.recording.branches.keys().chain(self.recording.tags.keys());
        match did_you_mean(name, known.map(String::as_str)) {
            Some(meant) => format!("there is no branch `{name}`; did you mean `{meant}`?"),
            None => format!("there is no branch `{name}`"),
        }
    }

    fn parents_of(&self, commit: &Commit) -> Result<Vec<ObjectId>, StoryError> {
        if commit.root {
            return match commit.merged[..] {
                [] => Ok(Vec::new()),
                _ => Err(self.error("a root has no parent, so it cannot merge a branch")),
            };
        }
        let mut parents: Vec<ObjectId> = self.recording.head_commit().into_iter().collect();
        if parents.is_empty() && !commit.merged.is_empty() {
            return Err(self.error("there is no commit yet that a branch could be merged into"));
        }
        for name in &commit.merged {
            let parent = self.commit_named(name)?;
            if parents.contains(&parent) {
                return Err(self.error(format!("`{name}` brings nothing to merge")));
            }
            parents.push(parent);
        }
        Ok(parents)
    }

    /// The files of the first parent, with what the merged branches changed.
    fn merged_files(
        &mut self,
        first: ObjectId,
        merged: &[ObjectId],
        commit: &Commit,
    ) -> Result<Files, StoryError> {
        let mut files = match self.latest.take() {
            Some((id, files)) if id == first => files,
            _ => self.recording.files_of(first),
        };
        let settled = settled_paths(&commit.changes);
        let mut ours = vec![first];
        for (name, other) in commit.merged.iter().zip(merged) {
            let base = self.merge_base(&ours, *other);
            let base = base.map(|base| self.recording.files_of(base)).unwrap_or_default();
            let theirs = self.recording.files_of(*other);
            let conflicts = files
                .merge(&base, &theirs, &settled)
                .map_err(|message| self.error(format!("`{name}` cannot be merged: {message}")))?;
            if !conflicts.is_empty() {
                let conflicts = listed(conflicts.iter().map(|path| format!("`{path}`")), "and");
                return Err(self.error(format!(
                    "`{name}` and `{}` both changed {conflicts}; \
                     the merge has to tell what becomes of it",
                    self.recording.head
                )));
            }
            ours.push(*other);
        }
        Ok(files)
    }

    /// Returns the common ancestor that was made last. None of the others descends from it.
    fn merge_base(&self, ours: &[ObjectId], theirs: ObjectId) -> Option<ObjectId> {
        let ours = self.ancestors(ours);
        let theirs = self.ancestors(&[theirs]);
        let is_common = |id: &&ObjectId| ours.contains(id) && theirs.contains(id);
        self.recording.commits.iter().rev().find(is_common).copied()
    }

    fn ancestors(&self, of: &[ObjectId]) -> HashSet<ObjectId> {
        let mut found = HashSet::new();
        let mut open = of.to_vec();
        while let Some(id) = open.pop() {
            if found.insert(id) {
                open.extend(self.parents.get(&id).into_iter().flatten());
            }
        }
        found
    }

    fn change(&mut self, files: &mut Files, change: &Change) -> Result<(), StoryError> {
        let path = &change.path;
        let error = |message: String| StoryError::at(change.line, message);
        let content = match &change.action {
            Action::Delete => {
                files.remove(path).ok_or_else(|| error(absent(path, files)))?;
                return Ok(());
            }
            Action::Rename(to) => {
                let blob = files.remove(path).ok_or_else(|| error(absent(path, files)))?;
                if files.get(to).is_some() {
                    return Err(error(format!("`{to}` is there already")));
                }
                return files.put(to, blob).map_err(error);
            }
            Action::Write(content) => content.clone(),
            Action::Edit(hunks) => {
                let blob = files.get(path).ok_or_else(|| error(absent(path, files)))?;
                edit::apply(path, self.recording.bytes(blob).unwrap_or_default(), hunks)?
            }
            Action::Publish(hunks) => {
                let text = path.as_str().and_then(self.published);
                let text =
                    text.ok_or_else(|| error(format!("nothing is published as `{path}`")))?;
                edit::apply(path, text.as_bytes(), hunks)?
            }
        };
        let blob = self.recording.add(ObjectKind::Blob, content)?;
        files.put(path, blob).map_err(error)
    }
}

/// The files a merge tells about itself, so that both sides may have changed them.
fn settled_paths(changes: &[Change]) -> BTreeSet<&RepoPath> {
    let mut paths = BTreeSet::new();
    for change in changes {
        paths.insert(&change.path);
        if let Action::Rename(to) = &change.action {
            paths.insert(to);
        }
    }
    paths
}

fn absent(path: &RepoPath, files: &Files) -> String {
    let word = path.to_string();
    let known: Vec<String> = files.paths().map(ToString::to_string).collect();
    match did_you_mean(&word, known.iter().map(String::as_str)) {
        Some(meant) => format!("there is no file `{path}`; did you mean `{meant}`?"),
        None => format!("there is no file `{path}`"),
    }
}

fn raw_commit(commit: &Commit, tree: ObjectId, parents: &[ObjectId]) -> Result<Vec<u8>, String> {
    let parents: String = parents.iter().map(|parent| format!("parent {parent}\n")).collect();
    let (author, committer) = (raw_stamp(&commit.author), raw_stamp(&commit.committer));
    let head = format!("tree {tree}\n{parents}author {author}\ncommitter {committer}\n");
    let unsigned = format!("{head}\n{}", commit.message).into_bytes();
    let Some(signing) = &commit.signing else { return Ok(unsigned) };
    let armor = signing.sign(&unsigned)?;
    let header = armor.trim_end().replace('\n', "\n ");
    Ok(format!("{head}gpgsig {header}\n\n{}", commit.message).into_bytes())
}

fn raw_stamp(stamp: &Stamp) -> String {
    let Stamp { person, seconds, offset } = stamp;
    let sign = if *offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.unsigned_abs() / 60, offset.unsigned_abs() % 60);
    format!("{} <{}> {seconds} {sign}{hours:02}{minutes:02}", person.name, person.email)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "Ada Lovelace <ada@example.org>";

    fn replayed(text: &str) -> Result<Recording, String> {
        let text = text.replace("ADA", ADA);
        let published = |path: &str| (path == "p.md").then(|| "one\ntwo\n".to_owned());
        Story::parse(&text)
            .and_then(|story| replay(&story, &published))
            .map_err(|error| error.to_string())
    }

    fn tell(recording: &Recording, commit: ObjectId) -> Vec<String> {
        let file = |path: &RepoPath| recording.file(commit, path).unwrap().to_vec();
        let files = recording.files(commit);
        files
            .keys()
            .map(|path| format!("{path}: {}", String::from_utf8(file(path)).unwrap().trim_end()))
            .collect()
    }

    fn told(text: &str) -> Vec<String> {
        let recording = replayed(text).unwrap();
        tell(&recording, recording.head_commit().unwrap())
    }

    fn parents(recording: &Recording, id: ObjectId) -> Vec<ObjectId> {
        crate::repo::object::Commit::parse(id, recording.bytes(id).unwrap()).unwrap().parents
    }

    #[test]
    fn ids_are_those_git_gives() {
        let recording = replayed(
            "# commit 2026-01-10 ADA: Issue it\n\n> Because.\n\n```md docs/a.md\nhello\n```\n\
             # tag v1 2026-01-11T10:00:00-0330 ADA: First\n",
        )
        .unwrap();
        // From `git commit-tree` and `git mktag`.
        assert_eq!(
            recording.head_commit().unwrap().to_string(),
            "85ebcb20c2fb082de7293b27167f1cedbd69cb1e"
        );
        assert_eq!(recording.tags["v1"].to_string(), "a678aa672367dc29fd1a38c6c39cdccf24fe56d4");
    }

    #[test]
    fn files_are_written_edited_renamed_and_deleted() {
        let text = "# commit 2026-01-10 ADA: 1\n```md a.md\na\nb\n```\n```md d/b.md\nb\n```\n```published p.md\n-two\n+TWO\n```\n\
                    # commit 2026-01-10 ADA: 2\n- rename: a.md -> c/a.md\n- delete: d/b.md\n```edit c/a.md\n-a\n+A\n```\n```published p.md\n```\n";
        assert_eq!(told(text), ["c/a.md: A\nb", "p.md: one\ntwo"]);
        let recording = replayed(text).unwrap();
        assert_eq!(
            tell(&recording, recording.commits[0]),
            ["a.md: a\nb", "d/b.md: b", "p.md: one\nTWO"]
        );
    }

    const TWO_SIDES: &str = "# commit 2026-01-10 ADA: base\n```md a\n1\n```\n```md b\n1\n```\n\
                             # commit 2026-01-11 ADA: theirs\n- branch: topic\n```md b\n2\n```\n```md n\n2\n```\n\
                             # commit 2026-01-12 ADA: ours\n- branch: main\n```md a\n3\n```\n";

    #[test]
    fn a_merge_joins_what_both_sides_did() {
        let recording =
            replayed(&format!("{TWO_SIDES}# commit 2026-01-13 ADA: merge\n- merge: topic\n"))
                .unwrap();
        let merge = recording.head_commit().unwrap();
        assert_eq!(tell(&recording, merge), ["a: 3", "b: 2", "n: 2"]);
        assert_eq!(parents(&recording, merge), [recording.commits[2], recording.commits[1]]);
        assert_eq!(recording.head, "main");
    }

    #[test]
    fn a_merge_may_say_what_neither_side_said() {
        let evil = "# commit 2026-01-13 ADA: merge\n- merge: topic\n```edit b\n-2\n+evil\n```\n";
        assert_eq!(told(&format!("{TWO_SIDES}{evil}")), ["a: 3", "b: evil", "n: 2"]);
    }

    #[test]
    fn a_conflict_must_be_settled_by_the_merge() {
        let both =
            format!("{TWO_SIDES}```md b\n3\n```\n# commit 2026-01-13 ADA: merge\n- merge: topic\n");
        let error = replayed(&both).unwrap_err();
        assert!(
            error.ends_with(
                "`topic` and `main` both changed `b`; the merge has to tell what becomes of it"
            ),
            "{error}"
        );
        assert_eq!(told(&format!("{both}```md b\n4\n```\n")), ["a: 3", "b: 4", "n: 2"]);
        assert_eq!(told(&format!("{both}```edit b\n-3\n+5\n```\n")), ["a: 3", "b: 5", "n: 2"]);
        assert_eq!(told(&format!("{both}- delete: b\n")), ["a: 3", "n: 2"]);
    }

    #[test]
    fn an_octopus_and_a_second_root_can_be_told() {
        let text = format!(
            "{TWO_SIDES}# commit 2026-01-13 ADA: records\n- branch: records\n- root\n```md r\nr\n```\n\
             # switch main\n# commit 2026-01-14 ADA: all\n- merge: topic, records\n"
        );
        let recording = replayed(&text).unwrap();
        let head = recording.head_commit().unwrap();
        assert_eq!(tell(&recording, head), ["a: 3", "b: 2", "n: 2", "r: r"]);
        assert_eq!(parents(&recording, head).len(), 3);
        assert!(parents(&recording, recording.branches["records"]).is_empty());
    }

    #[test]
    fn a_second_merge_starts_where_the_first_ended() {
        let text = format!(
            "{TWO_SIDES}# commit 2026-01-13 ADA: merge\n- merge: topic\n\
             # commit 2026-01-14 ADA: more\n- branch: topic\n```md b\n5\n```\n\
             # commit 2026-01-15 ADA: back\n- branch: main\n- merge: topic\n"
        );
        assert_eq!(told(&text), ["a: 3", "b: 5", "n: 2"]);
    }

    #[test]
    fn branches_begin_at_tags_too() {
        let text = "# commit 2026-01-10 ADA: 1\n```md a\n1\n```\n# tag v1\n# tag v2 2026-01-10 ADA: m\n\
                    # commit 2026-01-10 ADA: 2\n```md a\n2\n```\n# commit 2026-01-10 ADA: 3\n- branch: fix from v2\n";
        let recording = replayed(text).unwrap();
        assert_eq!(tell(&recording, recording.branches["fix"]), ["a: 1"]);
        assert_eq!(tell(&recording, recording.branches["main"]), ["a: 2"]);
        assert_eq!(recording.tags["v1"], recording.commits[0]);
        assert_eq!(recording.head, "fix");
    }

    #[test]
    fn what_cannot_have_happened_is_said() {
        let one =
            "# commit 2026-01-10 ADA: 1\n```md docs/a.md\n1\n```\n# commit 2026-01-10 ADA: 2\n";
        let cases = [
            ("- merge: topic\n", "line 5: there is no branch `topic`"),
            ("- merge: maim\n", "line 5: there is no branch `maim`; did you mean `main`?"),
            ("- merge: main\n", "line 5: `main` brings nothing to merge"),
            ("- branch: a..b\n", "line 5: Git takes no branch with the name `a..b`"),
            (
                "- branch: main from main\n",
                "line 5: branch `main` is there already, so it cannot begin anew; leave out `from`",
            ),
            (
                "- delete: docs/b.md\n",
                "line 6: there is no file `docs/b.md`; did you mean `docs/a.md`?",
            ),
            ("```edit x\n+1\n```\n", "line 6: there is no file `x`"),
            ("```published x\n```\n", "line 6: nothing is published as `x`"),
            ("```md docs\n```\n", "line 6: `docs` cannot be a file, it is a folder"),
            (
                "- rename: docs/a.md -> docs/a.md/b\n- rename: docs/a.md/b -> ../x\n",
                "line 7: `../x` is not a path Git would take, because of `..` in it",
            ),
            ("# tag a..b\n", "line 6: Git takes no tag with the name `a..b`"),
            ("# switch maim\n", "line 6: there is no branch `maim`; did you mean `main`?"),
        ];
        for (more, error) in cases {
            assert_eq!(replayed(&format!("{one}{more}")).unwrap_err(), error);
        }
        assert_eq!(
            replayed("# tag v1\n").unwrap_err(),
            "line 1: there is no commit yet that could be tagged"
        );
        assert_eq!(replayed("").unwrap().head_commit(), None);
    }

    #[test]
    fn the_same_text_gives_the_same_recording() {
        assert_eq!(replayed(TWO_SIDES), replayed(TWO_SIDES));
    }

    #[test]
    fn the_example_of_the_manual_can_be_replayed() {
        let page = include_str!("../../docs/stories.md");
        let example = page.split("\n`````").nth(1).unwrap();
        let (_info, example) = example.split_once('\n').unwrap();
        let recording = replayed(example).unwrap();
        assert_eq!(recording.commits.len(), 4);
        assert_eq!(recording.tags.len(), 1);
    }
}
