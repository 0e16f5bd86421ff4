//! What the waivers of documents are worth, and which findings they excuse.
//!
//! A waiver changes whether a finding fails a run and nothing else: no state, no level and no
//! approval looks at it, and the finding is told with the waiver beside it.

use super::{ALL, Rule, find, nearest};
use crate::document::Document;
use crate::document::waiver::{COMMENT, Fault, KEY, LONGEST_REASON, Reach, Waiver, line_at};
use crate::finding::{Finding, Place, RuleName, Waived};
use crate::sms::Sms;
use crate::source::{Date, RepoPath, Span};
use std::collections::{BTreeSet, HashMap};

/// The rules whose findings a document may waive, by their codes.
///
/// What they find concerns how one document is written, or what it promises, and nothing that is
/// said of any document rests on it. All other rules bear on what is: who a document is and which
/// version of it is in force, who may do what and did it, what is due, what is missing from the
/// whole, and the ground of the judgement itself. A sentence in a document must not excuse those,
/// and a new rule is one of them until it is named here.
pub const WAIVABLE: [&str; 19] = [
    // Tidiness of front matter: an unknown key changes nothing, nor does the order of clauses.
    "FM010", "FM013", //
    // Where the links of a text lead, and what it says of clauses.
    "LN001", "LN002", "LN003", "LN004", "LN005", "LN006", "SU002", "CT001", "CT002", //
    // How a text is divided.
    "ST001", "ST002", "ST003", //
    // What an agreement promises, and what a process says of another.
    "SL001", "SL002", "SL003", "SL004", "LK004",
];

/// A waiver of a document, and what it is worth on the day spoken of.
#[derive(Clone, Debug)]
pub struct Weighed<'s> {
    /// The document.
    pub document: &'s Document,
    /// What it says.
    pub waiver: Waiver,
    /// The rule that is meant, if there is one.
    pub rule: Option<&'static Rule>,
    /// What it is worth.
    pub worth: Worth,
}

/// What a waiver is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worth {
    /// It excuses what it is for.
    Holds,
    /// Its last day has passed.
    Ended,
    /// Its last day is after this one, the longest that a waiver may last.
    TooLong(Date),
    /// What the rule finds cannot be waived.
    NotAllowed,
    /// It is not understood.
    Malformed(Vec<Trouble>),
}

impl Worth {
    /// Returns the word that people read.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Ended => "ended",
            Self::TooLong(_) => "too long",
            Self::NotAllowed => "not allowed",
            Self::Malformed(_) => "not understood",
        }
    }
}

/// Why a waiver is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Where.
    pub span: Span,
    /// What, as a sentence.
    pub words: String,
    /// What can be done.
    pub help: String,
}

impl Weighed<'_> {
    /// Returns the name of the rule, as it stands there if there is no such rule.
    pub fn name(&self) -> &str {
        match (self.rule, &self.waiver.rule) {
            (Some(rule), _) => rule.name.name,
            (None, Some(written)) => &written.value,
            (None, None) => "a rule",
        }
    }

    /// Says what it is for.
    pub fn reach(&self) -> String {
        match &self.waiver.reach {
            Reach::File => "the whole file".to_owned(),
            Reach::Words(words) => format!("places with `{words}`"),
            Reach::Line(_) => "one line".to_owned(),
        }
    }

    /// Returns where it stands, as the findings say that it waives.
    pub fn place(&self) -> Place {
        self.document.place(self.waiver.span)
    }
}

/// Weighs the waivers of a document, in the order of the file.
pub fn of_document<'s>(sms: &Sms, document: &'s Document) -> Vec<Weighed<'s>> {
    let mut met = BTreeSet::new();
    let mut weigh = |waiver: Waiver| {
        let rule = waiver.rule.as_ref().and_then(|rule| find(&rule.value));
        let is_again = rule.is_some_and(|rule| !met.insert((rule.name, waiver.reach.clone())));
        let worth = weigh(sms, &waiver, rule, is_again);
        Weighed { document, waiver, rule, worth }
    };
    document.waivers().into_iter().map(&mut weigh).collect()
}

