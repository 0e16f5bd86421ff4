use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::in_force::of_version;

rule!(RV002, "review-due-soon", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let notice = i64::from(sms.trust.config.limits.review_notice_days);
    for document in sms.maintained() {
        let beside = sms.in_force_beside(document);
        let next = sms.review_beside(document, beside).filter(|next| *next >= sms.as_of);
        let Some(next) = next else { continue };
        let left = next.days() - sms.as_of.days();
        if left > notice {
            out.evidence(document.at("id"), format!("{left} days are left for its review"));
            continue;
        }
        // What changes from day to day is no part of the sentence, by which it is known again.
        let days = match left {
            0 => "today is the last day".to_owned(),
            1 => "one day is left".to_owned(),
            left => format!("{left} days are left"),
        };
        let words = |of: &str| format!("the review{of} is due by {next}");
        let finding = match beside {
            None => out.finding(document.at("review_months"), words("")),
            Some(tenure) => {
                let of =
                    format!(" of {},", of_version(&tenure.version, sms.next_approved(document)));
                out.finding(document.at("version"), words(&of)).known_by(words(""))
            }
        };
        finding
            .note(days)
            .help("plan the review with the owner now; it is an error once the day has passed");
    }
}
