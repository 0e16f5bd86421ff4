//! `approve`: the act of an approver, as one commit that holds nothing else.

use super::find::{document, published_meanwhile};
use super::terminal::Terminal;
use super::writing::{Desk, How, Measure, Proposal, Weighed, day_or, holders, open, version_of};
use super::{Arguments as Global, Verdict};
use crate::document::edit::Change;
use crate::document::{Approval, DocId, Document, redline};
use crate::history::same_act;
use crate::repo::snapshot;
use crate::report::redline::{Redline, human};
use crate::sms::Sms;
use crate::sms::approval::{Contradiction, Grade};
use crate::sms::authority::Authority;
use crate::sms::meanwhile::is_issued_otherwise;
use crate::sms::roles::RoleEntry;
use crate::source::{Date, Printable, Span, listed};
use anyhow::{Context as _, bail};
use clap::Args;

/// Approve a document, as yourself, in a commit of its own
///
/// Shows what changed since the last approval, sets `status: approved`, adds your approval with
/// the version and the digest of the text, and commits that file and nothing else, signed if Git
/// is set up to sign. `by` is the address that Git commits with. Approvals of this version that do
/// not hold, and one of your own that proves too little, give way to it; where the version is
/// published, what does not hold is taken out first, so that the history shows it.
///
/// Before anything is written, the commit is judged as it would be. It is refused where the text
/// is yours, where you may not approve, or where anything else would contradict the approval; also
/// where the document itself has errors, and where the approval of another one would not hold any
/// more. Other errors that it brings in elsewhere are told after it is done, to be mended next.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  clausebook approve POL-CHG-001 --dry-run        read what is new, and what would be written
  clausebook approve POL-CHG-001
  clausebook approve POL-CHG-001 --role service-director --effective-from 2026-06-01

Nothing is pushed. The proof is stronger if somebody else than the author merges it.")]
pub(super) struct Arguments {
    /// The id of the document
    id: String,

    /// The role you approve in [default: the one that the role register gives you for it]
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// The day of the approval [default: today]
    #[arg(long, value_name = "DATE")]
    on: Option<String>,

    /// The day from which it is in force [default: as the document says, else the day of approval]
    #[arg(long, value_name = "DATE")]
    effective_from: Option<String>,

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
    require_ready(&desk, found, &own.id)?;
    if own.on.is_some() {
        require_text_of(&desk, on, &own.id)?;
    }
    let (proposal, giving_way) = proposal(&desk, found, own, on)?;
    terminal.print(&(news(&desk, found, &own.id, terminal)? + "\n"))?;
    terminal.print(&gives_way(&desk, found, &giving_way))?;
    let weighed = desk.weigh(&proposal)?;
    require_standing(&desk, &weighed, &own.id, on)?;
    // The signature comes with the commit, and another person with the merge.
    let measure =
        Measure { files: &[&found.path], settled_later: &["AP001", "AP006"], as_it_stands: true };
    let next = desk.require_no_errors(&weighed, &measure, terminal)?;
    let made = desk.carry_out(&proposal, How::of(own.dry_run), terminal)?;
    if made.is_none() {
        terminal.print(&told(mine(&desk, &weighed.sms, &own.id, on)?, &weighed.sms, &own.id)?)?;
        terminal.print(&next)?;
        return Ok(Verdict::Clean);
    }
    // Now that it is there it may be signed, which what was imagined was not; and a hook may have
    // changed what was to be approved.
    let judged = desk.judged_again(global)?.sms;
    let grade = mine(&desk, &judged, &own.id, on)?;
    if grade.contradictions.is_empty() {
        terminal.print(&told(grade, &judged, &own.id)?)?;
        terminal.print(&next)?;
        return Ok(Verdict::Clean);
    }
    terminal.print(&format!(
        "\nthe approval does not hold as it was committed: {}\nsomething changed the text on the way, such as a hook of the repository; take the commit back, and approve again once nothing does\n",
        contradictions(grade)
    ))?;
    Ok(Verdict::Findings)
}

