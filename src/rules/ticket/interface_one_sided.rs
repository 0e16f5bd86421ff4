use crate::document::Document;
use crate::document::front::Node;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::in_force::of_version;
use crate::source::{Span, Spanned};

rule!(LK004, "interface-one-sided", Warning, "8.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let in_force = |document| sms.as_in_force(document).filter(|it| is_process(it.text));
    for process in sms.maintained().filter_map(in_force) {
        let Some(id) = process.file.id() else { continue };
        let mut both = 0;
        for (named, span) in interfaces(process.text) {
            let Some(other) = sms.document(named).and_then(in_force) else { continue };
            if other.file.path == process.file.path {
                continue;
            }
            if interfaces(other.text).iter().any(|(back, _)| *back == id.as_str()) {
                both += 1;
                continue;
            }
            let words = |meant: &str| {
                format!(
                    "{id} declares an interface with {named}{meant} and {named} declares none with it"
                )
            };
            let not_declared = match other.version {
                None => "not declared here".to_owned(),
                Some(version) => format!("not declared in {}", of_version(version, other.next)),
            };
            process
                .finding(out, process.place(span), |meant| words(if meant.is_empty() { "," } else { meant }))
                .other(other.at("interfaces"), not_declared)
                .help(format!("agree with the owner of {named} on what passes between the two, and let both name it"));
        }
        if both > 0 {
            let interfaces = if both == 1 { "interface is" } else { "interfaces are" };
            let words = format!("{both} {interfaces} declared on both sides");
            out.evidence(process.file.at("id"), words);
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
