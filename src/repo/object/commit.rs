//! Commits and annotated tags, and whom they name.
//!
//! They are parsed leniently from their raw bytes: a library that refuses a commit with an odd time
//! stamp would hide every commit beneath it.

use super::ObjectId;
use crate::source::Date;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use oem_cp::code_table::DECODING_TABLE_CP_MAP;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A person as a commit names them: raw, before any mailmap.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Person {
    /// The name as written.
    pub name: String,
    /// The e-mail as written, without the angle brackets.
    pub email: String,
}

/// Who, and when they say it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Who.
    pub person: Person,
    /// Seconds since 1970, if the commit gives a number that fits.
    pub seconds: Option<i64>,
    /// Minutes east of UTC.
    pub offset: i32,
}

impl Signature {
    /// Returns the day in the signer's own time zone.
    pub fn date(&self) -> Option<Date> {
        Date::of_seconds(self.seconds?, self.offset)
    }
}

const LATE_PARENT: &str = "it names a parent where Git looks for none, and does not follow it";
const PARENT_TWICE: &str = "it names a parent twice, and joins no second line";
const ODD_ORDER: &str =
    "its author and its committer do not stand one after the other where Git looks for them";
const TWO_AUTHORS: &str = "it names two authors";
const TWO_COMMITTERS: &str = "it names two committers";

/// A commit, as its raw object says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// The tree it records.
    pub tree: ObjectId,
    /// Its parents, first parent first.
    pub parents: Vec<ObjectId>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who brought it into the repository.
    pub committer: Signature,
    /// The whole message.
    pub message: String,
    /// Whether the commit carries a signature (of whatever kind and value).
    pub signed: bool,
    /// What is malformed about it, in words.
    pub problems: Vec<String>,
    /// Whom its head names beside author and committer, where it is malformed: programs differ on whose
    /// it is.
    pub named_beside: Vec<Person>,
}

impl Commit {
    /// Returns the first line of the message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }

    /// Tells whether it names two people for one thing: programs differ on whose act it is.
    pub fn is_of_two(&self) -> bool {
        self.problems
            .iter()
            .any(|problem| [TWO_AUTHORS, TWO_COMMITTERS].contains(&problem.as_str()))
    }

