use crate::document::Document;
use crate::finding::Findings;
use crate::rules::sooner;
use crate::sms::in_force::InForce;
use crate::sms::{Sms, State};
use std::collections::BTreeSet;

rule!(SC001, "scope-incomplete", Error, "4.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_scope = |document: &&Document| {
        document.front.text("type").is_some_and(|kind| kind.value == "statement")
            && sms.state(document) != State::Withdrawn
    };
    for scope in sms.maintained().filter(is_scope) {
        let before = sms.in_force_before_next(scope);
        let mut told = BTreeSet::new();
        for found in std::iter::once(InForce::of_file(scope)).chain(before) {
            hold(&found, &mut told, out);
        }
        let (organization, services) = named(sms.worked_by(scope));
        if let (Some(organization), 1..) = (organization, services) {
            let services =
                if services == 1 { "1 service".into() } else { format!("{services} services") };
            out.evidence(scope.at("id"), format!("the scope names {organization} and {services}"));
        }
    }
}

/// Returns whose services a scope statement is about, and how many of them it names.
fn named(scope: &Document) -> (Option<&str>, usize) {
    let organization = scope.front.text("organization").map(|found| found.value);
    let services = scope.front.list("services").len() + scope.front.rows("services").count();
    (organization, services)
}

/// Reports what a text does not name, unless it was told of another text of the document.
fn hold(found: &InForce<'_>, told: &mut BTreeSet<&'static str>, out: &mut Findings) {
    let (organization, services) = named(found.text);
    for (key, is_missing, help) in [
        (
            "organization",
            organization.is_none(),
            "name the organization whose services are managed: `organization: ...`",
        ),
        (
            "services",
            services == 0,
            "list the services in scope by their ids: `services: [SVC-01]`",
        ),
    ] {
        if !is_missing || !told.insert(key) {
            continue;
        }
        let words = |beside: &str| format!("the scope statement{beside} names no `{key}`");
        let finding = found.finding(out, found.at(key), words);
        finding.help(match (found.version, found.next) {
            (None, _) => help.to_owned(),
            (Some(_), Some(next)) => sooner(next),
            (Some(_), None) => "approve the next version, which names it".to_owned(),
        });
    }
}
