//! `show`: one document, what it claims, and what Git shows of it.

use super::find::{Found, day, document, now_or_then};
use super::judge::judge;
use super::terminal::Terminal;
use super::{Arguments as Global, Format, Judging, Verdict};
use crate::document::{Reference, digest};
use crate::report::document::{
    NotIdentified, Shown, ShownSignature, cannot_be_read, in_words, shown,
};
use crate::report::json;
use crate::report::tenure::{ShownTenure, ShownThen, UNPROVED, days_in_force, then};
use crate::sms::Sms;
use crate::source::{Printable, listed};
use anyhow::bail;
use clap::Args;

/// Show a document: what it claims, and what Git shows of it
///
/// With a version or a day, it says what was in force, who approved it, with what proof, and what
/// ended it. What was in force on a day follows the days that documents claim; what was committed
/// by that day follows the commits of the publishing branch. They are two questions, and both are
/// answered.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook show POL-CHG-001
  clausebook show POL-CHG-001@1.3                 when that version was in force, and on whose word
  clausebook show POL-CHG-001 --on 2026-03-01     what was in force on that day
  clausebook show POL-CHG-001 --format json
  clausebook show POL-CHG-001 --digest-text | sha256sum")]
pub(super) struct Arguments {
    /// The id of the document, or ID@VERSION
    id: String,

    /// Ask what was in force on this day, like 2026-03-01
    #[arg(long, value_name = "DATE", conflicts_with_all = ["digest", "digest_text"])]
    on: Option<String>,

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
    let asked = Reference::parse(&own.id);
    let on = own.on.as_deref().map(|text| day("--on", text)).transpose()?;
    if asked.version.is_some() || on.is_some() {
        if own.digest || own.digest_text {
            bail!("the digest is that of the document as it stands; leave the version out");
        }
        let found = now_or_then(sms, asked.id.as_str())?;
        let then = then(sms, &found.subject(sms), asked.version.as_deref(), on);
        refuse_unknown_version(sms, &found, &asked)?;
        let text = match own.format {
            Format::Json => json::to_text(&then)?,
            Format::Human => told_then(&then, terminal),
        };
        terminal.print(&text)?;
        return Ok(Verdict::Clean);
    }
    let document = document(sms, asked.id.as_str())?;
    if own.digest || own.digest_text {
        let Some(digest) = sms.claims(document).digest_in_full() else {
            let why = cannot_be_read(document).join("; ");
            bail!("`{}` has no digest, as its file cannot be read in full: {why}", asked.id);
        };
        if own.digest {
            terminal.print(&format!("{digest}\n"))?;
            return Ok(Verdict::Clean);
        }
        // It is to be hashed: each byte counts.
        let text = digest::text(&document.front.entries, document.body_text());
        let print = if terminal.is_screen { Terminal::print } else { Terminal::print_exact };
        print(terminal, &text)?;
        return Ok(Verdict::Clean);
    }
    let text = match own.format {
        Format::Json => json::to_text(&shown(sms, document))?,
        Format::Human => told(&shown(sms, document), terminal),
    };
    terminal.print(&text)?;
    Ok(Verdict::Clean)
}

fn refuse_unknown_version(sms: &Sms, found: &Found<'_>, asked: &Reference) -> anyhow::Result<()> {
    let Some(version) = &asked.version else { return Ok(()) };
    let known = sms.versions(&found.subject(sms).id);
    if known.contains(version) {
        return Ok(());
    }
    bail!("`{}` has no version {version}; there are {}", asked.id, listed(&known, "and"));
}

fn told_then(then: &ShownThen, terminal: &Terminal) -> String {
    let version = then.version.as_ref().map(|it| format!("@{it}")).unwrap_or_default();
    let head = format!("{}{} {}", then.id, Printable(&version), Printable(&then.title));
    let mut text = terminal.bold(&head);
    text.push('\n');
    if let Some(removed) = &then.removed {
        text.push_str(&format!("\n  {}\n", Printable(&removed.says)));
    }
    if then.in_force.is_empty() {
        text.push_str(&match (&then.on, &then.version) {
            (Some(day), Some(version)) => {
                format!("\n  version {} was not in force on {day}\n", Printable(version))
            }
            (Some(day), None) => format!("\n  nothing was in force on {day}\n"),
            (None, _) => {
                "\n  the publishing branch never had this version as approved\n".to_owned()
            }
        });
    }
    for tenure in &then.in_force {
        let words = match &then.on {
            Some(day) => format!("in force on {day}: version {}", Printable(&tenure.version)),
            None => format!("version {}", Printable(&tenure.version)),
        };
        text.push_str(&format!("\n  {}\n", terminal.bold(&words)));
        text.push_str(&told_tenure(tenure));
        if let (false, Some(true), Some(day)) = (tenure.is_proved, tenure.was_proved_then, &then.on)
        {
            text.push_str(&format!(
                "    by the content that stood on {day} it does: what speaks against it came later\n"
            ));
        }
    }
    if let Some(day) = &then.on {
        text.push_str(&match &then.committed {
            Some(state) => format!(
                "\n  committed by {day}: version {}, {}, commit {} of {}\n",
                Printable(state.version.as_deref().unwrap_or("none")),
                Printable(state.status.as_deref().unwrap_or("no status")),
                &state.commit[..10],
                state.day.as_deref().unwrap_or("no day that can be read")
            ),
            None => format!("\n  committed by {day}: nothing, on the publishing branch\n"),
        });
    }
    then.notes.iter().for_each(|note| text.push_str(&format!("\n  note: {note}\n")));
    text
}

