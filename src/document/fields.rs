//! The keys that front matter may have: what each holds, and which types need which.
//!
//! The tables come from clause 7.5.2 (identification of documented information) and from the
//! records that clauses 8 to 10 ask for. Types of one's own add to them in book.toml.

mod misfit;

use super::front::Node;
pub use misfit::{Misfit, id_misfit, misfits, misfits_of_row, misfits_of_rows};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One line of text.
    Text,
    /// A role or a person.
    Owner,
    /// A version: numbers with dots.
    Version,
    /// A day: `2026-05-11`.
    Date,
    /// A whole number above zero.
    Number,
    /// A list, or one value for a list of one.
    List,
    /// A list of mappings.
    Rows,
    /// A mapping.
    Mapping,
    /// A mapping or a list of mappings.
    Approvals,
    /// A list of mappings, each a waiver of one rule.
    Waivers,
    /// The state typed by hand.
    Status,
    /// The circle of readers.
    Classification,
    /// How large the change is.
    ChangeKind,
    /// True or false.
    Flag,
    /// How long something is kept: of a record, a time, a day or `permanent`.
    Retention,
    /// A stretch of time: of an audit programme, with a first and a last day.
    Period,
    /// E-mail addresses: a list, or one for a list of one.
    Addresses,
    /// Whatever its own rule makes of it.
    Any,
}

impl Kind {
    /// Says in a few words what is written there; nothing where it depends on the type.
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Owner => "a role or a person",
            Self::Version => "a version, as 1.0",
            Self::Date => "a day, as 2026-05-11",
            Self::Number => "a number",
            Self::List => "a list",
            Self::Rows => "a list of rows",
            Self::Mapping => "a mapping",
            Self::Approvals => "who approved it, and when",
            Self::Waivers => "rules that do not hold for a while",
            Self::Status => "draft, in-review, approved or withdrawn",
            Self::Classification => "who may read it",
            Self::ChangeKind => "how large the change is",
            Self::Flag => "true or false",
            Self::Retention => "how long it is kept, as 3 years",
            Self::Period => "a time, as 2026",
            Self::Addresses => "e-mail addresses",
            Self::Any => "",
        }
    }
}

/// The states a document may be given by hand.
pub const STATUSES: [&str; 4] = ["draft", "in-review", "approved", "withdrawn"];
/// The states a record may be given.
pub const RECORD_STATUSES: [&str; 2] = ["open", "closed"];
/// States that follow from dates and from other documents, and are never typed.
pub const DERIVED_STATUSES: [&str; 5] =
    ["effective", "overdue", "superseded", "under-review", "archived"];
/// The circles of readers, widest first.
pub const CLASSIFICATIONS: [&str; 4] = ["public", "internal", "confidential", "restricted"];
/// The sizes of a change.
pub const CHANGE_KINDS: [&str; 3] = ["major", "minor", "editorial"];
/// The keys of one approval.
pub const APPROVAL_KEYS: [&str; 5] = ["by", "role", "on", "version", "digest"];

/// Keys that any document may have.
const COMMON: [(&str, Kind); 31] = [
    ("id", Kind::Text),
    ("title", Kind::Text),
    ("type", Kind::Text),
    ("version", Kind::Version),
    ("status", Kind::Status),
    ("owner", Kind::Owner),
    ("clauses", Kind::List),
    ("not_applicable", Kind::Any),
    ("parent", Kind::Text),
    ("effective_from", Kind::Date),
    ("review_months", Kind::Number),
    ("classification", Kind::Classification),
    ("services", Kind::List),
    ("supersedes", Kind::List),
    ("change_kind", Kind::ChangeKind),
    ("change_summary", Kind::Text),
    ("approval", Kind::Approvals),
    ("withdrawn_on", Kind::Date),
    ("withdrawal_reason", Kind::Text),
    ("records_produced", Kind::List),
    ("itil_practices", Kind::List),
    ("interfaces", Kind::Any),
    ("embeds", Kind::List),
    ("evidence", Kind::Any),
    ("retention", Kind::Retention),
    ("keywords", Kind::List),
    ("language", Kind::Text),
    ("climate_change", Kind::Mapping),
    ("corrections", Kind::Rows),
    (super::waiver::KEY, Kind::Waivers),
    ("notes", Kind::Any),
];

/// Keys whose values stand in one line wherever they are shown, and where the digest counts them.
const IN_ONE_LINE: [&str; 6] = ["id", "title", "type", "version", "status", "owner"];

/// Tells whether the value of a key holds no line break and no control character.
pub fn is_in_one_line(key: &str) -> bool {
    IN_ONE_LINE.contains(&key)
}

