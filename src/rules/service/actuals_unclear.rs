use crate::document::front::Node;
use crate::document::{DocId, Document, Reference};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::sms::actual::{has_answer, named, time_of, was_met};
use crate::sms::target::{ServiceTarget, targets};
use crate::source::{Printable, Spanned, counted, did_you_mean};
use std::collections::BTreeMap;

rule!(SR002, "actuals-unclear", Warning, "9.4");

const CLOSED: &str = "in a closed record with an entry under `corrections`";

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    for report in sms.service_reports() {
        let (mut seen, mut clear) = (BTreeMap::new(), 0);
        for row in report.front.rows("actuals").filter(|row| has_answer(&row.value)) {
            let Some(target @ (agreement, id, service)) = &named(&row.value) else {
                report_unnamed(sms, report, row, out);
                continue;
            };
            let place = report.place(row.span);
            if let Some(first) = seen.insert(target.clone(), row) {
                let of = if service.is_empty() {
                    String::new()
                } else {
                    format!(" for {}", Printable(service))
                };
                let id = Printable(id);
                out.finding(
                    place,
                    format!("the report tells twice of the target {id} of {agreement}{of}"),
                )
                .label("here again")
                .other(report.place(first.span), "first here")
                .note("as long as it does, the worse of the two counts")
                .help(format!("take out the one that does not hold; {CLOSED}"));
                continue;
            }
            match unknown(sms, report, agreement, id) {
                None => {
                    clear += 1;
                    report_met(report, row, out);
                }
                Some((message, near)) => {
                    let finding = out.finding(place, message);
                    match near {
                        Some(near) => finding.help(format!("did you mean `{near}`?")),
                        None => finding.help(format!("name a target of an agreement; {CLOSED}")),
                    };
                }
            }
        }
        if clear > 0 {
            let rows = counted(clear, "row");
            let names = if clear == 1 { "names" } else { "name" };
            out.evidence(
                report.at("id"),
                format!("{rows} of `actuals` {names} a target of an agreement"),
            );
        }
    }
}

/// Reports where a row says neither yes nor no of whether its target was met.
fn report_met(report: &Document, row: &Spanned<Node>, out: &mut Findings) {
    let Some(met) = row.value.text("met").filter(|it| was_met(it.value).is_none()) else { return };
    let message = format!(
        "`met` is `{}`, which says neither that the target was met nor that it was missed",
        Printable(met.value)
    );
    out.finding(report.place(met.span), message)
        .help(format!("write `met: yes` or `met: no`; {CLOSED}"));
}

/// Says what there is not of the agreement and the target that a row names, and what is near.
fn unknown<'s>(
    sms: &'s Sms,
    report: &Document,
    agreement: &DocId,
    id: &str,
) -> Option<(String, Option<&'s str>)> {
    let file = sms.document(agreement.as_str());
    let is_agreement =
        |it: &Document| it.front.text("type").is_some_and(|kind| kind.value == "agreement");
    if !file.is_some_and(is_agreement) && sms.tenures(agreement).is_empty() {
        let near = sms.nearest_id(agreement.as_str()).filter(|_| !sms.knows(agreement.as_str()));
        return Some((
            format!("the row names the agreement `{agreement}`, and there is none of that id"),
            near,
        ));
    }
    let of_time =
        time_of(report).into_iter().flat_map(|time| sms.texts_in_force_in(agreement, time));
    let now = file.into_iter().flat_map(|file| [file, sms.worked_by(file)]);
    let ids: Vec<&str> =
        of_time.chain(now).flat_map(targets).filter_map(|target| target.id).collect();
    let words =
        || format!("the row names the target `{}`, which {agreement} does not have", Printable(id));
    (!ids.contains(&id)).then(|| (words(), did_you_mean(id, ids)))
}

/// Reports a row that does not say of which target it tells.
fn report_unnamed(sms: &Sms, report: &Document, row: &Spanned<Node>, out: &mut Findings) {
    let text = |key| row.value.text(key).map(|found| found.value);
    let finding = |out: &mut Findings, words: String, help: String| {
        out.finding(report.place(row.span), words)
            .note("it is held against no target, and shown beside none")
            .help(format!("{help}; {CLOSED}"));
    };
    let Some(id) = text("id") else {
        let words = match text("agreement") {
            Some(agreement) => {
                let agreement = Reference::parse(agreement).id;
                format!("the row names no target of {agreement} (`id`)")
            }
            None => "the row names neither an agreement nor a target of it (`id`)".to_owned(),
        };
        return finding(
            out,
            words,
            "name both: {agreement: SLA-ACME-01, id: T1, value: 99.7}".to_owned(),
        );
    };
    let words =
        format!("the row of `{}` does not say of which agreement (`agreement`)", Printable(id));
    let help = match promising(sms, report, &row.value, id).as_slice() {
        [only] => format!("write `agreement: {only}`, which has a target of that id"),
        _ => "name the agreement that promises it: {agreement: SLA-ACME-01, id: T1, value: 99.7}"
            .to_owned(),
    };
    finding(out, words, help);
}

/// Returns the agreements in force that have a target of an id for a service of a row, or of its report.
fn promising(sms: &Sms, report: &Document, row: &Node, id: &str) -> Vec<String> {
    let named: Vec<&str> = match row.text("service") {
        Some(service) => vec![service.value],
        None => report.front.list("services").iter().map(|service| service.value).collect(),
    };
    let is_it = |target: &ServiceTarget<'_>| {
        target.id == Some(id)
            && (named.is_empty() || target.services.iter().any(|service| named.contains(service)))
    };
    let agreements = sms.agreements_in_force();
    let agreements = agreements.filter(|agreement| targets(agreement.text).iter().any(is_it));
    agreements.map(|agreement| agreement.file.called()).collect()
}