/// Refuses what is not handed in, and an approval that would not be a commit of its own.
fn require_ready(desk: &Desk, document: &Document, id: &str) -> anyhow::Result<()> {
    let sms = desk.sms();
    if !sms.needs_approval(document) {
        bail!("documents of the type of `{id}` are not approved");
    }
    match document.status() {
        Some("in-review") => {}
        Some("approved") => require_want(desk, document, id)?,
        Some("withdrawn") => {
            bail!("`{id}` is withdrawn; what is needed again gets a new id, or a new version")
        }
        _ => bail!(
            "`{id}` is a draft; its author hands it in with `status: in-review`, then it can be approved"
        ),
    }
    let there =
        document.id().and_then(|id| published_meanwhile(&desk.judgement.repository, sms, &id));
    let version = document.front.text("version").map_or("", |version| version.value);
    if there.is_some_and(|there| is_issued_otherwise(&there, sms.claims(document))) {
        bail!(
            "{} has issued version {version} of `{id}` meanwhile, with another text, so your approval would not stand there; merge it, and let the author begin the next version with `clausebook bump`",
            Printable(&sms.trust.config.branch)
        );
    }
    desk.require_clean("an approval is a commit of its own, so commit or stash them first")
}

/// Refuses what is said to be approved where another approval would add nothing, or where another
/// version is asked for.
fn require_want(desk: &Desk, document: &Document, id: &str) -> anyhow::Result<()> {
    let of_version = of_version(desk.sms(), document);
    let changed = |grade: &&Grade| grade.contradictions.iter().any(Contradiction::is_of_content);
    if let Some(grade) = of_version.iter().copied().find(changed) {
        let whose = if is_mine(desk, grade) { "your approval" } else { "an approval" };
        bail!(
            "`{id}` has {whose} of this version already, and it does not hold: {}; let its author take the change back, or raise `version` as `clausebook check` says and hand that in",
            contradictions(grade)
        );
    }
    let is_sound = |grade: &Grade| why_not_enough(desk, document, grade).is_none();
    // What only the front matter says has no act of the approver yet.
    let has_acted = |grade: &&Grade| grade.act.is_some() || grade.commit.is_none();
    match of_version.iter().copied().find(|grade| is_mine(desk, grade)).filter(has_acted) {
        Some(mine) if giving_way(desk, document).iter().all(|grade| is_sound(grade)) => bail!(
            "`{id}` has your approval of this version already, at level {} {}; for more: {}",
            mine.level_text(),
            mine.level_name(),
            mine.missing
        ),
        _ => Ok(()),
    }
}

/// Returns the approvals of the version that a document has.
fn of_version<'s>(sms: &'s Sms, document: &Document) -> Vec<&'s Grade> {
    let version = document.front.text("version").map(|version| version.value);
    sms.grades(document).iter().filter(|grade| grade.approval.is_of(version)).collect()
}

fn is_mine(desk: &Desk, grade: &Grade) -> bool {
    let by = grade.approval.by.as_deref().unwrap_or_default();
    by.eq_ignore_ascii_case(&desk.who.person.email)
}

/// Returns the approvals of this version in whose place another comes: those that do not hold, and
/// the approver's own. Where nobody of the register has a commit in the history, nothing shows any.
fn giving_way<'d>(desk: &'d Desk, document: &Document) -> Vec<&'d Grade> {
    let mut approvals = of_version(desk.sms(), document);
    approvals.retain(|grade| {
        let is_wrong = !grade.contradictions.is_empty() || grade.authorised.is_backdated();
        is_wrong || is_mine(desk, grade) || desk.sms().has_history_of_others()
    });
    approvals
}

/// Says why an approval is not all that it could be, if that is so.
fn why_not_enough(desk: &Desk, document: &Document, grade: &Grade) -> Option<String> {
    let sms = desk.sms();
    if !grade.contradictions.is_empty() {
        return Some(contradictions(grade));
    }
    let is_doubted = matches!(grade.authorised, Authority::Unverifiable(_));
    if is_doubted && sms.roles().has_register {
        return Some(grade.authorised.words());
    }
    let minimum = sms.minimum(document);
    if grade.level < minimum {
        let level = grade.level_text();
        return Some(format!("it holds at level {level}, and its type needs level {minimum}"));
    }
    let replaced = grade.replaced.first()?;
    Some(format!("the file {} {} since", replaced.path, replaced.fate.word()))
}

