use crate::document::Document;
use crate::finding::Findings;
use crate::rules::in_next_version;
use crate::sms::Sms;

rule!(LN006, "link-left-as-text", Warning, "7.5.3", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    for span in &document.body.unread_links {
        let written = document.text.get(span.start..span.end).unwrap_or_default();
        let (message, help) = match written {
            _ if written.starts_with("[^") => (
                "this is no footnote: nothing stands for its mark, so that it is shown as text",
                "add the footnote on a line of its own, the mark with a colon and its text, or take the mark out",
            ),
            _ if written.starts_with('<') => {
                ("this is no link: HTML is shown as text", "write the link as `[words](address)`")
            }
            _ if written.ends_with(']') => (
                "this is no link: nothing stands for the name in its second brackets, so that it is shown as text",
                "add a line with that name in brackets, a colon and the address, or write the address in round brackets in place of the name",
            ),
            _ => (
                "this is no link: an address with a blank in it is shown as text",
                "write `<` before the address and `>` after it, or `%20` in the place of each blank",
            ),
        };
        let help = format!("{help}{}", in_next_version(sms, document));
        out.finding(document.place(*span), message).help(help);
    }
    if document.body.unread_links.is_empty() && !document.body.links.is_empty() {
        out.evidence(document.at("id"), "nothing that was meant for a link is left as text");
    }
}
