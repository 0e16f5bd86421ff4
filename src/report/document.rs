//! One document for machines: its state, its versions, and how strong the proof of each approval
//! is. The names are those of the JSON format.

use super::tenure::{ShownTenure, Subject, then};
use crate::document::{DocId, Document};
use crate::rules;
use crate::sms::approval::{Contradiction, Grade, LEVELS};
use crate::sms::authority::Authority;
use crate::sms::out_of_use::OutOfUse;
use crate::sms::signatures::{Of, Signer};
use crate::sms::{Sms, State};
use crate::source::{Lines, Position, Printable, RepoPath, listed, quoted_for_shell};
use schemars::JsonSchema;
use serde::Serialize;

/// What `show ID --format json` prints.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Show")]
pub struct Shown {
    /// The id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The version as written.
    pub version: Option<String>,
    /// The status as written.
    pub status: Option<String>,
    /// The state on the day spoken of; `record` where it is a record, which has none, and
    /// `not-identified` where the file cannot be taken for the document.
    #[schemars(extend("enum" = ["draft", "in-review", "approved", "effective", "overdue", "superseded", "withdrawn", "record", "not-identified"]))]
    pub state: &'static str,
    /// Whether its status says that it is approved, and Git does not bear that out: its state is that of
    /// a document in review.
    pub claims_approval: bool,
    /// Why the file cannot be taken for the document, where it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_identified: Option<NotIdentified>,
    /// The day from which it is withdrawn, or what is in force of it, where that is still to come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withdrawn_as_of: Option<String>,
    /// The version in force, where the file holds another one.
    pub in_force: Option<String>,
    /// What went out of use, as long as the file holds another version and no later one is in force.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub out_of_use: Option<ShownOutOfUse>,
    /// The documents that took its place, where it is superseded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded_by: Vec<String>,
    /// The owner.
    pub owner: Option<String>,
    /// The clauses as written.
    pub clauses: Vec<String>,
    /// The file.
    pub path: String,
    /// The content digest; absent where the file cannot be read in full.
    pub digest: Option<String>,
    /// The last day on which the review of what is in force is not overdue.
    pub next_review: Option<String>,
    /// The versions the history shows, oldest first.
    pub versions: Vec<ShownVersion>,
    /// The approvals claimed.
    pub approvals: Vec<ShownApproval>,
    /// What else to know, each a sentence.
    pub notes: Vec<String>,
}

/// Why a file cannot be taken for the document that it says it is, and what is in force of that.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NotIdentified {
    /// The reasons, with their places.
    pub because: Vec<String>,
    /// The day spoken of.
    pub on: String,
    /// What is in force on that day, as the publishing branch shows it.
    pub in_force: Option<ShownTenure>,
}

/// A version that went out of use while the file holds another one.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "OutOfUse")]
pub struct ShownOutOfUse {
    /// The version as written.
    pub version: String,
    /// `withdrawn`, `superseded`, or `opened-again` where it became a draft again under its number.
    #[schemars(extend("enum" = ["withdrawn", "superseded", "opened-again"]))]
    pub state: &'static str,
    /// Since which day.
    pub since: Option<String>,
    /// The commit that withdrew it or opened it again, or published what took its place.
    pub commit: Option<String>,
    /// Why it was withdrawn, as it says.
    pub why: Option<String>,
    /// The documents that took its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub superseded_by: Vec<String>,
}

impl ShownOutOfUse {
    fn of(out: &OutOfUse) -> Self {
        let OutOfUse { withdrawal, replacement, reopening, .. } = out;
        let (on, commit) = match (withdrawal, replacement, reopening) {
            (Some(it), ..) => (it.on, it.commit),
            (None, Some(it), _) => (it.on, it.commit),
            (None, None, Some(it)) => (it.on, Some(it.commit)),
            (None, None, None) => (None, None),
        };
        let by = replacement.iter().flat_map(|it| &it.by);
        Self {
            version: out.version().to_owned(),
            state: out.state().map_or("opened-again", State::word),
            since: on.map(|day| day.to_string()),
            commit: commit.map(|commit| commit.to_string()),
            why: withdrawal.as_ref().and_then(|it| it.reason.clone()),
            superseded_by: by.map(ToString::to_string).collect(),
        }
    }

