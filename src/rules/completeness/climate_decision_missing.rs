use crate::finding::Findings;
use crate::sms::{Sms, State};
use crate::source::Date;

rule!(CC001, "climate-decision-missing", Error, "4.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for register in sms.registers("context") {
        if matches!(sms.state(register), State::Withdrawn | State::Superseded) {
            continue;
        }
        let decision = register.front.get("climate_change");
        let text = |key| decision.and_then(|decision| decision.value.text(key));
        let place = |key| match decision.and_then(|decision| decision.value.get(key)) {
            Some(found) => register.place(found.span),
            None => register.at("climate_change"),
        };
        let decided = text("decided_on").map(|day| (day.value, Date::parse(day.value)));
        let relevant = text("relevant").map(|relevant| relevant.value);
        let message = match (relevant, text("rationale")) {
            (Some("true" | "false"), Some(_)) => match decided {
                Some((written, None)) => Some((
                    "decided_on",
                    format!("the decision on climate change is of `{written}`, which is no day"),
                )),
                Some((_, Some(day))) if sms.is_to_come(register, day) => Some((
                    "decided_on",
                    format!("the decision on climate change is of {day}, which is still to come"),
                )),
                _ => None,
            },
            (Some(word @ ("true" | "false")), None) => Some((
                "rationale",
                format!("the decision that climate change is {} has no `rationale`", is(word)),
            )),
            (Some(other), _) => Some((
                "relevant",
                format!(
                    "`relevant` is `{other}`; the decision on climate change is `true` or `false`"
                ),
            )),
            (None, _) => Some((
                "relevant",
                "the context register holds no decision on whether climate change is relevant"
                    .to_owned(),
            )),
        };
        match (message, relevant) {
            (Some((key, message)), _) => {
                out.finding(place(key), message)
                    .help("decide it and say why: `climate_change: {relevant: true, rationale: ..., decided_on: 2026-01-20}`");
            }
            (None, relevant) => {
                let on = text("decided_on").map(|day| format!(", decided on {}", day.value));
                let (is, on) = (is(relevant.unwrap_or_default()), on.unwrap_or_default());
                out.evidence(
                    register.at("id"),
                    format!("climate change is {is}{on}, with reasons"),
                );
            }
        }
    }
}

fn is(relevant: &str) -> &'static str {
    if relevant == "true" { "relevant" } else { "not relevant" }
}
