//! The rules: each a pair of files, the check and its page.
//!
//! A rule looks at the [`Sms`] and says what it sees, findings and evidence. It chooses no level,
//! prints nothing, reads nothing, and does not know that other rules exist. The page beside it is
//! its rustdoc, the text of `clausebook explain`, the page of the site, and its test.

mod numbered;
pub mod waiving;

use self::document::front_matter_unreadable;
use crate::config::{Config, RuleLevel};
use crate::document::Document;
use crate::finding::{Evidence, Finding, Findings, Level, RuleName, Splice};
use crate::history::PublishedState;
use crate::sms::Sms;
use crate::sms::annex::Replaced;
use crate::sms::approval::Grade;
use crate::sms::former::{Fault, Former};
use crate::sms::in_force::{InForce, Next};
use crate::source::{RepoPath, did_you_mean};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// A rule: its name tag, its page and its check.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Code and name.
    pub name: RuleName,
    /// How much its findings matter unless book.toml says otherwise.
    pub severity: Severity,
    /// The clause it serves; empty where none asks for it.
    pub clause: &'static str,
    /// Its page, in Markdown.
    pub page: &'static str,
    /// Whether book.toml may give it another level, or switch it off.
    pub is_configurable: bool,
    /// The check.
    pub check: fn(&Sms, &mut Findings),
    /// The same for one document, where what is found in a document depends on its own file and on
    /// what others are there, and on nothing of the history: so an edit is checked while it is
    /// made. The document need not be one of the system's.
    pub check_document: Option<fn(&Sms, &Document, &mut Findings)>,
}

impl Rule {
    /// Returns the title of its page.
    pub fn title(&self) -> &'static str {
        self.page.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }

    /// Tells whether a document may waive what the rule finds in it.
    pub fn is_waivable(&self) -> bool {
        waiving::WAIVABLE.contains(&self.name.code)
    }

    /// Returns the level of its findings as configured; none where it is switched off.
    fn level(&self, config: &Config, stage1: bool) -> Option<Level> {
        match config.rules.get(self.name.name).filter(|_| self.is_configurable) {
            Some(RuleLevel::Error) => Some(Level::Error),
            Some(RuleLevel::Warning) => Some(Level::Warning),
            Some(RuleLevel::Note) => Some(Level::Note),
            Some(RuleLevel::Off) => None,
            None => Some(self.severity.level(stage1)),
        }
    }

    /// Returns what its page says beneath a heading that stands outside of the stories.
    pub fn section(&self, heading: &str) -> Option<&'static str> {
        let (_, rest) = self.page.split_once(&format!("\n## {heading}\n"))?;
        Some(rest.split("\n## ").next().unwrap_or(rest).trim())
    }
}

/// How much the findings of a rule matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It does not hold: the run fails.
    Error,
    /// It should be looked at.
    Warning,
    /// Worth knowing.
    Note,
    /// Something is still missing from the whole: a note while the system is being built, an
    /// error when it is asked whether it would pass the first stage of a certification.
    Completeness,
}

impl Severity {
    /// Returns the level of a finding, in everyday runs or before a first-stage audit.
    pub fn level(self, stage1: bool) -> Level {
        match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
            Self::Completeness if stage1 => Level::Error,
            Self::Completeness => Level::Note,
        }
    }

    /// Returns the level in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Completeness => "note, error with --stage1",
            other => other.level(false).word(),
        }
    }
}

/// Declares the rule of a file: `rule!(FM001, "front-matter-unreadable", Error, "7.5.2");`
///
/// With `by_document` the file has `check_document`, which is the check of every document by
/// itself; with `also_by_document` it has both, because one check of all takes less time. One that is
/// `not_configurable` keeps its level, whatever book.toml says.
macro_rules! rule {
    ($code:ident, $name:literal, $severity:ident, $clause:literal) => {
        rule!($code, $name, $severity, $clause, as: None, true);
    };
    ($code:ident, $name:literal, $severity:ident, $clause:literal, by_document) => {
        rule!($code, $name, $severity, $clause, also_by_document);
        pub(crate) fn check(sms: &Sms, out: &mut Findings) {
            sms.documents.iter().for_each(|document| check_document(sms, document, out));
        }
    };
    ($code:ident, $name:literal, $severity:ident, $clause:literal, also_by_document) => {
        rule!($code, $name, $severity, $clause, as: Some(check_document), true);
    };
    ($code:ident, $name:literal, $severity:ident, $clause:literal, not_configurable) => {
        rule!($code, $name, $severity, $clause, as: None, false);
    };
    (
        $code:ident, $name:literal, $severity:ident, $clause:literal,
        as: $by_document:expr, $is_configurable:literal
    ) => {
        #[doc = include_str!(concat!($name, ".md"))]
        pub(crate) const RULE: crate::rules::Rule = crate::rules::Rule {
            name: crate::finding::RuleName { code: stringify!($code), name: $name },
            severity: crate::rules::Severity::$severity,
            clause: $clause,
            page: include_str!(concat!($name, ".md")),
            is_configurable: $is_configurable,
            check,
            check_document: $by_document,
        };
    };
}

