use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::evaluation::is_observation;
use crate::source::listed;

rule!(NC003, "closed-without-effectiveness", Error, "10.1");

/// What shows that a corrective action was done, and that it works.
const PROOF: [&str; 5] =
    ["done_on", "evidence", "effectiveness_result", "verified_by", "verified_on"];

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let is_judged = |record: &&Document| {
        let days = ["verified_on", "done_on", "raised_on", "date"].into_iter();
        let last = days.filter_map(|key| record.front.date(key)).max();
        record.status() == Some("closed") && !last.is_some_and(|day| sms.is_before_start(day))
    };
    for record in sms.records_of("corrective-action").filter(is_judged) {
        action(sms, record, out);
    }
    for record in sms.records_of("nonconformity").filter(is_judged) {
        nonconformity(sms, record, out);
    }
}

fn action(sms: &Sms, record: &Document, out: &mut Findings) {
    let before = out.findings.len();
    let says = |key: &str| record.front.get(key).is_some_and(|found| !found.value.is_empty());
    let missing: Vec<String> =
        PROOF.into_iter().filter(|key| !says(key)).map(|key| format!("`{key}`")).collect();
    if !missing.is_empty() {
        let message =
            format!("the corrective action is closed and does not say {}", listed(missing, "and"));
        out.finding(record.at("status"), message)
            .help("open it again until somebody else has seen that it works, and say so here");
    }
    let result = record.front.text("effectiveness_result");
    if result.as_ref().is_some_and(|result| tells_of_no_effect(result.value)) {
        out.finding(
            record.at("effectiveness_result"),
            "the corrective action is closed, and its result is that it does not work",
        )
        .help("open it again, and look for the cause anew");
    }
    let (done, verified) = (record.front.date("done_on"), record.front.date("verified_on"));
    if let Some(verified) = verified.filter(|day| sms.is_to_come(record, *day)) {
        let message = format!("verified on {verified}, which is still to come");
        out.finding(record.at("verified_on"), message)
            .help("close the action once somebody has seen that it works");
    }
    if says("effectiveness_result") && result.is_none() {
        out.finding(
            record.at("effectiveness_result"),
            "the result is no single value, so nobody can tell what it says",
        )
        .help("write one line, as `effectiveness_result: ...`");
    }
    let day = verified.unwrap_or(sms.as_of);
    if let Some(verifier) = record.front.get("verified_by").filter(|_| says("verified_by"))
        && sms.is_no_one_person(&verifier.value, day)
    {
        out.finding(
            record.place(verifier.span),
            "who verified it is one person, named by role, name or address, and this is none",
        )
        .help("name the one who answers for it, as the role register does");
    }
    if let (Some(done), Some(verified)) = (done, verified)
        && verified < done
    {
        let message = format!("verified on {verified}, before the action was done on {done}");
        out.finding(record.at("verified_on"), message)
            .help("verify it after it was done; that it works shows with time");
    }
    let (owner, verifier) = (record.front.text("owner"), record.front.text("verified_by"));
    if let (Some(owner), Some(verifier)) = (owner, verifier) {
        if sms.mean_one_person(owner.value, verifier.value, day) {
            let message = format!("verified by {}, who owns the action", verifier.value);
            out.finding(record.at("verified_by"), message)
                .help("let somebody else verify that it works");
        }
        if out.findings.len() == before {
            let words = format!("closed after {} verified that it works", verifier.value);
            out.evidence(record.at("id"), words);
        }
    }
}

/// Tells whether a result says that the action does not work, or that nobody knows yet.
fn tells_of_no_effect(result: &str) -> bool {
    let plain = result.to_lowercase();
    let words: Vec<&str> =
        plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let place = |all: &[&str]| words.iter().position(|word| all.contains(word));
    let effect = place(&["effective", "wirksam"]);
    let is_denied = place(&["not", "nicht", "no"]).zip(effect).is_some_and(|(not, it)| not < it);
    let is_unknown = ["no", "fail", "failed", "pending", "tbd", "open", "unknown"];
    is_denied
        || place(&["ineffective", "unwirksam"]).is_some()
        || matches!(words.as_slice(), [only] if is_unknown.contains(only))
}

/// A nonconformity closes with its corrective actions; what is only an observation closes with a
/// decision.
fn nonconformity(sms: &Sms, record: &Document, out: &mut Findings) {
    let Some(id) = record.id() else { return };
    let actions = sms.corrective_actions(&id);
    let open: Vec<&&Document> =
        actions.iter().filter(|action| action.status() != Some("closed")).collect();
    if !open.is_empty() {
        let open = listed(open.iter().filter_map(|action| action.id()), "and");
        out.finding(
            record.at("status"),
            format!("closed, while its corrective action {open} is open"),
        )
        .help("open it again until the action is closed");
        return;
    }
    let is_light = is_observation(record);
    let is_decided = record.front.get("decision").is_some_and(|it| !it.value.is_empty());
    if actions.is_empty() && !(is_light && is_decided) {
        let message = match is_light {
            true => "closed with neither a `decision` nor a corrective action",
            false => "closed, and no corrective action names it",
        };
        out.finding(record.at("status"), message)
            .help("add the record of the corrective action, with this id as its `nc_id`");
        return;
    }
    let words = match actions.is_empty() {
        true => "closed with a decision".to_owned(),
        false => {
            format!("closed with {}", listed(actions.iter().filter_map(|it| it.id()), "and"))
        }
    };
    out.evidence(record.at("id"), words);
}

#[cfg(test)]
mod tests {
    use super::tells_of_no_effect;

    #[test]
    fn a_result_without_effect_is_known_in_other_words() {
        for none in [
            "not effective",
            "Not  effective: it came back",
            "not yet effective",
            "not-effective",
            "Result: not effective",
            "ineffective",
            "nicht wirksam",
            "no",
            "TBD",
            "pending",
        ] {
            assert!(tells_of_no_effect(none), "{none}");
        }
        for some in ["effective", "effective: it did not come back", "wirksam", "no incident since"]
        {
            assert!(!tells_of_no_effect(some), "{some}");
        }
    }
}
