//! The front page: whose system, what is covered, how fresh, and whether it is true.

use super::atlas::Atlas;
use super::card::{Standing, coverage_piece, level_name, verdict_piece};
use super::clauses::LevelCount;
use super::views::{Cell, Column, Fact, Frame, Piece, Row, Table, joined, prose, shown};
use super::{Page, SiteError, template};
use crate::document::{DocId, Document};
use crate::finding::{Finding, Level};
use crate::sms::State;
use crate::sms::coverage;
use crate::sms::removed::Removed;
use crate::source::{Date, counted, listed};
use serde::Serialize;

#[derive(Serialize)]
struct View {
    frame: Frame,
    framework: String,
    scope: String,
    #[serde(serialize_with = "super::markup::in_a_row")]
    scope_source: Vec<Piece>,
    copy: Vec<Fact>,
    tally: Vec<Count>,
    bar: Vec<Bar>,
    bar_label: String,
    #[serde(serialize_with = "super::markup::in_a_row")]
    tally_note: Vec<Piece>,
    clause_tally: Vec<LevelCount>,
    attention: Option<Table>,
    #[serde(serialize_with = "super::markup::in_a_row")]
    attention_note: Vec<Piece>,
    ways: Vec<Way>,
    legend: Vec<Legend>,
}

#[derive(Serialize)]
struct Count {
    name: Piece,
    number: usize,
    is_zero: bool,
}

#[derive(Serialize)]
struct Bar {
    class: &'static str,
    x: usize,
    y: usize,
    width: usize,
    height: usize,
}

#[derive(Serialize)]
struct Way {
    question: &'static str,
    page: &'static str,
    href: &'static str,
}

#[derive(Serialize)]
struct Legend {
    title: &'static str,
    items: Vec<LegendItem>,
}

#[derive(Serialize)]
struct LegendItem {
    mark: Piece,
    meaning: &'static str,
}

/// How many lines the front page gives to what needs attention.
const ATTENTION: usize = 12;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let verdicts = ["verified", "contradicted", "unverifiable", "none"].map(|verdict| {
        let is_it = |document: &&Document| {
            atlas.sms.is_identified(document) && atlas.verdicts(document).contains(&verdict)
        };
        (verdict, atlas.sms.maintained().filter(is_it).count())
    });
    let statement = scope_statement(atlas);
    let primary = atlas.sms.frameworks.primary();
    let view = View {
        frame: atlas.frame("index.html", "index.html", "Front page"),
        framework: format!("{}: {}", shown(&atlas.sms.config.title), primary.name()),
        scope: statement.map(|it| scope_sentence(atlas.shown_of(it))).unwrap_or_default(),
        scope_source: scope_source(atlas, statement),
        copy: copy(atlas),
        tally: verdicts
            .iter()
            .map(|&(verdict, number)| Count {
                name: verdict_piece(verdict),
                number,
                is_zero: number == 0,
            })
            .collect(),
        bar: bar(&verdicts),
        bar_label: verdicts
            .iter()
            .map(|(verdict, number)| match *verdict {
                "none" => format!("{number} without a claim"),
                verdict => format!("{number} {verdict}"),
            })
            .collect::<Vec<_>>()
            .join(", "),
        tally_note: tally_note(atlas),
        clause_tally: super::clauses::primary_tally(atlas),
        attention: attention(atlas),
        attention_note: attention_note(atlas),
        ways: WAYS.iter().map(|&(question, page, href)| Way { question, page, href }).collect(),
        legend: legend(),
    };
    template::fill("front.html", "index.html", &view)
}

/// Returns the scope statement that counts: one in force before one that is not.
fn scope_statement<'s>(atlas: &Atlas<'s>) -> Option<&'s Document> {
    let is_statement = |document: &&Document| {
        document.front.text("type").is_some_and(|kind| kind.value == "statement")
    };
    let usable = |document: &&Document| {
        let standing = &atlas.card(document).standing;
        !standing.is_obsolete() && *standing != Standing::NotIdentified
    };
    let statements: Vec<&Document> =
        atlas.sms.maintained().filter(is_statement).filter(usable).collect();
    let in_force = statements.iter().find(|one| atlas.is_in_force(one));
    in_force.or_else(|| statements.first()).copied()
}

/// What headings say beneath which stands what is not in scope, in small letters.
const LEFT_OUT: [&str; 4] = ["out of scope", "not in scope", "exclu", "left out"];