/// Declares the module of each rule and the table of all of them.
macro_rules! registry {
    ($($group:ident { $($rule:ident),+ $(,)? })+) => {
        $(mod $group {
            $(pub(crate) mod $rule;)+
        })+
        /// Every rule there is, by group. To add one, write its two files and its line below.
        pub static ALL: &[Rule] = &[$($($group::$rule::RULE),+),+];
    };
}

registry! {
    approval {
        approval_without_evidence,
        content_changed_after_approval,
        approval_by_author,
        approval_unsigned,
        approval_wrong_signer,
        authority_unverifiable,
        history_of_others,
        approval_before_content,
        approver_not_authorised,
        approver_unknown,
        top_management_bypassed,
        authority_backdated,
        annex_changed_after_approval,
        withdrawal_not_authorised,
        register_only_claimed,
    }
    audit {
        clause_not_in_audit_programme,
        auditor_not_independent,
        internal_audit_overdue,
    }
    improvement {
        nonconformity_field_missing,
        corrective_action_overdue,
        closed_without_effectiveness,
        nonconformity_recurs,
        nonconformity_without_action,
        nonconformity_defused,
    }
    management_review {
        review_input_missing,
        management_review_overdue,
    }
    completeness {
        climate_decision_missing,
        mandatory_item_missing,
        mandatory_item_only_draft,
        plan_item_missing,
    }
    document {
        front_matter_unreadable,
        field_missing,
        id_malformed,
        id_used_twice,
        id_used_before,
        clause_unknown,
        clause_not_applicable,
        clauses_untidy,
        classification_unfit,
        value_malformed,
        key_unknown,
        status_typed_by_hand,
        type_unknown,
    }
    file {
        file_uncontrolled,
        document_outside_source,
        link_not_followed,
        submodule_not_read,
        file_unreadable,
        name_not_portable,
        file_untracked,
    }
    hierarchy {
        parent_unknown,
        parent_kind_not_allowed,
        parent_cycle,
        parent_not_in_force,
        layer_missing,
        mandatory_item_claimed_twice,
    }
    link {
        dead_link,
        anchor_missing,
        link_to_unknown_id,
        link_to_unknown_version,
        address_refused,
        link_left_as_text,
    }
    text {
        section_missing,
        policy_without_statements,
        procedure_without_steps,
        text_nested_too_deep,
        character_unseen,
        merge_conflict_left,
        table_cell_dropped,
        citation_title_differs,
        citation_unknown,
    }
    ownership {
        owner_role_vacant,
        owner_has_left,
    }
    scope {
        scope_incomplete,
        service_unknown,
        service_listed_twice,
    }
    version {
        version_not_bumped,
        version_went_backwards,
        version_bumped_without_change,
        change_larger_than_its_kind,
        closed_record_edited,
        document_deleted_in_force,
        change_summary_missing,
        in_force_before_approved,
        in_force_before_published,
        first_day_moved,
        approved_version_left_out,
        withdrawal_left_out,
        withdrawal_misdated,
        status_moved_back,
        withdrawal_unexplained,
    }
    review {
        review_overdue,
        review_due_soon,
        review_interval_too_long,
        review_without_record,
    }
    supersession {
        two_versions_in_force,
        link_to_obsolete_version,
        superseded_unknown,
    }
    waiver {
        waiver_expired,
        waiver_malformed,
        waiver_not_allowed,
        waiver_unused,
    }
    evidence {
        process_without_records,
        evidence_stale,
        evidence_file_differs,
        record_cites_obsolete_version,
        record_dated_ahead,
    }
    service {
        target_not_measurable,
        workload_limits_missing,
        supplier_target_weaker,
        target_unrealistic,
        agreement_outside_term,
        service_report_gap,
        actuals_unclear,
        promise_misquoted,
    }
    ticket {
        major_incident_without_problem,
        problem_without_change,
        ticket_unknown,
        interface_one_sided,
    }
    external {
        external_edition_unchecked,
    }
    trust {
        commit_dates_out_of_order,
        work_tree_dirty,
        history_bent,
        commit_malformed,
        history_rewritten,
        trust_root_changed,
        publishing_branch_missing,
        control_start_to_come,
        allowed_signers_unsound,
    }
}

