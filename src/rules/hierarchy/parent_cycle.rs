use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;

rule!(HI003, "parent-cycle", Error, "7.5");

/// How many documents of a circle are named, and shown.
const NAMED: usize = 6;

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let hierarchy = sms.hierarchy();
    for circle in hierarchy.circles {
        let (message, help) = match circle.as_slice() {
            [only] => (
                format!("{} names itself as its parent", only.called()),
                "name the document above it, or take `parent` out if it stands at the top",
            ),
            _ => (
                format!("the parents form a circle: {}", chain(&circle)),
                "let one of them name a parent that stands above all of them",
            ),
        };
        let finding = out.finding(circle[0].at("parent"), message);
        finding.help(help);
        for document in circle.iter().take(NAMED).skip(1) {
            finding.other(document.at("parent"), format!("the parent of {}", document.called()));
        }
    }
    for (top, beneath) in hierarchy.tops {
        let stand = if beneath == 1 { "document stands" } else { "documents stand" };
        out.evidence(top.at("id"), format!("{beneath} {stand} beneath it, with no circle"));
    }
}

/// Names the documents of a circle, from parent to parent and back to the first.
fn chain(circle: &[&Document]) -> String {
    let mut names: Vec<String> = circle.iter().take(NAMED).map(|each| each.called()).collect();
    if circle.len() > NAMED {
        names.push(format!("{} more", circle.len() - NAMED));
    }
    names.push(circle[0].called());
    names.join(" -> ")
}
