//! The keys that front matter may have: what each holds, and which types need which.
//!
//! The tables come from clause 7.5.2 (identification of documented information) and from the
//! records that clauses 8 to 10 ask for. Types of one's own add to them in book.toml.

use super::front::{Entry, Node, one_or_more};
use super::{DocId, Front, Version, role};
use crate::source::{Date, Span, Spanned};

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
    ("retention", Kind::Text),
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
    ("period", Kind::Text),
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

/// Tells whether a value leaves the question of its field open.
pub fn says_nothing(key: &str, value: &Node) -> bool {
    let says_none = matches!(value, Node::List(_)) && MAY_BE_NONE.contains(&key);
    value.is_empty() && !says_none
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

/// A value that is not what its field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The field.
    pub key: String,
    /// Where the value stands.
    pub span: Span,
    /// What stands there.
    pub found: String,
    /// What was expected, as a noun phrase.
    pub expected: String,
    /// How such a value is written.
    pub example: &'static str,
    /// What was written, where a single value of another form was expected.
    pub written: Option<(Kind, String)>,
}

/// What is expected of a value, as a noun phrase, and an example.
type Shape = (&'static str, &'static str);

const DAY: Shape = ("a day of the calendar", "2026-05-11");
const FIRST_DAY: Shape = ("the first day on which the role is held", "2026-05-11");
const VERSION: Shape = ("a version", "2.0");
const ADDRESS: Shape = ("an e-mail address", "ada@example.org");
const FLAG: Shape = ("true or false", "true");
const ROLE: Shape = ("the name of a role", "change-manager");
const NUMBER: Shape = ("a whole number from 1 to 1200", "12");
const OWNER: Shape = ("a role or an e-mail address", "change-manager");
const TEXTS: Shape = ("a list with text in every item", "[one, another]");
const ROWS: Shape = ("a list with a mapping in every row", "[{what: ..., why: ...}]");
const WAIVERS: Shape =
    ("a list with a mapping in every row", "[{rule: LN001, until: 2026-12-31, reason: ...}]");
const MAPPING: Shape = ("a mapping", "{key: value}");
const ONE_LINE: Shape = ("text in one line", "Change management policy");
const SINGLE: Shape = ("a single value", "some text");
const APPROVAL: Shape =
    ("a mapping", "{by: ada@example.org, role: service-director, on: 2026-05-11, version: 2.0}");
const AN_APPROVAL: Shape = ("by whom, when and of which version", APPROVAL.1);

/// Finds the values that are not what their fields hold.
pub fn misfits(entries: &[Entry], is_record: bool) -> Vec<Misfit> {
    let mut found = Vec::new();
    for Entry { key, value } in entries {
        // Records have their own fields, some with the name of a document's.
        let kind = match kind_of(&key.value) {
            Some(kind) if !is_record || COMMON.iter().any(|(name, _)| *name == key.value) => kind,
            Some(_) if DAYS_OF_RECORDS.split_whitespace().any(|name| name == key.value) => {
                Kind::Date
            }
            _ => continue,
        };
        check(&key.value, kind, value, is_record, &mut found);
        if key.value == "approval" && !is_record {
            found.extend(half_said_approvals(entries, value));
        }
    }
    found
}

