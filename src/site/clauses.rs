//! The clauses: one table of all, and one card each for those of the primary framework.

mod behind;

use super::approval::{Rung, ladder, sentence};
use super::atlas::{Atlas, clause_anchor, clause_page};
use super::card::coverage_piece;
use super::register::Choice;
use super::terms::Term;
use super::versions::in_force_instead;
use super::views::{Cell, Column, Fact, Frame, Piece, Row, Section, Table, prose};
use super::{Page, SiteError, checks, template};
use crate::document::{DocId, Document};
use crate::framework::{Clause, Mandatory, Pack};
use crate::sms::coverage::{Coverage, LEVELS};
use crate::source::counted;
use serde::Serialize;

#[derive(Serialize)]
struct View {
    frame: Frame,
    #[serde(serialize_with = "super::markup::in_a_row")]
    lede: Vec<Piece>,
    frameworks: Vec<FrameworkView>,
}

#[derive(Serialize)]
struct FrameworkView {
    id: String,
    name: String,
    note: String,
    filters: Vec<Choice>,
    tally: Vec<LevelCount>,
    columns: Vec<Column>,
    rows: Vec<ClauseRow>,
    /// The number of clauses, headings left out.
    total: usize,
}

/// A level and how many clauses are at it.
#[derive(Serialize)]
pub(super) struct LevelCount {
    name: Piece,
    number: usize,
}

#[derive(Serialize)]
struct ClauseRow {
    id: String,
    class: String,
    level: u8,
    number: Piece,
    title: String,
    summary: String,
    cells: Vec<Cell>,
}

/// Renders the table of all clauses.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut frame = atlas.frame("clauses.html", "clauses.html", "Clause cross-reference");
    frame.body_class = "wide";
    let packs = atlas.sms.frameworks.packs();
    let view = View {
        frame,
        lede: vec![Piece::text(
            "For each clause the documents and records that name it, how far documented evidence was found, and in the last column why the level is not higher. A level is what the repository shows, not a judgement of conformity.",
        )],
        frameworks: packs
            .iter()
            .enumerate()
            .map(|(i, pack)| framework(atlas, pack, i == 0))
            .collect(),
    };
    template::fill("clauses.html", "clauses.html", &view)
}

fn framework(atlas: &Atlas<'_>, pack: &Pack, is_primary: bool) -> FrameworkView {
    let coverage: Vec<&Coverage> = of_pack(atlas, pack).collect();
    let note = match (pack.complete, &pack.titles_note) {
        (false, _) => "The pack lists only a part of this framework.".to_owned(),
        (true, Some(note)) => note.clone(),
        (true, None) => String::new(),
    };
    let tally = tally(&coverage);
    let rows = pack
        .clauses()
        .iter()
        .zip(&coverage)
        .map(|(clause, covered)| row(atlas, pack, clause, covered, is_primary));
    FrameworkView {
        id: format!("Framework-{}", super::atlas::file_name(&pack.id)),
        name: pack.name(),
        note,
        filters: if is_primary { filters(&coverage) } else { Vec::new() },
        tally,
        columns: columns(),
        rows: rows.collect(),
        total: coverage.iter().filter(|one| !one.is_heading).count(),
    }
}

/// Returns the heads of the table. A reason has no order.
fn columns() -> Vec<Column> {
    let sortable = ["Clause", "Title", "Level", "Documents", "Records", "Newest"];
    let sortable = sortable.map(|name| Column { is_sortable: true, ..Column::text(name) });
    let reason = Column::text("Why not higher, or what shows it");
    sortable.into_iter().chain([reason]).collect()
}

fn of_pack<'a>(atlas: &'a Atlas<'_>, pack: &'a Pack) -> impl Iterator<Item = &'a Coverage> {
    atlas.coverage.iter().filter(move |coverage| coverage.framework == pack.id)
}

fn tally(coverage: &[&Coverage]) -> Vec<LevelCount> {
    let count = |level| {
        coverage.iter().filter(|one| !one.is_heading && usize::from(one.level) == level).count()
    };
    (0..LEVELS.len())
        .rev()
        .map(|level| LevelCount {
            name: coverage_piece(u8::try_from(level).unwrap_or(0), LEVELS[level]),
            number: count(level),
        })
        .collect()
}

