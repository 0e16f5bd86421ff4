//! The waivers that a document makes of its own: from which rule it is excused, until when, and why.
//!
//! A row under `waive` in front matter is for the whole file or for certain words of it, a comment
//! in the text for one line. What was written is read here, and what of it cannot be read; whether
//! there is such a rule, and whether it may be waived, is asked in `rules`.

use super::Document;
use super::fields::TO_COME;
use super::front::{Entry, Node};
use crate::source::{Date, Span, Spanned};
use std::collections::BTreeMap;

/// The key of front matter under which waivers stand.
pub const KEY: &str = "waive";
/// The keys of one waiver: the first three are needed.
pub const WAIVER_KEYS: [&str; 4] = ["rule", "until", "reason", "at"];
/// How a waiver of one line is written.
pub const COMMENT: &str = "<!-- clausebook waive: LN001 until 2026-12-31: why -->";
/// How long a reason may be, in characters: it is told with every finding.
pub const LONGEST_REASON: usize = 400;

/// What begins a comment, and what ends it.
const OPENS: &str = "<!--";
const CLOSES: &str = "-->";

/// A waiver as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Where it stands: the row, or the comment.
    pub span: Span,
    /// The code or the name of the rule.
    pub rule: Option<Spanned<String>>,
    /// Its last day.
    pub until: Option<Spanned<Date>>,
    /// Why.
    pub reason: Option<String>,
    /// What it is for.
    pub reach: Reach,
    /// What of it cannot be read; with one of them it waives nothing.
    pub faults: Vec<Spanned<Fault>>,
}

/// What a waiver is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// The whole file.
    File,
    /// Places in the file that hold these words.
    Words(String),
    /// One line, its end left out.
    Line(Span),
}

/// What of a waiver cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A part that is needed is not there, or says nothing.
    Missing(&'static str),
    /// The value of a key is a list or a mapping.
    NotAWord(String),
    /// The day is none.
    NotADay(String),
    /// The reason has so many characters.
    ReasonTooLong(usize),
    /// A key that a waiver does not have.
    UnknownKey(String),
    /// A comment that is addressed to this program and is no waiver as they are written.
    NotTheForm,
    /// A comment of several lines.
    SeveralLines,
    /// A comment after which there is no line.
    NoLine,
}

impl Document {
    /// Returns the waivers that the document makes, in the order of the file; none where its front
    /// matter cannot be relied on.
    pub fn waivers(&self) -> Vec<Waiver> {
        if !self.is_sound() {
            return Vec::new();
        }
        let rows = self.front.rows(KEY).map(of_row);
        let lines = lines_of(&self.text, &self.body.remarks);
        let remarks = self.body.remarks.iter();
        let remarks = remarks.filter_map(|span| {
            let line = lines.get(&line_at(&self.text, span.start).start).copied().flatten();
            of_comment(&self.text, *span, line)
        });
        rows.chain(remarks).collect()
    }
}

/// Returns the line around a byte, its end left out.
pub fn line_at(text: &str, at: usize) -> Span {
    let at = at.min(text.len());
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    Span::new(start, end)
}

fn of_row(row: &Spanned<Node>) -> Waiver {
    let mut waiver = Waiver {
        span: row.span,
        rule: None,
        until: None,
        reason: None,
        reach: Reach::File,
        faults: Vec::new(),
    };
    for Entry { key, value } in row.value.entries() {
        let name = key.value.as_str();
        let Some(known) = WAIVER_KEYS.iter().find(|known| **known == name) else {
            let fault = Fault::UnknownKey(name.to_owned());
            waiver.faults.push(Spanned::new(fault, key.span));
            continue;
        };
        let Some(text) = value.value.as_text() else {
            let fault = match value.value.is_empty() {
                true => Fault::Missing(known),
                false => Fault::NotAWord(name.to_owned()),
            };
            waiver.faults.push(Spanned::new(fault, value.span));
            continue;
        };
        match name {
            "rule" => waiver.rule = Some(Spanned::new(text.to_owned(), value.span)),
            "until" => waiver.take_day(text, value.span),
            "reason" => waiver.take_reason(text, value.span),
            _ => waiver.reach = Reach::Words(text.to_owned()),
        }
    }
    for needed in &WAIVER_KEYS[..3] {
        if row.value.get(needed).is_none() {
            waiver.faults.push(Spanned::new(Fault::Missing(needed), row.span));
        }
    }
    waiver
}

