//! Whose key is whose: a file of allowed signers, in the format of OpenSSH.
//!
//! A line is read and matched as `ssh-keygen -Y verify` does it, which the tests ask. Where the
//! two differ, this one says less: a time without a zone is UTC, since a verdict must not hang on
//! the machine; a day that does not exist is a mistake; a certificate authority vouches for nobody.

use super::Key;
use crate::source::{Date, RepoPath, Span};

/// The lines of a file of allowed signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedSigners {
    /// Where the file lies.
    pub path: RepoPath,
    /// Its text, in which the spans are offsets; nothing where there is no such file.
    pub text: Option<String>,
    /// The lines that can be read, in the order written.
    pub lines: Vec<Line>,
    /// The lines that cannot.
    pub problems: Vec<Problem>,
}

/// One line: whose key it is, what for, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Where it stands.
    pub span: Span,
    /// The principals as written: a list of patterns.
    pub principals: String,
    /// Whether the key is that of a certificate authority.
    pub is_authority: bool,
    /// The purposes it may sign for, as a list of patterns; any, if none is given.
    pub namespaces: Option<String>,
    /// Seconds since 1970 before which it does not hold.
    pub valid_after: Option<i64>,
    /// Seconds since 1970 after which it does not hold.
    pub valid_before: Option<i64>,
    /// The key.
    pub key: Key,
}

/// A line that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its number, from 1.
    pub line: usize,
    /// Where it stands.
    pub span: Span,
    /// What is the matter, as words that follow the number.
    pub words: String,
}

impl AllowedSigners {
    /// Reads a file; it never fails, and keeps what it cannot read.
    pub fn parse(path: RepoPath, text: &str) -> Self {
        let mut signers = Self { text: Some(text.to_owned()), ..Self::missing(path) };
        let mut start = 0;
        for (i, raw) in text.split_inclusive('\n').enumerate() {
            let line = raw.trim_end_matches(['\n', '\r']);
            let content = line.trim_start_matches([' ', '\t']);
            let from = start + line.len() - content.len();
            // The principals are enough to show which line is meant.
            let first_word = content.find([' ', '\t']).unwrap_or(content.len());
            let span = Span::from(from..from + first_word);
            start += raw.len();
            if content.is_empty() || content.starts_with('#') {
                continue;
            }
            if content.starts_with('\u{FEFF}') {
                let words = "it begins with an unseen byte order mark, which Git takes for a part of the name; save the file without it".to_owned();
                signers.problems.push(Problem { line: i + 1, span, words });
                continue;
            }
            match read(content) {
                Ok(read) => signers.lines.push(Line { number: i + 1, span, ..read }),
                Err(words) => signers.problems.push(Problem { line: i + 1, span, words }),
            }
        }
        signers
    }

    /// Returns what the file says of itself: the comment before its first line, without its signs.
    pub fn introduction(&self) -> String {
        let lines = self.text.iter().flat_map(|text| text.lines());
        let comment = lines.map_while(|line| line.trim_start().strip_prefix('#'));
        comment.map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
    }

    /// Says that there is no such file.
    pub fn missing(path: RepoPath) -> Self {
        Self { path, text: None, lines: Vec::new(), problems: Vec::new() }
    }

    /// Returns the lines that give a key to somebody; a certificate authority has none.
    pub fn lines_of<'s>(&'s self, key: &'s Key) -> impl Iterator<Item = &'s Line> {
        self.lines.iter().filter(move |line| !line.is_authority && line.key == *key)
    }

    /// Tells whether a signature counts as a principal's, as `ssh-keygen -Y verify` would say.
    pub fn allow(&self, key: &Key, principal: &str, namespace: &str, seconds: i64) -> bool {
        self.lines_of(key)
            .any(|line| line.names(principal) && line.is_for(namespace) && line.holds_at(seconds))
    }
}

impl Line {
    /// Tells whether the patterns hold a principal.
    pub fn names(&self, principal: &str) -> bool {
        matches_list(principal, &self.principals)
    }

    /// Tells whether the line names a principal and nobody else by the same words: a pattern with
    /// a wildcard says that somebody signed, not who.
    pub fn names_alone(&self, principal: &str) -> bool {
        self.names(principal)
            && self.principals.split(',').any(|one| one == principal)
            && !is_pattern(principal)
    }

    /// Returns the names that the line gives its key to, patterns with a wildcard apart.
    pub fn names_given(&self) -> impl Iterator<Item = &str> {
        self.principals.split(',').filter(|one| self.names_alone(one))
    }

    /// Tells whether the patterns can hold nobody: what one names, another takes out.
    pub fn gives_nobody(&self) -> bool {
        self.names_given().next().is_none() && self.wildcards().next().is_none()
    }

