//! The page of a document: what it says, who approved it, and whether that is true.

use super::approval::{self, Rung, sentence};
use super::atlas::{Atlas, Card, Proof, Standing, file_name};
use super::terms::Term;
use super::views::{
    Banner, Cell, Column, Fact, Frame, Piece, Row, Section, Table, joined, prose, shown,
};
use super::{Page, SiteError, registers, template, text, versions};
use crate::document::digest::ContentDigest;
use crate::document::{Document, Reference};
use crate::history::{Revision, What};
use crate::sms::approval::LEVELS;
use crate::sms::reference::Resolution;
use crate::sms::{Sms, State};
use serde::Serialize;
use std::collections::BTreeSet;

#[derive(Serialize)]
struct View {
    frame: Frame,
    banners: Vec<Banner>,
    label: String,
    heading: String,
    #[serde(serialize_with = "super::piece::in_a_row")]
    verdict: Vec<Piece>,
    toc: Vec<Piece>,
    html: String,
    text_label: String,
    ladder: Vec<Rung>,
    facts: Vec<Fact>,
    sections: Vec<Section>,
}

/// All document pages lie one folder deep.
const ROOT: &str = "../";

/// Front matter that the page shows elsewhere than under the further fields.
const SHOWN: [&str; 16] = [
    "id",
    "title",
    "type",
    "version",
    "status",
    "owner",
    "clauses",
    "parent",
    "effective_from",
    "review_months",
    "classification",
    "services",
    "supersedes",
    "change_kind",
    "change_summary",
    "approval",
];

/// Renders the page of a document: with the version in force, even where the file has the next one.
pub(super) fn page(atlas: &Atlas<'_>, document: &Document) -> Result<Page, SiteError> {
    match versions::in_force_instead(atlas, document) {
        Some(term) => in_force_page(atlas, document, term),
        None => file_page(atlas, document, &atlas.card(document).page, None),
    }
}

/// Renders the page of the next version, where the page of the document shows the one in force.
pub(super) fn next_page(
    atlas: &Atlas<'_>,
    document: &Document,
    path: &str,
) -> Result<Page, SiteError> {
    file_page(atlas, document, path, versions::in_force_instead(atlas, document))
}

/// Returns the address of the next version of a document.
pub(super) fn next_address(card: &Card) -> String {
    format!("next/{}.html", card.label)
}

/// Renders a file as it stands; `instead` is the version in force, where this is the next one.
fn file_page(
    atlas: &Atlas<'_>,
    document: &Document,
    path: &str,
    instead: Option<&Term<'_>>,
) -> Result<Page, SiteError> {
    let card = atlas.card(document);
    let sections: Vec<Section> = [
        Some(approval::section(atlas, ROOT, document)),
        instead.is_none().then(|| in_force(atlas, document)).flatten(),
        further_fields(atlas, document),
        Some(revisions(atlas, document)),
        Some(related(atlas, document)),
        Some(said_by_checks(atlas, document)),
        leads_nowhere(atlas, document),
    ]
    .into_iter()
    .flatten()
    .collect();
    let version = version_words(document);
    let mut frame = atlas.frame(path, "register.html", &format!("{} {}", card.label, card.title));
    frame.print_head = print_head(atlas, card, &version, &card.standing.piece(), &card.proof);
    frame.is_obsolete = card.standing.is_obsolete() || instead.is_some();
    let mut banners = banners(atlas, document, card);
    banners.splice(0..0, instead.map(|term| not_in_force(atlas, card, term)));
    let digest = atlas.sms.claims(document).digest;
    let view = View {
        frame,
        banners,
        label: card.label.clone(),
        heading: card.title.clone(),
        verdict: verdict(atlas, document, card),
        toc: contents(&sections),
        html: body_html(atlas, document),
        text_label: format!("Text of {} {version}", card.label),
        ladder: approval::proof_ladder(atlas, document),
        facts: particulars(
            atlas,
            document,
            card.standing.piece(),
            Piece::date_or_none(card.next_review),
            digest,
        ),
        sections,
    };
    template::fill("document.html", path, &view)
}

