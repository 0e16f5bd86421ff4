use crate::finding::Findings;
use crate::rules::sooner;
use crate::sms::Sms;
use crate::sms::roles::{Owned, Owner, RoleEntry};
use crate::source::{Date, listed};
use std::collections::BTreeSet;

rule!(OW002, "owner-has-left", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for owned in sms.owned() {
        let Owned { document, owner, day, .. } = owned;
        let roles = sms.roles_for(&owned);
        let Owner::Person(rows) = roles.owner(owner, day) else { continue };
        let held: BTreeSet<&str> =
            rows.iter().filter(|row| row.holds_on(day)).map(|row| row.role.as_str()).collect();
        if !held.is_empty() {
            let held = listed(held.iter().map(|role| format!("`{role}`")), "and");
            out.evidence(document.at("id"), format!("its owner {owner} holds {held} on {day}"));
            continue;
        }
        let Some((last, to)) = last_role(&rows, day) else { continue };
        let words = match owned.begins.filter(|_| to >= sms.as_of) {
            Some(version) => format!(
                "the owner {owner} leaves before version {version} begins on {day}: the last role ends on {to}"
            ),
            None => format!("the owner {owner} has left: the last role ended on {to}"),
        };
        out.finding(document.at("owner"), words)
            .other(last.place.clone(), format!("`{}` until {to}", last.role))
            .help("name the role that answers for the document now; roles outlast people");
    }
    // What the next version names instead answers for nothing yet.
    let day = sms.as_of;
    for (found, owner) in sms.owned_before() {
        let Owner::Person(rows) = sms.roles_in_force().owner(owner, day) else { continue };
        let Some((last, to)) = last_role(&rows, day) else { continue };
        let words = |beside: &str| {
            format!("the owner {owner}{beside} has left: the last role ended on {to}")
        };
        let help = match found.next {
            Some(next) => sooner(next),
            None => "approve the next version, which names another owner".to_owned(),
        };
        found
            .finding(out, found.at("owner"), words)
            .other(last.place.clone(), format!("`{}` until {to}", last.role))
            .help(help);
    }
}

/// Returns the row of the last role that somebody held, with its last day, where all have ended.
fn last_role<'r>(rows: &[&'r RoleEntry], day: Date) -> Option<(&'r RoleEntry, Date)> {
    let has_left = rows.iter().all(|row| row.to.is_some_and(|to| to < day));
    let last = rows.iter().filter(|_| has_left).max_by_key(|row| row.to)?;
    Some((last, last.to?))
}
