use crate::finding::{Findings, Level};
use crate::sms::Sms;
use crate::sms::approval::{Act, Grade, LEVELS};
use crate::sms::authority::SIGNED;
use crate::sms::claimed::Claimed;

rule!(AP001, "approval-without-evidence", Error, "7.5.2");

pub(crate) fn check(sms: &Sms, out: &mut Findings) {
    let strangers = sms.has_history_of_others();
    for claimed in sms.claimed_approvals() {
        let document = claimed.document;
        if let Some(commit) = claimed.before_start {
            let words = format!("{} lies before control start", claim(&claimed));
            out.evidence(document.at("id"), words).commit(commit);
            continue;
        }
        match claimed.decides {
            None if claimed.minimum == 0 => {}
            None => {
                let words = format!(
                    "the status is approved, but there is no approval; {} was expected of {}",
                    level(claimed.minimum),
                    kind(&claimed)
                );
                let version = document.front.text("version").map(|version| version.value);
                out.finding(document.at("status"), words).of_version(version).help(
                    "let the approver commit `approval: {by: ..., on: ..., version: ...}`, or set the status back",
                );
            }
            // What is contradicted is said by the rule of the contradiction.
            Some(grade) if !grade.contradictions.is_empty() => {}
            Some(grade) if grade.commit.is_none() && grade.level > 0 => {
                let words =
                    format!("{} is not committed yet, so Git shows nothing of it", claim(&claimed));
                out.evidence(document.at("id"), words);
            }
            // One finding of its own says that the whole history is somebody else's.
            Some(_) if strangers => {}
            Some(grade) if grade.level < claimed.minimum => too_low(sms, &claimed, grade, out),
            Some(grade) => {
                let words =
                    format!("{} holds at {}{}", claim(&claimed), level(grade.level), acted(grade));
                let evidence = out.evidence(document.at("id"), words);
                if let Some(commit) = grade.acted_in() {
                    evidence.commit(commit);
                }
            }
        }
    }
}

fn too_low(sms: &Sms, claimed: &Claimed<'_>, grade: &Grade, out: &mut Findings) {
    let words = format!(
        "{} holds at level {} ({}) only; {} was expected of {}",
        claim(claimed),
        grade.level_text(),
        LEVELS[usize::from(grade.level.min(6))],
        level(claimed.minimum),
        kind(claimed)
    );
    let finding = out.finding(claimed.document.place(grade.approval.span), words);
    let needs_act = grade.act.is_none() && grade.commit.is_some() && !grade.is_barred;
    let id = claimed.document.id().filter(|_| needs_act);
    finding.help(match id {
        Some(id) => format!("{}; `clausebook approve {id}` makes such a commit", grade.missing),
        None => grade.missing.clone(),
    });
    if let Some(commit) = grade.commit {
        finding.commit(commit);
    }
    if grade.act.is_none() {
        for note in sms.tags_that_do_not_count(claimed.document, grade) {
            finding.note(note);
        }
    }
    // A signature that does not count stays as it is, and where the type asks for one, no merge helps.
    let is_signed_wrongly =
        claimed.minimum >= SIGNED && grade.signer.as_ref().is_some_and(|signer| !signer.counts());
    if sms.may_still_rise(grade) && !is_signed_wrongly {
        // Who asks before that would wait for ever.
        finding.level = finding.level.min(Level::Warning);
        finding.note(
            "the signature of the commit, or the merge, may settle this; after them it is an error",
        );
    }
}

/// Says what is claimed.
fn claim(claimed: &Claimed<'_>) -> String {
    let Some(Grade { approval, .. }) = claimed.decides else {
        return "the status `approved`".to_owned();
    };
    let version = approval.version.as_ref().map(|version| format!(" of version {version}"));
    let by = approval.by.as_ref().map(|by| format!(" by {by}"));
    let on = approval.on.map(|on| format!(" on {on}"));
    let parts = [version, by, on].map(Option::unwrap_or_default);
    format!("the approval{}", parts.concat())
}

fn level(level: u8) -> String {
    format!("level {level} ({})", LEVELS[usize::from(level.min(6))])
}

fn kind(claimed: &Claimed<'_>) -> String {
    let kind = claimed.document.front.text("type");
    kind.map_or("a document".to_owned(), |kind| format!("the type `{}`", kind.value))
}

/// Says who acted. Without a signature nobody has proven who he is.
fn acted(grade: &Grade) -> String {
    let (Some(act), Some(actor)) = (grade.act, &grade.actor) else { return String::new() };
    let proof = match grade.signer.as_ref().filter(|signer| signer.counts()) {
        Some(signer) => signer.words(),
        None if act == Act::MergedByForge => "unauthenticated, by the word of the forge".to_owned(),
        None => "unauthenticated".to_owned(),
    };
    format!(", {} by {} ({proof})", act.word(), actor.email)
}
