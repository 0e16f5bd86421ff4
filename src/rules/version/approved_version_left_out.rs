use crate::finding::Findings;
use crate::rules::report_one_former;
use crate::sms::Sms;
use crate::sms::former::{Fault, Former};
use crate::sms::versions::in_mass;

rule!(VC012, "approved-version-left-out", Warning, "7.5.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_ours = |former: &&Former| matches!(former.fault, Fault::LeftOut(_));
    let left_out: Vec<&Former> = sms.former().iter().filter(is_ours).collect();
    if left_out.is_empty() && !sms.has_history_of_others() {
        let words = "no merge to the publishing branch left an approved version out";
        out.evidence(sms.source_folder(), words);
    }
    let (known, open): (Vec<_>, Vec<_>) =
        left_out.into_iter().partition(|former| former.known_by.is_some());
    let (masses, single) = in_mass(open, |former| former.commit);
    for mass in masses {
        let names = mass.names(|former| format!("{}@{}", former.id, former.version));
        let count = mass.seen.len();
        let words =
            format!("one merge left out {count} versions that were approved on the line it joined");
        out.finding(sms.source_folder(), words)
            .commit(mass.commit)
            .note(sms.commit_words(mass.commit))
            .note(format!("it left out {names}"))
            .help("merge with both sides kept, or put the publishing branch back to where it was");
    }
    for former in known.into_iter().chain(single) {
        report_one_former(sms, out, former);
    }
}