    /// Returns whom trailers of the message name as co-authors: all on their line and on the lines
    /// that go on with it, which begin with a blank. Whom a malformed head names as well is one too.
    pub fn co_authors(&self) -> impl Iterator<Item = Person> {
        const TRAILER: &str = "co-authored-by";
        let mut trailers: Vec<String> = Vec::new();
        let mut is_trailer = false;
        for line in self.message.lines() {
            // A squash lists the messages that it joins, each behind a star.
            let plain = line.trim_start_matches([' ', '\t', '*', '-']);
            let value = plain.split_at_checked(TRAILER.len());
            let value = value.filter(|(key, _)| key.eq_ignore_ascii_case(TRAILER));
            let value = value.and_then(|(_, rest)| rest.trim_start().strip_prefix(':'));
            is_trailer = value.is_some() || is_trailer && line.starts_with([' ', '\t']);
            match (value, trailers.last_mut().filter(|_| is_trailer)) {
                (Some(value), _) => trailers.push(value.to_owned()),
                (None, Some(trailer)) => trailer.push_str(line),
                (None, None) => {}
            }
        }
        let mut people = Vec::new();
        for trailer in &trailers {
            let is_between = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '&');
            if !trailer.contains('<') {
                let words = trailer.split(is_between).filter(|word| word.contains('@'));
                people.extend(words.map(|it| Person { name: String::new(), email: it.to_owned() }));
            }
            let mut rest = trailer.as_str();
            while let Some((name, after)) = rest.split_once('<')
                && let Some((email, after)) = after.split_once('>')
            {
                let name = name.trim_matches(is_between).to_owned();
                let person = Person { name, email: email.trim().to_owned() };
                people.extend((!person.email.is_empty()).then_some(person));
                rest = after;
            }
        }
        people.extend(self.named_beside.iter().cloned());
        people.into_iter()
    }

    /// Reads a raw commit. `None` when it has no tree, which makes it unusable.
    pub fn parse(id: ObjectId, raw: &[u8]) -> Option<Self> {
        let raw = &*in_utf8(raw);
        let (head, message) = match raw.windows(2).position(|w| w == b"\n\n") {
            Some(end) => (&raw[..end], &raw[end + 2..]),
            None => (raw, &raw[raw.len()..]),
        };
        let mut commit = Self {
            id,
            tree: id,
            parents: Vec::new(),
            author: Signature::default(),
            committer: Signature::default(),
            message: String::from_utf8_lossy(message).into_owned(),
            signed: false,
            problems: Vec::new(),
            named_beside: Vec::new(),
        };
        let (mut author, mut committer) = (None, None);
        let mut lines = head.split(|&b| b == b'\n').map(key_and_value).peekable();
        // Git reads the tree in the first line and the parents in those after it, and nowhere else.
        let (_, tree) = lines.next().filter(|(key, _)| *key == b"tree")?;
        commit.tree = ObjectId::from_hex(tree)?;
        while let Some((_, parent)) = lines.next_if(|(key, _)| *key == b"parent") {
            let parent = ObjectId::from_hex(parent)?;
            match commit.parents.contains(&parent) {
                true => commit.problems.push(PARENT_TWICE.to_owned()),
                false => commit.parents.push(parent),
            }
        }
        let mut is_read = !is_in_utf16(head);
        let mut ahead = lines.clone().map(|(key, _)| key);
        let is_in_order = ahead.next() == Some(b"author") && ahead.next() == Some(b"committer");
        for (key, value) in lines {
            is_read &= !key.contains(&0) && !value.contains(&0);
            match key {
                b"parent" => commit.problems.push(LATE_PARENT.to_owned()),
                b"author" | b"committer" if !is_read => {
                    let named = signature(value, "person", &mut Vec::new()).person;
                    commit.named_beside.push(named);
                }
                b"author" if author.is_none() => {
                    author = Some(signature(value, "author", &mut commit.problems));
                }
                b"author" => {
                    commit.problems.push(TWO_AUTHORS.to_owned());
                    commit.named_beside.push(signature(value, "author", &mut Vec::new()).person);
                }
                b"committer" if committer.is_none() => {
                    committer = Some(signature(value, "committer", &mut commit.problems));
                }
                b"committer" => commit.problems.push(TWO_COMMITTERS.to_owned()),
                b"gpgsig" | b"gpgsig-sha256" => commit.signed = true,
                _ => {}
            }
            if key == b"author" {
                commit.named_beside.extend(addresses_of_none(value));
            }
        }
        if !is_read {
            let why = "its head cannot be read by Git, which sees nobody named in it: it holds a NUL byte, or says that it is in UTF-16";
            commit.problems.push(why.to_owned());
        }
        if message.contains(&0) {
            commit
                .problems
                .push("its message goes on behind a NUL byte, where Git shows nothing".to_owned());
        }
        for (who, given) in [("author", &author), ("committer", &committer)] {
            if given.is_none() {
                commit.problems.push(format!("it names no {who}"));
            }
        }
        // Where one of them is missing or named twice, or a parent is in the way, that says it.
        let is_told = commit.is_of_two() || commit.problems.iter().any(|it| it == LATE_PARENT);
        if !is_in_order && !is_told && author.is_some() && committer.is_some() {
            commit.problems.push(ODD_ORDER.to_owned());
        }
        commit.author = author.unwrap_or_default();
        commit.committer = committer.unwrap_or_default();
        Some(commit)
    }
}

/// Returns a commit in UTF-8, where its head says that it is written in another encoding, as with
/// `i18n.commitEncoding`. What cannot be read so stays what it is.
fn in_utf8(raw: &[u8]) -> Cow<'_, [u8]> {
    let decoded = || {
        let mut head = raw.split(|&b| b == b'\n').take_while(|line| !line.is_empty());
        let label = head.find_map(|line| line.strip_prefix(b"encoding "))?;
        let text = match Encoding::for_label(label) {
            Some(encoding) if encoding.is_ascii_compatible() => {
                encoding.decode_without_bom_handling_and_without_replacement(raw)?.into_owned()
            }
            Some(_) => return None,
            None => DECODING_TABLE_CP_MAP.get(&code_page(label)?)?.decode_string_checked(raw)?,
        };
        Some(Cow::Owned(text.into_bytes()))
    };
    if raw.is_ascii() { Cow::Borrowed(raw) } else { decoded().unwrap_or(Cow::Borrowed(raw)) }
}

