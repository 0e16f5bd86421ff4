//! From Markdown to a [`Story`].
//!
//! Headings, list items and quotes are taken as they stand in the source, not as Markdown would
//! render them: `<ada@example.org>` is an address here, not a link.

use super::{
    Action, Annotation, Branch, Change, Commit, Event, Signing, Stamp, Step, Story, StoryError,
    Tag, edit,
    heading::{Heading, When, first_word, person},
    markdown::{heading_text, is_closed, item_text, quoted, unescaped, unticked},
    signing::with_keys,
};
use crate::{
    repo::object::Person,
    source::{Date, RepoPath, did_you_mean},
};
use pulldown_cmark::{CodeBlockKind, Event as Markdown, Parser, Tag as Start, TagEnd};
use std::{collections::BTreeMap, ops::Range};

const ITEMS: [&str; 7] = ["branch", "committer", "delete", "merge", "rename", "root", "signed"];

/// Commits of one day are a minute apart from nine o'clock on, so this many fit.
const COMMITS_OF_A_DAY: i64 = 15 * 60;

pub(super) fn story(text: &str) -> Result<Story, StoryError> {
    if let Some(at) = text.find('\0') {
        let line = text[..at].matches('\n').count() + 1;
        return Err(StoryError::at(
            line,
            "there is a NUL in the text; a `bytes` fence can hold it as `\\x00`",
        ));
    }
    let text = text.trim_start_matches('\u{FEFF}').replace("\r\n", "\n");
    let mut reader = Reader::of(&text);
    reader.read()?;
    Ok(reader.story)
}

struct Reader<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    section: Section,
    /// How many commits of each day had no time of their own.
    commits_of: BTreeMap<Date, i64>,
    story: Story,
}

/// What the text now read belongs to.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    /// No commit yet: a fence tells of a story of one moment.
    Opening,
    /// Straight under the heading of a commit.
    Commit,
    /// Under a title after a commit: fences still belong to it, lists and quotes do not.
    Aside,
    /// Straight under the heading of a tag.
    Tag,
    /// Under anything else that comes after a commit and is none.
    Closed,
}

