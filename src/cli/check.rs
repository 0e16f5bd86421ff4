//! `check`: the rules, on a terminal, for machines, and for forges.

use super::fix;
use super::given;
use super::judge::{self, Judgement};
use super::terminal::{Terminal, environment};
use super::{Arguments as Global, Judging, Verdict};
use crate::finding::{Finding, Level};
use crate::index::answers::Answer;
use crate::report::audit::Recorded;
use crate::report::fingerprint::were_there;
use crate::report::known::{Known, LIST};
use crate::report::{Summary, audit, github, gitlab, human, json, junit, markdown, sarif};
use crate::rules::Outcome;
use crate::sms::{Audited, Elsewhere, Sms};
use crate::source::counted;
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};

/// How many errors there are where a system is to be taken up, and not only to be mended.
const TO_ADOPT: usize = 20;

/// Check the documents against the rules and the history
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  clausebook check                        the work tree\n  \
    clausebook check --rev v2.0              a commit, branch or tag, without a checkout\n  \
    clausebook check --staged                what `git commit` would commit, as a hook asks it\n  \
    clausebook check --fix                   mend what can be mended without asking\n  \
    clausebook check --fix --diff            show what that would be\n  \
    clausebook check --stage1                would a first-stage audit find all it asks for?\n  \
    clausebook check --since-audit audit.json  is what the auditor saw still there?\n  \
    clausebook check --format sarif > sms.sarif  for code scanning and editors")]
pub(super) struct Arguments {
    /// The repository, or a folder inside it [default: that of -C]
    path: Option<PathBuf>,

    #[command(flatten)]
    judging: Judging,

    /// Judge what is staged, as the next commit will hold it. What the commit brings in comes
    /// first and fails the run; what was there before is marked and does not
    #[arg(long, conflicts_with_all = ["rev", "since_audit"])]
    staged: bool,

    /// With --staged: the message the commit will have, as a commit-msg hook gets it; whom it names
    /// as co-author counts as one
    #[arg(long, requires = "staged", value_name = "FILE")]
    message: Option<PathBuf>,

    /// Mend in the work tree what can be mended in one way only, then check. Nothing that is approved
    /// or closed is touched, and nothing is committed or staged
    #[arg(long, conflicts_with_all = ["rev", "staged", "since_audit"])]
    fix: bool,

    /// With --fix: show what would be mended, and write nothing
    #[arg(long, requires = "fix")]
    diff: bool,

    /// How to print [default: human; github in GitHub Actions]
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Ask for a complete system: what is still missing is an error
    #[arg(long)]
    stage1: bool,

    /// Print notes in full as well
    #[arg(long)]
    notes: bool,

    /// Ask whether the history that an audit was shown is still there; FILE is the `audit.json` of
    /// the site it looked at
    #[arg(long, value_name = "FILE")]
    since_audit: Option<PathBuf>,

    /// Tell the findings of this list without failing for them; `clausebook adopt` writes it
    #[arg(long, value_name = "FILE")]
    known: Option<PathBuf>,

    /// Do the same with the list that lies at the top of what is judged, known-findings.txt, if one
    /// does: of the commit that is judged, of what is staged, or of the work tree
    #[arg(long, conflicts_with = "known")]
    adopted: bool,

    /// The level from which findings fail the run
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "LEVEL")]
    fail_on: FailOn,
}

/// How to print what was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, on a terminal
    Human,
    /// For programs: one value
    Json,
    /// For programs: one value a line
    Jsonl,
    /// For code scanning and editors: SARIF 2.1.0
    Sarif,
    /// For GitHub Actions: annotations beside the changed lines
    Github,
    /// For GitLab: a Code Quality report
    Gitlab,
    /// For CI systems: the rules as tests
    Junit,
    /// For a comment on a pull request, or the summary of a job
    Markdown,
}

impl Format {
    /// Returns the format that suits where the program runs.
    fn suitable() -> Self {
        match environment("GITHUB_ACTIONS").as_deref() {
            Some("true") => Self::Github,
            _ => Self::Human,
        }
    }
}

/// The level from which findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    /// Errors only
    Error,
    /// Warnings as well
    Warning,
    /// Anything at all
    Note,
}

impl FailOn {
    /// Says how a run ends whose worst finding is `worst`.
    pub(super) fn verdict(self, worst: Option<Level>) -> Verdict {
        let fails = worst.is_some_and(|worst| worst >= self.level());
        if fails { Verdict::Findings } else { Verdict::Clean }
    }

    fn level(self) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
        }
    }
}

impl Arguments {
    fn with_notes(&self) -> bool {
        self.notes || self.fail_on == FailOn::Note
    }

    /// Tells whether a finding is printed at all, and not only counted. Where none is, none fails
    /// the run either.
    fn tells_of_any(&self, format: Format, outcome: &Outcome) -> bool {
        let counts_notes = matches!(format, Format::Human | Format::Github) && !self.with_notes();
        shown(outcome, !counts_notes).next().is_some()
    }
}

