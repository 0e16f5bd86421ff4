//! How the documents hang together: the tree of parents, drawn as rows with a depth.

use super::atlas::Atlas;
use super::views::{Cell, Column, Fact, Piece, Row, Section, SectionsView, Table};
use super::{Page, SiteError, template};
use crate::document::Document;
use crate::finding::Finding;
use crate::source::counted;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Renders the page.
pub(super) fn page(atlas: &Atlas<'_>) -> Result<Page, SiteError> {
    let sms = atlas.sms;
    let mut reached: HashSet<usize> = HashSet::new();
    let mut roots: Vec<usize> = Vec::new();
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let maintained = |&i: &usize| !sms.is_record(&sms.documents[i]);
    for i in (0..sms.documents.len()).filter(maintained) {
        match sms.parent(atlas.shown_of(&sms.documents[i])) {
            Some(parent) => children.entry(atlas.index(parent)).or_default().push(i),
            None => roots.push(i),
        }
    }
    let level = |i: usize| {
        let kind = sms.type_of(atlas.shown_of(&sms.documents[i]));
        kind.map_or(u8::MAX, |kind| kind.level)
    };
    let order = |list: &mut Vec<usize>| {
        list.sort_by(|&a, &b| {
            (level(a), &atlas.cards[a].label).cmp(&(level(b), &atlas.cards[b].label))
        });
    };
    order(&mut roots);
    children.values_mut().for_each(order);
    let mut rows = Vec::new();
    walk(atlas, &roots, &children, &mut reached, &mut rows);
    // What is left hangs in a circle of parents: no root leads to it.
    let circle: Vec<usize> =
        (0..sms.documents.len()).filter(maintained).filter(|i| !reached.contains(i)).collect();
    let mut sections = vec![layers(atlas), gaps(atlas)];
    sections.push(Section::titled("Tree", "By parent").table(Table {
        caption: format!(
            "{}; the depth counts from a document without a parent",
            counted(rows.len(), "document")
        ),
        class: "hierarchy",
        columns: Column::all(&["Id", "Depth", "Type", "Title", "State", "Parent"]),
        rows,
        ..Table::default()
    }));
    if !circle.is_empty() {
        let mut section = Section::titled("Circle", "Parents that go in a circle")
            .say("Each of these names a parent, and following the parents comes back to itself.");
        section.list = circle
            .iter()
            .map(|&i| {
                let document = &sms.documents[i];
                let parent = atlas.shown_of(document).front.text("parent");
                let parent = parent.map_or("", |parent| parent.value);
                vec![atlas.link("", document), Piece::text(" under "), atlas.link_word("", parent)]
            })
            .collect();
        sections.push(section);
    }
    let view = SectionsView {
        frame: atlas.frame("hierarchy.html", "hierarchy.html", "Hierarchy"),
        heading: "How the documents hang together".to_owned(),
        lede: vec![Piece::text(
            "From the policy down to instructions and forms. A document without a parent begins a tree; where its type needs one, the checks say so. Records stand apart, in the register.",
        )],
        sections,
        ..SectionsView::default()
    };
    template::fill("sections.html", "hierarchy.html", &view)
}

/// Walks the trees without recursion: chains may be thousands of documents deep.
fn walk(
    atlas: &Atlas<'_>,
    roots: &[usize],
    children: &HashMap<usize, Vec<usize>>,
    reached: &mut HashSet<usize>,
    rows: &mut Vec<Row>,
) {
    let mut open: Vec<(usize, usize)> = roots.iter().rev().map(|&i| (i, 0)).collect();
    while let Some((i, depth)) = open.pop() {
        if !reached.insert(i) {
            continue;
        }
        rows.push(row(atlas, &atlas.sms.documents[i], depth));
        let beneath = children.get(&i).map(Vec::as_slice).unwrap_or_default();
        open.extend(beneath.iter().rev().map(|&child| (child, depth + 1)));
    }
}