/// Renders a file as it is being written, before anything of it is judged: nothing is said of its
/// state or its approval. A document of the system has its path.
pub(super) fn unjudged_page(
    atlas: &Atlas<'_>,
    edited: &Document,
    path: &str,
) -> Result<Page, SiteError> {
    let not_yet = || Piece::mark("M-unverifiable", "ask", "not checked yet");
    let sections: Vec<Section> = [further_fields(atlas, edited), leads_nowhere(atlas, edited)]
        .into_iter()
        .flatten()
        .collect();
    let label = edited.called();
    let version = version_words(edited);
    let title = shown(&edited.title());
    let mut frame = atlas.frame(path, "register.html", &format!("{label} {title}"));
    frame.print_head = vec![
        Fact::one(&label, Piece::strong(&version)),
        Fact::one("Status", not_yet()),
        Fact::one("As of", Piece::text(atlas.sms.as_of.to_string())),
    ];
    let words = sentence(&version);
    let view = View {
        frame,
        banners: Vec::new(),
        label: label.clone(),
        heading: title,
        verdict: vec![
            Piece::text(format!("{} is ", words.trim_end_matches('.'))),
            not_yet(),
            Piece::text("."),
        ],
        toc: contents(&sections),
        html: body_html(atlas, edited),
        text_label: format!("Text of {label} {version}"),
        ladder: Vec::new(),
        facts: particulars(atlas, edited, not_yet(), not_yet(), edited.claims().digest),
        sections,
    };
    template::fill("document.html", path, &view)
}

/// Renders the version in force of a document whose file has the next one.
fn in_force_page(
    atlas: &Atlas<'_>,
    document: &Document,
    term: &Term<'_>,
) -> Result<Page, SiteError> {
    let card = atlas.card(document);
    let shown = atlas.shown_of(document);
    let next_review = atlas.sms.next_review(shown);
    let state = match next_review.is_some_and(|next| next < atlas.sms.as_of) {
        true => State::Overdue,
        false => State::Effective,
    };
    let state = Standing::Is(state).piece();
    let mut approval = Section::titled("Approval", "Approval of the version in force");
    if let Some(grade) = &term.grade {
        approval.facts = vec![
            Fact::one("Approver", term.approver(atlas)),
            Fact::one("On", Piece::date_or_none(grade.approval.on)),
        ];
        approval.facts.extend(approval::facts(atlas, grade, true));
        approval.commands = approval::commands(document, grade);
    }
    let sections: Vec<Section> = [
        Some(approval),
        in_force(atlas, document),
        further_fields(atlas, shown),
        Some(revisions(atlas, document)),
        Some(related(atlas, document)),
        Some(said_by_checks(atlas, document)),
        leads_nowhere(atlas, shown),
    ]
    .into_iter()
    .flatten()
    .collect();
    let version = version_words(shown);
    let title = self::shown(&shown.title());
    let mut frame = atlas.frame(&card.page, "register.html", &format!("{} {title}", card.label));
    frame.print_head = print_head(atlas, card, &version, &state, &term.proof);
    let missing = term.grade.as_ref().map(|grade| grade.missing.as_str()).unwrap_or_default();
    let missing = match missing {
        "" => String::new(),
        missing => format!("Missing: {missing}."),
    };
    let view = View {
        frame,
        banners: vec![next_is_coming(document, card, term)],
        label: card.label.clone(),
        heading: title,
        verdict: verdict_of_term(atlas, term),
        toc: contents(&sections),
        html: body_html(atlas, shown),
        text_label: format!("Text of {} {version}", card.label),
        ladder: approval::ladder(&LEVELS, term.proof.level.unwrap_or(0), "", &missing),
        facts: particulars(
            atlas,
            shown,
            state,
            Piece::date_or_none(next_review),
            term.tenure.claims.digest,
        ),
        sections,
    };
    template::fill("document.html", &card.page, &view)
}

