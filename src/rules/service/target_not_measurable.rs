use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::target::targets;
use crate::source::{Printable, listed};

rule!(SL001, "target-not-measurable", Error, "8.3.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_asked = |document: &&Document| {
        sms.is_handed_in(document) && document.is_sound() && !sms.is_over(document)
    };
    for agreement in sms.agreements().filter(is_asked) {
        let mut measurable = 0;
        for target in targets(agreement) {
            // One text with a number may say all that is needed; nobody but a reader can tell.
            if target.text.is_some_and(|text| text.contains(|c: char| c.is_ascii_digit())) {
                continue;
            }
            let missing = target.missing();
            if missing.is_empty() {
                measurable += 1;
                continue;
            }
            let called = Printable(target.called());
            let value = match target.value {
                Some(value) if missing.contains(&"a number") => {
                    format!(" (its value is `{}`)", Printable(value))
                }
                _ => String::new(),
            };
            out.finding(
                agreement.place(target.span),
                format!(
                    "the target `{called}` cannot be measured: it lacks {}{value}",
                    listed(&missing, "and")
                ),
            )
            .help("write what is measured, how much of it and over what time: {metric: availability, value: 99.7, unit: \"%\", period: month}");
        }
        if measurable > 0 {
            let targets = if measurable == 1 { "target has" } else { "targets have" };
            let words = format!("{measurable} {targets} a metric, a number, a unit and a period");
            out.evidence(agreement.at("id"), words);
        }
    }
}
