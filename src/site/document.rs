//! The page of a document: what it says, who approved it, and whether that is true.

mod sections;

use super::approval::{self, Rung, sentence};
use super::atlas::{Atlas, file_name};
use super::card::{Card, Proof, Standing, out_of_use_piece};
use super::register::{how_reopened, how_withdrawn};
use super::terms::Term;
use super::views::{Banner, Fact, Frame, Piece, Section, joined, prose, shown};
use super::{Page, SiteError, template, text, versions};
use crate::document::Document;
use crate::sms::approval::LEVELS;
use crate::sms::out_of_use::OutOfUse;
use crate::sms::{Sms, State};
use crate::source::Date;
use sections::{
    Said, further_fields, leads_nowhere, particulars, related, revisions, said_by_checks,
};
use serde::Serialize;

#[derive(Serialize)]
struct View {
    frame: Frame,
    banners: Vec<Banner>,
    label: String,
    heading: String,
    #[serde(serialize_with = "super::markup::in_a_row")]
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

/// Renders the page of a document: with the version in force, even where the file has the next one.
pub(super) fn page(atlas: &Atlas<'_>, document: &Document) -> Result<Page, SiteError> {
    if let Some(term) = versions::in_force_instead(atlas, document) {
        return in_force_page(atlas, document, term);
    }
    match atlas.withdrawn_instead(document) {
        Some((out, Some(term))) => withdrawn_page(atlas, document, out, term),
        _ => file_page(atlas, document, &atlas.card(document).page, None),
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
        Some(related(atlas, document, document)),
        Some(said_by_checks(atlas, document)),
        leads_nowhere(atlas, document),
    ]
    .into_iter()
    .flatten()
    .collect();
    let version = version_words(document);
    let title = shown(&document.title());
    let name = match instead {
        Some(_) => format!("{} {title}, the next version", card.label),
        None => format!("{} {title}", card.label),
    };
    let mut frame = atlas.frame(path, "register.html", &name);
    frame.print_head = print_head(atlas, document, &version, &card.standing.piece(), &card.proof);
    frame.is_obsolete = card.standing.is_obsolete() || instead.is_some();
    let mut banners = banners(atlas, document, card);
    let first = match (instead, atlas.sms.out_of_use_beside(document)) {
        (Some(term), _) => Some(not_in_force(atlas, card, term)),
        (None, Some(out)) => Some(went_out(atlas, out)),
        (None, None) => binds_nobody(atlas, document),
    };
    banners.splice(0..0, first);
    let digest = atlas.sms.claims(document).digest_in_full();
    let view = View {
        frame,
        banners,
        label: card.label.clone(),
        heading: title,
        verdict: verdict(atlas, document, card),
        toc: contents(&sections),
        html: body_html(atlas, document),
        text_label: format!("Text of {} {version}", card.label),
        ladder: approval::proof_ladder(atlas, document),
        facts: particulars(
            atlas,
            document,
            Said {
                state: card.standing.piece(),
                first_day: Piece::date_or_none(atlas.sms.first_day(document)),
                next_review: Piece::date_or_none(card.next_review),
                digest,
            },
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
        facts: particulars(
            atlas,
            edited,
            Said {
                state: not_yet(),
                first_day: Piece::date_or_none(edited.front.begins_on()),
                next_review: not_yet(),
                digest: edited.claims().digest_in_full(),
            },
        ),
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
    let next_review = atlas.next_review(document);
    let card = atlas.card(document);
    let banners =
        [Some(next_is_coming(atlas, document, card, term)), binds_nobody(atlas, document)];
    let version = Version {
        text: atlas.shown_of(document),
        term,
        approval: "Approval of the version in force",
        state: atlas.standing(document).piece(),
        next_review,
        banners: banners.into_iter().flatten().collect(),
        verdict: verdict_of_term(atlas, term),
        is_obsolete: false,
    };
    version_page(atlas, document, version)
}

/// Renders the version that was withdrawn of a document whose file has a text that was never in force.
fn withdrawn_page(
    atlas: &Atlas<'_>,
    document: &Document,
    out: &OutOfUse,
    term: &Term<'_>,
) -> Result<Page, SiteError> {
    let card = atlas.card(document);
    let mut banners = banners(atlas, document, card);
    banners.push(never_issued(atlas, document, out));
    let state = card.standing.piece();
    let mut verdict = vec![Piece::text(format!("Version {} is ", shown(&term.tenure.version)))];
    verdict.extend([state.clone(), Piece::text(".")]);
    verdict.extend(approval_of_term(atlas, term));
    let version = Version {
        text: &out.text,
        term,
        approval: "Approval of the version that was withdrawn",
        state,
        next_review: None,
        banners,
        verdict,
        is_obsolete: true,
    };
    version_page(atlas, document, version)
}

/// A version of a document that its page shows instead of the file.
struct Version<'a, 's> {
    text: &'a Document,
    term: &'a Term<'s>,
    /// The heading above its approval.
    approval: &'static str,
    state: Piece,
    next_review: Option<Date>,
    banners: Vec<Banner>,
    verdict: Vec<Piece>,
    is_obsolete: bool,
}

fn version_page(
    atlas: &Atlas<'_>,
    document: &Document,
    version: Version<'_, '_>,
) -> Result<Page, SiteError> {
    let Version { text: shown, term, state, next_review, .. } = version;
    let card = atlas.card(document);
    let mut approval = Section::titled("Approval", version.approval);
    if let Some(grade) = term.grade {
        approval.facts = vec![
            Fact::one("Approver", term.approver(atlas)),
            Fact::one("On", Piece::date_or_none(grade.approval.on)),
        ];
        approval.facts.extend(approval::facts(atlas, grade, true));
        approval.commands = approval::commands(atlas, document, grade);
    }
    let sections: Vec<Section> = [
        Some(approval),
        in_force(atlas, document),
        further_fields(atlas, shown),
        Some(revisions(atlas, document)),
        Some(related(atlas, document, shown)),
        Some(said_by_checks(atlas, document)),
        leads_nowhere(atlas, shown),
    ]
    .into_iter()
    .flatten()
    .collect();
    let words = version_words(shown);
    let title = self::shown(&shown.title());
    let mut frame = atlas.frame(&card.page, "register.html", &format!("{} {title}", card.label));
    frame.print_head = print_head(atlas, document, &words, &state, &term.proof);
    frame.is_obsolete = version.is_obsolete;
    let missing = term.grade.map(|grade| grade.missing.as_str()).unwrap_or_default();
    let missing = match missing {
        "" => String::new(),
        missing => format!("Missing: {missing}."),
    };
    let view = View {
        frame,
        banners: version.banners,
        label: card.label.clone(),
        heading: title,
        verdict: version.verdict,
        toc: contents(&sections),
        html: body_html(atlas, shown),
        text_label: format!("Text of {} {words}", card.label),
        ladder: approval::ladder(&LEVELS, term.proof.level.unwrap_or(0), "", &missing),
        facts: particulars(
            atlas,
            shown,
            Said {
                state,
                first_day: Piece::date_or_none(term.tenure.from),
                next_review: Piece::date_or_none(next_review),
                digest: term.tenure.claims.digest_in_full(),
            },
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
    document: &Document,
    version: &str,
    state: &Piece,
    proof: &Proof,
) -> Vec<Fact> {
    let outside = atlas.outside_term(document).into_iter().map(|piece| piece.text);
    let state: String = std::iter::once(state.text.clone()).chain(outside).collect();
    vec![
        Fact::one(&atlas.card(document).label, Piece::strong(version)),
        Fact::one("Status", Piece::text(state)),
        Fact::one("Proof", Piece::text(format!("{} {}", proof.verdict, proof.level_text))),
        Fact::one("As of", Piece::text(atlas.sms.as_of.to_string())),
        Fact::one("Commit", Piece::oid(atlas.sms.head.short())),
    ]
}

/// Says of an agreement in force that the day spoken of is none of its term.
fn binds_nobody(atlas: &Atlas<'_>, document: &Document) -> Option<Banner> {
    let outside = atlas.sms.outside_term(atlas.shown_of(document))?;
    let pieces = vec![
        Piece::mark("M-overdue", "ask", format!("Its term {outside}")),
        Piece::text(format!(". On {} it binds nobody.", atlas.sms.as_of)),
    ];
    atlas.is_in_force(document).then_some(Banner { class: "loud", pieces })
}

/// Says above the version in force that the file has another one already.
fn next_is_coming(atlas: &Atlas<'_>, document: &Document, card: &Card, term: &Term<'_>) -> Banner {
    let in_force = format!("Version {} is in force", term.tenure.version);
    let next = sentence(&version_words(document));
    let mut pieces = vec![
        Piece::mark("M-effective", "state is-effective", in_force),
        Piece::text(" and is what this page shows. "),
        Piece::link(next.trim_end_matches('.'), format!("{ROOT}{}", next_address(card))),
        Piece::text(card.standing.verb()),
        card.standing.piece(),
        Piece::text(". "),
    ];
    if let Some(history) = versions::address(card) {
        let redline = versions::redline_of_next(atlas, document);
        pieces.push(Piece::link("What it would change", format!("{ROOT}{history}#{redline}")));
    }
    Banner { class: "calm", pieces }
}

/// Says above the next version that it is not what people work by.
fn not_in_force(atlas: &Atlas<'_>, card: &Card, term: &Term<'_>) -> Banner {
    let until = atlas.sms.as_of;
    Banner {
        class: "loud",
        pieces: vec![
            Piece::text("This is not in force. On "),
            Piece::date(until),
            Piece::text(" people work by "),
            Piece::link(format!("version {}", term.tenure.version), format!("{ROOT}{}", card.page)),
            Piece::text("."),
        ],
    }
}

/// Says above the version that was withdrawn that the file has a text which nobody ever approved.
fn never_issued(atlas: &Atlas<'_>, document: &Document, out: &OutOfUse) -> Banner {
    let (issued, file) = (shown(out.version()), version_words(document));
    let mut pieces = vec![Piece::text(format!(
        "This page shows version {issued}, which was in use. The file has the text of {file}, which was never in force. "
    ))];
    if let Some(history) = versions::address(atlas.card(document)) {
        pieces.push(Piece::link("How they differ", format!("{ROOT}{history}#Redline-now")));
    }
    Banner { class: "calm", pieces }
}

/// Says above a version that is being prepared that what was in use before is not any more.
fn went_out(atlas: &Atlas<'_>, out: &OutOfUse) -> Banner {
    let mut pieces =
        vec![Piece::text(format!("Version {} is ", shown(out.version()))), out_of_use_piece(out)];
    pieces.push(Piece::text(", and no later version is in force."));
    if let Some(withdrawal) = &out.withdrawal {
        pieces.extend(how_withdrawn(atlas, withdrawal));
    }
    if let Some(replacement) = &out.replacement {
        pieces.push(Piece::text(" In its place: "));
        let by = replacement.by.iter().map(|id| atlas.link_id(ROOT, id));
        pieces.extend(joined(by, ", "));
    }
    if let Some(reopening) = &out.reopening {
        pieces.extend(how_reopened(atlas, reopening));
    }
    Banner { class: "loud", pieces }
}

fn verdict_of_term(atlas: &Atlas<'_>, term: &Term<'_>) -> Vec<Piece> {
    let mut pieces = vec![Piece::text(format!("Version {} is in force", term.tenure.version))];
    if let Some(from) = term.tenure.from {
        pieces.extend([Piece::text(" since "), Piece::date(from)]);
    }
    pieces.push(Piece::text("."));
    pieces.extend(approval_of_term(atlas, term));
    pieces
}

/// Says what became of the approval of a version, to follow a full stop.
fn approval_of_term(atlas: &Atlas<'_>, term: &Term<'_>) -> Vec<Piece> {
    let mut pieces = vec![Piece::text(" Approval by "), term.approver(atlas)];
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
        None => "what has no version".to_owned(),
    }
}

/// Returns the anchor of a version in the table of revisions, if the history has it.
pub(super) fn version_anchor(sms: &Sms, document: &Document, version: &str) -> Option<String> {
    let revisions = sms.history.revisions(&document.id()?);
    let revision = revisions.iter().find(|it| it.claims.is_version(version))?;
    revision.claims.version.as_deref().map(|version| format!("Version-{}", file_name(version)))
}

fn banners(atlas: &Atlas<'_>, document: &Document, card: &Card) -> Vec<Banner> {
    let loud = |pieces| Banner { class: "loud", pieces };
    let calm = |pieces| Banner { class: "calm", pieces };
    let say = |mark: Piece, words: String| {
        let mut pieces = vec![mark];
        pieces.extend(prose(&format!(". {words}")));
        pieces
    };
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
            let from = atlas.sms.first_day(document);
            let from =
                from.map(|from| format!("It comes into force on {from}.")).unwrap_or_default();
            calm(say(state, from))
        }
        Standing::Until(kind, day) => {
            let from = atlas.sms.first_day(document);
            let words = match from.filter(|_| *kind == State::Approved) {
                Some(from) if from >= *day => {
                    format!("That is before it would come into force on {from}.")
                }
                Some(from) => format!(
                    "It comes into force on {from}. Do not work by it from its withdrawal on."
                ),
                None => "Do not work by it from that day on.".to_owned(),
            };
            let mut pieces = say(state, words);
            if let Some(withdrawal) = atlas.sms.withdrawal(document) {
                pieces.extend(how_withdrawn(atlas, &withdrawal));
            }
            calm(pieces)
        }
        Standing::Is(State::Overdue) => {
            let due = card.next_review.map(|due| format!("The review was due on {due}."));
            calm(say(state, due.unwrap_or_default()))
        }
        Standing::Is(State::Superseded) => {
            let mut pieces = say(state, "Do not work by it. ".to_owned());
            let successors = atlas.successors(ROOT, document);
            if !successors.is_empty() {
                pieces.push(Piece::text("In its place: "));
                pieces.extend(successors);
            }
            loud(pieces)
        }
        Standing::Is(State::Withdrawn) => {
            let words = "Do not work by it. It is kept for reference.".to_owned();
            let mut pieces = say(state, words);
            if let Some(withdrawal) = atlas.sms.withdrawal(document) {
                pieces.extend(how_withdrawn(atlas, &withdrawal));
            }
            loud(pieces)
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
    let since = atlas.sms.first_day(document);
    match (card.standing.is_in_force(), since) {
        (true, Some(since)) => pieces.extend([
            Piece::text(format!("{version} is in force since ")),
            Piece::date(since),
            Piece::text(". "),
        ]),
        (true, None) => pieces.push(Piece::text(format!("{version} is in force. "))),
        (false, _) => {
            pieces.extend([
                Piece::text(format!("{version}{}", card.standing.verb())),
                card.standing.piece(),
                Piece::text(". "),
            ]);
        }
    }
    let Some(grade) = atlas.sms.grade(document) else {
        pieces.push(Piece::text("No approval is claimed. "));
        pieces.extend(atlas.claimed_beside(ROOT, document, "Version"));
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
    let claimed = atlas.claimed_beside(ROOT, document, "Version");
    if !claimed.is_empty() {
        pieces.push(Piece::text(". "));
        pieces.extend(claimed);
    }
    pieces
}
