//! Pages made of registers: the scope, the roles, the services.

use super::atlas::{Atlas, addresses, names_service};
use super::views::{Cell, Column, Fact, Piece, Row, Section, SectionsView, Table, joined, shown};
use super::{Page, SiteError, keys, targets, template, text};
use crate::document::Document;
use crate::document::front::Node;
use crate::history::{Revision, What};
use crate::sms::roles::RoleEntry;
use crate::source::{Date, counted};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Returns a value of front matter in words, ids leading to their pages.
pub(super) fn value(atlas: &Atlas<'_>, root: &str, node: &Node) -> Vec<Piece> {
    match node {
        Node::Scalar { text, .. } => match node.as_text().and_then(Date::parse) {
            Some(date) => vec![Piece::date(date)],
            None if text.is_empty() => vec![Piece::quiet("none")],
            None => match text.split_once(' ').filter(|(first, _)| first.contains('@')) {
                // A sentence that begins with a version: `POL-CHG-001@2.0 says nothing of it`.
                Some((version, rest)) => {
                    vec![atlas.link_word(root, version), Piece::voice(format!(" {rest}"))]
                }
                None => vec![atlas.link_word(root, text)],
            },
        },
        Node::List(items) if items.is_empty() => vec![Piece::quiet("none")],
        Node::List(items) => {
            let is_long = |item: &Node| item.as_text().is_none_or(|text| text.len() > 24);
            let separator =
                if items.iter().any(|item| is_long(&item.value)) { " · " } else { ", " };
            let mut all = Vec::new();
            for item in items {
                if !all.is_empty() {
                    all.push(Piece::text(separator));
                }
                all.extend(value(atlas, root, &item.value));
            }
            all
        }
        Node::Map(entries) => {
            let mut all = Vec::new();
            for entry in entries {
                if !all.is_empty() {
                    all.push(Piece::text(", "));
                }
                all.push(Piece::quiet(format!("{} ", entry.key.value.replace('_', " "))));
                all.extend(value(atlas, root, &entry.value.value));
            }
            all
        }
    }
}

/// Columns that are worked out, behind those of the rows themselves. A key of the same name is not shown
/// beside them.
pub(super) struct Beside<'a> {
    pub(super) names: [&'static str; 2],
    pub(super) cells: &'a dyn Fn(&Node) -> [Vec<Piece>; 2],
}

/// Returns rows of front matter as tables: rows of one shape stand together, so that a register
/// of two kinds of things is not one table full of holes.
pub(super) fn rows_tables(
    atlas: &Atlas<'_>,
    root: &str,
    caption: &str,
    rows: &[&Node],
) -> Vec<Table> {
    let tables = shapes(rows).into_iter();
    tables.map(|alike| rows_table(atlas, root, caption, &alike, None)).collect()
}

/// Returns the same with columns that are worked out.
pub(super) fn rows_tables_beside(
    atlas: &Atlas<'_>,
    root: &str,
    caption: &str,
    rows: &[&Node],
    beside: &Beside<'_>,
) -> Vec<Table> {
    let tables = shapes(rows).into_iter();
    tables.map(|alike| rows_table(atlas, root, caption, &alike, Some(beside))).collect()
}

/// Puts rows of one shape together.
fn shapes<'n>(rows: &[&'n Node]) -> Vec<Vec<&'n Node>> {
    let mut shapes: Vec<(BTreeSet<&str>, Vec<&Node>)> = Vec::new();
    for row in rows {
        let keys: BTreeSet<&str> =
            row.entries().iter().map(|entry| entry.key.value.as_str()).collect();
        let is_alike = |shape: &BTreeSet<&str>| {
            shape.intersection(&keys).count() * 2 >= shape.union(&keys).count()
        };
        match shapes.iter_mut().find(|(shape, _)| is_alike(shape)) {
            Some((_, alike)) => alike.push(row),
            None => shapes.push((keys, vec![row])),
        }
    }
    shapes.into_iter().map(|(_, alike)| alike).collect()
}

