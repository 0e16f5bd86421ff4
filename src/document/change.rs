//! How large the change from one version to another is, and which step of the version it asks for.
//!
//! Major is what somebody who works by the document has to know: a heading, a number, a word of
//! duty, a target or the scope. Minor is other wording. Editorial is spelling, punctuation, links
//! and blanks. Each sign says in words what was seen, so that a reader can judge for himself.
//! Nothing here looks at a clock: large texts are compared more coarsely, always in the same way.

mod fields;
mod words;

use super::conflict::conflicts;
use super::difference::{self, Manner, Region};
use super::digest::normal_body;
use super::markdown::{Block, blocks};
use super::{Front, front};
use crate::source::RepoPath;
use std::collections::HashMap;
use words::{Budget, Passage, Word};

/// How large a change is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Size {
    /// Spelling, punctuation, links or blanks.
    Editorial,
    /// Wording.
    Minor,
    /// A heading, a number, a word of duty, a target or the scope.
    Major,
}

impl Size {
    /// Reads the value of `change_kind`.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Editorial, Self::Minor, Self::Major].into_iter().find(|size| size.word() == text)
    }

    /// Returns the word people write under `change_kind`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Editorial => "editorial",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }

    /// Returns the word with its article.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::Editorial => "an editorial",
            Self::Minor => "a minor",
            Self::Major => "a major",
        }
    }
}

/// One thing that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    /// How large a change it is by itself.
    pub size: Size,
    /// What was seen, in words: "a number changed: 4 hours became 8 hours".
    pub words: String,
}

/// What changed from one version to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// What was seen, in the order of the file; the first fifty of each size.
    pub signs: Vec<Sign>,
    /// How many words came or went; those of which only the spelling changed are not counted.
    pub words: usize,
    /// Whether something was kept up that needs no new version: the rows of a register, the time
    /// between two reviews.
    pub upkeep: bool,
}

/// How many signs of a size are kept: nobody reads more.
const SIGNS: usize = 50;

impl Change {
    /// Compares two versions of a file: front matter and text. What approving, dating and
    /// numbering a version changes of it is no change.
    pub fn between(before: &[u8], after: &[u8]) -> Self {
        let mut change = Self::default();
        let (old_front, old_body) = read(before);
        let (new_front, new_body) = read(after);
        fields::compare(&old_front, &new_front, &mut change);
        change.upkeep = !fields::have_same_upkeep(&old_front, &new_front);
        if !conflicts(&new_body).is_empty() {
            // Both sides stand in it, and the line between them makes a heading of the first.
            change.sign(Size::Major, "a merge left a conflict in it");
        } else if normal_body(&old_body) != normal_body(&new_body) {
            let is_scope = fields::is_scope_statement(&new_front);
            compare_bodies(&old_body, &new_body, is_scope, &mut change);
        }
        change
    }

    /// Returns how large the change is; nothing if nothing changed.
    pub fn size(&self) -> Option<Size> {
        self.signs.iter().map(|sign| sign.size).max()
    }

    /// Says why it is as large as it is: the first sign of its size, and how many there are more.
    pub fn why(&self) -> String {
        let size = self.size();
        let mut signs = self.signs.iter().filter(|sign| Some(sign.size) == size);
        let first = signs.next().map(|sign| sign.words.clone()).unwrap_or_default();
        match signs.count() {
            0 => first,
            1 => format!("{first}; and one more of its size"),
            more if more + 1 == SIGNS => format!("{first}; and many more of its size"),
            more => format!("{first}; and {more} more of its size"),
        }
    }

    /// Adds that the text shows another picture under a name than it did.
    pub fn shows_another(&mut self, picture: &RepoPath) {
        self.sign(Size::Minor, format!("the picture {picture} is another one"));
    }

    fn sign(&mut self, size: Size, words: impl Into<String>) {
        if self.signs.iter().filter(|sign| sign.size == size).count() < SIGNS {
            self.signs.push(Sign { size, words: words.into() });
        }
    }
}

