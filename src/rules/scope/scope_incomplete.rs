use crate::document::Document;
use crate::finding::Findings;
use crate::sms::{Sms, State};

rule!(SC001, "scope-incomplete", Error, "4.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_scope = |document: &&Document| {
        document.front.text("type").is_some_and(|kind| kind.value == "statement")
            && sms.state(document) != State::Withdrawn
    };
    for scope in sms.maintained().filter(is_scope) {
        let organization = scope.front.text("organization").map(|found| found.value);
        let services = scope.front.list("services").len() + scope.front.rows("services").count();
        if organization.is_none() {
            out.finding(scope.at("organization"), "the scope statement names no `organization`")
                .help("name the organization whose services are managed: `organization: ...`");
        }
        if services == 0 {
            out.finding(scope.at("services"), "the scope statement names no `services`")
                .help("list the services in scope by their ids: `services: [SVC-01]`");
        }
        if let (Some(organization), 1..) = (organization, services) {
            let services =
                if services == 1 { "1 service".into() } else { format!("{services} services") };
            out.evidence(scope.at("id"), format!("the scope names {organization} and {services}"));
        }
    }
}
