use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::target::OutsideTerm;

rule!(SL005, "agreement-outside-term", Warning, "8.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for agreement in sms.agreements() {
        let beside = sms.in_force_beside(agreement);
        if beside.is_none() && !sms.says_in_force(agreement) {
            continue;
        }
        let what = beside.map_or("it".to_owned(), |tenure| format!("version {}", tenure.version));
        match sms.outside_term(agreement) {
            Some(outside @ OutsideTerm::Ended(_)) => {
                let words = |what: &str| {
                    format!("the term of the agreement {outside}, and {what} was not withdrawn")
                };
                out.finding(agreement.at("valid_to"), words(&what))
                    .known_by(words("it"))
                    .help("agree on the time after and issue the next version, or withdraw it");
            }
            Some(outside @ OutsideTerm::Begins(first)) => {
                let words = |what: &str| {
                    format!("the term of the agreement {outside}, and {what} is in force already")
                };
                out.finding(agreement.at("valid_from"), words(&what)).known_by(words("it")).help(
                    format!("name {first} as `effective_from` before it is approved, so that what was agreed before holds until then"),
                );
            }
            None => {
                if let [_, Some(last)] = sms.term(agreement) {
                    out.evidence(agreement.at("id"), format!("the agreement holds until {last}"));
                }
            }
        }
    }
}
