//! `review`: a look at a document that finds nothing to change, kept as a record.

use super::find::{document, ids_elsewhere};
use super::terminal::Terminal;
use super::writing::{Desk, How, Measure, Proposal, day_or, open, version_of};
use super::{Arguments as Global, Verdict};
use crate::document::Document;
use crate::document::edit::written;
use crate::sms::Sms;
use crate::sms::review::review_day;
use crate::source::{Date, Printable};
use anyhow::{Context as _, bail};
use clap::Args;

/// Record that you reviewed a document and found nothing to change
///
/// Writes a record of the kind `document-review` that names the version you read, and commits it.
/// The next review then counts from this day; the document stays as it is. Where the file holds the
/// next version already, the one in force is what you reviewed. The record gets the next free id of
/// the year, and lies beside the reviews there are.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook review POL-CHG-001 --no-change
  clausebook review POL-CHG-001 --no-change --note \"Read with the shift leads\" --dry-run

If something has to change, raise the version instead: clausebook bump POL-CHG-001 --minor")]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// Say that nothing has to change
    #[arg(long, required = true)]
    no_change: bool,

    /// What was looked at, as a sentence for the record
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,

    /// The day of the review [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

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
    let on = day_or("--on", own.on.as_deref(), desk.today)?;
    // Whoever reads a document again reads what is in force of it.
    let beside = desk.sms().in_force_before_next(found);
    if beside.is_none() {
        require_in_force(&desk, found, &own.id)?;
    }
    let text = beside.map_or(found, |beside| beside.text);
    let is_same = |record: &&Document| {
        let says = |key: &str| record.front.text(key).map(|found| found.value);
        review_day(record) == Some(on)
            && says("document_id") == Some(own.id.as_str())
            && says("version") == text.front.text("version").map(|version| version.value)
    };
    if let Some(record) = desk.sms().reviews().find(is_same) {
        bail!("`{}` was reviewed on {on} already: {} says so", own.id, record.called());
    }
    match beside.and_then(|beside| beside.version) {
        Some(version) => {
            let next = version_of(found, &own.id)?;
            let words = format!(
                "what you review is version {version}, which is in force; the file has {next}"
            );
            terminal.print(&format!("note: {}\n", Printable(&words)))?;
        }
        None => {
            desk.require_clean_file(&found.path, "what you reviewed is what is committed")?;
        }
    }
    let proposal = proposal(&desk, text, own, on)?;
    let weighed = desk.weigh(&proposal)?;
    let files = &[&proposal.path, &found.path];
    let measure = Measure { files, settled_later: &[], as_it_stands: false };
    let mended_next = desk.require_no_errors(&weighed, &measure, terminal)?;
    desk.carry_out(&proposal, How::of(own.dry_run), terminal)?;
    let reviewed = document(&weighed.sms, &own.id)?;
    let next = match beside {
        Some(_) => weighed.sms.review_in_force(reviewed),
        None => weighed.sms.next_review(reviewed),
    };
    if let Some(next) = next {
        terminal.print(&format!("{} is then due for review by {next}\n", own.id))?;
    }
    terminal.print(&mended_next)?;
    Ok(Verdict::Clean)
}

/// Refuses to keep in force what is not.
fn require_in_force(desk: &Desk, found: &Document, id: &str) -> anyhow::Result<()> {
    let sms = desk.sms();
    if sms.status(found) != Some("approved") {
        bail!(
            "`{id}` is not approved; a review without a change is for what is approved, and keeps it in force"
        );
    }
    if !sms.is_approved(found) {
        bail!(
            "`{id}` says that it is approved, and Git does not bear it out; let it be approved anew: {}",
            sms.why_not_approved(found)
        );
    }
    if sms.is_out_of_use(found) {
        bail!("another document took the place of `{id}`; there is nothing to keep in force");
    }
    Ok(())
}

fn proposal(
    desk: &Desk,
    document: &Document,
    own: &Arguments,
    on: Date,
) -> anyhow::Result<Proposal> {
    let sms = desk.sms();
    let version = version_of(document, &own.id)?;
    let pattern = last_review(sms);
    let elsewhere = ids_elsewhere(&desk.judgement.repository, sms);
    let id = sms.next_id(&format!("REC-REV-{}", on.year()), &elsewhere);
    let folder = match pattern {
        Some(record) => record.path.parent(),
        None => sms.config.src.join(b"records").join(b"document-reviews"),
    };
    let path = folder.join(format!("{id}.md").as_bytes());
    let on_disk = desk.judgement.repository.on_disk(&path)?;
    if std::fs::symlink_metadata(&on_disk).is_ok() || sms.snapshot.files.contains_key(&path) {
        bail!("{path} is there already; nothing of yours is overwritten");
    }
    let title = format!("Review without change: {}", document.title());
    let of_document = |key: &str, or: &str| -> String {
        document.front.text(key).map_or(or, |found| found.value).to_owned()
    };
    let mut keys = vec![
        ("id", id.to_string()),
        ("title", title.clone()),
        ("type", "record".to_owned()),
        ("kind", "document-review".to_owned()),
        ("status", "closed".to_owned()),
        ("owner", of_document("owner", &desk.who.person.email)),
        ("date", on.to_string()),
        ("classification", of_document("classification", "internal")),
        ("document_id", own.id.clone()),
        ("version", version.to_owned()),
        ("reviewed_on", on.to_string()),
        ("reviewer", desk.who.person.name.clone()),
        ("result", "no-change".to_owned()),
    ];
    // What the house says of such records, it goes on saying.
    let produced_by = pattern.and_then(|record| record.front.text("produced_by"));
    keys.extend(produced_by.map(|found| ("produced_by", found.value.to_owned())));
    let months = document.front.text("review_months").and_then(|it| it.value.parse().ok());
    let next = months.and_then(|months| on.plus_months(months)?.day_before());
    keys.extend(next.map(|next| ("next_review", next.to_string())));
    let mut text = "---\n".to_owned();
    for (key, value) in &keys {
        let value = written(value).with_context(|| format!("cannot write `{key}`"))?;
        text.push_str(&format!("{key}: {value}\n"));
        if *key == "owner" {
            text.push_str("clauses: [7.5.2]\n");
        }
    }
    let note = own.note.as_deref().map(|note| format!("\n{}\n", note.trim())).unwrap_or_default();
    text.push_str(&format!(
        "---\n\n# {title}\n\n{} reviewed [[{}@{version}]] on {on} and found nothing to change.\n{note}",
        desk.who.person.name, own.id
    ));
    let message = format!("Review {} {version}: no change", own.id);
    Ok(Proposal { path, before: None, after: text.into_bytes(), message })
}

/// Returns the newest review there is; it shows where they lie.
fn last_review(sms: &Sms) -> Option<&Document> {
    let is_review = |record: &&Document| {
        record.front.text("kind").is_some_and(|it| it.value == "document-review")
    };
    sms.records().filter(is_review).max_by_key(|record| record.id())
}
