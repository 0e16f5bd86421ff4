use crate::document::Document;
use crate::document::markdown::Target;
use crate::finding::Findings;
use crate::sms::Sms;

rule!(LN005, "address-refused", Error, "7.5.3", by_document);

/// How much of an address is shown.
const SHOWN: usize = 60;

pub(crate) fn check_document(_: &Sms, document: &Document, out: &mut Findings) {
    let mut refused = 0;
    for link in &document.body.links {
        let Target::Refused { url, why } = &link.target else { continue };
        refused += 1;
        let what = if link.is_image { "image" } else { "link" };
        let message = match url.trim() {
            "" => format!("the {what} has no address"),
            url => format!("the address `{}` of the {what} {why}", shortened(url)),
        };
        out.finding(document.place(link.span), message)
            .help("give the path from this file's folder, the id as `[[ID]]`, or an https address");
    }
    let links = document.body.links.len();
    if refused == 0 && links > 0 {
        let have = if links == 1 { "link has an address" } else { "links have addresses" };
        out.evidence(document.at("id"), format!("{links} {have} of a kind that is followed"));
    }
}

fn shortened(url: &str) -> String {
    let mut shown: String = url.chars().take(SHOWN).collect();
    if shown.len() < url.len() {
        shown.push('…');
    }
    shown
}