/// What all rules found, in the order of files and places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Where the system is not as it should be.
    pub findings: Vec<Finding>,
    /// Where it is, and what shows it.
    pub evidence: Vec<Evidence>,
    /// The rules that are switched off.
    pub off: Vec<RuleName>,
}

/// How much a rule has to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How often something is not as it should be.
    pub findings: usize,
    /// How often it is.
    pub evidence: usize,
}

impl Outcome {
    /// Counts the findings of a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// Counts the findings that documents waive.
    pub fn waived(&self) -> usize {
        self.findings.iter().filter(|finding| finding.waived.is_some()).count()
    }

    /// Counts the findings and the evidence of each rule that has any.
    pub fn by_rule(&self) -> HashMap<RuleName, Tally> {
        let mut by_rule: HashMap<RuleName, Tally> = HashMap::new();
        for finding in &self.findings {
            by_rule.entry(finding.rule).or_default().findings += 1;
        }
        for evidence in &self.evidence {
            by_rule.entry(evidence.rule).or_default().evidence += 1;
        }
        by_rule
    }

    /// Returns the highest level found, of what can fail a run.
    pub fn worst(&self) -> Option<Level> {
        let counting = self.findings.iter().filter(|finding| finding.counts());
        counting.map(|finding| finding.level).max()
    }

    /// Takes out what would be done in files that cannot be written.
    pub fn keep_fixes(&mut self, can_be_written: impl Fn(&RepoPath) -> bool) {
        for finding in &mut self.findings {
            finding.fix.take_if(|_| !can_be_written(&finding.place.path));
        }
    }

    /// Marks findings as `known`, each in its turn, beside those that are, and puts the new ones
    /// first.
    pub fn mark_known(&mut self, known: Vec<bool>) {
        for (finding, is_known) in self.findings.iter_mut().zip(known) {
            finding.is_known |= is_known;
        }
        self.findings.sort_by_key(|finding| finding.is_known);
    }
}

/// Runs every rule that is not switched off. `stage1` asks for a complete system.
pub fn run(sms: &Sms, stage1: bool) -> Outcome {
    let level_of = |rule: &Rule| rule.level(&sms.trust.config, stage1);
    let all: Vec<Findings> =
        ALL.par_iter().filter_map(|rule| Some(run_one(rule, level_of(rule)?, sms))).collect();
    let mut outcome = Outcome::default();
    for found in all {
        outcome.findings.extend(found.findings);
        outcome.evidence.extend(found.evidence);
    }
    if sms.is_imagined {
        // Nobody can look up a commit that is not made.
        let unmade = sms.head.to_string();
        let of_findings = outcome.findings.iter_mut().map(|finding| &mut finding.commit);
        let of_evidence = outcome.evidence.iter_mut().map(|evidence| &mut evidence.commit);
        for commit in of_findings.chain(of_evidence) {
            commit.take_if(|commit| *commit == unmade);
        }
    }
    let off = ALL.iter().filter(|rule| level_of(rule).is_none());
    outcome.off = off.map(|rule| rule.name).collect();
    sort(&mut outcome.findings);
    waiving::mark(sms, sms.documents.iter(), &mut outcome.findings);
    outcome.evidence.par_sort();
    outcome
}

/// Checks a document that is being written, as far as that can be done without its history. It
/// stands in the place of the system's document of the same path.
pub fn run_on(sms: &Sms, document: &Document) -> Vec<Finding> {
    let mut all = Vec::new();
    for rule in ALL {
        let Some((check, level)) = rule.check_document.zip(rule.level(&sms.trust.config, false))
        else {
            continue;
        };
        let mut found = Findings::of(rule.name, level, rule.clause);
        check(sms, document, &mut found);
        found.leave_out();
        all.extend(found.findings);
    }
    sort(&mut all);
    waiving::mark(sms, std::iter::once(document), &mut all);
    all
}