/// Says what is in force of a document whose file cannot be taken for it.
fn told_beside(not_identified: &NotIdentified, terminal: &Terminal) -> String {
    let NotIdentified { on, in_force, .. } = not_identified;
    let Some(tenure) = in_force else { return format!("\n  nothing is in force on {on}\n") };
    let is = if tenure.is_proved { "in force" } else { "said to be in force" };
    let words = format!("{is} on {on}: version {}", Printable(&tenure.version));
    format!("\n  {}\n{}", terminal.bold(&words), told_tenure(tenure))
}

/// Says of a version when it was in force, since when it is published, and on whose word.
fn told_tenure(tenure: &ShownTenure) -> String {
    let day = tenure.published_on.as_deref().unwrap_or("a day that cannot be read");
    let commit = &tenure.published_in[..10];
    let days = days_in_force(tenure);
    let mut text = format!("    {days}\n    published on {day}, commit {commit}\n");
    let since = "; the document had this on that day, and has it no more";
    let given_up = tenure.given_up_since.iter().map(|approval| (approval, since));
    let approvals = tenure.approvals.iter().map(|approval| (approval, ""));
    for (approval, since) in given_up.chain(approvals) {
        text.push_str(&format!("    {}{since}\n", approval.words()));
        if let Some(command) = &approval.repeat_with {
            text.push_str(&format!("      repeat with {}\n", Printable(command)));
        }
    }
    if !tenure.is_proved {
        text.push_str(&format!("    {UNPROVED}\n"));
    }
    text
}

fn told_signature(signature: &ShownSignature) -> String {
    let tag = signature.tag.as_ref().map(|tag| format!("{tag}: ")).unwrap_or_default();
    let key = match (&signature.key, signature.verdict) {
        // Whose key it is says which one.
        (Some(_), "verified") | (None, _) => String::new(),
        (Some(key), _) => format!(" (key {key})"),
    };
    format!("{tag}{}{key}", signature.says)
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
    let is_record = shown.state == "record";
    // What is to be withdrawn is what is in force.
    let withdrawn_as_of = shown.withdrawn_as_of.as_ref();
    match (is_record, withdrawn_as_of.filter(|_| shown.in_force.is_none())) {
        _ if shown.not_identified.is_some() => line("state", "not identified"),
        (true, _) => line("state", &format!("record, {}", or_none(&shown.status))),
        (false, day) => {
            let claims = if shown.claims_approval { ", claims approval, not verified" } else { "" };
            line("state", &(in_words(shown.state, day.map(String::as_str)) + claims));
        }
    }
    let because = shown.not_identified.iter().flat_map(|it| &it.because);
    because.for_each(|reason| line("because", reason));
    if let Some(version) = &shown.in_force {
        let more = format!("`clausebook show {}@{version}` says more", shown.id);
        let until = withdrawn_as_of.map(|day| format!(", withdrawn as of {day}"));
        line("in force", &format!("{version}{} ({more})", until.unwrap_or_default()));
    }
    if let Some(out) = &shown.out_of_use {
        line("out of use", &out.words());
    }
    if !shown.superseded_by.is_empty() {
        line("in its place", &listed(&shown.superseded_by, "and"));
    }
    line("owner", &or_none(&shown.owner));
    line("clauses", &shown.clauses.join(", "));
    line("review by", &or_none(&shown.next_review));
    line("file", &shown.path);
    line("digest", &or_none(&shown.digest));
    text.extend(shown.not_identified.iter().map(|it| told_beside(it, terminal)));
    for approval in &shown.approvals {
        text.push_str(&format!(
            "\n  approval {} {} by {} on {}: {}\n",
            if approval.of_earlier_version { "for the earlier version" } else { "of" },
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
        for signature in approval.signature.iter().chain(&approval.baseline) {
            line(
                if signature.tag.is_some() { "tag" } else { "signature" },
                &told_signature(signature),
            );
        }
        line("authority", &approval.authority);
        approval.commit.iter().for_each(|commit| line("commit", commit));
        if !approval.of_earlier_version {
            line("missing", &approval.missing);
        }
        approval.repeat_with.iter().for_each(|command| line("repeat with", command));
        for signature in approval.signature.iter().chain(&approval.baseline) {
            line("and", &signature.repeat_with);
        }
    }
    for note in &shown.notes {
        text.push_str(&format!("\n  note: {note}\n"));
    }
    if is_record && shown.versions.is_empty() {
        let words = "a record has no versions and is not in force; `log` has its commits";
        text.push_str(&format!("\n  {words}\n"));
        return text;
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