/// Tells whether the head of a commit says of itself that it is in UTF-16. Read so, it names nobody.
fn is_in_utf16(head: &[u8]) -> bool {
    let mut lines = head.split(|&b| b == b'\n');
    let label = lines.find_map(|line| line.strip_prefix(b"encoding "));
    let encoding = label.and_then(Encoding::for_label);
    encoding.is_some_and(|encoding| [UTF_16LE, UTF_16BE].contains(&encoding))
}

/// Returns the number of a code page of DOS by its name: `CP850`, `IBM850`, or the number alone.
fn code_page(label: &[u8]) -> Option<u16> {
    let label = label.to_ascii_uppercase();
    let number = label.strip_prefix(b"CP").or_else(|| label.strip_prefix(b"IBM"));
    std::str::from_utf8(number.unwrap_or(&label)).ok()?.parse().ok()
}

/// Parts a line of the head of a commit at its first blank.
fn key_and_value(line: &[u8]) -> (&[u8], &[u8]) {
    let blank = line.iter().position(|&b| b == b' ');
    blank.map_or((line, &[]), |blank| (&line[..blank], &line[blank + 1..]))
}

/// An annotated tag, as its raw object says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// Its id.
    pub id: ObjectId,
    /// The name it gives itself; a reference may give it another.
    pub name: String,
    /// The commit it names.
    pub commit: ObjectId,
    /// Who tagged.
    pub tagger: Signature,
    /// What is said of it, without the signature.
    pub message: String,
}

impl Tag {
    /// Reads a raw tag. `None` when it does not name a commit straight away.
    pub fn parse(id: ObjectId, raw: &[u8]) -> Option<Self> {
        let end = raw.windows(2).position(|w| w == b"\n\n").unwrap_or(raw.len());
        let (head, message) = raw.split_at(end);
        let message = String::from_utf8_lossy(message);
        let message = message.split("\n-----BEGIN ").next().unwrap_or_default().trim().to_owned();
        let mut lines = head.split(|&b| b == b'\n');
        let mut value = |key: &[u8]| lines.next()?.strip_prefix(key)?.strip_prefix(b" ");
        let commit = ObjectId::from_hex(value(b"object")?)?;
        if value(b"type")? != b"commit" {
            return None;
        }
        let name = String::from_utf8_lossy(value(b"tag")?).into_owned();
        let tagger = value(b"tagger").map(|raw| signature(raw, "tagger", &mut Vec::new()));
        Some(Self { id, name, commit, tagger: tagger.unwrap_or_default(), message })
    }
}

/// Reads `Name <mail> seconds zone`, keeping what can be read.
pub(in crate::repo) fn signature(raw: &[u8], who: &str, problems: &mut Vec<String>) -> Signature {
    let text = match std::str::from_utf8(raw) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            problems.push(format!("the {who} is not UTF-8"));
            // In some encoding or other it is a name, and another one than with other bytes.
            WINDOWS_1252.decode_without_bom_handling(raw).0
        }
    };
    let open = text.find('<');
    let close = text.rfind('>');
    let (Some(open), Some(close)) = (open, close.filter(|c| open.is_some_and(|o| o < *c))) else {
        problems.push(format!("the {who} `{}` has no e-mail address", text.trim()));
        return Signature {
            person: Person { name: text.trim().to_owned(), email: String::new() },
            seconds: None,
            offset: 0,
        };
    };
    let email = text[open + 1..close].to_owned();
    if email.contains(['<', '>']) || email.trim().is_empty() {
        problems.push(format!("the {who}'s e-mail `{email}` is malformed"));
    }
    let name = text[..open].trim().to_owned();
    if name.is_empty() {
        problems.push(format!("the {who} has no name"));
    }
    let moment = moment(&text[close + 1..]);
    if moment.is_none() {
        problems.push(format!("the {who}'s time stamp cannot be read"));
    }
    let (seconds, offset) = moment.unzip();
    Signature { person: Person { name, email }, seconds, offset: offset.unwrap_or(0) }
}