/// Returns how many clauses of the primary framework are at each level.
pub(super) fn primary_tally(atlas: &Atlas<'_>) -> Vec<LevelCount> {
    let coverage: Vec<&Coverage> = of_pack(atlas, atlas.sms.frameworks.primary()).collect();
    tally(&coverage)
}

fn filters(coverage: &[&Coverage]) -> Vec<Choice> {
    let all = coverage.iter().filter(|one| !one.is_heading).count();
    let first =
        Choice { id: "L-all".to_owned(), is_first: true, text: "all", mark: None, number: all };
    let levels =
        tally(coverage).into_iter().zip((0..LEVELS.len()).rev()).map(|(count, level)| Choice {
            id: format!("L-{level}"),
            is_first: false,
            text: "",
            mark: Some(count.name),
            number: count.number,
        });
    std::iter::once(first).chain(levels).collect()
}

fn row(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    covered: &Coverage,
    is_primary: bool,
) -> ClauseRow {
    let number = match is_primary {
        true => Piece::id_link(&clause.number, clause_page(&clause.number)),
        false => Piece::id(&clause.number),
    };
    let heading = if clause.is_heading { " heading" } else { "" };
    let ids = |ids: &[DocId]| match ids.is_empty() {
        true => vec![Piece::quiet("none")],
        false => {
            let mut pieces = Vec::new();
            for id in ids {
                pieces.extend((!pieces.is_empty()).then(|| Piece::text(" ")));
                pieces.push(atlas.link_id("", id));
                let is_open = covered.not_in_force.contains(id);
                pieces.extend(is_open.then(|| Piece::quiet(" (not in force)")));
            }
            pieces
        }
    };
    let why = match covered.why_not_higher.as_str() {
        "" => sentence(&covered.shown_by),
        why => sentence(why),
    };
    let summary = match clause.is_heading {
        true => {
            let beneath = beneath(atlas, pack, clause).count();
            let lowest = format!("{} {}", covered.level, covered.level_name);
            format!("{}, lowest: {lowest}", counted(beneath, "clause"))
        }
        false => String::new(),
    };
    ClauseRow {
        id: clause_anchor(&pack.id, &clause.number),
        class: format!("n{}{heading}", clause.level.min(4)),
        level: covered.level,
        number,
        title: title(clause),
        summary,
        cells: vec![
            Cell::one("wide rest", "", coverage_piece(covered.level, covered.level_name)),
            Cell::of("wide rest ids", "Documents", ids(&covered.documents)),
            Cell::of("wide rest ids", "Records", ids(&covered.records)),
            Cell::one("date rest", "Newest", Piece::date_or_none(covered.last_evidence)),
            Cell::of("wide quiet rest", "", prose(&why)),
        ],
    }
}

/// Returns the clauses under a heading that can be shown.
fn beneath<'a>(
    atlas: &'a Atlas<'_>,
    pack: &'a Pack,
    clause: &'a Clause,
) -> impl Iterator<Item = &'a Coverage> {
    of_pack(atlas, pack).filter(move |one| {
        !one.is_heading && pack.ancestors(&one.number).any(|above| above.number == clause.number)
    })
}

fn title(clause: &Clause) -> String {
    if clause.title.is_empty() { "(untitled)".to_owned() } else { clause.title.clone() }
}

#[derive(Serialize)]
struct CardView {
    frame: Frame,
    trail: Vec<Piece>,
    number: String,
    heading: String,
    #[serde(serialize_with = "super::markup::in_a_row")]
    verdict: Vec<Piece>,
    sections: Vec<Section>,
    ladder: Vec<Rung>,
    facts: Vec<Fact>,
    /// Who owns the documents; nothing on the card of a heading that none names.
    owners: Option<Section>,
}

/// All clause cards lie one folder deep.
const ROOT: &str = "../";

