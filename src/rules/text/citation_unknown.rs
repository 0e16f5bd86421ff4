use crate::finding::Findings;
use crate::framework::{Reason, UnknownClause};
use crate::sms::Sms;

rule!(CT002, "citation-unknown", Error, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (document, citations) in sms.citations() {
        let mut known = 0;
        for cited in citations {
            match sms.frameworks.resolve_citation(&cited.citation) {
                Ok(_) => known += 1,
                // A pack that lists only a part cannot say what the framework does not have.
                Err(UnknownClause { reason: Reason::NotInPack, .. }) => {}
                Err(unknown) => {
                    let message = UnknownClause { suggestion: None, ..unknown.clone() };
                    let finding = out.finding(document.place(cited.number), message.to_string());
                    match unknown.suggestion {
                        Some(near) => finding.help(format!("did you mean {near}?")),
                        None => finding.help("correct the number, or name the framework it is of"),
                    };
                }
            }
        }
        if known > 0 {
            let cites =
                if known == 1 { "citation names a clause" } else { "citations name clauses" };
            let there = if known == 1 { "that exists" } else { "that exist" };
            out.evidence(document.at("id"), format!("{known} {cites} {there}"));
        }
    }
}
