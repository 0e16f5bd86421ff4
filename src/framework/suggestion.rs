//! Which clause was probably meant by a number that names none.

use super::pack::{Pack, above};
use crate::source::did_you_mean;

/// Siblings further off than this are a guess, not a slip of the hand.
const NEAR: u32 = 2;

/// Returns the number that was probably meant; a known title beside it decides before all else.
pub(super) fn nearest(pack: &Pack, number: &str, title: Option<&str>) -> Option<String> {
    let number = bare(number);
    // Whoever writes 8.10 does not mean 8.1: that is what a program makes of it that takes it for an
    // amount.
    let is_amount = |other: &str| number.contains('.') && number.strip_suffix('0') == Some(other);
    let numbers = pack.clauses().iter().map(|clause| &*clause.number);
    title
        .and_then(|title| pack.clause_titled(title))
        .map(|(clause, _)| clause.number.as_str())
        .or_else(|| same_but_for_spelling(pack, number))
        .or_else(|| nearest_sibling(pack, number))
        .or_else(|| leaf_above(pack, number))
        .or_else(|| did_you_mean(number, numbers).filter(|other| !is_amount(other)))
        .map(str::to_owned)
}

/// `7.5.4(b)`, `7.5.4 b` and `7.5.4b` without the item letter.
fn bare(number: &str) -> &str {
    let number = number.trim();
    let end = number.find(|c: char| !(c.is_ascii_alphanumeric() || ".-".contains(c)));
    let number = &number[..end.unwrap_or(number.len())];
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    let digits = if digits.is_empty() { number } else { digits };
    digits.trim_end_matches(['.', '-'])
}

/// `08` for 8, `a.5.1` for A.5.1, `GV.OC-1` for GV.OC-01.
fn same_but_for_spelling<'a>(pack: &'a Pack, number: &str) -> Option<&'a str> {
    let canonical = |number: &str| {
        let segments: Vec<String> = number
            .split(['.', '-'])
            .map(|segment| segment.trim_start_matches('0').to_ascii_uppercase())
            .collect();
        segments.join(".")
    };
    let wanted = canonical(number);
    pack.clauses()
        .iter()
        .map(|clause| clause.number.as_str())
        .find(|number| canonical(number) == wanted)
}

fn nearest_sibling<'a>(pack: &'a Pack, number: &str) -> Option<&'a str> {
    let (stem, last) = last_segment(number)?;
    pack.clauses()
        .iter()
        .filter_map(|clause| {
            let (other_stem, other) = last_segment(&clause.number)?;
            let distance = other.abs_diff(last);
            (other_stem == stem && distance <= NEAR).then_some((distance, &*clause.number))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, number)| number)
}

/// Splits `8.5.1.4` into `8.5.1.` and 4.
fn last_segment(number: &str) -> Option<(&str, u32)> {
    let stem = number.trim_end_matches(|c: char| c.is_ascii_digit());
    Some((stem, number[stem.len()..].parse().ok()?))
}

/// `8.6.1.2` was divided further than the framework divides.
fn leaf_above<'a>(pack: &'a Pack, number: &str) -> Option<&'a str> {
    let clause = above(number).find_map(|number| pack.clause(number))?;
    let is_leaf = pack.children(&clause.number).next().is_none();
    is_leaf.then_some(clause.number.as_str())
}
