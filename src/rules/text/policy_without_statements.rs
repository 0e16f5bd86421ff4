use crate::finding::Findings;
use crate::sms::Sms;

rule!(ST002, "policy-without-statements", Warning, "7.5.2");

const SECTION: &str = "Policy statements";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.documents.iter().filter(|document| sms.is_handed_in(document)) {
        if sms.type_of(document).is_none_or(|doc_type| doc_type.name != "policy") {
            continue;
        }
        let Some(section) = document.section(SECTION) else { continue };
        match section.ordered_items {
            0 => {
                let message = format!("the section `{SECTION}` has no numbered list");
                out.finding(document.place(section.span), message)
                    .help("write each statement as an item: `1. Every change is recorded.`");
            }
            1 => drop(out.evidence(document.at("id"), "makes 1 numbered statement")),
            count => {
                out.evidence(document.at("id"), format!("makes {count} numbered statements"));
            }
        }
    }
}