fn contents(sections: &[Section]) -> Vec<Piece> {
    let contents = sections.iter().map(|section| (section.title.as_str(), section.id.as_str()));
    let contents = std::iter::once(("Text", "Text")).chain(contents);
    contents.map(|(title, id)| Piece::link(title, format!("#{id}"))).collect()
}

fn body_html(atlas: &Atlas<'_>, document: &Document) -> String {
    if document.body_text().trim().is_empty() {
        return "<p class=\"quiet\">This document has no text beside its front matter.</p>"
            .to_owned();
    }
    text::html(atlas, ROOT, "", document, document.body_text())
}

fn print_head(
    atlas: &Atlas<'_>,
    card: &Card,
    version: &str,
    state: &Piece,
    proof: &Proof,
) -> Vec<Fact> {
    vec![
        Fact::one(&card.label, Piece::strong(version)),
        Fact::one("Status", Piece::text(&state.text)),
        Fact::one("Proof", Piece::text(format!("{} {}", proof.verdict, proof.level_text))),
        Fact::one("As of", Piece::text(atlas.sms.as_of.to_string())),
        Fact::one("Commit", Piece::oid(atlas.sms.head.short())),
    ]
}

/// Says above the version in force that the file has another one already.
fn next_is_coming(document: &Document, card: &Card, term: &Term<'_>) -> Banner {
    let in_force = format!("Version {} is in force", term.tenure.version);
    let next = sentence(&version_words(document));
    let mut pieces = vec![
        Piece::mark("M-effective", "state is-effective", in_force),
        Piece::text(" and is what this page shows. "),
        Piece::link(next.trim_end_matches('.'), format!("{ROOT}{}", next_address(card))),
        Piece::text(" is "),
        card.standing.piece(),
        Piece::text(". "),
    ];
    if let Some(history) = versions::address(card) {
        pieces.push(Piece::link("What it would change", format!("{ROOT}{history}#Redline-now")));
    }
    Banner { class: "calm", pieces }
}

/// Says above the next version that it is not what people work by.
fn not_in_force(atlas: &Atlas<'_>, card: &Card, term: &Term<'_>) -> Banner {
    let until = atlas.sms.as_of;
    Banner {
        class: "loud",
        pieces: vec![
            Piece::text(format!("This is not in force. On {until} people work by ")),
            Piece::link(format!("version {}", term.tenure.version), format!("{ROOT}{}", card.page)),
            Piece::text("."),
        ],
    }
}

fn verdict_of_term(atlas: &Atlas<'_>, term: &Term<'_>) -> Vec<Piece> {
    let mut pieces = vec![Piece::text(format!("Version {} is in force", term.tenure.version))];
    if let Some(from) = term.tenure.from {
        pieces.extend([Piece::text(" since "), Piece::date(from)]);
    }
    pieces.extend([Piece::text(". Approval by "), term.approver(atlas)]);
    if let Some(on) = term.approved_on() {
        pieces.extend([Piece::text(" on "), Piece::date(on)]);
    }
    pieces.extend([
        Piece::text(": "),
        term.verdict(),
        Piece::text(", level "),
        term.proof.meter_in_words(),
    ]);
    pieces
}

/// Returns the section on when the versions were in force, with the way to their history.
fn in_force(atlas: &Atlas<'_>, document: &Document) -> Option<Section> {
    let history = versions::address(atlas.card(document))?;
    let terms = atlas.terms(document);
    let mut section = Section::titled("InForce", "In force");
    section.timeline = versions::picture(atlas, document, terms);
    if terms.is_empty() {
        section.text.push(vec![Piece::text("No version was ever published as approved.")]);
    }
    section.notes.push(vec![Piece::link(
        "Versions, their approvals, and what each changed",
        format!("{ROOT}{history}"),
    )]);
    Some(section)
}

fn version_words(document: &Document) -> String {
    match document.front.text("version") {
        Some(version) => format!("version {}", shown(version.value)),
        None => "without version".to_owned(),
    }
}

