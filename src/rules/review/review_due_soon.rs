use crate::finding::Findings;
use crate::sms::Sms;

rule!(RV002, "review-due-soon", Warning, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let notice = i64::from(sms.trust.config.limits.review_notice_days);
    for document in sms.maintained().filter(|document| sms.state(document).is_in_force()) {
        let Some(next) = sms.next_review(document).filter(|next| *next >= sms.as_of) else {
            continue;
        };
        match next.days() - sms.as_of.days() {
            left if left > notice => {
                out.evidence(document.at("id"), format!("{left} days are left for its review"));
            }
            left => {
                // What changes from day to day is no part of the sentence, by which it is known again.
                let days = match left {
                    0 => "today is the last day".to_owned(),
                    1 => "one day is left".to_owned(),
                    left => format!("{left} days are left"),
                };
                out.finding(document.at("review_months"), format!("the review is due by {next}"))
                    .note(days)
                    .help("plan the review with the owner now; it is an error once the day has passed");
            }
        }
    }
}