/// Finds the items of a list of approvals that say nothing, or not all of by whom, when and of which
/// version, where another item says all and the document is approved by it. While it is being
/// approved the next approver may stand there by name, and where no item says all, that is told of
/// the approval as a whole.
fn half_said_approvals(entries: &[Entry], value: &Spanned<Node>) -> Vec<Misfit> {
    let text = |key: &str| entries.iter().find(|it| it.key.value == key)?.value.value.as_text();
    let says = |item: &Node, key: &str| item.get(key).is_some_and(|part| !part.value.is_empty());
    let lacks = |item: &Node| -> Vec<&str> {
        let parts = ["by", "on", "version"].into_iter();
        let parts = parts.filter(|part| *part != "version" || text("version").is_some());
        parts.filter(|part| !says(item, part)).collect()
    };
    let items = value.value.items();
    let is_whole = |item: &Spanned<Node>| lacks(&item.value).is_empty();
    if text("status") != Some("approved") || !items.iter().any(is_whole) {
        return Vec::new();
    }
    let misfit = |key: String, span: Span, found: &str, (expected, example): Shape| {
        let (found, expected) = (found.to_owned(), expected.to_owned());
        Misfit { key, span, found, expected, example, written: None }
    };
    let mut found = Vec::new();
    for item in items {
        match &item.value {
            it if it.is_empty() => {
                found.push(misfit("approval".to_owned(), item.span, "empty", AN_APPROVAL));
            }
            Node::Map(keys) => {
                let span = keys.first().map_or(item.span, |first| first.key.span);
                let missing =
                    lacks(&item.value).into_iter().filter(|it| item.value.get(it).is_none());
                found.extend(missing.map(|part| {
                    misfit(format!("approval.{part}"), span, "missing", approval_part(part))
                }));
            }
            _ => {}
        }
    }
    found
}

/// Finds the values in the rows of a register that are not what their keys hold. A row that is no
/// mapping is a misfit of the list it stands in.
pub fn misfits_of_rows(front: &Front) -> Vec<Misfit> {
    let lists = |kind: &str| front.list("register_kind").iter().any(|it| it.value == kind);
    let keys = match () {
        () if front.is_role_register() => &ROLE_ROW[..],
        () if lists("external-documents") => &EXTERNAL_ROW,
        () => return Vec::new(),
    };
    front.rows("entries").flat_map(|row| misfits_of_row(row, keys)).collect()
}

/// Finds the values of one row that are not what `keys` hold.
pub fn misfits_of_row(row: &Spanned<Node>, keys: &[(&str, Kind)]) -> Vec<Misfit> {
    let mut found = Vec::new();
    let Node::Map(entries) = &row.value else { return found };
    for Entry { key, value } in entries {
        if let Some((name, kind)) = keys.iter().find(|(name, _)| *name == key.value) {
            check(&format!("entries.{name}"), *kind, value, false, &mut found);
        }
    }
    let needs_role = keys.iter().any(|(name, _)| *name == "role");
    let says = |name: &str| row.value.get(name).is_some_and(|found| !found.value.is_empty());
    let mut missing = |name: &str, (expected, example): Shape| {
        let key = entries.iter().find(|entry| entry.key.value == name).or(entries.first());
        found.push(Misfit {
            key: format!("entries.{name}"),
            span: key.map_or(row.span, |entry| entry.key.span),
            found: "missing".to_owned(),
            expected: expected.to_owned(),
            example,
            written: None,
        });
    };
    if needs_role && row.value.text("role").is_none() {
        missing("role", ROLE);
    }
    // A role may be listed while nobody has it, and a machine approves nothing.
    let has_holder = (says("person") || says("email")) && !role::is_machine(&row.value);
    if needs_role && says("role") && has_holder && !says("from") {
        missing("from", FIRST_DAY);
    }
    let day = |name: &str| {
        row.value.text(name).and_then(|found| Some((Date::parse(found.value)?, found.span)))
    };
    if let (Some((from, _)), Some((to, span))) = (day("from"), day("to"))
        && needs_role
        && to < from
    {
        found.push(Misfit {
            key: "entries.to".to_owned(),
            span,
            found: format!("{to}, before the first day {from}"),
            expected: "the last day".to_owned(),
            example: DAY.1,
            written: None,
        });
    }
    found
}

