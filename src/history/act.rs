//! Acts of approval as front matter claims them, and how long a document had one.

use crate::document::{Approval, Claims};
use crate::repo::object::ObjectId;
use crate::source::Date;

/// Tells whether a state of a document claims an act of approval.
pub fn has_approval(claims: &Claims, approval: &Approval) -> bool {
    claims.approvals.iter().any(|other| same_act(other, approval))
}

/// Returns the oldest of some states, given newest first with what each held and claims, that had an
/// approval without a break. It may have been lost and given again: the last time counts. What came
/// back as it was after it was away had it all the time.
pub fn held_since<'c, T>(
    states: impl Iterator<Item = (T, Option<ObjectId>, Option<&'c Claims>)>,
    approval: &Approval,
) -> Option<T> {
    let mut oldest: Option<(T, Option<ObjectId>)> = None;
    let mut is_away = false;
    for (state, blob, claims) in states {
        let is_same = !is_away || oldest.as_ref().is_some_and(|(_, newer)| *newer == blob);
        if claims.is_some_and(|claims| has_approval(claims, approval)) && is_same {
            (oldest, is_away) = (Some((state, blob)), false);
        } else if oldest.is_some() && claims.is_none_or(|claims| leaves_be(claims, approval)) {
            is_away = true;
        } else {
            break;
        }
    }
    oldest.map(|(state, _)| state)
}

/// Tells whether a state of a document leaves an approval as it is that is not its own: nobody can read
/// it, or it is a draft of another version, be it with the approval still in it.
fn leaves_be(claims: &Claims, approval: &Approval) -> bool {
    let is_draft = !matches!(claims.status.as_deref(), Some("approved" | "withdrawn"));
    !claims.is_sound || is_draft && !approval.is_of(claims.version.as_deref())
}

/// Tells whether two entries of front matter claim the same act of approval.
pub fn same_act(a: &Approval, b: &Approval) -> bool {
    act(a) == act(b)
}

/// What an entry of front matter claims of an act of approval: by whom, on which day, of which
/// version, of which content, in which role.
pub type Act<'a> =
    (Option<&'a str>, Option<Date>, Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// Returns what makes an act of approval known again.
pub fn act(approval: &Approval) -> Act<'_> {
    let Approval { by, role, on, version, digest, span: _ } = approval;
    (by.as_deref(), *on, version.as_deref(), digest.as_deref(), role.as_deref())
}
