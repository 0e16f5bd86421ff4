use crate::document::Document;
use crate::document::fields::{APPROVAL_KEYS, ROLE_ROW, kind_of, misfits, misfits_of_row, names};
use crate::document::front::{Entry, Node};
use crate::finding::Findings;
use crate::sms::Sms;
use crate::source::{Spanned, certainly_meant, did_you_mean};

rule!(FM010, "key-unknown", Warning, "7.5.2", by_document);

pub(crate) fn check_document(sms: &Sms, document: &Document, out: &mut Findings) {
    let required = sms.required(document);
    let is_record = sms.is_record(document) || document.hides_its_type();
    let with_the_next = match sms.status(document) {
        Some("approved") => " with the next version, for it is part of what was approved",
        _ => "",
    };
    let mut all_known = true;
    for Entry { key, value } in &document.front.entries {
        if key.value == "approval" {
            all_known &= check_approvals(document, &value.value, out);
        }
        let name = key.value.as_str();
        let is_of_another_tool = sms.config.other_keys.iter().any(|other| other == name);
        let is_known = kind_of(name).is_some() || required.contains(&name) || is_of_another_tool;
        // A key that is no word at all is a problem of its own.
        if is_known || document.is_unsound_at(key.span) {
            continue;
        }
        let known = || required.iter().copied().chain(names(is_record).map(|it| -> &str { it }));
        let meant = certainly_meant(name, known());
        // A record says what was done in the words of its trade, so only what looks like a
        // slip of the hand is one.
        let near = match is_record {
            true => meant,
            false => {
                did_you_mean(name, required.iter().copied()).or_else(|| did_you_mean(name, known()))
            }
        };
        if near.is_none() && is_record {
            continue;
        }
        all_known = false;
        let finding =
            out.finding(document.place(key.span), format!("the key `{name}` is not known"));
        match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None if name.starts_with("approv") => finding.help(
                "an approval stands under `approval`, with `by`, `role`, `on` and `version`; `clausebook approve` writes it",
            ),
            None => finding.help(format!(
                "take the key out{with_the_next}; if another tool reads it, such as the one that makes your site, list it in `other_keys` of book.toml",
            )),
        };
        let is_it = |it: &&str| Some(*it) == near && fits(document, it, value, is_record);
        if let Some(meant) = meant.filter(is_it)
            && let Some(splice) = document.rewriting(key.span, meant)
        {
            finding.fix(format!("write `{meant}`"), vec![splice]);
        }
    }
    for row in document.front.rows("entries").filter(|_| document.front.is_role_register()) {
        all_known &= check_row(document, row, out);
    }
    if all_known && document.is_sound() {
        out.evidence(document.at("id"), "every key is known");
    }
}

/// Tells whether a value may stand under another key: that is not there yet, and holds such values.
fn fits(document: &Document, key: &str, value: &Spanned<Node>, is_record: bool) -> bool {
    let renamed = Entry { key: Spanned::new(key.to_owned(), value.span), value: value.clone() };
    document.front.get(key).is_none() && misfits(&[renamed], is_record).is_empty()
}

/// What people call the first and the last day of somebody in a role, and that it is over.
const OF_A_TERM: [&str; 23] = [
    "until",
    "till",
    "end",
    "ends",
    "ended",
    "end_date",
    "valid_to",
    "valid_until",
    "valid_from",
    "start",
    "starts",
    "start_date",
    "since",
    "begin",
    "begins",
    "left",
    "left_on",
    "expires",
    "expired",
    "revoked",
    "status",
    "state",
    "active",
];

/// Reports the keys of a row of the role register that look like a slip of the hand, and tells
/// whether there are none. A row may say more in words of its own.
fn check_row(document: &Document, row: &Spanned<Node>, out: &mut Findings) -> bool {
    let names = || ROLE_ROW.iter().map(|(name, _)| *name);
    let mut all_known = true;
    for Entry { key, value } in row.value.entries() {
        let is_known = names().any(|name| name == key.value);
        if is_known || document.is_unsound_at(key.span) {
            continue;
        }
        let meant = certainly_meant(&key.value, names());
        let meant = meant.filter(|it| row.value.get(it).is_none());
        let word = key.value.to_lowercase().replace(['-', ' '], "_");
        let sounds_like_an_end = OF_A_TERM.contains(&word.as_str());
        if meant.is_none() && !sounds_like_an_end {
            continue;
        }
        all_known = false;
        let message = format!("the key `{}` of a row is not known", key.value);
        let finding = out.finding(document.place(key.span), message);
        let Some(meant) = meant else {
            finding.help("the first and the last day of a row are `from` and `to`; nothing else that it says begins or ends it");
            continue;
        };
        finding.help(format!("did you mean `{meant}`?"));
        let named = Entry { key: Spanned::new(meant.to_owned(), key.span), value: value.clone() };
        let renamed = Spanned::new(Node::Map(vec![named]), row.span);
        if misfits_of_row(&renamed, &ROLE_ROW).iter().all(|misfit| misfit.span != value.span)
            && let Some(splice) = document.rewriting(key.span, meant)
        {
            finding.fix(format!("write `{meant}`"), vec![splice]);
        }
    }
    all_known
}

/// Reports the unknown keys of approvals, and tells whether there are none.
fn check_approvals(document: &Document, approval: &Node, out: &mut Findings) -> bool {
    let in_list = approval.items().iter().flat_map(|item| item.value.entries());
    let unknown: Vec<&Entry> = approval
        .entries()
        .iter()
        .chain(in_list)
        .filter(|entry| !APPROVAL_KEYS.contains(&entry.key.value.as_str()))
        .filter(|entry| !document.is_unsound_at(entry.key.span))
        .collect();
    for Entry { key, .. } in &unknown {
        let message = format!("the key `{}` of an approval is not known", key.value);
        let finding = out.finding(document.place(key.span), message);
        match did_you_mean(&key.value, APPROVAL_KEYS) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("an approval says `by`, `role`, `on`, `version` and `digest`"),
        };
    }
    unknown.is_empty()
}
