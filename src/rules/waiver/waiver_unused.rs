use crate::config::RuleLevel;
use crate::finding::Findings;
use crate::rules::waiving::in_use;
use crate::sms::Sms;
use crate::source::counted;

rule!(WV004, "waiver-unused", Warning, "");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for (document, waivers) in in_use(sms) {
        let mut excused = 0;
        for (weighed, count) in waivers {
            let (name, reach) = (weighed.name(), weighed.reach());
            let is_off = sms.trust.config.rules.get(name) == Some(&RuleLevel::Off);
            let why = match (is_off, count) {
                (true, _) => "the rule is switched off in book.toml",
                (false, 0) => "the rule finds nothing there",
                _ => {
                    excused += count;
                    continue;
                }
            };
            let words = format!("the waiver of `{name}` for {reach} waives nothing: {why}");
            out.finding(weighed.place(), words)
                .help("take it out, so that it does not excuse what comes later");
        }
        if excused > 0 {
            let words = format!("its waivers excuse {}", counted(excused, "finding"));
            out.evidence(document.at("id"), words);
        }
    }
}
