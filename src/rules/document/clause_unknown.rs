use crate::document::Document;
use crate::finding::Findings;
use crate::framework::{Reason, UnknownClause};
use crate::sms::Sms;
use crate::source::{Span, listed};

rule!(FM006, "clause-unknown", Error, "", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let mut known = Vec::new();
    let mut is_whole = true;
    for clause in sms.named_clauses(document) {
        match sms.frameworks.resolve(clause.value) {
            Ok(_) => known.push(clause.value),
            Err(unknown) => {
                is_whole = false;
                report(document, clause.span, &unknown, out);
            }
        }
    }
    for mark in sms.not_applicable(document) {
        if let Err(unknown) = sms.frameworks.resolve(&mark.number.value) {
            report(document, mark.number.span, &unknown, out);
        }
    }
    if is_whole && !known.is_empty() {
        let (clauses, exist) =
            if known.len() == 1 { ("clause", "exists") } else { ("clauses", "exist") };
        let statement = format!("{clauses} {} {exist}", listed(known, "and"));
        out.evidence(document.at("clauses"), statement);
    }
}

fn report(document: &Document, span: Span, unknown: &UnknownClause, out: &mut Findings) {
    let help = match &unknown.reason {
        Reason::FrameworkNotChosen { .. } => {
            "add the framework to `frameworks` in book.toml, or take the clause out"
        }
        Reason::HoldsNoRequirement => "name the clause whose requirement this document meets",
        Reason::NotInPack => "correct the number, or add the clause to the pack",
        Reason::NotInFramework => "write the number as the framework does",
    };
    out.finding(document.place(span), unknown.to_string()).help(help);
}
