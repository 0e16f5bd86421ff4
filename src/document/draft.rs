//! The first draft of a document: front matter that explains itself, and the sections its type
//! needs, each with a word on what belongs there.

use super::DocId;
use super::edit::{Refusal, written};
use super::fields::{self, Kind};
use crate::config::types::DocType;
use crate::source::Date;

/// What is known of a document that is about to be written.
pub struct Draft<'d> {
    /// Its id.
    pub id: DocId,
    /// Its title.
    pub title: String,
    /// Its type.
    pub doc_type: &'d DocType,
    /// Of a record: what kind of record.
    pub record_kind: Option<String>,
    /// The role or person that answers for it; empty if that is still open.
    pub owner: String,
    /// The clauses it serves.
    pub clauses: Vec<String>,
    /// The id of the document above it; of a record, of the one it comes from.
    pub parent: Option<DocId>,
    /// The type of that one.
    pub parent_type: Option<String>,
    /// The organisation.
    pub organization: String,
    /// The day.
    pub day: Date,
}

/// What stands before the answers nobody but the author has.
const OPEN: &str = "";

impl Draft<'_> {
    fn is_record(&self) -> bool {
        self.doc_type.name == "record"
    }

    /// Writes the file.
    ///
    /// # Errors
    /// When a value cannot be written in one line.
    pub fn text(&self) -> Result<String, Refusal> {
        let mut lines = Lines(String::from("---\n"));
        lines.say("The identity. It never changes and is never used again for another document.");
        lines.put("id", &written(self.id.as_str())?);
        lines.put("title", &written(&self.title)?);
        lines.put("type", &written(&self.doc_type.name)?);
        if self.is_record() {
            self.record(&mut lines)?;
        } else {
            self.document(&mut lines)?;
        }
        Ok(format!("{}---\n\n# {}\n{}", lines.0, as_words(&self.title), self.sections()))
    }

    fn record(&self, lines: &mut Lines) -> Result<(), Refusal> {
        let kind = self.record_kind.as_deref().unwrap_or_default();
        lines.put("kind", &written_or_open(kind)?);
        lines.say("Closed once it is complete. After that it is only corrected, with an entry in `corrections`.");
        lines.put("status", "open");
        self.who_and_why(lines)?;
        lines.say("The day of what was done.");
        lines.put("date", &self.day.to_string());
        lines.say("The form, procedure or process it comes from.");
        lines.put("produced_by", &self.above()?);
        lines.put("classification", "internal");
        let own = fields::RECORD_KINDS.iter().find(|(name, _)| *name == kind);
        let own = own.map(|(_, keys)| *keys).unwrap_or_default();
        if !own.is_empty() {
            lines.say("What a record of this kind says. Take out what does not apply.");
        }
        for key in own.split_whitespace() {
            if kind == "service-report" {
                rows_of_report(key).into_iter().for_each(|what| lines.say(what));
            }
            lines.put(key, OPEN);
        }
        Ok(())
    }

    fn document(&self, lines: &mut Lines) -> Result<(), Refusal> {
        lines.say("Its number; `clausebook bump` raises it.");
        lines.put("version", "0.1");
        lines.say("`draft`, then `in-review`; `clausebook approve` writes the rest.");
        lines.put("status", "draft");
        self.who_and_why(lines)?;
        if !self.doc_type.parents.is_empty() {
            let parents = self.doc_type.parents.join(", ");
            let or_none = if self.doc_type.may_stand_alone { "; may be left out" } else { "" };
            lines.say(&format!("The document above it: {parents}{or_none}."));
            lines.put("parent", &self.above()?);
        }
        if let Some(months) = self.doc_type.review_months {
            lines.say("After how many months, at the latest, it is looked at again.");
            lines.put("review_months", &months.to_string());
        }
        lines.say("A label for its readers; it hides nothing.");
        lines.put("classification", "internal");
        for key in self.own_keys() {
            let (value, what) = self.answer(key)?;
            if !what.is_empty() {
                lines.say(what);
            }
            lines.put(key, &value);
        }
        lines.say("How large the change is, and why there is this version.");
        lines.put("change_kind", "major");
        lines.put("change_summary", "First draft");
        Ok(())
    }

    /// Returns the keys of the type. What an agreement promises has its limits beside it.
    fn own_keys(&self) -> impl Iterator<Item = &str> {
        self.doc_type.required.iter().flat_map(|key| {
            let has_limits = self.doc_type.name == "agreement" && key == "targets";
            let limits: &[&str] = if has_limits { &["workload_limits", "exceptions"] } else { &[] };
            let is_asked = |limit: &&&str| !self.doc_type.required.iter().any(|it| it == **limit);
            std::iter::once(key.as_str()).chain(limits.iter().filter(is_asked).copied())
        })
    }

    fn who_and_why(&self, lines: &mut Lines) -> Result<(), Refusal> {
        lines.say("The role that answers for it, as in the role register.");
        lines.put("owner", &written_or_open(&self.owner)?);
        lines.say("The clauses it serves; `clausebook clauses` lists them.");
        let clauses: Result<Vec<String>, Refusal> =
            self.clauses.iter().map(|clause| written(clause)).collect();
        lines.put("clauses", &format!("[{}]", clauses?.join(", ")));
        Ok(())
    }

    fn above(&self) -> Result<String, Refusal> {
        written_or_open(self.parent.as_ref().map(DocId::as_str).unwrap_or_default())
    }

    /// Returns what a field of the type holds as far as it is known, and what it is for.
    fn answer(&self, key: &str) -> Result<(String, &'static str), Refusal> {
        let parent_if = |kind: &str| match self.parent_type.as_deref() == Some(kind) {
            true => self.above(),
            false => Ok(OPEN.to_owned()),
        };
        let list = || "[]".to_owned();
        Ok(match key {
            "organization" => {
                (written_or_open(&self.organization)?, "Whose service management system it is.")
            }
            "services" => (list(), "Ids of the service catalogue: [SVC-01, SVC-02]"),
            "locations" => (list(), "The sites: [Head office, Data centre]"),
            "exclusions" => {
                (list(), "What is left out and why: [{what: ..., why: ...}]; [] says nothing is")
            }
            "statements" => (list(), "Each a sentence that people can keep to."),
            "process_owner" => (written_or_open(&self.owner)?, "The role that owns the process."),
            "inputs" => (list(), "What it needs: [Requests for change, The service catalogue]"),
            "outputs" => (list(), "What it leaves behind: [Changes that were decided on]"),
            "kpis" => (list(), "How you see whether it works: [Failed changes, target below 2 %]"),
            "process" => (parent_if("process")?, "The id of the process it belongs to."),
            "procedure" => (parent_if("procedure")?, "The id of the procedure it details."),
            "records_produced" => {
                (list(), "The beginnings of the ids of its records: [REC-CHG]; [] says none.")
            }
            "produces" => {
                (OPEN.to_owned(), "The beginning of the ids of the records made with it.")
            }
            "register_kind" => (OPEN.to_owned(), "What it lists: roles, services, risks, ..."),
            "entries" => (list(), "A row for each entry."),
            "parties" => (list(), "Who agrees with whom: [Example Ltd, Their Council]"),
            "targets" => (
                list(),
                "What is promised: [{id: T1, metric: availability, value: 99.7, unit: \"%\", period: month, measured_by: ...}]",
            ),
            "workload_limits" => (list(), "Up to which load the promise holds: [1200 users]"),
            "exceptions" => (list(), "When it does not hold: [Planned maintenance on Sundays]"),
            "valid_from" => (self.day.to_string(), "The first day of its term."),
            "valid_to" => (OPEN.to_owned(), "The last day: 2026-12-31"),
            "signatories" => {
                (list(), "Who signed, for whom: [{name: ..., for: ..., on: 2026-01-01}]")
            }
            "period" => {
                (OPEN.to_owned(), "The time it is for: 2026, 2026-Q3 or 2026-01-01..2026-12-31")
            }
            "coverage" => (
                list(),
                "Which clauses each audit looks at: [{audit: A1, date: 2026-03-02, clauses: [8.1, 8.2]}]",
            ),
            "origin" => (OPEN.to_owned(), "Who publishes it."),
            "edition" => (OPEN.to_owned(), "Which edition is held, in the words of its publisher."),
            "obtained_on" => (self.day.to_string(), "The day on which this edition was obtained."),
            "location" => (OPEN.to_owned(), "Where its readers find it."),
            "licence" => (OPEN.to_owned(), "Who may read or copy it."),
            "checked_on" => {
                (self.day.to_string(), "The day on which somebody last looked for a newer edition.")
            }
            _ => match fields::kind_of(key) {
                Some(Kind::List | Kind::Rows) => (list(), ""),
                _ => (OPEN.to_owned(), ""),
            },
        })
    }

    fn sections(&self) -> String {
        let sections = self.doc_type.sections.iter();
        sections.map(|name| format!("\n## {name}\n\n<!-- {} -->\n", belongs_in(name))).collect()
    }
}