/// Returns the anchor of a version in the table of revisions, if the history has it.
pub(super) fn version_anchor(sms: &Sms, document: &Document, version: &str) -> Option<String> {
    let revisions = sms.history.revisions(&document.id()?);
    let is_it = |revision: &&Revision| revision.claims.version.as_deref() == Some(version);
    revisions.iter().find(is_it).map(|_| format!("Version-{}", file_name(version)))
}

fn banners(atlas: &Atlas<'_>, document: &Document, card: &Card) -> Vec<Banner> {
    let loud = |pieces| Banner { class: "loud", pieces };
    let calm = |pieces| Banner { class: "calm", pieces };
    let say = |mark: Piece, words: String| vec![mark, Piece::text(format!(". {words}"))];
    let state = card.standing.piece();
    let banner = match &card.standing {
        Standing::NotIdentified => {
            let why = card.not_identified.as_deref().unwrap_or_default();
            loud(say(
                state,
                format!(
                    "{why} This file is shown so that nothing is left out; it is no controlled document."
                ),
            ))
        }
        Standing::ClaimsApproval => loud(say(
            state,
            format!(
                "{} It is not shown as approved, and nothing shows that people may work by it.",
                sentence(&atlas.sms.why_not_approved(document))
            ),
        )),
        Standing::Is(State::Draft) => {
            calm(say(state, "It is being written and not in force.".to_owned()))
        }
        Standing::Is(State::InReview) => {
            calm(say(state, "It is offered for approval and not in force.".to_owned()))
        }
        Standing::Is(State::Approved) => {
            let from = document.front.date("effective_from");
            let from =
                from.map(|from| format!("It comes into force on {from}.")).unwrap_or_default();
            calm(say(state, from))
        }
        Standing::Is(State::Overdue) => {
            let due = card.next_review.map(|due| format!("The review was due on {due}."));
            calm(say(state, due.unwrap_or_default()))
        }
        Standing::Is(State::Superseded) => {
            let mut pieces = say(state, "Do not work by it. ".to_owned());
            if let Some(successor) = atlas.sms.successor(document) {
                pieces.push(Piece::text("In its place: "));
                pieces.push(atlas.link(ROOT, successor));
            }
            loud(pieces)
        }
        Standing::Is(State::Withdrawn) => {
            let mut words = "Do not work by it. It is kept for reference.".to_owned();
            let when = super::register::withdrawal(atlas, document);
            if let Some((day, commit)) = when {
                words.push_str(&format!(" Withdrawn on {day} in commit {commit}."));
            }
            loud(say(state, words))
        }
        Standing::Is(State::Effective) | Standing::Record(_) => return Vec::new(),
    };
    vec![banner]
}

/// Says in one sentence what became of the document and its approval.
fn verdict(atlas: &Atlas<'_>, document: &Document, card: &Card) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let version = sentence(&version_words(document));
    let version = version.trim_end_matches('.');
    if card.is_record {
        let date = document.front.date("date");
        pieces.push(Piece::text("A record"));
        if let Some(date) = date {
            pieces.extend([Piece::text(" of "), Piece::date(date)]);
        }
        pieces.push(Piece::text(format!(
            ", status {}.",
            shown(document.status().unwrap_or("not given"))
        )));
        return pieces;
    }
    if card.not_identified.is_some() {
        let state = card.standing.piece();
        return vec![Piece::text("This file is "), state, Piece::text(". Nothing of it counts.")];
    }
    let since = document.front.date("effective_from");
    match (card.standing.is_in_force(), since) {
        (true, Some(since)) => pieces.extend([
            Piece::text(format!("{version} is in force since ")),
            Piece::date(since),
            Piece::text(". "),
        ]),
        (true, None) => pieces.push(Piece::text(format!("{version} is in force. "))),
        (false, _) => {
            pieces.extend([
                Piece::text(format!("{version} is ")),
                card.standing.piece(),
                Piece::text(". "),
            ]);
        }
    }
    let Some(grade) = atlas.sms.grade(document) else {
        pieces.push(Piece::text("No approval is claimed."));
        return pieces;
    };
    let by = grade.approval.by.as_deref().map(|by| atlas.name_of(by));
    pieces.push(Piece::text(format!("Approval by {}", by.as_deref().unwrap_or("nobody named"))));
    if let Some(on) = grade.approval.on {
        pieces.extend([Piece::text(" on "), Piece::date(on)]);
    }
    pieces.push(Piece::text(": "));
    pieces.push(card.proof.piece());
    pieces.push(Piece::text(", level "));
    pieces.push(card.proof.meter_in_words());
    pieces
}

