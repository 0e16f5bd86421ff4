use crate::document::Document;
use crate::document::fields::is_to_come;
use crate::document::front::Node;
use crate::finding::Findings;
use crate::framework::{ReviewInput, ReviewPart};
use crate::rules::help_in_record;
use crate::sms::Sms;
use crate::sms::record::says;
use crate::sms::wording::says_none;
use crate::source::{Date, Printable, listed};

rule!(MR001, "review-input-missing", Error, "9.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let parts = &sms.frameworks.primary().review_inputs;
    let inputs: Vec<&ReviewInput> =
        parts.iter().filter(|part| part.kind == ReviewPart::Input).collect();
    if inputs.is_empty() {
        return;
    }
    // A review that is being prepared is not yet complete.
    let is_held = |record: &&Document| record.status() != Some("open");
    for record in sms.records_of("management-review").filter(is_held) {
        let day = record.front.date("date");
        if day.is_some_and(|day| sms.is_before_start(day)) {
            continue;
        }
        let before = out.findings.len();
        inputs_of(sms, record, &inputs, out);
        decisions_of(sms, record, out);
        let missing: Vec<&str> = ["date", "chair", "attendees", "next_date"]
            .into_iter()
            .filter(|key| !says(record, key))
            .collect();
        if !missing.is_empty() {
            let keys = listed(missing.iter().map(|key| format!("`{key}`")), "and");
            out.finding(record.at("id"), format!("the management review does not say {keys}"))
                .help(help_in_record(
                    sms,
                    record,
                    "add who met, who was in the chair, when, and when the next review is",
                ));
        }
        let next = record.front.date("next_date");
        if let Some((day, next)) = day.zip(next).filter(|(day, next)| next <= day) {
            let words = format!("the next review is on {next}, and this one was on {day}");
            out.finding(record.at("next_date"), words).help(help_in_record(
                sms,
                record,
                "say when the next review is",
            ));
        }
        if out.findings.len() == before {
            let words = format!("looks at all {} inputs and decides", inputs.len());
            out.evidence(record.at("id"), words);
        }
    }
}

fn inputs_of(sms: &Sms, record: &Document, inputs: &[&ReviewInput], out: &mut Findings) {
    let given = record.front.get("inputs");
    let is_missing = |input: &&&ReviewInput| {
        let found = given.and_then(|given| given.value.get(&input.key));
        found.is_none_or(|found| is_to_come(&found.value))
    };
    let missing: Vec<&&ReviewInput> = inputs.iter().filter(is_missing).collect();
    let Some(first) = missing.first().map(|input| &input.key) else { return };
    let keys = listed(missing.iter().map(|input| format!("`{}`", input.key)), "and");
    let help = format!(
        "write what was looked at, each by its key, as `inputs: {{{first}: ...}}`; where there was nothing to look at, say so"
    );
    let message =
        format!("the management review lacks {} of {} inputs: {keys}", missing.len(), inputs.len());
    let finding = out.finding(record.at("inputs"), message);
    for input in missing {
        finding.note(format!("`{}`: {}", input.key, input.content));
    }
    finding.help(help_in_record(sms, record, help));
}

/// Every decision has an owner and a day; that there was nothing to decide is said.
fn decisions_of(sms: &Sms, record: &Document, out: &mut Findings) {
    let Some(decisions) = record.front.get("decisions").filter(|found| !found.value.is_empty())
    else {
        out.finding(record.at("decisions"), "the management review decides nothing")
            .help(help_in_record(sms, record, "list the `decisions`, each with `text`, `owner` and `due`; if there are none, write `decisions: none`"));
        return;
    };
    if decisions.value.as_text().is_some_and(|text| !says_none(text)) {
        let words = "the decisions of the review are one text, so none has an owner and a day";
        out.finding(record.place(decisions.span), words)
            .help(help_in_record(sms, record, "list them, each with `text`, `owner` and `due`; if there are none, write `decisions: none`"));
    }
    for decision in decisions.value.items() {
        let is_said = |key| match &decision.value {
            Node::Map(_) => decision.value.text(key).is_some(),
            Node::Scalar { .. } | Node::List(_) => false,
        };
        let missing: Vec<&str> = ["owner", "due"].into_iter().filter(|key| !is_said(key)).collect();
        if !missing.is_empty() {
            let keys = listed(missing.iter().map(|key| format!("`{key}`")), "and");
            out.finding(
                record.place(decision.span),
                format!("a decision of the review has no {keys}"),
            )
            .help(help_in_record(sms, record, "say who does it, and by when"));
        }
        if !says_what(&decision.value) {
            let words = "a decision of the review does not say what was decided";
            out.finding(record.place(decision.span), words).help(help_in_record(
                sms,
                record,
                "add `text`",
            ));
        }
        if let Some(due) = decision.value.text("due").filter(|due| Date::parse(due.value).is_none())
        {
            let words = format!(
                "a decision of the review is due on `{}`; a day of the calendar was expected",
                Printable(due.value)
            );
            out.finding(record.place(due.span), words).help(help_in_record(
                sms,
                record,
                "write it like `due: 2026-05-11`",
            ));
        }
    }
}

/// Tells whether a decision says more than by whom and when.
fn says_what(decision: &Node) -> bool {
    let frame = ["owner", "due", "id", "status", "done_on"];
    match decision {
        Node::Map(entries) => entries
            .iter()
            .any(|it| !frame.contains(&it.key.value.as_str()) && !is_to_come(&it.value.value)),
        Node::Scalar { .. } | Node::List(_) => !is_to_come(decision),
    }
}