    /// Says it in a line: `1.0, withdrawn on 2026-03-01 in commit …: why`.
    pub fn words(&self) -> String {
        let mut words = format!("{}, {}", self.version, self.state.replace('-', " "));
        if !self.superseded_by.is_empty() {
            words.push_str(&format!(" by {}", listed(&self.superseded_by, "and")));
        }
        if let Some(day) = &self.since {
            words.push_str(&format!(" on {day}"));
        }
        if let Some(commit) = &self.commit {
            words.push_str(&format!(" in commit {}", &commit[..10]));
        }
        if let Some(why) = &self.why {
            words.push_str(&format!(": {why}"));
        }
        words
    }
}

/// One version of a document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Version")]
pub struct ShownVersion {
    /// The version as written.
    pub version: String,
    /// The status it reached.
    pub status: Option<String>,
    /// The first day on which it was in force, or is to be; of one that was never published as
    /// approved, the day from which it claims to be.
    pub from: Option<String>,
    /// The last day it was in force; absent while it lasts, or where it never was.
    pub to: Option<String>,
    /// The commit with which it reached that status.
    pub commit: String,
    /// The day of that commit, as its author says.
    pub date: Option<String>,
}

/// One approval, and what Git shows of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Approval")]
pub struct ShownApproval {
    /// Who is claimed to have approved.
    pub by: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// On which day.
    pub on: Option<String>,
    /// Which version.
    pub version: Option<String>,
    /// Whether it is kept from an earlier version that was published: then Git is asked about that
    /// version. Absent where it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub of_earlier_version: bool,
    /// How strong the proof is, 0 to 6.
    #[schemars(range(max = 6))]
    pub level: u8,
    /// The same with a plus where only the digest adds to the claim: `1+`.
    pub level_text: String,
    /// The name of the level.
    pub level_name: &'static str,
    /// `verified`, `contradicted` or `unverifiable`.
    #[schemars(extend("enum" = ["verified", "contradicted", "unverifiable"]))]
    pub verdict: &'static str,
    /// What contradicts the claim.
    pub contradictions: Vec<String>,
    /// The commit that brought the approval.
    pub commit: Option<String>,
    /// The principal who signed it, where the signature counts.
    pub signer: Option<String>,
    /// The signature on the act, whether or not it counts.
    pub signature: Option<ShownSignature>,
    /// The signed tag of an authorised person that contains it.
    pub baseline: Option<ShownSignature>,
    /// Whether the approver held the authority that day; absent where that cannot be told.
    pub authorised: Option<bool>,
    /// By which row the approver held it, why not, or why that cannot be told.
    pub authority: String,
    /// What would give the next level.
    pub missing: String,
    /// The command that repeats the look into Git.
    pub repeat_with: Option<String>,
}

impl ShownApproval {
    /// Says in one line who approved, in which role and when, and what Git shows of it.
    pub fn words(&self) -> String {
        let by = self.by.as_deref().unwrap_or("nobody");
        let role = self.role.as_ref().map(|role| format!(" as {role}")).unwrap_or_default();
        let on = self.on.as_ref().map(|on| format!(" on {on}")).unwrap_or_default();
        let authority = match self.authorised {
            Some(true) => ", who was authorised",
            Some(false) => ", who was not authorised",
            None => "",
        };
        let commit = self.commit.as_ref().map(|it| format!(", commit {}", &it[..10]));
        let words = format!(
            "approved by {by}{role}{on}{authority}: {}, level {} {}{}",
            self.verdict,
            self.level_text,
            self.level_name,
            commit.unwrap_or_default()
        );
        let but = self.contradictions.iter().map(|but| format!("; {but}"));
        Printable(&(words + &but.collect::<String>())).to_string()
    }
}

/// A signature, and what it is worth.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Signature")]
pub struct ShownSignature {
    /// `SSH`, `OpenPGP`, `X.509` or `something unknown`.
    pub kind: &'static str,
    /// The name of the tag that is signed; absent where a commit is.
    pub tag: Option<String>,
    /// The id of what is signed.
    pub object: String,
    /// The fingerprint of the key, where it can be read.
    pub key: Option<String>,
    /// Whose key it is, where the signature counts.
    pub principal: Option<String>,
    /// `verified`, `contradicted` or `unverifiable`.
    #[schemars(extend("enum" = ["verified", "contradicted", "unverifiable"]))]
    pub verdict: &'static str,
    /// What it is worth, in words.
    pub says: String,
    /// The command that repeats the look at it.
    pub repeat_with: String,
}