/// Names the approvals that give way.
fn gives_way(desk: &Desk, document: &Document, giving_way: &[&Grade]) -> String {
    let line = |grade: &Grade| {
        let by = grade.approval.by.as_deref().unwrap_or("nobody");
        let on = grade.approval.on.map_or_else(String::new, |on| format!(" of {on}"));
        let why = why_not_enough(desk, document, grade);
        let why = why.map_or_else(String::new, |why| format!(": {why}"));
        format!("the approval by {}{on} gives way to yours{}\n", Printable(by), Printable(&why))
    };
    giving_way.iter().map(|grade| line(grade)).collect()
}

/// Refuses to approve on a day that is given what was written later, by the clock of its author: the
/// rules allow for time zones, and whoever names a day does not need that.
fn require_text_of(desk: &Desk, on: Date, id: &str) -> anyhow::Result<()> {
    let history = &desk.sms().history;
    let id = DocId::new(id);
    let written = history.revisions(&id).iter().rev().find(|revision| revision.what.writes());
    let Some(commit) = written.map(|revision| history.commit_of(revision)) else { return Ok(()) };
    match commit.author.date().filter(|day| *day > on) {
        Some(day) => bail!(
            "`--on {on}`: what you approve was written on {day}, in commit {}, so nobody approved it before",
            commit.id.short()
        ),
        None => Ok(()),
    }
}

/// Refuses to put an approval in the place of one that does not hold, where people worked by that: in one
/// commit nobody would see from which day on the version was approved.
fn require_seen(
    desk: &Desk,
    document: &Document,
    id: &str,
    giving_way: &[&Grade],
) -> anyhow::Result<()> {
    let sms = desk.sms();
    let is_published = sms.tenure_of_now(document).is_some() && !sms.has_history_of_others();
    let wrong = giving_way.iter().find(|grade| !grade.contradictions.is_empty());
    match wrong.filter(|_| is_published) {
        Some(grade) => bail!(
            "`{id}` has an approval of this version by {} already, and it does not hold: {}; it is on the publishing branch, so let its author set `status: in-review`, take that row out of `approval` and commit that: then approve it anew, and the history shows since when it is approved",
            Printable(grade.approval.by.as_deref().unwrap_or("nobody")),
            contradictions(grade)
        ),
        None => Ok(()),
    }
}

/// Makes the proposal, and says to which approvals another comes in their place.
fn proposal<'d>(
    desk: &'d Desk,
    document: &Document,
    own: &Arguments,
    on: Date,
) -> anyhow::Result<(Proposal, Vec<&'d Grade>)> {
    let sms = desk.sms();
    let version = version_of(document, &own.id)?;
    let role = role(desk, document, own.role.as_deref(), on)?;
    let anew = Approval {
        by: Some(desk.who.person.email.clone()),
        role,
        on: Some(on),
        version: Some(version.to_owned()),
        digest: Some(sms.claims(document).digest.to_string()),
        span: Span::default(),
    };
    let (same, giving_way): (Vec<&Grade>, Vec<&Grade>) =
        giving_way(desk, document).into_iter().partition(|it| same_act(&it.approval, &anew));
    require_seen(desk, document, &own.id, &giving_way)?;
    let mut changes = Vec::new();
    if !giving_way.is_empty() {
        let rows = giving_way.iter().map(|grade| grade.approval.span).collect();
        changes.push(Change::TakeRows("approval", rows));
    }
    changes.push(Change::Set("status", "approved".to_owned()));
    let first_day = match &own.effective_from {
        Some(text) => Some(super::find::day("--effective-from", text)?),
        None if document.front.get("effective_from").is_some() => None,
        // An agreement is in force from the first day of its term on, unless somebody says otherwise.
        None => document.front.term()[0].filter(|first| *first > on),
    };
    changes.extend(first_day.map(|day| Change::Set("effective_from", day.to_string())));
    if same.is_empty() {
        changes.push(Change::AddRow("approval", row_of(anew)));
    }
    let proposal = desk.edited(document, &changes, format!("Approve {} {version}", own.id))?;
    if proposal.before.as_ref() == Some(&proposal.after) {
        let why = same.first().and_then(|grade| why_not_enough(desk, document, grade));
        // What is in force is not taken back for a day.
        let help = match sms.state(document).is_in_force() {
            true => "approve it anew on another day",
            false => {
                "set `status: in-review`, take that row out of `approval`, commit it, and approve it anew"
            }
        };
        bail!(
            "`{}` has your approval of this version already, of the same day, and Git would see no other act in the same words{}; {help}",
            own.id,
            why.map_or_else(String::new, |why| format!(": {why}"))
        );
    }
    Ok((proposal, giving_way))
}

