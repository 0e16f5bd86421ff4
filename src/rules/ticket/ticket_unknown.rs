use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::naming::Suggestions;
use crate::sms::ticket::{Numbers, TicketKind};
use crate::source::Printable;

rule!(LK003, "ticket-unknown", Error, "8.5.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let tickets = sms.tickets();
    let numbers = Numbers::of(&tickets);
    let mut suggestions = Suggestions::default();
    for of_record in tickets.chunk_by(|a, b| a.record.path == b.record.path) {
        let mut known = 0;
        for (ticket, kind) in of_record.iter().flat_map(|it| TicketKind::ALL.map(|kind| (it, kind)))
        {
            for reference in ticket.references(kind) {
                let is_record = reference.value.starts_with("REC-");
                if numbers.knows(kind, reference.value) || is_record && sms.knows(reference.value) {
                    known += 1;
                } else if is_record || numbers.would_know(kind, reference.value) {
                    let (from, word) = (ticket.called(), kind.word());
                    let finding = out.finding(
                        ticket.record.place(reference.span),
                        format!(
                            "{from} refers to the {word} {}, which no record tells of",
                            Printable(reference.value)
                        ),
                    );
                    match suggestions.nearest(reference.value, numbers.known(kind)) {
                        Some(near) => finding.help(format!("did you mean `{}`?", Printable(near))),
                        None => finding.help("correct the number, or bring in the record"),
                    };
                }
            }
        }
        if let Some(first) = of_record.first().filter(|_| known > 0) {
            let words = match known {
                1 => "its reference to a ticket leads to a record that tells of it".to_owned(),
                known => {
                    format!("its {known} references to tickets lead to records that tell of them")
                }
            };
            out.evidence(first.record.at("id"), words);
        }
    }
}