/// Keys that belong to types of documents.
const OF_TYPES: [(&str, Kind); 37] = [
    ("organization", Kind::Text),
    ("locations", Kind::List),
    ("exclusions", Kind::Rows),
    ("planned", Kind::Any),
    ("smp_items", Kind::Mapping),
    ("horizon", Kind::Text),
    ("statements", Kind::List),
    ("process_owner", Kind::Owner),
    ("inputs", Kind::Any),
    ("outputs", Kind::Any),
    ("kpis", Kind::Any),
    ("process", Kind::Text),
    ("procedure", Kind::Text),
    ("tool", Kind::Any),
    ("produces", Kind::Text),
    ("register_kind", Kind::List),
    ("entries", Kind::Rows),
    ("acceptance_criteria", Kind::Any),
    ("parties", Kind::Any),
    ("issues", Kind::Any),
    ("opportunities", Kind::Any),
    ("criteria", Kind::Any),
    ("targets", Kind::Any),
    ("workload_limits", Kind::Any),
    ("exceptions", Kind::Any),
    ("valid_from", Kind::Date),
    ("valid_to", Kind::Date),
    ("signatories", Kind::Rows),
    ("contract", Kind::Any),
    ("coverage", Kind::Rows),
    ("period", Kind::Period),
    ("origin", Kind::Text),
    ("edition", Kind::Text),
    ("obtained_on", Kind::Date),
    ("location", Kind::Text),
    ("licence", Kind::Text),
    ("checked_on", Kind::Date),
];

/// The keys of a row of the role register. A row may say more.
pub const ROLE_ROW: [(&str, Kind); 8] = [
    ("role", Kind::Owner),
    ("person", Kind::Text),
    ("email", Kind::Addresses),
    ("from", Kind::Date),
    ("to", Kind::Date),
    ("bot", Kind::Flag),
    ("approves", Kind::List),
    ("principal", Kind::Text),
];

/// The days in a row of the register of external documents.
const EXTERNAL_ROW: [(&str, Kind); 2] = [("obtained_on", Kind::Date), ("checked_on", Kind::Date)];

/// The keys of records that hold days: rules count from them.
const DAYS_OF_RECORDS: &str = "date raised_on due done_on effectiveness_check_due verified_on performed_on report_date \
    next_date reviewed_on next_review from until";

/// Keys of records, whatever their kind: what their own rules look into, and what records of
/// these kinds commonly say. A record may say more.
const OF_RECORDS: &str = "kind date produced_by about raised_on raised_by source grade criterion statement containment \
    audit_id nc_id correction root_cause cause_method similar_cases_checked action due done_on \
    effectiveness_criterion effectiveness_check_due effectiveness_result verified_by verified_on \
    sms_changes risk_updated programme_id planned performed_on scope methods lead_auditor auditors \
    auditees sampled findings conclusion reported_to report_date chair attendees decisions next_date \
    actuals trend actions audience document_id reviewed_on reviewer result next_review person plan_id \
    scenario participants targets_vs_achieved achieved deficiencies incident_ref incident_refs start end impact \
    notified_top_mgmt_at cause problem_ref problem_refs change_ref change_refs improvements rfc_ref category raised \
    risk test backout deployed pir known_error workaround closed closed_on decision effectiveness against reason \
    risk_id compensating_control approver from until tag commit tool_version counts restored \
    escalation customer score response method supplier suppliers budget forecast variance currency release changes \
    baseline acceptance outcome design plan incidents requests sample exported_from exported_on sha256 url \
    availability roles people differences verified asset_types notes_on \
    results tip tagged_by tagged_on competences items_total items_checked corrected licences \
    received_on received_from channel complaint answered_on resolution escalated \
    customer_satisfied surveyed_from surveyed_to scores scale overall target service_state \
    accepted_by accepted_on outcome_checked lines total forecast_year release_type rolled_back \
    success_criteria judged_on incidents_caused by_model incident_class severity detected \
    reported_after contained resolved customers_affected personal_data disputes";

/// The kinds of records that have fields of their own, with these fields.
pub const RECORD_KINDS: [(&str, &str); 12] = [
    (
        "nonconformity",
        "raised_on raised_by source grade criterion evidence statement containment audit_id",
    ),
    (
        "corrective-action",
        "nc_id correction root_cause cause_method similar_cases_checked action due done_on evidence \
         effectiveness_criterion effectiveness_check_due effectiveness_result verified_by verified_on \
         sms_changes risk_updated",
    ),
    (
        "internal-audit",
        "programme_id planned performed_on criteria scope methods lead_auditor auditors auditees \
         sampled findings conclusion reported_to report_date",
    ),
    ("management-review", "chair attendees period inputs decisions next_date"),
    ("service-report", "period services targets actuals trend decisions actions audience"),
    ("document-review", "document_id version reviewed_on reviewer result next_review"),
    ("acknowledgement", "document_id version person"),
    ("continuity-test", "plan_id scenario participants targets_vs_achieved deficiencies actions"),
    (
        "major-incident-review",
        "incident_ref start end services impact notified_top_mgmt_at cause problem_ref change_refs \
         improvements",
    ),
    (
        "change",
        "rfc_ref category raised risk test backout deployed result incident_refs problem_refs pir",
    ),
    (
        "problem",
        "problem_ref incident_refs cause known_error workaround change_refs closed effectiveness",
    ),
    ("waiver", "against reason risk_id compensating_control approver from until"),
];

/// What every document must say (clause 7.5.2), records apart.
pub const REQUIRED: [&str; 8] =
    ["id", "title", "type", "version", "status", "owner", "clauses", "classification"];
