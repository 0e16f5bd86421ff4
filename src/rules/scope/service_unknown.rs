use crate::document::Document;
use crate::document::front::Node;
use crate::finding::{Finding, Findings};
use crate::sms::in_force::InForce;
use crate::sms::{Sms, State};
use crate::source::{Spanned, did_you_mean};
use std::collections::BTreeSet;

rule!(SC002, "service-unknown", Error, "8.2.4");

/// The services that there are.
struct Services<'s> {
    /// Those of the catalogue.
    catalogue: BTreeSet<&'s str>,
    /// The words of the exclusions of the scope.
    excluded: BTreeSet<&'s str>,
}

impl Services<'_> {
    fn have(&self, id: &str) -> bool {
        self.catalogue.contains(id) || self.excluded.contains(id)
    }
}

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    if sms.registers("services").next().is_none() {
        return;
    }
    let in_force = services(sms, |file| sms.worked_by(file));
    let prepared = services(sms, |file| file);
    for document in &sms.documents {
        // What is over may name a service that is gone.
        let is_past = document.status() == Some("closed")
            || matches!(sms.state(document), State::Withdrawn | State::Superseded);
        if is_past {
            continue;
        }
        // What is being prepared may name a service that is prepared with it.
        let is_prepared = !sms.says_in_force(document);
        let is_there = |id: &str| in_force.have(id) || is_prepared && prepared.have(id);
        let (mut known, mut unknown) = (BTreeSet::new(), BTreeSet::new());
        let of_file = InForce::of_file(document);
        for service in services_of(document) {
            if is_there(service.value) {
                known.insert(service.value);
                continue;
            }
            unknown.insert(service.value);
            let finding = report(&of_file, &service, (&in_force, &prepared), out);
            let is_it = |id: &&&str| id.eq_ignore_ascii_case(service.value);
            let alike: Vec<&&str> = in_force.catalogue.iter().filter(is_it).collect();
            if let [only] = alike.as_slice()
                && let Some(splice) = document.rewriting(service.span, only)
            {
                finding.fix(format!("write `{only}`"), vec![splice]);
            }
        }
        if !known.is_empty() && unknown.is_empty() {
            let services = if known.len() == 1 { "service is" } else { "services are" };
            let message = format!("its {} {services} in the catalogue or excluded", known.len());
            out.evidence(document.at("id"), message);
        }
        let beside = sms.in_force_before_next(document);
        for (found, service) in
            beside.iter().flat_map(|it| services_of(it.text).into_iter().map(move |one| (it, one)))
        {
            if !in_force.have(service.value) && unknown.insert(service.value) {
                report(found, &service, (&in_force, &prepared), out);
            }
        }
    }
}

/// Reports a service that is not there, of a catalogue in force and of what is being prepared.
fn report<'f>(
    found: &InForce<'_>,
    service: &Spanned<&str>,
    (in_force, prepared): (&Services<'_>, &Services<'_>),
    out: &'f mut Findings,
) -> &'f mut Finding {
    let words = |beside: &str| {
        format!(
            "the service `{}`{beside} is neither in the service catalogue nor among the exclusions of the scope",
            service.value
        )
    };
    let finding = found.finding(out, found.place(service.span), words);
    match did_you_mean(service.value, in_force.catalogue.iter().copied()) {
        _ if prepared.have(service.value) => {
            finding.help("approve the next version of the catalogue or the scope, which names it")
        }
        _ if found.version.is_some() => {
            finding.help("add the service to the catalogue, or approve the next version")
        }
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("add the service to the catalogue, or correct its id"),
    };
    finding
}

/// Returns the services that there are, of each document by one of its texts.
fn services<'s>(sms: &'s Sms, text_of: impl Fn(&'s Document) -> &'s Document) -> Services<'s> {
    let rows = sms.registers("services").flat_map(|file| text_of(file).front.rows("entries"));
    let catalogue = rows.filter_map(|row| Some(row.value.text("id")?.value)).collect();
    Services { catalogue, excluded: excluded(sms, text_of) }
}

/// Returns the words of the scope's exclusions: ids stand among them.
fn excluded<'s>(sms: &'s Sms, text_of: impl Fn(&'s Document) -> &'s Document) -> BTreeSet<&'s str> {
    let scopes = sms.maintained().filter(|document| {
        document.front.text("type").is_some_and(|kind| kind.value == "statement")
    });
    let rows = scopes.flat_map(|scope| text_of(scope).front.rows("exclusions"));
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
