use crate::finding::Findings;
use crate::rules::numbered::Numbered;
use crate::sms::Sms;

rule!(ST003, "procedure-without-steps", Warning, "7.5.2");

const STEPS: Numbered = Numbered {
    types: &["procedure", "work-instruction"],
    section: "Steps",
    evidence: ["has", "numbered step"],
    help: "write each step as an item: `1. Open a change record.`",
};

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    STEPS.check(sms, out);
}