pub(super) fn run(
    global: &Global,
    own: &Arguments,
    terminal: &mut Terminal,
) -> anyhow::Result<Verdict> {
    let path = &global.folder(own.path.as_deref());
    let audit = own.since_audit.as_deref().map(recorded).transpose()?;
    let format = own.format.unwrap_or_else(Format::suitable);
    let named = own.known.as_deref().map(listed).transpose()?;
    if own.fix {
        let mendings = fix::mend(path, &own.judging, own.stage1)?;
        match own.diff {
            true => {
                mendings.left.iter().for_each(|left| terminal.remark(left));
                terminal.print(&mendings.difference())?;
            }
            false => tell_mended(&mendings, format, terminal)?,
        }
    }
    let case = match own.staged {
        true => {
            let message = own.message.as_deref().map(given::bytes).transpose()?;
            let message = message.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
            judge::open_staged(path, &own.judging, message.as_deref())?
        }
        false => judge::open(path, &own.judging, audit.as_ref())?,
    };
    let adopted = if own.adopted { case.list()? } else { None };
    let list = match adopted {
        Some(text) => Some(Known::read(text).with_context(|| format!("cannot use `{LIST}`"))?),
        None => named,
    };
    // What a sparse checkout leaves out cannot be mended, and nothing of the answer's key tells that.
    let kept = case.kept(&format!("{own:?}{format:?}{}{list:?}", terminal.colour));
    let kept = kept.filter(|_| !case.repository().is_sparse());
    let known = kept.as_ref().and_then(|(answers, key)| answers.find(key));
    let answer = match known {
        Some(answer) => answer,
        None => {
            let followed = case.followed().filter(|_| own.staged);
            let mut judgement = case.judge(own.stage1)?;
            judgement.keep_found();
            if let Some(followed) = followed
                && own.tells_of_any(format, &judgement.outcome)
            {
                // On the same day and by the same rules.
                let there = judgement.found_at(followed, &own.judging, own.stage1)?;
                let was_there = were_there(&judgement.outcome.findings, there);
                judgement.outcome.mark_known(was_there);
            }
            let marked = list.map(|list| mark(&list, &mut judgement.outcome));
            if own.judging.rev.is_none() {
                let Judgement { repository, outcome, .. } = &mut judgement;
                outcome.keep_fixes(|path| repository.lies_on_disk(path));
            }
            let colour = terminal.colour;
            let mut answer = answer(own, format, &judgement.sms, &judgement.outcome, colour)?;
            if format == Format::Human {
                if let Some(marked) = marked {
                    answer.text.extend(marked.excused().filter(|_| own.adopted));
                    answer.text.extend(marked.mended());
                }
                answer.text.push_str(held_back(own, &judgement.outcome));
            }
            kept.inspect(|(answers, key)| answers.keep(key, &answer));
            // The program is about to end; to take apart what it read would be time for nothing.
            std::mem::forget(judgement);
            answer
        }
    };
    // A difference stands for itself: what was found decides how the run ends, and is not told.
    if !own.diff {
        terminal.print_exact(&answer.commands)?;
        terminal.print(&answer.text)?;
    }
    Ok(own.fail_on.verdict(answer.worst))
}

/// Writes the mended files and says so; beside output for programs, on standard error.
fn tell_mended(
    mendings: &fix::Mendings,
    format: Format,
    terminal: &mut Terminal,
) -> anyhow::Result<()> {
    if !matches!(format, Format::Human | Format::Github) {
        return mendings.write(&mut |line| {
            terminal.remark(line);
            Ok(())
        });
    }
    mendings.write(&mut |line| terminal.print(&format!("{line}\n")))?;
    terminal.print("\n")
}

fn answer(
    own: &Arguments,
    format: Format,
    sms: &Sms,
    outcome: &Outcome,
    colour: bool,
) -> anyhow::Result<Answer> {
    let with_notes = own.with_notes();
    let mut commands = String::new();
    let text = match format {
        Format::Human => told(own, sms, outcome, colour),
        Format::Json => json::to_text(&json::document(sms, outcome))?,
        Format::Jsonl => json::lines(sms, outcome)?,
        Format::Sarif => sarif::text(sms, outcome)?,
        Format::Gitlab => gitlab::text(sms, outcome)?,
        Format::Junit => junit::text(sms, outcome, own.fail_on.level())?,
        Format::Markdown => markdown::text(sms, outcome, with_notes),
        Format::Github => {
            commands = github::commands(sms, shown(outcome, with_notes).filter(|it| it.counts()));
            told_in_a_log(own, sms, outcome, colour)
        }
    };
    Ok(Answer { commands, text, worst: outcome.worst() })
}

/// Writes what follows the commands that GitHub shows as annotations. The log shows of a command
/// its sentence alone, so all is told there once more, with its places.
fn told_in_a_log(own: &Arguments, sms: &Sms, outcome: &Outcome, colour: bool) -> String {
    let with_notes = own.with_notes();
    let count = |level| shown(outcome, with_notes).filter(|it| it.level == level).count();
    let counts = [Level::Error, Level::Warning, Level::Note].map(count);
    let mut text = String::new();
    if counts.iter().any(|&count| count > github::SHOWN) {
        let most = github::SHOWN;
        text.push_str(&format!(
            "\nGitHub shows {most} annotations of a level; here is all of it.\n"
        ));
    }
    if counts.iter().any(|&count| count > 0) {
        text.push('\n');
    }
    text + &told(own, sms, outcome, colour)
}

