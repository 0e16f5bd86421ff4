//! The register: every document, its version and state, and every file that is none.

use super::atlas::Atlas;
use super::card::{Card, Standing};
use super::views::{Cell, Column, Frame, Piece, Row, Section, Table, joined, shown};
use super::{Page, SiteError, template, versions};
use crate::document::Document;
use crate::sms::out_of_use::{OutOfUse, Reopening, Withdrawal};
use crate::sms::removed::Removed;
use crate::sms::tenure::{End, Tenure};
use crate::sms::{State, WhyUncontrolled};
use crate::source::{Date, counted};
use serde::Serialize;

#[derive(Serialize)]
struct View {
    frame: Frame,
    #[serde(serialize_with = "super::markup::in_a_row")]
    lede: Vec<Piece>,
    filters: Vec<Filter>,
    columns: Vec<Column>,
    rows: Vec<RegisterRow>,
    total: usize,
    sections: Vec<Section>,
}

/// A group of choices of which one is taken.
#[derive(Serialize)]
pub(super) struct Filter {
    pub(super) legend: &'static str,
    pub(super) name: &'static str,
    pub(super) choices: Vec<Choice>,
}

/// One choice of a filter.
#[derive(Serialize)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) is_first: bool,
    pub(super) text: &'static str,
    pub(super) mark: Option<Piece>,
    pub(super) number: usize,
}

#[derive(Serialize)]
struct RegisterRow {
    id: String,
    /// The names of its states, parted by spaces: that of the version in force, that of the next, that of
    /// the one before which claims to be in force.
    state: String,
    /// The verdicts on its approvals, in the same way.
    verdict: String,
    layer: u8,
    is_due: bool,
    cells: Vec<Cell>,
}

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let sms = atlas.sms;
    let mut documents: Vec<(&Document, &Card)> = sms
        .documents
        .iter()
        .zip(&atlas.cards)
        .filter(|(_, card)| !card.is_record && card.not_identified.is_none())
        .collect();
    documents.sort_by(|a, b| a.1.label.cmp(&b.1.label));
    let rows: Vec<RegisterRow> =
        documents.iter().map(|(document, card)| row(atlas, document, card)).collect();
    let sections = [records(atlas), not_identified(atlas), removed(atlas), uncontrolled(atlas)];
    let mut frame = atlas.frame("register.html", "register.html", "Document register");
    frame.body_class = "wide";
    let columns = [
        ("Id", "", true),
        ("Ver.", "num", false),
        ("Title", "", true),
        ("Type, class", "", true),
        ("State", "", true),
        ("Approval is", "", true),
        ("Proof", "", true),
        ("Owner", "", true),
        ("Approver", "", true),
        ("Approved", "", true),
        ("Effective", "", true),
        ("Next review", "", true),
    ];
    let view = View {
        frame,
        lede: vec![
            Piece::text("Every controlled document, and what is in force on "),
            Piece::date(sms.as_of),
            Piece::text(
                ". Documents whose time is over stay listed and readable. Records, files that cannot be identified, removed documents and files outside document control follow beneath.",
            ),
        ],
        filters: filters(&rows),
        columns: columns
            .iter()
            .map(|&(name, class, is_sortable)| Column { class, is_sortable, ..Column::text(name) })
            .collect(),
        total: rows.len(),
        rows,
        sections: sections.into_iter().flatten().collect(),
    };
    template::fill("register.html", "register.html", &view)
}