fn weigh(sms: &Sms, waiver: &Waiver, rule: Option<&Rule>, is_again: bool) -> Worth {
    let mut troubles: Vec<Trouble> = waiver.faults.iter().map(|it| trouble(waiver, it)).collect();
    if let (None, Some(written)) = (rule, &waiver.rule) {
        let help = match nearest(&written.value) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`clausebook explain` lists all rules".to_owned(),
        };
        let words = format!("the waiver is of `{}`, and there is no such rule", written.value);
        troubles.push(Trouble { span: written.span, words, help });
    }
    let (Some(rule), Some(until), []) = (rule, &waiver.until, troubles.as_slice()) else {
        return Worth::Malformed(troubles);
    };
    if !rule.is_waivable() {
        return Worth::NotAllowed;
    }
    if is_again {
        let words = format!("`{}` is waived a second time for the same", rule.name.name);
        let help = "take one of the two out".to_owned();
        return Worth::Malformed(vec![Trouble { span: waiver.span, words, help }]);
    }
    if until.value < sms.as_of {
        return Worth::Ended;
    }
    match sms.as_of.plus_months(sms.trust.config.limits.waiver_months) {
        Some(longest) if until.value > longest => Worth::TooLong(longest),
        _ => Worth::Holds,
    }
}

fn trouble(waiver: &Waiver, fault: &crate::source::Spanned<Fault>) -> Trouble {
    let is_comment = matches!(waiver.reach, Reach::Line(_));
    let form = match is_comment {
        true => format!("write it like `{COMMENT}`"),
        false => {
            format!("write it like `{KEY}: [{{rule: LN001, until: 2026-12-31, reason: ...}}]`")
        }
    };
    let (words, help) = match &fault.value {
        Fault::Missing("reason") => ("the waiver gives no reason".to_owned(), form),
        Fault::Missing("until") => ("the waiver has no last day, `until`".to_owned(), form),
        Fault::Missing("rule") => ("the waiver names no rule".to_owned(), form),
        Fault::Missing(key) => (format!("`{key}` of the waiver says nothing"), form),
        Fault::NotAWord(key) => (format!("`{key}` of the waiver is not a single value"), form),
        Fault::NotADay(found) => {
            (format!("the last day of the waiver, `{found}`, is no day of the calendar"), form)
        }
        Fault::ReasonTooLong(length) => (
            format!(
                "the reason of the waiver has {length} characters; {LONGEST_REASON} are the most"
            ),
            "say it shortly, since it is told with every finding, and name where more is written"
                .to_owned(),
        ),
        Fault::UnknownKey(key) => (
            format!("the key `{key}` of a waiver is not known"),
            "a waiver has `rule`, `until`, `reason`, and `at` where it is not for all of the file"
                .to_owned(),
        ),
        Fault::NotTheForm => (
            "the comment is addressed to clausebook and is no waiver as they are written"
                .to_owned(),
            form,
        ),
        Fault::SeveralLines => {
            ("the waiver goes over several lines; one was expected".to_owned(), form)
        }
        Fault::NoLine => (
            "the waiver is for the next line, and there is none".to_owned(),
            "put it before the line it is for, or into that line".to_owned(),
        ),
    };
    Trouble { span: fault.span, words, help }
}

/// Marks the findings that the waivers of `documents` excuse.
pub(super) fn mark<'s>(
    sms: &Sms,
    documents: impl Iterator<Item = &'s Document>,
    findings: &mut [Finding],
) {
    let holding = documents.filter_map(|document| {
        let mut waivers = of_document(sms, document);
        waivers.retain(|waiver| waiver.worth == Worth::Holds);
        let desk = Excuses::of(waivers.iter().map(|it| (&it.waiver, it.rule)));
        (!waivers.is_empty()).then(|| (&document.path, (document, waivers_of(&waivers), desk)))
    });
    let holding: HashMap<&RepoPath, _> = holding.collect();
    for finding in findings.iter_mut().filter(|_| !holding.is_empty()) {
        let Some((document, waivers, excuses)) = holding.get(&finding.place.path) else { continue };
        finding.waived = excuses.find(document, finding).map(|i| waivers[i].clone());
    }
}

