use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::roles::Owner;
use crate::source::listed;
use std::collections::BTreeSet;

rule!(OW002, "owner-has-left", Warning, "5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let day = sms.as_of;
    for (document, owner) in sms.owned() {
        let Owner::Person(rows) = sms.roles_for(document, owner).owner(owner, day) else {
            continue;
        };
        let held: BTreeSet<&str> =
            rows.iter().filter(|row| row.holds_on(day)).map(|row| row.role.as_str()).collect();
        if !held.is_empty() {
            let held = listed(held.iter().map(|role| format!("`{role}`")), "and");
            out.evidence(document.at("id"), format!("its owner {owner} holds {held} on {day}"));
            continue;
        }
        let has_left = rows.iter().all(|row| row.to.is_some_and(|to| to < day));
        let last = rows.iter().filter(|_| has_left).max_by_key(|row| row.to);
        let Some((last, to)) = last.and_then(|last| Some((last, last.to?))) else { continue };
        out.finding(
            document.at("owner"),
            format!("the owner {owner} has left: the last role ended on {to}"),
        )
        .other(last.place.clone(), format!("`{}` until {to}", last.role))
        .help("name the role that answers for the document now; roles outlast people");
    }
}