    /// Returns the principals that stand for more than one name.
    pub fn wildcards(&self) -> impl Iterator<Item = &str> {
        self.principals.split(',').filter(|one| !one.starts_with('!') && is_pattern(one))
    }

    /// Tells whether the key may sign for a purpose.
    pub fn is_for(&self, namespace: &str) -> bool {
        self.namespaces.as_ref().is_none_or(|list| matches_list(namespace, list))
    }

    /// Tells whether the line holds at a time.
    pub fn holds_at(&self, seconds: i64) -> bool {
        self.valid_after.is_none_or(|after| seconds >= after)
            && self.valid_before.is_none_or(|before| seconds <= before)
    }

    /// Says when the line holds: `from 2026-01-01 to 2026-12-31`, `without an end`.
    pub fn validity(&self) -> String {
        let day = |seconds: i64| {
            Date::of_seconds(seconds, 0).map(|day| day.to_string()).unwrap_or_default()
        };
        match (self.valid_after, self.valid_before) {
            (Some(after), Some(before)) => format!("from {} to {}", day(after), day(before)),
            (Some(after), None) => format!("from {}", day(after)),
            (None, Some(before)) => format!("to {}", day(before)),
            (None, None) => "without an end".to_owned(),
        }
    }
}

fn is_pattern(word: &str) -> bool {
    word.contains(['*', '?'])
}

/// Reads `principals [options] key [comment]`.
fn read(line: &str) -> Result<Line, String> {
    let (principals, rest) = principals(line)?;
    let (options, key) = match Key::parse(rest) {
        Some(key) => (Options::default(), key),
        None => {
            let end = end_of_options(rest).ok_or("a quote of its options is never closed")?;
            let (options, rest) = rest.split_at(end);
            if rest.is_empty() {
                return Err("there is no key that can be read".to_owned());
            }
            // Options come first: a mistake in them says more than the key that follows.
            let key = Key::parse(rest);
            let options = match Options::parse(options) {
                Err(_) if key.is_none() => Err("there is no key that can be read".to_owned()),
                options => options,
            }?;
            (options, key.ok_or("there is no key that can be read")?)
        }
    };
    Ok(Line {
        number: 0,
        span: Span::default(),
        principals,
        is_authority: options.is_authority,
        namespaces: options.namespaces,
        valid_after: options.valid_after,
        valid_before: options.valid_before,
        key,
    })
}

/// Takes the principals off the front: up to a blank, or to the end of a quote.
fn principals(line: &str) -> Result<(String, &str), String> {
    const BLANKS: [char; 3] = [' ', '\t', '\r'];
    let nothing_else = || "it holds principals and no key".to_owned();
    let end = line.find([' ', '\t', '\r', '"']).ok_or_else(nothing_else)?;
    let (mut found, mut rest) = (line[..end].to_owned(), &line[end..]);
    if let Some(quoted) = rest.strip_prefix('"') {
        let (inside, after) = quoted.split_once('"').ok_or("its quote is never closed")?;
        found.push_str(inside);
        rest = after;
    }
    let rest = rest.trim_start_matches(BLANKS);
    if rest.is_empty() { Err(nothing_else()) } else { Ok((found, rest)) }
}

/// Returns where options end: at the first blank outside quotes.
fn end_of_options(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if bytes.peek().is_some_and(|(_, next)| *next == b'"') => {
                bytes.next();
            }
            b'"' => is_quoted = !is_quoted,
            b' ' | b'\t' if !is_quoted => return Some(at),
            _ => {}
        }
    }
    (!is_quoted).then_some(text.len())
}

/// The options of a line.
#[derive(Default)]
struct Options {
    is_authority: bool,
    namespaces: Option<String>,
    valid_after: Option<i64>,
    valid_before: Option<i64>,
}

impl Options {
    fn parse(text: &str) -> Result<Self, String> {
        let mut options = Self::default();
        let mut rest = text;
        loop {
            rest = options.take_one(rest)?;
            if rest.is_empty() {
                break;
            }
            rest = rest.strip_prefix(',').ok_or_else(|| unknown(text))?;
            if rest.is_empty() {
                return Err("its options end with a comma".to_owned());
            }
        }
        match (options.valid_after, options.valid_before) {
            (Some(after), Some(before)) if before <= after => {
                Err("`valid-before` is not after `valid-after`".to_owned())
            }
            _ => Ok(options),
        }
    }

