use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(FM007, "clause-not-applicable", Error, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let mut allowed = Vec::new();
        let mut forbidden = 0;
        for mark in sms.not_applicable(document) {
            // An unknown number is another rule's matter.
            let Ok((pack, clause)) = sms.frameworks.resolve(&mark.number.value) else { continue };
            if pack.may_be_excluded(&clause.number) {
                allowed.push(mark.number.value);
                continue;
            }
            forbidden += 1;
            let message = format!(
                "clause {} is marked as not applicable, but {} lets nobody leave it out",
                clause.number,
                pack.edition_name()
            );
            out.finding(document.place(mark.number.span), message)
                .help("take the mark out, and name the clause where its requirement is met");
        }
        let is_scope = document.front.text("type").is_some_and(|kind| kind.value == "statement");
        if !allowed.is_empty() {
            let statement = format!("may leave out {}", listed(allowed, "and"));
            out.evidence(document.at("not_applicable"), statement);
        } else if is_scope && forbidden == 0 && document.is_read_to_its_end() {
            out.evidence(document.at("exclusions"), "the scope leaves no clause out");
        }
    }
}
