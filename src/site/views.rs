//! What templates see: plain structs with everything worked out.
//!
//! Most pages are the same few parts in another order, so there is one small vocabulary: a
//! [`Piece`] is a word with its face (link, mark, date), pieces make cells and paragraphs, and a
//! [`Section`] holds paragraphs, facts, a table, a text. Templates only arrange them, and escape
//! all but what writes itself, and [`Section::html`], which `markdown::to_html` wrote.

use super::markup::{Markup, each_in_a_row, in_a_row, put, put_text};
pub(super) use super::piece::{Piece, joined, prose, shown};
use super::timeline::Timeline;
use serde::Serialize;

/// A cell of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Cell {
    /// The class of the cell.
    pub(super) class: &'static str,
    /// The name of its column, for narrow screens; empty where the content speaks for itself.
    pub(super) label: String,
    /// What it holds.
    #[serde(serialize_with = "in_a_row")]
    pub(super) pieces: Vec<Piece>,
}

impl Cell {
    /// A cell of pieces.
    pub(super) fn of(class: &'static str, label: &str, pieces: Vec<Piece>) -> Self {
        Self { class, label: label.to_owned(), pieces }
    }

    /// A cell of one piece.
    pub(super) fn one(class: &'static str, label: &str, piece: Piece) -> Self {
        Self::of(class, label, vec![piece])
    }

    fn write(&self, tag: &str, out: &mut Vec<u8>) {
        put(out, &["<", tag]);
        if tag == "th" {
            put(out, &[" scope=\"row\""]);
        }
        put_attribute(out, "class", self.class);
        put_attribute(out, "data-label", &self.label);
        put(out, &[">"]);
        self.pieces.iter().for_each(|piece| piece.write(out));
        put(out, &["</", tag, ">"]);
    }
}

/// Adds an attribute, unless it is empty.
fn put_attribute(out: &mut Vec<u8>, name: &str, value: &str) {
    if !value.is_empty() {
        put(out, &[" ", name, "=\""]);
        put_text(out, value);
        put(out, &["\""]);
    }
}

/// A row of a table. Its first cell is its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Row {
    /// Its anchor; empty for none.
    pub(super) id: String,
    /// Its class.
    pub(super) class: String,
    /// Its cells.
    pub(super) cells: Vec<Cell>,
}

impl Row {
    /// A row without anchor or class.
    pub(super) fn of(cells: Vec<Cell>) -> Self {
        Self { id: String::new(), class: String::new(), cells }
    }
}

impl Markup for Row {
    fn write(&self, out: &mut Vec<u8>) {
        put(out, &["\n<tr"]);
        put_attribute(out, "id", &self.id);
        put_attribute(out, "class", &self.class);
        put(out, &[">"]);
        for (at, cell) in self.cells.iter().enumerate() {
            cell.write(if at == 0 { "th" } else { "td" }, out);
        }
        put(out, &["</tr>"]);
    }
}

/// The head of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: String,
    /// Its class.
    pub(super) class: &'static str,
    /// Whether rows can be sorted by it.
    pub(super) is_sortable: bool,
}