/// Returns what is written of an approval, in the order of the manual.
fn row_of(approval: Approval) -> Vec<(&'static str, String)> {
    let Approval { by, role, on, version, digest, span: _ } = approval;
    let on = on.map(|on| on.to_string());
    let row = [("by", by), ("role", role), ("on", on), ("version", version), ("digest", digest)];
    row.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
}

/// Settles the role of the approver: the one that is named, else the one that the register of
/// roles gives for such documents. Whether it suffices is judged with the commit.
fn role(
    desk: &Desk,
    document: &Document,
    named: Option<&str>,
    on: Date,
) -> anyhow::Result<Option<String>> {
    let (roles, email) = (desk.sms().roles_asked(), &desk.who.person.email);
    if !roles.has_register {
        return Ok(named.map(str::to_owned));
    }
    let held = roles.roles_of(email, on);
    if let Some(machine) = held.iter().find(|row| row.is_bot) {
        bail!(
            "{email} is a machine by the role register ({}), and machines approve nothing",
            machine.role
        );
    }
    let mut names: Vec<&str> = held.iter().map(|row| row.role.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        let help = roles.mistyped(email).map_or_else(String::new, |near| {
            format!("; if its `{near}` is meant to be you, put that right in the register, and have it approved")
        });
        bail!(
            "{email} holds no role on {on} by the role register, so the approval would prove nothing{help}"
        );
    }
    let quoted = || listed(names.iter().map(|name| format!("`{name}`")), "and");
    if let Some(named) = named {
        if !names.contains(&named) {
            bail!(
                "{email} does not hold the role `{named}` on {on}; the role register says {}",
                quoted()
            );
        }
        return Ok(Some(named.to_owned()));
    }
    match desk.sms().roles_to_approve_in(document, email, on).into_iter().next() {
        Some(role) => Ok(Some(role)),
        None if names.len() == 1 => Ok(Some(names[0].to_owned())),
        None => {
            bail!("{email} holds the roles {}; say with --role in which one you approve", quoted())
        }
    }
}

/// Shows what is new since the last approval.
fn news(desk: &Desk, document: &Document, id: &str, terminal: &Terminal) -> anyhow::Result<String> {
    let Some(revision) = desk.sms().last_approved(&DocId::new(id)) else {
        let head = terminal.bold(&format!("{id} {}", Printable(&document.title())));
        let lines = document.text.lines().count();
        return Ok(format!(
            "{head}\n  it was never approved: read all of {}, {lines} lines\n",
            document.path
        ));
    };
    let blob = revision.blob.context("the last approved text is gone")?;
    let bytes = snapshot::blob(desk.judgement.repository.objects(), blob)?;
    let before = crate::document::front::decode(&bytes).0;
    let version = revision.claims.version.as_deref().unwrap_or("none");
    let redline = Redline {
        title: format!("{id} {}", document.title()),
        before: format!("the last approved, version {version}"),
        after: format!("version {}, which you approve", version_of(document, id)?),
        pieces: redline::words(&before, &document.text),
    };
    let mut news = human(&redline, Some(3), terminal.colour);
    let approved = desk.sms().history.commit_of(revision);
    let objects = desk.judgement.repository.objects();
    for picture in desk.sms().pictures_replaced_since(document, approved.id, objects)? {
        news.push_str(&format!(
            "the picture {picture} is not the one of {version}: look at it before you approve\n"
        ));
    }
    Ok(news)
}