fn waivers_of(weighed: &[Weighed<'_>]) -> Vec<Waived> {
    let waived = weighed.iter().filter_map(|it| {
        Some(Waived {
            until: it.waiver.until.as_ref()?.value,
            reason: it.waiver.reason.clone()?,
            place: it.place(),
        })
    });
    waived.collect()
}

/// The waivers of one document, ready to be asked for those of a finding.
#[derive(Default)]
struct Excuses {
    /// By rule and by where a line begins.
    of_lines: HashMap<(RuleName, usize), usize>,
    of_words: HashMap<RuleName, Vec<(String, usize)>>,
    of_file: HashMap<RuleName, usize>,
}

impl Excuses {
    fn of<'w>(waivers: impl Iterator<Item = (&'w Waiver, Option<&'static Rule>)>) -> Self {
        let mut excuses = Self::default();
        for (i, (waiver, rule)) in waivers.enumerate() {
            let Some(rule) = rule.map(|rule| rule.name) else { continue };
            match &waiver.reach {
                Reach::Line(line) => drop(excuses.of_lines.insert((rule, line.start), i)),
                Reach::Words(words) => {
                    excuses.of_words.entry(rule).or_default().push((words.clone(), i));
                }
                Reach::File => drop(excuses.of_file.insert(rule, i)),
            }
        }
        excuses
    }

    /// Returns the waiver of a finding: the one that is most about it.
    fn find(&self, document: &Document, finding: &Finding) -> Option<usize> {
        let (rule, span) = (finding.rule, finding.place.span);
        let line = |span: Span| {
            let start = line_at(&document.text, span.start).start;
            self.of_lines.get(&(rule, start)).copied()
        };
        let words = |span: Span| {
            let shown = document.text.get(span.start..span.end)?;
            let all = self.of_words.get(&rule)?;
            all.iter().find(|(words, _)| holds_words(shown, words)).map(|(_, i)| *i)
        };
        let of_line = span.filter(|_| !self.of_lines.is_empty()).and_then(line);
        of_line.or_else(|| span.and_then(words)).or_else(|| self.of_file.get(&rule).copied())
    }
}

/// Tells whether a text holds certain words, whole: `form.md` is not in `reform.md`.
fn holds_words(text: &str, words: &str) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-' || c == '_');
    !words.is_empty()
        && text.match_indices(words).any(|(at, _)| {
            let (before, after) =
                (text[..at].chars().next_back(), text[at + words.len()..].chars().next());
            !goes_on(before.filter(|_| words.starts_with(|c| goes_on(Some(c)))))
                && !goes_on(after.filter(|_| words.ends_with(|c| goes_on(Some(c)))))
        })
}

/// The waivers of a document that hold, and how many findings each excuses.
type InUse<'s> = (&'s Document, Vec<(Weighed<'s>, usize)>);

/// Says of each document that waives anything what its waivers excuse. The rules are asked anew, those
/// alone that are waived.
pub(super) fn in_use(sms: &Sms) -> Vec<InUse<'_>> {
    let mut of_all: HashMap<RuleName, Vec<Finding>> = HashMap::new();
    let mut all = Vec::new();
    for document in &sms.documents {
        let mut waivers = of_document(sms, document);
        waivers.retain(|waiver| waiver.worth == Worth::Holds);
        let mut counts = vec![0; waivers.len()];
        let excuses = Excuses::of(waivers.iter().map(|it| (&it.waiver, it.rule)));
        let rules: BTreeSet<RuleName> =
            waivers.iter().filter_map(|it| Some(it.rule?.name)).collect();
        for rule in ALL.iter().filter(|rule| rules.contains(&rule.name)) {
            let level = rule.severity.level(false);
            let found = of_all
                .entry(rule.name)
                .or_insert_with(|| super::run_one(rule, level, sms).findings);
            for finding in found.iter().filter(|it| it.place.path == document.path) {
                excuses.find(document, finding).into_iter().for_each(|i| counts[i] += 1);
            }
        }
        if !waivers.is_empty() {
            all.push((document, waivers.into_iter().zip(counts).collect()));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_held_whole() {
        for text in ["form.md", "../form.md", "a form.md.", "(form.md#a)", "reform.md form.md"] {
            assert!(holds_words(text, "form.md"), "{text}");
        }
        for text in ["reform.md", "a-form.md", "form.mdx", ""] {
            assert!(!holds_words(text, "form.md"), "{text}");
        }
        assert!(holds_words("a/form.md", "/form"));
    }

    #[test]
    fn what_may_be_waived_are_rules_of_the_text_alone() {
        for code in WAIVABLE {
            assert!(find(code).is_some(), "{code}");
        }
        let never = ["AP", "TR", "GI", "VC", "WV", "UF", "HI", "AU", "NC", "MR", "RV", "OW", "EV"];
        for rule in ALL.iter().filter(|rule| never.iter().any(|it| rule.name.code.starts_with(it)))
        {
            assert!(!rule.is_waivable(), "{}", rule.name.code);
        }
    }
}