/// Reads a comment, if it is a waiver or means to be one: whatever is addressed to this program and
/// reads as an instruction. `line` is the line that it is for.
fn of_comment(text: &str, span: Span, line: Option<Span>) -> Option<Waiver> {
    let inner = Span::new(span.start + OPENS.len(), span.end.saturating_sub(CLOSES.len()));
    let mut words = Words { text: text.get(..inner.end)?, at: inner.start };
    let name = words
        .next()
        .filter(|word| word.value.trim_end_matches(':').eq_ignore_ascii_case("clausebook"))?;
    let verb = words.next()?;
    let instructs = name.value.ends_with(':')
        || verb.value.ends_with(':')
        || verb.value.to_ascii_lowercase().starts_with("waive");
    if !instructs {
        return None;
    }
    let mut waiver = Waiver {
        span,
        rule: None,
        until: None,
        reason: None,
        reach: Reach::Line(line.unwrap_or_default()),
        faults: Vec::new(),
    };
    let mut fault = |fault, span| waiver.faults.push(Spanned::new(fault, span));
    if text[span.start..span.end].contains('\n') {
        fault(Fault::SeveralLines, span);
        return Some(waiver);
    }
    if line.is_none() {
        fault(Fault::NoLine, span);
    }
    if (name.value, verb.value) != ("clausebook", "waive:") {
        fault(Fault::NotTheForm, span);
        return Some(waiver);
    }
    let (rule, until, day) = (words.next(), words.next(), words.next());
    let Some(rule) = rule else {
        fault(Fault::Missing("rule"), span);
        return Some(waiver);
    };
    let day = day.filter(|_| until.is_some_and(|until| until.value == "until"));
    let Some(day) = day else {
        fault(Fault::NotTheForm, span);
        return Some(waiver);
    };
    waiver.rule = Some(Spanned::new(rule.value.to_owned(), rule.span));
    waiver.take_day(day.value.trim_end_matches(':'), day.span);
    let reason = words.text[words.at..].trim();
    match reason.is_empty() {
        true => waiver.faults.push(Spanned::new(Fault::Missing("reason"), span)),
        false => waiver.take_reason(reason, span),
    }
    Some(waiver)
}

impl Waiver {
    fn take_day(&mut self, text: &str, span: Span) {
        match Date::parse(text) {
            Some(day) => self.until = Some(Spanned::new(day, span)),
            None => {
                let fault = Fault::NotADay(text.chars().take(60).collect());
                self.faults.push(Spanned::new(fault, span));
            }
        }
    }

    fn take_reason(&mut self, text: &str, span: Span) {
        // Told in one line.
        let reason = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let length = reason.chars().count();
        let letters: String =
            reason.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
        if ["", "na", "none", "later"].iter().chain(&TO_COME).any(|word| *word == letters) {
            self.faults.push(Spanned::new(Fault::Missing("reason"), span));
        } else if length > LONGEST_REASON {
            self.faults.push(Spanned::new(Fault::ReasonTooLong(length), span));
        } else {
            self.reason = Some(reason);
        }
    }
}

/// The words of a text from a byte on, each with its place.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = Spanned<&'t str>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.text.get(self.at..)?;
        let start = self.at + rest.len() - rest.trim_start().len();
        let word = self.text[start..].split_whitespace().next()?;
        self.at = start + word.len();
        Some(Spanned::new(word, Span::new(start, self.at)))
    }
}

/// Returns the line that the comments of each line are for, by where it begins: the same line, or,
/// where they stand alone, the next one that holds something else.
fn lines_of(text: &str, remarks: &[Span]) -> BTreeMap<usize, Option<Span>> {
    let mut by_line: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for remark in remarks {
        by_line.entry(line_at(text, remark.start).start).or_default().push(*remark);
    }
    let mut lines = BTreeMap::new();
    // From the end, so that comments one beneath the other find their line with one look.
    for (start, remarks) in by_line.into_iter().rev() {
        let line = line_at(text, start);
        let mut at = line.start;
        let mut stands_alone = true;
        for remark in &remarks {
            stands_alone &= is_blank(&text[at.min(remark.start)..remark.start]);
            at = remark.end;
        }
        let end = line_at(text, at).end;
        stands_alone &= is_blank(&text[at.min(end)..end]);
        let own = match stands_alone {
            false => Some(line),
            true => {
                let next = next_line(text, end);
                next.and_then(|next| lines.get(&next.start).copied().unwrap_or(Some(next)))
            }
        };
        lines.insert(start, own);
    }
    lines
}

/// Returns the next line after the end of another that is not blank.
fn next_line(text: &str, end: usize) -> Option<Span> {
    let mut start = end + 1;
    while start < text.len() {
        let line = line_at(text, start);
        if !is_blank(&text[line.start..line.end]) {
            return Some(line);
        }
        start = line.end + 1;
    }
    None
}

