use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::ticket::{Ticket, TicketKind};

rule!(LK001, "major-incident-without-problem", Error, "8.6.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for incident in sms.tickets().iter().filter(|ticket| is_major(ticket)) {
        let record = incident.record;
        let called = incident.called();
        let own = incident.number().map(|number| number.value.trim());
        let mut problems = incident.references(TicketKind::Problem);
        problems.retain(|problem| Some(problem.value.trim()) != own);
        if let Some(problem) = problems.first() {
            let number = crate::source::Printable(problem.value);
            let words = format!("the major incident {called} names the problem {number}");
            out.evidence(record.at("id"), words);
        } else if incident.gives_reason() {
            let words = format!("the major incident {called} says why there is no problem");
            out.evidence(record.at("id"), words);
        } else {
            let place = incident.span().map_or(record.at("kind"), |span| record.place(span));
            out.finding(place, format!("the major incident {called} names no problem"))
                .help("name the problem in `problem_ref`, or give a `reason` why there is none; in a closed record with an entry under `corrections`");
        }
    }
}

/// A review that is still open may not have come to the cause.
fn is_major(ticket: &Ticket<'_>) -> bool {
    let is_said = ticket.text("major").is_some_and(|found| {
        matches!(found.value.to_lowercase().as_str(), "true" | "yes" | "y" | "x" | "1")
    });
    let kind = ticket.record.front.text("kind").map(|kind| kind.value);
    ticket.kind == TicketKind::Incident
        && ticket.record.status() != Some("open")
        && (is_said || ticket.row.is_none() && kind == Some("major-incident-review"))
}