/// Says a state, with the day of a withdrawal that is still to come.
pub fn in_words(state: &str, withdrawn_as_of: Option<&str>) -> String {
    match withdrawn_as_of {
        None => state.to_owned(),
        Some(day) if state == State::Withdrawn.word() => format!("{state} as of {day}"),
        Some(day) => format!("{state}, withdrawn as of {day}"),
    }
}

/// Puts a document into the format.
pub fn shown(sms: &Sms, document: &Document) -> Shown {
    let text = |key| document.front.text(key).map(|found| found.value.to_owned());
    let place = (document.id(), &document.path);
    let approvals = sms.grades(document).iter();
    let approvals = approvals.map(|grade| {
        let earlier = sms.grade_of_earlier(document, grade);
        let shown = approval(sms, (place.0.as_ref(), place.1), earlier.unwrap_or(grade));
        ShownApproval { of_earlier_version: earlier.is_some(), ..shown }
    });
    let not_identified = not_identified(sms, document);
    let is_identified = not_identified.is_none();
    Shown {
        id: document.id().map(|id| id.to_string()).unwrap_or_default(),
        title: document.title(),
        kind: text("type"),
        version: text("version"),
        status: text("status"),
        state: match sms.is_record(document) {
            _ if !is_identified => "not-identified",
            true => "record",
            false => sms.state(document).word(),
        },
        claims_approval: is_identified
            && !sms.is_record(document)
            && sms.only_claims_approval(document),
        not_identified,
        withdrawn_as_of: sms
            .withdrawn_as_of(document)
            .or_else(|| sms.in_force_beside(document)?.withdrawn_as_of(sms.as_of))
            .filter(|_| is_identified)
            .map(|day| day.to_string()),
        in_force: sms.in_force_beside(document).map(|tenure| tenure.version.clone()),
        out_of_use: sms.out_of_use_beside(document).map(ShownOutOfUse::of),
        superseded_by: match sms.state(document) {
            State::Superseded => sms.successors(document).iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        },
        owner: text("owner"),
        clauses: document
            .front
            .list("clauses")
            .iter()
            .map(|clause| clause.value.to_owned())
            .collect(),
        path: document.path.to_string(),
        digest: sms.claims(document).digest_in_full().map(|digest| digest.to_string()),
        next_review: sms.review_in_force(document).map(|day| day.to_string()),
        versions: versions(sms, document),
        approvals: approvals.collect(),
        notes: notes(sms, document),
    }
}

/// Says why a file cannot be taken for the document that it says it is, and what is in force of that.
fn not_identified(sms: &Sms, document: &Document) -> Option<NotIdentified> {
    let why = sms.why_not_identified(document)?;
    let cannot_be_read = cannot_be_read(document);
    let subject = Subject::of(sms, document);
    Some(NotIdentified {
        because: if cannot_be_read.is_empty() { vec![why] } else { cannot_be_read },
        on: sms.as_of.to_string(),
        in_force: then(sms, &subject, None, Some(sms.as_of)).in_force.pop(),
    })
}

/// Says what cannot be read of a file, with the places.
pub fn cannot_be_read(document: &Document) -> Vec<String> {
    let lines = Lines::of(&document.text);
    let told = rules::unreadable(document).into_iter().map(|finding| {
        let start = finding.place.span.map_or(0, |span| span.start);
        let Position { line, column } = lines.position(&document.text, start);
        format!("{}:{line}:{column}: {}", document.path, finding.message)
    });
    told.collect()
}

fn notes(sms: &Sms, document: &Document) -> Vec<String> {
    let binds_nobody = |outside| format!("{outside}: on {} it binds nobody", sms.as_of);
    let term = outside_term(sms, document).map(binds_nobody);
    let mailmap = "the repository has a .mailmap; it decides no identity here, the addresses in the commits do";
    let mailmap = sms.has_mailmap().then(|| mailmap.to_owned());
    let claimed = sms.claimed_beside(document).map(|tenure| {
        let version = &tenure.version;
        format!("version {version} claims to be in force, and Git does not bear its approval out")
    });
    term.into_iter().chain(claimed).chain(sms.beside_the_branch()).chain(mailmap).collect()
}