/// Says what stands in the rows of a service report.
fn rows_of_report(key: &str) -> Option<&'static str> {
    match key {
        "targets" => {
            Some("What was promised: [{agreement: SLA-ACME-01, id: T1, value: 99.7, unit: \"%\"}]")
        }
        "actuals" => Some(
            "What was achieved of it: [{agreement: SLA-ACME-01, id: T1, service: SVC-01, value: 99.95, met: true}]",
        ),
        _ => None,
    }
}

/// The lines of front matter.
struct Lines(String);

impl Lines {
    fn say(&mut self, comment: &str) {
        self.0.push_str(&format!("# {comment}\n"));
    }

    fn put(&mut self, key: &str, value: &str) {
        let gap = if value.is_empty() { "" } else { " " };
        self.0.push_str(&format!("{key}:{gap}{value}\n"));
    }
}

fn written_or_open(value: &str) -> Result<String, Refusal> {
    if value.is_empty() { Ok(OPEN.to_owned()) } else { written(value) }
}

/// Says what belongs in a section.
fn belongs_in(section: &str) -> &'static str {
    match section {
        "Purpose" => "What it is for, in two sentences.",
        "Scope" => "Which services, sites and people it holds for, and which not.",
        "Content" => "What is planned, by whom, until when.",
        "Measures" => "How you see whether it works: the figure, its target, who looks at it when.",
        "Policy statements" => "A numbered list. Each item is something that is done or is not.",
        "Responsibilities" | "Roles" => "Which role does what, and which decides.",
        "Review" => "When it is looked at again, and by whom.",
        "Triggers" => "What starts it.",
        "Inputs" => "What it needs, and where that comes from.",
        "Activities" => "What is done, in order.",
        "Outputs" => "What it leaves behind, and who uses it.",
        "Records" => "Which records show that it was done, where they are, how long they are kept.",
        "Interfaces" => "The processes it works with, and what is handed over.",
        "Steps" => "A numbered list. Each step says who does what with what.",
        "Before you start" => "What has to be at hand and in place.",
        "If it fails" => "How you notice, how you go back, whom you tell.",
        "Fields" => "A table: field, what is entered, an example.",
        "Entries" => "A word on how the list is kept. The rows are in the front matter.",
        "Organization" => "Whose service management system it is.",
        "Services" => "Which services are meant.",
        "Locations" => "From where they are provided.",
        "Out of scope and why" => "What an outsider would expect here, and why it is not.",
        "Targets" => "What is promised, how it is measured, over which time.",
        "Workload limits" => "Up to which load the promise holds.",
        "Exceptions" => "When it does not hold.",
        "Duties" => "What each party does for it.",
        "Objectives" => "What the audits are to find out.",
        "Coverage" => "Which clause is audited in which part of the cycle.",
        "Methods" => "How is audited: interviews, samples, observation.",
        "Auditors" => "Who audits, and why they are independent of what they audit.",
        _ => "What belongs here.",
    }
}

/// Writes a title so that Markdown reads nothing but words in it.
fn as_words(title: &str) -> String {
    let mut words = String::new();
    for c in title.chars() {
        if matches!(c, '\\' | '`' | '*' | '[' | '<') {
            words.push('\\');
        }
        words.push(c);
    }
    words
}