/// Returns rows of front matter as a table; the columns are the keys, in the order they are met.
fn rows_table(
    atlas: &Atlas<'_>,
    root: &str,
    caption: &str,
    rows: &[&Node],
    beside: Option<&Beside<'_>>,
) -> Table {
    let name = |key: &str| shown(&key.replace('_', " "));
    let names = beside.map(|beside| beside.names).into_iter().flatten();
    let is_worked_out = |key: &str| names.clone().any(|it| it.eq_ignore_ascii_case(&name(key)));
    let mut keys: Vec<&str> = Vec::new();
    for entry in rows.iter().flat_map(|row| row.entries()) {
        let key = entry.key.value.as_str();
        if !keys.contains(&key) && !is_worked_out(key) {
            keys.push(key);
        }
    }
    let cell = |row: &Node, key: &str| {
        let pieces = match row.get(key) {
            Some(found) => value(atlas, root, &found.value),
            None => vec![Piece::quiet("none")],
        };
        Cell::of("wide", &name(key), pieces)
    };
    let row = |row: &&Node| {
        let own = keys.iter().map(|key| cell(row, key));
        let worked_out = beside.map(|beside| (beside.cells)(row)).into_iter().flatten();
        let worked_out = names.clone().zip(worked_out);
        Row::of(own.chain(worked_out.map(|(name, it)| Cell::of("wide", name, it))).collect())
    };
    Table {
        caption: format!("{}: {}", shown(caption), counted(rows.len(), "row")),
        class: "rows",
        columns: keys
            .iter()
            .map(|key| Column::text(&name(key)))
            .chain(names.clone().map(Column::text))
            .collect(),
        rows: rows.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Returns the registers of a kind, each with a line on its standing and its rows.
pub(super) fn kind_tables(
    atlas: &Atlas<'_>,
    root: &str,
    kind: &str,
    mut section: Section,
) -> Section {
    let registers: Vec<&Document> = atlas.sms.registers(kind).collect();
    if registers.is_empty() {
        section.notes.push(none_found(kind));
    }
    for register in registers {
        section.notes.push(in_force_line(atlas, root, register));
        let shown = atlas.shown_of(register);
        let rows: Vec<&Node> = shown.front.rows("entries").map(|row| &row.value).collect();
        match rows.is_empty() {
            true => section.notes.push(vec![Piece::quiet("It has no rows.")]),
            false => section.tables.extend(rows_tables(atlas, root, &shown.title(), &rows)),
        }
    }
    section
}

/// Says that there is no register of a kind.
pub(super) fn none_found(kind: &str) -> Vec<Piece> {
    vec![Piece::quiet(format!("No register of the kind {kind} was found."))]
}

/// Says where a table comes from that shows the version in force, which the file may have left
/// behind, and how far that can be relied on.
pub(super) fn in_force_line(atlas: &Atlas<'_>, root: &str, document: &Document) -> Vec<Piece> {
    let version = atlas.shown_of(document).front.text("version");
    let version = version.map(|version| format!(" version {}: ", shown(version.value)));
    let verdict = match super::versions::in_force_instead(atlas, document) {
        Some(term) => term.verdict(),
        None => atlas.card(document).proof.piece(),
    };
    let mut pieces = vec![
        Piece::text("From "),
        atlas.link(root, document),
        Piece::text(version.unwrap_or_default()),
        atlas.standing(document).piece(),
    ];
    pieces.extend(atlas.outside_term(document));
    pieces.extend([Piece::text("; approval "), verdict]);
    pieces.extend(atlas.beside(root, document));
    pieces
}

/// Renders the page of the scope.
pub(super) fn scope(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "scope.html",
        "Scope",
        "What the management system covers, what it leaves out and why, and since when.",
    );
    let statements: Vec<&Document> = atlas
        .sms
        .maintained()
        .filter(|document| {
            document.front.text("type").is_some_and(|kind| kind.value == "statement")
        })
        .collect();
    if statements.is_empty() {
        view.sections.push(
            Section::titled("Statement", "Scope statement").say("No scope statement was found."),
        );
    }
    for (i, file) in statements.into_iter().enumerate() {
        let number = if i == 0 { String::new() } else { format!("-{}", i + 1) };
        let statement = atlas.shown_of(file);
        let front = &statement.front;
        let list = |key: &str| {
            let found: Vec<Piece> =
                front.list(key).iter().map(|one| atlas.link_word("", one.value)).collect();
            if found.is_empty() { vec![Piece::quiet("none")] } else { joined(found, ", ") }
        };
        let mut section = Section::titled(&format!("Statement{number}"), statement.title());
        section.text.push(in_force_line(atlas, "", file));
        section.facts = vec![
            Fact::of("Organization", list("organization")),
            Fact::of("Services", list("services")),
            Fact::of("Locations", list("locations")),
            Fact::one(
                "In force since",
                Piece::date_or_none(atlas.first_day(file).filter(|_| atlas.is_in_force(file))),
            ),
        ];
        let whole = 0..statement.body_text().len();
        section.html = text::part_html(atlas, "", statement, whole, &format!("Scope{number}"));
        let left_out: Vec<&Node> = front.rows("exclusions").map(|row| &row.value).collect();
        if !left_out.is_empty() {
            section.tables.extend(rows_tables(atlas, "", "Out of scope", &left_out));
        }
        view.sections.push(section);
        if let Some(id) = statement.id() {
            let mut history = Section::titled(&format!("History{number}"), "How the scope changed");
            let revisions = atlas.sms.history.revisions(&id).iter().rev();
            let of_substance = revisions.filter(|revision| {
                matches!(revision.what, What::Began | What::Text | What::Metadata)
            });
            history.list = of_substance.map(|it| scope_change(atlas, file, it)).collect();
            history.text.push(vec![Piece::text(
                "The first day of each line is that of the commit that wrote it; what came of it stands behind its version.",
            )]);
            view.sections.push(history);
        }
    }
    template::fill("sections.html", "scope.html", &view)
}

/// Tells one change of a scope statement: when it was written, in which version, and since when that
/// is in force, if it ever was.
fn scope_change(atlas: &Atlas<'_>, file: &Document, revision: &Revision) -> Vec<Piece> {
    let history = &atlas.sms.history;
    let commit = history.commit_of(revision);
    let mut pieces = vec![
        Piece::date_or_none(commit.committer.date()),
        Piece::text(" "),
        Piece::oid(commit.id.short()),
        Piece::text(" "),
        Piece::voice(history.new_summary(revision).unwrap_or(commit.subject())),
    ];
    let Some(version) = revision.claims.version.as_deref() else { return pieces };
    pieces.push(Piece::text(format!(" (version {}, ", shown(version))));
    let term = atlas.terms(file).iter().rev().find(|term| term.tenure.is_version(version));
    match term {
        Some(term) if !term.tenure.was_ever_in_force() => {
            pieces.push(Piece::quiet("never in force"));
        }
        Some(term) => {
            let words = if term.is_proved { "in force from " } else { "by its own claim from " };
            pieces.extend([Piece::text(words), Piece::date_or_none(term.tenure.from)]);
            let until = term.tenure.last_day_in_force();
            let until = until.map(|until| [Piece::text(" to "), Piece::date(until)]);
            pieces.extend(until.into_iter().flatten());
            if !term.is_proved {
                pieces.extend([Piece::text(", "), term.verdict()]);
            }
        }
        None if file.claims().is_version(version) => {
            pieces.push(atlas.card(file).standing.piece());
            pieces.push(Piece::text(", not in force"));
        }
        None => pieces.push(Piece::quiet("never in force")),
    }
    pieces.push(Piece::text(")"));
    pieces
}

/// Renders the page of the roles.
pub(super) fn roles(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "roles.html",
        "Roles and authority",
        "Who holds which role, since when, by which address in Git they act, and what they may approve.",
    );
    let mut section = Section::titled("Roles", "Role register");
    for register in atlas.sms.registers("roles") {
        section.text.push(in_force_line(atlas, "", register));
        let own = atlas.roles.entries.iter().filter(|entry| entry.place.path == register.path);
        let rows = own.map(|entry| role_row(atlas, entry));
        section.tables.push(Table {
            caption: atlas.card(register).title.clone(),
            columns: Column::all(&[
                "Role",
                "Person",
                "Address in Git",
                "From",
                "To",
                "On the as-of date",
                "May approve",
            ]),
            rows: rows.collect(),
            ..Table::default()
        });
    }
    if section.tables.is_empty() {
        section = section.say("No role register was found, so nothing shows who may approve.");
    }
    view.sections.push(section);
    let mut time = Section::titled("Time", "Over time");
    time.timeline = super::timeline::of_roles(atlas);
    if time.timeline.is_none() {
        time = time.say("Nothing can be drawn: no row has a day, or there are too many.");
    }
    view.sections.push(time);
    view.sections.push(authority(atlas));
    let mut people = Section::titled("Identities", "Addresses that act in the history");
    let mut acting: BTreeMap<String, (String, usize)> = Default::default();
    for commit in &atlas.sms.history.commits {
        let person = &commit.author.person;
        let entry = acting.entry(person.email.to_lowercase()).or_default();
        entry.0.clone_from(&person.name);
        entry.1 += 1;
    }
    people.tables.push(Table {
        caption: format!("{} wrote commits; mailmap is not used", addresses(acting.len())),
        columns: vec![
            Column::text("Address"),
            Column::text("Name in commits"),
            Column::text("Role register"),
            Column::number("Commits"),
        ],
        rows: acting
            .iter()
            .map(|(email, (name, number))| {
                let known = match atlas.known_name(email) {
                    Some(known) => Piece::voice(known),
                    None => Piece::mark("M-unverifiable", "ask", "not in the role register"),
                };
                Row::of(vec![
                    Cell::one("wide", "", Piece::code(email)),
                    Cell::one("wide", "Name", Piece::voice(name)),
                    Cell::one("wide", "Register", known),
                    Cell::one("num", "Commits", Piece::text(number.to_string())),
                ])
            })
            .collect(),
        ..Table::default()
    });
    view.sections.push(people);
    view.sections.push(keys::section(atlas));
    view.frame.body_class = "wide";
    template::fill("sections.html", "roles.html", &view)
}

