use crate::finding::Findings;
use crate::sms::Sms;

rule!(SL005, "agreement-term-over", Warning, "8.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for agreement in sms.agreements().filter(|agreement| sms.says_in_force(agreement)) {
        let Some(last) = agreement.front.date("valid_to") else { continue };
        if sms.term_ended(agreement).is_some() {
            let words =
                format!("the term of the agreement ended on {last}, and it was not withdrawn");
            out.finding(agreement.at("valid_to"), words)
                .help("agree on the time after and issue the next version, or withdraw it");
        } else {
            out.evidence(agreement.at("id"), format!("the agreement holds until {last}"));
        }
    }
}
