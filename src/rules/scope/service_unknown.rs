use crate::document::Document;
use crate::document::front::Node;
use crate::finding::Findings;
use crate::sms::{Sms, State};
use crate::source::{Spanned, did_you_mean};
use std::collections::BTreeSet;

rule!(SC002, "service-unknown", Error, "8.2.4");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.registers("services").next().is_none() {
        return;
    }
    let rows = sms.rows("services").filter_map(|(_, row)| Some(row.text("id")?.value));
    let catalogue: BTreeSet<&str> = rows.collect();
    let excluded = excluded(sms);
    for document in &sms.documents {
        // What is over may name a service that is gone.
        let is_past = document.status() == Some("closed")
            || matches!(sms.state(document), State::Withdrawn | State::Superseded);
        if is_past {
            continue;
        }
        let (mut known, mut unknown) = (BTreeSet::new(), false);
        for service in services_of(document) {
            if catalogue.contains(service.value) || excluded.contains(service.value) {
                known.insert(service.value);
                continue;
            }
            unknown = true;
            let message = format!(
                "the service `{}` is neither in the service catalogue nor among the exclusions of the scope",
                service.value
            );
            let finding = out.finding(document.place(service.span), message);
            match did_you_mean(service.value, catalogue.iter().copied()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("add the service to the catalogue, or correct its id"),
            };
            let is_it = |id: &&&str| id.eq_ignore_ascii_case(service.value);
            let alike: Vec<&&str> = catalogue.iter().filter(is_it).collect();
            if let [only] = alike.as_slice()
                && let Some(splice) = document.rewriting(service.span, only)
            {
                finding.fix(format!("write `{only}`"), vec![splice]);
            }
        }
        if !known.is_empty() && !unknown {
            let services = if known.len() == 1 { "service is" } else { "services are" };
            let message = format!("its {} {services} in the catalogue or excluded", known.len());
            out.evidence(document.at("id"), message);
        }
    }
}

/// Returns the words of the scope's exclusions: ids stand among them.
fn excluded(sms: &Sms) -> BTreeSet<&str> {
    let scopes = sms.maintained().filter(|document| {
        document.front.text("type").is_some_and(|kind| kind.value == "statement")
    });
    let rows = scopes.flat_map(|scope| scope.front.rows("exclusions"));
    let texts =
        rows.flat_map(|row| row.value.entries()).filter_map(|entry| entry.value.value.as_text());
    texts.flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '-')).collect()
}

/// Returns the ids of services that a document names, in its own keys and in its rows.
fn services_of(document: &Document) -> Vec<Spanned<&str>> {
    let mut services = document.front.list("services");
    services.extend(document.front.rows("services").filter_map(|row| row.value.text("id")));
    for key in ["entries", "targets", "workload_limits", "exceptions"] {
        for row in document.front.rows(key) {
            services.extend(row.value.text("service"));
            if let Some(named) = row.value.get("services") {
                services.extend(texts(named));
            }
        }
    }
    services
}

fn texts(node: &Spanned<Node>) -> impl Iterator<Item = Spanned<&str>> {
    let items = node.value.items().iter().chain(std::iter::once(node));
    items.filter_map(|item| Some(Spanned::new(item.value.as_text()?, item.span)))
}
