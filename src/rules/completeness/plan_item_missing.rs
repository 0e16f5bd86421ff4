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
    let is_plan = plans(sms);
    let in_use = sms.maintained().filter(|document| !sms.is_out_of_use(document));
    for file in in_use.filter(|_| !items.is_empty()) {
        let before = out.findings.len();
        let of_file = Some(InForce::of_file(file)).filter(|found| is_plan(found.text));
        let beside = sms.in_force_before_next(file).filter(|found| is_plan(found.text));
        // What the next version does not say either is told of that.
        let mut told = Vec::new();
        for found in of_file.iter().chain(&beside) {
            let mut missing = hold(sms, found, &items, &mut told, out);
            missing.retain(|item| !told.contains(&(item.letter.as_str(), None)));
            if !missing.is_empty() {
                say_missing(found, &missing, items.len(), out);
            }
            told.extend(missing.iter().map(|item| (item.letter.as_str(), None)));
        }
        if of_file.is_some() && out.findings.len() == before {
            let letters = listed(items.iter().map(|item| format!("({})", item.letter)), "and");
            out.evidence(file.at("id"), format!("the plan says where items {letters} stand"));
        }
    }
}

/// The letters of items, with what is named as where they stand; that nothing is, where none is there.
type Told<'t> = Vec<(&'t str, Option<String>)>;

/// Looks up what the items of a plan name, and returns those that it leaves out.
fn hold<'i>(
    sms: &Sms,
    found: &InForce<'_>,
    items: &[&'i PlanItem],
    told: &mut Told<'i>,
    out: &mut Findings,
) -> Vec<&'i PlanItem> {
    for item in items {
        if let Some(value) = value_of(found.text, item) {
            look_up(sms, found, item, value, told, out);
        }
    }
    missing_in(found.text, items)
}

fn value_of<'p>(plan: &'p Document, item: &PlanItem) -> Option<&'p Spanned<Node>> {
    let value = plan.front.get("smp_items").and_then(|all| all.value.get(&item.letter));
    value.filter(|value| !value.value.is_empty())
}

fn missing_in<'i>(plan: &Document, items: &[&'i PlanItem]) -> Vec<&'i PlanItem> {
    items.iter().copied().filter(|item| value_of(plan, item).is_none()).collect()
}

/// Tells which texts are plans of the management system: those that name its clause or list its items.
fn plans(sms: &Sms) -> impl Fn(&Document) -> bool {
    let pack = sms.frameworks.primary();
    let item = pack.mandatory.iter().find(|item| item.key == "smp");
    let clauses = item.map(|item| item.clauses.as_slice()).unwrap_or_default();
    move |text| {
        text.front.text("type").is_some_and(|kind| kind.value == "plan")
            && (text.front.get("smp_items").is_some() || sms.names_one(text, clauses))
    }
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
    let help = "add `smp_items: {a: <heading of its section>, ...}`, each letter with the heading of its section or the id of a document";
    finding.help(help_of(found, help.to_owned()));
}

/// Looks up what an item names: headings of the text, or documents.
fn look_up<'i>(
    sms: &Sms,
    found: &InForce<'_>,
    item: &'i PlanItem,
    value: &Spanned<Node>,
    told: &mut Told<'i>,
    out: &mut Findings,
) {
    let (plan, letter) = (found.text, item.letter.as_str());
    for value in one_or_more(value) {
        let Some(text) = value.value.as_text() else { continue };
        let plain = text.trim().trim_start_matches("[[").trim_end_matches("]]");
        let key = (letter, Some(plain.to_owned()));
        let place = found.place(value.span);
        if let Some(named) = sms.document(Reference::parse(plain).id.as_str()) {
            let is_out = matches!(sms.state_of_use(named), State::Withdrawn | State::Superseded);
            if is_out && !told.contains(&key) {
                let words = |beside: &str| {
                    format!("item ({letter}){beside} names {plain}, which is out of use")
                };
                let help = "name what took its place, or add a section for it";
                found.finding(out, place, words).help(help_of(found, help.to_owned()));
                told.push(key);
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
        let is_empty = heading.is_some_and(|heading| heading.is_empty_section);
        if heading.is_some() && !is_empty || told.contains(&key) {
            continue;
        }
        let what = match is_empty {
            true => format!("names the section `{text}`, which is empty"),
            false => format!("names `{text}`, which is no heading of this text and no document"),
        };
        let near = plan.body.headings.iter().map(|heading| heading.text.as_str());
        let help = match did_you_mean(plain, near).filter(|_| !is_empty) {
            Some(near) => format!("did you mean `{near}`?"),
            None if is_empty => format!("write it: {}", item.content),
            None => format!("add a section for it: {}", item.content),
        };
        let words = |beside: &str| format!("item ({letter}){beside} {what}");
        found.finding(out, place, words).help(help_of(found, help));
        told.push(key);
    }
}

/// Returns what mends a version that is in force while the next one is there, else what mends the file.
fn help_of(found: &InForce<'_>, of_file: String) -> String {
    match (found.version, found.next) {
        (None, _) => of_file,
        (Some(_), Some(next)) => sooner(next),
        (Some(_), None) => "approve the next version, which says it otherwise".to_owned(),
    }
}
