use crate::document::{Document, Reference};
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;
use crate::source::RepoPath;
use std::collections::HashSet;

rule!(HI005, "layer-missing", Warning, "7.5");

/// What is approved changes nothing that it says before its next version.
const OF_APPROVED: &str = " (with its next version where it is approved)";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let served = served(sms);
    for document in &sms.documents {
        let place = document.at("id");
        let is_served = served.contains(&document.path);
        match document.front.text("type").map(|kind| kind.value) {
            Some("policy") if !is_in_force(sms, document) => {}
            Some("policy") if is_served => {
                out.evidence(place, "a document beneath this policy puts it to work");
            }
            Some("policy") => {
                let id = document.called();
                let message = "the policy is in force, and no process, plan, procedure or register \
                               beneath it puts it to work";
                let or = if may_be_approved(sms) { OF_APPROVED } else { "" };
                out.finding(place, message).help(format!(
                    "name {id} as the `parent` of what carries it out{or}, or write that document"
                ));
            }
            Some("process") if is_served => {
                out.evidence(place, "a procedure, form or record stands beneath this process");
            }
            Some("process") if is_asked(sms, document) => {
                let message = "the process has neither a procedure nor a form, and names no records \
                               that it produces";
                out.finding(place, message).help(format!(
                    "list the records under `records_produced`{}, or write the procedure beneath it",
                    in_next_version(sms, document)
                ));
            }
            _ => {}
        }
    }
}

/// Tells whether anything that could carry a policy out is approved.
fn may_be_approved(sms: &Sms) -> bool {
    sms.documents.iter().any(|document| {
        let level = sms.type_of(document).filter(|it| it.name != "policy").map(|it| it.level);
        document.status() == Some("approved") && level.is_some_and(|level| (1..=4).contains(&level))
    })
}

/// A version that is in force while the next one is written needs what carries it out.
fn is_in_force(sms: &Sms, policy: &Document) -> bool {
    sms.is_worked_by(policy)
}

/// A process in the making may lack its procedures, unless it is the next version of one in force; one in
/// a small organization is its own.
fn is_asked(sms: &Sms, process: &Document) -> bool {
    let is_handed_in = sms.is_handed_in(process) || sms.in_force_beside(process).is_some();
    is_handed_in && !sms.is_out_of_use(process) && !sms.config.is_small
}

/// Returns the policies and processes that have what they need beneath them, by path.
fn served(sms: &Sms) -> HashSet<&RepoPath> {
    let mut served = HashSet::new();
    let in_use = sms.documents.iter().filter(|document| !sms.is_out_of_use(document));
    // What is in force goes on serving what it names while the next version names something else.
    let texts = in_use.flat_map(|file| {
        let beside = sms.in_force_before_next(file);
        std::iter::once((file, file)).chain(beside.map(|found| (file, found.text)))
    });
    for (file, text) in texts {
        let Some(doc_type) = sms.type_of(text) else { continue };
        if doc_type.name == "process" && !text.front.list("records_produced").is_empty() {
            served.insert(&file.path);
        }
        if (3..=5).contains(&doc_type.level) {
            let named = sms.above(text).filter(|named| named.key != "procedure");
            let above = named.filter_map(|named| named.document);
            served.extend(above.filter(|above| is(above, "process")).map(|above| &above.path));
        }
        if (1..=4).contains(&doc_type.level) && doc_type.name != "policy" {
            // A policy is also put to work by what stands beneath the policies beneath it.
            let mut above = sms.parent(text).filter(|above| is(above, "policy"));
            while let Some(policy) = above.filter(|policy| served.insert(&policy.path)) {
                above = sms.parent(policy).filter(|above| is(above, "policy"));
            }
        }
    }
    // What cannot be read any more is there all the same, and told of elsewhere.
    for claims in sms.claims_of_lost() {
        let level = claims.kind.as_deref().and_then(|it| Some(sms.config.doc_type(it)?.level));
        let above = claims.parent.iter().chain(&claims.process);
        let above = above.filter_map(|written| sms.document(Reference::parse(written).id.as_str()));
        served.extend(above.filter(|_| level.is_some()).map(|above| &above.path));
    }
    served
}

fn is(document: &Document, kind: &str) -> bool {
    document.front.text("type").is_some_and(|written| written.value == kind)
}