/// What every record must say.
pub const REQUIRED_OF_RECORDS: [&str; 7] =
    ["id", "title", "type", "status", "owner", "clauses", "classification"];

/// Fields in which an empty list is an answer: there are none.
const MAY_BE_NONE: [&str; 3] = ["exclusions", "entries", "records_produced"];

/// Words that stand where a value is still to come.
pub(super) const TO_COME: [&str; 4] = ["tbd", "tba", "tbc", "todo"];

/// Tells whether a value leaves the question of its field open: nothing stands there, or what holds
/// the place of a value to come, such as `...` or `TBD`; in a list or a mapping, nothing else.
pub fn says_nothing(key: &str, value: &Node) -> bool {
    let says_none = matches!(value, Node::List(_)) && MAY_BE_NONE.contains(&key);
    match value {
        Node::List(items) if !items.is_empty() => {
            items.iter().all(|item| says_nothing("", &item.value))
        }
        Node::Map(entries) if !entries.is_empty() => {
            entries.iter().all(|entry| says_nothing("", &entry.value.value))
        }
        _ => value.as_text().is_some_and(is_placeholder) || value.is_empty() && !says_none,
    }
}

/// Tells the same of what was asked about something that may be nothing: there a dash is an answer.
pub fn is_to_come(value: &Node) -> bool {
    let is_dash = |text: &str| {
        let text = text.trim();
        !text.is_empty() && text.chars().all(|c| matches!(c, '-' | '–' | '—'))
    };
    match value {
        Node::List(items) if !items.is_empty() => items.iter().all(|item| is_to_come(&item.value)),
        Node::Map(entries) if !entries.is_empty() => {
            entries.iter().all(|entry| is_to_come(&entry.value.value))
        }
        _ => {
            value.is_empty() || value.as_text().is_some_and(|it| is_placeholder(it) && !is_dash(it))
        }
    }
}

fn is_placeholder(text: &str) -> bool {
    let marks = ['.', '…', '?', '-', '–', '—', '_', '[', ']', '<', '>', '(', ')', ' '];
    let word = text.trim().trim_matches(marks);
    word.is_empty() || TO_COME.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Returns what the field `key` holds, if there is such a field.
pub fn kind_of(key: &str) -> Option<Kind> {
    let tables = COMMON.iter().chain(&OF_TYPES);
    tables
        .into_iter()
        .find(|(name, _)| *name == key)
        .map(|(_, kind)| *kind)
        .or_else(|| OF_RECORDS.split_whitespace().any(|name| name == key).then_some(Kind::Any))
}

/// Returns the keys that a document may have: the common ones first, then those of types and, for a
/// record, of records.
pub fn names(is_record: bool) -> impl Iterator<Item = &'static str> {
    let of_documents = COMMON.iter().chain(&OF_TYPES).map(|(name, _)| *name);
    let of_records = OF_RECORDS.split_whitespace().filter(move |_| is_record);
    of_documents.chain(of_records)
}

#[cfg(test)]
mod tests {
    use super::{is_placeholder, is_to_come, says_nothing};
    use crate::document::Document;
    use crate::repo::object::ObjectId;
    use crate::source::RepoPath;

    /// Returns a document that says one thing.
    fn saying(key: &str, value: &str) -> Document {
        let blob = ObjectId::from_bytes(&[0; 20]).unwrap();
        let text = format!("---\n{key}: {value}\n---\n");
        Document::read(RepoPath::from("a.md"), blob, text.as_bytes())
    }

    #[test]
    fn what_holds_a_place_is_no_value() {
        for none in ["...", "…", "TBD", "<tbd>", "???", "-", "[...]", "ToDo"] {
            assert!(is_placeholder(none), "{none}");
        }
        for value in ["0.1", "none", "n/a", "C", "Todo list", "王", "1", "TBD Ltd."] {
            assert!(!is_placeholder(value), "{value}");
        }
    }

    #[test]
    fn rows_of_nothing_say_nothing() {
        let says_nothing = |value: &str| {
            let document = saying("findings", value);
            says_nothing("findings", &document.front.get("findings").unwrap().value)
        };
        for none in ["", "[]", "[{}]", "[\"\", TBD]", "{a: , b: [...]}", "[{a: []}, [TODO]]"] {
            assert!(says_nothing(none), "{none}");
        }
        for some in ["none", "[{}, 1]", "{a: , b: x}", "[{a: [TBD, x]}]", "false"] {
            assert!(!says_nothing(some), "{some}");
        }
    }

    #[test]
    fn what_is_to_come_is_no_answer_and_a_dash_is_one() {
        let is_to_come = |value: &str| {
            let document = saying("policy", value);
            is_to_come(&document.front.get("policy").unwrap().value)
        };
        for open in ["", "\"\"", "TBD", "...", "\"[TBD]\"", "[]", "[TBD]", "{a: TBD}", "???"] {
            assert!(is_to_come(open), "{open}");
        }
        for answer in ["\"-\"", "–", "none", "n/a", "0", "false", "[TBD, x]", "{a: none}"] {
            assert!(!is_to_come(answer), "{answer}");
        }
    }
}
