use crate::document::Document;
use crate::document::front::Node;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::{Span, Spanned};

rule!(LK004, "interface-one-sided", Warning, "8.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |document: &&Document| is_process(document) && sms.says_in_force(document);
    for document in sms.maintained().filter(is_asked) {
        let Some(id) = document.id() else { continue };
        let mut both = 0;
        for (named, span) in interfaces(document) {
            let Some(other) = sms.document(named).filter(is_asked) else { continue };
            if other.path == document.path {
                continue;
            }
            if interfaces(other).iter().any(|(back, _)| *back == id.as_str()) {
                both += 1;
                continue;
            }
            out.finding(
                document.place(span),
                format!("{id} declares an interface with {named}, and {named} declares none with it"),
            )
            .other(other.at("interfaces"), "not declared here")
            .help(format!("agree with the owner of {named} on what passes between the two, and let both name it"));
        }
        if both > 0 {
            let interfaces = if both == 1 { "interface is" } else { "interfaces are" };
            out.evidence(document.at("id"), format!("{both} {interfaces} declared on both sides"));
        }
    }
}

fn is_process(document: &Document) -> bool {
    document.front.text("type").is_some_and(|kind| kind.value == "process")
}

/// Returns the words of `interfaces` that may be ids, each with its place.
fn interfaces(document: &Document) -> Vec<(&str, Span)> {
    let mut words = Vec::new();
    if let Some(found) = document.front.get("interfaces") {
        collect(found, &mut words);
    }
    words
}

fn collect<'d>(node: &'d Spanned<Node>, out: &mut Vec<(&'d str, Span)>) {
    match &node.value {
        Node::Scalar { .. } => out.extend(node.value.as_text().map(|text| (text, node.span))),
        Node::List(items) => items.iter().for_each(|item| collect(item, out)),
        Node::Map(entries) => {
            for entry in entries {
                out.push((entry.key.value.as_str(), entry.key.span));
                collect(&entry.value, out);
            }
        }
    }
}
