//! `bump`: the beginning of the next version of a document.

use super::find::published_meanwhile;
use super::terminal::Terminal;
use super::writing::{Desk, How, Measure, open, version_of};
use super::{Arguments as Global, Verdict};
use crate::document::change::Size;
use crate::document::edit::Change;
use crate::document::{Document, Reference, Version};
use crate::source::Printable;
use anyhow::{Context as _, bail};
use clap::Args;

/// Begin the next version of a document
///
/// Raises the version (1.9 becomes 1.10 with --minor and 2.0 with --major), sets the status to
/// `draft`, writes the size of the change and why it is made, and takes out the approval and the
/// day of effect of the version before: Git keeps them. What you have changed in the file already
/// is committed with it, and shown before.
///
/// Do this on a branch. The version in force stays so on the publishing branch until the next one
/// is approved and merged.
#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("size").required(true),
    after_help = "Examples:
  clausebook bump POL-CHG-001 --minor --summary \"Emergencies are approved by telephone first\"
  clausebook bump POL-CHG-001 --major --summary \"New categories\" --in-review
  clausebook bump POL-CHG-001 --editorial --summary \"Typing errors\" --no-commit"
)]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// What is asked of people changes
    #[arg(long, group = "size")]
    major: bool,

    /// The text says more, or says it otherwise
    #[arg(long, group = "size")]
    minor: bool,

    /// Spelling and form only
    #[arg(long, group = "size")]
    editorial: bool,

    /// Why the version is made, in one line
    #[arg(long, value_name = "TEXT")]
    summary: String,

    /// Hand it in for review at once
    #[arg(long)]
    in_review: bool,

    /// Write the file and leave the commit to you
    #[arg(long, conflicts_with = "dry_run")]
    no_commit: bool,

    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let desk = open(global)?;
    let found = desk.document(&own.id)?;
    if found.status() == Some("withdrawn") {
        bail!(
            "`{}` is withdrawn; what is needed again gets a new id, or a new version by hand: raise `version`, set `status: in-review`, take `withdrawn_on`, `withdrawal_reason` and `approval` out, and say in `change_summary` why",
            own.id
        );
    }
    // What is only staged would begin with a number after the first.
    let is_committed = found.id().is_some_and(|id| desk.sms().history.committed(&id).is_some());
    if !is_committed {
        bail!(
            "`{}` is not committed yet, so it has no version to go on from; commit {} as it is first",
            own.id,
            found.path
        );
    }
    let old = version_of(found, &own.id)?;
    let version = Version::parse(old).with_context(|| {
        format!("the version `{old}` is no version like 2.0, so it is not raised")
    })?;
    let size = match (own.major, own.minor) {
        (true, _) => Size::Major,
        (_, true) => Size::Minor,
        _ => Size::Editorial,
    };
    if own.summary.trim().is_empty() {
        bail!("a version says why there is one; say it with --summary");
    }
    // A number that was used is not used again: where a version was taken back, the next follows it.
    let known = found.id().map(|id| desk.sms().versions(&id)).unwrap_or_default();
    let there = found
        .id()
        .and_then(|id| published_meanwhile(&desk.judgement.repository, desk.sms(), &id)?.version);
    let used = known.iter().chain(&there).filter_map(|known| Version::parse(known));
    let new = used.chain([version.clone()]).max().unwrap_or(version).after(size).to_string();
    let status = if own.in_review { "in-review" } else { "draft" };
    let mut changes = vec![
        Change::Set("version", new.clone()),
        Change::Set("status", status.to_owned()),
        Change::Set("change_kind", size.word().to_owned()),
        Change::Set("change_summary", own.summary.clone()),
        Change::Remove("approval"),
    ];
    let mut hints = Vec::new();
    // What is announced is not put into force before its day by what takes its place.
    let begins = found.front.date("effective_from");
    match begins.filter(|day| found.status() == Some("approved") && *day > desk.today) {
        Some(day) => hints.push(format!(
            "version {old} begins on {day}, and {new} keeps that day as `effective_from`; take it out if {new} shall hold before"
        )),
        None => changes.push(Change::Remove("effective_from")),
    }
    hints.extend(what_became_of(&desk, found, (old, &new)));
    if was_approved(&desk, found, old) {
        let reference = format!("{}@{old}", own.id);
        match supersedes_only_itself(found) {
            true => changes.push(Change::Set("supersedes", reference)),
            false => hints.push(format!(
                "`supersedes` names other documents and stays as it is; add {reference} if you like"
            )),
        }
    }
    if desk.is_on_publishing_branch() && found.status() == Some("approved") {
        let beside = desk.sms().in_force_beside(found).map(|tenure| tenure.version.as_str());
        let in_force = beside.or_else(|| desk.sms().state(found).is_in_force().then_some(old));
        let what_stands = match in_force {
            Some(version) => format!("where version {version} is in force"),
            None => "which people work by".to_owned(),
        };
        hints.push(format!(
            "this is {}, {what_stands}; a branch keeps a draft apart from it: git switch -c {}-{new}",
            Printable(desk.branch()),
            own.id.to_lowercase()
        ));
    }
    let message = format!("Begin {} {new}: {}", own.id, own.summary.trim());
    let proposal = desk.edited(found, &changes, message)?;
    let weighed = desk.weigh(&proposal)?;
    // What is not committed yet may still lack something: its author goes on writing.
    let next = match own.no_commit {
        true => {
            terminal.print(&desk.new_findings(&weighed, terminal))?;
            String::new()
        }
        // What is wrong with the version that was approved stays wrong with it under its number.
        false => {
            let settled: &[&str] = match desk.sms().is_approved(found) {
                true => &[],
                false => &["AP001", "AP002", "AP003", "AP004", "AP005", "AP007"],
            };
            let files = &[&found.path];
            let measure = Measure { files, settled_later: settled, as_it_stands: false };
            desk.require_no_errors(&weighed, &measure, terminal)?
        }
    };
    let how = if own.no_commit { How::WriteOnly } else { How::of(own.dry_run) };
    desk.carry_out(&proposal, how, terminal)?;
    for hint in hints {
        terminal.print(&format!("note: {hint}\n"))?;
    }
    terminal.print(&next)?;
    Ok(Verdict::Clean)
}

/// Says what became of a version that was begun, where another takes its number's place.
fn what_became_of(desk: &Desk, document: &Document, (old, new): (&str, &str)) -> Option<String> {
    let sms = desk.sms();
    if let Some(moved) = sms.moved_back(document).filter(|it| it.withdrawn_in.is_none()) {
        return Some(match moved.is_published {
            true => format!(
                "version {old} was in force until it went back under its number; nothing is until {new} is approved"
            ),
            false => format!("version {old} stays in force until {new} is approved"),
        });
    }
    let was_issued = document.id().is_some_and(|id| !sms.tenures(&id).is_empty());
    let is_begun = matches!(document.status(), Some("draft" | "in-review"));
    let is_new = sms.tenure_of_now(document).is_none();
    (was_issued && is_begun && is_new)
        .then(|| format!("version {old} was begun and never approved; {new} takes its place"))
}

/// Tells whether a version was ever approved; else nothing supersedes it.
fn was_approved(desk: &Desk, document: &Document, version: &str) -> bool {
    let last = document.id().and_then(|id| desk.sms().last_approved(&id));
    last.is_some_and(|revision| revision.claims.is_version(version))
}

fn supersedes_only_itself(document: &Document) -> bool {
    let named = document.front.list("supersedes");
    named.iter().all(|reference| Some(Reference::parse(reference.value).id) == document.id())
}
