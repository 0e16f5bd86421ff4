use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::ticket::{Ticket, TicketKind};
use crate::source::{Printable, listed};

rule!(LK002, "problem-without-change", Warning, "8.6.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for problem in sms.tickets().iter().filter(|ticket| is_closed_problem(ticket)) {
        let record = problem.record;
        let called = problem.called();
        let changes = problem.references(TicketKind::Change);
        if !changes.is_empty() {
            let numbers = listed(changes.iter().map(|change| Printable(change.value)), "and");
            let words = format!("the closed problem {called} names the change {numbers}");
            out.evidence(record.at("id"), words);
        } else if problem.gives_reason() {
            let words = format!("the closed problem {called} says why nothing was changed");
            out.evidence(record.at("id"), words);
        } else {
            let place = problem.span().map_or(record.at("status"), |span| record.place(span));
            out.finding(place, format!("the problem {called} is closed and names no change"))
                .help("name the changes that removed the cause in `change_refs`, or give a `reason` why nothing was changed");
        }
    }
}

fn is_closed_problem(ticket: &Ticket<'_>) -> bool {
    ticket.kind == TicketKind::Problem
        && match ticket.row {
            Some(_) => ticket.text("closed").is_some_and(|closed| closed.value != "false"),
            None => ticket.record.status() == Some("closed"),
        }
}
