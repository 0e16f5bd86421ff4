use crate::finding::Findings;
use crate::sms::Sms;

rule!(SL005, "agreement-term-over", Warning, "8.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for agreement in sms.agreements() {
        let beside = sms.in_force_beside(agreement);
        let is_in_force = beside.is_some() || sms.says_in_force(agreement);
        let Some(last) = sms.last_day(agreement).filter(|_| is_in_force) else { continue };
        if sms.term_ended(agreement).is_some() {
            let of_any =
                format!("the term of the agreement ended on {last}, and it was not withdrawn");
            let words = match beside {
                Some(tenure) => format!(
                    "the term of the agreement ended on {last}, and version {} was not withdrawn",
                    tenure.version
                ),
                None => of_any.clone(),
            };
            out.finding(agreement.at("valid_to"), words)
                .known_by(of_any)
                .help("agree on the time after and issue the next version, or withdraw it");
        } else {
            out.evidence(agreement.at("id"), format!("the agreement holds until {last}"));
        }
    }
}
