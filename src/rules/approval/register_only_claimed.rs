use crate::document::DocId;
use crate::finding::{Findings, Place};
use crate::sms::Sms;
use crate::source::{counted, listed};
use std::collections::BTreeMap;

rule!(AP014, "register-only-claimed", Warning, "5.3");

/// How many of the documents are named whose approvals rest on a row.
const NAMED: usize = 6;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let place = |register: &DocId| -> Option<Place> {
        Some(sms.document(register.as_str())?.at("approval"))
    };
    let resting = sms.resting_on_rows();
    for (row, documents) in resting.claimed {
        let Some(place) = place(&row.register) else { continue };
        let mut named: Vec<String> =
            documents.iter().take(NAMED).map(|id| format!("`{id}`")).collect();
        if documents.len() > NAMED {
            named.push(format!("{} more", documents.len() - NAMED));
        }
        let documents = listed(named, "and");
        out.finding(
            place,
            format!(
                "{} says that {} holds `{}`, and no act of an approver shows that this row was approved; the approval of {documents} rests on it",
                row.register, row.person, row.role
            ),
        )
        .help("let somebody who may approve the register approve its next version by a commit or merge of their own, and ask for that with `minimum = { register = 2 }` in book.toml");
    }
    let mut shown: BTreeMap<DocId, usize> = BTreeMap::new();
    for row in resting.shown.into_keys() {
        *shown.entry(row.register).or_default() += 1;
    }
    for (register, rows) in shown {
        if let Some(place) = place(&register) {
            let rows = counted(rows, "row");
            out.evidence(place, format!("approved by an act: {rows} that approvals rest on"));
        }
    }
}
