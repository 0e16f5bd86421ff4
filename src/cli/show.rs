//! `show`: one document, what it claims, and what Git shows of it.

use super::find::document;
use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::document::digest;
use crate::report::document::{Shown, shown};
use crate::report::json;
use crate::source::Printable;
use clap::Args;

/// Show a document: what it claims, and what Git shows of it
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  clausebook show POL-CHG-001\n  clausebook show POL-CHG-001 --format json\n  \
    clausebook show POL-CHG-001 --digest-text | sha256sum"
)]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// Print the content digest that an approval of it names
    #[arg(long, conflicts_with = "format")]
    digest: bool,

    /// Print the text the digest is made over
    #[arg(long, conflicts_with_all = ["format", "digest"])]
    digest_text: bool,

    #[command(flatten)]
    judging: Judging,

    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let judgement = judge(&global.repository, &own.judging, false)?;
    let sms = &judgement.sms;
    let document = document(sms, &own.id)?;
    let text = if own.digest_text {
        digest::text(&document.front.entries, document.body_text())
    } else if own.digest {
        format!("{}\n", sms.claims(document).digest)
    } else {
        match own.format {
            Format::Json => json::to_text(&shown(sms, document))?,
            Format::Human => told(&shown(sms, document), terminal),
        }
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

fn told(shown: &Shown, terminal: &Terminal) -> String {
    let none = || "none".to_owned();
    let or_none = |text: &Option<String>| text.clone().unwrap_or_else(none);
    let mut text = terminal.bold(&format!("{} {}", shown.id, Printable(&shown.title)));
    text.push_str("\n\n");
    let mut line = |what: &str, value: &str| {
        text.push_str(&format!("  {what:<13}{}\n", Printable(value)));
    };
    line("version", &or_none(&shown.version));
    line("status", &format!("{} (as written)", or_none(&shown.status)));
    line("state", shown.state);
    line("owner", &or_none(&shown.owner));
    line("clauses", &shown.clauses.join(", "));
    line("review by", &or_none(&shown.next_review));
    line("file", &shown.path);
    line("digest", &shown.digest);
    for approval in &shown.approvals {
        text.push_str(&format!(
            "\n  approval of {} by {} on {}: {}\n",
            Printable(&or_none(&approval.version)),
            Printable(&or_none(&approval.by)),
            or_none(&approval.on),
            terminal.bold(approval.verdict),
        ));
        let mut line = |what: &str, value: &str| {
            text.push_str(&format!("    {what:<13}{}\n", Printable(value)));
        };
        line("level", &format!("{} {}", approval.level_text, approval.level_name));
        approval.contradictions.iter().for_each(|words| line("but", words));
        line("authority", &approval.authority);
        approval.commit.iter().for_each(|commit| line("commit", commit));
        line("missing", &approval.missing);
        approval.repeat_with.iter().for_each(|command| line("repeat with", command));
    }
    for note in &shown.notes {
        text.push_str(&format!("\n  note: {note}\n"));
    }
    text.push_str("\n  versions in the history\n");
    for version in &shown.versions {
        let day = or_none(&version.date);
        let status = or_none(&version.status);
        text.push_str(&format!(
            "    {:<8} {:<12} {day}  commit {}\n",
            Printable(&version.version).to_string(),
            Printable(&status).to_string(),
            &version.commit[..10]
        ));
    }
    text
}
