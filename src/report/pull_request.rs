//! What a pull request changes, for its reviewers: as a comment, and for machines.

mod markdown;

pub use markdown::text as markdown;

use super::changes::Point;
use super::fingerprint::{fingerprints, stand_in, to_keep, were_there};
use super::json::{self, JsonFinding};
use super::redline::passages;
use crate::document::change::Size;
use crate::document::redline::{Fate, Piece};
use crate::document::waiver::Reach;
use crate::finding::{Finding, Level, Place};
use crate::rules::Outcome;
use crate::rules::waiving::{Weighed, of_document};
use crate::sms::Sms;
use crate::sms::coverage::LEVELS;
use crate::sms::meanwhile::Taken;
use crate::sms::proposal::{Behind, ClauseNumber, CoverageChange, Proposal, Proposed, Step};
use crate::sms::since::Since;
use crate::source::{Position, listed};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What `report --format json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Report")]
pub struct PullRequest {
    /// The major version of the format.
    pub schema_version: u32,
    /// The base: its rules and roles judge.
    pub base: Point,
    /// The tip of what is reported on.
    pub head: Point,
    /// The commit at which the two were last the same, in full: what is there before.
    pub before: String,
    /// The day spoken of, for both.
    pub as_of: String,
    /// Whether nothing changed.
    pub is_empty: bool,
    /// What the change alters of the rules and roles that it is judged by, each as a sentence.
    pub trust: Vec<String>,
    /// The waivers that documents make of findings in them and did not make before, by file and
    /// place. Those that hold excuse what they are for.
    pub waivers: Vec<ReportWaiver>,
    /// The documents and records that change, or whose approvals the change outdates, by id.
    pub documents: Vec<ReportDocument>,
    /// Changed files that claim to be documents and cannot be compared.
    pub not_compared: Vec<NotCompared>,
    /// Other files that changed, and those of documents that say what they said.
    pub files: Vec<File>,
    /// Documents with another owner, each as words.
    pub owners: Vec<String>,
    /// Documents whose place others take, each as words.
    pub superseded: Vec<String>,
    /// What comes into the scope and leaves it.
    pub scope: Vec<String>,
    /// Who takes over a role and who gives it up.
    pub roles: Vec<String>,
    /// What changes of book.toml.
    pub rules: Vec<String>,
    /// Whether the base has a role register; else that of the branch says who may approve.
    pub base_has_role_register: bool,
    /// Whether the base has another role register by now than the branch knows; then only those may
    /// approve of whom both say so.
    pub base_has_another_role_register: bool,
    /// The clauses that the changed documents name, or named.
    pub clauses: Vec<String>,
    /// How far clauses are covered before and after.
    pub coverage: Covering,
    /// The number of findings before and after.
    pub findings: FindingCounts,
    /// The findings that the change brings in, by file and place.
    pub brings_in: Vec<JsonFinding>,
    /// The findings that the change mends; their places are those of before.
    pub mends: Vec<JsonFinding>,
}

/// A waiver that comes in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportWaiver {
    /// The id of the document, where the file has one.
    pub document: Option<String>,
    /// The file.
    pub path: String,
    /// The line, from 1.
    #[schemars(range(min = 1))]
    pub line: usize,
    /// The name of the rule, as written where there is no such rule; `null` where none is named.
    pub rule: Option<String>,
    /// What it is for: the whole file, places with certain words, or one line.
    pub reach: String,
    /// The last day; `null` where there is none that can be read.
    pub until: Option<String>,
    /// Why; `null` where no reason is given.
    pub reason: Option<String>,
    /// What it is worth on the day spoken of.
    #[schemars(extend("enum" = ["holds", "ended", "too long", "not allowed", "not understood"]))]
    pub worth: &'static str,
}

/// A document that changes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportDocument {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The title it had, if it has another.
    pub title_before: Option<String>,
    /// What happens to it.
    #[schemars(extend("enum" = ["new", "revised", "withdrawn", "removed", "unreadable", "renamed", "affected"]))]
    pub what: &'static str,
    /// The file.
    pub path: String,
    /// The file it was, if it lies elsewhere now.
    pub path_before: Option<String>,
    /// The id that its file had, if it had another.
    pub id_before: Option<String>,
    /// Whether it is a record.
    pub record: bool,
    /// What the base has taken meanwhile: the `version`, issued with another text, or the `id`, for
    /// another document.
    #[schemars(extend("enum" = ["version", "id", null]))]
    pub taken_meanwhile: Option<&'static str>,
    /// Whether its front matter can be relied on.
    pub is_sound: bool,
    /// The version as written.
    pub version: Option<String>,
    /// The version it had, if it was there.
    pub version_before: Option<String>,
    /// The status as written.
    pub status: Option<String>,
    /// The status it had, if it was there.
    pub status_before: Option<String>,
    /// The keys of the front matter that change.
    pub keys: Vec<String>,
    /// Why, as the document says.
    pub why: Option<String>,
    /// The step of the version, and the one that the change needs; for revised documents with a
    /// version.
    pub step: Option<ReportStep>,
    /// The passages that change, with a line around each.
    pub passages: Vec<Vec<PassagePiece>>,
    /// The clauses that it names, or named.
    pub clauses: Vec<ReportClause>,
    /// The documents beneath it that are not revised with it.
    pub children: Vec<Follower>,
    /// The documents and records that name the version it had.
    pub references: Vec<Follower>,
    /// The approvals that held before and do not cover what it is now.
    pub outdated_approvals: Vec<OutdatedApproval>,
    /// Whether its approval holds; `null` where it does not say that it is approved, or needs none.
    pub approval_holds: Option<bool>,
    /// The level to which Git bears its approval out, from 0 (no evidence) to 5; `null` where none holds.
    pub approval_level: Option<u8>,
    /// Who may approve it.
    pub approvers: Vec<Approver>,
}

/// The step from one version to another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportStep {
    /// The version it is counted from: the last that was issued, else the one it had.
    pub from: String,
    /// The version it has.
    pub to: Option<String>,
    /// How large the change is; `null` where nothing changed that a version counts.
    #[schemars(extend("enum" = ["editorial", "minor", "major", null]))]
    pub size: Option<&'static str>,
    /// What was seen.
    pub signs: Vec<ReportSign>,
    /// The version that the change needs at least, where it needs another.
    pub needed: Option<String>,
    /// How large the document calls the change, where it raises its version.
    #[schemars(extend("enum" = ["editorial", "minor", "major", null]))]
    pub called: Option<&'static str>,
    /// Whether the version has it; `null` where a version cannot be read.
    pub is_enough: Option<bool>,
}

/// One thing that was seen of a change.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportSign {
    /// How large a change it is by itself.
    #[schemars(extend("enum" = ["editorial", "minor", "major"]))]
    pub size: &'static str,
    /// What was seen, in words.
    pub words: String,
}

/// A piece of a passage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PassagePiece {
    /// What became of it.
    #[schemars(extend("enum" = ["kept", "added", "removed"]))]
    pub what: &'static str,
    /// The text, with its line ends.
    pub text: String,
}

/// A clause that a document names or named.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReportClause {
    /// The clause; with its framework before it where that is not the first one.
    pub clause: String,
    /// Whether the document named it before.
    pub before: bool,
    /// Whether the document names it now.
    pub now: bool,
}

/// A document or record that stays with an older version of another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Follower {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The file.
    pub path: String,
    /// Whether it is a record.
    pub record: bool,
    /// Its own version.
    pub version: Option<String>,
    /// The version of the changed document that it names, if it names one.
    pub names: Option<String>,
}

/// An approval that does not cover what its document is now.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OutdatedApproval {
    /// Who gave it.
    pub by: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// On which day.
    pub on: Option<String>,
    /// For which version.
    pub version: Option<String>,
    /// Whether the document still has it.
    pub is_kept: bool,
    /// Why it does not hold.
    pub why: String,
}

/// Somebody who may approve a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Approver {
    /// The name of the person.
    pub person: String,
    /// The role that lets the person approve.
    pub role: String,
    /// Whether the person wrote of what is to be approved, and so cannot approve it.
    pub is_author: bool,
}

/// A changed file that claims to be a document and cannot be compared.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotCompared {
    /// The file.
    pub path: String,
    /// Why.
    pub why: String,
}

/// A changed file that is no document, or that of a document which says what it said.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "ReportFile")]
pub struct File {
    /// The file.
    pub path: String,
    /// The id of the document it holds, which says what it said; `null` where it holds none.
    pub document: Option<String>,
    /// What happens to it.
    #[schemars(extend("enum" = ["new", "changed", "removed"]))]
    pub what: &'static str,
}

/// How far clauses are covered before and after; headings are not counted.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Covering {
    /// The levels, and how many clauses reach each.
    pub levels: Vec<CoveringLevel>,
    /// The clauses whose level is another.
    pub changed: Vec<CoveringStep>,
}

/// One level, and how many clauses reach it and no more.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoveringLevel {
    /// The level, 0 to 4.
    #[schemars(range(max = 4))]
    pub level: usize,
    /// The name of the level.
    pub name: &'static str,
    /// The number of clauses before.
    pub before: usize,
    /// The number of clauses after.
    pub after: usize,
}

/// A clause whose level is another.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CoveringStep {
    /// The framework.
    pub framework: String,
    /// The number.
    pub number: String,
    /// The title; it may be empty.
    pub title: String,
    /// The level before; `null` where the framework was not chosen.
    #[schemars(range(max = 4))]
    pub before: Option<u8>,
    /// The level after; `null` where the framework is not chosen any more.
    #[schemars(range(max = 4))]
    pub after: Option<u8>,
    /// Why the level is not higher.
    pub why_not_higher: String,
}

/// How many findings there are.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FindingCounts {
    /// Before.
    pub before: usize,
    /// After.
    pub after: usize,
}

/// One end of a pull request, judged.
#[derive(Clone, Copy, Debug)]
pub struct End<'j> {
    /// The system.
    pub sms: &'j Sms,
    /// What the rules of the base say of it.
    pub outcome: &'j Outcome,
}

/// The ends as they were asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The base.
    pub base: Point,
    /// The tip.
    pub head: Point,
}

/// Returns the findings of `of` that `beside` does not have, wherever their lines stand.
fn only_in<'o>(of: &'o Outcome, beside: &Outcome) -> Vec<&'o Finding> {
    let all = of.findings.iter().zip(stand_in(&of.findings, fingerprints(&beside.findings)));
    all.filter(|(_, is_there)| !is_there).map(|(finding, _)| finding).collect()
}

/// Returns the findings that a change brings in.
fn brought_in<'o>(before: &Outcome, after: &'o Outcome) -> Vec<&'o Finding> {
    let all = after.findings.iter().zip(were_there(&after.findings, to_keep(&before.findings)));
    all.filter(|(_, was_there)| !was_there).map(|(finding, _)| finding).collect()
}

/// Returns the findings that a change mends. What cannot be judged any more is not mended, and neither
/// is what is told in other words now: of one rule and one document as many as come in.
fn mended<'o>(before: End<'o>, after: End<'_>) -> Vec<&'o Finding> {
    let is_judged = |finding: &Finding| {
        let Some(id) = finding.place.document.as_deref() else { return true };
        if after.sms.knows(id) {
            return after.sms.document(id).is_some_and(|it| after.sms.is_identified(it));
        }
        // Nothing is put in order by a record or a document in force that is gone.
        before
            .sms
            .document(id)
            .is_none_or(|it| !before.sms.is_record(it) && !before.sms.state(it).is_in_force())
    };
    let about = |finding: &Finding| {
        let Place { path, document, .. } = &finding.place;
        (finding.rule.code, document.clone().unwrap_or_else(|| path.to_string()))
    };
    let mut told_anew: BTreeMap<_, usize> = BTreeMap::new();
    for finding in only_in(after.outcome, before.outcome) {
        *told_anew.entry(about(finding)).or_default() += 1;
    }
    let mut is_told_anew = |finding: &Finding| {
        let left = told_anew.get_mut(&about(finding)).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    };
    let gone = only_in(before.outcome, after.outcome).into_iter();
    gone.filter(|finding| is_judged(finding) && !is_told_anew(finding)).collect()
}

/// Returns the level of the worst finding that a change brings in.
pub fn worst_brought_in(before: &Outcome, after: &Outcome) -> Option<Level> {
    let counting = brought_in(before, after).into_iter().filter(|finding| finding.counts());
    counting.map(|finding| finding.level).max()
}

/// Puts what a pull request changes into the format.
pub fn pull_request(
    asked: Asked,
    before: End<'_>,
    after: End<'_>,
    proposal: &Proposal,
) -> PullRequest {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    let owners = proposal.since.owners.iter();
    let brings_in = json::findings(after.sms, brought_in(before.outcome, after.outcome));
    let mends = json::findings(before.sms, mended(before, after));
    let waivers = waivers_brought_in(before.sms, after.sms);
    let Proposal { since, .. } = proposal;
    let nothing_of_the_whole =
        since.scope.is_empty() && since.roles.is_empty() && since.rules.is_empty();
    PullRequest {
        schema_version: json::SCHEMA_VERSION,
        before: before.sms.head.to_string(),
        as_of: after.sms.as_of.to_string(),
        is_empty: proposal.documents.is_empty()
            && proposal.not_compared.is_empty()
            && proposal.files.is_empty()
            && proposal.trust.is_empty()
            && waivers.is_empty()
            && nothing_of_the_whole
            && brings_in.is_empty()
            && mends.is_empty(),
        base: asked.base,
        head: asked.head,
        trust: proposal.trust.clone(),
        waivers,
        documents: proposal.documents.iter().map(document).collect(),
        not_compared: (proposal.not_compared.iter())
            .map(|it| NotCompared { path: it.path.to_string(), why: it.why.clone() })
            .collect(),
        files: (proposal.files.iter())
            .map(|it| File {
                path: it.path.to_string(),
                document: it.document.as_ref().map(ToString::to_string),
                what: it.what,
            })
            .collect(),
        owners: owners
            .map(|it| format!("{}: {} -> {}", it.id, word(&it.from), word(&it.to)))
            .collect(),
        superseded: superseded(since),
        scope: since.scope.clone(),
        roles: since.roles.clone(),
        rules: since.rules.clone(),
        base_has_role_register: proposal.has_register,
        base_has_another_role_register: proposal.has_another_register,
        clauses: proposal.clauses.iter().map(clause).collect(),
        coverage: covering(&proposal.coverage),
        findings: FindingCounts {
            before: before.outcome.findings.len(),
            after: after.outcome.findings.len(),
        },
        brings_in,
        mends,
    }
}

/// Names the documents whose place others take, of those whose file is gone as well.
fn superseded(since: &Since) -> Vec<String> {
    let gone = since.removed.iter().filter(|entry| !entry.superseded_by.is_empty());
    let all = since.superseded.iter().chain(gone);
    all.map(|it| format!("{} by {}", it.id, listed(&it.superseded_by, "and"))).collect()
}

/// Returns the waivers that were not there before: of another rule, for something else, until another
/// day or for another reason.
fn waivers_brought_in(before: &Sms, after: &Sms) -> Vec<ReportWaiver> {
    let of = |sms| -> Vec<Weighed<'_>> { all_waivers(sms).collect() };
    let mut there: BTreeMap<String, usize> = BTreeMap::new();
    of(before).iter().for_each(|it| *there.entry(sameness(it)).or_default() += 1);
    let mut brought_in = of(after);
    brought_in.retain(|it| match there.get_mut(&sameness(it)) {
        Some(left) if *left > 0 => {
            *left -= 1;
            false
        }
        _ => true,
    });
    brought_in.iter().map(report_waiver).collect()
}

fn all_waivers(sms: &Sms) -> impl Iterator<Item = Weighed<'_>> {
    sms.documents.iter().flat_map(|document| of_document(sms, document))
}

/// Says what makes a waiver the same, wherever it stands. One of a line is another as soon as the line
/// is, since it excuses what is in it.
fn sameness(weighed: &Weighed<'_>) -> String {
    let Weighed { document, waiver, .. } = weighed;
    let subject = document.id().map_or_else(|| document.path.to_string(), |id| id.to_string());
    let line = match &waiver.reach {
        Reach::Line(line) => document.text.get(line.start..line.end).unwrap_or_default(),
        Reach::File | Reach::Words(_) => "",
    };
    let text = document.text.get(waiver.span.start..waiver.span.end).unwrap_or_default();
    format!("{subject}\n{text}\n{line}")
}

fn report_waiver(weighed: &Weighed<'_>) -> ReportWaiver {
    let Weighed { document, waiver, worth, .. } = weighed;
    ReportWaiver {
        document: document.id().map(|id| id.to_string()),
        path: document.path.to_string(),
        line: Position::of(document.text.as_bytes(), waiver.span.start).line,
        rule: waiver.rule.as_ref().map(|_| weighed.name().to_owned()),
        reach: weighed.reach(),
        until: waiver.until.as_ref().map(|day| day.value.to_string()),
        reason: waiver.reason.clone(),
        worth: worth.word(),
    }
}

fn document(it: &Proposed) -> ReportDocument {
    let approvers = it.approvers.iter().map(|approver| Approver {
        person: approver.person.clone(),
        role: approver.role.clone(),
        is_author: approver.is_author,
    });
    let outdated = it.outdated.iter().map(|approval| OutdatedApproval {
        by: approval.by.clone(),
        role: approval.role.clone(),
        on: approval.on.map(|day| day.to_string()),
        version: approval.version.clone(),
        is_kept: approval.is_kept,
        why: approval.why.clone(),
    });
    let clauses = it.clauses.iter().map(|named| ReportClause {
        clause: clause(&named.clause),
        before: named.before,
        now: named.now,
    });
    let passages = passages(&it.pieces, 1).into_iter();
    ReportDocument {
        id: it.entry.id.to_string(),
        title: it.entry.title.clone(),
        title_before: it.title_before.clone(),
        what: it.what.word(),
        path: it.entry.path.to_string(),
        path_before: it.path_before.as_ref().map(ToString::to_string),
        id_before: it.id_before.as_ref().map(ToString::to_string),
        record: it.entry.is_record,
        taken_meanwhile: it.taken.map(|taken| match taken {
            Taken::Version => "version",
            Taken::Id => "id",
        }),
        is_sound: it.is_sound,
        version: it.entry.version.clone(),
        version_before: it.version_before.clone(),
        status: it.entry.status.clone(),
        status_before: it.status_before.clone(),
        keys: it.keys.clone(),
        why: it.entry.why.clone(),
        step: it.step.as_ref().map(step),
        passages: passages.map(|pieces| pieces.into_iter().map(piece).collect()).collect(),
        clauses: clauses.collect(),
        children: it.children.iter().map(follower).collect(),
        references: it.references.iter().map(follower).collect(),
        outdated_approvals: outdated.collect(),
        approval_holds: it.is_approved,
        approval_level: it.approval_level,
        approvers: approvers.collect(),
    }
}

fn step(step: &Step) -> ReportStep {
    let signs = step.signs.iter();
    ReportStep {
        from: step.from.clone(),
        to: step.to.clone(),
        size: step.size.map(Size::word),
        signs: signs
            .map(|sign| ReportSign { size: sign.size.word(), words: sign.words.clone() })
            .collect(),
        needed: step.needed.clone(),
        called: step.called.map(Size::word),
        is_enough: step.is_enough,
    }
}

fn piece(piece: Piece) -> PassagePiece {
    let what = match piece.fate {
        Fate::Kept => "kept",
        Fate::Added => "added",
        Fate::Removed => "removed",
    };
    PassagePiece { what, text: piece.text }
}

fn clause(clause: &ClauseNumber) -> String {
    match &clause.framework {
        Some(framework) => format!("{framework} {}", clause.number),
        None => clause.number.clone(),
    }
}

fn follower(behind: &Behind) -> Follower {
    let entry = &behind.entry;
    Follower {
        id: entry.id.to_string(),
        title: entry.title.clone(),
        path: entry.path.to_string(),
        record: entry.is_record,
        version: entry.version.clone(),
        names: behind.names.clone(),
    }
}

fn covering(change: &CoverageChange) -> Covering {
    let levels = LEVELS.iter().enumerate().map(|(level, name)| CoveringLevel {
        level,
        name,
        before: change.before[level],
        after: change.after[level],
    });
    let changed = change.changed.iter().map(|it| CoveringStep {
        framework: it.clause.framework.clone(),
        number: it.clause.number.clone(),
        title: it.clause.title.clone(),
        before: it.before,
        after: it.after,
        why_not_higher: it.clause.why_not_higher.clone(),
    });
    Covering { levels: levels.collect(), changed: changed.collect() }
}