/// Who approves which documents on the day spoken of: for each type, those that the same people may
/// approve together.
fn authority(atlas: &Atlas<'_>) -> Section {
    let mut section = Section::titled("Authority", "Who may approve what, on the as-of date");
    let sms = atlas.sms;
    let in_use = |it: &&Document| sms.is_identified(it) && !sms.is_out_of_use(it);
    let documents: Vec<&Document> = sms.maintained().filter(in_use).collect();
    let allowed: Vec<Vec<&RoleEntry>> =
        documents.par_iter().map(|it| sms.rows_to_approve_by(it, sms.as_of)).collect();
    let mut groups: BTreeMap<Group<'_>, Vec<&Document>> = BTreeMap::new();
    for (document, rows) in documents.into_iter().zip(allowed) {
        let Some(kind) = sms.type_of(document).filter(|kind| !kind.approvers.is_empty()) else {
            continue;
        };
        let people = rows.iter().map(|row| (row.person.as_str(), row.role.as_str())).collect();
        groups.entry((kind.name.as_str(), people)).or_default().push(document);
    }
    let mut rows = Vec::new();
    for kind in sms.config.types.iter().filter(|kind| !kind.approvers.is_empty()) {
        let minimum = sms.trust.config.minimum_for(Some(&kind.name));
        let level = super::card::level_name(minimum);
        let of_kind = groups.iter().filter(|((name, _), _)| *name == kind.name);
        for ((_, people), documents) in of_kind {
            let person = |(person, role): &(&str, &str)| {
                Piece::voice(format!("{person} ({})", role.replace('-', " ")))
            };
            let people = match people.is_empty() {
                true => vec![Piece::quiet("nobody of whom it can be told")],
                false => joined(people.iter().map(person), ", "),
            };
            let documents = match documents.len() {
                ..=FEW => joined(documents.iter().map(|it| atlas.link("", it)), ", "),
                many => vec![Piece::text(counted(many, "document"))],
            };
            rows.push(Row::of(vec![
                Cell::one("lead", "", Piece::voice(&kind.name)),
                Cell::of("wide", "Documents", documents),
                Cell::of("wide", "By", people),
                Cell::one("wide", "Needs", Piece::meter(minimum, format!("{minimum} {level}"))),
            ]));
        }
    }
    section.tables.push(Table {
        caption: "By type of document, those together that the same people may approve".to_owned(),
        columns: Column::all(&["Type", "Documents", "May be approved by", "Proof it needs"]),
        rows,
        ..Table::default()
    });
    section
}