/// Returns the row of a document. It speaks of the version in force, and names the next one beside
/// it where the file has that already.
fn row(atlas: &Atlas<'_>, document: &Document, card: &Card) -> RegisterRow {
    let of = atlas.told_of(document);
    let text = |key: &str| match of.front.text(key) {
        Some(found) => Piece::voice(found.value),
        None => Piece::quiet("none"),
    };
    let withdrawn = atlas.withdrawn_instead(document).and_then(|(_, term)| term);
    let term = withdrawn.or_else(|| versions::in_force_instead(atlas, document));
    let grade = match term {
        Some(term) => term.grade,
        None => atlas.sms.grade(document),
    };
    let approver = grade.and_then(|grade| grade.approval.by.as_deref());
    let approver =
        approver.map_or_else(|| Piece::quiet("none"), |by| Piece::voice(atlas.name_of(by)));
    let proof = atlas.proof(document);
    let owner = of.front.text("owner").map(|owner| {
        let held_by = atlas.holders(owner.value);
        if held_by.is_empty() { owner.value.to_owned() } else { held_by.join(", ") }
    });
    let next_review = atlas.next_review(document);
    let is_due = next_review.is_some_and(|next| is_due(next, atlas.sms.as_of));
    let review = match next_review {
        Some(next) if is_due => Piece::mark("M-due", "ask", format!("{next}, due")),
        next => Piece::date_or_none(next),
    };
    RegisterRow {
        id: format!("R-{}", card.label),
        state: states(atlas, document, card).join(" "),
        verdict: atlas.verdicts(document).join(" "),
        layer: layer(atlas, of),
        is_due,
        cells: vec![
            Cell::one("lead", "", Piece::id_link(&card.label, &card.page)),
            Cell::one("ver num end", "v", text("version")),
            Cell::one("wide", "", Piece::voice(of.title())),
            Cell::of("", "Type", vec![text("type"), Piece::text(", "), text("classification")]),
            Cell::of("", "", atlas.state("", document)),
            Cell::one("end", "", proof.piece()),
            Cell::one("", "Proof", proof.meter()),
            Cell::one("", "Owner", owner.map_or_else(|| Piece::quiet("none"), Piece::voice)),
            Cell::one("", "Approver", approver),
            Cell::one(
                "date",
                "Approved",
                Piece::date_or_none(grade.and_then(|grade| grade.approval.on)),
            ),
            Cell::one("date", "Effective", Piece::date_or_none(atlas.first_day(document))),
            Cell::one("date", "Review", review),
        ],
    }
}

