//! What the program has to say: findings where the management system is not as it should be,
//! evidence where it is.
//!
//! A rule fills [`Findings`]; how they look on a terminal or a page is decided later, elsewhere.

use crate::source::{Date, RepoPath, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How much a finding matters. Ordered: a note is less than a warning, a warning less than an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// Worth knowing; never fails a run.
    Note,
    /// Should be looked at; fails a run only with `--fail-on warning`.
    Warning,
    /// Does not hold; fails the run.
    Error,
}

impl Level {
    /// Returns the word people read.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The name tag of a rule: its stable code, its name, the level it has by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleName {
    /// Stable, never used again for something else: `FM001`.
    pub code: &'static str,
    /// What is wrong, in words that fit after "allow": `front-matter-unreadable`.
    pub name: &'static str,
}

/// A place in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file.
    pub path: RepoPath,
    /// The bytes meant, if it is not the file as a whole.
    pub span: Option<Span>,
    /// The id of the document the file holds, if it has one.
    pub document: Option<String>,
    /// Whether the system as a whole is meant, and the path is that of its folder for want of a
    /// better one.
    pub is_of_whole: bool,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &RepoPath) -> Self {
        Self { path: path.clone(), span: None, document: None, is_of_whole: false }
    }

    /// A span of the file.
    pub fn span(path: &RepoPath, span: Span) -> Self {
        Self { path: path.clone(), span: Some(span), document: None, is_of_whole: false }
    }

    /// The system as a whole, whose documents lie in a folder.
    pub fn whole(folder: &RepoPath) -> Self {
        Self { is_of_whole: true, ..Self::file(folder) }
    }

    /// The same place, said to belong to the document `id`.
    pub fn of_document(mut self, id: Option<impl fmt::Display>) -> Self {
        self.document = id.map(|id| id.to_string());
        self
    }
}

/// A second place that belongs to a finding, with what is to be seen there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What.
    pub text: String,
}

/// A piece of a file to put in the place of another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Splice {
    /// The bytes that go, counted as in every [`Place`]; none of them where text is only put in.
    pub span: Span,
    /// What stands there instead.
    pub text: String,
}

impl Splice {
    /// Puts text in the place of a span.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Self { span, text: text.into() }
    }

    /// Puts text in, before the byte at an offset.
    pub fn insert(at: usize, text: impl Into<String>) -> Self {
        Self { span: Span::new(at, at), text: text.into() }
    }

    /// Takes a span out.
    pub fn remove(span: Span) -> Self {
        Self { span, text: String::new() }
    }
}

/// What can be done about a finding without asking: there is one way to mend it, and it touches
/// nothing that is approved or closed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fix {
    /// What it does, as an order: "write `owner` for `onwer`".
    pub what: String,
    /// The pieces, all of the file that the finding is in; none overlaps another.
    pub splices: Vec<Splice>,
}

/// What a document says of a finding in it that is to be excused for a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The last day.
    pub until: Date,
    /// Why, in the words of the document.
    pub reason: String,
    /// Where the document says so.
    pub place: Place,
}

impl Waived {
    /// Says it in words that fit after "it is waived".
    pub fn words(&self) -> String {
        format!("until {}: {}", self.until, self.reason)
    }
}

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that says so.
    pub rule: RuleName,
    /// How much it matters here: the rule's level, or what the configuration made of it.
    pub level: Level,
    /// The place to edit.
    pub place: Place,
    /// One sentence that stands alone: what is, then what was expected.
    pub message: String,
    /// What to read beneath the underlined text.
    pub label: Option<String>,
    /// Other places that disagree.
    pub others: Vec<Label>,
    /// Further facts, each a sentence.
    pub notes: Vec<String>,
    /// What a person can do today.
    pub help: Option<String>,
    /// What can be done about it without asking.
    pub fix: Option<Fix>,
    /// The commit that shows it, in full.
    pub commit: Option<String>,
    /// The version of the document that it is about, where the same words about another version
    /// would be another finding.
    pub version: Option<String>,
    /// The sentence by which it is known again, where its own changes with what surrounds it.
    pub lasting: Option<String>,
    /// The clause that asks for it.
    pub clause: Option<String>,
    /// Whether it is about the version in force while the file has the next one: nobody mends it there.
    pub is_before_next: bool,
    /// Whether it was known before what is judged, and so is told but does not fail a run.
    pub is_known: bool,
    /// The waiver of its document, if there is one, and so it is told but does not fail a run.
    pub waived: Option<Waived>,
}

impl Finding {
    /// Tells whether it can fail a run: it was not known before, and nothing waives it.
    pub fn counts(&self) -> bool {
        !self.is_known && self.waived.is_none()
    }