fn read(bytes: &[u8]) -> (Front, String) {
    let (text, split, _) = front::read(bytes);
    let body = text[split.body..].to_owned();
    (Front::from(split), body)
}

/// A block, and the section it stands in.
struct Placed {
    block: Block,
    key: String,
    /// Whether the section is the scope, or holds targets.
    section: Option<&'static str>,
}

fn compare_bodies(old: &str, new: &str, is_scope: bool, change: &mut Change) {
    let (old, new) = (placed(old, is_scope), placed(new, is_scope));
    let signs_before = change.signs.len();
    let mut budget = Budget::default();
    let regions = difference::regions(Manner::Fewest, keys(&old), keys(&new));
    let moved = moved(&old, &new, &regions);
    if moved.values().any(|count| *count > 0) {
        change.sign(Size::Minor, "a passage stands in another place");
    }
    let (mut of_old, mut of_new) = (moved.clone(), moved);
    for region in regions {
        let removed = left_over(&old[region.old], &mut of_old);
        let added = left_over(&new[region.new], &mut of_new);
        compare_headings(&removed, &added, change);
        let text = |blocks: &[&Placed]| -> Vec<Word> {
            let prose = blocks.iter().filter(|placed| !placed.block.is_heading);
            prose.flat_map(|placed| words::words(&placed.block.text, placed.section)).collect()
        };
        words::compare(&text(&removed), &text(&added), Passage::Text, &mut budget, change);
    }
    if change.signs.len() == signs_before {
        change.sign(Size::Editorial, "only punctuation, links, markup or blanks changed");
    }
}

/// Reads the blocks of a text. Those without a word, like a link alone, say nothing.
fn placed(text: &str, is_scope_statement: bool) -> Vec<Placed> {
    let mut section = None;
    let place = |block: Block| {
        if block.is_heading {
            section = fields::section(&block.text, is_scope_statement);
        }
        let key = words::key_of(&block.text);
        (!key.is_empty()).then_some(Placed { block, key, section })
    };
    blocks(text).into_iter().filter_map(place).collect()
}

fn keys(blocks: &[Placed]) -> impl Iterator<Item = &str> {
    blocks.iter().map(|placed| placed.key.as_str())
}

/// Counts the blocks that left one place and stand, word for word, in another.
fn moved<'p>(old: &'p [Placed], new: &'p [Placed], regions: &[Region]) -> HashMap<&'p str, usize> {
    let mut removed: HashMap<&str, usize> = HashMap::new();
    let mut moved: HashMap<&str, usize> = HashMap::new();
    for placed in regions.iter().flat_map(|region| &old[region.old.clone()]) {
        *removed.entry(&placed.key).or_default() += 1;
    }
    for placed in regions.iter().flat_map(|region| &new[region.new.clone()]) {
        if let Some(left) = removed.get_mut(placed.key.as_str()).filter(|left| **left > 0) {
            *left -= 1;
            *moved.entry(&placed.key).or_default() += 1;
        }
    }
    moved
}

/// Returns the blocks that did not only move.
fn left_over<'p>(blocks: &'p [Placed], moved: &mut HashMap<&str, usize>) -> Vec<&'p Placed> {
    let stays = |placed: &&Placed| match moved.get_mut(placed.key.as_str()) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    };
    blocks.iter().filter(stays).collect()
}

