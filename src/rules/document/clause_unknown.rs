use crate::document::Document;
use crate::finding::{Finding, Findings};
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
                if let Some(all) = listed_in_one(sms, clause.value) {
                    let count = all.len();
                    let words =
                        format!("`{}` is one value and names {count} clauses", clause.value);
                    out.finding(document.place(clause.span), words)
                        .help(format!("write them as a list: `[{}]`", all.join(", ")));
                    continue;
                }
                let finding = report(document, clause.span, &unknown, out);
                if let Some(meant) = spelt_otherwise(sms, clause.value)
                    && let Some(splice) = document.rewriting(clause.span, &meant)
                {
                    finding.fix(format!("write `{meant}`"), vec![splice]);
                }
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

/// Returns the clauses of a value that names several, where a list was meant.
fn listed_in_one<'w>(sms: &Sms, written: &'w str) -> Option<Vec<&'w str>> {
    let all: Vec<&str> = written.split([',', ';']).map(str::trim).collect();
    let are_clauses = all.iter().all(|one| sms.frameworks.resolve(one).is_ok());
    (all.len() > 1 && are_clauses).then_some(all)
}

/// Returns the number of a clause that is written with a word or a sign around it, or with capitals
/// of its own: `Clause 8.1`, `8.1.`, `ISO27001:a.8.32`.
fn spelt_otherwise(sms: &Sms, written: &str) -> Option<String> {
    let text = written.trim();
    let bare = ["clause ", "Clause ", "§"].iter().find_map(|word| text.strip_prefix(word));
    let bare = bare.unwrap_or(text).trim().trim_end_matches('.');
    let cased = bare.split_once(':').map(|(framework, number)| {
        format!("{}:{}", framework.to_lowercase(), number.trim().to_uppercase())
    });
    let readings = std::iter::once(bare.to_owned()).chain(cased);
    readings.into_iter().find(|it| it != written && sms.frameworks.resolve(it).is_ok())
}

fn report<'f>(
    document: &Document,
    span: Span,
    unknown: &UnknownClause,
    out: &'f mut Findings,
) -> &'f mut Finding {
    let help = match &unknown.reason {
        Reason::FrameworkNotChosen { .. } => {
            "add the framework to `frameworks` in book.toml, or take the clause out"
        }
        Reason::HoldsNoRequirement => "name the clause whose requirement this document meets",
        Reason::NotInPack => "correct the number, or add the clause to the pack",
        Reason::NotInFramework => "write the number as the framework does",
    };
    out.finding(document.place(span), unknown.to_string()).help(help)
}
