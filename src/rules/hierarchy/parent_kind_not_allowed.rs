use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(HI002, "parent-kind-not-allowed", Error, "7.5");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in &sms.documents {
        let Some(parent) = sms.parent(document) else { continue };
        let (Some(own), Some(above)) = (sms.type_of(document), sms.type_of(parent)) else {
            continue;
        };
        let id = parent.called();
        if own.parents.contains(&above.name) {
            let statement = format!("stands beneath {id}, a document of type `{}`", above.name);
            out.evidence(document.at("id"), statement);
            continue;
        }
        let (expected, help) = match own.parents.as_slice() {
            // A type of one's own that says nothing of parents may stand anywhere.
            [] if !own.may_stand_alone => continue,
            [] => ("has no parent".to_owned(), "take `parent` out, or correct `type`"),
            parents => {
                let parents = listed(parents.iter().map(|name| format!("`{name}`")), "or");
                let help = "name the document of such a type that it belongs to, or correct `type`";
                (format!("stands beneath one of type {parents}"), help)
            }
        };
        let message = format!(
            "the parent {id} is of type `{}`; a document of type `{}` {expected}",
            above.name, own.name
        );
        out.finding(document.at("parent"), message)
            .other(parent.at("type"), "the type of the parent")
            .help(help);
    }
}
