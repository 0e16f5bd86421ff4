use crate::finding::Findings;
use crate::rules::numbered::Numbered;
use crate::sms::Sms;

rule!(ST002, "policy-without-statements", Warning, "7.5.2");

const STATEMENTS: Numbered = Numbered {
    types: &["policy"],
    section: "Policy statements",
    evidence: ["makes", "numbered statement"],
    help: "write each statement as an item: `1. Every change is recorded.`",
};

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    STATEMENTS.check(sms, out);
}