fn check(key: &str, kind: Kind, value: &Spanned<Node>, is_record: bool, out: &mut Vec<Misfit>) {
    let mut misfit = |span: Span, found: &str, (expected, example): Shape| {
        let (key, found, expected) = (key.to_owned(), found.to_owned(), expected.to_owned());
        out.push(Misfit { key, span, found, expected, example, written: None });
    };
    let node = &value.value;
    match kind {
        Kind::Any => {}
        Kind::List => {
            let items = node.items().iter();
            for item in items.filter(|item| item.value.as_text().is_none()) {
                misfit(item.span, item.value.kind(), TEXTS);
            }
            if matches!(node, Node::Map(_)) {
                misfit(value.span, node.kind(), TEXTS);
            }
        }
        Kind::Rows | Kind::Waivers => {
            let shape = if kind == Kind::Waivers { WAIVERS } else { ROWS };
            match node {
                Node::List(items) => {
                    for item in items.iter().filter(|item| !matches!(item.value, Node::Map(_))) {
                        misfit(item.span, item.value.kind(), shape);
                    }
                }
                Node::Map(_) | Node::Scalar { .. } if node.is_empty() => {}
                Node::Map(_) | Node::Scalar { .. } => misfit(value.span, node.kind(), shape),
            }
        }
        Kind::Addresses => {
            for item in one_or_more(value).iter().filter(|item| !item.value.is_empty()) {
                match item.value.as_text() {
                    Some(text) if is_address(text) => {}
                    Some(text) => misfit(item.span, &format!("`{}`", shortened(text)), ADDRESS),
                    None => misfit(item.span, item.value.kind(), ADDRESS),
                }
            }
        }
        Kind::Mapping => {
            if !matches!(node, Node::Map(_)) {
                misfit(value.span, node.kind(), MAPPING);
            }
        }
        Kind::Approvals => check_approvals(value, out),
        Kind::Owner if is_yes_or_no(node) => {
            let found = format!("`{}`", node.as_text().unwrap_or_default());
            misfit(value.span, &found, OWNER);
        }
        _ if !matches!(node, Node::Scalar { .. }) => {
            misfit(value.span, node.kind(), SINGLE);
        }
        // An empty value is a missing one, which is another rule's matter.
        _ => {
            let Some(text) = node.as_text() else { return };
            if IN_ONE_LINE.contains(&key) && text.contains(char::is_control) {
                misfit(value.span, "text with a line break or a control character", ONE_LINE);
                return;
            }
            if let Some((expected, example)) = scalar_misfit(kind, text, is_record) {
                let (key, found) = (key.to_owned(), format!("`{}`", shortened(text)));
                let written = Some((kind, text.to_owned()));
                out.push(Misfit { key, span: value.span, found, expected, example, written });
            }
        }
    }
}

fn check_approvals(value: &Spanned<Node>, out: &mut Vec<Misfit>) {
    for approval in one_or_more(value) {
        let mut misfit = |key: String, span: Span, found: String, (expected, example): Shape| {
            let expected = expected.to_owned();
            out.push(Misfit { key, span, found, expected, example, written: None });
        };
        let Node::Map(entries) = &approval.value else {
            if !approval.value.is_empty() {
                let found = approval.value.kind().to_owned();
                misfit("approval".to_owned(), approval.span, found, APPROVAL);
            }
            continue;
        };
        for Entry { key, value } in entries {
            let dotted = format!("approval.{}", key.value);
            let Some(text) = value.value.as_text() else {
                let found = match value.value.is_empty() {
                    true => "empty".to_owned(),
                    false => value.value.kind().to_owned(),
                };
                misfit(dotted, value.span, found, approval_part(&key.value));
                continue;
            };
            let fits = match key.value.as_str() {
                "by" | "role" => !is_yes_or_no(&value.value),
                "on" => Date::parse(text).is_some(),
                "version" => Version::parse(text).is_some(),
                "digest" => is_digest(text),
                _ => true,
            };
            if !fits {
                let found = format!("`{}`", shortened(text));
                misfit(dotted, value.span, found, approval_part(&key.value));
            }
        }
    }
}