/// Tells whether nothing stands in a stretch of a line but what marks a quotation.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c == '>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repo::object::{ObjectId, ObjectKind};
    use crate::source::RepoPath;

    fn read(text: &str) -> Document {
        let blob = ObjectId::of(ObjectKind::Blob, text.as_bytes());
        Document::read(RepoPath::from("a.md"), blob, text.as_bytes())
    }

    /// Writes what the comments of a text are for.
    fn lines(body: &str) -> Vec<String> {
        let document = read(&format!("---\nid: A\n---\n{body}"));
        let line = |waiver: Waiver| match (waiver.faults.first(), waiver.reach) {
            (Some(fault), _) => format!("{:?}", fault.value),
            (None, Reach::Line(line)) => document.text[line.start..line.end].to_owned(),
            (None, other) => format!("{other:?}"),
        };
        document.waivers().into_iter().map(line).collect()
    }

    const ONE: &str = "<!-- clausebook waive: LN001 until 2027-01-31: why -->";

    #[test]
    fn a_comment_is_for_its_line_or_for_the_next() {
        assert_eq!(lines(&format!("a\nb {ONE}\nc\n")), [format!("b {ONE}")]);
        assert_eq!(lines(&format!("{ONE}\nb\n")), ["b"]);
        assert_eq!(lines(&format!("{ONE}\n\n  {ONE}\n{ONE} {ONE}\n\nb\n")), ["b"; 4]);
        assert_eq!(lines(&format!("> {ONE}\n>\n> b\n")), ["> b"]);
        assert_eq!(lines(&format!("- {ONE}\n  b\n")), [format!("- {ONE}")]);
        assert_eq!(lines(&format!("| a |\n|---|\n| b {ONE} |\n")), [format!("| b {ONE} |")]);
        assert_eq!(lines(&format!("b\n\n{ONE}\n")), ["NoLine"]);
    }

    #[test]
    fn what_is_code_or_within_a_comment_is_no_waiver() {
        assert_eq!(lines(&format!("`{ONE}`\n\n```\n{ONE}\n```\n\n    {ONE}\n")), [""; 0]);
        assert_eq!(lines(&format!("<!-- a\n{ONE}\nb\n")), [""; 0]);
        assert_eq!(lines("<!-- clausebook waive: LN001 until 2027-01-31: why\n\nb\n"), [""; 0]);
        assert_eq!(lines("a &lt;!-- clausebook waive: LN001 until 2027-01-31: why -->\n"), [""; 0]);
        assert_eq!(lines("<!-- clausebook -->\n<!-- waive: a -->\n<!---->\n<!-->\nb\n"), [""; 0]);
        assert_eq!(lines("b <!-- clausebook knows nothing of this -->\n"), [""; 0]);
        assert_eq!(lines("b <!-- clausebook: waive LN001 -->\n"), ["NotTheForm"]);
    }

    #[test]
    fn a_comment_ends_where_html_says_so() {
        let text = "a <!-- clausebook waive: LN001 until 2027-01-31: why --> until 2030 -->\n";
        let document = read(&format!("---\nid: A\n---\n{text}"));
        assert_eq!(document.waivers()[0].reason.as_deref(), Some("why"));
    }

    #[test]
    fn what_is_missing_is_said() {
        let one = |inner: &str| lines(&format!("b <!-- clausebook {inner} -->\n")).concat();
        assert_eq!(one("waive:"), "Missing(\"rule\")");
        assert_eq!(one("waive LN001 until 2027-01-31: why"), "NotTheForm");
        for misspelt in ["wiave:", "Waive:", "waiver", "ignore:"] {
            assert_eq!(one(&format!("{misspelt} LN001 until 2027-01-31: why")), "NotTheForm");
        }
        assert_eq!(one("waive: LN001"), "NotTheForm");
        assert_eq!(one("waive: LN001 2027-01-31: why"), "NotTheForm");
        assert_eq!(one("waive: LN001 until 2027-02-30: why"), "NotADay(\"2027-02-30\")");
        assert_eq!(one("waive: LN001 until 2027-01-31:"), "Missing(\"reason\")");
        assert_eq!(
            one(&format!("waive: A until 2027-01-31: {}", "x".repeat(401))),
            "ReasonTooLong(401)"
        );
        assert_eq!(one("waive: LN001\nuntil 2027-01-31: why"), "SeveralLines");
    }

    #[test]
    fn many_of_them_take_no_time() {
        let body = format!("{ONE}\n").repeat(5_000) + "b\n";
        let lines = lines(&body);
        assert!(lines.len() == 5_000 && lines.iter().all(|line| line == "b"));
    }
}