/// Reads `seconds zone` as Git does, which sees no moment where either is missing or does not begin
/// as one: the seconds since 1970, and the minutes east of UTC.
fn moment(text: &str) -> Option<(i64, i32)> {
    const BLANKS: [char; 3] = [' ', '\t', '\r'];
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let text = text.trim_start_matches(BLANKS);
    let (seconds, zone) = text.split_at(digits(text));
    let zone = zone.trim_start_matches(BLANKS);
    let zone = &zone[..1 + digits(zone.strip_prefix(['+', '-'])?)];
    let seconds = seconds.parse().ok().filter(|it| Date::of_seconds(*it, 0).is_some())?;
    (zone.len() > 1).then(|| (seconds, offset_minutes(zone).unwrap_or(0)))
}

/// Returns the addresses in an author that are no address together: `Ada <a@b> <c@d>`, `Ada a@b`.
fn addresses_of_none(raw: &[u8]) -> Vec<Person> {
    let text = String::from_utf8_lossy(raw);
    let is_one = text.matches('<').count() == 1 && text.matches('>').count() == 1;
    let is_between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | ',' | ';');
    let words = text.split(is_between).filter(|word| !is_one && word.contains('@'));
    words.map(|email| Person { name: String::new(), email: email.to_owned() }).collect()
}