/// Returns the names of the states under which a document is found.
fn states(atlas: &Atlas<'_>, document: &Document, card: &Card) -> Vec<&'static str> {
    let mut states = vec![atlas.standing(document).key(), card.standing.key()];
    let claimed = atlas.sms.claimed_beside(document);
    states.extend(claimed.map(|_| Standing::ClaimsApproval.key()));
    states.dedup();
    states
}

/// Tells whether a review falls within the next thirty days, or has passed.
pub(super) fn is_due(next: Date, as_of: Date) -> bool {
    next.days() - as_of.days() <= 30
}

/// Returns the part of the register a document belongs to: direction, processes, registers.
fn layer(atlas: &Atlas<'_>, document: &Document) -> u8 {
    let Some(kind) = atlas.sms.type_of(document) else { return 3 };
    match (kind.name.as_str(), kind.level) {
        ("register" | "agreement" | "audit-programme" | "external", _) => 3,
        (_, 0 | 1) => 1,
        (_, 2..=4) => 2,
        _ => 3,
    }
}

fn filters(rows: &[RegisterRow]) -> Vec<Filter> {
    let count = |test: &dyn Fn(&RegisterRow) -> bool| rows.iter().filter(|row| test(row)).count();
    let all = |id: &str, text| Choice {
        id: id.to_owned(),
        is_first: true,
        text,
        mark: None,
        number: rows.len(),
    };
    let choice = |id: String, mark: Option<Piece>, text, number| Choice {
        id,
        is_first: false,
        text,
        mark,
        number,
    };
    let mut states = vec![all("F-all", "all")];
    let standings = [
        Standing::Is(State::Effective),
        Standing::Is(State::Overdue),
        Standing::Is(State::Approved),
        Standing::ClaimsApproval,
        Standing::Is(State::InReview),
        Standing::Is(State::Draft),
        Standing::Is(State::Superseded),
        Standing::Is(State::Withdrawn),
    ];
    for standing in standings {
        let key = standing.key();
        let number = count(&|row| row.state.split(' ').any(|state| state == key));
        states.push(choice(format!("F-{key}"), Some(standing.piece()), "", number));
    }
    let due = Piece::mark("M-due", "ask", "review within 30 days or overdue");
    states.push(choice("F-due".to_owned(), Some(due), "", count(&|row| row.is_due)));
    let mut verdicts = vec![all("V-all", "any")];
    for verdict in ["verified", "contradicted", "unverifiable", "none"] {
        let mark = super::card::verdict_piece(verdict);
        let number = count(&|row| row.verdict.split(' ').any(|found| found == verdict));
        verdicts.push(choice(format!("V-{verdict}"), Some(mark), "", number));
    }
    let mut layers = vec![all("Layer-all", "all")];
    let parts =
        [(1, "direction and plans"), (2, "processes to forms"), (3, "registers and agreements")];
    for (layer, text) in parts {
        layers.push(choice(format!("Layer-{layer}"), None, text, count(&|row| row.layer == layer)));
    }
    vec![
        Filter { legend: "State", name: "state", choices: states },
        Filter { legend: "Approval is", name: "verdict", choices: verdicts },
        Filter { legend: "Layer", name: "layer", choices: layers },
    ]
}

fn records(atlas: &Atlas<'_>) -> Option<Section> {
    let mut records: Vec<(&Document, &Card)> = atlas
        .sms
        .documents
        .iter()
        .zip(&atlas.cards)
        .filter(|(_, card)| card.is_record && card.not_identified.is_none())
        .collect();
    if records.is_empty() {
        return Some(Section::titled("Records", "Records").say("None was found."));
    }
    records.sort_by(|a, b| a.1.label.cmp(&b.1.label));
    let rows = records.iter().map(|(record, card)| {
        let text = |key: &str| match record.front.text(key) {
            Some(found) => Piece::voice(found.value),
            None => Piece::quiet("none"),
        };
        Row::of(vec![
            Cell::one("lead", "", Piece::id_link(&card.label, &card.page)),
            Cell::one("wide", "", Piece::voice(&card.title)),
            Cell::one("", "Kind", text("kind")),
            Cell::one("date", "Date", Piece::date_or_none(record.front.date("date"))),
            Cell::one("", "Status", text("status")),
            Cell::one("", "Owner", text("owner")),
        ])
    });
    Some(Section::titled("Records", "Records").table(Table {
        caption: counted(records.len(), "record"),
        columns: Column::all(&["Id", "Title", "Kind", "Date", "Status", "Owner"]),
        rows: rows.collect(),
        ..Table::default()
    }))
}

fn not_identified(atlas: &Atlas<'_>) -> Option<Section> {
    let rows = atlas.not_identified();
    if rows.is_empty() {
        return None;
    }
    let section = Section::titled("NotIdentified", "Files that cannot be identified").say(
        "They want to be documents, and their id is missing, broken or claimed twice. Each has a page under its path; none of them is taken for a controlled document.",
    );
    Some(section.table(Table {
        caption: counted(rows.len(), "file"),
        columns: Column::all(&["Path", "Title", "Why"]),
        rows,
        ..Table::default()
    }))
}

/// Documents that the history knows and the judged tree does not hold any more.
pub(super) fn removed(atlas: &Atlas<'_>) -> Option<Section> {
    let rows: Vec<Row> =
        atlas.sms.removed_documents().map(|removed| removed_row(atlas, &removed)).collect();
    if rows.is_empty() {
        return None;
    }
    let section = Section::titled("Removed", "Documents removed from the repository").say(
        "The history still holds them. The page of each tells what became of it, and shows what it said last.",
    );
    Some(section.table(Table {
        caption: counted(rows.len(), "document"),
        columns: Column::all(&[
            "Id",
            "Title",
            "Last version",
            "Status it claimed",
            "When it went",
            "Removed",
            "By",
            "Commit",
        ]),
        rows,
        ..Table::default()
    }))
}

fn removed_row(atlas: &Atlas<'_>, removed: &Removed<'_>) -> Row {
    let sms = atlas.sms;
    let or_none = |text: Option<&str>, none: &str| match text {
        Some(text) => Piece::voice(text),
        None => Piece::quiet(none),
    };
    let commit = sms.removed_by(removed);
    let by = commit.map_or_else(
        || Piece::quiet("nobody yet"),
        |commit| Piece::voice(atlas.name_of(&commit.author.person.email)),
    );
    let day = commit.and_then(|commit| commit.committer.date());
    let mut shown_in = match commit {
        Some(commit) => {
            let went = match sms.remains_of(removed) {
                Some(_) => "taken out of document control in commit ",
                None if sms.is_taken_out(removed) => "taken out of the source folder in commit ",
                None if sms.lost_its_id_in(removed.id, commit.id) => "lost its id in commit ",
                None => "removed in commit ",
            };
            vec![Piece::text(went), Piece::oid(commit.id.short())]
        }
        None => {
            let went = if sms.remains_of(removed).is_some() { "taken out" } else { "removed" };
            vec![Piece::quiet(format!("{went} in the work tree, not committed"))]
        }
    };
    if let Some(merge) = sms.removal_merged_in(removed) {
        shown_in.extend([Piece::text(", merged in "), Piece::oid(merge.id.short())]);
    }
    if let Some(remains) = sms.remains_of(removed) {
        let words = format!("; the file where it lay {}", remains.words());
        shown_in.push(Piece::text(words));
    }
    Row::of(vec![
        Cell::one("lead", "", atlas.link_id("", removed.id)),
        Cell::one("wide", "", or_none(removed.claims.title.as_deref(), "no title")),
        Cell::one("", "Version", or_none(removed.claims.version.as_deref(), "none")),
        Cell::one("", "Claimed", or_none(removed.claims.status.as_deref(), "no status")),
        Cell::of("wide", "", when_it_went(atlas, removed)),
        Cell::one("date", "Removed", Piece::date_or_none(day)),
        Cell::one("", "By", by),
        Cell::of("wide", "", shown_in),
    ])
}

/// Says whether a document was still in force when it was removed, and how it went out of use before.
fn when_it_went(atlas: &Atlas<'_>, removed: &Removed<'_>) -> Vec<Piece> {
    if removed.is_record() {
        return vec![Piece::text("a record")];
    }
    let out = atlas.sms.out_of_use_before(removed);
    let after = |words: &str| match out {
        Some(out) => {
            let version = shown(out.version());
            let words = vec![Piece::text(format!("{words}: version {version}."))];
            [words, how_it_went_out(atlas, "", out)].concat()
        }
        None => vec![Piece::text(words)],
    };
    let is_open = |it: &&Tenure| !matches!(it.end, Some(End::Reopened(_)));
    match atlas.sms.in_force_as_it_went(removed.id).filter(is_open) {
        Some(last) => {
            let words = format!("version {} claimed to be in force", last.version);
            vec![Piece::mark("M-unverifiable", "ask", words)]
        }
        None if atlas.sms.tenures(removed.id).iter().any(Tenure::was_ever_in_force) => {
            after("out of use before")
        }
        None => after("never in force"),
    }
}

/// Says how what is gone had gone out of use before that, in sentences of their own.
pub(super) fn how_it_went_out(atlas: &Atlas<'_>, root: &str, out: &OutOfUse) -> Vec<Piece> {
    if let Some(withdrawal) = &out.withdrawal {
        return how_withdrawn(atlas, withdrawal);
    }
    if let Some(reopening) = &out.reopening {
        return how_reopened(atlas, reopening);
    }
    let Some(replacement) = &out.replacement else { return Vec::new() };
    let by = joined(replacement.by.iter().map(|id| atlas.link_id(root, id)), ", ");
    [vec![Piece::text(" In its place: ")], by].concat()
}

/// Says when a document was withdrawn, in which commit, and why. A day that is still to come was
/// said already.
pub(super) fn how_withdrawn(atlas: &Atlas<'_>, withdrawal: &Withdrawal) -> Vec<Piece> {
    let mut pieces = match withdrawal.on {
        Some(day) if day <= atlas.sms.as_of => {
            vec![Piece::text(" Withdrawn on "), Piece::date(day)]
        }
        Some(_) => vec![Piece::text(" Decided")],
        None => vec![Piece::text(" Withdrawn")],
    };
    match withdrawal.commit.and_then(|commit| atlas.commit(commit)) {
        Some(commit) => {
            pieces.extend([Piece::text(" in commit "), Piece::oid(commit.id.short())]);
            let day = commit.committer.date().filter(|day| Some(*day) != withdrawal.on);
            pieces.extend(day.into_iter().flat_map(|day| [Piece::text(" of "), Piece::date(day)]));
        }
        None => pieces.push(Piece::text(", not committed")),
    }
    pieces.push(Piece::text(". Why: "));
    pieces.extend(why_withdrawn(atlas, withdrawal));
    pieces
}

/// Says when a version was opened again, and in which commit.
pub(super) fn how_reopened(atlas: &Atlas<'_>, reopening: &Reopening) -> Vec<Piece> {
    let mut pieces = vec![Piece::text(" It was in force until it was opened again")];
    let day = reopening.on.into_iter();
    pieces.extend(day.flat_map(|day| [Piece::text(" on "), Piece::date(day)]));
    pieces.extend([Piece::text(" in commit "), Piece::oid(reopening.commit.short())]);
    pieces.push(Piece::text(". The commit: "));
    pieces.extend([subject_of(atlas, reopening), Piece::text(".")]);
    pieces
}

/// Returns what the commit says for itself that opened a version again.
pub(super) fn subject_of(atlas: &Atlas<'_>, reopening: &Reopening) -> Piece {
    let commit = atlas.commit(reopening.commit).filter(|commit| !commit.subject().is_empty());
    commit.map_or_else(|| Piece::quiet("not said"), |commit| Piece::voice(commit.subject()))
}

/// Returns the section on files that are not under document control.
pub(super) fn uncontrolled(atlas: &Atlas<'_>) -> Option<Section> {
    if atlas.sms.uncontrolled.is_empty() {
        return None;
    }
    let rows: Vec<Row> = atlas
        .sms
        .uncontrolled
        .iter()
        .map(|file| {
            let why = match file.why {
                WhyUncontrolled::Listed => "book.toml lists it as uncontrolled",
                WhyUncontrolled::NoFrontMatter => {
                    "it lies in the source folder and has no front matter"
                }
                WhyUncontrolled::NotMarkdown => {
                    "it is not Markdown, and no document links to it or cites it"
                }
                WhyUncontrolled::Outside => "it lies outside the source folder",
            };
            Row::of(vec![
                Cell::one("wide", "", Piece::oid(file.path.to_string())),
                Cell::one("wide", "Why", Piece::text(why)),
            ])
        })
        .collect();
    let section = Section::titled("Uncontrolled", "Files that are not under document control")
        .say("Nothing is said about these files, and nobody should work by them.");
    Some(section.table(Table {
        caption: counted(rows.len(), "file"),
        columns: Column::all(&["File", "Why"]),
        rows,
        ..Table::default()
    }))
}

/// Says why a document was withdrawn, in its own words, else in those of the commit.
pub(super) fn why_withdrawn(atlas: &Atlas<'_>, withdrawal: &Withdrawal) -> Vec<Piece> {
    let commit = withdrawal.commit.and_then(|commit| atlas.commit(commit));
    match (&withdrawal.reason, commit) {
        (Some(reason), _) => vec![Piece::voice(reason)],
        (None, Some(commit)) if !commit.subject().is_empty() => {
            vec![Piece::text("not said; the commit: "), Piece::voice(commit.subject())]
        }
        (None, _) => vec![Piece::quiet("not said")],
    }
}