/// A type, and the people who may approve, each with the role.
type Group<'s> = (&'s str, Vec<(&'s str, &'s str)>);

/// So many documents are named, more are counted.
const FEW: usize = 6;

fn role_row(atlas: &Atlas<'_>, entry: &RoleEntry) -> Row {
    let as_of = atlas.sms.as_of;
    let is_later = entry.from.is_some_and(|from| from > as_of);
    let standing = match (entry.holds_on(as_of), is_later) {
        _ if entry.is_bot => Piece::mark("M-none", "quiet", "a machine, approves nothing"),
        _ if !entry.names_somebody() => Piece::mark("M-none", "quiet", "nobody"),
        _ if atlas.sms.is_unapproved_row(entry) => {
            Piece::mark("M-unverifiable", "ask", "nothing: the row is not approved")
        }
        (true, _) => Piece::mark("M-effective", "state is-effective", "holds it"),
        (false, true) => Piece::mark("M-approved", "state is-approved", "later"),
        (false, false) => Piece::mark("M-superseded", "state is-superseded", "no longer"),
    };
    let list = |words: &[String], piece: &dyn Fn(&String) -> Piece| match words.is_empty() {
        true => vec![Piece::quiet("none")],
        false => joined(words.iter().map(piece), ", "),
    };
    let by_its_role = entry.approves.is_empty() && !entry.approves_nothing && !entry.is_bot;
    let approves = match by_its_role {
        true => vec![Piece::quiet("what its role approves")],
        false => list(&entry.approves, &|word| atlas.link_word("", word)),
    };
    Row::of(vec![
        Cell::one("lead", "", Piece::voice(&entry.role)),
        Cell::one("", "Person", Piece::voice(&entry.person)),
        Cell::of("wide", "Address", list(&entry.emails, &|email| Piece::code(email))),
        Cell::one("date", "From", Piece::date_or_none(entry.from)),
        Cell::one("date", "To", entry.to.map_or_else(|| Piece::quiet("open"), Piece::date)),
        Cell::one("", "", standing),
        Cell::of("wide", "Approves", approves),
    ])
}

