use crate::document::front::{Node, one_or_more};
use crate::document::{Document, Reference};
use crate::finding::Findings;
use crate::framework::PlanItem;
use crate::rules::sooner;
use crate::sms::in_force::InForce;
use crate::sms::{Sms, State};
use crate::source::{Spanned, did_you_mean, listed};

rule!(SM001, "plan-item-missing", Error, "6.3");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let items = &sms.frameworks.primary().plan_items;
    // Items with a word instead of a letter concern other plans.
    let items: Vec<&PlanItem> = items.iter().filter(|item| item.letter.len() == 1).collect();
    for plan in plans(sms).into_iter().filter(|_| !items.is_empty()) {
        let before = out.findings.len();
        let missing = hold(sms, plan, &items, out);
        if !missing.is_empty() {
            say_missing(&InForce::of_file(plan), &missing, items.len(), out);
        }
        // What the next version does not say either is told of that.
        if let Some(found) = sms.in_force_before_next(plan) {
            let mut only = missing_in(found.text, &items);
            only.retain(|item| !missing.iter().any(|it| it.letter == item.letter));
            if !only.is_empty() {
                say_missing(&found, &only, items.len(), out);
            }
        }
        if out.findings.len() == before {
            let letters = listed(items.iter().map(|item| format!("({})", item.letter)), "and");
            out.evidence(plan.at("id"), format!("the plan says where items {letters} stand"));
        }
    }
}

/// Looks up what the items of a plan name, and returns those that it leaves out.
fn hold<'i>(
    sms: &Sms,
    plan: &Document,
    items: &[&'i PlanItem],
    out: &mut Findings,
) -> Vec<&'i PlanItem> {
    for item in items {
        if let Some(value) = value_of(plan, item) {
            look_up(sms, plan, item, value, out);
        }
    }
    missing_in(plan, items)
}

fn value_of<'p>(plan: &'p Document, item: &PlanItem) -> Option<&'p Spanned<Node>> {
    let value = plan.front.get("smp_items").and_then(|all| all.value.get(&item.letter));
    value.filter(|value| !value.value.is_empty())
}

fn missing_in<'i>(plan: &Document, items: &[&'i PlanItem]) -> Vec<&'i PlanItem> {
    items.iter().copied().filter(|item| value_of(plan, item).is_none()).collect()
}

/// Returns the plans of the management system: those that name its clause or list its items.
fn plans(sms: &Sms) -> Vec<&Document> {
    let pack = sms.frameworks.primary();
    let item = pack.mandatory.iter().find(|item| item.key == "smp");
    let clauses = item.map(|item| item.clauses.as_slice()).unwrap_or_default();
    let named = clauses.iter().flat_map(|clause| sms.of_clause_and_beneath(clause));
    let listing = sms.maintained().filter(|document| document.front.get("smp_items").is_some());
    let mut plans: Vec<&Document> = named
        .chain(listing)
        .filter(|document| {
            document.front.text("type").is_some_and(|kind| kind.value == "plan")
                && !matches!(sms.state(document), State::Withdrawn | State::Superseded)
        })
        .collect();
    plans.sort_by(|a, b| a.path.cmp(&b.path));
    plans.dedup_by(|a, b| a.path == b.path);
    plans
}

fn say_missing(found: &InForce<'_>, missing: &[&PlanItem], all: usize, out: &mut Findings) {
    let letters = listed(missing.iter().map(|item| format!("({})", item.letter)), "and");
    let (noun, verb) = if missing.len() == 1 { ("item", "stands") } else { ("items", "stand") };
    let words = |beside: &str| {
        format!("the service management plan{beside} does not say where {noun} {letters} {verb}")
    };
    let finding = found.finding(out, found.at("smp_items"), words);
    if missing.len() < all {
        for item in missing {
            finding.note(format!("({}): {}", item.letter, item.content));
        }
    }
    finding.help(match (found.version, found.next) {
        (None, _) => "add `smp_items: {a: <heading of its section>, ...}`, each letter with the heading of its section or the id of a document".to_owned(),
        (Some(_), Some(next)) => sooner(next),
        (Some(_), None) => "approve the next version, which says it".to_owned(),
    });
}

/// Looks up what an item names: headings of the text, or documents.
fn look_up(sms: &Sms, plan: &Document, item: &PlanItem, value: &Spanned<Node>, out: &mut Findings) {
    for value in one_or_more(value) {
        let Some(text) = value.value.as_text() else { continue };
        let plain = text.trim().trim_start_matches("[[").trim_end_matches("]]");
        let place = plan.place(value.span);
        if let Some(named) = sms.document(Reference::parse(plain).id.as_str()) {
            if sms.is_out_of_use(named) {
                let words = format!("item ({}) names {plain}, which is out of use", item.letter);
                out.finding(place, words).help("name what took its place, or add a section for it");
            }
            continue;
        }
        if plan.body.too_deep.is_some() || sms.knows(Reference::parse(plain).id.as_str()) {
            continue;
        }
        let folded = plain.to_lowercase();
        let mut headings = plan.body.headings.iter();
        let heading = headings.find(|heading| {
            heading.text.to_lowercase() == folded
                || Some(heading.anchor.as_str()) == plain.strip_prefix('#')
        });
        match heading {
            Some(heading) if heading.is_empty_section => {
                let words =
                    format!("item ({}) names the section `{text}`, which is empty", item.letter);
                out.finding(place, words).help(format!("write it: {}", item.content));
            }
            Some(_) => {}
            None => {
                let words = format!(
                    "item ({}) names `{text}`, which is no heading of this text and no document",
                    item.letter
                );
                let near = plan.body.headings.iter().map(|heading| heading.text.as_str());
                let finding = out.finding(place, words);
                match did_you_mean(plain, near) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help(format!("add a section for it: {}", item.content)),
                };
            }
        }
    }
}