    /// Reads the first option and returns what follows it.
    fn take_one<'t>(&mut self, text: &'t str) -> Result<&'t str, String> {
        if let Some(rest) = strip_word(text, "cert-authority") {
            self.is_authority = true;
            return Ok(rest);
        }
        for name in ["namespaces", "valid-after", "valid-before"] {
            let Some(rest) = strip_word(text, name).and_then(|rest| rest.strip_prefix('=')) else {
                continue;
            };
            let (value, rest) = dequoted(rest)
                .ok_or_else(|| format!("the value of `{name}` does not stand in quotes"))?;
            let was_given = match name {
                "namespaces" => self.namespaces.replace(value).is_some(),
                "valid-after" => self.valid_after.replace(moment(name, &value)?).is_some(),
                _ => self.valid_before.replace(moment(name, &value)?).is_some(),
            };
            return if was_given { Err(format!("`{name}` is given twice")) } else { Ok(rest) };
        }
        Err(unknown(text))
    }
}

fn unknown(text: &str) -> String {
    let name = text.split([',', '=', ' ', '\t']).next().unwrap_or_default();
    format!("`{name}` is neither an option nor a key that can be read")
}

/// Strips a word in capitals or small letters.
fn strip_word<'t>(text: &'t str, word: &str) -> Option<&'t str> {
    let (beginning, rest) = text.split_at_checked(word.len())?;
    beginning.eq_ignore_ascii_case(word).then_some(rest)
}

/// Reads a value in quotes, in which `\"` is a quote.
fn dequoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut value = String::new();
    loop {
        let next = rest.chars().next()?;
        if let Some(after) = rest.strip_prefix("\\\"") {
            value.push('"');
            rest = after;
        } else if next == '"' {
            return Some((value, &rest[1..]));
        } else {
            value.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
}

/// Reads `YYYYMMDD[HHMM[SS]]`, with `Z` or `UTC` behind it or without: UTC all the same.
fn moment(name: &str, text: &str) -> Result<i64, String> {
    let wrong = || {
        format!(
            "`{name}` is `{text}`; a time like `20260511`, `202605111430Z` or `20260511143000Z` was expected"
        )
    };
    let digits = match text.to_ascii_uppercase() {
        upper if upper.len() > 1 && upper.ends_with('Z') => &text[..text.len() - 1],
        upper if upper.len() > 3 && upper.ends_with("UTC") => &text[..text.len() - 3],
        _ => text,
    };
    if ![8, 12, 14].contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let part = |from: usize, to: usize| {
        digits.get(from..to).map_or(Some(0), |part| part.parse::<i64>().ok())
    };
    let day = Date::parse(&format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..8]));
    let (hours, minutes, seconds) = (part(8, 10), part(10, 12), part(12, 14));
    let (Some(day), Some(hours @ 0..=23), Some(minutes @ 0..=59), Some(seconds @ 0..=59)) =
        (day, hours, minutes, seconds)
    else {
        return Err(wrong());
    };
    match day.days() * 86_400 + hours * 3600 + minutes * 60 + seconds {
        // OpenSSH takes the first second of 1970, and all before, for no time.
        ..=0 => Err(wrong()),
        moment => Ok(moment),
    }
}

/// Tells whether a list of patterns holds a word: one of them does, and none with `!` before it.
pub fn matches_list(word: &str, list: &str) -> bool {
    /// OpenSSH takes no longer pattern.
    const LONGEST: usize = 1022;
    let mut is_held = false;
    let mut patterns: Vec<&str> = list.split(',').collect();
    // Nothing follows a comma at the end.
    patterns.pop_if(|last| last.is_empty());
    for pattern in patterns {
        let (is_negated, pattern) = match pattern.strip_prefix('!') {
            Some(pattern) => (true, pattern),
            None => (false, pattern),
        };
        if pattern.len() > LONGEST {
            return false;
        }
        if matches(word.as_bytes(), pattern.as_bytes()) {
            if is_negated {
                return false;
            }
            is_held = true;
        }
    }
    is_held
}

/// Tells whether a pattern with `*` and `?` fits a word.
fn matches(word: &[u8], pattern: &[u8]) -> bool {
    let (mut at, mut of) = (0, 0);
    // Where the last `*` stands, and the place in the word up to which it reaches.
    let mut star: Option<(usize, usize)> = None;
    while at < word.len() {
        match pattern.get(of) {
            Some(b'*') => {
                star = Some((of, at));
                of += 1;
            }
            Some(&byte) if byte == b'?' || byte == word[at] => {
                at += 1;
                of += 1;
            }
            _ => {
                let Some((place, reached)) = star else { return false };
                star = Some((place, reached + 1));
                at = reached + 1;
                of = place + 1;
            }
        }
    }
    pattern[of..].iter().all(|&byte| byte == b'*')
}