impl Column {
    /// A column of text.
    pub(super) fn text(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// A column of numbers.
    pub(super) fn number(name: &str) -> Self {
        Self { class: "num", ..Self::text(name) }
    }

    /// Columns of text, by name.
    pub(super) fn all(names: &[&str]) -> Vec<Self> {
        names.iter().map(|name| Self::text(name)).collect()
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Table {
    /// What it shows.
    pub(super) caption: String,
    /// Whether only those who listen are told the caption.
    pub(super) caption_is_hidden: bool,
    /// Its class beside `stackable`.
    pub(super) class: &'static str,
    /// Its columns.
    pub(super) columns: Vec<Column>,
    /// Its rows.
    #[serde(serialize_with = "in_a_row")]
    pub(super) rows: Vec<Row>,
}

/// A label and its value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Fact {
    /// The label.
    pub(super) label: String,
    /// The value.
    #[serde(serialize_with = "in_a_row")]
    pub(super) pieces: Vec<Piece>,
}

impl Fact {
    /// A fact of pieces.
    pub(super) fn of(label: &str, pieces: Vec<Piece>) -> Self {
        Self { label: label.to_owned(), pieces }
    }

    /// A fact of one piece.
    pub(super) fn one(label: &str, piece: Piece) -> Self {
        Self::of(label, vec![piece])
    }
}

/// A part of a page under its heading.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Section {
    /// Its anchor. It holds a capital, which no anchor of a document's text does.
    pub(super) id: String,
    /// Its heading.
    pub(super) title: String,
    /// Paragraphs before the rest.
    #[serde(serialize_with = "each_in_a_row")]
    pub(super) text: Vec<Vec<Piece>>,
    /// Labels and values.
    pub(super) facts: Vec<Fact>,
    /// A text that `markdown::to_html` wrote; empty for none.
    pub(super) html: String,
    /// Whether that text is the program's own, not the organisation's.
    pub(super) is_manual: bool,
    /// A picture of days.
    pub(super) timeline: Option<Timeline>,
    /// A text that changed, line by line, as `redline` wrote it; empty for none.
    pub(super) redline: String,
    /// Tables.
    pub(super) tables: Vec<Table>,
    /// Labels and values that belong after the tables.
    pub(super) after: Vec<Fact>,
    /// Lines of a list.
    #[serde(serialize_with = "each_in_a_row")]
    pub(super) list: Vec<Vec<Piece>>,
    /// Commands to type.
    pub(super) commands: Vec<String>,
    /// Paragraphs after the rest.
    #[serde(serialize_with = "each_in_a_row")]
    pub(super) notes: Vec<Vec<Piece>>,
}

impl Section {
    /// An empty section.
    pub(super) fn titled(id: &str, title: impl AsRef<str>) -> Self {
        Self { id: id.to_owned(), title: shown(title.as_ref()), ..Self::default() }
    }

    /// Adds a paragraph before the rest.
    pub(super) fn say(mut self, text: impl AsRef<str>) -> Self {
        self.text.push(vec![Piece::text(text)]);
        self
    }

    /// Adds a table.
    pub(super) fn table(mut self, table: Table) -> Self {
        self.tables.push(table);
        self
    }
}

/// A notice across the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Banner {
    /// `loud` where the page must not be worked by; else `calm`.
    pub(super) class: &'static str,
    /// What it says.
    #[serde(serialize_with = "in_a_row")]
    pub(super) pieces: Vec<Piece>,
}

/// One entry of the navigation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct NavItem {
    /// Its name.
    pub(super) name: &'static str,
    /// Where it leads.
    pub(super) href: String,
    /// `page` on the page itself, `true` within its part, else empty.
    pub(super) current: &'static str,
}

/// What stands around every page: who, as of when, by which commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Frame {
    /// The way from the page to the root of the site: empty, or `../`.
    pub(super) root: &'static str,
    /// The language of the pages.
    pub(super) language: String,
    /// Whose system it is.
    pub(super) organization: String,
    /// The title of the page.
    pub(super) title: String,
    /// The class of the body: `wide` for pages printed across.
    pub(super) body_class: &'static str,
    /// The navigation.
    pub(super) nav: Vec<NavItem>,
    /// As of, commit, branch, history, findings.
    pub(super) provenance: Vec<Fact>,
    /// What every printed sheet begins with.
    pub(super) print_head: Vec<Fact>,
    /// The day spoken of.
    pub(super) as_of: String,
    /// Where what is judged is not what the publishing branch shows, if that is so.
    pub(super) beside: Option<String>,
    /// The commit in full.
    pub(super) commit: String,
    /// The version of the program.
    pub(super) program: &'static str,
    /// Whether the page stays out of the search engines of an intranet.
    pub(super) is_obsolete: bool,
}

/// A page made of sections.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct SectionsView {
    /// What stands around it.
    pub(super) frame: Frame,
    /// The way to it from above.
    pub(super) trail: Vec<Piece>,
    /// A number or an id above the heading; empty for none.
    pub(super) kicker: String,
    /// Its heading.
    pub(super) heading: String,
    /// What it answers.
    #[serde(serialize_with = "in_a_row")]
    pub(super) lede: Vec<Piece>,
    /// A notice.
    pub(super) banner: Option<Banner>,
    /// Its sections.
    pub(super) sections: Vec<Section>,
}