/// Renders the list of services.
pub(super) fn services(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let mut view = atlas.page_of_sections(
        "services.html",
        "Services",
        "The services of the catalogue, the agreements that promise something about each, and what service reports say was achieved.",
    );
    let section = Section::titled("Catalogue", "Service catalogue");
    view.sections.push(kind_tables(atlas, "", "services", section));
    let mut agreements = Section::titled("Agreements", "Agreements");
    let rows: Vec<Row> = agreements_of(atlas, None)
        .map(|agreement| {
            let card = atlas.card(agreement);
            let shown = atlas.shown_of(agreement);
            let list = |key| {
                let found = shown.front.list(key);
                joined(found.iter().map(|one| atlas.link_word("", one.value)), ", ")
            };
            Row::of(vec![
                Cell::one("lead", "", atlas.link("", agreement)),
                Cell::one("wide", "", Piece::voice(&card.title)),
                Cell::of("wide", "Services", list("services")),
                Cell::one("date", "To", Piece::date_or_none(shown.front.date("valid_to"))),
                Cell::of("wide", "", atlas.state("", agreement)),
            ])
        })
        .collect();
    if rows.is_empty() {
        agreements = agreements.say("No agreement was found.");
    } else {
        agreements.tables.push(Table {
            caption: counted(rows.len(), "agreement"),
            columns: Column::all(&["Id", "Title", "Services", "Valid to", "State"]),
            rows,
            ..Table::default()
        });
    }
    view.sections.push(agreements);
    let binding = agreements_of(atlas, None).filter(|agreement| is_binding(atlas, agreement));
    view.sections.push(targets::overview(atlas, binding));
    template::fill("sections.html", "services.html", &view)
}

