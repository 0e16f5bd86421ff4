use crate::document::Document;
use crate::finding::Findings;
use crate::rules::help_in_record;
use crate::sms::Sms;
use crate::sms::closing::{Unproved, Unsettled};
use crate::source::listed;

rule!(NC003, "closed-without-effectiveness", Error, "10.1");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for record in sms.records_of("corrective-action").filter(|it| sms.is_closing_judged(it)) {
        action(sms, record, out);
    }
    for record in sms.records_of("nonconformity").filter(|it| sms.is_closing_judged(it)) {
        nonconformity(sms, record, out);
    }
}

fn action(sms: &Sms, record: &Document, out: &mut Findings) {
    let unproved = sms.unproved(record);
    for why in &unproved {
        let (place, message, help) = match why {
            Unproved::Missing(keys) => (
                record.at("status"),
                format!(
                    "the corrective action is closed and does not say {}",
                    listed(keys.iter().map(|key| format!("`{key}`")), "and")
                ),
                "open it again until somebody else has seen that it works, and say so here",
            ),
            Unproved::EffectNotSaid(result) => (
                record.at("effectiveness_result"),
                format!(
                    "the corrective action is closed, and its result does not say that it was effective: `{result}`"
                ),
                "begin the result with `Effective:` where it was; else open the action again, and look for the cause anew",
            ),
            Unproved::VerifiedLater(verified) => (
                record.at("verified_on"),
                format!("verified on {verified}, which is still to come"),
                "close the action once somebody has seen that it works",
            ),
            Unproved::ResultNotOne => (
                record.at("effectiveness_result"),
                "the result is no single value, so nobody can tell what it says".to_owned(),
                "write one line, as `effectiveness_result: ...`",
            ),
            Unproved::VerifiedByNoOne(span) => (
                record.place(*span),
                "who verified it is one person, named by role, name or address, and this is none"
                    .to_owned(),
                "name the one who answers for it, as the role register does",
            ),
            Unproved::VerifiedBefore(verified, done) => (
                record.at("verified_on"),
                format!("verified on {verified}, before the action was done on {done}"),
                "verify it after it was done; that it works shows with time",
            ),
            Unproved::VerifiedAtOnce(verified, check) => (
                record.at("verified_on"),
                format!(
                    "verified on {verified}, the day it was done, while its effect was to be checked by {check}"
                ),
                "verify it once its effect can be seen; where a day is wrong (`done_on`, `verified_on`, `effectiveness_check_due`), put that right",
            ),
            Unproved::VerifiedByOwner(by) => (
                record.at("verified_by"),
                format!("verified by {by}, who owns the action"),
                "let somebody else verify that it works",
            ),
            Unproved::VerifiedInDoubt(by, owner) => (
                record.at("verified_by"),
                format!(
                    "verified by {by}, who cannot be told apart from `{owner}`, who owns the action"
                ),
                "name who verified it as the role register does, or in full",
            ),
        };
        out.finding(place, message).help(help_in_record(sms, record, help));
    }
    let (owner, verifier) = (record.front.text("owner"), record.front.text("verified_by"));
    if unproved.is_empty()
        && let Some(verifier) = verifier.filter(|_| owner.is_some())
    {
        let words = format!("closed after {} verified that it works", verifier.value);
        out.evidence(record.at("id"), words);
    }
}

/// A nonconformity closes with its corrective actions; what is only an observation closes with a
/// decision.
fn nonconformity(sms: &Sms, record: &Document, out: &mut Findings) {
    const ADD_ACTION: &str = "add the record of the corrective action, with this id as its `nc_id`";
    let Some(id) = record.id() else { return };
    let Some(why) = sms.unsettled(record) else {
        // What is wrong with one of its actions is told of that action.
        if !sms.is_closed(record) {
            return;
        }
        let actions = sms.corrective_actions(&id);
        let words = match actions.is_empty() {
            true => "closed with a decision".to_owned(),
            false => {
                format!("closed with {}", listed(actions.iter().filter_map(|it| it.id()), "and"))
            }
        };
        out.evidence(record.at("id"), words);
        return;
    };
    let (message, help) = match why {
        Unsettled::ActionsOpen(open) => (
            format!("closed, while its corrective action {} is open", listed(open, "and")),
            help_in_record(sms, record, "open it again until the action is closed"),
        ),
        // What is wrong with that file is told of it.
        Unsettled::ActionUnknown => return,
        Unsettled::NoDecision => (
            "closed with neither a `decision` nor a corrective action".to_owned(),
            ADD_ACTION.to_owned(),
        ),
        Unsettled::NoAction => {
            ("closed, and no corrective action names it".to_owned(), ADD_ACTION.to_owned())
        }
    };
    out.finding(record.at("status"), message).help(help);
}
