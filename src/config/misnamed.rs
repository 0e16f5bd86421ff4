//! Tables that were written for this program under a name that it does not read: all that they set
//! would be left out in silence.

use super::table::Mistake;
use crate::source::{Printable, certainly_meant};
use toml::de::{DeTable, DeValue};

const PARENT: &str = "preprocessor";
const OURS: &str = "clausebook";

/// Reports tables that are called nearly like `[preprocessor.clausebook]`, or stand elsewhere.
pub(super) fn report(root: &DeTable<'_>, mistakes: &mut Vec<Mistake>) {
    let is_like_ours = |name: &str| certainly_meant(name, [OURS]).is_some();
    // What names a program is a preprocessor of somebody else's.
    let is_of_another = |value: &DeValue<'_>| {
        let command = value.as_table().and_then(|table| table.get("command"));
        command.and_then(|it| it.get_ref().as_str()).is_some_and(|it| !it.contains(OURS))
    };
    for (key, value) in root {
        let outer = key.get_ref().as_ref();
        let mut report = |name: &str, span: std::ops::Range<usize>| {
            let message = format!(
                "nothing reads `[{}]`; settings stand in `[{PARENT}.{OURS}]`",
                Printable(name)
            );
            mistakes.push(Mistake { span: span.into(), message });
        };
        if is_like_ours(outer) {
            report(outer, key.span());
        }
        for (key, value) in value.get_ref().as_table().into_iter().flatten() {
            let inner = key.get_ref().as_ref();
            let is_meant = inner == OURS
                || outer.eq_ignore_ascii_case(PARENT)
                    && is_like_ours(inner)
                    && !is_of_another(value.get_ref());
            if is_meant && (outer, inner) != (PARENT, OURS) {
                report(&format!("{outer}.{inner}"), key.span());
            }
        }
    }
}