/// Returns the first long passage of the statement's text that is not of what is left out, else the
/// first: the organisation's own sentence.
fn scope_sentence(statement: &Document) -> String {
    let is_heading = |text: &str| statement.body.headings.iter().any(|one| one.text == text);
    let mut is_left_out = false;
    let mut own: Vec<&str> = Vec::new();
    for text in statement.body.text.iter().map(|passage| passage.text.trim()) {
        if is_heading(text) {
            let heading = text.to_lowercase();
            is_left_out = LEFT_OUT.iter().any(|words| heading.contains(words));
        } else if !is_left_out {
            own.push(text);
        }
    }
    let long = own.iter().find(|text| text.split_whitespace().count() >= 8);
    shown(long.or(own.first()).copied().unwrap_or_default())
}

fn scope_source(atlas: &Atlas<'_>, statement: Option<&Document>) -> Vec<Piece> {
    let Some(statement) = statement else {
        return vec![Piece::mark("M-unverifiable", "ask", "No scope statement was found.")];
    };
    let standing = atlas.standing(statement);
    let mut pieces = vec![
        Piece::text("Scope statement "),
        atlas.link("", statement),
        Piece::text(" "),
        standing.piece(),
    ];
    if let (true, Some(since)) = (atlas.is_in_force(statement), atlas.first_day(statement)) {
        let (before, after) = match standing {
            Standing::Is(State::Effective) => (" since ", ""),
            _ => (" (in force since ", ")"),
        };
        pieces.extend([Piece::text(before), Piece::date(since), Piece::text(after)]);
    }
    let proof = atlas.proof(statement);
    pieces.extend([Piece::text("; approval "), proof.piece()]);
    if proof.level.is_some() {
        pieces.extend([Piece::text(", level "), proof.meter_in_words()]);
    }
    pieces.extend(atlas.beside("", statement));
    let left_out =
        atlas.shown_of(statement).front.rows("exclusions").filter_map(|row| row.value.text("what"));
    let left_out: Vec<Piece> = left_out.map(|what| Piece::voice(what.value)).collect();
    if !left_out.is_empty() {
        pieces.push(Piece::text(". Out of scope: "));
        pieces.extend(joined(left_out, "; "));
    }
    pieces.push(Piece::text(". "));
    pieces.push(Piece::link("The whole scope", "scope.html"));
    pieces
}

fn copy(atlas: &Atlas<'_>) -> Vec<Fact> {
    let sms = atlas.sms;
    let head = atlas.commit(sms.head);
    let committed = head.and_then(|commit| commit.committer.date());
    let trust = match &sms.trust.policy_ref {
        Some(name) => vec![Piece::text("rules read at "), Piece::oid(name)],
        None => vec![Piece::mark("M-unverifiable", "ask", "the tree is judged by its own rules")],
    };
    let mut facts = vec![
        Fact::one("As of", Piece::date(sms.as_of)),
        Fact::one("Commit", Piece::oid(sms.head.to_string())),
        Fact::one("Committed", Piece::date_or_none(committed)),
        Fact::one("Control start", Piece::date_or_none(sms.trust.config.verify_from)),
        Fact::of("Trust root", trust),
    ];
    let dates = [
        ("body", "Certification body"),
        ("certificate", "Certificate"),
        ("stage1", "Stage 1"),
        ("stage2", "Stage 2"),
        ("surveillance", "Surveillance"),
        ("expires", "Expires"),
    ];
    for (key, label) in dates {
        if let Some(text) = sms.config.certification.get(key) {
            let piece = Date::parse(text).map_or_else(|| Piece::voice(text), Piece::date);
            facts.push(Fact::one(label, piece));
        }
    }
    facts
}

