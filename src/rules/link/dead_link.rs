use crate::document::Document;
use crate::document::markdown::Target;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::reference::Resolution;

rule!(LN001, "dead-link", Error, "7.5.3", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let mut led = 0;
    for link in &document.body.links {
        let Target::Path { path, .. } = &link.target else { continue };
        let place = document.place(link.span);
        match sms.resolve(document, &link.target) {
            Resolution::Missing { path: missing, suggestion } => {
                let finding = out
                    .finding(place, format!("the link leads to `{missing}`, which does not exist"));
                match suggestion {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("correct the path, or take the link out"),
                };
            }
            Resolution::Outside => {
                out.finding(place, format!("the link `{path}` leads out of the repository"))
                    .help("bring the target into the repository, or cite it by its web address");
            }
            Resolution::NotShown { path: hidden, why } => {
                out.finding(place, format!("the link leads to `{hidden}`, {why}"))
                    .help("link to a file that the repository holds under version control");
            }
            _ => led += 1,
        }
    }
    if led > 0 {
        let links = if led == 1 { "link leads" } else { "links lead" };
        out.evidence(document.at("id"), format!("{led} {links} to files of the repository"));
    }
}