fn particulars(
    atlas: &Atlas<'_>,
    document: &Document,
    state: Piece,
    next_review: Piece,
    digest: ContentDigest,
) -> Vec<Fact> {
    let is_record = atlas.card(document).is_record;
    let front = &document.front;
    let text = |key: &str| match front.text(key) {
        Some(found) => Piece::voice(found.value),
        None => Piece::quiet("none"),
    };
    let list = |key: &str, link: &dyn Fn(&str) -> Piece| {
        let found: Vec<Piece> = front.list(key).iter().map(|one| link(one.value)).collect();
        match found.is_empty() {
            true => vec![Piece::quiet("none")],
            false => joined(found, ", "),
        }
    };
    let mut facts = vec![Fact::one("State", state), Fact::one("Type", text("type"))];
    if is_record {
        facts.push(Fact::one("Kind", text("kind")));
        facts.push(Fact::one("Date", text("date")));
    } else {
        let mut version = vec![text("version")];
        if front.text("change_kind").is_some() {
            version.extend([Piece::text(", "), text("change_kind")]);
        }
        facts.push(Fact::of("Version", version));
        facts.push(Fact::one("Effective", Piece::date_or_none(front.date("effective_from"))));
        facts.push(Fact::one("Next review", next_review));
    }
    let owner = front.text("owner").map(|owner| atlas.person(owner.value));
    facts.push(Fact::of("Owner", owner.unwrap_or_else(|| vec![Piece::quiet("none")])));
    facts.push(Fact::one("Class", text("classification")));
    facts.push(Fact::of("Clauses", list("clauses", &|clause| atlas.link_clause(ROOT, clause))));
    if !is_record || front.get("services").is_some() {
        facts.push(Fact::of("Services", list("services", &|id| atlas.link_word(ROOT, id))));
    }
    if front.text("change_summary").is_some() {
        facts.push(Fact::one("Change", text("change_summary")));
    }
    facts.push(Fact::one("Source", Piece::oid(document.path.to_string())));
    facts.push(Fact::one("Blob", Piece::oid(document.blob.to_string())));
    facts.push(Fact::one("Digest", Piece::oid(digest.to_string())));
    facts
}

/// Shows all other front matter: the rows of registers, the fields of records.
fn further_fields(atlas: &Atlas<'_>, document: &Document) -> Option<Section> {
    let mut section = Section::titled("Fields", "Rows and further fields");
    for entry in &document.front.entries {
        let key = entry.key.value.as_str();
        if SHOWN.contains(&key) {
            continue;
        }
        let rows: Vec<_> = document.front.rows(key).map(|row| &row.value).collect();
        if rows.is_empty() {
            let pieces = registers::value(atlas, ROOT, &entry.value.value);
            section.facts.push(Fact::of(&shown(&key.replace('_', " ")), pieces));
        } else {
            let caption = shown(&key.replace('_', " "));
            section.tables.extend(registers::rows_tables(atlas, ROOT, &caption, &rows));
        }
    }
    (!section.facts.is_empty() || !section.tables.is_empty()).then_some(section)
}