/// Says where the day spoken of lies outside of the term of an agreement that is in force.
pub fn outside_term(sms: &Sms, document: &Document) -> Option<String> {
    let outside = sms.outside_term(document).filter(|_| sms.is_worked_by(document))?;
    Some(format!("its term {outside}"))
}

/// Each version once, as it stood last, in the order of the history.
fn versions(sms: &Sms, document: &Document) -> Vec<ShownVersion> {
    let Some(id) = document.id() else { return Vec::new() };
    let mut versions: Vec<ShownVersion> = Vec::new();
    for revision in sms.history.revisions(&id).iter().filter(|revision| revision.blob.is_some()) {
        let Some(version) = &revision.claims.version else { continue };
        let status = revision.claims.status_on(sms.as_of).map(str::to_owned);
        let commit = sms.history.commit_of(revision);
        let tenure = sms.tenures(&id).iter().rev().find(|tenure| tenure.is_version(version));
        let (from, until) = match tenure {
            Some(tenure) if tenure.ended_before_it_began() => (None, None),
            Some(tenure) => {
                let until = tenure.last_day_in_force();
                (tenure.from, until.filter(|_| tenure.was_ever_in_force()))
            }
            None => (revision.claims.begins_on(), None),
        };
        let is_last = |other: &ShownVersion| other.version == *version;
        let last = versions.iter().position(is_last).map(|at| versions.remove(at));
        let reached = last.filter(|last| last.status == status);
        let reached = reached.map(|last| (last.commit, last.date)).unwrap_or_else(|| {
            (commit.id.to_string(), commit.author.date().map(|day| day.to_string()))
        });
        versions.push(ShownVersion {
            version: version.clone(),
            status,
            from: from.map(|day| day.to_string()),
            to: until.map(|day| day.to_string()),
            commit: reached.0,
            date: reached.1,
        });
    }
    versions
}

fn signature(sms: &Sms, signer: &Signer) -> ShownSignature {
    let (tag, object) = match &signer.of {
        Of::Commit(id) => (None, id),
        Of::Tag(name, id) => (Some(name.clone()), id),
    };
    ShownSignature {
        kind: signer.kind.word(),
        tag,
        object: object.to_string(),
        key: signer.key.clone(),
        principal: signer.principal.clone(),
        verdict: signer.verdict(),
        says: signer.words(),
        repeat_with: signer.repeat_with(sms.trust.signers.as_ref()),
    }
}

/// Puts an approval into the format, of a document with an id that lies somewhere now.
pub(super) fn approval(
    sms: &Sms,
    (id, now): (Option<&DocId>, &RepoPath),
    grade: &Grade,
) -> ShownApproval {
    let claim = &grade.approval;
    let quoted = |path: &RepoPath| format!(" {}", quoted_for_shell(&path.to_string()));
    let repeat = |commit| {
        let paths: String = sms.places_in(id, now, commit).into_iter().map(quoted).collect();
        format!("git show --format=fuller {commit} --{paths}")
    };
    ShownApproval {
        by: claim.by.clone(),
        role: claim.role.clone(),
        on: claim.on.map(|day| day.to_string()),
        version: claim.version.clone(),
        of_earlier_version: false,
        level: grade.level,
        level_text: grade.level_text(),
        level_name: LEVELS[usize::from(grade.level.min(6))],
        verdict: grade.verdict(),
        contradictions: grade.contradictions.iter().map(Contradiction::words).collect(),
        commit: grade.commit.map(|commit| commit.to_string()),
        signer: grade.signer.as_ref().and_then(|signer| signer.principal.clone()),
        signature: grade.signer.as_ref().map(|signer| signature(sms, signer)),
        baseline: grade.baseline.as_ref().map(|signer| signature(sms, signer)),
        authorised: match &grade.authorised {
            Authority::Verified(_) => Some(true),
            Authority::Contradicted(_) => Some(false),
            Authority::Unverifiable(_) => None,
        },
        authority: grade.authorised.words(),
        missing: grade.missing.clone(),
        repeat_with: grade.commit.map(repeat),
    }
}