fn row(atlas: &Atlas<'_>, document: &Document, depth: usize) -> Row {
    let card = atlas.card(document);
    let of = atlas.shown_of(document);
    let kind = of.front.text("type");
    let parent = match (atlas.sms.parent(of), of.front.text("parent")) {
        (Some(parent), _) => vec![atlas.link("", parent)],
        (None, Some(named)) => {
            vec![Piece::mark("M-unverifiable", "ask", format!("{} (not found)", named.value))]
        }
        (None, None) => vec![Piece::quiet("none")],
    };
    Row {
        // Indented as far as a page is wide enough to show; the number goes on.
        class: format!("d{}", depth.min(8)),
        id: String::new(),
        cells: vec![
            Cell::one("lead", "", atlas.link("", document)),
            Cell::one("", "Depth", Piece::text(depth.to_string())),
            Cell::one(
                "",
                "Type",
                kind.map_or_else(|| Piece::quiet("none"), |kind| Piece::voice(kind.value)),
            ),
            Cell::one("wide", "", Piece::voice(&card.title)),
            Cell::of("", "", atlas.state("", document)),
            Cell::of("", "Parent", parent),
        ],
    }
}

/// So many findings of a rule are told here; the page of all checks has the rest.
const MOST_FINDINGS: usize = 10;

/// What is missing between the layers, by the rules that look for it.
const GAPS: [(&str, &str, &str); 2] = [
    (
        "HI001",
        "Orphans",
        "none: every document names the parent that its type needs, and it exists",
    ),
    ("HI005", "Missing layers", "none: no policy and no process lacks what stands beneath it"),
];

/// Says which documents stand beneath nothing, and beneath which nothing stands.
fn gaps(atlas: &Atlas<'_>) -> Section {
    let mut section = Section::titled("Gaps", "Orphans and missing layers");
    let mut left = 0;
    for (code, name, none) in GAPS {
        let Some(rule) = crate::rules::find(code) else { continue };
        let findings: Vec<&Finding> =
            atlas.outcome.findings.iter().filter(|finding| finding.rule == rule.name).collect();
        let says = match findings.len() {
            _ if atlas.outcome.off.contains(&rule.name) => Piece::mark(
                "M-unverifiable",
                "ask",
                "not looked for: book.toml switches the rule off,",
            ),
            0 => Piece::mark("M-verified", "good", format!("{none},")),
            number => Piece::mark("M-overdue", "ask", format!("{},", counted(number, "finding"))),
        };
        let rule = Piece::id_link(code, super::checks::rule_page(rule.name));
        section.facts.push(Fact::of(name, vec![says, Piece::text(" "), rule]));
        let told = findings.iter().take(MOST_FINDINGS);
        section.list.extend(told.map(|finding| super::checks::line(atlas, "", finding)));
        left += findings.len().saturating_sub(MOST_FINDINGS);
    }
    if left > 0 {
        let more = format!("{} on the page of the ", counted(left, "more finding"));
        let checks = Piece::link("checks", "checks.html");
        section.notes.push(vec![Piece::text(more), checks, Piece::text(".")]);
    }
    section
}

/// Counts the documents of each layer; a layer without any is shown as empty.
fn layers(atlas: &Atlas<'_>) -> Section {
    let mut by_type: BTreeMap<&str, usize> = BTreeMap::new();
    for document in &atlas.sms.documents {
        if let Some(kind) = atlas.sms.type_of(atlas.shown_of(document)) {
            *by_type.entry(&kind.name).or_default() += 1;
        }
    }
    let mut types: Vec<_> = atlas.sms.config.types.iter().collect();
    types.sort_by_key(|kind| kind.level);
    let rows = types.iter().map(|kind| {
        let number = by_type.get(kind.name.as_str()).copied().unwrap_or_default();
        Row::of(vec![
            Cell::one("", "", Piece::text(format!("{} {}", kind.level, kind.name))),
            Cell::one("num", "Documents", Piece::text(number.to_string())),
            Cell::one(
                "wide",
                "Under",
                match kind.parents.is_empty() {
                    true => Piece::quiet("none"),
                    false => Piece::text(crate::source::listed(&kind.parents, "or")),
                },
            ),
            Cell::one(
                "",
                "Approver",
                match kind.approvers.is_empty() {
                    true => Piece::quiet("none"),
                    false => Piece::text(crate::source::listed(&kind.approvers, "or")),
                },
            ),
        ])
    });
    Section::titled("Layers", "Layers").table(Table {
        caption: "From scope (0) to records (5); external documents stand apart (6)".to_owned(),
        columns: vec![
            Column::text("Layer and type"),
            Column::number("Documents"),
            Column::text("Stands under"),
            Column::text("Approved by, where the role register says nothing else"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}
