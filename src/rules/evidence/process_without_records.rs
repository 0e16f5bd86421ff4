use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::record::day_of;
use crate::source::listed;

rule!(EV001, "process-without-records", Warning, "8.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let patience = i64::from(sms.trust.config.limits.first_record_days);
    let is_asked = |document: &&Document| {
        let kind = document.front.text("type").map(|kind| kind.value);
        matches!(kind, Some("process" | "procedure")) && sms.is_worked_by(document)
    };
    let origins = sms.origins();
    for document in sms.maintained().filter(is_asked) {
        let since = sms.in_force_since(document);
        let Some(found) = sms.as_in_force(document) else { continue };
        let newest = sms.newest_record_from(found.text, &origins);
        // What was done before there was the process shows nothing of it. In a history of others nobody
        // sees since when there was one.
        let begun = since.filter(|_| !sms.has_history_of_others());
        let is_of_it =
            |record: &&Document| day_of(record).zip(begun).is_none_or(|(day, begun)| begun <= day);
        if let Some(newest) = newest.filter(is_of_it) {
            let of = day_of(newest).map(|day| format!(" of {day}")).unwrap_or_default();
            let words = format!("{}{of} is the newest record that came from it", newest.called());
            out.evidence(document.at("id"), words);
            continue;
        }
        let Some(since) = since else { continue };
        let days = sms.as_of.days() - since.days();
        if sms.yields_nothing(found.text) || days <= patience {
            continue;
        }
        let expected = found.text.front.list("records_produced");
        let expected = listed(expected.iter().map(|found| found.value), "or");
        let what = if expected.is_empty() { String::new() } else { format!(" ({expected})") };
        let named = document.front.date("effective_from") == Some(since);
        out.finding(
            document.at(if named { "effective_from" } else { "id" }),
            format!("in force since {since}, and no record{what} shows that anybody works by it"),
        )
        .note(format!("that is {days} days"))
        .help(
            "bring in a record of the work, with `produced_by`; if nobody works by it, withdraw it",
        );
    }
}