/// Returns the parts of the bar, in eleven hundredths of its width.
fn bar(verdicts: &[(&'static str, usize); 4]) -> Vec<Bar> {
    const WIDTH: usize = 1100;
    let total: usize = verdicts.iter().map(|(_, number)| number).sum();
    let mut x = 0;
    let mut parts = Vec::new();
    for &(verdict, number) in verdicts.iter().filter(|(_, number)| *number > 0) {
        let width = WIDTH * number / total.max(1);
        let class = match verdict {
            "verified" => "bar-ok",
            "contradicted" => "bar-bad",
            "unverifiable" => "bar-ask",
            _ => "bar-none",
        };
        // An outlined part keeps its line inside the picture.
        let inset = usize::from(class == "bar-ask");
        let shown = width.saturating_sub(4).max(2);
        parts.push(Bar {
            class,
            x: x + inset,
            y: inset,
            width: shown.saturating_sub(2 * inset).max(2),
            height: 14 - 2 * inset,
        });
        x += width;
    }
    parts
}

fn tally_note(atlas: &Atlas<'_>) -> Vec<Piece> {
    let sms = atlas.sms;
    let mut pieces = vec![Piece::text(format!(
        "{} and {}; {} of evidence. ",
        counted(sms.maintained().filter(|it| sms.is_identified(it)).count(), "controlled document"),
        counted(sms.records().filter(|it| sms.is_identified(it)).count(), "record"),
        counted(atlas.outcome.evidence.len(), "statement"),
    ))];
    let (claimed, in_force): (Vec<&Document>, Vec<&Document>) = sms
        .maintained()
        .filter(|it| atlas.verdicts(it).len() > 1)
        .partition(|it| sms.claimed_beside(it).is_some());
    for (twice, words) in [
        (in_force.len(), "the version in force beside the next one"),
        (claimed.len(), "a version before the next one that claims to be in force"),
    ] {
        if twice > 0 {
            pieces.push(Piece::text(format!("{twice} with {words}, counted for both. ")));
        }
    }
    let odd = sms.unidentified();
    if odd > 0 {
        pieces.push(Piece::link(
            counted(odd, "file") + " cannot be identified",
            "register.html#NotIdentified",
        ));
        pieces.push(Piece::text(match odd {
            1 => ", and is counted in neither. ",
            _ => ", and are counted in neither. ",
        }));
    }
    if !sms.uncontrolled.is_empty() {
        let text = counted(sms.uncontrolled.len(), "file") + " not under document control";
        pieces.push(Piece::link(text, "register.html#Uncontrolled"));
        pieces.push(Piece::text(". "));
    }
    pieces.push(Piece::link("What the verdicts rest on", "integrity.html"));
    pieces
}

fn attention(atlas: &Atlas<'_>) -> Option<Table> {
    let is_urgent = |finding: &&Finding| finding.level > Level::Note && finding.counts();
    let mut urgent: Vec<_> = atlas.outcome.findings.iter().filter(is_urgent).collect();
    urgent.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    let mut rows: Vec<Row> = Vec::new();
    for finding in urgent.iter().take(ATTENTION) {
        let place = match atlas.sms.document_at(&finding.place.path) {
            Some(document) => atlas.link("", document),
            None => match &finding.place.document {
                Some(id) => atlas.link_id("", &DocId::new(id.as_str())),
                None => Piece::code(finding.place.path.to_string()),
            },
        };
        rows.push(Row::of(vec![
            Cell::one(
                "",
                "",
                Piece::id_link(finding.rule.code, super::checks::rule_page(finding.rule)),
            ),
            Cell::one("wide", "", place),
            Cell::of("wide", "", prose(&super::approval::sentence(&finding.message))),
        ]));
    }
    if rows.is_empty() {
        return None;
    }
    Some(Table {
        caption: match urgent.len() > ATTENTION {
            true => format!("The first {ATTENTION} of {}, errors before warnings", urgent.len()),
            false => format!("{}, errors before warnings", counted(urgent.len(), "finding")),
        },
        columns: Column::all(&["Rule", "Document", "What"]),
        rows,
        ..Table::default()
    })
}

fn attention_note(atlas: &Atlas<'_>) -> Vec<Piece> {
    let (unproved, lacking) = super::integrity::unproved_claims(atlas);
    let mut claims = match unproved {
        1 => "1 claim of approval that is not verified".to_owned(),
        number => format!("{number} claims of approval that are not verified"),
    };
    match (unproved, lacking) {
        (_, 0) => {}
        (1, _) => claims += ", and lacks the proof it needs",
        (_, 1) => claims += ", of which 1 lacks the proof it needs",
        (_, number) => claims += &format!(", of which {number} lack the proof they need"),
    }
    let overdue = super::reviews::overdue(atlas);
    let mut pieces = vec![
        Piece::link(claims, "integrity.html#Unproved"),
        Piece::text(format!("; {overdue} in force with an overdue review; ")),
        Piece::link(open_nonconformities(atlas), "register.html#Records"),
    ];
    let was_open = |it: &Removed<'_>| it.is_record() && it.claims.status.as_deref() == Some("open");
    let removed = atlas.sms.removed_documents().filter(was_open).count();
    if removed > 0 {
        pieces.push(Piece::text("; "));
        let words = counted(removed, "record") + " removed while open";
        pieces.push(Piece::link(words, "register.html#Removed"));
    }
    pieces.extend([Piece::text(". "), Piece::link("Everything the checks found", "checks.html")]);
    pieces
}

/// Counts the open nonconformities, the gravest first, and the open findings of audits that have no
/// record of their own.
fn open_nonconformities(atlas: &Atlas<'_>) -> String {
    let faults = atlas.sms.faults();
    let grades = faults.values().map(|fault| {
        fault.grade.as_deref().filter(|it| matches!(*it, "major" | "minor")).unwrap_or("other")
    });
    let grades: Vec<&str> = grades.collect();
    let told = ["major", "minor", "other"].into_iter().filter_map(|grade| {
        let number = grades.iter().filter(|it| **it == grade).count();
        (number > 0).then(|| format!("{number} {grade}"))
    });
    let nonconformities = match listed(told, "and") {
        none if none.is_empty() => None,
        told if grades.len() == 1 => Some(format!("{told} nonconformity")),
        told => Some(format!("{told} nonconformities")),
    };
    let findings = match atlas.sms.open_findings() {
        0 => None,
        number => Some(counted(number, "finding") + " of audits that no record answers"),
    };
    match (nonconformities, findings) {
        (None, None) => "no nonconformity open".to_owned(),
        (Some(told), None) => format!("{told} open"),
        (None, Some(findings)) => findings,
        (Some(told), Some(findings)) => format!("{told} open, and {findings}"),
    }
}

/// Question, page, address.
const WAYS: [(&str, &str, &str); 20] = [
    ("What documents exist, and which version is in force?", "Register", "register.html"),
    ("What was in force on a day, and what changed since?", "Then and since", "changes.html"),
    ("Is every clause covered?", "Clauses", "clauses.html"),
    ("Is the mandatory documented information there?", "Mandatory documents", "mandatory.html"),
    ("What is in and out, since when?", "Scope", "scope.html"),
    ("What is the service management plan?", "Plan", "smp.html"),
    ("How do the layers hang together?", "Hierarchy", "hierarchy.html"),
    ("Which services, what was promised, what achieved?", "Services", "services.html"),
    ("Who has authority, at which date?", "Roles and authority", "roles.html"),
    ("What is due for review?", "Reviews", "reviews.html"),
    ("What is allowed to deviate, until when?", "Waivers", "waivers.html"),
    ("How are obsolete documents kept from use?", "Obsolete documents", "obsolete.html"),
    ("Which documents come from outside?", "External documents", "external.html"),
    ("What do the checks complain about?", "Checks", "checks.html"),
    ("Can I trust this record?", "Integrity", "integrity.html"),
    ("How do I check it myself?", "Commands to type", "verify.html"),
    ("Which records were kept?", "Records", "register.html#Records"),
    ("What is checked, and why?", "Rules", "rules/index.html"),
    ("What does a word mean?", "Glossary", "glossary.html"),
    ("Where is it?", "Search", "search.html"),
];

fn legend() -> Vec<Legend> {
    let item = |mark, meaning| LegendItem { mark, meaning };
    let state = |state, meaning| item(Standing::Is(state).piece(), meaning);
    let meter = |level: u8, meaning| {
        item(Piece::meter(level, format!("{level} {}", level_name(level))), meaning)
    };
    let quarter = |level: usize, meaning| {
        item(coverage_piece(u8::try_from(level).unwrap_or(0), coverage::LEVELS[level]), meaning)
    };
    vec![
        Legend {
            title: "Verdicts",
            items: vec![
                item(verdict_piece("verified"), "The history shows what is claimed."),
                item(verdict_piece("contradicted"), "The history shows something else."),
                item(verdict_piece("unverifiable"), "Git shows too little to tell."),
                item(verdict_piece("none"), "No approval is claimed."),
            ],
        },
        Legend {
            title: "States of a document",
            items: vec![
                state(State::Effective, "In force on the as-of date."),
                state(State::Overdue, "In force, its review date passed."),
                state(State::Approved, "Proved, comes into force later."),
                item(Standing::ClaimsApproval.piece(), "Says approved; Git does not bear it out."),
                state(State::InReview, "Offered for approval."),
                state(State::Draft, "Being written."),
                state(State::Superseded, "Another document took its place."),
                state(State::Withdrawn, "Taken out of use."),
            ],
        },
        Legend {
            title: "Proof of an approval",
            items: vec![
                meter(0, "Nothing claimed, or a part missing."),
                meter(1, "Front matter only."),
                meter(2, "By a commit of the approver’s own."),
                meter(3, "And brought in by a second person."),
                meter(4, "Signed by the approver, with a key that is listed."),
                meter(5, "And in a state of the whole that was signed."),
            ],
        },
        Legend {
            title: "Coverage of a clause",
            items: vec![
                quarter(0, "No document, no record."),
                quarter(1, "Something names it; nothing proved."),
                quarter(2, "A document is in force."),
                quarter(3, "Records within their cadence, or kept current."),
                quarter(
                    4,
                    "Audited in the cycle, no major or minor finding open. Later versions are named.",
                ),
            ],
        },
    ]
}