fn compare_headings(old: &[&Placed], new: &[&Placed], change: &mut Change) {
    let of = |blocks: &[&Placed]| -> Vec<String> {
        let headings = blocks.iter().filter(|placed| placed.block.is_heading);
        headings.map(|placed| words::shortened(placed.block.text.trim())).collect()
    };
    let (old, new) = (of(old), of(new));
    for (old, new) in old.iter().zip(&new) {
        if words::are_spelled_alike(old, new) {
            change.sign(Size::Editorial, format!("spelling: `{old}` became `{new}`"));
        } else {
            change.sign(Size::Major, format!("a heading changed: `{old}` became `{new}`"));
        }
    }
    for gone in old.iter().skip(new.len()) {
        change.sign(Size::Major, format!("a heading was taken out: `{gone}`"));
    }
    for come in new.iter().skip(old.len()) {
        change.sign(Size::Major, format!("a heading was added: `{come}`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Before, after and what is said of it. `¶` ends a line.
    const TABLE: &str = "
Report it in 4 hours.           => Report it in 8 hours.           :: major: a number changed: 4 hours became 8 hours
Report it in 4 hours.           => Report it in 4 days.            :: major: a number changed: 4 hours became 4 days
Report it in two hours.         => Report it in four hours.        :: major: a number changed: two hours became four hours
It is up 99.5% of the time.     => It is up 99.9% of the time.     :: major: a number changed: 99.5% became 99.9%
The value is -5.                => The value is 5.                 :: major: a number changed: -5 became 5
|a|b|¶|--|--|¶|c|5|             => |a|b|¶|--|--|¶|c|6|             :: major: a number changed: 5 became 6
Check it once a year.           => Check it twice a year.          :: major: a number changed: once became twice
Once a year, and when needed.   => Every two years, and when needed. :: major: a number changed: Once became two years
Check it monthly.               => Check it quarterly.             :: major: an interval changed: `monthly` became `quarterly`
At most 5 failed.               => At least 5 failed.              :: major: a word of duty changed: `most` became `least`
You should plan it.             => You must plan it.               :: major: a word of duty changed: `should` became `must`
It is approved.                 => It is not approved.             :: major: a word of duty was added: `not`
Plan it.                        => Plan it.¶¶You may ask.          :: major: a word of duty was added: `may`
You must not do it.             => You must do it.                 :: major: a word of duty was taken out: `not`
A may do x. B must do x.        => A must do x. B may do x.        :: major: a word of duty changed: `may` became `must`; and one more of its size
# A¶¶Text                       => # B¶¶Text                       :: major: a heading changed: `A` became `B`
# A¶¶Text                       => # A¶¶Text¶¶# B¶¶Text            :: major: a heading was added: `B`
# A¶¶Text                       => # A¶¶<<<<<<< a¶Text¶=======¶Tex¶>>>>>>> b¶ :: major: a merge left a conflict in it
# A¶¶Text¶¶# B¶¶Text            => # A¶¶Text¶¶Text                 :: major: a heading was taken out: `B`
# Scope¶¶For all servers        => # Scope¶¶For all machines       :: major: the scope changed: `servers` became `machines`
# Use¶¶For all servers          => # Use¶¶For all machines         :: minor: the wording changed: `servers` became `machines`
# Targets¶¶Speed is high        => # Targets¶¶Speed is low         :: major: a target changed: `high` became `low`
Plan the change.                => Plan and make the change.       :: minor: the wording changed: `and make` came in
Plan and make it.               => Plan it.                        :: minor: the wording changed: `and make` was taken out
Ask the owner of SVC-01.        => Ask the owner of SVC-02.        :: minor: the wording changed: `SVC-01` became `SVC-02`
A bird is heard.                => A beard is heard.               :: minor: the wording changed: `bird` became `beard`
One.¶¶Two of it.¶¶Three it.     => Two of it.¶¶One.¶¶Three it.     :: minor: a passage stands in another place
# Recieving¶¶Text               => # Receiving¶¶Text               :: editorial: spelling: `Recieving` became `Receiving`
Recieve the change.             => Receive the change.             :: editorial: spelling: `Recieve` became `Receive`
The organisation is small.      => The organization is small.      :: editorial: spelling: `organisation` became `organization`
Set up the e-mail.              => Setup the email.                :: editorial: spelling: `Set up` became `Setup`; and one more of its size
See [the plan](a.md).           => See [the plan](b.md).           :: editorial: only punctuation, links, markup or blanks changed
See [[POL-1@1.0]].              => See [[POL-1@2.0]].              :: editorial: only punctuation, links, markup or blanks changed
Plan it¶before you do it        => Plan it before **you** do it.   :: editorial: only punctuation, links, markup or blanks changed
Plan it.                        => Plan it.¶¶                      :: nothing
";

    /// The same for front matter.
    const FRONT: &str = "
title: Changes                  => title: Incidents                :: minor: the wording changed: `Changes` became `Incidents` (`title`)
owner: ana                      => owner: bo                       :: minor: `owner` was `ana` and is `bo`
services: [SVC-01]              => services: [SVC-01, SVC-02]      :: major: the scope changed: `services` was `SVC-01` and is `SVC-01 SVC-02`
targets: [{hours: 4}]           => targets: [{hours: 8}]           :: major: a target changed: `targets` was `hours 4` and is `hours 8`
statements: [We plan]           => statements: [We must plan]      :: major: a word of duty was added: `must` (`statements`)
owner: the head of all who answer the telephone of the service desk in Bonn => owner: the head of all who answer the letters of the service desk in Bonn :: minor: `owner` was `…telephone of the service desk in Bonn` and is `…letters of the service desk in Bonn`
parent: POL-1                   => clauses: [8.5]                  :: minor: `clauses` now says `8.5`; and one more of its size
version: 1.0                    => version: 2.0                    :: nothing
status: draft                   => status: approved                :: nothing
review_months: 12               => review_months: 24               :: nothing
";

    fn told(before: &str, after: &str) -> String {
        let change = Change::between(before.as_bytes(), after.as_bytes());
        match change.size() {
            None => "nothing".to_owned(),
            Some(size) => format!("{}: {}", size.word(), change.why()),
        }
    }

    fn rows(table: &str) -> impl Iterator<Item = (String, String, &str)> {
        table.lines().filter(|row| !row.is_empty()).map(|row| {
            let (texts, expected) = row.split_once(" :: ").unwrap();
            let (before, after) = texts.split_once(" => ").unwrap();
            let text = |cell: &str| format!("{}\n", cell.trim().replace('¶', "\n"));
            (text(before), text(after), expected)
        })
    }

    #[test]
    fn what_changed_decides_the_size() {
        let mut wrong = Vec::new();
        for (before, after, expected) in rows(TABLE) {
            wrong.extend(Some(told(&before, &after)).filter(|told| told != expected));
        }
        for (before, after, expected) in rows(FRONT) {
            let file = |front: &str| format!("---\nid: POL-1\n{front}---\n\nText.\n");
            wrong.extend(Some(told(&file(&before), &file(&after))).filter(|told| told != expected));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn a_long_text_without_a_common_word_is_compared_all_the_same() {
        let text = |word: &str| -> String {
            (0..20_000).map(|i| format!("{word}{}\n", if i % 9 == 0 { "\n" } else { "" })).collect()
        };
        assert_eq!(told(&text("plan"), &text("must")), "major: a word of duty was added: `must`");
        let numbers =
            |from: usize| -> String { (from..from + 20_000).map(|i| format!("{i}\n\n")).collect() };
        let change = Change::between(numbers(0).as_bytes(), numbers(20_000).as_bytes());
        assert!(change.why().ends_with("and many more of its size"), "{}", change.why());
    }

    #[test]
    fn versions_follow_the_size() {
        let after = |version: &str| -> Vec<String> {
            let version = crate::document::Version::parse(version).unwrap();
            let sizes = [Size::Major, Size::Minor, Size::Editorial];
            sizes.map(|size| version.after(size).to_string()).into()
        };
        assert_eq!(after("1.9"), ["2.0", "1.10", "1.10"]);
        assert_eq!(after("2.1.3"), ["3.0.0", "2.2.0", "2.1.4"]);
        assert_eq!(after("3"), ["4", "4", "4"]);
        assert_eq!(after("0.3"), ["1.0", "0.4", "0.4"]);
        assert_eq!(after("2026.1"), ["2026.2", "2026.2", "2026.2"]);
    }
}