/// Renders the evidence card of one clause.
pub(super) fn card(atlas: &Atlas<'_>, pack: &Pack, clause: &Clause) -> Result<Page, SiteError> {
    let path = clause_page(&clause.number);
    let covered = of_pack(atlas, pack).find(|one| one.number == clause.number);
    let covered = covered.expect("every clause has its coverage");
    let mut trail: Vec<Piece> = pack
        .ancestors(&clause.number)
        .map(|above| {
            let text = format!("{} {}", above.number, above.title);
            Piece::link(text, format!("{ROOT}{}", clause_page(&above.number)))
        })
        .collect();
    let anchor = clause_anchor(&pack.id, &clause.number);
    trail.push(Piece::link("All clauses", format!("{ROOT}clauses.html#{anchor}")));
    trail.reverse();
    let mut verdict = vec![coverage_piece(covered.level, covered.level_name)];
    match (covered.shown_by.as_str(), covered.why_not_higher.as_str()) {
        ("", "") => {}
        ("", why) => verdict.extend(prose(&format!(": {why}."))),
        (shown_by, "") => verdict.extend(prose(&format!(": {shown_by}."))),
        (shown_by, why) => {
            verdict.extend(prose(&format!(": {shown_by}. Not higher: {why}.")));
        }
    }
    let names: Vec<&'static str> = LEVELS.to_vec();
    let why = match clause.is_heading {
        true => String::new(),
        false => sentence(&covered.why_not_higher),
    };
    let named = Named::of(atlas, pack, clause);
    let has_documents = !clause.is_heading || !named.current.is_empty();
    let owners = has_documents.then(|| behind::owners(atlas, pack, clause, &named));
    let view = CardView {
        frame: atlas.frame(
            &path,
            "clauses.html",
            &format!("Clause {} {}", clause.number, clause.title),
        ),
        trail,
        number: clause.number.clone(),
        heading: title(clause),
        verdict,
        sections: card_sections(atlas, pack, clause, named),
        ladder: ladder(&names, covered.level, &sentence(&covered.shown_by), &why),
        facts: facts(pack, clause, covered),
        owners,
    };
    template::fill("clause.html", path, &view)
}

fn facts(pack: &Pack, clause: &Clause, covered: &Coverage) -> Vec<Fact> {
    let or_none = |text: &Option<String>| match text {
        Some(text) => Piece::text(text),
        None => Piece::quiet("none set"),
    };
    let mut facts = vec![Fact::one("Framework", Piece::text(pack.name()))];
    if !clause.is_heading {
        let mandatory = match clause.mandatory {
            Mandatory::Yes => "yes",
            Mandatory::Implied => "implied",
            Mandatory::No => "no",
        };
        let why = clause.mandatory_why.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
        facts.extend([
            Fact::one(
                "Documented information",
                Piece::text(crate::source::listed(&clause.kinds, "and")),
            ),
            Fact::one("Mandatory", Piece::text(format!("{mandatory}{why}"))),
            Fact::one("Cadence", or_none(&clause.cadence)),
            Fact::one("Newest evidence", Piece::date_or_none(covered.last_evidence)),
        ]);
    }
    if !clause.practices.is_empty() {
        let practices = crate::source::listed(&clause.practices, "and");
        facts.push(Fact::one("Practices", Piece::text(practices)));
    }
    facts
}

/// The documents and records that name a clause.
struct Named<'s> {
    all: Vec<&'s Document>,
    /// The documents whose time is not over.
    current: Vec<&'s Document>,
    obsolete: Vec<&'s Document>,
    records: Vec<&'s Document>,
}

impl<'s> Named<'s> {
    fn of(atlas: &Atlas<'s>, pack: &Pack, clause: &Clause) -> Self {
        let all = atlas.naming(&pack.id, &clause.number);
        let (records, documents): (Vec<&Document>, Vec<&Document>) =
            all.iter().copied().partition(|document| atlas.sms.is_record(document));
        let is_obsolete = |document: &&Document| atlas.card(document).standing.is_obsolete();
        let (obsolete, current) = documents.into_iter().partition(is_obsolete);
        Self { all, current, obsolete, records }
    }

    fn documents(&self) -> Vec<&'s Document> {
        self.current.iter().chain(&self.obsolete).copied().collect()
    }
}

