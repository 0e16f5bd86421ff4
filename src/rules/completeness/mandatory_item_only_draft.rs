use crate::document::Document;
use crate::finding::Findings;
use crate::framework::Keeping;
use crate::sms::Sms;
use crate::sms::mandatory::Found;
use crate::sms::target::OutsideTerm;

rule!(MD002, "mandatory-item-only-draft", Completeness, "7.5.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for found in sms.mandatory() {
        let documents: Vec<&Document> =
            found.documents.iter().copied().filter(|document| !sms.is_record(document)).collect();
        let Some((first, others)) = documents.split_first() else { continue };
        if found.item.keeping != Keeping::Maintain {
            continue;
        }
        report_waiting(out, &found);
        let name = found.item.name();
        let item = found.item;
        let is_in_force = |it: &Document| sms.is_in_force_as(item, it);
        let holds = |it: &&Document| sms.state(it).is_in_force() && is_in_force(it);
        if let Some(first) = documents.iter().copied().find(holds) {
            out.evidence(first.at("id"), format!("is in force: {name}"));
            continue;
        }
        let beside = |document: &&Document| {
            let tenure = sms.in_force_beside(document)?;
            is_in_force(document).then_some(&tenure.version)
        };
        if let Some((document, version)) =
            documents.iter().find_map(|document| Some((document, beside(document)?)))
        {
            let words = format!("is in force as version {version}: {name}");
            out.evidence(document.at("id"), words);
            continue;
        }
        let word = |document: &Document| match sms.outside_term(document) {
            Some(OutsideTerm::Ended(last)) => format!("over since {last}"),
            Some(OutsideTerm::Begins(first)) => format!("to begin on {first}"),
            None if sms.status(document) == Some("approved") && !sms.is_approved(document) => {
                "said to be approved, which is not verified".to_owned()
            }
            None => sms.state(document).word().to_owned(),
        };
        let (id, state) = (first.id().map(|id| id.to_string()), word(first));
        let id = id.unwrap_or_else(|| first.path.to_string());
        let none = if others.is_empty() { "" } else { ", and no other document of it is in force" };
        let finding =
            out.finding(first.at("status"), format!("{name}: {id} is {state}, not in force{none}"));
        for other in others {
            finding.other(other.at("status"), word(other));
        }
        finding.help("bring it through review and approval, so that it is in force");
    }
}

/// Reports the clauses of an item that only drafts serve, where others of it are in force.
fn report_waiting(out: &mut Findings, found: &Found<'_>) {
    let Some((words, (_, first))) = found.waiting().zip(found.waiting_clauses.first()) else {
        return;
    };
    let finding = out.finding(first.at("clauses"), format!("{}: {words}", found.item.name()));
    for (clause, document) in &found.waiting_clauses {
        finding.other(document.at("clauses"), format!("{clause} is named here, not in force"));
    }
    finding.help("bring what names them through review and approval, so that it is in force");
}