/// Puts findings in the order of files and places.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (&a.place.path, a.place.span, a.rule, &a.message).cmp(&(
            &b.place.path,
            b.place.span,
            b.rule,
            &b.message,
        ))
    });
}

/// The rule of what a file shows by itself.
pub const OF_FILE: RuleName = front_matter_unreadable::RULE.name;

/// Returns what a file shows by itself, before anything is read of the others: that its front
/// matter cannot be read. Which document it was is said where the system was judged before.
pub fn of_file(document: &Document, policy: &Config, judged: Option<&Sms>) -> Vec<Finding> {
    let rule = &front_matter_unreadable::RULE;
    let Some(level) = rule.level(policy, false) else { return Vec::new() };
    let mut findings = unreadable_at(document, level);
    let was = judged.and_then(|sms| sms.was_before_it_was_edited(&document.path));
    if let Some(first) = findings.first_mut().filter(|_| document.id().is_none()) {
        first.notes.extend(was);
    }
    // Whether a slip may be mended is asked of the whole system.
    findings.iter_mut().for_each(|finding| finding.fix = None);
    findings
}

/// Returns what cannot be read of a file, whatever level the rule has that tells it.
pub fn unreadable(document: &Document) -> Vec<Finding> {
    unreadable_at(document, Level::Error)
}

fn unreadable_at(document: &Document, level: Level) -> Vec<Finding> {
    let rule = &front_matter_unreadable::RULE;
    let mut findings = Findings::of(rule.name, level, rule.clause);
    front_matter_unreadable::report(document, &mut findings);
    findings.findings
}

/// Runs one rule at a level. A rule says how a slip is mended; whether it may be is asked here.
pub fn run_one(rule: &Rule, level: Level, sms: &Sms) -> Findings {
    let mut findings = Findings::of(rule.name, level, rule.clause);
    (rule.check)(sms, &mut findings);
    findings.leave_out();
    keep_permitted(&mut findings.findings, sms);
    findings
}

/// How many slips of one file are tried one by one, where not all may be mended together. Each time
/// the file is read anew.
const TRIED: usize = 50;

/// Takes the fixes out that may not be made.
fn keep_permitted(findings: &mut [Finding], sms: &Sms) {
    let mut of_files: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, it)| it.fix.is_some()) {
        of_files.entry(finding.place.path.clone()).or_default().push(at);
    }
    for (path, of_file) in of_files {
        let splices = |at: &usize| findings[*at].fix.iter().flat_map(|fix| fix.splices.clone());
        let all: Vec<Splice> = of_file.iter().flat_map(splices).collect();
        if sms.may_be_mended(&path, &all) {
            continue;
        }
        let is_alone = of_file.len() == 1;
        for (nth, at) in of_file.into_iter().enumerate() {
            let is_tried = nth < TRIED && !is_alone;
            findings[at].fix.take_if(|fix| !is_tried || !sms.may_be_mended(&path, &fix.splices));
        }
    }
}

/// Returns a help for a record, which ends with how it is followed where the record was published as
/// closed: by an edit alone it would be changed in silence.
fn help_in_record(sms: &Sms, record: &Document, help: impl Into<String>) -> String {
    let is_closed = |status: Option<&str>| status == Some("closed");
    let states = record.id().map(|id| sms.history.published_states(&id)).unwrap_or_default();
    let was_closed = |state: &PublishedState<'_>| {
        state.shown.is_some_and(|(_, claims)| is_closed(claims.status.as_deref()))
    };
    let mut help = help.into();
    if is_closed(record.status()) && states.iter().any(was_closed) {
        help.push_str("; the record is closed, so add an entry under `corrections` as well");
    }
    help
}

/// What to do where a document is named that was removed.
const HELP_GONE: &str = "bring it back if it is still needed, or name what took its place";

/// Says what to do where the version in force names a document that there is no more, and its file has
/// the next version, which does not name it.
fn help_named_by(found: &InForce<'_>) -> String {
    match found.next {
        None => {
            "bring the document back until the next version is approved, or let that be approved"
                .to_owned()
        }
        Some(next) => format!("bring the document back until {next}, or {}", sooner(next)),
    }
}

