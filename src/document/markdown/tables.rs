//! Tables whose rows have more cells than their head: every renderer drops what has no column.

use super::events::{Events, without_comments};
use crate::source::Span;
use pulldown_cmark::{Event, Tag, TagEnd};
use std::ops::Range;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// How many rows it has beneath its head.
    pub rows: usize,
    /// What stands in its rows beyond the last column, a place for each row that has such.
    pub beyond: Vec<Span>,
}

/// Returns the tables of a text that begins at `offset` of its file.
pub(super) fn tables(text: &str, offset: usize, events: &Events<'_>) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut last_cell = 0;
    for (event, range) in events {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Table::default()),
            Event::End(TagEnd::TableCell) => last_cell = range.end,
            Event::End(TagEnd::TableRow) => {
                let Some(table) = tables.last_mut() else { continue };
                table.rows += 1;
                let beyond = beyond(text, last_cell..range.end);
                table.beyond.extend(beyond.map(|it| Span::from(it).shifted(offset)));
            }
            _ => {}
        }
    }
    tables
}

/// Returns what a reader would read of the end of a row, if anything.
fn beyond(text: &str, end_of_row: Range<usize>) -> Option<Range<usize>> {
    let is_between = |c: char| c == '|' || c.is_whitespace();
    let rest = text.get(end_of_row.clone())?;
    let before = rest.len() - rest.trim_start_matches(is_between).len();
    let seen = rest.trim_matches(is_between);
    let start = end_of_row.start + before;
    let says_something = !without_comments(seen).trim_matches(is_between).is_empty();
    says_something.then(|| start..start + seen.len())
}

#[cfg(test)]
mod tests {
    use super::super::events::events;
    use super::*;

    fn beyond(text: &str) -> Vec<&str> {
        let tables = tables(text, 0, &events(text));
        let places = tables.iter().flat_map(|table| &table.beyond);
        places.map(|span| &text[span.start..span.end]).collect()
    }

    #[test]
    fn cells_without_a_column_are_found() {
        let table = "| a | b |\n|---|---|\n| 1 | 2 | three |\n| 1 |\n1|2|3\n";
        assert_eq!(beyond(table), ["three", "3"]);
        assert_eq!(tables(table, 0, &events(table))[0].rows, 3);
        assert_eq!(beyond("> | a |\n> |---|\n> | 1 || **2** | `3` |\n"), ["**2** | `3`"]);
        assert_eq!(beyond("| a | b |\n|---|---|\n| `x|y` | 2 |\n"), ["2"]);
        assert_eq!(beyond("| a |\n|---|\n| 1 | <!-- x --> y |\n"), ["<!-- x --> y"]);
    }

    #[test]
    fn what_is_shown_is_beyond_no_column() {
        for text in [
            "| a | b |\n|---|---|\n| 1 | 2 | |\n|  | 2 |   \n| `x\\|y` | 2 |\n| 1 |\n",
            "| a |\n|---|\n| 1 | <!-- which one? -->\n",
            "    | a |\n    |---|\n    | 1 | 2 |\n",
            "a | b\n\n1 | 2 | 3\n",
        ] {
            assert_eq!(beyond(text), [""; 0], "{text}");
        }
    }
}