/// Finds the approval in the system as it would be.
fn mine<'s>(desk: &Desk, sms: &'s Sms, id: &str, on: Date) -> anyhow::Result<&'s Grade> {
    let document = document(sms, id)?;
    let is_mine = |grade: &&Grade| {
        grade.approval.by.as_deref() == Some(&desk.who.person.email)
            && grade.approval.on == Some(on)
    };
    let found = sms.current_grades(document).into_iter().rev().find(is_mine);
    found.context("the approval would not be read as one; this is a bug of clausebook")
}

/// Refuses an approval that would be contradicted, or could never prove enough.
fn require_standing(desk: &Desk, weighed: &Weighed, id: &str, on: Date) -> anyhow::Result<()> {
    let (sms, grade) = (&weighed.sms, mine(desk, &weighed.sms, id, on)?);
    if grade.contradictions.is_empty() {
        if let Some(edit) = sms.silent_edit(document(sms, id)?) {
            bail!(
                "version {} of `{id}` was approved with another text, so nothing was written; let its author raise `version` as `clausebook check` says, and approve that",
                edit.version
            );
        }
        // Neither a signature nor a merge lifts what is barred.
        if grade.is_barred && grade.level < sms.minimum(document(sms, id)?) {
            bail!(
                "the approval of `{id}` would prove too little, so nothing was written: {}",
                grade.missing
            );
        }
        return Ok(());
    }
    let is_by_author = |it: &Contradiction| matches!(it, Contradiction::BySelf(_));
    let instead = match grade.contradictions.iter().find(|it| is_by_author(it)) {
        Some(_) => {
            let control = match sms.trust.config.is_small {
                true => {
                    "; an author approves while a waiver lasts that names the document under `against`, and a `compensating_control`"
                }
                false => "",
            };
            format!("; {}{control}", others(sms, document(sms, id)?, grade, on))
        }
        None => String::new(),
    };
    bail!(
        "the approval of `{id}` would not stand, so nothing was written: {}{instead}",
        contradictions(grade)
    );
}

/// Says who may approve what the author of an approval wrote.
fn others(sms: &Sms, document: &Document, grade: &Grade, on: Date) -> String {
    let writers = sms.writers(document);
    let is_author = |row: &&RoleEntry| {
        let approver = grade.approval.by.as_deref().unwrap_or_default();
        row.emails.iter().any(|it| sms.identities().are_one_person(it, approver))
            || writers.as_ref().is_some_and(|writers| writers.has_person_of(row))
    };
    let rows = sms.rows_to_approve_by(document, on).into_iter();
    match holders(rows.filter(|row| !is_author(row))) {
        None => "no role register names anybody else who may approve it".to_owned(),
        Some(others) => format!("may approve it instead: {others}"),
    }
}

fn contradictions(grade: &Grade) -> String {
    grade.contradictions.iter().map(Contradiction::words).collect::<Vec<_>>().join("; ")
}

/// Says what Git shows of the approval, and what would give more.
fn told(grade: &Grade, sms: &Sms, id: &str) -> anyhow::Result<String> {
    let document = document(sms, id)?;
    let shown = sms.state(document).word();
    let minimum = sms.minimum(document);
    let mut text = format!(
        "\nlevel {} {}; the state of {id} is then `{shown}`\n",
        grade.level_text(),
        grade.level_name()
    );
    if grade.level < minimum {
        text.push_str(&format!("its type needs level {minimum}, so this is not enough yet\n"));
    }
    text.push_str(&format!("authority: {}\n", grade.authorised.words()));
    text.push_str(&format!("for more: {}\n", grade.missing));
    Ok(text)
}