fn card_sections(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    named: Named<'_>,
) -> Vec<Section> {
    let mut sections = Vec::new();
    if let Some(must_show) = &clause.must_show {
        let mut section = Section::titled("Shown", "What must be shown").say(must_show);
        section.notes.push(vec![Piece::text("Our paraphrase, never the text of the standard.")]);
        if let Some(note) = &clause.note {
            section.notes.push(vec![Piece::text(note)]);
        }
        sections.push(section);
    }
    if clause.is_heading {
        sections.push(beneath_section(atlas, pack, clause));
    }
    sections.push(behind::audits(atlas, pack, clause, &named.documents()));
    if clause.is_heading && named.all.is_empty() {
        sections.extend(behind::history(atlas, pack, clause));
        return sections;
    }
    let mut section = Section::titled("Documents", "Documents that name it");
    if named.current.is_empty() {
        section = section.say("None.");
    } else {
        let caption = "Documents whose time is not over";
        section.tables.push(documents_table(atlas, pack, clause, &named.current, caption));
    }
    if !named.obsolete.is_empty() {
        section.tables.push(documents_table(
            atlas,
            pack,
            clause,
            &named.obsolete,
            "No longer in force; they cover nothing",
        ));
    }
    sections.push(section);
    let mut section = Section::titled("Records", "Records that name it");
    if let Some(operation) = &clause.operation {
        section.text.push(vec![Piece::text(format!("Expected: {operation}."))]);
    }
    if named.records.is_empty() {
        section = section.say("None.");
    } else {
        section.tables.push(records_table(atlas, named.records));
    }
    sections.push(section);
    sections.extend(behind::history(atlas, pack, clause));
    sections.push(found_by_checks(atlas, &named.all));
    sections
}

fn beneath_section(atlas: &Atlas<'_>, pack: &Pack, clause: &Clause) -> Section {
    let rows = pack.children(&clause.number).filter_map(|child| {
        let covered = of_pack(atlas, pack).find(|one| one.number == child.number)?;
        let why = match covered.why_not_higher.as_str() {
            "" => sentence(&covered.shown_by),
            why => sentence(why),
        };
        Some(Row::of(vec![
            Cell::one(
                "",
                "",
                Piece::id_link(&child.number, format!("{ROOT}{}", clause_page(&child.number))),
            ),
            Cell::one("wide", "", Piece::text(title(child))),
            Cell::one("wide", "", coverage_piece(covered.level, covered.level_name)),
            Cell::of("wide quiet", "", prose(&why)),
        ]))
    });
    Section::titled("Beneath", "Clauses beneath it").table(Table {
        caption: "The level of a heading is the lowest beneath it".to_owned(),
        columns: Column::all(&["Clause", "Title", "Level", "Why not higher"]),
        rows: rows.collect(),
        ..Table::default()
    })
}

fn documents_table(
    atlas: &Atlas<'_>,
    pack: &Pack,
    clause: &Clause,
    documents: &[&Document],
    caption: &str,
) -> Table {
    let rows = documents.iter().map(|document| {
        let card = atlas.card(document);
        if let Some(term) = in_force_instead(atlas, document) {
            let shown = atlas.shown_of(document);
            return row_beside(atlas, document, term, atlas.names(shown, &pack.id, &clause.number));
        }
        let version = document.front.text("version");
        Row::of(vec![
            Cell::one("lead", "", atlas.link(ROOT, document)),
            Cell::one(
                "ver num end",
                "v",
                version.map_or_else(|| Piece::quiet("none"), |text| Piece::voice(text.value)),
            ),
            Cell::one("wide", "", Piece::voice(&card.title)),
            Cell::of("", "", atlas.state(ROOT, document)),
            Cell::of("", "", card.proof.piece_with_commit()),
            Cell::one("", "Proof", card.proof.meter()),
            Cell::one("date", "Since", Piece::date_or_none(atlas.sms.first_day(document))),
        ])
    });
    let mut columns =
        Column::all(&["Id", "Ver.", "Title", "State", "Approval is", "Proof", "Effective from"]);
    columns[1].class = "num";
    Table { caption: caption.to_owned(), columns, rows: rows.collect(), ..Table::default() }
}

