//! `status`: the documents, their state, and what is due.

use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Judging, Verdict};
use crate::document::Document;
use crate::report::document::{in_words, outside_term};
use crate::sms::out_of_use::OutOfUse;
use crate::sms::{Sms, State};
use crate::source::counted;
use anyhow::bail;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};

/// Show the documents, their state and what is due
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook status\n  clausebook status --owner change-manager"
)]
pub(super) struct Arguments {
    /// Only the documents of this owner (a role or a person, as in the front matter)
    #[arg(long, value_name = "ROLE")]
    owner: Option<String>,

    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &own.judging, false)?;
    let sms = &judgement.sms;
    // Whoever owns the version in force has to see what is due of it.
    let owner_in_force = |document: &Document| sms.in_force_beside(document)?.claims.owner.clone();
    let owner_of =
        |document: &Document| document.front.text("owner").map(|owner| owner.value.to_owned());
    let owners_of =
        |document: &Document| owner_of(document).into_iter().chain(owner_in_force(document));
    if let Some(owner) = &own.owner {
        let owners: BTreeSet<String> = sms.documents.iter().flat_map(owners_of).collect();
        if !owners.contains(owner) {
            let near = crate::source::did_you_mean(owner, owners.iter().map(String::as_str));
            let all = owners.iter().map(|one| format!("`{}`", shown(one)));
            let meant = match near {
                Some(near) => format!("; did you mean `{near}`?"),
                None => format!("; owners are {}", crate::source::listed(all, "and")),
            };
            bail!("nothing is owned by `{owner}`{meant}");
        }
    }
    let is_shown = |document: &&Document| {
        own.owner.as_ref().is_none_or(|owner| owners_of(document).any(|it| it == *owner))
    };
    let shown: Vec<&Document> = sms.maintained().filter(is_shown).collect();
    let records = sms.records().filter(is_shown).count();
    let mut text = table(sms, &shown, terminal);
    text.push('\n');
    text.push_str(&counts(sms, &shown, records));
    text.extend(sms.beside_the_branch().map(|words| format!("note: {words}\n")));
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

/// One line a document, sorted by id; files without a usable id come last, by their path.
fn table(sms: &Sms, documents: &[&Document], terminal: &Terminal) -> String {
    let heading = ["Id", "Version", "State", "Review by", "Owner", "Title"].map(str::to_owned);
    let mut rows: Vec<[String; 6]> = documents
        .iter()
        .map(|document| {
            let field = |key| {
                document
                    .front
                    .text(key)
                    .map_or_else(|| "none".to_owned(), |found| shown(found.value))
            };
            [
                document.id().map_or_else(|| document.path.to_string(), |id| id.to_string()),
                field("version"),
                state(sms, document),
                sms.review_in_force(document)
                    .map_or_else(|| "none".to_owned(), |day| day.to_string()),
                field("owner"),
                shown(&document.title()),
            ]
        })
        .collect();
    rows.sort();
    rows.insert(0, heading);
    let mut widths = [0; 6];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for (i, row) in rows.iter().enumerate() {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let line = cells.collect::<Vec<_>>().join("  ");
        let line = line.trim_end();
        text.push_str(&if i == 0 { terminal.bold(line) } else { line.to_owned() });
        text.push('\n');
    }
    text
}

fn shown(text: &str) -> String {
    crate::source::Printable(text).to_string()
}

/// The state; a claim without its proof is told as what it is, and so is a version in force beside
/// the one the file has, one that claims to be, or one that is out of use, and an agreement outside of
/// its term.
fn state(sms: &Sms, document: &Document) -> String {
    let word = word(sms, document);
    let withdrawn = sms.withdrawn_as_of(document).map(|day| day.to_string());
    let beside = sms.in_force_beside(document);
    let beside = beside.map(|tenure| {
        let overdue = if is_overdue_beside(sms, document) { ", review overdue" } else { "" };
        let until = tenure.withdrawn_as_of(sms.as_of);
        let until = until.map(|day| format!(", withdrawn as of {day}")).unwrap_or_default();
        format!(", {} in force{until}{overdue}", shown(&tenure.version))
    });
    let claimed = sms.claimed_beside(document);
    let claimed = claimed.map(|tenure| format!(", {} claims approval", shown(&tenure.version)));
    let out = out_of_use(sms, document);
    let out = out.map(|out| format!(", {} {}", shown(out.version()), out.word()));
    let outside = outside_term(sms, document).map(|outside| format!(", {outside}"));
    in_words(word, withdrawn.as_deref())
        + &beside.unwrap_or_default()
        + &claimed.unwrap_or_default()
        + &out.unwrap_or_default()
        + &outside.unwrap_or_default()
}

/// Tells whether the review of the version in force is overdue where the file has another one.
fn is_overdue_beside(sms: &Sms, document: &Document) -> bool {
    sms.in_force_beside(document).is_some()
        && sms.review_in_force(document).is_some_and(|day| day < sms.as_of)
}

/// Returns what is out of use beside a version that is not, or that never was in use.
fn out_of_use<'s>(sms: &'s Sms, document: &Document) -> Option<&'s OutOfUse> {
    let is_its = |out: &&OutOfUse| sms.claims(document).is_version(out.version());
    sms.out_of_use_beside(document).filter(|out| !(sms.is_out_of_use(document) && is_its(out)))
}

fn word(sms: &Sms, document: &Document) -> &'static str {
    if !sms.is_identified(document) {
        "not identified"
    } else if sms.only_claims_approval(document) {
        "claims approval"
    } else {
        sms.state(document).word()
    }
}

fn counts(sms: &Sms, documents: &[&Document], records: usize) -> String {
    // What cannot be identified has no state; it is named last.
    let mut states: BTreeMap<(bool, Option<State>, &str), usize> = BTreeMap::new();
    for document in documents {
        let state = Some(sms.state(document)).filter(|_| sms.is_identified(document));
        *states.entry((state.is_none(), state, word(sms, document))).or_default() += 1;
    }
    let states: Vec<String> =
        states.iter().map(|((.., word), count)| format!("{count} {word}")).collect();
    let with = |is_so: &dyn Fn(&Document) -> bool, words: &str| {
        let count = documents.iter().filter(|it| is_so(it)).count();
        (count > 0).then(|| format!("{count} with the version before {words}"))
    };
    let beside = [
        with(&|it| sms.in_force_beside(it).is_some(), "in force"),
        with(&|it| is_overdue_beside(sms, it), "overdue"),
        with(&|it| sms.claimed_beside(it).is_some(), "claiming approval"),
        with(&|it| out_of_use(sms, it).is_some(), "out of use"),
    ];
    let beside: Vec<String> = beside.into_iter().flatten().collect();
    let beside = match beside.as_slice() {
        [] => String::new(),
        beside => format!("; {}", beside.join(", ")),
    };
    let documents = counted(documents.len(), "document");
    format!(
        "{documents} ({}{beside}), {}; as of {}\n",
        states.join(", "),
        counted(records, "record"),
        sms.as_of
    )
}
