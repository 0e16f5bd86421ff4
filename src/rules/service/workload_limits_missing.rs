use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::listed;

rule!(SL002, "workload-limits-missing", Warning, "8.3.3");

const ASKED: [(&str, &str); 2] =
    [("workload_limits", "Workload limits"), ("exceptions", "Exceptions")];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |document: &&Document| {
        sms.is_handed_in(document)
            && document.is_read_to_its_end()
            && document.body.too_deep.is_none()
            && !sms.is_with_supplier(document)
            && !sms.is_over(document)
    };
    for agreement in sms.agreements().filter(is_asked) {
        let is_missing = |(key, section): &&(&str, &str)| !says(agreement, key, section);
        let missing: Vec<_> = ASKED.iter().filter(is_missing).collect();
        if missing.is_empty() {
            out.evidence(agreement.at("id"), "it says its workload limits and exceptions");
            continue;
        }
        let what = listed(missing.iter().map(|(_, section)| section.to_lowercase()), "and");
        let keys = listed(missing.iter().map(|(key, _)| format!("`{key}`")), "and");
        out.finding(agreement.at("targets"), format!("the agreement says nothing of {what}"))
            .help(format!("add {keys}; if there are none, say so"));
    }
}

/// Tells whether the front matter or a section says it.
fn says(agreement: &Document, key: &str, section: &str) -> bool {
    let in_front = agreement.front.get(key).is_some_and(|found| !found.value.is_empty());
    in_front || agreement.section(section).is_some_and(|found| !found.is_empty_section)
}