/// Returns the row of a document whose file has the next version already: of the version in force,
/// if that names the clause, else of the next one.
fn row_beside(
    atlas: &Atlas<'_>,
    document: &Document,
    term: &Term<'_>,
    is_named_in_force: bool,
) -> Row {
    let card = atlas.card(document);
    let next = document.front.text("version");
    let next = next.map_or_else(|| Piece::quiet("none"), |version| Piece::voice(version.value));
    let (version, title, mut state, proof, meter, since) = match is_named_in_force {
        true => (
            Piece::voice(&term.tenure.version),
            Piece::voice(&card.title),
            [vec![atlas.standing(document).piece()], atlas.outside_term(document)].concat(),
            term.verdict_with_commit(),
            term.proof.meter(),
            term.tenure.from,
        ),
        false => (
            next,
            Piece::voice(document.title()),
            vec![Piece::text("only in the next version, not in force")],
            card.proof.piece_with_commit(),
            card.proof.meter(),
            atlas.sms.first_day(document),
        ),
    };
    state.extend(atlas.next_beside(ROOT, document));
    Row::of(vec![
        Cell::one("lead", "", atlas.link(ROOT, document)),
        Cell::one("ver num end", "v", version),
        Cell::one("wide", "", title),
        Cell::of("", "", state),
        Cell::of("", "", proof),
        Cell::one("", "Proof", meter),
        Cell::one("date", "Since", Piece::date_or_none(since)),
    ])
}

fn records_table(atlas: &Atlas<'_>, mut records: Vec<&Document>) -> Table {
    records.sort_by_key(|record| (std::cmp::Reverse(record.front.date("date")), record.id()));
    let rows = records.iter().map(|record| {
        let text = |key: &str| match record.front.text(key) {
            Some(found) => Piece::voice(found.value),
            None => Piece::quiet("none"),
        };
        Row::of(vec![
            Cell::one("lead", "", atlas.link(ROOT, record)),
            Cell::one("wide", "", Piece::voice(&atlas.card(record).title)),
            Cell::one("", "Kind", text("kind")),
            Cell::one("", "Status", text("status")),
            Cell::one("date num", "", Piece::date_or_none(record.front.date("date"))),
        ])
    });
    let mut columns = Column::all(&["Record", "What", "Kind", "Status", "Date"]);
    columns[4].class = "num";
    Table { caption: "Newest first".to_owned(), columns, rows: rows.collect(), ..Table::default() }
}

/// Gathers what the checks found of all that names the clause. What speaks against it is told here;
/// what speaks for it stands on the page of each document, with its commits.
fn found_by_checks(atlas: &Atlas<'_>, named: &[&Document]) -> Section {
    let mut section = Section::titled("Statements", "What the checks found of them");
    let findings = named.iter().flat_map(|document| {
        atlas.findings_of(document).map(|finding| checks::line(atlas, ROOT, finding))
    });
    section.list = findings.collect();
    let holding = named.iter().filter_map(|document| {
        let count = atlas.evidence_of(document).count();
        let card = atlas.card(document);
        (count > 0).then(|| {
            let page = format!("{ROOT}{}#Checks", card.page);
            vec![Piece::id_link(&card.label, page), Piece::text(format!(" ({count})"))]
        })
    });
    let holding: Vec<Vec<Piece>> = holding.collect();
    if !holding.is_empty() {
        let lead = "What holds of them, with the commits that show it, is on the page of each. The number of statements: ";
        let mut words = vec![Piece::text(lead)];
        for (i, one) in holding.into_iter().enumerate() {
            words.extend((i > 0).then(|| Piece::text(", ")));
            words.extend(one);
        }
        section.notes.push(words);
    }
    if section.list.is_empty() {
        let nothing = match (named, section.notes.as_slice()) {
            ([], _) => "Nothing names this clause, so there is nothing to state.",
            (_, []) => "The checks had nothing to say of the documents and records that name it.",
            _ => "Nothing that should be otherwise.",
        };
        section = section.say(nothing);
    }
    section
}