fn offset_minutes(zone: &str) -> Option<i32> {
    let (sign, digits) = match zone.as_bytes().first()? {
        b'+' => (1, &zone[1..]),
        b'-' => (-1, &zone[1..]),
        _ => return None,
    };
    let number: i32 = digits.parse().ok()?;
    let minutes = number / 100 * 60 + number % 100;
    (minutes <= 24 * 60).then_some(sign * minutes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_a_trailer_names_are_co_authors() {
        let told = |message: &str| {
            let raw = format!("tree {}\n\n{message}", "0".repeat(40));
            let commit = Commit::parse(ObjectId([0; 20]), raw.as_bytes()).unwrap();
            let people = commit.co_authors().map(|it| format!("{}={}", it.name, it.email));
            people.collect::<Vec<_>>().join(" ")
        };
        let bo = "Bo B=bo@example.org";
        assert_eq!(told("Text\n\nCo-authored-by: Bo B <bo@example.org>\n"), bo);
        assert_eq!(told("Text\n\nCO-AUTHORED-BY : Bo B < bo@example.org >\n"), bo);
        assert_eq!(told("Text\n\nCo-authored-by: Bo B\n  <bo@example.org>\n"), bo);
        assert_eq!(told("Text\n\nCo-authored-by: bo@example.org\n"), "=bo@example.org");
        assert_eq!(told("Squash\n\n* Text\n\n* Co-authored-by: Bo B <bo@example.org>\n"), bo);
        let two = "Co-authored-by: Bo B <bo@example.org>, Cy <cy@example.org>\n";
        assert_eq!(told(two), "Bo B=bo@example.org Cy=cy@example.org");
        assert_eq!(told("Reviewed-by: Bo B <bo@example.org>\nbecause of <cy@example.org>"), "");
    }

    #[test]
    fn a_commit_is_read_in_the_encoding_that_its_head_names() {
        let told = |encoding: &str, name: &[u8]| {
            let tree = format!("tree {}\nauthor ", "0".repeat(40));
            let rest = format!(" <a@example.org> 1 +0000\n{encoding}\nText");
            let raw = [tree.as_bytes(), name, rest.as_bytes()].concat();
            let commit = Commit::parse(ObjectId([0; 20]), &raw).unwrap();
            (commit.author.person.name, commit.problems)
        };
        let malformed = |what: &str| vec![what.to_owned(), "it names no committer".to_owned()];
        let none = malformed("it names no committer")[1..].to_vec();
        let latin = b"Ren\xE9 A";
        assert_eq!(told("encoding ISO-8859-1\n", latin), ("René A".to_owned(), none.clone()));
        assert_eq!(told("", "René A".as_bytes()), ("René A".to_owned(), none.clone()));
        assert_eq!(told("encoding Shift_JIS\n", b"\x83{ A"), ("ボ A".to_owned(), none.clone()));
        for encoding in ["CP850", "cp850", "IBM437", "437", "ibm852"] {
            let encoding = format!("encoding {encoding}\n");
            assert_eq!(told(&encoding, b"Ren\x82 A"), ("René A".to_owned(), none.clone()));
        }
        for encoding in ["", "encoding none\n", " encoding latin1\n", "encoding CP1\n"] {
            let lost = ("René A".to_owned(), malformed("the author is not UTF-8"));
            assert_eq!(told(encoding, latin), lost, "{encoding}");
        }
    }

    #[test]
    fn a_moment_is_read_as_git_reads_it() {
        let read = |text: &str| moment(text);
        assert_eq!(read(" 1772528400 +0130"), Some((1_772_528_400, 90)));
        for odd in
            ["1772528400-0000", "\t01772528400  +0000 x", " 1772528400 +0000\r", "1772528400+0x"]
        {
            assert_eq!(read(odd), Some((1_772_528_400, 0)), "{odd}");
        }
        for none in [
            "",
            " 1772528400",
            " 1772528400 abc",
            " 1772528400 0000",
            " 1772528400 +",
            " 1772528400 + 0000",
            " 1772528400x +0000",
            " +1772528400 +0000",
            " -1 +0000",
            " 1772528400\u{B}+0000",
            " 99999999999999999999 +0000",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn who_stands_where_git_does_not_look_is_told() {
        let told = |head: &str| {
            let raw = format!("tree {}\n{head}\n\nText", "0".repeat(40));
            let commit = Commit::parse(ObjectId([0; 20]), raw.as_bytes()).unwrap();
            (commit.author.person.email + " " + &commit.committer.person.email, commit.problems)
        };
        let author = "author Ada <ada@example.org> 1 +0000";
        let committer = "committer Bo <bo@example.org> 1 +0000";
        let named = "ada@example.org bo@example.org".to_owned();
        let whole = (named.clone(), Vec::new());
        assert_eq!(told(&format!("{author}\n{committer}\nencoding UTF-8")), whole);
        let odd = (named, vec![ODD_ORDER.to_owned()]);
        assert_eq!(told(&format!("{committer}\n{author}")), odd);
        assert_eq!(told(&format!("{author}\nencoding UTF-8\n{committer}")), odd);
    }

    #[test]
    fn whom_git_does_not_see_is_no_author_and_named_beside() {
        let tree = format!("tree {}\n", "0".repeat(40));
        for (name, encoding) in [("Bo\0", ""), ("Bo", "encoding UTF-16\n")] {
            let who = format!("{name} <bo@example.org> 1 +0000\n");
            let raw = format!("{tree}author {who}committer {who}{encoding}\nText");
            let commit = Commit::parse(ObjectId([0; 20]), raw.as_bytes()).unwrap();
            assert_eq!(commit.author, Signature::default());
            assert_eq!(commit.committer, Signature::default());
            assert_eq!(
                commit.co_authors().map(|it| it.email).collect::<Vec<_>>(),
                ["bo@example.org"; 2]
            );
            assert_eq!(commit.problems.len(), 3, "{:?}", commit.problems);
        }
    }

    #[test]
    fn whom_a_malformed_head_names_wrote_as_well() {
        let named = |head: &str| {
            let raw = format!("tree {}\n{head}\n\nText", "0".repeat(40));
            let commit = Commit::parse(ObjectId([0; 20]), raw.as_bytes()).unwrap();
            let emails = commit.named_beside.iter().map(|it| it.email.as_str());
            emails.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(named("author Ada <ada@example.org> 1 +0000"), "");
        let two = "author Ada <ada@example.org> 1 +0000\nauthor Bo <bo@example.org> 1 +0000";
        assert_eq!(named(two), "bo@example.org");
        assert_eq!(named("author Bo bo@example.org 1 +0000"), "bo@example.org");
        let both = "author Ada <ada@example.org> <bo@example.org> 1 +0000";
        assert_eq!(named(both), "ada@example.org bo@example.org");
        assert_eq!(named("author Bo <<bo@example.org>> 1 +0000"), "bo@example.org");
    }
}
