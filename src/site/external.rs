//! Documents of external origin: which edition, who answers for it, when somebody is to look again.

use super::atlas::Atlas;
use super::registers::{Beside, in_force_line, rows_tables_beside};
use super::views::{Cell, Column, Piece, Row, Section, Table, prose};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::document::front::Node;
use crate::sms::external::{EditionCheck, External, name_of};
use crate::source::counted;

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let months = counted(atlas.sms.trust.config.limits.edition_check_months as usize, "month");
    let lede = format!(
        "Standards, laws and documents of customers and suppliers that are controlled here: edition, owner, where they are kept, when their edition was last checked, and by when it is to be again, within {months} of the last time.",
    );
    let mut view = atlas.page_of_sections("external.html", "Documents of external origin", &lede);
    let externals = atlas.sms.externals();
    view.sections = vec![in_registers(atlas, &externals), of_their_own(atlas, &externals)];
    view.frame.body_class = "wide";
    template::fill("sections.html", "external.html", &view)
}

fn in_registers(atlas: &Atlas<'_>, externals: &[External<'_>]) -> Section {
    let mut section = Section::titled("Registers", "In registers");
    for register in atlas.sms.registers("external-documents") {
        section.text.push(in_force_line(atlas, "", register));
        let shown = atlas.shown_of(register);
        let rows = shown.front.rows("entries").map(|row| &row.value);
        let rows: Vec<&Node> = rows
            .filter(|row| row.get("edition").is_some() || row.get("origin").is_some())
            .collect();
        if rows.is_empty() {
            continue;
        }
        let cells = |row: &Node| {
            let owner = match row.text("owner") {
                Some(owner) => atlas.person(owner.value),
                None => {
                    let mut owner = owner_of(atlas, shown);
                    owner.push(Piece::quiet(" (of the register)"));
                    owner
                }
            };
            let check = match row.text("edition") {
                Some(_) => next_check(atlas, find(externals, register, name_of(row))),
                None => vec![Piece::quiet("not asked: it names no edition")],
            };
            [owner, check]
        };
        let beside = Beside { names: ["Owner", "Next check"], cells: &cells };
        let title = &atlas.card(register).title;
        section.tables.extend(rows_tables_beside(atlas, "", title, &rows, &beside));
    }
    if section.text.is_empty() {
        section = section.say("No register of external documents was found.");
    }
    section
}

fn of_their_own(atlas: &Atlas<'_>, externals: &[External<'_>]) -> Section {
    let section = Section::titled("Documents", "As documents of their own");
    let is_external =
        |it: &&Document| it.front.text("type").is_some_and(|kind| kind.value == "external");
    let documents: Vec<&Document> = atlas.sms.maintained().filter(is_external).collect();
    if documents.is_empty() {
        return section.say("None.");
    }
    let rows = documents.iter().map(|document| {
        let of = atlas.shown_of(document);
        let text = |key: &str| match of.front.text(key) {
            Some(found) => Piece::voice(found.value),
            None => Piece::quiet("none"),
        };
        let external = externals.iter().find(|it| it.file.path == document.path);
        Row::of(vec![
            Cell::one("lead", "", atlas.link("", document)),
            Cell::one("wide", "", Piece::voice(&atlas.card(document).title)),
            Cell::one("wide", "Origin", text("origin")),
            Cell::one("", "Edition", text("edition")),
            Cell::one("date", "Checked", text("checked_on")),
            Cell::one("wide", "Kept", text("location")),
            Cell::of("wide", "", atlas.state("", document)),
            Cell::of("wide", "Owner", owner_of(atlas, of)),
            Cell::of("wide", "Next check", next_check(atlas, external)),
        ])
    });
    section.table(Table {
        caption: counted(documents.len(), "document"),
        columns: Column::all(&[
            "Id",
            "Title",
            "Origin",
            "Edition",
            "Checked on",
            "Kept at",
            "State",
            "Owner",
            "Next check",
        ]),
        rows: rows.collect(),
        ..Table::default()
    })
}

fn owner_of(atlas: &Atlas<'_>, shown: &Document) -> Vec<Piece> {
    let owner = shown.front.text("owner").map(|owner| atlas.person(owner.value));
    owner.unwrap_or_else(|| vec![Piece::quiet("none named")])
}

/// Finds what a row of a register is, as rules ask about it.
fn find<'e, 's>(
    externals: &'e [External<'s>],
    register: &Document,
    name: Option<&str>,
) -> Option<&'e External<'s>> {
    let name = name?;
    externals.iter().find(|it| it.file.path == register.path && it.name == name)
}

/// Says by when somebody is to look for a newer edition. Of what is not in use nobody is asked.
fn next_check(atlas: &Atlas<'_>, external: Option<&External<'_>>) -> Vec<Piece> {
    let Some(external) = external else { return vec![Piece::quiet("not asked")] };
    let mut pieces = match external.check(atlas.sms) {
        EditionCheck::Never => vec![Piece::mark("M-overdue", "ask", "never checked")],
        EditionCheck::Unreadable => {
            vec![Piece::mark("M-unverifiable", "ask", "the day of the last check cannot be read")]
        }
        EditionCheck::ToCome(checked) => {
            let words = format!("unknown: checked on {checked}, which is still to come");
            vec![Piece::mark("M-unverifiable", "ask", words)]
        }
        EditionCheck::Done(_, Some(next)) => vec![Piece::text("by "), Piece::date(next)],
        EditionCheck::Done(_, None) => vec![Piece::quiet("none")],
        EditionCheck::Overdue(_, due) => {
            vec![Piece::mark("M-overdue", "ask", format!("overdue since {due}"))]
        }
    };
    if let (Some(version), Some(checked)) = (&external.noted_in, &external.checked_on) {
        let words =
            format!(": checked on {checked}, as version {version} says, which is not in force");
        pieces.extend(prose(&super::views::shown(&words)));
    }
    pieces
}