/// Says what became of a commit that a hook asks about, where the run fails.
fn held_back(own: &Arguments, outcome: &Outcome) -> &'static str {
    match own.fail_on.verdict(outcome.worst()) {
        Verdict::Findings if own.staged => {
            "nothing is committed; `git commit --no-verify` commits without asking\n"
        }
        _ => "",
    }
}

/// Reads what an audit was shown.
fn recorded(path: &Path) -> anyhow::Result<Recorded> {
    let text = given::text(path)?;
    audit::read(&text).with_context(|| format!("cannot use `{}`", path.display()))
}

/// Reads the list of known findings.
pub(super) fn listed(path: &Path) -> anyhow::Result<Known> {
    let text = given::text(path)?;
    Known::read(&text).with_context(|| format!("cannot use `{}`", path.display()))
}

/// How many findings of a list are there, and how many are no more.
pub(super) struct Marked {
    known: usize,
    mended: usize,
}

impl Marked {
    /// Says how many the list that was found by itself lets through.
    fn excused(&self) -> Option<String> {
        let known = counted(self.known, "finding");
        (self.known > 0).then(|| format!("{known} known by `{LIST}`, and no reason to fail\n"))
    }

    /// Says how many of the list are mended.
    pub(super) fn mended(&self) -> Option<String> {
        let mended = counted(self.mended, "finding");
        (self.mended > 0).then(|| {
            format!("{mended} of the list mended: `clausebook adopt` takes out what is mended\n")
        })
    }
}

/// Marks the findings of a list as known.
pub(super) fn mark(list: &Known, outcome: &mut Outcome) -> Marked {
    let marks = list.marks(&outcome.findings);
    let mended = list.mended(&marks);
    let known = marks.iter().filter(|is_known| **is_known).count();
    outcome.mark_known(marks);
    Marked { known, mended }
}

/// Returns what is told in full. Notes are many while a system is being built, and none of them is
/// wrong: unless asked for they are counted, so that what is wrong is seen.
fn shown(outcome: &Outcome, with_notes: bool) -> impl DoubleEndedIterator<Item = &Finding> {
    outcome.findings.iter().filter(move |finding| with_notes || finding.level > Level::Note)
}

/// Writes what was found for people.
fn told(own: &Arguments, sms: &Sms, outcome: &Outcome, colour: bool) -> String {
    let with_notes = own.with_notes();
    let (waived, others): (Vec<_>, Vec<_>) =
        shown(outcome, with_notes).partition(|finding| finding.waived.is_some());
    let (known, new): (Vec<_>, Vec<_>) = others.into_iter().partition(|finding| finding.is_known);
    let mut text = human::findings(sms, new, colour);
    let heading = match own.staged && own.known.is_none() && !own.adopted {
        true => "Not of this commit, and no reason to hold it back",
        false => "Known before, and no reason to fail",
    };
    text.push_str(&human::excused(sms, heading, &known));
    text.push_str(&human::excused(
        sms,
        "Waived by their documents, and no reason to fail",
        &waived,
    ));
    text.push_str(&human::summary(&Summary::of(sms, outcome)));
    let mut hints = Vec::new();
    // The first of the worst, in the order printed.
    if let Some(worst) = shown(outcome, with_notes).rev().max_by_key(|finding| finding.level) {
        hints.push(format!("`clausebook explain {}` says more about a rule", worst.rule.code));
    }
    let has_list = own.known.is_some() || own.adopted && !known.is_empty();
    if !has_list && !own.staged && outcome.count(Level::Error) >= TO_ADOPT {
        hints.push(
            "`clausebook adopt` lists what is found, and `check --known` then fails for new findings only (docs/adopting.md of the manual)"
                .to_owned(),
        );
    }
    let mendable = outcome.findings.iter().filter(|finding| finding.fix.is_some()).count();
    // What is mended is the work tree, whatever a commit holds.
    if mendable > 0 && own.judging.rev.is_none() {
        let findings = counted(mendable, "finding");
        hints.push(format!(
            "`clausebook check --fix` mends {findings}; `clausebook check --fix --diff` shows how"
        ));
    }
    let is_there = |audited: &&Audited| audited.whereabouts != Elsewhere::Nowhere;
    if let Some(audited) = sms.trust.audited.as_ref().filter(is_there) {
        hints.push(format!(
            "`clausebook changes {}` says what is new since the audit",
            audited.head.short()
        ));
    }
    if !with_notes && outcome.count(Level::Note) > 0 {
        hints.push(
            "`clausebook check --notes` prints the notes: what is still missing from the whole"
                .to_owned(),
        );
    }
    for (i, hint) in hints.iter().enumerate() {
        text.push_str(if i == 0 { "\n" } else { "" });
        text.push_str(&format!("{hint}\n"));
    }
    text
}
