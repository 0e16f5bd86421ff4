use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;
use std::collections::BTreeSet;

rule!(AP009, "history-of-others", Warning, "7.5.2");

/// How many addresses are named.
const NAMED: usize = 3;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let roles = sms.roles();
    let register = sms.registers("roles").find(|it| sms.status(it) != Some("withdrawn"));
    let Some(register) = register.filter(|_| roles.has_register) else { return };
    if !sms.has_history_of_others() {
        out.evidence(register.at("id"), "people of the register are at work in the history");
        return;
    }
    let claims = sms.claimed_approvals().iter().filter(|it| !it.grades.is_empty()).count();
    // As long as nothing was done to what was brought in, there is nothing to hold against anybody.
    let is_worked_on = sms.history.lives.values().any(|life| life.len() > 1);
    let so = match claims {
        0 if !is_worked_on => return,
        0 => "what is changed in closed records or deleted here is held against nobody".to_owned(),
        1 => "the approval of 1 document can only be taken as claimed".to_owned(),
        claims => format!("the approvals of {claims} documents can only be taken as claimed"),
    };
    let authors = sms.history.commits.iter().map(|it| it.author.person.email.as_str());
    let authors: BTreeSet<&str> = authors.filter(|it| !it.is_empty()).collect();
    let mut named: Vec<String> = authors.iter().take(NAMED).map(|it| format!("`{it}`")).collect();
    if authors.len() > NAMED {
        named.push(format!("{} more", authors.len() - NAMED));
    }
    let first = match named.is_empty() {
        true => "let whoever commits tell Git their address (`git config user.email`)".to_owned(),
        false => format!(
            "the commits are by {}: where that is somebody of the register, add the address to their row",
            listed(named, "and")
        ),
    };
    out.finding(
        register.at("entries"),
        format!("nobody of the role register has a commit in this history, so {so}"),
    )
    .help(format!(
        "{first}; otherwise keep the history the documents came with, or let the approvers approve again here"
    ));
}