    /// Adds what to read beneath the underlined text.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.label = Some(text.into());
        self
    }

    /// Adds another place that disagrees.
    pub fn other(&mut self, place: Place, text: impl Into<String>) -> &mut Self {
        self.others.push(Label { place, text: text.into() });
        self
    }

    /// Says which version of the document it is about.
    pub fn of_version(&mut self, version: Option<&str>) -> &mut Self {
        self.version = version.map(str::to_owned);
        self
    }

    /// Says by which sentence it is known again.
    pub fn known_by(&mut self, sentence: impl Into<String>) -> &mut Self {
        self.lasting = Some(sentence.into());
        self
    }

    /// Returns the sentence by which it is known again.
    pub fn lasting_message(&self) -> &str {
        self.lasting.as_deref().unwrap_or(&self.message)
    }

    /// Says that it is about the version in force while the file has the next one.
    pub fn before_next(&mut self) -> &mut Self {
        self.is_before_next = true;
        self
    }

    /// Adds a fact.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Says what a person can do today.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Says what can be done about it without asking.
    pub fn fix(&mut self, what: impl Into<String>, splices: Vec<Splice>) -> &mut Self {
        self.fix = Some(Fix { what: what.into(), splices });
        self
    }

    /// Names the commit that shows it.
    pub fn commit(&mut self, id: impl fmt::Display) -> &mut Self {
        self.commit = Some(id.to_string());
        self
    }
}

/// Something that holds, and what shows it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Evidence {
    /// The document it speaks of.
    pub document: Option<String>,
    /// The file.
    pub path: RepoPath,
    /// The rule that looked.
    pub rule: RuleName,
    /// The commit that shows it, in full; none where the file itself does.
    pub commit: Option<String>,
    /// One sentence.
    pub statement: String,
}

/// So many findings of one rule in one file are listed.
const LISTED: usize = 10_000;

/// What one rule found: the findings, and the evidence that goes with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    rule: RuleName,
    level: Level,
    clause: Option<String>,
    /// Where it does not hold.
    pub findings: Vec<Finding>,
    /// Where it does.
    pub evidence: Vec<Evidence>,
}

impl Findings {
    /// An empty list for a rule that reports at `level` and serves `clause`.
    pub fn of(rule: RuleName, level: Level, clause: &str) -> Self {
        let clause = (!clause.is_empty()).then(|| clause.to_owned());
        Self { rule, level, clause, findings: Vec::new(), evidence: Vec::new() }
    }

    /// Reports that something at `place` is not as it should be.
    pub fn finding(&mut self, place: Place, message: impl Into<String>) -> &mut Finding {
        self.findings.push(Finding {
            rule: self.rule,
            level: self.level,
            place,
            message: message.into(),
            label: None,
            others: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
            commit: None,
            version: None,
            lasting: None,
            clause: self.clause.clone(),
            is_before_next: false,
            is_known: false,
            waived: None,
        });
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// Leaves out what was found in one file beyond the first ten thousand, and says how much that is: a file
    /// can be written to hold any number of mistakes. What is found of the system as a whole stays.
    pub fn leave_out(&mut self) {
        if self.findings.len() <= LISTED {
            return;
        }
        let mut of_files: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
        let of_one = self.findings.iter().enumerate().filter(|(_, it)| !it.place.is_of_whole);
        for (at, finding) in of_one {
            of_files.entry(finding.place.path.clone()).or_default().push(at);
        }
        let mut left_out = BTreeSet::new();
        let mut counted = Vec::new();
        for mut of_file in of_files.into_values().filter(|it| it.len() > LISTED) {
            of_file.sort_by_key(|at| self.findings[*at].place.span);
            let more = of_file.split_off(LISTED);
            let level = more.iter().map(|at| self.findings[*at].level).max();
            let place = Place { span: None, ..self.findings[of_file[0]].place.clone() };
            counted.push((place, level, more.len()));
            left_out.extend(more);
        }
        let all = std::mem::take(&mut self.findings).into_iter().enumerate();
        self.findings = all.filter(|(at, _)| !left_out.contains(at)).map(|(_, it)| it).collect();
        for (place, level, more) in counted {
            let words = format!("{more} more of this rule in this file are not listed");
            let finding = self.finding(place, words);
            finding.level = level.unwrap_or(finding.level);
            finding.help("mend those that are listed, and the next ones are told");
        }
    }

    /// Reports that something holds, shown by the file at `place`.
    pub fn evidence(&mut self, place: Place, statement: impl Into<String>) -> &mut Evidence {
        self.evidence.push(Evidence {
            document: place.document,
            path: place.path,
            rule: self.rule,
            commit: None,
            statement: statement.into(),
        });
        let last = self.evidence.len() - 1;
        &mut self.evidence[last]
    }
}

impl Evidence {
    /// Names the commit that shows it.
    pub fn commit(&mut self, id: impl fmt::Display) -> &mut Self {
        self.commit = Some(id.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_one_file_so_many_are_listed_and_the_others_counted() {
        let name = RuleName { code: "LN001", name: "dead-link" };
        let mut found = Findings::of(name, Level::Error, "7.5.3");
        let place = |path: &str, at: usize| Place {
            span: Some(Span { start: at, end: at + 1 }),
            ..Place::file(&RepoPath::from(path))
        };
        found.finding(place("docs/b.md", 0), "the only one");
        for at in (0..LISTED + 7).rev() {
            found.finding(place("docs/a.md", at), at.to_string());
        }
        found.findings[1].level = Level::Note;
        found.leave_out();
        let of_file = |path: &str| {
            let all = found.findings.iter().filter(|it| it.place.path == RepoPath::from(path));
            all.map(|it| it.message.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(of_file("docs/b.md"), ["the only one"]);
        let told = of_file("docs/a.md");
        assert_eq!(told.len(), LISTED + 1);
        assert!(told.contains(&"9999") && !told.contains(&"10000"));
        assert_eq!(told[LISTED], "7 more of this rule in this file are not listed");
        assert_eq!(found.findings.last().unwrap().level, Level::Error);
    }
}
