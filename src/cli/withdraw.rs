//! `withdraw`: a document taken out of use, with day and reason.

use super::find::document;
use super::terminal::Terminal;
use super::writing::{Desk, How, Measure, day_or, holders, ids, open, version_of};
use super::{Arguments as Global, Verdict};
use crate::document::Document;
use crate::document::edit::Change;
use crate::sms::authority::Authority;
use crate::sms::reference::Resolution;
use crate::sms::{Sms, State};
use crate::source::Printable;
use anyhow::bail;
use clap::Args;

/// Take a document out of use
///
/// Sets `status: withdrawn`, the day and the reason, and commits that. The file stays, and so does
/// its history. What is in force is withdrawn by somebody who may approve it. Documents beneath it,
/// and documents in force that link to it, are named: they need another parent, or another link.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook withdraw WIN-OPS-099 --reason \"The service left the scope\"
  clausebook withdraw PRO-CHG-001 --reason \"Two procedures became one\" --replaced-by PRO-CHG-002
  clausebook withdraw WIN-OPS-099 --reason \"The service left the scope\" --on 2026-07-01 --dry-run")]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// Why it is no longer needed, in one line
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The first day on which it is out of use [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// The document that takes its place
    #[arg(long, value_name = "ID")]
    replaced_by: Option<String>,

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
    let sms = desk.sms();
    let found = desk.document(&own.id)?;
    if found.status() == Some("withdrawn") {
        bail!("`{}` is withdrawn already", own.id);
    }
    if own.reason.trim().is_empty() {
        bail!("a withdrawal has a reason; say it with --reason");
    }
    require_authority(&desk, found, &own.id)?;
    desk.require_clean_file(
        &found.path,
        "a withdrawal changes nothing else, so commit them first",
    )?;
    let on = day_or("--on", own.on.as_deref(), desk.today)?;
    let mut reason = own.reason.trim().to_owned();
    let mut warnings = Vec::new();
    if let Some(by) = &own.replaced_by {
        let successor = document(sms, by)?;
        if successor.path == found.path {
            bail!("`{by}` cannot take its own place");
        }
        reason.push_str(&format!("; replaced by {by}"));
        warnings.extend(doubts_about(sms, successor, by, &own.id));
    }
    let claimed = version_of(found, &own.id)?;
    let beside = sms.in_force_beside(found);
    if let Some(tenure) =
        beside.filter(|_| on > desk.today && sms.status(found) != Some("approved"))
    {
        let (path, version, blob) = (&found.path, &tenure.version, tenure.blob.short());
        bail!(
            "{claimed}, which the file holds, was not approved, so what the file says of a later day is not said of version {version}, which is in force: put the file back as that has it (`git cat-file blob {blob} > {path}`) and commit it first, or withdraw it as of today"
        );
    }
    let beside = beside.map(|tenure| tenure.version.as_str());
    if let Some(version) = beside {
        warnings.push(format!(
            "version {version}, which is in force, goes out of force as well, not only {claimed}, which the file holds"
        ));
    }
    let version = beside.unwrap_or(claimed);
    if on <= desk.today && !desk.is_on_publishing_branch() {
        warnings.push(format!(
            "it is withdrawn once `{}` has this commit, and {on} is to be that day: merge it today, or name a later day with --on",
            Printable(&sms.trust.config.branch)
        ));
    }
    let changes = [
        Change::Set("status", "withdrawn".to_owned()),
        Change::Set("withdrawn_on", on.to_string()),
        Change::Set("withdrawal_reason", reason.clone()),
    ];
    let message = format!("Withdraw {} {version}: {reason}", own.id);
    let proposal = desk.edited(found, &changes, message)?;
    let weighed = desk.weigh(&proposal)?;
    let mut children = [sms.children(&own.id), sms.beneath(&own.id)].concat();
    children.retain(|child| child.status() != Some("withdrawn"));
    children.sort_by_key(|child| (child.id(), &child.path));
    children.dedup_by(|a, b| a.path == b.path);
    if !children.is_empty() {
        let need = if children.len() == 1 { "needs" } else { "need" };
        warnings.push(format!("it is the parent of {}, which {need} another", ids(&children)));
    }
    let linking = linking_to(sms, found);
    if !linking.is_empty() {
        warnings.push(format!("documents in force link to it: {}", ids(&linking)));
    }
    let files = &[&found.path];
    let measure = Measure { files, settled_later: &[], as_it_stands: false };
    let next = desk.require_no_errors(&weighed, &measure, terminal)?;
    for warning in warnings {
        terminal.print(&format!("warning: {warning}\n"))?;
    }
    desk.carry_out(&proposal, How::of(own.dry_run), terminal)?;
    terminal.print(&next)?;
    Ok(Verdict::Clean)
}

/// Refuses whoever may not take out of use what is in force. A draft is its author's.
fn require_authority(desk: &Desk, document: &Document, id: &str) -> anyhow::Result<()> {
    let (sms, by, on) = (desk.sms(), &desk.who.person.email, desk.today);
    if !sms.is_worked_by(document) {
        return Ok(());
    }
    let Authority::Contradicted(lack) = sms.may_withdraw(document, by, on) else { return Ok(()) };
    let others = match holders(sms.rows_to_approve_by(document, on).into_iter()) {
        None => "no role register names anybody who may".to_owned(),
        Some(others) => format!("may withdraw it instead: {others}"),
    };
    bail!(
        "`{id}` is in force, and whoever may approve it withdraws it, so nothing was written: {}; {others}",
        lack.words_of_withdrawal(by)
    );
}

/// Says what speaks against a successor.
fn doubts_about(sms: &Sms, successor: &Document, by: &str, id: &str) -> Vec<String> {
    let mut doubts = Vec::new();
    match sms.state(successor) {
        state if state.is_in_force() => {}
        state @ (State::Withdrawn | State::Superseded) => {
            doubts.push(format!("{by} is out of use itself ({})", state.word()));
        }
        state => doubts.push(format!("{by} is not in force yet ({})", state.word())),
    }
    let names_it = successor
        .front
        .list("supersedes")
        .iter()
        .any(|reference| crate::document::Reference::parse(reference.value).id.as_str() == id);
    if !names_it {
        // What is approved says nothing else before its next version.
        let how = match successor.status() {
            Some("approved") => "with its next version",
            _ => "to it",
        };
        doubts.push(format!(
            "{by} does not say that it takes the place of {id}; add `supersedes: {id}` {how}"
        ));
    }
    doubts
}

/// Returns the documents in force whose text links to a document, in the order of their files.
fn linking_to<'s>(sms: &'s Sms, document: &Document) -> Vec<&'s Document> {
    let leads_to_it = |other: &Document| {
        other.body.links.iter().any(|link| match sms.resolve(other, &link.target) {
            Resolution::Document { document: found, .. } => found.path == document.path,
            _ => false,
        })
    };
    let others = sms.maintained().filter(|other| other.path != document.path);
    others.filter(|other| sms.state(other).is_in_force() && leads_to_it(other)).collect()
}
