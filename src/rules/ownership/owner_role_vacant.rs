use crate::finding::Findings;
use crate::rules::{in_next_version, sooner};
use crate::sms::Sms;
use crate::sms::in_force::InForce;
use crate::sms::roles::{Owned, Owner, RoleEntry, Roles};
use crate::source::{Date, did_you_mean, listed};
use std::collections::BTreeSet;

rule!(OW001, "owner-role-vacant", Error, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if !sms.roles().has_register {
        return;
    }
    for owned in sms.owned() {
        let Owned { document, owner, day, .. } = owned;
        let roles = &*sms.roles_for(&owned);
        match roles.owner(owner, day) {
            Owner::Role(holders) if !holders.is_empty() => {
                let named = |entry: &&RoleEntry| match sms.is_unapproved_row(entry) {
                    true => format!("{} by a row that is not approved", entry.person),
                    false => entry.person.clone(),
                };
                let people: BTreeSet<String> = holders.iter().map(named).collect();
                let people = listed(people, "and");
                out.evidence(document.at("id"), format!("owned by `{owner}`: {people} on {day}"));
            }
            Owner::Role(_) => {
                let lasting = format!("the owner `{owner}` is a role that nobody holds");
                let words = format!("{lasting} {}", owned.on_the_day());
                let finding = out.finding(document.at("owner"), words);
                finding.known_by(lasting);
                if let Some((entry, words)) = last_or_next(roles, owner, day) {
                    finding.other(entry, words);
                }
                // A version that is not in force yet may wait for its owner.
                let is_free = !sms.state(document).is_in_force() && !sms.is_record(document);
                finding.help(match next_holder(roles, owner, day).filter(|_| is_free) {
                    Some(from) => format!(
                        "fill the role in the role register, name another owner, or let this version begin on {from} (`effective_from`)"
                    ),
                    None => format!(
                        "fill the role in the role register, or name another owner{}",
                        in_next_version(sms, document)
                    ),
                });
            }
            Owner::Person(_) => {
                out.evidence(
                    document.at("id"),
                    format!("owned by {owner}, a person of the role register"),
                );
            }
            Owner::Machine(_) => {
                out.finding(
                    document.at("owner"),
                    format!("the owner `{owner}` is a machine; a role or a person was expected"),
                )
                .help("name the role that answers for the document");
            }
            Owner::Unknown => unknown(roles, document, owner, out),
        }
    }
    // Whoever takes office with the next version does not own the one in force.
    let is_role =
        |owner: &str| matches!(sms.roles_in_force().owner(owner, sms.as_of), Owner::Role(_));
    let until_next = sms.owned_until_next().filter(|(_, owner)| is_role(owner));
    for (found, owner) in sms.owned_before().chain(until_next) {
        of_before(sms, &found, owner, out);
    }
}

/// Asks the same of a version in force, today, while the next one has another owner or begins later.
fn of_before(sms: &Sms, found: &InForce<'_>, owner: &str, out: &mut Findings) {
    let day = sms.as_of;
    let (what, on) = match sms.roles_in_force().owner(owner, day) {
        Owner::Role(holders) if holders.is_empty() => {
            ("a role that nobody holds", format!(" on {day}"))
        }
        Owner::Role(_) | Owner::Person(_) => {
            let version = found.version.unwrap_or_default();
            let words = format!("version {version}, which is in force, is owned by `{owner}`");
            out.evidence(found.file.at("id"), words);
            return;
        }
        Owner::Machine(_) => ("a machine; a role or a person was expected", String::new()),
        Owner::Unknown => ("neither a role nor a person of the role register", String::new()),
    };
    let help = match found.next {
        Some(next) => sooner(next),
        None => "approve the next version, which names another".to_owned(),
    };
    let words = |beside: &str| format!("the owner `{owner}`{beside} is {what}{on}");
    found
        .finding(out, found.at("owner"), words)
        .known_by(format!("the owner `{owner}` is {what}"))
        .help(format!("fill the role in the role register, or {help}"));
}

fn unknown(roles: &Roles, document: &crate::document::Document, owner: &str, out: &mut Findings) {
    let what = if owner.contains('@') {
        "an address of no person in the role register"
    } else {
        "neither a role nor a person of the role register"
    };
    let candidates = roles.names().chain(roles.people()).chain(roles.emails());
    let near = did_you_mean(owner, candidates.collect::<Vec<_>>());
    let finding = out.finding(document.at("owner"), format!("the owner `{owner}` is {what}"));
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("name a role of the register, or add the row to it"),
    };
    let written = document.front.text("owner");
    if let Some((written, role)) = written.zip(spelt_otherwise(owner, roles.names()))
        && let Some(splice) = document.rewriting(written.span, role)
    {
        finding.fix(format!("write `{role}`"), vec![splice]);
    }
}

/// Returns the only role whose name differs in capitals and separators alone.
fn spelt_otherwise<'r>(owner: &str, roles: impl Iterator<Item = &'r str>) -> Option<&'r str> {
    let plain = |name: &str| name.to_lowercase().replace([' ', '_'], "-");
    let alike: BTreeSet<&str> = roles.filter(|role| plain(role) == plain(owner)).collect();
    alike.first().copied().filter(|_| alike.len() == 1)
}

/// Returns the day on which a person takes over a vacant role, if somebody does.
fn next_holder(roles: &Roles, role: &str, day: Date) -> Option<Date> {
    let people = roles.of_role(role).filter(|it| !it.is_bot && it.names_somebody());
    people.filter_map(|it| it.from).filter(|from| *from > day).min()
}

/// Finds the row of a vacant role that ended last, else the one that begins next.
fn last_or_next(roles: &Roles, role: &str, day: Date) -> Option<(crate::finding::Place, String)> {
    let people = || roles.of_role(role).filter(|entry| !entry.is_bot);
    let ended = people().filter(|entry| entry.to.is_some_and(|to| to < day));
    if let Some(last) = ended.max_by_key(|entry| entry.to) {
        let to = last.to?;
        return Some((last.place.clone(), format!("held by {} until {to}", last.person)));
    }
    let next = people().filter(|entry| entry.from.is_some_and(|from| from > day));
    let next = next.min_by_key(|entry| entry.from)?;
    Some((next.place.clone(), format!("held by {} from {}", next.person, next.from?)))
}