fn revisions(atlas: &Atlas<'_>, document: &Document) -> Section {
    let mut section = Section::titled("Revisions", "Revisions");
    let Some(id) = document.id() else {
        return section
            .say("Without an id there is no history to show: documents are followed by their id.");
    };
    let all = atlas.sms.history.revisions(&id);
    if all.is_empty() {
        return section.say("No commit holds this document yet.");
    }
    if atlas.sms.history.way_to(&id, document.blob).is_empty() {
        section = section
            .say("The content shown on this page is not committed; the commits below hold others.");
    }
    let mut anchors = BTreeSet::new();
    let mut rows: Vec<Row> = all
        .iter()
        .map(|revision| {
            let anchor = revision
                .claims
                .version
                .as_deref()
                .map(|version| format!("Version-{}", file_name(version)));
            let id = anchor.filter(|anchor| anchors.insert(anchor.clone())).unwrap_or_default();
            Row { id, class: String::new(), cells: revision_cells(atlas, revision) }
        })
        .collect();
    rows.reverse();
    section.tables.push(Table {
        caption: "Newest first, in the order of the commit graph".to_owned(),
        columns: vec![
            Column::number("Version"),
            Column::text("What changed"),
            Column::text("Date"),
            Column::text("Commit"),
            Column::text("Author"),
            Column::text("Message"),
        ],
        rows,
        ..Table::default()
    });
    let path = approval::shell_word(&document.path);
    section.commands.push(format!("git log --follow --format=fuller --patch -- {path}"));
    section
}

fn revision_cells(atlas: &Atlas<'_>, revision: &Revision) -> Vec<Cell> {
    let commit = atlas.sms.history.commit_of(revision);
    let mut what = vec![Piece::text(revision.what.word())];
    if let Some(from) = &revision.moved_from {
        what.extend([Piece::text(", moved from "), Piece::oid(from.to_string())]);
    }
    if revision.what == What::Ended {
        what.extend([Piece::text(" from "), Piece::oid(revision.path.to_string())]);
    }
    let version = match &revision.claims.version {
        Some(version) => Piece::voice(version),
        None => Piece::quiet("none"),
    };
    let author = &commit.author.person;
    let name = if author.name.is_empty() { &author.email } else { &author.name };
    let mut message = vec![Piece::voice(commit.subject())];
    if revision.what != What::Approval
        && let Some(summary) = &revision.claims.change_summary
    {
        message.extend([Piece::quiet(" — "), Piece::voice(summary)]);
    }
    vec![
        Cell::one("ver num", "v", version),
        Cell::of("wide", "What", what),
        Cell::one("date", "Date", Piece::date_or_none(commit.committer.date())),
        Cell::one("", "Commit", Piece::oid(commit.id.short())),
        Cell::one("", "Author", Piece::voice(name)),
        Cell::of("wide", "", message),
    ]
}

fn related(atlas: &Atlas<'_>, document: &Document) -> Section {
    let sms = atlas.sms;
    let mut section = Section::titled("Related", "Related");
    let none = || vec![Piece::quiet("none")];
    let links = |found: Vec<&Document>| match found.is_empty() {
        true => none(),
        false => joined(found.into_iter().map(|one| atlas.link(ROOT, one)), ", "),
    };
    let id = document.id().filter(|_| atlas.card(document).not_identified.is_none());
    let parent = match (sms.parent(document), document.front.text("parent")) {
        (Some(parent), _) => {
            vec![atlas.link(ROOT, parent), Piece::text(" "), Piece::voice(parent.title())]
        }
        (None, Some(named)) => vec![Piece::id(named.value), Piece::text(" (not found)")],
        (None, None) => none(),
    };
    section.facts.push(Fact::of("Parent", parent));
    let children = id.as_ref().map(|id| sms.children(id.as_str())).unwrap_or_default();
    section.facts.push(Fact::of("Beneath it", links(children)));
    let supersedes: Vec<Piece> = document
        .front
        .list("supersedes")
        .iter()
        .map(|one| atlas.link_word(ROOT, one.value))
        .collect();
    if !supersedes.is_empty() {
        section.facts.push(Fact::of("Takes the place of", joined(supersedes, ", ")));
    }
    if let Some(successor) = sms.successor(document) {
        section.facts.push(Fact::one("Replaced by", atlas.link(ROOT, successor)));
    }
    if !atlas.card(document).is_record {
        let produced: Vec<&Document> = match &id {
            Some(id) => atlas
                .produced_by
                .get(id)
                .map(|found| found.iter().map(|&i| &sms.documents[i]).collect())
                .unwrap_or_default(),
            None => Vec::new(),
        };
        section.facts.push(Fact::of("Records it produced", links(produced)));
        let declared: Vec<Piece> = document
            .front
            .list("records_produced")
            .iter()
            .map(|one| Piece::id(one.value))
            .collect();
        if !declared.is_empty() {
            section.facts.push(Fact::of("Records it declares", joined(declared, ", ")));
        }
    } else if let Some(by) = document.front.text("produced_by") {
        section
            .facts
            .push(Fact::one("Produced by", atlas.link_id(ROOT, &Reference::parse(by.value).id)));
    }
    let named_by = id.as_ref().and_then(|id| atlas.linked_from.get(id));
    let named_by: Vec<&Document> = named_by
        .map(|found| found.iter().map(|&i| &sms.documents[i]).collect())
        .unwrap_or_default();
    section.facts.push(Fact::of("Linked from", links(named_by)));
    section
}