/// Says what a key of an approval holds.
fn approval_part(key: &str) -> Shape {
    match key {
        "by" => ("the e-mail address of the approver", "ada@example.org"),
        "role" => ("the role the approver acted in", "service-director"),
        "on" => DAY,
        "version" => VERSION,
        "digest" => ("`v1:sha256:` and 64 hexadecimal digits", "\"v1:sha256:...\""),
        _ => SINGLE,
    }
}

/// Tells whether a value without quotes is a word that YAML reads as true or false. Nobody is
/// called so; somebody wrote it for something else.
fn is_yes_or_no(node: &Node) -> bool {
    let words = ["yes", "no", "true", "false", "on", "off"];
    match node {
        Node::Scalar { text, quoted: false } => {
            words.iter().any(|word| text.eq_ignore_ascii_case(word))
        }
        Node::Scalar { .. } | Node::List(_) | Node::Map(_) => false,
    }
}

fn is_digest(text: &str) -> bool {
    text.strip_prefix("v1:sha256:").is_some_and(|hex| {
        hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    })
}

/// Says what was expected instead of a scalar, with an example, if it does not fit its field.
fn scalar_misfit(kind: Kind, text: &str, is_record: bool) -> Option<(String, &'static str)> {
    let one_of = |words: &[&'static str]| -> Option<(String, &'static str)> {
        (!words.contains(&text)).then(|| (crate::source::listed(words, "or"), words[0]))
    };
    let unless =
        |fits: bool, (expected, example): Shape| (!fits).then(|| (expected.to_owned(), example));
    match kind {
        Kind::Version => unless(Version::parse(text).is_some(), VERSION),
        Kind::Date => unless(Date::parse(text).is_some(), DAY),
        Kind::Flag => unless(["true", "false"].contains(&text), FLAG),
        Kind::Number => {
            let fits = text.bytes().all(|b| b.is_ascii_digit())
                && text.parse::<u32>().is_ok_and(|number| (1..=1200).contains(&number));
            unless(fits, NUMBER)
        }
        Kind::Status if DERIVED_STATUSES.contains(&text) => None,
        Kind::Status if is_record => one_of(&RECORD_STATUSES),
        Kind::Status => one_of(&STATUSES),
        // The weakest is no example: it would be copied.
        Kind::Classification => one_of(&CLASSIFICATIONS).map(|(words, _)| (words, "internal")),
        Kind::ChangeKind => one_of(&CHANGE_KINDS),
        _ => None,
    }
}

/// Tells whether a text is one bare address, as Git has it between its angle brackets.
fn is_address(text: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && !part.contains(['<', '>', ',', ';', '"']);
    let is_one = !text.contains(char::is_whitespace);
    is_one && text.rsplit_once('@').is_some_and(|(user, host)| is_part(user) && is_part(host))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(60).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

/// Says what is malformed about an id, if anything is.
pub fn id_misfit(id: &DocId) -> Option<&'static str> {
    let text = id.as_str();
    if text.len() > 80 {
        return Some("an id has at most 80 characters");
    }
    if text.chars().any(|c| c.is_ascii_lowercase()) {
        return Some("an id is written in capitals, digits and hyphens");
    }
    let allowed = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '-';
    if let Some(other) = text.chars().find(|c| !allowed(*c)) {
        return Some(match other.is_ascii() {
            true => "an id is written in capitals, digits and hyphens",
            false => {
                "an id is written in plain Latin capitals, digits and hyphens; this one has a letter that only looks like one"
            }
        });
    }
    let parts: Vec<&str> = text.split('-').collect();
    let prefix_fits = parts[0].chars().next().is_some_and(|c| c.is_ascii_uppercase());
    if parts.len() < 2 || parts.iter().any(|part| part.is_empty()) || !prefix_fits {
        return Some("an id is a prefix, a hyphen and more, like POL-CHG-001");
    }
    None
}
