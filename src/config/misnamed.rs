//! Tables and settings that were written for this program where it does not read them: all that
//! they set would be left out in silence.

use super::table::Mistake;
use crate::source::{Printable, certainly_meant};
use std::ops::Range;
use toml::de::{DeTable, DeValue};

const PARENT: &str = "preprocessor";
const OURS: &str = "clausebook";

/// What stands in our table, and means nothing to mdBook anywhere else.
const SETTINGS: [&str; 13] = [
    "approval",
    "as_of",
    "branch",
    "certification",
    "frameworks",
    "limits",
    "organization",
    "packs",
    "profile",
    "rules",
    "types",
    "uncontrolled",
    "verify_from",
];

/// Reports tables that are called nearly like `[preprocessor.clausebook]` or stand elsewhere, and
/// settings that stand outside of it.
pub(super) fn report(root: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
    for (key, value) in root {
        let outer = key.get_ref().as_ref();
        if is_like_ours(outer) {
            mistakes.push(misnamed_table(outer, key.span()));
        } else if SETTINGS.contains(&outer) {
            mistakes.push(misplaced(outer, outer, key.span()));
        }
        for (key, value) in value.get_ref().as_table().into_iter().flatten() {
            let inner = key.get_ref().as_ref();
            let written = format!("{outer}.{inner}");
            let is_parent = outer.eq_ignore_ascii_case(PARENT);
            let is_free = is_parent && !is_of_another(value.get_ref());
            if (outer, inner) == (PARENT, OURS) {
            } else if inner == OURS || is_free && is_like_ours(inner) {
                mistakes.push(misnamed_table(&written, key.span()));
            } else if SETTINGS.contains(&inner) && (is_free || outer == "book") {
                mistakes.push(misplaced(&written, inner, key.span()));
            }
        }
    }
}

fn is_like_ours(name: &str) -> bool {
    certainly_meant(name, [OURS]).is_some()
}

/// What names a program is a preprocessor of somebody else's.
fn is_of_another(value: &DeValue<'_>) -> bool {
    let command = value.as_table().and_then(|table| table.get("command"));
    command.and_then(|it| it.get_ref().as_str()).is_some_and(|it| !it.contains(OURS))
}

fn misnamed_table(written: &str, span: Range<usize>) -> Mistake {
    let written = Printable(written);
    let message = format!("nothing reads `[{written}]`; settings stand in `[{PARENT}.{OURS}]`");
    Mistake { span: span.into(), message }
}

fn misplaced(written: &str, setting: &str, span: Range<usize>) -> Mistake {
    let message = format!("nothing reads `{written}`; `{setting}` stands in `[{PARENT}.{OURS}]`");
    Mistake { span: span.into(), message }
}