/// Says beside what is to be changed of a document that it comes with the next version, where it is
/// part of what was approved.
fn in_next_version(sms: &Sms, document: &Document) -> &'static str {
    // Whoever is about to approve it can still have it mended.
    let is_being_approved = || {
        let commit = sms.grade(document).and_then(|grade| grade.commit);
        commit.is_some_and(|commit| sms.is_being_made(commit))
    };
    match sms.status(document) {
        Some("approved") if !is_being_approved() => {
            " (in the next version: what is approved stays as it is)"
        }
        _ => "",
    }
}

/// Asks for a version that is approved for a later day to begin.
fn sooner(next: Next<'_>) -> String {
    format!("let {} take effect sooner, by its `effective_from`", next.version)
}

/// Says beside the status of a document that is withdrawn that it is: the file may have the next version
/// since, which is not in force yet.
fn withdrawn_here(sms: &Sms, document: &Document) -> String {
    let out = sms.out_of_use_beside(document).filter(|_| !sms.is_out_of_use(document));
    out.map_or_else(
        || "withdrawn here".to_owned(),
        |out| format!("version {} is withdrawn, and this one is not in force", out.version()),
    )
}

/// Says how the document of an id went that there is no more.
fn gone(sms: &Sms, id: &str) -> Option<String> {
    let removed = sms.removed(id)?;
    Some(format!("{} was {}", removed.id, sms.removal_words(&removed)))
}

/// Adds to a finding in which commit an approver saw a file, and which made it another one since.
fn show_replaced(sms: &Sms, finding: &mut Finding, grade: &Grade, replaced: &Replaced) {
    if let Some(seen) = grade.seen_in {
        finding.note(format!("approved in {}", sms.commit_words(seen)));
    }
    if let Some(commit) = replaced.commit {
        let words = format!("{} in {}", replaced.fate.word(), sms.commit_words(commit));
        finding.commit(commit).note(words);
    }
}

/// Reports what was wrong with versions that the file no longer holds, as far as it is a rule's business;
/// what a record answers for is evidence.
fn report_former(sms: &Sms, out: &mut Findings, is_ours: impl Fn(&Fault) -> bool) {
    for former in sms.former().iter().filter(|former| is_ours(&former.fault)) {
        report_one_former(sms, out, former);
    }
}

fn report_one_former(sms: &Sms, out: &mut Findings, former: &Former) {
    if let Some(record) = &former.known_by {
        let words = format!("{record} answers for it: {}", former.words());
        let evidence = out.evidence(former.place.clone(), words);
        former.commit.map(|commit| evidence.commit(commit));
        return;
    }
    if let Some((_, commit)) = &former.approved_anew {
        out.evidence(former.place.clone(), former.words()).commit(*commit);
        return;
    }
    let finding = out.finding(former.place.clone(), former.words());
    finding.of_version(Some(&former.version)).known_by(former.lasting_words());
    if let Some(commit) = former.commit {
        finding.commit(commit).note(sms.commit_words(commit));
    }
    let name = format!("{}@{}", former.id, former.version);
    finding.help(match former.stands {
        _ if matches!(former.fault, Fault::LeftOut(_)) => format!(
            "have its text approved as the next version, or say in a nonconformity or waiver that names `{name}` why it does not count"
        ),
        _ if matches!(former.fault, Fault::EndLeftOut(..)) => format!(
            "withdraw it on the publishing branch as well, or have it approved anew; if it was right to keep it, say so in a nonconformity or waiver that names `{name}`"
        ),
        true => format!(
            "have the next version approved as it should be, and record this as a nonconformity that names `{name}`"
        ),
        false if former.waits_for_another => format!(
            "let somebody who may do so approve the same content anew; if it is to be another, record this as a nonconformity that names `{name}`"
        ),
        false => {
            format!("nobody can change what is past: record it as a nonconformity that names `{name}`")
        }
    });
}

/// Finds a rule by its code or name, in any case.
pub fn find(word: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| {
        rule.name.code.eq_ignore_ascii_case(word) || rule.name.name.eq_ignore_ascii_case(word)
    })
}

/// Returns the code or name that was probably meant.
pub fn nearest(word: &str) -> Option<&'static str> {
    did_you_mean(word, ALL.iter().flat_map(|rule| [rule.name.name, rule.name.code]))
}

/// Returns the names of all rules, as book.toml may use them.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|rule| rule.name.name).collect()
}
