use crate::finding::Findings;
use crate::sms::Sms;

rule!(ST003, "procedure-without-steps", Warning, "7.5.2");

const SECTION: &str = "Steps";
const TYPES: [&str; 2] = ["procedure", "work-instruction"];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for document in sms.documents.iter().filter(|document| sms.is_handed_in(document)) {
        if sms.type_of(document).is_none_or(|doc_type| !TYPES.contains(&doc_type.name.as_str())) {
            continue;
        }
        let Some(section) = document.section(SECTION) else { continue };
        match section.ordered_items {
            0 => {
                let message = format!("the section `{SECTION}` has no numbered list");
                out.finding(document.place(section.span), message)
                    .help("write each step as an item: `1. Open a change record.`");
            }
            1 => drop(out.evidence(document.at("id"), "has 1 numbered step")),
            count => {
                out.evidence(document.at("id"), format!("has {count} numbered steps"));
            }
        }
    }
}