fn said_by_checks(atlas: &Atlas<'_>, document: &Document) -> Section {
    let mut section = Section::titled("Checks", "What the checks found");
    let mut findings = atlas.findings_of(document).peekable();
    if findings.peek().is_some() {
        section.tables.push(super::checks::findings_table(
            atlas,
            ROOT,
            "Not as it should be",
            findings,
        ));
    }
    let statements = atlas.evidence_of(document).map(|found| {
        let mark = Piece::mark("M-verified", "good", "");
        let mut line = vec![mark];
        line.extend(prose(&sentence(&found.statement)));
        line.push(Piece::text(" "));
        line.push(Piece::link(
            found.rule.code,
            format!("{ROOT}{}", super::checks::rule_page(found.rule)),
        ));
        if let Some(commit) = &found.commit {
            line.extend([Piece::text(" "), Piece::oid(commit.get(..10).unwrap_or(commit))]);
        }
        line
    });
    section.list = statements.collect();
    if section.tables.is_empty() && section.list.is_empty() {
        return section
            .say("The checks had nothing to say of this file, neither for it nor against it.");
    }
    section
}

/// Lists links to what the site does not show: a reader on paper sees no title on hover.
fn leads_nowhere(atlas: &Atlas<'_>, document: &Document) -> Option<Section> {
    let mut section = Section::titled("Elsewhere", "Files and links that are not on this site");
    for link in &document.body.links {
        let why = match atlas.sms.resolve(document, &link.target) {
            Resolution::File(path) => {
                let path = approval::shell_word(&path);
                vec![
                    Piece::voice(&link.text),
                    Piece::text(": a file of the repository, shown by "),
                    Piece::code(format!("git show {}:{path}", atlas.sms.head.short())),
                ]
            }
            Resolution::Missing { path, .. } => vec![
                Piece::voice(&link.text),
                Piece::text(format!(": leads to {path}, which does not exist.")),
            ],
            Resolution::NotShown { path, why } => {
                vec![Piece::voice(&link.text), Piece::text(format!(": leads to {path}, {why}."))]
            }
            Resolution::Outside => {
                vec![Piece::voice(&link.text), Piece::text(": leads out of the repository.")]
            }
            Resolution::UnknownId { id, .. } => vec![
                Piece::voice(&link.text),
                Piece::text(": no document has the id "),
                Piece::id(id),
                Piece::text(" alone."),
            ],
            Resolution::UnknownVersion { document, version } => vec![
                Piece::voice(&link.text),
                Piece::text(": "),
                atlas.link(ROOT, document),
                Piece::text(format!(" never had a version {version}.")),
            ],
            Resolution::Refused { url, why } => vec![
                Piece::voice(&link.text),
                Piece::text(": the address "),
                Piece::code(url),
                Piece::text(format!(" {why}.")),
            ],
            _ => continue,
        };
        section.list.push(why);
    }
    (!section.list.is_empty()).then_some(section)
}