impl<'a> Reader<'a> {
    fn of(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            line_starts: std::iter::once(0).chain(breaks).collect(),
            section: Section::Opening,
            commits_of: BTreeMap::new(),
            story: Story::default(),
        }
    }

    fn read(&mut self) -> Result<(), StoryError> {
        let mut events = Parser::new(self.text).into_offset_iter().peekable();
        while let Some((event, range)) = events.next() {
            let line = self.line_of(range.start);
            match event {
                Markdown::Start(Start::Heading { .. }) => self.heading(line, range)?,
                Markdown::Start(Start::BlockQuote(_)) => {
                    // What is quoted is a message; fences and headings in it are its words.
                    while events.next_if(|(_, inner)| inner.end <= range.end).is_some() {}
                    self.quote(range);
                }
                Markdown::Start(Start::Item) => {
                    let mut end = range.start;
                    while let Some((_, inner)) = events.next_if(|(event, _)| !ends_item_text(event))
                    {
                        end = end.max(inner.end);
                    }
                    self.item(line, &self.text[range.start..end])?;
                }
                Markdown::Start(Start::CodeBlock(CodeBlockKind::Fenced(info))) => {
                    let mut body = String::new();
                    while let Some((Markdown::Text(text), _)) =
                        events.next_if(|(event, _)| matches!(event, Markdown::Text(_)))
                    {
                        body.push_str(&text);
                    }
                    if !is_closed(&self.text[range]) {
                        return Err(StoryError::at(line, "this fence is never closed"));
                    }
                    self.fence(line, &info, body)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn line_of(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    fn heading(&mut self, line: usize, range: Range<usize>) -> Result<(), StoryError> {
        let text = heading_text(&self.text[range]);
        let heading = Heading::parse(&text).map_err(|message| StoryError::at(line, message))?;
        match heading {
            Heading::Commit { when, who, subject } => {
                self.begin_commit(line, when, who, subject)?;
            }
            Heading::Tag { name, annotation } => {
                let annotation = annotation.map(|(when, who, subject)| Annotation {
                    tagger: self.stamp(when, who),
                    message: format!("{subject}\n"),
                    signing: None,
                });
                let tag = Tag { name: name.to_owned(), annotation };
                self.story.steps.push(Step { line, event: Event::Tag(tag) });
                self.section = Section::Tag;
            }
            Heading::Switch { branch } => {
                self.story.steps.push(Step { line, event: Event::Switch(branch.to_owned()) });
                self.section = Section::Closed;
            }
            Heading::Title => {
                self.section = match self.section {
                    Section::Commit => Section::Aside,
                    Section::Tag => Section::Closed,
                    unchanged => unchanged,
                };
            }
        }
        Ok(())
    }

    fn begin_commit(
        &mut self,
        line: usize,
        when: When,
        who: Person,
        subject: &str,
    ) -> Result<(), StoryError> {
        let author = self.stamp(when, who);
        if when.time.is_none() {
            let count = self.commits_of.entry(when.date).or_default();
            *count += 1;
            if *count > COMMITS_OF_A_DAY {
                return Err(StoryError::at(
                    line,
                    format!("more than {COMMITS_OF_A_DAY} commits of {} have no time", when.date),
                ));
            }
        }
        let commit = Commit {
            committer: author.clone(),
            author,
            message: format!("{subject}\n"),
            branch: None,
            merged: Vec::new(),
            root: false,
            signing: None,
            changes: Vec::new(),
        };
        self.story.steps.push(Step { line, event: Event::Commit(commit) });
        self.section = Section::Commit;
        Ok(())
    }

    /// A day without a time is told by the story's own clock, which only commits move.
    fn stamp(&self, when: When, person: Person) -> Stamp {
        let commits = self.commits_of.get(&when.date).copied().unwrap_or_default();
        let (of_day, offset) = match when.time {
            Some(time) => (time.seconds, time.offset),
            None => (9 * 3600 + commits * 60, 0),
        };
        let seconds = when.date.days() * 86_400 + of_day - i64::from(offset) * 60;
        Stamp { person, seconds, offset }
    }

    fn quote(&mut self, range: Range<usize>) {
        let section = self.section;
        let body = quoted(&self.text[range]);
        let message = match self.story.steps.last_mut().map(|step| &mut step.event) {
            Some(Event::Commit(commit)) if section == Section::Commit => &mut commit.message,
            Some(Event::Tag(Tag { annotation: Some(annotation), .. }))
                if section == Section::Tag =>
            {
                &mut annotation.message
            }
            _ => return,
        };
        message.push('\n');
        message.push_str(&body);
        message.push('\n');
    }

    fn item(&mut self, line: usize, raw: &str) -> Result<(), StoryError> {
        let text = item_text(raw);
        let (keyword, value) = text.split_once(':').unwrap_or((&text, ""));
        let value = unticked(value.trim());
        let error = |message: String| StoryError::at(line, message);
        let is_of_tag = self.section == Section::Tag && keyword.trim() == "signed";
        if self.section != Section::Commit && !is_of_tag {
            return Ok(());
        }
        match keyword.trim() {
            "signed" => self.sign(line, Signing::parse(&value).map_err(error)?)?,
            "committer" => {
                let committer = self.committer(&value).map_err(error)?;
                self.edit_commit(|commit| commit.committer = committer);
            }
            "branch" => {
                let branch = branch(&value).map_err(error)?;
                self.edit_commit(|commit| commit.branch = Some(branch));
            }
            "merge" => {
                let names: Vec<String> =
                    value.split([',', ' ']).map(unticked).filter(|name| !name.is_empty()).collect();
                if names.is_empty() {
                    return Err(error(
                        "`merge` takes the names of branches, as in `merge: topic`".to_owned(),
                    ));
                }
                self.edit_commit(|commit| commit.merged.extend(names));
            }
            "delete" => self.change(line, &value, Action::Delete)?,
            "rename" => {
                let Some((from, to)) = value.split_once(" -> ") else {
                    return Err(error(
                        "`rename` takes two paths, as in `rename: a.md -> b.md`".to_owned(),
                    ));
                };
                let to = RepoPath::from(unticked(to.trim()).as_str());
                self.change(line, &unticked(from.trim()), Action::Rename(to))?;
            }
            "root" if value.is_empty() => self.edit_commit(|commit| commit.root = true),
            "root" => return Err(error("`root` stands alone, without a value".to_owned())),
            other => return Err(error(unknown_item(other))),
        }
        Ok(())
    }

    fn sign(&mut self, line: usize, signing: Signing) -> Result<(), StoryError> {
        let place = match self.story.steps.last_mut().map(|step| &mut step.event) {
            Some(Event::Commit(commit)) if self.section != Section::Tag => &mut commit.signing,
            Some(Event::Tag(Tag { annotation: Some(annotation), .. })) => &mut annotation.signing,
            _ => {
                let message = "only commits and annotated tags are signed";
                return Err(StoryError::at(line, message));
            }
        };
        *place = Some(signing);
        Ok(())
    }

    /// Reads `Bo Approver <bo@example.org> 2026-01-12`; without a date it is the author's moment.
    fn committer(&self, value: &str) -> Result<Stamp, String> {
        let (who, when) = person(value)?;
        let when = if when.is_empty() { None } else { Some(When::parse(when)?) };
        let Some(Event::Commit(commit)) = self.story.steps.last().map(|step| &step.event) else {
            return Err("there is no commit to be the committer of".to_owned());
        };
        let Stamp { seconds, offset, .. } = commit.author;
        let day_of_author = Date::of_seconds(seconds, offset);
        match when {
            Some(when) if when.time.is_some() || Some(when.date) != day_of_author => {
                Ok(self.stamp(when, who))
            }
            _ => Ok(Stamp { person: who, seconds, offset }),
        }
    }

    fn fence(&mut self, line: usize, info: &str, body: String) -> Result<(), StoryError> {
        let (language, path) = first_word(info);
        match language {
            "findings" => self.story.findings.get_or_insert_default().push_str(&body),
            "evidence" => self.story.evidence.get_or_insert_default().push_str(&body),
            "show" => {}
            "signature" => self.sign(line, Signing::Verbatim(body))?,
            "signers" if !path.is_empty() => {
                self.change(line, path, Action::Write(with_keys(&body).into_bytes()))?;
            }
            "edit" | "published" | "bytes" if path.is_empty() => {
                let message =
                    format!("`{language}` takes the path of a file, as in `{language} docs/a.md`");
                return Err(StoryError::at(line, message));
            }
            "edit" => {
                let hunks = edit::hunks(line + 1, &body)?;
                if hunks.is_empty() {
                    return Err(StoryError::at(line, "this edit is empty"));
                }
                self.change(line, path, Action::Edit(hunks))?;
            }
            "published" => {
                let hunks = edit::hunks(line + 1, &body)?;
                self.change(line, path, Action::Publish(hunks))?;
            }
            "bytes" => {
                let bytes = unescaped(line + 1, &body)?;
                self.change(line, path, Action::Write(bytes))?;
            }
            _ if path.is_empty() => {}
            _ => self.change(line, path, Action::Write(body.into_bytes()))?,
        }
        Ok(())
    }

    fn change(&mut self, line: usize, path: &str, action: Action) -> Result<(), StoryError> {
        match self.section {
            Section::Opening => self.begin_implied_commit(line)?,
            Section::Commit | Section::Aside => {}
            Section::Tag | Section::Closed => {
                return Err(StoryError::at(
                    line,
                    format!(
                        "`{path}` stands under no commit; the heading above it is a tag or a switch"
                    ),
                ));
            }
        }
        let change = Change { line, path: RepoPath::from(path), action };
        self.edit_commit(|commit| commit.changes.push(change));
        Ok(())
    }

    fn begin_implied_commit(&mut self, line: usize) -> Result<(), StoryError> {
        let date = Date::new(2026, 1, 10).expect("every year has a tenth of January");
        let ada = Person { name: "Ada Lovelace".into(), email: "ada@example.org".into() };
        let when = When { date, time: None };
        self.begin_commit(line, when, ada, "The documents as they are")?;
        self.section = Section::Aside;
        Ok(())
    }

    fn edit_commit(&mut self, edit: impl FnOnce(&mut Commit)) {
        if let Some(Step { event: Event::Commit(commit), .. }) = self.story.steps.last_mut() {
            edit(commit);
        }
    }
}

fn branch(value: &str) -> Result<Branch, String> {
    let words: Vec<&str> = value.split_whitespace().collect();
    match words[..] {
        [name] => Ok(Branch { name: name.to_owned(), from: None }),
        [name, "from", start] => Ok(Branch { name: name.to_owned(), from: Some(start.to_owned()) }),
        _ => {
            Err("`branch` takes a name, as in `branch: topic` or `branch: topic from main`"
                .to_owned())
        }
    }
}

fn unknown_item(keyword: &str) -> String {
    let hint = match did_you_mean(keyword, ITEMS) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("there are `{}`", ITEMS.join("`, `")),
    };
    format!("`{keyword}` is not a keyword of a commit; {hint}")
}

fn ends_item_text(event: &Markdown<'_>) -> bool {
    match event {
        Markdown::Start(tag) => {
            matches!(tag, Start::CodeBlock(_) | Start::List(_) | Start::Item | Start::BlockQuote(_))
        }
        Markdown::End(tag) => *tag == TagEnd::Item,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::story::replay;

    fn parsed(text: &str) -> Story {
        story(text).unwrap()
    }

    fn error(text: &str) -> String {
        story(text).unwrap_err().to_string()
    }

    fn commits<'a>(story: &'a Story) -> Vec<&'a Commit> {
        let commit = |step: &'a Step| match &step.event {
            Event::Commit(commit) => Some(commit),
            _ => None,
        };
        story.steps.iter().filter_map(commit).collect()
    }

    const ADA: &str = "# commit 2026-01-10 Ada Lovelace <ada@example.org>: Issue it\n";

    #[test]
    fn a_commit_has_a_message_items_and_files() {
        let text = format!(
            "# A title\n\nNarration.\n\n{ADA}\n- committer: Bo <bo@example.org> 2026-01-12\n\
             - branch: topic from main\n* merge: a, b\n- delete: `old.md`\n- rename: a b.md -> c.md\n- root\n\n\
             > It was time.\n>\n> Approved-by: Bo <bo@example.org>\n\nMore narration.\n\n\
             ```md docs/a b.md\n# commit nothing\n```\n"
        );
        let story = parsed(&text);
        let [commit] = commits(&story)[..] else { panic!("{story:?}") };
        assert_eq!(
            commit.message,
            "Issue it\n\nIt was time.\n\nApproved-by: Bo <bo@example.org>\n"
        );
        assert_eq!(commit.author.person.name, "Ada Lovelace");
        assert_eq!(commit.committer.person.email, "bo@example.org");
        assert_eq!(commit.committer.seconds - commit.author.seconds, 2 * 86_400);
        assert_eq!(commit.branch, Some(Branch { name: "topic".into(), from: Some("main".into()) }));
        assert_eq!(commit.merged, ["a", "b"]);
        assert!(commit.root);
        let changes: Vec<_> =
            commit.changes.iter().map(|c| (c.path.to_string(), &c.action)).collect();
        assert_eq!(
            changes,
            [
                ("old.md".to_owned(), &Action::Delete),
                ("a b.md".to_owned(), &Action::Rename("c.md".into())),
                ("docs/a b.md".to_owned(), &Action::Write(b"# commit nothing\n".to_vec())),
            ]
        );
    }

    #[test]
    fn commits_of_one_day_are_a_minute_apart() {
        let text = format!(
            "{ADA}{ADA}# tag v1 2026-01-10 Bo <b@x>: One\n\
             # commit 2026-01-10T14:30:00+01:00 Ada <a@x>: Two\n{ADA}"
        );
        let story = parsed(&text);
        let nine = Date::parse("2026-01-10").unwrap().days() * 86_400 + 9 * 3600;
        let minutes: Vec<i64> =
            commits(&story).iter().map(|commit| (commit.author.seconds - nine) / 60).collect();
        assert_eq!(minutes, [0, 1, 270, 2]);
        assert_eq!(commits(&story)[2].author.offset, 60);
    }

    #[test]
    fn fences_before_a_commit_make_a_story_of_one_moment() {
        let story = parsed(
            "# Bad\n\n- a list\n\n````md a.md\n```\nx\n```\n````\n\n```md b.md\n```\n\n```findings\nerror\n```\n",
        );
        let [commit] = commits(&story)[..] else { panic!("{story:?}") };
        assert_eq!(commit.message, "The documents as they are\n");
        assert_eq!(commit.changes[0].action, Action::Write(b"```\nx\n```\n".to_vec()));
        assert_eq!(commit.changes[1].action, Action::Write(Vec::new()));
        assert_eq!(story.findings.as_deref(), Some("error\n"));
        assert_eq!(story.evidence, None);
    }

    #[test]
    fn what_is_no_file_is_passed_over() {
        let text = format!(
            "{ADA}```\nx\n```\n```md\nx\n```\n```show x\n```\n    indented\n\n## Title\n- list\n\n> quote\n"
        );
        let story = parsed(&text);
        assert!(commits(&story)[0].changes.is_empty());
        assert_eq!(commits(&story)[0].message, "Issue it\n");
    }

    #[test]
    fn quotes_are_words_even_when_they_look_like_fences() {
        let story =
            parsed(&format!("{ADA}> ```md a.md\n> x\n> ```\n> # commit\n\n```md b.md\nb\n```\n"));
        assert_eq!(commits(&story)[0].message, "Issue it\n\n```md a.md\nx\n```\n# commit\n");
        assert_eq!(commits(&story)[0].changes.len(), 1);
    }

    #[test]
    fn line_endings_of_windows_are_read_as_ours() {
        let text = format!("{ADA}\n> body\n\n```md a.md\na\nb\n```\n");
        assert_eq!(parsed(&text.replace('\n', "\r\n")), parsed(&text));
    }

    #[test]
    fn bytes_are_what_they_name() {
        let story = parsed("```bytes a.bin\n\\x00\\xFFab\\x0d\nc\\\n```\n");
        assert_eq!(commits(&story)[0].changes[0].action, Action::Write(b"\0\xFFab\r\nc".to_vec()));
        assert!(error("```bytes a.bin\n\\x0\n```\n").starts_with("line 2: two hexadecimal"));
        assert!(error("```bytes a.bin\n\\x+1\n```\n").starts_with("line 2: two hexadecimal"));
    }

    #[test]
    fn slips_are_named_with_their_line() {
        assert_eq!(
            error(&format!("{ADA}\n- comitter: Bo <b@x>\n")),
            "line 3: `comitter` is not a keyword of a commit; did you mean `committer`?"
        );
        assert!(error("# comit 2026-01-10 Ada <a@x>: x\n").contains("did you mean `commit`?"));
        assert!(error("# commit Ada <a@x>: x\n").contains("`Ada` is not a date"));
        assert!(error("# commit 2026-02-30 Ada <a@x>: x\n").contains("`2026-02-30` is not a date"));
        assert!(error(&format!("{ADA}- root: x\n")).contains("stands alone"));
        assert!(error("# commit 2026-01-10 Ada: x\n").contains("a person"));
        assert!(error("# commit 2026-01-10 Ada <a@x> x\n").contains("colon"));
        assert!(error(&format!("{ADA}```md a.md\nx\n")).contains("never closed"));
        assert!(error(&format!("{ADA}```edit\nx\n```\n")).contains("takes the path"));
        assert!(error(&format!("{ADA}```edit a.md\n```\n")).contains("empty"));
        assert!(error(&format!("{ADA}# tag v1\n```md a.md\n```\n")).contains("under no commit"));
        assert!(error("a\nb\0").starts_with("line 2: "));
    }

    #[test]
    fn no_text_makes_it_panic() {
        let whole = format!(
            "{ADA}- committer: B <b@x> 2026-01-12T10:00+01:00\n- rename: `a` -> `b`\n> q\n>\n\n```edit ä.md\n-a\n+b\n```\n## tag v 2026-01-10 A <a>: m #\nswitch x\n===\n"
        );
        for (at, _) in whole.char_indices() {
            let (before, after) = whole.split_at(at);
            for text in
                [before, after, &format!("{before}`\n> -{after}"), &format!("{after}{before}")]
            {
                let _ = story(text).and_then(|story| replay(&story, &|_| None));
            }
        }
    }
}