fn agreements_of<'s>(
    atlas: &'s Atlas<'_>,
    service: Option<&'s str>,
) -> impl Iterator<Item = &'s Document> {
    atlas.sms.maintained().filter(move |document| {
        document.front.text("type").is_some_and(|kind| kind.value == "agreement")
            && service.is_none_or(|service| names_service(atlas.shown_of(document), service))
    })
}

/// Tells whether an agreement is in force, and the day spoken of is one of its term.
fn is_binding(atlas: &Atlas<'_>, agreement: &Document) -> bool {
    atlas.is_in_force(agreement) && atlas.outside_term(agreement).is_empty()
}

/// Renders the page of one service.
pub(super) fn service(atlas: &Atlas<'_>, id: &str, path: &str) -> Result<Page, SiteError> {
    let root = "../";
    let own = |row: &Node| row.text("id").map(|own| own.value).unwrap_or_default().to_owned();
    let mut rows: Vec<(&Document, &Node)> =
        atlas.rows("services").filter(|(_, row)| own(row).eq_ignore_ascii_case(id)).collect();
    rows.sort_by_key(|(_, row)| own(row) != id);
    let name = rows.first().and_then(|(_, row)| row.text("name")).map_or(id, |name| name.value);
    let mut view = SectionsView {
        frame: atlas.frame(path, "services.html", &format!("{id} {name}")),
        trail: vec![Piece::link("Services", format!("{root}services.html"))],
        kicker: id.to_owned(),
        heading: shown(name),
        ..SectionsView::default()
    };
    for (i, &(register, row)) in rows.iter().enumerate() {
        let mut section = match i {
            0 => Section::titled("Catalogue", "In the catalogue"),
            _ => Section::titled(&format!("Catalogue-{}", i + 1), "Once more in the catalogue"),
        };
        section.text.push(in_force_line(atlas, root, register));
        if rows.len() > 1 {
            let words = format!("This is row {} of {} that claim this id.", i + 1, rows.len());
            section = section.say(words);
        }
        let told = if i == 0 { &["id", "name"][..] } else { &[] };
        let rest = row.entries().iter().filter(|entry| !told.contains(&entry.key.value.as_str()));
        section.facts = rest
            .map(|entry| {
                let label = shown(&entry.key.value.replace('_', " "));
                Fact::of(&label, value(atlas, root, &entry.value.value))
            })
            .collect();
        view.sections.push(section);
    }
    let (binding, others): (Vec<&Document>, Vec<&Document>) =
        agreements_of(atlas, Some(id)).partition(|agreement| is_binding(atlas, agreement));
    let mut targets = Section::titled("Targets", "What is promised, and what was achieved");
    for agreement in binding {
        targets.text.push(in_force_line(atlas, root, agreement));
        targets.tables.extend(targets::tables(atlas, root, agreement, id));
        targets.list.extend(targets::in_words(atlas, root, agreement));
    }
    if targets.text.is_empty() {
        targets = targets.say(match others.is_empty() {
            true => "No agreement names this service.",
            false => "No agreement that is in force, and within its term, names this service.",
        });
    }
    view.sections.push(targets);
    if !others.is_empty() {
        let title = "Agreements that are not in force, or outside of their term";
        let mut section = Section::titled("NotBinding", title);
        let lines = others.into_iter().map(|agreement| in_force_line(atlas, root, agreement));
        section.list = lines.collect();
        view.sections.push(section);
    }
    let mut named = Section::titled("Named", "Documents and records that name it");
    named.list = atlas
        .naming_service(id)
        .map(|document| {
            let card = atlas.card(document);
            let mut line = vec![
                atlas.link(root, document),
                Piece::text(" "),
                Piece::voice(&card.title),
                Piece::text(" "),
            ];
            match names_service(atlas.shown_of(document), id) {
                true => line.extend(atlas.state(root, document)),
                false => {
                    line.push(Piece::text("only in the next version, not in force"));
                    line.extend(atlas.next_beside(root, document));
                }
            }
            line
        })
        .collect();
    if named.list.is_empty() {
        named = named.say("None.");
    }
    view.sections.push(named);
    template::fill("sections.html", path, &view)
}
