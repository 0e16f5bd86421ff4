use crate::document::Document;
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::in_force::{InForce, of_version};
use crate::sms::record::Term;
use crate::sms::roles::Owner;
use crate::sms::target::{ServiceTarget, targets};
use crate::source::{Date, Printable};
use std::cmp::Ordering;

rule!(SL003, "supplier-target-weaker", Warning, "8.3.4");

/// A target, and the agreement that promises it.
type Promise<'s> = (InForce<'s>, ServiceTarget<'s>);

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let (of_suppliers, promised): (Vec<Promise<'_>>, Vec<Promise<'_>>) = sms
        .agreements_in_force()
        .flat_map(promises)
        .partition(|(agreement, _)| sms.is_with_supplier(agreement.file));
    for supplied in &of_suppliers {
        let (agreement, target) = supplied;
        for sla in promised.iter().filter(|(_, sla)| supports(target, sla)) {
            match target.amount.as_ref().and_then(|amount| sla.1.compare(amount)) {
                Some(Ordering::Less) => report(sms, supplied, sla, out),
                Some(_) => {
                    let words = format!("{} supports that of {}", says(target), id(&sla.1));
                    out.evidence(agreement.file.at("id"), words);
                }
                None => {}
            }
        }
    }
}

fn promises(agreement: InForce<'_>) -> Vec<Promise<'_>> {
    targets(agreement.text).into_iter().map(|target| (agreement, target)).collect()
}

/// Tells whether two targets measure the same, over the same time, for a service of both.
fn supports(target: &ServiceTarget<'_>, sla: &ServiceTarget<'_>) -> bool {
    let same = |a: Option<&str>, b: Option<&str>| {
        a.zip(b).is_some_and(|(a, b)| a.trim().to_lowercase() == b.trim().to_lowercase())
    };
    same(target.metric, sla.metric)
        && same(target.period, sla.period)
        && target.services.iter().any(|service| sla.services.contains(service))
}

fn report(
    sms: &Sms,
    (agreement, target): &Promise<'_>,
    (other, sla): &Promise<'_>,
    out: &mut Findings,
) {
    let promise = sla.amount.as_ref().map(ToString::to_string).unwrap_or_default();
    let words = |meant: &str| {
        format!("{}{meant} is weaker than the {promise} that {} promises", says(target), id(sla))
    };
    let finding = agreement.finding(out, agreement.place(target.span), words);
    let promised = match other.version {
        None => "promised here".to_owned(),
        Some(version) => format!("promised in {}", of_version(version, other.next)),
    };
    finding.other(other.place(sla.span), promised);
    match waiver(sms, target.agreement) {
        Some((waiver, until)) => {
            finding.note(format!("{waiver} accepts this until {until}"));
        }
        None => {
            finding.help("agree on a stronger target, make up for it otherwise and record a waiver, or promise less");
        }
    }
}

/// Returns the waiver that accepts a weaker target of an agreement, and its last day.
fn waiver(sms: &Sms, agreement: &Document) -> Option<(String, Date)> {
    let own = agreement.id()?;
    let accepts_it = |record: &&Document| {
        let against = record.front.list("against");
        let names = |word: &str| against.iter().any(|it| it.value == word);
        Term::of_waiver(record, sms.as_of) == Term::Lasts
            && is_decided(sms, record, agreement)
            && names(own.as_str())
            && (names(RULE.name.code) || names(RULE.name.name))
    };
    let record = sms.records_of("waiver").find(accepts_it)?;
    Some((record.called(), record.front.date("until")?))
}

/// Tells whether a waiver says why, and who allowed it: somebody of the role register, and not the
/// owner of what it is for.
fn is_decided(sms: &Sms, record: &Document, agreement: &Document) -> bool {
    let text = |document: &Document, key: &str| {
        document.front.text(key).map(|found| found.value.trim().to_owned())
    };
    let Some(approver) = text(record, "approver") else { return false };
    let roles = sms.roles_in_force();
    let is_somebody = match roles.owner(&approver, sms.as_of) {
        Owner::Role(holders) => !holders.is_empty(),
        Owner::Person(_) => true,
        Owner::Machine(_) | Owner::Unknown => !roles.has_register,
    };
    is_somebody
        && text(record, "reason").is_some_and(|reason| !reason.is_empty())
        && text(agreement, "owner").as_ref() != Some(&approver)
}

fn says(target: &ServiceTarget<'_>) -> String {
    let amount = target.amount.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} of {amount}", Printable(target.metric.unwrap_or_default()))
}

fn id(target: &ServiceTarget<'_>) -> String {
    target.agreement.called()
}
