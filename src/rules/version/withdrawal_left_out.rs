use crate::finding::Findings;
use crate::rules::report_one_former;
use crate::sms::Sms;
use crate::sms::former::Fault;

rule!(VC013, "withdrawal-left-out", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let mut is_clean = !sms.has_history_of_others();
    for former in sms.former().iter().filter(|it| matches!(it.fault, Fault::EndLeftOut(..))) {
        is_clean = false;
        report_one_former(sms, out, former);
    }
    if is_clean {
        let words =
            "no merge to the publishing branch kept what was withdrawn on the line it joined";
        out.evidence(sms.source_folder(), words);
    }
}
